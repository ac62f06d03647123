"""Rules of a stock: laws, exact against simulated, the search for conditions, events, and the page."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pactolus.catalogue.world import open_world
from pactolus.disruption.effects.monthly import by_month
from pactolus.disruption.effects.stresses import stress
from pactolus.disruption.scenarios.library import ready
from pactolus.disruption.scenarios.reach import base_year, flows_of
from pactolus.errors import InputError, UnknownTermError
from pactolus.policy.register import register
from pactolus.stockpile.base.pricing import shortage_cost
from pactolus.stockpile.base.regimes import Supplier, any_regimes, supplier_regimes
from pactolus.stockpile.members.holdings import HoldingRange
from pactolus.stockpile.members.needs import SETTINGS
from pactolus.stockpile.rules.costs import cost_of_rule, yearly_usd
from pactolus.stockpile.rules.day_rules import (
    DAY_RULES,
    NO_STOCK,
    PolicyRule,
    ReleaseRule,
    day_rule,
    read_rule,
)
from pactolus.stockpile.rules.places import COMPARE_COLUMNS, RuleStudy, study_rules
from pactolus.stockpile.rules.stress import event_paths, stress_rule, worst_of
from pactolus.stockpile.rules.text import text_of_rule
from pactolus.stockpile.rules.triggers import find_trigger
from pactolus.stockpile.stocks.continuous import DAYS, Importer, size_stock
from pactolus.stockpile.stocks.simulate import percentile_of, play_rule, simulate_rule
from pactolus.workspace.labels import Label

KOR = Importer(member="KOR", use_t=50_000.0, denominator="made-up use", price_usd_per_t=1_500.0)
PLACE = ("natural-graphite", "mixed")
DAY = date(2026, 11, 24)
NUMBER = re.compile(r"\d+(?:,\d{3})*(?:\.\d+)?")


def supply(**other: Any) -> Any:
    risk = {"onset_per_year": 0.12, "targeted": 0.3, "mean_months": 6.0} | other
    second = Supplier(name="BBB", share={"KOR": 0.1}, onset_per_year=0.2, severity=0.9)
    return supplier_regimes([Supplier(name="AAA", share={"KOR": 0.8}, **risk), second], ["KOR"])


@st.composite
def rules(draw: Any) -> ReleaseRule:
    days = 10.0 * draw(st.integers(1, 16))
    low = draw(st.floats(0, 50))
    return ReleaseRule(
        days,
        release_above=draw(st.sampled_from([0.0, 0.05, 0.08, 0.3, 0.6])),
        band=draw(st.sampled_from([None, (0.0, 5.0), (0.0, 20.0), (low, 100.0)])),
        held_back_days=draw(st.sampled_from([0.0, 10.0, days])),
        emergency_above=draw(st.sampled_from([None, 0.4])),
        cap_days=draw(st.sampled_from([None, 0.0, 7.0, 15.0])),
        refill_months=draw(st.sampled_from([0.5, 6.0, 12.0, 36.0])),
    )


# ---- laws ------------------------------------------------------------------------------


def test_no_stock_costs_what_shortages_cost() -> None:
    found = cost_of_rule(KOR, supply(), NO_STOCK)
    assert found.cost_usd == pytest.approx(size_stock(KOR, supply()).without_usd, rel=1e-12)
    assert found.parts_usd["purchase"] == found.parts_usd["holding"] == found.release_t == 0
    assert found.short_share == pytest.approx(found.missing_share)


@pytest.mark.parametrize("step_days", [5.0, 10.0])
def test_the_optimal_policy_as_a_rule_costs_what_size_stock_says(step_days: float) -> None:
    stock = size_stock(KOR, supply(), step_days=step_days)
    found = cost_of_rule(KOR, supply(), PolicyRule(stock), step_days=step_days)
    assert found.cost_usd == pytest.approx(stock.cost_usd, rel=1e-9)
    assert found.parts_usd == pytest.approx(stock.parts_usd, rel=1e-5)


OPTIMUM = size_stock(KOR, supply(), step_days=10.0).cost_usd


@settings(max_examples=30)
@given(rules())
def test_no_rule_is_cheaper_than_the_optimum(rule: ReleaseRule) -> None:
    found = cost_of_rule(KOR, supply(), rule, step_days=10.0)
    assert found.cost_usd >= OPTIMUM * (1 - 1e-9)
    assert sum(found.parts_usd.values()) == pytest.approx(found.cost_usd, rel=1e-8)
    assert yearly_usd(KOR, supply(), rule, step_days=10.0) == pytest.approx(found.cost_usd, rel=1e-7)
    assert 0 <= found.short_share <= found.missing_share + 1e-12
    assert 0 <= found.empty_share <= 1 + 1e-12


@settings(max_examples=25)
@given(rules(), st.integers(1, 8), st.lists(st.floats(0, 1), min_size=1, max_size=30))
def test_more_days_never_leave_more_shortage(rule: ReleaseRule, more: int, losses: list[float]) -> None:
    larger = replace(rule, target_days=rule.target_days + 10.0 * more)
    one, other = (cost_of_rule(KOR, supply(), each, step_days=10.0) for each in (rule, larger))
    assert other.short_share <= one.short_share + 1e-10
    played = [play_rule(KOR, supply(), each, losses).short_t for each in (rule, larger)]
    assert (played[1] <= played[0] + 1e-6).all()


@settings(max_examples=25)
@given(rules(), st.lists(st.floats(0, 1), min_size=1, max_size=40))
def test_mass_is_conserved_and_limits_hold(rule: ReleaseRule, losses: list[float]) -> None:
    found = play_rule(KOR, supply(), rule, losses)
    loss = np.array(losses)
    assert found.after_t == pytest.approx(found.stock_t - found.release_t + found.purchase_t)
    assert found.stock_t[:, 1:] == pytest.approx(found.after_t[:, :-1])
    assert (found.after_t >= -1e-6).all()
    assert (found.after_t <= rule.target_days * KOR.day_t + 1e-6).all()
    assert found.short_t[0] + found.release_t[0] == pytest.approx(loss * KOR.month_t)
    assert (found.purchase_t[0, loss > KOR.restock_up_to] == 0).all()
    if rule.cap_days is not None:
        assert (found.release_t <= rule.cap_days * KOR.day_t + 1e-9).all()


@settings(max_examples=25)
@given(rules(), st.lists(st.floats(0, 1), min_size=3, max_size=30), st.integers(1, 29))
def test_a_rule_does_not_know_what_comes(rule: ReleaseRule, losses: list[float], at: int) -> None:
    at = min(at, len(losses) - 1)
    other = [*losses[:at], *(1 - one for one in losses[at:])]
    one, two = (play_rule(KOR, supply(), rule, each) for each in (losses, other))
    assert (one.release_t[0, :at] == two.release_t[0, :at]).all()
    assert (one.purchase_t[0, :at] == two.purchase_t[0, :at]).all()


@pytest.mark.parametrize(
    "rule",
    [
        NO_STOCK,
        day_rule(60),
        ReleaseRule(100.0, cap_days=8.0),
        ReleaseRule(90.0, release_above=0.0, band=(0.0, 6.0), held_back_days=20.0, emergency_above=0.6),
        PolicyRule(size_stock(KOR, supply(), step_days=2.0)),
    ],
    ids=["none", "days", "cap", "band", "optimal"],
)
def test_simulated_and_exact_agree(rule: Any) -> None:
    exact = cost_of_rule(KOR, supply(), rule, step_days=2.0)
    played = simulate_rule(KOR, supply(), rule, paths=1000, years=20, seed=1)
    assert abs(played.cost_usd - exact.cost_usd) <= 4 * played.cost_error
    assert abs(played.short_share - exact.short_share) <= 4 * played.short_error
    assert played.cost_error < 0.05 * exact.cost_usd
    assert played.worst_short_days >= DAYS * played.short_share
    assert played.years == 20_000


def test_simulation_gives_the_same_answer_twice() -> None:
    twice = [simulate_rule(KOR, supply(), day_rule(60), paths=20, years=3, seed=5) for _ in range(2)]
    assert twice[0] == twice[1]
    assert twice[0] != simulate_rule(KOR, supply(), day_rule(60), paths=20, years=3, seed=6)


def test_two_months_by_hand() -> None:
    regimes = any_regimes([[0.9, 0.1], [0.5, 0.5]], [[0.0], [0.6]], ["KOR"])
    one = replace(KOR, use_t=12.0 * 365, price_usd_per_t=1.0, impact=0.0)  # a day is 12 t, a month 365 t
    rule = ReleaseRule(30.0, cap_days=10.0, refill_months=6.0)
    found = play_rule(one, regimes, rule, [0.6, 0.0, 0.03])
    assert found.release_t[0].tolist() == pytest.approx([120.0, 0.0, 0.0])
    assert found.short_t[0].tolist() == pytest.approx([0.6 * 365 - 120, 0.0, 0.03 * 365])
    assert found.purchase_t[0].tolist() == pytest.approx([0.0, 60.0, 60.0])
    assert found.purchase_usd[0].tolist() == pytest.approx([0.0, 60.0, 60.0])
    short = (0.6 * 365 - 120) / 365
    assert found.shortage_usd[0, 0] == pytest.approx(365 * shortage_cost(short), rel=2e-3)
    assert found.holding_usd[0, 1] == pytest.approx((360 - 120 + 60) * one.holding.rate / 12)


def test_exact_by_brute_force() -> None:
    """One day of a month's loss, a stock of one such day: four states, solved by hand."""
    chain = np.array([[0.8, 0.2], [0.4, 0.6]])
    regimes = any_regimes(chain, [[0.0], [0.5]], ["KOR"])
    days = 0.5 * DAYS / 12
    rule = ReleaseRule(days, refill_months=0.5)
    found = cost_of_rule(KOR, regimes, rule, step_days=days)
    # a month of loss is covered if and only if the month before was normal: the share of starts of failures
    normal = 0.4 / 0.6
    covered = normal * 0.2
    assert found.missing_share == pytest.approx((1 - normal) * 0.5)
    assert found.short_share == pytest.approx((1 - normal - covered) * 0.5)
    assert found.release_t == pytest.approx(12 * covered * 0.5 * KOR.month_t)


