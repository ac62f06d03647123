"""An instance that cannot be meant is refused, all faults at once."""

from __future__ import annotations

import numpy as np
import pytest

from pactolus.errors import DataError, OptionError
from pactolus.projects.selection.instance import Chain
from pactolus.projects.selection.limits import Limits
from pactolus.projects.selection.synthetic import synthetic_instance

from .conftest import small


def test_all_faults_at_once() -> None:
    with pytest.raises(DataError) as told:
        small(
            members=("KOR", "KOR"),
            gap=np.full((2, 1, 2, 2), np.nan),
            probability=np.array([0.5, 0.6]),
            segment_price=np.array([[5.0, 4.0, 6.0]]),
            public_musd=np.full((2, 1), -1.0),
            chains=(Chain(ore="ore", refined="lithium", yield_=0.0),),
        )
    text = str(told.value)
    for part in (
        "members: KOR stand twice",
        "gap: no number at (0, 0, 0, 0)",
        "missing is not zero",
        "probability: they add up to 1.1",
        "segment_price: falls",
        "missing or below nought",
        "chains: 'ore' is no product",
        "a yield of 0",
    ):
        assert part in text


def test_a_shape_that_does_not_fit_is_told_with_the_one_that_does() -> None:
    with pytest.raises(DataError, match=r"discount: shape \(3,\); give \(2,\)"):
        small(discount=np.ones(3))


def test_some_of_the_members_keep_their_own_needs_and_means() -> None:
    one = small(public_musd=np.array([[1.0], [2.0]])).for_members(["JPN"])
    assert one.public_musd.tolist() == [[2.0]]
    assert one.gap.shape[0] == 1
    with pytest.raises(DataError, match="did you mean 'JPN'"):
        small().for_members(["JPX"])


def test_limits_are_refused_together() -> None:
    with pytest.raises(OptionError) as told:
        Limits(alpha=1, host_cap=2, offtake_least={"KOR": 0.6, "JPN": 0.6}, cvar_most=-1)
    for part in ("alpha", "host_cap", "at most 1 can be shared", "cvar_most"):
        assert part in str(told.value)


def test_a_synthetic_instance_says_so_and_is_the_same_twice() -> None:
    one, two = synthetic_instance(12, 4, 5), synthetic_instance(12, 4, 5)
    assert one.synthetic
    assert "synthetic" in one.notes[0]
    assert np.array_equal(one.gap, two.gap)
    assert np.array_equal(one.npv_musd, two.npv_musd)
    assert not np.array_equal(one.gap, synthetic_instance(12, 4, 6).gap)
    with pytest.raises(OptionError, match="projects: 0"):
        synthetic_instance(0, 4)
