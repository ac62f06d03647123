"""Faults in the edited tables of contents and links, each told with its place."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from pactolus.terms import compiling, compiling_content, compiling_hs
from pactolus.terms.folding import fold

DATA = Path(compiling.__file__).parent / "data"
MORE = (*compiling_hs.VOCABULARIES, *compiling_content.VOCABULARIES)


@pytest.fixture
def data(tmp_path):
    shutil.copytree(DATA, tmp_path / "data")
    return tmp_path / "data"


def faults(data):
    with pytest.raises(compiling.CompileError) as caught:
        compiling.compile_terms(data, fold, MORE)
    return "\n".join(caught.value.faults)


def test_the_shipped_tables_have_no_fault(data):
    assert {"content_factors", "production_bases", "balance_scopes", "stage_links", "byproduct_links"} <= set(
        compiling.compile_terms(data, fold, MORE)
    )


@pytest.mark.parametrize(
    ("file", "old", "new", "fault"),
    [
        ("content_factors", "\n260400,nickel,", "\n260499,nickel,", "hs_codes.csv has no code '260499'"),
        ("content_factors", "\n260400,nickel,", "\n260400,cobalt,", "260400 does not hold 'cobalt'"),
        (
            "content_factors",
            "0.0069,0.0100,0.0160",
            "0.0069,0.0250,0.0160",
            "0.0069, 0.0250, 0.0160: not rising",
        ),
        ("content_factors", "0.0069,0.0100,0.0160", "0.0069,1.5,0.0160", "not rising, or outside 0 to 1.0"),
        ("content_factors", "0.0069,0.0100,0.0160", "0.0069,,0.0160", "low, mid and high are needed"),
        ("content_factors", "0.0069,0.0100,0.0160", "a lot,0.0100,0.0160", "'a lot' is not a number"),
        ("content_factors", "typical-grade,yes,seen", "guess,yes,seen", "unknown method 'guess'"),
        ("content_factors", "typical-grade,yes,seen", "typical-grade,no,seen", "has no default row for"),
        ("content_factors", "typical-grade,no,", "typical-grade,yes,", "has a default in line"),
        (
            "content_factors",
            "whole code,,,,,unknown,yes,unknown",
            "whole code,,,0.5,,unknown,yes,unknown",
            "an unknown factor has no number",
        ),
        (
            "content_factors",
            ",whole code,,,,,unknown,yes,unknown",
            ",whole code,,,,,unknown,yes,seen",
            "no source is named",
        ),
        ("content_forms", "260400,AUS;", "260400,AUX;", "'AUX' is not in countries.csv"),
        (
            "content_forms",
            "sulphide concentrate",
            "sulfide concentrate",
            "has no form 'sulfide concentrate' of '260400'",
        ),
        ("content_forms", "261400,SLE,", "261400,SLE;ZAF,", "ZAF has a form of 261400 in line"),
        (
            "production_bases",
            "chromium,ore,Cr2O3,kg,Cr",
            "chromium,ore,Cr2O3,kg,Ni",
            "trade in chromium is measured as Cr",
        ),
        (
            "production_bases",
            "chromium,ore,Cr2O3",
            "chromium,ore,gross",
            "basis 'gross' of chromium is in line",
        ),
        (
            "production_bases",
            "chromium,ore,Cr2O3,kg",
            "chromium,ore,Cr2O3,lb",
            "unknown unit 'lb'; known are kg, m3",
        ),
        ("balance_scopes", "260500;282200;810510", "260500;282299", "'282299' is not in hs_codes.csv"),
        ("balance_scopes", "cobalt,ore,260500;", "cobalt,ore,260400;", "260400 does not hold cobalt"),
        ("balance_scopes", "arsenic,refined", "aluminium,refined", "aluminium, refined is in line 2 already"),
        (
            "stage_links",
            "nickel,ore,260400,refined",
            "nickel,intermediate,260400,refined",
            "260400 stands at stage ore, not intermediate",
        ),
        ("stage_links", "SL02,", "SL01,", "duplicate id 'SL01'"),
        ("byproduct_links", "BP04,zinc,germanium", "BP04,zinc,zinc", "a mineral is not its own by-product"),
        ("byproduct_links", "BP04,zinc,germanium", "BP04,zinc,germania", "'germania' is not in minerals.csv"),
    ],
)
def test_a_fault_is_told_with_its_place(data, file, old, new, fault):
    path = data / f"{file}.csv"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    found = faults(data)
    assert fault in found
    assert found.startswith(f"{file}.csv:") or f"\n{file}.csv:" in found
