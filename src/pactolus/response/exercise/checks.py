"""What no single value of an exercise can show: names that must agree between its parts."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection

    from pactolus.response.exercise.schema import ExerciseForm, InjectForm
    from pactolus.workspace.records import Faults, Located

__all__ = ["check"]


def check(one: Located[ExerciseForm], members: Collection[str], cases: int | None, faults: Faults) -> None:
    """Add every fault of an exercise that is right in form.

    Parameters
    ----------
    one : Located
    members : collection of str
        Those of the event or of the declared tonnes.
    cases : int or None
        How many lengths are possible, where that is known before a world is opened.
    faults : Faults
    """
    _declared(one, faults)
    _roles(one, members, faults)
    _injects(one, members, cases, faults)
    form = one.record
    case = form.hidden.case
    if cases is not None and isinstance(case, int) and case > cases:
        faults.add(one.place("hidden", "case"), f"case {case} of {cases}; give 1 to {cases}, or drawn")
    for number, lot in enumerate(form.holdings):
        faults.known(one.place("holdings", number, "member"), lot.member, members, "member of this exercise")
        if form.declared is None and (lot.may_go or lot.origin):
            faults.add(
                one.place("holdings", number),
                "origin and may_go belong to made-up tonnes; on a world's trade a stock follows the member's "
                "mix of imports and the measures in force",
            )
        for at, name in enumerate(lot.may_go):
            faults.known(
                one.place("holdings", number, "may_go", at), name, members, "member of this exercise"
            )
    if form.declared is not None and form.rounds > form.declared.horizon:
        faults.add(
            one.place("rounds"),
            f"{form.rounds} rounds, the horizon is {form.declared.horizon} months; widen it, or play fewer",
        )


def _declared(one: Located[ExerciseForm], faults: Faults) -> None:
    form = one.record
    if form.declared is None:
        return
    at = ("declared",)
    members = form.declared.members
    places = {(place.mineral, place.stage) for place in form.declared.places}
    for number, name in enumerate(members):
        if name in members[:number]:
            faults.add(one.place(*at, "members", number), f"{name} stands twice; name each member once")
    for number, place in enumerate(form.declared.places):
        for key in ("use_t", "lost", "bought_t"):
            for name in getattr(place, key):
                faults.known(
                    one.place(*at, "places", number, key, name), name, members, "member of this exercise"
                )
        for name in place.use_t:
            if name not in place.lost:
                faults.add(
                    one.place(*at, "places", number, "lost"),
                    f"{name} uses it, and nothing says which part it loses; a missing loss is not zero",
                )
    for number, source in enumerate(form.declared.suppliers):
        here = (*at, "suppliers", number)
        if (source.mineral, source.stage) not in places:
            faults.add(
                one.place(*here, "mineral"), f"{source.mineral} ({source.stage}) is no place of this exercise"
            )
        if source.supplier == "PRK":
            faults.add(
                one.place(*here, "supplier"), "PRK is no supplier of any plan (UN Security Council measures)"
            )
        for position, name in enumerate(source.open_to):
            faults.known(one.place(*here, "open_to", position), name, members, "member of this exercise")
    for number, lot in enumerate(form.holdings):
        if (lot.mineral, lot.stage) not in places:
            faults.add(
                one.place("holdings", number, "mineral"),
                f"{lot.mineral} ({lot.stage}) is no place of this exercise",
            )


def _roles(one: Located[ExerciseForm], members: Collection[str], faults: Faults) -> None:
    seen: set[str] = set()
    for number, role in enumerate(one.record.roles):
        if role.id in seen:
            faults.add(one.place("roles", number, "id"), f"{role.id!r} stands twice; ids are unique")
        seen.add(role.id)
        if role.member is not None:
            faults.known(
                one.place("roles", number, "member"), role.member, members, "member of this exercise"
            )


def _injects(one: Located[ExerciseForm], members: Collection[str], cases: int | None, faults: Faults) -> None:
    seen: set[str] = set()
    roles = [role.id for role in one.record.roles]
    for number, inject in enumerate(one.record.injects):
        at = ("injects", number)
        if inject.id in seen:
            faults.add(one.place(*at, "id"), f"{inject.id!r} stands twice; ids are unique")
        seen.add(inject.id)
        if inject.month > one.record.rounds:
            faults.add(
                one.place(*at, "month"), f"month {inject.month} of {one.record.rounds}; nobody would read it"
            )
        if inject.day > one.record.deadline_day:
            faults.add(
                one.place(*at, "day"),
                f"day {inject.day} lies after the deadline of the month, day {one.record.deadline_day}",
            )
        for position, name in enumerate(inject.to):
            faults.known(one.place(*at, "to", position), name, roles, "role of this exercise")
        _changes(one, number, inject, members, cases, faults)


def _changes(
    one: Located[ExerciseForm],
    number: int,
    inject: InjectForm,
    members: Collection[str],
    cases: int | None,
    faults: Faults,
) -> None:
    for position, change in enumerate(inject.changes):
        at = ("injects", number, "changes", position)
        member = getattr(change, "member", None)
        if member is not None:
            faults.known(one.place(*at, "member"), member, members, "member of this exercise")
        if inject.to:
            faults.add(
                one.place(*at), "changes what is so for all; an inject that is sent to some is words only"
            )
        if change.change != "chances" or cases is None:
            continue
        if len(change.chances) != cases:
            faults.add(
                one.place(*at, "chances"),
                f"{len(change.chances)} chances for {cases} cases; give one for each",
            )
            continue
        case = one.record.hidden.case
        if isinstance(case, int) and case <= cases and change.chances[case - 1] == 0:
            faults.add(
                one.place(*at, "chances", case - 1), "rules out the case that comes true; give it a chance"
            )
        if case == "drawn" and 0 in change.chances:
            faults.add(
                one.place(*at, "chances", change.chances.index(0)),
                "rules out a case that the seed may draw; give it a chance, or fix hidden.case",
            )
