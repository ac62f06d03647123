"""World tables of the Mineral Commodity Summaries 2022-2025: rows typed from the data releases."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from pactolus.catalogue.readers import usgs
from pactolus.catalogue.readers.usgs_layouts import measure_of
from pactolus.catalogue.readers.usgs_words import flag_in_notes, is_estimated, listed_series, split_country
from tests.catalogue.builders.workbook_files import accept_id, mended, read, text, told

COBALT = """Source,Country,Type,Prod_t_est_2022,Prod_t_est_2023,Prod_notes,Reserves_t,Reserves_notes
MCS2024,United States,"Mine production, metric tons of contained cobalt",500,500,,69000,
MCS2024,Congo (Kinshasa),"Mine production, metric tons of contained cobalt","144,000",170000,,6000000,
MCS2024,New Caledonia11,"Mine production, metric tons of contained cobalt",2000,3000,Reported in 2022,NA,
MCS2024,Turkey,"Mine production, metric tons of contained cobalt",W,>2800,,Large,
MCS2024,Other countries,"Mine production, metric tons of contained cobalt",55500,56500,,5000000,
MCS2024,World total (rounded),"Mine production, metric tons of contained cobalt",202000,230000,,11000000,
"""
GALLIUM = """Source,Country,Type,Prod_kg_2022,Prod_kg_est_2023,Prod_notes,Cap_kg_2023,Cap_notes
MCS2024,China,Primary production,600000,600000,estimated in 2022 also,"1,100,000",
MCS2024,Japane,Primary production,3000,3000,,10000,
MCS2024,"Korea, Republic ofe",Primary production,2000,2000,,16000,
"""
HEAD_2025 = (
    "SOURCE,COMMODITY,COUNTRY,TYPE,UNIT_MEAS,PROD_2023,PROD_EST_ 2024,PROD_NOTES,CAP_2023,CAP_EST_ 2024,"
    "CAP_NOTES,RESERVES_2024,RESERVE_NOTES\n"
)
COBALT_2025 = 'MCS2025,Cobalt,{},"Mine production, cobalt content, estimated",metric tons,{},,,,,{}\n'
HELIUM_2025 = 'MCS2025,Helium,{},"Production, helium gas content",million cubic meters,{},,,,,{},\n'
WORLD_2025 = (
    HEAD_2025
    + COBALT_2025.format("Congo (Kinshasa)", "175000,220000", "6000000,")
    + COBALT_2025.format("New Caledonia", "2570,1500", ",NA")
    + 'MCS2025,Lithium ,United States,"Mine production, lithium content",metric tons,'
    + ",,W for 23-24,,,,1800000,\n"
    + """MCS2025,Gallium ,China,Primary production,kilograms,621000,760000,,,1000000,,,
