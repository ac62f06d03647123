"""Long runs in processes of their own: progress, rows, cancel, loss, limits."""

from __future__ import annotations

import json
import os
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

import pactolus
from pactolus.cli.main import run
from pactolus.errors import UnknownTermError
from pactolus.web import Settings, create_app
from pactolus.web.answers.answer import Answer
from pactolus.web.api.jobs import _told
from pactolus.web.jobs.board import Board, Job
from pactolus.web.jobs.kinds import KINDS, ShockJob
from tests.web.conftest import BASE
from tests.web.loops import run_apart
from tests.web.test_api import is_problem

JOBS = "/api/v1/jobs"
SHOCK = {
    "scenario": "trial",
    "title": "A trial",
    "shocks": [{"kind": "ban", "exporter": "IDN", "minerals": ["nickel"], "cut": 1, "start": "2027-01-01"}],
}
TEXT = """\
scenario: trial
title: A trial
shocks:
  - {kind: ban, exporter: IDN, minerals: [nickel], cut: 1, start: 2027-01-01}
"""
FACTS = """\
event: graphite-licence-2023
on: 2024-01-10
rest: as_planned
executed:
  - {month: 2023-10-01, member: KOR, action: joint purchase, mineral: graphite, stage: mixed, what: MOZ,
  tonnes: 300}
"""
EVENTS = Path(pactolus.__file__).parent / "response" / "data" / "events"
POWERS = "projects select --budget KOR=1,JPN=1 --table powers --on 2026-11-01"
LONG = {"kind": "outlook", "members": "KOR,JPN"}


@pytest.fixture
def small() -> Iterator[TestClient]:
    """A desk with one process and three jobs at most."""
    with TestClient(create_app(Settings(workers=1, most_jobs=3, most_body=2_000)), base_url=BASE) as client:
        yield client


def waited(check: Callable[[], bool], seconds: float = 60.0) -> None:
    until = time.monotonic() + seconds
    while not check():
        assert time.monotonic() < until, "waited in vain"
        time.sleep(0.02)


def test_a_shock_gives_the_rows_of_the_command_line(desk: TestClient, tmp_path: Path):
    started = desk.post(JOBS, json={"kind": "shock", "scenario": SHOCK})
    assert started.status_code == 202, started.text
    place = started.headers["location"]
    assert started.json()["links"]["self"] == place
    events = desk.get(f"{place}/events")
    assert events.headers["content-type"].startswith("text/event-stream")
    told = [part.split("\n") for part in events.text.strip().split("\n\n")]
    names = [lines[0].removeprefix("event: ") for lines in told]
    assert names[-1] == "done"
    assert set(names[:-1]) <= {"progress"}
    last = json.loads(told[-1][1].removeprefix("data: "))
    assert last == desk.get(place).json()
    assert last["progress"] == {"what": "done", "done": 2, "total": 2}
    file, out = tmp_path / "trial.yaml", tmp_path / "rows.csv"
    file.write_text(TEXT, encoding="utf-8")
    assert run(["shock", "run", str(file), "--quiet", "--out", str(out)]) == 0
    assert desk.get(f"{place}/rows?format=csv").content == out.read_bytes()
    page = desk.get(f"{place}/rows?limit=1").json()
    assert page["total"] == last["rows"] == len(out.read_text(encoding="utf-8").splitlines()) - 1
    assert page["origins"]
    assert desk.delete(place).json()["state"] == "done"
    is_problem(desk.get(place), 404, "UnknownTermError")


