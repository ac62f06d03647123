"""Fetching rows of UN Comtrade through its API, only when the user asks, into a file that is read offline.

Nothing here is called by a build: a build reads the file. The key comes from the environment variable
`KEY`, travels in a header and never stands in an address, a message or the file. Without a key the public
preview is asked, one period at a time and 500 rows at most. The API has no pages: an answer that fills its
limit was cut, so the question is halved and asked again. The server is asked once a second at most, and
waited for when it says so.

The package comtradeapicall was looked at and not taken: it needs pandas and requests, puts the key into the
address, prints errors and goes on with what it has, and does not see that an answer was cut.
"""

from __future__ import annotations

import http.client
import json
import os
import re
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from pactolus.catalogue.readers.comtrade import listed
from pactolus.errors import InputError, NoAnswerError, OptionError, PactolusError
from pactolus.runs.files import require_writable_file, write_text
from pactolus.terms.countries import country

__all__ = ["ADDRESS", "KEY", "Question", "fetch", "questions"]

#: Environment variable that holds the subscription key.
KEY: Final = "PACTOLUS_COMTRADE_KEY"
#: Where the API answers.
ADDRESS: Final = "https://comtradeapi.un.org"

_CUT: Final = {True: 100_000, False: 500}
"""Rows of an answer with and without a key; with some subscriptions more, which does no harm."""
_MOST_PERIODS: Final = 12
_MOST_CODES: Final = 50
_TRIES: Final = 6
_BETWEEN: Final = 1.0
"""Seconds between two questions."""
_LONGEST: Final = 120.0
"""Seconds after which the server is not waited for any longer."""
_LARGEST: Final = 512 * 1024**2
_SIGN_UP: Final = "a key is had at https://comtradedeveloper.un.org"


@dataclass(frozen=True, kw_only=True)
class Question:
    """What is asked: who reports, on which partners, codes, flows and periods.

    Parameters
    ----------
    reporters, partners : sequence of str
        ISO codes or names; no partner means every one.
    codes : sequence of str
        Six-digit codes of the edition in which each reporter reports.
    periods : sequence of str
        Years (``2023``) or months (``202301``), not both.
    flows : sequence of str
        ``M`` imports, ``X`` exports.
    """

    reporters: Sequence[str]
    codes: Sequence[str]
    periods: Sequence[str]
    partners: Sequence[str] = ()
    flows: Sequence[str] = ("M", "X")

    @property
    def monthly(self) -> bool:
        """Are months asked for?"""
        return len(self.periods[0]) == 6


def fetch(
    question: Question,
    out: Path,
    *,
    key: str | None = None,
    address: str = ADDRESS,
    wait: Callable[[float], None] = time.sleep,
    told: Callable[[str], None] | None = None,
) -> Path:
    """Ask the API and keep its rows in one JSON file, whole or not at all.

    Parameters
    ----------
    question : Question
    out : path
        The file to write; it is read by ``pactolus data build --comtrade``.
    key : str, optional
        Subscription key; the environment variable `KEY` if omitted, the public preview if that is empty.
    address : str
        Scheme and host of the API.
    wait : callable
        Called with seconds wherever it waits.
    told : callable, optional
        Called with a line on every question that is asked.

    Returns
    -------
    path
        `out`.

    Raises
    ------
    InputError
        If the question cannot be asked, or the key is refused.
    NoAnswerError
        If there is no row.
    OutputError
        If `out` cannot be written: said before anything is asked.
    PactolusError
        If the server does not answer, or answers something else.
    """
    _require(question)
    require_writable_file(out)
    secret = os.environ.get(KEY, "") if key is None else key
    server = _Server(address, secret.strip(), wait, told)
    rows: list[dict[str, Any]] = []
    for part in questions(question, with_key=bool(server.secret)):
        rows += _answered(part, server)
    if not rows:
        raise NoAnswerError(
            f"{_shown(question)}: UN Comtrade has no row; look at the periods that are reported"
        )
    now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    told_of = {k: list(v) for k, v in vars(question).items()}
    head = {"fetched": now, "from": address, "question": told_of, "whole": True, "count": len(rows)}
    write_text(out, json.dumps({**head, "data": rows}, ensure_ascii=False) + "\n")
    return out


