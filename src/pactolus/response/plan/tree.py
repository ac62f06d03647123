"""What is known when: months and durations as a tree of nodes, on which decisions stand.

Two durations share a node as long as nothing told them apart: both still run, or both ended in the same
month,
and all losses so far are equal. Where nothing is lost any more the rest of the horizon is one node, `rest`:
no
decision is left but the return of loans. A fan of S durations over T months has T + S nodes, not T S.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

__all__ = ["Node", "Tree", "tree_of"]


@dataclass(frozen=True, slots=True)
class Node:
    """A state of knowledge.

    Attributes
    ----------
    month : int
        From 0; of a rest, its first month.
    parent : int
        -1 at the root.
    scenarios : tuple of int
        Durations that cannot be told apart here.
    rest : bool
        All months from `month` to the horizon, without any loss.
    """

    month: int
    parent: int
    scenarios: tuple[int, ...]
    rest: bool = False


@dataclass(frozen=True)
class Tree:
    """Nodes, parents before children."""

    nodes: tuple[Node, ...]
    months: int

    def above(self, node: int) -> Iterator[int]:
        """A node and all before it, from the latest."""
        while node >= 0:
            yield node
            node = self.nodes[node].parent

    def sent(self, node: int, lag: int) -> list[int]:
        """Nodes whose deliveries of a lag arrive in a node; in a rest, all that are still under way."""
        own = self.nodes[node]
        if own.rest:
            first = own.month - lag
            return [one for one in self.above(own.parent) if self.nodes[one].month >= first]
        return [one for one in self.above(node) if self.nodes[one].month == own.month - lag]

    def at(self, scenario: int, month: int) -> int:
        """The node of a duration in a month."""
        for number, node in enumerate(self.nodes):
            if scenario in node.scenarios and (node.month == month or (node.rest and node.month <= month)):
                return number
        raise IndexError(f"no node of duration {scenario} in month {month}; there are {self.months} months")

    def probability(self, of: Floats) -> Floats:
        """Of every node, from those of the durations."""
        import numpy as np

        return np.array([float(of[list(node.scenarios)].sum()) for node in self.nodes])

    def children(self) -> list[list[int]]:
        """Of every node."""
        found: list[list[int]] = [[] for _ in self.nodes]
        for number, node in enumerate(self.nodes):
            if node.parent >= 0:
                found[node.parent].append(number)
        return found


def tree_of(loss: Floats, lengths: Sequence[int]) -> Tree:
    """The tree of some durations.

    Parameters
    ----------
    loss : ndarray, shape (..., months, scenarios)
        All that tells durations apart beside their end.
    lengths : sequence of int, shape (scenarios,)
        Month in which each has ended.

    Returns
    -------
    Tree

    Examples
    --------
    Two durations of 1 and 2 months over 3 months: both run in month 0, then one has ended.

    >>> import numpy as np
    >>> loss = np.array([[[1.0, 1.0], [0.0, 1.0], [0.0, 0.0]]])
    >>> [(node.month, node.scenarios, node.rest) for node in tree_of(loss, [1, 2]).nodes]
    [(0, (0, 1), False), (1, (0,), True), (1, (1,), False), (2, (1,), True)]
    """
    import numpy as np

    months, count = loss.shape[-2:]
    flat = loss.reshape(-1, months, count)
    lost = np.asarray((flat != 0).any(axis=0), dtype=np.int64)
    later = np.cumsum(lost[::-1], axis=0)[::-1]  # losses from a month on
    nodes: list[Node] = []
    groups: list[tuple[int, tuple[int, ...]]] = [(-1, tuple(range(count)))]
    for month in range(months):
        following: list[tuple[int, tuple[int, ...]]] = []
        for parent, group in groups:
            for part in _told_apart(flat[:, month], lengths, month, group):
                rest = len({min(lengths[s], month) for s in part}) == 1 and not later[month, list(part)].any()
                rest = rest and all(lengths[s] <= month for s in part)
                nodes.append(Node(month, parent, part, rest))
                if not rest:
                    following.append((len(nodes) - 1, part))
        groups = following
    nodes += [Node(months, parent, group, True) for parent, group in groups]
    return Tree(tuple(nodes), months)


def _told_apart(
    loss: Floats, lengths: Sequence[int], month: int, group: tuple[int, ...]
) -> list[tuple[int, ...]]:
    """Parts of a group that differ in this month."""
    parts: dict[tuple[bool, bytes], list[int]] = {}
    for s in group:
        parts.setdefault((lengths[s] > month, loss[:, s].tobytes()), []).append(s)
    return [tuple(part) for part in parts.values()]
