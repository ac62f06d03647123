"""``pactolus stockpile portfolio`` as a user types it."""

from __future__ import annotations

from pathlib import Path

import pytest

from .conftest import Pactolus

ASKED = (
    "stockpile portfolio --minerals tungsten --importers KOR --scenarios 300 --settings mid --on 2026-11-24"
)


def test_one_row_a_mineral_stage_and_member(pactolus: Pactolus) -> None:
    answer = pactolus(f"{ASKED} --budget 2 --format csv")
    assert answer.code == 0
    rows = {(r["mineral"], r["stage"], r["member"]): r for r in answer.csv}
    assert rows["tungsten", "ore", "KOR"]["status"] == "not_applicable"
    assert rows["tungsten", "ore", "KOR"]["days"] == ""
    row = rows["tungsten", "product", "KOR"]
    assert "net imports" in row["denominator"]
    assert 0 < float(row["worth_usd"]) <= 2e6 * (1 + 1e-9)
    assert float(row["day_value_usd"]) > float(row["day_holding_usd"])
    for part in ("foresight bias", "standard error", "USD of budget", "days are of use_t"):
        assert part in answer.err


def test_the_summary_keeps_digits_of_small_figures(pactolus: Pactolus) -> None:
    answer = pactolus(f"{ASKED} --budget 1 --table summary --quiet --format table")
    assert answer.code == 0
    assert answer.err == ""
    price = next(line for line in answer.out.splitlines() if line.startswith("budget_price"))
    assert "<1" not in price
    assert "USD a year for a USD" in " ".join(answer.out.split())  # its place depends on the width


def test_days_of_single_stocks(pactolus: Pactolus, tmp_path: Path) -> None:
    file = tmp_path / "days.csv"
    file.write_text("mineral,stage,member,least_days,most_days\ntungsten,product,KOR,4,5\n", encoding="utf-8")
    answer = pactolus(f"{ASKED} --budget 2 --bounds {file} --format csv")
    assert answer.code == 0
    assert 4 - 1e-9 <= float(answer.csv[0]["days"]) <= 5 + 1e-9
    file.write_text(
        "mineral,stage,member,least_days,most_days\n"
        "tungsten,product,KOR,6,5\ntungsten,product,KOR,,5\ntungstn,ore,KOR,1,2\ntungsten,ore,KOR,few,2\n",
        encoding="utf-8",
    )
    wrong = pactolus(f"{ASKED} --budget 2 --bounds {file}")
    assert wrong.code == 2
    for part in (
        "line 2: most_days of 5, below",
        "line 3: tungsten product KOR stands twice",
        "line 4",
        "line 5",
    ):
        assert part in wrong.err
    file.write_text("mineral,least_days\ntungsten,3\n", encoding="utf-8")
    assert "no column stage, member" in pactolus(f"{ASKED} --budget 2 --bounds {file}").err
    assert "cannot be read" in pactolus(f"{ASKED} --budget 2 --bounds {tmp_path / 'none.csv'}").err
    file.write_text("mineral,stage,member,least_days\ntin,refined,KOR,3\n", encoding="utf-8")
    assert "tin refined KOR" in pactolus(f"{ASKED} --budget 2 --bounds {file}").err


@pytest.mark.parametrize(
    ("words", "part"),
    [
        ("", "--budget: not given"),
        ("--budget 0", "--budget: 0 MUSD buys nothing"),
        ("--budget -3", "--budget: '-3' is no number of nought or more"),
        ("--budget 1 --least-days 30 --most-days 20", "--most-days: 20, below --least-days of 30"),
        ("--budget 1 --alpha 1 --weight 2", "--weight: '2' is no number from 0 to 1"),
        ("--budget 1 --table minerals,summary", "one table at a time"),
        ("--budget 1 --settings some", "all or mid"),
        ("--budget 1 --scenarios 10", "--scenarios: 10 is not between"),
    ],
)
def test_bad_input_gets_one_message(pactolus: Pactolus, words: str, part: str) -> None:
    answer = pactolus(f"{ASKED} {words}")
    assert answer.code == 2
    assert part in answer.err
    assert answer.out == ""


