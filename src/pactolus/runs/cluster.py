"""Work on a dask cluster: the only module that names it, read when an address is given.

What all tasks read is scattered once and kept by every worker; a worker that is lost is told to the
scheduler, which gives its tasks to others, and data lost with it are scattered again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final, TypeVar

from pactolus.errors import MissingExtraError, OptionError, PactolusError
from pactolus.runs.parcels import AHEAD, in_order, opened, packed
from pactolus.runs.progress import Progress, silent

__all__ = ["connected"]

Task = TypeVar("Task")
Result = TypeVar("Result")

#: Seconds until a scheduler and its first worker answer.
PATIENCE: Final = 10.0
_SCATTERED: Final = ("finished", "pending")


@contextmanager
def connected(address: str, *, patience: float = PATIENCE) -> Iterator[_Cluster]:
    """An executor on the cluster at an address, closed afterwards.

    Parameters
    ----------
    address : str
        Of the scheduler, such as ``tcp://10.0.0.1:8786``.
    patience : float
        Seconds until it must have answered, and until it must have a worker.

    Raises
    ------
    MissingExtraError
        If the extra ``cluster`` is not installed.
    OptionError
        If nobody answers there, no worker is connected, or the workers have another pactolus.
    """
    try:
        from distributed import Client
    except ImportError as error:
        raise MissingExtraError.of("cluster", "work on a cluster") from error
    try:
        client: Any = Client(address, timeout=patience, set_as_default=False)  # type: ignore[no-untyped-call]
    except (OSError, ValueError, TypeError) as error:  # TimeoutError is an OSError
        raise OptionError(
            f"cluster: no scheduler answers at {address!r}; start one with 'dask scheduler' and give the "
            "address that it prints, such as tcp://10.0.0.1:8786, or work without a cluster"
        ) from error
    try:
        yield _Cluster(client, _ready_workers(client, address, patience))
    finally:
        client.close()


def _ready_workers(client: Any, address: str, patience: float) -> int:
    """How many workers there are; all of them have this version of the package."""
    from pactolus import __version__

    try:
        client.wait_for_workers(1, timeout=patience)
        found = client.run(_version)
    except TimeoutError as error:
        raise OptionError(
            f"cluster: the scheduler at {address!r} has no worker; start some with "
            f"'dask worker {address} --nthreads 1', one a core"
        ) from error
    except ImportError as error:
        raise OptionError(
            f"cluster: the workers at {address!r} have no pactolus ({error}); install {__version__} there"
        ) from error
    others = sorted({str(one) for one in found.values()} - {__version__})
    if others:
        raise OptionError(
            f"cluster: workers at {address!r} have pactolus {', '.join(others)} and this is {__version__}; "
            "install the same one everywhere"
        )
    return len(found)


def _version() -> str:
    from pactolus import __version__

    return __version__


@dataclass(frozen=True)
class _Cluster:
    """Workers of a dask cluster."""

    client: Any
    workers: int

    def each(
        self,
        work: Callable[..., Result],
        tasks: Sequence[Task],
        *,
        data: object = None,
        named: Callable[[Task], str] = str,
        progress: Progress = silent,
    ) -> Iterator[Result]:
        """As `Executor.each`."""
        from distributed.scheduler import KilledWorker

        parcels = [packed((work, task)) for task in tasks]
        shared = None if data is None else _Scattered(self.client, packed(data))
        pool = self.client.get_executor(pure=False)
        begin: Callable[..., Future[Any]] = pool.submit

        def submit(number: int) -> Future[Any]:
            if shared is None:
                return begin(_done, parcels[number])
            return begin(_done_with, parcels[number], shared.key, shared.kept())

        try:
            yield from in_order(
                submit,
                len(tasks),
                ahead=AHEAD * max(self.workers, 1),
                heard=lambda number, done: progress(named(tasks[number]), done, len(tasks)),
            )
        except KilledWorker as error:
            raise PactolusError(
                f"the cluster lost its workers again and again, perhaps for want of memory: {error}"
            ) from error
        finally:
            pool.shutdown(wait=False)


class _Scattered:
    """Bytes on every worker; scattered again once the cluster has lost them."""

    def __init__(self, client: Any, content: bytes) -> None:
        self.key = hashlib.sha256(content).hexdigest()
        self._client = client
        self._content = content
        self._future: Any = None

    def kept(self) -> Any:
        """The future that stands for the bytes."""
        if self._future is None or self._future.status not in _SCATTERED:
            self._future = self._client.scatter(self._content, broadcast=True, hash=False)
        return self._future


#: What the tasks of a worker read last: key of the bytes -> what they hold.
_open: dict[str, Any] = {}


def _done(parcel: bytes) -> Any:
    work, task = opened(parcel)
    return work(task)


def _done_with(parcel: bytes, key: str, shared: bytes) -> Any:
    if key not in _open:
        _open.clear()
        _open[key] = opened(shared)
    work, task = opened(parcel)
    return work(_open[key], task)
