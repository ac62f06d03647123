"""Kendall's W and the spread of ranks."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pactolus.errors import DataError
from pactolus.indicators import kendalls_w, method_ranks, rank_agreement

scores = st.lists(st.integers(0, 8), min_size=3, max_size=12).filter(lambda s: len(set(s)) > 1)


def as_scores(*columns: list[float]) -> dict[str, dict[str, float]]:
    return {f"m{i}": {f"x{j}": float(v) for j, v in enumerate(c)} for i, c in enumerate(columns)}


@given(scores)
def test_equal_rankings_agree_wholly_even_with_ties(column: list[int]) -> None:
    assert kendalls_w(as_scores(column, column, [10 * c for c in column])) == pytest.approx(1.0)


@given(st.permutations(range(6)), st.permutations(range(6)))
def test_two_rankings_are_a_rescaled_spearman(one: list[int], other: list[int]) -> None:
    n = len(one)
    spearman = 1 - 6 * sum((a - b) ** 2 for a, b in zip(one, other, strict=True)) / (n * (n * n - 1))
    assert kendalls_w(as_scores(one, other)) == pytest.approx((spearman + 1) / 2, abs=1e-12)


@given(st.lists(st.lists(st.integers(0, 5), min_size=5, max_size=5), min_size=2, max_size=5))
def test_it_lies_between_nought_and_one(columns: list[list[int]]) -> None:
    try:
        w = kendalls_w(as_scores(*columns))
    except DataError:
        assert all(len(set(c)) == 1 for c in columns)
    else:
        assert -1e-12 <= w <= 1


def test_opposite_rankings_do_not_agree() -> None:
    assert kendalls_w(as_scores([1, 2, 3], [3, 2, 1])) == 0


def test_a_worked_example_with_ties() -> None:
    """Three judges, four items, by hand: rank sums 4, 5, 9.5, 11.5; S = 38.5; one tie of two, so T = 6."""
    judges = {
        "a": {"w": 1.0, "x": 2.0, "y": 3.0, "z": 4.0},
        "b": {"w": 2.0, "x": 1.0, "y": 3.0, "z": 4.0},
        "c": {"w": 1.0, "x": 2.0, "y": 3.5, "z": 3.5},
    }
    assert kendalls_w(judges) == pytest.approx(12 * 38.5 / (9 * 60 - 3 * 6))


@pytest.mark.parametrize(
    ("table", "message"),
    [
        ({"a": {"x": 1.0, "y": 2.0}}, "needs at least two"),
        ({"a": {"x": 1.0}, "b": {"x": 1.0}}, r"1 item\(s\)"),
        ({"a": {"x": 1.0, "y": 2.0}, "b": {"x": 1.0, "z": 2.0}}, r"differs in \['y', 'z'\]"),
        ({"a": {"x": 1.0, "y": 2.0}, "b": {"x": 1.0, "y": float("nan")}}, r"no score for \['y'\]"),
        ({"a": {"x": 1.0, "y": 1.0}, "b": {"x": 2.0, "y": 2.0}}, "ties all items"),
    ],
)
def test_what_cannot_be_compared_is_refused(table: dict[str, dict[str, float]], message: str) -> None:
    with pytest.raises(DataError, match=message):
        kendalls_w(table)


ASSESSED = pl.DataFrame(
    {
        "method": ["hhi"] * 4 + ["n-minus-1"] * 4,
        "mineral": ["cobalt", "cobalt", "nickel", "tin"] * 2,
        "stage": ["ore", "refined", "ore", "ore"] * 2,
        "importer": ["KOR"] * 8,
        "year": [2023] * 8,
        "value": [0.2, 0.9, 0.5, None, 0.6, 0.1, 0.05, 0.4],
        "status": ["ok", "ok", "ok", "no_trade_data", "ok", "ok", "ok", "ok"],
    }
)


def test_a_mineral_counts_at_its_riskiest_stage_and_low_n_minus_1_is_risky() -> None:
    ranks = method_ranks(ASSESSED)
    row = {
        m: (a, b, s)
        for m, a, b, s in ranks.select("mineral", "hhi_rank", "n-minus-1_rank", "spread").iter_rows()
    }
    assert row["cobalt"] == (1.0, 2.0, 1.0)
    assert row["nickel"] == (2.0, 1.0, 1.0)
    assert ranks.filter(pl.col("mineral") == "cobalt")["hhi_value"].item() == 0.9


def test_a_mineral_without_a_value_in_one_method_is_left_out_by_name() -> None:
    ranks = method_ranks(ASSESSED).filter(pl.col("mineral") == "tin")
    assert ranks.select("status", "hhi_rank", "spread").row(0) == ("no_trade_data", None, None)
    found = rank_agreement(ASSESSED).row(0, named=True)
    assert (found["minerals"], found["left_out"], found["status"], found["kendalls_w"]) == (2, 1, "ok", 0.0)


def test_one_method_has_nothing_to_agree_with() -> None:
    found = rank_agreement(ASSESSED, ["hhi"]).row(0, named=True)
    assert (found["kendalls_w"], found["status"]) == (None, "not_applicable")
