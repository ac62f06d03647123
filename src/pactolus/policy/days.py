"""Days as sources give them: a day, a month, a year, or no more than "by" one of these."""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from typing import Any

__all__ = ["SourceDay"]

_TEXT = re.compile(r"(?P<by>by )?(?P<year>\d{4})(?:-(?P<month>\d{2}))?(?:-(?P<day>\d{2}))?")


@dataclass(frozen=True, order=True)
class SourceDay:
    """A day that is known to lie between two days.

    Attributes
    ----------
    first, last : date
        Earliest and latest day it can be; equal where the source gives the day.
    text : str
        As the source gives it: ``2023-10-20``, ``2023-10``, ``2023``, ``by 2026-04``.
    """

    first: date
    last: date
    text: str

    @classmethod
    def read(cls, value: Any) -> SourceDay:
        """From what a record says.

        Raises
        ------
        ValueError
            If it is no day, month or year.

        Examples
        --------
        >>> SourceDay.read("2023-10").last
        datetime.date(2023, 10, 31)
        >>> SourceDay.read("by 2026-04").first
        datetime.date(2026, 4, 30)
        """
        text = value.isoformat()[:10] if isinstance(value, date) else str(value).strip()
        found = _TEXT.fullmatch(text)
        if found is None or (found["day"] and not found["month"]):
            raise ValueError(f"found {text!r}; write a day (2023-10-20), a month (2023-10) or a year (2023)")
        year, month = int(found["year"]), int(found["month"] or 0)
        try:
            first = date(year, month or 1, int(found["day"] or 1))
        except ValueError:
            raise ValueError(f"found {text!r}; there is no such day") from None
        last = first if found["day"] else date(year, month or 12, monthrange(year, month or 12)[1])
        return cls(last if found["by"] else first, last, text)

    @property
    def exact(self) -> bool:
        """Whether the day itself is known."""
        return self.first == self.last

    def __str__(self) -> str:
        return self.text
