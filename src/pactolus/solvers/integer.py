"""Programmes in which some columns take whole numbers, within a budget that does not depend on the clock."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal

from pactolus.errors import InputError, NoAnswerError, OptionError
from pactolus.solvers import engine
from pactolus.solvers.diagnosis import explain_infeasible, explain_unbounded
from pactolus.solvers.programs import LinearProgram

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import ArrayLike, NDArray

    Floats = NDArray[np.float64]

__all__ = ["IntegerSolution", "solve_integer"]

_ENDS: Final[dict[str, Literal["optimal", "node_limit", "time_limited"]]] = {
    "optimal": "optimal",
    "node limit": "node_limit",
    "time limit": "time_limited",
}


@dataclass(frozen=True, kw_only=True, eq=False)
class IntegerSolution:
    """The best answer found, and how far the best possible one can be.

    Attributes
    ----------
    x : ndarray, shape (n,)
        Whole columns are exact whole numbers.
    objective : float
    bound : float
        No answer is below it.
    nodes : int
        Of the search tree.
    status : {"optimal", "node_limit", "time_limited"}
        ``optimal`` within the gap asked for; ``time_limited`` depends on the machine and says so.
    """

    x: Floats
    objective: float
    bound: float
    nodes: int
    status: Literal["optimal", "node_limit", "time_limited"]

    @property
    def gap(self) -> float:
        """Objective less bound, in the unit of the objective."""
        return max(0.0, self.objective - self.bound)

    def gap_of_improvement(self, doing_nothing: float) -> float:
        """Gap as a share of what could be gained over `doing_nothing`.

        An objective that is a difference of large terms may be near zero; a gap relative to it means nothing.

        Raises
        ------
        NoAnswerError
            If nothing can be gained over `doing_nothing`.
        """
        room = doing_nothing - self.bound
        if room <= 0:
            raise NoAnswerError(
                f"gap_of_improvement: {doing_nothing:g} is not above the bound {self.bound:g}"
            )
        return self.gap / room


def solve_integer(
    program: LinearProgram,
    integer: ArrayLike,
    *,
    nodes: int = 100_000,
    gap: float = 1e-6,
    absolute_gap: float = 1e-6,
    time_limit_s: float | None = None,
    start: ArrayLike | None = None,
    where: str = "",
) -> IntegerSolution:
    """Solve a programme in which some columns take whole numbers.

    Parameters
    ----------
    program : LinearProgram
    integer : array_like, shape (n,) of bool, or numbers of columns
        Columns that take whole numbers.
    nodes : int
        Budget of the search; the same on every machine.
    gap : float
        Stop once the bound is within this share of the objective.
    absolute_gap : float
        Or within so much of it, in its unit; for objectives that are a difference of large terms.
    time_limit_s : float, optional
        A budget by the clock; an answer that it cuts short is ``time_limited`` and may differ next time.
    start : array_like, shape (n,), optional
        An answer to begin with.
    where : str, optional
        What is solved, for messages.

    Returns
    -------
    IntegerSolution

    Raises
    ------
    InputError
        If `integer` or `start` does not fit the columns.
    OptionError
        If a budget or the gap cannot be used.
    NoAnswerError
        If no x keeps all limits, the objective has no floor, or the budget ends before any answer is found.

    References
    ----------
    .. [1] W. Winston, "Operations Research", the Stockco example: four investments, a budget of 14.

    Examples
    --------
    >>> from pactolus.solvers import linear_program
    >>> stockco = linear_program([-16, -22, -12, -8], [[5, 7, 4, 3]], row_upper=14, upper=1)
    >>> found = solve_integer(stockco, [0, 1, 2, 3])
    >>> found.objective, found.x.tolist(), found.status
    (-42.0, [0.0, 1.0, 1.0, 1.0], 'optimal')
    """
    whole = _marked(integer, program.columns)
    options = _budget(nodes, gap, absolute_gap, time_limit_s)
    solver = engine.start(tolerance=1e-7)
    engine.set_options(solver, options)
    engine.load(solver, program, whole)
    if start is not None:
        _begin_with(solver, start, program.columns)
    engine.run(solver)
    if start is not None and not _agrees(solver, program):
        engine.load(solver, program, whole)
        engine.run(solver)
    status = engine.status_of(solver)
    if status not in _ENDS:
        raise NoAnswerError(_no_answer(program, status, where))
    return _solution(solver, whole, _ENDS[status], where)


def _budget(nodes: int, gap: float, absolute: float, time_limit_s: float | None) -> dict[str, Any]:
    faults = []
    if nodes < 1:
        faults.append(f"nodes: {nodes}; give at least one")
    if not 0 <= gap < 1:
        faults.append(f"gap: {gap} lies outside 0 to 1")
    if not 0 <= absolute < float("inf"):
        faults.append(f"absolute_gap: {absolute}; give nought or more")
    if time_limit_s is not None and not time_limit_s > 0:
        faults.append(f"time_limit_s: {time_limit_s}; give a positive number of seconds, or none")
    if faults:
        raise OptionError("\n".join(faults))
    options = {
        "mip_max_nodes": nodes,
        "mip_rel_gap": float(gap),
        "mip_abs_gap": float(absolute),
        "solver": "choose",
    }
    return options if time_limit_s is None else {**options, "time_limit": float(time_limit_s)}


def _marked(integer: ArrayLike, columns: int) -> NDArray[np.bool_]:
    import numpy as np

    given = np.atleast_1d(np.asarray(integer))
    if given.dtype == bool:
        if given.shape != (columns,):
            raise InputError(f"integer: {given.size} marks for {columns} columns")
        return given
    marked = np.zeros(columns, dtype=bool)
    at = given.astype(int)
    if beyond := [int(i) for i in at if not 0 <= i < columns]:
        raise InputError(f"integer: column {beyond[0]} does not exist; there are {columns}, the first is 0")
    marked[at] = True
    return marked


def _begin_with(solver: Any, start: ArrayLike, columns: int) -> None:
    import highspy
    import numpy as np

    values = np.asarray(start, dtype=float)
    if values.shape != (columns,) or not np.isfinite(values).all():
        raise InputError(f"start: give {columns} numbers, none missing")
    solution = highspy.HighsSolution()
    solution.col_value = values.tolist()
    solver.setSolution(solution)


def _agrees(solver: Any, program: LinearProgram) -> bool:
    """Whether the objective is that of the answer.

    With a start, HiGHS 1.16 was seen to end with the start as its answer beside the objective of another one
    that keeps no limits (a test of the choice of projects holds the case); it is asked again without.
    """
    import numpy as np

    found = solver.getSolution()
    if not found.value_valid:
        return True
    objective = float(solver.getInfo().objective_function_value)
    return abs(float(program.cost @ np.array(found.col_value)) - objective) <= 1e-6 * (1 + abs(objective))


def _no_answer(program: LinearProgram, status: str, where: str) -> str:
    place = f"{where}: " if where else ""
    if "infeasible" in status:
        if found := explain_infeasible(program, where=where):
            return found
        if status == "infeasible":
            return (
                f"{place}no answer in whole numbers keeps all limits; fractions of the marked columns would."
            )
    if status.startswith("unbounded"):
        return explain_unbounded(program, where=where)
    return f"{place}the solver gave up ({status}); look for numbers of very unlike size"


def _solution(
    solver: Any,
    whole: NDArray[np.bool_],
    status: Literal["optimal", "node_limit", "time_limited"],
    where: str,
) -> IntegerSolution:
    import numpy as np

    info, found = solver.getInfo(), solver.getSolution()
    if not found.value_valid:
        place = f"{where}: " if where else ""
        raise NoAnswerError(
            f"{place}no answer was found within the budget ({status}); the bound is {info.mip_dual_bound:g}. "
            "Allow more nodes, or give a start."
        )
    x = np.array(found.col_value)
    x[whole] = np.round(x[whole]) + 0.0
    return IntegerSolution(
        x=x,
        objective=float(info.objective_function_value),
        bound=float(info.mip_dual_bound) if whole.any() else float(info.objective_function_value),
        nodes=max(0, int(info.mip_node_count)),
        status=status,
    )
