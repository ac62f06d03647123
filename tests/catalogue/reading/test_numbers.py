"""Printed numbers: every form a publisher uses, and nothing else."""

from __future__ import annotations

import math

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pactolus.catalogue.reading.findings import Findings
from pactolus.catalogue.reading.numbers import Words, add_number, number_in

USGS = Words(gaps={"W": "W", "NA": "NA", "": "", "--": ""}, zeros=("—",))
STRICT = Words(gaps={}, bounds=False)


@pytest.mark.parametrize(
    ("text", "value", "flag"),
    [
        ("12", 12.0, None),
        ("1,234", 1234.0, None),
        ("1,234,567.5", 1234567.5, None),
        (" 7 ", 7.0, None),
        ("\u00a05\u00a0", 5.0, None),
        ("-3.5", -3.5, None),
        ("\u22123.5", -3.5, None),
        ("+2", 2.0, None),
        (".5", 0.5, None),
        ("5.", 5.0, None),
        ("6e3", 6000.0, None),
        ("1.5E-3", 0.0015, None),
        ("—", 0.0, None),
        ("W", None, "W"),
        ("NA", None, "NA"),
        ("--", None, None),
        ("", None, None),
        (">9,100,000", None, ">9,100,000"),
        ("<0.1", None, "<0.1"),
        ("1,200e", 1200.0, "e"),
        ("1200 r", 1200.0, "r"),
        ("14*", 14.0, "*"),
        ("100†", 100.0, "†"),
    ],
)
def test_what_a_publisher_prints(text: str, value: float | None, flag: str | None) -> None:
    assert number_in(text, USGS) == (value, flag, "")


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("w", "is no number, and no word that this publisher uses for a gap"),
        ("=A1+B1", "is a formula, not a value"),
        ("@SUM(A1)", "is a formula, not a value"),
        ("12,5", "has a decimal comma; write a point"),
        ("1.234,5", "has a decimal comma; write a point"),
        ("1 234 567", "has blanks between thousands; write commas or nothing"),
        ("12 t", "has a unit behind the number; the unit belongs into its column or header"),
        ("12 kg", "has a unit behind the number; the unit belongs into its column or header"),
        ("45%", "has a unit behind the number; the unit belongs into its column or header"),
        ("1e999", "is too large to be a quantity"),
        ("1,23,456", "is no number, and no word that this publisher uses for a gap"),
        ("nan", "is no number, and no word that this publisher uses for a gap"),
        ("inf", "is no number, and no word that this publisher uses for a gap"),
        ("1_000", "is no number, and no word that this publisher uses for a gap"),
        ("0x10", "has a unit behind the number; the unit belongs into its column or header"),
        ("…", "is no number, and no word that this publisher uses for a gap"),
    ],
)
def test_what_is_no_number(text: str, fault: str) -> None:
    value, flag, why = number_in(text, USGS)
    assert (value, flag) == (None, None)
    assert why == fault


@pytest.mark.parametrize("unit", "gklmt")
def test_a_letter_that_is_a_unit_is_no_footnote_mark(unit: str) -> None:
    """Twelve tonnes are not twelve with the note t."""
    assert number_in(f"12{unit}", STRICT)[2].startswith("has a unit behind the number")
    assert number_in("12 e", STRICT)[:2] == (12.0, "e")


def test_a_bound_is_a_word_only_where_the_publisher_prints_bounds() -> None:
    assert number_in("<5", USGS)[1] == "<5"
    assert number_in("<5", STRICT)[2].startswith("is no number")


@given(st.integers(-(10**15), 10**15))
def test_whole_numbers_come_back_with_and_without_commas(number: int) -> None:
    assert number_in(str(number), STRICT) == (float(number), None, "")
    assert number_in(f"{number:,}", STRICT) == (float(number), None, "")


@given(st.floats(allow_nan=False, allow_infinity=False, min_value=-1e290, max_value=1e290))
def test_floats_come_back_as_they_are(number: float) -> None:
    assert number_in(repr(number), STRICT)[0] == number


@given(st.decimals(0, 10**9, places=3))
def test_three_decimals_come_back(number: object) -> None:
    text = f"{number:,}"
    value, flag, fault = number_in(text, STRICT)
    assert (flag, fault) == (None, "")
    assert value == float(text.replace(",", ""))


@given(st.text(max_size=12))
def test_any_text_is_a_number_a_word_or_a_fault(text: str) -> None:
    value, flag, fault = number_in(text, USGS)
    assert value is None or math.isfinite(value)
    assert not (fault and (value is not None or flag is not None))
    if not fault and value is None and flag is None:
        assert text.strip().replace("\u00a0", " ") in ("", "--")


def column(*cells: str | None) -> pl.DataFrame:
    return pl.DataFrame({"text": cells}, schema={"text": pl.String})


def test_a_column_is_read_with_places_of_its_faults() -> None:
    findings = Findings("f.csv")
    frame = add_number(
        column("1", "W", "x", None, "-2", "x"), "text", USGS, findings, lambda n: f"line {n + 2}"
    )
    assert frame["value"].to_list() == [1.0, None, None, None, -2.0, None]
    assert frame["flag"].to_list() == [None, "W", None, None, None, None]
    why = "is no number, and no word that this publisher uses for a gap; correct the cell or empty it"
    assert findings.message().splitlines() == [
        f"f.csv: line 4: 'x' {why}",
        f"f.csv: line 7: 'x' {why}",
        "f.csv: line 6: '-2' is below 0; correct the cell or empty it",
    ]
    assert [f.kind for f in findings.kept] == ["number", "range", "number"]


def test_a_column_without_any_cell() -> None:
    findings = Findings("f.csv")
    frame = add_number(column(None, None), "text", USGS, findings, str)
    assert frame.schema["value"] == pl.Float64
    assert frame.schema["flag"] == pl.String
    assert add_number(column(), "text", USGS, findings, str).height == 0
    assert not findings.kept


def test_a_formula_is_a_kind_of_its_own() -> None:
    findings = Findings("f.csv")
    add_number(column("=1+1"), "text", USGS, findings, lambda n: "C4")
    assert findings.kept[0].kind == "formula"
    assert (
        str(findings.kept[0]) == "f.csv: C4: '=1+1' is a formula, not a value; correct the cell or empty it"
    )
