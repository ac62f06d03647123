"""Natural Earth shapes as packed in ``world-atlas``: the land without boundaries, and one point a country.

Shapes of countries are used for nothing but to find one point inside the largest part of each; no
boundary is stored.

The picture is the Equal Earth projection [1]_ centred on 150 E, so that the Pacific is whole. Its edge is
the meridian 30 W: polygons are cut there (the source closes its rings across 180 degrees), and what lies
south of 60 S is left out.

References
----------
.. [1] Savric, Patterson, Jenny, "The Equal Earth map projection", International Journal of Geographical
   Information Science 33(3), 2019, equations 5 to 9. doi:10.1080/13658816.2018.1504949
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import polars as pl

from pactolus.errors import MissingExtraError

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

__all__ = ["CENTRE_E", "WIDTH", "country_points", "land", "numeric_codes", "project"]

#: Meridian in the middle of the picture, degrees east.
CENTRE_E: Final = 150.0
#: Width of the picture in planar units; its height follows from the projection (0.487 of the width).
WIDTH: Final = 10_000

_EDGE: Final = CENTRE_E - 180.0
_SOUTH: Final = -60.0
_A: Final = (1.340264, -0.081106, 0.000893, 0.003796)
_M: Final = math.sqrt(3) / 2
_STEP_DEGREES: Final = 1.0

Ring = list[tuple[float, float]]

#: ISO 3166 numeric codes that BACI's list lacks or gives to another number, and shapes known by name only.
_NUMERIC: Final = {
    "158": "TWN", "250": "FRA", "356": "IND", "578": "NOR", "756": "CHE", "840": "USA", "234": "FRO",
    "248": "ALA", "438": "LIE", "492": "MCO", "630": "PRI", "732": "ESH", "831": "GGY", "832": "JEY",
    "833": "IMN", "850": "VIR", "Kosovo": "XKX",
}  # fmt: skip

#: Degrees north and east of places that the shapes lack or count to another country.
_EXTRA: Final = {
    "ANT": (12.20, -69.00),
    "BES": (12.18, -68.26),
    "CCK": (-12.17, 96.83),
    "CXR": (-10.49, 105.64),
    "GIB": (36.14, -5.35),
    "GLP": (16.20, -61.50),
    "GUF": (4.00, -53.10),
    "MTQ": (14.65, -61.00),
    "MYT": (-12.82, 45.15),
    "REU": (-21.12, 55.53),
    "SCG": (44.00, 20.90),
    "TKL": (-9.17, -171.82),
    "TUV": (-8.52, 179.20),
}


def _plane(longitude: float, latitude: float) -> tuple[float, float]:
    """Equal Earth of a longitude relative to the centre and a latitude in degrees; radius 1, y up."""
    theta = math.asin(_M * math.sin(math.radians(latitude)))
    t2 = theta * theta
    t6 = t2**3
    a1, a2, a3, a4 = _A
    x = math.radians(longitude) * math.cos(theta) / (_M * (a1 + 3 * a2 * t2 + t6 * (7 * a3 + 9 * a4 * t2)))
    y = theta * (a1 + a2 * t2 + t6 * (a3 + a4 * t2))
    return x, y


_HALF_WIDTH: Final = _plane(180.0, 0.0)[0]
_HALF_HEIGHT: Final = _plane(0.0, 90.0)[1]


def project(longitude: float, latitude: float) -> tuple[float, float]:
    """Planar place of a point of the Earth.

    Parameters
    ----------
    longitude, latitude : float
        Degrees east and north.

    Returns
    -------
    tuple of float
        ``x`` from 0 (30 W, west edge) to 10 000 (30 W, east edge) and ``y`` from 0 (north pole)
        downwards, as on a screen.
    """
    relative = (longitude - CENTRE_E + 180.0) % 360.0 - 180.0
    return _scaled(*_plane(relative, latitude))


def _scaled(x: float, y: float) -> tuple[float, float]:
    unit = WIDTH / (2 * _HALF_WIDTH)
    return (x + _HALF_WIDTH) * unit, (_HALF_HEIGHT - y) * unit


def land(file: Path, *, tolerance: float = 3.0, smallest: float = 12.0) -> pl.DataFrame:
    """The land as closed rings: ``ring, point, x, y, hole``.

    Parameters
    ----------
    file : path
        ``land-50m.json`` or ``land-110m.json``.
    tolerance : float
        Largest distance of the simplified line from the source, in planar units.
    smallest : float
        Rings of a smaller area are left out, wherever they lie, in planar units squared.

    Returns
    -------
    polars.DataFrame
        Fill with the even-odd rule; a ring with ``hole`` is water inside the ring before it. The last
        point of a ring repeats the first.
    """
    shapely = _shapely()
    topology = json.loads(file.read_text(encoding="utf-8"))
    polygons = [part for _, _, rings in _shapes(topology, "land") for part in _valid(rings)]
    planar = _turned(shapely.union_all(polygons))
    simple = shapely.make_valid(planar.simplify(tolerance))
    rows: list[tuple[int, int, int, int, bool]] = []
    number = 0
    for part in sorted(_polygons_of(simple), key=lambda p: (-p.area, p.bounds)):
        for hole, ring in [(False, part.exterior), *((True, r) for r in part.interiors)]:
            points = _without_repeats((round(x), round(y)) for x, y in ring.coords)
            if len(points) < 4 or shapely.Polygon(ring).area < smallest:
                continue
            rows += [(number, n, x, y, hole) for n, (x, y) in enumerate(points)]
            number += 1
    schema = {"ring": pl.Int64, "point": pl.Int64, "x": pl.Int64, "y": pl.Int64, "hole": pl.Boolean}
    return pl.DataFrame(rows, schema=schema, orient="row")


def _without_repeats(points: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    kept: list[tuple[int, int]] = []
    for point in points:
        if not kept or kept[-1] != point:
            kept.append(point)
    return kept


def _turned(shape: BaseGeometry) -> BaseGeometry:
    """Degrees -> planar units: moved round the Earth, and cut at the edge of the picture."""
    shapely = _shapely()
    window = shapely.box(_EDGE, _SOUTH, _EDGE + 360.0, 90.0)
    turns = [shapely.affinity.translate(shape, xoff=turn) for turn in (-360.0, 0.0, 360.0)]
    whole = shapely.union_all([turn.intersection(window) for turn in turns])
    fine = shapely.segmentize(whole, _STEP_DEGREES)
    return shapely.transform(fine, lambda c: [_scaled(*_plane(x - CENTRE_E, y)) for x, y in c])


def country_points(file: Path, iso3_of: Mapping[str, str]) -> pl.DataFrame:
    """One point a country or region: ``country, latitude, longitude, x, y``.

    Parameters
    ----------
    file : path
        ``countries-50m.json``.
    iso3_of : mapping
        ISO numeric code without leading zeros, or the name where the shape has no code -> ISO alpha-3.

    Returns
    -------
    polars.DataFrame
        The centre of the largest part of each shape where it lies inside, else a point inside; degrees to
        two digits. Shapes whose code is not in `iso3_of` are left out; a short list adds places that the
        shapes lack.
    """
    topology = json.loads(file.read_text(encoding="utf-8"))
    largest: dict[str, Any] = {}
    for code, name, rings in _shapes(topology, "countries"):
        country = iso3_of.get(code.lstrip("0")) or iso3_of.get(name)
        for part in _valid(rings):
            if not country:
                break
            if country not in largest or _true_area(part) > _true_area(largest[country]):
                largest[country] = part
    places = dict(_EXTRA)
    for name, part in largest.items():
        centre = part.centroid if part.contains(part.centroid) else part.representative_point()
        places[name] = (round(centre.y, 2), round((centre.x + 180.0) % 360.0 - 180.0, 2))
    rows = []
    for name, (latitude, longitude) in sorted(places.items()):
        x, y = project(longitude, latitude)
        rows.append((name, latitude, longitude, round(x, 1), round(y, 1)))
    schema = {"country": pl.String} | dict.fromkeys(("latitude", "longitude", "x", "y"), pl.Float64)
    return pl.DataFrame(rows, schema=schema, orient="row")


def numeric_codes(areas: Mapping[str, str]) -> dict[str, str]:
    """ISO numeric code (or name of a shape without one) -> ISO alpha-3, from BACI's areas and a few more."""
    real = {code: iso3 for code, iso3 in areas.items() if iso3.isalpha()}
    return real | _NUMERIC


