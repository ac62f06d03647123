"""Headings of the world tables of the Mineral Commodity Summaries 2022-2025, brought to one form.

2022-2024: one file a commodity, the unit in the heading (``Prod_kt_est_2023``, ``Reserves_kg``), the
commodity in the file name only. 2025: one file, the unit in ``UNIT_MEAS``, words in place of a number in the
column of notes.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Final

import polars as pl

from pactolus.catalogue.readers.usgs_words import squeezed
from pactolus.catalogue.reading.findings import Findings
from pactolus.catalogue.reading.text import refuse_column

__all__ = ["KINDS", "Measure", "Table", "measure_of", "of_2025", "of_one_commodity"]

#: Unit in a heading -> unit as it would stand in a row.
_UNITS: Final = {
    "t": "metric tons",
    "kt": "thousand metric tons",
    "mt": "million metric tons",
    "mmt": "million metric tons",
    "kg": "kilograms",
    "mct": "million carats",
    "kct": "thousand carats",
    "mcm": "million cubic meters",
}
_MEASURE: Final = re.compile(
    r"^(?P<kind>prod|cap|reserves)(?:_(?P<what>[a-z0-9]+(?:_[a-z0-9]+)*?))?"
    r"_(?P<unit>t|kt|mt|mmt|kg|mct|kct|mcm)(?:_(?P<est>est))?(?:_(?P<year>(?:19|20)\d\d))?$",
    re.IGNORECASE,
)
_NOTES: Final = re.compile(r"^(?P<kind>prod|cap|reserves?)_notes?$", re.IGNORECASE)
_YEARS_2025: Final = re.compile(
    r"^(?P<kind>PROD|CAP|RESERVES)_(?P<est>EST_)?\s*(?P<year>(?:19|20)\d\d)$", re.IGNORECASE
)
#: Headings as the publisher writes them, for messages.
_LIKE: Final = f"Prod_kt_est_2023, Reserves_t, Prod_notes, with a unit of {', '.join(_UNITS)}"
_LIKE_2025: Final = "PROD_2023, PROD_EST_2024, CAP_2023, RESERVES_2024, PROD_NOTES"
#: Beginning of a heading -> what the column holds.
KINDS: Final = {"prod": "production", "cap": "capacity", "reserves": "reserves"}


@dataclass(frozen=True, kw_only=True)
class Measure:
    """What a column holds, as its heading says."""

    column: str
    kind: str
    what: str
    unit: str
    year: int
    estimated: bool


@dataclass(frozen=True, kw_only=True)
class Table:
    """A world table before its numbers are read.

    ``rows`` has the columns ``country_printed``, ``type``, ``commodity``, ``unit`` (empty where the heading
    has it), ``line``, the measures as text, and notes as ``notes_prod``, ``notes_cap``, ``notes_reserves``.
    """

    rows: pl.DataFrame
    measures: tuple[Measure, ...]
    edition: int
    file: str
    """Name of the file without its ending, in small letters: records of known faults go by it."""
    words_in_notes: bool = False


def measure_of(heading: str, edition: int) -> Measure | None:
    """What a heading of 2022-2024 says, or None if it is no measure with a known unit.

    Examples
    --------
    >>> measure_of("Prod_kt_est_2023", 2024).unit, measure_of("Reserves_ore_kt", 2024).what
    ('thousand metric tons', 'ore')
    """
    match = _MEASURE.match(squeezed(heading))
    if match is None:
        return None
    kind = match["kind"].casefold()
    return Measure(
        column=heading,
        kind=kind,
        what=(match["what"] or "").replace("_", " "),
        unit=_UNITS[match["unit"].casefold()],
        year=int(match["year"]) if match["year"] else edition - 1,
        estimated=bool(match["est"]),
    )


def of_one_commodity(
    raw: pl.DataFrame, file: str, commodity: str, edition: int, findings: Findings
) -> Table | None:
    """A table of 2022-2024, its headings checked; None with findings if one cannot be understood."""
    columns, meant = _named(raw, ("Source", "Country", "Type"), findings)
    measures, notes = _measures(
        raw, lambda name: measure_of(name, edition), (*columns.values(), *meant), _LIKE, findings
    )
    if not measures:
        findings.refuse(
            "column",
            "line 1",
            "no column of production, capacity or reserves",
            "give the publisher's own file",
        )
    if findings.refusals:
        return None
    rows = raw.select(
        pl.col(columns["Country"]).alias("country_printed"),
        pl.col(columns["Type"]).fill_null("").alias("type"),
        pl.lit(commodity).alias("commodity"),
        pl.lit("").alias("unit"),
        pl.col(columns["Source"]).alias("source"),
        "line",
        *(pl.col(m.column) for m in measures),
        *notes,
    )
    _check_source(rows, edition, findings)
    return Table(rows=rows, measures=measures, edition=edition, file=file)


def _named(
    raw: pl.DataFrame, wanted: Sequence[str], findings: Findings
) -> tuple[dict[str, str], tuple[str, ...]]:
    """Wanted heading -> heading of the file, and headings that may be meant by those that are missing."""
    folded = {squeezed(name).casefold(): name for name in raw.columns}
    meant: list[str] = []
    for heading in wanted:
        if heading.casefold() not in folded:
            meant += refuse_column(heading, raw.columns, findings)
    return {h: folded[h.casefold()] for h in wanted if h.casefold() in folded}, tuple(meant)


def _measures(
    raw: pl.DataFrame,
    meaning: Callable[[str], Measure | None],
    others: Collection[str],
    like: str,
    findings: Findings,
) -> tuple[tuple[Measure, ...], list[pl.Expr]]:
    """Columns of figures, and the notes about each kind as ``notes_<kind>``; any other column is refused."""
    measures: list[Measure] = []
    notes: dict[str, pl.Expr] = {}
    for name in raw.columns:
        note, measure = _NOTES.match(squeezed(name)), meaning(name)
        if note:
            kind = "reserves" if note["kind"].casefold().startswith("reserve") else note["kind"].casefold()
            notes[kind] = pl.col(name)
        elif measure:
            measures.append(measure)
        elif name not in others and name != "line":
            _unknown_column(raw, name, like, findings)
    told = [notes.get(kind, pl.lit("")).fill_null("").alias(f"notes_{kind}") for kind in KINDS]
    return tuple(measures), told


def _unknown_column(raw: pl.DataFrame, name: str, like: str, findings: Findings) -> None:
    filled = raw.filter(pl.col(name).is_not_null())
    if name.startswith("column_"):
        if filled.height:
            findings.mended(
                "column",
                f"line {filled['line'][0]}",
                f"{filled.height} cells stand in a column without a heading, first {filled[name][0][:40]!r}",
                "left out",
            )
        return
    findings.refuse(
        "column",
        "line 1",
        f"column {name!r} is none that this table has",
        f"write it as the publisher does: {like}",
    )


def _check_source(rows: pl.DataFrame, edition: int, findings: Findings) -> None:
    for said in rows["source"].drop_nulls().unique().sort():
        if squeezed(said).replace(" ", "").casefold() != f"mcs{edition}":
            findings.refuse(
                "layout", "column 'Source'", f"says {said!r}, the file name says {edition}", "rename the file"
            )


def of_2025(raw: pl.DataFrame, file: str, findings: Findings) -> Table | None:
    """The one table of 2025; headings with a lost blank or case are taken and noted."""
    columns, meant = _named(raw, ("SOURCE", "COMMODITY", "COUNTRY", "TYPE", "UNIT_MEAS"), findings)
    held = {found.kind for name in raw.columns if (found := _measure_2025(name))}
    for kind, heading in (("prod", "PROD_2023"), ("reserves", "RESERVES_2024")):
        if kind not in held:
            meant += tuple(refuse_column(heading, raw.columns, findings))
    measures, notes = _measures(raw, _measure_2025, (*columns.values(), *meant), _LIKE_2025, findings)
    if findings.refusals:
        return None
    edition = max(m.year for m in measures) + 1
    rows = raw.select(
        pl.col(columns["COUNTRY"]).alias("country_printed"),
        pl.col(columns["TYPE"]).fill_null("").alias("type"),
        pl.col(columns["COMMODITY"]).alias("commodity"),
        pl.col(columns["UNIT_MEAS"]).fill_null("").alias("unit"),
        pl.col(columns["SOURCE"]).alias("source"),
        "line",
        *(pl.col(m.column) for m in measures),
        *notes,
    )
    _check_source(rows, edition, findings)
    return Table(rows=rows, measures=measures, edition=edition, file=file, words_in_notes=True)


def _measure_2025(heading: str) -> Measure | None:
    match = _YEARS_2025.match(squeezed(heading))
    if match is None:
        return None
    return Measure(
        column=heading,
        kind=match["kind"].casefold(),
        what="",
        unit="",
        year=int(match["year"]),
        estimated=bool(match["est"]),
    )
