"""Mineral Commodity Summaries 2026: rows typed from the data release, in its encoding."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from pactolus.catalogue.build import usgs
from pactolus.errors import DataError

HEAD = (
    "MCS chapter,Section,Commodity,Country,Statistics,Statistics_detail,Unit,Year,Value,Notes,"
    "Is critical mineral 2025,Other notes\n"
)
MINE = "COBALT,World Mine Production and Reserves,Cobalt,{},{},{},metric tons,2025,{},{},Yes,\n"
TEXT = HEAD + "".join(
    [
        MINE.format("Congo (Kinshasa)", "Production", "Mine production", '"230,000"', "Estimated."),
        MINE.format("Côte d’Ivoire", "Production", "Mine production", "—", "Reported."),
        MINE.format("United States", "Production", "Mine production", "W", ""),
        MINE.format("Other countries", "Production", "Mine production", '"9,100"', "Estimated."),
        MINE.format("World total", "Production", "Mine production: rounded", '"310,000"', "Estimated."),
        MINE.format("Congo (Kinshasa)", "Reserves", "Reserves", '"6,000,000"', "See Appendix C"),
        MINE.format("Other countries", "Reserves", "Reserves", '">9,100,000"', "See Appendix C"),
        "GALLIUM,World Low-Purity Production and Production Capacity,Gallium,China,Production,"
        "Primary production,"
        "kilograms,2025,590,Estimated.,Yes,\n",
        "GEMSTONES,World Gem-Quality,Gemstones,Angola,Production,Mine production,"
        " thousands of carats,2025,7,,No,\n",
        "HELIUM AND RARE GASES,World Production and Reserves,Helium,Qatar,Production,Helium Production,"
        "million cubic meters,2025,64,,No,\n",
        "COBALT,Salient Statistics—United States,Cobalt,United States,Production,Mine,"
        "metric tons,2025,300,,Yes,\n",
        "COBALT,Salient Statistics—United States,Cobalt,United States,Price,"
        '"Price, average, dollars per pound: U.S. spot, cathode",dollars per pound,2025,21,Estimated.,Yes,\n',
        "MERCURY,Salient Statistics—United States,Mercury,United States,Price,"
        '"Price, average unit value of imports, dollars per kilogram",dollars per kilogram,2025,NA,,No,\n',
    ]
)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "MCS2026_Commodities_Data.csv"
    path.write_bytes(TEXT.encode("cp1252"))
    return path


def test_production_by_country_without_the_world(file: Path) -> None:
    table = usgs.production(file)
    assert table.rows() == [
        ("Cobalt: Mine production", "Congo (Kinshasa)", 2025, 230_000_000, "kg", "e"),
        ("Cobalt: Mine production", "Côte d’Ivoire", 2025, 0, "kg", "r"),
        ("Cobalt: Mine production", "United States", 2025, None, "kg", "W"),
        ("Cobalt: Mine production", "Other countries", 2025, 9_100_000, "kg", "e"),
        ("Gallium: Primary production", "China", 2025, 590, "kg", "e"),
        ("Gemstones: Mine production", "Angola", 2025, 7_000, "ct", None),
        ("Helium: Helium Production", "Qatar", 2025, 64_000_000, "m3", None),
    ]


def test_a_bound_is_a_gap_that_says_so(file: Path) -> None:
    assert usgs.reserves(file).select("country_name", "quantity", "flag").rows() == [
        ("Congo (Kinshasa)", 6_000_000_000, None),
        ("Other countries", None, ">9,100,000"),
    ]


def test_prices_in_the_unit_as_published(file: Path) -> None:
    assert usgs.prices(file).select("series", "price", "unit", "flag").rows() == [
        ("Cobalt: Price, average, dollars per pound: U.S. spot, cathode", 21.0, "dollars per pound", "e"),
        (
            "Mercury: Price, average unit value of imports, dollars per kilogram",
            None,
            "dollars per kilogram",
            "NA",
        ),
    ]


def test_an_unknown_unit_stops_the_build(tmp_path: Path) -> None:
    path = tmp_path / "mcs.csv"
    path.write_bytes(TEXT.replace("kilograms", "flasks").encode("cp1252"))
    with pytest.raises(DataError, match=r"mcs\.csv: units \['flasks'\] are not known"):
        usgs.production(path)


def test_another_layout_is_named(tmp_path: Path) -> None:
    path = tmp_path / "mcs.csv"
    path.write_bytes(TEXT.replace("Statistics_detail", "TYPE").encode("cp1252"))
    with pytest.raises(
        DataError, match=r"column Statistics_detail is missing; this reads the layout of MCS 2026"
    ):
        usgs.prices(path)


@pytest.mark.shared
def test_countries_and_others_make_the_world_total(shared: Path) -> None:
    """No country is counted twice: countries and OTHER sum to the published total, which is rounded."""
    path = shared / "data" / "raw" / "usgs_mcs" / "2026" / "MCS2026_Commodities_Data.csv"
    rows = usgs.read(path)
    total = rows.filter(
        (pl.col("country_name") == "World total") & (pl.col("detail") == "Mine production: rounded")
    ).select(
        "commodity", "year", total=pl.col("value").str.replace_all(",", "").cast(pl.Float64, strict=False)
    )
    parts = (
        usgs.production(path)
        .filter(pl.col("raw_material").str.ends_with(": Mine production"))
        .group_by(
            commodity=pl.col("raw_material").str.split(":").list.first(), year=pl.col("year").cast(pl.String)
        )
        .agg(pl.col("quantity").sum(), unknown=pl.col("quantity").is_null().any())
    )
    both = parts.join(total.drop_nulls(), on=["commodity", "year"]).filter(~pl.col("unknown"))
    tonnes = both.filter(
        pl.col("commodity").is_in(["Cobalt", "Nickel", "Tungsten", "Rare Earths", "Lithium"])
    )
    ratio = tonnes["quantity"] / 1000 / tonnes["total"]
    assert tonnes.height == 8  # without lithium, whose United States row is withheld
    assert ratio.is_between(0.98, 1.02).all()
