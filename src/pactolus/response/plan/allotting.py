"""From columns to what people do: which lot, which supplier, which month."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pactolus.response.plan.blocks import ORDERS
from pactolus.response.plan.solving import NOTHING

if TYPE_CHECKING:
    from pactolus.response.plan.blocks import Block
    from pactolus.response.plan.columns import Column
    from pactolus.response.plan.situation import Held, Situation
    from pactolus.response.plan.solving import Answer, Part

__all__ = ["Move", "moves_of"]

#: Kinds of columns that are actions, in the order in which they are listed.
KINDS = (
    *("release", "lend", "exchange", "swap", "order", "joint", "expedite", "project", "deliver", "return"),
    "short",
)


@dataclass(frozen=True, kw_only=True)
class Move:
    """One thing that one member does in one month.

    Attributes
    ----------
    kind : str
        As in `Column`.
    place, member, node, month : int
        `member` -1: all together.
    tonnes : float
        Of a project: the part of it that is begun.
    content : float
        Tonnes of use that one of them stands for.
    what : str
        Origin of a lot, supplier, project or segment.
    form, grade, transferable, why : str
        Of a lot.
    partner : int
    column : int
        Within its programme.
    lot : int
        Number of the lot in the situation, -1 for what was bought before or no lot.
    """

    kind: str
    place: int
    member: int
    node: int
    month: int
    tonnes: float
    what: str = ""
    form: str = ""
    grade: str = ""
    transferable: str = ""
    why: str = ""
    partner: int = -1
    column: int = -1
    lot: int = -1
    content: float = 1.0


def moves_of(answer: Answer) -> tuple[Move, ...]:
    """All moves of a plan, by node and kind."""
    return tuple(move for part in answer.parts for move in _Allotted(part, answer.terms.end, answer).moves())


class _Allotted:
    """Lots and suppliers of one programme, used up along the tree."""

    def __init__(self, part: Part, end: int, answer: Answer) -> None:
        self.part, self.answer = part, answer
        self.one: Situation = part.programme.situation
        self.number = {id(lot): n for n, lot in enumerate(self.one.held)}
        self.left: dict[
            tuple[int, int, int, int], list[list[float]]
        ] = {}  # place, member, class, node -> [lot, t]
        self.end = end

    def moves(self) -> Iterator[Move]:
        programme = self.part.programme
        chance = programme.tree.probability(self.answer.probability)
        by_node: dict[int, list[tuple[int, Column]]] = {}
        for number, column in enumerate(programme.builder.columns):
            if column.kind in KINDS and self.part.x[number] > NOTHING and chance[column.node] > 0:
                by_node.setdefault(column.node, []).append((number, column))
        for node, _ in enumerate(programme.tree.nodes):
            rooms: dict[tuple[int, int], list[float]] = {}
            for number, column in sorted(by_node.get(node, ()), key=lambda one: KINDS.index(one[1].kind)):
                block = programme.block(column.place)
                tonnes = float(self.part.x[number])
                if column.kind != "project":
                    tonnes *= block.unit_t
                yield from self._split(number, column, block, tonnes, rooms)

    def _split(
        self,
        number: int,
        column: Column,
        block: Block,
        tonnes: float,
        rooms: dict[tuple[int, int], list[float]],
    ) -> Iterator[Move]:
        kind = column.kind
        if kind in ("release", "lend", "exchange") and column.item < block.bought(column.member):
            for lot, taken in self._lots(column, block, tonnes / block.content(column.member, column.item)):
                yield self._of_lot(number, column, lot, taken)
        elif kind in ORDERS:
            left = rooms.setdefault(
                (column.place, column.item), [s.room_t for s in block.groups[column.item].sources]
            )
            for s, source in enumerate(block.groups[column.item].sources):
                taken = min(left[s], tonnes) if s + 1 < len(left) else tonnes
                left[s] -= taken
                tonnes -= taken
                if taken > NOTHING * block.unit_t:
                    yield self._move(number, column, taken, what=source.supplier)
        elif kind == "return":
            yield from self._returned(number, column, block, tonnes)
        else:
            yield self._move(number, column, tonnes, what=self._what(column, block))

    def _what(self, column: Column, block: Block) -> str:
        if column.kind in ("project", "deliver"):
            return self.one.projects[column.item].project
        if column.kind == "short":
            return block.segments[column.item].name
        return "bought or borrowed" if column.kind == "release" else "cargo under way"

    def _move(self, number: int, column: Column, tonnes: float, **more: object) -> Move:
        month = self.part.programme.tree.nodes[column.node].month
        given: dict[str, object] = {"month": month} | more
        return Move(
            kind=column.kind,
            place=column.place,
            member=column.member,
            node=column.node,
            tonnes=tonnes,
            partner=column.partner,
            column=number,
            **given,  # type: ignore[arg-type]
        )

    def _of_lot(self, number: int, column: Column, lot: Held, tonnes: float) -> Move:
        return self._move(
            number,
            column,
            tonnes,
            what=lot.origin or "unknown origin",
            form=lot.form,
            grade=lot.grade,
            transferable="yes" if lot.may_go else "no or unknown",
            why=lot.why,
            lot=self.number[id(lot)],
            content=lot.content,
        )

    def _lots(self, column: Column, block: Block, tonnes: float) -> list[tuple[Held, float]]:
        """Lots of a class, largest first, less what was taken on the way to the node."""
        lots = sorted(block.classes[column.member][column.item], key=lambda lot: -lot.tonnes[self.end])
        left = self._left(column, block, lots)
        found = []
        for n, lot in enumerate(lots):
            taken = min(left[n][0], tonnes)
            if n + 1 == len(lots):
                taken = min(tonnes, max(left[n][0], tonnes))
            left[n][0] -= taken
            tonnes -= taken
            if taken > NOTHING * block.unit_t:
                found.append((lot, taken))
        return found

    def _left(self, column: Column, block: Block, lots: list[Held]) -> list[list[float]]:
        head = (column.place, column.member, column.item)
        key = (*head, column.node)
        if key not in self.left:
            tree = self.part.programme.tree
            before = next(
                (m for m in tree.above(tree.nodes[column.node].parent) if (*head, m) in self.left), None
            )
            part = self.answer.terms.stock.get((column.place, column.member), 1.0)
            start = [[part * lot.tonnes[self.end]] for lot in lots]
            self.left[key] = start if before is None else [list(one) for one in self.left[*head, before]]
        return self.left[key]

    def _returned(self, number: int, column: Column, block: Block, tonnes: float) -> Iterator[Move]:
        """As early as the borrower can buy it."""
        month = self.part.programme.tree.nodes[column.node].month
        most = self.one.assumed.return_share * float(self.one.use_t[column.place, column.partner])
        while tonnes > NOTHING * block.unit_t:
            taken = (
                min(tonnes, most) if month + 1 < self.one.months - self.one.assumed.lag_lending else tonnes
            )
            yield self._move(number, column, taken, what="bought for returning", month=month)
            tonnes, month = tonnes - taken, month + 1