MCS2025,Boron ,Chile,Boron all types,thousand metric tons,420,420,Ulexite,,,,35000,
"""
    + HELIUM_2025.format("United States (extracted from natural gas)", "64,68", "8500")
    + HELIUM_2025.format("United States (from Cliffside Field)", "18,13", "50")
    + 'MCS2025,Vanadium,China,"Mine production, vanadium content",metric tons,'
    + "65000,70000,,,,,4100,\n"
)


def facts(table: pl.DataFrame, *columns: str) -> list[tuple[object, ...]]:
    return table.select(*columns).rows()


def test_one_commodity_of_2024(tmp_path: Path) -> None:
    tables, _ = read(usgs, text(tmp_path / "mcs2024-cobal_world.csv", COBALT))
    assert facts(tables["production"], "raw_material", "country", "year", "quantity", "flag")[:6] == [
        ("Cobalt: Mine production", "USA", 2022, 500_000, "e"),
        ("Cobalt: Mine production", "COD", 2022, 144_000_000, "e"),
        ("Cobalt: Mine production", "NCL", 2022, 2_000_000, "r"),
        ("Cobalt: Mine production", "TUR", 2022, None, "W"),
        ("Cobalt: Mine production", "OTHER", 2022, 55_500_000, "e"),
        ("Cobalt: Mine production", "USA", 2023, 500_000, "e"),
    ]
    assert facts(tables["reserves"], "raw_material", "country", "year", "quantity", "flag") == [
        ("Cobalt: Reserves", "USA", 2023, 69_000_000, None),
        ("Cobalt: Reserves", "COD", 2023, 6_000_000_000, None),
        ("Cobalt: Reserves", "NCL", 2023, None, "NA"),
        ("Cobalt: Reserves", "TUR", 2023, None, "Large"),
        ("Cobalt: Reserves", "OTHER", 2023, 5_000_000_000, None),
    ]
    assert set(tables["production"]["edition_year"]) == {2024}


def test_what_is_put_right_is_said(tmp_path: Path) -> None:
    assert mended(usgs, text(tmp_path / "mcs2024-cobal_world.csv", COBALT)) == [
        "line 4, column 'Country': country 'New Caledonia11'; read as 'New Caledonia': a footnote mark is "
        "glued "
        "to it",
        "line 7, column 'Country': row 'World total (rounded)'; left out: it adds up other rows",
    ]
    assert mended(
        usgs, text(tmp_path / "mcs2024-cobal_world.csv", COBALT.replace("Turkey", "Türkiye"), "cp1252")
    )[0] == ("line 5: cp1252, not UTF-8; read as cp1252")


def test_the_unit_is_in_the_heading_and_capacity_is_no_production(tmp_path: Path) -> None:
    tables, findings = read(usgs, text(tmp_path / "mcs2024-galli_world.csv", "\ufeff" + GALLIUM))
    assert facts(tables["production"], "country_name", "year", "quantity", "unit", "flag") == [
        ("China", 2022, 600_000, "kg", "e"),
        ("Japan", 2022, 3_000, "kg", None),
        ("Korea, Republic of", 2022, 2_000, "kg", None),
        ("China", 2023, 600_000, "kg", "e"),
        ("Japan", 2023, 3_000, "kg", "e"),
        ("Korea, Republic of", 2023, 2_000, "kg", "e"),
    ]
    assert facts(tables["statistics"], "raw_material", "item", "country", "value", "unit")[0] == (
        "Gallium",
        "Capacity: Production capacity",
        "CHN",
        1_100_000.0,
        "kilograms",
    )
    assert [f.found for f in findings.kept] == ["country 'Japane'", "country 'Korea, Republic ofe'"]


def test_the_one_table_of_2025(tmp_path: Path) -> None:
    tables, findings = read(usgs, text(tmp_path / "MCS2025_World_Data.csv", WORLD_2025))
    assert findings.message() == ""
    assert facts(
        tables["production"].filter(year=2024), "raw_material", "country", "quantity", "unit", "flag"
    ) == [
        ("Cobalt: Mine production", "COD", 220_000_000, "kg", "e"),
        ("Cobalt: Mine production", "NCL", 1_500_000, "kg", "e"),
        ("Lithium: Mine production", "USA", None, "kg", "W"),
        ("Gallium: Primary production", "CHN", 760_000, "kg", "e"),
        ("Boron: Production—ulexite", "CHL", 420_000_000, "kg", "e"),
        ("Vanadium: Mine production", "CHN", 70_000_000, "kg", "e"),
        ("Helium: Helium Production", "USA", 81_000_000, "m3", "e"),
    ]
    assert facts(tables["reserves"], "raw_material", "country", "year", "quantity", "flag") == [
        ("Cobalt: Reserves", "COD", 2024, 6_000_000_000, None),
        ("Cobalt: Reserves", "NCL", 2024, None, "NA"),
        ("Lithium: Reserves", "USA", 2024, 1_800_000_000, None),
        ("Boron: Reserves—ulexite", "CHL", 2024, 35_000_000_000, None),
        ("Vanadium: Reserves", "CHN", 2024, 4_100_000_000, None),
        ("Helium: Helium Reserves", "USA", 2024, 8_550_000_000, None),
    ]
    assert facts(tables["statistics"].filter(pl.col("value").is_not_null()), "item", "year", "value") == [
        ("Capacity: Production capacity", 2024, 1_000_000.0)
    ]


def test_a_fault_known_at_the_publisher_is_a_record(tmp_path: Path) -> None:
    assert mended(usgs, text(tmp_path / "MCS2025_World_Data.csv", WORLD_2025)) == [
        "line 9, Vanadium, column 'unit of RESERVES_2024': 'metric tons' (1 rows); read as 'thousand metric "
        "tons', a fault known at the publisher",
        "line 7: Helium: Helium Production of United States stands in parts; added up, as MCS 2026 prints it",
        "line 7: Helium: Helium Reserves of United States stands in parts; added up, as MCS 2026 prints it",
    ]
    zinc = """Source,Country,Type,Prod_kt_2021,Prod_kt_est_2022,Prod_notes,Reserves_kt,Reserves_notes
