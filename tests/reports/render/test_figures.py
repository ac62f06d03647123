"""Laws of the pictures: plain data, missing stays missing, nothing collides, no politics on the map."""

from __future__ import annotations

import json
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pactolus.catalogue.origins import Term
from pactolus.catalogue.world import open_world
from pactolus.errors import DataError
from pactolus.reports.document import Chart
from pactolus.reports.figures import draw, land_of, option
from pactolus.reports.figures.common import shorten, text_width, value_range
from pactolus.reports.figures.labels import Box, Wanted, place_labels
from pactolus.reports.figures.land import geojson
from pactolus.reports.figures.tables import chart_grid
from pactolus.reports.style import RAMP, SUPPLIERS, member_colours, mix, ramp_colour, readable_on

from .conftest import DATA, LANGS, chart, figure


def walk(value: Any) -> list[Any]:
    """Every value inside an option."""
    if isinstance(value, dict):
        return [value, *(x for v in value.values() for x in walk(v))]
    if isinstance(value, list | tuple):
        return [x for v in value for x in walk(v)]
    return [value]


@pytest.mark.parametrize("kind", DATA)
@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("width", [340, 720])
def test_an_option_is_plain_data_and_the_same_each_time(kind: str, lang: str, width: int) -> None:
    first, second = draw(chart(kind), lang, width), draw(chart(kind), lang, width)
    assert first == second
    assert json.loads(json.dumps(first.option)) is not None
    assert first.width == width
    assert first.height > 60


@pytest.mark.parametrize("kind", DATA)
def test_each_mark_has_its_number_and_says_it(kind: str) -> None:
    marks = [m for m in walk(option(chart(kind), "en")) if isinstance(m, dict) and "figure" in m]
    assert marks
    assert all(len(m["figure"]) == 10 and ": " in m["tip"] for m in marks)


@pytest.mark.parametrize("kind", ["heatmap", "bars", "stage_columns"])
def test_no_data_is_hatched_and_never_a_colour_of_the_scale(kind: str) -> None:
    gaps = [
        m for m in walk(option(chart(kind), "en")) if isinstance(m, dict) and "no data" in str(m.get("tip"))
    ]
    assert gaps or kind == "stage_columns"
    hatched = [m for m in walk(option(chart(kind), "en")) if isinstance(m, dict) and "decal" in m]
    assert hatched
    assert all(m["color"] not in RAMP for m in hatched)


def test_the_scale_of_the_heatmap_does_not_touch_gaps() -> None:
    drawn = option(chart("heatmap"), "en")
    mapped = [drawn["series"][n] for n in drawn["visualMap"]["seriesIndex"]]
    assert {s["name"] for s in mapped} == {"values"}
    assert sum(len(s["data"]) for s in drawn["series"] if s["name"] == "no data") == 8


def test_a_missing_year_breaks_the_line_and_its_band() -> None:
    for line in option(chart("series"), "en")["series"]:
        values = [d["value"] if isinstance(d, dict) else d for d in line["data"]]
        assert values[1] == "-"
        assert line.get("connectNulls", False) is False


def test_stages_are_never_linked() -> None:
    drawn = option(chart("stage_columns"), "en")
    assert {s["type"] for s in drawn["series"]} == {"bar"}
    assert len(drawn["grid"]) == 2
    first, second = drawn["grid"]
    assert first["left"] + first["width"] < second["left"]
    assert "domestic supply not shown" in drawn["xAxis"][0]["data"][0]
    assert "domestic supply not shown" not in drawn["xAxis"][0]["data"][1]


@pytest.mark.parametrize("lang", LANGS)
def test_members_stand_in_the_readers_order_with_the_same_colour(lang: str) -> None:
    first = option(chart("bars"), lang)["series"][0]
    expected = "JPN" if lang == "ja" else "KOR"
    assert first["itemStyle"]["color"] == member_colours(["KOR", "JPN"])[expected]