@pytest.mark.parametrize(
    ("kind", "question", "words"),
    [
        ("shock", {"scenario_yaml": TEXT, "table": "months"}, "shock run FILE --table months"),
        (
            "stockpile-size",
            {"minerals": "lithium", "stage": "refined", "settings": "mid", "on": "2026-11-01"},
            "stockpile size --minerals lithium --stage refined --settings mid --on 2026-11-01",
        ),
        (
            "projects-appraise",
            {"projects": "ARG-LI-KACHI", "draws": 50, "rate": 8, "floor": 30_000, "on": "2026-11-24"},
            "projects appraise ARG-LI-KACHI --draws 50 --rate 8 --floor 30000 --on 2026-11-24",
        ),
        (
            "projects-appraise",
            {"projects": "ARG-LI-KACHI,GRC-GA-METLEN", "draws": 20, "detail": "terms", "undated_risk": True},
            "projects appraise ARG-LI-KACHI GRC-GA-METLEN --draws 20 --detail terms --country-risk undated",
        ),
        (
            "projects-select",
            {"budget": 300, "scenarios": 5, "on": "2026-11-01", "table": "summary", "cap_host": 0.5},
            "projects select --budget KOR=300,JPN=300 --scenarios 5 --on 2026-11-01 --table summary "
            "--cap-host 0.5",
        ),
        (
            "projects-select",
            {"scenarios": 2, "on": "2026-11-01", "alone": True},
            "projects select --budget KOR=500,JPN=500 --scenarios 2 --on 2026-11-01 --alone",
        ),
        (
            "stockpile-portfolio",
            {"budget": 20, "minerals": "tungsten", "scenarios": 200, "settings": "mid", "on": "2026-11-24"},
            "stockpile portfolio --budget 20 --minerals tungsten --scenarios 200 --settings mid "
            "--on 2026-11-24",
        ),
        (
            "respond",
            {"event": "graphite-licence-2023", "months": 6, "no_transfer": "KOR"},
            "respond graphite-licence-2023 --months 6 --no-transfer KOR",
        ),
        (
            "respond",
            {"event": "graphite-licence-2023", "facts_yaml": FACTS, "table": "changes"},
            "respond graphite-licence-2023 --update FACTS --table changes",
        ),
        (
            "respond",
            {"event": "cobalt-quota-2025", "table": "clocks", "as_of": "2025-10-01"},
            "respond cobalt-quota-2025 --table clocks --as-of 2025-10-01",
        ),
        (
            "coordinate",
            {"event": "graphite-licence-2023", "rule": "weights", "weights": {"KOR": 2, "Japan": 2.5}},
            "coordinate graphite-licence-2023 --rule weights --weights KOR=2,JPN=2.5",
        ),
        (
            "coordinate",
            {"event": "graphite-licence-2023", "coalition": "G7", "joining": "KOR"},
            "coordinate graphite-licence-2023 --coalition G7 --with KOR",
        ),
        (
            "coordinate",
            {"event": "cobalt-quota-2025", "table": "gains", "months": 6},
            "coordinate cobalt-quota-2025 --table gains --months 6",
        ),
        (
            "shock-montecarlo",
            {"minerals": "tungsten", "scenarios": 200, "case": "controls", "on": "2026-11-01", "seed": 3},
            "shock montecarlo --minerals tungsten --scenarios 200 --case controls --on 2026-11-01 --seed 3",
        ),
        ("projects-select", {"table": "powers", "on": "2026-11-01"}, POWERS),
    ],
)
def test_each_kind_answers_as_the_command_line(kind: str, question: dict, words: str, app, tmp_path: Path):
    """In this process: that one of its own gives the same is tested above."""
    file, out = tmp_path / "trial.yaml", tmp_path / "rows.json"
    file.write_text(TEXT, encoding="utf-8")
    facts = tmp_path / "facts.yaml"
    facts.write_text(FACTS, encoding="utf-8")
    files = {"FILE": str(file), "FACTS": str(facts)}
    line = [files.get(word, word) for word in words.split()]
    assert run([*line, "--quiet", "--out", str(out)]) == 0
    asked = KINDS[kind].question(kind=kind, **question)
    KINDS[kind].check(app.state.desk.world, asked)
    steps: list[tuple[str, int, int]] = []
    found = KINDS[kind].run(app.state.desk.world, asked, lambda *step: steps.append(step))
    from pactolus.runs.rows import json_bytes

    assert json_bytes(found.frame) == out.read_bytes()
    assert steps[-1][1] == steps[-1][2] > 0


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ({}, ""),
        (
            {
                "method": "bundle",
                "table": "matching",
                "secretariat": "the two secretaries",
                "members": "none",
            },
            "--method bundle --table matching --secretariat SECRETARIES --members none",
        ),
    ],
    ids=["sums", "all rows"],
)
def test_a_matching_of_two_texts_is_that_of_the_two_files(question: dict, words: str, app, tmp_path: Path):
    from pactolus.projects.matching.example import write_example
    from pactolus.runs.rows import json_bytes

    write_example(tmp_path)
    firms, slots, out = (tmp_path / name for name in ("firms.csv", "slots.csv", "rows.json"))
    line = ["--firms", str(firms), "--slots", str(slots), *words.split(), "--quiet", "--out", str(out)]
    line = ["the two secretaries" if word == "SECRETARIES" else word for word in line]
    assert run(["projects", "match", *line]) == 0
    texts = {"firms": firms.read_text("utf-8"), "slots": slots.read_text("utf-8")}
    asked = KINDS["projects-match"].question(kind="projects-match", **texts, **question)
    KINDS["projects-match"].check(app.state.desk.world, asked)
    found = KINDS["projects-match"].run(app.state.desk.world, asked, lambda *_: None)
    assert json_bytes(found.frame) == out.read_bytes()
    assert found.notes


