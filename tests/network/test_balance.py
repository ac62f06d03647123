"""The balance of one mineral and year: what always holds, limits, and an independent optimum."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pactolus.errors import DataError, NoAnswerError
from pactolus.network.balance import LEAST_PRODUCTION, balance, covering

SIZES = st.integers(2, 6)
few = settings(max_examples=15)


@st.composite
def networks(draw, *, least_made=0.0):
    """Flows with gaps between a few countries, production of some of them; up to eight orders apart."""
    n = draw(SIZES)
    amount = st.floats(1e-2, 1e6)
    cell = st.one_of(st.just(0.0), amount)
    flows = np.array(draw(st.lists(st.lists(cell, min_size=n, max_size=n), min_size=n, max_size=n)))
    np.fill_diagonal(flows, 0.0)
    made = np.array(draw(st.lists(cell, min_size=n, max_size=n)))
    return flows, np.maximum(made, least_made)


def net(done):
    return done.production + done.flows.sum(axis=0) - done.flows.sum(axis=1)


def divergence(after, before):
    """Generalised Kullback-Leibler divergence of two arrays with the same gaps."""
    after, before = after[before > 0], before[before > 0]
    return float((after * np.log(after / before) - after + before).sum())


def by_projected_gradient(flows, prior, steps=5_000):
    """The same problem solved from its dual by steps uphill: slow, and apart from the closed form.

    The dual of ``min KL(F'|F) + KL(P'|P)`` under ``P' + M' - X' >= 0`` is
    ``max over u >= 0 of -sum F exp(u_j - u_i) - sum P exp(u_i)``, its slope minus the net supply.
    """
    u = np.zeros(len(prior))

    def primal(u):
        return flows * np.exp(u[None, :] - u[:, None]), prior * np.exp(u)

    def height(u):
        moved, made = primal(u)
        return -moved.sum() - made.sum()

    step = 1.0 / (flows.sum() + prior.sum())
    for _ in range(steps):
        moved, made = primal(u)
        slope = -(made + moved.sum(axis=0) - moved.sum(axis=1))
        while True:
            ahead = np.maximum(u + step * slope, 0.0)
            if height(ahead) >= height(u) + 0.25 * slope @ (ahead - u) - 1e-15 * abs(height(u)):
                break
            step *= 0.5
        if np.abs(ahead - u).max() < 1e-10:
            break
        u, step = ahead, step * 1.3
    return primal(u)


@few
@given(networks())
def test_no_country_ships_what_it_lacks(network):
    flows, made = network
    done = balance(flows, made)
    assert net(done).min() >= -1e-9 * max(flows.sum(), 1e-300)
    assert np.allclose(done.consumption, net(done), rtol=0, atol=1e-9 * max(flows.sum(), 1.0))


@few
@given(networks())
def test_flows_that_were_not_there_do_not_appear(network):
    flows, made = network
    done = balance(flows, made)
    assert ((done.flows > 0) == (flows > 0)).all()
    assert (done.production >= done.prior).all()


@few
@given(networks())
def test_what_is_balanced_already_stays_as_it_is(network):
    flows, made = network
    made = np.maximum(made, flows.sum(axis=1))  # everybody makes what it ships
    done = balance(flows, made)
    assert np.array_equal(done.flows, flows)
    assert np.array_equal(done.production, made)
    assert done.moved == 0.0


@few
@given(networks(), st.floats(1e-3, 1e3))
def test_the_unit_does_not_matter(network, factor):
    flows, made = network
    one, other = balance(flows, made), balance(flows * factor, made * factor)
    assert np.allclose(other.flows, one.flows * factor, rtol=1e-6, atol=1e-9 * factor * flows.sum())
    assert other.moved == pytest.approx(one.moved, abs=1e-7)


@few
@given(networks(), st.randoms(use_true_random=False))
def test_the_order_of_countries_does_not_matter(network, random):
    flows, made = network
    order = list(range(len(made)))
    random.shuffle(order)
    one, other = balance(flows, made), balance(flows[np.ix_(order, order)], made[order])
    assert np.allclose(other.flows, one.flows[np.ix_(order, order)], rtol=1e-6, atol=1e-9 * flows.sum())


@few
@given(networks(least_made=1.0))
def test_the_gap_between_primal_and_dual_closes(network):
    """At the optimum the divergence equals the dual value: a proof of optimality, not a comparison."""
    flows, made = network
    done = balance(flows, made)
    primal = divergence(done.flows, flows) + divergence(done.production, done.prior)
    dual = flows.sum() - done.flows.sum() + done.prior.sum() - done.production.sum()
    assert (done.production / done.prior).min() >= 1.0  # exp of the dual variables, none below zero
    assert primal == pytest.approx(dual, abs=1e-8 * (flows.sum() + made.sum()))


@pytest.mark.parametrize("seed", range(3))
def test_an_independent_optimiser_finds_the_same(seed):
    random = np.random.default_rng(seed)
    n = int(random.integers(3, 6))
    flows = random.uniform(0.5, 5.0, (n, n)) * (random.uniform(size=(n, n)) < 0.7)
    np.fill_diagonal(flows, 0.0)
    made = random.uniform(0.2, 3.0, n)
    done = balance(flows, made)
    moved, output = by_projected_gradient(flows, done.prior)
    assert np.allclose(done.flows, moved, rtol=1e-5, atol=1e-6)
    assert np.allclose(done.production, output, rtol=1e-5, atol=1e-6)


def test_one_exporter_in_closed_form():
    """P = 2, X = 8: x = sqrt(B / A) = 2, so flows halve and production doubles."""
    done = balance(np.array([[0.0, 8.0], [0.0, 0.0]]), np.array([2.0, 0.0]))
    assert done.flows[0, 1] == pytest.approx(4.0, rel=1e-12)
    assert done.production[0] == pytest.approx(4.0, rel=1e-12)
    assert done.moved == pytest.approx(0.5, rel=1e-12)


def test_least_consumption_in_closed_form():
    """P = 2, X = 8, c = 3: x = (3 + sqrt(9 + 4 x 2 x 8)) / 4."""
    done = balance(np.array([[0.0, 8.0], [0.0, 0.0]]), np.array([2.0, 0.0]), np.array([3.0, 0.0]))
    x = (3 + 73**0.5) / 4
    assert done.production[0] == pytest.approx(2 * x, rel=1e-12)
    assert done.consumption[0] == pytest.approx(3.0, rel=1e-9)


def test_pure_reexporters_find_a_balance_through_unrecorded_output():
    """A ring of two countries that only pass goods to each other and on: singular without the prior."""
    flows = np.array([[0.0, 50.0, 40.0], [60.0, 0.0, 30.0], [0.0, 0.0, 0.0]])
    done = balance(flows, np.zeros(3))
    assert done.prior.tolist() == pytest.approx([0.02 * 90, 0.02 * 90, 0.0])
    assert LEAST_PRODUCTION == 0.02
    assert net(done).min() >= -1e-9 * flows.sum()


def test_no_flows_is_no_change():
    done = balance(np.zeros((3, 3)), np.array([1.0, 0.0, 2.0]))
    assert (done.moved, done.consumption.tolist()) == (0.0, [1.0, 0.0, 2.0])


def test_consumption_without_any_supply_has_no_answer():
    with pytest.raises(NoAnswerError, match="without production or imports"):
        balance(np.zeros((2, 2)), np.zeros(2), np.array([1.0, 0.0]))


def test_all_faults_are_told_at_once():
    flows = np.array([[1.0, np.nan], [-2.0, 0.0]])
    with pytest.raises(DataError) as caught:
        balance(flows, np.array([-1.0, 0.0]))
    assert str(caught.value).splitlines() == [
        "balance: flows has values that are no number; a missing quantity is not zero",
        "balance: production has 1 negative values",
        "balance: flows has a country that trades with itself",
    ]
    with pytest.raises(DataError, match=r"shapes \(2, 2\), \(3,\), \(3,\) do not fit"):
        balance(np.zeros((2, 2)), np.zeros(3))


@few
@given(networks())
def test_in_whole_kilograms_nothing_is_missing_either(network):
    flows, made = network
    done = balance(flows, made)
    whole = np.rint(done.flows)
    production = covering(done.production, whole)
    assert (production + whole.sum(axis=0) - whole.sum(axis=1)).min() >= 0
    assert (production == np.rint(production)).all()
    assert np.abs(production - done.production).max() <= len(made) + 1e-6 * flows.sum()
