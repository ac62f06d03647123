"""``pactolus stockpile pool`` and ``split`` as a user types them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from .conftest import Pactolus

ASKED = "--minerals natural-graphite --stage mixed --settings mid --on 2026-01-15"
BOTH = f"{ASKED} --paths 20 --step-days 60 --format csv"
POOL = f"stockpile pool {BOTH}"
SPLIT = f"stockpile split {BOTH}"


def test_the_range_with_what_a_reader_must_know(pactolus: Pactolus) -> None:
    answer = pactolus(f"{POOL} --no-transfer KOR")
    assert answer.code == 0
    rows = {(r["counterfactual"], r["arrangement"]): r for r in answer.csv}
    assert ("optimal alone", "pool") in rows
    assert ("day rules", "loans") in rows
    assert float(rows["optimal alone", "pool without KOR"]["gain_high_usd"]) == 0
    assert rows["optimal alone", "pool, free lots"]["method"] == "bounds"
    for part in ("legal review", "upper bound", "100 days", "reveal stocks"):
        assert part in answer.err
    assert pactolus(f"{POOL} --quiet").err == ""


@pytest.mark.parametrize(
    ("table", "column"),
    [("cases", "correlation"), ("alone", "denominator"), ("sites", "way_km"), ("lots", "transferable")],
)
def test_other_tables(pactolus: Pactolus, table: str, column: str) -> None:
    answer = pactolus(f"{POOL} --table {table}")
    assert answer.code == 0
    assert column in answer.csv[0]


def test_evidence_for_phi(pactolus: Pactolus) -> None:
    answer = pactolus(f"{POOL} --table evidence")
    assert "CHN-2010-JPN" in {r["measure"] for r in answer.csv}
    assert "not an estimate" in answer.err
    shares = pactolus(f"{POOL} --table shares").csv
    assert shares[0]["issuer"] == "all"


def test_lots_of_ones_own(pactolus: Pactolus, tmp_path: Path) -> None:
    file = tmp_path / "lots.csv"
    head = "mineral,stage,member,origin,form,grade,share\n"
    file.write_text(f"{head}natural-graphite,mixed,KOR,BRA,flake,+894,1\n", encoding="utf-8")
    rows = pactolus(f"{POOL} --table lots --lots {file}").csv
    own = [r for r in rows if r["member"] == "KOR"]
    assert [(r["origin"], r["form"], r["grade"], r["transferable"], r["basis"]) for r in own] == [
        ("BRA", "flake", "+894", "yes", "declared")
    ]
    file.write_text(f"{head}natural-graphite,mixed,KOR,BRA,flake,,0.4\n", encoding="utf-8")
    wrong = pactolus(f"{POOL} --lots {file}")
    assert wrong.code == 2
    assert "sum to 0.4" in wrong.err
    file.write_text("mineral,stage\n", encoding="utf-8")
    assert "no column member" in pactolus(f"{POOL} --lots {file}").err
    assert "cannot be read" in pactolus(f"{POOL} --lots {tmp_path / 'none.csv'}").err


def test_who_pays(pactolus: Pactolus) -> None:
    answer = pactolus(f"{SPLIT} --weights KOR=0.4,JPN=0.6")
    assert answer.code == 0
    nash = {r["member"]: float(r["share_of_gain"]) for r in answer.csv if r["rule"] == "nash"}
    assert nash == pytest.approx({"KOR": 0.4, "JPN": 0.6})
    assert {"nucleolus", "shapley", "scrb", "owen", "loans, nobody pays"} <= {r["rule"] for r in answer.csv}
    assert "half of the gain each" in answer.err
    coalitions = pactolus(f"{SPLIT} --table coalitions").csv
    assert [r["coalition"] for r in coalitions] == ["{KOR}", "{JPN}", "{KOR, JPN}"]


@pytest.fixture
def held(tmp_path: Path) -> Path:
    file = tmp_path / "held.yaml"
    file.write_text(
        "- {member: KOR, mineral: natural-graphite, stage: mixed, holding: 10-40 days, "
        "label: 'KOR:restricted'}\n",
        encoding="utf-8",
    )
    return file


def test_a_pool_begins_from_what_is_declared(pactolus: Pactolus, held: Path) -> None:
    answer = pactolus(f"{POOL.replace('csv', 'json')} --table start --holdings {held}")
    assert answer.code == 0
    rows = json.loads(answer.out)
    pool = {row["start"]: row for row in rows if row["arrangement"] == "pool"}
    assert list(pool) == ["low", "mid", "high", "target", "least gain", "most gain"]
    for row in pool.values():
        assert row["cost_usd"] <= row["alone_usd"]
        assert 0 <= row["gain_low_usd"] <= row["gain_usd"] <= row["gain_high_usd"]
        assert row["interest"] == 0.03
        assert row["label"] == "KOR:restricted"
    japan = next(row for row in rows if row["member"] == "JPN" and row["arrangement"] == "alone")
    assert japan["status"] == "withheld"
    assert "taken as anything from empty" in japan["basis"]
    for part in ("unknown is not zero", "present values", "legal review", "labelled KOR:restricted"):
        assert part in answer.err


def test_shares_and_bits_begin_from_what_is_declared(pactolus: Pactolus, held: Path) -> None:
    split = pactolus(f"{SPLIT} --table start --holdings {held}")
    assert split.code == 0
    korea = {
        row["start"]: float(row["share_of_cost"])
        for row in split.csv
        if row["rule"] == "shapley" and row["member"] == "KOR"
    }
    assert korea["KOR high"] < korea["mid"] < korea["KOR low"]
    assert "labelled KOR:restricted" in split.err
    for command in (POOL, SPLIT):
        bits = pactolus(f"{command} --table bits --holdings {held}")
        worth = {(row["member"], row["arrangement"]): row["bit_usd"] for row in bits.csv}
        assert float(worth["KOR", "alone"]) > 0
        assert float(worth["KOR", "pool"]) >= 0
        assert worth["JPN", ""] == ""


def test_tables_of_the_long_run_say_that_holdings_do_not_move_them(pactolus: Pactolus, held: Path) -> None:
    with_, without = pactolus(f"{POOL} --holdings {held}"), pactolus(POOL)
    assert with_.out == without.out
    assert "see --table start" in with_.err
    assert "see --table start" not in without.err


@pytest.mark.parametrize(
    ("words", "parts"),
    [
        (f"{POOL} --table start", ["--table start: nobody says what is held; give --holdings FILE"]),
        (f"{SPLIT} --table bits", ["--table bits: nobody says what is held"]),
        (f"{POOL} --table start --holdings none.yaml", ["none.yaml"]),
        (f"{SPLIT} --weights KOR=0.4,JPN=0.7", ["sums to 1.1, not to 1"]),
        (f"{SPLIT} --weights KOR=1", ["none for JPN"]),
        (f"{SPLIT} --weights KOR=0.5,JPN=0.5,USA=0", ["USA is not one of --importers"]),
        (f"{SPLIT} --importers KOR,JPN,USA,DEU,FRA,GBR,ITA", ["give 2 to 6 members"]),
        (f"{POOL} --importers KOR", ["1 (KOR); give 2 to 12 members"]),
        (f"{POOL} --importers KOR,JPN,KOR", ["KOR; name each member once"]),
        (f"{POOL} --importers KOR,XYZ", ["XYZ"]),
        (
            f"{POOL} --step-days 0 --cap 2 --lag 9 --table range,lots --no-transfer USA --keeping JPN=x",
            [
                "--cap: '2'",
                "--step-days: '0'",
                "--lag: 9",
                "one table at a time",
                "USA is not one of",
                "--keeping: 'JPN=x'",
            ],
        ),
    ],
)
def test_bad_input_gets_one_clear_message(pactolus: Pactolus, words: str, parts: list[str]) -> None:
    answer = pactolus(words)
    assert answer.code == 2
    assert answer.out == ""
    for part in parts:
        assert part in answer.err
    assert "Traceback" not in answer.err


def test_what_nobody_trades_has_no_answer(pactolus: Pactolus) -> None:
    answer = pactolus("stockpile pool --minerals gallium --stage refined")
    assert answer.code == 3
    assert "gallium" in answer.err
