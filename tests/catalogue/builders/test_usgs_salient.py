"""Salient statistics of the Mineral Commodity Summaries 2022-2024: rows typed from the data releases."""

from __future__ import annotations

from pathlib import Path

import pytest

from pactolus.catalogue.readers import usgs
from pactolus.catalogue.readers.usgs_salient import Item, item_of
from tests.catalogue.builders.workbook_files import book, mended, read, repacked, text, told, with_value

LITHIUM = """DataSource,Commodity,Year,USprod_t,Imports_t,Exports_t,Consump_t,Price_dt,Employment_num,NIR_pct
MCS2024,Lithium,2021,W,"2,640",1870,2000,12600,70,>25
MCS2024,Lithium,2022,W,3260,2580,3000,68100,70,>25
MCS2024,Lithium,2023,W,3400,2200,3000,46000,70,>25
"""
COPPER = """DataSource,Commodity,Year,USprod_Mine_kt,USprod_Post-consumer_kt,Price_COMEX_ctslb,NIR_pct
MCS2024,Copper,2022,1230,e150,401,41%
MCS2024,Copper,2023,1100,150,390,46
"""
GALLIUM = """DataSource,Commodity,Year,USprod_Primarykg,Imports_Metalkg,Imports_GaAskg,Exports_g,Consump_g
MCS2024,Gallium,2022,0,11400,424000,NA,19700
MCS2024,Gallium,2023,0,9400,150000,Less than ½ unit.,19000
"""
NAME = "mcs2024-lithi_salient.csv"


def test_items_carry_the_words_of_2026_where_they_are_the_same(tmp_path: Path) -> None:
    tables, findings = read(usgs, text(tmp_path / NAME, LITHIUM))
    assert findings.kept == []
    of_2023 = tables["statistics"].filter(year=2023)
    assert of_2023.select("raw_material", "item", "country", "value", "unit", "flag").rows() == [
        ("Lithium", "Production", "USA", None, "metric tons", "W"),
        ("Lithium", "Imports for consumption", "USA", 3400.0, "metric tons", "e"),
        ("Lithium", "Exports", "USA", 2200.0, "metric tons", "e"),
        ("Lithium", "Consumption, apparent", "USA", 3000.0, "metric tons", "e"),
        ("Lithium", "Price: dollars per metric ton", "USA", 46000.0, "dollars per metric ton", "e"),
        ("Lithium", "Employment, mine and mill, number", "USA", 70.0, "number", "e"),
        (
            "Lithium",
            "Net import reliance as a percentage of apparent consumption",
            "USA",
            None,
            "percent",
            ">25",
        ),
    ]
    assert tables["prices_annual"].select("year", "price", "unit", "flag", "edition_year").rows() == [
        (2021, 12600.0, "dollars per metric ton", None, 2024),
        (2022, 68100.0, "dollars per metric ton", None, 2024),
        (2023, 46000.0, "dollars per metric ton", "e", 2024),
    ]
    assert [tables[name].height for name in ("production", "reserves")] == [0, 0]


def test_marks_and_words_in_place_of_numbers(tmp_path: Path) -> None:
    tables, _ = read(usgs, text(tmp_path / "mcs2024-coppe_salient.csv", COPPER))
    found = tables["statistics"].filter(year=2022).select("item", "value", "flag").rows()
    assert found[1] == ("Copper recovered from old (post-consumer) scrap", 150.0, "e")
    assert found[3][1:] == (41.0, None)


def test_headings_that_are_wrong_at_the_publisher_are_records(tmp_path: Path) -> None:
    file = text(tmp_path / "mcs2024-galli_salient.csv", GALLIUM)
    assert mended(usgs, file)[3] == (
        "line 1, column 7: 'Exports_g'; read as 'Exports_kg', a fault known at the publisher"
    )
    table = read(usgs, file)[0]["statistics"].filter(year=2023)
    assert table.select("value", "unit", "flag").rows() == [
        (0.0, "kilograms", "e"),
        (9400.0, "kilograms", "e"),
        (150000.0, "kilograms", "e"),
        (None, "kilograms", "s"),
        (19000.0, "kilograms", "e"),
    ]
    other = text(tmp_path / "mcs2025-galli_salient.csv", GALLIUM.replace("MCS2024", "MCS2025"))
    assert told(usgs, other)[3] == (
        "mcs2025-galli_salient.csv: line 1, column 7: 'Exports_g' ends with no unit that is known; is it "
        "'kg' or "
        "'dg'?; write the heading as the publisher does"
    )


