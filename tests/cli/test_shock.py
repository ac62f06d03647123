"""``pactolus shock`` as a user types it."""

from __future__ import annotations

from pathlib import Path

import pytest

from pactolus.disruption.history.events import named_events

from .conftest import Pactolus

REFERENCE = Path(__file__).parents[3] / "shared" / "data" / "reference"


def test_events_with_their_figures(pactolus: Pactolus) -> None:
    rows = {r["event"]: r for r in pactolus("shock list --format csv").csv}
    assert rows["IDN_NI_2014"]["large"] == "yes"
    assert float(rows["IDN_NI_2014"]["export_cut"]) == pytest.approx(0.868, abs=0.001)
    assert rows["IRN_OIL_2019"]["large"] == "no"


def test_ready_scenarios_run(pactolus: Pactolus) -> None:
    names = [r["scenario"] for r in pactolus("shock list --ready --format csv").csv]
    assert "graphite-licence" in names
    answer = pactolus("shock run graphite-licence --format csv")
    assert {r["importer"] for r in answer.csv} == {"KOR", "JPN", "KOR+JPN"}
    assert "feared, not confirmed" in answer.err


def test_suppliers_that_are_left(pactolus: Pactolus) -> None:
    left = "shock run nickel-ore-philippines --on 2026-11-24 --format csv"
    answer = pactolus(f"{left} --alternatives")
    assert {r["why_not"] for r in answer.csv if r["exporter"] == "IDN"} == {"IDN-2020-NI"}
    assert "not spare capacity" in answer.err
    joint = pactolus(f"{left} --overlap").csv[-1]
    assert joint["importer"] == "KOR+JPN"
    assert float(joint["alone_t"]) >= float(joint["together_t"])
    assert "let in by choice: RUS" in pactolus(f"{left} --alternatives --allow rus").err
    wrong = pactolus(f"{left} --alternatives --overlap --allow PRK")
    assert wrong.code == 2
    assert "one table at a time" in wrong.err
    assert "'PRK'; only BLR, IRN, MMR, RUS" in wrong.err


def test_every_side_of_a_run_and_only_one_at_a_time(pactolus: Pactolus) -> None:
    for table, column in (("months", "month"), ("applications", "application"), ("engines", "engine")):
        assert column in pactolus(f"shock run tungsten-licence --table {table} --format csv").csv[0]
    for table in ("stages", "byproducts"):
        assert pactolus(f"shock run bauxite-guinea --table {table} --format csv").csv
    assert pactolus("shock run lithium-demand-surge --table stages").code == 3
    wrong = pactolus("shock run tungsten-licence --table lossess")
    assert (wrong.code, "did you mean 'losses'" in wrong.err) == (2, True)
    assert pactolus("shock run tungsten-licence --table months --overlap").code == 2


def test_priors_say_how_many_cases_stand_behind_them(pactolus: Pactolus) -> None:
    rows = pactolus("shock priors --format csv").csv
    assert {row["quantity"] for row in rows} == {"cut", "duration"}
    assert all(int(row["events"]) >= 1 for row in rows)


def test_an_unknown_scenario_is_told_with_its_neighbours(pactolus: Pactolus) -> None:
    answer = pactolus("shock run graphite-license")
    assert answer.code == 2
    assert "did you mean 'graphite-licence'" in answer.err


def test_errors_of_the_named_events(pactolus: Pactolus) -> None:
    answer = pactolus("shock backtest --format csv")
    assert list(answer.csv[0]) == ["event", "model", "wape"]
    assert len(answer.csv) == 4 * len(named_events())
    assert "pactolus against no_change" in answer.err
    assert "size 0.1 or more" in answer.err
    announced = pactolus("shock backtest --announced --format csv")
    assert announced.csv != answer.csv
    assert len(pactolus("shock backtest --sample detected --format csv").csv) > 4 * 150
    assert pactolus("shock backtest --sample detected --announced").code == 2


@pytest.mark.skipif(not REFERENCE.exists(), reason="the shared data are not beside this clone")
def test_files_of_ones_own_and_their_detail(pactolus: Pactolus) -> None:
    given = ["--events", str(REFERENCE / "backtest_events_baci.csv")]
    given += ["--importers", str(REFERENCE / "backtest_importers_baci.csv")]
    errors = pactolus(["shock", "backtest", *given, "--format", "csv"]).csv
    assert len(errors) == 4 * 8
    rows = pactolus(["shock", "backtest", *given, "--detail", "--format", "csv"]).csv
    assert list(rows[0]) == ["event", "model", "importer", "predicted_t"]
    assert len(rows) == 4 * 106
    assert pactolus(["shock", "backtest", *given[:2]]).code == 2
    assert pactolus(["shock", "backtest", *given, "--announced"]).code == 2


def test_an_unknown_file_is_named(pactolus: Pactolus, tmp_path: Path) -> None:
    answer = pactolus(
        ["shock", "backtest", "--events", str(tmp_path / "a"), "--importers", str(tmp_path / "b")]
    )
    assert answer.code == 2
    assert "cannot be read" in answer.err
