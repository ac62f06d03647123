"""Linear programmes: solved once, or changed a little and solved again from where the last run ended."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal

from pactolus.errors import InputError, NoAnswerError
from pactolus.solvers import engine
from pactolus.solvers.diagnosis import explain_infeasible, explain_unbounded
from pactolus.solvers.programs import LinearProgram, crossing, sparse_rows

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import ArrayLike, NDArray

    Floats = NDArray[np.float64]
    Method = Literal["simplex", "ipm"]

__all__ = ["LinearModel", "LinearSolution", "solve_linear"]

_TOLERANCE: Final = 1e-7


@dataclass(frozen=True, kw_only=True, eq=False)
class LinearSolution:
    """The optimum of a linear programme.

    Attributes
    ----------
    x : ndarray, shape (n,)
    objective : float
    row_activity : ndarray, shape (m,)
        ``A x``.
    row_duals : ndarray, shape (m,)
        By how much the objective rises when the limit that binds rises by one: not negative at a lower limit,
        not positive at an upper one, 0 where no limit binds.
    reduced_costs : ndarray, shape (n,)
        The same for the bounds of the columns.
    iterations : int
        Of the simplex or interior-point method, in this run.
    status : str
        ``optimal``; any other end is an error.
    """

    x: Floats
    objective: float
    row_activity: Floats
    row_duals: Floats
    reduced_costs: Floats
    iterations: int
    status: Literal["optimal"] = "optimal"


def solve_linear(
    program: LinearProgram, *, method: Method = "simplex", tolerance: float = _TOLERANCE, where: str = ""
) -> LinearSolution:
    """Solve a linear programme.

    Parameters
    ----------
    program : LinearProgram
        From `linear_program`.
    method : {"simplex", "ipm"}
        Interior point (with crossover to a vertex) pays off on large programmes.
    tolerance : float
        How far a limit, or the sign of a dual, may be missed.
    where : str, optional
        What is solved, for messages.

    Returns
    -------
    LinearSolution

    Raises
    ------
    NoAnswerError
        If no x keeps all limits: names the rows that clash and what would mend them. If the objective has no
        floor: names the columns that run away.
    OptionError
        If the method or tolerance cannot be used.

    Examples
    --------
    >>> from pactolus.solvers import linear_program
    >>> found = solve_linear(linear_program([3, 5], [[1, 1]], row_lower=10, upper=[6, 100]))
    >>> found.objective, found.x.tolist(), found.row_duals.tolist(), found.reduced_costs.tolist()
    (38.0, [6.0, 4.0], [5.0], [-2.0, 0.0])
    """
    return LinearModel(program, method=method, tolerance=tolerance, where=where).solve()


class LinearModel:
    """A linear programme that is changed and solved again; each run starts from the basis of the last one.

    Where several x are optimal, the one found may depend on the runs before; the same sequence of changes
    always gives the same one.

    Parameters
    ----------
    program : LinearProgram
    method : {"simplex", "ipm"}
        Of the first run; later ones use the simplex method, which can start from a basis.
    tolerance : float
        How far a limit, or the sign of a dual, may be missed.
    where : str, optional
        What is solved, for messages.

    Examples
    --------
    >>> from pactolus.solvers import linear_program
    >>> model = LinearModel(linear_program([3, 5], [[1, 1]], row_lower=10, upper=[6, 100]))
    >>> model.solve().objective
    38.0
    >>> model.change_rows([0], lower=[12])
    >>> model.solve().objective
    48.0
    >>> model.add_rows([[0, 1]], upper=[5], names=["second source"])
    range(1, 2)
    >>> model.solve()
    Traceback (most recent call last):
    ...
    pactolus.errors.NoAnswerError: no answer keeps all limits: row 0 (at least 12),
    'second source' (at most 5) and the bounds of column 0 cannot hold together;
    it would do to give way in row 0 by 1.
    """

    def __init__(
        self,
        program: LinearProgram,
        *,
        method: Method = "simplex",
        tolerance: float = _TOLERANCE,
        where: str = "",
    ) -> None:
        import numpy as np

        self._solver = engine.start(tolerance=tolerance, method=method)
        engine.load(self._solver, program)
        self._where = where
        self._row_names = list(program.row_names) or [""] * program.rows
        self._column_names = program.column_names
        self._row_limits = np.array([program.row_lower, program.row_upper])
        self._bounds = np.array([program.lower, program.upper])
        self._again = False

    @property
    def rows(self) -> int:
        """Number of rows now."""
        return int(self._solver.getNumRow())

    @property
    def columns(self) -> int:
        """Number of columns."""
        return int(self._solver.getNumCol())

    def change_costs(self, columns: ArrayLike, cost: ArrayLike) -> None:
        """Give columns new costs.

        Raises
        ------
        InputError
            If a column does not exist, or a cost is missing.
        """
        import numpy as np

        at = _places(columns, self.columns, "column")
        new = _fitted(cost, at.size, "cost")
        if not np.isfinite(new).all():
            raise InputError(f"cost: no number for {int((~np.isfinite(new)).sum())} of the columns to change")
        self._solver.changeColsCost(at.size, at, new)

    def change_columns(
        self, columns: ArrayLike, *, lower: ArrayLike | None = None, upper: ArrayLike | None = None
    ) -> None:
        """Give columns new bounds; one that is not given stays.

        Raises
        ------
        InputError
            If a column does not exist, a bound is missing, or bounds cross.
        """
        at = _places(columns, self.columns, "column")
        new = _limits(self._bounds[:, at], lower, upper)
        names = [self._column_names[i] if i < len(self._column_names) else f"column {i}" for i in at]
        _refuse(crossing(new[0], new[1], names, "column"))
        self._bounds[:, at] = new
        self._solver.changeColsBounds(at.size, at, *new)

    def change_rows(
        self, rows: ArrayLike, *, lower: ArrayLike | None = None, upper: ArrayLike | None = None
    ) -> None:
        """Give rows new limits; one that is not given stays.

        Raises
        ------
        InputError
            If a row does not exist, a limit is missing, or limits cross.
        """
        at = _places(rows, self.rows, "row")
        new = _limits(self._row_limits[:, at], lower, upper)
        _refuse(crossing(new[0], new[1], [self._row_names[i] or f"row {i}" for i in at], "row"))
        self._row_limits[:, at] = new
        self._solver.changeRowsBounds(at.size, at, *new)

    def add_rows(
        self,
        matrix: Any,
        *,
        lower: ArrayLike | None = None,
        upper: ArrayLike | None = None,
        names: Sequence[str] = (),
    ) -> range:
        """Append rows, such as cuts; the basis is kept.

        Parameters
        ----------
        matrix : array_like or scipy sparse, shape (k, n)
        lower, upper : array_like, shape (k,) or a single number, optional
            No limit if omitted.
        names : sequence of str, optional

        Returns
        -------
        range
            Numbers of the new rows.

        Raises
        ------
        InputError
            If shapes do not fit, numbers are missing, or limits cross.
        """
        import numpy as np

        rows, faults = sparse_rows(matrix, self.columns)
        _refuse(faults)
        count = rows.shape[0]
        if names and len(names) != count:
            raise InputError(f"names: {len(names)} names for {count} rows")
        new = _limits(np.array([np.full(count, -np.inf), np.full(count, np.inf)]), lower, upper)
        _refuse(crossing(new[0], new[1], names, "new row"))
        first = self.rows
        engine.add_rows(self._solver, rows.tocsr(), *new)
        self._row_limits = np.hstack([self._row_limits, new])
        self._row_names += list(names) or [""] * count
        return range(first, first + count)

    def drop_rows(self, rows: ArrayLike) -> None:
        """Take rows out, such as cuts that no longer bind; later rows move up.

        Raises
        ------
        InputError
            If a row does not exist.
        """
        import numpy as np

        gone = np.unique(_places(rows, self.rows, "row"))
        self._solver.deleteRows(gone.size, gone)
        self._row_limits = np.delete(self._row_limits, gone, axis=1)
        self._row_names = np.delete(np.array(self._row_names, dtype=object), gone).tolist()

    def program(self) -> LinearProgram:
        """The programme as it stands now."""
        return engine.program_of(self._solver, tuple(self._row_names), self._column_names)

    def solve(self) -> LinearSolution:
        """Find the optimum.

        Returns
        -------
        LinearSolution

        Raises
        ------
        NoAnswerError
            If no x keeps all limits, if the objective has no floor, or if the solver gives up.
        """
        status = self._run()
        if status in {"infeasible", "unbounded or infeasible"} and (
            found := explain_infeasible(self.program(), where=self._where)
        ):
            raise NoAnswerError(found)
        if status.startswith("unbounded"):
            raise NoAnswerError(explain_unbounded(self.program(), where=self._where))
        if status != "optimal":
            place = f"{self._where}: " if self._where else ""
            raise NoAnswerError(f"{place}the solver gave up ({status}); look for numbers of very unlike size")
        return self._solution()

    def _run(self) -> str:
        """Run; once more from nothing where the basis at hand leads nowhere."""
        if self._again:
            engine.set_options(self._solver, {"solver": "simplex"})
        self._again = True
        engine.run(self._solver)
        status = engine.status_of(self._solver)
        if status == "optimal":
            return status
        self._solver.clearSolver()
        engine.set_options(self._solver, {"presolve": "off", "solver": "simplex"})
        engine.run(self._solver)
        engine.set_options(self._solver, {"presolve": "choose"})
        return engine.status_of(self._solver)

    def _solution(self) -> LinearSolution:
        import numpy as np

        found, info = self._solver.getSolution(), self._solver.getInfo()
        return LinearSolution(
            x=np.array(found.col_value),
            objective=float(info.objective_function_value),
            row_activity=np.array(found.row_value),
            row_duals=np.array(found.row_dual),
            reduced_costs=np.array(found.col_dual),
            iterations=max(0, int(info.simplex_iteration_count)) + max(0, int(info.ipm_iteration_count)),
        )


def _places(numbers: ArrayLike, count: int, kind: str) -> NDArray[np.int32]:
    import numpy as np

    at = np.atleast_1d(np.asarray(numbers, dtype=np.int32))
    if beyond := [int(i) for i in at if not 0 <= i < count]:
        raise InputError(f"{kind} {beyond[0]} does not exist; there are {count}, the first is 0")
    return at


def _limits(now: Floats, lower: ArrayLike | None, upper: ArrayLike | None) -> Floats:
    """New lower and upper limits, where given, over those of now; shape (2, k)."""
    import numpy as np

    new = np.array(now)
    for place, (name, given) in enumerate({"lower": lower, "upper": upper}.items()):
        if given is not None:
            new[place] = _fitted(given, now.shape[1], name)
            if np.isnan(new[place]).any():
                raise InputError(f"{name}: missing numbers; write infinity where there is no limit")
    return new


def _fitted(values: ArrayLike, count: int, name: str) -> Floats:
    import numpy as np

    new = np.asarray(values, dtype=float)
    if new.shape not in {(), (count,)}:
        raise InputError(f"{name}: shape {new.shape}; give one number, or {count}")
    return np.array(np.broadcast_to(new, (count,)))


def _refuse(faults: Sequence[str]) -> None:
    if faults:
        raise InputError.gathered(faults)
