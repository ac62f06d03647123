"""Conditional value at risk: laws, limits, worked values, and inputs that cannot be meant."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pactolus.errors import InputError
from pactolus.solvers import cvar, cvar_weights, linear_program, solve_linear, value_at_risk

losses = st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=30)
levels = st.floats(0.0, 0.999)


@st.composite
def weighted(draw: st.DrawFn) -> tuple[list[float], list[float]]:
    loss = draw(losses)
    raw = draw(st.lists(st.integers(0, 100), min_size=len(loss), max_size=len(loss)).filter(any))
    return loss, [r / sum(raw) for r in raw]


def test_the_worst_fifth_with_atoms_split() -> None:
    """Design, section 7: ``cvar(alpha=.8)`` is the mean of the worst 20 %, atoms split."""
    assert cvar([1.0, 2.0, 3.0, 4.0, 5.0], 0.8) == pytest.approx(5.0)
    assert cvar([0.0, 0.0, 1.0], 0.8) == pytest.approx(1.0)
    assert cvar([10.0, 20.0, 30.0, 40.0], alpha=0.6) == pytest.approx((0.25 * 40 + 0.15 * 30) / 0.4)
    assert cvar([100.0, 0.0], 0.8, probabilities=[0.1, 0.9]) == pytest.approx(50.0)


def test_the_normal_law() -> None:
    """CVaR of a standard normal at 95 % is pdf(1.644854) / 0.05 = 2.062713."""
    quantiles = np.array([_normal_quantile((i + 0.5) / 20_000) for i in range(20_000)])
    assert cvar(quantiles, 0.95) == pytest.approx(2.062713, abs=1e-3)


def _normal_quantile(p: float) -> float:
    from statistics import NormalDist

    return NormalDist().inv_cdf(p)


@given(weighted(), levels)
def test_it_lies_between_mean_and_worst(case: tuple[list[float], list[float]], alpha: float) -> None:
    loss, p = case
    mean = math.fsum(a * b for a, b in zip(loss, p, strict=True))
    found = cvar(loss, alpha, p)
    slack = 1e-9 * (1 + max(map(abs, loss))) / (1 - alpha)
    assert mean - slack <= found <= max(loss) + slack
    assert cvar(loss, 0.0, p) == pytest.approx(mean, rel=1e-9, abs=1e-6)
    assert found >= value_at_risk(loss, alpha, p) - slack


@given(weighted(), levels, levels)
def test_it_rises_with_the_level(case: tuple[list[float], list[float]], one: float, other: float) -> None:
    loss, p = case
    low, high = sorted([one, other])
    assert cvar(loss, low, p) <= cvar(loss, high, p) + 1e-6 * (1 + max(map(abs, loss)))


@given(losses, levels, st.floats(-100, 100), st.floats(0.01, 100))
def test_it_moves_and_scales_with_the_losses(
    loss: list[float], alpha: float, shift: float, factor: float
) -> None:
    moved = cvar([factor * x + shift for x in loss], alpha)
    assert moved == pytest.approx(factor * cvar(loss, alpha) + shift, rel=1e-9, abs=1e-4)


@given(losses, levels, st.randoms(use_true_random=False))
def test_the_order_of_scenarios_does_not_matter(loss: list[float], alpha: float, random) -> None:
    other = list(loss)
    random.shuffle(other)
    assert cvar(other, alpha) == cvar(loss, alpha)


@given(st.lists(st.tuples(st.floats(-100, 100), st.floats(-100, 100)), min_size=1, max_size=12), levels)
def test_pooling_never_adds_risk(pairs: list[tuple[float, float]], alpha: float) -> None:
    one, other = np.array(pairs).T
    assert cvar(one + other, alpha) <= cvar(one, alpha) + cvar(other, alpha) + 1e-9


@given(weighted(), levels)
def test_weights_are_a_distribution_and_give_the_measure(
    case: tuple[list[float], list[float]], alpha: float
) -> None:
    loss, p = case
    weights = cvar_weights(loss, alpha, p)
    assert weights.min() >= 0
    assert math.fsum(weights) == pytest.approx(1.0)
    assert (weights <= np.array(p) / (1 - alpha) + 1e-6).all()
    assert float(weights @ np.array(loss)) == pytest.approx(cvar(loss, alpha, p), abs=1e-6)


@pytest.mark.parametrize("alpha", [0.0, 0.3, 0.8, 0.95])
def test_the_linear_programme_of_rockafellar_and_uryasev_agrees(alpha: float) -> None:
    """min t + sum p u / (1 - alpha), u >= loss - t, u >= 0."""
    random = np.random.default_rng(5)
    loss, p = random.normal(size=12), random.dirichlet(np.ones(12))
    rows = np.hstack([np.ones((12, 1)), np.eye(12)])
    lower = np.concatenate([[-np.inf], np.zeros(12)])
    program = linear_program(np.concatenate([[1.0], p / (1 - alpha)]), rows, row_lower=loss, lower=lower)
    assert solve_linear(program).objective == pytest.approx(cvar(loss, alpha, p), abs=1e-9)


def test_a_quantile() -> None:
    assert value_at_risk([5.0, 1.0, 3.0], 0.5) == 3.0
    assert value_at_risk([5.0, 1.0, 3.0], 0.0) == 1.0
    assert value_at_risk([5.0, 1.0], 0.9, [0.9, 0.1]) == 5.0


@pytest.mark.parametrize(
    ("loss", "alpha", "p", "message"),
    [
        ([], 0.5, None, "losses: shape (0,); give a list of at least one loss"),
        ([[1.0]], 0.5, None, "losses: shape (1, 1)"),
        ([1.0, math.nan], 0.5, None, "losses: no number at [1]; a missing loss is not zero"),
        ([1.0, None], 0.5, None, "losses: no number at [1]"),
        ([1.0, math.inf], 0.5, None, "losses: no number at [1]"),
        ([1.0], 1.0, None, "alpha: 1.0 lies outside 0 to 1"),
        ([1.0], -0.1, None, "alpha: -0.1 lies outside 0 to 1"),
        ([1.0], 95, None, "alpha: 95 lies outside 0 to 1"),
        ([1.0], math.nan, None, "alpha: nan lies outside 0 to 1"),
        ([1.0, 2.0], 0.5, [0.5, 0.4], "probabilities: they add up to 0.9, not to 1"),
        ([1.0, 2.0], 0.5, [1.5, -0.5], "probabilities: negative or missing"),
        ([1.0, 2.0], 0.5, [math.nan, 1.0], "probabilities: negative or missing"),
        ([1.0, 2.0], 0.5, [1.0], "probabilities: shape (1,) for losses of shape (2,)"),
    ],
)
def test_what_cannot_be_meant(loss: list[float], alpha: float, p: list[float] | None, message: str) -> None:
    with pytest.raises(InputError) as caught:
        cvar(loss, alpha, p)
    assert message in str(caught.value)


def test_all_faults_are_told_at_once() -> None:
    with pytest.raises(InputError) as caught:
        cvar([1.0, math.nan], 2.0, [0.5, 0.4])
    assert str(caught.value).count("\n") == 2
