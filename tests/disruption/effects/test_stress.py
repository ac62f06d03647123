"""Scenario files and what they cost: faults with places, laws of losses, ranges, missing is not zero."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pactolus.catalogue.world import World, open_world
from pactolus.disruption.effects.stresses import COLUMNS, stress
from pactolus.disruption.engines.elasticities import elasticities
from pactolus.disruption.history.events import events_of
from pactolus.disruption.scenarios.library import ready, ready_names, ready_records
from pactolus.disruption.scenarios.scenario import Scenario, read_scenario, scenario_of
from pactolus.errors import InputError, NoAnswerError, OptionError

HEAD = "scenario: trial\ntitle: A trial\nyear: 2023\nshocks:\n"


@pytest.fixture(scope="module")
def world() -> World:
    return open_world()


def _shock(cut: float | tuple[float, float], **more: object) -> dict[str, object]:
    return {
        "kind": "ban",
        "exporter": "CHN",
        "minerals": ["natural-graphite"],
        "cut": cut,
        "start": "2027-01-01",
        **more,
    }


def _scenario(*shocks: dict[str, object], importers: tuple[str, ...] = ("KOR", "JPN")) -> Scenario:
    return scenario_of(
        {
            "scenario": "trial",
            "title": "A trial",
            "year": 2023,
            "importers": importers,
            "shocks": list(shocks),
        }
    )


@pytest.mark.parametrize(
    ("shock", "words"),
    [
        ("kind: ban, exporter: CHN, minerals: [graphit], cut: 1", "graphite"),
        ("kind: ban, exporter: CHX, minerals: [cobalt], cut: 1", "CHX"),
        ("kind: bann, exporter: CHN, minerals: [cobalt], cut: 1", "ban"),
        ("kind: ban, exporter: CHN, minerals: [cobalt], cut: 1.5", "0 to 1"),
        ("kind: ban, exporter: CHN, minerals: [cobalt], cut: [0.5, 0.2]", "first"),
        ("kind: ban, exporter: CHN, minerals: [cobalt], months: 0", "longer"),
        ("kind: ban, exporter: CHN, cut: 1", "neither"),
        ("kind: ban, exporter: CHN, minerals: [cobalt], stages: [oar]", "ore"),
        ("kind: ban, exporter: CHN, hs_codes: ['999999']", "999999"),
        ("kind: ban, exporter: CHN, minerals: [cobalt], targets: [CHN]", "target"),
    ],
)
def test_a_fault_is_told_with_its_place(tmp_path: Path, shock: str, words: str) -> None:
    file = tmp_path / "trial.yaml"
    file.write_text(f"{HEAD}  - {{{shock}, start: 2027-01-01}}\n")
    with pytest.raises(InputError) as caught:
        read_scenario(file)
    assert "trial.yaml:5:" in str(caught.value)
    assert words in str(caught.value)


def test_two_cuts_of_one_trade_are_refused(tmp_path: Path) -> None:
    one = "  - {kind: ban, exporter: CHN, minerals: [cobalt], cut: 1, start: 2027-01-01}\n"
    other = (
        "  - {kind: tax, exporter: CHN, minerals: [cobalt], stages: [refined], cut: .2, start: 2027-01-01}\n"
    )
    file = tmp_path / "trial.yaml"
    file.write_text(HEAD + one + other)
    with pytest.raises(InputError, match=r"shocks\[1\] and shocks\[2\] cut the same exports of CHN"):
        read_scenario(file)


def test_every_ready_scenario_has_an_answer(world: World) -> None:
    names = ready_names()
    assert len(names) >= 40
    assert set(ready_records()) < set(names)
    for name in names:
        scenario = ready(name, world)
        assert scenario.scenario == name
        rows = stress(world, scenario).losses
        assert tuple(rows.columns) == COLUMNS
        assert rows.filter(pl.col("status") != "no_trade_data").height
        assert set(rows["grade"]) <= {"A", "B", "C", None}  # a place without a grade has none, not a word


@given(low=st.floats(0, 1), high=st.floats(0, 1))
def test_more_cut_never_less_loss(world: World, low: float, high: float) -> None:
    low, high = sorted((low, high))
    less, more = (stress(world, _scenario(_shock(cut))).losses for cut in (low, high))
    assert (more["lost_t"] >= less["lost_t"] - 1e-9).all()
    assert (more["lost_t"] <= more["base_t"]).all()


def test_no_cut_no_loss(world: World) -> None:
    rows = stress(world, _scenario(_shock(0.0))).losses
    assert rows["lost_t"].to_list() == [0.0] * rows.height
    assert rows["price_mid"].to_list() == pytest.approx([1.0] * rows.height)
    assert set(rows["status"]) == {"not_distinguishable"}
    assert rows["rank"].null_count() == rows.height


def test_the_joint_row_is_the_sum_of_its_members(world: World) -> None:
    rows = stress(world, _scenario(_shock(1.0))).losses
    for _, part in rows.group_by("stage"):
        tonnes = dict(part.select("importer", "base_t").iter_rows())
        assert tonnes["KOR+JPN"] == pytest.approx(tonnes["KOR"] + tonnes["JPN"])
        lost = dict(part.select("importer", "lost_t").iter_rows())
        assert lost["KOR+JPN"] == pytest.approx(lost["KOR"] + lost["JPN"])
    assert (rows["lost_low_t"] <= rows["lost_t"]).all()
    assert (rows["lost_t"] <= rows["lost_high_t"]).all()


def test_a_ban_for_one_importer_does_not_reach_the_other(world: World) -> None:
    rows = stress(world, _scenario(_shock(1.0, targets=["JPN"], stages=["ore"]))).losses
    lost = dict(rows.select("importer", "lost_t").iter_rows())
    assert lost["KOR"] == 0.0
    assert lost["JPN"] > 0.0


def test_disjoint_shocks_commute(world: World) -> None:
    one, other = _shock(0.6), _shock(0.9, exporter="IDN", minerals=["nickel"])
    first = stress(world, _scenario(one, other)).losses.sort("mineral", "stage", "importer")
    second = stress(world, _scenario(other, one)).losses.sort("mineral", "stage", "importer")
    assert first.equals(second)


def test_a_seed_repeats_and_another_differs(world: World) -> None:
    scenario = _scenario(_shock((0.2, 0.9)))
    assert stress(world, scenario, seed=3).losses.equals(stress(world, scenario, seed=3).losses)
    assert not stress(world, scenario, seed=3).losses.equals(stress(world, scenario, seed=4).losses)


def test_trade_that_is_not_in_the_data_is_never_zero(world: World) -> None:
    both = _shock(1.0, stages=["ore", "product"])
    found = stress(world, _scenario(both))
    gone = found.losses.filter(pl.col("stage") == "product")
    assert set(gone["status"]) == {"no_trade_data"}
    assert gone["lost_t"].null_count() == gone.height
    assert any("no trade of it in this world" in note for note in found.notes)
    with pytest.raises(NoAnswerError, match="nothing can be said"):
        stress(world, _scenario(_shock(1.0, stages=["product"])))


def test_a_year_outside_the_table_is_told(world: World) -> None:
    late = replace(_scenario(_shock(1.0)), year=2031)
    with pytest.raises(OptionError, match="2031 lies outside the trade table"):
        stress(world, late)


def test_a_cut_that_is_not_given_comes_from_past_events(world: World) -> None:
    shock = {k: v for k, v in _shock(0.0).items() if k != "cut"}
    found = stress(world, _scenario(shock))
    assert any("drawn from" in note and "past events" in note for note in found.notes)
    assert (found.losses["size"] > 0).all()


def test_a_listed_elasticity_stands_before_the_general_band() -> None:
    assert elasticities("copper")["supply"] == (0.2, 0.35, 0.5)
    assert elasticities("tungsten")["supply"] == (0.1, 0.3, 0.7)


def test_figures_of_past_events_are_the_same_to_the_last_bit(world: World) -> None:
    first, second = events_of(world), events_of(world)
    for one, other in zip(first, second, strict=True):
        assert one.importers.equals(other.importers)
        assert (one.cut, one.share, one.world_share) == (other.cut, other.share, other.world_share)
