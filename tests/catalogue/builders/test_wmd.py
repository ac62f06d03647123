"""World Mining Data as carried in SQLite; rows typed from the tables Gold, Lithium and Natural Gas."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from pactolus.catalogue.build import wmd
from pactolus.catalogue.corrections import correct, load
from pactolus.catalogue.harmonise import to_iso3
from pactolus.errors import DataError

COLUMNS = (
    "Country TEXT, Country_Code TEXT, Country_ISO TEXT, '2023' REAL, '2024' REAL, unit TEXT, data_source TEXT"
)
GOLD = [
    ("French Guiana", "328", "GUY", 1164.0, 1072.0, "kg", "r"),
    ("Guyana", "328", "GUY", 1164.0, 1072.0, "kg", "r"),
    ("Kosovo", "412", "R20", None, 0.0, "kg", "e"),
    ("Taiwan", "490", "S19", 0.3, 2.0, "kg", "p"),
    ("Total", "DELETE", "DELETE", 2328.0, 2146.0, "kg", "nan"),
]


def database(folder: Path, **tables: list[tuple[object, ...]]) -> Path:
    file = folder / "world_mining_data.db"
    with closing(sqlite3.connect(file)) as db:
        for other in wmd.NOT_MATERIALS:
            db.execute(f'create table "{other}" ("Sheet_name" TEXT, "EoL-RIR (2023)" REAL, "Reference" TEXT)')
        db.execute('insert into "HS Code Map" values (?, ?, ?)', ("Gold", 0.05, None))
        for name, rows in tables.items():
            db.execute(f'create table "{name}" ({COLUMNS})')
            db.executemany(f'insert into "{name}" values (?, ?, ?, ?, ?, ?, ?)', rows)
        db.commit()
    return file


def test_units_become_base_units_and_noise_is_rounded(tmp_path: Path) -> None:
    table = wmd.production(
        database(
            tmp_path,
            Lithium=[("Chile", "152", "CHL", 5787400.000000001, None, "metr. t", "r")],
            Gas=[("Qatar", "634", "QAT", 2.0, 3.0, "Mio m3", "e")],
            Diamonds=[("Botswana", "72", "BWA", 16580899.999999998, 1.0, "ct", "r")],
        )
    )
    assert table.select("raw_material", "country", "year", "quantity", "unit", "flag").rows() == [
        ("Diamonds", "BWA", 2023, 16580900, "ct", "r"),
        ("Diamonds", "BWA", 2024, 1, "ct", "r"),
        ("Gas", "QAT", 2023, 2_000_000, "m3", "e"),
        ("Gas", "QAT", 2024, 3_000_000, "m3", "e"),
        ("Lithium", "CHL", 2023, 5787400000, "kg", "r"),
        ("Lithium", "CHL", 2024, None, "kg", "r"),
    ]


def test_the_three_steps_for_gold(tmp_path: Path) -> None:
    """Bytes to a tidy table, codes translated, then the records: total dropped, French Guiana recoded."""
    rows = [r for r in GOLD if r[0] != "Taiwan"]
    tidy = wmd.production(database(tmp_path, Gold=rows))
    assert set(tidy["country"]) == {"GUY", "R20", "DELETE"}
    named = to_iso3(tidy, "wmd", "country").with_columns(source=_text("wmd"))
    wanted = {"wmd-total-row", "wmd-french-guiana", "wmd-guyana-gold-2023"}
    records = [r for r in load() if r.id in wanted]
    final, met = correct(named, "production", records)
    assert met == {"wmd-total-row": 2, "wmd-french-guiana": 2, "wmd-guyana-gold-2023": 2}
    assert final.filter(year=2023).select("country_name", "country", "quantity").rows() == [
        ("French Guiana", "GUF", 1164),
        ("Guyana", "GUY", 1164),
        ("Kosovo", "XKX", None),
    ]


def _text(value: str):  # type: ignore[no-untyped-def]
    import polars as pl

    return pl.lit(value)


def test_a_gap_is_not_a_zero(tmp_path: Path) -> None:
    rows = [r for r in GOLD if r[0] == "Kosovo"]
    assert wmd.production(database(tmp_path, Gold=rows))["quantity"].to_list() == [None, 0]


def test_fractions_and_unknown_units_are_faults_named_together(tmp_path: Path) -> None:
    rows = [r for r in GOLD if r[0] == "Taiwan"]
    with pytest.raises(DataError) as caught:
        wmd.production(database(tmp_path, Gold=rows, Tin=[("Peru", "604", "PER", 1.0, 1.0, "lb", "r")]))
    assert "Gold: 'Taiwan' 2023 is 0.3, no whole number of kg" in str(caught.value)
    assert "Tin: unit 'lb' of 'Peru' is not known" in str(caught.value)


def test_recycling_rates(tmp_path: Path) -> None:
    assert wmd.recycling(database(tmp_path)).rows() == [("Gold", 0.05, None)]
