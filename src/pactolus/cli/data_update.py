"""``pactolus data update``: live sources asked for what is new, and what was known on a day."""

from __future__ import annotations

import os
from collections.abc import Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from pactolus.cli.feedback import progress_on_stderr, say
from pactolus.cli.options import Common, Faults, iso_date, items
from pactolus.cli.shared import with_common_options
from pactolus.errors import NoAnswerError, OptionError

if TYPE_CHECKING:
    import polars as pl

    from pactolus.catalogue.status import DataStatus
    from pactolus.catalogue.updates.run import Outcome
    from pactolus.catalogue.updates.sources import Source

__all__ = ["update_command"]

_MODES: Final = ("--dry-run", "--offline", "--as-of")
_NONE: tuple[str, ...] = ()


@with_common_options(world=False)
def update_command(
    faults: Faults,
    options: Common,
    folder: Annotated[str, typer.Argument(metavar="FOLDER", help="Update folder; made, or gone on with.")],
    sources: Annotated[
        str | None,
        typer.Option(
            "--sources", metavar="NAME[,NAME]", help="Ask these; all that are switched on if omitted."
        ),
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="List requests and seconds, and ask nothing.")
    ] = False,
    offline: Annotated[
        bool, typer.Option("--offline", help="Ask nothing; say what is kept, and how old it is.")
    ] = False,
    as_of: Annotated[
        str | None,
        typer.Option("--as-of", metavar="DATE", help="Ask nothing; list the files known on this day (UTC)."),
    ] = None,
    accept: Annotated[
        list[str] | None,
        typer.Option("--accept", metavar="ID", help="Take a doubted finding as it is; may be repeated."),
    ] = None,
    address: Annotated[
        list[str] | None,
        typer.Option("--address", metavar="NAME=URL", help="Ask a source here instead; may be repeated."),
    ] = None,
) -> None:
    """One row a source; the key of UN Comtrade comes from PACTOLUS_COMTRADE_KEY."""
    given = [name for name, on in zip(_MODES, (dry_run, offline, as_of is not None), strict=True) if on]
    if len(given) > 1:
        faults.note(OptionError(f"{' and '.join(given)}: use one of them"))
    day = None if as_of is None else faults.of(lambda: iso_date("--as-of", as_of), None)
    names = _NONE if sources is None else faults.of(lambda: items("--sources", sources), _NONE)
    accepted = _NONE if not accept else faults.of(lambda: items("--accept", accept), _NONE)
    nothing: tuple[list[Source], Mapping[str, Source]] = ([], {})
    chosen, known = faults.of(lambda: _sources(Path(folder), names, address), nothing)
    faults.refuse()
    from pactolus.cli.output import write_data
    from pactolus.cli.tables import as_text_table

    if day is not None:
        write_data(_known(Path(folder), day), options, as_table=as_text_table)
    elif offline:
        _offline(Path(folder), options)
    elif dry_run:
        _plan(Path(folder), chosen, options)
    else:
        _update(Path(folder), [source.id for source in chosen], known, accepted, options)


def _sources(
    folder: Path, names: tuple[str, ...], given: list[str] | None
) -> tuple[list[Source], Mapping[str, Source]]:
    from pactolus.catalogue.updates.sources import chosen_sources, known_sources

    addresses = {}
    for text in given or ():
        name, sign, address = text.partition("=")
        if not sign:
            raise OptionError(f"--address: {text!r}; write NAME=URL")
        addresses[name] = address
    known = known_sources(folder, addresses)
    return chosen_sources(known, names), known


def _update(
    folder: Path, names: list[str], known: Mapping[str, Source], accepted: tuple[str, ...], options: Common
) -> None:
    from pactolus.catalogue.updates.run import update
    from pactolus.cli.output import write_data
    from pactolus.cli.tables import as_text_table
    from pactolus.runs.asking import Patience

    with progress_on_stderr(quiet=options.quiet) as progress:
        done = update(
            folder,
            names,
            sources=known,
            accepted=accepted,
            patience=Patience(jitter=0.5, seed=options.seed),
            progress=progress,
            told=say if options.verbose else None,
        )
    write_data(_outcome(done), options, as_table=as_text_table)
    for note in done.notes:
        say(f"note: {note}", quiet=options.quiet)
    say(f"{done.requests} requests; build with: {_next(folder)}", quiet=options.quiet)
    if done.failed:
        lines = [status.sentence for status in done.failed]
        others = len(done.sources) > len(done.failed)
        raise NoAnswerError("\n".join([*lines, *(["the other sources are renewed"] if others else [])]))


def _next(folder: Path) -> str:
    return f"pactolus data build --updates {folder} --out my-world"


def _outcome(done: Outcome) -> pl.DataFrame:
    """One row a source that was asked: what came, and how fresh it is."""
    import polars as pl

    rows = []
    for status in done.statuses:
        if status.source not in done.sources:
            continue
        own = [entry for entry in done.entries if entry.source == status.source]
        counts = {name: sum(1 for e in own if e.status == name and e.sha256) for name in ("new", "unchanged")}
        rows.append({"source": status.source, **counts, **_freshness(status)})
    return pl.DataFrame(rows, schema_overrides={"stale_since": pl.String})


def _freshness(status: DataStatus) -> dict[str, str | int | None]:
    return {
        "files": status.files,
        "newest": status.newest or None,
        "checked": status.checked or None,
        "stale_since": status.stale_since or None,
        "reason": status.reason or None,
    }


def _offline(folder: Path, options: Common) -> None:
    import polars as pl

    from pactolus.catalogue.updates.known import known_on, status_on
    from pactolus.cli.output import write_data
    from pactolus.cli.tables import as_text_table

    known_on(folder)
    today = datetime.now(UTC).date()
    rows = [
        {"source": status.source, "age_days": _age(status.checked, today), **_freshness(status)}
        for status in status_on(folder)
    ]
    frame = pl.DataFrame(rows, schema_overrides={"age_days": pl.Int64, "stale_since": pl.String})
    write_data(frame, options, as_table=as_text_table)
    say(f"nothing was asked; build with: {_next(folder)}", quiet=options.quiet)


def _age(day: str, today: date) -> int | None:
    return (today - date.fromisoformat(day)).days if day else None


def _known(folder: Path, day: date) -> pl.DataFrame:
    import polars as pl

    from pactolus.catalogue.updates.known import known_on

    rows = [
        {
            "source": known.source,
            "part": known.part,
            "day": known.day,
            "checked": known.checked,
            "stale_since": known.stale_since or None,
            "sha256": known.sha256,
            "file": str(known.file),
        }
        for known in known_on(folder, day)
    ]
    return pl.DataFrame(rows, schema_overrides={"stale_since": pl.String})


def _plan(folder: Path, chosen: list[Source], options: Common) -> None:
    from pactolus.catalogue.readers.comtrade_server import KEY
    from pactolus.catalogue.updates.plan import plan
    from pactolus.cli.output import write_data
    from pactolus.cli.tables import as_text_table

    with_key = bool(os.environ.get(KEY, "").strip())
    found = plan(folder, chosen, datetime.now(UTC).date(), with_key=with_key)
    write_data(found, options, as_table=as_text_table)
    if not with_key and any(source.months is not None for source in chosen):
        say(f"without a key in {KEY}: 500 rows an answer, one month a question", quiet=options.quiet)
    say(f"{found['requests'].sum()} requests at least; nothing was asked", quiet=options.quiet)
