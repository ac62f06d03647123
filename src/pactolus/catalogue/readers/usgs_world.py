"""World tables of the Mineral Commodity Summaries 2022-2025: one row a country, years side by side.

Series carry the name that MCS 2026 gives them where ``usgs_series.csv`` lists them. A printed world total is
compared with its rows and left out.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any, Final

import polars as pl

from pactolus.catalogue.readers.usgs_layouts import KINDS, Measure, Table
from pactolus.catalogue.readers.usgs_words import (
    Series,
    base_unit,
    flag_in_notes,
    is_estimated,
    listed_series,
    read_numbers,
    spelling,
    split_country,
    squeezed,
    suffix_of,
)
from pactolus.catalogue.reading.findings import Findings
from pactolus.catalogue.reading.keys import doubt_totals, one_row_a_key
from pactolus.catalogue.reading.names import add_country, as_known, is_total, known_countries

__all__ = ["tables"]

_LONG: Final = {
    "meant": pl.String, "raw_material": pl.String, "country_name": pl.String, "country": pl.String,
    "words": pl.String, "line": pl.Int64, "commodity": pl.String, "printed": pl.String, "note": pl.String,
    "column": pl.String, "kind": pl.String, "published_unit": pl.String, "year": pl.Int64,
    "estimated": pl.Boolean,
}  # fmt: skip
_JOINT: Final = frozenset({"united states and canada"})
_HERE: Final = Path(__file__).parent
_ROUNDED: Final = 0.1
"""What rounding and revised rows explain between a total and its rows: 5 % in the editions of 2022-2025."""
_KEY: Final = ("raw_material", "country", "year")
_CAPACITY: Final = "@capacity"
"""Name of a production series in the list whose columns hold capacity."""
_PARTS: Final = frozenset({"extracted from natural gas", "from cliffside field"})
"""Words of rows that MCS 2026 prints as one: helium of the United States."""


def tables(table: Table, findings: Findings) -> dict[str, pl.DataFrame]:
    """``production``, ``reserves`` and ``statistics`` (capacity) of a world table, see `usgs.read`."""
    table = replace(table, rows=_split(_mended_cells(table, findings)))
    whole = pl.col("country_name").map_elements(is_total, pl.Boolean).fill_null(value=False)
    rows = _with_series(_with_countries(table.rows, findings), findings)
    facts = _facts(table, rows, findings)
    quiet = Findings(table.file)
    _check_totals(facts, _facts(table, _with_series(table.rows.filter(whole), quiet), quiet), findings)
    columns = ("raw_material", "country_name", "country", "year", "quantity", "unit", "flag")
    out: dict[str, pl.DataFrame] = {}
    for name in ("production", "reserves"):
        out[name] = _joined(facts.filter(meant=name), findings).select(columns)
    out["statistics"] = _joined(facts.filter(meant="capacity"), findings).select(
        pl.col("raw_material").str.split(": ").list.first(),
        pl.concat_str(
            pl.lit("Capacity: "), pl.col("raw_material").str.splitn(": ", 2).struct.field("field_1")
        ).alias("item"),
        "country_name",
        "country",
        "year",
        pl.col("value"),
        pl.col("published_unit").alias("unit"),
        "flag",
    )
    edition = pl.lit(table.edition, pl.Int64).alias("edition_year")
    return {name: frame.with_columns(edition) for name, frame in out.items()}


def _mended_cells(table: Table, findings: Findings) -> Table:
    """The table with those cells put right that are known to be wrong at the publisher."""
    rows = table.rows
    for record in _records().get(table.file, ()):
        those = pl.col("commodity").str.strip_chars().str.to_lowercase() == record["commodity"].casefold()
        column = "unit" if record["column"].startswith("unit") else record["column"]
        if column not in rows.columns:
            continue
        those &= pl.col(column).fill_null("").map_elements(squeezed, pl.String) == record["published"]
        if record["country"]:
            those &= pl.col("country_printed").map_elements(squeezed, pl.String) == record["country"]
        met = rows.filter(those)
        if not met.height:
            continue
        findings.mended(
            "unit" if column == "unit" else "number",
            f"line {met['line'][0]}, {record['commodity']}, column {record['column']!r}",
            f"{record['published'] or 'an empty unit'!r} ({met.height} rows)",
            f"read as {record['read_as']!r}, a fault known at the publisher",
        )
        to = f"unit_{record['column'].removeprefix('unit of ')}" if record["column"] != column else column
        if to not in rows.columns:
            rows = rows.with_columns(pl.col("unit").alias(to))
        rows = rows.with_columns(
            pl.when(those).then(pl.lit(record["read_as"])).otherwise(pl.col(to)).alias(to)
        )
    return replace(table, rows=rows)


@cache
def _records() -> Mapping[str, tuple[dict[str, str], ...]]:
    found: dict[str, list[dict[str, str]]] = {}
    with (_HERE / "usgs_cells.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            found.setdefault(row["file"], []).append(row)
    return {name: tuple(rows) for name, rows in found.items()}


def _split(table: Table) -> pl.DataFrame:
    """Countries, and the words that stand about their figures."""
    rows = table.rows
    split = [split_country(name) if name else (None, "") for name in rows["country_printed"].to_list()]
    rows = rows.with_columns(
        pl.Series("country_name", [name for name, _ in split], dtype=pl.String),
        pl.Series("words", [words for _, words in split], dtype=pl.String),
    )
    return rows.with_columns(words=pl.Series(_words_of(rows), dtype=pl.String))


def _with_countries(rows: pl.DataFrame, findings: Findings) -> pl.DataFrame:
    joint = rows["country_name"].str.to_lowercase().is_in(list(_JOINT)).fill_null(value=False)
    for name, line in rows.filter(joint).select("country_name", "line").iter_rows():
        findings.mended(
            "name", f"line {line}, column 'Country'", f"row {name!r}", "left out: it is no single country"
        )
    rows = rows.filter(~joint)
    lines = rows["line"].to_list()
    named = add_country(rows, "country_name", findings, lambda n: f"line {lines[n]}, column 'Country'")
    known = known_countries()
    return named.with_columns(
        pl.col("country_name").map_elements(lambda name: spelling(as_known(name, known)), pl.String)
    )


def _words_of(rows: pl.DataFrame) -> list[str]:
    """Words about a figure: behind the country's name, or (boron in 2025) in the notes."""
    found: list[str] = []
    for commodity, kind, words, note in rows.select("commodity", "type", "words", "notes_prod").iter_rows():
        listed = None if words or not note else listed_series(commodity or "", kind, squeezed(note))
        found.append(squeezed(note).casefold() if listed and listed[1] else words)
    return found


