"""Rows of a member: read by it alone, noted, stamped, released only when every member concerned approved."""

from __future__ import annotations

import csv
import io
import logging
from collections.abc import Iterator

import pytest

from tests.web.access.browser import Browser
from tests.web.access.conftest import House

pytestmark = pytest.mark.postgres
HELD = {"mineral": "tungsten", "stage": "product", "low_t": 100, "high_t": 300, "source": "own count"}


@pytest.fixture(scope="module")
def people(house: House) -> Iterator[dict[str, Browser]]:
    """One login each; Korea and Japan declare what they hold."""
    found = {name: house.person(name) for name in ("kim", "lee", "sato", "park", "vera", "sec", "ada")}
    assert found["kim"].put("/api/v1/confidential/holdings", HELD).status_code == 200
    other = {**HELD, "low_t": 7777, "high_t": 8888, "level": "shared"}
    assert found["sato"].put("/api/v1/confidential/holdings", other).status_code == 200
    yield found
    assert house.served.kept.verify() == []


def days(browser: Browser, **more: object) -> dict[str, object]:
    answer = browser.post("/api/v1/confidential/days", {"minerals": "tungsten", "on": "2026-11-01", **more})
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def test_each_reads_its_own_member_with_a_label_on_each_row(people: dict[str, Browser]):
    for name, member, low in (("kim", "KOR", 100), ("lee", "KOR", 100), ("sato", "JPN", 7777)):
        answer = people[name].get("/api/v1/confidential/holdings")
        rows = answer.json()["rows"]
        assert {row["id"].split("/")[0] for row in rows} == {member}
        assert rows[0]["record"]["low_t"] == low
        assert all(row["label"].startswith(f"{member}:") for row in rows)
        assert answer.headers["cache-control"] == "no-store"
    assert people["kim"].get("/api/v1/confidential/holdings").json()["label"] == "KOR:confidential"
    assert people["sato"].get("/api/v1/confidential/holdings").json()["label"] == "JPN:shared"


@pytest.mark.parametrize("name", ["park", "vera", "sec", "ada"])
def test_no_other_role_reads_them(people: dict[str, Browser], name: str):
    for place in ("holdings", "scenarios"):
        answer = people[name].get(f"/api/v1/confidential/{place}")
        assert answer.status_code == 403
        assert "needs the role member-confidential" in answer.json()["detail"]
    assert people[name].put("/api/v1/confidential/holdings", HELD).status_code == 403
    assert people[name].post("/api/v1/confidential/days").status_code == 403


def test_reads_are_in_the_audit_and_only_an_admin_lists_it(house: House, people: dict[str, Browser]):
    before = len([row for row in house.served.kept.chain() if row["action"] == "read"])
    people["lee"].get("/api/v1/confidential/holdings")
    reads = [row for row in house.served.kept.chain() if row["action"] == "read"][before:]
    assert [(row["actor"], row["id"]) for row in reads] == [("s-lee", "KOR/tungsten/product")]
    listed = people["ada"].get("/api/v1/audit?limit=1").json()["rows"]
    assert listed[0]["actor"] == "s-lee"
    assert "digest" not in listed[0]
    assert people["kim"].get("/api/v1/audit").status_code == 403


def test_a_range_is_checked_as_in_a_file(people: dict[str, Browser]):
    kim = people["kim"]
    wrong = {"mineral": "tungstn", "stage": "products", "low_t": 5, "high_t": 1}
    answer = kim.put("/api/v1/confidential/holdings", wrong)
    assert answer.status_code == 422
    assert len(answer.json()["faults"]) == 3
    assert "did you mean 'tungsten'" in answer.json()["detail"]
    assert kim.put("/api/v1/confidential/holdings", {**HELD, "level": "secret"}).status_code == 422
    assert kim.put("/api/v1/confidential/holdings", {**HELD, "source": "a\u0000b"}).status_code == 422
    lost = kim.put("/api/v1/confidential/holdings", {**HELD, "expected": 99})
    assert lost.status_code == 409
    assert "read it again and repeat your change" in lost.json()["detail"]


def test_a_range_is_replaced_and_taken_back(people: dict[str, Browser]):
    kim = people["kim"]
    band = {"mineral": "cobalt", "stage": "refined", "band": "0-30 days", "expected": 0}
    saved = kim.put("/api/v1/confidential/holdings", band).json()["rows"][0]
    assert (saved["id"], saved["label"]) == ("KOR/cobalt/refined", "KOR:confidential")
    assert kim.put("/api/v1/confidential/holdings", band).status_code == 409
    assert kim.ask("DELETE", "/api/v1/confidential/holdings/cobalt/refined").status_code == 200
    ids = [row["id"] for row in kim.get("/api/v1/confidential/holdings").json()["rows"]]
    assert "KOR/cobalt/refined" not in ids
    assert kim.ask("DELETE", "/api/v1/confidential/holdings/cobalt/refined").status_code == 409


