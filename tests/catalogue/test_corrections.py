"""Corrections are records: they act where they say, or the build says that they do not."""

from __future__ import annotations

import json
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pactolus.catalogue.corrections import Correction, as_table, correct, flagged, load, usable
from pactolus.catalogue.world import World
from pactolus.errors import DataError
from pactolus.terms.hs_codes import hs_codes

FRAME = pl.DataFrame(
    {"country": ["GUY", "GUY", "DELETE"], "year": [2023, 2024, 2023], "quantity": [5, None, 10]}
)
WORDS = {"reason": "r", "reference": "f", "told": "nobody", "fixed_when": "never"}


def record(action: str, where: dict[str, object], **more: object) -> Correction:
    fields = {"id": "x", "table": "production", "where": where, "action": action, **WORDS, **more}
    return Correction(**fields)  # type: ignore[arg-type]


def test_drop_removes_the_rows_and_counts_them() -> None:
    frame, met = correct(FRAME, "production", [record("drop", {"country": "DELETE"})])
    assert frame["country"].to_list() == ["GUY", "GUY"]
    assert met == {"x": 1}


def test_recode_changes_the_cells_named_only() -> None:
    change = {"country": "GUF"}
    frame, _ = correct(
        FRAME, "production", [record("recode", {"country": "GUY", "year": 2023}, change=change)]
    )
    assert frame["country"].to_list() == ["GUF", "GUY", "DELETE"]
    assert frame["quantity"].to_list() == [5, None, 10]


def test_scale_multiplies_the_cells_named_and_keeps_gaps() -> None:
    frame, met = correct(
        FRAME, "production", [record("scale", {"country": "GUY"}, change={"quantity": 1000})]
    )
    assert frame["quantity"].to_list() == [5000, None, 10]
    assert met == {"x": 2}


def test_copy_adds_rows_beside() -> None:
    frame, _ = correct(FRAME, "production", [record("copy", {"country": "GUY"}, change={"country": "XKX"})])
    assert frame["country"].to_list() == ["GUY", "GUY", "DELETE", "XKX", "XKX"]


def test_a_flag_changes_nothing() -> None:
    frame, met = correct(FRAME, "production", [record("flag", {"year": {"from": 2024}})])
    assert frame.equals(FRAME)
    assert met == {"x": 1}


def test_records_of_other_tables_are_left_alone() -> None:
    assert correct(FRAME, "trade", [record("drop", {"country": "GUY"})])[1] == {}


def test_a_record_that_meets_no_row_stops_the_build() -> None:
    with pytest.raises(
        DataError, match=r"production: correction x meets no row; the source may have mended it"
    ):
        correct(FRAME, "production", [record("drop", {"country": "ZZZ"})])


@given(st.integers(2020, 2026), st.integers(2020, 2026))
def test_ranges_include_both_ends_and_may_be_open(first: int, last: int) -> None:
    years = pl.DataFrame({"year": range(2020, 2027)})
    table = as_table([record("flag", {"year": {"from": first, "to": last}})], {"x": 1})
    marked = flagged(years, "production", table).filter(pl.col("remarks").list.len() > 0)["year"].to_list()
    assert marked == list(range(first, last + 1))


def test_flags_travel_and_can_be_filtered() -> None:
    bad = record("flag", {"country": ["GUY"], "year": 2023}, unusable=True)
    said = record("flag", {"country": "GUY"}, id="y")
    done = record("drop", {"country": "DELETE"}, id="z")
    table = as_table([bad, said, done], {"x": 1, "y": 2, "z": 1})
    assert flagged(FRAME, "production", table)["remarks"].to_list() == [["x", "y"], ["y"], []]
    assert FRAME.filter(usable("production", table))["year"].to_list() == [2024, 2023]
    assert FRAME.filter(usable("trade", table)).height == 3
    assert flagged(FRAME, "trade", table)["remarks"].to_list() == [[], [], []]


def test_a_gap_never_meets_a_condition() -> None:
    table = as_table([record("flag", {"quantity": {"from": 0}})], {"x": 1})
    assert flagged(FRAME, "production", table)["remarks"].list.len().to_list() == [1, 0, 1]


def test_all_faults_of_a_file_are_named_at_once(tmp_path: Path) -> None:
    file = tmp_path / "corrections.yaml"
    file.write_text(
        "- {id: a, table: trade, where: {year: 1}, action: mend, reason: r, reference: f, told: n, "
        "fixed_when: w}\n"
        "- {id: a, table: trade, action: recode, reason: r, reference: f, told: n, colour: red}\n",
        encoding="utf-8",
    )
    with pytest.raises(DataError) as caught:
        load(file)
    text = str(caught.value)
    for part in (
        "record 1 (a): action 'mend' is none of drop, recode, scale, copy, flag",
        "record 2 (a): where is missing",
        "record 2 (a): fixed_when is missing",
        "record 2 (a): unknown field 'colour'",
        "record 2 (a): a recode, scale or copy needs 'change'",
        "id 'a' is used more than once",
    ):
        assert part in text


def test_the_shipped_records_load_and_are_in_the_world(embedded: World) -> None:
    records = {r.id: r for r in load()}
    table = embedded.table("corrections")
    assert set(table["id"]) == set(records)
    for row in table.iter_rows(named=True):
        assert json.loads(row["where"]) == records[row["id"]].where
        assert row["rows"] >= 1
        assert row["table"] in embedded.tables


def test_every_code_that_ended_has_an_unusable_flag_from_the_next_year(embedded: World) -> None:
    flags = embedded.table("corrections").filter(pl.col("unusable"))
    said = {json.loads(w)["hs_code"]: json.loads(w)["year"]["from"] for w in flags["where"] if "hs_code" in w}
    ended = {c.code: c.last_year + 1 for c in hs_codes().values() if c.coding == "ended" and c.last_year}
    last = embedded.scan("trade").group_by("hs_code").agg(pl.col("year").max()).collect()
    left = {code for code, year in last.iter_rows() if code in ended and year >= ended[code]}
    assert said == {code: year for code, year in ended.items() if code in left}


def test_flags_leave_the_published_figures_as_they_are(embedded: World) -> None:
    """Papua New Guinea's copper concentrate: 40.8 million t in 2020 are still there, with a remark."""
    trade = embedded.scan("trade").filter(hs_code="260300", exporter="PNG", year=2020).collect()
    assert trade["quantity_kg"].sum() > 40_000_000_000
    marked = flagged(trade, "trade", embedded.table("corrections"))
    in_doubt = pl.col("remarks").list.len() > 0
    assert set(marked.filter(in_doubt)["importer"]) == {"PHL", "PRK", "IND", "DEU", "BGR"}
    sound = marked.filter(~in_doubt, pl.col("quantity_kg") > 10_000_000)
    assert (sound["value_usd"] / sound["quantity_kg"]).min() > 1  # Japan, Korea, China: the weight is sound


def test_every_record_is_explained_on_the_page_about_data() -> None:
    page = (Path(__file__).parents[2] / "docs" / "reference" / "data.md").read_text(encoding="utf-8")
    listed = {
        line.split("`")[1]: line.split("|")[2].strip() for line in page.splitlines() if line.startswith("| `")
    }
    for found in load():
        assert listed[found.id] == found.action + (", unusable" if found.unusable else "")
