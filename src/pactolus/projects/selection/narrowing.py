"""Many least tickets: solved first without them, then with them over the projects near that answer.

Without tickets companies share groups of projects and the programme stays small; its bound holds for the
whole, since a ticket only takes choices away. If the companies can carry that choice with their tickets, it
is the answer. Else the projects near it are chosen among again, each a group of its own. The gap is told
against the first bound: what is left out is in it.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from pactolus.errors import NoAnswerError
from pactolus.projects.selection.halves import Halves
from pactolus.projects.selection.instance import Instance
from pactolus.projects.selection.limits import Limits
from pactolus.projects.selection.programme import build
from pactolus.projects.selection.solve import Choice, solve, starts_of
from pactolus.solvers.integer import solve_integer
from pactolus.solvers.linear import solve_linear
from pactolus.solvers.programs import linear_program

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy as np
    from numpy.typing import NDArray

__all__ = ["MANY", "narrowed", "tickets_of"]

#: Least tickets from which on it pays.
MANY: Final = 2000
_BESIDE: Final = 60
_NODES: Final = 200
_ROUNDING: Final = 1e-9


def tickets_of(one: Instance) -> int:
    """Rows of companies with a least ticket, times projects that they look at."""
    return sum(
        row.fits(one.products[m], one.hosts[h], name)
        for row in one.companies
        if row.least_musd > 0
        for m, h, name in zip(one.product_of.tolist(), one.host_of.tolist(), one.projects, strict=True)
    )


def narrowed(
    one: Instance, limits: Limits | None, budget: dict[str, Any], whole: Callable[[], Choice]
) -> Choice:
    """A choice with tickets by way of the one without.

    Parameters
    ----------
    one : Instance
    limits : Limits or None
    budget : dict
        As for `solve`.
    whole : callable
        Solves everything at once; asked where the projects near the first answer allow none.
    """
    free = replace(one, companies=tuple(replace(row, least_musd=0.0) for row in one.companies))
    wanted = float(budget.get("gap", 0.005))
    try:
        first = solve(build(free, limits), **budget)
    except NoAnswerError:
        return whole()  # which names the limits that conflict
    if (kept := _carried(one, limits, first, wanted)) is not None:
        return kept
    near = _near(first)
    if budget.get("start") is not None:
        near |= budget["start"] >= 0
    for p, name in enumerate(one.projects):
        near[p] |= limits is not None and name in limits.required
    part = replace(one, npv_musd=_kept(one, near))
    try:
        found = solve(build(part, limits), **budget)
    except NoAnswerError:
        return whole()
    told = replace(found, bound=min(first.bound, found.objective))
    if found.status == "optimal" and told.gap > wanted + _ROUNDING:
        return replace(told, status="node_limit")
    return told


def _carried(one: Instance, limits: Limits | None, first: Choice, gap: float) -> Choice | None:
    """What the companies can carry of the first choice with their tickets; none where that is too little.

    Tickets have no cost, so that the money of a choice and its use are two programmes. Which projects stay is
    weighed by the duals of the first use, then the use of what stays is found again.
    """
    import numpy as np

    taken = np.zeros(one.npv_musd.shape, dtype=bool)
    chosen = np.flatnonzero(first.start_of >= 0)
    taken[chosen, first.start_of[chosen]] = True
    made = build(replace(one, npv_musd=np.where(taken, one.npv_musd, np.nan)), limits)
    lp, whole = made.lp, made.integer
    try:
        halves = Halves(made, solve_linear(lp, where="projects"))
        own, at = halves.first, halves.own_rows
        money = linear_program(
            halves.cuts[0].slope,
            halves.own,
            row_lower=lp.row_lower[at],
            row_upper=lp.row_upper[at],
            lower=lp.lower[own],
            upper=lp.upper[own],
        )
        room = 0.1 * gap * first.improvement
        found = solve_integer(money, whole[own], nodes=_NODES, absolute_gap=room, where="projects")
        kept = np.zeros(lp.columns)
        kept[own] = np.round(found.x)
        bounds = {"lower": lp.lower.copy(), "upper": lp.upper.copy()}
        for bound in bounds.values():
            bound[made.starting] = kept[made.starting]
        use = solve_linear(replace(lp, lower=bounds["lower"], upper=bounds["upper"]), where="projects")
    except NoAnswerError:
        return None
    x = use.x.copy()
    x[own] = found.x
    told = replace(first, programme=made, start_of=starts_of(made, x), x=x, relaxed=use, halves=halves)
    told = replace(told, objective=use.objective, bound=min(first.bound, use.objective))
    return told if told.gap <= gap + _ROUNDING else None


def _near(first: Choice) -> NDArray[np.bool_]:
    """Projects that are taken, and those that would cost least to take."""
    import numpy as np

    begin = first.programme.begin
    reduced = np.where(begin >= 0, first.relaxed.reduced_costs[begin], np.inf).min(axis=1)
    found = first.start_of >= 0
    rank = np.where(found, np.inf, np.abs(reduced))
    found[np.argsort(rank, kind="stable")[:_BESIDE]] = True
    return found


def _kept(one: Instance, near: NDArray[np.bool_]) -> Any:
    """Present values, missing where a project is left out."""
    import numpy as np

    return np.where(near[:, None], one.npv_musd, np.nan)
