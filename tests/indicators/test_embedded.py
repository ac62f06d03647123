"""The embedded world: what must have no number, what the traps do, and the same answer twice."""

from __future__ import annotations

import os
import subprocess
import sys

import polars as pl
import pytest

import pactolus as pt
from pactolus.catalogue.world import World
from pactolus.indicators import joint_exposure, narrow_stages, stage_bottlenecks
from pactolus.indicators.methods import GEOPOLRISK_PY, METHODS
from pactolus.terms.minerals import minerals


@pytest.fixture(scope="module")
def world() -> World:
    return pt.open_world()


@pytest.mark.parametrize("name", ["germanium", "gallium", "indium", "rhenium", "potash"])
def test_dead_and_missing_codes_never_give_a_number(world: World, name: str) -> None:
    rows = pt.assess(
        world,
        importers="KOR,JPN,KOR+JPN,EU27",
        minerals=name,
        years="2018-2024",
        methods="geopolrisk,hhi,top1,n-minus-1",
    )
    assert rows["value"].null_count() == rows.height
    assert set(rows["status"]) <= {"no_code", "no_trade_data"}
    assert all("best proxy: world production concentration" in note for note in rows["note"])


@pytest.mark.parametrize("name", ["germanium", "gallium", "indium", "rhenium", "potash"])
def test_the_proxy_named_for_them_has_a_value(world: World, name: str) -> None:
    rows = pt.assess(world, importers="WLD", minerals=name, years=2023, methods="hhi", detail=True)
    assert rows.filter(pl.col("source") == "wmd")["status"].to_list() == ["ok"]


def test_every_mineral_of_both_publishers_has_a_row(world: World) -> None:
    rows = pt.assess(
        world, importers="KOR,WLD", minerals="all", years=2022, methods="geopolrisk,hhi", detail=True
    )
    names = set(rows["raw_material"].drop_nulls())
    assert {m.wmd for m in minerals().values() if m.wmd} <= names
    materials = {m.geopolrisk for m in minerals().values() if m.geopolrisk}
    assert len(materials) == 53
    assert materials <= set(rows.filter(pl.col("method") == "geopolrisk")["raw_material"])


def test_every_geopolrisk_row_says_at_which_stage_it_is_concentrated(world: World) -> None:
    rows = pt.assess(world, importers="KOR", minerals="all", years=2023)
    counted = rows.filter(pl.col("status") != "no_production_data")
    assert counted["note"].str.contains("^concentration (at mine|at smelter|of mined and recovered)").all()


def test_the_weight_of_copper_from_papua_new_guinea_is_repaired(world: World) -> None:
    """BACI shows 13-21 Mt a year to the Philippines at below 0.01 USD/kg, against 2-4 in other years."""
    rows = {
        convention: pt.assess(
            world, importers="PHL", minerals="copper", years="2020-2022", convention=convention, detail=True
        )
        for convention in (None, GEOPOLRISK_PY)
    }
    trapped = dict(rows[GEOPOLRISK_PY].select("year", "import_t").iter_rows())
    assert trapped[2020] > 2e7
    assert trapped[2022] > 1.2e7
    assert "weight_repaired" in rows[GEOPOLRISK_PY].columns
    assert rows[GEOPOLRISK_PY]["weight_repaired"].null_count() == 3
    for row in rows[None].filter(pl.col("year") != 2021).iter_rows(named=True):
        assert "weight repaired or estimated for" in row["note"]
        assert row["import_t"] < 1e6
        assert row["low"] < row["value"] < row["high"]


def test_the_value_of_an_importer_does_not_move_with_that_weight(world: World) -> None:
    rows = pt.assess(
        world,
        importers="JPN",
        minerals="copper",
        years="2018-2024",
        methods="top1",
        stages="ore",
        detail=True,
    )
    assert rows["status"].unique().to_list() == ["ok"]
    assert "PNG" not in rows["first"].to_list()


def test_new_caledonia_has_no_governance_estimate_so_nickel_has_no_score(world: World) -> None:
    rows = pt.assess(world, importers="KOR", minerals="nickel", years=2023)
    assert rows["status"].item() == "no_governance_data"
    assert "no governance value for NCL" in rows["note"].item()


