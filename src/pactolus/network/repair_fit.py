"""What a tonne of one flow should be worth in one year, from that year and the years before it.

The model is that of a median polish: log unit value of a flow = effect of the pair + effect of the year,
code by code. The window expands: year after year the effect of the year is the weighted median of what the
pairs' effects leave, then the pairs' effects are renewed from the last `WINDOW` years. Nothing that comes
later is ever seen, so that the fit of a table cut after a year is the fit of the whole table up to that
year. Codes do not meet.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from pactolus.network.medians import Floats, Ints, group_median, row_median
from pactolus.runs.progress import Progress, silent

__all__ = ["HISTORY_CLASSES", "SIZE_CLASSES", "WINDOW", "Bounds", "Expected", "Flows", "expected_unit_values"]

#: Years whose unit values tell the effect of a pair.
WINDOW: Final = 6
#: Weight of a year by its age in the window, in thousandths: each year counts 0.8 of the next one.
_BY_AGE: Final = np.array([1000, 800, 640, 512, 410, 328], dtype=np.int64)
#: Weight, in years, of the exporter's effect beside the pair's own years, and of zero beside the exporter's.
_SHRINK: Final = 2.0
#: A pair may stay off its exporter by this many spreads of the code's pairs, and always by this factor.
_PAIR_SPREADS: Final = 4.0
_PAIR_FACTOR: Final = 5.0
#: Spread of pairs about their exporter where a code has told nothing yet, and how many pairs that stands for.
_PAIR_SPREAD: Final = 0.35
_PAIR_SPREAD_WEIGHT: Final = 10
#: Robust standard deviation of a median absolute deviation (normal distribution).
_SIGMA: Final = 1.4826

#: What is known of a flow when its weight is judged: nothing, its exporter, or some of its own years.
HISTORY_CLASSES: Final = ("none", "exporter", "one year", "two or three years", "four years or more")
#: Share of the flow in the value of its code and year: below 1e-4, 1e-3, 1e-2, and above.
SIZE_CLASSES: Final = (1e-4, 1e-3, 1e-2)
#: Robust standard deviation of log(unit value / expected) by history (row) and size (column). This and the
#: figures below were set on the codes of the embedded world whose SHA-256 begins with an even byte, years
#: 2000-2011; what they do to the other codes and years is in tests/network/test_repair_world.py.
SPREAD: Final = np.array(
    [
        [1.75, 1.00, 0.85, 1.00],
        [1.75, 1.00, 0.85, 1.00],
        [1.10, 0.61, 0.44, 0.36],
        [0.85, 0.45, 0.36, 0.29],
        [0.55, 0.33, 0.25, 0.18],
    ]
)
#: A weight is out of bounds beyond so many spreads, by history class, and never within a factor of two.
LIMIT: Final = np.array([3.5, 3.5, 4.0, 4.0, 4.0])
LIMIT_AT_LEAST: Final = math.log(2)
#: Half of a 90 % range in spreads, by history class.
HALF_RANGE: Final = np.array([2.2, 2.2, 3.1, 3.2, 3.2])
#: A unit value out of bounds counts half in the effect of its pair from then on.
_DOUBTED: Final = 0.5
#: A weight is in line with its pair, so that the value is in doubt and not the weight, if it lies within this
#: factor of the middle of the last weights used, and what would replace it lies beyond the other factor.
_IN_LINE: Final = math.log(1.25)
_OUT_OF_LINE: Final = math.log(2)
_LAST_WEIGHTS: Final = 3
_LAST_WEIGHTS_NEEDED: Final = 2
#: How the spread of a code beside `SPREAD` is carried on from year to year, and how many flows 1 stands for.
_CARRIED: Final = 0.8
_SPREAD_WEIGHT: Final = 30
_FLOWS_AT_MOST: Final = 100


@dataclass(frozen=True, kw_only=True)
class Flows:
    """The flows of a table as arrays, all of shape (n,), sorted by year, code, exporter, importer."""

    year: Ints
    code: Ints
    """Number of the code, 0 to `codes` - 1."""
    exporter: Ints
    """Number of the exporter within its code."""
    pair: Ints
    """Number of the pair within its code."""
    exporter_of_pair: Ints
    code_of_exporter: Ints
    value: Floats
    """Log of USD; nan where the value is zero."""
    weight: Floats
    """Log of kg; nan where no weight was reported."""
    share: Floats
    """Share in the value of the code and year, 0-1."""
    codes: int


@dataclass(frozen=True, kw_only=True)
class Bounds:
    """What is said of a code where its own spread would mislead; factors above 1, or None."""

    level_factor: float | None = None
    """A unit value further off the level of the code in its year tells nothing about its pair."""
    limit_factor: float | None = None
    """A weight is out of bounds where its unit value is off by more than that."""


@dataclass(frozen=True, kw_only=True)
class Expected:
    """What the fit says of each flow, arrays of shape (n,)."""

    unit_value: Floats
    """Expected log of USD per kg; nan where the code has shown no weight up to that year."""
    wrong: npt.NDArray[np.bool_]
    """The weight cannot be: the unit value is out of bounds, and the weight out of line with earlier ones."""
    half_range: Floats
    """Half of the 90 % range of what is left, natural log."""


class _State:
    """Effects and spreads as known at the end of a year; `pair` and `exporter` keep what they last showed."""

    def __init__(self, flows: Flows, bounds: Mapping[int, Bounds]) -> None:
        pairs, exporters = len(flows.exporter_of_pair), len(flows.code_of_exporter)
        self.flows = flows
        self.seen = np.full((pairs, WINDOW), np.nan)  # log unit value less effect of its year
        self.weight = np.zeros((pairs, WINDOW), dtype=np.int64)
        self.used = np.full((pairs, _LAST_WEIGHTS), np.nan)  # log of the last weights used, the newest last
        self.pair = np.zeros(pairs)
        self.pair_years = np.zeros(pairs)
        self.exporter = np.zeros(exporters)
        self.exporter_years = np.zeros(exporters)
        self.year = np.full(flows.codes, np.nan)
        self.pair_spread = np.full(flows.codes, _PAIR_SPREAD)
        self.spread_sum = np.zeros(flows.codes)
        self.spread_count = np.zeros(flows.codes)
        self.spread_now = np.zeros(flows.codes)
        self.level = np.full(flows.codes, np.inf)
        self.limit = np.full(flows.codes, np.nan)
        for code, said in bounds.items():
            if said.level_factor is not None:
                self.level[code] = math.log(said.level_factor)
            if said.limit_factor is not None:
                self.limit[code] = math.log(said.limit_factor)

    @property
    def spread(self) -> Floats:
        """Spread of each code, as a factor on `SPREAD`: of this year, or of the years before if larger."""
        carried = self.spread_sum / (self.spread_count + _SPREAD_WEIGHT)
        return np.exp(np.maximum(carried, self.spread_now))

    @property
    def pair_limit(self) -> Floats:
        """How far a pair may stay off its exporter, by code, natural log."""
        return np.maximum(math.log(_PAIR_FACTOR), _PAIR_SPREADS * self.pair_spread)


class _Year:
    """The flows of one year, and what was known of them when it began."""

    def __init__(self, state: _State, rows: slice, weight: Ints, size: Ints) -> None:
        flows = state.flows
        self.code, self.exporter, self.pair = flows.code[rows], flows.exporter[rows], flows.pair[rows]
        self.value, self.kilograms = flows.value[rows], flows.weight[rows]
        self.unit_value = self.value - self.kilograms
        self.weight, self.size = weight[rows], size[rows]
        self.there = ~np.isnan(self.unit_value)
        self.years = state.pair_years[self.pair]
        by_years = np.select([self.years >= 4, self.years >= 2, self.years >= 1], [4, 3, 2], 1)
        unknown = (self.years == 0) & (state.exporter_years[self.exporter] == 0)
        self.history = np.where(unknown, 0, by_years).astype(np.int64)
        shrunk = self.years * state.pair[self.pair] + _SHRINK * state.exporter[self.exporter]
        self.effect = shrunk / (self.years + _SHRINK)


def expected_unit_values(
    flows: Flows, *, bounds: Mapping[int, Bounds] | None = None, progress: Progress = silent
) -> Expected:
    """Fit the effects year by year, and say what each flow's unit value should be.

    Parameters
    ----------
    flows : Flows
    bounds : mapping, optional
        Number of a code -> what is said of it.
    progress : Progress

    Returns
    -------
    Expected
        The row of a year depends on rows of that year and of earlier years of the same code only.

    References
    ----------
    .. [1] J. W. Tukey, "Exploratory Data Analysis", Addison-Wesley, 1977, chapter 11 (median polish).
    """
    n = flows.year.size
    unit_value, half_range = np.full(n, np.nan), np.full(n, np.nan)
    wrong = np.zeros(n, dtype=np.bool_)
    size = np.searchsorted(np.array(SIZE_CLASSES), flows.share, side="right").astype(np.int64)
    weight = np.maximum(np.rint(1e6 * np.sqrt(flows.share)), 1).astype(np.int64)
    state = _State(flows, bounds or {})
    years = range(int(flows.year[0]), int(flows.year[-1]) + 1) if n else range(0)
    for done, year in enumerate(years):
        progress(f"unit values of {year}", done, len(years))
        start, stop = np.searchsorted(flows.year, [year, year + 1])
        rows = slice(int(start), int(stop))
        now = _Year(state, rows, weight, size)
        _renew_year(state, now)
        unit_value[rows] = now.effect + state.year[now.code]
        off = now.unit_value - unit_value[rows]
        _renew_spread(state, now, off)
        spread = SPREAD[now.history, now.size] * state.spread[now.code]
        half_range[rows] = HALF_RANGE[now.history] * spread
        said = state.limit[now.code]
        usual = np.maximum(LIMIT[now.history] * spread, LIMIT_AT_LEAST)
        doubted = np.abs(off) > np.where(np.isnan(said), usual, said)
        wrong[rows] = _wrong_weight(state, now, doubted, now.value - unit_value[rows])
        _remember(state, year, now, doubted)
        _renew_effects(state, year, np.unique(now.pair))
    progress("unit values", len(years), len(years))
    return Expected(unit_value=unit_value, wrong=wrong, half_range=half_range)


def _renew_year(state: _State, now: _Year) -> None:
    """Effect of the year: weighted median over flows, those with a known pair counting most."""
    weight = np.maximum(np.rint(now.weight * (now.years + 0.5) / (now.years + 1)), 1).astype(np.int64)
    left, there = now.unit_value - now.effect, now.there
    found = group_median(now.code[there], left[there], weight[there], state.flows.codes)
    state.year = np.where(np.isnan(found), state.year, found)


def _renew_spread(state: _State, now: _Year, off: Floats) -> None:
    """Spread of each code beside the usual one of its classes of flows."""
    there, codes = now.there, state.flows.codes
    usual = np.log(SPREAD[now.history[there], now.size[there]] / _SIGMA)
    beside = np.log(np.maximum(np.abs(off[there]), 1e-3)) - usual
    found = group_median(now.code[there], beside, now.weight[there], codes)
    count = np.minimum(np.bincount(now.code[there], minlength=codes), _FLOWS_AT_MOST)
    found = np.nan_to_num(found) * count
    state.spread_now = found / (count + _SPREAD_WEIGHT)
    state.spread_sum = _CARRIED * state.spread_sum + found
    state.spread_count = _CARRIED * state.spread_count + count


def _wrong_weight(
    state: _State, now: _Year, doubted: npt.NDArray[np.bool_], instead: Floats
) -> npt.NDArray[np.bool_]:
    """Of the doubted flows those whose weight is not in line with the last ones used of their pair."""
    last = state.used[now.pair]
    known = ~np.isnan(last)
    middle = row_median(last, known.astype(np.int64))
    in_line = (
        (known.sum(axis=1) >= _LAST_WEIGHTS_NEEDED)
        & (np.abs(now.kilograms - middle) <= _IN_LINE)
        & (np.abs(instead - middle) > _OUT_OF_LINE)
    )
    wrong: npt.NDArray[np.bool_] = doubted & ~in_line
    used = np.where(wrong | ~now.there, instead, now.kilograms)
    there = ~np.isnan(used)
    state.used[now.pair[there]] = np.column_stack([last[there, 1:], used[there]])
    return wrong


def _remember(state: _State, year: int, now: _Year, doubted: npt.NDArray[np.bool_]) -> None:
    """Put the year into the window, in place of the one that leaves it."""
    slot = year % WINDOW
    seen = now.unit_value - state.year[now.code]
    weight = np.where(doubted, np.maximum(np.rint(now.weight * _DOUBTED), 1), now.weight).astype(np.int64)
    there = np.abs(seen) <= state.level[now.code]  # false where nan
    state.seen[:, slot] = np.nan
    state.weight[:, slot] = 0
    state.seen[now.pair[there], slot] = seen[there]
    state.weight[now.pair[there], slot] = weight[there]


def _renew_effects(state: _State, year: int, pairs: Ints) -> None:
    """Effects of exporters and pairs, and how far pairs lie from their exporters."""
    flows = state.flows
    by_age = _BY_AGE[(year - np.arange(WINDOW)) % WINDOW]
    years = (state.weight > 0).sum(axis=1)
    held = np.flatnonzero(years)
    total = np.sqrt((state.weight[held].astype(np.float64) ** 2).sum(axis=1))
    weight = np.maximum(np.rint(total), 1).astype(np.int64)
    raw = row_median(state.seen[held], state.weight[held] * by_age)
    exporter = flows.exporter_of_pair[held]
    count = np.bincount(exporter, weights=years[held], minlength=len(state.exporter))
    middle = group_median(exporter, raw, weight, len(state.exporter))
    state.exporter = np.where(count > 0, np.nan_to_num(middle) * count / (count + _SHRINK), state.exporter)
    state.exporter_years = count.astype(np.float64)
    known = years[held] >= 3
    _renew_pair_spread(state, exporter[known], raw[known], weight[known])
    off = np.abs(state.seen[pairs] - state.exporter[flows.exporter_of_pair[pairs], None])
    near = off <= state.pair_limit[flows.code_of_exporter[flows.exporter_of_pair[pairs]], None]
    counted = np.where(near, state.weight[pairs], 0)
    state.pair[pairs] = np.nan_to_num(row_median(state.seen[pairs], counted * by_age))
    state.pair_years[pairs] = (counted > 0).sum(axis=1)


def _renew_pair_spread(state: _State, exporter: Ints, raw: Floats, weight: Ints) -> None:
    """Spread of pairs about their exporter, by code."""
    code = state.flows.code_of_exporter[exporter]
    found = group_median(code, np.abs(raw - state.exporter[exporter]), weight, state.flows.codes)
    count = np.bincount(code, minlength=state.flows.codes)
    prior = _PAIR_SPREAD * _PAIR_SPREAD_WEIGHT
    state.pair_spread = (_SIGMA * np.nan_to_num(found) * count + prior) / (count + _PAIR_SPREAD_WEIGHT)
