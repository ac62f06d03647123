"""What is carried in the package: as recorded, licensed, small, and with every character that is written."""

from __future__ import annotations

import hashlib
import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

from .conftest import LANGS

ROOT = Path(__file__).parents[3]
ASSETS = ROOT / "src" / "pactolus" / "reports" / "assets"


@pytest.fixture(scope="module")
def vendor() -> ModuleType:
    """The maintainer's script as a module."""
    spec = importlib.util.spec_from_file_location("vendor_assets", ROOT / "tools" / "vendor_assets.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    import sys

    sys.modules["vendor_assets"] = module
    spec.loader.exec_module(module)
    return module


def test_every_file_is_as_recorded(vendor: ModuleType) -> None:
    assert list(vendor.differences()) == []


def test_a_changed_file_is_named(vendor: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.js").write_text("1", encoding="utf-8")
    digest = hashlib.sha256(b"2").hexdigest()
    (tmp_path / "SHA256SUMS").write_text(f"{digest}  a.js\n", encoding="utf-8")
    monkeypatch.setattr(vendor, "ASSETS", tmp_path)
    assert list(vendor.differences()) == [
        f"a.js: recorded {digest}, found {hashlib.sha256(b'1').hexdigest()}"
    ]


def test_licences_lie_beside_and_the_whole_is_small() -> None:
    assert "SIL OPEN FONT LICENSE" in (ASSETS / "fonts" / "LICENSE-pretendard-jp.txt").read_text(
        encoding="utf-8"
    )
    assert "Apache License" in (ASSETS / "LICENSE-echarts.txt").read_text(encoding="utf-8")
    assert "Apache ECharts" in (ASSETS / "NOTICE-echarts.txt").read_text(encoding="utf-8")
    assert sum(p.stat().st_size for p in ASSETS.rglob("*") if p.is_file()) <= 12_000_000


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("weight", ["regular", "bold"])
def test_every_character_of_the_wording_and_the_vocabulary_has_a_glyph(
    vendor: ModuleType, lang: str, weight: str
) -> None:
    from fontTools.ttLib import TTFont

    with TTFont(ASSETS / "fonts" / f"web-{lang}-{weight}.woff2") as font:
        held = set(map(chr, font.getBestCmap()))
        family = font["name"].getDebugName(1)
    used = vendor.used_characters(lang)
    assert len(used) > 60
    missing = sorted(used - held)
    assert not missing, f"{missing}: run python tools/vendor_assets.py --subsets"
    assert family == "Pactolus Sans"  # the licence reserves the name of the unchanged font


@pytest.mark.parametrize("weight", ["Regular", "Bold"])
def test_the_printed_font_holds_what_all_three_languages_write(vendor: ModuleType, weight: str) -> None:
    from fontTools.ttLib import TTFont

    with TTFont(ASSETS / "fonts" / f"PretendardJP-{weight}.otf") as font:
        held = set(map(chr, font.getBestCmap()))
    assert not {c for lang in LANGS for c in vendor.used_characters(lang)} - held
