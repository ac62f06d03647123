"""Lines over time in small panels with one axis; interval bands; a missing year breaks the line."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from pactolus.catalogue.origins import Figure
from pactolus.reports.figures.common import (
    DECAL,
    Drawing,
    frame,
    has_value,
    heading,
    item,
    join_place,
    scaled,
    shorten,
    stroke,
    text_width,
    tip,
    unit_of,
    value_range,
    word,
)
from pactolus.reports.figures.forms import Line, Panel, SeriesData
from pactolus.reports.style import GRID, INK, MUTED, PAPER, member_colours
from pactolus.terms.statuses import status_name
from pactolus.wording.names import member_order
from pactolus.wording.numbers import scale_of
from pactolus.wording.phrases import phrase

__all__ = ["draw"]

_TOP: Final = 50.0
_TITLE: Final = 27.0
_BODY: Final = 104.0
#: Where columns have a meaning.
_TALL: Final = 150.0
_FOOT: Final = 30.0
_AXIS: Final = 34.0
_GAP: Final = 16.0
#: Least width of a panel where columns are asked for. [px]
_LEAST: Final = 150.0
#: Room of a label on the axis of time, and of a letter where a label is longer.
_LABEL: Final = 34
_LETTER: Final = 9
#: Points of a line above which they are drawn no wider than it.
_MANY: Final = 14
_DASHES: Final = ("solid", [6, 3], [2, 2], [8, 3, 2, 3])


def draw(data: SeriesData, lang: str, width: int) -> Drawing:
    """Lay out panels of lines, as many beside each other as are wide enough.

    Parameters
    ----------
    data : SeriesData
    lang : str
    width : int
        Width of the picture. [px]

    Returns
    -------
    Drawing
        All panels share the value axis, so that they can be compared.
    """
    panels = _in_order(data["panels"], lang)
    across = _columns(data.get("across", 0), len(panels), width)
    room = (width - _GAP * (across - 1)) / across
    body = 210.0 if len(panels) == 1 else _TALL if data.get("across") else _BODY
    block = _TITLE + body + _FOOT
    option = frame(lang)
    option |= {"grid": [], "xAxis": [], "yAxis": [], "series": [], "title": [], "graphic": []}
    looks = _looks(panels, lang)
    legend = _legend(option, data, looks, lang, width)
    for number, panel in enumerate(panels):
        left = (number % across) * (room + _GAP)
        top = legend + (number // across) * block
        _panel(option, number, panel, data, looks, lang, (left, top, room, body))
    lines = -(-len(panels) // across)
    return Drawing(option=option, width=width, height=round(legend + lines * block))


def _in_order(panels: Sequence[Panel], lang: str) -> list[Panel]:
    """Panels of members in the reader's order, those of nobody last; as given where none is a member's."""
    members = tuple(dict.fromkeys(p["member"] for p in panels if p.get("member")))
    order = member_order(members, lang) if members else ()
    return sorted(panels, key=lambda p: order.index(p["member"]) if p.get("member") else len(order))


def _columns(asked: int, count: int, width: int) -> int:
    """Panels beside each other: those asked for, or the largest whole part of them that is wide enough."""
    if not asked:
        return min(_across(width), max(count, 1))
    wide = [n for n in range(1, asked + 1) if asked % n == 0 and width / n >= _LEAST]
    return max(wide, default=1)


def _across(width: int) -> int:
    return 1 if width < 300 else 2 if width < 600 else 3 if width < 900 else 4


def _looks(panels: Sequence[Panel], lang: str) -> dict[str, tuple[str, Any]]:
    """Colour and dash of each line by its name: members first, in the reader's order."""
    named = {word(line["label"], lang): line.get("member", "") for p in panels for line in p["lines"]}
    members = [m for m in named.values() if m]
    colours = member_colours(members)
    order = member_order(tuple(dict.fromkeys(members)), lang)
    ranked = sorted(named, key=lambda n: order.index(named[n]) if named[n] else len(order))
    strong = {word(line["label"], lang) for p in panels for line in p["lines"] if line.get("strong")}
    others = iter(_DASHES[1:] * len(named))
    looks: dict[str, tuple[str, Any]] = {}
    for one in sorted(ranked, key=lambda n: not named[n] and n not in strong):
        plain = named[one] or one in strong
        looks[one] = (colours[named[one]] if named[one] else INK, "solid") if plain else (MUTED, next(others))
    return looks


