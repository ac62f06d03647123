"""Companies, least parts, own prices: ``projects select`` and ``sheet`` as a user types them."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

from .conftest import Pactolus

TRIAL = "--synthetic 12 --scenarios 4 --gap 0.1 --on 2026-11-23 --format csv"
ROWS = """\
company,country,role,minerals,most_musd,most_share,most_t
Firm A,KOR,equity,mineral 00; mineral 02; mineral 05,,0.6,
Firm B,KOR,equity,,900,,
Firm C,JPN,equity,,,0.5,
Firm C,JPN,offtake,,,,
JOGMEC,JPN,finance,,,,
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    made = tmp_path / "companies.csv"
    made.write_text(ROWS, encoding="utf-8")
    return made


def test_rows_of_companies_are_for_whom_the_owner_names(pactolus: Pactolus, file: Path) -> None:
    words = f"projects select {TRIAL} --companies {file} --table companies"
    answer = pactolus(words, "--secretariat", "the two ministries")
    assert answer.code == 0, answer.err
    named = {row["company"] for row in answer.csv}
    assert {"Firm B", "Firm C", "JOGMEC"} & named
    assert {row["audience"] for row in answer.csv} == {"the two ministries"}
    assert {row["synthetic"] for row in answer.csv} == {"true"}
    sums = pactolus(words).csv
    assert {row["company"] for row in sums} == {""}
    assert {row["status"] for row in sums if row["country"] != "all"} == {"withheld"}
    own = pactolus(words, "--as", "Firm C").csv
    assert {row["company"] for row in own} == {"Firm C", ""}


def test_tables_that_tell_of_single_firms_are_refused_to_others(pactolus: Pactolus, file: Path) -> None:
    for table in ("shares", "calls", "offtake", "split"):
        answer = pactolus(f"projects select {TRIAL} --companies {file} --table {table}")
        assert answer.code == 2
        assert "--secretariat WHO" in answer.err
    assert pactolus(f"projects select {TRIAL} --companies {file} --table summary").code == 0
    answer = pactolus(f"projects select {TRIAL} --table companies")
    assert "--table companies: no companies" in answer.err


def test_faults_of_the_file_and_of_options_come_together(pactolus: Pactolus, tmp_path: Path) -> None:
    file = tmp_path / "companies.csv"
    file.write_text("company,country,role,most_share\nKOMIR,KOR,equity,\n", encoding="utf-8")
    words = "--offtake-least KOR=2 --supply-least KOR:lithium=0.1 --prices none.csv --country-risk none.csv"
    answer = pactolus(f"projects select {TRIAL} --companies {file} {words}")
    assert answer.code == 2
    for part in (
        "KOMIR may take no equity abroad on 2026-11-23",
        "--offtake-least: KOR=2 is no part",
        "--supply-least: 'KOR:lithium=0.1'; write MEMBER:PRODUCT:YEAR=PART",
        "none.csv",
    ):
        assert part in answer.err, answer.err
    file.write_text("company,country,role\nFirm U,USA,equity\n", encoding="utf-8")
    answer = pactolus(f"projects select {TRIAL} --companies {file}")
    assert "companies.csv:2: country: Firm U is of USA, no member; they are KOR, JPN" in answer.err


def test_least_parts_hold(pactolus: Pactolus) -> None:
    rows = pactolus(f"projects select {TRIAL} --table offtake --quiet --offtake-least KOR=0.4,JPN=0.4").csv
    by: dict[tuple[str, str], dict[str, float]] = {}
    for row in rows:
        part = by.setdefault((row["product"], row["year"]), {})
        part[row["member"]] = part.get(row["member"], 0.0) + float(row["offtake_t"])
    assert by
    assert all(
        min(part.get("KOR", 0), part.get("JPN", 0)) >= 0.4 * sum(part.values()) - 1 for part in by.values()
    )


def test_a_term_sheet_carries_its_companies(pactolus: Pactolus, file: Path, tmp_path: Path) -> None:
    out = tmp_path / "terms.xlsx"
    words = f"projects sheet {TRIAL.replace('--format csv', '')} --companies {file} --out {out}"
    assert "projects sheet: tells what single companies do" in pactolus(words).err
    answer = pactolus(words, "--secretariat", "the two ministries")
    assert answer.code == 0, answer.err
    book = openpyxl.load_workbook(out)
    cells = [
        str(c.value) for sheet in book.worksheets[1:] for row in sheet.iter_rows() for c in row if c.value
    ]
    assert "Firm B" in cells
    assert any("not to be handed to any firm" in cell for cell in cells)
