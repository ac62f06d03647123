"""``pactolus stockpile calendar`` as a user types it."""

from __future__ import annotations

from pathlib import Path

import pytest

from .conftest import Pactolus

ASKED = (
    "stockpile calendar --minerals tungsten --stage product --targets 30 --settings mid --on 2026-11-24 "
    "--format csv"
)


def test_the_calendar_with_what_a_reader_must_know(pactolus: Pactolus) -> None:
    answer = pactolus(ASKED)
    assert answer.code == 0
    assert {row["member"] for row in answer.csv} == {"KOR", "JPN"}
    assert all(float(row["world_share"]) <= 0.02 + 1e-12 for row in answer.csv)
    for who in ("KOR", "JPN"):
        bought = sum(float(row["purchase_days"]) for row in answer.csv if row["member"] == who)
        assert bought == pytest.approx(30.0)
    assert {row["notice"][:21] for row in answer.csv} == {"For governments only:"}
    assert {row["label"] for row in answer.csv} == {"open"}
    assert "not declared starts at 0" in answer.err
    assert pactolus(f"{ASKED} --quiet").err == ""


@pytest.mark.parametrize(
    ("table", "column"),
    [("compare", "cost_saved_usd"), ("first", "saves_usd_per_t"), ("disclosure", "bit_usd")],
)
def test_other_tables(pactolus: Pactolus, table: str, column: str) -> None:
    answer = pactolus(f"{ASKED} --table {table}")
    assert answer.code == 0
    assert column in answer.csv[0]
    assert ("coordination alone" in answer.err) == (table == "compare")


def test_holdings_targets_and_labels_of_files(pactolus: Pactolus, tmp_path: Path) -> None:
    held = tmp_path / "held.yaml"
    held.write_text(
        "- {member: JPN, mineral: tungsten, stage: product, holding: 0-20 days, label: 'JPN:restricted'}\n"
        "- {member: USA, mineral: tungsten, stage: product, holding: {low: 1, high: 2}}\n",
        encoding="utf-8",
    )
    wanted = tmp_path / "targets.csv"
    wanted.write_text(
        "mineral,stage,member,target_days,target_t\ntungsten,product,KOR,,20\ntungsten,product,JPN,25,\n",
        encoding="utf-8",
    )
    asked = ASKED.replace("--targets 30", f"--targets {wanted}") + f" --holdings {held}"
    answer = pactolus(asked)
    assert answer.code == 0
    assert "labelled JPN:restricted: purchases reveal holdings" in answer.err
    assert {row["holding"] for row in answer.csv} == {"low", "mid", "high"}
    low = [row for row in answer.csv if row["holding"] == "low"]
    assert sum(float(r["purchase_t"]) for r in low if r["member"] == "KOR") == pytest.approx(20.0)
    high = [row for row in answer.csv if row["holding"] == "high"]
    assert sum(float(r["purchase_days"]) for r in high if r["member"] == "JPN") == pytest.approx(5.0)
    told = pactolus(f"{asked} --table disclosure --scenario tungsten-licence")
    jpn = next(row for row in told.csv if row["member"] == "JPN")
    assert float(jpn["bit_usd"]) >= 0
    assert jpn["cover_of"]


def test_faults_of_a_command_line_at_once(pactolus: Pactolus, tmp_path: Path) -> None:
    wanted = tmp_path / "targets.csv"
    wanted.write_text(
        "mineral,stage,member,target_days,target_t\ntungstn,product,KOR,1,\ntungsten,product,JPN,1,2\n"
        "tungsten,product,KOR,-4,\n",
        encoding="utf-8",
    )
    answer = pactolus(
        f"stockpile calendar --targets {wanted} --months 100 --world-share 2 --max-rise no --table all,first "
        f"--holdings {tmp_path / 'none.yaml'} --settings some"
    )
    assert answer.code == 2
    for part in (
        "targets.csv: line 2",
        "targets.csv: line 3: give one of target_days and target_t",
        "targets.csv: line 4: target_days '-4'",
        "--months: 100",
        "--world-share: '2'",
        "--max-rise: 'no'",
        "--table: unknown table 'all'",
        "none.yaml",
        "--settings: 'some'",
    ):
        assert part in answer.err
    assert pactolus("stockpile calendar --targets soon").code == 2
    assert "cannot be read" in pactolus(f"stockpile calendar --targets {tmp_path / 'none.csv'}").err


def test_what_does_not_fit_has_no_answer(pactolus: Pactolus) -> None:
    answer = pactolus(f"{ASKED} --months 12 --world-share 0.001")
    assert answer.code == 3
    assert "months of at most" in answer.err
    assert "0.100% of monthly world trade" in answer.err
