"""Measure what reading a full year of BACI costs, ours and two obvious ways; print a table and keep it.

Usage: python -m benchmarks.importers [--millions N] [--runs N] [--quick] [--results FOLDER]

The year is made of the embedded rows of 2024, repeated under product codes that hold none of our minerals, in
CEPII's own layout and zip. Every measured process is a new one. The obvious ways filter and scale, and check
nothing: a row loop over the standard library's `csv`, and a member unpacked and read by Polars at once.
"""

from __future__ import annotations

import argparse
import csv
import io
import json
import os
import platform
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

import polars as pl

import pactolus
from benchmarks.measure import Cost, cost
from benchmarks.run import RESULTS, ROOT, note

MEMBER: Final = "BACI_HS92_Y2024_V202601.csv"
#: Task -> how the table calls it.
TASKS: Final[Mapping[str, str]] = {
    "ours": "pactolus, every check",
    "eager": "unpacked, Polars at once",
    "rows": "a loop over `csv`",
}


def trade_of_2024() -> pl.DataFrame:
    """Embedded rows of 2024 as CEPII writes them: numbers of countries, thousand dollars, tonnes."""
    from pactolus.terms.countries import countries

    numbers = {country.iso3: country.baci[0] for country in countries().values() if country.baci}
    rows = pactolus.open_world().scan("trade").filter(year=2024).collect()
    return rows.select(
        t=pl.lit(2024),
        i=pl.col("exporter").replace_strict(numbers, return_dtype=pl.Int32),
        j=pl.col("importer").replace_strict(numbers, return_dtype=pl.Int32),
        k=pl.col("hs_code").cast(pl.Int32),
        v=pl.col("value_usd") / 1000,
        q=(pl.col("quantity_kg") / 1000).map_elements(lambda t: f"{t:12.3f}", return_dtype=pl.String),
    ).with_columns(pl.col("q").fill_null("          NA"))


def write_year(file: Path, millions: float) -> int:
    """Write a yearly zip of about so many million rows, and return how many.

    Returns
    -------
    int
        Rows: the first copy has the codes of our minerals, the others 10000 and up, so that keys stay unique.
    """
    rows = trade_of_2024()
    codes = rows["k"].unique().sort().to_list()
    copies = max(1, round(millions * 1e6 / rows.height))
    with (
        zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive,
        archive.open(MEMBER, "w", force_zip64=True) as member,
    ):
        for copy in range(copies):
            other = {code: 10_000 + copy * len(codes) + n for n, code in enumerate(codes)}
            coded = rows.with_columns(pl.col("k").replace_strict(other)) if copy else rows
            member.write(coded.write_csv(include_header=copy == 0, float_precision=3).encode())
    return copies * rows.height


def ours(file: Path) -> dict[str, int]:
    """What `pactolus data build` does with the file."""
    from pactolus.catalogue.readers import baci
    from pactolus.catalogue.reading.findings import Findings

    findings = Findings(file=file.name)
    (part,) = baci.parts(file, findings)
    table = baci.read(file, part, findings)["trade"]
    findings.require_usable()
    value, weight = int(table["value_usd"].sum()), int(table["quantity_kg"].sum())
    return {"rows": table.height, "value_usd": value, "quantity_kg": weight}


def eager(file: Path) -> dict[str, int]:
    """The member unpacked into memory, read by Polars at once, filtered."""
    from pactolus.terms.hs_codes import hs_codes

    with zipfile.ZipFile(file) as archive:
        table = pl.read_csv(archive.read(MEMBER), infer_schema=False)
    kept = table.filter(pl.col("k").str.zfill(6).is_in(list(hs_codes()))).with_columns(
        (pl.col(c).str.strip_chars().cast(pl.Float64, strict=False) * 1000).round().cast(pl.Int64)
        for c in ("v", "q")
    )
    return {"rows": kept.height, "value_usd": int(kept["v"].sum()), "quantity_kg": int(kept["q"].sum())}


def rows(file: Path) -> dict[str, int]:
    """A loop over the rows of the member."""
    from pactolus.terms.hs_codes import hs_codes

    wanted = {str(int(code)) for code in hs_codes()}
    kept: list[tuple[str, str, str, int, int | None]] = []
    with zipfile.ZipFile(file) as archive, archive.open(MEMBER) as member:
        for row in csv.DictReader(io.TextIOWrapper(member, encoding="utf-8", newline="")):
            if row["k"] in wanted:
                weight = None if row["q"].strip() == "NA" else round(float(row["q"]) * 1000)
                kept.append((row["i"], row["j"], row["k"], round(float(row["v"]) * 1000), weight))
    value, weight = sum(row[3] for row in kept), sum(row[4] or 0 for row in kept)
    return {"rows": len(kept), "value_usd": value, "quantity_kg": weight}


