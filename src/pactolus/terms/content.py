"""How much of a traded weight, or of published production, is the mineral itself.

A mineral is counted in one `measure`: an element (``Ni``), ``REE`` (the sum of rare earths), or ``gross``
where producers and traders weigh the mineral as it is. Trade comes to it by the factor of its code and form,
production by the factor of the publisher's basis (oxide, content, concentrate).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType

from pactolus.errors import UnknownTermError
from pactolus.terms.loading import compiled

__all__ = [
    "BalanceScope",
    "ContentFactor",
    "ExporterForm",
    "ProductionBasis",
    "balance_scopes",
    "content_factor",
    "content_factors",
    "exporter_forms",
    "measure_of",
    "production_bases",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class ContentFactor:
    """Fraction of a code's gross weight that is its mineral, in the mineral's measure.

    `low`, `mid` and `high` are empty where the fraction is not known; such a factor is never computed with.
    `default` marks the form that is taken for the code; other rows need the form to be known. `method` is
    ``definition``, ``stoichiometry`` (of `formula`), ``stoichiometry-purity``, ``code-text``,
    ``typical-grade`` or ``unknown``; `status` is ``seen``, ``computed``, ``unconfirmed`` or ``unknown``.
    """

    hs_code: str
    minerals: tuple[str, ...]
    form: str
    measure: str
    low: float | None
    mid: float | None
    high: float | None
    method: str
    default: bool
    status: str
    formula: str
    basis: str
    title: str
    reference: str
    read_on: str
    note: str
    source: str

    @property
    def known(self) -> bool:
        """Whether there is a number."""
        return self.mid is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class ExporterForm:
    """The form in which named exporters ship a code, where it is not the default; with the reason."""

    hs_code: str
    exporters: tuple[str, ...]
    form: str
    status: str
    reason: str
    reference: str
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductionBasis:
    """What one unit of published production holds, in the measure of the mineral.

    `unit` is what the publisher's figures count (``kg`` or ``m3``); `low`, `mid`, `high` are kilograms of the
    measure a unit. `series` is ``one`` (a source has one series of the basis), ``sum`` (its series add up,
    with those of other bases that add up at the same stage) or ``apart`` (another product of the same stage,
    never added and never balanced); `without` names series of the basis that are left out.
    """

    mineral: str
    stage: str
    basis: str
    unit: str
    measure: str
    low: float
    mid: float
    high: float
    method: str
    status: str
    formula: str
    series: str
    without: tuple[str, ...]
    title: str
    note: str
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BalanceScope:
    """The codes that are set against production of a stage, where they are not simply its own codes.

    `complete` is false where trade of the stage is known to run under codes that are not in the map as well.
    """

    mineral: str
    stage: str
    codes: tuple[str, ...]
    complete: bool
    status: str
    reason: str
    reference: str
    source: str


@cache
def content_factors() -> tuple[ContentFactor, ...]:
    """All factors, sorted by code."""
    records = compiled("content_factors")["records"]
    return tuple(ContentFactor(**{**one, "minerals": tuple(one["minerals"])}) for one in records)


@cache
def exporter_forms() -> tuple[ExporterForm, ...]:
    """All forms of named exporters."""
    records = compiled("content_factors")["forms"]
    return tuple(ExporterForm(**{**one, "exporters": tuple(one["exporters"])}) for one in records)


def content_factor(hs_code: str, mineral: str, exporter: str | None = None) -> ContentFactor:
    """The factor to compute with for a code, a mineral in it and, if named, an exporter.

    Raises
    ------
    UnknownTermError
        If the code is not in the vocabulary or does not hold the mineral.

    Examples
    --------
    >>> content_factor("260400", "nickel", "PHL").form
    'laterite ore, as shipped'
    >>> content_factor("260400", "nickel", "CAN").form
    'sulphide concentrate'
    """
    form = _forms().get((hs_code, exporter)) if exporter else None
    found = _by_form().get((hs_code, mineral, form or ""))
    if found is None:
        known = sorted(f"{code} {held}" for code, held, _ in _by_form())
        raise UnknownTermError.of("code and mineral", f"{hs_code} {mineral}", known)
    return found


@cache
def _by_form() -> Mapping[tuple[str, str, str], ContentFactor]:
    """By code, mineral and form; the form of the default is empty."""
    found = {}
    for factor in content_factors():
        for mineral in factor.minerals:
            found[factor.hs_code, mineral, factor.form] = factor
            if factor.default:
                found[factor.hs_code, mineral, ""] = factor
    return MappingProxyType(found)


@cache
def _forms() -> Mapping[tuple[str, str], str]:
    return MappingProxyType(
        {(one.hs_code, exporter): one.form for one in exporter_forms() for exporter in one.exporters}
    )


@cache
def production_bases() -> Mapping[tuple[str, str, str], ProductionBasis]:
    """Every basis by mineral, stage and the publisher's word for it."""
    records = compiled("production_bases")
    found = (ProductionBasis(**{**one, "without": tuple(one["without"])}) for one in records)
    return MappingProxyType({(one.mineral, one.stage, one.basis): one for one in found})


@cache
def balance_scopes() -> Mapping[tuple[str, str], BalanceScope]:
    """Scopes that differ from the rule, by mineral and stage."""
    records = compiled("balance_scopes")
    found = (BalanceScope(**{**one, "codes": tuple(one["codes"])}) for one in records)
    return MappingProxyType({(one.mineral, one.stage): one for one in found})


def measure_of(mineral: str) -> str:
    """What a mineral is counted in: an element, ``REE``, ``gross``; empty where nothing says so.

    Examples
    --------
    >>> measure_of("chromium"), measure_of("baryte")
    ('Cr', 'gross')
    """
    return _measures().get(mineral, "")


@cache
def _measures() -> Mapping[str, str]:
    found: dict[str, str] = {}
    for basis in production_bases().values():
        found.setdefault(basis.mineral, basis.measure)
    for factor in content_factors():
        if factor.default and factor.measure:
            found.update(dict.fromkeys(factor.minerals, factor.measure))
    return MappingProxyType(found)
