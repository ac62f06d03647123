"""Human Development Index (UNDP): the trends table of the statistical annex, or the complete time series.

The trends table (workbook, one sheet) has a title, headings in row 5 with a column of footnote letters
behind each year, sections of countries by level, and below them groups, regions, the world and notes. The
time series (``HDR..._Composite_indices_complete_time_series.csv``) has one row a country with ``iso3``,
``country`` and ``hdi_1990`` and so on; its layout is taken from public programs. Groups have codes in
``ZZ`` there.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

import polars as pl

from pactolus.catalogue.readers.kinds import Edition, Kind
from pactolus.catalogue.reading.archives import is_zip
from pactolus.catalogue.reading.findings import Findings
from pactolus.catalogue.reading.keys import one_row_a_key
from pactolus.catalogue.reading.names import add_country, fold_name
from pactolus.catalogue.reading.numbers import Words, add_number
from pactolus.catalogue.reading.text import complete_columns, read_csv
from pactolus.catalogue.reading.words import YEAR_CELL
from pactolus.catalogue.reading.workbooks import Sheet, fold_heading, open_workbook

__all__ = ["KIND", "edition", "read"]

KIND: Final = Kind(
    id="hdi",
    what="Human Development Index (UNDP): trends table (workbook) or complete time series (CSV)",
    tables=("development",),
    suffixes=("hdi_trends_table.xlsx", "composite_indices_complete_time_series.csv"),
    producer="United Nations Development Programme",
    title="Human Development Report, Human Development Index trends",
    licence="CC BY 3.0 IGO (as commonly stated; not read in the file)",
    link="https://hdr.undp.org/data-center/documentation-and-downloads",
)

_WORDS: Final = Words(gaps={"..": "", "…": "", "NA": ""}, bounds=False)
#: Rows of the trends table that are no country, folded.
_GROUPS: Final = frozenset(
    {
        *("very high human development", "high human development", "medium human development"),
        *("low human development", "developing countries", "arab states", "east asia and the pacific"),
        *("europe and central asia", "latin america and the caribbean", "south asia", "sub saharan africa"),
        *("least developed countries", "small island developing states"),
        *("organisation for economic co operation and development", "world"),
    }
)
_SCHEMA: Final = {
    "country_name": pl.String,
    "code": pl.String,
    "year": pl.Int64,
    "text": pl.String,
    "place": pl.String,
}
_OWN: Final = "give the table as UNDP publishes it"


def read(file: Path, part: str, findings: Findings) -> dict[str, pl.DataFrame]:
    """The index of countries by year; groups of countries are left out and noted.

    Returns
    -------
    dict of DataFrame
        ``development``: ``country_name, country, year, hdi, place``, without gaps; hdi between 0 and 1.
    """
    cells = _trends(file, findings) if _is_book(file) else _series(file, findings)
    place = cells["place"].to_list().__getitem__
    numbers = add_number(cells, "text", _WORDS, findings, place, value="hdi")
    for row in (numbers["hdi"] > 1).arg_true().to_list():
        findings.refuse(
            "range", place(row), f"{numbers['text'][row]!r} is above 1", "check the decimal point"
        )
    findings.refuse_empty(numbers.height, _OWN)
    given = numbers.filter(pl.col("hdi").is_not_null())
    by = "country_name" if _is_book(file) else "code"
    named = add_country(given, by, findings, given["place"].to_list().__getitem__)
    table = named.filter(pl.col("country").is_not_null()).select(
        "country_name", "country", "year", "hdi", "place"
    )
    place = table["place"].to_list().__getitem__
    return {"development": one_row_a_key(table, ("country", "year"), ("hdi",), findings, place)}


def edition(file: Path) -> Edition:
    """The report's year as its technical notes are named, and the years of the table."""
    quiet = Findings(file.name)
    if _is_book(file):
        book = open_workbook(file, quiet)
        sheet = book.sheet(book.names[0]) if book and book.names else None
        cells = [cell for _, row in sheet.rows() for cell in row if cell] if sheet else []
        title = next((cell for cell in cells if "Human Development Index trends" in cell), "")
        report = next((m[1] for m in (re.search(r"hdr(20\d\d)", cell) for cell in cells) if m), "")
        years = re.search(r"\d{4}-\d{4}", title)
        told = ", ".join(t for t in (f"report {report}" if report else "", years[0] if years else "") if t)
        return Edition(edition=told)
    columns = _years_of_series(read_csv(file, quiet).columns)
    return Edition(edition=f"{min(columns)}-{max(columns)}") if columns else Edition()


