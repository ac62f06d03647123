"""How much to hold, when to buy and when to release: alone, or with one stock for several."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pactolus.stockpile.base.pricing import Holding, purchase_cost, shortage_cost, world_price_impact
    from pactolus.stockpile.base.regimes import Regimes, Supplier, any_regimes, supplier_regimes
    from pactolus.stockpile.budget.budgets import Portfolio, portfolio
    from pactolus.stockpile.buying.scheduling import BuyingCalendar, Case, calendar
    from pactolus.stockpile.members.disclosure import bit_worth
    from pactolus.stockpile.members.evidence import PhiEvidence, phi_evidence
    from pactolus.stockpile.members.gaps import gap_table
    from pactolus.stockpile.members.holdings import HoldingRange, across, published_holdings, read_holdings
    from pactolus.stockpile.members.lots import StockLot, lots_of_imports, lots_table, read_lots
    from pactolus.stockpile.members.sizing import Sizing, size_places
    from pactolus.stockpile.pooling.coalition import PoolTerms
    from pactolus.stockpile.pooling.one_period import OnePeriodPool, one_period_pool
    from pactolus.stockpile.pooling.splitting import StockSplit, coalition_costs, split_places
    from pactolus.stockpile.pooling.together import Together, pool_places
    from pactolus.stockpile.rules.costs import RuleCost, cost_of_rule
    from pactolus.stockpile.rules.day_rules import DAY_RULES, PolicyRule, ReleaseRule, day_rule, read_rule
    from pactolus.stockpile.rules.places import RuleStudy, study_rules
    from pactolus.stockpile.rules.stress import event_paths, stress_rule
    from pactolus.stockpile.rules.text import text_of_rule
    from pactolus.stockpile.rules.triggers import TriggerSearch, find_trigger
    from pactolus.stockpile.stocks.continuous import Importer, SizedStock, size_stock
    from pactolus.stockpile.stocks.joint import PooledStock, pool_stock
    from pactolus.stockpile.stocks.loans import Lending, lending
    from pactolus.stockpile.stocks.policy import RegimePolicy, regime_policy
    from pactolus.stockpile.stocks.pooled import pooled_regime_policy, pooled_safety_ratio
    from pactolus.stockpile.stocks.simulate import SimulatedRule, play_rule, simulate_rule
    from pactolus.stockpile.stocks.tables import (
        RuleFacts,
        buying_schedule,
        release_table,
        rule_facts,
        size_range,
    )

_HOME = {
    "BuyingCalendar": "pactolus.stockpile.buying.scheduling",
    "Case": "pactolus.stockpile.buying.scheduling",
    "DAY_RULES": "pactolus.stockpile.rules.day_rules",
    "Holding": "pactolus.stockpile.base.pricing",
    "HoldingRange": "pactolus.stockpile.members.holdings",
    "Importer": "pactolus.stockpile.stocks.continuous",
    "Lending": "pactolus.stockpile.stocks.loans",
    "OnePeriodPool": "pactolus.stockpile.pooling.one_period",
    "PhiEvidence": "pactolus.stockpile.members.evidence",
    "PolicyRule": "pactolus.stockpile.rules.day_rules",
    "PoolTerms": "pactolus.stockpile.pooling.coalition",
    "PooledStock": "pactolus.stockpile.stocks.joint",
    "Portfolio": "pactolus.stockpile.budget.budgets",
    "RegimePolicy": "pactolus.stockpile.stocks.policy",
    "Regimes": "pactolus.stockpile.base.regimes",
    "ReleaseRule": "pactolus.stockpile.rules.day_rules",
    "RuleCost": "pactolus.stockpile.rules.costs",
    "RuleFacts": "pactolus.stockpile.stocks.tables",
    "RuleStudy": "pactolus.stockpile.rules.places",
    "SimulatedRule": "pactolus.stockpile.stocks.simulate",
    "SizedStock": "pactolus.stockpile.stocks.continuous",
    "Sizing": "pactolus.stockpile.members.sizing",
    "StartValues": "pactolus.stockpile.starts.values",
    "Started": "pactolus.stockpile.starts.tables",
    "StockLot": "pactolus.stockpile.members.lots",
    "StockSplit": "pactolus.stockpile.pooling.splitting",
    "Supplier": "pactolus.stockpile.base.regimes",
    "Together": "pactolus.stockpile.pooling.together",
    "TriggerSearch": "pactolus.stockpile.rules.triggers",
    "across": "pactolus.stockpile.members.holdings",
    "any_regimes": "pactolus.stockpile.base.regimes",
    "bit_of_stock": "pactolus.stockpile.members.bits",
    "bit_worth": "pactolus.stockpile.members.disclosure",
    "bits_of_holdings": "pactolus.stockpile.starts.bits",
    "buying_schedule": "pactolus.stockpile.stocks.tables",
    "calendar": "pactolus.stockpile.buying.scheduling",
    "coalition_costs": "pactolus.stockpile.pooling.splitting",
    "cost_of_rule": "pactolus.stockpile.rules.costs",
    "day_rule": "pactolus.stockpile.rules.day_rules",
    "event_paths": "pactolus.stockpile.rules.stress",
    "find_trigger": "pactolus.stockpile.rules.triggers",
    "gap_table": "pactolus.stockpile.members.gaps",
    "lending": "pactolus.stockpile.stocks.loans",
    "lots_of_imports": "pactolus.stockpile.members.lots",
    "lots_table": "pactolus.stockpile.members.lots",
    "one_period_pool": "pactolus.stockpile.pooling.one_period",
    "phi_evidence": "pactolus.stockpile.members.evidence",
    "play_rule": "pactolus.stockpile.stocks.simulate",
    "pool_from_holdings": "pactolus.stockpile.starts.together",
    "pool_places": "pactolus.stockpile.pooling.together",
    "pool_stock": "pactolus.stockpile.stocks.joint",
    "pooled_regime_policy": "pactolus.stockpile.stocks.pooled",
    "pooled_safety_ratio": "pactolus.stockpile.stocks.pooled",
    "portfolio": "pactolus.stockpile.budget.budgets",
    "published_holdings": "pactolus.stockpile.members.holdings",
    "purchase_cost": "pactolus.stockpile.base.pricing",
    "read_holdings": "pactolus.stockpile.members.holdings",
    "read_lots": "pactolus.stockpile.members.lots",
    "read_rule": "pactolus.stockpile.rules.day_rules",
    "regime_policy": "pactolus.stockpile.stocks.policy",
    "release_table": "pactolus.stockpile.stocks.tables",
    "rule_facts": "pactolus.stockpile.stocks.tables",
    "shortage_cost": "pactolus.stockpile.base.pricing",
    "simulate_rule": "pactolus.stockpile.stocks.simulate",
    "size_places": "pactolus.stockpile.members.sizing",
    "size_range": "pactolus.stockpile.stocks.tables",
    "size_stock": "pactolus.stockpile.stocks.continuous",
    "split_from_holdings": "pactolus.stockpile.starts.splitting",
    "split_places": "pactolus.stockpile.pooling.splitting",
    "start_values": "pactolus.stockpile.starts.values",
    "stress_rule": "pactolus.stockpile.rules.stress",
    "study_rules": "pactolus.stockpile.rules.places",
    "supplier_regimes": "pactolus.stockpile.base.regimes",
    "text_of_rule": "pactolus.stockpile.rules.text",
    "world_price_impact": "pactolus.stockpile.base.pricing",
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
