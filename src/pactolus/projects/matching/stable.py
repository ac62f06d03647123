"""Matching where nothing is paid: deferred acceptance, and the pairs that would leave a matching together.

One side offers in its own order, the other keeps the best offers up to what it needs and returns the rest, in
part if it must. Nobody who was refused asks again. What is left when all offers are kept is stable, and no
stable matching is better for any of those who offer.
"""

from __future__ import annotations

import heapq
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from pactolus.errors import NoAnswerError, OptionError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from pactolus.projects.matching.problem import MatchProblem

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]
    Marks = NDArray[np.bool_]

__all__ = ["Blocking", "Proposing", "blocking_pairs", "stable_match"]

Proposing = Literal["firms", "slots"]
_STEPS: Final = 20_000_000


def stable_match(problem: MatchProblem, proposing: Proposing = "firms", *, most_steps: int = _STEPS) -> Ints:
    """A stable matching: of all of them the best for those who offer.

    Parameters
    ----------
    problem : MatchProblem
        `firm_score` and `slot_score` count; of equal scores the earlier line or slot comes first.
    proposing : {"firms", "slots"}
    most_steps : int
        Offers and refusals after which the search gives up: where quantities are pushed round in circles in
        small parts, there may be very many.

    Returns
    -------
    ndarray of int64, shape (n, m)
        What each line has of each slot. [unit]

    Raises
    ------
    OptionError
        If `proposing` is neither side.
    NoAnswerError
        If the steps do not suffice.

    References
    ----------
    .. [1] D. Gale, L. Shapley, "College admissions and the stability of marriage", American Mathematical
       Monthly 69 (1962) 9-15. doi:10.1080/00029890.1962.11989827
    .. [2] M. Baiou, M. Balinski, "The stable allocation (or ordinal transportation) problem", Mathematics of
       Operations Research 27 (2002) 485-503: quantities instead of places.

    Examples
    --------
    >>> from pactolus.projects.matching.problem import match_problem
    >>> both_want_the_first = match_problem([[3, 1], [2, 1]], [[1, 1], [2, 2]], [1, 1], [1, 1])
    >>> stable_match(both_want_the_first).argmax(axis=1).tolist()
    [1, 0]
    """
    if proposing not in ("firms", "slots"):
        raise OptionError(f"proposing: {proposing!r}; firms or slots")
    if proposing == "slots":
        found: Ints = stable_match(problem.turned(), most_steps=most_steps).T
        return found
    return _deferred(problem, most_steps)


def _deferred(problem: MatchProblem, most_steps: int) -> Ints:
    import numpy as np

    n, m = problem.shape
    willing = problem.willing
    order = _order(problem.firm_score, willing)
    rank = np.argsort(
        np.argsort(-np.where(willing, problem.slot_score, -np.inf), axis=0, kind="stable"), axis=0
    )
    ranks, most = rank.tolist(), problem.most.tolist()
    free, room, at = problem.supply.tolist(), problem.need.tolist(), [0] * n
    kept: list[dict[int, int]] = [{} for _ in range(m)]
    heaps: list[list[tuple[int, int]]] = [[] for _ in range(m)]
    waiting, steps = list(range(n - 1, -1, -1)), 0
    while waiting:
        i = waiting.pop()
        while free[i] and at[i] < len(order[i]):
            steps += 1
            j = order[i][at[i]]
            held, worst = kept[j], heaps[j]
            amount = min(free[i], most[i][j] - held.get(i, 0))
            if not amount or (not room[j] and (not worst or -worst[0][0] < ranks[i][j])):
                at[i] += 1
                continue
            if i not in held:
                heapq.heappush(worst, (-ranks[i][j], i))
            held[i] = held.get(i, 0) + amount
            free[i] -= amount
            room[j] -= amount
            while room[j] < 0:
                steps += 1
                k = worst[0][1]
                back = min(held[k], -room[j])
                held[k] -= back
                free[k] += back
                room[j] += back
                if not held[k]:
                    del held[k]
                    heapq.heappop(worst)
                if at[k] < len(order[k]) and order[k][at[k]] == j:
                    at[k] += 1
                if k != i:
                    waiting.append(k)
        if steps > most_steps:
            raise NoAnswerError(
                f"stable matching: not found in {most_steps:,} offers; quantities go round in small parts, "
                "state them in a coarser unit"
            )
    return _matrix(kept, n)


def _order(score: Floats, willing: Marks) -> list[list[int]]:
    """Slots of each line that both would enter, the best first."""
    import numpy as np

    order = np.argsort(-np.where(willing, score, -np.inf), axis=1, kind="stable")
    counts = willing.sum(axis=1).tolist()
    return [row[:count] for row, count in zip(order.tolist(), counts, strict=True)]


def _matrix(kept: list[dict[int, int]], n: int) -> Ints:
    import numpy as np

    x = np.zeros((n, len(kept)), dtype=np.int64)
    for j, held in enumerate(kept):
        for i, amount in held.items():
            x[i, j] = amount
    return x


@dataclass(frozen=True, kw_only=True, eq=False)
class Blocking:
    """Pairs that would both rather deal with each other than keep what they have.

    Attributes
    ----------
    line, slot : ndarray of int64, shape (k,)
        In order of line, then slot.
    """

    line: Ints
    slot: Ints

    def __len__(self) -> int:
        return int(self.line.size)


def blocking_pairs(problem: MatchProblem, quantity: Ints) -> Blocking:
    """All pairs that block a matching where nothing is paid.

    A pair blocks if both sides are willing, it could have more of each other, and each side has something
    free or holds something that it likes strictly less.

    Parameters
    ----------
    problem : MatchProblem
    quantity : ndarray of int, shape (n, m)
        Of any method. [unit]

    Returns
    -------
    Blocking

    Examples
    --------
    >>> import numpy as np
    >>> from pactolus.projects.matching.problem import match_problem
    >>> problem = match_problem([[3, 1], [2, 1]], [[1, 1], [2, 2]], [1, 1], [1, 1])
    >>> found = blocking_pairs(problem, np.array([[1, 0], [0, 1]]))
    >>> found.line.tolist(), found.slot.tolist()
    ([1], [0])
    """
    import numpy as np

    held = quantity > 0
    last_of_line = np.min(np.where(held, problem.firm_score, np.inf), axis=1, initial=np.inf)
    last_of_slot = np.min(np.where(held, problem.slot_score, np.inf), axis=0, initial=np.inf)
    free, room = quantity.sum(axis=1) < problem.supply, quantity.sum(axis=0) < problem.need
    firm_wants = free[:, None] | (problem.firm_score > last_of_line[:, None])
    slot_wants = room[None, :] | (problem.slot_score > last_of_slot[None, :])
    line, slot = np.nonzero(problem.willing & (quantity < problem.most) & firm_wants & slot_wants)
    return Blocking(line=line.astype(np.int64), slot=slot.astype(np.int64))