def test_an_event_given_whole_is_answered_as_the_ready_one(app):
    """As its text and as its keys; the shipped one is made of the same file."""
    import yaml

    text = (EVENTS / "copper-concentrate-2025.yaml").read_text("utf-8")
    keys = json.loads(json.dumps(yaml.safe_load(text), default=str))
    ways = ({"event": "copper-concentrate-2025"}, {"event_yaml": text}, {"event": keys})
    frames = []
    for way in ways:
        asked = KINDS["respond"].question(kind="respond", table="clocks", **way)
        KINDS["respond"].check(app.state.desk.world, asked)
        frames.append(KINDS["respond"].run(app.state.desk.world, asked, lambda *_: None).frame)
    assert frames[0].height > 0
    assert frames[0].equals(frames[1])
    assert frames[0].equals(frames[2])


def test_cancel_ends_the_process_and_the_next_begins(small: TestClient):
    board: Board = small.app.state.board  # type: ignore[attr-defined]
    first = small.post(JOBS, json=LONG).json()["id"]
    second = small.post(JOBS, json=LONG).json()["id"]
    assert small.get(f"{JOBS}/{first}").json()["state"] == "running"
    assert small.get(f"{JOBS}/{second}").json()["state"] == "queued"
    process = board.get(first).process
    assert process is not None
    assert small.delete(f"{JOBS}/{first}").json()["state"] == "cancelled"
    assert not process.is_alive()
    is_problem(small.get(f"{JOBS}/{first}/rows"), 409, "NoAnswerError")
    waited(lambda: board.get(second).state == "running")
    killed = board.get(second).process
    assert killed is not None
    assert killed.pid is not None
    os.kill(killed.pid, signal.SIGKILL)
    waited(lambda: board.get(second).state == "lost")
    record = small.get(f"{JOBS}/{second}").json()
    assert record["error"]["error"] == "WorkerError"
    assert "ended from outside (exit code -9)" in record["error"]["detail"]
    assert small.get(f"{JOBS}/{second}/events").text.startswith("event: lost\n")


def test_the_last_event_is_the_whole_end():
    """The end may come while a record is written: its event then still carries the end."""
    board = Idle(Settings())
    job = board.add("shock", ShockJob(kind="shock", scenario="x"))
    record = Job.record

    def ends_meanwhile(self: Job) -> dict:
        found = record(self)
        board.cancel(self.id)
        return found

    async def told() -> list[str]:
        return [event async for event in _told(board, job)]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Job, "record", ends_meanwhile)
        events = run_apart(told)
    assert [event.split("\n")[0] for event in events] == ["event: progress", "event: cancelled"]
    assert '"state": "cancelled"' in events[-1]
    assert job.ended_at is not None
    assert job.ended_at in events[-1]


def test_leaving_ends_every_process():
    with TestClient(create_app(Settings(workers=1)), base_url=BASE) as client:
        place = client.post(JOBS, json=LONG).headers["location"]
        board: Board = client.app.state.board  # type: ignore[attr-defined]
        process = board.get(place.rsplit("/", 1)[1]).process
        assert process is not None
        assert process.is_alive()
    assert not process.is_alive()


class Idle(Board):
    """A board whose jobs are never begun."""

    def _begin_next(self) -> None:
        return


def test_a_full_board_refuses_and_old_ends_are_dropped():
    now = [0.0]
    board = Idle(Settings(workers=1, most_jobs=2, keep_seconds=10.0), clock=lambda: now[0])
    asked = ShockJob(kind="shock", scenario="x")
    jobs = [board.add("shock", asked) for _ in range(2)]
    with pytest.raises(Exception, match="2 are waiting, running or kept"):
        board.add("shock", asked)
    board.cancel(jobs[0].id)
    now[0] = 9.0
    assert board.get(jobs[0].id).state == "cancelled"
    now[0] = 10.0
    with pytest.raises(UnknownTermError, match="dropped 10 s after the end"):
        board.get(jobs[0].id)
    assert [job.id for job in board.all()] == [jobs[1].id]  # one that waits is never dropped
    board.add("shock", asked)


def test_an_end_is_the_last_word():
    board = Idle(Settings())
    job = board.add("shock", ShockJob(kind="shock", scenario="x"))
    job.state = "running"
    board._note(job, "progress", ("half", 1, 2))
    assert job.record()["progress"] == {"what": "half", "done": 1, "total": 2}
    board.cancel(job.id)
    board._note(job, "done", Answer(frame=None))  # type: ignore[arg-type]
    board._lost(job)
    assert (job.state, job.answer, job.error) == ("cancelled", None, None)


