"""Fetch and prepare what reports and pages carry: Apache ECharts, htmx, Pretendard JP and its web subsets.

Run by a maintainer when a version changes (needs npm, fontTools and brotli); users never need it::

    python tools/vendor_assets.py            # fetch, check, subset, write assets and SHA256SUMS
    python tools/vendor_assets.py --subsets  # only cut the web fonts again (a new character in the wording)
    python tools/vendor_assets.py --check    # compare the files with SHA256SUMS

The subsets are renamed "Pactolus Sans", because the licence reserves the name for the unchanged font.
"""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

ROOT: Final = Path(__file__).resolve().parents[1]
ASSETS: Final = ROOT / "src" / "pactolus" / "reports" / "assets"
PACKAGE: Final = ROOT / "src" / "pactolus"
FAMILY: Final = "Pactolus Sans"
WEIGHTS: Final = ("Regular", "Bold")
LANGS: Final = ("en", "ko", "ja")


@dataclass(frozen=True)
class Source:
    """One npm package: what it must be, and which of its files go where."""

    name: str
    version: str
    sha256: str
    files: dict[str, str]


SOURCES: Final = (
    Source(
        name="echarts",
        version="6.1.0",
        sha256="681aff88cc1038c3fa941a3a53d1b177a52250b05335efc607d6105ae13be481",
        files={
            "dist/echarts.min.js": "echarts.min.js",
            "LICENSE": "LICENSE-echarts.txt",
            "NOTICE": "NOTICE-echarts.txt",
            "licenses/LICENSE-d3": "LICENSE-echarts-d3.txt",
        },
    ),
    Source(
        name="htmx.org",
        version="4.0.1",
        sha256="5fba65616ca148a86d377e9771bcada7f35faee3558651feb929eea425e13b3c",
        files={"dist/htmx.min.js": "htmx.min.js", "LICENSE": "LICENSE-htmx.txt"},
    ),
    Source(
        name="pretendard-jp",
        version="1.3.9",
        sha256="41c95516f85d6b5f9a20a9d601636d44e4a520a38f55a9e6b8bf2f5917931f05",
        files={
            "dist/public/static/PretendardJP-Regular.otf": "fonts/PretendardJP-Regular.otf",
            "dist/public/static/PretendardJP-Bold.otf": "fonts/PretendardJP-Bold.otf",
            "dist/LICENSE.txt": "fonts/LICENSE-pretendard-jp.txt",
        },
    ),
)

#: Fields of the vocabulary that help to find a term and are not printed.
UNPRINTED: Final = ("aliases", "note", "source")

#: Signs used in every language beside Latin letters.
SIGNS: Final = "–—‘’“”…·•→←↑↓↗↘±×÷≤≥≈≠−²³₀₁₂₃₄₅₆₇₈₉€₩¥￥°％‰†‡§¶©®™▲▼△▽■□●○◆◇★☆※"


def main(arguments: list[str]) -> int:
    """Fetch, subset or check; the exit code is 1 if a file differs."""
    if arguments == ["--check"]:
        faults = list(differences())
        print("\n".join(faults) or "assets: as recorded")
        return 1 if faults else 0
    if arguments not in ([], ["--subsets"]):
        print(__doc__, file=sys.stderr)
        return 2
    if not arguments:
        for source in SOURCES:
            fetch(source)
    for lang in LANGS:
        for weight in WEIGHTS:
            cut(lang, weight)
    write_sums()
    return 0


def fetch(source: Source) -> None:
    """Pack one package by name and version, check its bytes, take out the files that are wanted."""
    with tempfile.TemporaryDirectory() as folder:
        wanted = f"{source.name}@{source.version}"
        subprocess.run(["npm", "pack", "--silent", wanted], cwd=folder, check=True, stdout=subprocess.DEVNULL)
        archive = next(Path(folder).glob("*.tgz"))
        found = hashlib.sha256(archive.read_bytes()).hexdigest()
        if found != source.sha256:
            raise SystemExit(
                f"{wanted}: sha256 is {found}, expected {source.sha256}: not the reviewed package"
            )
        with tarfile.open(archive) as tar:
            for inside, target in source.files.items():
                member = tar.extractfile(f"package/{inside}")
                if member is None:
                    raise SystemExit(f"{wanted}: has no file {inside}")
                path = ASSETS / target
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(member.read())
        print(f"{wanted}: {len(source.files)} files")


