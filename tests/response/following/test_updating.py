"""Plans as events go on: what was executed stays, silence is not zero, contradictions are refused at "
"their place."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from pactolus.errors import DataError, InputError, NoAnswerError
from pactolus.response.following.facts import (
    Executed,
    Facts,
    facts_from_record,
    facts_record,
    read_facts,
)
from pactolus.response.following.log import KIND, add_entry, entries, logged_facts
from pactolus.response.following.updating import update
from pactolus.response.plan.plan import ResponsePlan, plan_of
from pactolus.workspace.folder import create_workspace
from pactolus.workspace.store import ConflictError
from tests.response.made_up import crossed, situation


@pytest.fixture
def plan() -> ResponsePlan:
    return plan_of(situation(lengths=(3, 5, 8)), robust=False)


def said(**more: object) -> Executed:
    given: dict[str, object] = {
        "month": date(2026, 1, 1),
        "member": "KOR",
        "action": "release",
        "mineral": "natural-graphite",
        "stage": "mixed",
        "tonnes": 10.0,
        "where": "facts.yaml:4:5: executed[1]",
    }
    return Executed(**(given | more))  # type: ignore[arg-type]


def facts(
    *executed: Executed, on: date = date(2026, 3, 5), rest: str | None = "as_planned", **more: object
) -> Facts:
    return Facts(event="made-up", on=on, executed=executed, rest=rest, **more)  # type: ignore[arg-type]


def test_nothing_new_changes_nothing(plan: ResponsePlan) -> None:
    found = update(plan, facts())
    assert set(found.changes["change"]) == {"executed"}
    assert found.plan.answer.total_musd == pytest.approx(plan.answer.total_musd, rel=1e-6)
    assert set(found.plan.robust["right_in"].is_between(0, 1)) == {True}


def test_what_was_executed_stays_and_the_rest_is_solved_again(plan: ResponsePlan) -> None:
    loan = said(action="loan", to="JPN", what="AUS", tonnes=20.0)
    found = update(plan, facts(loan, said(what="CHN", tonnes=5.0)), robust=False)
    rows = found.plan.actions.filter(pl.col("month") == date(2026, 1, 1), pl.col("member") == "KOR")
    by_action = {(a, w): t for a, w, t in rows.select("action", "what", "tonnes").iter_rows()}
    assert by_action["loan", "AUS"] == pytest.approx(20)
    assert by_action["release", "CHN"] == pytest.approx(5)
    assert {"executed otherwise"} < set(found.changes["change"])
    before, after = (one.actions.filter(pl.col("month") >= date(2026, 3, 1)) for one in (plan, found.plan))
    assert not before.equals(after)


def test_a_warm_update_is_that_of_a_cold_plan_with_the_same_columns_held(plan: ResponsePlan) -> None:
    new = facts(said(what="CHN", tonnes=5.0))
    warm = update(plan, new, robust=False)
    cold = update(plan_of(situation(lengths=(3, 5, 8)), robust=False), new, robust=False)
    assert warm.plan.answer.total_musd == pytest.approx(cold.plan.answer.total_musd, rel=1e-9)


def test_durations_that_have_gone_by_are_out(plan: ResponsePlan) -> None:
    found = update(plan, facts(on=date(2026, 5, 1)), robust=False)
    assert found.plan.answer.probability.tolist() == pytest.approx([0, 0.5, 0.5])
    over = update(plan, facts(on=date(2026, 6, 2), ended=date(2026, 6, 1)), robust=False)
    assert over.plan.answer.probability.tolist() == [0, 1, 0]
    future = over.plan.actions.filter(pl.col("month") >= date(2026, 6, 1))
    assert set(future["action"]) <= {"return of a loan"}
    with pytest.raises(NoAnswerError, match="the longest duration of the plan, to 2026-09-01, has gone by"):
        update(plan, facts(on=date(2026, 10, 1)))
    with pytest.raises(InputError, match="2026-05-01 is no end of a duration of this plan"):
        update(plan, facts(on=date(2026, 6, 2), ended=date(2026, 5, 1)))


def test_silence_about_past_months_is_not_zero(plan: ResponsePlan) -> None:
    with pytest.raises(InputError, match=r"nothing is said about planned actions.*\d in 2026-01.*rest: none"):
        update(plan, facts(rest=None))
    none = update(plan, facts(rest="none"), robust=False)
    assert "not done" in set(none.changes["change"])
    assert none.plan.answer.total_musd > plan.answer.total_musd


def test_facts_beat_estimates_but_not_declarations(plan: ResponsePlan) -> None:
    more = said(action="joint purchase", what="MOZ", tonnes=14.0)  # the room was 10 t
    found = update(plan, facts(more), robust=False)
    row = found.plan.actions.filter(pl.col("action") == "joint purchase", pl.col("month") == date(2026, 1, 1))
    assert row.filter(pl.col("member") == "KOR")["tonnes"].sum() == pytest.approx(14)
    with pytest.raises(
        InputError, match=r"executed\[1\]: KOR moved .* from CHN and declared 300.0 t at most"
    ):
        update(plan, facts(said(what="CHN", tonnes=400.0)))
    with pytest.raises(InputError, match=r"KOR lent 270.0 t .*limit lending_share allows 240.0 t"):
        update(plan, facts(said(action="loan", to="JPN", tonnes=270.0), rest="none"))


def test_what_was_bought_is_not_used_before_it_came(plan: ResponsePlan) -> None:
    bought = said(month=date(2026, 2, 1), what="bought or borrowed", tonnes=50.0)
    with pytest.raises(InputError, match=r"KOR used 50.0 t of what was bought or borrowed"):
        update(plan, facts(bought))


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ({"mineral": "cobalt"}, r"executed\[1\]: cobalt \(mixed\) is no part of this plan"),
        ({"member": "USA"}, "USA is no member; there are KOR, JPN"),
        ({"month": date(2026, 3, 1)}, "month 2026-03-01 is not one of those that have passed"),
        ({"month": date(2025, 12, 1)}, "month 2025-12-01 is not one of those that have passed"),
        ({"action": "loan"}, "a loan names who gets it: write to"),
        ({"to": "JPN"}, "a release has no to"),
        (
            {"action": "loan", "to": "JPN", "what": "CHN"},
            "KOR: loan of CHN in 2026-01 is no action of this plan",
        ),
        ({"action": "re-routing", "what": "BRA"}, "re-routing of BRA in 2026-01 is no action of this plan"),
        ({"action": "project acceleration", "what": "mine"}, "is no action of this plan"),
    ],
)
def test_what_nobody_could_execute_is_refused(
    plan: ResponsePlan, row: dict[str, object], message: str
) -> None:
    with pytest.raises(InputError, match=message):
        update(plan, facts(said(**row)))


def test_a_loan_against_a_choice_not_to_transfer_is_refused() -> None:
    plan = plan_of(situation(), no_transfer=["KOR"], robust=False)
    with pytest.raises(InputError, match="KOR chose to pass nothing on, yet 10 t went to JPN"):
        update(plan, facts(said(action="loan", to="JPN", what="AUS")))


def test_a_swap_of_grades_has_two_ways() -> None:
    plan = plan_of(crossed(), robust=False)
    [there] = plan.actions.filter(
        pl.col("action") == "swap of grades", pl.col("member") == "KOR", pl.col("month") == date(2026, 1, 1)
    )["tonnes"]
    swap = said(action="swap of grades", to="JPN", what="AUS", tonnes=there)
    back = said(action="swap of grades", member="JPN", to="KOR", what="VNM", tonnes=there / 2)
    found = update(plan, facts(swap, back, on=date(2026, 2, 2)), robust=False)
    assert found.plan.answer.total_musd == pytest.approx(plan.answer.total_musd, rel=1e-6)
    with pytest.raises(InputError, match=r"KOR gave .* t of content more than JPN in 2026-01; a swap of gr"):
        update(plan, facts(swap, rest="none", on=date(2026, 2, 2)))


def test_earlier_facts_stand(plan: ResponsePlan) -> None:
    first = facts(said(what="CHN", tonnes=5.0), on=date(2026, 2, 2))
    same = update(plan, facts(said(what="CHN", tonnes=5.0)), earlier=[first], robust=False)
    assert len(same.executed) == 1
    with pytest.raises(InputError, match=r"10 t, yet .* says 5 t of the same action; what was"):
        update(plan, facts(said(what="CHN")), earlier=[first])
    with pytest.raises(InputError, match="2026-02-01 lies before the newest entry of the log, 2026-02-02"):
        update(plan, facts(on=date(2026, 2, 1)), earlier=[first])
    with pytest.raises(InputError, match="2025-12-31 lies outside the plan, which begins on 2026-01-01"):
        update(plan, facts(on=date(2025, 12, 31)))


def test_what_is_left_of_a_stock_is_taken_over(plan: ResponsePlan) -> None:
    place = ("natural-graphite", "mixed")
    less = update(plan, facts(stocks={("KOR", *place): 0.5}), robust=False)
    assert less.plan.answer.total_musd > plan.answer.total_musd
    with pytest.raises(InputError, match=r"JPN declares no stock of cobalt \(mixed\)"):
        update(plan, facts(stocks={("JPN", "cobalt", "mixed"): 0.5}))


FACTS = """event: made-up
on: 2026-03-05
rest: none
executed:
  - {month: 2026-01-20, member: Korea, action: release, mineral: graphite, stage: mixed, what: CHN, tonnes: 5}
