"""The cash flow of a mine or a plant, year by year and draw by draw, and what it is worth.

    q_t  = capacity x (a linear ramp to full rate, until the end of the life), integrated over the year
    pause: q_t = 0 in a year with p_t (1 - royalty) < (1 - f) c; the fixed part f c of the cost goes on
    CF_t = (p_t - c) q_t - royalty - tax - capital - sustaining - closure        real USD of one year
    tax  = rate x what is left after royalty, depreciation and losses carried forward, never below 0
    NPV  = sum_t CF_t / (1 + r)^t,   IRR: r with NPV = 0 (`pactolus.projects.appraisal.returns`)

Year 0 is the year in which construction may begin at the earliest. Times are fractions of years, so a delay
of half a year counts. Pure functions of NumPy arrays, shape (draws, years); nothing is read.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Final

import numpy as np

from pactolus.errors import DataError

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    Floats = NDArray[np.float64]

__all__ = [
    "CashFlow",
    "Course",
    "Plant",
    "course",
    "discounts",
    "flows",
    "npv",
    "output_of",
    "overlap",
]

_ABOVE_ZERO: Final = ("capacity_t", "build_years", "life_years", "depreciation_years")
_PARTS: Final = ("royalty", "profit_royalty", "tax")


@dataclass(frozen=True, kw_only=True)
class Plant:
    """What decides a cash flow besides the price; each a number, or one value a draw.

    Attributes
    ----------
    capacity_t : float or ndarray, shape (draws,)
        Product a year at full rate. [t]
    capital_usd : float or ndarray
        Construction, overrun included. [USD]
    opex_usd_per_t : float or ndarray
        [USD/t]
    fixed_cost : float or ndarray
        Part of the operating cost that goes on in a year of pause; with 1 there is never one. [1]
    begin : float or ndarray
        When construction begins. [years from now]
    build_years, ramp_years, life_years : float or ndarray
        Construction; from first output to full rate; from first output to the last. [years]
    royalty, profit_royalty, tax : float or ndarray
        Of revenue; of profit before tax; of taxable profit. [0-1]
    depreciation_years : float or ndarray
        Straight line from the first output. [years]
    sustaining : float or ndarray
        Of `capital_usd`, in every year of output, deducted from profit at once. [1/year]
    closure : float or ndarray
        Of `capital_usd`, in the year after the last output; no tax is given back. [1]
    """

    capacity_t: Floats | float
    capital_usd: Floats | float
    opex_usd_per_t: Floats | float
    fixed_cost: Floats | float = 1.0
    begin: Floats | float = 0.0
    build_years: Floats | float = 2.0
    ramp_years: Floats | float = 2.0
    life_years: Floats | float = 20.0
    royalty: Floats | float = 0.0
    profit_royalty: Floats | float = 0.0
    tax: Floats | float = 0.0
    depreciation_years: Floats | float = 10.0
    sustaining: Floats | float = 0.0
    closure: Floats | float = 0.0

    def __post_init__(self) -> None:
        faults = []
        for one in fields(self):
            value = np.asarray(getattr(self, one.name), dtype=np.float64)
            if value.ndim > 1 or not np.isfinite(value).all() or (value < 0).any():
                faults.append(f"plant.{one.name}: {value!r}; finite, 0 or more, one number or one a draw")
        faults += [f"plant.{name}: not above 0" for name in _ABOVE_ZERO if np.any(getattr(self, name) <= 0)]
        if np.any(np.asarray(self.fixed_cost) > 1):
            faults.append("plant.fixed_cost: above 1; a part of the operating cost")
        faults += [
            f"plant.{name}: 1 or more; a part of the whole, below 1"
            for name in _PARTS
            if np.any(getattr(self, name) >= 1)
        ]
        if faults:
            raise DataError("\n".join(faults))

    def column(self, name: str) -> Floats:
        """One field as a column, shape (draws, 1) or (1, 1)."""
        return np.atleast_1d(np.asarray(getattr(self, name), dtype=np.float64))[:, None]

    @property
    def first_output(self) -> Floats:
        """When output begins, shape (draws, 1) or (1, 1). [years from now]"""
        return self.column("begin") + self.column("build_years")

    @property
    def horizon(self) -> int:
        """Years that hold the whole life and the closure."""
        return int(np.ceil((self.first_output + self.column("life_years")).max())) + 1


@dataclass(frozen=True, kw_only=True)
class CashFlow:
    """A cash flow and its parts, each of shape (draws, years) in USD of the year the price is in.

    Attributes
    ----------
    total : ndarray
        revenue - opex - royalty - tax - capital.
    output_t : ndarray
        Product; none in a year of pause. [t]
    revenue, opex, royalty, tax, capital : ndarray
        As positive numbers; `capital` holds construction, sustaining and closure.
    """

    total: Floats
    output_t: Floats
    revenue: Floats
    opex: Floats
    royalty: Floats
    tax: Floats
    capital: Floats


def overlap(begin: Floats, length: Floats, years: int) -> Floats:
    """Part of each year inside [begin, begin + length], columns in, shape (draws, years) out. [years]"""
    year = np.arange(years, dtype=np.float64)[None, :]
    inside = np.minimum(year + 1, begin + length) - np.maximum(year, begin)
    found: Floats = np.clip(inside, 0.0, 1.0)
    return found


def output_of(plant: Plant, years: int) -> Floats:
    """Product of every year, if it never pauses.

    Parameters
    ----------
    plant : Plant
    years : int

    Returns
    -------
    ndarray, shape (draws, years)
        [t]

    Examples
    --------
    >>> mine = Plant(capacity_t=100, capital_usd=1, opex_usd_per_t=0, build_years=1, life_years=4)
    >>> output_of(mine, 6).round(1).tolist()
    [[0.0, 25.0, 75.0, 100.0, 100.0, 0.0]]
    """
    edge = np.arange(years + 1, dtype=np.float64)[None, :] - plant.first_output
    edge = np.clip(edge, 0.0, plant.column("life_years"))
    ramp = plant.column("ramp_years")
    ramp = np.where(ramp < 1e-9, 0.0, ramp)
    done = np.where(edge < ramp, edge**2 / (2 * np.where(ramp > 0, ramp, 1.0)), edge - ramp / 2)
    found: Floats = plant.column("capacity_t") * np.diff(done, axis=1)
    return found


@dataclass(frozen=True, kw_only=True)
class Course:
    """What a plant does whatever the price, each of shape (draws, years) or (1, years).

    Attributes
    ----------
    output_t : ndarray
        [t]
    spent, written_off : ndarray
        Construction, sustaining and closure; depreciation. [USD]
    sustaining : ndarray
        [USD]
    """

    output_t: Floats
    spent: Floats
    sustaining: Floats
    written_off: Floats


def course(plant: Plant, years: int) -> Course:
    """Output and capital of a plant: worked out once where many prices are asked for.

    Parameters
    ----------
    plant : Plant
    years : int
    """
    first, spent = plant.first_output, plant.column("capital_usd")
    building = overlap(plant.column("begin"), plant.column("build_years"), years)
    sustaining = plant.column("sustaining") * spent * overlap(first, plant.column("life_years"), years)
    closure = plant.column("closure") * spent * _closing(first + plant.column("life_years"), years)
    life = np.minimum(plant.column("depreciation_years"), plant.column("life_years"))
    return Course(
        output_t=output_of(plant, years),
        spent=spent * building / plant.column("build_years") + sustaining + closure,
        sustaining=sustaining,
        written_off=spent * overlap(first, life, years) / life,
    )


def flows(plant: Plant, price: ArrayLike, known: Course | None = None) -> CashFlow:
    """The cash flow at a price path.

    Parameters
    ----------
    plant : Plant
    price : array, shape (draws, years), (1, years) or (years,)
        Of the product, real. [USD/t]
    known : Course, optional
        `course` of the plant over as many years, if it is at hand.

    Raises
    ------
    DataError
        If a price is missing or below 0, or the years end before the plant does.
    """
    path = np.atleast_2d(np.asarray(price, dtype=np.float64))
    if not np.isfinite(path).all() or (path < 0).any():
        raise DataError("price: a value is missing or below 0; a price path holds every year")
    years = path.shape[1]
    if years < plant.horizon:
        raise DataError(
            f"price: {years} years; the plant needs {plant.horizon} to close; give a longer path "
            "(`Plant.horizon`)"
        )
    fixed_part = course(plant, years) if known is None else known
    could, capital = fixed_part.output_t, fixed_part.spent
    cost, fixed = plant.column("opex_usd_per_t"), plant.column("fixed_cost")
    works = path * (1 - plant.column("royalty")) >= (1 - fixed) * cost
    made = could * works
    revenue, opex = path * made, cost * np.where(works, could, fixed * could)
    royalty = plant.column("royalty") * revenue
    profit = revenue - opex - royalty - fixed_part.sustaining - fixed_part.written_off
    shared = plant.column("profit_royalty") * np.maximum(profit, 0.0)
    royalty = royalty + shared
    tax = plant.column("tax") * _taxable(profit - shared)
    total = revenue - opex - royalty - tax - capital
    shape = total.shape
    wide = {"output_t": made, "revenue": revenue, "opex": opex, "royalty": royalty, "tax": tax}
    parts = {name: np.broadcast_to(part, shape) for name, part in wide.items()}
    return CashFlow(total=total, capital=np.broadcast_to(capital, shape), **parts)


def _closing(end: Floats, years: int) -> Floats:
    """1 in the year after the last output."""
    year = np.arange(years)[None, :]
    found: Floats = (year == np.ceil(end - 1e-9)).astype(np.float64)
    return found


def _taxable(profit: Floats) -> Floats:
    """Profit above the losses that are carried forward, without limit in time."""
    by_year = np.ascontiguousarray(profit.T)
    found, loss = np.empty_like(by_year), np.zeros(len(profit))
    for year, one in enumerate(by_year):
        left = one - loss
        found[year] = np.maximum(left, 0.0)
        loss = np.maximum(-left, 0.0)
    return np.ascontiguousarray(found.T)


def npv(total: ArrayLike, rate: ArrayLike) -> Floats:
    """Net present value in year 0; the flow of year 0 is not discounted.

    Parameters
    ----------
    total : array, shape (draws, years) or (years,)
    rate : float or array, shape (draws,)
        A year, above -1.

    Returns
    -------
    ndarray, shape (draws,)

    Examples
    --------
    >>> float(npv([-1000, -1200] + [550] * 8, 0.08)[0].round(4))
    815.418
    """
    table = np.atleast_2d(np.asarray(total, dtype=np.float64))
    if not np.isfinite(table).all():
        raise DataError("npv: a year has no value; a missing flow is not 0")
    found: Floats = (table * discounts(rate, table.shape[1])).sum(axis=1)
    return found


def discounts(rate: ArrayLike, years: int) -> Floats:
    """What a dollar of each year is worth in year 0, shape (draws, years) or (1, years)."""
    factor = 1.0 + np.atleast_1d(np.asarray(rate, dtype=np.float64))[:, None]
    if not (factor > 0).all():
        raise DataError("npv: a rate of -100 % or less; there is no such discount")
    found: Floats = factor ** -np.arange(years, dtype=np.float64)
    return found
