"""Logging in at a provider, what a reader may and may not, and logging out, in Chromium."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from tests.web.access.conftest import PEOPLE, server_yaml
from tests.web.access.provider import Provider
from tests.web.served import served
from tests.workspace.readers import empty_database, served_database

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = [pytest.mark.chromium, pytest.mark.postgres]


@pytest.fixture(scope="module")
def address(provider: Provider, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server in a process of its own, under a name that Chromium trusts with secure cookies."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    base = f"http://localhost:{port}"
    with empty_database() as url, served_database(url) as database:
        file = server_yaml(tmp_path_factory.mktemp("login"), database, provider.url, base)
        with served("--server", str(file), "--port", str(port), "--workers", "1"):
            yield base


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    place = browser.new_context(viewport={"width": 1480, "height": 900})
    yield place.new_page()
    place.close()


#: Send a range with the word of the session, as a page of the desk does.
_DECLARE = """async (body) => (await fetch('/api/v1/confidential/holdings', {method: 'PUT',
  body: JSON.stringify(body), headers: {'Content-Type': 'application/json',
  'X-CSRF-Token': document.cookie.match(/__Host-pactolus-csrf=([^;]+)/)[1]}})).status"""


def enter(page: Page, address: str, place: str) -> None:
    """Ask for a page, and log in where the desk asks for it."""
    page.goto(address + place)
    assert page.url.startswith(f"{address}/login?next=")
    page.get_by_role("link").or_(page.get_by_role("button")).first.click()
    page.wait_for_url(f"{address}{place}")
    page.wait_for_selector("body[data-settled]", timeout=120_000)


def test_a_reader_logs_in_reads_and_logs_out(page: Page, address: str, provider: Provider) -> None:
    provider.says = PEOPLE["sato"]
    heard: list[str] = []
    page.on("console", lambda message: heard.append(message.text))
    enter(page, address, "/ja/data")
    bar = page.locator(".reader")
    bar.get_by_text("佐藤").wait_for()
    assert "JPN" in bar.inner_text()
    assert "member-confidential" in bar.inner_text()
    assert heard == []
    names = {one["name"]: one for one in page.context.cookies()}
    assert names["__Host-pactolus"]["httpOnly"]
    assert names["__Host-pactolus"]["secure"]
    bar.get_by_role("button").click()
    page.wait_for_url(lambda url: "/out" in url or "/login" in url)
    page.goto(f"{address}/ja/data")
    assert page.url.startswith(f"{address}/login?next=")


def test_a_login_without_a_role_sees_nothing(page: Page, address: str, provider: Provider) -> None:
    provider.says = PEOPLE["none"]
    page.goto(f"{address}/en/data")
    page.get_by_role("link").or_(page.get_by_role("button")).first.click()
    page.wait_for_url(f"{address}/en/data")
    assert "this login has no role here" in page.locator("body").inner_text()
    assert page.locator("table").count() == 0


def test_a_viewer_starts_no_run_and_leads_no_exercise(page: Page, address: str, provider: Provider) -> None:
    provider.says = PEOPLE["vera"]
    enter(page, address, "/en/exercise")
    assert "Only the secretariat leads exercises" in page.locator("main").inner_text()
    assert page.locator("main form[method=post]").count() == 0
    status = page.evaluate(
        """async () => (await fetch('/en/stockpile/pool/run', {method: 'POST', headers: {'X-CSRF-Token':
        document.cookie.match(/__Host-pactolus-csrf=([^;]+)/)[1]}})).status"""
    )
    assert status == 403
    without = page.evaluate("async () => (await fetch('/en/stockpile/pool/run', {method: 'POST'})).status")
    assert without == 403


def test_a_reader_of_one_member_is_refused_the_rows_of_another(
    page: Page, address: str, provider: Provider
) -> None:
    provider.says = PEOPLE["kim"]
    enter(page, address, "/en/data")
    saved = page.evaluate(_DECLARE, {"mineral": "tungsten", "stage": "product", "low_t": 1, "high_t": 9})
    assert saved in (200, 201)
    other = page.context.browser.new_context() if page.context.browser else None
    assert other
    theirs = other.new_page()
    provider.says = PEOPLE["sato"]
    enter(theirs, address, "/en/data")
    listed = theirs.evaluate("async () => (await fetch('/api/v1/confidential/holdings')).json()")
    assert "tungsten" not in str(listed)
    other.close()
