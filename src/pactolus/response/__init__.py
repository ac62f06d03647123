"""From a live event to an agreed plan, and rehearsing it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pactolus.response.clocks.dues import dues_of
    from pactolus.response.clocks.reading import read_clocks
    from pactolus.response.clocks.tables import clock_table
    from pactolus.response.coordination.contributions import contributions
    from pactolus.response.coordination.pricing import Priced, price_coalitions
    from pactolus.response.coordination.tables import gain_table, joining_table
    from pactolus.response.events.dues import event_dues
    from pactolus.response.events.event import Event, as_scenario, ready_event, ready_event_names
    from pactolus.response.events.reading import read_event
    from pactolus.response.following.facts import Facts, read_facts
    from pactolus.response.following.updating import update
    from pactolus.response.plan.plan import ResponsePlan, plan_of
    from pactolus.response.plan.real import Given, respond, situation_of

_HOME = {
    "Event": "pactolus.response.events.event",
    "Facts": "pactolus.response.following.facts",
    "Given": "pactolus.response.plan.real",
    "ResponsePlan": "pactolus.response.plan.plan",
    "Priced": "pactolus.response.coordination.pricing",
    "contributions": "pactolus.response.coordination.contributions",
    "gain_table": "pactolus.response.coordination.tables",
    "joining_table": "pactolus.response.coordination.tables",
    "price_coalitions": "pactolus.response.coordination.pricing",
    "as_scenario": "pactolus.response.events.event",
    "clock_table": "pactolus.response.clocks.tables",
    "dues_of": "pactolus.response.clocks.dues",
    "event_dues": "pactolus.response.events.dues",
    "read_clocks": "pactolus.response.clocks.reading",
    "plan_of": "pactolus.response.plan.plan",
    "read_event": "pactolus.response.events.reading",
    "read_facts": "pactolus.response.following.facts",
    "ready_event": "pactolus.response.events.event",
    "ready_event_names": "pactolus.response.events.event",
    "respond": "pactolus.response.plan.real",
    "situation_of": "pactolus.response.plan.real",
    "update": "pactolus.response.following.updating",
}

__all__ = [
    "Event",
    "Facts",
    "Given",
    "Priced",
    "ResponsePlan",
    "as_scenario",
    "clock_table",
    "contributions",
    "dues_of",
    "event_dues",
    "gain_table",
    "joining_table",
    "plan_of",
    "price_coalitions",
    "read_clocks",
    "read_event",
    "read_facts",
    "ready_event",
    "ready_event_names",
    "respond",
    "situation_of",
    "update",
]


def __getattr__(name: str) -> Any:
    """Bring a name in when it is first asked for (PEP 562)."""
    from importlib import import_module

    if name not in _HOME:
        raise AttributeError(f"module 'pactolus.response' has no attribute {name!r}")
    found = getattr(import_module(_HOME[name]), name)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return sorted(__all__)