MCS2023,Australia,Mine production,1320,1300,,"1,166,000",
MCS2023,Other countries,Mine production,11380,11700,,142100,
MCS2023,World total (rounded),Mine production,12700,13000,,210000,
"""
    file = text(tmp_path / "mcs2023-zinc_world.csv", zinc)
    assert mended(usgs, file)[0] == (
        "line 2, zinc, column 'Reserves_kt': '1,166,000' (1 rows); read as '66,000', a fault known at the "
        "publisher"
    )
    assert read(usgs, file)[0]["reserves"]["quantity"].to_list() == [66_000_000_000, 142_100_000_000]
    heading = GALLIUM.replace("Country,Type", 'Country,"Mine production, fluorspar"')
    assert mended(usgs, text(tmp_path / "mcs2024-fluor_world.csv", heading))[0] == (
        "line 1, column 3: 'Mine production, fluorspar'; read as 'Type', a fault known at the publisher"
    )


def test_all_faults_of_a_file_at_once(tmp_path: Path) -> None:
    bad = COBALT.replace("144,000", "144 000").replace(",170000,", ",=1+1,").replace("6000000,", "-5,")
    bad = bad.replace("Turkey", "Kongo").replace("MCS2024,Other countries", "MCS2024,").replace("55500", "…")
    name = "mcs2024-cobal_world.csv"
    lines = told(usgs, text(tmp_path / name, bad))
    assert lines[:6] == [
        f"{name}: line 5, column 'Country': country 'Kongo' is not known; is it 'congo' or 'togo' or "
        "'mongolia'?; "
        "correct the name, or add it to --names FILE",
        f"{name}: line 6, column 'Country': no country is named; name the country or remove the row",
        f"{name}: line 3, column 'Prod_t_est_2022': '144 000' has blanks between thousands; write commas or "
        "nothing; correct the cell or empty it",
        f"{name}: line 6, column 'Prod_t_est_2022': '…' is no number, and no word that this publisher uses "
        "for a "
        "gap; correct the cell or empty it",
        f"{name}: line 3, column 'Prod_t_est_2023': '=1+1' is a formula, not a value; correct the cell or "
        "empty "
        "it",
        f"{name}: line 3, column 'Reserves_t': '-5' is below 0; correct the cell or empty it",
    ]


def test_missing_and_unknown_columns(tmp_path: Path) -> None:
    name = "mcs2024-cobal_world.csv"
    like = "Prod_kt_est_2023, Reserves_t, Prod_notes, with a unit of t, kt, mt, mmt, kg, mct, kct, mcm"
    bad = COBALT.replace("Type", "Typ", 1).replace("Prod_t_est_2022", "Prod_tons_2022")
    assert told(usgs, text(tmp_path / name, bad)) == [
        f"{name}: line 1: no column 'Type'; is it 'Typ'?; give the file in the publisher's layout, or rename "
        "the "
        "column",
        f"{name}: line 1: column 'Prod_tons_2022' is none that this table has; write it as the publisher "
        "does: "
        f"{like}",
    ]
    bare = "Source,Country,Type\nMCS2024,China,Mine production\n"
    assert told(usgs, text(tmp_path / name, bare)) == [
        f"{name}: line 1: no column of production, capacity or reserves; give the publisher's own file"
    ]
    bad = WORLD_2025.replace("UNIT_MEAS", "UNIT").replace("RESERVES_2024", "RESERVE_2024")
    bad = bad.replace("CAP_2023", "CAPA")
    name = "MCS2025_World_Data.csv"
    layout = "give the file in the publisher's layout, or rename the column"
    assert told(usgs, text(tmp_path / name, bad)) == [
        f"{name}: line 1: no column 'UNIT_MEAS'; is it 'UNIT'?; {layout}",
        f"{name}: line 1: no column 'RESERVES_2024'; is it 'RESERVE_2024' or 'RESERVE_NOTES'?; {layout}",
        f"{name}: line 1: column 'CAPA' is none that this table has; write it as the publisher does: "
        "PROD_2023, "
        "PROD_EST_2024, CAP_2023, RESERVES_2024, PROD_NOTES",
    ]


def test_an_unknown_unit_and_an_edition_that_is_not_that_of_the_name(tmp_path: Path) -> None:
    name = "MCS2025_World_Data.csv"
    bad = WORLD_2025.replace("kilograms", "flasks")
    assert told(usgs, text(tmp_path / name, bad)) == [
        f"{name}: line 5, column 'UNIT_MEAS': unit 'flasks' of Gallium is not known (1 rows); write the unit "
        "as "
        "the publisher does: metric tons, thousand metric tons, kilograms ..."
    ]
    assert told(usgs, text(tmp_path / "mcs2023-cobal_world.csv", COBALT)) == [
        "mcs2023-cobal_world.csv: column 'Source': says 'MCS2024', the file name says 2023; rename the file"
    ]
    assert told(usgs, text(tmp_path / "cobalt.csv", COBALT)) == [
        "cobalt.csv: the file name: 'cobalt.csv' does not name an edition and a commodity, and the table "
        "does not "
        "either; name it as the publisher does: mcs2024-cobal_world.csv"
    ]


def test_a_tenfold_slip_shows_in_the_total_and_can_be_accepted(tmp_path: Path) -> None:
    name = "mcs2024-cobal_world.csv"
    file = text(tmp_path / name, COBALT.replace("69000,", "101600000,"))
    (line,) = told(usgs, file)
    assert line.startswith(
        f"{name}: line 7, column 'Reserves_t': the printed total is 11,000,000, the rows add up to "
        "112,600,000; "
        "look for a missing row or a value in another unit (accept: "
    )
    tables, findings = read(usgs, file, [accept_id(line)])
    assert findings.message() == ""
    assert tables["reserves"]["quantity"][0] == 101_600_000_000


def test_one_country_under_two_names(tmp_path: Path) -> None:
    name = "mcs2024-cobal_world.csv"
    row = 'MCS2024,Türkiye,"Mine production, metric tons of contained cobalt",W,>2800,,{},\n'
    same = COBALT.replace("MCS2024,Other", row.format("Large") + "MCS2024,Other")
    assert (
        "line 6: raw_material Cobalt: Mine production, country TUR, year 2022 stands 2 times, equal; kept "
        "once" in mended(usgs, text(tmp_path / name, same))
    )
    other = COBALT.replace("MCS2024,Other", row.format("36000") + "MCS2024,Other")
    (line,) = told(usgs, text(tmp_path / name, other))
    assert line.startswith(
        f"{name}: line 6: raw_material Cobalt: Reserves, country TUR, year 2023 stands 2 times with "
        "different "
        "values: (None, 'kg', 'Large') and (36000000, 'kg', None); keep the right row; accepted, the first "
        "one "
    )


def test_one_material_under_two_names(tmp_path: Path) -> None:
    name = "mcs2024-cobal_world.csv"
    row = 'MCS2024,Congo (Kinshasa),"Mine production, cobalt content",145000,170000,,6000000,\n'
    twice = COBALT.replace("MCS2024,Other", row + "MCS2024,Other")
    (line,) = told(usgs, text(tmp_path / name, twice.replace("202000", "347000").replace("230000", "400000")))
    assert line.startswith(
        f"{name}: line 6: raw_material Cobalt: Mine production, country COD, year 2022 stands 2 times with "
        "different values: (144000000, 'kg', 'e') and (145000000, 'kg', 'e'); keep the right row; accepted"
    )


def test_bytes_that_are_no_text(tmp_path: Path) -> None:
    file = tmp_path / "mcs2024-cobal_world.csv"
    file.write_bytes(COBALT.encode().replace(b"Turkey", b"T\x81rkiye"))
    assert told(usgs, file) == [
        "mcs2024-cobal_world.csv: line 5: byte 0x81 is neither UTF-8 nor cp1252; save the file as UTF-8"
    ]
    file.write_bytes(COBALT.encode().replace(b"Turkey", b"\x00\x00"))
    assert told(usgs, file) == [
        "mcs2024-cobal_world.csv: line 5: zero bytes: this is no text file; give the publisher's own file"
    ]


def test_a_salient_file_that_holds_a_world_table_is_left_out(tmp_path: Path) -> None:
    """As published: mcs2024-cobal_salient.csv has 101,600,000 t for Australia, and last year's headings."""
    wrong = COBALT.replace("est_2022,Prod_t_est_2023", "est_2021,Prod_t_est_2022").replace(
        "69000,", "101600000,"
    )
    file = text(tmp_path / "mcs2024-cobal_salient.csv", wrong)
    assert mended(usgs, file) == [
        "the file: is named salient statistics and holds a world table; nothing is read from it: the world "
        "table "
        "has its own file"
    ]
    assert all(table.is_empty() for table in read(usgs, file)[0].values())


