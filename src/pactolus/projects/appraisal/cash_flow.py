"""The cash flow of a mine or a plant, year by year and draw by draw, and what it is worth.

    q_t  = capacity x (a linear ramp to full rate, until the end of the life), integrated over the year
    pause: q_t = 0 in a year with p_t (1 - royalty) < (1 - f) c; the fixed part f c of the cost goes on
    CF_t = (p_t - c) q_t - royalty - tax - capital - sustaining - closure        real USD of one year
    tax  = rate x what is left after royalty, depreciation and losses carried forward, never below 0
    NPV  = sum_t CF_t / (1 + r)^t,   IRR: r with NPV = 0; there may be none, or several

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

__all__ = ["LOWEST_RATE", "CashFlow", "Plant", "Returns", "flows", "irr", "npv", "output_of", "overlap"]

#: IRR below this is not looked for: with a closure cost at the end every flow has a second root far below 0.
LOWEST_RATE: Final = -0.2
_STEPS: Final = 100
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


def flows(plant: Plant, price: ArrayLike) -> CashFlow:
    """The cash flow at a price path.

    Parameters
    ----------
    plant : Plant
    price : array, shape (draws, years), (1, years) or (years,)
        Of the product, real. [USD/t]

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
    could, first = output_of(plant, years), plant.first_output
    spent, cost, fixed = (plant.column(name) for name in ("capital_usd", "opex_usd_per_t", "fixed_cost"))
    works = path * (1 - plant.column("royalty")) >= (1 - fixed) * cost
    made = could * works
    revenue, opex = path * made, cost * np.where(works, could, fixed * could)
    building = overlap(plant.column("begin"), plant.column("build_years"), years)
    sustaining = plant.column("sustaining") * spent * overlap(first, plant.column("life_years"), years)
    closure = plant.column("closure") * spent * _closing(first + plant.column("life_years"), years)
    life = np.minimum(plant.column("depreciation_years"), plant.column("life_years"))
    written_off = spent * overlap(first, life, years) / life
    royalty = plant.column("royalty") * revenue
    profit = revenue - opex - royalty - sustaining - written_off
    royalty = royalty + plant.column("profit_royalty") * np.maximum(profit, 0.0)
    profit = profit - plant.column("profit_royalty") * np.maximum(profit, 0.0)
    tax = plant.column("tax") * _taxable(profit)
    capital = spent * building / plant.column("build_years") + sustaining + closure
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
    found, loss = np.zeros_like(profit), np.zeros(len(profit))
    for year in range(profit.shape[1]):
        left = profit[:, year] - loss
        found[:, year] = np.maximum(left, 0.0)
        loss = np.maximum(-left, 0.0)
    return found


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
    factor = 1.0 + np.atleast_1d(np.asarray(rate, dtype=np.float64))[:, None]
    if not (factor > 0).all():
        raise DataError("npv: a rate of -100 % or less; there is no such discount")
    found: Floats = (table * factor ** -np.arange(table.shape[1], dtype=np.float64)).sum(axis=1)
    return found


@dataclass(frozen=True, kw_only=True)
class Returns:
    """Internal rates of return.

    Attributes
    ----------
    rate : ndarray, shape (draws,)
        The only one; NaN where there is none or more than one.
    count : ndarray of int, shape (draws,)
        How many there are above `LOWEST_RATE`.
    roots : tuple of ndarray
        All of them by draw, rising.
    """

    rate: Floats
    count: NDArray[np.int64]
    roots: tuple[Floats, ...]

    @property
    def status(self) -> tuple[str, ...]:
        """``ok``, ``none`` or ``several`` by draw."""
        return tuple("ok" if n == 1 else "several" if n else "none" for n in self.count)


def irr(total: ArrayLike) -> Returns:
    """Rates at which the flow is worth nothing.

    A flow that changes its sign once or twice and ends otherwise than it began (at the lowest rate) has one
    root, found by bisection. Of any other, a polynomial in 1/(1+r), all real roots are counted.

    Parameters
    ----------
    total : array, shape (draws, years) or (years,)

    Examples
    --------
    >>> float(irr([-1000, -1200] + [550] * 8).rate[0].round(6))
    0.163356
    >>> irr([[100, -230, 132], [1, 1, 1]]).status
    ('several', 'none')
    """
    table = np.atleast_2d(np.asarray(total, dtype=np.float64))
    if not np.isfinite(table).all():
        raise DataError("irr: a year has no value; a missing flow is not 0")
    sign = [row[row != 0.0] > 0 for row in table]
    changes = np.array([int((one[1:] != one[:-1]).sum()) for one in sign])
    roots: list[Floats] = [np.zeros(0)] * len(table)
    single = _surely_one(table, changes)
    for draw, rate in zip(np.flatnonzero(single), _bisected(table[single]), strict=True):
        roots[draw] = np.array([rate])
    for draw in np.flatnonzero((changes > 1) & ~single):
        roots[draw] = _all_roots(table[draw])
    count = np.array([len(one) for one in roots], dtype=np.int64)
    rate = np.array([one[0] if len(one) == 1 else np.nan for one in roots])
    return Returns(rate=rate, count=count, roots=tuple(roots))


def _surely_one(table: Floats, changes: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Flows with one root that counts: at most two by Descartes' rule, and the ends differ in sign."""
    start = np.array([row[row != 0.0][0] if row.any() else 0.0 for row in table])
    end = _value(table, np.full(len(table), _highest()))
    found: NDArray[np.bool_] = (changes >= 1) & (changes <= 2) & (np.sign(start) * np.sign(end) < 0)
    return found


def _highest() -> float:
    """The highest 1/(1+r) that counts."""
    return 1.0 / (1.0 + LOWEST_RATE)


def _bisected(table: Floats) -> Floats:
    """The root in x = 1/(1+r) of flows that have one between 0 and the highest that counts."""
    start = np.array([np.sign(row[row != 0.0][0]) for row in table])
    low, high = np.zeros(len(table)), np.full(len(table), _highest())
    for _ in range(_STEPS):
        middle = (low + high) / 2
        same = np.sign(_value(table, middle)) == start
        low, high = np.where(same, middle, low), np.where(same, high, middle)
    found: Floats = 2.0 / np.maximum(low + high, 1e-300) - 1.0
    return found


def _value(table: Floats, x: Floats) -> Floats:
    """Horner's rule by draw, from the first year that has a flow."""
    found = np.zeros(len(table))
    for year in range(table.shape[1] - 1, -1, -1):
        found = found * x + table[:, year]
    return found


def _all_roots(row: Floats) -> Floats:
    """Real rates above `LOWEST_RATE` at which the value of one flow changes its sign or touches 0."""
    used = np.trim_zeros(row)
    found = np.roots(used[::-1])
    real = found[np.abs(found.imag) <= 1e-7 * np.maximum(1.0, np.abs(found))].real
    rates = np.sort(1.0 / real[real > 0] - 1.0)
    kept: list[float] = []
    for rate in rates[rates >= LOWEST_RATE]:
        if not kept or rate - kept[-1] > 1e-6:
            kept.append(float(rate))
    return np.array(kept)
