"""What a page is: its question, its controls and its parts; what a part is: content free of language."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, Protocol

from pactolus.catalogue.origins import Origin
from pactolus.errors import InputError
from pactolus.reports.document import Block, Card, Chart, Section, Table
from pactolus.web.pages.running import Run
from pactolus.web.pages.scene import PageQuestion, Scene

if TYPE_CHECKING:
    from pactolus.reports.way import Trail

__all__ = ["Content", "Control", "Deed", "Done", "NotAdmittedError", "PageKind", "Part", "alone", "blocks_of"]


class NotAdmittedError(InputError):
    """The reader may not see what is asked for."""


@dataclass(frozen=True, kw_only=True)
class Content:
    """What one part shows: the same cards, claims, tables and charts as a report has.

    Attributes
    ----------
    cards : tuple of Card
        Headline numbers, side by side.
    sections : tuple of Section
        Set below each other; a section without a title phrase of its own takes none.
    origins : mapping
        Origins that are not of the world (files of the reader, records of a programme).
    extra : mapping
        What the part's own template needs beside; free of language.
    links : mapping
        Fields of the question that a cell changes when it is followed, by the code of the cell (of a term
        ``parallel`` its fourth text).
    trails : mapping
        Ways back that came with the content, by the id of the figure.
    """

    cards: tuple[Card, ...] = ()
    sections: tuple[Section, ...] = ()
    origins: Mapping[str, Origin] = field(default_factory=dict)
    extra: Mapping[str, Any] = field(default_factory=dict)
    links: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    trails: Mapping[str, Trail] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Part:
    """A piece of a page that is built, kept and asked for by itself.

    Attributes
    ----------
    id : str
        Last part of its address.
    build : callable
        Makes its content of a scene.
    slow : bool
        Needs more than a tenth of a second when it is first asked: the page arrives without it and asks then.
    span : {4, 6, 8, 12}
        Twelfths of the width it takes on a wide screen.
    template : str
        Template below ``templates/`` that sets it.
    asks : tuple of str
        Fields of the question it depends on beside members, year and day; others do not build it anew. All
        fields if it names ``*``.
    fresh : bool
        Stands on what changes under a running desk (saved records): built at every request.
    run : Run or None
        Long run it stands on (`pactolus.web.pages.running`). `build` is called before and after it has ended.
    """

    id: str
    build: Callable[[Scene], Content]
    slow: bool = False
    span: Literal[4, 6, 8, 12] = 12
    template: str = "part.html.j2"
    asks: tuple[str, ...] = ("*",)
    fresh: bool = False
    run: Run | None = None


@dataclass(frozen=True, kw_only=True)
class Control:
    """One field above a page; a change of it asks the page anew."""

    name: str
    label: str
    """Phrase key."""
    kind: Literal["select", "range", "text", "date", "hidden"] = "select"
    value: str = ""
    options: tuple[tuple[str, str], ...] = ()
    """Value and text in the reader's language."""
    low: float | None = None
    high: float | None = None
    step: float | None = None


class Deed(Protocol):
    """What a form of a page does when it is sent."""

    def __call__(self, scene: Scene, form: Mapping[str, str], lang: str) -> Done:
        """Do it.

        Raises
        ------
        PactolusError
            If it cannot be done; nothing is changed then.
        """


@dataclass(frozen=True, kw_only=True)
class Done:
    """What a deed leads to.

    Attributes
    ----------
    to : str
        Address the browser goes to, below ``/<language>/``, with its query.
    file : bytes or None
        A file to take away instead.
    name : str
        Its name.
    media : str
    """

    to: str = ""
    file: bytes | None = None
    name: str = ""
    media: str = "application/octet-stream"


@dataclass(frozen=True, kw_only=True)
class PageKind:
    """One page.

    Attributes
    ----------
    id : str
        Its place below ``/<language>/``; phrases ``desk.page.<id>.nav``, ``.title``, ``.lead`` name it.
    question : type of PageQuestion
        What it can be asked.
    parts : tuple of Part
        In reading order.
    controls : callable
        Its fields in a language, beside those every page has.
    heading : callable, optional
        Its heading in a language, where that depends on the question; the phrase of the title if omitted.
    deeds : mapping
        What its forms do, by the last part of the address ``/<language>/<page>/do/<deed>`` they are sent to.
    admit : callable
        Asked before anything of the page is sent, kept or not: raises `NotAdmittedError` where the reader may
        not see what is asked for.
    stamp : callable
        What stands for files and records that may change under a running desk: another stamp, and parts that
        are kept are built anew. Empty where nothing can change.
    scripts : tuple of str
        Its own files below ``static/``, loaded after that of the desk.
    """

    id: str
    question: type[PageQuestion] = PageQuestion
    parts: tuple[Part, ...]
    controls: Callable[[Scene, str], tuple[Control, ...]] = lambda scene, lang: ()
    deeds: Mapping[str, Deed] = field(default_factory=dict)
    heading: Callable[[Scene, str], str] | None = None
    admit: Callable[[Scene], None] = lambda scene: None
    stamp: Callable[[Scene], str] = lambda scene: ""
    scripts: tuple[str, ...] = ()

    @property
    def changes(self) -> bool:
        """Whether a part stands on what changes under a running desk: saved records, long runs."""
        return any(part.fresh or part.run is not None for part in self.parts)


def alone(block: Table | Chart, *notes: Block) -> Section:
    """A table or chart as a panel of its own, under its own title; `notes` stand before it."""
    return Section(id=block.id, title=block.title, slots=block.slots, blocks=(*notes, block))


def blocks_of(section: Section, *names: str) -> tuple[Block, ...]:
    """Blocks of a section by id (charts, tables) or key (claims), in the order named, without absent ones."""
    found = {getattr(block, "id", "") or getattr(block, "key", ""): block for block in section.blocks}
    return tuple(found[name] for name in names if name in found)
