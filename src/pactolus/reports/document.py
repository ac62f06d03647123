"""The report as data: sections of claims, tables and charts, free of language and format.

A section builds it once; HTML, PDF and XLSX render it in each language. Numbers are `Figure`, words
are `Term` or phrase keys of `wording`; nothing here is a sentence.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from pactolus.catalogue.origins import Claim, Figure, Origin, Term

if TYPE_CHECKING:
    from pactolus.reports.way import Trail

__all__ = ["Block", "Brief", "Card", "Cell", "Chart", "Column", "Section", "Slots", "Table"]

Cell = Figure | Term | None
"""A cell of a table; None is an empty cell, never a missing number (that is a Figure with a status)."""


Slots = Mapping[str, Term | str]
"""What fills the places of a heading: a word to be named, or a text the same in all languages (a year)."""


@dataclass(frozen=True, kw_only=True)
class Column:
    """One column of a printed table."""

    key: str
    label: str
    """Phrase key of the heading."""
    slots: Slots = field(default_factory=dict)
    member: str = ""
    """Member the column speaks of; columns of members follow the reader's order."""
    numeric: bool = False
    literal: bool = False
    """The heading is a name as a file holds it, not a word that begins with a capital."""


@dataclass(frozen=True, kw_only=True)
class Table:
    """A printed table: one sheet of the workbook."""

    id: str
    title: str
    """Phrase key."""
    slots: Slots = field(default_factory=dict)
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    notes: tuple[Claim, ...] = ()
    appendix: bool = False
    """Shown folded in HTML and left to the workbook in the PDF."""


@dataclass(frozen=True, kw_only=True)
class Chart:
    """A picture: its kind, plain data, and the table that holds the same numbers."""

    id: str
    title: str
    """Phrase key."""
    slots: Slots = field(default_factory=dict)
    kind: Literal[
        "flow_map", "stage_columns", "heatmap", "series", "bars", "timeline", "project_map", "ribbons"
    ]
    data: Mapping[str, Any]
    """Plain lists, numbers and vocabulary ids, as documented for each kind in `reports.figures`."""
    notes: tuple[Claim, ...] = ()
    origins: tuple[str, ...] = ()


Block = Claim | Table | Chart


@dataclass(frozen=True, kw_only=True)
class Section:
    """One section of a report."""

    id: str
    title: str
    """Phrase key."""
    slots: Slots = field(default_factory=dict)
    blocks: tuple[Block, ...]
    role: Literal["key", "body", "annex", "appendix"] = "body"
    """``key``: key messages on the first page; ``annex``: begins on a new page in the PDF; ``appendix``:
    folded in HTML, small type at the PDF's end."""


@dataclass(frozen=True, kw_only=True)
class Card:
    """One headline number on the first page."""

    label: str
    """Phrase key of what the number is (short: it stands above the number)."""
    slots: Slots = field(default_factory=dict)
    figure: Figure
    member: str = ""
    """Member it speaks of; its cards stand together in the reader's order, empty = of all together."""
    note: Claim | None = None
    """One short line below the number."""


@dataclass(frozen=True, kw_only=True)
class Brief:
    """A whole report for some members."""

    members: tuple[str, ...]
    year: int
    as_of: str
    """ISO date printed on the report and used for all timestamps in files."""
    vintage: str
    version: str
    title: str = "brief.title"
    """Phrase key of the heading on the first page."""
    slots: Slots = field(default_factory=dict)
    cards: tuple[Card, ...] = ()
    sections: tuple[Section, ...]
    origins: Mapping[str, Origin] = field(default_factory=dict)
    trails: Mapping[str, Trail] = field(default_factory=dict)
    """Way back of every printed number that rests on rows of the world, by the id of the figure."""
    marks: tuple[Claim, ...] = ()
    """What stands on every page: the label of a result that is not open, "fictitious"."""
    name: str = ""
    """Beginning of the names of its files; ``brief-<members>`` if empty."""

    @property
    def stem(self) -> str:
        """Beginning of the names of its files."""
        return self.name or "-".join(("brief", *self.members))