def _with_series(rows: pl.DataFrame, findings: Findings) -> pl.DataFrame:
    """Names of MCS 2026 for each row; a table that is not listed keeps its own words."""
    names: dict[tuple[str, str, str], tuple[str, str, str]] = {}
    asked = rows.select("commodity", "type", "words").unique(maintain_order=True)
    for commodity, kind, words in asked.iter_rows():
        names[commodity, kind, words] = _named(squeezed(commodity), squeezed(kind), words, findings)
    wide = [names[key] for key in rows.select("commodity", "type", "words").iter_rows()]
    return rows.with_columns(
        pl.Series(f"series_{meant}", [w[n] for w in wide], dtype=pl.String)
        for n, meant in enumerate(("production", "reserves", "capacity"))
    )


def _named(commodity: str, kind: str, words: str, findings: Findings) -> tuple[str, str, str]:
    found = listed_series(commodity, kind, words)
    if found is None:
        own = f"{commodity}: {kind}" if kind else commodity
        findings.mended(
            "name",
            f"{commodity}, type {kind!r}",
            "is no series that MCS 2026 continues",
            "kept as a series of its own",
        )
        found = Series(own, f"{own}: reserves", f"{own}: capacity"), False
    series, exact = found
    more = "" if exact else suffix_of(words)
    return tuple(f"{name}{more}" if name else "" for name in series)  # type: ignore[return-value]


def _facts(table: Table, rows: pl.DataFrame, findings: Findings) -> pl.DataFrame:
    """One row a figure: its series, country, year, value, quantity in base units, unit and flag."""
    found: list[tuple[object, ...]] = []
    every = rows.rows(named=True)
    for measure in table.measures:
        for row in every:
            meant, series = _series_of(row, measure)
            if series:
                unit = measure.unit or row.get(f"unit_{measure.column}", row["unit"])
                told = (row["country_name"], row.get("country"), row["words"], row["line"], row["commodity"])
                note = row[f"notes_{measure.kind}"]
                said = (row[measure.column], note, measure.column, measure.kind, unit)
                found.append((meant, series, *told, *said, measure.year, measure.estimated))
    long = pl.DataFrame(found, schema=_LONG, orient="row")
    places = [f"line {line}, column {column!r}" for line, column in long.select("line", "column").iter_rows()]
    read = read_numbers(long, "printed", findings, places.__getitem__)
    return _in_base_units(_with_flags(read, table.words_in_notes), findings)


