"""What every coalition of a plan's members would pay by itself, priced by the programme of the plan.

    cost(S)  = expected cost of the members of S together, the others absent
    gain(S)  = sum over S of cost({i}) - cost(S)

Members of S bring their lots, their use and their part of the alternatives (by present purchases), so that
what two coalitions can do apart they can also do together: gains never fall as a coalition grows.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import combinations
from typing import TYPE_CHECKING, Final

from pactolus.errors import OptionError
from pactolus.response.plan.solving import Solver, Terms

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from pactolus.response.plan.situation import Held, Situation, Source

    Floats = NDArray[np.float64]

__all__ = ["EVERY", "Priced", "price_coalitions", "restricted_to"]

#: Members up to whom every coalition is priced.
EVERY: Final = 8
#: Costs nearer than this part of the cost count as equal.
SAME: Final = 1e-6


@dataclass(frozen=True, eq=False)
class Priced:
    """Coalitions and their costs.

    Attributes
    ----------
    members : tuple of str
    cost_musd : dict of frozenset to float
        Expected cost; every coalition, or singles, pairs, all but one and all (`whole`).
    by_member : dict of frozenset to dict
        The same by member, before any payment.
    whole : bool
        Whether every coalition is priced.
    """

    members: tuple[str, ...]
    cost_musd: dict[frozenset[str], float]
    by_member: dict[frozenset[str], dict[str, float]] = field(default_factory=dict)
    whole: bool = True

    def gain(self, coalition: Sequence[str] | frozenset[str]) -> float:
        """What a coalition saves over its members alone; 0 where it is lost in rounding. [million USD]"""
        asked = frozenset(coalition)
        apart = sum(self.cost_musd[frozenset([m])] for m in asked)
        found = apart - self.cost_musd[asked]
        return 0.0 if abs(found) <= SAME * max(abs(apart), 1e-9) else found

    @property
    def grand(self) -> float:
        """Gain of all. [million USD]"""
        return self.gain(self.members)

    def without(self, member: str) -> float:
        """Gain that is left if a member stays away. [million USD]"""
        others = frozenset(self.members) - {member}
        return self.gain(others) if others else 0.0

    @property
    def needed(self) -> tuple[str, ...]:
        """No agreement without: members whose staying away makes the gain vanish."""
        if self.grand <= 0:
            return ()
        return tuple(m for m in self.members if self.without(m) <= SAME * self.grand)


def price_coalitions(
    situation: Situation, terms: Terms | None = None, *, joining: Sequence[str] | None = None
) -> Priced:
    """Price every coalition of up to `EVERY` members; of more, singles, pairs, all but one and all.

    Parameters
    ----------
    situation : Situation
        Checked.
    terms : Terms, optional
        As in the plan.
    joining : sequence of str, optional
        Price only what tells who gains and what these members change: singles, all but one, all without
        them, and all.
    """
    asked = terms or Terms()
    members = situation.members
    cost: dict[frozenset[str], float] = {}
    each: dict[frozenset[str], dict[str, float]] = {}
    wanted = _coalitions(members) if joining is None else _few(members, joining)
    for chosen in wanted:
        one = restricted_to(situation, chosen)
        own = replace(asked, no_transfer=tuple(m for m in asked.no_transfer if m in chosen), stock={})
        answer = Solver(one).solve(own)
        key = frozenset(chosen)
        cost[key] = answer.total_musd
        each[key] = dict(zip(one.members, map(float, answer.cost_musd), strict=True))
    return Priced(members, cost, each, whole=joining is None and len(members) <= EVERY)


def _coalitions(members: Sequence[str]) -> Iterator[tuple[str, ...]]:
    count = len(members)
    sizes = range(1, count + 1) if count <= EVERY else sorted({1, 2, count - 1, count})
    for size in sizes:
        yield from combinations(members, size)


def _few(members: Sequence[str], joining: Sequence[str]) -> Iterator[tuple[str, ...]]:
    old = tuple(m for m in members if m not in joining)
    each = [*combinations(members, 1), *combinations(members, len(members) - 1), old, tuple(members)]
    yield from dict.fromkeys(chosen for chosen in each if chosen)


def restricted_to(situation: Situation, chosen: Sequence[str]) -> Situation:
    """The same event with some of the members only, each with its part of the alternatives.

    Raises
    ------
    OptionError
        If one of them is no member.
    """
    strange = [m for m in chosen if m not in situation.members]
    if strange:
        raise OptionError(
            f"coalition: {', '.join(strange)} is no member; there are {', '.join(situation.members)}"
        )
    kept = [i for i, m in enumerate(situation.members) if m in set(chosen)]
    names = tuple(situation.members[i] for i in kept)
    if names == situation.members:
        return situation
    at = {old: new for new, old in enumerate(kept)}
    assumed = situation.assumed
    money = assumed.money_musd_per_month
    return replace(
        situation,
        members=names,
        use_t=situation.use_t[:, kept].copy(),
        bought_t=situation.bought_t[:, kept].copy(),
        loss_t=situation.loss_t[:, kept].copy(),
        inflow_free=situation.inflow_free[:, kept].copy(),
        held=tuple(_lot(lot, at, names) for lot in situation.held if lot.member in at),
        undeclared=tuple((k, at[i]) for k, i in situation.undeclared if i in at),
        sources=tuple(
            found for s in situation.sources if (found := _source(situation, s, names)) is not None
        ),
        projects=tuple(
            replace(p, open_to=tuple(m for m in p.open_to if m in names))
            for p in situation.projects
            if not p.open_to or set(p.open_to) & set(names)
        ),
        assumed=replace(
            assumed,
            no_transfer=tuple(m for m in assumed.no_transfer if m in names),
            by_member_lending={m: v for m, v in assumed.by_member_lending.items() if m in names},
            left_to_others={m: v for m, v in assumed.left_to_others.items() if m in names},
            money_musd_per_month=None if money is None else money * _part_of_bill(situation, kept),
        ),
    )


def _lot(lot: Held, at: dict[int, int], names: Sequence[str]) -> Held:
    return replace(lot, member=at[lot.member], may_go=tuple(m for m in lot.may_go if m in names))


def _source(situation: Situation, source: Source, names: Sequence[str]) -> Source | None:
    """A supplier with the part of its room that these members have by present purchases."""
    able = [
        i for i, m in enumerate(situation.members) if m in source.open_to and situation.uses(source.place, i)
    ]
    bought = {i: float(situation.bought_t[source.place, i]) for i in able}
    total = sum(bought.values())
    parts = {i: bought[i] / total if total > 0 else 1 / len(able) for i in able}
    part = sum(share for i, share in parts.items() if situation.members[i] in names)
    opened = tuple(m for m in source.open_to if m in names)
    return replace(source, room_t=source.room_t * part, open_to=opened) if opened and part > 0 else None


def _part_of_bill(situation: Situation, kept: Sequence[int]) -> float:
    """Part of all members' present purchases, by value."""
    import numpy as np

    bill = np.nan_to_num(situation.bought_t) * situation.price_usd_per_t[:, None]
    total = float(bill.sum())
    return float(bill[:, kept].sum()) / total if total > 0 else len(kept) / len(situation.members)
