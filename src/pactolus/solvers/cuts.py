"""Convex costs that are known only point by point, drawn from below by tangents (Benders, L-shaped).

    minimise  c.x + sum_j w_j f_j(x)   subject to  A x within limits,  lower <= x <= upper

Each f_j is convex; at any x its value and a slope can be had. The master programme knows f_j by its tangents,

    theta_j >= f_j(y) + g_j (x - y)         for every y that was tried,

so that its optimum is a lower bound, in every round. A second run of it within a box around the best x so far
(the trust region) says where to look next: far away the tangents promise what they cannot keep. The box grows
where they kept their promise and shrinks where not. The search ends where both bounds meet.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from pactolus.errors import InputError, NoAnswerError
from pactolus.solvers.linear import LinearModel, LinearSolution
from pactolus.solvers.programs import LinearProgram, linear_program

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import ArrayLike, NDArray

    Floats = NDArray[np.float64]

__all__ = ["CutSolution", "Tangents", "minimise_by_cuts"]

#: part of what the master promised that a step has to bring
_KEPT: Final = 0.1
#: smallest half-width of the trust region, as a part of the range of each column
_LEAST_BOX: Final = 1e-3
_FIRST_BOX: Final = 0.25
#: a limit counts as kept within this part of itself
_CLOSE: Final = 1e-9
#: a tangent is added where it lies above the master by more than this part of its value
_NEW: Final = 1e-10


@dataclass(frozen=True, eq=False)
class Tangents:
    """Convex functions at a point.

    Attributes
    ----------
    value : ndarray, shape (parts,)
    slope : ndarray, shape (parts, n)
        A subgradient of each.
    """

    value: Floats
    slope: Floats


@dataclass(frozen=True, kw_only=True, eq=False)
class CutSolution:
    """The best x, and how good it is at least.

    Attributes
    ----------
    x : ndarray, shape (n,)
    objective, lower_bound : float
        At `x`, and what no x can undercut.
    values : ndarray, shape (parts,)
        Of the functions at `x`.
    row_duals : ndarray, shape (m,)
        By how much the optimum rises when the limit of a row rises by one.
    limit_dual : float
        The same for the limit of a function; 0 without one.
    rounds, evaluations : int
    """

    x: Floats
    objective: float
    lower_bound: float
    values: Floats
    row_duals: Floats
    limit_dual: float
    rounds: int
    evaluations: int

    @property
    def gap(self) -> float:
        """Distance of both bounds, as a part of the objective."""
        apart = self.objective - self.lower_bound
        return max(apart, 0.0) / max(abs(self.objective), 1e-12)


def minimise_by_cuts(
    program: LinearProgram,
    functions: Callable[[Floats], Tangents],
    weights: ArrayLike,
    *,
    limit: tuple[int, float] | None = None,
    start: ArrayLike | None = None,
    tried: Sequence[ArrayLike] = (),
    tolerance: float = 1e-5,
    most: int = 2000,
    where: str = "",
) -> CutSolution:
    """Minimise a linear cost and convex functions that are known point by point.

    Parameters
    ----------
    program : LinearProgram
        Cost, rows and finite bounds of x.
    functions : callable
        x -> `Tangents`.
    weights : array_like, shape (parts,)
        Not negative.
    limit : (part, value), optional
        A function that may not exceed a value.
    start : array_like, shape (n,), optional
        Keeps all rows, bounds and the limit; the lower bounds if omitted.
    tried : sequence of array_like, shape (n,)
        Further points at which tangents are drawn before the first round; they need not keep the rows.
    tolerance : float
        Relative distance of both bounds at the end.
    most : int
        Rounds before it gives up.
    where : str, optional
        What is solved, for messages.

    Returns
    -------
    CutSolution

    Raises
    ------
    InputError
        If bounds are infinite, weights negative, or `start` keeps not all limits.
    NoAnswerError
        If no x keeps all rows, or the bounds do not meet in `most` rounds.

    References
    ----------
    .. [1] R. M. Van Slyke, R. Wets, "L-shaped linear programs with applications to optimal control and
       stochastic programming", SIAM Journal on Applied Mathematics 17 (1969).
    .. [2] J. Linderoth, S. Wright, "Decomposition algorithms for stochastic programming on a computational
       grid", Computational Optimization and Applications 24 (2003), section 4: the trust region.

    Examples
    --------
    A parabola beside a price of 1:

    >>> import numpy as np
    >>> def squares(x):
    ...     return Tangents(np.array([(x[0] - 3) ** 2]), np.array([[2 * (x[0] - 3)]]))
    >>> box = linear_program([1.0], lower=0.0, upper=10.0)
    >>> found = minimise_by_cuts(box, squares, [1.0], tolerance=1e-9)
    >>> found.x.round(3).tolist(), round(found.objective, 6)
    ([2.5], 2.75)
    """
    import numpy as np

    search = _Search(program, functions, np.asarray(weights, dtype=float), limit, where)
    first = program.lower if start is None else np.asarray(start, dtype=float)
    search.begin(np.array(first), [np.asarray(point, dtype=float) for point in tried])
    for rounds in range(1, most + 1):
        found = search.bound()
        if search.gap <= tolerance:
            return search.solution(found, rounds)
        if not search.step(found):
            break
    raise NoAnswerError(
        f"{where + ': ' if where else ''}after {rounds} rounds the bounds are {search.gap:.2g} of the cost "
        f"apart, more than {tolerance:g}; allow more rounds or a wider gap, or use a unit in which costs are "
        "larger"
    )


class _Search:
    """The master, the best point, and the box around it."""

    def __init__(
        self,
        program: LinearProgram,
        functions: Callable[[Floats], Tangents],
        weights: Floats,
        limit: tuple[int, float] | None,
        where: str,
    ) -> None:
        import numpy as np

        _refuse(program, weights, limit)
        self.n, self.k = program.columns, len(weights)
        self.program, self.functions, self.weights, self.limit = program, functions, weights, limit
        self.counts = weights > 0  # functions that matter
        if limit is not None:
            self.counts[limit[0]] = True
        self.master = _master(program, weights, limit, where)
        self.span: Floats = program.upper - program.lower
        self.box = _FIRST_BOX
        self.lower = -np.inf
        self.upper = np.inf
        self.best: Floats = np.array(program.lower)
        self.values: Floats = np.zeros(self.k)
        self.evaluations = 0
        self._anchor: tuple[Floats, float] | None = None

    @property
    def gap(self) -> float:
        """Distance of both bounds, as a part of the objective."""
        return max(self.upper - self.lower, 0.0) / max(abs(self.upper), 1e-12)

    def begin(self, start: Floats, tried: Sequence[Floats]) -> None:
        """Draw the first tangents."""
        import numpy as np

        _inside(self.program, start)
        for point in tried:
            self._tangents(np.clip(point, self.program.lower, self.program.upper))
        drawn = self._tangents(start)
        if self.limit is not None:
            part, most = self.limit
            if drawn.value[part] > most + _CLOSE * max(1.0, abs(most)):
                raise InputError(
                    f"start: function {part} is {drawn.value[part]:g} there, above its limit {most:g}"
                )
            self._anchor = start, float(drawn.value[part])
        self._take(start, drawn)

    def bound(self) -> LinearSolution:
        """Run the master without a box: a lower bound."""
        found = self.master.solve()
        self.lower = max(self.lower, found.objective)
        return found

    def step(self, free: LinearSolution) -> bool:
        """Try the master's point in the box, and its point without; whether that told anything new."""
        import numpy as np

        columns = np.arange(self.n)
        low, high = self.program.lower, self.program.upper
        reach = self.box * self.span
        self.master.change_columns(
            columns, lower=np.maximum(low, self.best - reach), upper=np.minimum(high, self.best + reach)
        )
        near = self.master.solve()
        self.master.change_columns(columns, lower=low, upper=high)
        promised, before = self.upper - near.objective, self.upper
        rows, box = self.master.rows, self.box
        self._try(near)
        kept = before - self.upper >= _KEPT * max(promised, 0.0)
        self.box = min(2 * self.box, 1.0) if kept else max(self.box / 2, _LEAST_BOX)
        if np.abs(free.x[: self.n] - near.x[: self.n]).max() > 1e-12 * max(1.0, float(self.span.max())):
            self._try(free)
        return self.master.rows > rows or self.upper < before or self.box < box

    def _try(self, found: LinearSolution) -> None:
        """Draw tangents at a point; where it breaks the limit, also where the way to it meets the limit."""
        point = found.x[: self.n]
        drawn = self._tangents(point, found.x[self.n :])
        if self.limit is not None and self._anchor is not None:
            part, most = self.limit
            value = float(drawn.value[part])
            if value > most + _CLOSE * max(1.0, abs(most)):
                safe, low = self._anchor
                share = (most - low) / (value - low)
                point = safe + max(share, 0.0) * (point - safe)
                drawn = self._tangents(point, None)
        self._take(point, drawn)

    def _take(self, point: Floats, drawn: Tangents) -> None:
        """Keep a point that is better than the best so far."""
        cost = float(self.program.cost @ point + self.weights @ drawn.value)
        if cost < self.upper:
            self.upper, self.best, self.values = cost, point, drawn.value

    def _tangents(self, point: Floats, known: Floats | None = None) -> Tangents:
        """Tangents at a point; those that tell the master something new are added to it."""
        import numpy as np

        drawn = self.functions(point)
        self.evaluations += 1
        value, slope = drawn.value, drawn.slope
        told = self.counts if known is None else value > known + _NEW * np.maximum(1.0, np.abs(value))
        new = np.flatnonzero(told & self.counts)
        rows = np.zeros((len(new), self.n + self.k))
        rows[:, : self.n] = -slope[new]
        rows[np.arange(len(new)), self.n + new] = 1.0
        if len(new):
            self.master.add_rows(rows, lower=value[new] - slope[new] @ point)
        return drawn

    def solution(self, found: LinearSolution, rounds: int) -> CutSolution:
        """The end of the search."""
        dual = 0.0 if self.limit is None else float(found.reduced_costs[self.n + self.limit[0]])
        return CutSolution(
            x=self.best,
            objective=self.upper,
            lower_bound=self.lower,
            values=self.values,
            row_duals=found.row_duals[: self.program.rows],
            limit_dual=min(dual, 0.0),
            rounds=rounds,
            evaluations=self.evaluations,
        )


