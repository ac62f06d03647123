"""All tables of the embedded world from the publishers' files, in three visible steps.

1. One module a source reads the publisher's bytes into a tidy table under the publisher's own names.
2. Names become minerals and countries of `terms`, by the list ``series.csv`` and the names of `reading`.
3. Corrections, which are records, are applied or carried as flags.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Final

import polars as pl

from pactolus.catalogue.build.judge import judged, series_list
from pactolus.catalogue.build.sources import OWN_ORIGIN
from pactolus.catalogue.corrections import Correction, as_table
from pactolus.catalogue.readers import baci, eu_crm, geodist, icmm, natural_earth, pinksheet, usgs, wgi, wmd
from pactolus.catalogue.reading.findings import Findings
from pactolus.errors import DataError

__all__ = ["ORIGINS_OF", "OWN_ORIGIN", "TABLES_OF", "assembled"]

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


#: Kind of file (see `kinds`) and its tidy table.
Tidy = Sequence[tuple[str, pl.DataFrame]]


def _trade(files: Files) -> Tidy:
    return [("baci", baci.trade_from_sqlite(files["cepii-baci"]))]


def _production(files: Files) -> Tidy:
    return [("wmd", wmd.production(files["wmd"])), ("usgs", usgs.production(files["usgs-mcs-2026"]))]


def _reserves(files: Files) -> Tidy:
    return [("usgs", usgs.reserves(files["usgs-mcs-2026"]))]


def _governance(files: Files) -> Tidy:
    return [("wgi", wgi.governance_from_workbook(files["wgi-2024"]))]


def _governance_geopolrisk(files: Files) -> Tidy:
    return [("", wgi.governance_from_sqlite(files["wgi-geopolrisk"]))]


def _prices_monthly(files: Files) -> Tidy:
    metals = series_list().filter(pl.col("source") == "pinksheet")["series"]
    prices = pinksheet.prices(files["wb-pink-sheet"])
    gone = sorted(set(metals) - set(prices["series"]))
    if gone:
        raise DataError("\n".join(f"series.csv: pinksheet has no series {name!r} any more" for name in gone))
    return [("pinksheet", prices.filter(pl.col("series").is_in(metals.implode())))]


def _prices_annual(files: Files) -> Tidy:
    return [("usgs", usgs.prices(files["usgs-mcs-2026"]))]


def _eol_rir(files: Files) -> Tidy:
    return [("wmd", wmd.recycling(files["eol-rir-2023"]))]


def _eu_criticality(files: Files) -> Tidy:
    return [("eu-crm", eu_crm.criticality(files["eu-crm-scores"]))]


def _supply_shares(files: Files) -> Tidy:
    scopes = (("eu-crm-global-supply", "global"), ("eu-crm-eu-supply", "EU"))
    return [("eu-crm", pl.concat([eu_crm.supply_shares(files[file], scope) for file, scope in scopes]))]


def _end_uses(files: Files) -> Tidy:
    return [("eu-crm", eu_crm.end_uses(files["eu-crm-uses"]))]


def _facilities(files: Files) -> Tidy:
    return [("icmm", icmm.facilities(files["icmm-2025"]))]


def _distances(files: Files) -> Tidy:
    return [("distances", geodist.distances(files["cepii-geodist"]))]


def _land(files: Files) -> Tidy:
    return [("", natural_earth.land(files["natural-earth-land"]))]


def _country_points(files: Files) -> Tidy:
    numeric = natural_earth.numeric_codes(baci.area_codes(files["cepii-baci"]))
    return [("", natural_earth.country_points(files["natural-earth-countries"], numeric))]


#: Table -> its tidy tables from the files.
TABLES_OF: Final[Mapping[str, Callable[[Files], Tidy]]] = {
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
    findings = Findings(file="the publishers' files")
    tables: dict[str, pl.DataFrame] = {}
    met: Counter[str] = Counter()
    unknown: list[str] = []
    for table, make in TABLES_OF.items():
        parts = [judged(frame, table, kind, records, findings) for kind, frame in make(files)]
        tables[table] = pl.concat([part.frame for part in parts], how="vertical_relaxed")
        unknown += [f"series.csv: {table} {name!r} is not listed" for part in parts for name in part.unknown]
        for part in parts:
            met.update(part.met)
    if unknown or findings.refusals:
        raise DataError("\n".join([*dict.fromkeys(unknown), *map(str, findings.refusals)]))
    lost = [record.id for record in records if record.id not in met]
    if lost:
        raise DataError(f"corrections {', '.join(lost)} name a table that no builder makes")
    idle = [name for name, rows in met.items() if not rows]
    if idle:
        raise DataError(
            f"corrections {', '.join(idle)} meet no row; the source may have mended it: "
            "look at 'fixed_when', then remove or change the record"
        )
    return tables | {"corrections": as_table(records, met)}
