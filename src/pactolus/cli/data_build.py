"""``pactolus data build``: a world from the publishers' own files."""

from __future__ import annotations

import os
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from pactolus.cli.feedback import say
from pactolus.cli.options import (
    Common,
    Faults,
    FormatOption,
    QuietOption,
    SeedOption,
    VerboseOption,
    common,
    iso_date,
    items,
    whole,
)
from pactolus.errors import OptionError

if TYPE_CHECKING:
    import polars as pl

    from pactolus.catalogue.build.gather import Listener
    from pactolus.catalogue.build.plan import Asked
    from pactolus.catalogue.build.run import Built

__all__ = ["build"]

_FILES: Final = "Files, or folders to be searched for them; each may be repeated"
_MOST_WORKERS: Final = 256

Paths = list[str] | None


def _kind(name: str, what: str) -> typer.models.OptionInfo:
    option: typer.models.OptionInfo = typer.Option(
        f"--{name}", metavar="PATH", help=what, rich_help_panel=_FILES, show_default=False
    )
    return option


FolderOption = Annotated[
    str,
    typer.Option(
        "--out", metavar="FOLDER", help="Folder of your world; older ones in it stay.", show_default=False
    ),
]
UpdatesOption = Annotated[
    str | None,
    typer.Option(
        "--updates",
        metavar="FOLDER",
        help="What 'data update' keeps in this folder.",
        rich_help_panel=_FILES,
        show_default=False,
    ),
]
UpdatesOnOption = Annotated[
    str | None,
    typer.Option(
        "--updates-on",
        metavar="DATE",
        help="As it was known on this day (UTC); now if omitted.",
        rich_help_panel=_FILES,
        show_default=False,
    ),
]
AcceptOption = Annotated[
    Paths, typer.Option("--accept", metavar="ID", help="Take a doubted finding as it is; may be repeated.")
]
NamesOption = Annotated[
    str | None,
    typer.Option("--names", metavar="FILE", help="CSV with name,iso3: countries that are not known."),
]
CorrectionsOption = Annotated[
    str | None,
    typer.Option("--corrections", metavar="FILE", help="YAML with your own correction records."),
]
OnlyOption = Annotated[
    bool, typer.Option("--only", help="Leave out what your files do not bring; else it is carried over.")
]
CheckOption = Annotated[
    bool, typer.Option("--check", help="Read everything, report what is found, write nothing.")
]
WorkersOption = Annotated[
    str | None, typer.Option("--workers", metavar="N", help="Processes that read; one a core if omitted.")
]


def build(
    out: FolderOption,
    baci: Annotated[Paths, _kind("baci", "CEPII BACI: yearly zip or CSV files of any HS edition.")] = None,
    wmd: Annotated[Paths, _kind("wmd", "World Mining Data, section 6.4 (xlsx).")] = None,
    usgs: Annotated[Paths, _kind("usgs", "USGS Mineral Commodity Summaries, 2022 to 2026.")] = None,
    usgs_ds140: Annotated[Paths, _kind("usgs-ds140", "USGS Data Series 140 (xlsx).")] = None,
    wgi: Annotated[Paths, _kind("wgi", "Worldwide Governance Indicators (xlsx).")] = None,
    pinksheet: Annotated[Paths, _kind("pinksheet", "World Bank Pink Sheet, monthly (xlsx).")] = None,
    bgs: Annotated[Paths, _kind("bgs", "British Geological Survey, world mineral statistics (CSV).")] = None,
    eu_crm: Annotated[Paths, _kind("eu-crm", "EU study on critical raw materials (CSV).")] = None,
    icmm: Annotated[Paths, _kind("icmm", "ICMM Global Mining Dataset (xlsx).")] = None,
    distances: Annotated[Paths, _kind("distances", "CEPII GeoDist (CSV or xlsx).")] = None,
    hdi: Annotated[Paths, _kind("hdi", "UNDP Human Development Index (xlsx or CSV).")] = None,
    iea: Annotated[Paths, _kind("iea", "IEA Critical Minerals Data Explorer.")] = None,
    comtrade: Annotated[Paths, _kind("comtrade", "UN Comtrade rows, annual or monthly.")] = None,
    input_output: Annotated[Paths, _kind("input-output", "An inter-country input-output table.")] = None,
    spreadsheet: Annotated[Paths, _kind("spreadsheet", "Any other table, by its mapping file.")] = None,
    updates: UpdatesOption = None,
    updates_on: UpdatesOnOption = None,
    accept: AcceptOption = None,
    names: NamesOption = None,
    corrections: CorrectionsOption = None,
    only: OnlyOption = False,
    check: CheckOption = False,
    workers: WorkersOption = None,
    seed: SeedOption = "0",
    format_name: FormatOption = None,
    quiet: QuietOption = False,
    verbose: VerboseOption = False,
) -> None:
    """Read the publishers' files, judge them, and write a world."""
    faults = Faults()
    options = common(
        faults,
        world=None,
        seed=seed,
        format_name=format_name,
        out=None if check else out,
        quiet=quiet,
        verbose=verbose,
        folder=True,
    )
    files = _files(
        *(baci, wmd, usgs, usgs_ds140, wgi, pinksheet, bgs, eu_crm, icmm, distances, hdi, iea),
        *(comtrade, input_output, spreadsheet),
    )
    asked = _asked(faults, out, files, accept, names, corrections, workers, only=only, check=check)
    day = None if updates_on is None else faults.of(lambda: iso_date("--updates-on", updates_on), None)
    if updates is None and updates_on is not None:
        faults.note(OptionError("--updates-on: is a day of --updates FOLDER; give both"))
    if updates is not None and not Path(updates).is_dir():
        faults.note(OptionError(f"--updates: {updates}: no such folder; give that of 'data update'"))
    faults.refuse()
    if updates is not None:
        from pactolus.catalogue.updates.build import with_updates

        asked = with_updates(asked, Path(updates), day)
    _tell(_run(asked, options), asked, options)


