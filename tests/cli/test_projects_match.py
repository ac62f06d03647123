"""``pactolus projects match`` as a user types it."""

from __future__ import annotations

from pathlib import Path

import pytest

from .conftest import Pactolus


@pytest.fixture
def asked(pactolus: Pactolus, tmp_path: Path) -> list[str]:
    """The command on the files that it writes itself."""
    answer = pactolus("projects match --example", str(tmp_path / "start"))
    assert answer.code == 0
    assert "written" in answer.err
    files = ("--firms", str(tmp_path / "start/firms.csv"), "--slots", str(tmp_path / "start/slots.csv"))
    return ["projects", "match", *files]


def test_a_summary_for_anybody_who_is_cleared(pactolus: Pactolus, asked: list[str]) -> None:
    answer = pactolus(asked, "--format", "csv")
    assert answer.code == 0
    assert {row["method"] for row in answer.csv} == {"transfers", "stable", "stable_slots", "bundle"}
    assert "Firm" not in answer.out
    assert all("Antimonopoly Act" in row["notice"] for row in answer.csv)
    withheld = [row for row in answer.csv if row["status"] == "withheld"]
    assert withheld
    assert {row["value_usd"] for row in withheld} == {""}
    for part in ("blocking pairs if nothing is paid", "of the best joint value not reached", "labelled JPN"):
        assert part in answer.err


def test_one_firm_and_the_secretariat(pactolus: Pactolus, asked: list[str]) -> None:
    mine = pactolus(asked, "--format", "csv", "--table", "matching", "--as", "Firm A (KOR)")
    assert {row["firm"] for row in mine.csv} == {"Firm A (KOR)"}
    everything = pactolus(asked, "--format", "csv", "--table", "matching", "--secretariat", "two officials")
    assert len({row["firm"] for row in everything.csv}) > 5
    assert {row["audience"] for row in everything.csv} == {"two officials"}
    blocking = pactolus(asked, "--format", "csv", "--table", "blocking", "--secretariat", "two officials")
    assert sum(int(row["pairs"]) for row in blocking.csv if row["role"] == "all") == sum(
        1 for row in blocking.csv if row["role"] != "all"
    )


def test_limits_of_bundles(pactolus: Pactolus, asked: list[str]) -> None:
    words = ("--method", "bundle", "--secretariat", "staff", "--format", "csv", "--table", "projects")
    answer = pactolus(asked, *words, "--equity-cap", "0.2")
    assert [row["goes_ahead"] for row in answer.csv] == ["true", "false"]
    assert "equity cap of a firm" in answer.csv[1]["why_not"]
    failed = pactolus(asked, *words, "--equity-cap", "0.2", "--must", "Project P2")
    assert failed.code == 3
    assert "It would do to lift one of" in failed.err
    both = pactolus(
        asked, *words, "--country-cap", "0.5", "--not-both", "finance,finance_lead", "--members", "none"
    )
    assert both.code == 0


def test_capabilities_need_no_files(pactolus: Pactolus) -> None:
    answer = pactolus("projects match --table capabilities --format csv")
    assert answer.code == 0
    assert len(answer.csv) > 90
    assert "It says nothing of what a firm wants" in answer.err


def test_levels_of_a_deployment(pactolus: Pactolus, asked: list[str], tmp_path: Path) -> None:
    space = tmp_path / "space"
    assert pactolus("workspace init", str(space), "--name", "test").code == 0
    (space / "labels.yaml").write_text("KOR: [inner]\n", "utf-8")
    answer = pactolus(asked, "--workspace", str(space))
    assert answer.code == 2
    assert "unknown level of KOR 'confidential'" in answer.err


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--table", "matching"], "--as FIRM shows its own"),
        (["--table", "sumary"], "did you mean 'summary'?"),
        (["--table", "summary,prices"], "one table at a time"),
        (["--method", "stabel"], "did you mean 'stable'?"),
        (["--as", "A", "--secretariat", "staff"], "use one of them"),
        (["--secretariat", ""], "say who may see the answer"),
        (["--as", "Firm Z"], "no firm 'Firm Z' in the file of firms"),
        (["--must", "Project P1"], "it needs --secretariat WHO"),
        (["--must", "Project P9", "--secretariat", "staff"], "unknown project 'Project P9'"),
        (["--equity-cap", "49"], "give a part, more than 0 and at most 1"),
        (["--not-both", "epc"], "two roles, with a comma between"),
        (["--not-both", "epc,equty"], "did you mean 'equity'?"),
        (["--members", "KOR,QQQ"], "QQQ"),
        (["--nodes", "0"], "--nodes: 0 is not between"),
        (["--table", "projects", "--method", "stable", "--secretariat", "staff"], "ask for --method bundle"),
    ],
)
def test_bad_options(pactolus: Pactolus, asked: list[str], words: list[str], message: str) -> None:
    answer = pactolus(asked, *words)
    assert answer.code == 2
    assert answer.out == ""
    assert message in answer.err


def test_without_files(pactolus: Pactolus) -> None:
    answer = pactolus("projects match")
    assert answer.code == 2
    assert "--firms: no file; --example FOLDER writes a made-up pair" in answer.err
    assert "--slots: no file" in answer.err
