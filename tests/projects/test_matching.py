"""Matching on arrays: prices that hold, offers that are stable, and brute force on small cases."""

from __future__ import annotations

from itertools import combinations, permutations, product
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pactolus.errors import InputError, NoAnswerError, OptionError
from pactolus.projects import assign, blocking_pairs, match_problem, stable_match
from pactolus.projects.matching.problem import MatchProblem


@st.composite
def problems(draw: st.DrawFn, most: int | None = None, size: int = 4, units: int = 3) -> MatchProblem:
    """Small whole values, so that ties are common; some pairs would not deal."""
    n, m = draw(st.integers(1, size)), draw(st.integers(1, size))
    cell = st.one_of(st.just(float("nan")), st.integers(-2, 8).map(float))
    values = [np.array(draw(st.lists(cell, min_size=n * m, max_size=n * m))).reshape(n, m) for _ in range(2)]
    amounts = [draw(st.lists(st.integers(0, units), min_size=k, max_size=k)) for k in (n, m)]
    return match_problem(*values, *amounts, most=most)


def feasible(problem: MatchProblem, x: np.ndarray[Any, Any]) -> bool:
    return bool(
        (x >= 0).all()
        and (x <= problem.most).all()
        and (x.sum(axis=1) <= problem.supply).all()
        and (x.sum(axis=0) <= problem.need).all()
    )


def matchings(problem: MatchProblem) -> list[np.ndarray[Any, Any]]:
    """Every matching in whole units."""
    ranges = [range(int(top) + 1) for top in problem.most.ravel()]
    every = (np.array(one).reshape(problem.shape) for one in product(*ranges))
    return [x for x in every if feasible(problem, x)]


# ---- with transfers ---------------------------------------------------------------------


@given(problems())
def test_value_is_that_of_the_prices_and_nobody_gains_by_leaving(problem: MatchProblem) -> None:
    found = assign(problem)
    assert feasible(problem, found.quantity)
    assert found.dual_value == pytest.approx(found.value, abs=1e-6)
    joint, x = problem.joint, found.quantity
    ends = ((found.gain_high, found.price_low), (found.gain, found.price), (found.gain_low, found.price_high))
    for gain, price in ends:
        assert (gain >= 0).all()
        assert (price >= 0).all()
        rest = joint - gain[:, None] - price[None, :]
        assert (rest[x < problem.most] <= 1e-6).all()  # no pair gains by having more of each other
        assert (rest[x > 0] >= -1e-6).all()  # nobody has what is worth less to the two than to others
        assert gain[x.sum(axis=1) < problem.supply] == pytest.approx(0)
        assert price[x.sum(axis=0) < problem.need] == pytest.approx(0)
    assert (found.price_low <= found.price_high + 1e-9).all()


@given(problems(size=3, units=2))
@settings(max_examples=40, deadline=None)
def test_no_matching_is_worth_more(problem: MatchProblem) -> None:
    if (problem.most.astype(float) + 1).prod() > 1000:
        return
    best = max(problem.welfare(x) for x in matchings(problem))
    assert assign(problem).value == pytest.approx(best)


@given(problems(most=1, size=3, units=2))
@settings(max_examples=15, deadline=None)
def test_no_group_of_firms_and_slots_does_better_alone(problem: MatchProblem) -> None:
    """The core: what a group gets is not less than what it could make by itself."""
    found = assign(problem)
    n, m = problem.shape
    pay = np.where(found.quantity > 0, problem.joint - found.price[None, :], 0.0)
    firms, slots = pay.sum(axis=1), found.quantity.sum(axis=0) * found.price
    assert firms.sum() + slots.sum() == pytest.approx(found.value)
    everyone = np.array(matchings(problem))
    made = everyone * np.where(problem.most > 0, np.nan_to_num(problem.joint, neginf=0.0), 0.0)
    for a, b in product(range(1, n + 1), range(1, m + 1)):
        for group, places in product(combinations(range(n), a), combinations(range(m), b)):
            worth = float(made[:, list(group)][:, :, list(places)].sum(axis=(1, 2)).max())
            assert firms[list(group)].sum() + slots[list(places)].sum() >= worth - 1e-6


