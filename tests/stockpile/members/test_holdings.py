"""Declared holdings: files and their faults, labels, ranges, and what disclosure is worth."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pactolus.catalogue.world import open_world
from pactolus.disruption.scenarios.library import ready
from pactolus.errors import DataError, InputError
from pactolus.policy.register import register
from pactolus.stockpile.buying.scheduling import CASES, calendar
from pactolus.stockpile.members.disclosure import bit_worth
from pactolus.stockpile.members.holdings import (
    HoldingRange,
    across,
    basis_of,
    declared_holdings,
    label_of_holdings,
    published_holdings,
    read_holdings,
)
from pactolus.stockpile.stocks.filling import Buyer, Market
from pactolus.workspace.labels import Levels

GRAPHITE = ("natural-graphite", "mixed")
GOOD = """\
- member: KOR
  mineral: graphite
  stage: mixed
  form: uncoated spherical
  holding: {low: 0, high: 3000}
  label: KOR:restricted
  source: own statement
  on: 2026-01-31
- member: JPN
  mineral: natural-graphite
  stage: mixed
  holding: 0-30 days
"""


def written(folder: Path, text: str, name: str = "holdings.yaml") -> Path:
    file = folder / name
    file.write_text(text, encoding="utf-8")
    return file


def faults_of(folder: Path, text: str, name: str = "holdings.yaml") -> str:
    with pytest.raises((InputError, DataError)) as bad:
        read_holdings(written(folder, text, name))
    return str(bad.value)


# ---- files -----------------------------------------------------------------------------


def test_ranges_and_bands_of_a_file(tmp_path: Path) -> None:
    one, other = read_holdings(written(tmp_path, GOOD))
    assert (one.member, one.mineral, one.stage, one.form) == ("KOR", *GRAPHITE, "uncoated spherical")
    assert one.tonnes(2.0) == (0.0, 3000.0)
    assert one.on == date(2026, 1, 31)
    assert str(one.label) == "KOR:restricted"
    assert other.unit == "days"
    assert other.tonnes(2.0) == (0.0, 60.0)


def test_what_has_no_label_is_as_strict_as_the_member_can_be(tmp_path: Path) -> None:
    assert str(read_holdings(written(tmp_path, GOOD))[1].label) == "JPN:confidential"
    levels = Levels({"JPN": ("kaiji", "hi")})
    assert str(read_holdings(written(tmp_path, GOOD), levels)[1].label) == "JPN:hi"
    opened = GOOD + "  label: open\n"
    assert read_holdings(written(tmp_path, opened))[1].label.is_open


def test_the_same_from_a_table(tmp_path: Path) -> None:
    text = (
        "member,mineral,stage,form,low_t,high_t,band,label,source,on\n"
        "KOR,graphite,mixed,uncoated spherical,0,3000,,KOR:restricted,own statement,2026-01-31\n"
        "JPN,natural-graphite,mixed,,,,0-30 days,,,\n"
    )
    assert read_holdings(written(tmp_path, text, "holdings.csv")) == read_holdings(written(tmp_path, GOOD))


def test_every_fault_of_a_file_with_line_and_column(tmp_path: Path) -> None:
    text = """\
- member: KOR
  mineral: graphit
  stage: mixed
  holding: {low: 30, high: 10}
- member: XYZ
  mineral: tungsten
  stage: powder
  holding: {low: -5, high: 10}
- member: JPN
  mineral: tungsten
  stage: product
  holding: some
- member: JPN
  mineral: cobalt
  stage: mixed
  holding: {low: 1, high: 2, mid: 1}
  label: JPN:secret
