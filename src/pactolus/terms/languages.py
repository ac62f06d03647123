"""The three languages of every name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from pactolus.errors import UnknownTermError

__all__ = ["LANGUAGES", "in_language"]

LANGUAGES: Final = ("en", "ko", "ja")


def in_language(names: Mapping[str, str], lang: str) -> str:
    """The name in a language.

    Raises
    ------
    UnknownTermError
        If the language is none of en, ko and ja.
    """
    try:
        return names[lang]
    except KeyError:
        raise UnknownTermError.of("language", lang, LANGUAGES) from None
