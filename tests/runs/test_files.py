"""Whole writes: the old content or the new one, nothing between, nothing left beside."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path

import pytest

from pactolus.errors import OutputError
from pactolus.runs import files


def contents(folder: Path) -> dict[str, bytes]:
    return {p.name: p.read_bytes() for p in sorted(folder.iterdir()) if p.is_file()}


def no_space(*_: object) -> None:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def test_a_file_is_replaced_whole(tmp_path):
    files.write_text(tmp_path / "deep" / "a.txt", "하나")
    files.write_text(tmp_path / "deep" / "a.txt", "둘")
    assert contents(tmp_path / "deep") == {"a.txt": "둘".encode()}


def test_a_written_file_follows_the_umask(tmp_path):
    before = os.umask(0o027)
    try:
        files.write_bytes(tmp_path / "a", b"x")
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "a").stat().st_mode) == 0o640


def test_a_full_disk_keeps_the_old_file(tmp_path, monkeypatch):
    files.write_bytes(tmp_path / "a", b"old")
    monkeypatch.setattr(files.os, "fsync", no_space)
    with pytest.raises(OutputError, match=r"a: cannot be written \(No space left on device\)"):
        files.write_bytes(tmp_path / "a", b"new")
    assert contents(tmp_path) == {"a": b"old"}


def test_a_folder_is_swept_when_its_block_fails(tmp_path):
    def fail() -> None:
        with files.writing_folder(tmp_path / "new", "set") as beside:
            (beside / "half").write_bytes(b"x")
            raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        fail()
    assert list(tmp_path.iterdir()) == []


def test_a_full_disk_in_a_folder_says_where(tmp_path):
    with pytest.raises(OutputError, match="No space left"), files.writing_folder(tmp_path, "set"):
        no_space()


def test_a_set_is_moved_as_one(tmp_path):
    (tmp_path / "a").write_bytes(b"old")
    with files.writing_folder(tmp_path, "set") as beside:
        (beside / "a").write_bytes(b"new")
        (beside / "b").write_bytes(b"new")
        files.replace_files(beside, tmp_path, ["a", "b"])
    assert contents(tmp_path) == {"a": b"new", "b": b"new"}


def test_a_set_that_cannot_be_moved_goes_back(tmp_path):
    (tmp_path / "a").write_bytes(b"old")
    (tmp_path / "c").mkdir()
    (tmp_path / "c" / "in the way").touch()

    def move() -> None:
        with files.writing_folder(tmp_path, "set") as beside:
            for name in "abc":
                (beside / name).write_bytes(b"new")
            files.replace_files(beside, tmp_path, ["a", "b", "c"])

    with pytest.raises(OutputError, match="c: cannot be written"):
        move()
    assert contents(tmp_path) == {"a": b"old"}


@pytest.mark.parametrize("below", ["file", "file/deeper", "file/deeper/still"])
def test_a_folder_below_a_file_is_refused_before_work(tmp_path, below):
    (tmp_path / "file").touch()
    with pytest.raises(OutputError, match="file"):
        files.require_writable_folder(tmp_path / below)


def test_a_file_cannot_take_the_place_of_a_folder(tmp_path):
    with pytest.raises(OutputError, match="is a folder, a file is needed; add a file name to --out"):
        files.require_writable_file(tmp_path)


def test_asking_leaves_nothing_behind(tmp_path):
    files.require_writable_folder(tmp_path / "new" / "deep")
    files.require_writable_file(tmp_path / "other" / "a.csv")
    assert list(tmp_path.iterdir()) == []


def test_a_folder_without_permission_is_refused(tmp_path, monkeypatch):
    def denied(*_: object, **__: object) -> None:
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))

    monkeypatch.setattr(files.tempfile, "TemporaryFile", denied)
    with pytest.raises(
        OutputError, match=r"cannot be written \(Permission denied\); choose another place with --out"
    ):
        files.require_writable_folder(tmp_path)
