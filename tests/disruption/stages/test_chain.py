"""Stages: mass is conserved, stocks come first, cuts pass through processors only, missing is not zero."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from pactolus.catalogue.world import World, open_world
from pactolus.disruption.engines.flows import Network, network_of
from pactolus.disruption.engines.rules import burden_of, pactolus_rule
from pactolus.disruption.scenarios.scenario import Shock
from pactolus.disruption.stages.chain import COLUMNS, STATUSES, Blow, Chained, Stage, chain
from pactolus.disruption.stages.coupled import Strike, coupled, reachable
from pactolus.disruption.stages.processing import process
from pactolus.disruption.stages.steps import chains, steps_of
from pactolus.errors import DataError, InputError, NoAnswerError, OptionError

NAMES = ("A", "B", "C", "D")
tonnes = st.one_of(st.just(0.0), st.floats(0.01, 1e6))


@pytest.fixture(scope="module")
def world() -> World:
    return open_world()


# ---- what processors make --------------------------------------------------------------------------


@st.composite
def processors(draw: st.DrawFn) -> dict[str, np.ndarray]:
    n, months = draw(st.integers(1, 4)), draw(st.integers(1, 8))
    usual = draw(hnp.arrays(float, (n,), elements=tonnes))
    left = draw(hnp.arrays(float, (months, n), elements=st.floats(0, 1)))
    return {
        "available": usual * left,
        "usual_available": usual,
        "need": draw(hnp.arrays(float, (n,), elements=st.floats(0.1, 20))),
        "capacity": draw(hnp.arrays(float, (n,), elements=st.one_of(tonnes, st.just(np.inf)))),
        "stock": draw(hnp.arrays(float, (n,), elements=tonnes)),
    }


@given(given_=processors())
def test_mass_is_conserved(given_: dict[str, np.ndarray]) -> None:
    made = process(**given_)
    had, went = given_["available"] + made.drawn, given_["need"] * made.output + made.unused
    assert np.allclose(had, went, rtol=1e-9, atol=1e-9)
    assert (made.drawn.sum(axis=0) <= given_["stock"] * (1 + 1e-9)).all()
    assert (made.cut >= -1e-9 * (1 + made.usual)).all()
    assert (made.output <= given_["capacity"] * (1 + 1e-12)).all()


@given(given_=processors())
def test_without_a_shock_nothing_is_cut_and_no_stock_is_drawn(given_: dict[str, np.ndarray]) -> None:
    made = process(**{**given_, "available": np.tile(given_["usual_available"], (3, 1))})
    scale = 1 + given_["usual_available"]
    assert (np.abs(made.cut) <= 1e-12 * scale).all()
    assert (made.drawn <= 1e-9 * scale).all()


@given(given_=processors(), part=st.floats(0, 1))
def test_less_ore_never_makes_more(given_: dict[str, np.ndarray], part: float) -> None:
    full, less = process(**given_), process(**{**given_, "available": given_["available"] * part})
    assert (less.cut.sum(axis=0) >= full.cut.sum(axis=0) - 1e-9 * (1 + full.usual.sum(axis=0))).all()


@given(given_=processors())
def test_without_limits_and_stocks_output_falls_with_the_ore(given_: dict[str, np.ndarray]) -> None:
    n = len(given_["stock"])
    made = process(**{**given_, "capacity": np.full(n, np.inf), "stock": np.zeros(n)})
    assert np.allclose(made.output * given_["usual_available"], made.usual * given_["available"], rtol=1e-9)


def test_stocks_carry_the_first_months_and_then_no_more() -> None:
    """Half the ore is missing; the stock of 15 t lasts three months of 5 t."""
    one = np.ones(1)
    made = process(np.full((5, 1), 5.0), 10 * one, 2.0, 5 * one, 15 * one)
    assert made.cut.ravel().tolist() == [0.0, 0.0, 0.0, 2.5, 2.5]
    assert made.drawn.ravel().tolist() == [5.0, 5.0, 5.0, 0.0, 0.0]


def test_ore_above_capacity_is_lost_first() -> None:
    one = np.ones(1)
    made = process(np.array([[8.0], [4.0]]), 10 * one, 2.0, 3 * one, 0 * one)
    assert made.cut.ravel().tolist() == [0.0, 1.0]
    assert made.unused.ravel().tolist() == [2.0, 0.0]


def test_all_faults_of_processors_are_told_at_once() -> None:
    one = np.ones(1)
    with pytest.raises(InputError) as caught:
        process(-np.ones((2, 1)), np.array([np.nan]), 0.0, one, one)
    assert [line.split(":")[0] for line in str(caught.value).splitlines()] == [
        "usual_available", "available", "need",
    ]  # fmt: skip


# ---- chains -----------------------------------------------------------------------------------------


def _ore() -> Network:
    """A mines 1200 t a year: 600 to B, 360 to C, 240 stay."""
    flows = np.zeros((4, 4))
    flows[0, 1], flows[0, 2] = 600.0, 360.0
    return network_of(flows, np.array([1200.0, 0, 0, 0]))


def _metal() -> Network:
    """B makes 300 t and ships 120 to D; C makes 180 t for itself; A 120 t, all to D."""
    flows = np.zeros((4, 4))
    flows[1, 3], flows[0, 3] = 120.0, 120.0
    return network_of(flows, np.array([120.0, 300.0, 180.0, 0]))


def _stages(
    need: tuple[float, float, float] = (2.0, 2.0, 2.0), stock_days: float = 0.0, third: bool = False
) -> list[Stage]:
    made = np.array([120.0, 300.0, 180.0, np.nan])
    found = [
        Stage(name="ore", network=_ore(), production=np.array([1200.0, np.nan, np.nan, np.nan])),
        Stage(name="metal", network=_metal(), production=made, need=need, stock_days=stock_days),
    ]
    if third:
        end = np.array([np.nan, np.nan, np.nan, 480.0])
        found.append(Stage(name="sheet", network=None, production=end, need=(0.5, 0.5, 0.5)))
    return found


def _blow(cut: float, months: int = 2, *, outage: bool = False, targets: tuple[int, ...] = ()) -> Blow:
    hit, nothing = np.zeros((months, 4)), np.zeros((months, 4))
    hit[:, 0] = cut
    chosen = np.array([n in targets for n in range(4)]) if targets else None
    made, held = (hit, nothing) if outage else (nothing, hit)
    return Blow(outages=made, withheld=held, targets=chosen)


def _at(found: Chained, stage: str, country: str, column: str, month: int = 0) -> float | str | None:
    where = (pl.col("stage") == stage, pl.col("country") == country, pl.col("month") == month)
    rows: list[float | str | None] = found.table.filter(*where)[column].to_list()
    return rows[0]


def test_a_ban_passes_through_processors_and_stays_where_it_is_made() -> None:
    found = chain(_stages(), NAMES, _blow(0.5))
    assert found.table.columns == list(COLUMNS)
    assert _at(found, "ore", "B", "lost_t") == pytest.approx(25.0)  # 600 / 2 a year
    assert _at(found, "metal", "B", "cut_t") == pytest.approx(12.5)  # 25 t of ore at 2 t a tonne
    assert _at(found, "metal", "C", "cut_t") == pytest.approx(7.5)
    assert _at(found, "metal", "A", "cut_t") == pytest.approx(0.0)  # what is not shipped stays there
    assert _at(found, "metal", "D", "lost_t") == pytest.approx(5.0)  # half of what it bought from B
    assert _at(found, "metal", "B", "explained") == pytest.approx(1.0)


def test_an_outage_also_hits_the_processors_at_home() -> None:
    found = chain(_stages(), NAMES, _blow(0.5, outage=True))
    assert _at(found, "ore", "A", "cut_t") == pytest.approx(50.0)
    assert _at(found, "metal", "A", "cut_t") == pytest.approx(5.0)
    assert _at(found, "metal", "D", "lost_t") == pytest.approx(10.0)


def test_only_targets_are_hit() -> None:
    found = chain(_stages(), NAMES, _blow(0.5, targets=(2,)))
    assert _at(found, "ore", "B", "lost_t") == 0.0
    assert _at(found, "metal", "D", "lost_t") == 0.0
    assert _at(found, "metal", "C", "cut_t") == pytest.approx(7.5)


def test_stocks_in_days_name_what_they_count() -> None:
    """B uses 50 t a month; 30 days of it are 600 / 365 x 30 t, and half the ore is missing."""
    cut = chain(_stages(stock_days=30.0), NAMES, _blow(0.5))
    gap, stock = 25.0, 600 / 365 * 30
    assert _at(cut, "metal", "B", "cut_t", 0) == pytest.approx(0.0)
    assert _at(cut, "metal", "B", "cut_t", 1) == pytest.approx((2 * gap - stock) / 2)
    ore, metal = _stages()
    netted = Stage(
        name="metal", network=metal.network, production=metal.production, need=metal.need,
        stock_days=30.0, stock_of="net_imports",
    )  # fmt: skip
    by_net = chain([ore, netted], NAMES, _blow(0.5, outage=True))
    assert _at(by_net, "metal", "A", "cut_t") == pytest.approx(5.0)  # an exporter has no net imports
    assert _at(by_net, "metal", "B", "cut_t") == pytest.approx(0.0)


def test_a_third_stage_gets_what_is_left_of_the_second() -> None:
    found = chain(_stages(third=True), NAMES, _blow(0.5))
    # D had 240 t of metal and lost 5 t a month; at 0.5 t a tonne that is 10 t of sheet
    assert _at(found, "sheet", "D", "cut_t") == pytest.approx(10.0)
    assert _at(found, "sheet", "D", "import_status") == "no_trade_data"
    assert _at(found, "sheet", "D", "lost_t") is None


def test_needs_span_low_to_high() -> None:
    found = chain(_stages(need=(1.5, 2.0, 2.5)), NAMES, _blow(0.5)).table.filter(
        pl.col("cut_t").is_not_null()
    )
    assert (found["cut_low_t"] <= found["cut_t"]).all()
    assert (found["cut_t"] <= found["cut_high_t"]).all()
    metal = found.filter(pl.col("stage") == "metal", pl.col("country") == "B")
    # at 1.5 t a tonne B has ore to spare, at 2.5 t it never had enough for all that it made
    assert metal["cut_low_t"].to_list() == pytest.approx([25 - 25 / 1.5] * 2)
    assert metal["cut_high_t"].to_list() == pytest.approx([12.5] * 2)
    assert metal["explained"].to_list() == pytest.approx([1.0] * 2)


@given(cut=st.floats(0, 1), more=st.floats(0, 1), outage=st.booleans(), days=st.floats(0, 120))
def test_no_shock_no_loss_and_more_cut_never_less(cut: float, more: float, outage: bool, days: float) -> None:
    def lost(part: float) -> pl.Series:
        table = chain(_stages((1.8, 2.0, 3.0), days), NAMES, _blow(part, outage=outage)).table
        numbers = [c for c in COLUMNS if c.startswith(("cut", "lost"))]
        return pl.concat([table[name].rename("t") for name in numbers]).fill_null(0.0)

    assert lost(0.0).abs().max() == pytest.approx(0.0, abs=1e-9)
    assert (lost(cut + (1 - cut) * more) >= lost(cut) - 1e-9).all()


def test_the_rule_is_that_of_decision_8_for_one_supplier() -> None:
    cut = 0.5  # C and A process no imported ore in this variant, so that B alone cuts its metal
    ore, metal = _stages()
    only = Stage(
        name="metal",
        network=metal.network,
        production=np.array([np.nan, 300.0, np.nan, np.nan]),
        need=metal.need,
    )
    found = chain([ore, only], NAMES, _blow(cut, targets=(1,)), passing="rule")
    expected = pactolus_rule(np.array([240.0]), np.array([120.0]), 0.5, cut, burden_of(0.25, 0.5))
    assert _at(found, "metal", "D", "lost_t") == pytest.approx((240 - float(expected[0])) / 12)


def test_a_stage_without_data_is_empty_and_says_why() -> None:
    ore, metal = _stages()
    unknown = Stage(name="metal", network=metal.network, production=None, need=metal.need)
    after = Stage(name="sheet", network=metal.network, production=np.full(4, 10.0), need=(1.0, 1.0, 1.0))
    found = chain([ore, unknown, after], NAMES, _blow(1.0)).table
    for stage, status in (("metal", "no_production_data"), ("sheet", "no_upstream_data")):
        rows = found.filter(pl.col("stage") == stage)
        assert rows.height
        assert rows["output_status"].unique().to_list() == [status]
        assert rows["import_status"].unique().to_list() == [status]
        assert (
            rows.select("cut_low_t", "cut_t", "cut_high_t", "lost_t").null_count().sum_horizontal().item()
            == 4 * rows.height
        )
    no_need = Stage(name="metal", network=metal.network, production=metal.production)
    assert _at(chain([ore, no_need], NAMES, _blow(1.0)), "metal", "B", "output_status") == "no_yield_data"
    country = chain(_stages(), NAMES, _blow(1.0))
    assert _at(country, "metal", "D", "output_status") == "no_production_data"
    assert _at(country, "metal", "D", "cut_t") is None
    assert set(found["output_status"]) | set(country.table["output_status"]) <= set(STATUSES)


def test_arrays_that_do_not_fit_are_told_at_once() -> None:
    wrong = Stage(name="ore", network=_ore(), production=np.ones(3), stock_days=-1.0)
    with pytest.raises(DataError) as caught:
        chain([wrong], NAMES[:3], _blow(0.5))
    assert len(str(caught.value).splitlines()) == 3


# ---- on a world ---------------------------------------------------------------------------------------


def test_guinean_bauxite_reaches_alumina_and_stops_where_trade_is_not_known(world: World) -> None:
    found = coupled(world, "bauxite", Strike(exporter="GIN", cut=(0.4, 0.6)), year=2024, months=3)
    parts = found.cut_shares("alumina")
    low, mid, high = parts["CHN"]
    assert 0 <= low < mid <= high
    assert mid > parts.get("AUS", (0, 0, 0))[1]  # Australia digs its own
    assert parts["AUS"] == pytest.approx((0.0, 0.0, 0.0), abs=1e-3)
    alumina = found.table.filter(pl.col("stage") == "alumina")
    assert alumina["import_status"].unique().to_list() == ["no_trade_data"]
    metal = found.table.filter(pl.col("stage") == "aluminium")
    assert metal["output_status"].unique().to_list() == ["no_upstream_data"]
    assert metal["cut_t"].null_count() == metal.height > 0
    assert any("alumina: no trade of it" in note for note in found.notes)


def test_a_year_without_output_is_no_data_not_zero(world: World) -> None:
    found = coupled(world, "bauxite", Strike(exporter="GIN", cut=(1.0,)), year=2022, months=1)
    later = found.table.filter(pl.col("stage") != "bauxite")
    assert set(later["output_status"]) <= {"no_production_data", "no_upstream_data"}
    assert later["cut_t"].null_count() == later.height
    assert any("alumina: no output by country (no_production_data)" in note for note in found.notes)


def test_cobalt_hydroxide_has_trade_but_no_output_by_country(world: World) -> None:
    found = coupled(world, "cobalt", Strike(exporter="COD", cut=(0.5,)), year=2023, months=1)
    rows = found.table.filter(pl.col("stage") == "cobalt (intermediate)")
    assert rows["imports_t"].sum() > 0
    assert rows["output_status"].unique().to_list() == ["no_production_data"]
    assert rows["lost_t"].null_count() == rows.height


def test_a_path_by_month_takes_the_place_of_the_cut(world: World) -> None:
    strike = Strike(exporter="CHL", cut=(0.5,), outage=True)
    found = coupled(world, "copper", strike, year=2024, months=4, path=(1.2, 0.0, 0.5))
    china = found.table.filter(pl.col("stage") == "refined copper", pl.col("country") == "CHN")
    cuts = china["cut_t"].to_list()
    assert cuts[0] == pytest.approx(0.0, abs=1e-6)  # more than usual is no loss
    assert cuts[1] == pytest.approx(2 * cuts[2])
    assert cuts[3] == pytest.approx(0.0, abs=1e-6)
    assert cuts[1] > 0


def test_what_the_embedded_world_can_carry(world: World) -> None:
    table = reachable(world, 2024)
    runs = table.filter(pl.col("status") == "ok").select("mineral", "stage").rows()
    assert runs == [("aluminium", "alumina"), ("copper", "refined copper")]
    assert not table.filter(pl.col("status") == "ok")["trade"].any()
    zinc = table.filter(pl.col("mineral") == "zinc").row(0, named=True)
    assert (zinc["production"], zinc["need"], zinc["status"]) == (False, True, "no_production_data")


def test_the_needs_are_those_of_their_sources(world: World) -> None:
    """USGS: as a general rule 4 t of dried bauxite make 2 t of alumina, and these 1 t of aluminium."""
    bauxite, alumina, metal = chains()["bauxite"]
    assert bauxite.need is None
    assert alumina.need is not None
    assert metal.need is not None
    assert (alumina.need[0], metal.need[2]) == (4 / 2, 2 / 1)
    assert metal.need[0] == pytest.approx((2 * 26.982 + 3 * 15.999) / (2 * 26.982), abs=1e-3)
    made = world.scan("production").filter(pl.col("year") == 2024).collect()
    dug = made.filter(pl.col("source") == "wmd", pl.col("raw_material") == "Bauxite")["quantity"].sum()
    refined = made.filter(pl.col("raw_material") == alumina.series)["quantity"].sum()
    assert alumina.need[2] == pytest.approx(float(dug) / float(refined), abs=0.05)
    copper = chains()["copper"][1].need
    assert copper is not None
    assert copper[0] == pytest.approx((14.2 + 4.1) / 22.2, abs=0.005)


def test_a_shock_of_a_scenario_becomes_a_strike() -> None:
    one = Shock(kind="outage", exporter="CHL", minerals=("copper",), start=date(2027, 1, 1))
    strike = Strike.of(replace(one, cut=(0.2, 0.4), months=(3.0, 6.0)))
    assert (strike.exporter, strike.cut, strike.months, strike.outage) == (
        "CHL",
        (0.2, 0.4),
        (3.0, 6.0),
        True,
    )
    ends = Strike.of(replace(one, cut=(1.0, 1.0), end=date(2027, 7, 1)))
    assert ends.months == pytest.approx((5.95, 5.95), abs=0.01)
    with pytest.raises(OptionError, match="write cut"):
        Strike.of(one)
    with pytest.raises(OptionError, match=r"cut: .*\n.*months"):
        Strike(exporter="CHL", cut=(0.5, 0.2), months=(0.0,))


def test_what_cannot_be_asked_is_said(world: World) -> None:
    with pytest.raises(NoAnswerError, match="no stage that is made of it"):
        steps_of("gold")
    with pytest.raises(NoAnswerError, match="nothing is passed on"):
        coupled(world, "germanium", Strike(exporter="CHN", cut=(1.0,)), year=2024)
    with pytest.raises(OptionError, match="months: 0"):
        coupled(world, "copper", Strike(exporter="CHL", cut=(1.0,)), year=2024, months=0)