def test_a_series_that_no_list_holds_keeps_its_own_words(tmp_path: Path) -> None:
    strange = COBALT.replace("Mine production, metric tons of contained cobalt", "Leach production")
    file = text(tmp_path / "mcs2024-cobal_world.csv", strange)
    assert (
        "cobal, type 'Leach production': is no series that MCS 2026 continues; kept as a series of its own"
        in mended(usgs, file)
    )
    assert set(read(usgs, file)[0]["production"]["raw_material"]) == {"cobal: Leach production"}


def test_other_files_of_a_release(tmp_path: Path) -> None:
    figure = text(tmp_path / "MCS2024_Fig2_Net_Import_Reliance.csv", "Source,Commodity\nMCS2024,ARSENIC\n")
    assert mended(usgs, figure) == [
        "the file: is a figure or table of the introduction; nothing is read from it"
    ]
    assert told(usgs, text(tmp_path / "notes.txt", "BARITE")) == [
        "notes.txt: the file: ends with '.txt'; give the .csv or .xlsx files of the data release"
    ]
    assert told(usgs, tmp_path / "mcs2024-gone_world.csv") == [
        "mcs2024-gone_world.csv: the file: cannot be read (No such file or directory); check the path and "
        "its "
        "rights"
    ]
    empty = text(tmp_path / "mcs2024-cobal_world.csv", "")
    assert told(usgs, empty) == [
        "mcs2024-cobal_world.csv: line 1: the file is empty; give the publisher's own file"
    ]


