"""What moved between two lists."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pactolus.errors import OptionError
from pactolus.policy.register import Register, register
from pactolus.warning import Watchlist, list_changes, watchlist

from .conftest import CHOSEN, SmallWorld

NOTHING: Any = SmallWorld()
DAYS = st.dates(date(2021, 1, 1), date(2027, 6, 1))


def listed(day: date, members: str = "KOR,JPN") -> Watchlist:
    known = Register([register()[name] for name in CHOSEN])
    return watchlist(NOTHING, members, register=known, as_of=day)


@settings(max_examples=6, deadline=None)
@given(DAYS)
def test_a_day_against_itself_is_empty(day: date) -> None:
    assert list_changes(listed(day), listed(day)).is_empty()


@settings(max_examples=6, deadline=None)
@given(DAYS, DAYS)
def test_new_and_gone_change_places(one: date, other: date) -> None:
    there, back = list_changes(listed(one), listed(other)), list_changes(listed(other), listed(one))
    for name, reverse in (("new", "gone"), ("stronger", "weaker"), ("changed", "changed")):
        mine, theirs = there.filter(change=name), back.filter(change=reverse)
        place = ["member", "mineral", "item"]
        assert mine.select(place).sort(place).equals(theirs.select(place).sort(place)), name


def test_an_expired_suspension_stands_first() -> None:
    found = list_changes(listed(date(2026, 6, 1)), listed(date(2026, 12, 1)))
    first = found.row(0, named=True)
    assert (first["signal"], first["state"], first["level"]) == ("check", "unconfirmed", "act")
    assert set(found.filter(signal="check", change="new")["item"]) == {"CHN-2025-57", "CHN-2025-58"}


def test_due_that_turned_unconfirmed_is_one_change() -> None:
    found = list_changes(listed(date(2026, 11, 1)), listed(date(2026, 12, 1))).filter(item="CHN-2025-57")
    assert found.select("change", "level_before", "level", "signal").unique().rows() == [
        ("changed", "act", "act", "check")
    ]


def test_days_that_pass_are_no_change() -> None:
    assert list_changes(listed(date(2026, 11, 20)), listed(date(2026, 11, 21))).is_empty()


@pytest.mark.parametrize(
    ("before", "after", "change"),
    [(-3.1, -3.2, []), (-3.1, -4.0, ["stronger"]), (-5.0, -3.1, ["weaker"]), (-3.1, None, [])],
)
def test_values_count_from_a_tenth_of_their_threshold(
    before: float, after: float | None, change: list[str]
) -> None:
    old, new = (_with_value(value, "volume_anomaly", -3.0) for value in (before, after))
    assert list_changes(old, new)["change"].to_list() == change


def test_probabilities_count_from_five_points() -> None:
    old = _with_value(0.30, "outlook_volume", None, unit="probability")
    for value, change in ((0.34, []), (0.36, ["stronger"]), (0.24, ["weaker"])):
        new = _with_value(value, "outlook_volume", None, unit="probability")
        assert list_changes(old, new)["change"].to_list() == change


def test_a_higher_level_is_stronger() -> None:
    one = listed(date(2026, 12, 1))
    raised = replace(
        one,
        table=one.table.with_columns(
            level=pl.when(pl.col("item") == "CHN-2026-28").then(pl.lit("act")).otherwise("level")
        ),
    )
    found = list_changes(one, raised)
    assert found.select("change", "level_before", "level", "item").rows() == [
        ("stronger", "look", "act", "CHN-2026-28")
    ]


def test_lists_of_other_members_are_refused() -> None:
    with pytest.raises(OptionError, match="different members"):
        list_changes(listed(date(2026, 12, 1)), listed(date(2026, 12, 1), "KOR"))


def _with_value(value: float | None, signal: str, threshold: float | None, unit: str = "MAD") -> Watchlist:
    one = listed(date(2026, 12, 1), "JPN")
    row = one.table.filter(item="CHN-2026-28").with_columns(
        signal=pl.lit(signal),
        value=pl.lit(value, pl.Float64),
        threshold=pl.lit(threshold, pl.Float64),
        unit=pl.lit(unit),
    )
    return replace(one, table=row)
