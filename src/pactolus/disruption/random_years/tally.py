"""Losses of a chunk of scenarios, counted in bins and thrown away: what is kept does not grow with scenarios.

A loss L is the part of imports that is lost: sum over events of share x size, at most 1. Counted are, by bin
of L and for each of the members and all together: weights and their moments, and the parts of each supplier
and each kind of event; for each pair of members a coarser table of both.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from itertools import combinations
from typing import TYPE_CHECKING, Final

from pactolus.disruption.random_years.draws import chunk_sizes, draw_chunk, events_at, stratified

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from pactolus.disruption.random_years.draws import Chunk, Events, Strata
    from pactolus.disruption.random_years.supply import Plan, Supply

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

__all__ = [
    "BANDS",
    "BINS",
    "EDGES",
    "GROUP",
    "MODES",
    "PAIR_EDGES",
    "Tally",
    "cuts_of",
    "group_of",
    "groups_of",
    "member_losses",
    "pairs",
    "place_events",
]

#: Chunks that one task takes; sums are added in this order whoever works.
GROUP: Final = 16
#: What an event comes from, and whom it hits.
BANDS: Final = ("governance", "control", "expert")
MODES: Final = ("common", "targeted")
#: The least loss that is one.
_ANY: Final = 1e-300
#: Lower ends of the bins above the first one, which holds losses of nought: six a decade up to a hundredth,
#: then two a hundredth.
EDGES: Final = (_ANY, *(10 ** (-6 + n / 6) for n in range(24)), *(n / 200 for n in range(2, 201)))
PAIR_EDGES: Final = (_ANY, 0.005, 0.01, *(n / 40 for n in range(1, 41)))
BINS: Final = len(EDGES) + 1
_PAIR_BINS: Final = len(PAIR_EDGES) + 1
#: Moments by bin: sum of w, wL, wL^2, w^2, w^2 L, w^2 L^2.
MOMENTS: Final = 6


@dataclass(kw_only=True)
class Tally:
    """Sums over scenarios; the first two axes are place and case, entities are members and, last, all.

    Attributes
    ----------
    scenarios : ndarray, shape (place, case, stratum)
    moments : ndarray, shape (place, case, entity, stratum, moment, bin)
    suppliers : ndarray, shape (place, case, entity, bin, named + 1)
        Sum of weight x part of the loss; last: all suppliers that are not named.
    kinds : ndarray, shape (place, case, entity, bin, band x mode)
    both : ndarray, shape (place, case, pair, 2, bin, bin)
        Sum of weights, and of their squares.
    product : ndarray, shape (place, case, pair)
        Sum of weight x loss x loss.
    """

    scenarios: Floats
    moments: Floats
    suppliers: Floats
    kinds: Floats
    both: Floats
    product: Floats

    @classmethod
    def empty(cls, plan: Plan) -> Tally:
        """Nothing counted yet."""
        import numpy as np

        members = len(plan.setting.members)
        entities = members + (members > 1)
        head = (len(plan.supplies), len(plan.supplies[0].thresholds))
        named = max(len(one.named) for one in plan.supplies)
        two = len(pairs(members))
        return cls(
            scenarios=np.zeros((*head, 2)),
            moments=np.zeros((*head, entities, 2, MOMENTS, BINS)),
            suppliers=np.zeros((*head, entities, BINS, named + 1)),
            kinds=np.zeros((*head, entities, BINS, len(BANDS) * len(MODES))),
            both=np.zeros((*head, two, 2, _PAIR_BINS, _PAIR_BINS)),
            product=np.zeros((*head, two)),
        )

    def add(self, other: Tally) -> None:
        """Take in the sums of another."""
        for field in fields(self):
            getattr(self, field.name).__iadd__(getattr(other, field.name))


def pairs(members: int) -> list[tuple[int, int]]:
    """Pairs of members."""
    return list(combinations(range(members), 2))


def groups_of(scenarios: int) -> list[tuple[tuple[int, int], ...]]:
    """Tasks: numbers and lengths of `GROUP` chunks each."""
    sizes = list(enumerate(chunk_sizes(scenarios)))
    return [tuple(sizes[begin : begin + GROUP]) for begin in range(0, len(sizes), GROUP)]


def group_of(plan: Plan, task: Sequence[tuple[int, int]]) -> Tally:
    """Draw and count the chunks of one task."""
    import numpy as np

    tally = Tally.empty(plan)
    highest = np.max([one.highest for one in plan.supplies], axis=0)
    for number, scenarios in task:
        chunk = draw_chunk(plan.setting, number, scenarios)
        events = events_at(plan.setting, chunk, highest)
        for place, supply in enumerate(plan.supplies):
            strata, own = place_events(plan, supply, chunk, events)
            cuts, bands = cuts_of(plan, supply, own)
            for case, thresholds in enumerate(supply.thresholds):
                chosen = own.z < thresholds[own.country]
                part = _Hits(own.where(chosen), cuts[chosen], bands[chosen])
                _count(tally, (place, case), supply, strata, part)
    return tally


def place_events(plan: Plan, supply: Supply, chunk: Chunk, events: Events) -> tuple[Strata, Events]:
    """Events of one place: those of the chunk, but of its leading suppliers those of the strata."""
    import numpy as np

    strata, led = stratified(plan.setting, chunk, supply.highest, supply.leading)
    others = supply.highest.copy()
    others[list(supply.leading)] = -np.inf
    return strata, events.where(events.z < others[events.country]).and_(led)


def cuts_of(plan: Plan, supply: Supply, events: Events) -> tuple[Floats, Ints]:
    """Part of a year's exports that each event takes, and its band."""
    import numpy as np

    bands = (events.z >= supply.bands[0][events.country]).astype(np.int64)
    bands += (events.z >= supply.bands[:, events.country].max(axis=0)).astype(np.int64)
    found: Floats = plan.sizes[supply.kinds[bands, events.country], events.size]
    return found, bands


