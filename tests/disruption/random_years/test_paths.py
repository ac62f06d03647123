"""Monthly paths: the same years as the Monte Carlo, spread over months, without foresight or re-routing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import polars as pl
import pytest

from pactolus.catalogue.world import World, open_world
from pactolus.disruption.random_years.draws import Law
from pactolus.disruption.random_years.montecarlo import montecarlo
from pactolus.disruption.random_years.paths import LossPaths, _ramp, loss_paths, month_laws
from pactolus.disruption.random_years.supply import KINDS, size_laws
from pactolus.errors import InputError, NoAnswerError

ON = date(2026, 11, 24)


@dataclass(frozen=True)
class Fixed:
    value: float

    def draw(self, random: np.random.Generator, count: int) -> np.ndarray:
        return np.full(count, self.value)


@pytest.fixture(scope="module")
def world() -> World:
    return open_world()


@pytest.fixture(scope="module")
def sizes(world: World) -> Mapping[str, Law]:
    return size_laws(world)


def paths(world: World, sizes: Mapping[str, Law], **more: Any) -> LossPaths:
    asked: dict[str, Any] = {"scenarios": 3000, "months": 24, "on": ON, "sizes": sizes, **more}
    return loss_paths(world, "tungsten", ["KOR", "JPN"], **asked)


def whole(found: LossPaths) -> tuple[np.ndarray, np.ndarray]:
    blocks = list(found)
    return np.concatenate([b.weights for b in blocks]), np.concatenate([b.lost for b in blocks])


def test_shapes_and_bounds(world: World, sizes: Mapping[str, Law]) -> None:
    found = paths(world, sizes, scenarios=9000)
    blocks = list(found)
    assert [block.lost.shape for block in blocks] == [(4096, 24, 2, 2), (4096, 24, 2, 2), (808, 24, 2, 2)]
    assert found.places == (("tungsten", "ore"), ("tungsten", "product"))
    assert found.base_t.shape == found.unrated.shape == (2, 2)
    assert blocks[0].lost.dtype == np.float32
    assert all(block.lost.min() >= 0 and block.lost.max() <= 1 for block in blocks)
    assert np.concatenate([b.weights for b in blocks]).mean() == pytest.approx(1.0, abs=0.03)


def test_months_of_a_year_of_onsets_add_up_to_the_monte_carlo(world: World, sizes: Mapping[str, Law]) -> None:
    """Same seeds, same events: no length beyond a year, so each path loses what its year loses."""
    lengths = {"outage": Fixed(6.0)}
    found = paths(world, sizes, onset_years=1, lengths=lengths, plain=True)
    _, lost = whole(found)
    year = lost.astype(float).sum(axis=1).mean(axis=0) / 12
    run = montecarlo(world, "tungsten", scenarios=3000, on=ON, case="controls", sizes=sizes, plain=True)
    rows = run.losses.filter(pl.col("expected_share").is_not_null(), ~pl.col("importer").str.contains(r"\+"))
    for member, importer in enumerate(found.members):
        for place, (_, stage) in enumerate(found.places):
            own = rows.filter(pl.col("importer") == importer, pl.col("stage") == stage)["expected_share"][0]
            assert year[member, place] == pytest.approx(own, rel=1e-5)


def test_weighted_paths_lose_as_much_as_plain_ones(world: World, sizes: Mapping[str, Law]) -> None:
    sums = []
    for plain in (True, False):
        weights, lost = whole(paths(world, sizes, scenarios=8_000, months=12, plain=plain))
        values = lost.mean(axis=1).astype(float)
        mean = (weights[:, None, None] * values).sum(axis=0) / weights.sum()
        error = (weights[:, None, None] * (values - mean)).std(axis=0) / np.sqrt(len(weights))
        sums.append((mean, error))
    (plain_mean, plain_error), (mean, error) = sums
    assert (np.abs(plain_mean - mean) < 4 * np.hypot(plain_error, error)).all()


def test_the_same_paths_whoever_draws_and_however_often(world: World, sizes: Mapping[str, Law]) -> None:
    found = paths(world, sizes, scenarios=4500)
    first = list(found)
    for again in (list(found), list(paths(world, sizes, scenarios=4500, workers=2))):
        for one, other in zip(first, again, strict=True):
            assert (one.weights == other.weights).all()
            assert (one.lost == other.lost).all()


def test_a_longer_path_begins_like_a_shorter_one(world: World, sizes: Mapping[str, Law]) -> None:
    """Nothing of the future is in the past: cut off earlier, a path is the same up to there."""
    _, long = whole(paths(world, sizes, months=36, onset_years=3))
    _, short = whole(paths(world, sizes, months=7, onset_years=1))
    assert (long[:, :7] == short).all()


def test_a_supplier_that_is_cut_is_not_cut_again(world: World) -> None:
    """All suppliers fail every year for ever, half their exports: half of imports is lost, never more."""
    from pactolus.disruption.random_years.montecarlo import given_by
    from pactolus.disruption.random_years.question import question

    given = given_by(world, question(world, "tungsten", "KOR,JPN", scenarios=100, seed=0, on=ON), None, None)
    rates = dict.fromkeys(given.hazards.select("mineral", "exporter").rows(), 50.0)
    more = {"case": "expert", "expert": rates, "lengths": {"outage": Fixed(120.0)}, "plain": True, "phi": 0.5}
    _, lost = whole(paths(world, {"outage": Fixed(0.5)}, months=36, scenarios=600, **more))
    share = np.stack([supply.shares.sum(axis=1) for supply in given.supplies], axis=1)
    assert lost[:, 12:] == pytest.approx(np.broadcast_to(0.5 * share, lost[:, 12:].shape), abs=1e-6)
    assert (np.diff(lost, axis=1) >= -1e-6).all()


def test_months_in_part_count_in_part() -> None:
    changes = np.zeros((2, 7))
    _ramp(changes, np.array([0, 1]), np.array([0.25, 4.5]), np.array([2.0, 9.0]), np.array([0.4, 1.0]))
    months = np.cumsum(changes, axis=1)[:, :6]
    assert months[0] == pytest.approx([0.3, 0.4, 0.1, 0, 0, 0])
    assert months[1] == pytest.approx([0, 0, 0, 0, 0.5, 1.0])


def test_lengths_have_a_law_for_every_kind() -> None:
    laws = month_laws()
    assert set(laws) == set(KINDS)
    assert all((law.draw(np.random.default_rng(0), 100) > 0).all() for law in laws.values())


def test_faults(world: World, sizes: Mapping[str, Law]) -> None:
    with pytest.raises(InputError, match="paths are of one case"):
        paths(world, sizes, case="all")
    with pytest.raises(InputError, match="months: 0"):
        paths(world, sizes, months=0)
    with pytest.raises(NoAnswerError, match="at the stages asked for"):
        paths(world, sizes, stages=["intermediate"])
