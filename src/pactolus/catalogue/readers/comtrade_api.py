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

import json
import os
import re
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from pactolus.catalogue.readers.comtrade import listed
from pactolus.catalogue.readers.comtrade_server import KEY, SIGN_UP, Server
from pactolus.errors import InputError, NoAnswerError, PactolusError
from pactolus.runs.asking import Patience
from pactolus.runs.files import require_writable_file, write_text
from pactolus.terms.countries import country

__all__ = [
    "ADDRESS",
    "KEY",
    "MOST_PERIODS",
    "Question",
    "answered",
    "as_file",
    "fetch",
    "questions",
    "require_askable",
]

#: Where the API answers.
ADDRESS: Final = "https://comtradeapi.un.org"

_CUT: Final = {True: 100_000, False: 500}
"""Rows of an answer with and without a key; with some subscriptions more, which does no harm."""
#: Periods of one question with a key; without one a question has one period.
MOST_PERIODS: Final = 12
_MOST_CODES: Final = 50


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
    require_askable(question)
    require_writable_file(out)
    secret = os.environ.get(KEY, "") if key is None else key
    server = Server(address, secret.strip(), Patience(wait=wait), told)
    rows = answered(question, server)
    if not rows:
        raise NoAnswerError(
            f"{_shown(question)}: UN Comtrade has no row; look at the periods that are reported"
        )
    write_text(out, as_file(question, rows, address))
    return out


def answered(question: Question, server: Server) -> list[dict[str, Any]]:
    """All rows of a question, asked in pieces that the API takes; cut answers are asked again in halves.

    Raises
    ------
    InputError, PactolusError
        As `fetch`.
    """
    rows: list[dict[str, Any]] = []
    for part in questions(question, with_key=bool(server.secret)):
        rows += _answered(part, server)
    return rows


def as_file(
    question: Question, rows: Sequence[Mapping[str, Any]], address: str, now: datetime | None = None
) -> str:
    """Text of the file that a build reads: the rows, the question and the instant of the answer."""
    instant = (now or datetime.now(UTC)).strftime("%Y-%m-%dT%H:%M:%SZ")
    told_of = {k: list(v) for k, v in vars(question).items()}
    head = {"fetched": instant, "from": address, "question": told_of, "whole": True, "count": len(rows)}
    return json.dumps({**head, "data": list(rows)}, ensure_ascii=False) + "\n"


def questions(question: Question, *, with_key: bool) -> Iterator[Question]:
    """The question in pieces that the API takes: few periods and codes, one period without a key."""
    periods = MOST_PERIODS if with_key else 1
    for reporter in question.reporters:
        for p in range(0, len(question.periods), periods):
            for c in range(0, len(question.codes), _MOST_CODES):
                yield replace(
                    question,
                    reporters=(reporter,),
                    periods=tuple(question.periods[p : p + periods]),
                    codes=tuple(question.codes[c : c + _MOST_CODES]),
                )


def require_askable(question: Question) -> None:
    """Refuse a question that cannot be asked, with all its faults.

    Raises
    ------
    InputError
    """
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


def _answered(question: Question, server: Server) -> list[dict[str, Any]]:
    """Rows of one question, halved where the answer is cut."""
    rows = server.rows(_door(question, with_key=bool(server.secret)), _given(question), _shown(question))
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
        f"ask for fewer partners{'' if server.secret else f', or set {KEY} ({SIGN_UP})'}"
    )


def _door(question: Question, *, with_key: bool) -> str:
    frequency = "M" if question.monthly else "A"
    return f"{'data/v1/get' if with_key else 'public/v1/preview'}/C/{frequency}/HS"


def _given(question: Question) -> dict[str, str]:
    return {
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
