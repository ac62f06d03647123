"""Priors of size and duration: shrinkage, censoring, sample sizes, and draws that fit what is said."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pactolus.catalogue.world import open_world
from pactolus.disruption.history.events import Event, events_of
from pactolus.disruption.history.priors import (
    BORROWED,
    LONGEST,
    _censored_normal,
    duration_prior,
    lasted,
    priors,
    size_prior,
)
from pactolus.disruption.scenarios.scenario import KINDS
from pactolus.errors import UnknownTermError


@pytest.fixture(scope="module")
def events() -> list[Event]:
    return events_of(open_world())


def test_every_kind_of_scenario_has_both_with_its_sample(events: list[Event]) -> None:
    table = priors(events)
    assert set(table["kind"]) == set(KINDS.values())
    assert (table["low"] < table["high"]).all()
    assert (table["events"] >= table["censored"]).all()
    named = {one.instrument for one in events}
    for kind, quantity, count in table.select("kind", "quantity", "events").iter_rows():
        own = sum(one.instrument == kind for one in events) if quantity == "cut" else None
        assert count == (own if own is not None else sum(one.kind == kind for one in lasted()))
    assert named - set(KINDS.values()) == {"war", "boycott", "other"}


def test_a_kind_without_events_has_the_size_of_all(events: list[Event]) -> None:
    none, cuts = size_prior("nothing like it", events), [one.cut for one in events]
    assert none.events == 0
    assert none.mean == pytest.approx(np.mean(cuts))


def test_a_mean_lies_between_its_own_events_and_all(events: list[Event]) -> None:
    cuts = [one.cut for one in events if one.instrument == "ban"]
    every, n = np.mean([one.cut for one in events]), len(cuts)
    expected = (sum(cuts) + BORROWED * every) / (n + BORROWED)
    assert n >= 4
    assert size_prior("ban", events).mean == pytest.approx(expected)


def test_an_event_that_is_left_out_does_not_count(events: list[Event]) -> None:
    changed = [replace(one, cut=0.01) if one.id == "IDN_NI_2014" else one for one in events]
    assert size_prior("ban", events, without="IDN_NI_2014") == size_prior(
        "ban", changed, without="IDN_NI_2014"
    )
    assert size_prior("ban", events) != size_prior("ban", changed)


@pytest.mark.parametrize("kind", [*KINDS.values(), "war"])
def test_draws_have_the_stated_interval(events: list[Event], kind: str) -> None:
    random = np.random.default_rng(1)
    for prior in (size_prior(kind, events), duration_prior(kind)):
        drawn = prior.draw(random, 40_000)
        low, high = np.quantile(drawn, [0.1, 0.9])
        assert low == pytest.approx(prior.low, rel=0.05)
        assert high == pytest.approx(prior.high, rel=0.05)
    assert drawn.max() <= LONGEST


def test_a_length_that_stands_in_says_so() -> None:
    assert duration_prior("war").stands_in == "closure"
    assert duration_prior("ban").stands_in == ""
    with pytest.raises(UnknownTermError, match="did you mean 'ban'"):
        duration_prior("bann")


def test_indonesia_s_first_ban_lasted_three_years() -> None:
    """In force from 12 January 2014, relaxed on 11/12 January 2017 (register IDN-2014-ORE)."""
    (case,) = (one for one in lasted() if one.id == "IDN-2014-ORE")
    assert not case.censored
    assert case.months == pytest.approx(36, abs=1)


@given(st.lists(st.floats(-2, 5), min_size=3, max_size=20), st.data())
def test_censoring_never_shortens(values: list[float], data: st.DataObject) -> None:
    beyond = data.draw(st.lists(st.booleans(), min_size=len(values), max_size=len(values)))
    plain, _ = _censored_normal(values, [False] * len(values))
    assert _censored_normal(values, beyond)[0] >= plain - 1e-6


def test_censored_draws_give_their_parameters_back() -> None:
    random = np.random.default_rng(5)
    true, until = random.normal(2.0, 0.8, size=4_000), random.uniform(1.0, 4.0, size=4_000)
    mean, sd = _censored_normal(list(np.minimum(true, until)), list(true > until))
    assert mean == pytest.approx(2.0, abs=0.06)
    assert sd == pytest.approx(0.8, abs=0.06)
