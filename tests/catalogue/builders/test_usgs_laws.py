"""What holds for every table of the summaries: units, order of rows, editions, and the world's own rules."""

from __future__ import annotations

import random
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pactolus.catalogue.build.judge import judged
from pactolus.catalogue.readers import bgs, ds140, usgs
from pactolus.catalogue.reading.findings import Findings
from pactolus.catalogue.reading.keys import doubt_spikes
from pactolus.catalogue.rules import faults_of
from pactolus.catalogue.specs import TABLES
from pactolus.catalogue.world import conform
from tests.catalogue.builders import test_bgs as bgs_files
from tests.catalogue.builders import test_ds140 as ds140_files
from tests.catalogue.builders import test_usgs as long_files
from tests.catalogue.builders import test_usgs_layouts as world_files
from tests.catalogue.builders import test_usgs_salient as salient_files
from tests.catalogue.builders.mutations import few
from tests.catalogue.builders.workbook_files import book, read, text

FEW = few(4)
WORLD = "Source,Country,Type,Prod_{0}_2022,Prod_{0}_est_2023,Reserves_{0}\n"
figures = st.lists(st.tuples(*[st.integers(0, 10**7)] * 3), min_size=1, max_size=4)
COUNTRIES = ("Chile", "Peru", "China", "Other countries")


def world(unit: str, rows: list[tuple[int, ...]], times: int = 1) -> str:
    lines = (
        f"MCS2024,{country},Mine production,{','.join(str(n * times) for n in row)}"
        for country, row in zip(COUNTRIES, rows, strict=False)
    )
    return WORLD.format(unit) + "\n".join(lines) + "\n"


@given(rows=figures)
@FEW
def test_the_unit_of_the_heading_does_not_change_a_quantity(
    rows: list[tuple[int, ...]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("units")
    thousands = read(usgs, text(folder / "mcs2024-tin_world.csv", world("kt", rows)))[0]
    tons = read(usgs, text(folder / "mcs2024-tin_world.csv", world("t", rows, times=1000)))[0]
    for name in ("production", "reserves"):
        assert thousands[name].equals(tons[name])
        assert thousands[name]["quantity"].to_list()[0] == rows[0][0 if name == "production" else 2] * 10**6


@given(seed=st.integers(0, 1000))
@FEW
def test_the_order_of_the_rows_does_not_matter(seed: int, tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("order")
    for name, content in (
        ("MCS2025_World_Data.csv", world_files.WORLD_2025),
        ("MCS2026.csv", long_files.TEXT),
    ):
        head, *lines = content.splitlines()
        random.Random(seed).shuffle(lines)
        first = read(usgs, text(folder / name, content))[0]
        other = read(usgs, text(folder / name, "\n".join([head, *lines]) + "\n"))[0]
        for table, frame in first.items():
            assert frame.sort(frame.columns).equals(other[table].sort(frame.columns)), (name, table)


@given(factor=st.floats(1e-6, 1e6), at=st.integers(1, 3))
@FEW
def test_a_spike_is_seen_in_any_unit(factor: float, at: int) -> None:
    values = [4.0, 5.0, 6.0, 5.0, 4.0]
    values[at] *= 10
    frame = pl.DataFrame(
        {"series": ["a"] * 5, "year": range(2019, 2024), "value": [v * factor for v in values]}
    )
    findings = Findings("file")
    doubt_spikes(frame, ("series",), "year", "value", findings, lambda n: f"row {n}")
    assert [f.place for f in findings.kept] == [f"row {at}"]
    findings = Findings("file")
    steps = frame.with_columns(value=pl.Series([1.0, 1.0, 10.0, 10.0, 10.0]) * factor)
    doubt_spikes(steps, ("series",), "year", "value", findings, str)
    assert findings.kept == []  # a new level is no slip


def test_the_latest_edition_names_a_series_as_the_earlier_ones_do(tmp_path: Path) -> None:
    files = (
        text(tmp_path / "mcs2024-cobal_world.csv", world_files.COBALT),
        text(tmp_path / "MCS2025_World_Data.csv", world_files.WORLD_2025),
        text(tmp_path / "MCS2026_Commodities_Data.csv", long_files.TEXT, "cp1252"),
    )
    tables = pl.concat([read(usgs, file)[0]["production"] for file in files])
    congo = tables.filter(raw_material="Cobalt: Mine production", country="COD").sort("year", "edition_year")
    assert congo.select("year", "edition_year", "quantity").rows() == [
        (2022, 2024, 144_000_000),
        (2023, 2024, 170_000_000),
        (2023, 2025, 175_000_000),
        (2024, 2025, 220_000_000),
        (2025, 2026, 230_000_000),
    ]


def test_what_is_read_keeps_the_rules_of_the_world(tmp_path: Path) -> None:
    cases = (
        ("usgs", usgs, text(tmp_path / "MCS2026_Commodities_Data.csv", long_files.TEXT, "cp1252")),
        ("usgs", usgs, text(tmp_path / "mcs2024-galli_world.csv", world_files.GALLIUM)),
        ("usgs", usgs, text(tmp_path / "mcs2024-lithi_salient.csv", salient_files.LITHIUM)),
        ("usgs-ds140", ds140, book(tmp_path / ds140_files.NAME, {"Lithium": ds140_files.LITHIUM})),
        ("bgs", bgs, text(tmp_path / bgs_files.NAME, bgs_files.TEXT)),
    )
    for kind, reader, file in cases:
        tables, _ = read(reader, file)
        for name, tidy in tables.items():
            made = judged(tidy, name, kind, (), Findings(file.name))
            assert list(faults_of(conform(made.frame, TABLES[name]), TABLES[name])) == [], (kind, name)
            assert made.unknown == (), (kind, name)
