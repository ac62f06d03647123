"""A report in one language, before any format: text and figures that HTML, PDF and XLSX only set.

Nothing is computed here: words are looked up, columns are put in the reader's order, and each chart
gets the table that holds the same numbers.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from pactolus.catalogue.origins import Claim, Figure, Origin, Term
from pactolus.reports.document import Brief, Card, Cell, Chart, Column, Section, Slots, Table
from pactolus.reports.figures.common import word
from pactolus.reports.figures.tables import chart_grid
from pactolus.reports.once import once
from pactolus.wording.names import member_order, name, spans_of
from pactolus.wording.numbers import format_figure
from pactolus.wording.phrases import phrase, render_claim, require_lang

__all__ = [
    "BriefView",
    "CardView",
    "CellView",
    "ChartView",
    "Group",
    "HeadView",
    "Paragraph",
    "Run",
    "SectionView",
    "TableView",
    "grouped",
    "heading_text",
    "source_line",
    "sources_text",
    "view_of",
]

_NUMBER: Final = re.compile(r"[<±+−-]?[\d.,]*%?")


@dataclass(frozen=True, slots=True)
class Run:
    """A run of text; a number carries its figure, a text in another language says which."""

    text: str
    figure: Figure | None = None
    lang: str = ""


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One sentence or note."""

    key: str
    runs: tuple[Run, ...]

    @property
    def text(self) -> str:
        """The sentence without marks."""
        return "".join(run.text for run in self.runs)


@dataclass(frozen=True, slots=True)
class CellView:
    """One cell: its text, and the figure behind it."""

    text: str
    figure: Figure | None = None
    reason: str = ""
    """Why there is no number, where there is none."""
    lang: str = ""
    code: str = ""
    """Identifier of a term, for readers of the workbook."""

    @property
    def missing(self) -> bool:
        """Whether a number belongs here and there is none."""
        return self.figure is not None and self.figure.value is None


@dataclass(frozen=True, slots=True)
class HeadView:
    """One column heading."""

    text: str
    numeric: bool = False
    member: str = ""


@dataclass(frozen=True, slots=True)
class TableView:
    """A table as it is printed."""

    id: str
    title: str
    heads: tuple[HeadView, ...]
    rows: tuple[tuple[CellView, ...], ...]
    notes: tuple[Paragraph, ...] = ()
    sources: tuple[str, ...] = ()
    """Ids of origins."""
    appendix: bool = False


@dataclass(frozen=True, slots=True)
class ChartView:
    """A chart with the table of its numbers."""

    id: str
    title: str
    chart: Chart
    table: TableView
    notes: tuple[Paragraph, ...] = ()
    sources: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SectionView:
    """A section."""

    id: str
    title: str
    role: str
    blocks: tuple[Paragraph | TableView | ChartView, ...]


@dataclass(frozen=True, slots=True)
class CardView:
    """A headline number."""

    label: str
    text: str
    figure: Figure
    member: str
    note: Paragraph | None

    @property
    def number(self) -> str:
        """The digits with their sign, set large; the whole text where there is no number."""
        return _NUMBER.match(self.text)[0] if self.figure.value is not None else self.text  # type: ignore[index]

    @property
    def unit(self) -> str:
        """What follows the digits, set small."""
        return self.text[len(self.number) :].strip()


@dataclass(frozen=True)
class BriefView:
    """A report in one language."""

    lang: str
    title: str
    members: tuple[str, ...]
    member_names: Mapping[str, str]
    brief: Brief
    cards: tuple[CardView, ...]
    sections: tuple[SectionView, ...]
    origins: Mapping[str, Origin]
    figures: Mapping[str, Figure] = field(default_factory=dict)
    """Every printed number by its id."""
    marks: tuple[str, ...] = ()
    """What stands on every page."""


