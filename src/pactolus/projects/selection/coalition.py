"""What each member would choose alone, what they choose together, the gain and how it can be split.

A project can be taken once. Alone, a coalition may come first or find that the others have chosen before it;
its cost alone is the mean of both, and both are shown. For each order the two choices can stand side by side,
so that together never costs more than the sum of alone; the joint search begins with the better side by side.
All coalitions are priced by the same programme and solver, with their own needs, budgets and powers.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from pactolus.errors import NoAnswerError
from pactolus.projects.selection.instance import Instance
from pactolus.projects.selection.limits import Limits
from pactolus.projects.selection.portfolio import Portfolio, select
from pactolus.sharing.games import CostGame
from pactolus.sharing.nucleoli import nucleolus
from pactolus.sharing.shapley_value import shapley
from pactolus.sharing.splits import Split

if TYPE_CHECKING:
    import numpy as np
    import polars as pl
    from numpy.typing import NDArray

    Whole = NDArray[np.int64]

__all__ = ["Alone", "AloneAndTogether", "alone_and_together"]


@dataclass(frozen=True, kw_only=True)
class Alone:
    """A coalition by itself.

    Attributes
    ----------
    first, last : Portfolio
        Where it chooses first, and where the others have chosen before.
    """

    first: Portfolio
    last: Portfolio

    @property
    def cost_musd(self) -> float:
        """Mean of both. [million USD]"""
        return (self.first.choice.objective + self.last.choice.objective) / 2


@dataclass(frozen=True, kw_only=True)
class AloneAndTogether:
    """Every coalition, priced alike.

    Attributes
    ----------
    members : tuple of str
    alone : mapping of frozenset to Alone
        Of every coalition but the grand one.
    joint : Portfolio
    """

    members: tuple[str, ...]
    alone: Mapping[frozenset[str], Alone]
    joint: Portfolio

    @cached_property
    def game(self) -> CostGame:
        """What each coalition would bear by itself. [million USD]"""
        amounts = {names: one.cost_musd for names, one in self.alone.items()}
        amounts[frozenset(self.members)] = self.joint.choice.objective
        return CostGame(amounts, self.members)

    @property
    def gain_musd(self) -> float:
        """What together saves over all members alone. [million USD]"""
        if len(self.members) == 1:
            return 0.0
        singles = sum(self.alone[frozenset({name})].cost_musd for name in self.members)
        return float(singles) - self.joint.choice.objective

    @property
    def contested(self) -> tuple[str, ...]:
        """Projects that more than one member would take if it chose first: overlapping demand."""
        import numpy as np

        if len(self.members) == 1:
            return ()
        taken = [self.alone[frozenset({name})].first.choice.start_of >= 0 for name in self.members]
        many = np.flatnonzero(np.sum(taken, axis=0) > 1)
        return tuple(self.joint.instance.projects[p] for p in many)

    def split(self, rule: str = "shapley") -> Split:
        """What each member bears in the end. [million USD]

        Parameters
        ----------
        rule : {"shapley", "nucleolus"}

        Raises
        ------
        NoAnswerError
            If the rule has no answer for this game, or is not known.
        """
        rules = {"shapley": shapley, "nucleolus": nucleolus}
        if rule not in rules:
            raise NoAnswerError(f"split: {rule!r} is none of {', '.join(rules)}")
        return rules[rule](self.game)

    @property
    def table(self) -> pl.DataFrame:
        """A row a member: alone (first, last, mean), together before and after the split, compensation.

        A positive compensation is paid by the member, a negative one received; they add up to nought.
        """
        import polars as pl

        own = dict(zip(self.members, self.joint.own_cost_musd.tolist(), strict=True))
        fair, stable = self.split("shapley"), self._stable()
        rows = []
        for name in self.members:
            alone = self.alone.get(frozenset({name}))
            first, last = (
                (alone.first.choice.objective, alone.last.choice.objective)
                if alone is not None
                else (self.joint.choice.objective, self.joint.choice.objective)
            )
            mean = (first + last) / 2
            rows.append(
                {
                    "member": name,
                    "alone_first_musd": first,
                    "alone_last_musd": last,
                    "alone_musd": mean,
                    "together_before_musd": own[name],
                    "shapley_musd": fair[name],
                    "nucleolus_musd": None if stable is None else stable[name],
                    "gain_musd": mean - fair[name],
                    "compensation_musd": fair[name] - own[name],
                }
            )
        frame = pl.DataFrame(rows, schema={n: pl.String if n == "member" else pl.Float64 for n in rows[0]})
        return frame.with_columns(synthetic=pl.lit(self.joint.instance.synthetic))

    def each_first(self, table_of: Callable[[Portfolio], pl.DataFrame]) -> pl.DataFrame:
        """A table of each member that chooses first, one below the other; `alone` says whose."""
        import polars as pl

        frames = []
        for name in self.members:
            one = self.alone.get(frozenset({name}))
            found = self.joint if one is None else one.first
            frames.append(table_of(found).select(pl.lit(name).alias("alone"), pl.all()))
        return pl.concat(frames)

    def _stable(self) -> Split | None:
        try:
            return self.split("nucleolus")
        except NoAnswerError:
            return None


def alone_and_together(instance: Instance, limits: Limits | None = None, **budget: Any) -> AloneAndTogether:
    """Price every coalition of the members, and split what together saves.

    Parameters
    ----------
    instance : Instance
    limits : Limits, optional
        What names a member that is not there falls away for a coalition without it. Least parts of the
        offtake and most parts of the money bind together only, and may cost more than they bring.
    **budget
        As for `solve`.

    Returns
    -------
    AloneAndTogether

    Raises
    ------
    NoAnswerError
        If the limits of a coalition cannot hold together.
    """
    asked = limits or Limits()
    members = instance.members
    count = len(members)
    coalitions = [
        frozenset(m for i, m in enumerate(members) if number >> i & 1)
        for number in range(1, (1 << count) - 1)
    ]
    first = {names: _by_itself(instance, asked, names, None, budget) for names in coalitions}
    last = {
        names: _by_itself(instance, asked, names, first[frozenset(members) - names], budget)
        for names in coalitions
    }
    joint = _together(instance, asked, first, last, budget)
    alone = {names: Alone(first=first[names], last=last[names]) for names in coalitions}
    return AloneAndTogether(members=members, alone=alone, joint=joint)


def _together(
    instance: Instance,
    asked: Limits,
    first: Mapping[frozenset[str], Portfolio],
    last: Mapping[frozenset[str], Portfolio],
    budget: Mapping[str, Any],
) -> Portfolio:
    """The joint choice, begun with the best two choices side by side."""
    import numpy as np

    everybody = frozenset(instance.members)
    best: Whole | None = None
    cost = np.inf
    for names, one in first.items():
        other = last[everybody - names]
        if one.choice.objective + other.choice.objective < cost:
            cost = one.choice.objective + other.choice.objective
            best = np.maximum(one.choice.start_of, other.choice.start_of)
    return select(instance, asked, **{**budget, "start": best})


def _by_itself(
    instance: Instance,
    asked: Limits,
    names: frozenset[str],
    before: Portfolio | None,
    budget: Mapping[str, Any],
) -> Portfolio:
    import numpy as np

    order = [name for name in instance.members if name in names]
    gone: frozenset[str] = frozenset()
    if before is not None:
        taken = np.flatnonzero(before.choice.start_of >= 0)
        gone = frozenset(instance.projects[p] for p in taken)
    limits = replace(
        asked,
        offtake_least={k: v for k, v in asked.offtake_least.items() if k in names},
        spend_most={k: v for k, v in asked.spend_most.items() if k in names},
        supply_least={k: v for k, v in asked.supply_least.items() if k[0] in names},
        required=asked.required - gone,
        excluded=asked.excluded | gone,
    )
    return select(instance.for_members(order), limits, **{k: v for k, v in budget.items() if k != "start"})
