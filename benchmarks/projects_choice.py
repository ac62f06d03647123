"""The choice of projects: beside flows of every project in Pyomo, and at full size; print a table.

Usage: python -m benchmarks.projects_choice [--sizes LIST] [--no-peer] [--no-large] [--page]

Invented projects, 10 minerals, 25 hosts, 2 members, 20 years. The programme without whole numbers is solved
by both, every run a process of its own with its imports; both must find the same objective. Then ours alone,
with whole numbers: 2,000 projects and 200 scenarios, and 20 alternatives.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from benchmarks.measure import Cost, cost
from benchmarks.run import PAGE, ROOT, note
from benchmarks.stockpile_portfolio import peer_python
from tools.reference_pages import filled, table

ALPHA: Final = 0.95
WEIGHT: Final = 0.3
#: relative difference of both objectives that is allowed
SAME: Final = 1e-4
GOAL_TIMES: Final = 30
GOAL_GAP: Final = 0.01
GOAL_ALTERNATIVES: Final = 10
PATIENCE: Final = 900.0
LARGE: Final = (2000, 200)
_ARRAYS: Final = (
    *("product_of", "host_of", "class_of", "npv_musd", "cash_musd", "output_t", "need_t", "gap"),
    *("availability", "probability", "discount", "segment_width", "segment_price"),
    *("public_musd", "private_musd", "public_share"),
)


def relaxed(projects: int, scenarios: int) -> dict[str, Any]:
    """Our programme without whole numbers."""
    from pactolus.projects.selection.limits import Limits
    from pactolus.projects.selection.programme import build
    from pactolus.projects.selection.synthetic import synthetic_instance
    from pactolus.solvers import solve_linear

    invented = _without_chains(synthetic_instance(projects, scenarios))
    begin = time.process_time()
    made = build(invented, Limits(alpha=ALPHA, weight=WEIGHT))
    found = solve_linear(made.lp)
    spent = time.process_time() - begin
    return {"objective": found.objective, "columns": made.lp.columns, "build_and_solve_s": spent}


def _without_chains(made: Any) -> Any:
    from dataclasses import replace

    return replace(made, chains=())


def whole(projects: int, scenarios: int) -> dict[str, Any]:
    """Our choice, and 20 alternatives."""
    from pactolus.projects.selection.alternatives import alternatives
    from pactolus.projects.selection.limits import Limits
    from pactolus.projects.selection.programme import build
    from pactolus.projects.selection.solve import solve
    from pactolus.projects.selection.synthetic import synthetic_instance

    limits = Limits(alpha=ALPHA, weight=WEIGHT, esg_floor=0.5, host_cap=0.3)
    begin = time.process_time()
    made = build(synthetic_instance(projects, scenarios), limits)
    built = time.process_time()
    found = solve(made)
    solved = time.process_time()
    near = alternatives(found, count=20)
    return {
        "columns": made.lp.columns,
        "binaries": int(made.integer.sum()),
        "build_s": built - begin,
        "solve_s": solved - built,
        "gap": found.gap,
        "status": found.status,
        "nodes": found.nodes,
        "rounds": found.rounds,
        "alternatives": len(near.start_of) - 1,
        "alternatives_s": time.process_time() - solved,
    }


def instance(projects: int, scenarios: int, file: Path) -> None:
    """The same problem as plain arrays."""
    import numpy as np

    from pactolus.projects.selection.synthetic import synthetic_instance

    made = synthetic_instance(projects, scenarios)
    np.savez(file, alpha=ALPHA, weight=WEIGHT, **{name: getattr(made, name) for name in _ARRAYS})


@dataclass(frozen=True)
class Run:
    """What a process found and cost."""

    found: dict[str, Any]
    cost: Cost


def our_run(kind: str, projects: int, scenarios: int, folder: Path, runs: int = 1) -> Run:
    """Ours, in a process of its own."""
    command = [sys.executable, "-m", "benchmarks.projects_choice", "--one", f"{kind},{projects},{scenarios}"]
    path = os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")]).rstrip(os.pathsep)
    env = {**os.environ, "PYTHONPATH": path, "OMP_NUM_THREADS": "1"}
    measured, printed = cost(command, runs=runs, env=env, cwd=folder)
    return Run(json.loads(printed), measured)


def peer_run(python: Path, projects: int, scenarios: int, folder: Path) -> Run:
    """The peer, in a process of its own."""
    data, result = folder / f"{projects}x{scenarios}.npz", folder / f"{projects}x{scenarios}.json"
    instance(projects, scenarios, data)
    script = ROOT / "benchmarks" / "peer_projects.py"
    kept = {name: os.environ[name] for name in ("PATH", "LANG", "SYSTEMROOT") if name in os.environ}
    command = [str(python), str(script), str(data), str(result), str(PATIENCE)]
    measured, _ = cost(command, runs=1, env={**kept, "HOME": str(folder)}, cwd=folder)
    return Run(json.loads(result.read_text(encoding="utf-8")), measured)


def line(size: str, mine: Run, theirs: Run | None) -> tuple[str, ...]:
    """A row of the table.

    Raises
    ------
    AssertionError
        If the objectives differ by more than `SAME`.
    """
    spent = mine.found["build_and_solve_s"]
    times = (f"{mine.cost.cpu_s:,.2f}", f"{spent:,.2f}")
    own = (*times, f"{mine.cost.peak_mb:,.0f}", f"{mine.found['objective']:,.3f}")
    if theirs is None:
        return (size, *own, *[""] * 7)
    ended = theirs.found["status"] == "optimal"
    gap = abs(mine.found["objective"] / theirs.found["objective"] - 1) if ended else 0.0
    if gap > SAME:
        raise AssertionError(f"objectives {mine.found['objective']} and {theirs.found['objective']} differ")
    mark = "" if ended else "≥ "
    work = theirs.found["build_s"] + theirs.found["solve_s"]
    return (
        size,
        *own,
        f"{mark}{theirs.cost.cpu_s:,.1f}",
        f"{mark}{work:,.1f}",
        f"{theirs.cost.peak_mb:,.0f}",
        f"{gap:.0e}" if ended else "not within the time",
        f"{mark}{theirs.cost.cpu_s / mine.cost.cpu_s:,.0f}",
        f"{mark}{work / spent:,.0f}",
        f"{theirs.cost.peak_mb / mine.cost.peak_mb:,.1f}",
    )


def told(large: Run) -> str:
    """What the full size came to."""
    one = large.found
    times = one["alternatives_s"] / one["solve_s"]
    return (
        f"Whole numbers, {LARGE[0]:,} projects x 20 years x {LARGE[1]} scenarios ({one['columns']:,} "
        f"columns, {one['binaries']:,} of them whole): built in {one['build_s']:.1f} and solved in "
        f"{one['solve_s']:.1f} CPU s; {one['gap']:.2%} of the gain over doing nothing from the bound "
        f"({one['status']}, {one['rounds']} proposals, {one['nodes']} nodes of the search). "
        f"{one['alternatives']} alternatives in {one['alternatives_s']:.1f} CPU s, {times:.1f} times the "
        f"solve; {large.cost.peak_mb:,.0f} MB in all. To reach: {GOAL_GAP:.0%}; {GOAL_TIMES} times in "
        f"build and solve at 100 x 50; {GOAL_ALTERNATIVES} times."
    )


def figures(sizes: Sequence[tuple[int, int]], *, peer: bool = True, large: bool = True) -> str:
    """The table as Markdown, and what it is to reach."""
    rows = []
    with tempfile.TemporaryDirectory(prefix="pactolus-bench-") as name:
        folder = Path(name)
        python = peer_python(folder) if peer else None
        for projects, scenarios in sizes:
            note(f"{projects:,} projects, {scenarios} scenarios")
            theirs = None if python is None else peer_run(python, projects, scenarios, folder)
            mine = our_run("relaxed", projects, scenarios, folder, runs=3)
            rows.append(line(f"{projects:,} x {scenarios}", mine, theirs))
        note("whole numbers")
        text = told(our_run("whole", *LARGE, folder)) if large else ""
    each = ("build and solve", "peak MB")
    ours = ("projects x scenarios", "ours: CPU s", *each, "objective, MUSD")
    ratios = ("difference", "CPU ratio", "of build and solve", "memory ratio")
    shown = table((*ours, "Pyomo and HiGHS: CPU s", *each, *ratios), rows)
    return f"{shown}\n\n{text}".rstrip()


def main(argv: Sequence[str] | None = None) -> int:
    """Entry point."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--sizes", default="100x20,100x50", help="projects x scenarios that both solve")
    parser.add_argument("--no-peer", action="store_true", help="measure pactolus alone")
    parser.add_argument("--no-large", action="store_true", help="leave the full size out")
    parser.add_argument("--page", action="store_true", help=f"renew the table in {PAGE.name}")
    parser.add_argument("--one", help="solve one instance here, print the answer as JSON")
    asked = parser.parse_args(argv)
    if asked.one:
        kind, projects, scenarios = asked.one.split(",")
        print(json.dumps({"relaxed": relaxed, "whole": whole}[kind](int(projects), int(scenarios))))
        return 0
    sizes = [(int(a), int(b)) for a, b in (word.split("x") for word in asked.sizes.split(","))]
    found = figures(sizes, peer=not asked.no_peer, large=not asked.no_large)
    print(found)
    if asked.page:
        text = filled(PAGE.read_text(encoding="utf-8"), "projects-choice", found)
        PAGE.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
