"""What every derived table holds: the specifications of `derived/`, in the form of `catalogue.specs`.

Facts stay in the catalogue; these tables are computed from them and lie beside them, never in their place.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from pactolus.catalogue.columns import (
    COUNTRY,
    FLOW,
    FLOW_COLUMNS,
    MINERAL,
    STAGE,
    YEAR,
    Column,
    TableSpec,
    kg,
    share,
    text,
    usd,
)

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


def _count(what: str) -> Column:
    return Column(dtype="int", at_least=0, what=what)


REPAIRS: Final = TableSpec(
    name="repairs",
    what="Weights that were replaced or estimated, with their range and the reason; nothing else changed",
    key=FLOW,
    columns={
        **FLOW_COLUMNS,
        "repaired_kg": kg("gross weight to compute with; empty = known to be wrong, and not repairable"),
        "low_kg": kg("lower end of the range of the repaired weight"),
        "high_kg": kg("upper end of the range of the repaired weight"),
        "reason": text("id of the reason"),
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
        "hs_code": FLOW_COLUMNS["hs_code"],
        "year": YEAR,
        "rows": _count("flows of the code"),
        "missing": _count("flows without a published weight"),
        "estimated": _count("of those, flows whose weight was estimated"),
        "altered": _count("flows whose published weight was replaced"),
        "value_usd": usd(),
        "value_altered_usd": usd("value of the altered flows"),
        "published_kg": kg("sum of published weights", "refused"),
        "repaired_kg": kg("sum of the weights to compute with", "refused"),
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
        "status": text(
            "ok; content_unknown, shared_code or residual_code: no content; no_quantity: a weight is missing"
        ),
        "gross_kg": kg("repaired gross weight; empty where a weight is missing"),
        "contained_kg": kg("weight in the measure of the mineral (`terms.content`), middle factor"),
        "contained_low_kg": kg("the same with the low factors"),
        "contained_high_kg": kg("the same with the high factors"),
        "balanced_kg": kg("contained weight after the balance; empty where none was made"),
        "value_usd": usd(),
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
        "production_kg": kg("as published, in the measure of the mineral; empty = no figure, not zero"),
        "imports_kg": kg("contained imports within the scope of the balance"),
        "exports_kg": kg("contained exports within the scope of the balance"),
        "balanced_production_kg": kg("production after the balance; a country that exports has some"),
        "balanced_imports_kg": kg("imports after the balance"),
        "balanced_exports_kg": kg("exports after the balance"),
        "consumption_kg": kg("balanced production + imports - exports, never below zero"),
        "reexport_share": share("min(imports, exports) / exports; empty = no exports"),
        "hub": text("id of what stands out about the country's exports; empty = nothing", "allowed"),
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
        "grade": text(
            "A good, B usable with care, C trade only; empty = no data, which is not good", "allowed"
        ),
        "source": text("source of production, empty = none at this stage", "allowed"),
        "flow_moved": share("sum of |balanced - contained| flows over contained flows", at_most=None),
        "flow_moved_low": share("least of it over low, middle and high content factors", at_most=None),
        "flow_moved_high": share("most of it over low, middle and high content factors", at_most=None),
        "value_altered": share("share of value whose weight was replaced or estimated"),
        "weight_altered": share("sum of |repaired - published| over published weights", at_most=None),
        "content_unknown": share("share of value without a content factor or weight"),
        "content_unconfirmed": share("share of value whose content factor was not read at a source"),
        "reexports": share("sum of min(imports, exports) over sum of exports"),
        "coverage": share("share of published world production that stands under a named country"),
        "unrecorded_exports": share("share of exports from countries without recorded production"),
        "content_range": share("(high - low) / middle of contained trade", at_most=None),
        "reasons": text("ids of the reasons, comma separated; empty = none", "allowed"),
    },
)
CHECKS: Final = TableSpec(
    name="checks",
    what="Two sources for one number, their difference and whether it stays within what is tolerated",
    key=("check", "mineral", "stage", "country", "year"),
    columns={
        "check": text("id of the check"),
        "mineral": MINERAL,
        "stage": STAGE,
        "country": text("ISO 3166 alpha-3, or WLD"),
        "year": YEAR,
        "first": Column(dtype="float", gaps="allowed", what="value of the first source"),
        "second": Column(dtype="float", gaps="allowed", what="value of the second source"),
        "difference": Column(dtype="float", gaps="allowed", what="as the check defines it"),
        "tolerance": Column(dtype="float", at_least=0, what="largest difference that agrees"),
        "verdict": text("agrees, differs or accepted"),
        "exception": text("id of the accepted exception", "allowed"),
    },
)
MIRRORS: Final = TableSpec(
    name="mirrors",
    what="Flows that both countries reported: how far the two reports agree",
    key=FLOW,
    columns={
        **FLOW_COLUMNS,
        "import_kg": kg("gross weight as the importer reported it"),
        "export_kg": kg("gross weight as the exporter reported it"),
        "weight_ratio": share("import_kg / export_kg", at_most=None),
        "import_usd": usd("customs value, cif", "allowed"),
        "export_usd": usd("customs value, fob", "allowed"),
        "value_ratio": share("import_usd / (export_usd x (1 + cif allowance))", at_most=None),
        "verdict": text("agrees, weight_differs, value_differs, both_differ or not_comparable"),
    },
)
#: Every derived table, by name, in the order in which they are made.
DERIVED: Final[Mapping[str, TableSpec]] = {
    spec.name: spec for spec in (REPAIRS, REPAIR_SUMMARY, FLOWS, BALANCES, GRADES, CHECKS, MIRRORS)
}
