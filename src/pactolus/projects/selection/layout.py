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

    from pactolus.projects.selection.companies import Company

    Floats = NDArray[np.float64]
    Whole = NDArray[np.int64]

__all__ = ["Named", "Programme", "Rows"]


@dataclass(frozen=True, kw_only=True, eq=False)
class Named:
    """Where money and offtake of single companies lie.

    Attributes
    ----------
    parties : tuple of Company
        Rows of the file, then one for each side of a member of which nobody entered the rest.
    group_of : ndarray of int, shape (P,)
        Projects in which the same parties may have money on the same terms; -1 where nobody entered may.
    holder, group : ndarray of int, shape (n_cells,)
        Party and group of each cell of money.
    money : ndarray of int, shape (n_cells, V)
        Columns. [million USD]
    ticket : ndarray of int, shape (n_cells,)
        Column that is 1 where anything is put in; -1 where there is no least ticket. Their groups are single
        projects.
    taker, pair : ndarray of int, shape (n_taken,)
        Party, and (product, host), of each cell of offtake.
    take : ndarray of int, shape (n_taken, T)
        Columns. [kt]
    """

    parties: tuple[Company, ...]
    group_of: Whole
    holder: Whole
    group: Whole
    money: Whole
    ticket: Whole
    taker: Whole
    pair: Whole
    take: Whole


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
    named : Named or None
        None where no companies are given.
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
    named: Named | None = None

    @property
    def starting(self) -> NDArray[np.bool_]:
        """Columns of starts."""
        import numpy as np

        marked = np.zeros(self.lp.columns, dtype=bool)
        marked[self.begin[self.begin >= 0]] = True
        return marked

    @property
    def integer(self) -> NDArray[np.bool_]:
        """Columns that are 0 or 1: starts, and least tickets of companies."""
        marked = self.starting
        if self.named is not None:
            marked[self.named.ticket[self.named.ticket >= 0]] = True
        return marked

    @property
    def first_half(self) -> NDArray[np.bool_]:
        """Columns of what is chosen and paid for."""
        marked = self.integer
        marked[self.money] = marked[self.agency] = True
        if self.named is not None:
            marked[self.named.money] = True
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
