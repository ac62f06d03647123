"""What cannot be planned says where and why: all faults at once."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np
import pytest

from pactolus.errors import InputError
from pactolus.response.plan.assumptions import ASSUMED, Assumptions
from pactolus.response.plan.situation import Acceleration, Held, Segment, Source, Step, checked
from tests.response.made_up import situation

_SOURCE = Source(place=0, supplier="MOZ", room_t=1.0, open_to=("KOR",), premium=(0.0, 0.1, 0.2), lag=2)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"probability": np.array([0.5, 0.4])}, "add up to 0.9"),
        ({"probability": np.array([1.0])}, "probability has shape"),
        ({"lengths": (3, 13)}, "duration 1 ends in month 13 of 12"),
        ({"lengths": (0, 3)}, "duration 0 ends in month 0 of 12"),
        ({"lengths": (3, 3)}, "two durations end in month 3"),
        ({"members": ("KOR", "KOR")}, "KOR stands twice"),
        ({"price_usd_per_t": np.array([0.0])}, r"natural-graphite \(mixed\): price 0.0"),
        ({"use_t": np.array([[30.0, 50.0]])}, "KOR: loses 40 t in a month and uses 30 t"),
        ({"inflow_free": np.array([[2.0, 0.0]])}, "free part of imports 2.0"),
        ({"bought_t": np.array([[-1.0, 0.0]])}, "present imports -1.0"),
        ({"undeclared": ((0, 0),)}, "stands beside a member that declares no stock"),
        ({"held": (Held(place=0, member=0, tonnes=(3, 2, 4)),)}, "in rising order"),
        ({"held": (Held(place=0, member=0, tonnes=(1, 2, 4), may_go=("USA",)),)}, "may go to USA, who is no"),
        ({"held": (Held(place=4, member=0, tonnes=(1, 2, 4)),)}, "no such place or member"),
        ({"sources": (replace(_SOURCE, supplier="PRK"),)}, "PRK: is no supplier of any plan"),
        ({"sources": (replace(_SOURCE, premium=(0.2, 0.1, 0.3)),)}, "premium"),
        ({"sources": (replace(_SOURCE, room_t=-1.0),)}, "room -1.0"),
        ({"sources": (replace(_SOURCE, lag=-1),)}, "-1 months"),
        ({"sources": (replace(_SOURCE, open_to=("USA",)),)}, "open to USA, who is no member"),
        (
            {"projects": (Acceleration(place=0, project="mine", room_t=1, delay=0, cost_musd=1),)},
            "the delay at least a month",
        ),
        ({"segments": {0: (Segment(name="a", share=0.5, value=1.0),)}}, "add up to 0.5"),
        (
            {"segments": {0: (Segment(name="a", share=-1, value=1), Segment(name="b", share=2, value=1))}},
            "segment 'a': share -1",
        ),
        (
            {"steps": (Step(title="talk", owner="KOR", probability=0.5),)},
            "give ends_by and probability together",
        ),
        (
            {"steps": (Step(title="talk", owner="KOR", ends_by=1, probability=0.5),)},
            "no duration ends by month 1",
        ),
        ({"steps": (Step(title="talk", owner="KOR", ends_by=4, probability=2.0),)}, "probability 2"),
        ({"assumed": Assumptions(no_transfer=("USA",))}, "limit no_transfer: USA is no member"),
        (
            {"assumed": Assumptions(no_transfer=("KOR",), by_member_lending={"KOR": 0.2})},
            "limits no_transfer and lending_share: KOR passes nothing on, yet lends 0.2",
        ),
        ({"assumed": Assumptions(lending_share=1.5)}, "lending_share: 1.5; a share is 0 to 1"),
        ({"assumed": Assumptions(lag_lending=-1)}, "lag_lending: -1"),
        ({"assumed": Assumptions(handling=0.0)}, "handling above 0"),
        ({"assumed": Assumptions(premium=(0.3, 0.2, 0.1))}, "premium"),
        ({"assumed": Assumptions(cap=0.5)}, "cap"),
    ],
)
def test_a_situation_that_cannot_be_says_why(change: dict[str, Any], said: str) -> None:
    with pytest.raises(InputError, match=said):
        checked(replace(situation(), **change))


def test_losses_that_are_missing_are_not_zero() -> None:
    loss = np.array(situation().loss_t)
    loss[0, 0, 2, 0] = np.nan
    with pytest.raises(InputError, match="a missing loss is not zero"):
        checked(replace(situation(), loss_t=loss))


def test_durations_that_differ_at_once_are_refused() -> None:
    loss = np.array(situation().loss_t)
    loss[0, 0, 0, 0] = 1.0
    with pytest.raises(InputError, match="losses of the first month differ"):
        checked(replace(situation(), loss_t=loss))


def test_all_faults_at_once() -> None:
    with pytest.raises(InputError) as caught:
        checked(
            replace(
                situation(), probability=np.array([0.5, 0.4]), assumed=Assumptions(no_transfer=("USA", "DEU"))
            )
        )
    assert len(str(caught.value).splitlines()) == 3


def test_many_faults_of_one_kind_are_counted() -> None:
    one = situation(lengths=tuple(range(1, 13)))
    with pytest.raises(InputError, match="and 5 more"):
        checked(replace(one, lengths=tuple(range(21, 33)), probability=np.full(12, 1 / 12)[::-1] * 2))


def test_every_assumption_has_a_name_a_unit_and_a_meaning() -> None:
    table = Assumptions().table
    assert table["name"].to_list() == list(ASSUMED)
    assert table.null_count().sum_horizontal().item() == 0


def test_months_follow_the_calendar() -> None:
    one = situation()
    assert (one.month(0), one.month(11)) == (date(2026, 1, 1), date(2026, 12, 1))
    late = replace(one, start=date(2026, 11, 1))
    assert (late.month(1), late.month(2)) == (date(2026, 12, 1), date(2027, 1, 1))


def test_arrays_are_read_only() -> None:
    with pytest.raises(ValueError, match="read-only"):
        situation().loss_t[0, 0, 0, 0] = 1.0
