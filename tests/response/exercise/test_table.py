"""A run on the table: one record, one run; faults have places; refusals tell nothing of others."""

from __future__ import annotations

import json

import pytest

from pactolus.errors import InputError
from pactolus.response.exercise.board import Setting, exercise_setting
from pactolus.response.exercise.decisions import Decision
from pactolus.response.exercise.exercise import ready_exercise
from pactolus.response.exercise.table import begin, decision_of, hand_in, run_from_record, step

EXERCISE = ready_exercise("gallium-germanium-licence")
SEED = 3
ROLE = "kor-agency"
OTHER = "jpn-ministry"


@pytest.fixture(scope="module")
def setting() -> Setting:
    return exercise_setting(EXERCISE)


def test_the_same_record_gives_the_same_run(setting: Setting) -> None:
    run = begin(EXERCISE, SEED)
    one = Decision(role=ROLE, month=1, action="release", tonnes=1.0, mineral="gallium", stage="refined")
    run = step(setting, hand_in(setting, run, one))
    again, exercise = run_from_record(json.loads(json.dumps(run.record())))
    assert again == run
    assert exercise.checksum == EXERCISE.checksum


def test_a_changed_record_is_refused_with_every_place() -> None:
    record = begin(EXERCISE, SEED).record() | {"checksum": "0", "month": 99, "seed": -1}
    record["decisions"] = [{"role": ROLE, "month": 1, "action": "release", "tonnes": "many"}]
    with pytest.raises(InputError, match="run: checksum: ") as told:
        run_from_record(record)
    for place in ("run: seed: -1", "run: month: 99", "run: decisions, 1, tonnes: "):
        assert place in str(told.value)


def test_a_refusal_never_tells_what_another_role_handed_in(setting: Setting) -> None:
    run = begin(EXERCISE, SEED)
    place = {"mineral": "gallium", "stage": "refined"}
    with pytest.raises(InputError, match="at most") as told:
        hand_in(setting, run, Decision(role=OTHER, month=1, action="lend", tonnes=1e9, to="KOR", **place))
    assert all(line.startswith(f"{OTHER}, month 1: ") for line in str(told.value).splitlines())


def test_months_are_closed_up_to_the_last_and_no_further(setting: Setting) -> None:
    run = begin(EXERCISE, SEED)
    for _ in range(EXERCISE.rounds):
        run = step(setting, run)
    assert run.month == EXERCISE.rounds + 1
    with pytest.raises(InputError, match="all 8 months of gallium-germanium-licence are played"):
        step(setting, run)


def test_a_decision_for_another_month_than_that_on_the_table_is_refused(setting: Setting) -> None:
    place = {"mineral": "gallium", "stage": "refined"}
    with pytest.raises(InputError, match="month 1 is played, decide it for that one"):
        hand_in(
            setting, begin(EXERCISE, SEED), Decision(role=ROLE, month=2, action="release", tonnes=1, **place)
        )


def test_fields_of_a_form_that_cannot_be_read_are_all_named() -> None:
    said = {"action": "release", "tonnes": "much", "until": "soon", "entered": "tomorrow"}
    with pytest.raises(InputError) as told:
        decision_of(begin(EXERCISE, SEED), ROLE, said)
    for place in ("tonnes: 'much'", "until: 'soon'", "entered: 'tomorrow'"):
        assert f"{ROLE}, month 1: {place}" in str(told.value)
