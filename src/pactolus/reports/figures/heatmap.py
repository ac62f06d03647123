"""Heat-map: minerals by years, one block a member, one sequential scale; what is missing is hatched."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from pactolus.catalogue.origins import Figure
from pactolus.reports.figures.common import (
    DECAL,
    Drawing,
    box,
    frame,
    has_value,
    hatched,
    heading,
    item,
    join_place,
    scaled,
    shorten,
    text_size,
    text_width,
    tip,
    unit_of,
    word,
)
from pactolus.reports.figures.forms import HeatmapBlock, HeatmapData
from pactolus.reports.style import INK, PAPER, RAMP, member_colours, ramp_colour, readable_on
from pactolus.wording.names import member_order
from pactolus.wording.numbers import format_number, scale_of
from pactolus.wording.phrases import phrase

__all__ = ["draw"]

_GAP: Final = 14.0
_BAR: Final = 132.0
_LEGEND: Final = 52.0
_HEAD: Final = 22.0
_FOOT: Final = 24.0
#: Narrowest cell before blocks stand below each other. [px]
_SLIM: Final = 7.0


def draw(data: HeatmapData, lang: str, width: int) -> Drawing:
    """Lay out a heat-map.

    Parameters
    ----------
    data : HeatmapData
    lang : str
    width : int
        Width of the picture. [px]

    Returns
    -------
    Drawing
        Blocks of members side by side where the cells stay wide enough, else below each other.
    """
    blocks = _ordered(data["blocks"], lang)
    rows = [word(r, lang) for r in data["rows"]]
    size = text_size(width)
    margin = min(max((text_width(r, size) for r in rows), default=40) + 8, width * 0.36)
    row_height = 16
    body = row_height * max(len(rows), 1)
    columns = sum(len(b["columns"]) for b in blocks)
    beside = (width - margin - _GAP * (len(blocks) - 1)) / max(columns, 1) >= _SLIM
    option = frame(lang)
    option |= {"grid": [], "xAxis": [], "yAxis": [], "series": [], "title": [], "visualMap": _scale(data)}
    left, top = margin, _LEGEND
    for number, block in enumerate(blocks):
        room = width - margin
        if beside:
            room = (room - _GAP * (len(blocks) - 1)) * len(block["columns"]) / max(columns, 1)
        labels = [shorten(r, size, margin - 8) for r in rows] if not (beside and number) else []
        _block(option, number, block, labels, data, lang, (left, top, room, body), size)
        if beside:
            left += room + _GAP
        else:
            top += _HEAD + body + _FOOT + _GAP
    _legend(option, data, lang, width)
    option["visualMap"]["seriesIndex"] = [n for n, s in enumerate(option["series"]) if s["name"] == "values"]
    height = top + _HEAD + body + _FOOT if beside else top - _GAP
    return Drawing(option=option, width=width, height=round(height))


def _ordered(blocks: Sequence[HeatmapBlock], lang: str) -> list[HeatmapBlock]:
    """Blocks of members in the reader's order, the others after them."""
    members = member_order(tuple(b["member"] for b in blocks if "member" in b), lang)
    return sorted(blocks, key=lambda b: members.index(b["member"]) if "member" in b else len(members))


def _block(
    option: dict[str, Any],
    number: int,
    block: HeatmapBlock,
    labels: Sequence[str],
    data: HeatmapData,
    lang: str,
    place: tuple[float, float, float, float],
    size: int,
) -> None:
    left, top, room, body = place
    names = [word(c, lang) for c in block["columns"]]
    option["grid"].append({"left": left, "top": top + _HEAD, "width": room, "height": body})
    option["xAxis"].append(_columns(number, names, room, size))
    option["yAxis"].append(_rows(number, labels, len(data["rows"]), size))
    colour = member_colours([block["member"]])[block["member"]] if "member" in block else INK
    text = shorten(word(block["label"], lang), 12, room)
    option["title"].append(heading(text, left, top + 2, size=12, bold=True, colour=colour, fit=True))
    row_names = [word(r, lang) for r in data["rows"]]
    filled, empty = [], []
    for y, cells in enumerate(block["cells"]):
        for x, figure in enumerate(cells):
            text = tip(lang, figure, row_names[y], word(block["label"], lang), names[x])
            if has_value(figure):
                filled.append(_cell(x, y, figure, text, data))
            else:
                style = {"color": PAPER, "decal": DECAL}
                empty.append(item([x, y, 0], figure, text, itemStyle=style))
    common = {"type": "heatmap", "xAxisIndex": number, "yAxisIndex": number}
    border = {"borderColor": PAPER, "borderWidth": 1}
    option["series"] += [
        {**common, "name": "values", "itemStyle": border, "data": filled},
        {**common, "name": "no data", "itemStyle": border, "data": empty},
    ]


