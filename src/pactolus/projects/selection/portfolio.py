"""The chosen portfolio as tables: what, when, whose shares, tonnes, calls of money, shortages."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from pactolus.projects.selection.companies import Company
from pactolus.projects.selection.company_rows import money_by_project
from pactolus.projects.selection.instance import Instance
from pactolus.projects.selection.limits import Limits
from pactolus.projects.selection.narrowing import MANY, narrowed, tickets_of
from pactolus.projects.selection.programme import build
from pactolus.projects.selection.solve import Choice, solve
from pactolus.projects.selection.ties import evened
from pactolus.projects.selection.worth import risk_costs, shortage_costs, still_missing_t
from pactolus.solvers.risk_measures import cvar

if TYPE_CHECKING:
    import numpy as np
    import polars as pl
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

__all__ = ["Portfolio", "select"]


@dataclass(frozen=True)
class Portfolio:
    """A choice, ready to be read.

    Attributes
    ----------
    choice : Choice
    """

    choice: Choice

    @property
    def instance(self) -> Instance:
        """What it was chosen from."""
        return self.choice.programme.instance

    @cached_property
    def supply_t(self) -> Floats:
        """Offtake; shape (I, M, H, T). [t/year]"""
        import numpy as np

        one, made = self.instance, self.choice.programme
        found = np.zeros((len(one.members), len(one.products), len(one.hosts), len(one.years)))
        found[:, made.pair_product, made.pair_host] = self.choice.x[made.offtake] * 1e3
        return found

    @cached_property
    def money_musd(self) -> tuple[Floats, Floats]:
        """Money of the members and the agencies' part of it; each of shape (I, G, V). [million USD]"""
        made = self.choice.programme
        return self.choice.x[made.money], self.choice.x[made.agency]

    @cached_property
    def party_money_musd(self) -> Floats:
        """Money of each party of the programme in each project and window; (N, P, V). [million USD]"""
        import numpy as np

        named = self.choice.programme.named
        if named is None:
            return np.zeros((0, len(self.instance.projects), len(self.instance.windows)))
        return money_by_project(self.choice.programme, named, self.choice.start_of, self.choice.x)

    @cached_property
    def share(self) -> Floats:
        """Part of each member in each project by its money; shape (I, P), 0 where it is not taken.

        The programme shares money by class and window, so all projects of one class and window have the same
        parts; a project that is paid in several windows has their mean. A member whose companies are entered
        has the sum of their parts, and the others share what is left in this way.
        """
        import numpy as np

        one, named = self.instance, self.choice.programme.named
        parties = () if named is None else named.parties
        own = {m for m, name in enumerate(one.members) if any(_pays(x, name) for x in parties)}
        money = np.where([[[m in own]] for m in range(len(one.members))], 0.0, self.money_musd[0])
        total = money.sum(axis=0)
        part = np.divide(money, total, out=np.zeros_like(money), where=total > 0)
        found = np.zeros((len(one.members), len(one.projects)))
        for p in np.flatnonzero(self.choice.start_of >= 0):
            cash = one.cash_musd[p, self.choice.start_of[p]]
            weight = cash / cash.sum() if cash.sum() > 0 else np.full(cash.size, 1 / cash.size)
            left = np.ones(cash.size)
            for m in own:
                mine = [n for n, x in enumerate(parties) if _pays(x, one.members[m])]
                paid = self.party_money_musd[mine, p].sum(axis=0)
                held = np.divide(paid, cash, out=np.zeros_like(cash), where=cash > 0)
                left -= held
                found[m, p] = held @ weight
            found[:, p] += part[:, one.class_of[p]] @ (weight * np.maximum(0.0, left))
        return found

    @cached_property
    def npv_musd(self) -> Floats:
        """Present value of each member's parts; shape (I,). [million USD]"""
        import numpy as np

        taken = np.flatnonzero(self.choice.start_of >= 0)
        worth = self.instance.npv_musd[taken, self.choice.start_of[taken]]
        found: Floats = self.share[:, taken] @ worth
        return found

    @cached_property
    def own_cost_musd(self) -> Floats:
        """What each member bears: shortages as it fears them, less its part of the present value."""
        one, limits = self.instance, self.choice.programme.limits
        costs = shortage_costs(one, still_missing_t(one, self.supply_t))
        found: Floats = risk_costs(one, costs, limits.alpha, limits.weight) - self.npv_musd
        return found

    @property
    def chosen(self) -> pl.DataFrame:
        """A row a project that is taken: what, where, when, what it costs and is worth."""
        import numpy as np

        one, start_of = self.instance, self.choice.start_of
        rows = [
            {
                "project": one.projects[p],
                "product": one.products[one.product_of[p]],
                "host": one.hosts[one.host_of[p]],
                "start_year": one.starts[start_of[p]],
                "capacity_t": float(one.output_t[p, start_of[p]].max()),
                "capex_musd": float(one.cash_musd[p, start_of[p]].sum()),
                "npv_musd": float(one.npv_musd[p, start_of[p]]),
                "esg": None if np.isnan(one.esg[p]) else float(one.esg[p]),
            }
            for p in np.flatnonzero(start_of >= 0).tolist()
        ]
        return self._frame(rows, _CHOSEN)

    @property
    def shares(self) -> pl.DataFrame:
        """A row a project and member."""
        import numpy as np

        one = self.instance
        rows = [
            {"project": one.projects[p], "member": name, "share": float(self.share[i, p])}
            for p in np.flatnonzero(self.choice.start_of >= 0).tolist()
            for i, name in enumerate(one.members)
        ]
        return self._frame(rows, {"project": "s", "member": "s", "share": "f"})

    @property
    def offtake(self) -> pl.DataFrame:
        """A row a member, product, host and year with offtake."""
        import numpy as np

        one = self.instance
        rows = [
            {
                "member": one.members[i],
                "product": one.products[m],
                "host": one.hosts[h],
                "year": one.years[t],
                "offtake_t": float(self.supply_t[i, m, h, t]),
            }
            for i, m, h, t in np.argwhere(self.supply_t > 1e-6).tolist()
        ]
        return self._frame(rows, {"member": "s", "product": "s", "host": "s", "year": "i", "offtake_t": "f"})

    @property
    def calls(self) -> pl.DataFrame:
        """A row a member and window: calls of money beside the budgets; no budget where there is no limit."""
        import numpy as np

        one = self.instance
        money, agency = (part.sum(axis=1) for part in self.money_musd)

        def limit(value: float) -> float | None:
            return float(value) if np.isfinite(value) else None

        rows = [
            {
                "member": name,
                "first": first,
                "last": last,
                "public_musd": float(agency[i, v]),
                "public_budget_musd": limit(one.public_musd[i, v]),
                "private_musd": float(money[i, v] - agency[i, v]),
                "private_budget_musd": limit(one.private_musd[i, v]),
            }
            for i, name in enumerate(one.members)
            for v, (first, last) in enumerate(one.windows)
        ]
        return self._frame(rows, _CALLS)

    @property
    def shortage(self) -> pl.DataFrame:
        """A row a member: present cost of what is missing, mean and worst, without and with the projects."""
        one, alpha = self.instance, self.choice.programme.limits.alpha
        without = shortage_costs(one, one.missing_t)
        with_ = shortage_costs(one, still_missing_t(one, self.supply_t))
        p = one.probability
        rows = [
            {
                "member": name,
                "mean_without_musd": float(without[i] @ p),
                "mean_with_musd": float(with_[i] @ p),
                "cvar_without_musd": cvar(without[i], alpha, p),
                "cvar_with_musd": cvar(with_[i], alpha, p),
                "npv_musd": float(self.npv_musd[i]),
                "own_cost_musd": float(self.own_cost_musd[i]),
            }
            for i, name in enumerate(one.members)
        ]
        return self._frame(rows, _SHORTAGE)

    @property
    def summary(self) -> pl.DataFrame:
        """One row: how the choice was found and how far a better one can be."""
        import numpy as np

        choice, one = self.choice, self.instance
        taken = np.flatnonzero(choice.start_of >= 0)
        known = taken[~np.isnan(one.esg[taken])]
        row = {
            "members": "+".join(one.members),
            "projects": len(taken),
            "objective_musd": choice.objective,
            "bound_musd": choice.bound,
            "doing_nothing_musd": choice.doing_nothing,
            "gap": choice.gap,
            "status": choice.status,
            "nodes": choice.nodes,
            "esg_known": len(known) / len(taken) if len(taken) else None,
        }
        return self._frame([row], _SUMMARY)

    def _frame(self, rows: list[dict[str, Any]], kinds: dict[str, str]) -> pl.DataFrame:
        """A table that says whether its projects are invented."""
        import polars as pl

        types = {"s": pl.String, "i": pl.Int64, "f": pl.Float64}
        frame = pl.DataFrame(rows, schema={name: types[kind] for name, kind in kinds.items()})
        return frame.with_columns(synthetic=pl.lit(self.instance.synthetic))


