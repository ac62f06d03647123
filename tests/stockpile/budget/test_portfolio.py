"""Stocks under one budget: the same optimum as the whole programme, laws, foresight, and bad input."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from functools import cache
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse

import pactolus as pt
from pactolus.errors import DataError, InputError, NoAnswerError, OptionError
from pactolus.solvers import cvar, linear_program, solve_linear
from pactolus.stockpile.base.pricing import Holding, shortage_costs, shortage_steps
from pactolus.stockpile.base.regimes import Supplier, supplier_regimes
from pactolus.stockpile.budget.budgets import portfolio
from pactolus.stockpile.budget.foresight import Play, estimate, myopic, rule_of, tail_estimate
from pactolus.stockpile.budget.recourse import Recourse, blocks_of, gaps_exceed_holding, ladder
from pactolus.stockpile.budget.selection import best_stocks
from pactolus.stockpile.members.needs import SETTINGS
from pactolus.stockpile.stocks.continuous import Importer, size_stock

KOR = Importer(member="KOR", use_t=12_000.0, denominator="made up", price_usd_per_t=1_000.0)
ON = date(2026, 11, 24)
MID = {"mid": SETTINGS["mid"]}


def importers(count: int, seed: int) -> list[Importer]:
    random = np.random.default_rng(seed)
    return [
        replace(
            KOR,
            use_t=float(10 ** random.uniform(2, 5)),
            price_usd_per_t=float(10 ** random.uniform(2, 4)),
            elasticity=float(random.uniform(0.15, 0.6)),
            holding=Holding(financing=float(random.uniform(0, 0.2))),
            max_days=float(random.uniform(30, 270)),
        )
        for _ in range(count)
    ]


def losses(scenarios: int, months: int, items: int, seed: int) -> np.ndarray:
    """Runs of losses of some months, here and there."""
    random = np.random.default_rng(seed)
    begin, length = (
        random.integers(0, months, (scenarios, 1, items)),
        random.integers(1, 8, (scenarios, 1, items)),
    )
    month = np.arange(months)[None, :, None]
    on = (random.random((scenarios, 1, items)) < 0.5) & (month >= begin) & (month < begin + length)
    return on * np.round(random.random((scenarios, months, items)), 3)


def extensive(
    each: list[Importer],
    lost: np.ndarray,
    chance: np.ndarray,
    budget: float,
    *,
    alpha: float,
    weight: float,
    limit: float | None = None,
    segments: int = 8,
    years: float = 1.0,
) -> float:
    """The whole programme at once, month by month: stock, release, steps of shortage; CVaR as a linear form.

    Money in MUSD a year; what is left at the end is sold at the base price, what is held is paid for monthly.
    """
    scenarios, months, items = lost.shape
    per = months * (2 + segments)  # stock, release, steps
    n = items + 1 + scenarios + scenarios + scenarios * items * per
    var_at, over, q = items, items + 1, items + 1 + scenarios
    cost, low, high = np.zeros(n), np.zeros(n), np.full(n, np.inf)
    low[var_at], low[q : q + scenarios] = -np.inf, -np.inf
    rows: list[dict[int, float]] = []
    row_low: list[float] = []
    row_high: list[float] = []

    def row(entries: dict[int, float], least: float, most: float) -> None:
        rows.append(entries)
        row_low.append(least)
        row_high.append(most)

    price = np.array([one.price_usd_per_t / 1e6 for one in each])
    for i, one in enumerate(each):
        high[i] = one.max_days * one.day_t
        # buying at the start, and the keeping of the years in which events begin instead of the whole path
        cost[i] = one.holding.rate * price[i] * (1 - months / 12 / years)
    row({i: float(price[i]) for i in range(items)}, -np.inf, budget)
    place = q + scenarios
    for s in range(scenarios):
        second: dict[int, float] = {q + s: 1.0}
        for i, one in enumerate(each):
            ends, slopes = shortage_steps(one.elasticity, one.cap, segments - 1)
            steps = len(slopes)
            for t in range(months):
                stock, out = place, place + 1
                high[place + 2 : place + 2 + segments] = 0.0
                high[place + 2 : place + 2 + steps] = np.diff(ends) * one.month_t
                before = i if t == 0 else place - (2 + segments)
                row({stock: 1.0, before: -1.0, out: 1.0}, 0.0, 0.0)
                need = float(lost[s, t, i]) * one.month_t
                short = {place + 2 + k: 1.0 for k in range(steps)}
                row({out: 1.0, **short}, need, np.inf)
                second[stock] = -one.holding.rate / 12 * price[i] / years
                second[out] = -price[i] / years
                for k in range(steps):
                    second[place + 2 + k] = -slopes[k] * price[i] / years
                place += 2 + segments
        row(second, 0.0, np.inf)
        row({over + s: 1.0, q + s: -1.0, var_at: 1.0}, 0.0, np.inf)
        cost[q + s] = (1 - weight) * chance[s]
        cost[over + s] = weight * chance[s] / (1 - alpha)
    cost[var_at] = weight
    if limit is not None:
        tail = {var_at: 1.0} | {over + s: chance[s] / (1 - alpha) for s in range(scenarios)}
        tail |= {i: -one.holding.rate * price[i] * months / 12 / years for i, one in enumerate(each)}
        row(tail, -np.inf, limit)
    at = [(r, c, v) for r, entries in enumerate(rows) for c, v in entries.items()]
    matrix = sparse.csc_array(
        ([v for _, _, v in at], ([r for r, _, _ in at], [c for _, c, _ in at])), shape=(len(rows), n)
    )
    found = solve_linear(
        linear_program(cost, matrix, row_lower=row_low, row_upper=row_high, lower=low, upper=high)
    )
    return found.objective


# ---- the closed form ---------------------------------------------------------------------


@given(st.integers(0, 10_000), st.floats(0, 400), st.integers(1, 8))
def test_the_best_fill_is_that_of_a_sorted_list(seed: int, days: float, segments: int) -> None:
    one = importers(1, seed)[0]
    lost = losses(3, 9, 1, seed)
    held = days * one.day_t
    found = Recourse([one], blocks_of(lost), segments=segments)(np.array([held]))
    ends, slopes = shortage_steps(one.elasticity, one.cap, segments - 1)
    for s in range(3):
        offers = []
        base = 0.0
        for t, loss in enumerate(lost[s, :, 0]):
            width = np.clip(loss - ends[:-1], 0, np.diff(ends)) * one.month_t
            base += float(width @ slopes)
            offers += [
                (c - 1 + one.holding.rate * (9 - t) / 12, w) for c, w in zip(slopes, width, strict=True)
            ]
        left, saved = held, 0.0
        for worth, width in sorted(offers, reverse=True):
            saved += worth * min(left, width)
            left -= min(left, width)
        assert found.cost[s] == pytest.approx((base - saved) * one.price_usd_per_t, rel=1e-7, abs=1e-3)


@given(st.integers(0, 10_000))
def test_costs_fall_and_are_convex_in_every_stock(seed: int) -> None:
    each = importers(3, seed)
    second = Recourse(each, blocks_of(losses(20, 12, 3, seed)))
    line = np.linspace(0, 1, 21)[:, None] * np.array([one.day_t * 400 for one in each])
    replies = [second(stock) for stock in line]
    cost = np.array([reply.cost for reply in replies])
    scale = 1 + cost[0]
    assert (np.diff(cost, axis=0) <= 1e-9 * scale).all()
    assert (np.diff(cost, n=2, axis=0) >= -1e-9 * scale).all()
    for reply, stock in zip(replies, line, strict=True):  # tangents lie below
        for other, place in zip(replies, line, strict=True):
            below = reply.item_cost + reply.item_slope * (place - stock)
            assert (below <= other.item_cost * (1 + 1e-9) + 1e-6).all()


def test_slopes_are_those_of_the_last_item() -> None:
    each = importers(2, 4)
    second = Recourse(each, blocks_of(losses(30, 12, 2, 4)))
    stock = np.array([one.day_t * 20 for one in each])
    step = np.array([1e-6 * one.day_t for one in each])
    reply, after = second(stock), second(stock + step)
    assert (after.item_cost - reply.item_cost) / step == pytest.approx(reply.item_slope, rel=1e-5)
    tail = np.random.default_rng(1).dirichlet(np.ones(30))
    by_weights = (tail @ after.cost - tail @ reply.cost) / step.sum()
    assert reply.slope(second, tail) @ step / step.sum() == pytest.approx(by_weights, rel=1e-5)


@given(st.integers(1, 12), st.integers(1, 48), st.floats(0, 0.3))
def test_where_steps_lie_apart_the_dearest_step_comes_first(segments: int, months: int, rate: float) -> None:
    one = replace(KOR, holding=Holding(financing=rate, storage=0, deterioration=0))
    order = ladder(one, months, segments).order
    plain = [t * segments + k for k in reversed(range(segments)) for t in range(months)]
    if gaps_exceed_holding(one, months, segments) and rate > 0:
        assert order.tolist() == plain
    assert sorted(order.tolist()) == list(range(months * segments))
    assert (np.diff(ladder(one, months, segments).worth) <= 0).all()


def test_blocks_and_order_of_scenarios_change_nothing() -> None:
    each = importers(3, 7)
    lost = losses(50, 12, 3, 7).astype(np.float32)
    weights = np.random.default_rng(7).random(50)
    stock = np.array([one.day_t * 30 for one in each])
    whole = Recourse(each, blocks_of(lost, weights))(stock)
    parts = Recourse(each, [(weights[at : at + 7], lost[at : at + 7]) for at in range(0, 50, 7)])(stock)
    assert parts.cost == pytest.approx(whole.cost, rel=1e-12)
    assert parts.item_slope == pytest.approx(whole.item_slope, rel=1e-9)
    without = Recourse(each, blocks_of(lost, weights)).without
    assert without.item_cost.sum() == pytest.approx(float(weights / weights.sum() @ without.cost))


# ---- the choice --------------------------------------------------------------------------


@settings(max_examples=15)
@given(
    st.integers(0, 10_000),
    st.integers(1, 3),
    st.sampled_from([0.0, 0.3, 1.0]),
    st.floats(0.1, 0.9),
    st.sampled_from([(12, 1.0), (18, 1.0), (6, 0.5)]),
)
def test_the_same_objective_as_the_whole_programme(
    seed: int, items: int, weight: float, part: float, length: tuple[int, float]
) -> None:
    months, years = length
    each, lost = importers(items, seed), losses(8, months, items, seed)
    chance = np.random.default_rng(seed).dirichlet(np.ones(8))
    budget = part * sum(one.max_days * one.day_t * one.price_usd_per_t for one in each) / 1e6
    second = Recourse(each, blocks_of(lost, chance), segments=4, years=years)
    found = best_stocks(second, budget * 1e6, alpha=0.8, weight=weight, tolerance=1e-7)
    other = extensive(each, lost, chance, budget, alpha=0.8, weight=weight, segments=4, years=years)
    assert found.objective_usd / 1e6 == pytest.approx(other, rel=1e-5, abs=1e-9)
    assert found.worth_usd.sum() <= budget * 1e6 * (1 + 1e-7)
    whole = found.holding_usd + (1 - weight) * found.expected_usd + weight * found.cvar_usd
    assert found.objective_usd == pytest.approx(whole, rel=1e-9)


def test_a_limit_of_cvar_gives_the_same_as_the_whole_programme() -> None:
    each, lost = importers(3, 11), losses(20, 12, 3, 11)
    chance = np.full(20, 1 / 20)
    second = Recourse(each, blocks_of(lost), segments=4)
    budget = 0.6 * sum(one.max_days * one.day_t * one.price_usd_per_t for one in each)
    free = best_stocks(second, budget, alpha=0.8, weight=0.0)
    limit = 0.9 * free.cvar_usd
    found = best_stocks(second, budget, alpha=0.8, weight=0.0, cvar_limit_usd=limit, tolerance=1e-7)
    other = extensive(each, lost, chance, budget / 1e6, alpha=0.8, weight=0.0, limit=limit / 1e6, segments=4)
    assert found.cvar_usd <= limit * (1 + 1e-6)
    assert found.objective_usd / 1e6 == pytest.approx(other, rel=1e-5)
    assert found.objective_usd > free.objective_usd
    assert found.limit_price > 0
    assert cvar(second(found.stock_t).cost, 0.8) == pytest.approx(found.cvar_usd, rel=1e-9)


def test_the_price_of_the_budget_is_what_more_of_it_saves() -> None:
    each, lost = importers(6, 2), losses(200, 12, 6, 2)
    second = Recourse(each, blocks_of(lost))
    budget = 0.1 * sum(one.max_days * one.day_t * one.price_usd_per_t for one in each)
    low, mid, high = (best_stocks(second, budget * f, tolerance=1e-8) for f in (0.99, 1.0, 1.01))
    falling = [(low.objective_usd - mid.objective_usd), (mid.objective_usd - high.objective_usd)]
    assert falling[1] / (0.01 * budget) - 1e-4 <= mid.budget_price <= falling[0] / (0.01 * budget) + 1e-4
    # one more day of anything that is in stock and below its room is worth its keeping and the budget's price
    inner = (mid.stock_t > 0) & (mid.stock_t < 0.999 * np.array([one.max_days * one.day_t for one in each]))
    net = mid.gross_usd_per_t - second.holding
    price = np.array([one.price_usd_per_t for one in each])
    assert (net <= mid.budget_price * price * (1 + 1e-3) + 1e-6)[~inner & (mid.stock_t == 0)].all()
    assert (net <= mid.budget_price * price * 1.25 + 1e-6)[inner].all()


def test_more_of_anything_never_costs_more() -> None:
    each, lost = importers(4, 5), losses(100, 12, 4, 5)
    second = Recourse(each, blocks_of(lost))
    worth = sum(one.max_days * one.day_t * one.price_usd_per_t for one in each)
    costs = [best_stocks(second, worth * part).objective_usd for part in (0.01, 0.1, 0.5, 1.0)]
    assert all(b <= a * (1 + 2e-5) for a, b in pairwise(costs))
    assert best_stocks(second, 2 * worth).budget_price == 0.0
    bound = best_stocks(second, worth, least_days=10.0, most_days=20.0)
    days = bound.stock_t / np.array([one.day_t for one in each])
    assert (days >= 10 - 1e-6).all()
    assert (days <= 20 + 1e-6).all()


def test_limits_that_cannot_be_kept_say_which_and_by_how_much() -> None:
    each, lost = importers(3, 11), losses(40, 12, 3, 11)
    second = Recourse(each, blocks_of(lost))
    worth = sum(one.max_days * one.day_t * one.price_usd_per_t for one in each)
    full = second(np.array([one.max_days * one.day_t for one in each]))
    least = cvar(full.cost, 0.95)
    with pytest.raises(NoAnswerError, match=r"most_days binds: with all stores full .* raise the limit"):
        best_stocks(second, worth, cvar_limit_usd=0.9 * least)
    small = best_stocks(second, 0.05 * worth, weight=1.0)
    limit = (small.cvar_usd + least) / 2
    with pytest.raises(NoAnswerError, match=r"The budget binds: [\d.,]+ MUSD would do") as told:
        best_stocks(second, 0.05 * worth, cvar_limit_usd=limit)
    needed = float(str(told.value).split("binds: ")[1].split(" MUSD")[0].replace(",", "")) * 1e6
    assert best_stocks(second, needed * 1.001, cvar_limit_usd=limit).cvar_usd <= limit * (1 + 1e-6)
    with pytest.raises(NoAnswerError, match="the least stocks alone are worth"):
        best_stocks(second, 0.05 * worth, least_days=20.0)


def test_bad_numbers_are_named_all_at_once() -> None:
    second = Recourse([KOR], blocks_of(losses(5, 6, 1, 1)))
    with pytest.raises(InputError) as told:
        best_stocks(second, 0.0, alpha=1.0, weight=2.0, least_days=30, most_days=20, names=["tin ore KOR"])
    for part in ("budget_usd", "empty budget", "alpha", "weight", "most_days: 20 for tin ore KOR, below"):
        assert part in str(told.value)
    with pytest.raises(InputError, match="cvar_limit_usd"):
        best_stocks(second, 1.0, cvar_limit_usd=-1.0)
    for wrong in (np.zeros((2, 3)), np.zeros((2, 3, 2)), np.zeros((2, 0, 1))):
        with pytest.raises(DataError, match="give \\(scenarios, months, 1 items\\)"):
            Recourse([KOR], [(np.ones(2), wrong)])
    for value in (-0.1, 1.5, np.nan):
        with pytest.raises(DataError, match="a missing loss is not zero"):
            Recourse([KOR], blocks_of(np.full((2, 3, 1), value)))
    with pytest.raises(DataError, match="weights: negative"):
        Recourse([KOR], blocks_of(np.zeros((2, 3, 1)), [1.0, -1.0]))
    with pytest.raises(DataError, match="weights: shape"):
        Recourse([KOR], blocks_of(np.zeros((2, 3, 1)), [1.0]))
    with pytest.raises(DataError, match="none with a weight"):
        Recourse([KOR], blocks_of(np.zeros((2, 3, 1)), [0.0, 0.0]))
    with pytest.raises(DataError, match="paths are of one length"):
        Recourse([KOR], [(np.ones(1), np.zeros((1, 3, 1))), (np.ones(1), np.zeros((1, 4, 1)))])
    with pytest.raises(InputError, match="importers: none"):
        Recourse([], blocks_of(np.zeros((1, 1, 0))))


# ---- without foresight -------------------------------------------------------------------


@given(st.integers(0, 10_000), st.floats(1, 200))
def test_no_rule_is_better_than_foresight(seed: int, days: float) -> None:
    each, lost = importers(2, seed), losses(30, 12, 2, seed)
    stock = np.array([one.day_t * days for one in each])
    reply = Recourse(each, blocks_of(lost))(stock)
    half = Play(each, stock, [lambda loss, held: 0.5 * loss] * 2)
    play = Play(each, stock, [myopic] * 2)
    for rule in (play, half):
        rule.add(lost)
        assert (rule.cost.sum(axis=1) >= reply.cost * (1 - 1e-9) - 1e-3).all()


def test_without_a_stock_or_with_plenty_foresight_is_worth_nothing() -> None:
    each, lost = importers(2, 3), losses(30, 12, 2, 3)
    second = Recourse(each, blocks_of(lost))
    for days in (0.0, 5000.0):
        stock = np.array([one.day_t * days for one in each])
        play = Play(each, stock, [myopic] * 2)
        play.add(lost)
        assert play.cost.sum(axis=1) == pytest.approx(second(stock).cost, rel=1e-7, abs=1e-3)


def test_the_rule_of_a_stock_is_that_of_its_table() -> None:
    supply = supplier_regimes([Supplier(name="A", share={"KOR": 0.9}, onset_per_year=0.12)], ["KOR"])
    stock = size_stock(KOR, supply, step_days=5)
    rule = rule_of(stock)
    month = KOR.month_t
    loss = float(supply.loss[1, 0])
    held = stock.stock_t[[2, 10, 20]] / month
    told = stock.release_t[1, [2, 10, 20]] / month
    assert rule(np.full(3, loss), held) == pytest.approx(np.minimum(told, loss), rel=1e-9)
    assert rule(np.full(3, loss / 2), held) == pytest.approx(np.minimum(told, loss) / 2, rel=1e-9)
    assert rule(np.zeros(1), np.ones(1)).tolist() == [0.0]
    never = size_stock(
        KOR, supplier_regimes([Supplier(name="A", share={"KOR": 0.0}, onset_per_year=0.1)], ["KOR"])
    )
    assert rule_of(never) is myopic


def test_losses_of_two_suppliers_are_read_in_between() -> None:
    supply = supplier_regimes(
        [
            Supplier(name="A", share={"KOR": 0.6}, onset_per_year=0.12),
            Supplier(name="B", share={"KOR": 0.3}, onset_per_year=0.12),
        ],
        ["KOR"],
    )
    rule = rule_of(size_stock(KOR, supply, step_days=5))
    small, large = 0.3 * 0.7, 0.6 * 0.7
    held = np.full(3, 0.8)
    cover = rule(np.array([small, (small + large) / 2, large]), held) / [small, (small + large) / 2, large]
    assert cover[1] == pytest.approx((cover[0] + cover[2]) / 2, rel=1e-9)


def test_errors_of_sampling_are_those_of_a_bootstrap() -> None:
    random = np.random.default_rng(1)
    values, weights = random.exponential(size=4000), random.uniform(0.2, 2, 4000)
    chance = weights / weights.sum()
    again = []
    for _ in range(400):
        at = random.integers(0, 4000, 4000)
        w = weights[at] / weights[at].sum()
        again.append([w @ values[at], cvar(values[at], 0.95, w)])
    spread = np.std(again, axis=0)
    assert estimate(values, chance).error == pytest.approx(spread[0], rel=0.15)
    assert tail_estimate(values, chance, 0.95).error == pytest.approx(spread[1], rel=0.2)
    assert tail_estimate(values, chance, 0.95).value == pytest.approx(cvar(values, 0.95, chance))


def test_few_steps_lie_little_above_the_curve() -> None:
    for loss in (0.3, 0.5, 0.8):
        lost = np.full((1, 1, 1), loss)
        steps = Recourse([KOR], blocks_of(lost)).without.cost[0] / (KOR.month_t * KOR.price_usd_per_t)
        curve = float(shortage_costs(np.array(loss), KOR.elasticity, KOR.cap))
        assert curve <= steps <= curve * 1.05


# ---- a world -----------------------------------------------------------------------------


@pytest.fixture(scope="module")
def asked() -> Any:
    return portfolio(
        pt.open_world(),
        ["tungsten", "lithium"],
        budget_usd=60e6,
        settings={name: SETTINGS[name] for name in ("mid", "phi 0.9")},
        scenarios=1500,
        on=ON,
    )


def test_every_stock_names_what_its_days_are_of(asked: Any) -> None:
    table = asked.table
    ok = table.filter(table["status"] == "ok")
    assert ok["denominator"].str.contains("net imports").all()
    assert ok["grade"].unique().to_list() == ["C"]
    assert ok["worth_usd"].sum() == pytest.approx(60e6, rel=1e-3)
    assert (ok["low_days"] <= ok["days"]).all()
    assert (ok["days"] <= ok["high_days"]).all()
    assert (ok["days"] * ok["use_t"] / 365 - ok["stock_t"]).abs().max() == pytest.approx(0, abs=1e-6)
    assert {(r["member"], r["stage"]) for r in ok.iter_rows(named=True) if r["mineral"] == "lithium"} == {
        ("KOR", "refined"),
        ("JPN", "refined"),
    }
    away = table.filter(table["status"] != "ok")
    assert away["days"].is_null().all()  # tungsten ore of Korea: more goes out than comes in
    assert away["status"].to_list() == ["not_applicable"]


def test_foresight_is_worth_something_and_said(asked: Any) -> None:
    figures = {row["figure"]: row for row in asked.summary.iter_rows(named=True)}
    assert 0 < figures["bias_rule"]["value"] < 0.5
    assert figures["mean_rule"]["value"] >= figures["mean_foresight"]["value"]
    assert figures["mean_myopic"]["value"] >= figures["mean_foresight"]["value"]
    assert figures["cvar_foresight"]["value"] > figures["mean_foresight"]["value"]
    assert all(figures[name]["error"] > 0 for name in ("mean_rule", "cvar_rule", "bias_rule"))
    gap = 1 - figures["lower_bound"]["value"] / figures["objective"]["value"]
    assert 0 <= gap <= 1e-5
    assert (
        figures["budget_price"]["low"] <= figures["budget_price"]["value"] <= figures["budget_price"]["high"]
    )
    for words in ("foresight bias", "standard error", "another USD of budget", "drawn in strata"):
        assert any(words in note for note in asked.notes)
    assert any("lithium takes" in note for note in asked.notes)
    assert not any("takes" in note for note in tungsten().notes)
    ok = asked.table.filter(asked.table["status"] == "ok")
    assert ok["foresight_usd"].sum() == pytest.approx(figures["mean_foresight"]["value"], rel=1e-9)
    assert ok["rule_usd"].sum() == pytest.approx(figures["mean_rule"]["value"], rel=1e-9)


@cache
def tungsten(seed: int = 0, turn: int = 0) -> Any:
    """Tungsten of Korea at a small budget; `turn` asks for another run of the same."""
    return portfolio(
        pt.open_world(), "tungsten", "KOR", budget_usd=1e6, settings=MID, scenarios=300, on=ON, seed=seed
    )


def test_the_same_answer_twice_and_another_with_another_seed() -> None:
    assert tungsten(0, 1).table.equals(tungsten().table)
    assert tungsten(0, 1).summary.equals(tungsten().summary)
    assert tungsten(1).table["rule_usd"].to_list() != tungsten().table["rule_usd"].to_list()


def test_own_figures_are_taken() -> None:
    items = {("tungsten", "product", "KOR"): 900.0}
    common: dict[str, Any] = {
        "settings": MID,
        "scenarios": 300,
        "on": ON,
        "stages": ["product"],
        "importers": "KOR",
    }
    own = portfolio(
        pt.open_world(),
        "tungsten",
        budget_usd=5e6,
        declared=items,
        least_days={("tungsten", "product", "KOR"): 12.0},
        expert={("tungsten", "product", "CHN"): 2.0},
        **common,
    ).table.row(0, named=True)
    assert own["use_t"] == 900.0
    assert own["grade"] == "declared"
    assert own["days"] >= 12 - 1e-9
    plain = tungsten().table.row(0, named=True)
    assert own["without_usd"] / own["use_t"] > 3 * plain["without_usd"] / plain["use_t"]


def test_questions_that_cannot_be_meant() -> None:
    world = pt.open_world()
    with pytest.raises(OptionError) as told:
        portfolio(world, "tungsten", "KOR,KOR,EU27", budget_usd=1e6, months=0)
    for part in ("KOR stands twice", "EU27 is a coalition", "months: 0"):
        assert part in str(told.value)
    with pytest.raises(OptionError, match="none given"):
        portfolio(world, "tungsten", "", budget_usd=1e6)
    with pytest.raises(OptionError, match="settings: none"):
        portfolio(world, "tungsten", budget_usd=1e6, settings={})
    with pytest.raises(NoAnswerError, match="no trade"):
        portfolio(world, "germanium", budget_usd=1e6)
    with pytest.raises(OptionError, match="tin ore KOR"):
        portfolio(
            world,
            "tungsten",
            budget_usd=1e6,
            settings=MID,
            scenarios=200,
            on=ON,
            most_days={("tin", "ore", "KOR"): 3.0},
        )


def test_a_setting_without_an_answer_is_told_not_hidden() -> None:
    mid = tungsten()
    limit = mid.selections["mid"].cvar_usd * 1.02
    found = portfolio(
        pt.open_world(),
        "tungsten",
        "KOR",
        budget_usd=1e6,
        cvar_limit_usd=limit,
        settings={"mid": SETTINGS["mid"], "elasticity 0.15": SETTINGS["elasticity 0.15"]},
        scenarios=300,
        on=ON,
    )
    assert list(found.selections) == ["mid"]
    assert any("at elasticity 0.15 there is no answer" in note for note in found.notes)
