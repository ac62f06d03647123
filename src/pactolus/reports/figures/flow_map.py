"""Flow map: arcs into the members over a Pacific-centred land shape without boundaries.

No country is filled, no sea is named, and the land carries no name to point at; points are ends of arcs only.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from pactolus.catalogue.origins import Term
from pactolus.reports.figures.common import (
    NARROW,
    Drawing,
    frame,
    heading,
    item,
    shorten,
    stroke,
    text_size,
    text_width,
    tip,
    word,
)
from pactolus.reports.figures.forms import Flow, FlowMapData, Point
from pactolus.reports.figures.labels import Box, Wanted, place_labels
from pactolus.reports.figures.land import HEIGHT, WIDTH, geojson, map_place
from pactolus.reports.style import INK, LAND, MUTED, PAPER, member_colours
from pactolus.wording.names import member_order
from pactolus.wording.numbers import format_figure
from pactolus.wording.phrases import phrase

__all__ = ["draw", "land_layer"]

#: Widest arc. [px]
WIDEST: Final = 9.0
#: How far an arc leaves the straight line, as a share of its length.
BEND: Final = 0.16
_STEPS: Final = 24
_LINE: Final = 20.0


def draw(data: FlowMapData, lang: str, width: int) -> Drawing:
    """Lay out a flow map.

    Parameters
    ----------
    data : FlowMapData
    lang : str
    width : int
        Width of the picture. [px]

    Returns
    -------
    Drawing
        One ``lines`` series a member, points of suppliers, labels that do not meet.
    """
    members = member_order(tuple(data["members"]), lang)
    colours = member_colours(members)
    size = text_size(width)
    option: dict[str, Any] = frame(lang) | {"title": [], "graphic": []}
    top = _legend(option, data, members, colours, lang, width)
    land_height = width * HEIGHT / WIDTH
    height = round(top + land_height)
    points = data["land"]["points"]
    drawn = [
        f for f in data["flows"] if f["exporter"] in points and f["importer"] in points and f["value"].value
    ]
    arcs = {id(f): _arc(points, f, members) for f in drawn}
    largest = max((float(f["value"].value or 0) for f in drawn), default=1.0)
    scale = width / WIDTH
    places = _places(drawn, data, members, lang, size, scale, (width, land_height), arcs)
    option["geo"] = land_layer(top, width, land_height)
    option["series"] = [_lines(m, drawn, arcs, colours[m], largest, lang) for m in reversed(members)]
    option["series"].append(_suppliers(drawn, points, places, lang, size, scale))
    option["series"].append(_ends(members, points, places, colours, lang, size, scale))
    return Drawing(option=option, width=width, height=height, land=geojson(data["land"]))


def land_layer(top: float, width: int, height: float) -> dict[str, Any]:
    """The land as one nameless area without boundaries, nothing to point at."""
    return {
        "map": "land",
        "boundingCoords": [[0, HEIGHT], [WIDTH, 0]],
        "aspectScale": 1,
        "left": 0,
        "top": top,
        "width": width,
        "height": height,
        "silent": True,
        "roam": False,
        "itemStyle": {"areaColor": LAND, "borderWidth": 0, "borderColor": LAND},
        "label": {"show": False},
        "emphasis": {"disabled": True},
        "tooltip": {"show": False},
    }


def _arc(points: Mapping[str, Point], flow: Flow, members: Sequence[str]) -> list[Point]:
    """A curve from supplier to member in the plane of the world; members bend to different sides."""
    (x0, y0), (x1, y1) = points[flow["exporter"]], points[flow["importer"]]
    side = 1.0 if sorted(members).index(flow["importer"]) % 2 == 0 else -1.0
    rank = sorted(members).index(flow["importer"]) // 2
    bend = BEND * (1 + 0.5 * rank) * side
    cx, cy = (x0 + x1) / 2 + (y1 - y0) * bend, (y0 + y1) / 2 - (x1 - x0) * bend
    curve = []
    for step in range(_STEPS + 1):
        t = step / _STEPS
        a, b, c = (1 - t) ** 2, 2 * t * (1 - t), t * t
        curve.append((round(a * x0 + b * cx + c * x1, 1), round(a * y0 + b * cy + c * y1, 1)))
    return curve


def _lines(
    member: str,
    drawn: Sequence[Flow],
    arcs: Mapping[int, list[Point]],
    colour: str,
    largest: float,
    lang: str,
) -> dict[str, Any]:
    rows = []
    for flow in sorted(drawn, key=lambda f: -float(f["value"].value or 0)):
        if flow["importer"] != member:
            continue
        value = float(flow["value"].value or 0)
        text = tip(lang, flow["value"], _route(flow, lang), _note(flow, lang))
        style = {
            "width": round(max(0.8, WIDEST * value / largest), 2),
            "type": [5, 4] if flow.get("partner_reported") else "solid",
        }
        coords = [map_place(p) for p in arcs[id(flow)]]
        rows.append({**item(value, flow["value"], text), "coords": coords, "lineStyle": style})
    return {
        "type": "lines",
        "name": member,
        "coordinateSystem": "geo",
        "polyline": True,
        "z": 3,
        "lineStyle": {"color": colour, "opacity": 0.62, "cap": "butt"},
        "emphasis": {"lineStyle": {"opacity": 1}},
        "data": rows,
    }


def _route(flow: Flow, lang: str) -> str:
    ends = (word(Term("country", (iso,)), lang) for iso in (flow["exporter"], flow["importer"]))
    return " → ".join(ends)


def _note(flow: Flow, lang: str) -> str:
    return phrase(lang, "render.partner_reported") if flow.get("partner_reported") else ""


def _places(
    drawn: Sequence[Flow],
    data: FlowMapData,
    members: Sequence[str],
    lang: str,
    size: int,
    scale: float,
    room: tuple[float, float],
    arcs: Mapping[int, list[Point]],
) -> dict[str, Box]:
    """Boxes of labels: members first, then suppliers by what they send to all members together."""
    points = data["land"]["points"]
    sent: dict[str, float] = {}
    for flow in drawn:
        sent[flow["exporter"]] = sent.get(flow["exporter"], 0.0) + float(flow["value"].value or 0)
    noted = {f["exporter"] for f in drawn if f.get("partner_reported")}
    order = sorted(sent, key=lambda c: (c not in noted, -sent[c], c))
    ranked = [*members, *(c for c in order if c not in members)]
    most = 8 if room[0] < NARROW else 20
    wanted = [
        Wanted(
            key=c,
            point=(points[c][0] * scale, points[c][1] * scale),
            width=text_width(word(Term("country", (c,)), lang), size, bold=c in members) + 2,
            height=size * 1.25,
        )
        for c in ranked[:most]
        if c in points
    ]
    dots = [_around(w.point) for w in wanted]
    largest = max((float(f["value"].value or 0) for f in drawn), default=1.0)
    strokes = [
        (x * scale, y * scale)
        for f in drawn
        for x, y in arcs[id(f)]
        for _ in range(1 + round(4 * float(f["value"].value or 0) / largest))
    ]
    return place_labels(wanted, width=room[0], height=room[1], taken=dots, strokes=strokes)


def _around(point: Point) -> Box:
    return Box(point[0] - 3.5, point[1] - 3.5, point[0] + 3.5, point[1] + 3.5)


def _label(
    country: str, place: Box | None, point: Point, lang: str, size: int, scale: float
) -> dict[str, Any]:
    if place is None:
        return {"show": False}
    x, y = point[0] * scale, point[1] * scale
    return {
        "show": True,
        "formatter": word(Term("country", (country,)), lang),
        "position": [round(place.left - x + 3, 1), round(place.top - y + 3, 1)],
        "align": "left",
        "verticalAlign": "top",
        "fontSize": size,
        "lineHeight": round(size * 1.25),
        "color": INK,
        "textBorderColor": PAPER,
        "textBorderWidth": 2.5,
    }


def _suppliers(
    drawn: Sequence[Flow],
    points: Mapping[str, Point],
    places: Mapping[str, Box],
    lang: str,
    size: int,
    scale: float,
) -> dict[str, Any]:
    importers = {f["importer"] for f in drawn}
    suppliers = sorted({f["exporter"] for f in drawn} - importers)
    return {
        "type": "scatter",
        "coordinateSystem": "geo",
        "z": 5,
        "symbolSize": 6,
        "itemStyle": {"color": PAPER, "borderColor": MUTED, "borderWidth": 1.4},
        "tooltip": {"show": False},
        "silent": True,
        "data": [
            {
                "value": list(map_place(points[c])),
                "label": _label(c, places.get(c), points[c], lang, size, scale),
            }
            for c in suppliers
        ],
    }


def _ends(
    members: Sequence[str],
    points: Mapping[str, Point],
    places: Mapping[str, Box],
    colours: Mapping[str, str],
    lang: str,
    size: int,
    scale: float,
) -> dict[str, Any]:
    rows: list[dict[str, Any]] = []
    for member in members:
        if member not in points:
            continue
        label: dict[str, Any] = _label(member, places.get(member), points[member], lang, size, scale)
        rows.append(
            {
                "value": list(map_place(points[member])),
                "itemStyle": {"color": colours[member], "borderColor": PAPER, "borderWidth": 1.2},
                "label": {**label, "fontWeight": "bold", "color": colours[member]},
            }
        )
    return {
        "type": "scatter",
        "coordinateSystem": "geo",
        "z": 6,
        "symbolSize": 9,
        "silent": True,
        "tooltip": {"show": False},
        "data": rows,
    }


def _legend(
    option: dict[str, Any],
    data: FlowMapData,
    members: Sequence[str],
    colours: Mapping[str, str],
    lang: str,
    width: int,
) -> float:
    """Members with all their imports, the dashed line if used, what the width means; returns the height."""
    totals = data.get("totals", {})
    entries: list[tuple[str, str, float, list[int] | None]] = []
    for member in members:
        text = word(Term("country", (member,)), lang)
        total = f"  {format_figure(totals[member], lang)}" if member in totals else ""
        entries.append((text + total, colours[member], 5.0, None))
    if any(f.get("partner_reported") for f in data["flows"]):
        entries.append((phrase(lang, "render.partner_reported"), MUTED, 2.0, [5, 4]))
    entries.append((phrase(lang, "render.line_width"), "", 0.0, None))
    left = top = 0.0
    for text, colour, thick, dash in entries:
        gap = 29.0 if thick else 0.0
        needed = gap + text_width(text, 12)
        if left and left + needed > width:
            left, top = 0.0, top + _LINE
        if thick:
            option["graphic"].append(stroke(left, top + 9, left + 22, top + 9, colour, thick, dash))
        option["title"].append(
            heading(shorten(text, 12, width - gap), left + gap, top, size=12, colour=INK if thick else MUTED)
        )
        left += needed + 22
    return top + _LINE + 6
