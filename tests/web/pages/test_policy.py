"""Page Policy: the measures and counts of the register itself, with filters that stand in the address."""

from __future__ import annotations

import re
from datetime import date

import pytest
from starlette.testclient import TestClient

from pactolus.policy.changes import steps
from pactolus.policy.compare import compare
from pactolus.policy.register import register
from pactolus.policy.search import in_force
from pactolus.reports.desk import policy

DAY = date(2026, 11, 25)
ON = "on=2026-11-25"


def test_the_list_holds_the_measures_of_the_command_line(desk: TestClient) -> None:
    page = desk.get(f"/en/policy?{ON}&mineral=gallium&issuer=CHN")
    wanted = in_force(register(), DAY, minerals=["gallium"], issuers=["CHN"])
    opened = set(re.findall(r"measure=([A-Za-z0-9.-]+)", page.text.split('id="part-record"')[0]))
    assert page.status_code == 200
    assert opened == {measure.id for measure, _ in wanted}
    assert wanted


@pytest.mark.parametrize("lang", ["en", "ko", "ja"])
def test_the_csv_has_a_row_a_measure_and_the_reason_of_an_unconfirmed_one(
    desk: TestClient, lang: str
) -> None:
    rows = desk.get(f"/{lang}/policy/list/table/policy-list-rows.csv?{ON}&state=unconfirmed")
    found = in_force(register(), DAY)
    doubtful = [one for one in found if one[1].state == "unconfirmed"]
    lines = rows.text.lstrip("\ufeff").strip().split("\r\n")
    assert len(lines) == 1 + len(doubtful)
    silent = [m for m, span in doubtful if not span.why and not m.states[span.entry].reason]
    assert sum(line.endswith(",") for line in lines[1:]) == len(silent), "what is known of why is said"


def test_a_suspension_that_expired_is_unconfirmed_with_its_reason(desk: TestClient) -> None:
    measure = next(m for m, span in in_force(register(), DAY) if span.why == "suspension_expired")
    page = desk.get(f"/en/policy/record?{ON}&measure={measure.id}").text
    assert "no later act read" in page
    assert measure.references[0].link.replace("&", "&amp;") in page


def test_changes_are_those_of_the_register(desk: TestClient) -> None:
    rows = desk.get(f"/en/policy/changes/table/policy-changes.csv?{ON}&since=2026-06-01").text
    moved = [one for day, one in steps(register(), date(2026, 6, 1), DAY) if one.on(day) is not None]
    assert len(rows.strip().split("\r\n")) == 1 + len(moved)


def test_compare_prints_the_rows_of_the_engine_in_the_order_of_the_reader(desk: TestClient) -> None:
    told = compare(register(), ["KOR", "JPN"], DAY, minerals=["cobalt"])
    rows = desk.get(f"/ja/policy/compare/table/policy-compare-measures.csv?{ON}&mineral=cobalt").text
    lines = rows.lstrip("\ufeff").strip().split("\r\n")
    assert len(lines) == 1 + told.measures.height
    assert lines[0].index("日本") < lines[0].index("韓国")


def test_a_count_opens_its_way_to_the_register(desk: TestClient) -> None:
    card = policy.cards(register(), policy.Wanted(day=DAY), date(2025, 11, 25))[0]
    answer = desk.get(f"/en/policy/cards/trace/{card.figure.id}?{ON}&fragment=1")
    assert answer.status_code == 200
    assert "policy.register" in answer.text
    assert "every record names its source" in answer.text


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("issuer=CNH", "issuer: unknown issuer &#39;CNH&#39;; did you mean"),
        ("mineral=galium", "did you mean &#39;gallium&#39;"),
        ("instrument=exportban", "did you mean &#39;export_ban&#39;"),
        ("state=past", "state: "),
        ("measure=CHN-2024-12-us", "unknown measure &#39;CHN-2024-12-us&#39;"),
        (f"{ON}&since=2026-12-01", "give an earlier day"),
        ("minerals=gallium", "minerals: not known here; did you mean &#39;mineral&#39;"),
    ],
)
def test_a_slip_is_refused_with_place_value_and_mend(desk: TestClient, query: str, said: str) -> None:
    answer = desk.get(f"/ko/policy?{query}")
    assert answer.status_code == 422
    assert said in answer.text


def test_a_filter_without_a_hit_says_that_absence_is_no_evidence(desk: TestClient) -> None:
    page = desk.get(f"/en/policy?{ON}&issuer=KOR&state=de_facto").text
    assert "Absence here is not evidence of absence" in page
    assert "policy-list-rows" not in page
