"""Write a file or a folder whole, or not at all.

Everything is written beside its destination and renamed into place, so that a killed process, a full disk or
a second writer leaves either the old content or the new one.
"""

from __future__ import annotations

import contextlib
import errno
import glob
import hashlib
import os
import shutil
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from pactolus.errors import OutputError
from pactolus.runs.locks import MARK, is_abandoned, marked

__all__ = [
    "replace_files",
    "require_writable_file",
    "require_writable_folder",
    "sha256_of",
    "sweep",
    "write_bytes",
    "write_text",
    "writing_folder",
]

_A_DAY: Final = 86_400.0


def _fault(path: Path, error: OSError) -> OutputError:
    return OutputError(
        f"{path}: cannot be written ({error.strerror or error}); choose another place with --out"
    )


def write_bytes(path: Path, content: bytes) -> None:
    """Replace `path` by `content`, whole or not at all.

    Raises
    ------
    OutputError
        If the place cannot be written; the old content is still there.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    except OSError as error:
        raise _fault(path, error) from error
    beside = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        beside.chmod(0o666 & ~_umask())
        beside.replace(path)
    except OSError as error:
        raise _fault(path, error) from error
    finally:
        with contextlib.suppress(OSError):
            beside.unlink(missing_ok=True)


def write_text(path: Path, content: str) -> None:
    """Replace `path` by UTF-8 text without BOM, whole or not at all."""
    write_bytes(path, content.encode("utf-8"))


@contextlib.contextmanager
def writing_folder(parent: Path, prefix: str) -> Iterator[Path]:
    """A new folder below `parent` to fill; removed again if the block raises, with a `parent` made for it.

    The caller renames it to its final name as the last act of the block. It lies inside a hidden folder that
    is marked as in use; hidden folders of the same prefix whose process has ended are swept away first.
    """
    try:
        made = not parent.exists()
        parent.mkdir(parents=True, exist_ok=True)
        sweep(parent, prefix)
        hidden = Path(tempfile.mkdtemp(prefix=f".{prefix}.", dir=parent))
    except OSError as error:
        raise _fault(parent, error) from error
    try:
        with marked(hidden):
            folder = hidden / "new"
            folder.mkdir()
            yield folder
    except OSError as error:
        raise _fault(parent, error) from error
    finally:
        shutil.rmtree(hidden, ignore_errors=True)
        if made:
            with contextlib.suppress(OSError):  # not empty: it holds what was made
                parent.rmdir()


def sweep(parent: Path, prefix: str) -> list[str]:
    """Remove what killed processes left below `parent`, and return the names.

    A hidden folder of `writing_folder` goes when the process that marked it has ended; one without a mark,
    left by a process that was killed before it could set it, goes after a day.
    """
    gone = []
    for folder in sorted(parent.glob(f".{glob.escape(prefix)}.*")):
        if folder.is_dir() and not folder.is_symlink() and (is_abandoned(folder) or _old(folder)):
            shutil.rmtree(folder, ignore_errors=True)
            gone.append(folder.name)
    return gone


def _old(folder: Path) -> bool:
    """Without a mark, and untouched for a day."""
    try:
        return not (folder / MARK).exists() and time.time() - folder.stat().st_mtime > _A_DAY
    except OSError:
        return False


def replace_files(beside: Path, folder: Path, names: Sequence[str]) -> None:
    """Move a complete set of files from `beside` into `folder`: all of them, or none.

    Each file replaces its predecessor in one step. If one cannot be moved, those already moved go back and
    their predecessors return.

    Parameters
    ----------
    beside : Path
        A folder on the same file system that holds the new files (see `writing_folder`).
    folder : Path
        Where they belong.
    names : sequence of str
        Names of the files of the set.

    Raises
    ------
    OutputError
        If a file cannot be replaced; `folder` holds what it held before.
    """
    replaced = beside / ".replaced"
    moved: list[str] = []
    try:
        replaced.mkdir()
        for name in names:
            if (folder / name).is_file():
                shutil.copy2(folder / name, replaced / name)
        for name in names:
            _to_disk(beside / name)
        for name in names:
            (beside / name).replace(folder / name)
            moved.append(name)
    except BaseException as error:
        for name in moved:
            if (replaced / name).is_file():
                (replaced / name).replace(folder / name)
            else:
                (folder / name).unlink(missing_ok=True)
        if isinstance(error, OSError):
            raise _fault(folder / names[len(moved)], error) from error
        raise


def _to_disk(path: Path) -> None:
    with path.open("rb+") as file:
        os.fsync(file.fileno())


def require_writable_folder(folder: Path) -> None:
    """Refuse a folder that could not be made or written, before any long work; nothing is left behind.

    Raises
    ------
    OutputError
        If `folder` is a file, or a new file cannot be made in it or in its nearest existing parent.
    """
    try:
        if folder.exists() and not folder.is_dir():
            raise OutputError(f"{folder}: is a file, a folder is needed; choose another place with --out")
        _try_to_write(folder)
    except OSError as error:
        raise _fault(folder, error) from error


def require_writable_file(path: Path) -> None:
    """Refuse a file that could not be written, before any long work; nothing is left behind.

    Raises
    ------
    OutputError
        If `path` is a folder, or a new file cannot be made beside it.
    """
    try:
        if path.is_dir():
            raise OutputError(f"{path}: is a folder, a file is needed; add a file name to --out")
        _try_to_write(path.parent)
    except OSError as error:
        raise _fault(path, error) from error


def _try_to_write(folder: Path) -> None:
    there = folder.absolute()
    while not there.is_dir():
        if there.exists() or there.is_symlink() or there.parent == there:
            raise NotADirectoryError(errno.ENOTDIR, f"{there} is not a folder")
        there = there.parent
    with tempfile.TemporaryFile(prefix=".pactolus.", dir=there):
        pass


def sha256_of(path: Path) -> str:
    """SHA-256 of a file's bytes, as hex digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _umask() -> int:
    current = os.umask(0)
    os.umask(current)
    return current
