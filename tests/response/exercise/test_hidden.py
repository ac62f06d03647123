"""What nobody at the table may see, and how the seed draws it."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace

import pytest

from pactolus.response.exercise.decisions import Decision
from pactolus.response.exercise.exercise import ready_exercise
from pactolus.response.exercise.truth import true_case
from pactolus.response.exercise.views import seen
from tests.response.exercise.ready import setting

GG = "gallium-germanium-licence"
ROLES = [role.id for role in ready_exercise(GG).roles]
DECIDED = [
    Decision(role="jpn-agency", month=1, action="release", tonnes=2, mineral="gallium", until=8),
    Decision(role="jpn-ministry", month=2, action="lend", tonnes=1, mineral="gallium", to="KOR"),
    Decision(role="kor-firms", month=1, action="order", tonnes=0.2, mineral="gallium", from_="CAN"),
]


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("month", [0, 1, 2, 4])
def test_a_view_does_not_know_which_case_comes_true(role: str, month: int) -> None:
    one = setting(GG)
    possible = [case for case, length in enumerate(one.situation.lengths) if length > month]
    views = {json.dumps(seen(one, case, DECIDED, role, month)) for case in possible}
    assert len(possible) > 1
    assert len(views) == 1


def test_news_to_come_are_not_seen() -> None:
    one = setting(GG)
    others = [part for part in one.exercise.injects if part.month < 4]
    ahead = replace(one, exercise=replace(one.exercise, injects=tuple(others)))
    for role in ROLES:
        assert seen(one, 2, DECIDED, role, 2) == seen(ahead, 2, DECIDED, role, 2)
    rooms = {
        month: {
            row["supplier"]: row["room_t"]
            for row in seen(one, 2, (), "kor-ministry", month)["suppliers"]
            if row["mineral"] == "gallium"
        }
        for month in (1, 2)
    }
    assert rooms[1]["CAN"] == 0.8
    assert rooms[2]["CAN"] == 0.4


def test_a_member_does_not_see_the_stock_of_another() -> None:
    one = setting(GG)
    more = tuple(
        replace(lot, tonnes=(99.0, 99.0, 99.0)) if lot.member == 1 else lot for lot in one.situation.held
    )
    richer = replace(one, situation=replace(one.situation, held=more))
    for role in ROLES:
        same = seen(one, 0, (), role, 0) == seen(richer, 0, (), role, 0)
        assert same == (role.startswith("kor-") or role == "jpn-firms")
    assert [part["member"] for part in seen(one, 0, (), "kor-ministry", 0)["members"]] == ["KOR"]
    assert [part["member"] for part in seen(one, 0, (), "observer", 0)["members"]] == ["KOR", "JPN"]


def test_news_for_some_are_for_them() -> None:
    one = setting(GG)
    assert "firm-note" in seen(one, 2, (), "kor-firms", 3)["injects"]
    assert "firm-note" not in seen(one, 2, (), "kor-agency", 3)["injects"]


def test_chances_leave_out_what_has_gone_by() -> None:
    view = seen(setting(GG), 2, (), "kor-agency", 4)
    assert [part["months"] for part in view["chances"]] == [6, 12]
    assert sum(part["probability"] for part in view["chances"]) == pytest.approx(1)
    over = seen(setting(GG), 0, (), "kor-agency", 4)
    assert over["over"]
    assert "chances" not in over


def test_what_is_under_way_is_seen_and_arrives() -> None:
    view = seen(setting(GG), 2, DECIDED, "kor-ministry", 1)
    gallium = view["members"][0]["places"][0]
    assert gallium["arriving"] == [{"month": 3, "tonnes": pytest.approx(0.2)}]


def test_the_seed_draws_cases_as_often_as_they_are_likely() -> None:
    one = replace(ready_exercise(GG), case=None)
    drawn = Counter(true_case(one, [0.3, 0.5, 0.2], seed) for seed in range(4000))
    for case, chance in enumerate((0.3, 0.5, 0.2)):
        assert drawn[case] / 4000 == pytest.approx(chance, abs=0.03)
    assert true_case(replace(one, case=1), [1.0, 0.0], 7) == 1