def test_limits_that_cannot_be_kept(pactolus: Pactolus) -> None:
    short = pactolus(f"{ASKED} --budget 0.001 --least-days 10")
    assert short.code == 3
    assert "the least stocks alone are worth" in short.err
    for limit, binds in (("0.001", "most_days binds"), ("8.5", "The budget binds")):
        answer = pactolus(f"{ASKED} --budget 0.01 --cvar-limit {limit}")
        assert answer.code == 3, answer.err
        assert binds in answer.err
        assert answer.out == ""


def test_declared_holdings_need_no_budget(pactolus: Pactolus, tmp_path: Path) -> None:
    held = tmp_path / "held.yaml"
    held.write_text(
        "- {member: KOR, mineral: tungsten, stage: product, holding: {low: 0, high: 40}, on: 2026-10-01,\n"
        "   label: 'KOR:restricted'}\n"
        "- {member: USA, mineral: tungsten, stage: product, holding: {low: 1, high: 2}}\n",
        encoding="utf-8",
    )
    asked = f"{ASKED} --stage product --budget 2 --weight 0 --holdings {held}"
    answer = pactolus(f"{asked} --format json")
    assert answer.code == 0
    rows = {row["holding"]: row for row in answer.json}
    assert list(rows) == ["low", "mid", "high"]
    assert [row["held_t"] for row in rows.values()] == [0, 20, 40]
    assert rows["low"]["worth_usd"] >= rows["mid"]["worth_usd"] >= rows["high"]["worth_usd"]
    assert rows["low"]["day_value_usd"] > rows["high"]["day_value_usd"]
    assert {row["basis"] for row in rows.values()} == {"declared, 2026-10-01"}
    assert {row["label"] for row in rows.values()} == {"KOR:restricted"}
    for part in ("declared holdings at low, mid, high", "labelled KOR:restricted: purchases reveal holdings"):
        assert part in answer.err
    plain = pactolus(f"{ASKED} --stage product --budget 2 --weight 0 --format json").json[0]
    same = [name for name in plain if name not in ("holding", "basis", "label")]
    assert {name: rows["low"][name] for name in same} == {name: plain[name] for name in same}
    summary = pactolus(f"{asked} --table summary --format json").json
    price = {row["holding"]: row["value"] for row in summary if row["figure"] == "budget_price"}
    assert price["low"] >= price["mid"] >= price["high"]
    bit = pactolus(f"{asked} --table disclosure --format json")
    assert bit.json[0]["bit_usd"] > 0
    assert bit.json[0]["buy_if_lower_t"] > bit.json[0]["buy_if_upper_t"]
    assert "in which half of its range" in bit.err


def test_a_stock_that_is_not_declared_starts_at_nought_and_says_so(
    pactolus: Pactolus, tmp_path: Path
) -> None:
    held = tmp_path / "held.csv"
    held.write_text("member,mineral,stage,band\nKOR,tungsten,product,0-30 days\n", encoding="utf-8")
    asked = ASKED.replace("--importers KOR", "--importers KOR,JPN")
    answer = pactolus(f"{asked} --stage product --budget 2 --holdings {held} --format json")
    assert answer.code == 0
    assert "assumption, JPN: withheld by the member; counted as 0: tungsten (product)" in answer.err
    assert {row["held_t"] for row in answer.json if row["member"] == "JPN"} == {0}
    assert "labelled KOR:confidential" in answer.err  # no label: the strictest of the member


def test_bad_holdings_get_one_message(pactolus: Pactolus, tmp_path: Path) -> None:
    held = tmp_path / "held.yaml"
    held.write_text(
        "- {member: KOR, mineral: tungstn, stage: product, holding: {low: 0, high: 40}}\n"
        "- {member: KOR, mineral: tungsten, stage: product, holding: {low: 9, high: 4}}\n"
        "- {member: KOR, mineral: tungsten, stage: ore, holding: some}\n",
        encoding="utf-8",
    )
    answer = pactolus(f"{ASKED} --budget 0 --holdings {held}")
    assert (answer.code, answer.out) == (2, "")
    for part in (
        "--budget: 0 MUSD buys nothing",
        "unknown mineral 'tungstn'",
        "the range 9 to 4 is upside down",
        "'some' is no band",
    ):
        assert part in answer.err
    assert "none.yaml" in pactolus(f"{ASKED} --budget 1 --holdings {tmp_path / 'none.yaml'}").err
    nobody = pactolus(f"{ASKED} --budget 1 --table disclosure")
    assert nobody.code == 2
    assert "--table disclosure: nobody says what is held" in nobody.err
