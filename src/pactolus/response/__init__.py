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
    from pactolus.response.exercise.board import exercise_setting
    from pactolus.response.exercise.exercise import Exercise, ready_exercise, ready_exercise_names
    from pactolus.response.exercise.reading import read_exercise
    from pactolus.response.exercise.report import after_action
    from pactolus.response.exercise.score import score_of
    from pactolus.response.exercise.state import play
    from pactolus.response.following.facts import Facts, read_facts
    from pactolus.response.following.updating import update
    from pactolus.response.plan.given import Given
    from pactolus.response.plan.plan import ResponsePlan, plan_of
    from pactolus.response.plan.real import respond, situation_of

_HOME = {
    "Event": "pactolus.response.events.event",
    "Exercise": "pactolus.response.exercise.exercise",
    "Facts": "pactolus.response.following.facts",
    "Given": "pactolus.response.plan.given",
    "Priced": "pactolus.response.coordination.pricing",
    "ResponsePlan": "pactolus.response.plan.plan",
    "after_action": "pactolus.response.exercise.report",
    "as_scenario": "pactolus.response.events.event",
    "clock_table": "pactolus.response.clocks.tables",
    "contributions": "pactolus.response.coordination.contributions",
    "dues_of": "pactolus.response.clocks.dues",
    "event_dues": "pactolus.response.events.dues",
    "exercise_setting": "pactolus.response.exercise.board",
    "gain_table": "pactolus.response.coordination.tables",
    "joining_table": "pactolus.response.coordination.tables",
    "plan_of": "pactolus.response.plan.plan",
    "play": "pactolus.response.exercise.state",
    "price_coalitions": "pactolus.response.coordination.pricing",
    "read_clocks": "pactolus.response.clocks.reading",
    "read_event": "pactolus.response.events.reading",
    "read_exercise": "pactolus.response.exercise.reading",
    "read_facts": "pactolus.response.following.facts",
    "ready_event": "pactolus.response.events.event",
    "ready_event_names": "pactolus.response.events.event",
    "ready_exercise": "pactolus.response.exercise.exercise",
    "ready_exercise_names": "pactolus.response.exercise.exercise",
    "respond": "pactolus.response.plan.real",
    "score_of": "pactolus.response.exercise.score",
    "situation_of": "pactolus.response.plan.real",
    "update": "pactolus.response.following.updating",
}

__all__ = [
    "Event",
    "Exercise",
    "Facts",
    "Given",
    "Priced",
    "ResponsePlan",
    "after_action",
    "as_scenario",
    "clock_table",
    "contributions",
    "dues_of",
    "event_dues",
    "exercise_setting",
    "gain_table",
    "joining_table",
    "plan_of",
    "play",
    "price_coalitions",
    "read_clocks",
    "read_event",
    "read_exercise",
    "read_facts",
    "ready_event",
    "ready_event_names",
    "ready_exercise",
    "ready_exercise_names",
    "respond",
    "score_of",
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
