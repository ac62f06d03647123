"""Who pays, where the choice does not care: the same projects, tonnes and cost, by a rule that is stated.

Money of members has no price of its own, so that many splits are as good. Among those that keep all budgets,
powers and limits the split is taken that

    1. has the least largest distance of a member from an equal part of a call of money (class and window),
    2. then the least sum of distances, in money,
    3. then the least money of agencies: public money where firms' does not suffice,
    4. then, where companies are entered, the least sum of distances from equal parts of those of one side.

Equal parts, not parts of the offtake: where more comes than is needed the offtake is itself a tie.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from pactolus.errors import NoAnswerError
from pactolus.solvers.linear import solve_linear
from pactolus.solvers.programs import linear_program

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from pactolus.projects.selection.layout import Programme
    from pactolus.projects.selection.solve import Choice

    Floats = NDArray[np.float64]
    Whole = NDArray[np.int64]

__all__ = ["evened"]

_CLOSE: Final = 1e-9


def evened(choice: Choice) -> Choice:
    """The choice with its money split by the rule; projects, tonnes and objective stay as they are.

    Parameters
    ----------
    choice : Choice

    Returns
    -------
    Choice
    """
    made = choice.programme
    split = _Split.of(choice)
    x = choice.x.copy()
    for rule in (_largest, _members, _public, _parties):  # each begins with what the one before has left
        goal = rule(made, split)
        try:
            split = split if goal is None else split.after(goal)
        except NoAnswerError:  # the choice keeps a limit by less than the solver's tolerance
            break
    x[split.columns] = split.values
    return replace(choice, x=x)


@dataclass(frozen=True, eq=False)
class _Goal:
    """What is made least: a bound on each distance, ``|x[at] - target| <= unit . extra``.

    Attributes
    ----------
    at : ndarray of int, shape (n,)
        Columns of the split.
    target, unit : ndarray, shape (n,)
    extra : ndarray of int, shape (n,)
        Which new column bounds it.
    """

    at: Whole
    target: Floats
    unit: Floats
    extra: Whole


@dataclass(frozen=True, eq=False)
class _Split:
    """Money as a programme of its own, with the goals that were reached so far.

    Attributes
    ----------
    columns : ndarray of int, shape (n,)
        Of the whole programme: money of members, agencies, companies.
    values : ndarray, shape (n,)
    matrix, row_lower, row_upper, upper
        Rows that bind; the columns of earlier goals follow those of money.
    """

    columns: Whole
    values: Floats
    matrix: Any
    row_lower: Floats
    row_upper: Floats
    upper: Floats

    @classmethod
    def of(cls, choice: Choice) -> _Split:
        """Rows of the first half, with starts and tickets as they are."""
        import numpy as np

        made, lp, rows = choice.programme, choice.programme.lp, choice.halves.own_rows
        free = made.first_half & ~made.integer
        if made.named is not None:
            free[made.named.money[~_begun(choice)]] = False
        columns = np.flatnonzero(free)
        by_row = lp.matrix.tocsr()[rows].tocsc()
        held = by_row @ np.where(free | ~made.first_half, 0.0, choice.x)
        touched = np.flatnonzero(np.diff(by_row[:, columns].tocsr().indptr))
        return cls(
            columns,
            choice.x[columns],
            by_row[:, columns].tocsr()[touched].tocsc(),
            (lp.row_lower[rows] - held)[touched],
            (lp.row_upper[rows] - held)[touched],
            lp.upper[columns],
        )

    def after(self, goal: _Goal) -> _Split:
        """The split with the goal at its least, and held there."""
        import numpy as np
        from scipy import sparse

        count, extras = goal.at.size, int(goal.extra.max()) + 1
        old = self.matrix.shape[1]
        pick = sparse.csr_array((np.ones(count), (np.arange(count), goal.at)), shape=(count, old))
        widen = sparse.csr_array((goal.unit, (np.arange(count), goal.extra)), shape=(count, extras))
        total = sparse.csr_array(np.append(np.zeros(old), np.ones(extras))[None, :])
        matrix = sparse.vstack(
            [
                sparse.hstack([self.matrix, sparse.csr_array((self.matrix.shape[0], extras))]),
                sparse.hstack([pick, -widen]),
                sparse.hstack([pick, widen]),
                total,
            ],
            format="csc",
        )
        none = np.full(count, np.inf)
        lower = np.concatenate([self.row_lower, -none, goal.target, [-np.inf]])
        upper = np.concatenate([self.row_upper, goal.target, none, [np.inf]])
        columns = np.append(self.upper, np.full(extras, np.inf))
        cost = np.append(np.zeros(old), np.ones(extras))
        program = linear_program(cost, matrix, row_lower=lower, row_upper=upper, lower=0.0, upper=columns)
        found = solve_linear(program, where="split of money")
        upper[-1] = found.objective + _CLOSE * (1 + abs(found.objective))
        return replace(
            self,
            values=found.x[: self.columns.size],
            matrix=matrix,
            row_lower=lower,
            row_upper=upper,
            upper=columns,
        )

    def places(self, columns: Whole) -> Whole:
        """Columns of the programme as columns of the split."""
        import numpy as np

        found: Whole = np.searchsorted(self.columns, columns)
        return found


def _begun(choice: Choice) -> NDArray[np.bool_]:
    """Cells of companies in which any project begins."""
    import numpy as np

    named = choice.programme.named
    assert named is not None
    taken = named.group_of[choice.start_of >= 0]
    found: NDArray[np.bool_] = np.isin(named.group, taken)
    return found


def _equal(made: Programme, split: _Split) -> tuple[Whole, Floats]:
    """Money of members, and the equal part of each call."""
    import numpy as np

    money = split.values[split.places(made.money)]
    target = np.broadcast_to(money.mean(axis=0), money.shape)
    called = np.broadcast_to(money.sum(axis=0) > _CLOSE, money.shape)
    return split.places(made.money)[called], target[called]


def _largest(made: Programme, split: _Split) -> _Goal | None:
    import numpy as np

    at, target = _equal(made, split)
    if len(made.instance.members) == 1 or not at.size:
        return None
    return _Goal(at, target, target, np.zeros(at.size, dtype=np.int64))


def _members(made: Programme, split: _Split) -> _Goal | None:
    import numpy as np

    at, target = _equal(made, split)
    if len(made.instance.members) == 1 or not at.size:
        return None
    return _Goal(at, target, np.ones(at.size), np.arange(at.size))


def _public(made: Programme, split: _Split) -> _Goal:
    import numpy as np

    at = split.places(made.agency.ravel())
    return _Goal(at, np.zeros(at.size), np.ones(at.size), np.arange(at.size))


def _parties(made: Programme, split: _Split) -> _Goal | None:
    """Distances of companies from the mean of those of their member and side in a group."""
    import numpy as np

    named = made.named
    if named is None:
        return None
    there = np.isin(named.money[:, 0], split.columns) if named.money.size else np.zeros(0, dtype=bool)
    cells = np.flatnonzero(there)
    sides = [(named.parties[n].country, named.parties[n].agency) for n in named.holder[cells].tolist()]
    keys = {
        key: k for k, key in enumerate(dict.fromkeys(zip(sides, named.group[cells].tolist(), strict=True)))
    }
    of = np.array([keys[key] for key in zip(sides, named.group[cells].tolist(), strict=True)], dtype=np.int64)
    if not cells.size:
        return None
    money = split.values[split.places(named.money[cells])]
    total = np.zeros((len(keys), money.shape[1]))
    np.add.at(total, of, money)
    target = (total / np.bincount(of)[:, None])[of].ravel()
    at = split.places(named.money[cells]).ravel()
    return _Goal(at, target, np.ones(at.size), np.arange(at.size))
