"""Words of a plan as terms: what the plan's tables say in English, named in the reader's language."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Final

from pactolus.catalogue.origins import Term
from pactolus.terms.applications import applications
from pactolus.terms.countries import countries
from pactolus.wording.names import name
from pactolus.wording.phrases import phrase

__all__ = ["action_term", "case_term", "day_term", "members_term", "month_term", "said", "what_term", "words"]

_LANGS: Final = ("en", "ko", "ja")
#: Fixed texts of the plan's columns -> phrase.
_FIXED: Final[Mapping[str, str]] = {
    "unknown origin": "paper.what.unknown_origin",
    "bought or borrowed": "paper.what.bought",
    "cargo under way": "paper.what.cargo",
    "bought for returning": "paper.what.returning",
    "as long as it lasts": "paper.when.lasts",
    "at the horizon": "paper.when.horizon",
    "no effect stated": "paper.when.no_effect",
    "as planned": "paper.case.planned",
    "alone, alternatives by present purchases": "paper.case.split",
    "stocks at the low end": "paper.case.stocks_low",
    "stocks at the high end": "paper.case.stocks_high",
    "losses at the low end": "paper.case.losses_low",
    "losses at the high end": "paper.case.losses_high",
    "lots that need a legal review are lent too": "paper.case.restricted",
    "lots of a wrong form or grade stay where they are": "paper.case.grades",
    "origin_unknown": "paper.why.origin_unknown",
    "unconfirmed": "paper.why.unconfirmed",
    "licence": "paper.why.licence",
    "banned": "paper.why.banned",
    "limited": "paper.why.limited",
}
#: Texts with a place: pattern, phrase, and what stands in the place.
_MOVING: Final = (
    (re.compile(r"use worth up to ([\d.]+) x price"), "paper.what.worth", "text"),
    (re.compile(r"ended before (\d{4}-\d\d)-\d\d"), "paper.when.ended", "day"),
    (re.compile(r"alone, alternatives to (\w+) first"), "paper.case.first", "country"),
    (re.compile(r"no transfer from (\w+)"), "paper.case.no_transfer", "country"),
    (re.compile(r"(\w+) transfers all the same"), "paper.case.transfers", "country"),
    (re.compile(r"if (.+)"), "paper.case.step", "text"),
)


def words(texts: Mapping[str, str]) -> Term:
    """A user's text by language; one in a single language stands in all."""
    return Term("parallel", tuple(texts[lang] for lang in _LANGS))


def said(key: str, **terms: Term) -> Term:
    """A phrase with places, as a cell."""
    texts = (phrase(lang, key, **{k: name(one, lang) for k, one in terms.items()}) for lang in _LANGS)
    return Term("parallel", tuple(text[:1].upper() + text[1:] for text in texts))


def what_term(text: str | None) -> Term | None:
    """A lot's origin, a supplier, a segment, a state of knowledge or a case; a user's own text as it is."""
    if not text:
        return None
    if text in countries():
        return Term("country", (text,))
    if text in applications():
        return Term("application", (text,))
    if text in _FIXED:
        return Term("phrase", (_FIXED[text],))
    for pattern, key, kind in _MOVING:
        found = pattern.fullmatch(text)
        if found:
            return said(key, what=Term(kind, (found[1],)))
    return Term("text", (text,))


def case_term(text: str) -> Term:
    """A case of the table of values."""
    return what_term(text) or Term("text", (text,))


def action_term(action: str) -> Term:
    """What is done, by the name in the plan's tables."""
    return Term("phrase", (f"paper.action.{action.replace(' ', '_').replace('-', '_')}",))


def members_term(text: str) -> Term:
    """``KOR`` or ``KOR+JPN``."""
    named = tuple(text.split("+"))
    return Term("members" if len(named) > 1 else "country", named)


def month_term(day: date | None) -> Term | None:
    """A month, the same in all languages."""
    return None if day is None else Term("day", (f"{day:%Y-%m}",))


def day_term(day: date | None) -> Term | None:
    """A day, the same in all languages."""
    return None if day is None else Term("day", (day.isoformat(),))
