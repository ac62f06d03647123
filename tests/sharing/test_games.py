"""Games and splits as things: what they refuse, what they keep, and messages of the rules."""

from __future__ import annotations

import copy
import math
import pickle

import numpy as np
import pytest

import pactolus.sharing as sharing
from pactolus.errors import InputError, NoAnswerError
from pactolus.sharing import (
    CostGame,
    Split,
    ValueGame,
    bankruptcy_game,
    compare,
    consumption_share,
    core_gap,
    explain,
    least_core,
    nash,
    nash_split,
    nucleolus,
    owen_point,
    pooling_loss,
    prenucleolus,
    production_game,
    resource_prices,
    scrb,
    shapley,
)


def keys(*names: str) -> list[frozenset[str]]:
    return [frozenset(name) for name in names]


def test_a_game_gives_back_what_it_was_given() -> None:
    amounts = dict(zip(keys("B", "A", "AB"), [5.0, -6.0, 2.5], strict=True))
    game = CostGame(amounts)
    assert game.members == ("B", "A")  # the order of single members
    assert [game[c] for c in amounts] == [5.0, -6.0, 2.5]
    assert game[()] == 0.0
    assert game["A"] == -6.0
    assert game.grand == 2.5
    assert game.alone == {"A": -6.0, "B": 5.0}
    assert game.savings().grand == pytest.approx(-3.5)
    assert repr(game) == "<CostGame of B, A: 2.5 together>"
    assert len(game) == 2


def test_members_may_be_numbers_and_their_order_may_be_given() -> None:
    game = ValueGame(
        {frozenset({1}): 1, frozenset({2}): 2, frozenset({1, 2}): 4, frozenset(): 0}, members=[2, 1]
    )
    assert game.members == (2, 1)
    assert shapley(game) == {1: 1.5, 2: 2.5}
    assert nucleolus(game) == pytest.approx({1: 1.5, 2: 2.5})


def test_tuples_are_read_too() -> None:
    game = ValueGame({("A",): 1, ("B",): 2, ("B", "A"): 5})
    assert game[{"A", "B"}] == 5


def test_games_do_not_change_and_can_be_kept() -> None:
    game = CostGame.from_amounts("AB", [0, 6, 5, 9])
    with pytest.raises(AttributeError):
        game.members = ("C",)
    with pytest.raises(ValueError, match="read-only"):
        game.amounts[1] = 0
    assert pickle.loads(pickle.dumps(game)) == game
    assert copy.deepcopy(game) == game
    assert hash(game) == hash(CostGame.from_amounts("AB", [0, 6, 5, 9]))
    assert game != ValueGame.from_amounts("AB", [0, 6, 5, 9])
    assert game != CostGame.from_amounts("AB", [0, 6, 5, 8])
    assert game != "AB"


def test_the_given_mapping_may_change_afterwards() -> None:
    amounts = dict(zip(keys("A", "B", "AB"), [6.0, 5.0, 9.0], strict=True))
    game = CostGame(amounts)
    amounts[frozenset("AB")] = 100.0
    assert game.grand == 9.0


@pytest.mark.parametrize(
    ("amounts", "members", "message"),
    [
        ({}, None, "CostGame: no member"),
        (
            dict(zip(keys("A", "B"), [1, 2], strict=True)),
            None,
            "no amount for coalition {A, B}; missing is not",
        ),
        (dict(zip(keys("A", "AB"), [1, 2], strict=True)), None, "unknown member 'B' in coalition {A, B}"),
        (dict(zip(keys("A", "B", "AB"), [1, math.nan, 2], strict=True)), None, "coalition {B} (nan found)"),
        (dict(zip(keys("A", "B", "AB"), [1, None, 2], strict=True)), None, "coalition {B} (None found)"),
        (dict(zip(keys("A", "B", "AB"), [1, math.inf, 2], strict=True)), None, "coalition {B} (inf found)"),
        (dict(zip(keys("A", "B", "AB"), [1, "x", 2], strict=True)), None, "coalition {B} (x found)"),
        (dict(zip(keys("A", "B", "AB", ""), [1, 1, 2, 3], strict=True)), None, "the empty coalition has 3"),
        ({("A",): 1, ("B",): 1, ("A", "B"): 2, ("B", "A"): 2}, None, "coalition {A, B} is given twice"),
        ({("A", "A"): 1}, None, "coalition ('A', 'A') repeats A"),
        ({"AB": 1}, None, "key 'AB' is no coalition; write frozenset({...})"),
        (dict(zip(keys("A"), [1], strict=True)), ["A", "A"], "members repeat A"),
        (dict(zip(keys("A"), [1], strict=True)), ["A", "B"], "no amount for coalition {B}"),
        ({frozenset({i}): 1 for i in range(21)}, None, "21 members; at most 20"),
    ],
)
def test_games_that_cannot_be_meant(amounts, members, message: str) -> None:
    with pytest.raises(InputError) as caught:
        CostGame(amounts, members)
    assert message in str(caught.value)


