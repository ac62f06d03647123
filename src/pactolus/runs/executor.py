"""Work spread over processes or a cluster, with the same results for any number of them.

An `Executor` is asked for with `executor` and gives the results in the order of the tasks, as they come::

    with executor(workers=4) as runner:              # or cluster="tcp://10.0.0.1:8786"
        for result in runner.each(work, tasks, data=data):
            ...

`data` is what all tasks read: it travels to each worker once. `work` is a function of a module, called as
``work(task)``, or ``work(data, task)`` where data are given. Tasks are best half a second or longer.
"""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import BrokenExecutor, ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import active_children, get_context, parent_process
from typing import Any, Protocol, TypeVar

from pactolus.errors import WorkerError
from pactolus.runs.parcels import AHEAD, in_order, opened, packed
from pactolus.runs.progress import Progress, silent
from pactolus.runs.threads import ONE_THREAD

__all__ = ["Executor", "end_with_parent", "executor", "spread"]

Task = TypeVar("Task")
Result = TypeVar("Result")


class Executor(Protocol):
    """Where work is done: in this process, in several, or on a cluster."""

    @property
    def workers(self) -> int:
        """How many tasks run at once."""

    def each(
        self,
        work: Callable[..., Result],
        tasks: Sequence[Task],
        *,
        data: object = None,
        named: Callable[[Task], str] = str,
        progress: Progress = silent,
    ) -> Iterator[Result]:
        """Results in the order of `tasks`.

        Parameters
        ----------
        work : callable
            A function of a module, so that another process can import it.
        tasks : sequence
            What to work on; each can be pickled unless all is done in this process.
        data : object, optional
            What every task reads; given to `work` before the task.
        named : callable
            What to tell `progress` about a task.
        progress : Progress
            Hears of each task that is done.

        Raises
        ------
        Exception
            The first error that a task raises; tasks not yet begun are given up.
        WorkerError
            If workers are lost and what they did cannot be done again.
        """


@contextmanager
def executor(workers: int = 1, cluster: str | None = None) -> Iterator[Executor]:
    """Where to work: this process, `workers` processes, or the cluster at an address.

    Parameters
    ----------
    workers : int
        Processes at most; 1 stays in this one. Not read where `cluster` is given.
    cluster : str, optional
        Address of a dask scheduler, such as ``tcp://10.0.0.1:8786``.

    Raises
    ------
    OptionError
        If no scheduler with workers answers at the address.
    MissingExtraError
        If a cluster is asked for and the extra ``cluster`` is not installed.

    Examples
    --------
    >>> with executor() as runner:
    ...     list(runner.each(abs, [-3, 2]))
    [3, 2]
    """
    if cluster is None:
        yield _Processes(workers) if workers > 1 else _Here()
        return
    from pactolus.runs.cluster import connected

    with connected(cluster) as found:
        yield found


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
    runner: Executor = _Processes(workers, free_threads=True) if workers > 1 else _Here()
    return list(runner.each(work, tasks, named=named, progress=progress))


@dataclass(frozen=True)
class _Here:
    """This process."""

    workers: int = 1

    def each(
        self,
        work: Callable[..., Result],
        tasks: Sequence[Task],
        *,
        data: object = None,
        named: Callable[[Task], str] = str,
        progress: Progress = silent,
    ) -> Iterator[Result]:
        for done, task in enumerate(tasks, start=1):
            result = work(task) if data is None else work(data, task)
            progress(named(task), done, len(tasks))
            yield result


@dataclass(frozen=True)
class _Processes:
    """Processes of this machine, one thread each unless `free_threads`."""

    workers: int
    free_threads: bool = False

    def each(
        self,
        work: Callable[..., Result],
        tasks: Sequence[Task],
        *,
        data: object = None,
        named: Callable[[Task], str] = str,
        progress: Progress = silent,
    ) -> Iterator[Result]:
        if len(tasks) <= 1:
            yield from _Here().each(work, tasks, data=data, named=named, progress=progress)
            return
        # Packed here, not by the pool: in Python 3.11 a task that cannot be packed hangs the pool for good.
        parcels = [packed((work, task)) for task in tasks]
        shared = None if data is None else packed(data)
        others = set(active_children())
        pool = ProcessPoolExecutor(
            min(self.workers, len(tasks)),
            mp_context=get_context("spawn"),
            initializer=_worker,
            initargs=(shared, self.free_threads),
        )
        try:
            yield from in_order(
                lambda number: pool.submit(_done, parcels[number]),
                len(tasks),
                ahead=AHEAD * self.workers,
                heard=lambda number, done: progress(named(tasks[number]), done, len(tasks)),
            )
        except KeyboardInterrupt:
            for worker in set(active_children()) - others:
                worker.terminate()
            raise
        except BrokenExecutor as error:
            raise WorkerError(
                "a worker process was ended from outside, perhaps for want of memory; "
                "try again with fewer workers"
            ) from error
        finally:
            pool.shutdown(wait=True, cancel_futures=True)


#: What all tasks of a worker read; set once when the worker begins.
_shared: list[Any] = []


def _done(parcel: bytes) -> Any:
    work, task = opened(parcel)
    return work(*_shared, task)


def _worker(shared: bytes | None, free_threads: bool) -> None:
    """Ctrl-C is for the parent, which gives up what has not begun; without a parent there is no work."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=end_with_parent, daemon=True).start()
    if not free_threads:  # before NumPy is imported by the data
        os.environ.update(dict.fromkeys(ONE_THREAD, "1"))
    if shared is not None:
        _shared.append(opened(shared))


def end_with_parent() -> None:
    """A killed parent tells nobody: its processes would wait for work for ever."""
    parent = parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
