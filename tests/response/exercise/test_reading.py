"""Exercises from files: every fault with its place, and situations that fit."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from pactolus.errors import InputError, UnknownTermError
from pactolus.response.exercise.exercise import ready_exercise, ready_exercise_names
from pactolus.response.exercise.reading import read_exercise
from pactolus.response.exercise.situations import situation_of
from pactolus.response.exercise.templates import EXERCISE, decisions_template
from tests.response.exercise.ready import MADE_UP, ON_TRADE, setting


def faults_of(tmp_path: Path, *changes: tuple[str, str]) -> str:
    text = EXERCISE
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    file = tmp_path / "own.yaml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(InputError) as caught:
        situation_of(read_exercise(file))
    return str(caught.value)


def test_the_template_can_be_played(tmp_path: Path) -> None:
    file = tmp_path / "own.yaml"
    file.write_text(EXERCISE, encoding="utf-8")
    one = read_exercise(file)
    found = situation_of(one)
    assert found.lengths == (3, 8)
    assert found.loss_t[0, :, 2, 0].tolist() == [180.0, 250.0]
    assert found.loss_t[0, :, 3, 0].tolist() == [0.0, 0.0]
    assert [lot.tonnes[1] for lot in found.held] == [300.0, 1000.0]
    assert found.assumed.lending_share == 0.3
    assert one.fictitious
    assert "#   kor: release, keep" in decisions_template(one)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("probability: 0.5}\n    - {months: 8", "probability: 0.4}\n    - {months: 8", "add up to 0.9"),
        ("horizon: 12 ", "horizon: 6 ", "a case lasts 8 months, the horizon is 6; widen it"),
        ("supplier: VNM, mineral", "supplier: PRK, mineral", "PRK is no supplier of any plan"),
        ("lost: {KOR: 0.6, JPN: 0.5}", "lost: {KOR: 0.6}", "JPN uses it, and nothing says which part"),
        ("case: drawn", "case: 3", r"own.yaml:\d+:\d+: hidden.case: case 3 of 2; give 1 to 2, or drawn"),
        ("chances: [0.3, 0.7]", "chances: [0.3, 0.2, 0.5]", "3 chances for 2 cases; give one for each"),
        ("chances: [0.3, 0.7]", "chances: [0, 1]", "rules out a case that the seed may draw"),
        ("month: 3\n", "month: 7\n", "month 7 of 6; nobody would read it"),
        ("rounds: 6", "rounds: 13", "13 rounds, the horizon is 12 months"),
        ("{id: jpn, ", "{id: kor, ", "'kor' stands twice; ids are unique"),
        ("kind: member, member: JPN, sees", "kind: firm, sees", "a firm acts for a member; write member"),
        ("months_of_use: 1,", "months_of_use: 1, tonnes: 3,", "give tonnes or months_of_use"),
        ("change: room", "change: rooms", "write change: room, loss, chances or no_transfer"),
        (
            "{change: room, supplier: VNM, factor: 0.5}",
            "{change: no_transfer, member: USA}",
            "unknown member of this exercise 'USA'",
        ),
        ("day: 10", "day: 26", "day 26 lies after the deadline of the month, day 25"),
        ("purpose: What", "purpos: What", "did you mean 'purpose'"),
        ("    month: 3", "    to: [usa]\n    month: 3", "unknown role of this exercise 'usa'"),
        ("    month: 3", "    to: [kor]\n    month: 3", "changes what is so for all"),
        ("exercise: my-exercise", "event: graphite-licence-2023\nexercise: my-exercise", "one of the two"),
    ],
)
def test_faults_have_a_place(old: str, new: str, message: str, tmp_path: Path) -> None:
    said = faults_of(tmp_path, (old, new))
    assert re.search(message, said), said
    assert re.search(r"own.yaml:\d+:\d+: ", said)


def test_an_event_takes_no_made_up_origin(tmp_path: Path) -> None:
    begin, end = EXERCISE.index("declared:"), EXERCISE.index("holdings:")
    said = faults_of(tmp_path, (EXERCISE[begin:end], "event: graphite-licence-2023\n"))
    assert "origin and may_go belong to made-up tonnes" in said
    missing = faults_of(tmp_path, (EXERCISE[begin:end], "event: graphite-licence-2032\n"))
    assert "did you mean 'graphite-licence-2023'" in missing


def test_a_holding_of_what_is_not_cut(tmp_path: Path) -> None:
    begin, end = EXERCISE.index("declared:"), EXERCISE.index("holdings:")
    said = faults_of(
        tmp_path,
        (EXERCISE[begin:end], "event: cobalt-quota-2025\n"),
        (", origin: VNM, may_go: [JPN]", ""),
        (", origin: VNM, may_go: [KOR]", ""),
    )
    assert "holdings of tungsten (intermediate), which the event does not cut" in said


def test_ready_exercises_say_what_is_made_up() -> None:
    assert set(ready_exercise_names()) == {*MADE_UP, *ON_TRADE}
    for name in ready_exercise_names():
        one = ready_exercise(name)
        assert one.fictitious == (name in MADE_UP)
        texts = [one.titles, one.purpose, *one.debrief, *one.notes, *(role.titles for role in one.roles)]
        texts += [words for inject in one.injects for words in (inject.titles, inject.texts)]
        assert all(len({words["en"], words["ko"], words["ja"]}) == 3 for words in texts)
    with pytest.raises(UnknownTermError, match="did you mean 'cobalt-quota'"):
        ready_exercise("cobalt-quotas")


@pytest.mark.parametrize("name", ON_TRADE)
def test_stocks_on_trade_are_months_of_its_use(name: str) -> None:
    one = setting(name)
    for lot in one.exercise.holdings:
        k, i = one.situation.places.index((lot.mineral, lot.stage)), one.situation.members.index(lot.member)
        held = sum(part.tonnes[1] for part in one.situation.held if (part.place, part.member) == (k, i))
        assert lot.months_of_use is not None
        assert held == pytest.approx(lot.months_of_use * one.situation.use_t[k, i], rel=1e-9)