def test_all_faults_of_a_game_are_told_at_once() -> None:
    with pytest.raises(InputError) as caught:
        ValueGame(
            {
                frozenset({"KOR"}): 1.0,
                frozenset({"JPN"}): math.nan,
                frozenset({"USA"}): 2.0,
                frozenset({"KOR", "JPM"}): 3.0,
                frozenset({"KOR", "USA"}): 3.0,
            }
        )
    assert str(caught.value).splitlines() == [
        "ValueGame: no amount for coalition {JPN} (nan found); missing is not zero",
        "ValueGame: unknown member 'JPM' in coalition {JPM, KOR}; did you mean 'JPN'?",
        "ValueGame: no amount for coalition {KOR, JPN}; missing is not zero",
        "ValueGame: no amount for coalition {JPN, USA}; missing is not zero",
        "ValueGame: no amount for coalition {KOR, JPN, USA}; missing is not zero",
    ]


def test_a_long_list_of_faults_is_cut() -> None:
    with pytest.raises(InputError, match="and 15 more coalitions"):
        ValueGame({frozenset({i}): 1.0 for i in range(5)} | {frozenset({0, 1}): 2.0})


@pytest.mark.parametrize(
    ("members", "amounts", "message"),
    [
        ("AB", [0, 1, 2], "3 amounts for 2 members; give 4"),
        ("AB", [1, 1, 2, 3], "the empty coalition has 1"),
        ("AB", [0, math.nan, 2, 3], "no amount for coalition {A}"),
        ("AA", [0, 1, 2, 3], "members repeat A"),
    ],
)
def test_amounts_by_number_that_cannot_be_meant(members: str, amounts: list[float], message: str) -> None:
    with pytest.raises(InputError) as caught:
        ValueGame.from_amounts(members, amounts)
    assert message in str(caught.value)


def test_a_function_must_give_an_amount_for_every_coalition() -> None:
    with pytest.raises(InputError, match=r"no amount for coalition \{A, B\} \(nan found\)"):
        ValueGame.from_function("AB", lambda s: math.nan if len(s) == 2 else 0.0)
    with pytest.raises(InputError, match="members repeat A"):
        ValueGame.from_function("AA", lambda _: 0.0)


def test_somebody_who_is_not_a_member() -> None:
    game = ValueGame.from_amounts("AB", [0, 1, 2, 5])
    with pytest.raises(InputError, match="ValueGame: 'C' is not a member; \\['A', 'B'\\] are"):
        _ = game[{"C"}]
    with pytest.raises(InputError) as caught:
        core_gap(game, {"A": 1.0, "C": math.nan, "b": math.nan})
    assert str(caught.value).splitlines() == [
        "core_gap: the split has no number for 'B'; missing is not zero",
        "core_gap: the split names 'C', who is not a member",
        "core_gap: the split names 'b', who is not a member; did you mean 'B'?",
    ]
    with pytest.raises(InputError, match="the split of 'A' is nan; missing is not zero"):
        core_gap(game, {"A": math.nan, "B": 5})
    with pytest.raises(InputError, match="the split adds up to 4, all together have 5; split the whole"):
        core_gap(game, {"A": 2, "B": 2})


# ---- splits ----------------------------------------------------------------------------