"""
    found = faults_of(tmp_path, text)
    for part in (
        "holdings.yaml:2:3: mineral: unknown mineral 'graphit'; did you mean",
        "holdings.yaml:4:13: holding.low: the range 30 to 10 is upside down; give the lower end first",
        "holdings.yaml:5:3: member: unknown",
        "holdings.yaml:7:3: stage: 'powder' is none of ore, intermediate",
        "holdings.yaml:8:13: holding.low: -5 is negative; a stock is 0 or more",
        "holdings.yaml:12:3: holding: 'some' is no band; write 0-30 days",
        "holding.mid: no such key",
        "holdings.yaml:17:3: label: label: unknown level of JPN 'secret'",
    ):
        assert part in found


def test_a_member_stands_once_for_each_form(tmp_path: Path) -> None:
    found = faults_of(tmp_path, GOOD + GOOD)
    assert "holdings.yaml:13:3: member: KOR natural-graphite mixed uncoated spherical stands twice" in found
    assert "stands twice, first at holdings.yaml:1; give one range" in found
    assert "stands twice, first at holdings.yaml:9; give one range" in found


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("member,mineral\nKOR,tungsten\n", "holdings.csv:1:1: no column stage"),
        ("member,mineral,stage\nKOR,tungsten,ore\n", "no columns low_t and high_t, and no band"),
        ("member,mineral,stage,band,bnd\n", "holdings.csv:1:5: no such column 'bnd'"),
        (
            "member,mineral,stage,low_t,high_t\nKOR,tungsten,product,20,10\n",
            "holdings.csv:2:4: low_t: the range 20 to 10 is upside down",
        ),
        (
            "member,mineral,stage,low_t,high_t\nKOR,tungsten,product,x,\n",
            "holdings.csv:2:4: low_t: 'x' is not a number",
        ),
        (
            "member,mineral,stage,low_t,high_t\nKOR,tungsten,product,1,\n",
            "holdings.csv:2:5: high_t: is missing; a range has a low and a high end",
        ),
        (
            "member,mineral,stage,low_t,high_t,band\nKOR,tungsten,product,1,2,0-30 days\n",
            "stands beside low_t and high_t",
        ),
        ("member,mineral,stage,band\nKOR,,product,30-10 days\n", "2:2: mineral: is missing; add it"),
        ("member,mineral,stage,band\nKOR,,product,30-10 days\n", "2:4: band: the range 30 to 10 is upside"),
    ],
)
def test_faults_of_a_table(tmp_path: Path, text: str, part: str) -> None:
    assert part in faults_of(tmp_path, text, "holdings.csv")


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    for name in ("none.csv", "none.yaml"):
        with pytest.raises(InputError, match=name):
            read_holdings(tmp_path / name)


def test_faults_of_values_in_code() -> None:
    kor = {"member": "KOR", "mineral": "tungsten", "stage": "product"}
    with pytest.raises(InputError) as bad:
        declared_holdings(
            [
                HoldingRange(**kor, low=5, high=1),
                HoldingRange(**kor, low=-1, high=1, unit="kg"),
                HoldingRange(**kor, form="powder", low=1, high=2),
            ]
        )
    for part in (
        "upside down",
        "is negative",
        "unit 'kg'",
        "stands twice",
        "without a form, which covers all",
    ):
        assert part in str(bad.value)


# ---- what is published -----------------------------------------------------------------


def test_published_figures_are_dated_and_sourced() -> None:
    table = published_holdings()
    assert set(table["status"]) == {"withheld", "published_group", "target"}
    assert table["as_of"].null_count() == table["source"].null_count() == 0
    assert table.filter(member="JPN", status="withheld")["value"].to_list() == [None]
    assert basis_of("USA", ()) == "nothing declared; counted as 0"


# ---- labels ----------------------------------------------------------------------------


def test_a_result_inherits_the_strictest_label() -> None:
    levels = Levels()
    ranges = [
        HoldingRange(member=m, mineral="cobalt", stage="refined", low=0, high=1, label=levels.read(text))
        for m, text in (("KOR", "KOR:shared"), ("KOR", "KOR:restricted"), ("JPN", "JPN:shared"), ("USA", ""))
    ]
    assert str(label_of_holdings(ranges)) == "JPN:shared+KOR:restricted"
    assert label_of_holdings([]).is_open


# ---- across a range --------------------------------------------------------------------


def test_engines_run_at_both_ends_and_in_the_middle() -> None:
    assert across(0.0, 10.0, lambda stock: stock * 2) == {"low": 0.0, "mid": 10.0, "high": 20.0}
    assert across(4.0, 4.0, lambda stock: stock) == {"mid": 4.0}
    with pytest.raises(InputError, match="upside down"):
        across(5.0, 1.0, float)
    with pytest.raises(InputError, match="below 0"):
        across(-1.0, 1.0, float)


# ---- one bit ---------------------------------------------------------------------------

MARKET = Market(month_t=200.0, kappa=3.0, price_usd_per_t=10.0)
LEVELS = np.linspace(0.0, 400.0, 81)


def member(target: float, hazard: float = 0.02, worth: float = 8.0) -> tuple[Buyer, Any]:
    """A buyer for whom a tonne is worth less the more it has, and its value in the normal regime."""
    middle = (LEVELS[1:] + LEVELS[:-1]) / 2
    failing = 10.0 * (1 + worth * np.exp(-middle / 60))
    keeping = 0.05
    slopes = keeping - hazard * (failing - 10.0)
    value = -np.append(0.0, np.cumsum(np.diff(LEVELS) * (10.0 * (0.4 + np.exp(-middle / 80)))))
    facts = {"start_t": 0.0, "target_t": target, "price_usd_per_t": 10.0, "keeping": keeping}
    return Buyer(member="A", levels=LEVELS, slopes=slopes, **facts), value


@given(st.floats(0.0, 200.0), st.floats(0.0, 200.0), st.floats(0.0, 200.0))
def test_a_bit_is_never_worth_less_than_nothing(low: float, width: float, target: float) -> None:
    one, later = member(target)
    found = bit_worth(one, MARKET, later, low, low + width)
    assert found.worth_usd >= 0
    assert found.buy_lower_t >= found.buy_t - 1e-9 >= found.buy_upper_t - 2e-9


@given(st.floats(20.0, 150.0), st.floats(0.0, 1.0), st.floats(0.0, 1.0), st.floats(40.0, 200.0))
def test_the_wider_the_range_the_more_a_bit_is_worth(
    middle: float, one: float, other: float, target: float
) -> None:
    narrow, wide = sorted((one * middle, other * middle))
    who, later = member(target)
    small = bit_worth(who, MARKET, later, middle - narrow, middle + narrow)
    large = bit_worth(who, MARKET, later, middle - wide, middle + wide)
    assert large.worth_usd >= small.worth_usd - 0.02 * max(large.worth_usd, 1.0)


def test_a_range_that_grows_to_one_side_only_can_make_a_bit_worth_less() -> None:
    who, later = member(100.0)
    worth = [bit_worth(who, MARKET, later, 0.0, high).worth_usd for high in (100.0, 400.0)]
    assert worth[1] < worth[0]


def test_what_is_known_already_is_worth_nothing() -> None:
    one, later = member(100.0)
    assert bit_worth(one, MARKET, later, 40.0, 40.0).worth_usd == 0
    full = bit_worth(one, MARKET, later, 150.0, 300.0)
    assert (full.worth_usd, full.buy_t) == (0.0, 0.0)
    with pytest.raises(InputError, match="upside down"):
        bit_worth(one, MARKET, later, 50.0, 40.0)


def test_a_bit_by_brute_force() -> None:
    """Two holdings, few purchases: the same minima written out."""
    one, later = member(100.0)
    found = bit_worth(one, MARKET, later, 20.0, 80.0, months=1)

    def cost(buy: float, held: float) -> float:
        end = held + buy
        running = float(one.running(np.array([end]))[0])
        return 10 * buy + MARKET.steep * buy**2 / 2 + running + float(np.interp(end, LEVELS, later))

    held = 20 + 60 * (np.arange(64) + 0.5) / 64
    choices = np.linspace(0.0, 80.0, 201)
    table = np.array([[cost(buy, each) for each in held] for buy in choices])
    known = (table[:, :32].mean(axis=1).min() + table[:, 32:].mean(axis=1).min()) / 2
    assert found.worth_usd == pytest.approx(table.mean(axis=1).min() - known, abs=1e-9)


# ---- in the calendar -------------------------------------------------------------------


def test_answers_across_the_range_with_cover_in_a_scenario_and_labels() -> None:
    world = open_world()
    levels = Levels()
    held = [
        HoldingRange(
            member=who,
            mineral=GRAPHITE[0],
            stage=GRAPHITE[1],
            low=low,
            high=high,
            label=levels.read(label),
        )
        for who, low, high, label in (
            ("KOR", 0.0, 3000.0, "KOR:restricted"),
            ("JPN", 1000.0, 2000.0, "JPN:confidential"),
        )
    ]
    found = calendar(
        world,
        [GRAPHITE],
        ["KOR", "JPN"],
        measures=register(),
        on=date(2026, 11, 24),
        targets=60.0,
        holdings=held,
        cases={name: CASES[name] for name in ("mid", "elasticity 0.15")},
        scenario=ready("graphite-licence", world),
        step_days=10.0,
    )
    assert str(found.label) == "JPN:confidential+KOR:restricted"
    for table in (found.calendar, found.compare, found.first, found.disclosure):
        assert set(table["label"]) == {"JPN:confidential+KOR:restricted"}
    kor = found.disclosure.filter(member="KOR").row(0, named=True)
    assert kor["spend_low_usd"] > kor["spend_mid_usd"] > kor["spend_high_usd"]
    assert kor["months_low"] >= kor["months_high"]
    assert kor["cover_low_days"] == 0 < kor["cover_mid_days"] < kor["cover_high_days"]
    assert "graphite-licence" in kor["cover_of"]
    assert kor["buy_if_lower_t"] >= kor["buy_year_t"] >= kor["buy_if_upper_t"]
    assert 0 <= kor["bit_low_usd"] <= kor["bit_usd"] <= kor["bit_high_usd"]
    assert kor["bit_usd"] > 0
