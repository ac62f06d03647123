"""Marks of folders in use: they end with their process, however it ends."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from pactolus.runs import files
from pactolus.runs.locks import MARK, is_abandoned, marked

HOLDER = """
import sys
from pathlib import Path
from pactolus.runs.files import writing_folder
with writing_folder(Path(sys.argv[1]), "set") as folder:
    (folder / "half").write_text("half")
    print(folder.parent.name, flush=True)
    sys.stdin.read()
"""


def holder(folder: Path) -> tuple[subprocess.Popen[str], str]:
    child = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(folder)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert child.stdout is not None
    return child, child.stdout.readline().strip()


def test_a_mark_holds_as_long_as_its_owner(tmp_path: Path) -> None:
    assert not is_abandoned(tmp_path)
    with marked(tmp_path):
        assert (tmp_path / MARK).exists()
        assert not is_abandoned(tmp_path)
    assert is_abandoned(tmp_path)
    assert not is_abandoned(tmp_path / "gone")


@pytest.mark.skipif(os.name != "posix", reason="kills by a signal of POSIX")
def test_what_a_killed_process_left_is_swept_by_the_next(tmp_path: Path) -> None:
    child, name = holder(tmp_path)
    assert files.sweep(tmp_path, "set") == []
    child.send_signal(signal.SIGKILL)
    child.communicate()
    assert [p.name for p in tmp_path.iterdir()] == [name]
    assert files.sweep(tmp_path, "other") == []
    with files.writing_folder(tmp_path, "set") as folder:
        assert [p.name for p in tmp_path.iterdir()] == [folder.parent.name] != [name]
    assert list(tmp_path.iterdir()) == []


def test_what_the_living_hold_stays(tmp_path: Path) -> None:
    child, name = holder(tmp_path)
    with files.writing_folder(tmp_path, "set"):
        assert (tmp_path / name / "new" / "half").read_text("utf-8") == "half"
    child.communicate("")
    assert child.returncode == 0
    assert list(tmp_path.iterdir()) == []


def test_a_folder_without_a_mark_goes_after_a_day(tmp_path: Path) -> None:
    old, young = tmp_path / ".set.old", tmp_path / ".set.young"
    for folder in (old, young):
        folder.mkdir()
    (tmp_path / ".set.file").touch()
    yesterday = time.time() - 90_000
    os.utime(old, (yesterday, yesterday))
    assert files.sweep(tmp_path, "set") == [".set.old"]
    assert sorted(p.name for p in tmp_path.iterdir()) == [".set.file", ".set.young"]


def test_letters_with_a_meaning_in_patterns_are_letters(tmp_path: Path) -> None:
    with files.writing_folder(tmp_path, "a[b]*") as folder:
        assert folder.parent.name.startswith(".a[b]*.")
    (tmp_path / ".ab.x").mkdir()
    with marked(tmp_path / ".ab.x"):
        pass
    assert files.sweep(tmp_path, "a[b]*") == []
