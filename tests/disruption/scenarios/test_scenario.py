"""Kinds of shocks: what each needs and refuses, and laws that tie them together."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pactolus.catalogue.world import World, open_world
from pactolus.disruption.effects.stresses import Stress, stress
from pactolus.disruption.scenarios.library import PAST, ready, ready_names, ready_records
from pactolus.disruption.scenarios.scenario import read_scenario, scenario_of
from pactolus.errors import InputError, NoAnswerError, UnknownTermError

HEAD = "scenario: trial\ntitle: A trial\nyear: 2023\nshocks:\n"


@pytest.fixture(scope="module")
def world() -> World:
    return open_world()


def run(world: World, *shocks: dict[str, Any], **more: Any) -> Stress:
    base = {"minerals": ["chromium"], "stages": ["ore"], "start": "2027-01-01", "months": 12}
    scenario = {"scenario": "trial", "title": "A trial", "year": 2023, **more}
    return stress(world, scenario_of(scenario | {"shocks": [base | one for one in shocks]}))


def lost(found: Stress, column: str = "lost_t") -> dict[str, float]:
    return dict(found.losses.select("importer", column).iter_rows())


@pytest.mark.parametrize(
    ("shock", "said"),
    [
        ("kind: ban, minerals: [cobalt], cut: 1", "a ban needs 'exporter'"),
        ("kind: ban, exporter: COD, minerals: [cobalt], rise: 1", "'rise' does not belong to a ban"),
        ("kind: sanction, exporter: RUS, minerals: [cobalt]", "a sanction needs 'by'"),
        ("kind: sanction, exporter: RUS, by: KOR, targets: JPN, minerals: [cobalt]", "'targets' does not"),
        ("kind: sanction, exporter: KOR, by: [KOR], minerals: [cobalt]", "target of its own measure"),
        ("kind: route, minerals: [cobalt], cut: 1", "a route needs 'affected'"),
        ("kind: route, affected: [{share: 1.2}], minerals: [cobalt]", "the trade that takes this way"),
        ("kind: surge, by: [CHN], minerals: [cobalt]", "a surge needs 'rise'"),
        ("kind: surge, by: [CHN], rise: 20, minerals: [cobalt]", "0.2 for 20 %"),
        ("kind: outage, exporter: COD, facility: Mutanda, minerals: [cobalt]", "facility_share"),
        ("kind: ban, exporter: COD, minerals: [cobalt], end: 2026-12-31", "not after its start"),
        ("kind: ban, exporter: COD, minerals: [cobalt], end: 2027-12-31, months: 3", "months and end"),
        ("kind: ban, exporter: COD, minerals: [cobalt], announced: 2027-02-01", "after its start"),
        ("kind: ban, exporter: COD, minerals: [cobalt], cut: [.1, .5, .4]", "0.5 before 0.4"),
        ("kind: ban, exporter: COD, minerals: [cobalt], cut: [.1, .2, .3, .4]", "three as [low"),
        ("kind: ban, exporter: COD, minerals: [cobalt], targets: [FORGE]", "FORGE"),
    ],
)  # fmt: skip
def test_a_kind_says_what_it_needs(tmp_path: Path, shock: str, said: str) -> None:
    file = tmp_path / "trial.yaml"
    file.write_text(f"{HEAD}  - {{{shock}, start: 2027-01-01}}\n", "utf-8")
    with pytest.raises(InputError) as caught:
        read_scenario(file)
    assert "trial.yaml:5:" in str(caught.value)
    assert said in str(caught.value)


def test_declared_tonnes_are_fictitious(tmp_path: Path) -> None:
    text = HEAD.replace(
        "year: 2023",
        "declared: [{mineral: gallium, stage: refined, exporter: CHN, importer: KOR, tonnes: 1}]",
    )
    file = tmp_path / "trial.yaml"
    file.write_text(
        f"{text}  - {{kind: ban, exporter: CHN, minerals: [gallium], start: 2027-01-01}}\n", "utf-8"
    )
    with pytest.raises(InputError, match="fictitious: true"):
        read_scenario(file)


def test_a_way_that_carries_all_of_one_exporter_is_an_outage_of_it(world: World) -> None:
    way = {"kind": "route", "affected": [{"exporters": ["ZAF"], "share": 1.0}]}
    plain = {"kind": "outage", "exporter": "ZAF", "cut": 1.0}
    one, other = run(world, way), run(world, plain)
    for column in ("lost_t", "uniform_t", "proportional_t", "size"):
        assert lost(one, column) == pytest.approx(lost(other, column))


def test_a_sanction_by_all_importers_looked_at_is_a_ban_for_them(world: World) -> None:
    sanction = run(world, {"kind": "sanction", "exporter": "ZAF", "by": ["KOR", "JPN"], "cut": 0.7})
    ban = run(world, {"kind": "ban", "exporter": "ZAF", "targets": ["KOR", "JPN"], "cut": 0.7})
    assert lost(sanction) == pytest.approx(lost(ban))
    assert min(lost(sanction).values()) > 0


def test_a_coalition_stands_for_its_members(world: World) -> None:
    named = run(world, {"kind": "sanction", "exporter": "ZAF", "by": "G7", "cut": 0.7})
    assert lost(named)["KOR"] == 0.0
    assert lost(named)["JPN"] > 0.0


@given(part=st.floats(0.05, 1))
@settings(max_examples=15)
def test_a_facility_is_its_part_of_the_country(world: World, part: float) -> None:
    facility = {"kind": "outage", "exporter": "ZAF", "facility": "a mine", "facility_share": part, "cut": 1.0}
    country = {"kind": "outage", "exporter": "ZAF", "cut": part}
    assert lost(run(world, facility)) == pytest.approx(lost(run(world, country)))


@given(low=st.floats(0, 3), more=st.floats(0, 3))
@settings(max_examples=15)
def test_a_larger_surge_never_takes_less_and_none_takes_nothing(
    world: World, low: float, more: float
) -> None:
    surge = {"kind": "surge", "by": ["CHN"]}
    less, found = (run(world, surge | {"rise": rise}) for rise in (low, low + more))
    assert all(lost(found)[name] >= lost(less)[name] - 1e-9 for name in ("KOR", "JPN"))
    assert set(lost(run(world, surge | {"rise": 0})).values()) == {0.0}
    own = run(world, surge | {"rise": 1.0}, importers=["CHN"])
    assert lost(own)["CHN"] == 0.0


def test_half_a_year_loses_half(world: World) -> None:
    """Below any re-routing: the baselines are linear in the months."""
    shock = {"kind": "outage", "exporter": "ZAF", "cut": 1.0}
    whole, half = run(world, shock), run(world, shock | {"months": 6})
    assert lost(half, "uniform_t") == pytest.approx({k: v / 2 for k, v in lost(whole, "uniform_t").items()})
    ended = shock | {"months": None, "end": "2027-07-02"}
    assert lost(run(world, ended))["KOR"] == pytest.approx(lost(half)["KOR"], rel=0.05)


def test_three_numbers_lie_most_often_near_the_second(world: World) -> None:
    shock = {"kind": "outage", "exporter": "ZAF"}
    even, near = (run(world, shock | {"cut": c}).losses["cut"][0] for c in ([0.0, 1.0], [0.0, 0.9, 1.0]))
    assert even == pytest.approx(0.5, abs=0.05)
    assert near == pytest.approx(0.67, abs=0.05)


def test_made_up_tonnes_say_so_and_need_no_statistics(world: World) -> None:
    found = stress(world, ready("gallium-germanium-exercise", world))
    assert any(note.startswith("FICTITIOUS") for note in found.notes)
    assert set(found.losses["mineral"]) == {"gallium", "germanium"}
    assert set(found.losses["status"]) == {"ok"}


def test_without_trade_the_world_s_production_is_named(world: World) -> None:
    with pytest.raises(NoAnswerError, match=r"world production of Gallium.*\(usgs\): CHN 99%"):
        run(
            world,
            {"kind": "ban", "exporter": "CHN", "minerals": ["gallium"], "stages": ["refined"], "cut": 1},
        )


def test_every_named_event_with_mapped_codes_is_ready_as_it_happened(world: World) -> None:
    past = [name for name in ready_names() if name.startswith(PAST)]
    assert len(past) >= 29
    found = stress(world, ready(f"{PAST}idn-ni-2014", world))
    assert found.losses["cut"][0] == pytest.approx(0.868, abs=0.001)
    assert found.losses["year"][0] == 2013
    with pytest.raises(UnknownTermError, match="did you mean 'event-idn-ni-2014'"):
        ready("event-idn-ni-2015", world)


def test_what_the_issue_of_the_day_asks_for_is_ready() -> None:
    """Fields that the trade table can carry, and two that it cannot, as exercises."""
    names = " ".join(ready_records())
    for field in ("graphite", "rare-earths", "tungsten", "lithium-hydroxide", "nickel-ore", "cobalt-quota"):
        assert field in names
    for field in (
        "platinum",
        "palladium",
        "ferro-niobium",
        "copper-concentrate",
        "gallium",
        "heavy-rare-earths",
    ):
        assert field in names


def test_losses_of_targets_stay_with_targets(world: World) -> None:
    found = run(world, {"kind": "route", "affected": [{"importers": ["KOR"], "share": 0.5}]})
    assert lost(found)["JPN"] == 0.0
    assert lost(found)["KOR"] > 0.0
    assert found.losses.filter(pl.col("importer") == "KOR+JPN")["lost_t"][0] == pytest.approx(
        lost(found)["KOR"]
    )
