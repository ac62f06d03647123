"""Programmes solved, and solved again under other terms: only bounds and costs change, so that runs are warm.

Alone is the same programme without any flow between members and with alternatives split, so that what is done
alone can also be done together: together <= sum of alone, by construction.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pactolus.response.plan.blocks import ORDERS, Block, split_of
from pactolus.response.plan.programme import Programme, programme_of
from pactolus.response.plan.tree import tree_of
from pactolus.solvers.linear import LinearModel

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from pactolus.response.plan.columns import Column
    from pactolus.response.plan.situation import Situation

    Floats = NDArray[np.float64]

__all__ = ["Answer", "Part", "Solver", "Terms"]

_INF = float("inf")
#: Tight enough for the small costs that break ties.
_TOLERANCE = 1e-9
#: What members can only do together.
_SHARED = ("lend", "exchange", "swap", "joint", "project", "deliver")
#: Rows whose limits are estimates or budgets, not facts: what was executed may lie beyond them.
_ESTIMATES = ("lending", "room", "own_room", "use", "money", "swap")
#: Numbers below it are no decision, in units of a month's use.
NOTHING = 1e-7


@dataclass(frozen=True, kw_only=True)
class Terms:
    """Under which terms a programme is solved.

    Attributes
    ----------
    end : int
        Declared stocks: 0 low, 1 mid, 2 high.
    together : bool
    restricted : bool
        Lots that may not go, or are not known to, are lent all the same: after a legal review.
    no_transfer : tuple of str
        Members that neither lend nor pass on, beside those of the assumptions.
    grades : bool
        Whether lots of a form that their owner cannot use are swapped.
    stock : mapping of (place, member) to float
        What is left of a declared stock, as a part of it; for updates.
    """

    end: int = 1
    together: bool = True
    restricted: bool = False
    no_transfer: tuple[str, ...] = ()
    grades: bool = True
    stock: Mapping[tuple[int, int], float] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class Part:
    """The answer of one programme.

    Attributes
    ----------
    x, duals : ndarray
        In the units of the programme.
    """

    programme: Programme
    x: Floats
    duals: Floats


@dataclass(frozen=True, eq=False)
class Answer:
    """A plan in numbers.

    Attributes
    ----------
    parts : tuple of Part
    cost_musd : ndarray, shape (members,)
        Expected cost, the stock used among it at its price. [million USD]
    terms : Terms
    probability : ndarray
    """

    parts: tuple[Part, ...]
    cost_musd: Floats
    terms: Terms
    probability: Floats

    @property
    def total_musd(self) -> float:
        """Of all members."""
        return float(self.cost_musd.sum())


class Solver:
    """Programmes of a situation, kept with their last basis.

    One programme a place; one for all where members share a limit of money.

    Parameters
    ----------
    situation : Situation
        Checked.
    """

    def __init__(self, situation: Situation) -> None:
        tree = tree_of(situation.loss_t, situation.lengths)
        joined = situation.assumed.money_musd_per_month is not None
        groups: list[list[int] | None] = [None] if joined else [[k] for k in range(len(situation.places))]
        self.situation = situation
        self.tree = tree
        self.programmes = tuple(programme_of(situation, group, tree) for group in groups)
        self.models = tuple(
            LinearModel(one.program, tolerance=_TOLERANCE, where=_where(one)) for one in self.programmes
        )
        self.probability = situation.probability
        self._bounds = [[one.program.lower.copy(), one.program.upper.copy()] for one in self.programmes]
        self._rows = [[one.program.row_lower.copy(), one.program.row_upper.copy()] for one in self.programmes]
        self.fixed: list[dict[int, float]] = [{} for _ in self.programmes]
        self._moved: dict[tuple[int, int, int], float] = {}  # what left a class of lots: it was there

    def solve(self, terms: Terms | None = None, rooms: Mapping[Room, float] | None = None) -> Answer:
        """Solve under some terms.

        Parameters
        ----------
        terms : Terms, optional
            Together, in the middle of the declared stocks, if omitted.
        rooms : mapping, optional
            (place, member, node, group) -> tonnes a month that a member can order; as agreed if omitted.
        """
        asked = terms or Terms()
        parts = []
        for number, (programme, model) in enumerate(zip(self.programmes, self.models, strict=True)):
            self._set(number, asked, rooms)
            found = model.solve()
            parts.append(Part(programme, found.x, found.row_duals))
        return self.answer(parts, asked)

    def answer(self, parts: Sequence[Part], terms: Terms) -> Answer:
        """Costs of some parts, by member."""
        import numpy as np

        cost = np.zeros(len(self.situation.members))
        for part in parts:
            cost += part.programme.costs @ (part.x * part.programme.weight(self.probability))
            cost += self._stock_value(part.programme, terms)
        return Answer(tuple(parts), cost, terms, self.probability)

    def alone(self, terms: Terms, order: Sequence[int] | None = None) -> Answer:
        """Everybody alone.

        Parameters
        ----------
        terms : Terms
        order : sequence of int, optional
            Members in the order in which they come to the alternatives, each taking what it wants; split by
            present purchases if omitted.
        """
        from dataclasses import replace

        asked = replace(terms, together=False)
        rooms = self._split_rooms()
        if order is None:
            return self.solve(asked, rooms)
        left = dict.fromkeys(rooms, 0.0)
        free: dict[tuple[int, int, int], float] = {}
        for place, _, node, group in rooms:
            free[place, node, group] = self._room(place, group)
        answer = None
        for number, member in enumerate(order):
            for key in rooms:
                if key[1] == member:
                    left[key] = max(0.0, free[key[0], key[2], key[3]])
            answer = self.solve(asked, left)
            if number + 1 < len(order):
                for (place, node, group), tonnes in self._ordered(answer, member).items():
                    left[place, member, node, group] = tonnes
                    free[place, node, group] -= tonnes
        assert answer is not None
        return answer

    def idle(self, terms: Terms) -> Floats:
        """What doing nothing costs each member: all that is lost is missing. [million USD]"""
        import numpy as np

        one = self.situation
        cost = np.zeros(len(one.members))
        for programme in self.programmes:
            for block in programme.blocks:
                for i in block.users:
                    lost = one.loss_t[block.place, i] / block.unit_t
                    left = lost.copy()
                    for segment in block.segments:
                        taken = np.minimum(left, segment.share * one.use_t[block.place, i] / block.unit_t)
                        cost[i] += (
                            float((taken.sum(axis=0) * self.probability).sum()) * segment.value * block.price
                        )
                        left = left - taken
        return cost

    def fix(self, done: Mapping[Column, float]) -> None:
        """Hold columns at what was executed, in all later runs. [units of the programme]"""
        self._moved = {}
        for column, value in done.items():
            if column.kind in ("release", "lend", "exchange"):
                key = (column.place, column.member, column.item)
                self._moved[key] = self._moved.get(key, 0.0) + value
        for number, programme in enumerate(self.programmes):
            self.fixed[number] = {
                at: value
                for column, value in done.items()
                if (at := programme.column_at.get(column)) is not None
            }

    def reweigh(self, probability: Floats) -> None:
        """Other probabilities of the durations; those of all later runs."""
        import numpy as np

        self.probability = np.asarray(probability, dtype=float)
        for programme, model in zip(self.programmes, self.models, strict=True):
            cost = programme.costs.sum(axis=0) * programme.weight(self.probability)
            model.change_costs(np.arange(cost.size), cost)

    def bounds_of(self, programme: Programme) -> tuple[Floats, Floats]:
        """Lower and upper bounds of the columns of a programme, as they stand."""
        lower, upper = self._bounds[self.programmes.index(programme)]
        return lower, upper

    # ---------------------------------------------------------------------------------------------------
    # bounds

    def _set(self, number: int, terms: Terms, rooms: Mapping[Room, float] | None) -> None:
        """Give a model the bounds of some terms; only those that differ are handed over."""
        import numpy as np

        programme, model = self.programmes[number], self.models[number]
        lower, upper = np.zeros(programme.program.columns), programme.program.upper.copy()
        closed = set(terms.no_transfer) | set(self.situation.assumed.no_transfer)
        for kind in _SHARED if not terms.together else ("lend", "exchange", "swap"):
            for column in programme.by_kind.get(kind, ()):
                if not terms.together or not self._may(
                    programme, programme.builder.columns[column], terms, closed
                ):
                    upper[column] = 0.0
        for column, value in self.fixed[number].items():
            lower[column] = upper[column] = value
        self._hand_columns(number, lower, upper)
        low, high = programme.program.row_lower.copy(), programme.program.row_upper.copy()
        for row, one in enumerate(programme.builder.rows):
            if one.kind == "start":
                low[row] = high[row] = -self._held(programme.block(one.place), one.member, one.item, terms)
            elif one.kind == "lending":
                block = programme.block(one.place)
                held = sum(
                    self._held(block, one.member, c, terms, whole=True)
                    for c in range(block.bought(one.member))
                )
                high[row] = self.situation.assumed.lends(self.situation.members[one.member]) * held
            elif one.kind == "own_room" and rooms is not None:
                unit = programme.block(one.place).unit_t
                high[row] = rooms.get((one.place, one.member, one.node, one.item), 0.0) / unit
        self._relax(number, high)
        rows = self._rows[number]
        changed = np.flatnonzero((low != rows[0]) | (high != rows[1]))
        if changed.size:
            model.change_rows(changed, lower=low[changed], upper=high[changed])
            self._rows[number] = [low, high]

    def _relax(self, number: int, high: Floats) -> None:
        """What was executed stands, also where it was more than was thought possible."""
        import numpy as np

        if not self.fixed[number]:
            return
        programme = self.programmes[number]
        done = np.zeros(programme.program.columns)
        done[list(self.fixed[number])] = list(self.fixed[number].values())
        reached = np.asarray(programme.program.matrix @ done)
        for row, one in enumerate(programme.builder.rows):
            if one.kind in _ESTIMATES and reached[row] > high[row]:
                high[row] = reached[row]

    def _hand_columns(self, number: int, lower: Floats, upper: Floats) -> None:
        import numpy as np

        now = self._bounds[number]
        changed = np.flatnonzero((lower != now[0]) | (upper != now[1]))
        if changed.size:
            self.models[number].change_columns(changed, lower=lower[changed], upper=upper[changed])
            self._bounds[number] = [lower, upper]

    def _may(self, programme: Programme, column: Column, terms: Terms, closed: set[str]) -> bool:
        """Whether a member may lend a class of lots, or divert cargo, to another."""
        names = self.situation.members
        if names[column.member] in closed:
            return False
        if column.kind == "exchange" and (not terms.grades or names[column.partner] in closed):
            return False
        if column.kind == "swap" or terms.restricted:
            return True
        lots = programme.block(column.place).classes[column.member][column.item]
        return names[column.partner] in lots[0].may_go

    def _held(self, block: Block, member: int, item: int, terms: Terms, *, whole: bool = False) -> float:
        """A class of a declared stock, at least what was moved from it; `whole` as it was declared. "
        "[units]"""
        part = 1.0 if whole else terms.stock.get((block.place, member), 1.0)
        held = part * block.held(member, item, terms.end) / block.unit_t
        return held if whole else max(held, self._moved.get((block.place, member, item), 0.0))

    def _stock_value(self, programme: Programme, terms: Terms) -> Floats:
        """What the declared stocks are worth at the beginning; only what is used is a cost. [million USD]"""
        import numpy as np

        found = np.zeros(len(self.situation.members))
        for row in programme.builder.rows:
            if row.kind == "start":
                block = programme.block(row.place)
                found[row.member] += block.price * self._held(block, row.member, row.item, terms)
        return found

    # ----------------------------------------------------------------------------------------------------
    # rooms

    def _room(self, place: int, group: int) -> float:
        for programme in self.programmes:
            for block in programme.blocks:
                if block.place == place:
                    return block.groups[group].room_t
        raise IndexError(place)

    def _split_rooms(self) -> dict[Room, float]:
        found: dict[Room, float] = {}
        for programme in self.programmes:
            parts: dict[tuple[int, int], dict[int, float]] = {}
            for row in programme.builder.rows:
                if row.kind == "own_room":
                    block = programme.block(row.place)
                    key = (row.place, row.item)
                    if key not in parts:
                        parts[key] = split_of(self.situation, block, row.item)
                    room = block.groups[row.item].room_t * parts[key][row.member]
                    found[row.place, row.member, row.node, row.item] = room
        return found

    def _ordered(self, answer: Answer, member: int) -> dict[tuple[int, int, int], float]:
        """Tonnes that a member orders: (place, node, group) -> t."""
        found: dict[tuple[int, int, int], float] = {}
        for part in answer.parts:
            for kind in ORDERS:
                for number in part.programme.by_kind.get(kind, ()):
                    one = part.programme.builder.columns[number]
                    if one.member == member:
                        key = (one.place, one.node, one.item)
                        tonnes = float(part.x[number]) * part.programme.block(one.place).unit_t
                        found[key] = found.get(key, 0.0) + max(tonnes, 0.0)
        return found


#: Place, member, node, group of suppliers.
Room = tuple[int, int, int, int]


def _where(programme: Programme) -> str:
    if len(programme.blocks) == 1:
        return f"plan for {programme.situation.name(programme.blocks[0].place)}"
    return "plan"
