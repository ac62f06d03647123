"""Repair of weights: what always holds, and what is refused."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from pactolus.errors import DataError
from pactolus.network.repair import REASONS, jumps, repair, repaired_quantity
from pactolus.network.repair_records import limits, overrides
from tests.network.markets import FLOW, ONE, changed, flow, market, table

FEW = settings(max_examples=12)
SEEDS = st.integers(0, 10_000)
NO_LIMITS = limits().clear()


@given(SEEDS, st.integers(2, 5000))
@FEW
def test_the_unit_of_value_does_not_matter(seed: int, factor: int) -> None:
    trade = with_slips(market(seed), seed)
    plain = repair(trade).table
    scaled = repair(trade.with_columns(pl.col("value_usd") * factor)).table
    assert scaled.select(*FLOW, "reason").equals(plain.select(*FLOW, "reason"))
    for column in ("repaired_kg", "low_kg", "high_kg"):
        assert (scaled[column] - plain[column]).abs().max() <= 1 + 1e-9 * plain[column].max()


@given(SEEDS)
@FEW
def test_clean_data_need_no_repair(seed: int) -> None:
    done = repair(market(seed, noise=0.0))
    assert done.table.is_empty()
    assert (done.summary["published_kg"] == done.summary["repaired_kg"]).all()
    assert done.summary["altered"].sum() == 0


@given(SEEDS, st.sampled_from([0.01, 0.1, 10, 1000]))
@FEW
def test_a_planted_slip_is_found_and_mended_within_the_range(seed: int, factor: float) -> None:
    trade = market(seed, noise=0.02)
    here = flow("260300", "CHL", "KOR", 2011)
    right = trade.filter(here)["quantity_kg"].item()
    slipped = changed(trade, here, (pl.col("quantity_kg") * factor).cast(pl.Int64))
    row = repair(slipped).table.filter(here).row(0, named=True)
    assert row["reason"] == ("weight_too_large" if factor > 1 else "weight_too_small")
    assert row["low_kg"] <= right <= row["high_kg"]
    assert row["repaired_kg"] == pytest.approx(right, rel=0.5)
    assert row["unit_value_usd_per_t"] / row["expected_usd_per_t"] == pytest.approx(1 / factor, rel=0.5)


@given(SEEDS, st.floats(0.05, 0.6))
@FEW
def test_a_missing_weight_is_estimated_and_stays_marked(seed: int, share: float) -> None:
    trade = market(seed)
    gone = np.random.default_rng(seed).random(trade.height) < share
    gaps = changed(trade, pl.Series(gone), pl.lit(None))
    done = repair(gaps)
    found = repaired_quantity(gaps, done.table)
    assert found.filter(pl.col("quantity_kg").is_null())["reason"].eq("not_reported").all()
    assert found["repaired_kg"].null_count() == 0
    assert found["quantity_kg"].equals(gaps["quantity_kg"])
    assert done.summary["missing"].sum() == done.summary["estimated"].sum() == gone.sum()


@given(SEEDS)
@FEW
def test_what_comes_later_is_not_seen(seed: int) -> None:
    trade = with_slips(market(seed), seed)
    until = 2000 + seed % 11
    later = np.random.default_rng(seed + 1).uniform(0.01, 100, trade.height)
    other = trade.with_columns(
        pl.when(pl.col("year") > until)
        .then((pl.col(c) * later).ceil().cast(pl.Int64))
        .otherwise(pl.col(c))
        .alias(c)
        for c in ("quantity_kg", "value_usd")
    )
    known = repair(trade.filter(pl.col("year") <= until))
    for whole in (repair(trade), repair(other)):
        assert_frame_equal(whole.table.filter(pl.col("year") <= until), known.table, check_exact=True)
        assert_frame_equal(whole.summary.filter(pl.col("year") <= until), known.summary, check_exact=True)


@given(SEEDS)
@FEW
def test_the_order_of_rows_does_not_matter(seed: int) -> None:
    trade = with_slips(market(seed), seed)
    assert repair(trade.sample(fraction=1, shuffle=True, seed=seed)).table.equals(repair(trade).table)


@given(SEEDS)
@FEW
def test_codes_do_not_influence_each_other(seed: int) -> None:
    one = with_slips(market(seed), seed)
    two = with_slips(market(seed + 1), seed + 1).with_columns(hs_code=pl.lit("260111"))
    both = repair(pl.concat([one, two]))
    assert both.table.filter(pl.col("hs_code") == "260300").equals(repair(one).table)
    assert both.table.filter(pl.col("hs_code") == "260111").equals(repair(two).table)


@given(SEEDS)
@FEW
def test_the_summary_adds_up_to_the_rows(seed: int) -> None:
    trade = with_slips(market(seed), seed)
    done = repair(trade)
    used = repaired_quantity(trade, done.table)
    sums = used.group_by("year").agg(
        pl.len().alias("rows"), pl.col("repaired_kg").sum(), pl.col("quantity_kg").sum().alias("published_kg")
    )
    assert done.summary.select("year", "rows", "repaired_kg", "published_kg").equals(
        sums.sort("year").select("year", pl.col("rows").cast(pl.Int64), "repaired_kg", "published_kg")
    )
    assert done.summary["altered"].sum() == used["reason"].is_not_null().sum()
    assert set(done.table["reason"]) <= set(REASONS)
    assert (done.table["repaired_kg"] >= 1).all()
    assert (done.table["low_kg"] <= done.table["repaired_kg"]).all()
    assert (done.table["repaired_kg"] <= done.table["high_kg"]).all()


def with_slips(trade: pl.DataFrame, seed: int) -> pl.DataFrame:
    """Some weights ten times too large or too small."""
    random = np.random.default_rng(seed)
    factor = random.choice([1, 10, 0.1], size=trade.height, p=[0.94, 0.03, 0.03])
    return trade.with_columns(quantity_kg=(pl.col("quantity_kg") * factor).cast(pl.Int64))


def test_a_weight_in_line_with_its_pair_is_kept_although_its_value_is_odd() -> None:
    steady = pl.when(flow("260300", "CHL", "KOR")).then(pl.lit(10_000_000))
    trade = market().with_columns(quantity_kg=steady.otherwise("quantity_kg"))
    trade = trade.with_columns(
        value_usd=pl.when(flow("260300", "CHL", "KOR")).then(2 * pl.col("quantity_kg")).otherwise("value_usd")
    )
    here = flow("260300", "CHL", "KOR", 2011)
    third = trade.with_columns(value_usd=pl.when(here).then(pl.col("value_usd") // 12).otherwise("value_usd"))
    assert repair(third, limits=NO_LIMITS).table.filter(here).is_empty()


def test_a_code_that_never_showed_a_weight_stays_without() -> None:
    trade = table([("260300", "KOR", "CHL", year, None, 1000) for year in (2000, 2001)])
    done = repair(trade)
    assert done.table.is_empty()
    assert done.summary["missing"].to_list() == [1, 1]
    assert done.summary["estimated"].to_list() == [0, 0]
    assert repaired_quantity(trade, done.table)["repaired_kg"].to_list() == [None, None]


def test_a_flow_of_no_value_is_not_judged() -> None:
    trade = pl.concat(
        [market(), table([("260300", "FRA", "CHL", 2011, 500, 0), ("260300", "FRA", "PER", 2011, None, 0)])]
    )
    assert repair(trade).table.filter(pl.col("importer") == "FRA").is_empty()


def test_an_empty_table_needs_no_repair() -> None:
    done = repair(market().clear())
    assert done.table.is_empty()
    assert done.summary.is_empty()


def test_huge_values_of_cheap_goods_stay_whole_numbers() -> None:
    trade = table([("260300", "KOR", "CHL", y, 10**18, 1) for y in range(2000, 2006)])
    trade = pl.concat([trade, table([("260300", "KOR", "CHL", 2006, None, 10**15)])])
    assert repair(trade).table["repaired_kg"].item() > 10**18


def test_jumps_compare_years_that_follow_each_other() -> None:
    trade = table(
        [("260300", "KOR", "CHL", y, kg, 1000) for y, kg in ((2000, 100), (2001, 200), (2003, 100))]
    )
    found = jumps(repair(trade).summary)
    assert found["published_jump"].to_list() == [None, pytest.approx(np.log(2)), None]
    assert found["value_altered"].to_list() == [0, 0, 0]


def test_progress_ends_with_everything_done() -> None:
    seen: list[tuple[int, int]] = []
    repair(market(years=3), progress=lambda _what, done, total: seen.append((done, total)))
    assert seen == sorted(seen)
    assert seen[-1][0] == seen[-1][1] > 0


def test_all_faults_of_a_table_are_told_at_once() -> None:
    bad = table(
        [
            ("260300", "KOR", "CHL", 2000, 0, 1),
            ("260300", "KOR", "CHL", 2001, 5, -1),
            ("260300", "KOR", "CHL", 2002, 5, 5),
            ("260300", "KOR", "CHL", 2002, 6, 5),
        ]
    )
    with pytest.raises(DataError) as error:
        repair(bad)
    assert [line.split(":", 2)[2].strip() for line in str(error.value).splitlines()] == [
        "quantity_kg is below 1 (a weight that was not reported is empty, not zero) in 1 rows, the first is "
        "('260300', 'KOR', 'CHL', 2000)",
        "value_usd is negative in 1 rows, the first is ('260300', 'KOR', 'CHL', 2001)",
        "1 rows repeat a flow, the first is ('260300', 'KOR', 'CHL', 2002); add them up first",
    ]


@pytest.mark.parametrize(
    ("frame", "message"),
    [
        (market().drop("year", "value_usd"), "trade lacks year, value_usd; it has hs_code, importer"),
        (market().with_columns(year=pl.lit("two")), "repair: trade: conversion from `str` to `i64` failed"),
        (market().with_columns(value_usd=pl.lit(None)), "value_usd is empty in 360 rows, the first is"),
    ],
)
def test_a_table_that_is_no_trade_is_refused(frame: pl.DataFrame, message: str) -> None:
    with pytest.raises(DataError, match=message):
        repair(frame)


def test_the_records_as_shipped_are_used_unless_others_are_given() -> None:
    trade = market()
    said = (
        overrides()
        .clear()
        .vstack(
            pl.DataFrame(
                [
                    (
                        "x",
                        *(ONE[c] for c in ("hs_code", "importer", "exporter")),
                        2005,
                        None,
                        7,
                        5,
                        9,
                        "read",
                        "the file",
                    )
                ],
                schema=overrides().schema,
                orient="row",
            )
        )
    )
    here = flow("260300", "CHL", "KOR", 2005)
    published = trade.filter(here)["quantity_kg"].item()
    assert repair(trade, overrides=said).stale == ("x",)
    row = repair(changed(trade, here, pl.lit(None)), overrides=said).table.filter(here).row(0, named=True)
    assert (row["repaired_kg"], row["low_kg"], row["high_kg"], row["reason"]) == (7, 5, 9, "override")
    said = said.with_columns(published_kg=pl.lit(published))
    done = repair(trade, overrides=said)
    assert done.stale == ()
    assert done.table["reason"].to_list() == ["override"]
    assert done.summary["altered"].sum() == 1