def test_percentiles_count_from_the_scarcest() -> None:
    own = any_regimes([[0.9, 0.1], [0.4, 0.6]], [[0.0], [0.5]], ["KOR"])
    assert percentile_of(own, np.array([0.0, 0.2, 0.5, 0.9])).tolist() == pytest.approx(
        [20.0, 20.0, 0.0, 0.0]
    )


def test_gentle_refilling_is_the_default_and_full_speed_costs_more() -> None:
    one, other = (cost_of_rule(KOR, supply(), ReleaseRule(100.0, refill_months=m)) for m in (12.0, 1.0))
    assert one.parts_usd["purchase"] / one.release_t < other.parts_usd["purchase"] / other.release_t
    assert ReleaseRule(1.0).refill_months == 12


# ---- the search ------------------------------------------------------------------------


def test_the_search_finds_a_simple_rule_near_the_optimum() -> None:
    found = find_trigger(KOR, supply(), step_days=10.0)
    assert found.within
    assert 0 <= found.gap <= 0.05
    assert found.cost_usd == pytest.approx(yearly_usd(KOR, supply(), found.rule, step_days=10.0))
    assert found.optimal_usd < found.cost_usd < found.without_usd
    assert [rule.conditions for rule, _ in found.best] == list(range(len(found.best)))
    limit = 1.05 * found.optimal_usd
    assert all(cost > limit for rule, cost in found.best if rule.conditions < found.rule.conditions)
    assert found.table["chosen"].sum() == 1


