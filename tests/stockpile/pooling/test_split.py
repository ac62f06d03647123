"""Who pays for a joint stock: one exact game, every rule, the Owen point, and what mends a split."""

from __future__ import annotations

from datetime import date
from functools import cache
from itertools import combinations

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

import pactolus as pt
from pactolus.errors import OptionError
from pactolus.policy.register import register
from pactolus.sharing import core_gap, nucleolus, pooling_loss, shapley
from pactolus.sharing.core import core_is_empty
from pactolus.stockpile.base.pricing import shortage_steps
from pactolus.stockpile.base.regimes import Supplier, supplier_regimes
from pactolus.stockpile.members.needs import SETTINGS
from pactolus.stockpile.pooling.chains import shared_risk
from pactolus.stockpile.pooling.coalition import PoolTerms
from pactolus.stockpile.pooling.one_period import STEPS, one_period_pool
from pactolus.stockpile.pooling.splitting import (
    BARTER,
    StockSplit,
    check_weights,
    coalition_costs,
    split_places,
)
from pactolus.stockpile.stocks.continuous import Importer

NAMES = ("KOR", "JPN", "USA")
DAY = date(2026, 1, 15)


def importer(member: str, use_t: float = 1000.0) -> Importer:
    return Importer(
        member=member, use_t=use_t, denominator="made-up use", price_usd_per_t=10.0, max_days=180.0
    )


def supplier(phi: float, names: tuple[str, ...] = NAMES, share: float = 0.9) -> Supplier:
    return Supplier(name="AAA", share=dict.fromkeys(names, share), onset_per_year=0.12, targeted=phi)


# ---- the game


@pytest.mark.parametrize("phi", [0.0, 0.3, 0.9])
def test_joining_costs_nothing_and_the_core_is_not_empty(phi: float) -> None:
    some = [importer("KOR", 30.0), importer("JPN", 970.0), importer("USA", 500.0)]
    game = coalition_costs(some, shared_risk([supplier(phi)], some), step_days=60)
    scale = game.grand
    assert pooling_loss(game).amount <= 1e-6 * scale
    assert not core_is_empty(game)
    assert core_gap(game, nucleolus(game)).in_core


def test_equal_members_share_alike_and_two_share_half() -> None:
    some = [importer(name) for name in NAMES]
    game = coalition_costs(some, shared_risk([supplier(0.6)], some), step_days=60)
    for split in (shapley(game), nucleolus(game)):
        assert np.ptp(list(split.values())) < 0.05  # cents
        assert sum(split.values()) == pytest.approx(game.grand)
    pair = coalition_costs(some[:2], shared_risk([supplier(0.6)], some), step_days=60)
    half = pair.savings().grand / 2
    for split in (shapley(pair), nucleolus(pair)):
        assert split["KOR"] == pytest.approx(pair[{"KOR"}] - half)


def test_workers_change_no_amount() -> None:
    some = [importer(name) for name in NAMES[:2]]
    risk = shared_risk([supplier(0.6)], some)
    one, two = (coalition_costs(some, risk, step_days=90, workers=n) for n in (1, 2))
    assert one == two


# ---- the Owen point


def test_one_period_is_the_plain_programme() -> None:
    """The sparse programme against the same one written down row by row for another solver."""
    some = [importer("KOR", 500.0), importer("JPN", 300.0)]
    regimes = supplier_regimes([supplier(0.4, NAMES[:2])], NAMES[:2])
    months = 6.0
    found = one_period_pool(some, regimes, months=months)
    cost, upper, rows, limits = [some[0].holding.rate * 10.0], [np.inf], [], []
    chance = regimes.stationary * 12 / months
    for r, part in enumerate(chance):
        together = {0: -1.0}
        for i, each in enumerate(some):
            ends, slopes = shortage_steps(each.elasticity, each.cap, STEPS)
            served = len(cost)
            together[served] = 1.0
            cost.append(part * 10.0)
            upper.append(np.inf)
            need = {served: -1.0}
            for width, slope in zip(np.diff(ends) * each.month_t * months, slopes, strict=True):
                need[len(cost)] = -1.0
                cost.append(part * 10.0 * slope)
                upper.append(width)
            rows.append(need)
            limits.append(-regimes.loss[r, i] * each.month_t * months)
        rows.append(together)
        limits.append(0.0)
    matrix = np.zeros((len(rows), len(cost)))
    for line, row in enumerate(rows):
        for column, value in row.items():
            matrix[line, column] = value
    plain = linprog(cost, A_ub=matrix, b_ub=limits, bounds=[(0, u) for u in upper])
    assert found.game.grand == pytest.approx(plain.fun, rel=1e-8)
    assert found.split.total == pytest.approx(plain.fun, rel=1e-6)


@settings(max_examples=10, deadline=None)
@given(phi=st.floats(0, 1), share=st.floats(0.2, 1.0), use=st.floats(20, 3000), months=st.floats(1, 12))
def test_the_owen_point_is_in_the_core(phi: float, share: float, use: float, months: float) -> None:
    some = [importer("KOR"), importer("JPN", use), importer("USA", 700.0)]
    found = one_period_pool(some, supplier_regimes([supplier(phi, share=share)], NAMES), months=months)
    assert core_gap(found.game, found.split).in_core
    assert pooling_loss(found.game).amount <= 1e-6 * max(found.game.grand, 1.0)


