"""Trails of percentile bands and of value added: the window, the sectors, and the printed value again."""

from __future__ import annotations

from datetime import date
from typing import Any

import polars as pl
import pytest

from pactolus.catalogue.world import World
from pactolus.indicators.assess import assess
from pactolus.indicators.methods import METHODS
from pactolus.indicators.price_level import deflator
from pactolus.reports.trail import trail_of
from pactolus.reports.trail_steps import walks
from tests.indicators.tiny_world import frame_of, world_of

MADE = [("Gallium", "gallium", "CHN", 2018, 700_000)]


def test_every_method_has_a_walk_of_its_own() -> None:
    assert set(METHODS) == walks()


@pytest.mark.parametrize("importers", [["KOR", "KOR+JPN"], ["WLD"]])
def test_percentile_bands_are_computed_again(world: World, importers: list[str]) -> None:
    rows = assess(
        world, importers=importers, minerals="all", years=[2019, 2023], methods="percentile-band", detail=True
    )
    found = rows.filter(pl.col("status") == "ok").gather_every(9)
    assert found.height >= 8
    for identity, value, n in found.select("id", "value", "observations").iter_rows():
        trail = trail_of(world, identity)
        assert trail.steps[-1].after == pytest.approx(value, rel=1e-12), identity
        history = trail.sources[-1]
        assert history.rows.filter(pl.col("status") == "ok").height == n, identity
        assert len(trail.steps) >= 5


def test_a_quoted_price_is_that_of_the_publisher_and_of_its_last_month(world: World) -> None:
    trail = trail_of(world, "percentile-band/copper/refined/WLD/2023")
    prices = world.table("prices_monthly").filter(
        pl.col("series") == "Copper", pl.col("year") == 2023, pl.col("month") == 12
    )
    assert trail.steps[0].after == prices["price"][0]
    lowest, highest = trail.steps[1].after, trail.steps[2].after
    assert lowest is not None
    assert highest is not None
    assert lowest < prices["price"][0] < highest


def test_the_history_is_in_money_of_the_present_year(world: World) -> None:
    trail = trail_of(world, "percentile-band/cobalt/mixed/KOR/2023")
    history = trail.sources[-1].rows
    by_year = dict(history.select("year", "unit_value_usd_per_t").iter_rows())
    assert history["year"].to_list() == sorted(by_year, reverse=True)
    (unit_value,) = [s.after for s in trail.steps if s.claim.key == "trail.step.unit_value"]
    assert by_year[2023] == pytest.approx(unit_value)
    older = trail_of(world, "percentile-band/cobalt/mixed/KOR/2022")
    (then,) = [s.after for s in older.steps if s.claim.key == "trail.step.unit_value"]
    assert then is not None
    assert by_year[2022] == pytest.approx(then * deflator(2023) / deflator(2022))


def test_value_added_is_computed_again_sector_by_sector() -> None:
    uses = [("Gallium", "C26", 0.7), ("Gallium", "C27", 0.3), ("Gallium arsenide", "C27", 1.0)]
    end_uses = frame_of(
        "end_uses",
        [(m, "gallium", "integrated-circuits", n, share, n) for m, n, share in uses],
        ("material", "mineral", "application", "application_text", "share", "nace2"),
    )
    added = [("C26", 1000.0), ("C27", 400.0)]
    input_output = frame_of(
        "input_output",
        [("KOR", "VA", "KOR", sector, date.today().year - 2, value) for sector, value in added],
        ("from_region", "from_sector", "to_region", "to_sector", "year", "value_musd"),
    )
    made: Any = world_of(
        [("811291", "KOR", "CHN", 2018, 1, 1)], MADE, end_uses=end_uses, input_output=input_output
    )
    rows = assess(
        made,
        importers="KOR",
        minerals="gallium",
        years=2018,
        methods="value-added-exposed",
        detail=True,
    )
    trail = trail_of(made, rows["id"][0].partition("@")[0])
    assert trail.steps[-1].after == rows["value"][0] == pytest.approx((820 + 400) / 2)
    assert [(s.before, s.after) for s in trail.steps[1:-1]] == [
        (1000.0, 700.0),
        (400.0, 120.0),
        (400.0, 400.0),
    ]
    assert {s.table for s in trail.sources} == {"end_uses", "input_output"}
