"""Timeline: measures from above to below, their states over the years, and the day asked for."""

from __future__ import annotations

from datetime import date
from typing import Any, Final

from pactolus.catalogue.origins import Term
from pactolus.reports.figures.common import (
    DECAL,
    NARROW,
    Drawing,
    box,
    frame,
    hatched,
    heading,
    shorten,
    text_size,
    text_width,
    word,
)
from pactolus.reports.figures.forms import StateSpan, TimelineData, TimelineRow
from pactolus.reports.style import GRID, HATCH, INK, MUTED, PAPER
from pactolus.wording.names import name
from pactolus.wording.phrases import phrase

__all__ = ["COLOURS", "axis_label", "day_line", "draw", "place_of", "year_axes"]

#: Fill of each state; ``unconfirmed`` is hatched, ``ended`` is not drawn.
COLOURS: Final = {
    "in_force": "#2f4a73",
    "suspended": "#a9bdd6",
    "announced": "#d9b65c",
    "proposed": "#efe3bd",
    "de_facto": "#9a6b4d",
    "unconfirmed": PAPER,
}
_ROW: Final = 26.0
_LEGEND: Final = 24.0
_AXIS: Final = 26.0
_YEAR: Final = 365.25


def draw(data: TimelineData, lang: str, width: int) -> Drawing:
    """Lay out a timeline.

    Parameters
    ----------
    data : TimelineData
    lang : str
    width : int
        Width of the picture. [px]

    Returns
    -------
    Drawing
        One bar of states a measure; on a narrow picture its name stands above it.
    """
    narrow = width < NARROW
    size = text_size(width)
    rows = list(data["rows"])
    names = [_label(row, lang) for row in rows]
    room = 0.0 if narrow else min(0.45 * width, max((text_width(n, size) for n in names), default=0.0) + 10)
    row = _ROW * (1.7 if narrow else 1.0)
    lines = _legend(rows, lang, width)
    top = _LEGEND * (1 + max(line for *_, line in lines)) if lines else 0.0
    height = top + row * len(rows) + _AXIS
    day = date.fromisoformat(data["today"])
    last = day.year + 2
    option = frame(lang)
    option["grid"] = {"left": room, "right": 12, "top": top, "height": row * len(rows), "containLabel": False}
    option["xAxis"] = year_axes(data["first"], last, size, narrow=narrow)
    option["yAxis"] = {
        "type": "category",
        "inverse": True,
        "data": [shorten(n, size, (width if narrow else room) - 8) for n in names],
        "axisLine": {"show": False},
        "axisTick": {"show": False},
        "axisLabel": axis_label(size, row, narrow=narrow),
    }
    option["series"] = _bars(rows, names, last, lang, height=row * (0.4 if narrow else 0.56))
    option["series"].append(day_line(place_of(day), name(Term("date", (data["today"],)), lang)))
    option["title"] = [heading(text, left + 18, line * _LEGEND + 4, size=11) for _, text, left, line in lines]
    option["graphic"] = [part for state, _, left, line in lines for part in _swatch(state, left, line)]
    return Drawing(option=option, width=width, height=round(height))


def _label(row: TimelineRow, lang: str) -> str:
    return f"{word(row['issuer'], lang)} · {word(row['label'], lang)}"


def year_axes(first: int, last: int, size: int, *, narrow: bool) -> list[dict[str, Any]]:
    """The scale of the bars, and the names of its ticks: ECharts sets separators into numbers of a scale."""
    step = max(1, round((last - first) / (4 if narrow else 9)))
    scale = {
        "type": "value",
        "min": first,
        "max": last,
        "interval": step,
        "axisLabel": {"show": False},
        "splitLine": {"lineStyle": {"color": GRID}},
    }
    label = {"fontSize": size, "color": MUTED, "interval": step - 1, "showMaxLabel": False}
    names = {
        "type": "category",
        "position": "bottom",
        "boundaryGap": False,
        "data": [str(year) for year in range(first, last + 1)],
        "axisLine": {"show": False},
        "axisTick": {"show": False},
        "axisLabel": label,
    }
    return [scale, names]


