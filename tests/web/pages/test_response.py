"""Page Response: the plan, clocks and prices of the engine; a pasted event; a log that only grows."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from pactolus.catalogue.world import open_world
from pactolus.errors import OptionError
from pactolus.policy.register import register
from pactolus.response.clocks.tables import clock_table
from pactolus.response.events.dues import event_dues
from pactolus.response.events.event import ready_event
from pactolus.response.following.log import entries
from pactolus.response.plan.plan import ResponsePlan
from pactolus.response.plan.real import respond
from pactolus.web import Settings, create_app
from pactolus.web.pages.packing import packed, unpacked
from pactolus.workspace.folder import Workspace, create_workspace
from tests.conftest import ROOT
from tests.web.conftest import BASE

EVENT = "copper-concentrate-2025"
TEXT = (Path(ROOT) / f"src/pactolus/response/data/events/{EVENT}.yaml").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def plan() -> ResponsePlan:
    return respond(open_world(), ready_event(EVENT), register())


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    return create_workspace(tmp_path_factory.mktemp("desk") / "ours")


@pytest.fixture(scope="module")
def saving(own: Workspace) -> Iterator[TestClient]:
    with TestClient(create_app(Settings(workers=1, workspace=own.folder)), base_url=BASE) as client:
        yield client


def csv(
    desk: TestClient, part: str, table: str, query: str = f"event={EVENT}", lang: str = "en"
) -> list[str]:
    answer = desk.get(f"/{lang}/response/{part}/table/{table}.csv?{query}")
    assert answer.status_code == 200, answer.text
    return answer.text.lstrip("\ufeff").strip().split("\r\n")


def test_the_board_holds_every_action_of_the_plan(desk: TestClient, plan: ResponsePlan) -> None:
    rows = csv(desk, "board", "board-all")
    assert len(rows) == 1 + plan.actions.height
    told = "\n".join(rows)
    for tonnes in plan.actions["tonnes"].drop_nulls().head(5):
        assert repr(float(tonnes)) in told


def test_gains_are_those_of_the_plan_to_the_last_digit(desk: TestClient, plan: ResponsePlan) -> None:
    told = "\n".join(csv(desk, "value", "gains"))
    for value in plan.alone["gain_after_musd"]:
        assert repr(float(value)) in told


@pytest.mark.parametrize("lang", ["en", "ko", "ja"])
def test_a_clock_says_its_kind_owner_zone_and_when_it_is_due(desk: TestClient, lang: str) -> None:
    event = ready_event(EVENT)
    told = clock_table(event_dues(event, event.reported_on), language=lang)
    rows = csv(desk, "clocks", "clocks", lang=lang)
    assert len(rows) == 1 + told.height
    for row, clock in zip(rows[1:], told.iter_rows(named=True), strict=True):
        assert clock["zone"] in row
        assert clock["owner_name"] in row
        assert clock["due"] is None or clock["due"].isoformat() in row


def test_a_member_may_pass_nothing_on_and_the_plan_is_solved_for_that(desk: TestClient) -> None:
    rows = csv(desk, "value", "gains", f"event={EVENT}&keep=KOR")
    kept = respond(open_world(), ready_event(EVENT), register(), no_transfer=["KOR"], robust=False)
    for value in kept.alone["gain_after_musd"]:
        assert any(repr(float(value)) in row for row in rows)


def test_a_number_opens_its_way_with_rows_of_trade(desk: TestClient) -> None:
    page = desk.get(f"/en/response/exposed?event={EVENT}&fragment=1").text
    first = re.findall(r'data-id="([0-9a-f]{10})"', page)
    told = [desk.get(f"/en/response/exposed/trace/{one}?event={EVENT}&fragment=1").text for one in first]
    assert any("<code>trade</code>" in one for one in told)
    assert all('class="v"' in one for one in told)


def test_a_pasted_event_stands_in_the_address_and_gives_the_same_plan(desk: TestClient) -> None:
    sent = desk.post("/en/response/do/use", data={"text": TEXT}, follow_redirects=False)
    assert sent.status_code == 303
    query = sent.headers["location"].partition("?")[2]
    assert query.startswith("own=")
    assert csv(desk, "board", "board-all", query) == csv(desk, "board", "board-all")


def test_faults_of_a_pasted_event_have_line_and_column(desk: TestClient) -> None:
    text = TEXT.replace("reported_on:", "reportd_on:").replace("members: [KOR, JPN]", "members: [KOR, JPM]")
    refused = desk.post("/ko/response/do/use", data={"text": text})
    assert refused.status_code == 422
    found = re.findall(r"event\.yaml:\d+:\d+: ", refused.text)
    assert len(found) >= 2


def test_a_pasted_event_reads_no_file_of_the_server(desk: TestClient) -> None:
    text = re.sub(r"(?m)^holdings:.*(\n  .*)*", "", TEXT) + "\nholdings:\n  file: ../../secret.yaml\n"
    refused = desk.post("/en/response/do/use", data={"text": text})
    assert refused.status_code == 422
    assert "a text sent here has none beside it" in refused.text


def test_a_packed_event_cannot_grow_without_bound() -> None:
    with pytest.raises(OptionError, match="more than 60,000 bytes"):
        unpacked("own", packed("a" * 1_000_000), 60_000)
    with pytest.raises(OptionError, match="paste it on the page again"):
        unpacked("own", "not-an-event", 60_000)


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("event=copper-concentrate-2052", "did you mean &#39;copper-concentrate-2025&#39;"),
        (f"event={EVENT}&keep=USA", "keep: unknown member of the event &#39;USA&#39;"),
        ("own=xyz", "paste it on the page again"),
    ],
)
def test_a_slip_is_refused_with_place_value_and_mend(desk: TestClient, query: str, said: str) -> None:
    answer = desk.get(f"/ja/response?{query}")
    assert answer.status_code == 422
    assert said in answer.text


def test_decisions_are_added_with_their_digest_and_never_changed(saving: TestClient, own: Workspace) -> None:
    for text in ("ask two suppliers together", "meet on Friday"):
        sent = saving.post(
            f"/en/response/do/decide?event={EVENT}", data={"text": text, "author": "Kim", "owner": "KOR"}
        )
        assert sent.status_code == 200
    found = entries(own.store, EVENT)
    assert [one.body["text"] for one in found] == ["ask two suppliers together", "meet on Friday"]
    page = saving.get(f"/en/response/log?event={EVENT}").text
    digests = [str(row["digest"]) for row in own.store.chain() if row["kind"] == found[0].kind]
    assert all(one[:16] in page for one in digests)
    assert own.store.verify() == []


def test_an_entry_without_author_or_text_is_refused(saving: TestClient, own: Workspace) -> None:
    before = len(entries(own.store, EVENT))
    refused = saving.post(f"/en/response/do/decide?event={EVENT}", data={"text": " ", "author": ""})
    assert refused.status_code == 422
    assert "text: is empty" in refused.text
    assert "author: is empty" in refused.text
    assert len(entries(own.store, EVENT)) == before


def test_without_a_workspace_there_is_no_log_and_the_page_says_why(desk: TestClient) -> None:
    assert "pactolus serve --workspace DIR" in desk.get(f"/ko/response/log?event={EVENT}").text
    refused = desk.post(f"/en/response/do/decide?event={EVENT}", data={"text": "a", "author": "b"})
    assert refused.status_code == 422
    assert "this desk has no workspace" in refused.text


def test_the_paper_to_take_away_is_that_of_the_command_line(desk: TestClient, plan: ResponsePlan) -> None:
    answer = desk.post(f"/ko/response/do/paper?event={EVENT}", data={"format": "json"})
    assert answer.headers["content-disposition"].endswith(f'"response-{EVENT}.json"')
    record = json.loads(answer.content)
    assert len(record["tables"]["actions"]) == plan.actions.height
    html = desk.post(f"/ja/response/do/paper?event={EVENT}", data={"format": "html"})
    assert b'lang="ja"' in html.content
    refused = desk.post(f"/ko/response/do/paper?event={EVENT}", data={"format": "docx"})
    assert "unknown format &#39;docx&#39;" in refused.text