ended: 2026-02-10
stocks:
  - {member: KOR, mineral: graphite, stage: mixed, of_declared: 0.9}
note: by telephone
"""


def test_facts_are_read_with_their_places(tmp_path: Path) -> None:
    file = tmp_path / "facts.yaml"
    file.write_text(FACTS, encoding="utf-8")
    found = read_facts(file)
    assert found.executed == (said(what="CHN", tonnes=5.0),)
    assert found.executed[0].where == "facts.yaml:5:5: executed[1]"
    assert found.ended == date(2026, 2, 1)
    assert facts_from_record(facts_record(found)) == found


def test_every_fault_of_a_file_at_once(tmp_path: Path) -> None:
    file = tmp_path / "facts.yaml"
    text = FACTS.replace("tonnes: 5", "tonnes: -5").replace("rest: none", "rest: later")
    file.write_text(text.replace("action: release", "action: releases"), encoding="utf-8")
    with pytest.raises(InputError) as caught:
        read_facts(file)
    lines = str(caught.value).splitlines()
    assert [line.split(":")[1] for line in lines] == ["3", "5", "5"] or len(lines) == 3


def test_the_log_is_added_to_and_never_changed(tmp_path: Path) -> None:
    store = create_workspace(tmp_path / "desk").store
    new = facts(said(what="CHN", tonnes=5.0))
    assert add_entry(store, "made-up", "plan", {}, author="desk") == 1
    assert add_entry(store, "made-up", "update", {}, author="desk", label="KOR:restricted", facts=new) == 2
    assert add_entry(store, "other", "plan", {}, author="desk") == 1
    assert [one.body["number"] for one in entries(store, "made-up")] == [1, 2]
    assert logged_facts(store, "made-up") == (new,)
    assert store.verify() == []
    with pytest.raises(ConflictError):
        store.put(KIND, "made-up-00002", {}, author="x", expected=0)
    store.put(KIND, "made-up-00002", {"event": "made-up", "number": 2}, author="x")
    with pytest.raises(DataError, match=r"entry 2 was written again \(version 2\)"):
        entries(store, "made-up")


def test_an_entry_that_is_taken_out_is_missed(tmp_path: Path) -> None:
    store = create_workspace(tmp_path / "desk").store
    for _ in range(2):
        add_entry(store, "made-up", "plan", {}, author="desk")
    store.remove(KIND, "made-up-00001", author="x")
    with pytest.raises(DataError, match="entry 1 is missing"):
        entries(store, "made-up")


def test_an_update_after_an_update_starts_from_all_that_was_executed(plan: ResponsePlan) -> None:
    first = facts(said(what="CHN", tonnes=5.0), on=date(2026, 2, 2))
    update(plan, first, robust=False)
    second = facts(said(month=date(2026, 2, 1), what="CHN", tonnes=7.0), on=date(2026, 3, 2))
    found = update(plan, second, earlier=[first], robust=False)
    fresh = update(
        plan_of(situation(lengths=(3, 5, 8)), robust=False),
        replace(second, executed=(*first.executed, *second.executed)),
        robust=False,
    )
    assert found.plan.answer.total_musd == pytest.approx(fresh.plan.answer.total_musd, rel=1e-7)
