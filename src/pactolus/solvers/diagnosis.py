"""Why a linear programme has no answer, in the names of its rows and columns.

No x keeps all limits: let every row give way at a price of one. Rows that give way say what would mend the
programme; rows with a dual price there clash with each other (a Farkas certificate).

The objective has no floor: look for the direction, no component above 1, that keeps all limits for ever and
lowers the objective most.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from pactolus.errors import NoAnswerError
from pactolus.solvers import engine
from pactolus.solvers.programs import LinearProgram

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

__all__ = ["Clash", "clash", "explain_infeasible", "explain_unbounded"]

_SMALL: Final = 1e-7
_TOLD: Final = 8


@dataclass(frozen=True, kw_only=True, eq=False)
class Clash:
    """What keeps a programme from having an answer.

    Attributes
    ----------
    rows : tuple of int
        Rows that cannot hold together, with the bounds of `columns`.
    columns : tuple of int
    give_way : ndarray, shape (m,)
        Least change of the rows that would do: what each row misses its limits by, negative below the lower
        one.
    """

    rows: tuple[int, ...]
    columns: tuple[int, ...]
    give_way: Floats


def clash(program: LinearProgram, may_give: NDArray[np.bool_] | None = None) -> Clash | None:
    """Find the rows that cannot hold together; nothing where all can.

    Parameters
    ----------
    program : LinearProgram
    may_give : ndarray of bool, shape (m,), optional
        Rows that could give way, such as limits that somebody set; all if omitted. The others say how things
        hang together and hold.

    Raises
    ------
    NoAnswerError
        If the rows that hold, and the bounds, cannot hold together by themselves.

    Examples
    --------
    >>> from pactolus.solvers import linear_program
    >>> found = clash(linear_program([0], [[1], [1]], row_lower=[5, -9], row_upper=[9, 3]))
    >>> found.rows, found.give_way.tolist()
    ((0, 1), [-2.0, 0.0])
    >>> clash(linear_program([0], [[1], [1]], row_lower=[5, -9], row_upper=[9, 6])) is None
    True
    """
    import numpy as np
    from scipy import sparse

    m, n = program.rows, program.columns
    price, free = np.ones(m), np.full(m, np.inf)
    eye = sparse.identity(m, format="csc")
    if may_give is not None:
        free = np.where(may_give, np.inf, 0.0)
    elastic = LinearProgram(
        cost=np.concatenate([np.zeros(n), price, price]),
        matrix=sparse.csc_array(sparse.hstack([program.matrix, eye, -eye], format="csc")),
        row_lower=program.row_lower,
        row_upper=program.row_upper,
        lower=np.concatenate([program.lower, np.zeros(2 * m)]),
        upper=np.concatenate([program.upper, free, free]),
    )
    x, row_duals, reduced = _optimum(elastic)
    missed = x[n + m :] - x[n : n + m]
    scale = 1 + np.abs(np.where(np.isfinite(program.row_lower), program.row_lower, 0))
    scale = np.maximum(scale, np.abs(np.where(np.isfinite(program.row_upper), program.row_upper, 0)))
    if not (np.abs(missed) > _SMALL * scale).any():
        return None
    return Clash(
        rows=tuple(np.flatnonzero(np.abs(row_duals) > _SMALL).tolist()),
        columns=tuple(np.flatnonzero(np.abs(reduced[:n]) > _SMALL).tolist()),
        give_way=missed,
    )


def explain_infeasible(program: LinearProgram, *, where: str = "") -> str:
    """Say which rows clash and what would mend it; empty where the rows can hold together."""
    import numpy as np

    found = clash(program)
    if found is None:
        return ""
    rows = [
        f"{program.row_name(i)} ({_limits(program.row_lower[i], program.row_upper[i])})" for i in found.rows
    ]
    bounds = [f"the bounds of {program.column_name(i)}" for i in found.columns]
    order = np.argsort(-np.abs(found.give_way), kind="stable")
    mends = [
        f"{program.row_name(int(i))} by {abs(found.give_way[i]):.6g}"
        for i in order
        if abs(found.give_way[i]) > _SMALL
    ]
    return (
        f"{f'{where}: ' if where else ''}no answer keeps all limits: {_listed(rows + bounds)} "
        f"cannot hold together; it would do to give way in {_listed(mends)}."
    )


def explain_unbounded(program: LinearProgram, *, where: str = "") -> str:
    """Say which columns run away."""
    import numpy as np

    def cone(limits: Floats, width: float) -> Floats:
        return np.where(np.isfinite(limits), 0.0, np.sign(limits) * width)

    direction = replace(
        program,
        row_lower=cone(program.row_lower, np.inf),
        row_upper=cone(program.row_upper, np.inf),
        lower=cone(program.lower, 1.0),
        upper=cone(program.upper, 1.0),
    )
    x, _, _ = _optimum(direction)
    running = [
        f"{program.column_name(int(i))} {'up' if x[i] > 0 else 'down'}"
        for i in np.flatnonzero(np.abs(x) > _SMALL)
    ]
    return (
        f"{f'{where}: ' if where else ''}the objective has no floor: {_listed(running)} "
        "can go on for ever at a gain; a limit is missing, or a cost has the wrong sign."
    )


def _optimum(program: LinearProgram) -> tuple[Floats, Floats, Floats]:
    import numpy as np

    solver = engine.start(tolerance=_SMALL)
    engine.load(solver, program)
    engine.run(solver)
    status = engine.status_of(solver)
    if status != "optimal":
        raise NoAnswerError(f"the solver gave up ({status}) while looking for the reason")
    found = solver.getSolution()
    return np.array(found.col_value), np.array(found.row_dual), np.array(found.col_dual)


def _limits(lower: float, upper: float) -> str:
    import math

    if lower == upper:
        return f"equal to {lower:.6g}"
    if math.isinf(lower):
        return f"at most {upper:.6g}"
    if math.isinf(upper):
        return f"at least {lower:.6g}"
    return f"{lower:.6g} to {upper:.6g}"


def _listed(parts: list[str]) -> str:
    told = parts[:_TOLD] + ([f"{len(parts) - _TOLD} more"] if len(parts) > _TOLD else [])
    return told[0] if len(told) == 1 else ", ".join(told[:-1]) + " and " + told[-1] if told else "the rest"
