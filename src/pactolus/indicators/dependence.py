"""Dependence on imports, and on trade inside a coalition."""

from __future__ import annotations

import math

from pactolus.errors import DataError

__all__ = ["import_share_of_supply", "inside_share", "net_import_reliance"]


def _require(where: str, **amounts: float) -> None:
    faults = [
        f"{where}: {name} is {value}; give a finite amount >= 0"
        for name, value in amounts.items()
        if not math.isfinite(value) or value < 0
    ]
    if faults:
        raise DataError("\n".join(faults))


def net_import_reliance(
    production_t: float, imports_t: float, exports_t: float, stock_change_t: float = 0.0
) -> float:
    """Net imports as a share of apparent consumption.

    Parameters
    ----------
    production_t, imports_t, exports_t : float
        Domestic production, imports and exports on one basis (content with content, gross with gross), >= 0.
        [t]
    stock_change_t : float
        Growth of stocks, negative for a drawdown. [t]

    Returns
    -------
    float
        (imports - exports - stock change) / (production + imports - exports - stock change); negative for a
        net exporter. [1]

    Raises
    ------
    DataError
        If an amount is negative or not finite, or apparent consumption is not positive.

    References
    ----------
    .. [1] USGS, "Mineral Commodity Summaries 2026", appendix B: net import reliance.

    Examples
    --------
    >>> net_import_reliance(20.0, 100.0, 20.0)
    0.8
    """
    _require("net_import_reliance", production_t=production_t, imports_t=imports_t, exports_t=exports_t)
    net = imports_t - exports_t - stock_change_t
    consumption = production_t + net
    if not math.isfinite(consumption) or consumption <= 0:
        raise DataError(
            f"net_import_reliance: apparent consumption is {consumption} t; "
            "production and trade are not on one basis, or stocks explain the difference"
        )
    return net / consumption


def import_share_of_supply(imports_t: float, production_t: float) -> float:
    """Imports as a share of imports and domestic production together.

    Parameters
    ----------
    imports_t, production_t : float
        Imports and domestic production, >= 0. [t]

    Returns
    -------
    float
        imports / (imports + production). [1]

    Raises
    ------
    DataError
        If an amount is negative or not finite, or both are zero.

    Examples
    --------
    >>> import_share_of_supply(75.0, 25.0)
    0.75
    """
    _require("import_share_of_supply", imports_t=imports_t, production_t=production_t)
    if imports_t + production_t <= 0:
        raise DataError("import_share_of_supply: neither imports nor production; report a status instead")
    return imports_t / (imports_t + production_t)


def inside_share(inside: float, outside: float) -> float:
    """Share of a coalition's imports that come from its own members.

    Parameters
    ----------
    inside, outside : float
        Imports of the members from each other, and from all others, >= 0. [USD or t]

    Returns
    -------
    float
        inside / (inside + outside). [1]

    Raises
    ------
    DataError
        If an amount is negative or not finite, or both are zero.

    Examples
    --------
    >>> inside_share(1.0, 3.0)
    0.25
    """
    _require("inside_share", inside=inside, outside=outside)
    if inside + outside <= 0:
        raise DataError("inside_share: no imports at all; report a status instead")
    return inside / (inside + outside)
