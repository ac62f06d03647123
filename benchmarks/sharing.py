"""Seconds of the nucleolus and of the Shapley value; print a table.

Usage: python -m benchmarks.sharing [--members N ...] [--page]

Games are synthetic: rough (random amounts), with ties (few whole numbers), convex, and pooled risk (square
root of summed variances). Beside ours runs the obvious way: every step one programme with all coalitions,
from nothing, by `scipy.optimize.linprog`.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

from tools.reference_pages import ROOT, filled, table

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from pactolus.sharing.games import Game

    Floats = NDArray[np.float64]

PAGE: Final[Path] = ROOT / "docs" / "explanation" / "sharing.md"
KINDS: Final = ("rough", "ties", "convex", "pooled risk")
GOAL_MEMBERS: Final = 12
RUNS: Final = 3


def game_of(kind: str, n: int, seed: int = 0) -> Game:
    """A synthetic game in which everybody together gains something."""
    import numpy as np

    from pactolus.sharing.games import CostGame, ValueGame, coalition_sums

    random = np.random.default_rng([seed, n])
    size = np.bitwise_count(np.arange(1 << n)).astype(float)
    if kind == "pooled risk":
        spread = 10 + 30 * random.random(n)
        return CostGame.from_amounts(range(n), np.sqrt(coalition_sums(spread**2)))
    if kind == "convex":
        return ValueGame.from_amounts(range(n), coalition_sums(random.random(n)) ** 2)
    amounts = size * (random.random(1 << n) if kind == "rough" else random.integers(0, 4, 1 << n))
    amounts[[1 << i for i in range(n)]] = amounts[0] = 0
    amounts[-1] = max(float(amounts.max()), float(n))
    return ValueGame.from_amounts(range(n), amounts)


def plain(game: Game) -> Floats:
    """Nucleolus by programmes with all rows, each from nothing; coalitions with a dual price are fixed."""
    import numpy as np
    from scipy.optimize import linprog

    n, worth = len(game), game.worth
    inside = (np.arange(1 << n)[:, None] >> np.arange(n) & 1).astype(float)
    open_ones, fixed = list(range(1, (1 << n) - 1)), {(1 << n) - 1: float(worth[-1])}
    bounds = [(float(worth[1 << i]), None) for i in range(n)] + [(None, None)]
    while True:
        rows = np.column_stack([-inside[open_ones], -np.ones(len(open_ones))])
        settled = np.column_stack([inside[list(fixed)], np.zeros(len(fixed))])
        found = linprog(
            [0] * n + [1], rows, -worth[open_ones], settled, list(fixed.values()), bounds, method="highs"
        )
        prices = -found.ineqlin.marginals
        for place in np.flatnonzero(prices > 1e-7):
            one = open_ones[int(place)]
            fixed[one] = float(worth[one] - found.x[n])
        if np.linalg.matrix_rank(inside[list(fixed)]) == n:
            shares: Floats = game.sign * found.x[:n]
            return shares
        known = inside[list(fixed)]
        rest = inside - inside @ np.linalg.pinv(known) @ known
        open_ones = [m for m in open_ones if rest[m] @ rest[m] > 1e-12]


def seconds(task: Callable[[], object], runs: int = RUNS) -> float:
    """Least of some runs."""
    spent = []
    for _ in range(runs):
        begin = time.perf_counter()
        task()
        spent.append(time.perf_counter() - begin)
    return min(spent)


def figures(members: Sequence[int]) -> str:
    """The rows as Markdown."""
    from pactolus.sharing.nucleoli import nucleolus
    from pactolus.sharing.shapley_value import shapley

    (
        nucleolus(game_of("ties", 4)),
        shapley(game_of("ties", 4)),
        plain(game_of("ties", 4)),
    )  # imports are nobody's
    rows = []
    for n in members:
        for kind in KINDS:
            game = game_of(kind, n)
            ours, obvious = seconds(lambda g=game: nucleolus(g)), seconds(lambda g=game: plain(g), 1)  # type: ignore[misc]
            average = seconds(lambda g=game: shapley(g))  # type: ignore[misc]
            goal = "≤ 1 s" if n == GOAL_MEMBERS else ""
            rows.append(
                (n, kind, f"{ours * 1e3:,.1f}", f"{obvious / ours:,.1f}", f"{average * 1e3:,.2f}", goal)
            )
    head = ("members", "game", "nucleolus, ms", "x all rows, SciPy", "Shapley value, ms", "to reach")
    return table(head, rows)


def main(argv: Sequence[str] | None = None) -> int:
    """Entry point."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--members", type=int, nargs="+", default=[6, 10, 12])
    parser.add_argument("--page", action="store_true", help=f"renew the table in {PAGE.name}")
    asked = parser.parse_args(argv)
    found = figures(asked.members)
    print(found)
    if asked.page:
        PAGE.write_text(filled(PAGE.read_text(encoding="utf-8"), "sharing", found), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
