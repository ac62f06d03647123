"""The kinds of files a build reads: what each is, and what its module offers.

A module of a source holds

- ``KIND``: a `Kind`;
- ``read(file, part, findings) -> dict[str, DataFrame]``: the publisher's facts, tidy, under the publisher's
  own names, without judgement; what is wrong goes into `findings`, nothing is raised for a bad file;
- ``parts(file, findings) -> list[str]`` (optional): pieces that can be read on their own, in parallel; a file
  without parts has the one part ``""``;
- ``edition(file) -> Edition`` (optional): what the file says of itself;
- ``companions(file) -> list[Path]`` (optional): other files that it is read with (the data beside a mapping),
  which are kept with it and count as part of its content.

Names become minerals and countries afterwards, in `assemble`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Final, Protocol, cast

from pactolus.catalogue.origins import Origin

if TYPE_CHECKING:
    import polars as pl

    from pactolus.catalogue.reading.findings import Findings

__all__ = ["MODULES", "Edition", "Kind", "Reader", "kinds", "origin_of", "reader"]


@dataclass(frozen=True, kw_only=True)
class Kind:
    """One kind of file, given to a build as ``--<id> PATH``."""

    id: str
    what: str
    tables: tuple[str, ...]
    """Tidy tables that its reader gives."""
    suffixes: tuple[str, ...]
    """Endings of file names, in small letters, by which a folder is searched."""
    begins: str = ""
    """How those names begin, in small letters, where the publisher has a rule."""
    producer: str
    title: str
    licence: str
    link: str
    version: int = 1
    """Version of the reader: a stored tidy table of another version is read anew."""
    ship: bool = True
    """False where the licence does not allow passing the facts on: the world says so."""


@dataclass(frozen=True, kw_only=True)
class Edition:
    """What a file says of its own edition; empty where it says nothing."""

    edition: str = ""
    published: str = ""
    producer: str = ""
    title: str = ""
    licence: str = ""
    link: str = ""


class Reader(Protocol):
    """What a module of a source offers."""

    KIND: Kind

    def read(self, file: Path, part: str, findings: Findings) -> dict[str, pl.DataFrame]:
        """Tidy tables of one part of a file; each source names its tables and columns.

        Parameters
        ----------
        file : path
        part : str
            As `parts` of the module names it; the empty text where a file is read as one.
        findings : Findings
            Takes what is wrong with the file and what was mended; nothing is raised for a bad file.

        Returns
        -------
        dict of DataFrame
            Name of the tidy table -> its rows, each with its `place` in the file where that can be told.
        """
        ...


#: Kind -> module, in the order of the options.
MODULES: Final[Mapping[str, str]] = {
    "baci": "baci",
    "wmd": "wmd",
    "usgs": "usgs",
    "usgs-ds140": "ds140",
    "wgi": "wgi",
    "pinksheet": "pinksheet",
    "bgs": "bgs",
    "eu-crm": "eu_crm",
    "icmm": "icmm",
    "distances": "geodist",
    "hdi": "hdi",
    "iea": "iea",
    "comtrade": "comtrade",
    "input-output": "input_output",
    "spreadsheet": "spreadsheet",
}


def reader(kind: str) -> Reader:
    """The module that reads a kind of file."""
    return cast("Reader", import_module(f"pactolus.catalogue.readers.{MODULES[kind]}"))


def kinds() -> dict[str, Kind]:
    """Every kind by its id."""
    return {kind: reader(kind).KIND for kind in MODULES}


def parts_of(kind: str, file: Path, findings: Findings) -> list[str]:
    """Pieces of a file that can be read on their own; one empty name for a file without parts."""
    parts = getattr(reader(kind), "parts", None)
    return list(parts(file, findings)) if parts else [""]


def companions_of(kind: str, file: Path) -> list[Path]:
    """Other files that a file is read with."""
    companions = getattr(reader(kind), "companions", None)
    return list(companions(file)) if companions else []


def origin_of(kind: Kind, file: Path, sha256: str, accessed: str) -> Origin:
    """The origin that figures of a user's file carry."""
    told = getattr(reader(kind.id), "edition", None)
    says: Edition = told(file) if told else Edition()
    return Origin(
        id=f"{kind.id}-{sha256[:8]}",
        producer=says.producer or kind.producer,
        title=says.title or kind.title,
        edition=says.edition or file.name,
        published=says.published or "not stated in the file",
        accessed=accessed,
        licence=says.licence or kind.licence,
        link=says.link or kind.link,
        carrier=f"the user's file {file.name}",
        sha256=sha256,
    )
