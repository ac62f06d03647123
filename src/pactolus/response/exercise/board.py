"""The plan engine's programme under the news of a month, and one path through it.

A path is what happens when one case comes true: the nodes of that case, and the values of their columns.
Costs, limits and balances of a path are rows and costs of the programme, so that an exercise has no physics
of its own.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING

from pactolus.response.exercise.truth import changes_by_month, known_situation
from pactolus.response.plan.blocks import ORDERS, split_of
from pactolus.response.plan.programme import Programme, programme_of
from pactolus.response.plan.tree import Tree, tree_of
from pactolus.solvers.programs import LinearProgram

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from scipy import sparse

    from pactolus.catalogue.world import World
    from pactolus.response.exercise.exercise import Change, Exercise
    from pactolus.response.plan.columns import Column
    from pactolus.response.plan.situation import Situation

    Floats = NDArray[np.float64]

__all__ = ["Board", "Setting", "exercise_setting", "setting_of"]

_SHARED = ("lend", "swap", "joint", "project", "deliver")


@dataclass(frozen=True, eq=False)
class Setting:
    """An exercise with its numbers: the same for all who play it.

    Attributes
    ----------
    exercise : Exercise
    situation : Situation
        Of the beginning.
    changes : dict
        Month (from 0) -> what its injects change.
    tree : Tree
        What is known when about the length; no inject changes it.
    ends : mapping of str to Situation
        ``low`` and ``high`` of the losses, where they are apart from the middle.
    """

    exercise: Exercise
    situation: Situation
    changes: Mapping[int, tuple[Change, ...]]
    tree: Tree
    ends: Mapping[str, Situation] = field(default_factory=dict)

    def at(self, end: str) -> Setting:
        """The same exercise at an end of the losses."""
        return setting_of(self.exercise, self.ends[end])

    @cached_property
    def _boards(self) -> dict[int, Board]:
        return {}

    def board(self, month: int) -> Board:
        """The programme with all news up to a month (from 0)."""
        at = max((one for one in self.changes if one <= month), default=-1)
        if at not in self._boards:
            known = known_situation(self.situation, dict(self.changes), at)
            news = {one: parts for one, parts in self.changes.items() if one <= at}
            self._boards[at] = Board(programme_of(known, tree=self.tree), news)
        return self._boards[at]

    @property
    def last(self) -> Board:
        """The programme with all news: what is true in each month."""
        return self.board(self.situation.months)

    def stages(self, until: int) -> list[int]:
        """Months in which news change something, the first month among them, before month `until`."""
        return sorted({0, *(one for one in self.changes if one < until)})

    def way(self, case: int) -> tuple[int, ...]:
        """Nodes of a case, from the first month to the rest of the horizon."""
        found: list[int] = []
        for month in range(self.situation.months + 1):
            node = self.tree.at(case, month)
            found.append(node)
            if self.tree.nodes[node].rest:
                break
        return tuple(found)


def exercise_setting(exercise: Exercise, world: World | None = None) -> Setting:
    """An exercise with its numbers, on a world's trade or on its own made-up tonnes.

    Parameters
    ----------
    exercise : Exercise
    world : World, optional
        The embedded one if omitted; made-up tonnes open none.

    Raises
    ------
    InputError
        If the parts of the exercise contradict each other.
    NoAnswerError
        If the world has no trade for the event.

    Examples
    --------
    >>> from pactolus.response import play, ready_exercise, score_of
    >>> setting = exercise_setting(ready_exercise("gallium-germanium-licence"))
    >>> score_of(play(setting, seed=3, decisions=())).share
    0.0
    """
    from pactolus.response.exercise.situations import situations_of

    every = situations_of(exercise, world)
    ends = {end: one for end, one in every.items() if end != "mid"}
    return replace(setting_of(exercise, every["mid"]), ends=ends)


def setting_of(exercise: Exercise, situation: Situation) -> Setting:
    """An exercise with the situation it begins with."""
    tree = tree_of(situation.loss_t, situation.lengths)
    return Setting(exercise, situation, changes_by_month(exercise), tree)


@dataclass(frozen=True, eq=False)
class Board:
    """A programme with the limits that news set.

    Attributes
    ----------
    programme : Programme
    news : mapping
        Month (from 0) -> changes that are in it.
    """

    programme: Programme
    news: Mapping[int, tuple[Change, ...]]

    @cached_property
    def matrix(self) -> sparse.csr_array:
        """Rows of the programme."""
        return self.programme.program.matrix.tocsr()

    @cached_property
    def by_column(self) -> sparse.csc_array:
        """The same by column."""
        return self.matrix.tocsc()

    @cached_property
    def start_musd(self) -> Floats:
        """What the declared stocks are worth at the beginning, by member. [million USD]"""
        import numpy as np

        found = np.zeros(len(self.programme.situation.members))
        low = self.programme.program.row_lower
        for number, row in enumerate(self.programme.builder.rows):
            if row.kind == "start":
                found[row.member] -= low[number] * self.programme.block(row.place).price
        return found

    @cached_property
    def upper(self) -> Floats:
        """Upper bounds of the columns: what may not go, and what nobody passes on any more, is 0."""
        one = self.programme
        found = one.program.upper.copy()
        names = one.situation.members
        never = set(one.situation.assumed.no_transfer)
        for kind in ("lend", "swap"):
            for number in one.by_kind.get(kind, ()):
                column = one.builder.columns[number]
                closed = names[column.member] in never or self._closed(column)
                if kind == "lend" and not closed:
                    lots = one.block(column.place).classes[column.member][column.item]
                    closed = names[column.partner] not in lots[0].may_go
                if closed:
                    found[number] = 0.0
        return found

    def _closed(self, column: Column) -> bool:
        """Whether news made a member stop passing on before the month of a column."""
        month = self.programme.tree.nodes[column.node].month
        name = self.programme.situation.members[column.member]
        return any(
            change.change == "no_transfer" and change.member == name
            for at, changes in self.news.items()
            if at <= month
            for change in changes
        )

    @cached_property
    def row_upper(self) -> Floats:
        """Upper limits of the rows: suppliers have the room that news leave them."""
        one = self.programme
        found = one.program.row_upper.copy()
        for number, row in enumerate(one.builder.rows):
            if row.kind in ("room", "own_room"):
                found[number] *= self._room(row.place, row.item, row.node)
        return found

    def _room(self, place: int, group: int, node: int) -> float:
        """Part of its room that a group of suppliers has left in a node."""
        month = self.programme.tree.nodes[node].month
        sources = self.programme.block(place).groups[group].sources
        parts = [self.supplier_part(one.supplier, month) * one.room_t for one in sources]
        return sum(parts) / sum(one.room_t for one in sources)

    def supplier_part(self, supplier: str, month: int) -> float:
        """Part of its room that a supplier has left in a month (from 0)."""
        part = 1.0
        for at, changes in self.news.items():
            for change in changes if at <= month else ():
                if change.change == "room" and change.supplier in (None, supplier):
                    part *= change.factor
        return part

    def linear(
        self,
        *,
        together: bool = True,
        probability: Floats | None = None,
        fixed: Mapping[Column, float] | None = None,
    ) -> LinearProgram:
        """What is solved.

        Parameters
        ----------
        together : bool
            False for everybody alone: nothing between members, suppliers split by present purchases.
        probability : ndarray, optional
            Of the cases; those of the situation if omitted. One of 1 is hindsight.
        fixed : mapping, optional
            Columns whose value is past.
        """
        from dataclasses import replace

        one = self.programme
        chances = one.situation.probability if probability is None else probability
        lower, upper = one.program.lower.copy(), self.upper.copy()
        row_upper = self.row_upper
        if not together:
            for kind in _SHARED:
                upper[one.by_kind.get(kind, [])] = 0.0
            row_upper = self._split(row_upper)
        for column, value in (fixed or {}).items():
            number = one.column_at.get(column)
            if number is not None:
                lower[number] = upper[number] = value
        cost = one.costs.sum(axis=0) * one.weight(chances)
        return replace(one.program, cost=cost, lower=lower, upper=upper, row_upper=row_upper)

    def _split(self, row_upper: Floats) -> Floats:
        one = self.programme
        found = row_upper.copy()
        for number, row in enumerate(one.builder.rows):
            if row.kind == "own_room":
                block = one.block(row.place)
                part = split_of(one.situation, block, row.item)[row.member]
                room = block.groups[row.item].room_t / block.unit_t
                found[number] = room * part * self._room(row.place, row.item, row.node)
        return found

    def on_way(self, way: Sequence[int]) -> NDArray[np.bool_]:
        """Columns of some nodes."""
        import numpy as np

        return np.isin(self.programme.nodes, list(way))

    def cost_musd(self, x: Floats) -> Floats:
        """Cost of a path by member, the stock used at its price among it. [million USD]"""
        found: Floats = self.programme.costs @ x + self.start_musd
        return found

    def orders(self) -> list[int]:
        """Columns that order from other suppliers."""
        return [one for kind in ORDERS for one in self.programme.by_kind.get(kind, ())]
