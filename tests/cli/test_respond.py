"""``pactolus respond`` as a user types it."""

from __future__ import annotations

from pathlib import Path

import pytest

from pactolus.workspace.folder import create_workspace

from .conftest import Pactolus

EVENT = "respond graphite-licence-2023"
HELD = """member,mineral,stage,band,label
KOR,natural-graphite,mixed,0-90 days,KOR:restricted
JPN,natural-graphite,mixed,30-60 days,JPN:shared
"""
FACTS = """event: graphite-licence-2023
on: 2024-01-10
rest: as_planned
executed:
  - {month: 2023-10-01, member: KOR, action: joint purchase, mineral: graphite, stage: mixed, what: MOZ,
  tonnes: 300}
"""


def test_a_plan_says_who_does_what_by_when(pactolus: Pactolus) -> None:
    answer = pactolus(f"{EVENT} --format csv")
    assert answer.code == 0
    first = answer.csv[0]
    assert (first["month"], first["action"], first["owner"]) == ("2023-10-01", "joint purchase", "KOR+JPN")
    assert first["due"] == "2023-10-31"
    assert float(first["tonnes"]) > 0
    assert "declares no stock" in answer.err
    assert pactolus(f"{EVENT} --quiet --table value").err == ""


def test_every_table(pactolus: Pactolus) -> None:
    for table in ("actions", "shortage", "prices", "value", "robust", "clocks", "alone", "assumptions"):
        answer = pactolus(f"{EVENT} --quiet --format json --table {table}")
        assert (answer.code, bool(answer.json)) == (0, True), table
    assert pactolus(f"{EVENT} --quiet").out.splitlines()


def test_an_update_keeps_what_was_executed_and_shows_what_changed(pactolus: Pactolus, tmp_path: Path) -> None:
    (tmp_path / "held.csv").write_text(HELD, encoding="utf-8")
    (tmp_path / "facts.yaml").write_text(FACTS, encoding="utf-8")
    more = f"--holdings {tmp_path / 'held.csv'} --update {tmp_path / 'facts.yaml'}"
    answer = pactolus(f"{EVENT} {more} --table changes --format csv")
    told = {(row["member"], row["month"], row["action"], row["change"]): row for row in answer.csv}
    row = told["KOR", "2023-10-01", "joint purchase", "executed otherwise"]
    assert float(row["now_t"]) == pytest.approx(300)
    assert "label of this result: JPN:shared+KOR:restricted" in answer.err
    wrong = FACTS.replace("tonnes: 300", "tonnes: 300, to: JPN")
    (tmp_path / "facts.yaml").write_text(wrong, encoding="utf-8")
    refused = pactolus(f"{EVENT} {more}")
    assert refused.code == 2
    assert "facts.yaml:5:5: executed[1]: a joint purchase has no to" in refused.err


def test_the_decision_log_grows_and_is_read(pactolus: Pactolus, tmp_path: Path) -> None:
    own = create_workspace(tmp_path / "desk")
    facts = tmp_path / "facts.yaml"
    facts.write_text(FACTS, encoding="utf-8")
    base = f"{EVENT} --workspace {own.folder} --table value"
    assert "entry 1 of the decision log" in pactolus(f"{base} --author desk").err
    assert "sign with --author" in pactolus(base).err
    signed = f"{base} --author desk --update {facts}"
    assert "entry 2 of the decision log" in pactolus(signed).err
    assert "the newest entry of the decision log already" in pactolus(signed).err
    facts.write_text(FACTS.replace("300", "200").replace("01-10", "02-10"), encoding="utf-8")
    refused = pactolus(signed)
    assert refused.code == 2
    assert "200 t, yet entry 2 of the log: executed[1] says 300 t" in refused.err


def test_own_priorities_and_steps(pactolus: Pactolus, tmp_path: Path) -> None:
    (tmp_path / "priority.csv").write_text(
        "mineral,stage,application,share,value\ngraphite,mixed,batteries,0.7,8\ngraphite,mixed,pencils,0.3,1.5\n",
        encoding="utf-8",
    )
    (tmp_path / "steps.csv").write_text(
        "title,owner,due,ends_by,probability\ntalks,KOR,2023-11-10,5,0.9\n", encoding="utf-8"
    )
    (tmp_path / "projects.csv").write_text(
        "project,lead_months,cost_musd,tonnes_a_month,stage\nTZA-GR-MAHENGE,3,0.1,100 400,mixed\n",
        encoding="utf-8",
    )
    named = ("priority", "steps", "projects")
    more = " ".join(f"--{name} {tmp_path / name}.csv" for name in named)
    rows = pactolus(f"{EVENT} {more} --format csv").csv
    assert "pencils" in {row["what"] for row in rows if row["action"] == "demand priority"}
    [talks] = [row for row in rows if row["action"] == "diplomatic step"]
    assert (talks["due"], talks["tonnes"]) == ("2023-11-10", "")
    [begun] = {row["what"] for row in rows if row["action"] == "project acceleration"}
    assert begun == "TZA-GR-MAHENGE"
    (tmp_path / "steps.csv").write_text(
        "title,owner,due,ends_by,probability\nx,KOR,soon,,\n", encoding="utf-8"
    )
    assert "steps.csv: line 2: " in pactolus(f"{EVENT} {more}").err


@pytest.mark.parametrize(
    ("more", "message"),
    [
        ("--table plans", "--table: unknown table 'plans'"),
        ("--table value,alone", "one table at a time"),
        ("--table changes", "nothing is new; give --update"),
        ("--months 0", "--months: 0 is not between 1 and 60"),
        ("--as-of soon", "--as-of: 'soon' is not a date"),
        ("--as-of 2030-01-01", "has gone by"),
        ("--no-transfer USA", "USA is no member of this event"),
        ("--author me", "--author: no workspace to keep a log in"),
        ("--holdings nowhere.csv", "nowhere.csv"),
        ("--priority nowhere.csv", "--priority: nowhere.csv cannot be read"),
        ("--projects nowhere.csv", "--projects: nowhere.csv cannot be read"),
    ],
)
def test_what_cannot_be_is_said(pactolus: Pactolus, more: str, message: str) -> None:
    answer = pactolus(f"{EVENT} {more}")
    assert answer.code in (2, 3)
    assert answer.out == ""
    assert message in answer.err


def test_an_event_of_another_name(pactolus: Pactolus, tmp_path: Path) -> None:
    file = tmp_path / "facts.yaml"
    file.write_text(FACTS, encoding="utf-8")
    answer = pactolus(f"respond cobalt-quota-2025 --update {file}")
    assert "'graphite-licence-2023', yet the plan is for 'cobalt-quota-2025'" in answer.err
