"""The page of the back-test says what its tool prints now, and owns up to every failure."""

from __future__ import annotations

import pytest

from pactolus.catalogue.world import open_world
from pactolus.disruption.backtest.scoring import Scores, bootstrap
from tools.backtest_page import PAGE, ROOT, WHY, Group, Results, _only, _verdict, renewed


@pytest.fixture(scope="module")
def results() -> Results:
    return Results(open_world())


def test_the_page_is_up_to_date(results: Results) -> None:
    page = (ROOT / PAGE).read_text(encoding="utf-8")
    assert page == renewed(results, page), "run 'python tools/backtest_page.py'"


def test_every_failure_has_its_sentence_and_no_other_has(results: Results) -> None:
    assert set(WHY) == set(results.failures)
    assert all(sentence.endswith(".") for sentence in WHY.values())


def test_there_are_ten_large_events(results: Results) -> None:
    assert len(results.ten) == 10


def test_what_the_page_says_in_words_is_what_its_tables_say(results: Results) -> None:
    """Written by hand under "What can be claimed": rewrite it when this fails."""

    def ours(found: Scores, against: str) -> str:
        draws: tuple[Group, Group] = ("event", "commodity")
        return _verdict([bootstrap(found, "pactolus", against, by=by) for by in draws])

    known, announced = (_only(found, results.ten) for found in (results.named, results.announced))
    assert (ours(known, "no_change"), ours(announced, "no_change")) == ("better", "better")
    assert ours(known, "uniform") == ours(announced, "proportional") == "not separated"
    assert (ours(results.detected, "no_change"), ours(results.detected, "proportional")) == (
        "better",
        "not separated",
    )


@pytest.mark.parametrize(
    ("gaps", "word"),
    [
        ([(0.1, 0.01, 0.2), (0.1, 0.02, 0.2)], "better"),
        ([(0.1, 0.01, 0.2), (0.1, -0.02, 0.2)], "not separated"),
        ([(0.1, 0.01, 0.2), None], "not separated"),
        ([(-0.1, -0.2, -0.01), (-0.1, -0.2, -0.02)], "worse"),
        ([(0.1, 0.0, 0.2), (0.1, 0.01, 0.2)], "not separated"),
    ],
)
def test_better_is_said_only_where_both_intervals_exclude_zero(
    gaps: list[tuple[float, float, float] | None], word: str
) -> None:
    assert _verdict(gaps) == word