def test_houses_of_shapley_and_shubik() -> None:
    """L. Shapley, M. Shubik, "The assignment game I: the core" (1971), the market of three houses.

    The table is typed from memory; its worth of 16 and the corners of the core (best for buyers, for sellers)
    are held by enumeration of all whole solutions of the dual programme, which holds the corners.
    """
    asks = np.array([18.0, 15.0, 19.0])
    offers = np.array([[23.0, 26.0, 20.0], [22.0, 24.0, 21.0], [21.0, 22.0, 17.0]])
    gains = np.maximum(offers - asks[:, None], 0.0)
    assert gains.tolist() == [[5, 8, 2], [7, 9, 6], [2, 3, 0]]
    found = assign(match_problem(np.zeros((3, 3)), gains, [1] * 3, [1] * 3))
    assert found.value == 16.0
    assert found.quantity.argmax(axis=1).tolist() == [1, 2, 0]
    grid = [
        (u, v)
        for u in product(range(10), repeat=3)
        for v in product(range(10), repeat=3)
        if sum(u) + sum(v) == 16 and all(u[i] + v[j] >= gains[i, j] for i in range(3) for j in range(3))
    ]
    assert found.price_low.tolist() == [min(v[j] for _, v in grid) for j in range(3)]
    assert found.price_high.tolist() == [max(v[j] for _, v in grid) for j in range(3)]
    assert found.gain_high.tolist() == [max(u[i] for u, _ in grid) for i in range(3)]


def test_many_pairs_that_come_in_later() -> None:
    """A slot that everybody likes best: the pairs that a programme starts with are not those it ends with."""
    from scipy.optimize import linear_sum_assignment

    random = np.random.default_rng(5)
    value = random.random((60, 80)) + 5 * random.random(80)
    found = assign(match_problem(value, np.zeros((60, 80)), np.ones(60), np.ones(80)))
    rows, columns = linear_sum_assignment(value, maximize=True)
    assert found.value == pytest.approx(value[rows, columns].sum())
    assert found.dual_value == pytest.approx(found.value)


def test_a_firm_pays_the_price_less_what_it_brings() -> None:
    problem = match_problem([[10.0], [6.0]], [[0.0], [1.0]], [1, 1], [1])
    found = assign(problem)
    assert (found.price_low[0], found.price_high[0]) == (7.0, 10.0)
    assert found.payment(problem)[0, 0] == 8.5
    assert np.isnan(found.payment(problem)[1, 0])


# ---- without ----------------------------------------------------------------------------


@given(problems())
def test_offers_end_in_a_stable_matching(problem: MatchProblem) -> None:
    for side in ("firms", "slots"):
        x = stable_match(problem, side)  # type: ignore[arg-type]
        assert feasible(problem, x)
        assert not (x[~problem.willing] > 0).any()
        assert len(blocking_pairs(problem, x)) == 0
        assert problem.welfare(x) <= assign(problem).value + 1e-9


@st.composite
def strict(draw: st.DrawFn) -> MatchProblem:
    """One-to-one, orders without ties."""
    n, m = draw(st.integers(1, 4)), draw(st.integers(1, 4))
    firms = np.array([draw(st.permutations(range(m))) for _ in range(n)], dtype=float)
    slots = np.array([draw(st.permutations(range(n))) for _ in range(m)], dtype=float).T
    return match_problem(firms, slots, [1] * n, [1] * m)


@given(strict())
@settings(max_examples=60)
def test_no_stable_matching_is_better_for_any_who_offer(problem: MatchProblem) -> None:
    stable = [x for x in matchings(problem) if len(blocking_pairs(problem, x)) == 0]
    mine, theirs = stable_match(problem), stable_match(problem, "slots")
    for x in stable:
        assert (gain(problem.firm_score, mine, 1) >= gain(problem.firm_score, x, 1)).all()
        assert (gain(problem.slot_score, theirs, 0) >= gain(problem.slot_score, x, 0)).all()
        # who is left alone is left alone in every stable matching
        assert (x.sum(axis=1) == mine.sum(axis=1)).all()


def gain(score: np.ndarray[Any, Any], x: np.ndarray[Any, Any], axis: int) -> np.ndarray[Any, Any]:
    found: np.ndarray[Any, Any] = np.where(x > 0, score, -1.0).max(axis=axis)
    return found


def plain(problem: MatchProblem) -> np.ndarray[Any, Any]:
    """Quantities by offers of all firms at once, round by round, from the choice of each side."""
    room = np.where(problem.willing, problem.most, 0)
    while True:
        offer = chosen(problem.firm_score, room, problem.supply)
        kept = chosen(problem.slot_score.T, offer.T, problem.need).T
        if (kept == offer).all():
            return kept
        room = np.where(kept < offer, kept, room)


def chosen(score: np.ndarray[Any, Any], room: np.ndarray[Any, Any], capacity: Any) -> np.ndarray[Any, Any]:
    x = np.zeros_like(room)
    for i in range(len(room)):
        left = int(capacity[i])
        order = np.argsort(-np.where(room[i] > 0, score[i], -np.inf), kind="stable")
        for j in order:
            x[i, j] = min(left, room[i, j])
            left -= int(x[i, j])
    return x


