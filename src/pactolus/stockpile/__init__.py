"""How much to hold, when to buy and when to release: alone, or with one stock for several."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pactolus.stockpile.budgets import Portfolio, portfolio
    from pactolus.stockpile.buying import BuyingCalendar, Case, calendar
    from pactolus.stockpile.coalition import PoolTerms
    from pactolus.stockpile.continuous import Importer, SizedStock, size_stock
    from pactolus.stockpile.day_rules import DAY_RULES, PolicyRule, ReleaseRule, day_rule, read_rule
    from pactolus.stockpile.disclosure import bit_worth
    from pactolus.stockpile.evidence import PhiEvidence, phi_evidence
    from pactolus.stockpile.games_of_stock import StockSplit, coalition_costs, split_places
    from pactolus.stockpile.gaps import gap_table
    from pactolus.stockpile.holdings import HoldingRange, across, published_holdings, read_holdings
    from pactolus.stockpile.joint import PooledStock, pool_stock
    from pactolus.stockpile.loans import Lending, lending
    from pactolus.stockpile.lots import StockLot, lots_of_imports, lots_table, read_lots
    from pactolus.stockpile.one_period import OnePeriodPool, one_period_pool
    from pactolus.stockpile.policy import RegimePolicy, regime_policy
    from pactolus.stockpile.pooled import pooled_regime_policy, pooled_safety_ratio
    from pactolus.stockpile.pricing import Holding, purchase_cost, shortage_cost, world_price_impact
    from pactolus.stockpile.regimes import Regimes, Supplier, any_regimes, supplier_regimes
    from pactolus.stockpile.rule_costs import RuleCost, cost_of_rule
    from pactolus.stockpile.rule_places import RuleStudy, study_rules
    from pactolus.stockpile.rule_stress import event_paths, stress_rule
    from pactolus.stockpile.rule_text import text_of_rule
    from pactolus.stockpile.simulate import SimulatedRule, play_rule, simulate_rule
    from pactolus.stockpile.sizing import Sizing, size_places
    from pactolus.stockpile.tables import RuleFacts, buying_schedule, release_table, rule_facts, size_range
    from pactolus.stockpile.together import Together, pool_places
    from pactolus.stockpile.triggers import TriggerSearch, find_trigger

_HOME = {
    "BuyingCalendar": "pactolus.stockpile.buying",
    "Case": "pactolus.stockpile.buying",
    "DAY_RULES": "pactolus.stockpile.day_rules",
    "Holding": "pactolus.stockpile.pricing",
    "HoldingRange": "pactolus.stockpile.holdings",
    "Importer": "pactolus.stockpile.continuous",
    "Lending": "pactolus.stockpile.loans",
    "OnePeriodPool": "pactolus.stockpile.one_period",
    "PhiEvidence": "pactolus.stockpile.evidence",
    "PolicyRule": "pactolus.stockpile.day_rules",
    "PoolTerms": "pactolus.stockpile.coalition",
    "PooledStock": "pactolus.stockpile.joint",
    "Portfolio": "pactolus.stockpile.budgets",
    "RegimePolicy": "pactolus.stockpile.policy",
    "Regimes": "pactolus.stockpile.regimes",
    "ReleaseRule": "pactolus.stockpile.day_rules",
    "RuleCost": "pactolus.stockpile.rule_costs",
    "RuleFacts": "pactolus.stockpile.tables",
    "RuleStudy": "pactolus.stockpile.rule_places",
    "SimulatedRule": "pactolus.stockpile.simulate",
    "SizedStock": "pactolus.stockpile.continuous",
    "Sizing": "pactolus.stockpile.sizing",
    "StartValues": "pactolus.stockpile.starts",
    "Started": "pactolus.stockpile.start_tables",
    "StockLot": "pactolus.stockpile.lots",
    "StockSplit": "pactolus.stockpile.games_of_stock",
    "Supplier": "pactolus.stockpile.regimes",
    "Together": "pactolus.stockpile.together",
    "TriggerSearch": "pactolus.stockpile.triggers",
    "across": "pactolus.stockpile.holdings",
    "any_regimes": "pactolus.stockpile.regimes",
    "bit_of_stock": "pactolus.stockpile.bits",
    "bit_worth": "pactolus.stockpile.disclosure",
    "bits_of_holdings": "pactolus.stockpile.bit_tables",
    "buying_schedule": "pactolus.stockpile.tables",
    "calendar": "pactolus.stockpile.buying",
    "coalition_costs": "pactolus.stockpile.games_of_stock",
    "cost_of_rule": "pactolus.stockpile.rule_costs",
    "day_rule": "pactolus.stockpile.day_rules",
    "event_paths": "pactolus.stockpile.rule_stress",
    "find_trigger": "pactolus.stockpile.triggers",
    "gap_table": "pactolus.stockpile.gaps",
    "lending": "pactolus.stockpile.loans",
    "lots_of_imports": "pactolus.stockpile.lots",
    "lots_table": "pactolus.stockpile.lots",
    "one_period_pool": "pactolus.stockpile.one_period",
    "phi_evidence": "pactolus.stockpile.evidence",
    "play_rule": "pactolus.stockpile.simulate",
    "pool_from_holdings": "pactolus.stockpile.start_pool",
    "pool_places": "pactolus.stockpile.together",
    "pool_stock": "pactolus.stockpile.joint",
    "pooled_regime_policy": "pactolus.stockpile.pooled",
    "pooled_safety_ratio": "pactolus.stockpile.pooled",
    "portfolio": "pactolus.stockpile.budgets",
    "published_holdings": "pactolus.stockpile.holdings",
    "purchase_cost": "pactolus.stockpile.pricing",
    "read_holdings": "pactolus.stockpile.holdings",
    "read_lots": "pactolus.stockpile.lots",
    "read_rule": "pactolus.stockpile.day_rules",
    "regime_policy": "pactolus.stockpile.policy",
    "release_table": "pactolus.stockpile.tables",
    "rule_facts": "pactolus.stockpile.tables",
    "shortage_cost": "pactolus.stockpile.pricing",
    "simulate_rule": "pactolus.stockpile.simulate",
    "size_places": "pactolus.stockpile.sizing",
    "size_range": "pactolus.stockpile.tables",
    "size_stock": "pactolus.stockpile.continuous",
    "split_from_holdings": "pactolus.stockpile.start_split",
    "split_places": "pactolus.stockpile.games_of_stock",
    "start_values": "pactolus.stockpile.starts",
    "stress_rule": "pactolus.stockpile.rule_stress",
    "study_rules": "pactolus.stockpile.rule_places",
    "supplier_regimes": "pactolus.stockpile.regimes",
    "text_of_rule": "pactolus.stockpile.rule_text",
    "world_price_impact": "pactolus.stockpile.pricing",
}

__all__ = [
    "DAY_RULES",
    "BuyingCalendar",
    "Case",
    "Holding",
    "HoldingRange",
    "Importer",
    "Lending",
    "OnePeriodPool",
    "PhiEvidence",
    "PolicyRule",
    "PoolTerms",
    "PooledStock",
    "Portfolio",
    "RegimePolicy",
    "Regimes",
    "ReleaseRule",
    "RuleCost",
    "RuleFacts",
    "RuleStudy",
    "SimulatedRule",
    "SizedStock",
    "Sizing",
    "StartValues",
    "Started",
    "StockLot",
    "StockSplit",
    "Supplier",
    "Together",
    "TriggerSearch",
    "across",
    "any_regimes",
    "bit_of_stock",
    "bit_worth",
    "bits_of_holdings",
    "buying_schedule",
    "calendar",
    "coalition_costs",
    "cost_of_rule",
    "day_rule",
    "event_paths",
    "find_trigger",
    "gap_table",
    "lending",
    "lots_of_imports",
    "lots_table",
    "one_period_pool",
    "phi_evidence",
    "play_rule",
    "pool_from_holdings",
    "pool_places",
    "pool_stock",
    "pooled_regime_policy",
    "pooled_safety_ratio",
    "portfolio",
    "published_holdings",
    "purchase_cost",
    "read_holdings",
    "read_lots",
    "read_rule",
    "regime_policy",
    "release_table",
    "rule_facts",
    "shortage_cost",
    "simulate_rule",
    "size_places",
    "size_range",
    "size_stock",
    "split_from_holdings",
    "split_places",
    "start_values",
    "stress_rule",
    "study_rules",
    "supplier_regimes",
    "text_of_rule",
    "world_price_impact",
]


def __getattr__(name: str) -> Any:
    """Bring a function in when it is first asked for (PEP 562)."""
    from importlib import import_module

    if name not in _HOME:
        raise AttributeError(f"module 'pactolus.stockpile' has no attribute {name!r}")
    found = getattr(import_module(_HOME[name]), name)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return sorted(__all__)
