"""Zip archives from outside: whole, not encrypted, not larger than they say, nothing written elsewhere."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path, PurePosixPath
from typing import IO, Final

from pactolus.catalogue.reading.findings import Findings
from pactolus.errors import DataError

__all__ = ["LARGEST_MEMBER", "LARGEST_RATIO", "GuardedReader", "is_zip", "members", "open_member"]

#: Unpacked bytes of one member; a year of BACI with every product has about 0.4 GB.
LARGEST_MEMBER: Final = 8 * 1024**3
#: Unpacked over packed bytes; BACI has about 6, a workbook of zeros under 200.
LARGEST_RATIO: Final = 400
#: Small members may be denser: the ratio counts from this size on.
_SMALL: Final = 4 * 1024**2
_MOST_MEMBERS: Final = 20_000
_WHOLE: Final = "fetch the archive again from the publisher"
#: What a damaged archive raises where a member is looked up and opened.
_UNREADABLE: Final = (
    *(zipfile.BadZipFile, zlib.error, struct.error, KeyError, ValueError),
    *(NotImplementedError, RuntimeError, EOFError, OSError),
)


def is_zip(file: Path) -> bool:
    """Does the file begin like a zip archive (whole or not)?"""
    try:
        with file.open("rb") as stream:
            return stream.read(4) in (b"PK\x03\x04", b"PK\x05\x06")
    except OSError:
        return False


def members(
    file: Path, findings: Findings, *, largest: int = LARGEST_MEMBER, largest_ratio: float = LARGEST_RATIO
) -> dict[str, int]:
    """Names and unpacked sizes of the members that are files; empty where the archive is refused."""
    try:
        with zipfile.ZipFile(file) as archive:
            entries = archive.infolist()
    except _UNREADABLE as error:
        why = str(error) or type(error).__name__
        findings.refuse(
            "archive", "the archive", f"cannot be opened ({why}): it is cut off or no zip", _WHOLE
        )
        return {}
    if len(entries) > _MOST_MEMBERS:
        findings.refuse("archive", "the archive", f"{len(entries):,} members", f"at most {_MOST_MEMBERS:,}")
        return {}
    found: dict[str, int] = {}
    for entry in entries:
        if entry.filename.endswith("/"):  # a folder
            continue
        fault = _fault(entry, largest, largest_ratio)
        if fault:
            findings.refuse("archive", f"member {entry.filename!r}", fault, _WHOLE)
        elif entry.filename in found:
            findings.refuse("archive", f"member {entry.filename!r}", "stands twice in the archive", _WHOLE)
        else:
            found[entry.filename] = entry.file_size
    return found


def _fault(entry: zipfile.ZipInfo, largest: int, largest_ratio: float) -> str:
    if not entry.filename:
        return "it has no name"
    path = PurePosixPath(entry.filename.replace("\\", "/"))
    if path.is_absolute() or ".." in path.parts or "\x00" in entry.filename:
        return "its name leads out of the archive"
    if entry.flag_bits & 1:
        return "it is encrypted"
    if entry.file_size > largest:
        return f"unpacked it has {entry.file_size:,} bytes, at most {largest:,} are read"
    if entry.file_size > _SMALL and entry.file_size > largest_ratio * max(entry.compress_size, 1):
        return (
            f"{entry.compress_size:,} bytes unpack to {entry.file_size:,}: more than {largest_ratio:g} to one"
        )
    return ""


class GuardedReader(io.RawIOBase):
    """Bytes of a member, with our error for a damaged one and a stop where it grows beyond its limit."""

    def __init__(self, stream: IO[bytes], where: str, largest: int) -> None:
        self._stream = stream
        self._where = where
        self._left = largest
        self.done = 0

    def readable(self) -> bool:
        """It can be read."""
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        """Fill `buffer` from the member."""
        try:
            data = self._stream.read(len(buffer))
        except (
            zipfile.BadZipFile,
            zlib.error,
            EOFError,
            OSError,
            NotImplementedError,
            RuntimeError,
        ) as error:
            raise DataError(f"{self._where}: damaged or cut off ({error}); {_WHOLE}") from error
        self.done += len(data)
        self._left -= len(data)
        if self._left < 0:
            raise DataError(f"{self._where}: unpacks to more bytes than its archive says; {_WHOLE}")
        buffer[: len(data)] = data
        return len(data)


@contextmanager
def open_member(file: Path, name: str) -> Iterator[GuardedReader]:
    """Stream one member of an archive that `members` has passed.

    Raises
    ------
    DataError
        While it is read, if the member is damaged, cut off or larger than the archive says.
    """
    where = f"{file.name}: member {name!r}"
    with ExitStack() as stack:
        try:
            archive = stack.enter_context(zipfile.ZipFile(file))
            size = archive.getinfo(name).file_size
            stream = stack.enter_context(archive.open(name))
        except _UNREADABLE as error:
            raise DataError(f"{where}: cannot be opened ({error}); {_WHOLE}") from error
        yield GuardedReader(stream, where, size)
