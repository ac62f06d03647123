"""What a split means for those who have to accept it, and several rules side by side."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from pactolus.errors import NoAnswerError
from pactolus.sharing.bargaining import nash
from pactolus.sharing.claims import Claims, Normal, normal
from pactolus.sharing.core import CoreGap, core_gap, excesses, least_core
from pactolus.sharing.games import Game
from pactolus.sharing.nucleoli import nucleolus
from pactolus.sharing.separable import scrb
from pactolus.sharing.shapley_value import shapley
from pactolus.sharing.shares import consumption_share, proportional
from pactolus.sharing.splits import Split, amounts_of

if TYPE_CHECKING:
    import numpy as np
    import polars as pl
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

__all__ = ["RULES", "Explanation", "Objection", "compare", "explain"]

_SAME: Final = 1e-9
_TOLD: Final = 5

#: rules of `compare` that need the game only
RULES: Final[dict[str, Callable[[Game], Split]]] = {
    "nucleolus": nucleolus,
    "shapley": shapley,
    "nash": nash,
    "scrb": scrb,
    "proportional": proportional,
}


@dataclass(frozen=True)
class Objection:
    """A coalition that would do better by itself, and by how much."""

    coalition: frozenset[Any]
    amount: float


@dataclass(frozen=True, kw_only=True)
class Explanation:
    """What a split means.

    Attributes
    ----------
    split : Split
    alone : Split
        Amount of each member by itself.
    gain : Split
        What each gains over being alone: a cost saved, or an amount added; negative if it loses.
    gap : CoreGap
        Largest excess; positive outside the core.
    core_empty : bool
        Whether no split at all is stable.
    objections : tuple of Objection
        The coalitions with most to gain by leaving, at most five.
    no_gain, worse_off : tuple
        Members that gain nothing over being alone, and those that lose.
    compensation : Split
        What each member receives (negative: pays) so that nobody gains by leaving, with as little money moved
        as possible, then with the largest receipt and payment as small as possible. Where the core is empty:
        so that the largest excess is as small as can be.
    mended : Split
        The split after compensation.
    outside_help : float
        What somebody outside must add so that a stable split exists; 0 where the core is not empty.
    """

    split: Split
    alone: Split
    gain: Split
    gap: CoreGap
    core_empty: bool
    objections: tuple[Objection, ...]
    no_gain: tuple[Any, ...]
    worse_off: tuple[Any, ...]
    compensation: Split
    mended: Split
    outside_help: float

    @property
    def findings(self) -> tuple[str, ...]:
        """Of ``core_empty``, ``leaves_core``, ``no_gain``, ``worse_off``: those that hold."""
        held = {
            "core_empty": self.core_empty,
            "leaves_core": not self.gap.in_core,
            "no_gain": bool(self.no_gain),
            "worse_off": bool(self.worse_off),
        }
        return tuple(name for name, holds in held.items() if holds)

    @property
    def table(self) -> pl.DataFrame:
        """A row for each member: ``member, alone, amount, gain, compensation, mended``."""
        import polars as pl

        columns = {
            "alone": self.alone,
            "amount": self.split,
            "gain": self.gain,
            "compensation": self.compensation,
            "mended": self.mended,
        }
        members = [str(m) for m in self.split]
        return pl.DataFrame({"member": members, **{name: list(of.values()) for name, of in columns.items()}})


def explain(game: Game, split: Mapping[Any, float]) -> Explanation:
    """Say whether a split is stable, who gains nothing, and which payments would mend it.

    Parameters
    ----------
    game : CostGame or ValueGame
    split : mapping of member to float
        Adds up to the amount of all together.

    Returns
    -------
    Explanation

    Raises
    ------
    InputError
        If members are missing or unknown, or the split does not add up to the whole.

    References
    ----------
    .. [1] Y. Bachrach et al., "The cost of stability in coalitional games", Algorithmic Game Theory (SAGT
       2009), LNCS 5814, p. 122, for the help from outside.

    Examples
    --------
    B and C lose nothing by going without A, who is asked for too little:

    >>> from pactolus.sharing import CostGame
    >>> pool = CostGame.from_amounts("ABC", [0, 9, 8, 12, 8, 12, 9, 15])
    >>> found = explain(pool, {"A": 4.0, "B": 6.0, "C": 5.0})
    >>> found.findings, [(sorted(o.coalition), o.amount) for o in found.objections]
    (('leaves_core',), [(['B', 'C'], 2.0)])
    >>> found.compensation.rounded(6)
    Split({'A': -2.0, 'B': 1.0, 'C': 1.0})
    """
    amounts = game.split(amounts_of(game.members, split, where="explain", what="the split"))
    excess, gap, least = excesses(game, amounts), core_gap(game, amounts), least_core(game)
    small = _SAME * float(abs(game.amounts).max())
    gain = game.split(game.sign * (amounts[m] - alone) for m, alone in game.alone.items())
    given = normal(game)
    moved = _payments(game, given, amounts, max(0.0, least.excess), gap)
    return Explanation(
        split=amounts,
        alone=game.alone,
        gain=gain,
        gap=gap,
        core_empty=least.empty,
        objections=_objections(game, excess, small),
        no_gain=tuple(m for m, g in gain.items() if abs(g) <= small),
        worse_off=tuple(m for m, g in gain.items() if g < -small),
        compensation=moved,
        mended=Split({m: a + game.sign * moved[m] for m, a in amounts.items()}),
        outside_help=_outside_help(game, given) if least.empty else 0.0,
    )


def compare(
    game: Game,
    *,
    consumption: Mapping[Any, float] | None = None,
    weights: Mapping[Any, float] | None = None,
) -> pl.DataFrame:
    """All rules side by side.

    Parameters
    ----------
    game : CostGame or ValueGame
    consumption : mapping of member to float, optional
        Adds the rule ``consumption``.
    weights : mapping of member to float, optional
        Bargaining power of the rule ``nash``; equal if omitted.

    Returns
    -------
    polars.DataFrame
        A row for each rule and member: ``rule, member, amount, gain, core_gap, in_core, status``. A rule
        without an answer has status ``no_answer`` and no amounts.

    Examples
    --------
    >>> from pactolus.sharing import CostGame
    >>> rows = compare(CostGame.from_amounts(["KOR", "JPN"], [0, 60, 50, 100]))
    >>> rows.filter(rows["member"] == "KOR").select("rule", "amount").rows()[:3]
    [('nucleolus', 55.0), ('shapley', 55.0), ('nash', 55.0)]
    """
    import polars as pl

    rules = dict(RULES)
    rules["nash"] = lambda g: nash(g, weights=weights)
    if consumption is not None:
        rules["consumption"] = lambda g: consumption_share(g, consumption)
    schema = {
        "rule": pl.String,
        "member": pl.String,
        "amount": pl.Float64,
        "gain": pl.Float64,
        "core_gap": pl.Float64,
        "in_core": pl.Boolean,
        "status": pl.String,
    }
    rows = [row for name, rule in rules.items() for row in _rows(game, name, rule)]
    return pl.DataFrame(rows, schema=schema, orient="row")


def _rows(game: Game, name: str, rule: Callable[[Game], Split]) -> list[tuple[Any, ...]]:
    try:
        split = rule(game)
    except NoAnswerError:
        return [(name, str(m), None, None, None, None, "no_answer") for m in game.members]
    gap = core_gap(game, split)
    return [
        (name, str(m), amount, game.sign * (amount - game.alone[m]), float(gap), gap.in_core, "ok")
        for m, amount in split.items()
    ]


def _objections(game: Game, excess: Floats, small: float) -> tuple[Objection, ...]:
    """Coalitions with a positive excess, the largest first; small ones first in a tie."""
    proper = [m for m in range(1, excess.size - 1) if excess[m] > small]
    proper.sort(key=lambda m: (-round(float(excess[m]) / small), m.bit_count(), m))
    return tuple(Objection(game.coalition(m), float(excess[m])) for m in proper[:_TOLD])


def _payments(game: Game, given: Normal, split: Split, allowed: float, gap: CoreGap) -> Split:
    """Least payments after which no excess is above `allowed`; nothing where none is."""
    import numpy as np

    n = len(game)
    if gap.in_core or given.scale == 0 or float(gap) <= allowed + _SAME * given.scale:
        return game.split([0.0] * n)
    now = (game.sign * np.array(list(split.values())) - given.alone) / given.scale
    whole, excess = float(given.gains[-1]), allowed / given.scale
    eye, zero, one = np.eye(n), np.zeros((n, 1)), np.ones((n, 1))
    nothing = np.zeros((n, n))
    # columns: shares after, excess, received, paid, most received, most paid
    rows = np.vstack(
        [
            np.hstack([eye, zero, -eye, eye, zero, zero]),
            np.hstack([nothing, zero, eye, nothing, -one, zero]),
            np.hstack([nothing, zero, nothing, eye, zero, -one]),
            np.concatenate([np.zeros(n + 1), np.ones(n), np.zeros(n + 2)])[None, :],
        ]
    )
    below = np.concatenate([now, np.full(2 * n + 1, -np.inf)])
    above = np.concatenate([now, np.zeros(2 * n), [np.inf]])
    claims = Claims(
        given.gains,
        cost=rows[-1],
        total=(whole, whole),
        lower=np.concatenate([np.full(n, -np.inf), [-np.inf], np.zeros(2 * n + 2)]),
        upper=np.concatenate(
            [np.full(n, np.inf), [excess + (_SAME if excess else 0.0)], np.full(2 * n + 2, np.inf)]
        ),
        rows=rows,
        row_limits=(below, above),
    )
    least = claims.solve().objective
    claims.model.change_rows(3 * n + 1, upper=least)
    claims.model.change_costs(range(3 * n + 3), [*np.zeros(3 * n + 1), 1.0, 1.0])
    after = claims.solve().x[:n]
    moved = given.scale * (after - now)
    moves = np.abs(moved) > 10 * _SAME * given.scale
    moved[~moves] = 0.0
    moved[moves] -= moved.sum() / moves.sum()
    return game.split(moved.tolist())


def _outside_help(game: Game, given: Normal) -> float:
    """Least addition to the whole with which no coalition gains by leaving."""
    import numpy as np

    n, whole = len(game), float(given.gains[-1])
    claims = Claims(
        given.gains,
        cost=np.append(np.ones(n), 0.0),
        total=(whole, np.inf),
        lower=np.append(np.full(n, -np.inf), 0.0),
        upper=np.append(np.full(n, np.inf), 0.0),
    )
    return max(0.0, claims.solve().objective - whole) * given.scale
