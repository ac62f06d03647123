"""Charts as a browser draws them: the ECharts option of one width, and a still picture to take away."""

from __future__ import annotations

import json
from typing import Any, Final, TypeVar

from pactolus.errors import UnknownTermError
from pactolus.reports.figures.draw import draw
from pactolus.reports.svg import render_svg
from pactolus.reports.view import BriefView, ChartView, TableView

__all__ = ["chart_json", "chart_named", "chart_svg", "table_csv", "table_named", "width_of"]

#: Widths a picture is laid out for lie between these, in steps. [px]
LEAST: Final = 280
MOST: Final = 1400
STEP: Final = 20
#: Width of a picture that is taken away. [px]
STILL: Final = 960
Shown = TypeVar("Shown", ChartView, TableView)
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")


def width_of(asked: int) -> int:
    """The width laid out for a room of `asked` pixels.

    Examples
    --------
    >>> width_of(731), width_of(10), width_of(9000)
    (720, 280, 1400)
    """
    return min(max(asked // STEP * STEP, LEAST), MOST)


def chart_named(view: BriefView, name: str) -> ChartView:
    """A chart of a part.

    Raises
    ------
    UnknownTermError
        With what there is.
    """
    charts = {b.id: b for s in view.sections for b in s.blocks if isinstance(b, ChartView)}
    return _named(charts, name, "chart")


def table_named(view: BriefView, name: str) -> TableView:
    """A table of a part, or that of a chart.

    Raises
    ------
    UnknownTermError
        With what there is.
    """
    tables: dict[str, TableView] = {}
    for section in view.sections:
        for block in section.blocks:
            if isinstance(block, ChartView):
                tables[block.table.id] = block.table
            elif isinstance(block, TableView):
                tables[block.id] = block
    return _named(tables, name, "table")


def _named(found: dict[str, Shown], name: str, what: str) -> Shown:
    if name not in found:
        raise UnknownTermError(f"no {what} {name!r} here; there are {', '.join(found) or 'none'}")
    return found[name]


def chart_json(view: ChartView, lang: str, width: int) -> str:
    """Option, size, and whether the land is needed; floats rounded to what a screen can show."""
    drawing = draw(view.chart, lang, width_of(width))
    return json.dumps(
        {
            "width": drawing.width,
            "height": drawing.height,
            "land": bool(drawing.land),
            "option": _rounded(drawing.option),
        },
        ensure_ascii=False,
        separators=(",", ":"),
    )


def chart_svg(view: ChartView, lang: str) -> str:
    """The picture as SVG text."""
    drawing = draw(view.chart, lang, STILL)
    return render_svg(drawing.option, drawing.width, drawing.height, land=drawing.land)


def table_csv(view: TableView) -> str:
    """A table as CSV: full precision, a gap is an empty field; a text never begins a formula. With a BOM."""
    lines = [[head.text for head in view.heads]]
    lines += [[_cell(cell) for cell in row] for row in view.rows]
    quoted = [",".join(_quoted(text) for text in line) for line in lines]
    return "\ufeff" + "\r\n".join(quoted) + "\r\n"


def _cell(cell: Any) -> str:
    if cell.figure is not None:
        return "" if cell.figure.value is None else repr(cell.figure.value)
    text: str = cell.text
    return f"'{text}" if text.startswith(_FORMULA) else text


def _quoted(text: str) -> str:
    return f'"{text.replace(chr(34), chr(34) * 2)}"' if any(c in text for c in ',"\r\n') else text


def _rounded(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _rounded(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_rounded(inner) for inner in value]
    return round(value, 5) if isinstance(value, float) else value
