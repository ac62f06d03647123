"""What the pictures share: a drawing, words, widths of text, and the frame of an ECharts option."""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from pactolus.catalogue.origins import Figure, Term
from pactolus.reports.figures.forms import Label
from pactolus.reports.style import FONT_WEB, GRID, HATCH, INK, MUTED, PAPER
from pactolus.wording.names import name
from pactolus.wording.numbers import format_figure, scale_of, unit_word
from pactolus.wording.phrases import phrase

__all__ = [
    "DECAL",
    "NARROW",
    "Drawing",
    "box",
    "frame",
    "has_value",
    "hatched",
    "heading",
    "item",
    "join_place",
    "scaled",
    "shorten",
    "stroke",
    "text_size",
    "text_width",
    "tip",
    "unit_of",
    "value_range",
    "word",
]

#: Below this width a drawing uses its narrow layout. [px]
NARROW: Final = 520

_CAPITAL: Final = (
    "mineral",
    "mineral_more",
    "mineral_stage",
    "stage",
    "application",
    "group",
    "phrase",
    "status",
    "item_from",
    "why",
)

#: Hatching of "no data": grey strokes on paper, never a colour of a scale.
DECAL: Final[dict[str, Any]] = {
    "symbol": "rect",
    "color": HATCH,
    "dashArrayX": [1, 0],
    "dashArrayY": [1.4, 3.6],
    "rotation": -0.7853981633974483,
}


@dataclass(frozen=True, kw_only=True)
class Drawing:
    """One picture laid out for one width: an ECharts option of plain data, and its size in pixels."""

    option: dict[str, Any]
    width: int
    height: int
    land: str = ""
    """GeoJSON registered as the map ``land``, where the option has a map."""


def word(label: Label, lang: str) -> str:
    """A label in the reader's language, beginning with a capital where that language has them."""
    if not isinstance(label, Term):
        return label
    text = name(label, lang)
    return text[:1].upper() + text[1:] if label.kind in _CAPITAL else text


def tip(lang: str, figure: Figure, *parts: str) -> str:
    """What a tooltip says: where, and the number as it is printed everywhere."""
    return f"{' · '.join(p for p in parts if p)}: {format_figure(figure, lang)}"


def item(value: Any, figure: Figure, text: str, **style: Any) -> dict[str, Any]:
    """One data item: what is drawn, what the tooltip says, and the number behind it."""
    return {"value": value, "tip": text, "figure": figure.id, **style}


def has_value(figure: Figure) -> bool:
    """Whether there is a number to draw."""
    return figure.value is not None


def scaled(figure: Figure) -> float | None:
    """The value on the printed scale (shares in percent)."""
    return None if figure.value is None else float(figure.value) * scale_of(figure.unit)


def unit_of(figures: Sequence[Figure], lang: str) -> str:
    """Unit word of the axis; figures of one picture share a unit."""
    return unit_word(figures[0].unit, lang) if figures else ""


def join_place(measure: str, unit: str, lang: str) -> str:
    """Name of an axis: what is measured, and its unit in brackets."""
    return phrase(lang, "render.axis", measure=measure, unit=unit) if unit else measure


def text_size(width: float) -> int:
    """Size of labels for a picture of some width. [px]"""
    return 11 if width < NARROW else 12


def text_width(text: str, size: float, *, bold: bool = False) -> float:
    """Width of one line of text in pixels, from classes of letters (a little generous)."""
    total = 0.0
    for char in text:
        if unicodedata.east_asian_width(char) in ("W", "F"):
            total += 0.88 if "가" <= char <= "힣" else 1.0
        elif char in "iljtfrI.,:;|'()[]·- ":
            total += 0.34
        elif char.isupper() or char in "mwMW%":
            total += 0.72
        else:
            total += 0.58
    return total * size * (1.05 if bold else 1.0)


def shorten(text: str, size: float, room: float) -> str:
    """`text`, cut with an ellipsis where it is wider than `room` pixels."""
    if text_width(text, size) <= room:
        return text
    kept = text
    while len(kept) > 1 and text_width(kept + "…", size) > room:
        kept = kept[:-1]
    return kept.rstrip(" (（·-") + "…"


def frame(lang: str) -> dict[str, Any]:
    """What every option begins with: no animation, one font, a plain tooltip."""
    return {
        "animation": False,
        "backgroundColor": PAPER,
        "textStyle": {"fontFamily": FONT_WEB, "color": INK, "fontSize": 12},
        "aria": {"enabled": False},
        "tooltip": {
            "trigger": "item",
            "confine": True,
            "borderColor": GRID,
            "textStyle": {"fontFamily": FONT_WEB, "fontSize": 12, "color": INK},
        },
    }


def heading(
    text: str,
    left: float,
    top: float,
    *,
    size: int = 12,
    colour: str = INK,
    bold: bool = False,
    fit: bool = False,
) -> dict[str, Any]:
    """One line of text at a place; with `fit` it moves when the picture is stretched."""
    return {
        "text": text,
        "left": left,
        "top": top,
        "padding": 0,
        "textAlign": "left",
        "fit": fit,
        "textStyle": {
            "fontSize": size,
            "lineHeight": round(size * 1.35),
            "fontWeight": "bold" if bold else "normal",
            "color": colour if colour != "muted" else MUTED,
        },
    }


def box(left: float, top: float, width: float, height: float, fill: Any, edge: str = "") -> dict[str, Any]:
    """A filled rectangle that belongs to a legend or a break, no data."""
    style = {"fill": fill} | ({"stroke": edge, "lineWidth": 1} if edge else {})
    shape = {"x": left, "y": top, "width": width, "height": height}
    return {"type": "rect", "silent": True, "shape": shape, "style": style}


def stroke(
    x1: float, y1: float, x2: float, y2: float, colour: str, width: float, dash: Any = None
) -> dict[str, Any]:
    """A line that belongs to a legend, no data."""
    style: dict[str, Any] = {"stroke": colour, "lineWidth": width}
    if dash:
        style["lineDash"] = dash
    return {"type": "line", "silent": True, "shape": {"x1": x1, "y1": y1, "x2": x2, "y2": y2}, "style": style}


def hatched(left: float, top: float, width: float, height: float) -> list[dict[str, Any]]:
    """A swatch of the hatching of "no data"."""
    strokes = []
    for step in range(-int(height), int(width), 4):
        start = max(step, 0)
        end = min(step + height, width)
        if end > start:
            y1, y2 = top + height - (start - step), top + height - (end - step)
            strokes.append(stroke(left + start, y1, left + end, y2, HATCH, 1))
    return [box(left, top, width, height, PAPER, HATCH), *strokes]


def value_range(low: float, high: float, *, parts: int = 4) -> dict[str, float]:
    """Ends and step of a value axis: about `parts` steps of 1, 2, 2.5 or 5 times a power of ten."""
    span = high - low if high > low else 1.0
    raw = span / parts
    power = 10.0 ** math.floor(math.log10(raw))
    step = next(m * power for m in (1, 2, 2.5, 5, 10) if m * power >= raw * 0.999)
    first = math.floor(low / step + 1e-9) * step
    last = math.ceil(high / step - 1e-9) * step
    return {"min": first, "max": last if last > first else first + step, "interval": step}
