"""The nucleolus in ways that share nothing with ours: slow programmes, and the balance of its levels."""

from __future__ import annotations

import itertools
from math import factorial

import numpy as np
from scipy.optimize import linprog

from pactolus.sharing import Game, ValueGame


def by_size(members: str, amounts: list[float]) -> ValueGame:
    """A game from amounts in the order of handbooks: by size, then alphabetically."""
    coalitions = [
        frozenset(c) for k in range(1, len(members) + 1) for c in itertools.combinations(members, k)
    ]
    return ValueGame(dict(zip(coalitions, amounts, strict=True)))


def random_game(seed: int, n: int, *, top: int, kind: str = "rough") -> ValueGame:
    """Whole numbers, so that ties are many. All together gain enough that somebody can be paid."""
    random = np.random.default_rng(seed)
    amounts = random.integers(-top // 3, top + 1, 1 << n).astype(float)
    if kind == "zero-one":
        amounts = (amounts > top / 2).astype(float)
    if kind == "monotone":
        size = np.bitwise_count(np.arange(1 << n))
        amounts = np.floor(amounts / 4) + size**2
    alone = amounts[[1 << i for i in range(n)]]
    amounts[0] = 0
    amounts[-1] = max(amounts[-1], alone.sum() + random.integers(0, 3))
    return ValueGame.from_amounts("ABCDEFGHIJKLMNOP"[:n], amounts)


def shapley_by_orders(game: Game) -> dict[str, float]:
    """Average over all orders of joining, one by one."""
    total = dict.fromkeys(game.members, 0.0)
    for order in itertools.permutations(game.members):
        for k, member in enumerate(order):
            total[member] += game[order[: k + 1]] - game[order[:k]]
    return {m: t / factorial(len(game)) for m, t in total.items()}


def nucleolus_by_trial(game: ValueGame, *, individual: bool = True) -> np.ndarray:
    """Lexicographic programmes that ask of every coalition whether its excess could still be smaller."""
    n = len(game)
    inside = np.array([[m >> i & 1 for i in range(n)] for m in range(1 << n)], dtype=float)
    proper = list(range(1, (1 << n) - 1))
    fixed: dict[int, float] = {}
    bounds = [(game.amounts[1 << i] if individual else None, None) for i in range(n)]

    def equations() -> tuple[np.ndarray, np.ndarray]:
        rows = [inside[-1], *(inside[m] for m in fixed)]
        level = [game.amounts[-1], *(game.amounts[m] - e for m, e in fixed.items())]
        return np.column_stack([np.array(rows), np.zeros(len(rows))]), np.array(level)

    x = np.zeros(n)
    while len(fixed) < len(proper):
        left = [m for m in proper if m not in fixed]
        a_eq, b_eq = equations()
        a_ub = np.column_stack([-inside[left], -np.ones(len(left))])
        least = linprog([*np.zeros(n), 1], a_ub, -game.amounts[left], a_eq, b_eq, [*bounds, (None, None)])
        assert least.status == 0, least.message
        x, excess = least.x[:n], least.x[n]
        again = {}
        for m in left:
            lowest = linprog(
                [*-inside[m], 0],
                a_ub,
                -game.amounts[left],
                a_eq,
                b_eq,
                [*bounds, (excess, excess + 1e-10)],
            )
            if game.amounts[m] + lowest.fun >= excess - 1e-7:
                again[m] = excess
        assert again
        fixed |= again
    return x


def levels_are_balanced(game: ValueGame, x: np.ndarray, *, individual: bool = True) -> bool:
    """Kohlberg's test: the coalitions with an excess above any level can carry the whole together.

    E. Kohlberg, "On the nucleolus of a characteristic function game", SIAM Journal on Applied Mathematics 20
    (1971), p. 62: weights, positive on these coalitions and not negative on members who get what they have
    alone, add up to the same for every member.
    """
    n = len(game)
    numbers = np.arange(1, (1 << n) - 1)
    inside = (numbers[:, None] >> np.arange(n) & 1).astype(float)
    excess = game.amounts[1:-1] - inside @ x
    size = 1 + np.abs(game.amounts).max()
    at_floor = [i for i in range(n) if individual and x[i] - game.amounts[1 << i] <= 1e-7 * size]
    for level in np.unique(np.round(excess / size, 7)):
        above = inside[excess / size >= level - 2e-7]
        rows = np.column_stack([above.T, np.eye(n)[:, at_floor], -np.ones(n)])
        limits = [(1, None)] * len(above) + [(0, None)] * len(at_floor) + [(None, None)]
        if linprog(np.zeros(rows.shape[1]), A_eq=rows, b_eq=np.zeros(n), bounds=limits).status != 0:
            return False
    return True
