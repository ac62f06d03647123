"""A project as programs read it: frozen records, every figure with its day, its sources and how sure it is.

The keys are those that people write (`pactolus.projects.pipeline.schema`); what a record does not say is None
or empty. A day is the text of a day, a month or a year (``2025-05``), or ``unknown``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields, is_dataclass
from datetime import date
from typing import Final, Literal

from pactolus.projects.base.candidates import Status

__all__ = [
    "BUILDING",
    "Basis",
    "Capacity",
    "Capex",
    "CapexKind",
    "Confidence",
    "Content",
    "Economics",
    "Event",
    "Figure",
    "Financing",
    "GateState",
    "Life",
    "Offtaker",
    "Opex",
    "Ore",
    "Owner",
    "Position",
    "Principle",
    "Product",
    "Programme",
    "Project",
    "Role",
    "Source",
    "Start",
    "StatusOn",
    "day_of",
    "middle_of",
]

Confidence = Literal["high", "medium", "low"]
Basis = Literal[
    "product", "contained", "equivalent", "ore_feed", "volume_commitment", "past_output", "unclear"
]
CapexKind = Literal[
    "project",
    "expansion",
    "project_all_phases",
    "funding_package",
    "public_support",
    "investor_share",
    "stake_price",
    "programme",
    "bidder_plan",
    "replacement_value",
    "grant",
]
#: Kinds that are the cost of building; the others pay for something else.
BUILDING: Final[tuple[CapexKind, ...]] = ("project", "expansion", "project_all_phases")
GateState = Literal["met", "not_met", "unknown"]


def day_of(when: str | None) -> date | None:
    """First day of a day, month or year as it is written; None for ``unknown``.

    Examples
    --------
    >>> day_of("2025-05"), day_of("unknown")
    (datetime.date(2025, 5, 1), None)
    """
    if when is None or when == "unknown":
        return None
    return date.fromisoformat(when + "-01" * ((len("2025-05-01") - len(when)) // 3))


def middle_of(when: str) -> date | None:
    """The middle of a day, month or year, for a rate of money; None for ``unknown``.

    Examples
    --------
    >>> middle_of("2025"), middle_of("2025-05")
    (datetime.date(2025, 7, 1), datetime.date(2025, 5, 15))
    """
    first = day_of(when)
    if first is None:
        return None
    return {4: first.replace(month=7), 7: first.replace(day=15)}.get(len(when), first)


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """What every figure carries.

    Attributes
    ----------
    on : str
        What day the figure is of.
    source : tuple of str
        Keys into the sources of the record; several where a page of several was not noted.
    confidence : str or None
        None: that of the sources.
    note : str or None
    """

    on: str
    source: tuple[str, ...]
    confidence: Confidence | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Where figures were read; `link` holds every page that was read together."""

    title: str
    publisher: str
    read_on: str
    link: tuple[str, ...] = ()
    locator: str | None = None
    confidence: Confidence = "medium"


@dataclass(frozen=True, slots=True, kw_only=True)
class Position:
    """A pin on a map. [degree]"""

    lat: float
    lon: float
    approximate: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusOn(Figure):
    """State of the project on a day."""

    value: Status