def test_the_map_has_no_name_no_boundary_and_nothing_to_point_at() -> None:
    drawing = draw(chart("flow_map"), "en")
    assert drawing.option["geo"]["silent"] is True
    assert drawing.option["geo"]["label"] == {"show": False}
    features = json.loads(drawing.land)["features"]
    assert len(features) == 1
    assert features[0]["properties"] == {"name": ""}
    assert len(features[0]["geometry"]["coordinates"]) == 2
    assert len(features[0]["geometry"]["coordinates"][0]) == 2  # the lake is a hole of its land


def test_labels_of_the_map_are_names_of_points_only() -> None:
    drawn = option(chart("flow_map"), "en")
    labels = [
        d["label"]["formatter"] for s in drawn["series"] for d in s["data"] if d.get("label", {}).get("show")
    ]
    assert set(labels) <= {"Korea", "Japan", "China", "North Korea", "Chile", "Australia", "Argentina"}
    assert "North Korea" in labels


def test_flows_reported_by_the_partner_alone_are_dashed_and_named_so() -> None:
    marks = [m for m in walk(option(chart("flow_map"), "en")) if isinstance(m, dict) and "coords" in m]
    dashed = [m for m in marks if m["lineStyle"]["type"] != "solid"]
    assert len(dashed) == 1
    assert "reported by the partner" in dashed[0]["tip"]


def test_the_land_of_the_embedded_world_is_only_rings_and_points() -> None:
    world = open_world()
    found = land_of(world)
    assert set(found) == {"rings", "holes", "points"}
    assert set(world.table("land").columns) == {"ring", "point", "x", "y", "hole"}
    assert len(json.loads(geojson(found))["features"]) == 1
    assert all(ring[0] == ring[-1] for ring in found["rings"])
    widest = max(abs(a[0] - b[0]) for r in found["rings"] for a, b in pairwise(r) if 0 < a[0] < 9999)
    assert widest < 1500  # no stray line from edge to edge


def test_a_chart_whose_data_lack_a_part_says_which() -> None:
    broken = Chart(id="x", title="render.table", kind="bars", data={"groups": []})
    with pytest.raises(DataError, match=r"chart x: its data have no 'categories'.*kind 'bars'"):
        draw(broken, "en")


@pytest.mark.parametrize("kind", DATA)
def test_the_table_of_a_chart_holds_every_number_that_is_drawn(kind: str) -> None:
    drawn = {m["figure"] for m in walk(option(chart(kind), "en")) if isinstance(m, dict) and "figure" in m}
    heads, rows = chart_grid(chart(kind), "en")
    assert all(len(row) == len(heads) for row in rows)
    assert drawn <= {cell.id for row in rows for cell in row if hasattr(cell, "status")}


sizes = st.floats(8, 90)
places = st.tuples(st.floats(0, 700), st.floats(0, 300))


@given(st.lists(st.tuples(places, sizes), max_size=30))
def test_labels_never_meet_nor_leave_the_picture(spots: list[tuple[tuple[float, float], float]]) -> None:
    wanted = [Wanted(key=str(n), point=p, width=w, height=14) for n, (p, w) in enumerate(spots)]
    boxes = list(place_labels(wanted, width=700, height=300).values())
    for n, box in enumerate(boxes):
        assert box.left >= 0
        assert box.right <= 700
        assert box.top >= 0
        assert box.bottom <= 300
        assert not any(box.meets(other) for other in boxes[n + 1 :])


def test_a_label_prefers_a_place_without_lines() -> None:
    wanted = [Wanted(key="a", point=(100, 100), width=40, height=14)]
    line = [(110.0 + n, 100.0) for n in range(20)]
    assert place_labels(wanted, width=300, height=200)["a"].left > 100
    assert place_labels(wanted, width=300, height=200, strokes=line)["a"].right < 100


def test_a_taken_place_stays_free_of_labels() -> None:
    wanted = [Wanted(key="a", point=(50, 50), width=40, height=14)]
    taken = Box(0, 0, 300, 200)
    assert place_labels(wanted, width=300, height=200, taken=[taken]) == {}


