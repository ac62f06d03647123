"""What holds for every game: efficiency, symmetry, dummies, additivity, covariance, duality, stability."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pactolus.errors import NoAnswerError
from pactolus.sharing import (
    CostGame,
    Game,
    ValueGame,
    compare,
    constrained_equal_awards,
    constrained_equal_losses,
    core_gap,
    core_is_empty,
    explain,
    least_core,
    nash,
    nucleolus,
    owen_point,
    pooling_loss,
    prenucleolus,
    production_game,
    proportional,
    resource_prices,
    scrb,
    shapley,
    talmud,
)
from pactolus.sharing import bankruptcy_game as bankruptcy
from tests.sharing.oracle import levels_are_balanced, nucleolus_by_trial, random_game, shapley_by_orders

seeds = st.integers(0, 100_000)
sizes = st.integers(2, 6)
kinds = st.sampled_from(["rough", "zero-one", "monotone"])
tops = st.sampled_from([2, 9, 1000])


@st.composite
def games(draw: st.DrawFn, most: int = 6) -> ValueGame:
    return random_game(draw(seeds), draw(st.integers(2, most)), top=draw(tops), kind=draw(kinds))


def as_costs(game: ValueGame) -> CostGame:
    return CostGame.from_amounts(game.members, -game.amounts)


def values(split) -> np.ndarray:
    return np.array(list(split.values()))


def size(game: Game) -> float:
    return 1 + float(np.abs(game.amounts).max())


def strategic(game: ValueGame, factor: float, extra: np.ndarray) -> ValueGame:
    """``factor v(S) + extra(S)``."""
    sums = np.array([sum(extra[i] for i in range(len(game)) if m >> i & 1) for m in range(game.amounts.size)])
    return ValueGame.from_amounts(game.members, factor * game.amounts + sums)


RULES = [shapley, nucleolus, prenucleolus]


@given(games())
def test_all_is_given_away_and_costs_are_negative_gains(game: ValueGame) -> None:
    for rule in RULES:
        found = rule(game)
        assert found.total == pytest.approx(game.grand, abs=1e-9 * size(game))
        assert tuple(found) == game.members
        assert values(rule(as_costs(game))) == pytest.approx(-values(found), abs=1e-7 * size(game))


@given(games(), seeds)
def test_order_of_members_does_not_matter(game: ValueGame, seed: int) -> None:
    order = np.random.default_rng(seed).permutation(len(game))
    members = [game.members[i] for i in order]
    other = ValueGame.from_function(members, lambda s: game[s])
    for rule in RULES:
        assert dict(rule(other)) == pytest.approx(dict(rule(game)), abs=1e-6 * size(game))


@given(games(), st.data())
def test_members_who_are_alike_get_the_same(game: ValueGame, data: st.DataObject) -> None:
    one, other = data.draw(st.permutations(game.members))[:2]
    swap = {one: other, other: one}
    even = ValueGame.from_function(
        game.members, lambda s: game[s] + game[frozenset(swap.get(m, m) for m in s)]
    )
    for rule in RULES:
        found = rule(even)
        assert found[one] == pytest.approx(found[other], abs=1e-6 * size(even))


@given(games(most=5), st.integers(-5, 5))
def test_a_member_who_adds_nothing_gets_what_it_brings(game: ValueGame, brings: int) -> None:
    wider = ValueGame.from_function(
        (*game.members, "Z"), lambda s: game[s - {"Z"}] + (brings if "Z" in s else 0)
    )
    assert shapley(wider)["Z"] == pytest.approx(brings, abs=1e-9 * size(game))
    assert nucleolus(wider)["Z"] >= brings - 1e-7 * size(game)
    if not core_is_empty(wider):
        assert nucleolus(wider)["Z"] == pytest.approx(brings, abs=1e-6 * size(game))


@given(seeds, seeds, sizes)
def test_shapley_adds_up_over_games(one: int, other: int, n: int) -> None:
    first, second = random_game(one, n, top=9), random_game(other, n, top=9)
    both = ValueGame.from_amounts(first.members, first.amounts + second.amounts)
    assert values(shapley(both)) == pytest.approx(values(shapley(first)) + values(shapley(second)), abs=1e-9)


@settings(max_examples=15)
@given(games(most=5))
def test_shapley_is_the_average_over_orders(game: ValueGame) -> None:
    assert dict(shapley(game)) == pytest.approx(shapley_by_orders(game), abs=1e-9 * size(game))
    assert values(shapley(game.dual())) == pytest.approx(values(shapley(game)), abs=1e-9 * size(game))


@given(games(), st.sampled_from([0.001, 0.5, 3.0, 1e6]), st.data())
def test_units_and_side_payments_change_nothing(game: ValueGame, factor: float, data: st.DataObject) -> None:
    extra = np.array(data.draw(st.lists(st.integers(-20, 20), min_size=len(game), max_size=len(game))), float)
    other = strategic(game, factor, extra)
    for rule in RULES:
        expected = factor * values(rule(game)) + extra
        assert values(rule(other)) == pytest.approx(expected, abs=1e-6 * size(other))


@settings(max_examples=25)
@given(seeds, st.integers(3, 4), tops, kinds, st.booleans())
def test_the_nucleolus_is_that_of_slow_programmes(
    seed: int, n: int, top: int, kind: str, individual: bool
) -> None:
    game = random_game(seed, n, top=top, kind=kind)
    found = nucleolus(game) if individual else prenucleolus(game)
    slow = nucleolus_by_trial(game, individual=individual)
    assert values(found) == pytest.approx(slow, abs=1e-6 * size(game))


@given(games())
def test_levels_of_the_nucleolus_are_balanced(game: ValueGame) -> None:
    assert levels_are_balanced(game, values(nucleolus(game)))
    assert levels_are_balanced(game, values(prenucleolus(game)), individual=False)


@settings(max_examples=5)
@given(seeds, st.integers(7, 8), st.sampled_from([2, 30]), kinds)
def test_levels_are_balanced_in_larger_games(seed: int, n: int, top: int, kind: str) -> None:
    game = random_game(seed, n, top=top, kind=kind)
    assert levels_are_balanced(game, values(nucleolus(game)))


def test_the_balance_of_levels_finds_a_wrong_split() -> None:
    game = bankruptcy(200, {"A": 100, "B": 200, "C": 300})
    assert levels_are_balanced(game, np.array([50.0, 75.0, 75.0]))
    assert not levels_are_balanced(game, np.array([51.0, 74.0, 75.0]))
    assert not levels_are_balanced(game, np.array([50.0, 70.0, 80.0]))


@given(games())
def test_the_nucleolus_is_in_the_core_whenever_there_is_one(game: ValueGame) -> None:
    least = least_core(game)
    gap = core_gap(game, prenucleolus(game))
    assert gap == pytest.approx(least.excess, abs=1e-7 * size(game))
    assert core_gap(game, least.split) == pytest.approx(least.excess, abs=1e-7 * size(game))
    if not least.empty:
        assert core_gap(game, nucleolus(game)).in_core
        assert values(nucleolus(game)) == pytest.approx(values(prenucleolus(game)), abs=1e-6 * size(game))
    alone = values(game.alone)
    assert (values(nucleolus(game)) >= alone - 1e-9 * size(game)).all()


@given(seeds, st.integers(3, 7))
def test_in_convex_games_shapley_is_stable_too(seed: int, n: int) -> None:
    """L. S. Shapley, "Cores of convex games", International Journal of Game Theory 1 (1971), p. 11."""
    weight = np.random.default_rng(seed).random(n)
    sums = np.array([sum(weight[i] for i in range(n) if m >> i & 1) for m in range(1 << n)])
    game = ValueGame.from_amounts(range(n), sums**2)
    assert core_gap(game, shapley(game)).in_core
    assert pooling_loss(game).amount <= 1e-12


@settings(max_examples=15)
@given(seeds, st.integers(2, 5))
def test_dual_prices_give_a_point_of_the_core(seed: int, n: int) -> None:
    random = np.random.default_rng(seed)
    need, earns = random.integers(1, 9, (3, 4)), random.integers(1, 20, 4)
    brought = {f"m{i}": random.integers(0, 30, 3).tolist() for i in range(n)}
    game = production_game(need, earns, brought)
    duals = resource_prices(need, earns, np.sum(list(brought.values()), axis=0))
    point = owen_point(brought, duals, game=game)
    assert core_gap(game, point).in_core
    assert core_gap(game, nucleolus(game)).in_core
    assert pooling_loss(game).amount <= 1e-7 * size(game)


@given(st.floats(0, 1), st.lists(st.floats(0, 1e4), min_size=1, max_size=6))
def test_rules_for_short_supply(part: float, claimed: list[float]) -> None:
    claims = {f"m{i}": c for i, c in enumerate(claimed)}
    estate = part * sum(claimed)
    for rule in (constrained_equal_awards, constrained_equal_losses, talmud):
        found = rule(estate, claims)
        assert found.total == pytest.approx(estate, abs=1e-6)
        assert all(-1e-9 <= found[m] <= c + 1e-9 for m, c in claims.items())
    rest = {m: claims[m] - a for m, a in constrained_equal_awards(estate, claims).items()}
    dual = constrained_equal_losses(sum(claimed) - estate, claims)
    assert dict(dual) == pytest.approx(rest, abs=1e-6)


@settings(max_examples=20)
@given(st.integers(0, 60), st.lists(st.integers(1, 30), min_size=2, max_size=5))
def test_the_talmud_is_the_nucleolus(estate: int, claimed: list[int]) -> None:
    claims = {f"m{i}": float(c) for i, c in enumerate(claimed)}
    left = float(min(estate, sum(claimed)))
    expected = dict(talmud(left, claims))
    assert dict(nucleolus(bankruptcy(left, claims))) == pytest.approx(expected, abs=1e-6)


@given(st.integers(1, 100), st.integers(1, 100), st.integers(0, 80))
def test_two_members_share_the_gain_in_halves(one: int, other: int, gain: int) -> None:
    game = CostGame.from_amounts("AB", [0, one, other, one + other - gain])
    half = {"A": one - gain / 2, "B": other - gain / 2}
    for rule in (shapley, nucleolus, prenucleolus, nash, scrb):
        assert dict(rule(game)) == pytest.approx(half, abs=1e-9 * size(game))


@given(games())
def test_payments_mend_what_they_say_they_mend(game: ValueGame) -> None:
    for split in (shapley(game), nash(game)):
        found = explain(game, split)
        moved = values(found.compensation)
        assert abs(moved.sum()) <= 1e-9 * size(game)
        least = least_core(game)
        after = core_gap(game, found.mended)
        assert after <= max(0.0, min(float(found.gap), least.excess)) + 1e-5 * size(game)
        if found.gap.in_core:
            assert not moved.any()
            assert found.objections == ()
        else:
            assert found.objections[0].amount == pytest.approx(float(found.gap))
            assert np.abs(moved).sum() / 2 >= float(found.gap) / len(game) - 1e-6 * size(game) or least.empty
        assert (found.outside_help > 0) == least.empty


@given(games(most=4))
def test_help_from_outside_makes_the_core(game: ValueGame) -> None:
    found = explain(game, shapley(game))
    amounts = game.amounts.copy()
    amounts[-1] += found.outside_help + 1e-6 * size(game)
    assert not core_is_empty(ValueGame.from_amounts(game.members, amounts))
    if found.core_empty:
        amounts[-1] -= 1e-4 * size(game)
        assert core_is_empty(ValueGame.from_amounts(game.members, amounts))


@given(games())
def test_pooling_loss_is_that_of_all_pairs(game: ValueGame) -> None:
    whole = game.amounts.size - 1
    worst = max(
        game.amounts[s] + game.amounts[t] - game.amounts[s | t]
        for s in range(1, whole + 1)
        for t in range(1, whole + 1)
        if not s & t
    )
    found = pooling_loss(game)
    assert found.amount == pytest.approx(worst)
    one, other = found.parts
    assert not one & other
    assert game[one] + game[other] - game[one | other] == pytest.approx(worst)


@given(games())
def test_all_rules_stand_side_by_side(game: ValueGame) -> None:
    table = compare(game, consumption=dict.fromkeys(game.members, 1.0))
    assert table.height == 6 * len(game)
    for (rule,), rows in table.group_by("rule"):
        if rows["status"][0] == "ok":
            assert rows["amount"].sum() == pytest.approx(game.grand, abs=1e-6 * size(game)), rule
            assert rows["in_core"].n_unique() == 1
        else:
            assert rows["amount"].null_count() == rows.height
    assert (table.filter(table["rule"] == "nucleolus")["gain"] >= -1e-7 * size(game)).all()


def test_proportional_needs_amounts_of_one_sign() -> None:
    with pytest.raises(NoAnswerError, match="proportional: amounts alone are A: 1, B: -1"):
        proportional(ValueGame.from_amounts("AB", [0, 1, -1, 3]))
