"""``pactolus watch KOR JPN``: today's watchlist, what changed in it, and messages about what is new."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from pactolus.cli.dialogue_options import LANGUAGES, own_workspace
from pactolus.cli.feedback import say
from pactolus.cli.options import Common, Faults, chosen, iso_date, opened
from pactolus.cli.policy_options import WorkspaceOption, register_for
from pactolus.cli.shared import with_common_options
from pactolus.cli.stockpile_options import HoldingsOption
from pactolus.cli.watch_cover import held_for, triggers_of
from pactolus.errors import OptionError, PactolusError

if TYPE_CHECKING:
    import polars as pl

    from pactolus.catalogue.world import World
    from pactolus.stockpile.members.holdings import HoldingRange
    from pactolus.warning.watching.channels import Channel
    from pactolus.warning.watching.lists import Watchlist
    from pactolus.warning.watching.notify import Outcome

__all__ = ["NEWS", "list_command"]

_TABLES: Final = ("list", "differences", "missing", "changes")
_LEVELS: Final = ("act", "look", "note")
#: Exit code of ``--exit-code`` where something new is to be acted on.
NEWS: Final = 4


@with_common_options()
def list_command(
    faults: Faults,
    options: Common,
    members: Annotated[
        list[str], typer.Argument(metavar="MEMBER ...", help="Countries or coalitions: KOR JPN, or KOR,JPN.")
    ],
    as_of: Annotated[
        str | None, typer.Option("--as-of", metavar="DATE", help="Nothing after it is known; today.")
    ] = None,
    since: Annotated[
        str | None,
        typer.Option("--since", metavar="DATE", help="What is new, gone, stronger or weaker since that day."),
    ] = None,
    since_world: Annotated[
        str | None,
        typer.Option("--since-world", metavar="PATH", help="World that was known then; the same if omitted."),
    ] = None,
    minerals: Annotated[
        str, typer.Option("--minerals", metavar="LIST", help="Minerals or groups: cobalt,battery; or all.")
    ] = "critical",
    level: Annotated[
        str | None,
        typer.Option("--level", metavar="|".join(_LEVELS), help="This level and above; all if omitted."),
    ] = None,
    table: Annotated[
        str | None,
        typer.Option("--table", metavar="|".join(_TABLES), help="The list; changes with --since."),
    ] = None,
    lang: Annotated[
        str, typer.Option("--lang", metavar="en|ko|ja", help="Language of the list and of e-mails.")
    ] = "en",
    notify: Annotated[
        list[str] | None,
        typer.Option(
            "--notify",
            metavar="WHERE",
            help="Send what is new: jsonl:FILE, eml:FOLDER, https://..., or webhook. Several times.",
        ),
    ] = None,
    state: Annotated[
        str | None,
        typer.Option("--state", metavar="FILE", help="What was sent already; of the workspace if omitted."),
    ] = None,
    exit_code: Annotated[
        bool, typer.Option("--exit-code", help="Leave with 4 where a row at level act is new.")
    ] = False,
    trigger: Annotated[
        str | None,
        typer.Option("--trigger", metavar="KOR=60,JPN=30", help="Days of cover under which a member acts."),
    ] = None,
    holdings: HoldingsOption = None,
    workspace: WorkspaceOption = None,
) -> None:
    """One row a member, mineral and reason; what could not be judged is said, never left out."""
    from pactolus.runs.manifest import as_of_today

    day = faults.of(lambda: as_of_today() if as_of is None else iso_date("--as-of", as_of), date.max)
    then = faults.of(lambda: None if since is None else iso_date("--since", since), None)
    side = faults.of(lambda: _table(table, then), "list")
    least = faults.of(lambda: None if level is None else _one("--level", "level", level, _LEVELS), None)
    language = faults.of(lambda: _one("--lang", "language", lang, LANGUAGES), "en")
    if then is not None and then > day:
        faults.note(OptionError(f"--since: {then} lies after --as-of {day}; give the earlier day"))
    if since_world is not None and then is None:
        faults.note(OptionError("--since-world: needs --since, the day of that world"))
    nowhere: tuple[Channel, ...] = ()
    channels = faults.of(lambda: _channels(notify or []), nowhere)
    kept = faults.of(lambda: _state(state, workspace, needed=bool(channels)), None)
    nobody: tuple[tuple[HoldingRange, ...], str] = ((), "open")
    no_limit: dict[str, float] = {}
    limits = faults.of(lambda: triggers_of(trigger), no_limit)
    held, label = faults.of(lambda: _held(holdings, workspace, members, limits), nobody)
    world = faults.of(lambda: opened(options), None)
    faults.refuse()
    assert world is not None
    from pactolus.stockpile.members.cover import cover_of

    cover = partial(cover_of, held=held, triggers=limits, register=register_for(workspace))
    found = _listed(world, members, day, minerals, workspace, options.seed, cover)
    before = None
    if then is not None:
        old = world if since_world is None else _opened(since_world)
        before = _listed(old, members, then, minerals, workspace, options.seed, cover)
    if label != "open":
        said = f"days of cover are labelled {label}: keep the list to those who may see them"
        say(said, quiet=options.quiet)
    for note in found.notes:
        say(note, quiet=options.quiet)
    changes = None if before is None else _changes(before, found)
    _write(found, changes, options, (side, least, language))
    if channels and held:
        say("days of cover tell what is held: they are not sent", quiet=options.quiet)
    outcomes = _sent(_without_cover(found), channels, kept, least or "look", language)
    for one in outcomes:
        told = f"not sent: {one.fault}; the next run tries again" if one.fault else f"{len(one.new)} new"
        say(f"{one.channel}: {told}", quiet=options.quiet and not one.fault)
    if any(one.fault for one in outcomes):
        raise PactolusError("not everything was sent: " + ", ".join(o.channel for o in outcomes if o.fault))
    if exit_code and _acted(found, changes, outcomes):
        raise typer.Exit(NEWS)


def _one(option: str, kind: str, text: str, known: tuple[str, ...]) -> str:
    found = chosen(option, kind, text, known)
    if len(found) > 1:
        raise OptionError(f"{option}: {', '.join(found)}; one at a time")
    return found[0]


def _table(text: str | None, since: date | None) -> str:
    if text is None:
        return "list" if since is None else "changes"
    found = _one("--table", "table", text, _TABLES)
    if found == "changes" and since is None:
        raise OptionError("--table changes: needs --since, the day that the list is compared with")
    return found


def _channels(texts: list[str]) -> tuple[Channel, ...]:
    if not texts:
        return ()
    from pactolus.warning.watching.channels import channel_of

    return tuple(channel_of(text) for text in texts)


def _state(text: str | None, workspace: str | None, *, needed: bool) -> Path | None:
    """The file that says what was sent already."""
    if text is not None:
        return Path(text)
    own = own_workspace(workspace) if needed else None
    if needed and own is None:
        raise OptionError("--notify: needs --state FILE or --workspace, to know what was sent already")
    return None if own is None else own.folder / "watch" / "sent.jsonl"


def _opened(path: str) -> World:
    from pactolus.catalogue.world import open_world

    return open_world(None if path == "embedded" else Path(path))


def _listed(
    world: World,
    members: list[str],
    day: date,
    minerals: str,
    workspace: str | None,
    seed: int,
    cover: Callable[..., pl.DataFrame | None],
) -> Watchlist:
    from pactolus.reports.today import list_of_day

    return list_of_day(
        world,
        members,
        day,
        register=register_for(workspace),
        minerals=minerals,
        own=own_workspace(workspace),
        cover=cover(world, day=day),
        seed=seed,
    )


def _held(
    holdings: str | None, workspace: str | None, members: list[str], limits: dict[str, float]
) -> tuple[tuple[HoldingRange, ...], str]:
    from pactolus.terms.countries import importers_named

    return held_for(holdings, workspace, importers_named(members), limits)


def _without_cover(found: Watchlist) -> Watchlist:
    """The list without what declared holdings tell: messages carry no labels."""
    return replace(found, table=found.table.filter(found.table["signal"] != "cover_days"))


def _changes(before: Watchlist, after: Watchlist) -> pl.DataFrame:
    from pactolus.warning.watching.changes import list_changes

    return list_changes(before, after)


def _write(
    found: Watchlist, changes: pl.DataFrame | None, options: Common, how: tuple[str, str | None, str]
) -> None:
    from pactolus.cli.output import write_data
    from pactolus.cli.tables import as_text_table
    from pactolus.cli.watch_text import changes_text, list_text
    from pactolus.warning.watching.shown import at_least, in_language

    side, least, lang = how
    if side == "missing":
        write_data(found.missing, options, as_table=as_text_table)
    elif side == "differences":
        write_data(at_least(found.differences, least), options, as_table=as_text_table)
    elif side == "changes":
        assert changes is not None
        write_data(at_least(changes, least), options, as_table=partial(changes_text, found, lang))
    else:
        frame = at_least(found.table, least)
        write_data(in_language(frame, found, lang), options, as_table=partial(list_text, found, least, lang))


def _sent(
    found: Watchlist, channels: tuple[Channel, ...], state: Path | None, level: str, lang: str
) -> list[Outcome]:
    if not channels or state is None:
        return []
    from pactolus.warning.watching.notify import notify

    return notify(found, channels, state, level=level, lang=lang)


def _acted(found: Watchlist, changes: pl.DataFrame | None, outcomes: list[Outcome]) -> bool:
    """Is a row at level act new: to a channel that was notified, since a day, or, without these, at all?"""
    if outcomes:
        rows: list[Any] = [row for one in outcomes for row in one.new]
        return any(row["level"] == "act" for row in rows)
    if changes is not None:
        return changes.filter((changes["level"] == "act") & (changes["level_before"] != "act")).height > 0
    return found.table.filter(level="act").height > 0
