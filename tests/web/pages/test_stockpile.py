"""The page of stocks: numbers of the engines, ranges without a middle, long runs on the board."""

from __future__ import annotations

import re
import time
from datetime import date
from pathlib import Path

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from pactolus.catalogue.origins import Figure
from pactolus.reports import stocked
from pactolus.reports.holding.sizes import sizes
from pactolus.reports.retrace import recompute
from pactolus.runs.progress import silent
from pactolus.web import Settings, create_app
from pactolus.web.answers.desk import Desk
from pactolus.web.jobs import stocks
from pactolus.web.pages.contents.stockpile import PAGE, StockpileQuestion, item_of
from pactolus.web.pages.scene import Scene
from pactolus.web.pages.shelf import part_named

BASE = "http://127.0.0.1:8321"
ASKED = "mineral=natural-graphite&stage=ore&on=2026-11-01"
PLACE = {
    "minerals": "natural-graphite",
    "stage": "ore",
    "importers": "KOR,JPN",
    "year": 2024,
    "on": "2026-11-01",
}
QUICK = {"settings": "mid", "paths": 20}


def _text(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))


def test_the_page_comes_at_once_and_slow_parts_are_asked_for_later(desk: TestClient):
    page = desk.get(f"/en/stockpile?{ASKED}")
    assert page.status_code == 200
    assert "Natural graphite (ore)" in _text(page.text)
    for part in ("size", "held", "rules", "calendar"):
        assert f'hx-get="/en/stockpile/{part}?' in page.text, part
    assert "Not computed yet" in page.text


def test_the_default_is_the_item_with_the_largest_joint_imports_that_every_list_names(app: FastAPI):
    scene = Scene(app.state.desk, StockpileQuestion(on=date(2026, 11, 1)))
    basis = scene.basis
    found = item_of(scene)

    def bill(item: tuple[str, str]) -> float:
        return sum(basis.imports_usd(item, m, basis.year) or 0 for m in basis.members)

    assert found in basis.headline_items
    assert all(bill(found) >= bill(other) for other in basis.headline_items)


def test_days_are_those_of_the_sizing_over_all_assumptions(desk: TestClient, app: FastAPI):
    told = _text(desk.get(f"/en/stockpile/size?{ASKED}&fragment=1").text)
    sized = stocked.sized(
        app.state.desk.world, "natural-graphite", "ore", ("KOR", "JPN"), 2024, date(2026, 11, 1), "all"
    )
    for row in sized.table.iter_rows(named=True):
        for column in ("low_days", "target_days", "high_days"):
            assert f"{row[column]:.0f} days" in told, (row["member"], column)
    few = stocked.sized(
        app.state.desk.world, "natural-graphite", "ore", ("KOR", "JPN"), 2024, date(2026, 11, 1)
    )
    assert (few.table["high_days"] <= sized.table["high_days"]).all()
    assert (few.table["high_days"] < sized.table["high_days"]).any()


def test_every_number_of_the_sizing_walks_back_to_imports(desk: TestClient):
    part = desk.get(f"/en/stockpile/size?{ASKED}&fragment=1").text
    for identity in sorted(set(re.findall(r'data-id="([0-9a-f]{10})"', part)))[:4]:
        way = desk.get(f"/en/stockpile/size/trace/{identity}?{ASKED}&fragment=1")
        assert way.status_code == 200
        assert "<code>trade</code>" in way.text
        assert "BACI" in way.text


def test_a_figure_of_the_sizing_is_computed_again_from_its_rows_and_steps(app: FastAPI):
    scene = Scene(
        app.state.desk, StockpileQuestion(mineral="natural-graphite", stage="ore", on=date(2026, 11, 1))
    )
    table = next(
        b for b in sizes(scene.basis, item_of(scene)).blocks if getattr(b, "id", "") == "stock-size-rows"
    )
    figures = [cell for row in table.rows for cell in row if isinstance(cell, Figure)]
    assert len(figures) == 2 * 10
    for figure in figures:
        assert recompute(figure, scene.world) == pytest.approx(figure.value, rel=1e-12)


