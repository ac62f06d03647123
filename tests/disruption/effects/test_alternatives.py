"""Suppliers that are left: who is never one, who is closed by a measure, and what is sought twice."""

from __future__ import annotations

from datetime import date
from itertools import product

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pactolus.catalogue.world import World, open_world
from pactolus.disruption.effects.alternatives import Alternatives, alternatives, met_together
from pactolus.disruption.effects.stresses import stress
from pactolus.disruption.scenarios.library import ready
from pactolus.policy.register import register

DAY = date(2026, 11, 24)


@pytest.fixture(scope="module")
def world() -> World:
    return open_world()


def _left(world: World, name: str, chosen: tuple[str, ...] = ()) -> Alternatives:
    scenario = ready(name, world)
    losses = stress(world, scenario).losses
    return alternatives(world, scenario, losses, register(), DAY, chosen=chosen)


def _why(found: Alternatives, importer: str, stage: str) -> dict[str, str | None]:
    rows = found.suppliers.filter(pl.col("importer") == importer, pl.col("stage") == stage)
    return dict(rows.select("exporter", "why_not").iter_rows())


def test_a_ban_in_force_closes_a_supplier(world: World) -> None:
    why = _why(_left(world, "nickel-ore-philippines"), "JPN", "ore")
    assert why["IDN"] == "IDN-2020-NI"
    assert why["PHL"] == "shocked"
    assert why["NCL"] is None


def test_russia_only_by_choice_and_north_korea_never(world: World) -> None:
    without = _left(world, "nickel-ore-philippines")
    within = _left(world, "nickel-ore-philippines", ("RUS",))
    assert _why(without, "KOR", "ore")["RUS"] == "by choice only"
    assert _why(within, "KOR", "ore")["RUS"] is None
    for found in (without, within):
        north = found.suppliers.filter(pl.col("exporter") == "PRK")
        assert set(north["why_not"]) <= {"excluded"}


def test_room_is_the_highest_of_five_years_less_the_present(world: World) -> None:
    found = _left(world, "graphite-licence").suppliers
    room = found["maximum_t"] - found["exports_t"]
    assert found["room_t"].to_list() == pytest.approx(room.to_list())
    assert (found["room_t"] >= 0).all()
    assert (found["maximum_year"] > found["year"] - 5).all()
    assert (
        found.filter(pl.col("why_not").is_not_null())["asked_t"].null_count()
        == found.filter(pl.col("why_not").is_not_null()).height
    )


def test_what_is_asked_adds_up_to_what_is_sought_alone(world: World) -> None:
    found = _left(world, "graphite-licence")
    asked = found.suppliers.group_by("stage", "importer").agg(pl.col("asked_t").sum())
    alone = found.overlap.filter(pl.col("together_t").is_null())
    both = asked.join(alone, on=["stage", "importer"])
    assert both.height == alone.height
    assert both["asked_t"].to_list() == pytest.approx(both["alone_t"].to_list())


@st.composite
def _cases(draw: st.DrawFn) -> tuple[dict[str, int], dict[str, int], dict[str, set[str]]]:
    lost = {name: draw(st.integers(0, 4)) for name in "AB"}
    rooms = {name: draw(st.integers(0, 3)) for name in "XYZ"}
    return lost, rooms, {name: draw(st.sets(st.sampled_from("XYZ"))) for name in lost}


@given(_cases())
def test_met_together_is_the_best_that_trying_all_finds(
    case: tuple[dict[str, int], dict[str, int], dict[str, set[str]]],
) -> None:
    lost, rooms, open_to = case
    best = 0
    for split in product(*(range(rooms[name] + 1) for name in rooms)):
        taken = dict(zip(rooms, split, strict=True))
        for_a = sum(taken[name] for name in open_to["A"])
        rest = {name: rooms[name] - (taken[name] if name in open_to["A"] else 0) for name in rooms}
        for_b = sum(rest[name] for name in open_to["B"])
        best = max(best, min(lost["A"], for_a) + min(lost["B"], for_b))
    assert met_together(lost, rooms, open_to) == best
    alone = sum(min(lost[name], sum(rooms[one] for one in open_to[name])) for name in lost)
    assert best <= alone
