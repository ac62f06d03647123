"""The worked example of the page on spreadsheets: its files give the rows that it shows."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from pactolus.catalogue.readers import spreadsheet
from pactolus.catalogue.reading.findings import Findings

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs/how-to/spreadsheet.md").read_text(encoding="utf-8")
#: File name -> content of the block that follows it.
BLOCKS = dict(re.findall(r"`([\w-]+\.(?:csv|yaml))`[^`\n]*:\n\n```(?:csv|yaml)\n(.*?)```", PAGE, re.DOTALL))


def test_the_page_shows_six_files() -> None:
    assert sorted(BLOCKS) == [
        "jpn-customs.csv",
        "jpn-customs.yaml",
        "jpn-rows.csv",
        "kor-customs.csv",
        "kor-customs.yaml",
        "kor-rows.csv",
    ]


@pytest.mark.parametrize("country", ["kor", "jpn"])
def test_the_files_give_the_rows_that_are_shown(country: str, tmp_path: Path) -> None:
    for name in (f"{country}-customs.csv", f"{country}-customs.yaml"):
        (tmp_path / name).write_bytes(BLOCKS[name].encode())
    findings = Findings(country)
    (table,) = spreadsheet.read(tmp_path / f"{country}-customs.yaml", "", findings).values()
    assert findings.message() == ""
    shown = table.drop("source", "estimated").sort("reporter", "partner", "flow", "code", "year", "month")
    assert shown.write_csv() == BLOCKS[f"{country}-rows.csv"]


@pytest.mark.parametrize(
    "name", ["kor-customs.csv", "kor-customs.yaml", "jpn-customs.csv", "jpn-customs.yaml"]
)
def test_the_files_to_download_are_those_of_the_page(name: str) -> None:
    content = (ROOT / "docs/assets/spreadsheet" / name).read_bytes()
    assert content.decode() == BLOCKS[name]


def test_every_part_and_role_is_explained() -> None:
    from pactolus.catalogue.readers.mapping import FIELDS
    from pactolus.catalogue.readers.mapping_parts import TARGETS

    explained = set(re.findall(r"`(\w+)`", PAGE[PAGE.index("## What a mapping can say") :]))
    roles = {role for t in TARGETS.values() for role in (*t.needed, *t.one_of, *t.optional)}
    assert {*FIELDS, *TARGETS, *roles} <= explained


def test_words_that_the_page_calls_known_are_known() -> None:
    from pactolus.catalogue.reading.words import is_sum, money, period_of, weight

    assert all(map(is_sum, ("합계", "총계", "소계", "合計", "総額", "Total", "World")))
    assert all(weight(unit) for unit in ("kg", "t", "천톤", "トン"))
    assert all(money(unit) for unit in ("USD", "thousand USD", "백만원", "千円"))
    forms = ("2024-01", "2024.01", "202401", "2024년 1월", "2024年1月", "Jan-2024", "2024", "令和6年")
    assert [period_of(form) for form in forms] == [(2024, 1)] * 6 + [(2024, 0)] * 2
    assert isinstance(period_of("2024.1"), str)
