"""Splits that leave no coalition too far behind, without writing down all 2^n coalitions.

The programme begins with few coalitions. Each answer is checked against all of them, which is one vector
operation; those that are left too far behind become rows, and the model is solved again from its basis.

Numbers inside are normalised: amounts alone are taken off, and the largest gain is scaled to 1. Columns are
one share for each member, the largest excess `e`, and whatever the caller adds.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from pactolus.sharing.games import Game, coalition_sums
from pactolus.solvers.linear import LinearModel, LinearSolution
from pactolus.solvers.programs import linear_program

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

__all__ = ["CLOSE", "Claims", "Normal", "membership", "normal"]

CLOSE: Final = 1e-9
_ROUNDING: Final = 1e-11
_AT_ONCE: Final = 32  # rows added after one answer


@dataclass(frozen=True, eq=False)
class Normal:
    """A game in which everybody alone gains nothing: ``worth = scale * gains + sum of alone``.

    Gains within rounding of the amounts count as none; `rest` is that of all together, else 0.
    """

    gains: Floats
    alone: Floats
    scale: float
    rest: float

    def amounts(self, shares: Floats) -> Floats:
        """Gains as in the game before; the rest goes to all alike, so that nothing is lost."""
        found: Floats = self.alone + self.scale * shares + self.rest / len(shares)
        return found


def normal(game: Game) -> Normal:
    """Take off what everybody gains alone, and scale the largest amount to 1 (0 where nothing is left)."""
    import numpy as np

    worth = game.worth
    alone = np.array([worth[1 << i] for i in range(len(game))])
    gains = worth - coalition_sums(alone)
    size = max(float(np.abs(worth).max()), float(coalition_sums(np.abs(alone))[-1]))
    none = np.abs(gains) <= _ROUNDING * size
    rest = float(gains[-1]) if none[-1] else 0.0
    gains[none] = 0.0
    scale = max(float(gains.max()), abs(float(gains[-1]))) or float(np.abs(gains).max())
    return Normal(gains=gains / scale if scale else gains, alone=alone, scale=scale, rest=rest)


def membership(n: int, numbers: NDArray[np.intp]) -> Floats:
    """1 where a coalition holds a member; shape (len(numbers), n)."""
    import numpy as np

    found: Floats = (np.asarray(numbers)[:, None] >> np.arange(n) & 1).astype(float)
    return found


class Claims:
    """``x(S) + e >= gains(S)`` for all proper coalitions S, ``x(N) = total``, as a programme to solve again.

    Parameters
    ----------
    gains : ndarray, shape (2**n,)
    cost : ndarray, shape (n + 1 + extra,)
        Of the shares, of `e`, and of further columns.
    total : tuple of float
        Limits of the sum of all shares.
    lower, upper : ndarray, shape (n + 1 + extra,)
    rows : ndarray, shape (k, n + 1 + extra), optional
        Further rows, with their limits.
    """

    def __init__(
        self,
        gains: Floats,
        *,
        cost: Floats,
        total: tuple[float, float],
        lower: Floats,
        upper: Floats,
        rows: Floats | None = None,
        row_limits: tuple[Floats, Floats] | None = None,
    ) -> None:
        import numpy as np

        self.gains = gains
        self.members = int(gains.size).bit_length() - 1
        self.open = np.ones(gains.size, dtype=bool)  # coalitions whose excess counts
        self.open[[0, -1]] = False
        whole = np.zeros((1, len(cost)))
        whole[0, : self.members] = 1
        matrix = whole if rows is None else np.vstack([whole, rows])
        extra = row_limits or (np.empty(0), np.empty(0))
        limits = [np.concatenate([[t], e]) for t, e in zip(total, extra, strict=True)]
        program = linear_program(
            cost, matrix, row_lower=limits[0], row_upper=limits[1], lower=lower, upper=upper
        )
        self.model = LinearModel(program, tolerance=CLOSE, where="sharing")
        self.row_of: dict[int, int] = {}
        each = [1 << i for i in range(self.members)]
        self._add(dict.fromkeys(m for one in each for m in (one, gains.size - 1 - one) if self.open[m]))

    def solve(self) -> LinearSolution:
        """The optimum over all coalitions that count."""
        import numpy as np

        while True:
            found = self.model.solve()
            excess = self.gains - coalition_sums(found.x[: self.members])
            excess[~self.open] = -np.inf
            excess[list(self.row_of)] = -np.inf
            worst = np.argsort(-excess, kind="stable")[:_AT_ONCE]
            behind = worst[excess[worst] > found.x[self.members] + CLOSE]
            if not behind.size:
                return found
            self._add(dict.fromkeys(behind.tolist()))

    def _add(self, numbers: dict[int, None]) -> None:
        import numpy as np

        if not numbers:
            return
        at = np.array(list(numbers))
        rows = np.zeros((at.size, self.model.columns))
        rows[:, : self.members] = membership(self.members, at)
        rows[:, self.members] = 1
        new = self.model.add_rows(rows, lower=self.gains[at])
        self.row_of.update(zip(numbers, new, strict=True))
