"""A bad input gets one clear message: place, value, mend; nothing is half-written (issue 2, part 6)."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from pactolus.catalogue.world import open_world

COMMANDS = ["assess --minerals cobalt", "brief KOR JPN", "data list", "data show trade", "data verify"]


def linked_world(folder: Path) -> Path:
    """The embedded world again, file by file, to be spoilt."""
    source = open_world().folder
    folder.mkdir()
    for name in [
        r["path"] for r in json.loads((source / "datapackage.json").read_text("utf-8"))["resources"]
    ]:
        os.link(source / name, folder / name)
    (folder / "datapackage.json").write_bytes((source / "datapackage.json").read_bytes())
    return folder


def spoil_package(folder: Path, **changed: object) -> None:
    package = json.loads((folder / "datapackage.json").read_text("utf-8"))
    (folder / "datapackage.json").write_text(json.dumps({**package, **changed}), "utf-8")


@pytest.fixture(autouse=True)
def elsewhere(tmp_path, monkeypatch):
    """Work in an empty folder, and see that it stays empty."""
    here = tmp_path / "here"
    here.mkdir()
    monkeypatch.chdir(here)
    yield
    assert list(here.iterdir()) == []


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("assess --minerals cobolt", "unknown mineral 'cobolt'; did you mean 'cobalt'"),
        (
            "assess --minerals cobalt --importers KRO",
            "unknown country, region or coalition 'KRO'; did you mean 'KOR'",
        ),
        ("assess --minerals cobalt --methods hhj", "unknown method 'hhj'; did you mean 'hhi'"),
        ("assess --minerals cobalt --stages refind", "unknown stage 'refind'; did you mean 'refined'"),
        (
            "assess --minerals cobalt --years 1901",
            "years: 1901 outside the data of this world",
        ),
        ("assess --minerals cobalt --years 2024-2018", "'2024-2018' runs backwards; write 2018-2024"),
        (
            "assess --minerals cobalt --years soon",
            "'soon' is no year; write 2024, 2018-2024 or 2015,2018-2020",
        ),
        ("assess --minerals cobalt --importers KOR+KOR", "entity 'KOR+KOR': KOR is named more than once"),
        ("assess --minerals cobalt --importers FORGE", "FORGE: membership is unconfirmed"),
        ("assess --minerals cobalt --convention geopolrisk", "unknown convention 'geopolrisk'"),
        ("assess --minerals cobalt --seed -1", "--seed: -1 is not between 0 and"),
        ("assess --minerals cobalt --format xml", "--format: 'xml' is not a format; one of table, csv, json"),
        ("assess --minerals cobalt --quiet --verbose", "--quiet and --verbose: use one of them"),
        ("assess --minerals cobalt --out .", ".: is a folder, a file is needed; add a file name to --out"),
        ("assess --mineral cobalt", "No such option: --mineral; did you mean --minerals"),
        ("assess --minerals", "Option '--minerals' requires an argument"),
        ("assess cobalt", "unexpected extra argument"),
        ("asess", "No such command 'asess'"),
        ("brief KOR", "members: a joint brief needs at least two, such as: pactolus brief KOR JPN"),
        ("brief", "Missing argument 'MEMBER'"),
        ("brief KOR KOR", "members: KOR is named twice; name each member once"),
        ("brief KOR Japn", "unknown country, region or coalition 'Japn'; did you mean"),
        ("brief KOR WLD", "members: the world is no member"),
        (
            "brief KOR JPN --lang kr",
            "--lang: unknown language 'kr'; did you mean 'ko'?; known are en, ko, ja",
        ),
        (
            "brief KOR JPN --formats pfd",
            "--formats: unknown format 'pfd'; did you mean 'pdf'?; known are html, pdf, xlsx",
        ),
        ("brief KOR JPN --as-of 2026-02-30", "--as-of: '2026-02-30' is not a date; write it as 2026-11-01"),
        ("brief KOR JPN --year 1950", "1950"),
        ("brief KOR JPN --year last", "--year: 'last' is not a whole number"),
        ("brief KOR JPN --workers 0", "--workers: 0 is not between 1 and"),
        ("data show trad", "unknown table 'trad'; did you mean 'trade' or 'grades'?; this world has trade, "),
        ("data show trade --part cols", "--part: unknown part 'cols'"),
        ("data show trade --where importer=KOR", "--where and --limit choose among rows; add --part rows"),
        (
            "data show trade --part rows --where imprter=KOR",
            "--where: unknown column 'imprter'; did you mean 'importer'",
        ),
        (
            "data show trade --part rows --where KOR",
            "--where: 'KOR' is not COLUMN=VALUE, such as importer=KOR",
        ),
        ("data show trade --part rows --limit 0", "--limit: 0 is not between 1 and"),
    ],
)
def test_one_clear_message(pactolus, line, message):
    answer = pactolus(line)
    assert message in answer.err
    assert (answer.code, answer.out) == (2, "")
    assert "Traceback" not in answer.err


def test_all_faults_of_a_command_are_said_at_once(pactolus):
    answer = pactolus(
        "assess --minerals cobolt,nickle --importers KRO --methods hhj --years soon",
        *["--seed", "x", "--format", "xml", "--world", "nowhere"],
    )
    assert answer.code == 2
    for found in (
        "cobolt",
        "nickle",
        "KRO",
        "hhj",
        "soon",
        "--seed: 'x'",
        "--format: 'xml'",
        "nowhere: no such folder",
    ):
        assert answer.err.count(found) == 1, found


def test_all_faults_of_a_brief_are_said_at_once(pactolus, tmp_path):
    (tmp_path / "file").touch()
    answer = pactolus(
        ["brief", "KRO", "Japn", "--lang", "kr", "--formats", "pfd", "--as-of", "soon", "--seed", "-1"],
        *["--world", "nowhere", "--out", str(tmp_path / "file")],
    )
    assert answer.code == 2
    for found in (
        "KRO",
        "Japn",
        "'kr'",
        "pfd",
        "--as-of",
        "--seed",
        "nowhere",
        "is a file, a folder is needed",
    ):
        assert found in answer.err


@pytest.mark.parametrize("line", COMMANDS)
def test_a_world_that_is_missing(pactolus, tmp_path, line):
    answer = pactolus(line, "--world", str(tmp_path / "none"))
    assert answer.code == 2
    assert f"{tmp_path / 'none'}: no such folder" in answer.err


@pytest.mark.parametrize("line", COMMANDS)
def test_a_folder_that_is_no_world(pactolus, tmp_path, line):
    answer = pactolus(line, "--world", str(tmp_path))
    assert answer.code == 2
    assert f"{tmp_path}: not a world, datapackage.json is missing" in answer.err


@pytest.mark.parametrize("line", COMMANDS)
def test_half_a_world(pactolus, tmp_path, line):
    world = linked_world(tmp_path / "world")
    (world / "trade.parquet").unlink()
    answer = pactolus(line, "--world", str(world))
    assert answer.code == 2
    assert "trade.parquet: missing" in answer.err
    assert "the world is not whole; rebuild it, or restore the files" in answer.err


@pytest.mark.parametrize("line", COMMANDS)
def test_a_newer_world(pactolus, tmp_path, line):
    world = linked_world(tmp_path / "world")
    spoil_package(world, schema_version=99, created_by="pactolus 9.9")
    answer = pactolus(line, "--world", str(world))
    assert answer.code == 2
    assert "schema_version is 99" in answer.err
    assert "pactolus 9.9" in answer.err


@pytest.mark.parametrize(
    "line", ["assess --minerals cobalt", "brief KOR JPN", "data show trade --part rows", "data verify"]
)
def test_a_world_that_was_tampered_with(pactolus, tmp_path, line):
    world = linked_world(tmp_path / "world")
    content = bytearray((world / "trade.parquet").read_bytes())
    content[len(content) // 2] ^= 1
    (world / "trade.parquet").unlink()
    (world / "trade.parquet").write_bytes(content)
    answer = pactolus(line, "--world", str(world))
    assert answer.code == 2
    assert "trade.parquet: checksum" in answer.err + answer.out
    assert "Traceback" not in answer.err


@pytest.mark.parametrize("line", COMMANDS)
def test_a_place_that_cannot_be_written(pactolus, tmp_path, line):
    (tmp_path / "file").touch()
    answer = pactolus(line, "--out", str(tmp_path / "file" / "below"))
    assert answer.code == 2
    assert "cannot be written (" in answer.err
    assert "choose another place with --out" in answer.err


def test_an_unexpected_fault_is_short_and_with_verbose_long(pactolus, monkeypatch):
    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("a wire came loose")

    monkeypatch.setattr("pactolus.indicators.assess.assess", fail)
    short = pactolus("assess --minerals cobalt")
    assert short.code == 1
    assert short.err.splitlines()[0] == "error: RuntimeError: a wire came loose"
    assert "Traceback" not in short.err
    assert "Traceback" in pactolus("assess --minerals cobalt --verbose").err


def test_ctrl_c_is_clean(pactolus, monkeypatch):
    def interrupt(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("pactolus.indicators.assess.assess", interrupt)
    answer = pactolus("assess --minerals cobalt")
    assert answer.code == 130
    assert answer.err == "stopped; nothing was left half-written\n"
