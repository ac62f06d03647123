"""``pactolus shock montecarlo`` as a user types it."""

from __future__ import annotations

from pathlib import Path

import pytest

from .conftest import Pactolus

ASKED = "shock montecarlo --minerals tungsten --scenarios 1000 --on 2026-11-24 --format csv"


def test_losses_with_what_a_reader_must_know(pactolus: Pactolus) -> None:
    answer = pactolus(ASKED)
    assert answer.code == 0
    assert {r["case"] for r in answer.csv} == {"governance", "controls", "expert"}
    assert {r["importer"] for r in answer.csv} == {"KOR", "JPN", "KOR+JPN"}
    row = next(
        r for r in answer.csv if (r["stage"], r["importer"], r["case"]) == ("product", "KOR", "controls")
    )
    assert 0 < float(row["expected_share"]) < float(row["cvar95_share"]) < 1
    assert float(row["expected_se"]) > 0
    for part in ("phi 0.3", "rho 0.3", "before re-routing", "expert equals controls", "1,000 years"):
        assert part in answer.err
    assert pactolus(f"{ASKED} --quiet").err == ""


@pytest.mark.parametrize(
    ("table", "column"),
    [
        ("exceedance", "loss_share"),
        ("contributions", "part_of_cvar95"),
        ("joint", "one_given_other"),
        ("hazards", "stability"),
    ],
)
def test_other_tables(pactolus: Pactolus, table: str, column: str) -> None:
    answer = pactolus(f"{ASKED} --case controls --table {table}")
    assert answer.code == 0
    assert column in answer.csv[0]


def test_rates_of_a_user(pactolus: Pactolus, tmp_path: Path) -> None:
    file = tmp_path / "rates.csv"
    file.write_text("mineral,exporter,rate\ntungsten,CHN,3\n", encoding="utf-8")
    rows = pactolus(f"{ASKED} --case controls,expert --expert {file} --phi 0").csv
    by_case = {
        r["case"]: float(r["expected_share"])
        for r in rows
        if (r["stage"], r["importer"]) == ("product", "KOR")
    }
    assert by_case["expert"] > 5 * by_case["controls"]
    file.write_text("mineral,exporter,rate\ntungstn,CHN,3\n", encoding="utf-8")
    wrong = pactolus(f"{ASKED} --expert {file} --phi 2 --table losses,joint --scenarios few")
    assert wrong.code == 2
    for part in ("rates.csv: line 2", "--phi: '2'", "one table at a time", "--scenarios: 'few'"):
        assert part in wrong.err
    missing = pactolus(f"{ASKED} --expert {tmp_path / 'none.csv'}")
    assert missing.code == 2
    assert "cannot be read" in missing.err


def test_the_seed_decides(pactolus: Pactolus) -> None:
    asked = f"{ASKED} --case governance"
    assert pactolus(f"{asked} --seed 1").out == pactolus(f"{asked} --seed 1").out
    assert pactolus(f"{asked} --seed 1").out != pactolus(f"{asked} --seed 2").out


def test_what_has_no_trade_has_no_answer(pactolus: Pactolus) -> None:
    answer = pactolus("shock montecarlo --minerals gallium")
    assert answer.code == 3
    assert "no trade in 2024" in answer.err


def test_a_cluster_that_is_not_there(pactolus: Pactolus) -> None:
    answer = pactolus(f"{ASKED} --cluster nonsense")
    assert answer.code == 2
    assert "no scheduler answers at 'nonsense'; start one with 'dask scheduler'" in answer.err