@pytest.mark.parametrize(
    ("printed", "found"),
    [
        ("Congo (Kinshasa)", ("Congo (Kinshasa)", "")),
        ("France (crude)", ("France", "crude")),
        ("Brazil (crude and beneficiated)9", ("Brazil", "crude and beneficiated")),
        ("Argentina, crude ore", ("Argentina", "crude ore")),
        ("Korea, Republic ofe", ("Korea, Republic ofe", "")),
        ("United\u00a0States (kyanite)", ("United States", "kyanite")),
        ("World total (ilmenite, rounded)", ("World total (ilmenite, rounded)", "")),
    ],
)
def test_words_behind_a_country(printed: str, found: tuple[str, str]) -> None:
    assert split_country(printed) == found


@pytest.mark.parametrize(
    ("note", "year", "heading", "flag"),
    [
        ("", 2022, False, None),
        ("", 2023, True, "e"),
        ("Production in 2021 is also estimated.", 2021, False, "e"),
        ("Also estimated in 2022", 2022, False, "e"),
        ("Also estimated in 2022", 2023, True, "e"),
        ("Reported in 2022", 2022, True, "r"),
        ("Reported in 2022", 2023, True, "e"),
        ("Reported production in 2021.", 2021, False, "r"),
        ("reported", 2024, True, "e"),
    ],
)
def test_notes_say_what_is_estimated(note: str, year: int, heading: bool, flag: str | None) -> None:
    assert is_estimated(note, year, heading=heading) == flag


