"""The solver itself: HiGHS, silent, on one thread, with a fixed seed. No other module names it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from pactolus.errors import OptionError
from pactolus.solvers.programs import LinearProgram

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

__all__ = ["METHODS", "add_rows", "load", "program_of", "run", "set_options", "start", "status_of"]

METHODS: Final = ("simplex", "ipm")
_FIXED: Final[dict[str, Any]] = {
    "output_flag": False,
    "log_to_console": False,
    "threads": 1,
    "parallel": "off",
    "random_seed": 0,
    "small_matrix_value": 1e-12,
}


def start(*, tolerance: float, method: str = "simplex") -> Any:
    """A solver that holds no programme yet.

    Raises
    ------
    OptionError
        If the method or the tolerance cannot be used.
    """
    import highspy

    if method not in METHODS:
        raise OptionError(f"method: {method!r}; choose one of {', '.join(METHODS)}")
    if not 1e-10 <= tolerance <= 1e-3:
        raise OptionError(f"tolerance: {tolerance} lies outside 1e-10 to 1e-3")
    # the class `Highs` writes a banner while it is made, before it can be told to be silent
    solver = highspy._core._Highs()
    close = {"primal_feasibility_tolerance": tolerance, "dual_feasibility_tolerance": tolerance}
    set_options(solver, {**_FIXED, **close, "solver": method})
    return solver


def set_options(solver: Any, options: dict[str, Any]) -> None:
    """Set options of the solver."""
    import highspy

    for name, value in options.items():
        if solver.setOptionValue(name, value) != highspy.HighsStatus.kOk:
            raise OptionError(f"the solver refuses {name} = {value!r}")


def load(solver: Any, program: LinearProgram, integer: NDArray[np.bool_] | None = None) -> None:
    """Hand a programme over; `integer` marks the columns that take whole numbers."""
    import highspy
    import numpy as np

    a = program.matrix
    whole = np.zeros(program.columns, dtype=np.int32) if integer is None else integer.astype(np.int32)
    solver.passModel(
        program.columns,
        program.rows,
        a.nnz,
        int(highspy.MatrixFormat.kColwise),
        int(highspy.ObjSense.kMinimize),
        0.0,
        program.cost,
        program.lower,
        program.upper,
        program.row_lower,
        program.row_upper,
        a.indptr.astype(np.int32),
        a.indices.astype(np.int32),
        a.data,
        whole,
    )


def add_rows(solver: Any, rows: Any, lower: Floats, upper: Floats) -> None:
    """Append rows, a sparse matrix by rows."""
    import numpy as np

    starts, index = rows.indptr[:-1].astype(np.int32), rows.indices.astype(np.int32)
    solver.addRows(rows.shape[0], lower, upper, rows.nnz, starts, index, rows.data)


def program_of(solver: Any, row_names: tuple[str, ...], column_names: tuple[str, ...]) -> LinearProgram:
    """The programme that the solver holds now."""
    import highspy
    import numpy as np
    from scipy import sparse

    lp = solver.getLp()
    part = lp.a_matrix_
    shape = (lp.num_row_, lp.num_col_)
    by_columns = part.format_ == highspy.MatrixFormat.kColwise
    make = sparse.csc_array if by_columns else sparse.csr_array
    starts = np.asarray(part.start_)[: (shape[1] if by_columns else shape[0]) + 1]
    matrix = make((np.asarray(part.value_), np.asarray(part.index_), starts), shape=shape)
    return LinearProgram(
        cost=np.asarray(lp.col_cost_),
        matrix=sparse.csc_array(matrix),
        row_lower=np.asarray(lp.row_lower_),
        row_upper=np.asarray(lp.row_upper_),
        lower=np.asarray(lp.col_lower_),
        upper=np.asarray(lp.col_upper_),
        row_names=row_names,
        column_names=column_names,
    )


def run(solver: Any) -> None:
    """Let the solver run.

    HiGHS keeps one pool of threads a process and refuses another number of threads than that of whoever used
    it first, a user's own programme perhaps. The pool is then made anew.
    """
    import highspy

    if (
        solver.run() == highspy.HighsStatus.kError
        and solver.getModelStatus() == highspy.HighsModelStatus.kNotset
    ):
        highspy._core._Highs.resetGlobalScheduler(True)
        solver.run()


def status_of(solver: Any) -> str:
    """How the last run ended, in one word: ``optimal``, ``infeasible``, ``unbounded``, ``limit`` ..."""
    import highspy

    status = highspy.HighsModelStatus
    words = {
        status.kOptimal: "optimal",
        status.kModelEmpty: "optimal",
        status.kInfeasible: "infeasible",
        status.kUnbounded: "unbounded",
        status.kUnboundedOrInfeasible: "unbounded or infeasible",
        status.kTimeLimit: "time limit",
        status.kIterationLimit: "iteration limit",
        status.kSolutionLimit: "node limit",
    }
    found = solver.getModelStatus()
    return words.get(found) or str(solver.modelStatusToString(found)).lower()
