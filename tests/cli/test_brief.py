"""The set of files of a brief is replaced as one, or not at all. Renderers stand in here."""

from __future__ import annotations

import errno
import json
import os
import signal
from pathlib import Path

import pytest

from pactolus.cli import documents as command
from pactolus.reports.document import Brief, Section

SET = {f"brief-KOR-JPN.{lang}.{kind}" for lang in ("en", "ko", "ja") for kind in ("html", "pdf", "xlsx")}
MANIFEST = "brief-KOR-JPN.manifest.json"


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


@pytest.fixture(autouse=True)
def stand_ins(monkeypatch):
    """A document without content, and renderers that write their own name."""

    def build(world, members, *, year, as_of, sections, progress):
        progress("nothing", 1, 1)
        return Brief(
            members=members,
            year=year or 2024,
            as_of=as_of.isoformat(),
            vintage=world.vintage,
            version="0",
            sections=(Section(id="none", title="none", blocks=()),),
        )

    def renderer(kind):
        return lambda document, language: f"{kind} {language} {document.as_of}"

    monkeypatch.setattr("pactolus.reports.brief.build_brief", build)
    monkeypatch.setattr(command, "_RENDERERS", {kind: renderer(kind) for kind in command.FORMATS})
    monkeypatch.delenv("SOURCE_DATE_EPOCH", raising=False)


def brief(pactolus, folder: Path, *more: str):
    return pactolus(["brief", "KOR", "JPN", "--workers", "1", "--out", str(folder), *more])


def test_three_languages_and_formats_and_a_manifest(pactolus, tmp_path):
    answer = brief(pactolus, tmp_path / "out")
    assert answer.code == 0
    assert names(tmp_path / "out") == {*SET, MANIFEST}
    assert all(f"out/{name}" in answer.out for name in (*SET, MANIFEST))


def test_only_what_is_asked_for(pactolus, tmp_path):
    brief(pactolus, tmp_path, "--lang", "ja", "--formats", "pdf,html")
    assert names(tmp_path) == {"brief-KOR-JPN.ja.pdf", "brief-KOR-JPN.ja.html", MANIFEST}


def test_the_list_of_files_is_data(pactolus, tmp_path):
    answer = brief(pactolus, tmp_path, "--lang", "ko", "--format", "json", "--quiet")
    assert answer.err == ""
    assert [(r["language"], r["format"]) for r in answer.json] == [
        ("ko", "html"),
        ("ko", "pdf"),
        ("ko", "xlsx"),
        (None, "json"),
    ]
    assert all(Path(r["file"]).stat().st_size == r["bytes"] for r in answer.json)


def test_the_manifest_names_the_run(pactolus, tmp_path):
    brief(pactolus, tmp_path, "--lang", "en", "--as-of", "2026-11-01", "--seed", "7", "--year", "2023")
    manifest = json.loads((tmp_path / MANIFEST).read_text("utf-8"))
    assert manifest["run"]["seed"] == 7
    assert manifest["run"]["options"] == {"members": ["KOR", "JPN"], "year": 2023}
    assert manifest["as_of"] == "2026-11-01"
    assert manifest["vintage"] == manifest["run"]["vintage"]


def test_source_date_epoch_dates_the_brief(pactolus, tmp_path, monkeypatch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    brief(pactolus, tmp_path)
    assert (tmp_path / "brief-KOR-JPN.en.html").read_text("utf-8") == "html en 2023-11-14"


def test_a_second_run_replaces_the_set_and_says_so(pactolus, tmp_path):
    brief(pactolus, tmp_path, "--as-of", "2026-11-01")
    answer = brief(pactolus, tmp_path, "--as-of", "2026-11-02", "--lang", "en", "--formats", "html")
    assert f"will replace in {tmp_path}: brief-KOR-JPN.en.html, {MANIFEST}" in answer.err
    assert "left from an earlier run, not part of this set: brief-KOR-JPN.en.pdf" in answer.err
    assert (tmp_path / "brief-KOR-JPN.en.html").read_text("utf-8") == "html en 2026-11-02"
    assert (tmp_path / "brief-KOR-JPN.ko.html").read_text("utf-8") == "html ko 2026-11-01"


@pytest.mark.parametrize(
    ("fault", "code", "message"),
    [
        (RuntimeError("the printer jams"), 1, "RuntimeError: the printer jams"),
        (OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)), 2, "cannot be written (No space left on device)"),
        (KeyboardInterrupt(), 130, "stopped; nothing was left half-written"),
    ],
)
def test_a_renderer_that_fails_leaves_the_old_set(pactolus, tmp_path, monkeypatch, fault, code, message):
    brief(pactolus, tmp_path, "--as-of", "2026-11-01")
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}

    def fail(document, language):
        raise fault

    monkeypatch.setitem(command._RENDERERS, "xlsx", fail)
    answer = brief(pactolus, tmp_path, "--as-of", "2026-11-02")
    assert answer.code == code
    assert message in answer.err
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before


def test_a_terminated_run_sweeps_what_it_began(pactolus, tmp_path, monkeypatch):
    def terminate(document, language):
        os.kill(os.getpid(), signal.SIGTERM)
        return "never seen"

    monkeypatch.setitem(command._RENDERERS, "xlsx", terminate)
    before = signal.getsignal(signal.SIGTERM)
    assert brief(pactolus, tmp_path).code == 130
    assert names(tmp_path) == set()
    assert signal.getsignal(signal.SIGTERM) == before


def test_a_file_that_cannot_be_replaced_leaves_the_old_set(pactolus, tmp_path):
    brief(pactolus, tmp_path, "--as-of", "2026-11-01", "--formats", "html")
    (tmp_path / "brief-KOR-JPN.ja.pdf").mkdir()
    answer = brief(pactolus, tmp_path, "--as-of", "2026-11-02")
    assert answer.code == 2
    assert "brief-KOR-JPN.ja.pdf: cannot be written" in answer.err
    assert (tmp_path / "brief-KOR-JPN.en.html").read_text("utf-8") == "html en 2026-11-01"
    assert not (tmp_path / "brief-KOR-JPN.en.pdf").exists()


def test_progress_is_a_line_a_step_and_quiet_is_silent(pactolus, tmp_path):
    lines = brief(pactolus, tmp_path).err.splitlines()
    assert lines[0] == "[10/20] writing: nothing"
    assert lines[-1] == "[20/20] all files in place"
    assert brief(pactolus, tmp_path, "--quiet").err == ""


def test_members_may_be_named_in_any_language(pactolus, tmp_path):
    answer = pactolus(["brief", "대한민국,日本", "--workers", "1", "--out", str(tmp_path)])
    assert answer.code == 0
    assert names(tmp_path) == {*SET, MANIFEST}
