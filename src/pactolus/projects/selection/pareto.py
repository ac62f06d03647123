"""Cost, the worst scenarios and the largest host: what more of one costs in the others.

Limits on two are set, the third is minimised (epsilon constraint). Each point begins with the choice of the
point before it, where that keeps the new limits.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from pactolus.errors import NoAnswerError, OptionError
from pactolus.projects.selection.instance import Instance
from pactolus.projects.selection.limits import Limits
from pactolus.projects.selection.portfolio import Portfolio, select
from pactolus.projects.selection.worth import shortage_costs, still_missing_t
from pactolus.solvers.risk_measures import cvar

if TYPE_CHECKING:
    import polars as pl

__all__ = ["Front", "Point", "pareto"]


@dataclass(frozen=True, kw_only=True)
class Point:
    """One point.

    Attributes
    ----------
    host_cap, cvar_most : float or None
        Limits that were set.
    portfolio : Portfolio or None
        None where they cannot hold together.
    why : str
        The limits that conflict, where there is none.
    """

    host_cap: float | None
    cvar_most: float | None
    portfolio: Portfolio | None
    why: str = ""

    @property
    def cost_musd(self) -> float | None:
        """Mean cost of shortages less present value: no weight on the worst. [million USD]"""
        if self.portfolio is None:
            return None
        one = self.portfolio.instance
        costs = shortage_costs(one, still_missing_t(one, self.portfolio.supply_t))
        return float((costs @ one.probability).sum() - self.portfolio.npv_musd.sum())

    @property
    def cvar_musd(self) -> float | None:
        """Mean of each member's worst scenarios, added up. [million USD]"""
        if self.portfolio is None:
            return None
        one, alpha = self.portfolio.instance, self.portfolio.choice.programme.limits.alpha
        costs = shortage_costs(one, still_missing_t(one, self.portfolio.supply_t))
        return sum(cvar(each, alpha, one.probability) for each in costs)

    @property
    def host_share(self) -> float | None:
        """Part of all money that the largest host takes; None where nothing is spent."""
        chosen = None if self.portfolio is None else self.portfolio.chosen
        if chosen is None or not chosen.height or chosen["capex_musd"].sum() == 0:
            return None
        by_host = chosen.group_by("host").agg(money=_sum("capex_musd"))["money"]
        return float(by_host.to_numpy().max() / by_host.sum())


def _sum(name: str) -> pl.Expr:
    import polars as pl

    return pl.col(name).sum()


@dataclass(frozen=True, kw_only=True)
class Front:
    """All points that were asked for."""

    points: tuple[Point, ...]
    synthetic: bool

    @property
    def table(self) -> pl.DataFrame:
        """A row a point; `dominated` where another one is no worse in all three and better in one."""
        import polars as pl

        rows = [
            {
                "host_cap": one.host_cap,
                "cvar_most_musd": one.cvar_most,
                "cost_musd": one.cost_musd,
                "cvar_musd": one.cvar_musd,
                "largest_host": one.host_share,
                "projects": None if one.portfolio is None else one.portfolio.chosen.height,
                "gap": None if one.portfolio is None else one.portfolio.choice.gap,
                "status": "conflict" if one.portfolio is None else one.portfolio.choice.status,
                "dominated": self._dominated(one),
                "why": one.why,
            }
            for one in self.points
        ]
        kinds: dict[str, Any] = {
            "projects": pl.Int64,
            "dominated": pl.Boolean,
            "status": pl.String,
            "why": pl.String,
        }
        frame = pl.DataFrame(rows, schema={name: kinds.get(name, pl.Float64) for name in rows[0]})
        return frame.with_columns(synthetic=pl.lit(self.synthetic))

    def _dominated(self, one: Point) -> bool | None:
        mine = _three(one)
        if mine is None:
            return None
        others = [three for other in self.points if (three := _three(other)) is not None]
        return any(
            all(a <= b + 1e-9 for a, b in zip(o, mine, strict=True)) and sum(o) < sum(mine) - 1e-6
            for o in others
        )


def _three(one: Point) -> tuple[float, float, float] | None:
    if one.cost_musd is None or one.cvar_musd is None:
        return None
    return one.cost_musd, one.cvar_musd, one.host_share or 0.0


def pareto(
    instance: Instance,
    limits: Limits | None = None,
    *,
    host_caps: Sequence[float] = (1.0, 0.5, 0.35, 0.25),
    risk_steps: int = 3,
    **budget: Any,
) -> Front:
    """Walk along cost, worst scenarios and largest host.

    Parameters
    ----------
    instance : Instance
    limits : Limits, optional
        Further limits of every point.
    host_caps : sequence of float
        Most of all money for one host; 1 is no cap. [0-1]
    risk_steps : int
        Levels of the worst scenarios for each cap, from that of least mean cost down to the least found.
    **budget
        As for `solve`.

    Returns
    -------
    Front

    Raises
    ------
    OptionError
        If a cap lies outside 0 to 1 or there are no steps.
    """
    import numpy as np

    if not host_caps or not all(0 < cap <= 1 for cap in host_caps) or risk_steps < 1:
        raise OptionError(
            f"host_caps {list(host_caps)}, risk_steps {risk_steps}; above 0 to 1, and at least 1"
        )
    asked = limits or Limits()
    points: list[Point] = []
    start = None
    for cap in host_caps:
        capped = replace(asked, host_cap=None if cap >= 1 else cap)
        cheap = _point(instance, replace(capped, weight=0.0), start, budget)
        points.append(cheap)
        if cheap.portfolio is None or risk_steps == 1:
            continue
        start = cheap.portfolio.choice.start_of
        safe = _point(instance, replace(capped, weight=1.0), start, budget)
        ends = cheap.cvar_musd, safe.cvar_musd
        if ends[0] is None or ends[1] is None:
            continue
        for level in np.linspace(ends[0], ends[1], risk_steps)[1:]:
            most = float(level) + 1e-6 * abs(float(level))
            kept = safe.portfolio if safe.portfolio is not None and level == ends[1] else None
            begin = start if kept is None else kept.choice.start_of
            points.append(_point(instance, replace(capped, weight=0.0, cvar_most=most), begin, budget))
    return Front(points=tuple(points), synthetic=instance.synthetic)


def _point(instance: Instance, limits: Limits, start: Any, budget: dict[str, Any]) -> Point:
    found, why = None, ""
    try:
        found = select(instance, limits, **{**budget, "start": start})
    except NoAnswerError as error:
        why = str(error)
    return Point(host_cap=limits.host_cap, cvar_most=limits.cvar_most, portfolio=found, why=why)