@dataclass(frozen=True)
class _Hits:
    """Events of one case, with their cuts and bands."""

    events: Events
    cuts: Floats
    bands: Ints


def member_losses(
    supply: Supply, events: Events, cuts: Floats, scenarios: int
) -> list[tuple[Ints, Floats, Floats]]:
    """For each member: the events that hit it, the part of imports that each takes, the loss by scenario."""
    import numpy as np

    found = []
    for member, shares in enumerate(supply.shares):
        which = np.flatnonzero((events.slot == 0) | (events.slot == member + 1))
        parts = shares[events.country[which]] * cuts[which]
        lost = np.bincount(events.scenario[which], parts, minlength=scenarios)
        found.append((which, parts, np.minimum(lost, 1.0)))
    return found


def _count(tally: Tally, at: tuple[int, int], supply: Supply, strata: Strata, hits: _Hits) -> None:
    """Count one case of one place."""
    import numpy as np

    weights, n = strata.weights, len(strata.weights)
    tally.scenarios[at] += (strata.first, n - strata.first)
    each = member_losses(supply, hits.events, hits.cuts, n)
    named = np.full(supply.shares.shape[1], tally.suppliers.shape[-1] - 1)
    named[list(supply.named)] = range(len(supply.named))
    rank = named[hits.events.country]
    kind = hits.bands * len(MODES) + (hits.events.slot > 0)
    for member, (which, parts, lost) in enumerate(each):
        bins = _moments(tally.moments[(*at, member)], lost, strata)
        _parts(
            tally, (*at, member), hits.events.scenario[which], bins, weights, parts, rank[which], kind[which]
        )
    if len(each) == 1:
        return
    total = supply.base_t.sum()
    part = supply.base_t / total if total > 0 else np.zeros(len(each))
    together = sum((share * lost for share, (_, _, lost) in zip(part, each, strict=True)), np.zeros(n))
    bins = _moments(tally.moments[(*at, len(each))], together, strata)
    for share, (which, parts, _) in zip(part, each, strict=True):
        place = (*at, len(each))
        rows = hits.events.scenario[which]
        _parts(tally, place, rows, bins, weights, share * parts, rank[which], kind[which])
    for number, (one, other) in enumerate(pairs(len(each))):
        _both(tally, (*at, number), each[one][2], each[other][2], weights)


def _moments(moments: Floats, lost: Floats, strata: Strata) -> Ints:
    """Count weights and losses by bin and stratum; returns the bin of each scenario."""
    import numpy as np

    bins: Ints = np.searchsorted(EDGES, lost, side="right")
    place = bins + BINS * (np.arange(len(lost)) >= strata.first)
    weight = strata.weights
    for number, factor in enumerate((weight, weight**2)):
        for power, values in enumerate((factor, factor * lost, factor * lost**2)):
            counted = np.bincount(place, values, minlength=2 * BINS).reshape(2, BINS)
            moments[:, 3 * number + power] += counted
    return bins


def _parts(
    tally: Tally,
    at: tuple[int, int, int],
    scenario: Ints,
    bins: Ints,
    weights: Floats,
    parts: Floats,
    rank: Ints,
    kind: Ints,
) -> None:
    """Count what each supplier and kind of event took, by bin of the whole loss."""
    import numpy as np

    weighted = weights[scenario] * parts
    for table, column in ((tally.suppliers[at], rank), (tally.kinds[at], kind)):
        width = table.shape[1]
        found = np.bincount(bins[scenario] * width + column, weighted, minlength=BINS * width)
        table += found.reshape(BINS, width)


def _both(tally: Tally, at: tuple[int, int, int], one: Floats, other: Floats, weights: Floats) -> None:
    import numpy as np

    rows = np.searchsorted(PAIR_EDGES, one, side="right")
    place = rows * _PAIR_BINS + np.searchsorted(PAIR_EDGES, other, side="right")
    for number, values in enumerate((weights, weights**2)):
        found = np.bincount(place, values, minlength=_PAIR_BINS**2)
        tally.both[at][number] += found.reshape(_PAIR_BINS, _PAIR_BINS)
    tally.product[at] += float(weights @ (one * other))
