"""BACI: CEPII's CSV files and the SQLite copy, typed from their real first lines."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import polars as pl
import pytest

from pactolus.catalogue.build import baci
from pactolus.catalogue.harmonise import to_iso3
from pactolus.errors import DataError

#: Lines in the layout that CEPII ships, as in BACI_HS92_Y2024_minerals74_extract.csv.
CSV = """t,i,j,k,v,q
2024,4,36,282520,0.154,0.001
2024,490,842,810510,5.12,     NA
2024,699,251,250410,  12.5,   1.5
2024,842,699,010111,1,NA
"""
COUNTRIES = """country_code,country_name,country_iso2,country_iso3
4,Afghanistan,AF,AFG
36,Australia,AU,AUS
251,France,FR,FRA
490,"Other Asia, nes",,S19
699,India,IN,IND
842,USA,US,USA
"""


@pytest.fixture
def areas(tmp_path: Path) -> dict[str, str]:
    file = tmp_path / "country_codes_V202601.csv"
    file.write_text(COUNTRIES, encoding="utf-8")
    return baci.area_codes_csv(file)


def csv(folder: Path, content: str) -> Path:
    file = folder / "BACI_HS92_Y2024_V202601.csv"
    file.write_text(content, encoding="utf-8")
    return file


def database(folder: Path, rows: list[tuple[object, ...]]) -> Path:
    file = folder / "baci.db"
    with closing(sqlite3.connect(file)) as db:
        db.execute("create table baci_trade (t TEXT, i TEXT, j TEXT, k INTEGER, v TEXT, q TEXT)")
        db.executemany("insert into baci_trade values (?, ?, ?, ?, ?, ?)", rows)
        columns = "country_code TEXT, country_name TEXT, country_iso2 TEXT, country_iso3 TEXT"
        db.execute(f"create table {baci.COUNTRY_TABLE} ({columns})")
        db.executemany(
            f"insert into {baci.COUNTRY_TABLE} values (?, ?, ?, ?)",
            [
                line.replace('"Other Asia, nes"', "Other Asia").split(",")
                for line in COUNTRIES.splitlines()[1:]
            ],
        )
        db.commit()
    return file


def test_cepii_csv_padded_quantities_and_area_codes(tmp_path: Path, areas: dict[str, str]) -> None:
    trade = baci.trade_from_csv(csv(tmp_path, CSV), areas)
    assert trade.rows() == [
        ("282520", "AUS", "AFG", 2024, 1, 154),
        ("810510", "USA", "S19", 2024, None, 5120),
        ("250410", "FRA", "IND", 2024, 1500, 12500),
        ("010111", "IND", "USA", 2024, None, 1000),
    ]
    named = to_iso3(trade, "baci", "importer", "exporter")
    assert named["exporter"].to_list() == ["AFG", "TWN", "IND", "USA"]


def test_only_the_codes_asked_for(tmp_path: Path, areas: dict[str, str]) -> None:
    trade = baci.trade_from_csv(csv(tmp_path, CSV), areas, ["250410", "282520"])
    assert trade["hs_code"].to_list() == ["282520", "250410"]


def test_the_sqlite_copy_with_its_float_noise(tmp_path: Path) -> None:
    rows = [
        ("1995", "4", "36", 260300, "88.981", "194.46"),
        ("2010", "842", "490", 250410, "1.5010000000000001", "13.899000000000001"),
        ("2010", "699", "4", 10111, "0.11699999999999999", None),
    ]
    trade = baci.trade_from_sqlite(database(tmp_path, rows))
    assert trade.rows() == [
        ("260300", "AUS", "AFG", 1995, 194460, 88981),
        ("250410", "S19", "USA", 2010, 13899, 1501),
        ("010111", "AFG", "IND", 2010, None, 117),
    ]
    assert trade.schema["quantity_kg"] == trade.schema["value_usd"] == pl.Int64


def test_both_layouts_give_the_same_table(tmp_path: Path, areas: dict[str, str]) -> None:
    rows = [tuple(line.split(",")) for line in CSV.splitlines()[1:]]
    typed = [(t, i, j, int(k), v.strip(), q.strip()) for t, i, j, k, v, q in rows]
    assert baci.trade_from_sqlite(database(tmp_path, typed)).equals(
        baci.trade_from_csv(csv(tmp_path, CSV), areas)
    )


def test_unknown_areas_and_unreadable_numbers_are_named_together(
    tmp_path: Path, areas: dict[str, str]
) -> None:
    bad = "t,i,j,k,v,q\n2024,999,36,282520,0.1,1\n2024,4,36,282520,0.1234,1\n2024,4,36,282520,1,many\n"
    with pytest.raises(DataError) as caught:
        baci.trade_from_csv(csv(tmp_path, bad), areas)
    text = str(caught.value)
    assert "i '999' is not in the list of country codes" in text
    assert "v '0.1234' is not a number with at most three decimals" in text
    assert "q 'many' is not a number with at most three decimals" in text


@pytest.mark.shared
def test_the_extract_in_cepiis_layout_equals_the_embedded_year(shared: Path) -> None:
    """The carrier's SQLite and the official columns hold the same 2024 to the kilogram and the dollar."""
    from pactolus.catalogue.world import conform, open_world, spec_of

    folder = shared / "data" / "raw" / "cepii_baci"
    areas = baci.area_codes_csv(folder / "country_codes_V202401b.csv")
    file = folder / "BACI_HS92_Y2024_minerals74_extract.csv"
    trade = to_iso3(baci.trade_from_csv(file, areas), "baci", "importer", "exporter")
    stored = open_world().scan("trade").filter(year=2024).collect()
    assert conform(trade, spec_of("trade")).equals(stored)
