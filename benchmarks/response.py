"""Seconds of planning an answer to an event, cold and warm; print a table.

Usage: python -m benchmarks.response [--minerals N] [--months N] [--durations N] [--written-out N] [--page]

Processor and wall seconds of one thread, least of three runs. Synthetic: use, stocks, losses and alternatives
of two members. Cold is building the tree and all programmes and solving them; warm is solving them again
after
every stock has changed by 5 %. Beside ours runs the obvious way on some of the minerals: all durations
written
out and tied together, solved by SciPy's HiGHS. Both must find the same cost.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Final

from tools.reference_pages import ROOT, filled, table

if TYPE_CHECKING:
    from pactolus.response.plan.situation import Situation

PAGE: Final[Path] = ROOT / "docs" / "explanation" / "response-plan.md"
MINERALS: Final = 35
MONTHS: Final = 24
DURATIONS: Final = 20
#: Minerals that are written out too.
WRITTEN_OUT: Final = 2
GOAL_S: Final = 5.0
GOAL_WARM: Final = 5.0
SAME: Final = 1e-5


def instance(minerals: int, months: int, durations: int, seed: int = 0) -> Situation:
    """A synthetic event that hits two members in every mineral."""
    import numpy as np

    from pactolus.response.plan.situation import Held, Situation, Source, checked

    draw = np.random.default_rng([seed, minerals, months, durations])
    members = ("KOR", "JPN")
    lengths = tuple(sorted(draw.choice(np.arange(1, months + 1), durations, replace=False).tolist()))
    chance = draw.dirichlet(np.ones(durations))
    use = draw.uniform(50, 5000, (minerals, 2))
    rate = draw.uniform(0.1, 0.7, (minerals, 2)) * use
    loss = np.zeros((minerals, 2, months, durations))
    for s, length in enumerate(lengths):
        loss[:, :, :length, s] = rate[:, :, None]
    stock = draw.uniform(0, 6, (minerals, 2)) * use
    held = [
        Held(place=k, member=i, tonnes=(t / 2, t, t * 2), origin=origin, may_go=(members[1 - i],) * free)
        for k in range(minerals)
        for i in range(2)
        for origin, part, free in (("CHN", 0.6, 0), ("AUS", 0.4, 1))
        for t in [float(stock[k, i] * part)]
    ]
    sources = [
        Source(
            place=k,
            supplier=name,
            room_t=float(draw.uniform(0.02, 0.2) * use[k].sum()),
            open_to=members,
            premium=premium,
            lag=2,
        )
        for k in range(minerals)
        for name, premium in (("MOZ", (0.05, 0.15, 0.3)), ("TZA", (0.1, 0.2, 0.4)))
    ]
    return checked(
        Situation(
            members=members,
            places=tuple((f"mineral {k}", "ore") for k in range(minerals)),
            start=date(2026, 1, 1),
            lengths=lengths,
            probability=chance / chance.sum(),
            use_t=use,
            bought_t=use * 0.9,
            price_usd_per_t=draw.uniform(500, 50_000, minerals),
            loss_t=loss,
            inflow_free=np.full((minerals, 2), 0.5),
            held=tuple(held),
            sources=tuple(sources),
        )
    )


def seconds(task: Callable[[], float], runs: int = 3) -> tuple[float, float, float]:
    """Least processor and wall time of some runs, and what the last one found."""
    cpu, wall, found = [], [], 0.0
    for _ in range(runs):
        begin, begun = time.process_time(), time.perf_counter()
        found = task()
        cpu.append(time.process_time() - begin)
        wall.append(time.perf_counter() - begun)
    return min(cpu), min(wall), found


def same(ours: float, theirs: float) -> None:
    """Refuse costs that differ.

    Raises
    ------
    AssertionError
        If they do.
    """
    if abs(ours - theirs) > SAME * max(1.0, abs(theirs)):
        raise AssertionError(f"costs {ours} and {theirs} differ")


def figures(minerals: int, months: int, durations: int, written_out: int) -> str:
    """The table as Markdown."""
    from benchmarks.response_written_out import extensive_cost
    from pactolus.response.plan.solving import Solver, Terms

    Solver(instance(1, 6, 2)).solve()  # imports are nobody's
    one = instance(minerals, months, durations)
    kept: list[Solver] = []

    def cold() -> float:
        kept[:] = [Solver(one)]
        return kept[0].solve().total_musd

    first = seconds(cold)
    factors = iter((1.05, 0.95, 1.05))

    def warm() -> float:
        part = next(factors)
        every = {(k, i): part for k in range(minerals) for i in range(2)}
        return kept[0].solve(Terms(stock=every)).total_musd

    again = seconds(warm)
    fresh = Solver(one).solve(Terms(stock={(k, i): 1.05 for k in range(minerals) for i in range(2)}))
    same(again[2], fresh.total_musd)
    few = instance(written_out, months, durations)
    ours = seconds(lambda: Solver(few).solve().total_musd)
    theirs = seconds(lambda: extensive_cost(few), 1)
    same(ours[2], theirs[2])
    columns = sum(programme.program.columns for programme in kept[0].programmes)
    rows = [
        ("cold", minerals, *_both(first), "", f"≤ {GOAL_S:g} s"),
        (
            "warm, stocks changed by 5 %",
            minerals,
            *_both(again),
            f"{first[1] / again[1]:.0f}",
            f"≥ {GOAL_WARM:g}",
        ),
        ("cold", written_out, *_both(ours), "", ""),
        ("written out, SciPy", written_out, *_both(theirs), f"{ours[1] / theirs[1]:.3f}", ""),
    ]
    heads = ("run", "minerals", "CPU s", "wall s", "cold of the same minerals / this", "to reach")
    return (
        f"{table(heads, [tuple(map(str, row)) for row in rows])}\n\n2 members, {months} months, "
        f"{durations} durations; "
        f"{columns:,} columns for {minerals} minerals. Written out, the cost is the same to within {SAME:g}."
    )


def _both(found: tuple[float, float, float]) -> tuple[str, str]:
    return f"{found[0]:.2f}", f"{found[1]:.2f}"


def main(argv: Sequence[str] | None = None) -> int:
    """Entry point."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--minerals", type=int, default=MINERALS)
    parser.add_argument("--months", type=int, default=MONTHS)
    parser.add_argument("--durations", type=int, default=DURATIONS)
    parser.add_argument(
        "--written-out", type=int, default=WRITTEN_OUT, help="minerals that are written out too"
    )
    parser.add_argument("--page", action="store_true", help=f"renew the table in {PAGE.name}")
    asked = parser.parse_args(argv)
    found = figures(asked.minerals, asked.months, asked.durations, asked.written_out)
    print(found)
    if asked.page:
        PAGE.write_text(filled(PAGE.read_text(encoding="utf-8"), "response", found), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
