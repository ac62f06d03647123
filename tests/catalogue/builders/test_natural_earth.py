"""The map: projection, cut at 30 W, no stray line, one sensible point a country."""

from __future__ import annotations

import json
import math
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pactolus.catalogue.readers import natural_earth as ne
from pactolus.catalogue.world import World

degrees = st.floats(-179.999, 179.999)
latitudes = st.floats(-90, 90)


@given(degrees, latitudes)
def test_every_point_of_the_earth_has_a_place_in_the_picture(longitude: float, latitude: float) -> None:
    x, y = ne.project(longitude, latitude)
    assert -1e-6 <= x <= ne.WIDTH + 1e-6
    assert 0 <= y <= 0.487 * ne.WIDTH


@given(latitudes)
def test_the_centre_is_150_e_and_the_edges_are_30_w(latitude: float) -> None:
    assert ne.project(150, latitude)[0] == pytest.approx(ne.WIDTH / 2)
    west, east = ne.project(-29.9999, latitude)[0], ne.project(-30.0001, latitude)[0]
    assert west + east == pytest.approx(ne.WIDTH, abs=1e-3)
    assert west <= east


@given(degrees, st.floats(-89, 89))
def test_north_is_up_and_the_equator_a_straight_line(longitude: float, latitude: float) -> None:
    assert ne.project(longitude, latitude + 1)[1] < ne.project(longitude, latitude)[1]
    assert ne.project(longitude, 0)[1] == pytest.approx(ne.project(0, 0)[1])


def test_equal_areas_stay_equal() -> None:
    """A cell at the equator and one at 60 N keep the ratio of their true areas."""

    def shown(latitude: float) -> float:
        (x0, y0), (x1, _), (_, y1) = (
            ne.project(150.0, latitude),
            ne.project(150.1, latitude),
            ne.project(150.0, latitude + 0.1),
        )
        return (x1 - x0) * (y0 - y1)

    true = (math.sin(math.radians(60.1)) - math.sin(math.radians(60))) / math.sin(math.radians(0.1))
    assert shown(60) / shown(0) == pytest.approx(true, rel=2e-3)


def test_published_values_of_the_projection() -> None:
    """Savric, Patterson and Jenny 2019: equator 2.05458 central meridians long, a pole 0.59247 equators."""
    (_, top), (_, bottom) = ne.project(150, 90), ne.project(150, -90)
    height = bottom - top
    assert ne.WIDTH / height == pytest.approx(2.05458, abs=1e-5)
    pole = ne.project(-30.0001, 90)[0] - ne.project(-29.9999, 90)[0]
    assert pole / ne.WIDTH == pytest.approx(0.59247, abs=1e-4)


def topology(folder: Path, name: str, *rings: list[tuple[int, int]], **properties: str) -> Path:
    """A TopoJSON file whose shapes are single rings, in the delta coding of world-atlas."""
    arcs = []
    for ring in rings:
        last = (0, 0)
        deltas = []
        for point in ring:
            deltas.append([point[0] - last[0], point[1] - last[1]])
            last = point
        arcs.append(deltas)
    shapes = [
        {
            "type": "Polygon",
            "arcs": [[n]],
            "id": properties.get("id", ""),
            "properties": {"name": properties.get("name", "")},
        }
        for n in range(len(rings))
    ]
    content = {
        "type": "Topology",
        "transform": {"scale": [0.1, 0.1], "translate": [0, 0]},
        "arcs": arcs,
        "objects": {name: {"type": "GeometryCollection", "geometries": shapes}},
    }
    file = folder / "atlas.json"
    file.write_text(json.dumps(content), encoding="utf-8")
    return file


def square(west: int, south: int, east: int, north: int) -> list[tuple[int, int]]:
    return [(west, south), (east, south), (east, north), (west, north), (west, south)]


def test_land_across_30_w_is_cut_and_leaves_no_line_over_the_picture(tmp_path: Path) -> None:
    land = ne.land(topology(tmp_path, "land", square(-400, 0, -200, 100)), tolerance=1.0)
    assert land["ring"].n_unique() == 2
    steps = land.with_columns(dx=pl.col("x").diff().over("ring")).drop_nulls()
    assert steps["dx"].abs().max() < 600
    assert sorted(land.group_by("ring").agg(pl.col("x").min())["x"])[0] < 50
    assert land["x"].max() > ne.WIDTH - 50


