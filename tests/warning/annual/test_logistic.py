"""The fit is the minimum it says it is, beside SciPy; calibration promises what happened."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from scipy.optimize import minimize

from pactolus.errors import DataError
from pactolus.warning.annual.logistic import fit_logistic, level_shift, platt, sigmoid


def sample(seed: int, n: int = 300, k: int = 4) -> tuple[np.ndarray, np.ndarray]:
    random = np.random.default_rng(seed)
    x = random.normal(size=(n, k))
    y = (random.random(n) < sigmoid(x @ random.normal(size=k) - 1)).astype(float)
    y[:2] = 0, 1
    return x, y


@given(st.integers(0, 10**6), st.floats(0.01, 1000))
def test_the_fit_is_that_of_a_general_optimiser(seed: int, ridge: float) -> None:
    x, y = sample(seed)

    def loss(at: np.ndarray) -> float:
        z = at[0] + x @ at[1:]
        return float((np.logaddexp(0, z) - y * z).sum() + ridge / 2 * (at[1:] ** 2).sum())

    oracle = minimize(loss, np.zeros(5), method="BFGS", options={"gtol": 1e-7})
    level, slopes = fit_logistic(x, y, ridge=ridge)
    assert np.append(level, slopes) == pytest.approx(oracle.x, abs=2e-4)
    assert loss(np.append(level, slopes)) <= oracle.fun + 1e-9


@given(st.integers(0, 10**6))
@example(131204)
def test_the_start_does_not_matter(seed: int) -> None:
    x, y = sample(seed)
    far = (3.0, np.array([5.0, -5.0, 5.0, -5.0]))
    near, other = fit_logistic(x, y, ridge=5.0), fit_logistic(x, y, ridge=5.0, start=far)
    assert near[0] == pytest.approx(other[0], abs=1e-8)
    assert near[1] == pytest.approx(other[1], abs=1e-8)


@given(st.integers(0, 10**6), st.floats(0, 100))
def test_promised_events_are_as_many_as_there_were(seed: int, ridge: float) -> None:
    x, y = sample(seed)
    level, slopes = fit_logistic(x, y, ridge=ridge)
    assert sigmoid(level + x @ slopes).sum() == pytest.approx(y.sum(), rel=1e-6)
    scores = x[:, 0]
    assert sigmoid(scores + level_shift(scores, y)).sum() == pytest.approx(y.sum(), rel=1e-8)


@given(st.integers(0, 10**6))
def test_a_heavier_penalty_makes_smaller_coefficients(seed: int) -> None:
    x, y = sample(seed)
    sizes = [float((fit_logistic(x, y, ridge=ridge)[1] ** 2).sum()) for ridge in (0.1, 10, 1000)]
    assert sizes == sorted(sizes, reverse=True)


def test_separated_rows_stay_finite() -> None:
    x = np.array([[-1.0], [-1.0], [1.0], [1.0]])
    level, slope = fit_logistic(x, np.array([0.0, 0, 1, 1]), ridge=1e-3)
    assert level == pytest.approx(0, abs=1e-8)
    assert 3 < slope[0] < 20


def test_without_features_the_level_is_the_log_odds_of_the_base_rate() -> None:
    level, slopes = fit_logistic(np.zeros((4, 0)), np.array([1.0, 0, 0, 0]), ridge=1.0)
    assert level == pytest.approx(np.log(1 / 3))
    assert slopes.size == 0


def test_calibration_undoes_what_was_done_to_the_scores() -> None:
    random = np.random.default_rng(3)
    truth = random.normal(size=200_000)
    y = (random.random(truth.size) < sigmoid(truth)).astype(float)
    assert platt(2 * truth + 1, y) == pytest.approx((-0.5, 0.5), abs=0.02)


@pytest.mark.parametrize(
    ("features", "happened", "message"),
    [
        (np.zeros((2, 1)), np.array([0.0, 1, 1]), "2 rows and 3 outcomes"),
        (np.array([[np.nan], [0.0]]), np.array([0.0, 1]), "a value is not a number"),
        (np.zeros((2, 1)), np.array([1.0, 1]), "all outcomes are alike"),
    ],
)
def test_what_cannot_be_fitted_is_said(features: np.ndarray, happened: np.ndarray, message: str) -> None:
    with pytest.raises(DataError, match=message):
        fit_logistic(features, happened, ridge=1.0)