def test_words_in_the_notes_of_2025() -> None:
    notes = ["W for 23-24", "NA", "Large", "Moderate  ", "Less than 1/2 unit", "Not applicable", "Nameplate"]
    assert [flag_in_notes(note) for note in notes] == ["W", "NA", "Large", "Moderate", "s", None, None]


def test_headings() -> None:
    measure = measure_of("Reserves_ore_K2O_equiv_kt", 2024)
    assert measure is not None
    assert (measure.kind, measure.what, measure.unit, measure.year) == (
        "reserves",
        "ore K2O equiv",
        "thousand metric tons",
        2023,
    )
    assert [
        measure_of(h, 2024) for h in ("Prod_notes", "Prod_2022", "Prod_lb_2022", "kt_2022", "Prod_t_1011")
    ] == [None] * 5


def test_the_longest_listed_beginning_wins() -> None:
    found = listed_series("bauxi", "Mine production, bauxite, dry tons", "")
    assert found is not None
    assert (found[0].production, found[1]) == ("Bauxite: Bauxite, mine production", False)
    assert listed_series("bauxi", "Red mud", "") is None


@pytest.mark.shared
def test_every_file_of_every_edition_is_read_and_editions_agree(shared: Path) -> None:
    """Nothing is refused, and no unit is read wrongly: that would move a series a thousandfold."""
    folder = shared / "data" / "raw" / "usgs_mcs"
    files = [f for f in sorted(folder.rglob("*")) if f.name.lower().endswith(usgs.KIND.suffixes)]
    assert len(files) > 360
    found = [read(usgs, file) for file in files]
    assert [findings.message() for _, findings in found if findings.message()] == []
    for name, known in (("production", ["Mercury: Mine production"]), ("reserves", ["Vanadium: Reserves"])):
        table = pl.concat([tables[name] for tables, _ in found])
        key = ["raw_material", "country", "year", "edition_year"]
        assert not table.select(key).is_duplicated().any()
        # China's mine output of mercury was revised tenfold; MCS 2026 prints the reserves of vanadium in
        # metric tons where the editions before it mean thousands of them.
        assert decades_apart(table.filter(pl.col("quantity") > 0)) == known
    statistics = pl.concat([tables["statistics"] for tables, _ in found])
    key = ["raw_material", "item", "country", "year", "edition_year"]
    assert not statistics.select(key).is_duplicated().any()


def decades_apart(table: pl.DataFrame) -> list[str]:
    """Series whose median country is some power of ten away from the newest edition."""
    newest = (
        table.sort("edition_year").group_by("raw_material", "country").agg(last=pl.col("quantity").last())
    )
    ratio = (
        table.join(newest, on=["raw_material", "country"])
        .group_by("raw_material", "edition_year")
        .agg((pl.col("quantity") / pl.col("last")).log10().median().abs().alias("decades"), pl.len())
    )
    far = ratio.filter((pl.col("decades") > 0.9) & (pl.col("len") > 2))
    return sorted(far["raw_material"].unique().to_list())
