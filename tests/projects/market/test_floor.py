"""A floor never lowers what a project is worth nor the set that stands; it costs what it pays, by draw."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pactolus.errors import DataError
from pactolus.projects.appraisal.appraise import appraise
from pactolus.projects.appraisal.cash_flow import flows
from pactolus.projects.appraisal.prices import Price
from pactolus.projects.appraisal.terms import Terms
from pactolus.projects.base.candidates import Candidate
from pactolus.projects.base.ranges import Range
from pactolus.projects.market.contracts import Contract
from pactolus.projects.market.floor import FloorCase, case_of, floor_by_draw, needed_floor, stands
from pactolus.projects.market.floor_tables import (
    Level,
    Support,
    needed_table,
    programme_table,
    standing_table,
    years_table,
)
from pactolus.projects.market.notice import NOTICE_FLOOR

DRAWS = 200
PRICE = Price(usd_per_t=80_000.0, year=2024, basis="made up for a test", mean_log=11.2, phi=0.7, spread=0.25)
ONE = Candidate(
    id="TST-RE-ONE",
    name="One",
    host="AUS",
    mineral="neodymium",
    stage="refined",
    product="oxide",
    status="dfs",
    status_on=date(2025, 1, 1),
    capacity_t=1_000.0,
    contained_t=None,
    capex_musd=Range(300.0, 350.0, 420.0),
    capex_year=2024,
    synthetic=True,
)
TWO = replace(ONE, id="TST-RE-TWO", capex_musd=Range(80.0, 100.0, 130.0), host="BRA")


def made(candidate: Candidate = ONE, *, price: Price = PRICE) -> FloorCase:
    return case_of(candidate, Terms(), price, draws=DRAWS, seed=3)


CASES = (made(), made(TWO))


def test_the_draws_are_those_of_the_appraisal() -> None:
    alone = appraise(ONE, Terms(), price=PRICE, on=date(2026, 1, 1), draws=DRAWS, seed=3)
    assert made().npv() == pytest.approx(alone.npv_draws, rel=1e-12)
    with_floor = appraise(
        ONE, Terms(), price=PRICE, on=date(2026, 1, 1), draws=DRAWS, seed=3, floor_usd_per_t=9e4
    )
    assert made().npv(Contract(floor_usd_per_t=9e4)) == pytest.approx(with_floor.npv_draws, rel=1e-12)


@settings(deadline=None, max_examples=20)
@given(st.floats(0.0, 2e5), st.floats(0.0, 1e5), st.floats(0.0, 1.0))
def test_a_higher_floor_never_lowers_npv(floor: float, more: float, covered: float) -> None:
    low = CASES[0].npv(Contract(floor_usd_per_t=floor, covered=covered))
    high = CASES[0].npv(Contract(floor_usd_per_t=floor + more, covered=covered))
    assert (high >= low - 1e-3).all()
    assert (low >= CASES[0].npv() - 1e-3).all()


def test_the_set_that_stands_only_grows() -> None:
    levels = [Level(value) for value in range(0, 240_001, 40_000)]
    table = programme_table(CASES, levels, Support(share=0.8))
    counts = table["standing"].to_list()
    assert counts == sorted(counts)
    assert counts[0] < counts[-1] == 2
    named = [set(ids.split(", ")) - {""} for ids in table["ids"]]
    assert all(a <= b for a, b in pairwise(named))


def test_a_floor_of_zero_is_no_floor() -> None:
    table = standing_table(CASES, [Level(0.0)], Support())
    first, second = table.filter(id=ONE.id).to_dicts()
    assert first["level"] == "no floor"
    for name in ("npv_low_musd", "npv_mid_musd", "npv_high_musd", "chance_npv_positive", "stands"):
        assert first[name] == second[name]
    assert second["cost_expected_pv_musd"] == second["cost_cvar_pv_musd"] == 0.0


@pytest.mark.parametrize("kind", ["floor", "cfd"])
def test_the_smallest_floor_by_draw_is_where_npv_turns(kind: str) -> None:
    found = floor_by_draw(CASES[0], kind=kind)  # type: ignore[arg-type]
    at = CASES[0].npv(Contract(kind=kind, floor_usd_per_t=found))  # type: ignore[arg-type]
    below = CASES[0].npv(Contract(kind=kind, floor_usd_per_t=found * (1 - 1e-6)))  # type: ignore[arg-type]
    needs = found > 0
    assert needs.any()
    assert (at[needs] > 0).all()
    assert (below[needs] <= 0).all()
    if kind == "floor":
        assert (CASES[0].npv()[~needs] > 0).all()


def test_at_the_needed_floor_the_project_stands_and_below_it_does_not() -> None:
    found = floor_by_draw(CASES[0])
    for share in (0.3, 0.5, 0.9):
        needed = needed_floor(found, share)
        assert stands(CASES[0].npv(Contract(floor_usd_per_t=needed)), share)
        if needed > 0:
            below = CASES[0].npv(Contract(floor_usd_per_t=needed * (1 - 1e-6)))
            assert not stands(below, share)


def test_a_strike_that_is_paid_back_must_lie_above_the_floor() -> None:
    """Whoever keeps the high prices needs less of a guarantee."""
    assert (floor_by_draw(CASES[0], kind="cfd") >= floor_by_draw(CASES[0]) - 1e-3).all()


def test_a_full_contract_for_difference_makes_the_price_flat() -> None:
    """Its smallest strike is the flat price at which nothing is left."""
    strike = floor_by_draw(made(), kind="cfd")
    flat = replace(made(), price=np.repeat(strike[:, None], made().price.shape[1], axis=1))
    assert flat.npv() == pytest.approx(np.zeros(DRAWS), abs=1e3)


def test_nothing_is_enough_where_nothing_is_covered() -> None:
    hopeless = made(replace(ONE, capex_musd=Range.of(90_000.0)))
    table = needed_table([hopeless], Support(covered=0.0, share=0.9))
    row = table.row(0, named=True)
    assert (row["answer"], row["floor_needed_usd_per_t"]) == ("no floor is enough", None)
    assert row["cost_expected_pv_musd"] is None


def test_a_price_above_the_floor_costs_nothing() -> None:
    rich = made(price=replace(PRICE, given=Range.of(1e6)))
    row = needed_table([rich], Support(share=0.9)).row(0, named=True)
    assert row["floor_needed_usd_per_t"] == row["cost_cvar_pv_musd"] == row["chance_of_paying"] == 0.0
    assert row["needs_none"] > 0.9


def test_each_guarantor_pays_by_its_offtake() -> None:
    support = Support(share=0.1, offtake={"KOR": 0.3, "JPN": 0.1})
    whole = programme_table(CASES, [Level(1.5, relative=True)], replace(support, offtake={"all": 1.0}))
    parts = programme_table(CASES, [Level(1.5, relative=True)], support).filter(level="1.5 x price")
    total = whole.filter(level="1.5 x price")
    for name in ("cost_expected_pv_musd", "cost_cvar_pv_musd", "highest_year_cvar_musd"):
        assert parts[name].sum() == pytest.approx(total[name].item())
    kor, jpn = parts["cost_expected_pv_musd"].to_list()
    assert kor == pytest.approx(3 * jpn)
    assert kor > 0


def test_the_programme_adds_its_projects_draw_by_draw() -> None:
    support = Support(share=0.01)
    single = standing_table(CASES, [Level(1e5)], support).filter(level="100000")
    both = programme_table(CASES, [Level(1e5)], support).filter(level="100000")
    assert both["standing"].item() == 2
    assert both["cost_expected_pv_musd"].item() == pytest.approx(single["cost_expected_pv_musd"].sum())
    assert both["cost_cvar_pv_musd"].item() <= single["cost_cvar_pv_musd"].sum() + 1e-9


def test_what_goes_to_projects_that_stand_anyway_is_told_apart() -> None:
    table = programme_table(CASES, [Level(1e5)], Support(share=0.8))
    none, some = table.to_dicts()
    assert some["standing_anyway"] == none["standing"] == none["standing_anyway"]
    assert none["to_those_pv_musd"] == 0.0
    assert 0.0 <= some["to_those_pv_musd"] <= some["cost_expected_pv_musd"]
    everybody = programme_table(CASES, [Level(1e5)], Support(share=0.001)).to_dicts()[1]
    assert everybody["standing_anyway"] == everybody["standing"] == 2
    assert everybody["to_those_pv_musd"] == pytest.approx(everybody["cost_expected_pv_musd"])


@pytest.mark.parametrize("kind", ["floor", "cfd"])
def test_what_is_paid_is_what_the_project_receives_beyond_the_market(kind: str) -> None:
    """In years of pause too, in which nothing is made and nothing is paid."""
    case = made(price=replace(PRICE, usd_per_t=40_000.0, mean_log=10.4, spread=0.5))
    contract = Contract(kind=kind, floor_usd_per_t=35_000.0, covered=0.4, years=6)  # type: ignore[arg-type]
    received = flows(case.plant, contract.received_price(case.price, case.output_t))
    assert ((received.output_t == 0) & (case.output_t > 0)).any()
    beyond = received.revenue - case.price * received.output_t
    assert case.payments(contract) == pytest.approx(beyond, rel=1e-9, abs=1e-3)


def test_years_add_up_to_the_present_value() -> None:
    support = Support(guarantor_rate=0.03)
    years = years_table(CASES[:1], [Level(1e5)], support)
    whole = standing_table(CASES[:1], [Level(1e5)], support).filter(level="100000")
    present = sum(row["expected_musd"] * 1.03 ** -row["year"] for row in years.to_dicts())
    assert present == pytest.approx(whole["cost_expected_pv_musd"].item())
    assert (years["cvar_musd"] >= years["expected_musd"] - 1e-9).all()


def test_a_short_contract_costs_less_and_every_row_says_what_it_is() -> None:
    short, long = (
        standing_table(CASES[:1], [Level(1e5)], Support(years=n)).filter(level="100000") for n in (5, None)
    )
    assert short["cost_expected_pv_musd"].item() < long["cost_expected_pv_musd"].item()
    assert set(long["notice"]) == {NOTICE_FLOOR}
    assert long["synthetic"].all()


def test_what_cannot_be_asked() -> None:
    with pytest.raises(DataError, match="floor or cfd"):
        floor_by_draw(CASES[0], kind="collar")
    with pytest.raises(DataError, match="above 0 and at most 1"):
        needed_floor(np.zeros(3), 0.0)
    with pytest.raises(DataError, match="above 0 and at most 1"):
        Support(share=1.2)