def questions(question: Question, *, with_key: bool) -> Iterator[Question]:
    """The question in pieces that the API takes: few periods and codes, one period without a key."""
    periods = _MOST_PERIODS if with_key else 1
    for reporter in question.reporters:
        for p in range(0, len(question.periods), periods):
            for c in range(0, len(question.codes), _MOST_CODES):
                yield replace(
                    question,
                    reporters=(reporter,),
                    periods=tuple(question.periods[p : p + periods]),
                    codes=tuple(question.codes[c : c + _MOST_CODES]),
                )


def _require(question: Question) -> None:
    needed = ("reporters", "codes", "periods", "flows")
    faults = [f"{name}: none is given" for name in needed if not getattr(question, name)]
    for name in (*question.reporters, *question.partners):
        try:
            listed([country(name).iso3])
        except InputError as error:
            faults.append(str(error))
        except KeyError:
            faults.append(f"{name}: UN Comtrade has no code of its own for it")
    faults += [f"code {c!r} has not six digits" for c in question.codes if not re.fullmatch(r"\d{6}", c)]
    faults += [f"flow {f!r} is neither M nor X" for f in question.flows if f not in ("M", "X")]
    faults += [
        f"period {p!r} is no year (2023) and no month (202301)"
        for p in question.periods
        if not re.fullmatch(r"(?:19|20)\d\d(?:0[1-9]|1[0-2])?", p)
    ]
    if len({len(p) for p in question.periods}) > 1:
        faults.append("periods: years and months cannot be asked for together; ask twice")
    if faults:
        raise InputError.gathered(faults)


def _answered(question: Question, server: _Server) -> list[dict[str, Any]]:
    """Rows of one question, halved where the answer is cut."""
    rows = server.rows(question)
    if len(rows) < _CUT[bool(server.secret)]:
        return rows
    for name in ("periods", "codes", "flows"):
        values = getattr(question, name)
        if len(values) > 1:
            middle = len(values) // 2
            halves = (values[:middle], values[middle:])
            return [r for half in halves for r in _answered(replace(question, **{name: half}), server)]
    raise PactolusError(
        f"{_shown(question)}: the answer has {len(rows):,} rows and is cut; "
        f"ask for fewer partners{'' if server.secret else f', or set {KEY} ({_SIGN_UP})'}"
    )


