"""Plans as their readers see them: actions, value, gains, prices, robustness, notes."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pactolus.errors import OptionError
from pactolus.response.plan.columns import Column
from pactolus.response.plan.plan import SPLIT, plan_of, with_step
from pactolus.response.plan.robust import share_right
from pactolus.response.plan.situation import Segment, Step
from pactolus.response.plan.solving import Solver
from pactolus.workspace.labels import Levels
from tests.response.made_up import random_situation, situation


def test_actions_name_member_month_lot_owner_day_and_cost() -> None:
    plan = plan_of(situation(), as_of=date(2026, 1, 12))
    rows = plan.actions.filter(pl.col("action") == "release", pl.col("member") == "KOR")
    first = rows.row(0, named=True)
    assert first["month"] == date(2026, 1, 1)
    assert first["due"] == date(2026, 1, 31)
    assert (first["owner"], first["what"], first["transferable"]) == ("KOR", "CHN", "no or unknown")
    assert first["value_musd"] == pytest.approx(first["tonnes"] * 1000 / 1e6)
    assert first["cost_musd"] == pytest.approx(0.01 * first["value_musd"], rel=0.1)
    bought = plan.actions.filter(pl.col("action") == "joint purchase").row(0, named=True)
    assert bought["owner"] == "KOR+JPN"
    assert bought["arrives"] == date(2026, 3, 1)
    loans = plan.actions.filter(pl.col("action") == "loan")
    assert set(loans["what"]) == {"AUS"}
    assert set(loans["to"]) == {"JPN"}
    back = plan.actions.filter(pl.col("action") == "return of a loan")
    assert set(back["owner"]) == {"JPN"}
    assert back["when"].str.starts_with("ended before").all()


def test_all_that_was_lent_is_given_back_in_each_duration() -> None:
    plan = plan_of(situation(), robust=False)
    by_when = dict(
        plan.actions.filter(pl.col("action") == "return of a loan")
        .group_by("when")
        .agg(pl.col("tonnes").sum())
        .iter_rows()
    )
    lent = plan.actions.filter(pl.col("action").is_in(["loan", "swap of places"]))
    for length in plan.situation.lengths:
        end = plan.situation.month(length)
        assert by_when[f"ended before {end}"] == pytest.approx(
            lent.filter(pl.col("month") < end)["tonnes"].sum()
        )


@settings(max_examples=8, deadline=None)
@given(st.integers(0, 100_000))
def test_nobody_is_worse_off_after_compensation(seed: int) -> None:
    plan = plan_of(random_situation(seed, members=3), robust=False)
    table = plan.alone
    assert table["gain_after_musd"].min() >= -1e-6
    assert table["compensation_musd"].sum() == pytest.approx(0, abs=1e-6)
    assert table["gain_after_musd"].sum() == pytest.approx(plan.gain_musd, abs=1e-6)
    for row in table.iter_rows(named=True):
        assert row["least_compensation_musd"] == pytest.approx(max(0, -row["gain_before_musd"]))


def test_baselines_and_cases_stand_beside_the_plan() -> None:
    value = plan_of(situation(), robust=False).value
    assert value["case"].unique(maintain_order=True).to_list() == [
        "as planned",
        "stocks at the low end",
        "stocks at the high end",
        "lots that need a legal review are lent too",
        "no transfer from KOR",
        "no transfer from JPN",
    ]
    ways = value.filter(pl.col("case") == "as planned")["counterfactual"].to_list()
    assert ways == [SPLIT, "alone, alternatives to KOR first", "alone, alternatives to JPN first"]
    costs = value.row(0, named=True)
    assert costs["together_musd"] < costs["alone_musd"] < costs["idle_musd"]
    assert costs["gain_share"] == pytest.approx(costs["gain_musd"] / costs["alone_musd"])
    by_case = dict(
        value.filter(pl.col("counterfactual") == SPLIT).select("case", "together_musd").iter_rows()
    )
    assert by_case["lots that need a legal review are lent too"] < by_case["as planned"]
    assert by_case["as planned"] < by_case["no transfer from KOR"]
    assert by_case["stocks at the high end"] < by_case["stocks at the low end"]


def test_a_choice_not_to_transfer_is_planned_for_and_its_price_shown() -> None:
    plan = plan_of(situation(), no_transfer=["KOR"], robust=False)
    given_ = plan.actions.filter(pl.col("action").is_in(["loan", "swap of places"]))
    assert "KOR" not in given_["member"].to_list()
    cases = dict(plan.value.select("case", "together_musd").iter_rows())
    assert cases["KOR transfers all the same"] < plan.answer.total_musd
    assert any("neither lends nor passes on" in note for note in plan.notes)
    with pytest.raises(OptionError, match="USA is no member of this event; there are KOR, JPN"):
        plan_of(situation(), no_transfer=["USA"])


def test_prices_lie_between_what_a_tonne_is_worth_to_both() -> None:
    prices = plan_of(situation(room=0.0), robust=False).prices
    month = prices.filter(pl.col("month") == date(2026, 1, 1))
    worth = dict(month.select("member", "worth_usd_per_t").iter_rows())
    assert worth["JPN"] > worth["KOR"] > 0
    assert set(month["fair_low_usd_per_t"]) == {worth["KOR"]}
    assert set(month["fair_high_usd_per_t"]) == {worth["JPN"]}


def test_what_is_missing_is_shown_by_duration_and_segment_beside_alone() -> None:
    plan = plan_of(situation(), robust=False)
    table = plan.shortage
    chance = table.select("ends", "probability").unique()
    assert chance["probability"].sum() == pytest.approx(1)
    assert table.filter(pl.col("month") >= pl.col("ends")).is_empty()
    key = ["month", "member", "ends"]
    sums = table.group_by(key).agg(pl.col("short_t").sum(), pl.col("lost_t").first())
    assert (sums["short_t"] <= sums["lost_t"] + 1e-6).all()
    both = sums.group_by("month", "member").agg(pl.col("short_t").n_unique())
    shared = both.filter(pl.col("month") < date(2026, 4, 1))
    assert shared["short_t"].max() == 1  # while both durations may still come true, one decision


def test_a_first_action_is_right_in_the_durations_whose_best_plan_takes_it() -> None:
    """A dear stock of one month: with a short event it is released now, with a long one kept for later."""
    one = situation(use=(100.0,), part=(0.9,), stock=(180.0,), free=1.0, room=0.0, lengths=(2, 8), months=10)
    answer = Solver(one).solve()
    right = share_right(one, answer)
    [column] = [c for c in right if c.kind == "release"]
    known = []
    for s in range(2):
        single = replace(
            one, lengths=one.lengths[s : s + 1], probability=np.ones(1), loss_t=one.loss_t[..., s : s + 1]
        )
        known.append(Solver(single).solve().parts[0])
    amount = answer.parts[0].x[answer.parts[0].programme.column_at[column]]
    taken = [p.x[p.programme.column_at[Column("release", 0, 0, 0, 0)]] for p in known]
    assert right[column] == pytest.approx(
        sum(0.5 for x in taken if 0.9 * amount - 1e-6 <= x <= 1.1 * amount + 1e-6)
    )
    assert right[column] < 1
    sure = situation(use=(100.0,), part=(0.4,), stock=(9000.0,), free=1.0, room=0.0)
    assert min(share_right(sure, Solver(sure).solve()).values()) == pytest.approx(1)


def test_users_with_priorities_are_named_as_actions() -> None:
    own = (Segment(name="batteries", share=0.6, value=8.0), Segment(name="pencils", share=0.4, value=1.5))
    plan = plan_of(situation(stock=(None, None), room=0.0, segments={0: own}), robust=False)
    rows = plan.actions.filter(pl.col("action") == "demand priority")
    first = rows.filter(pl.col("member") == "KOR", pl.col("month") == date(2026, 1, 1))
    assert first["what"].to_list()[0] == "pencils"
    plain = plan_of(situation(stock=(None, None), room=0.0), robust=False)
    assert "demand priority" not in plain.actions["action"].to_list()


def test_a_step_is_no_tonne_and_works_only_as_its_user_believes() -> None:
    hope = Step(title="talks", owner="KOR", due=date(2026, 2, 10), ends_by=3, probability=0.8)
    silent = Step(title="letter", owner="JPN")
    plan = plan_of(situation(steps=(hope, silent)), robust=False)
    rows = plan.actions.filter(pl.col("action") == "diplomatic step")
    assert rows["tonnes"].null_count() == 2
    assert rows["owner"].to_list() == ["JPN", "KOR"]
    assert "80% (a user's figure)" in rows["when"][1]
    assert "letter: a diplomatic step, no tonnes; its effect is not stated" in plan.notes
    cases = dict(plan.value.select("case", "together_musd").iter_rows())
    assert cases["if talks"] < plan.answer.total_musd
    assert "if letter" not in cases
    one = situation(steps=(hope, silent))
    assert with_step(one, 0).tolist() == pytest.approx([0.8, 0.2])
    assert with_step(one, 1).tolist() == [0.5, 0.5]
    weak = situation(steps=(replace(hope, probability=0.2),))
    assert with_step(weak, 0).tolist() == pytest.approx([0.5, 0.5])  # it does no harm
    assert plan.solver.solve(plan.answer.terms).total_musd == pytest.approx(plan.answer.total_musd)


def test_notes_say_who_declares_nothing_and_which_label_holds() -> None:
    label = Levels().read("KOR:restricted")
    plan = plan_of(situation(stock=(None, 50.0), label=label), robust=False)
    assert plan.label == label
    assert any("KOR declares no stock; no release is planned for it" in note for note in plan.notes)
    assert any("labelled KOR:restricted" in note for note in plan.notes)
    assert any("legal review is needed" in note for note in plan.notes)
    assert any("not spare capacity" in note for note in plan.notes)


def test_the_same_situation_gives_the_same_plan() -> None:
    tables = [plan_of(random_situation(5), robust=False) for _ in range(2)]
    assert tables[0].actions.equals(tables[1].actions)
    assert tables[0].value.equals(tables[1].value)


def test_one_member_plans_too() -> None:
    plan = plan_of(situation(use=(100.0,), part=(0.4,), stock=(100.0,)))
    assert plan.alone["gain_after_musd"].to_list() == pytest.approx([0.0], abs=1e-9)
    assert plan.value["counterfactual"].to_list() == [SPLIT] * plan.value.height
