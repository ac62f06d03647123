"""Indicators: tables in, numbers out.

`pactolus.indicators.assess.assess` (``pt.assess``) is the front door; the pure formulas are in
`concentration`, `governance`, `dependence`, `geopolitical`, `supply_risk`, `bands`, `value_added` and
`rounding`, what members share in `exposure`, `stages`, `changes` and `applications`, methods side by side in
`agreement`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pactolus.indicators.agreement import kendalls_w, method_ranks, rank_agreement
    from pactolus.indicators.applications import applications_at_stake, end_uses_of
    from pactolus.indicators.bands import band, percentile, percentiles
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
    from pactolus.indicators.rounding import hhi_rounding
    from pactolus.indicators.stages import narrow_stages, stage_bottlenecks
    from pactolus.indicators.supply_risk import hhi_governance_trade, supply_risk_eu
    from pactolus.indicators.value_added import value_added_exposed

_HOME = {
    "METHODS": "methods",
    "applications_at_stake": "applications",
    "band": "bands",
    "bill_similarity": "exposure",
    "characterisation_factor": "geopolitical",
    "end_uses_of": "applications",
    "geopolrisk": "geopolitical",
    "governance_weight": "governance",
    "hhi": "concentration",
    "hhi_10000": "concentration",
    "hhi_governance_trade": "supply_risk",
    "hhi_rounding": "rounding",
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
    "narrow_stages": "stages",
    "net_import_reliance": "dependence",
    "percentile": "bands",
    "percentiles": "bands",
    "rank_agreement": "agreement",
    "shares": "concentration",
    "stage_bottlenecks": "stages",
    "supply_risk_eu": "supply_risk",
    "top_share": "concentration",
    "value_added_exposed": "value_added",
    "weighted_hhi": "concentration",
    "weighted_hhi_interval": "governance",
}

__all__ = [
    "METHODS",
    "applications_at_stake",
    "band",
    "bill_similarity",
    "characterisation_factor",
    "end_uses_of",
    "geopolrisk",
    "governance_weight",
    "hhi",
    "hhi_10000",
    "hhi_governance_trade",
    "hhi_rounding",
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
    "narrow_stages",
    "net_import_reliance",
    "percentile",
    "percentiles",
    "rank_agreement",
    "shares",
    "stage_bottlenecks",
    "supply_risk_eu",
    "top_share",
    "value_added_exposed",
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
