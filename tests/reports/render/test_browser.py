"""The page as a reader opens it: in Chromium, three languages, desk and phone."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from .conftest import DATA, LANGS

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Locator, Page, Position

pytestmark = pytest.mark.chromium

ASSETS = Path(__file__).parents[3] / "src" / "pactolus" / "reports" / "assets" / "fonts"
GLYPH = {"en": "W", "ko": "값", "ja": "鉱"}


@contextmanager
def opened(browser: Browser, path: Path, width: int, **context: Any) -> Iterator[tuple[Page, list[str]]]:
    """The page with its charts drawn, and what it said or asked for."""
    place = browser.new_context(viewport={"width": width, "height": 900}, **context)
    page = place.new_page()
    heard: list[str] = []
    page.on("console", lambda message: heard.append(f"console {message.type}: {message.text}"))
    page.on("pageerror", lambda error: heard.append(f"error: {error}"))
    page.on(
        "request",
        lambda r: heard.append(r.url[:90]) if not r.url.startswith(("file:", "data:", "blob:")) else None,
    )
    page.goto(path.as_uri())
    if context.get("java_script_enabled", True):
        page.wait_for_selector("body[data-ready]", timeout=30_000)
    yield page, heard
    place.close()


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("width", [390, 1480])
def test_the_page_opens_without_a_word_or_a_request(
    browser: Browser, pages: dict[str, Path], lang: str, width: int
) -> None:
    with opened(browser, pages[lang], width) as (page, heard):
        assert heard == []
        assert page.evaluate("document.body.dataset.fault") is None
        assert page.evaluate("document.documentElement.lang") == lang
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert page.locator(".chart.drawn .live svg").count() == len(DATA)


@pytest.mark.parametrize("lang", LANGS)
def test_the_fonts_of_the_page_are_really_used(browser: Browser, pages: dict[str, Path], lang: str) -> None:
    from fontTools.ttLib import TTFont

    with opened(browser, pages[lang], 1000) as (page, _):
        loaded = page.evaluate("[...document.fonts].map((f) => f.family + f.weight + f.status).sort()")
        measured = page.evaluate(
            """(glyph) => {
              const pen = document.createElement("canvas").getContext("2d");
              pen.font = '400 1000px "Pactolus Sans", monospace';
              return pen.measureText(glyph).width;
            }""",
            GLYPH[lang],
        )
    assert [f.replace('"', "") for f in loaded] == ["Pactolus Sans400loaded", "Pactolus Sans700loaded"]
    with TTFont(ASSETS / f"web-{lang}-regular.woff2") as font:
        units, wide = font["head"].unitsPerEm, font["hmtx"][font.getBestCmap()[ord(GLYPH[lang])]][0]
    assert measured == pytest.approx(1000 * wide / units, abs=2)


def test_a_number_shows_its_way_back_by_mouse_and_by_key(browser: Browser, pages: dict[str, Path]) -> None:
    with opened(browser, pages["en"], 1000) as (page, heard):
        page.locator("#key .n").first.click()
        panel = page.locator("#trace")
        assert panel.is_visible()
        text = panel.inner_text()
        assert "82.1%" in text
        assert "name = first" in text
        assert "CEPII, BACI <HS92> & more" in text
        assert "Etalab 2.0" in text
        page.keyboard.press("Escape")
        assert not panel.is_visible()
        page.locator("#key .n").nth(1).focus()
        page.keyboard.press("Enter")
        assert "30.5%" in panel.inner_text()
        assert heard == []


def heatmap_cell(page: Page) -> tuple[Locator, Position]:
    """The heat-map, and a place in a cell of it; the locator waits until the page has stopped scrolling."""
    picture = page.locator("#c-heatmap .live svg")
    box = picture.bounding_box()
    assert box is not None
    return picture, {"x": box["width"] * 0.3, "y": 85}


def test_a_mark_of_a_chart_shows_its_way_back(browser: Browser, pages: dict[str, Path]) -> None:
    with opened(browser, pages["en"], 1000) as (page, _):
        picture, cell = heatmap_cell(page)
        picture.click(position=cell)
        page.locator("#trace", has_text="KOR").wait_for(state="visible", timeout=5_000)


def test_a_chart_says_its_numbers_when_pointed_at(browser: Browser, pages: dict[str, Path]) -> None:
    with opened(browser, pages["ko"], 1000) as (page, _):
        picture, cell = heatmap_cell(page)
        picture.hover(position=cell)
        tip = page.locator("#c-heatmap .pactolus-tip")
        tip.wait_for(state="visible", timeout=5_000)
        assert "리튬 · 한국 · 20" in tip.inner_text()


@pytest.mark.parametrize("kind", ["heatmap", "bars", "stage_columns"])
def test_no_data_is_hatched_on_the_screen(browser: Browser, pages: dict[str, Path], kind: str) -> None:
    with opened(browser, pages["ja"], 1000) as (page, _):
        assert page.locator(f"#c-{kind} .live svg pattern").count() > 0


def test_a_table_can_be_downloaded_in_full_precision(
    browser: Browser, pages: dict[str, Path], tmp_path: Path
) -> None:
    with opened(browser, pages["en"], 1000) as (page, heard):
        with page.expect_download() as waiting:
            page.locator('.csv[data-for="exposure"]').click()
        waiting.value.save_as(tmp_path / "x.csv")
        assert waiting.value.suggested_filename == "brief-KOR-JPN-exposure.csv"
        assert heard == []
    lines = (tmp_path / "x.csv").read_text(encoding="utf-8-sig").splitlines()
    assert lines[1] == '"Lithium",0.5,0.3,"\'=1+1"'
    assert lines[3] == '"Germanium",0.7,,""'


def test_a_folded_table_opens_and_the_chart_follows_the_window(
    browser: Browser, pages: dict[str, Path]
) -> None:
    with opened(browser, pages["en"], 1200) as (page, heard):
        page.locator("#c-bars summary").click()
        assert page.locator("#c-bars table").is_visible()
        before = page.locator("#c-bars .live svg").bounding_box()
        page.set_viewport_size({"width": 420, "height": 900})
        page.wait_for_timeout(400)
        after = page.locator("#c-bars .live svg").bounding_box()
        assert before is not None
        assert after is not None
        assert after["width"] < 420 < before["width"]
        assert heard == []


def test_without_script_the_text_the_tables_and_the_pictures_remain(
    browser: Browser, pages: dict[str, Path]
) -> None:
    with opened(browser, pages["ja"], 1000, java_script_enabled=False) as (page, _):
        assert page.locator(".still svg").count() == len(DATA)
        assert page.locator(".still svg").first.is_visible()
        assert page.locator("#table-exposure table").is_visible()
        assert "82.1%" in page.locator("#key").inner_text()


@pytest.mark.parametrize("lang", LANGS)
def test_on_paper_the_still_pictures_are_printed(browser: Browser, pages: dict[str, Path], lang: str) -> None:
    with opened(browser, pages[lang], 1000) as (page, _):
        page.emulate_media(media="print")
        assert page.locator(".still svg").first.is_visible()
        assert not page.locator(".live").first.is_visible()
        assert not page.locator(".contents").is_visible()
