"""The tree of durations: what cannot be told apart is one node."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pactolus.response.plan.tree import tree_of
from tests.response.made_up import random_situation


@given(st.integers(0, 10_000))
def test_durations_share_a_node_as_long_as_both_run_and_no_longer(seed: int) -> None:
    one = random_situation(seed)
    tree = tree_of(one.loss_t, one.lengths)
    for s, length in enumerate(one.lengths):
        for z, other in enumerate(one.lengths):
            for month in range(one.months):
                same = month < min(length, other) or length == other
                if one.loss_t.any(axis=(0, 1, 2))[[s, z]].all():
                    assert (tree.at(s, month) == tree.at(z, month)) == same


def test_every_node_follows_its_parent_and_probabilities_of_a_month_sum_to_one() -> None:
    one = random_situation(7, members=3)
    tree = tree_of(one.loss_t, one.lengths)
    chance = tree.probability(one.probability)
    for number, node in enumerate(tree.nodes[1:], start=1):
        assert node.parent < number
        assert set(node.scenarios) <= set(tree.nodes[node.parent].scenarios)
    assert sum(chance[n] for n, node in enumerate(tree.nodes) if node.rest) == pytest.approx(1)
    assert len(tree.nodes) == max(one.lengths) + len(one.lengths)


def test_losses_after_the_end_keep_their_own_nodes() -> None:
    loss = np.zeros((1, 4, 2))
    loss[0, :3, 0], loss[0, :2, 1] = (1, 1, 0.5), (1, 1)
    tree = tree_of(loss, [2, 3])
    assert tree.at(0, 1) == tree.at(1, 1)
    assert not tree.nodes[tree.at(0, 2)].rest
    assert tree.nodes[tree.at(0, 3)].rest


def test_what_is_sent_arrives_a_lag_later_or_in_the_rest() -> None:
    one = random_situation(3)
    tree = tree_of(one.loss_t, one.lengths)
    for number, node in enumerate(tree.nodes):
        for sender in tree.sent(number, 2):
            own = tree.nodes[sender]
            assert own.month == node.month - 2 or (node.rest and own.month >= node.month - 2)
    with pytest.raises(IndexError, match="no node of duration 3"):
        tree_of(np.ones((1, 2, 1)), [2]).at(3, 0)
