"""Coalitions that begin from what is there: laws from any start, limits, what is not said, and one bit."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from functools import cache

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pactolus import open_world
from pactolus.errors import InputError, NoAnswerError
from pactolus.policy.register import register
from pactolus.stockpile.base.pricing import Holding
from pactolus.stockpile.base.regimes import Supplier, supplier_regimes
from pactolus.stockpile.members.bits import bit_of_stock, buyer_of, market_of
from pactolus.stockpile.members.disclosure import worth_of
from pactolus.stockpile.members.gaps import gap_table
from pactolus.stockpile.members.holdings import HoldingRange
from pactolus.stockpile.members.needs import SETTINGS
from pactolus.stockpile.members.sizing import size_places
from pactolus.stockpile.pooling.chains import shared_risk
from pactolus.stockpile.pooling.coalition import PoolTerms, at_one_value
from pactolus.stockpile.rules.bits import bit_of_event
from pactolus.stockpile.rules.day_rules import NO_STOCK, day_rule
from pactolus.stockpile.rules.places import study_rules
from pactolus.stockpile.starts.bits import BIT_COLUMNS, bits_of_holdings
from pactolus.stockpile.starts.splitting import SPLIT_START_COLUMNS, split_from_holdings
from pactolus.stockpile.starts.tables import Started
from pactolus.stockpile.starts.together import START_COLUMNS, pool_from_holdings
from pactolus.stockpile.starts.values import Group, StartProblem, StartValues, interest_of, start_values
from pactolus.stockpile.stocks.continuous import Importer, size_stock
from pactolus.stockpile.stocks.loans import lending
from pactolus.stockpile.stocks.simulate import play_rule
from pactolus.workspace.labels import Levels

NAMES = ("KOR", "JPN")
PLACE = ("natural-graphite", "mixed")
DAY = date(2026, 1, 15)


def importer(member: str, **given: object) -> Importer:
    kept: dict[str, object] = {"use_t": 1000.0, "denominator": "made-up use", "price_usd_per_t": 10.0}
    return Importer(member=member, **(kept | given))  # type: ignore[arg-type]


def supplier(phi: float, names: tuple[str, ...] = NAMES) -> Supplier:
    return Supplier(
        name="AAA",
        share=dict.fromkeys(names, 0.9),
        onset_per_year=0.12,
        mean_months=6.0,
        severity=0.7,
        targeted=phi,
    )


@cache
def values(
    use: tuple[float, ...] = (1000.0, 1000.0), phi: float = 0.6, step: float = 30.0
) -> tuple[StartValues, tuple[Group, ...]]:
    names = ("KOR", "JPN", "USA")[: len(use)]
    some = [importer(name, use_t=t, max_days=180) for name, t in zip(names, use, strict=True)]
    risk = shared_risk([supplier(phi, names)], some)
    return start_values(some, risk, most_days=dict.fromkeys(names, 400.0), step_days=step)


# ---- laws from any start


@settings(max_examples=120, deadline=None)
@given(
    use=st.sampled_from([(1000.0, 1000.0), (3.0, 1997.0), (700.0, 5.0, 300.0)]),
    phi=st.sampled_from([0.0, 0.9]),
    days=st.tuples(*[st.floats(0, 400)] * 3),
)
def test_a_pool_costs_no_more_than_its_members_from_any_start(
    use: tuple[float, ...], phi: float, days: tuple[float, ...]
) -> None:
    """A member of three parts in two thousand, starts between levels, empty and beyond any target."""
    found, groups = values(use, phi, 60.0)
    total = sum(found.alone(days))
    assert found.together(groups, days) <= total * (1 + 1e-9)
    low, high = found.gain(groups, days)
    assert high is not None
    assert 0 <= low <= high + 1e-9 * total


@settings(max_examples=60, deadline=None)
@given(days=st.tuples(st.floats(0, 300), st.floats(0, 300)), more=st.floats(0, 100))
def test_more_in_stock_never_costs_more(days: tuple[float, float], more: float) -> None:
    found, groups = values()
    richer = (days[0] + more, days[1])
    slack = 1e-9 * sum(found.alone(days))
    assert found.alone(richer)[0] <= found.alone(days)[0] + slack
    assert found.together(groups, richer) <= found.together(groups, days) + slack


@settings(max_examples=60, deadline=None)
@given(one=st.floats(0, 300), other=st.floats(0, 300), part=st.floats(0, 1))
def test_values_are_convex_so_that_uneven_stocks_gain_at_least_as_much_as_even_ones(
    one: float, other: float, part: float
) -> None:
    found, groups = values()
    mixed = (part * one + (1 - part) * other, (1 - part) * one + part * other)
    uneven, even = found.gain(groups, (one, other))[1], found.gain(groups, mixed)[1]
    assert uneven is not None
    assert even is not None
    assert uneven >= even - 1e-8 * sum(found.alone(mixed))


def test_least_and_most_gain_are_those_of_all_combinations() -> None:
    found, groups = values()
    ends = [(0.0, 60.0, 120.0), (10.0, 80.0, 150.0)]
    least, most = found.extremes(groups, ends)
    gains = {
        (i, j): found.gain(groups, (ends[0][i], ends[1][j]))[1] or 0.0 for i in range(3) for j in range(3)
    }
    assert gains[least[0], least[1]] == pytest.approx(min(gains.values()))
    assert gains[most[0], most[1]] == pytest.approx(max(gains.values()))


# ---- limits


def test_beginning_at_the_target_costs_nothing_extra() -> None:
    found, groups = values()
    for i in range(2):
        assert found.transition((i,), found.targets) == 0
        assert found.transition((i,), (0.0, 0.0)) > 0 > found.transition((i,), (300.0, 300.0))
    pool = groups[0]
    at_rest = (found.pool_targets[pool],) * 2  # equal members: as many days each
    assert found.transition(pool, at_rest) == pytest.approx(0, abs=1e-6 * found.cost(pool, at_rest))


def test_from_empty_it_is_the_present_value_that_a_sized_stock_has() -> None:
    kor = importer("KOR", max_days=180)
    both = [kor, importer("JPN", max_days=180)]
    found, groups = start_values(both, shared_risk([supplier(0.6)], both), interest=0.04, step_days=30)
    regimes = supplier_regimes([supplier(0.6)], NAMES)
    alone = size_stock(kor, regimes, step_days=30, discount_per_year=0.04)
    assert found.alone((0, 0))[0] == pytest.approx(alone.cost_usd, rel=1e-7)
    assert groups == ((0, 1),)


def test_with_little_interest_equal_yearly_amounts_are_the_long_run() -> None:
    """Financing left out on both sides, so that interest stands nowhere."""
    free = Holding(financing=0.0, storage=0.05)
    both = [importer(name, max_days=120, holding=free) for name in NAMES]
    rate = 1e-4
    found, groups = start_values(both, shared_risk([supplier(0.6)], both), interest=rate, step_days=30)
    yearly = 12 * (1 - (1 + rate) ** (-1 / 12)) * np.array(found.alone((60.0, 60.0)))
    alone = size_stock(both[0], supplier_regimes([supplier(0.6)], NAMES), step_days=30)
    assert yearly == pytest.approx([alone.cost_usd] * 2, rel=2e-3)
    with pytest.raises(InputError, match="give a rate above 0"):
        interest_of(both)
    assert found.together(groups, (60.0, 60.0)) < sum(found.alone((60.0, 60.0)))


def test_where_all_are_hit_together_even_stocks_gain_nothing_and_uneven_ones_do() -> None:
    found, groups = values(phi=0.0, step=10.0)
    total = sum(found.alone((60.0, 60.0)))
    even, uneven = found.gain(groups, (60.0, 60.0)), found.gain(groups, (300.0, 0.0))
    assert even[0] == 0
    assert even[1] is not None
    assert even[1] <= 0.02 * total  # what the width of the levels leaves open
    assert uneven[0] > 0.005 * total


def test_of_too_many_regimes_a_gain_that_can_be_had_is_left() -> None:
    names = ("KOR", "JPN", "USA")
    some = [importer(name, max_days=120) for name in names]
    risk = shared_risk([supplier(0.6, names)], some)
    whole, one = start_values(some, risk, step_days=60)
    parts, several = start_values(some, replace(risk, most=8), step_days=60)
    assert one == ((0, 1, 2),)
    assert sorted(i for group in several for i in group) == [0, 1, 2]
    assert len(several) == 2
    days = (30.0, 0.0, 90.0)
    low, high = parts.gain(several, days)
    exact = whole.gain(one, days)[1]
    assert high is None
    assert exact is not None
    assert low <= exact


def test_levels_have_room_for_what_is_declared() -> None:
    both = [importer(name, max_days=100) for name in NAMES]
    problem = StartProblem.of(both, shared_risk([supplier(0.3)], both), {"KOR": 500.0}, interest=0.03)
    assert problem.importers[0].max_days >= 500
    assert problem.importers[1].max_days == 100
    assert problem.value((0,))[0][-1] >= 500 * both[0].day_t


def test_loans_from_a_start() -> None:
    both = [importer(name, max_days=150) for name in NAMES]
    regimes = supplier_regimes([supplier(0.9)], NAMES)
    stocks = [size_stock(each, regimes, step_days=30, discount_per_year=0.03) for each in both]
    asked = {"lag_months": 1, "paths": 50, "years": 5, "discount_per_year": 0.03}
    targets = [each.target_t for each in stocks]
    plain = lending(both, stocks, regimes, **asked)  # type: ignore[arg-type]
    same = lending(both, stocks, regimes, start_t=targets, **asked)  # type: ignore[arg-type]
    assert (plain.lending_usd == same.lending_usd).all()
    nothing = lending(both, stocks, regimes, start_t=[0.0, 0.0], cap=0.0, **asked)  # type: ignore[arg-type]
    assert nothing.saving_usd == pytest.approx([0, 0], abs=1e-6)
    empty = lending(both, stocks, regimes, start_t=[0.0, 0.0], **asked)  # type: ignore[arg-type]
    assert not (empty.alone_usd == plain.alone_usd).any()
    with pytest.raises(InputError, match="start_t: 1 stocks for 2 members"):
        lending(both, stocks, regimes, start_t=[1.0], **asked)  # type: ignore[arg-type]


# ---- one bit


def test_a_bit_of_a_sized_stock() -> None:
    kor = importer("KOR")
    stock = size_stock(kor, supplier_regimes([supplier(0.0)], NAMES), step_days=15)
    day, target = kor.day_t, stock.target_t
    assert bit_of_stock([kor], stock, 30 * day, 30 * day).worth_usd == 0
    assert bit_of_stock([kor], stock, target, 3 * target).worth_usd == 0
    known = bit_of_stock([kor], stock, 0.0, target)
    assert known.worth_usd > 0
    assert known.buy_lower_t >= known.buy_t >= known.buy_upper_t
    assert market_of([kor]).steep == pytest.approx(kor.impact * 10 / kor.month_t)
    assert buyer_of([kor], stock).target_t == target


def test_a_joint_market_is_as_steep_as_the_cheapest_way_to_share_a_purchase() -> None:
    both = [importer("KOR", use_t=400.0, impact=0.3), importer("JPN", impact=0.1)]
    x = 7.0
    steep = [each.impact * 10 / each.month_t for each in both]
    ways = [steep[0] * a**2 / 2 + steep[1] * (x - a) ** 2 / 2 for a in np.linspace(0, x, 20001)]
    assert market_of(both).steep * x**2 / 2 == pytest.approx(min(ways), rel=1e-6)
    assert market_of([importer("KOR", impact=0.0)]).steep == 0


@given(st.lists(st.floats(0, 100), min_size=8, max_size=8))
def test_a_bit_of_any_table_is_never_worth_less_than_nothing(cells: list[float]) -> None:
    table = np.array(cells).reshape(2, 4)
    found = worth_of(table, np.array([0.0, 1.0]))
    best = table.mean(axis=1).min() - (table[:, :2].mean(axis=1).min() + table[:, 2:].mean(axis=1).min()) / 2
    assert found.worth_usd >= 0
    assert found.worth_usd == pytest.approx(best, abs=1e-9)


def test_a_bit_before_an_event() -> None:
    kor = importer("KOR")
    regimes = supplier_regimes([supplier(0.0)], NAMES)
    event = np.array([[0.1] * 6, [0.5] * 6, [0.6] * 6])
    low, middle, high = bit_of_event(kor, regimes, day_rule(90), event, (0.0, 80.0))
    assert 0 <= low <= middle <= high
    assert middle > 0
    assert bit_of_event(kor, regimes, day_rule(90), event, (40.0, 40.0)) == (0.0, 0.0, 0.0)
    assert bit_of_event(kor, regimes, day_rule(90), 0 * event, (0.0, 80.0))[1] == 0
    full = bit_of_event(kor, regimes, day_rule(90), event, (90.0, 200.0))
    assert full == pytest.approx((0.0, 0.0, 0.0), abs=1e-9)


def test_an_event_from_several_starts_at_once_is_each_of_them() -> None:
    kor, regimes = importer("KOR"), supplier_regimes([supplier(0.0)], NAMES)
    loss = np.tile([0.5, 0.2, 0.0, 0.6], (3, 1))
    found = play_rule(kor, regimes, day_rule(60), loss, start_days=[0.0, 20.0, 60.0])
    for row, days in enumerate((0.0, 20.0, 60.0)):
        one = play_rule(kor, regimes, day_rule(60), loss[0], start_days=days)
        assert found.after_t[row] == pytest.approx(one.after_t[0])
    with pytest.raises(InputError, match="2 stocks for 3 paths"):
        play_rule(kor, regimes, day_rule(60), loss, start_days=[0.0, 1.0])
    with pytest.raises(InputError, match="start_days: -1 is below 0"):
        play_rule(kor, regimes, day_rule(60), loss, start_days=[0.0, -1.0, 1.0])


# ---- a real mineral


def said(member: str, low: float, high: float, label: str) -> HoldingRange:
    return HoldingRange(
        member=member,
        mineral=PLACE[0],
        stage=PLACE[1],
        low=low,
        high=high,
        unit="days",
        label=Levels().read(label),
        on=date(2026, 1, 1),
    )


ASKED = {"measures": register(), "on": DAY}
TERMS = PoolTerms(paths=20, step_days=60, no_transfer=("KOR",))
KOREA = (said("KOR", 10.0, 40.0, "KOR:restricted"),)
BOTH = (*KOREA, said("JPN", 0.0, 90.0, "JPN:confidential"))


@cache
def pool(holdings: tuple[HoldingRange, ...]) -> Started:
    few = {name: SETTINGS[name] for name in ("mid", "phi 0")}
    return pool_from_holdings(
        open_world(),
        [PLACE],
        NAMES,
        holdings,
        terms=TERMS,
        settings=few,
        **ASKED,  # type: ignore[arg-type]
    )


def test_gains_from_declared_stocks() -> None:
    table = pool(BOTH).table
    assert tuple(table.columns) == START_COLUMNS
    assert str(pool(BOTH).label) == "JPN:confidential+KOR:restricted"
    assert set(table["label"]) == {"JPN:confidential+KOR:restricted"}
    whole = table.filter(arrangement="pool")
    assert whole["start"].to_list() == ["low", "mid", "high", "target", "least gain", "most gain"]
    assert (whole["cost_usd"] <= whole["alone_usd"]).all()
    assert (whole["gain_low_usd"] <= whole["gain_usd"]).all()
    assert (whole["gain_usd"] <= whole["gain_high_usd"]).all()
    assert whole.filter(start="most gain")["gain_usd"][0] >= whole["gain_usd"].max()
    assert whole.filter(start="most gain")["ends"][0] in {"KOR high, JPN low", "KOR low, JPN high"}
    assert set(whole["low_at"]) == {"phi 0"}
    alone = table.filter(arrangement="alone")
    for start in ("low", "mid", "high", "target"):
        total = alone.filter(start=start)["alone_usd"].sum()
        assert whole.filter(start=start)["alone_usd"][0] == pytest.approx(total)
    korea = alone.filter(member="KOR")
    assert korea["start_days"].to_list()[:3] == pytest.approx([10, 25, 40])
    assert korea["transition_usd"].to_list()[-1] == 0
    assert korea["cost_usd"].is_sorted(descending=True)
    outside = table.filter(arrangement="pool without KOR")
    assert set(outside["gain_usd"]) == {0.0}
    loans = table.filter(pl.col("arrangement").str.starts_with("loans"))
    assert set(loans["arrangement"]) == {"loans", "loans, free lots"}
    assert set(loans["method"]) == {"simulated"}
    assert set(loans["years"]) == {20}
    assert "legal review" in " ".join(pool(BOTH).notes)


def test_who_declares_nothing_is_not_taken_to_hold_nothing() -> None:
    found = pool(KOREA)
    japan = found.table.filter(arrangement="alone", member="JPN")
    assert set(japan["status"]) == {"withheld"}
    days = dict(zip(japan["start"], japan["start_days"], strict=True))
    assert days["low"] == 0
    assert days["high"] == days["target"] == pytest.approx(2 * days["mid"])
    assert japan["basis"][0] == "withheld by the member; taken as anything from empty to its best stock alone"
    assert set(found.table.filter(arrangement="pool")["basis"]) == {"declared by KOR; not by JPN"}
    assert str(found.label) == "KOR:restricted"
    assert any("JPN declares nothing" in note and "unknown is not zero" in note for note in found.notes)


def test_where_nobody_declares_there_is_no_start() -> None:
    other = replace(KOREA[0], mineral="cobalt", stage="refined")
    found = pool((other,))
    assert set(found.table["status"]) == {"withheld"}
    assert found.table["start_days"].null_count() == found.table.height == 2
    assert found.label.is_open
    with pytest.raises(NoAnswerError, match="gallium"):
        pool_from_holdings(
            open_world(),
            [("gallium", "refined")],
            NAMES,
            KOREA,
            **ASKED,  # type: ignore[arg-type]
        )


def test_a_range_without_width_is_one_start() -> None:
    exact = (said("KOR", 20.0, 20.0, "KOR:shared"), said("JPN", 30.0, 30.0, "JPN:shared"))
    assert pool(exact).table.filter(arrangement="pool")["start"].to_list() == ["mid", "target"]


def test_shares_move_across_the_range() -> None:
    found = split_from_holdings(
        open_world(),
        [PLACE],
        NAMES,
        BOTH,
        terms=PoolTerms(step_days=60),
        settings={"mid": SETTINGS["mid"]},
        weights={"KOR": 0.4, "JPN": 0.6},
        **ASKED,  # type: ignore[arg-type]
    )
    table = found.table
    assert tuple(table.columns) == SPLIT_START_COLUMNS
    assert str(found.label) == "JPN:confidential+KOR:restricted"
    assert set(table["start"]) == {
        "low",
        "mid",
        "high",
        "KOR low",
        "KOR high",
        "JPN low",
        "JPN high",
        "target",
    }
    shapley = table.filter(rule="shapley", member="KOR")
    part = dict(zip(shapley["start"], shapley["share_of_cost"], strict=True))
    assert part["KOR high"] < part["mid"] < part["KOR low"]  # who brings more pays less
    assert part["JPN low"] < part["mid"] < part["JPN high"]
    nash = table.filter(rule="nash", member="KOR")
    assert nash["share_of_gain"].to_list() == pytest.approx([0.4] * nash.height)
    sums = table.group_by("start", "rule").agg(pl.col("share_of_cost").sum())
    assert sums["share_of_cost"].to_list() == pytest.approx([1.0] * sums.height)
    joint = pool(BOTH).table.filter(arrangement="pool", start="mid")["cost_usd"][0]
    paid = table.filter(rule="shapley", start="mid")["amount_usd"].sum()
    assert paid == pytest.approx(joint, abs=0.02)


def test_bits_of_members_alone_and_in_a_pool() -> None:
    few = {name: SETTINGS[name] for name in ("mid", "holding 10 %")}
    asked = {"terms": PoolTerms(step_days=30), "settings": few, **ASKED}
    found = bits_of_holdings(open_world(), [PLACE], NAMES, KOREA, **asked)  # type: ignore[arg-type]
    table = found.table
    assert tuple(table.columns) == BIT_COLUMNS
    korea = table.filter(member="KOR")
    assert korea["arrangement"].to_list() == ["alone", "pool"]
    assert (korea["bit_low_usd"] >= 0).all()
    assert (korea["bit_low_usd"] <= korea["bit_usd"]).all()
    assert (korea["bit_usd"] <= korea["bit_high_usd"]).all()
    assert korea["bit_usd"][0] > 0
    assert (korea["buy_if_lower_days"] >= korea["buy_if_upper_days"]).all()
    japan = table.filter(member="JPN")
    assert japan["status"].to_list() == ["withheld"]
    assert japan["bit_usd"].to_list() == [None]
    none = (replace(KOREA[0], high=10.0),)
    still = bits_of_holdings(open_world(), [PLACE], NAMES, none, **asked)  # type: ignore[arg-type]
    assert still.table.filter(member="KOR")["bit_usd"].to_list() == [0.0, 0.0]


def test_tonnes_at_one_value_do_not_move_a_bit() -> None:
    kor = importer("KOR")
    regimes = supplier_regimes([supplier(0.3)], NAMES)
    same = at_one_value([kor, importer("JPN", price_usd_per_t=40.0)])[0]
    worth = [
        bit_of_stock(
            [each], size_stock(each, regimes, step_days=15), 10 * each.day_t, 70 * each.day_t
        ).worth_usd
        for each in (kor, same)
    ]
    assert worth[0] == pytest.approx(worth[1], rel=1e-9)


def test_gaps_price_one_bit() -> None:
    few = {name: SETTINGS[name] for name in ("mid", "holding 10 %")}
    sizing = size_places(
        open_world(),
        [PLACE],
        NAMES,
        settings=few,
        step_days=10,
        **ASKED,  # type: ignore[arg-type]
    )
    table = gap_table(sizing, KOREA)
    korea, japan = (table.filter(member=name).row(0, named=True) for name in NAMES)
    assert 0 <= korea["bit_low_usd"] <= korea["bit_usd"] <= korea["bit_high_usd"]
    assert korea["bit_high_usd"] > 0
    assert (japan["status"], japan["bit_usd"]) == ("withheld", None)
    full = gap_table(sizing, (replace(KOREA[0], low=300.0, high=400.0),)).filter(member="KOR")
    assert full["bit_usd"].to_list() == [0.0]


def test_events_price_one_bit_once_for_each_rule() -> None:
    found = study_rules(
        open_world(),
        [PLACE],
        NAMES,
        settings={"mid": SETTINGS["mid"]},
        rules=(day_rule(90),),
        holdings=KOREA,
        **ASKED,  # type: ignore[arg-type]
    )
    table = found.events.filter(pl.col("scenario") == "event-chn-gr-2024")
    korea = table.filter(member="KOR", rule="days-90")
    priced = korea.filter(pl.col("bit_status").is_not_null())
    assert priced["start"].to_list() == ["mid"]
    row = priced.row(0, named=True)
    assert row["bit_status"] == "ok"
    assert 0 <= row["bit_low_usd"] <= row["bit_usd"] <= row["bit_high_usd"]
    bare = table.filter(member="KOR", rule=NO_STOCK.name).row(0, named=True)
    assert bare["bit_usd"] is None
    assert bare["bit_status"] == "not_applicable: the rule keeps no stock"
    unsaid = table.filter(member="JPN", rule="days-90").row(0, named=True)
    assert unsaid["bit_usd"] is None
    assert unsaid["bit_status"] == "withheld: no range is declared"
