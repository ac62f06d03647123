"""Intervals: what rounding, governance errors and repaired weights leave open, and what they never do."""

from __future__ import annotations

import math
import random
from typing import Any

import polars as pl
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import pactolus as pt
from pactolus.errors import DataError
from pactolus.indicators import geopolrisk, governance_weight, hhi, hhi_rounding, import_risk
from pactolus.indicators.governance import Z90
from pactolus.indicators.methods import GEOPOLRISK_PY
from pactolus.indicators.rounding import printed_step
from pactolus.indicators.supply_rows import ESTIMATED_LIMIT
from tests.indicators.tiny_world import Flow, TinyWorld, frame_of, world_of

CODE, NAME = "250410", "natural-graphite"
MADE = [("Graphite", NAME, c, 2018, kg) for c, kg in (("CHN", 7 * 10**8), ("MOZ", 3 * 10**8))]
FLOWS: list[Flow] = [
    (CODE, "KOR", "CHN", 2018, 60_000, 60_000),
    (CODE, "KOR", "USA", 2018, 30_000, 30_000),
    (CODE, "KOR", "JPN", 2018, 10_000, 10_000),
]
ESTIMATES = {"CHN": -0.5, "USA": 0.0, "JPN": 1.0}


def repairs(*rows: tuple[str, int | None, int | None, int | None]) -> pl.DataFrame:
    """Rows (exporter, kg, low, high) of Korean imports."""
    columns = ("hs_code", "importer", "year", "exporter", "repaired_kg", "low_kg", "high_kg")
    return frame_of("repairs", [(CODE, "KOR", 2018, *row) for row in rows], columns)


def one(world: TinyWorld, method: str = "geopolrisk", importer: str = "KOR", **more: Any) -> dict[str, Any]:
    rows = pt.assess(
        world, importers=importer, minerals=NAME, years=2018, methods=method, detail=True, **more
    )
    found = rows.filter(pl.col("stage") == "mixed") if importer != "WLD" else rows
    return found.row(0, named=True)


def sure(world: TinyWorld) -> TinyWorld:
    """The world with governance estimates that have no error."""
    world._tables["governance"] = world._tables["governance"].with_columns(standard_error=pl.lit(0.0))
    return world


# ── rounding of published production ──

supplies = st.lists(st.integers(1, 10**6).map(float), min_size=1, max_size=12)


@given(supplies, st.floats(0, 100))
def test_rounding_of_the_index_never_takes_it_out_of_reach(supply: list[float], step: float) -> None:
    half = hhi_rounding(supply, [step] * len(supply))
    assert half >= 0
    if len(supply) == 1 or step == 0:
        assert half == pytest.approx(0.0, abs=1e-12)


@given(supplies, st.floats(1e-3, 1e3))
def test_rounding_does_not_depend_on_the_unit(supply: list[float], factor: float) -> None:
    first = hhi_rounding(supply, [1.0] * len(supply))
    assert hhi_rounding([s * factor for s in supply], [factor] * len(supply)) == pytest.approx(first)


@settings(max_examples=25)
@given(st.lists(st.integers(200, 10**6), min_size=2, max_size=8), st.integers(0, 10**6))
def test_the_range_holds_most_figures_that_round_to_the_printed_ones(supply: list[int], seed: int) -> None:
    assume(max(supply) > 1.5 * min(supply))  # at equal shares the index is at its least: no first order there
    chance = random.Random(seed)
    half = hhi_rounding(supply, [1.0] * len(supply))
    drawn = [hhi([s + chance.uniform(-0.5, 0.5) for s in supply]) for _ in range(60)]
    held = sum(abs(d - hhi(supply)) <= half * 1.01 for d in drawn)
    assert held >= 42  # 90 % of 60 are 54


def test_steps_must_be_given_for_every_supplier() -> None:
    with pytest.raises(DataError, match="one step >= 0 for each of 2 suppliers"):
        hhi_rounding([1.0, 2.0], [1.0])


