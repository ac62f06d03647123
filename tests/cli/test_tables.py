"""Tables for a reader: aligned, rounded, within the width, and nothing lost."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from pactolus.cli.tables import TextColumn, digits_for, fixed, lay_out

MINERALS = ["cobalt", "cobalt", "nickel", "nickel", "nickel", "nickel"]
IMPORTERS = ["JPN", "KOR", "JPN", "KOR", "대한민국", "日本"]


def column(name: str, cells: list[str], **kind: bool) -> TextColumn:
    return TextColumn(name=name, cells=cells, **kind)


def test_numbers_line_up_on_the_right():
    text = lay_out([column("a", ["x", "y"], key=True), column("n", ["1.50", "12.25"], right=True)], None)
    assert text == "a      n\n-  -----\nx   1.50\ny  12.25\n"


def test_what_does_not_vary_is_said_once():
    text = lay_out([column("year", ["2023", "2023"]), column("a", ["x", "y"])], None)
    assert text.splitlines() == ["year 2023", "", "a", "-", "x", "y"]


def test_the_main_column_stays_in_the_table():
    text = lay_out([column("value", ["no data", "no data"], main=True), column("a", ["x", "y"])], None)
    assert text.splitlines()[0].split() == ["value", "a"]


def test_one_row_is_printed_downwards():
    assert lay_out([column("mineral", ["cobalt"]), column("n", ["1"]), column("empty", [""])], 80) == (
        "mineral  cobalt\nn        1\n"
    )


def test_no_row():
    assert lay_out([column("a", [])], 80) == "no rows\n"
    assert lay_out([], 80) == "no rows\n"


def test_long_texts_are_footnotes():
    long = "a sentence that is far too long for a cell of a table in a terminal of forty columns"
    text = lay_out([column("a", ["x", "y", "z"]), column("note", [long, "", long], footnote=True)], 40)
    lines = text.splitlines()
    assert lines[2].split() == ["x", "[1]"]
    assert lines[3].split() == ["y"]
    assert " ".join(line.strip() for line in lines[6:]) == f"[1] {long}"


def test_a_wide_table_becomes_groups():
    text = lay_out(
        [
            column("mineral", ["cobalt"] * 3 + ["nickel"] * 3, key=True),
            column("stage", ["ore", "ore", "refined"] * 2, key=True),
            column("importer", IMPORTERS, key=True),
            column("value", ["1", "2", "3", "4", "5", "6"], right=True),
        ],
        28,
    )
    lines = text.splitlines()
    assert lines[0] == "mineral cobalt"
    assert "mineral nickel" in lines
    assert all(cell_len(line) <= 28 for line in lines)


def test_columns_that_do_not_fit_come_on_further_pages():
    wide = [column(f"column{i}", [f"{i}.{r}" for r in range(6)]) for i in range(6)]
    text = lay_out([column("importer", IMPORTERS, key=True), *wide], 40)
    assert all(cell_len(line) <= 40 for line in text.splitlines())
    assert text.count("importer") == 2
    assert all(cell in text for c in wide for cell in c.cells)


cells = st.lists(st.text(st.characters(categories=["L", "N"]), max_size=12), min_size=4, max_size=4)


@given(st.lists(cells, min_size=1, max_size=8), st.integers(40, 120))
def test_no_line_is_wider_than_the_screen(columns, width):
    text = lay_out([column(f"c{i}", c, key=i < 2) for i, c in enumerate(columns)], width)
    assert max(map(cell_len, text.splitlines())) <= width


@given(st.floats(allow_nan=False, allow_infinity=False, width=32), st.integers(0, 6))
def test_a_number_is_within_half_a_digit_and_never_a_false_zero(value, digits):
    text = fixed(value, digits)
    if text.startswith(("<", ">")):
        assert 0 < abs(value) <= 0.5 * 10**-digits * (1 + 1e-12)
    else:
        assert abs(float(text.replace(",", "")) - value) <= 0.5 * 10**-digits + abs(value) * 1e-12
        assert (float(text.replace(",", "")) == 0) == (value == 0)


@pytest.mark.parametrize(
    ("largest", "digits"), [(0.02, 4), (1.0, 4), (1.5, 3), (25.0, 2), (250.0, 1), (2500.0, 0), (None, 4)]
)
def test_larger_numbers_have_fewer_decimals(largest, digits):
    assert digits_for([largest, None]) == digits
