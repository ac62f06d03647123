"""The loss of a year by month, and what remains of it in the second and third year.

    year 1:        lost_k = L w_k,   w_k = (1 - f_k) / sum over the first 12 months of (1 - f)
    month before:  lost_k = -(f_k - 1) b / 12           more than usual arrives
    years 2, 3:    lost_k = beta_h (1 - f_k) b / 12

`L` is the loss of the first year (`losses`), `f_k` the factor of an exporter's usual month (`profile`), `b`
what the importer bought of what is cut. The errors of the rule are spread evenly over the months, no month
loses more than a usual one, and the ups and downs of single months are not in the range. `beta_h` is the part
of a direct loss that was still there in year h after past events: 0.22 (standard error 0.11) and 0.13 (0.10);
years 2 and 3 are hardly told from nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, Final

from pactolus.disruption.effects.profile import monthly_profile, spread_over_months
from pactolus.disruption.scenarios.scenario import KINDS

if TYPE_CHECKING:
    import numpy as np
    import polars as pl
    from numpy.typing import NDArray

    from pactolus.disruption.effects.cuts import Hit
    from pactolus.disruption.effects.losses import Drawn
    from pactolus.disruption.effects.stresses import Stress

    Floats = NDArray[np.float64]

__all__ = ["BESIDE", "HORIZON", "MONTH_COLUMNS", "PASS_THROUGH", "by_month"]

#: Columns of `by_month`.
MONTH_COLUMNS: Final = (
    "scenario",
    "mineral",
    "stage",
    "importer",
    "month",
    "lost_low_t",
    "lost_t",
    "lost_high_t",
    "basis",
    "status",
)
#: Columns of `by_month` with the baselines.
BESIDE: Final = (*MONTH_COLUMNS, "uniform_t", "proportional_t", "usual_t")
#: Months that are looked at, at most.
HORIZON: Final = 36
#: Year after the start -> low, mid and high part of a direct loss that remains (80 %, standard errors of the
#: study alone).
PASS_THROUGH: Final = {2: (0.079, 0.22, 0.361), 3: (0.0, 0.13, 0.258)}
_YEAR: Final = 12
_TAILS: Final = (0.1, 0.9)


@dataclass(frozen=True)
class _Shape:
    """Months of one shock: the same for every importer."""

    months: tuple[tuple[int, date], ...]
    paths: Mapping[tuple[str, str], Mapping[int, float]]
    """Duration and end of the profile -> factor of every month."""


def by_month(found: Stress, *, beside: bool = False) -> pl.DataFrame:
    """Losses by month of a stress.

    Parameters
    ----------
    found : Stress
    beside : bool
        With the baselines: `BESIDE`. Each spreads its loss of the year over the same months as the middle; in
        the month before and in later years they say nothing. `usual_t` is a usual month's imports.

    Returns
    -------
    polars.DataFrame
        `MONTH_COLUMNS`, one row an importer and month from the month before the first shock on; a negative
        loss is an early purchase. The twelve months from a shock's start add up to its loss of the year,
        less what a month that loses all it has cannot lose.
        `basis` says whether the profile of months was fitted or assumed.
    """
    import polars as pl

    columns = BESIDE if beside else MONTH_COLUMNS
    shapes = {place: [_shape(hit) for hit in drawn.hits] for place, drawn in found.drawn.items()}
    rows: list[dict[str, Any]] = []
    for row in found.losses.iter_rows(named=True):
        if row["base_t"] is None:
            continue
        drawn = found.drawn[row["mineral"], row["stage"]]
        head = {key: row[key] for key in ("scenario", "mineral", "stage", "importer", "status")}
        sums: dict[date, list[float]] = {}
        simple: dict[date, list[float]] = {}
        for shape, (part, bought) in zip(
            shapes[row["mineral"], row["stage"]], _parts(row, drawn), strict=True
        ):
            annual = tuple(part * one for one in _annual(row, drawn))
            if beside:
                _add(simple, shape, part * row["uniform_t"], part * row["proportional_t"])
            for month, *tonnes in _path(shape, annual, bought):
                summed = sums.setdefault(month, [0.0, 0.0, 0.0])
                for place, value in enumerate(tonnes):
                    summed[place] += value
        usual = row["base_t"] / _YEAR
        below, above = (_beside(row, end) / _YEAR for end in ("low", "high"))
        basis = "; ".join(dict.fromkeys(monthly_profile(_kind(hit)).basis for hit in drawn.hits))
        for month, (low, mid, high) in sorted(sums.items()):
            lost = [min(one, usual) for one in (low + below, mid, high + above)]
            ends = dict(zip(("lost_low_t", "lost_t", "lost_high_t"), lost, strict=True))
            uniform, proportional = simple.get(month, (None, None))
            rows.append(
                head
                | ends
                | {"month": month, "basis": basis, "usual_t": usual}
                | {"uniform_t": uniform, "proportional_t": proportional}
            )
    texts = ("scenario", "mineral", "stage", "importer", "basis", "status")
    schema: dict[str, Any] = {n: pl.String if n in texts else pl.Float64 for n in columns}
    schema["month"] = pl.Date
    return pl.DataFrame([{name: row.get(name) for name in columns} for row in rows], schema=schema)


def _beside(row: Mapping[str, Any], end: str) -> float:
    """How far an end of the year's interval lies from the loss; nothing where there is none. [t]"""
    ends = row[f"lost_{end}_t"]
    return 0.0 if ends is None else float(ends - row["lost_t"])


