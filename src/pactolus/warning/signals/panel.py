"""Monthly series as arrays: a flow a row, a month a column."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from pactolus.errors import DataError
from pactolus.indicators.price_level import deflator
from pactolus.warning.signals.kinds import BASE_MONTHS
from pactolus.warning.signals.series import FLOW, TAKES_PART, MonthlySeries, month_of
from pactolus.warning.signals.windows import Floats, median_and_mad, medians

__all__ = ["JUMP", "Panel", "jumps", "panel_of"]

#: A unit value so many times, or so small a part of, the usual one tells of another currency or unit.
JUMP: Final = 20.0
_FEWEST: Final = 3

Bools = NDArray[np.bool_]


@dataclass(frozen=True, kw_only=True)
class Panel:
    """Arrays of shape (flows, months); NaN where no value takes part.

    Attributes
    ----------
    flows : DataFrame
        ``reporter, flow, partner, hs6``, one row a row of the arrays.
    first : int
        The first month, in months since the year 0.
    kg, price, inside : array
        `price` without the jumps.
    there, absent, reported : array of bool
        A row takes part; the flow has no row though its reporter has others; the reporter has any row.
    jumped : array of bool
        The unit value jumps: see `jumps`.
    """

    flows: pl.DataFrame
    first: int
    kg: Floats
    price: Floats
    inside: Floats
    there: Bools
    absent: Bools
    reported: Bools
    jumped: Bools

    @property
    def months(self) -> int:
        """Number of months."""
        return int(self.kg.shape[1])

    @cached_property
    def base(self) -> tuple[Floats, Floats, Floats]:
        """Median, MAD and number of the kilograms of the twelve months before."""
        return median_and_mad(self.kg, BASE_MONTHS)

    @property
    def weighed(self) -> Bools:
        """Rows that are goods by weight, no quoted prices."""
        rows: Bools = (self.flows["flow"] != "price").to_numpy()
        return rows

    @property
    def deflated(self) -> Floats:
        """Prices divided by the level of prices of their year."""
        years = (self.first + np.arange(self.months)) // 12
        level: Floats = self.price / np.array([deflator(int(year)) for year in years])
        return level

    def mirrored(self) -> tuple[Floats, Bools]:
        """Kilograms that the partner reports of each row of imports, and which rows have such a report."""
        exports = self.flows.with_row_index("there").filter(pl.col("flow") == "export")
        found = self.flows.with_row_index("here").join(
            exports.select("there", "hs6", reporter="partner", partner="reporter"),
            on=["reporter", "partner", "hs6"],
        )
        found = found.filter((pl.col("flow") == "import") & (pl.col("reporter") != ""))
        kg = np.full_like(self.kg, np.nan)
        rows = np.zeros(self.kg.shape[0], bool)
        here = found["here"].to_numpy()
        kg[here] = self.kg[found["there"].to_numpy()]
        rows[here] = True
        return kg, rows


def panel_of(series: MonthlySeries) -> Panel:
    """The rows of a series as arrays.

    Parameters
    ----------
    series : MonthlySeries

    Returns
    -------
    Panel
        Of no flow and no month where the series has no row.

    Raises
    ------
    DataError
        If the table is not sorted by flow.
    """
    other = pl.any_horizontal(pl.col(name) != pl.col(name).shift() for name in FLOW)
    placed = series.table.filter(pl.col("status") != "future").with_columns(
        month=month_of(pl.col("period")), row=other.fill_null(value=False).cum_sum().cast(pl.Int64)
    )
    flows = placed.group_by("row").agg(pl.col(FLOW).first()).sort("row").select(FLOW)
    if flows.n_unique() != flows.height:
        raise DataError("monthly series: rows of a flow do not stand together; sort them by flow and month")
    first, last = placed["month"].min(), placed["month"].max()
    start = first if isinstance(first, int) else 0
    shape = (flows.height, last - start + 1 if isinstance(last, int) else 0)
    usable = placed.filter(pl.col("status").is_in(TAKES_PART))
    kg, inside, price = (_filled(usable, name, shape, start) for name in ("kg", "inside", "price"))
    value = _filled(usable, "value_usd", shape, start)
    jumped, heavy = jumps(price, kg, value)
    kg, price = np.where(heavy, np.nan, kg), np.where(jumped, np.nan, price)
    there, absent = np.zeros(shape, bool), np.zeros(shape, bool)
    there[usable["row"].to_numpy(), usable["month"].to_numpy() - start] = True
    gone = placed.filter(pl.col("status") == "no_row")
    absent[gone["row"].to_numpy(), gone["month"].to_numpy() - start] = True
    reported = _reported(series, flows, shape, start)
    return Panel(
        flows=flows,
        first=start,
        kg=kg,
        price=price,
        inside=inside,
        there=there,
        absent=absent,
        reported=reported,
        jumped=jumped,
    )


def jumps(price: Floats, kg: Floats, value: Floats) -> tuple[Bools, Bools]:
    """Months whose unit value is another order than the twelve before: another currency, or another unit.

    A month that jumps does not enter the base of the next ones. When the base is empty the new level counts.

    Parameters
    ----------
    price, kg, value : array, shape (flows, months)

    Returns
    -------
    tuple of array of bool
        Where the unit value jumps; where it was the weight that jumped, rather than the value.

    Examples
    --------
    >>> price = np.array([[2.0, 2.1, 1.9, 2600.0, 2.0]])
    >>> jumped, heavy = jumps(price, np.ones((1, 5)), price)
    >>> jumped[0].tolist(), bool(heavy.any())
    ([False, False, False, True, False], False)
    """
    kept, weight, worth = price.copy(), kg.copy(), value.copy()
    jumped, heavy = np.zeros(price.shape, bool), np.zeros(price.shape, bool)
    with np.errstate(divide="ignore", invalid="ignore"):
        for month in range(1, price.shape[1]):
            past = slice(max(0, month - BASE_MONTHS), month)
            middle, count = medians(kept[:, past])
            apart = np.abs(np.log(price[:, month] / middle))
            here = np.flatnonzero((count >= _FEWEST) & (apart >= np.log(JUMP)))
            if not here.size:
                continue
            by_kg = np.abs(np.log(kg[here, month] / medians(weight[here, past])[0]))
            by_value = np.abs(np.log(value[here, month] / medians(worth[here, past])[0]))
            jumped[here, month] = True
            heavy[here, month] = by_kg > by_value
            for array in (kept, weight, worth):
                array[here, month] = np.nan
    return jumped, heavy


def _filled(rows: pl.DataFrame, name: str, shape: tuple[int, int], start: int) -> Floats:
    cells = np.full(shape, np.nan)
    known = rows.filter(pl.col(name).is_not_null())
    cells[known["row"].to_numpy(), known["month"].to_numpy() - start] = known[name].to_numpy()
    return cells


def _reported(series: MonthlySeries, flows: pl.DataFrame, shape: tuple[int, int], start: int) -> Bools:
    """Months in which the reporter of each flow reports anything."""
    sides = flows.select("reporter", "flow").unique().sort("reporter", "flow").with_row_index("side")
    months = series.reported.join(sides, on=["reporter", "flow"]).with_columns(
        month=month_of(pl.col("period")) - start
    )
    months = months.filter(pl.col("month").is_between(0, shape[1] - 1))
    by_side = np.zeros((sides.height, shape[1]), bool)
    by_side[months["side"].to_numpy(), months["month"].to_numpy()] = True
    side = flows.join(sides, on=["reporter", "flow"], how="left", maintain_order="left")["side"]
    found: Bools = by_side[side.to_numpy()]
    return found
