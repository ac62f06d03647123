"""Updates that are killed, that meet, or run out of space: whole files and lines, and a lock that lets go."""

from __future__ import annotations

import errno
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from pactolus.catalogue.updates import store
from pactolus.catalogue.updates.known import known_on
from pactolus.catalogue.updates.log import entries
from pactolus.errors import OutputError
from pactolus.runs.locks import LOCK, only_one
from tests.catalogue.builders.test_comtrade_api import Answer

from .publishers import Publishers, pink_bytes

posix = pytest.mark.skipif(os.name != "posix", reason="signals are those of POSIX")
TRADE, PINK = "comtrade-monthly", "pinksheet-monthly"

HOLDER = """
import sys, time
from pathlib import Path
from pactolus.runs.locks import only_one
with only_one(Path(sys.argv[1]), "update"):
    print("held", flush=True)
    time.sleep(60)
"""

YAML = """
sources:
  pinksheet-monthly: {{address: "{address}/cmo.xlsx"}}
  comtrade-monthly: {{address: "{address}", minerals: natural-graphite, months: 3, partners: [CHN]}}
"""


@posix
def test_the_second_update_is_told_of_the_first_and_a_dead_one_lets_go(tmp_path: Path) -> None:
    child = subprocess.Popen([sys.executable, "-c", HOLDER, str(tmp_path)], stdout=subprocess.PIPE, text=True)
    assert child.stdout is not None
    assert child.stdout.readline() == "held\n"
    with (
        pytest.raises(
            OutputError, match=r"another update is at work here \(process (\d+), started 20"
        ) as caught,
        only_one(tmp_path, "update"),
    ):
        pass
    assert str(child.pid) in str(caught.value)
    child.kill()
    child.wait()
    child.stdout.close()
    assert (tmp_path / LOCK).is_file()
    with only_one(tmp_path, "update"):
        assert str(os.getpid()) in (tmp_path / LOCK).read_text()


def test_an_update_that_meets_another_asks_nothing(publishers: Publishers, tmp_path: Path) -> None:
    with only_one(tmp_path, "update"), pytest.raises(OutputError, match="another update is at work here"):
        publishers.update(tmp_path, PINK)
    assert publishers.asked() == []
    publishers.files["/cmo.xlsx"] = pink_bytes(tmp_path)
    assert publishers.update(tmp_path, PINK).entries[0].status == "new"


@posix
def test_a_killed_update_leaves_whole_files_and_is_gone_on_with(
    publishers: Publishers, tmp_path: Path
) -> None:
    answers = 4
    home = tmp_path / "live"
    home.mkdir()
    (home / "sources.yaml").write_text(YAML.format(address=publishers.address))
    publishers.files["/cmo.xlsx"] = pink_bytes(tmp_path)
    publishers.releases = {f"20{y}{m:02d}": "a" for y in range(24, 40) for m in range(1, 13)}
    reached = []

    def stopped(path: str, asked: dict[str, list[str]], headers: dict[str, str]) -> Answer:
        if len(publishers.asked()) > answers:
            reached.append(path)
            time.sleep(0.05)
            while child.poll() is None:
                time.sleep(0.01)
        return publishers.answer(path, asked, headers)

    publishers.api.answers = stopped
    child = subprocess.Popen(
        [sys.executable, "-m", "pactolus", "data", "update", str(home), "--quiet"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env={**os.environ, "PACTOLUS_COMTRADE_KEY": ""},
    )
    limit = time.monotonic() + 60
    while not reached:
        assert child.poll() is None
        assert time.monotonic() < limit
        time.sleep(0.01)
    child.send_signal(signal.SIGKILL)
    child.wait()
    kept = [known.part for known in known_on(home)]
    # The Pink Sheet comes first, then what was released, for two reporters, then the months.
    assert len(kept) == 2
    assert all(re.fullmatch(r"[0-9a-f]{64}\.(xlsx|json\.gz)", p.name) for p in home.glob("vintages/*/*"))
    publishers.api.answers = publishers.answer
    before = len(publishers.asked("/public/v1/preview"))
    publishers.update(home, sources=None)
    assert len(known_on(home)) == 1 + 2 * 3
    assert len(publishers.asked("/public/v1/preview")) - before == 6 - 1


def test_a_full_disk_is_said_and_leaves_nothing_half(
    publishers: Publishers, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = tmp_path / "live"
    publishers.files["/cmo.xlsx"] = pink_bytes(tmp_path)
    publishers.update(home, PINK)
    before = known_on(home)
    publishers.files["/cmo.xlsx"] = pink_bytes(tmp_path, 700.0)

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(store.shutil, "copyfile", full)
    with pytest.raises(OutputError, match="cannot be written \\(No space left on device\\)"):
        publishers.update(home, PINK)
    monkeypatch.undo()
    assert known_on(home) == before
    assert len(entries(home)) == 1
    assert publishers.update(home, PINK).entries[0].status == "new"
