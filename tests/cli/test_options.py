"""Text of options becomes values, or one message that says what to write instead."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pactolus.cli.options import Faults, chosen, common, iso_date, items, whole
from pactolus.errors import InputError, OptionError, OutputError, UnknownTermError


def values(**changed: object):
    faults = Faults()
    words = {"world": None, "seed": "0", "format_name": None, "out": None, "quiet": False, "verbose": False}
    found = common(faults, **{**words, **changed})
    faults.refuse()
    return found


def test_items_keep_their_order_once():
    assert items("--x", " b, a ,b,,a") == ("b", "a")


@pytest.mark.parametrize("text", ["", " ", ",", " , "])
def test_no_item_is_refused(text):
    with pytest.raises(OptionError, match="--x: nothing is named"):
        items("--x", text)


def test_all_unknown_choices_are_named_with_near_misses():
    with pytest.raises(UnknownTermError) as caught:
        chosen("--lang", "language", "en,kr,jp", ["en", "ko", "ja"])
    lines = str(caught.value).splitlines()
    assert [line.split(";")[0] for line in lines] == [
        "--lang: unknown language 'kr'",
        "--lang: unknown language 'jp'",
    ]
    assert all("known are en, ko, ja" in line for line in lines)


@given(st.integers(0, 2**64 - 1))
def test_a_seed_is_any_number_of_sixty_four_bits(seed):
    assert values(seed=str(seed)).seed == seed


@pytest.mark.parametrize("text", ["-1", str(2**64), "1.5", "one", ""])
def test_another_seed_is_refused(text):
    with pytest.raises(OptionError, match="--seed: "):
        values(seed=text)


@given(st.dates())
def test_a_date_reads_back(day):
    assert iso_date("--as-of", day.isoformat()) == day


@pytest.mark.parametrize(
    "text", ["2026-13-01", "2026-02-30", "20261101", "2026-W01-1", "1 Nov 2026", "tomorrow", ""]
)
def test_another_date_is_refused(text):
    with pytest.raises(OptionError, match=r"--as-of: .* is not a date; write it as 2026-11-01"):
        iso_date("--as-of", text)


def test_a_leap_day_is_a_date():
    assert iso_date("--as-of", "2024-02-29") == date(2024, 2, 29)


@pytest.mark.parametrize(
    ("out", "format_name"), [("a.csv", "csv"), ("a.JSON", "json"), ("a.txt", "table"), (None, "table")]
)
def test_the_format_follows_the_ending_of_out(tmp_path, out, format_name):
    place = None if out is None else str(tmp_path / out)
    assert values(out=place).format == format_name


def test_a_format_that_is_named_wins(tmp_path):
    assert values(out=str(tmp_path / "a.csv"), format_name="json").format == "json"


@pytest.mark.parametrize("name", ["xml", "csv,json", "CSV "])
def test_another_format_is_refused(name):
    with pytest.raises(InputError, match="--format: "):
        values(format_name=name)


def test_quiet_and_verbose_exclude_each_other():
    with pytest.raises(OptionError, match="--quiet and --verbose: use one of them"):
        values(quiet=True, verbose=True)


def test_a_folder_is_no_file_and_a_file_no_folder(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(OutputError, match="is a folder, a file is needed"):
        values(out=str(tmp_path))
    with pytest.raises(OutputError, match="is a file, a folder is needed"):
        values(out=str(tmp_path / "file"), folder=True)


def test_faults_of_one_line_are_said_together(tmp_path):
    with pytest.raises(InputError) as caught:
        values(seed="-1", format_name="xml", out=str(tmp_path), quiet=True, verbose=True)
    assert [line.split(":")[0] for line in str(caught.value).splitlines()] == [
        "--quiet and --verbose",
        str(tmp_path),
        "--seed",
        "--format",
    ]


def test_one_fault_keeps_its_kind():
    faults = Faults()
    assert faults.of(lambda: whole("--n", "x", at_least=0, at_most=9), 7) == 7
    assert faults
    with pytest.raises(OptionError, match="--n: 'x' is not a whole number"):
        faults.refuse()


def test_a_world_is_a_path():
    assert values(world="somewhere").world == Path("somewhere")
