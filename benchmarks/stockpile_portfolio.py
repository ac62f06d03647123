"""The portfolio of stocks beside one large programme in Pyomo solved by HiGHS; print a table.

Usage: python -m benchmarks.stockpile_portfolio [--scenarios LIST] [--large N] [--no-peer] [--page]

35 made-up minerals x 12 months x 4 steps of shortage, a budget, and weight on the worst twentieth of years.
Every run is a process of its own, imports included; the peer is installed from the package registry into an
environment of its own. Both must find the same objective. Where the peer does not end within the time allowed
the row says so, and its costs are lower limits.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from benchmarks.measure import Cost, cost
from benchmarks.run import PAGE, ROOT, note
from tools.reference_pages import filled, table

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from pactolus.stockpile.stocks.continuous import Importer

    Floats = NDArray[np.float64]

PEER: Final = ("pyomo==6.10.1", "highspy==1.16.0", "numpy")
ITEMS: Final = 35
MONTHS: Final = 12
SEGMENTS: Final = 4
ALPHA: Final = 0.95
WEIGHT: Final = 0.3
BUDGET_MUSD: Final = 400.0
#: relative difference of both objectives that is allowed
SAME: Final = 1e-4
GOAL_TIMES: Final = 100
GOAL_MEMORY: Final = 10
GOAL_MB: Final = 2000
#: seconds that the peer's solver gets
PATIENCE: Final = 600.0
_BLOCK: Final = 4096


def importers() -> list[Importer]:
    """Minerals of very unlike worth."""
    import numpy as np

    from pactolus.stockpile.stocks.continuous import Importer

    worth = 10 ** np.random.default_rng(1).uniform(1, 3.5, ITEMS)  # MUSD a year
    return [
        Importer(member=f"M{i}", use_t=float(w) * 1000, denominator="made up", price_usd_per_t=1000.0)
        for i, w in enumerate(worth)
    ]


def blocks(scenarios: int) -> Iterator[tuple[Floats, Any]]:
    """Paths of three suppliers a mineral that fail and come back, made block by block."""
    import numpy as np

    traits = np.random.default_rng(2)
    chance = traits.uniform(0.03, 0.12, (3, ITEMS))
    share = 0.7 * np.array([[0.6], [0.2], [0.1]]) * traits.uniform(0.7, 1.0, (3, ITEMS))
    month = np.arange(MONTHS)[None, :, None]
    for number, at in enumerate(range(0, scenarios, _BLOCK)):
        random = np.random.default_rng([3, number])
        size = min(_BLOCK, scenarios - at)
        lost = np.zeros((size, MONTHS, ITEMS), dtype=np.float32)
        for k in range(3):
            on = random.random((size, 1, ITEMS)) < chance[k]
            begin = random.integers(0, MONTHS, (size, 1, ITEMS))
            length = random.geometric(1 / 6, (size, 1, ITEMS))
            lost += (on & (month >= begin) & (month < begin + length)) * share[k].astype(np.float32)
        yield np.ones(size), lost


def ours(scenarios: int) -> dict[str, float]:
    """Our answer."""
    from pactolus.stockpile.budget.recourse import Recourse
    from pactolus.stockpile.budget.selection import best_stocks

    second = Recourse(importers(), blocks(scenarios), segments=SEGMENTS)
    found = best_stocks(second, BUDGET_MUSD * 1e6, alpha=ALPHA, weight=WEIGHT)
    return {
        "objective": found.objective_usd / 1e6,
        "bound": found.bound_usd / 1e6,
        "rounds": found.rounds,
        "price": found.budget_price,
    }


def instance(scenarios: int, file: Path) -> None:
    """The same problem as plain arrays, in thousands of tonnes and MUSD, so that coefficients are near 1."""
    import numpy as np

    from pactolus.stockpile.base.pricing import shortage_steps

    each = importers()
    ends, slopes = shortage_steps(each[0].elasticity, each[0].cap, SEGMENTS - 1)
    np.savez(
        file,
        lost=np.concatenate([lost for _, lost in blocks(scenarios)]),
        month_kt=[one.month_t / 1e3 for one in each],
        price_musd_per_kt=[one.price_usd_per_t / 1e3 for one in each],
        room_kt=[one.max_days * one.day_t / 1e3 for one in each],
        widths=np.diff(ends),
        slopes=slopes,
        holding_per_year=each[0].holding.rate,
        budget_musd=BUDGET_MUSD,
        alpha=ALPHA,
        weight=WEIGHT,
    )


@dataclass(frozen=True)
class Run:
    """What a process found and cost."""

    found: dict[str, Any]
    cost: Cost


def our_run(scenarios: int, folder: Path, runs: int = 1) -> Run:
    """Ours, in a process of its own."""
    command = [sys.executable, "-m", "benchmarks.stockpile_portfolio", "--one", str(scenarios)]
    env = {**os.environ, "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"}
    measured, printed = cost(command, runs=runs, env=env, cwd=folder)
    return Run(json.loads(printed), measured)


def peer_python(folder: Path) -> Path:
    """Pyomo and HiGHS in an environment of their own; its interpreter."""
    note(f"installing {', '.join(PEER)} into an environment of its own ...")
    subprocess.run([sys.executable, "-m", "venv", str(folder / "venv")], check=True)
    python = folder / "venv" / ("Scripts" if os.name == "nt" else "bin") / "python"
    quiet = ("--quiet", "--no-input", "--disable-pip-version-check")
    subprocess.run([str(python), "-m", "pip", "install", *quiet, *PEER], check=True)
    return python


def peer_run(python: Path, scenarios: int, folder: Path) -> Run:
    """The peer, in a process of its own."""
    data, result = folder / f"{scenarios}.npz", folder / f"{scenarios}.json"
    instance(scenarios, data)
    script = ROOT / "benchmarks" / "peer_pyomo.py"
    kept = {name: os.environ[name] for name in ("PATH", "LANG", "SYSTEMROOT") if name in os.environ}
    command = [str(python), str(script), str(data), str(result), str(PATIENCE)]
    measured, _ = cost(command, runs=1, env={**kept, "HOME": str(folder)}, cwd=folder)
    return Run(json.loads(result.read_text(encoding="utf-8")), measured)


def difference(mine: Run, theirs: Run) -> float | None:
    """Relative difference of both objectives; none where the peer did not end.

    Raises
    ------
    AssertionError
        If they differ by more than `SAME`.
    """
    if theirs.found["status"] != "optimal":
        return None
    gap = float(abs(mine.found["objective"] / theirs.found["objective"] - 1))
    if gap > SAME:
        raise AssertionError(f"objectives {mine.found['objective']} and {theirs.found['objective']} differ")
    return gap


def line(scenarios: int, mine: Run, theirs: Run | None) -> tuple[str, ...]:
    """A row of the table."""
    own = (f"{mine.cost.cpu_s:,.1f}", f"{mine.cost.wall_s:,.1f}", f"{mine.cost.peak_mb:,.0f}")
    head = (f"{scenarios:,}", *own, f"{mine.found['objective']:,.4f}")
    if theirs is None:
        return (*head, *[""] * 7)
    gap = difference(mine, theirs)
    mark = "≥ " if gap is None else ""
    return (
        *head,
        f"{mark}{theirs.cost.cpu_s:,.0f}",
        f"{mark}{theirs.cost.wall_s:,.0f}",
        f"{theirs.cost.peak_mb:,.0f}",
        "not within the time" if gap is None else f"{gap:.0e}",
        f"{mark}{theirs.cost.cpu_s / mine.cost.cpu_s:,.0f}",
        f"{mark}{theirs.cost.wall_s / mine.cost.wall_s:,.0f}",
        f"{theirs.cost.peak_mb / mine.cost.peak_mb:,.0f}",
    )


def figures(counts: Sequence[int], large: int, *, peer: bool = True) -> str:
    """The table as Markdown, and what it is to reach."""
    rows = []
    with tempfile.TemporaryDirectory(prefix="pactolus-bench-") as name:
        folder = Path(name)
        python = peer_python(folder) if peer else None
        for scenarios in counts:
            note(f"{scenarios:,} scenarios")
            theirs = peer_run(python, scenarios, folder) if python is not None else None
            rows.append(line(scenarios, our_run(scenarios, folder, runs=3), theirs))
        note(f"{large:,} scenarios")
        last = our_run(large, folder)
        rows.append(line(large, last, None))
    heads = ("scenarios", "ours: CPU s", "wall s", "peak MB", "objective, MUSD a year")
    theirs_heads = ("Pyomo and HiGHS: CPU s", "wall s", "peak MB", "difference")
    text = table((*heads, *theirs_heads, "CPU ratio", "wall ratio", "memory ratio"), rows)
    apart = 1 - last.found["bound"] / last.found["objective"]
    return (
        f"{text}\n\nTo reach: ratios of {GOAL_TIMES} in time and {GOAL_MEMORY} in memory at 1,000 scenarios, "
        f"an objective within {SAME:g}, and {GOAL_MB:,} MB at 100,000. Ours at {large:,} scenarios: bounds "
        f"{apart:.0e} apart after {last.found['rounds']} rounds."
    )


def main(argv: Sequence[str] | None = None) -> int:
    """Entry point."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--scenarios", default="100,300,1000", help="counts that both solve")
    parser.add_argument("--large", type=int, default=100_000, help="scenarios that we solve alone")
    parser.add_argument("--no-peer", action="store_true", help="measure pactolus alone")
    parser.add_argument("--page", action="store_true", help=f"renew the table in {PAGE.name}")
    parser.add_argument("--one", type=int, help="solve one instance here, print the answer as JSON")
    asked = parser.parse_args(argv)
    if asked.one:
        print(json.dumps(ours(asked.one)))
        return 0
    counts = [int(word) for word in asked.scenarios.split(",")]
    found = figures(counts, asked.large, peer=not asked.no_peer)
    print(found)
    if asked.page:
        text = filled(PAGE.read_text(encoding="utf-8"), "stockpile-portfolio", found)
        PAGE.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
