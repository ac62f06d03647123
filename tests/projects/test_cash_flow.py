"""Cash flows: parts add up, years are fractions, and rates of return say when there is none or several."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from pactolus.errors import DataError
from pactolus.projects.appraisal.cash_flow import Plant, flows, npv, output_of
from pactolus.projects.appraisal.returns import LOWEST_RATE, irr

#: Two years of construction and eight of income; `checks` of methods of capital budgeting.
TEXTBOOK = [-1000.0, -1200.0] + [550.0] * 8
plants = st.builds(
    Plant,
    capacity_t=st.floats(1, 1e6),
    capital_usd=st.floats(1e6, 1e10),
    opex_usd_per_t=st.floats(0, 5000),
    fixed_cost=st.floats(0, 1),
    begin=st.floats(0, 5),
    build_years=st.floats(0.3, 5),
    ramp_years=st.floats(0, 4),
    life_years=st.floats(1, 30),
    royalty=st.floats(0, 0.3),
    profit_royalty=st.floats(0, 0.3),
    tax=st.floats(0, 0.5),
    depreciation_years=st.floats(1, 20),
    sustaining=st.floats(0, 0.05),
    closure=st.floats(0, 0.2),
)


def path(plant: Plant, price: float) -> np.ndarray:
    return np.full(plant.horizon + 2, price)


def test_textbook_values() -> None:
    assert npv(TEXTBOOK, 0.08)[0] == pytest.approx(815.4179806008, abs=1e-9)
    assert npv(TEXTBOOK, 0.12)[0] == pytest.approx(368.0373855011, abs=1e-9)
    assert irr(TEXTBOOK).rate[0] == pytest.approx(0.1633562984, abs=1e-10)


@given(st.lists(st.floats(1, 1e4), min_size=1, max_size=20), st.floats(1, 1e4))
def test_a_normal_flow_falls_with_the_rate_and_irr_brings_it_to_nothing(
    income: list[float], spent: float
) -> None:
    flow = [-spent, *income]
    rates = np.linspace(0.0, 1.0, 11)
    assert (np.diff([npv(flow, r)[0] for r in rates]) < 0).all()
    found = irr(flow)
    if found.status[0] == "ok":
        assert npv(flow, found.rate)[0] == pytest.approx(0.0, abs=1e-6 * (spent + sum(income)))
    else:
        assert npv(flow, LOWEST_RATE)[0] < 0


def test_several_rates_and_none_are_said() -> None:
    found = irr([[100, -230, 132, 0], [1, 2, 3, 4], [-1, -1, -1, -1], [-100, 110, 0, 0]])
    assert found.status == ("several", "none", "none", "ok")
    assert found.roots[0] == pytest.approx([0.1, 0.2])
    assert np.isnan(found.rate[:3]).all()


def test_a_closure_cost_leaves_one_rate_where_one_can_be_meant() -> None:
    found = irr([-100.0, *[20.0] * 20, -10.0])
    assert found.status == ("ok",)
    assert found.rate[0] == pytest.approx(0.193, abs=0.002)


@given(st.permutations(range(4)))
def test_a_draw_does_not_depend_on_its_neighbours(order: list[int]) -> None:
    table = np.array([TEXTBOOK, [-5, *[1.0] * 9], [100, -230, 132, *[0.0] * 7], [-1.0] * 10])
    whole, turned = irr(table).rate, irr(table[order]).rate
    assert np.array_equal(whole[order], turned, equal_nan=True)


@given(plants, st.floats(0, 1e4))
def test_the_parts_add_up(plant: Plant, price: float) -> None:
    found = flows(plant, path(plant, price))
    rest = found.revenue - found.opex - found.royalty - found.tax - found.capital
    scale = float(np.abs(found.revenue).sum() + np.abs(found.capital).sum() + np.abs(found.opex).sum())
    assert np.abs(found.total - rest).max() <= 1e-9 * scale
    assert found.tax.min() >= 0
    whole = plant.capital_usd * (1 + plant.sustaining * plant.life_years + plant.closure)
    assert found.capital.sum() == pytest.approx(whole, rel=1e-9)


@given(plants)
def test_output_is_that_of_the_life_less_the_ramp(plant: Plant) -> None:
    made = output_of(plant, plant.horizon).sum()
    ramp, life = plant.ramp_years, plant.life_years
    lost = ramp / 2 if life >= ramp else life - life**2 / (2 * ramp)
    assert made == pytest.approx(plant.capacity_t * (plant.life_years - lost), rel=1e-9, abs=1e-9)


@given(plants, st.floats(0, 1e4), st.floats(0, 1e4), st.floats(0, 0.3))
def test_a_higher_price_never_lowers_the_value(plant: Plant, one: float, two: float, rate: float) -> None:
    low, high = sorted((one, two))
    years = plant.horizon
    worth = [npv(flows(plant, np.full(years, p)).total, rate)[0] for p in (low, high)]
    assert worth[1] >= worth[0] - 1e-9 * plant.capital_usd


@given(st.floats(0, 4), st.floats(0.1, 4))
def test_a_delay_lowers_a_value_above_nothing(begin: float, more: float) -> None:
    early, late = (
        Plant(capacity_t=1000, capital_usd=1e6, opex_usd_per_t=100, begin=b, tax=0.3)
        for b in (begin, begin + more)
    )
    worth = [npv(flows(one, np.full(40, 1000.0)).total, 0.1)[0] for one in (early, late)]
    assert worth[0] > worth[1] > 0


@given(plants, st.lists(st.floats(0, 1e4), min_size=70, max_size=70))
def test_to_be_able_to_pause_never_lowers_profit_before_tax(plant: Plant, prices: list[float]) -> None:
    free, bound = (
        flows(replace(plant, tax=0.0, profit_royalty=0.0, fixed_cost=part), prices) for part in (0.2, 1.0)
    )
    scale = float(np.abs(bound.revenue).sum() + np.abs(bound.opex).sum() + plant.capital_usd)
    assert (free.total - bound.total).min() >= -1e-9 * scale
    assert (free.output_t <= bound.output_t).all()
    assert np.array_equal(bound.output_t[0], output_of(plant, 70)[0])


def test_losses_are_carried_forward() -> None:
    plant = Plant(
        capacity_t=1, capital_usd=100, opex_usd_per_t=0, build_years=1, ramp_years=0, life_years=4,
        tax=0.5, depreciation_years=2,
    )  # fmt: skip
    found = flows(plant, [0, 20, 60, 60, 60, 0])
    assert found.tax[0].round(9).tolist() == [0, 0, 0, 20, 30, 0]  # losses of 30 in year 1, gone in year 3


def test_a_bad_input_is_refused() -> None:
    mine = Plant(capacity_t=1, capital_usd=1, opex_usd_per_t=0)
    with pytest.raises(DataError, match="the plant needs 23"):
        flows(mine, np.ones(10))
    with pytest.raises(DataError, match="missing or below 0"):
        flows(mine, np.full(30, np.nan))
    with pytest.raises(DataError, match="a missing flow is not 0"):
        npv([1.0, np.nan], 0.1)
    with pytest.raises(DataError, match=r"plant\.capacity_t: not above 0\nplant\.tax"):
        Plant(capacity_t=0, capital_usd=1, opex_usd_per_t=0, tax=1.0)


@given(
    st.lists(st.floats(-100, 100).map(lambda v: round(v, 1)), min_size=3, max_size=14),
    st.floats(50, 500),
)
def test_rates_are_those_at_which_the_polynomial_turns(later: list[float], spent: float) -> None:
    """Bracketed roots and those of the companion matrix agree, wherever neither is a touch."""
    flow = np.array([-spent, *later])
    found = irr(flow)
    roots = np.roots(flow[::-1])
    lone = np.abs(roots[:, None] - roots[None, :])[~np.eye(len(roots), dtype=bool)]
    real = roots[np.abs(roots.imag) < 1e-9].real
    inside = np.sort(1 / real[(real > 1e-6) & (real < 1 / (1 + LOWEST_RATE))] - 1)
    assume(lone.size == 0 or lone.min() > 1e-3)
    assume(np.abs(real - 1 / (1 + LOWEST_RATE)).min(initial=1.0) > 1e-6)
    assert len(found.roots[0]) == len(inside)
    assert found.roots[0] == pytest.approx(inside, rel=1e-6, abs=1e-7)