def test_a_split_does_not_change_and_can_be_kept() -> None:
    split = Split({"A": 1, "B": 2})
    with pytest.raises(TypeError):
        split["A"] = 3
    with pytest.raises(AttributeError, match="cannot be changed"):
        split.total = 3
    with pytest.raises(AttributeError, match="cannot be changed"):
        split._amounts = {}
    assert (dict(split), len(split), split.total) == ({"A": 1.0, "B": 2.0}, 2, 3.0)
    assert split == {"B": 2.0, "A": 1.0}
    assert repr(split) == "Split({'A': 1.0, 'B': 2.0})"
    assert pickle.loads(pickle.dumps(split)) == copy.deepcopy(split) == split
    assert hash(split) == hash(Split({"B": 2, "A": 1}))
    assert split.table.rows() == [("A", 1.0), ("B", 2.0)]
    assert Split({"A": -0.0, "B": 1.26}).rounded(1) == {"A": 0.0, "B": 1.3}


def test_the_gap_is_a_number_that_knows_its_coalition() -> None:
    gap = core_gap(CostGame.from_amounts("AB", [0, 6, 5, 9]), {"A": 7, "B": 2})
    assert isinstance(gap, float)
    assert (gap, gap.coalition, gap.in_core) == (1.0, frozenset("A"), False)
    again = pickle.loads(pickle.dumps(gap))
    assert (again, again.coalition, again.in_core) == (gap, gap.coalition, gap.in_core)
    inside = core_gap(CostGame.from_amounts("AB", [0, 6, 5, 9]), {"A": 5, "B": 4})
    assert (inside, inside.in_core) == (-1.0, True)


def test_one_member() -> None:
    game = ValueGame({frozenset("A"): -3.0})
    assert shapley(game) == nucleolus(game) == prenucleolus(game) == scrb(game) == nash(game) == {"A": -3.0}
    assert core_gap(game, {"A": -3.0}) == 0.0
    assert not least_core(game).empty
    assert pooling_loss(game).amount == 0.0
    assert explain(game, {"A": -3.0}).findings == ("no_gain",)


def test_nothing_to_share() -> None:
    game = CostGame.from_amounts("ABC", [0, 1, 2, 3, 4, 5, 6, 7])
    alone = {"A": 1.0, "B": 2.0, "C": 4.0}
    assert nucleolus(game) == prenucleolus(game) == least_core(game).split == scrb(game) == alone
    assert explain(game, alone).no_gain == ("A", "B", "C")
    noise = np.array([0, 0.1, 0.2, 0.1 + 0.2, 0.3, 0.4, 0.5, 0.6])
    assert nucleolus(CostGame.from_amounts("ABC", noise)) == pytest.approx({"A": 0.1, "B": 0.2, "C": 0.3})


@pytest.mark.parametrize("seed", range(40))
def test_noise_of_rounding_changes_nothing_and_stops_nothing(seed: int) -> None:
    """Together exactly as much as alone, but for noise: alone is what everybody gets."""
    random = np.random.default_rng(seed)
    alone = random.integers(0, 5, 4).astype(float)
    sums = np.array([sum(alone[i] for i in range(4) if m >> i & 1) for m in range(16)])
    noise = np.where(np.arange(16) > 0, 10.0 ** -random.integers(9, 16) * random.normal(size=16), 0)
    game = ValueGame.from_amounts("ABCD", sums - (np.bitwise_count(np.arange(16)) == 2) + noise)
    found = nucleolus(game) if seed % 2 else prenucleolus(game)
    assert found.total == pytest.approx(game.grand, abs=1e-12)
    if seed % 2:
        assert list(found.values()) == pytest.approx(alone.tolist(), abs=1e-7)
    assert core_gap(game, explain(game, found).mended) <= 1e-7


def test_a_member_at_its_floor_gets_exactly_what_it_has_alone() -> None:
    game = ValueGame.from_amounts("ABC", [0, 0, 0, 10, 0.1, 0, 0, 2])
    assert nucleolus(game)["C"] == 0.1


# ---- what has no answer ----------------------------------------------------------------


