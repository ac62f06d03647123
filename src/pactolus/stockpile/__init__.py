"""How much to hold, when to buy and when to release: alone, or with one stock for several."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pactolus.stockpile.buying import BuyingCalendar, Case, calendar
    from pactolus.stockpile.continuous import Importer, SizedStock, size_stock
    from pactolus.stockpile.disclosure import bit_worth
    from pactolus.stockpile.holdings import HoldingRange, across, published_holdings, read_holdings
    from pactolus.stockpile.joint import PooledStock, pool_stock
    from pactolus.stockpile.loans import Lending, lending
    from pactolus.stockpile.policy import RegimePolicy, regime_policy
    from pactolus.stockpile.pooled import pooled_regime_policy, pooled_safety_ratio
    from pactolus.stockpile.pricing import Holding, purchase_cost, shortage_cost, world_price_impact
    from pactolus.stockpile.regimes import Regimes, Supplier, any_regimes, supplier_regimes
    from pactolus.stockpile.tables import RuleFacts, buying_schedule, release_table, rule_facts, size_range

_HOME = {
    "BuyingCalendar": "pactolus.stockpile.buying",
    "Case": "pactolus.stockpile.buying",
    "Holding": "pactolus.stockpile.pricing",
    "HoldingRange": "pactolus.stockpile.holdings",
    "Importer": "pactolus.stockpile.continuous",
    "Lending": "pactolus.stockpile.loans",
    "PooledStock": "pactolus.stockpile.joint",
    "RegimePolicy": "pactolus.stockpile.policy",
    "Regimes": "pactolus.stockpile.regimes",
    "RuleFacts": "pactolus.stockpile.tables",
    "SizedStock": "pactolus.stockpile.continuous",
    "Supplier": "pactolus.stockpile.regimes",
    "across": "pactolus.stockpile.holdings",
    "any_regimes": "pactolus.stockpile.regimes",
    "bit_worth": "pactolus.stockpile.disclosure",
    "buying_schedule": "pactolus.stockpile.tables",
    "calendar": "pactolus.stockpile.buying",
    "lending": "pactolus.stockpile.loans",
    "pool_stock": "pactolus.stockpile.joint",
    "pooled_regime_policy": "pactolus.stockpile.pooled",
    "pooled_safety_ratio": "pactolus.stockpile.pooled",
    "published_holdings": "pactolus.stockpile.holdings",
    "purchase_cost": "pactolus.stockpile.pricing",
    "read_holdings": "pactolus.stockpile.holdings",
    "regime_policy": "pactolus.stockpile.policy",
    "release_table": "pactolus.stockpile.tables",
    "rule_facts": "pactolus.stockpile.tables",
    "shortage_cost": "pactolus.stockpile.pricing",
    "size_range": "pactolus.stockpile.tables",
    "size_stock": "pactolus.stockpile.continuous",
    "supplier_regimes": "pactolus.stockpile.regimes",
    "world_price_impact": "pactolus.stockpile.pricing",
}

__all__ = [
    "BuyingCalendar",
    "Case",
    "Holding",
    "HoldingRange",
    "Importer",
    "Lending",
    "PooledStock",
    "RegimePolicy",
    "Regimes",
    "RuleFacts",
    "SizedStock",
    "Supplier",
    "across",
    "any_regimes",
    "bit_worth",
    "buying_schedule",
    "calendar",
    "lending",
    "pool_stock",
    "pooled_regime_policy",
    "pooled_safety_ratio",
    "published_holdings",
    "purchase_cost",
    "read_holdings",
    "regime_policy",
    "release_table",
    "rule_facts",
    "shortage_cost",
    "size_range",
    "size_stock",
    "supplier_regimes",
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