def _master(
    program: LinearProgram, weights: Floats, limit: tuple[int, float] | None, where: str
) -> LinearModel:
    """The programme in x and theta, without tangents yet."""
    import numpy as np
    from scipy import sparse

    k = len(weights)
    most = np.full(k, np.inf)
    if limit is not None:
        most[limit[0]] = limit[1]
    wide = sparse.hstack([program.matrix, sparse.csc_array((program.rows, k))], format="csc")
    whole = linear_program(
        np.append(program.cost, weights),
        wide,
        row_lower=program.row_lower,
        row_upper=program.row_upper,
        lower=np.append(program.lower, np.full(k, -np.inf)),
        upper=np.append(program.upper, most),
        row_names=program.row_names,
    )
    return LinearModel(whole, where=where)


def _inside(program: LinearProgram, start: Floats) -> None:
    """Refuse a start that does not keep rows and bounds."""
    import numpy as np

    if start.shape != (program.columns,):
        raise InputError(f"start: shape {start.shape}; give {program.columns} numbers")
    room = 1e-7 * np.maximum(1.0, np.abs(start))
    if ((start < program.lower - room) | (start > program.upper + room)).any():
        raise InputError("start: lies outside the bounds")
    reached = np.asarray(program.matrix @ start)
    room = 1e-7 * np.maximum(1.0, np.abs(reached))
    broken = (reached < program.row_lower - room) | (reached > program.row_upper + room)
    if broken.any():
        names = ", ".join(program.row_name(int(row)) for row in np.flatnonzero(broken)[:8])
        raise InputError(f"start: does not keep {names}; give a point that does")


def _refuse(program: LinearProgram, weights: Floats, limit: tuple[int, float] | None) -> None:
    import numpy as np

    faults = []
    endless = ~(np.isfinite(program.lower) & np.isfinite(program.upper))
    if endless.any():
        names = ", ".join(program.column_name(int(i)) for i in np.flatnonzero(endless)[:8])
        faults.append(f"bounds: {names} without a finite one; cuts need a box to begin with")
    if weights.ndim != 1 or not weights.size or not (np.isfinite(weights).all() and (weights >= 0).all()):
        faults.append("weights: give one for each function, none negative or missing")
    elif limit is not None and not (0 <= limit[0] < len(weights) and np.isfinite(limit[1])):
        faults.append(f"limit: {limit!r}; name one of {len(weights)} functions and a finite value")
    if faults:
        raise InputError.gathered(faults)