def test_where_nobody_would_join_the_prenucleolus_is_named() -> None:
    game = ValueGame.from_amounts("ABC", [0, 4, 4, 0, 4, 0, 0, 9])
    with pytest.raises(NoAnswerError) as caught:
        nucleolus(game)
    assert str(caught.value) == (
        "nucleolus: together the members gain 9, less than the 12 of each alone; every split leaves somebody "
        "worse off than alone. The prenucleolus, which may do so, is A: 3, B: 3, C: 3."
    )
    assert prenucleolus(game) == pytest.approx({"A": 3, "B": 3, "C": 3})
    with pytest.raises(NoAnswerError, match="together the members cost 12, more than the 11 of each alone"):
        nucleolus(CostGame.from_amounts("AB", [0, 6, 5, 12]))


def test_no_gain_to_bargain_about() -> None:
    with pytest.raises(NoAnswerError, match="nothing to gain by agreeing; together they have 9, without"):
        nash_split(9, {"A": 5, "B": 5})
    with pytest.raises(NoAnswerError, match="together they have -12, without agreement -11"):
        nash(CostGame.from_amounts("AB", [0, 6, 5, 12]))
    assert nash_split(10, {"A": 5, "B": 5}) == {"A": 5, "B": 5}


def test_numbers_of_a_bargain_that_cannot_be_meant() -> None:
    with pytest.raises(InputError, match="nash: weight of 'B' is 0; give positive weights"):
        nash_split(9, {"A": 1, "B": 1}, {"A": 1, "B": 0})
    with pytest.raises(InputError, match="nash: weights has no number for 'B'"):
        nash_split(9, {"A": 1, "B": 1}, {"A": 1})
    with pytest.raises(InputError, match="nash: a total of nan"):
        nash_split(math.nan, {"A": 1})
    with pytest.raises(InputError, match="nash: disagreement names 'C', who is not a member"):
        nash(CostGame.from_amounts("AB", [0, 6, 5, 9]), disagreement={"A": 6, "B": 5, "C": 1})
    found = nash(CostGame.from_amounts("AB", [0, 6, 5, 9]), disagreement={"A": 8, "B": 5})
    assert found == {"A": 6.0, "B": 3.0}


def test_separable_costs() -> None:
    """By hand: A 10, B 20, C 30 alone; 25, 35, 45 in pairs; 48 together: m = 3, 13, 23, rest 9 in thirds."""
    game = CostGame.from_amounts("ABC", [0, 10, 20, 25, 30, 35, 45, 48])
    assert scrb(game) == pytest.approx({"A": 6.0, "B": 16.0, "C": 26.0})
    late = CostGame.from_amounts(
        "ABC", [0, 1, 9, 10, 9, 10, 14, 18]
    )  # A adds 4 to the others, alone it pays 1
    assert scrb(late) == pytest.approx({"A": 4.0, "B": 7.0, "C": 7.0})
    with pytest.raises(NoAnswerError, match="scrb: separable amounts miss the whole by 6, and nobody"):
        scrb(CostGame.from_amounts("ABC", [0, 1, 1, 2, 1, 2, 2, 6]))


def test_consumption_shares() -> None:
    """Release of 120 million barrels in proportion to consumption, as the IEA shares a collective action."""
    used = {"KOR": 2.8, "JPN": 3.4, "USA": 20.3}
    found = consumption_share(120.0, used)
    assert found["JPN"] == pytest.approx(120 * 3.4 / 26.5)
    assert found.total == pytest.approx(120)
    game = CostGame.from_amounts(["KOR", "JPN"], [0, 60, 50, 100])
    assert consumption_share(game, {"KOR": 1, "JPN": 3}) == {"KOR": 25, "JPN": 75}
    for consumption, message in [
        ({"KOR": 1, "JPN": -1}, "consumption of 'JPN' is -1; it cannot be negative"),
        ({"KOR": 0, "JPN": 0}, "nobody consumes anything"),
        ({"KOR": 1}, "consumption has no number for 'JPN'"),
        ({"KOR": 1, "JPN": None}, "consumption of 'JPN' is None; missing is not zero"),
    ]:
        with pytest.raises(InputError) as caught:
            consumption_share(game, consumption)
        assert message in str(caught.value)
    with pytest.raises(InputError, match="nothing to split"):
        consumption_share(math.nan, used)


