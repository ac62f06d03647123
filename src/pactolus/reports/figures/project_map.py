"""Map of projects: approximate pins over a Pacific-centred land shape without boundaries.

Colour is the mineral, shape the state of the project, a ring in a member's colour its side's part: whole for
a share, dashed for a purchase or another role. Pins that would cover each other are moved apart. No country
is filled and no sea is named.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from math import cos, hypot, pi, sin
from typing import Any, Final

from pactolus.catalogue.origins import Term
from pactolus.reports.figures.common import (
    NARROW,
    Drawing,
    frame,
    heading,
    item,
    shorten,
    text_size,
    text_width,
    tip,
    word,
)
from pactolus.reports.figures.flow_map import land_layer
from pactolus.reports.figures.forms import Pin, Point, ProjectMapData
from pactolus.reports.figures.labels import Box, Wanted, place_labels
from pactolus.reports.figures.land import HEIGHT, WIDTH, geojson, map_place
from pactolus.reports.style import INK, MUTED, PAPER, member_colours
from pactolus.wording.names import member_order
from pactolus.wording.phrases import phrase

__all__ = ["SHAPES", "draw", "mineral_colours"]

#: Status -> shape; what is stopped or not recorded is a hollow square.
SHAPES: Final[Mapping[str, str]] = {
    "production": "circle",
    "construction": "diamond",
    **dict.fromkeys(("dfs", "pfs", "exploration"), "triangle"),
}
_STOPPED: Final = "rect"
#: Colours of minerals: none is a member's, none of the scale of risk.
_COLOURS: Final = ("#d0a11d", "#6f9a3c", "#a8652a", "#9b62ab", "#4a4f57", "#4d9fd6", "#d98aa8")
_OTHER: Final = "#a5afbb"
_PIN: Final = 8.0
#: Least distance of two pins. [px]
_APART: Final = 10.0
_ROUNDS: Final = 120
_LINE: Final = 20.0
_LABEL_ROOM: Final = 150.0


def draw(data: ProjectMapData, lang: str, width: int) -> Drawing:
    """Lay out a map of projects.

    Parameters
    ----------
    data : ProjectMapData
    lang : str
    width : int
        Width of the picture. [px]

    Returns
    -------
    Drawing
    """
    members = member_order(tuple(data["members"]), lang)
    colours = mineral_colours(data["pins"])
    option: dict[str, Any] = frame(lang) | {"title": [], "graphic": []}
    top = _legend(option, data, members, colours, lang, width)
    scale, tall = width / WIDTH, width * HEIGHT / WIDTH
    pins = [pin for pin in data["pins"] if pin["place"] is not None]
    at = _apart([(p["place"][0] * scale, p["place"][1] * scale) for p in pins if p["place"]], width, tall)
    labels = _labels(pins, at, lang, width, tall)
    option["geo"] = land_layer(top, width, tall)
    option["series"] = [
        *(_rings(pins, at, m, n, members, scale) for n, m in enumerate(data["members"])),
        _marks(pins, at, labels, colours, lang, width, scale),
    ]
    return Drawing(option=option, width=width, height=round(top + tall), land=geojson(data["land"]))


def mineral_colours(pins: Sequence[Pin]) -> dict[str, str]:
    """Colours of the minerals with most projects; all others share one."""
    counts = Counter(pin["mineral"] for pin in pins)
    ranked = sorted(counts, key=lambda m: (-counts[m], m))
    return {m: _COLOURS[n] if n < len(_COLOURS) else _OTHER for n, m in enumerate(ranked)}


def _apart(points: list[Point], width: float, height: float) -> list[Point]:
    """Points moved away from each other until none covers another, always the same way."""
    at = [(x + 0.01 * cos(2.4 * n), y + 0.01 * sin(2.4 * n)) for n, (x, y) in enumerate(points)]
    for _ in range(_ROUNDS):
        moved = False
        for a in range(len(at)):
            for b in range(a + 1, len(at)):
                (xa, ya), (xb, yb) = at[a], at[b]
                far = hypot(xb - xa, yb - ya)
                if far >= _APART:
                    continue
                push = (_APART - far) / 2 + 0.05
                dx, dy = ((xb - xa) / far, (yb - ya) / far) if far > 1e-9 else (cos(a), sin(a))
                at[a], at[b] = (xa - push * dx, ya - push * dy), (xb + push * dx, yb + push * dy)
                moved = True
        if not moved:
            break
    edge = _PIN
    return [(min(max(x, edge), width - edge), min(max(y, edge), height - edge)) for x, y in at]


def _short(pin: Pin, lang: str) -> str:
    """The name up to its first comma, bracket or colon."""
    text = word(pin["label"], lang)
    for mark in (",", " (", ":", " - "):
        text = text.partition(mark)[0]
    return text


def _labels(
    pins: Sequence[Pin], at: Sequence[Point], lang: str, width: float, height: float
) -> dict[str, Box]:
    size = text_size(width) - 1
    most = 10 if width < NARROW else 26
    texts: dict[int, str] = {}
    for n, pin in enumerate(pins[:most]):
        text = shorten(_short(pin, lang), size, _LABEL_ROOM)
        if pin["sides"] and text not in texts.values():
            texts[n] = text
    wanted = [
        Wanted(key=str(n), point=at[n], width=text_width(text, size) + 3, height=size * 1.2)
        for n, text in texts.items()
    ]
    taken = [_around(pin, place) for pin, place in zip(pins, at, strict=True)]
    return place_labels(wanted, width=width, height=height, taken=taken)


def _around(pin: Pin, at: Point) -> Box:
    """What a pin and its rings cover."""
    half = (_PIN + 5.5 + 4.5 * max(len(pin["sides"]) - 1, 0)) / 2 if pin["sides"] else _PIN / 2
    return Box(at[0] - half, at[1] - half, at[0] + half, at[1] + half)


def _marks(
    pins: Sequence[Pin],
    at: Sequence[Point],
    labels: Mapping[str, Box],
    colours: Mapping[str, str],
    lang: str,
    width: float,
    scale: float,
) -> dict[str, Any]:
    size = text_size(width) - 1
    rows = []
    for n, pin in enumerate(pins):
        shape = SHAPES.get(pin["status"], _STOPPED)
        colour = colours[pin["mineral"]]
        hollow = shape == _STOPPED
        style = {
            "color": PAPER if hollow else colour,
            "borderColor": colour if hollow else PAPER,
            "borderWidth": 1.6 if hollow else 0.8,
        }
        place = [*map_place((at[n][0] / scale, at[n][1] / scale))]
        mark = item(place, pin["value"], tip(lang, pin["value"], *_said(pin, lang)))
        rows.append(
            mark
            | {"symbol": shape, "symbolSize": _PIN if shape != "diamond" else _PIN + 2, "itemStyle": style}
            | {"label": _label(_short(pin, lang), labels.get(str(n)), at[n], size)}
        )
    return {"type": "scatter", "coordinateSystem": "geo", "z": 5, "data": rows}


def _said(pin: Pin, lang: str) -> list[str]:
    said = [word(pin["label"], lang), word(Term("country", (pin["host"],)), lang)]
    said.append(word(Term("mineral", (pin["mineral"],)), lang))
    said.append(phrase(lang, f"render.project.status.{pin['status'] or 'unknown'}"))
    for member in member_order(tuple(pin["sides"]), lang):
        side = phrase(lang, f"render.project.side.{pin['sides'][member]}")
        said.append(f"{word(Term('country', (member,)), lang)} {side}")
    return said


def _label(text: str, box: Box | None, at: Point, size: int) -> dict[str, Any]:
    if box is None:
        return {"show": False}
    half = _PIN / 2
    return {
        "show": True,
        "formatter": shorten(text, size, _LABEL_ROOM),
        "position": [round(box.left - at[0] + half, 1), round(box.top - at[1] + half, 1)],
        "align": "left",
        "verticalAlign": "top",
        "fontSize": size,
        "color": INK,
        "textBorderColor": PAPER,
        "textBorderWidth": 2.5,
    }


def _rings(
    pins: Sequence[Pin], at: Sequence[Point], member: str, number: int, members: Sequence[str], scale: float
) -> dict[str, Any]:
    """A ring for each project in which a member's side has a part; the second member's is wider."""
    colour = member_colours(members)[member]
    rows = [
        {
            "value": [*map_place((at[n][0] / scale, at[n][1] / scale))],
            "itemStyle": {
                "color": "rgba(0,0,0,0)",
                "borderColor": colour,
                "borderWidth": 1.7,
                "borderType": "solid" if pin["sides"][member] in ("owner", "holder") else [2, 2],
            },
        }
        for n, pin in enumerate(pins)
        if member in pin["sides"]
    ]
    size = _PIN + 4.5 + 4.5 * number
    return {
        "type": "scatter",
        "coordinateSystem": "geo",
        "z": 4,
        "symbol": "circle",
        "symbolSize": size,
        "silent": True,
        "tooltip": {"show": False},
        "data": rows,
    }


Entry = tuple[str, list[dict[str, Any]]]


def _legend(
    option: dict[str, Any],
    data: ProjectMapData,
    members: Sequence[str],
    colours: Mapping[str, str],
    lang: str,
    width: int,
) -> float:
    """Minerals, shapes and rings, each group on lines of its own; returns the height."""
    top = 0.0
    for group in (_minerals(colours, lang), _shapes(data, lang), _members(members, lang)):
        left = 0.0
        for text, parts in group:
            needed = 20 + text_width(text, 11)
            if left and left + needed > width:
                left, top = 0.0, top + _LINE
            for part in parts:
                option["graphic"].append({**part, "x": left + 7, "y": top + 9, "silent": True})
            shown = shorten(text, 11, width - 20)
            option["title"].append(heading(shown, left + 18, top + 1, size=11, colour=MUTED))
            left += needed + 14
        top += _LINE
    return top + 4


def _minerals(colours: Mapping[str, str], lang: str) -> list[Entry]:
    named = [(m, c) for m, c in colours.items() if c != _OTHER]
    found = [(word(Term("mineral", (m,)), lang), [_shape("rect", c)]) for m, c in named]
    if len(named) < len(colours):
        found.append((phrase(lang, "render.project.other_minerals"), [_shape("rect", _OTHER)]))
    return found


def _shapes(data: ProjectMapData, lang: str) -> list[Entry]:
    seen = {SHAPES.get(pin["status"], _STOPPED) for pin in data["pins"]}
    order = ("circle", "diamond", "triangle", _STOPPED)
    return [
        (phrase(lang, f"render.project.shape.{shape}"), [_shape(shape, MUTED, hollow=shape == _STOPPED)])
        for shape in order
        if shape in seen
    ]


def _members(members: Sequence[str], lang: str) -> list[Entry]:
    colours = member_colours(members)
    found: list[Entry] = []
    for member in members:
        name = word(Term("country", (member,)), lang)
        for kind, dash in (("share", None), ("other", [2, 2])):
            ring = {"fill": "none", "stroke": colours[member], "lineWidth": 1.7}
            style = ring | ({"lineDash": dash} if dash else {})
            text = phrase(lang, f"render.project.ring.{kind}", member=name)
            found.append((text, [{"type": "circle", "shape": {"cx": 0, "cy": 0, "r": 6}, "style": style}]))
    return found


def _shape(shape: str, colour: str, *, hollow: bool = False) -> dict[str, Any]:
    style = {"fill": PAPER if hollow else colour, "stroke": colour, "lineWidth": 1.4 if hollow else 0}
    if shape == "circle":
        return {"type": "circle", "shape": {"cx": 0, "cy": 0, "r": 4.5}, "style": style}
    if shape == "rect":
        return {
            "type": "rect",
            "shape": {"x": -4.5, "y": -4.5, "width": 9, "height": 9},
            "style": style,
        }
    corners = 4 if shape == "diamond" else 3
    points = [
        [round(5.5 * sin(2 * pi * n / corners), 2), round(-5.5 * cos(2 * pi * n / corners), 2)]
        for n in range(corners)
    ]
    return {"type": "polygon", "shape": {"points": points}, "style": style}
