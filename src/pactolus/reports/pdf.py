"""The printed report through Typst: fonts embedded, pictures as vectors, the same bytes each time."""

from __future__ import annotations

import functools
import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from pactolus.errors import DataError, MissingExtraError
from pactolus.reports.document import Brief
from pactolus.reports.figures.common import shorten, text_width
from pactolus.reports.figures.draw import draw
from pactolus.reports.sheets import sheet_names
from pactolus.reports.style import FONT_PDF, FONT_WEB, GRID, INK, MUTED, NAVY, member_colours
from pactolus.reports.svg import render_svg
from pactolus.reports.view import (
    BriefView,
    CellView,
    ChartView,
    HeadView,
    Paragraph,
    Run,
    SectionView,
    TableView,
    sources_text,
    view_of,
)
from pactolus.wording.phrases import phrase

__all__ = ["render_pdf"]

_HERE: Final = Path(__file__).parent
#: Longest Korean word that is kept on one line. [characters]
_WHOLE: Final = 14
#: Width of the text block. [pt]
_BLOCK: Final = 493.0
#: Space between the texts of two columns. [em]
_GUTTER: Final = 0.95
#: Size down to which a table is set smaller before its cells break into lines. [pt]
_LEAST: Final = 6.9
#: Room of the title at the foot of a page. [pt]
_FOOT: Final = 215.0


def render_pdf(brief: Brief, lang: str) -> bytes:
    """A report as PDF (A4).

    Parameters
    ----------
    brief : Brief
    lang : str
        One of ``en``, ``ko``, ``ja``.

    Returns
    -------
    bytes
        The file. Its date is ``brief.as_of``; nothing in it depends on the clock or on fonts of the machine.

    Raises
    ------
    MissingExtraError
        If Typst or mini-racer is not installed.
    DataError
        If Typst refuses the document.
    """
    try:
        import typst
    except ImportError as error:
        raise MissingExtraError.of("report", "writing a PDF") from error
    view = view_of(brief, lang)
    inputs = {"data": json.dumps(_data(view), ensure_ascii=False)}
    template = (_HERE / "templates" / "brief.typ").read_bytes()
    day = datetime.fromisoformat(brief.as_of).replace(tzinfo=UTC)
    try:
        content = typst.compile(
            template, font_paths=typst_fonts(), sys_inputs=inputs, format="pdf", timestamp=day
        )
    except typst.TypstError as error:
        raise DataError(f"PDF in {lang!r}: Typst refuses the document ({error})") from error
    if not isinstance(content, bytes):
        raise DataError(f"PDF in {lang!r}: Typst returned {type(content).__name__} instead of one file")
    return content


@functools.cache
def typst_fonts() -> Any:
    """The two fonts of the package and none of the machine."""
    import typst

    return typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(_HERE / "assets" / "fonts")]
    )


def _data(view: BriefView) -> dict[str, Any]:
    colours = member_colours(view.members)
    lang = view.lang
    figures_of = phrase(lang, "render.figures_of", year=view.brief.year)
    as_of = phrase(lang, "render.as_of", date=view.brief.as_of)
    program = phrase(lang, "render.program", version=view.brief.version)
    vintage = phrase(lang, "render.vintage", vintage=view.brief.vintage[:16])
    sheets = sheet_names(view)
    cards = [
        {
            "label": _words_of_text(c.label, lang),
            "colour": colours.get(c.member, "#8793a1"),
            "number": c.number,
            "unit": c.unit,
            "note": _words(c.note.runs, lang) if c.note is not None else [],
        }
        for c in view.cards
    ]
    return {
        "lang": lang,
        "title": view.title,
        "subtitle": f"{figures_of} · {as_of}",
        "version": view.brief.version,
        "footer": " · ".join((shorten(view.title, 7.0, _FOOT), as_of, vintage, program)),
        "style": {"font": FONT_PDF, "ink": INK, "muted": MUTED, "grid": GRID, "navy": NAVY},
        "words": {"source": phrase(lang, "render.source")},
        "members": [{"name": view.member_names[m], "colour": colours[m]} for m in view.members],
        "marks": [_words_of_text(mark, lang) for mark in view.marks],
        "cards": cards,
        "sections": [_section(s, view, sheets) for s in view.sections],
    }


def _section(section: SectionView, view: BriefView, sheets: Mapping[str, str]) -> dict[str, Any]:
    return {"title": section.title, "role": section.role, "blocks": list(_blocks(section, view, sheets))}


def _blocks(section: SectionView, view: BriefView, sheets: Mapping[str, str]) -> Iterator[dict[str, Any]]:
    claims: list[Any] = []
    for block in section.blocks:
        if isinstance(block, Paragraph):
            claims.append(_words(block.runs, view.lang))
            continue
        if claims:
            yield {"kind": "claims", "items": claims}
            claims = []
        if isinstance(block, ChartView):
            yield _chart(block, view)
        elif block.id == "sources":
            yield _origins(block.title, view)
        elif block.appendix:
            text = phrase(view.lang, "render.rest_in_workbook", rows=len(block.rows), sheet=sheets[block.id])
            yield {"kind": "elsewhere", "title": block.title, "text": text}
        else:
            yield _table(block, view, 6.9 if section.role == "appendix" else 7.8)
    if claims:
        yield {"kind": "claims", "items": claims}


