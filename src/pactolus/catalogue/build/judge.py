"""The third step of a build: publishers' names become minerals and countries, one way for every world.

A tidy table has the name of the table of the world that it feeds, and its columns but those of our
vocabulary: ``mineral``, ``stage`` and ``basis`` come from the lists (``series.csv``, the vocabulary),
``country`` from ``country_name`` where the reader has not set it. Names that no list holds are left out and
counted, never guessed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Final

import polars as pl

from pactolus.catalogue.corrections import Correction, apply
from pactolus.catalogue.harmonise import to_iso3
from pactolus.catalogue.readers.icmm import without_coal
from pactolus.catalogue.readers.pinksheet import plain_series
from pactolus.catalogue.reading.findings import Findings
from pactolus.catalogue.reading.names import add_country, fold_name
from pactolus.catalogue.specs import TABLES
from pactolus.errors import near_misses
from pactolus.terms.applications import application_of
from pactolus.terms.minerals import minerals

__all__ = ["SOURCE_OF", "Judged", "judged", "series_list"]

_HERE: Final = Path(__file__).parent

#: Kind of a file -> what its rows are called in the column ``source``, and in ``series.csv``.
SOURCE_OF: Final[Mapping[str, str]] = {
    "usgs-ds140": "usgs-ds140",
    "eu-crm": "eu_crm",
}

#: Kind of a file -> whose code system its country columns are in, see `harmonise`.
_CODES_OF: Final[Mapping[str, str]] = {
    "baci": "baci",
    "wmd": "wmd",
    "wgi": "world_bank",
    "distances": "geodist",
}
_MANY: Final = 5
_COUNTRIES: Final = ("importer", "exporter", "country", "origin", "destination")


@dataclass(frozen=True, kw_only=True)
class _Series:
    """Where a table names its material: column of the name, and kind of list in ``series.csv``."""

    column: str
    list: str


_SERIES: Final[Mapping[str, _Series]] = {
    "production": _Series(column="raw_material", list="production"),
    "reserves": _Series(column="raw_material", list="reserves"),
    "statistics": _Series(column="raw_material", list="statistics"),
    "prices_monthly": _Series(column="series", list="prices"),
    "prices_annual": _Series(column="series", list="prices"),
    "eu_criticality": _Series(column="material", list="material"),
    "supply_shares": _Series(column="material", list="material"),
    "end_uses": _Series(column="material", list="material"),
    "outlook": _Series(column="series", list="outlook"),
    "eol_rir": _Series(column="raw_material", list="recycling"),
}


@dataclass(frozen=True, kw_only=True)
class Judged:
    """One table of one source, in our words and corrected."""

    table: str
    frame: pl.DataFrame
    met: Mapping[str, int] = field(default_factory=dict)
    """Correction -> rows that it met, or 0."""
    unknown: tuple[str, ...] = ()
    """Names of materials that no list holds."""


def judged(
    tidy: pl.DataFrame, table: str, kind: str, records: Sequence[Correction], findings: Findings
) -> Judged:
    """One tidy table of one kind of file as rows of the world.

    Parameters
    ----------
    tidy : DataFrame
        As its reader gave it.
    table : str
        Table of the world.
    kind : str
        Kind of the file.
    records : sequence of Correction
        Those of other tables are passed over.
    findings : Findings
        Hears of names that are unknown (countries: refused) or left out (materials).

    Returns
    -------
    Judged
        With the columns of the specification.
    """
    spec = TABLES[table]
    source = SOURCE_OF.get(kind, kind.replace("-", "_"))
    frame = tidy
    unknown: tuple[str, ...] = ()
    if "source" in spec.columns and "source" not in frame.columns:
        named = "usgs-mcs" if (kind, table) == ("usgs", "statistics") else source
        frame = frame.with_columns(source=pl.lit(named))
    if kind in _CODES_OF:
        frame = to_iso3(frame, _CODES_OF[kind], *(c for c in _COUNTRIES if c in frame.columns))
    if "country" in spec.columns and "country" not in frame.columns:
        frame = add_country(frame, "country_name", findings, lambda row: f"row {row + 1} of {table}")
    if "mineral" in spec.columns and "mineral" not in frame.columns:
        frame, unknown = _with_mineral(frame, table, source, findings)
    if table == "facilities" and "primary" in frame.columns:
        frame = without_coal(frame)
    if table == "end_uses" and "application" not in frame.columns:
        texts = {text: application_of(text) for text in frame["application_text"].unique().sort()}
        frame = frame.with_columns(application=pl.col("application_text").replace_strict(texts))
    corrected, met = apply(frame, table, records)
    made = [pl.lit(None).alias(c) for c in spec.columns if c not in corrected.columns]
    made += [
        pl.col(c).round()
        for c, column in spec.columns.items()
        if column.dtype == "int" and c in corrected.columns and corrected[c].dtype.is_float()
    ]
    stored = corrected.with_columns(made).select(list(spec.columns))
    return Judged(table=table, frame=stored, met=met, unknown=unknown)


def _with_mineral(
    frame: pl.DataFrame, table: str, source: str, findings: Findings
) -> tuple[pl.DataFrame, tuple[str, ...]]:
    """Join ``mineral, stage, basis`` by the publisher's name; leave out what has none and needs one."""
    where = _SERIES[table]
    columns = [c for c in ("mineral", "stage", "basis") if c in TABLES[table].columns]
    names = frame[where.column].unique().sort().to_list()
    known = _known_series(source, where.list)
    found = {n: known.get(n) or known.get(fold_name(n)) or known.get(plain_series(n)) for n in names}
    listed = pl.DataFrame(
        {
            where.column: names,
            **{
                c: pl.Series([(found[n] or {}).get(c) for n in names], dtype=pl.String)
                for c in columns
                if c not in frame.columns
            },
        },
        schema_overrides={where.column: pl.String},
    )
    joined = frame.join(listed, on=where.column, how="left", maintain_order="left")
    unknown = tuple(name for name in names if found[name] is None)
    _note_unknown(joined, unknown, table, where, known, findings)
    if TABLES[table].columns["mineral"].gaps == "allowed":
        return joined, unknown
    _note_no_mineral(joined, [n for n in names if n not in unknown], table, where, findings)
    return joined.filter(pl.col("mineral").is_not_null()), unknown


