"""``pactolus data derive`` on a small world."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from pactolus.catalogue.store import write_world
from pactolus.catalogue.world import open_world
from tests.network.test_derive import MADE, ORIGIN, TRADE


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    tables: dict[str, pl.DataFrame] = {"trade": TRADE, "production": MADE}
    origins = {table: ["test"] for table in tables}
    write_world(tmp_path / "mine", tables, [ORIGIN], origins, created_by="pactolus test")
    return tmp_path / "mine"


def test_the_derived_tables_of_a_world_of_ones_own(pactolus, folder):
    answer = pactolus(["data", "derive", "--world", str(folder), "--format", "csv"])
    assert answer.code == 0
    assert [row["table"] for row in answer.csv] == list(open_world(folder).derived_tables)
    assert {"repairs", "flows", "balances", "grades", "checks"} <= set(open_world(folder).derived_tables)
    assert "[20/20] derived tables" in answer.err
    assert "derived tables of world" in answer.err


def test_in_a_terminal_a_table_and_nothing_else_on_stdout(pactolus, folder):
    answer = pactolus(["data", "derive", "--world", str(folder), "--quiet"])
    assert (answer.code, answer.err) == (0, "")
    assert answer.out.splitlines()[0].split() == ["table", "rows", "bytes"]


def test_the_embedded_world_is_not_written_to(pactolus):
    answer = pactolus("data derive")
    assert answer.code == 2
    assert "the embedded one brings its derived tables" in answer.err


def test_a_world_without_trade_has_nothing_to_derive_from(pactolus, tmp_path):
    write_world(
        tmp_path / "half", {"production": MADE}, [ORIGIN], {"production": ["test"]}, created_by="test"
    )
    answer = pactolus(["data", "derive", "--world", str(tmp_path / "half")])
    assert answer.code == 2
    assert "this world has no table 'trade'" in answer.err
