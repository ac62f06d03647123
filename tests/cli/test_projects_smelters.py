"""``pactolus projects smelters`` as a user types it."""

from __future__ import annotations

from pathlib import Path

import pytest

from .conftest import Pactolus

ASKED = "projects smelters --format csv"


def test_the_stress_of_both_with_the_notice(pactolus: Pactolus) -> None:
    answer = pactolus(f"{ASKED} --tc -40 --year 2024")
    assert answer.code == 0
    assert {row["members"] for row in answer.csv} == {"KOR", "JPN", "KOR+JPN"}
    assert {row["notice"][:21] for row in answer.csv} == {"For governments only:"}
    (both,) = [r for r in answer.csv if (r["case"], r["members"]) == ("scenario", "KOR+JPN")]
    assert float(both["income_high_musd"]) < 0
    assert (both["rc_cents_per_lb"], both["against_cost"]) == ("-4.0", "no cost entered")
    assert "no agreement on charges between smelters" in answer.err
    assert pactolus(f"{ASKED} --quiet").err == ""


@pytest.mark.parametrize(
    ("table", "column"),
    [
        ("exposure", "lost_if_all_mid_musd"),
        ("margin", "part"),
        ("threshold", "break_even_tc_mid_usd_per_dmt"),
        ("history", "link"),
    ],
)
def test_other_tables(pactolus: Pactolus, table: str, column: str) -> None:
    answer = pactolus(f"{ASKED} --table {table} --from 2024")
    assert answer.code == 0
    assert column in answer.csv[0]
    assert answer.csv[0]["notice"].startswith("For governments only")


def test_own_terms_show_the_sum_only(pactolus: Pactolus, tmp_path: Path) -> None:
    own = tmp_path / "own.csv"
    own.write_text("member,key,low,mid,high\n*,cost_usd_per_dmt,100,120,150\n", encoding="utf-8")
    answer = pactolus(f"{ASKED} --table threshold --terms {own}")
    assert [row["members"] for row in answer.csv] == ["KOR+JPN"]
    assert answer.csv[0]["status"] == "entered cost"
    assert "members are shown together only" in answer.err
    alone = pactolus(f"{ASKED} --members KOR --terms {own}")
    assert (alone.code, alone.out) == (3, "")
    assert "fewer than 3" in alone.err


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ("--tc 80 --rc 0.08", "looks like USD per lb; give cents, 8"),
        ("--tc 0.08 --rc 8", "another unit"),
        ("--tc lots", "'lots' is no number"),
        ("--rc 8", "needs a --tc"),
        ("--table all", "unknown table 'all'"),
        ("--table margin,stress", "one table at a time"),
        ("--members Atlantis", "Atlantis"),
        ("--year soon", "not a whole number"),
        ("--from 2009", "none of 2009"),
        ("--terms nowhere.csv", "cannot be read"),
    ],
)
def test_bad_input(pactolus: Pactolus, words: str, says: str) -> None:
    answer = pactolus(f"{ASKED} {words}")
    assert (answer.code, answer.out) == (2, "")
    assert says in answer.err
