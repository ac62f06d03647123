"""``pactolus data fetch``: bring a publisher's rows into files that a build reads."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pactolus.cli.feedback import progress_on_stderr, say
from pactolus.cli.options import (
    Common,
    Faults,
    FormatOption,
    QuietOption,
    SeedOption,
    VerboseOption,
    common,
    items,
)
from pactolus.cli.plain import PlainCommand, PlainGroup
from pactolus.errors import OptionError

if TYPE_CHECKING:
    from pactolus.catalogue.readers.comtrade_api import Question
    from pactolus.catalogue.readers.comtrade_fetch import Piece

__all__ = ["fetch_app"]

_NOBODY: tuple[str, ...] = ()
_MOST_PERIODS = 600

fetch_app = typer.Typer(
    cls=PlainGroup, no_args_is_help=True, context_settings={"help_option_names": ["-h", "--help"]}
)


@fetch_app.callback()
def _root() -> None:
    """Hold the publishers that can be asked."""


@fetch_app.command("comtrade", cls=PlainCommand, help="Rows of UN Comtrade, a file a reporter and year.")
def comtrade(
    out: Annotated[
        str, typer.Option("--out", metavar="FOLDER", help="Folder of the files; it is gone on with.")
    ],
    reporters: Annotated[
        str, typer.Option("--reporters", metavar="ISO3[,ISO3]", help="Who reports.", show_default=False)
    ],
    periods: Annotated[
        str,
        typer.Option(
            "--periods",
            metavar="2020-2023|2023-01..2023-12",
            help="Years, or months; several with commas between.",
            show_default=False,
        ),
    ],
    minerals: Annotated[
        str | None, typer.Option("--minerals", metavar="ID[,ID]", help="Their codes in every edition.")
    ] = None,
    codes: Annotated[
        str | None,
        typer.Option("--codes", metavar="CODE[,CODE]", help="Six-digit codes instead of minerals."),
    ] = None,
    partners: Annotated[
        str | None, typer.Option("--partners", metavar="ISO3[,ISO3]", help="All if omitted.")
    ] = None,
    flows: Annotated[str, typer.Option("--flows", metavar="M,X", help="Imports, exports.")] = "M,X",
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="List what would be asked, and ask nothing.")
    ] = False,
    address: Annotated[str | None, typer.Option("--address", hidden=True)] = None,
    seed: SeedOption = "0",
    format_name: FormatOption = None,
    quiet: QuietOption = False,
    verbose: VerboseOption = False,
) -> None:
    """The key comes from PACTOLUS_COMTRADE_KEY; without one the public preview is asked."""
    faults = Faults()
    options = common(
        faults,
        world=None,
        seed=seed,
        format_name=format_name,
        out=None if dry_run else out,
        quiet=quiet,
        verbose=verbose,
        folder=True,
    )
    question = _question(faults, reporters, partners, minerals, codes, periods, flows)
    faults.refuse()
    from pactolus.catalogue.readers.comtrade_api import ADDRESS, KEY
    from pactolus.catalogue.readers.comtrade_fetch import fetch_all, pieces

    key = os.environ.get(KEY, "").strip()
    if dry_run:
        _list(pieces(question, Path(out), with_key=bool(key)), options)
        return
    say(f"without a key in {KEY} the public preview is asked: 500 rows an answer", quiet=quiet or bool(key))
    with progress_on_stderr(quiet=quiet) as progress:
        found = fetch_all(question, Path(out), key=key, address=address or ADDRESS, progress=progress)
    for line in found.empty:
        say(f"note: {line}", quiet=quiet)
    asked, there = len(found.asked), len(found.there)
    say(
        f"{asked} files fetched, {there} were there; read them with: data build --comtrade {out}", quiet=quiet
    )


def _list(found: list[Piece], options: Common) -> None:
    import polars as pl

    from pactolus.cli.output import write_data
    from pactolus.cli.tables import as_text_table

    rows = [
        {
            "file": piece.file.name,
            "requests": 0 if piece.there else piece.requests,
            "there": piece.there,
            "codes": len(piece.question.codes),
            "periods": len(piece.question.periods),
        }
        for piece in found
    ]
    write_data(pl.DataFrame(rows), options, as_table=as_text_table)
    requests = sum(0 if piece.there else piece.requests for piece in found)
    say(f"{requests} requests at least; nothing was asked", quiet=options.quiet)


def _question(
    faults: Faults,
    reporters: str,
    partners: str | None,
    minerals: str | None,
    codes: str | None,
    periods: str,
    flows: str,
) -> Question:
    from pactolus.catalogue.readers.comtrade_api import Question
    from pactolus.catalogue.readers.comtrade_fetch import codes_of_minerals
    from pactolus.terms.countries import country
    from pactolus.terms.minerals import resolve_minerals

    def named(option: str, text: str) -> tuple[str, ...]:
        return tuple(country(name).iso3 for name in items(option, text))

    who = faults.of(lambda: named("--reporters", reporters), _NOBODY)
    whom = faults.of(lambda: _NOBODY if partners is None else named("--partners", partners), _NOBODY)
    when = faults.of(lambda: _periods(periods), _NOBODY)
    both = faults.of(lambda: items("--flows", flows), _NOBODY)
    years = [int(period[:4]) for period in when]
    if (minerals is None) is (codes is None):
        faults.note(OptionError("--minerals and --codes: give one of them"))
        what = _NOBODY
    elif codes is not None:
        what = faults.of(lambda: items("--codes", codes), _NOBODY)
    else:
        text = minerals or ""
        what = faults.of(lambda: codes_of_minerals(resolve_minerals(text), years), _NOBODY)
    if minerals is not None and codes is None and years and not what and not faults:
        faults.note(OptionError(f"--minerals: {minerals} has no code of its own; give --codes"))
    return Question(reporters=who, partners=whom, codes=what, periods=when, flows=both)


def _periods(text: str) -> tuple[str, ...]:
    """Years ``2020-2023`` or months ``2023-01..2023-12``, one of the two kinds."""
    found: list[str] = []
    for part in items("--periods", text):
        years = re.fullmatch(r"((?:19|20)\d\d)(?:-((?:19|20)\d\d))?", part)
        month = r"((?:19|20)\d\d)-(0[1-9]|1[0-2])"
        months = re.fullmatch(rf"{month}(?:\.\.{month})?", part)
        if years:
            first, last = int(years[1]), int(years[2] or years[1])
            found += [str(year) for year in range(first, last + 1)]
        elif months:
            first = 12 * int(months[1]) + int(months[2]) - 1
            last = first if months[3] is None else 12 * int(months[3]) + int(months[4]) - 1
            found += [f"{n // 12}{n % 12 + 1:02d}" for n in range(first, last + 1)]
        else:
            raise OptionError(f"--periods: {part!r}; write 2023, 2020-2023, 2023-01 or 2023-01..2023-12")
        if last < first:
            raise OptionError(f"--periods: {part!r} ends before it begins")
    if len({len(period) for period in found}) > 1:
        raise OptionError("--periods: years and months cannot be asked for together; ask twice")
    if len(found) > _MOST_PERIODS:
        raise OptionError(f"--periods: {len(found)} periods are asked for; at most {_MOST_PERIODS}")
    return tuple(dict.fromkeys(found))
