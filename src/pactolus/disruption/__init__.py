"""What is lost when supply is cut: by whom, how much, at which price, and how sure that is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pactolus.disruption.price import PriceResponse, price_response

_HOME = {
    "PriceResponse": "pactolus.disruption.price",
    "price_response": "pactolus.disruption.price",
}

__all__ = ["PriceResponse", "price_response"]


def __getattr__(name: str) -> Any:
    """Bring a function in when it is first asked for (PEP 562)."""
    from importlib import import_module

    if name not in _HOME:
        raise AttributeError(f"module 'pactolus.disruption' has no attribute {name!r}")
    found = getattr(import_module(_HOME[name]), name)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return sorted(__all__)