@once(keep=3)  # one in each language
def view_of(brief: Brief, lang: str) -> BriefView:
    """A report in the words of one language.

    Parameters
    ----------
    brief : Brief
    lang : str
        One of ``en``, ``ko``, ``ja``.

    Returns
    -------
    BriefView

    Raises
    ------
    UnknownTermError
        If the language, a phrase or a term is unknown.
    """
    require_lang(lang)
    order = member_order(brief.members, lang)
    cards = sorted(brief.cards, key=lambda c: order.index(c.member) if c.member in order else -1)
    sections = tuple(_section(s, lang) for s in brief.sections)
    views = tuple(_card(c, lang) for c in cards)
    figures = {f.id: f for f in _figures(views, sections)}
    return BriefView(
        lang=lang,
        title=heading_text(brief, lang),
        members=order,
        member_names={m: name(Term("country", (m,)), lang) for m in order},
        brief=brief,
        cards=views,
        sections=sections,
        origins=dict(sorted(brief.origins.items())),
        figures=figures,
        marks=tuple(_paragraph(mark, lang).text for mark in brief.marks),
    )


def heading_text(block: Brief | Section | Table | Chart | Card | Column, lang: str) -> str:
    """The heading of a part, its places filled."""
    key = block.label if isinstance(block, Card | Column) else block.title
    return phrase(lang, key, **_filled(block.slots, lang))


def _filled(slots: Slots, lang: str) -> dict[str, str]:
    return {k: name(v, lang) if isinstance(v, Term) else v for k, v in slots.items()}


def source_line(origin: Origin) -> str:
    """Publisher and title, as the publisher names them; edition and licence stand in the list of origins."""
    return f"{origin.producer}, {origin.title}"


def sources_text(ids: Sequence[str], origins: Mapping[str, Origin]) -> str:
    """Sources of a table or chart in one line, each once."""
    lines = dict.fromkeys(source_line(origins[i]) if i in origins else i for i in ids)
    return "; ".join(lines)


def _section(section: Section, lang: str) -> SectionView:
    blocks = tuple(_block(b, lang) for b in section.blocks)
    return SectionView(id=section.id, title=heading_text(section, lang), role=section.role, blocks=blocks)


def _block(block: Claim | Table | Chart, lang: str) -> Paragraph | TableView | ChartView:
    if isinstance(block, Claim):
        return _paragraph(block, lang)
    return _table(block, lang) if isinstance(block, Table) else _chart(block, lang)


def _paragraph(claim: Claim, lang: str) -> Paragraph:
    return Paragraph(claim.key, tuple(Run(s.text, s.figure, s.lang) for s in render_claim(claim, lang)))


def _card(card: Card, lang: str) -> CardView:
    return CardView(
        label=heading_text(card, lang),
        text=format_figure(card.figure, lang, reason=False),
        figure=card.figure,
        member=card.member,
        note=_paragraph(card.note, lang) if card.note is not None else None,
    )


def _chart(chart: Chart, lang: str) -> ChartView:
    title = heading_text(chart, lang)
    heads, rows = chart_grid(chart, lang)
    cells = tuple(tuple(_cell(c, lang) for c in row) for row in rows)
    table = TableView(
        id=f"{chart.id}-table",
        title=title,
        heads=tuple(HeadView(text, numeric) for text, numeric in heads),
        rows=cells,
        sources=chart.origins or _origins_of(cells),
    )
    notes = tuple(_paragraph(n, lang) for n in chart.notes)
    return ChartView(id=chart.id, title=title, chart=chart, table=table, notes=notes, sources=table.sources)


def _table(table: Table, lang: str) -> TableView:
    order = column_order(table.columns, lang)
    cells = tuple(tuple(_cell(row[i], lang) for i in order) for row in table.rows)
    columns = [table.columns[i] for i in order]
    return TableView(
        id=table.id,
        title=heading_text(table, lang),
        heads=tuple(HeadView(_head(c, lang), c.numeric, c.member) for c in columns),
        rows=cells,
        notes=tuple(_paragraph(n, lang) for n in table.notes),
        sources=_origins_of(cells),
        appendix=table.appendix,
    )


