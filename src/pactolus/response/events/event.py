"""An event as programs read it: who cuts what, how long it may last, what is affected, who answers within
which limits.

Files are read by `pactolus.response.events.reading.read_event`; ready ones ship compiled (`ready_event`).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any

from pactolus.disruption.scenarios.scenario import Declared, Scenario, Shock
from pactolus.disruption.scenarios.scenario import from_record as scenario_from_record
from pactolus.errors import PactolusError, UnknownTermError
from pactolus.response.clocks.clock import Clock, clock_from_record
from pactolus.response.clocks.dues import Happened, Met, Moment
from pactolus.response.events.durations import Case, Duration
from pactolus.stockpile.members.holdings import HoldingRange
from pactolus.workspace.labels import OPEN, Label, Levels

__all__ = [
    "Alternative",
    "Article12",
    "Event",
    "Fact",
    "Forward",
    "Limits",
    "Shipment",
    "as_scenario",
    "event_from_record",
    "event_record",
    "ready_event",
    "ready_event_names",
]

Words = Mapping[str, str]
"""A text by language; a text in one language stands in all."""


@dataclass(frozen=True, kw_only=True)
class Article12:
    """What a requester tells under article 12 of the IPEF agreement; the expected duration is the event's.

    Attributes
    ----------
    impact : mapping of str to Words
        ``security``, ``health``, ``economy``: those that were given.
    cause : Words
    sectors, measures_taken, assistance_sought : tuple of Words
    """

    impact: Mapping[str, Words]
    cause: Words
    sectors: tuple[Words, ...]
    measures_taken: tuple[Words, ...]
    assistance_sought: tuple[Words, ...]


@dataclass(frozen=True, kw_only=True)
class Shipment:
    """A shipment that is or may be held up; `due` is its day of arrival as planned."""

    reference: str
    member: str
    mineral: str
    stage: str | None = None
    form: str | None = None
    grade: str | None = None
    origin: str
    tonnes: float
    port: str | None = None
    due: date | None = None
    status: str = "unknown"
    note: str | None = None


@dataclass(frozen=True, kw_only=True)
class Limits:
    """What the members agree to, or set for themselves.

    Attributes
    ----------
    money_musd_per_month : float or None
        Shared by all members; None if nobody set a limit. [million USD]
    lending_share, rerouting_share : mapping of str to float, or None
        Largest part of its stock that a member lends, and of its alternatives that it leaves to others; by
        member; None if nobody set a limit.
    lag_lending, lag_rerouting, lag_purchase : int
        Months from a decision to the arrival.
    no_transfer : tuple of str
        Members that neither lend nor pass on.
    """

    money_musd_per_month: float | None = None
    lending_share: Mapping[str, float] | None = None
    rerouting_share: Mapping[str, float] | None = None
    lag_lending: int = 1
    lag_rerouting: int = 2
    lag_purchase: int = 2
    no_transfer: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Alternative:
    """A supplier that a user names; for all members if `member` is None. `premium` is part of the price."""

    supplier: str
    member: str | None = None
    mineral: str
    stage: str
    tonnes_a_month: float
    premium: tuple[float, ...]
    lag_months: int
    source: str


@dataclass(frozen=True, kw_only=True)
class Forward:
    """A project that could be brought forward, as a user believes.

    Attributes
    ----------
    project : str
        Id of a record of the pipeline, or a name of one's own.
    lead_months : int
        From the decision to the first tonnes.
    cost_musd : float
        Of bringing it forward. [million USD]
    tonnes_a_month : tuple of float
        First months after the lead time; the last stays. Empty: a twelfth of the record's capacity. [t]
    mineral, stage : str or None
        Those of the record if None.
    premium : float
        Part of the price on top.
    members : tuple of str
        Who gets it and pays for it; empty: all.
    source : str
    """

    project: str
    lead_months: int
    cost_musd: float
    tonnes_a_month: tuple[float, ...] = ()
    mineral: str | None = None
    stage: str | None = None
    premium: float = 0.0
    members: tuple[str, ...] = ()
    source: str = ""

    def faults(self) -> list[str]:
        """What cannot be."""
        found = [] if self.project else ["a project without a name; give the id of a record, or a name"]
        if not 1 <= self.lead_months <= 120:
            found.append(f"lead_months {self.lead_months}; give 1 to 120 months")
        if not 0 <= self.cost_musd < float("inf"):
            found.append(f"cost_musd {self.cost_musd:g}; give million USD, 0 or more")
        if any(not 0 <= one < float("inf") for one in self.tonnes_a_month):
            found.append("tonnes_a_month: a number below 0 or none; give tonnes of months after the lead")
        if not 0 <= self.premium <= 10:
            found.append(f"premium {self.premium:g}; give a part of the price, 0.2 for 20 %")
        return found


@dataclass(frozen=True, kw_only=True)
class Fact:
    """One thing the event rests on, with where it was read."""

    says: Words
    title: str
    link: str
    locator: str | None = None
    read_on: date


@dataclass(frozen=True, kw_only=True)
class Event:
    """One event.

    Attributes
    ----------
    id : str
    titles : Words
    reported_on : date
    requester : str
        Country that reports it and asks for help.
    members : tuple of str
        Importers that answer together.
    shocks : tuple of Shock
        As in a scenario, without their length.
    duration : Duration
    article_12 : Article12
    shipments : tuple of Shipment
    holdings : tuple of HoldingRange
        As declared; empty where nobody declares.
    undeclared : tuple of str
        Members that say that they declare no stock: no release is planned for them.
    limits : Limits
    alternatives : tuple of Alternative
        Named by users, beside those of the trade table.
    projects : tuple of Forward
        That could be brought forward, by a user's assumption.
    happened : tuple of Happened
        What starts clocks; the report, the announcement and the first day of effect are added by `started`.
    met : tuple of Met
    clocks : tuple of Clock
        Those of the file, beside the shipped ones.
    calendar_days : tuple of (str, date, bool)
        Calendar, day, working.
    as_if_in_force : tuple of str
        Clocks taken as in force whatever the day.
    year : int or None
        Base year of the trade; the newest if None.
    fictitious : bool
    declared : tuple of Declared
        Trade that a facilitator makes up.
    own_label : str
        Label of the file itself.
    facts : tuple of Fact
    assumed : tuple of Words
        What is assumed, and not read anywhere.
    """

    id: str
    titles: Words
    reported_on: date
    requester: str
    members: tuple[str, ...]
    shocks: tuple[Shock, ...]
    duration: Duration
    article_12: Article12
    shipments: tuple[Shipment, ...] = ()
    holdings: tuple[HoldingRange, ...] = ()
    undeclared: tuple[str, ...] = ()
    limits: Limits = field(default_factory=Limits)
    alternatives: tuple[Alternative, ...] = ()
    projects: tuple[Forward, ...] = ()
    happened: tuple[Happened, ...] = ()
    met: tuple[Met, ...] = ()
    clocks: tuple[Clock, ...] = ()
    calendar_days: tuple[tuple[str, date, bool], ...] = ()
    as_if_in_force: tuple[str, ...] = ()
    year: int | None = None
    fictitious: bool = False
    declared: tuple[Declared, ...] = ()
    own_label: str = "open"
    facts: tuple[Fact, ...] = ()
    assumed: tuple[Words, ...] = ()

    @property
    def title(self) -> str:
        """In English, or in the one language of its file."""
        return self.titles["en"]

    @property
    def exporters(self) -> tuple[str, ...]:
        """Whose supply does not arrive."""
        return tuple(dict.fromkeys(name for shock in self.shocks for name in shock.exporters))

    @property
    def kinds(self) -> tuple[str, ...]:
        """Kinds of the shocks, each once."""
        return tuple(dict.fromkeys(shock.kind for shock in self.shocks))

    @property
    def minerals(self) -> tuple[str, ...]:
        """Minerals that are cut, each once."""
        from pactolus.terms.hs_codes import hs_codes

        named = [name for shock in self.shocks for name in shock.minerals]
        coded = [hs_codes()[code].minerals[0] for shock in self.shocks for code in shock.hs_codes]
        return tuple(dict.fromkeys([*named, *coded]))

    @property
    def started(self) -> tuple[Happened, ...]:
        """All that starts clocks: the report, each announcement and first day of effect, and `happened`."""
        found = [Happened(what="report", at=self.reported_on)]
        for what, key in (("announcement", "announced"), ("effect", "start")):
            days = dict.fromkeys(getattr(shock, key) for shock in self.shocks)
            found += [Happened(what=what, at=day) for day in days if day is not None]
        return (*found, *self.happened)

    def label(self, levels: Levels | None = None) -> Label:
        """What a result inherits: the strictest of the file and of every holding, member by member."""
        known = levels or Levels()
        own = known.read(self.own_label) if self.own_label else OPEN
        return known.strictest([own, *(one.label for one in self.holdings)])


def as_scenario(event: Event, months: float | None = None) -> Scenario:
    """The event as a scenario of `pactolus.disruption`, for its members.

    Parameters
    ----------
    event : Event
    months : float, optional
        Length of every shock; the event's own range if omitted. A range of two or three numbers is taken as
        it stands, cases as (shortest, most likely, longest), a prior is left to the scenario's kind.
    """
    spread = (float(months),) * 2 if months is not None else event.duration.spread
    shocks = tuple(replace(shock, months=spread) for shock in event.shocks)
    return Scenario(
        scenario=event.id,
        titles=event.titles,
        shocks=shocks,
        importers=event.members,
        year=event.year,
        fictitious=event.fictitious,
        source=f"event {event.id}, reported on {event.reported_on}",
        declared=event.declared,
    )


def _plain(value: Any) -> Any:
    """Days and instants as text, empty values left out."""
    if isinstance(value, Mapping):
        return {key: _plain(one) for key, one in value.items() if one not in (None, (), [], {})}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    return value.isoformat() if isinstance(value, date) else value


def event_record(event: Event) -> dict[str, Any]:
    """An event as plain data, such as JSON holds; `event_from_record` reads it back."""
    record: dict[str, Any] = _plain(
        {one.name: getattr(event, one.name) for one in fields(event)} | _parts(event)
    )
    return record


def _parts(event: Event) -> dict[str, Any]:
    """Parts that are records of their own."""
    holdings = [asdict(one) | {"label": str(one.label)} for one in event.holdings]
    many = (
        "shocks",
        "shipments",
        "alternatives",
        "projects",
        "happened",
        "met",
        "clocks",
        "declared",
        "facts",
    )
    one = ("duration", "article_12", "limits")
    return (
        {key: [asdict(part) for part in getattr(event, key)] for key in many}
        | {key: asdict(getattr(event, key)) for key in one}
        | {"holdings": holdings}
    )


def _moment(text: str) -> Moment:
    return datetime.fromisoformat(text) if "T" in text else date.fromisoformat(text)


def event_from_record(record: Mapping[str, Any], levels: Levels | None = None) -> Event:
    """An event from plain data."""
    own: dict[str, Any] = dict(record)
    shared = scenario_from_record(
        {"scenario": own["id"], "titles": {}, "shocks": own["shocks"], "declared": own.get("declared", ())}
    )
    own["shocks"], own["declared"] = shared.shocks, shared.declared
    own["reported_on"] = date.fromisoformat(own["reported_on"])
    own["duration"] = _duration(own["duration"])
    own["article_12"] = Article12(
        **{"measures_taken": (), "assistance_sought": ()}
        | {
            key: tuple(value) if isinstance(value, list) else value
            for key, value in own["article_12"].items()
        }
    )
    own["limits"] = Limits(**_tuples(own.get("limits", {})))
    own["shipments"] = tuple(Shipment(**_dated(one, "due")) for one in own.get("shipments", ()))
    own["alternatives"] = tuple(Alternative(**_tuples(one)) for one in own.get("alternatives", ()))
    own["projects"] = tuple(Forward(**_tuples(one)) for one in own.get("projects", ()))
    own["happened"] = tuple(Happened(**one | {"at": _moment(one["at"])}) for one in own.get("happened", ()))
    own["met"] = tuple(Met(**one | {"at": _moment(one["at"])}) for one in own.get("met", ()))
    own["clocks"] = tuple(clock_from_record(one) for one in own.get("clocks", ()))
    own["calendar_days"] = tuple(
        (name, date.fromisoformat(day), working) for name, day, working in own.get("calendar_days", ())
    )
    own["facts"] = tuple(Fact(**_dated(one, "read_on")) for one in own.get("facts", ()))
    own["holdings"] = tuple(_holding(one, levels or Levels()) for one in own.get("holdings", ()))
    return Event(**_tuples(own))


def _tuples(record: Mapping[str, Any]) -> dict[str, Any]:
    return {key: tuple(value) if isinstance(value, list) else value for key, value in record.items()}


def _dated(record: Mapping[str, Any], key: str) -> dict[str, Any]:
    return {**record, key: date.fromisoformat(record[key])} if record.get(key) else dict(record)


def _duration(record: Mapping[str, Any]) -> Duration:
    cases = tuple(Case(**one) for one in record.get("cases", ()))
    return Duration(**_tuples(record) | {"cases": cases})


def _holding(record: Mapping[str, Any], levels: Levels) -> HoldingRange:
    return HoldingRange(**_dated(record, "on") | {"label": levels.read(record.get("label", "open"))})


@cache
def _ready() -> Mapping[str, Mapping[str, Any]]:
    file = Path(__file__).parents[1] / "compiled" / "events.json"
    try:
        found: Mapping[str, Mapping[str, Any]] = json.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise PactolusError(f"{file}: not compiled; run 'make compile' in the source tree") from None
    return found


def ready_event_names() -> list[str]:
    """Ids of the events that ship with the package."""
    return list(_ready())


def ready_event(name: str) -> Event:
    """An event that ships with the package.

    Raises
    ------
    UnknownTermError

    Examples
    --------
    >>> ready_event("graphite-licence-2023").members
    ('KOR', 'JPN')
    """
    if name not in _ready():
        raise UnknownTermError.of("ready event", name, _ready())
    return event_from_record(_ready()[name])