def _pays(party: Company, member: str) -> bool:
    return party.country == member and party.role != "offtake"


_CHOSEN = {
    "project": "s",
    "product": "s",
    "host": "s",
    "start_year": "i",
    "capacity_t": "f",
    "capex_musd": "f",
    "npv_musd": "f",
    "esg": "f",
}
_CALLS = {
    "member": "s",
    "first": "i",
    "last": "i",
    "public_musd": "f",
    "public_budget_musd": "f",
    "private_musd": "f",
    "private_budget_musd": "f",
}
_SHORTAGE = {
    "member": "s",
    "mean_without_musd": "f",
    "mean_with_musd": "f",
    "cvar_without_musd": "f",
    "cvar_with_musd": "f",
    "npv_musd": "f",
    "own_cost_musd": "f",
}
_SUMMARY = {
    "members": "s",
    "projects": "i",
    "objective_musd": "f",
    "bound_musd": "f",
    "doing_nothing_musd": "f",
    "gap": "f",
    "status": "s",
    "nodes": "i",
    "esg_known": "f",
}


def select(instance: Instance, limits: Limits | None = None, **budget: Any) -> Portfolio:
    """Choose projects for all members of the instance together; money is split by the rule of `evened`.

    Parameters
    ----------
    instance : Instance
    limits : Limits, optional
    **budget
        As for `solve`: gap, nodes, rounds, time_limit_s, start.

    Returns
    -------
    Portfolio

    Raises
    ------
    NoAnswerError
        If the limits cannot hold together; names them and what would mend it.
    """
    from pactolus.projects.selection.conflicts import told_of_conflicts

    def whole() -> Choice:
        programme = build(instance, limits)
        with told_of_conflicts(programme):
            return solve(programme, **budget)

    many = tickets_of(instance) > MANY
    return Portfolio(evened(narrowed(instance, limits, budget, whole) if many else whole()))
