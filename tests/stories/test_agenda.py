"""The pack for the next meeting from a terminal: what changed, then the files."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

#: All three in a sweep; English alone otherwise: the content of a pack is tested in all three elsewhere.
LANGUAGES = ("en", "ko", "ja") if os.environ.get("PACTOLUS_SWEEP") == "full" else ("en",)


def pactolus(*words: str, columns: str = "80") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "pactolus", *words],
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
        env={**os.environ, "COLUMNS": columns},
    )


@pytest.fixture(scope="module")
def pack(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, subprocess.CompletedProcess[str]]:
    folder = tmp_path_factory.mktemp("agenda") / "out"
    days = ("--since", "2025-12-17", "--next", "2026-12-15", "--as-of", "2026-12-01")
    asked = ("--lang", ",".join(LANGUAGES), "--out", str(folder), "--workers", "2")
    return folder, pactolus("dialogue", "agenda", "KOR", "JPN", *days, *asked)


def test_three_languages_and_a_manifest(pack) -> None:
    folder, done = pack
    assert done.returncode == 0, done.stderr
    files = {f"agenda-KOR-JPN.{lang}.{kind}" for lang in LANGUAGES for kind in ("html", "pdf", "xlsx")}
    assert {p.name for p in folder.iterdir()} == {*files, "agenda-KOR-JPN.manifest.json"}
    said = json.loads((folder / "agenda-KOR-JPN.manifest.json").read_text("utf-8"))
    assert said["run"]["command"] == "agenda"
    assert len(said["claims"]) > 500  # the joint brief is its annex
    assert all(set(claim["origins"]) <= said["origins"].keys() for claim in said["claims"])


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_page_asks_nobody_for_anything(pack, lang) -> None:
    folder, _ = pack
    page = (folder / f"agenda-KOR-JPN.{lang}.html").read_text("utf-8")
    assert "default-src 'none'" in page
    assert 'id="agenda-changed"' in page
    assert 'id="shared"' in page


def test_a_number_of_the_pack_is_walked_back(pack) -> None:
    folder, _ = pack
    manifest = folder / "agenda-KOR-JPN.manifest.json"
    claims = json.loads(manifest.read_text("utf-8"))["claims"]
    one = next(c for c in claims if c["key"].startswith("agenda.proposals.exposure.value"))
    done = pactolus("data", "trace", one["id"], "--manifest", str(manifest), "--quiet")
    assert done.returncode == 0, done.stderr
    assert "CEPII" in done.stdout
    one = next(c for c in claims if c["table"] == "projects")
    done = pactolus("data", "trace", one["id"], "--manifest", str(manifest), "--quiet")
    assert one["rows"]["id"] in done.stdout


@pytest.mark.parametrize("columns", [80, 110])
def test_changes_fit_the_terminal(columns: int) -> None:
    days = ("--since", "2025-12-17", "--until", "2026-12-01")
    done = pactolus("dialogue", "changes", *days, columns=str(columns))
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert max(map(len, lines)) <= columns
    kinds = [line.split(" ")[0] for line in lines if line.startswith(("exposure", "measure", "project"))]
    assert kinds == ["exposure", "measure", "project"]
    assert "trade of 2023" in done.stderr
    assert "trade of 2024" in done.stderr


def test_every_column_is_in_a_file_and_kinds_are_chosen() -> None:
    asked = ("dialogue", "changes", "--since", "2025-12-17", "--until", "2026-12-01", "--format", "csv")
    done = pactolus(*asked, "--kinds", "measure,project", "--quiet")
    head, *rows = done.stdout.splitlines()
    assert head == "kind,id,what,field,before,after,from,source,status,note,link"
    assert {row.split(",")[0] for row in rows} == {"measure", "project"}


def test_the_same_data_are_said() -> None:
    done = pactolus("dialogue", "changes", "--since", "2026-06-01", "--kinds", "exposure", "--quiet")
    assert "same data, no change can be seen" in done.stdout
    world = ("--world-before", "embedded")
    done = pactolus("dialogue", "changes", "--since", "2025-12-17", "--kinds", "measure", *world)
    assert done.returncode == 2
    assert "needs exposure among --kinds" in done.stderr


def test_days_in_the_wrong_order_are_refused() -> None:
    done = pactolus("dialogue", "changes", "--since", "2026-06-01", "--until", "2026-05-01")
    assert done.returncode == 2
    assert "give the earlier day first" in done.stderr
