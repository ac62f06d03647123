"""Rates of failure: three cases, what lifts a rate, and what stays missing."""

from __future__ import annotations

import math
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from pactolus.catalogue.world import World, open_world
from pactolus.disruption.random_years.hazards import (
    CASES,
    governance_rate,
    hazard_rates,
    numbers,
    read_expert,
    regions,
    restrictions,
    stability,
)
from pactolus.errors import InputError
from pactolus.policy.register import register
from pactolus.terms.countries import countries

ON = date(2026, 11, 24)
GRAPHITE = ("natural-graphite", "mixed")


@pytest.fixture(scope="module")
def world() -> World:
    return open_world()


def rates(world: World, **more: object) -> dict[str, dict[str, object]]:
    exporters = ["AUS", "CHN", "NCL"]
    frame = hazard_rates(
        world,
        {GRAPHITE: exporters},
        {GRAPHITE: ["250410"]},
        ["KOR", "JPN"],
        measures=register(),
        on=ON,
        **more,
    )  # type: ignore[arg-type]
    return {row["exporter"]: row for row in frame.to_dicts()}


def test_every_number_has_a_range_around_it_and_a_source() -> None:
    for one in numbers().values():
        assert one.low <= one.value <= one.high
        assert one.source
        assert one.kind in ("assumption", "estimate", "rule")


def test_governance_alone_hardly_sees_china() -> None:
    """Published in the study: China (-0.15) gets only 1.8 times the rate of Australia (0.79)."""
    assert governance_rate(-0.15) / governance_rate(0.79) == pytest.approx(1.8, abs=0.05)
    assert governance_rate(0.0) == 0.04


def test_a_restriction_in_force_lifts_the_rate(world: World) -> None:
    found = rates(world)
    assert found["CHN"]["governance"] < found["CHN"]["controls"] == found["CHN"]["expert"] == 0.12
    assert (found["CHN"]["measure"], found["CHN"]["kind"]) == ("CHN-2023-39", "licence")
    assert found["AUS"]["governance"] == found["AUS"]["controls"]
    ore, codes = ("nickel", "ore"), ["260400"]
    assert "IDN" not in restrictions(register(), ore, codes, ["KOR"], date(2013, 12, 31))
    assert restrictions(register(), ore, codes, ["KOR"], ON)["IDN"].kind == "ban"


def test_a_measure_that_spares_a_member_does_not_count() -> None:
    for importers in (["USA"], ["USA", "KOR"]):
        found = restrictions(register(), ("uranium", "refined"), [], importers, ON)
        assert "RUS" not in found  # unconfirmed in the register, and aimed at one


def test_a_missing_estimate_stays_missing(world: World) -> None:
    found = rates(world)["NCL"]
    assert [found[case] for case in CASES] == [None, None, None]
    assert found["status"] == "no_governance_data"
    given = rates(world, expert={("natural-graphite", "NCL"): 0.05})["NCL"]
    assert (given["expert"], given["controls"], given["status"]) == (0.05, None, "ok")


def test_a_rate_of_a_stage_goes_before_one_of_a_mineral(world: World) -> None:
    given = {("natural-graphite", "AUS"): 0.5, (*GRAPHITE, "AUS"): 0.0}
    assert rates(world, expert=given)["AUS"]["expert"] == 0.0


def test_rates_follow_the_latest_year_of_the_world(world: World) -> None:
    year, known = stability(world)
    assert year == world.table("governance")["year"].max()
    assert rates(world)["AUS"]["governance"] == pytest.approx(0.04 * math.exp(-0.6 * known["AUS"]))


def test_regions_hold_every_country_once_and_know_it() -> None:
    assert set(regions()) <= set(countries())
    assert len(regions()) >= 248
    assert regions()["CHN"] == regions()["KOR"] == "Eastern Asia"
    assert regions()["COD"] == "Middle Africa"
    assert len(set(regions().values())) == 22


def test_faults_of_a_table_of_rates_are_told_at_once() -> None:
    table = pl.DataFrame(
        {
            "mineral": ["cobalt", "cobat", "cobalt", "cobalt"],
            "exporter": ["COD", "COD", "COD", "COD"],
            "rate": ["0.2", "0.1", "-1", None],
        }
    )
    with pytest.raises(InputError) as told:
        read_expert(table, "mine.csv")
    text = str(told.value)
    assert "mine.csv: line 3: unknown mineral 'cobat'" in text
    assert "mine.csv: line 4: rate '-1' is no number of nought or more" in text
    assert "mine.csv: line 5: no rate; give mineral, exporter and rate" in text
    with pytest.raises(InputError, match="cobalt COD stands twice"):
        read_expert([{"mineral": "cobalt", "exporter": "COD", "rate": 1}] * 2)


def test_the_page_states_every_number_with_its_range(repository: Path) -> None:
    page = (repository / "docs" / "explanation" / "montecarlo.md").read_text(encoding="utf-8")
    for one in numbers().values():
        assert f"| `{one.name}` | {one.value:g} | {one.low:g}-{one.high:g} |" in page
