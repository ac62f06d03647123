"""What every derived table holds: the specifications of `derived/`, in the form of `catalogue.specs`.

Facts stay in the catalogue; these tables are computed from them and lie beside them, never in their place.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal

from pactolus.catalogue.columns import COUNTRY, MINERAL, STAGE, YEAR, Column, TableSpec

__all__ = [
    "BALANCES",
    "CHECKS",
    "DERIVED",
    "FLOWS",
    "GRADES",
    "MIRRORS",
    "REPAIRS",
    "REPAIR_SUMMARY",
]

_Gaps = Literal["allowed", "refused"]


def _text(what: str, gaps: _Gaps = "refused") -> Column:
    return Column(dtype="text", what=what, gaps=gaps)


def _kg(what: str, gaps: _Gaps = "allowed") -> Column:
    return Column(dtype="int", unit="kg", gaps=gaps, at_least=0, what=what)


def _share(what: str, *, at_most: float | None = 1) -> Column:
    return Column(dtype="float", gaps="allowed", at_least=0, at_most=at_most, what=what)


def _count(what: str) -> Column:
    return Column(dtype="int", at_least=0, what=what)


_CODE: Final = Column(dtype="text", what="six digits of the edition HS92", vocabulary="hs_code")
_USD: Final = Column(dtype="int", unit="USD", at_least=0, what="customs value, current US dollars")

REPAIRS: Final = TableSpec(
    name="repairs",
    what="Weights that were replaced or estimated, with their range and the reason; nothing else changed",
    key=("hs_code", "importer", "exporter", "year"),
    columns={
        "hs_code": _CODE,
        "importer": COUNTRY,
        "exporter": COUNTRY,
        "year": YEAR,
        "repaired_kg": _kg("gross weight to compute with; empty = known to be wrong, and not repairable"),
        "low_kg": _kg("lower end of the range of the repaired weight"),
        "high_kg": _kg("upper end of the range of the repaired weight"),
        "reason": _text("id of the reason"),
        "unit_value_usd_per_t": Column(
            dtype="float", unit="USD/t", gaps="allowed", at_least=0, what="as published; empty = no weight"
        ),
        "expected_usd_per_t": Column(
            dtype="float", unit="USD/t", gaps="allowed", at_least=0, what="of the pair in that year"
        ),
    },
)
REPAIR_SUMMARY: Final = TableSpec(
    name="repair_summary",
    what="What the repair changed, by code and year: rows, value and weight",
    key=("hs_code", "year"),
    columns={
        "hs_code": _CODE,
        "year": YEAR,
        "rows": _count("flows of the code"),
        "missing": _count("flows without a published weight"),
        "estimated": _count("of those, flows whose weight was estimated"),
        "altered": _count("flows whose published weight was replaced"),
        "value_usd": _USD,
        "value_altered_usd": Column(dtype="int", unit="USD", at_least=0, what="value of the altered flows"),
        "published_kg": _kg("sum of published weights", "refused"),
        "repaired_kg": _kg("sum of the weights to compute with", "refused"),
    },
)
FLOWS: Final = TableSpec(
    name="flows",
    what="Flows by mineral and stage on repaired weights, gross and contained, in years with production",
    key=("mineral", "stage", "exporter", "importer", "year"),
    columns={
        "mineral": MINERAL,
        "stage": STAGE,
        "exporter": COUNTRY,
        "importer": COUNTRY,
        "year": YEAR,
        "status": _text(
            "ok; content_unknown, shared_code or residual_code: no content; no_quantity: a weight is missing"
        ),
        "gross_kg": _kg("repaired gross weight; empty where a weight is missing"),
        "contained_kg": _kg("weight in the measure of the mineral (`terms.content`), middle factor"),
        "contained_low_kg": _kg("the same with the low factors"),
        "contained_high_kg": _kg("the same with the high factors"),
        "balanced_kg": _kg("contained weight after the balance; empty where none was made"),
        "value_usd": _USD,
    },
)
BALANCES: Final = TableSpec(
    name="balances",
    what="Production and trade by country on one basis, as given and after the balance, whole kilograms",
    key=("mineral", "stage", "country", "year"),
    columns={
        "mineral": MINERAL,
        "stage": STAGE,
        "country": COUNTRY,
        "year": YEAR,
        "production_kg": _kg("as published, in the measure of the mineral; empty = no figure, not zero"),
        "imports_kg": _kg("contained imports within the scope of the balance"),
        "exports_kg": _kg("contained exports within the scope of the balance"),
        "balanced_production_kg": _kg("production after the balance; a country that exports has some"),
        "balanced_imports_kg": _kg("imports after the balance"),
        "balanced_exports_kg": _kg("exports after the balance"),
        "consumption_kg": _kg("balanced production + imports - exports, never below zero"),
        "reexport_share": _share("min(imports, exports) / exports; empty = no exports"),
        "hub": _text("id of what stands out about the country's exports; empty = nothing", "allowed"),
    },
)
GRADES: Final = TableSpec(
    name="grades",
    what="How far production and trade of a mineral, stage and year can be used together, with the reasons",
    key=("mineral", "stage", "year"),
    columns={
        "mineral": MINERAL,
        "stage": STAGE,
        "year": YEAR,
        "grade": _text(
            "A good, B usable with care, C trade only; empty = no data, which is not good", "allowed"
        ),
        "source": _text("source of production, empty = none at this stage", "allowed"),
        "flow_moved": _share("sum of |balanced - contained| flows over contained flows", at_most=None),
        "flow_moved_low": _share("least of it over low, middle and high content factors", at_most=None),
        "flow_moved_high": _share("most of it over low, middle and high content factors", at_most=None),
        "value_altered": _share("share of value whose weight was replaced or estimated"),
        "weight_altered": _share("sum of |repaired - published| over published weights", at_most=None),
        "content_unknown": _share("share of value without a content factor or weight"),
        "content_unconfirmed": _share("share of value whose content factor was not read at a source"),
        "reexports": _share("sum of min(imports, exports) over sum of exports"),
        "coverage": _share("share of published world production that stands under a named country"),
        "unrecorded_exports": _share("share of exports from countries without recorded production"),
        "content_range": _share("(high - low) / middle of contained trade", at_most=None),
        "reasons": _text("ids of the reasons, comma separated; empty = none", "allowed"),
    },
)
CHECKS: Final = TableSpec(
    name="checks",
    what="Two sources for one number, their difference and whether it stays within what is tolerated",
    key=("check", "mineral", "stage", "country", "year"),
    columns={
        "check": _text("id of the check"),
        "mineral": MINERAL,
        "stage": STAGE,
        "country": _text("ISO 3166 alpha-3, or WLD"),
        "year": YEAR,
        "first": Column(dtype="float", gaps="allowed", what="value of the first source"),
        "second": Column(dtype="float", gaps="allowed", what="value of the second source"),
        "difference": Column(dtype="float", gaps="allowed", what="as the check defines it"),
        "tolerance": Column(dtype="float", at_least=0, what="largest difference that agrees"),
        "verdict": _text("agrees, differs or accepted"),
        "exception": _text("id of the accepted exception", "allowed"),
    },
)
MIRRORS: Final = TableSpec(
    name="mirrors",
    what="Flows that both countries reported: how far the two reports agree",
    key=("hs_code", "importer", "exporter", "year"),
    columns={
        "hs_code": _CODE,
        "importer": COUNTRY,
        "exporter": COUNTRY,
        "year": YEAR,
        "import_kg": _kg("gross weight as the importer reported it"),
        "export_kg": _kg("gross weight as the exporter reported it"),
        "weight_ratio": _share("import_kg / export_kg", at_most=None),
        "import_usd": Column(dtype="int", unit="USD", gaps="allowed", at_least=0, what="customs value, cif"),
        "export_usd": Column(dtype="int", unit="USD", gaps="allowed", at_least=0, what="customs value, fob"),
        "value_ratio": _share("import_usd / (export_usd x (1 + cif allowance))", at_most=None),
        "verdict": _text("agrees, weight_differs, value_differs, both_differ or not_comparable"),
    },
)
#: Every derived table, by name, in the order in which they are made.
DERIVED: Final[Mapping[str, TableSpec]] = {
    spec.name: spec for spec in (REPAIRS, REPAIR_SUMMARY, FLOWS, BALANCES, GRADES, CHECKS, MIRRORS)
}
