"""Columns and rows of a programme while it is built: what each stands for, who pays, in which units."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from pactolus.solvers.programs import LinearProgram, linear_program

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

__all__ = ["Builder", "Column", "Row"]

_INF = float("inf")


class Column(NamedTuple):
    """What a column stands for.

    `kind` is ``stock, release, lend, exchange, swap, return, owed, order, joint, expedite, project,
    deliver`` or ``short``;
    `item` the class of lots, the group of suppliers, the project or the segment; `partner` the other member,
    -1
    if there is none.
    """

    kind: str
    place: int
    member: int
    node: int
    item: int = 0
    partner: int = -1


class Row(NamedTuple):
    """What a row stands for: ``balance, stock, lending, even, debt, room, own_room, money`` ..."""

    kind: str
    place: int
    member: int
    node: int
    item: int = 0


@dataclass
class Builder:
    """A programme in the making; costs by member, so that every dollar has a payer."""

    members: int
    columns: list[Column] = field(default_factory=list)
    upper: list[float] = field(default_factory=list)
    payers: list[tuple[int, int, float]] = field(default_factory=list)  # column, member, MUSD a unit
    rows: list[Row] = field(default_factory=list)
    low: list[float] = field(default_factory=list)
    high: list[float] = field(default_factory=list)
    entries: list[tuple[int, int, float]] = field(default_factory=list)  # row, column, coefficient

    def column(self, column: Column, *paid: tuple[int, float], upper: float = _INF) -> int:
        """A new column; `paid` holds members and what a unit costs each."""
        number = len(self.columns)
        self.columns.append(column)
        self.upper.append(upper)
        self.payers += [(number, member, amount) for member, amount in paid]
        return number

    def row(self, row: Row, terms: list[tuple[int, float]], low: float, high: float) -> int:
        """A new row."""
        number = len(self.rows)
        self.rows.append(row)
        self.low.append(low)
        self.high.append(high)
        self.entries += [(number, column, amount) for column, amount in terms]
        return number

    def costs(self) -> Floats:
        """Shape (members, columns)."""
        import numpy as np

        found = np.zeros((self.members, len(self.columns)))
        if self.payers:
            column, member, amount = (np.array(part) for part in zip(*self.payers, strict=True))
            np.add.at(found, (member.astype(int), column.astype(int)), amount)
        return found

    def program(self) -> LinearProgram:
        """What is solved."""
        import numpy as np
        from scipy import sparse

        shape = (len(self.rows), len(self.columns))
        if self.entries:
            row, column, amount = (np.array(part) for part in zip(*self.entries, strict=True))
            matrix = sparse.csc_array((amount, (row.astype(int), column.astype(int))), shape=shape)
        else:
            matrix = sparse.csc_array(shape)
        return linear_program(
            self.costs().sum(axis=0), matrix, row_lower=self.low, row_upper=self.high, upper=self.upper
        )
