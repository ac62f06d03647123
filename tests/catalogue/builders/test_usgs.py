"""Mineral Commodity Summaries 2026: rows typed from the data release, in its encoding."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from pactolus.catalogue.corrections import correct, load
from pactolus.catalogue.readers import usgs
from pactolus.catalogue.world import World
from pactolus.errors import DataError
from tests.catalogue.builders.workbook_files import accept_id, mended, read, text, told

HEAD = (
    "MCS chapter,Section,Commodity,Country,Statistics,Statistics_detail,Unit,Year,Value,Notes,"
    "Is critical mineral 2025,Other notes\n"
)
MINE = "COBALT,World Mine Production and Reserves,Cobalt,{},{},{},metric tons,2025,{},{},Yes,\n"
SALIENT = "COBALT,Salient Statistics—United States,Cobalt,United States,{},{},{},{},{},{},Yes,\n"
TEXT = HEAD + "".join(
    [
        MINE.format("Congo (Kinshasa)", "Production", "Mine production", '"230,000"', "Estimated."),
        MINE.format("Côte d’Ivoire", "Production", "Mine production", "—", "Reported."),
        MINE.format("United States", "Production", "Mine production", "W", ""),
        MINE.format("Other countries", "Production", "Mine production", '"79,100"', "Estimated."),
        MINE.format("World total", "Production", "Mine production: rounded", '"310,000"', "Estimated."),
        MINE.format("Congo (Kinshasa)", "Reserves", "Reserves", '"6,000,000"', "See Appendix C"),
        MINE.format("Other countries", "Reserves", "Reserves", '">9,100,000"', "See Appendix C"),
        "GALLIUM,World Low-Purity Production and Production Capacity,Gallium,China,Production,"
        "Primary production,kilograms,2025,590,Estimated.,Yes,\n",
        "GALLIUM,World Low-Purity Production and Production Capacity,Gallium,China,Capacity,"
        "Production capacity,kilograms,2025,840,,Yes,\n",
        "GEMSTONES,World Gem-Quality,Gemstones,Angola,Production,Mine production,"
        " thousands of carats,2025,7,,No,\n",
        "HELIUM AND RARE GASES,World Production and Reserves,Helium,Qatar,Production,Helium Production,"
        "million cubic meters,2025,64,,No,\n",
        SALIENT.format("Production", "Mine", "metric tons", 2025, 300, ""),
        SALIENT.format(
            "Price",
            '"Price, average, dollars per pound: U.S. spot, cathode"',
            "dollars per pound",
            2025,
            21,
            "Estimated.",
        ),
        SALIENT.format("Net import reliance", "Net import reliance", "percent", 2025, ">50", ""),
        SALIENT.format("Shipment", "Shipments from Government stockpile", "metric tons", 2021, "?1", ""),
        "COBALT,Import Sources,Cobalt,Norway,Import sources 2021-2024,Metal,percent,2021–24,24,,Yes,\n",
        "MERCURY,Salient Statistics—United States,Mercury,United States,Price,"
        '"Price, average unit value of imports, dollars per kilogram",dollars per kilogram,2025,NA,,No,\n',
    ]
)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return text(tmp_path / "MCS2026_Commodities_Data.csv", TEXT, "cp1252")


def changed(file: Path, old: str, new: str) -> Path:
    """The file with one piece of text replaced wherever it stands."""
    assert old in TEXT
    return text(file, TEXT.replace(old, new), "cp1252")


def test_production_by_country_without_the_world(file: Path) -> None:
    table = usgs.production(file)
    assert table.rows() == [
        ("Cobalt: Mine production", "Congo (Kinshasa)", 2025, 230_000_000, "kg", "e"),
        ("Cobalt: Mine production", "Côte d’Ivoire", 2025, 0, "kg", "r"),
        ("Cobalt: Mine production", "United States", 2025, None, "kg", "W"),
        ("Cobalt: Mine production", "Other countries", 2025, 79_100_000, "kg", "e"),
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


def test_statistics_hold_the_united_states_and_capacity_which_is_no_production(file: Path) -> None:
    tables, _ = read(usgs, file)
    assert tables["statistics"].select("raw_material", "item", "country", "year", "value", "flag").rows() == [
        ("Cobalt", "Mine", "USA", 2025, 300.0, None),
        ("Cobalt", "Price, average, dollars per pound: U.S. spot, cathode", "USA", 2025, 21.0, "e"),
        ("Cobalt", "Net import reliance", "USA", 2025, None, ">50"),
        ("Cobalt", "Shipments from Government stockpile", "USA", 2021, None, "?1"),
        (
            "Mercury",
            "Price, average unit value of imports, dollars per kilogram",
            "USA",
            2025,
            None,
            "NA",
        ),
        ("Gallium", "Capacity: Production capacity", "CHN", 2025, 840.0, None),
    ]
    assert tables["production"]["country"].to_list()[:4] == ["COD", "CIV", "USA", "OTHER"]
    assert set(tables["production"]["edition_year"]) == {2026}
    assert usgs.edition(file).published == "2026"


def test_what_is_put_right_is_said(file: Path) -> None:
    assert mended(usgs, file) == [
        "line 16, column 'Value': '?1' has lost its sign; kept as a word, not a number",
    ]
    text(file, TEXT)
    assert "the file: UTF-8 where the publisher uses cp1252; read as UTF-8" in mended(usgs, file)


def test_an_unknown_unit_is_refused_once_with_its_rows(file: Path) -> None:
    changed(file, "kilograms", "flasks")
    assert told(usgs, file) == [
        "MCS2026_Commodities_Data.csv: line 9, column 'Unit': unit 'flasks' of Gallium is not known (1 "
        "rows); "
        "write the unit as the publisher does"
    ]
    with pytest.raises(DataError, match=r"unit 'flasks' of Gallium is not known"):
        usgs.production(file)


def test_all_faults_of_a_file_at_once(file: Path) -> None:
    changed(file, '"230,000"', "230 000")
    broken = file.read_text("cp1252").replace("Congo (Kinshasa),Reserves", "Kongo,Reserves")
    broken = broken.replace("2025,64,", "2025,=8*8,").replace("2025,590,", "25,590,").replace(",7,", ",-7,")
    text(file, broken, "cp1252")
    name = "MCS2026_Commodities_Data.csv"
    assert sorted(told(usgs, file)) == [
        f"{name}: line 11, column 'Value': -7 is below 0; correct the cell or empty it",
        f"{name}: line 12, column 'Value': '=8*8' is a formula, not a value; correct the cell or empty it",
        f"{name}: line 2, column 'Value': '230 000' has blanks between thousands; write commas or nothing; "
        "correct the cell or empty it",
        f"{name}: line 7, column 'Country': country 'Kongo' is not known; is it 'congo' or 'togo' or "
        "'mongolia'?; correct the name, or add it to --names FILE",
        f"{name}: line 9, column 'Year': '25' is no year; correct the year",
    ]


def test_a_renamed_column_is_named_with_the_nearest(file: Path) -> None:
    changed(file, "Statistics_detail", "Statistics detale")
    assert told(usgs, file) == [
        "MCS2026_Commodities_Data.csv: line 1: no column 'Statistics_detail'; is it 'Statistics detale'?; "
        "give the file in the publisher's layout, or rename the column"
    ]


def test_a_total_that_its_rows_do_not_make_is_doubted(file: Path) -> None:
    changed(file, '"230,000"', '"2,300,000"')
    (line,) = told(usgs, file)
    assert line.startswith(
        "MCS2026_Commodities_Data.csv: line 6, column 'Value': the printed total is 310000, the rows add up "
        "to "
        "2,379,100; look for a missing row or a value in another unit (accept: "
    )


def test_one_country_twice_is_doubted_and_an_equal_repeat_is_kept_once(file: Path) -> None:
    twice = MINE.format("Congo (Kinshasa)", "Production", "Mine production", '"230,000"', "Estimated.")
    what = (
        "line 19, column 'Value': raw_material Cobalt: Mine production, country COD, year 2025 stands 2 times"
    )
    text(file, TEXT + twice, "cp1252")
    assert f"{what}, equal; kept once" in mended(usgs, file)
    text(file, TEXT + twice.replace("230,000", "2"), "cp1252")
    (line,) = told(usgs, file)
    assert line.startswith(
        f"MCS2026_Commodities_Data.csv: {what} with different values: (230000000, 'kg', 'e') and "
        "(2000, 'kg', 'e'); keep the right row; accepted, the first one is taken (accept: "
    )
    accepted, findings = read(usgs, file, [accept_id(line)])
    assert findings.message() == ""
    assert accepted["production"].filter(country="COD")["quantity"].to_list() == [230_000_000]


@pytest.mark.shared
def test_the_release_gives_what_is_embedded(shared: Path, embedded: World) -> None:
    """The facts of the embedded world, cell for cell, through the reader of a user's files."""
    path = shared / "data" / "raw" / "usgs_mcs" / "2026" / "MCS2026_Commodities_Data.csv"
    tables, findings = read(usgs, path)
    assert findings.message() == ""
    key = ["raw_material", "country", "year"]
    for name in ("production", "reserves"):
        stored = embedded.table(name).filter(source="usgs")
        judged = tables[name].with_columns(source=pl.lit("usgs"))
        corrected, _ = correct(judged, name, [r for r in load() if r.where.get("source") == "usgs"])
        made = corrected.join(stored, on="raw_material", how="semi")
        columns = [*key, "quantity", "unit", "flag"]
        assert made.select(columns).sort(key).equals(stored.select(columns).sort(key))
    stored = embedded.table("prices_annual")
    made = tables["prices_annual"].join(stored, on="series", how="semi")
    columns = ["series", "year", "price", "unit", "flag"]
    assert made.select(columns).sort("series", "year").equals(stored.select(columns).sort("series", "year"))


@pytest.mark.shared
def test_countries_and_others_make_the_world_total(shared: Path) -> None:
    """No country is counted twice: countries and OTHER sum to the published total, which is rounded."""
    path = shared / "data" / "raw" / "usgs_mcs" / "2026" / "MCS2026_Commodities_Data.csv"
    found = usgs.production(path).filter(
        pl.col("raw_material").is_in(
            [f"{c}: Mine production" for c in ("Cobalt", "Nickel", "Tungsten", "Rare Earths")]
        )
    )
    sums = found.group_by("raw_material", "year").agg(pl.col("quantity").sum() / 1000)
    printed = [302_000, 310_000, 3_710_000, 3_900_000, 380_000, 390_000, 82_000, 85_000]
    assert sums.sort("raw_material", "year")["quantity"].to_list() == pytest.approx(printed, rel=0.02)
