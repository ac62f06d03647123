"""Phrases by key, their places filled by spans of text.

A phrase is one line of ``{lang}/<room>.yaml``. Places are written ``{name}``; a place may carry a choice:

* ``{n:mineral|minerals}`` prints only the first word if the figure is 1 or the term holds one id, else
  the second;
* ``{name:을}`` (Korean) prints the name and the form of the particle that follows its last sound;
* ``{name:이/가}`` is the same, for those who prefer to see both forms.
"""

from __future__ import annotations

import functools
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from pactolus.errors import DataError, UnknownTermError
from pactolus.wording.korean import PARTICLES, particle

__all__ = [
    "LANGS",
    "Span",
    "fill",
    "phrase",
    "phrase_source",
    "phrases",
    "require_lang",
    "slots_of",
]

#: Languages every phrase exists in.
LANGS: Final = ("en", "ko", "ja")

_PLACE = re.compile(r"\{(\w+)(?::([^{}]*))?\}")


@dataclass(frozen=True, slots=True)
class Span:
    """A run of text of a rendered claim."""

    text: str
    figure: Any = None
    """The figure printed by this run (`pactolus.catalogue.origins.Figure`), if it is a number."""
    lang: str = ""
    """Language of the run where it differs from the claim's."""


def require_lang(lang: str) -> str:
    """`lang` if it is one of `LANGS`.

    Raises
    ------
    UnknownTermError
        If it is not, naming the languages there are.
    """
    if lang not in LANGS:
        raise UnknownTermError(f"unknown language {lang!r}; there are {', '.join(LANGS)}")
    return lang


@functools.cache
def phrases(lang: str) -> Mapping[str, tuple[str, str]]:
    """All phrases of a language: key -> (text, ``file:line`` it was written at)."""
    file = Path(__file__).parent / "compiled" / f"{require_lang(lang)}.json"
    if not file.is_file():
        raise DataError(
            f"{file}: missing; the wording is not compiled: run 'python hatch_build.py' in the repository"
        )
    content = json.loads(file.read_text(encoding="utf-8"))
    return {key: (str(text), str(source)) for key, (text, source) in content.items()}


def phrase_source(lang: str, key: str) -> str:
    """Where a phrase was written, e.g. ``ko/brief.yaml:12``."""
    return _entry(lang, key)[1]


def phrase(lang: str, key: str, **slots: object) -> str:
    """One phrase with its places filled by text.

    Parameters
    ----------
    lang : str
        One of `LANGS`.
    key : str
        ``room.key``.
    **slots : object
        Text of each place (anything else is passed through ``str``).

    Returns
    -------
    str

    Raises
    ------
    UnknownTermError
        If there is no such phrase, with near misses.
    DataError
        If a place stays empty or a slot has no place.
    """
    given = {name: [Span(str(value))] for name, value in slots.items()}
    counts = {name: is_one(value) for name, value in slots.items()}
    return "".join(span.text for span in fill(lang, key, given, counts))


@functools.lru_cache(maxsize=8192)
def slots_of(text: str) -> frozenset[str]:
    """Names of the places in a phrase."""
    return frozenset(match.group(1) for match in _PLACE.finditer(text))


def is_one(value: object) -> bool:
    """Whether a value counts as one in a choice ``one|other``."""
    if isinstance(value, int | float):
        return abs(value) == 1
    return str(value) == "1"


def _entry(lang: str, key: str) -> tuple[str, str]:
    known = phrases(lang)
    if key not in known:
        raise UnknownTermError.of("phrase", key, known, where=f"wording {lang}")
    return known[key]


def fill(lang: str, key: str, given: Mapping[str, Sequence[Span]], ones: Mapping[str, bool]) -> list[Span]:
    """A phrase with its places filled by spans; `ones` says which of them are "one" for ``one|other``.

    Raises
    ------
    UnknownTermError
        If there is no such phrase.
    DataError
        If a place stays empty or something given has no place.
    """
    text, source = _entry(lang, key)
    places = slots_of(text)
    if places != given.keys():
        faults = [f"place {{{p}}} is not filled" for p in sorted(places - set(given))]
        faults += [f"{s!r} has no place in it" for s in sorted(set(given) - places)]
        raise DataError(f"{source}: {key}: {'; '.join(faults)}")
    parts, last = _parts(text)
    spans: list[Span] = []
    for before, name, choice in parts:
        spans.append(Span(before))
        spans += _place(name, choice, given, ones, source)
    spans.append(Span(last))
    return _joined(spans)


@functools.lru_cache(maxsize=8192)
def _parts(text: str) -> tuple[tuple[tuple[str, str, str | None], ...], str]:
    """The places of a phrase, each with the text before it and its choice, and the text after the last."""
    parts: list[tuple[str, str, str | None]] = []
    at = 0
    for match in _PLACE.finditer(text):
        parts.append((text[at : match.start()], match.group(1), match.group(2)))
        at = match.end()
    return tuple(parts), text[at:]


def _place(
    name: str, choice: str | None, given: Mapping[str, Sequence[Span]], ones: Mapping[str, bool], source: str
) -> list[Span]:
    spans = list(given[name])
    if choice is None:
        return spans
    if "|" in choice:
        one, _, other = choice.partition("|")
        return [Span(one if ones[name] else other)]
    form = choice.split("/")[0]
    if form not in PARTICLES:
        raise DataError(f"{source}: {{{name}:{choice}}} is no choice 'one|other' and no Korean particle")
    return [*spans, Span(particle("".join(s.text for s in spans), form))]


def _joined(spans: Sequence[Span]) -> list[Span]:
    """Neighbouring plain runs of one language joined, empty ones dropped."""
    result: list[Span] = []
    for span in spans:
        if not span.text:
            continue
        last = result[-1] if result else None
        if last is not None and last.figure is None and span.figure is None and last.lang == span.lang:
            result[-1] = Span(last.text + span.text, None, span.lang)
        else:
            result.append(span)
    return result
