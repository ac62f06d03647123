"""How much to hold, when to buy and when to release: alone, or with one stock for several."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pactolus.stockpile.policy import RegimePolicy, regime_policy
    from pactolus.stockpile.pooled import pooled_regime_policy, pooled_safety_ratio

_HOME = {
    "RegimePolicy": "pactolus.stockpile.policy",
    "pooled_regime_policy": "pactolus.stockpile.pooled",
    "pooled_safety_ratio": "pactolus.stockpile.pooled",
    "regime_policy": "pactolus.stockpile.policy",
}

__all__ = ["RegimePolicy", "pooled_regime_policy", "pooled_safety_ratio", "regime_policy"]


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