def test_the_search_prefers_fewer_conditions_if_more_is_allowed() -> None:
    stock = size_stock(KOR, supply(), step_days=10.0)
    wide, narrow = (find_trigger(KOR, supply(), within=w, optimum=stock, step_days=10.0) for w in (0.5, 0.0))
    assert wide.rule.conditions == 0
    assert wide.within
    assert not narrow.within
    assert narrow.cost_usd == min(cost for _, cost in narrow.best)
    assert narrow.tried > wide.tried


def test_where_no_stock_pays_the_rule_is_none() -> None:
    found = find_trigger(KOR, supply(onset_per_year=1e-4), step_days=10.0)
    assert found.rule.target_days == 0
    assert found.within


# ---- bad input -------------------------------------------------------------------------


def test_all_faults_of_a_rule_at_once() -> None:
    with pytest.raises(InputError) as told:
        ReleaseRule(-1.0, band=(20.0, 5.0), cap_days=-3.0, refill_months=0.0, emergency_above=2.0)
    for part in ("target_days: -1", "upside down", "cap_days: -3", "refill_months: 0", "emergency_above: 2"):
        assert part in str(told.value)


def test_losses_and_members_that_cannot_be() -> None:
    with pytest.raises(InputError, match=r"loss\[0, 1\]: 1.2 is outside 0 to 1"):
        play_rule(KOR, supply(), NO_STOCK, [0.1, 1.2])
    with pytest.raises(InputError, match="'JPN' is not one of the members KOR"):
        cost_of_rule(replace(KOR, member="JPN"), supply(), NO_STOCK)
    with pytest.raises(InputError, match="can never be filled"):
        cost_of_rule(replace(KOR, max_purchase=0.0), supply(), day_rule(60))
    with pytest.raises(InputError, match=r"within: -0\.1"):
        find_trigger(KOR, supply(), within=-0.1)


