"""Published case, limits, laws, and the same answer as the programme by project."""

from __future__ import annotations

import itertools
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pactolus.errors import NoAnswerError
from pactolus.projects.selection.instance import Chain, Instance
from pactolus.projects.selection.limits import Limits
from pactolus.projects.selection.portfolio import select
from pactolus.projects.selection.programme import build
from pactolus.projects.selection.solve import price_of, solve
from pactolus.projects.selection.synthetic import synthetic_instance
from pactolus.projects.selection.worth import doing_nothing
from pactolus.solvers import linear_program, solve_integer

from .conftest import small

SEEDS = st.integers(0, 10_000)


def naive(one: Instance, limits: Limits) -> float:
    """The optimum with flows f[i,p,t] of every project and shortages of everything, row by row."""
    i, m, t, w = one.gap.shape
    p, s = one.npv_musd.shape
    v, g, k = len(one.windows), len(one.classes), one.segment_width.size
    names = [("y", a, b) for a in range(p) for b in range(s)]
    names += [(kind, a, b, c) for kind in "KG" for a in range(i) for b in range(g) for c in range(v)]
    names += [("f", a, b, c) for a in range(i) for b in range(p) for c in range(t)]
    names += [("u", *x) for x in itertools.product(range(i), range(m), range(t), range(w), range(k))]
    names += [("z", a) for a in range(i)] + [("e", a, b) for a in range(i) for b in range(w)]
    at = {name: n for n, name in enumerate(names)}
    cost, upper = np.zeros(len(names)), np.full(len(names), np.inf)
    rows, low, high = [], [], []

    def row(parts: dict[tuple, float], least: float, most: float) -> None:
        line = np.zeros(len(names))
        for name, value in parts.items():
            line[at[name]] += value
        rows.append(line)
        low.append(least)
        high.append(most)

    for a in range(p):
        row({("y", a, b): 1.0 for b in range(s)}, -np.inf, 1.0)
        for b in range(s):
            cost[at["y", a, b]] = -one.npv_musd[a, b]
            upper[at["y", a, b]] = 1.0
        for year in range(t):
            out = {("y", a, b): -one.output_t[a, b, year] for b in range(s)}
            row({("f", x, a, year): 1.0 for x in range(i)} | out, -np.inf, 0.0)
    for c, win in itertools.product(range(g), range(v)):
        mine = [(a, b) for a in range(p) for b in range(s) if one.class_of[a] == c]
        paid = {("y", a, b): one.cash_musd[a, b, win] for a, b in mine}
        row(paid | {("K", x, c, win): -1.0 for x in range(i)}, 0.0, 0.0)
        for x in range(i):
            row({("G", x, c, win): 1.0, ("K", x, c, win): -one.public_share[x, c]}, -np.inf, 0.0)
    for x, win in itertools.product(range(i), range(v)):
        row({("G", x, c, win): 1.0 for c in range(g)}, -np.inf, one.public_musd[x, win])
        own = {("K", x, c, win): 1.0 for c in range(g)} | {("G", x, c, win): -1.0 for c in range(g)}
        row(own, -np.inf, one.private_musd[x, win])
    for x, q, year in itertools.product(range(i), range(m), range(t)):
        mine = {("f", x, a, year): 1.0 for a in range(p) if one.product_of[a] == q}
        for host in range(len(one.hosts)):
            part = {n: 1.0 for n in mine if one.host_of[n[2]] == host}
            row(part, -np.inf, one.need_t[x, q, year])
        for z in range(w):
            av = {n: one.availability[one.host_of[n[2]], year, z] for n in mine}
            short = {("u", x, q, year, z, b): 1.0 for b in range(k)}
            row(av | short, one.gap[x, q, year, z] * one.need_t[x, q, year], np.inf)
            for b in range(k):
                n = at["u", x, q, year, z, b]
                upper[n] = one.segment_width[b] * one.need_t[x, q, year]
                cost[n] = (1 - limits.weight) * one.probability[z] * worth(one, q, year, b)
    for x in range(i):
        cost[at["z", x]] = limits.weight
        for z in range(w):
            cost[at["e", x, z]] = limits.weight * one.probability[z] / (1 - limits.alpha)
            spent = {
                ("u", x, q, year, z, b): -worth(one, q, year, b)
                for q, year, b in itertools.product(range(m), range(t), range(k))
            }
            row({("e", x, z): 1.0, ("z", x): 1.0} | spent, 0.0, np.inf)
    program = linear_program(cost, np.array(rows), row_lower=low, row_upper=high, upper=upper)
    return solve_integer(program, np.array([name[0] == "y" for name in names]), gap=1e-9).objective


def worth(one: Instance, product: int, year: int, segment: int) -> float:
    return float(one.discount[year] * one.segment_price[product, segment] / 1e6)


