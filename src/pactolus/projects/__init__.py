"""Joint projects in third countries: which, together with whom, in what shares."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pactolus.projects.appraisal.appraise import Appraisal, appraise
    from pactolus.projects.appraisal.cash_flow import CashFlow, Plant, flows, npv
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
    from pactolus.projects.appraisal.rows import Stated
    from pactolus.projects.appraisal.security import value_of_tonne
    from pactolus.projects.appraisal.terms import Terms, read_terms
    from pactolus.projects.base.candidates import Candidate, Stake
    from pactolus.projects.base.ranges import Range
    from pactolus.projects.market.contracts import Contract, cost_to_guarantor, split_by_offtake
    from pactolus.projects.market.copper import Charge
    from pactolus.projects.market.floor import floor_by_draw
    from pactolus.projects.market.margin import Smelting, break_even_tc, margin_range
    from pactolus.projects.market.published import charge_history
    from pactolus.projects.matching.bundles import Bundle, BundleLimits, Bundling, bundle
    from pactolus.projects.matching.companies import capabilities
    from pactolus.projects.matching.guard import view_of
    from pactolus.projects.matching.problem import MatchProblem, match_problem
    from pactolus.projects.matching.reading import read_firms, read_slots
    from pactolus.projects.matching.stable import blocking_pairs, stable_match
    from pactolus.projects.matching.study import MatchStudy, match_firms
    from pactolus.projects.matching.tables import match_table
    from pactolus.projects.matching.transfers import Assignment, assign
    from pactolus.projects.pipeline.appraisable import candidates_of, lacks
    from pactolus.projects.pipeline.loading import project, read_projects, shipped_projects, with_own
    from pactolus.projects.pipeline.parts import Project
    from pactolus.projects.pipeline.rates import Rate, read_rates
    from pactolus.projects.selection.alternatives import Alternatives, alternatives
    from pactolus.projects.selection.coalition import AloneAndTogether, alone_and_together
    from pactolus.projects.selection.companies import Company, read_companies
    from pactolus.projects.selection.company_tables import company_table
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
    "Assignment": "pactolus.projects.matching.transfers",
    "Bundle": "pactolus.projects.matching.bundles",
    "BundleLimits": "pactolus.projects.matching.bundles",
    "Bundling": "pactolus.projects.matching.bundles",
    "Candidate": "pactolus.projects.base.candidates",
    "CashFlow": "pactolus.projects.appraisal.cash_flow",
    "Charge": "pactolus.projects.market.copper",
    "Company": "pactolus.projects.selection.companies",
    "Contract": "pactolus.projects.market.contracts",
    "CountryRisk": "pactolus.projects.appraisal.country_risk",
    "Front": "pactolus.projects.selection.pareto",
    "Instance": "pactolus.projects.selection.instance",
    "Lead": "pactolus.projects.appraisal.delays",
    "Limits": "pactolus.projects.selection.limits",
    "MatchProblem": "pactolus.projects.matching.problem",
    "MatchStudy": "pactolus.projects.matching.study",
    "Means": "pactolus.projects.selection.real",
    "Plant": "pactolus.projects.appraisal.cash_flow",
    "Portfolio": "pactolus.projects.selection.portfolio",
    "Power": "pactolus.projects.selection.powers",
    "Price": "pactolus.projects.appraisal.prices",
    "Project": "pactolus.projects.pipeline.parts",
    "Range": "pactolus.projects.base.ranges",
    "Rate": "pactolus.projects.pipeline.rates",
    "Returns": "pactolus.projects.appraisal.returns",
    "Smelting": "pactolus.projects.market.margin",
    "Stage": "pactolus.projects.appraisal.options",
    "Stake": "pactolus.projects.base.candidates",
    "Stated": "pactolus.projects.appraisal.rows",
    "Terms": "pactolus.projects.appraisal.terms",
    "alone_and_together": "pactolus.projects.selection.coalition",
    "alternatives": "pactolus.projects.selection.alternatives",
    "appraise": "pactolus.projects.appraisal.appraise",
    "assign": "pactolus.projects.matching.transfers",
    "blocking_pairs": "pactolus.projects.matching.stable",
    "break_even_tc": "pactolus.projects.market.margin",
    "bundle": "pactolus.projects.matching.bundles",
    "candidates_of": "pactolus.projects.pipeline.appraisable",
    "capabilities": "pactolus.projects.matching.companies",
    "cash_flows": "pactolus.projects.appraisal.drawing",
    "charge_history": "pactolus.projects.market.published",
    "company_table": "pactolus.projects.selection.company_tables",
    "conflict_of": "pactolus.projects.selection.conflicts",
    "cost_of_equity": "pactolus.projects.appraisal.country_risk",
    "cost_to_guarantor": "pactolus.projects.market.contracts",
    "country_premium": "pactolus.projects.appraisal.country_risk",
    "defer_option": "pactolus.projects.appraisal.options",
    "discount_rate": "pactolus.projects.appraisal.drawing",
    "floor_by_draw": "pactolus.projects.market.floor",
    "flows": "pactolus.projects.appraisal.cash_flow",
    "instance_of": "pactolus.projects.selection.real",
    "irr": "pactolus.projects.appraisal.returns",
    "lacks": "pactolus.projects.pipeline.appraisable",
    "lattice_option": "pactolus.projects.appraisal.options",
    "lead_of": "pactolus.projects.appraisal.delays",
    "margin_range": "pactolus.projects.market.margin",
    "match_firms": "pactolus.projects.matching.study",
    "match_problem": "pactolus.projects.matching.problem",
    "match_table": "pactolus.projects.matching.tables",
    "npv": "pactolus.projects.appraisal.cash_flow",
    "npv_by_start": "pactolus.projects.appraisal.drawing",
    "output_t": "pactolus.projects.appraisal.drawing",
    "pareto": "pactolus.projects.selection.pareto",
    "plant_of": "pactolus.projects.appraisal.drawing",
    "powers_on": "pactolus.projects.selection.powers",
    "price_of": "pactolus.projects.appraisal.prices",
    "project": "pactolus.projects.pipeline.loading",
    "public_part": "pactolus.projects.selection.powers",
    "read_companies": "pactolus.projects.selection.companies",
    "read_country_risk": "pactolus.projects.appraisal.country_risk",
    "read_firms": "pactolus.projects.matching.reading",
    "read_fiscal": "pactolus.projects.appraisal.fiscal",
    "read_prices": "pactolus.projects.appraisal.prices",
    "read_projects": "pactolus.projects.pipeline.loading",
    "read_rates": "pactolus.projects.pipeline.rates",
    "read_slots": "pactolus.projects.matching.reading",
    "read_terms": "pactolus.projects.appraisal.terms",
    "select": "pactolus.projects.selection.portfolio",
    "shipped_fiscal": "pactolus.projects.appraisal.fiscal",
    "shipped_projects": "pactolus.projects.pipeline.loading",
    "split_by_offtake": "pactolus.projects.market.contracts",
    "stable_match": "pactolus.projects.matching.stable",
    "staged_value": "pactolus.projects.appraisal.options",
    "synthetic_instance": "pactolus.projects.selection.synthetic",
    "value_of_tonne": "pactolus.projects.appraisal.security",
    "view_of": "pactolus.projects.matching.guard",
    "with_country_risk": "pactolus.projects.appraisal.country_risk",
    "with_fiscal": "pactolus.projects.appraisal.fiscal",
    "with_floor": "pactolus.projects.appraisal.prices",
    "with_own": "pactolus.projects.pipeline.loading",
}

__all__ = [
    "AloneAndTogether",
    "Alternatives",
    "Appraisal",
    "Assignment",
    "Bundle",
    "BundleLimits",
    "Bundling",
    "Candidate",
    "CashFlow",
    "Charge",
    "Company",
    "Contract",
    "CountryRisk",
    "Front",
    "Instance",
    "Lead",
    "Limits",
    "MatchProblem",
    "MatchStudy",
    "Means",
    "Plant",
    "Portfolio",
    "Power",
    "Price",
    "Project",
    "Range",
    "Rate",
    "Returns",
    "Smelting",
    "Stage",
    "Stake",
    "Stated",
    "Terms",
    "alone_and_together",
    "alternatives",
    "appraise",
    "assign",
    "blocking_pairs",
    "break_even_tc",
    "bundle",
    "candidates_of",
    "capabilities",
    "cash_flows",
    "charge_history",
    "company_table",
    "conflict_of",
    "cost_of_equity",
    "cost_to_guarantor",
    "country_premium",
    "defer_option",
    "discount_rate",
    "floor_by_draw",
    "flows",
    "instance_of",
    "irr",
    "lacks",
    "lattice_option",
    "lead_of",
    "margin_range",
    "match_firms",
    "match_problem",
    "match_table",
    "npv",
    "npv_by_start",
    "output_t",
    "pareto",
    "plant_of",
    "powers_on",
    "price_of",
    "project",
    "public_part",
    "read_companies",
    "read_country_risk",
    "read_firms",
    "read_fiscal",
    "read_prices",
    "read_projects",
    "read_rates",
    "read_slots",
    "read_terms",
    "select",
    "shipped_fiscal",
    "shipped_projects",
    "split_by_offtake",
    "stable_match",
    "staged_value",
    "synthetic_instance",
    "value_of_tonne",
    "view_of",
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
