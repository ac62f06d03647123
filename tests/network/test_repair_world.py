"""The repair on the embedded world: how often tonnages jump, what is kept, and how wide ranges are.

The figures of the fit were set on the codes whose SHA-256 begins with an even byte, and on the years
2000-2011. Here are the codes that had no say, and those of the known cases; codes do not meet in a repair.
"""

from __future__ import annotations

import hashlib
import json
import math

import numpy as np
import polars as pl
import pytest

from pactolus.catalogue.corrections import condition
from pactolus.catalogue.world import open_world
from pactolus.network.repair import Repairs, jumps, repair, repaired_quantity
from pactolus.terms.hs_codes import hs_codes
from tests.network.markets import FLOW

#: Codes looked at one by one before the repair was written.
KNOWN_CASES = ("260300", "260400", "260600", "284690")
JUMP = 0.4


def had_a_say(code: str) -> bool:
    return hashlib.sha256(code.encode()).digest()[0] % 2 == 0


@pytest.fixture(scope="module")
def trade() -> pl.DataFrame:
    whole = open_world().table("trade")
    codes = whole["hs_code"].unique().sort().to_list()
    return whole.filter(pl.col("hs_code").is_in([c for c in codes if c in KNOWN_CASES or not had_a_say(c)]))


@pytest.fixture(scope="module")
def done(trade: pl.DataFrame) -> Repairs:
    return repair(trade)


@pytest.fixture(scope="module")
def moved(done: Repairs) -> pl.DataFrame:
    """Commodity-years since 2000; a code that ended counts up to its last year."""
    ended = {code: known.last_year for code, known in hs_codes().items()}
    living = [
        ended[code] is None or year <= ended[code]
        for code, year in done.summary.select("hs_code", "year").rows()
    ]
    found = jumps(done.summary).filter(pl.Series(living) & (pl.col("year") >= 2000))
    return found.with_columns(tuned=pl.col("hs_code").map_elements(had_a_say, return_dtype=pl.Boolean))


def share_of_jumps(rows: pl.DataFrame, column: str) -> float:
    known = rows[column].drop_nulls()
    return float((known.abs() > JUMP).sum() / known.len())


HELD_OUT = ~pl.col("tuned") & (pl.col("year") >= 2012)


@pytest.mark.parametrize(
    "which",
    [HELD_OUT, HELD_OUT & ~pl.col("hs_code").is_in(KNOWN_CASES), ~pl.col("tuned")],
    ids=["codes and years without a say", "the same without the known cases", "codes without a say"],
)
def test_the_tonnage_of_the_world_jumps_less(moved: pl.DataFrame, which: pl.Expr) -> None:
    rows = moved.filter(which)
    assert rows.height > 400
    assert share_of_jumps(rows, "published_jump") > 0.14
    assert share_of_jumps(rows, "repaired_jump") <= 0.12


def test_few_rows_and_little_value_are_altered(moved: pl.DataFrame) -> None:
    assert moved["altered"].sum() / moved["rows"].sum() < 0.08
    assert moved["value_altered_usd"].sum() / moved["value_usd"].sum() < 0.035


def test_every_missing_weight_is_estimated_once_its_code_has_shown_one(
    done: Repairs, moved: pl.DataFrame
) -> None:
    assert moved["estimated"].equals(moved["missing"])
    earlier = done.summary.filter(pl.col("year") < 2000, pl.col("estimated") < pl.col("missing"))
    assert (earlier["missing"] == earlier["rows"]).all()
    assert set(earlier["hs_code"]) & {"284690", "711029"} != set()


@pytest.mark.parametrize(
    ("code", "year", "ratio"),
    [
        (
            "260400",
            2014,
            59_533_485 / 106_389_140,
        ),  # Indonesia's ban on nickel ore, as in the back-test events
        ("260600", 2014, 61_980_759 / 113_309_840),  # the same on bauxite
        ("284690", 2012, 31_958_938 / 44_699_292),  # rare-earth compounds, sums of the published weights
    ],
)
def test_genuine_breaks_are_kept(moved: pl.DataFrame, code: str, year: int, ratio: float) -> None:
    row = moved.filter(pl.col("hs_code") == code, pl.col("year") == year).row(0, named=True)
    assert math.exp(row["published_jump"]) == pytest.approx(ratio, rel=1e-6)
    assert math.exp(row["repaired_jump"]) == pytest.approx(ratio, rel=0.15)


def test_every_weight_that_a_correction_doubts_is_replaced(trade: pl.DataFrame, done: Repairs) -> None:
    flags = open_world().table("corrections").filter(table="trade", action="flag", column="quantity_kg")
    doubted = trade.filter(pl.any_horizontal(condition(json.loads(where)) for where in flags["where"]))
    assert doubted.height == 16
    found = doubted.join(done.table, on=FLOW)
    assert found.height == doubted.height
    assert set(found["reason"]) == {"weight_too_large", "weight_too_small"}


def test_the_repair_of_an_earlier_year_is_that_of_the_rows_up_to_it(
    trade: pl.DataFrame, done: Repairs
) -> None:
    codes = ["260600", "260300", "250410"]
    some = trade.filter(pl.col("hs_code").is_in(codes), pl.col("year") <= 2013)
    wanted = done.table.filter(pl.col("hs_code").is_in(codes), pl.col("year") <= 2013)
    assert repair(some).table.equals(wanted)


def test_ranges_hold_what_they_promise(trade: pl.DataFrame) -> None:
    """Weights hidden in years and codes that had no say lie in their range nine times out of ten."""
    codes = [c for c in trade["hs_code"].unique().sort().to_list() if not had_a_say(c)][::4]
    some = trade.filter(pl.col("hs_code").is_in(codes))
    random = np.random.default_rng(4)
    hidden = pl.Series(random.random(some.height) < 0.1) & some["quantity_kg"].is_not_null()
    gaps = some.with_columns(quantity_kg=pl.when(~hidden).then("quantity_kg"))
    found = some.filter(hidden & (some["year"] >= 2012)).join(repair(gaps).table, on=FLOW)
    assert found.height > 2000
    assert found["reason"].unique().to_list() == ["not_reported"]
    held = pl.col("quantity_kg").is_between("low_kg", "high_kg")
    assert found.select(held.mean()).item() == pytest.approx(0.9, abs=0.04)


def test_the_rows_of_the_trade_stay_as_they_are(trade: pl.DataFrame, done: Repairs) -> None:
    used = repaired_quantity(trade, done.table)
    assert used.select(trade.columns).equals(trade)
    assert used["repaired_kg"].min() >= 1
    unchanged = used.filter(pl.col("reason").is_null())
    assert unchanged["repaired_kg"].equals(unchanged["quantity_kg"])
