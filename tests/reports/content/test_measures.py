"""The section on measures: counts, order, trade under codes, the picture, and what changed."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from pactolus.dialogue.meetings import meetings
from pactolus.policy.register import register
from pactolus.policy.search import listed
from pactolus.policy.states import LISTED
from pactolus.reports.brief import build_brief
from pactolus.reports.document import Brief, Chart, Claim, Section, Table
from pactolus.reports.figures import draw
from pactolus.reports.sections.measures import last_meeting


@pytest.fixture(scope="module")
def section(brief: Brief) -> Section:
    return next(s for s in brief.sections if s.id == "measures")


def tables(section: Section) -> dict[str, Table]:
    return {b.id: b for b in section.blocks if isinstance(b, Table)}


def test_the_lead_counts_the_whole_table(section: Section) -> None:
    lead = section.blocks[0]
    assert isinstance(lead, Claim)
    states = [row[0].ids[0].rpartition(".")[2] for row in tables(section)["measures-all"].rows]
    assert {s: lead.figures[s].value for s in LISTED} == {s: states.count(s) for s in LISTED}
    assert lead.figures["all"].value == len(register())


def test_no_proposal_no_measure_of_a_member_and_nothing_unverified(section: Section, brief: Brief) -> None:
    day = date.fromisoformat(brief.as_of)
    known = {m.titles["en"]: m for m, _ in listed(register(), day, states=LISTED)}
    for row in tables(section)["measures-all"].rows:
        measure = known[row[2].ids[0]]
        assert set(measure.issuer).isdisjoint(brief.members)
        assert row[0].ids[0].rpartition(".")[2] in LISTED


def test_unconfirmed_first_and_then_the_largest_trade(section: Section) -> None:
    rows = tables(section)["measures"].rows
    states = [row[0].ids[0] for row in rows]
    assert states == sorted(states, key=lambda s: LISTED.index(s.rpartition(".")[2]) != 2)
    assert any(row[5].value for row in rows)


def test_trade_under_codes_is_that_of_the_world(section: Section, world) -> None:
    found = [
        figure
        for row in tables(section)["measures-all"].rows
        for figure in row[5:7]
        if figure.value is not None
    ]
    assert found
    trade = world.table("trade")
    for figure in found:
        rows = trade.filter(
            pl.col("hs_code").is_in(str(figure.rows["hs_code"]).split("|")),
            pl.col("importer") == figure.rows["importer"],
            pl.col("exporter").is_in(str(figure.rows["exporter"]).split("|")),
            pl.col("year") == figure.rows["year"],
        )
        assert figure.value == pytest.approx(rows["value_usd"].sum() / 1e6)


def test_missing_trade_has_a_reason_and_is_no_zero(section: Section) -> None:
    figures = [f for row in tables(section)["measures-all"].rows for f in row[5:7]]
    assert {f.status for f in figures if f.value is None} <= {"no_code", "no_trade_data"}
    assert not [f for f in figures if f.value == 0]


@pytest.mark.parametrize("lang", ["en", "ko", "ja"])
@pytest.mark.parametrize("width", [360, 720])
def test_the_timeline_draws_every_span(section: Section, lang: str, width: int) -> None:
    chart = next(b for b in section.blocks if isinstance(b, Chart))
    drawing = draw(chart, lang, width)
    pieces = [p for s in drawing.option["series"] for p in s["data"] if isinstance(p, dict)]
    assert len(pieces) == sum(len(row["spans"]) for row in chart.data["rows"])
    assert all(piece["value"] >= 0 for piece in pieces)
    for place, row in enumerate(chart.data["rows"]):
        ends = [s["data"][place] for s in drawing.option["series"] if s["data"]]
        total = sum(e["value"] if isinstance(e, dict) else e for e in ends)
        if row["spans"] and row["spans"][-1]["end"] is None:
            assert total == pytest.approx(drawing.option["xAxis"][0]["max"], abs=0.01)


def test_changes_are_those_since_the_last_meeting_of_these_members(brief: Brief, section: Section) -> None:
    meeting = last_meeting(("KOR", "JPN"), date.fromisoformat(brief.as_of))
    assert meeting is not None
    assert meeting.date == max(m.date for m in meetings())
    days = [row[0].ids[0] for row in tables(section)["measures-changed"].rows]
    assert days
    assert min(days) > meeting.date.isoformat()
    assert last_meeting(("KOR", "USA"), date(2026, 11, 24)) is None
    assert last_meeting(("KOR", "JPN"), date(2025, 2, 27)) is None


def test_members_without_a_meeting_look_back_a_year(world) -> None:
    other = build_brief(world, ["KOR", "AUS"], as_of=date(2026, 11, 24), sections=["measures"])
    section = next(s for s in other.sections if s.id == "measures")
    keys = [b.key for b in section.blocks if isinstance(b, Claim)]
    assert "brief.measures.changed_year" in keys


def test_the_day_of_the_brief_decides(world) -> None:
    """On 9 November 2026 the six notices of October 2025 are suspended, on the 11th unconfirmed."""
    counts = {}
    for day in (date(2026, 11, 9), date(2026, 11, 11)):
        brief = build_brief(world, ["KOR", "JPN"], as_of=day, sections=["measures"])
        section = next(s for s in brief.sections if s.id == "measures")
        assert isinstance(section.blocks[0], Claim)
        counts[day.day] = {s: section.blocks[0].figures[s].value for s in LISTED}
    assert (
        counts[9]["suspended"] - counts[11]["suspended"]
        == counts[11]["unconfirmed"] - counts[9]["unconfirmed"]
    )
    assert counts[9]["suspended"] >= 5
