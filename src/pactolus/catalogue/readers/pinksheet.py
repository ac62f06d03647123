"""World Bank Commodity Price Data ("Pink Sheet"): monthly prices of one edition of the workbook.

Sheet ``Monthly Prices``: names in row 5, units in brackets in row 6, data from row 7; periods read
``2026M02``, ``…`` is a gap. Older editions have a row of short codes under the units. Two asterisks at the
end of a name are the publisher's mark of a changed definition and belong to the name.
"""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import Final

import polars as pl

from pactolus.catalogue.readers.kinds import Edition, Kind
from pactolus.catalogue.reading.findings import Findings, shown_name
from pactolus.catalogue.reading.keys import doubt_slips, one_row_a_key
from pactolus.catalogue.reading.numbers import Words, add_number
from pactolus.catalogue.reading.workbooks import Sheet, address, open_workbook

__all__ = ["KIND", "edition", "plain_series", "prices", "read"]

KIND: Final = Kind(
    id="pinksheet",
    what="World Bank Pink Sheet: monthly commodity prices (workbook)",
    tables=("prices_monthly",),
    suffixes=("monthly.xlsx",),
    producer="World Bank",
    title='Commodity Price Data ("Pink Sheet"), monthly',
    licence="CC BY 4.0 (as commonly stated; not read in the file)",
    link="https://www.worldbank.org/en/research/commodity-markets",
)

_SHEET: Final = "Monthly Prices"
_PERIOD: Final = re.compile(r"^((?:19|20)\d\d)M(0[1-9]|1[0-2])$")
_UNIT: Final = re.compile(r"^\(.*\)$")
_WORDS: Final = Words(gaps={"…": "", "...": "", "..": "", "-": "", "n.a.": "", "NA": ""}, bounds=False)
_UPDATED: Final = re.compile(r"updated on\s+([A-Za-z]+)\s+(\d{1,2}),\s*(\d{4})", re.IGNORECASE)
_MONTHS: Final = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)
_OWN: Final = "give CMO-Historical-Data-Monthly.xlsx as the World Bank publishes it"
_SCHEMA: Final = {
    "series": pl.String,
    "year": pl.Int64,
    "month": pl.Int64,
    "text": pl.String,
    "unit": pl.String,
    "place": pl.String,
}


def read(file: Path, part: str, findings: Findings) -> dict[str, pl.DataFrame]:
    """All monthly series of one edition.

    Parameters
    ----------
    file : path
    part : str
        The empty text: the file is read as one.
    findings : Findings

    Returns
    -------
    dict of DataFrame
        ``prices_monthly``: ``series, year, month, price, unit, place``, without gaps, in the unit as
        published (nominal US dollars).
    """
    table = _checked(_cells(file, findings), findings)
    findings.refuse_empty(table.height, _OWN)
    return {"prices_monthly": table}


def edition(file: Path) -> Edition:
    """The day of the line ``Updated on ...`` above the table."""
    quiet = Findings(file.name)
    book = open_workbook(file, quiet)
    sheet = book.sheet(_SHEET) if book else None
    for number, cells in sheet.rows() if sheet else ():
        found = next((m for m in (_UPDATED.search(cell or "") for cell in cells) if m), None)
        if number > 10:
            break
        if found and found[1].casefold() in _MONTHS:
            try:
                day = date(int(found[3]), _MONTHS.index(found[1].casefold()) + 1, int(found[2]))
            except ValueError:
                continue
            return Edition(edition=f"updated {day.day} {found[1]} {day.year}", published=day.isoformat())
    return Edition()


def plain_series(series: str) -> str:
    """Name of a series without the marks of a changed definition, which come and go between editions.

    Examples
    --------
    >>> plain_series("Potassium chloride **")
    'Potassium chloride'
    """
    return series.rstrip("* ").strip()


def prices(file: Path) -> pl.DataFrame:
    """All monthly series: ``series, year, month, price, unit``, without gaps, in the unit as published.

    Raises
    ------
    DataError
        With every fault of the file.
    """
    findings = Findings(shown_name(file))
    table = read(file, "", findings)["prices_monthly"]
    findings.require_usable()
    return table.drop("place")


