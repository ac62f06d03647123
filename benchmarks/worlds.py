"""What a world costs: to open, to rebuild, and to write a brief on one with ten times the trade.

Usage: python -m benchmarks.worlds [--wheel PATH --npm PATH] [--runs N] [--page]

The larger world is made from the embedded one: its trade nine times more, under codes of their own, so that
keys stay unique; its derived tables are computed like any other's. Rebuilding needs the archives that the
embedded world is made of (see docs/how-to/rebuild-the-data.md); without them that row is left out.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from pathlib import Path

import polars as pl

import pactolus
from benchmarks.measure import Cost, cost
from benchmarks.run import PAGE, ROOT, note
from pactolus.catalogue.store import write_world
from pactolus.catalogue.world import World, open_world
from pactolus.network.derive import derive_world
from tools.reference_pages import filled, table

TIMES = 10
_OPEN = "import pactolus as pt; world = pt.open_world(); world.vintage"


def tenfold(folder: Path) -> World:
    """A world with ten times the trade of the embedded one, derived tables included."""
    embedded = open_world()
    trade = embedded.table("trade")
    codes = trade["hs_code"].unique().sort().to_list()
    parts = [trade]
    for copy in range(1, TIMES):
        names = {code: f"{900_000 + copy * 1000 + n}" for n, code in enumerate(codes)}
        parts.append(trade.with_columns(pl.col("hs_code").replace_strict(names)))
    tables = {name: embedded.table(name) for name in embedded.tables} | {"trade": pl.concat(parts)}
    world = write_world(
        folder,
        tables,
        list(embedded.origins.values()),
        {name: embedded.origins_of(name) for name in embedded.tables},
        created_by=f"benchmark, pactolus {pactolus.__version__}",
    )
    derive_world(world)
    return open_world(folder)


def opened_ms(runs: int) -> float:
    """Wall milliseconds to open the embedded world in a process that has imported the package: the median."""
    times = []
    for _ in range(runs):
        start = time.perf_counter()
        open_world().vintage  # noqa: B018 - the work is the reading
        times.append(1000 * (time.perf_counter() - start))
    return sorted(times)[len(times) // 2]


def main() -> int:
    """Entry point; returns the exit code."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--wheel", type=Path, help="archive with the trade data, as tools/build_world.py takes it"
    )
    parser.add_argument("--npm", type=Path, help="archive with the map shapes")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument(
        "--page", action="store_true", help="renew the table in docs/explanation/benchmarks.md"
    )
    asked = parser.parse_args()
    env = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1"}
    with tempfile.TemporaryDirectory(prefix="pactolus-worlds-") as name:
        work = Path(name)
        rows = [("open the embedded world (warm)", f"{opened_ms(25):.1f} ms", "", "≤ 100 ms")]

        def measured(what: str, command: list[str], limit: str, runs: int = asked.runs) -> None:
            note(f"{what} ...")
            found: Cost = cost([sys.executable, *command], runs=runs, env=env, cwd=work)[0]
            rows.append((what, f"{found.wall_s:.1f} s", f"{found.peak_mb:,.0f} MB", limit))

        measured("open it in a new process", ["-c", _OPEN], "")
        if asked.wheel and asked.npm:
            archives = ["--wheel", str(asked.wheel.resolve()), "--npm", str(asked.npm.resolve())]
            build = [
                str(ROOT / "tools" / "build_world.py"),
                *archives,
                "--out",
                str(work / "embedded"),
                "--write",
            ]
            measured("rebuild the embedded world", build, "≤ 60 s", runs=1)
        brief = ["-m", "pactolus", "brief", "KOR", "JPN", "--quiet"]
        measured("the brief", [*brief, "--out", str(work / "one")], "≤ 20 s")
        note("making the larger world ...")
        large = tenfold(work / "large")
        trade = large.resource("trade")["rows"]
        measured(
            f"the brief on {trade:,} rows of trade",
            [*brief, "--world", str(work / "large"), "--out", str(work / "ten")],
            "≤ 40 s, ≤ 1 GB",
        )
    text = table(["task", "wall", "peak memory", "to reach"], rows)
    print(text)
    if asked.page:
        PAGE.write_text(filled(PAGE.read_text(encoding="utf-8"), "worlds", text), encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
