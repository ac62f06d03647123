"""What members need, read from a world: denominators, missing is not zero, every assumption a field."""

from __future__ import annotations

from datetime import date

import numpy as np
import polars as pl
import pytest

from pactolus.catalogue.world import World, open_world
from pactolus.disruption.history.events import trade_weights
from pactolus.errors import NoAnswerError, OptionError
from pactolus.policy.register import Register, register
from pactolus.stockpile.members.needs import (
    SETTINGS,
    Importer,
    Need,
    Setting,
    _importer,
    need_of,
    places_of_trade,
)
from pactolus.stockpile.members.sizing import SIZE_COLUMNS, size_places

DAY = date(2026, 11, 24)


@pytest.fixture(scope="module")
def world() -> World:
    return open_world()


@pytest.fixture(scope="module")
def measures() -> Register:
    return register()


def graphite(world: World, measures: Register, **more: object) -> Need:
    asked = {"measures": measures, "on": DAY, **more}
    return need_of(world, "natural-graphite", "mixed", ["KOR", "JPN"], **asked)  # type: ignore[arg-type]


def test_use_is_net_imports_and_says_so(world: World, measures: Register) -> None:
    found = graphite(world, measures, year=2023)
    trade = trade_weights(world, repaired=True).filter(pl.col("hs_code") == "250410", pl.col("year") == 2023)
    into = trade.filter(pl.col("importer") == "JPN").select(pl.col("t").sum()).collect().item()
    out = trade.filter(pl.col("exporter") == "JPN").select(pl.col("t").sum()).collect().item()
    one = found.importer("JPN")
    assert one.use_t == pytest.approx(into - out)
    assert one.denominator == "net imports, gross weight, natural-graphite (mixed), 2023"
    assert found.grade == "C"


def test_declared_consumption_stands_before_net_imports(world: World, measures: Register) -> None:
    found = graphite(world, measures, declared={"KOR": 40_000.0, "JPN": 30_000.0})
    assert found.importer("KOR").use_t == 40_000.0
    assert found.importer("KOR").denominator.startswith("declared consumption")
    assert found.grade == "declared"


def test_shares_are_of_imports_and_china_leads(world: World, measures: Register) -> None:
    found = graphite(world, measures)
    first = found.suppliers[0]
    assert first.name == "CHN"
    assert 0.8 < first.share["KOR"] <= 1
    assert all(0 <= share <= 1 for one in found.suppliers for share in one.share.values())


def test_a_restriction_in_force_lifts_the_rate_and_is_named(world: World, measures: Register) -> None:
    lifted = graphite(world, measures).suppliers[0]
    plain = graphite(world, measures, setting=Setting(case="governance")).suppliers[0]
    assert lifted.onset_per_year > plain.onset_per_year
    assert any("CHN-2023-39" in note for note in graphite(world, measures).notes)


@pytest.mark.parametrize("name", SETTINGS)
def test_every_setting_moves_one_thing(world: World, measures: Register, name: str) -> None:
    middle, found = graphite(world, measures), graphite(world, measures, setting=SETTINGS[name])
    same = (found.importers, found.suppliers) == (middle.importers, middle.suppliers)
    assert same == (name == "mid")


def test_longer_failures_lose_no_more_a_year(world: World, measures: Register) -> None:
    """A cut is of a year: what lasts longer is lighter by month, never heavier."""
    short, long = (graphite(world, measures, setting=Setting(length=x)).suppliers[0] for x in (1.0, 2.0))
    assert long.mean_months > short.mean_months
    assert long.severity <= short.severity + 1e-12


def test_suppliers_without_an_estimate_are_told_and_never_given_a_rate(
    world: World, measures: Register
) -> None:
    found = need_of(world, "nickel", "ore", ["KOR"], measures=measures, on=DAY)
    assert found.unrated["KOR"] > 0.5
    assert "NCL" not in {one.name for one in found.suppliers}
    assert any("no rate" in note for note in found.notes)
    own = need_of(world, "nickel", "ore", ["KOR"], measures=measures, on=DAY, setting=Setting(case="expert"),
                  expert={("nickel", "NCL"): 0.05})  # fmt: skip
    assert own.unrated["KOR"] == 0.0


