"""Mineral Commodity Summaries 2026: one long table, the unit in each row.

The file is cp1252 and its numbers have thousands commas. Rows ``World total`` are sums, not countries, and
are left out of production and reserves; ``Other countries`` is the publisher's own remainder and is kept
under that name. Capacity and the salient statistics of the United States go into `statistics`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Final

import polars as pl

from pactolus.catalogue.readers.usgs_words import ROW_UNITS, read_numbers, refuse_below_zero, squeezed
from pactolus.catalogue.reading.findings import Findings
from pactolus.catalogue.reading.keys import doubt_spikes, doubt_totals, one_row_a_key
from pactolus.catalogue.reading.names import add_country, is_total
from pactolus.catalogue.reading.text import find_columns
from pactolus.errors import near_misses

__all__ = ["COLUMNS", "tables"]

#: Publisher's heading -> our name.
COLUMNS: Final[Mapping[str, str]] = {
    "MCS chapter": "chapter",
    "Section": "section",
    "Commodity": "commodity",
    "Country": "country_name",
    "Statistics": "statistic",
    "Statistics_detail": "detail",
    "Unit": "published_unit",
    "Year": "year",
    "Value": "value",
    "Notes": "notes",
}
_YEAR: Final = re.compile(r"^(?:19|20)\d\d$")
_PERIOD: Final = re.compile(r"^(?:19|20)\d\d\s*[-–—]\s*(?:20)?\d\d$")
_KEY: Final = ("raw_material", "country", "year")
_ROW: Final = ("commodity", "statistic", "detail", "country_name", "year", "value")
_ROUNDED: Final = 0.1
"""What rounding and revised rows explain between a total and its rows."""
#: Salient statistics of two products under one name: no reader can tell them apart.
_INDISTINCT: Final = frozenset({"Mica (Natural)"})


def tables(raw: pl.DataFrame, findings: Findings) -> dict[str, pl.DataFrame]:
    """Tidy tables of the long layout.

    Parameters
    ----------
    raw : DataFrame
        Text cells with the line number in ``line``, as `reading.text.csv_frame` gives them.
    findings : Findings

    Returns
    -------
    dict
        ``production``, ``reserves``, ``prices_annual``, ``statistics``: see `usgs.read`.
    """
    rows = find_columns(raw, COLUMNS, findings)
    if findings.refusals:
        return {}
    rows = _figures(_dated(_filled(rows, findings), findings), findings)
    world = rows.filter(pl.col("section").str.starts_with("World"))
    edition = max(rows["year"].to_list(), default=2025) + 1
    _check_totals(world, findings)
    found = {
        "production": _by_country(world, "Production", findings),
        "reserves": _by_country(world, "Reserves", findings),
        "prices_annual": _prices(rows, findings),
        "statistics": pl.concat([_salient(rows, findings), _capacity(world, findings)]),
    }
    return {name: frame.with_columns(edition_year=pl.lit(edition, pl.Int64)) for name, frame in found.items()}


def _place(rows: pl.DataFrame, heading: str) -> Callable[[int], str]:
    lines = rows["line"].to_list()
    return lambda n: f"line {lines[n]}, column {heading!r}"


def _filled(rows: pl.DataFrame, findings: Findings) -> pl.DataFrame:
    """Rows with all that names a fact."""
    headings = {ours: heading for heading, ours in COLUMNS.items()}
    needed = ("section", "commodity", "country_name", "statistic", "detail", "year", "value")
    for column in needed:
        empty = rows.filter(pl.col(column).is_null())
        for line in empty["line"].to_list():
            place = f"line {line}, column {headings[column]!r}"
            findings.refuse("layout", place, "is empty", "restore the cell, or remove the line")
    return rows.filter(pl.all_horizontal(pl.col(c).is_not_null() for c in needed))


def _dated(rows: pl.DataFrame, findings: Findings) -> pl.DataFrame:
    """Rows of one year; shares of a period of years (import sources) are not read."""
    for year, line in rows.select("year", "line").iter_rows():
        if not _YEAR.match(year) and not _PERIOD.match(year):
            findings.refuse(
                "number", f"line {line}, column 'Year'", f"{year!r} is no year", "correct the year"
            )
    return rows.filter(pl.col("year").str.contains(_YEAR.pattern)).with_columns(pl.col("year").cast(pl.Int64))


def _figures(rows: pl.DataFrame, findings: Findings) -> pl.DataFrame:
    read = read_numbers(
        rows.rename({"value": "printed"}), "printed", findings, _place(rows, "Value"), at_least=None
    )
    notes = pl.col("notes").fill_null("")
    said = (
        pl.when(notes.str.starts_with("Estimated"))
        .then(pl.lit("e"))
        .when(notes.str.contains("Reported."))
        .then(pl.lit("r"))
    )
    return read.with_columns(flag=pl.coalesce("flag", pl.when(pl.col("value").is_not_null()).then(said)))


def _in_base_units(rows: pl.DataFrame, findings: Findings) -> pl.DataFrame:
    """Quantities in base units; an unknown unit is refused once with the rows that carry it."""
    units = rows["published_unit"].map_elements(lambda u: squeezed(u).casefold(), pl.String, skip_nulls=False)
    rows = rows.with_columns(_unit=units)
    for unit in sorted(set(units.to_list()) - set(ROW_UNITS)):
        those = rows.filter(pl.col("_unit") == unit)
        near = near_misses(unit, ROW_UNITS)
        hint = f"; is it {' or '.join(map(repr, near))}?" if near else ""
        shown = those["published_unit"][0]
        findings.refuse(
            "unit",
            f"line {those['line'][0]}, column 'Unit'",
            f"unit {shown!r} of {those['commodity'][0]} is not known ({those.height} rows){hint}",
            "write the unit as the publisher does",
        )
    refuse_below_zero(rows, findings, _place(rows, "Value"))
    base = {u: b for u, (b, _) in ROW_UNITS.items()}
    factor = {u: f for u, (_, f) in ROW_UNITS.items()}
    return rows.with_columns(
        unit=pl.col("_unit").replace_strict(base, default=None, return_dtype=pl.String),
        quantity=(pl.col("value") * pl.col("_unit").replace_strict(factor, default=None)).round(),
    )


def _check_totals(world: pl.DataFrame, findings: Findings) -> None:
    """Doubt world totals that the rows of their series and year do not make."""
    once = world.unique(subset=_ROW, keep="first", maintain_order=True)
    rows = once.with_columns(
        whole=pl.col("country_name").map_elements(is_total, pl.Boolean),
        series=pl.col("detail").str.replace(r"(?i)[:,] rounded$", "").str.to_lowercase(),
    )
    found: list[tuple[str, float, float]] = []
    for _, some in rows.group_by("commodity", "statistic", "year", maintain_order=True):
        for series, printed, line in (
            some.filter(pl.col("whole") & pl.col("value").is_not_null())
            .select("series", "value", "line")
            .rows()
        ):
            own = (pl.col("series") == series) | pl.col("series").str.starts_with(f"{series}: ")
            parts = some.filter(~pl.col("whole") & own)
            added = float(parts["value"].sum())
            if parts.height and (added > printed or not parts["value"].null_count()):
                found.append((f"line {line}, column 'Value'", printed, added))
    doubt_totals(found, findings, tolerance=_ROUNDED)


def _by_country(world: pl.DataFrame, statistic: str, findings: Findings) -> pl.DataFrame:
    rows = world.filter(
        (pl.col("statistic") == statistic)
        & ~pl.col("country_name").map_elements(is_total, pl.Boolean, skip_nulls=True)
    )
    rows = _in_base_units(rows, findings)
    named = add_country(rows, "country_name", findings, _place(rows, "Country"))
    tidy = named.select(
        raw_material=pl.concat_str("commodity", "detail", separator=": "),
        country_name="country_name",
        country="country",
        year="year",
        quantity=pl.when(pl.col("quantity") < 2**62).then("quantity").cast(pl.Int64),
        unit="unit",
        flag="flag",
        line="line",
    )
    tidy = tidy.filter(pl.col("country").is_not_null())
    kept = one_row_a_key(tidy, _KEY, ("quantity", "unit", "flag"), findings, _place(tidy, "Value"))
    return kept.drop("line")


def _prices(rows: pl.DataFrame, findings: Findings) -> pl.DataFrame:
    quoted = rows.filter(pl.col("statistic") == "Price")
    refuse_below_zero(quoted, findings, _place(quoted, "Value"))
    tidy = quoted.select(
        series=pl.concat_str("commodity", "detail", separator=": "),
        year="year",
        price="value",
        unit=pl.col("published_unit").fill_null(""),
        flag="flag",
        line="line",
    )
    kept = one_row_a_key(tidy, ("series", "year"), ("price", "unit"), findings, _place(tidy, "Value"))
    return kept.drop("line")


def _salient(rows: pl.DataFrame, findings: Findings) -> pl.DataFrame:
    """Statistics of the United States, prices among them, in the units as published."""
    tidy = rows.filter(pl.col("section").str.starts_with("Salient")).select(
        raw_material="commodity",
        item="detail",
        country_name="country_name",
        country=pl.lit("USA"),
        year="year",
        value="value",
        unit=pl.col("published_unit").fill_null(""),
        flag="flag",
        line="line",
    )
    key = ("raw_material", "item", "country_name", "year")
    blurred = tidy.select(key).is_duplicated() & tidy["raw_material"].is_in(list(_INDISTINCT))
    for material, item in tidy.filter(blurred).select("raw_material", "item").unique().sort("item").rows():
        findings.mended(
            "key",
            f"statistics of {material}",
            f"{item!r} stands for two products under one name",
            "left out: nothing tells them apart",
        )
    kept = tidy.filter(~blurred)
    one = one_row_a_key(kept, key, ("value", "unit"), findings, _place(kept, "Value"))
    doubt_spikes(one, key[:2], "year", "value", findings, _place(one, "Value"))
    return one.drop("line")


def _capacity(world: pl.DataFrame, findings: Findings) -> pl.DataFrame:
    """Capacity by country: no production, so it never stands in that table."""
    rows = world.filter(pl.col("statistic") == "Capacity")
    named = add_country(rows, "country_name", findings, _place(rows, "Country"))
    tidy = named.select(
        raw_material="commodity",
        item=pl.concat_str(pl.lit("Capacity: "), "detail"),
        country_name="country_name",
        country="country",
        year="year",
        value="value",
        unit=pl.col("published_unit").fill_null(""),
        flag="flag",
        line="line",
    )
    key = ("raw_material", "item", "country_name", "year")
    return one_row_a_key(tidy, key, ("value", "unit"), findings, _place(tidy, "Value")).drop("line")
