"""Why a project enters or leaves: the price of the change, the limit that resists, what takes its place."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pactolus.projects.selection.programme import Programme
from pactolus.projects.selection.solve import Choice

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Whole = NDArray[np.int64]

__all__ = ["Reasons", "prices_of_change", "reasons_of"]


@dataclass(frozen=True)
class Reasons:
    """For each project; empty where there is none.

    Attributes
    ----------
    limit : list of str
        The limit whose shadow price weighs most on the project.
    substitute : list of str
        The project of the same product, else of any, that most often is in where this one is out.
    """

    limit: list[str]
    substitute: list[str]


def prices_of_change(choice: Choice) -> Floats:
    """Least cost of taking a project that is out, or of leaving one that is in. [million USD]

    Floors by the duals of the relaxed programme: the true cost is this or more, measured from its optimum.
    """
    import numpy as np

    made, relaxed = choice.programme, choice.relaxed
    begin = made.begin
    reduced = np.where(begin >= 0, relaxed.reduced_costs[begin], np.inf)
    value = np.where(begin >= 0, relaxed.x[begin], 0.0)
    once = np.abs(relaxed.row_duals[made.rows["once"]])
    leave = once + np.where(value > 0.5, np.maximum(0.0, -np.where(begin >= 0, reduced, 0.0)), 0.0).sum(
        axis=1
    )
    enter = np.maximum(0.0, reduced.min(axis=1))
    found: Floats = np.where(value.sum(axis=1) > 0.5, leave, enter)
    return np.where(np.isfinite(found), found, 1e30)


def reasons_of(choice: Choice, start_of: Whole) -> Reasons:
    """Limits and substitutes of all projects.

    Parameters
    ----------
    choice : Choice
    start_of : ndarray of int, shape (n, P)
        The best choice and its alternatives.
    """
    return Reasons(_limits(choice), _substitutes(choice, start_of))


def _limits(choice: Choice) -> list[str]:
    """The row, apart from `once` and what is on stream, that charges the project most."""
    import numpy as np

    made, lp, duals = choice.programme, choice.programme.lp, choice.relaxed.row_duals
    skipped = np.zeros(lp.rows, dtype=bool)
    for name in ("once", "balance"):
        skipped[made.rows[name]] = True
    found = []
    for p in range(len(made.instance.projects)):
        columns = made.begin[p][made.begin[p] >= 0]
        best, row_of = 0.0, -1
        for column in columns[[int(choice.relaxed.reduced_costs[columns].argmin())]] if columns.size else []:
            entries = slice(lp.matrix.indptr[column], lp.matrix.indptr[column + 1])
            rows, values = lp.matrix.indices[entries], lp.matrix.data[entries]
            charge = np.where(skipped[rows], 0.0, -values * duals[rows])
            if charge.size and charge.max() > best:
                best, row_of = float(charge.max()), int(rows[charge.argmax()])
        found.append(_named(made, row_of, duals) if row_of >= 0 else "")
    return found


def _named(made: Programme, row: int, duals: Floats) -> str:
    """The name of a row; where money of a window is scarce, the budgets that bind in it."""
    where = made.rows["paid"]
    if not where.start <= row < where.stop:
        return made.lp.row_names[row]
    window = (row - where.start) % len(made.instance.windows)
    names = []
    for kind in ("public", "private"):
        first = made.rows[kind].start
        for i in range(len(made.instance.members)):
            at = first + i * len(made.instance.windows) + window
            if abs(duals[at]) > 1e-9:
                names.append(made.lp.row_names[at])
    return "; ".join(names)


def _substitutes(choice: Choice, start_of: Whole) -> list[str]:
    import numpy as np

    one = choice.programme.instance
    inside = start_of >= 0
    found = []
    for p in range(inside.shape[1]):
        mine = inside[:, p]
        if mine.all() or not mine.any():
            found.append("")
            continue
        swap = inside[~mine].mean(axis=0) - inside[mine].mean(axis=0)
        swap[p] = 0.0
        same = np.where(one.product_of == one.product_of[p], swap, 0.0)
        best = same if same.max() > 0 else swap
        found.append(one.projects[int(best.argmax())] if best.max() > 0 else "")
    return found
