"""Bars of members beside each other for each mineral, with whiskers; what is missing is a hatched stub."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from pactolus.catalogue.origins import Figure
from pactolus.reports.figures.common import (
    DECAL,
    NARROW,
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
    value_range,
    word,
)
from pactolus.reports.figures.forms import Bars, BarsData
from pactolus.reports.style import GRID, INK, MUTED, PAPER, member_colours, mix
from pactolus.wording.names import member_order
from pactolus.wording.numbers import format_figure, format_value, scale_of
from pactolus.wording.phrases import phrase

__all__ = ["draw"]

_THICK: Final = 10.0
#: Height of a slot: three a bar, one of space on each side of a category, four for a name above it. [px]
_SLOT: Final = 4.0
_FOOT: Final = 26.0


@dataclass(frozen=True, slots=True)
class _Slots:
    """Places along the hidden axis on which bars, whiskers and numbers lie."""

    groups: int
    above: bool
    """Names of categories stand above their bars (narrow pictures)."""

    @property
    def each(self) -> int:
        """Slots of one category."""
        return self.groups * 3 + 2 + (4 if self.above else 0)

    def centre(self, category: int, group: int) -> int:
        """Slot in the middle of a bar."""
        return category * self.each + (5 if self.above else 1) + group * 3 + 1


def draw(data: BarsData, lang: str, width: int) -> Drawing:
    """Lay out horizontal bars.

    Parameters
    ----------
    data : BarsData
    lang : str
    width : int
        Width of the picture. [px]

    Returns
    -------
    Drawing
        Each category takes one line a group; the number stands at the end of each bar.
    """
    groups = _ordered(data["groups"], lang)
    names = [word(c, lang) for c in data["categories"]]
    size = text_size(width)
    slots = _Slots(len(groups), above=width < NARROW)
    margin = (
        2.0 if slots.above else min(max((text_width(n, size) for n in names), default=40) + 10, width * 0.38)
    )
    option = frame(lang)
    option |= {"title": [], "graphic": []}
    top = _legend(option, data, groups, lang, width)
    body = len(names) * slots.each * _SLOT
    figures = [f for g in groups for f in g["values"]]
    factor = scale_of(figures[0].unit) if figures else 1.0
    room = _room_for_numbers(figures, lang)
    option["grid"] = {"left": margin, "top": top, "width": width - margin - room, "height": body}
    option["xAxis"] = {
        "type": "value",
        **value_range(data.get("low", 0.0) * factor, _top(data) * factor),
        "axisLabel": {"fontSize": 11, "color": MUTED},
        "splitLine": {"lineStyle": {"color": GRID}},
    }
    option["yAxis"] = [
        _names([shorten(n, size, margin - 10) for n in names], size, slots),
        _hidden(len(names), slots),
    ]
    option["series"] = [_bars(n, g, slots, names, data, lang) for n, g in enumerate(groups)]
    option["series"] += [_numbers(n, g, slots, data, lang) for n, g in enumerate(groups)]
    if slots.above:
        option["series"].append(_titles([shorten(n, size, width) for n in names], slots, data, factor, size))
    return Drawing(option=option, width=width, height=round(top + body + _FOOT))


def _ordered(groups: Sequence[Bars], lang: str) -> list[Bars]:
    members = member_order(tuple(g["member"] for g in groups if "member" in g), lang)
    return sorted(groups, key=lambda g: members.index(g["member"]) if "member" in g else len(members))


def _number(figure: Figure, lang: str) -> str:
    """What stands at the end of a bar: the number alone; its interval is the whisker, and in the table."""
    if figure.value is None:
        return format_figure(figure, lang)
    return format_value(figure.value, figure.unit, figure.digits, lang, signed=figure.signed)


def _room_for_numbers(figures: Sequence[Figure], lang: str) -> float:
    return max((text_width(_number(f, lang), 11) for f in figures if has_value(f)), default=20) + 14


def _names(names: Sequence[str], size: int, slots: _Slots) -> dict[str, Any]:
    return {
        "type": "category",
        "inverse": True,
        "data": list(names),
        "axisTick": {"show": False},
        "axisLine": {"lineStyle": {"color": MUTED}},
        "axisLabel": {"show": not slots.above, "interval": 0, "fontSize": size, "color": INK, "margin": 8},
    }


def _hidden(categories: int, slots: _Slots) -> dict[str, Any]:
    """A second axis over the same length, in slots."""
    return {
        "type": "category",
        "inverse": True,
        "show": False,
        "data": [str(n) for n in range(categories * slots.each)],
        "position": "right",
    }


def _titles(names: Sequence[str], slots: _Slots, data: BarsData, factor: float, size: int) -> dict[str, Any]:
    """Names of categories above their bars, as labels of invisible points."""
    low = data.get("low", 0.0) * factor
    rows = [
        {"value": [low, number * slots.each + 2], "label": {"formatter": text}}
        for number, text in enumerate(names)
    ]
    return {
        "type": "scatter",
        "yAxisIndex": 1,
        "symbolSize": 0.01,
        "silent": True,
        "tooltip": {"show": False},
        "label": {"show": True, "position": "right", "distance": 0, "fontSize": size, "color": INK},
        "data": rows,
    }


def _bars(
    number: int, group: Bars, slots: _Slots, names: Sequence[str], data: BarsData, lang: str
) -> dict[str, Any]:
    colour = _colour(group)
    label = word(group["label"], lang)
    rows = []
    whiskers = []
    for category, figure in enumerate(group["values"]):
        slot = slots.centre(category, number)
        text = tip(lang, figure, names[category], label)
        rows.append(_row(slot, figure, text, data))
        if has_value(figure) and figure.low is not None and figure.high is not None:
            factor = scale_of(figure.unit)
            whiskers.append([{"coord": [figure.low * factor, slot]}, {"coord": [figure.high * factor, slot]}])
    return {
        "type": "bar",
        "name": label,
        "yAxisIndex": 1,
        "barWidth": _THICK,
        "barGap": "-100%",
        "itemStyle": {"color": colour},
        "data": rows,
        "markLine": {
            "silent": True,
            "symbol": ["rect", "rect"],
            "symbolSize": [7, 1.2],
            "lineStyle": {"color": INK, "width": 1.2, "type": "solid"},
            "label": {"show": False},
            "data": whiskers,
        },
    }


def _colour(group: Bars) -> str:
    return (
        member_colours([group["member"]])[group["member"]] if "member" in group else mix(MUTED, PAPER, 0.25)
    )


def _row(slot: int, figure: Figure, text: str, data: BarsData) -> dict[str, Any]:
    if has_value(figure):
        return item([scaled(figure), slot], figure, text)
    style = {"color": PAPER, "decal": DECAL, "borderColor": GRID}
    return item([_end(figure, data), slot], figure, text, itemStyle=style)


def _end(figure: Figure, data: BarsData) -> float:
    """Where the number is printed: behind the bar and its whisker, or behind the hatched stub."""
    if figure.value is None:
        return (data.get("low", 0.0) + _stub(data)) * scale_of(figure.unit)
    return max(
        float(figure.value), figure.high if figure.high is not None else float(figure.value)
    ) * scale_of(figure.unit)


def _numbers(number: int, group: Bars, slots: _Slots, data: BarsData, lang: str) -> dict[str, Any]:
    """The printed numbers, as labels of invisible points behind the whiskers."""
    rows = [
        {
            "value": [_end(figure, data), slots.centre(category, number)],
            "label": {"formatter": _number(figure, lang), "color": INK if has_value(figure) else MUTED},
        }
        for category, figure in enumerate(group["values"])
    ]
    return {
        "type": "scatter",
        "yAxisIndex": 1,
        "symbolSize": 0.01,
        "silent": True,
        "tooltip": {"show": False},
        "label": {"show": True, "position": "right", "distance": 5, "fontSize": 10},
        "data": rows,
    }


def _stub(data: BarsData) -> float:
    """Length of the hatched stub that stands for no data: a tenth of the axis."""
    return 0.1 * (_top(data) - data.get("low", 0.0))


def _top(data: BarsData) -> float:
    """Upper end of the axis: as given, else the largest value or end of a whisker."""
    if "high" in data:
        return data["high"]
    figures = [f for g in data["groups"] for f in g["values"] if f.value is not None]
    return max((max(float(f.value or 0), f.high or float(f.value or 0)) for f in figures), default=1.0)


def _legend(option: dict[str, Any], data: BarsData, groups: Sequence[Bars], lang: str, width: int) -> float:
    """Measure, colours of groups, hatching if used; returns the height used."""
    figures = [f for g in groups for f in g["values"]]
    measure = join_place(word(data["measure"], lang), unit_of(figures, lang), lang)
    option["title"].append(heading(shorten(measure, 12, width), 0, 0, size=12, bold=True))
    entries = [(word(g["label"], lang), _colour(g)) for g in groups]
    if any(not has_value(f) for f in figures):
        entries.append((phrase(lang, "render.no_data"), ""))
    left, top = 0.0, 21.0
    for text, colour in entries:
        needed = text_width(text, 12) + 44
        if left and left + needed - 16 > width:
            left, top = 0.0, top + 18
        swatch = [box(left, top + 3, 20, 9, colour)] if colour else hatched(left, top + 2, 20, 11)
        option["graphic"] += swatch
        option["title"].append(heading(text, left + 26, top, size=12))
        left += needed
    return top + 26
