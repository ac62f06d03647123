"""Figures, words and notes that every section about one stock uses."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from pactolus.catalogue.origins import Claim, Figure, Term
from pactolus.reports.sections.basis import Basis, Item
from pactolus.reports.sections.words import phrase_term

__all__ = ["MILLION", "Result", "notes_of", "setting_term", "slug"]

MILLION: Final = 1_000_000.0
Row = Mapping[str, Any]


@dataclass(frozen=True)
class Result:
    """One table of a stockpile engine, as a source of figures.

    Attributes
    ----------
    basis : Basis
    item : Item
    command : str
        Of ``pactolus stockpile`` that gives the same table.
    keys : tuple of str
        Columns that name a row.
    """

    basis: Basis
    item: Item
    command: str
    keys: tuple[str, ...]

    def figure(
        self,
        row: Row,
        column: str,
        unit: str,
        digits: int = 0,
        *,
        ends: tuple[str, str] | None = None,
        divide: float = 1.0,
    ) -> Figure:
        """One cell; without a value it carries the reason of its row.

        Parameters
        ----------
        row : mapping
        column, unit : str
        digits : int
        ends : (str, str), optional
            Columns of the low and the high end.
        divide : float
            1,000,000 turns USD into million USD.
        """
        value = row.get(column)
        low, high = (row.get(end) for end in ends) if ends else (None, None)
        return Figure(
            value=None if value is None else value / divide,
            unit=unit,
            digits=digits,
            low=None if low is None or value is None else low / divide,
            high=None if high is None or value is None else high / divide,
            status="ok" if value is not None else _why(row),
            table=f"stock:{self.command}",
            rows=self.rows(row),
            steps=(f"take {column}", *((f"divide by {divide:g}",) if divide != 1 else ())),
            origins=self.basis.world.origins_of("trade"),
        )

    def rows(self, row: Row) -> dict[str, str | int | float]:
        """What names a row of the table, and what was asked."""
        return {
            "mineral": self.item[0],
            "stage": self.item[1],
            "year": self.basis.year,
            "members": " ".join(self.basis.members),
            "day": self.basis.as_of.isoformat(),
            **{key: row[key] for key in self.keys if row.get(key) is not None},
        }


def _why(row: Row) -> str:
    status = str(row.get("status") or "not_applicable")
    return "not_applicable" if status == "ok" else status.partition(":")[0]


def slug(text: str) -> str:
    """A name of an engine as the end of a phrase key.

    Examples
    --------
    >>> slug("phi 0.9"), slug("pool, buying in quiet months"), slug("holding 3 %")
    ('phi_0_9', 'pool_buying_in_quiet_months', 'holding_3')
    """
    return re.sub(r"[^a-z0-9]+", "_", text.lower()).strip("_")


def setting_term(name: str | None) -> Term | None:
    """The assumption under which an end of a range was found."""
    return None if name is None else phrase_term(f"desk_stockpile.setting.{slug(name)}")


def notes_of(notes: Sequence[str]) -> tuple[Claim, ...]:
    """What an engine says beside its table, in its own words."""
    return tuple(Claim(key="desk_stockpile.note", terms={"note": Term("text", (note,))}) for note in notes)
