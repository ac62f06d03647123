"""The situation that an exercise begins with: the plan engine's arrays, from an event or made-up tonnes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any, Final

from pactolus.errors import InputError
from pactolus.response.exercise.exercise import case_count
from pactolus.response.plan.assumptions import Assumptions
from pactolus.response.plan.situation import Held, Segment, Situation, Source, checked

if TYPE_CHECKING:
    from pactolus.catalogue.world import World
    from pactolus.response.exercise.exercise import Exercise, Lot
    from pactolus.stockpile.members.holdings import HoldingRange

__all__ = ["situation_of", "situations_of"]

_DAYS: Final = 365.25 / 12
#: Rules that an event states as its limits.
_LIMITS: Final = ("lag_lending", "lag_rerouting", "lag_purchase", "money_musd_per_month")


def situation_of(exercise: Exercise, world: World | None = None) -> Situation:
    """What an exercise begins with.

    Parameters
    ----------
    exercise : Exercise
    world : World, optional
        Trade on which an event is played; the embedded one if omitted. Made-up tonnes need none.

    Returns
    -------
    Situation
        Without projects and diplomatic steps: they are talked about at the table, and not counted in tonnes.

    Raises
    ------
    InputError
        If the parts contradict each other, or the hidden case is none of those that are possible.
    NoAnswerError
        If the world has no trade for the event.
    """
    return situations_of(exercise, world)["mid"]


def situations_of(exercise: Exercise, world: World | None = None) -> dict[str, Situation]:
    """The same at the low end, the middle and the high end of the losses.

    Parameters
    ----------
    exercise, world
        As for `situation_of`.

    Returns
    -------
    dict
        The middle alone for made-up tonnes, which have no range, and where an end is not apart from it.
    """
    if exercise.declared is not None:
        every = {"mid": _declared(exercise, exercise.declared)}
    else:
        every = _on_trade(exercise, world)
    found = every["mid"]
    case_count(exercise, len(found.lengths))
    for one in exercise.injects:
        for change in one.changes:
            if change.chances and len(change.chances) != len(found.lengths):
                raise InputError(
                    f"exercise {exercise.id}, inject {one.id}: {len(change.chances)} chances for "
                    f"{len(found.lengths)} cases; give one for each"
                )
    return every


def _rules(exercise: Exercise, base: Assumptions) -> Assumptions:
    rules: dict[str, Any] = dict(exercise.rules)
    return replace(base, **rules)


def _held(exercise: Exercise, situation: Situation) -> tuple[Held, ...]:
    """Lots of the facilitator; months of use become tonnes."""
    found = []
    for lot in exercise.holdings:
        if (lot.mineral, lot.stage) not in situation.places:
            raise InputError(
                f"exercise {exercise.id}: a holding of {lot.mineral} ({lot.stage}), which is no place of it; "
                f"there are {', '.join(situation.name(k) for k in range(len(situation.places)))}"
            )
        place = situation.places.index((lot.mineral, lot.stage))
        member = situation.members.index(lot.member)
        if not situation.uses(place, member):
            continue
        tonnes = lot.tonnes
        if tonnes is None:
            assert lot.months_of_use is not None
            tonnes = lot.months_of_use * float(situation.use_t[place, member])
        found.append(
            Held(
                place=place,
                member=member,
                tonnes=(tonnes,) * 3,
                origin=lot.origin,
                form=lot.form,
                grade=lot.grade,
                may_go=lot.may_go,
                why="" if lot.may_go else "not stated that it may go",
            )
        )
    return tuple(found)


def _finished(exercise: Exercise, base: Situation) -> Situation:
    import numpy as np

    held = _held(exercise, base)
    silent = tuple(
        (int(k), int(i))
        for k, i in np.argwhere(base.use_t > 0)
        if not any((lot.place, lot.member) == (k, i) for lot in held)
    )
    given = replace(
        base,
        held=held,
        undeclared=silent,
        projects=(),
        steps=(),
        assumed=_rules(exercise, base.assumed),
    )
    return checked(given)


def _declared(exercise: Exercise, given: Mapping[str, Any]) -> Situation:
    import numpy as np

    members = tuple(given["members"])
    places = tuple((one["mineral"], one["stage"]) for one in given["places"])
    lengths = tuple(int(one["months"]) for one in given["cases"])
    shape = (len(places), len(members))
    use, bought, part = np.full(shape, np.nan), np.zeros(shape), np.zeros(shape)
    free = np.ones(shape)
    for k, one in enumerate(given["places"]):
        for i, name in enumerate(members):
            if name in one["use_t"]:
                use[k, i] = one["use_t"][name]
                bought[k, i] = one["bought_t"].get(name, use[k, i])
                part[k, i] = one["lost"][name]
                free[k, i] = one["inflow_free"]
    months = int(given["horizon"])
    running = np.arange(months)[:, None] < np.array(lengths)[None, :]
    loss = np.nan_to_num(use * part)[:, :, None, None] * running
    base = Situation(
        members=members,
        places=places,
        start=date.fromisoformat(given["start"]).replace(day=1),
        lengths=lengths,
        probability=np.array([float(one["probability"]) for one in given["cases"]]),
        use_t=use,
        bought_t=bought,
        price_usd_per_t=np.array([float(one["price_usd_per_t"]) for one in given["places"]]),
        loss_t=loss,
        inflow_free=free,
        sources=tuple(_source(one, places, members) for one in given["suppliers"]),
        segments={
            k: tuple(Segment(**part) for part in one["segments"])
            for k, one in enumerate(given["places"])
            if one["segments"]
        },
    )
    return _finished(exercise, base)


def _source(one: Mapping[str, Any], places: tuple[tuple[str, str], ...], members: tuple[str, ...]) -> Source:
    low, mid, high = one["premium"]
    return Source(
        place=places.index((one["mineral"], one["stage"])),
        supplier=one["supplier"],
        room_t=one["tonnes_a_month"],
        open_to=tuple(one["open_to"]) or members,
        premium=(low, mid, high),
        lag=one["lag_months"],
        basis="made up by the facilitator",
    )


def _on_trade(exercise: Exercise, world: World | None) -> dict[str, Situation]:
    """On the trade of a world; lots of the made-up stocks follow each member's mix of imports."""
    from pactolus.catalogue.world import open_world
    from pactolus.policy.register import register
    from pactolus.response.events.event import event_from_record
    from pactolus.response.plan.given import Given
    from pactolus.response.plan.real import situations_of as of_event

    assert exercise.event is not None
    event = event_from_record(exercise.event)
    limits: dict[str, Any] = {key: value for key, value in exercise.rules.items() if key in _LIMITS}
    event = replace(event, limits=replace(event.limits, **limits), undeclared=())
    given = Given(holdings=[_range(lot) for lot in exercise.holdings])
    every = of_event(world or open_world(), event, register(), given=given)
    base = every["mid"]
    missing = [
        f"{lot.mineral} ({lot.stage})"
        for lot in exercise.holdings
        if (lot.mineral, lot.stage) not in base.places
    ]
    if missing:
        raise InputError(
            f"exercise {exercise.id}: holdings of {', '.join(dict.fromkeys(missing))}, which the event does "
            f"not cut; there are {', '.join(base.name(k) for k in range(len(base.places)))}"
        )
    rules: dict[str, Any] = {key: value for key, value in exercise.rules.items() if key != "lending_share"}
    assumed = replace(base.assumed, **rules)
    if "lending_share" in exercise.rules:
        assumed = replace(assumed, lending_share=exercise.rules["lending_share"], by_member_lending={})
    return {end: checked(replace(one, assumed=assumed, projects=(), steps=())) for end, one in every.items()}


def _range(lot: Lot) -> HoldingRange:
    """A made-up stock as a declared one without width."""
    from pactolus.stockpile.members.holdings import HoldingRange

    months = lot.months_of_use
    held = lot.tonnes if months is None else months * _DAYS
    assert held is not None
    return HoldingRange(
        member=lot.member,
        mineral=lot.mineral,
        stage=lot.stage,
        low=held,
        high=held,
        unit="t" if months is None else "days",
        source="made up for an exercise",
    )
