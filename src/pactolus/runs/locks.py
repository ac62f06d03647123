"""Who is still at work in a folder: a mark that ends with its process, however that ends.

A mark is a file that its owner keeps open; the operating system lets go of it when the process ends, also
when it is killed. Nothing is read from a process number, which may belong to somebody else by then.
"""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

__all__ = ["MARK", "is_abandoned", "marked"]

#: Name of the mark inside a folder.
MARK: Final = "owner"


@contextlib.contextmanager
def marked(folder: Path) -> Iterator[None]:
    """Mark `folder` as in use by this process until the block ends.

    The mark appears already held, so that nobody can see it without its owner. On a file system that knows no
    locks the folder is never taken for abandoned.
    """
    handle = _held(folder)
    try:
        yield
    finally:
        os.close(handle)


def is_abandoned(folder: Path) -> bool:
    """Was `folder` marked by a process that has ended?

    False where there is no mark, where the owner is alive, and where nobody can tell.
    """
    try:
        return _let_go(folder / MARK)
    except OSError:
        return False


if sys.platform == "win32":

    def _held(folder: Path) -> int:
        # An open file cannot be removed there: the open handle is the lock.
        return os.open(folder / MARK, os.O_CREAT | os.O_RDWR)

    def _let_go(mark: Path) -> bool:
        mark.unlink()
        return True

else:
    import fcntl

    def _held(folder: Path) -> int:
        beside = folder / f".{MARK}"
        handle = os.open(beside, os.O_CREAT | os.O_RDWR, 0o666)
        try:
            with contextlib.suppress(OSError):  # a file system without locks
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            beside.rename(folder / MARK)
        except BaseException:
            os.close(handle)
            raise
        return handle

    def _let_go(mark: Path) -> bool:
        handle = os.open(mark, os.O_RDWR)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        finally:
            os.close(handle)
        return True
