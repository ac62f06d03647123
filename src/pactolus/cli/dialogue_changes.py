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
    say_label,
    start_of,
)
from pactolus.cli.feedback import say
from pactolus.cli.options import Common, Faults, chosen, iso_date, items, opened
from pactolus.cli.policy_options import WorkspaceOption, day_of, register_for
from pactolus.cli.projects_options import records_for
from pactolus.cli.shared import with_common_options
from pactolus.errors import OptionError

if TYPE_CHECKING:
    from pactolus.catalogue.world import World

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
    from pactolus.reports.changed import Between, changes_between, exposure_note

    own = own_workspace(workspace)
    start = start_of(meetings_for(own), first, last)
    say(f"changes after {start} and up to {last}", quiet=options.quiet)
    asked = Between(
        first=start,
        last=last,
        worlds=_worlds(options, world_before) if "exposure" in wanted else None,
        members=whose,
        register=register_for(workspace),
        records=records_for(workspace),
        own=own,
        language=lang,
    )
    if "exposure" in wanted:
        say(exposure_note(asked), quiet=options.quiet)
    frame = changes_between(asked, wanted)
    write_data(frame, options, as_table=changes_text)
    say_label(own, frame.filter(frame["kind"] == "commitment")["id"])


def _worlds(options: Common, before: str | None) -> tuple[World, World]:
    """Of the earlier and of the later day."""
    from pactolus.catalogue.world import open_world

    world = opened(options)
    if before is None:
        return world, world
    return open_world(None if before == "embedded" else Path(before)), world
