"""`verify` finds what is wrong with a world, and says nothing of one that is right."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable

import polars as pl
import pytest

from pactolus.catalogue.rules import CHECKS, faults_of
from pactolus.catalogue.specs import TABLES
from pactolus.catalogue.verify import Finding, verify
from pactolus.catalogue.world import PACKAGE, World, open_world

from .conftest import TRADE

Write = Callable[..., World]
Tables = dict[str, pl.DataFrame]


def slip_in(world: World, table: str, frame: pl.DataFrame) -> World:
    """Replace a table and its file checksum, as a tamperer would who knows the data package."""
    path = world.folder / f"{table}.parquet"
    frame.write_parquet(path)
    file = world.folder / PACKAGE
    package = json.loads(file.read_text(encoding="utf-8"))
    for record in package["resources"]:
        if record["name"] == table:
            record["bytes"] = path.stat().st_size
            record["sha256"] = hashlib.sha256(path.read_bytes()).hexdigest()
    file.write_text(json.dumps(package), encoding="utf-8")
    return open_world(world.folder)


def wrong(world: World) -> dict[tuple[str, str], str]:
    return {(f.table, f.check): f.message for f in verify(world) if not f.ok}


def test_a_sound_world_passes_every_check(write: Write, tables: Tables) -> None:
    findings = verify(write(tables))
    assert all(f.ok and not f.message for f in findings)
    checks = ["file", "content", "order", *CHECKS, "origins"]
    assert [f.check for f in findings] == [*checks, *checks, "vintage"]


def test_a_changed_figure_is_found_even_with_a_right_file_checksum(write: Write, tables: Tables) -> None:
    world = write(tables)
    changed = world.table("trade").with_columns(pl.col("value_usd") + 1)
    found = wrong(slip_in(world, "trade", changed))
    assert set(found) == {("trade", "content"), ("", "vintage")}
    assert found["trade", "content"].startswith("logical checksum ")
    assert found["", "vintage"].startswith(f"recorded {world.vintage[:12]}, found ")


def test_a_lost_row_is_found(write: Write, tables: Tables) -> None:
    world = write(tables)
    found = wrong(slip_in(world, "trade", world.table("trade").head(3)))
    assert "3 rows, recorded are 4" in found["trade", "content"]


def test_rows_out_of_order_are_found(write: Write, tables: Tables) -> None:
    world = write(tables)
    found = wrong(slip_in(world, "trade", world.table("trade").reverse()))
    assert found == {("trade", "order"): "rows are not sorted by hs_code, importer, exporter, year"}


def test_another_layout_is_found(write: Write, tables: Tables) -> None:
    world = write(tables)
    found = wrong(slip_in(world, "trade", world.table("trade").rename({"year": "jahr"})))
    assert "column 'year' is missing" in found["trade", "content"]
    assert found["trade", "columns"].startswith("columns are hs_code, importer, exporter, jahr")
    assert found["", "vintage"].endswith("found not computable")


def test_a_file_with_other_bytes_is_found(write: Write, tables: Tables) -> None:
    world = write(tables)
    file = world.folder / "trade.parquet"
    file.write_bytes(file.read_bytes()[:-1] + b"x")
    found = wrong(open_world(world.folder))
    assert "is not the recorded" in found["trade", "file"]


def test_a_lost_origin_is_found(write: Write, tables: Tables) -> None:
    world = write(tables)
    file = world.folder / PACKAGE
    package = json.loads(file.read_text(encoding="utf-8"))
    package["resources"][0]["origins"] = ["lost"]
    package["resources"][1]["origins"] = []
    file.write_text(json.dumps(package), encoding="utf-8")
    found = wrong(open_world(world.folder))
    assert found == {
        ("trade", "origins"): "unknown origins lost",
        ("governance_geopolrisk", "origins"): "no origin",
    }


@pytest.mark.parametrize(
    ("change", "check", "message"),
    [
        (
            pl.lit(None, pl.Int64).alias("value_usd"),
            "gaps",
            "value_usd has no value in 4 rows: hs_code=250410 importer=JPN exporter=CHN year=2023;",
        ),
        (pl.lit(-1, pl.Int64).alias("value_usd"), "bounds", "value_usd is below 0 or no number in 4 rows"),
        (pl.lit(0, pl.Int64).alias("quantity_kg"), "bounds", "quantity_kg is below 1 or no number in 4 rows"),
        (pl.lit(1899, pl.Int64).alias("year"), "bounds", "year lies outside 1900 to 2100 in 4 rows"),
        (
            pl.lit("KOREA").alias("importer"),
            "vocabulary",
            "importer has 1 values unknown as country: 'KOREA'",
        ),
        (pl.lit("2504").alias("hs_code"), "vocabulary", "hs_code has 1 values unknown as hs code: '2504'"),
        (
            pl.lit("OTHER").alias("exporter"),
            "vocabulary",
            "exporter has 1 values unknown as country: 'OTHER'",
        ),
        (pl.col("importer").alias("exporter"), "self_trade", "4 rows trade with themselves: hs_code=250410"),
        (pl.col("value_usd") + 1, None, ""),
    ],
)
def test_each_rule_of_a_table(change: pl.Expr, check: str | None, message: str) -> None:
    faults = dict(faults_of(TRADE.with_columns(change), TABLES["trade"]))
    assert (check is None) == (not faults)
    assert check is None or message in faults[check]


def test_rows_that_share_a_key() -> None:
    [(check, message)] = faults_of(pl.concat([TRADE, TRADE.head(1)]), TABLES["trade"])
    assert check == "key"
    assert message.startswith("2 rows share a key: hs_code=250410 importer=JPN exporter=CHN year=2023")


def test_a_number_that_is_none() -> None:
    frame = pl.DataFrame(
        {"country": ["KOR"], "year": [2020], "estimate": [float("nan")], "standard_error": [0.1]}
    )
    [(check, message)] = faults_of(frame, TABLES["governance_geopolrisk"])
    assert check == "bounds"
    assert "estimate" in message


def test_the_embedded_world_is_sound(embedded: World) -> None:
    bad = [f for f in verify(embedded) if not f.ok]
    assert bad == []


def test_a_finding_is_a_plain_record() -> None:
    assert Finding(table="t", check="file", ok=True).message == ""
