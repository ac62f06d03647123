"""Measure what answers cost, ours and a peer's, in one run; print a table and keep it in benchmarks/results/.

Usage: python -m benchmarks.run [--quick] [--runs N] [--peer-runs N] [--tasks LIST] [--no-peer] [--page]

Every measured process is a new one. The peer is installed from the package registry into an environment of
its own, below a folder for temporary files; it needs Python 3.10 or 3.11 (--peer-python).
"""

from __future__ import annotations

import argparse
import compileall
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

import pactolus
from benchmarks.measure import Cost, cost
from benchmarks.table import TASKS, Row, extrapolated, markdown
from tools.reference_pages import filled

ROOT: Final = Path(__file__).resolve().parents[1]
RESULTS: Final = ROOT / "benchmarks" / "results"
PAGE: Final = ROOT / "docs" / "explanation" / "benchmarks.md"
PEER: Final = "geopolrisk-py==2.0.1"
OUR_TASKS: Final = ("import", "first", "cells108", "everything", "query")
PEER_TASKS: Final = ("import", "first", "cells108", "cells540", "query")
IMPORTERS: Final = {"Japan": "JPN", "Rep. of Korea": "KOR"}


@dataclass(frozen=True, kw_only=True)
class Side:
    """One program to measure: how its tasks are started, and in which surroundings."""

    command: tuple[str, ...]
    env: Mapping[str, str]
    cwd: Path

    def task(self, name: str, runs: int) -> tuple[Cost, dict[str, Any]]:
        """Cost of a task, and what its last run wrote."""
        file = self.cwd / f"{name}.json"
        measured, _ = cost([*self.command, name, str(file)], runs=runs, env=self.env, cwd=self.cwd)
        return measured, json.loads(file.read_text(encoding="utf-8"))


def note(text: str) -> None:
    """Say on standard error what goes on."""
    print(text, file=sys.stderr, flush=True)


def our_side(folder: Path) -> Side:
    """Pactolus, from this environment."""
    folder.mkdir()
    # an installed package has its byte code already, as the peer's; a source tree may not
    compileall.compile_dir(Path(pactolus.__file__).parent, quiet=2)
    env = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1"}
    return Side(command=(sys.executable, "-m", "benchmarks.ours"), env=env, cwd=folder)


def peer_side(folder: Path, python: str) -> Side:
    """The peer, installed into an environment of its own."""
    folder.mkdir()
    note(f"installing {PEER} into an environment of its own ...")
    subprocess.run([python, "-m", "venv", str(folder / "venv")], check=True)
    interpreter = folder / "venv" / ("Scripts" if os.name == "nt" else "bin") / "python"
    pip = [
        str(interpreter),
        "-m",
        "pip",
        "install",
        "--quiet",
        "--no-input",
        "--disable-pip-version-check",
        PEER,
    ]
    subprocess.run(pip, check=True)
    script = ROOT / "benchmarks" / "peer_geopolrisk.py"
    kept = {name: os.environ[name] for name in ("PATH", "LANG", "SYSTEMROOT") if name in os.environ}
    return Side(command=(str(interpreter), str(script)), env={**kept, "HOME": str(folder)}, cwd=folder)


def commands(side: Side, runs: int, wanted: Sequence[str]) -> list[Row]:
    """What the commands of the terminal cost, start of the interpreter included."""
    program = [sys.executable, "-m", "pactolus"]
    published = ["--methods", "geopolrisk", "--convention", "geopolrisk-py-2.0.1"]
    lines = {
        "assess": ["assess", "--importers", "JPN", "--minerals", "cobalt", "--years", "2022", *published],
        "written": [
            "assess",
            "--importers",
            "all",
            "--minerals",
            "all",
            "--years",
            "2018-2024",
            *published,
            "--out",
            "all.csv",
        ],
        "brief": ["brief", "KOR", "JPN", "--as-of", "2026-11-01", "--out", "out"],
    }
    rows = []
    for name in (n for n in lines if n in wanted):
        note(f"ours: {TASKS[name]} ({runs} runs)")
        measured, _ = cost([*program, *lines[name]], runs=runs, env=side.env, cwd=side.cwd)
        rows.append(Row(task=name, ours=measured))
    return rows


def inside(found: Mapping[str, Any]) -> Cost:
    """Cost of one question inside a process: wall seconds only."""
    times = found["query_s"]
    wall = statistics.median(times)
    return Cost(cpu_s=0.0, wall_s=wall, peak_mb=0.0, cpu_s_min=0.0, cpu_s_max=0.0, runs=len(times))


def largest_difference(ours: Sequence[Mapping[str, Any]], peers: Sequence[Mapping[str, Any]]) -> float:
    """Largest absolute difference between cells of both programs; every cell must have its partner."""
    from pactolus.terms.minerals import mineral

    mine = {(c["mineral"], c["importer"], c["year"]): c["value"] for c in ours}
    theirs = {(mineral(c["raw_material"]).id, IMPORTERS[c["country"]], c["year"]): c["score"] for c in peers}
    if mine.keys() != theirs.keys():
        raise ValueError(f"the two programs gave different cells: {sorted(mine.keys() ^ theirs.keys())[:5]}")
    return float(max(abs(mine[key] - theirs[key]) for key in mine))


@dataclass(frozen=True, kw_only=True)
class Answers:
    """Costs and answers of one side, by task."""

    costs: Mapping[str, Cost]
    found: Mapping[str, Any]


