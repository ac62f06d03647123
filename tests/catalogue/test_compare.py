"""What a rebuild would change, counted by key."""

from __future__ import annotations

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from pactolus.catalogue.compare import compare

from .conftest import GOVERNANCE, TRADE


def test_the_same_tables_do_not_differ() -> None:
    found = compare({"trade": TRADE}, {"trade": TRADE.reverse()})
    assert [d.same for d in found] == [True]
    assert (found[0].before, found[0].after) == (4, 4)


def test_added_removed_and_changed_rows_are_counted_by_key() -> None:
    after = TRADE.tail(3).with_columns(
        value_usd=pl.when(pl.col("year") == 2024).then(2).otherwise(pl.col("value_usd")),
        quantity_kg=pl.col("quantity_kg").fill_null(7),
    )
    new = TRADE.head(1).with_columns(year=pl.lit(2022, pl.Int64))
    [found] = compare({"trade": TRADE}, {"trade": pl.concat([after, new])})
    assert (found.added, found.removed, found.changed) == (1, 1, 2)
    assert found.columns == ("quantity_kg", "value_usd")


def test_a_table_that_one_side_lacks() -> None:
    found = compare({"trade": TRADE}, {"governance_geopolrisk": GOVERNANCE})
    assert [(d.table, d.before, d.after, d.added, d.removed) for d in found] == [
        ("trade", 4, 0, 0, 4),
        ("governance_geopolrisk", 0, 3, 3, 0),
    ]


def test_another_layout_counts_as_all_rows_anew() -> None:
    [found] = compare({"trade": TRADE.drop("value_usd")}, {"trade": TRADE})
    assert (found.added, found.removed, found.changed) == (4, 4, 0)


@given(st.sets(st.integers(0, 3)), st.sets(st.integers(0, 3)))
def test_counts_add_up(left: set[int], right: set[int]) -> None:
    [found] = compare({"trade": TRADE[sorted(left)]}, {"trade": TRADE[sorted(right)]})
    assert found.before - found.removed + found.added == found.after
    assert (found.added, found.removed, found.changed) == (len(right - left), len(left - right), 0)
