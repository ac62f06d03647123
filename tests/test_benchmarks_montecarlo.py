"""The benchmark of the Monte Carlo: parts that answer the same question, and runs that are measured."""

from __future__ import annotations

import pytest
from benchmarks import montecarlo


def test_both_ways_from_events_to_losses_agree() -> None:
    ready = montecarlo.plan("tungsten")
    chunk, events = montecarlo.drawn(ready)
    ours, dense = montecarlo.by_event(ready, chunk, events), montecarlo.by_matrix(ready, chunk, events)
    assert ours.shape == (2, chunk.scenarios)
    assert ours.max() > 0
    assert dense == pytest.approx(ours, abs=1e-6)


def test_whole_runs_are_processes_of_their_own() -> None:
    places, cpu, wall, peak = montecarlo.whole(montecarlo._STREAM, "tungsten", 200)
    assert places == 2
    assert min(cpu, wall) > 0
    assert peak < montecarlo.GOAL_MB


def test_every_part_has_a_rate() -> None:
    found = montecarlo.parts("tungsten")
    assert len(found) == 5
    assert all(rate > 0 for _, rate in found)
