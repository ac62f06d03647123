"""Archives that no honest program writes."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Mapping

_CENTRAL = b"PK\x01\x02"
_LOCAL = b"PK\x03\x04"


def packed(contents: Mapping[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A sound archive."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for name, content in contents.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def lying(archive: bytes, *, says: int) -> bytes:
    """The archive with another unpacked size in the headers of its first member."""
    changed = bytearray(archive)
    struct.pack_into("<I", changed, changed.index(_CENTRAL) + 24, says)
    struct.pack_into("<I", changed, changed.index(_LOCAL) + 22, says)
    return bytes(changed)


def encrypted(archive: bytes) -> bytes:
    """The archive with the mark of encryption on its first member."""
    changed = bytearray(archive)
    changed[changed.index(_CENTRAL) + 8] |= 1
    changed[changed.index(_LOCAL) + 6] |= 1
    return bytes(changed)


def overlapping(content: bytes, times: int) -> bytes:
    """Many members that share one packed stream: a bomb without recursion."""
    one = zipfile.ZipFile(io.BytesIO(packed({"0": content})))
    entry = one.infolist()[0]
    body = packed({"0": content})[: one.start_dir]
    central = b""
    for number in range(times):
        name = f"{number:06d}".encode()
        central += struct.pack(
            "<4s4B4HL2L5H2L",
            _CENTRAL, 20, 3, 20, 0, 0, entry.compress_type, 0, 0,
            entry.CRC, entry.compress_size, entry.file_size, len(name), 0, 0, 0, 0, 0, 0,
        ) + name  # fmt: skip
    end = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, times, times, len(central), len(body), 0)
    return body + central + end