def test_dual_prices_that_do_not_price_the_whole() -> None:
    brought = {"A": [4, 1], "B": [1, 6], "C": [3, 3]}
    game = production_game([[1, 2], [3, 1]], [3, 4], brought)
    with pytest.raises(InputError, match=r"resources are worth 18, all together have 18\.4"):
        owen_point(brought, [1.0, 1.0], game=game)
    with pytest.raises(InputError, match="members are"):
        owen_point({"A": [1, 1]}, [1.0, 1.0], game=game)
    with pytest.raises(InputError, match=r"'B' brings \[1.0\]; give 2 finite numbers"):
        owen_point({"A": [1, 1], "B": [1]}, [1.0, 1.0])
    with pytest.raises(InputError, match="give one dual price for each resource"):
        owen_point(brought, [1.0, math.nan])
    with pytest.raises(InputError, match="production_game: no member brings anything"):
        production_game([[1]], [1], {})
    with pytest.raises(NoAnswerError, match="production_game: the objective has no floor"):
        resource_prices([[0.0]], [1.0], [1.0])


def test_claims_that_cannot_be_meant() -> None:
    with pytest.raises(InputError) as caught:
        bankruptcy_game(-1, {"A": -2.0, "B": 3.0})
    assert "claim of 'A' is -2; it cannot be negative" in str(caught.value)
    assert "estate is -1; give what there is, not negative" in str(caught.value)
    with pytest.raises(InputError, match="estate 9 covers all claims"):
        bankruptcy_game(9, {"A": 2.0, "B": 3.0})
    with pytest.raises(InputError, match="claims of 'A' is nan; missing is not zero"):
        bankruptcy_game(1, {"A": math.nan})
    with pytest.raises(InputError, match="nobody claims anything"):
        bankruptcy_game(1, {})


# ---- explanations ----------------------------------------------------------------------


def test_a_member_that_gains_nothing_is_told() -> None:
    """Two share a supplier; the third one's losses come with theirs, and the pool gains it nothing."""
    game = CostGame.from_amounts(["KOR", "JPN", "USA"], [0, 100, 80, 150, 60, 160, 140, 210])
    found = explain(game, shapley(game))
    assert found.findings == ("no_gain",)
    assert found.no_gain == ("USA",)
    assert found.gap.in_core
    assert not any(found.compensation.values())
    assert found.table["gain"].to_list() == pytest.approx([15, 15, 0])
    worse = explain(game, {"KOR": 60, "JPN": 80, "USA": 70})
    assert worse.worse_off == ("USA",)
    assert worse.findings == ("leaves_core", "no_gain", "worse_off")
    assert worse.compensation == pytest.approx({"KOR": -10, "JPN": 0, "USA": 10})
    assert worse.mended == pytest.approx({"KOR": 70, "JPN": 80, "USA": 60})


def test_where_no_split_is_stable() -> None:
    """Majority of three: each pair must be charged 1/3, or somebody adds 1/2."""
    game = ValueGame.from_function("ABC", lambda s: float(len(s) > 1))
    found = explain(game, {"A": 1.0, "B": 0.0, "C": 0.0})
    assert found.findings == ("core_empty", "leaves_core", "no_gain")
    assert found.outside_help == pytest.approx(0.5)
    assert found.compensation == pytest.approx({"A": -2 / 3, "B": 1 / 3, "C": 1 / 3}, abs=1e-6)
    assert [o.coalition for o in found.objections] == [frozenset("BC")]


def test_a_rule_without_answer_has_no_amounts() -> None:
    table = compare(CostGame.from_amounts("AB", [0, 6, 5, 12]))
    rows = table.filter(table["status"] == "no_answer")
    assert rows["rule"].unique(maintain_order=True).to_list() == ["nucleolus", "nash", "scrb"]
    assert rows["amount"].to_list() == [None] * 6
    heavier = compare(CostGame.from_amounts("AB", [0, 6, 5, 9]), weights={"A": 3, "B": 1})
    assert heavier.filter(heavier["rule"] == "nash")["amount"].to_list() == [4.5, 4.5]


def test_names_of_the_room() -> None:
    assert set(dir(sharing)) == set(sharing.__all__)
    for name in sharing.__all__:
        assert callable(getattr(sharing, name))
    with pytest.raises(AttributeError, match="has no attribute 'shaply'"):
        _ = sharing.shaply
