"""Fewer regimes for a pool: which failures have to be told apart, and bounds where there are too many.

Every supplier whose failures can be aimed at one member is a chain in common and one for each member, so that
regimes double with each. Three things make them fewer and change little or nothing:

- a failure that takes less than 1 % of a member's use is left out for that member, as those of small
  suppliers are: it costs what it takes at the base price, pooled or not;
- a supplier that matters to one member only is one chain, aimed or not;
- aimed failures are kept for the suppliers behind which most money is at risk; the failures of others hit
  all. Each member is hit for the same share of months; the gain of a pool is rather too low.

With many members the aimed chains of the largest supplier alone are too many. Then the cost of a pool lies
between that of its parts, each a pool by itself, and a programme in which some members' aimed losses are
replaced by their means (`averaged`): costs are convex, so that a mean loss costs at most the mean of costs.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from pactolus.stockpile.base.regimes import Regimes, Supplier, supplier_regimes

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from pactolus.stockpile.stocks.continuous import Importer

    Floats = NDArray[np.float64]

__all__ = ["MOST", "SharedRisk", "averaged", "shared_risk"]

#: share of a member's use below which a failure is left out
LEAST_LOSS: Final = 0.01
#: regimes that a pool is solved with, those up to which a further supplier's aimed failures are told apart,
#: and those that paths are drawn from
MOST: Final = 512
FURTHER: Final = 256
DRAWN: Final = 1 << 16


@dataclass(frozen=True, kw_only=True)
class SharedRisk:
    """Suppliers as a pool sees them.

    Attributes
    ----------
    suppliers : tuple of Supplier
        The largest risk first.
    targeted : tuple of str
        Those whose aimed failures are told apart.
    whole : bool
        Whether all members fit into one chain of regimes; else only bounds can be had.
    left_out : mapping of str to float
        Member -> share of its use behind suppliers that are left out as too small.
    most : int
    """

    suppliers: tuple[Supplier, ...]
    targeted: tuple[str, ...]
    whole: bool
    left_out: Mapping[str, float] = field(repr=False)
    most: int = MOST

    def regimes(self, members: Sequence[str]) -> Regimes:
        """The chain of some members: all of it, which may be more than can be solved."""
        own = [
            replace(one, share={m: one.share[m] for m in members if m in one.share}) for one in self.suppliers
        ]
        return supplier_regimes([one for one in own if one.share], members, most=DRAWN)


def shared_risk(
    suppliers: Sequence[Supplier], importers: Sequence[Importer], *, most: int = MOST
) -> SharedRisk:
    """The suppliers of a pool with few enough regimes.

    Parameters
    ----------
    suppliers : sequence of Supplier
    importers : sequence of Importer
    most : int
        Regimes at most.

    Examples
    --------
    >>> from pactolus.stockpile.stocks.continuous import Importer
    >>> both = [Importer(member=m, use_t=100, denominator="use", price_usd_per_t=1) for m in ("KOR", "JPN")]
    >>> big = Supplier(name="AAA", share={"KOR": 0.9, "JPN": 0.8}, onset_per_year=0.1, targeted=0.3)
    >>> small = Supplier(name="BBB", share={"KOR": 0.01, "JPN": 0.1}, onset_per_year=0.1, targeted=0.3)
    >>> found = shared_risk([small, big], both)
    >>> [one.name for one in found.suppliers], found.targeted, found.regimes(["KOR", "JPN"]).count
    (['AAA', 'BBB'], ('AAA',), 16)
    """
    left_out = dict.fromkeys((each.member for each in importers), 0.0)
    kept: list[Supplier] = []
    for one in suppliers:
        share = {m: part for m, part in one.share.items() if m in left_out}
        large = {m: part for m, part in share.items() if part * one.severity >= LEAST_LOSS}
        for member in share.keys() - large.keys():
            left_out[member] += share[member]
        if large:
            kept.append(replace(one, share=large, targeted=one.targeted if len(large) > 1 else 0.0))
    kept.sort(key=lambda one: (-_at_risk(one, importers), one.name))
    chains = len(kept)
    targeted: list[str] = []
    found: list[Supplier] = []
    for one in kept:
        more = len(one.share) - (1 if one.targeted == 1 else 0)
        if one.targeted > 0 and (not targeted or 2 ** (chains + more) <= min(most, FURTHER)):
            targeted.append(one.name)
            chains += more
            found.append(one)
        else:
            found.append(replace(one, targeted=0.0))
    return SharedRisk(
        suppliers=tuple(found),
        targeted=tuple(targeted),
        whole=2**chains <= most,
        left_out=left_out,
        most=most,
    )


def _at_risk(one: Supplier, importers: Sequence[Importer]) -> float:
    """Value of the supply that is off, on the mean of all months. [USD/year]"""
    return math.fsum(
        each.use_t * each.price_usd_per_t * one.share.get(each.member, 0.0) * one.severity * one.time_off
        for each in importers
    )


def averaged(
    risk: SharedRisk, importers: Sequence[Importer], *, price_surge: float = 1.5
) -> tuple[Regimes, Floats]:
    """Regimes in which aimed failures are told apart for some members only; others have their mean loss.

    The members told apart are those with the largest loss at stake, as many as fit.

    Parameters
    ----------
    risk : SharedRisk
    importers : sequence of Importer
    price_surge : float
        As in `supplier_regimes`.

    Returns
    -------
    regimes : Regimes
    buys : ndarray, shape (regimes, members)
        Share of the months of a regime in which the member may buy. Its price is that without aimed failures.

    Notes
    -----
    A pool that is solved on these costs at most what the real one costs. In the real one let every member's
    policy be averaged over the aimed failures of those not told apart, given all that is told apart. The
    averaged policy keeps all limits, and by Jensen's inequality its shortage and purchase cost no more; it
    knows nothing of the future, because the chains are independent.
    """
    import numpy as np

    members = [each.member for each in importers]
    apart = _told_apart(risk, importers)
    names: list[str] = []
    chains: list[Floats] = []
    felt: list[tuple[int, str | None]] = []
    for place, one in enumerate(risk.suppliers):
        if one.targeted < 1:
            names, chains, felt = (
                [*names, one.name],
                [*chains, one.chain(1 - one.targeted)],
                [*felt, (place, None)],
            )
        for m in (m for m in apart if one.targeted > 0 and one.share.get(m, 0.0) > 0):
            names.append(f"{one.name} > {m}")
            chains.append(one.chain(one.targeted))
            felt.append((place, m))
    off = np.indices((2,) * len(chains)).reshape(len(chains), -1).T.astype(bool)
    loss, price, buys = (np.zeros((len(off), len(members))) for _ in range(3))
    for column, each in enumerate(importers):
        down = np.zeros((len(off), len(risk.suppliers)))
        for chain, (place, hit) in enumerate(felt):
            if hit in (None, each.member):
                down[:, place] = np.maximum(down[:, place], off[:, chain])
        size = np.array([one.severity * one.share.get(each.member, 0.0) for one in risk.suppliers])
        least = down @ size  # nobody aims at it
        price[:, column] = 1 + price_surge * np.minimum(least, 1.0)
        aimed = [] if each.member in apart else _aimed(risk.suppliers, each.member)
        for number in range(1 << len(aimed)):
            chance, now = 1.0, down.copy()
            for bit, (place, share_off) in enumerate(aimed):
                hit_now = bool(number >> bit & 1)
                chance *= share_off if hit_now else 1 - share_off
                if hit_now:
                    now[:, place] = 1.0
            lost = np.minimum(now @ size, 1.0)
            loss[:, column] += chance * lost
            buys[:, column] += chance * (lost <= each.restock_up_to)
    found = Regimes(
        members=tuple(members), chains=tuple(chains), chain_names=tuple(names), loss=loss, price=price
    )
    return found, buys


def _told_apart(risk: SharedRisk, importers: Sequence[Importer]) -> tuple[str, ...]:
    """Members whose aimed failures are told apart: the largest loss first, as many as fit."""
    sizes = {
        each.member: math.fsum(
            each.use_t * each.price_usd_per_t * one.share.get(each.member, 0.0) * one.severity
            for one in risk.suppliers
            if one.targeted > 0
        )
        for each in importers
    }
    chains = sum(one.targeted < 1 for one in risk.suppliers)
    found: list[str] = []
    for member in sorted(sizes, key=lambda m: (-sizes[m], m)):
        more = len(_aimed(risk.suppliers, member))
        if more and 2 ** (chains + more) <= risk.most:
            found.append(member)
            chains += more
    return tuple(found)


def _aimed(suppliers: Sequence[Supplier], member: str) -> list[tuple[int, float]]:
    """Suppliers whose aimed failures a member feels, and the share of months that they take."""
    return [
        (place, 1 - (1 - one.time_off) ** one.targeted)
        for place, one in enumerate(suppliers)
        if one.targeted > 0 and one.share.get(member, 0.0) > 0
    ]
