"""Games with published splits, typed with their sources."""

from __future__ import annotations

import math

import numpy as np
import pytest

import pactolus as pt
from pactolus.sharing import (
    CostGame,
    Split,
    ValueGame,
    bankruptcy_game,
    constrained_equal_awards,
    constrained_equal_losses,
    core_gap,
    core_is_empty,
    explain,
    least_core,
    nash_split,
    nucleolus,
    owen_point,
    prenucleolus,
    production_game,
    resource_prices,
    shapley,
    talmud,
)
from tests.sharing.oracle import by_size

CLOSE = {"abs": 1e-6}


def listed(split: Split) -> list[float]:
    return list(split.values())


def airport(*needs: float) -> CostGame:
    """Every coalition builds the longest runway that a member needs."""
    members = "ABCDEFGH"[: len(needs)]
    need = dict(zip(members, needs, strict=True))
    return CostGame.from_function(members, lambda s: max(need[m] for m in s))


def test_gloves() -> None:
    """One left glove, two right ones; a standard example."""
    game = ValueGame.from_function("LRS", lambda s: float("L" in s and len(s) > 1))
    assert listed(shapley(game)) == pytest.approx([2 / 3, 1 / 6, 1 / 6], **CLOSE)
    assert listed(nucleolus(game)) == pytest.approx([1, 0, 0], **CLOSE)
    assert not core_is_empty(game)
    assert core_gap(game, shapley(game)) == pytest.approx(1 / 6)


@pytest.mark.parametrize(
    ("estate", "expected", "average", "awards", "losses"),
    [
        (100, [100 / 3] * 3, [100 / 3] * 3, [100 / 3] * 3, [0, 0, 100]),
        (200, [50, 75, 75], [100 / 3, 250 / 3, 250 / 3], [200 / 3] * 3, [0, 50, 150]),
        (300, [50, 100, 150], [50, 100, 150], [100] * 3, [0, 100, 200]),
    ],
)
def test_the_estates_of_the_talmud(
    estate: float, expected: list[float], average: list[float], awards: list[float], losses: list[float]
) -> None:
    """Claims of 100, 200, 300. R. J. Aumann, M. Maschler, Journal of Economic Theory 36 (1985), p. 195."""
    claims = {"A": 100, "B": 200, "C": 300}
    game = bankruptcy_game(estate, claims)
    assert listed(nucleolus(game)) == pytest.approx(expected, **CLOSE)
    assert listed(talmud(estate, claims)) == pytest.approx(expected, **CLOSE)
    assert listed(shapley(game)) == pytest.approx(average, **CLOSE)
    assert listed(constrained_equal_awards(estate, claims)) == pytest.approx(awards, **CLOSE)
    assert listed(constrained_equal_losses(estate, claims)) == pytest.approx(losses, **CLOSE)


@pytest.mark.parametrize(
    ("needs", "average", "stable"),
    [
        # S. C. Littlechild, G. Owen, Management Science 20 (1973), p. 370, form of the game
        ((1, 2, 3), [1 / 3, 5 / 6, 11 / 6], [1 / 2, 3 / 4, 7 / 4]),
        # H. Peters' and other textbooks' problem: runways of 100, 150 and 400
        ((100, 150, 400), [100 / 3, 175 / 3, 925 / 3], [50, 50, 300]),
        # S. C. Littlechild, International Journal of Game Theory 3 (1974), p. 21, rule for the nucleolus
        ((8, 11, 13, 18), [2, 3, 4, 9], [3.25, 3.25, 3.25, 8.25]),
    ],
)
def test_airports(needs: tuple[float, ...], average: list[float], stable: list[float]) -> None:
    game = airport(*needs)
    assert listed(shapley(game)) == pytest.approx(average, **CLOSE)
    assert listed(nucleolus(game)) == pytest.approx(stable, **CLOSE)


def test_the_security_council_of_the_united_nations() -> None:
    """Five permanent members and nine votes of fifteen: 421/2145 and 4/2145 each."""
    members = [f"P{i}" for i in range(5)] + [f"E{i}" for i in range(10)]
    permanent = frozenset(members[:5])
    game = ValueGame.from_function(members, lambda s: float(permanent <= s and len(s) >= 9))
    power = shapley(game)
    assert listed(power) == pytest.approx([421 / 2145] * 5 + [4 / 2145] * 10, abs=1e-12)
    assert listed(nucleolus(game)) == pytest.approx([0.2] * 5 + [0.0] * 10, **CLOSE)


