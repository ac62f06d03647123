"""Page Exercise: the views, refusals and score of the engine; a seat sees nothing that is hidden from it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from pactolus.response.exercise.board import Setting, exercise_setting
from pactolus.response.exercise.decisions import Decision
from pactolus.response.exercise.exercise import ready_exercise
from pactolus.response.exercise.score import score_of
from pactolus.response.exercise.state import play
from pactolus.response.exercise.table import KIND, begin, case_of, hand_in, step
from pactolus.response.exercise.views import seen
from pactolus.web import Settings, create_app
from pactolus.web.answers.desk import Desk
from pactolus.web.pages.contents import exercise as page
from pactolus.web.pages.frame import Frame
from pactolus.web.pages.routes import pages_router
from pactolus.workspace.folder import Workspace, create_workspace
from tests.web.conftest import BASE

NAME = "gallium-germanium-licence"
EXERCISE = ready_exercise(NAME)
SEED = 3
ROLE = "kor-agency"
OTHER = "jpn-ministry"
PLACE = "gallium/refined"
#: The parts of a table, and of a seat.
TABLE = ("table", "sheet", "roles", "decided", "score")
SEAT = ("news", "own", "stands")


@pytest.fixture(scope="module")
def setting() -> Setting:
    return exercise_setting(EXERCISE)


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    return create_workspace(tmp_path_factory.mktemp("desk") / "ours")


@pytest.fixture(scope="module")
def saving(own: Workspace) -> Iterator[TestClient]:
    with TestClient(create_app(Settings(workers=1, workspace=own.folder)), base_url=BASE) as client:
        yield client


def started(client: TestClient, seed: int = SEED) -> str:
    """The query of a new run."""
    said = {"exercise": NAME, "seed": str(seed), "author": "Kim"}
    sent = client.post("/en/exercise/do/start", data=said, follow_redirects=False)
    assert sent.status_code == 303, sent.text
    return str(sent.headers["location"]).partition("?")[2]


def decided(client: TestClient, query: str, role: str = ROLE, **said: str) -> str:
    """The query after a decision that is taken."""
    given = {"action": "release", "tonnes": "1", "place": PLACE, **said}
    sent = client.post(f"/en/exercise/do/decide?{query}&role={role}", data=given, follow_redirects=False)
    assert sent.status_code == 303, sent.text
    return str(sent.headers["location"]).partition("?")[2].partition("#")[0].replace(f"&role={role}", "")


def stepped(client: TestClient, query: str, month: int) -> str:
    sent = client.post(f"/en/exercise/do/step?{query}", data={"month": str(month)}, follow_redirects=False)
    assert sent.status_code == 303, sent.text
    return str(sent.headers["location"]).partition("?")[2]


def csv(client: TestClient, query: str, part: str, table: str) -> list[str]:
    answer = client.get(f"/en/exercise/{part}/table/{table}.csv?{query}")
    assert answer.status_code == 200, answer.text
    return answer.text.lstrip("\ufeff").strip().split("\r\n")


# --------------------------------------------------------------------------------------------- the table


def test_news_to_come_are_marked_for_the_facilitator(desk: TestClient) -> None:
    query = started(desk)
    rows = csv(desk, query, "sheet", "exercise-injects")[1:]
    came = [one for one in EXERCISE.injects if one.month <= 1]
    assert sum("to come (hidden)" in row.lower() for row in rows) == len(EXERCISE.injects) - len(came)
    assert len(rows) == len(EXERCISE.injects)


def test_the_score_is_that_of_the_engine(desk: TestClient, setting: Setting) -> None:
    query = decided(desk, started(desk))
    one = Decision(role=ROLE, month=1, action="release", tonnes=1.0, mineral="gallium", stage="refined")
    costs = score_of(play(setting, SEED, [one])).costs
    rows = "\n".join(csv(desk, query, "score", "exercise-costs"))
    for value in costs["cost_musd"]:
        assert repr(float(value)) in rows


def test_a_month_is_closed_once_even_if_two_press(desk: TestClient) -> None:
    query = stepped(desk, started(desk), 1)
    again = desk.post(f"/en/exercise/do/step?{query}", data={"month": "1"})
    assert again.status_code == 422
    assert "month: 1 is closed already, month 2 is played" in again.text


def test_files_bring_the_run_back_and_feed_the_command_line(desk: TestClient) -> None:
    query = decided(desk, started(desk))
    file = desk.post(f"/en/exercise/do/file?{query}", data={"what": "run"})
    assert 'filename="run-gallium-germanium-licence.json"' in file.headers["content-disposition"]
    taken = desk.post("/en/exercise/do/take", data={"text": file.text}, follow_redirects=False)
    assert taken.headers["location"].partition("?")[2] == query
    yaml = desk.post(f"/en/exercise/do/file?{query}", data={"what": "decisions"}).text
    assert yaml.startswith(f"exercise: {NAME}\ndecisions:\n")
    report = desk.post(f"/ko/exercise/do/report?{query}", data={"lang": "ja"})
    assert b'lang="ja"' in report.content


# ----------------------------------------------------------------------------------------------- a seat


def test_a_seat_shows_what_the_engine_says_it_sees(desk: TestClient, setting: Setting) -> None:
    query = stepped(desk, decided(desk, started(desk)), 1)
    run = begin(EXERCISE, SEED)
    one = Decision(role=ROLE, month=1, action="release", tonnes=1.0, mineral="gallium", stage="refined")
    run = step(setting, hand_in(setting, run, one))
    for role in EXERCISE.roles:
        view = seen(setting, case_of(setting, run), run.decisions, role.id, 1)
        news = csv(desk, f"{query}&role={role.id}", "news", "exercise-news")
        assert len(news) == 1 + len(view["injects"])
        rows = csv(desk, f"{query}&role={role.id}", "stands", "exercise-stands")
        assert len(rows) == 1 + sum(len(m["places"]) for m in view["members"])
        for member in view["members"]:
            for place in member["places"]:
                assert any(repr(float(place["use_t"])) in row for row in rows)


def test_a_seat_has_none_of_the_tables_parts(desk: TestClient) -> None:
    query = f"{started(desk)}&role={ROLE}"
    for part in TABLE:
        assert "<table" not in desk.get(f"/en/exercise/{part}?{query}&fragment=1").text
    for table in ("exercise-injects", "exercise-decisions", "exercise-costs"):
        for part in (*TABLE, *SEAT):
            assert desk.get(f"/en/exercise/{part}/table/{table}.csv?{query}").status_code == 404


def test_news_to_come_and_other_seats_are_not_in_a_seats_page(saving: TestClient) -> None:
    query = started(saving)
    query = decided(saving, query, OTHER, action="lend", tonnes="0.5", to="KOR", why="secret of ours")
    texts = [saving.get(f"/en/exercise?{query}&role={ROLE}").text]
    texts += [saving.get(f"/en/exercise/{part}?{query}&role={ROLE}&fragment=1").text for part in SEAT]
    for text in texts:
        assert "secret of ours" not in text
        for one in EXERCISE.injects:
            if one.month > 1 or (one.to and ROLE not in one.to):
                assert one.texts["en"][:40] not in text
        assert not re.search(
            r"\bseed\b.{0,3}3\b", text.partition("</main>")[0].rpartition("h-exercise-news")[2]
        )


def test_a_view_is_the_same_for_every_length_that_is_still_possible(
    saving: TestClient, setting: Setting
) -> None:
    seeds = {case_of(setting, begin(EXERCISE, seed)): seed for seed in range(40)}
    assert len(seeds) > 1, "the seeds draw several lengths"
    pages = []
    for seed in seeds.values():
        query = started(saving, seed)
        number = re.compile(r"gallium-germanium-licence-\d+")
        parts = [saving.get(f"/en/exercise/{part}?{query}&role={ROLE}&fragment=1").text for part in SEAT]
        pages.append([number.sub("RUN", part) for part in parts])
    assert all(one == pages[0] for one in pages)


def test_a_late_decision_is_refused_in_the_words_of_the_engine(desk: TestClient) -> None:
    query = started(desk)
    late = {"action": "release", "tonnes": "1", "place": PLACE, "entered": "2040-01-01"}
    refused = desk.post(f"/ko/exercise/do/decide?{query}&role={ROLE}", data=late)
    assert refused.status_code == 422
    assert "2040-01-01 lies after the deadline of month 1" in refused.text
    not_its = desk.post(
        f"/ko/exercise/do/decide?{query}&role={ROLE}", data={"action": "lend", "tonnes": "1", "place": PLACE}
    )
    assert "kor-agency may not lend" in not_its.text


def test_every_decision_is_a_version_in_the_workspace(saving: TestClient, own: Workspace) -> None:
    query = started(saving)
    identity = query.removeprefix("run=")
    assert identity.startswith(f"{NAME}-")
    decided(saving, query)
    decided(saving, query, OTHER, action="lend", tonnes="0.5", to="KOR")
    history = own.store.history(KIND, identity)
    assert [one.author for one in history] == ["Kim", ROLE, OTHER]
    assert [len(one.body["decisions"]) for one in history] == [0, 1, 2]
    assert own.store.verify() == []


# ---------------------------------------------------------------------------------- readers with a name


@pytest.mark.parametrize("part", ["", *(f"/{one}" for one in (*TABLE, *SEAT))])
def test_a_reader_opens_only_its_own_seat_even_what_was_kept(
    saving: TestClient, monkeypatch: pytest.MonkeyPatch, part: str
) -> None:
    query = started(saving)
    for role in ("", f"&role={OTHER}", f"&role={ROLE}"):
        assert saving.get(f"/en/exercise{part}?{query}{role}").status_code == 200
    monkeypatch.setattr(page, "may_see", lambda reader, role: role == ROLE)
    for role in ("", f"&role={OTHER}"):
        refused = saving.get(f"/en/exercise{part}?{query}{role}")
        assert refused.status_code == 403
        assert "you have no seat as" in refused.text
    assert saving.get(f"/en/exercise{part}?{query}&role={ROLE}").status_code == 200


def test_a_reader_takes_no_csv_no_way_and_no_deed_of_another_seat(
    saving: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    query = started(saving)
    packed = started_without(saving)
    monkeypatch.setattr(page, "may_see", lambda reader, role: role == ROLE)
    for address in (
        f"score/table/exercise-costs.csv?{query}",
        f"stands/table/exercise-stands.csv?{query}&role={OTHER}",
        f"stands/trace/0123456789?{query}&role={OTHER}",
        f"news?state={packed}&role={ROLE}",
    ):
        assert saving.get(f"/en/exercise/{address}").status_code == 403, address
    for deed in ("step", "file", "report", "start", "take"):
        assert saving.post(f"/en/exercise/do/{deed}?{query}&role={ROLE}").status_code == 403, deed
    other = saving.post(f"/en/exercise/do/decide?{query}&role={OTHER}", data={"action": "lend"})
    assert other.status_code == 403
    assert f"?{query}" not in saving.get("/en/exercise").text


def test_a_desk_with_names_shows_no_seat_before_one_is_given(own: Workspace) -> None:
    desk = Desk(Settings(workers=1, workspace=own.folder))
    app = FastAPI()
    app.include_router(pages_router(Frame(desk, login=True)))
    with TestClient(app, base_url=BASE) as client:
        own.store.put(KIND, "named", begin(EXERCISE, SEED).record(), author="Kim")
        for role in ("", f"&role={ROLE}"):
            assert client.get(f"/en/exercise?run=named{role}").status_code == 403
        assert client.post("/en/exercise/do/start", data={"exercise": NAME}).status_code == 403
        assert "?run=named" not in client.get("/en/exercise").text


def started_without(client: TestClient) -> str:
    """A packed run, as a page without a workspace would have it."""
    from pactolus.web.pages.packing import packed

    return packed(json.dumps(begin(EXERCISE, SEED).record()))


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("state=xyz", "state: is no text of this page"),
        ("run=x", "this desk has no workspace that could hold it"),
        ("seat=a", "seat: not known here"),
    ],
)
def test_a_slip_is_refused_with_place_value_and_mend(desk: TestClient, query: str, said: str) -> None:
    answer = desk.get(f"/ja/exercise?{query}")
    assert answer.status_code == 422
    assert said in answer.text


def test_an_unknown_role_names_those_that_are_near(desk: TestClient) -> None:
    answer = desk.get(f"/en/exercise?{started(desk)}&role=kor-agent")
    assert answer.status_code == 422
    assert "did you mean &#39;kor-agency&#39;" in answer.text