def _true_area(part: Any) -> float:
    return float(part.area * math.cos(math.radians(part.centroid.y)))


def _shapes(topology: Mapping[str, Any], name: str) -> Iterator[tuple[str, str, list[Ring]]]:
    """Code, name and rings in degrees of every polygon of one object of a TopoJSON file."""
    arcs = [_arc(a, topology["transform"]) for a in topology["arcs"]]
    layer = topology["objects"][name]
    for shape in layer.get("geometries", [layer]):
        parts = {"Polygon": [shape.get("arcs")], "MultiPolygon": shape.get("arcs")}.get(shape["type"]) or []
        for part in parts:
            rings = [_joined(ring, arcs) for ring in part]
            yield str(shape.get("id") or ""), str((shape.get("properties") or {}).get("name") or ""), rings


def _arc(deltas: Sequence[Sequence[int]], transform: Mapping[str, Sequence[float]]) -> Ring:
    (kx, ky), (tx, ty) = transform["scale"], transform["translate"]
    x = y = 0
    points = []
    for dx, dy in deltas:
        x, y = x + dx, y + dy
        points.append((x * kx + tx, y * ky + ty))
    return points


def _joined(indices: Sequence[int], arcs: Sequence[Ring]) -> Ring:
    ring: Ring = []
    for index in indices:
        arc = arcs[index] if index >= 0 else arcs[~index][::-1]
        ring += arc[1:] if ring else arc
    return ring


def _valid(rings: Sequence[Ring]) -> list[Any]:
    """Valid polygons of one part; none where packing made a line of an islet, nor for a ring round a pole."""
    shapely = _shapely()
    outer, *holes = (_unrolled(ring) for ring in rings)
    if abs(outer[0][0] - outer[-1][0]) > 180.0:
        return []
    return _polygons_of(shapely.make_valid(shapely.Polygon(outer, holes)))


def _unrolled(ring: Ring) -> Ring:
    """The ring without jumps at 180 degrees: the source closes rings across that meridian."""
    out = [ring[0]]
    for longitude, latitude in ring[1:]:
        out.append((longitude - 360.0 * round((longitude - out[-1][0]) / 360.0), latitude))
    return out


def _polygons_of(shape: Any) -> list[Any]:
    if shape.geom_type == "Polygon":
        return [shape]
    return [p for part in getattr(shape, "geoms", ()) for p in _polygons_of(part)]


def _shapely() -> Any:
    try:
        import shapely
        import shapely.affinity
    except ImportError as error:
        raise MissingExtraError.of("data", "reading map shapes") from error
    return shapely