def test_an_empty_core() -> None:
    """B. Peleg, P. Sudhölter, "Introduction to the Theory of Cooperative Games", example 5.5.12."""
    game = by_size("123", [0, 0, 0, 10, 0, 0, 2])
    assert listed(nucleolus(game)) == pytest.approx([1, 1, 0], **CLOSE)
    assert listed(prenucleolus(game)) == pytest.approx([3, 3, -4], **CLOSE)
    assert core_is_empty(game)


def test_four_members() -> None:
    """Package CoopGame for R, manual, example of the nucleolus."""
    game = by_size("1234", [0, 0, 0, 0, 5, 5, 8, 9, 10, 8, 13, 15, 16, 17, 21])
    assert listed(nucleolus(game)) == pytest.approx([3.5, 4.5, 5.5, 7.5], **CLOSE)


def test_three_producers() -> None:
    """Package coopProductGame for R, manual."""
    game = by_size("123", [68, 102, 0, 170, 710, 762, 992])
    assert listed(nucleolus(game)) == pytest.approx([149, 192, 651], **CLOSE)


def test_majority_of_three() -> None:
    """Every split leaves two of three with 2/3 or less: least core 1/3 (closed form)."""
    game = ValueGame.from_function("ABC", lambda s: float(len(s) > 1))
    found = least_core(game)
    assert found.excess == pytest.approx(1 / 3, abs=1e-9)
    assert found.empty
    assert listed(nucleolus(game)) == pytest.approx([1 / 3] * 3, **CLOSE)


def test_linear_production() -> None:
    """The construction of G. Owen, Mathematical Programming 9 (1975), p. 358, with numbers of our own."""
    need, prices = [[1, 2], [3, 1]], [3, 4]
    brought = {"1": [4, 1], "2": [1, 6], "3": [3, 3]}
    game = production_game(need, prices, brought)
    for coalition, amount in {
        "1": 4,
        "2": 3,
        "3": 6.6,
        "12": 11.8,
        "13": 14.2,
        "23": 10.8,
        "123": 18.4,
    }.items():
        assert game[tuple(coalition)] == pytest.approx(amount, abs=1e-9)
    duals = resource_prices(need, prices, np.sum(list(brought.values()), axis=0))
    assert duals == pytest.approx([1.8, 0.4], abs=1e-9)
    point = owen_point(brought, duals, game=game)
    assert listed(point) == pytest.approx([7.6, 4.2, 6.6], **CLOSE)
    assert core_gap(game, point).in_core
    assert listed(nucleolus(game)) == pytest.approx([7.6, 4.2, 6.6], **CLOSE)
    average = shapley(game)
    assert listed(average) == pytest.approx([6.6, 4.4, 7.4], **CLOSE)
    gap = core_gap(game, average)
    assert gap == pytest.approx(11.8 - 11.0, abs=1e-9)
    assert gap.coalition == {"1", "2"}
    objections = {o.coalition: o.amount for o in explain(game, average).objections}
    assert objections[frozenset("13")] == pytest.approx(14.2 - 14.0, abs=1e-9)


def test_pooled_spread() -> None:
    """Safety stock of independent demands: cost(S) = sqrt(sum of squares), 30, 40 and 50."""
    spread = {"A": 30.0, "B": 40.0, "C": 50.0}
    game = CostGame.from_function(list(spread), lambda s: math.sqrt(sum(spread[m] ** 2 for m in s)))
    assert game.grand == pytest.approx(70.7106781187, abs=1e-9)
    assert listed(shapley(game)) == pytest.approx([15.278065, 23.138927, 32.293686], abs=1e-6)
    assert listed(nucleolus(game)) == pytest.approx([16.985904106, 22.707627532, 31.01714648], abs=1e-6)


def test_bargaining() -> None:
    """Two parties share 100, with 20 and 10 without agreement (closed form)."""
    assert nash_split(100, {"A": 20, "B": 10}) == {"A": 55, "B": 45}
    assert listed(nash_split(100, {"A": 20, "B": 10}, {"A": 0.6, "B": 0.4})) == pytest.approx([62, 38])


def test_the_front_door() -> None:
    game = pt.sharing.CostGame({frozenset("A"): 6.0, frozenset("B"): 5.0, frozenset("AB"): 9.0})
    assert pt.sharing.shapley(game) == {"A": 5.0, "B": 4.0}
    assert pt.sharing.nucleolus(game) == pytest.approx({"A": 5.0, "B": 4.0})
    assert pt.sharing.core_gap(game, pt.sharing.shapley(game)) == pytest.approx(-1.0)
    assert pt.cvar([1.0, 2.0, 3.0, 4.0, 5.0], alpha=0.8) == pytest.approx(5.0)
