"""Price response: published values, limits and laws."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

import pactolus as pt
from pactolus.disruption.engines.price import price_response
from pactolus.errors import InputError

elasticities = st.floats(0.05, 2.0)
cuts = st.floats(0.0, 0.95)


@pytest.mark.parametrize(
    ("cut", "demand", "supply", "price", "quantity"),
    [
        (0.1, 0.2, 0.1, 1.4207738939, 0.9321697518),
        (0.3, 0.2, 0.1, 3.2835215173, 0.7883735163),
        (0.3, 0.5, 0.3, 1.5618073056, 0.8001773887),
    ],
)
def test_isoelastic_values(cut: float, demand: float, supply: float, price: float, quantity: float) -> None:
    """Worked values of the partial-equilibrium form (own check, 1e-9)."""
    found = pt.disruption.price_response(cut, demand, supply)
    assert found.price_ratio == pytest.approx(price, rel=1e-9)
    assert found.quantity_ratio == pytest.approx(quantity, rel=1e-9)
    assert not found.capped


def test_a_capped_value() -> None:
    found = price_response(0.3, 0.2, 0.5, spare_capacity=0.05)
    assert found.price_ratio == pytest.approx(4.2139917695, rel=1e-9)
    assert found.quantity_ratio == pytest.approx(0.75)
    assert found.capped


@given(cut=cuts, demand=elasticities, supply=st.floats(0.0, 2.0))
def test_the_market_clears(cut: float, demand: float, supply: float) -> None:
    found = price_response(cut, demand, supply)
    assert (1 - cut) * found.price_ratio**supply == pytest.approx(found.quantity_ratio, rel=1e-9)
    assert found.quantity_ratio == pytest.approx(found.price_ratio**-demand, rel=1e-9)


@given(cut=cuts, demand=elasticities, supply=st.floats(0.0, 2.0), spare=st.floats(0.0, 1.0))
def test_a_ceiling_never_lowers_the_price(cut: float, demand: float, supply: float, spare: float) -> None:
    free, capped = price_response(cut, demand, supply), price_response(cut, demand, supply, spare)
    assert capped.price_ratio >= free.price_ratio * (1 - 1e-12)
    assert capped.quantity_ratio <= 1 - cut + spare + 1e-12


@given(one=cuts, other=cuts, demand=elasticities, supply=st.floats(0.0, 2.0))
def test_a_larger_cut_never_lowers_the_price(one: float, other: float, demand: float, supply: float) -> None:
    low, high = sorted([one, other])
    low_price = price_response(low, demand, supply).price_ratio
    assert price_response(high, demand, supply).price_ratio >= low_price * (1 - 1e-12)


def test_limits() -> None:
    assert price_response(0.0, 0.3, 0.2).price_ratio == 1.0
    nothing = price_response(1.0, 0.3, 0.2, spare_capacity=0.5)
    assert (nothing.price_ratio, nothing.quantity_ratio) == (math.inf, 0.0)


def test_every_number_out_of_bounds_is_told() -> None:
    with pytest.raises(InputError) as caught:
        price_response(1.2, 0.0, -1.0, spare_capacity=-0.1)
    text = str(caught.value)
    for name in ("cut: 1.2", "demand_elasticity: 0.0", "supply_elasticity: -1.0", "spare_capacity: -0.1"):
        assert name in text
