"""What a reader of random years must know."""

from __future__ import annotations

from typing import Final

from pactolus.disruption.random_years.montecarlo import MonteCarlo
from pactolus.errors import NoAnswerError

__all__ = ["told_of"]

#: Statuses of rows that have numbers.
_NUMBERS: Final = ("ok", "not_distinguishable")


def told_of(found: MonteCarlo) -> tuple[str, ...]:
    """Its notes, and how many rows have no number and why.

    Raises
    ------
    NoAnswerError
        If no row has one.
    """
    from pactolus.terms.statuses import status_meaning

    counts = dict(found.losses["status"].value_counts(sort=True).iter_rows())
    told = [(status, number) for status, number in counts.items() if status not in _NUMBERS]
    lines = [f"{number:,} rows {status}: {status_meaning(status, 'en')}" for status, number in told]
    if len(told) == len(counts):
        raise NoAnswerError("\n".join(["no value in any row", *lines]))
    return (*found.notes, *lines)
