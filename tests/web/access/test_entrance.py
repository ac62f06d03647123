"""What stands before every request of a server, and the headers after it."""

from __future__ import annotations

import re

import pytest
from starlette.testclient import TestClient

from pactolus.web.access.bucket import Buckets
from tests.web.access.conftest import House

pytestmark = pytest.mark.postgres
STRICT = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; font-src 'self'; "
    "connect-src 'self'; frame-ancestors 'none'; form-action 'self' {issuer}; base-uri 'none'"
)


def test_a_change_needs_the_word_of_the_session(house: House):
    browser = house.person("park")
    word, asked = browser.csrf, {"kind": "outlook", "minerals": "nothing-such"}
    for given in ("", "x", word[:-1], word + "x", "é"):
        browser.csrf = ""
        headers = {"x-csrf-token": given.encode("utf-8")} if given else {}
        answer = browser.post("/api/v1/jobs", asked, headers=headers)
        assert answer.status_code == 403
        assert "X-CSRF-Token" in answer.json()["detail"]
        assert browser.ask("DELETE", "/api/v1/jobs/x", headers=headers).status_code == 403
    browser.csrf = house.person("park").csrf  # of another session of the same reader
    assert browser.post("/api/v1/jobs", asked).status_code == 403
    browser.csrf = word
    assert browser.ask("DELETE", "/api/v1/jobs/x").status_code == 404
    other_site = browser.ask("DELETE", "/api/v1/jobs/x", headers={"origin": "https://evil.example"})
    assert other_site.status_code == 403


def test_a_form_that_is_no_form_of_ours_is_refused(house: House):
    browser = house.person("park")
    browser.csrf = ""
    headers = {"content-type": "application/x-www-form-urlencoded"}
    for content in (b"", b"csrf", b"csrf=%ff&" * 500, b"\xff" * 50):
        assert browser.ask("POST", "/logout", content=content, headers=headers).status_code == 403

    def chunks():
        for _ in range(40):
            yield b"x" * 50_000

    assert browser.ask("POST", "/logout", content=chunks(), headers=headers).status_code == 413


def test_pages_may_load_their_own_parts_alone(house: House):
    browser = house.person("park")
    for place in ("/login", "/api/docs", "/login/back?state=x"):
        answer = browser.get(place)
        assert answer.headers["content-type"].startswith("text/html")
        assert answer.headers["content-security-policy"] == STRICT.format(issuer=house.provider.url)
        assert not re.search(r"<style|<script|style=| on[a-z]+=", answer.text)
    page = browser.get("/en/overview")
    assert page.status_code == 200
    assert f"form-action 'self' {house.provider.url};" in page.headers["content-security-policy"]
    assert "script-src 'self'; style-src 'self';" in page.headers["content-security-policy"]
    assert browser.csrf not in page.text  # it is kept, and sent to every reader
    asset = re.search(r'"(/assets/[^"]+)"', page.text)
    assert asset
    assert house.browser().get(asset[1]).headers["cache-control"].startswith("public")
    for place in ("/login", "/api/v1/", "/nothing", "/healthz"):
        headers = browser.get(place).headers
        assert headers["strict-transport-security"] == "max-age=31536000; includeSubDomains"
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["x-frame-options"] == "DENY"
        assert headers["cache-control"] == "no-store" or headers["cache-control"].startswith("private")
        assert "cookie" in headers["vary"].lower()


def test_a_page_that_is_not_for_a_login_says_so(house: House):
    answer = house.person("none").get("/api/docs", headers={"accept": "text/html"})
    assert answer.status_code == 403
    assert "<h1>Not for this login</h1>" in answer.text


def test_roles_are_asked_on_open_data_too(house: House):
    vera = house.person("vera")
    assert vera.get("/api/v1/data/tables").status_code == 200
    answer = vera.post("/api/v1/jobs", {"kind": "shock", "scenario": "event-idn-ni-2020"})
    assert answer.status_code == 403
    assert "needs the role analyst" in answer.json()["detail"]