@given(st.floats(-1e6, 1e6), st.floats(1e-3, 1e6))
def test_an_axis_covers_its_values_in_few_steps(low: float, span: float) -> None:
    axis = value_range(low, low + span)
    step = axis["interval"]
    assert axis["min"] <= low + 1e-6 * step
    assert axis["max"] >= low + span - 1e-6 * step
    assert 1 <= round((axis["max"] - axis["min"]) / step) <= 8


@given(st.text(alphabet="abcM 한漢%", min_size=1, max_size=60), st.floats(30, 300))
def test_a_shortened_text_fits(text: str, room: float) -> None:
    assert text_width(shorten(text, 12, room), 12) <= max(room, text_width(text[:1] + "…", 12))


@given(st.floats(0, 1))
def test_the_scale_gets_darker_all_the_way(value: float) -> None:
    def light(colour: str) -> float:
        return sum(w * int(colour[i : i + 2], 16) for w, i in ((0.299, 1), (0.587, 3), (0.114, 5)))

    assert light(ramp_colour(value, 0, 1)) >= light(ramp_colour(min(value + 0.1, 1), 0, 1)) - 1


def test_colours_of_members_are_off_the_scale_and_told_apart_in_grey() -> None:
    colours = member_colours(["JPN", "KOR", "USA", "VNM", "IND"])
    assert colours["KOR"] == member_colours(["KOR"])["KOR"]
    assert not set(colours.values()) & {*RAMP, *SUPPLIERS}
    assert len(set(colours.values())) == 5
    grey = {
        m: 0.299 * int(c[1:3], 16) + 0.587 * int(c[3:5], 16) + 0.114 * int(c[5:], 16)
        for m, c in colours.items()
    }
    assert abs(grey["KOR"] - grey["JPN"]) > 20
    for colour in (colours["KOR"], colours["JPN"]):
        assert int(colour[1:3], 16) <= max(int(colour[3:5], 16), int(colour[5:], 16))  # no red


def test_text_on_a_fill_is_readable() -> None:
    assert readable_on("#ffffff") == "#16202e"
    assert readable_on(RAMP[-1]) == "#ffffff"
    assert mix("#000000", "#ffffff", 0.5) == "#808080"


def test_a_value_of_zero_is_drawn_and_a_gap_is_not() -> None:
    zero = figure(0.0, "zero")
    data = {
        **DATA["bars"](),
        "groups": [{"label": "a", "values": [zero, *[figure(None, str(n)) for n in range(3)]]}],
    }
    rows = option(Chart(id="z", title="render.table", kind="bars", data=data), "en")["series"][0]["data"]
    assert rows[0]["value"][0] == 0
    assert "itemStyle" not in rows[0]
    assert all("decal" in row["itemStyle"] for row in rows[1:])


def empty_series(*values: float | None) -> Chart:
    lines = [
        {"label": Term("country", (m,)), "member": m, "values": [figure(v, f"{m}{n}") for n in range(3)]}
        for m, v in zip(("KOR", "JPN"), values, strict=True)
    ]
    panels = [{"label": Term("mineral", ("nickel",)), "x": ["2022", "2023", "2024"], "lines": lines}]
    return Chart(id="e", title="render.table", kind="series", data={"panels": panels, "measure": "m"})


def test_a_panel_without_any_value_is_hatched_and_says_no_data() -> None:
    drawn = option(empty_series(None, None), "en")
    assert [s["itemStyle"]["decal"] for s in drawn["series"] if s["type"] == "bar"]
    assert [t["text"] for t in drawn["title"]].count("no data") == 1


def test_a_line_without_any_value_is_named_in_its_panel() -> None:
    drawn = option(empty_series(0.4, None), "en")
    assert not [s for s in drawn["series"] if s["type"] == "bar"]
    assert "Japan: no data" in [t["text"] for t in drawn["title"]]


