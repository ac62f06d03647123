"""The benchmark of the choice: one problem on both sides, rows that compare, a page that shows it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from benchmarks import projects_choice as bench
from benchmarks.measure import Cost
from benchmarks.run import PAGE


def run(found: dict, cpu: float) -> bench.Run:
    spent = Cost(cpu_s=cpu, wall_s=cpu, peak_mb=100 * cpu, cpu_s_min=cpu, cpu_s_max=cpu, runs=1)
    return bench.Run(found, spent)


def test_the_peer_gets_the_same_arrays(tmp_path: Path) -> None:
    from pactolus.projects.selection.synthetic import synthetic_instance

    bench.instance(10, 4, tmp_path / "problem.npz")
    data, made = np.load(tmp_path / "problem.npz"), synthetic_instance(10, 4)
    assert np.array_equal(data["gap"], made.gap)
    assert np.array_equal(data["cash_musd"], made.cash_musd)
    assert float(data["alpha"]) == bench.ALPHA


def test_a_run_is_a_process_of_its_own(tmp_path: Path) -> None:
    one = bench.our_run("relaxed", 10, 4, tmp_path)
    assert one.found["columns"] > 0
    assert one.found["objective"] == pytest.approx(bench.relaxed(10, 4)["objective"])
    assert one.cost.peak_mb > 0


def test_rows_compare_or_say_that_the_peer_did_not_end() -> None:
    took = {"build_s": 10.0, "solve_s": 20.0}
    mine = run({"objective": 5.0, "build_and_solve_s": 0.5}, 1.0)
    row = bench.line("100 x 50", mine, run({"objective": 5.0001, "status": "optimal", **took}, 40.0))
    assert row[5:] == ("40.0", "30.0", "4,000", "2e-05", "40", "60", "40.0")
    late = bench.line("100 x 50", mine, run({"objective": None, "status": "maxTimeLimit", **took}, 900.0))
    assert late[5] == "≥ 900.0"
    assert late[8] == "not within the time"
    with pytest.raises(AssertionError, match="differ"):
        bench.line("100 x 50", mine, run({"objective": 5.1, "status": "optimal", **took}, 40.0))


def test_the_page_shows_what_was_reached() -> None:
    text = PAGE.read_text(encoding="utf-8").split("<!-- projects-choice: begin -->")[1]
    text = text.split("<!-- projects-choice: end -->")[0]
    assert "100 x 50" in text
    assert "2,000 projects x 20 years x 200 scenarios" in text
    assert "of the gain over doing nothing" in text
