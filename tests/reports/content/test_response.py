"""The section on joint responses: dated clocks, one plan as ranges, every number computed again."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

import pytest

from pactolus.catalogue.origins import Claim, Figure, Term
from pactolus.catalogue.world import World
from pactolus.errors import DataError, NoAnswerError
from pactolus.reports import answered
from pactolus.reports.brief import SECTIONS, build_brief
from pactolus.reports.claims import claims_of, figures_of, manifest
from pactolus.reports.clock_tables import RECORDS, dues_that_run, dues_to_start
from pactolus.reports.document import Brief, Section, Table
from pactolus.reports.retrace import recompute, source_rows
from pactolus.reports.trail import figure_of, trail_of
from pactolus.response.events.event import ready_event, ready_event_names
from pactolus.wording.names import name
from pactolus.wording.numbers import format_figure
from pactolus.wording.phrases import LANGS, render_claim

AS_OF = date(2026, 11, 23)
GRAPHITE = "graphite-licence-2023"
NUMBER = re.compile(r"[-+±<]?\d+(?:,\d{3})*(?:\.\d+)?")


@pytest.fixture(scope="module")
def alone(world: World) -> Brief:
    """A brief of this section alone."""
    return build_brief(world, ["KOR", "JPN"], as_of=AS_OF, sections=["response"])


@pytest.fixture(scope="module")
def section(alone: Brief) -> Section:
    return next(s for s in alone.sections if s.id == "response")


def table(section: Section, identity: str) -> Table:
    return next(b for b in section.blocks if isinstance(b, Table) and b.id == identity)


def keys(section: Section) -> list[str]:
    return [b.key for b in section.blocks if isinstance(b, Claim)]


def answers(brief: Brief) -> list[tuple[str, Figure]]:
    return [(p, f) for p, f in figures_of(brief) if f.table.startswith("answer:")]


def texts(brief: Brief, lang: str) -> str:
    told = ["".join(s.text for s in render_claim(c, lang)) for c in claims_of(brief)]
    cells = [name(c, lang) for s in brief.sections for b in s.blocks if isinstance(b, Table)
             for row in b.rows for c in row if isinstance(c, Term)]  # fmt: skip
    return "\n".join([*told, *cells])


def test_it_stands_after_the_stocks() -> None:
    order = [one for one, _ in SECTIONS]
    assert order.index("response") == order.index("stocks") + 1


def test_clocks_that_a_report_would_start_have_a_kind_an_owner_and_a_date(section: Section) -> None:
    standing = table(section, "response-standing")
    at = {c.key: n for n, c in enumerate(standing.columns)}
    assert len(standing.rows) >= 4
    for row in standing.rows:
        assert row[at["clock_kind"]].ids[0].rpartition(".")[2] in {"law", "agreement", "target", "custom"}
        assert all(row[at["owner"]].ids)
        assert isinstance(row[at["length"]], Figure)
        assert row[at["if_today"]].ids[0] > AS_OF.isoformat()
    assert keys(section)[0] == "brief.response.quiet"
    assert "brief.response.unread" in keys(section)  # acts whose deadlines nobody read have no date


def test_a_clock_that_runs_on_the_day_is_shown_with_its_event(world: World) -> None:
    day = date(2025, 9, 26)
    found = build_brief(world, ["KOR", "JPN"], as_of=day, sections=["response"])
    section = next(s for s in found.sections if s.id == "response")
    running = table(section, "response-running")
    lead = section.blocks[0]
    assert isinstance(lead, Claim)
    assert lead.figures["count"].value == len(running.rows) == 1
    at = {c.key: n for n, c in enumerate(running.columns)}
    event = ready_event("copper-concentrate-2025")
    assert name(running.rows[0][at["running_event"]], "ja") == event.titles["ja"]
    assert running.rows[0][at["started"]].ids == ("2025-09-24",)
    length = running.rows[0][at["length"]]
    assert recompute(length, world, found) == length.value == 10
    for _, figure in figures_of(found):
        assert figure.value is None or not figure.table.startswith("answer:") or figure.id in found.trails


def test_a_passed_date_is_open_for_a_meeting_but_does_not_run() -> None:
    events = [ready_event(one) for one in ready_event_names()]
    day = date(2025, 12, 1)
    assert {due.state for _, due in dues_that_run(events, ["JPN"], day)} == {"date_passed"}
    assert not dues_that_run(events, ["JPN"], day, states=("running", "due_today"))
    assert not dues_that_run(events, ["DEU"], day)
    assert not dues_that_run(events, ["JPN"], date(2023, 1, 1))


def test_clocks_of_others_are_not_those_of_the_members() -> None:
    ids = {due.clock.id for due in dues_to_start(["DEU", "FRA"], AS_OF)}
    assert "chn-licence-review" in ids
    assert not any(one.startswith(("kor-", "jpn-", "ipef-")) for one in ids)
    assert "ipef-crn-meeting" in {due.clock.id for due in dues_to_start(["JPN", "FRA"], AS_OF)}


def test_what_is_missing_is_a_range_and_less_together_than_alone(section: Section, world: World) -> None:
    plan = table(section, "response-plan")
    paper = answered.answered(world, GRAPHITE)
    assert len(plan.rows) == 3 * len(paper.places)
    for row in plan.rows:
        for cell in row[2:]:
            assert isinstance(cell, Figure)
            assert cell.value is not None
            assert cell.low is not None
            assert cell.high is not None
            assert cell.low <= cell.value <= cell.high
            assert cell.low < cell.high
    nothing, each, joint = (plan.rows[n] for n in range(3))
    for n in (2, 3):
        assert nothing[n].value > each[n].value
        assert nothing[n].value > joint[n].value
    assert joint[2].value + joint[3].value < each[2].value + each[3].value + 1e-6


def test_totals_are_the_months_of_the_paper_added_up(world: World) -> None:
    paper = answered.answered(world, GRAPHITE)
    totals = answered.answer_rows(world, "totals", {"event": GRAPHITE})
    for row in totals.iter_rows(named=True):
        mine = paper.months.filter(
            (paper.months["mineral"] == row["mineral"])
            & (paper.months["stage"] == row["stage"])
            & (paper.months["member"] == row["member"])
        )
        for column in ("lost_t", "alone_short_t", "short_t"):
            assert row[column] == pytest.approx(mine[column].sum(), rel=1e-9)
            assert row[f"{column}_high"] <= mine[f"{column}_high"].sum() * (1 + 1e-9)


def test_the_gain_is_its_ends_over_all_cases_and_payments_sum_to_zero(section: Section, world: World) -> None:
    worth = next(b for b in section.blocks if isinstance(b, Claim) and b.key == "brief.response.worth")
    values = answered.answered(world, GRAPHITE).plan.value["gain_musd"]
    assert worth.figures["low"].value == pytest.approx(values.min())
    assert worth.figures["high"].value == pytest.approx(values.max())
    before, paid, after = table(section, "response-gains").rows
    assert sum(c.value for c in paid[1:]) == pytest.approx(0, abs=1e-9)
    for b, p, a in zip(before[1:], paid[1:], after[1:], strict=True):
        assert b.value + p.value == pytest.approx(a.value)
        assert a.value >= 0


def test_a_swap_lies_between_the_worths_of_the_members(section: Section) -> None:
    prices = table(section, "response-prices")
    at = {c.key: n for n, c in enumerate(prices.columns)}
    for row in prices.rows:
        worth = [row[at[f"worth_{m}"]].value for m in ("KOR", "JPN")]
        assert row[at["fair_low"]].value == pytest.approx(min(worth))
        assert row[at["fair_high"]].value == pytest.approx(max(worth))
        assert row[at["price"]].value < min(worth)


def test_the_board_names_owners_in_the_order_of_months(section: Section) -> None:
    board = table(section, "response-board")
    at = {c.key: n for n, c in enumerate(board.columns)}
    assert 1 <= len(board.rows) <= answered.SHOWN
    months = [row[at["month"]].ids[0] for row in board.rows]
    assert months == sorted(months)
    assert all(set(row[at["owner"]].ids) <= {"KOR", "JPN"} for row in board.rows)


def test_no_stock_is_released_lent_or_shown(alone: Brief, section: Section) -> None:
    for event in map(ready_event, ready_event_names()):
        assert not event.holdings
    actions = {row[2].ids[0].rpartition(".")[2] for row in table(section, "response-board").rows}
    assert actions.isdisjoint({"release", "loan", "swap_of_grades"})
    assert not any("stock" in str(f.rows) or "lot" in f.table for _, f in answers(alone))
    assert "does not say that none is held" in texts(alone, "en")


def test_an_event_with_declared_stocks_is_not_planned_here(monkeypatch, world: World) -> None:
    from pactolus.response.events import event as events
    from pactolus.stockpile.members.holdings import HoldingRange

    held = HoldingRange(mineral="natural-graphite", stage="mixed", member="KOR", form="flake",
                        low=1.0, high=2.0, unit="t")  # fmt: skip
    closed = {one: replace(ready_event(one), holdings=(held,)) for one in ready_event_names()}
    monkeypatch.setattr(events, "ready_event", closed.__getitem__)
    assert answered.events_of(("KOR", "JPN"), AS_OF) == []


@pytest.mark.parametrize("lang", LANGS)
def test_the_expressions_of_a_joint_paper(alone: Brief, lang: str) -> None:
    said = texts(alone, lang)
    needed, overlap = {
        "en": ("No agreement without", "Overlapping demand"),
        "ko": ("없이는 합의 불가", "수요 중복"),
        "ja": ("なしに合意なし", "需要の重複"),
    }[lang]
    assert needed in said
    assert overlap in said
    assert "pactolus respond graphite-licence-2023 --formats html,pdf" in said
    assert not re.search(r"\b(late|blocks|takes from)\b", texts(alone, "en"))
    assert not re.search(r"[{}]|\bNone\b|\b(?:brief|paper|agenda)\.\w", said)


def test_three_languages_hold_the_same_numbers(alone: Brief) -> None:
    for place, figure in answers(alone):
        printed = [format_figure(figure, lang) for lang in LANGS]
        assert len({tuple(NUMBER.findall(text)) for text in printed}) == 1, place
    for claim in claims_of(alone):
        ids = [sorted(s.figure.id for s in render_claim(claim, lang) if s.figure) for lang in LANGS]
        assert ids[0] == ids[1] == ids[2], claim.key


def test_every_number_is_computed_again_and_its_trail_ends_in_it(alone: Brief, world: World) -> None:
    found = answers(alone)
    assert {f.table for _, f in found} == {
        f"answer:{one}" for one in ("clocks", "totals", "value", "suppliers", "gains", "prices", "actions")
    }
    assert len(found) > 40
    for place, figure in found:
        assert figure.value is not None
        assert not source_rows(figure, world, alone).is_empty(), place
        assert recompute(figure, world, alone) == pytest.approx(figure.value, rel=1e-9), place
        trail = alone.trails[figure.id]
        assert trail.steps[-1].after == pytest.approx(figure.value, rel=1e-9), place
        clock = figure.table == "answer:clocks"
        assert {s.table for s in trail.sources} == {"clocks" if clock else "trade"}, place
        assert figure.origins == ((RECORDS.id,) if clock else world.origins_of("trade"))
    assert {i for _, f in found for i in f.origins} <= alone.origins.keys()


def test_a_number_of_the_manifest_is_walked_back_by_its_id(alone: Brief, world: World) -> None:
    said = manifest(alone)
    chosen = {e["table"]: e for e in said["claims"] if e["table"].startswith("answer:")}
    assert len(chosen) == 7
    for entry in chosen.values():
        trail = trail_of(world, entry["id"], said)
        assert trail.steps[-1].after == pytest.approx(figure_of(entry).value)


def test_other_members_have_their_clocks_and_no_plan(world: World) -> None:
    found = build_brief(world, ["DEU", "FRA"], as_of=AS_OF, sections=["response"])
    section = next(s for s in found.sections if s.id == "response")
    assert [b.id for b in section.blocks if isinstance(b, Table)] == ["response-standing"]
    assert keys(section)[-1] == "brief.response.no_event"
    assert "no plan is shown" in texts(found, "en")


def test_a_third_member_reads_the_plan_of_the_two_that_answer(world: World) -> None:
    found = build_brief(world, ["JPN", "USA", "KOR"], as_of=AS_OF, sections=["response"])
    section = next(s for s in found.sections if s.id == "response")
    assert [c.member for c in table(section, "response-plan").columns[2:]] == ["JPN", "KOR"]


def test_the_day_decides_what_is_on_record() -> None:
    members = ("KOR", "JPN")
    assert answered.events_of(members, date(2023, 10, 19)) == []
    assert [e.id for e in answered.events_of(members, date(2023, 10, 20))] == [GRAPHITE]
    every = answered.events_of(members, AS_OF)
    assert [e.id for e in every] == ["copper-concentrate-2025", "cobalt-quota-2025", GRAPHITE]
    assert answered.events_of(("KOR", "DEU"), AS_OF) == []


def test_the_event_is_the_one_that_cuts_what_members_are_most_exposed_to() -> None:
    events = answered.events_of(("KOR", "JPN"), AS_OF)
    ranks = {"natural-graphite": GRAPHITE, "cobalt": "cobalt-quota-2025"}
    for mineral, wanted in ranks.items():
        chosen = answered.event_of(events, [("lithium", "refined"), (mineral, "ore"), ("copper", "ore")])
        assert chosen is not None
        assert chosen.id == wanted
    assert answered.event_of(events, []) == events[0]
    assert answered.event_of([], [("cobalt", "ore")]) is None


def test_a_world_without_the_trade_of_the_event_says_so(monkeypatch, world: World) -> None:
    def nothing(*_: object) -> None:
        raise NoAnswerError("no trade")

    monkeypatch.setattr(answered, "answered", nothing)
    found = build_brief(world, ["KOR", "JPN"], as_of=AS_OF, sections=["response"])
    section = next(s for s in found.sections if s.id == "response")
    assert keys(section)[-1] == "brief.response.no_plan"


def test_rows_that_nobody_knows_are_refused(world: World) -> None:
    with pytest.raises(DataError, match="answer:stocks: no such rows; there are totals, actions"):
        answered.answer_rows(world, "stocks", {"event": GRAPHITE})
