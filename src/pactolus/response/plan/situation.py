"""What a plan is made of: who uses how much, what each duration takes away, what is held, who else could
deliver.

Plain arrays and records, checked once, so that an exercise, a benchmark and a real event are planned alike.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Final

from pactolus.errors import InputError
from pactolus.response.plan.assumptions import Assumptions
from pactolus.response.plan.cargo import Cargo
from pactolus.workspace.labels import OPEN, Label

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

__all__ = ["ENDS", "Acceleration", "Held", "Segment", "Situation", "Source", "Step", "checked"]

#: Ends of declared stocks and of premiums.
ENDS: Final = ("low", "mid", "high")
_TOLD: Final = 8
_SUM: Final = 1e-9


@dataclass(frozen=True, kw_only=True)
class Held:
    """A lot of a member's declared stock.

    Attributes
    ----------
    place, member : int
        Numbers in the situation.
    tonnes : (float, float, float)
        Low, mid and high of the declaration. [t]
    origin : str or None
    form, grade : str
    may_go : tuple of str
        Members that may have it by the measures of the day; all others are ``no`` or ``unknown``.
    why : str
        Measures or reasons that keep it.
    usable_by : tuple of str or None
        Members that can use its form and grade; None where nobody says, and all count as able.
    content : float
        Tonnes of use that one of its tonnes stands for: the ratio of exchange.
    """

    place: int
    member: int
    tonnes: tuple[float, float, float]
    origin: str | None = None
    form: str = "not stated"
    grade: str = "not stated"
    may_go: tuple[str, ...] = ()
    why: str = ""
    usable_by: tuple[str, ...] | None = None
    content: float = 1.0

    def used_by(self, member: str) -> bool:
        """Whether a member can use it as it is."""
        return self.usable_by is None or member in self.usable_by

    def of_use(self, end: int) -> float:
        """Tonnes of use that it stands for, at an end of `ENDS`."""
        return self.tonnes[end] * self.content


@dataclass(frozen=True, kw_only=True)
class Source:
    """Another supplier and its room: observed maximum, not spare capacity, or a user's figure.

    Attributes
    ----------
    place : int
    supplier : str
    room_t : float
        Extra tonnes a month. [t]
    open_to : tuple of str
        Members that may buy there.
    premium : (float, float, float)
        Low, mid, high, of the price; an assumption.
    lag : int
        Months from order to arrival.
    basis : str
    """

    place: int
    supplier: str
    room_t: float
    open_to: tuple[str, ...]
    premium: tuple[float, float, float]
    lag: int
    basis: str = "observed maximum, not spare capacity"


@dataclass(frozen=True, kw_only=True)
class Acceleration:
    """A project that can be brought forward for money, by a user's assumption.

    Attributes
    ----------
    place : int
    project : str
    room_t : float
        Of a month, in the end. [t]
    delay : int
        Months from the decision to the first tonnes.
    cost_musd : float
        [million USD]
    premium : float
        Of the price.
    open_to : tuple of str
        Who gets it and pays for it; empty: all.
    source : str
    ramp_t : tuple of float
        Of the first months after the delay, before `room_t`. [t]
    """

    place: int
    project: str
    room_t: float
    delay: int
    cost_musd: float
    premium: float = 0.0
    open_to: tuple[str, ...] = ()
    source: str = ""
    ramp_t: tuple[float, ...] = ()

    def of_month(self, age: int) -> float:
        """Tonnes of a month, counted from the first after the delay."""
        return self.ramp_t[age] if age < len(self.ramp_t) else self.room_t

    def serves(self, member: str) -> bool:
        """Whether a member gets it and pays for it."""
        return not self.open_to or member in self.open_to


@dataclass(frozen=True, kw_only=True)
class Segment:
    """Users who go short together, the least valued first: a share of use and what a missing tonne costs.

    `value` is a multiple of the price; without a user's list the steps are cut from a capped inverse demand
    and stand for no application.
    """

    name: str
    share: float
    value: float


@dataclass(frozen=True, kw_only=True)
class Step:
    """A diplomatic step: not a tonne. Its effect is what a user believes, or none.

    Attributes
    ----------
    title, owner : str
    due : date or None
    ends_by : int or None
        Month of the plan by which the event then has ended ...
    probability : float or None
        ... and how likely that is.
    """

    title: str
    owner: str
    due: date | None = None
    ends_by: int | None = None
    probability: float | None = None


@dataclass(frozen=True, kw_only=True, eq=False)
class Situation:
    """An event as arrays: K places, I members, T months, S durations.

    Attributes
    ----------
    members : tuple of str
    places : tuple of (str, str)
        Mineral and stage.
    start : date
        First day of the first month.
    lengths : tuple of int, shape (S,)
        Month in which each duration has ended, counted from the first month of the plan.
    probability : ndarray, shape (S,)
    use_t : ndarray, shape (K, I)
        Of a month; not a number where a member does not use it or nothing is known. [t]
    bought_t : ndarray, shape (K, I)
        Present imports of a month, by which alternatives are split without agreement. [t]
    price_usd_per_t : ndarray, shape (K,)
    loss_t : ndarray, shape (K, I, T, S)
        What does not arrive. [t]
    inflow_free : ndarray, shape (K, I)
        Part of a member's remaining imports that may go to other members.
    held : tuple of Held
    undeclared : tuple of (int, int)
        Places and members without a declaration: no release is planned there, which is not a stock of zero.
    sources : tuple of Source
    projects : tuple of Acceleration
    segments : mapping of int to tuple of Segment
        By place; the steps of the inverse demand where there are none.
    steps : tuple of Step
    assumed : Assumptions
    label : Label
    notes : tuple of str
    path_t : ndarray or None, shape (K, I, T)
        What a month loses by its share as long as the event lasts, without named cargo; None where only
        `loss_t` is known. [t]
    cargo : tuple of Cargo
        Shipments that are part of `loss_t`.
    cut : tuple of str
        Countries whose supply is cut.
    """

    members: tuple[str, ...]
    places: tuple[tuple[str, str], ...]
    start: date
    lengths: tuple[int, ...]
    probability: Floats
    use_t: Floats
    bought_t: Floats
    price_usd_per_t: Floats
    loss_t: Floats
    inflow_free: Floats
    held: tuple[Held, ...] = ()
    undeclared: tuple[tuple[int, int], ...] = ()
    sources: tuple[Source, ...] = ()
    projects: tuple[Acceleration, ...] = ()
    segments: Mapping[int, tuple[Segment, ...]] = field(default_factory=dict)
    steps: tuple[Step, ...] = ()
    assumed: Assumptions = field(default_factory=Assumptions)
    label: Label = OPEN
    notes: tuple[str, ...] = ()
    path_t: Floats | None = None
    cargo: tuple[Cargo, ...] = ()
    cut: tuple[str, ...] = ()

    @property
    def months(self) -> int:
        """T."""
        return int(self.loss_t.shape[2])

    def month(self, number: int) -> date:
        """First day of a month of the plan."""
        years, month = divmod(self.start.month - 1 + number, 12)
        return date(self.start.year + years, month + 1, 1)

    def uses(self, place: int, member: int) -> bool:
        """Whether a member is part of the plan of a place."""
        return bool(self.use_t[place, member] > 0)

    def segments_of(self, place: int) -> tuple[Segment, ...]:
        """Who goes short first, with values in rising order."""
        given = self.segments.get(place)
        if given:
            return tuple(sorted(given, key=lambda one: (one.value, one.name)))
        from pactolus.stockpile.base.pricing import shortage_steps

        ends, slopes = shortage_steps(self.assumed.elasticity, self.assumed.cap, self.assumed.steps)
        return tuple(
            Segment(name=f"use worth up to {slope:.1f} x price", share=float(end - begin), value=float(slope))
            for begin, end, slope in zip(ends[:-1], ends[1:], slopes, strict=True)
        )

    def name(self, place: int) -> str:
        """For messages."""
        return f"{self.places[place][0]} ({self.places[place][1]})"


def checked(given: Situation) -> Situation:
    """The same situation, its arrays read-only.

    Raises
    ------
    InputError
        All faults at once: shapes, missing or negative numbers, probabilities that do not sum to 1, limits
        that
        contradict each other, names that nobody has.
    """
    faults = [*_shapes(given), *given.assumed.faults()]
    if not faults:
        faults = [*_numbers(given), *_stocks(given), *_suppliers(given), *_limits(given), *_cargo(given)]
    if faults:
        raise InputError.gathered(faults)
    for array in (
        *(given.probability, given.use_t, given.bought_t, given.price_usd_per_t),
        *(given.loss_t, given.inflow_free),
    ):
        array.flags.writeable = False
    return given


def _shapes(one: Situation) -> list[str]:
    k, i, s = len(one.places), len(one.members), len(one.lengths)
    months = one.loss_t.shape[2] if one.loss_t.ndim == 4 else 0
    wanted = {
        "probability": (s,),
        "use_t": (k, i),
        "bought_t": (k, i),
        "price_usd_per_t": (k,),
        "loss_t": (k, i, months, s),
        "inflow_free": (k, i),
    }
    faults = [
        f"situation: {name} has shape {getattr(one, name).shape}; {k} places, {i} members, {months} "
        f"months and {s} "
        f"durations need {shape}"
        for name, shape in wanted.items()
        if getattr(one, name).shape != shape
    ]
    if not k or not i or not s or not months:
        faults.append(
            f"situation: {k} places, {i} members, {months} months, {s} durations; give one or more of each"
        )
    twice = [name for name in dict.fromkeys(one.members) if one.members.count(name) > 1]
    faults += [f"situation: member {name} stands twice; name each once" for name in twice]
    return faults


def _numbers(one: Situation) -> list[str]:
    import numpy as np

    faults = []
    if abs(float(one.probability.sum()) - 1) > _SUM or (one.probability < 0).any():
        faults.append(
            f"situation: probabilities of the durations add up to {one.probability.sum():.6g}; they are 0 "
            "or more "
            "and add up to 1"
        )
    for s, length in enumerate(one.lengths):
        if not 1 <= length <= one.months:
            faults.append(
                f"situation: duration {s} ends in month {length} of {one.months}; leave out what has ended, "
                "cut the others at the horizon"
            )
        elif one.lengths.index(length) != s:
            faults.append(f"situation: two durations end in month {length}; join them")
    faults += [
        f"{one.name(k)}: price {price}; give USD a tonne above 0"
        for k, price in enumerate(one.price_usd_per_t.tolist())
        if not price > 0
    ]
    used = one.use_t > 0
    lost = np.nan_to_num(one.loss_t, nan=-1.0)
    for k, i in np.argwhere(used).tolist():
        where = f"{one.name(k)}, {one.members[i]}"
        worst = float(lost[k, i].max())
        if (lost[k, i] < 0).any():
            faults.append(f"{where}: a loss that is missing or negative; a missing loss is not zero")
        elif worst > one.use_t[k, i] * (1 + 1e-9):
            faults.append(
                f"{where}: loses {worst:g} t in a month and uses {one.use_t[k, i]:g} t; a loss is part of use"
            )
        if not one.bought_t[k, i] >= 0:
            faults.append(f"{where}: present imports {one.bought_t[k, i]}; give 0 or more")
        if not 0 <= one.inflow_free[k, i] <= 1:
            faults.append(f"{where}: free part of imports {one.inflow_free[k, i]}; a share is 0 to 1")
    if not faults and (one.loss_t[:, :, 0] != one.loss_t[:, :, 0, :1])[used].any():
        faults.append("situation: losses of the first month differ between durations; they are known by then")
    for k, own in one.segments.items():
        total = sum(segment.share for segment in own)
        if own and abs(total - 1) > 1e-6:
            faults.append(f"{one.name(k)}: shares of its segments add up to {total:g}; they add up to 1")
        faults += [
            f"{one.name(k)}, segment {segment.name!r}: share {segment.share:g}, value {segment.value:g}; "
            "give 0 or more"
            for segment in own
            if segment.share < 0 or segment.value < 0
        ]
    if len(faults) > _TOLD:
        faults = [*faults[:_TOLD], f"and {len(faults) - _TOLD} more"]
    return faults


def _stocks(one: Situation) -> list[str]:
    faults = []
    silent = set(one.undeclared)
    for lot in one.held:
        if not (0 <= lot.place < len(one.places) and 0 <= lot.member < len(one.members)):
            faults.append(f"lot of place {lot.place}, member {lot.member}: no such place or member")
            continue
        where = f"{one.name(lot.place)}, {one.members[lot.member]}, lot from {lot.origin or 'unknown origin'}"
        if not 0 <= lot.tonnes[0] <= lot.tonnes[1] <= lot.tonnes[2] < float("inf"):
            faults.append(f"{where}: {lot.tonnes}; give low, mid and high tonnes in rising order, 0 or more")
        if (lot.place, lot.member) in silent:
            faults.append(f"{where}: stands beside a member that declares no stock; take one of them out")
        faults += [
            f"{where}: may go to {name}, who is no member; there are {', '.join(one.members)}"
            for name in lot.may_go
            if name not in one.members
        ]
        faults += [
            f"{where}: usable by {name}, who is no member; there are {', '.join(one.members)}"
            for name in lot.usable_by or ()
            if name not in one.members
        ]
        if not 0 < lot.content < float("inf"):
            faults.append(f"{where}: content {lot.content:g}; give tonnes of use a tonne of it, above 0")
    return faults


def _suppliers(one: Situation) -> list[str]:
    faults = []
    for source in one.sources:
        where = f"{one.name(source.place)}, supplier {source.supplier}"
        if source.supplier == "PRK":
            faults.append(f"{where}: is no supplier of any plan (UN Security Council measures); take it out")
        if not source.room_t >= 0:
            faults.append(f"{where}: room {source.room_t}; give tonnes a month, 0 or more")
        if not 0 <= source.premium[0] <= source.premium[1] <= source.premium[2]:
            faults.append(f"{where}: premium {source.premium}; give low, mid and high in rising order")
        if source.lag < 0:
            faults.append(f"{where}: {source.lag} months; give 0 or more")
        faults += [
            f"{where}: open to {name}, who is no member" for name in source.open_to if name not in one.members
        ]
    for project in one.projects:
        if not (project.room_t >= 0 and project.delay >= 1 and project.cost_musd >= 0):
            faults.append(
                f"project {project.project}: {project.room_t} t a month after {project.delay} months for "
                f"{project.cost_musd} MUSD; tonnes and money are 0 or more, the delay at least a month"
            )
        if any(not tonnes >= 0 for tonnes in project.ramp_t):
            faults.append(f"project {project.project}: first months {project.ramp_t}; give 0 or more tonnes")
        faults += [
            f"project {project.project}: {name} is no member; there are {', '.join(one.members)}"
            for name in project.open_to
            if name not in one.members
        ]
    return faults


def _cargo(one: Situation) -> list[str]:
    faults = []
    for ship in one.cargo:
        where = f"{one.name(ship.place)}, shipment {ship.reference} of {one.members[ship.member]}"
        month = float(one.bought_t[ship.place, ship.member])
        if ship.tonnes > month * (1 + _SUM):
            faults.append(
                f"{where}: {ship.tonnes:,.1f} t is more than {one.members[ship.member]} imports in a month, "
                f"{month:,.1f} t; mend the tonnes, or name its parts by the months in which they are used"
            )
    return faults


def _limits(one: Situation) -> list[str]:
    """Limits that contradict each other, by name."""
    assumed = one.assumed
    faults = [
        f"limit no_transfer: {name} is no member; there are {', '.join(one.members)}"
        for name in assumed.no_transfer
        if name not in one.members
    ]
    faults += [
        f"limits no_transfer and lending_share: {name} passes nothing on, yet lends "
        f"{assumed.by_member_lending[name]:g} "
        "of its stock; write 0 there, or take it out of no_transfer"
        for name in assumed.no_transfer
        if assumed.by_member_lending.get(name, 0) > 0
    ]
    for step in one.steps:
        both = (step.ends_by is None) == (step.probability is None)
        if not both:
            faults.append(
                f"step {step.title!r}: give ends_by and probability together, or none for no stated effect"
            )
        elif step.probability is not None and not 0 <= step.probability <= 1:
            faults.append(f"step {step.title!r}: probability {step.probability:g}; give 0 to 1")
        elif step.ends_by is not None and min(one.lengths) > step.ends_by:
            faults.append(
                f"step {step.title!r}: no duration ends by month {step.ends_by}; the shortest ends in month "
                f"{min(one.lengths)}; add a duration"
            )
    return faults
