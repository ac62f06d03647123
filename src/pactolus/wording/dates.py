"""Dates and years as each language writes them."""

from __future__ import annotations

from datetime import date

from pactolus.errors import DataError
from pactolus.wording.templates import phrase

__all__ = ["format_date", "format_year"]


def format_date(day: date | str, lang: str) -> str:
    """A day in words: ``23 November 2026``, ``2026년 11월 23일``, ``2026年11月23日``.

    Parameters
    ----------
    day : date or str
        A date, or its ISO form; a month (``2009-07``) or a year alone is printed as such.
    lang : str
        One of ``en``, ``ko``, ``ja``.

    Raises
    ------
    DataError
        If the text is no ISO date.
    """
    if isinstance(day, date):
        day = day.isoformat()
    parts = day.split("-")
    try:
        numbers = [int(p) for p in parts]
        year, month_number, day_number = (*numbers, 1, 1)[: max(3, len(numbers))]
        date(year, month_number, day_number)
    except (ValueError, TypeError) as error:
        raise DataError(f"{day!r} is no date; write YYYY-MM-DD") from error
    if len(numbers) == 1:
        return format_year(numbers[0], lang)
    month = phrase(lang, f"dates.month.{numbers[1]}")
    if len(numbers) == 2:
        return phrase(lang, "dates.month_of_year", year=numbers[0], month=month)
    return phrase(lang, "dates.day", year=numbers[0], month=month, day=numbers[2])


def format_year(year: int | str, lang: str) -> str:
    """A calendar year: ``2024``, ``2024년``, ``2024年``; ``2019-2024`` is a span of years."""
    first, _, last = str(year).partition("-")
    if last:
        return phrase(lang, "dates.years", first=first, last=last)
    return phrase(lang, "dates.year", year=first)
