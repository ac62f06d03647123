"""Figures of the IEA's data explorer, cell by cell, and what they become: whole kilograms by key."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import polars as pl

from pactolus.catalogue.reading.findings import Findings
from pactolus.catalogue.reading.keys import one_row_a_key
from pactolus.catalogue.reading.names import add_country
from pactolus.catalogue.reading.numbers import Words

__all__ = ["BASE", "GAPS", "Cell", "scenario_of", "tidy"]

#: Scenario of the base year and of the supply outlook, which has one case only.
BASE: Final = "base"
#: What may stand in an empty cell.
GAPS: Final = Words(gaps={"": "", "..": "", "...": "", "…": "", "-": "", "–": "", "—": ""}, bounds=False)

_SCENARIOS: Final[Mapping[str, str]] = {
    "stated policies": "STEPS",
    "announced pledges": "APS",
    "net zero emissions by 2050": "NZE",
    "current policies": "CPS",
}
_SUM: Final = re.compile(r"^(?:total\b|top 3 share|share of\b)", re.IGNORECASE)
_NOTE: Final = re.compile(r"^(?:notes?|sources?)\b|^[“\"]", re.IGNORECASE)
_KG_PER_KT: Final = 1_000_000
_MOST_KT: Final = 1e9
"""More than the mass of all metals ever mined: such a number is no quantity in kt."""
_ROUNDED: Final = 0.005
_DOUBTED: Final = 0.2
"""The edition of 2025 has printed totals up to 15 % off the rows above them (graphite, NZE); a slip of one
digit in a large row is beyond."""
_NAMES: Final = ("side", "mineral_name", "item", "country_name", "scenario", "year")
_SCHEMA: Final = dict.fromkeys(_NAMES[:-1], pl.String) | {
    "year": pl.Int64,
    "quantity_kg": pl.Int64,
    "place": pl.String,
}


@dataclass(frozen=True, slots=True)
class Cell:
    """One figure as printed: `value` in kt, `place` where it stands."""

    side: str
    mineral_name: str
    item: str
    country_name: str
    scenario: str
    year: int
    value: float | None
    place: str


def scenario_of(heading: str) -> str:
    """Short name of a scenario: ``Stated Policies scenario`` -> ``STEPS``; another name stays as printed."""
    name = re.sub(r"\s*scenario$", "", " ".join(heading.split()), flags=re.IGNORECASE)
    return _SCENARIOS.get(name.casefold(), name)


def tidy(cells: list[Cell], findings: Findings) -> pl.DataFrame:
    """Whole kilograms by key: sums checked and left out, countries named, one row a key."""
    figures = _figures(cells, findings)
    if not findings.refusals:  # a cell that cannot be read makes every sum wrong
        _check_sums(figures, findings)
    parts = [c for c in figures if not _is_sum(c)]
    rows = [
        (c.side, c.mineral_name, c.item, c.country_name, c.scenario, c.year, _kg(c), c.place) for c in parts
    ]
    table = pl.DataFrame(rows, schema=_SCHEMA, orient="row")
    supply = table.filter(pl.col("side") == "supply")
    supply = add_country(supply, "country_name", findings, lambda row: str(supply["place"][row]))
    demand = table.filter(pl.col("side") != "supply").with_columns(country=pl.lit("WLD"))
    both = pl.concat([supply, demand], how="diagonal")
    unique = one_row_a_key(both, _NAMES, ["quantity_kg"], findings, lambda row: str(both["place"][row]))
    series = pl.format("{}: {}", "mineral_name", pl.when(pl.col("side") == "supply").then("item"))
    named = unique.with_columns(series=pl.coalesce(series, "mineral_name"))
    return named.select("series", *_NAMES[:4], "country", *_NAMES[4:], "quantity_kg")


def _figures(cells: list[Cell], findings: Findings) -> list[Cell]:
    """Cells without lines of notes, and without figures that are no quantity."""
    figures = []
    notes: dict[tuple[str, str, str], str] = {}
    for cell in cells:
        names = (cell.mineral_name, cell.item, cell.country_name)
        if any(_NOTE.match(name) for name in names):
            notes.setdefault(names, cell.place)
            if cell.value is not None:
                findings.refuse("layout", cell.place, "a figure in a line of notes", "move the note")
        elif cell.value is None or 0 <= cell.value < _MOST_KT:
            figures.append(cell)
        else:
            findings.refuse(
                "range", cell.place, f"{cell.value:g} kt", "a quantity in kt lies between 0 and 1e9"
            )
    for place in notes.values():
        findings.mended("layout", place, "a line of notes inside the table", "left out")
    return figures


def _kg(cell: Cell) -> int | None:
    return None if cell.value is None else round(cell.value * _KG_PER_KT)


def _is_sum(cell: Cell) -> bool:
    name = cell.country_name if cell.side == "supply" else cell.item
    return bool(
        _SUM.match(name) or (cell.side in ("technology", "clean_total") and _SUM.match(cell.mineral_name))
    )


def _check_sums(cells: list[Cell], findings: Findings) -> None:
    """Compare a printed total of supply with its countries, and of demand with its uses."""
    parts: dict[tuple[object, ...], float] = {}
    for cell in cells:
        if not _is_sum(cell) and cell.side in ("supply", "demand"):
            key = _group(cell)
            parts[key] = math.fsum((parts.get(key, 0.0), cell.value or 0.0))
    for cell in cells:
        name = cell.country_name if cell.side == "supply" else cell.item
        if (
            name.casefold() not in ("total", "total demand")
            or cell.value is None
            or _group(cell) not in parts
        ):
            continue
        added = parts[_group(cell)]
        gap = abs(cell.value - added) / max(cell.value, added, 1e-9)
        what = f"the printed total is {cell.value:g} kt, the rows add up to {added:g} kt"
        if gap > _DOUBTED:
            findings.doubt("total", cell.place, what, "look for a missing row or a value in another unit")
        elif gap > _ROUNDED:
            findings.mended("total", cell.place, what, "the rows are kept, the total is not used")


def _group(cell: Cell) -> tuple[object, ...]:
    item = cell.item if cell.side == "supply" else ""
    return cell.side, cell.mineral_name, item, cell.scenario, cell.year
