"""Page Dialogue: the items of the records, what a workspace saved, what moved, files to take away."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from pactolus.catalogue.origins import Term
from pactolus.catalogue.world import World
from pactolus.dialogue.commitments import KIND, commitments
from pactolus.dialogue.meetings import meetings
from pactolus.reports.document import Brief
from pactolus.web import Settings, create_app
from pactolus.workspace.folder import Workspace, create_workspace
from tests.web.conftest import BASE

DAY = date(2026, 11, 25)
ON = "on=2026-11-25"
ITEM = meetings()[0].items[0].id


@pytest.fixture
def own(tmp_path: Path) -> Workspace:
    return create_workspace(tmp_path / "ours")


@pytest.fixture
def saving(own: Workspace) -> Iterator[TestClient]:
    with TestClient(create_app(Settings(workers=1, workspace=own.folder)), base_url=BASE) as client:
        yield client


def form(**said: str) -> dict[str, str]:
    return {"item": ITEM, "version": "0", "author": "Kim", **said}


@pytest.mark.parametrize("lang", ["en", "ko", "ja"])
def test_the_items_are_those_of_the_command_line(desk: TestClient, lang: str) -> None:
    rows = desk.get(f"/{lang}/dialogue/items/table/dialogue-items.csv?{ON}").text.strip().split("\r\n")
    told = commitments(meetings(), {}, DAY, language=lang)
    assert len(rows) == 1 + told.height
    assert all(any(title in row for row in rows) for title in told["title"].to_list())


def test_a_meeting_names_the_side_without_a_readout(desk: TestClient) -> None:
    page = desk.get(f"/en/dialogue/meetings?{ON}").text
    assert "None found of" in page
    assert page.count("<td>Japan</td>") == len(meetings())


def test_without_a_workspace_the_page_says_how_to_get_one(desk: TestClient) -> None:
    page = desk.get(f"/en/dialogue?{ON}&item={ITEM}").text
    assert "pactolus workspace init DIR" in page
    refused = desk.post("/en/dialogue/do/set", data=form(status="done"))
    assert refused.status_code == 422
    assert "this desk has no workspace to save into" in refused.text


def test_a_saved_state_is_on_the_page_at_once_with_its_author(saving: TestClient, own: Workspace) -> None:
    assert saving.get(f"/en/dialogue?item={ITEM}").status_code == 200
    sent = saving.post("/en/dialogue/do/set", data=form(status="in progress", note="first draft"))
    kept = own.store.get(KIND, ITEM)
    assert (kept.version, kept.author, kept.body["status"]) == (1, "Kim", "in progress")
    assert sent.status_code == 200, "the form leads back to the page"
    assert "first draft" in sent.text
    assert "Kim" in sent.text


def test_two_who_read_the_same_version_do_not_overwrite_each_other(
    saving: TestClient, own: Workspace
) -> None:
    saving.post("/en/dialogue/do/set", data=form(status="done"))
    second = saving.post("/en/dialogue/do/set", data=form(status="dropped", author="Sato"))
    assert second.status_code == 422
    assert "Kim saved version 1" in second.text
    assert own.store.get(KIND, ITEM).body["status"] == "done"


def test_a_date_due_that_lies_behind_has_passed_and_nobody_is_late(
    saving: TestClient, own: Workspace
) -> None:
    own.store.put(KIND, ITEM, {"status": "open", "due": "2025-06-30"}, author="Kim")
    page = saving.get("/en/dialogue").text
    assert "date passed" in page.lower()
    assert not re.search(r"\b(late|overdue)\b", page, re.IGNORECASE)


def test_a_record_with_a_label_stays_off_the_page(saving: TestClient, own: Workspace) -> None:
    own.store.put(KIND, ITEM, {"note": "not for all"}, author="Kim", label="KOR:restricted")
    assert "not for all" not in saving.get(f"/en/dialogue?item={ITEM}").text
    refused = saving.post("/en/dialogue/do/set", data=form(status="done"))
    assert refused.status_code == 422
    assert "has a label above open" in refused.text


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("item=KJ-9", "unknown topic or commitment &#39;KJ-9&#39;"),
        ("status=late", "status: "),
        (f"{ON}&since=2026-11-25", "give an earlier day"),
    ],
)
def test_a_slip_is_refused_with_place_value_and_mend(desk: TestClient, query: str, said: str) -> None:
    answer = desk.get(f"/ja/dialogue?{query}")
    assert answer.status_code == 422
    assert said in answer.text


def test_a_form_with_a_slip_names_every_fault(saving: TestClient) -> None:
    refused = saving.post("/en/dialogue/do/set", data=form(status="late", owner="MOTI", due="2024-01-01"))
    assert refused.status_code == 422
    for said in ("unknown status", "unknown institution", "lies before the meeting"):
        assert said in refused.text


def test_what_moved_is_that_of_the_agenda_pack(desk: TestClient) -> None:
    part = desk.get(f"/ko/dialogue/changed?{ON}&fragment=1")
    assert part.status_code == 200
    for table in ("agenda-exposures", "agenda-measures-changed", "agenda-projects-changed"):
        assert f'id="{table}-rows"' in part.text


def test_the_calendar_is_a_file(desk: TestClient) -> None:
    answer = desk.post(f"/ko/dialogue/do/calendar?{ON}")
    assert answer.headers["content-disposition"].endswith('"dialogue.ko.ics"')
    assert answer.content.startswith(b"BEGIN:VCALENDAR")
    assert answer.content.count(b"BEGIN:VEVENT") == len(meetings())


def test_the_pack_is_asked_as_on_the_command_line(desk: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: dict[str, Any] = {}

    def build(world: World, members: tuple[str, ...], **given: Any) -> Brief:
        asked.update(given, members=members)
        return Brief(
            members=members,
            year=2024,
            as_of=DAY.isoformat(),
            vintage=world.vintage,
            version="0",
            title="agenda.title",
            slots={"members": Term("members", members)},
            sections=(),
            name="agenda-KOR-JPN",
        )

    monkeypatch.setattr("pactolus.reports.agenda.build.build_agenda", build)
    answer = desk.post(f"/ja/dialogue/do/pack?{ON}", data={"format": "xlsx", "next": "2026-12-17"})
    assert answer.headers["content-disposition"].endswith('"agenda-KOR-JPN.ja.xlsx"')
    assert answer.content[:2] == b"PK"
    assert (asked["since"], asked["next_on"]) == (meetings()[-1].date, date(2026, 12, 17))
    assert (asked["as_of"], asked["annex"]) == (DAY, False)
