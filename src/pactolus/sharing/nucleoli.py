"""The nucleolus: make the worst-off coalition as well off as can be, then the next, and so on.

The excess of a coalition is what it would gain by leaving, ``e(S, x) = v(S) - x(S)``. A first programme finds
the smallest largest excess. Coalitions with a dual price there have this excess at every optimum: they are
fixed as equations. Each such step adds at least one equation that does not follow from those before; what
follows from them no longer counts. After at most n - 1 steps one split is left.

The last step solves all equations of all steps together, so that the accuracy is that of the amounts and not
that of the programmes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pactolus.errors import NoAnswerError
from pactolus.sharing.claims import Claims, Normal, membership, normal
from pactolus.sharing.games import Game

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from pactolus.sharing.splits import Split
    from pactolus.solvers.linear import LinearSolution

    Floats = NDArray[np.float64]

__all__ = ["nucleolus", "prenucleolus"]

_PRICED: Final = 1e-6  # a dual price; those of one step add up to 1
_APART: Final = 1e-16  # squared distance from the equations so far
_NOTHING: Final = 1e-9  # share of the largest amount
_POLISHED: Final = 1e-6


def nucleolus(game: Game) -> Split:
    """The split whose excesses, sorted, are smallest, among those that leave nobody worse off than alone.

    It is unique, and lies in the core whenever there is one.

    Parameters
    ----------
    game : CostGame or ValueGame

    Returns
    -------
    Split
        Adds up to the amount of all together.

    Raises
    ------
    NoAnswerError
        If the members together do worse than each alone; names the prenucleolus.

    References
    ----------
    .. [1] D. Schmeidler, "The nucleolus of a characteristic function game", SIAM Journal on Applied
       Mathematics 17 (1969), p. 1163.
    .. [2] M. Maschler, B. Peleg, L. S. Shapley, "Geometric properties of the kernel, nucleolus, and related
       solution concepts", Mathematics of Operations Research 4 (1979), p. 303, for the successive programmes.

    Examples
    --------
    Claims of 100, 200 and 300 on an estate of 200 (Talmud; R. J. Aumann, M. Maschler, 1985):

    >>> from pactolus.sharing import bankruptcy_game
    >>> nucleolus(bankruptcy_game(200, {"A": 100, "B": 200, "C": 300})).rounded(6)
    Split({'A': 50.0, 'B': 75.0, 'C': 75.0})
    """
    given = normal(game)
    if given.gains[-1] * given.scale < -_NOTHING * max(abs(game.amounts)):
        raise NoAnswerError(_no_imputation(game, given))
    return _split(game, given, individual=True)


def prenucleolus(game: Game) -> Split:
    """The nucleolus among all splits, also those that leave somebody worse off than alone.

    Parameters
    ----------
    game : CostGame or ValueGame

    Returns
    -------
    Split

    References
    ----------
    .. [1] B. Peleg, P. Sudhölter, "Introduction to the Theory of Cooperative Games", Springer, 2nd ed. 2007,
       chapter 5; example 5.5.12 is the one below.

    Examples
    --------
    >>> from pactolus.sharing import ValueGame
    >>> prenucleolus(ValueGame.from_amounts("ABC", [0, 0, 0, 10, 0, 0, 0, 2])).rounded(6)
    Split({'A': 3.0, 'B': 3.0, 'C': -4.0})
    """
    return _split(game, normal(game), individual=False)


def _split(game: Game, given: Normal, *, individual: bool) -> Split:
    import numpy as np

    n, whole = len(game), float(given.gains[-1])
    settled = given.scale == 0 or n == 1 or (individual and whole <= _NOTHING)
    shares = np.full(n, whole / n) if settled else _shares(given.gains, individual=individual)
    return game.split((game.sign * given.amounts(shares)).tolist())


def _shares(gains: Floats, *, individual: bool) -> Floats:
    """Successive programmes on a normalised game."""
    import numpy as np

    n = gains.size.bit_length() - 1
    steps = _Steps(n)
    whole = float(gains[-1])
    claims = Claims(
        gains,
        cost=np.eye(n + 1)[n],
        total=(whole, whole),
        lower=np.append(np.full(n, 0.0 if individual else -np.inf), -np.inf),
        upper=np.full(n + 1, np.inf),
    )
    steps.fix(membership(n, np.array([gains.size - 1])))
    while True:
        found = claims.solve()
        tight = _priced(claims, found)
        independent = steps.fix(membership(n, tight))
        if not independent.size:
            raise NoAnswerError(
                "nucleolus: no coalition could be settled; the amounts are of very unlike size"
            )
        steps.note(tight, gains[tight], found)
        if steps.rank == n:
            return steps.polished(whole, found.x[:n], individual=individual)
        _close(claims, steps, tight[independent], float(found.x[n]))


def _priced(claims: Claims, found: LinearSolution) -> NDArray[np.intp]:
    """Open coalitions with a dual price, the dearest first; at least one."""
    import numpy as np

    numbers = np.array([m for m in claims.row_of if claims.open[m]])
    prices = found.row_duals[[claims.row_of[int(m)] for m in numbers]]
    order = np.argsort(-prices, kind="stable")
    count = max(1, int((prices > _PRICED).sum()))
    chosen: NDArray[np.intp] = numbers[order[:count]]
    return chosen


def _close(claims: Claims, steps: _Steps, settled: NDArray[np.intp], excess: float) -> None:
    """Turn settled coalitions into equations, and free those that follow from the equations."""
    import numpy as np

    claims.open &= ~steps.spanned
    freed = [row for number, row in claims.row_of.items() if steps.spanned[number]]
    claims.model.change_rows(freed, lower=-np.inf)
    rows = np.zeros((settled.size, claims.model.columns))
    rows[:, : claims.members] = membership(claims.members, settled)
    level = claims.gains[settled] - excess
    claims.model.add_rows(rows, lower=level, upper=level)


class _Steps:
    """Equations so far: which coalitions follow from them, and what they say together."""

    def __init__(self, n: int) -> None:
        import numpy as np

        self.n = n
        self.rank = 0
        self._apart = membership(n, np.arange(1 << n))  # what the equations do not explain of each coalition
        self._members: list[Floats] = []
        self._levels: list[Floats] = []
        self._bounds: set[int] = set()
        self._steps: list[int] = []

    @property
    def spanned(self) -> NDArray[np.bool_]:
        """Coalitions whose share follows from the equations."""
        found: NDArray[np.bool_] = (self._apart**2).sum(axis=1) < _APART
        return found

    def fix(self, members: Floats) -> NDArray[np.intp]:
        """Take equations on; places of those that do not follow from earlier ones."""
        import numpy as np

        independent = []
        powers = 1 << np.arange(self.n)
        for place, one in enumerate(members):
            rest = self._apart[int(one @ powers)].copy()
            length = float(rest @ rest)
            if length >= _APART and self.rank < self.n:
                self._apart -= np.outer(self._apart @ rest / length, rest)
                self.rank += 1
                independent.append(place)
        return np.array(independent, dtype=np.intp)

    def note(self, tight: NDArray[np.intp], gains: Floats, found: LinearSolution) -> None:
        """Keep what is known of this step: these coalitions share one excess, these members get nothing."""
        import numpy as np

        self._members.append(membership(self.n, tight))
        self._levels.append(gains)
        self._steps += [len(self._members) - 1] * tight.size
        self._bounds |= set(np.flatnonzero(found.reduced_costs[: self.n] > _PRICED).tolist())

    def polished(self, whole: float, shares: Floats, *, individual: bool) -> Floats:
        """Solve all equations for shares and excesses; keep the programme's shares if they disagree."""
        import numpy as np

        step, count = np.array(self._steps), len(self._members)
        bounds = sorted(self._bounds) if individual else []
        tight = np.hstack([np.vstack(self._members), np.eye(count)[step]])
        nothing = np.eye(self.n + count)[bounds]
        everything = np.concatenate([np.ones(self.n), np.zeros(count)])
        left = np.vstack([everything, tight, nothing])
        right = np.concatenate([[whole], *self._levels, np.zeros(len(bounds))])
        better: Floats = np.linalg.lstsq(left, right, rcond=None)[0][: self.n]
        better[bounds] = 0.0
        others = np.setdiff1d(np.arange(self.n), bounds)
        better[others] += (whole - better.sum()) / max(1, others.size)
        return better if np.abs(better - shares).max() <= _POLISHED else shares


def _no_imputation(game: Game, given: Normal) -> str:
    verb, together, alone = (
        ("cost", "more", game.alone.total) if game.sign < 0 else ("gain", "less", game.alone.total)
    )
    before = _split(game, given, individual=False)
    named = ", ".join(f"{member}: {amount:.6g}" for member, amount in before.items())
    return (
        f"nucleolus: together the members {verb} {game.grand:.6g}, {together} than the {alone:.6g} "
        "of each alone; "
        f"every split leaves somebody worse off than alone. The prenucleolus, which may do so, is {named}."
    )
