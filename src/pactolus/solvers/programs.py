"""A linear programme as data: costs, rows, bounds, and names for the messages.

minimise  c.x   subject to   row_lower <= A x <= row_upper,   lower <= x <= upper
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from pactolus.errors import InputError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import ArrayLike, NDArray

    Floats = NDArray[np.float64]

__all__ = ["LinearProgram", "linear_program"]

LARGEST_COEFFICIENT: Final = 1e15  # the solver refuses what is larger
_TOLD: Final = 8


@dataclass(frozen=True, kw_only=True, eq=False)
class LinearProgram:
    """What is to be solved; made and checked by `linear_program`, arrays are read-only.

    Attributes
    ----------
    cost : ndarray, shape (n,)
        To be minimised.
    matrix : scipy.sparse.csc_array, shape (m, n)
        Coefficients of the rows.
    row_lower, row_upper : ndarray, shape (m,)
        Infinite where a row has no such limit; equal for an equation.
    lower, upper : ndarray, shape (n,)
        Bounds of the columns.
    row_names, column_names : tuple of str
        Empty, or one for each; messages use them.
    """

    cost: Floats
    matrix: Any
    row_lower: Floats
    row_upper: Floats
    lower: Floats
    upper: Floats
    row_names: tuple[str, ...] = ()
    column_names: tuple[str, ...] = ()

    @property
    def rows(self) -> int:
        """Number of rows."""
        return len(self.row_lower)

    @property
    def columns(self) -> int:
        """Number of columns."""
        return len(self.cost)

    def row_name(self, row: int) -> str:
        """Name of a row, or its number."""
        return named(self.row_names, row, "row")

    def column_name(self, column: int) -> str:
        """Name of a column, or its number."""
        return named(self.column_names, column, "column")


def linear_program(
    cost: ArrayLike,
    matrix: Any = None,
    *,
    row_lower: ArrayLike | None = None,
    row_upper: ArrayLike | None = None,
    lower: ArrayLike = 0.0,
    upper: ArrayLike | None = None,
    row_names: Sequence[str] = (),
    column_names: Sequence[str] = (),
) -> LinearProgram:
    """Describe a programme, and refuse one that cannot be meant.

    Parameters
    ----------
    cost : array_like, shape (n,)
        To be minimised; change the sign to maximise.
    matrix : array_like or scipy sparse, shape (m, n), optional
        No rows if omitted.
    row_lower, row_upper : array_like, shape (m,) or a single number, optional
        No limit if omitted.
    lower, upper : array_like, shape (n,) or a single number
        0 and no limit unless given.
    row_names, column_names : sequence of str, optional

    Returns
    -------
    LinearProgram

    Raises
    ------
    InputError
        All faults at once: shapes that do not fit, numbers that are missing, bounds that cross.

    Examples
    --------
    Two sources at 3 and 5 USD/t, at least 10 t wanted, at most 6 t from the first:

    >>> program = linear_program([3, 5], [[1, 1]], row_lower=10, upper=[6, 100], row_names=["demand"])
    >>> program.rows, program.columns
    (1, 2)
    """
    import numpy as np

    c = np.array(cost, dtype=float)
    faults = [] if c.ndim == 1 else [f"cost: shape {c.shape}; give one number for each column"]
    a, wrong = sparse_rows(matrix, c.size)
    if faults + wrong:
        raise InputError.gathered(faults + wrong)
    spans = {
        "row_lower": (row_lower, a.shape[0], -np.inf),
        "row_upper": (row_upper, a.shape[0], np.inf),
        "lower": (lower, c.size, 0.0),
        "upper": (upper, c.size, np.inf),
    }
    filled = {name: _filled(name, *given, faults) for name, given in spans.items()}
    if not np.isfinite(c).all():
        faults.append(f"cost: no number for {_which(~np.isfinite(c), column_names, 'column')}")
    for kind, names, count in (("row", row_names, a.shape[0]), ("column", column_names, c.size)):
        if names and len(names) != count:
            faults.append(f"{kind}_names: {len(names)} names for {count} {kind}s")
    if not faults:
        faults += crossing(filled["row_lower"], filled["row_upper"], row_names, "row")
        faults += crossing(filled["lower"], filled["upper"], column_names, "column")
    if faults:
        raise InputError.gathered(faults)
    for array in (c, *filled.values()):
        array.flags.writeable = False
    return LinearProgram(
        cost=c, matrix=a, row_names=tuple(row_names), column_names=tuple(column_names), **filled
    )


def sparse_rows(matrix: Any, columns: int) -> tuple[Any, list[str]]:
    """Rows as a sparse matrix by columns, and what is wrong with them."""
    import numpy as np
    from scipy import sparse

    if matrix is None:
        return sparse.csc_array((0, columns)), []
    a = sparse.csc_array(matrix, dtype=float, copy=True)
    if a.ndim != 2 or a.shape[1] != columns:
        return a, [
            f"matrix: shape {a.shape} for {columns} columns; give a row of coefficients for each limit"
        ]
    a.sum_duplicates()
    faults = []
    if not np.isfinite(a.data).all():
        faults.append("matrix: coefficients that are missing or infinite; a missing one is not zero")
    elif a.nnz and np.abs(a.data).max() > LARGEST_COEFFICIENT:
        faults.append(f"matrix: {np.abs(a.data).max():g} is too large for the solver; use a larger unit")
    return a, faults


def crossing(lower: Floats, upper: Floats, names: Sequence[str], kind: str) -> list[str]:
    """Rows or columns whose lower limit lies above the upper one, or that hold no number at all."""
    import numpy as np

    faults = []
    empty = (lower == np.inf) | (upper == -np.inf)
    if empty.any():
        faults.append(f"{_which(empty, names, kind)}: a limit of infinity that nothing can reach")
    crossed = (lower > upper) & ~empty
    faults += [
        f"{named(names, int(i), kind)}: lower limit {lower[i]:g} lies above upper limit {upper[i]:g}"
        for i in np.flatnonzero(crossed)[:_TOLD]
    ]
    return faults


def named(names: Sequence[str], number: int, kind: str) -> str:
    """``'name'`` where there is one, else ``row 3``."""
    name = names[number] if number < len(names) else ""
    return repr(name) if name else f"{kind} {number}"


def _filled(name: str, given: ArrayLike | None, count: int, absent: float, faults: list[str]) -> Floats:
    import numpy as np

    values = np.array(absent if given is None else given, dtype=float)
    if values.shape not in {(), (count,)}:
        faults.append(f"{name}: shape {values.shape}; give one number, or {count}")
        return np.full(count, absent)
    if np.isnan(values).any():
        faults.append(f"{name}: missing numbers; write infinity where there is no limit")
    return np.array(np.broadcast_to(values, (count,)))


def _which(wrong: NDArray[np.bool_], names: Sequence[str], kind: str) -> str:
    import numpy as np

    places = np.flatnonzero(wrong)
    told = ", ".join(named(names, int(i), kind) for i in places[:_TOLD])
    return told + (f" and {places.size - _TOLD} more" if places.size > _TOLD else "")
