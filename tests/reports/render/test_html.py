"""The page: whole in itself, the same numbers in each language, each with its way back."""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
import re
from pathlib import Path

import pytest

from pactolus.catalogue.origins import Term
from pactolus.errors import UnknownTermError
from pactolus.reports.document import Brief, Column
from pactolus.reports.html import render_html
from pactolus.reports.view import CardView, column_order, view_of

from .conftest import LANGS, figure

NUMBER = re.compile(r'data-id="([0-9a-f]{10})">(?:<[^>]*>)*\s*([<±+−-]?[\d.,]+%?)')


def numbers(page: str) -> list[tuple[str, str]]:
    return [(i, n) for i, n in NUMBER.findall(page) if any(c.isdigit() for c in n)]


@pytest.mark.parametrize("lang", LANGS)
def test_the_page_asks_no_other_host(pages: dict[str, Path], lang: str) -> None:
    page = pages[lang].read_text(encoding="utf-8")
    assert "default-src 'none'" in page
    loading = r'(?:src|href|action|data|poster)\s*=\s*["\']?((?:https?:)?//[^"\'> ]+)'
    assert re.findall(loading, page) == []
    assert "@import" not in page
    assert set(re.findall(r"url\(\"?([a-z]+:)", page)) == {"data:"}


@pytest.mark.parametrize("lang", LANGS)
def test_the_policy_names_exactly_the_scripts_inside(pages: dict[str, Path], lang: str) -> None:
    page = pages[lang].read_text(encoding="utf-8")
    own = re.findall(r"<script>(.*?)</script>", page, re.DOTALL)
    packed = json.loads(re.findall(r'id="pactolus-charts">(.*?)</script>', page, re.DOTALL)[0])
    echarts = gzip.decompress(base64.b64decode(packed["echarts"])).decode()
    assert len(own) == 1
    for script in (own[0], echarts):
        digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
        assert f"'sha256-{digest}'" in page
    assert "'unsafe-eval'" not in page
    assert "script-src 'unsafe-inline'" not in page


def test_font_names_in_the_style_are_not_escaped(pages: dict[str, Path]) -> None:
    style = re.findall(r"<style>(.*?)</style>", pages["ko"].read_text(encoding="utf-8"), re.DOTALL)[0]
    assert style.count('font-family:"Pactolus Sans"') == 2
    assert "&#3" not in style
    assert "&quot;" not in style


def test_text_from_data_is_escaped(pages: dict[str, Path]) -> None:
    page = pages["en"].read_text(encoding="utf-8")
    assert "BACI &lt;HS92&gt; &amp; more" in page
    assert "<HS92>" not in page


def test_the_numbers_are_the_same_in_the_three_languages(pages: dict[str, Path]) -> None:
    found = {lang: sorted(numbers(path.read_text(encoding="utf-8"))) for lang, path in pages.items()}
    assert len(found["en"]) > 60
    assert found["en"] == found["ko"] == found["ja"]


@pytest.mark.parametrize("lang", LANGS)
def test_every_number_of_the_page_can_be_traced(pages: dict[str, Path], lang: str) -> None:
    page = pages[lang].read_text(encoding="utf-8")
    payload = json.loads(re.findall(r'id="pactolus-data">(.*?)</script>', page, re.DOTALL)[0])
    ids = set(re.findall(r'data-id="([0-9a-f]{10})"', page))
    assert ids <= set(payload["figures"])
    for table, rows, steps, sources in payload["figures"].values():
        assert table == "trade"
        assert rows
        assert payload["steps"][steps] == ["sum value_usd", "share of total"]
        assert all(s in payload["origins"] for s in payload["sources"][sources])


@pytest.mark.parametrize(("lang", "word"), [("en", "no data"), ("ko", "자료 없음"), ("ja", "データなし")])
def test_a_gap_reads_no_data_and_is_empty_in_the_download(
    pages: dict[str, Path], lang: str, word: str
) -> None:
    page = pages[lang].read_text(encoding="utf-8")
    gaps = re.findall(r'<td class="num gap" data-v="([^"]*)"[^>]*>(?:<[^>]*>)([^<]*)', page)
    assert len(gaps) > 10
    assert {v for v, _ in gaps} == {""}
    assert {t for _, t in gaps} == {word}


def test_columns_of_members_follow_the_reader(brief: Brief) -> None:
    heads = [h.member for h in view_of(brief, "ja").sections[1].blocks[0].heads]  # type: ignore[union-attr]
    assert heads == ["", "JPN", "KOR", ""]


@pytest.mark.parametrize(
    ("columns", "expected"),
    [
        ("m aK aJ bK bJ", "m aJ aK bJ bK"),
        ("m aK bK aJ bJ x", "m aJ bJ aK bK x"),
        ("aK aJ m bK bJ", "aJ aK m bJ bK"),
        ("m x", "m x"),
    ],
)
def test_columns_are_reordered_within_their_group(columns: str, expected: str) -> None:
    members = {"K": "KOR", "J": "JPN"}
    made = [
        Column(key=c, label=f"render.{c[0]}", member=members[c[1]] if len(c) == 2 else "")
        for c in columns.split()
    ]
    assert [made[i].key for i in column_order(made, "ja")] == expected.split()


@pytest.mark.parametrize(
    ("text", "number", "unit"),
    [
        ("39,216.9 million USD", "39,216.9", "million USD"),
        ("+3.2%", "+3.2%", ""),
        ("1,234백만 달러", "1,234", "백만 달러"),
    ],
)
def test_a_headline_number_is_split_from_its_unit(text: str, number: str, unit: str) -> None:
    card = CardView("x", text, figure(1.0, "x"), "", None)
    assert (card.number, card.unit) == (number, unit)


def test_the_same_page_twice_and_small(brief: Brief, pages: dict[str, Path]) -> None:
    assert render_html(brief, "ja") == pages["ja"].read_text(encoding="utf-8")
    assert {lang: path.stat().st_size < 3_000_000 for lang, path in pages.items()} == dict.fromkeys(
        LANGS, True
    )


def test_an_unknown_language_is_named(brief: Brief) -> None:
    with pytest.raises(UnknownTermError, match="unknown language 'de'; there are en, ko, ja"):
        render_html(brief, "de")


def test_a_term_in_another_language_says_so(brief: Brief) -> None:
    assert Term("text", ("=1+1",)) in brief.sections[1].blocks[0].rows[0]  # type: ignore[union-attr]
    assert '<td lang="en">=1+1</td>' in render_html(brief, "ko")
