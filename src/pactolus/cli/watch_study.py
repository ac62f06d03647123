"""``pactolus watch study``: which signals would have fired before past events, with which lead."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Annotated, Final

import typer

from pactolus.cli.feedback import say
from pactolus.cli.options import Common, Faults, chosen, iso_date, opened, whole
from pactolus.cli.shared import with_common_options
from pactolus.errors import NoAnswerError, OptionError

if TYPE_CHECKING:
    import polars as pl

    from pactolus.warning.signals.series import MonthlySeries

__all__ = ["study_command"]

_TABLES: Final[tuple[str, ...]] = ("events", "scores", "gaps", "leads", "false-alerts", "points")


@with_common_options()
def study_command(
    faults: Faults,
    options: Common,
    members: Annotated[
        list[str] | None,
        typer.Argument(metavar="[MEMBER ...]", help="Importers; KOR JPN if omitted."),
    ] = None,
    series: Annotated[
        list[str] | None,
        typer.Option(
            "--series",
            metavar="SERIES.csv",
            help="Monthly trade with columns reporter and flow as well; may be given several times.",
        ),
    ] = None,
    events: Annotated[
        str | None,
        typer.Option(
            "--events",
            metavar="EVENTS.csv",
            help="Shocks: event, exporter, minerals, kind, day; ours if omitted.",
        ),
    ] = None,
    horizon: Annotated[
        str, typer.Option("--horizon", metavar="LIST", help="Months within which something is to happen.")
    ] = "3,6,12",
    table: Annotated[str, typer.Option("--table", metavar="|".join(_TABLES), help="One table.")] = "scores",
    minerals: Annotated[
        str, typer.Option("--minerals", metavar="LIST", help="Minerals or groups; or all.")
    ] = "critical",
    since: Annotated[str, typer.Option("--since", metavar="YEAR", help="First year.")] = "2010",
    until: Annotated[str, typer.Option("--until", metavar="YEAR", help="Last year.")] = "2025",
    as_of: Annotated[
        str | None,
        typer.Option("--as-of", metavar="DATE", help="Nothing after it is known; today if omitted."),
    ] = None,
) -> None:
    """Scores, leads and false alerts of all signals beside notice only, persistence and always off."""
    from pactolus.runs.manifest import as_of_today

    sides = faults.of(lambda: chosen("--table", "table", table, _TABLES), _TABLES[1:2])
    if len(sides) > 1:
        faults.note(OptionError(f"--table: {', '.join(sides)}; one table at a time"))
    ahead = [
        faults.of(lambda one=one: whole("--horizon", one.strip(), at_least=1, at_most=60), 12)  # type: ignore[misc]
        for one in horizon.split(",")
    ]
    years = [
        faults.of(lambda o=o, text=text: whole(o, text, at_least=1960, at_most=2100), 2010)  # type: ignore[misc]
        for o, text in (("--since", since), ("--until", until))
    ]
    if years[0] > years[1]:
        faults.note(OptionError(f"--since {years[0]} --until {years[1]}: give years in order"))
    day = faults.of(lambda: as_of_today() if as_of is None else iso_date("--as-of", as_of), date.max)
    world = faults.of(lambda: opened(options), None)
    flows = faults.of(lambda: _flows(series or [], day), None)
    faults.refuse()
    assert world is not None
    from pactolus.cli.output import write_data
    from pactolus.cli.tables import as_text_table

    if sides[0] == "points":
        write_data(_points(), options, as_table=as_text_table)
        return
    from pactolus.warning.study.events import shock_events
    from pactolus.warning.study.studies import event_study

    found = event_study(
        world,
        ",".join(members or ["KOR", "JPN"]),
        series=flows,
        events=None if events is None else shock_events(events),
        minerals=minerals,
        horizons=tuple(dict.fromkeys(ahead)),
        since=years[0],
        until=years[1],
        as_of=day,
        seed=options.seed,
    )
    for note in found.notes:
        say(note, quiet=options.quiet)
    frame = getattr(found, sides[0].replace("-", "_"))
    if frame.is_empty():
        raise NoAnswerError(f"no event of {years[0]}-{years[1]} strikes these minerals")
    write_data(frame, options, as_table=as_text_table)


def _flows(files: list[str], day: date) -> MonthlySeries | None:
    """The rows of all files as one series."""
    if not files:
        return None
    from dataclasses import replace

    import polars as pl

    from pactolus.warning.signals.reading import read_series

    parts = [read_series(file, as_of=day) for file in files]
    return replace(
        parts[0],
        table=pl.concat([one.table for one in parts]),
        reported=pl.concat([one.reported for one in parts]).unique(),
        notes=tuple(note for one in parts for note in one.notes),
    )


def _points() -> pl.DataFrame:
    """Press figures of months around measures, and what they show."""
    from pactolus.disruption.effects.profile import monthly_points
    from pactolus.warning.study.worked import worked

    return worked(monthly_points())
