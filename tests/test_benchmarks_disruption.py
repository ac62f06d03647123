"""The benchmark of the engines: real networks, and engines that answer the same question."""

from __future__ import annotations

import numpy as np
import pytest
from benchmarks import disruption


def test_networks_are_of_the_world_and_hold_both_members() -> None:
    nets = disruption.networks(3)
    assert len(nets) == 3
    for net in nets:
        assert set(disruption.MEMBERS) <= set(net.countries)
        assert (net.flows > 0).sum() > 50


def test_engines_agree_where_they_answer_the_same_question() -> None:
    net = disruption.networks(1)[0]
    cut = disruption.cuts(net, 2)
    exact = disruption.kernel(net, cut)
    rows = [net.countries.index(name) for name in disruption.MEMBERS]
    assert disruption.kernel_members(net, cut) == pytest.approx(exact[:, rows])
    scale = net.flows.sum()
    assert np.abs(disruption.daily(net, cut) - exact).max() <= 0.02 * scale
    assert np.abs(disruption.pandas_loop(net, cut) - exact).max() <= 0.02 * scale
    assert (disruption.iterated(net, cut) <= exact + 1e-6 * scale).all()


def test_rates_are_positive() -> None:
    nets = disruption.networks(1)
    assert disruption.rate("kernel, all importers", nets, 10) > 0
    assert disruption.rate("pandas loop, 8 rounds", nets, 10, seconds=0.1) > 0
