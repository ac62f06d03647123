"""BACI: CEPII's files of any edition, and the SQLite copy."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pactolus.catalogue.harmonise import to_iso3
from pactolus.catalogue.readers import baci
from pactolus.catalogue.readers.baci_facts import facts
from pactolus.catalogue.readers.baci_rows import SCHEMA as ROWS
from pactolus.catalogue.readers.kinds import reader
from pactolus.catalogue.reading.findings import Findings
from pactolus.errors import DataError
from tests.catalogue.builders.baci_files import (
    COUNTRIES,
    LISTS,
    PRODUCTS,
    SCHEMA,
    TIDY,
    TRADE,
    YEARLY,
    lines,
    loose,
    only,
    read,
    told,
    zipped,
)


def test_the_zip_of_an_edition_is_read_year_by_year(tmp_path: Path) -> None:
    years = {f"BACI_HS92_Y{y}_V202601.csv": TRADE.replace("2024,", f"{y},") for y in (2024, 1999)}
    file = zipped(tmp_path, {"Readme.txt": "BACI", **years, **LISTS})
    findings = Findings(file=file.name)
    assert baci.parts(file, findings) == ["BACI_HS92_Y1999_V202601.csv", "BACI_HS92_Y2024_V202601.csv"]
    trade, findings = read(file)
    assert trade is not None
    assert told(findings) == []
    assert trade.filter(year=2024).rows() == TIDY
    assert trade.filter(year=1999).select("hs_code", "value_usd").rows() == [(r[0], r[5]) for r in TIDY]
    assert dict(trade.schema) == SCHEMA
    told_by_names = baci.edition(file)
    assert (told_by_names.edition, told_by_names.published) == ("HS92, 1999-2024, V202601", "2026-01")


@pytest.mark.parametrize("with_list", [True, False])
def test_a_yearly_file_by_itself(tmp_path: Path, with_list: bool) -> None:
    if with_list:
        loose(tmp_path, COUNTRIES.replace("S19", "S18"), "country_codes_V202401b.csv")
        loose(tmp_path, COUNTRIES, "country_codes_V202601.csv")
    trade, findings = read(loose(tmp_path, TRADE))
    assert trade is not None
    assert told(findings) == []
    published = "S19" if with_list else "TWN"  # the program's own list has ISO codes
    assert trade["exporter"].to_list() == ["IND", "AFG", published]
    assert to_iso3(trade, "baci", "exporter")["exporter"].to_list() == ["IND", "AFG", "TWN"]
    assert baci.edition(tmp_path / YEARLY).edition == "HS92, 2024, V202601"


def test_a_year_zipped_by_itself_under_any_name(tmp_path: Path) -> None:
    trade, _ = read(zipped(tmp_path, {"data/trade.csv": TRADE}, "BACI_HS92_Y2024_V202601.zip"))
    assert trade is not None
    assert trade.select("hs_code", "value_usd").rows() == [(r[0], r[5]) for r in TIDY]


def test_lists_in_a_searched_folder_are_no_trade(tmp_path: Path) -> None:
    for name, content in {**LISTS, "product_codes_HS92_V202601.csv": PRODUCTS}.items():
        findings = Findings(file=name)
        assert baci.parts(loose(tmp_path, content, name), findings) == []
        assert not findings.refusals
        assert only(findings).found == "a list of codes, no trade"
        assert baci.edition(tmp_path / name).edition == ""


def test_the_older_headings_of_the_list_of_countries(tmp_path: Path) -> None:
    old = (
        "country_code,country_name_abbreviation,country_name_full,iso_2digit_alpha,iso_3digit_alpha\n"
        "490,Other Asia,Other Asia not elsewhere specified,N/A,N/A\n842,USA,USA,US,USA\n"
    )
    trade, findings = read(zipped(tmp_path, {YEARLY: TRADE, "country_codes_V202102.csv": old}))
    assert trade is not None
    assert told(findings) == []
    assert "TWN" in trade["exporter"].to_list()


def test_progress_tells_bytes_up_to_the_whole(tmp_path: Path) -> None:
    file = loose(tmp_path, TRADE)
    heard: list[tuple[str, int, int]] = []
    baci.read(file, "", Findings(file=file.name), progress=lambda *told: heard.append(told))
    size = len(TRADE.encode())
    assert heard[0] == (YEARLY, 0, size)
    assert heard[-1] == (YEARLY, size, size)


def test_the_reader_is_the_one_of_its_kind() -> None:
    assert reader("baci").KIND is baci.KIND
    assert baci.KIND.tables == ("trade",)


# ------------------------------------------------------------------------------------------- other editions

HS22 = lines(
    "2022,842,392,810520,100,2",  # cobalt, unwrought
    "2022,842,392,810530,50,1",  # cobalt, scrap
    "2022,842,392,811241,7,0.5",  # rhenium
    "2022,842,392,811292,3,0.25",  # gallium, germanium ...
    "2022,842,392,850760,9,9",  # lithium-ion accumulators: none of ours
)


def test_codes_of_another_edition_are_added_up_under_their_hs92_code(tmp_path: Path) -> None:
    trade, findings = read(loose(tmp_path, HS22, "BACI_HS22_Y2022_V202601.csv"))
    assert trade is not None
    assert trade.rows() == [
        ("810510", "JPN", "USA", 2022, 3000, 150_000),
        ("811291", "JPN", "USA", 2022, 750, 10_000),
    ]
    assert only(findings).weight == "mended"
    assert told(findings) == [
        "year 2022: codes of HS22 that hold more than one HS92 code or parts of several: 811292; "
        "1.9 % of the value read; put under one HS92 code each"
    ]


@pytest.mark.parametrize(
    ("scrap", "kilograms", "said"),
    [
        ("1,0.1", 2100, ""),
        (
            "1,NA",
            2000,
            "at most 1 % of the value has no weight in 1 sums of codes; its weight is left out",
        ),
        (
            "50,NA",
            None,
            "more than 1 % of the value has no weight in 1 sums of codes; the sum has no weight",
        ),
    ],
)
def test_a_sum_with_a_part_that_has_no_weight(
    tmp_path: Path, scrap: str, kilograms: int | None, said: str
) -> None:
    rows = lines("2022,842,392,810520,100,2", f"2022,842,392,810530,{scrap}")
    trade, findings = read(loose(tmp_path, rows, "BACI_HS22_Y2022_V202601.csv"))
    assert trade is not None
    assert trade["quantity_kg"].to_list() == [kilograms]
    assert trade["value_usd"].to_list() == [100_000 + 1000 * int(scrap.split(",")[0])]
    assert told(findings) == ([f"year 2022: {said}"] if said else [])


def test_a_sum_of_parts_without_any_weight_has_none_and_needs_no_word(tmp_path: Path) -> None:
    rows = lines("2022,842,392,810520,100,NA", "2022,842,392,810530,50,NA")
    trade, findings = read(loose(tmp_path, rows, "BACI_HS22_Y2022_V202601.csv"))
    assert trade is not None
    assert trade["quantity_kg"].to_list() == [None]
    assert told(findings) == []


def test_codes_that_the_list_of_products_does_not_hold_are_noted(tmp_path: Path) -> None:
    file = zipped(tmp_path, {YEARLY: TRADE, "product_codes_HS92_V202601.csv": PRODUCTS, **LISTS})
    findings = Findings(file=file.name)
    assert baci.parts(file, findings) == [YEARLY]
    assert only(findings).found.startswith("it holds no 250310, 250390, 250490,")
    assert findings.counts["mended", "name"] == 116


rows_of_flows = st.lists(
    st.tuples(
        st.sampled_from([810520, 810530, 811010, 811020, 811090, 811292, 250300]),
        st.sampled_from(["4", "36", "842"]),
        st.sampled_from(["251", "699"]),
        st.integers(1, 10**9),
        st.none() | st.integers(0, 10**9),
    ),
    unique_by=lambda row: row[:3],
    min_size=1,
)


@given(rows_of_flows, st.randoms())
def test_conversion_keeps_every_dollar_and_invents_no_weight(
    flows: list[tuple[int, str, str, int, int | None]], chance: object
) -> None:
    def table(order: list[tuple[int, str, str, int, int | None]]) -> tuple[pl.DataFrame, Findings]:
        rows = pl.DataFrame(
            {
                "i": [f[1] for f in order],
                "j": [f[2] for f in order],
                "v": [f"{f[3] / 1000:.3f}" for f in order],
                "q": ["NA" if f[4] is None else f"{f[4] / 1000:.3f}" for f in order],
                "k": [f[0] for f in order],
                "line": range(2, len(order) + 2),
            },
            schema=ROWS,
        )
        findings = Findings(file="x")
        areas = {"4": "AFG", "36": "AUS", "842": "USA", "251": "FRA", "699": "IND"}
        return facts(rows, "HS22", 2022, areas, findings), findings

    trade, findings = table(flows)
    assert not findings.refusals
    assert trade["value_usd"].sum() == sum(f[3] for f in flows)
    assert trade["quantity_kg"].sum() <= sum(f[4] or 0 for f in flows)
    assert trade.select("hs_code", "importer", "exporter").is_unique().all()
    chance.shuffle(shuffled := list(flows))  # type: ignore[attr-defined]
    assert table(shuffled)[0].equals(trade)


# ----------------------------------------------------------------------------------------- the SQLite copy


def database(folder: Path, rows: Sequence[tuple[object, ...]]) -> Path:
    file = folder / "baci.db"
    with closing(sqlite3.connect(file)) as db:
        db.execute("create table baci_trade (t TEXT, i TEXT, j TEXT, k INTEGER, v TEXT, q TEXT)")
        db.executemany("insert into baci_trade values (?, ?, ?, ?, ?, ?)", rows)
        columns = "country_code TEXT, country_name TEXT, country_iso2 TEXT, country_iso3 TEXT"
        db.execute(f"create table {baci.COUNTRY_TABLE} ({columns})")
        named = COUNTRIES.replace('"Other Asia, nes"', "Other Asia").splitlines()[1:]
        db.executemany(
            f"insert into {baci.COUNTRY_TABLE} values (?, ?, ?, ?)", [line.split(",") for line in named]
        )
        db.commit()
    return file


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


def test_both_layouts_give_the_same_table(tmp_path: Path) -> None:
    rows = [tuple(line.split(",")) for line in TRADE.splitlines()[1:-1]]
    typed = [(t, i, j, int(k), v.strip(), q.strip()) for t, i, j, k, v, q in rows]
    trade, _ = read(zipped(tmp_path, {YEARLY: TRADE, **LISTS}))
    assert trade is not None
    assert baci.trade_from_sqlite(database(tmp_path, typed)).sort("hs_code").equals(trade)


def test_faults_of_the_copy_are_named_together(tmp_path: Path) -> None:
    rows: list[tuple[object, ...]] = [
        ("2024", "999", "36", 282520, "0.1", "1"),
        ("2024", "4", "36", 282520, "0.1234", "1"),
        ("2024", "4", "36", 282520, "1", "many"),
    ]
    with pytest.raises(DataError) as caught:
        baci.trade_from_sqlite(database(tmp_path, rows))
    text = str(caught.value)
    assert "i '999' is not in the list of country codes" in text
    assert "v '0.1234' is not a number with at most three decimals" in text
    assert "q 'many' is not a number with at most three decimals" in text


# ------------------------------------------------------------------------------------------- the real files


@pytest.mark.shared
def test_the_extract_in_cepiis_layout_equals_the_embedded_year(shared: Path) -> None:
    """The carrier's SQLite and the official columns hold the same 2024 to the kilogram and the dollar."""
    from pactolus.catalogue.world import conform, open_world, spec_of

    trade, findings = read(shared / "data/raw/cepii_baci/BACI_HS92_Y2024_minerals74_extract.csv")
    assert trade is not None
    assert told(findings) == []
    stored = open_world().scan("trade").filter(year=2024).collect()
    assert conform(to_iso3(trade, "baci", "importer", "exporter"), spec_of("trade")).equals(stored)


@pytest.mark.shared
def test_the_lists_as_published(shared: Path, tmp_path: Path) -> None:
    folder = shared / "data/raw/cepii_baci"
    names = ("country_codes_V202401b.csv", "product_codes_HS92_V202401b.csv")
    file = zipped(tmp_path, {YEARLY: TRADE, **{name: (folder / name).read_bytes() for name in names}})
    findings = Findings(file=file.name)
    assert baci.parts(file, findings) == [YEARLY]
    assert told(findings) == []  # every HS92 code of the map is in CEPII's list
