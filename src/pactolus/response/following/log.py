"""The decision log of an event in a workspace: entries are added, never changed.

An entry is a record of its own with a number in its id. It is written only where no record of that id is, in
one
transaction with its row of the audit chain, so that what was added later, changed or taken out is seen by
``pactolus workspace verify``.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from pactolus.errors import DataError
from pactolus.response.following.facts import Facts, facts_from_record, facts_record

if TYPE_CHECKING:
    from pactolus.response.events.event import Event
    from pactolus.response.plan.plan import ResponsePlan
    from pactolus.workspace.store import Store, Version

__all__ = ["KIND", "add_entry", "entries", "logged_facts", "plan_body"]

#: Kind of the records.
KIND: Final = "response-log"


def entries(store: Store, event: str) -> list[Version]:
    """Entries of an event, oldest first.

    Parameters
    ----------
    store : Store
    event : str
        Its id.

    Raises
    ------
    DataError
        If an entry was changed, or one is missing in between.
    """
    found = sorted(
        (one for one in store.all(KIND) if one.body["event"] == event),
        key=lambda one: int(one.body["number"]),
    )
    for number, one in enumerate(found, start=1):
        if one.version != 1:
            raise DataError(
                f"decision log of {event}: entry {one.body['number']} was written again (version "
                f"{one.version}); entries "
                "are only added: see pactolus workspace history"
            )
        if one.body["number"] != number:
            raise DataError(
                f"decision log of {event}: entry {number} is missing; see pactolus workspace verify"
            )
    return found


def add_entry(
    store: Store,
    event: str,
    what: str,
    body: Mapping[str, Any],
    *,
    author: str,
    label: str = "open",
    facts: Facts | None = None,
) -> int:
    """Add an entry.

    Parameters
    ----------
    store : Store
    event : str
    what : str
        ``plan``, ``update``, or ``decision``: what people agreed in their own words.
    body : mapping
        Plain values.
    author : str
    label : str
        Of the plan it was made from.
    facts : Facts, optional

    Returns
    -------
    int
        Number of the entry, from 1.

    Raises
    ------
    ConflictError
        If somebody added an entry meanwhile; read the log again.
    """
    number = len(entries(store, event)) + 1
    entry = {"event": event, "number": number, "what": what, **body}
    if facts is not None:
        entry["facts"] = facts_record(facts)
    store.put(KIND, f"{event}-{number:05d}", entry, author=author, label=label, expected=0)
    return number


def logged_facts(store: Store, event: str) -> tuple[Facts, ...]:
    """Facts of earlier updates, oldest first."""
    return tuple(
        facts_from_record(one.body["facts"], f"entry {one.body['number']} of the log")
        for one in entries(store, event)
        if "facts" in one.body
    )


def plan_body(event: Event, plan: ResponsePlan, changes: int = 0) -> dict[str, Any]:
    """What an entry keeps of a plan: who, who passes nothing on, cost by member, the first month.

    Parameters
    ----------
    event : Event
    plan : ResponsePlan
    changes : int
        Rows that an update changed.
    """
    return {
        "members": list(event.members),
        "no_transfer": list(plan.answer.terms.no_transfer),
        "cost_musd": [round(float(one), 6) for one in plan.answer.cost_musd],
        "first_actions": plan.robust.to_dicts(),
        "changes": changes,
    }
