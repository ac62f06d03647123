"""The scenario page: its numbers are the engine's, all of it stands in the address."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from pactolus import open_world
from pactolus.disruption.effects.monthly import by_month
from pactolus.disruption.effects.stresses import stress
from pactolus.disruption.scenarios.library import ready
from pactolus.disruption.scenarios.scenario import scenario_of_text
from pactolus.disruption.scenarios.spec import scenario_of_spec
from pactolus.web import Settings, create_app
from pactolus.wording.numbers import format_value
from pactolus.workspace.folder import create_workspace
from tests.web.conftest import BASE

PAGE = "/en/scenario"


def text_of(body: str) -> str:
    return html.unescape(re.sub(r"<[^>]+>", "", body))


def lines_of(desk: TestClient, query: str) -> list[list[str]]:
    """Rows of the table of the months as a reader takes it away."""
    found = desk.get(f"{PAGE}/result/table/by-month-table.csv{query}")
    if found.status_code != 200:  # the name of a chart's table is the renderer's
        name = re.search(r"table/([^/]+)\.csv", desk.get(f"{PAGE}/result{query}").text)
        assert name
        found = desk.get(f"{PAGE}/result/table/{name[1]}.csv{query}")
    return [line.split(",") for line in found.content.decode("utf-8-sig").splitlines()]


@pytest.mark.parametrize("lang", ["en", "ko", "ja"])
def test_the_page_in_every_language(desk: TestClient, lang: str) -> None:
    found = desk.get(f"/{lang}/scenario?beside=tungsten-licence")
    assert found.status_code == 200
    assert "desk_scenario." not in text_of(found.text)
    assert 'type="range"' in found.text
    compare = desk.get(f"/{lang}/scenario/compare?beside=tungsten-licence&fragment=1")
    assert compare.status_code == 200
    assert "side-by-side" in compare.text


def test_numbers_are_those_of_the_command_line(desk: TestClient) -> None:
    world = open_world()
    found = stress(world, ready("graphite-licence", world))
    shown = desk.get(f"{PAGE}/result?fragment=1").text
    rows = found.losses.filter(found.losses["stage"] == "mixed").iter_rows(named=True)
    for row in rows:
        assert format_value(row["lost_share"], "share", 1, "en") in text_of(shown)
        assert format_value(row["base_t"], "t", 0, "en") in text_of(shown)


def test_months_are_those_of_the_command_line_with_the_baselines(desk: TestClient) -> None:
    world = open_world()
    months = by_month(stress(world, ready("graphite-licence", world)), beside=True)
    korea = months.filter((months["stage"] == "mixed") & (months["importer"] == "KOR"))
    heads, *rows = lines_of(desk, "?unit=t")
    own = [row for row in rows if row[0] == "Korea"]
    assert [row[1] for row in own] == korea["month"].dt.to_string("%Y-%m").to_list()
    place = heads.index("Korea")
    assert [float(row[place]) for row in own] == pytest.approx(korea["lost_t"].to_list())
    uniform = heads.index("If all lose the same share")
    told = [float(row[uniform]) for row in own if row[uniform]]
    assert sum(told) == pytest.approx(found_uniform(world))


def found_uniform(world: object) -> float:
    losses = stress(world, ready("graphite-licence", world)).losses  # type: ignore[arg-type]
    mine = losses.filter((losses["stage"] == "mixed") & (losses["importer"] == "KOR"))
    return float(mine["uniform_t"][0])


def test_a_slider_gives_the_numbers_of_the_line_it_writes(desk: TestClient) -> None:
    world = open_world()
    spec = scenario_of_spec("graphite-licence~cut-0.6_0.8~months-4~spare-0.02", world)
    row = stress(world, spec).losses.filter(stage="mixed", importer="KOR+JPN").row(0, named=True)
    query = "?cut=60-80&months=4&spare=2"
    shown = text_of(desk.get(f"{PAGE}/result{query}&fragment=1").text)
    assert format_value(row["lost_share"], "share", 1, "en") in shown
    assert "60–80% lost" in shown
    kept = desk.get(f"{PAGE}{query}").text
    assert "beside=graphite-licence~cut-0.6_0.8~months-4~spare-0.02" in html.unescape(kept)


def test_a_small_shock_is_hatched_and_says_why(desk: TestClient) -> None:
    query = "?kind=licence&exporter=CHN&minerals=nickel&stages=ore&cut=5&months=1"
    shown = desk.get(f"{PAGE}/result{query}&fragment=1")
    assert shown.status_code == 200
    assert "nodata" in shown.text
    assert "not distinguishable from normal variation" in text_of(shown.text)


def test_up_to_four_stand_side_by_side_on_one_axis(desk: TestClient) -> None:
    beside = "&".join(
        f"beside={name}" for name in ("tungsten-licence", "rare-earths-stop", "platinum-strike")
    )
    drawn = desk.get(f"{PAGE}/compare/chart/side-by-side.json?{beside}&width=1200").json()["option"]
    assert len(drawn["grid"]) == 12
    assert len({(axis["min"], axis["max"]) for axis in drawn["yAxis"]}) == 1
    lefts = [grid["left"] for grid in drawn["grid"][:4]]
    assert lefts == sorted(lefts)
    assert len(set(lefts)) == 4
    too_many = desk.get(f"{PAGE}/compare?{beside}&beside=cobalt-quota&fragment=1")
    assert "4 stand side by side" in text_of(too_many.text)


def test_overlapping_demand_is_open_to_its_way_back(desk: TestClient) -> None:
    shown = desk.get(f"{PAGE}/others?fragment=1").text
    assert "Each planning alone" in text_of(shown)
    for identity in list(dict.fromkeys(re.findall(r'data-id="([0-9a-f]{10})"', shown)))[:4]:
        way = desk.get(f"{PAGE}/others/trace/{identity}?fragment=1")
        assert way.status_code == 200
        assert "stress:" in way.text


@pytest.mark.parametrize("part", ["result", "others"])
def test_every_kind_of_number_has_a_way_back(desk: TestClient, part: str) -> None:
    shown = desk.get(f"{PAGE}/{part}?unit=share&spare=3&fragment=1").text
    found = list(dict.fromkeys(re.findall(r'data-id="([0-9a-f]{10})"', shown)))
    for identity in found[:: max(len(found) // 8, 1)]:
        way = desk.get(f"{PAGE}/{part}/trace/{identity}?unit=share&spare=3&fragment=1")
        assert way.status_code == 200, way.text


@pytest.mark.parametrize(
    ("query", "says"),
    [
        ("cut=much", "cut: Value error, write a number"),
        ("cut=90-20", "the lower number comes first"),
        ("cut=400", "lies outside 0 to 1"),
        ("scenario=graphite-licens", "did you mean 'graphite-licence'"),
        ("kind=ban&exporter=CHX&minerals=nickel", "unknown country or region 'CHX'"),
        ("scenari=x", "did you mean 'scenario'"),
        ("place=nickel@ore", "place"),
    ],
)
def test_a_bad_address_is_told_with_place_and_mend(desk: TestClient, query: str, says: str) -> None:
    found = desk.get(f"{PAGE}/result?{query}&fragment=1")
    assert says in text_of(found.text)
    assert "alert" in found.text


def test_a_bad_field_is_no_page(desk: TestClient) -> None:
    assert desk.get(f"{PAGE}?cut=much").status_code == 422


def test_a_file_in_the_address_is_told_by_line_and_column(desk: TestClient) -> None:
    bad = (
        "scenario: mine\ntitle: Mine\nshocks:\n  - kind: ban\n    exporter: CHN\n"
        "    minerals: [tungsen]\n    start: 2027-01-01\n"
    )
    found = desk.get(PAGE, params={"yaml": bad})
    assert "scenario.yaml:6:" in text_of(found.text)
    assert "did you mean 'tungsten'" in text_of(found.text)
    good = bad.replace("tungsen", "tungsten")
    shown = desk.get(f"{PAGE}/result", params={"yaml": good, "fragment": "1"})
    assert shown.status_code == 200
    assert "alert" not in shown.text


def test_the_file_that_is_taken_away_is_the_scenario(desk: TestClient) -> None:
    found = desk.post(f"{PAGE}/do/file?cut=50&months=3-6&spare=10")
    assert found.headers["content-disposition"].endswith('.yaml"')
    read = scenario_of_text(found.text)
    assert read.shocks[0].cut == (0.5, 0.5)
    assert read.shocks[0].months == (3.0, 6.0)
    assert read.spare == (0.1, 0.1)


def test_without_a_workspace_nothing_is_saved_and_the_page_says_so(desk: TestClient) -> None:
    assert "runs without a workspace" in text_of(desk.get(PAGE).text)
    refused = desk.post(f"{PAGE}/do/save", data={"name": "a", "by": "lee"})
    assert refused.status_code == 422
    assert "--workspace" in refused.text


@pytest.fixture(scope="module")
def saving(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    folder: Path = tmp_path_factory.mktemp("desk") / "space"
    create_workspace(folder)
    with TestClient(create_app(Settings(workers=1, workspace=folder)), base_url=BASE) as client:
        yield client


def test_saved_with_versions_and_a_conflict_is_told(saving: TestClient) -> None:
    form = {"name": "plan-a", "by": "lee"}
    first = saving.post(f"{PAGE}/do/save?cut=40", data=form, follow_redirects=False)
    assert first.status_code == 303
    assert "opened=plan-a~1" in first.headers["location"]
    again = saving.post(f"{PAGE}/do/save?cut=50&opened=plan-a~1", data=form, follow_redirects=False)
    assert "opened=plan-a~2" in again.headers["location"]
    meanwhile = saving.post(f"{PAGE}/do/save?cut=60&opened=plan-a~1", data=form, follow_redirects=False)
    assert meanwhile.status_code == 422
    assert "plan-a" in meanwhile.text
    page = text_of(saving.get(PAGE).text)
    assert "plan-a" in page
    assert "version 2" in page
    beside = saving.get(f"{PAGE}/compare?saved=plan-a&fragment=1")
    assert "(50% lost)" in text_of(beside.text)
    missing = saving.get(f"{PAGE}/compare?saved=plan-z&fragment=1")
    assert "nothing is saved under that name" in text_of(missing.text)


def test_bad_names_are_refused_all_at_once(saving: TestClient) -> None:
    found = text_of(saving.post(f"{PAGE}/do/save", data={"name": "../x", "by": ""}).text)
    assert "name:" in found
    assert "by:" in found


def test_other_methods_run_as_a_job(saving: TestClient) -> None:
    begun = saving.post(f"{PAGE}/do/methods?scenario=strait-closure-chromium", follow_redirects=False)
    assert begun.status_code == 303
    job = re.search(r"job=([0-9a-f]+)", begun.headers["location"])
    assert job
    with saving.stream("GET", f"/api/v1/jobs/{job[1]}/events") as events:
        said = [line for line in events.iter_lines() if line.startswith("data:")]
    assert json.loads(said[-1][5:])["state"] == "done"
    query = f"?scenario=strait-closure-chromium&job={job[1]}"
    shown = saving.get(f"{PAGE}/engines{query}&fragment=1")
    assert 'id="methods"' in shown.text
    other = saving.get(f"{PAGE}/engines?job={job[1]}&fragment=1")
    assert 'id="methods"' not in other.text  # a run of another scenario than the one shown


def test_a_job_is_cancelled_from_the_page(saving: TestClient) -> None:
    begun = saving.post(f"{PAGE}/do/methods?scenario=rare-earths-stop", follow_redirects=False)
    query = begun.headers["location"].partition("?")[2].partition("#")[0]
    saving.post(f"{PAGE}/do/cancel?{query}", follow_redirects=False)
    assert "State: cancelled" in text_of(saving.get(f"{PAGE}/engines?{query}&fragment=1").text)


def test_other_fields_of_the_page_are_carried_along(desk: TestClient) -> None:
    page = desk.get(f"{PAGE}?cut=40&on=2026-11-01&beside=tungsten-licence").text
    above = page[page.index('<form class="controls"') : page.index("</form>")]
    for field in (
        'name="cut" value="40"',
        'name="on" value="2026-11-01"',
        'name="beside" value="tungsten-licence"',
    ):
        assert field in above


def test_names_of_fields_are_told_to_the_reader(app: FastAPI, desk: TestClient) -> None:
    page = desk.get(PAGE).text
    for name in ("cut", "months", "spare"):
        assert f'<label for="s-{name}">' in page
        assert f'data-for="v-{name}"' in page
        assert f'id="v-{name}"' in page


@pytest.mark.parametrize("part", ["result", "others", "compare"])
def test_a_made_up_scenario_says_so_first_and_names_no_publisher(desk: TestClient, part: str) -> None:
    query = "?scenario=gallium-germanium-exercise&beside=gallium-germanium-exercise~months-3"
    shown = desk.get(f"{PAGE}/{part}{query}&fragment=1").text
    first = re.search(r'data-key="([^"]+)"', shown)
    assert first
    assert first[1] == "desk_scenario.caveat.fictitious"
    assert "FICTITIOUS" in text_of(shown)
    if part == "result":
        assert "BACI" not in text_of(shown)
