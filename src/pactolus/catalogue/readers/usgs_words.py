"""Words, units and names of the USGS Mineral Commodity Summaries, the same in every layout.

A word in place of a number is a gap with a flag, never a number: ``W`` withheld, ``NA`` not available, ``s``
less than half a unit or counted in another row, ``Large`` and the like for reserves, ``>9,100,000`` a bound,
``330 - 390`` a range. The dash ``—`` is the publisher's zero.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Final, NamedTuple

import polars as pl

from pactolus.catalogue.reading.findings import Findings
from pactolus.catalogue.reading.names import as_known, fold_name, is_total, known_countries
from pactolus.catalogue.reading.numbers import Words, add_number

__all__ = [
    "ROW_UNITS",
    "Series",
    "base_unit",
    "flag_in_notes",
    "is_estimated",
    "listed_series",
    "read_numbers",
    "refuse_below_zero",
    "spelling",
    "split_country",
    "squeezed",
    "suffix_of",
]

_HERE: Final = Path(__file__).parent

#: Unit as it stands in a row -> base unit, base units in one of it.
ROW_UNITS: Final[Mapping[str, tuple[str, int]]] = {
    "metric tons": ("kg", 1_000),
    "tons": ("kg", 1_000),
    "thousand metric tons": ("kg", 1_000_000),
    "thousand metric dry tons": ("kg", 1_000_000),
    "million metric tons": ("kg", 1_000_000_000),
    "kilograms": ("kg", 1),
    "carats": ("ct", 1),
    "thousand carats": ("ct", 1_000),
    "thousands of carats": ("ct", 1_000),
    "million carats": ("ct", 1_000_000),
    "million cubic meters": ("m3", 1_000_000),
    "million liters": ("m3", 1_000),
}
_BLANK: Final = re.compile(r"[\s\u00a0\u2007\u202f]+")
_GAPS: Final = (
    "W", "NA", "XX", "E", "s", "Large", "Moderate", "Small", "Very small", "Moderate to large",
)  # fmt: skip
#: Phrases that stand in place of a number, and the flag that the empty cell carries.
_PHRASES: Final = (
    (re.compile(r"^less than (?:½|1/2|one-half) unit\b", re.I), "s"),
    (re.compile(r"^included (?:with|in|under)\b", re.I), "s"),
    (re.compile(r"^(?:reserves are )?(?:categorized as|considered to be)\W*large\W*$", re.I), "Large"),
    (re.compile(r"^W for\b"), "W"),
)
#: Words that are kept as they are printed: ranges, bounds with a note, and descriptions of a price.
_VERBATIM: Final = re.compile(r"^[\d.,]+\s*[-–]\s*[\d.,]+$|^variable, ", re.I)
_LOST_SIGN: Final = re.compile(r"^\?[\d.,]+$")
_LEADING_MARK: Final = re.compile(r"^[er](?=[\d.,]+$)")
_NOTED_WORDS: Final = re.compile(
    r"^(W|NA|XX|Large|Moderate|Small|Very small|Moderate to large)\b[\s.]*", re.I
)
#: Words behind a country's name that say nothing of the basis, so that MCS 2026 leaves them out.
_SILENT: Final = frozenset(
    {
        "rounded",
        "includes puerto rico",
        "shipments",
        "beneficiated",
        "concentrate",
        "recoverable",
        "overseas territory of france",
        "extracted from natural gas",
        "from cliffside field",
    }
)
_QUALIFIED: Final = re.compile(r"^(?P<name>[^()]+?)\s*\((?P<words>[^()]+)\)\s*(?P<mark>\d{1,2}|[a-z])?$")


class Series(NamedTuple):
    """Names of a series in MCS 2026; an empty one says that the column holds nothing for it."""

    production: str
    reserves: str
    capacity: str


def squeezed(text: str | None) -> str:
    """Text with single blanks, none at its ends, and no unbreakable ones."""
    return _BLANK.sub(" ", text or "").strip()


def base_unit(unit: str | None) -> tuple[str, int] | None:
    """Base unit and factor of a unit as printed, None if it is not known."""
    return ROW_UNITS.get(squeezed(unit).casefold())


def read_numbers(
    frame: pl.DataFrame,
    column: str,
    findings: Findings,
    place: Callable[[int], str],
    *,
    at_least: float | None = 0.0,
) -> pl.DataFrame:
    """Read a text column as numbers in ``value``, with the word or mark that stood there in ``flag``.

    ``e5,000`` is 5,000 with the flag ``e``; ``?10`` is a word: the publisher's file lost its sign.
    """
    cells = [squeezed(cell) or None for cell in frame[column].to_list()]
    marks = [_LEADING_MARK.match(cell) if cell else None for cell in cells]
    bare = [cell[1:] if cell and mark else cell for cell, mark in zip(cells, marks, strict=True)]
    for n, cell in enumerate(bare):
        if cell and _LOST_SIGN.match(cell):
            findings.mended("number", place(n), f"{cell!r} has lost its sign", "kept as a word, not a number")
    words = _words({cell for cell in bare if cell})
    read = add_number(
        frame.with_columns(pl.Series(column, bare, dtype=pl.String)),
        column,
        words,
        findings,
        place,
        at_least=at_least,
    )
    told = pl.Series([mark.group() if mark else None for mark in marks], dtype=pl.String)
    return read.with_columns(flag=pl.coalesce(told, "flag"))


def _words(cells: Iterable[str]) -> Words:
    gaps = {word: word for word in _GAPS}
    for cell in cells:
        if _VERBATIM.match(cell) or _LOST_SIGN.match(cell):
            gaps[cell] = cell
        for pattern, flag in _PHRASES:
            if pattern.match(cell):
                gaps[cell] = flag
    return Words(gaps=gaps, zeros=("—",))


def refuse_below_zero(frame: pl.DataFrame, findings: Findings, place: Callable[[int], str]) -> None:
    """Refuse every figure in ``value`` that is below 0."""
    for n, value in enumerate(frame["value"].to_list()):
        if value is not None and value < 0:
            findings.refuse("range", place(n), f"{value:g} is below 0", "correct the cell or empty it")


def flag_in_notes(note: str) -> str | None:
    """The word that stands in the column of notes where the figure itself is empty (layout of 2025)."""
    text = squeezed(note)
    for pattern, flag in _PHRASES:
        if pattern.match(text):
            return flag
    word = _NOTED_WORDS.match(text)
    return next((w for w in _GAPS if w.casefold() == word[1].casefold()), None) if word else None


def is_estimated(note: str, year: int, *, heading: bool) -> str | None:
    """Flag of a figure: e estimated, r reported, None where nothing is said.

    Parameters
    ----------
    note : str
        The row's note on production.
    year : int
    heading : bool
        True if the heading of the column says "est".
    """
    text = squeezed(note).casefold()
    years = [int(y) for y in re.findall(r"\b(20\d\d)\b", text)]
    meant = not years or year in years
    if meant and re.search(r"\breported\b", text) and "unreported" not in text:
        return "r" if years or not heading else "e"
    if heading:
        return "e"
    return "e" if year in years and "estimated" in text else None


@cache
def _spellings() -> Mapping[str, str]:
    with (_HERE.parent / "reading" / "names.csv").open(encoding="utf-8", newline="") as file:
        found: dict[str, str] = {}
        for row in csv.DictReader(file):
            found.setdefault(fold_name(row["name"]), row["name"])
        return found


def spelling(name: str) -> str:
    """The spelling of ``names.csv`` where only case, accents or blanks differ."""
    return _spellings().get(fold_name(name), name)


def split_country(printed: str) -> tuple[str, str]:
    """A country and the words about its figure: ``France (crude)`` -> ``France``, ``crude``.

    Examples
    --------
    >>> split_country("Congo (Kinshasa)"), split_country("Argentina, crude ore")
    (('Congo (Kinshasa)', ''), ('Argentina', 'crude ore'))
    """
    name = squeezed(printed)
    known = known_countries()
    if fold_name(name) in known or is_total(name):
        return name, ""
    bracket = _QUALIFIED.match(name)
    if bracket and fold_name(as_known(bracket["name"], known)) in known:
        return bracket["name"], bracket["words"].strip()
    first, _, rest = name.partition(", ")
    if rest and fold_name(first) in known and fold_name(as_known(name, known)) not in known:
        return first, rest.strip()
    return name, ""


def suffix_of(words: str) -> str:
    """What the words about a country's figure add to the name of its series: `` : crude`` or nothing."""
    return "" if not words or words.casefold() in _SILENT else f": {words}"


