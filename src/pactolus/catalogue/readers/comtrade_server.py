"""The API of UN Comtrade as a server: asked once a second at most, waited for when it is busy.

The key travels in a header that is never sent to another host; it stands in no address, message or file.
"""

from __future__ import annotations

import http.client
import json
import re
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Mapping
from typing import Any, Final

from pactolus.errors import InputError, PactolusError
from pactolus.runs.asking import TROUBLE, NoRedirect, Patience, require_secure, seconds_asked, why

__all__ = ["KEY", "SIGN_UP", "Server"]

#: Environment variable that holds the subscription key.
KEY: Final = "PACTOLUS_COMTRADE_KEY"
#: How a key is had.
SIGN_UP: Final = "a key is had at https://comtradedeveloper.un.org"
_LARGEST: Final = 512 * 1024**2


class Server:
    """The API behind an address: asked politely, retried where that can help.

    Parameters
    ----------
    address : str
        Scheme and host.
    secret : str
        Subscription key; empty without one.
    patience : Patience
    told : callable, optional
        Called with a line on every question that is asked.

    Raises
    ------
    InputError
        If the address is not https, or the key cannot be one.
    """

    def __init__(
        self,
        address: str,
        secret: str,
        patience: Patience,
        told: Callable[[str], None] | None = None,
    ) -> None:
        require_secure(address)
        if not secret.isascii() or not secret.isprintable() or " " in secret:
            raise InputError(f"{KEY}: holds blanks or letters that no key has; copy the key anew")
        self.address = address.rstrip("/")
        self.secret = secret
        self.patience = patience
        self.told = told or (lambda _: None)
        self.asked = 0
        """Requests so far. [1]"""
        self.opener = urllib.request.build_opener(NoRedirect)

    def rows(self, door: str, asked: Mapping[str, str], shown: str) -> list[dict[str, Any]]:
        """Rows of one answer.

        Parameters
        ----------
        door : str
            Path of the API, such as ``data/v1/get/C/A/HS``.
        asked : mapping
            Parameters of the question; empty ones are left out.
        shown : str
            The question in short words, for messages.

        Raises
        ------
        InputError
            If the question or the key is refused.
        PactolusError
            If the server does not answer in spite of several tries, or answers something else.
        """
        given = {k: v for k, v in asked.items() if v}
        url = f"{self.address}/{door}?{urllib.parse.urlencode(given)}"
        if self.asked:
            self.patience.wait(self.patience.between)
        for attempt in range(self.patience.tries):
            self.asked += 1
            self.told(shown)
            wanted = 0.0
            try:
                return self._read(url, shown)
            except urllib.error.HTTPError as error:
                with error:
                    said = _said(error)
                    wanted = seconds_asked(error.headers.get("Retry-After"), said)
                reason = self._judged(error.code, said, shown)
            except TROUBLE as error:
                reason = f"does not answer ({why(error)})"
            pause = self.patience.pause(attempt, wanted)
            if pause is None:
                raise PactolusError(f"{self.address}: {reason}; try again later")
            self.patience.wait(pause)
        raise AssertionError("unreachable")

    def _read(self, url: str, shown: str) -> list[dict[str, Any]]:
        request = urllib.request.Request(url, headers={"Accept": "application/json"})
        if self.secret:
            # An unredirected header is never sent to another host.
            request.add_unredirected_header("Ocp-Apim-Subscription-Key", self.secret)
        with self.opener.open(request, timeout=self.patience.longest) as answer:
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
            raise InputError(f"{shown}: UN Comtrade says: {str(found['error'])[:200]}")
        rows = found.get("data") if isinstance(found, Mapping) else None
        if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
            raise PactolusError(f"{self.address}: answers without a list 'data'; try again later")
        return rows

    def _judged(self, code: int, said: str, shown: str) -> str:
        """Why the server did not answer, where asking again can help; raises where it cannot."""
        tail = f": {said}" if said else ""
        if code in (401, 403):
            quota = "quota" in said.casefold()
            mend = "wait until it is renewed" if quota else f"check {KEY}; {SIGN_UP}"
            raise InputError(f"{self.address}: refuses the key ({code}{tail}); {mend}")
        if code in (400, 404, 422):
            raise InputError(f"{shown}: UN Comtrade does not take the question ({code}{tail})")
        if code == 429 or code >= 500:
            return f"is busy ({code}{tail})"
        raise PactolusError(f"{self.address}: answers {code}{tail}; try again later")


def _said(error: urllib.error.HTTPError) -> str:
    """What the server says of an error, short."""
    try:
        text = error.read(2_000).decode("utf-8", errors="replace")
    except (OSError, http.client.HTTPException):
        return ""
    found = re.search(r'"(?:message|error)"\s*:\s*"([^"]{1,200})', text)
    return found[1].strip() if found else ""
