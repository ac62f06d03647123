"""A floor only adds, a contract for difference is a floor and a cap, and no dollar is lost on the way."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from pactolus.errors import DataError
from pactolus.projects.market.contracts import Contract, cost_to_guarantor, split_by_offtake

PRICES = arrays(np.float64, (4, 6), elements=st.floats(0.0, 2e5))
TONNES = arrays(np.float64, (4, 6), elements=st.floats(0.0, 1e5))
STRIKES = st.floats(0.0, 2e5)


@given(PRICES, TONNES, STRIKES)
def test_a_contract_for_difference_is_a_floor_less_a_cap_at_the_strike(
    price: Any, tonnes: Any, strike: float
) -> None:
    floor = Contract(kind="floor", floor_usd_per_t=strike).payments(price, tonnes)
    cap = np.maximum(price - strike, 0.0) * tonnes
    cfd = Contract(kind="cfd", floor_usd_per_t=strike).payments(price, tonnes)
    assert cfd == pytest.approx(floor - cap, abs=1e-3)
    collar = Contract(kind="collar", floor_usd_per_t=strike, cap_usd_per_t=strike).payments(price, tonnes)
    assert cfd == pytest.approx(collar, abs=1e-3)


@given(PRICES, TONNES, STRIKES, st.floats(0.0, 1e5))
def test_a_floor_never_takes_and_a_higher_one_never_pays_less(
    price: Any, tonnes: Any, floor: float, more: float
) -> None:
    low = Contract(floor_usd_per_t=floor).payments(price, tonnes)
    high = Contract(floor_usd_per_t=floor + more).payments(price, tonnes)
    assert (low >= 0).all()
    assert (high >= low).all()


@given(PRICES, TONNES, STRIKES, st.floats(0.0, 1.0))
def test_what_the_project_receives_is_the_market_and_the_payment(
    price: Any, tonnes: Any, strike: float, covered: float
) -> None:
    contract = Contract(kind="cfd", floor_usd_per_t=strike, covered=covered)
    received = contract.received_price(price, tonnes) * tonnes
    assert received == pytest.approx(price * tonnes + contract.payments(price, tonnes), rel=1e-9, abs=1e-3)


@given(PRICES, TONNES, st.dictionaries(st.sampled_from("ABCDE"), st.floats(0.01, 1.0), min_size=1))
def test_payments_of_the_parties_add_up_to_the_whole(
    price: Any, tonnes: Any, offtake: dict[str, float]
) -> None:
    paid = Contract(kind="cfd", floor_usd_per_t=5e4).payments(price, tonnes)
    parts = split_by_offtake(paid, offtake)
    assert sum(parts.values()) == pytest.approx(paid, rel=1e-9, abs=1e-3)


@given(PRICES, TONNES)
def test_a_floor_of_nothing_is_no_floor_and_one_below_the_price_costs_nothing(
    price: Any, tonnes: Any
) -> None:
    nothing = Contract(kind="none").payments(price, tonnes)
    assert (nothing == 0).all()
    assert (Contract(floor_usd_per_t=0.0).payments(price, tonnes) == nothing).all()
    below = Contract(floor_usd_per_t=float(price.min()))
    assert cost_to_guarantor(below.payments(price, tonnes), rate=0.02).cvar_pv_usd == 0.0


def test_one_year_by_hand() -> None:
    price, tonnes = np.array([[60e3, 120e3]]), np.array([[10.0, 10.0]])
    paid = Contract(kind="cfd", floor_usd_per_t=100e3).payments(price, tonnes)
    assert paid.tolist() == [[400e3, -200e3]]
    cost = cost_to_guarantor(paid, rate=0.25)
    assert cost.expected_pv_usd == pytest.approx(400e3 - 200e3 / 1.25)
    assert (cost.paid_pv_usd, cost.returned_pv_usd) == pytest.approx((400e3, 160e3))
    assert cost.pays == 1.0


def test_the_bad_case_is_the_mean_of_the_worst_tenth() -> None:
    paid = np.arange(10.0)[:, None]
    cost = cost_to_guarantor(paid, rate=0.0, alpha=0.9)
    assert cost.cvar_pv_usd == 9.0
    assert cost.expected_pv_usd == 4.5
    assert cost.cvar_by_year_usd.tolist() == [9.0]


def test_a_contract_ends_after_its_years_of_output() -> None:
    tonnes = np.array([[0.0, 1.0, 1.0, 1.0], [1.0, 1.0, 1.0, 1.0]])
    assert Contract(years=2).in_force(tonnes).tolist() == [[0, 1, 1, 0], [1, 1, 0, 0]]


def test_each_draw_may_have_a_floor_of_its_own() -> None:
    contract = Contract(floor_usd_per_t=np.array([10.0, 30.0]))
    assert contract.per_tonne(np.full((2, 1), 20.0)).tolist() == [[0.0], [10.0]]


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"floor_usd_per_t": -1.0}, "0 or more"),
        ({"kind": "collar", "floor_usd_per_t": 5.0, "cap_usd_per_t": 4.0}, "below the floor"),
        ({"kind": "collar"}, "a cap belongs to a collar"),
        ({"cap_usd_per_t": 5.0}, "a cap belongs to a collar"),
        ({"covered": 1.5}, "0 to 1"),
        ({"years": 0}, "1 or more"),
        ({"kind": "swap"}, "none, floor, collar or cfd"),
    ],
)
def test_a_contract_that_cannot_be(wrong: dict[str, Any], says: str) -> None:
    with pytest.raises(DataError, match=says):
        Contract(**wrong)


def test_nobody_takes_anything() -> None:
    with pytest.raises(DataError, match="at least one above 0"):
        split_by_offtake(np.zeros(1), {"KOR": 0.0})
    with pytest.raises(DataError, match="draws by years"):
        cost_to_guarantor(np.zeros(3), rate=0.02)
    with pytest.raises(DataError, match="rate"):
        cost_to_guarantor(np.zeros((1, 1)), rate=-1.0)
