"""``data update`` as it is typed, and what the other commands say of a stale source."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path

import pytest

from pactolus.cli.main import run
from tests.catalogue.updates.publishers import Publishers, pink_bytes
from tests.test_no_sockets import watched

PINK = "pinksheet-monthly"


@pytest.fixture
def publishers(tmp_path: Path) -> Iterator[Publishers]:
    started = Publishers()
    started.files["/cmo.xlsx"] = pink_bytes(tmp_path)
    yield started
    started.api.close()


def words(publishers: Publishers, home: Path, *more: str) -> list[str]:
    address = f"{PINK}={publishers.address}/cmo.xlsx"
    return ["data", "update", str(home), "--sources", PINK, "--address", address, *more]


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def test_update_build_and_what_every_output_says(
    publishers: Publishers, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    home, world = tmp_path / "live", tmp_path / "world"
    assert run(words(publishers, home, "--format", "csv")) == 0
    said = capsys.readouterr()
    (row,) = rows(said.out)
    assert (row["source"], row["new"], row["files"], row["stale_since"]) == (PINK, "1", "1", "")
    assert f"1 requests; build with: pactolus data build --updates {home} --out my-world" in said.err

    del publishers.files["/cmo.xlsx"]
    assert run(words(publishers, home, "--format", "csv")) == 3
    said = capsys.readouterr()
    (row,) = rows(said.out)
    assert "answers 404" in row["reason"]
    assert (
        f"{PINK} is stale since {row['stale_since']}, the data received on {row['newest']} are used: http"
        in said.err
    )

    build = ["data", "build", "--updates", str(home), "--only", "--out", str(world), "--workers", "1"]
    assert run(build) == 0
    note = f"note: {PINK} is stale since {row['stale_since']}, the data received on {row['newest']} are used"
    assert note in capsys.readouterr().err
    assert run(["data", "list", "--world", str(world)]) == 0
    said = capsys.readouterr()
    assert note in said.err
    assert f"live source {PINK} · 1 file · newest {row['newest']} · checked {row['newest']}" in said.out
    for command in (["assess", "--minerals", "cobalt"], ["watch", "KOR", "JPN"], ["brief", "KOR", "JPN"]):
        run([*command, "--world", str(world), "--out", str(tmp_path / command[0])])
        assert note in capsys.readouterr().err, command


def test_what_asks_nothing(
    publishers: Publishers, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    home = tmp_path / "live"
    assert run(words(publishers, home, "--dry-run", "--format", "csv")) == 0
    said = capsys.readouterr()
    assert rows(said.out)[0]["requests"] == "1"
    assert "1 requests at least; nothing was asked" in said.err
    assert not home.exists()
    assert publishers.asked() == []
    assert run(words(publishers, home, "--offline")) == 3
    assert "nothing was known; run 'pactolus data update" in capsys.readouterr().err

    run(words(publishers, home, "--quiet"))
    capsys.readouterr()
    asked = len(publishers.asked())
    assert run(words(publishers, home, "--offline", "--format", "csv")) == 0
    (row,) = rows(capsys.readouterr().out)
    assert (row["age_days"], row["files"]) == ("0", "1")
    assert run(words(publishers, home, "--as-of", "2999-01-01", "--format", "csv")) == 0
    (row,) = rows(capsys.readouterr().out)
    assert Path(row["file"]).is_file()
    assert run(words(publishers, home, "--as-of", "2000-01-01")) == 3
    assert "nothing was known on 2000-01-01" in capsys.readouterr().err
    assert len(publishers.asked()) == asked


def test_a_dry_run_opens_no_socket(tmp_path: Path) -> None:
    done = watched("data", "update", str(tmp_path / "live"), "--dry-run")
    assert done.returncode == 0, done.stderr


def test_every_fault_of_the_command_is_said_at_once(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    line = ["data", "update", str(tmp_path), "--dry-run", "--as-of", "yesterday", "--sources", "pink"]
    assert run(line) == 2
    said = capsys.readouterr().err
    for part in ("--dry-run and --as-of: use one of them", "'yesterday' is not a date", "no source 'pink'"):
        assert part in said
    assert run(["data", "build", "--out", str(tmp_path / "w"), "--updates", "none", "--updates-on", "x"]) == 2
    said = capsys.readouterr().err
    assert "--updates: none: no such folder; give that of 'data update'" in said
    assert "--updates-on: 'x' is not a date" in said
    assert run(["data", "build", "--out", str(tmp_path / "w"), "--updates-on", "2026-01-01"]) == 2
    assert "--updates-on: is a day of --updates FOLDER; give both" in capsys.readouterr().err
