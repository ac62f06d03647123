"""Who is still at work in a folder: a mark or a lock that ends with its process, however that ends.

A mark is a file that its owner keeps open; the operating system lets go of it when the process ends, also
when it is killed. Nothing is read from a process number, which may belong to somebody else by then.
"""

from __future__ import annotations

import contextlib
import json
import os
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from pactolus.errors import OutputError

__all__ = ["LOCK", "MARK", "is_abandoned", "marked", "only_one"]

#: Name of the mark inside a folder.
MARK: Final = "owner"
#: Name of the lock inside a folder.
LOCK: Final = ".lock"
_FAR: Final = 1 << 30
"""Byte that is locked on Windows, beyond the words, which stay readable."""


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


@contextlib.contextmanager
def only_one(folder: Path, what: str) -> Iterator[None]:
    """Hold `folder` alone until the block ends; a second one is told who holds it, and does not wait.

    The lock of a process that has ended, however it ended, is free: the operating system lets go of it. On a
    file system that knows no locks nothing is held.

    Parameters
    ----------
    folder : Path
        An existing folder.
    what : str
        What the holder does, for the message: "update".

    Raises
    ------
    OutputError
        If another process holds it, with its number and start, or the lock cannot be written.
    """
    file = folder / LOCK
    try:
        handle = os.open(file, os.O_CREAT | os.O_RDWR, 0o666)
    except OSError as error:
        raise OutputError(f"{file}: cannot be written ({error.strerror or error})") from error
    try:
        if not _taken(handle):
            raise OutputError(
                f"{folder}: another {what} is at work here ({_holder(file)}); wait until it has ended, "
                "or stop that process"
            )
        now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        with contextlib.suppress(OSError):  # a full disk: only the words of the message are lost
            os.ftruncate(handle, 0)
            os.write(handle, json.dumps({"process": os.getpid(), "started": now}).encode())
        yield
    finally:
        os.close(handle)


def _holder(file: Path) -> str:
    """Who holds a lock, as it wrote itself."""
    try:
        told = json.loads(file.read_text(encoding="utf-8"))
        return f"process {int(told['process'])}, started {str(told['started'])[:20]}"
    except (OSError, ValueError, KeyError, TypeError):
        return "a process that did not write its number"


if sys.platform == "win32":
    import msvcrt

    def _taken(handle: int) -> bool:
        os.lseek(handle, _FAR, os.SEEK_SET)
        try:
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        os.lseek(handle, 0, os.SEEK_SET)
        return True

    def _held(folder: Path) -> int:
        # An open file cannot be removed there: the open handle is the lock.
        return os.open(folder / MARK, os.O_CREAT | os.O_RDWR)

    def _let_go(mark: Path) -> bool:
        mark.unlink()
        return True

else:
    import fcntl

    def _taken(handle: int) -> bool:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        except OSError:  # a file system without locks
            return True
        return True

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
