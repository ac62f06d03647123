"""``pactolus watch KOR JPN`` as a user or a daily job types it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from .conftest import Pactolus

DAY = "--as-of 2026-12-01"
TODAY = f"watch KOR JPN {DAY}"

pytestmark = pytest.mark.usefixtures("one_world")


def test_the_list_of_a_day(pactolus: Pactolus) -> None:
    answer = pactolus(f"{TODAY} --format csv")
    assert answer.code == 0
    rows = answer.csv
    assert (rows[0]["level"], rows[0]["signal"], rows[0]["state"]) == ("act", "check", "unconfirmed")
    outlooks = [row for row in rows if row["signal"].startswith("outlook")]
    assert outlooks
    for row in outlooks:
        assert 0 < float(row["low"]) < float(row["probability"]) < float(row["high"]) < 1
        assert 0 < float(row["base_rate"]) < 1
        assert 0 < float(row["volatility_only"]) < 1
    prices = [row for row in rows if row["signal"].startswith("price")]
    assert {row["level"] for row in prices} == {"note"}
    assert {row["status"][:11] for row in prices} == {"stale since"}
    assert "no table trade_reported" in answer.err
    assert "check first: CHN-2025-56" in answer.err

    text = pactolus(f"{TODAY} --level look")
    lines = text.out.splitlines()
    assert lines[0] == "Watchlist, Korea and Japan, 1 December 2026"
    assert "* KOR -     JPN look  dual-use items" in lines
    assert "      > pactolus policy show CHN-2025-57" in lines
    assert "NOT JUDGED (--table missing)" in lines
    assert "this world has no monthly trade" in text.out
    assert max(map(len, lines)) <= 110

    japanese = pactolus(f"{TODAY} --level act --lang ja --quiet").out
    assert japanese.startswith("注視リスト、日・韓、2026年12月1日\n")
    assert "JPN 対応  KOR 対応" in japanese

    differences = pactolus(f"{TODAY} --table differences --format csv --level look").csv
    assert {row["difference"] for row in differences} <= {"only KOR", "only JPN", "level"}
    missing = pactolus(f"{TODAY} --table missing --format csv").csv
    assert {row["source"] for row in missing} == {"monthly trade", "monthly price", "yearly outlook"}
    assert all(row["why"] and row["mend"] for row in missing)


def test_the_next_steps_can_be_typed(pactolus: Pactolus) -> None:
    steps = {row[name] for row in pactolus(f"{TODAY} --format csv --quiet").csv for name in ("next", "then")}
    known = sorted(steps - {""})
    for head in ("policy show", "policy list", "policy trade", "shock run"):
        found = next(step for step in known if step.startswith(f"pactolus {head} "))
        assert pactolus(found.removeprefix("pactolus ") + " --quiet").code == 0, found


def test_since(pactolus: Pactolus) -> None:
    found = pactolus(f"{TODAY} --since 2026-11-01 --format csv").csv
    assert {(row["change"], row["signal"], row["level_before"]) for row in found} == {
        ("changed", "check", "act")
    }
    same = pactolus(f"{TODAY} --since 2026-12-01 --exit-code")
    assert (same.code, same.out) == (0, "no change up to 1 December 2026\n")
    text = pactolus(f"{TODAY} --since 2026-09-01 --level act --exit-code --quiet")
    assert text.code == 4
    assert text.out.startswith("changed (act)  KOR JPN  rare earths")
    assert "stronger (look -> act)  KOR JPN  lithium" in text.out
    assert "      > pactolus policy show " in text.out


def test_a_daily_run(pactolus: Pactolus, tmp_path: Path) -> None:
    assert pactolus(f"workspace init {tmp_path / 'own'}").code == 0
    to = f"--workspace {tmp_path / 'own'} --notify jsonl:{tmp_path / 'new.jsonl'}"
    run = f"{TODAY} {to} --exit-code --format json --quiet --level act"
    first = pactolus(run)
    assert first.code == 4
    sent = [json.loads(line) for line in (tmp_path / "new.jsonl").read_text(encoding="utf-8").splitlines()]
    assert len(sent) == len(first.json)
    again = pactolus(run)
    assert (again.code, again.out) == (0, first.out)
    assert (tmp_path / "own" / "watch" / "sent.jsonl").is_file()


def test_a_failed_notice_still_prints_the_list(pactolus: Pactolus, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    where = f"--notify eml:{tmp_path / 'file' / 'x'} --state {tmp_path / 's' / 'sent'}"
    answer = pactolus(f"{TODAY} --level act --quiet {where}")
    assert answer.code == 1
    assert answer.out.startswith("Watchlist, ")
    assert "not sent" in answer.err
    assert "the next run tries again" in answer.err


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ("--notify jsonl:x", "needs --state FILE or --workspace"),
        ("--notify carrier:pigeon --state s", "'carrier' is no way to notify"),
        ("--table changes", "needs --since"),
        ("--since 2027-01-01", "lies after --as-of"),
        ("--since-world embedded", "needs --since"),
        ("--level high", "unknown level 'high'"),
        ("--lang fr --table lists", "unknown language 'fr'"),
        ("--minerals unobtainium", "unobtainium"),
    ],
)
def test_bad_input(pactolus: Pactolus, words: str, message: str) -> None:
    answer = pactolus(f"{TODAY} {words}")
    assert (answer.code, answer.out) == (2, "")
    assert message in answer.err


def test_days_of_cover_against_a_trigger(pactolus: Pactolus, tmp_path: Path) -> None:
    held = tmp_path / "held.csv"
    held.write_text(
        "member,mineral,stage,band\nKOR,lithium,refined,20-80 days\nJPN,lithium,refined,70-90 days\n",
        "utf-8",
    )
    asked = f"{TODAY} --minerals lithium --holdings {held}"
    answer = pactolus(f"{asked} --trigger KOR=60,JPN=60 --format csv")
    rows = [row for row in answer.csv if row["signal"] == "cover_days"]
    assert [(row["member"], row["level"], row["low"], row["high"]) for row in rows] == [
        ("KOR", "act", "20.0", "80.0")
    ]
    assert "net imports" in rows[0]["source"]
    assert "grade" in rows[0]["source"]
    sent = tmp_path / "sent.jsonl"
    told = pactolus(f"{asked} --trigger KOR=60 --notify jsonl:{sent} --state {tmp_path / 'state.jsonl'}")
    assert told.code == 0
    assert "they are not sent" in told.err
    assert "cover_days" not in sent.read_text("utf-8")
    for words, said in (
        (asked, "say under how many days to warn"),
        (f"{asked} --trigger KOR=0,JPX=5,USA", "'KOR=0'; give days above 0"),
        (f"{asked} --trigger USA=30", "USA not on this list of KOR, JPN"),
        (f"{TODAY} --trigger KOR=30", "nobody says what is held"),
    ):
        refused = pactolus(words)
        assert refused.code == 2
        assert said in refused.err
