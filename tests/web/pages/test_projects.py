"""The page of projects: filters in the address, a portfolio for a budget, verdicts and front of long runs."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import date
from typing import Any

import polars as pl
import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from pactolus.projects.selection.from_records import instance_of_records
from pactolus.projects.selection.real import Means, with_money
from pactolus.reports.choosing.solved import Budget, chosen_for, left_out
from pactolus.web.answers.answer import Answer
from pactolus.web.jobs import choices
from pactolus.web.pages.contents.projects import ProjectsQuestion, shown_records
from pactolus.web.pages.scene import Scene

ON = "on=2026-11-01"
#: No limit for firms: the search ends at once.
FREE = f"{ON}&private=no-limit"
DAY = date(2026, 11, 1)
BUDGET = Budget(public=500.0, private=None)


def _text(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))


@pytest.fixture(scope="module")
def found(app: FastAPI) -> Any:
    return chosen_for(app.state.desk.world, ("KOR", "JPN"), DAY, BUDGET)


def test_the_page_comes_at_once_with_map_list_and_places_for_the_rest(desk: TestClient):
    page = desk.get(f"/en/projects?{FREE}")
    assert page.status_code == 200
    assert 'hx-get="/en/projects/choice?' in page.text
    assert page.text.count("Not computed yet") == 2
    assert 'id="projects-map"' in page.text


def test_filters_stand_in_the_address_and_leave_the_records_that_fit(desk: TestClient, app: FastAPI):
    query = "mineral=lithium&host=ARG"
    listed = desk.get(f"/en/projects/list?{query}&{ON}&fragment=1").text
    scene = Scene(app.state.desk, ProjectsQuestion(mineral="lithium", host="ARG", on=DAY))
    records = shown_records(scene)
    assert records
    assert all("lithium" in one.minerals and one.host == "ARG" for one in records)
    assert f"{len(records)} records in third countries fit" in _text(listed)
    for one in records:
        assert one.name in _text(listed)
    assert "Chile" not in _text(listed)
    page = desk.get(f"/en/projects?{query}&{ON}").text
    assert '<option value="ARG" selected>' in page
    assert "/ko/projects?on=2026-11-01&amp;mineral=lithium&amp;host=ARG" in page


def test_filters_that_nothing_fits_say_so(desk: TestClient):
    told = desk.get(f"/ja/projects/list?mineral=gallium&host=ARG&{ON}&fragment=1")
    assert "条件に合う記録がありません" in told.text


@pytest.mark.parametrize(
    ("query", "place", "mend"),
    [
        ("state=abandoned", "state", "construction"),
        ("mineral=unobtainium", "unobtainium", ""),
        ("budget=-5", "budget", "greater than or equal to 0"),
        ("budget=lots", "budget", "valid integer"),
        ("on_offer=2", "on_offer", "less than or equal to 1"),
        ("hots=ARG", "hots", "did you mean &#39;host&#39;"),
    ],
)
def test_a_bad_question_says_where_what_and_how_to_mend_it(
    desk: TestClient, query: str, place: str, mend: str
):
    answer = desk.get(f"/en/projects?{query}&{ON}")
    assert answer.status_code == 422
    assert place in answer.text
    assert mend in answer.text


def test_the_portfolio_is_that_of_the_engine(desk: TestClient, found: Any):
    told = _text(desk.get(f"/en/projects/choice?{FREE}&fragment=1").text)
    capital = found.chosen["capex_musd"].sum()
    assert f"{capital:,.0f} million USD" in told
    for row in found.shortage.iter_rows(named=True):
        assert f"{row['mean_with_musd']:,.0f}" in told
        assert f"without: {row['mean_without_musd']:,.0f} million USD" in told
    assert "49% of every project is taken to be on offer (assumed)" in told
    assert ": left out," not in told


def test_other_budgets_on_a_kept_instance_are_those_of_a_new_one(app: FastAPI, found: Any):
    from pactolus.policy.register import register
    from pactolus.projects.pipeline.loading import shipped_projects

    means = Means(public_musd={"KOR": 500.0, "JPN": 500.0}, private_musd={})
    made = instance_of_records(
        app.state.desk.world, shipped_projects(), ("KOR", "JPN"), means, measures=register(), on=DAY
    )
    one = found.instance
    assert (made.public_musd == one.public_musd).all()
    assert (made.private_musd == one.private_musd).all()
    assert (made.cash_musd == one.cash_musd).all()
    assert set(made.notes) == set(one.notes)
    less = with_money(one, {"KOR": 1.0, "JPN": 2.0}, {"KOR": 3.0, "JPN": 4.0})
    assert less.public_musd[:, 0].tolist() == [1.0, 2.0]
    assert less.private_musd[:, -1].tolist() == [3.0, 4.0]


def test_every_record_has_its_reason(desk: TestClient, found: Any, app: FastAPI):
    told = _text(desk.get(f"/en/projects/reasons?{FREE}&fragment=1").text)
    scene = Scene(app.state.desk, ProjectsQuestion(on=DAY))
    assert told.count(" open, not taken ") + told.count(" Open, not taken ") >= 1
    assert "lacks" in told
    gone = left_out(found.instance.notes)
    assert gone
    assert all(why in told for why in gone.values())
    table = desk.get(f"/en/projects/reasons/table/reasons.csv?{FREE}").text
    assert len(table.strip().splitlines()) == 1 + len(shown_records(scene))


def test_term_sheets_are_those_of_the_portfolio(desk: TestClient, found: Any):
    got = desk.post(f"/ko/projects/do/sheet?{FREE}", content=b"")
    assert got.status_code == 200
    assert got.headers["content-disposition"].endswith('.xlsx"')
    with zipfile.ZipFile(io.BytesIO(got.content)) as book:
        names = [name for name in book.namelist() if re.fullmatch(r"xl/worksheets/sheet\d+\.xml", name)]
    assert len(names) == 1 + found.chosen.height


def _ask(kind: type[choices._ChoiceQuestion], name: str) -> Any:
    return kind(kind=name, members="KOR,JPN", budget=500.0, private=None, on_offer=0.49, on="2026-11-01")  # type: ignore[call-arg]


def test_verdicts_stand_by_slack_with_price_and_substitute(desk: TestClient, app: FastAPI, found: Any):
    from pactolus.projects.selection.alternatives import alternatives

    frame = alternatives(found.choice, count=4).table
    question = _ask(choices.AlternativesJob, "projects-alternatives")
    app.state.desk.keep_run("projects-alternatives", question, Answer(frame=frame, notes=("4 found",)))
    html = desk.get(f"/en/projects/verdicts?{FREE}&fragment=1").text
    told = _text(html)
    assert "Giving up 2%" in told
    must = frame.filter(pl.col("verdict") == "must_have", pl.col("slack") == 0.02)
    assert must.height
    assert "ust-have" in told
    price = frame.filter(pl.col("slack") == 0.1, pl.col("verdict") == "must_have")["price_musd"].max()
    assert f"{price:,.0f} million USD" in told
    assert "Compute" not in html


def test_the_front_tells_points_that_are_beaten(desk: TestClient, app: FastAPI):
    rows = {
        "host_cap": [None, 0.5, 0.35],
        "cvar_most_musd": [None, 9.0, 8.0],
        "cost_musd": [2489.0, 2507.0, None],
        "cvar_musd": [15660.0, 15700.0, None],
        "largest_host": [0.39, 0.40, None],
        "projects": [8, 9, None],
        "gap": [0.0065, 0.0085, None],
        "status": ["optimal", "optimal", "conflict"],
        "dominated": [False, True, None],
        "why": ["", "", "limits conflict"],
    }
    question = _ask(choices.ParetoJob, "projects-pareto")
    app.state.desk.keep_run("projects-pareto", question, Answer(frame=pl.DataFrame(rows)))
    html = desk.get(f"/en/projects/front?{FREE}&fragment=1").text
    told = _text(html)
    assert "2,489 million USD" in told
    assert "imits cannot hold together" in told
    assert 'class="num gap"' in html  # what has no value is hatched
    drawn = desk.get(f"/en/projects/front/chart/front-bars.json?{FREE}&width=700").json()
    assert "2,507" not in str(drawn["option"])


@pytest.mark.parametrize("lang", ["en", "ko", "ja"])
def test_all_parts_have_their_words(desk: TestClient, lang: str):
    page = desk.get(f"/{lang}/projects?{FREE}")
    assert page.status_code == 200
    assert not re.search(r"desk_projects\.|desk\.part\.", _text(page.text))


def test_a_choice_is_checked_before_a_process_is_started(desk: TestClient):
    answer = desk.post("/api/v1/jobs", json={"kind": "projects-pareto", "members": "KOR,KOR"})
    assert answer.status_code == 422
    assert "name each member once" in answer.json()["detail"]
