"""What holding together is worth from what is there today, and not only in the long run.

A yearly cost in the long run forgets where one began. So costs are discounted here. With beta the discount of
a month and r = 0 the regime in which all suppliers deliver,

    V_S(s) = least expected cost, at today's money, of the members S with a joint stock of s in regime 0
    gain(s_1 .. s_n) = sum_i V_i(s_i) - V_all(s_1 + .. + s_n)  >= 0        from any stocks

Interest is the discount and is left out of holding, so that it is counted once.

Whatever members do apart from s_1 .. s_n a pool can do from their sum: it buys through each of them and
serves each. V_i are convex and straight between levels of one width, so that the cheapest way to deal a sum
out among them has its kinks on the same levels, and V_all, read between them, lies below it. So the gain is
not negative by construction, whatever the stocks and however small a member is. The joint stock alone is the
state of the pool: exact without a lag, because then it does not matter where a tonne lies. With a lag or a
cap it does matter, and there is no such state; loans are played on paths (`loans.lending`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import product
from typing import TYPE_CHECKING, Any, Final

from pactolus.errors import InputError
from pactolus.stockpile.pooling.chains import SharedRisk
from pactolus.stockpile.pooling.coalition import FINER, halves, joint_stock, step_of
from pactolus.stockpile.stocks.continuous import Importer, SizedStock, size_on
from pactolus.stockpile.stocks.joint import Imports

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

__all__ = [
    "Group",
    "StartProblem",
    "StartValues",
    "gathered",
    "interest_of",
    "start_values",
    "tasks_of",
]

Group = tuple[int, ...]
"""Members of a coalition, by place, rising."""
#: room of a store, as a multiple of what is there at first
ROOM: Final = 1.05


def interest_of(importers: Sequence[Importer]) -> float:
    """Interest a year: the financing of a stock, which the discount stands for.

    Raises
    ------
    InputError
        If it is 0, so that costs of all years to come have no sum.
    """
    rate = min(each.holding.financing for each in importers)
    if rate <= 0:
        raise InputError(
            "importers: holding.financing is 0, so that there is nothing to discount with and costs of all "
            "years have no sum; give a rate above 0"
        )
    return rate


@dataclass(frozen=True, kw_only=True)
class StartProblem:
    """Members, what they share, and the levels on which all their stores are read.

    Attributes
    ----------
    importers : tuple of Importer
        At one price; their stores have room for what is there at first.
    risk : SharedRisk
    step_t : float
    interest : float
        [1/year]
    imports : {"own", "shared"}
    """

    importers: tuple[Importer, ...]
    risk: SharedRisk
    step_t: float
    interest: float
    imports: Imports = "own"

    @classmethod
    def of(
        cls,
        importers: Sequence[Importer],
        risk: SharedRisk,
        most_days: Mapping[str, float],
        *,
        interest: float,
        step_days: float = 5.0,
        imports: Imports = "own",
    ) -> StartProblem:
        """With room for stocks of up to `most_days`, by member."""
        roomy = tuple(
            replace(each, max_days=max(each.max_days, ROOM * most_days.get(each.member, 0.0)))
            for each in importers
        )
        return cls(
            importers=roomy,
            risk=risk,
            step_t=step_of(roomy, step_days),
            interest=interest,
            imports=imports,
        )

    @property
    def everyone(self) -> Group:
        """All members."""
        return tuple(range(len(self.importers)))

    def groups(self, some: Group) -> tuple[Group, ...]:
        """The members as one pool; in halves where a pool of them has too many regimes to be solved."""
        own = [self.importers[i] for i in some]
        if len(own) == 1 or self.risk.regimes([each.member for each in own]).count <= self.risk.most:
            return (some,)
        place = {self.importers[i].member: i for i in some}
        parts = [tuple(sorted(place[each.member] for each in part)) for part in halves(own)]
        return tuple(group for part in parts for group in self.groups(part))

    def stock(self, some: Group, *, finer: int = 1, discounted: bool = True) -> SizedStock:
        """The best stock of some members, by one pool."""
        own = [self.importers[i] for i in some]
        rate = self.interest if discounted else None
        regimes = self.risk.regimes([each.member for each in own])
        if len(own) > 1:
            return joint_stock(own, regimes, step_t=self.step_t, imports=self.imports, discount_per_year=rate)
        span = max(1, -int(-own[0].max_days * own[0].day_t // self.step_t))
        return size_on(
            own[0], regimes, step_t=self.step_t / finer, levels=span * finer + 1, discount_per_year=rate
        )

    def value(self, some: Group, finer: int = 1) -> tuple[Floats, Floats, float]:
        """Levels [t], their values in the normal regime [USD], and days of the target."""
        found = self.stock(some, finer=finer)
        return found.stock_t, found.value_usd[0], found.target_days


@dataclass(frozen=True, kw_only=True)
class StartValues:
    """What coalitions pay at today's money, from any stocks.

    Attributes
    ----------
    members : tuple of str
    day_t : tuple of float
        Use of a day of each, at equal value. [t]
    targets : tuple of float
        What each holds alone in the normal regime. [days]
    pool_targets : mapping of Group to float
        What pools hold there, in days of the use of their members.
    interest : float
        [1/year]
    curves : mapping of Group to (levels, values)
        [t], [USD]
    finer : mapping of Group to (levels, values)
        The same of single members on finer levels; may be empty.
    """

    members: tuple[str, ...]
    day_t: tuple[float, ...]
    targets: tuple[float, ...]
    pool_targets: Mapping[Group, float]
    interest: float
    curves: Mapping[Group, tuple[Floats, Floats]] = field(repr=False)
    finer: Mapping[Group, tuple[Floats, Floats]] = field(repr=False)

    def cost(self, some: Group, days: Sequence[float]) -> float:
        """Present value of one pool of some members from the sum of their stocks. [USD]"""
        return _read(self.curves[some], sum(days[i] * self.day_t[i] for i in some))

    def transition(self, group: Group, days: Sequence[float]) -> float:
        """What beginning from these stocks costs a pool more than beginning at its own target. [USD]"""
        target = self.pool_targets[group] * sum(self.day_t[i] for i in group)
        return self.cost(group, days) - _read(self.curves[group], target)

    def alone(self, days: Sequence[float]) -> list[float]:
        """Present value of each member from its own stock. [USD]"""
        return [self.cost((i,), days) for i in range(len(self.members))]

    def together(self, groups: Sequence[Group], days: Sequence[float]) -> float:
        """Present value of pools side by side. [USD]"""
        return sum(self.cost(group, days) for group in groups)

    def gain(self, groups: Sequence[Group], days: Sequence[float]) -> tuple[float, float | None]:
        """What members of one pool gain, low and high. [USD]

        High is against members alone on the pool's levels, low against them on finer ones, the pool's own
        error left in. Of several pools side by side it is a gain that can be had, and no high is known.
        """
        some = [i for group in groups for i in group]
        joint = self.together(groups, days)
        coarse = sum(self.cost((i,), days) for i in some)
        fine = sum(_read(self.finer.get((i,), self.curves[i,]), days[i] * self.day_t[i]) for i in some)
        low, high = max(0.0, min(fine, coarse) - joint), max(0.0, coarse - joint)
        return low, high if len(groups) == 1 else None

    def extremes(
        self, groups: Sequence[Group], ends: Sequence[Sequence[float]]
    ) -> tuple[tuple[int, ...], tuple[int, ...]]:
        """Where the gain is least and most among all combinations of the members' ends.

        Parameters
        ----------
        groups : sequence of Group
        ends : sequence of sequence of float
            Stocks of each member that are combined. [days]

        Returns
        -------
        tuple of (tuple of int, tuple of int)
            Place of each member's end; members outside the groups keep their first one.
        """
        import numpy as np

        shape = tuple(len(own) for own in ends)
        gain = np.zeros(shape)
        for group in groups:
            joint, alone = np.zeros(shape), np.zeros(shape)
            for i in group:
                side = [1] * len(ends)
                side[i] = -1
                held = np.asarray(ends[i], dtype=np.float64) * self.day_t[i]
                joint = joint + held.reshape(side)
                alone = alone + np.interp(held, *self.curves[i,]).reshape(side)
            gain = gain + alone - np.interp(joint, *self.curves[group])
        axes = np.unravel_index([int(gain.argmin()), int(gain.argmax())], shape)
        return tuple(int(axis[0]) for axis in axes), tuple(int(axis[1]) for axis in axes)


def _read(curve: tuple[Floats, Floats], stock_t: float) -> float:
    import numpy as np

    return float(np.interp(stock_t, *curve))


def start_values(
    importers: Sequence[Importer],
    risk: SharedRisk,
    *,
    most_days: Mapping[str, float] | None = None,
    interest: float | None = None,
    step_days: float = 5.0,
    imports: Imports = "own",
) -> tuple[StartValues, tuple[Group, ...]]:
    """What members pay alone and as one pool, from any stocks.

    Parameters
    ----------
    importers : sequence of Importer
        Two or more, at one price (`coalition.at_one_value`).
    risk : SharedRisk
    most_days : mapping of str to float, optional
        Highest stock that will be asked for, by member. [days of use]
    interest : float, optional
        A year; that of `interest_of` if omitted.
    step_days : float
        As in `coalition.pool_of`.
    imports : {"own", "shared"}

    Returns
    -------
    values : StartValues
    groups : tuple of Group
        All members; in parts where one pool of them cannot be solved.

    Raises
    ------
    InputError
        As in `interest_of`.

    Examples
    --------
    >>> from pactolus.stockpile.pooling.chains import shared_risk
    >>> from pactolus.stockpile.base.regimes import Supplier
    >>> names = ["KOR", "JPN"]
    >>> one = Supplier(name="AAA", share=dict.fromkeys(names, 0.9), onset_per_year=0.12, targeted=0.6)
    >>> both = [Importer(member=n, use_t=100, denominator="use", price_usd_per_t=1.0) for n in names]
    >>> values, groups = start_values(both, shared_risk([one], both), step_days=45)
    >>> even, uneven = (values.gain(groups, days)[1] for days in ([60, 60], [120, 0]))
    >>> 0 < even < uneven
    True
    """
    rate = interest_of(importers) if interest is None else interest
    problem = StartProblem.of(
        importers, risk, most_days or {}, interest=rate, step_days=step_days, imports=imports
    )
    groups = problem.groups(problem.everyone)
    tasks = tasks_of(groups, len(problem.importers))
    return gathered(problem, {task: problem.value(*task) for task in tasks}), groups


def tasks_of(groups: Sequence[Group], count: int, *, finer: bool = True) -> list[tuple[Group, int]]:
    """What has to be solved: the groups, the largest first, each member, and each on finer levels."""
    singles: list[Group] = [(i,) for i in range(count)]
    widths = (1, FINER) if finer else (1,)
    pools = sorted({group for group in groups if len(group) > 1}, key=lambda group: (-len(group), group))
    return [*((group, 1) for group in pools), *((one, width) for width, one in product(widths, singles))]


def gathered(problem: StartProblem, solved: Mapping[tuple[Group, int], Any]) -> StartValues:
    """Solved tasks as one."""
    return StartValues(
        members=tuple(each.member for each in problem.importers),
        day_t=tuple(each.day_t for each in problem.importers),
        targets=tuple(solved[(i,), 1][2] for i in problem.everyone),
        pool_targets={some: found[2] for (some, width), found in solved.items() if width == 1},
        interest=problem.interest,
        curves={some: found[:2] for (some, width), found in solved.items() if width == 1},
        finer={some: found[:2] for (some, width), found in solved.items() if width > 1},
    )
