"""The state of an exercise: a pure function of exercise, seed and decisions.

Month by month decisions become values of columns of the plan engine's programme; what is bought or borrowed
is used as it is needed, unless it is kept; what is missing goes short by value, least first. Whether there is
as much as a decision asks for is read off the rows of the programme.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from pactolus.errors import InputError
from pactolus.response.exercise.decisions import standing
from pactolus.response.exercise.path import Path
from pactolus.response.exercise.truth import true_case
from pactolus.response.plan.columns import Column, Row

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from pactolus.response.exercise.board import Board, Setting
    from pactolus.response.exercise.decisions import Decision
    from pactolus.response.plan.blocks import Block

    Floats = NDArray[np.float64]

__all__ = ["Done", "Played", "play", "walk"]

#: Part of a month's use that is rounding, not tonnes.
_SLACK: Final = 1e-6
_ORDERS: Final = ("order", "joint", "expedite")
#: Rows that limit an action, and what they say.
_LIMITS: Final = {
    "lending": "its lending limit",
    "room": "the suppliers' room of the month, all members together",
    "own_room": "its part of the suppliers' room",
    "use": "what it can take from other suppliers in a month",
    "swap": "the cargo that can be sent on",
    "money": "the money agreed for orders of a month",
}


@dataclass(frozen=True, kw_only=True)
class Done:
    """What became of a decision in a month.

    Attributes
    ----------
    decision : Decision
    month : int
        From 0.
    tonnes : float
        Carried out.
    note : str
        ``done, not_needed, limited, event_over``.
    limit : str
        What limited it.
    """

    decision: Decision
    month: int
    tonnes: float
    note: str = "done"
    limit: str = ""


@dataclass(frozen=True, eq=False)
class Played:
    """An exercise as played.

    Attributes
    ----------
    setting : Setting
    seed : int
    case : int
        That came true; hidden from the table.
    path : Path
    done : tuple of Done
    """

    setting: Setting
    seed: int
    case: int
    path: Path
    done: tuple[Done, ...]


def play(setting: Setting, seed: int, decisions: Sequence[Decision], *, months: int | None = None) -> Played:
    """Play decisions.

    Parameters
    ----------
    setting : Setting
    seed : int
        Draws the case that comes true, where the exercise does not fix it.
    decisions : sequence of Decision
        Checked one by one (`pactolus.response.exercise.decisions.faults_of`).
    months : int, optional
        Months that are played; to the end if omitted.

    Returns
    -------
    Played

    Raises
    ------
    InputError
        If decisions ask for more than there is: all of them at once.
    """
    case = true_case(setting.exercise, setting.situation.probability, seed)
    path, done, faults = walk(setting, case, decisions, months=months)
    if faults:
        raise InputError.gathered(faults)
    return Played(setting, seed, case, path, done)


def walk(
    setting: Setting, case: int, decisions: Sequence[Decision], *, months: int | None = None
) -> tuple[Path, tuple[Done, ...], list[str]]:
    """The path of a case under some decisions, what became of them, and those that ask for too much."""
    table = _Table(setting, setting.way(case))
    for node in table.way if months is None else table.way[:months]:
        if setting.tree.nodes[node].rest:
            table.settle(node)
        else:
            table.month(node, decisions)
    over = setting.tree.nodes[table.way[-1]].month
    late = [one for one in decisions if one.month - 1 >= over]
    if months is None or months > over:
        table.done += [Done(decision=one, month=one.month - 1, tonnes=0.0, note="event_over") for one in late]
    return Path(table.board, table.way, table.x), tuple(table.done), table.faults


class _Table:
    """Columns filled month by month."""

    def __init__(self, setting: Setting, way: tuple[int, ...]) -> None:
        import numpy as np

        self.setting, self.way = setting, way
        self.board: Board = setting.last
        self.programme = self.board.programme
        self.names = setting.situation.members
        self.x: Floats = np.zeros(self.programme.program.columns)
        self.done: list[Done] = []
        self.faults: list[str] = []
        self.bought: dict[tuple[int, int, str], float] = {}  # place, node, supplier -> tonnes

    # ------------------------------------------------ a month

    def month(self, node: int, decisions: Sequence[Decision]) -> None:
        """All decisions of a month: what moves first, then what is used."""
        month = self.setting.tree.nodes[node].month
        acting = [(one, again, *self._who(one)) for one, again in standing(decisions, month)]
        keep: dict[tuple[int, int], float] = {}
        for one, again, place, member in acting:
            if one.action in _ORDERS:
                self._note(one, month, again, *self._order(one, node, place, member))
            elif one.action in ("lend", "swap"):
                self._note(one, month, again, *self._send(one, node, place, member))
            elif one.action == "keep":
                keep[place, member] = keep.get((place, member), 0.0) + one.tonnes
                self.done.append(Done(decision=one, month=month, tonnes=one.tonnes))
        for block in self.programme.blocks:
            for member in block.users:
                self._use_bought(node, block, member, keep.get((block.place, member), 0.0))
        for one, again, place, member in acting:
            if one.action == "release":
                self._release(one, node, month, again, place, member)
        for block in self.programme.blocks:
            for member in block.users:
                self._go_short(node, block, member)
                self._close(node, block, member)

    def _who(self, one: Decision) -> tuple[int, int]:
        """Place and member of a decision; a role of a written plan is called by its member."""
        places = self.setting.situation.places
        place = next(
            k for k, (m, s) in enumerate(places) if one.mineral in (None, m) and one.stage in (None, s)
        )
        if one.role.startswith("plan-"):
            return place, self.names.index(one.role.removeprefix("plan-"))
        member = self.setting.exercise.role(one.role).member
        assert member is not None
        return place, self.names.index(member)

    def _note(self, one: Decision, month: int, again: bool, tonnes: float, limit: str) -> None:
        """What was carried out; too much is a fault in the month of the decision."""
        short = one.tonnes - tonnes > _SLACK * max(one.tonnes, 1.0)
        if short and not again:
            at = f"{one.place}.tonnes: " if one.place else f"{one.role}, month {one.month}: "
            self.faults.append(
                f"{at}{one.action} {one.tonnes:g} t; at most {tonnes:.6g} t: {limit}; lower it"
            )
        note = "limited" if short else "done"
        self.done.append(
            Done(decision=one, month=month, tonnes=tonnes, note=note, limit=limit if short else "")
        )

    # ------------------------------------------------ actions

    def _order(self, one: Decision, node: int, place: int, member: int) -> tuple[float, str]:
        block = self.programme.block(place)
        month = self.setting.tree.nodes[node].month
        done, limit = 0.0, "no supplier can still deliver in time on these terms"
        groups = sorted(range(len(block.groups)), key=lambda g: (block.groups[g].sources[0].premium, g))
        for g in groups:
            number = self.programme.column_at.get(Column(one.action, place, member, node, g))
            sources = [s for s in block.groups[g].sources if one.from_ in (None, s.supplier)]
            if number is None or not sources or done >= one.tonnes:
                continue
            for source in sources:
                key = (place, node, source.supplier)
                room = source.room_t * self.board.supplier_part(source.supplier, month) - self.bought.get(
                    key, 0.0
                )
                most, why = self._most(number)
                if room < most * block.unit_t:
                    most, why = max(0.0, room) / block.unit_t, f"the room of {source.supplier} in a month"
                took = min(one.tonnes - done, most * block.unit_t)
                self.x[number] += took / block.unit_t
                self.bought[key] = self.bought.get(key, 0.0) + took
                done, limit = done + took, why
        return done, limit

    def _send(self, one: Decision, node: int, place: int, member: int) -> tuple[float, str]:
        """Lend from lots that may go, or send on arriving cargo."""
        block = self.programme.block(place)
        if one.to is None or self.names.index(one.to) not in block.users or member not in block.users:
            return 0.0, "one of the two does not use it"
        partner = self.names.index(one.to)
        done = 0.0
        limit = "no lot may go there" if one.action == "lend" else "the cargo that can be sent on"
        for item in range(len(block.classes[member])) if one.action == "lend" else (0,):
            number = self.programme.column_at.get(Column(one.action, place, member, node, item, partner))
            if number is None:
                limit = "nothing of it can still be needed there"
                continue
            most, why = self._most(number)
            if one.action == "lend":
                there = max(0.0, self._left(Column("stock", place, member, node, item)))
                if there < most:
                    most, why = there, "what is in stock and may go"
            took = min(one.tonnes - done, most * block.unit_t)
            self.x[number] += took / block.unit_t
            done += took
            limit = why or limit
        return done, limit

    def _release(self, one: Decision, node: int, month: int, again: bool, place: int, member: int) -> None:
        block = self.programme.block(place)
        classes = range(block.bought(member)) if member in block.users else range(0)
        there = [max(0.0, self._left(Column("stock", place, member, node, c))) for c in classes]
        if one.tonnes - sum(there) * block.unit_t > _SLACK * max(one.tonnes, 1.0):
            limit = "what is in stock" if there else "no stock is declared, so that none is released"
            self._note(one, month, again, sum(there) * block.unit_t, limit)
            if not again:
                return
            self.done.pop()
        wanted = min(one.tonnes / block.unit_t, self._missing(node, place, member))
        done = 0.0
        for c in classes:
            number = self.programme.column_at.get(Column("release", place, member, node, c))
            took = 0.0 if number is None else min(wanted - done, there[c])
            if number is not None:
                self.x[number] += took
            done += took
        tonnes = done * block.unit_t
        enough = one.tonnes - tonnes <= _SLACK * max(one.tonnes, 1.0)
        unmet = self._missing(node, place, member) > _SLACK
        note = "done" if enough else ("limited" if unmet else "not_needed")
        self.done.append(Done(decision=one, month=month, tonnes=tonnes, note=note))

    # ------------------------------------------------ balances

    def _use_bought(self, node: int, block: Block, member: int, keep_t: float) -> None:
        item = block.bought(member)
        number = self.programme.column_at.get(Column("release", block.place, member, node, item))
        if number is not None:
            there = self._left(Column("stock", block.place, member, node, item)) - keep_t / block.unit_t
            self.x[number] = max(0.0, min(there, self._missing(node, block.place, member)))

    def _go_short(self, node: int, block: Block, member: int) -> None:
        missing = self._missing(node, block.place, member)
        for s, _ in enumerate(block.segments):
            number = self.programme.column_at.get(Column("short", block.place, member, node, s))
            if number is not None and missing > 0:
                self.x[number] = min(missing, float(self.board.upper[number]))
                missing -= self.x[number]

    def _close(self, node: int, block: Block, member: int) -> None:
        """What is left of every class at the end of a node."""
        for item in range(block.bought(member) + 1):
            column = Column("stock", block.place, member, node, item)
            number = self.programme.column_at.get(column)
            if number is not None:
                self.x[number] = max(0.0, self._left(column))

    def settle(self, node: int) -> None:
        """The rest of the horizon: loans go back as far as they can, the others are owed."""
        rule = self.setting.situation.assumed
        back = rule.late > rule.transport + rule.handling
        for block in self.programme.blocks:
            for borrower in block.users:
                limit = self.programme.row_at.get(Row("back", block.place, borrower, node))
                left = float("inf") if limit is None else float(self.board.row_upper[limit])
                for lender in block.users:
                    row = self.programme.row_at.get(Row("debt", block.place, lender, node, borrower))
                    if row is None:
                        continue
                    owed = max(0.0, -self._row(row))
                    given = min(owed, left) if back else 0.0
                    left -= given
                    for kind, amount in (("return", given), ("owed", owed - given)):
                        self.x[
                            self.programme.column_at[Column(kind, block.place, lender, node, 0, borrower)]
                        ] = amount
            for member in block.users:
                self._close(node, block, member)

    def _row(self, row: int) -> float:
        start, end = self.board.matrix.indptr[row : row + 2]
        return float(self.board.matrix.data[start:end] @ self.x[self.board.matrix.indices[start:end]])

    def _left(self, column: Column) -> float:
        """Stock of a class at the end of a node, by its row; 0 where it has none. [units]"""
        for kind in ("start", "stock"):
            row = self.programme.row_at.get(Row(kind, column.place, column.member, column.node, column.item))
            if row is not None:
                number = self.programme.column_at[column]
                return self._row(row) + float(self.x[number]) - float(self.programme.program.row_lower[row])
        return 0.0

    def _missing(self, node: int, place: int, member: int) -> float:
        """What a month still needs. [units]"""
        row = self.programme.row_at.get(Row("balance", place, member, node))
        if row is None:
            return 0.0
        return max(0.0, float(self.programme.program.row_lower[row]) - self._row(row))

    def _most(self, number: int) -> tuple[float, str]:
        """How much more of a column the rows let through, and which one limits it. [units]"""
        most, why = float(self.board.upper[number] - self.x[number]), "the cargo or the lots that may go"
        start, end = self.board.by_column.indptr[number : number + 2]
        rows: Iterable[tuple[int, float]] = zip(
            self.board.by_column.indices[start:end], self.board.by_column.data[start:end], strict=True
        )
        for row, amount in rows:
            kind = self.programme.builder.rows[row].kind
            if kind in _LIMITS and amount > 0:
                slack = (float(self.board.row_upper[row]) - self._row(int(row))) / amount
                if slack < most:
                    most, why = slack, _LIMITS[kind]
        return max(0.0, most), why