def test_a_member_without_trade_is_absent_with_its_reason(world: World, measures: Register) -> None:
    found = need_of(world, "tungsten", "ore", ["KOR", "JPN"], measures=measures, on=DAY)
    assert found.absent == {"KOR": "not_applicable"}
    with pytest.raises(NoAnswerError, match="KOR: not_applicable; declare its consumption"):
        found.importer("KOR")
    with pytest.raises(NoAnswerError, match="no trade of it in this world"):
        need_of(world, "gallium", "refined", ["KOR"], measures=measures, on=DAY)


def test_one_code_of_a_place(world: World, measures: Register) -> None:
    hydroxide = need_of(world, "lithium", "refined", ["KOR"], measures=measures, on=DAY, hs_codes=["282520"])
    both = need_of(world, "lithium", "refined", ["KOR"], measures=measures, on=DAY)
    assert hydroxide.importer("KOR").use_t < both.importer("KOR").use_t
    assert "HS 282520" in hydroxide.importer("KOR").denominator


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"declared": {"KOR": -1.0}}, "more than 0|positive number"),
        ({"declared": {"USA": 1.0}}, r"declared\[USA\]: no member"),
        ({"hs_codes": ["260300"]}, "hs_codes: 260300"),
    ],
)
def test_bad_input_is_told(world: World, measures: Register, more: dict[str, object], said: str) -> None:
    with pytest.raises(OptionError, match=said):
        graphite(world, measures, **more)
    with pytest.raises(OptionError, match="KOR stands twice"):
        need_of(world, "cobalt", "mixed", ["KOR", "KOR"], measures=measures, on=DAY)


def test_a_sizing_spans_its_settings_and_keeps_statuses(world: World, measures: Register) -> None:
    settings = {name: SETTINGS[name] for name in ("mid", "holding 3 %", "holding 10 %")}
    places = [("natural-graphite", "mixed"), ("tungsten", "ore")]
    found = size_places(world, places, ["KOR", "JPN"], measures=measures, on=DAY, settings=settings)
    table = found.table
    assert tuple(table.columns) == SIZE_COLUMNS
    told = table.filter(pl.col("status") == "ok")
    assert (told["low_days"] <= told["target_days"]).all()
    assert (told["target_days"] <= told["high_days"]).all()
    assert set(told["low_at"]) <= {"holding 10 %", "mid"}
    assert (told["saving_usd"] >= 0).all()
    silent = table.filter(pl.col("status") != "ok")
    assert silent.select("mineral", "member", "status").rows() == [("tungsten", "KOR", "not_applicable")]
    assert silent["target_days"].null_count() == 1


def test_a_place_that_no_member_uses_says_why(world: World, measures: Register) -> None:
    places = [("natural-graphite", "mixed"), ("tungsten", "ore"), ("gallium", "refined")]
    mid = {"mid": SETTINGS["mid"]}
    found = size_places(world, places, ["KOR"], measures=measures, on=DAY, settings=mid)
    told = dict(found.table.select("mineral", "status").rows())
    assert told == {"natural-graphite": "ok", "tungsten": "not_applicable", "gallium": "no_trade_data"}


def test_places_are_those_with_trade(world: World) -> None:
    found = places_of_trade(world, ["natural-graphite", "gallium"], 2023)
    assert ("natural-graphite", "mixed") in found
    assert not any(mineral == "gallium" for mineral, _ in found)


def test_use_does_not_hang_on_how_a_frame_is_stored() -> None:
    """Polars sums chunk by chunk, and the number of threads makes the chunks: sums are exact instead."""
    rng = np.random.default_rng(7)
    rows = [("KOR", f"{a}{b}{c}") for a in "ABC" for b in "DEF" for c in "GHI"]
    flows = pl.DataFrame(rows, schema=["importer", "exporter"], orient="row").with_columns(
        t=pl.Series(rng.lognormal(0, 4, len(rows)).round(6)), value_usd=pl.lit(1_000_000)
    )
    found = set()
    for size in (1, 2, 5, len(rows)):
        parts = [flows.slice(first, size) for first in range(0, len(rows), size)]
        one = _importer("KOR", pl.concat(parts, rechunk=False), "code", 2024, SETTINGS["mid"], None)
        assert isinstance(one, Importer)
        found.add((one.use_t, one.price_usd_per_t, one.impact))
    assert len(found) == 1
