"""``pactolus dialogue agenda``: the pack for the next meeting, in three languages, as HTML and PDF."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pactolus.cli.dialogue_options import SinceOption, meetings_for, own_workspace, saved_items, start_of
from pactolus.cli.documents import FORMATS, LANGUAGES, SLIPS, Question, hand_over, members_of, write
from pactolus.cli.feedback import say
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
    opened,
    whole,
)
from pactolus.cli.policy_options import WorkspaceOption, register_for
from pactolus.cli.projects_options import records_for
from pactolus.cli.respond_clocks import own_clocks
from pactolus.runs.manifest import as_of_today
from pactolus.runs.progress import Progress

if TYPE_CHECKING:
    import polars as pl

    from pactolus.reports.document import Brief
    from pactolus.response.events.event import Event
    from pactolus.workspace.folder import Workspace

__all__ = ["agenda_command"]


def agenda_command(
    members: Annotated[
        list[str], typer.Argument(metavar="MEMBER", help="Two or more countries or coalitions: KOR JPN.")
    ],
    since: SinceOption = None,
    next_on: Annotated[
        str | None,
        typer.Option("--next", metavar="DATE", help="Day of the next meeting; 'not stated' if omitted."),
    ] = None,
    lang: Annotated[str, typer.Option("--lang", metavar="LIST", help="Languages.")] = "en,ko,ja",
    formats: Annotated[
        str, typer.Option("--formats", metavar="LIST", help="Formats of the files: html, pdf, xlsx.")
    ] = "html,pdf,xlsx",
    as_of: Annotated[
        str | None,
        typer.Option(
            "--as-of", metavar="DATE", help="Day of the pack; SOURCE_DATE_EPOCH or today if omitted."
        ),
    ] = None,
    annex: Annotated[
        bool, typer.Option("--annex/--no-annex", help="Whether the joint brief follows as an annex.")
    ] = True,
    pooling: Annotated[
        str | None,
        typer.Option(
            "--pooling",
            metavar="FILE.csv",
            help="Gains of pooling, as 'pactolus stockpile pool --out FILE.csv' wrote them.",
        ),
    ] = None,
    workers: Annotated[
        str,
        typer.Option("--workers", metavar="N", help="Processes that render; the files do not depend on it."),
    ] = "1",
    out: Annotated[str, typer.Option("--out", metavar="FOLDER", help="Folder for the files.")] = "out",
    workspace: WorkspaceOption = None,
    world: WorldOption = None,
    seed: SeedOption = "0",
    format_name: FormatOption = None,
    quiet: QuietOption = False,
    verbose: VerboseOption = False,
) -> None:
    """Gather what changed and what is open, build the pack once, and render it in every language."""
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
        name="agenda",
        members=faults.of(lambda: members_of(members, example="pactolus dialogue agenda KOR JPN"), ()),
        languages=faults.of(lambda: chosen("--lang", "language", lang, LANGUAGES, slips=SLIPS), ()),
        formats=faults.of(lambda: chosen("--formats", "format", formats, FORMATS), ()),
        as_of=faults.of(lambda: as_of_today() if as_of is None else iso_date("--as-of", as_of), date.min),
        year=None,
        workers=faults.of(lambda: whole("--workers", workers, at_least=1, at_most=256), 1),
        folder=Path(out),
    )
    first = faults.of(lambda: None if since is None else iso_date("--since", since), None)
    following = faults.of(lambda: None if next_on is None else iso_date("--next", next_on), None)
    gains = faults.of(lambda: _gains(pooling), None)
    source = faults.of(lambda: opened(options), None)
    faults.refuse()
    assert source is not None
    own = own_workspace(workspace)
    known = meetings_for(own)
    ours = [one for one in known if set(one.members) == set(question.members)]
    start = start_of(ours, first, question.as_of)
    _say_left_out(own)

    def build(progress: Progress) -> Brief:
        from pactolus.reports.agenda.build import build_agenda

        return build_agenda(
            source,
            question.members,
            as_of=question.as_of,
            since=start,
            next_on=following,
            annex=annex,
            known_meetings=known,
            known_register=register_for(workspace),
            records=records_for(workspace, source if options.world else None),
            saved_before=saved_items(own, start, only_open=True),
            saved=saved_items(own, question.as_of, only_open=True),
            events=_open_events(own),
            clocks=own_clocks(own),
            gains=gains,
            progress=progress,
        )

    hand_over(write(build, question, options), question, options)


def _gains(text: str | None) -> pl.DataFrame | None:
    from pactolus.reports.agenda.pooled import read_pooled

    return None if text is None else read_pooled(Path(text))


def _open_events(own: Workspace | None) -> list[Event]:
    """Events of a workspace with a label of open: a pack holds open data only."""
    from pactolus.response.events.reading import read_event

    found = [] if own is None else [read_event(file, own.levels) for file in own.files("events")]
    kept = [one for one in found if one.label(own.levels if own else None).is_open and not one.fictitious]
    if len(kept) < len(found):
        say(
            f"{len(found) - len(kept)} events with a label above open, or made up, are not in the pack",
            quiet=False,
        )
    return kept


def _say_left_out(own: Workspace | None) -> None:
    """A pack holds open data only: say how many saved records are left out."""
    if own is None:
        return
    from pactolus.dialogue.commitments import KIND

    closed = sum(not own.levels.read(one.label).is_open for one in own.store.all(KIND))
    if closed:
        say(f"{closed} saved records with a label above open are not in the pack", quiet=False)
