"""Holding together: laws of the gain, small members, bounds, lots, evidence, and a real mineral."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from functools import cache

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import pactolus as pt
from pactolus.errors import DataError, InputError, NoAnswerError, OptionError
from pactolus.policy.register import register
from pactolus.stockpile.base.pricing import Holding
from pactolus.stockpile.base.regimes import Supplier, supplier_regimes
from pactolus.stockpile.members.evidence import phi_evidence
from pactolus.stockpile.members.lots import StockLot, form_match, free_shares, lots_table, read_lots
from pactolus.stockpile.members.needs import SETTINGS
from pactolus.stockpile.pooling.chains import averaged, shared_risk
from pactolus.stockpile.pooling.coalition import PoolTerms, arrangements, at_one_value, pool_of
from pactolus.stockpile.pooling.sites import sites_of, turnover_of
from pactolus.stockpile.pooling.together import Together, pool_places
from pactolus.stockpile.rules.standing import day_target, standing_stock
from pactolus.stockpile.stocks.continuous import Importer, size_stock
from pactolus.stockpile.stocks.joint import pool_stock
from pactolus.stockpile.stocks.loans import lending

NAMES = ("KOR", "JPN")
DAY = date(2026, 1, 15)


def importer(member: str, **given: object) -> Importer:
    kept: dict[str, object] = {"use_t": 1000.0, "denominator": "made-up use", "price_usd_per_t": 10.0}
    return Importer(member=member, **(kept | given))  # type: ignore[arg-type]


def supplier(phi: float, shares: dict[str, float] | None = None, **given: float) -> Supplier:
    kept = {"onset_per_year": 0.12, "mean_months": 6.0, "severity": 0.7}
    return Supplier(name="AAA", share=shares or dict.fromkeys(NAMES, 0.9), targeted=phi, **(kept | given))


# ---- laws of the gain


@pytest.mark.parametrize("phi", [0.0, 0.3, 0.9])
def test_a_member_of_three_parts_in_a_hundred_never_makes_a_pool_dearer(phi: float) -> None:
    both = [importer("KOR", use_t=30.0), importer("JPN", use_t=970.0)]
    found = pool_of(both, shared_risk([supplier(phi)], both), step_days=15)
    assert found.method == "exact"
    assert found.pool is not None
    assert found.pool.cost_usd <= found.alone_usd * (1 + 1e-9)
    assert 0 <= found.gain_usd[0] <= found.gain_usd[1]


@settings(max_examples=6, deadline=None)
@given(
    use=st.tuples(st.floats(20, 2000), st.floats(20, 2000)),
    share=st.tuples(st.floats(0.2, 1.0), st.floats(0.2, 1.0)),
    phi=st.floats(0, 1),
    price=st.floats(0.2, 5),
)
def test_a_gain_is_never_negative(
    use: tuple[float, float], share: tuple[float, float], phi: float, price: float
) -> None:
    both = at_one_value(
        [importer("KOR", use_t=use[0]), importer("JPN", use_t=use[1], price_usd_per_t=10 * price)]
    )
    found = pool_of(
        both, shared_risk([supplier(phi, dict(zip(NAMES, share, strict=True)))], both), step_days=60
    )
    assert found.pool is not None
    assert found.pool.cost_usd <= found.alone_usd * (1 + 1e-9)


def test_no_gain_where_all_are_hit_together_whatever_they_pay_for_a_tonne() -> None:
    both = at_one_value([importer("KOR"), importer("JPN", use_t=400.0, price_usd_per_t=25.0)])
    found = pool_of(both, shared_risk([supplier(0.0)], both), step_days=5)
    assert found.gain_usd[0] == 0
    assert found.gain_usd[1] <= 3e-3 * found.alone_usd


def test_the_gain_rises_with_phi_and_each_ones_own_risk_stays() -> None:
    both = [importer(name) for name in NAMES]
    gains, costs, correlation = [], [], []
    for phi in (0.0, 0.3, 0.6, 0.9):
        risk = shared_risk([supplier(phi)], both)
        found = pool_of(both, risk, step_days=15)
        gains.append(found.gain_usd[1])
        own = risk.regimes(NAMES)
        costs.append(own.stationary @ own.loss[:, 0])
        correlation.append(own.loss_correlation[0, 1])
    assert gains == sorted(gains)
    assert gains[-1] > 5 * gains[0]
    assert correlation == sorted(correlation, reverse=True)
    assert np.ptp(costs) < 1e-12


def test_tonnes_at_one_value_cost_what_they_cost_before() -> None:
    both = [importer("KOR"), importer("JPN", use_t=300.0, price_usd_per_t=40.0)]
    same = at_one_value(both)
    regimes = supplier_regimes([supplier(0.3)], NAMES)
    for before, after in zip(both, same, strict=True):
        one, other = (size_stock(each, regimes, step_days=15) for each in (before, after))
        assert one.cost_usd == pytest.approx(other.cost_usd, rel=1e-9)
        assert one.target_days == pytest.approx(other.target_days, rel=1e-9)
    assert same[0].price_usd_per_t == same[1].price_usd_per_t == pytest.approx(22_000 / 1300)


def test_what_a_member_pays_for_keeping_can_differ() -> None:
    kor, jpn = at_one_value([importer("KOR"), importer("JPN")], {"JPN": 1.5})
    assert jpn.holding.rate == pytest.approx(1.5 * kor.holding.rate)


# ---- fewer chains, and bounds for many members


def test_small_failures_and_single_customers_make_fewer_regimes_and_the_same_gain() -> None:
    both = [importer("KOR"), importer("JPN")]
    many = [
        supplier(0.3),
        replace(supplier(0.3, {"KOR": 0.005, "JPN": 0.08}, severity=0.5), name="BBB"),
        replace(supplier(0.3, {"KOR": 0.004, "JPN": 0.003}, severity=0.5), name="CCC"),
    ]
    risk = shared_risk(many, both)
    assert risk.targeted == ("AAA",)
    assert risk.left_out["KOR"] == pytest.approx(0.009)
    assert risk.regimes(NAMES).count == 16
    whole = pool_stock(both, supplier_regimes(many, NAMES), step_days=20)
    fewer = pool_of(both, risk, step_days=20)
    assert fewer.gain_usd[1] == pytest.approx(whole.gain_usd[1], rel=0.02)


def test_bounds_hold_the_exact_gain() -> None:
    names = ("KOR", "JPN", "USA", "DEU")
    some = [
        importer(name, use_t=use, max_days=180) for name, use in zip(names, (900, 700, 400, 200), strict=True)
    ]
    one = supplier(0.6, dict.fromkeys(names, 0.8))
    exact = pool_of(some, shared_risk([one], some), step_days=40)
    bounds = pool_of(some, shared_risk([one], some, most=8), step_days=40)
    assert (exact.method, bounds.method) == ("exact", "bounds")
    assert bounds.pool is None
    assert bounds.gain_usd[0] <= exact.gain_usd[1] * (1 + 1e-9)
    assert bounds.gain_usd[1] >= exact.gain_usd[0] * (1 - 1e-9)
    assert 0 < bounds.gain_usd[0] < bounds.gain_usd[1]


def test_a_mean_loss_keeps_the_mean_and_members_told_apart_keep_their_own() -> None:
    some = [importer("KOR", use_t=900), importer("JPN", use_t=300)]
    risk = shared_risk([supplier(0.5)], some, most=4)
    regimes, buys = averaged(risk, some)
    whole = risk.regimes(NAMES)
    assert regimes.count == 4
    assert regimes.stationary @ regimes.loss == pytest.approx(whole.stationary @ whole.loss)
    assert set(np.unique(buys[:, 0])) == {0.0, 1.0}
    assert 0 < buys[0, 1] < 1


# ---- arrangements


@cache
def arranged(phi: float, **terms: object) -> dict[tuple[str, str], dict[str, object]]:
    both = [importer("KOR"), importer("JPN", use_t=600.0)]
    agreed = PoolTerms(paths=150, step_days=20, **terms)  # type: ignore[arg-type]
    rows = arrangements(both, shared_risk([supplier(phi)], both), agreed)
    return {(str(row["counterfactual"]), str(row["arrangement"])): row for row in rows}


def test_buying_in_quiet_months_only_gains_less() -> None:
    rows = arranged(0.6)
    quiet, pool = (
        rows["optimal alone", name]["gain_high_usd"] for name in ("pool, buying in quiet months", "pool")
    )
    assert isinstance(quiet, float)
    assert isinstance(pool, float)
    assert 0 < quiet < pool


def test_lots_that_are_not_free_are_not_lent() -> None:
    both = [importer("KOR"), importer("JPN", use_t=600.0)]
    risk = shared_risk([supplier(0.6)], both)

    pool = pool_of(both, risk, step_days=40)

    def rows(free: dict[str, float]) -> dict[str, dict[str, object]]:
        found = arrangements(both, risk, PoolTerms(paths=60, step_days=40, free=free), pool)
        return {str(row["arrangement"]): row for row in found}

    nobody, half, all_free = rows({}), rows({"KOR": 0.02, "JPN": 0.02}), rows({"KOR": 1.0, "JPN": 1.0})
    none = rows({"KOR": 0.0, "JPN": 0.0})
    assert "loans, free lots" not in nobody
    assert all_free["loans, free lots"]["gain_low_usd"] == all_free["loans"]["gain_low_usd"]
    assert none["loans, free lots"]["gain_low_usd"] == 0
    assert none["pool, free lots"]["gain_high_usd"] == 0
    gains = [row["loans, free lots"]["gain_low_usd"] for row in (none, half, all_free)]
    assert gains == sorted(gains)  # type: ignore[type-var]
    assert gains[0] < gains[1] < gains[2]  # type: ignore[operator]


def test_a_member_that_stands_outside_leaves_nothing_between_two() -> None:
    both = [importer("KOR"), importer("JPN")]
    rows = arrangements(
        both,
        shared_risk([supplier(0.6)], both),
        PoolTerms(paths=50, step_days=30, no_transfer=("KOR",), day_targets={"KOR": 100, "JPN": 60}),
    )
    for row in rows:
        if str(row["arrangement"]).endswith("without KOR"):
            assert (row["gain_low_usd"], row["gain_high_usd"], row["method"]) == (0.0, 0.0, "exact")
    assert sum(str(row["arrangement"]).endswith("without KOR") for row in rows) == 2


def test_without_shared_risk_the_others_gain_as_before_when_one_stands_outside() -> None:
    names = ("KOR", "JPN", "USA")
    some = [importer(name, max_days=180) for name in names]
    risk = shared_risk([supplier(0.6, dict.fromkeys(names, 0.8))], some)
    rows = arrangements(some, risk, PoolTerms(paths=50, step_days=45, no_transfer=("USA",)))
    found = {str(row["arrangement"]): row for row in rows}
    pair = pool_of(some[:2], risk, step_days=45)
    assert found["pool without USA"]["gain_high_usd"] == pytest.approx(pair.gain_usd[1], abs=0.01)
    assert 0 < pair.gain_usd[1] < found["pool"]["gain_high_usd"]


def test_a_cap_for_each_lender() -> None:
    both = [importer("KOR"), importer("JPN")]
    regimes = supplier_regimes([supplier(0.6)], NAMES)
    stocks = [size_stock(each, regimes, step_days=15) for each in both]
    one_way = lending(both, stocks, regimes, cap=[0.0, 0.5], paths=100)
    assert one_way.lent_t[0] == 0
    assert one_way.lent_t[1] > 0
    same = lending(both, stocks, regimes, cap=[0.5, 0.5], paths=100)
    assert (
        same.lending_usd.tolist() == lending(both, stocks, regimes, cap=0.5, paths=100).lending_usd.tolist()
    )
    with pytest.raises(InputError, match="3 numbers for 2 members"):
        lending(both, stocks, regimes, cap=[0.1, 0.2, 0.3], paths=100)


# ---- day rules, lots, sites, evidence


def test_day_targets_are_those_of_the_register_and_others_have_none() -> None:
    found = day_target("KOR", "tungsten", register(), DAY)
    assert found is not None
    assert (found.days, found.measure) == (100.0, "KOR-2022-12-metal-stock-plan")
    base = day_target("KOR", "copper", register(), DAY)
    assert base is not None
    assert base.days == 60
    japan = day_target("JPN", "tungsten", register(), DAY)
    assert japan is not None
    assert japan.days == 60
    assert "undisclosed" in japan.note
    assert day_target("JPN", "copper", register(), DAY) is None
    assert day_target("USA", "tungsten", register(), DAY) is None
    assert day_target("KOR", "tungsten", register(), date(2015, 1, 1)) is None


def test_a_day_rule_costs_more_than_the_best_stock_and_less_than_none_where_risk_is_high() -> None:
    kor = importer("KOR")
    regimes = supplier_regimes([supplier(0.3)], NAMES)
    rule, best = standing_stock(kor, regimes, 100), size_stock(kor, regimes, step_days=5)
    assert best.cost_usd < rule.cost_usd < rule.without_usd
    assert rule.without_usd == pytest.approx(best.without_usd, rel=1e-3)


def lot(member: str, origin: str | None, share: float, form: str = "a") -> StockLot:
    return StockLot(
        mineral="natural-graphite", stage="mixed", member=member, origin=origin, form=form, share=share
    )


def test_lots_of_restricted_or_unknown_origin_are_not_free() -> None:
    held = [lot("KOR", "CHN", 0.9), lot("KOR", "BRA", 0.06), lot("KOR", None, 0.04), lot("JPN", "CHN", 1.0)]
    table = lots_table(held, NAMES, register(), DAY)
    by = {(row["member"], row["origin"]): row for row in table.iter_rows(named=True)}
    assert by["KOR", "CHN"]["transferable"] == "unknown"
    assert "CHN-2026-1" in by["KOR", "CHN"]["measures"]
    assert by["KOR", "CHN"]["review"] == "legal review"
    assert by["KOR", None]["why"] == "origin_unknown"
    assert by["KOR", "BRA"]["transferable"] == "yes"
    assert by["KOR", "BRA"]["review"] is None
    assert by["JPN", "CHN"]["transferable"] == "yes"  # nothing there is aimed at Korea
    free = free_shares(table)
    assert free["KOR", "JPN"] == pytest.approx(0.06)
    assert free["JPN", "KOR"] == 1.0
    before = free_shares(lots_table(held, NAMES, register(), date(2025, 12, 1)))
    assert before["KOR", "JPN"] == pytest.approx(0.96)  # the measure of January 2026 was not there yet


def test_only_forms_that_both_use_match() -> None:
    held = [
        lot("KOR", "BRA", 0.7, "flake"),
        lot("KOR", "BRA", 0.3, "powder"),
        lot("JPN", "BRA", 1.0, "flake"),
    ]
    assert form_match(held) == {("KOR", "JPN"): 0.7, ("JPN", "KOR"): 0.7}


def test_faults_of_lots_are_told_at_once() -> None:
    row = {"mineral": "graphite", "stage": "mixed", "member": "KOR", "origin": "CHN", "form": "", "grade": ""}
    bad = [row | {"share": "2"}, row | {"origin": "QQQ", "share": "1"}, row | {"stage": "mud", "share": "0"}]
    with pytest.raises(DataError) as error:
        read_lots(bad, "own.csv")
    for part in ("line 2: share '2'", "line 3", "line 4: stage 'mud'"):
        assert part in str(error.value)
    with pytest.raises(DataError, match=r"sum to 0\.6"):
        read_lots([row | {"share": "0.6"}], "own.csv")


def test_the_site_is_the_cheapest_and_the_nearest_or_the_price_at_which_it_turns() -> None:
    dear = Holding(financing=0.06, storage=0.04, deterioration=0.02)
    both = [importer("KOR"), importer("JPN", use_t=3000.0, holding=dear)]
    regimes = supplier_regimes([supplier(0.3)], NAMES)
    way = {("KOR", "JPN"): 1000.0, ("JPN", "KOR"): 1000.0, ("KOR", "KOR"): 0.0, ("JPN", "JPN"): 0.0}
    turnover = turnover_of(pool_stock(both, regimes, step_days=30).pool)
    assert turnover is not None
    table = sites_of(both, regimes, way, turnover)
    kor, jpn = table.rows(named=True)
    assert (kor["cheapest"], kor["nearest"], jpn["cheapest"], jpn["nearest"]) == (True, False, False, True)
    assert kor["way_km"] == pytest.approx(750)
    assert jpn["way_km"] == pytest.approx(250)
    price = jpn["turns_at_usd_per_t_1000km"]
    assert price * turnover * 0.5 == pytest.approx(0.06 * 10)  # 500 km saved against 6 % of the price a year
    assert sites_of(both, regimes, {}, turnover)["status"].to_list() == ["no_use_data"] * 2


def test_evidence_counts_what_took_effect_and_is_aimed() -> None:
    found = phi_evidence()
    measures = found.table["measure"].to_list()
    for known in ("CHN-2010-JPN", "CHN-2024-46-2", "CHN-2026-1", "CHN-2026-JPN-DEFACTO"):
        assert known in measures
    assert "CHN-2023-39" not in measures  # to the world
    assert "world" not in found.table["targets"].to_list()
    every = found.shares.row(0, named=True)
    assert every["issuer"] == "all"
    assert 0 < every["aimed_share"] < 0.5
    assert every["aimed_episodes"] <= every["aimed"] == found.table.height
    early = phi_evidence(until=date(2015, 1, 1))
    assert early.table["measure"].to_list() == ["CHN-2010-JPN"]


# ---- a real mineral


@cache
def graphite() -> Together:
    chosen = {name: SETTINGS[name] for name in ("mid", "phi 0", "phi 0.9")}
    return pool_places(
        pt.open_world(),
        [("natural-graphite", "mixed")],
        ["KOR", "JPN"],
        measures=register(),
        on=DAY,
        settings=chosen,
        terms=PoolTerms(paths=60, step_days=45, no_transfer=("KOR",)),
    )


def test_the_range_of_graphite_spans_its_cases() -> None:
    found = graphite()
    rows = {(row["counterfactual"], row["arrangement"]): row for row in found.range.iter_rows(named=True)}
    for row in rows.values():
        assert row["status"] == "ok"
        assert row["gain_low"] <= row["gain_high"]
        if row["method"] == "bounds":
            assert row["gain"] is None
        else:
            assert row["gain_low"] - 1e-12 <= row["gain"] <= row["gain_high"] + 1e-12
    pool = rows["optimal alone", "pool"]
    assert (pool["low_at"], pool["high_at"], pool["method"]) == ("phi 0", "phi 0.9", "exact")
    assert pool["gain_low"] == 0
    assert 0.05 < pool["gain_high"] < 0.5
    loans, free = (rows["day rules", name] for name in ("loans", "loans, free lots"))
    assert free["gain"] < loans["gain"]
    cases = found.cases.filter(pl.col("arrangement") == "pool")
    assert cases["gain_high"].max() == pool["gain_high"]


def test_members_of_graphite_name_their_days_and_what_of_their_stock_is_free() -> None:
    rows = {row["member"]: row for row in graphite().alone.iter_rows(named=True)}
    assert set(rows) == {"KOR", "JPN", "KOR+JPN"}
    for member, days in (("KOR", 100), ("JPN", 60)):
        row = rows[member]
        assert row["rule_days"] == days
        assert "net imports" in row["denominator"]
        assert row["low_days"] <= row["target_days"] <= row["high_days"]
    assert rows["KOR"]["free_share"] < 0.1
    assert rows["JPN"]["free_share"] == 1.0
    assert any("legal review" in note for note in graphite().notes)


def test_a_coalition_without_day_rules_says_so() -> None:
    found = pool_places(
        pt.open_world(),
        [("natural-graphite", "mixed")],
        ["KOR", "DEU"],
        measures=register(),
        on=DAY,
        settings={"mid": SETTINGS["mid"]},
        terms=PoolTerms(paths=20, step_days=45),
    )
    row = found.range.filter(pl.col("counterfactual") == "day rules").row(0, named=True)
    assert row["status"] == "not_applicable"
    assert row["gain"] is None


def test_answers_do_not_depend_on_workers() -> None:
    asked = {"measures": register(), "on": DAY, "terms": PoolTerms(paths=10, years=5, step_days=90)}
    chosen = {name: SETTINGS[name] for name in ("mid", "phi 0")}
    world, place = pt.open_world(), [("natural-graphite", "mixed")]
    one, two = (
        pool_places(world, place, ["KOR", "JPN"], settings=chosen, workers=n, **asked)  # type: ignore[arg-type]
        for n in (1, 2)
    )
    assert one.range.equals(two.range)
    assert one.cases.equals(two.cases)


@pytest.mark.parametrize(
    ("members", "outside", "message"),
    [
        (["KOR"], (), "give 2 to 12"),
        (["KOR", "JPN", "KOR"], (), "KOR stands twice"),
        (["KOR", "JPN"], ("USA",), "USA is not one of the members"),
    ],
)
def test_what_is_no_coalition_is_refused(members: list[str], outside: tuple[str, ...], message: str) -> None:
    with pytest.raises(OptionError, match=message):
        pool_places(
            pt.open_world(),
            [("natural-graphite", "mixed")],
            members,
            measures=register(),
            on=DAY,
            terms=PoolTerms(no_transfer=outside),
        )


def test_nobody_to_pool_with_is_no_answer() -> None:
    with pytest.raises(NoAnswerError):
        pool_places(pt.open_world(), [("gallium", "refined")], ["KOR", "JPN"], measures=register(), on=DAY)