def test_all_faults_of_a_file_at_once(tmp_path: Path) -> None:
    bad = (
        LITHIUM.replace("Price_dt", "Price_t")
        .replace("NIR_pct", "NIR_ct")
        .replace("Exports_t", "Exports_tons")
    )
    assert told(usgs, text(tmp_path / NAME, bad)) == [
        f"{NAME}: line 1, column 6: 'Exports_tons' ends with no unit that is known; write the heading as the "
        "publisher does",
        f"{NAME}: line 1, column 8: 'Price_t' 't' is no unit of price; it is dt or dmtu or dkg or dg; write "
        "the "
        "heading as the publisher does",
        f"{NAME}: line 1, column 10: 'NIR_ct' ends with no unit that is known; is it 'pct' or 'mct' or "
        "'dct'?; "
        "write the heading as the publisher does",
    ]
    bad = LITHIUM.replace("3260", "3 260").replace("68100", "-5").replace("Lithium,2023", ",2023")
    assert told(usgs, text(tmp_path / NAME, bad.replace("Lithium,2021", "Lithium,21"))) == [
        f"{NAME}: line 4, column 'Commodity': is empty; restore the cell, or remove the line",
        f"{NAME}: line 2, column 'Year': '21' is no year; correct the year",
        f"{NAME}: line 3, column 'Imports_t': '3 260' has blanks between thousands; write commas or nothing; "
        "correct the cell or empty it",
        f"{NAME}: line 3, column 'Price_dt': -5 is below 0; correct the cell or empty it",
    ]
    bad = LITHIUM.replace("Commodity", "Comodity").replace(
        "MCS2024,Lithium,2023", "MCS2024,Lithium,2023,1,2,3,4"
    )
    assert told(usgs, text(tmp_path / NAME, bad)) == [
        f"{NAME}: line 4: 14 cells under 10 headings; quote the cell that holds the separator",
    ]
    bad = LITHIUM.replace("Commodity", "Comodity")
    assert told(usgs, text(tmp_path / NAME, bad)) == [
        f"{NAME}: line 1: no column 'Commodity'; is it 'Comodity'?; give the file in the publisher's layout, "
        "or "
        "rename the column",
        f"{NAME}: line 1, column 2: 'Comodity' ends with no unit that is known; write the heading as the "
        "publisher "
        "does",
    ]


def test_the_edition_must_be_one(tmp_path: Path) -> None:
    assert told(usgs, text(tmp_path / "mcs2023-lithi_salient.csv", LITHIUM)) == [
        "mcs2023-lithi_salient.csv: column 'DataSource': says 2024, the file name says 2023; rename the file"
    ]
    nameless = text(tmp_path / "lithium.csv", LITHIUM.replace("MCS2024", "USGS"))
    assert told(usgs, nameless) == [
        "lithium.csv: column 'DataSource': names no edition, and the file name does not either; name the "
        "file as "
        "the publisher does: mcs2024-cobal_salient.csv"
    ]


def test_a_year_tenfold_off_its_neighbours_is_doubted(tmp_path: Path) -> None:
    (line,) = told(usgs, text(tmp_path / NAME, LITHIUM.replace("3260", "32600")))
    assert line.startswith(
        f"{NAME}: line 3: Lithium, Imports for consumption 2022: 32600 against 2996 in the years beside it; "
        "check the unit of this value (accept: "
    )


def test_a_year_twice(tmp_path: Path) -> None:
    last = LITHIUM.splitlines()[-1] + "\n"
    assert len(mended(usgs, text(tmp_path / NAME, LITHIUM + last))) == 7
    (line,) = told(usgs, text(tmp_path / NAME, LITHIUM + last.replace("3400", "3500")))
    assert "stands 2 times with different values: (3400.0, 'metric tons') and (3500.0, 'metric tons')" in line