FILE = """\
rule: our-rule
minerals: [natural graphite, tungsten]
days: 120
release_above: 0.1
band: [0, 20]
held_back_days: 30
emergency_above: 0.4
cap_days: 10
refill_months: 18
"""


def test_a_rule_of_ones_own(tmp_path: Path) -> None:
    file = tmp_path / "rule.yaml"
    file.write_text(FILE, "utf-8")
    found = read_rule(file)
    assert found == ReleaseRule(
        120.0,
        name="our-rule",
        release_above=0.1,
        band=(0.0, 20.0),
        held_back_days=30.0,
        emergency_above=0.4,
        cap_days=10.0,
        refill_months=18.0,
        minerals=("natural-graphite", "tungsten"),
    )
    assert found.conditions == 4
    file.write_text("rule: short\ndays: 45\n", "utf-8")
    assert read_rule(file) == ReleaseRule(45.0, name="short")


def test_all_faults_of_a_file_with_line_and_column(tmp_path: Path) -> None:
    file = tmp_path / "rule.yaml"
    file.write_text(
        "rule: bad\nminerals: [graphit]\ndays: -5\nband: [20, 5]\ncap_days: -1\nrefill_months: 0\n"
        "relaese_above: 1\nheld_back_days: soon\n",
        "utf-8",
    )
    with pytest.raises(InputError) as told:
        read_rule(file)
    lines = str(told.value)
    for part in (
        "rule.yaml:2:12: minerals[1]: unknown mineral 'graphit'",
        "rule.yaml:3:1: days: found -5",
        "rule.yaml:4:1: band: 20 before 5: the band is upside down",
        "rule.yaml:5:1: cap_days: found -1",
        "rule.yaml:6:1: refill_months: found 0",
        "rule.yaml:7:1: relaese_above: no such key; did you mean 'release_above'?",
        "rule.yaml:8:1: held_back_days: found 'soon'",
    ):
        assert part in lines
    file.write_text("rule: more\ndays: 20\nheld_back_days: 30\nband: [0, 200]\n", "utf-8")
    with pytest.raises(InputError, match=r"3:1: held_back_days: 30 days held back of 20") as told:
        read_rule(file)
    assert "4:1: band: 0 to 200 lies outside 0 to 100" in str(told.value)


# ---- a world ---------------------------------------------------------------------------


