"""Plans as events go on: what was executed stays, silence is not zero, contradictions are refused at "
"their place."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from pactolus.errors import DataError, InputError
from pactolus.response.following.facts import (
    Executed,
    Facts,
    ShipmentFact,
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
    with pytest.raises(InputError, match="2026-07-01 lies after 2026-06-02; the end is the first day of"):
        update(plan, facts(on=date(2026, 6, 2), ended=date(2026, 7, 1)))
    with pytest.raises(InputError, match="2026-01-01 lies before the first month of the plan, 2026-01-01,"):
        update(plan, facts(on=date(2026, 6, 2), ended=date(2026, 1, 1)))


def test_an_end_that_nobody_expected_is_added_to_the_fan(plan: ResponsePlan) -> None:
    new = facts(said(what="CHN", tonnes=5.0), on=date(2026, 6, 2), ended=date(2026, 5, 1))
    found = update(plan, new, robust=False).plan
    assert (found.situation.lengths, found.answer.probability.tolist()) == ((3, 4, 5, 8), [0, 1, 0, 0])
    assert any("it ended before 2026-05-01, which no expected duration did" in note for note in found.notes)
    future = found.actions.filter(pl.col("month") >= date(2026, 5, 1))
    assert set(future["action"]) <= {"return of a loan"}
    expected = plan_of(situation(lengths=(3, 4, 5, 8), probability=np.array([1, 0, 1, 1]) / 3), robust=False)
    past = replace(new, rest="none")
    same = update(expected, past, robust=False).plan.answer.total_musd
    assert update(plan, past, robust=False).plan.answer.total_musd == pytest.approx(same, rel=1e-9)
    late = said(month=date(2026, 5, 1), what="CHN")
    with pytest.raises(InputError, match="month 2026-05-01 lies after the end, 2026-05-01; nothing of the"):
        update(plan, replace(new, executed=(late,)))


def test_a_fan_that_has_gone_by_is_extended_and_says_so(plan: ResponsePlan) -> None:
    found = update(plan, facts(on=date(2026, 10, 1))).plan
    assert found.situation.lengths == (3, 5, 8, 10, 11, 12)
    assert found.answer.probability.tolist() == pytest.approx([0, 0, 0, 1 / 3, 1 / 3, 1 / 3])
    assert found.situation.loss_t[0, 0, :, -1].tolist() == pytest.approx([40.0] * 12)
    assert any(
        "before 2026-11, 2026-12, 2027-01 are added, equally likely: an assu" in n for n in found.notes
    )
    assert found.actions.filter(pl.col("month") == date(2026, 10, 1)).height
    before = plan.actions.filter(pl.col("month") < date(2026, 9, 1), pl.col("when") == "as long as it lasts")
    after = found.actions.filter(pl.col("month") < date(2026, 9, 1), pl.col("when") == "as long as it lasts")
    key = ["month", "member", "action", "what", "to"]
    assert after.select(key).sort(key, nulls_last=True).equals(before.select(key).sort(key, nulls_last=True))


def test_what_was_done_in_months_that_nobody_expected_is_taken(plan: ResponsePlan) -> None:
    late = said(month=date(2026, 9, 1), action="joint purchase", what="MOZ", tonnes=7.0)
    found = update(plan, facts(late, on=date(2026, 10, 1)), robust=False).plan
    row = found.actions.filter(pl.col("month") == date(2026, 9, 1), pl.col("action") == "joint purchase")
    assert row.select("member", "tonnes").rows() == [("KOR", pytest.approx(7))]


def ship(**more: object) -> ShipmentFact:
    given: dict[str, object] = {
        "reference": "S-1",
        "member": "KOR",
        "mineral": "natural-graphite",
        "origin": "CHN",
        "tonnes": 70.0,
        "due": date(2026, 4, 20),
        "status": "held",
        "where": "facts.yaml:9:5: shipments[1]",
    }
    return ShipmentFact(**(given | more))  # type: ignore[arg-type]


def test_named_cargo_enters_its_month_once(plan: ResponsePlan) -> None:
    first = facts(shipments=(ship(),))
    found = update(plan, first, robust=False).plan
    lost = found.situation.loss_t[0, 0]
    assert lost[:, 2].tolist() == [40, 40, 40, 70, 40, 40, 40, 40, 0, 0, 0, 0]  # the larger, not both
    assert lost[3].tolist() == [0, 70, 70]  # a duration that is over loses nothing
    assert found.answer.total_musd > plan.answer.total_musd
    came = facts(shipments=(ShipmentFact(reference="S-1", status="arrived"),), on=date(2026, 4, 2))
    back = update(plan, came, earlier=[first], robust=False).plan
    assert back.situation.loss_t.tolist() == plan.situation.loss_t.tolist()
    other = facts(shipments=(ship(origin="VNM"),))
    cut = plan_of(situation(lengths=(3, 5, 8), cut=("CHN",)), robust=False)
    on_top = update(cut, other, robust=False).plan
    assert on_top.situation.loss_t[0, 0, 3, 2] == 100  # 40 by its share and 70 of another, cut at use
    assert facts_from_record(facts_record(first)) == first


@pytest.mark.parametrize(
    ("row", "message"),
    [
        (
            {"tonnes": 101.0},
            r"shipment S-1 of KOR: 101.0 t is more than KOR imports in a month, 100.0 t; mend",
        ),
        ({"member": "USA"}, r"shipments\[1\]: USA is no member; there are KOR, JPN"),
        ({"due": date(2025, 12, 31)}, "2025-12-31 lies before the plan, which begins on 2026-01-01"),
        ({"origin": None, "due": None}, "S-1 is no shipment of this plan; of a new one give origin, due too"),
        ({"stage": "ore"}, r"natural-graphite \(ore\) is not one place of this plan; there are natural-gr"),
    ],
)
def test_cargo_that_cannot_be_is_refused(plan: ResponsePlan, row: dict[str, object], message: str) -> None:
    with pytest.raises(InputError, match=message):
        update(plan, facts(shipments=(ship(**row),)))


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
shipments:
  - {reference: S-1, due: 2026-04-20, status: held}
note: by telephone
"""


def test_facts_are_read_with_their_places(tmp_path: Path) -> None:
    file = tmp_path / "facts.yaml"
    file.write_text(FACTS, encoding="utf-8")
    found = read_facts(file)
    assert found.executed == (said(what="CHN", tonnes=5.0),)
    assert found.executed[0].where == "facts.yaml:5:5: executed[1]"
    assert found.ended == date(2026, 2, 1)
    assert found.shipments == (ShipmentFact(reference="S-1", due=date(2026, 4, 20), status="held"),)
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
