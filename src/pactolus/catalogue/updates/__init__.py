"""Live data: publishers asked anew, every vintage kept, and what was known on any day."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pactolus.catalogue.updates.known import Known, known_on, status_on
    from pactolus.catalogue.updates.plan import plan
    from pactolus.catalogue.updates.run import Outcome, update

_HOME = {
    "Known": "pactolus.catalogue.updates.known",
    "Outcome": "pactolus.catalogue.updates.run",
    "known_on": "pactolus.catalogue.updates.known",
    "plan": "pactolus.catalogue.updates.plan",
    "status_on": "pactolus.catalogue.updates.known",
    "update": "pactolus.catalogue.updates.run",
}

__all__ = ["Known", "Outcome", "known_on", "plan", "status_on", "update"]


def __getattr__(name: str) -> Any:
    """Bring a function in when it is first asked for (PEP 562)."""
    from importlib import import_module

    if name not in _HOME:
        raise AttributeError(f"module 'pactolus.catalogue.updates' has no attribute {name!r}")
    return getattr(import_module(_HOME[name]), name)


def __dir__() -> list[str]:
    return sorted(__all__)
