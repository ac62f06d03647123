"""An event for another set of members: a coalition as it stood on a day, or the members that a user names."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from pactolus.errors import OptionError
from pactolus.response.events.event import Event

__all__ = ["Chosen", "coalition_event", "members_for"]


@dataclass(frozen=True)
class Chosen:
    """Members of a plan, and what a reader must know about the list."""

    members: tuple[str, ...]
    notes: tuple[str, ...] = ()


def members_for(event: Event, coalition: str | None, named: Sequence[str], more: Sequence[str]) -> Chosen:
    """Who answers.

    Parameters
    ----------
    event : Event
    coalition : str or None
        An id such as ``G7``, ``IEA``, ``MSP``, ``FORGE``, with ``@2024-10-01`` for another day than that of
        the report. One whose membership is unconfirmed needs `named`.
    named : sequence of str
        Members that the user lists; those of the event if there is no coalition either.
    more : sequence of str
        Members that join.

    Raises
    ------
    OptionError
        If the membership is unconfirmed and nobody is listed, or nobody is left.
    """
    from pactolus.terms.coalitions import coalition as coalition_of
    from pactolus.terms.coalitions import members_of
    from pactolus.terms.countries import entity

    notes: list[str] = []
    if coalition is None:
        found = tuple(named) or event.members
    else:
        name, _, day = coalition.partition("@")
        on = date.fromisoformat(day) if day else event.reported_on
        known = coalition_of(name)
        if named:
            found = tuple(named)
            notes.append(f"{known.id}: the list of members is the user's, not a source's")
        else:
            found = members_of(name, on=on)
            notes.append(f"{known.id} as of {on}: {len(found)} members")
        if known.organisations:
            notes.append(
                f"{known.id}: {', '.join(known.organisations)} takes part beside states and is not resolved"
            )
    found = tuple(dict.fromkeys(entity(one).id for one in (*found, *more)))
    cut = [one for one in found if one in event.exporters]
    if cut:
        notes.append(f"{', '.join(cut)} makes the cut itself and does not answer it; left out")
    left = tuple(one for one in found if one not in cut)
    if not left:
        raise OptionError(f"{event.id}: nobody is left to answer; name members with --members")
    return Chosen(left, tuple(notes))


def coalition_event(event: Event, members: Sequence[str]) -> Event:
    """The same event answered by other members; those who declare nothing say so."""
    declaring = {one.member for one in event.holdings}
    limits = event.limits
    return replace(
        event,
        members=tuple(members),
        holdings=tuple(one for one in event.holdings if one.member in members),
        undeclared=tuple(one for one in members if one not in declaring),
        shipments=tuple(one for one in event.shipments if one.member in members),
        projects=tuple(
            replace(one, members=tuple(name for name in one.members if name in members))
            for one in event.projects
            if not one.members or set(one.members) & set(members)
        ),
        alternatives=tuple(one for one in event.alternatives if one.member is None or one.member in members),
        limits=replace(
            limits,
            lending_share=_kept(limits.lending_share, members),
            rerouting_share=_kept(limits.rerouting_share, members),
            no_transfer=tuple(one for one in limits.no_transfer if one in members),
        ),
    )


def _kept(shares: object, members: Sequence[str]) -> dict[str, float] | None:
    if not isinstance(shares, dict):
        return None
    return {name: part for name, part in shares.items() if name in members} or None
