"""The documentation names what exists, and its pages ask no other host for anything."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
PACKAGE = ROOT / "src" / "pactolus"
API = DOCS / "reference" / "api"
#: what a browser fetches by itself (a link that a reader may click is not among them)
_FETCHED = re.compile(
    r"""<(?:script|img|iframe|source|audio|video|embed)\b[^>]*\bsrc=["']?(?:https?:)?//[^"'\s>]+"""
    r"""|<link\b(?![^>]*\brel=["']?(?:canonical|prev|next)\b)[^>]*\bhref=["']?(?:https?:)?//[^"'\s>]+"""
    r"""|@import\s+(?:url\()?["']?(?:https?:)?//[^"')\s]+|url\(["']?(?:https?:)?//[^"')]+""",
    re.IGNORECASE,
)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    if built := os.environ.get("PACTOLUS_SITE"):  # by `make check` of the same run
        return Path(built)
    folder = tmp_path_factory.mktemp("site")
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "--site-dir", str(folder)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return folder


def test_the_site_asks_no_other_host(site: Path) -> None:
    pages = [*site.rglob("*.html"), *site.rglob("*.css")]
    assert len(pages) > 15
    asked = {
        p.relative_to(site).as_posix(): m.group()
        for p in pages
        for m in _FETCHED.finditer(p.read_text("utf-8"))
    }
    assert asked == {}


def test_a_page_that_asks_another_host_would_be_found() -> None:
    for line in (
        '<script src="https://a.example/x.js"></script>',
        '<link rel="stylesheet" href="//a.example/x.css">',
        "@import url(https://a.example/x.css)",
        "src: url('https://a.example/x.woff2')",
    ):
        assert _FETCHED.search(line), line
    assert not _FETCHED.search('<a href="https://a.example/">a source</a>')
    assert not _FETCHED.search('<link rel="canonical" href="https://a.example/">')


def test_every_room_has_an_api_page_that_the_site_holds(site: Path) -> None:
    rooms = {p.parent.name for p in PACKAGE.glob("*/__init__.py")} | {
        p.stem for p in PACKAGE.glob("[a-z]*.py")
    }
    described = {p.stem for p in API.glob("*.md")} - {"index"}
    assert described == rooms
    assert _undescribed(site, rooms) == []


def _undescribed(site: Path, rooms: set[str]) -> list[str]:
    """Modules with a public name or a docstring of their own whose heading is on no page."""
    found = []
    for room in rooms:
        page = (site / "reference" / "api" / f"{room}.html").read_text("utf-8")
        files = (p for p in (PACKAGE / room).rglob("*.py") if "migrations" not in p.parts)  # run by Alembic
        inner = (p for p in files if not p.name.startswith("_"))
        names = [".".join(("pactolus", *p.relative_to(PACKAGE).with_suffix("").parts)) for p in inner]
        found += [name for name in names if f'id="{name}"' not in page and f'id="{name}.' not in page]
    return sorted(found)


def test_every_page_is_in_the_navigation() -> None:
    navigation = (ROOT / "mkdocs.yml").read_text("utf-8")
    missing = [
        p.relative_to(DOCS).as_posix()
        for p in DOCS.rglob("*.md")
        if p.relative_to(DOCS).as_posix() not in navigation
    ]
    assert missing == []
