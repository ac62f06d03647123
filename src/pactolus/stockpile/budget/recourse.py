"""What stocks save on paths that are known in advance, in closed form: the second stage of a portfolio.

A stock x of one item (a mineral at a stage, held by a member) meets a path of lost supply. A month's missing
use is cut into steps of rising worth, as in `pricing.shortage_steps`. A unit released in month t for step k

    saves  v_kt = price (c_k - 1 + h (T - t) / 12)

that is the shortage, less the price at which it is bought back at the end of the path, plus what keeping it
until then would have cost. All releases draw on one stock, so that the best ones fill a knapsack:

    Q(x) = what shortages cost without a stock - sum of the best x units of v_kt

The order of v_kt is the same on every path. Where the steps c_k lie further apart than the keeping of the
whole path (`gaps_exceed_holding`), it reads "the dearest step first, and within a step the earliest month";
else the months of two steps are mixed. Either way the fill is exact. Its last item is a subgradient.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from pactolus.errors import DataError, InputError
from pactolus.stockpile.base.checks import Checks
from pactolus.stockpile.base.pricing import shortage_steps
from pactolus.stockpile.stocks.continuous import MONTHS, Importer

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import ArrayLike, NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

__all__ = ["SEGMENTS", "Ladder", "Recourse", "Response", "blocks_of", "gaps_exceed_holding", "ladder"]

#: steps of a month's shortage
SEGMENTS: Final = 8
#: scenarios that are worked on at once
BLOCK: Final = 4096
#: less than this part of a month's use is nothing
_NOUGHT: Final = 1e-9


@dataclass(frozen=True, eq=False)
class Ladder:
    """Kinds of release of one item, the best first; amounts in months of use, worth in units of its price.

    Attributes
    ----------
    ends, widths, slopes : ndarray, shape (segments + 1,), (segments,), (segments,)
        Steps of a month's shortage, the cheapest first.
    order : ndarray of int, shape (months * segments,)
        Places in a table (month, segment), the best release first.
    worth : ndarray, shape (months * segments + 1,)
        Of each kind in that order, falling; the last is 0, for what is left when nothing is missing.
    """

    ends: Floats
    widths: Floats
    slopes: Floats
    order: Ints
    worth: Floats


@dataclass(frozen=True, eq=False)
class Response:
    """What stocks do on every path.

    Attributes
    ----------
    cost : ndarray, shape (scenarios,)
        Of shortages, and of buying back what was released, less keeping saved meanwhile. [USD a year]
    item_cost : ndarray, shape (items,)
        The same by item, mean over scenarios. [USD a year]
    item_slope : ndarray, shape (items,)
        What one unit more changes in that mean. [USD a year for a t]
    """

    cost: Floats
    item_cost: Floats
    item_slope: Floats
    _slopes: tuple[Floats, ...]

    def slope(self, recourse: Recourse, weights: Floats) -> Floats:
        """What one unit more of each item changes in a mean by other weights. [USD a year for a t]"""
        return recourse.weighted(self._slopes, weights)


@dataclass(frozen=True, eq=False)
class _Part:
    """Some scenarios: pairs of item and scenario with a loss, each a run of entries, the best release first.

    An entry holds what has been released and saved before it, and its kind.
    """

    first: int  # number of the first scenario
    base: Floats  # (scenarios,) USD a year
    item: Ints
    scenario: Ints
    begin: Ints
    length: Ints
    before: Floats
    saved: Floats
    kind: NDArray[np.uint16]


class Recourse:
    """Costs of the second stage for any stocks.

    Parameters
    ----------
    importers : sequence of Importer
        One for each item: its use, price, shortage curve and cost of keeping.
    blocks : iterable of (weights, lost)
        ``weights`` of shape (scenarios,), in any unit; ``lost`` of shape (scenarios, months, items): the part
        of a month's use that is missing.
    segments : int
        Steps of a month's shortage.
    years : float
        Years in which the events of a path begin; costs are divided by it.

    Raises
    ------
    InputError
        All faults of the importers at once.
    DataError
        If losses are missing or outside 0 to 1, or weights negative.

    Examples
    --------
    A third of use is missing in the second of three months; half of that is in stock.

    >>> import numpy as np
    >>> one = Importer(member="KOR", use_t=1200, denominator="made up", price_usd_per_t=1.0)
    >>> lost = np.zeros((1, 3, 1))
    >>> lost[0, 1, 0] = 1 / 3
    >>> second = Recourse([one], blocks_of(lost))
    >>> empty, held = second(np.zeros(1)), second(np.array([100 / 6]))
    >>> round(float(empty.cost[0]), 2), round(float(held.cost[0]), 2)
    (68.55, 40.27)
    """

    def __init__(
        self,
        importers: Sequence[Importer],
        blocks: Iterable[tuple[ArrayLike, ArrayLike]],
        *,
        segments: int = SEGMENTS,
        years: float = 1.0,
    ) -> None:
        import numpy as np

        _checked(importers, segments, years)
        self.importers = tuple(importers)
        self.segments, self.years, self.months = segments, years, 0
        #: USD a year for a month of use at the base price
        self.scale: Floats = np.array([one.month_t * one.price_usd_per_t / years for one in importers])
        self._month_t: Floats = np.array([one.month_t for one in importers])
        self._parts: list[_Part] = []
        given: list[Floats] = []
        for weights, lost in blocks:
            given.append(self._take(weights, lost))
        if not given or not sum(each.sum() for each in given) > 0:
            raise DataError("scenarios: none with a weight; give paths of losses")
        weight = np.concatenate(given)
        self.probabilities: Floats = weight / weight.sum()
        self.without: Response = self(np.zeros(len(self.importers)))

    @property
    def scenarios(self) -> int:
        """How many paths there are."""
        return len(self.probabilities)

    @property
    def holding(self) -> Floats:
        """Keeping a tonne of each item, as long as nothing is released. [USD a year]"""
        import numpy as np

        return np.array([one.holding.rate * one.price_usd_per_t for one in self.importers])

    def __call__(self, stock_t: Floats) -> Response:
        """Costs and slopes to the right if stocks are `stock_t`, shape (items,)."""
        import numpy as np

        held = np.maximum(np.asarray(stock_t, dtype=float), 0.0) / self._month_t
        count = len(self.importers)
        costs, slopes = [], []
        item_cost, item_slope = np.zeros(count), np.zeros(count)
        for part in self._parts:
            saved, worth = self._filled(part, held)
            size = len(part.base)
            gained = np.bincount(part.scenario, self.scale[part.item] * saved, minlength=size)
            costs.append(part.base - gained)
            slopes.append(worth)
            chance = self._chances(part)[part.scenario]
            item_cost -= np.bincount(part.item, chance * saved, minlength=count)
            item_slope -= np.bincount(part.item, chance * worth, minlength=count)
        return Response(
            np.concatenate(costs),
            self._base() + item_cost * self.scale,
            item_slope * self.scale / self._month_t,
            tuple(slopes),
        )

    def weighted(self, slopes: Sequence[Floats], weights: Floats) -> Floats:
        """Slopes of a mean of scenarios by `weights`, shape (items,)."""
        import numpy as np

        found = np.zeros(len(self.importers))
        for part, worth in zip(self._parts, slopes, strict=True):
            each = weights[part.first : part.first + len(part.base)][part.scenario]
            found -= np.bincount(part.item, each * worth, minlength=len(found))
        whole: Floats = found * self.scale / self._month_t
        return whole

    def _base(self) -> Floats:
        """Mean cost of each item without a stock. [USD a year]"""
        import numpy as np

        found = np.zeros(len(self.importers))
        for part, cost in zip(self._parts, self._items, strict=True):
            found += self._chances(part) @ cost
        return np.asarray(found, dtype=np.float64)

    def _chances(self, part: _Part) -> Floats:
        return self.probabilities[part.first : part.first + len(part.base)]

    def _filled(self, part: _Part, held: Floats) -> tuple[Floats, Floats]:
        """What each pair saves, in months of use times price, and the worth of the next unit."""
        import numpy as np

        own = held[part.item]
        low, high = part.begin.copy(), part.begin + part.length
        for _ in range(
            int(part.length.max(initial=1)).bit_length()
        ):  # last entry that begins within the stock
            middle = (low + high) // 2
            inside = part.before[middle] <= own
            low, high = np.where(inside, middle, low), np.where(inside, high, middle)
        worth = self._worth[part.item, part.kind[low]]
        return part.saved[low] + worth * (own - part.before[low]), worth

    def _take(self, weights: ArrayLike, lost: ArrayLike) -> Floats:
        """Store a block; its weights."""
        import numpy as np

        weight, loss = np.asarray(weights, dtype=float), np.asarray(lost)
        _refuse(weight, loss, len(self.importers), self.months)
        if not self.months:
            self._begin(loss.shape[1])
        for at in range(0, len(weight), BLOCK):
            self._store(np.asarray(loss[at : at + BLOCK], dtype=float))
        return weight

    def _begin(self, months: int) -> None:
        """Ladders, once the length of a path is known."""
        import numpy as np

        self.months = months
        self._items: list[Floats] = []
        self._ladders = [ladder(one, months, self.segments) for one in self.importers]
        self._worth = np.zeros((len(self._ladders), max(len(each.worth) for each in self._ladders)))
        for row, each in zip(self._worth, self._ladders, strict=True):
            row[: len(each.worth)] = each.worth

    def _store(self, loss: Floats) -> None:
        import numpy as np

        runs = [_runs(loss[:, :, i], each) for i, each in enumerate(self._ladders)]
        base = np.column_stack([run.base for run in runs]) * self.scale
        length = np.concatenate([run.length for run in runs])
        self._items.append(base)
        self._parts.append(
            _Part(
                first=sum(len(part.base) for part in self._parts),
                base=base.sum(axis=1),
                item=np.repeat(np.arange(len(runs)), [len(run.length) for run in runs]),
                scenario=np.concatenate([run.scenario for run in runs]),
                begin=np.cumsum(length) - length,
                length=length,
                before=np.concatenate([run.before for run in runs]),
                saved=np.concatenate([run.saved for run in runs]),
                kind=np.concatenate([run.kind for run in runs]),
            )
        )


@dataclass(frozen=True, eq=False)
class _Runs:
    """Entries of one item."""

    base: Floats
    scenario: Ints
    length: Ints
    before: Floats
    saved: Floats
    kind: NDArray[np.uint16]


def ladder(importer: Importer, months: int, segments: int = SEGMENTS) -> Ladder:
    """Kinds of release of one item, the best first.

    Examples
    --------
    >>> one = Importer(member="KOR", use_t=1200, denominator="made up", price_usd_per_t=1.0)
    >>> found = ladder(one, months=2, segments=2)
    >>> found.order.tolist(), found.worth.round(3).tolist()
    ([1, 3, 0, 2], [19.01, 19.005, 4.172, 4.167, 0.0])
    """
    import numpy as np

    ends, slopes = shortage_steps(importer.elasticity, importer.cap, segments - 1)
    kept = importer.holding.rate / MONTHS * (months - np.arange(months))
    worth = (slopes[None, :] - 1 + kept[:, None]).ravel()
    order = np.argsort(-worth, kind="stable")
    return Ladder(ends, np.diff(ends), slopes, order, np.append(worth[order], 0.0))


def gaps_exceed_holding(importer: Importer, months: int, segments: int = SEGMENTS) -> bool:
    """Whether any release for a dearer step comes before every release for a cheaper one."""
    import numpy as np

    slopes = shortage_steps(importer.elasticity, importer.cap, segments - 1)[1]
    return bool((np.diff(slopes) > importer.holding.rate / MONTHS * (months - 1)).all())


def blocks_of(
    lost: ArrayLike, weights: ArrayLike | None = None, *, kept: float = 1.0
) -> Iterator[tuple[Floats, Any]]:
    """Plain arrays as blocks: ``lost`` of shape (scenarios, months, items), scaled by `kept`."""
    import numpy as np

    loss = np.asarray(lost)
    weight = np.ones(len(loss)) if weights is None else np.asarray(weights, dtype=float)
    if weight.shape != loss.shape[:1]:
        raise DataError(f"weights: shape {weight.shape} for {len(loss)} scenarios; give one each")
    for at in range(0, len(loss), BLOCK):
        part = loss[at : at + BLOCK]
        yield weight[at : at + BLOCK], part if kept == 1 else part * kept


def _runs(loss: Floats, steps: Ladder) -> _Runs:
    """Entries of one item on some paths; `loss` of shape (scenarios, months)."""
    import numpy as np

    base = np.zeros(len(loss))
    hit = np.flatnonzero((loss > _NOUGHT).any(axis=1))
    room = np.clip(loss[hit, :, None] - steps.ends[:-1], 0.0, steps.widths)
    base[hit] = (room @ steps.slopes).sum(axis=1)
    room = room.reshape(len(hit), len(steps.order))[:, steps.order]
    there = room > _NOUGHT
    length = there.sum(axis=1) + 1
    total = np.cumsum(np.where(there, room, 0.0), axis=1)
    gain = np.cumsum(np.where(there, room * steps.worth[:-1], 0.0), axis=1)
    ends = np.cumsum(length) - 1
    entries = int(length.sum())
    kind = np.full(entries, len(steps.order), dtype=np.uint16)
    before, saved = np.zeros(entries), np.zeros(entries)
    within = np.ones(entries, dtype=bool)
    within[ends] = False
    kind[within] = np.nonzero(there)[1]
    after = np.flatnonzero(within) + 1  # an entry begins where the one before it ends
    before[after], saved[after] = total[there], gain[there]
    return _Runs(base, hit, length, before, saved, kind)


def _refuse(weight: Floats, loss: Any, items: int, months: int) -> None:
    """Refuse a block that cannot be meant."""
    import numpy as np

    if loss.ndim != 3 or loss.shape[0] != len(weight) or loss.shape[2] != items or loss.shape[1] == 0:
        raise DataError(f"lost: shape {loss.shape}; give (scenarios, months, {items} items)")
    if months and loss.shape[1] != months:
        raise DataError(f"lost: {loss.shape[1]} months after blocks of {months}; paths are of one length")
    if not (np.isfinite(weight).all() and (weight >= 0).all()):
        raise DataError("weights: negative or missing")
    if not (loss.min(initial=0.0) >= 0 and loss.max(initial=0.0) <= 1 + 1e-6):  # a NaN fails too
        raise DataError("lost: missing, or outside 0 to 1; a missing loss is not zero")


def _checked(importers: Sequence[Importer], segments: int, years: float) -> None:
    checks = Checks()
    if not importers:
        checks.add("importers: none; give one for each item")
    for one in importers:
        one.faults(checks)
    checks.number("segments", segments, least=1, most=96, whole=True)
    checks.number("years", years, above=True)
    if checks.faults:
        raise InputError.gathered(checks.faults)
