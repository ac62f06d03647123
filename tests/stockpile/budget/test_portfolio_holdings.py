"""A budget beside declared holdings: laws, limits, what a bit about them is worth, and bad input."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import pactolus as pt
from pactolus.errors import InputError, NoAnswerError, OptionError
from pactolus.solvers import cvar
from pactolus.stockpile.budget.bits import budget_bit_worth
from pactolus.stockpile.budget.budgets import portfolio
from pactolus.stockpile.budget.recourse import Recourse, blocks_of
from pactolus.stockpile.budget.selection import Selection, best_stocks
from pactolus.stockpile.members.disclosure import bit_worth
from pactolus.stockpile.members.holdings import HoldingRange
from pactolus.stockpile.members.needs import SETTINGS
from pactolus.stockpile.stocks.filling import Buyer, Market
from pactolus.workspace.labels import Levels

from .test_portfolio import KOR, importers, losses

ON = date(2026, 11, 24)
MID = {"mid": SETTINGS["mid"]}
SEEDS = st.integers(0, 10_000)
PART = st.floats(0.0, 1.0)


def second_stage(count: int, seed: int) -> Recourse:
    """Costs of some items on a few paths."""
    return Recourse(importers(count, seed), blocks_of(losses(30, 12, count, seed)), segments=4)


def days_of(second: Recourse, part: Sequence[float]) -> np.ndarray:
    """Parts of the room of each item. [t]"""
    return np.array([one.max_days * one.day_t * p for one, p in zip(second.importers, part, strict=True)])


def worth(second: Recourse) -> float:
    """Of full stores. [USD]"""
    return sum(one.max_days * one.day_t * one.price_usd_per_t for one in second.importers)


def less_keeping(found: Selection) -> float:
    return found.objective_usd - found.keeping_held_usd


# ---- laws --------------------------------------------------------------------------------


@settings(max_examples=10)
@given(SEEDS, st.floats(0.01, 0.5), st.sampled_from([0.0, 0.3, 1.0]))
def test_nothing_held_is_the_same_answer(seed: int, part: float, weight: float) -> None:
    second = second_stage(3, seed)
    plain = best_stocks(second, part * worth(second), weight=weight)
    found = best_stocks(second, part * worth(second), weight=weight, held_t=np.zeros(3))
    assert found.stock_t.tolist() == plain.stock_t.tolist() == found.bought_t.tolist()
    for name in ("objective_usd", "bound_usd", "budget_price", "cvar_usd", "holding_usd"):
        assert getattr(found, name) == getattr(plain, name)
    assert found.keeping_held_usd == 0


@settings(max_examples=15)
@given(SEEDS, st.floats(0.01, 0.5), PART, PART, st.sampled_from([0.0, 0.3]))
def test_what_is_held_is_a_least_stock_that_the_budget_pays(
    seed: int, part: float, one: float, other: float, weight: float
) -> None:
    second = second_stage(2, seed)
    held = days_of(second, [one, other])
    budget = part * worth(second)
    found = best_stocks(second, budget, weight=weight, held_t=held, tolerance=1e-7)
    price = np.array([each.price_usd_per_t for each in second.importers])
    day = np.array([each.day_t for each in second.importers])
    # room for rounding: the least days are compared with the room of the store
    least = np.minimum(held / day, [each.max_days for each in second.importers])
    bought = best_stocks(
        second, budget + float(price @ held) * (1 + 1e-12), weight=weight, least_days=least, tolerance=1e-7
    )
    assert found.objective_usd == pytest.approx(bought.objective_usd, rel=1e-6, abs=1e-3)
    assert found.worth_usd.sum() <= budget * (1 + 1e-7)
    assert (found.bought_t >= -1e-9).all()
    whole = found.holding_usd + (1 - weight) * found.expected_usd + weight * found.cvar_usd
    assert found.objective_usd == pytest.approx(whole, rel=1e-9)


@settings(max_examples=15)
@given(SEEDS, st.floats(0.01, 0.5), PART, PART, st.floats(0.0, 0.5), st.sampled_from([0.0, 0.3, 1.0]))
def test_more_held_never_costs_more_beside_its_own_keeping(
    seed: int, part: float, one: float, other: float, more: float, weight: float
) -> None:
    second = second_stage(2, seed)
    budget = part * worth(second)
    few, many = (
        best_stocks(second, budget, weight=weight, held_t=days_of(second, share), tolerance=1e-7)
        for share in ([one, other], [one + more, other])
    )
    assert less_keeping(many) <= less_keeping(few) + 2e-7 * abs(few.objective_usd) + 1e-3


@settings(max_examples=15)
@given(SEEDS, st.floats(0.01, 0.4), PART, PART, st.floats(0.0, 0.5))
def test_by_the_mean_more_held_never_makes_a_budget_worth_more(
    seed: int, part: float, one: float, other: float, more: float
) -> None:
    second = second_stage(2, seed)
    budget = part * worth(second)
    saved = []
    for share in ([one, other], [one + more, other]):
        small, large = (
            best_stocks(second, money, weight=0.0, held_t=days_of(second, share), tolerance=1e-8)
            for money in (budget, 1.3 * budget)
        )
        saved.append(small.objective_usd - large.objective_usd)
        assert saved[-1] <= small.budget_price * 0.3 * budget * (1 + 1e-6) + 4e-8 * small.objective_usd + 1e-3
    assert saved[1] <= saved[0] + 4e-8 * float(second.without.item_cost.sum()) + 1e-3


def test_by_the_worst_years_more_held_can_make_a_budget_worth_more() -> None:
    """More of one mineral turns the worst year into that of the other, where a dollar does more."""
    other = replace(KOR, elasticity=0.15)
    lost = np.zeros((2, 6, 2))
    lost[0, 1, 0], lost[1, 1, 1] = 0.5, 0.3
    second = Recourse([KOR, other], blocks_of(lost))
    price = [
        best_stocks(second, 5e4, weight=1.0, alpha=0.5, held_t=[part * KOR.month_t, 0.0]).budget_price
        for part in (0.0, 0.1, 0.2)
    ]
    assert price[1] < price[0]
    assert price[2] > 2 * price[1]


# ---- limits ------------------------------------------------------------------------------


@settings(max_examples=10)
@given(SEEDS, st.floats(0.0, 0.5), st.floats(1e-3, 1.0))
def test_who_holds_more_than_the_best_buys_nothing(seed: int, more: float, part: float) -> None:
    second = second_stage(3, seed)
    best = best_stocks(second, worth(second), weight=0.0, tolerance=1e-8)
    held = best.stock_t + days_of(second, [more + 1e-3] * 3)
    found = best_stocks(second, part * worth(second), weight=0.0, held_t=held, tolerance=1e-7)
    assert found.worth_usd.sum() <= 1e-3 * worth(second)
    assert less_keeping(found) == pytest.approx(found.expected_usd, rel=1e-4, abs=1.0)
    full = best_stocks(second, 1e6, held_t=days_of(second, [1.5] * 3))
    assert full.bought_t.tolist() == [0.0] * 3  # the stores are more than full, and kept
    assert full.stock_t.tolist() == days_of(second, [1.5] * 3).tolist()
    assert full.budget_price == 0


def test_least_days_count_what_is_held() -> None:
    second = second_stage(2, 7)
    day = np.array([one.day_t for one in second.importers])
    price = np.array([one.price_usd_per_t for one in second.importers])
    held = 10 * day
    found = best_stocks(second, 1.05 * float(5 * day @ price), held_t=held, least_days=15, most_days=20)
    assert (found.stock_t / day >= 15 - 1e-6).all()
    assert (found.stock_t / day <= 20 + 1e-6).all()
    with pytest.raises(NoAnswerError, match="what the least stocks lack beside what is held is worth"):
        best_stocks(second, 0.9 * float(5 * day @ price), held_t=held, least_days=15)
    with pytest.raises(NoAnswerError, match="the least stocks alone are worth"):
        best_stocks(second, 0.9 * float(15 * day @ price), least_days=15)
    with pytest.raises(InputError, match=r"held_t\[1\]: -1 is below 0"):
        best_stocks(second, 1.0, held_t=[0.0, -1.0])


def test_what_is_held_helps_to_keep_a_limit() -> None:
    second = second_stage(3, 11)
    budget = 0.05 * worth(second)
    limit = 0.95 * best_stocks(second, budget, weight=1.0).cvar_usd
    with pytest.raises(NoAnswerError, match="The budget binds"):
        best_stocks(second, budget, cvar_limit_usd=limit)
    found = best_stocks(second, budget, cvar_limit_usd=limit, held_t=days_of(second, [0.3] * 3))
    assert found.cvar_usd <= limit * (1 + 1e-6)


# ---- a bit about a holding ---------------------------------------------------------------


@settings(max_examples=8)
@given(SEEDS, st.floats(0.01, 0.4), PART, PART, PART, st.sampled_from([0.0, 0.3]))
def test_a_bit_is_never_worth_less_than_nothing(
    seed: int, part: float, low: float, width: float, other: float, weight: float
) -> None:
    second = second_stage(2, seed)
    room = days_of(second, [1.0, other])
    found = budget_bit_worth(
        second,
        part * worth(second),
        0,
        low * room[0],
        (low + width) * room[0],
        held_t=[0.0, room[1]],
        weight=weight,
        points=4,
    )
    assert found.worth_usd >= 0
    known = budget_bit_worth(second, part * worth(second), 0, low * room[0], low * room[0], weight=weight)
    assert known.worth_usd == 0
    assert known.buy_lower_t == pytest.approx(known.buy_upper_t, abs=1e-6 * room[0])


@pytest.mark.parametrize("part", [0.01, 0.05, 1.0])
def test_one_item_by_the_mean_is_the_bit_of_a_calendar(part: float) -> None:
    """The same definition on a grid: a buyer who pays for keeping only, within a budget."""
    one = replace(KOR, max_days=120.0)
    second = Recourse([one], blocks_of(losses(60, 12, 1, 4)))
    low, high = 5 * one.day_t, 90 * one.day_t
    levels = np.linspace(0.0, 240 * one.day_t, 4801)
    cost = [float(second(np.array([each])).item_cost[0] + second.holding[0] * each) for each in levels]
    budget = part * worth(second)
    most = min(one.max_days * one.day_t, low + budget / one.price_usd_per_t)
    buyer = Buyer(
        member="KOR",
        start_t=0.0,
        target_t=most,
        price_usd_per_t=0.0,
        keeping=0.0,
        levels=levels,
        slopes=np.zeros(len(levels) - 1),
    )
    still = Market(month_t=1.0, kappa=0.0, price_usd_per_t=1.0)
    grid = bit_worth(buyer, still, np.array(cost), low, high, months=1)
    found = budget_bit_worth(second, budget, 0, low, high, weight=0.0, points=64)
    assert found.worth_usd == pytest.approx(grid.worth_usd, rel=0.02, abs=1e-5 * cost[0])
    step = most / 200
    for own, other in ((found.buy_t, grid.buy_t), (found.buy_lower_t, grid.buy_lower_t)):
        assert own == pytest.approx(other, abs=2 * step)
    if part == 1.0:
        assert grid.worth_usd > 0


def test_two_items_and_the_worst_years_by_brute_force() -> None:
    each = [replace(KOR, max_days=60.0), replace(KOR, price_usd_per_t=400.0, elasticity=0.2, max_days=60.0)]
    second = Recourse(each, blocks_of(losses(40, 12, 2, 9)), segments=4)
    budget, high = 0.25 * worth(second), 50 * each[0].day_t
    points, alpha, weight = 4, 0.8, 0.5
    held = high * (np.arange(points) + 0.5) / points
    table = []
    for share in np.linspace(0, 1, 401):
        for spent in (0.0, 0.25, 0.5, 0.75, 1.0):
            money = spent * budget * np.array([share, 1 - share])
            bought = money / [one.price_usd_per_t for one in each]
            if (bought > [one.max_days * one.day_t for one in each]).any():
                continue
            row = []
            for there in held:
                cost = second(bought + np.array([there, 0.0])).cost
                mean = float(second.probabilities @ cost)
                row.append((1 - weight) * mean + weight * cvar(cost, alpha) + float(second.holding @ bought))
            table.append(row)
    costs = np.array(table)
    known = (costs[:, :2].mean(axis=1).min() + costs[:, 2:].mean(axis=1).min()) / 2
    grid = costs.mean(axis=1).min() - known
    found = budget_bit_worth(second, budget, 0, 0.0, high, alpha=alpha, weight=weight, points=points)
    assert grid > 1e-3 * costs.min()
    assert found.worth_usd == pytest.approx(grid, rel=0.03)
    assert found.buy_lower_t > found.buy_upper_t


def test_a_bit_keeps_the_limit_of_the_worst_years_at_the_lower_end() -> None:
    second = second_stage(2, 0)
    budget = 0.1 * worth(second)
    room = days_of(second, [0.0, 0.4])[1]
    limit = best_stocks(second, budget, weight=1.0).cvar_usd * 1.001
    free = budget_bit_worth(second, budget, 1, 0.0, room, weight=0.0)
    tight = budget_bit_worth(second, budget, 1, 0.0, room, weight=0.0, cvar_limit_usd=limit)
    assert free.worth_usd > 0
    assert tight.worth_usd == 0  # a limit that leaves no choice leaves nothing to learn
    with pytest.raises(NoAnswerError, match="cvar_limit"):
        budget_bit_worth(second, budget, 1, 0.0, room, cvar_limit_usd=0.9 * limit)


def test_bad_ranges_are_named_all_at_once() -> None:
    second = second_stage(2, 3)
    with pytest.raises(InputError, match="upside down") as told:
        budget_bit_worth(second, 1e6, 1, 5.0, 4.0, points=3, names=["tin ore KOR", "zinc ore KOR"])
    assert "holding of zinc ore KOR" in str(told.value)
    assert "points: 3; give an even number" in str(told.value)


# ---- a world -----------------------------------------------------------------------------


def graphite(member: str, low: float, high: float, **more: Any) -> HoldingRange:
    return HoldingRange(member=member, mineral="natural-graphite", stage="mixed", low=low, high=high, **more)


def chosen(holdings: Sequence[HoldingRange], **more: Any) -> Any:
    asked: dict[str, Any] = {"budget_usd": 3e6, "weight": 0.0, "settings": MID, "scenarios": 400, "on": ON}
    return portfolio(pt.open_world(), ["natural-graphite", "tungsten"], holdings=holdings, **asked | more)


@pytest.fixture(scope="module")
def told() -> Any:
    levels = Levels()
    held = [
        graphite("KOR", 0, 3000, label=levels.read("KOR:restricted"), on=ON),
        graphite("JPN", 0, 90, unit="days", label=levels.read("JPN:confidential")),
        HoldingRange(member="JPN", mineral="tin", stage="refined", low=0, high=5),
    ]
    return chosen(held, settings={name: SETTINGS[name] for name in ("mid", "phi 0.9")})


def test_everything_is_chosen_across_the_ranges(told: Any) -> None:
    ok = told.table.filter(told.table["status"] == "ok")
    assert ok["holding"].unique(maintain_order=True).to_list() == ["low", "mid", "high"]
    own = ok.filter(ok["mineral"] == "natural-graphite", ok["stage"] == "mixed", ok["member"] == "KOR")
    assert own["held_t"].to_list() == [0.0, 1500.0, 3000.0]
    assert own["bought_t"].is_sorted(descending=True)
    assert own["bought_t"][2] == 0
    assert (ok["stock_t"] - ok["held_t"] - ok["bought_t"]).abs().max() == pytest.approx(0, abs=1e-9)
    assert (ok["bought_t"] * ok["price_usd_per_t"] - ok["worth_usd"]).abs().max() == pytest.approx(
        0, abs=1e-3
    )
    day = own["use_t"][0] / 365
    assert own["days"].to_list() == pytest.approx([t / day for t in own["stock_t"]])
    assert own["day_value_usd"].is_sorted(descending=True)
    figures = {(r["figure"], r["holding"]): r for r in told.summary.iter_rows(named=True)}
    for name in ("objective_less_keeping_held", "budget_price"):
        across = [figures[name, end]["value"] for end in ("low", "mid", "high")]
        assert all(b <= a * (1 + 1e-4) for a, b in pairwise(across))
        assert across[2] < across[0]
    assert figures["held", "low"]["value"] == 0 < figures["held", "mid"]["value"]
    assert figures["mean_foresight", "low"]["value"] != figures["mean_foresight", "high"]["value"]
    assert figures["objective", "mid"]["value"] == told.selections["mid"].objective_usd
    assert set(told.choices) == {"low", "mid", "high"}
    assert any("declared holdings at low, mid, high: in place, MUSD: 0, " in note for note in told.notes)


def test_labels_and_what_was_not_said_come_along(told: Any) -> None:
    assert str(told.label) == "JPN:confidential+KOR:restricted"
    for table in (told.table, told.summary, told.disclosure):
        assert set(table["label"]) == {"JPN:confidential+KOR:restricted"}
    basis = {(r["mineral"], r["stage"], r["member"]): r["basis"] for r in told.table.iter_rows(named=True)}
    assert basis["natural-graphite", "mixed", "KOR"] == "declared, 2026-11-24"
    assert basis["tungsten", "product", "JPN"] == "withheld by the member; counted as 0"
    lines = [note for note in told.notes if note.startswith("assumption, ")]
    assert any("KOR: published for groups only, nothing declared; counted as 0" in note for note in lines)
    assert any("withheld by the member; counted as 0: " in n and "tungsten (product)" in n for n in lines)
    assert not any("natural-graphite (mixed)" in note for note in lines)
    assert "holdings of tin refined JPN are of no stock that is chosen here; left out" in told.notes


def test_a_bit_about_each_declared_holding(told: Any) -> None:
    rows = {(r["mineral"], r["stage"], r["member"]): r for r in told.disclosure.iter_rows(named=True)}
    own = rows["natural-graphite", "mixed", "KOR"]
    assert own["bit_usd"] > 0
    assert own["bit_low_usd"] <= own["bit_usd"] <= own["bit_high_usd"]
    assert own["bit_high_at"] in ("mid", "phi 0.9")
    assert own["buy_if_lower_t"] >= own["buy_t"] >= own["buy_if_upper_t"]
    assert (own["low_t"], own["high_t"]) == (0, 3000)
    assert rows["natural-graphite", "mixed", "JPN"]["high_days"] == pytest.approx(90)
    silent = rows["tungsten", "product", "JPN"]
    assert (silent["status"], silent["bit_usd"]) == ("withheld", None)
    assert rows["tungsten", "product", "KOR"]["status"] == "not_applicable"
    assert rows["tungsten", "ore", "KOR"]["status"] == "not_applicable"  # more goes out than comes in


def test_without_holdings_nothing_changes_and_nothing_is_labelled() -> None:
    plain, none = chosen(()), chosen([graphite("KOR", 0, 0), graphite("JPN", 0, 0)])
    same = [name for name in plain.table.columns if name not in ("basis", "label")]
    assert plain.table.select(same).equals(none.table.select(same))
    assert set(plain.table["label"]) == {"open"}
    assert plain.label.is_open
    assert plain.table["holding"].drop_nulls().unique().to_list() == ["mid"]
    assert not any("assumption, " in note or "declared holdings" in note for note in plain.notes)
    assert "held" not in plain.summary["figure"].to_list()
    assert set(plain.disclosure["status"]) == {"withheld", "not_applicable"}
    assert chosen((), bits=False).disclosure.is_empty()


def test_an_end_without_an_answer_is_told_not_hidden() -> None:
    item = ("natural-graphite", "mixed", "KOR")
    found = chosen(
        [graphite("KOR", 0, 120, unit="days")],
        importers="KOR",
        stages=["mixed"],
        budget_usd=3e6,
        least_days={item: 70.0},
    )
    rows = {row["holding"]: row for row in found.table.iter_rows(named=True)}
    assert (rows["low"]["status"], rows["low"]["days"]) == ("not_applicable", None)
    assert rows["mid"]["days"] >= 70 - 1e-6
    assert rows["high"]["bought_t"] == 0
    assert set(found.summary["holding"]) == {"mid", "high"}
    assert any("at mid, holdings at low, there is no answer: budget" in note for note in found.notes)
    assert found.disclosure["status"].to_list() == ["not_applicable"]
    assert any("at mid a bit has no worth: budget" in note for note in found.notes)


def test_holdings_that_cannot_be_meant() -> None:
    with pytest.raises(InputError) as wrong:
        chosen([graphite("KOR", 5, 4), graphite("JPN", -1, 4, unit="t")])
    assert "upside down" in str(wrong.value)
    assert "-1 is negative" in str(wrong.value)
    with pytest.raises(OptionError, match="USA is not one of the members KOR, JPN"):
        chosen([graphite("USA", 0, 4)])
