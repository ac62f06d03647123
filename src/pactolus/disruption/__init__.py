"""What is lost when supply is cut: by whom, how much, at which price, and how sure that is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pactolus.disruption.events import events_of
    from pactolus.disruption.history import priors
    from pactolus.disruption.library import ready, ready_names
    from pactolus.disruption.monthly import by_month
    from pactolus.disruption.price import PriceResponse, price_response
    from pactolus.disruption.random_years import montecarlo
    from pactolus.disruption.scenario import Scenario, read_scenario, scenario_of
    from pactolus.disruption.stresses import Stress, stress

_HOME = {
    "PriceResponse": "pactolus.disruption.price",
    "Scenario": "pactolus.disruption.scenario",
    "Stress": "pactolus.disruption.stresses",
    "by_month": "pactolus.disruption.monthly",
    "events_of": "pactolus.disruption.events",
    "montecarlo": "pactolus.disruption.random_years",
    "price_response": "pactolus.disruption.price",
    "priors": "pactolus.disruption.history",
    "read_scenario": "pactolus.disruption.scenario",
    "ready": "pactolus.disruption.library",
    "ready_names": "pactolus.disruption.library",
    "scenario_of": "pactolus.disruption.scenario",
    "stress": "pactolus.disruption.stresses",
}

__all__ = [
    "PriceResponse",
    "Scenario",
    "Stress",
    "by_month",
    "events_of",
    "montecarlo",
    "price_response",
    "priors",
    "read_scenario",
    "ready",
    "ready_names",
    "scenario_of",
    "stress",
]


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
