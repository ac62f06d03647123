"""Work spread over processes gives the same results for any number of them."""

from __future__ import annotations

import os
import pickle
import signal
import time
from multiprocessing import active_children
from types import MappingProxyType

import pytest

from pactolus.errors import PactolusError
from pactolus.runs.executor import executor, spread


def square(n: int) -> int:
    return n * n


def refuse(n: int) -> int:
    raise ValueError(f"task {n}")


@pytest.mark.parametrize("workers", [1, 2])
def test_results_keep_the_order_of_the_tasks(workers):
    heard: list[tuple[str, int, int]] = []
    results = spread(
        square,
        [3, 1, 2],
        workers=workers,
        named=str,
        progress=lambda what, done, total: heard.append((what, done, total)),
    )
    assert results == [9, 1, 4]
    assert sorted(what for what, _, _ in heard) == ["1", "2", "3"]
    assert [done for _, done, _ in heard] == [1, 2, 3]


@pytest.mark.parametrize("workers", [1, 2])
def test_an_error_in_a_task_is_raised(workers):
    with pytest.raises(ValueError, match="task 5"):
        spread(refuse, [5, 5], workers=workers, named=str)


def test_nothing_to_do():
    assert spread(square, [], workers=2, named=str) == []


def letters(frozen: MappingProxyType[str, int]) -> list[str]:
    return list(frozen)


def test_frozen_mappings_travel():
    frozen = MappingProxyType({"a": 1, "b": 2})
    assert spread(letters, [frozen, frozen], workers=2, named=str) == [["a", "b"], ["a", "b"]]


def sleep(seconds: float) -> float:
    time.sleep(seconds)
    return seconds


def test_an_interrupt_does_not_wait_for_the_work_in_hand():
    def interrupt(what: str, done: int, total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        spread(sleep, [0.0, 60.0, 60.0], workers=2, named=str, progress=interrupt)
    assert not [child for child in active_children() if child.name.startswith("SpawnProcess")]


def test_a_task_that_cannot_travel_is_an_error_not_a_hang():
    with pytest.raises((AttributeError, pickle.PicklingError), match="pickle"):
        spread(square, [1, lambda: 2], workers=2, named=str)
    assert active_children() == []


def added(data: MappingProxyType[str, int], task: int) -> tuple[int, str]:
    return data["base"] + task, os.environ.get("OMP_NUM_THREADS", "")


@pytest.mark.parametrize("workers", [1, 2])
def test_what_all_tasks_read_is_given_before_the_task(workers):
    with executor(workers) as runner:
        assert runner.workers == workers
        found = list(runner.each(added, range(9), data=MappingProxyType({"base": 10})))
    assert [value for value, _ in found] == list(range(10, 19))
    if workers > 1:
        assert {threads for _, threads in found} == {"1"}


def test_results_come_as_they_are_ready_and_no_further_ahead_than_is_read():
    heard: list[int] = []
    with executor() as runner:
        results = runner.each(square, range(100), progress=lambda what, done, total: heard.append(done))
        assert [next(results), next(results)] == [0, 1]
    assert heard == [1, 2]


def die(task: int) -> int:
    if task == 2:
        os.kill(os.getpid(), signal.SIGKILL)
    return task


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="this system has no SIGKILL")
def test_a_process_that_is_ended_from_outside_is_one_message():
    with executor(2) as runner, pytest.raises(PactolusError, match="a worker process was ended from outside"):
        list(runner.each(die, range(5)))
    assert active_children() == []
