"""USGS Data Series 140: rows typed from the workbook on lithium, last modified on 2 August 2023."""

from __future__ import annotations

from pathlib import Path

import pytest

from pactolus.catalogue.readers import ds140
from tests.catalogue.builders.workbook_files import accept_id, book, changed, mended, read, told, with_value

LITHIUM: list[list[object]] = [
    ["LITHIUM STATISTICS1"],
    ["U.S. GEOLOGICAL SURVEY"],
    ["[All values in metric tons (t) lithium unless otherwise noted]"],
    ["Last modification: August 2, 2023"],
    [
        "Year",
        "Production",
        "Imports",
        "Unit value ($/t)",
        "Unit value (98$/t)",
        "World production (gross weight)",
    ],
    [1900, 10.4, "NA", "NA", "NA", "NA"],
    [2018, "W", 3420, 7300, 4740, 2470000],
    [2019, "W", 2620, 8030, 5120, 1950000],
    [2020, "W", 2460, 6400, 4030, 1750000],
    [2021, "W", 2640, 6200, 3730, 2400000],
    ["NA Not available. W Withheld to avoid disclosing company proprietary data."],
    ["1Compiled by the survey."],
]
NAME = "ds140-lithium-2021.xlsx"


def file(tmp_path: Path, rows: list[list[object]] = LITHIUM) -> Path:
    return book(tmp_path / NAME, {"Lithium statistics": rows})


def test_every_column_of_the_long_table(tmp_path: Path) -> None:
    tables, findings = read(ds140, file(tmp_path))
    assert findings.kept == []
    table = tables["statistics"]
    assert table.height == 5 * 5
    first = table.filter(year=1900).select("raw_material", "item", "country", "value", "unit", "flag").rows()
    assert first[0] == ("Lithium", "Production", "USA", 10.4, "metric tons", None)
    assert first[4] == ("Lithium", "World production (gross weight)", "WLD", None, "metric tons", "NA")
    last = table.filter(year=2021).select("item", "value", "unit", "flag", "edition_year").rows()
    assert last == [
        ("Production", None, "metric tons", "W", 2021),
        ("Imports", 2640.0, "metric tons", None, 2021),
        ("Unit value ($/t)", 6200.0, "dollars per metric ton", None, 2021),
        ("Unit value (98$/t)", 3730.0, "1998 dollars per metric ton", None, 2021),
        ("World production (gross weight)", 2400000.0, "metric tons", None, 2021),
    ]
    assert ds140.edition(tmp_path / NAME).published == "August 2, 2023"


def test_all_faults_of_a_sheet_at_once(tmp_path: Path) -> None:
    rows = changed(LITHIUM, (6, 2), "3 420")
    rows = changed(rows, (7, 2), "2,62,0")
    rows = changed(rows, (8, 0), "2020?")
    rows = changed(rows, (2, 0), "Values as noted")
    assert told(ds140, file(tmp_path, rows)) == [
        f"{NAME}: sheet 'Lithium statistics', A1: no line above the headings names the unit; restore it as "
        "the "
        "publisher writes it: [All values in metric tons (t) lithium unless otherwise noted]",
        f"{NAME}: sheet 'Lithium statistics', A9: '2020?' is no year; correct the year, or move the line",
    ]
    rows = changed(changed(LITHIUM, (6, 2), "3 420"), (7, 2), "2,62,0")
    assert told(ds140, file(tmp_path, rows)) == [
        f"{NAME}: sheet 'Lithium statistics', C7: '3 420' has blanks between thousands; write commas or "
        "nothing; "
        "correct the cell or empty it",
        f"{NAME}: sheet 'Lithium statistics', C8: '2,62,0' is no number, and no word that this publisher "
        "uses for "
        "a gap; correct the cell or empty it",
    ]


def test_an_unknown_unit_is_named_with_the_nearest(tmp_path: Path) -> None:
    rows = changed(LITHIUM, (2, 0), "[All values in kilogramms (kg) unless otherwise noted]")
    assert told(ds140, file(tmp_path, rows)) == [
        f"{NAME}: sheet 'Lithium statistics', A1: unit 'kilogramms' is not known; is it 'kilograms'?; write "
        "it as "
        "the publisher does"
    ]


def test_a_sheet_without_its_headings(tmp_path: Path) -> None:
    rows = [row for row in LITHIUM if row[0] != "Year"]
    assert told(ds140, file(tmp_path, rows)) == [
        f"{NAME}: the workbook: no sheet has a row of headings that begins with 'Year' (sheets: 'Lithium "
        "statistics'); give the publisher's own file"
    ]
    bare = [*LITHIUM[:4], ["Year"], [1900], [1901]]
    assert told(ds140, file(tmp_path, bare)) == [
        f"{NAME}: sheet 'Lithium statistics', A5: no column beside the years; give the publisher's own file"
    ]
    twice = changed(LITHIUM, (4, 2), "Production")
    assert told(ds140, file(tmp_path, twice)) == [
        f"{NAME}: sheet 'Lithium statistics', C5: column 'Production' stands twice; keep one of them"
    ]


def test_a_year_twice_and_a_year_tenfold_off(tmp_path: Path) -> None:
    again = [*LITHIUM[:10], list(LITHIUM[9]), *LITHIUM[10:]]
    assert mended(ds140, file(tmp_path, again))[0] == (
        "sheet 'Lithium statistics', C11: item Imports, year 2021 stands 2 times, equal; kept once"
    )
    (line,) = told(ds140, file(tmp_path, changed(LITHIUM, (7, 5), 19500000)))
    assert line.startswith(
        f"{NAME}: sheet 'Lithium statistics', F8: World production (gross weight) 2019: 19,500,000 against "
        "2,079,062 in the years beside it; check the unit of this value (accept: "
    )
    findings = read(ds140, tmp_path / NAME, [accept_id(line)])[1]
    assert findings.message() == ""


def test_formulas(tmp_path: Path) -> None:
    made = file(tmp_path, changed(LITHIUM, (9, 2), "=2600+40"))
    assert told(ds140, made) == [
        f"{NAME}: sheet 'Lithium statistics', C10: a formula without a stored value; open the workbook, "
        "compute "
        "it, and save values"
    ]
    assert mended(ds140, with_value(made, "C10", "2640")) == [
        "sheet 'Lithium statistics', C10: a formula with the stored value '2640'; took the value"
    ]
    assert read(ds140, made)[0]["statistics"].filter(item="Imports", year=2021)["value"].to_list() == [2640.0]


def test_a_workbook_that_is_cut_off(tmp_path: Path) -> None:
    made = file(tmp_path)
    made.write_bytes(made.read_bytes()[:3000])
    assert told(ds140, made) == [
        f"{NAME}: the archive: cannot be opened (File is not a zip file): it is cut off or no zip; fetch the "
        "archive again from the publisher"
    ]
    assert ds140.edition(made).edition == ""


@pytest.mark.shared
def test_the_real_workbook(shared: Path) -> None:
    """Values read in the publisher's table: world production (lithium content), value in 1998 dollars."""
    path = shared / "data" / "raw" / "usgs_ds140" / NAME
    tables, findings = read(ds140, path)
    assert findings.kept == []
    table = tables["statistics"]
    assert (table.height, table["year"].min(), table["year"].max()) == (9 * 122, 1900, 2021)
    found = table.filter(year=2021, item="World production (lithium content)")
    assert found.select("value", "country").rows() == [(107000.0, "WLD")]
    assert table.filter(year=1955, item="Unit value (98$/t)")["value"].to_list() == [13000.0]