def test_one_unit_of_the_last_printed_digit() -> None:
    rows = [
        ("wmd", "Cobalt", "kg", 5_000_000, 1000.0),
        ("wmd", "Gold", "kg", 5_000, 1.0),
        ("wmd", "Natural Gas", "m3", 9_000_000, 1e6),
        ("wmd", "Diamonds (Gem)", "ct", 70, 1.0),
        ("usgs", "Cobalt", "kg", 2_300_000, 100_000.0),
        ("usgs", "Gallium", "kg", 11, 1.0),
        ("usgs", "Gallium", "kg", 0, 0.0),
        ("usgs", "Gallium", "kg", None, 0.0),
    ]
    columns = ("source", "raw_material", "unit", "quantity")
    frame = frame_of("production", [r[:4] for r in rows], columns)
    assert frame.select(printed_step()).to_series().to_list() == [r[4] for r in rows]


def test_the_range_of_world_concentration_is_the_pure_function() -> None:
    made = [("Graphite", NAME, c, 2018, kg * 1000) for c, kg in (("CHN", 700), ("MOZ", 200), ("BRA", 100))]
    world = world_of(FLOWS, made, ESTIMATES)
    found = one(world, "hhi", "WLD")
    half = hhi_rounding([700, 200, 100], [1.0] * 3)
    assert (found["low"], found["high"]) == pytest.approx((found["value"] - half, found["value"] + half))
    scaled = one(world, "hhi-10000", "WLD")
    assert scaled["high"] == pytest.approx(1e4 * found["high"])


def test_the_range_of_the_largest_share_by_hand() -> None:
    """Variance of q1/Q: ((1 - s)² + s² (n - 1)) step²/12 / Q², with equal steps."""
    made = [("Graphite", NAME, c, 2018, kg * 1000) for c, kg in (("CHN", 70), ("MOZ", 20), ("BRA", 10))]
    top, left = (one(world_of(FLOWS, made, ESTIMATES), m, "WLD") for m in ("top1", "n-minus-1"))
    half = Z90 * math.sqrt((0.3**2 + 2 * 0.7**2) / 12) / 100
    assert (top["low"], top["high"]) == pytest.approx((0.7 - half, 0.7 + half))
    assert (left["low"], left["high"]) == pytest.approx((0.3 - half, 0.3 + half))


@pytest.mark.parametrize("method", ["hhi", "top1", "top3", "n-minus-1"])
def test_customs_values_have_no_error_model_and_say_so(method: str) -> None:
    found = one(world_of(FLOWS, MADE, ESTIMATES), method)
    assert (found["low"], found["high"]) == (None, None)
    assert "no range: customs values carry no published error" in found["note"]


# ── repaired weights ──


def test_a_repaired_weight_is_used_and_said() -> None:
    world = world_of(FLOWS, MADE, ESTIMATES, repairs=repairs(("CHN", 20_000, 10_000, 40_000)))
    found = one(world)
    assert found["import_t"] == 60
    assert found["weight_repaired"] == pytest.approx(0.6)
    assert "weight repaired or estimated for 60.0 % of the value" in found["note"]
    weights = [governance_weight(ESTIMATES[c]) for c in ("CHN", "USA", "JPN")]
    expected = geopolrisk(hhi([7, 3]), import_risk([20, 30, 10], weights, 0.0))
    assert found["value"] == pytest.approx(expected)


def test_the_convention_never_sees_a_repair() -> None:
    bare = one(world_of(FLOWS, MADE, ESTIMATES), convention=GEOPOLRISK_PY)
    mended = one(
        world_of(FLOWS, MADE, ESTIMATES, repairs=repairs(("CHN", 20_000, 10_000, 40_000))),
        convention=GEOPOLRISK_PY,
    )
    assert bare == mended


def test_the_range_of_one_repaired_weight_holds_both_of_its_ends_exactly() -> None:
    """Without other errors the ends of the score are the scores at the ends of the weight."""
    world = world_of(FLOWS, MADE, ESTIMATES, repairs=repairs(("CHN", 20_000, 10_000, 40_000)))
    found = one(sure(world))
    weights = [governance_weight(ESTIMATES[c]) for c in ("CHN", "USA", "JPN")]
    ends = [geopolrisk(hhi([7, 3]), import_risk([t, 30, 10], weights, 0.0)) for t in (10, 40)]
    assert (found["low"], found["high"]) == pytest.approx((min(ends), max(ends)), rel=1e-4)


