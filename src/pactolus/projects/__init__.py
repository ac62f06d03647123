"""Joint projects in third countries: which, together with whom, in what shares."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pactolus.projects.appraisal.appraise import Appraisal, Stated, appraise
    from pactolus.projects.appraisal.cash_flow import CashFlow, Plant, Returns, flows, irr, npv
    from pactolus.projects.appraisal.country_risk import (
        CountryRisk,
        cost_of_equity,
        country_premium,
        read_country_risk,
        with_country_risk,
    )
    from pactolus.projects.appraisal.delays import Lead, lead_of
    from pactolus.projects.appraisal.drawing import (
        cash_flows,
        discount_rate,
        npv_by_start,
        output_t,
        plant_of,
    )
    from pactolus.projects.appraisal.fiscal import read_fiscal, shipped_fiscal, with_fiscal
    from pactolus.projects.appraisal.options import Stage, defer_option, lattice_option, staged_value
    from pactolus.projects.appraisal.prices import Price, price_of, read_prices, with_floor
    from pactolus.projects.appraisal.security import value_of_tonne
    from pactolus.projects.appraisal.terms import Terms, read_terms
    from pactolus.projects.candidates import Candidate, Stake
    from pactolus.projects.pipeline.appraisable import candidates_of, lacks
    from pactolus.projects.pipeline.loading import project, read_projects, shipped_projects, with_own
    from pactolus.projects.pipeline.parts import Project
    from pactolus.projects.pipeline.rates import Rate, read_rates
    from pactolus.projects.ranges import Range
    from pactolus.projects.selection.alternatives import Alternatives, alternatives
    from pactolus.projects.selection.coalition import AloneAndTogether, alone_and_together
    from pactolus.projects.selection.conflicts import conflict_of
    from pactolus.projects.selection.instance import Instance
    from pactolus.projects.selection.limits import Limits
    from pactolus.projects.selection.pareto import Front, pareto
    from pactolus.projects.selection.portfolio import Portfolio, select
    from pactolus.projects.selection.powers import Power, powers_on, public_part
    from pactolus.projects.selection.real import Means, instance_of
    from pactolus.projects.selection.synthetic import synthetic_instance

_HOME = {
    "AloneAndTogether": "pactolus.projects.selection.coalition",
    "Alternatives": "pactolus.projects.selection.alternatives",
    "Appraisal": "pactolus.projects.appraisal.appraise",
    "Candidate": "pactolus.projects.candidates",
    "CashFlow": "pactolus.projects.appraisal.cash_flow",
    "CountryRisk": "pactolus.projects.appraisal.country_risk",
    "Front": "pactolus.projects.selection.pareto",
    "Instance": "pactolus.projects.selection.instance",
    "Lead": "pactolus.projects.appraisal.delays",
    "Limits": "pactolus.projects.selection.limits",
    "Means": "pactolus.projects.selection.real",
    "Plant": "pactolus.projects.appraisal.cash_flow",
    "Portfolio": "pactolus.projects.selection.portfolio",
    "Power": "pactolus.projects.selection.powers",
    "Price": "pactolus.projects.appraisal.prices",
    "Project": "pactolus.projects.pipeline.parts",
    "Range": "pactolus.projects.ranges",
    "Rate": "pactolus.projects.pipeline.rates",
    "Returns": "pactolus.projects.appraisal.cash_flow",
    "Stage": "pactolus.projects.appraisal.options",
    "Stake": "pactolus.projects.candidates",
    "Stated": "pactolus.projects.appraisal.appraise",
    "Terms": "pactolus.projects.appraisal.terms",
    "alone_and_together": "pactolus.projects.selection.coalition",
    "alternatives": "pactolus.projects.selection.alternatives",
    "appraise": "pactolus.projects.appraisal.appraise",
    "candidates_of": "pactolus.projects.pipeline.appraisable",
    "cash_flows": "pactolus.projects.appraisal.drawing",
    "conflict_of": "pactolus.projects.selection.conflicts",
    "cost_of_equity": "pactolus.projects.appraisal.country_risk",
    "country_premium": "pactolus.projects.appraisal.country_risk",
    "defer_option": "pactolus.projects.appraisal.options",
    "discount_rate": "pactolus.projects.appraisal.drawing",
    "flows": "pactolus.projects.appraisal.cash_flow",
    "instance_of": "pactolus.projects.selection.real",
    "irr": "pactolus.projects.appraisal.cash_flow",
    "lacks": "pactolus.projects.pipeline.appraisable",
    "lattice_option": "pactolus.projects.appraisal.options",
    "lead_of": "pactolus.projects.appraisal.delays",
    "npv": "pactolus.projects.appraisal.cash_flow",
    "npv_by_start": "pactolus.projects.appraisal.drawing",
    "output_t": "pactolus.projects.appraisal.drawing",
    "pareto": "pactolus.projects.selection.pareto",
    "plant_of": "pactolus.projects.appraisal.drawing",
    "powers_on": "pactolus.projects.selection.powers",
    "price_of": "pactolus.projects.appraisal.prices",
    "project": "pactolus.projects.pipeline.loading",
    "public_part": "pactolus.projects.selection.powers",
    "read_country_risk": "pactolus.projects.appraisal.country_risk",
    "read_fiscal": "pactolus.projects.appraisal.fiscal",
    "read_prices": "pactolus.projects.appraisal.prices",
    "read_projects": "pactolus.projects.pipeline.loading",
    "read_rates": "pactolus.projects.pipeline.rates",
    "read_terms": "pactolus.projects.appraisal.terms",
    "select": "pactolus.projects.selection.portfolio",
    "shipped_fiscal": "pactolus.projects.appraisal.fiscal",
    "shipped_projects": "pactolus.projects.pipeline.loading",
    "staged_value": "pactolus.projects.appraisal.options",
    "synthetic_instance": "pactolus.projects.selection.synthetic",
    "value_of_tonne": "pactolus.projects.appraisal.security",
    "with_country_risk": "pactolus.projects.appraisal.country_risk",
    "with_fiscal": "pactolus.projects.appraisal.fiscal",
    "with_floor": "pactolus.projects.appraisal.prices",
    "with_own": "pactolus.projects.pipeline.loading",
}

__all__ = [
    "AloneAndTogether",
    "Alternatives",
    "Appraisal",
    "Candidate",
    "CashFlow",
    "CountryRisk",
    "Front",
    "Instance",
    "Lead",
    "Limits",
    "Means",
    "Plant",
    "Portfolio",
    "Power",
    "Price",
    "Project",
    "Range",
    "Rate",
    "Returns",
    "Stage",
    "Stake",
    "Stated",
    "Terms",
    "alone_and_together",
    "alternatives",
    "appraise",
    "candidates_of",
    "cash_flows",
    "conflict_of",
    "cost_of_equity",
    "country_premium",
    "defer_option",
    "discount_rate",
    "flows",
    "instance_of",
    "irr",
    "lacks",
    "lattice_option",
    "lead_of",
    "npv",
    "npv_by_start",
    "output_t",
    "pareto",
    "plant_of",
    "powers_on",
    "price_of",
    "project",
    "public_part",
    "read_country_risk",
    "read_fiscal",
    "read_prices",
    "read_projects",
    "read_rates",
    "read_terms",
    "select",
    "shipped_fiscal",
    "shipped_projects",
    "staged_value",
    "synthetic_instance",
    "value_of_tonne",
    "with_country_risk",
    "with_fiscal",
    "with_floor",
    "with_own",
]


def __getattr__(name: str) -> Any:
    """Bring a name in when it is first asked for (PEP 562)."""
    from importlib import import_module

    if name not in _HOME:
        raise AttributeError(f"module 'pactolus.projects' has no attribute {name!r}")
    found = getattr(import_module(_HOME[name]), name)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return sorted(__all__)