def test_pins_of_one_place_are_moved_apart_and_one_without_a_place_is_only_in_the_table() -> None:
    drawn = option(chart("project_map"), "en")
    pins = next(s for s in drawn["series"] if s.get("z") == 5)["data"]
    assert len(pins) == 3
    (xa, ya), (xb, yb) = pins[0]["value"], pins[1]["value"]
    assert ((xa - xb) ** 2 + (ya - yb) ** 2) ** 0.5 * 720 / 10_000 >= 9.9
    assert len(chart_grid(chart("project_map"), "en")[1]) == 4


def test_rings_say_who_has_a_share_and_who_another_part() -> None:
    drawn = option(chart("project_map"), "ja")
    rings = [s for s in drawn["series"] if s.get("z") == 4]
    colours = member_colours(["KOR", "JPN"])
    kinds = {
        (mark["itemStyle"]["borderColor"], str(mark["itemStyle"]["borderType"]))
        for s in rings
        for mark in s["data"]
    }
    assert kinds == {(colours["KOR"], "solid"), (colours["JPN"], "solid"), (colours["JPN"], "[2, 2]")}
    assert drawn["geo"]["silent"] is True


def test_what_is_stopped_or_not_recorded_is_hollow() -> None:
    pins = next(s for s in option(chart("project_map"), "en")["series"] if s.get("z") == 5)["data"]
    assert [mark["symbol"] for mark in pins] == ["diamond", "circle", "rect"]
    assert pins[2]["itemStyle"]["color"] == "#ffffff"


def test_a_ribbon_begins_at_its_state_and_ends_with_the_range_of_its_start() -> None:
    drawn = option(chart("ribbons"), "en")
    gaps, known, ranges = (s["data"] for s in drawn["series"][:3])
    axis = drawn["xAxis"][0]
    assert gaps[0] + known[0]["value"] == pytest.approx(2029.0)
    assert gaps[0] + known[0]["value"] + ranges[0]["value"] == pytest.approx(2037.0)
    assert gaps[1] + known[1]["value"] + ranges[1]["value"] == pytest.approx(2028.0)
    assert gaps[2] == axis["min"] == 2019
    assert axis["max"] >= 2037
    assert all("decal" in mark["itemStyle"] for mark in ranges)


def lined_panels(across: int) -> Chart:
    """Two members and both together, each in `across` columns."""
    panels = []
    for member in ("KOR", "JPN", ""):
        for column in range(across):
            name = f"{member or 'both'} {column}"
            own: dict[str, Any] = {"member": member} if member else {"strong": True}
            values = [figure(value, f"{name} {value}") for value in (0.1, 0.2)]
            line = {"label": member or "both", "values": values, **own}
            panel = {"label": name, "x": ["1", "2"], "lines": [line]}
            panels.append(panel | ({"member": member} if member else {}))
    data = {"panels": panels, "measure": "m", "across": across}
    return Chart(id="c", title="render.table", kind="series", data=data)


@pytest.mark.parametrize(("width", "columns"), [(1200, 4), (720, 4), (400, 2), (290, 1)])
def test_columns_that_have_a_meaning_stay_whole(width: int, columns: int) -> None:
    tops = [grid["top"] for grid in option(lined_panels(4), "en", width)["grid"]]
    assert all(tops.count(top) == columns for top in tops)


def test_panels_of_members_stand_in_the_order_of_the_reader_and_both_last() -> None:
    def names(lang: str) -> list[str]:
        titles = [one["text"] for one in option(lined_panels(1), lang, 720)["title"]]
        return [one for one in titles if one.endswith(" 0")]

    assert names("ko") == ["KOR 0", "JPN 0", "both 0"]
    assert names("ja") == ["JPN 0", "KOR 0", "both 0"]


def test_a_strong_line_is_neither_dashed_nor_in_the_colour_of_a_member() -> None:
    drawn = {one["name"]: one["lineStyle"] for one in option(lined_panels(1), "en", 720)["series"]}
    assert drawn["both"]["type"] == "solid"
    assert len({style["color"] for style in drawn.values()}) == 3
