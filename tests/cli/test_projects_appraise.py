"""``pactolus projects appraise`` as a user types it."""

from __future__ import annotations

from pathlib import Path

import pytest

from .conftest import Pactolus

HEAD = "projects appraise ARG-LI-KACHI --on 2026-11-24 --draws 50 --format csv"


def test_a_project_with_its_ranges_and_what_its_source_states(pactolus: Pactolus) -> None:
    answer = pactolus(HEAD)
    rows = {row["measure"]: row for row in answer.csv}
    assert next(iter(rows)) == "margin_to_recover_capital"
    assert float(rows["npv"]["low"]) < float(rows["npv"]["mid"]) < float(rows["npv"]["high"])
    assert float(rows["npv_stated"]["mid"]) == 2300
    assert rows["npv_stated"]["basis"].startswith("source: after tax; NPV8")
    assert "country_premium of ARG not known" in answer.err
    assert "no operating cost in the record" in answer.err


def test_what_is_not_appraisable_says_what_it_lacks(pactolus: Pactolus) -> None:
    answer = pactolus("projects appraise BRA-NB-ARAXA --draws 20")
    assert answer.code == 3
    assert "not appraisable: lacks" in answer.err
    wrong = pactolus("projects appraise ARG-LI-KACHY --draws 20")
    assert wrong.code == 2
    assert "ARG-LI-KACHI" in wrong.err


def test_without_a_price_there_is_a_break_even_and_a_reason(pactolus: Pactolus) -> None:
    answer = pactolus("projects appraise GRC-GA-METLEN --draws 20 --format csv")
    rows = {row["measure"]: row for row in answer.csv}
    assert float(rows["break_even_price"]["mid"]) > 0
    assert rows["npv"]["status"] == "no_price"
    assert rows["npv"]["mid"] == ""
    assert "no_trade_data" in answer.err


def test_files_of_a_user(pactolus: Pactolus, tmp_path: Path) -> None:
    prices, risk, terms = (tmp_path / f"{name}.csv" for name in ("prices", "risk", "terms"))
    prices.write_text(
        "mineral,stage,low,mid,high,year,source\nARG-LI-KACHI,,20000,25000,33000,2024,a deck\n", "utf-8"
    )
    risk.write_text("country,premium,as_of,source\nARG,0.12,2026-07,a table\n", "utf-8")
    terms.write_text("name,low,mid,high,source\nopex_share,0.2,0.25,0.3,a study\n", "utf-8")
    files = ["--prices", str(prices), "--country-risk", str(risk), "--terms", str(terms)]
    own = {row["measure"]: row for row in pactolus([*HEAD.split(), *files]).csv}
    usual = {row["measure"]: row for row in pactolus(HEAD).csv}
    assert own["price"]["mid"] == "25000.0"
    assert float(own["discount_rate"]["mid"]) > float(usual["discount_rate"]["mid"])
    known = pactolus([*HEAD.split(), *files, "--detail", "terms"]).csv
    sources = {row["term"]: row["source"] for row in known}
    assert sources["opex_share"] == "a study (terms.csv)"
    assert sources["country_premium"] == "a table; as of 2026-07"
    assert "Busch" in sources["royalty"]


def test_a_floor_and_a_rate(pactolus: Pactolus) -> None:
    bare, floored = (
        {row["measure"]: row for row in pactolus(HEAD + more).csv}
        for more in (" --rate 8", " --rate 8 --floor 30000")
    )
    assert float(bare["discount_rate"]["mid"]) == 0.08
    assert float(floored["npv"]["low"]) > float(bare["npv"]["low"])
    assert floored["price_floor"]["mid"] == "30000.0"


@pytest.mark.parametrize("detail", ["delay", "tornado", "option", "terms"])
def test_every_detail_is_a_table(pactolus: Pactolus, detail: str) -> None:
    answer = pactolus(f"{HEAD} --detail {detail}")
    assert answer.code == 0
    assert {row["id"] for row in answer.csv} == {"ARG-LI-KACHI"}


def test_the_undated_table_is_used_only_when_asked_for_and_says_so(pactolus: Pactolus) -> None:
    answer = pactolus(HEAD + " --country-risk undated")
    assert "day is not stated; unconfirmed" in answer.err


def test_faults_of_one_line_come_together(pactolus: Pactolus) -> None:
    answer = pactolus("projects appraise --draws 3 --floor x --detail npw --rate y")
    assert answer.code == 2
    for said in ("--draws", "--floor", "npw", "--rate"):
        assert said in answer.err


def test_the_table_keeps_small_numbers_and_years_readable(pactolus: Pactolus) -> None:
    answer = pactolus("projects appraise ARG-LI-KACHI --on 2026-11-24 --draws 50")
    line = next(one for one in answer.out.splitlines() if "first_output" in one)
    assert "," not in line.split("year")[0]
    assert "<1" not in answer.out
