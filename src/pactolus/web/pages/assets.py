"""Files every page asks for: named by their content, kept by the browser, served by the desk itself."""

from __future__ import annotations

import functools
import gzip
import hashlib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

from pactolus.reports.style import FONT_WEB
from pactolus.web.answers.desk import Desk
from pactolus.web.pages.scene import LANGS

__all__ = ["Assets"]

_OWN: Final = Path(__file__).parent / "static"
_SHARED: Final = Path(__file__).parents[2] / "reports" / "assets"
_TYPES: Final = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".svg": "image/svg+xml",
    ".woff2": "font/woff2",
}
_WEIGHTS: Final = {"regular": 400, "bold": 700}
#: Files below this size gain nothing. [byte]
_SMALL: Final = 800


class Assets:
    """The files of one desk."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._makers: Mapping[str, Callable[[], bytes]] = {
            "land.json": self._land,
            **{f"fonts-{lang}.css": functools.partial(self._fonts, lang) for lang in LANGS},
        }

    @functools.cache  # noqa: B019  (as long as the desk)
    def content(self, name: str) -> bytes | None:
        """The bytes of a file, or None."""
        if name in self._makers:
            return self._makers[name]()
        for folder in (_OWN, _SHARED, _SHARED / "fonts"):
            if Path(name).suffix in _TYPES and name in self._listed(folder):
                return (folder / name).read_bytes()
        return None

    @functools.cache  # noqa: B019
    def packed(self, name: str) -> bytes | None:
        """The bytes gzipped, where that makes them smaller."""
        found = self.content(name)
        if found is None or name.endswith(".woff2") or len(found) < _SMALL:
            return None
        return gzip.compress(found, 9, mtime=0)

    @functools.cache  # noqa: B019
    def place(self, name: str) -> str:
        """Address of a file; another content has another address.

        Raises
        ------
        LookupError
            If there is no such file.
        """
        found = self.content(name)
        if found is None:
            raise LookupError(name)
        return f"/assets/{name}?v={hashlib.sha256(found).hexdigest()[:12]}"

    @staticmethod
    def kind(name: str) -> str:
        """Media type by the end of the name."""
        return _TYPES[Path(name).suffix]

    @staticmethod
    @functools.cache
    def _listed(folder: Path) -> frozenset[str]:
        return frozenset(file.name for file in folder.iterdir() if file.is_file())

    def _land(self) -> bytes:
        from pactolus.reports.figures.land import geojson, land_of

        return geojson(land_of(self._desk.world)).encode("utf-8")

    def _fonts(self, lang: str) -> bytes:
        faces = [
            f'@font-face{{font-family:"{FONT_WEB}";font-weight:{number};font-display:swap;'
            f'src:url("{self.place(f"web-{lang}-{weight}.woff2")}") format("woff2")}}\n'
            for weight, number in _WEIGHTS.items()
        ]
        return "".join(faces).encode("utf-8")
