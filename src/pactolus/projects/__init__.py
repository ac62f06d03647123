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

_HOME = {
    "Appraisal": "pactolus.projects.appraisal.appraise",
    "Candidate": "pactolus.projects.candidates",
    "CashFlow": "pactolus.projects.appraisal.cash_flow",
    "CountryRisk": "pactolus.projects.appraisal.country_risk",
    "Lead": "pactolus.projects.appraisal.delays",
    "Plant": "pactolus.projects.appraisal.cash_flow",
    "Price": "pactolus.projects.appraisal.prices",
    "Project": "pactolus.projects.pipeline.parts",
    "Range": "pactolus.projects.ranges",
    "Rate": "pactolus.projects.pipeline.rates",
    "Returns": "pactolus.projects.appraisal.cash_flow",
    "Stage": "pactolus.projects.appraisal.options",
    "Stake": "pactolus.projects.candidates",
    "Stated": "pactolus.projects.appraisal.appraise",
    "Terms": "pactolus.projects.appraisal.terms",
    "appraise": "pactolus.projects.appraisal.appraise",
    "candidates_of": "pactolus.projects.pipeline.appraisable",
    "cash_flows": "pactolus.projects.appraisal.drawing",
    "cost_of_equity": "pactolus.projects.appraisal.country_risk",
    "country_premium": "pactolus.projects.appraisal.country_risk",
    "defer_option": "pactolus.projects.appraisal.options",
    "discount_rate": "pactolus.projects.appraisal.drawing",
    "flows": "pactolus.projects.appraisal.cash_flow",
    "irr": "pactolus.projects.appraisal.cash_flow",
    "lacks": "pactolus.projects.pipeline.appraisable",
    "lattice_option": "pactolus.projects.appraisal.options",
    "lead_of": "pactolus.projects.appraisal.delays",
    "npv": "pactolus.projects.appraisal.cash_flow",
    "npv_by_start": "pactolus.projects.appraisal.drawing",
    "output_t": "pactolus.projects.appraisal.drawing",
    "plant_of": "pactolus.projects.appraisal.drawing",
    "price_of": "pactolus.projects.appraisal.prices",
    "project": "pactolus.projects.pipeline.loading",
    "read_country_risk": "pactolus.projects.appraisal.country_risk",
    "read_fiscal": "pactolus.projects.appraisal.fiscal",
    "read_prices": "pactolus.projects.appraisal.prices",
    "read_projects": "pactolus.projects.pipeline.loading",
    "read_rates": "pactolus.projects.pipeline.rates",
    "read_terms": "pactolus.projects.appraisal.terms",
    "shipped_fiscal": "pactolus.projects.appraisal.fiscal",
    "shipped_projects": "pactolus.projects.pipeline.loading",
    "staged_value": "pactolus.projects.appraisal.options",
    "value_of_tonne": "pactolus.projects.appraisal.security",
    "with_country_risk": "pactolus.projects.appraisal.country_risk",
    "with_fiscal": "pactolus.projects.appraisal.fiscal",
    "with_floor": "pactolus.projects.appraisal.prices",
    "with_own": "pactolus.projects.pipeline.loading",
}

__all__ = [
    "Appraisal",
    "Candidate",
    "CashFlow",
    "CountryRisk",
    "Lead",
    "Plant",
    "Price",
    "Project",
    "Range",
    "Rate",
    "Returns",
    "Stage",
    "Stake",
    "Stated",
    "Terms",
    "appraise",
    "candidates_of",
    "cash_flows",
    "cost_of_equity",
    "country_premium",
    "defer_option",
    "discount_rate",
    "flows",
    "irr",
    "lacks",
    "lattice_option",
    "lead_of",
    "npv",
    "npv_by_start",
    "output_t",
    "plant_of",
    "price_of",
    "project",
    "read_country_risk",
    "read_fiscal",
    "read_prices",
    "read_projects",
    "read_rates",
    "read_terms",
    "shipped_fiscal",
    "shipped_projects",
    "staged_value",
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
