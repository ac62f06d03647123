"""Fit of a monthly profile: exports by partner around a measure against the same partner's usual month.

    r_pk  = q_pk / mean of q_p over the base            partner p, month k
    mid_k = sum_p w_p r_pk,  w_p = value of p in the base / value of all

Low and high are the weighted 10 and 90 % quantiles over partners. No month outside base and window is read.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pactolus.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    import numpy as np
    import polars as pl
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

__all__ = ["BASE", "WINDOW", "fit_profile", "month_number"]

#: Months of a profile, from two before the first one under the measure.
WINDOW: Final = (-2, 12)
#: Months of the usual trade, counted from that of the announcement: a whole year, so that no season counts
#: twice, and three months clear of the announcement.
BASE: Final = (-15, -4)
#: Months whose mean is the plateau.
_SETTLED: Final = (4, 12)
#: Part of the plateau at which trade counts as recovered.
_RECOVERED: Final = 0.9
_TAILS: Final = (0.1, 0.9)
_YEAR: Final = 12


def month_number(day: str) -> int:
    """Months since year 0 of a day or month in ISO form.

    Examples
    --------
    >>> month_number("2023-12-01") - month_number("2023-10")
    2
    """
    return int(day[:4]) * _YEAR + int(day[5:7]) - 1


def fit_profile(
    monthly: pl.DataFrame,
    announced: date,
    effective: date,
    *,
    base: tuple[int, int] = BASE,
    window: tuple[int, int] = WINDOW,
) -> pl.DataFrame:
    """Fit a profile on monthly exports of one exporter by partner.

    Every series (partner and code) is divided by its own mean over the base; the middle is the mean of these
    ratios weighted with the value of the base, low and high are the weighted 10 and 90 % quantiles over
    series. Months outside base and window are dropped before anything is computed. A series that lacks a
    month of either is left out, not filled.

    Parameters
    ----------
    monthly : polars.DataFrame
        ``month`` (date), ``partner``, ``hs_code``, ``quantity_kg``, ``value_usd``.
    announced, effective : datetime.date
    base : tuple of int
        First and last month of the usual trade, relative to the month of the announcement.
    window : tuple of int
        First and last month of the profile, relative to the month in which the measure starts.

    Returns
    -------
    polars.DataFrame
        ``what, month, low, mid, high, series, coverage``: `what` is ``factor`` (one row a month), ``front``,
        ``first``, ``recovery`` [months] or ``plateau``; `coverage` is the part of the base's value that the
        series used hold. [1]

    Raises
    ------
    DataError
        If no series is whole.
    """
    import numpy as np
    import polars as pl

    start, told = month_number(effective.isoformat()), month_number(announced.isoformat())
    number = pl.col("month").dt.year().cast(pl.Int64) * _YEAR + pl.col("month").dt.month().cast(pl.Int64) - 1
    usual = list(range(told + base[0], told + base[1] + 1))
    around = list(range(start + window[0], start + window[1] + 1))
    rows = monthly.with_columns(number.alias("n")).filter(pl.col("n").is_in([*usual, *around]))
    rows = rows.drop_nulls(["quantity_kg", "value_usd"]).sort("partner", "hs_code", "n", "quantity_kg")
    rows = rows.group_by("partner", "hs_code", "n", maintain_order=True).agg(
        pl.col("quantity_kg", "value_usd").sum()
    )
    wide = rows.pivot(on="n", index=["partner", "hs_code"], values="quantity_kg").sort("partner", "hs_code")
    lacking = [str(n) for n in (*usual, *around) if str(n) not in wide.columns]
    values = (
        rows.filter(pl.col("n").is_in(usual))
        .group_by("partner", "hs_code", maintain_order=True)
        .agg(pl.col("value_usd").sum())
    )
    whole = wide.drop_nulls().join(values, on=["partner", "hs_code"], how="left", maintain_order="left")
    if not lacking:
        whole = whole.filter(pl.sum_horizontal(str(n) for n in usual) > 0, pl.col("value_usd") > 0)
    if lacking or not whole.height:
        raise DataError(
            f"monthly: no partner has exports in every one of the {len(usual)} months of the base and the "
            f"{len(around)} months of the window; give these months, or narrow base and window"
        )
    mean = whole.select(str(n) for n in usual).to_numpy().mean(axis=1)
    ratios = whole.select(str(n) for n in around).to_numpy() / mean[:, None]
    money = whole["value_usd"].to_numpy().astype(float)
    weights = money / money.sum()
    months = list(range(window[0], window[1] + 1))
    own = {name: np.array(part) for name, part in _parameters(ratios, months).items()}
    pooled = _parameters((weights @ ratios)[None, :], months)
    found: list[tuple[str, int | None, float, float, float]] = []
    for k, column in zip(months, ratios.T, strict=True):
        found.append(("factor", k, *_around(column, weights, float(weights @ column))))
    for name, one in pooled.items():
        found.append((name, None, *_around(own[name], weights, one[0])))
    schema = {"what": pl.String, "month": pl.Int64, **dict.fromkeys(("low", "mid", "high"), pl.Float64)}
    table = pl.DataFrame(found, schema=schema, orient="row")
    part = float(money.sum()) / float(values["value_usd"].sum())
    return table.with_columns(series=pl.lit(whole.height, pl.Int64), coverage=pl.lit(part))


def _parameters(ratios: Floats, months: Sequence[int]) -> dict[str, list[float]]:
    """Front, first, recovery and plateau of every row."""
    at = {k: n for n, k in enumerate(months)}
    settled = [at[k] for k in range(_SETTLED[0], min(_SETTLED[1], months[-1]) + 1)]
    plateau = ratios[:, settled].mean(axis=1)
    recovery = []
    for row, level in zip(ratios, plateau, strict=True):
        back = [k for k in range(1, months[-1] + 1) if row[at[k]] >= _RECOVERED * level]
        recovery.append(float(back[0]) if back else float(months[-1]))
    return {
        "front": ratios[:, at[-1]].tolist(),
        "first": ratios[:, at[0]].tolist(),
        "recovery": recovery,
        "plateau": plateau.tolist(),
    }


def _around(values: Floats, weights: Floats, middle: float) -> tuple[float, float, float]:
    """Weighted quantiles around a middle; the middle is never outside them."""
    import numpy as np

    order = np.argsort(values, kind="stable")
    part = weights[order]
    low, high = np.interp(_TAILS, np.cumsum(part) - part / 2, values[order])
    return min(float(low), middle), middle, max(float(high), middle)
