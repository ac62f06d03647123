"""Units, payable terms and margin of copper smelting: published sums, laws, units that are refused."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pactolus.errors import DataError
from pactolus.projects.base.ranges import Range
from pactolus.projects.market.copper import (
    LB_PER_T,
    Charge,
    charge_usd_per_dmt,
    dry_tonnes,
    payable_grade,
    usd_per_t_of_cents_per_lb,
)
from pactolus.projects.market.margin import (
    PARTS,
    Metal,
    Smelting,
    break_even_tc,
    margin,
    margin_range,
)

POINT = Smelting(
    grade=Range.of(0.30),
    payable=Range.of(0.965),
    recovered=Range.of(0.98),
    deduction=Range.of(0.01),
    copper_usd_per_t=Range.of(10_000.0),
    premium_usd_per_t=Range.of(100.0),
    acid_t_per_dmt=Range.of(1.0),
    acid_usd_per_t=Range.of(50.0),
    cost_usd_per_dmt=Range.of(150.0),
)
WIDE = replace(
    POINT,
    grade=Range(0.22, 0.27, 0.35),
    payable=Range(0.96, 0.965, 0.97),
    recovered=Range(0.95, 0.97, 0.985),
    copper_usd_per_t=Range(8_000.0, 9_500.0, 13_000.0),
    acid_usd_per_t=Range(-20.0, 50.0, 140.0),
    gold=Metal(
        content_g_per_dmt=Range(0.0, 3.0, 12.0),
        payable=0.9,
        recovered=0.95,
        price_usd_per_oz=2000.0,
        deduction_g_per_dmt=1.0,
        rc_usd_per_oz=5.0,
    ),
)


def test_refining_charge_of_the_published_example() -> None:
    """Boliden, "Copper smelter revenue stream", 4 November 2008, 3.2: 24 % copper, 1 unit off, 4.5 c/lb."""
    paid = payable_grade(0.24, 0.9665, 0.01)
    assert paid == pytest.approx(0.23)
    assert usd_per_t_of_cents_per_lb(4.5) * paid == pytest.approx(22.8, abs=0.05)


def test_copper_payment_of_a_published_settlement() -> None:
    """Settlement sheet of 8 June 2007 (scribd.com/document/342095509, "Condicion gral de valorizacion").

    55 % copper, 1.1 units off, 330.44 less 10.5 c/lb: 3,801.82 USD/dmt; 600.15 t wet at 7.85 %: 553.04 dmt.
    """
    paid = 0.55 - 0.011
    assert usd_per_t_of_cents_per_lb(330.44 - 10.5) * paid == pytest.approx(3801.82, abs=0.01)
    assert dry_tonnes(600.15, 0.0785) == pytest.approx(553.04, abs=0.005)


def test_every_part_by_hand() -> None:
    found = margin(Charge(80.0, 8.0), POINT)
    paid = 0.30 * 0.965
    assert found["payable_t_per_dmt"] == pytest.approx(paid)
    assert found["rc"] == pytest.approx(0.08 * 2204.6226 * paid, rel=1e-6)
    assert found["free_metal"] == pytest.approx((0.294 - 0.2895) * 10_000)
    assert found["premium"] == pytest.approx(29.4)
    assert found["margin"] == pytest.approx(80 + found["rc"] + 45 + 50 + 29.4 - 150)
    assert found["precious"] is None


@given(st.floats(-400, 400), st.floats(-40, 40))
def test_cents_per_lb_and_back(tc: float, rc: float) -> None:
    assert usd_per_t_of_cents_per_lb(rc) * 100 / LB_PER_T == pytest.approx(rc)
    assert Charge.by_custom(tc).rc_cents_per_lb * 10 == pytest.approx(tc)


@given(st.floats(0.0, 1e7), st.floats(0.0, 0.3))
def test_dry_and_wet(wet: float, moisture: float) -> None:
    assert dry_tonnes(wet, moisture) / (1 - moisture) == pytest.approx(wet)


@given(st.floats(20, 200), st.floats(1, 100), st.floats(0.0, 1.0))
def test_the_margin_is_linear_in_the_charge(low: float, more: float, part: float) -> None:
    def at(tc: float) -> float:
        return float(margin(Charge.by_custom(tc), POINT)["margin"])

    between = low + part * more
    assert at(between) == pytest.approx((1 - part) * at(low) + part * at(low + more), rel=1e-9, abs=1e-9)
    paid = payable_grade(0.30, 0.965, 0.01)
    assert at(low + more) - at(low) == pytest.approx(more * (1 + LB_PER_T / 1000 * paid), rel=1e-6)


def test_no_point_inside_leaves_the_range() -> None:
    charge = Charge(21.25, 2.125)
    bounds = margin_range(charge, WIDE)
    rng = np.random.default_rng(4)
    names = ("grade", "payable", "recovered", "deduction", "copper_usd_per_t", "premium_usd_per_t")
    names += ("acid_t_per_dmt", "acid_usd_per_t", "cost_usd_per_dmt")
    at: dict[str, Any] = {n: rng.uniform(getattr(WIDE, n).low, getattr(WIDE, n).high, 20_000) for n in names}
    at["gold"] = rng.uniform(0.0, 12.0, 20_000)
    found = margin(charge, WIDE, at)
    for part in (*PARTS, "margin"):
        known = bounds[part]
        assert known is not None
        assert known.low - 1e-6 <= np.min(found[part]), part
        assert np.max(found[part]) <= known.high + 1e-6, part


def test_the_grade_at_which_the_least_deduction_takes_over_is_looked_at() -> None:
    """Free metal is least there, at 0.01 / 0.035, and more at either end."""
    found = margin_range(Charge(0.0, 0.0), replace(POINT, grade=Range(0.22, 0.27, 0.5)))["free_metal"]
    assert found is not None
    assert found.low == pytest.approx((0.98 - 0.965) * 0.01 / 0.035 * 10_000)
    assert found.high == pytest.approx((0.98 - 0.965) * 0.5 * 10_000)


@given(st.floats(60, 250), st.floats(0, 100))
def test_at_the_break_even_charge_nothing_is_left(cost: float, more: float) -> None:
    needed = break_even_tc(POINT, Range(cost, cost + more / 2, cost + more))
    for tc, paid in ((needed.low, cost), (needed.mid, cost + more / 2), (needed.high, cost + more)):
        at_cost = replace(POINT, cost_usd_per_dmt=Range.of(paid))
        assert margin(Charge.by_custom(tc), at_cost)["margin"] == pytest.approx(0.0, abs=1e-6)


def test_a_part_that_is_not_known_is_not_zero() -> None:
    bare = replace(
        POINT, premium_usd_per_t=None, acid_t_per_dmt=None, acid_usd_per_t=None, cost_usd_per_dmt=None
    )
    assert bare.left_out == ("acid", "precious", "premium", "cost")
    found = margin_range(Charge(80.0, 8.0), bare)
    assert [part for part in PARTS if found[part] is None] == ["acid", "precious", "premium", "cost"]


def test_gold_is_paid_less_its_deduction() -> None:
    gold = WIDE.gold
    assert gold is not None
    assert gold.credit(0.5) == pytest.approx(0.95 * 0.5 * 2000 / 31.1034768)
    assert gold.credit(10.0) == pytest.approx(((9.5 - 9.0) * 2000 + 9.0 * 5) / 31.1034768)


@pytest.mark.parametrize(
    ("tc", "rc", "says"),
    [
        (80.0, 0.08, "looks like USD per lb; give cents, 8"),
        (0.08, 8.0, "another unit; give USD per dry tonne"),
        (80_000.0, 8.0, "not per kg or lb"),
        (80.0, 176.0, "not USD per tonne"),
    ],
)
def test_a_charge_in_another_unit(tc: float, rc: float, says: str) -> None:
    with pytest.raises(DataError, match=says):
        Charge(tc, rc)


@pytest.mark.parametrize(
    ("name", "wrong", "says"),
    [
        ("grade", Range.of(27.0), "27 % is 0.27"),
        ("recovered", Range.of(1.01), "at most 1"),
        ("deduction", Range.of(1.0), "1 unit is 0.01"),
        ("grade", Range.of(0.005), "leaves nothing to pay"),
        ("copper_usd_per_t", Range.of(4.2), "give USD/t"),
        ("acid_usd_per_t", None, "give both"),
    ],
)
def test_terms_out_of_bounds(name: str, wrong: Range | None, says: str) -> None:
    with pytest.raises(DataError, match=says):
        replace(POINT, **{name: wrong})


def test_moisture_of_all() -> None:
    with pytest.raises(DataError, match="below 1"):
        dry_tonnes(1.0, 1.0)
    assert charge_usd_per_dmt(Charge(0.0, 0.0), 0.3) == 0.0