def _note_no_mineral(
    joined: pl.DataFrame, listed: Sequence[str], table: str, where: _Series, findings: Findings
) -> None:
    """Series that our list holds as none of our minerals (cement, cocoa)."""
    rows = joined.filter(pl.col("mineral").is_null() & pl.col(where.column).is_in(list(listed)))
    names = rows[where.column].unique().sort().to_list()
    if names:
        findings.mended(
            "name",
            f"table {table}",
            f"{len(names)} series of materials that are none of our minerals ({_some(names)})",
            f"left out: {rows.height:,} rows",
        )


def _note_unknown(
    joined: pl.DataFrame,
    unknown: Sequence[str],
    table: str,
    where: _Series,
    known: Mapping[str, Mapping[str, str | None]],
    findings: Findings,
) -> None:
    """Names that no list holds: quantities each by itself, with how much it would be; others together."""
    kept = TABLES[table].columns["mineral"].gaps == "allowed"
    if unknown and (kept or where.list == "prices"):
        rows = joined.filter(pl.col(where.column).is_in(list(unknown))).height
        found = f"{len(unknown)} names of materials that are not in our lists ({_some(unknown)})"
        done = f"kept without a mineral: {rows:,} rows" if kept else f"left out: {rows:,} rows"
        findings.mended("name", f"table {table}", found, done)
        return
    for name in unknown:
        rows_of_it = joined.filter(pl.col(where.column) == name)
        near = near_misses(name, known)
        hint = f"; nearest are {', '.join(map(repr, near))}" if near else ""
        found = f"{where.column} {name!r} is not in our lists{hint}"
        findings.mended("name", f"table {table}", found, f"left out: {_how_much(rows_of_it)}")


def _some(names: Sequence[str]) -> str:
    return ", ".join(names[:_MANY]) + (" ..." if len(names) > _MANY else "")


def _how_much(rows: pl.DataFrame) -> str:
    """Rows, and the quantity of the last year."""
    text = f"{rows.height:,} rows"
    if not {"quantity", "unit", "year"} <= set(rows.columns) or not rows.height:
        return text
    last = rows.filter(pl.col("year") == pl.col("year").max())
    units = last["unit"].unique().sort().to_list()
    sums = [f"{last.filter(pl.col('unit') == u)['quantity'].sum():,} {u}" for u in units if u is not None]
    return f"{text}, {' and '.join(sums)} in {last['year'][0]}"


@cache
def series_list() -> pl.DataFrame:
    """The publishers' series and materials: ``source, kind, series, mineral, stage, basis``."""
    return pl.read_csv(_HERE / "series.csv", infer_schema=False)


@cache
def _known_series(source: str, kind: str) -> Mapping[str, Mapping[str, str | None]]:
    """Name as published, or folded -> mineral, stage and basis; from our list, else from the vocabulary."""
    found: dict[str, Mapping[str, str | None]] = {}
    if source == "wmd":
        for m in minerals().values():
            if m.wmd:
                found[m.wmd] = {"mineral": m.id, "stage": m.wmd_stage, "basis": m.wmd_basis}
        return found
    listed = series_list().filter((pl.col("source") == source) & (pl.col("kind") == kind))
    for row in listed.iter_rows(named=True):
        meant = {c: row[c] for c in ("mineral", "stage", "basis")}
        found[row["series"]] = meant
        found.setdefault(plain_series(row["series"]), meant)
    if kind in ("outlook", "statistics", "material"):
        for m in minerals().values():
            for name in (m.id, m.names["en"], *m.aliases):
                found.setdefault(fold_name(name), {"mineral": m.id})
    return found
