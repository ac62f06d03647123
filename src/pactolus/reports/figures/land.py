"""Background of flow maps from the tables of a world: land without boundaries, one point a country."""

from __future__ import annotations

import json
from itertools import pairwise
from typing import Final

import polars as pl

from pactolus.catalogue.world import World
from pactolus.reports.figures.forms import Land, Point

__all__ = ["HEIGHT", "WIDTH", "geojson", "land_of", "map_place"]

#: Width of the picture in planar units.
WIDTH: Final = 10_000.0
#: Height that is shown: from the north pole to 60 degrees south.
HEIGHT: Final = 4_370.0


def land_of(world: World) -> Land:
    """Rings of the land and points of countries, in the planar units of the world.

    Parameters
    ----------
    world : World
        Has the tables ``land`` and ``country_points``.

    Returns
    -------
    Land
        Rings as lists of points with their hole marks, and ISO alpha-3 -> point.
    """
    rings = (
        world.table("land")
        .sort("ring", "point")
        .group_by("ring", maintain_order=True)
        .agg(pl.col("x"), pl.col("y"), pl.col("hole").first())
    )
    points = world.table("country_points").sort("country")
    return {
        "rings": [list(zip(xs, ys, strict=True)) for xs, ys in zip(rings["x"], rings["y"], strict=True)],
        "holes": rings["hole"].to_list(),
        "points": {c: (x, y) for c, x, y in points.select("country", "x", "y").iter_rows()},
    }


def map_place(point: Point) -> Point:
    """A point of the world's plane (y downwards) in the plane of the map component (y upwards)."""
    return point[0], HEIGHT - point[1]


def geojson(land: Land) -> str:
    """The land as one nameless area: exteriors and holes turn opposite ways, so both fill rules agree."""
    polygons: list[list[list[Point]]] = []
    for ring, hole in zip(land["rings"], land["holes"], strict=True):
        placed = [map_place(p) for p in ring]
        if (_turn(placed) > 0) == hole:
            placed.reverse()
        if hole and polygons:
            polygons[-1].append(placed)
        else:
            polygons.append([placed])
    shape = {"type": "MultiPolygon", "coordinates": polygons}
    feature = {"type": "Feature", "properties": {"name": ""}, "geometry": shape}
    return json.dumps({"type": "FeatureCollection", "features": [feature]}, separators=(",", ":"))


def _turn(ring: list[Point]) -> float:
    """Twice the signed area: positive where the ring turns anticlockwise."""
    return sum(a[0] * b[1] - b[0] * a[1] for a, b in pairwise(ring))
