"""The scenario page in Chromium: a slider by key, side by side, saved and opened again."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.web.pages.test_browser import Reader, reading
from tests.web.served import served

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = pytest.mark.chromium

PAGE = "/en/scenario?scenario=graphite-licence"


@pytest.fixture(scope="module")
def saving(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A desk that saves into a workspace of its own."""
    from pactolus.workspace.folder import create_workspace

    folder: Path = tmp_path_factory.mktemp("saving") / "workspace"
    create_workspace(folder)
    with served("--workers", "1", "--workspace", str(folder)) as desk:
        yield desk.url


def loss(reader: Reader) -> str:
    return reader.page.locator("#part-result .card .big").first.inner_text()


def test_a_slider_asks_at_once_and_keeps_its_place(browser: Browser, saving: str) -> None:
    with reading(browser, saving, 1480) as reader:
        reader.open(PAGE)
        page, before = reader.page, loss(reader)
        slider = page.locator("#s-cut")
        slider.focus()
        for _ in range(4):
            page.keyboard.press("ArrowLeft")
        page.wait_for_selector("body[data-took]")
        reader.settled()
        assert loss(reader) != before
        assert "cut=" in page.url
        assert page.evaluate("document.activeElement.id") == "s-cut"
        after = loss(reader)
        reader.open(page.url.removeprefix(saving))
        assert loss(reader) == after, "the address gives the same result again"
        assert reader.heard == []


def test_scenarios_stand_side_by_side_and_are_saved(browser: Browser, saving: str) -> None:
    with reading(browser, saving, 1480) as reader:
        reader.open(PAGE)
        page = reader.page
        page.locator("#s-keep").click()
        reader.settled()
        assert "beside=" in page.url
        page.select_option("#s-pick", index=3)
        reader.settled()
        assert "beside=" in page.url, "what stands beside is taken along"
        assert page.locator("#part-compare .chart svg").count() >= 1
        page.locator("details:has(#k-name) summary").click()
        page.fill("#k-name", "what we fear")
        page.fill("#k-by", "Kim")
        page.locator("form.save button").click()
        reader.settled()
        assert "what we fear" in page.locator(".kept").inner_text()
        assert "Kim" in page.locator(".kept").inner_text()
        shown = loss(reader)
        page.locator(".kept a").first.click()
        reader.settled()
        assert loss(reader) == shown


def test_a_scenario_is_taken_away_as_a_file_the_command_line_reads(
    browser: Browser, saving: str, tmp_path: Path
) -> None:
    from pactolus.disruption.scenarios.scenario import read_scenario

    with reading(browser, saving, 1480) as reader:
        reader.open(PAGE + "&cut=80&months=6")
        with reader.page.expect_download() as download:
            reader.page.locator("form.deed button").first.click()
        file = tmp_path / "scenario.yaml"
        download.value.save_as(file)
        assert read_scenario(file).shocks
