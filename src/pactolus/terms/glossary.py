"""The field's words as ministries use them in Korean and Japanese, each read at a source or unconfirmed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType

from pactolus.errors import UnknownTermError
from pactolus.terms.languages import in_language
from pactolus.terms.loading import compiled

__all__ = ["Term", "glossary", "term", "term_status"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """A term; `alternatives` are further words accepted on input, `status` is ``seen`` or ``unconfirmed``."""

    id: str
    kind: str
    names: Mapping[str, str]
    alternatives: Mapping[str, tuple[str, ...]]
    status: Mapping[str, str]
    reference: Mapping[str, str]
    note: str
    source: str


@cache
def glossary() -> Mapping[str, Term]:
    """All terms by id."""
    found = {}
    for identity, record in compiled("glossary").items():
        alternatives = {lang: tuple(words) for lang, words in record["alternatives"].items()}
        found[identity] = Term(id=identity, **{**record, "alternatives": alternatives})
    return MappingProxyType(found)


def term(identity: str, lang: str) -> str:
    """A term in a language, by its id (``critical-mineral``; underscores are taken as dashes).

    Raises
    ------
    UnknownTermError
        If the glossary does not hold it, with the nearest ids.
    """
    return in_language(_find(identity).names, lang)


def term_status(identity: str, lang: str) -> str:
    """Whether the word was read at a source: ``seen``, or ``unconfirmed``; English is the glossary's own."""
    return "seen" if lang == "en" else in_language(_find(identity).status, lang)


def _find(identity: str) -> Term:
    found = glossary().get(identity.replace("_", "-"))
    if found is None:
        raise UnknownTermError.of("term", identity, glossary())
    return found
