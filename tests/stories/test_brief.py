"""The joint brief of Korea and Japan from a terminal: the whole path, data to files."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from pactolus.catalogue.world import open_world, world_vintage

LANGUAGES = ("en", "ko", "ja")
FORMATS = {"html": b"<!doctype html", "pdf": b"%PDF-", "xlsx": b"PK\x03\x04"}


def brief(folder: Path, *more: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "pactolus", "brief", "KOR", "JPN", "--out", str(folder), *more],
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
        env={**os.environ, "SOURCE_DATE_EPOCH": "1793491200"},  # 2026-11-01
    )


def bytes_of(folder: Path) -> dict[str, str]:
    return {p.name: hashlib.sha256(p.read_bytes()).hexdigest() for p in folder.iterdir()}


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, subprocess.CompletedProcess[str]]:
    folder = tmp_path_factory.mktemp("brief") / "out"
    return folder, brief(folder, "--workers", "2", "--format", "csv")


def test_nine_files_and_a_manifest(whole):
    folder, done = whole
    assert done.returncode == 0, done.stderr
    expected = {f"brief-KOR-JPN.{lang}.{kind}" for lang in LANGUAGES for kind in FORMATS}
    assert {p.name for p in folder.iterdir()} == {*expected, "brief-KOR-JPN.manifest.json"}
    for kind, start in FORMATS.items():
        for lang in LANGUAGES:
            content = (folder / f"brief-KOR-JPN.{lang}.{kind}").read_bytes()
            assert content[:64].lstrip().lower().startswith(start.lower())
            assert len(content) > 10_000


@pytest.mark.parametrize("lang", LANGUAGES if os.environ.get("PACTOLUS_SWEEP") == "full" else ("ja",))
def test_no_heading_stands_alone_at_the_foot_of_a_page(whole, lang):
    """Below every heading of a page there are three lines more, or a picture with its words."""
    from pypdf import PdfReader

    folder, _ = whole
    checked = 0
    for number, page in enumerate(PdfReader(folder / f"brief-KOR-JPN.{lang}.pdf").pages, start=1):
        lines: dict[int, float] = {}

        def note(text, cm, tm, _font, size, lines=lines):
            if text.strip():
                y = round(tm[4] * cm[1] + tm[5] * cm[3] + cm[5])
                lines[y] = max(lines.get(y, 0.0), abs(tm[3] * cm[3]) * size)

        page.extract_text(visitor_text=note)
        assert len(lines) > 10, "positions of the text are not read"
        heads = [y for y, size in lines.items() if 9.9 <= size <= 14]
        checked += len(heads)
        for y in heads:
            below = [other for other in lines if 45 < other < y]
            assert len(below) >= 3, (lang, number, y)
    assert checked > 10


def test_it_says_where_the_files_lie(whole):
    folder, done = whole
    for path in folder.iterdir():
        assert f"{path}," in done.stdout
        assert hashlib.sha256(path.read_bytes()).hexdigest() in done.stdout


def test_the_manifest_holds_every_number_with_its_origin(whole):
    folder, _ = whole
    manifest = json.loads((folder / "brief-KOR-JPN.manifest.json").read_text("utf-8"))
    assert (manifest["members"], manifest["as_of"]) == (["KOR", "JPN"], "2026-11-01")
    assert len(manifest["claims"]) > 300
    for claim in manifest["claims"]:
        assert {"key", "value", "unit", "digits", "origins"} <= claim.keys()
        assert (claim["value"] is not None) == (claim["status"] == "ok"), claim
        assert set(claim["origins"]) <= manifest["origins"].keys()


def test_the_number_of_processes_changes_no_byte(tmp_path):
    short = ("--lang", "ko", "--sections", "summary,shared,appendix", "--quiet")
    for workers in "12":
        done = brief(tmp_path / workers, "--workers", workers, *short)
        assert done.returncode == 0, done.stderr
        assert done.stderr == ""
    assert len(bytes_of(tmp_path / "1")) == 4
    assert bytes_of(tmp_path / "1") == bytes_of(tmp_path / "2")


def test_a_world_without_a_table_of_the_brief_is_refused_before_anything_is_written(tmp_path):
    source = open_world().folder
    world = tmp_path / "world"
    world.mkdir()
    package = json.loads((source / "datapackage.json").read_text("utf-8"))
    package["resources"] = [r for r in package["resources"] if r["name"] != "trade"]
    package["vintage"] = world_vintage({r["name"]: r["logical_sha256"] for r in package["resources"]})
    (world / "datapackage.json").write_text(json.dumps(package), "utf-8")
    for record in package["resources"]:
        os.link(source / record["path"], world / record["path"])
    done = brief(tmp_path / "out", "--world", str(world))
    assert done.returncode == 2
    assert "this world has no table 'trade'" in done.stderr
    assert not (tmp_path / "out").exists()
