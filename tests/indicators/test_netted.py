"""Apparent consumption, net import reliance and EU-style supply risk, on typed rows."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import pactolus as pt
from pactolus.errors import DataError
from pactolus.indicators import hhi_governance_trade, net_import_reliance, supply_risk_eu
from pactolus.indicators.balance_rows import reliance
from pactolus.terms.content import content_factor
from tests.indicators.tiny_world import Flow, TinyWorld, frame_of, world_of

CODE, NAME = "250410", "natural-graphite"
MADE = [("Graphite", NAME, c, 2018, kg) for c, kg in (("CHN", 700_000), ("MOZ", 290_000), ("KOR", 10_000))]
FLOWS: list[Flow] = [
    (CODE, "KOR", "CHN", 2018, 60_000, 60_000),
    (CODE, "KOR", "USA", 2018, 20_000, 20_000),
    (CODE, "KOR", "JPN", 2018, 10_000, 10_000),
    (CODE, "JPN", "CHN", 2018, 50_000, 50_000),
    (CODE, "USA", "KOR", 2018, 30_000, 30_000),
]
BALANCED = [  # country, made, imported, exported
    ("CHN", 700_000, 0, 110_000),
    ("JPN", None, 50_000, 10_000),
    ("KOR", 10_000, 90_000, 30_000),
    ("USA", None, 30_000, 20_000),
]


def graded(grade: str | None = "B", reasons: str | None = "reexports", **more: Any) -> pl.DataFrame:
    row = {"mineral": NAME, "stage": "ore", "year": 2018, "source": "wmd", "grade": grade, "reasons": reasons}
    row |= more
    return frame_of("grades", [tuple(row.values())], tuple(row))


def balanced(rows: Iterable[tuple[str, int | None, int, int]] = BALANCED) -> pl.DataFrame:
    columns = ("mineral", "stage", "year", "country", "production_kg")
    columns += ("balanced_production_kg", "balanced_imports_kg", "balanced_exports_kg")
    cells = [(NAME, "ore", 2018, c, made, made or round(0.02 * out), in_, out) for c, made, in_, out in rows]
    return frame_of("balances", cells, columns)


def repairs(*rows: tuple[str, str, int, int, int]) -> pl.DataFrame:
    """Rows (importer, exporter, kg, low, high)."""
    columns = ("hs_code", "year", "importer", "exporter", "repaired_kg", "low_kg", "high_kg")
    return frame_of("repairs", [(CODE, 2018, *row) for row in rows], columns)


def recycled(share: float = 0.1) -> pl.DataFrame:
    return frame_of("eol_rir", [("Graphite", NAME, share)], ("raw_material", "mineral", "share"))


def world(flows: Iterable[Flow] = FLOWS, **tables: pl.DataFrame) -> TinyWorld:
    given = {"grades": graded(), "balances": balanced(), "repairs": repairs(), "eol_rir": recycled()}
    return world_of(flows, MADE, **(given | tables))


def one(world: TinyWorld, method: str, importer: str = "KOR", stage: str = "ore") -> dict[str, Any]:
    rows = pt.assess(
        world,
        importers=importer,
        minerals=NAME,
        years=2018,
        methods=method,
        stages=stage,
        detail=True,
        as_of=date(2026, 11, 24),
    )
    return rows.row(0, named=True)


# ── the formulas ──

EU = {  # typed from the public checks: share, risk on 0-10, trade factor
    "world": [(0.68, 6.3, 1.1), (0.17, 4.9, 1.0), (0.15, 2.6, 1.0)],
    "sourcing": [(0.55, 6.3, 1.1), (0.35, 2.6, 1.0), (0.1, 2.1, 0.8)],
}


@pytest.mark.parametrize(
    ("import_reliance", "expected"), [(0.0, 2.0133855), (0.5, 2.214779319), (1.0, 2.416173138)]
)
def test_the_arithmetic_of_the_eu_formula(import_reliance: float, expected: float) -> None:
    """Own arithmetic of the public checks (eu_supply_risk), EoL-RIR 0.1, SI 0.92."""
    parts = {k: hhi_governance_trade(*map(list, zip(*v, strict=True))) for k, v in EU.items()}
    found = supply_risk_eu(parts["world"], parts["sourcing"], import_reliance, 0.1, 0.92)
    assert found == pytest.approx(expected, rel=1e-9)


unit = st.floats(0, 1)


@given(st.floats(0, 10), st.floats(0, 10), unit, unit, unit)
def test_supply_risk_lies_between_what_it_mixes(a: float, b: float, ir: float, rir: float, si: float) -> None:
    found = supply_risk_eu(a, b, ir, rir, si)
    kept = (1 - rir) * si
    assert kept * min(a, b) - 1e-9 <= found <= kept * max(a, b) + 1e-9


@given(st.floats(0, 10), unit, unit, unit)
def test_recycling_never_raises_supply_risk(a: float, ir: float, one_: float, other: float) -> None:
    less, more = sorted((one_, other))
    assert supply_risk_eu(a, a, ir, more) <= supply_risk_eu(a, a, ir, less) + 1e-12


def test_without_imports_only_the_own_sourcing_counts() -> None:
    assert supply_risk_eu(9.0, 2.0, 0.0, 0.0) == 2.0


@pytest.mark.parametrize(
    ("given_", "message"),
    [
        ((1.0, 1.0, 1.2, 0.1), "import_reliance is 1.2"),
        ((1.0, 1.0, 0.5, -0.1), "eol_rir is -0.1"),
        ((-1.0, 1.0, 0.5, 0.1), "world_hhi is -1.0"),
        ((1.0, float("nan"), 0.5, 0.1), "sourcing_hhi is nan"),
    ],
)
def test_parts_out_of_range_are_named(given_: tuple[float, ...], message: str) -> None:
    with pytest.raises(DataError, match=message):
        supply_risk_eu(*given_)


def test_all_faults_of_a_weighted_concentration_come_at_once() -> None:
    with pytest.raises(DataError) as caught:
        hhi_governance_trade([1.0, 1.0], [11.0, 2.0], [1.0, 0.0])
    assert "risk is [11.0, 2.0]" in str(caught.value)
    assert "trade_factor is [1.0, 0.0]" in str(caught.value)


@given(st.floats(0, 1e9), st.floats(-1e9, 1e9))
def test_reliance_is_the_formula_of_the_usgs_held_between_0_and_1(made: float, net: float) -> None:
    frame = pl.DataFrame({"made": [made], "net": [net]})
    found = frame.select(reliance(pl.col("made"), pl.col("net"))).item()
    assert 0 <= found <= 1
    if net > 0:
        assert found == pytest.approx(net_import_reliance(made, net, 0.0))
    else:
        assert found == 0


# ── the rows ──


def test_consumption_and_reliance_by_hand() -> None:
    consumption, found = one(world(), "apparent-consumption"), one(world(), "net-import-reliance")
    assert (consumption["value"], consumption["unit"], consumption["grade"]) == (70.0, "t", "B")
    assert found["value"] == pytest.approx(60 / 70)
    assert (found["production_t"], found["imports_contained_t"], found["exports_contained_t"]) == (10, 90, 30)
    assert "grade B: reexports" in found["note"]
    assert "change of stocks not known" in found["note"]


def test_trade_among_members_cancels() -> None:
    found = one(world(), "apparent-consumption", "KOR+JPN")
    assert found["value"] == pytest.approx(10 + (90 - 30) + (50 - 10) + 0.2, abs=1e-9)
    assert (found["imports_contained_t"], found["exports_contained_t"]) == (130, 30)


def test_who_makes_nothing_relies_wholly_on_imports() -> None:
    found = one(world(), "net-import-reliance", "JPN")
    assert (found["value"], found["status"]) == (1.0, "ok")


def test_a_net_exporter_is_zero_and_said() -> None:
    rows = [("CHN", 700_000, 0, 110_000)]
    found = one(world(balances=balanced(rows)), "net-import-reliance", "CHN")
    assert (found["value"], found["low"], found["high"]) == (0.0, 0.0, 0.0)
    assert "net exporter, shown as 0" in found["note"]


@pytest.mark.parametrize(
    ("tables", "status", "said"),
    [
        ({"grades": graded("C", "flow_moved_much")}, "grade_c", "grade C: flow moved much"),
        (
            {"grades": graded("C", "no_production", source=None)},
            "not_applicable",
            "no production data at this",
        ),
        ({"grades": graded(year=2017)}, "no_trade_data", "no trade of 2018 in this world"),
        ({"grades": graded("C", "no_production", source=None, year=2018)}, "not_applicable", "at this stage"),
        ({"grades": graded(None, "no_code")}, "no_code", ""),
        ({"grades": graded(None, "no_trade_data")}, "no_trade_data", ""),
        ({"balances": balanced([])}, "no_trade_data", ""),
    ],
)
@pytest.mark.parametrize("method", ["apparent-consumption", "net-import-reliance", "supply-risk-eu"])
def test_a_cell_that_cannot_be_netted_says_why(
    method: str, tables: dict[str, pl.DataFrame], status: str, said: str
) -> None:
    found = one(world(**tables), method)
    assert (found["status"], found["value"], found["low"], found["high"]) == (status, None, None, None)
    assert (found["grade"] == "C") == (status == "grade_c")
    assert said in (found["note"] or "")


def test_a_year_without_production_says_so() -> None:
    both = pl.concat([graded(), graded("C", "no_production", source=None, year=2019)])
    flows: list[Flow] = [*FLOWS, (CODE, "KOR", "CHN", 2019, 60_000, 60_000)]
    rows = pt.assess(
        world(flows, grades=both),
        importers="KOR",
        minerals=NAME,
        years=2019,
        methods="net-import-reliance",
        stages="ore",
    )
    assert rows["status"].item() == "no_production_data"
    assert rows["note"].item() == "no production figure in this world"


def test_a_world_of_facts_alone_has_no_balance() -> None:
    bare = world_of(FLOWS, MADE)
    found = one(bare, "net-import-reliance", stage="mixed")
    assert found["status"] == "no_balance"
    assert "pactolus data build makes the derived tables" in found["note"]


def test_exports_that_nothing_explains_leave_no_number() -> None:
    flows: list[Flow] = [*FLOWS, (CODE, "USA", "AUS", 2018, 40_000, 40_000)]
    rows = [*BALANCED, ("AUS", None, 0, 40_000)]
    found = one(world(flows, balances=balanced(rows)), "apparent-consumption", "AUS")
    assert (found["status"], found["value"]) == ("no_balance", None)
    assert "exports exceed recorded production and imports" in found["note"]


def test_a_member_listed_without_a_figure_leaves_no_number() -> None:
    made = [*MADE, ("Graphite", NAME, "JPN", 2018, None)]
    given_ = {"grades": graded(), "balances": balanced(), "repairs": repairs()}
    found = one(world_of(FLOWS, made, **given_), "apparent-consumption", "JPN")
    assert (found["status"], found["value"]) == ("no_production_data", None)
    assert "no figure published for JPN" in found["note"]


def test_flows_that_nobody_weighed_leave_no_number() -> None:
    flows: list[Flow] = [*FLOWS, (CODE, "KOR", "AUS", 2018, None, 40_000)]
    found = one(world(flows), "net-import-reliance")
    assert found["status"] == "no_quantity"
    assert "no usable quantity for 25.0 % of the value" in found["note"]


def test_these_methods_have_no_meaning_for_the_world() -> None:
    assert one(world(), "net-import-reliance", "WLD")["status"] == "not_applicable"


def test_repaired_weights_open_a_range_around_the_value() -> None:
    calm = one(world(), "net-import-reliance")
    found = one(world(repairs=repairs(("KOR", "CHN", 60_000, 40_000, 90_000))), "net-import-reliance")
    assert found["value"] == calm["value"]
    assert found["low"] == pytest.approx(40 / (10 + 0.5 + 40), abs=1e-9)
    assert found["high"] == pytest.approx(90 / (10 - 0.5 + 90), abs=1e-9)
    assert found["high"] - found["low"] > calm["high"] - calm["low"]


def test_ranges_of_repaired_weights_add_up_as_independent_errors() -> None:
    both = repairs(("KOR", "CHN", 60_000, 30_000, 90_000), ("KOR", "USA", 20_000, 20_000, 60_000))
    found = one(world(repairs=both), "apparent-consumption")
    assert found["high"] == pytest.approx(70 + 0.5 + 50.0)
    assert found["low"] == pytest.approx(70 - 0.5 - 30.0)


def test_content_factors_err_together_and_bound_the_range() -> None:
    copper = content_factor("260300", "copper")
    assert copper.low is not None
    assert copper.high is not None
    assert copper.mid is not None
    flows: list[Flow] = [("260300", "KOR", "CHL", 2018, 10**6, 10**6)]
    made = [("Copper", "copper", c, 2018, kg) for c, kg in (("CHL", 10**9), ("PER", 10**8))]
    columns = ("mineral", "stage", "year", "grade", "source")
    net = round(10**6 * copper.mid)
    tables = {
        "grades": frame_of("grades", [("copper", "ore", 2018, "A", "wmd")], columns),
        "balances": frame_of(
            "balances",
            [("copper", "ore", 2018, "KOR", 0, net, 0)],
            (
                *columns[:3],
                "country",
                "balanced_production_kg",
                "balanced_imports_kg",
                "balanced_exports_kg",
            ),
        ),
        "repairs": repairs(),
    }
    rows = pt.assess(
        world_of(flows, made, **tables),
        importers="KOR",
        minerals="copper",
        years=2018,
        methods="apparent-consumption",
    ).row(0, named=True)
    assert rows["value"] == pytest.approx(1000 * copper.mid)
    assert (rows["low"], rows["high"]) == pytest.approx((1000 * copper.low, 1000 * copper.high))


amounts = st.integers(1, 10**9)


@settings(max_examples=15, deadline=None)
@given(amounts, amounts, amounts, st.integers(2, 1000))
def test_reliance_does_not_depend_on_the_unit(made: int, bought: int, sold: int, factor: int) -> None:
    def asked(k: int) -> dict[str, Any]:
        flows: list[Flow] = [(CODE, "KOR", "CHN", 2018, bought * k, 100)]
        flows += [(CODE, "JPN", "KOR", 2018, sold * k, 100)]
        rows = [("KOR", made * k, bought * k, sold * k)]
        return one(world(flows, balances=balanced(rows)), "net-import-reliance")

    first, other = asked(1), asked(factor)
    assert first["status"] == other["status"]
    if first["status"] == "ok":
        assert first["value"] == pytest.approx(other["value"], rel=1e-9)
        assert first["low"] - 1e-12 <= first["value"] <= first["high"] + 1e-12


def test_supply_risk_by_hand() -> None:
    """World: China 0.7, Mozambique 0.29, Korea 0.01; own sourcing 10 made, 60 + 20 + 10 bought."""
    known = {"CHN": -0.5, "MOZ": -1.0, "KOR": 0.5, "USA": 0.0, "JPN": 1.0}
    given_ = {"grades": graded(), "balances": balanced(), "repairs": repairs(), "eol_rir": recycled()}
    found = one(world_of(FLOWS, MADE, known, **given_), "supply-risk-eu")
    risk = {c: 10 * (2.5 - e) / 5 for c, e in known.items()}
    of_world = hhi_governance_trade([700, 290, 10], [risk[c] for c in ("CHN", "MOZ", "KOR")])
    sourcing = hhi_governance_trade([10, 60, 20, 10], [risk[c] for c in ("KOR", "CHN", "USA", "JPN")])
    assert found["hhi_world"] == pytest.approx(of_world)
    assert found["hhi_sourcing"] == pytest.approx(sourcing)
    assert found["value"] == pytest.approx(supply_risk_eu(of_world, sourcing, 60 / 70, 0.1))
    assert found["low"] < found["value"] < found["high"]
    assert "substitution index 1" in found["note"]
    assert "not comparable with the official supply risk" in found["note"]


def test_supply_risk_needs_the_recycling_rate_and_governance() -> None:
    bare = world()
    del bare._tables["eol_rir"]
    for none in (bare, world(eol_rir=recycled().clear())):
        assert one(none, "supply-risk-eu")["status"] == "no_recycling_data"
    found = one(world(), "supply-risk-eu")  # Mozambique has no estimate here, and 29 % of output
    assert found["status"] == "no_governance_data"
    assert "no governance value for MOZ (29.0 % of supply)" in found["note"]


def test_a_wider_repair_range_never_narrows_supply_risk() -> None:
    known = {"CHN": -0.5, "MOZ": -1.0, "KOR": 0.5, "USA": 0.0, "JPN": 1.0}
    widths = []
    for high in (60_000, 80_000, 200_000):
        table = repairs(("KOR", "CHN", 60_000, 60_000, high))
        given_ = {"grades": graded(), "balances": balanced(), "repairs": table, "eol_rir": recycled()}
        found = one(world_of(FLOWS, MADE, known, **given_), "supply-risk-eu")
        widths.append(found["high"] - found["low"])
    assert widths == sorted(widths)
    assert widths[0] < widths[2]
