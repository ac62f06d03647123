"""Kernel, cascade, quota and Armington: laws on networks of all kinds, and another solver."""

from __future__ import annotations

import numpy as np
import pytest
from benchmarks.quota_highs import quota_by_highs
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from pactolus.disruption.engines.armington import armington, ranges
from pactolus.disruption.engines.cascade import cascade, cascade_losses
from pactolus.disruption.engines.flows import Network, network_of
from pactolus.disruption.engines.kernel import losses, outage_kernel
from pactolus.disruption.engines.quota import quota
from pactolus.disruption.engines.rules import MODELS, burden_of, kept, pactolus_rule, reroute_by_need
from pactolus.errors import DataError, InputError, NoAnswerError

tonnes = st.one_of(st.just(0.0), st.floats(0.01, 1e6))


@st.composite
def networks(draw: st.DrawFn, most: int = 7) -> Network:
    n = draw(st.integers(2, most))
    flows = draw(hnp.arrays(float, (n, n), elements=tonnes))
    made = draw(hnp.arrays(float, (n,), elements=tonnes))
    return network_of(flows, made)


def parts(n: int) -> st.SearchStrategy[np.ndarray]:
    return hnp.arrays(float, (n,), elements=st.floats(0, 1))


def iterated(
    net: Network, cuts: np.ndarray, caps: np.ndarray, shipped: np.ndarray, stocks: np.ndarray
) -> np.ndarray:
    """Losses by the plainest iteration from "all is served"."""
    flows, made, has = net.flows * shipped, net.production * (1 - cuts), net.available
    served = np.ones(len(made))
    for _ in range(20_000):
        came = made + flows.T @ np.minimum(served, caps)
        came = came + np.minimum(stocks, np.maximum(0.0, has - came))
        after = np.where(has > 0, np.minimum(1.0, came / np.where(has > 0, has, 1.0)), 1.0)
        if np.abs(after - served).max() <= 1e-13:
            break
        served = after
    lost: np.ndarray = net.imports - flows.T @ np.minimum(served, caps)
    return lost


@given(net=networks(), data=st.data())
def test_the_kernel_is_the_settled_iteration(net: Network, data: st.DataObject) -> None:
    n = len(net.production)
    cuts = data.draw(parts(n))
    told = losses(outage_kernel(net), cuts[None, :])[0]
    scale = max(net.flows.sum(), 1.0)
    settled = iterated(net, cuts, np.ones(n), np.ones((n, n)), np.zeros(n))
    assert np.abs(told - settled).max() <= 1e-5 * scale


@given(net=networks(), data=st.data())
def test_the_cascade_is_the_settled_iteration_for_one_and_for_many(net: Network, data: st.DataObject) -> None:
    n = len(net.production)
    shipped = data.draw(hnp.arrays(float, (n, n), elements=st.floats(0, 1)))
    stocks = data.draw(hnp.arrays(float, (n,), elements=st.floats(0, 1e5)))
    cuts, caps = (data.draw(hnp.arrays(float, (3, n), elements=st.floats(0, 1))) for _ in range(2))
    many = cascade_losses(net, cuts, caps=caps, shipped=shipped, stocks=stocks)
    scale = max(net.flows.sum(), 1.0)
    for number in range(3):
        plain = iterated(net, cuts[number], caps[number], shipped, stocks)
        one = cascade(net, cuts=cuts[number], caps=caps[number], shipped=shipped, stocks=stocks)
        assert np.abs(one.lost - plain).max() <= 1e-5 * scale
        assert np.abs(many[number] - plain).max() <= 1e-5 * scale
    free, limited = (cascade_losses(net, cuts, caps=cap) for cap in (None, np.ones_like(cuts)))
    assert np.array_equal(free, limited)  # no cap and a cap of all


@given(net=networks())
def test_no_shock_no_loss(net: Network) -> None:
    found = cascade(net)
    scale = max(net.flows.sum(), 1.0)
    assert np.abs(found.lost).max() <= 1e-9 * scale
    assert np.allclose(found.flows, net.flows, atol=1e-9 * scale)