def answers(side: Side, who: str, tasks: Sequence[str], runs: int) -> Answers:
    """Run the tasks of one side."""
    costs, found = {}, {}
    for name in tasks:
        note(f"{who}: {TASKS.get(name, name)} ({runs} runs)")
        costs[name], found[name] = side.task(name, runs)
    return Answers(costs=costs, found=found)


def compare(
    ours: Side, peer: Side | None, runs: tuple[int, int], wanted: Sequence[str]
) -> tuple[list[Row], list[str]]:
    """Rows of the tasks that both programs have, and notes on them."""
    asked = [name for name in OUR_TASKS if name in wanted]
    mine = answers(ours, "ours", asked, runs[0])
    needed = {
        part for name in asked for part in (("cells108", "cells540") if name == "everything" else (name,))
    }
    theirs = Answers(costs={}, found={})
    if peer is not None:
        theirs = answers(peer, "peer", [name for name in PEER_TASKS if name in needed], runs[1])
    rows = [_row(name, mine, theirs) for name in asked]
    return rows, _notes(mine, theirs)


def _row(name: str, mine: Answers, theirs: Answers) -> Row:
    if name == "query":
        peer = inside(theirs.found[name]) if name in theirs.found else None
        return Row(task=name, ours=inside(mine.found[name]), peer=peer)
    if name == "everything" and "cells540" in theirs.costs:
        small, large = theirs.costs["cells108"], theirs.costs["cells540"]
        peer = extrapolated(small, large, cells_small=108, cells_large=540, cells=mine.found[name]["rows"])
        return Row(task=name, ours=mine.costs[name], peer=peer, extrapolated=True)
    return Row(task=name, ours=mine.costs[name], peer=theirs.costs.get(name))


def _notes(mine: Answers, theirs: Answers) -> list[str]:
    notes = []
    if "everything" in mine.found:
        counted = mine.found["everything"]
        notes.append(
            f"Everything is {counted['minerals']} materials and {counted['rows']:,} cells, of which "
            f"{counted['values']:,} have a value."
        )
    if "cells540" in theirs.costs:
        notes.append(
            "≈: the peer's figures are extrapolated from runs of 108 and 540 cells; "
            "≥: its peak of memory is that of 540 cells."
        )
    if "cells108" in mine.found and "cells108" in theirs.found:
        gap = largest_difference(mine.found["cells108"]["cells"], theirs.found["cells108"]["cells"])
        notes.append(f"The 108 numbers of both programs differ by {gap:.1e} at most.")
    return notes


def machine(runs: tuple[int, int]) -> dict[str, str]:
    """What a reader must know to place the figures."""
    return {
        "date": datetime.now(UTC).date().isoformat(),
        "system": f"{platform.system()} {platform.machine()}, {os.cpu_count()} processors",
        "Python": platform.python_version(),
        "Polars": version("polars"),
        "pactolus": pactolus.__version__,
        "peer": PEER.replace("==", " "),
        "runs per figure (median shown)": f"{runs[0]}, peer {runs[1]}",
    }


def options(argv: Sequence[str] | None) -> argparse.Namespace:
    """What the command line asks for."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="one run each, without the peer")
    parser.add_argument("--runs", type=int, default=5, help="our runs per figure (5); medians are shown")
    parser.add_argument("--peer-runs", type=int, default=1, help="the peer's runs per figure (1)")
    parser.add_argument("--tasks", default=",".join(TASKS), help=f"some of {','.join(TASKS)}")
    parser.add_argument("--no-peer", action="store_true", help="measure pactolus alone")
    parser.add_argument("--peer-python", default=sys.executable, help="a Python 3.10 or 3.11 for the peer")
    parser.add_argument("--results", type=Path, default=RESULTS, help="folder that keeps the table")
    parser.add_argument("--page", action="store_true", help=f"renew the table in {PAGE.relative_to(ROOT)}")
    chosen = parser.parse_args(argv)
    chosen.tasks = chosen.tasks.split(",")
    unknown = set(chosen.tasks) - set(TASKS)
    if unknown:
        parser.error(f"--tasks: unknown {', '.join(sorted(unknown))}; known are {', '.join(TASKS)}")
    if chosen.quick:
        chosen.runs, chosen.no_peer = 1, True
    if chosen.page and (chosen.no_peer or set(chosen.tasks) != set(TASKS)):
        parser.error(
            "--page: the page shows all tasks and the peer; leave out --quick, --no-peer and --tasks"
        )
    return chosen


def main(argv: Sequence[str] | None = None) -> int:
    """Measure, print, keep."""
    chosen = options(argv)
    start = time.perf_counter()
    with tempfile.TemporaryDirectory(prefix="pactolus-bench-") as folder:
        ours = our_side(Path(folder) / "ours")
        peer = None if chosen.no_peer else peer_side(Path(folder) / "peer", chosen.peer_python)
        runs = (chosen.runs, chosen.peer_runs)
        rows, notes = compare(ours, peer, runs, chosen.tasks)
        rows += commands(ours, chosen.runs, chosen.tasks)
    facts = machine(runs)
    text = markdown(rows, facts, notes)
    print(text)
    chosen.results.mkdir(parents=True, exist_ok=True)
    stem = datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ")
    record = {"machine": facts, "notes": notes, "rows": [row.as_record() for row in rows]}
    (chosen.results / f"{stem}.json").write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")
    (chosen.results / f"{stem}.md").write_text(text + "\n", encoding="utf-8")
    if chosen.page:
        PAGE.write_text(filled(PAGE.read_text(encoding="utf-8"), "benchmarks", text), encoding="utf-8")
    note(f"{time.perf_counter() - start:.0f} s in all; kept as {stem}.md and .json in {chosen.results}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
