"""Random years: the right chances, the same for all who draw, and strata that weights undo."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import ndtri

from pactolus.disruption.random_years.draws import (
    CHUNK,
    LEVELS,
    Events,
    Setting,
    chunk_sizes,
    draw_chunk,
    events_at,
    points_of,
    stratified,
)

COUNTRIES = 12
SETTING = Setting(seed=7, members=("KOR", "JPN"), region=np.arange(COUNTRIES) % 3, rho=0.3, phi=0.3)
RATES = np.linspace(0.02, 0.2, COUNTRIES)
N = 20_000


def drawn(setting: Setting = SETTING, n: int = N, number: int = 0) -> Events:
    return events_at(setting, draw_chunk(setting, number, n), ndtri(RATES))


def hits(events: Events, member: int, n: int = N) -> np.ndarray:
    """Which scenarios and countries hit a member."""
    table = np.zeros((n, COUNTRIES), dtype=int)
    mine = (events.slot == 0) | (events.slot == member + 1)
    np.add.at(table, (events.scenario[mine], events.country[mine]), 1)
    return table


@given(st.integers(1, 200_000))
def test_chunks_hold_all_scenarios(scenarios: int) -> None:
    sizes = chunk_sizes(scenarios)
    assert sum(sizes) == scenarios
    assert all(CHUNK <= size < CHUNK + 256 for size in sizes[:-1]) or len(sizes) == 1
    assert scenarios < 256 or min(sizes) >= 256


@pytest.mark.parametrize("phi", [0.0, 0.3, 1.0])
def test_every_member_is_hit_as_often_as_the_rates_say_whatever_phi(phi: float) -> None:
    events = drawn(replace(SETTING, phi=phi))
    for member in range(2):
        table = hits(events, member)
        assert table.max() == 1  # a supplier fails once for a member
        spread = np.sqrt(RATES * (1 - RATES) / N)
        assert (np.abs(table.mean(axis=0) - RATES) < 4.5 * spread).all()


def test_phi_parts_what_members_share() -> None:
    together = []
    for phi in (0.0, 0.5, 1.0):
        events = drawn(replace(SETTING, phi=phi))
        one, other = hits(events, 0), hits(events, 1)
        together.append(((one == 1) & (other == 1)).mean())
    assert together[0] == pytest.approx(RATES.mean(), rel=0.05)
    assert together[0] > together[1] > together[2] > (RATES**2).mean()  # the region is still shared


def test_suppliers_of_one_region_fail_together_more_often() -> None:
    table = hits(drawn(), 0)
    correlation = np.corrcoef(table.T)
    same = [correlation[i, j] for i in range(COUNTRIES) for j in range(i) if (i - j) % 3 == 0]
    apart = [correlation[i, j] for i in range(COUNTRIES) for j in range(i) if (i - j) % 3]
    assert np.mean(same) > 0.03
    assert abs(np.mean(apart)) < 0.01
    loose = np.corrcoef(hits(drawn(replace(SETTING, rho=0.0)), 0).T)
    assert abs(np.mean(loose[np.triu_indices(COUNTRIES, 1)])) < 0.01


def test_a_chunk_depends_on_its_number_alone() -> None:
    again, other = drawn(number=3, n=500), drawn(number=4, n=500)
    assert (drawn(number=3, n=500).z == again.z).all()
    assert len(other.z) != len(again.z) or not np.array_equal(other.z, again.z)


def test_a_member_is_hit_the_same_whoever_else_is_asked() -> None:
    """Common and own draws belong to names, not to places in a list."""
    alone = Setting(seed=7, members=("JPN",), region=SETTING.region, rho=0.3, phi=0.3)
    assert (hits(drawn(alone), 0) == hits(drawn(), 1)).all()


def test_higher_rates_add_events_and_take_none_away() -> None:
    chunk = draw_chunk(SETTING, 0, N)
    few, many = (events_at(SETTING, chunk, ndtri(RATES * factor)) for factor in (0.5, 1.0))
    keys = [set(zip(e.scenario, e.country, e.slot, e.size, strict=True)) for e in (few, many)]
    assert keys[0] < keys[1]


def test_a_rate_of_nought_never_happens() -> None:
    chunk = draw_chunk(SETTING, 0, N)
    assert len(events_at(SETTING, chunk, np.full(COUNTRIES, -np.inf)).z) == 0


def test_sizes_and_moments_are_spread_evenly() -> None:
    events = drawn(n=60_000)
    for levels, most in ((events.size, LEVELS), (events.length, LEVELS), (events.moment, 4096)):
        assert levels.min() >= 0
        assert levels.max() < most
        assert levels.mean() / most == pytest.approx(0.5, abs=0.01)
    assert abs(np.corrcoef(events.size, events.length)[0, 1]) < 0.02
    assert abs(np.corrcoef(events.size, events.moment)[0, 1]) < 0.02


@pytest.mark.parametrize("phi", [0.0, 0.3])
def test_strata_are_undone_by_their_weights(phi: float) -> None:
    setting, n = replace(SETTING, phi=phi), 60_000
    leading = [1, 5, 11]
    chunk = draw_chunk(setting, 0, n)
    strata, events = stratified(setting, chunk, ndtri(RATES), leading)
    assert strata.weights.mean() == pytest.approx(1.0, abs=0.01)
    some = np.zeros(n, dtype=bool)
    some[events.scenario] = True
    assert some[: strata.first].all()
    assert not some[strata.first :].any()
    assert set(events.country) == set(leading)
    for member in range(2):
        table = hits(events, member, n)
        chance = (strata.weights @ table) / n
        assert chance[leading] == pytest.approx(RATES[leading], rel=0.06)
        both = strata.weights @ (table[:, 1] * table[:, 11]) / n  # other regions: independent
        assert both == pytest.approx(RATES[1] * RATES[11], rel=0.2)


def test_no_leading_supplier_no_strata() -> None:
    strata, events = stratified(SETTING, draw_chunk(SETTING, 0, 10), ndtri(RATES), [])
    assert (strata.weights == 1).all()
    assert len(events.z) == 0


@dataclass(frozen=True)
class Even:
    def draw(self, random: np.random.Generator, count: int) -> np.ndarray:
        return random.random(count)


def test_a_law_becomes_rising_levels_of_the_same_mean() -> None:
    points = points_of(Even())
    assert points.shape == (LEVELS,)
    assert (np.diff(points) >= 0).all()
    assert points.mean() == pytest.approx(0.5, abs=0.005)
    assert (points == points_of(Even())).all()
