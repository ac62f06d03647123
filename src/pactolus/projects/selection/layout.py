"""The programme as an object: where in it what is meant lies, and rows under construction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from pactolus.projects.selection.instance import Instance
from pactolus.projects.selection.limits import Limits
from pactolus.solvers.programs import LinearProgram

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import ArrayLike, NDArray

    Floats = NDArray[np.float64]
    Whole = NDArray[np.int64]

__all__ = ["Programme", "Rows"]


@dataclass(frozen=True, kw_only=True, eq=False)
class Programme:
    """The programme, and where in it what is meant lies.

    Attributes
    ----------
    lp : LinearProgram
        Million USD and thousand tonnes.
    instance : Instance
    limits : Limits
    begin : ndarray of int, shape (P, S)
        Column of each possible start, -1 where there is none.
    pair_product, pair_host : ndarray of int, shape (n_pairs,)
        What `offtake` is by.
    money, agency : ndarray of int, shape (I, G, V)
    offtake : ndarray of int, shape (I, n_pairs, T)
    kept : ndarray of int, shape (n_pairs, T)
        -1 where nothing can be refined in the host.
    lost_at : ndarray of int, shape (n_lost, 4)
        Member, product, year and scenario of everything that fails to come.
    short : ndarray of int, shape (n_lost, K)
    level : ndarray of int, shape (I,)
    excess : ndarray of int, shape (I, W)
    rows : dict of str to slice
        Groups of rows by name.
    """

    lp: LinearProgram
    instance: Instance
    limits: Limits
    begin: Whole
    pair_product: Whole
    pair_host: Whole
    money: Whole
    agency: Whole
    offtake: Whole
    kept: Whole
    lost_at: Whole
    short: Whole
    level: Whole
    excess: Whole
    rows: dict[str, slice]

    @property
    def integer(self) -> NDArray[np.bool_]:
        """Columns that are 0 or 1."""
        import numpy as np

        marked = np.zeros(self.lp.columns, dtype=bool)
        marked[self.begin[self.begin >= 0]] = True
        return marked


@dataclass(eq=False)
class Rows:
    """Rows under construction, as triples."""

    parts: list[tuple[Any, Any, Any]] = field(default_factory=list)
    lower: list[Any] = field(default_factory=list)
    upper: list[Any] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    groups: dict[str, slice] = field(default_factory=dict)
    count: int = 0

    def add(
        self,
        group: str,
        names: Sequence[str],
        entries: Sequence[tuple[Any, Any, Any]],
        lower: ArrayLike,
        upper: ArrayLike,
    ) -> None:
        """Append rows: entries are (row within the group, column, coefficient), each of equal length."""
        import numpy as np

        size = len(names)
        for row, column, coefficient in entries:
            r, c, x = np.broadcast_arrays(row, column, coefficient)
            self.parts.append((r.ravel() + self.count, c.ravel(), x.ravel().astype(float)))
        self.lower.append(np.broadcast_to(np.asarray(lower, dtype=float), (size,)))
        self.upper.append(np.broadcast_to(np.asarray(upper, dtype=float), (size,)))
        self.names += names
        self.groups[group] = slice(self.count, self.count + size)
        self.count += size

    def matrix(self, columns: int) -> Any:
        """All rows as one sparse matrix."""
        import numpy as np
        from scipy import sparse

        row, column, value = (np.concatenate(part) for part in zip(*self.parts, strict=True))
        return sparse.csc_array((value, (row, column)), shape=(self.count, columns))
