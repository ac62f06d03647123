"""Writing a world: whole or not at all, whoever is killed, whatever is full."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest

from pactolus.catalogue.store import write_world
from pactolus.catalogue.verify import verify
from pactolus.catalogue.world import PACKAGE, POINTER, World, open_world
from pactolus.errors import DataError, OutputError
from tests.rights import without_rights

from .conftest import ORIGIN

Write = Callable[..., World]
Tables = dict[str, pl.DataFrame]

#: A process that writes worlds of growing size, one after another, until it is stopped.
WRITER = """
    import sys
    from pathlib import Path
    import polars as pl
    from pactolus.catalogue.origins import Origin
    from pactolus.catalogue.store import write_world
    empty = dict.fromkeys("producer title edition published accessed licence link".split(), "")
    origin = Origin(id="o", **empty)
    n, mark = 20_000, int(sys.argv[2])
    for turn in range(int(sys.argv[3])):
        frame = pl.DataFrame({
            "importer": ["KOR"] * n, "exporter": ["CHN"] * n, "year": [2000 + mark] * n,
            "quantity_kg": range(1, n + 1), "value_usd": range(n),
        }).with_columns(hs_code=pl.int_range(100_000, 100_000 + n, eager=True).cast(pl.String))
        frame = frame.with_columns(pl.col("value_usd") + turn)
        folder, origins_of = Path(sys.argv[1]), {"trade": ["o"]}
        write_world(folder, {"trade": frame}, [origin], origins_of, created_by="w", pointer=True)
        print(turn, flush=True)
