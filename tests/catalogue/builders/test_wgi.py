"""Worldwide Governance Indicators: three layouts of the workbook, bad files, and the copy with two "
"editions."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from pactolus.catalogue.harmonise import to_iso3
from pactolus.catalogue.readers import wgi
from pactolus.errors import DataError
from tests.catalogue.builders.workbook_files import accept_id, book, changed, mended, read, told, with_value

HEAD = ["codeindyr", "code", "countryname", "year", "indicator", "estimate", "stddev", "nsource", "pctrank"]
#: Rows typed from the edition of 2024.
LONG = [
    HEAD,
    ["AFGcc1996", "AFG", "Afghanistan", 1996, "cc", -1.291704774, 0.340506971, 2, 4.301075459],
    ["ASMcc1996", "ASM", "American Samoa", 1996, "cc", "..", "..", "..", ".."],
    ["ADOcc1996", "ADO", "Andorra", 1996, "cc", 1.318143249, 0.480888695, 1, 87.09677124],
]
OWN = "give the publisher's own file"
#: Most files of these tests hold one dimension.
ONE = "the file: no estimates of va, pv, ge, rq, rl; read without them"


def long(tmp_path: Path, at: tuple[int, int] | None = None, value: object = None) -> Path:
    """The long layout, one cell changed."""
    rows = changed(LONG, at, value) if at else LONG
    return book(tmp_path / "wgidataset.xlsx", {"Sheet1": rows})


def test_the_long_layout(tmp_path: Path) -> None:
    tables, findings = read(wgi, long(tmp_path))
    assert findings.message() == ""
    assert [str(f) for f in findings.kept] == [f"wgidataset.xlsx: {ONE}"]
    assert tables["governance"].rows() == [
        ("cc", "Afghanistan", "AFG", 1996, -1.291704774, 0.340506971, "sheet 'Sheet1', row 2"),
        ("cc", "American Samoa", "ASM", 1996, None, None, "sheet 'Sheet1', row 3"),
        ("cc", "Andorra", "AND", 1996, 1.318143249, 0.480888695, "sheet 'Sheet1', row 4"),
    ]
    assert wgi.edition(long(tmp_path)).edition == "figures 1996-1996"


def test_for_the_embedded_world_codes_stay_the_banks(tmp_path: Path) -> None:
    table = wgi.governance_from_workbook(long(tmp_path))
    assert table["country"].to_list() == ["AFG", "ASM", "ADO"]
    assert to_iso3(table, "world_bank", "country")["country"].to_list() == ["AFG", "ASM", "AND"]
    with pytest.raises(DataError, match=r"wgidataset\.xlsx: sheet 'Sheet1', A1: no column 'indicator'"):
        wgi.governance_from_workbook(long(tmp_path, (0, 4), "x"))


def test_the_layout_by_dimension(tmp_path: Path) -> None:
    """Headings of the edition 2025 as public programs name them; that of the standard error is inferred."""
    head = [
        *("Economy (code)", "Economy (name)", "Year", "Governance score (0-100)"),
        *("Governance estimate (approx. -2.5 to +2.5)", "Standard error of the governance estimate"),
    ]
    rows = [
        head,
        ["KOR", "Korea, Rep.", 2024, 71.5, 0.65, 0.21],
        ["ZAR", "Congo, Dem. Rep.", 2024, 20, -2.1, "#N/A"],
    ]
    sheets = {"Introduction": [["Worldwide Governance Indicators"]], "pv": rows, "rl": rows[:2]}
    file = book(tmp_path / "wgidataset_with_sourcedata-2025.xlsx", sheets)
    tables, findings = read(wgi, file)
    assert findings.message() == ""
    assert tables["governance"].drop("country_name", "place").rows() == [
        ("pv", "KOR", 2024, 0.65, 0.21),
        ("pv", "COD", 2024, -2.1, None),
        ("rl", "KOR", 2024, 0.65, 0.21),
    ]
    without = {"pv": [row[:5] for row in rows]}
    assert mended(wgi, book(tmp_path / "w.xlsx", without)) == [
        "sheet 'pv', A1: no column of standard errors; read without them",
        "the file: no estimates of va, ge, rq, rl, cc; read without them",
    ]
    ranks = {"pv": [row[:4] for row in rows]}
    assert told(wgi, book(tmp_path / "w.xlsx", ranks)) == [
        "w.xlsx: sheet 'pv', A1: no column 'Governance estimate (approx. -2.5 to +2.5)' among Economy "
        "(code), "
        f"Economy (name), Year, Governance score (0-100); {OWN}"
    ]


WIDE = [
    ["Political Stability and Absence of Violence/Terrorism"],
    [None, None, 1996, None, None, 1998, None, None],
    ["Country/Territory", "Code", "Estimate", "StdErr", "NumSrc", "Estimate", "StdErr", "NumSrc"],
    ["Aruba", "ABW", "#N/A", "#N/A", "#N/A", 1.0, 0.3, 1],
    ["Romania", "ROM", 0.4, 0.31, 5, 0.25, 0.28, 6],
]


def test_the_wide_layout_of_older_editions(tmp_path: Path) -> None:
    """Sheet names and rows of headings as public programs describe the editions to 2022."""
    sheets = {"Introduction": [["x"]], "Political StabilityNoViolence": WIDE, "RuleofLaw": WIDE}
    tables, findings = read(wgi, book(tmp_path / "wgidataset.xlsx", sheets))
    assert findings.message() == ""
    rows = tables["governance"].filter(dimension="pv").sort("country", "year")
    assert rows.drop("country_name").rows() == [
        ("pv", "ABW", 1996, None, None, "sheet 'Political StabilityNoViolence', row 4"),
        ("pv", "ABW", 1998, 1.0, 0.3, "sheet 'Political StabilityNoViolence', row 4"),
        ("pv", "ROU", 1996, 0.4, 0.31, "sheet 'Political StabilityNoViolence', row 5"),
        ("pv", "ROU", 1998, 0.25, 0.28, "sheet 'Political StabilityNoViolence', row 5"),
    ]
    assert set(tables["governance"]["dimension"]) == {"pv", "rl"}


def test_a_wide_sheet_without_years_code_or_headings(tmp_path: Path) -> None:
    sheets = {
        "VoiceandAccountability": [WIDE[0], *WIDE[2:]],
        "RuleofLaw": changed(WIDE, (2, 1), "X"),
        "ControlofCorruption": WIDE[:2],
        "RegulatoryQuality": WIDE[2:],
    }
    assert told(wgi, book(tmp_path / "w.xlsx", sheets)) == [
        f"w.xlsx: sheet 'VoiceandAccountability', A2: no year stands above the estimates; {OWN}",
        f"w.xlsx: sheet 'RuleofLaw', A3: no column 'Code'; {OWN}",
        f"w.xlsx: sheet 'RegulatoryQuality', A1: no year stands above the estimates; {OWN}",
        "w.xlsx: sheet 'ControlofCorruption': has no row of headings with 'Country/Territory' and "
        "'Estimate'; "
        f"{OWN}",
    ]


def test_every_fault_of_a_file_at_once(tmp_path: Path) -> None:
    bad = [
        *LONG,
        ["", "KOR", "Korea, Rep.", "19x6", "cc", 0.1, 0.1],
        ["", "KOR", "Korea, Rep.", 1998, "cc", "good", -0.1],
        ["", "KOR", "Korea, Rep.", 2000, "cc", 64.5, 0.1],
        ["", "QQQ", "Korea, Rep.", 2002, "cc", 0.1, 0.1],
        ["", None, "Korea, Rep.", 2003, "cc", 0.1, 0.1],
        ["", "AFG", "Afghanistan", 1996, "cc", 0.1, 0.1],
    ]
    lines = told(wgi, book(tmp_path / "wgidataset.xlsx", {"Sheet1": bad}))
    assert [line.rpartition(" (accept")[0] or line for line in lines] == [
        "wgidataset.xlsx: sheet 'Sheet1', row 9: no country code; write the code or remove the row",
        "wgidataset.xlsx: sheet 'Sheet1', row 8: country 'QQQ' is not known; "
        "correct the name, or add it to --names FILE",
        "wgidataset.xlsx: sheet 'Sheet1', row 5: year '19x6' is no year; correct it",
        "wgidataset.xlsx: sheet 'Sheet1', row 6, estimate: 'good' is no number, and no word that this "
        "publisher "
        "uses for a gap; correct the cell or empty it",
        "wgidataset.xlsx: sheet 'Sheet1', row 7, estimate: '64.5' lies beyond 4, where estimates are "
        "about -2.5 "
        "to 2.5; check the decimal point, or give the estimates, not ranks",
        "wgidataset.xlsx: sheet 'Sheet1', row 6, standard_error: '-0.1' is below 0; correct the cell or "
        "empty it",
        "wgidataset.xlsx: sheet 'Sheet1', row 10: dimension cc, country AFG, year 1996 stands 2 times with "
        "different values: (-1.291704774, 0.340506971) and (0.1, 0.1); "
        "keep the right row; accepted, the first one is taken",
    ]


def test_missing_and_renamed_columns(tmp_path: Path) -> None:
    assert told(wgi, long(tmp_path, (0, 5), "estimates")) == [
        "wgidataset.xlsx: sheet 'Sheet1', A1: no column 'estimate'; is it 'estimates'?; "
        "give the file in the publisher's layout, or rename the column"
    ]
    assert mended(wgi, long(tmp_path, (0, 5), "Estimate ")) == [
        "sheet 'Sheet1', A1: column 'Estimate'; read as 'estimate'",
        ONE,
    ]
    table = read(wgi, long(tmp_path, (0, 6), "x"))[0]["governance"]
    assert table["standard_error"].null_count() == 3


def test_an_indicator_that_is_none_of_the_six(tmp_path: Path) -> None:
    assert mended(wgi, long(tmp_path, (1, 4), "xx")) == [
        "sheet 'Sheet1', A1: indicator 'xx' is none of the six dimensions; left out",
        ONE,
    ]
    assert read(wgi, long(tmp_path, (1, 4), "CC"))[0]["governance"]["dimension"].to_list() == ["cc"] * 3


def test_an_equal_row_and_an_accepted_one(tmp_path: Path) -> None:
    file = book(tmp_path / "wgidataset.xlsx", {"Sheet1": [*LONG, LONG[1]]})
    assert mended(wgi, file) == [
        "sheet 'Sheet1', row 5: dimension cc, country AFG, year 1996 stands 2 times, equal; kept once",
        ONE,
    ]
    other = book(tmp_path / "w.xlsx", {"Sheet1": [*LONG, changed([LONG[1]], (0, 5), -1.0)[0]]})
    (line,) = told(wgi, other)
    tables, findings = read(wgi, other, [accept_id(line)])
    assert findings.message() == ""
    assert tables["governance"]["estimate"][0] == -1.291704774


def test_formulas(tmp_path: Path) -> None:
    file = long(tmp_path, (1, 5), "=-1-0.5")
    assert told(wgi, file) == [
        "wgidataset.xlsx: sheet 'Sheet1', F2: a formula without a stored value; "
        "open the workbook, compute it, and save values"
    ]
    table = read(wgi, with_value(file, "F2", "-1.5"))[0]["governance"]
    assert table["estimate"][0] == -1.5


def test_a_workbook_of_something_else(tmp_path: Path) -> None:
    assert told(wgi, book(tmp_path / "w.xlsx", {"Prices": [["x"]]})) == [
        "w.xlsx: the file: no sheet holds governance estimates; it has Prices; "
        "give wgidataset.xlsx as the World Bank publishes it"
    ]


def test_the_copy_keeps_both_rows_of_one_code(tmp_path: Path) -> None:
    """Rows typed from wgi.db: the first GUY is French Guiana, as the edition of 2024 shows."""
    file = tmp_path / "wgi.db"
    estimates = [
        ("Guyana", "GUY", "0.32767239212989807", "0.3314664661884308", "328"),
        ("Guyana", "GUY", "-0.1371636539697647", "0.02706216275691986", "328"),
        ("Aruba", "ABW", "nan", None, "533"),
    ]
    errors = [
        ("Guyana", "GUY", "0.27", "0.26", "328"),
        ("Guyana", "GUY", "0.23", "0.24", "328"),
        ("Aruba", "ABW", "nan", "nan", "533"),
    ]
    with closing(sqlite3.connect(file)) as db:
        for name, rows in (("Estimate", estimates), ("StdErr", errors)):
            db.execute(
                f"create table {name} "
                "('Country/Territory' TEXT, Code TEXT, '2021' TEXT, '2022' TEXT, country_code TEXT)"
            )
            db.executemany(f"insert into {name} values (?, ?, ?, ?, ?)", rows)
        db.commit()
    assert wgi.governance_from_sqlite(file).select("row", "year", "estimate", "standard_error").rows() == [
        (0, 2021, 0.32767239212989807, 0.27),
        (0, 2022, 0.3314664661884308, 0.26),
        (1, 2021, -0.1371636539697647, 0.23),
        (1, 2022, 0.02706216275691986, 0.24),
    ]
