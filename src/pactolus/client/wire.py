"""One request and its answer, with the standard library alone; a problem becomes the error it names."""

from __future__ import annotations

import json
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.client import HTTPException
from typing import Any

from pactolus import errors
from pactolus.errors import OptionError, PactolusError

__all__ = ["address", "opened", "read"]

#: Proxies of the environment are for the web, not for a desk on this machine.
_OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def address(base: str, place: str, question: Mapping[str, Any] | None = None) -> str:
    """Where a question is asked; what is None is not sent."""
    pairs: list[tuple[str, str]] = []
    for name, value in (question or {}).items():
        several = value if isinstance(value, list | tuple) else [value]
        pairs += [(name, _text(one)) for one in several if one is not None]
    query = urllib.parse.urlencode(pairs)
    return f"{base}{place}" + (f"?{query}" if query else "")


def _text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


@contextmanager
def opened(url: str, *, method: str = "GET", body: object = None, timeout: float = 300.0) -> Iterator[Any]:
    """The answer as a stream.

    Raises
    ------
    PactolusError
        The error that the desk names, with its message; `OptionError` if nobody answers.
    """
    content = None if body is None else json.dumps(body).encode("utf-8")
    headers = {"content-type": "application/json"} if content else {}
    request = urllib.request.Request(url, data=content, method=method, headers=headers)
    try:
        with _OPENER.open(request, timeout=timeout) as answer:
            yield answer
    except urllib.error.HTTPError as error:
        with error:
            raise _error(url, error.code, error.read()) from None
    except (urllib.error.URLError, TimeoutError, ConnectionError, HTTPException) as error:
        why = getattr(error, "reason", None) or error
        raise OptionError(f"{url}: no answer ({why}); is 'pactolus serve' running there?") from error


def read(url: str, *, method: str = "GET", body: object = None) -> Any:
    """The answer as JSON."""
    with opened(url, method=method, body=body) as answer:
        return json.loads(answer.read())


def _error(url: str, status: int, content: bytes) -> PactolusError:
    """The error of the tree that a problem names."""
    try:
        record = json.loads(content)
        kind, message = str(record["error"]), str(record["detail"])
    except (ValueError, KeyError, TypeError):
        return PactolusError(f"{url}: status {status}, and no reason that can be read; is this a desk?")
    found = getattr(errors, kind, None) if kind in errors.__all__ else None
    named = found if isinstance(found, type) and issubclass(found, PactolusError) else PactolusError
    return named(message)
