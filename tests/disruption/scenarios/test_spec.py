"""A scenario in one line: read back as it was written, changed as it says, faults told."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pactolus import open_world
from pactolus.disruption.effects.stresses import stress
from pactolus.disruption.scenarios.library import ready, ready_names
from pactolus.disruption.scenarios.scenario import scenario_of_text
from pactolus.disruption.scenarios.spec import json_spec, line_of, scenario_of_spec, yaml_of
from pactolus.errors import InputError, UnknownTermError

WORLD = open_world()


@pytest.mark.parametrize("name", ready_names())
def test_every_ready_scenario_comes_back_from_its_file_and_its_line(name: str) -> None:
    scenario = ready(name, WORLD)
    assert scenario_of_text(yaml_of(scenario)) == scenario
    assert scenario_of_spec(json_spec(scenario), WORLD) == scenario
    assert scenario_of_spec(name, WORLD) == scenario


shares = st.integers(0, 100).map(lambda n: n / 100)


@given(st.tuples(shares, shares).map(sorted), st.integers(1, 36), shares)
def test_a_line_changes_what_it_says_and_nothing_else(cut: list[float], months: int, spare: float) -> None:
    text = line_of(
        "graphite-licence", {"cut": f"{cut[0]:g}_{cut[1]:g}", "months": str(months), "spare": f"{spare:g}"}
    )
    scenario, before = scenario_of_spec(text, WORLD), ready("graphite-licence", WORLD)
    shock, was = scenario.shocks[0], before.shocks[0]
    assert shock.cut == tuple(cut)
    assert shock.lasting == (months, months)
    assert scenario.spare == (spare, spare)
    assert (shock.kind, shock.exporter, shock.minerals, shock.start, shock.confidence) == (
        was.kind,
        was.exporter,
        was.minerals,
        was.start,
        was.confidence,
    )
    assert scenario_of_text(yaml_of(scenario)) == scenario


def test_a_shock_is_written_in_a_line() -> None:
    text = (
        "licence~from-CHN~of-tungsten_nickel~at-ore~to-JPN~cut-0.5_1~months-3_6~start-2027-03-01~sure-feared"
    )
    (shock,) = scenario_of_spec(text, WORLD).shocks
    assert (shock.exporter, shock.minerals, shock.stages, shock.targets) == (
        "CHN",
        ("tungsten", "nickel"),
        ("ore",),
        ("JPN",),
    )
    assert (shock.cut, shock.months, shock.start.isoformat(), shock.confidence) == (
        (0.5, 1.0),
        (3.0, 6.0),
        "2027-03-01",
        "feared",
    )


def test_a_rise_belongs_to_demand_and_a_cut_to_supply() -> None:
    surge = scenario_of_spec("lithium-demand-surge~rise-0.4", WORLD).shocks[0]
    assert surge.rise == (0.4, 0.4)
    assert scenario_of_spec("lithium-demand-surge~cut-0.4", WORLD).shocks[0].cut is None


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("graphite-licens", "did you mean 'graphite-licence'"),
        ("graphite-licence~cot-1", "no part 'cot'; did you mean 'cut'"),
        ("graphite-licence~cut-x", "cut: 'x' is no number"),
        ("graphite-licence~cut-1_0.5", "from low to high"),
        ("graphite-licence~cut-3", "lies outside 0 to 1"),
        ("graphite-licence~cut-", "'cut' has no value"),
        ("graphite-licence~cut-1~cut-1", "'cut' stands twice"),
        ("ban~from-IDN", "names neither minerals nor hs_codes"),
        ("{no", "is no JSON"),
    ],
)
def test_faults_of_a_line_are_told(text: str, says: str) -> None:
    with pytest.raises((InputError, UnknownTermError), match=says.replace("{", r"\{")):
        scenario_of_spec(text, WORLD)


def lost(text: str) -> dict[tuple[str, str], float]:
    found = stress(WORLD, scenario_of_spec(text, WORLD)).losses
    return {(r["stage"], r["importer"]): r["lost_t"] for r in found.iter_rows(named=True)}


def test_more_spare_capacity_never_deepens_a_loss_and_enough_ends_it() -> None:
    rows = [lost(f"graphite-licence~cut-0.8~months-6~spare-{spare}") for spare in ("0", "0.02", "0.1", "9")]
    for less, more in itertools.pairwise(rows):
        assert all(more[key] <= less[key] + 1e-9 for key in less)
    assert all(value == pytest.approx(0.0, abs=1e-9) for value in rows[-1].values())


def test_without_spare_capacity_the_loss_is_the_mean_of_the_two_simple_ones() -> None:
    found = stress(WORLD, scenario_of_spec("graphite-licence~cut-0.8~months-6~spare-0", WORLD)).losses
    for row in found.iter_rows(named=True):
        assert row["lost_t"] == pytest.approx((row["uniform_t"] + row["proportional_t"]) / 2)


def test_spare_capacity_is_a_ceiling_of_the_price() -> None:
    price = {
        spare: stress(WORLD, scenario_of_spec(f"graphite-licence~cut-0.8~months-6{spare}", WORLD)).losses[
            "price_high"
        ][0]
        for spare in ("", "~spare-0", "~spare-0.05")
    }
    assert price["~spare-0"] > price["~spare-0.05"]
    assert price["~spare-0"] > price[""]


def test_a_given_spare_capacity_is_told() -> None:
    notes = stress(WORLD, scenario_of_spec("graphite-licence~spare-0.05_0.1", WORLD)).notes
    assert any("can add 0.05 to 0.1 of what they ship" in note for note in notes)
