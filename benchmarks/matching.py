"""Seconds of matching firms to slots; print a table.

Usage: python -m benchmarks.matching [--firms N] [--slots N] [--page]

Processor seconds, least of three runs. Synthetic: values of both sides, some of them common to all. Beside
ours run the obvious ways: SciPy's assignment with a row for each lot of a firm and a column for each lot of a
slot, one linear programme with all pairs, and offers one by one over lists of preferences. All must find the
same value, or the same matching.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

from tools.reference_pages import ROOT, filled, table

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from pactolus.projects.matching.problem import MatchProblem

    Ints = NDArray[np.int64]

PAGE: Final[Path] = ROOT / "docs" / "explanation" / "matching.md"
FIRMS: Final = 300
SLOTS: Final = 600
GOAL_S: Final = 0.5
KINDS: Final = ("one each", "places", "lots", "tonnes")


def problem_of(kind: str, firms: int, slots: int, seed: int = 0) -> MatchProblem:
    """A synthetic market.

    ``one each``; ``places``: up to 5 slots a firm and 2 firms a slot, each pair once; ``lots``: the same and
    as many of a pair as both have; ``tonnes``: quantities in the thousands.
    """
    import numpy as np

    from pactolus.projects import match_problem

    random = np.random.default_rng([seed, firms, slots])
    firm = random.random((firms, slots)) + random.random(slots)
    slot = random.random((firms, slots)) + random.random(firms)[:, None]
    if kind == "one each":
        return match_problem(firm, slot, np.ones(firms), np.ones(slots), most=1)
    scale = 1000 if kind == "tonnes" else 1
    supply, need = random.integers(1, 6 * scale, firms), random.integers(1, 3 * scale, slots)
    return match_problem(firm, slot, supply, need, most=1 if kind == "places" else None)


def expanded(problem: MatchProblem) -> float:
    """SciPy's assignment, with a row and a column for every lot."""
    import numpy as np
    from scipy.optimize import linear_sum_assignment

    value = np.maximum(problem.joint, 0.0)
    every = np.repeat(np.repeat(value, problem.supply, axis=0), problem.need, axis=1)
    rows, columns = linear_sum_assignment(every, maximize=True)
    return float(every[rows, columns].sum())


def all_pairs(problem: MatchProblem) -> float:
    """One linear programme with all pairs."""
    import numpy as np
    from scipy import sparse
    from scipy.optimize import linprog

    n, m = problem.shape
    ones = sparse.vstack(
        [sparse.kron(sparse.identity(n), np.ones((1, m))), sparse.kron(np.ones((1, n)), sparse.identity(m))]
    )
    limits = np.concatenate([problem.supply, problem.need])
    bounds = np.column_stack([np.zeros(n * m), problem.most.ravel()])
    found = linprog(-problem.joint.ravel(), ones.tocsc(), limits, bounds=bounds, method="highs")
    return float(-found.fun)


def offers(problem: MatchProblem) -> list[set[int]]:
    """Offers one by one over lists of preferences; the firms that each slot keeps. Each pair once."""
    n, m = problem.shape
    firm = [sorted(range(m), key=lambda j: -problem.firm_score[i, j]) for i in range(n)]
    slot = [sorted(range(n), key=lambda i: -problem.slot_score[i, j]) for j in range(m)]
    left = problem.supply.tolist()
    kept: list[set[int]] = [set() for _ in range(m)]
    waiting = list(range(n))
    while waiting:
        i = waiting.pop()
        while left[i] and firm[i]:
            j = firm[i].pop(0)
            kept[j].add(i)
            left[i] -= 1
            if len(kept[j]) > problem.need[j]:
                worst = max(kept[j], key=slot[j].index)
                kept[j].remove(worst)
                left[worst] += 1
                if worst != i:
                    waiting.append(worst)
    return kept


def seconds(task: Callable[[], object], runs: int = 3) -> float:
    """Least processor time of some runs."""
    spent = []
    for _ in range(runs):
        begin = time.process_time()
        task()
        spent.append(time.process_time() - begin)
    return min(spent)


def rows_of(kind: str, problem: MatchProblem) -> list[tuple[str, ...]]:
    """Both tasks on one market."""
    from pactolus.projects import assign, stable_match

    found, held = assign(problem), stable_match(problem)
    _same(found.value, all_pairs(problem))
    ours, whole = seconds(partial(assign, problem)), seconds(partial(all_pairs, problem), 1)
    lots = plain = ""
    if kind in ("one each", "lots"):
        _same(found.value, expanded(problem))
        lots = f"{seconds(partial(expanded, problem)) / ours:,.2f}"
    offered = seconds(partial(stable_match, problem))
    if kind in ("one each", "places"):
        _agree(held, offers(problem))
        plain = f"{seconds(partial(offers, problem), 1) / offered:,.1f}"
    goal = f"≤ {GOAL_S} s"
    return [
        (f"with prices, {kind}", f"{ours * 1e3:,.0f}", f"{whole / ours:,.1f}", lots, "", goal),
        (f"by offers, {kind}", f"{offered * 1e3:,.0f}", "", "", plain, goal),
    ]


def figures(firms: int, slots: int) -> str:
    """The rows as Markdown."""
    from pactolus.projects import assign, blocking_pairs, stable_match

    assign(problem_of("lots", 4, 4))  # imports are nobody's
    rows = [row for kind in KINDS for row in rows_of(kind, problem_of(kind, firms, slots))]
    problem = problem_of("places", firms, slots)
    best = assign(problem)
    blocked = seconds(partial(blocking_pairs, problem, best.quantity))
    rows.append(("pairs that block, places", f"{blocked * 1e3:,.1f}", "", "", "", ""))
    share = problem.welfare(stable_match(problem)) / best.value
    heads = ("task", "ms", "x all pairs, SciPy", "x every lot, SciPy", "x offers over lists", "to reach")
    return (
        f"{table(heads, rows)}\n\n{firms} firms, {slots} slots, {firms * slots:,} pairs. Places: by offers "
        f"{share:.1%} of the best value and no blocking pair; at the best value "
        f"{len(blocking_pairs(problem, best.quantity)):,} pairs block."
    )


def _same(ours: float, theirs: float) -> None:
    """Refuse answers that differ.

    Raises
    ------
    AssertionError
        If they do.
    """
    if abs(ours - theirs) > 1e-6 * max(1.0, abs(theirs)):
        raise AssertionError(f"values {ours} and {theirs} differ")


def _agree(x: Ints, kept: list[set[int]]) -> None:
    if any(set(x[:, j].nonzero()[0].tolist()) != firms for j, firms in enumerate(kept)):
        raise AssertionError("the two ways keep other firms")


def main(argv: Sequence[str] | None = None) -> int:
    """Entry point."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--firms", type=int, default=FIRMS)
    parser.add_argument("--slots", type=int, default=SLOTS)
    parser.add_argument("--page", action="store_true", help=f"renew the table in {PAGE.name}")
    asked = parser.parse_args(argv)
    found = figures(asked.firms, asked.slots)
    print(found)
    if asked.page:
        PAGE.write_text(filled(PAGE.read_text(encoding="utf-8"), "matching", found), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
