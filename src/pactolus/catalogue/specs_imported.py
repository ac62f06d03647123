"""Tables that only a user's own files bring, and the record of what importers found in them."""

from __future__ import annotations

from typing import Final

from pactolus.catalogue.columns import COUNTRY, MINERAL_IF_ANY, YEAR, Column, TableSpec, kg, text, usd

__all__ = ["IMPORTED"]

TRADE_REPORTED: Final = TableSpec(
    name="trade_reported",
    what="Trade as one country reports it, not reconciled (UN Comtrade, customs); annual or monthly",
    key=("source", "reporter", "partner", "flow", "hs_edition", "code", "year", "month"),
    columns={
        "source": text("comtrade, or the id of a mapping file"),
        "reporter": COUNTRY,
        "partner": Column(dtype="text", what="country or region, or OTHER", vocabulary="area"),
        "flow": text("import or export"),
        "hs_edition": text("HS92 ... HS22: the edition that the first six digits of `code` follow"),
        "code": text("six digits, or a longer national line kept whole"),
        "hs_code": Column(
            dtype="text", gaps="allowed", what="the HS92 code it goes to; empty if none", vocabulary="hs_code"
        ),
        "year": YEAR,
        "month": Column(dtype="int", at_least=0, at_most=12, what="0 for a whole year"),
        "quantity_kg": kg("net weight"),
        "value_usd": usd("customs value", "allowed"),
        "estimated": Column(dtype="bool", what="true where the publisher marks the weight as its estimate"),
    },
)
STATISTICS: Final = TableSpec(
    name="statistics",
    what="Salient statistics of the United States (USGS summaries), long series (Data Series 140)",
    key=("source", "raw_material", "item", "country", "year"),
    columns={
        "source": text("usgs-mcs or usgs-ds140"),
        "raw_material": text("the publisher's own name"),
        "mineral": MINERAL_IF_ANY,
        "item": text("what is counted, in the publisher's words"),
        "country": Column(dtype="text", what="USA, or WLD for world production", vocabulary="area"),
        "year": YEAR,
        "value": Column(dtype="float", gaps="allowed", what="in the unit named in `unit`"),
        "unit": text("as published"),
        "flag": text("e estimated, or the word that stands in place of a number", gaps="allowed"),
    },
)
DEVELOPMENT: Final = TableSpec(
    name="development",
    what="Human Development Index (UNDP)",
    key=("country", "year"),
    columns={"country": COUNTRY, "year": YEAR, "hdi": Column(dtype="float", at_least=0, at_most=1)},
)
OUTLOOK: Final = TableSpec(
    name="outlook",
    what="Supply and demand by scenario (IEA Critical Minerals Data Explorer): present and outlook",
    key=("mineral_name", "side", "item", "country", "scenario", "year"),
    columns={
        "mineral_name": text("the publisher's name"),
        "mineral": MINERAL_IF_ANY,
        "stage": Column(dtype="text", gaps="allowed", what="stage of supply", vocabulary="stage"),
        "basis": text("what is weighed; empty = metal content", gaps="allowed"),
        "side": text(
            "supply; demand (all uses); clean, clean_total (clean technologies, by technology and in sum); "
            "technology (base case of one): they overlap and are never added up"
        ),
        "item": text("mining, refining, or the use or technology that demands"),
        "country": Column(
            dtype="text", what="country, OTHER for the rest, WLD for demand", vocabulary="area"
        ),
        "scenario": text("base, STEPS, APS, NZE ..."),
        "year": YEAR,
        "quantity_kg": kg("contained, as published"),
    },
)
INPUT_OUTPUT: Final = TableSpec(
    name="input_output",
    what="Inter-country input-output table: deliveries between sectors, in million US dollars",
    key=("from_region", "from_sector", "to_region", "to_sector", "year"),
    columns={
        "from_region": text("region as published, ISO alpha-3 where it is a country"),
        "from_sector": text("sector as published; VA for value added"),
        "to_region": text("region as published"),
        "to_sector": text("sector as published; FD for final demand, OUT for output"),
        "year": YEAR,
        "value_musd": Column(dtype="float", unit="million USD", what="zero deliveries are left out"),
    },
)
FINDINGS: Final = TableSpec(
    name="findings",
    what="What importers mended in the publishers' files, and what the user accepted",
    key=("file", "kind", "weight", "place", "found"),
    columns={
        "file": text("name of the file"),
        "kind": text("encoding, column, number, unit, name, key, total, slip ..."),
        "weight": text("mended or accepted"),
        "place": text("sheet and cell, or line"),
        "found": text("what stood there"),
        "done": text("what was done"),
        "count": Column(
            dtype="int", at_least=1, what="how many of the kind; kept word for word are the first"
        ),
    },
)

IMPORTED: Final = (TRADE_REPORTED, STATISTICS, DEVELOPMENT, OUTLOOK, INPUT_OUTPUT, FINDINGS)
"""Specifications of these tables."""
