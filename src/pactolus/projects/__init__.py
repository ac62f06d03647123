"""Joint projects in third countries: which, together with whom, in what shares."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pactolus.projects.candidates import Candidate, Stake
    from pactolus.projects.pipeline.appraisable import candidates_of, lacks
    from pactolus.projects.pipeline.loading import project, read_projects, shipped_projects, with_own
    from pactolus.projects.pipeline.parts import Project
    from pactolus.projects.pipeline.rates import Rate, read_rates
    from pactolus.projects.ranges import Range

_HOME = {
    "Candidate": "pactolus.projects.candidates",
    "Project": "pactolus.projects.pipeline.parts",
    "Range": "pactolus.projects.ranges",
    "Rate": "pactolus.projects.pipeline.rates",
    "Stake": "pactolus.projects.candidates",
    "candidates_of": "pactolus.projects.pipeline.appraisable",
    "lacks": "pactolus.projects.pipeline.appraisable",
    "project": "pactolus.projects.pipeline.loading",
    "read_projects": "pactolus.projects.pipeline.loading",
    "read_rates": "pactolus.projects.pipeline.rates",
    "shipped_projects": "pactolus.projects.pipeline.loading",
    "with_own": "pactolus.projects.pipeline.loading",
}

__all__ = [
    "Candidate",
    "Project",
    "Range",
    "Rate",
    "Stake",
    "candidates_of",
    "lacks",
    "project",
    "read_projects",
    "read_rates",
    "shipped_projects",
    "with_own",
]


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
