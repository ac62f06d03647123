"""`assess` on tiny worlds: laws, statuses and arithmetic of coalitions."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import pactolus as pt
from pactolus.errors import OptionError, UnknownTermError, WorldError
from pactolus.indicators import hhi, import_risk
from pactolus.indicators.assess import COLUMNS, DETAIL_COLUMNS
from pactolus.indicators.methods import GEOPOLRISK_PY, METHODS
from pactolus.terms.statuses import STATUSES

Tiny = Callable[..., Any]
GRAPHITE = ("250410", "natural-graphite")
MADE = [
    ("Graphite", "natural-graphite", c, 2018, kg)
    for c, kg in (("CHN", 700_000), ("MOZ", 200_000), ("KOR", 1_500))
]
FLOWS = [
    ("250410", "KOR", "CHN", 2018, 60_000, 90_000),
    ("250410", "KOR", "USA", 2018, 20_000, 60_000),
    ("250410", "KOR", "JPN", 2018, 10_000, 50_000),
    ("250410", "JPN", "CHN", 2018, 50_000, 80_000),
    ("250410", "JPN", "AUS", 2018, 30_000, 20_000),
    ("250410", "JPN", "KOR", 2018, 5_000, 30_000),
]
calm = settings(
    max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)


def graphite(world: Any, importers: str, method: str = "geopolrisk", **more: Any) -> pl.DataFrame:
    return pt.assess(
        world, importers=importers, minerals="natural-graphite", years=2018, methods=method, **more
    )


def one(world: Any, importer: str, method: str = "geopolrisk", **more: Any) -> dict[str, Any]:
    return graphite(world, importer, method, stages="mixed", detail=True, **more).row(0, named=True)


def test_the_table_has_the_promised_columns_and_order(tiny: Tiny) -> None:
    rows = pt.assess(
        tiny(FLOWS, MADE), importers="JPN,KOR,WLD", minerals="all", years=2018, methods="all", detail=True
    )
    assert rows.columns == [*COLUMNS, *DETAIL_COLUMNS]
    keys = rows.select("method", "mineral", "stage", "importer", "year")
    assert keys.equals(keys.sort(keys.columns))
    assert set(rows["method"]) == set(METHODS)
    assert set(rows["status"]) <= set(STATUSES)
    assert rows["vintage"].unique().to_list() == ["tiny"]


def test_a_value_stands_if_and_only_if_the_status_is_ok(tiny: Tiny) -> None:
    rows = pt.assess(
        tiny(FLOWS, MADE), importers="JPN,KOR,KOR+JPN,WLD", minerals="all", years=2018, methods="all"
    )
    assert rows.filter((pl.col("status") == "ok") != pl.col("value").is_not_null()).is_empty()
    assert rows.filter(
        (pl.col("status") != "ok") & (pl.col("low").is_not_null() | pl.col("high").is_not_null())
    ).is_empty()
    assert rows.filter(pl.col("value").is_nan() | pl.col("value").is_infinite()).is_empty()


def test_the_value_lies_in_its_interval(tiny: Tiny) -> None:
    for convention in (None, GEOPOLRISK_PY):
        rows = pt.assess(
            tiny(FLOWS, MADE),
            importers="JPN,KOR,KOR+JPN,WLD",
            minerals="all",
            years=2018,
            methods="all",
            convention=convention,
        ).filter(pl.col("low").is_not_null())
        assert rows.height > 4
        assert rows.filter(
            (pl.col("low") > pl.col("value") + 1e-12) | (pl.col("high") < pl.col("value") - 1e-12)
        ).is_empty()


def test_the_score_is_the_formula_by_hand(tiny: Tiny) -> None:
    found = one(tiny(FLOWS, MADE), "KOR")
    weight = {"CHN": 0.6, "USA": 0.5, "JPN": 0.3}
    risk = import_risk({"CHN": 60.0, "USA": 20.0, "JPN": 10.0}, weight, 1.5)
    concentration = hhi([700.0, 200.0, 1.5])
    assert found["value"] == pytest.approx(concentration * risk, rel=1e-12)
    assert found["hhi"] == pytest.approx(concentration, rel=1e-12)
    assert found["price_usd_per_kg"] == pytest.approx(200_000 / 90_000)
    assert found["production_t"] == 1.5
    assert found["note"].startswith("concentration at mine stage")


def test_the_convention_cuts_production_to_whole_tonnes(tiny: Tiny) -> None:
    assert one(tiny(FLOWS, MADE), "KOR", convention=GEOPOLRISK_PY)["hhi"] == pytest.approx(hhi([700, 200, 1]))


def test_the_two_readings_of_a_coalition(tiny: Tiny) -> None:
    world = tiny(FLOWS, MADE)
    both, outside = one(world, "KOR+JPN"), one(world, "KOR+JPN", "geopolrisk-external")
    assert both["import_numerator_t"] == pytest.approx(outside["import_numerator_t"])
    assert both["import_t"] - outside["import_t"] == pytest.approx(15.0)
    assert both["value"] < outside["value"]


@pytest.mark.parametrize("method", sorted(METHODS))
def test_a_coalition_of_one_is_the_member(tiny: Tiny, method: str) -> None:
    world = tiny([f for f in FLOWS if f[1] == "KOR"], MADE)
    alone = graphite(world, "KOR", method).drop("importer", "vintage")
    with_idle_partner = graphite(world, "KOR+CHL", method).drop("importer", "vintage")
    assert alone.equals(with_idle_partner)


@pytest.mark.parametrize("method", sorted(METHODS))
def test_the_order_of_members_does_not_matter(tiny: Tiny, method: str) -> None:
    world = tiny(FLOWS, MADE)
    assert (
        graphite(world, "KOR+JPN", method)
        .drop("importer")
        .equals(graphite(world, "JPN+KOR", method).drop("importer"))
    )


def test_for_one_country_both_readings_are_equal(tiny: Tiny) -> None:
    world = tiny(FLOWS, MADE)
    assert one(world, "KOR")["value"] == one(world, "KOR", "geopolrisk-external")["value"]


@settings(parent=calm, max_examples=5)
@given(st.randoms(use_true_random=False))
def test_the_order_of_rows_does_not_matter(tiny: Tiny, chance: random.Random) -> None:
    world = tiny(FLOWS, MADE)
    mixed = tiny(chance.sample(FLOWS, len(FLOWS)), chance.sample(MADE, len(MADE)))
    asked = "KOR,JPN,KOR+JPN,WLD"
    assert graphite(world, asked, "all").equals(graphite(mixed, asked, "all"))


@settings(parent=calm, max_examples=5)
@given(st.integers(2, 10_000))
def test_no_indicator_depends_on_the_unit_of_value_or_weight(tiny: Tiny, factor: int) -> None:
    scaled = [(h, i, e, y, q * factor, v * factor) for h, i, e, y, q, v in FLOWS]
    made = [(r, m, c, y, q * factor) for r, m, c, y, q in MADE]
    one_unit = graphite(tiny(FLOWS, MADE), "KOR,KOR+JPN,WLD", "all")
    other = graphite(tiny(scaled, made), "KOR,KOR+JPN,WLD", "all")
    assert other["status"].to_list() == one_unit["status"].to_list()
    assert other["value"].drop_nulls().to_list() == pytest.approx(
        one_unit["value"].drop_nulls().to_list(), rel=1e-9
    )


suppliers = st.dictionaries(
    st.sampled_from(["CHN", "AUS", "USA", "CHL", "BRA", "ZAF"]),
    st.integers(1, 10**12),
    min_size=1,
    max_size=6,
)


@calm
@given(suppliers)
def test_import_concentration_is_the_pure_function_of_the_sums(tiny: Tiny, supply: dict[str, int]) -> None:
    flows = [("250410", "KOR", c, 2018, None, v) for c, v in supply.items()]
    found = one(tiny(flows, MADE), "KOR", "hhi")
    assert found["value"] == pytest.approx(hhi(supply), rel=1e-12)
    assert found["total"] == sum(supply.values())
    assert 1 / len(supply) - 1e-12 <= found["value"] <= 1 + 1e-12


@calm
@given(suppliers.filter(lambda s: len(s) > 1))
def test_a_merger_of_suppliers_never_lowers_concentration(tiny: Tiny, supply: dict[str, int]) -> None:
    first, second = list(supply)[:2]
    merged = [
        ("250410", "KOR", first if c == second else c, 2018 + (c == second) * 0, 1, v)
        for c, v in supply.items()
    ]
    plain = [("250410", "KOR", c, 2018, 1, v) for c, v in supply.items()]
    assert (
        one(tiny(merged, MADE), "KOR", "hhi")["value"]
        >= one(tiny(plain, MADE), "KOR", "hhi")["value"] - 1e-12
    )


def test_iron_ore_in_kilograms_does_not_overflow(tiny: Tiny) -> None:
    """World iron ore is 1.6e12 kg; its square is 2.6e24, a 64-bit integer ends at 9.2e18."""
    made = [
        ("Iron (Fe)", "iron", c, 2018, kg)
        for c, kg in (("AUS", 560 * 10**9), ("BRA", 300 * 10**9), ("CHN", 740 * 10**9))
    ]
    flows = [("260111", "KOR", c, 2018, 5 * 10**10, v) for c, v in (("AUS", 6 * 10**9), ("BRA", 2 * 10**9))]
    rows = pt.assess(
        tiny(flows, made),
        importers="KOR,WLD",
        minerals="iron",
        years=2018,
        methods="hhi,geopolrisk",
        detail=True,
    )
    ok = rows.filter((pl.col("status") == "ok") & (pl.col("source") == "wmd") & (pl.col("method") == "hhi"))
    assert ok["value"].item() == pytest.approx(hhi([560, 300, 740]), rel=1e-12)
    assert ok["total"].item() == 1_600 * 10**9
    score = rows.filter((pl.col("method") == "geopolrisk") & (pl.col("importer") == "KOR"))
    assert score["hhi"].item() == pytest.approx(hhi([560, 300, 740]), rel=1e-12)


def test_sums_of_integers_are_exact_where_floats_are_not(tiny: Tiny) -> None:
    big = 2**53
    flows = [("250410", "KOR", "CHN", 2018, 1, big), ("250490", "KOR", "CHN", 2018, 1, 1)]
    both = [(h.replace("250490", "250410"), i, e, 2018, q, v) for h, i, e, _, q, v in flows]
    assert one(tiny(both, MADE), "KOR", "hhi")["total"] == big + 1


# ── statuses instead of numbers ──


def test_no_flow_is_no_trade_data_never_zero(tiny: Tiny) -> None:
    world = tiny(FLOWS, MADE)
    for method in ("geopolrisk", "hhi", "top1", "n-minus-1", "hhi-governance"):
        found = one(world, "CHL", method)
        assert (found["value"], found["status"]) == (None, "no_trade_data")
        assert "no import recorded" in found["note"]
        assert "best proxy: world production concentration" in found["note"]


def test_the_convention_shows_the_zero_it_published_beside_the_status(tiny: Tiny) -> None:
    found = one(tiny(FLOWS, MADE), "CHL", convention=GEOPOLRISK_PY)
    assert (found["value"], found["status"], found["score"], found["cf_kgCueq_per_kg"]) == (
        None,
        "no_trade_data",
        0,
        0,
    )
    assert found["hhi"] > 0


def test_no_code_and_no_table(tiny: Tiny) -> None:
    made = [*MADE, ("Gallium", "gallium", "CHN", 2018, 100), ("Potash (K2O)", "potash", "CAN", 2018, 100)]
    rows = pt.assess(
        tiny(FLOWS, made),
        importers="KOR",
        minerals="gallium,potash,magnesium",
        years=2018,
        methods="geopolrisk",
    )
    assert dict(rows.select("mineral", "status").iter_rows()) == {
        "gallium": "no_code",
        "potash": "no_code",
        "magnesium": "no_production_data",
    }


def test_a_code_that_this_world_lacks_is_named(tiny: Tiny) -> None:
    rows = pt.assess(tiny(FLOWS, MADE), importers="KOR", minerals="gallium", years=2018, methods="hhi")
    assert rows["status"].to_list() == ["no_code"]
    assert "not in this world: 811291" in rows["note"].item()


def test_germanium_ends_with_its_code(tiny: Tiny) -> None:
    """HS 2007 moved germanium; rows of 8112.30 after 2006 are leftovers, whatever they hold."""
    flows = [("811230", "KOR", "CHN", y, 100, 1000) for y in (2006, 2018)]
    made = [("Germanium", "germanium", "CHN", 2018, 100_000)]
    world = tiny(flows, made)
    kept = pt.assess(
        world, importers="KOR", minerals="germanium", years=2006, methods="hhi", stages="refined"
    )
    assert (kept["status"].item(), kept["value"].item()) == ("ok", 1.0)
    for method in ("hhi", "geopolrisk"):
        gone = pt.assess(
            world, importers="KOR", minerals="germanium", years=2018, methods=method, stages="refined"
        )
        assert (gone["status"].item(), gone["value"].item()) == ("no_trade_data", None)
        assert "811230 ceased to hold it after 2006" in gone["note"].item()
    published = pt.assess(
        world,
        importers="KOR",
        minerals="germanium",
        years=2018,
        methods="geopolrisk",
        convention=GEOPOLRISK_PY,
    )
    assert published["status"].item() == "ok"


def test_no_production_is_a_status(tiny: Tiny) -> None:
    found = pt.assess(
        tiny(FLOWS, MADE), importers="KOR,WLD", minerals="cobalt", years=2018, methods="geopolrisk,hhi"
    )
    status = {(m, i): s for m, i, s in found.select("method", "importer", "status").iter_rows()}
    assert status["hhi", "WLD"] == "no_production_data"
    assert status["geopolrisk", "KOR"] == "no_production_data"
    assert status["geopolrisk", "WLD"] == "not_applicable"


def test_what_has_no_meaning_for_somebody_is_not_applicable(tiny: Tiny) -> None:
    rows = graphite(tiny(FLOWS, MADE), "KOR,WLD", "geopolrisk,geopolrisk-external,n-minus-1-demand")
    status = {
        (m, i): s
        for m, i, s in rows.filter(pl.col("stage") == "mixed")
        .select("method", "importer", "status")
        .iter_rows()
    }
    assert status["geopolrisk", "WLD"] == status["geopolrisk-external", "WLD"] == "not_applicable"
    assert status["n-minus-1-demand", "KOR"] == "not_applicable"
    assert status["n-minus-1-demand", "WLD"] == "ok"


def test_missing_governance_widens_the_range_then_takes_the_value_away(tiny: Tiny) -> None:
    def world(kg: int) -> Any:
        flows = [("250410", "KOR", "CHN", 2018, 100_000, 100_000), ("250410", "KOR", "NCL", 2018, kg, kg)]
        return tiny(flows, MADE)

    few, many = one(world(4_000), "KOR"), one(world(40_000), "KOR")
    none = one(tiny([("250410", "KOR", "CHN", 2018, 100_000, 100_000)], MADE), "KOR")
    assert few["status"] == "ok"
    assert few["value"] == pytest.approx(none["value"])
    assert few["high"] - few["low"] > none["high"] - none["low"]
    assert "no governance value for NCL (3.8 % of supply)" in few["note"]
    assert (many["status"], many["value"]) == ("no_governance_data", None)
    assert one(world(40_000), "KOR", convention=GEOPOLRISK_PY)["status"] == "ok"


def test_taiwan_has_its_own_value_by_default_and_a_half_in_the_convention(tiny: Tiny) -> None:
    flows = [("250410", "KOR", "TWN", 2018, 100_000, 100_000)]
    world = tiny(flows, [("Graphite", "natural-graphite", "CHN", 2018, 700_000)], {"TWN": 1.0})
    assert one(world, "KOR")["import_risk"] == pytest.approx(0.3)
    assert one(world, "KOR", convention=GEOPOLRISK_PY)["import_risk"] == pytest.approx(0.5)


def test_flows_without_a_quantity(tiny: Tiny) -> None:
    def world(usd: int) -> Any:
        return tiny([*FLOWS, ("250410", "KOR", "AUS", 2018, None, usd)], MADE)

    few, many = one(world(10_000), "KOR"), one(world(50_000), "KOR")
    assert few["status"] == "ok"
    assert "no usable quantity for 4.8 % of the value" in few["note"]
    assert few["price_usd_per_kg"] == pytest.approx(200_000 / 90_000)
    assert (many["status"], many["value"]) == ("no_quantity", None)
    published = one(world(50_000), "KOR", convention=GEOPOLRISK_PY)
    assert published["price_usd_per_kg"] == pytest.approx(250_000 / 90_000)


def test_a_later_year_takes_the_last_governance_and_says_so(tiny: Tiny) -> None:
    flows = [("250410", "KOR", "CHN", 2020, 100, 100)]
    made = [("Graphite", "natural-graphite", "CHN", 2020, 100)]
    rows = pt.assess(tiny(flows, made), importers="KOR", minerals="natural-graphite", years=2020)
    assert rows["status"].item() == "ok"
    assert "governance of 2018" in rows["note"].item()


def test_weights_that_a_record_tells_not_to_use(tiny: Tiny) -> None:
    record = pl.DataFrame(
        {
            "id": ["some-graphite"],
            "column": ["quantity_kg"],
            "table": ["trade"],
            "where": ['{"exporter": "USA", "year": {"from": 2018}}'],
            "action": ["flag"],
        }
    )
    found = one(tiny(FLOWS, MADE, corrections=record), "KOR")
    assert found["status"] == "no_quantity"
    assert "no usable quantity for 30.0 % of the value" in found["note"]
    assert one(tiny(FLOWS, MADE, corrections=record), "KOR", convention=GEOPOLRISK_PY)["status"] == "ok"
    assert one(tiny(FLOWS, MADE, corrections=record), "KOR", "hhi")["value_by_weight"] is None


def test_a_reading_by_weight_stands_beside_the_value(tiny: Tiny) -> None:
    found = one(tiny(FLOWS, MADE), "KOR", "hhi")
    assert found["value"] == pytest.approx(hhi([90, 60, 50]))
    assert found["value_by_weight"] == pytest.approx(hhi([60, 20, 10]))


def test_what_a_publisher_adds_up_as_other_countries_opens_a_range(tiny: Tiny) -> None:
    made = [
        ("Graphite", "natural-graphite", c, 2018, kg)
        for c, kg in (("CHN", 600 * 10**12), ("MOZ", 300 * 10**12), ("OTHER", 100 * 10**12))
    ]
    rows = graphite(tiny(FLOWS, made), "WLD", "hhi,top1,n-minus-1", detail=True)
    found = {r["method"]: (r["value"], r["low"], r["high"]) for r in rows.iter_rows(named=True)}
    assert found["hhi"] == pytest.approx((0.45, 0.45, 0.46))
    assert found["top1"] == pytest.approx((0.6, 0.6, 0.6))
    assert found["n-minus-1"] == pytest.approx((0.4, 0.4, 0.4))
    assert "10.0 % of supply listed only as other countries" in rows["note"][0]


def test_a_producer_without_a_figure_is_named(tiny: Tiny) -> None:
    made = [*MADE, ("Graphite", "natural-graphite", "PRK", 2018, None)]
    assert "no figure published for PRK" in graphite(tiny(FLOWS, made), "WLD", "hhi")["note"].item()


def test_demand_of_the_largest_exporter_leaves_with_it(tiny: Tiny) -> None:
    flows = [
        ("250410", "KOR", "CHN", 2018, 1, 60),
        ("250410", "CHN", "AUS", 2018, 1, 20),
        ("250410", "JPN", "AUS", 2018, 1, 20),
    ]
    found = one(tiny(flows, MADE), "WLD", "n-minus-1-demand")
    assert found["value"] == pytest.approx(40 / 80)
    assert found["first"] == "CHN"


# ── questions that cannot be answered ──


@pytest.mark.parametrize(
    ("change", "error", "message"),
    [
        ({"minerals": "cobalr"}, UnknownTermError, "unknown mineral 'cobalr'; did you mean"),
        ({"importers": "KRO"}, UnknownTermError, "unknown country, region or coalition 'KRO'"),
        ({"methods": "geopolrsk"}, UnknownTermError, "unknown method 'geopolrsk'; did you mean 'geopolrisk'"),
        ({"stages": "metal"}, UnknownTermError, "unknown stage 'metal'"),
        ({"convention": "geopolrisk-py-2.0.2"}, UnknownTermError, "did you mean 'geopolrisk-py-2.0.1'"),
        ({"years": 1990}, OptionError, "years: 1990 outside the data of this world, which run 2018-2018"),
        ({"years": "2019-2018"}, OptionError, "'2019-2018' runs backwards; write 2018-2019"),
        ({"years": "next"}, OptionError, "'next' is no year"),
        ({"years": []}, OptionError, "years: none given"),
        ({"importers": "KOR+KOR"}, OptionError, "KOR is named more than once"),
        ({"importers": ""}, OptionError, "importers: none given"),
        ({"methods": ""}, OptionError, "methods: none given"),
    ],
)
def test_a_bad_question_gets_one_clear_message(
    tiny: Tiny, change: dict[str, Any], error: type[Exception], message: str
) -> None:
    asked = {"importers": "KOR", "minerals": "cobalt", "years": 2018, "methods": "hhi"} | change
    with pytest.raises(error) as caught:
        pt.assess(tiny(FLOWS, MADE), **asked)
    assert message in str(caught.value)


def test_all_faults_of_a_question_come_at_once(tiny: Tiny) -> None:
    with pytest.raises(OptionError) as caught:
        pt.assess(tiny(FLOWS, MADE), importers="KRO,JPN+JPN", minerals="cobalr", years=1900, methods="hi")
    text = str(caught.value)
    assert all(part in text for part in ("KRO", "JPN is named", "cobalr", "1900", "unknown method 'hi'"))


def test_a_world_without_a_table_says_which(tiny: Tiny) -> None:
    world = tiny(FLOWS, MADE)
    del world._tables["governance"]
    with pytest.raises(WorldError, match="no table 'governance'"):
        graphite(world, "KOR")