def _head(column: Column, lang: str) -> str:
    text = heading_text(column, lang)
    return text if column.literal else _capital(text)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def column_order(columns: Sequence[Column], lang: str) -> list[int]:
    """Places of columns, those of members in the reader's order, grouped by member or by heading."""
    places: list[int] = []
    at = 0
    while at < len(columns):
        end = at
        while end < len(columns) and bool(columns[end].member) == bool(columns[at].member):
            end += 1
        run = list(range(at, end))
        places += _run_order(run, columns, lang) if columns[at].member else run
        at = end
    return places


def _run_order(run: list[int], columns: Sequence[Column], lang: str) -> list[int]:
    members = tuple(dict.fromkeys(columns[i].member for i in run))
    rank = {m: n for n, m in enumerate(member_order(members, lang))}
    seen = [columns[i].member for i in run]
    together = seen == sorted(seen, key=members.index)  # all columns of a member stand beside each other
    if together and (len({columns[i].label for i in run}) > 1 or len(run) == len(members)):
        return sorted(run, key=lambda i: rank[columns[i].member])
    labels = list(dict.fromkeys(columns[i].label for i in run))
    return sorted(run, key=lambda i: (labels.index(columns[i].label), rank[columns[i].member]))


def _cell(cell: Cell | str, lang: str) -> CellView:
    if cell is None:
        return CellView("")
    if isinstance(cell, str):
        return CellView(cell)
    if isinstance(cell, Figure):
        reason = format_figure(cell, lang) if cell.value is None else ""
        return CellView(format_figure(cell, lang, reason=False), cell, reason)
    spans = spans_of(cell, lang)
    other = next((s.lang for s in spans if s.lang), "")
    return CellView(word(cell, lang), None, "", other, _code(cell))


def _code(term: Term) -> str:
    """What a workbook and a link find a term by; a text in three languages may carry an id."""
    if term.kind == "parallel":
        return term.ids[3] if len(term.ids) > 3 else ""
    return "" if term.kind == "why" else "+".join(term.ids)


def _origins_of(rows: Iterable[Sequence[CellView]]) -> tuple[str, ...]:
    found = {o for row in rows for cell in row if cell.figure is not None for o in cell.figure.origins}
    return tuple(sorted(found))


def _figures(cards: Sequence[CardView], sections: Sequence[SectionView]) -> Iterator[Figure]:
    for card in cards:
        yield card.figure
        if card.note is not None:
            yield from _in_runs(card.note)
    for section in sections:
        for block in section.blocks:
            yield from _in_block(block)


def _in_block(block: Any) -> Iterator[Figure]:
    if isinstance(block, Paragraph):
        yield from _in_runs(block)
        return
    table = block.table if isinstance(block, ChartView) else block
    yield from (cell.figure for row in table.rows for cell in row if cell.figure is not None)
    for note in block.notes:
        yield from _in_runs(note)


def _in_runs(paragraph: Paragraph) -> Iterator[Figure]:
    yield from (run.figure for run in paragraph.runs if run.figure is not None)


@dataclass(frozen=True, slots=True)
class Group:
    """Blocks that are set together: a run of claims, or one chart or table."""

    kind: str
    blocks: tuple[Paragraph | TableView | ChartView, ...]


def grouped(blocks: Sequence[Paragraph | TableView | ChartView]) -> Iterator[Group]:
    """Claims that follow each other stand in one list."""
    claims: list[Paragraph | TableView | ChartView] = []
    for block in blocks:
        if isinstance(block, Paragraph):
            claims.append(block)
            continue
        if claims:
            yield Group("claims", tuple(claims))
            claims = []
        yield Group("chart" if isinstance(block, ChartView) else "table", (block,))
    if claims:
        yield Group("claims", tuple(claims))
