"""Joint projects in third countries: which, together with whom, in what shares."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pactolus.projects.candidates import Candidate, Stake
    from pactolus.projects.matching.bundles import Bundle, BundleLimits, Bundling, bundle
    from pactolus.projects.matching.companies import capabilities
    from pactolus.projects.matching.guard import view_of
    from pactolus.projects.matching.problem import MatchProblem, match_problem
    from pactolus.projects.matching.reading import read_firms, read_slots
    from pactolus.projects.matching.stable import blocking_pairs, stable_match
    from pactolus.projects.matching.study import MatchStudy, match_firms
    from pactolus.projects.matching.tables import match_table
    from pactolus.projects.matching.transfers import Assignment, assign
    from pactolus.projects.ranges import Range

_HOME = {
    "Assignment": "pactolus.projects.matching.transfers",
    "Bundle": "pactolus.projects.matching.bundles",
    "BundleLimits": "pactolus.projects.matching.bundles",
    "Bundling": "pactolus.projects.matching.bundles",
    "Candidate": "pactolus.projects.candidates",
    "MatchProblem": "pactolus.projects.matching.problem",
    "MatchStudy": "pactolus.projects.matching.study",
    "Range": "pactolus.projects.ranges",
    "Stake": "pactolus.projects.candidates",
    "assign": "pactolus.projects.matching.transfers",
    "blocking_pairs": "pactolus.projects.matching.stable",
    "bundle": "pactolus.projects.matching.bundles",
    "capabilities": "pactolus.projects.matching.companies",
    "match_firms": "pactolus.projects.matching.study",
    "match_problem": "pactolus.projects.matching.problem",
    "match_table": "pactolus.projects.matching.tables",
    "read_firms": "pactolus.projects.matching.reading",
    "read_slots": "pactolus.projects.matching.reading",
    "stable_match": "pactolus.projects.matching.stable",
    "view_of": "pactolus.projects.matching.guard",
}

__all__ = [
    "Assignment",
    "Bundle",
    "BundleLimits",
    "Bundling",
    "Candidate",
    "MatchProblem",
    "MatchStudy",
    "Range",
    "Stake",
    "assign",
    "blocking_pairs",
    "bundle",
    "capabilities",
    "match_firms",
    "match_problem",
    "match_table",
    "read_firms",
    "read_slots",
    "stable_match",
    "view_of",
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
