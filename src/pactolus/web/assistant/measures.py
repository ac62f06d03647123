"""``policy_in_force`` for an assistant: measures of the shipped register and their state on a day."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any, Final

from pactolus import __version__
from pactolus.catalogue.origins import Term
from pactolus.errors import InputError, OptionError
from pactolus.policy.register import Measure, register
from pactolus.policy.states import Span
from pactolus.web.assistant.answers import Answer, answered, page, plain_rows
from pactolus.web.assistant.questions import PolicyQuestion
from pactolus.wording.names import name as name_of

if TYPE_CHECKING:
    from pactolus.catalogue.world import World

__all__ = ["ABSENCE", "OWN_WORDS", "policy_answer", "reference_origin", "state_text"]

ABSENCE: Final = "absence here is not evidence of absence"
OWN_WORDS: Final = "source not copied; what it says is told in our words"


def policy_answer(world: World, question: PolicyQuestion) -> Answer:
    """Measures in force, suspended or unconfirmed on a day, the unconfirmed first.

    Only the register of the package is read: records of a workspace are not open data.

    Raises
    ------
    InputError
        If a day, mineral, issuer or importer is unknown.
    """
    from pactolus.policy.search import in_force, rows
    from pactolus.terms.countries import country
    from pactolus.terms.minerals import resolve_minerals

    known, day = register(), _day(question.on)
    pairs = in_force(
        known,
        day,
        importer=None if question.importer is None else country(question.importer).iso3,
        minerals=resolve_minerals(question.minerals) if question.minerals else (),
        issuers=_issuers(question.issuers or []),
    )
    by_id = {measure.id: (measure, span) for measure, span in pairs}
    found = plain_rows(page(rows(pairs), question.limit, question.offset))
    origins: dict[str, dict[str, str]] = {}
    for row in found:
        measure, span = by_id[row["id"]]
        key, origin = reference_origin(measure, span.entry)
        origins[key] = origin
        row |= {"state_text": state_text(span), "version": __version__, "origins": [key]}
    head = f"{len(pairs)} of {len(known)} records in force, suspended or unconfirmed on {day}; {ABSENCE}."
    return answered(
        world,
        head=head,
        lines=[_line(row) for row in found],
        rows=found,
        total=len(pairs),
        offset=question.offset,
        origins=origins,
        notes=[ABSENCE],
        narrower="name minerals, issuers or an importer, or ask on with offset",
        on=day.isoformat(),
        records=len(known),
    )


def _day(text: str | None) -> date:
    if text is None:
        return datetime.now(UTC).date()
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise OptionError(f"policy_in_force: on: {text!r} is not a day of the calendar") from None


def _issuers(names: list[str]) -> tuple[str, ...]:
    """Ids of countries and coalitions; every unknown one is named."""
    from pactolus.terms.coalitions import coalitions
    from pactolus.terms.countries import country

    found, faults = [], []
    for name in names:
        try:
            found.append(name.upper() if name.upper() in coalitions() else country(name).iso3)
        except InputError as error:
            faults.append(f"policy_in_force: issuers: {error}")
    if faults:
        raise InputError.gathered(faults)
    return tuple(dict.fromkeys(found))


def state_text(span: Span) -> str:
    """The state on its days in words; a state that is not plain says why."""
    if span.why == "suspension_expired":
        return f"unconfirmed: suspension expired on {span.what}, no later record"
    if not span.why:
        return span.state.replace("_", " ")
    return f"{span.state.replace('_', ' ')}: {name_of(Term('why', (span.why, span.what)), 'en')}"


def reference_origin(measure: Measure, entry: int) -> tuple[str, dict[str, str]]:
    """Key and record of the source of one state of a measure."""
    number = measure.states[entry].reference
    one = measure.references[number - 1]
    return f"{measure.id}#{number}", {
        "publisher": one.publisher,
        "title": one.title,
        "edition": one.locator or "no locator",
        "licence": OWN_WORDS,
        "link": one.link,
        "accessed": "not stated" if one.read_on is None else one.read_on.isoformat(),
    }


def _line(row: Mapping[str, Any]) -> str:
    until = f" to {row['to']}" if row["to"] else ""
    days = f" (from {row['from']}{until})"
    return f"- {row['id']}: {row['title']}; {row['state_text']}{days}; {row['reference']}, {row['link']}"
