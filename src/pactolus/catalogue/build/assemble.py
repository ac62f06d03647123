"""All tables of the embedded world from the publishers' files, in three visible steps.

1. One module a source reads the publisher's bytes into a tidy table under the publisher's own names.
2. Names become minerals and countries of `terms`, by the lists ``series.csv`` and ``names.csv`` beside it.
3. Corrections, which are records, are applied or carried as flags.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Final

import polars as pl

from pactolus.catalogue.build import baci, eu_crm, geodist, icmm, natural_earth, pinksheet, usgs, wgi, wmd
from pactolus.catalogue.corrections import Correction, as_table, correct
from pactolus.catalogue.harmonise import to_iso3
from pactolus.catalogue.origins import Origin
from pactolus.catalogue.specs import TABLES
from pactolus.errors import DataError
from pactolus.terms.applications import application_of
from pactolus.terms.minerals import minerals

__all__ = ["ORIGINS_OF", "OWN_ORIGIN", "TABLES_OF", "assembled"]

_HERE: Final = Path(__file__).parent

Files = Mapping[str, Path]

#: Table -> ids of the origins of its rows.
ORIGINS_OF: Final[Mapping[str, tuple[str, ...]]] = {
    "trade": ("cepii-baci",),
    "production": ("wmd", "usgs-mcs-2026"),
    "reserves": ("usgs-mcs-2026",),
    "governance": ("wgi-2024",),
    "governance_geopolrisk": ("wgi-geopolrisk",),
    "prices_monthly": ("wb-pink-sheet",),
    "prices_annual": ("usgs-mcs-2026",),
    "eol_rir": ("eol-rir-2023",),
    "eu_criticality": ("eu-crm-scores",),
    "supply_shares": ("eu-crm-global-supply", "eu-crm-eu-supply"),
    "end_uses": ("eu-crm-uses",),
    "facilities": ("icmm-2025",),
    "distances": ("cepii-geodist",),
    "land": ("natural-earth-land",),
    "country_points": ("natural-earth-countries",),
    "corrections": ("pactolus-corrections",),
}

#: Origin of the records of corrections.
OWN_ORIGIN: Final = Origin(
    id="pactolus-corrections",
    producer="The pactolus authors",
    title="Known faults at the sources",
    edition="with the program",
    published="2026",
    accessed="2026-11-23",
    licence="Apache-2.0",
    link="docs/reference/data.md",
)


@dataclass
class _Names:
    """Translates publishers' names, and gathers those that the lists do not hold."""

    unknown: list[str] = field(default_factory=list)

    def series(self, frame: pl.DataFrame, source: str, kind: str, column: str) -> pl.DataFrame:
        """Join ``mineral, stage, basis`` of a series; those listed without a mineral keep null."""
        known = (
            _series().filter((pl.col("source") == source) & (pl.col("kind") == kind)).drop("source", "kind")
        )
        joined = frame.join(known, left_on=column, right_on="series", how="left", maintain_order="left")
        new = set(frame[column].unique()) - set(known["series"])
        self.unknown += [f"series.csv: {source} {kind} {name!r} is not listed" for name in sorted(new)]
        return joined

    def countries(self, frame: pl.DataFrame) -> pl.DataFrame:
        """Add ``country`` from ``country_name``."""
        known = _country_names()
        new = set(frame["country_name"].unique()) - set(known)
        self.unknown += [f"names.csv: {name!r} is not listed" for name in sorted(new)]
        return frame.with_columns(country=pl.col("country_name").replace_strict(known, default=None))


@cache
def _series() -> pl.DataFrame:
    return pl.read_csv(_HERE / "series.csv", infer_schema=False)


@cache
def _country_names() -> Mapping[str, str]:
    with (_HERE / "names.csv").open(encoding="utf-8", newline="") as file:
        return {row["name"]: row["iso3"] for row in csv.DictReader(file)}


def _trade(files: Files, names: _Names) -> pl.DataFrame:
    return to_iso3(baci.trade_from_sqlite(files["cepii-baci"]), "baci", "importer", "exporter")


def _production(files: Files, names: _Names) -> pl.DataFrame:
    known = {m.wmd: m for m in minerals().values() if m.wmd}
    mined = to_iso3(wmd.production(files["wmd"]), "wmd", "country")
    new = sorted(set(mined["raw_material"].unique()) - set(known))
    names.unknown += [f"terms: no mineral has the World Mining Data table {name!r}" for name in new]
    table = pl.DataFrame(
        {
            "raw_material": list(known),
            "mineral": [m.id for m in known.values()],
            "stage": [m.wmd_stage for m in known.values()],
            "basis": [m.wmd_basis for m in known.values()],
        }
    )
    listed = names.countries(usgs.production(files["usgs-mcs-2026"]))
    summaries = names.series(listed, "usgs", "production", "raw_material").filter(
        pl.col("mineral").is_not_null()
    )
    return pl.concat(
        [
            mined.join(table, on="raw_material", how="left").with_columns(source=pl.lit("wmd")),
            summaries.with_columns(source=pl.lit("usgs")),
        ],
        how="diagonal",
    )