def _cells(file: Path, findings: Findings) -> pl.DataFrame:
    book = open_workbook(file, findings)
    sheet = book.sheet(_SHEET) if book else None
    if sheet is None or not sheet.frame.height:
        return pl.DataFrame(schema=_SCHEMA)
    units = _row_of_units(sheet)
    if not units:
        findings.refuse(
            "layout",
            f"sheet {_SHEET!r}",
            "has no row of units in brackets, such as '($/mt)', under a row of names",
            _OWN,
        )
        return pl.DataFrame(schema=_SCHEMA)
    series = _series(sheet, units, findings)
    rows = _periods(sheet, units, findings)
    columns = sheet.frame.columns
    frames = [
        sheet.frame.select(text=columns[column])
        .with_row_index("row")
        .join(rows, on="row", maintain_order="right")
        .select(
            series=pl.lit(name),
            year="year",
            month="month",
            text="text",
            unit=pl.lit(unit),
            place=pl.format(
                "sheet '{}', {}{}", pl.lit(_SHEET), pl.lit(address(0, column)[:-1]), pl.col("row") + 1
            ),
        )
        for column, (name, unit) in series.items()
    ]
    return pl.concat(frames) if frames else pl.DataFrame(schema=_SCHEMA)


def _row_of_units(sheet: Sheet) -> int:
    """Row of the units, from 0; 0 where there is none (the names stand above them)."""
    for number, cells in sheet.rows():
        if number > 30:
            break
        filled = [cell for cell in cells[1:] if cell]
        if number and filled and 2 * sum(bool(_UNIT.match(cell)) for cell in filled) > len(filled):
            return number
    return 0


def _series(sheet: Sheet, units: int, findings: Findings) -> dict[int, tuple[str, str]]:
    """Column -> name and unit of a series."""
    names, printed = sheet.frame.row(units - 1), sheet.frame.row(units)
    found: dict[int, tuple[str, str]] = {}
    first: dict[str, int] = {}
    for column in range(1, sheet.frame.width):
        name, unit = " ".join((names[column] or "").split()), printed[column] or ""
        if name and not _UNIT.match(unit):
            what = f"unit {unit!r} of {name!r} is not in brackets" if unit else f"no unit for {name!r}"
            findings.refuse("unit", sheet.place(units, column), what, "write it as '($/mt)'")
        elif unit and not name:
            findings.refuse(
                "column",
                sheet.place(units - 1, column),
                f"no name above the unit {unit!r}",
                "name the series",
            )
        elif name in first:
            findings.refuse(
                "column",
                sheet.place(units - 1, column),
                f"series {name!r} stands twice, also in {address(units - 1, first[name])}",
                "keep one of them",
            )
        elif name:
            first[name] = column
            found[column] = (name, unit.strip("() "))
    return found


def _periods(sheet: Sheet, units: int, findings: Findings) -> pl.DataFrame:
    """Rows of months: ``row`` from 0, ``year``, ``month``."""
    rows: list[tuple[int, int, int]] = []
    for number, cells in sheet.rows():
        if number <= units:
            continue
        found = _PERIOD.match(cells[0] or "")
        if found:
            rows.append((number, int(found[1]), int(found[2])))
        elif rows and any(cell and cell not in _WORDS.gaps for cell in cells[1:]):
            what = f"period {cells[0]!r} is none" if cells[0] else "no period"
            findings.refuse("number", sheet.place(number), what, "write it as 2026M02")
    if not rows:
        findings.refuse("layout", f"sheet {sheet.name!r}", "has no period such as '2026M02'", _OWN)
    return pl.DataFrame(rows, schema={"row": pl.UInt32, "year": pl.Int64, "month": pl.Int64}, orient="row")


def _checked(cells: pl.DataFrame, findings: Findings) -> pl.DataFrame:
    place = cells["place"].to_list().__getitem__
    numbers = add_number(cells, "text", _WORDS, findings, place, value="price")
    table = numbers.filter(pl.col("price").is_not_null()).select(
        "series", "year", "month", "price", "unit", "place"
    )
    place = table["place"].to_list().__getitem__
    unique = one_row_a_key(table, ("series", "year", "month"), ("price", "unit"), findings, place)
    place = unique["place"].to_list().__getitem__
    doubt_slips(unique, ("series", "year"), "month", "price", findings, place)
    return unique
