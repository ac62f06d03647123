"""A run is described by its question, and dated by the environment where no date is given."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from pactolus.errors import OptionError
from pactolus.runs.manifest import RunManifest, as_of_today


def test_source_date_epoch_dates_a_run():
    assert as_of_today({"SOURCE_DATE_EPOCH": "1700000000"}) == date(2023, 11, 14)


def test_without_it_a_run_is_dated_today():
    before = datetime.now().astimezone().date()
    assert before <= as_of_today({}) <= datetime.now().astimezone().date()


@pytest.mark.parametrize("text", ["yesterday", "1e9", "9" * 30])
def test_a_strange_epoch_is_refused(text):
    with pytest.raises(OptionError, match=r"SOURCE_DATE_EPOCH: .* is not a number of seconds since 1970"):
        as_of_today({"SOURCE_DATE_EPOCH": text})


def test_options_are_in_a_fixed_order():
    one = RunManifest(command="brief", options={"b": 1, "a": ("x", "y")}, seed=3, vintage="v", version="0")
    two = RunManifest(command="brief", options={"a": ("x", "y"), "b": 1}, seed=3, vintage="v", version="0")
    assert str(one.as_dict()) == str(two.as_dict())
    assert one.as_dict()["options"] == {"a": ["x", "y"], "b": 1}
