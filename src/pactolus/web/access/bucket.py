"""How often one may ask: a bucket of tokens that fills again."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from typing import Final

__all__ = ["Buckets"]

#: Buckets that are kept; the longest unused is dropped, and begins full again.
_MOST: Final = 10_000


class Buckets:
    """One bucket a name, full at first.

    Parameters
    ----------
    per_minute : float
        Tokens that come back in a minute.
    burst : float
        Tokens of a full bucket.
    clock : callable
        Seconds.
    """

    def __init__(self, per_minute: float, burst: float, clock: Callable[[], float] = time.monotonic) -> None:
        self.rate, self.burst, self.clock = per_minute / 60, burst, clock
        self._kept: OrderedDict[str, tuple[float, float]] = OrderedDict()
        self._lock = threading.Lock()

    def take(self, name: str) -> float:
        """Take one token: 0, or the seconds until there is one."""
        now = self.clock()
        with self._lock:
            held, since = self._kept.pop(name, (self.burst, now))
            held = min(self.burst, held + (now - since) * self.rate)
            wait = 0.0 if held >= 1 else (1 - held) / self.rate
            self._kept[name] = (held if wait else held - 1, now)
            if len(self._kept) > _MOST:
                self._kept.popitem(last=False)
        return wait