def test_scenarios_of_a_member(people: dict[str, Browser]):
    kim = people["kim"]
    shock = {"kind": "ban", "exporter": "CHN", "minerals": ["tungsten"], "cut": 1, "start": "2027-01-01"}
    scenario = {"scenario": "own", "title": "시험", "shocks": [shock]}
    place = "/api/v1/confidential/scenarios/own"
    assert kim.put(place, {"scenario": scenario, "level": "restricted"}).status_code == 200
    assert kim.put(place, {"scenario": {**scenario, "shock": []}}).status_code == 422
    rows = people["lee"].get("/api/v1/confidential/scenarios").json()["rows"]
    assert [(row["id"], row["label"], row["record"]) for row in rows] == [
        ("KOR/own", "KOR:restricted", scenario)
    ]
    assert people["sato"].get("/api/v1/confidential/scenarios").json()["rows"] == []
    assert people["sato"].put(place, {"scenario": scenario}).status_code == 200  # a name of its own
    assert people["sato"].ask("DELETE", place).status_code == 200
    assert [row["id"] for row in kim.get("/api/v1/confidential/scenarios").json()["rows"]] == ["KOR/own"]
    assert kim.ask("DELETE", place).status_code == 200


def test_days_of_cover_inherit_the_label_and_are_kept_for_one_reader(
    house: House, people: dict[str, Browser]
):
    first = days(people["kim"])
    row = first["rows"][0]
    assert row["low_days"] == pytest.approx(row["high_days"] / 3, rel=1e-12)
    assert (first["label"], row["label"], first["reader"]) == (
        "KOR:confidential",
        "KOR:confidential",
        "s-kim",
    )
    assert first["inputs"][0]["id"] == "KOR/tungsten/product"
    assert days(people["kim"])["id"] == first["id"]
    other = days(people["lee"])
    assert (other["rows"], other["reader"]) == (first["rows"], "s-lee")
    assert other["id"] != first["id"]
    people["kim"].put("/api/v1/confidential/holdings", {**HELD, "low_t": 200})
    again = days(people["kim"])
    assert again["id"] != first["id"]
    assert again["rows"][0]["low_days"] == pytest.approx(2 * row["low_days"], rel=1e-12)
    people["kim"].put("/api/v1/confidential/holdings", HELD)


def test_days_are_those_of_the_watchlist(people: dict[str, Browser]):
    from datetime import date

    from pactolus.catalogue.world import open_world
    from pactolus.policy.register import register
    from pactolus.stockpile.members.cover import cover_of
    from pactolus.stockpile.members.holdings import HoldingRange

    held = HoldingRange(member="KOR", mineral="tungsten", stage="product", low=100, high=300)
    table = cover_of(open_world(), [held], {}, register(), date(2026, 11, 1))
    assert table is not None
    row = days(people["kim"])["rows"][0]
    assert (row["low_days"], row["high_days"]) == (table["value"][0], table["high"][0])


def test_an_export_is_stamped(people: dict[str, Browser]):
    answer = people["kim"].post("/api/v1/confidential/days?format=csv", {"minerals": "tungsten"})
    first, *rest = answer.text.splitlines()
    assert first.startswith("# label KOR:confidential, reader s-kim, 20")
    rows = list(csv.DictReader(io.StringIO("\n".join(rest))))
    assert rows[0]["label"] == "KOR:confidential"
    assert answer.headers["x-pactolus-label"] == "KOR:confidential"
    assert ".KOR-confidential.csv" in answer.headers["content-disposition"]
    listed = people["kim"].get("/api/v1/confidential/holdings?format=csv&bom=true")
    assert listed.content.startswith(b"\xef\xbb\xbf# label KOR:confidential, reader s-kim, ")
    assert "low_t" in listed.text


def test_no_value_is_logged(people: dict[str, Browser], caplog: pytest.LogCaptureFixture):
    with caplog.at_level(logging.DEBUG):
        people["sato"].get("/api/v1/confidential/holdings")
        days(people["sato"])
    said = "\n".join(record.getMessage() for record in caplog.records if not record.name.startswith("httpx"))
    assert "7777" not in said
    assert "8888" not in said


