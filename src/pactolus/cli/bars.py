"""How far a build is: one bar for the whole and one a file, on a terminal; lines elsewhere."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING

from pactolus.cli.feedback import say

if TYPE_CHECKING:
    from rich.progress import Progress as Bars
    from rich.progress import TaskID

    from pactolus.catalogue.build.gather import Listener

__all__ = ["bars_on_stderr"]


@contextlib.contextmanager
def bars_on_stderr(*, quiet: bool) -> Iterator[Listener | None]:
    """A listener for a build: bars on a terminal, a line for each step elsewhere, none when `quiet`."""
    if quiet or sys.stderr is None:
        yield None
    elif sys.stderr.isatty():
        with _bars() as bars:
            yield _OnBars(bars)
    else:
        yield _InLines()


def _bars() -> Bars:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    return Progress(
        BarColumn(bar_width=24),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TextColumn("{task.description}", markup=False),
        console=Console(stderr=True),
        transient=True,
    )


class _OnBars:
    """The bar of the whole stands first; a file's bar goes when the file is read."""

    def __init__(self, bars: Bars) -> None:
        self._bars = bars
        self._whole: TaskID = bars.add_task("", total=None)
        self._files: dict[str, TaskID] = {}

    def step(self, what: str, done: int, total: int, /) -> None:
        """Move the bar of the whole."""
        self._bars.update(self._whole, description=what, completed=done, total=total)

    def file(self, label: str, done: int, total: int, /) -> None:
        """Move the bar of one file."""
        if label not in self._files:
            self._files[label] = self._bars.add_task(f"  {label}", total=total)
        self._bars.update(self._files[label], completed=done, total=total, visible=done < total)


class _InLines:
    """A line for each step that is done, and one for each file of several parts."""

    def __init__(self) -> None:
        self._last = (-1, -1)

    def step(self, what: str, done: int, total: int, /) -> None:
        """Write a line, unless the last one said that as much is done."""
        if (done, total) != self._last:
            say(f"[{done:>{len(str(total))}}/{total}] {what}")
        self._last = (done, total)

    def file(self, label: str, done: int, total: int, /) -> None:
        """Write a line once a file of several parts is read."""
        if done == total > 1:
            say(f"{label}: all {total} parts are read")