def _reserves(files: Files, names: _Names) -> pl.DataFrame:
    listed = names.countries(usgs.reserves(files["usgs-mcs-2026"]))
    known = names.series(listed, "usgs", "reserves", "raw_material").filter(pl.col("mineral").is_not_null())
    return known.with_columns(source=pl.lit("usgs"))


def _governance(files: Files, names: _Names) -> pl.DataFrame:
    return to_iso3(wgi.governance_from_workbook(files["wgi-2024"]), "world_bank", "country")


def _governance_geopolrisk(files: Files, names: _Names) -> pl.DataFrame:
    return wgi.governance_from_sqlite(files["wgi-geopolrisk"])


def _prices_monthly(files: Files, names: _Names) -> pl.DataFrame:
    metals = _series().filter(pl.col("source") == "pinksheet")["series"]
    prices = pinksheet.prices(files["wb-pink-sheet"])
    gone = sorted(set(metals) - set(prices["series"]))
    names.unknown += [f"series.csv: pinksheet has no series {name!r} any more" for name in gone]
    return names.series(
        prices.filter(pl.col("series").is_in(metals.implode())), "pinksheet", "prices", "series"
    )


def _prices_annual(files: Files, names: _Names) -> pl.DataFrame:
    known = names.series(usgs.prices(files["usgs-mcs-2026"]), "usgs", "prices", "series")
    return known.filter(pl.col("mineral").is_not_null())


def _eol_rir(files: Files, names: _Names) -> pl.DataFrame:
    known = {m.wmd: m.id for m in minerals().values() if m.wmd}
    rates = wmd.recycling(files["eol-rir-2023"])
    return rates.with_columns(mineral=pl.col("raw_material").replace_strict(known, default=None))


def _eu_criticality(files: Files, names: _Names) -> pl.DataFrame:
    return names.series(eu_crm.criticality(files["eu-crm-scores"]), "eu_crm", "material", "material")


def _supply_shares(files: Files, names: _Names) -> pl.DataFrame:
    both = pl.concat(
        [
            eu_crm.supply_shares(files["eu-crm-global-supply"], "global"),
            eu_crm.supply_shares(files["eu-crm-eu-supply"], "EU"),
        ]
    ).rename({"stage": "study_stage"})
    named = names.series(names.countries(both), "eu_crm", "material", "material")
    return named.drop("stage").rename({"study_stage": "stage"})


def _end_uses(files: Files, names: _Names) -> pl.DataFrame:
    uses = names.series(eu_crm.end_uses(files["eu-crm-uses"]), "eu_crm", "material", "material")
    texts = {text: application_of(text) for text in uses["application_text"].unique().sort()}
    return uses.with_columns(application=pl.col("application_text").replace_strict(texts))


def _facilities(files: Files, names: _Names) -> pl.DataFrame:
    return names.countries(icmm.facilities(files["icmm-2025"]))


def _distances(files: Files, names: _Names) -> pl.DataFrame:
    table = to_iso3(geodist.distances(files["cepii-geodist"]), "geodist", "origin", "destination")
    return table.with_columns(pl.col("distance_km", "weighted_km").round())


def _land(files: Files, names: _Names) -> pl.DataFrame:
    return natural_earth.land(files["natural-earth-land"])


def _country_points(files: Files, names: _Names) -> pl.DataFrame:
    numeric = baci.area_codes(files["cepii-baci"])
    return natural_earth.country_points(
        files["natural-earth-countries"], natural_earth.numeric_codes(numeric)
    )


#: Table -> how it is made from the files.
TABLES_OF: Final[Mapping[str, Callable[[Files, _Names], pl.DataFrame]]] = {
    "trade": _trade,
    "production": _production,
    "reserves": _reserves,
    "governance": _governance,
    "governance_geopolrisk": _governance_geopolrisk,
    "prices_monthly": _prices_monthly,
    "prices_annual": _prices_annual,
    "eol_rir": _eol_rir,
    "eu_criticality": _eu_criticality,
    "supply_shares": _supply_shares,
    "end_uses": _end_uses,
    "facilities": _facilities,
    "distances": _distances,
    "land": _land,
    "country_points": _country_points,
}


def assembled(files: Files, records: Sequence[Correction]) -> dict[str, pl.DataFrame]:
    """Every table of the embedded world, corrected, with the table of corrections.

    Parameters
    ----------
    files : mapping
        Origin id -> file, as `sources.checked` returns.
    records : sequence of Correction

    Returns
    -------
    dict of DataFrame

    Raises
    ------
    DataError
        With every name that the lists do not hold, and every correction that meets no row.
    """
    names = _Names()
    tidy = {table: make(files, names) for table, make in TABLES_OF.items()}
    if names.unknown:
        raise DataError("\n".join(dict.fromkeys(names.unknown)))
    tables: dict[str, pl.DataFrame] = {}
    met: dict[str, int] = {}
    for table, frame in tidy.items():
        corrected, rows = correct(frame, table, records)
        tables[table] = corrected.select(list(TABLES[table].columns))
        met |= rows
    lost = [record.id for record in records if record.id not in met]
    if lost:
        raise DataError(f"corrections {', '.join(lost)} name a table that no builder makes")
    return tables | {"corrections": as_table(records, met)}
