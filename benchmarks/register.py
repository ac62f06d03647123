"""What a register of 10,000 measures costs: loading its compiled form, and one question; print a table.

Usage: python -m benchmarks.register [--records N] [--runs N] [--page]

The records are the shipped ones over and over under ids of their own, so that covers, states and texts are
real. Each figure is taken in processes of their own; the median is shown. Beside it stands the obvious
implementation in the same run: reading the edited YAML (the shipped files of two issuers, scaled), and
making the records anew for each question.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import Any, Final

from benchmarks.run import PAGE, ROOT
from tools.reference_pages import filled, table

ON: Final = date(2026, 11, 23)


def many(records: int) -> list[dict[str, Any]]:
    """Shipped records in the compiled form, repeated under new ids."""
    from pactolus.policy import register as module

    folder = Path(module.__file__).parent / "compiled"
    shipped = json.loads((folder / "register.json").read_bytes())
    found = []
    for number in range(records):
        one = shipped[number % len(shipped)]
        found.append({**one, "id": f"{one['id']}-{number}", "related": []})
    return found


def load(file: Path) -> float:
    """Seconds from the file to a register that answers."""
    from pactolus.policy.register import register_of

    begin = time.perf_counter()
    found = register_of(json.loads(file.read_bytes()))
    assert len(found)
    return time.perf_counter() - begin


def ask(file: Path) -> float:
    """Seconds of one question, the register loaded; median of nine."""
    from pactolus.policy.register import register_of
    from pactolus.policy.search import in_force

    found = register_of(json.loads(file.read_bytes()))
    assert in_force(found, ON, importer="JPN", minerals=["gallium"])
    return _median(lambda: in_force(found, ON, importer="JPN", minerals=["gallium"]))


def anew(file: Path) -> float:
    """The obvious question: no register is kept, each question begins with the plain records."""
    from pactolus.policy.register import register_of
    from pactolus.policy.search import in_force

    records = json.loads(file.read_bytes())
    return _median(lambda: in_force(register_of(records), ON, importer="JPN", minerals=["gallium"]), times=3)


def edited(file: Path) -> float:
    """Seconds to read and check edited YAML, a record."""
    from pactolus.policy.compiling import compiled_records, data_folder

    begin = time.perf_counter()
    compiled = compiled_records([data_folder() / "china.yaml", data_folder() / "korea.yaml"], known=_known())
    return (time.perf_counter() - begin) / len(compiled)


def _known() -> list[str]:
    from pactolus.policy.register import register

    return [measure.id for measure in register()]


def _median(question: Callable[[], object], times: int = 9) -> float:
    seconds = []
    for _ in range(times):
        begin = time.perf_counter()
        question()
        seconds.append(time.perf_counter() - begin)
    return statistics.median(seconds)


TASKS: Final = {"load": load, "ask": ask, "anew": anew, "edited": edited}


def measured(task: str, file: Path, runs: int) -> float:
    """Median over processes."""
    command = [sys.executable, "-m", "benchmarks.register", "--task", task, "--file", str(file)]
    seconds = [
        float(subprocess.run(command, check=True, capture_output=True, text=True, cwd=ROOT).stdout)
        for _ in range(runs)
    ]
    return statistics.median(seconds)


def figures(records: int, runs: int) -> str:
    """The rows as Markdown."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "register.json"
        file.write_text(json.dumps(many(records), ensure_ascii=False), encoding="utf-8")
        found = {task: measured(task, file, runs) for task in TASKS}
    yaml, anew = found["edited"] * records, found["anew"]
    rows = [
        (
            f"load {records:,} records",
            f"{found['load']:.2f} s",
            f"{yaml:.0f} s: reading YAML",
            f"{yaml / found['load']:,.0f}",
            "≤ 1 s",
        ),
        (
            f"`in-force` over {records:,} records",
            f"{1000 * found['ask']:.1f} ms",
            f"{1000 * anew:.0f} ms: the records made anew for each question",
            f"{anew / found['ask']:.1f}",
            "≤ 50 ms",
        ),
    ]
    return table(("task", "pactolus", "the obvious way", "ratio", "to reach"), rows)


def main(argv: Sequence[str] | None = None) -> int:
    """Entry point."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--records", type=int, default=10_000)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--page", action="store_true", help=f"renew the table in {PAGE.relative_to(ROOT)}")
    parser.add_argument("--task", choices=TASKS, help=argparse.SUPPRESS)
    parser.add_argument("--file", type=Path, help=argparse.SUPPRESS)
    asked = parser.parse_args(argv)
    if asked.task:
        print(TASKS[asked.task](asked.file))
        return 0
    found = figures(asked.records, asked.runs)
    print(found)
    if asked.page:
        PAGE.write_text(filled(PAGE.read_text(encoding="utf-8"), "register", found), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
