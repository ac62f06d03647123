"""How names are compared: without case, accents on Latin letters, and the kind of space or dash."""

from __future__ import annotations

import re
import unicodedata

__all__ = ["fold"]

_LATIN_END = "\u0250"
_BREAKS = re.compile(r"[\s_\-\u2010-\u2015\u30fb\u00b7]+")


def fold(name: str) -> str:
    """The form under which a name is looked up.

    Full-width letters become plain, case is dropped, accents on Latin letters are dropped (those of Hangul
    and kana are part of the letter and stay), quotation marks are unified, spaces, dashes, underscores and
    middle dots count as one space.

    Examples
    --------
    >>> fold("  Rare_Earths ")
    'rare earths'
    >>> fold("Côte d\u2019Ivoire") == fold("COTE D'IVOIRE")
    True
    """
    if name.isascii():
        return _BREAKS.sub(" ", name).strip().casefold()
    plain = unicodedata.normalize("NFKC", name).replace("\u2019", "'").replace("\u2018", "'")
    letters = (_without_accent(letter) if letter < _LATIN_END else letter for letter in plain)
    return _BREAKS.sub(" ", "".join(letters)).strip().casefold()


def _without_accent(letter: str) -> str:
    return "".join(part for part in unicodedata.normalize("NFD", letter) if not unicodedata.combining(part))
