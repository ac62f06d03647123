"""The derived tables of the embedded world: up to date, within their rules, right on known cases."""

from __future__ import annotations

import polars as pl
import pytest

from pactolus.catalogue.corrections import usable
from pactolus.catalogue.rules import faults_of
from pactolus.catalogue.world import conform, open_world
from pactolus.network.balances import balance_all, balance_table
from pactolus.network.content import contained_trade, production_content
from pactolus.network.derive import is_current
from pactolus.network.flows import flow_table
from pactolus.network.grades import grade_table
from pactolus.network.repair import repair
from pactolus.network.tables import DERIVED

ANEW = "run 'python tools/build_world.py --derive'"


@pytest.fixture(scope="module")
def world():
    return open_world()


@pytest.fixture(scope="module")
def grades(world):
    return world.derived("grades")


def graded(grades, mineral, stage, year=2022):
    return grades.filter(mineral=mineral, stage=stage, year=year).row(0, named=True)


def test_they_are_those_of_this_version(world):
    assert is_current(world), ANEW


def test_they_keep_their_specification_and_their_size(world):
    sizes = [record["bytes"] for record in world.derived_record.records.values()]
    assert sum(sizes) <= 7_000_000
    for name in world.derived_tables:
        frame = world.derived(name)
        assert faults_of(frame, DERIVED[name]) == []
        assert frame.equals(conform(frame, DERIVED[name])), name


def test_repairs_are_what_the_repair_makes_today(world):
    codes = ["260500", "261710", "282200"]  # codes do not influence each other
    trade = world.table("trade").filter(pl.col("hs_code").is_in(codes))
    stored = world.derived("repairs").filter(pl.col("hs_code").is_in(codes))
    made = repair(trade).table
    keys = ["hs_code", "importer", "exporter", "year", "repaired_kg", "low_kg", "high_kg", "reason"]
    assert made.select(keys).equals(stored.select(keys)), ANEW


def test_flows_and_balances_are_what_the_balance_makes_today(world):
    """One year from the stored repairs; all years take the same path."""
    now = pl.col("year") == 2022
    corrections = world.table("corrections")
    trade = world.table("trade").filter(now & usable("trade", corrections))
    contained = contained_trade(trade, world.derived("repairs"))
    production = production_content(world.table("production")).filter(now)
    balances = balance_all(contained, production)
    assert flow_table(contained, balances.flows).equals(world.derived("flows").filter(now)), ANEW
    table = balance_table(contained, production, balances)
    stored = world.derived("balances").filter(now)
    whole = [name for name in table.columns if table[name].dtype != pl.Float64]
    assert table.select(whole).equals(stored.select(whole)), ANEW
    again = grade_table(contained, production, balances, table)
    assert again.equals(world.derived("grades").filter(now)), ANEW


def test_no_consumption_is_below_zero_anywhere(world):
    table = world.derived("balances").filter(pl.col("consumption_kg").is_not_null())
    assert table.height > 20_000
    assert table["consumption_kg"].min() >= 0
    moved = world.derived("grades")["flow_moved"].drop_nulls()
    assert moved.min() >= 0
    assert moved.max() < 2  # each flow can vanish and appear once


def test_balanced_flows_and_countries_are_the_same_balance(world):
    flows = world.derived("flows").filter(mineral="nickel", stage="ore", year=2022)
    table = world.derived("balances").filter(mineral="nickel", stage="ore", year=2022)
    shipped = flows.group_by("exporter").agg(pl.col("balanced_kg").sum())
    both = table.join(shipped, left_on="country", right_on="exporter", how="left").fill_null(0)
    assert both["balanced_exports_kg"].to_list() == both["balanced_kg"].to_list()


def test_the_five_that_no_single_factor_could_balance(grades):
    """Notes on the disruption engine 1.3: flows moved with fitted factors Ni .82, Pt .68, Ta .45, Cu .43."""
    assert graded(grades, "nickel", "ore")["flow_moved"] < 0.25
    assert graded(grades, "copper", "ore")["flow_moved"] < 0.15
    for mineral in ("platinum", "tantalum"):  # mine output against refined metal: not netted at all
        refined = graded(grades, mineral, "refined")
        assert (refined["grade"], refined["flow_moved"]) == ("C", None)
        assert "no_production" in refined["reasons"]
    for stage in ("mixed", "refined"):
        assert graded(grades, "rare-earths", stage)["grade"] == "C"


@pytest.mark.parametrize(
    ("mineral", "stage"),
    [("gallium", "refined"), ("germanium", "refined"), ("magnesium", "refined"), ("rare-earths", "product")],
)
def test_a_mineral_without_trade_rows_has_no_grade(grades, mineral, stage):
    """No data is never a good grade."""
    found = graded(grades, mineral, stage)
    assert found["grade"] is None
    assert found["reasons"] in ("no_code", "no_trade_data")


def test_indonesian_lignite_of_which_no_output_is_counted_stands_out(world):
    """China's customs say lignite to low-rank coal from Indonesia, World Mining Data says steam coal."""
    row = world.derived("balances").filter(mineral="lignite", stage="ore", country="IDN", year=2022)
    assert row["hub"].to_list() == ["exports_without_supply"]
