"""ICMM Global Mining Dataset: sheet ``External`` of the workbook.

Lists are separated by semicolons; headings and commodities carry trailing blanks; some coordinates have a
typographic minus. The reader gives every facility; that coal is left out of the world is our judgement
(`without_coal`).
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

import polars as pl

from pactolus.catalogue.readers.kinds import Edition, Kind
from pactolus.catalogue.reading.findings import Findings, shown_name
from pactolus.catalogue.reading.keys import one_row_a_key
from pactolus.catalogue.reading.names import add_country
from pactolus.catalogue.reading.numbers import Words, add_number
from pactolus.catalogue.reading.text import complete_columns
from pactolus.catalogue.reading.workbooks import open_workbook

__all__ = ["COAL", "KIND", "edition", "facilities", "read", "without_coal"]

KIND: Final = Kind(
    id="icmm",
    what="ICMM Global Mining Dataset: mines, smelters, refineries and plants (workbook)",
    tables=("facilities",),
    suffixes=("global-mining-dataset.xlsx",),
    producer="International Council on Mining and Metals (ICMM)",
    title="Global Mining Dataset",
    licence="CC BY 4.0 (stated in sheet About)",
    link="https://www.icmm.com",
)

#: First commodities of the facilities that `without_coal` leaves out.
COAL: Final = ("coal", "thermal coal", "metallurgical coal")

_SHEET: Final = "External"
_COLUMNS: Final = {
    "ICMMID": "facility",
    "Mine Name": "name",
    "Asset Type": "kind",
    "Country": "country_name",
    "Latitude": "latitude_text",
    "Longitude": "longitude_text",
    "Confidence Factor": "confidence",
    "Primary Commodity": "primary",
    "Secondary Commodity": "secondary",
    "Other Commodities": "other",
}
_GAP: Final = Words(gaps={"NA": "", "N/A": "", "-": ""}, bounds=False)
_OWN: Final = "give the workbook as ICMM publishes it"
_LIMITS: Final = {"latitude": 90.0, "longitude": 180.0}


def read(file: Path, part: str, findings: Findings) -> dict[str, pl.DataFrame]:
    """Every facility of the public dataset, coal included.

    Returns
    -------
    dict of DataFrame
        ``facilities``: ``facility, name, kind, country_name, country, latitude, longitude, primary,
        commodities, confidence, place``; ``commodities`` and ``kind`` are lists with semicolons.
    """
    table = _checked(_rows(file, findings), findings)
    findings.refuse_empty(table.height, _OWN)
    return {"facilities": table}


def _rows(file: Path, findings: Findings) -> pl.DataFrame:
    """Every facility as printed."""
    book = open_workbook(file, findings)
    sheet = book.sheet(_SHEET) if book else None
    if sheet is None or not sheet.frame.height:
        return _empty()
    header = sheet.find(list(_COLUMNS), 4)
    if header is None:
        findings.refuse(
            "layout",
            f"sheet {_SHEET!r}",
            "has no row of headings with 'ICMMID', 'Country' and 'Primary Commodity'",
            _OWN,
        )
        return _empty()
    raw = sheet.table(header, findings)
    named = complete_columns(raw, _COLUMNS, findings, place=sheet.place(header))
    place = pl.format("sheet '{}', row {}", pl.lit(sheet.name), pl.col("line"))
    return named.with_columns(place=place)


def edition(file: Path) -> Edition:
    """Month and version in sheet ``About``: ``Global Mining Dataset, September 2025 (V1) release``."""
    quiet = Findings(file.name)
    book = open_workbook(file, quiet)
    if book is None or "About" not in book.names:
        return Edition()
    for number, cells in book.sheet("About").rows():
        found = re.search(r"Dataset[,\s-]+([A-Z][a-z]+ \d{4})\s*\((V\d+)\)", " ".join(c for c in cells if c))
        if found:
            return Edition(edition=f"{found[1]}, {found[2]}", published=found[1])
        if number > 20:
            break
    return Edition()


def without_coal(table: pl.DataFrame) -> pl.DataFrame:
    """Facilities whose first commodity is known and is not coal."""
    return table.filter(~pl.col("primary").is_in(COAL))


def facilities(file: Path) -> pl.DataFrame:
    """Facilities whose first commodity is not coal.

    Returns
    -------
    polars.DataFrame
        ``facility, name, kind, country_name, country, latitude, longitude, commodities, confidence``.

    Raises
    ------
    DataError
        With every fault of the file.
    """
    findings = Findings(shown_name(file))
    table = read(file, "", findings)["facilities"]
    findings.require_usable()
    return without_coal(table).drop("primary", "place")


def _empty() -> pl.DataFrame:
    return pl.DataFrame(schema=dict.fromkeys((*_COLUMNS.values(), "place"), pl.String))


def _checked(named: pl.DataFrame, findings: Findings) -> pl.DataFrame:
    at = named["place"].to_list().__getitem__
    for column, what in (("facility", "ICMMID"), ("kind", "Asset Type")):
        for row in named[column].is_null().arg_true().to_list():
            findings.refuse("name", at(row), f"no {what}", "fill the cell or remove the row")
    both = named
    for column, limit in _LIMITS.items():
        both = add_number(both, f"{column}_text", _GAP, findings, at, value=column, flag="_", at_least=None)
        for row in (both[column].abs() > limit).arg_true().to_list():
            text = both[f"{column}_text"][row]
            findings.refuse("range", at(row), f"{column} {text!r} is beyond {limit:g} degrees", "correct it")
    known = add_country(both, "country_name", findings, at)
    table = known.select(
        "facility",
        "name",
        _list(pl.col("kind").str.to_lowercase()).alias("kind"),
        "country_name",
        "country",
        "latitude",
        "longitude",
        "primary",
        _list(pl.concat_str("primary", "secondary", "other", separator=";", ignore_nulls=True)).alias(
            "commodities"
        ),
        "confidence",
        "place",
    )
    values = ("name", "kind", "country", "latitude", "longitude", "commodities")
    return one_row_a_key(table, ("facility",), values, findings, table["place"].to_list().__getitem__)


def _list(column: pl.Expr) -> pl.Expr:
    return column.str.replace_all(r"\s*;\s*", "; ").str.strip_chars(" ;")
