"""``pactolus watch`` as a user types it."""

from __future__ import annotations

import pytest
import typer
from typer.testing import CliRunner

from pactolus.cli.watch import watch_app

from .conftest import Pactolus

ASKED = "watch outlook KOR JPN --minerals cobalt,lithium --format csv"


def test_an_outlook_with_the_skill_of_the_members_first(pactolus: Pactolus) -> None:
    answer = pactolus(ASKED)
    assert answer.code == 0
    assert {r["target"] for r in answer.csv} == {"volume", "value"}
    row = next(r for r in answer.csv if r["status"] == "ok")
    assert 0 < float(row["low"]) < float(row["probability"]) < float(row["high"]) < 1
    assert row["outcome"] == ""
    first = answer.err.splitlines()[0]
    assert first.startswith("volume, tested on 2019-2023: KOR+JPN: average precision 0.")
    assert "at a base rate of 0." in first
    assert pactolus(f"{ASKED} --quiet").err == ""


@pytest.mark.usefixtures("one_world")
@pytest.mark.parametrize("words", ["KOR JPN", "KOR,JPN", "korea Japan", "KOR+JPN"])
def test_the_default_command_needs_no_name(pactolus: Pactolus, words: str) -> None:
    rest = "--minerals cobalt --format csv --quiet --as-of 2026-12-01"
    assert pactolus(f"watch {words} {rest}").csv == pactolus(f"watch list KOR JPN {rest}").csv


def test_other_tables(pactolus: Pactolus) -> None:
    scores = pactolus(f"{ASKED} --table scores --target value").csv
    assert [r["model"] for r in scores[:4]] == ["logistic", "volatility", "hhi", "base_rate"]
    assert scores[0]["who"] == "KOR+JPN"
    reasons = pactolus(f"{ASKED} --table reasons --year 2023 --alerts").csv
    assert reasons
    assert {r["alert"] for r in reasons} == {"yes"}
    assert len(reasons) % 8 == 0


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ("watch outlok KOR", "Did you mean 'outlook'"),
        ("watch KOR JPX", "did you mean 'JPN'"),
        ("watch outlook", "Missing argument"),
        ("watch outlook KOR --table scores --alerts", "--alerts: scores are of all rows"),
        ("watch outlook KOR --table scores,reasons", "one table at a time"),
        ("watch outlook KOR --target price", "unknown target 'price'"),
        ("watch outlook KOR --year 2030", "2010 to 2025"),
        ("watch outlook KOR --year soon --table sores", "'soon' is not a whole number"),
    ],
)
def test_bad_input(pactolus: Pactolus, words: str, message: str) -> None:
    answer = pactolus(words)
    assert answer.code == 2
    assert message in answer.err
    assert answer.out == ""


def test_no_answer(pactolus: Pactolus) -> None:
    answer = pactolus("watch outlook KOR --minerals gallium")
    assert answer.code == 3
    assert "no member has an outlook of 2025" in answer.err


def test_help_names_the_command() -> None:
    assert isinstance(watch_app, typer.Typer)
    assert "outlook" in CliRunner().invoke(watch_app, ["--help"]).output


def test_a_study_of_past_events(pactolus: Pactolus) -> None:
    answer = pactolus("watch study --table leads --since 2020 --horizon 6 --as-of 2026-03-01 --format csv")
    assert answer.code == 0
    assert answer.csv[0]["signal"] == "notice"
    assert all(int(r["warned"]) <= int(r["events"]) for r in answer.csv)
    assert answer.err.startswith("controls that are no event here")


def test_press_points_of_the_study(pactolus: Pactolus) -> None:
    rows = pactolus("watch study --table points --format csv --quiet").csv
    assert {r["signals"] for r in rows} == {"history_short"}


def test_a_study_with_bad_input_says_all_of_it(pactolus: Pactolus) -> None:
    answer = pactolus("watch study --table pints --since 2020 --until 2011 --horizon 0")
    assert answer.code == 2
    for said in ("did you mean 'points'", "0 is not between 1 and 60", "give years in order"):
        assert said in answer.err
