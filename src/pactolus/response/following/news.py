"""What facts change in the situation itself: named cargo, and durations that nobody had expected.

A plan whose cargo and durations stand is only weighed again, warm. Otherwise the situation is built anew, and
what was planned for past months is carried over to the same months of the new programme.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from pactolus.errors import InputError
from pactolus.response.plan.cargo import Cargo, by_duration, lasting
from pactolus.response.plan.situation import checked

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from pactolus.response.following.facts import Facts, ShipmentFact
    from pactolus.response.plan.columns import Column
    from pactolus.response.plan.situation import Situation
    from pactolus.response.plan.solving import Solver

    Floats = NDArray[np.float64]

__all__ = ["carried", "end_of", "with_news"]

_YEAR: Final = 12


def with_news(one: Situation, every: Sequence[Facts], now: int, faults: list[str]) -> Situation:
    """The situation after all facts; the same object where cargo and durations stand.

    Parameters
    ----------
    one : Situation
        As planned for.
    every : sequence of Facts
        Oldest first.
    now : int
        First month that is still open; earlier ones keep their losses.
    faults : list of str
        Grows by what is wrong in the facts.

    Raises
    ------
    InputError
        If cargo is larger than a member's imports of a month.
    """
    cargo, told = _cargo(one, every, now, faults)
    more, said = _durations(one, every[-1], now, faults)
    if faults or (cargo == one.cargo and not more):
        return one
    before, after = _while(one, one.cargo), _while(one, cargo)
    after[:, :, :now] = before[:, :, :now]
    known = one.loss_t + by_duration(after - before, one.lengths)
    lengths = (*one.lengths, *more)
    loss = np_joined(known, by_duration(after, tuple(more)))
    chance = np_joined(one.probability * (not _gone(one, now)), _weights(one, more, now))
    order = sorted(range(len(lengths)), key=lengths.__getitem__)
    return checked(
        replace(
            one,
            cargo=cargo,
            lengths=tuple(lengths[s] for s in order),
            probability=chance[order],
            loss_t=loss[..., order],
            notes=(*one.notes, *told, *said),
        )
    )


def np_joined(first: Floats, second: Floats) -> Floats:
    """Two arrays one after the other, along the durations."""
    import numpy as np

    return np.concatenate([first, second], axis=-1)


def carried(done: Mapping[Column, float], old: Solver, new: Solver, faults: list[str]) -> dict[Column, float]:
    """Columns of what was planned for past months, in the programme of the new situation.

    Parameters
    ----------
    done : mapping of Column to float
        Of the old programme. [units]
    old, new : Solver
    faults : list of str
        Grows by what has no place any more.
    """
    lengths = old.situation.lengths
    at = {s: new.situation.lengths.index(length) for s, length in enumerate(lengths)}
    nodes: dict[int, int] = {}
    for number, node in enumerate(old.tree.nodes):
        if not node.rest:
            longest = max(node.scenarios, key=lengths.__getitem__)
            nodes[number] = new.tree.at(at[longest], node.month)
    known = {column for programme in new.programmes for column in programme.column_at}
    found: dict[Column, float] = {}
    for column, units in done.items():
        moved = column._replace(node=nodes[column.node])
        if moved in known:
            found[moved] = units
        elif units > 0:
            one = new.situation
            faults.append(
                f"{one.name(column.place)}: what was planned for "
                f"{one.month(old.tree.nodes[column.node].month)} answers a loss that these facts take away; "
                "plan anew from this day (--as-of)"
            )
    return found


# ------------------------------------------------------------------------------------------------ cargo


def _cargo(
    one: Situation, every: Sequence[Facts], now: int, faults: list[str]
) -> tuple[tuple[Cargo, ...], list[str]]:
    """All shipments after the news of them, and what has to be said."""
    known = {ship.reference: ship for ship in one.cargo}
    told = []
    for news in [row for facts in every for row in facts.shipments]:
        before = len(faults)
        ship = _ship(one, news, known.get(news.reference), faults)
        if len(faults) > before or ship is None:
            continue
        if ship.month is not None and ship.month < now and news in every[-1].shipments:
            told.append(
                f"shipment {ship.reference}: its month, {one.month(ship.month):%Y-%m}, has passed; it "
                "changes nothing any more"
            )
        known[news.reference] = ship
    return tuple(known.values()), told


def _ship(one: Situation, news: ShipmentFact, old: Cargo | None, faults: list[str]) -> Cargo | None:
    if old is None:
        old = _new(one, news, faults)
        if old is None:
            return None
    elif news.member is not None and news.member != one.members[old.member]:
        faults.append(
            f"{news.where}: {news.reference} is a shipment of {one.members[old.member]}, not of "
            f"{news.member}; give a new one its own reference"
        )
    month = old.month
    if news.due is not None:
        month = (news.due.year - one.start.year) * _YEAR + news.due.month - one.start.month
        if month < 0:
            faults.append(
                f"{news.where}: {news.due} lies before the plan, which begins on {one.start}; mend the day"
            )
    tonnes = old.tonnes if news.tonnes is None else news.tonnes
    return replace(old, tonnes=tonnes, month=month, status=news.status or old.status)


def _new(one: Situation, news: ShipmentFact, faults: list[str]) -> Cargo | None:
    """A shipment that the plan does not know: all of it must be said."""
    needed = ("member", "mineral", "origin", "tonnes", "due")
    lacking = [key for key in needed if getattr(news, key) is None]
    if lacking:
        faults.append(
            f"{news.where}: {news.reference} is no shipment of this plan; of a new one give "
            f"{', '.join(lacking)} too"
        )
        return None
    if news.member not in one.members:
        faults.append(f"{news.where}: {news.member} is no member; there are {', '.join(one.members)}")
        return None
    places = [k for k, (mineral, _) in enumerate(one.places) if mineral == news.mineral]
    fits = [k for k in places if news.stage in (None, one.places[k][1])]
    if len(fits) != 1:
        there = ", ".join(one.name(k) for k in range(len(one.places)))
        what = f"{news.mineral} ({news.stage})" if news.stage else f"{news.mineral}, of no stated stage,"
        faults.append(f"{news.where}: {what} is not one place of this plan; there are {there}")
        return None
    return Cargo(
        reference=news.reference,
        place=fits[0],
        member=one.members.index(news.member),
        tonnes=news.tonnes or 0.0,
        month=None,
        cut=not one.cut or news.origin in one.cut,
    )


def _while(one: Situation, cargo: Sequence[Cargo]) -> Floats:
    """What months take away while it lasts; where no path is known, the last month of the longest goes on."""
    path = one.path_t
    if path is None:
        longest = max(range(len(one.lengths)), key=one.lengths.__getitem__)
        path = one.loss_t[..., longest].copy()
        path[:, :, one.lengths[longest] :] = path[:, :, one.lengths[longest] - 1, None]
    return lasting(path, one.use_t, cargo)


# -------------------------------------------------------------------------------------------- durations


def _durations(one: Situation, facts: Facts, now: int, faults: list[str]) -> tuple[list[int], list[str]]:
    """Lengths that the fan lacks, and what has to be said."""
    if facts.ended is not None:
        end = end_of(one, facts)
        if not 1 <= end <= now:
            faults.append(
                f"{facts.place('ended')}: {facts.ended} lies "
                + (
                    f"after {facts.on}"
                    if end > now
                    else f"before the first month of the plan, {one.start}, is over"
                )
                + "; the end is the first day of a month without losses that has come"
            )
            return [], []
        if end in one.lengths:
            return [], []
        return [end], [
            f"it ended before {facts.ended}, which no expected duration did; one of that length is added"
        ]
    if not _gone(one, now):
        return [], []
    ends = sorted({now + 1, (now + 1 + one.months) // 2, one.months})
    days = ", ".join(f"{one.month(end):%Y-%m}" for end in ends)
    return ends, [
        f"on {facts.on} it still lasts, and the longest expected duration, to {one.month(max(one.lengths))}, "
        f"has gone by; durations that end before {days} are added, equally likely: an assumption, to be "
        "replaced by scenarios in the event"
    ]


def end_of(one: Situation, facts: Facts) -> int:
    """Month of the plan in which it had ended."""
    ended = facts.ended
    if ended is None:
        raise InputError(f"{facts.place('ended')}: is missing; it still lasts")
    return (ended.year - one.start.year) * _YEAR + ended.month - one.start.month


def _gone(one: Situation, now: int) -> bool:
    """Whether every expected duration has gone by; one that is cut at the horizon never has."""
    return max(one.lengths) <= now < one.months


def _weights(one: Situation, more: Sequence[int], now: int) -> Floats:
    import numpy as np

    return np.full(len(more), 1 / len(more) if more and _gone(one, now) else 0.0)
