"""Exact policies: published values, laws, limits and bad input."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pactolus.errors import InputError, NoAnswerError
from pactolus.stockpile.base.decision import DIRECT, SPARSE, Step, evaluate, solve_table
from pactolus.stockpile.base.decision import _sparse as by_one_sparse_system
from pactolus.stockpile.stocks.policy import regime_policy, squares_left
from pactolus.stockpile.stocks.pooled import lumped, pooled_regime_policy, pooled_safety_ratio

#: case A of the project's public checks (own data, after Teisberg 1981), solved by an independent program
CASE_A: dict[str, Any] = {
    "transition": [[0.9, 0.1], [0.5, 0.5]],
    "price": [1.0, 2.5],
    "shortage": [0, 4],
    "capacity": 10,
    "max_purchase": 2,
    "max_release": 3,
    "shortage_cost": 1.0,
    "holding_cost": 0.05,
    "discount": 0.95,
}
VALUE_A = [
    [30.73083097, 29.5485545297, 28.4585545297, 27.3834932797, 26.3834932797, 25.3834932797, 24.4008436388,
     23.5336022595, 22.7152981647, 22.1565253436, 21.6884872937],
    [56.1116476374, 50.2501773385, 45.2501773385, 41.9543976374, 38.9543976374, 36.1116476374, 34.0854981856,
     32.2354981856, 30.4601919356, 29.0810123666, 27.8403227114],
]  # fmt: skip
ACTION_A = [[2, 2, 2, 2, 1, 0, 0, 0, 0, 0, 0], [2, -1, -2, -2, -3, -3, -3, -3, -3, -3, -3]]


@st.composite
def stores(draw: st.DrawFn, *, convex: bool = False) -> dict[str, Any]:
    """Two or three regimes; with `convex`, nobody buys where it is short."""
    regimes = draw(st.integers(2, 3))
    rows = np.array([[draw(st.integers(1, 9)) for _ in range(regimes)] for _ in range(regimes)], dtype=float)
    k = draw(st.sampled_from([0.0, 0.3, 1.0, 2.0]))
    shortage = [0, *(draw(st.integers(0, 4)) for _ in range(regimes - 1))]
    price = [
        draw(st.sampled_from([0.5, 1.0, 2.0])),
        *(draw(st.sampled_from([1.0, 3.0])) for _ in shortage[1:]),
    ]
    if convex:
        price = [p if not lack else max(p, 2 * k * lack) for p, lack in zip(price, shortage, strict=True)]
    return {
        "transition": rows / rows.sum(axis=1, keepdims=True),
        "price": price,
        "shortage": shortage,
        "capacity": draw(st.integers(0, 7)),
        "max_purchase": draw(st.integers(0, 3)),
        "max_release": draw(st.integers(0, 4)),
        "shortage_cost": k,
        "holding_cost": draw(st.sampled_from([0.0, 0.02, 0.2])),
        "discount": draw(st.sampled_from([0.5, 0.9, 0.97])),
    }


def by_loops(store: dict[str, Any], sweeps: int = 2500) -> np.ndarray:
    """The specification, word by word."""
    chain, price, lack = store["transition"], store["price"], store["shortage"]
    top, k, hold, beta = (store[n] for n in ("capacity", "shortage_cost", "holding_cost", "discount"))
    value = np.zeros((len(price), top + 1))
    for _ in range(sweeps):
        after = beta * np.asarray(chain) @ value
        new = np.array(
            [
                [
                    min(
                        price[m] * max(d, 0)
                        + k * max(0, lack[m] - max(-d, 0)) ** 2
                        + hold * (s + d)
                        + after[m, s + d]
                        for d in range(-store["max_release"], store["max_purchase"] + 1)
                        if 0 <= s + d <= top
                    )
                    for s in range(top + 1)
                ]
                for m in range(len(price))
            ]
        )
        if np.abs(new - value).max() < 1e-13:
            break
        value = new
    return value


# ---- published ---------------------------------------------------------------------------


def test_case_a_alone() -> None:
    found = regime_policy(**CASE_A)
    assert found.value == pytest.approx(np.array(VALUE_A), abs=1e-7)
    assert found.action.tolist() == ACTION_A
    assert found.action.dtype.kind == "i"
    assert found.target == 5


def test_case_a_pooled() -> None:
    independent = pooled_regime_policy(**CASE_A, members=2, correlation="independent")
    assert independent.value.shape == independent.action.shape == (2, 2, 21)
    assert independent.value[0, 0, 0] == pytest.approx(50.8081036509, abs=1e-7)
    assert independent.target == 9
    perfect = pooled_regime_policy(**CASE_A, members=2, correlation="perfect")
    assert perfect.value.shape == (2, 21)
    assert perfect.value[0, 0] == pytest.approx(61.4616619399, abs=1e-7)
    assert perfect.target == 10
    assert 2 * VALUE_A[0][0] - independent.value[0, 0, 0] == pytest.approx(10.6535582891, abs=1e-7)


def teisberg() -> tuple[np.ndarray, np.ndarray]:
    """Costs and chain of Teisberg's model of the Strategic Petroleum Reserve, as in the GAMS model library
    (MARKOV, no. 82).

    Stocks of 0, 3, ... 21 tens of millions of barrels, a normal and a disrupted market that lacks 11; demand
    k p^-e, other supply q - dis - d; a share g of the dead-weight loss of the price rise counts, plus
    purchases and 0.32 a unit held.
    """
    stock = 3.0 * np.arange(8)
    q, d, k, normal_price, e, g, hold = 110.0, -130.0, 342.0, 34.526, 0.1, 0.25, 0.32
    bought = stock[None, :] - stock[:, None]
    lost = np.array([0.0, 11.0])[:, None, None]
    price = (k / (q - lost - d - bought)) ** (1 / e)
    surplus = d * (price - normal_price) + k * (price ** (1 - e) - normal_price ** (1 - e)) / (1 - e)
    cost = g * surplus + price * bought + hold * stock
    cost[1][bought > 0] = np.inf  # nothing is bought in a disruption
    return cost, np.array([[0.8, 0.2], [0.5, 0.5]])


def test_teisberg_published_optimum() -> None:
    """Published optimum of the linear programme 2401.5773, its start spread evenly over the 16 states."""
    cost, chain = teisberg()
    found = solve_table(cost, chain, 0.95)
    assert found.value.sum() / 16 == pytest.approx(2401.5773, abs=5e-5)
    assert found.value.sum() / 16 == pytest.approx(2401.577254, abs=1e-6)


@pytest.mark.parametrize(
    ("members", "correlation", "ratio"),
    [(2, -0.5, 0.5), (2, 0, 0.7071067812), (2, 0.5, 0.8660254038), (2, 1, 1.0), (4, 0, 0.5)],
)
def test_square_root_law(members: int, correlation: float, ratio: float) -> None:
    """Eppen, Management Science 25 (1979): sqrt((1 + (n - 1) rho) / n)."""
    assert pooled_safety_ratio(members, correlation) == pytest.approx(ratio, abs=1e-9)


# ---- exactness -----------------------------------------------------------------------------


@given(stores())
@settings(max_examples=15)
def test_the_specification_word_by_word(store: dict[str, Any]) -> None:
    found = regime_policy(**store)
    assert found.value == pytest.approx(by_loops(store), rel=1e-9, abs=1e-9)


@pytest.mark.parametrize("states", [SPARSE, 0])
def test_large_and_small_systems_agree(states: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """A store beyond the direct solve, and a discount near 1: still a solution of its own equation, whether
    its policies are solved or swept."""
    monkeypatch.setattr("pactolus.stockpile.base.decision.SPARSE", states)
    store = {**CASE_A, "capacity": DIRECT, "discount": 0.9995}
    found = regime_policy(**store)
    after = 0.9995 * np.array(CASE_A["transition"]) @ found.value
    s = np.arange(DIRECT + 1)
    best = np.full(found.value.shape, np.inf)
    for d in range(-3, 3):
        inside = (s + d >= 0) & (s + d <= DIRECT)
        for m in range(2):
            lack = max(0.0, CASE_A["shortage"][m] - max(-d, 0)) ** 2
            total = (
                CASE_A["price"][m] * max(d, 0) + lack + 0.05 * (s + d) + after[m, np.clip(s + d, 0, DIRECT)]
            )
            best[m] = np.minimum(best[m], np.where(inside, total, np.inf))
    assert found.value == pytest.approx(best, rel=1e-11)


@given(st.integers(1, 4), st.integers(2, 7), st.sampled_from([0.9, 1.0]), st.integers(0, 10**6))
def test_a_policy_costs_the_same_by_either_system(
    regimes: int, levels: int, discount: float, seed: int
) -> None:
    random = np.random.default_rng(seed)
    chances = random.dirichlet(np.ones(regimes), regimes)
    shape = (regimes, levels)
    low, part = random.integers(0, levels, shape), random.random(shape)
    low[:, 0] = 0  # the lowest level is reached from everywhere, so that there is one long run
    part[:, 0], part[0] = 0.0, 0.0
    low[0] = 0
    step = Step(random.random(shape), low, part, np.zeros(shape))
    value, _ = evaluate(step, lambda v: chances @ v, discount)
    found = by_one_sparse_system(step, lambda v: chances @ v, discount)
    assert found == pytest.approx(value, rel=1e-9, abs=1e-9)


def test_regimes_that_never_meet_have_no_one_value() -> None:
    step = Step(
        np.array([[1.0], [2.0]]), np.zeros((2, 1), dtype=np.int64), np.zeros((2, 1)), np.zeros((2, 1))
    )
    assert by_one_sparse_system(step, lambda v: v, 1.0) is None
    assert by_one_sparse_system(step, lambda v: v, 0.5) == pytest.approx(np.array([[2.0], [4.0]]))


def test_ties_go_to_the_smallest_change() -> None:
    """Nothing is short and holding is free, so that every release is as good as none: take the largest."""
    store = {**CASE_A, "shortage": [0, 0], "holding_cost": 0.0}
    assert regime_policy(**store).action.tolist() == [[-min(3, s) for s in range(11)]] * 2


def test_average_cost_is_the_limit_of_a_small_discount() -> None:
    cost, chain = teisberg()
    average = solve_table(cost, chain, 1.0).average
    discounted = solve_table(cost, chain, 1 - 1e-7)
    assert 1e-7 * discounted.value[0, 0] == pytest.approx(average, rel=1e-5)


def test_average_of_regimes_that_never_meet_has_no_answer() -> None:
    cost = np.array([[[1.0]], [[2.0]]])
    with pytest.raises(NoAnswerError, match="depends on the regime at the start"):
        solve_table(cost, np.eye(2), 1.0)


@given(
    st.lists(st.floats(0, 10), min_size=1, max_size=5),
    st.floats(0, 30),
    st.integers(0, 1000),
)
def test_no_other_split_of_a_release_leaves_less(lack: list[float], released: float, seed: int) -> None:
    shortage = np.array([lack])
    found = squares_left(shortage, np.array([[released]]))[0, 0]
    random = np.random.default_rng(seed)
    for _ in range(20):
        shares = random.dirichlet(np.ones(len(lack))) * released
        assert found <= (np.maximum(shortage[0] - shares, 0) ** 2).sum() + 1e-9
    assert found >= max(0.0, sum(lack) - released) ** 2 / len(lack) - 1e-9


def test_lumped_chain_is_a_chain_and_keeps_the_first_row() -> None:
    chain = np.array([[0.9, 0.1], [0.5, 0.5]])
    groups = np.array([[0, 0], [0, 1], [1, 1]])
    assert lumped(chain, groups) == pytest.approx(
        np.array([[0.81, 0.18, 0.01], [0.45, 0.5, 0.05], [0.25, 0.5, 0.25]])
    )


# ---- laws -------------------------------------------------------------------------------


@given(stores())
@settings(max_examples=25)
def test_a_unit_more_costs_at_most_its_keeping(store: dict[str, Any]) -> None:
    """With free holding the value falls with the stock; else it rises at most by holding a unit for ever."""
    rise = np.diff(regime_policy(**store).value, axis=1)
    assert (rise <= store["holding_cost"] / (1 - store["discount"]) + 1e-9).all()
    if store["max_release"] >= store["capacity"]:
        assert (rise <= 1e-9).all()


@pytest.mark.parametrize("grid", ["integer", "continuous"])
@given(store=stores(convex=True))
@settings(max_examples=25)
def test_convex_where_nobody_buys_below_the_worth_of_a_shortage(grid: str, store: dict[str, Any]) -> None:
    value = regime_policy(**store, grid=grid).value
    assert (np.diff(value, n=2, axis=1) >= -1e-8).all()


@given(stores())
@settings(max_examples=25)
def test_any_quantity_never_costs_more_than_whole_units(store: dict[str, Any]) -> None:
    units, any_quantity = regime_policy(**store), regime_policy(**store, grid="continuous")
    assert (any_quantity.value <= units.value + 1e-8).all()


@given(stores(convex=True), st.sampled_from([3, 5]))
@settings(max_examples=15)
def test_finer_levels_never_cost_more(store: dict[str, Any], times: int) -> None:
    if store["capacity"] == 0:
        return
    coarse = regime_policy(**store, grid="continuous")
    fine = regime_policy(**store, grid="continuous", levels=store["capacity"] * times + 1)
    assert (fine.value[:, ::times] <= coarse.value + 1e-8).all()


@pytest.mark.parametrize("grid", ["integer", "continuous"])
@given(
    st.sampled_from([0.02, 0.05, 0.1]),
    st.sampled_from([0.5, 0.7]),
    st.integers(1, 5),
    st.sampled_from([0.0, 0.05, 0.2]),
    st.integers(2, 3),
)
@settings(max_examples=10)
def test_a_pool_of_the_kind_of_case_a_never_costs_more_than_its_parts(
    grid: str, hazard: float, recovery: float, lack: int, hold: float, members: int
) -> None:
    chain = [[1 - hazard, hazard], [recovery, 1 - recovery]]
    store = {**CASE_A, "transition": chain, "shortage": [0, lack], "holding_cost": hold}
    alone = regime_policy(**store, grid=grid).value
    pool = pooled_regime_policy(**store, grid=grid, members=members)
    together = pooled_regime_policy(**store, grid=grid, members=members, correlation="perfect")
    empty = pool.value[(0,) * members][0]
    assert empty <= members * alone[0, 0] + 1e-8
    assert empty <= together.value[0, 0] + 1e-8


def test_a_pool_that_nets_its_flows_can_cost_more() -> None:
    """The specification lets the pool buy or release in a period, not both; two holders can do one each."""
    store = {
        **CASE_A,
        "transition": [[1 / 3, 2 / 3], [0.75, 0.25]],
        "price": [0.5, 4.0],
        "shortage": [0, 2],
        "capacity": 1,
        "max_purchase": 1,
        "max_release": 1,
        "holding_cost": 0.0,
        "discount": 0.5,
    }
    parts, pool = 2 * regime_policy(**store).value[0, 0], pooled_regime_policy(**store).value[0, 0, 0]
    assert parts == pytest.approx(2.7241379, abs=1e-6)
    assert parts < pool < 1.006 * parts


@pytest.mark.parametrize("grid", ["integer", "continuous"])
@given(store=stores(convex=True), members=st.integers(2, 4))
@settings(max_examples=12)
def test_nothing_is_gained_when_all_are_hit_together(grid: str, store: dict[str, Any], members: int) -> None:
    alone = regime_policy(**store, grid=grid).value
    pool = pooled_regime_policy(**store, grid=grid, members=members, correlation="perfect").value
    assert pool[:, ::members] == pytest.approx(members * alone, rel=1e-8, abs=1e-8)


def test_axes_of_members_can_be_exchanged() -> None:
    found = pooled_regime_policy(**CASE_A, members=3)
    assert found.value.shape == (2, 2, 2, 31)
    assert found.value == pytest.approx(found.value.transpose(2, 0, 1, 3))


def test_the_target_falls_with_holding_cost_and_rises_with_the_shock() -> None:
    def target(**other: Any) -> float:
        return regime_policy(**{**CASE_A, "capacity": 30, **other}).target

    holding = [target(holding_cost=h) for h in (0.0, 0.02, 0.05, 0.1, 0.2, 0.5)]
    assert holding == sorted(holding, reverse=True)
    assert holding[0] > holding[-1]
    hazard = [target(transition=[[1 - q, q], [0.5, 0.5]]) for q in (0.01, 0.05, 0.1, 0.2)]
    severity = [target(shortage=[0, lack]) for lack in (0, 1, 2, 4, 6)]
    duration = [target(transition=[[0.9, 0.1], [1 / m, 1 - 1 / m]]) for m in (1, 2, 4)]
    for rising in (hazard, severity, duration):
        assert rising == sorted(rising)
        assert rising[0] < rising[-1]


@given(st.integers(1, 12), st.floats(0, 1), st.floats(0, 1))
def test_pooled_safety_falls_with_independence(members: int, one: float, other: float) -> None:
    low, high = sorted([one, other])
    assert pooled_safety_ratio(members, low) <= pooled_safety_ratio(members, high) <= 1
    assert pooled_safety_ratio(members + 1, low) <= pooled_safety_ratio(members, low) + 1e-12


# ---- limits and bad input --------------------------------------------------------------------


def test_a_store_of_no_size_only_suffers() -> None:
    found = regime_policy(**{**CASE_A, "capacity": 0})
    chain = np.array(CASE_A["transition"])
    assert found.value[:, 0] == pytest.approx(np.linalg.solve(np.eye(2) - 0.95 * chain, [0.0, 16.0]))
    assert found.target == 0
    assert regime_policy(**{**CASE_A, "capacity": 0}, grid="continuous").value == pytest.approx(found.value)


def test_every_fault_is_told_at_once() -> None:
    with pytest.raises(InputError) as caught:
        regime_policy(
            transition=[[0.9, 0.2], [-0.1, 1.1]], price=[1.0, -2.0], shortage=[0, 1, 2], capacity=-1,
            max_purchase=1.5, max_release=float("nan"), shortage_cost=-1, holding_cost=-0.1, discount=1.0,
            grid="hex",
        )  # fmt: skip
    text = str(caught.value)
    for part in (
        "transition[0]: the row sums to 1.1, not to 1",
        "transition[1, 0]: -0.1 is not a probability",
        "transition[1, 1]: 1.1 is not a probability",
        "price[1]: -2 is below 0",
        "shortage: has the shape (3,); give 2 numbers, one for each regime",
        "capacity: -1 is below 0",
        "max_purchase: 1.5 is not a whole number; whole units on the integer grid",
        "max_release: nan is not a finite number",
        "shortage_cost: -1 is below 0",
        "holding_cost: -0.1 is below 0",
        "discount: 1 is not below 1",
        "grid: 'hex' is not one of integer, continuous",
    ):
        assert part in text


@pytest.mark.parametrize(
    ("other", "message"),
    [
        ({"members": 1}, "members: 1 is below 2"),
        ({"members": 2.5}, "members: 2.5 is not a whole number"),
        ({"correlation": "half"}, "correlation: 'half' is not one of independent, perfect"),
        ({"discount": 0}, "discount: 0 is not above 0"),
        ({"discount": "soon"}, "discount: 'soon' is not a number"),
        ({"transition": [[1.0, 0.0]]}, r"transition: has the shape \(1, 2\); give a square matrix"),
        ({"levels": 5}, "levels: 5 was given; the integer grid has one level for each unit"),
    ],
)
def test_faults_of_a_pool(other: dict[str, Any], message: str) -> None:
    with pytest.raises(InputError, match=message):
        pooled_regime_policy(**{**CASE_A, **other})


def test_impossible_correlations_are_refused() -> None:
    with pytest.raises(
        InputError, match=r"correlation: -0.9 is below -0.5; 3 equal members cannot be more opposed"
    ):
        pooled_safety_ratio(3, -0.9)


def test_a_size_between_units_needs_levels() -> None:
    with pytest.raises(InputError, match=r"capacity: 2.5 is not a whole number; or give levels"):
        regime_policy(**{**CASE_A, "capacity": 2.5, "grid": "continuous"})
    found = regime_policy(**{**CASE_A, "capacity": 2.5, "grid": "continuous", "levels": 6})
    assert found.stock.tolist() == [0.0, 0.5, 1.0, 1.5, 2.0, 2.5]
