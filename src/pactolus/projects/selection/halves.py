"""The programme in two halves: what is chosen and paid for, and what it is worth in the scenarios.

For a given choice y the second half is a linear programme of which only the right-hand sides change, so
that it is solved again from where the last run ended. Its duals pi give a floor under the cost of any choice:

    cost(y) >= cost(y0) + (c - A' pi) (y - y0)

The same holds with the duals of the relaxed programme and its optimum. Limits on the second half (the worst
scenarios, least supply) give way at a price; a choice that needs it is refused, but its floor still counts.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from pactolus.projects.selection.programme import Programme
from pactolus.solvers.linear import LinearModel, LinearSolution
from pactolus.solvers.programs import LinearProgram, linear_program

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

__all__ = ["Cut", "Halves", "Priced"]

#: Groups of rows that belong to the second half, by the beginning of their name.
_SECOND: Final = ("balance", "feed", "local", "shortfall", "worst", "cvar", "offtake", "supply", "takers")
_GIVES: Final = ("cvar", "supply")
_DEARER: Final = 5.0
_CLOSE: Final = 1e-6


@dataclass(frozen=True, eq=False)
class Cut:
    """``cost >= constant + slope . first``, over the columns of the first half."""

    constant: float
    slope: Floats


@dataclass(frozen=True, eq=False)
class Priced:
    """A choice with the best use of it.

    Attributes
    ----------
    x : ndarray, shape (columns,)
    objective : float
        Infinite where the choice cannot keep a limit.
    cut : Cut
    """

    x: Floats
    objective: float
    cut: Cut


class Halves:
    """Both halves of a programme, and the floors found so far.

    Parameters
    ----------
    programme : Programme
    relaxed : LinearSolution
        Of the programme without whole numbers.

    Attributes
    ----------
    first : ndarray of int
        Columns of the first half: starts and money.
    cuts : list of Cut
    """

    def __init__(self, programme: Programme, relaxed: LinearSolution) -> None:
        import numpy as np

        self.programme = programme
        lp = programme.lp
        of_first = programme.first_half
        self.first, self._second = np.flatnonzero(of_first), np.flatnonzero(~of_first)
        second = np.zeros(lp.rows, dtype=bool)
        gives = np.zeros(lp.rows, dtype=bool)
        for name, where in programme.rows.items():
            second[where] = name.startswith(_SECOND)
            gives[where] = name.startswith(_GIVES)
        self._rows, self.own_rows = np.flatnonzero(second), np.flatnonzero(~second)
        by_row = lp.matrix.tocsr()
        self.own = by_row[self.own_rows][:, self.first].tocsc()
        self._link = by_row[self._rows][:, self.first].tocsr()
        self._touched = np.flatnonzero(np.diff(self._link.indptr))
        self._model, self._elastic = self._second_half(by_row, gives, relaxed)
        slope = self._slope(relaxed.row_duals[self._rows])
        self.cuts = [Cut(relaxed.objective - float(slope @ relaxed.x[self.first]), slope)]

    def _second_half(
        self, by_row: Any, gives: NDArray[np.bool_], relaxed: LinearSolution
    ) -> tuple[LinearModel, int]:
        """The second half, with columns by which a limit gives way; and how many those are."""
        import numpy as np
        from scipy import sparse

        lp, rows = self.programme.lp, self._rows
        soft = np.flatnonzero(gives[rows])
        price = _DEARER * np.abs(relaxed.row_duals[rows][soft]) + _DEARER * max(
            1.0, float(np.abs(lp.cost).max())
        )
        sign = np.where(np.isfinite(lp.row_lower[rows][soft]), 1.0, -1.0)
        extra = sparse.csc_array((sign, (soft, np.arange(soft.size))), shape=(rows.size, soft.size))
        matrix = sparse.hstack([by_row[rows][:, self._second], extra], format="csc")
        program = linear_program(
            np.concatenate([lp.cost[self._second], price]),
            matrix,
            row_lower=lp.row_lower[rows],
            row_upper=lp.row_upper[rows],
            lower=np.concatenate([lp.lower[self._second], np.zeros(soft.size)]),
            upper=np.concatenate([lp.upper[self._second], np.full(soft.size, np.inf)]),
        )
        return LinearModel(program, where="projects"), soft.size

    def _slope(self, duals: Floats) -> Floats:
        found: Floats = self.programme.lp.cost[self.first] - self._link.T @ duals
        return found

    def price(self, first: Floats) -> Priced:
        """The best use of a choice; its floor is kept.

        Parameters
        ----------
        first : ndarray
            Values of the columns `first`.
        """
        import numpy as np

        lp, at = self.programme.lp, self._rows[self._touched]
        taken = (self._link @ first)[self._touched]
        self._model.change_rows(self._touched, lower=lp.row_lower[at] - taken, upper=lp.row_upper[at] - taken)
        found = self._model.solve()
        objective = found.objective + float(lp.cost[self.first] @ first)
        slope = self._slope(found.row_duals)
        cut = Cut(objective - float(slope @ first), slope)
        self.cuts.append(cut)
        x = np.empty(lp.columns)
        x[self.first], count = first, self._second.size
        x[self._second] = found.x[:count]
        kept = not self._elastic or found.x[count:].max() <= _CLOSE
        return Priced(x, objective if kept else np.inf, cut)

    def leading(self, free: NDArray[np.bool_], fixed: Floats, recent: int | None = None) -> LinearProgram:
        """The first half over its free columns, with the floors: its last column is the cost.

        Parameters
        ----------
        free : ndarray of bool, as `first`
        fixed : ndarray, as `first`
            Values of the columns that are not free.
        recent : int, optional
            Of the floors only the first, that of the relaxed optimum, and so many last ones; all if omitted.
        """
        import numpy as np
        from scipy import sparse

        lp, rest = self.programme.lp, ~free
        taken = self.own[:, np.flatnonzero(rest)] @ fixed[rest]
        cuts = self.cuts if recent is None else [self.cuts[0], *self.cuts[1:][-recent:]]
        slopes = np.array([cut.slope for cut in cuts])
        floors = np.array([cut.constant for cut in cuts]) + slopes[:, rest] @ fixed[rest]
        high = np.full(len(floors), np.inf)
        own = self.own[:, np.flatnonzero(free)]
        matrix = sparse.vstack(
            [
                sparse.hstack([own, sparse.csc_array((own.shape[0], 1))]),
                sparse.hstack(
                    [sparse.csc_array(-slopes[:, free]), sparse.csc_array(np.ones((len(floors), 1)))]
                ),
            ],
            format="csc",
        )
        columns = self.first[free]
        return linear_program(
            np.append(np.zeros(columns.size), 1.0),
            matrix,
            row_lower=np.concatenate([lp.row_lower[self.own_rows] - taken, floors]),
            row_upper=np.concatenate([lp.row_upper[self.own_rows] - taken, high]),
            lower=np.append(lp.lower[columns], -np.inf),
            upper=np.append(lp.upper[columns], np.inf),
        )
