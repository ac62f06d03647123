"""The printed report: the numbers of the page, its own fonts, the same bytes twice."""

from __future__ import annotations

import io
import re

import pytest
from pypdf import PdfReader

from pactolus.reports.document import Brief
from pactolus.reports.pdf import render_pdf
from pactolus.reports.view import Paragraph, TableView, view_of

from .conftest import LANGS


@pytest.fixture(scope="module")
def files(brief: Brief) -> dict[str, bytes]:
    return {lang: render_pdf(brief, lang) for lang in LANGS}


def text_of(content: bytes) -> str:
    return "".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages)


def squeezed(text: str) -> str:
    """Text without spaces, because extraction puts its own between pieces."""
    return re.sub(r"\s+", "", text)


@pytest.mark.parametrize("lang", LANGS)
def test_the_numbers_of_the_page_are_printed(brief: Brief, files: dict[str, bytes], lang: str) -> None:
    printed = squeezed(text_of(files[lang]))
    view = view_of(brief, lang)
    wanted = [c.number for c in view.cards]
    for section in view.sections:
        for block in section.blocks:
            if isinstance(block, Paragraph):
                wanted += [r.text for r in block.runs if r.figure is not None]
            elif isinstance(block, TableView) and not block.appendix:
                wanted += [c.text for row in block.rows for c in row if c.figure is not None]
    assert len(wanted) > 10
    assert [w for w in wanted if squeezed(w) not in printed] == []


@pytest.mark.parametrize("lang", LANGS)
def test_only_the_fonts_of_the_package_are_used_and_embedded(files: dict[str, bytes], lang: str) -> None:
    names = set(re.findall(rb"/BaseFont\s*/([A-Z]{6}\+[\w-]+)", files[lang]))
    for page in PdfReader(io.BytesIO(files[lang])).pages:
        fonts = page["/Resources"].get("/Font", {})  # type: ignore[union-attr]
        names |= {str(f.get_object()["/BaseFont"]).encode() for f in fonts.values()}
    assert names
    assert all(b"PretendardJP-" in n for n in names)
    assert any(b"+" in n for n in names)


def test_the_same_bytes_twice_and_the_date_of_the_report(brief: Brief, files: dict[str, bytes]) -> None:
    assert render_pdf(brief, "ko") == files["ko"]
    created = PdfReader(io.BytesIO(files["ko"])).metadata
    assert created is not None
    assert created.creation_date is not None
    assert created.creation_date.date().isoformat() == brief.as_of


def test_a_table_left_to_the_workbook_names_its_sheet(files: dict[str, bytes]) -> None:
    assert 'Thefulltable(4rows)isintheworkbook,sheet"9Keyfigures"' in squeezed(text_of(files["en"]))


def test_the_foot_of_each_page_has_vintage_and_page(brief: Brief, files: dict[str, bytes]) -> None:
    pages = PdfReader(io.BytesIO(files["en"])).pages
    for number, page in enumerate(pages, start=1):
        text = page.extract_text()
        assert brief.vintage[:16] in text
        assert f"{number}/{len(pages)}" in squeezed(text)
        assert float(page.mediabox.width) == pytest.approx(595.28, abs=0.1)


def test_the_template_breaks_korean_between_words_only(brief: Brief, files: dict[str, bytes]) -> None:
    from pactolus.reports.pdf import _words
    from pactolus.reports.view import Run

    words = _words((Run("중국("), Run("98.7%", brief.cards[0].figure), Run(")임 자료")), "ko")
    assert [[p["t"] for p in w["p"]] for w in words] == [["중국(", "98.7%", ")임"], ["자료"]]
    assert all(w["k"] for w in words)