def test_the_last_year_takes_the_governance_of_the_year_before(world: World) -> None:
    rows = pt.assess(world, importers="KOR", minerals="cobalt", years="2023-2024")
    assert ["governance of 2023" in n for n in rows["note"]] == [False, True]


def test_the_last_year_of_trade_is_taken_if_none_is_asked(world: World) -> None:
    assert pt.assess(world, importers="KOR", minerals="cobalt")["year"].to_list() == [2024]


def test_both_readings_of_a_coalition_lie_where_they_must(world: World) -> None:
    rows = pt.assess(
        world,
        importers="KOR,JPN,KOR+JPN",
        minerals="critical",
        years="2018-2024",
        methods="geopolrisk,geopolrisk-external",
    ).filter(pl.col("status") == "ok")
    wide = rows.pivot(on=["method", "importer"], index=["mineral", "year"], values="value").drop_nulls()
    inside, outside = wide['{"geopolrisk","KOR+JPN"}'], wide['{"geopolrisk-external","KOR+JPN"}']
    assert wide.height > 100
    assert (inside <= outside + 1e-12).all()
    assert (wide['{"geopolrisk","KOR"}'] == wide['{"geopolrisk-external","KOR"}']).all()


def test_values_are_bounded_for_every_importer(world: World) -> None:
    rows = pt.assess(world, importers="all", minerals="critical", years=2023, methods="all")
    ok = rows.filter(pl.col("status") == "ok")
    sizes = ["apparent-consumption", "hhi-10000", "n-minus-1-demand", "percentile-band", "supply-risk-eu"]
    shares = ok.filter(~pl.col("method").is_in(sizes))
    assert shares.filter((pl.col("value") < -1e-12) | (pl.col("value") > 1 + 1e-12)).is_empty()
    ranged = ok.filter(pl.col("low").is_not_null())
    assert ranged.filter(
        (pl.col("low") > pl.col("value") + 1e-9) | (pl.col("high") < pl.col("value") - 1e-9)
    ).is_empty()
    assert set(rows["method"]) >= set(METHODS) - {"n-minus-1-demand"}
    assert ok.filter(pl.col("method") == "percentile-band")["value"].is_between(0, 100).all()
    assert ok.filter(pl.col("method") == "supply-risk-eu")["value"].is_between(0, 10).all()
    assert ok.filter(pl.col("method") == "apparent-consumption")["value"].min() >= 0


def test_the_story_of_graphite_that_both_depend_on(world: World) -> None:
    """Natural graphite 2504.10 from China, 2024: Korea 93 %, Japan 86 % of value (data notes)."""
    table = joint_exposure(world.scan("trade"), ["KOR", "JPN"], 2024, minerals="natural-graphite")
    found = table.filter(pl.col("stage") == "mixed").row(0, named=True)
    assert (found["KOR_first"], found["JPN_first"], found["same_first"]) == ("CHN", "CHN", True)
    assert found["KOR_first_share"] == pytest.approx(0.93, abs=0.005)
    assert found["JPN_first_share"] == pytest.approx(0.86, abs=0.005)


def test_the_story_of_japanese_nickel_ore_under_the_ban_of_2014(world: World) -> None:
    """Indonesia's share of Japan's nickel ore: 50 % in 2013, 5 % in 2014 (data notes, facts reproduced)."""
    rows = pt.assess(
        world, importers="JPN", minerals="nickel", years="2013-2014", methods="hhi", stages="ore", detail=True
    )
    assert rows["first"].to_list()[0] == "IDN"
    assert rows["first_share"].to_list()[0] == pytest.approx(0.50, abs=0.01)
    assert rows["first"].to_list()[1] != "IDN"


def test_stages_of_cobalt_are_compared_over_all_sources(world: World) -> None:
    """World Mining Data and the EU study differ at the mine: its range reaches that of refining."""
    table = stage_bottlenecks(
        world.scan("trade"),
        world.scan("production"),
        ["KOR", "JPN"],
        2023,
        minerals="cobalt,gallium,tin",
        supply_shares=world.scan("supply_shares"),
    )
    stages = table.filter((pl.col("mineral") == "cobalt") & (pl.col("measure") == "world_supply"))
    assert set(stages["stage"]) == {"ore", "refined"}
    assert set(stages["source"]) == {"wmd", "eu_2023"}
    found = {r["mineral"]: r for r in narrow_stages(table).filter(importer="WLD").iter_rows(named=True)}
    assert found["cobalt"]["verdict"] == "not_distinguishable"
    assert (found["tin"]["verdict"], found["tin"]["stage"]) == ("narrowest", "refined")