@cache
def _listed() -> Mapping[str, tuple[tuple[str, str, Series], ...]]:
    found: dict[str, list[tuple[str, str, Series]]] = {}
    with (_HERE / "usgs_series.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            names = Series(row["production"], row["reserves"], row["capacity"])
            for commodity in row["commodity"].split("|"):
                found.setdefault(commodity.casefold(), []).append(
                    (row["type"].casefold(), row["words"].casefold(), names)
                )
    return {commodity: tuple(rows) for commodity, rows in found.items()}


def listed_series(commodity: str, kind: str, words: str) -> tuple[Series, bool] | None:
    """The series of MCS 2026 that a table of an earlier edition continues.

    Parameters
    ----------
    commodity : str
        Short name in the file name (``cobal``), or the commodity column of 2025.
    kind : str
        The column ``Type``.
    words : str
        What the row says behind the country's name.

    Returns
    -------
    (Series, exact) or None
        `exact` is True if the list names the words too, so that they add nothing to the name. The longest
        listed beginning of `kind` wins (listed with ``*`` at its end).
    """
    rows = _listed().get(squeezed(commodity).casefold(), ())
    printed, said = squeezed(kind).casefold(), words.casefold()
    for asked in dict.fromkeys((said, "")):
        fitting = [
            (len(listed), names)
            for listed, listed_words, names in rows
            if listed_words == asked
            and (printed == listed or (listed.endswith("*") and printed.startswith(listed[:-1])))
        ]
        if fitting:
            return max(fitting, key=lambda f: f[0])[1], bool(asked)
    return None