def test_a_figure_is_forbidden_to_others_until_it_is_released(house: House, people: dict[str, Browser]):
    figure = str(days(people["kim"])["id"])
    place = f"/api/v1/confidential/derived/{figure}"
    assert people["kim"].get(place).status_code == 200
    unknown = people["sato"].get("/api/v1/confidential/derived/" + "0" * 24)
    for name in ("sato", "sec", "vera", "ada"):
        answer = people[name].get(place)
        assert answer.status_code == 403
        assert answer.json()["detail"].replace(figure, "0" * 24) == unknown.json()["detail"]
    assert people["sato"].post("/api/v1/releases", {"derived": figure, "to": ["JPN"]}).status_code == 403
    proposed = people["kim"].post(
        "/api/v1/releases", {"derived": figure, "to": ["JPN"], "why": "for the meeting"}
    )
    assert proposed.status_code == 201
    release = proposed.json()
    assert (release["state"], release["members"]) == ("proposed", {"KOR": None})
    assert "rows" not in release
    own = f"/api/v1/releases/{release['id']}"
    assert people["sato"].get(own).json()["state"] == "proposed"
    assert people["vera"].get(own).status_code == 403
    assert people["sato"].post(f"{own}/approve").status_code == 403
    assert people["sec"].post(f"{own}/approve").status_code == 403
    assert people["sato"].get(place).status_code == 403
    done = people["lee"].post(f"{own}/approve").json()
    assert (done["state"], done["members"]["KOR"]["by"]) == ("released", "s-lee")
    answer = people["sato"].get(place).json()
    assert answer["rows"][0]["member"] == "KOR"
    assert (answer["label"], answer["reader"]) == ("KOR:confidential", "s-sato")
    assert (
        people["sato"].get(f"{place}?format=csv").text.startswith("# label KOR:confidential, reader s-sato, ")
    )
    assert people["vera"].get(place).status_code == 403
    assert people["kim"].post(f"{own}/refuse").status_code == 409  # decided once
    reads = [(row["actor"], row["id"]) for row in house.served.kept.chain() if row["action"] == "read"]
    assert ("s-sato", figure) in reads


def test_a_refused_release_stays_refused(people: dict[str, Browser]):
    figure = str(days(people["kim"], on="2026-10-01")["id"])
    release = people["kim"].post("/api/v1/releases", {"derived": figure, "to": ["open"]}).json()
    own = f"/api/v1/releases/{release['id']}"
    assert people["kim"].post(f"{own}/refuse").json()["state"] == "refused"
    assert people["lee"].post(f"{own}/approve").status_code == 409
    assert people["vera"].get(f"/api/v1/confidential/derived/{figure}").status_code == 403


def test_a_joint_figure_is_seen_by_nobody_until_both_approved(house: House, people: dict[str, Browser]):
    asked = {"members": ["KOR", "JPN"], "minerals": "tungsten", "on": "2026-11-01", "to": ["open"]}
    assert people["vera"].post("/api/v1/releases/joint", asked).status_code == 403
    assert (
        people["sec"].post("/api/v1/releases/joint", {**asked, "members": ["KOR", "USA"]}).status_code == 422
    )
    release = people["sec"].post("/api/v1/releases/joint", asked).json()
    place = f"/api/v1/confidential/derived/{release['subject']['id']}"
    own = f"/api/v1/releases/{release['id']}"
    assert release["label"] == "JPN:shared+KOR:confidential"

    def seen() -> list[int]:
        return [people[name].get(place).status_code for name in ("kim", "sato", "sec", "vera")]

    assert seen() == [403] * 4
    assert people["kim"].post(f"{own}/approve").json()["state"] == "proposed"
    assert seen() == [403] * 4
    assert people["sato"].post(f"{own}/approve").json()["state"] == "released"
    assert seen() == [200] * 4
    row = people["vera"].get(place).json()["rows"][0]
    assert row["member"] == "JPN+KOR"
    kor, jpn = days(people["kim"])["rows"][0], days(people["sato"])["rows"][0]
    low = sorted((kor["low_days"], jpn["low_days"]))
    assert low[0] <= row["low_days"] <= low[1]
    actors = {row["actor"] for row in house.served.kept.chain() if row["id"] == "JPN/tungsten/product"}
    assert "joint figure for s-sec" in actors
    ids = {one["id"] for one in people["sec"].get("/api/v1/releases").json()["releases"]}
    assert release["id"] in ids
    assert people["sec"].post("/api/v1/releases/joint", {**asked, "minerals": "cobalt"}).status_code == 409


def test_a_release_is_decided_on_a_plain_page(people: dict[str, Browser]):
    figure = str(days(people["kim"], on="2026-09-01")["id"])
    why = "<b>for & the meeting</b>"
    release = people["kim"].post("/api/v1/releases", {"derived": figure, "to": ["JPN"], "why": why}).json()
    page = people["lee"].get("/releases").text
    assert "&lt;b&gt;for &amp; the meeting" in page
    assert f'action="/releases/{release["id"]}/approve"' in page
    word = people["lee"].meta(page)[0]
    other = people["sato"].get("/releases").text
    assert release["id"] not in other  # shown, without buttons: the figure is not Japan's
    assert "KOR:confidential" in other
    lee = people["lee"]
    headers = {"x-csrf-token": word}
    assert lee.ask("POST", f"/releases/{release['id']}/praise", headers=headers).status_code == 422
    csrf, lee.csrf = lee.csrf, ""
    assert lee.ask("POST", f"/releases/{release['id']}/approve", data={"csrf": "x"}).status_code == 403
    done = lee.ask("POST", f"/releases/{release['id']}/approve", data={"csrf": word})
    lee.csrf = csrf
    assert (done.status_code, done.headers["location"]) == (303, "/releases")
    assert people["sato"].get(f"/api/v1/confidential/derived/{figure}").status_code == 200
    assert people["vera"].get("/releases").status_code == 200