@settings(max_examples=8, deadline=None)
@given(SEEDS)
def test_rows_by_host_give_the_same_as_flows_of_every_project(seed: int) -> None:
    one = synthetic_instance(5, 3, seed, minerals=2, hosts=2, years=8)
    limits = Limits(alpha=0.5, weight=0.4)
    mine = solve(build(one, limits), gap=0.0)
    assert mine.objective == pytest.approx(naive(one, limits), rel=1e-6, abs=1e-4)
    assert mine.status == "optimal"


def test_stockco_is_a_special_case() -> None:
    """Winston, "Operations Research", Stockco: NPV 42 with investments 2, 3 and 4."""
    p = 4
    one = small(
        members=("KOR",),
        projects=("1", "2", "3", "4"),
        product_of=np.zeros(p),
        host_of=np.zeros(p),
        class_of=np.zeros(p),
        npv_musd=np.array([[16.0], [22.0], [12.0], [8.0]]),
        cash_musd=np.array([[[5.0]], [[7.0]], [[4.0]], [[3.0]]]),
        output_t=np.zeros((p, 1, 2)),
        esg=np.full(p, np.nan),
        need_t=np.zeros((1, 1, 2)),
        gap=np.zeros((1, 1, 2, 2)),
        public_musd=np.zeros((1, 1)),
        private_musd=np.full((1, 1), 14.0),
        public_share=np.zeros((1, 1)),
    )
    found = select(one, gap=0.0)
    assert found.choice.objective == pytest.approx(-42.0)
    assert found.chosen["project"].to_list() == ["2", "3", "4"]
    assert found.choice.gap == 0


def test_without_money_nothing_is_done() -> None:
    made = synthetic_instance(15, 6, 2)
    none = np.zeros_like(made.public_musd)
    found = select(replace(made, public_musd=none, private_musd=none), gap=0.0)
    assert (found.choice.start_of == -1).all()
    assert found.choice.objective == pytest.approx(found.choice.doing_nothing)
    assert found.chosen.height == 0
    assert found.shortage["mean_with_musd"].to_list() == found.shortage["mean_without_musd"].to_list()


@settings(max_examples=6, deadline=None)
@given(SEEDS, st.floats(1.1, 3.0))
def test_more_money_never_costs_more(seed: int, more: float) -> None:
    made = synthetic_instance(8, 4, seed, minerals=3, hosts=4, years=10)
    rich = replace(made, public_musd=made.public_musd * more, private_musd=made.private_musd * more)
    poor_cost = solve(build(made), gap=0.0).objective
    assert solve(build(rich), gap=0.0).objective <= poor_cost + 1e-6 * (1 + abs(poor_cost))


@settings(max_examples=8, deadline=None)
@given(SEEDS)
def test_what_is_said_of_a_choice_adds_up(seed: int) -> None:
    made = synthetic_instance(12, 4, seed, minerals=4, hosts=6, years=12)
    found = select(made, gap=0.02)
    choice = found.choice
    assert choice.bound <= choice.objective <= choice.doing_nothing + 1e-6 * abs(choice.doing_nothing)
    assert choice.gap <= 0.02 or choice.status == "node_limit"
    assert found.own_cost_musd.sum() == pytest.approx(choice.objective, rel=1e-6, abs=1e-3)
    again = price_of(choice.programme, choice.start_of).objective
    assert again <= choice.objective + 1e-6 * (1 + abs(choice.objective))
    assert (found.shortage["cvar_with_musd"] >= found.shortage["mean_with_musd"] - 1e-6).all()
    taken = choice.start_of >= 0
    assert found.share[:, taken].sum(axis=0) == pytest.approx(np.ones(int(taken.sum())))
    calls = found.calls
    assert (calls["public_musd"] <= calls["public_budget_musd"] * (1 + 1e-6) + 1e-6).all()
    assert calls["public_musd"].sum() + calls["private_musd"].sum() == pytest.approx(
        found.chosen["capex_musd"].sum()
    )
    assert found.summary["synthetic"].to_list() == [True]


def test_the_same_answer_twice() -> None:
    made = synthetic_instance(20, 6, 3, minerals=4, hosts=8, years=12)
    one, two = solve(build(made)), solve(build(made))
    assert one.start_of.tolist() == two.start_of.tolist()
    assert (one.objective, one.bound) == (two.objective, two.bound)


def test_a_surplus_of_one_year_makes_nothing_good_in_another() -> None:
    gap = np.zeros((2, 1, 2, 2))
    gap[:, :, 0] = 0.5
    late = np.zeros((3, 1, 2))
    late[:, :, 1] = 1e4
    found = select(small(gap=gap, output_t=late), gap=0.0)
    assert (found.choice.start_of == -1).all()
    assert doing_nothing(found.choice.programme) == pytest.approx(found.choice.objective)


def test_projects_of_a_host_fail_together() -> None:
    away = np.array([[[0.0, 1.0], [0.0, 1.0]], [[1.0, 1.0], [1.0, 1.0]]])
    found = select(small(availability=away), gap=0.0)
    assert found.chosen["host"].to_list() == ["CHL"]