def _legend(
    option: dict[str, Any], data: SeriesData, looks: dict[str, tuple[str, Any]], lang: str, width: int
) -> float:
    """Measure and names of lines; returns the height used."""
    figures = [f for p in data["panels"] for line in p["lines"] for f in line["values"]]
    measure = join_place(word(data["measure"], lang), unit_of(figures, lang), lang)
    option["title"].append(heading(shorten(measure, 12, width), 0, 0, size=12, bold=True))
    left, top = 0.0, 21.0
    for text, (colour, dash) in looks.items():
        needed = text_width(text, 12) + 46
        if left and left + needed - 16 > width:
            left, top = 0.0, top + 18
        option["graphic"].append(
            stroke(left, top + 8, left + 22, top + 8, colour, 2.4, None if dash == "solid" else dash)
        )
        option["title"].append(heading(text, left + 28, top, size=12))
        left += needed
    return top + 26


def _panel(
    option: dict[str, Any],
    number: int,
    panel: Panel,
    data: SeriesData,
    looks: dict[str, tuple[str, Any]],
    lang: str,
    place: tuple[float, float, float, float],
) -> None:
    left, top, room, body = place
    unit = next((f.unit for line in panel["lines"] for f in line["values"]), "1")
    factor = scale_of(unit)
    option["title"].append(
        heading(shorten(word(panel["label"], lang), 12, room), left, top, size=12, bold=True, fit=True)
    )
    option["grid"].append(
        {"left": left + _AXIS, "top": top + _TITLE, "width": room - _AXIS - 6, "height": body}
    )
    option["xAxis"].append(_years(number, panel["x"], room - _AXIS - 6))
    option["yAxis"].append(
        {
            "type": "value",
            "gridIndex": number,
            **value_range(data.get("low", 0.0) * factor, _top(data) * factor),
            "axisLine": {"show": False},
            "axisLabel": {"fontSize": 11, "color": MUTED},
            "splitLine": {"lineStyle": {"color": GRID}},
        }
    )
    for line in panel["lines"]:
        option["series"] += _drawn(number, line, panel, looks[word(line["label"], lang)], lang)
    option["title"] += _said_missing(panel, lang, (left + _AXIS + 8, top + _TITLE, room - _AXIS - 22, body))
    if panel["lines"] and not any(map(_known, panel["lines"])):
        option["series"].append(_hatching(number, panel, _top(data) * factor, lang))


def _known(line: Line) -> bool:
    """Whether a line has any value."""
    return any(map(has_value, line["values"]))


def _said_missing(panel: Panel, lang: str, place: tuple[float, float, float, float]) -> list[dict[str, Any]]:
    """ "No data" inside a panel: once where no line has a value, else by the names of lines without any."""
    left, top, room, body = place
    absent = [word(line["label"], lang) for line in panel["lines"] if not _known(line)]
    if not absent:
        return []
    nothing = _reason(panel, lang)
    alone = len(absent) == len(panel["lines"])
    text = nothing if alone else f"{', '.join(absent)}: {nothing}"
    made = heading(shorten(text, 11, room), left, top + (body / 2 - 11 if alone else 1), size=11, fit=True)
    return [made | {"backgroundColor": PAPER, "padding": [2, 5]}]


def _reason(panel: Panel, lang: str) -> str:
    """Why lines have no value, where all of them say the same."""
    why = {f.status for line in panel["lines"] if not _known(line) for f in line["values"]}
    if why == {"not_distinguishable"}:
        return status_name("not_distinguishable", lang)
    return phrase(lang, "render.no_data")


