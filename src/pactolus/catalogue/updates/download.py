"""A file at an address: asked for only if it changed, gone on with where it broke off, never half in place.

What has arrived lies in a file ``<name>.part`` with a record beside it: which address, which ETag or date of
change. A later try goes on there (``Range`` with ``If-Range``) if the server gave such a mark; without one it
begins anew.
"""

from __future__ import annotations

import json
import re
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Final

from pactolus import __version__
from pactolus.errors import OutputError, PactolusError
from pactolus.runs.asking import (
    TROUBLE,
    Patience,
    SameHostRedirect,
    require_secure,
    seconds_asked,
    why,
)
from pactolus.runs.files import write_text

__all__ = ["Got", "Loader"]

_PIECE: Final = 64 * 1024
_RANGE: Final = re.compile(r"bytes (\d+)-(\d+)/(\d+|\*)")


@dataclass(frozen=True, kw_only=True)
class Got:
    """What an address answered."""

    file: Path | None
    """The whole file; None where it has not changed."""
    etag: str = ""
    modified: str = ""
    """``Last-Modified``, word for word."""


@dataclass(frozen=True, kw_only=True)
class _Half:
    """The record beside a half file."""

    address: str
    etag: str = ""
    modified: str = ""
    total: int | None = None
    """Bytes of the whole file, where the server says so. [B]"""

    @property
    def mark(self) -> str:
        """What makes going on safe: a strong ETag, else the date of change."""
        return self.etag if self.etag and not self.etag.startswith("W/") else self.modified


class _Again(Exception):
    """Something that a later try may not meet; `asked` are the seconds that the server asks to wait."""

    def __init__(self, reason: str, asked: float = 0.0) -> None:
        super().__init__(reason)
        self.asked = asked


