"""Joint buying calendar: exact months, laws of caps and coordination, who buys first, refusals, a story."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pactolus.catalogue.world import World, open_world
from pactolus.errors import NoAnswerError, OptionError
from pactolus.policy.register import register
from pactolus.solvers import linear_program, solve_linear
from pactolus.stockpile.buying.lines import BuyingCalendar, cap_of
from pactolus.stockpile.buying.scheduling import CASES, NOTICE, calendar
from pactolus.stockpile.members.holdings import HoldingRange
from pactolus.stockpile.stocks.filling import (
    Buyer,
    Market,
    Plan,
    best_months,
    fill_alone,
    fill_evenly,
    fill_together,
    queue,
)

GRAPHITE = ("natural-graphite", "mixed")
ON = date(2026, 11, 24)


def buyer(member: str, start: float, target: float, slopes: list[float], **other: Any) -> Buyer:
    levels = np.linspace(0.0, 100.0, len(slopes) + 1)
    facts: dict[str, Any] = {"price_usd_per_t": 10.0, "keeping": 0.05} | other
    return Buyer(
        member=member, start_t=start, target_t=target, levels=levels, slopes=np.array(sorted(slopes)), **facts
    )


MARKET = Market(month_t=200.0, kappa=3.0, price_usd_per_t=10.0)
slopes = st.lists(st.floats(-3.0, 0.5), min_size=1, max_size=8)


@st.composite
def some_buyers(draw: st.DrawFn, most: int = 4) -> list[Buyer]:
    count = draw(st.integers(1, most))
    return [
        buyer(
            "ABCD"[n],
            draw(st.floats(0.0, 60.0)),
            draw(st.floats(0.0, 100.0)),
            draw(slopes),
            price_usd_per_t=draw(st.floats(5.0, 20.0)),
        )
        for n in range(count)
    ]


def gap(buyers: list[Buyer]) -> float:
    return sum(one.gap_t for one in buyers)


# ---- the months ------------------------------------------------------------------------


def by_steps(width: Any, slope: Any, steep: float, months: int, cap: float, steps: int) -> float:
    """The same plan as a linear programme, the purchase curve drawn as steps: a little above the optimum."""
    pieces = len(width)
    size = cap / steps
    price = steep * size * (np.arange(steps) + 0.5)
    count = months * (steps + pieces)
    cost = np.concatenate([np.tile(price, months), np.tile(slope, months)])
    rows = np.zeros((months + 1, count))
    for month in range(months):
        rows[month, : (month + 1) * steps] = 1.0
        begin = months * steps + month * pieces
        rows[month, begin : begin + pieces] = -1.0
    rows[months, : months * steps] = 1.0
    right = np.append(np.zeros(months), width.sum())
    upper = np.concatenate([np.full(months * steps, size), np.tile(width, months)])
    return solve_linear(linear_program(cost, rows, row_lower=right, row_upper=right, upper=upper)).objective


def worth_of(total: Any, width: Any, slope: Any, steep: float) -> float:
    ends, cost = np.append(0.0, np.cumsum(width)), np.append(0.0, np.cumsum(width * slope))
    return float(steep * (total**2).sum() / 2 + np.interp(np.cumsum(total), ends, cost).sum())


@given(
    st.lists(st.tuples(st.floats(0.2, 5.0), st.floats(-2.0, 1.0)), min_size=1, max_size=6),
    st.integers(1, 6),
    st.floats(0.1, 3.0),
    st.floats(1.0, 4.0),
)
def test_months_are_the_optimum_of_a_linear_programme(
    pieces: list[tuple[float, float]], months: int, steep: float, room: float
) -> None:
    width = np.array([w for w, _ in pieces])
    slope = np.sort([s for _, s in pieces])
    cap = room * width.sum() / months
    steps = 40
    total = best_months(width, slope, steep, months, cap)
    assert total.sum() == pytest.approx(width.sum(), rel=1e-12)
    assert (total >= 0).all()
    assert total.max() <= cap * (1 + 1e-12)
    found = worth_of(total, width, slope, steep)
    drawn = by_steps(width, slope, steep, months, cap, steps)
    chord = months * steep * (cap / steps) ** 2 / 8
    assert found - 1e-6 <= drawn <= found + chord + 1e-6


@given(some_buyers(1), st.integers(2, 12))
def test_with_nothing_to_gain_from_haste_months_are_even(one: list[Buyer], months: int) -> None:
    flat = replace(one[0], levels=np.array([0.0, 100.0]), slopes=np.zeros(1))
    total = fill_together([flat], MARKET, months).total
    assert total == pytest.approx(np.full(months, flat.gap_t / months), abs=1e-9)


@given(some_buyers(), st.integers(2, 12), st.floats(1.0, 3.0))
def test_a_plan_is_no_dearer_than_any_other(buyers: list[Buyer], months: int, room: float) -> None:
    cap = max(room * gap(buyers) / months, 1e-6)
    best = fill_together(buyers, MARKET, months, cap_t=cap)
    rng = np.random.default_rng(0)
    for _ in range(10):
        parts = rng.dirichlet(np.full(months, 3.0), size=len(buyers)) * [[one.gap_t] for one in buyers]
        if parts.sum(axis=0).max() <= cap:
            assert best.cost() <= Plan(tuple(buyers), MARKET, parts).cost() + 1e-7


# ---- laws ------------------------------------------------------------------------------


@given(some_buyers(), st.integers(1, 24), st.floats(1.0, 5.0))
def test_purchases_sum_to_the_gap_under_the_cap(buyers: list[Buyer], months: int, room: float) -> None:
    cap = room * gap(buyers) / months
    plan = fill_together(buyers, MARKET, months, cap_t=cap)
    assert plan.bought.sum(axis=1) == pytest.approx([one.gap_t for one in buyers], abs=1e-8)
    assert plan.total.max() <= cap + 1e-9
    assert (plan.bought >= 0).all()


@given(some_buyers(), st.integers(2, 18), st.integers(0, 6))
def test_together_costs_no_more_than_apart_by_the_same_date(
    buyers: list[Buyer], months: int, later: int
) -> None:
    of = months + later
    even = fill_evenly(buyers, MARKET, months, of=of)
    best = fill_alone(buyers, MARKET, months)
    assert fill_together(buyers, MARKET, months, of=of).cost() <= even.cost() + 1e-6
    assert fill_together(buyers, MARKET, months).cost() <= best.cost() + 1e-6


def test_alone_is_together_with_nobody_else() -> None:
    one = [buyer("A", 5.0, 80.0, [-2.0, -1.0, -0.5, 0.0])]
    market = replace(MARKET, price_usd_per_t=one[0].price_usd_per_t)
    assert fill_alone(one, market, 9).bought == pytest.approx(fill_together(one, market, 9).bought)


@given(some_buyers(), st.integers(2, 12), st.floats(1.0, 2.0), st.floats(1.0, 3.0))
def test_a_larger_cap_never_costs_more(buyers: list[Buyer], months: int, room: float, wider: float) -> None:
    cap = room * gap(buyers) / months
    tight = fill_together(buyers, MARKET, months, cap_t=cap).cost()
    assert fill_together(buyers, MARKET, months, cap_t=wider * cap).cost() <= tight + 1e-7
    assert fill_together(buyers, MARKET, months).cost() <= tight + 1e-7


@given(some_buyers(), st.integers(2, 12), st.integers(1, 6))
def test_more_time_never_costs_more(buyers: list[Buyer], months: int, more: int) -> None:
    of = months + more
    later = fill_together(buyers, MARKET, of).cost()
    assert later <= fill_together(buyers, MARKET, months, of=of).cost() + 1e-7


@given(some_buyers(), st.integers(2, 12))
def test_a_steeper_market_costs_more(buyers: list[Buyer], months: int) -> None:
    steeper = fill_together(buyers, replace(MARKET, kappa=6.0), months).cost()
    assert steeper >= fill_together(buyers, MARKET, months).cost() - 1e-7


@given(some_buyers(), st.integers(2, 12))
def test_who_is_asked_in_what_order_does_not_matter(buyers: list[Buyer], months: int) -> None:
    plan = fill_together(buyers, MARKET, months)
    other = fill_together(buyers[::-1], MARKET, months)
    assert other.bought[::-1] == pytest.approx(plan.bought, abs=1e-9)


def test_ties_go_by_member_id() -> None:
    twins = [buyer("B", 0.0, 50.0, [-1.0] * 4), buyer("A", 0.0, 50.0, [-1.0] * 4)]
    _, _, owner = queue(twins)
    assert owner.tolist() == [1, 1, 0, 0]
    first = fill_together(twins, MARKET, 6).bought[:, 0]
    assert first[1] > 0
    assert first[0] == 0


def test_who_saves_most_buys_first() -> None:
    needy, calm = buyer("Z", 0.0, 50.0, [-3.0, -2.5]), buyer("A", 0.0, 50.0, [-1.0, -0.5])
    plan = fill_together([calm, needy], MARKET, 10, cap_t=12.0)
    done = np.cumsum(plan.bought, axis=1)
    assert (done[1] >= done[0] - 1e-9).all()
    assert done[0][done[1] < 50 - 1e-9].sum() == 0
    assert needy.saving(0.0) == 3.0


def test_costs_by_hand() -> None:
    one = buyer("A", 0.0, 100.0, [-1.0], keeping=0.5)
    plan = Plan((one,), MARKET, np.array([[40.0, 60.0]]))
    costs = {kind: float(value[0]) for kind, value in plan.costs().items()}
    steep = 3 * 10 / 200
    assert costs["base"] == pytest.approx(1000.0)
    assert costs["rise"] == pytest.approx(steep * (40**2 + 60**2) / 2)
    assert costs["holding"] == pytest.approx(0.5 * 40 + 0.5 * 100)
    assert costs["exposure"] == pytest.approx(1.5 * 60)
    assert plan.rise.tolist() == pytest.approx([0.6, 0.9])
    assert plan.months_until_full() == [2]
    alone = fill_evenly([one], MARKET, 2, of=5)
    assert alone.total.tolist() == [50.0, 50.0, 0.0, 0.0, 0.0]
    assert alone.months_until_full() == [2]


def test_one_buyer_pays_what_pricing_says() -> None:
    from pactolus.stockpile.base.pricing import purchase_cost, world_price_impact

    use = 20.0
    kappa = world_price_impact(use / MARKET.month_t)
    one = buyer("A", 0.0, 30.0, [-1.0])
    plan = Plan((one,), MARKET, np.array([[30.0]]))
    costs = plan.costs()
    paid = float(costs["base"][0] + costs["rise"][0])
    assert paid == pytest.approx(use * 10.0 * purchase_cost(30.0 / use, kappa))


# ---- on a world ------------------------------------------------------------------------

HELD = (
    HoldingRange(member="KOR", mineral=GRAPHITE[0], stage=GRAPHITE[1], low=0.0, high=3000.0),
    HoldingRange(member="JPN", mineral=GRAPHITE[0], stage=GRAPHITE[1], low=0.0, high=60.0, unit="days"),
)
FEW = {name: CASES[name] for name in ("mid", "impact x 2", "elasticity 0.15")}


@pytest.fixture(scope="module")
def world() -> World:
    return open_world()


def ask(world: World, **other: Any) -> BuyingCalendar:
    facts: dict[str, Any] = {"cases": {"mid": CASES["mid"]}, "step_days": 10.0, "targets": 60.0} | other
    return calendar(world, [GRAPHITE], ["KOR", "JPN"], measures=register(), on=ON, **facts)


@pytest.fixture(scope="module")
def found(world: World) -> BuyingCalendar:
    return ask(world, cases=FEW, holdings=HELD)


def test_the_calendar_keeps_its_promises(found: BuyingCalendar) -> None:
    table = found.calendar
    assert table["holding"].unique(maintain_order=True).to_list() == ["low", "mid", "high"]
    sums = table.group_by("holding", "month").agg(pl.col("purchase_t").sum(), pl.col("joint_t").first())
    assert sums["purchase_t"].to_list() == pytest.approx(sums["joint_t"].to_list())
    assert (table["world_share"] <= table["cap_share"] + 1e-12).all()
    assert table["price_rise"].to_list() == pytest.approx((3 * table["world_share"]).to_list())
    ends = table.group_by("holding", "member").agg(
        (pl.col("stock_days").first() + pl.col("purchase_days").sum()).alias("end"),
        pl.col("stock_days").first().alias("start"),
    )
    assert ends["end"].to_list() == pytest.approx([60.0] * 6)
    start = dict(ends.filter(member="JPN").select("holding", "start").iter_rows())
    assert start == pytest.approx({"low": 0.0, "mid": 30.0, "high": 60.0})
    assert "net imports" in table["denominator"][0]
    assert set(table["basis"]) == {"declared"}


def test_every_table_carries_label_and_notice(found: BuyingCalendar) -> None:
    for table in (found.calendar, found.compare, found.first, found.disclosure):
        assert set(table["notice"]) == {NOTICE}
        assert set(table["label"]) == {"open"}
    assert "Korea: Monopoly Regulation" in NOTICE
    assert "Japan: Antimonopoly Act" in NOTICE


def test_comparison_adds_up(found: BuyingCalendar) -> None:
    table = found.compare
    assert set(table["case"]) == set(FEW)
    parts = table["spend_usd"] + table["holding_usd"] + table["exposure_usd"]
    assert parts.to_list() == pytest.approx(table["cost_usd"].to_list())
    for case in FEW:
        plans = {
            plan: table.filter(case=case, plan=plan, member="KOR+JPN").row(0, named=True)
            for plan in ("alone_even", "together_even", "alone_best", "together_best", "calendar")
        }
        both = table.filter(pl.col("member") != "KOR+JPN", case=case, plan="calendar")
        assert both["cost_usd"].sum() == pytest.approx(plans["calendar"]["cost_usd"])
        for plan, against in (("together_even", "alone_even"), ("together_best", "alone_best")):
            assert plans[plan]["cost_saved_usd"] >= -1e-3
            assert plans[plan]["cost_saved_usd"] == pytest.approx(
                plans[against]["cost_usd"] - plans[plan]["cost_usd"]
            )
        assert plans["alone_even"]["months"] == 12
        assert plans["calendar"]["rise_avoided"] == pytest.approx(
            plans["alone_even"]["peak_rise"] - plans["calendar"]["peak_rise"]
        )
    assert len(found.ranges) == 2
    assert "over 3 cases" in found.ranges[0]


def test_who_is_first_has_the_larger_number(found: BuyingCalendar) -> None:
    for case in FEW:
        rows = found.first.filter(case=case)
        assert rows["rank"].to_list() == [1, 2]
        assert rows["saves_usd_per_t"][0] >= rows["saves_usd_per_t"][1]
        assert (rows["first_month"] >= 1).all()
        assert (rows["first_month"] <= rows["half_month"]).all()
        assert (rows["half_month"] <= rows["last_month"]).all()


def test_the_same_answer_twice_and_in_any_order(world: World) -> None:
    one, other = ask(world), ask(world)
    assert one.calendar.equals(other.calendar)
    turned = calendar(
        world,
        [GRAPHITE],
        ["JPN", "KOR"],
        measures=register(),
        on=ON,
        cases={"mid": CASES["mid"]},
        step_days=10.0,
        targets=60.0,
    ).calendar
    key = ["month", "member"]
    assert turned["member"].to_list()[:2] == ["JPN", "KOR"]
    assert turned.sort(key)["purchase_t"].to_list() == pytest.approx(
        one.calendar.sort(key)["purchase_t"].to_list(), abs=1e-6
    )


def test_nothing_declared_starts_at_nothing_and_says_so(world: World) -> None:
    found = ask(world)
    basis = dict(found.calendar.select("member", "basis").iter_rows())
    assert basis["JPN"] == "withheld by the member; counted as 0"
    assert basis["KOR"] == "published for groups only, nothing declared; counted as 0"
    states = dict(found.disclosure.select("member", "status").iter_rows())
    assert states == {"JPN": "withheld", "KOR": "not_applicable"}
    assert found.disclosure["bit_usd"].to_list() == [None, None]


def test_what_does_not_fit_names_limit_and_lack(world: World) -> None:
    with pytest.raises(
        NoAnswerError, match=r"12 months of at most 71 t \(0\.200% of monthly world trade\)"
    ) as no:
        ask(world, months=12, world_share=0.002)
    text = str(no.value)
    assert "t too few. It takes" in text
    months = int(text.split("It takes ")[1].split()[0])
    assert months > 60
    with pytest.raises(NoAnswerError, match=r"a price rise of 0\.500%"):
        ask(world, months=12, max_rise=0.005)
    share = float(text.split(" months, or ")[1].split("%")[0]) / 100
    assert ask(world, months=12, world_share=share + 1e-4, max_rise=10.0).calendar.height > 0


def test_targets_of_a_file_and_gaps_that_are_filled(world: World) -> None:
    targets = {(*GRAPHITE, "KOR"): (500.0, "t"), (*GRAPHITE, "JPN"): (10.0, "days")}
    held = (HoldingRange(member="KOR", mineral=GRAPHITE[0], stage=GRAPHITE[1], low=800.0, high=800.0),)
    table = ask(world, targets=targets, holdings=held).calendar
    assert table.filter(member="KOR")["purchase_t"].sum() == 0
    assert table.filter(member="JPN")["purchase_days"].sum() == pytest.approx(10.0)
    none = ask(world, targets={})
    assert none.calendar["purchase_t"].sum() == 0
    assert none.ranges == ("natural-graphite (mixed): nothing is missing to the targets",)


def test_faults_are_said_at_once(world: World) -> None:
    with pytest.raises(OptionError) as bad:
        ask(world, months=6, world_share=0.0, max_rise=-1.0, targets="some", holdings=HELD[:0])
    for part in ("months: 6", "world_share: 0", "max_rise: -1", "targets: 'some'"):
        assert part in str(bad.value)
    with pytest.raises(OptionError, match="members: KOR stands twice"):
        calendar(world, [GRAPHITE], ["KOR", "KOR"], measures=register(), on=ON)
    with pytest.raises(OptionError, match="holdings: JPN is not one of the members KOR"):
        calendar(world, [GRAPHITE], ["KOR"], measures=register(), on=ON, holdings=HELD)
    with pytest.raises(OptionError, match=r"targets\[natural-graphite mixed KOR\]: -1 t"):
        ask(world, targets={(*GRAPHITE, "KOR"): (-1.0, "t")})
    with pytest.raises(OptionError, match="alone_months: 40"):
        ask(world, alone_months=40)


@pytest.mark.parametrize(("share", "rise", "cap"), [(0.02, 0.1, 4.0), (0.05, 0.03, 2.0)])
def test_the_tighter_limit_binds(share: float, rise: float, cap: float) -> None:
    assert cap_of(MARKET, share, rise)[0] == pytest.approx(cap)


def test_a_case_that_does_not_fit_has_a_status(world: World) -> None:
    cases = {"mid": CASES["mid"], "steep": replace(CASES["mid"], impact=40.0)}
    table = ask(world, cases=cases, months=24).compare
    row = table.filter(case="steep", plan="calendar")
    assert row["status"].to_list() == ["not_applicable"]
    assert row["cost_usd"].to_list() == [None]
    assert table.filter(case="steep", plan="alone_even")["status"].unique().to_list() == ["ok"]


def test_steps_of_the_value_function_hardly_matter(world: World) -> None:
    def half(step: float) -> Iterator[float]:
        yield from ask(world, step_days=step).first["half_month"]

    assert all(abs(a - b) <= 1 for a, b in zip(half(10.0), half(5.0), strict=True))
