"""The benchmark measures what it says, and the page shows what it printed."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from benchmarks.measure import Cost, TaskFailedError, cost, once
from benchmarks.run import PAGE, ROOT, largest_difference, options
from benchmarks.table import TASKS, Row, extrapolated, markdown
from hypothesis import given
from hypothesis import strategies as st

ONE = Cost(cpu_s=2.0, wall_s=1.0, peak_mb=100.0, cpu_s_min=2.0, cpu_s_max=2.0, runs=3)


def test_a_process_that_works_costs_more_than_one_that_does_not(tmp_path: Path) -> None:
    idle, _ = cost([sys.executable, "-c", "pass"], runs=1, env=os.environ, cwd=tmp_path)
    code = "print(sum(i * i for i in range(10**6))); kept = bytearray(150_000_000)"
    busy, printed = cost([sys.executable, "-c", code], runs=1, env=os.environ, cwd=tmp_path)
    assert printed == "333332833333500000\n"
    assert busy.cpu_s > idle.cpu_s
    assert busy.peak_mb > idle.peak_mb + 140


def test_a_task_that_fails_is_no_measurement(tmp_path: Path) -> None:
    code = "import sys; sys.stderr.write('no such thing'); sys.exit(3)"
    with pytest.raises(TaskFailedError, match="exit code 3\nno such thing"):
        once([sys.executable, "-c", code], env=os.environ, cwd=tmp_path)


@given(
    st.floats(0, 1e3),
    st.floats(1e-6, 10),
    st.integers(1, 500),
    st.integers(501, 5000),
    st.integers(5001, 10**6),
)
def test_the_extrapolation_is_exact_where_the_cost_is_a_line(
    fixed: float, each: float, small: int, large: int, cells: int
) -> None:
    def at(n: int) -> Cost:
        return replace(ONE, cpu_s=fixed + each * n, wall_s=fixed + each * n)

    guess = extrapolated(at(small), at(large), cells_small=small, cells_large=large, cells=cells)
    assert guess.cpu_s == pytest.approx(fixed + each * cells, rel=1e-6)
    assert guess.wall_s == pytest.approx(guess.cpu_s)


def test_ratios_and_guesses_are_marked() -> None:
    peer = replace(ONE, cpu_s=200.0, peak_mb=1500.0)
    rows = [
        Row(task="first", ours=ONE, peer=peer),
        Row(task="everything", ours=ONE, peer=peer, extrapolated=True),
        Row(task="brief", ours=ONE),
    ]
    first, guessed, alone = markdown(rows, {"Python": "3.11"}, ["A note."]).splitlines()[2:5]
    assert first == "| first number | 2.00 | 1.00 | 100 | 200 | 1.00 | 1,500 | 100 | 15.0 |"
    assert guessed == "| everything | 2.00 | 1.00 | 100 | ≈ 200 | — | ≥ 1,500 | ≈ 100 | ≈ 15.0 |"
    assert alone == "| the brief | 2.00 | 1.00 | 100 | — | — | — | — | — |"


def test_cells_of_both_programs_are_compared_one_by_one() -> None:
    ours = [{"mineral": "cobalt", "importer": "JPN", "year": 2022, "value": 0.25}]
    peers = [{"raw_material": "Cobalt", "country": "Japan", "year": 2022, "score": 0.5}]
    assert largest_difference(ours, peers) == 0.25
    with pytest.raises(ValueError, match="different cells"):
        largest_difference(ours, [*peers, {**peers[0], "year": 2023}])


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ("--tasks frist", "--tasks: unknown frist; known are import, first"),
        ("--page --quick", "--page: the page shows all tasks and the peer"),
    ],
)
def test_a_wrong_option_is_refused(words: str, message: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        options(words.split())
    assert message in capsys.readouterr().err


def test_the_page_shows_every_task_and_where_it_was_measured() -> None:
    page = PAGE.read_text(encoding="utf-8")
    table = page.split("<!-- benchmarks: begin -->")[1].split("<!-- benchmarks: end -->")[0]
    assert [name for name in TASKS.values() if f"| {name} |" not in table] == []
    assert "Measured on: date 20" in table
    assert "The 108 numbers of both programs differ by" in table


@pytest.mark.slow
def test_the_quick_form_runs(sweep: str, tmp_path: Path) -> None:
    tasks = "import,first" if sweep == "small" else ",".join(TASKS)
    command = [
        sys.executable,
        "-m",
        "benchmarks.run",
        "--quick",
        "--tasks",
        tasks,
        "--results",
        str(tmp_path),
    ]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    (kept,) = tmp_path.glob("*.json")
    rows = json.loads(kept.read_text(encoding="utf-8"))["rows"]
    assert [row["task"] for row in rows] == tasks.split(",")
    assert all(row["ours"]["wall_s"] > 0 for row in rows)