def _chart(chart: ChartView, view: BriefView) -> dict[str, Any]:
    drawing = draw(chart.chart, view.lang)
    svg = render_svg(drawing.option, drawing.width, drawing.height, land=drawing.land)
    notes = [_words(n.runs, view.lang) for n in chart.notes]
    if chart.chart.kind in ("flow_map", "project_map"):
        notes.insert(0, _words_of_text(phrase(view.lang, "render.map_note"), view.lang))
    return {
        "kind": "chart",
        "title": chart.title,
        "svg": svg.replace(FONT_WEB, FONT_PDF),
        "notes": notes,
        "source": sources_text(chart.sources, view.origins),
    }


def _origins(title: str, view: BriefView) -> dict[str, Any]:
    """Publishers, editions, licences and links as a list, which reads better in print than long cells."""
    items = []
    for origin in view.origins.values():
        parts = (origin.edition, origin.licence, origin.carrier, origin.link)
        items.append(
            {"producer": origin.producer, "title": origin.title, "rest": ". ".join(p for p in parts if p)}
        )
    return {"kind": "origins", "title": title, "items": items}


def _table(table: TableView, view: BriefView, size: float) -> dict[str, Any]:
    lang = view.lang
    full = sum(_needed(table.heads, table.rows)[0])
    size = min(size, max(_BLOCK / full, _LEAST))
    widths = _widths(table.heads, table.rows, _BLOCK / size)
    size = max(size * min(1.0, _BLOCK / size / sum(widths)), 6.2)
    return {
        "kind": "table",
        "title": table.title,
        "size": round(size, 2),
        "widths": widths,
        "heads": [{"t": _words_of_text(h.text, lang), "n": h.numeric} for h in table.heads],
        "rows": [[{"t": _cell(c, lang), "m": c.missing} for c in row] for row in table.rows],
        "notes": [_words(n.runs, lang) for n in table.notes],
        "source": sources_text(table.sources, view.origins),
    }


def _cell(cell: CellView, lang: str) -> list[dict[str, Any]]:
    if cell.figure is not None:
        return [{"k": False, "p": [{"t": cell.text}]}]
    return _words((Run(cell.text, None, cell.lang),), lang)


def _widths(heads: Sequence[HeadView], rows: Sequence[Sequence[CellView]], room: float) -> list[float]:
    """Widths of columns in ems: numbers stay on one line, text shares what is left in several lines."""
    needed, least = _needed(heads, rows)
    if sum(needed) > room:
        loose = [w - x for w, x in zip(needed, least, strict=True)]
        share = min(1.0, (sum(needed) - room) / sum(loose)) if sum(loose) else 0.0
        return [round(w - x * share, 2) for w, x in zip(needed, loose, strict=True)]
    titles = [text_width(h.text, 1.0, bold=True) + _GUTTER for h in heads]
    wanted = [max(t - w, 0.0) for t, w in zip(titles, needed, strict=True)]
    share = min(1.0, (room - sum(needed)) / sum(wanted)) if sum(wanted) else 0.0
    return [round(w + x * share, 2) for w, x in zip(needed, wanted, strict=True)]


def _needed(heads: Sequence[HeadView], rows: Sequence[Sequence[CellView]]) -> tuple[list[float], list[float]]:
    """Widths of columns whose cells stand on one line, and the least widths they can take, in ems."""
    needed, least = [], []
    for n, head in enumerate(heads):
        cells = [text_width(row[n].text, 1.0) for row in rows]
        words = [text_width(w, 1.0) for row in rows for w in row[n].text.split()]
        title = max((text_width(w, 1.0, bold=True) for w in head.text.split()), default=1.0)
        widest, longest = max(cells, default=1.0), max(words, default=1.0)
        numeric = head.numeric or any(row[n].figure is not None for row in rows)
        needed.append(max(widest, min(title, 4.6)) + _GUTTER)
        least.append(needed[-1] if numeric else max(min(longest, 7.0), min(title, 5.0)) + _GUTTER)
    return needed, least


def _words_of_text(text: str, lang: str) -> list[dict[str, Any]]:
    return _words((Run(text),), lang)


def _words(runs: Sequence[Run], lang: str) -> list[dict[str, Any]]:
    """Runs as words to set: Korean words are kept whole, other languages break by their own rules."""
    pieces = [_piece(run) for run in runs if run.text]
    if lang != "ko":
        return [{"k": False, "p": pieces}] if pieces else []
    words: list[list[dict[str, Any]]] = [[]]
    for piece in pieces:
        parts = piece["t"].split(" ")
        for number, part in enumerate(parts):
            if number:
                words.append([])
            if part:
                words[-1].append({**piece, "t": part})
    return [{"k": sum(len(p["t"]) for p in word) <= _WHOLE, "p": word} for word in words if word]


def _piece(run: Run) -> dict[str, Any]:
    piece: dict[str, Any] = {"t": run.text}
    if run.figure is not None:
        piece["b"] = True
    if run.lang:
        piece["l"] = run.lang
    return piece
