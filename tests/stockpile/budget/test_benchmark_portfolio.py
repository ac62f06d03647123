"""The benchmark of the portfolio: one problem on both sides, runs of their own, rows that compare."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from benchmarks import stockpile_portfolio as bench
from benchmarks.measure import Cost

from .test_portfolio import extensive


def test_our_answer_is_that_of_the_whole_programme(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bench, "ITEMS", 5)
    monkeypatch.setattr(bench, "BUDGET_MUSD", 60.0)
    lost = np.concatenate([part for _, part in bench.blocks(12)])
    whole = extensive(
        bench.importers(),
        lost,
        np.full(12, 1 / 12),
        60.0,
        alpha=bench.ALPHA,
        weight=bench.WEIGHT,
        segments=bench.SEGMENTS,
    )
    assert bench.ours(12)["objective"] == pytest.approx(whole, rel=bench.SAME)


def test_the_peer_gets_the_same_arrays(tmp_path: Path) -> None:
    bench.instance(30, tmp_path / "problem.npz")
    data = np.load(tmp_path / "problem.npz")
    assert data["lost"].shape == (30, bench.MONTHS, bench.ITEMS)
    assert 0 < (data["lost"] > 0).mean() < 0.5
    assert data["widths"].sum() == pytest.approx(1.0)
    assert float(data["holding_per_year"]) == bench.importers()[0].holding.rate
    assert [one.month_t / 1e3 for one in bench.importers()] == pytest.approx(data["month_kt"])


def test_a_run_is_a_process_of_its_own(tmp_path: Path) -> None:
    run = bench.our_run(50, tmp_path)
    assert run.found["bound"] <= run.found["objective"]
    assert 0 < run.cost.peak_mb < bench.GOAL_MB
    row = bench.line(50, run, None)
    assert row[0] == "50"
    assert row[5:] == ("",) * 7


def test_rows_compare_or_say_that_the_peer_did_not_end() -> None:
    def run(objective: float | None, cpu: float, status: str = "optimal") -> bench.Run:
        spent = Cost(cpu_s=cpu, wall_s=cpu, peak_mb=100 * cpu, cpu_s_min=cpu, cpu_s_max=cpu, runs=1)
        return bench.Run({"objective": objective, "status": status}, spent)

    row = bench.line(1000, run(5.0, 1.0), run(5.0001, 150.0))
    assert row[8:] == ("2e-05", "150", "150", "150")
    row = bench.line(1000, run(5.0, 1.0), run(None, 600.0, "maxTimeLimit"))
    assert row[8:] == ("not within the time", "≥ 600", "≥ 600", "600")
    with pytest.raises(AssertionError, match="differ"):
        bench.line(1000, run(5.0, 1.0), run(5.1, 150.0))
