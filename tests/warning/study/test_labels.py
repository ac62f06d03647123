"""Labels of months: what they read, what they do not, and how they grow with the horizon."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from pactolus.errors import OptionError
from pactolus.warning.study.labels import (
    CENSORED,
    NEGATIVE,
    POSITIVE,
    aftermath,
    falls,
    labels,
    low_months,
)

MONTHS = 30
VOLUMES = arrays(
    np.float64, (2, MONTHS), elements=st.one_of(st.floats(0, 100), st.just(np.nan)), fill=st.nothing()
)


@given(VOLUMES)
@settings(max_examples=20, deadline=None)
def test_a_longer_horizon_keeps_every_positive_and_adds_no_negative(kg: np.ndarray) -> None:
    short, middle, long = (labels(*falls(kg), horizon) for horizon in (3, 6, 12))
    for near, far in ((short, middle), (middle, long)):
        assert (far[near == POSITIVE] == POSITIVE).all()
        assert (near[far == NEGATIVE] == NEGATIVE).all()


@given(VOLUMES, st.integers(13, MONTHS - 3))
@settings(max_examples=20, deadline=None)
def test_a_label_reads_no_month_after_its_horizon(kg: np.ndarray, month: int) -> None:
    """Of the months after t, t + 1 to t + h tell, and the one that makes a low month a fall."""
    changed = kg.copy()
    changed[:, month + 1 :] = 1.0
    before = labels(*falls(kg), 3)[:, : month - 3]
    assert (before == labels(*falls(changed), 3)[:, : month - 3]).all()


@given(VOLUMES)
@settings(max_examples=20, deadline=None)
def test_scaling_the_volumes_changes_no_label(kg: np.ndarray) -> None:
    kg = np.round(kg)  # so that 0.7 x the median is never met by a rounding
    kg[np.isclose(kg % 7, 0)] += 1
    assert (labels(*falls(kg), 6) == labels(*falls(kg * 1024), 6)).all()


def test_one_low_month_is_no_fall_and_two_are_one() -> None:
    steady = [10.0] * 14
    assert not falls(np.array([[*steady, 5.0, 10.0, 10.0]]))[0].any()
    onset, _ = falls(np.array([[*steady, 5.0, 5.0, 5.0, 10.0]]))
    assert np.flatnonzero(onset[0]).tolist() == [14]


def test_under_seven_tenths_and_not_at_them() -> None:
    steady = [10.0] * 12
    assert low_months(np.array([[*steady, 7.0]]))[0, -1] == 0
    assert low_months(np.array([[*steady, 6.999]]))[0, -1] == 1


def test_a_missing_outcome_is_censored_and_no_negative() -> None:
    kg = np.array([[10.0] * 20])
    assert labels(*falls(kg), 3)[0, 14] == NEGATIVE
    kg[0, 16:18] = np.nan
    found = labels(*falls(kg), 3)[0]
    assert found[14] == CENSORED
    assert found[-1] == CENSORED  # nothing is known of the months after the last


def test_a_month_without_figure_between_two_usual_ones_hides_no_fall() -> None:
    """A fall needs two months in a row: one missing month beside a usual one cannot begin it."""
    kg = np.array([[10.0] * 20])
    kg[0, 16] = np.nan
    assert labels(*falls(kg), 3)[0, 13] == NEGATIVE


def test_less_than_nine_months_of_history_is_not_judged() -> None:
    onset, known = falls(np.array([[10.0] * 5 + [1.0] * 3]))
    assert not onset.any()
    assert not known.any()


def test_aftermath_covers_low_months_too() -> None:
    onset = np.array([[True] + [False] * 9])
    low = np.array([[1.0] * 9 + [0.0]])
    assert aftermath(onset, low)[0].tolist() == [True] * 9 + [False]
    assert aftermath(onset)[0].sum() == 7


def test_a_horizon_is_a_month_or_more() -> None:
    with pytest.raises(OptionError, match="give 1 month or more"):
        labels(np.zeros((1, 3), bool), np.ones((1, 3), bool), 0)