class _Server:
    """The API behind an address: asked politely, retried where that can help."""

    def __init__(
        self, address: str, secret: str, wait: Callable[[float], None], told: Callable[[str], None] | None
    ) -> None:
        parts = urllib.parse.urlsplit(address)
        local = parts.hostname in ("localhost", "127.0.0.1", "::1")
        if parts.scheme != "https" and not (parts.scheme == "http" and local):
            raise OptionError(f"address {address!r}: give one that begins with https://")
        if not secret.isascii() or not secret.isprintable() or " " in secret:
            raise InputError(f"{KEY}: holds blanks or letters that no key has; copy the key anew")
        self.address = address.rstrip("/")
        self.secret = secret
        self.wait = wait
        self.told = told or (lambda _: None)
        self.asked = 0
        self.opener = urllib.request.build_opener(_NoRedirect)

    def rows(self, question: Question) -> list[dict[str, Any]]:
        """Rows of one answer."""
        if self.asked:
            self.wait(_BETWEEN)
        for attempt in range(_TRIES):
            self.asked += 1
            self.told(_shown(question))
            pause, why = _BETWEEN * 2.0**attempt, ""
            try:
                return self._read(question)
            except urllib.error.HTTPError as error:
                with error:
                    said = _said(error)
                    pause = max(pause, _asked_pause(error, said))
                why = self._judged(error.code, said, question)
            except (urllib.error.URLError, http.client.HTTPException, TimeoutError, ConnectionError) as error:
                why = f"does not answer ({getattr(error, 'reason', None) or error or type(error).__name__})"
            if attempt + 1 == _TRIES or pause > _LONGEST:
                raise PactolusError(f"{self.address}: {why}; try again later")
            self.wait(pause)
        raise AssertionError("unreachable")

    def _read(self, question: Question) -> list[dict[str, Any]]:
        request = urllib.request.Request(self._url(question), headers={"Accept": "application/json"})
        if self.secret:
            # An unredirected header is never sent to another host.
            request.add_unredirected_header("Ocp-Apim-Subscription-Key", self.secret)
        with self.opener.open(request, timeout=_LONGEST) as answer:
            content = answer.read(_LARGEST + 1)
        if len(content) > _LARGEST:
            raise PactolusError(f"{self.address}: the answer has more than {_LARGEST:,} bytes; ask for less")
        try:
            found = json.loads(content)
        except (ValueError, RecursionError) as error:
            raise PactolusError(
                f"{self.address}: answers something that is no JSON; try again later"
            ) from error
        if isinstance(found, Mapping) and found.get("error"):
            raise InputError(f"{_shown(question)}: UN Comtrade says: {str(found['error'])[:200]}")
        rows = found.get("data") if isinstance(found, Mapping) else None
        if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
            raise PactolusError(f"{self.address}: answers without a list 'data'; try again later")
        return rows

    def _url(self, question: Question) -> str:
        door = "data/v1/get" if self.secret else "public/v1/preview"
        frequency = "M" if question.monthly else "A"
        asked = {
            "reporterCode": ",".join(listed([country(n).iso3 for n in question.reporters])),
            "partnerCode": ",".join(listed([country(n).iso3 for n in question.partners])),
            "period": ",".join(question.periods),
            "cmdCode": ",".join(question.codes),
            "flowCode": ",".join(question.flows),
            "partner2Code": "0",
            "customsCode": "C00",
            "motCode": "0",
            "includeDesc": "true",
        }
        given = {k: v for k, v in asked.items() if v}
        return f"{self.address}/{door}/C/{frequency}/HS?{urllib.parse.urlencode(given)}"

    def _judged(self, code: int, said: str, question: Question) -> str:
        """Why the server did not answer, where asking again can help; raises where it cannot."""
        tail = f": {said}" if said else ""
        if code in (401, 403):
            quota = "quota" in said.casefold()
            mend = "wait until it is renewed" if quota else f"check {KEY}; {_SIGN_UP}"
            raise InputError(f"{self.address}: refuses the key ({code}{tail}); {mend}")
        if code in (400, 404, 422):
            raise InputError(f"{_shown(question)}: UN Comtrade does not take the question ({code}{tail})")
        if code == 429 or code >= 500:
            return f"is busy ({code}{tail})"
        raise PactolusError(f"{self.address}: answers {code}{tail}; try again later")


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """Leads nowhere else: another host is not what the user asked."""

    def redirect_request(self, *_: Any, **__: Any) -> None:
        """Refuse."""
        return


def _said(error: urllib.error.HTTPError) -> str:
    """What the server says of an error, short."""
    try:
        text = error.read(2_000).decode("utf-8", errors="replace")
    except (OSError, http.client.HTTPException):
        return ""
    found = re.search(r'"(?:message|error)"\s*:\s*"([^"]{1,200})', text)
    return found[1].strip() if found else ""


def _asked_pause(error: urllib.error.HTTPError, said: str) -> float:
    """Seconds that the server asks to wait, from its header or its message."""
    found = re.fullmatch(r"\d{1,6}", error.headers.get("Retry-After") or "")
    if found:
        return float(found[0])
    named = re.search(r"in (\d{1,6}) second", said)
    return float(named[1]) if named else 0.0


def _shown(question: Question) -> str:
    """A question in short words."""
    codes = ", ".join(question.codes[:4]) + (
        f" and {len(question.codes) - 4} more" if len(question.codes) > 4 else ""
    )
    span = (
        question.periods[0]
        if len(question.periods) == 1
        else f"{question.periods[0]} to {question.periods[-1]}"
    )
    return f"{'+'.join(question.reporters)} {span} {codes} {'+'.join(question.flows)}"
