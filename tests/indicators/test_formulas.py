"""Governance weights, dependence and the GeoPolRisk formulas."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pactolus.errors import DataError
from pactolus.indicators import (
    characterisation_factor,
    geopolrisk,
    governance_weight,
    hhi,
    import_risk,
    import_share_of_supply,
    inside_share,
    net_import_reliance,
    weighted_hhi,
    weighted_hhi_interval,
)
from pactolus.indicators.geopolitical import COPPER_CF

estimates = st.floats(-3.5, 3.5)
rows = st.lists(st.tuples(st.floats(1.0, 1e6), estimates, st.floats(0.0, 0.6)), min_size=1, max_size=20)


@given(estimates, estimates)
def test_weaker_governance_never_weighs_less(one: float, other: float) -> None:
    low, high = sorted((one, other))
    assert 0 <= governance_weight(high) <= governance_weight(low) <= 1


def test_the_ends_of_the_scale() -> None:
    """2023 estimates of the revised series: Korea 0.932168, Japan 1.2674255, China -0.1744515."""
    assert governance_weight(2.5) == governance_weight(3.0) == 0
    assert governance_weight(-2.5) == governance_weight(-2.8) == 1
    assert governance_weight(0.932168) == pytest.approx(0.3135664, abs=1e-7)
    assert governance_weight(1.2674255) == pytest.approx(0.2465149, abs=1e-7)
    assert governance_weight(-0.1744515) == pytest.approx(0.5348903, abs=1e-7)


@given(rows)
def test_the_interval_holds_the_value_and_keeps_its_bounds(table: list[tuple[float, float, float]]) -> None:
    supply, e, se = [r[0] for r in table], [r[1] for r in table], [r[2] for r in table]
    low, high = weighted_hhi_interval(supply, e, se)
    value = weighted_hhi(supply, [governance_weight(x) for x in e])
    assert 0 <= low <= value + 1e-12
    assert value - 1e-12 <= high <= hhi(supply) + 1e-12


@given(rows)
def test_without_errors_the_interval_is_the_value(table: list[tuple[float, float, float]]) -> None:
    supply, e = [r[0] for r in table], [r[1] for r in table]
    value = weighted_hhi(supply, [governance_weight(x) for x in e])
    assert weighted_hhi_interval(supply, e, [0.0] * len(e)) == pytest.approx((value, value), abs=1e-12)


@given(rows, st.floats(0, 1))
def test_shared_errors_never_narrow_the_interval(
    found: list[tuple[float, float, float]], shared: float
) -> None:
    supply, e, se = ([r[i] for r in found] for i in range(3))
    apart = weighted_hhi_interval(supply, e, se)
    part = weighted_hhi_interval(supply, e, se, correlation=shared)
    whole = weighted_hhi_interval(supply, e, se, correlation=1.0)
    assert whole[0] - 1e-12 <= part[0] <= apart[0] + 1e-12
    assert apart[1] - 1e-12 <= part[1] <= whole[1] + 1e-12


def test_five_equal_suppliers_that_err_together() -> None:
    """The ratio is the root of their number: 2.2."""
    apart, together = (
        weighted_hhi_interval([1.0] * 5, [0.0] * 5, [0.25] * 5, correlation=c) for c in (0.0, 1.0)
    )
    assert (together[1] - together[0]) / (apart[1] - apart[0]) == pytest.approx(5**0.5)
    with pytest.raises(DataError, match=r"correlation is 1\.5; give one from 0 to 1"):
        weighted_hhi_interval([1.0], [0.0], [0.2], correlation=1.5)


def test_a_missing_estimate_may_be_anything() -> None:
    low, high = weighted_hhi_interval([1.0, 1.0], [None, None], [None, None])
    assert (low, high) == (0.0, 0.5)


@given(st.lists(st.tuples(st.floats(1.0, 1e6), st.floats(0, 1)), min_size=1, max_size=20), st.floats(0, 1e6))
def test_import_risk_is_an_average_thinned_by_production(
    table: list[tuple[float, float]], made: float
) -> None:
    tonnes, risk = [t for t, _ in table], [w for _, w in table]
    alone, with_own = import_risk(tonnes, risk, 0.0), import_risk(tonnes, risk, made)
    assert min(risk) - 1e-9 <= alone <= max(risk) + 1e-9
    assert 0 <= with_own <= alone + 1e-12


@given(
    st.lists(st.tuples(st.floats(1.0, 1e6), st.floats(0, 1)), min_size=1, max_size=20), st.floats(1e-3, 1e3)
)
def test_import_risk_does_not_depend_on_the_unit(table: list[tuple[float, float]], factor: float) -> None:
    tonnes, risk = [t for t, _ in table], [w for _, w in table]
    scaled = import_risk([t * factor for t in tonnes], risk, 10 * factor)
    assert scaled == pytest.approx(import_risk(tonnes, risk, 10.0), rel=1e-9)


def test_a_member_counts_in_the_denominator_only() -> None:
    """The convention: half the tonnes come from a member, so the risk is halved; from outside it is not."""
    both = import_risk([50.0, 50.0], [0.6, 0.3], 0.0, inside=[0.0, 1.0])
    assert both == pytest.approx(0.3)
    assert import_risk([50.0], [0.6], 0.0) == pytest.approx(0.6)


@given(st.floats(0, 1), st.floats(0, 1))
def test_the_score_is_bounded_by_its_parts(concentration: float, risk: float) -> None:
    assert 0 <= geopolrisk(concentration, risk) <= min(concentration, risk) + 1e-15


def test_copper_is_the_unit_of_the_factor() -> None:
    assert characterisation_factor(1.0, COPPER_CF) == pytest.approx(1.0)
    assert characterisation_factor(0.5, 0.0) == 0.0


def test_shares_of_supply() -> None:
    assert net_import_reliance(20.0, 100.0, 20.0) == 0.8
    assert net_import_reliance(100.0, 0.0, 20.0) == -0.25
    assert net_import_reliance(0.0, 90.0, 0.0, stock_change_t=-10.0) == 1.0
    assert import_share_of_supply(75.0, 25.0) == 0.75
    assert inside_share(1.0, 3.0) == 0.25


@given(st.floats(0, 1e9), st.floats(0.1, 1e9))
def test_a_country_that_makes_nothing_imports_all(exports: float, rest: float) -> None:
    assert net_import_reliance(0.0, exports + rest, exports) == pytest.approx(1.0)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: governance_weight(float("nan")), "the estimate is nan"),
        (lambda: import_risk([1.0], [1.2], 0.0), r"weight holds \[1.2\]"),
        (lambda: import_risk([1.0], [0.2], -1.0), "production_t is -1.0"),
        (lambda: import_risk([0.0], [0.2], 1.0), "imports_t adds up to zero"),
        (lambda: geopolrisk(1.2, 0.5), "'hhi': 1.2"),
        (lambda: characterisation_factor(0.5, -1.0), "price_usd_per_kg is -1.0"),
        (lambda: net_import_reliance(-1.0, 1.0, 0.0), "production_t is -1.0"),
        (lambda: net_import_reliance(1.0, 1.0, 2.0), "apparent consumption is 0.0 t"),
        (lambda: import_share_of_supply(0.0, 0.0), "neither imports nor production"),
        (lambda: inside_share(0.0, 0.0), "no imports at all"),
    ],
)
def test_bad_amounts_are_refused(call, message: str) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(DataError, match=message):
        call()
