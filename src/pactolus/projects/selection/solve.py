"""Solve the choice: relaxed, then whole numbers near the relaxed optimum, then a search under a node limit.

The relaxed programme is nearly whole. Its duals give a floor under the cost of any choice; a small programme
over the starts that are open, with all floors found so far, proposes a choice; the second half prices it and
gives one more floor. Where that ends too far from the bound, a search of the whole programme follows, with
starts left out that the reduced costs rule out. One thread, a fixed seed, limits on nodes: the same answer on
every machine.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, Literal

from pactolus.errors import NoAnswerError, OptionError
from pactolus.projects.selection.halves import Halves
from pactolus.projects.selection.programme import Programme
from pactolus.projects.selection.worth import doing_nothing
from pactolus.solvers.integer import IntegerSolution, solve_integer
from pactolus.solvers.linear import LinearSolution, solve_linear

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Whole = NDArray[np.int64]

__all__ = ["Choice", "open_columns", "propose", "solve"]

Status = Literal["optimal", "node_limit", "time_limited"]
_NEAR: Final = 150
_NODES_OF_A_PROPOSAL: Final = 100
_CLOSE: Final = 1e-6


@dataclass(frozen=True, kw_only=True, eq=False)
class Choice:
    """Which projects begin when, and how far a better choice can be.

    Attributes
    ----------
    programme : Programme
    start_of : ndarray of int, shape (P,)
        Place of the start among ``starts``; -1 where the project is not taken.
    x : ndarray, shape (columns,)
    objective, bound, doing_nothing : float
        [million USD]
    nodes, rounds : int
        Of the search; of proposals.
    status : {"optimal", "node_limit", "time_limited"}
        ``optimal`` within the gap asked for.
    relaxed : LinearSolution
    halves : Halves
    """

    programme: Programme
    start_of: Whole
    x: Floats
    objective: float
    bound: float
    doing_nothing: float
    nodes: int
    rounds: int
    status: Status
    relaxed: LinearSolution
    halves: Halves

    @property
    def improvement(self) -> float:
        """Most that could be gained over doing nothing. [million USD]"""
        return max(0.0, self.doing_nothing - self.bound)

    @property
    def gap(self) -> float:
        """How far a better choice can be, as a share of what can be gained over doing nothing."""
        apart = max(0.0, self.objective - self.bound)
        return apart / self.improvement if self.improvement > _CLOSE * (1 + abs(self.bound)) else 0.0


def solve(
    programme: Programme,
    *,
    gap: float = 0.005,
    nodes: int = 500,
    rounds: int = 4,
    time_limit_s: float | None = None,
    start: Whole | None = None,
) -> Choice:
    """Choose projects.

    Parameters
    ----------
    programme : Programme
        From `build`.
    gap : float
        Stop once no better choice can be farther than this share of the gain over doing nothing.
    nodes : int
        Budget of the search of the whole programme; the same on every machine.
    rounds : int
        Most proposals before the search.
    time_limit_s : float, optional
        Budget of the search by the clock; what it cuts short is ``time_limited``.
    start : ndarray of int, shape (P,), optional
        A choice to begin with, as `Choice.start_of`; left out where it does not keep the limits.

    Returns
    -------
    Choice

    Raises
    ------
    NoAnswerError
        If the limits cannot hold together; names them.
    OptionError
        If a budget cannot be used.
    """
    if not 0 <= gap < 1 or nodes < 1 or rounds < 1:
        raise OptionError(f"gap {gap}, nodes {nodes}, rounds {rounds}; give 0 to below 1, and at least 1")
    relaxed = solve_linear(programme.lp, where="projects")
    halves = Halves(programme, relaxed)
    nothing = doing_nothing(programme)
    known = [] if start is None else _given(programme, start)
    allowed = gap * max(0.0, nothing - relaxed.objective)
    best, used = _proposals(halves, relaxed, rounds, allowed, known)
    found = _Found(best, relaxed.objective, 0, "optimal")
    if best is None or best[0] - relaxed.objective > allowed + _CLOSE * (1 + abs(relaxed.objective)) * 1e-3:
        # the bound rises in the search and the gain with it falls; what is gained already is a safe measure
        sure = allowed if best is None else gap * max(0.0, nothing - best[0])
        found = _search(programme, relaxed, best, nodes, sure, time_limit_s)
    if found.best is None:
        raise NoAnswerError("projects: no choice was found within the budget; allow more nodes")
    objective, x = found.best
    return Choice(
        programme=programme,
        start_of=starts_of(programme, x),
        x=x,
        objective=objective,
        bound=min(found.bound, objective),
        doing_nothing=nothing,
        nodes=found.nodes,
        rounds=used,
        status=found.status,
        relaxed=relaxed,
        halves=halves,
    )


Best = tuple[float, "Floats"]


@dataclass(frozen=True)
class _Found:
    best: Best | None
    bound: float
    nodes: int
    status: Status


def starts_of(programme: Programme, x: Floats) -> Whole:
    """Place of the start of each project; -1 where it is not taken."""
    import numpy as np

    begin = programme.begin
    taken = np.where(begin >= 0, x[begin], 0.0) > 0.5
    return np.where(taken.any(axis=1), taken.argmax(axis=1), -1)


def open_columns(halves: Halves, values: Floats, reduced: Floats, near: int) -> NDArray[np.bool_]:
    """Columns of the first half to leave open: money, tickets, fractions, the nearest starts by reduced cost.

    Parameters
    ----------
    halves : Halves
    values, reduced : ndarray, as ``halves.first``
    near : int
    """
    import numpy as np

    whole = halves.programme.starting[halves.first]
    fraction = whole & (np.abs(values - np.round(values)) > _CLOSE)
    rank = np.where(whole & ~fraction, np.abs(reduced), np.where(whole, -1.0, np.inf))
    nearest = np.argsort(rank, kind="stable")[: int(fraction.sum()) + near]
    found: NDArray[np.bool_] = ~whole
    found[nearest] = True
    return found


def propose(
    halves: Halves, free: NDArray[np.bool_], fixed: Floats, nodes: int, allowed: float
) -> Floats | None:
    """The cheapest choice by the floors found so far; none where the columns left open allow none."""
    import numpy as np

    whole = halves.programme.integer[halves.first]
    try:
        found = solve_integer(
            halves.leading(free, fixed),
            np.append(whole[free], False),
            nodes=nodes,
            gap=0.0,
            absolute_gap=allowed,
            where="projects",
        )
    except NoAnswerError:
        return None
    first = fixed.copy()
    first[free] = found.x[:-1]
    first[whole] = np.round(first[whole])
    return first


def _proposals(
    halves: Halves, relaxed: LinearSolution, rounds: int, allowed: float, known: list[Best]
) -> tuple[Best | None, int]:
    import numpy as np

    values, reduced = relaxed.x[halves.first], relaxed.reduced_costs[halves.first]
    whole = halves.programme.starting[halves.first]
    fixed = np.where(whole, np.round(values), values)
    free = open_columns(halves, values, reduced, _NEAR)
    best = min(known, key=lambda one: one[0], default=None)
    used = 0
    while used < rounds:
        used += 1
        first = propose(halves, free, fixed, _NODES_OF_A_PROPOSAL, allowed / 20)
        if first is None:
            break
        priced = halves.price(first)
        if np.isfinite(priced.objective) and (best is None or priced.objective < best[0]):
            best = priced.objective, priced.x
        if best is not None and best[0] - relaxed.objective <= allowed:
            break
    return best, used


def _search(
    programme: Programme,
    relaxed: LinearSolution,
    best: Best | None,
    nodes: int,
    allowed: float,
    time_limit_s: float | None,
) -> _Found:
    """Branch and bound over the whole programme, without the starts that reduced costs rule out."""

    lp = programme.lp
    lower, upper = lp.lower.copy(), lp.upper.copy()
    whole = programme.integer
    if best is not None:
        room = best[0] - relaxed.objective + _CLOSE * (1 + abs(best[0]))
        out = whole & (relaxed.x < 0.5) & (relaxed.reduced_costs > room)
        kept = whole & (relaxed.x > 0.5) & (relaxed.reduced_costs < -room)
        upper[out], lower[kept] = 0.0, 1.0
    try:
        found: IntegerSolution = solve_integer(
            replace(lp, lower=lower, upper=upper),
            whole,
            nodes=nodes,
            gap=0.0,
            absolute_gap=allowed,
            time_limit_s=time_limit_s,
            where="projects",
        )
    except NoAnswerError:
        if best is None:
            raise
        return _Found(
            best, relaxed.objective, nodes, "node_limit" if time_limit_s is None else "time_limited"
        )
    bound = max(relaxed.objective, found.bound)
    if best is not None and best[0] <= found.objective:
        return _Found(best, min(bound, best[0]), found.nodes, found.status)
    return _Found((found.objective, found.x), bound, found.nodes, found.status)


def _given(programme: Programme, start: Whole) -> list[Best]:
    """A choice that the caller knows, priced; empty where it does not keep the limits."""
    try:
        found = price_of(programme, start)
    except NoAnswerError:
        return []
    return [(found.objective, found.x)]


def price_of(programme: Programme, start_of: Whole) -> LinearSolution | IntegerSolution:
    """The best use of a given choice.

    Parameters
    ----------
    programme : Programme
    start_of : ndarray of int, shape (P,)

    Raises
    ------
    NoAnswerError
        If the choice does not keep the limits; names them.
    """
    import numpy as np

    lp = programme.lp
    lower, upper = lp.lower.copy(), lp.upper.copy()
    columns = programme.begin[programme.begin >= 0]
    chosen = np.flatnonzero(start_of >= 0)
    at = programme.begin[chosen, start_of[chosen]]
    if (at < 0).any():
        names = ", ".join(programme.instance.projects[p] for p in chosen[at < 0][:5])
        raise NoAnswerError(f"projects: {names} cannot begin in the year asked for")
    excluded = at[upper[at] < 1]
    if excluded.size:
        raise NoAnswerError(f"projects: {', '.join(lp.column_name(int(c)) for c in excluded[:5])}: excluded")
    lower[columns] = upper[columns] = 0.0
    lower[at] = upper[at] = 1.0
    fixed, whole = replace(lp, lower=lower, upper=upper), programme.integer & ~programme.starting
    if whole.any():
        return solve_integer(fixed, whole, gap=0.0, where="projects")
    return solve_linear(fixed, where="projects")