def _is_book(file: Path) -> bool:
    return file.suffix.casefold() in (".xls", ".xlsx") or is_zip(file)


def _trends(file: Path, findings: Findings) -> pl.DataFrame:
    book = open_workbook(file, findings)
    sheet = book.sheet(book.names[0]) if book and book.names else None
    if sheet is None:
        return pl.DataFrame(schema=_SCHEMA)
    header = _header(sheet)
    if header is None:
        if not findings.refusals:
            findings.refuse(
                "layout", f"sheet {sheet.name!r}", "has no row of headings with 'Country' and years", _OWN
            )
        return pl.DataFrame(schema=_SCHEMA)
    head = [cell or "" for cell in sheet.frame.row(header)]
    named = [n for n, cell in enumerate(head) if fold_heading(cell) == "country"]
    years = {n: int(m[1]) for n, m in enumerate(map(YEAR_CELL.match, head)) if m}
    if not named or len(set(years.values())) < len(years):
        what = "no column 'Country'" if not named else "a year stands twice"
        findings.refuse("column", sheet.place(header), what, _OWN)
        return pl.DataFrame(schema=_SCHEMA)
    rows = []
    for number, cells in sheet.rows():
        name = " ".join((cells[named[0]] or "").split())
        if number <= header or all(cells[n] is None for n in years):
            continue  # a heading of a section, a note, or an empty row
        if fold_name(name) in _GROUPS:
            findings.mended("total", sheet.place(number), f"row {name!r}", "left out: a group of countries")
            continue
        for column, year in years.items():
            rows.append((name or None, None, year, cells[column], sheet.place(number, column)))
    if not rows:
        findings.refuse("layout", f"sheet {sheet.name!r}", "no country stands under the headings", _OWN)
    return pl.DataFrame(rows, schema=_SCHEMA, orient="row")


def _header(sheet: Sheet) -> int | None:
    for number, cells in sheet.rows():
        if number > 30:
            break
        years = {cell for cell in cells if cell and YEAR_CELL.match(cell)}
        if len(years) >= 2:
            return number
    return None


def _years_of_series(columns: list[str]) -> dict[int, str]:
    found = ((re.match(r"^hdi_((?:19|20)\d\d)$", c.casefold()), c) for c in columns)
    return {int(m[1]): c for m, c in found if m}


def _series(file: Path, findings: Findings) -> pl.DataFrame:
    raw = read_csv(file, findings)
    years = _years_of_series(raw.columns)
    wanted = {"iso3": "code", "country": "country_name", **{c: str(year) for year, c in years.items()}}
    if not years and not findings.refusals:
        findings.refuse("column", "line 1", "no column such as 'hdi_1990'", _OWN)
    named = complete_columns(raw, wanted, findings)
    if findings.refusals or not years:
        return pl.DataFrame(schema=_SCHEMA)
    for line in named.filter(pl.col("code").is_null())["line"].to_list():
        findings.refuse("name", f"line {line}", "no code in column 'iso3'", "write it or remove the line")
    groups = named.filter(pl.col("code").str.starts_with("ZZ"))
    for line, name in groups.select("line", "country_name").rows():
        findings.mended("total", f"line {line}", f"row {name!r}", "left out: a group of countries")
    long = named.filter(~pl.col("code").str.starts_with("ZZ")).unpivot(
        on=[str(year) for year in years],
        index=["country_name", "code", "line"],
        variable_name="year",
        value_name="text",
    )
    return long.select(
        "country_name",
        "code",
        pl.col("year").cast(pl.Int64),
        "text",
        place=pl.format("line {}, {}", "line", "year"),
    )
