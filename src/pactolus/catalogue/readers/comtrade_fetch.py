"""Fetching a whole question of UN Comtrade into a folder: a file a reporter and year, gone on with later."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from pactolus.catalogue.readers.comtrade_api import ADDRESS, Question, fetch, questions
from pactolus.errors import NoAnswerError
from pactolus.runs.files import require_writable_folder
from pactolus.runs.progress import Progress, silent
from pactolus.terms.hs_codes import codes_of
from pactolus.terms.hs_concordance import EDITIONS, codes_for

__all__ = ["Fetched", "Piece", "codes_of_minerals", "fetch_all", "pieces"]

#: Editions that customs still report in, some years back.
_LONGEST_LAG: Final = 10


@dataclass(frozen=True, kw_only=True)
class Piece:
    """One reporter and year of a question, and the file that keeps it."""

    question: Question
    file: Path
    requests: int
    """Requests it takes at least."""

    @property
    def there(self) -> bool:
        """Whether the file is there whole, for this very question."""
        try:
            head = json.loads(self.file.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return False
        asked = {name: list(value) for name, value in vars(self.question).items()}
        return bool(head.get("whole")) and head.get("question") == asked


@dataclass(frozen=True, kw_only=True)
class Fetched:
    """What `fetch_all` did: files asked for now, those that were there, and questions without a row."""

    asked: tuple[Path, ...]
    there: tuple[Path, ...]
    empty: tuple[str, ...]


def codes_of_minerals(minerals: Sequence[str], years: Iterable[int]) -> tuple[str, ...]:
    """Six-digit codes of minerals in every edition that may be reported in the years.

    Countries change editions in their own time: codes of an edition are asked for from its first year on, and
    those of older ones for ten years more. An answer names the edition of each row.
    """
    hs92 = {code for mineral in minerals for code in codes_of(mineral, own=False)}
    first, last = min(years, default=0), max(years, default=0)
    begins = sorted(EDITIONS.items(), key=lambda pair: pair[1])
    found: set[str] = set()
    for number, (edition, begin) in enumerate(begins):
        ends = begins[number + 1][1] + _LONGEST_LAG if number + 1 < len(begins) else last
        if begin <= last and ends >= first:
            found |= set(codes_for(edition, hs92))
    return tuple(sorted(found))


def pieces(question: Question, folder: Path, *, with_key: bool) -> list[Piece]:
    """The question by reporter and year, each with its file."""
    by_year: dict[str, list[str]] = {}
    for period in question.periods:
        by_year.setdefault(period[:4], []).append(period)
    found = []
    for reporter in question.reporters:
        for year, periods in sorted(by_year.items()):
            one = replace(question, reporters=(reporter,), periods=tuple(periods))
            frequency = "monthly" if one.monthly else "annual"
            mark = hashlib.sha256(repr(sorted(vars(one).items())).encode()).hexdigest()[:8]
            file = folder / f"comtrade-{reporter}-{year}-{frequency}-{mark}.json"
            requests = sum(1 for _ in questions(one, with_key=with_key))
            found.append(Piece(question=one, file=file, requests=requests))
    return found


def fetch_all(
    question: Question,
    folder: Path,
    *,
    key: str,
    address: str = ADDRESS,
    wait: Callable[[float], None] = time.sleep,
    progress: Progress | None = None,
) -> Fetched:
    """Ask for everything that is not there yet; every file appears whole or not at all.

    Parameters
    ----------
    question : Question
    folder : path
    key : str
        Subscription key; empty for the public preview.
    address, wait
        As for `comtrade_api.fetch`.
    progress : Progress, optional
        Called before every file and once at the end.

    Returns
    -------
    Fetched

    Raises
    ------
    InputError, OutputError, PactolusError
        As `comtrade_api.fetch`; the files fetched before stay, and are not asked for again.
    NoAnswerError
        If no question had a row, and no file was there.
    """
    require_writable_folder(folder)
    say = progress or silent
    wanted = pieces(question, folder, with_key=bool(key))
    asked, there, empty = [], [], []
    for number, piece in enumerate(wanted):
        say(piece.file.stem, number, len(wanted))
        if piece.there:
            there.append(piece.file)
            continue
        try:
            asked.append(fetch(piece.question, piece.file, key=key, address=address, wait=wait))
        except NoAnswerError as error:
            empty.append(str(error))
        if number + 1 < len(wanted):
            wait(1.0)
    say("fetched", len(wanted), len(wanted))
    if empty and not asked and not there:
        raise NoAnswerError("\n".join(empty))
    return Fetched(asked=tuple(asked), there=tuple(there), empty=tuple(empty))