def _kind(hit: Hit) -> str:
    """Ways and surges have no months of their own: their loss is spread evenly, as an outage's is."""
    return hit.shock.kind if hit.shock.kind in KINDS else "outage"


def _annual(row: Mapping[str, Any], drawn: Drawn) -> tuple[float, float, float]:
    """The loss of a year: low, mid, high over the draws of the shocks. [t]"""
    import numpy as np

    lost = drawn.lost[:, drawn.which(row["importer"])].sum(axis=1)
    low, high = (float(one) for one in np.quantile(lost, _TAILS))
    return low, row["lost_t"], high


def _add(into: dict[date, list[float]], shape: _Shape, *annual: float) -> None:
    """Losses of a year over the months of the middle path."""
    for place, tonnes in enumerate(annual):
        path = _lost(shape.paths["middle", "factor"], tonnes, 0.0, 1)
        for k, month in shape.months:
            if 0 <= k < _YEAR:
                into.setdefault(month, [0.0] * len(annual))[place] += path.get(k, 0.0)


def _parts(row: Mapping[str, Any], drawn: Drawn) -> Iterator[tuple[float, float]]:
    """Each shock's part of the loss, and what is bought of what it cuts. [share, t]"""
    which = drawn.which(row["importer"])
    total = drawn.trade.total
    takes = [float(hit.everybody(total, which).sum() + hit.customers(which).sum()) for hit in drawn.hits]
    whole = sum(takes)
    for hit, take in zip(drawn.hits, takes, strict=True):
        yield take / whole if whole else 0.0, float(hit.bought[which].sum())


def _shape(hit: Hit) -> _Shape:
    """Months of a shock for its middle cut: short, middle and long, with the ends of the profile."""
    import numpy as np

    cut = min(float(np.median(hit.cuts)), 1.0)
    short, long = (float(one) for one in np.quantile(hit.months, _TAILS))
    span = (min(short, HORIZON), min(long, HORIZON))
    shock = hit.shock
    table = spread_over_months(_kind(hit), cut, shock.announced, shock.start, span).table
    paths: dict[tuple[str, str], dict[int, float]] = {}
    months: dict[int, date] = {}
    for row in table.iter_rows(named=True):
        months[row["k"]] = row["month"]
        for factor in ("factor_low", "factor", "factor_high"):
            paths.setdefault((row["duration"], factor), {})[row["k"]] = row[factor]
    return _Shape(tuple(sorted(months.items())), paths)


def _path(
    shape: _Shape, annual: tuple[float, ...], bought: float
) -> Iterator[tuple[date, float, float, float]]:
    """Month, low, mid and high: the middle duration, and the range over durations, profile and size."""
    mid = _lost(shape.paths["middle", "factor"], annual[1], bought, 1)
    ends = [_lost(path, annual[end], bought, end) for path in shape.paths.values() for end in (0, 2)]
    for k, month in shape.months:
        middle, around = mid.get(k, 0.0), [one.get(k, 0.0) for one in ends]
        yield month, min([middle, *around]), middle, max([middle, *around])


def _lost(path: Mapping[int, float], annual: float, bought: float, end: int) -> dict[int, float]:
    """Tonnes lost by month for one path; `end` 0 low, 1 mid, 2 high of the remaining part of later years."""
    year = sum(1 - path[k] for k in range(_YEAR))
    found = {}
    for k, factor in path.items():
        if k < 0:
            found[k] = (1 - factor) * bought / _YEAR
        elif k < _YEAR:
            found[k] = annual * (1 - factor) / year if year > 0 else 0.0
        else:
            remaining = PASS_THROUGH[min(k // _YEAR + 1, 3)][end]
            found[k] = remaining * (1 - factor) * bought / _YEAR
    return found
