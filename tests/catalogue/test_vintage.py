"""Same facts, same vintage: whatever the order of rows, the writer of the bytes, or the machine."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from pactolus.catalogue.compare import vintage_of
from pactolus.catalogue.specs import TABLES
from pactolus.catalogue.world import PACKAGE, World, logical_sha256, open_world, world_vintage

from .conftest import GOVERNANCE, TRADE

Write = Callable[..., World]
Tables = dict[str, pl.DataFrame]


@given(st.permutations(range(TRADE.height)))
def test_the_order_of_rows_does_not_matter(order: list[int]) -> None:
    spec = TABLES["trade"]
    assert logical_sha256(TRADE[order], spec) == logical_sha256(TRADE, spec)


@given(st.integers(0, TRADE.height - 1), st.sampled_from(["quantity_kg", "value_usd", "year"]))
def test_every_number_counts(row: int, column: str) -> None:
    spec = TABLES["trade"]
    hit = pl.int_range(pl.len()) == row
    changed = TRADE.with_columns(pl.when(hit).then(pl.col(column).fill_null(0) + 1).otherwise(pl.col(column)))
    assert logical_sha256(changed, spec) != logical_sha256(TRADE, spec)


def test_a_gap_is_not_a_zero_nor_a_text() -> None:
    spec = TABLES["eol_rir"]
    row = {"raw_material": ["Cobalt"], "mineral": ["cobalt"], "share": [0.0]}
    sums = {
        logical_sha256(
            pl.DataFrame(row | {"reference": [text]}, schema_overrides={"reference": pl.String}), spec
        )
        for text in (None, "", "\\N", "null")
    }
    assert len(sums) == 4


def test_integer_or_float_columns_of_the_same_facts_agree() -> None:
    spec = TABLES["trade"]
    small = TRADE.with_columns(pl.col("year").cast(pl.Int16), pl.col("hs_code").cast(pl.Categorical))
    assert logical_sha256(small, spec) == logical_sha256(TRADE, spec)


def test_minus_zero_is_zero() -> None:
    spec = TABLES["governance_geopolrisk"]
    plus = GOVERNANCE.with_columns(
        pl.when(pl.col("estimate") == 0).then(0.0).otherwise(pl.col("estimate")).alias("estimate")
    )
    assert logical_sha256(plus, spec) == logical_sha256(GOVERNANCE, spec)


def test_the_canonical_form_is_pinned() -> None:
    """Typed out: a change of this form would change every vintage."""
    head = "governance_geopolrisk\ncountry:text:,year:int:,estimate:float:-2.5 to 2.5,standard_error:float:\n"
    lines = '"CHN",2023,"-0.17","0.2"\n"GUY",2023,"0.0","1e-07"\n"KOR",2023,"0.30000000000000004",\\N\n'
    found = logical_sha256(GOVERNANCE, TABLES["governance_geopolrisk"])
    assert found == hashlib.sha256((head + lines).encode()).hexdigest()


def test_the_vintage_does_not_depend_on_the_writer_of_the_bytes(write: Write, tables: Tables) -> None:
    world = write(tables)
    file = world.folder / PACKAGE
    package = json.loads(file.read_text(encoding="utf-8"))
    for record in package["resources"]:
        path = world.folder / record["path"]
        world.table(record["name"]).write_parquet(path, compression="snappy")
        record["bytes"] = path.stat().st_size
        record["sha256"] = hashlib.sha256(path.read_bytes()).hexdigest()
    file.write_text(json.dumps(package), encoding="utf-8")
    again = open_world(world.folder)
    assert again.resource("trade")["sha256"] != world.resource("trade")["sha256"]
    assert again.vintage == world.vintage
    assert vintage_of({t: again.table(t) for t in again.tables}) == world.vintage


def test_the_vintage_holds_the_names_of_the_tables() -> None:
    assert world_vintage({"trade": "a", "land": "b"}) == world_vintage({"land": "b", "trade": "a"})
    assert world_vintage({"trade": "a", "land": "b"}) != world_vintage({"trade": "b", "land": "a"})


def test_who_wrote_a_world_and_its_origins_do_not_change_the_vintage(write: Write, tables: Tables) -> None:
    world = write(tables)
    assert vintage_of(tables) == world.vintage
