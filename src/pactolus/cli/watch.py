"""``pactolus watch``: what to look at today, what may go wrong next year, and how good such warnings were.

``pactolus watch KOR JPN`` runs the default command of the group; the first word decides.
"""

from __future__ import annotations

from typing import Annotated, Any, Final

import typer

from pactolus.cli.feedback import progress_on_stderr, say
from pactolus.cli.options import Common, Faults, chosen, opened, whole
from pactolus.cli.plain import PlainCommand, PlainGroup
from pactolus.cli.shared import with_common_options
from pactolus.cli.watch_list import list_command
from pactolus.cli.watch_score import score_command
from pactolus.cli.watch_study import study_command
from pactolus.errors import InputError, NoAnswerError, OptionError, near_misses

__all__ = ["DEFAULT", "watch_app"]

#: Command that runs where the first word names none: ``pactolus watch KOR JPN``.
DEFAULT: Final = "list"
_TABLES: Final[tuple[str, ...]] = ("outlook", "reasons", "scores")
_TARGETS: Final[tuple[str, ...]] = ("volume", "value")


class WatchGroup(PlainGroup):
    """A group whose default command needs no name: its first argument may stand in the place of the name."""

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """The command that the first word names, or the default one with all words as its own."""
        first, known = args[0], list(self.commands)
        other = first not in known and not first.startswith("-")
        if other and (_is_member(first) or not near_misses(first, known)):
            args = [DEFAULT, *args]
        return super().resolve_command(ctx, args)


def _is_member(text: str) -> bool:
    """Is the first of the names a country, region or coalition?"""
    from pactolus.terms.countries import entity

    try:
        entity(text.split(",")[0])
    except InputError:
        return False
    return True


watch_app = typer.Typer(
    cls=WatchGroup, no_args_is_help=True, context_settings={"help_option_names": ["-h", "--help"]}
)


@watch_app.callback()
def _group() -> None:
    """Keep the group a group, also while it has one command."""


@watch_app.command("outlook", cls=PlainCommand, help="How likely imports fall or cost more next year.")
@with_common_options()
def outlook_command(
    faults: Faults,
    options: Common,
    members: Annotated[
        list[str], typer.Argument(metavar="MEMBER ...", help="Countries or coalitions: KOR JPN, or KOR,JPN.")
    ],
    year: Annotated[
        str | None,
        typer.Option(
            "--year", metavar="YEAR", help="Of the outlook; the year after the last trade if omitted."
        ),
    ] = None,
    target: Annotated[
        str,
        typer.Option("--target", metavar="LIST", help="volume (-30 %), value (unit value +50 %), or both."),
    ] = "volume,value",
    minerals: Annotated[
        str, typer.Option("--minerals", metavar="LIST", help="Minerals or groups: cobalt,battery; or all.")
    ] = "critical",
    table: Annotated[
        str,
        typer.Option("--table", metavar="|".join(_TABLES), help="Outlook, its reasons, or past scores."),
    ] = "outlook",
    alerts: Annotated[
        bool, typer.Option("--alerts", help="Only rows among the likeliest tenth of all importers.")
    ] = False,
) -> None:
    """One row a target, member, mineral and code; the members' skill and base rate go to stderr first."""
    sides = faults.of(lambda: chosen("--table", "table", table, _TABLES), _TABLES[:1])
    if len(sides) > 1:
        faults.note(OptionError(f"--table: {', '.join(sides)}; one table at a time"))
    if alerts and sides[0] == "scores":
        faults.note(OptionError("--alerts: scores are of all rows; leave it away, or ask for another table"))
    asked = faults.of(lambda: chosen("--target", "target", target, _TARGETS), _TARGETS)
    wanted = faults.of(
        lambda: None if year is None else whole("--year", year, at_least=1900, at_most=2100), None
    )
    world = faults.of(lambda: opened(options), None)
    faults.refuse()
    assert world is not None
    from pactolus.cli.output import write_data
    from pactolus.cli.tables import as_text_table
    from pactolus.warning.annual.outlooks import outlook

    with progress_on_stderr(quiet=options.quiet) as progress:
        found = outlook(
            world,
            ",".join(members),
            wanted,
            minerals=minerals,
            targets=asked,
            seed=options.seed,
            progress=progress,
        )
    for note in found.notes:
        say(note, quiet=options.quiet)
    if found.table.filter(status="ok").is_empty():
        counts = found.table["status"].value_counts(sort=True).iter_rows()
        said = ", ".join(f"{number} rows {status}" for status, number in counts)
        raise NoAnswerError(f"no member has an outlook of {found.year} for these minerals: {said}")
    side = {"outlook": found.table, "reasons": found.reasons, "scores": found.scores}[sides[0]]
    write_data(side.filter(alert="yes") if alerts else side, options, as_table=as_text_table)


watch_app.command("list", cls=PlainCommand, help="Today's watchlist; also without the word list.")(
    list_command
)
watch_app.command("score", cls=PlainCommand, help="Monthly signals and alerts of your own series.")(
    score_command
)
watch_app.command("study", cls=PlainCommand, help="Which signals fired before past events, and how early.")(
    study_command
)
