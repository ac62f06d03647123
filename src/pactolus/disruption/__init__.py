"""What is lost when supply is cut: by whom, how much, at which price, and how sure that is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pactolus.disruption.effects.monthly import by_month
    from pactolus.disruption.effects.stresses import Stress, stress
    from pactolus.disruption.engines.price import PriceResponse, price_response
    from pactolus.disruption.history.events import events_of
    from pactolus.disruption.history.priors import priors
    from pactolus.disruption.random_years.montecarlo import montecarlo
    from pactolus.disruption.scenarios.library import ready, ready_names
    from pactolus.disruption.scenarios.scenario import Scenario, read_scenario, scenario_of

_HOME = {
    "PriceResponse": "pactolus.disruption.engines.price",
    "Scenario": "pactolus.disruption.scenarios.scenario",
    "Stress": "pactolus.disruption.effects.stresses",
    "by_month": "pactolus.disruption.effects.monthly",
    "events_of": "pactolus.disruption.history.events",
    "montecarlo": "pactolus.disruption.random_years.montecarlo",
    "price_response": "pactolus.disruption.engines.price",
    "priors": "pactolus.disruption.history.priors",
    "read_scenario": "pactolus.disruption.scenarios.scenario",
    "ready": "pactolus.disruption.scenarios.library",
    "ready_names": "pactolus.disruption.scenarios.library",
    "scenario_of": "pactolus.disruption.scenarios.scenario",
    "stress": "pactolus.disruption.effects.stresses",
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
