"""What a build is asked for, and which files that means."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from pactolus.catalogue.readers.kinds import MODULES, reader
from pactolus.catalogue.status import DataStatus
from pactolus.catalogue.verify import KEPT
from pactolus.catalogue.world import PACKAGE
from pactolus.errors import InputError, OptionError, near_misses

__all__ = ["SOURCES", "TIDY", "Asked", "Given", "given_files"]

#: Folder beside the worlds that keeps the publishers' bytes.
SOURCES: Final = KEPT
#: Folder beside the worlds that keeps what readers made of them.
TIDY: Final = "tidy"


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What a build is asked for."""

    out: Path
    """Folder of the worlds, the kept sources and the tidy tables."""
    files: Mapping[str, tuple[Path, ...]]
    """Kind -> files, or folders to be searched."""
    accessed: str
    """ISO date at which the files were taken, for their origins."""
    accepted: frozenset[str] = frozenset()
    """Ids of doubted findings that are taken as they are."""
    names: Path | None = None
    """CSV file of names that ours do not know."""
    corrections: Path | None = None
    """YAML file of the user's own records."""
    only: bool = False
    """Leave out what the user's files do not bring, rather than carry it over."""
    check: bool = False
    """Read and judge everything, write nothing."""
    workers: int = 1
    """Processes that read at most. [1]"""
    told: Mapping[Path, Mapping[str, str]] = field(default_factory=dict)
    """File -> fields of its origin that are known from elsewhere: day, address, licence."""
    statuses: tuple[DataStatus, ...] = ()
    """How fresh the live sources are that files come from; the world carries it."""


@dataclass(frozen=True, kw_only=True)
class Given:
    """One file of one kind."""

    kind: str
    file: Path

    @property
    def label(self) -> str:
        """Name in messages: its last two parts, so that equal names in two folders are told apart."""
        return "/".join(self.file.parts[-2:])


def given_files(asked: Asked) -> list[Given]:
    """Every file that is meant, kinds in the order of `kinds.MODULES`, files in the order of their paths.

    A folder is searched with all folders below it for the endings of its kind; hidden files, lock files of
    office programs, worlds, and what builds keep under ``--out`` are passed over.

    Raises
    ------
    InputError
        With every path that is not there, cannot be read, or holds no file of its kind.
    """
    found: list[Given] = []
    faults: list[str] = []
    for kind in MODULES:
        for path in asked.files.get(kind, ()):
            try:
                found += [Given(kind=kind, file=file) for file in _meant(kind, path, asked.out)]
            except OptionError as error:
                faults.append(f"--{kind}: {error}")
    if not found and not faults:
        faults = [f"no file is given; give one or more of --{', --'.join(MODULES)}, each with a path"]
    if faults:
        raise OptionError(faults[0]) if len(faults) == 1 else InputError.gathered(faults)
    return list(dict.fromkeys(found))


def _meant(kind: str, path: Path, out: Path) -> list[Path]:
    if path.is_file():
        return [path]
    if not path.is_dir():
        raise OptionError(f"{path}: no such file or folder{_hint(path)}")
    wanted = reader(kind).KIND
    names = {file: file.name.casefold() for file in _below(path, out.absolute())}
    files = [
        f for f, name in names.items() if name.startswith(wanted.begins) and name.endswith(wanted.suffixes)
    ]
    if not files:
        begins = f"begins with {wanted.begins!r} and " if wanted.begins else ""
        raise OptionError(f"{path}: no file in this folder {begins}ends with {' or '.join(wanted.suffixes)}")
    return files


def _below(folder: Path, out: Path) -> Iterator[Path]:
    """Files below a folder in the order of their paths, without what builds wrote."""
    kept = {(out / name).resolve() for name in (SOURCES, TIDY)}

    def refuse(error: OSError) -> None:
        raise OptionError(f"{error.filename}: cannot be searched ({error.strerror})")

    for place, folders, files in os.walk(folder, onerror=refuse):
        here = Path(place)
        if PACKAGE in files:
            folders.clear()
            continue
        folders[:] = sorted(f for f in folders if not f.startswith(".") and (here / f).resolve() not in kept)
        for name in sorted(files):
            if not name.startswith((".", "~$")) and (here / name).is_file():
                yield here / name


def _hint(path: Path) -> str:
    try:
        near = near_misses(path.name, [p.name for p in path.parent.iterdir()])
    except OSError:
        return ""
    return f"; is it {' or '.join(map(repr, near))}?" if near else ""