@given(problems(units=30))
def test_quantities_are_those_of_offers_round_by_round(problem: MatchProblem) -> None:
    assert stable_match(problem).tolist() == plain(problem).tolist()


def ranked(table: list[list[tuple[int, int]]]) -> MatchProblem:
    """A table of ranks as Gale and Shapley print it: (of the woman for the man, of the man for the woman)."""
    ranks = -np.array(table, dtype=float) + len(table) + 1
    size = [1] * len(table)
    return match_problem(ranks[:, :, 0], ranks[:, :, 1], size, size)


def stable_of(problem: MatchProblem) -> set[tuple[int, ...]]:
    """Stable marriages of everybody, by enumeration."""
    found = set()
    for partners in permutations(range(problem.shape[0])):
        quantity = np.zeros(problem.shape, dtype=np.int64)
        quantity[np.arange(len(partners)), partners] = 1
        if len(blocking_pairs(problem, quantity)) == 0:
            found.add(partners)
    return found


def test_gale_and_shapley_example_1() -> None:
    """D. Gale, L. Shapley, "College admissions and the stability of marriage" (1962), example 1.

    Of six sets of marriages three are stable: each man his first, each woman her first, everybody the second.
    The table is typed from memory; enumeration holds what is said of it.
    """
    problem = ranked([[(1, 3), (2, 2), (3, 1)], [(3, 1), (1, 3), (2, 2)], [(2, 2), (3, 1), (1, 3)]])
    assert stable_of(problem) == {(0, 1, 2), (2, 0, 1), (1, 2, 0)}
    assert stable_match(problem).argmax(axis=1).tolist() == [0, 1, 2]
    assert stable_match(problem, "slots").argmax(axis=1).tolist() == [2, 0, 1]


def test_gale_and_shapley_example_2() -> None:
    """The same, example 2: four of each, one stable set of marriages, in which no man has his first."""
    problem = ranked(
        [
            [(1, 3), (2, 3), (3, 2), (4, 3)],
            [(1, 4), (4, 1), (3, 3), (2, 2)],
            [(2, 2), (1, 4), (3, 4), (4, 1)],
            [(4, 1), (2, 2), (3, 1), (1, 4)],
        ]
    )
    assert stable_of(problem) == {(2, 3, 0, 1)}
    for side in ("firms", "slots"):
        assert stable_match(problem, side).argmax(axis=1).tolist() == [2, 3, 0, 1]


def test_blocking_pairs_by_hand() -> None:
    problem = match_problem([[3, 1], [2, 1]], [[1, 1], [2, 2]], [1, 1], [1, 1])
    nothing = np.zeros((2, 2), dtype=np.int64)
    assert len(blocking_pairs(problem, nothing)) == 4
    assert len(blocking_pairs(problem, np.array([[1, 0], [0, 1]]))) == 1
    # equal is not better
    alike = match_problem([[1, 1]], [[0, 0]], [1], [1, 1])
    assert len(blocking_pairs(alike, np.array([[1, 0]]))) == 0


# ---- what is refused --------------------------------------------------------------------


def test_all_faults_of_a_problem_at_once() -> None:
    with pytest.raises(InputError, match=r"(?s)supply: whole numbers.*need: shape \(3,\)"):
        match_problem([[1, 2]], [[1, 2]], [0.5], [1, 1, 1])
    with pytest.raises(InputError, match=r"slot_value: shape \(1, 3\), that of firm_value is \(1, 2\)"):
        match_problem([[1, 2]], [[1, 2, 3]], [1], [1, 1])
    with pytest.raises(InputError, match="firm_value: an infinite number"):
        match_problem([[np.inf]], [[1]], [1], [1])
    with pytest.raises(InputError, match="give a row for each line"):
        match_problem([1, 2], [1, 2], [1], [1])


def test_other_refusals() -> None:
    problem = match_problem([[1, 2], [2, 1]], [[2, 1], [1, 2]], [5, 5], [5, 5])
    with pytest.raises(OptionError, match="proposing: 'both'"):
        stable_match(problem, "both")  # type: ignore[arg-type]
    with pytest.raises(NoAnswerError, match="state them in a coarser unit"):
        stable_match(problem, most_steps=1)


def test_nothing_to_match() -> None:
    problem = match_problem([[np.nan]], [[1.0]], [1], [1])
    assert assign(problem).value == 0.0
    assert stable_match(problem).tolist() == [[0]]
    shut = match_problem([[5.0]], [[1.0]], [0], [1])
    assert assign(shut).price.tolist() == [0.0]
