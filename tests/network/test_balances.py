"""Which trade stands against which production, and what comes of it by country and flow."""

from __future__ import annotations

import polars as pl
import pytest

from pactolus.network.balances import balance_all, balance_table, scope_of, scoped
from pactolus.network.content import contained_trade, production_content
from pactolus.network.flows import flow_table
from tests.network.small import NO_REPAIRS, made_of, trade_of

# Bauxite: Guinea ships more than it is said to make, the Emirates pass some on, nobody counts Ghana.
TRADE = trade_of(
    ("260600", "CHN", "GIN", 2022, 120_000, 6_000),
    ("260600", "ARE", "GIN", 2022, 20_000, 1_000),
    ("260600", "CHN", "ARE", 2022, 19_000, 1_000),
    ("260600", "CHN", "GHA", 2022, 1_000, 50),
    ("260600", "CHN", "AUS", 2022, 30_000, 1_500),
    ("250410", "JPN", "CHN", 2022, 700, 1_400),
    ("250490", "JPN", "CHN", 2022, 300, 300),
    ("284690", "JPN", "CHN", 2022, 90, 2_000),
)
MADE = pl.concat(
    [
        made_of(("bauxite", "ore", "gross", c, 2022, q), ("bauxite", "ore", "gross", "OTHER", 2022, 5_000))
        if c == "GIN"
        else made_of(("bauxite", "ore", "gross", c, 2022, q))
        for c, q in (("GIN", 100_000), ("AUS", 100_000))
    ]
    + [
        made_of(("natural-graphite", "ore", "gross", "CHN", 2022, 900)),
        made_of(("rare-earths", "ore", "REO", "CHN", 2022, 10)),
    ]
)


@pytest.fixture(scope="module")
def world():
    contained, production = contained_trade(TRADE, NO_REPAIRS), production_content(MADE)
    balances = balance_all(contained, production)
    return contained, production, balances, balance_table(contained, production, balances)


def country(table, name, mineral="bauxite"):
    return table.filter(mineral=mineral, stage="ore", country=name).row(0, named=True)


def test_the_scope_of_a_stage_is_its_own_codes_unless_a_record_says_otherwise():
    assert scope_of("nickel", "ore").codes == ("260400",)
    assert scope_of("aluminium", "refined").codes == ("760110",)
    graphite = scope_of("natural-graphite", "ore")
    assert (graphite.codes, graphite.chained, graphite.confirmed) == (("250410", "250490"), True, True)
    cobalt = scope_of("cobalt", "ore")
    assert (cobalt.chained, cobalt.confirmed, cobalt.complete) == (True, False, False)
    assert scope_of("lithium", "ore").codes == ()  # mine output against chemicals is not balanced


def test_consumption_is_whole_and_never_negative(world):
    *_, table = world
    balanced = table.filter(pl.col("consumption_kg").is_not_null())
    assert balanced.height == 7
    assert balanced["consumption_kg"].min() >= 0
    sums = (
        balanced["balanced_production_kg"] + balanced["balanced_imports_kg"] - balanced["balanced_exports_kg"]
    )
    assert sums.to_list() == balanced["consumption_kg"].to_list()


def test_nobody_gains_or_loses_on_the_way(world):
    *_, table = world
    sums = (
        table.filter(mineral="bauxite", stage="ore")
        .select(pl.col("^balanced_.*_kg$").sum())
        .row(0, named=True)
    )
    assert sums["balanced_imports_kg"] == sums["balanced_exports_kg"]


def test_the_exporter_short_of_ore_makes_more_and_ships_less(world):
    *_, table = world
    guinea = country(table, "GIN")
    assert (guinea["production_kg"], guinea["exports_kg"]) == (100_000, 140_000)
    assert guinea["balanced_production_kg"] > 100_000
    assert guinea["balanced_exports_kg"] < 140_000
    assert guinea["hub"] == "exports_above_supply"
    australia = country(table, "AUS")
    assert (australia["balanced_production_kg"], australia["balanced_exports_kg"]) == (100_000, 30_000)


