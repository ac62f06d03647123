"""Stage columns: supply of each member at each stage, the stages apart and never linked.

What a member imports at one stage says nothing about where the content came from at the stage
before; so each stage is a picture of its own with a visible break, and domestic production stands
beside imports only on the same basis.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from pactolus.catalogue.origins import Term
from pactolus.reports.figures.common import (
    DECAL,
    NARROW,
    Drawing,
    box,
    frame,
    heading,
    item,
    shorten,
    text_width,
    tip,
    word,
)
from pactolus.reports.figures.forms import StageBar, StageColumn, StageColumnsData, StageSegment
from pactolus.reports.style import GRID, INK, MUTED, PAPER, SUPPLIERS, member_colours, readable_on
from pactolus.wording.names import member_order
from pactolus.wording.numbers import format_figure, format_value
from pactolus.wording.phrases import phrase

__all__ = ["draw"]

_HEAD: Final = 40.0
_BAR: Final = 150.0
_FOOT: Final = 66.0
_BREAK: Final = 26.0
_REST_COLOUR: Final = "#e9ecf0"


def draw(data: StageColumnsData, lang: str, width: int) -> Drawing:
    """Lay out stage columns: beside each other, or below each other on a narrow picture.

    Parameters
    ----------
    data : StageColumnsData
    lang : str
    width : int
        Width of the picture. [px]

    Returns
    -------
    Drawing
        One grid a stage; segments are shares of the bar's total, which is printed above it.
    """
    members = member_order(tuple(data["members"]), lang)
    columns = list(data["columns"])
    stacked = width < NARROW
    across = 1 if stacked else max(len(columns), 1)
    room = (width - _BREAK * (across - 1)) / across
    fills = _fills(columns)
    option = frame(lang)
    option |= {"grid": [], "xAxis": [], "yAxis": [], "series": [], "title": [], "graphic": []}
    block = _HEAD + _BAR + _FOOT
    for number, column in enumerate(columns):
        left = 0.0 if stacked else number * (room + _BREAK)
        top = number * (block + _BREAK) if stacked else 0.0
        _column(option, number, column, members, fills, lang, (left, top, room))
        if number:
            option["graphic"].append(_divider(left, top, block, stacked, room))
    height = round(block * len(columns) + _BREAK * (len(columns) - 1) if stacked else block)
    return Drawing(option=option, width=width, height=max(height, 60))


def _divider(left: float, top: float, block: float, stacked: bool, room: float) -> dict[str, Any]:
    """The break between stages: a rule in the gap."""
    if stacked:
        return box(left, top - _BREAK / 2, room, 1, GRID)
    return {**box(left - _BREAK / 2, 0, 1, block - 6, GRID), "fit": True}


def _fills(columns: Sequence[StageColumn]) -> dict[str, str]:
    """Pale colour of each of the largest suppliers, the same in all columns; the others share a grey."""
    weight: dict[str, float] = {}
    for column in columns:
        for bar in column["bars"]:
            for segment in bar["imports"]:
                key = _key(segment)
                if key:
                    weight[key] = weight.get(key, 0.0) + float(segment["share"].value or 0.0)
    ranked = sorted(weight, key=lambda k: (-weight[k], k))
    return dict(zip(ranked, SUPPLIERS, strict=False))


def _key(segment: StageSegment) -> str:
    country = segment["country"]
    return country.ids[0] if isinstance(country, Term) and country.kind == "country" else ""


def _column(
    option: dict[str, Any],
    number: int,
    column: StageColumn,
    members: Sequence[str],
    fills: Mapping[str, str],
    lang: str,
    place: tuple[float, float, float],
) -> None:
    left, top, room = place
    bars = {bar["member"]: bar for bar in column["bars"]}
    bar_width = min(0.84 * room / max(len(members), 1), 150.0)
    option["grid"].append(
        {"left": left, "top": top + _HEAD, "width": room, "height": _BAR, "containLabel": False}
    )
    labels = [_foot(bars.get(m), m, lang, room / len(members)) for m in members]
    option["xAxis"].append(_category(number, labels))
    option["yAxis"].append({"type": "value", "gridIndex": number, "min": 0, "max": 1, "show": False})
    option["title"].append(heading(word(column["stage"], lang), left, top, size=13, bold=True, fit=True))
    small = " · ".join(
        t for t in (word(column["basis"], lang) if "basis" in column else "", column.get("codes", "")) if t
    )
    option["title"].append(
        heading(shorten(small, 11, room), left, top + 18, size=11, colour="muted", fit=True)
    )
    colours = member_colours(members)
    for position, member in enumerate(members):
        bar = bars.get(member)
        if bar is None or not (bar["imports"] or bar["domestic"]):
            figure = bar["total"] if bar is not None else None
            text = format_figure(figure, lang) if figure is not None else phrase(lang, "render.no_data")
            option["series"].append(_missing(number, position, text, bar_width))
            continue
        below = 0.0
        for segment, home in _segments(bar):
            share = float(segment["share"].value or 0.0)
            fill = colours[member] if home else fills.get(_key(segment), _REST_COLOUR)
            label = _segment_label(segment, share, home, bar_width, lang)
            text = tip(lang, segment["value"], word(column["stage"], lang), _who(segment, member, home, lang))
            entry = item([position, share], segment["share"], text, itemStyle={"color": fill})
            entry["label"] = {**label, "color": readable_on(fill)}
            option["series"].append(_stack(number, position, bar_width, entry))
            below += share


def _category(number: int, labels: Sequence[str]) -> dict[str, Any]:
    rich = {
        "m": {"fontWeight": "bold", "fontSize": 12, "lineHeight": 18, "color": INK},
        "t": {"fontSize": 12, "lineHeight": 16, "color": INK},
        "d": {"fontSize": 11, "lineHeight": 14, "color": MUTED},
    }
    return {
        "type": "category",
        "gridIndex": number,
        "data": list(labels),
        "axisLine": {"lineStyle": {"color": MUTED}},
        "axisTick": {"show": False},
        "axisLabel": {"interval": 0, "margin": 6, "rich": rich},
    }


def _foot(bar: StageBar | None, member: str, lang: str, room: float) -> str:
    """Below a bar: member, what its shares are of, and that domestic supply is missing where it is."""
    lines = ["{m|" + shorten(word(Term("country", (member,)), lang), 12, room) + "}"]
    if bar is not None and bar["imports"]:
        lines.append("{t|" + format_figure(bar["total"], lang) + "}")
        if bar["domestic"] is None:
            lines.append("{d|" + shorten(phrase(lang, "render.domestic_not_shown"), 10, room) + "}")
    return "\n".join(lines)


def _segments(bar: StageBar) -> list[tuple[StageSegment, bool]]:
    """From the foot of the bar upwards: domestic, then suppliers from the largest."""
    home = [(bar["domestic"], True)] if bar["domestic"] is not None else []
    return [*home, *((segment, False) for segment in bar["imports"])]


def _who(segment: StageSegment, member: str, home: bool, lang: str) -> str:
    to = word(Term("country", (member,)), lang)
    if home:
        return f"{to} · {phrase(lang, 'render.domestic')}"
    note = phrase(lang, "render.partner_reported") if segment.get("partner_reported") else ""
    route = f"{word(segment['country'], lang)} → {to}"
    return f"{route} · {note}" if note else route


def _segment_label(
    segment: StageSegment, share: float, home: bool, bar_width: float, lang: str
) -> dict[str, Any]:
    if share * _BAR < 15:
        return {"show": False}
    who = phrase(lang, "render.domestic") if home else word(segment["country"], lang)
    number = format_value(share, "share", 0, lang)
    name = shorten(who, 12, bar_width - text_width(number, 12) - 14)
    return {"show": True, "position": "inside", "formatter": f"{name}  {number}", "fontSize": 12}


def _stack(number: int, position: int, bar_width: float, entry: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "bar",
        "xAxisIndex": number,
        "yAxisIndex": number,
        "stack": f"stage-{number}",
        "barWidth": round(bar_width),
        "fit": True,
        "itemStyle": {"borderColor": PAPER, "borderWidth": 1},
        "data": [entry],
    }


def _missing(number: int, position: int, text: str, bar_width: float) -> dict[str, Any]:
    """A hatched bar that says why there is nothing."""
    entry = {
        "value": [position, 1],
        "tip": text,
        "itemStyle": {"color": PAPER, "decal": DECAL, "borderColor": GRID},
        "label": {
            "show": True,
            "position": "inside",
            "formatter": text,
            "fontSize": 12,
            "color": INK,
            "backgroundColor": PAPER,
            "padding": [3, 5],
            "width": round(bar_width - 12),
            "overflow": "break",
            "align": "center",
        },
    }
    return _stack(number, position, bar_width, entry)