@pytest.mark.parametrize(
    ("query", "place", "mend"),
    [
        ("mineral=unobtainium", "unobtainium", "mineral"),
        ("mineral=gold", "mineral: &#39;gold&#39;", "choose one of"),
        ("stage=molten", "stage: &#39;molten&#39;", "ore, intermediate"),
        ("mineral=lithium&members=KOR", "members", "two or more"),
        ("minerl=lithium", "minerl", "did you mean &#39;mineral&#39;"),
    ],
)
def test_a_bad_question_says_where_what_and_how_to_mend_it(
    desk: TestClient, query: str, place: str, mend: str
):
    answer = desk.get(f"/en/stockpile?{query}&on=2026-11-01")
    assert answer.status_code == 422
    assert place in answer.text
    assert mend in answer.text


def test_a_stage_the_mineral_lacks_gives_its_largest_one_and_the_heading_says_so(desk: TestClient):
    page = desk.get("/en/stockpile?mineral=lithium&stage=product&on=2026-11-01")
    assert page.status_code == 200
    assert "Lithium (refined)" in _text(page.text)


@pytest.mark.parametrize("lang", ["en", "ko", "ja"])
def test_holdings_are_not_invented(desk: TestClient, lang: str):
    told = _text(desk.get(f"/{lang}/stockpile/held?{ASKED}&fragment=1").text)
    said = {"en": "not disclosed", "ko": "비공개", "ja": "非公開"}
    assert said[lang] in told
    assert "holdings" in told
    assert not re.search(r"\d+ (days|t)\b", told)


def _workspace(folder: Path, label: str) -> TestClient:
    from pactolus.workspace.folder import create_workspace

    create_workspace(folder, name="test")
    (folder / "holdings" / "own.yaml").write_text(
        "- {member: KOR, mineral: natural-graphite, stage: ore, holding: 10-20 days, "
        f"label: {label}, source: test}}\n",
        encoding="utf-8",
    )
    return TestClient(create_app(Settings(workers=1, workspace=folder)), base_url=BASE)


def test_a_declared_range_gives_a_gap_as_a_range(tmp_path: Path, app: FastAPI):
    with _workspace(tmp_path / "w", "open") as client:
        told = _text(client.get(f"/en/stockpile/held?{ASKED}&fragment=1").text)
    assert "10 days" in told
    assert "20 days" in told
    row = stocked.sized(
        app.state.desk.world, "natural-graphite", "ore", ("KOR", "JPN"), 2024, date(2026, 11, 1), "all"
    ).table.row(0, named=True)
    assert f"{max(0.0, row['low_days'] - 20):.0f} days" in told
    assert f"{row['high_days'] - 10:.0f} days" in told
    assert "no data" in told  # Japan says nothing: no gap, not a gap from zero


def test_a_labelled_range_is_counted_and_never_shown(tmp_path: Path):
    with _workspace(tmp_path / "w", "KOR:confidential") as client:
        told = _text(client.get(f"/en/stockpile/held?{ASKED}&fragment=1").text)
    assert "1 declared ranges carry a label" in told
    assert "10 days" not in told


def _kept(app: FastAPI, kind: str, question: stocks._StockQuestion, quick: stocks._StockQuestion) -> None:
    """Put a quick run in the place of the whole one."""
    rows = {"stockpile-pool": stocks.pool_rows, "stockpile-split": stocks.split_rows}[kind]
    held: Desk = app.state.desk
    held.keep_run(kind, question, rows(held.world, quick, silent))  # type: ignore[operator]


def test_the_gain_of_pooling_is_two_ends_beside_both_counterfactuals(desk: TestClient, app: FastAPI):
    whole = stocks.PoolJob(kind="stockpile-pool", **PLACE)
    _kept(app, "stockpile-pool", whole, stocks.PoolJob(kind="stockpile-pool", **PLACE, **QUICK))
    html = desk.get(f"/en/stockpile/pool?{ASKED}&fragment=1").text
    found = app.state.desk.ran("stockpile-pool", whole).more["range"]
    told = _text(html)
    assert "Beside each holding what is best alone" in told
    assert "Beside today&#39;s day rules" in told
    for row in found.filter(arrangement="pool").iter_rows(named=True):
        assert f"{row['gain_low'] * 100:.1f}%" in told
        assert f"{row['gain_high'] * 100:.1f}%" in told
        middle = (row["gain_low"] + row["gain_high"]) / 2
        assert f"{middle * 100:.1f}%" not in told  # no one number
    assert "Compute" not in html