"""


def writer(folder: Path, mark: int = 1, turns: int = 1000) -> subprocess.Popen[str]:
    code = textwrap.dedent(WRITER)
    return subprocess.Popen(
        [sys.executable, "-c", code, str(folder), str(mark), str(turns)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_a_killed_writer_leaves_the_old_world_or_the_new_one(tmp_path: Path) -> None:
    child = writer(tmp_path)
    assert child.stdout is not None
    child.stdout.readline()
    for pause in (0.05, 0.13):
        time.sleep(pause)
        assert all(f.ok for f in verify(open_world(tmp_path)))  # a reader beside the writer sees whole worlds
    child.send_signal(signal.SIGKILL)
    child.communicate()
    world = open_world(tmp_path)
    assert all(f.ok for f in verify(world))
    assert world.table("trade").height == 20_000


def test_two_writers_at_once_leave_one_whole_world_in_force(tmp_path: Path) -> None:
    children = [writer(tmp_path, mark, turns=3) for mark in (1, 2)]
    for child in children:
        _, errors = child.communicate(timeout=300)
        assert child.returncode == 0, errors
    world = open_world(tmp_path)
    assert all(f.ok for f in verify(world))
    assert world.table("trade")["year"].n_unique() == 1
    assert not [p for p in tmp_path.iterdir() if p.name.startswith(".")]  # nothing half-written is left


@pytest.mark.skipif(os.name != "posix", reason="limits the size of files by the operating system")
@pytest.mark.parametrize("pointer", [True, False])
def test_a_full_disk_leaves_what_was_there(
    write: Write, tables: Tables, tmp_path: Path, pointer: bool
) -> None:
    """A real refusal of the operating system: files may not grow beyond 2 kB in the writing process."""
    before = write(tables, pointer=pointer).vintage
    names = sorted(p.name for p in (tmp_path / "world").iterdir())
    code = textwrap.dedent(
        f"""
        import resource, signal
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        import polars as pl
        from pathlib import Path
        from pactolus.catalogue.origins import Origin
        from pactolus.catalogue.store import write_world
        from pactolus.errors import OutputError
        empty = dict.fromkeys("producer title edition published accessed licence link".split(), "")
        origin = Origin(id="o", **empty)
        rows = pl.DataFrame({{"country": ["KOR"] * 100, "year": range(1901, 2001),
                             "estimate": [i / 77 for i in range(100)], "standard_error": [None] * 100}})
        resource.setrlimit(resource.RLIMIT_FSIZE, (1024, 1024))
        try:
            write_world(Path({str(tmp_path / "world")!r}), {{"governance_geopolrisk": rows}}, [origin],
                        {{"governance_geopolrisk": ["o"]}}, created_by="w", pointer={pointer})
        except OutputError as error:
            print(error)
        """
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "cannot be written (File too large)" in done.stdout
    assert sorted(p.name for p in (tmp_path / "world").iterdir()) == names
    assert open_world(tmp_path / "world").vintage == before


@pytest.mark.skipif(os.name != "posix", reason="rights of folders are those of POSIX")
def test_a_folder_that_may_not_be_written(tables: Tables, tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    try:
        with without_rights(), pytest.raises(OutputError, match="cannot be written"):
            write_world(tmp_path / "world", tables, [ORIGIN], {t: ["test"] for t in tables}, created_by="")
    finally:
        tmp_path.chmod(0o700)
    assert not (tmp_path / "world").exists()


def test_a_file_in_the_way(tables: Tables, tmp_path: Path) -> None:
    (tmp_path / "world").write_text("not a folder", encoding="utf-8")
    with pytest.raises(OutputError, match=r"world: cannot be written"):
        write_world(tmp_path / "world", tables, [ORIGIN], {t: ["test"] for t in tables}, created_by="")


def test_a_rebuild_adds_a_folder_and_moves_the_pointer(write: Write, tables: Tables, tmp_path: Path) -> None:
    first = write(tables, pointer=True)
    second = write({"trade": tables["trade"].head(1)}, pointer=True)
    assert open_world(tmp_path / "world").vintage == second.vintage != first.vintage
    assert (tmp_path / "world" / POINTER).read_text(encoding="utf-8").strip() == second.folder.name
    assert open_world(first.folder).table("trade").height == 4  # a reader of the old world is not disturbed


def test_a_folder_rewritten_in_place_holds_nothing_of_the_old_world(write: Write, tables: Tables) -> None:
    folder = write(tables).folder
    write({"trade": tables["trade"]})
    assert sorted(p.name for p in folder.iterdir()) == [PACKAGE, "trade.parquet"]


def test_a_table_that_breaks_its_rules_is_not_written(write: Write, tables: Tables, tmp_path: Path) -> None:
    bad = pl.concat([tables["trade"], tables["trade"].with_columns(exporter=pl.col("importer"))])
    with pytest.raises(DataError) as caught:
        write({"trade": bad, "governance_geopolrisk": tables["governance_geopolrisk"].with_columns(year=1)})
    text = str(caught.value)
    assert "trade: 4 rows trade with themselves" in text
    assert "governance_geopolrisk: year lies outside 1900 to 2100 in 3 rows" in text
    assert not (tmp_path / "world").exists()


def test_wrong_columns_and_types_are_named(write: Write, tables: Tables) -> None:
    with pytest.raises(
        DataError, match=r"trade: column 'year' is missing\ntrade: column 'jahr' is not in the"
    ):
        write({"trade": tables["trade"].rename({"year": "jahr"})})
    with pytest.raises(DataError, match=r"trade: conversion from `str` to `i64` failed"):
        write({"trade": tables["trade"].with_columns(year=pl.lit("two thousand"))})
    with pytest.raises(DataError, match=r"no table 'trades' is specified; there are trade, production"):
        write({"trades": tables["trade"]})


def test_a_table_without_origin_is_not_written(tables: Tables, tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"trade: origins none; every table needs"):
        write_world(tmp_path, {"trade": tables["trade"]}, [ORIGIN], {}, created_by="")
    with pytest.raises(DataError, match=r"trade: origins lost; every table needs"):
        write_world(tmp_path, {"trade": tables["trade"]}, [ORIGIN], {"trade": ["lost"]}, created_by="")
