"""USGS Data Series 140: one workbook a commodity, statistics of the United States and the world since 1900.

The sheet has a title (``LITHIUM STATISTICS``), the unit in words above the headings (``All values in metric
tons (t) lithium unless otherwise noted``), a row of headings that begins with ``Year``, one row a year, and
notes below. Columns whose heading begins with ``World`` are the world's. Unit values stand twice: in dollars
of the year, and in dollars of 1998.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Final

import polars as pl

from pactolus.catalogue.readers.kinds import Edition, Kind
from pactolus.catalogue.readers.usgs_words import ROW_UNITS, base_unit, read_numbers, squeezed
from pactolus.catalogue.reading.findings import Findings
from pactolus.catalogue.reading.keys import doubt_spikes, one_row_a_key
from pactolus.catalogue.reading.workbooks import Sheet, Workbook, open_workbook
from pactolus.errors import near_misses

__all__ = ["KIND", "edition", "read"]

KIND: Final = Kind(
    id="usgs-ds140",
    what="USGS Data Series 140: historical statistics of one commodity",
    tables=("statistics",),
    suffixes=(".xlsx",),
    producer="U.S. Geological Survey",
    title="Historical statistics for mineral and material commodities, Data Series 140",
    licence="US public domain (as commonly stated; not read in the file)",
    link="https://www.usgs.gov/centers/national-minerals-information-center/historical-statistics",
)

_SCHEMA: Final = {
    "raw_material": pl.String, "item": pl.String, "country_name": pl.String, "country": pl.String,
    "year": pl.Int64, "value": pl.Float64, "unit": pl.String, "flag": pl.String, "edition_year": pl.Int64,
}  # fmt: skip
_HEADINGS_BY: Final = 15
"""The row of headings stands within so many rows."""
_TITLE: Final = re.compile(r"^(?P<name>.+?)\s+(?:END-USE\s+)?STATISTICS\s*\d*$", re.I)
_UNIT: Final = re.compile(r"all values (?:are )?in (?P<unit>.+?)(?:\s+unless otherwise noted)?\]?$", re.I)
_MODIFIED: Final = re.compile(r"last modif\w+:\s*(?P<day>.+)$", re.I)
_YEAR: Final = re.compile(r"^(?:19|20)\d\d(?:\.0)?$")
_VALUE: Final = re.compile(r"\((?P<base>\d{2})?\$/(?P<weight>[a-z]+)\)", re.I)
_NOTE: Final = re.compile(r"\d+$")
_WEIGHTS: Final = {
    "t": "metric ton",
    "kg": "kilogram",
    "g": "gram",
    "lb": "pound",
    "ct": "carat",
    "oz": "troy ounce",
}
_WORDS: Final = "[All values in metric tons (t) lithium unless otherwise noted]"
_ALSO: Final = ("metric tons", "million", "thousand")
"""Beginnings of units that say more than a weight (metric tons of contained lithium)."""


def read(file: Path, part: str, findings: Findings) -> dict[str, pl.DataFrame]:
    """Every column of the long table.

    Returns
    -------
    dict
        ``statistics``: ``raw_material, item, country_name, country, year, value, unit, flag, edition_year``;
        `item` is the heading, `country` USA or WLD.
    """
    book = open_workbook(file, findings)
    sheet, header = _sheet(book, findings) if book else (None, 0)
    frame = _tidy(sheet, header, file, findings) if sheet else None
    empty = pl.DataFrame(schema=_SCHEMA)
    return {"statistics": empty if frame is None or findings.refusals else frame.select(list(_SCHEMA))}


def edition(file: Path) -> Edition:
    """The day of the last modification that the sheet names."""
    quiet = Findings(file.name)
    book = open_workbook(file, quiet)
    sheet, _ = _sheet(book, quiet) if book else (None, 0)
    for _, cells in sheet.rows() if sheet else ():
        said = _MODIFIED.search(squeezed(cells[0] if cells else None))
        if said:
            return Edition(edition=f"modified {said['day']}", published=said["day"])
    return Edition()


def _sheet(book: Workbook, findings: Findings) -> tuple[Sheet | None, int]:
    """The sheet with a row of headings that begins with ``Year``, and the number of that row."""
    for name in book.names:
        sheet = book.sheet(name)
        for number, cells in sheet.rows():
            if number >= _HEADINGS_BY:
                break
            if cells and squeezed(cells[0]).casefold() == "year":
                return sheet, number
    if not findings.refusals:
        findings.refuse(
            "layout",
            "the workbook",
            "no sheet has a row of headings that begins with 'Year' "
            f"(sheets: {', '.join(map(repr, book.names))})",
            "give the publisher's own file",
        )
    return None, 0


def _tidy(sheet: Sheet, header: int, file: Path, findings: Findings) -> pl.DataFrame | None:
    material, unit = _heading_words(sheet, header, findings)
    raw = _years(sheet.table(header, findings), sheet, findings)
    items = [name for name in raw.columns if name != "line" and not name.startswith("column_")][1:]
    if not items:
        findings.refuse(
            "column", sheet.place(header), "no column beside the years", "give the publisher's own file"
        )
    if findings.refusals:
        return None
    parts = [_item(raw, name, material, unit, sheet, findings) for name in items]
    frame = pl.concat(parts)
    places = [sheet.place(line - 1, column) for line, column in frame.select("line", "column").iter_rows()]
    key = ("item", "year")
    one = one_row_a_key(frame, key, ("value", "flag"), findings, lambda n: places[n])
    kept = [sheet.place(line - 1, column) for line, column in one.select("line", "column").iter_rows()]
    doubt_spikes(one, ("item",), "year", "value", findings, lambda n: kept[n])
    last = re.search(r"(\d{4})(?=\.\w+$)", file.name)
    told = int(last[1]) if last else max(one["year"].to_list(), default=0)
    return one.with_columns(raw_material=pl.lit(material), edition_year=pl.lit(told, pl.Int64))


def _heading_words(sheet: Sheet, header: int, findings: Findings) -> tuple[str, str]:
    """Name of the material and unit of the table, from the lines above the headings."""
    material = unit = ""
    for number, cells in sheet.rows():
        if number >= header:
            break
        text = squeezed(" ".join(cell for cell in cells if cell))
        title, said = _TITLE.match(text), _UNIT.search(text.strip("[]"))
        material = material or (title["name"].capitalize() if title else "")
        unit = unit or (re.sub(r"\s*\([^)]*\).*$", "", said["unit"]) if said else "")
    for what, found, meant in (("title", material, "LITHIUM STATISTICS"), ("unit", unit, _WORDS)):
        if not found:
            findings.refuse(
                "unit" if what == "unit" else "layout",
                sheet.place(0),
                f"no line above the headings names the {what}",
                f"restore it as the publisher writes it: {meant}",
            )
    if unit and base_unit(unit) is None and not unit.casefold().startswith(_ALSO):
        near = near_misses(unit.casefold(), ROW_UNITS)
        hint = f"; is it {' or '.join(map(repr, near))}?" if near else ""
        findings.refuse(
            "unit", sheet.place(0), f"unit {unit!r} is not known{hint}", "write it as the publisher does"
        )
    return material, unit


def _years(raw: pl.DataFrame, sheet: Sheet, findings: Findings) -> pl.DataFrame:
    """Rows of a year; a note below is left out, anything else between them is refused."""
    first = raw.columns[0] if raw.columns[0] != "line" else raw.columns[1]
    cells = raw.columns
    kept: list[int] = []
    for n, row in enumerate(raw.iter_rows(named=True)):
        said = squeezed(row[first])
        figures = [row[c] for c in cells if c not in (first, "line") and row[c]]
        if _YEAR.match(said):
            kept.append(n)
        elif figures:
            place = sheet.place(row["line"] - 1)
            findings.refuse("number", place, f"{said!r} is no year", "correct the year, or move the line")
    years = raw[kept].with_columns(pl.col(first).str.slice(0, 4).cast(pl.Int64).alias(first))
    return years.rename({first: "year"}) if first != "year" else years


def _item(
    raw: pl.DataFrame, name: str, material: str, unit: str, sheet: Sheet, findings: Findings
) -> pl.DataFrame:
    column = raw.columns.index(name) - (raw.columns.index("line") < raw.columns.index(name))
    lines = raw["line"].to_list()
    place: Callable[[int], str] = lambda n: sheet.place(lines[n] - 1, column)  # noqa: E731
    read = read_numbers(raw.with_columns(printed=pl.col(name)), "printed", findings, place, at_least=None)
    world = name.casefold().startswith("world")
    return read.select(
        pl.lit(_NOTE.sub("", name).strip()).alias("item"),
        pl.lit("World" if world else "United States").alias("country_name"),
        pl.lit("WLD" if world else "USA").alias("country"),
        "year",
        "value",
        pl.lit(_unit_of(name, unit)).alias("unit"),
        "flag",
        "line",
        pl.lit(column).alias("column"),
    )


def _unit_of(heading: str, unit: str) -> str:
    """Unit of a column: ``Unit value (98$/t)`` -> ``1998 dollars per metric ton``, else that of the table."""
    price = _VALUE.search(heading)
    if price is None:
        return unit
    weight = _WEIGHTS.get(price["weight"].casefold(), price["weight"])
    return f"{'19' + price['base'] + ' ' if price['base'] else ''}dollars per {weight}"
