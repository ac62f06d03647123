"""Stochastic programmes with published optima, as one linear programme each (deterministic equivalent)."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from pactolus.solvers import LinearModel, linear_program, solve_linear

INF = np.inf

# J. R. Birge, F. Louveaux, "Introduction to Stochastic Programming", chapter 1: the farmer's problem
PLANT = [150.0, 230.0, 260.0]  # wheat, corn, beet [USD/acre]
YIELD = np.array([2.5, 3.0, 20.0])  # [t/acre]
NEED = [200.0, 240.0]  # wheat, corn [t]
BUY = [238.0, 210.0]
SELL = [170.0, 150.0, 36.0, 10.0]  # wheat, corn, beet within and beyond the quota of 6,000 t
YEARS = [1.2, 1.0, 0.8]


def farmer(yields: list[float], acres: list[float] | None = None):
    """Columns: 3 acres, then for each year bought wheat, corn and sold wheat, corn, beet within, beyond."""
    count, n = len(yields), 3 + 6 * len(yields)
    cost = np.array(PLANT + [p / count for _ in yields for p in [*BUY, *(-s for s in SELL)]])
    rows, lower = [np.concatenate([-np.ones(3), np.zeros(n - 3)])], [-500.0]
    for k, factor in enumerate(yields):
        at = 3 + 6 * k
        for crop in range(3):
            row = np.zeros(n)
            row[crop] = factor * YIELD[crop]
            if crop < 2:
                row[at + crop], row[at + 2 + crop] = 1, -1
            else:
                row[at + 4], row[at + 5] = -1, -1
            rows.append(row)
            lower.append(NEED[crop] if crop < 2 else 0.0)
    upper = np.full(n, INF)
    upper[[3 + 6 * k + 4 for k in range(count)]] = 6000.0
    floor = np.zeros(n)
    if acres is not None:
        floor[:3] = upper[:3] = acres
    return linear_program(cost, np.array(rows), row_lower=lower, lower=floor, upper=upper)


def test_farmer() -> None:
    recourse = solve_linear(farmer(YEARS))
    assert -recourse.objective == pytest.approx(108_390, abs=0.01)
    assert recourse.x[:3] == pytest.approx([170, 80, 250])
    mean = solve_linear(farmer([1.0]))
    assert -mean.objective == pytest.approx(118_600, abs=0.01)
    assert mean.x[:3] == pytest.approx([120, 80, 300])
    used = solve_linear(farmer(YEARS, acres=[120.0, 80.0, 300.0]))
    assert -used.objective == pytest.approx(107_240, abs=0.01)
    wait_and_see = -np.mean([solve_linear(farmer([factor])).objective for factor in YEARS])
    assert wait_and_see == pytest.approx(115_405.5556, abs=0.01)
    assert wait_and_see + recourse.objective == pytest.approx(7_015.5556, abs=0.01)  # EVPI
    assert used.objective - recourse.objective == pytest.approx(1_150, abs=0.01)  # VSS


def test_farmer_by_cuts() -> None:
    """The L-shaped method on a warm model: a first stage, and one column for the mean recourse."""
    master = LinearModel(linear_program([*PLANT, 1.0], [[1, 1, 1, 0]], row_upper=500, lower=[0, 0, 0, -1e6]))
    for _ in range(60):
        plan = master.solve()
        value, slope = 0.0, np.zeros(3)
        for factor in YEARS:
            year = solve_linear(farmer([factor], acres=plan.x[:3].tolist()))
            value += (year.objective - float(np.dot(PLANT, plan.x[:3]))) / 3
            slope += (year.reduced_costs[:3] - PLANT) / 3
        if plan.x[3] >= value - 1e-6:
            break
        master.add_rows([[*-slope, 1.0]], lower=[value - float(slope @ plan.x[:3])])
    assert -plan.objective == pytest.approx(108_390, abs=0.01)
    assert plan.x[:3] == pytest.approx([170, 80, 250], abs=1e-4)


def test_fast_quickstart() -> None:
    """SDDP.jl documentation, FAST quickstart: min x + E[-2 s], s <= x, s <= w, w in {2, 3}."""
    program = linear_program([1, -1, -1], [[-1, 1, 0], [-1, 0, 1]], row_upper=0, upper=[INF, 2, 3])
    assert solve_linear(program).objective == pytest.approx(-2.0)


def test_fast_hydro_thermal() -> None:
    """SDDP.jl documentation, FAST hydro-thermal: thermal power at 5, reservoir of 8, rain 6 then 2 or 10."""
    # columns: p1, y1, x1, then (p, y, x) in each of two second stages
    cost = [5, 0, 0, 2.5, 0, 0, 2.5, 0, 0]
    rows, lower, upper = [], [], []
    for at, before, rain in [(0, None, 6), (3, 2, 2), (6, 2, 10)]:
        power, water = np.zeros(9), np.zeros(9)
        power[[at, at + 1]] = 1
        water[[at + 2, at + 1]] = 1
        if before is not None:
            water[before] = -1
        rows += [power, water]
        lower += [6, -INF]
        upper += [INF, rain]
    ceiling = np.array([INF, INF, 8] * 3)
    program = linear_program(cost, np.array(rows), row_lower=lower, row_upper=upper, upper=ceiling)
    assert -solve_linear(program).objective == pytest.approx(-10.0)


def test_fast_production_management() -> None:
    """SDDP.jl documentation, FAST production management: 3 stages, 2 products, demand 0 then 2 or 10."""
    make, price = [0.2, 0.7], [2.33, 2.54]
    nodes = [(), *itertools.product((2, 10)), *itertools.product((2, 10), repeat=2)]
    place = {node: 4 * i for i, node in enumerate(nodes)}  # x_out of two products, sales of two
    n = 4 * len(nodes)
    cost, rows, upper = np.zeros(n), [], []
    for node, at in place.items():
        chance = 0.5 ** len(node)
        cost[at : at + 2] = np.multiply(chance, make)
        cost[at + 2 : at + 4] = np.multiply(-chance, price)
        total = np.zeros(n)
        total[at + 2 : at + 4] = 1
        rows.append(total)
        upper.append(node[-1] if node else 0.0)
        for product in range(2):
            sold = np.zeros(n)
            sold[at + 2 + product] = 1
            if node:
                sold[place[node[:-1]] + product] = -1
            rows.append(sold)
            upper.append(0.0)
    found = solve_linear(linear_program(cost, np.array(rows), row_upper=upper))
    assert found.objective == pytest.approx(-23.96, abs=1e-6)


def test_capacity_expansion_in_two_stages() -> None:
    """SDDP.jl documentation, StructDualDynProg problem 5.2, two stages: 340,315.52."""
    invest, run, hours = [16.0, 5, 32, 2], [25.0, 80, 6.5, 160], np.array([8760, 7000, 1500]) / 8760
    cases = [(0.9, np.diff([0, 3919, 7329, 10315])), (0.1, np.diff([0, 7086, 9004, 11169]))]
    n = 4 + len(cases) * 15  # 4 investments; in each case 12 outputs and 3 unserved loads
    cost = np.concatenate([invest, np.zeros(n - 4)])
    rows, lower, upper = [], [], []
    for k, (chance, demand) in enumerate(cases):
        at = 4 + 15 * k
        cost[at : at + 12] = chance * np.outer(run, hours).ravel()
        cost[at + 12 : at + 15] = chance * 1e6
        for technology in range(4):
            row = np.zeros(n)
            row[technology] = -1
            row[at + 3 * technology : at + 3 * technology + 3] = 1
            rows.append(row)
            lower.append(-INF)
            upper.append(0.0)
        for block in range(3):
            row = np.zeros(n)
            row[[at + 3 * t + block for t in range(4)]] = 1
            row[at + 12 + block] = 1
            rows.append(row)
            lower.append(float(demand[block]))
            upper.append(INF)
    found = solve_linear(linear_program(cost, np.array(rows), row_lower=lower, row_upper=upper))
    assert found.objective == pytest.approx(340_315.5216895, abs=0.01)
