"""What `pactolus data list` and `show` print comes from here."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from pactolus.catalogue.describe import describe, describe_columns, describe_origins, describe_table
from pactolus.catalogue.specs import EMBEDDED
from pactolus.catalogue.world import World
from pactolus.errors import WorldError


def test_every_table_has_rows_publisher_edition_licence_and_age(embedded: World) -> None:
    table = describe(embedded)
    assert table["table"].to_list() == list(embedded.tables) == list(EMBEDDED)
    for column in ("what", "origins", "producer", "edition", "licence", "published"):
        assert table[column].str.len_chars().min() > 0, column
    row = table.row(by_predicate=pl.col("table") == "trade", named=True)
    assert (row["rows"], row["first_year"], row["last_year"]) == (1_264_888, 1995, 2024)
    assert row["licence"].startswith("Etalab Open Licence 2.0 (stated by the carrier package")


def test_a_licence_that_was_not_read_says_so(embedded: World) -> None:
    licences = {o.id: o.licence for o in embedded.origins.values()}
    assert licences["usgs-mcs-2026"] == "US public domain (as commonly stated; not read in the file)"
    assert licences["icmm-2025"] == "CC BY 4.0 (stated in sheet About)"


def test_one_table_in_detail(embedded: World) -> None:
    detail = describe_table(embedded, "production")
    assert detail["key"] == ["source", "raw_material", "country", "year"]
    assert detail["vintage"] == embedded.vintage
    assert detail["file"].endswith("production.parquet")
    with pytest.raises(WorldError, match="no table 'prod'"):
        describe_table(embedded, "prod")


def test_columns_with_unit_and_gaps(embedded: World) -> None:
    columns = describe_columns(embedded, "trade")
    row = columns.row(by_predicate=pl.col("column") == "quantity_kg", named=True)
    assert (row["type"], row["unit"], row["gaps"], row["missing"]) == ("int", "kg", "allowed", 61_682)


def test_origins_name_their_tables_and_checksums(embedded: World) -> None:
    origins = describe_origins(embedded)
    assert origins["origin"].n_unique() == origins.height == len(embedded.origins)
    wmd = origins.row(by_predicate=pl.col("origin") == "wmd", named=True)
    assert wmd["tables"] == "production"
    files = origins.filter(pl.col("origin") != "pactolus-corrections")
    assert files["sha256"].str.len_chars().to_list() == [64] * files.height
    assert describe_origins(embedded, "supply_shares")["origin"].to_list() == [
        "eu-crm-global-supply",
        "eu-crm-eu-supply",
    ]


def test_the_notice_credits_every_publisher_and_table(embedded: World) -> None:
    notice = " ".join((Path(__file__).parents[2] / "NOTICE").read_text(encoding="utf-8").split())
    for table in embedded.tables:
        assert table in notice, table
    for producer in ("CEPII", "Austrian Federal Ministry of Finance", "U.S. Geological Survey", "World Bank"):
        assert producer in notice
    for origin in embedded.origins.values():
        assert origin.producer.split(" (")[0].split(" of the EU")[0] in notice or origin.id.startswith(
            "pactolus"
        )