def test_a_ring_that_the_source_closes_across_180_degrees_is_one_piece(tmp_path: Path) -> None:
    ring = [(1750, 0), (-1750, 0), (-1750, 100), (1750, 100), (1750, 0)]
    land = ne.land(topology(tmp_path, "land", ring), tolerance=1.0)
    assert land["ring"].n_unique() == 1
    assert land["x"].max() - land["x"].min() < 400


def test_what_lies_south_of_60_s_and_what_is_too_small_is_left_out(tmp_path: Path) -> None:
    rings = [square(0, -800, 200, -700), square(0, 0, 1, 1), square(0, 0, 200, 200)]
    land = ne.land(topology(tmp_path, "land", *rings), tolerance=1.0)
    assert land["ring"].n_unique() == 1
    assert land["y"].max() <= ne.project(150, 0)[1] + 1


def test_a_point_lies_in_the_largest_part(tmp_path: Path) -> None:
    rings = [square(0, 0, 10, 10), square(1000, 200, 1200, 400)]
    points = ne.country_points(topology(tmp_path, "countries", *rings, id="410"), {"410": "KOR"})
    korea = points.row(by_predicate=pl.col("country") == "KOR", named=True)
    assert (korea["latitude"], korea["longitude"]) == (30.0, 110.0)


def test_codes_of_shapes_are_isos_not_bacis() -> None:
    codes = ne.numeric_codes({"842": "USA", "699": "IND", "410": "KOR", "490": "S19", "697": "R20"})
    assert (codes["840"], codes["356"], codes["158"], codes["410"]) == ("USA", "IND", "TWN", "KOR")
    assert "490" not in codes
    assert "697" not in codes


# ---- what is embedded ------------------------------------------------------------------------------------


def test_the_embedded_land_is_small_and_has_no_stray_line(embedded: World) -> None:
    land = embedded.table("land")
    rings = [list(zip(g["x"], g["y"], strict=True)) for _, g in land.group_by("ring", maintain_order=True)]
    assert len(json.dumps(rings, separators=(",", ":"))) <= 170_000
    assert all(ring[0] == ring[-1] for ring in rings)
    steps = land.with_columns(pl.col("x", "y").diff().over("ring").name.suffix(" step")).drop_nulls()
    longest = (steps["x step"].pow(2) + steps["y step"].pow(2)).max()
    assert longest is not None
    assert math.sqrt(longest) < 400  # a line across the picture would be thousands long


@pytest.mark.parametrize(
    ("country", "south", "north", "west", "east"),
    [
        ("RUS", 50, 70, 60, 140),
        ("USA", 30, 48, -115, -80),
        ("FRA", 43, 50, -2, 7),
        ("NOR", 59, 70, 5, 25),
        ("FJI", -19, -16, 176, 179),
        ("KOR", 35, 38, 126, 129),
        ("JPN", 33, 41, 131, 142),
        ("CHN", 25, 42, 90, 115),
        ("NZL", -47, -35, 166, 178),
        ("COD", -8, 3, 15, 29),
    ],
)
def test_points_lie_where_a_reader_expects_them(
    embedded: World, country: str, south: float, north: float, west: float, east: float
) -> None:
    row = embedded.table("country_points").row(by_predicate=pl.col("country") == country, named=True)
    assert south < row["latitude"] < north
    assert west < row["longitude"] < east
    x, y = ne.project(row["longitude"], row["latitude"])
    assert (row["x"], row["y"]) == (pytest.approx(x, abs=0.1), pytest.approx(y, abs=0.1))


def test_every_partner_in_trade_has_a_point(embedded: World) -> None:
    trade = embedded.scan("trade").filter(pl.col("year") >= 2010).select("importer", "exporter").collect()
    partners = set(trade["importer"]) | set(trade["exporter"])
    assert partners - set(embedded.table("country_points")["country"]) <= {"R20", "ZA1", "PUS"}


def test_no_shape_of_a_country_is_stored(embedded: World) -> None:
    """Land has no country column: hover, fill and statistics of disputed places cannot come from here."""
    assert embedded.table("land").columns == ["ring", "point", "x", "y", "hole"]
