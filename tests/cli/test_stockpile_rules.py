"""``pactolus stockpile rules`` as a user types it."""

from __future__ import annotations

from pathlib import Path

import pytest

from .conftest import Pactolus

ASKED = (
    "stockpile rules --minerals natural-graphite --stage mixed --importers KOR --settings mid --on 2026-11-24"
)


def test_rules_stand_beside_no_stock_and_the_optimum(pactolus: Pactolus, tmp_path: Path) -> None:
    file = tmp_path / "own.yaml"
    file.write_text("rule: own\nminerals: graphite\ndays: 70\nrelease_above: 0.1\ncap_days: 9\n", "utf-8")
    answer = pactolus(f"{ASKED} --format csv --rule {file}")
    assert answer.code == 0
    assert [row["rule"] for row in answer.csv] == [
        *("none", "days-60", "days-90", "days-100", "days-180", "own", "trigger", "optimal")
    ]
    cost = {row["rule"]: float(row["cost_usd"]) for row in answer.csv}
    assert min(cost, key=lambda name: cost[name]) == "optimal"
    assert cost["trigger"] <= 1.05 * cost["optimal"]
    for row in answer.csv:
        assert row["denominator"] == "net imports, gross weight, natural-graphite (mixed), 2024"
        assert row["worst_event"] == "event-chn-gr-2024"
    for part in ("IEA for oil: an analogy", "holdings are not known", "count as derived"):
        assert part in answer.err


@pytest.mark.parametrize(("table", "column"), [("triggers", "gap_share"), ("stress", "stock_days")])
def test_other_tables(pactolus: Pactolus, table: str, column: str) -> None:
    answer = pactolus(f"{ASKED} --format csv --table {table}")
    assert answer.code == 0
    assert float(answer.csv[0][column]) >= 0


def test_events_in_sum_and_a_member_that_needs_none(pactolus: Pactolus) -> None:
    answer = pactolus(
        f"{ASKED.replace('--importers KOR', '--importers KOR,MDG')} --format csv --table events"
    )
    assert answer.code == 0
    members = {row["member"]: row for row in answer.csv}
    assert float(members["KOR"]["lost_days"]) > 0
    assert members["MDG"]["status"] == "not_applicable"
    assert members["MDG"]["lost_days"] == ""


def test_declared_holdings_label_what_they_tell(pactolus: Pactolus, tmp_path: Path) -> None:
    held = tmp_path / "held.yaml"
    held.write_text(
        "- {member: KOR, mineral: natural-graphite, stage: mixed, holding: 10-40 days, "
        "label: 'KOR:restricted'}\n",
        "utf-8",
    )
    answer = pactolus(f"{ASKED} --format csv --table events --holdings {held}")
    assert answer.code == 0
    assert {row["label"] for row in answer.csv} == {"KOR:restricted"}
    assert {"low", "mid", "high"} <= {row["start"] for row in answer.csv}
    priced = {(row["start"], row["bit_status"]) for row in answer.csv if row["bit_status"]}
    assert priced == {("mid", "ok"), ("full", "not_applicable: the rule keeps no stock")}
    assert all(float(row["bit_usd"]) >= 0 for row in answer.csv if row["bit_status"] == "ok")
    assert "labelled KOR:restricted: releases reveal holdings" in answer.err
    assert "KOR: holding declared" in answer.err
    assert pactolus(f"{ASKED} --holdings {tmp_path / 'none.yaml'}").code == 2


def test_the_page_goes_to_a_file(pactolus: Pactolus, tmp_path: Path) -> None:
    out = tmp_path / "rule.md"
    answer = pactolus(f"{ASKED} --within 20 --text ko --out {out}")
    assert answer.code == 0
    assert answer.out == ""
    assert out.read_text("utf-8").startswith("# 천연흑연")
    own = tmp_path / "own.yaml"
    own.write_text("rule: own\nminerals: tungsten\ndays: 70\n", "utf-8")
    wrong = pactolus(f"{ASKED} --text ja --rule {own}")
    assert wrong.code == 2
    assert "own is meant for tungsten, not for natural-graphite" in wrong.err


def test_faults_are_told_at_once(pactolus: Pactolus, tmp_path: Path) -> None:
    file = tmp_path / "own.yaml"
    file.write_text("rule: own\ndays: -70\ncap_days: -1\n", "utf-8")
    answer = pactolus(f"{ASKED} --rule {file} --within little --table costs --text fr --settings few")
    assert answer.code == 2
    for part in (
        "own.yaml:2:1: days: found -70",
        "own.yaml:3:1: cap_days: found -1",
        "--within: 'little'",
        "unknown table 'costs'",
        "--text: 'fr'",
        "--settings: 'few'",
    ):
        assert part in answer.err
    file.write_text("rule: optimal\ndays: 70\n", "utf-8")
    assert "is a name of ours" in pactolus(f"{ASKED} --rule {file}").err
    several = pactolus("stockpile rules --minerals natural-graphite,tungsten --text en")
    assert several.code == 2
    assert "a page holds one mineral at one stage" in several.err
    assert pactolus(f"{ASKED} --rule {tmp_path / 'none.yaml'}").code == 2