@pytest.fixture(scope="module")
def study() -> RuleStudy:
    few = {name: SETTINGS[name] for name in ("mid", "phi 0", "elasticity 0.15")}
    return study_rules(
        open_world(),
        [PLACE],
        ["JPN", "KOR"],
        measures=register(),
        on=DAY,
        settings=few,
        rules=(DAY_RULES[2],),
    )


def test_events_become_paths_of_losses() -> None:
    paths, notes = event_paths(open_world(), PLACE, ["KOR"])
    found = {path.scenario: path for path in paths}
    assert {"graphite-licence", "event-chn-gr-2024"} <= set(found)
    assert found["event-chn-gr-2024"].past
    assert not found["graphite-licence"].past
    assert notes == ()
    for path in paths:
        low, middle, high = path.loss["KOR"]
        assert ((low >= 0) & (low <= middle) & (middle <= high) & (high <= 1)).all()
        assert len(path.months) == len(middle)
    worst = worst_of(paths, "KOR")
    assert worst is not None
    assert all(worst.loss["KOR"][1].sum() >= path.loss["KOR"][1].sum() for path in paths)
    assert worst_of(paths, "USA") is None


def test_an_event_of_one_code_is_read_against_the_whole_stage() -> None:
    world = open_world()
    paths, _ = event_paths(world, ("lithium", "refined"), ["KOR"])
    hydroxide = next(path for path in paths if path.scenario == "lithium-hydroxide-licence")
    worked = stress(world, replace(ready("lithium-hydroxide-licence", world), importers=("KOR",)))
    row = worked.losses.row(0, named=True)
    months = by_month(worked)
    flows = flows_of(world, ("lithium", "refined"), (), base_year(world, None))
    assert flows is not None
    usual = float(flows.filter(pl.col("importer") == "KOR")["t"].sum())
    assert row["base_t"] < 0.9 * usual
    assert hydroxide.loss["KOR"][1].sum() / 12 == pytest.approx(
        np.clip(months["lost_t"].to_numpy(), 0.0, None).sum() / usual, rel=1e-6
    )


def test_a_story_of_the_graphite_event(study: RuleStudy) -> None:
    own = study.places[PLACE]["KOR"]
    assert not isinstance(own, str)
    importer, regimes = own.middle
    path = next(path for path in own.paths if path.scenario == "event-chn-gr-2024")
    held = [stress_rule(importer, regimes, rule, path) for rule in (NO_STOCK, day_rule(30), day_rule(180))]
    lost = held[0].days["lost"][1].sum()
    assert held[0].days["short"][1].sum() == pytest.approx(lost)
    assert held[1].days["short"][1].sum() == pytest.approx(lost - 30)
    assert held[1].empty_month is not None
    assert held[2].empty_month is None
    assert held[2].uncovered[1] == 0 < held[1].uncovered[1] <= held[0].uncovered[1]
    assert held[1].shortage_usd[0] <= held[1].shortage_usd[1] <= held[1].shortage_usd[2]


def test_events_begin_with_what_a_member_says_it_holds() -> None:
    label = Label((("KOR", "restricted"),))
    said = HoldingRange(
        member="KOR", mineral=PLACE[0], stage=PLACE[1], low=10.0, high=40.0, unit="days", label=label
    )
    found = study_rules(
        open_world(),
        [PLACE],
        ["JPN", "KOR"],
        measures=register(),
        on=DAY,
        settings={"mid": SETTINGS["mid"]},
        rules=(day_rule(30),),
        holdings=(said,),
    )
    table = found.events.filter(pl.col("rule") == "days-30", pl.col("scenario") == "event-chn-gr-2024")
    assert set(found.events["label"]) == {"KOR:restricted"}
    own = table.filter(pl.col("member") == "KOR").sort("start_days")
    assert own["start"].to_list() == ["low", "mid", "high"]
    assert own["start_days"].to_list() == pytest.approx([10, 25, 30])  # a rule keeps no more than its target
    assert own["short_days"].is_sorted(descending=True)
    assert 0 < own["short_days"][0] - own["short_days"][2] <= 20 + 1e-9  # less what is bought on the way
    assert own["lost_days"].n_unique() == 1
    unsaid = table.filter(pl.col("member") == "JPN")
    assert unsaid["start"].to_list() == ["full"]
    assert unsaid["start_days"].to_list() == pytest.approx([30])
    bare = found.events.filter(pl.col("rule") == NO_STOCK.name, pl.col("member") == "KOR")
    assert set(bare["start"]) == {"full"}
    assert set(found.stress.filter(pl.col("member") == "KOR")["start"]) == {"low", "mid", "high"}