def test_a_long_run_is_of_its_reader(house: House):
    park, lee = house.person("park"), house.person("lee")
    board = house.app.state.board
    job = board.add("outlook", _question(), "s-park")
    board.cancel(job.id)
    own = f"/api/v1/jobs/{job.id}"
    assert [one["id"] for one in park.get("/api/v1/jobs").json()["jobs"]] == [job.id]
    assert park.get(own).status_code == 200
    assert lee.get("/api/v1/jobs").json()["jobs"] == []
    for answer in (lee.get(own), lee.get(f"{own}/rows"), lee.get(f"{own}/events"), lee.ask("DELETE", own)):
        assert answer.status_code == 404
    assert park.ask("DELETE", own).status_code == 200


def _question():
    from pactolus.web.jobs.kinds import OutlookJob

    return OutlookJob(kind="outlook")


def test_too_many_requests_wait(house: House, monkeypatch: pytest.MonkeyPatch):
    now = [0.0]
    buckets = Buckets(per_minute=60, burst=3, clock=lambda: now[0])
    one, other = house.person("park"), house.person("lee")
    monkeypatch.setitem(house.server.__dict__, "asks", buckets)
    assert [one.get("/api/v1/").status_code for _ in range(4)] == [200, 200, 200, 429]
    late = one.get("/api/v1/")
    assert late.headers["retry-after"] == "2"
    assert late.headers["content-type"] == "application/problem+json"
    assert other.get("/api/v1/").status_code == 200
    assert house.browser().get("/healthz").status_code == 200
    now[0] += 1
    assert [one.get("/api/v1/").status_code for _ in range(2)] == [200, 429]


def test_too_many_logins_wait(house: House, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(house.server.__dict__, "logins", Buckets(60, 2, clock=lambda: 0.0))
    browser = house.browser()
    assert [browser.get("/login/back?state=x").status_code for _ in range(3)] == [403, 403, 429]


def test_another_host_is_refused(house: House):
    browser = house.person("park")
    assert browser.get("/api/v1/", headers={"host": "127.0.0.1"}).status_code == 421
    assert browser.get("/api/v1/", headers={"host": "evil.example"}).status_code == 421


def test_health_is_said_to_anybody(house: House):
    assert house.browser().get("/healthz").text == "ok\n"
    assert house.browser().get("/readyz").json()["status"] == "ready"


def test_metrics_are_counted_and_name_nobody(house: House):
    for name in ("kim", "vera"):
        assert house.person(name).get("/metrics").status_code == 403
    assert house.browser().get("/metrics").status_code == 403
    assert house.browser().get("/metrics", headers={"authorization": "Bearer wrong"}).status_code == 403
    told = house.browser().get("/metrics", headers={"authorization": "Bearer the token of the metrics"})
    assert told.status_code == 200
    text = house.person("ada").get("/metrics").text
    assert 'pactolus_requests_total{method="GET",route="/metrics",status="403"}' in text
    assert 'pactolus_request_seconds_bucket{le="0.005",route=' in text
    assert 'pactolus_logins_total{end="in"}' in text
    assert "pactolus_jobs" in text
    for name in ("s-kim", "Kim", "KOR", "testclient"):
        assert name not in text


@pytest.mark.parametrize(
    ("address", "headers", "status"),
    [
        ("127.0.0.1", {"host": "127.0.0.1:8400"}, 200),
        ("127.0.0.1", {"host": "127.0.0.1:8400", "x-forwarded-for": "203.0.113.9"}, 403),
        ("203.0.113.9", {"host": "127.0.0.1:8400"}, 403),
    ],
)
def test_metrics_are_for_this_machine(house: House, address: str, headers: dict[str, str], status: int):
    client = TestClient(house.app, base_url=house.base, client=(address, 50000))
    assert client.get("/metrics", headers=headers).status_code == status


def test_the_buckets_do_not_grow_without_end():
    buckets = Buckets(60, 1, clock=lambda: 0.0)
    for number in range(20_000):
        assert buckets.take(f"{number}") == 0
    assert len(buckets._kept) <= 10_000
    assert buckets.take("19999") == 1
