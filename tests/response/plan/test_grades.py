"""Swaps of grades: only lots of a wrong form go, content for content, and nobody gains metal by it."""

from __future__ import annotations

from dataclasses import replace

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pactolus.errors import InputError
from pactolus.response.plan.allotting import Move, moves_of
from pactolus.response.plan.assumptions import Assumptions
from pactolus.response.plan.plan import plan_of
from pactolus.response.plan.situation import Situation, checked
from pactolus.response.plan.solving import Solver, Terms
from tests.response.made_up import ONLY_GRADES as ONLY
from tests.response.made_up import crossed


def swaps(one: Situation, terms: Terms | None = None) -> list[Move]:
    return [m for m in moves_of(Solver(one).solve(terms)) if m.kind == "exchange"]


def test_the_ratio_is_that_of_content_and_both_ways_are_of_one_month() -> None:
    found = swaps(crossed())
    given_t: dict[tuple[int, int], float] = {}
    for move in found:
        given_t[move.node, move.member] = given_t.get((move.node, move.member), 0.0) + move.tonnes
    assert {member for _, member in given_t} == {0, 1}
    for node in {node for node, _ in given_t}:
        assert given_t[node, 0] * 0.5 == pytest.approx(given_t[node, 1])
    assert sum(m.tonnes for m in found if m.member == 0) == pytest.approx(100)


def test_a_wrong_lot_serves_nobody_without_a_swap() -> None:
    one = crossed()
    alone = Solver(one).alone(Terms())
    assert not [m for m in moves_of(alone) if m.kind == "release" and m.member == 0]
    assert alone.cost_musd[0] == pytest.approx(Solver(one).idle(Terms())[0])
    together = Solver(one).solve()
    used = sum(m.tonnes for m in moves_of(together) if m.kind == "release" and m.member == 0)
    assert used == pytest.approx(50)  # 100 t at half the content
    stays = Solver(one).solve(Terms(grades=False))
    assert together.total_musd < stays.total_musd == pytest.approx(alone.total_musd)


@pytest.mark.parametrize(
    ("change", "terms"),
    [
        ({"may_go": ()}, Terms()),
        ({}, Terms(no_transfer=("KOR",))),
        ({}, Terms(no_transfer=("JPN",))),
        ({}, Terms(together=False)),
        ({"usable_by": ()}, Terms()),
        ({"usable_by": None}, Terms()),
        ({"usable_by": ("KOR",)}, Terms()),
    ],
)
def test_nothing_is_swapped_that_may_not_go_or_need_not(change: dict[str, object], terms: Terms) -> None:
    assert swaps(crossed(**change), terms) == []


def test_a_restricted_lot_is_swapped_only_in_the_case_that_says_so() -> None:
    one = crossed(may_go=())
    assert swaps(one, Terms(restricted=True))
    value = plan_of(one, robust=False).value
    cost = dict(value.group_by("case", maintain_order=True).agg(pl.first("together_musd")).iter_rows())
    assert cost["lots that need a legal review are lent too"] < cost["as planned"]
    assert cost["lots of a wrong form or grade stay where they are"] == pytest.approx(cost["as planned"])


@settings(max_examples=12, deadline=None)
@given(st.floats(5, 200), st.floats(5, 200), st.floats(0.2, 2.0), st.integers(0, 2))
def test_metal_is_kept_on_every_path(wrong: float, right: float, content: float, lag: int) -> None:
    """What each member used and holds at the end is, in content, what all held; no swap makes any."""
    one = crossed(wrong, right, content)
    answer = Solver(replace(one, assumed=replace(ONLY, lag_lending=lag))).solve()
    part = answer.parts[0]
    left = dict.fromkeys((0, 1), 0.0)
    for number, column in enumerate(part.programme.builder.columns):
        tonnes = float(part.x[number]) * part.programme.block(0).unit_t
        if column.kind == "release" or (
            column.kind == "stock" and part.programme.tree.nodes[column.node].rest
        ):
            left[column.member] += tonnes
    assert left[0] == pytest.approx(wrong * content, rel=1e-6)
    assert left[1] == pytest.approx(right, rel=1e-6)


def test_the_member_with_the_wrong_lot_pays_the_freight_and_the_other_loses_nothing() -> None:
    plan = plan_of(crossed(), robust=False)
    gain = dict(plan.alone.select("member", "gain_before_musd").iter_rows())
    assert gain["JPN"] == pytest.approx(0, abs=1e-6)
    assert gain["KOR"] > 0
    both = plan.actions.filter(pl.col("action") == "swap of grades")
    ways = dict(both.group_by("member").agg(pl.col("content_t").sum()).iter_rows())
    assert ways["KOR"] == pytest.approx(ways["JPN"])
    assert set(both["form"]) == {"salt", "oxide"}
    assert (both["arrives"] > both["month"]).all()
    assert any("1 of 2 lots are of a form or grade that their own member cannot use" in n for n in plan.notes)


def test_the_first_month_of_a_swap_is_weighed_like_other_actions() -> None:
    plan = plan_of(crossed())
    first = plan.robust.filter(pl.col("action") == "swap of grades")
    assert first["right_in"].is_between(0, 1).all()
    assert first.height >= 2


def test_a_wrong_lot_may_be_lent_to_who_can_use_it_and_not_to_others() -> None:
    one = replace(crossed(), assumed=Assumptions(swap_share=0.0))
    loss = one.loss_t.copy()
    loss[0, 1, :6] = 30.0
    both = moves_of(Solver(checked(replace(one, loss_t=loss))).solve())
    assert [m for m in both if m.kind == "lend" and m.member == 0 and m.form == "salt"]
    only_mine = replace(one.held[1], usable_by=("JPN",))
    away = checked(replace(one, held=(one.held[0], only_mine)))
    assert not [m for m in moves_of(Solver(away).solve()) if m.kind == "lend" and m.member == 1]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"usable_by": ("USA",)}, "lot from AUS: usable by USA, who is no member; there are KOR, JPN"),
        ({"content": 0.0}, "lot from AUS: content 0; give tonnes of use a tonne of it, above 0"),
    ],
)
def test_faults_of_form_are_named(change: dict[str, object], message: str) -> None:
    with pytest.raises(InputError, match=message):
        crossed(**change)  # type: ignore[arg-type]
