"""Deals and term sheets of a portfolio: parts add up, and every sheet says that it is no offer."""

from __future__ import annotations

import io
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import openpyxl
import pytest

from pactolus.errors import DataError, InputError
from pactolus.projects.selection.portfolio import Portfolio, select
from pactolus.projects.selection.synthetic import synthetic_instance
from pactolus.reports.projects.deals import Deal, Party, deals_of, read_parties
from pactolus.reports.projects.terms_sheet import term_sheets

DAY = date(2026, 11, 23)
DRAFT = {"en": "Draft for negotiation, not an offer", "ko": "협상용 초안이며", "ja": "交渉用の案であり"}


@pytest.fixture(scope="module")
def portfolio() -> Portfolio:
    return select(synthetic_instance(24, 8, 3, members=("KOR", "JPN")), gap=0.05, nodes=20)


def deals(portfolio: Portfolio, **more: Any) -> tuple[Deal, ...]:
    return deals_of(portfolio, records={}, candidates={}, part_on_offer=0.49, on=DAY, **more)


def test_offtake_of_projects_adds_up_to_the_choice(portfolio: Portfolio) -> None:
    found = deals(portfolio)
    assert found
    one = portfolio.instance
    for i, member in enumerate(one.members):
        total = sum((deal.offtake_t[member] for deal in found), np.zeros(len(one.years)))
        assert total == pytest.approx(portfolio.supply_t[i].sum(axis=(0, 1)), rel=1e-9, abs=1e-6)


def test_nobody_takes_more_than_a_project_makes(portfolio: Portfolio) -> None:
    for deal in deals(portfolio):
        whole = sum(deal.offtake_t.values(), np.zeros(len(deal.years)))
        assert (whole <= deal.capacity_t * (1 + 1e-6)).all()
        assert sum(deal.share.values()) == pytest.approx(1.0)
        assert sum(deal.money_musd.values()) == pytest.approx(deal.capital_musd)


def test_a_floor_or_party_of_a_project_that_was_not_chosen_is_refused(portfolio: Portfolio) -> None:
    with pytest.raises(DataError, match="term sheet: NOWHERE not in the portfolio; it holds"):
        deals(portfolio, floors={"NOWHERE": 5.0})


@pytest.mark.parametrize("lang", ["en", "ko", "ja"])
def test_every_sheet_is_a_draft_and_says_that_projects_are_invented(portfolio: Portfolio, lang: str) -> None:
    found = deals(portfolio)
    content = term_sheets(found, ("KOR", "JPN"), lang, day=DAY, synthetic=True)
    book = openpyxl.load_workbook(io.BytesIO(content))
    assert len(book.sheetnames) == len(found) + 1
    for sheet in book.worksheets:
        texts = [str(cell.value) for row in sheet.iter_rows(max_row=8) for cell in row if cell.value]
        assert any(DRAFT[lang] in text for text in texts)
        assert any(word in " ".join(texts) for word in ("Invented", "가상", "架空"))
    assert content == term_sheets(found, ("KOR", "JPN"), lang, day=DAY, synthetic=True)


def test_numbers_are_the_same_in_every_language(portfolio: Portfolio) -> None:
    found = deals(portfolio)
    seen = []
    for lang in ("en", "ko", "ja"):
        book = openpyxl.load_workbook(io.BytesIO(term_sheets(found, ("KOR", "JPN"), lang, day=DAY)))
        cells = (cell.value for sheet in book.worksheets for row in sheet.iter_rows() for cell in row)
        seen.append(sorted(round(v, 9) for v in cells if isinstance(v, int | float)))
    assert seen[0] == seen[1] == seen[2]


def test_companies_stand_only_where_they_were_given(portfolio: Portfolio) -> None:
    first = deals(portfolio)[0].id
    party = Party(member="KOR", company="Example Co.", share=0.5, role="buyer", source="own entry")
    content = term_sheets(deals(portfolio, parties={first: [party]}), ("KOR", "JPN"), "en", day=DAY)
    book = openpyxl.load_workbook(io.BytesIO(content))
    holding = [
        sheet.title
        for sheet in book.worksheets
        if any(cell.value == "Example Co." for row in sheet.iter_rows() for cell in row)
    ]
    assert holding == [first[:31]]


def test_all_faults_of_a_file_of_parties_are_told_at_once(tmp_path: Path) -> None:
    file = tmp_path / "parties.csv"
    file.write_text(
        "project,member,company,share,role,source\n"
        "P1,USA,A,0.5,buyer,own\n"
        "P1,KOR,A,1.5,buyer,own\n"
        "P1,KOR,,0.5,buyer,own\n"
        "P2,JPN,A,0.8,buyer,own\n"
        "P2,JPN,B,0.8,buyer,own\n",
        encoding="utf-8",
    )
    with pytest.raises(InputError) as caught:
        read_parties(file, ("KOR", "JPN"))
    for part in (
        "line 2: USA is no member",
        "line 3: share 1.5",
        "line 4: company or source is empty",
        "P2: shares of JPN make 1.6",
    ):
        assert part in str(caught.value)
