"""Two rows for one fact, and values far off their neighbours."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

import polars as pl

from pactolus.catalogue.reading.findings import Findings

__all__ = ["SLIP", "doubt_slips", "doubt_spikes", "doubt_totals", "one_row_a_key"]

#: Times off its neighbours (or one part of it) at which a value is doubted.
SLIP: Final = (10.0, 100.0, 1000.0)
_NEAR: Final = 1.35
"""Factor by which the ratio may miss them."""
_AGREE: Final = 2.0
"""Ratio below which the years on both sides agree."""
_STEPS: Final = 2
"""Years to a neighbour at most."""


def one_row_a_key(
    frame: pl.DataFrame,
    key: Sequence[str],
    values: Sequence[str],
    findings: Findings,
    place: Callable[[int], str],
) -> pl.DataFrame:
    """Rows unique by `key`: equal repeats are dropped, unequal ones doubted and the first kept."""
    repeated = frame.select(*key).is_duplicated()
    if not repeated.any():
        return frame
    numbered = frame.with_row_index("_row").filter(repeated).sort(*key, "_row")
    for group in numbered.partition_by(list(key), maintain_order=True):
        rows = group["_row"].to_list()
        what = ", ".join(f"{k} {group[k][0]}" for k in key)
        if group.select(*values).n_unique() == 1:
            findings.mended(
                "key",
                place(rows[1]),
                f"{what} stands {len(rows)} times, equal",
                "kept once",
                times=len(rows) - 1,
            )
        else:
            shown = " and ".join(str(v) for v in group.select(*values).unique(maintain_order=True).rows()[:3])
            findings.doubt(
                "key",
                place(rows[1]),
                f"{what} stands {len(rows)} times with different values: {shown}",
                "keep the right row; accepted, the first one is taken",
            )
    return frame.unique(subset=list(key), keep="first", maintain_order=True)


def doubt_slips(
    frame: pl.DataFrame,
    group: Sequence[str],
    year: str,
    value: str,
    findings: Findings,
    place: Callable[[int], str],
    *,
    least_share: float = 0.02,
) -> None:
    """Doubt values about 10, 100 or 1000 times (or one part of) the median of their group's other years.

    Parameters
    ----------
    frame : DataFrame
        One row a fact; at least three years with a positive value are needed to judge a group.
    group : sequence of str
        Columns of a series (raw material, country).
    least_share : float
        Share of the largest value under the first column of `group` below which none is judged. [1]
    """
    numbered = frame.with_row_index("_row").filter(pl.col(value) > 0)
    large = pl.col(value).max().over(group[0])
    steady = numbered.with_columns(large.alias("_large")).sort(*group, year, "_row")
    for rows in steady.partition_by(list(group), maintain_order=True):
        if rows.height < 3:
            continue
        numbers = rows[value].to_list()
        for n, number in enumerate(numbers):
            others = sorted(numbers[:n] + numbers[n + 1 :])
            middle = (
                others[len(others) // 2]
                if len(others) % 2
                else (others[len(others) // 2 - 1] * others[len(others) // 2]) ** 0.5
            )
            if max(number, middle) < least_share * rows["_large"][0]:
                continue
            ratio = max(number / middle, middle / number)
            tight = others[-1] / others[0] < 3.0
            if tight and any(s / _NEAR <= ratio <= s * _NEAR for s in SLIP):
                what = ", ".join(str(rows[g][n]) for g in group)
                findings.doubt(
                    "slip",
                    place(rows["_row"][n]),
                    f"{what} {rows[year][n]}: {_shown(number)} against {_shown(middle)} in other {year}s",
                    "check the unit of this value",
                )


def doubt_spikes(
    frame: pl.DataFrame,
    group: Sequence[str],
    year: str,
    value: str,
    findings: Findings,
    place: Callable[[int], str],
    *,
    least_share: float = 0.02,
) -> None:
    """Doubt single years about 10, 100 or 1000 times (or one part of) both neighbours, which agree.

    For long series, whose level changes too much over decades for `doubt_slips`; arguments as there, two
    neighbours are enough to judge.
    """
    numbers = frame.with_row_index("_row").with_columns(pl.col(value).cast(pl.Float64))
    series = numbers.filter(pl.col(value) > 0).sort(*group, year, "_row")
    series = series.with_columns(_large=pl.col(value).max().over(group[0]))
    before, after = pl.col(value).shift(1).over(group), pl.col(value).shift(-1).over(group)
    near = pl.col(year) - pl.col(year).shift(1).over(group) <= _STEPS
    near &= pl.col(year).shift(-1).over(group) - pl.col(year) <= _STEPS
    middle = (before * after).sqrt()
    ratio = pl.max_horizontal(pl.col(value) / middle, middle / pl.col(value))
    agree = pl.max_horizontal(before / after, after / before) < _AGREE
    off = pl.any_horizontal(ratio.is_between(s / _NEAR, s * _NEAR) for s in SLIP)
    large = pl.max_horizontal(value, middle) >= least_share * pl.col("_large")
    found = series.with_columns(_middle=middle).filter(near & agree & off & large)
    for row in found.iter_rows(named=True):
        findings.doubt(
            "slip",
            place(row["_row"]),
            f"{', '.join(str(row[g]) for g in group)} {row[year]}: {_shown(row[value])} against "
            f"{_shown(row['_middle'])} in the years beside it",
            "check the unit of this value",
        )


def doubt_totals(
    sums: Sequence[tuple[str, float, float]], findings: Findings, *, tolerance: float = 0.02
) -> None:
    """Doubt rows named Total that differ from the sum of the rows they add up.

    Parameters
    ----------
    sums : sequence of (place, total as printed, sum of the rows)
    tolerance : float
        Relative difference that rounding explains. [1]
    """
    for place, total, added in sums:
        if abs(total - added) > tolerance * max(abs(total), abs(added), 1.0):
            findings.doubt(
                "total",
                place,
                f"the printed total is {_shown(total)}, the rows add up to {_shown(added)}",
                "look for a missing row or a value in another unit",
            )


def _shown(number: float) -> str:
    return f"{number:,.0f}" if abs(number) >= 1e6 else f"{number:g}"
