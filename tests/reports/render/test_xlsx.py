"""The workbook: numbers as numbers, gaps in words, names that every program takes, the same bytes twice."""

from __future__ import annotations

import io
import zipfile
from dataclasses import replace

import openpyxl
import pytest

from pactolus.catalogue.origins import Figure
from pactolus.reports.document import Brief, Table
from pactolus.reports.sheets import LONGEST, sheet_names, tables_of
from pactolus.reports.view import view_of
from pactolus.reports.xlsx import number_format, render_xlsx

from .conftest import LANGS, figure, table


@pytest.fixture(scope="module")
def files(brief: Brief) -> dict[str, bytes]:
    return {lang: render_xlsx(brief, lang) for lang in LANGS}


@pytest.mark.parametrize("lang", LANGS)
def test_there_is_one_sheet_a_table_and_three_more(brief: Brief, files: dict[str, bytes], lang: str) -> None:
    book = openpyxl.load_workbook(io.BytesIO(files[lang]))
    assert len(book.sheetnames) == len(tables_of(view_of(brief, lang))) + 3 == 12
    assert len({n.casefold() for n in book.sheetnames}) == len(book.sheetnames)
    assert all(0 < len(n) <= LONGEST for n in book.sheetnames)
    assert not any(set(n) & set("[]:*?/\\") for n in book.sheetnames)


def test_numbers_are_numbers_in_full_precision(brief: Brief, files: dict[str, bytes]) -> None:
    sheet = openpyxl.load_workbook(io.BytesIO(files["en"])).worksheets[1]
    rows = list(sheet.iter_rows(min_row=5, max_row=8))
    assert [r[0].value for r in rows] == ["Lithium", "Cobalt", "Germanium", "Rare earths"]
    printed = brief.sections[1].blocks[0]
    assert isinstance(printed, Table)
    for row, source in zip(rows, printed.rows, strict=True):
        assert isinstance(source[1], Figure)
        assert row[1].value == source[1].value
        assert row[1].number_format == "0.0%"


@pytest.mark.parametrize(("lang", "word"), [("en", "no data"), ("ko", "자료 없음"), ("ja", "データなし")])
def test_a_gap_is_a_text_with_its_reason(files: dict[str, bytes], lang: str, word: str) -> None:
    sheet = openpyxl.load_workbook(io.BytesIO(files[lang])).worksheets[1]
    column = 2 if lang == "ja" else 3
    assert str(sheet.cell(7, column).value).startswith(word)


def test_a_text_never_becomes_a_formula(files: dict[str, bytes]) -> None:
    book = openpyxl.load_workbook(io.BytesIO(files["en"]))
    cells = [c for sheet in book.worksheets for row in sheet.iter_rows() for c in row if c.value is not None]
    assert any(c.value == "=1+1" and c.data_type == "s" for c in cells if c.data_type != "f") or any(
        c.value == "=1+1" for c in cells
    )
    xml = "".join(
        zipfile.ZipFile(io.BytesIO(files["en"])).read(n).decode()
        for n in zipfile.ZipFile(io.BytesIO(files["en"])).namelist()
        if n.startswith("xl/worksheets/sheet")
    )
    assert "<f>" not in xml


def test_bars_and_lines_are_native_charts(files: dict[str, bytes]) -> None:
    names = zipfile.ZipFile(io.BytesIO(files["en"])).namelist()
    assert sum(n.startswith("xl/charts/chart") for n in names) == 2


def test_every_number_of_the_tables_is_listed_with_its_cell(files: dict[str, bytes]) -> None:
    book = openpyxl.load_workbook(io.BytesIO(files["en"]))
    sheet = book["All numbers of the tables"]
    rows = list(sheet.iter_rows(min_row=5, values_only=True))
    assert len(rows) > 60
    for name, cell, _, value, *_ in rows:
        assert book[name][cell].value == value or isinstance(value, str)


def test_sentences_come_with_their_numbers(files: dict[str, bytes]) -> None:
    sheet = openpyxl.load_workbook(io.BytesIO(files["en"])).worksheets[0]
    rows = list(sheet.iter_rows(min_row=5, values_only=True))
    first = next(r for r in rows if r[1] == "lithium (82.1%)")
    assert (first[0], first[3], first[7], first[8], first[11]) == (
        "render.axis",
        0.821,
        "ok",
        "trade",
        "baci",
    )


def test_the_same_bytes_twice_and_the_date_of_the_report(brief: Brief, files: dict[str, bytes]) -> None:
    assert render_xlsx(brief, "ja") == files["ja"]
    created = openpyxl.load_workbook(io.BytesIO(files["ja"])).properties.created
    assert created is not None
    assert created.date().isoformat() == brief.as_of


def test_long_or_equal_titles_still_name_different_sheets(brief: Brief) -> None:
    section = replace(brief.sections[1], blocks=tuple(table(f"t{n}") for n in range(12)))
    names = sheet_names(view_of(replace(brief, sections=(section,)), "en"))
    assert len(set(names.values())) == 15
    assert all(len(n) <= LONGEST for n in names.values())


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        (figure(0.5, "a", "share", 1), "0.0%"),
        (figure(0.5, "a", "share", 0, signed=True), "+0%;-0%;0%"),
        (figure(2024, "a", "year", 0), "0"),
        (figure(12.5, "a", "million USD", 2), "#,##0.00"),
    ],
)
def test_the_format_of_a_cell_follows_the_figure(number: Figure, expected: str) -> None:
    assert number_format(number) == expected