def test_the_cost_is_split_by_every_rule(desk: TestClient, app: FastAPI):
    whole = stocks.SplitJob(kind="stockpile-split", **PLACE)
    _kept(app, "stockpile-split", whole, stocks.SplitJob(kind="stockpile-split", **PLACE, **QUICK))
    told = _text(desk.get(f"/ko/stockpile/split?{ASKED}&fragment=1").text)
    table = app.state.desk.ran("stockpile-split", whole).frame
    for word in ("섀플리 값", "뉴클리올러스", "소비 비례"):
        assert word in told
    amount = table.filter(rule="shapley", member="KOR")["amount_usd"][0] / 1e6
    assert f"{amount:.3f}백만 달러" in told


def test_rules_and_calendar_show_a_quick_form_before_the_whole_run(desk: TestClient):
    rules = desk.get(f"/ja/stockpile/rules?{ASKED}&fragment=1").text
    assert "簡易計算" in rules
    assert 'action="/ja/stockpile/do/rule' in rules
    calendar = _text(desk.get(f"/en/stockpile/calendar?{ASKED}&fragment=1").text)
    assert "For governments only" in calendar
    assert "every stock begins at 0" in calendar


def test_a_run_is_started_followed_cancelled_and_started_anew(desk: TestClient, app: FastAPI):
    at = "/en/stockpile/pool"
    query = "mineral=natural-graphite&stage=mixed&on=2026-11-01"
    begun = desk.post(f"{at}/run?{query}&fragment=1")
    assert begun.status_code == 200
    assert "Cancel" in begun.text
    assert f'hx-get="{at}/run?' in begun.text
    again = desk.post(f"{at}/run?{query}", follow_redirects=False)
    assert again.status_code == 303
    jobs = [one for one in app.state.board.all() if one.kind == "stockpile-pool"]
    assert len(jobs) == 1  # one run for one question
    assert "<progress" in desk.get(f"{at}/run?{query}&fragment=1").text
    ended = desk.post(f"{at}/stop?{query}&fragment=1")
    assert "The run was cancelled" in ended.text
    assert jobs[0].state == "cancelled"
    tick = desk.get(f"{at}/run?{query}&fragment=1").text
    assert 'hx-target="#part-pool"' in tick  # what has ended asks for the part
    app.state.board.delete(jobs[0].id)


def test_rows_of_a_run_stay_after_the_board_has_dropped_it(desk: TestClient, app: FastAPI):
    at, query = "/en/stockpile/calendar", "mineral=tungsten&stage=ore&on=2026-11-01"
    desk.post(f"{at}/run?{query}&fragment=1")
    job = app.state.board.all()[-1]
    until = time.monotonic() + 90
    while job.state in ("queued", "running") and time.monotonic() < until:
        time.sleep(0.2)
    assert job.state == "done", job.error
    whole = desk.get(f"{at}?{query}&fragment=1").text
    assert "The calendar beside other ways of filling" in whole
    app.state.board.delete(job.id)
    assert "Compute" not in desk.get(f"{at}?{query}&fragment=1").text
    said = {one.question["minerals"] for one in app.state.board.all() if one.kind == "stockpile-calendar"}
    assert "tungsten" not in said


def test_a_part_without_a_run_has_nothing_to_start(desk: TestClient):
    assert desk.post("/en/stockpile/size/run?fragment=1").status_code == 404
    assert part_named(PAGE, "size").run is None


def test_the_rule_on_one_page_is_the_text_of_the_command(desk: TestClient):
    got = desk.post(f"/ja/stockpile/do/rule?{ASKED}", content=b"")
    assert got.status_code == 200
    assert "attachment" in got.headers["content-disposition"]
    assert "備蓄" in got.text
