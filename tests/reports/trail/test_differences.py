"""Two worlds compared by what they answer."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest

from pactolus.catalogue.store import write_world
from pactolus.catalogue.world import World, open_world
from pactolus.errors import OptionError
from pactolus.reports.differences import KINDS, Differences, diff_worlds

KEY = ("method", "mineral", "stage", "importer", "year")


NAMES = ("trade", "production", "governance", "corrections", "eol_rir", "governance_geopolrisk")


def made(folder: Path, tables: dict[str, pl.DataFrame], edition: str) -> World:
    embedded = open_world()
    origins = [replace(o, edition=edition) if o.id == "wmd" else o for o in embedded.origins.values()]
    used = {name: embedded.origins_of(name) for name in tables}
    return write_world(folder, tables, origins, used, created_by="a test")


@pytest.fixture(scope="module")
def tables() -> dict[str, pl.DataFrame]:
    """The embedded tables, trade of the last years only."""
    embedded = open_world()
    found = {name: embedded.table(name) for name in NAMES}
    return found | {"trade": found["trade"].filter(pl.col("year") >= 2022)}


@pytest.fixture(scope="module")
def before(tables: dict[str, pl.DataFrame], tmp_path_factory: pytest.TempPathFactory) -> World:
    return made(tmp_path_factory.mktemp("first"), tables, "2018-2024, first")


@pytest.fixture(scope="module")
def after(tables: dict[str, pl.DataFrame], tmp_path_factory: pytest.TempPathFactory) -> World:
    """A later edition: DR Congo's cobalt halved, Korea's lithium of 2023 gone, another first supplier."""
    cobalt = (pl.col("raw_material") == "Cobalt") & (pl.col("country") == "COD") & (pl.col("source") == "wmd")
    half = pl.when(cobalt).then(pl.col("quantity") // 2).otherwise("quantity")
    lithium = pl.col("hs_code").is_in(["282520", "283691"])
    gone = lithium & (pl.col("importer") == "KOR") & (pl.col("year") == 2023)
    bismuth = (pl.col("hs_code") == "810600") & (pl.col("importer") == "JPN") & (pl.col("exporter") == "CHN")
    tiny = pl.when(bismuth & (pl.col("year") == 2023)).then(1).otherwise("value_usd")
    changed = {
        "production": tables["production"].with_columns(half.alias("quantity")),
        "trade": tables["trade"].filter(~gone).with_columns(tiny.alias("value_usd")),
    }
    return made(tmp_path_factory.mktemp("later"), tables | changed, "2018-2024, later")


@pytest.fixture(scope="module")
def found(before: World, after: World) -> Differences:
    return diff_worlds(before, after, importers=["KOR", "JPN", "WLD"], minerals="all", years="2022-2023")


def one(found: Differences, kind: str, **place: str | int) -> dict[str, object]:
    rows = found.findings.filter(pl.col("kind") == kind, *(pl.col(k) == v for k, v in place.items()))
    assert rows.height == 1, rows
    return rows.row(0, named=True)


def test_a_world_against_itself_has_no_difference(before: World) -> None:
    same = diff_worlds(before, before, importers=["KOR"], years=2023)
    assert same.findings.height == 0
    assert same.tables == ()
    assert same.origins.height == 0
    assert same.compared > 50


def test_a_finding_that_lost_its_value_comes_first(found: Differences) -> None:
    row = one(found, "lost", method="hhi", mineral="lithium", importer="KOR", year=2023, stage="refined")
    assert float(str(row["before"])) > 0
    assert row["after"] == "no_trade_data"
    assert found.findings["kind"].to_list() == sorted(found.findings["kind"], key=KINDS.index)


def test_a_changed_value_says_how_much_and_whether_it_leaves_the_interval(found: Differences) -> None:
    row = one(found, "value", method="geopolrisk", mineral="cobalt", importer="KOR", year=2023)
    change = float(str(row["after"])) - float(str(row["before"]))
    assert row["change"] == pytest.approx(change, rel=1e-9)
    assert change < 0
    assert row["beyond"] is True


def test_another_first_supplier_is_named(found: Differences) -> None:
    row = one(found, "first_supplier", mineral="bismuth", importer="JPN", year=2023)
    assert row["before"] == "CHN"
    assert row["after"] not in ("CHN", None)


def test_nothing_else_changes(found: Differences) -> None:
    touched = {"cobalt", "lithium", "bismuth"}
    assert set(found.findings.filter(pl.col("kind") != "rank")["mineral"]) <= touched
    assert set(found.findings.filter(pl.col("kind") != "rank")["year"]) == {2022, 2023}


def test_rows_and_editions_are_listed_too(found: Differences) -> None:
    changed = {d.table: (d.added, d.removed, d.changed) for d in found.tables if not d.same}
    assert changed["production"] == (0, 0, 7)
    assert changed["trade"][0] == 0
    assert changed["trade"][1] > 10
    [edition] = found.origins.filter(pl.col("table") == "production").rows(named=True)
    assert "2018-2024, first" in edition["before"]
    assert "2018-2024, later" in edition["after"]


def test_worlds_without_a_common_year_are_refused(
    before: World, tables: dict[str, pl.DataFrame], tmp_path: Path
) -> None:
    later = tables["trade"].with_columns(pl.col("year") + 50)
    other = made(tmp_path, {"trade": later, "production": tables["production"]}, "later")
    with pytest.raises(OptionError, match="the worlds share no year of trade; name years with --years"):
        diff_worlds(before, other, importers=["KOR"])
