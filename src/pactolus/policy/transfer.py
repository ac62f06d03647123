"""May a lot be lent, swapped or passed on: ``yes``, ``no`` or ``unknown``, with the measure that says so."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Final, Literal

from pactolus.errors import InputError, UnknownTermError
from pactolus.policy.register import Measure, Register, instruments
from pactolus.policy.search import listed
from pactolus.policy.states import Span
from pactolus.terms.countries import country
from pactolus.terms.minerals import mineral

if TYPE_CHECKING:
    import polars as pl

__all__ = ["TRANSFER_NOTE", "Lot", "Transfer", "transfer_rows", "transferable"]


#: What a reader must know of lots that may not, or perhaps not, pass.
TRANSFER_NOTE: Final = (
    "note: no and unknown are not lent, swapped or passed on by default; a legal review decides"
)


@dataclass(frozen=True, kw_only=True)
class Lot:
    """A stock lot or a flow.

    Attributes
    ----------
    mineral : str
    origin : str or None
        ISO alpha-3 code of where it was mined or refined; None where it is not known.
    stage, form, grade : str or None
    """

    mineral: str
    origin: str | None
    stage: str | None = None
    form: str | None = None
    grade: str | None = None


@dataclass(frozen=True)
class Transfer:
    """Answer to `transferable`.

    Attributes
    ----------
    answer : str
        ``yes``, ``no`` or ``unknown``; anything but ``yes`` is not lent, swapped or passed on by default and
        needs a legal review.
    measures : tuple of str
        Ids of the measures that say so; empty for ``yes`` and where the origin is not known.
    why : str
        ``no_measure``, ``origin_unknown``, ``banned``, ``limited`` (named firms or an end use), ``licence``,
        or ``unconfirmed``.
    """

    answer: Literal["yes", "no", "unknown"]
    measures: tuple[str, ...]
    why: str


def transferable(register: Register, lot: Lot, to: str, on: date) -> Transfer:
    """Whether a lot of some origin may pass to a receiver on a day.

    Only measures of the country of origin count that restrict exports and reach, or may reach, third parties:
    a measure that binds the first importer alone has done its work when the lot was imported.

    Parameters
    ----------
    register : Register
    lot : Lot
    to : str
        ISO alpha-3 code of the receiver.
    on : date

    Returns
    -------
    Transfer

    Raises
    ------
    UnknownTermError
        If the mineral, the origin or the receiver is unknown.
    """
    identity, receiver = mineral(lot.mineral).id, country(to).iso3
    if lot.origin is None:
        return Transfer("unknown", (), "origin_unknown")
    origin = country(lot.origin).iso3
    if origin == receiver:
        return Transfer("yes", (), "no_measure")
    found = [
        (_force(measure, span), measure.id)
        for measure, span in listed(
            register,
            on,
            states=("in_force", "unconfirmed"),
            importer=receiver,
            minerals=[identity],
            issuers=[origin],
        )
        if instruments()[measure.instrument].restricts_exports
        and measure.reach != "no"
        and _at_stage(measure, lot.stage)
    ]
    for why in ("banned", "limited", "unconfirmed", "licence"):
        ids = tuple(sorted(name for force, name in found if force == why))
        if ids:
            return Transfer("no" if why == "banned" else "unknown", ids, why)
    return Transfer("yes", (), "no_measure")


def _force(measure: Measure, span: Span) -> str:
    if span.state == "unconfirmed" or measure.reach == "unknown":
        return "unconfirmed"
    if instruments()[measure.instrument].family != "ban":
        return "licence"
    limited = measure.entities is not None or measure.end_use is not None
    return "limited" if limited else "banned"


def _at_stage(measure: Measure, stage: str | None) -> bool:
    """A measure without stages, or a lot whose stage is not known, may meet."""
    stages = {name for cover in measure.covers for name in cover.stages}
    return stage is None or not stages or stage in stages or "mixed" in stages


def transfer_rows(
    register: Register, lots: Iterable[tuple[str, Lot, str]], receiver: str, on: date
) -> pl.DataFrame:
    """One row a lot: ``lot, mineral, origin, transferable, why, measures``.

    Parameters
    ----------
    register : Register
    lots : iterable of (str, Lot, str)
        Name, lot, and the place where it was written, for messages.
    receiver : str
        ISO alpha-3 code.
    on : date

    Raises
    ------
    InputError
        Every lot with an unknown name, at once.
    """
    import polars as pl

    rows, faults = [], []
    for name, lot, place in lots:
        try:
            found = transferable(register, lot, receiver, on)
        except UnknownTermError as error:
            faults.append(f"{place}: {error}")
            continue
        measures = ";".join(found.measures) or None
        rows.append((name, lot.mineral, lot.origin, found.answer, found.why, measures))
    if faults:
        raise InputError.gathered(faults)
    schema = ("lot", "mineral", "origin", "transferable", "why", "measures")
    return pl.DataFrame(rows, schema=dict.fromkeys(schema, pl.String), orient="row")
