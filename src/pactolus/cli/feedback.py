"""What is said on stderr: notes, and how far the work is."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING

from pactolus.runs.progress import Progress, silent

if TYPE_CHECKING:
    from rich.progress import Progress as Bar
    from rich.progress import TaskID

__all__ = ["progress_on_stderr", "say"]


def say(message: str, *, quiet: bool = False) -> None:
    """One note on stderr; nothing when `quiet`, or when stderr is closed."""
    if quiet or sys.stderr is None:
        return
    with contextlib.suppress(OSError, ValueError):
        sys.stderr.write(_within_screen(message) + "\n")
        sys.stderr.flush()


def _within_screen(message: str) -> str:
    """Break long lines between words on a terminal; elsewhere a line stays one line."""
    if not sys.stderr.isatty():
        return message
    import shutil
    import textwrap

    width = max(shutil.get_terminal_size().columns, 40)
    lines = []
    for line in message.splitlines():
        indent = " " * (len(line) - len(line.lstrip()) + 2)
        lines += textwrap.wrap(
            line, width, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False
        ) or [""]
    return "\n".join(lines)


@contextlib.contextmanager
def progress_on_stderr(*, quiet: bool) -> Iterator[Progress]:
    """A listener: a bar on a terminal, a line for each step elsewhere, nothing when `quiet`."""
    if quiet or sys.stderr is None:
        yield silent
    elif sys.stderr.isatty():
        with _bar() as bar:
            yield _on_bar(bar)
    else:
        yield _in_lines


def _bar() -> Bar:
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


def _on_bar(bar: Bar) -> Progress:
    task: TaskID = bar.add_task("", total=None)

    def show(what: str, done: int, total: int, /) -> None:
        bar.update(task, description=what, completed=done, total=total)

    return show


def _in_lines(what: str, done: int, total: int, /) -> None:
    say(f"[{done:>{len(str(total))}}/{total}] {what}")