class Loader:
    """Loads files, at most one request a second and host.

    Parameters
    ----------
    patience : Patience
    slowest : float
        Time after which one try is given up as too slow. [s]
    clock : callable
        Seconds of a clock that is never set back.
    told : callable, optional
        Called with the address of every request.
    """

    def __init__(
        self,
        patience: Patience,
        *,
        slowest: float = 1_800.0,
        clock: Callable[[], float] = time.monotonic,
        told: Callable[[str], None] | None = None,
    ) -> None:
        self.patience = patience
        self.slowest = slowest
        self.clock = clock
        self.told = told or (lambda _: None)
        self.asked = 0
        """Requests so far. [1]"""
        self._last: dict[str, float] = {}
        self._opener = urllib.request.build_opener(SameHostRedirect)

    def load(
        self, address: str, part: Path, *, largest: int, etag: str = "", modified: str = "", mend: str = ""
    ) -> Got:
        """Load one file whole into `part`.

        Parameters
        ----------
        address : str
        part : path
            Where it is gathered; what an earlier try left there is gone on with.
        largest : int
            Bytes at most. [B]
        etag, modified : str
            Marks of the copy that is there; empty to ask for it in any case.
        mend : str
            What to do about an address that is not there, for the message.

        Returns
        -------
        Got

        Raises
        ------
        PactolusError
            If it cannot be had in spite of several tries, or not at all.
        OutputError
            If it cannot be written.
        """
        require_secure(address)
        for attempt in range(self.patience.tries):
            try:
                return self._once(address, part, largest, etag, modified, mend)
            except _Again as trouble:
                pause = self.patience.pause(attempt, trouble.asked)
                if pause is None:
                    raise PactolusError(f"{address}: {trouble}; try again later") from None
                self.patience.wait(pause)
        raise AssertionError("unreachable")

    def text(self, address: str, *, mend: str = "", largest: int = 8 * 1024**2) -> str:
        """A page as text; characters that are none of its encoding are replaced.

        Raises
        ------
        PactolusError
            As `load`.
        """
        import tempfile

        with tempfile.TemporaryDirectory(prefix="pactolus-page-") as folder:
            got = self.load(address, Path(folder) / "page", largest=largest, mend=mend)
            assert got.file is not None  # it was asked for in any case
            return got.file.read_text(encoding="utf-8", errors="replace")

    def _once(self, address: str, part: Path, largest: int, etag: str, modified: str, mend: str) -> Got:
        half = _half_of(part, address)
        headers = {"User-Agent": f"pactolus/{__version__}", "Accept-Encoding": "identity"}
        if half is not None:
            headers |= {"Range": f"bytes={part.stat().st_size}-", "If-Range": half.mark}
        elif etag or modified:
            headers |= {"If-None-Match": etag} if etag else {"If-Modified-Since": modified}
        self._be_polite(address)
        self.asked += 1
        self.told(address)
        try:
            request = urllib.request.Request(address, headers=headers)
            with self._opener.open(request, timeout=self.patience.longest) as answer:
                return self._take(answer, address, part, half, largest)
        except urllib.error.HTTPError as error:
            with error:
                if error.code == 304 and "Range" not in headers and (etag or modified):
                    return Got(file=None, etag=etag, modified=modified)
                self._judge(error, address, part, mend)
            raise AssertionError("unreachable") from None
        except TROUBLE as error:
            raise _Again(f"does not answer ({why(error)})") from error

    def _take(self, answer: Any, address: str, part: Path, half: _Half | None, largest: int) -> Got:
        """Take the bytes of an answer, after those that are there where it goes on with them."""
        packed = answer.headers.get("Content-Encoding", "identity")
        if packed != "identity":
            raise PactolusError(f"{address}: answers packed as {packed}, which was not asked for")
        start = 0
        length = answer.headers.get("Content-Length") or ""
        total = int(length) if length.isdigit() else None
        if answer.status == 206:
            told = _RANGE.fullmatch(answer.headers.get("Content-Range") or "")
            start = part.stat().st_size if half is not None else -1
            if told is None or int(told[1]) != start:
                _forget(part)
                raise _Again("goes on at another place than it was asked to")
            total = int(told[3]) if told[3] != "*" else None
            now = half or _Half(address=address)
        else:
            now = _Half(
                address=address,
                etag=answer.headers.get("ETag") or "",
                modified=answer.headers.get("Last-Modified") or "",
            )
        now = replace(now, total=total)
        if total is not None and total > largest:
            _forget(part)
            raise PactolusError(f"{address}: has {total:,} bytes; at most {largest:,} are taken")
        had = self._write(answer, address, part, now, start, largest)
        if total is not None and had != total:
            if not now.mark or had > total:
                _forget(part)
            raise _Again(f"broke off after {had:,} of {total:,} bytes")
        _record(part).unlink(missing_ok=True)
        return Got(file=part, etag=now.etag, modified=now.modified)

    def _write(self, answer: Any, address: str, part: Path, now: _Half, start: int, largest: int) -> int:
        """Write an answer after `start` bytes, and return how many bytes there are then."""
        begun = self.clock()
        try:
            if not start:
                part.parent.mkdir(parents=True, exist_ok=True)
                _forget(part)  # the record of an older half must not stand beside these bytes
                part.touch()
            write_text(_record(part), json.dumps(asdict(now)))
            had = start
            with part.open("ab") as file:
                while piece := _piece(answer):
                    had += len(piece)
                    if had > largest:
                        break
                    file.write(piece)
                    if had != now.total and self.clock() - begun > self.slowest:
                        raise _Again(f"is too slow: {had - start:,} bytes in {self.slowest:,.0f} seconds")
        except OSError as error:
            _forget(part)
            raise OutputError(f"{part}: cannot be written ({error.strerror or error})") from error
        if had > largest:
            _forget(part)
            raise PactolusError(
                f"{address}: has more than {largest:,} bytes, which is the most that is taken"
            )
        return had

    def _judge(self, error: urllib.error.HTTPError, address: str, part: Path, mend: str) -> None:
        """Raise what an answer that is none means."""
        code = error.code
        if code == 416:
            _forget(part)
            raise _Again("has no such part of the file") from error
        if code in (408, 425, 429) or code >= 500:
            raise _Again(f"is busy ({code})", seconds_asked(error.headers.get("Retry-After"))) from error
        where = error.headers.get("Location")
        if where and 300 <= code < 400:
            raise PactolusError(
                f"{address}: leads to {where}, which is another host; if that is right, give that address"
            ) from error
        raise PactolusError(f"{address}: answers {code}; {mend or 'check the address'}") from error

    def _be_polite(self, address: str) -> None:
        """Wait until the host may be asked again."""
        host = urllib.parse.urlsplit(address).netloc
        if host in self._last:
            left = self.patience.between - (self.clock() - self._last[host])
            if left > 0:
                self.patience.wait(left)
        self._last[host] = self.clock()


def _piece(answer: Any) -> bytes:
    """The next bytes of an answer; a connection that breaks may be tried again."""
    try:
        return bytes(answer.read(_PIECE))
    except TROUBLE as error:
        raise _Again(f"broke off ({why(error)})") from error


def _record(part: Path) -> Path:
    return part.with_name(part.name + ".json")


def _half_of(part: Path, address: str) -> _Half | None:
    """The half file that can be gone on with; anything else that lies there is removed."""
    try:
        told: Mapping[str, Any] = json.loads(_record(part).read_text(encoding="utf-8"))
        half = _Half(**told)
        if half.address == address and half.mark and part.stat().st_size:
            return half
    except (OSError, ValueError, TypeError):
        pass
    _forget(part)
    return None


def _forget(part: Path) -> None:
    for file in (_record(part), part):
        file.unlink(missing_ok=True)
