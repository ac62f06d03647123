"""Changes between two tables: laws of the comparison, whatever the tables hold."""

from __future__ import annotations

from typing import Any

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from pactolus.dialogue.changes import COLUMNS, KINDS, STATE, joined, moved, states, unseen

text = st.text("abc ", max_size=3)
row = st.fixed_dictionaries(
    {
        "id": st.sampled_from(["A", "B", "C"]),
        "field": st.sampled_from(["state", "share"]),
        "what": text,
        "value": st.sampled_from(["in_force", "unconfirmed", "12 %", "13 %"]),
        "number": st.none() | st.floats(0, 1),
        "from": st.sampled_from(["2025-01-01", "2026", "2026-02"]),
        "note": st.none() | text,
    }
)


def table(rows: list[dict[str, Any]]) -> pl.DataFrame:
    return states({(r["id"], r["field"]): r for r in rows}.values())


tables = st.lists(row, max_size=6).map(table)


@given(tables, st.floats(0, 0.5))
def test_nothing_moves_between_equal_tables(one: pl.DataFrame, least: float) -> None:
    assert moved("measure", one, one, least=least).height == 0


@given(tables, tables, st.floats(0, 0.5))
def test_turned_round_before_and_after_change_places(
    one: pl.DataFrame, two: pl.DataFrame, least: float
) -> None:
    there, back = moved("measure", one, two, least=least), moved("measure", two, one, least=least)
    turned = {"new": "gone", "gone": "new", "changed": "changed"}
    asked = ("id", "field", "before", "after", "status")
    mirrored = {(r["id"], r["field"], r["after"], r["before"], turned[r["status"]]) for r in back.to_dicts()}
    assert set(there.select(asked).iter_rows()) == mirrored


@given(tables, tables)
def test_the_changes_lead_from_one_table_to_the_other(one: pl.DataFrame, two: pl.DataFrame) -> None:
    """Whoever knows the first table and the changes knows the second."""
    known = {(r["id"], r["field"]): r["value"] for r in one.to_dicts()}
    for r in moved("project", one, two).to_dicts():
        if r["status"] == "gone":
            del known[r["id"], r["field"]]
        else:
            known[r["id"], r["field"]] = r["after"]
    assert known == {(r["id"], r["field"]): r["value"] for r in two.to_dicts()}


@given(tables, tables, st.floats(0, 0.5), st.floats(0, 0.5))
def test_a_higher_threshold_never_shows_more(
    one: pl.DataFrame, two: pl.DataFrame, a: float, b: float
) -> None:
    few, many = (moved("exposure", one, two, least=least) for least in (max(a, b), min(a, b)))
    key = ("id", "field")
    assert set(few.select(key).iter_rows()) <= set(many.select(key).iter_rows())


@given(tables, tables)
def test_what_is_unconfirmed_stands_first(one: pl.DataFrame, two: pl.DataFrame) -> None:
    flags = [after == "unconfirmed" for after in moved("measure", one, two)["after"]]
    assert flags == sorted(flags, reverse=True)


def test_small_moves_of_a_share_are_left_out_and_a_lost_value_never_is() -> None:
    old = states([{"id": "a", "field": "f", "what": "x", "value": "CHN 50.0 %", "number": 0.50}])
    near = states([{"id": "a", "field": "f", "what": "x", "value": "CHN 53.0 %", "number": 0.53}])
    lost = states([{"id": "a", "field": "f", "what": "x", "value": "no data", "number": None}])
    assert moved("exposure", old, near, least=0.05).height == 0
    assert moved("exposure", old, near, least=0.02).height == 1
    assert moved("exposure", old, lost, least=0.9)["after"].to_list() == ["no data"]


def test_the_same_data_are_said_and_not_counted_as_no_change() -> None:
    found = unseen("exposure", "all", "trade of 2024", "trade of 2024", "BACI")
    assert found["status"].to_list() == ["same data, no change can be seen"]
    assert found.columns == list(COLUMNS)


def test_kinds_stand_in_their_order() -> None:
    one = states([{"id": "a", "field": "f", "what": "x", "value": "1"}])
    parts = [moved(kind, states([]), one) for kind in reversed(KINDS)]
    assert joined(parts)["kind"].to_list() == list(KINDS)
    assert one.columns == list(STATE)