def axis_label(size: int, row: float, *, narrow: bool) -> dict[str, Any]:
    """Names of rows; on a narrow picture they stand above."""
    style: dict[str, Any] = {"interval": 0, "fontSize": size, "color": INK, "margin": 8}
    if narrow:
        style |= {"inside": True, "margin": 0, "verticalAlign": "bottom", "padding": [0, 0, row * 0.24, 0]}
    return style


def place_of(day: date) -> float:
    """A day on the axis of years."""
    return round(day.year + (day - date(day.year, 1, 1)).days / _YEAR, 4)


def _bars(
    rows: list[TimelineRow], names: list[str], last: int, lang: str, *, height: float
) -> list[dict[str, Any]]:
    """Stacked bars: each state on top of an empty piece up to its first day."""
    most = max((len(row["spans"]) for row in rows), default=0)
    series: list[dict[str, Any]] = []
    for number in range(most):
        gaps: list[Any] = []
        bars: list[Any] = []
        for place, row in enumerate(rows):
            spans = row["spans"]
            if number >= len(spans):
                gaps.append(0)
                bars.append(0)
                continue
            begin, end = _ends(spans[number], last)
            before = _ends(spans[number - 1], last)[1] if number else 0.0
            gaps.append(round(max(begin - before, 0.0), 4))
            bars.append(_piece(spans[number], round(end - max(begin, before), 4), names[place], lang))
        base = {"type": "bar", "stack": "states", "barWidth": round(height)}
        series.append({**base, "silent": True, "itemStyle": {"color": "rgba(0,0,0,0)"}, "data": gaps})
        series.append({**base, "data": bars})
    return series


def _ends(span: StateSpan, last: int) -> tuple[float, float]:
    begin = place_of(date.fromisoformat(span["begin"]))
    end = place_of(date.fromisoformat(span["end"])) + 1 / _YEAR if span["end"] else float(last)
    return begin, max(end, begin)


def _piece(span: StateSpan, length: float, label: str, lang: str) -> dict[str, Any]:
    state = span["state"]
    style: dict[str, Any] = {"color": COLOURS.get(state, "rgba(0,0,0,0)")}
    if state == "unconfirmed":
        style |= {"decal": DECAL, "borderColor": HATCH, "borderWidth": 1}
    until = name(Term("date", (span["end"],)), lang) if span["end"] else ""
    days = f"{name(Term('date', (span['begin'],)), lang)} – {until}".strip()
    return {
        "value": length,
        "itemStyle": style,
        "tip": f"{label}: {phrase(lang, f'render.state.{state}')} ({days})",
    }


def day_line(place: float, text: str) -> dict[str, Any]:
    """The day asked for."""
    label = {
        "show": True,
        "formatter": text,
        "position": "start",
        "fontSize": 11,
        "color": INK,
        "distance": 6,
    }
    return {
        "type": "bar",
        "stack": "states",
        "data": [],
        "silent": True,
        "markLine": {
            "silent": True,
            "symbol": "none",
            "lineStyle": {"color": INK, "width": 1, "type": "dashed"},
            "label": label,
            "data": [{"xAxis": place}],
        },
    }


def _legend(rows: list[TimelineRow], lang: str, width: int) -> list[tuple[str, str, float, int]]:
    """State, word, left edge and line of each entry."""
    seen = {span["state"] for row in rows for span in row["spans"]}
    found: list[tuple[str, str, float, int]] = []
    left, line = 0.0, 0
    for state in COLOURS:
        if state not in seen:
            continue
        text = phrase(lang, f"render.state.{state}")
        wide = text_width(text, 11) + 38
        if left and left + wide > width:
            left, line = 0.0, line + 1
        found.append((state, text, left, line))
        left += wide
    return found


def _swatch(state: str, left: float, line: int) -> list[dict[str, Any]]:
    top = line * _LEGEND + 6
    if state == "unconfirmed":
        return hatched(left, top, 13, 10)
    return [box(left, top, 13, 10, COLOURS[state])]
