"""The page of one mineral says what the engines say of it."""

from __future__ import annotations

import re

import pytest
from starlette.testclient import TestClient

from pactolus import assess, open_world
from tests.web.pages.read import read

GRAPHITE = "/en/mineral?mineral=natural-graphite"


def test_indicators_are_those_of_assess(desk: TestClient) -> None:
    page = desk.get(GRAPHITE).text
    rows = assess(
        open_world(),
        importers=["KOR", "JPN"],
        minerals=["natural-graphite"],
        years=[2024],
        methods=["geopolrisk"],
    )
    for row in rows.iter_rows(named=True):
        low, middle, high = (f"{row[key]:.2f}" for key in ("low", "value", "high"))
        assert f"{middle} ({low}–{high})" in re.sub(r"</?small>|\s+", " ", page).replace("  ", " ")


def test_any_name_of_a_mineral_will_do(desk: TestClient) -> None:
    heads = {
        name: re.search(r"<h1>([^<]+)</h1>", desk.get(f"/en/mineral?mineral={name}").text)[1]  # type: ignore[index]
        for name in ("cobalt", "코발트", "コバルト")
    }
    assert set(heads.values()) == {"Cobalt"}


def test_missing_import_data_is_said_and_hatched(desk: TestClient) -> None:
    answer = desk.get("/en/mineral?mineral=gallium")
    page = read(answer.text)
    assert "There is no import figure of gallium" in page.text
    assert "Missing data is not low risk" in page.text
    assert 'class="num gap"' in answer.text
    assert "Largest producer by stage" in page.text, "world supply is known all the same"


def test_a_stage_is_chosen_in_the_address(desk: TestClient) -> None:
    page = read(desk.get("/en/mineral?mineral=natural-graphite&stage=ore").text)
    assert "Imports of natural graphite (ore) by origin" in page.text
    assert not [
        address for _, _, address in page.numbers if "/map/" in address and "stage=ore" not in address
    ]


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("mineral=unobtainium", "unobtainium"),
        ("mineral=all", "is not one critical mineral"),
        ("mineral=natural-graphite&stage=refined", "'refined' has no import figure for natural-graphite"),
    ],
)
def test_what_cannot_be_asked_is_said(desk: TestClient, query: str, said: str) -> None:
    answer = desk.get(f"/en/mineral?{query}")
    assert answer.status_code == 422
    assert said in read(answer.text).text


def test_no_flow_from_the_north_of_korea_is_chained_to_a_member(desk: TestClient) -> None:
    """Columns of stages are not linked, whatever the mineral (domain: no implied origin)."""
    page = read(desk.get("/en/mineral?mineral=tungsten").text)
    assert "The columns are not linked" in page.text
