"""Worldwide Governance Indicators: the workbook of one edition, and the copy with two."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
import xlsxwriter

from pactolus.catalogue.build import wgi
from pactolus.catalogue.harmonise import to_iso3
from pactolus.errors import DataError

HEAD = ["codeindyr", "code", "countryname", "year", "indicator", "estimate", "stddev", "nsource", "pctrank"]
ROWS = [
    ["AFGcc1996", "AFG", "Afghanistan", "1996", "cc", "-1.291704774", "0.340506971", "2", "4.301075459"],
    ["ASMcc1996", "ASM", "American Samoa", "1996", "cc", "..", "..", "..", ".."],
    ["ADOcc1996", "ADO", "Andorra", "1996", "cc", "1.318143249", "0.480888695", "1", "87.09677124"],
    ["ZARxx1996", "ZAR", "Congo, Dem. Rep.", "1996", "xx", "1", "1", "1", "1"],
]


def workbook(folder: Path, head: list[str]) -> Path:
    file = folder / "wgidataset.xlsx"
    with xlsxwriter.Workbook(file) as book:
        sheet = book.add_worksheet("Sheet1")
        for n, row in enumerate([head, *ROWS]):
            sheet.write_row(n, 0, row)
    return file


def test_the_workbook(tmp_path: Path) -> None:
    table = wgi.governance_from_workbook(workbook(tmp_path, HEAD))
    assert table.drop("country_name").rows() == [
        ("cc", "AFG", 1996, -1.291704774, 0.340506971),
        ("cc", "ASM", 1996, None, None),
        ("cc", "ADO", 1996, 1.318143249, 0.480888695),
    ]
    assert to_iso3(table, "world_bank", "country")["country"].to_list() == ["AFG", "ASM", "AND"]


def test_another_layout_is_named(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"wgidataset\.xlsx: column indicator is missing; found codeindyr"):
        wgi.governance_from_workbook(workbook(tmp_path, ["x" if h == "indicator" else h for h in HEAD]))


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
