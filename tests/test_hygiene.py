"""What the repository may and may not hold."""

from __future__ import annotations

import re
import subprocess
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tools.lock_subset import closure, subset

ROOT = Path(__file__).resolve().parents[1]
TEXT = {
    ".py",
    ".md",
    ".toml",
    ".yaml",
    ".yml",
    ".csv",
    ".json",
    ".js",
    ".css",
    ".html",
    ".j2",
    ".typ",
    ".cff",
    ".lock",
    ".txt",
    "",
}
UNFINISHED = re.compile(r"\b(TODO|FIXME|XXX|HACK|lorem ipsum)\b")
# folders of one machine: a path that only its author has
ONE_MACHINE = re.compile(r"(?<![\w.:/-])/(?:home|root|Users|work|opt|tmp|mnt)/[\w.-]+")
#: files that speak of such paths on purpose
MAY_NAME_PATHS = {"tests/test_hygiene.py"}


def _kept() -> list[Path]:
    """Files under version control or about to be; all files where there is no git."""
    command = ["git", "-C", str(ROOT), "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    done = subprocess.run(command, capture_output=True, check=False)
    if done.returncode:
        return [p for folder in ("src", "tests", "docs") for p in (ROOT / folder).rglob("*") if p.is_file()]
    names = done.stdout.decode("utf-8").split("\0")
    return [ROOT / name for name in names if name and (ROOT / name).is_file()]


KEPT = _kept()
READ = {p.relative_to(ROOT).as_posix(): p.read_text("utf-8") for p in KEPT if p.suffix in TEXT}


def test_no_file_is_larger_than_ten_megabytes() -> None:
    assert {p.name: p.stat().st_size for p in KEPT if p.stat().st_size > 10_000_000} == {}


def test_nothing_made_is_kept() -> None:
    made = re.compile(r"(^|/)(compiled|__pycache__|\.venv|dist|build|site|out|results)/|\.pyc$")
    names = [p.relative_to(ROOT).as_posix() for p in KEPT]
    assert [n for n in names if made.search(n) and not n.startswith("src/pactolus/catalogue/build/")] == []


def test_no_source_file_is_ignored() -> None:
    """A rule such as `build/` would also hide a room of that name, from git and from the wheel."""
    sources = [p for p in (ROOT / "src").rglob("*") if p.is_file() and "__pycache__" not in p.parts]
    names = [p.relative_to(ROOT).as_posix() for p in sources if "compiled" not in p.parts]
    command = ["git", "-C", str(ROOT), "check-ignore", "--no-index", "--stdin"]
    done = subprocess.run(command, input="\n".join(names), capture_output=True, text=True, check=False)
    assert done.stdout == ""


def test_no_path_of_one_machine() -> None:
    found = {
        n: m.group()
        for n, text in READ.items()
        if n not in MAY_NAME_PATHS and (m := ONE_MACHINE.search(text))
    }
    assert found == {}


def test_nothing_says_that_it_is_unfinished() -> None:
    here = "tests/test_hygiene.py"
    found = {n: m.group() for n, text in READ.items() if n != here and (m := UNFINISHED.search(text))}
    assert found == {}


def test_text_is_utf8_without_bom_and_with_unix_lines() -> None:
    assert [n for n, text in READ.items() if text.startswith("\ufeff") or "\r" in text] == []


def test_source_files_are_short_enough_to_read() -> None:
    long = {
        n: text.count("\n")
        for n, text in READ.items()
        if re.match(r"src/.*\.py$", n) and text.count("\n") > 600
    }
    assert long == {}


# ---- the lock --------------------------------------------------------------------------


def _locked() -> dict[str, set[str]]:
    pins = re.findall(
        r"^([A-Za-z0-9._-]+)==([^ ;\\]+)", (ROOT / "requirements.lock").read_text("utf-8"), flags=re.MULTILINE
    )
    versions: dict[str, set[str]] = {}
    for name, version in pins:
        versions.setdefault(canonicalize_name(name), set()).add(version)
    return versions


def _asked() -> list[Requirement]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    extras = project["project"]["optional-dependencies"].values()
    lists = [project["project"]["dependencies"], project["build-system"]["requires"], *extras]
    return [Requirement(text) for texts in lists for text in texts]


def test_the_lock_holds_names_versions_and_hashes_only() -> None:
    text = (ROOT / "requirements.lock").read_text("utf-8")
    line = re.compile(
        r"[a-z0-9._-]+(\[[a-z,]+\])?==[^ /]+( ; [^/\\]+)? \\|    --hash=sha256:[0-9a-f]{64}( \\)?"
    )
    assert [row for row in text.splitlines() if not line.fullmatch(row)] == []


@pytest.mark.parametrize("wish", _asked(), ids=str)
def test_the_lock_fits_what_the_project_asks_for(wish: Requirement) -> None:
    versions = _locked().get(canonicalize_name(wish.name), set())
    assert versions, f"{wish} is not in requirements.lock; run 'make lock'"
    assert all(wish.specifier.contains(v) for v in versions), f"{wish}: locked {versions}; run 'make lock'"


def test_a_part_of_the_lock_holds_what_is_needed_and_no_more() -> None:
    lock = (ROOT / "requirements.lock").read_text("utf-8")
    part = subset(lock, {"polars", "polars-runtime-32"})
    assert re.findall(r"^\S+(?===)", part, flags=re.MULTILINE) == ["polars", "polars-runtime-32"]
    assert part in lock
    assert subset(lock, set(_locked())) == lock
    assert {"pluggy", "iniconfig"} <= closure("pytest", [])
    assert "hypothesis" not in closure("pytest", [])


# ---- releases --------------------------------------------------------------------------


def test_one_version_everywhere() -> None:
    source = re.search(r'__version__ = "([^"]+)"', (ROOT / "src/pactolus/__init__.py").read_text("utf-8"))
    citation = re.search(r"^version: (.+)$", (ROOT / "CITATION.cff").read_text("utf-8"), flags=re.MULTILINE)
    assert source is not None
    assert citation is not None
    assert source[1] == citation[1]


def test_changelog_fragments_are_named_by_issue_and_kind() -> None:
    name = re.compile(r"(\d+|\+[a-z0-9-]+)\.(added|changed|fixed|data|removed)(\.\d+)?\.md")
    assert [
        p.name for p in (ROOT / "changes").iterdir() if p.name != "README.md" and not name.fullmatch(p.name)
    ] == []