@given(net=networks(), data=st.data())
def test_mass_is_conserved(net: Network, data: st.DataObject) -> None:
    n = len(net.production)
    cuts, caps = data.draw(parts(n)), data.draw(parts(n))
    shipped = data.draw(hnp.arrays(float, (n, n), elements=st.floats(0, 1)))
    stocks = data.draw(hnp.arrays(float, (n,), elements=st.floats(0, 1e5)))
    found = cascade(net, cuts=cuts, caps=caps, shipped=shipped, stocks=stocks)
    made = (net.production * (1 - cuts)).sum() + found.released.sum()
    scale = max(net.flows.sum(), net.production.sum(), 1.0)
    assert found.used.sum() == pytest.approx(made, abs=1e-7 * scale)
    assert (found.used >= -1e-7 * scale).all()
    assert (found.released <= stocks + 1e-9).all()


@given(net=networks(), data=st.data())
def test_more_cut_is_never_less_loss(net: Network, data: st.DataObject) -> None:
    n = len(net.production)
    one, more = data.draw(parts(n)), data.draw(parts(n))
    less, larger = cascade(net, cuts=one), cascade(net, cuts=np.maximum(one, more))
    scale = max(net.flows.sum(), 1.0)
    assert (larger.lost >= less.lost - 1e-7 * scale).all()


@given(net=networks(), data=st.data())
def test_stocks_never_add_to_a_loss(net: Network, data: st.DataObject) -> None:
    n = len(net.production)
    cuts = data.draw(parts(n))
    stocks = data.draw(hnp.arrays(float, (n,), elements=st.floats(0, 1e6)))
    scale = max(net.flows.sum(), 1.0)
    assert (cascade(net, cuts=cuts, stocks=stocks).lost <= cascade(net, cuts=cuts).lost + 1e-7 * scale).all()


@given(one=networks(4), other=networks(4), data=st.data())
def test_shocks_on_separate_trade_do_not_meet(one: Network, other: Network, data: st.DataObject) -> None:
    a, b = len(one.production), len(other.production)
    flows = np.block([[one.flows, np.zeros((a, b))], [np.zeros((b, a)), other.flows]])
    both = network_of(flows, np.concatenate([one.production, other.production]))
    cuts_a, cuts_b = data.draw(parts(a)), data.draw(parts(b))
    together = cascade(both, cuts=np.concatenate([cuts_a, cuts_b])).lost
    alone = np.concatenate([cascade(one, cuts=cuts_a).lost, cascade(other, cuts=cuts_b).lost])
    assert np.allclose(together, alone, atol=1e-7 * max(flows.sum(), 1.0))


def test_a_ban_on_one_partner_leaves_the_others() -> None:
    net = network_of(np.array([[0, 60.0, 40.0], [0, 0, 0], [0, 0, 0]]), np.array([100.0, 0, 0]))
    shipped = np.ones((3, 3))
    shipped[0, 1] = 0
    found = cascade(net, shipped=shipped)
    assert found.lost.tolist() == [0.0, 60.0, 0.0]
    assert found.used.tolist() == [60.0, 0.0, 40.0]


def test_worked_network_of_three() -> None:
    """Own check: cut of 60 % of the first exporter, spare supply of 20 shared by need."""
    first = np.array([60.0, 30.0, 10.0])
    loss = 0.6 * first
    assert loss.tolist() == [36.0, 18.0, 6.0]
    assert reroute_by_need(loss, 20.0) == pytest.approx([24.0, 12.0, 4.0])
    totals = np.array([60 + 20 + 5 + 10.0, 30 + 25 + 10 + 0.0, 10 + 15 + 25 + 40.0])
    assert loss / totals == pytest.approx([0.378947, 0.276923, 0.066667], abs=1e-6)


def trade(seed: int, n: int = 12) -> tuple[np.ndarray, np.ndarray]:
    """Flows with tiny ones left out, and caps with one exporter cut by 70 % and 10 % spare at the others."""
    rng = np.random.default_rng(seed)
    flows = rng.lognormal(2, 2, (n, n)) * (rng.random((n, n)) < 0.5)
    np.fill_diagonal(flows, 0)
    flows[flows < 1e-6 * flows.sum()] = 0
    caps = 1.1 * flows.sum(axis=1)
    top = int(flows.sum(axis=1).argmax())
    caps[top] = 0.3 * flows[top].sum()
    return flows, caps


