"""Small worlds, written as real ones are."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest

from pactolus.catalogue.origins import Origin
from pactolus.catalogue.store import write_world
from pactolus.catalogue.world import World, open_world

ORIGIN = Origin(
    id="test",
    producer="The test",
    title="A small table",
    edition="1",
    published="2030",
    accessed="2030-01-02",
    licence="none needed",
    link="https://example.org",
)

TRADE = pl.DataFrame(
    [
        ("250410", "JPN", "CHN", 2023, 25_000_000, 40_000_000),
        ("250410", "KOR", "CHN", 2023, 40_000_000, 60_000_000),
        ("250410", "KOR", "MDG", 2023, None, 1_000),
        ("282520", "KOR", "CHN", 2024, 9_007_199_254_740_993, 1),
    ],
    schema=["hs_code", "importer", "exporter", "year", "quantity_kg", "value_usd"],
    orient="row",
)
GOVERNANCE = pl.DataFrame(
    [("CHN", 2023, -0.17, 0.2), ("KOR", 2023, 0.1 + 0.2, None), ("GUY", 2023, -0.0, 1e-7)],
    schema=["country", "year", "estimate", "standard_error"],
    orient="row",
)


@pytest.fixture
def tables() -> dict[str, pl.DataFrame]:
    """Two tables in no particular order."""
    return {"trade": TRADE.reverse(), "governance_geopolrisk": GOVERNANCE}


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., World]:
    """Write tables as a world below the test's folder."""

    def _write(tables: dict[str, pl.DataFrame], *, folder: str = "world", pointer: bool = False) -> World:
        origins_of = {table: ["test"] for table in tables}
        return write_world(
            tmp_path / folder, tables, [ORIGIN], origins_of, created_by="pactolus test", pointer=pointer
        )

    return _write


@pytest.fixture(scope="session")
def embedded() -> World:
    """The world in the package."""
    return open_world()
