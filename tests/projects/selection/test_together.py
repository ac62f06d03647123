"""Alone and together, alternatives, Pareto: laws and what they say."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pactolus.errors import NoAnswerError, OptionError
from pactolus.projects.selection.alternatives import alternatives
from pactolus.projects.selection.coalition import alone_and_together
from pactolus.projects.selection.limits import Limits
from pactolus.projects.selection.pareto import pareto
from pactolus.projects.selection.programme import build
from pactolus.projects.selection.solve import solve
from pactolus.projects.selection.synthetic import synthetic_instance

from .conftest import small

SEEDS = st.integers(0, 10_000)


@settings(max_examples=5, deadline=None)
@given(SEEDS, st.sampled_from([0.0, 0.05]))
def test_together_never_costs_more_than_the_sum_of_alone(seed: int, gap: float) -> None:
    made = synthetic_instance(8, 4, seed, minerals=3, hosts=4, years=10)
    both = alone_and_together(made, gap=gap)
    assert both.gain_musd >= -1e-6 * (1 + abs(both.joint.choice.objective))
    for one in both.alone.values():
        nothing = one.first.choice.doing_nothing
        assert one.first.choice.objective <= nothing + 1e-6 * (1 + abs(nothing))


@settings(max_examples=4, deadline=None)
@given(SEEDS)
def test_the_split_adds_up_and_compensation_is_nought_in_all(seed: int) -> None:
    both = alone_and_together(synthetic_instance(8, 4, seed, minerals=3, hosts=4, years=10), gap=0.0)
    table = both.table
    joint = both.joint.choice.objective
    assert table["shapley_musd"].sum() == pytest.approx(joint, rel=1e-9, abs=1e-6)
    assert table["compensation_musd"].sum() == pytest.approx(0.0, abs=1e-5 * (1 + abs(joint)))
    assert table["gain_musd"].sum() == pytest.approx(both.gain_musd, abs=1e-5 * (1 + abs(joint)))
    assert (table["gain_musd"] >= -1e-5 * (1 + abs(joint))).all()


def test_what_both_would_take_is_overlapping_demand() -> None:
    one = small(host_of=np.array([0, 0, 1]), output_t=np.array([[[0.0, 0.0]], [[300.0] * 2], [[0.0, 0.0]]]))
    both = alone_and_together(one, gap=0.0)
    assert both.contested == ("A2",)
    assert both.gain_musd > 0
    alone = both.alone[frozenset({"KOR"})]
    assert alone.last.chosen.height == 0
    assert alone.cost_musd == pytest.approx((alone.first.choice.objective + alone.last.choice.objective) / 2)


def test_a_money_that_neither_has_alone_is_enough_together() -> None:
    both = alone_and_together(small(public_musd=np.zeros((2, 1)), private_musd=np.full((2, 1), 6.0)), gap=0.0)
    assert all(one.first.chosen.height == 0 for one in both.alone.values())
    assert both.joint.chosen["project"].to_list() == ["A1"]
    assert both.gain_musd > 0
    with pytest.raises(NoAnswerError, match="'equal' is none of"):
        both.split("equal")


def test_one_member_has_nobody_to_share_with() -> None:
    both = alone_and_together(small().for_members(["KOR"]), gap=0.0)
    assert both.gain_musd == 0
    assert both.contested == ()


@pytest.fixture(scope="module")
def chosen():
    return solve(build(synthetic_instance(25, 4, 1, minerals=3, hosts=8, years=12)), gap=0.002)


@pytest.fixture(scope="module")
def found(chosen):
    return alternatives(chosen, slacks=(0.1, 0.02, 0.05), count=9)


def test_alternatives_cost_what_the_slack_allows_and_differ(chosen, found) -> None:
    assert len(found.start_of) >= 6
    assert found.slack_of[0] == 0
    assert (found.slack_of <= 0.10 + 1e-9).all()
    assert len({tuple((row >= 0).tolist()) for row in found.start_of}) > 3
    from pactolus.projects.selection.solve import price_of

    for start, cost in zip(found.start_of[1:], found.objective[1:], strict=True):
        assert price_of(chosen.programme, start).objective <= cost + 1e-6 * abs(cost)


def test_more_slack_leaves_no_less_to_negotiate(found) -> None:
    open_to = [set(np.flatnonzero(np.array(found.verdicts(s)) == "negotiable")) for s in found.slacks]
    assert found.slacks == (0.02, 0.05, 0.1)
    assert open_to[0] <= open_to[1] <= open_to[2]
    assert open_to[2]
    shut = [found.proved(s) for s in found.slacks]
    assert (shut[0] | ~shut[1]).all()


def test_what_reduced_costs_rule_out_is_never_found(chosen, found) -> None:
    base = found.start_of[0] >= 0
    proved = found.proved(0.02)
    assert proved.any()
    within = found.start_of[found.slack_of <= 0.02] >= 0
    assert (within[:, proved] == base[proved]).all()
    one = chosen.programme
    at = int(np.flatnonzero(proved & ~base)[0])
    name = one.instance.projects[at]
    forced = solve(build(one.instance, replace(one.limits, required=frozenset({name}))), gap=0.01)
    assert forced.objective > chosen.objective + 0.02 * chosen.improvement - 1e-6  # the floor holds for all


def test_each_negotiable_project_has_a_reason(chosen, found) -> None:
    table = found.table
    open_to = table.filter(table["verdict"] == "negotiable")
    assert open_to.height
    told = (open_to["limit"] != "") | (open_to["substitute"] != "")
    assert told.mean() > 0.9
    assert any("budget" in one for one in open_to["limit"].to_list())
    assert table["synthetic"].all()
    assert set(table["evidence"]) <= {"proved", "found"}
    with pytest.raises(OptionError, match="slacks"):
        alternatives(chosen, slacks=(0.0,))


def test_the_front_trades_cost_for_the_worst_and_for_the_largest_host() -> None:
    front = pareto(
        synthetic_instance(12, 4, 3, minerals=3, hosts=6, years=12),
        host_caps=(1.0, 0.5),
        risk_steps=2,
        gap=0.01,
    )
    table = front.table
    assert table["synthetic"].all()
    free = table.filter(table["host_cap"].is_null())
    assert free["cvar_musd"][1] <= free["cvar_musd"][0] + 1e-6
    assert free["cost_musd"][1] >= free["cost_musd"][0] - 0.02 * abs(free["cost_musd"][0])
    capped = table.filter(table["host_cap"] == 0.5)
    assert (capped["largest_host"].drop_nulls() <= 0.5 + 1e-6).all()
    assert not table["dominated"].all()
    with pytest.raises(OptionError, match="host_caps"):
        pareto(synthetic_instance(5, 2), host_caps=())


def test_a_point_that_cannot_be_had_says_which_limits_conflict() -> None:
    limits = Limits(supply_least={("KOR", "lithium", 2027): 0.6})
    front = pareto(small(), limits, host_caps=(1.0, 0.5), risk_steps=1)
    table = front.table
    assert table["status"].to_list()[1] == "conflict"
    assert "host cap" in table["why"][1]
