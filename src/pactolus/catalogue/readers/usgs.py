"""USGS Mineral Commodity Summaries in their four layouts, 2022-2026.

- 2022-2024: a folder of files ``mcs2024-cobal_world.csv`` (one row a country, the unit in the heading, see
  `usgs_layouts`) and ``mcs2024-cobal_salient.csv`` (statistics of the United States, see `usgs_salient`);
- 2025: ``MCS2025_World_Data.csv``, the unit in a column (`usgs_layouts`);
- 2026: ``MCS2026_Commodities_Data.csv``, one long table, the unit in each row (`usgs_long`).

The same series has the same name in every edition, that of MCS 2026 (``usgs_series.csv``); `edition_year`
says which edition a figure is from, so that the latest can be taken for a year. What is known to be wrong in
the publisher's files is a record: headings in ``usgs_headings.csv``, cells and units in ``usgs_cells.csv``.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

import polars as pl

from pactolus.catalogue.readers import usgs_layouts, usgs_long, usgs_salient, usgs_world
from pactolus.catalogue.readers.kinds import Edition, Kind
from pactolus.catalogue.readers.usgs_words import squeezed
from pactolus.catalogue.reading.findings import Findings
from pactolus.catalogue.reading.text import csv_frame, decoded, read_bytes

__all__ = ["KIND", "edition", "prices", "production", "read", "reserves"]

KIND: Final = Kind(
    id="usgs",
    what="USGS Mineral Commodity Summaries 2022-2026: world tables and salient statistics",
    tables=("production", "reserves", "prices_annual", "statistics"),
    suffixes=(".csv", "salient.xlsx"),
    producer="U.S. Geological Survey",
    title="Mineral Commodity Summaries, data release",
    licence="US public domain (as commonly stated; not read in the file)",
    link="https://www.usgs.gov/centers/national-minerals-information-center/mineral-commodity-summaries",
)

#: Columns of the tidy tables.
SCHEMA: Final = {
    "production": {
        "raw_material": pl.String, "country_name": pl.String, "country": pl.String, "year": pl.Int64,
        "quantity": pl.Int64, "unit": pl.String, "flag": pl.String, "edition_year": pl.Int64,
    },
    "prices_annual": {
        "series": pl.String, "year": pl.Int64, "price": pl.Float64, "unit": pl.String, "flag": pl.String,
        "edition_year": pl.Int64,
    },
    "statistics": {
        "raw_material": pl.String, "item": pl.String, "country_name": pl.String, "country": pl.String,
        "year": pl.Int64, "value": pl.Float64, "unit": pl.String, "flag": pl.String, "edition_year": pl.Int64,
    },
}  # fmt: skip
_FILE: Final = re.compile(
    r"mcs(?P<year>20\d\d)-?(?P<commodity>[a-z]+(?:-[a-z]+)?)_(?P<table>world|salient)", re.I
)
_YEAR: Final = re.compile(r"mcs[ _-]?(20\d\d)", re.I)
#: Headings of the long layout from which on a file is taken for it.
_FEW: Final = 5
#: Figures and tables of the introduction: shares, ranks and indices, no table of a commodity.
_INTRODUCTION: Final = re.compile(r"_(?:fig|t)\d+_", re.I)


def read(file: Path, part: str, findings: Findings) -> dict[str, pl.DataFrame]:
    """Figures of one file of one edition, under the names of MCS 2026.

    Returns
    -------
    dict
        ``production`` and ``reserves``: ``raw_material, country_name, country, year, quantity, unit, flag,
        edition_year``, quantities in base units (kg, ct, m3), reserves at the end of the year before the
        edition. ``prices_annual``: ``series, year, price, unit, flag, edition_year``, units as published.
        ``statistics``: ``raw_material, item, country_name, country, year, value, unit, flag, edition_year``,
        the statistics of the United States (prices among them), and capacity by country. Flags: e estimated,
        r reported, or the word that stands in place of a number.
    """
    found: dict[str, pl.DataFrame] = {}
    if _INTRODUCTION.search(file.name):
        findings.mended(
            "layout", "the file", "is a figure or table of the introduction", "nothing is read from it"
        )
    elif file.suffix.lower() not in (".csv", ".xlsx"):
        findings.refuse(
            "layout",
            "the file",
            f"ends with {file.suffix!r}",
            "give the .csv or .xlsx files of the data release",
        )
    elif file.suffix.lower() == ".xlsx":
        found = usgs_salient.of_workbook(file, _edition_of(file), findings)
    else:
        found = _of_text(file, findings)
    return {name: _shaped(name, found.get(name)) for name in KIND.tables}


def _edition_of(file: Path) -> int | None:
    told = _YEAR.search(file.name)
    return int(told[1]) if told else None


def _shaped(name: str, frame: pl.DataFrame | None) -> pl.DataFrame:
    schema = SCHEMA["production" if name == "reserves" else name]
    if frame is None or not frame.width:
        return pl.DataFrame(schema=schema)
    return frame.select(list(schema)).cast(schema)  # type: ignore[arg-type]


def _of_text(file: Path, findings: Findings) -> dict[str, pl.DataFrame]:
    content = read_bytes(file, findings)
    if findings.refusals:
        return {}
    long = b"Statistics" in content.lstrip().split(b"\n", 1)[0]
    text = decoded(content, findings, expected="cp1252" if long else "utf-8")
    if findings.refusals:
        return {}
    stem = file.stem.casefold()
    text = usgs_salient.with_headings(text, stem, findings)
    raw = csv_frame(text, findings)
    if findings.refusals:
        return {}
    folded = {squeezed(name).casefold() for name in raw.columns}
    if len(folded & {name.casefold() for name in usgs_long.COLUMNS}) >= _FEW:
        return usgs_long.tables(raw, findings)
    if "datasource" in folded:
        return usgs_salient.tables(raw, _edition_of(file), findings)
    if "unit_meas" in folded or {"commodity", "country"} <= folded:
        table = usgs_layouts.of_2025(raw, stem, findings)
    elif "_salient" in stem:
        findings.mended(
            "layout",
            "the file",
            "is named salient statistics and holds a world table",
            "nothing is read from it: the world table has its own file",
        )
        return {}
    else:
        table = _of_one_commodity(raw, file, findings)
    return usgs_world.tables(table, findings) if table else {}


def _of_one_commodity(raw: pl.DataFrame, file: Path, findings: Findings) -> usgs_layouts.Table | None:
    told = _FILE.search(file.name)
    if told is None:
        findings.refuse(
            "layout",
            "the file name",
            f"{file.name!r} does not name an edition and a commodity, and the table does not either",
            "name it as the publisher does: mcs2024-cobal_world.csv",
        )
        return None
    return usgs_layouts.of_one_commodity(
        raw, file.stem.casefold(), told["commodity"].casefold(), int(told["year"]), findings
    )


def edition(file: Path) -> Edition:
    """The edition that the name of a file says."""
    told = _edition_of(file)
    return Edition(edition=f"{told}, {file.name}" if told else "", published=str(told or ""))


def production(file: Path) -> pl.DataFrame:
    """Mine, smelter and refinery production: ``raw_material, country_name, year, quantity, unit, flag``.

    ``raw_material`` is the publisher's commodity and description, e.g. ``Cobalt: Mine production``;
    quantities are in base units. Flags: e estimated, r reported, or the word that stands in place of a
    number.

    Raises
    ------
    DataError
        With every fault of the file.
    """
    return _sound(file, "production").drop("country", "edition_year")


def reserves(file: Path) -> pl.DataFrame:
    """Reserves in the columns of `production`."""
    return _sound(file, "reserves").drop("country", "edition_year")


def prices(file: Path) -> pl.DataFrame:
    """Annual prices of the United States tables: ``series, year, price, unit, flag``, units as published."""
    return _sound(file, "prices_annual").drop("edition_year")


def _sound(file: Path, table: str) -> pl.DataFrame:
    findings = Findings(str(file))
    found = read(file, "", findings)
    findings.require_usable()
    return found[table]
