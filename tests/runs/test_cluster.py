"""A dask cluster gives what one process gives, also when a worker dies; a fault is one clear message."""

from __future__ import annotations

import os
import signal
import sys
import time
import warnings
from collections.abc import Iterator
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest

from pactolus.errors import MissingExtraError, OptionError, PactolusError
from pactolus.runs.cluster import connected
from pactolus.runs.executor import executor
from pactolus.runs.parcels import in_order

pytest.importorskip("distributed")


@pytest.fixture(scope="module")
def cluster() -> Iterator[Any]:
    """Two worker processes with a thread each."""
    from distributed import LocalCluster

    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", category=ResourceWarning)
        with LocalCluster(
            n_workers=2, threads_per_worker=1, processes=True, dashboard_address=":0", silence_logs=50
        ) as found:
            yield found


def scaled(data: MappingProxyType[str, int], task: int) -> int:
    return data["factor"] * task


def slow(data: MappingProxyType[str, str], task: int) -> tuple[int, int]:
    """Leaves its process number in a folder, then takes its time."""
    folder = Path(data["folder"])
    (folder / f"{os.getpid()}.{task}").touch()
    time.sleep(0.2)
    return task, task**2


def refuse(task: int) -> int:
    raise ValueError(f"task {task}")


def test_results_keep_the_order_of_the_tasks(cluster: Any) -> None:
    heard: list[tuple[str, int, int]] = []
    data = MappingProxyType({"factor": 3})
    with executor(cluster=cluster.scheduler_address) as runner:
        assert runner.workers == 2
        found = runner.each(
            scaled, range(20), data=data, progress=lambda what, done, total: heard.append((what, done, total))
        )
        assert list(found) == [3 * n for n in range(20)]
        assert list(runner.each(abs, [-2, 1])) == [2, 1]
    assert [done for _, done, _ in heard] == list(range(1, 21))


def test_an_error_in_a_task_is_raised(cluster: Any) -> None:
    with executor(cluster=cluster.scheduler_address) as runner, pytest.raises(ValueError, match=r"task [56]"):
        list(runner.each(refuse, [5, 6]))


def test_a_killed_worker_loses_nothing(cluster: Any, tmp_path: Path) -> None:
    tasks = range(24)
    data = MappingProxyType({"folder": str(tmp_path)})
    killed: list[int] = []
    found = []
    with executor(cluster=cluster.scheduler_address) as runner:
        for result in runner.each(slow, tasks, data=data):
            found.append(result)
            if len(found) == 3:
                killed.append(
                    int(max(tmp_path.iterdir(), key=lambda f: f.stat().st_mtime).name.split(".")[0])
                )
                os.kill(killed[0], signal.SIGKILL)
    assert found == [(n, n**2) for n in tasks]
    seen = [file.name.split(".") for file in tmp_path.iterdir()]
    assert {int(task) for _, task in seen} == set(tasks)
    assert len({pid for pid, _ in seen}) >= 2
    assert not Path(f"/proc/{killed[0]}/exe").exists() or sys.platform != "linux"


def test_nobody_there_is_one_message() -> None:
    for address in ("tcp://127.0.0.1:9", "nonsense://x"):
        with (
            pytest.raises(OptionError, match=f"no scheduler answers at '{address}'; start one with"),
            connected(address, patience=0.5),
        ):
            pass


def test_a_scheduler_without_workers_is_one_message() -> None:
    from distributed import LocalCluster

    with (
        LocalCluster(n_workers=0, processes=False, dashboard_address=":0", silence_logs=50) as empty,
        pytest.raises(OptionError, match="has no worker; start some with 'dask worker"),
        connected(empty.scheduler_address, patience=0.5),
    ):
        pass


def test_without_the_extra_it_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    with (
        pytest.raises(MissingExtraError, match=r"pip install 'pactolus\[cluster\]'"),
        executor(cluster="tcp://127.0.0.1:9"),
    ):
        pass


def test_a_task_lost_again_and_again_is_an_error() -> None:
    from concurrent.futures import Future

    begun: list[int] = []

    def submit(number: int) -> Future[int]:
        begun.append(number)
        future: Future[int] = Future()
        if number == 1 or len(begun) == 1:
            future.cancel()
            future.set_running_or_notify_cancel()
        else:
            future.set_result(number)
        return future

    results = in_order(submit, 2, ahead=1, heard=lambda number, done: None)
    assert next(results) == 0
    with pytest.raises(PactolusError, match="task 2 of 2: lost with its worker 3 times"):
        next(results)
    assert begun == [0, 0, 1, 1, 1, 1]
