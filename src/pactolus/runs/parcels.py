"""How tasks travel to other processes, and how their results come back in order."""

from __future__ import annotations

import pickle
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, wait
from multiprocessing.reduction import ForkingPickler
from types import MappingProxyType
from typing import Any, Final

from pactolus.errors import PactolusError

__all__ = ["AHEAD", "in_order", "opened", "packed"]

#: Tasks handed out beyond those that are read: so many for each worker. Bounds what waits in memory.
AHEAD: Final = 3
#: How often a task is begun anew whose worker or data were lost.
_AGAIN: Final = 3


def in_order(
    submit: Callable[[int], Future[Any]], count: int, *, ahead: int, heard: Callable[[int, int], None]
) -> Iterator[Any]:
    """Results of tasks 0 to `count` - 1 in that order, with at most `ahead` in hand and unread.

    Parameters
    ----------
    submit : callable
        Begins the task of a number; called again for one whose future was cancelled, its worker being lost.
    count, ahead : int
    heard : callable
        Told the number of each task that is done, and how many are.
    """
    waiting: dict[Future[Any], int] = {}
    ready: dict[int, Any] = {}
    lost: dict[int, int] = {}
    begun = done = 0
    for wanted in range(count):
        while wanted not in ready:
            while begun < min(count, wanted + ahead):
                waiting[submit(begun)] = begun
                begun += 1
            for future in wait(waiting, return_when=FIRST_COMPLETED).done:
                number = waiting.pop(future)
                if future.cancelled():
                    lost[number] = lost.get(number, 0) + 1
                    if lost[number] > _AGAIN:
                        raise PactolusError(
                            f"task {number + 1} of {count}: lost with its worker {_AGAIN} times"
                        )
                    waiting[submit(number)] = number
                    continue
                ready[number] = future.result()
                done += 1
                heard(number, done)
        yield ready.pop(wanted)


def packed(content: object) -> bytes:
    """Bytes that travel to another process; a frozen mapping is no hindrance."""
    ForkingPickler.register(MappingProxyType, _packed_mapping)
    return bytes(ForkingPickler.dumps(content))


def opened(parcel: bytes) -> Any:
    """What `packed` was given."""
    return pickle.loads(parcel)


def _packed_mapping(frozen: MappingProxyType[Any, Any]) -> tuple[Any, tuple[dict[Any, Any]]]:
    """How a frozen mapping travels to another process: Python has no way of its own."""
    return _frozen, (dict(frozen),)


def _frozen(content: dict[Any, Any]) -> MappingProxyType[Any, Any]:
    return MappingProxyType(content)
