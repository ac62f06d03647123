"""Joint projects in third countries: which, together with whom, in what shares."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pactolus.projects.candidates import Candidate, Stake
    from pactolus.projects.ranges import Range

_HOME = {
    "Candidate": "pactolus.projects.candidates",
    "Range": "pactolus.projects.ranges",
    "Stake": "pactolus.projects.candidates",
}

__all__ = ["Candidate", "Range", "Stake"]


def __getattr__(name: str) -> Any:
    """Bring a name in when it is first asked for (PEP 562)."""
    from importlib import import_module

    if name not in _HOME:
        raise AttributeError(f"module 'pactolus.projects' has no attribute {name!r}")
    found = getattr(import_module(_HOME[name]), name)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return sorted(__all__)
