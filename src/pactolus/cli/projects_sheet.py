"""``pactolus projects sheet``: the chosen portfolio as term sheets, a draft for negotiation."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pactolus.cli.feedback import progress_on_stderr, say
from pactolus.cli.options import Common, Faults, chosen, items, opened
from pactolus.cli.projects_choice import Asked, instance_for, need_secretariat
from pactolus.cli.projects_choice_options import with_choice_options
from pactolus.cli.projects_options import records_for
from pactolus.cli.shared import with_common_options
from pactolus.errors import OptionError

if TYPE_CHECKING:
    from pactolus.projects.base.candidates import Candidate
    from pactolus.projects.pipeline.parts import Project
    from pactolus.reports.projects.deals import Party

__all__ = ["sheet_command"]

_LANGUAGES: tuple[str, ...] = ("en", "ko", "ja")


@with_common_options()
@with_choice_options()
def sheet_command(
    faults: Faults,
    options: Common,
    asked: Asked,
    parties: Annotated[
        str | None,
        typer.Option(
            "--parties",
            metavar="FILE.csv",
            help="Companies of each side: project, member, company, share, role, source.",
        ),
    ] = None,
    floors: Annotated[
        str | None,
        typer.Option("--floors", metavar="ID=USD,...", help="Price floors to write in, USD a tonne."),
    ] = None,
    language: Annotated[str, typer.Option("--lang", metavar="en|ko|ja", help="Language.")] = "en",
) -> None:
    """A workbook: a summary, and one sheet a project; ``--out FILE.xlsx`` says where."""
    need_secretariat(faults, asked, "projects sheet")
    lang = faults.of(lambda: chosen("--lang", "language", language, _LANGUAGES), _LANGUAGES)[0]
    nobody: dict[str, list[Party]] = {}
    named = faults.of(lambda: _parties(parties, asked.members), nobody)
    nothing: dict[str, float] = {}
    floor_of = faults.of(lambda: _floors(floors), nothing)
    if options.out is None or options.out.suffix.lower() != ".xlsx":
        faults.note(OptionError("--out: a term sheet is a workbook; write --out terms.xlsx"))
    faults.refuse()
    _write(asked, options, lang, named, floor_of)


def _write(
    asked: Asked,
    options: Common,
    lang: str,
    parties: Mapping[str, list[Party]],
    floors: Mapping[str, float],
) -> None:
    from pactolus.cli.output import deliver
    from pactolus.projects.selection.portfolio import select
    from pactolus.reports.projects.deals import deals_of
    from pactolus.reports.projects.terms_sheet import term_sheets

    with progress_on_stderr(quiet=options.quiet) as progress:
        made = instance_for(asked, options, progress)
        found = select(made, asked.limits, **asked.budget)
        records, candidates = _known(asked, options)
        deals = deals_of(
            found,
            records=records,
            candidates=candidates,
            part_on_offer=asked.part,
            on=asked.on,
            parties=parties,
            floors=floors,
        )
    notes = [note for note in made.notes if ": left out" not in note]
    content = term_sheets(deals, asked.members, lang, day=asked.on, synthetic=made.synthetic, notes=notes)
    deliver(content, options.out)
    say(f"{len(deals)} term sheets; drafts for negotiation, not offers", quiet=options.quiet)


def _known(asked: Asked, options: Common) -> tuple[dict[str, Project], dict[str, Candidate]]:
    """Records and candidates by id; none where the projects are invented."""
    from pactolus.projects.pipeline.appraisable import candidates_of

    if asked.synthetic is not None:
        return {}, {}
    records = records_for(asked.workspace, opened(options))
    return {one.id: one for one in records}, {one.id: one for one in candidates_of(records)[0]}


def _parties(file: str | None, members: tuple[str, ...]) -> dict[str, list[Party]]:
    from pactolus.reports.projects.deals import read_parties

    return {} if file is None else read_parties(Path(file), members)


def _floors(text: str | None) -> dict[str, float]:
    """``ID=USD`` of each project."""
    found: dict[str, float] = {}
    for one in items("--floors", text) if text is not None else ():
        name, _, amount = one.partition("=")
        try:
            value = float(amount)
        except ValueError:
            value = -1.0
        if not 0 < value < 1e10:
            raise OptionError(f"--floors: {one!r}; write ID=USD a tonne, above 0")
        found[name.strip()] = value
    return found
