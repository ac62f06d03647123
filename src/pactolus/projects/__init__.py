"""Joint projects in third countries: which, together with whom, in what shares."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pactolus.projects.candidates import Candidate, Stake
    from pactolus.projects.market.contracts import Contract, cost_to_guarantor, split_by_offtake
    from pactolus.projects.market.copper import Charge
    from pactolus.projects.market.floor import floor_by_draw
    from pactolus.projects.market.margin import Smelting, break_even_tc, margin_range
    from pactolus.projects.market.published import charge_history
    from pactolus.projects.pipeline.appraisable import candidates_of, lacks
    from pactolus.projects.pipeline.loading import project, read_projects, shipped_projects, with_own
    from pactolus.projects.pipeline.parts import Project
    from pactolus.projects.pipeline.rates import Rate, read_rates
    from pactolus.projects.ranges import Range

_HOME = {
    "Candidate": "pactolus.projects.candidates",
    "Charge": "pactolus.projects.market.copper",
    "Contract": "pactolus.projects.market.contracts",
    "Project": "pactolus.projects.pipeline.parts",
    "Range": "pactolus.projects.ranges",
    "Rate": "pactolus.projects.pipeline.rates",
    "Smelting": "pactolus.projects.market.margin",
    "Stake": "pactolus.projects.candidates",
    "break_even_tc": "pactolus.projects.market.margin",
    "candidates_of": "pactolus.projects.pipeline.appraisable",
    "charge_history": "pactolus.projects.market.published",
    "cost_to_guarantor": "pactolus.projects.market.contracts",
    "floor_by_draw": "pactolus.projects.market.floor",
    "lacks": "pactolus.projects.pipeline.appraisable",
    "margin_range": "pactolus.projects.market.margin",
    "project": "pactolus.projects.pipeline.loading",
    "read_projects": "pactolus.projects.pipeline.loading",
    "read_rates": "pactolus.projects.pipeline.rates",
    "shipped_projects": "pactolus.projects.pipeline.loading",
    "split_by_offtake": "pactolus.projects.market.contracts",
    "with_own": "pactolus.projects.pipeline.loading",
}

__all__ = [
    "Candidate",
    "Charge",
    "Contract",
    "Project",
    "Range",
    "Rate",
    "Smelting",
    "Stake",
    "break_even_tc",
    "candidates_of",
    "charge_history",
    "cost_to_guarantor",
    "floor_by_draw",
    "lacks",
    "margin_range",
    "project",
    "read_projects",
    "read_rates",
    "shipped_projects",
    "split_by_offtake",
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
