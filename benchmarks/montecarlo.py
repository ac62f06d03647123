"""Time and memory of the Monte Carlo, and of its parts; print a table.

Usage: python -m benchmarks.montecarlo [--scenarios N] [--minerals LIST] [--page]

Whole runs are processes of their own (one worker), with all cases of rates and every table; memory is their
peak. Parts run in one process, on the ores and products of one mineral, from the same events.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from benchmarks.measure import cost
from benchmarks.run import PAGE
from tools.reference_pages import filled, table

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from pactolus.disruption.random_years.draws import Chunk, Events
    from pactolus.disruption.random_years.supply import Plan

    Floats = NDArray[np.float64]

MEMBERS: Final = ("KOR", "JPN")
ON: Final = date(2026, 11, 24)
#: Peak memory to stay under. [MB]
GOAL_MB: Final = 1500
_PATHS: Final = 36
_ROUNDS: Final = 5

_WHOLE: Final = """
import sys
from datetime import date
import pactolus as pt
from pactolus.disruption.random_years.montecarlo import montecarlo
found = montecarlo(pt.open_world(), sys.argv[1], scenarios=int(sys.argv[2]), on=date(2026, 11, 24))
print(found.losses.filter(found.losses["base_t"] > 0).select("mineral", "stage").unique().height)
"""
_STREAM: Final = """
import sys
from datetime import date
import pactolus as pt
from pactolus.disruption.random_years.paths import loss_paths
paths = loss_paths(pt.open_world(), sys.argv[1], scenarios=int(sys.argv[2]), months=36, on=date(2026, 11, 24))
total = sum(float(block.lost.sum()) for block in paths)
print(len(paths.places))
"""


def plan(mineral: str) -> Plan:
    """What workers get for one mineral."""
    import pactolus as pt
    from pactolus.disruption.random_years.montecarlo import given_by, plan_of
    from pactolus.disruption.random_years.question import question
    from pactolus.disruption.random_years.supply import size_laws

    world = pt.open_world()
    asked = question(world, mineral, MEMBERS, scenarios=1000, seed=0, case="controls", on=ON)
    return plan_of(asked, given_by(world, asked, None, None).supplies, size_laws(world))


def drawn(ready: Plan) -> tuple[Chunk, Events]:
    """A chunk and its events for the first supply of a plan."""
    from pactolus.disruption.random_years.draws import CHUNK, draw_chunk, events_at

    chunk = draw_chunk(ready.setting, 0, CHUNK)
    return chunk, events_at(ready.setting, chunk, ready.supplies[0].highest)


def by_event(ready: Plan, chunk: Chunk, events: Events) -> Floats:
    """Ours: each event adds its share to its scenario."""
    import numpy as np

    from pactolus.disruption.random_years.tally import cuts_of, member_losses

    supply = ready.supplies[0]
    cuts, _ = cuts_of(ready, supply, events)
    found: Floats = np.stack([lost for _, _, lost in member_losses(supply, events, cuts, chunk.scenarios)])
    return found


def by_matrix(ready: Plan, chunk: Chunk, events: Events) -> Floats:
    """The same as a table of all suppliers and scenarios, times the rows of the kernel, in float32."""
    import numpy as np

    from pactolus.disruption.random_years.tally import cuts_of

    supply = ready.supplies[0]
    cuts, _ = cuts_of(ready, supply, events)
    shares = supply.shares.astype(np.float32)
    found = []
    for member in range(len(shares)):
        mine = (events.slot == 0) | (events.slot == member + 1)
        dense = np.zeros((chunk.scenarios, shares.shape[1]), dtype=np.float32)
        dense[events.scenario[mine], events.country[mine]] = cuts[mine]
        found.append(np.minimum(dense @ shares[member], 1.0).astype(float))
    answer: Floats = np.stack(found)
    return answer


def seconds(work: Callable[[], Any], rounds: int = _ROUNDS) -> float:
    """Processor seconds of one round, the best of some."""
    work()
    best = float("inf")
    for _ in range(rounds):
        begin = time.process_time()
        work()
        best = min(best, time.process_time() - begin)
    return max(best, 1e-6)


def parts(mineral: str) -> list[tuple[str, float]]:
    """Scenarios a processor second of every part, for one mineral at one stage."""
    from pactolus.disruption.random_years.draws import draw_chunk, events_at
    from pactolus.disruption.random_years.tally import group_of

    ready = plan(mineral)
    chunk, events = drawn(ready)
    highest = ready.supplies[0].highest
    n = chunk.scenarios
    one = [(0, n)]
    found: list[tuple[str, Callable[[], Any], int]] = [
        ("draw all countries, for all minerals", lambda: draw_chunk(ready.setting, 0, n), n),
        ("find the events", lambda: events_at(ready.setting, chunk, highest), n),
        ("from events to losses, by event (used)", lambda: by_event(ready, chunk, events), n),
        ("from events to losses, by float32 matrix", lambda: by_matrix(ready, chunk, events), n),
        ("all of it with strata and counts", lambda: group_of(ready, one), n * len(ready.supplies)),
    ]
    return [(name, count / seconds(work)) for name, work, count in found]


def whole(program: str, minerals: str, scenarios: int) -> tuple[int, float, float, float]:
    """Minerals at stages, processor seconds, wall seconds and peak MB of a run of its own."""
    command = [sys.executable, "-c", program, minerals, str(scenarios)]
    with tempfile.TemporaryDirectory() as folder:
        measured, printed = cost(command, runs=1, env=dict(os.environ), cwd=Path(folder))
    return int(printed), measured.cpu_s, measured.wall_s, measured.peak_mb


def figures(minerals: str, scenarios: int) -> str:
    """Both tables as Markdown."""
    rows = []
    fewer = max(scenarios // 10, 100)
    for name, program, which, count in (
        ("Monte Carlo, one mineral", _WHOLE, "natural-graphite", scenarios),
        (f"Monte Carlo, {minerals} minerals", _WHOLE, minerals, scenarios),
        (f"paths of {_PATHS} months, battery minerals", _STREAM, "battery", fewer),
    ):
        places, cpu, wall, peak = whole(program, which, count)
        rate = places * count / cpu
        cells = (name, f"{count:,}", places, f"{cpu:,.0f} s", f"{wall:,.0f} s", f"{peak:,.0f} MB")
        rows.append((*cells, f"{rate:,.0f}", f"≤ {GOAL_MB:,} MB"))
    head = (
        "run",
        "years",
        "minerals at stages",
        "processor",
        "wall",
        "peak memory",
        "mineral-years a second",
    )
    found = table((*head, "to reach"), rows)
    inside = [(name, f"{rate:,.0f}") for name, rate in parts("natural-graphite")]
    return f"{found}\n\n{table(('part, one mineral at one stage', 'years a processor second'), inside)}"


def main(argv: Sequence[str] | None = None) -> int:
    """Entry point."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--scenarios", type=int, default=1_000_000)
    parser.add_argument("--minerals", default="all")
    parser.add_argument("--page", action="store_true", help=f"renew the table in {PAGE.name}")
    asked = parser.parse_args(argv)
    found = figures(asked.minerals, asked.scenarios)
    print(found)
    if asked.page:
        PAGE.write_text(filled(PAGE.read_text(encoding="utf-8"), "montecarlo", found), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
