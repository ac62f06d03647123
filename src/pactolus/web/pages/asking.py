"""From an address to a question of a page; every fault of it at once."""

from __future__ import annotations

import typing
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import parse_qsl

from pydantic import ValidationError
from starlette.datastructures import QueryParams

from pactolus.errors import OptionError, UnknownTermError, near_misses
from pactolus.web.pages.book import PAGES
from pactolus.web.pages.kinds import PageKind
from pactolus.web.pages.scene import LANGS, PageQuestion

__all__ = ["RESERVED", "form_of", "language_of", "page_named", "question_of"]

#: Words of an address that are no part of the question.
RESERVED: Final = ("fragment", "width")


def form_of(body: bytes) -> dict[str, str]:
    """Fields of a form as a browser sends it; of a field that is there twice the last.

    Raises
    ------
    OptionError
        If the bytes are no form in UTF-8.

    Examples
    --------
    >>> form_of(b"name=graphite+licence&cut=0.5")
    {'name': 'graphite licence', 'cut': '0.5'}
    """
    try:
        return dict(
            parse_qsl(body.decode("utf-8"), keep_blank_values=True, max_num_fields=1000, errors="strict")
        )
    except ValueError as error:
        raise OptionError(f"form: cannot be read ({error}); send it from the page") from error


def page_named(name: str) -> PageKind:
    """A page.

    Raises
    ------
    UnknownTermError
        With near misses.
    """
    if name not in PAGES:
        near = near_misses(name, PAGES)
        hint = f"; did you mean {' or '.join(map(repr, near))}?" if near else ""
        raise UnknownTermError(f"no page {name!r}{hint}; there are {', '.join(PAGES)}")
    return PAGES[name]


def question_of(page: PageKind, query: QueryParams) -> PageQuestion:
    """The question in a query; a field that was left empty keeps its default.

    Raises
    ------
    OptionError
        One line a fault: place, value, mend.
    """
    fields = page.question.model_fields
    given: dict[str, Any] = {}
    for key in query:
        if key in RESERVED:
            continue
        values = [value for value in query.getlist(key) if value != ""]
        several = key in fields and typing.get_origin(fields[key].annotation) in (tuple, list)
        if several:
            given[key] = values
        elif values:
            given[key] = values[-1]
    try:
        return page.question(**given)
    except ValidationError as error:
        raise OptionError("\n".join(_faults(error, list(fields)))) from error


def _faults(error: ValidationError, known: list[str]) -> list[str]:
    found = []
    for one in error.errors():
        name = ".".join(map(str, one["loc"])) or "question"
        if one["type"] == "extra_forbidden":
            near = near_misses(name, known)
            hint = f"; did you mean {' or '.join(map(repr, near))}?" if near else ""
            found.append(f"{name}: not known here{hint}; known are {', '.join(known)}")
            continue
        value = repr(one.get("input"))
        found.append(f"{name}: {one['msg']} (got {value if len(value) <= 80 else value[:77] + '...'})")
    return found


def language_of(headers: Mapping[str, str]) -> str:
    """The first language a browser asks for that there is, else English.

    Examples
    --------
    >>> language_of({"accept-language": "fr;q=0.9, ja-JP;q=0.8, en;q=0.5"}), language_of({})
    ('ja', 'en')
    """
    wanted = []
    for number, part in enumerate(headers.get("accept-language", "").split(",")):
        code, _, weight = part.strip().partition(";q=")
        try:
            wanted.append((-float(weight or 1), number, code.strip().lower()[:2]))
        except ValueError:
            continue
    return next((code for _, _, code in sorted(wanted) if code in LANGS), "en")