@pytest.mark.parametrize("seed", range(6))
def test_the_dual_is_the_programme_that_highs_solves(seed: int) -> None:
    flows, caps = trade(seed)
    solved = quota_by_highs(flows, caps, 0.3)
    if solved is None:
        pytest.skip("HiGHS did not solve this case")
    shipped, unmet = solved
    found = quota(flows, caps, demand_elasticity=0.3)
    assert np.abs(found.flows - shipped).max() <= 1e-5 * flows.sum()
    assert np.abs(found.unmet - unmet).max() <= 1e-5 * flows.sum()


@given(flows=hnp.arrays(float, (5, 5), elements=tonnes), part=parts(5))
@settings(max_examples=40, deadline=None)
def test_what_a_quota_must_keep(flows: np.ndarray, part: np.ndarray) -> None:
    caps = part * flows.sum(axis=1)
    try:
        found = quota(flows, caps)
    except NoAnswerError:
        return
    scale = max(flows.sum(), 1.0)
    assert (found.flows.sum(axis=1) <= caps + 1e-6 * scale).all()
    assert np.abs(found.flows.sum(axis=0) + found.unmet - flows.sum(axis=0)).max() <= 1e-6 * scale
    assert (found.flows[flows == 0] == 0).all()


def test_caps_that_do_not_bind_change_nothing() -> None:
    flows, _ = trade(0)
    found = quota(flows, 2 * flows.sum(axis=1))
    assert np.array_equal(found.flows, flows)
    assert not found.unmet.any()


@pytest.mark.parametrize("cut", [0.0, 0.3, 0.9, 1.0])
def test_supply_meets_demand_in_every_setting(cut: float) -> None:
    flows, _ = trade(1)
    top = int(flows.sum(axis=1).argmax())
    cuts = np.where(np.arange(len(flows)) == top, cut, 0.0)
    found = list(ranges(flows, cuts))
    assert found
    for one in found:
        sigma, supply, _ = one.setting
        assert sigma > 1
        assert one.residual < 1e-6
        sold = one.flows.sum(axis=1)
        assert sold[top] == pytest.approx((1 - cut) * flows[top].sum(), rel=1e-5)
        if cut == 0:
            assert np.allclose(one.price[flows.sum(axis=1) > 0], 1.0)
        if supply == 0:
            assert np.allclose(np.delete(sold, top), np.delete(flows.sum(axis=1), top), rtol=1e-5)


def test_bad_numbers() -> None:
    net = network_of(np.array([[0, 1.0], [1.0, 0]]))
    with pytest.raises(InputError) as caught:
        cascade(net, cuts=np.array([2.0, 0]), caps=np.array([0.5]), stocks=np.array([-1.0, 0]))
    assert str(caught.value).count("\n") == 2
    with pytest.raises(DataError, match="no square"):
        network_of(np.zeros((2, 3)))
    with pytest.raises(DataError, match="negative or missing"):
        network_of(np.array([[0, -1.0], [0, 0]]))
    with pytest.raises(InputError, match="where prices explode"):
        armington(np.eye(2), np.zeros(2), sigma=2.0, supply=0.0, demand=0.1)
    with pytest.raises(InputError, match="caps: negative"):
        quota(np.ones((2, 2)), np.array([-1.0, 0.0]))


@given(
    total=hnp.arrays(float, (4,), elements=st.floats(1, 1e6)),
    part=parts(4),
    share=st.floats(0, 1),
    cut=st.floats(0, 1),
)
def test_laws_of_the_rule(total: np.ndarray, part: np.ndarray, share: float, cut: float) -> None:
    bought = part * total
    left = pactolus_rule(total, bought, share, cut, burden_of(share * cut, 1 - share))
    assert (left >= 0).all()
    assert (left <= total + 1e-9).all()
    assert np.array_equal(pactolus_rule(total, bought, share, 0.0, 0.0), total)
    more = min(cut + 0.1, 1.0)
    assert (
        pactolus_rule(total, bought, share, more, burden_of(share * more, 1 - share)) <= left + 1e-6
    ).all()
    assert 0 <= kept(share * cut) <= 1
    assert set(MODELS) == {"no_change", "uniform", "proportional", "pactolus"}
