"""Opening a world: whole or refused with one message that says where, what, and what to do."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from pactolus.catalogue.world import PACKAGE, POINTER, World, open_world
from pactolus.errors import WorldError

Write = Callable[..., World]
Tables = dict[str, pl.DataFrame]


def edit(world: World, change: Callable[[dict[str, Any]], Any]) -> Path:
    """Change the data package of a world by hand, as a careless user might."""
    file = world.folder / PACKAGE
    package = json.loads(file.read_text(encoding="utf-8"))
    change(package)
    file.write_text(json.dumps(package), encoding="utf-8")
    return world.folder


def test_what_was_written_is_read(write: Write, tables: Tables) -> None:
    world = open_world(write(tables).folder)
    assert world.tables == ("trade", "governance_geopolrisk")
    trade = world.table("trade")
    assert trade.rows()[-1] == ("282520", "KOR", "CHN", 2024, 9_007_199_254_740_993, 1)
    assert trade["quantity_kg"].to_list()[2] is None
    assert world.scan("trade").collect().equals(trade)
    assert world.origins_of("trade") == ("test",)
    assert asdict(world.origins["test"])["licence"] == "none needed"
    assert world.created_by == "pactolus test"
    assert "World(vintage=" in repr(world)


def test_a_table_is_loaded_once(write: Write, tables: Tables) -> None:
    world = write(tables)
    assert world.table("trade") is world.table("trade")


def test_opening_needs_no_polars() -> None:
    code = (
        "import sys; from pactolus.catalogue.world import open_world; w = open_world(); "
        "assert w.tables and w.vintage and w.origins; print('polars' in sys.modules)"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "False"


def test_an_unknown_table_names_those_there_are(write: Write, tables: Tables) -> None:
    with pytest.raises(WorldError, match=r"no table 'trades'; it has trade, governance_geopolrisk"):
        write(tables).table("trades")


def test_a_missing_folder(tmp_path: Path) -> None:
    with pytest.raises(WorldError, match=r"nowhere: no such folder; give the folder that a build of a world"):
        open_world(tmp_path / "nowhere")


def test_a_file_is_no_world(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x", encoding="utf-8")
    with pytest.raises(WorldError, match=r"file: is a file, not a folder"):
        open_world(tmp_path / "file")


def test_an_empty_folder_is_no_world(tmp_path: Path) -> None:
    with pytest.raises(WorldError, match=r"not a world, datapackage\.json is missing"):
        open_world(tmp_path)


def test_a_pointer_to_nothing(write: Write, tables: Tables, tmp_path: Path) -> None:
    write(tables, pointer=True)
    for name in ("gone", "", "../world", "a\nb"):
        (tmp_path / "world" / POINTER).write_text(name, encoding="utf-8")
        with pytest.raises(WorldError, match=r"current: names .*there is no such folder beside it; rebuild"):
            open_world(tmp_path / "world")


def test_a_half_world_names_every_missing_file(write: Write, tables: Tables) -> None:
    world = write(tables)
    (world.folder / "trade.parquet").unlink()
    (world.folder / "governance_geopolrisk.parquet").write_bytes(b"PAR1")
    with pytest.raises(WorldError) as caught:
        open_world(world.folder)
    lines = str(caught.value).splitlines()
    assert lines[0].endswith("trade.parquet: missing")
    assert "governance_geopolrisk.parquet: 4 bytes, recorded are" in lines[1]
    assert lines[2].endswith("the world is not whole; rebuild it, or restore the files")


def test_a_tampered_table_is_refused_when_first_used(write: Write, tables: Tables) -> None:
    folder = write(tables).folder
    file = folder / "trade.parquet"
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 0xFF
    file.write_bytes(content)
    world = open_world(folder)
    assert world.table("governance_geopolrisk").height == 3
    for use in (world.table, world.scan):
        with pytest.raises(WorldError, match=r"trade\.parquet: checksum .* is not the recorded .*restore"):
            use("trade")


def test_a_table_that_vanishes_after_opening(write: Write, tables: Tables) -> None:
    world = write(tables)
    (world.folder / "trade.parquet").unlink()
    with pytest.raises(WorldError, match=r"trade\.parquet: cannot be read \(No such file"):
        world.table("trade")


def test_a_newer_layout_names_the_version_needed(write: Write, tables: Tables) -> None:
    folder = edit(write(tables), lambda p: p.update(schema_version=99, created_by="pactolus 7.0"))
    with pytest.raises(
        WorldError,
        match=r"schema_version is 99, this pactolus reads up to 1; it was written by pactolus 7\.0",
    ):
        open_world(folder)


def test_a_layout_that_no_step_migrates(write: Write, tables: Tables) -> None:
    folder = edit(write(tables), lambda p: p.update(schema_version=0))
    with pytest.raises(WorldError, match=r"schema_version is 0, and nothing brings it to 1"):
        open_world(folder)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda p: p.pop("schema_version"), r"no schema_version"),
        (lambda p: p.update(schema_version="1"), r"no schema_version"),
        (lambda p: p.pop("vintage"), r"vintage is missing or no str"),
        (lambda p: p.update(resources={}), r"resources is missing or no list"),
        (lambda p: p["resources"][0].pop("sha256"), r"resources\[0\]\.sha256 is missing or no str"),
        (lambda p: p["resources"].append("x"), r"resources\[2\] is no object"),
        (lambda p: p["resources"][0].update(path="../x"), r"resources\[0\]\.path is '\.\./x', not a name in"),
        (lambda p: p["origins"][0].update(colour="red"), r"origins\[0\] is not an origin"),
        (lambda p: p.update(vintage="0" * 64), r"vintage 000000000000 is not that of its tables"),
        (lambda p: p["resources"][0].update(logical_sha256="0" * 64), r"is not that of its tables"),
    ],
)
def test_a_data_package_that_was_tampered_with(
    write: Write, tables: Tables, change: Callable[[dict[str, Any]], Any], message: str
) -> None:
    with pytest.raises(WorldError, match=message):
        open_world(edit(write(tables), change))


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"null", b'"x"', b"\xff\xfe", b"{}"])
def test_a_data_package_that_is_no_json_object(write: Write, tables: Tables, content: bytes) -> None:
    world = write(tables)
    (world.folder / PACKAGE).write_bytes(content)
    with pytest.raises(WorldError, match=r"not a readable data package"):
        open_world(world.folder)


def test_all_faults_of_a_package_are_named_at_once(write: Write, tables: Tables) -> None:
    def spoil(package: dict[str, Any]) -> None:
        package["resources"][0].pop("rows")
        package["resources"][1].update(bytes="many")

    with pytest.raises(WorldError) as caught:
        open_world(edit(write(tables), spoil))
    assert "resources[0].rows" in str(caught.value)
    assert "resources[1].bytes" in str(caught.value)