def double_byte(encoding: str, rows: Iterable[int]) -> set[str]:
    """Characters of the given rows of a national 94 x 94 table."""
    found = set()
    for row in rows:
        for cell in range(0xA1, 0xFF):
            try:
                found.add(bytes([row, cell]).decode(encoding))
            except UnicodeDecodeError:
                continue
    return {c for text in found for c in text}


def base_characters(lang: str) -> set[str]:
    """What a language needs whatever is written: Latin, signs, and its national table."""
    latin = {chr(c) for c in (*range(0x20, 0x7F), *range(0xA0, 0x180))} | set(SIGNS)
    if lang == "ko":
        return (
            latin
            | {c for c in double_byte("euc_kr", range(0xA1, 0xFF)) if "가" <= c <= "힣"}
            | set("「」『』《》〈〉ㆍ")
        )
    if lang == "ja":
        return latin | double_byte("euc_jp", range(0xA1, 0xD0))
    return latin


def used_characters(lang: str) -> set[str]:
    """What is printed: the wording of the language, and names of the vocabulary, measures and records."""
    files = sorted(p for p in PACKAGE.glob("*/compiled/*.json") if p.parts[-3] != "wording")
    texts = [json.loads(p.read_text("utf-8")) for p in files]
    wording = PACKAGE / "wording" / "compiled" / f"{lang}.json"
    if wording.is_file():
        texts.append(json.loads(wording.read_text("utf-8")))
    own = {c for text in texts for c in _strings(text, lang)}
    return {c for c in own | set("한국어日本語English") if c >= " "}


def _strings(value: Any, lang: str) -> Iterator[str]:
    """Characters of all text in a JSON value, leaving out what is never printed in this language."""
    if isinstance(value, str):
        yield from value
    elif isinstance(value, dict):
        for key, inner in value.items():
            if key == lang or key not in (*LANGS, *UNPRINTED):
                yield from _strings(inner, lang)
    elif isinstance(value, list):
        for inner in value:
            yield from _strings(inner, lang)


def cut(lang: str, weight: str) -> None:
    """Write one web font: the characters of a language, kerning and tabular figures, no hints."""
    from fontTools import subset

    options = subset.Options()
    options.flavor = "woff2"
    options.layout_features = ["kern", "tnum"]
    options.hinting = False
    options.name_IDs = [0, 1, 2, 4, 6, 13, 14]
    font = subset.load_font(str(ASSETS / "fonts" / f"PretendardJP-{weight}.otf"), options)
    wanted = base_characters(lang) | used_characters(lang)
    subsetter = subset.Subsetter(options)
    subsetter.populate(text="".join(sorted(wanted)))
    subsetter.subset(font)
    for record in font["name"].names:
        named = {1: FAMILY, 4: f"{FAMILY} {weight}", 6: f"PactolusSans-{weight}"}.get(record.nameID)
        if named:
            record.string = named
    path = ASSETS / "fonts" / f"web-{lang}-{weight.lower()}.woff2"
    subset.save_font(font, str(path), options)
    print(f"{path.name}: {path.stat().st_size / 1000:.0f} kB, {len(font.getBestCmap())} characters")


def _recorded() -> list[Path]:
    return sorted(
        p for p in ASSETS.rglob("*") if p.is_file() and p.suffix in (".js", ".txt", ".otf", ".woff2")
    )


def write_sums() -> None:
    """Record the checksum of every vendored file."""
    lines = [
        f"{hashlib.sha256(p.read_bytes()).hexdigest()}  {p.relative_to(ASSETS).as_posix()}"
        for p in _recorded()
    ]
    (ASSETS / "SHA256SUMS").write_text("\n".join(lines) + "\n", encoding="utf-8")


def differences() -> Iterator[str]:
    """One line for each file that is missing, changed or not recorded."""
    recorded = {}
    for line in (ASSETS / "SHA256SUMS").read_text(encoding="utf-8").splitlines():
        digest, _, name = line.partition("  ")
        recorded[name] = digest
    present = {
        p.relative_to(ASSETS).as_posix(): hashlib.sha256(p.read_bytes()).hexdigest() for p in _recorded()
    }
    for name in sorted(recorded.keys() | present.keys()):
        if recorded.get(name) != present.get(name):
            yield f"{name}: recorded {recorded.get(name, 'not')}, found {present.get(name, 'missing')}"


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