def _files(*given: Paths) -> dict[str, tuple[Path, ...]]:
    """Paths by their kind; the options stand in the order of the kinds."""
    from pactolus.catalogue.readers.kinds import MODULES

    return {
        kind: tuple(map(Path, paths)) for kind, paths in zip(MODULES, given, strict=True) if paths is not None
    }


def _asked(
    faults: Faults,
    out: str,
    files: Mapping[str, tuple[Path, ...]],
    accept: Paths,
    names: str | None,
    corrections: str | None,
    workers: str | None,
    *,
    only: bool,
    check: bool,
) -> Asked:
    """What is asked for, as values."""
    from pactolus.catalogue.build.plan import Asked
    from pactolus.runs.manifest import as_of_today

    none: tuple[str, ...] = ()
    accepted = faults.of(lambda: items("--accept", accept) if accept else none, none)
    most = os.cpu_count() or 1
    if workers is not None:
        most = faults.of(lambda: whole("--workers", workers, at_least=1, at_most=_MOST_WORKERS), 1)
    for option, file in (("--names", names), ("--corrections", corrections)):
        faults.of(partial(_file, option, file), None)
    return Asked(
        out=Path(out),
        files=files,
        accessed=faults.of(lambda: as_of_today().isoformat(), ""),
        accepted=frozenset(accepted),
        names=None if names is None else Path(names),
        corrections=None if corrections is None else Path(corrections),
        only=only,
        check=check,
        workers=most,
    )


def _file(option: str, path: str | None) -> None:
    if path is not None and not Path(path).is_file():
        raise OptionError(f"{option}: {path}: no such file")


def _run(asked: Asked, options: Common) -> Built:
    from pactolus import __version__
    from pactolus.catalogue.build.run import build_world
    from pactolus.cli.bars import bars_on_stderr

    with bars_on_stderr(quiet=options.quiet) as listener:

        def finish(folder: Path) -> None:
            _derive(folder, listener)

        return build_world(asked, created_by=f"pactolus {__version__}", listener=listener, finish=finish)


def _derive(folder: Path, listener: Listener | None) -> None:
    """Add the derived tables to a new world, where it has what they are computed from."""
    from pactolus.catalogue.world import open_world
    from pactolus.network.derive import derive_world
    from pactolus.runs.progress import silent

    world = open_world(folder)
    if {"trade", "production"} <= set(world.tables):
        derive_world(world, progress=silent if listener is None else listener.step)


def _tell(built: Built, asked: Asked, options: Common) -> None:
    """The result on stdout, and on stderr what the user should know and may do next."""
    from dataclasses import replace

    from pactolus.cli.output import write_data

    plain = replace(options, out=None)
    if asked.check:
        write_data(built.findings, plain, as_table=_findings_text)
    else:
        write_data(built.coverage, plain, as_table=_coverage_text)
    for note in built.notes:
        say(f"note: {note}", quiet=options.quiet)
    if built.world is None:
        files = "1 file" if len(built.files) == 1 else f"{len(built.files):,} files"
        say(f"{files} can be used; nothing was written", quiet=options.quiet)
        return
    say(f"world {built.world.vintage[:12]} is in force in {asked.out}", quiet=options.quiet)
    say(f"use it: pactolus assess --minerals cobalt --world {asked.out}", quiet=options.quiet)


def _coverage_text(frame: pl.DataFrame, width: int | None) -> str:
    from pactolus.cli.tables import as_text_table

    return as_text_table(frame, width)


def _findings_text(frame: pl.DataFrame, width: int | None) -> str:
    """A paragraph a finding."""
    from pactolus.cli.tables import paragraph

    if not frame.height:
        return "nothing was mended, nothing is doubted\n"
    lines: list[str] = []
    for row in frame.iter_rows(named=True):
        times = f" ({row['count']:,} of the kind)" if row["count"] > 1 else ""
        place = f"{row['weight']} {row['kind']}: {row['file']}: {row['place']}"
        lines += paragraph(f"{place}: {row['found']}; {row['done']}{times}", width, "  ")
    return "\n".join(lines) + "\n"
