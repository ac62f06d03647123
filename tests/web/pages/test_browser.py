"""The desk as a reader opens it: a real process, Chromium, three languages, desk and phone."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from pactolus.web.pages.book import PAGES
from pactolus.web.pages.scene import LANGS
from tests.web.served import served

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.chromium

#: Findings of axe that are not counted: none.
SERIOUS = ("serious", "critical")


@dataclass
class Reader:
    """A page in a browser, and what it said or asked for."""

    page: Page
    url: str
    heard: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)

    def open(self, address: str) -> None:
        """Go there, and wait until every part is there and every chart is drawn."""
        self.page.goto(self.url + address)
        self.settled()

    def settled(self) -> None:
        """Wait until nothing is left to come."""
        self.page.wait_for_selector("body[data-settled]", timeout=120_000)
        assert self.page.evaluate("document.body.dataset.fault") is None


@pytest.fixture(scope="session")
def running() -> Iterator[str]:
    """A desk in a process of its own."""
    with served("--workers", "1") as desk:
        yield desk.url


@contextmanager
def reading(browser: Browser, url: str, width: int, **context: object) -> Iterator[Reader]:
    """A reader with a window of this width."""
    place = browser.new_context(viewport={"width": width, "height": 900}, **context)  # type: ignore[arg-type]
    reader = Reader(place.new_page(), url)
    page = reader.page
    page.on("console", lambda message: reader.heard.append(f"{message.type}: {message.text}"))
    page.on("pageerror", lambda error: reader.heard.append(f"error: {error}"))
    page.on("request", lambda request: reader.asked.append(request.url))
    page.on("response", lambda r: reader.heard.append(f"{r.status} {r.url}") if r.status >= 400 else None)
    yield reader
    place.close()


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("width", [390, 1480])
def test_every_page_opens_without_a_word(browser: Browser, running: str, lang: str, width: int) -> None:
    with reading(browser, running, width) as reader:
        for name in PAGES:
            reader.open(f"/{lang}/{name}")
            assert reader.page.evaluate("document.documentElement.lang") == lang
            wide = reader.page.evaluate("document.documentElement.scrollWidth")
            assert wide <= width, f"{name}: {wide} px wide in a window of {width}"
            charts = reader.page.locator(".chart")
            assert charts.count() == reader.page.locator(".chart svg").count(), name
        assert reader.heard == []
        assert [one for one in reader.asked if not one.startswith((running, "data:", "blob:"))] == []


@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_nothing_serious(browser: Browser, running: str, name: str) -> None:
    import axe_playwright_python

    script = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text(encoding="utf-8")
    with reading(browser, running, 1480, bypass_csp=True) as reader:
        reader.open(f"/en/{name}")
        reader.page.evaluate(script)
        found = reader.page.evaluate("axe.run(document, {resultTypes: ['violations']})")
        serious = [
            (one["id"], one["impact"], one["nodes"][0]["html"][:160])
            for one in found["violations"]
            if one["impact"] in SERIOUS
        ]
        assert serious == []


@pytest.mark.parametrize("lang", LANGS)
def test_the_fonts_of_the_language_are_asked_for_and_used(browser: Browser, running: str, lang: str) -> None:
    """Also on a machine without fonts of these scripts: both weights come from the desk."""
    with reading(browser, running, 1000) as reader:
        reader.open(f"/{lang}/overview")
        files = {one.split("/")[-1].split("?")[0] for one in reader.asked if ".woff2" in one}
        assert files == {f"web-{lang}-regular.woff2", f"web-{lang}-bold.woff2"}
        loaded = reader.page.evaluate(
            "[...document.fonts].filter(f => f.status === 'loaded').map(f => f.weight)"
        )
        assert sorted(loaded) == ["400", "700"]
        family = reader.page.evaluate("getComputedStyle(document.querySelector('h1')).fontFamily")
        assert "Pactolus Sans" in family


def test_a_number_opens_its_way_back_by_key_and_by_pointer(browser: Browser, running: str) -> None:
    with reading(browser, running, 1480) as reader:
        reader.open("/en/overview")
        page = reader.page
        number = page.locator("#part-messages a.n").first
        number.focus()
        page.keyboard.press("Enter")
        page.wait_for_selector("#trace[open] dl.trace")
        assert number.get_attribute("data-id") in page.locator("#trace-body").inner_text()
        page.keyboard.press("Escape")
        assert not page.locator("#trace").is_visible()
        assert page.evaluate("document.activeElement.dataset.id") == number.get_attribute("data-id")
        page.locator("#part-exposure td a.n").first.click()
        page.wait_for_selector("#trace[open] dl.trace")
        assert "value_usd" in page.locator("#trace-body").inner_text()
        assert reader.heard == []


def test_a_mark_of_a_chart_opens_its_way_back(browser: Browser, running: str) -> None:
    with reading(browser, running, 1480) as reader:
        reader.open("/en/overview")
        page = reader.page
        page.locator("#shared-bars").scroll_into_view_if_needed()
        marks = page.locator("#shared-bars .chart svg path[fill='#14807f']")
        boxes = [marks.nth(n).bounding_box() for n in range(marks.count())]
        bar = max((b for b in boxes if b), key=lambda b: b["width"])
        page.mouse.move(bar["x"] + bar["width"] / 2, bar["y"] + bar["height"] / 2)
        page.mouse.down()
        page.mouse.up()
        page.wait_for_selector("#trace[open] dl.trace")
        assert "share of" in page.locator("#trace-body").inner_text()


def test_pictures_and_tables_are_taken_away(browser: Browser, running: str, tmp_path: Path) -> None:
    with reading(browser, running, 1480) as reader:
        reader.open("/ko/overview")
        tools = reader.page.locator("#shared-bars .tools").first
        begins = {"SVG": b"<svg", "PNG": b"\x89PNG", "CSV": b"\xef\xbb\xbf"}
        for word, begin in begins.items():
            with reader.page.expect_download() as download:
                tools.get_by_text(word, exact=True).click()
            file = tmp_path / word
            download.value.save_as(file)
            assert file.read_bytes().startswith(begin), word


def test_a_field_asks_the_page_anew_and_the_address_says_so(browser: Browser, running: str) -> None:
    with reading(browser, running, 1480) as reader:
        reader.open("/en/mineral")
        with reader.page.expect_navigation():
            reader.page.select_option("#c-mineral", "cobalt")
        reader.settled()
        assert "mineral=cobalt" in reader.page.url
        assert reader.page.locator("h1").inner_text() == "Cobalt"
        reader.page.locator(".langs a[lang=ja]").click()
        reader.settled()
        assert "mineral=cobalt" in reader.page.url
        assert reader.page.locator("h1").inner_text() == "コバルト"


def test_a_chart_is_laid_out_anew_for_another_width(browser: Browser, running: str) -> None:
    with reading(browser, running, 1480) as reader:
        reader.open("/en/overview")
        before = reader.page.locator("#shared-map .chart svg").bounding_box()
        reader.page.set_viewport_size({"width": 500, "height": 900})
        reader.page.wait_for_function(
            "(w) => document.querySelector('#shared-map .chart svg').getBoundingClientRect().width < w",
            arg=before["width"] - 50 if before else 0,
        )
        assert reader.page.evaluate("document.documentElement.scrollWidth") <= 500
        assert reader.heard == []


def test_without_scripts_text_tables_and_ways_back_remain(browser: Browser, running: str) -> None:
    with reading(browser, running, 1000, java_script_enabled=False) as reader:
        reader.page.goto(f"{running}/ja/overview")
        assert reader.page.locator("table").count() >= 2
        number = reader.page.locator("#part-messages a.n").first
        identity = number.get_attribute("data-id")
        number.click()
        assert reader.page.locator("dl.trace").count() == 1
        assert identity in reader.page.locator("dl.trace").inner_text()


def test_land_has_no_name_to_point_at(browser: Browser, running: str) -> None:
    """Points in disputed areas answer nothing: the land is one shape without names (domain: maps)."""
    with reading(browser, running, 1480) as reader:
        reader.open("/en/overview")
        land = reader.page.evaluate("fetch(document.body.dataset.land).then(a => a.text())")
        shape = json.loads(land)
        assert [one["properties"] for one in shape["features"]] == [{"name": ""}]
        box = reader.page.locator("#shared-map .chart svg").bounding_box()
        assert box
        for x, y in ((0.52, 0.45), (0.55, 0.36), (0.3, 0.4), (0.2, 0.5)):
            reader.page.mouse.move(box["x"] + box["width"] * x, box["y"] + box["height"] * y)
            tip = reader.page.locator(".pactolus-tip")
            words = tip.inner_text() if tip.count() and tip.first.is_visible() else ""
            assert words == "" or "→" in words, "a tip is of a flow, never of a place"


def test_the_page_prints(browser: Browser, running: str, tmp_path: Path) -> None:
    with reading(browser, running, 1200) as reader:
        reader.open("/ko/mineral")
        reader.page.pdf(path=str(tmp_path / "page.pdf"), format="A4")
        from pypdf import PdfReader

        text = "".join(page.extract_text() for page in PdfReader(tmp_path / "page.pdf").pages)
        assert "GeoPolRisk" in text
        assert "REST API" in text
