"""The benchmark of matching: the obvious ways find the same, and a table comes out."""

from __future__ import annotations

import pytest
from benchmarks import matching

from pactolus.projects import assign, stable_match


@pytest.mark.parametrize("kind", matching.KINDS)
def test_one_programme_with_all_pairs_finds_the_same_value(kind: str) -> None:
    problem = matching.problem_of(kind, 12, 20)
    assert matching.all_pairs(problem) == pytest.approx(assign(problem).value)
    if kind in ("one each", "lots"):
        assert matching.expanded(problem) == pytest.approx(assign(problem).value)


@pytest.mark.parametrize("kind", ["one each", "places"])
def test_offers_over_lists_keep_the_same_firms(kind: str) -> None:
    problem = matching.problem_of(kind, 12, 20)
    x = stable_match(problem)
    assert [set(x[:, j].nonzero()[0].tolist()) for j in range(20)] == matching.offers(problem)


def test_answers_that_differ_are_refused() -> None:
    with pytest.raises(AssertionError, match=r"values 1\.0 and 2\.0 differ"):
        matching._same(1.0, 2.0)
    problem = matching.problem_of("one each", 5, 5)
    with pytest.raises(AssertionError, match="keep other firms"):
        matching._agree(stable_match(problem), [set() for _ in range(5)])


def test_a_table_comes_out() -> None:
    rows = matching.figures(8, 10).splitlines()
    assert sum(row.startswith("|") for row in rows) == 2 + 2 * len(matching.KINDS) + 1
    assert "8 firms, 10 slots, 80 pairs." in rows[-1]