WORK: Final[Mapping[str, Callable[[Path], dict[str, int]]]] = {"ours": ours, "eager": eager, "rows": rows}


def measured(file: Path, folder: Path, runs: int) -> dict[str, Cost]:
    """Costs of the tasks, in turn; all must give the same sums."""
    env = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1"}
    costs, sums = {}, {}
    for task in TASKS:
        note(f"{TASKS[task]} ({runs} runs)")
        out = folder / f"{task}.json"
        command = [sys.executable, "-m", "benchmarks.importers", "--task", task, str(file), str(out)]
        costs[task], _ = cost(command, runs=runs, env=env, cwd=folder)
        sums[task] = json.loads(out.read_text(encoding="utf-8"))
    require_equal(sums)
    return costs


def require_equal(sums: Mapping[str, Mapping[str, int]]) -> None:
    """All ways must have read the same.

    Raises
    ------
    ValueError
        If they have not.
    """
    if len({tuple(found.items()) for found in sums.values()}) > 1:
        raise ValueError(f"the ways gave different sums: {sums}")


def markdown(costs: Mapping[str, Cost], facts: Mapping[str, str]) -> str:
    """Table with the ratios to ours, and the machine."""
    lines = ["| way | CPU s | wall s | peak MB | CPU ratio | memory ratio |", "| --- |" + " ---: |" * 5]
    base = costs["ours"]
    for task, found in costs.items():
        ratios = (found.cpu_s / base.cpu_s, found.peak_mb / base.peak_mb)
        cells = [f"{found.cpu_s:.1f}", f"{found.wall_s:.1f}", f"{found.peak_mb:,.0f}"]
        lines.append("| " + " | ".join([TASKS[task], *cells, *(f"{ratio:.2f}" for ratio in ratios)]) + " |")
    told = "; ".join(f"{name} {fact}" for name, fact in facts.items())
    return "\n".join(lines) + f"\n\nMeasured on: {told}.\n"


def options(argv: Sequence[str] | None) -> argparse.Namespace:
    """What the command line asks for."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--millions", type=float, default=12.0, help="million rows of the year (12)")
    parser.add_argument("--runs", type=int, default=3, help="runs per figure (3); medians are shown")
    parser.add_argument("--quick", action="store_true", help="a tenth of a million rows, one run")
    parser.add_argument("--results", type=Path, default=RESULTS, help="folder that keeps the table")
    parser.add_argument("--task", nargs=3, metavar=("TASK", "FILE", "OUT"), help=argparse.SUPPRESS)
    chosen = parser.parse_args(argv)
    if chosen.quick:
        chosen.millions, chosen.runs = 0.1, 1
    return chosen


def main(argv: Sequence[str] | None = None) -> int:
    """Measure, print, keep; or do one task."""
    chosen = options(argv)
    if chosen.task:
        task, file, out = chosen.task
        Path(out).write_text(json.dumps(WORK[task](Path(file))), encoding="utf-8")
        return 0
    start = time.perf_counter()
    with tempfile.TemporaryDirectory(prefix="pactolus-bench-") as folder:
        file = Path(folder) / "BACI_HS92_V202601.zip"
        count = write_year(file, chosen.millions)
        facts: dict[str, Any] = {
            "date": datetime.now(UTC).date().isoformat(),
            "rows": f"{count:,}",
            "zip": f"{file.stat().st_size / 1e6:,.0f} MB",
            "system": f"{platform.system()} {platform.machine()}, {os.cpu_count()} processors",
            "Python": platform.python_version(),
            "Polars": version("polars"),
            "runs per figure (median shown)": str(chosen.runs),
        }
        costs = measured(file, Path(folder), chosen.runs)
    text = markdown(costs, facts)
    print(text)
    chosen.results.mkdir(parents=True, exist_ok=True)
    stem = datetime.now(UTC).strftime("importers-%Y%m%dT%H%M%SZ")
    record = {"machine": facts, "rows": {task: found.as_record() for task, found in costs.items()}}
    (chosen.results / f"{stem}.json").write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")
    (chosen.results / f"{stem}.md").write_text(text, encoding="utf-8")
    note(f"{time.perf_counter() - start:.0f} s in all; kept as {stem}.md and .json in {chosen.results}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
