"""pactolus: critical-mineral supply security for importers that act together.

Submodules are attributes after ``import pactolus as pt`` and are read when first used; nothing is computed or
opened at import.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pactolus import (
        catalogue,
        cli,
        client,
        dialogue,
        disruption,
        errors,
        indicators,
        network,
        policy,
        projects,
        reports,
        runs,
        sharing,
        solvers,
        stockpile,
        terms,
        units,
        warning,
        web,
        wording,
        workspace,
    )
    from pactolus.catalogue.world import World, open_world
    from pactolus.indicators.assess import assess
    from pactolus.solvers.risk_measures import cvar

__version__ = "0.1.0"

_ROOMS = (
    "catalogue",
    "cli",
    "client",
    "dialogue",
    "disruption",
    "errors",
    "indicators",
    "network",
    "policy",
    "projects",
    "reports",
    "runs",
    "sharing",
    "solvers",
    "stockpile",
    "terms",
    "units",
    "warning",
    "web",
    "wording",
    "workspace",
)
_HOME = {
    "World": "pactolus.catalogue.world",
    "assess": "pactolus.indicators.assess",
    "cvar": "pactolus.solvers.risk_measures",
    "open_world": "pactolus.catalogue.world",
}

__all__ = [
    "World",
    "__version__",
    "assess",
    "catalogue",
    "cli",
    "client",
    "cvar",
    "dialogue",
    "disruption",
    "errors",
    "indicators",
    "network",
    "open_world",
    "policy",
    "projects",
    "reports",
    "runs",
    "sharing",
    "solvers",
    "stockpile",
    "terms",
    "units",
    "warning",
    "web",
    "wording",
    "workspace",
]


def __getattr__(name: str) -> Any:
    """Bring a room or function in when it is first asked for (PEP 562)."""
    from importlib import import_module

    if name in _ROOMS:
        return import_module(f"pactolus.{name}")
    if name not in _HOME:
        raise AttributeError(f"module 'pactolus' has no attribute {name!r}")
    found = getattr(import_module(_HOME[name]), name)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return sorted(__all__)
