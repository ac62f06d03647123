"""The page of the event study says what its tool prints now, in its tables and in its words."""

from __future__ import annotations

import polars as pl
import pytest

from pactolus.catalogue.world import open_world
from tools.study_page import PAGE, PARTS, PICTURE, ROOT, Results, picture, renewed, shared_folder


@pytest.fixture(scope="module")
def results() -> Results:
    return Results(open_world(), shared_folder())


@pytest.mark.shared
def test_the_page_is_up_to_date(results: Results) -> None:
    page = (ROOT / PAGE).read_text(encoding="utf-8")
    assert page == renewed(results, page), "run 'python tools/study_page.py'"


@pytest.mark.shared
def test_the_picture_is_up_to_date(results: Results) -> None:
    pytest.importorskip("py_mini_racer")
    assert (ROOT / PICTURE).read_text(encoding="utf-8") == picture(results.trade)


@pytest.mark.shared
def test_what_the_page_says_in_words_is_what_its_tables_say(results: Results) -> None:
    """Written by hand under "What can be claimed": rewrite it when this fails."""
    gaps = results.study.gaps.filter(board="minerals")
    prices = gaps.filter(pl.col("signal").is_in(["price_acceleration", "price_band"]), against="always_off")
    assert set(prices["verdict"]) == {"not separated"}
    assert set(gaps.filter(signal="combined", against="notice")["verdict"]) == {"worse"}
    assert set(gaps.filter(signal="notice_ahead", against="notice")["verdict"]) == {"worse"}
    leads = {row["signal"]: row for row in results.study.leads.filter(board="minerals").to_dicts()}
    alarm = leads["price_acceleration"]
    assert (alarm["warned"], alarm["events"], round(alarm["chance"], 2)) == (13, 23, 0.37)
    assert results.study.scores.filter(board="trade")["events"].max() == 5
    assert set(results.study.gaps.filter(board="trade")["verdict"]) == {"too few events"}
    page = (ROOT / PAGE).read_text(encoding="utf-8")
    assert "Of 40 controls 13 were announced on a day before the effect; median 42 days" in page


def test_elsewhere_the_tables_of_files_that_are_not_here_stay() -> None:
    page = (ROOT / PAGE).read_text(encoding="utf-8")
    assert not set(PARTS) & {"graphite", "trade-scores"}
    assert page.count("<!-- graphite: begin -->") == 1