@pytest.mark.parametrize(
    ("body", "status", "message"),
    [
        ({"kind": "shock", "scenario": "nickle"}, 422, "unknown ready scenario 'nickle'"),
        ({"kind": "shock"}, 422, "give scenario or scenario_yaml, and only one of them"),
        ({"kind": "shock", "scenario": {**SHOCK, "shocks": []}}, 422, "scenario: shocks"),
        ({"kind": "shock", "scenario_yaml": TEXT.replace("IDN", "IDX")}, 422, "scenario.yaml:4:"),
        ({"kind": "shok", "scenario": "x"}, 422, "shok"),
        ({"kind": "shock", "scenario": "x", "sed": 1}, 422, "sed: not known here"),
        ({"kind": "stockpile-size", "minerals": "lithum"}, 422, "did you mean 'lithium'"),
        ({"kind": "stockpile-size", "importers": "KOR,KOR"}, 422, "name each member once"),
        ({"kind": "projects-appraise", "projects": "ARG-LI-KACHY"}, 422, "ARG-LI-KACHI"),
        ({"kind": "projects-appraise", "projects": ","}, 422, "projects: nothing is named"),
        ({"kind": "projects-appraise", "on": "1.1.2026"}, 422, "on: '1.1.2026' is not a date"),
        ({"kind": "projects-appraise", "projects": "BRA-NB-ARAXA"}, 409, "not appraisable: lacks"),
        ({"kind": "projects-select", "table": "companies"}, 422, "table: Input should be 'chosen'"),
        ({"kind": "projects-select", "members": "KOR,KOR"}, 422, "name each member once"),
        ({"kind": "projects-match", "firms": "firm\nA\n", "slots": ""}, 422, "firms.csv:1:1: no column"),
        ({"kind": "respond"}, 422, "give event or event_yaml, and only one of them"),
        ({"kind": "respond", "event": "graphite"}, 422, "unknown ready event 'graphite'"),
        ({"kind": "respond", "event": {"event": "x"}}, 422, "event.yaml:"),
        ({"kind": "respond", "event_yaml": "event: ["}, 422, "event.yaml:"),
        ({"kind": "respond", "event": "cobalt-quota-2025", "table": "changes"}, 422, "give facts_yaml"),
        ({"kind": "respond", "event": "cobalt-quota-2025", "facts_yaml": FACTS}, 422, "the plan is for"),
        ({"kind": "respond", "event": "cobalt-quota-2025", "no_transfer": "KRO"}, 422, "'KRO'"),
        ({"kind": "stockpile-portfolio"}, 422, "budget: Field required"),
        ({"kind": "stockpile-portfolio", "budget": 0}, 422, "budget: Input should be greater than 0"),
        ({"kind": "stockpile-portfolio", "budget": 1, "least_days": 300}, 422, "below least_days of 300"),
        ({"kind": "coordinate", "event": "cobalt-quota-2025", "coalition": "G77"}, 422, "'G77'"),
        ({"kind": "coordinate", "event": "cobalt-quota-2025", "table": "joining"}, 422, "give joining"),
        ({"kind": "shock-montecarlo", "minerals": "cobolt"}, 422, "did you mean 'cobalt'"),
        ({"kind": "shock-montecarlo", "case": "control", "on": "2026-11-01"}, 422, "control"),
        ({"kind": "coordinate", "event": "x", "weights": {"KOR": -1}}, 422, "greater than or equal to 0"),
        ({"kind": "outlook", "year": 1}, 422, "year: Input should be greater than or equal to 1900"),
        ([], 422, "body"),
        ("x" * 3_000, 413, "more than 2,000 bytes"),
    ],
)
def test_a_bad_question_starts_no_process(body: object, status: int, message: str, small: TestClient):
    answer = small.post(JOBS, json=body)
    error = answer.json()["error"]
    assert message in is_problem(answer, status, error)
    assert small.get(JOBS).json()["jobs"] == []


def test_a_body_that_is_no_json_or_has_no_length(small: TestClient):
    headers = {"content-type": "application/json"}
    told = is_problem(small.post(JOBS, content=b"{", headers=headers), 422, "OptionError")
    assert told.startswith("body: not JSON")
    parts = (b" " * 500 for _ in range(10))
    assert "2,000 bytes" in is_problem(small.post(JOBS, content=parts, headers=headers), 413, "OptionError")
    deep = b"[" * 900 + b"]" * 900
    assert small.post(JOBS, content=deep, headers=headers).status_code in (400, 422)


def test_a_page_of_another_site_starts_nothing(small: TestClient):
    body = {"kind": "shock", "scenario": "x"}
    told = is_problem(
        small.post(JOBS, json=body, headers={"origin": "https://evil.example"}), 403, "OptionError"
    )
    assert "evil.example" in told
    own = small.post(JOBS, json=body, headers={"origin": BASE})
    is_problem(own, 422, "UnknownTermError")
    plain = small.post(JOBS, content=json.dumps(body), headers={"content-type": "text/plain"})
    assert plain.status_code == 422


def test_a_job_that_is_none(small: TestClient):
    for end in ("", "/rows", "/events"):
        is_problem(small.get(f"{JOBS}/none{end}"), 404, "UnknownTermError")
    is_problem(small.delete(f"{JOBS}/none"), 404, "UnknownTermError")