def _cell(x: int, y: int, figure: Figure, text: str, data: HeatmapData) -> dict[str, Any]:
    value = scaled(figure)
    entry = item([x, y, value], figure, text)
    if data.get("show_values") and value is not None:
        fill = ramp_colour(float(figure.value or 0.0), data["low"], data["high"])
        number = format_number(value, figure.digits)
        entry["label"] = {"show": True, "formatter": number, "color": readable_on(fill), "fontSize": 11}
    return entry


def _columns(number: int, names: Sequence[str], room: float, size: int) -> dict[str, Any]:
    widest = max((text_width(n, size) for n in names), default=1.0) + 6
    each = room / max(len(names), 1)
    step = max(1, -(-int(widest) // max(int(each), 1)))
    shown = [n if (len(names) - 1 - i) % step == 0 else "" for i, n in enumerate(names)]
    return {
        "type": "category",
        "gridIndex": number,
        "data": shown,
        "axisLine": {"show": False},
        "axisTick": {"show": False},
        "axisLabel": {"interval": 0, "fontSize": size, "color": INK, "margin": 6},
    }


def _rows(number: int, labels: Sequence[str], count: int, size: int) -> dict[str, Any]:
    return {
        "type": "category",
        "gridIndex": number,
        "inverse": True,
        "data": list(labels) or [str(n) for n in range(count)],
        "axisLine": {"show": False},
        "axisTick": {"show": False},
        "axisLabel": {"show": bool(labels), "interval": 0, "fontSize": size, "color": INK, "margin": 8},
    }


def _scale(data: HeatmapData) -> dict[str, Any]:
    """The scale of colours; the component only maps values, its legend is drawn by `_legend`."""
    unit = next((f.unit for b in data["blocks"] for r in b["cells"] for f in r), "1")
    factor = scale_of(unit)
    return {
        "type": "continuous",
        "show": False,
        "min": data["low"] * factor,
        "max": data["high"] * factor,
        "dimension": 2,
        "inRange": {"color": list(RAMP)},
    }


def _legend(option: dict[str, Any], data: HeatmapData, lang: str, width: int) -> None:
    """What the colours mean: the scale with its ends, and the hatching."""
    figures = [f for b in data["blocks"] for r in b["cells"] for f in r]
    measure = join_place(word(data["measure"], lang), unit_of(figures, lang), lang)
    factor = scale_of(figures[0].unit) if figures else 1.0
    digits = 0 if factor == 100 or data["high"] > 1 else 2
    low, high = (format_number(data[end] * factor, digits) for end in ("low", "high"))
    start = text_width(low, 11) + 6
    stops = [{"offset": n / (len(RAMP) - 1), "color": c} for n, c in enumerate(RAMP)]
    gradient = {"type": "linear", "x": 0, "y": 0, "x2": 1, "y2": 0, "colorStops": stops}
    missing = start + _BAR + text_width(high, 11) + 30
    option["title"] += [
        heading(shorten(measure, 12, width), 0, 0, size=12, bold=True),
        heading(low, 0, 22, size=11),
        heading(high, start + _BAR + 6, 22, size=11),
        heading(phrase(lang, "render.no_data"), missing + 26, 22, size=11),
    ]
    option["graphic"] = [box(start, 23, _BAR, 11, gradient), *hatched(missing, 23, 20, 11)]
