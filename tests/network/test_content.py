"""Trade and production on one basis."""

from __future__ import annotations

import polars as pl
import pytest

from pactolus.network.content import FLOW_STATUSES, contained_trade, factor_table, production_content
from pactolus.terms.hs_codes import hs_codes
from tests.network.small import NO_REPAIRS, made_of, repairs_of, trade_of


def one(frame, **where):
    found = frame.filter(**where)
    assert found.height == 1, found
    return found.row(0, named=True)


def test_every_code_and_mineral_has_one_default():
    defaults, _ = factor_table()
    wanted = {(code, mineral) for code, held in hs_codes().items() for mineral in held.minerals}
    assert sorted(defaults.select("hs_code", "mineral").rows()) == sorted(wanted)


def test_the_factor_of_the_code_and_of_the_form_that_an_exporter_ships():
    trade = trade_of(
        ("260400", "CHN", "PHL", 2022, 1_000_000, 40_000),
        ("260400", "CHN", "CAN", 2022, 1_000_000, 1_900_000),
    )
    rows = contained_trade(trade, NO_REPAIRS)
    laterite, sulphide = one(rows, exporter="PHL"), one(rows, exporter="CAN")
    keys = ("contained_low_kg", "contained_kg", "contained_high_kg")
    assert [laterite[k] for k in keys] == [6_900, 10_000, 16_000]
    assert [sulphide[k] for k in keys] == [70_000, 120_000, 200_000]
    assert {laterite["status"], sulphide["status"]} == {"ok"}


def test_a_repaired_weight_is_used_and_its_range_widens_the_content():
    trade = trade_of(
        ("760110", "JPN", "AUS", 2022, 10, 20_000), ("760110", "KOR", "AUS", 2022, 9_000, 20_000)
    )
    rows = contained_trade(trade, repairs_of(("760110", "JPN", "AUS", 2022, 10_000, 5_000, 20_000)))
    mended, kept = one(rows, importer="JPN"), one(rows, importer="KOR")
    assert (mended["published_kg"], mended["gross_kg"], mended["altered"]) == (10, 10_000, True)
    assert mended["contained_low_kg"] == 4_950
    assert mended["contained_high_kg"] == 19_998
    assert (kept["gross_kg"], kept["altered"]) == (9_000, False)


def test_an_estimated_weight_counts_as_altered_and_a_kept_one_does_not():
    trade = trade_of(("260600", "CHN", "GIN", 2023, None, 50), ("260600", "CHN", "AUS", 2023, 7, 50))
    repairs = repairs_of(
        ("260600", "CHN", "GIN", 2023, 900, 800, 1_000), ("260600", "CHN", "AUS", 2023, 7, 6, 8)
    )
    rows = contained_trade(trade, repairs).filter(mineral="bauxite")
    assert one(rows, exporter="GIN")["altered"]
    assert not one(rows, exporter="AUS")["altered"]


def test_without_a_weight_or_a_factor_there_is_no_content_but_a_status():
    trade = trade_of(
        ("260600", "CHN", "GIN", 2023, None, 50),  # no weight
        ("284690", "JPN", "CHN", 2023, 1_000, 50),  # forms too different for one factor
        ("270112", "JPN", "AUS", 2023, 1_000, 50),  # coking and steam coal
        ("253090", "CHN", "AUS", 2023, 1_000, 50),  # spodumene is a small part
    )
    rows = contained_trade(trade, NO_REPAIRS)
    assert rows["contained_kg"].to_list() == [None] * rows.height
    found = dict(rows.select("hs_code", "status").unique().rows())
    assert found == {
        "260600": "no_quantity",
        "284690": "content_unknown",
        "270112": "shared_code",
        "253090": "residual_code",
    }
    assert set(found.values()) | {"ok"} == set(FLOW_STATUSES)


def test_a_shared_code_stands_under_each_mineral_and_is_not_split():
    rows = contained_trade(trade_of(("270112", "JPN", "AUS", 2023, 1_000, 50)), NO_REPAIRS)
    assert rows.select("mineral", "gross_kg").sort("mineral").rows() == [
        ("coking-coal", 1_000),
        ("steam-coal", 1_000),
    ]


def test_a_residual_code_is_left_out_beside_a_code_of_the_minerals_own():
    """2833.29 holds manganese sulphate among much else; refined manganese has codes of its own."""
    trade = trade_of(("283329", "JPN", "CHN", 2023, 5, 5), ("720230", "JPN", "IND", 2023, 5, 5))
    rows = contained_trade(trade, NO_REPAIRS)
    assert rows.select("hs_code", "mineral").sort("hs_code").rows() == [
        ("283329", "cobalt"),
        ("720230", "manganese"),
    ]


