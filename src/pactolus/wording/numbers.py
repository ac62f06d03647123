"""One number format in every language: commas for thousands, a dot for decimals, the same scale and digits.

Only the word of the unit differs. The value of a figure is in the unit below; shares stay on 0-1 and are
printed in percent with the digits of the figure.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Protocol

from pactolus.errors import DataError
from pactolus.wording.templates import phrase

__all__ = [
    "UNITS",
    "FigureLike",
    "Unit",
    "format_figure",
    "format_number",
    "format_value",
    "scale_of",
    "unit_word",
]


class FigureLike(Protocol):
    """What is read of a figure (`pactolus.catalogue.origins.Figure`)."""

    @property
    def value(self) -> float | int | None: ...
    @property
    def unit(self) -> str: ...
    @property
    def digits(self) -> int: ...
    @property
    def low(self) -> float | None: ...
    @property
    def high(self) -> float | None: ...
    @property
    def status(self) -> str: ...
    @property
    def signed(self) -> bool: ...
    @property
    def id(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Unit:
    """How a unit is printed."""

    scale: float = 1.0
    """Printed number = value x scale."""
    word: str = ""
    """Phrase ``numbers.unit.<word>``; empty = the number stands alone."""
    grouped: bool = True
    """Commas between thousands."""


#: Every unit a figure may have.
UNITS: Final = {
    "share": Unit(scale=100.0, word="percent"),
    "pp": Unit(scale=100.0, word="points"),
    "%": Unit(word="percent"),
    "1": Unit(),
    "index": Unit(),
    "count": Unit(),
    "rank": Unit(),
    "year": Unit(word="year", grouped=False),
    "days": Unit(word="days"),
    "months": Unit(word="months"),
    "t": Unit(word="t"),
    "kt": Unit(word="kt"),
    "kg": Unit(word="kg"),
    "ct": Unit(word="ct"),
    "million m3": Unit(word="million_m3"),
    "USD": Unit(word="usd"),
    "million USD": Unit(word="million_usd"),
    "million JPY": Unit(word="million_jpy"),
    "USD/dmt": Unit(word="usd_per_dmt"),
    "USD/t": Unit(word="usd_per_t"),
    "USD/kg": Unit(word="usd_per_kg"),
}


def scale_of(unit: str) -> float:
    """What a value in `unit` is multiplied by when it is printed, e.g. 100 for shares printed in percent."""
    return _unit(unit).scale


def unit_word(unit: str, lang: str) -> str:
    """The unit alone, for axes and headings, e.g. ``%`` or ``million USD``; empty for plain numbers."""
    word = _unit(unit).word
    return phrase(lang, f"numbers.axis.{word}") if word else ""


def format_number(value: float | int, digits: int = 0, *, signed: bool = False, grouped: bool = True) -> str:
    """A bare number in the one format.

    A number that is not zero but rounds to zero prints as ``<0.1`` (one unit of the last digit), not as 0.

    Parameters
    ----------
    value : float or int
        Already in the printed scale.
    digits : int
        Digits after the dot.
    signed : bool
        Print ``+`` before positive numbers.
    grouped : bool
        Commas between thousands.

    Returns
    -------
    str

    Examples
    --------
    >>> format_number(12345.678, 1), format_number(0.04, 1), format_number(3.2, 1, signed=True)
    ('12,345.7', '<0.1', '+3.2')
    """
    text = f"{value:{',' if grouped else ''}.{digits}f}"
    if not any(d in text for d in "123456789"):
        if value > 0 and not signed:
            return f"<{10**-digits:.{digits}f}"
        return f"±{text.lstrip('-')}" if signed and value != 0 else text.lstrip("-")
    return f"+{text}" if signed and value > 0 else text


def format_value(value: float | int, unit: str, digits: int, lang: str, *, signed: bool = False) -> str:
    """A number with its unit in a language.

    Raises
    ------
    DataError
        If the unit is not in `UNITS`.
    """
    form = _unit(unit)
    number = format_number(value * form.scale, digits, signed=signed, grouped=form.grouped)
    return phrase(lang, f"numbers.unit.{form.word}", number=number) if form.word else number


def format_figure(figure: FigureLike, lang: str, *, reason: bool = True) -> str:
    """A figure as it is printed: number, unit and interval, or "no data" with the reason.

    Parameters
    ----------
    figure : FigureLike
        Value in a unit of `UNITS`.
    lang : str
        One of ``en``, ``ko``, ``ja``.
    reason : bool
        Add why there is no value (left out in narrow cells that explain it elsewhere).

    Returns
    -------
    str
        E.g. ``82.1%``, ``0.31 (0.24–0.38)``, ``no data (no customs code of its own)``.

    Raises
    ------
    DataError
        If the unit is not in `UNITS`, or a figure without a value says that it is ``ok``.
    """
    if figure.value is None:
        return _no_data(figure, lang, reason)
    form = _unit(figure.unit)
    if figure.low is None or figure.high is None:
        return format_value(figure.value, figure.unit, figure.digits, lang, signed=figure.signed)
    number, low, high = (
        format_number(v * form.scale, figure.digits, signed=figure.signed, grouped=form.grouped)
        for v in (figure.value, figure.low, figure.high)
    )
    if not form.word:
        return phrase(lang, "numbers.interval", value=number, low=low, high=high)
    value = phrase(lang, f"numbers.unit.{form.word}", number=number)
    span = phrase(lang, f"numbers.unit.{form.word}", number=f"{low}–{high}")
    return phrase(lang, "numbers.interval_unit", value=value, range=span)


def _no_data(figure: FigureLike, lang: str, reason: bool) -> str:
    from pactolus.terms.statuses import status_name

    if figure.status == "ok":
        raise DataError(
            f"figure {figure.id}: has no value, but its status is 'ok'; give the reason as its status"
        )
    if figure.status == "not_applicable":
        return phrase(lang, "numbers.not_applicable")
    if not reason:
        return phrase(lang, "numbers.no_data")
    return phrase(lang, "numbers.no_data_because", reason=status_name(figure.status, lang))


def _unit(unit: str) -> Unit:
    if unit not in UNITS:
        raise DataError(f"unit {unit!r} has no printed form; there are {', '.join(map(repr, UNITS))}")
    return UNITS[unit]
