"""``pactolus stockpile size`` as a user types it."""

from __future__ import annotations

from pathlib import Path

import pytest

from .conftest import Pactolus


def test_days_name_what_they_are_days_of(pactolus: Pactolus) -> None:
    answer = pactolus(
        "stockpile size --minerals natural-graphite --stage mixed --settings mid --on 2026-11-24 --format csv"
    )
    assert [row["member"] for row in answer.csv] == ["KOR", "JPN"]
    for row in answer.csv:
        assert row["denominator"] == "net imports, gross weight, natural-graphite (mixed), 2024"
        assert float(row["target_days"]) > 0
        assert float(row["saving_usd"]) > 0
    assert "rate lifted by CHN-2023-39" in answer.err


def test_own_consumption_and_rates(pactolus: Pactolus, tmp_path: Path) -> None:
    use, rates = tmp_path / "use.csv", tmp_path / "rates.csv"
    use.write_text("mineral,stage,member,use_t\nnatural-graphite,mixed,KOR,50000\n", "utf-8")
    rates.write_text("mineral,exporter,rate\nnatural-graphite,CHN,0\n", "utf-8")
    head = (
        "stockpile size --minerals natural-graphite --stage mixed --importers KOR --settings mid --format csv"
    )
    (own,) = pactolus([*head.split(), "--declared", str(use)]).csv
    assert float(own["use_t"]) == 50_000
    assert own["denominator"].startswith("declared consumption")
    assert own["grade"] == "declared"
    rows = pactolus([*head.split(), "--expert", str(rates), "--settings", "all"]).csv
    assert float(rows[0]["low_days"]) <= float(rows[0]["target_days"]) <= float(rows[0]["high_days"])
    given = pactolus(head).csv[0]
    assert float(rows[0]["target_days"]) < float(given["target_days"])  # the largest supplier never fails


def test_the_rule_of_a_member_as_a_table(pactolus: Pactolus) -> None:
    head = "stockpile size --minerals natural-graphite --stage mixed --settings mid --format csv"
    rows = pactolus(f"{head} --rule KOR").csv
    assert len(rows) > 5
    wrong = pactolus(f"{head} --rule USA")
    assert wrong.code == 2
    assert "one of the members" in wrong.err


def test_what_is_missing_of_a_target_spans_what_is_said_to_be_held(
    pactolus: Pactolus, tmp_path: Path
) -> None:
    held = tmp_path / "held.yaml"
    held.write_text(
        "- {member: KOR, mineral: natural-graphite, stage: mixed, holding: 10-40 days, "
        "label: 'KOR:restricted'}\n",
        "utf-8",
    )
    head = "stockpile size --minerals natural-graphite --stage mixed --settings mid --format csv"
    answer = pactolus(f"{head} --table gap --holdings {held}")
    korea, japan = answer.csv
    target = float(korea["target_days"])
    for end, days in (("_low", 40), ("", 25), ("_high", 10)):
        gap = float(korea[f"gap{end}_days"])
        assert gap == pytest.approx(max(0, target - days))
        assert float(korea[f"gap{end}_t"]) * 365 == pytest.approx(gap * float(use_of(pactolus, head, "KOR")))
    assert korea["label"] == "KOR:restricted"
    assert korea["says"] == "buy"
    assert float(korea["bit_usd"]) > 0
    assert japan["bit_usd"] == ""
    assert japan["status"] == "withheld"
    assert japan["gap_days"] == japan["label"] == ""
    assert "rows labelled KOR:restricted" in answer.err
    held.write_text(held.read_text("utf-8").replace("10-40", "900-990"), "utf-8")
    assert pactolus(f"{head} --table gap --holdings {held}").csv[0]["says"] == "enough"
    held.write_text(held.read_text("utf-8").replace("900-990", "0-990"), "utf-8")
    assert pactolus(f"{head} --table gap --holdings {held}").csv[0]["says"] == "open"
    assert "give --holdings FILE" in pactolus(f"{head} --table gap").err


def use_of(pactolus: Pactolus, head: str, member: str) -> str:
    return next(row["use_t"] for row in pactolus(head).csv if row["member"] == member)


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        ("--minerals gallium", 3, "no trade of any of them"),
        ("--minerals graphit", 2, "graphite"),
        ("--importers KOR,KOR", 2, "name each member once"),
        ("--importers KOR,QQQ", 2, "QQQ"),
        ("--stage oar", 2, "'oar' is none of ore"),
        ("--settings some", 2, "all or mid"),
        ("--table gaps", 2, "gap"),
        ("--year 20x4", 2, "--year"),
    ],
)
def test_bad_input_has_one_clear_message(pactolus: Pactolus, words: str, code: int, said: str) -> None:
    answer = pactolus(f"stockpile size {words}")
    assert answer.code == code
    assert said in answer.err


def test_faults_of_a_declaration_are_told_together(pactolus: Pactolus, tmp_path: Path) -> None:
    file = tmp_path / "use.csv"
    file.write_text(
        "mineral,stage,member,use_t\ncobalt,refined,KOR,-1\ncobalt,oar,KOR,1\nkobalt,refined,KOR,1\n"
        "cobalt,refined,JPN,1\ncobalt,refined,JPN,2\n",
        "utf-8",
    )
    answer = pactolus(["stockpile", "size", "--declared", str(file)])
    assert answer.code == 2
    for said in ("line 2: use_t -1", "line 3: stage 'oar'", "line 4: unknown mineral", "line 6: cobalt"):
        assert said in answer.err
    file.write_text("mineral,stage,use_t\n", "utf-8")
    assert "no column member" in pactolus(["stockpile", "size", "--declared", str(file)]).err