def test_consumption_and_reliance_of_both_members(world: World) -> None:
    """Korea and Japan mine no copper: all of what they smelt comes from abroad."""
    rows = pt.assess(
        world,
        importers="KOR,JPN,KOR+JPN",
        minerals="copper,gallium",
        years=2023,
        methods="net-import-reliance,apparent-consumption",
    )
    copper = rows.filter(pl.col("mineral") == "copper", pl.col("stage") == "ore")
    assert copper.filter(pl.col("method") == "net-import-reliance")["value"].to_list() == [1.0, 1.0, 1.0]
    assert copper["grade"].unique().to_list() == ["B"]
    used = dict(
        copper.filter(pl.col("method") == "apparent-consumption").select("importer", "value").iter_rows()
    )
    assert used["KOR+JPN"] == pytest.approx(used["KOR"] + used["JPN"], rel=1e-9)
    assert set(rows.filter(pl.col("mineral") == "gallium")["status"]) <= {"no_code", "not_applicable"}


#: USGS, Mineral Commodity Summaries 2026, salient statistics of the United States, 2023: net import reliance
#: in percent of apparent consumption; E is a net exporter, shown as 0 here.
USGS_2023 = {
    "bentonite": "E",
    "diatomite": "E",
    "feldspar": "12",
    "fluorspar": "100",
    "iron": "E",
    "kaolin": "E",
    "manganese": "100",
    "natural-graphite": "100",
    "niobium": "100",
    "zinc": "E",
    "baryte": ">75",
}


def test_reliance_of_the_united_states_is_that_of_the_usgs(world: World) -> None:
    """Other publishers' figures of the same quantity: within 3 points where it prints a number."""
    rows = pt.assess(
        world,
        importers="USA",
        minerals=list(USGS_2023),
        years=2023,
        methods="net-import-reliance",
        stages="ore",
    )
    ours = dict(rows.filter(pl.col("status") == "ok").select("mineral", "value").iter_rows())
    assert set(ours) == set(USGS_2023)
    for mineral, printed in USGS_2023.items():
        if printed == ">75":
            assert ours[mineral] > 0.75
        else:
            assert ours[mineral] == pytest.approx(0 if printed == "E" else int(printed) / 100, abs=0.03)


def test_the_story_of_two_price_peaks(world: World) -> None:
    """Rare earths of 2011 (26.5 to 95.2 USD/kg for Japan in a year), lithium of 2022: scarce; both fell."""
    rows = pt.assess(
        world,
        importers="JPN",
        minerals="rare-earths,lithium",
        years="2011-2024",
        methods="percentile-band",
        stages="refined",
        detail=True,
    )
    bands = {(m, y): b for m, y, b in rows.select("mineral", "year", "band").iter_rows()}
    assert bands["rare-earths", 2011] == bands["lithium", 2022] == "unstable"
    assert bands["rare-earths", 2015] in ("stable", "oversupply")
    assert bands["lithium", 2020] in ("stable", "oversupply")
    assert "crisis" not in bands.values()


def test_no_chapter_of_a_brief_gets_value_added_from_the_embedded_world(world: World) -> None:
    rows = pt.assess(world, importers="KOR", minerals="critical", years=2023, methods="value-added-exposed")
    assert rows["status"].unique().to_list() == ["no_input_output"]


CODE = """
import pactolus as pt
world = pt.open_world()
rows = pt.assess(world, importers="KOR,JPN,KOR+JPN,EU27,WLD", minerals="critical", years="2023-2024",
                 methods="all", detail=True)
print(rows.drop("vintage").write_csv())
"""


@pytest.mark.slow
def test_the_answer_does_not_depend_on_the_number_of_threads() -> None:
    texts = [
        subprocess.run(
            [sys.executable, "-c", CODE],
            capture_output=True,
            text=True,
            check=True,
            env={**os.environ, "POLARS_MAX_THREADS": threads},
        ).stdout
        for threads in ("1", "4")
    ]
    assert len(texts[0].splitlines()) > 4000
    assert texts[0] == texts[1]
