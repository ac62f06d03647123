"""What no single value of an event can show: names that must agree, limits that contradict each other."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import TYPE_CHECKING, Final

from pactolus.errors import PactolusError
from pactolus.response.clocks.dues import day_in

if TYPE_CHECKING:
    from pactolus.response.events.schema import EventForm
    from pactolus.stockpile.members.holdings import HoldingRange
    from pactolus.workspace.labels import Levels
    from pactolus.workspace.records import Faults, Located

__all__ = ["check"]

#: Suppliers that never stand in for another one.
_NEVER: Final = ("PRK",)
_WITHOUT_PRIOR: Final = ("surge",)


def check(
    one: Located[EventForm],
    held: Collection[HoldingRange],
    levels: Levels,
    known_clocks: Collection[str],
    faults: Faults,
    *,
    calendars: bool = True,
) -> None:
    """Add every fault of an event that is right in form; `calendars` asks the library of holidays too."""
    _check_members(one, faults)
    _check_shocks(one, faults)
    _check_shipments(one, faults)
    _check_holdings(one, held, faults)
    _check_limits(one, faults)
    _check_alternatives(one, faults)
    _check_projects(one, faults)
    _check_clocks(one, known_clocks, faults)
    if calendars:
        _check_calendars(one, faults)
    try:
        levels.read(one.record.label or "open")
    except PactolusError as error:
        faults.add(one.place("label"), str(error))


def _minerals(form: EventForm) -> tuple[str, ...]:
    from pactolus.terms.hs_codes import hs_codes

    named = [name for shock in form.shocks for name in shock.minerals]
    coded = [hs_codes()[code].minerals[0] for shock in form.shocks for code in shock.hs_codes]
    return tuple(dict.fromkeys([*named, *coded]))


def _exporters(form: EventForm) -> set[str]:
    named = {shock.exporter for shock in form.shocks if shock.exporter}
    return named | {name for shock in form.shocks for way in shock.affected for name in way.exporters}


def _check_members(one: Located[EventForm], faults: Faults) -> None:
    members = one.record.members
    for number, name in enumerate(members):
        if name in members[:number]:
            faults.add(one.place("members", number), f"{name} stands twice; name each member once")
        if name in _exporters(one.record):
            faults.add(
                one.place("members", number), f"{name} makes the cut itself; it is no member that answers"
            )


def _check_shocks(one: Located[EventForm], faults: Faults) -> None:
    form = one.record
    length = form.duration
    for number, shock in enumerate(form.shocks):
        first = shock.announced or shock.start
        if shock.confidence != "feared" and first > form.reported_on:
            faults.add(
                one.place("shocks", number, "announced" if shock.announced else "start"),
                f"{first} lies after the report of {form.reported_on}; write confidence: feared, or the day "
                "of the announcement",
            )
        if length is not None and length.prior and shock.kind in _WITHOUT_PRIOR:
            faults.add(
                one.place("duration"), f"there is no prior for a {shock.kind}; give months or scenarios"
            )
    if form.declared and not form.fictitious:
        faults.add(
            one.place("declared"),
            "declared tonnes are made up: write fictitious: true, so that every page says so",
        )


def _check_shipments(one: Located[EventForm], faults: Faults) -> None:
    form = one.record
    seen: set[str] = set()
    for number, ship in enumerate(form.shipments):
        at = ("shipments", number)
        faults.known(one.place(*at, "member"), ship.member, form.members, "member of this event")
        faults.known(one.place(*at, "mineral"), ship.mineral, _minerals(form), "mineral of this event")
        begins = min((shock.start for shock in form.shocks), default=form.reported_on)
        if ship.due is not None and ship.due < begins:
            faults.add(
                one.place(*at, "due"),
                f"{ship.due} lies before the event, which begins on {begins}; such a cargo arrives: take it "
                "out, or mend the day",
            )
        if ship.reference in seen:
            faults.add(one.place(*at, "reference"), f"{ship.reference!r} stands twice; references are unique")
        seen.add(ship.reference)


def _check_holdings(one: Located[EventForm], held: Collection[HoldingRange], faults: Faults) -> None:
    """Every member declares a stock, or says that it declares none: silence is neither."""
    form = one.record
    minerals = _minerals(form)
    declaring = {holding.member for holding in held if holding.mineral in minerals}
    for number, name in enumerate(form.holdings.undeclared):
        at = one.place("holdings", "undeclared", number)
        faults.known(at, name, form.members, "member of this event")
        if name in declaring:
            faults.add(at, f"{name} declares a stock in {form.holdings.file}; take it out here or there")
    silent = [name for name in form.members if name not in declaring and name not in form.holdings.undeclared]
    for name in silent:
        faults.add(
            one.place("holdings"),
            f"{name} declares no stock of {', '.join(minerals)}; give a range in a file of holdings, or "
            f"write undeclared: [{name}], and no release is planned for it",
        )


def _check_limits(one: Located[EventForm], faults: Faults) -> None:
    form = one.record
    limits = form.limits
    for key in ("lending_share", "rerouting_share"):
        share = getattr(limits, key)
        for name in share if isinstance(share, dict) else ():
            faults.known(one.place("limits", key, name), name, form.members, "member of this event")
    for number, name in enumerate(limits.no_transfer):
        at = one.place("limits", "no_transfer", number)
        faults.known(at, name, form.members, "member of this event")
        lends = limits.lending_share
        if isinstance(lends, dict) and lends.get(name, 0) > 0:
            faults.add(
                at,
                f"{name} passes nothing on, yet limits.lending_share.{name} is {lends[name]:g}; write 0 "
                "there, or take it out here",
            )
    stays = set(form.members) <= set(limits.no_transfer)
    if stays and isinstance(limits.lending_share, float) and limits.lending_share > 0:
        faults.add(
            one.place("limits", "no_transfer"),
            f"all members pass nothing on, yet limits.lending_share is {limits.lending_share:g}; write 0 "
            "there, or take a member out here",
        )
    if limits.money_musd_per_month == 0 and _moves(limits.rerouting_share):
        faults.add(
            one.place("limits", "money_musd_per_month"),
            "is 0, yet limits.rerouting_share lets members buy elsewhere, which costs money; write 0 there, "
            "or give money",
        )


def _moves(share: float | dict[str, float] | None) -> bool:
    return any(value > 0 for value in share.values()) if isinstance(share, dict) else bool(share)


def _check_alternatives(one: Located[EventForm], faults: Faults) -> None:
    form = one.record
    for number, other in enumerate(form.alternatives):
        at = one.place("alternatives", number, "supplier")
        if other.supplier in _exporters(form):
            faults.add(at, f"{other.supplier} is cut itself and does not stand in for itself; take it out")
        if other.supplier in _NEVER:
            faults.add(at, f"{other.supplier} is no supplier of any plan (UN Security Council measures)")
        faults.known(
            one.place("alternatives", number, "mineral"),
            other.mineral,
            _minerals(form),
            "mineral of this event",
        )
        if other.member is not None:
            faults.known(
                one.place("alternatives", number, "member"),
                other.member,
                form.members,
                "member of this event",
            )


def _check_projects(one: Located[EventForm], faults: Faults) -> None:
    form = one.record
    for number, project in enumerate(form.projects):
        at = ("projects", number)
        if project.mineral is not None:
            faults.known(one.place(*at, "mineral"), project.mineral, _minerals(form), "mineral of this event")
        for n, name in enumerate(project.members):
            faults.known(one.place(*at, "members", n), name, form.members, "member of this event")
        if project.project in [other.project for other in form.projects[:number]]:
            faults.add(one.place(*at, "project"), f"{project.project!r} stands twice; name each project once")


def _check_clocks(one: Located[EventForm], known_clocks: Collection[str], faults: Faults) -> None:
    form = one.record
    own = [clock.id for clock in form.clocks]
    for number, clock in enumerate(form.clocks):
        if clock.id in known_clocks or clock.id in own[:number]:
            faults.add(
                one.place("clocks", number, "id"), f"{clock.id!r} is already a clock; give it another id"
            )
    names = {*known_clocks, *own}
    for number, name in enumerate(form.as_if_in_force):
        faults.known(one.place("as_if_in_force", number), name, names, "clock")
    for number, end in enumerate(form.met):
        faults.known(one.place("met", number, "clock"), end.clock, names, "clock")
        started = [what.name for what in form.happened]
        if end.name is not None and end.name not in started:
            faults.known(
                one.place("met", number, "name"), end.name, [n for n in started if n], "name under happened"
            )
        same = [what for what in form.happened if what.name == end.name]
        if same and _day(end.at) < min(_day(what.at) for what in same):
            faults.add(one.place("met", number, "at"), f"{_day(end.at)} lies before what started the clock")
    _check_happened(one, faults)


def _check_happened(one: Located[EventForm], faults: Faults) -> None:
    """Things of one kind are told apart by their names."""
    seen: set[tuple[str, str | None]] = set()
    for number, what in enumerate(one.record.happened):
        key = (what.what, what.name)
        if key in seen:
            faults.add(
                one.place("happened", number),
                f"a second {what.what} of the same name; give each its own name",
            )
        seen.add(key)


def _check_calendars(one: Located[EventForm], faults: Faults) -> None:
    from pactolus.response.clocks.calendars import work_calendar

    for number, clock in enumerate(one.record.clocks):
        try:
            work_calendar(clock.calendar)
        except PactolusError as error:
            faults.add(one.place("clocks", number, "calendar"), str(error))


def _day(at: date) -> date:
    return day_in("UTC", at)
