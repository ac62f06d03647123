"""``pactolus dialogue changes``: what moved between two days, four kinds of change in one table."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pactolus.cli.dialogue_options import (
    LANGUAGES,
    LangOption,
    SinceOption,
    meetings_for,
    own_workspace,
    saved_items,
    saved_on,
    say_label,
    start_of,
)
from pactolus.cli.feedback import say
from pactolus.cli.options import Common, Faults, chosen, iso_date, items, opened
from pactolus.cli.policy_options import WorkspaceOption, day_of, register_for
from pactolus.cli.projects_options import records_for
from pactolus.cli.shared import with_common_options
from pactolus.errors import NoAnswerError, OptionError

if TYPE_CHECKING:
    import polars as pl

    from pactolus.cli.options import Common as Options
    from pactolus.dialogue.meetings import Meeting
    from pactolus.workspace.folder import Workspace

__all__ = ["changes_command"]

_KINDS: tuple[str, ...] = ("exposure", "measure", "project", "commitment")
_NOBODY: tuple[str, ...] = ()


@with_common_options()
def changes_command(
    faults: Faults,
    options: Common,
    since: SinceOption = None,
    until: Annotated[
        str | None, typer.Option("--until", "--on", metavar="DATE", help="The later day; today if omitted.")
    ] = None,
    kinds: Annotated[
        str, typer.Option("--kinds", metavar="LIST", help="Kinds of change: " + ", ".join(_KINDS) + ".")
    ] = ",".join(_KINDS),
    members: Annotated[
        str, typer.Option("--members", metavar="LIST", help="Whose exposures; two or more.")
    ] = "KOR,JPN",
    world_before: Annotated[
        str | None,
        typer.Option(
            "--world-before",
            metavar="PATH",
            help="World of the earlier day. Without it the years of trade of each day are compared.",
        ),
    ] = None,
    language: LangOption = "en",
    workspace: WorkspaceOption = None,
) -> None:
    """Exposures, measures, projects and commitments, each with what held before and after."""
    last = faults.of(lambda: day_of("--until", until), date.max)
    first = faults.of(lambda: None if since is None else iso_date("--since", since), None)
    lang = faults.of(lambda: chosen("--lang", "language", language, LANGUAGES), LANGUAGES)[0]
    wanted = faults.of(lambda: chosen("--kinds", "kind", kinds, _KINDS), _KINDS)
    whose = faults.of(lambda: items("--members", members), _NOBODY)
    if first is not None and first > last:
        faults.note(OptionError(f"--until: {last} lies before --since {first}; give the earlier day first"))
    if world_before is not None and "exposure" not in wanted:
        faults.note(OptionError("--world-before: needs exposure among --kinds"))
    faults.refuse()
    from pactolus.cli.dialogue_table import changes_text
    from pactolus.cli.output import write_data
    from pactolus.dialogue.changes import joined

    own = own_workspace(workspace)
    known = meetings_for(own)
    start = start_of(known, first, last)
    say(f"changes after {start} and up to {last}", quiet=options.quiet)
    parts = []
    if "exposure" in wanted:
        parts.append(_exposures(options, world_before, whose, (start, last), lang))
    if "measure" in wanted:
        parts.append(_measures(workspace, (start, last), lang))
    if "project" in wanted:
        parts.append(_projects(workspace, (start, last)))
    if "commitment" in wanted:
        parts.append(_commitments(known, own, (start, last), lang))
    frame = joined(parts)
    if not frame.height:
        raise NoAnswerError(
            f"no change of {', '.join(wanted)} is recorded after {start} and up to {last}; absence here is "
            "no evidence"
        )
    write_data(frame, options, as_table=changes_text)
    say_label(own, frame.filter(frame["kind"] == "commitment")["id"])


def _exposures(
    options: Options, before: str | None, members: tuple[str, ...], days: tuple[date, date], lang: str
) -> pl.DataFrame:
    from pactolus.catalogue.world import open_world
    from pactolus.reports.moved import LEAST, Seen, exposure_changes, year_seen

    world = opened(options)
    old = world if before is None else open_world(None if before == "embedded" else Path(before))
    seen = [Seen(one, year_seen(one, day)) for one, day in zip((old, world), days, strict=True)]
    with_rule = "as this edition has both" if before is None else "each as its world has it"
    say(
        f"exposure: {seen[0].label} -> {seen[1].label}, {with_rule}; a year is taken to be out from "
        f"February of the second year after it; moves of a share below {LEAST:.0%} are left out",
        quiet=options.quiet,
    )
    return exposure_changes(seen[0], seen[1], members, lang)


def _measures(workspace: str | None, days: tuple[date, date], lang: str) -> pl.DataFrame:
    from pactolus.dialogue.changes import moved
    from pactolus.reports.moved import measure_states

    known = register_for(workspace)
    first, last = days
    before = measure_states(known, first, language=lang)
    return moved("measure", before, measure_states(known, last, first, language=lang))


def _projects(workspace: str | None, days: tuple[date, date]) -> pl.DataFrame:
    from pactolus.dialogue.changes import moved
    from pactolus.reports.moved import project_states

    known = records_for(workspace)
    first, last = days
    return moved("project", project_states(known, first), project_states(known, last, first))


def _commitments(
    known: tuple[Meeting, ...], own: Workspace | None, days: tuple[date, date], lang: str
) -> pl.DataFrame:
    from pactolus.dialogue.changes import item_states, moved
    from pactolus.dialogue.commitments import commitments

    before, after = (
        item_states(commitments(known, saved_items(own, day), day, language=lang), saved_on(own, day))
        for day in days
    )
    return moved("commitment", before, after)
