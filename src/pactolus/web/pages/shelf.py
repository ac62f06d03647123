"""Parts of pages, built once for each question and kept: content free of language, then HTML a language."""

from __future__ import annotations

import gzip
import hashlib
import json
import threading
from collections import OrderedDict
from dataclasses import dataclass, field
from typing import Any, Final

from pactolus import __version__
from pactolus.errors import UnknownTermError
from pactolus.reports.document import Brief
from pactolus.reports.view import BriefView, view_of
from pactolus.web.pages.kinds import Content, PageKind, Part
from pactolus.web.pages.running import answer_of
from pactolus.web.pages.scene import Scene

__all__ = ["Kept", "Shelf", "document_of", "part_named"]

#: Parts that are built at once: more threads than processors only need more memory.
AT_ONCE: Final = 2
#: Contents of parts that are kept.
MOST: Final = 160
#: Parts in the words of a language that are kept.
MOST_VIEWS: Final = 24
#: Pages and parts as HTML that are kept. [byte]
MOST_HTML: Final = 48_000_000


@dataclass(frozen=True)
class Kept:
    """A page or part as it is sent: plain, gzipped, and the mark of its content."""

    plain: bytes
    packed: bytes
    etag: str

    @classmethod
    def of(cls, text: str) -> Kept:
        """A text made ready to be sent."""
        plain = text.encode("utf-8")
        mark = hashlib.sha256(plain).hexdigest()[:24]
        return cls(plain, gzip.compress(plain, 6, mtime=0), f'"{mark}"')

    @property
    def size(self) -> int:
        """Bytes in memory."""
        return len(self.plain) + len(self.packed)


@dataclass
class Shelf:
    """What has been built; safe to ask from several threads: equal questions wait for one answer."""

    _contents: OrderedDict[str, Content] = field(default_factory=OrderedDict)
    _views: OrderedDict[tuple[str, str], tuple[Content, BriefView]] = field(default_factory=OrderedDict)
    _pages: OrderedDict[str, Kept] = field(default_factory=OrderedDict)
    _size: int = 0
    _gates: dict[str, threading.Lock] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _building: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(AT_ONCE))

    def content(self, scene: Scene, page: PageKind, part: Part) -> Content:
        """The content of a part."""
        if part.fresh:
            with self._building:
                return part.build(scene)
        key = self._key(scene, page, part)
        with self._lock:
            gate = self._gates.setdefault(key, threading.Lock())
        with gate:
            with self._lock:
                if key in self._contents:
                    self._contents.move_to_end(key)
                    return self._contents[key]
            with self._building:
                found = part.build(scene)
            with self._lock:
                self._contents[key] = found
                while len(self._contents) > MOST:
                    old, _ = self._contents.popitem(last=False)
                    self._gates.pop(old, None)
            return found

    def has(self, scene: Scene, page: PageKind, part: Part) -> bool:
        """Whether the content of a part is here already."""
        with self._lock:
            return self._key(scene, page, part) in self._contents

    def view(self, scene: Scene, page: PageKind, part: Part, lang: str) -> BriefView:
        """A part in the words of a language; its charts, tables and numbers ask for it again."""
        content = self.content(scene, page, part)
        if part.fresh:
            return view_of(document_of(scene, page, content), lang)
        key = (self._key(scene, page, part), lang)
        with self._lock:
            kept = self._views.get(key)
        if kept is None or kept[0] is not content:
            kept = (content, view_of(document_of(scene, page, content), lang))
            with self._lock:
                self._views[key] = kept
                while len(self._views) > MOST_VIEWS:
                    self._views.popitem(last=False)
        return kept[1]

    def html(self, key: str) -> Kept | None:
        """A page or part that was set before."""
        with self._lock:
            if key in self._pages:
                self._pages.move_to_end(key)
                return self._pages[key]
        return None

    def keep(self, key: str, found: Kept) -> None:
        """Keep a page or part for the next reader."""
        with self._lock:
            old = self._pages.pop(key, None)
            self._pages[key] = found
            self._size += found.size - (old.size if old else 0)
            while self._size > MOST_HTML and len(self._pages) > 1:
                _, gone = self._pages.popitem(last=False)
                self._size -= gone.size

    def forget(self) -> None:
        """Drop everything; what is asked next is built anew."""
        with self._lock:
            self._contents.clear()
            self._views.clear()
            self._pages.clear()
            self._size = 0
            self._gates.clear()

    @staticmethod
    def _key(scene: Scene, page: PageKind, part: Part) -> str:
        said: dict[str, Any] = scene.question.model_dump(mode="json")
        asked = {"members", "year", "on", *part.asks}
        kept = said if "*" in part.asks else {name: said[name] for name in sorted(asked)}
        ended = part.run is not None and answer_of(scene, part.run) is not None
        stamp = [scene.day.isoformat(), page.stamp(scene), ended]
        return json.dumps([page.id, part.id, kept, stamp], sort_keys=True)


def document_of(scene: Scene, page: PageKind, content: Content) -> Brief:
    """The content as a report of the members, so that words, order of members and origins are the same."""
    return Brief(
        members=scene.members,
        year=scene.year,
        as_of=scene.day.isoformat(),
        vintage=scene.world.vintage,
        version=__version__,
        title=f"desk.page.{page.id}.title",
        cards=content.cards,
        sections=content.sections,
        origins={**scene.world.origins, **content.origins},
        name=f"pactolus-{page.id}",
    )


def part_named(page: PageKind, name: str) -> Part:
    """A part of a page.

    Raises
    ------
    UnknownTermError
        With what there is.
    """
    for part in page.parts:
        if part.id == name:
            return part
    raise UnknownTermError(f"{page.id}: no part {name!r}; there are {', '.join(p.id for p in page.parts)}")
