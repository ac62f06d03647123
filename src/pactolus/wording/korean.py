"""Korean particles, chosen by the sound that ends the word before them."""

from __future__ import annotations

from typing import Final

__all__ = ["PARTICLES", "particle"]

#: form named in a template -> (after a final consonant, after a vowel)
PARTICLES: Final = {
    "을": ("을", "를"),
    "를": ("을", "를"),
    "이": ("이", "가"),
    "가": ("이", "가"),
    "은": ("은", "는"),
    "는": ("은", "는"),
    "과": ("과", "와"),
    "와": ("과", "와"),
    "으로": ("으로", "로"),
    "로": ("으로", "로"),
    "이며": ("이며", "며"),
    "이고": ("이고", "고"),
    "이다": ("이다", "다"),
    "이나": ("이나", "나"),
    "이라": ("이라", "라"),
}

_FIRST, _LAST, _FINALS, _RIEUL = 0xAC00, 0xD7A3, 28, 8
_OPENING: Final = {")": "(", "）": "（", "]": "["}
_CLOSING: Final = "\"'”’」』*†‡ "
# Sound that ends the name of a digit or letter: "r" is a final rieul, "c" another consonant, "" a vowel.
_DIGITS: Final = {
    "0": "c",
    "1": "r",
    "2": "",
    "3": "c",
    "4": "",
    "5": "",
    "6": "c",
    "7": "r",
    "8": "r",
    "9": "",
}
_LETTERS: Final = {"l": "r", "r": "r", "m": "c", "n": "c"}
# Words and signs read otherwise than letter by letter.
_READ_AS: Final = {"%": "", "%p": "", "t": "c", "kt": "c", "kg": "c", "hs": "", "nickel": "r", "ng": "c"}


def particle(word: str, form: str) -> str:
    """The form of a particle that follows a word.

    Parameters
    ----------
    word : str
        What stands before: Korean, digits, Latin letters or signs. Closing brackets and what they hold are
        passed over, because a particle follows the word before the brackets.
    form : str
        Either form of the particle, e.g. ``을`` or ``를``.

    Returns
    -------
    str

    Raises
    ------
    KeyError
        If `form` is no particle of `PARTICLES`.

    Examples
    --------
    >>> particle("코발트", "을"), particle("리튬", "을"), particle("82.1%", "으로")
    ('를', '을', '로')
    """
    consonant, vowel = PARTICLES[form]
    sound = _final_sound(_bare(word))
    if sound == "r" and form in ("으로", "로"):
        return vowel
    return consonant if sound else vowel


def _bare(word: str) -> str:
    """The word without trailing quotes, signs and bracketed parts."""
    text = word.rstrip(_CLOSING)
    while text and text[-1] in _OPENING:
        start = text.rfind(_OPENING[text[-1]])
        if start <= 0:
            break
        text = text[:start].rstrip(_CLOSING)
    return text


def _final_sound(word: str) -> str:
    if not word:
        return ""
    last = word[-1]
    if _FIRST <= ord(last) <= _LAST:
        final = (ord(last) - _FIRST) % _FINALS
        return "" if final == 0 else "r" if final == _RIEUL else "c"
    tail = _latin_tail(word)
    for known in (tail, last.lower()):
        if known in _READ_AS:
            return _READ_AS[known]
    if last in _DIGITS:
        return _DIGITS[last]
    return _LETTERS.get(last.lower(), "")


def _latin_tail(word: str) -> str:
    """Lower-case run of Latin letters and percent signs at the end."""
    start = len(word)
    while start and (word[start - 1].isascii() and (word[start - 1].isalpha() or word[start - 1] == "%")):
        start -= 1
    return word[start:].lower()
