"""The page of the data: what is inside, and a number walked back by its id."""

from __future__ import annotations

import pytest
from starlette.testclient import TestClient

from pactolus import open_world
from pactolus.catalogue.describe import describe
from tests.web.pages.read import read


def test_every_table_of_the_world_is_listed(desk: TestClient) -> None:
    page = read(desk.get("/en/data").text)
    for row in describe(open_world()).iter_rows(named=True):
        assert row["table"] in page.text
        assert f"{row['rows']:,}" in page.text


def test_rows_are_those_that_meet_the_conditions(desk: TestClient) -> None:
    page = read(desk.get("/en/data?table=trade&where=importer=KOR, year=2024, hs_code=250410").text)
    world = open_world()
    import polars as pl

    wanted = (pl.col("importer") == "KOR", pl.col("year") == 2024, pl.col("hs_code") == "250410")
    rows = world.scan("trade").filter(*wanted).collect()
    assert f"{rows.height} of {rows.height} rows" in page.text or f"of {rows.height} rows" in page.text
    assert str(rows["value_usd"][0]) in page.text


def test_a_number_is_walked_back_by_its_id(desk: TestClient) -> None:
    page = read(desk.get("/ja/data?number=hhi/cobalt/mixed/KOR/2023").text)
    assert "0.1477" in page.text
    assert "value_usd" in page.text
    assert "CEPII" in page.text


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("number=42", "is not the id of a number; write method/mineral/stage/importer/year"),
        ("number=hhi/cobalt/ore/QQQ/2023", "QQQ"),
        ("table=tread", "did you mean 'trade'"),
        ("table=trade&where=importer", "is not COLUMN=VALUE"),
        ("table=trade&where=importr=KOR", "did you mean 'importer'"),
    ],
)
def test_what_cannot_be_shown_is_said_in_its_place(desk: TestClient, query: str, said: str) -> None:
    page = read(desk.get(f"/en/data?{query}").text)
    assert said in page.text
    assert "Tables of this world" in page.text, "one broken part does not hide the others"
