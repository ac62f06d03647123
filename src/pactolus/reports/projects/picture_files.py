"""A chart of projects as a file: SVG, PNG through Typst with the package's fonts, or one page of HTML."""

from __future__ import annotations

import html
from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Final

from pactolus.catalogue.origins import Figure
from pactolus.errors import DataError, MissingExtraError, OptionError
from pactolus.reports.document import Chart
from pactolus.reports.figures import draw
from pactolus.reports.figures.common import word
from pactolus.reports.figures.tables import chart_grid
from pactolus.reports.html import fonts_css
from pactolus.reports.pdf import typst_fonts
from pactolus.reports.style import FONT_PDF, FONT_WEB
from pactolus.reports.svg import render_svg
from pactolus.reports.view import heading_text
from pactolus.wording.numbers import format_figure
from pactolus.wording.phrases import phrase, render_claim

if TYPE_CHECKING:
    import polars as pl

__all__ = ["FORMATS", "picture", "picture_table"]

FORMATS: Final = ("svg", "png", "html")
_WIDTH: Final = 1080
#: Points of the page for one pixel of the picture, and dots for one point.
_POINT: Final = 0.75
_DOTS: Final = 144.0


def picture(chart: Chart, lang: str, kind: str, *, day: date, width: int = _WIDTH) -> bytes:
    """Draw a chart.

    Parameters
    ----------
    chart : Chart
    lang : str
        One of ``en``, ``ko``, ``ja``.
    kind : str
        One of `FORMATS`.
    day : date
        Printed on it; nothing depends on the clock.
    width : int
        [px]

    Raises
    ------
    OptionError
        If the kind is none of them.
    MissingExtraError
        If mini-racer or Typst is not installed.
    """
    if kind not in FORMATS:
        raise OptionError(f"picture: {kind!r}; there are {', '.join(FORMATS)}")
    drawing = draw(chart, lang, width)
    svg = render_svg(drawing.option, drawing.width, drawing.height, land=drawing.land)
    if kind == "svg":
        return svg.encode("utf-8")
    notes = [*_notes(chart, lang), phrase(lang, "render.as_of", date=day.isoformat())]
    if kind == "html":
        return _page(chart, svg, notes, lang).encode("utf-8")
    return _png(heading_text(chart, lang), svg, notes, drawing.width, lang, day)


def picture_table(chart: Chart, lang: str) -> pl.DataFrame:
    """The marks of a chart as rows of text and numbers, headings in the language asked for."""
    import polars as pl

    heads, rows = chart_grid(chart, lang)
    data: dict[str, list[str | float | None]] = {}
    for place, (text, numeric) in enumerate(heads):
        data[text] = [_plain(row[place], lang, numeric=numeric) for row in rows]
    kinds = {text: pl.Float64 if numeric else pl.String for text, numeric in heads}
    return pl.DataFrame(data, schema=kinds)


def _plain(cell: object, lang: str, *, numeric: bool) -> str | float | None:
    if isinstance(cell, Figure):
        return cell.value if numeric else format_figure(cell, lang)
    return None if cell is None else word(cell, lang)  # type: ignore[arg-type]


def _notes(chart: Chart, lang: str) -> list[str]:
    found = [phrase(lang, "render.map_note")] if chart.kind in ("flow_map", "project_map") else []
    return found + ["".join(span.text for span in render_claim(note, lang)) for note in chart.notes]


def _page(chart: Chart, svg: str, notes: list[str], lang: str) -> str:
    """The picture, its notes and the table of its marks; fonts inside, nothing fetched."""
    title = html.escape(heading_text(chart, lang))
    heads, rows = chart_grid(chart, lang)
    head = "".join(f"<th>{html.escape(text)}</th>" for text, _ in heads)
    body = "".join("<tr>" + "".join(f"<td>{_shown(c, lang)}</td>" for c in row) + "</tr>" for row in rows)
    said = "".join(f"<p>{html.escape(note)}</p>" for note in notes)
    policy = "default-src 'none'; style-src 'unsafe-inline'; font-src data:"
    return (
        f'<!doctype html><html lang="{lang}"><head><meta charset="utf-8"><title>{title}</title>'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
        f"<style>{fonts_css(lang)}{_CSS}</style></head><body><h1>{title}</h1>{svg}{said}"
        f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></body></html>\n"
    )


_CSS: Final = (
    f"body{{font-family:'{FONT_WEB}',sans-serif;color:#16202e;max-width:1120px;margin:24px auto}}"
    "h1{font-size:20px}p{font-size:13px;color:#55606f;margin:4px 0}svg{max-width:100%;height:auto}"
    "table{border-collapse:collapse;font-size:13px;margin-top:16px}"
    "td,th{text-align:left;padding:3px 10px 3px 0;border-bottom:1px solid #dde2e8;vertical-align:top}"
)


def _shown(cell: object, lang: str) -> str:
    if isinstance(cell, Figure):
        return html.escape(format_figure(cell, lang, reason=False))
    return "" if cell is None else html.escape(word(cell, lang))  # type: ignore[arg-type]


_TYPST: Final = """
#let data = json(bytes(sys.inputs.data))
#set page(width: data.width * 1pt, height: auto, margin: 12pt, fill: white)
#set text(font: data.font, lang: data.lang, size: 8.5pt, fill: rgb("#16202e"))
#text(size: 13pt, weight: "bold", data.title)
#v(2pt)
#image(bytes(data.svg), format: "svg", width: 100%)
#set text(size: 7.5pt, fill: rgb("#55606f"))
#for note in data.notes [#note #parbreak()]
"""


def _png(title: str, svg: str, notes: list[str], width: int, lang: str, day: date) -> bytes:
    import json

    try:
        import typst
    except ImportError as error:
        raise MissingExtraError.of("report", "writing a PNG") from error
    data: Mapping[str, object] = {
        "title": title,
        "svg": svg.replace(FONT_WEB, FONT_PDF),
        "notes": notes,
        "width": width * _POINT,
        "lang": lang,
        "font": FONT_PDF,
    }
    try:
        content = typst.compile(
            _TYPST.encode("utf-8"),
            font_paths=typst_fonts(),
            sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
            format="png",
            ppi=_DOTS,
            timestamp=datetime.combine(day, datetime.min.time(), tzinfo=UTC),
        )
    except typst.TypstError as error:
        raise DataError(f"PNG in {lang!r}: Typst refuses the picture ({error})") from error
    assert isinstance(content, bytes)
    return content
