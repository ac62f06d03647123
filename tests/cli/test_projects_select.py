"""``pactolus projects select``, ``pareto`` and ``alternatives`` as a user types them."""

from __future__ import annotations

from .conftest import Pactolus

TRIAL = "--synthetic 12 --scenarios 4 --gap 0.1 --quiet --format csv"


def test_invented_projects_are_marked_in_every_row(pactolus: Pactolus) -> None:
    for table in ("chosen", "shares", "offtake", "calls", "shortage", "summary", "split"):
        answer = pactolus(f"projects select {TRIAL} --table {table}")
        assert answer.code == 0, answer.err
        assert answer.csv
        assert {row["synthetic"] for row in answer.csv} == {"true"}


def test_alone_names_whose_choice_it_is(pactolus: Pactolus) -> None:
    rows = pactolus(f"projects select {TRIAL} --alone --table summary").csv
    assert [(row["alone"], row["members"]) for row in rows] == [("KOR", "KOR"), ("JPN", "JPN")]


def test_alternatives_and_front(pactolus: Pactolus) -> None:
    rows = pactolus(f"projects alternatives {TRIAL} --slack 0.05,0.1 --count 4").csv
    assert {row["verdict"] for row in rows} <= {"must_have", "never", "negotiable"}
    assert {row["slack"] for row in rows} == {"0.05", "0.1"}
    front = pactolus(f"projects pareto {TRIAL} --cap-host 1,0.5 --steps 1").csv
    assert len(front) == 2


def test_records_of_the_seed_give_a_choice_with_its_assumptions(pactolus: Pactolus) -> None:
    words = "projects select --budget KOR=500,JPN=800 --scenarios 20 --on 2026-11-01 --format csv"
    answer = pactolus(words)
    assert answer.code == 0, answer.err
    assert {row["synthetic"] for row in answer.csv} == {"false"}
    for part in ("left out, production", "on offer (assumed)", "no limit on the money of firms of KOR, JPN"):
        assert part in answer.err
    powers = pactolus("projects select --budget KOR=1,JPN=1 --on 2026-11-01 --table powers --format csv").csv
    assert {row["agency"] for row in powers if row["member"] == "KOR"} == {"KOMIR", "special loan programme"}


def test_every_wrong_option_is_told_at_once(pactolus: Pactolus) -> None:
    answer = pactolus("projects select --budget KOR=x --cap-host 2 --time-limit 0 --table chosn")
    assert answer.code == 2
    for part in ("--budget: 'KOR=x'", "--cap-host: '2'", "--time-limit: '0'", "did you mean 'chosen'"):
        assert part in answer.err, answer.err
    answer = pactolus("projects select --budget KOR=100")
    assert answer.code == 2
    assert "--budget: none for JPN" in answer.err
    answer = pactolus("projects alternatives --synthetic 5 --slack 2")
    assert "--slack: '2'" in answer.err


def test_limits_that_conflict_end_with_their_names(pactolus: Pactolus) -> None:
    answer = pactolus(
        f"projects select {TRIAL} --budget KOR=0,JPN=0 --private KOR=0,JPN=0 --require", "project 0001"
    )
    assert answer.code == 3
    assert "required: project 0001" in answer.err
    assert "cannot hold together" in answer.err