def test_leftovers_of_an_ended_code_are_left_out():
    trade = trade_of(("811230", "JPN", "CHN", 2006, 5, 5), ("811230", "JPN", "CHN", 2007, 5, 5))
    assert contained_trade(trade, NO_REPAIRS)["year"].to_list() == [2006]


def test_oxide_production_comes_to_the_element():
    made = made_of(
        ("chromium", "ore", "Cr2O3", "ZAF", 2022, 1_000_000),
        ("chromium", "ore", "Cr2O3", "OTHER", 2022, 10_000),
    )
    rows = production_content(made)
    assert rows.select("country", "production_kg").rows() == [("OTHER", 6_842), ("ZAF", 684_200)]


def test_world_mining_data_is_preferred_and_a_source_without_figures_is_passed_over():
    both = pl.concat(
        [
            made_of(("nickel", "ore", "Ni content", "IDN", 2024, 2_000), source="usgs"),
            made_of(("nickel", "ore", "Ni content", "IDN", 2024, 1_900)),
            made_of(("nickel", "ore", "Ni content", "IDN", 2025, None)),
            made_of(("nickel", "ore", "Ni content", "IDN", 2025, 2_100), source="usgs"),
        ]
    )
    rows = production_content(both)
    assert rows.select("year", "source", "production_kg").rows() == [
        (2024, "wmd", 1_900),
        (2025, "usgs", 2_100),
    ]


def test_a_withheld_figure_is_no_zero():
    made = made_of(
        ("beryllium", "ore", "Be content", "USA", 2024, None),
        ("beryllium", "ore", "Be content", "CHN", 2024, 7),
    )
    assert dict(production_content(made).select("country", "production_kg").rows()) == {"USA": None, "CHN": 7}


def test_series_are_added_only_where_they_are_known_to_add_up():
    def series(name, country, kg, mineral="titanium", basis="TiO2"):
        rows = made_of((mineral, "ore", basis, country, 2024, kg), source="usgs")
        return rows.with_columns(raw_material=pl.lit(name))

    added = production_content(pl.concat([series("Ilmenite", "AUS", 1_000), series("Rutile", "AUS", 500)]))
    assert added["production_kg"].to_list() == [round(1_000 * 0.5993) + round(500 * 0.5993)]
    doubtful = [series(n, "CHN", 9, "talc", "gross") for n in ("crude", "steatite")]
    assert production_content(pl.concat(doubtful)).height == 0  # talc has no basis here at all
    doubtful = [series(n, "TUR", 9, "boron", "gross") for n in ("crude ore", "ulexite")]
    assert production_content(pl.concat(doubtful)).height == 0


@pytest.mark.parametrize(
    ("basis", "unit"), [("as named in the series", "kg"), ("gross", "m3"), ("usable ore, gross", "kg")]
)
def test_an_unknown_basis_is_not_computed_with(basis, unit):
    assert production_content(made_of(("iron", "ore", basis, "AUS", 2024, 5), unit=unit)).height == 0


def test_alumina_is_never_added_to_metal():
    made = pl.concat(
        [
            made_of(("aluminium", "refined", "gross", "CHN", 2024, 1_000), source="usgs"),
            made_of(("aluminium", "refined", "alumina, dry, gross", "CHN", 2024, 9_000), source="usgs"),
        ]
    )
    assert production_content(made)["production_kg"].to_list() == [997]


def test_forms_of_one_stage_are_added_up_where_the_publisher_keeps_them_apart():
    made = pl.concat(
        [
            made_of(("manganese", "refined", "ferro-manganese, gross", "IND", 2020, 1_000), source="bgs"),
            made_of(
                ("manganese", "refined", "ferro-silico-manganese, gross", "IND", 2020, 2_000), source="bgs"
            ),
        ]
    ).with_columns(
        raw_material=pl.Series(["ferro-alloys: Ferro-manganese", "ferro-alloys: Ferro-silico-manganese"])
    )
    assert production_content(made)["production_kg"].to_list() == [760 + 1_300]


def test_a_series_that_is_another_product_is_left_out_by_name():
    def series(name, kg):
        rows = made_of(("silicon", "refined", "Si content", "CHN", 2024, kg), source="usgs")
        return rows.with_columns(raw_material=pl.lit(name))

    made = pl.concat([series("Silicon: Silicon metal", 900), series("Silicon: Ferrosilicon", 4_000)])
    assert production_content(made)["production_kg"].to_list() == [900]