def _hatching(number: int, panel: Panel, top: float, lang: str) -> dict[str, Any]:
    """A hatched area over the whole panel, with the reason as its tooltip."""
    line = panel["lines"][0]
    place = word(panel["label"], lang)
    style = {"color": PAPER, "decal": DECAL}
    rows = [
        item(top, figure, tip(lang, figure, place, year))
        for year, figure in zip(panel["x"], line["values"], strict=True)
    ]
    return {
        "type": "bar",
        "name": phrase(lang, "render.no_data"),
        "xAxisIndex": number,
        "yAxisIndex": number,
        "barWidth": "100%",
        "itemStyle": style,
        "z": 1,
        "data": rows,
    }


def _top(data: SeriesData) -> float:
    """Upper end of the axis of all panels: as given, else the largest value or end of a band."""
    if "high" in data:
        return data["high"]
    figures = [
        f for p in data["panels"] for line in p["lines"] for f in line["values"] if f.value is not None
    ]
    return max((max(float(f.value or 0), f.high or float(f.value or 0)) for f in figures), default=1.0)


def _years(number: int, names: Sequence[str], room: float) -> dict[str, Any]:
    each = max(_LABEL, _LETTER * max(map(len, names), default=0))  # a month is longer than a year
    step = max(1, -(-each * max(len(names) - 1, 1) // max(int(room), 1)))
    shown = [n if (len(names) - 1 - i) % step == 0 else "" for i, n in enumerate(names)]
    return {
        "type": "category",
        "gridIndex": number,
        "boundaryGap": False,
        "data": shown,
        "axisTick": {"show": False},
        "axisLine": {"lineStyle": {"color": MUTED}},
        "axisLabel": {"interval": 0, "fontSize": 11, "color": MUTED, "margin": 6, "hideOverlap": False},
    }


def _drawn(number: int, line: Line, panel: Panel, look: tuple[str, Any], lang: str) -> list[dict[str, Any]]:
    """The line, its single points where neighbours are missing, and its band."""
    colour, dash = look
    name = word(line["label"], lang)
    place = word(panel["label"], lang)
    axes = {"xAxisIndex": number, "yAxisIndex": number}
    points: list[Any] = []
    for year, figure in zip(panel["x"], line["values"], strict=True):
        text = tip(lang, figure, place, name, year)
        points.append(item("-" if figure.value is None else scaled(figure), figure, text))
    drawn = {
        **axes,
        "type": "line",
        "name": name,
        "connectNulls": False,
        "symbol": "circle",
        "symbolSize": 4 if len(points) <= _MANY else 2,  # as wide as the line: only single points are seen
        "showAllSymbol": True,
        "z": 4 if line.get("member") else 3,
        "lineStyle": {"color": colour, "width": 2, "type": dash},
        "itemStyle": {"color": colour, "borderColor": PAPER, "borderWidth": 0.5},
        "data": points,
    }
    return [*_band(axes, name, line["values"], colour), drawn]


def _band(axes: dict[str, int], name: str, values: Sequence[Figure], colour: str) -> list[dict[str, Any]]:
    """Interval from low to high as a pale area: an invisible foot, and the span stacked on it."""
    if not any(f.low is not None and f.high is not None for f in values):
        return []
    feet: list[Any] = []
    spans: list[Any] = []
    for figure in values:
        if figure.value is None or figure.low is None or figure.high is None:
            feet.append("-")
            spans.append("-")
        else:
            factor = scale_of(figure.unit)
            feet.append(figure.low * factor)
            spans.append((figure.high - figure.low) * factor)
    common = {
        **axes,
        "type": "line",
        "stack": f"{name}-{axes['xAxisIndex']}",
        "stackStrategy": "all",
        "symbol": "none",
        "silent": True,
        "lineStyle": {"opacity": 0},
        "tooltip": {"show": False},
    }
    return [
        {**common, "data": feet},
        {**common, "areaStyle": {"color": colour, "opacity": 0.16}, "data": spans},
    ]