@dataclass(frozen=True, slots=True, kw_only=True)
class Start(Figure):
    """First year of production, as the source expects it (or as it was)."""

    year: int
    low: int | None = None
    high: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Capacity(Figure):
    """What is made in a year.

    Attributes
    ----------
    value : float
        In `unit`.
    basis : str
        ``product`` weighs the product; ``contained`` what `of` names in it; ``equivalent`` counts as `of`;
        ``ore_feed``, ``volume_commitment`` and ``past_output`` are no capacity; ``unclear``: not said.
    of : str or None
        What is counted, where it is not the product.
    scope : str or None
        Phase or part; a capital cost of another scope does not belong to it.
    year : int or None
        Only of this year; None: at full rate.
    """

    value: float
    unit: str
    basis: Basis
    of: str | None = None
    scope: str | None = None
    year: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Content(Figure):
    """How much of the product is `of`. [%]"""

    pct: float
    of: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Product:
    """Something the project makes; the first product of a record is the one that is counted.

    `form` is a form of the content factors (`pactolus.terms.content`), or an oxide or element that producers
    count (``REO``), where the product is one.
    """

    mineral: str
    stage: str
    what: str
    form: str | None = None
    content: tuple[Content, ...] = ()
    capacity: tuple[Capacity, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Capex(Figure):
    """Money for building, or for what `kind` says.

    `usd_million` where the source printed dollars too.
    """

    million: float
    currency: str
    kind: CapexKind
    low: float | None = None
    high: float | None = None
    usd_million: float | None = None
    scope: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Opex(Figure):
    """Cost of making one tonne of the counted product, at the gate."""

    per_t: float
    currency: str
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Economics(Figure):
    """What a study states; never compared without its basis."""

    study: str | None = None
    code: str | None = None
    npv_million: float | None = None
    currency: str | None = None
    irr_pct: float | None = None
    discount_pct: float | None = None
    tax: Literal["before", "after", "not_stated"] = "not_stated"
    basis: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Life(Figure):
    """How long the mine or plant works. [years]"""

    years: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Ore(Figure):
    """A reserve or a resource, after a reporting code. [million t of ore, % of `of`]"""

    code: str
    category: str | None = None
    million_t: float | None = None
    grade_pct: float | None = None
    of: str | None = None
    contained_t: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Owner(Figure):
    """Who owns how much.

    Attributes
    ----------
    country : tuple of str
        ISO alpha-3 of the holder; empty: not stated.
    share_pct : float or None
    of : str or None
        A company in which the share is held, where it is not a share of the project itself.
    until : str or None
        Day from which it is held no more.
    """

    holder: str
    country: tuple[str, ...] = ()
    share_pct: float | None = None
    of: str | None = None
    until: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Offtaker(Figure):
    """Who buys; tonnes a year, a share, or tonnes in all."""

    buyer: str
    country: tuple[str, ...] = ()
    what: str | None = None
    tonnes_y: float | None = None
    share_pct: float | None = None
    total_t: float | None = None
    first_year: int | None = None
    last_year: int | None = None
    years: float | None = None
    binding: Literal["yes", "no", "unknown"] = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Financing(Figure):
    """Who pays, and how."""

    who: str
    kind: str
    million: float | None = None
    currency: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Principle(Figure):
    """One principle of the gate, with its evidence."""

    principle: str
    state: GateState
    evidence: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Programme(Figure):
    """A programme of governments that named the project in public."""

    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Role(Figure):
    """What a member's side does in the project, in our own words."""

    member: str
    what: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Event(Figure):
    """Something that happened."""

    kind: str
    what: str
    million: float | None = None
    currency: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Project:
    """One project.

    Attributes
    ----------
    host : str
        ISO alpha-3.
    minerals : tuple of str
        Ids, the first that of the counted product.
    remarks, doubts : str or None
        What else is worth knowing, and what is not sure, in our own words.
    fictitious : bool
        Invented, as the example of a template is; outputs say so.
    origin : str
        File and line.
    """

    id: str
    name: str
    host: str
    minerals: tuple[str, ...]
    sources: Mapping[str, Source]
    also_known_as: tuple[str, ...] = ()
    position: Position | None = None
    status: StatusOn | None = None
    start: Start | None = None
    products: tuple[Product, ...] = ()
    capex: tuple[Capex, ...] = ()
    opex: tuple[Opex, ...] = ()
    economics: tuple[Economics, ...] = ()
    life: tuple[Life, ...] = ()
    reserves: tuple[Ore, ...] = ()
    resources: tuple[Ore, ...] = ()
    owners: tuple[Owner, ...] = ()
    offtakers: tuple[Offtaker, ...] = ()
    financing: tuple[Financing, ...] = ()
    gate: tuple[Principle, ...] = ()
    programmes: tuple[Programme, ...] = ()
    roles: tuple[Role, ...] = ()
    history: tuple[Event, ...] = ()
    remarks: str | None = None
    doubts: str | None = None
    fictitious: bool = False
    origin: str = field(default="", compare=False)

    def confidence_of(self, figure: Figure) -> Confidence:
        """How sure a figure is: its own word, else the least of its sources."""
        if figure.confidence is not None:
            return figure.confidence
        said = [self.sources[key].confidence for key in figure.source]
        return max(said, key=("high", "medium", "low").index)

    def figures(self) -> Iterator[tuple[str, Figure]]:
        """Every figure with its path, as ``products[1].capacity[2]``, in the order of the form."""
        yield from _figures("", self)

    @property
    def shares_now(self) -> tuple[Owner, ...]:
        """Owners of the project itself that hold on."""
        return tuple(one for one in self.owners if one.of is None and one.until is None)


def _figures(path: str, value: object) -> Iterator[tuple[str, Figure]]:
    if isinstance(value, Figure):
        yield path, value
    elif isinstance(value, tuple):
        for number, one in enumerate(value, start=1):
            yield from _figures(f"{path}[{number}]", one)
    elif is_dataclass(value) and not isinstance(value, Source | type):
        for one in fields(value):
            name = f"{path}.{one.name}" if path else one.name
            yield from _figures(name, getattr(value, one.name))