def _series_of(row: Mapping[str, Any], measure: Measure) -> tuple[str, str]:
    """What a column holds for a row (production, reserves or capacity), and its series; empty for nothing."""
    meant = KINDS[measure.kind]
    name = str(row[f"series_{meant}"])
    if measure.what:
        listed = listed_series(squeezed(row["commodity"]), f"[{measure.what}]", "")
        name = str(getattr(listed[0], meant)) if listed else f"{name}: {measure.what}" if name else ""
    if measure.kind == "prod" and name == _CAPACITY:
        return "capacity", str(row["series_capacity"])
    if measure.kind == "cap" and row["series_production"] == _CAPACITY:
        return meant, ""
    return meant, name


def _with_flags(read: pl.DataFrame, words_in_notes: bool) -> pl.DataFrame:
    """Flags of figures by heading and notes, and of empty cells by the word in the notes (2025)."""
    flags: list[str | None] = []
    columns = ("value", "flag", "note", "kind", "year", "estimated")
    for value, flag, note, kind, year, estimated in read.select(columns).iter_rows():
        if flag is None and value is None and words_in_notes:
            flag = flag_in_notes(note)
        elif flag is None and value is not None and kind == "prod":
            flag = is_estimated(note, year, heading=estimated)
        elif flag is None and value is not None and estimated:
            flag = "e"
        flags.append(flag)
    return read.with_columns(flag=pl.Series(flags, dtype=pl.String))


def _in_base_units(read: pl.DataFrame, findings: Findings) -> pl.DataFrame:
    known = {unit: base_unit(unit) for unit in read["published_unit"].unique(maintain_order=True)}
    for unit, base in known.items():
        if base is None:
            some = read.filter(pl.col("published_unit") == unit)
            findings.refuse(
                "unit",
                f"line {some['line'][0]}, column 'UNIT_MEAS'",
                f"unit {unit!r} of {squeezed(some['commodity'][0])} is not known "
                f"({some['line'].n_unique()} rows)",
                "write the unit as the publisher does: metric tons, thousand metric tons, kilograms ...",
            )
    bases = [known[unit] or ("", 0) for unit in read["published_unit"]]
    factor = pl.Series([float(factor) for _, factor in bases], dtype=pl.Float64)
    quantity = (pl.col("value") * factor).round()
    return read.with_columns(
        pl.Series("unit", [base for base, _ in bases], dtype=pl.String),
        quantity=pl.when(quantity < 2**62).then(quantity).cast(pl.Int64),
        published_unit=pl.col("published_unit").map_elements(squeezed, pl.String),
    )


def _check_totals(facts: pl.DataFrame, sums: pl.DataFrame, findings: Findings) -> None:
    """Doubt totals that the rows of their series do not make."""
    once = facts.unique(["raw_material", "country", "column", "printed"], keep="first", maintain_order=True)
    found: list[tuple[str, float, float]] = []
    for (series, column), total in sums.group_by("raw_material", "column", maintain_order=True):
        own = (pl.col("raw_material") == series) | pl.col("raw_material").str.starts_with(f"{series!s}: ")
        some = once.filter(own & (pl.col("column") == column))
        if total.height != 1 or total["value"][0] is None or not some.height:
            continue
        added, printed = float(some["value"].sum()), float(total["value"][0])
        if added > printed or not some["value"].null_count():
            found.append((f"line {total['line'][0]}, column {column!r}", printed, added))
    doubt_totals(found, findings, tolerance=_ROUNDED)


def _joined(facts: pl.DataFrame, findings: Findings) -> pl.DataFrame:
    """Facts of known countries, one row a key."""
    rows = _added_up(facts.filter(pl.col("country").is_not_null()), findings)
    lines = rows["line"].to_list()

    def place(n: int) -> str:
        return f"line {lines[n]}"

    return one_row_a_key(rows, _KEY, ("quantity", "unit", "flag"), findings, place)


def _added_up(rows: pl.DataFrame, findings: Findings) -> pl.DataFrame:
    """Parts of one country's figure that MCS 2026 prints as one (helium of the United States)."""
    parts = rows["words"].str.to_lowercase().is_in(list(_PARTS))
    if not parts.any():
        return rows
    some = rows.filter(parts)
    for name in some["country_name"].unique().sort():
        lines = some.filter(pl.col("country_name") == name)["line"].to_list()
        findings.mended(
            "total",
            f"line {min(lines)}",
            f"{some['raw_material'][0]} of {name} stands in parts",
            "added up, as MCS 2026 prints it",
        )
    whole = pl.col("quantity").is_not_null().all()
    summed = ("quantity", "value")
    others = [c for c in rows.columns if c not in (*_KEY, *summed, "flag")]
    one = some.group_by(*_KEY, maintain_order=True).agg(
        pl.col(others).first(),
        pl.col("flag").drop_nulls().first(),
        *(pl.when(whole).then(pl.col(c).sum()).alias(c) for c in summed),
    )
    return pl.concat([rows.filter(~parts), one.select(rows.columns)])
