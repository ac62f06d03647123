"""The linear programme of a plan: one block a place, decisions on the nodes of the tree of durations.

For member i, class of lots c, node n (month t):

    stock     x_cn = x_c,parent - y_cn - sum_j w_cjn + arrivals          x at the rest of the horizon is
    worth p
    balance   sum_c y_cn + sum_k u_kn - diverted_n + received_n >= loss_n
    lending   sum over a path of w <= lending share x declared stock
    even      sum of content given one way = sum given the other way   a swap of grades, node by node
    debt      returned + owed = lent + diverted along the path
    room      sum over members of orders <= observed maximum less present exports
    cost      p (1 + premium) orders + freight + sum_k v_k p u_k - p x at the end

Quantities are parts of a month's use of all members, money is million USD, so that numbers are near 1.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from pactolus.response.plan.blocks import ORDERS, Block, block_of
from pactolus.response.plan.columns import Builder, Column, Row
from pactolus.response.plan.parts import Parts
from pactolus.response.plan.tree import Tree, tree_of

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from pactolus.response.plan.situation import Situation
    from pactolus.solvers.programs import LinearProgram

    Floats = NDArray[np.float64]

__all__ = ["Programme", "programme_of"]

_INF = float("inf")


@dataclass(frozen=True)
class Programme:
    """What is solved, and what each part of it means."""

    situation: Situation
    tree: Tree
    blocks: tuple[Block, ...]
    builder: Builder

    @cached_property
    def program(self) -> LinearProgram:
        """With the costs of the situation's probabilities."""
        import numpy as np

        found = self.builder.program()
        weighted = np.asarray(found.cost) * self.weight(self.situation.probability)
        weighted.flags.writeable = False
        from dataclasses import replace

        return replace(found, cost=weighted)

    @cached_property
    def nodes(self) -> NDArray[np.int64]:
        """Node of every column."""
        import numpy as np

        return np.array([one.node for one in self.builder.columns], dtype=np.int64)

    @cached_property
    def costs(self) -> Floats:
        """What a unit of every column costs each member where its node is reached, shape (members, "
        "columns)."""
        return self.builder.costs()

    def weight(self, probability: Floats) -> Floats:
        """Probability of every column's node."""
        return self.tree.probability(probability)[self.nodes]

    def block(self, place: int) -> Block:
        """The block of a place."""
        return next(one for one in self.blocks if one.place == place)

    @cached_property
    def by_kind(self) -> dict[str, list[int]]:
        """Columns of each kind."""
        found: dict[str, list[int]] = {}
        for number, one in enumerate(self.builder.columns):
            found.setdefault(one.kind, []).append(number)
        return found

    @cached_property
    def row_at(self) -> dict[Row, int]:
        """Number of a row."""
        return {row: number for number, row in enumerate(self.builder.rows)}

    @cached_property
    def column_at(self) -> dict[Column, int]:
        """Number of a column."""
        return {column: number for number, column in enumerate(self.builder.columns)}


def programme_of(
    situation: Situation, places: Sequence[int] | None = None, tree: Tree | None = None
) -> Programme:
    """Build the programme of some places.

    Parameters
    ----------
    situation : Situation
        Checked.
    places : sequence of int, optional
        All if omitted.
    tree : Tree, optional
        That of the situation, where it is known already.
    """
    tree = tree or tree_of(situation.loss_t, situation.lengths)
    builder = Builder(len(situation.members))
    chosen = range(len(situation.places)) if places is None else places
    blocks = tuple(block_of(situation, place) for place in chosen)
    for block in blocks:
        if block.users:
            Parts(situation, tree, block, builder).build()
    money = situation.assumed.money_musd_per_month
    if money is not None:
        _money(builder, len(tree.nodes), money)
    return Programme(situation, tree, blocks, builder)


def _money(builder: Builder, nodes: int, limit: float) -> None:
    """One row a node for what all members order."""
    spent: dict[int, list[tuple[int, float]]] = {}
    for column, _, amount in builder.payers:
        one = builder.columns[column]
        if one.kind in (*ORDERS, "deliver"):
            spent.setdefault(one.node, []).append((column, amount))
    for node in range(nodes):
        if node in spent:
            builder.row(Row("money", -1, -1, node), spent[node], -_INF, limit)
