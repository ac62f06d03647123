"""Indicators: tables in, numbers out.

`pactolus.indicators.assess.assess` (``pt.assess``) is the front door; the pure formulas are in
`concentration`, `governance`, `dependence` and `geopolitical`, what members share in `exposure`, `stages`,
`changes` and `applications`, methods side by side in `agreement`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pactolus.indicators.agreement import kendalls_w, method_ranks, rank_agreement
    from pactolus.indicators.applications import applications_at_stake, end_uses_of
    from pactolus.indicators.changes import import_changes, import_series
    from pactolus.indicators.concentration import (
        hhi,
        hhi_10000,
        n_minus_1,
        n_minus_1_demand,
        shares,
        top_share,
        weighted_hhi,
    )
    from pactolus.indicators.dependence import import_share_of_supply, inside_share, net_import_reliance
    from pactolus.indicators.exposure import bill_similarity, joint_exposure
    from pactolus.indicators.geopolitical import characterisation_factor, geopolrisk, import_risk
    from pactolus.indicators.governance import governance_weight, weighted_hhi_interval
    from pactolus.indicators.methods import METHODS
    from pactolus.indicators.stages import stage_bottlenecks

_HOME = {
    "METHODS": "methods",
    "applications_at_stake": "applications",
    "bill_similarity": "exposure",
    "characterisation_factor": "geopolitical",
    "end_uses_of": "applications",
    "geopolrisk": "geopolitical",
    "governance_weight": "governance",
    "hhi": "concentration",
    "hhi_10000": "concentration",
    "import_changes": "changes",
    "import_risk": "geopolitical",
    "import_series": "changes",
    "import_share_of_supply": "dependence",
    "inside_share": "dependence",
    "joint_exposure": "exposure",
    "kendalls_w": "agreement",
    "method_ranks": "agreement",
    "n_minus_1": "concentration",
    "n_minus_1_demand": "concentration",
    "net_import_reliance": "dependence",
    "rank_agreement": "agreement",
    "shares": "concentration",
    "stage_bottlenecks": "stages",
    "top_share": "concentration",
    "weighted_hhi": "concentration",
    "weighted_hhi_interval": "governance",
}

__all__ = [
    "METHODS",
    "applications_at_stake",
    "bill_similarity",
    "characterisation_factor",
    "end_uses_of",
    "geopolrisk",
    "governance_weight",
    "hhi",
    "hhi_10000",
    "import_changes",
    "import_risk",
    "import_series",
    "import_share_of_supply",
    "inside_share",
    "joint_exposure",
    "kendalls_w",
    "method_ranks",
    "n_minus_1",
    "n_minus_1_demand",
    "net_import_reliance",
    "rank_agreement",
    "shares",
    "stage_bottlenecks",
    "top_share",
    "weighted_hhi",
    "weighted_hhi_interval",
]


def __getattr__(name: str) -> Any:
    """Bring a function in when it is first asked for (PEP 562)."""
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    found = getattr(import_module(f"{__name__}.{_HOME[name]}"), name)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return sorted(__all__)