def test_output_that_nobody_recorded_is_not_a_zero_in_the_table(world):
    *_, table = world
    ghana = country(table, "GHA")
    assert ghana["production_kg"] is None
    assert ghana["balanced_production_kg"] >= ghana["balanced_exports_kg"] > 0
    assert "OTHER" not in table["country"]


def test_a_chain_is_balanced_as_one_and_each_flow_keeps_its_stage(world):
    contained, _, balances, table = world
    china = country(table, "CHN", "natural-graphite")
    assert (china["exports_kg"], china["balanced_exports_kg"]) == (1_000, 949)
    flows = flow_table(contained, balances.flows).filter(mineral="natural-graphite")
    assert dict(flows.select("stage", "balanced_kg").rows()) == {"mixed": 664, "ore": 285}


def test_without_content_there_is_no_balance_but_weights_and_re_exports_stay(world):
    contained, _, balances, table = world
    flow = flow_table(contained, balances.flows).filter(mineral="rare-earths").row(0, named=True)
    assert (flow["status"], flow["gross_kg"], flow["contained_kg"], flow["balanced_kg"]) == (
        "content_unknown",
        90,
        None,
        None,
    )
    china = table.filter(mineral="rare-earths", stage="mixed", country="CHN").row(0, named=True)
    assert (china["exports_kg"], china["reexport_share"]) == (None, 0.0)
    mined = country(table, "CHN", "rare-earths")
    assert (mined["production_kg"], mined["exports_kg"], mined["consumption_kg"]) == (8, None, None)


def test_a_mineral_of_which_too_little_is_known_is_not_balanced():
    trade = trade_of(
        ("810510", "CHN", "COD", 2022, 1_000, 700),  # mattes: known by the exporter's form
        ("810510", "CHN", "ZAF", 2022, 1_000, 300),  # scrap or metal: not known
    )
    made = production_content(made_of(("cobalt", "ore", "Co content", "COD", 2022, 500)))
    assert balance_all(contained_trade(trade, NO_REPAIRS), made).moved.height == 0
    less = trade.with_columns(value_usd=pl.Series([800, 200]))
    assert balance_all(contained_trade(less, NO_REPAIRS), made).moved.height == 1


def test_the_order_of_rows_does_not_matter(world):
    _, _, balances, table = world
    contained = contained_trade(TRADE.reverse(), NO_REPAIRS)
    production = production_content(MADE.reverse())
    again = balance_all(contained, production)
    assert again.flows.equals(balances.flows)
    assert again.moved.equals(balances.moved)
    assert balance_table(contained, production, again).equals(table)


def test_moved_is_told_for_the_range_of_contents(world):
    _, _, balances, _ = world
    bauxite = balances.moved.filter(mineral="bauxite").row(0, named=True)
    assert (
        0 < bauxite["flow_moved_low"] == bauxite["flow_moved"] == bauxite["flow_moved_high"]
    )  # weighed as it is


def test_every_row_stands_at_a_stage_where_it_is_judged(world):
    contained, production, *_ = world
    rows = scoped(contained, production)
    assert set(rows.filter(mineral="natural-graphite").select("stage", "place", "scope").rows()) == {
        ("mixed", "ore", True),
        ("ore", "ore", True),
        ("mixed", "mixed", False),
    }


def test_codes_of_one_stage_are_added_up_in_the_flows_and_a_gap_stays_a_gap():
    trade = trade_of(
        ("260111", "JPN", "AUS", 2022, 1_000, 10),
        ("260112", "JPN", "AUS", 2022, 1_000, 10),
        ("260111", "KOR", "AUS", 2022, 1_000, 10),
        ("260112", "KOR", "AUS", 2022, None, 10),
    )
    contained = contained_trade(trade, NO_REPAIRS)
    made = production_content(made_of(("iron", "ore", "Fe content", "AUS", 2022, 9_000)))
    flows = flow_table(contained, balance_all(contained, made).flows)
    assert flows.select(
        "importer", "status", "gross_kg", "contained_kg", "balanced_kg", "value_usd"
    ).rows() == [
        ("JPN", "ok", 2_000, 1_270, 1_270, 20),
        ("KOR", "no_quantity", None, None, None, 20),
    ]
