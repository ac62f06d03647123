"""Decisions from files and lines: what is refused, with its place, and what is taken."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest

from pactolus.errors import InputError
from pactolus.response.exercise.decisions import (
    Decision,
    decisions_yaml,
    faults_of,
    parse_line,
    read_decisions,
)
from pactolus.response.exercise.state import play, walk
from tests.response.exercise.ready import setting

GG = "gallium-germanium-licence"


def refused(text: str, tmp_path: Path) -> str:
    """What is said of one decision, or of playing it."""
    file = tmp_path / "d.yaml"
    file.write_text(f"exercise: {GG}\ndecisions:\n  - {{{text}}}\n", encoding="utf-8")
    one = setting(GG)
    with pytest.raises(InputError) as caught:
        play(one, 3, read_decisions(file, one.exercise, one.situation))
    return str(caught.value)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "role: jpn-agency, month: 2, action: release, tonnes: 1, mineral: gallium, entered: 2030-08-26",
            r"d.yaml:3:\d+: decisions\[1\].entered: 2030-08-26 lies after the deadline of month 2, "
            "2030-08-25; decide it for month 3",
        ),
        (
            "role: jpn-agency, month: 8, action: release, tonnes: 1, mineral: gallium, entered: 2031-02-27",
            "deadline of month 8, 2031-02-25; no later month is played",
        ),
        (
            "role: kor-agency, month: 1, action: lend, tonnes: 1, mineral: gallium, to: JPN",
            r"d.yaml:3:\d+: decisions\[1\].action: kor-agency may not lend: it may release, keep; "
            "ask kor-ministry",
        ),
        (
            "role: observer, month: 1, action: lend, tonnes: 1, mineral: gallium, to: JPN",
            "observer may not lend: it decides nothing; no role of this member may",
        ),
        (
            "role: kor-agency, month: 1, action: release, tonnes: 4, mineral: gallium",
            r"d.yaml:3:5: decisions\[1\].tonnes: release 4 t; at most 3 t: what is in stock; lower it",
        ),
        (
            "role: jpn-ministry, month: 1, action: lend, tonnes: 20, mineral: gallium, to: KOR",
            "lend 20 t; at most 13.6 t: its lending limit; lower it",
        ),
        (
            "role: kor-firms, month: 1, action: order, tonnes: 5, mineral: gallium",
            "order 5 t; at most 0.3 t: what it can take from other suppliers in a month; lower it",
        ),
        ("role: kor-agncy, month: 1, action: release, tonnes: 1", "unknown role 'kor-agncy'; did you mean"),
        ("role: kor-agency, month: 9, action: release, tonnes: 1, mineral: gallium", "months 1 to 8"),
        ("role: kor-agency, month: 1, action: release, tonnes: 1", "names no single place; give mineral"),
        (
            "role: kor-agency, month: 1, action: release, tonnes: -1, mineral: gallium",
            "-1; give tonnes above 0",
        ),
        (
            "role: kor-agency, month: 3, until: 2, action: release, tonnes: 1, mineral: gallium",
            "from 3 to 15",
        ),
        ("role: kor-ministry, month: 1, action: lend, tonnes: 1, mineral: gallium", "to: is missing"),
        (
            "role: kor-ministry, month: 1, action: lend, tonnes: 1, mineral: gallium, to: KOR",
            "KOR; give another member: JPN",
        ),
        (
            "role: kor-firms, month: 1, action: order, tonnes: 0.1, mineral: gallium, from: FRA",
            "FRA is no supplier here; there are BEL, CAN, DEU",
        ),
        ("role: kor-agency, month: 1, action: releas, tonnes: 1, mineral: gallium", "did you mean 'release'"),
    ],
)
def test_what_is_refused(text: str, message: str, tmp_path: Path) -> None:
    assert re.search(message, refused(text, tmp_path))


def test_all_that_ask_for_too_much_are_named_at_once(tmp_path: Path) -> None:
    text = (
        "role: kor-agency, month: 1, action: release, tonnes: 4, mineral: gallium}\n"
        "  - {role: jpn-agency, month: 2, action: release, tonnes: 99, mineral: germanium"
    )
    assert [line.split(".tonnes")[0] for line in refused(text, tmp_path).splitlines()] == [
        "d.yaml:3:5: decisions[1]",
        "d.yaml:4:5: decisions[2]",
    ]


def test_decisions_of_another_exercise(tmp_path: Path) -> None:
    file = tmp_path / "d.yaml"
    file.write_text("exercise: graphite-licence\ndecisions: []\n", encoding="utf-8")
    one = setting(GG)
    with pytest.raises(InputError, match="these are not decisions of 'gallium-germanium-licence'"):
        read_decisions(file, one.exercise, one.situation)


def test_a_month_that_is_past_while_one_is_played() -> None:
    one = setting(GG)
    past = Decision(role="kor-agency", month=2, action="release", tonnes=1, mineral="gallium")
    found = faults_of(past, one.exercise, one.situation, month=3)
    assert found == [
        (
            "month",
            "the deadline of month 2, 2030-08-25, has passed; month 3 is played, decide it for that one",
        )
    ]
    assert faults_of(past, one.exercise, one.situation, month=2) == []


def test_a_file_and_a_line_say_the_same(tmp_path: Path) -> None:
    typed = parse_line("kor-firms order 0.2 of gallium/refined from CAN until 4", 2)
    file = tmp_path / "d.yaml"
    file.write_text(decisions_yaml(GG, [typed]), encoding="utf-8")
    one = setting(GG)
    (read,) = read_decisions(file, one.exercise, one.situation)
    assert read.record() == typed.record()
    assert read.from_ == "CAN"
    for text in ("kor-firms order", "kor-firms order 1 of", "kor-firms order x", "a b 1 at KOR"):
        with pytest.raises(InputError, match="write ROLE ACTION TONNES"):
            parse_line(text, 1)


def test_an_entered_day_is_kept(tmp_path: Path) -> None:
    one = Decision(role="a", month=1, action="keep", tonnes=0, entered=date(2030, 7, 9))
    assert one.record()["entered"] == "2030-07-09"
    assert "place" not in one.record()


def test_standing_decisions_do_what_is_possible_and_those_after_the_end_nothing() -> None:
    decisions = [
        Decision(role="kor-agency", month=1, action="release", tonnes=1.4, mineral="gallium", until=8),
        Decision(role="kor-agency", month=7, action="release", tonnes=1, mineral="germanium"),
    ]
    one = setting(GG)
    _, done, faults = walk(one, 1, decisions)  # six months
    assert not faults
    notes = {(part.decision.month, part.month): (part.note, round(part.tonnes, 6)) for part in done}
    assert notes[1, 0] == ("done", 1.4)
    assert notes[1, 2] == ("limited", 0.2)
    assert notes[1, 5] == ("limited", 0.0)
    assert notes[7, 6] == ("event_over", 0.0)
    over = [Decision(role="kor-agency", month=1, action="release", tonnes=2, mineral="gallium")]
    _, done, faults = walk(one, 1, over)
    assert not faults
    assert (done[0].note, done[0].tonnes) == ("not_needed", pytest.approx(1.4))
