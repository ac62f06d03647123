"""Work spread over processes, with the same results for any number of them."""

from __future__ import annotations

import os
import pickle
import signal
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from multiprocessing import active_children, get_context, parent_process
from multiprocessing.reduction import ForkingPickler
from types import MappingProxyType
from typing import Any, TypeVar

from pactolus.runs.progress import Progress, silent

__all__ = ["spread"]

Task = TypeVar("Task")
Result = TypeVar("Result")


def spread(
    work: Callable[[Task], Result],
    tasks: Sequence[Task],
    *,
    workers: int,
    named: Callable[[Task], str],
    progress: Progress = silent,
) -> list[Result]:
    """Do `work` on every task, in this process or in several, and return the results in the order of `tasks`.

    Parameters
    ----------
    work : callable
        A function of a module, so that another process can import it.
    tasks : sequence
        What to work on; each can be pickled when `workers` > 1.
    workers : int
        Processes to use at most; 1 stays in this one. [1]
    named : callable
        What to tell `progress` about a task.
    progress : Progress
        Hears of each task that is done.

    Returns
    -------
    list
        One result for each task, the same for any number of workers.

    Raises
    ------
    Exception
        The first error that a task raises; tasks not yet begun are given up. A task that cannot be
        pickled raises before any is begun.
    """
    if workers <= 1 or len(tasks) <= 1:
        return _one_by_one(work, tasks, named, progress)
    ForkingPickler.register(MappingProxyType, _packed)
    # Packed here, not by the pool: in Python 3.11 a task that cannot be packed hangs the pool for good.
    parcels = [bytes(ForkingPickler.dumps((work, task))) for task in tasks]
    others = set(active_children())
    pool = ProcessPoolExecutor(min(workers, len(tasks)), mp_context=get_context("spawn"), initializer=_worker)
    try:
        numbers = {pool.submit(_opened, parcel): number for number, parcel in enumerate(parcels)}
        results: dict[int, Result] = {}
        for done, future in enumerate(as_completed(numbers), start=1):
            number = numbers[future]
            results[number] = future.result()
            progress(named(tasks[number]), done, len(tasks))
        return [results[number] for number in range(len(tasks))]
    except KeyboardInterrupt:
        for worker in set(active_children()) - others:
            worker.terminate()
        raise
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _one_by_one(
    work: Callable[[Task], Result], tasks: Sequence[Task], named: Callable[[Task], str], progress: Progress
) -> list[Result]:
    results = []
    for done, task in enumerate(tasks, start=1):
        results.append(work(task))
        progress(named(task), done, len(tasks))
    return results


def _opened(parcel: bytes) -> Any:
    work, task = pickle.loads(parcel)
    return work(task)


def _packed(frozen: MappingProxyType[Any, Any]) -> tuple[Any, tuple[dict[Any, Any]]]:
    """How a frozen mapping travels to another process: Python has no way of its own."""
    return _unpacked, (dict(frozen),)


def _unpacked(content: dict[Any, Any]) -> MappingProxyType[Any, Any]:
    return MappingProxyType(content)


def _worker() -> None:
    """Ctrl-C is for the parent, which gives up what has not begun; without a parent there is no work."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    """A killed parent tells nobody: its processes would wait for work for ever."""
    parent = parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