QUARTZ = (
    ("DataSource", "Commodity", "Year", "USprod_Cultured_kg", "Price_Cultured_dkg", "NIR_pct"),
    ("MCS2023", "Quartz Crystal (Industrial)", 2021, "W", 200, "NA"),
    ("MCS2023", "Quartz Crystal (Industrial)", 2022, "W", 300, "NA"),
)


def test_a_workbook(tmp_path: Path) -> None:
    file = book(tmp_path / "mcs2023-quartz_salient.xlsx", {"mcs2023-quartz_salient": QUARTZ})
    tables, findings = read(usgs, file)
    assert findings.kept == []
    assert tables["prices_annual"].select("year", "price", "unit", "flag").rows() == [
        (2021, 200.0, "dollars per kilogram", None),
        (2022, 300.0, "dollars per kilogram", "e"),
    ]


def test_the_publishers_working_book_has_one_sheet_that_is_read(tmp_path: Path) -> None:
    notes = (("Copy the world production table below", None),)
    file = book(
        tmp_path / "mcs2023-stond_salient.xlsx",
        {"SalientTableToTransfer": notes, "SalientCSV": QUARTZ, "WorldCSV": notes},
    )
    assert mended(usgs, file) == [
        "the workbook: has 3 sheets; read 'SalientCSV', the others are not read",
    ]
    assert read(usgs, file)[0]["statistics"].height == 6


def test_formulas_of_a_workbook(tmp_path: Path) -> None:
    name = "mcs2023-quartz_salient.xlsx"
    rows = [list(row) for row in QUARTZ]
    rows[1][4] = "=100*2"
    file = book(tmp_path / name, {"quartz_salient": rows})
    assert told(usgs, file) == [
        f"{name}: sheet 'quartz_salient', E2: a formula without a stored value; open the workbook, compute "
        "it, and "
        "save values"
    ]
    with_value(file, "E2", "200")
    assert mended(usgs, file) == [
        "sheet 'quartz_salient', E2: a formula with the stored value '200'; took the value"
    ]


def test_a_workbook_that_is_cut_off(tmp_path: Path) -> None:
    name = "mcs2023-quartz_salient.xlsx"
    file = book(tmp_path / name, {"quartz_salient": QUARTZ})
    file.write_bytes(file.read_bytes()[:2000])
    assert told(usgs, file) == [
        f"{name}: the archive: cannot be opened (File is not a zip file): it is cut off or no zip; fetch the "
        "archive again from the publisher"
    ]
    file = book(tmp_path / name, {"quartz_salient": QUARTZ})
    repacked(file, lambda part, content: b"<oops" if part == "xl/worksheets/sheet1.xml" else content)
    (line,) = told(usgs, file)
    assert line.startswith(f"{name}: ")


@pytest.mark.parametrize(
    ("heading", "words", "unit"),
    [
        ("USprod_Refinery-primary_kt", "Production: Refinery-primary", "thousand metric tons"),
        ("Price_dt", "Price: dollars per metric ton", "dollars per metric ton"),
        ("Price_LME_dlb", "Price: dollars per pound LME", "dollars per pound"),
        ("Price_Index", "Price: index", "index"),
        ("Bauxite_Mine_kt", "Bauxite: Mine", "thousand metric tons"),
        ("Granite_NIR_pct", "Granite: Net import reliance", "percent"),
        ("Employment_num", "Employment", "number"),
    ],
)
def test_headings(heading: str, words: str, unit: str) -> None:
    item = item_of(heading)
    assert isinstance(item, Item)
    assert (item.words, item.unit) == (words, unit)


@pytest.mark.parametrize("heading", ["", "_t", "USprod", "USprod_", "NIR_t", "Employment_t", "Price_kt", "_"])
def test_headings_that_say_too_little(heading: str) -> None:
    assert isinstance(item_of(heading), str)