def test_powers_of_agencies_limit_their_part() -> None:
    poor = np.zeros((2, 1))
    assert select(small(private_musd=poor), gap=0.0).chosen.height == 0
    found = select(small(private_musd=np.full((2, 1), 6.0)), gap=0.0)
    calls = found.calls
    ratio = calls["public_musd"] / (calls["public_musd"] + calls["private_musd"])
    assert (ratio.to_numpy() <= np.array([0.7, 0.75]) + 1e-9).all()
    assert found.chosen.height > 0


def test_caps_floors_and_shares_hold() -> None:
    made = synthetic_instance(40, 10, 7)
    limits = Limits(
        host_cap=0.4,
        mineral_cap=0.5,
        esg_floor=0.6,
        esg_unknown_most=0.3,
        offtake_least={"KOR": 0.35, "JPN": 0.35},
        spend_most={"JPN": 0.6},
    )
    found = select(made, limits, gap=0.02)
    chosen = found.chosen
    assert chosen.height > 2
    total = chosen["capex_musd"].sum()
    for name, most in (("host", 0.4), ("product", 0.5)):
        shares = chosen.group_by(name).agg(pl_sum("capex_musd"))["capex_musd"] / total
        assert shares.max() <= most + 1e-6
    for (_,), part in chosen.group_by("product"):
        known = part.filter(part["esg"].is_not_null())
        if known.height:
            mean = (known["esg"] * known["capacity_t"]).sum() / known["capacity_t"].sum()
            assert mean >= 0.6 - 1e-6
        assert part.filter(part["esg"].is_null())["capacity_t"].sum() <= 0.3 * part["capacity_t"].sum() + 1e-6
    by_year = found.supply_t.sum(axis=2)
    assert (by_year >= 0.35 * by_year.sum(axis=0) - 1e-3).all()


def pl_sum(name: str):
    import polars as pl

    return pl.col(name).sum()


def test_a_part_of_the_ore_stays_in_its_host_to_be_refined() -> None:
    chain = Chain(ore="ore", refined="metal", yield_=0.5, feed_t=0.0)
    made = small(
        products=("ore", "metal"),
        product_of=np.array([0, 0, 1]),
        host_of=np.array([0, 0, 0]),
        need_t=np.full((2, 2, 2), 400.0),
        gap=np.full((2, 2, 2, 2), 0.9),
        segment_price=np.array([[1e4, 2e4, 5e4]] * 2),
        npv_musd=np.zeros((3, 1)),
        chains=(chain,),
    )
    free = select(made, gap=0.0)
    held = select(made, Limits(local_processing=0.8), gap=0.0)

    def exported(found) -> float:
        return float(found.supply_t[:, 0].sum(axis=(0, 1))[0])

    ore = 300.0
    assert exported(held) <= 0.2 * ore + 1e-6
    assert exported(free) >= exported(held)
    refined = held.supply_t[:, 1].sum(axis=(0, 1))[0]
    assert refined <= 0.5 * (ore - exported(held)) + 1e-6


def test_required_and_excluded_projects() -> None:
    found = select(small(), Limits(required=frozenset({"A2"}), excluded=frozenset({"C1"})), gap=0.0)
    assert "A2" in found.chosen["project"].to_list()
    assert "C1" not in found.chosen["project"].to_list()


def test_limits_that_conflict_are_named_with_what_would_mend_them() -> None:
    made = small(public_musd=np.full((2, 1), 1.0), private_musd=np.full((2, 1), 1.0))
    limits = Limits(supply_least={("KOR", "lithium", 2027): 0.5})
    with pytest.raises(NoAnswerError) as told:
        select(made, limits)
    text = str(told.value)
    assert "supply of KOR: lithium 2027-2028" in text
    assert "public budget: KOR 2027-2028" in text or "private budget: KOR 2027-2028" in text
    assert "it would do to give way in" in text


def test_a_project_that_cannot_begin_then_is_refused() -> None:
    made = build(small(npv_musd=np.array([[np.nan], [1.0], [1.0]])))
    with pytest.raises(NoAnswerError, match="A1 cannot begin"):
        price_of(made, np.array([0, -1, -1]))


def test_a_start_that_is_better_is_kept() -> None:
    made = synthetic_instance(12, 4, 4, minerals=4, hosts=6, years=12)
    best = solve(build(made), gap=0.0)
    again = solve(build(made), gap=0.5, rounds=1, start=best.start_of)
    assert again.objective <= best.objective + 1e-6 * (1 + abs(best.objective))


def test_an_answer_has_the_objective_that_is_said_of_it() -> None:
    """With this start the solver ended with the start beside the objective of an answer that is none."""
    made = build(synthetic_instance(30, 20, 1))
    begin = solve(made, gap=0.5, rounds=2)
    found = solve_integer(made.lp, made.integer, nodes=5, gap=0.0, start=begin.x)
    assert found.objective == pytest.approx(float(made.lp.cost @ found.x), rel=1e-9)
    assert found.objective >= begin.bound - 1e-6 * abs(begin.bound)