def test_rules_are_compared_for_each_mineral_and_member(study: RuleStudy) -> None:
    table = study.compare
    assert tuple(table.columns) == COMPARE_COLUMNS
    assert table["rule"].to_list() == ["none", "days-100", "trigger", "optimal"] * 2
    assert table["year"].to_list() == [2024] * 8
    assert (table["cost_low_usd"] <= table["cost_usd"]).all()
    assert (table["cost_usd"] <= table["cost_high_usd"]).all()
    assert (table["above_optimal_low"] >= -1e-9).all()
    parts = table["holding_usd"] + table["purchase_usd"] + table["shortage_usd"]
    assert parts.to_list() == pytest.approx(table["cost_usd"].to_list())
    none = table.filter(pl.col("rule") == "none")
    assert none["saving_usd"].abs().max() == 0
    assert (table["denominator"] == "net imports, gross weight, natural-graphite (mixed), 2024").all()
    for name in ("triggers", "stress", "events"):
        assert getattr(study, name).height > 0
    chosen = study.triggers.filter(pl.col("chosen") == "yes")
    assert chosen["member"].to_list() == ["JPN", "KOR"]
    months = study.stress
    assert months["released_days"].to_list() == pytest.approx(
        (months["lost_days"] - months["short_days"]).to_list()
    )


def test_the_page_says_the_same_in_three_languages(study: RuleStudy) -> None:
    pages = {lang: text_of_rule(study, PLACE, lang, on=DAY) for lang in ("en", "ko", "ja")}
    numbers = {}
    for lang, page in pages.items():
        lines = page.splitlines()
        head = next(line for line in lines if "2026" in line)  # its date has a month with a name
        parts = [line for line in lines if line != head]
        numbers[lang] = sorted(NUMBER.findall(" ".join(parts).replace("–", " ")))
        assert len(lines) < 60
    assert numbers["en"] == numbers["ko"] == numbers["ja"]
    assert len(numbers["en"]) > 60
    heads = {lang: re.findall(r"^## (.+)$", page, flags=re.M) for lang, page in pages.items()}
    assert heads["en"] == ["Japan", "Korea", "For all"]
    assert heads["ko"][:2] == ["한국", "일본"]
    assert heads["ja"][:2] == ["日本", "韓国"]
    assert "not stated" in pages["en"]
    for lang, words in {"ko": ("비축", "방출"), "ja": ("備蓄", "放出")}.items():
        assert all(word in pages[lang] for word in words)
    assert all("derived" in page for page in pages.values())


def test_the_page_of_ones_own_rule(study: RuleStudy) -> None:
    rule = ReleaseRule(
        80.0, release_above=0.1, band=(0.0, 20.0), held_back_days=20.0, emergency_above=0.4, cap_days=9.0
    )
    page = text_of_rule(study, PLACE, "en", on=DAY, rule=rule)
    for part in (
        "Hold 80 days",
        "more than 10%",
        "from 0 to 20",
        "Hold back 20 days",
        "more than 40%",
        "at most 9",
    ):
        assert part in page
    assert "does not release them" in text_of_rule(
        study, PLACE, "en", on=DAY, rule=replace(rule, emergency_above=None)
    )
    assert "Hold no stock" in text_of_rule(study, PLACE, "en", on=DAY, rule=NO_STOCK)
    with pytest.raises(UnknownTermError, match="did you mean"):
        text_of_rule(study, ("natural-graphite", "mixd"), "en", on=DAY)
    with pytest.raises(UnknownTermError, match="unknown language"):
        text_of_rule(study, PLACE, "fr", on=DAY)
