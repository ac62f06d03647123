"""Questions that are read: pages, ETags, problems, and the same rows as the command line."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from starlette.testclient import TestClient

from pactolus import errors
from pactolus.cli.main import run
from pactolus.response.events.event import ready_event, ready_event_names
from pactolus.web import create_app
from pactolus.web.answers import ANSWERS
from pactolus.web.answers.answer import Question
from tests.web.conftest import BASE

CALM = settings(max_examples=5, suppress_health_check=[HealthCheck.function_scoped_fixture])
SAME = {  # place -> the same question on the command line
    "assess?importers=KOR,JPN&minerals=cobalt,gallium&years=2022-2023&methods=geopolrisk,hhi": (
        "assess --importers KOR,JPN --minerals cobalt,gallium --years 2022-2023 --methods geopolrisk,hhi"
    ),
    "policy/in-force?on=2026-11-01&importer=KOR": "policy in-force --on 2026-11-01 --importer KOR",
    "policy/measures?on=2026-11-01&family=ban": "policy list --on 2026-11-01 --family ban",
    "policy/compare?on=2026-11-01&part=lists": "policy compare KOR JPN --on 2026-11-01 --part lists",
    "dialogue/meetings?lang=ko": "dialogue list --lang ko",
    "dialogue/commitments?on=2026-11-01&lang=ja": "dialogue commitments --on 2026-11-01 --lang ja",
    "projects/list?hosts=CHL,ARG&minerals=lithium": "projects list --hosts CHL,ARG --minerals lithium",
    "projects/list?region=africa&status=construction,dfs&appraisable=true": (
        "projects list --region africa --status construction,dfs --appraisable"
    ),
    "projects/capabilities": "projects match --table capabilities",
    "watch/list?as_of=2026-11-01&minerals=gallium,cobalt&level=look&lang=ko": (
        "watch list KOR JPN --as-of 2026-11-01 --minerals gallium,cobalt --level look --lang ko"
    ),
    "watch/list?members=KOR&as_of=2026-11-01&since=2025-01-15&minerals=cobalt": (
        "watch list KOR --as-of 2026-11-01 --since 2025-01-15 --minerals cobalt"
    ),
    "policy/changes?since=2025-06-01&until=2026-06-01&importer=KOR&mineral=gallium": (
        "policy changes --since 2025-06-01 --until 2026-06-01 --importer KOR --mineral gallium"
    ),
    "policy/trade?measures=CHN-2023-23&importers=KOR&year=2023": (
        "policy trade CHN-2023-23 --importers KOR --year 2023"
    ),
    "policy/transferable?mineral=gallium&to=JPN&origin=CHN&on=2026-11-01": (
        "policy transferable --mineral gallium --to JPN --origin CHN --on 2026-11-01"
    ),
    "policy/timeline?on=2026-11-01&importer=JPN&mineral=gallium&issuer=CHN": (
        "policy timeline --on 2026-11-01 --importer JPN --mineral gallium --issuer CHN"
    ),
    "dialogue/changes?since=2025-01-15&until=2026-11-01&lang=ja": (
        "dialogue changes --since 2025-01-15 --until 2026-11-01 --lang ja"
    ),
    "respond/clocks?event=graphite-licence-2023&as_of=2023-11-10&lang=ja": (
        "clocks graphite-licence-2023 --as-of 2023-11-10 --lang ja"
    ),
    "respond/clocks?event=cobalt-quota-2025&as_of=2025-10-01T09:00%2B09:00": (
        "clocks cobalt-quota-2025 --as-of 2025-10-01T09:00+09:00"
    ),
    "shock/events": "shock list",
    "shock/priors": "shock priors",
    "exercises?lang=ko": "exercise list --lang ko",
    "data/tables": "data list",
    "data/tables/eol_rir": "data show eol_rir --part rows",
    "data/tables/grades?where=mineral=cobalt": "data show grades --part rows --where mineral=cobalt",
}


def is_problem(response, status: int, error: str) -> str:
    """Check the record of an error; its message."""
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == "application/problem+json"
    record = response.json()
    assert (record["status"], record["error"]) == (status, error)
    assert issubclass(getattr(errors, error), errors.PactolusError)
    assert record["faults"] == record["detail"].splitlines()
    assert record["type"].startswith("urn:pactolus:problem:")
    return record["detail"]


@pytest.mark.parametrize("place", SAME)
def test_rows_are_those_of_the_command_line_digit_by_digit(place: str, desk: TestClient, tmp_path: Path):
    asked = f"/api/v1/{place}{'&' if '?' in place else '?'}"
    for kind in ("json", "csv"):
        file = tmp_path / f"rows.{kind}"
        assert run([*SAME[place].split(), "--quiet", "--out", str(file)]) == 0
        answer = desk.get(f"{asked}format={kind}" + ("&limit=10000" if kind == "json" else ""))
        assert answer.status_code == 200, answer.text
        if kind == "csv":
            assert answer.content == file.read_bytes()
        else:
            told = re.search(r'"rows": \[(.*)\]\}\n$', answer.text, flags=re.DOTALL)
            written = file.read_text(encoding="utf-8")
            assert told is not None
            assert f"[\n{told[1]}\n]\n" == written
            assert answer.json()["total"] == len(json.loads(written)) > 0


def test_ready_events_are_listed_as_they_are(desk: TestClient):
    rows = {row["event"]: row for row in desk.get("/api/v1/events?lang=ko").json()["rows"]}
    assert sorted(rows) == sorted(ready_event_names())
    for name, row in rows.items():
        event = ready_event(name)
        assert (row["title"], row["reported_on"]) == (event.titles["ko"], event.reported_on.isoformat())
        assert (row["members"], row["minerals"]) == (",".join(event.members), ",".join(event.minerals))
        assert row["fictitious"] is False


@CALM
@given(limit=st.integers(3, 40))
def test_pages_hold_every_row_once_and_in_order(desk: TestClient, limit: int):
    link = f"/api/v1/data/tables/eol_rir?limit={limit}"
    whole = desk.get("/api/v1/data/tables/eol_rir?limit=10000").json()
    rows, last = [], None
    while link:
        page = desk.get(link).json()
        assert len(page["rows"]) <= limit
        assert page["total"] == whole["total"]
        assert (page["links"]["prev"] is None) == (last is None)
        last, link = link, page["links"]["next"]
        rows += page["rows"]
    assert rows == whole["rows"]


def test_a_page_after_the_last_row_is_empty_and_leads_back(desk: TestClient):
    page = desk.get("/api/v1/data/tables/eol_rir?limit=5&offset=100000").json()
    assert page["rows"] == []
    assert page["links"]["next"] is None
    assert desk.get(page["links"]["prev"]).json()["rows"]
    empty = desk.get("/api/v1/data/tables/eol_rir?where=mineral=nothing").json()
    assert (empty["total"], empty["rows"]) == (0, [])


def test_csv_with_a_byte_order_mark_is_the_same_csv(desk: TestClient):
    plain = desk.get("/api/v1/data/tables/eol_rir?format=csv")
    excel = desk.get("/api/v1/data/tables/eol_rir?format=csv&bom=true")
    assert excel.content == b"\xef\xbb\xbf" + plain.content
    assert plain.headers["content-type"] == "text/csv; charset=utf-8"
    part = desk.get("/api/v1/data/tables/eol_rir?format=csv&limit=2&offset=1")
    assert part.content.splitlines()[1:] == plain.content.splitlines()[2:4]
    assert 'rel="next"' in part.headers["link"]


def test_a_large_table_is_written_in_parts_as_a_whole(desk: TestClient):
    answer = desk.get("/api/v1/data/tables/trade?format=csv&where=year=2023&where=importer=KOR")
    total = desk.get("/api/v1/data/tables/trade?limit=1&where=year=2023&where=importer=KOR").json()["total"]
    assert len(answer.text.splitlines()) == total + 1 > 1000


def test_an_etag_is_of_the_question(desk: TestClient):
    places = [f"/api/v1/data/tables/eol_rir?limit={n}&offset={m}" for n in (1, 2) for m in (0, 1)]
    places += ["/api/v1/data/tables/eol_rir?format=csv", "/api/v1/data/tables/reserves"]
    tags = [desk.get(place).headers["etag"] for place in places]
    assert len(set(tags)) == len(places)
    for place, tag in zip(places, tags, strict=True):
        again = desk.get(place, headers={"if-none-match": f'"other", W/{tag}'})
        assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
        assert desk.get(place, headers={"if-none-match": tags[tags.index(tag) - 1]}).status_code == 200


def test_an_answer_names_its_vintage_origins_and_gaps(desk: TestClient):
    asked = "/api/v1/assess?minerals=germanium,cobalt&importers=KOR"
    page = desk.get(asked).json()
    assert page["vintage"] == desk.get("/api/v1/").json()["vintage"]
    assert any("BACI" in one["title"] + one["producer"] for one in page["origins"])
    gaps = [row for row in page["rows"] if row["status"] != "ok"]
    assert gaps
    assert all(row["value"] is None for row in gaps)
    assert any(gaps[0]["status"] in note for note in page["notes"])


def test_a_number_is_traced_to_its_rows(desk: TestClient):
    row = desk.get("/api/v1/assess?minerals=cobalt&importers=KOR&detail=true").json()["rows"][0]
    way = desk.get(f"/api/v1/trace/{row['id']}")
    assert way.json()["value"] == row["value"]
    assert way.json()["sources"][0]["origins"]
    same = desk.get(f"/api/v1/trace/{row['id']}", headers={"if-none-match": way.headers["etag"]})
    assert same.status_code == 304


@pytest.mark.parametrize(
    ("place", "status", "error", "message"),
    [
        ("assess?mineral=cobalt", 422, "OptionError", "mineral: not known here; did you mean 'minerals'?"),
        (
            "assess?minerals=cobolt",
            422,
            "UnknownTermError",
            "unknown mineral 'cobolt'; did you mean 'cobalt'?",
        ),
        ("assess?limit=0", 422, "OptionError", "limit: Input should be greater than or equal to 1 (got '0')"),
        ("assess?format=xml", 422, "OptionError", "format: Input should be 'json' or 'csv' (got 'xml')"),
        ("assess?as_of=2026-1-1", 422, "OptionError", "as_of: '2026-1-1' is not a date"),
        ("assess?importers=PRK&minerals=gallium", 409, "NoAnswerError", "no value in "),
        ("data/tables/trad", 404, "UnknownTermError", "unknown table 'trad'; did you mean 'trade'"),
        ("data/tables/trade?where=a", 422, "OptionError", "where: 'a' is not COLUMN=VALUE"),
        ("trace/nothing", 404, "OptionError", "'nothing': not the id of a number"),
        ("policy/compare?members=KOR", 422, "OptionError", "compare: members are ['KOR']; give two or more"),
        ("policy/in-force?issuer=KRO", 422, "UnknownTermError", "unknown issuer 'KRO'"),
        ("policy/measures?family=bann", 422, "UnknownTermError", "did you mean 'ban'?"),
        ("policy/in-force?on=1900-01-01", 409, "NoAnswerError", "absence here is not evidence of absence"),
        ("dialogue/commitments?on=1900-01-01", 409, "NoAnswerError", "no topic or commitment on 1900-01-01"),
        ("policy/changes", 422, "OptionError", "since: Field required"),
        (
            "policy/changes?since=2026-02-01&until=2026-01-01",
            422,
            "OptionError",
            "give the earlier day first",
        ),
        ("policy/changes?since=1.1.26", 422, "OptionError", "since: '1.1.26' is not a date"),
        ("policy/trade?measures=nothing", 422, "UnknownTermError", "nothing"),
        ("policy/trade?measures=CHN-2023-23&year=1950", 422, "OptionError", "lies outside the trade table"),
        ("policy/transferable?mineral=galium&to=JPN", 422, "InputError", "did you mean 'gallium'"),
        ("policy/timeline?on=1900-01-01", 409, "NoAnswerError", "no measure of the register fits"),
        ("dialogue/changes?since=2026-02-01&until=2026-01-01", 422, "OptionError", "until: 2026-01-01 lies"),
        ("dialogue/changes?kinds=exposures", 422, "UnknownTermError", "did you mean 'exposure'"),
        ("dialogue/changes?since=2025-01-15&members=KOR", 422, "OptionError", "KOR"),
        ("respond/clocks?event=graphite", 422, "UnknownTermError", "unknown ready event 'graphite'"),
        ("respond/clocks?event=cobalt-quota-2025&as_of=2025-10-01T09", 422, "OptionError", "is no instant"),
        ("projects/list?hosts=CHL,XXQ", 422, "UnknownTermError", "hosts: unknown country or region 'XXQ'"),
        ("projects/list?region=atlantis", 422, "UnknownTermError", "region: unknown region 'atlantis'"),
        ("projects/list?status=buildin", 422, "UnknownTermError", "status: unknown status 'buildin'"),
        ("projects/list?minerals=cobalt&hosts=KOR&status=ended", 409, "NoAnswerError", "none of "),
        ("watch/list?as_of=2026-01-01&since=2026-02-01", 422, "OptionError", "since: 2026-02-01 lies after"),
        ("watch/list?table=changes", 422, "OptionError", "table: changes need since"),
        ("watch/list?members=KRO", 422, "UnknownTermError", "'KRO'"),
        ("watch/outlook?table=scores&alerts=true", 422, "OptionError", "alerts: scores are of all rows"),
        ("asess", 404, "UnknownTermError", "did you mean /api/v1/assess"),
    ],
)
def test_every_error_is_a_problem(place: str, status: int, error: str, message: str, desk: TestClient):
    assert message in is_problem(desk.get(f"/api/v1/{place}"), status, error)


def test_all_faults_of_a_question_are_said_at_once(desk: TestClient):
    told = is_problem(desk.get("/api/v1/assess?limit=x&offset=-1&yeers=1"), 422, "OptionError")
    assert [line.partition(":")[0] for line in told.splitlines()] == ["limit", "offset", "yeers"]


def test_a_method_that_is_none_is_a_problem(desk: TestClient):
    answer = desk.put("/api/v1/assess")
    assert "PUT /api/v1/assess" in is_problem(answer, 405, "OptionError")
    assert answer.headers["allow"] == "GET"


@pytest.mark.parametrize("host", ["evil.example", "evil.example:8321", "127.0.0.1.evil.example", "", "[::2]"])
def test_another_host_is_refused(host: str, desk: TestClient):
    told = is_problem(desk.get("/api/v1/health", headers={"host": host}), 421, "OptionError")
    assert "127.0.0.1, [::1], localhost" in told


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST:1", "127.0.0.1:8321", "[::1]:8321"])
def test_names_of_this_machine_are_answered(host: str, desk: TestClient):
    assert desk.get("/api/v1/health", headers={"host": host}).json()["status"] == "ok"


@pytest.mark.parametrize("place", ["health", "nothing", "assess?limit=0"])
def test_every_answer_has_the_headers_of_a_careful_server(place: str, desk: TestClient):
    headers = desk.get(f"/api/v1/{place}").headers
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["content-security-policy"].startswith("default-src 'none'")
    assert "access-control-allow-origin" not in headers


def test_a_fault_of_ours_is_a_problem_that_tells_nothing_inside(monkeypatch, app):
    def broken(*_args, **_named):
        raise ZeroDivisionError("a secret")

    monkeypatch.setattr(app.state.desk, "ask", broken)
    answer = TestClient(app, base_url=BASE, raise_server_exceptions=False).get("/api/v1/scenarios")
    assert "fault of pactolus" in is_problem(answer, 500, "PactolusError")
    assert "secret" not in answer.text
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_the_description_names_every_place_and_only_our_errors(desk: TestClient):
    described = desk.get("/api/v1/openapi.json").json()
    assert {f"/api/v1/{name}" for name in ANSWERS} <= set(described["paths"])
    assert "HTTPValidationError" not in json.dumps(described)
    for operations in described["paths"].values():
        for one in operations.values():
            problems = [answer for code, answer in one["responses"].items() if code >= "4"]
            assert problems
            assert all("application/problem+json" in answer["content"] for answer in problems)


def test_the_page_of_the_description_asks_nobody_else(desk: TestClient):
    page = desk.get("/api/docs")
    assert "<code>/api/v1/assess</code>" in page.text
    assert re.findall(r"""(?:src|href|url\()=?["']?(https?:|//)""", page.text) == []
    assert "<script" not in page.text


def test_start_links_lead_somewhere(desk: TestClient):
    links = desk.get("/api/v1/").json()["links"]
    whole = {name for name, one in ANSWERS.items() if _needs(one.question)}
    quick = [
        link
        for name, link in links.items()
        if name not in whole and name not in ("watch/list", "watch/outlook", "scenarios")
    ]
    assert [desk.get(link).status_code for link in quick] == [200] * len(quick)


def _needs(question: type[Question]) -> bool:
    """Whether it cannot be asked without a parameter."""
    return any(field.is_required() for field in question.model_fields.values())


def test_a_world_that_cannot_be_opened_stops_the_start(tmp_path: Path):
    from pactolus.web import Settings

    with pytest.raises(errors.WorldError, match=re.escape(str(tmp_path))):
        create_app(Settings(world=tmp_path))