@settings(max_examples=10, deadline=None)
@given(st.integers(1, 10**5), st.integers(1, 20), st.integers(1, 20))
def test_a_wider_repair_never_narrows_the_range(kg: int, less: int, more: int) -> None:
    widths = []
    for factor in (1, 2):
        row = ("CHN", kg, kg // (less * factor), kg * more * factor)
        found = one(world_of(FLOWS, MADE, ESTIMATES, repairs=repairs(row)))
        assert found["low"] - 1e-12 <= found["value"] <= found["high"] + 1e-12
        assert found["low"] >= 0
        assert found["high"] <= found["hhi"] * (1 + 1e-6)
        widths.append(found["high"] - found["low"])
    assert widths[0] <= widths[1] + 1e-9


def test_a_record_that_confirms_a_weight_repairs_nothing() -> None:
    confirmed = one(world_of(FLOWS, MADE, ESTIMATES, repairs=repairs(("CHN", 60_000, 60_000, 60_000))))
    plain = one(world_of(FLOWS, MADE, ESTIMATES))
    assert confirmed["value"] == plain["value"]
    assert confirmed["weight_repaired"] == 0
    assert "repaired" not in confirmed["note"]


def test_a_weight_that_cannot_be_repaired_counts_as_not_reported() -> None:
    found = one(world_of(FLOWS, MADE, ESTIMATES, repairs=repairs(("CHN", None, None, None))))
    assert (found["status"], found["value"]) == ("no_quantity", None)
    assert "no usable quantity for 60.0 % of the value" in found["note"]


@pytest.mark.parametrize(("usd", "status"), [(80_000, "ok"), (120_000, "no_quantity")])
def test_estimates_of_what_nobody_weighed_carry_at_most_half_of_the_value(usd: int, status: str) -> None:
    flows: list[Flow] = [*FLOWS, (CODE, "KOR", "AUS", 2018, None, usd)]
    table = repairs(("AUS", usd, usd // 2, usd * 2))
    found = one(world_of(flows, MADE, ESTIMATES | {"AUS": 1.0}, repairs=table))
    assert found["status"] == status
    assert (usd / (usd + 100_000) > ESTIMATED_LIMIT) == (status == "no_quantity")


def test_a_flag_on_a_weight_gives_way_to_its_repair() -> None:
    record = pl.DataFrame(
        {
            "id": ["some-graphite"],
            "column": ["quantity_kg"],
            "table": ["trade"],
            "where": ['{"exporter": "CHN"}'],
            "action": ["flag"],
        }
    )
    bare = one(world_of(FLOWS, MADE, ESTIMATES, corrections=record))
    assert bare["status"] == "no_quantity"
    mended = world_of(
        FLOWS, MADE, ESTIMATES, corrections=record, repairs=repairs(("CHN", 20_000, 10_000, 40_000))
    )
    assert one(mended)["status"] == "ok"


def test_the_reading_by_weight_uses_the_repaired_weight() -> None:
    world = world_of(FLOWS, MADE, ESTIMATES, repairs=repairs(("CHN", 20_000, 10_000, 40_000)))
    assert one(world, "hhi")["value_by_weight"] == pytest.approx(hhi([20, 30, 10]))
    assert one(world, "hhi")["value"] == pytest.approx(hhi([60, 30, 10]))


def test_for_a_coalition_inner_trade_has_a_range_only_where_it_is_counted() -> None:
    flows: list[Flow] = [*FLOWS, (CODE, "JPN", "KOR", 2018, 500_000, 20_000)]
    row = frame_of(
        "repairs",
        [(CODE, "JPN", "KOR", 2018, 20_000, 1_000, 90_000)],
        ("hs_code", "importer", "exporter", "year", "repaired_kg", "low_kg", "high_kg"),
    )
    world = sure(world_of(flows, MADE, ESTIMATES | {"KOR": 0.5}, repairs=row))
    inner = one(world, "geopolrisk", "KOR+JPN")
    outer = one(world, "geopolrisk-external", "KOR+JPN")
    assert inner["high"] - inner["low"] > 0.05
    assert outer["high"] - outer["low"] < 1e-4
