"""Ribbons: one row a project, from the day of its status to the range of years of its first production."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from math import ceil
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
    item,
    shorten,
    text_size,
    text_width,
    tip,
    word,
)
from pactolus.reports.figures.forms import Ribbon, RibbonsData
from pactolus.reports.figures.timeline import axis_label, day_line, place_of, year_axes
from pactolus.reports.style import HATCH, PAPER, member_colours
from pactolus.wording.names import member_order, name
from pactolus.wording.phrases import phrase

__all__ = ["COLOURS", "draw"]

#: Fill by status; the range of the first production is hatched.
COLOURS: Final = {
    "exploration": "#e3e0cf",
    "pfs": "#cfd8c2",
    "dfs": "#a9bdd6",
    "construction": "#2f4a73",
    "production": "#6b7f5a",
}
_ROW: Final = 22.0
_LEGEND: Final = 22.0
_AXIS: Final = 26.0
_MARK: Final = 7.0
#: Room above the rows for the day that is asked for.
_DAY: Final = 20.0
#: Years shown before the day asked for; what began earlier begins at the edge.
_BACK: Final = 7


def draw(data: RibbonsData, lang: str, width: int) -> Drawing:
    """Lay out ribbons.

    Parameters
    ----------
    data : RibbonsData
    lang : str
    width : int
        Width of the picture. [px]

    Returns
    -------
    Drawing
        On a narrow picture the name of a row stands above its ribbon.
    """
    narrow = width < NARROW
    size = text_size(width) - (0 if narrow else 1)
    rows, members = list(data["rows"]), member_order(tuple(data["members"]), lang)
    names = [_label(row, lang) for row in rows]
    marks = (_MARK + 4) * len(members) + 8
    room = 0.0 if narrow else min(0.42 * width, max((text_width(n, size) for n in names), default=0.0) + 10)
    row = _ROW * (1.75 if narrow else 1.0)
    entries = _legend(rows, members, lang, width)
    top = _LEGEND * (1 + max((line for *_, line in entries), default=0)) + _DAY
    height = top + row * len(rows) + _AXIS
    first, last = _years(rows, data["today"])
    left = room + marks
    option = frame(lang)
    option["grid"] = {
        "left": left,
        "right": 14,
        "top": top,
        "height": row * len(rows),
        "containLabel": False,
    }
    option["xAxis"] = year_axes(first, last, size, narrow=narrow)
    option["yAxis"] = {
        "type": "category",
        "inverse": True,
        "data": [shorten(n, size, (width - left if narrow else room) - 8) for n in names],
        "axisLine": {"show": False},
        "axisTick": {"show": False},
        "axisLabel": axis_label(size, row, narrow=narrow) | ({} if narrow else {"margin": marks}),
    }
    thick = row * (0.36 if narrow else 0.52)
    option["series"] = _bars(rows, names, first, lang, thick)
    option["series"].append(day_line(place_of(date.fromisoformat(data["today"])), _day(data["today"], lang)))
    option["title"] = [heading(text, x + 18, line * _LEGEND + 3, size=11) for _, text, x, line in entries]
    option["graphic"] = [part for kind, _, x, line in entries for part in _swatch(kind, x, line, members)]
    option["graphic"] += _member_marks(rows, members, top, row, room)
    return Drawing(option=option, width=width, height=round(height))


def _day(day: str, lang: str) -> str:
    return name(Term("date", (day,)), lang)


def _label(row: Ribbon, lang: str) -> str:
    return f"{word(row['label'], lang)} · {word(Term('mineral', (row['mineral'],)), lang)}"


def _years(rows: Sequence[Ribbon], today: str) -> tuple[int, int]:
    begins = [int(row["begin"][:4]) for row in rows]
    ends = [float(row["start"].high or row["start"].value or 0) for row in rows]
    now = int(today[:4])
    return max(min([*begins, now - 1]), now - _BACK), max([ceil(max(ends, default=0)) + 1, now + 1])


def _bars(
    rows: Sequence[Ribbon], names: Sequence[str], first: int, lang: str, thick: float
) -> list[dict[str, Any]]:
    """Up to the earliest first production in the colour of the status, then its range hatched."""
    gaps, known, ranges = [], [], []
    for row, label in zip(rows, names, strict=True):
        figure = row["start"]
        begin = max(place_of(date.fromisoformat(row["begin"])), float(first))
        text = tip(lang, figure, label, _state(row, lang))
        middle = float(figure.value or begin)
        early, late = max(float(figure.low or middle), begin), float(figure.high or middle) + 1.0
        colour = COLOURS.get(row["status"], HATCH)
        gaps.append(round(begin, 4))
        known.append(item(round(early - begin, 4), figure, text, itemStyle={"color": colour}))
        hatch = {"color": PAPER, "decal": DECAL, "borderColor": HATCH, "borderWidth": 1}
        ranges.append(item(round(max(late - early, 0.15), 4), figure, text, itemStyle=hatch))
    base = {"type": "bar", "stack": "ribbons", "barWidth": round(thick)}
    clear = {"silent": True, "itemStyle": {"color": "rgba(0,0,0,0)"}}
    return [{**base, **clear, "data": gaps}, {**base, "data": known}, {**base, "data": ranges}]


def _state(row: Ribbon, lang: str) -> str:
    status = phrase(lang, f"render.project.status.{row['status']}")
    return f"{status} ({_day(row['begin'], lang)})"


def _member_marks(
    rows: Sequence[Ribbon], members: Sequence[str], top: float, row: float, room: float
) -> list[dict[str, Any]]:
    """A mark for each member's side, left of its ribbon: full for a share, an outline for another part."""
    colours, found = member_colours(members), []
    for n, one in enumerate(rows):
        for place, member in enumerate(members):
            if member not in one["sides"]:
                continue
            left = room + 4 + place * (_MARK + 4)
            at = top + row * n + (row - _MARK) / 2
            whole = one["sides"][member] in ("owner", "holder")
            fill = colours[member] if whole else PAPER
            found.append(box(left, at, _MARK, _MARK, fill, colours[member]))
    return found


Entry = tuple[str, str, float, int]


def _legend(rows: Sequence[Ribbon], members: Sequence[str], lang: str, width: int) -> list[Entry]:
    """Kind, words, left edge and line of each entry."""
    seen = {row["status"] for row in rows}
    kinds = [(s, phrase(lang, f"render.project.status.{s}")) for s in COLOURS if s in seen]
    kinds.append(("range", phrase(lang, "render.project.start_range")))
    for member in members:
        named = word(Term("country", (member,)), lang)
        kinds += [
            (f"{kind}:{member}", phrase(lang, f"render.project.ring.{kind}", member=named))
            for kind in ("share", "other")
            if any(_is(kind, row["sides"].get(member)) for row in rows)
        ]
    found: list[Entry] = []
    left, line = 0.0, 0
    for kind, text in kinds:
        wide = text_width(text, 11) + 36
        if left and left + wide > width:
            left, line = 0.0, line + 1
        found.append((kind, text, left, line))
        left += wide
    return found


def _is(kind: str, side: str | None) -> bool:
    return side is not None and (side in ("owner", "holder")) == (kind == "share")


def _swatch(kind: str, left: float, line: int, members: Sequence[str]) -> list[dict[str, Any]]:
    top = line * _LEGEND + 5
    if kind == "range":
        return hatched(left, top, 13, 10)
    if ":" not in kind:
        return [box(left, top, 13, 10, COLOURS[kind])]
    how, _, member = kind.partition(":")
    colour = member_colours(members)[member]
    return [box(left + 3, top + 1, _MARK, _MARK, colour if how == "share" else PAPER, colour)]
