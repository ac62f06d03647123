"""How a long piece of work says how far it is, without knowing who listens.

Library code takes ``progress: Progress = silent`` and calls ``progress(what, done, total)``: before a step,
with the steps done so far, and once at the end with ``done == total``. It never prints.
"""

from __future__ import annotations

from typing import Protocol

__all__ = ["Progress", "part", "silent"]


class Progress(Protocol):
    """Whoever listens to a piece of work."""

    def __call__(self, what: str, done: int, total: int, /) -> None:
        """Say that `done` of `total` steps are finished, and `what` comes next or ended the work."""


def silent(what: str, done: int, total: int, /) -> None:
    """Listen to nothing."""


def part(progress: Progress, start: int, of: int, total: int) -> Progress:
    """A listener for one part of a larger piece of work.

    Parameters
    ----------
    progress : Progress
        The listener of the whole.
    start : int
        Steps of the whole that are done before the part begins. [1]
    of : int
        Steps of the whole that the part stands for. [1]
    total : int
        Steps of the whole. [1]

    Returns
    -------
    Progress
        Calls `progress` in steps of the whole, rounded down; the part itself may have any number of steps.

    Examples
    --------
    >>> seen = []
    >>> inner = part(lambda what, done, total: seen.append((what, done, total)), start=2, of=4, total=10)
    >>> inner("half way", 5, 10)
    >>> seen
    [('half way', 4, 10)]
    """

    def inner(what: str, done: int, steps: int, /) -> None:
        progress(what, start + (of * done // steps if steps else of), total)

    return inner
