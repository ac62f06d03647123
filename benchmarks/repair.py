"""What the repair of weights costs, beside the obvious ways of writing it; print a table.

Usage: python -m benchmarks.repair [--codes N] [--runs N] [--file FILE]

Three programs on the same flows of the embedded world, each a process of its own:

- ours: `pactolus.network.repair.repair`, one pass in which the window expands;
- again: the same function called anew for every year on the rows up to it, as one would do who does not
  know that the window expands (it must give the same rows, and that is checked);
- polish: a median polish written in Polars, four passes of weighted medians by pair and by year, fitted anew
  for every year (another model, of the same purpose).

The last two take minutes on the whole world, so they get the first N codes; ours is measured on both.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final

from benchmarks.measure import Cost, cost

ROOT: Final = Path(__file__).resolve().parents[1]
PASSES: Final = 4


def trade(codes: int) -> Any:
    """Flows of the first codes of the embedded world, of all where `codes` is 0."""
    import polars as pl

    from pactolus.catalogue.world import open_world

    whole = open_world().table("trade")
    wanted = whole["hs_code"].unique().sort().to_list()[: codes or None]
    return whole.filter(pl.col("hs_code").is_in(wanted))


def ours(codes: int) -> dict[str, Any]:
    """One pass."""
    from pactolus.network.repair import repair

    table = repair(trade(codes)).table
    return {"rows": table.height, "kg": table["repaired_kg"].sum()}


def again(codes: int) -> dict[str, Any]:
    """Every year from the beginning, with the same function."""
    import polars as pl

    from pactolus.network.repair import repair

    flows = trade(codes)
    parts = [
        repair(flows.filter(pl.col("year") <= year)).table.filter(pl.col("year") == year)
        for year in flows["year"].unique().sort()
    ]
    table = pl.concat(parts)
    return {"rows": table.height, "kg": table["repaired_kg"].sum()}


def polish(codes: int) -> dict[str, Any]:
    """Every year from the beginning, with a median polish in Polars."""
    import polars as pl

    pair, year_of = ["hs_code", "exporter", "importer"], ["hs_code", "year"]
    flows = trade(codes).filter(pl.col("quantity_kg").is_not_null(), pl.col("value_usd") > 0)
    flows = flows.with_columns(
        u=(pl.col("value_usd") / pl.col("quantity_kg")).log(), w=pl.col("value_usd").cast(pl.Float64).sqrt()
    )
    altered = 0
    for year in flows["year"].unique().sort():
        left = flows.filter(pl.col("year") <= year).with_columns(p=pl.lit(0.0), m=pl.lit(0.0))
        for _ in range(PASSES):
            left = left.with_columns(m=_weighted_median(pl.col("u") - pl.col("p"), year_of))
            left = left.with_columns(p=_weighted_median(pl.col("u") - pl.col("m"), pair))
        off = (pl.col("u") - pl.col("p") - pl.col("m")).abs()
        altered += left.filter((pl.col("year") == year) & (off > math.log(2))).height
    return {"rows": altered}


def _weighted_median(value: Any, by: list[str]) -> Any:
    import polars as pl

    order = value.arg_sort()
    total = pl.col("w").gather(order).cum_sum()
    at = (total < total.last() / 2).sum()
    return value.gather(order).get(at).over(by)


TASKS: Final[dict[str, Callable[[int], dict[str, Any]]]] = {"ours": ours, "again": again, "polish": polish}


def measured(task: str, codes: int, runs: int, folder: Path) -> tuple[Cost, dict[str, Any]]:
    """Cost of a task in processes of their own, and what the last one found."""
    file = folder / f"{task}-{codes}.json"
    env = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1", "POLARS_MAX_THREADS": "1"}
    command = [
        sys.executable,
        "-m",
        "benchmarks.repair",
        "--task",
        task,
        "--codes",
        str(codes),
        "--file",
        str(file),
    ]
    spent, _ = cost(command, runs=runs, env=env, cwd=folder)
    return spent, json.loads(file.read_text(encoding="utf-8"))


def table(codes: int, runs: int) -> str:
    """The measured costs as a table, ratios to ours on the same flows."""
    with tempfile.TemporaryDirectory(prefix="pactolus-bench-") as name:
        folder = Path(name)
        whole, _ = measured("ours", 0, runs, folder)
        small = {task: measured(task, codes, runs if task == "ours" else 1, folder) for task in TASKS}
    mine, found = small["ours"]
    if small["again"][1] != found:
        raise ValueError(f"the expanding window gave {found}, every year anew {small['again'][1]}")
    lines = ["| program | codes | CPU s | peak MB | CPU ratio |", "| --- | ---: | ---: | ---: | ---: |"]
    rows = [("ours", "all", whole), *((task, str(codes), spent) for task, (spent, _) in small.items())]
    for task, of, spent in rows:
        ratio = "—" if task == "ours" else f"{spent.cpu_s / mine.cpu_s:.1f}"
        lines.append(f"| {task} | {of} | {spent.cpu_s:.1f} | {spent.peak_mb:,.0f} | {ratio} |")
    return "\n".join([*lines, "", "The first two on the same codes gave the same rows."])


def main(argv: Sequence[str] | None = None) -> int:
    """Measure and print, or run one task."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--codes", type=int, default=8, help="codes that the slow programs get (8)")
    parser.add_argument("--runs", type=int, default=3, help="runs of ours (3); medians are shown")
    parser.add_argument("--task", choices=TASKS, help=argparse.SUPPRESS)
    parser.add_argument("--file", type=Path, help="write there instead of printing")
    chosen = parser.parse_args(argv)
    start = time.perf_counter()
    text = json.dumps(TASKS[chosen.task](chosen.codes)) if chosen.task else table(chosen.codes, chosen.runs)
    if chosen.file is None:
        print(text)
    else:
        chosen.file.write_text(text + "\n", encoding="utf-8")
    if not chosen.task:
        print(f"{time.perf_counter() - start:.0f} s in all", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
