"""One place of a plan: who uses it, classes of lots that are alike, suppliers that are alike."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pactolus.response.plan.situation import Held, Segment, Situation, Source

__all__ = ["ORDERS", "Block", "Group", "block_of", "split_of"]

#: Kinds of columns that order from other suppliers.
ORDERS = ("order", "joint", "expedite")
_MILLION = 1e6


@dataclass(frozen=True)
class Group:
    """Suppliers that are alike to the programme: same members, premium and lag."""

    sources: tuple[Source, ...]

    @property
    def room_t(self) -> float:
        """Of all together. [t a month]"""
        return sum(one.room_t for one in self.sources)


@dataclass(frozen=True)
class Block:
    """One place, in the units of its programme.

    Attributes
    ----------
    place : int
    users : tuple of int
        Members that use it.
    unit_t : float
        Tonnes of a unit: a month's use of all of them.
    price : float
        Of a unit. [million USD]
    classes : mapping of int to tuple of tuple of Held
        By member: lots that may go to the same members, are of use to the same and have one content.
    groups : tuple of Group
    segments : tuple of Segment
    """

    place: int
    users: tuple[int, ...]
    unit_t: float
    price: float
    classes: dict[int, tuple[tuple[Held, ...], ...]]
    groups: tuple[Group, ...]
    segments: tuple[Segment, ...]

    def bought(self, member: int) -> int:
        """The class of what was bought, lent or given back: after all declared ones."""
        return len(self.classes[member])

    def content(self, member: int, item: int) -> float:
        """Tonnes of use that a tonne of a class stands for."""
        own = self.classes.get(member, ())
        return own[item][0].content if 0 <= item < len(own) else 1.0

    def held(self, member: int, item: int, end: int) -> float:
        """Tonnes of use of a class, at an end of `situation.ENDS`."""
        return sum(lot.of_use(end) for lot in self.classes[member][item])


def block_of(situation: Situation, place: int) -> Block:
    """What the programme knows of one place."""
    users = tuple(i for i in range(len(situation.members)) if situation.uses(place, i))
    unit = sum(float(situation.use_t[place, i]) for i in users) or 1.0
    classes: dict[int, tuple[tuple[Held, ...], ...]] = {}
    for i in users:
        alike: dict[tuple[int, tuple[str, ...], tuple[str, ...], float], list[Held]] = {}
        for lot in situation.held:
            if (lot.place, lot.member) == (place, i):
                may = tuple(sorted(set(lot.may_go) - {situation.members[i]}))
                able = ("any",) if lot.usable_by is None else tuple(sorted(lot.usable_by))
                alike.setdefault((len(may), may, able, lot.content), []).append(lot)
        classes[i] = tuple(tuple(alike[key]) for key in sorted(alike))
    rooms: dict[tuple[object, ...], list[Source]] = {}
    for source in situation.sources:
        if source.place == place and source.room_t > 0 and source.open_to:
            rooms.setdefault((tuple(sorted(source.open_to)), source.premium, source.lag), []).append(source)
    return Block(
        place=place,
        users=users,
        unit_t=unit,
        price=float(situation.price_usd_per_t[place]) * unit / _MILLION,
        classes=classes,
        groups=tuple(Group(tuple(own)) for own in rooms.values()),
        segments=situation.segments_of(place),
    )


def split_of(situation: Situation, block: Block, group: int) -> dict[int, float]:
    """Parts of a room by present purchases of those to whom it is open."""
    opened = block.groups[group].sources[0].open_to
    bought = {
        i: float(situation.bought_t[block.place, i]) if situation.members[i] in opened else 0.0
        for i in block.users
    }
    total = sum(bought.values())
    if total <= 0:
        able = [i for i in block.users if situation.members[i] in opened]
        return {i: 1 / len(able) if i in able else 0.0 for i in block.users}
    return {i: part / total for i, part in bought.items()}