def test_without_aimed_failures_one_period_gains_nothing() -> None:
    some = [importer(name) for name in NAMES]
    found = one_period_pool(some, supplier_regimes([supplier(0.0)], NAMES), months=6)
    assert found.game.savings().grand == pytest.approx(0.0, abs=1e-6 * found.game.grand)


# ---- a real mineral


@cache
def graphite(*members: str) -> StockSplit:
    chosen = {name: SETTINGS[name] for name in ("mid", "phi 0")}
    return split_places(
        pt.open_world(),
        [("natural-graphite", "mixed")],
        members,
        measures=register(),
        on=DAY,
        settings=chosen,
        terms=PoolTerms(paths=60, step_days=90),
        weights=dict(zip(members, (0.3, 0.7), strict=True)) if len(members) == 2 else None,
    )


def rule(found: StockSplit, name: str) -> dict[str, dict[str, object]]:
    return {row["member"]: row for row in found.table.filter(pl.col("rule") == name).iter_rows(named=True)}


@pytest.mark.parametrize("members", [("KOR", "JPN"), ("KOR", "JPN", "USA")])
def test_every_rule_shares_the_whole(members: tuple[str, ...]) -> None:
    found = graphite(*members)
    game = next(iter(found.games.values()))
    for name in ("nucleolus", "shapley", "nash", "scrb", "proportional", "consumption"):
        rows = rule(found, name)
        assert sum(float(str(row["amount_usd"])) for row in rows.values()) == pytest.approx(game.grand)
        assert sum(float(str(row["compensation_usd"])) for row in rows.values()) == pytest.approx(0, abs=1e-6)
        for row in rows.values():
            assert float(str(row["gain_low_usd"])) <= float(str(row["gain_usd"])) + 1e-9
            assert float(str(row["gain_usd"])) <= float(str(row["gain_high_usd"])) + 1e-9
    assert all(row["in_core"] for row in rule(found, "nucleolus").values())
    assert all(row["leaves_core_at"] is None for row in rule(found, "nucleolus").values())
    owen = rule(found, "owen")
    assert all(row["in_core"] and "second view" in str(row["view"]) for row in owen.values())


def test_two_members_share_half_but_for_weights() -> None:
    found = graphite("KOR", "JPN")
    for name in ("nucleolus", "shapley", "scrb"):
        assert [row["share_of_gain"] for row in rule(found, name).values()] == pytest.approx([0.5, 0.5])
    nash = rule(found, "nash")
    assert nash["KOR"]["share_of_gain"] == pytest.approx(0.3)
    assert any("half of the gain each" in note for note in found.notes)
    assert any("IEA for oil, an analogy" in note for note in found.notes)


def test_a_member_that_a_rule_makes_worse_off_is_told_what_mends_it() -> None:
    """Less of what the United States use comes from China: by consumption they pay too much."""
    found = graphite("KOR", "JPN", "USA")
    row = rule(found, "consumption")["USA"]
    assert "worse_off" in str(row["findings"])
    assert row["in_core"] is False
    assert float(str(row["compensation_usd"])) > 0
    assert float(str(row["mended_usd"])) <= float(str(row["alone_usd"])) + 0.01


def test_loans_without_payment_say_who_gains() -> None:
    rows = rule(graphite("KOR", "JPN"), BARTER)
    assert set(rows) == {"KOR", "JPN"}
    for row in rows.values():
        saved = float(str(row["alone_usd"])) - float(str(row["amount_usd"]))
        assert saved == pytest.approx(float(str(row["gain_usd"])), abs=0.02)


def test_coalitions_are_all_there_and_save_no_less_together() -> None:
    found = graphite("KOR", "JPN", "USA")
    table = found.coalitions.filter(pl.col("setting") == "mid")
    assert table.height == 7
    game = found.games[("natural-graphite", "mixed"), "mid"]
    assert pooling_loss(game).amount <= 0.05
    for pair in combinations(NAMES, 2):
        assert game[pair] <= sum(game[{one}] for one in pair) + 0.02


# ---- bad input


@pytest.mark.parametrize(
    ("weights", "message"),
    [
        ({"KOR": 0.4, "JPN": 0.7}, "sum to 1.1, not to 1"),
        ({"KOR": 1.0}, "none for JPN"),
        ({"KOR": 0.5, "JPN": 0.5, "USA": 0.1}, "USA is not one of the members"),
        ({"KOR": 1.5, "JPN": -0.5}, "JPN has -0.5"),
    ],
)
def test_weights_that_do_not_fit_are_refused(weights: dict[str, float], message: str) -> None:
    with pytest.raises(OptionError, match=message):
        check_weights(weights, ("KOR", "JPN"))


@pytest.mark.parametrize(
    ("members", "message"),
    [
        (["KOR"], "give 2 to 12"),
        (["KOR", "KOR"], "KOR stands twice"),
        (["KOR", "JPN", "USA", "DEU", "FRA", "ITA", "GBR"], "2 to 6 members"),
    ],
)
def test_who_is_no_coalition_is_refused(members: list[str], message: str) -> None:
    with pytest.raises(OptionError, match=message):
        split_places(pt.open_world(), [("natural-graphite", "mixed")], members, measures=register(), on=DAY)
