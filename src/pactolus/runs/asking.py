"""How a server is asked: over https, one request at a time, waited for as it says, followed nowhere else.

Nothing here opens a connection. The clients (UN Comtrade, files at an address) share these rules, so that
every publisher meets the same manners.
"""

from __future__ import annotations

import http.client
import random
import re
import time
import urllib.parse
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, Final

from pactolus.errors import OptionError

__all__ = [
    "TROUBLE",
    "NoRedirect",
    "Patience",
    "SameHostRedirect",
    "require_secure",
    "seconds_asked",
    "why",
]

#: What a connection raises that a later try may not meet.
TROUBLE: Final = (OSError, http.client.HTTPException)
_LOCAL: Final = ("localhost", "127.0.0.1", "::1")


@dataclass(frozen=True, kw_only=True)
class Patience:
    """How often a server is asked again, and after how long.

    Parameters
    ----------
    tries : int
        Requests for one thing at most. [1]
    between : float
        Between two requests, and before the second try; doubled with every further one. [s]
    longest : float
        A server that asks for a longer pause is not waited for; also the time limit of a connection. [s]
    jitter : float
        Share by which a pause after a failure may be longer, at random, so that clients that failed together
        do not come back together. [1]
    seed : int
        Root of that chance.
    wait : callable
        Called with seconds wherever it waits.
    """

    tries: int = 6
    between: float = 1.0
    longest: float = 120.0
    jitter: float = 0.0
    seed: int = 0
    wait: Callable[[float], None] = time.sleep

    def pause(self, attempt: int, asked: float = 0.0) -> float | None:
        """Seconds to wait after the failed try number `attempt` (from 0); None where it gives up.

        Examples
        --------
        >>> [Patience(tries=4).pause(n) for n in range(4)]
        [1.0, 2.0, 4.0, None]
        >>> Patience().pause(0, asked=7.0), Patience().pause(0, asked=3600.0)
        (7.0, None)
        """
        if attempt + 1 >= self.tries:
            return None
        chance = random.Random(f"{self.seed}:{attempt}").random()
        pause = max(self.between * 2.0**attempt * (1.0 + self.jitter * chance), asked)
        return None if pause > self.longest else pause


def seconds_asked(header: str | None, said: str = "", now: datetime | None = None) -> float:
    """Seconds that a busy server asks to wait; 0 where it says nothing.

    Parameters
    ----------
    header : str or None
        ``Retry-After``: seconds, or a date [1]_.
    said : str
        Its message, where the header is missing: "Try again in 9 seconds".
    now : datetime, optional
        Instant of the answer, UTC.

    References
    ----------
    .. [1] RFC 9110, "HTTP Semantics", 2022, section 10.2.3. https://www.rfc-editor.org/rfc/rfc9110

    Examples
    --------
    >>> seconds_asked("7"), seconds_asked(None, "Try again in 9 seconds."), seconds_asked("soon")
    (7.0, 9.0, 0.0)
    >>> seconds_asked("Thu, 01 Jan 2026 00:00:30 GMT", now=datetime(2026, 1, 1, tzinfo=UTC))
    30.0
    """
    text = (header or "").strip()
    if re.fullmatch(r"\d{1,6}", text):
        return float(text)
    if text:
        try:
            until = parsedate_to_datetime(text)
        except ValueError:
            until = None
        if until is not None and until.tzinfo is not None:
            return max((until - (now or datetime.now(UTC))).total_seconds(), 0.0)
    named = re.search(r"in (\d{1,6}) second", said)
    return float(named[1]) if named else 0.0


def require_secure(address: str) -> None:
    """Refuse an address that is not https; http is taken on this machine only.

    Raises
    ------
    OptionError
    """
    try:
        parts = urllib.parse.urlsplit(address)
        local = parts.hostname in _LOCAL
        parts.port  # noqa: B018 - raises for a port that is none
    except ValueError:
        raise OptionError(f"address {address!r}: is none; give one that begins with https://") from None
    if not parts.hostname or (parts.scheme != "https" and not (parts.scheme == "http" and local)):
        raise OptionError(f"address {address!r}: give one that begins with https://")
    if parts.username or parts.password:
        raise OptionError(
            "address: holds a user name or password, which would stand in the log; leave it out"
        )


def why(error: BaseException) -> str:
    """What a connection met, in the words of the system."""
    return str(getattr(error, "reason", None) or error or type(error).__name__)


class NoRedirect(urllib.request.HTTPRedirectHandler):
    """Leads nowhere else."""

    def redirect_request(self, *_: Any, **__: Any) -> None:
        """Refuse."""
        return


class SameHostRedirect(urllib.request.HTTPRedirectHandler):
    """Leads to another place on the same host, never from https to http."""

    def redirect_request(
        self, req: urllib.request.Request, fp: Any, code: int, msg: str, headers: Any, newurl: str
    ) -> urllib.request.Request | None:
        """The request to the new place; None, which makes it an error, where that is another host."""
        old, new = urllib.parse.urlsplit(req.full_url), urllib.parse.urlsplit(newurl)
        same = (old.hostname, old.port) == (new.hostname, new.port)
        if not same or new.scheme not in (old.scheme, "https"):
            return None
        return super().redirect_request(req, fp, code, msg, headers, newurl)
