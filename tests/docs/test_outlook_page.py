"""The page of the outlook says what its tool prints now, in its tables and in its words."""

from __future__ import annotations

import os

import numpy as np
import pytest

from pactolus.catalogue.world import open_world
from tools.outlook_page import GOALS, MEMBERS, PAGE, ROOT, Results, _ap, renewed, verdict


@pytest.fixture(scope="module")
def results() -> Results:
    """All refits of the back-test: a sweep; its small form is the partial refit of `tests/warning`."""
    if os.environ.get("PACTOLUS_SWEEP") != "full":
        pytest.skip("refits every year of the outlook; set PACTOLUS_SWEEP=full to run this")
    return Results(open_world())


def test_the_page_is_up_to_date(results: Results) -> None:
    page = (ROOT / PAGE).read_text(encoding="utf-8")
    assert page == renewed(results, page), "run 'python tools/outlook_page.py'"


def test_what_the_page_says_in_words_is_what_its_tables_say(results: Results) -> None:
    """Written by hand under "What can be claimed": rewrite it when this fails."""
    for target in GOALS:
        everybody = results.test[target]
        ours = results.part(everybody, MEMBERS)
        assert verdict(results.gap(ours, "volatility")) == "not separated"
        assert verdict(results.gap(everybody, "volatility")) == "better"
        assert verdict(results.gap(everybody, "hhi")) == "better"
        assert verdict(results.gap(everybody, "no_suppliers")) == "not separated"
        alert = ours.alert["logistic"]
        assert 0.4 < ours.happened[alert].mean() < 0.6  # right in about half of the cases
        assert (ours.happened & ~alert).sum() > ours.happened.sum() / 2  # most falls come without one
    korea = results.part(results.test["volume"], ("KOR",))
    assert _ap(korea, "logistic") < _ap(korea, "volatility")


def test_the_year_that_nobody_saw_coming(results: Results) -> None:
    found = results.rolling["value"]
    of_2021 = results.examples.year[found.rows] == 2021
    assert found.happened[of_2021].mean() > 0.25
    assert np.mean(found.probability["logistic"][of_2021]) < 0.12


@pytest.mark.parametrize(
    ("gap", "word"),
    [
        ((0.1, 0.01, 0.2), "better"),
        ((0.1, -0.01, 0.2), "not separated"),
        ((0.1, 0.0, 0.2), "not separated"),
        ((-0.1, -0.2, -0.01), "worse"),
        (None, "not separated"),
    ],
)
def test_better_is_said_only_where_the_interval_excludes_zero(
    gap: tuple[float, float, float] | None, word: str
) -> None:
    assert verdict(gap) == word
