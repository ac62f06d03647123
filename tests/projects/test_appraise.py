"""An appraisal: ranges in order, the same twice, and what must move it moves it the right way."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from itertools import pairwise
from math import prod
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pactolus.errors import DataError, InputError, NoAnswerError, OptionError
from pactolus.projects.appraisal.appraise import Appraisal, Stated, appraise, unpriced
from pactolus.projects.appraisal.cash_flow import flows, npv
from pactolus.projects.appraisal.country_risk import (
    cost_of_equity,
    country_premium,
    read_country_risk,
    undated_table,
    with_country_risk,
)
from pactolus.projects.appraisal.delays import HOST_YEARS, chances, lead_of, total_years
from pactolus.projects.appraisal.drawing import (
    cash_flows,
    discount_rate,
    npv_by_start,
    output_t,
    plant_of,
    quantiles,
)
from pactolus.projects.appraisal.fiscal import read_fiscal, shipped_fiscal, with_fiscal
from pactolus.projects.appraisal.prices import Price, read_prices, with_floor
from pactolus.projects.appraisal.tables import delay_table, option_table, term_table, tornado_table
from pactolus.projects.appraisal.terms import Terms, read_terms
from pactolus.projects.base.candidates import STATUSES, Candidate
from pactolus.projects.base.ranges import Range

ON = date(2026, 11, 24)
MINE = Candidate(
    id="TST-CU-ONE",
    name="A mine of a test",
    host="ZMB",
    mineral="copper",
    stage="ore",
    product="concentrate",
    status="dfs",
    status_on=date(2025, 6, 1),
    capacity_t=100_000.0,
    contained_t=25_000.0,
    capex_musd=Range(400.0, 450.0, 550.0),
    capex_year=2024,
    synthetic=True,
)
PRICE = Price(
    usd_per_t=3000.0, year=2024, basis="a test", mean_log=float(np.log(2800.0)), phi=0.7, spread=0.2
)
FLAT = Price(usd_per_t=3000.0, year=2024, basis="given", given=Range(2500.0, 3000.0, 3600.0))


def found(**other: object) -> Appraisal:
    asked = {"candidate": MINE, "terms": Terms(), "price": PRICE, "on": ON, "draws": 200} | other
    candidate, terms = asked.pop("candidate"), asked.pop("terms")
    return appraise(candidate, terms, **asked)  # type: ignore[arg-type]


def test_the_same_question_has_the_same_answer_and_more_draws_begin_with_the_same() -> None:
    one, two, more = found(), found(), found(draws=400)
    assert one.table.equals(two.table)
    assert np.array_equal(one.npv_draws, two.npv_draws)
    assert np.allclose(more.npv_draws[:200], one.npv_draws, rtol=1e-12)
    assert not np.array_equal(found(seed=1).npv_draws, one.npv_draws)


def test_rows_say_what_they_are_of() -> None:
    table = found(stated=[Stated(npv_musd=900.0, irr=None, basis="pre-tax NPV8, consensus prices")]).table
    assert table["measure"][0] == "margin_to_recover_capital"
    known = {row["measure"]: row for row in table.iter_rows(named=True)}
    assert known["npv_stated"]["basis"] == "source: pre-tax NPV8, consensus prices"
    assert known["irr_stated"]["status"] == "not_stated"
    assert known["irr_stated"]["mid"] is None
    assert all(row["low"] <= row["mid"] <= row["high"] for row in known.values() if row["mid"] is not None)
    assert known["npv"]["unit"] == "million USD 2024"


def test_what_is_assumed_is_said() -> None:
    one = found()
    said = "\n".join(one.notes)
    assert "tax of ZMB not known; 0.2 to 0.35 assumed" in said
    assert "no operating cost in the record" in said
    assert "synthetic" in said
    local = with_fiscal(Terms(), "ZMB", "copper", shipped_fiscal())
    known = found(terms=local)
    assert "tax of ZMB" not in "\n".join(known.notes)
    assert "royalty of ZMB not known" in "\n".join(known.notes)
    sources = dict(term_table([known]).select("term", "source").iter_rows())
    assert "Busch" in sources["tax"]
    assert sources["sustaining"] == "assumed"
    assert "Bertisen" in sources["overrun"]


def test_a_floor_never_lowers_the_value_of_a_draw() -> None:
    bare = found()
    for floor in (10.0, 2500.0, 4000.0):
        assert (found(floor_usd_per_t=floor).npv_draws >= bare.npv_draws - 1e-6).all()
    assert found(floor_usd_per_t=4000.0).chance_positive > bare.chance_positive
    path = np.array([[1.0, 5.0]])
    assert with_floor(path, None) is path


def test_the_break_even_price_brings_the_value_to_nothing() -> None:
    terms = Terms(**{name: Range.of(getattr(Terms(), name).mid) for name in Terms.names()})
    sure = replace(MINE, capex_musd=Range.of(450.0), opex_usd_per_t=Range.of(900.0), status="production")
    one = found(candidate=sure, terms=terms, price=FLAT)
    assert one.break_even_usd_per_t.width == pytest.approx(0.0, abs=1e-3)
    plant = plant_of(sure, terms, money_year=2024, reference_usd_per_t=None)
    at = flows(plant, np.full(plant.horizon, one.break_even_usd_per_t.mid))
    assert npv(at.total, discount_rate(terms))[0] == pytest.approx(0.0, abs=1.0)
    assert one.margin_usd_per_t.mid < one.break_even_usd_per_t.mid


def test_the_margin_needs_no_operating_cost() -> None:
    dear = replace(MINE, opex_usd_per_t=Range.of(5000.0))
    cheap = replace(MINE, opex_usd_per_t=Range.of(1.0))
    assert found(candidate=dear).margin_usd_per_t == found(candidate=cheap).margin_usd_per_t
    assert found().margin_usd_per_t == found(candidate=cheap).margin_usd_per_t
    assert found(candidate=dear).break_even_usd_per_t.low > found(candidate=cheap).break_even_usd_per_t.high


@settings(max_examples=15, deadline=None)
@given(
    st.sampled_from(["sustaining", "closure", "tax", "royalty", "opex_share", "country_premium", "overrun"])
)
def test_costs_lower_the_value(name: str) -> None:
    value: Range = getattr(Terms(), name)
    low, high = (
        found(terms=Terms().known("a test", **{name: Range.of(end)}), draws=50, price=FLAT).npv_musd.mid
        for end in (value.low, value.high)
    )
    assert low >= high or low < 0  # a loss is smaller at a higher rate


def test_the_tornado_is_ordered_and_holds_its_middle() -> None:
    one = found()
    swings = [abs(low - high) for _, low, high, _ in one.tornado]
    assert swings == sorted(swings, reverse=True)
    assert {"price", "capex", "opex_share"} <= {name for name, *_ in one.tornado}
    table = tornado_table([one])
    assert table["npv_mid_musd"].unique().to_list() == [one.npv_mid_musd]
    prices = next(row for row in one.tornado if row[0] == "price")
    assert prices[1] < one.npv_mid_musd < prices[2]


def test_staged_value_and_waiting_are_never_below_nothing() -> None:
    for price in (PRICE, replace(PRICE, usd_per_t=500.0, mean_log=float(np.log(500.0)))):
        one = found(price=price)
        assert one.staged_musd.low >= 0
        assert one.deferred_musd.low >= max(one.npv_mid_musd, 0.0) - 1e-6
        assert one.trigger.low > 1
    measures = option_table([found()])["measure"].to_list()
    assert measures == [
        "npv_if_built_now",
        "value_over_cost",
        "trigger_to_build",
        "right_to_wait",
        "value_staged",
    ]


def test_a_rate_of_ones_own_stands_in() -> None:
    assert found(rate=0.08).rate == Range.of(0.08)
    with pytest.raises(OptionError, match=r"draws: 5(.|\n)*rate: 8(.|\n)*floor: -1"):
        found(draws=5, rate=8, floor_usd_per_t=-1)


# ------------------------------------------------------------------------------------------------ by start


def test_value_by_start_falls_with_delay_and_output_moves_with_it() -> None:
    path = np.full((2, 10), 6000.0)
    by = npv_by_start(
        MINE, Terms(), [0, 2, 4.5], price_scenarios=path, money_year=2024, reference_usd_per_t=2800.0
    )
    assert by[0] > by[1] > by[2] > 0
    r = discount_rate(Terms())
    assert by[1] == pytest.approx(by[0] / (1 + r) ** 2, rel=1e-9)  # same flow, two years later
    early, late = output_t(MINE, Terms(), 0, 40), output_t(MINE, Terms(), 3, 40)
    assert np.allclose(early[:-3], late[3:])
    assert early.max() == pytest.approx(MINE.capacity_t * Terms().use_of_capacity.mid)
    wide = cash_flows(MINE, Terms(), path, money_year=2024, reference_usd_per_t=2800.0)
    assert wide.total.shape[0] == 2


def test_an_unknown_cost_needs_a_price_to_be_a_share_of() -> None:
    with pytest.raises(DataError, match="no operating cost in the record"):
        plant_of(MINE, Terms(), money_year=2024, reference_usd_per_t=None)


def test_money_of_another_year_is_brought_to_that_of_the_price() -> None:
    old = replace(MINE, capex_year=2014)
    ratio = [
        plant_of(one, Terms(), money_year=2024, reference_usd_per_t=1.0).capital_usd for one in (old, MINE)
    ]
    assert ratio[0] / ratio[1] == pytest.approx(313.689 / 236.736)


def test_common_factors_are_common_and_others_are_not() -> None:
    one, two = (quantiles(("risk_free", "overrun_draw"), 5, 3, of) for of in ("A", "B"))
    assert np.array_equal(one["risk_free"], two["risk_free"])
    assert not np.array_equal(one["overrun_draw"], two["overrun_draw"])


def test_overruns_have_the_published_mean_and_tail() -> None:
    # Bertisen and Davis 2008: 14 % above the study on average, one in 13 at twice the study or more
    terms = Terms().known("a test", overrun=Range.of(1.02), overrun_spread=Range.of(0.47))
    drawn = quantiles(("overrun_draw",), 200_000, 0, "A")
    capital = np.asarray(
        plant_of(
            replace(MINE, capex_musd=Range.of(1.0)),
            terms,
            money_year=2024,
            reference_usd_per_t=1.0,
            quantile=drawn,
        ).capital_usd
    )
    assert (capital / 1e6).mean() == pytest.approx(1.14, abs=0.01)
    assert (capital / 1e6 >= 2).mean() == pytest.approx(1 / 13, abs=0.005)


# ------------------------------------------------------------------------------------------------- delays


def test_stages_add_up_to_the_published_total() -> None:
    for host in ("MDG", *HOST_YEARS):
        start = replace(MINE, host=host, status="exploration", status_on=ON)
        build = np.array([2.6])
        lead = lead_of(start, ON, build)
        whole = total_years(host).value.mid
        left = whole - lead.first_output[0]  # half of exploration is behind it
        assert left == pytest.approx(0.5 * 0.6 * 12.5 / 14.3 * (whole - 2.6))
    assert total_years("ZMB").value.mid == 34.0
    assert total_years("MDG").value == Range(6.0, 17.9, 32.0)


def test_a_later_stage_is_nearer_and_surer() -> None:
    build = np.full(50, 2.6)
    drawn = quantiles(("total", "exploration", "left", "overall"), 50, 0)
    leads = [lead_of(replace(MINE, status=s, status_on=ON), ON, build, drawn) for s in STATUSES[:5]]
    for early, late in pairwise(leads):
        assert (early.first_output >= late.first_output - 1e-9).all()
        assert (early.chance <= late.chance + 1e-12).all()
    assert leads[-1].first_output.max() == 0.0
    assert leads[-1].chance.min() == 1.0


def test_of_what_is_suspended_no_restart_is_assumed() -> None:
    one = found(candidate=replace(MINE, status="suspended"))
    rows = {row["measure"]: row for row in one.table.iter_rows(named=True)}
    assert one.value_now_musd is None
    for name in ("first_output", "chance_of_production", "value_now"):
        assert rows[name]["status"] == "no_restart_assumed"
        assert rows[name]["mid"] is None
    made = {
        row["measure"]: row for row in found(candidate=replace(MINE, status="production")).table.to_dicts()
    }
    assert made["first_output"]["status"] == "in_production"
    assert made["chance_of_production"]["mid"] == 1.0


def test_chances_of_the_stages_multiply_to_the_whole() -> None:
    assert prod(chances(0.57).values()) == pytest.approx(0.57)


def test_delay_rows_tell_published_from_assumed() -> None:
    table = delay_table([found(candidate=replace(MINE, start_year=Range(2028, 2029, 2030)))])
    sources = dict(table.select("part", "source").iter_rows())
    assert "S&P Global" in sources["discovery to production"]
    assert "MinEx" in sources["discovery becomes a mine"]
    assert sources["exploration of all studies"] == "assumed"
    assert sources["first output as the record expects it"] == "record"


# ----------------------------------------------------------------------------------------- tables of users


def test_country_premium_and_cost_of_equity() -> None:
    assert country_premium(0.024, 1.34) == pytest.approx(0.03216)  # Damodaran's formula
    assert cost_of_equity(0.02, 1.2, 0.05, 0.5, 0.03216) == pytest.approx(0.02 + 0.06 + 0.01608)
    with pytest.raises(DataError, match="spread -1"):
        country_premium(-1, 1.34)


def test_a_dated_table_of_premiums(tmp_path: Path) -> None:
    file = tmp_path / "risk.csv"
    file.write_text(
        "country,default_spread,ratio,premium,as_of,source\n"
        "ZMB,0.08,1.4,,2026-07,a table\nAUS,,,0.0,2026-07-01,a table\n",
        encoding="utf-8",
    )
    known = read_country_risk(file)
    assert known["ZMB"].premium == pytest.approx(0.112)
    assert known["ZMB"].note(date(2026, 9, 1)) is None
    assert "days old" in (known["ZMB"].note(date(2027, 9, 1)) or "")
    terms = with_country_risk(Terms(), "ZMB", known)
    assert terms.country_premium.mid == pytest.approx(0.112)
    assert terms.source_of("country_premium") == "a table; as of 2026-07"
    assert with_country_risk(Terms(), "PER", known).source_of("country_premium") == "assumed"


def test_the_undated_table_says_so() -> None:
    one = undated_table()["ZMB"]
    assert one.premium == pytest.approx(0.1463)
    assert "not stated" in (one.note(ON) or "")
    assert all(0 <= row.premium < 0.3 for row in undated_table().values())


def test_faults_of_a_file_come_at_once(tmp_path: Path) -> None:
    file = tmp_path / "x.csv"
    file.write_text(
        "country,premium,as_of,source\nXXX,0.1,2026-01,s\nZMB,,2026-01,s\nPER,0.1,soon,s\nCHL,0.1,2026-01,\n",
        encoding="utf-8",
    )
    with pytest.raises(InputError, match=r"line 2(.|\n)*line 3(.|\n)*line 4(.|\n)*line 5"):
        read_country_risk(file)
    file.write_text(
        "name,low,mid,high,source\ntaxx,0,0,0,s\ntax,0.4,0.3,0.5,s\ntax,0,0,0,\n", encoding="utf-8"
    )
    with pytest.raises(InputError, match=r"'taxx' is no term(.|\n)*in order(.|\n)*no source"):
        read_terms(file)
    file.write_text(
        "country,mineral,item,low,mid,high,as_of,source\nZMB,copper,levy,0,0,0,,s\nZMB,,tax,0,1.5,2,,s\n",
        encoding="utf-8",
    )
    with pytest.raises(InputError, match=r"item 'levy'(.|\n)*0 to below 1"):
        read_fiscal(file)
    file.write_text(
        "mineral,stage,low,mid,high,year,source\ncopper,or,1,1,1,2024,s\nx,,0,1,2,2024,s\n", encoding="utf-8"
    )
    with pytest.raises(InputError, match=r"stage 'or'(.|\n)*above 0"):
        read_prices(file)
    with pytest.raises(DataError, match=r"no column .*there are mineral"):
        read_terms(file)


def test_terms_of_a_user_stand_before_ours(tmp_path: Path) -> None:
    file = tmp_path / "terms.csv"
    file.write_text("name,low,mid,high,source\nbeta,,1.1,,our house view\n", encoding="utf-8")
    terms = read_terms(file)
    assert terms.beta == Range.of(1.1)
    assert terms.source_of("beta") == "our house view (terms.csv)"
    with pytest.raises(DataError, match=r"terms\.tax: 0 to 2"):
        Terms(tax=Range(0.0, 1.0, 2.0))


def test_a_royalty_of_lithium_is_not_carried_over_to_copper() -> None:
    lithium = with_fiscal(Terms(), "CHL", "lithium", shipped_fiscal())
    copper = with_fiscal(Terms(), "CHL", "copper", shipped_fiscal())
    assert lithium.profit_royalty == Range(0.08, 0.08, 0.26)
    assert lithium.royalty == Range.of(0.0)
    assert copper.source_of("royalty") == "assumed"
    assert copper.tax == Range.of(0.27)
    assert with_fiscal(Terms(), "PRK", "copper", shipped_fiscal()).source_of("tax") == "assumed"


def test_rates_of_a_user_stand_before_the_shipped(tmp_path: Path) -> None:
    file = tmp_path / "fiscal.csv"
    file.write_text(
        "country,mineral,item,low,mid,high,as_of,source\n"
        "ZMB,copper,royalty,0.04,0.055,0.1,2026-01-01,the act\n",
        encoding="utf-8",
    )
    terms = with_fiscal(Terms(), "ZMB", "copper", read_fiscal(file), shipped_fiscal())
    assert terms.royalty == Range(0.04, 0.055, 0.1)
    assert terms.source_of("royalty") == "the act; as of 2026-01-01"
    assert terms.tax == Range.of(0.35)


# ------------------------------------------------------------------------------------------------- prices


@given(st.floats(100, 1e5), st.floats(0.0, 0.94), st.floats(0.01, 0.6))
def test_scenarios_are_the_quantiles_of_the_paths(today: float, phi: float, spread: float) -> None:
    price = Price(usd_per_t=today, year=2024, basis="a test", mean_log=8.0, phi=phi, spread=spread)
    low, mid, high = (price.scenario(name, 12) for name in ("low", "mid", "high"))  # type: ignore[arg-type]
    assert low[0] == pytest.approx(today)
    assert (low <= mid * (1 + 1e-12)).all()
    assert (mid <= high * (1 + 1e-12)).all()
    far = price.scenario("mid", 400)[-1]
    assert far == pytest.approx(np.exp(8.0), rel=1e-6)


def test_drawn_paths_have_the_scenarios_as_their_quantiles() -> None:
    normal = np.random.default_rng(0).standard_normal((40_000, 15))
    paths = PRICE.paths(15, normal, np.zeros(40_000))
    for name, part in (("low", 0.1), ("mid", 0.5), ("high", 0.9)):
        assert np.quantile(paths[:, -1], part) == pytest.approx(PRICE.scenario(name, 15)[-1], rel=0.02)  # type: ignore[arg-type]


def test_a_given_price_is_flat() -> None:
    assert FLAT.scenario("high", 3).tolist() == [3600.0] * 3
    assert FLAT.reference_usd_per_t == 3000.0
    assert np.ptp(FLAT.paths(4, np.zeros((2, 4)), np.array([0.1, 0.9])), axis=1).tolist() == [0.0, 0.0]


@pytest.fixture(scope="module")
def world():  # type: ignore[no-untyped-def]
    import pactolus as pt

    return pt.open_world()


def test_the_price_at_the_border_is_that_of_the_stock_engine(world) -> None:  # type: ignore[no-untyped-def]
    from pactolus.policy.register import Register
    from pactolus.projects.appraisal.prices import price_of
    from pactolus.stockpile.members.needs import need_of

    ours = price_of(world, "natural-graphite", "ore", ["KOR"])
    need = need_of(world, "natural-graphite", "ore", ["KOR"], measures=Register(measures=()), on=ON)
    assert ours.usd_per_t == pytest.approx(need.importer("KOR").price_usd_per_t)
    assert "imports of KOR" in ours.basis
    assert 0 <= ours.phi <= 0.95
    with pytest.raises(NoAnswerError, match="no_trade_data"):
        price_of(world, "gallium", "refined", ["KOR"])


def test_a_code_that_does_not_fit_the_grade_is_not_used(world) -> None:  # type: ignore[no-untyped-def]
    from pactolus.projects.appraisal.prices import PAYABLE, price_of_product

    usual = price_of_product(world, MINE, ["KOR"])  # a copper concentrate of 25 %
    assert usual.basis.startswith("customs unit value")
    rich = replace(MINE, mineral="nickel", contained_t=60_000.0)  # laterite ore shares the code
    found = price_of_product(world, rich, ["KOR"])
    assert "Pink Sheet Nickel" in found.basis
    assert "does not fit this grade" in found.basis
    metal = price_of_product(world, replace(rich, contained_t=100_000.0, stage="refined"), ["KOR"])
    assert found.usd_per_t == pytest.approx(0.6 * PAYABLE.mid * metal.usd_per_t)
    assert found.scenario("low", 3)[0] == pytest.approx(found.usd_per_t * PAYABLE.low / PAYABLE.mid)


def test_without_a_price_there_is_the_margin_and_a_reason() -> None:
    table = unpriced(MINE, Terms(), "no_trade_data", draws=50)
    known = {row["measure"]: row for row in table.iter_rows(named=True)}
    assert known["margin_to_recover_capital"]["mid"] == pytest.approx(
        found(draws=50).margin_usd_per_t.mid, rel=1e-6
    )
    assert known["npv"]["status"] == "no_trade_data"
    assert known["npv"]["mid"] is None
