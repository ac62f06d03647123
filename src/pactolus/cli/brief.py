"""``pactolus brief KOR JPN``: one run, three languages, three formats, and the manifest of every number."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pactolus.cli.documents import FORMATS, LANGUAGES, SLIPS, Question, hand_over, members_of, write
from pactolus.cli.options import (
    Faults,
    FormatOption,
    QuietOption,
    SeedOption,
    VerboseOption,
    WorldOption,
    chosen,
    common,
    iso_date,
    items,
    opened,
    whole,
)
from pactolus.runs.manifest import as_of_today
from pactolus.runs.progress import Progress

if TYPE_CHECKING:
    from pactolus.reports.document import Brief

__all__ = ["FORMATS", "LANGUAGES", "brief"]


def brief(
    members: Annotated[
        list[str], typer.Argument(metavar="MEMBER", help="Two or more countries or coalitions: KOR JPN.")
    ],
    lang: Annotated[str, typer.Option("--lang", metavar="LIST", help="Languages.")] = "en,ko,ja",
    formats: Annotated[
        str, typer.Option("--formats", metavar="LIST", help="Formats of the files.")
    ] = "html,pdf,xlsx",
    as_of: Annotated[
        str | None,
        typer.Option(
            "--as-of", metavar="DATE", help="Date on the brief; SOURCE_DATE_EPOCH or today if omitted."
        ),
    ] = None,
    year: Annotated[
        str | None,
        typer.Option("--year", metavar="YEAR", help="Year of the figures; the latest complete one."),
    ] = None,
    sections: Annotated[
        str | None,
        typer.Option("--sections", metavar="LIST", help="Only these sections: summary,stress,stocks."),
    ] = None,
    workers: Annotated[
        str,
        typer.Option("--workers", metavar="N", help="Processes that render; the files do not depend on it."),
    ] = "1",
    out: Annotated[str, typer.Option("--out", metavar="FOLDER", help="Folder for the files.")] = "out",
    world: WorldOption = None,
    seed: SeedOption = "0",
    format_name: FormatOption = None,
    quiet: QuietOption = False,
    verbose: VerboseOption = False,
) -> None:
    """Check the question, build the document once, render it, and replace the files as one set."""
    faults = Faults()
    options = common(
        faults,
        world=world,
        seed=seed,
        format_name=format_name,
        out=out,
        quiet=quiet,
        verbose=verbose,
        folder=True,
    )
    question = Question(
        members=faults.of(lambda: members_of(members), ()),
        languages=faults.of(lambda: chosen("--lang", "language", lang, LANGUAGES, slips=SLIPS), ()),
        formats=faults.of(lambda: chosen("--formats", "format", formats, FORMATS), ()),
        as_of=faults.of(lambda: as_of_today() if as_of is None else iso_date("--as-of", as_of), date.min),
        year=None
        if year is None
        else faults.of(lambda: whole("--year", year, at_least=1900, at_most=2100), None),
        workers=faults.of(lambda: whole("--workers", workers, at_least=1, at_most=256), 1),
        folder=Path(out),
    )
    parts: tuple[str, ...] = ()
    if sections is not None:
        parts = faults.of(lambda: items("--sections", sections), ())
    source = faults.of(lambda: opened(options), None)
    faults.refuse()
    assert source is not None

    def build(progress: Progress) -> Brief:
        from pactolus.reports.brief import build_brief

        return build_brief(
            source,
            question.members,
            year=question.year,
            as_of=question.as_of,
            sections=parts,
            progress=progress,
        )

    hand_over(write(build, question, options), question, options)
