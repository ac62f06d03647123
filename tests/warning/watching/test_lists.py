"""The watchlist: levels by rule, sides of the members, and nothing that is silently left out."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pactolus.errors import OptionError, UnknownTermError
from pactolus.policy.register import Register
from pactolus.warning import levels_table, watchlist
from pactolus.warning.watching.levels import AHEAD_DAYS, LEVELS, RULES
from pactolus.warning.watching.steps import ANSWERS

from .conftest import SmallWorld, prices, trade

STEADY = [10.0, 12.0, 8.0, 11.0, 9.0, 10.0, 12.0, 8.0, 11.0, 9.0, 10.0, 11.0] * 2
DAYS = st.dates(date(2021, 1, 1), date(2027, 6, 1))
NOTHING: Any = SmallWorld()


def rows(found: Any, **wanted: str) -> list[dict[str, Any]]:
    return found.table.filter(**wanted).to_dicts() if wanted else found.table.to_dicts()


def test_a_suspension_that_passed_comes_first(few: Register) -> None:
    found = watchlist(NOTHING, "KOR,JPN", register=few, as_of=date(2026, 12, 1))
    first = found.table.row(0, named=True)
    assert (first["level"], first["rule"], first["state"]) == ("act", "check", "unconfirmed")
    assert first["why"] == "suspension_expired: 2026-11-10"
    assert "no later act read" in first["text"]
    assert first["next"] == f"pactolus policy show {first['item']}"
    assert first["source"]
    assert first["link"].startswith("https://")


def test_the_same_suspension_is_due_before_its_last_day_and_quiet_long_before(few: Register) -> None:
    last = date(2026, 11, 10)
    for day, rule in ((last, "due"), (last - timedelta(AHEAD_DAYS), "due"), (last + timedelta(1), "check")):
        found = watchlist(NOTHING, "KOR", register=few, as_of=day)
        assert {row["rule"] for row in rows(found, item="CHN-2025-57")} == {rule}, day
    early = watchlist(NOTHING, "KOR", register=few, as_of=last - timedelta(AHEAD_DAYS + 1))
    assert rows(early, item="CHN-2025-57") == []


def test_what_is_unconfirmed_for_years_is_a_note(few: Register) -> None:
    found = watchlist(NOTHING, "JPN", register=few, as_of=date(2026, 12, 1))
    assert {(row["level"], row["rule"]) for row in rows(found, item="COD-2013-CONC")} == {("note", "old")}


def test_an_announced_licence_is_due_with_its_lead(few: Register) -> None:
    found = watchlist(NOTHING, "KOR", register=few, as_of=date(2023, 11, 1), minerals="natural-graphite")
    (row,) = rows(found)
    assert (row["signal"], row["until"], row["lead_days"]) == ("due", date(2023, 12, 1), 30)
    after = watchlist(NOTHING, "KOR", register=few, as_of=date(2024, 2, 1), minerals="natural-graphite")
    (row,) = rows(after)
    assert (row["level"], row["signal"], row["value"], row["threshold"]) == ("look", "notice", 0.6, 0.4)


def test_a_measure_against_one_member_is_a_difference(few: Register) -> None:
    found = watchlist(NOTHING, "KOR,JPN", register=few, as_of=date(2026, 12, 1))
    only = found.differences.filter(item="CHN-2026-28").row(0, named=True)
    assert (only["KOR"], only["JPN"], only["difference"]) == ("", "look", "only JPN")
    assert only["mineral"] == "dual-use"
    assert "CHN-2026-28" not in found.shared["item"]
    assert set(found.shared["difference"]) <= {"no", "level"}


@settings(max_examples=6, deadline=None)
@given(DAYS)
def test_the_order_of_members_changes_the_order_only(day: date) -> None:
    known = _few()
    one = watchlist(NOTHING, ["KOR", "JPN"], register=known, as_of=day)
    other = watchlist(NOTHING, ["JPN", "KOR"], register=known, as_of=day)
    assert one.table.sort("key").equals(other.table.sort("key"))
    assert one.missing.sort(pl.all()).equals(other.missing.sort(pl.all()))
    place = ["mineral", "signal", "partner", "item"]
    assert (
        one.sides.select(*place, "KOR", "JPN")
        .sort(place)
        .equals(other.sides.select(*place, "KOR", "JPN").sort(place))
    )


@settings(max_examples=6, deadline=None)
@given(DAYS)
def test_every_row_has_a_level_of_its_rule_and_a_next_step(day: date) -> None:
    found = watchlist(NOTHING, "KOR,JPN", register=_few(), as_of=day)
    for row in found.table.iter_rows(named=True):
        assert row["level"] == RULES[row["rule"]][0]
        assert row["next"].startswith("pactolus ")
        assert row["text"]
        assert row["since"] is None or row["since"] <= day
    ranks = [LEVELS.index(level) for level in found.table["level"]]
    assert ranks == sorted(ranks)
    assert found.table["key"].is_unique().all()


@settings(max_examples=8, deadline=None)
@given(
    st.lists(st.one_of(st.none(), st.floats(0.1, 1e6)), min_size=1, max_size=30),
    st.sets(st.sampled_from(["cobalt", "natural-graphite", "tin", "strontium"]), min_size=1),
)
def test_nothing_without_data_is_left_out_or_called_safe(kg: list[float | None], ids: set[str]) -> None:
    """For every member and mineral each source either judged or says that it could not."""
    given = [k for k in kg if k is not None]
    world: Any = SmallWorld(trade_reported=trade(given)) if given else NOTHING
    found = watchlist(world, "KOR,JPN", register=Register([]), as_of=date(2026, 12, 1), minerals=sorted(ids))
    said = set(found.missing.select("member", "mineral", "source").iter_rows())
    for mineral in ids:
        for member in ("KOR", "JPN"):
            assert (member, mineral, "monthly trade") in said
            assert (member, mineral, "yearly outlook") in said
        assert ("", mineral, "monthly price") in said
    assert found.missing["why"].str.len_chars().min() > 0
    assert set(found.table["level"]) <= set(LEVELS)


def test_monthly_trade_that_falls_is_to_be_looked_at() -> None:
    world: Any = SmallWorld(trade_reported=trade([*STEADY, 1.0]))
    known = Register([])
    found = watchlist(world, "KOR,JPN", register=known, as_of=date(2026, 2, 28), minerals="natural-graphite")
    (row,) = rows(found, signal="volume_anomaly")
    assert (row["level"], row["member"], row["partner"]) == ("look", "KOR", "CHN")
    assert row["value"] <= row["threshold"] == -3
    assert (row["since"], row["state"], row["item"]) == (date(2026, 1, 1), "2026-01", "250410 import")
    assert found.missing.filter(member="KOR", source="monthly trade").is_empty()
    assert found.missing.filter(member="JPN", source="monthly trade")["status"].to_list() == ["no_data"]


def test_how_long_an_alert_has_lasted() -> None:
    world: Any = SmallWorld(trade_reported=trade([*STEADY, 1.0, 1.0, 1.5]))
    found = watchlist(
        world, "KOR", register=Register([]), as_of=date(2026, 4, 30), minerals="natural-graphite"
    )
    (row,) = rows(found, signal="volume_anomaly")
    assert (row["since"], row["state"]) == (date(2026, 1, 1), "2026-03")


def test_trade_and_a_notice_of_the_same_mineral_agree(few: Register) -> None:
    world: Any = SmallWorld(trade_reported=trade([*STEADY[:22], 1.0], year=2022))
    asked: dict[str, Any] = {"as_of": date(2023, 12, 15), "minerals": "natural-graphite"}
    found = watchlist(world, "KOR", register=few, **asked)
    (row,) = rows(found, signal="volume_anomaly")
    assert (row["level"], row["rule"]) == ("act", "agree")
    alone = watchlist(world, "KOR", register=Register([]), **asked)
    assert {row["level"] for row in rows(alone)} == {"look"}


def test_a_shared_code_is_a_note_for_each_mineral() -> None:
    world: Any = SmallWorld(trade_reported=trade([*STEADY, 1.0], code="261590"))
    found = watchlist(
        world, "KOR", register=Register([]), as_of=date(2026, 2, 28), minerals="niobium,tantalum"
    )
    told = rows(found, signal="volume_anomaly")
    assert {row["level"] for row in told} == {"note"}
    assert [row["status"] for row in told] == ["shared code"] * 2


def test_a_stale_price_is_a_note_that_says_since_when() -> None:
    flat = [100.0, 101.0] * 48
    world: Any = SmallWorld(prices_monthly=prices([*flat, 300.0]))
    fresh = watchlist(world, "KOR,JPN", register=Register([]), as_of=date(2026, 3, 15), minerals="tin")
    assert {(r["level"], r["member"]) for r in rows(fresh)} == {("look", "KOR"), ("look", "JPN")}
    stale = watchlist(world, "KOR,JPN", register=Register([]), as_of=date(2026, 9, 1), minerals="tin")
    assert {r["level"] for r in rows(stale)} == {"note"}
    assert {r["status"] for r in rows(stale)} == {"stale since 2026-04-30"}
    assert stale.missing.filter(source="monthly price")["status"].to_list() == ["stale"]


def test_a_source_that_could_not_be_renewed_is_stale_whatever_its_months() -> None:
    from pactolus.catalogue.status import DataStatus

    world: Any = SmallWorld(prices_monthly=prices([100.0, 101.0] * 48 + [300.0]))
    world.data_status = (
        DataStatus(
            source="pinksheet-monthly",
            title="Pink Sheet",
            newest="2026-02-03",
            checked="2026-02-03",
            stale_since="2026-03-02",
            reason="layout",
        ),
    )
    found = watchlist(world, "KOR", register=Register([]), as_of=date(2026, 3, 15), minerals="tin")
    assert {(r["level"], r["status"]) for r in rows(found)} == {("note", "stale since 2026-03-02")}


def test_cover_under_the_trigger_is_to_be_acted_on() -> None:
    cover = pl.DataFrame(
        {
            "member": ["KOR", "JPN"],
            "mineral": ["tungsten", "tungsten"],
            "stage": ["refined", "refined"],
            "value": [20.0, None],
            "high": [60.0, None],
            "alert": ["yes", None],
            "threshold": [30.0, None],
            "denominator": ["declared consumption", None],
            "year": [2025, None],
            "status": ["high_above", "not_declared"],
        }
    )
    found = watchlist(
        NOTHING, "KOR,JPN", register=Register([]), as_of=date(2026, 3, 1), minerals="tungsten", cover=cover
    )
    (row,) = rows(found)
    assert (row["level"], row["low"], row["high"], row["status"]) == ("act", 20.0, 60.0, "high_above")
    assert found.missing.filter(source="days of cover")["status"].to_list() == ["not_declared"]


def test_the_next_step_is_the_answer_of_the_same_mineral_and_exporter(few: Register) -> None:
    answers = pl.DataFrame(
        [
            ("respond", "graphite-now", "natural-graphite", "CHN"),
            ("shock run", "graphite-cut", "natural-graphite", "CHN"),
            ("shock run", "lithium-cut", "lithium", "AUS"),
        ],
        schema=list(ANSWERS),
        orient="row",
    )
    asked = {"register": few, "answers": answers, "minerals": "natural-graphite,lithium"}
    found = watchlist(NOTHING, "KOR", as_of=date(2023, 11, 1), **asked)
    (row,) = rows(found)
    assert (row["next"], row["then"]) == ("pactolus respond graphite-now", "pactolus policy show CHN-2023-39")
    (row,) = rows(watchlist(NOTHING, "KOR", as_of=date(2026, 12, 1), **asked), item="ZWE-2027-LICONC")
    assert row["next"] == "pactolus policy show ZWE-2027-LICONC"  # the scenario is of another exporter


def test_a_date_of_a_commitment_is_a_note() -> None:
    dates = pl.DataFrame(
        {
            "day": [date(2026, 12, 20), date(2027, 12, 20)],
            "member": ["", ""],
            "id": ["a", "b"],
            "source": ["s", "s"],
            "next": ["pactolus dialogue commitments", ""],
        }
    )
    titles = {name: dict.fromkeys(("en", "ko", "ja"), name) for name in "ab"}
    found = watchlist(
        NOTHING, "KOR,JPN", register=Register([]), as_of=date(2026, 12, 1), dates=dates, date_titles=titles
    )
    assert [(r["level"], r["member"], r["item"], r["lead_days"]) for r in rows(found)] == [
        ("note", "KOR", "a", 19),
        ("note", "JPN", "a", 19),
    ]


def test_bad_members() -> None:
    with pytest.raises(UnknownTermError, match=r"(?s)JPX.*WLD|everybody"):
        watchlist(NOTHING, "JPX,WLD", register=Register([]))
    with pytest.raises(OptionError, match="none given"):
        watchlist(NOTHING, " , ", register=Register([]))


def test_the_rules_are_a_table() -> None:
    table = levels_table()
    assert set(table["level"]) == set(LEVELS)
    assert table["rule"].is_unique().all()


def _few() -> Register:
    from pactolus.policy.register import register

    from .conftest import CHOSEN

    return Register([register()[name] for name in CHOSEN])
