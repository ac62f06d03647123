"""Options of every command, and how their text becomes values.

All faults of one command line are said at once.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal, TypeVar

import typer

from pactolus.cli.feedback import say
from pactolus.errors import InputError, OptionError
from pactolus.runs.files import require_writable_file, require_writable_folder
from pactolus.terms.words import chosen, iso_date, items, whole

if TYPE_CHECKING:
    from pactolus.catalogue.world import World

__all__ = [
    "Common",
    "Faults",
    "Format",
    "FormatOption",
    "OutOption",
    "QuietOption",
    "SeedOption",
    "VerboseOption",
    "WorldOption",
    "chosen",
    "common",
    "iso_date",
    "items",
    "opened",
    "source_of",
    "whole",
]

T = TypeVar("T")
Format = Literal["table", "csv", "json"]
FORMATS: tuple[Format, ...] = ("table", "csv", "json")
_PANEL = "Options of every command"

WorldOption = Annotated[
    str | None,
    typer.Option(
        "--world",
        metavar="PATH",
        help="Folder of a world; the embedded one if omitted.",
        rich_help_panel=_PANEL,
    ),
]
SeedOption = Annotated[
    str, typer.Option("--seed", metavar="N", help="Root of every random draw.", rich_help_panel=_PANEL)
]
FormatOption = Annotated[
    str | None,
    typer.Option(
        "--format",
        metavar="table|csv|json",
        help="How data are printed; by the ending of --out, else table. Only table rounds.",
        rich_help_panel=_PANEL,
    ),
]
OutOption = Annotated[
    str | None,
    typer.Option("--out", metavar="PATH", help="Write the data to this file.", rich_help_panel=_PANEL),
]
QuietOption = Annotated[
    bool, typer.Option("--quiet", help="No progress and no notes on stderr.", rich_help_panel=_PANEL)
]
VerboseOption = Annotated[
    bool,
    typer.Option(
        "--verbose", help="Say on stderr what is done, and where a fault is.", rich_help_panel=_PANEL
    ),
]


class Faults:
    """Collects the faults of one command line, to be raised once."""

    def __init__(self) -> None:
        self._found: list[InputError] = []

    def of(self, parse: Callable[[], T], otherwise: T) -> T:
        """What `parse` returns, or `otherwise` once its fault is noted."""
        try:
            return parse()
        except InputError as error:
            self._found.append(error)
            return otherwise

    def note(self, fault: InputError) -> None:
        """Keep a fault for later."""
        self._found.append(fault)

    def __bool__(self) -> bool:
        """Was any fault found?"""
        return bool(self._found)

    def refuse(self) -> None:
        """Raise everything found so far as one error; a single fault keeps its kind.

        Raises
        ------
        InputError
            If there was any fault.
        """
        if len(self._found) == 1:
            raise self._found[0]
        if self._found:
            raise InputError.gathered(list(dict.fromkeys(str(e) for e in self._found)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Common:
    """The options that every command takes, as values."""

    world: Path | None
    seed: int
    format: Format
    out: Path | None
    quiet: bool
    verbose: bool


def common(
    faults: Faults,
    *,
    world: str | None,
    seed: str,
    format_name: str | None,
    out: str | None,
    quiet: bool,
    verbose: bool,
    folder: bool | None = False,
) -> Common:
    """Values of the common options; `folder` says that ``--out`` is a folder of several files.

    None where it may be either: the command checks it itself.
    """
    place = None if out is None else Path(out)
    if quiet and verbose:
        faults.note(OptionError("--quiet and --verbose: use one of them"))
    if place is not None and folder is not None:
        check = require_writable_folder if folder else require_writable_file
        faults.of(lambda: check(place), None)
    return Common(
        world=None if world is None else Path(world),
        seed=faults.of(lambda: whole("--seed", seed, at_least=0, at_most=2**64 - 1), 0),
        format=faults.of(lambda: _format(format_name, None if folder else place), "table"),
        out=place,
        quiet=quiet,
        verbose=verbose,
    )


def opened(options: Common) -> World:
    """The world that ``--world`` names, or the embedded one; with ``--verbose`` it is named on stderr.

    Live sources that were stale when it was built are named on stderr, whatever the command.

    Raises
    ------
    WorldError
        If it cannot be opened as a whole.
    """
    from pactolus.catalogue.status import stale_notes
    from pactolus.catalogue.world import open_world

    found = open_world(options.world)
    for note in stale_notes(found.data_status):
        say(f"note: {note}", quiet=options.quiet)
    say(f"world {found.vintage[:12]}, {len(found.tables)} tables, {found.folder}", quiet=not options.verbose)
    return found


def source_of(faults: Faults, options: Common) -> World:
    """The world asked for; everything that was found so far is raised, with its own fault."""
    found = faults.of(lambda: opened(options), None)
    faults.refuse()
    assert found is not None
    return found


def _format(name: str | None, out: Path | None) -> Format:
    by_ending = "" if out is None else out.suffix.lower().lstrip(".")
    wanted = by_ending if name is None and by_ending in FORMATS else name or "table"
    for known in FORMATS:
        if wanted == known:
            return known
    raise OptionError(f"--format: {name!r} is not a format; one of {', '.join(FORMATS)}")
