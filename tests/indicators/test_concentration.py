"""Laws and limits of the concentration indices."""

from __future__ import annotations

import math
import random

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pactolus.errors import DataError, OptionError
from pactolus.indicators import (
    hhi,
    hhi_10000,
    n_minus_1,
    n_minus_1_demand,
    shares,
    top_share,
    weighted_hhi,
)

amounts = st.floats(0.0, 1e9, allow_subnormal=False).map(lambda x: 0.0 if x < 1e-3 else x)
supplies = st.lists(amounts, min_size=1, max_size=40).filter(lambda s: sum(s) > 0)
weights = st.floats(0.0, 1.0)


@given(supplies, st.floats(1e-3, 1e6))
def test_no_index_depends_on_the_unit(supply: list[float], factor: float) -> None:
    scaled = [s * factor for s in supply]
    for index in (hhi, hhi_10000, n_minus_1, top_share):
        assert index(supply) == pytest.approx(index(scaled), rel=1e-9, abs=1e-12)


@given(supplies, st.randoms(use_true_random=False))
def test_the_order_of_suppliers_does_not_matter(supply: list[float], chance: random.Random) -> None:
    shuffled = chance.sample(supply, len(supply))
    assert hhi(shuffled) == hhi(supply)
    assert top_share(shuffled, 3) == top_share(supply, 3)


@given(supplies)
def test_the_index_lies_between_equal_shares_and_one(supply: list[float]) -> None:
    sellers = sum(1 for s in supply if s > 0)
    assert 1 / sellers - 1e-12 <= hhi(supply) <= 1 + 1e-12
    assert sum(shares(supply)) == pytest.approx(1, abs=1e-12)


@given(st.integers(1, 200), st.floats(1e-3, 1e12))
def test_equal_suppliers(count: int, amount: float) -> None:
    supply = [amount] * count
    assert hhi(supply) == pytest.approx(1 / count, rel=1e-12)
    assert top_share(supply, 1) == pytest.approx(1 / count, rel=1e-12)
    assert n_minus_1(supply) == pytest.approx(1 - 1 / count, abs=1e-12)


@given(supplies.filter(lambda s: len(s) > 1), st.data())
def test_a_merger_of_two_suppliers_never_lowers_concentration(
    supply: list[float], data: st.DataObject
) -> None:
    first, second = data.draw(st.permutations(range(len(supply))))[:2]
    merged = [s for i, s in enumerate(supply) if i not in (first, second)] + [supply[first] + supply[second]]
    assert hhi(merged) >= hhi(supply) - 1e-12
    assert top_share(merged) >= top_share(supply) - 1e-12
    assert n_minus_1(merged) <= n_minus_1(supply) + 1e-12


@given(supplies, st.integers(1, 10))
def test_more_suppliers_never_have_a_smaller_share(supply: list[float], k: int) -> None:
    assert 0 < top_share(supply, k) <= top_share(supply, k + 1) <= 1


@given(supplies)
def test_what_the_largest_leaves_is_the_rest(supply: list[float]) -> None:
    assert n_minus_1(supply) + top_share(supply) == pytest.approx(1, abs=1e-12)
    assert hhi(supply) >= top_share(supply) ** 2 - 1e-12


@given(
    st.lists(st.tuples(amounts, weights), min_size=1, max_size=30).filter(lambda r: sum(a for a, _ in r) > 0)
)
def test_the_weighted_index_never_exceeds_the_plain_one(rows: list[tuple[float, float]]) -> None:
    supply, risk = [a for a, _ in rows], [w for _, w in rows]
    assert 0 <= weighted_hhi(supply, risk) <= hhi(supply) + 1e-12
    assert weighted_hhi(supply, [1.0] * len(supply)) == pytest.approx(hhi(supply), rel=1e-12)
    assert weighted_hhi(supply, [0.0] * len(supply)) == 0


def test_one_supplier() -> None:
    assert (hhi([7.0]), hhi_10000([7.0]), top_share([7.0], 3), n_minus_1([7.0])) == (1.0, 10_000.0, 1.0, 0.0)


def test_an_absent_supplier_adds_nothing() -> None:
    assert hhi([3.0, 1.0, 0.0]) == hhi([3.0, 1.0]) == 0.625


def test_whole_kilograms_of_iron_ore_do_not_overflow() -> None:
    """Australia's 560 Mt in kilograms squared is 3e23, far above what 64 bits hold."""
    ore_kg = [560_000_000_000, 390_000_000_000, 260_000_000_000]
    exact = sum(q * q for q in ore_kg) / sum(ore_kg) ** 2
    assert hhi(ore_kg) == pytest.approx(exact, rel=1e-15)
    assert hhi(pl.Series(ore_kg)) == hhi(ore_kg)


def test_demand_of_the_largest_supplier_leaves_with_it() -> None:
    assert n_minus_1_demand({"CHN": 60, "AUS": 30, "USA": 10}, {"CHN": 20, "AUS": 50, "USA": 30}) == 0.5


@given(supplies.filter(lambda s: len(s) > 1))
def test_without_demand_of_its_own_the_correction_changes_nothing(supply: list[float]) -> None:
    largest = max(range(len(supply)), key=lambda i: supply[i])
    demand = [0.0 if i == largest else 1.0 for i in range(len(supply))]
    total = sum(supply)
    scaled = [d * total / sum(demand) for d in demand]
    assert n_minus_1_demand(supply, scaled) == pytest.approx(n_minus_1(supply), abs=1e-9)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: hhi({"PRK": None, "KOR": 1.0}), r"no value for \['PRK'\]; a missing quantity is not zero"),
        (lambda: hhi([1.0, math.nan]), r"no value for \[1\]"),
        (lambda: hhi({"KOR": -1.0, "JPN": 2.0}), r"negative for \['KOR'\]"),
        (lambda: hhi([1.0, math.inf]), r"not finite for \[1\]"),
        (lambda: hhi([0.0, 0.0]), "adds up to zero"),
        (lambda: hhi([]), "adds up to zero"),
        (lambda: weighted_hhi([1.0], [1.5]), r"weight holds \[1.5\]"),
        (lambda: weighted_hhi([1.0, 1.0], [0.5, None]), r"weight holds \[None\]"),
        (lambda: weighted_hhi({"KOR": 1.0}, {"JPN": 0.5}), r"differ in \['JPN', 'KOR'\]"),
        (lambda: n_minus_1_demand([3.0, 1.0], [1.0, 0.0]), "nobody but the largest supplier"),
    ],
)
def test_bad_supply_is_refused(call, message: str) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(DataError, match=message):
        call()


def test_all_faults_of_one_vector_come_at_once() -> None:
    with pytest.raises(DataError) as caught:
        hhi({"PRK": None, "KOR": -1.0, "JPN": math.inf})
    assert len(str(caught.value).splitlines()) == 3


def test_the_share_of_no_supplier_is_refused() -> None:
    with pytest.raises(OptionError, match="k is 0"):
        top_share([1.0], 0)
