"""One way through an exercise: values of the programme's columns, cost, shortage, actions as decisions."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from pactolus.response.exercise.decisions import Decision

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from pactolus.response.exercise.board import Board
    from pactolus.response.plan.columns import Column

    Floats = NDArray[np.float64]

__all__ = ["Path"]

_NOTHING = 1e-7


@dataclass(frozen=True, eq=False)
class Path:
    """Values of the columns on the nodes of one case, all others 0.

    Attributes
    ----------
    board : Board
    way : tuple of int
        Nodes, by month; the last one is the rest of the horizon.
    x : ndarray
        In the units of the programme.
    """

    board: Board
    way: tuple[int, ...]
    x: Floats

    @cached_property
    def cost_musd(self) -> Floats:
        """By member, the stock used at its price among it. [million USD]"""
        return self.board.cost_musd(self.x)

    @property
    def total_musd(self) -> float:
        """Of all members."""
        return float(self.cost_musd.sum())

    @property
    def running(self) -> int:
        """Months until nothing is lost any more."""
        return len(self.way) - 1

    def _columns(self) -> Iterator[tuple[Column, float]]:
        """Columns that are not 0, with tonnes."""
        import numpy as np

        programme = self.board.programme
        for number in np.flatnonzero(self.x > _NOTHING):
            one = programme.builder.columns[number]
            if one.place >= 0:
                yield one, float(self.x[number]) * programme.block(one.place).unit_t

    @cached_property
    def missing_t(self) -> Floats:
        """Tonnes that are missing, shape (places, members, months)."""
        return self._sum("short")

    def _sum(self, *kinds: str) -> Floats:
        import numpy as np

        one = self.board.programme
        nodes = one.tree.nodes
        found = np.zeros((len(one.situation.places), len(one.situation.members), one.situation.months))
        for column, tonnes in self._columns():
            if column.kind in kinds and not nodes[column.node].rest:
                found[column.place, column.member, nodes[column.node].month] += tonnes
        return found

    @cached_property
    def missing_musd(self) -> Floats:
        """What missing tonnes cost, shape (members, months). [million USD]"""
        import numpy as np

        one = self.board.programme
        found = np.zeros((len(one.situation.members), one.situation.months))
        costs = one.costs
        for number in one.by_kind.get("short", ()):
            column = one.builder.columns[number]
            month = one.tree.nodes[column.node].month
            found[:, month] += costs[:, number] * self.x[number]
        return found

    def stock_t(self, month: int) -> Floats:
        """Declared and bought stock at the end of a month (from 0), shape (places, members, 2)."""
        import numpy as np

        one = self.board.programme
        found = np.zeros((len(one.situation.places), len(one.situation.members), 2))
        node = self.way[min(month, len(self.way) - 1)]
        for column, tonnes in self._columns():
            if column.kind == "stock" and column.node == node:
                own = column.item == one.block(column.place).bought(column.member)
                found[column.place, column.member, int(own)] += tonnes
        return found

    def under_way(self, month: int) -> list[tuple[int, int, int, float]]:
        """What was decided up to a month and arrives later: place, member, month of arrival, tonnes."""
        one = self.board.programme
        found: dict[tuple[int, int, int], float] = {}
        for column, tonnes in self._columns():
            if column.kind not in ("order", "joint", "expedite", "lend"):
                continue
            if one.tree.nodes[column.node].month > month:
                continue
            member = column.partner if column.kind == "lend" else column.member
            at = self._arrival(one.column_at[column], member)
            if at > month:
                key = (column.place, member, at)
                found[key] = found.get(key, 0.0) + tonnes
        return [(*key, tonnes) for key, tonnes in sorted(found.items())]

    def _arrival(self, number: int, member: int) -> int:
        """Month in which a delivery arrives on this way."""
        one = self.board.programme
        column = self.board.by_column[:, [number]].tocoo()
        for row, amount in zip(column.coords[0], column.data, strict=True):
            at = one.builder.rows[row]
            if at.kind in ("stock", "start") and at.member == member and amount > 0 and at.node in self.way:
                return int(one.tree.nodes[at.node].month)
        return one.situation.months

    def decisions(self, role: str = "plan") -> tuple[Decision, ...]:
        """What was done, as decisions that lead to the same path: one a month, member and action."""
        one = self.board.programme
        names, places = one.situation.members, one.situation.places
        found: dict[tuple[int, int, int, str, str, str], float] = {}
        for column, tonnes in self._columns():
            for kind, to, source, part in self._acts(column, tonnes):
                key = (one.tree.nodes[column.node].month, column.member, column.place, kind, to, source)
                found[key] = found.get(key, 0.0) + part
        return tuple(
            Decision(
                role=f"{role}-{names[member]}",
                month=month + 1,
                action=kind,
                tonnes=tonnes,
                mineral=places[place][0],
                stage=places[place][1],
                to=to or None,
                from_=source or None,
            )
            for (month, member, place, kind, to, source), tonnes in sorted(found.items())
        )

    def _acts(self, column: Column, tonnes: float) -> Iterator[tuple[str, str, str, float]]:
        """Action, receiver, supplier and tonnes of a column; none if it follows from others."""
        one = self.board.programme
        own = column.item == one.block(column.place).bought(column.member)
        if one.tree.nodes[column.node].rest or (column.kind == "release" and own):
            return
        if column.kind == "stock" and own:
            yield "keep", "", "", tonnes
        elif column.kind in ("lend", "swap"):
            yield column.kind, one.situation.members[column.partner], "", tonnes
        elif column.kind in ("order", "joint", "expedite"):
            for source, part in self._spread(column, tonnes):
                yield column.kind, "", source, part
        elif column.kind == "release":
            yield "release", "", "", tonnes

    def _spread(self, column: Column, tonnes: float) -> Iterator[tuple[str, float]]:
        """Tonnes of a group of like suppliers, by the room of each."""
        one = self.board.programme
        month = one.tree.nodes[column.node].month
        sources = one.block(column.place).groups[column.item].sources
        rooms = [
            (source.supplier, source.room_t * self.board.supplier_part(source.supplier, month))
            for source in sources
        ]
        total = sum(room for _, room in rooms)
        for name, room in rooms:
            if room > 0:
                yield name, tonnes * room / total
