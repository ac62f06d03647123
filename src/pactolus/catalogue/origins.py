"""Where a number comes from: origin of a table, figure, claim, and the id of a printed number."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field

__all__ = ["Claim", "Figure", "Origin", "Term", "number_id"]


@dataclass(frozen=True, kw_only=True)
class Origin:
    """The publisher's edition a table was made from."""

    id: str
    producer: str
    title: str
    edition: str
    published: str
    accessed: str
    licence: str
    link: str
    carrier: str = ""
    """Where the copy was taken from, if not from the publisher itself."""
    sha256: str = ""
    """Checksum of the bytes the builder read."""


@dataclass(frozen=True, kw_only=True)
class Figure:
    """One number as it is printed, free of any language.

    ``status`` is ``ok`` or the reason why there is no value; a figure without a value prints as "no data".
    """

    value: float | int | None
    unit: str
    digits: int = 0
    low: float | None = None
    high: float | None = None
    status: str = "ok"
    table: str = ""
    """Table of the world (or result table) the number was computed from."""
    rows: Mapping[str, str | int | float] = field(default_factory=dict)
    """Row keys that select the source rows in `table`."""
    steps: tuple[str, ...] = ()
    """What was done between the rows and the number, in order."""
    origins: tuple[str, ...] = ()
    """Ids of the origins of `table`."""
    signed: bool = False
    """Print a plus sign: the number is a change."""

    @property
    def id(self) -> str:
        """Stable id of this number (see `number_id`)."""
        return number_id(self.table, self.rows, self.steps, self.unit)


@dataclass(frozen=True)
class Term:
    """A word of the vocabulary, to be named in the reader's language.

    ``kind`` is one of ``mineral``, ``stage``, ``country``, ``members``, ``application``, ``method``,
    ``status``, ``group``, ``institution``, ``phrase``, ``hs_code``; ``ids`` holds one id, or several for a
    list. `pactolus.wording.names` knows a few more.
    """

    kind: str
    ids: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Claim:
    """One sentence of a report: a phrase key, and what fills its places."""

    key: str
    figures: Mapping[str, Figure] = field(default_factory=dict)
    terms: Mapping[str, Term] = field(default_factory=dict)


def number_id(table: str, rows: Mapping[str, str | int | float], steps: tuple[str, ...], unit: str) -> str:
    """Id of a number: ten hex digits of what it was computed from.

    The same rows, steps and unit give the same id in every run, language and format.
    """
    canon = "\x1f".join([table, *(f"{k}={rows[k]}" for k in sorted(rows)), *steps, unit])
    return hashlib.sha256(canon.encode()).hexdigest()[:10]
