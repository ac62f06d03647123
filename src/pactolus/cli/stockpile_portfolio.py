"""``pactolus stockpile portfolio``: stocks of many minerals under one budget, and what they are worth."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pactolus.cli.feedback import progress_on_stderr, say
from pactolus.cli.options import Common, Faults, chosen, opened, whole
from pactolus.cli.policy_options import OnOption, WorkspaceOption, day_of, register_for
from pactolus.cli.shared import with_common_options
from pactolus.cli.stockpile_options import (
    DeclaredOption,
    ExpertOption,
    HoldingsOption,
    ImportersOption,
    MineralsOption,
    SettingsOption,
    StageOption,
    YearOption,
    declared_of,
    expert_of,
    holdings_of,
    levels_of,
    members_of_text,
    places_of_text,
)
from pactolus.errors import DataError, InputError, OptionError

if TYPE_CHECKING:
    import polars as pl

    from pactolus.stockpile.budget.budgets import Portfolio
    from pactolus.stockpile.members.holdings import HoldingRange

__all__ = ["portfolio_command"]

TABLES = ("minerals", "summary", "disclosure")
Item = tuple[str, str, str]
_NOBODY: tuple[str, ...] = ()
_ONE: tuple[str, ...] = ("minerals",)
_NOTHING: dict[Item, float] = {}
_UNSAID: tuple[HoldingRange, ...] = ()
_MUSD = 1e6
_MOST = 10_000_000


@with_common_options()
def portfolio_command(
    faults: Faults,
    options: Common,
    budget: Annotated[
        str | None, typer.Option("--budget", metavar="MUSD", help="For the worth of all that is bought.")
    ] = None,
    minerals: MineralsOption = "natural-graphite,lithium,tungsten",
    importers: ImportersOption = "KOR,JPN",
    stage: StageOption = None,
    cvar_limit: Annotated[
        str | None,
        typer.Option(
            "--cvar-limit", metavar="MUSD", help="Most that the mean of the worst years may cost, a year."
        ),
    ] = None,
    alpha: Annotated[
        str, typer.Option("--alpha", metavar="PART", help="0.95 looks at the worst twentieth of years.")
    ] = "0.95",
    weight: Annotated[
        str, typer.Option("--weight", metavar="PART", help="Of the worst years, beside the mean.")
    ] = "0.3",
    least_days: Annotated[
        str, typer.Option("--least-days", metavar="DAYS", help="Of use, for every stock.")
    ] = "0",
    most_days: Annotated[
        str, typer.Option("--most-days", metavar="DAYS", help="Of use, for every stock.")
    ] = "270",
    bounds: Annotated[
        str | None,
        typer.Option(
            "--bounds",
            metavar="FILE.csv",
            help="Days of single stocks: mineral, stage, member, least_days, most_days.",
        ),
    ] = None,
    scenarios: Annotated[
        str, typer.Option("--scenarios", metavar="N", help="Paths to choose on, and as many fresh ones.")
    ] = "10000",
    months: Annotated[
        str, typer.Option("--months", metavar="N", help="How long the events of a year are followed.")
    ] = "36",
    year: YearOption = None,
    settings: SettingsOption = "all",
    declared: DeclaredOption = None,
    expert: ExpertOption = None,
    holdings: HoldingsOption = None,
    table: Annotated[
        str, typer.Option("--table", metavar="NAME", help="minerals, summary (the whole) or disclosure.")
    ] = "minerals",
    workers: Annotated[
        str, typer.Option("--workers", metavar="N", help="Processes that draw; results do not depend on it.")
    ] = "1",
    on: OnOption = None,
    workspace: WorkspaceOption = None,
) -> None:
    """One row a mineral, stage and member; days name what they are days of."""
    members = faults.of(lambda: members_of_text(importers), _NOBODY)
    asked = faults.of(lambda: chosen("--table", "table", table, TABLES), _ONE)
    if len(asked) > 1:
        faults.note(OptionError(f"--table: {', '.join(asked)}; one table at a time"))
    if settings not in ("all", "mid"):
        faults.note(OptionError(f"--settings: {settings!r}; all or mid"))
    money = faults.of(lambda: _budget(budget), 1.0)
    limit = faults.of(lambda: None if cvar_limit is None else _number("--cvar-limit", cvar_limit), None)
    level = faults.of(lambda: _number("--alpha", alpha, most=0.9999), 0.95)
    part = faults.of(lambda: _number("--weight", weight, most=1.0), 0.3)
    least = faults.of(lambda: _number("--least-days", least_days), 0.0)
    most = faults.of(lambda: _number("--most-days", most_days), 270.0)
    if most < least:
        faults.note(OptionError(f"--most-days: {most:g}, below --least-days of {least:g}"))
    own_least, own_most = faults.of(lambda: _bounds(bounds), (_NOTHING, _NOTHING))
    drawn = faults.of(lambda: whole("--scenarios", scenarios, at_least=100, at_most=_MOST), 100)
    length = faults.of(lambda: whole("--months", months, at_least=1, at_most=240), 36)
    processes = faults.of(lambda: whole("--workers", workers, at_least=1, at_most=256), 1)
    base = faults.of(lambda: whole("--year", year, at_least=1900, at_most=2100) if year else None, None)
    day = faults.of(lambda: day_of("--on", on), date.min)
    own = faults.of(lambda: declared_of(declared, members), _NOTHING)
    rates = faults.of(lambda: expert_of(expert), None)
    levels = faults.of(lambda: levels_of(workspace), None)
    held = faults.of(lambda: holdings_of(holdings, workspace, members, levels), _UNSAID)
    if "disclosure" in asked and holdings is None and not held:
        faults.note(
            OptionError("--table disclosure: nobody says what is held; give --holdings FILE or a workspace")
        )
    world = faults.of(lambda: opened(options), None)
    faults.refuse()
    assert world is not None
    from pactolus.cli.output import write_data
    from pactolus.cli.tables import as_text_table
    from pactolus.stockpile.budget.budgets import portfolio
    from pactolus.stockpile.members.needs import SETTINGS

    places = places_of_text(world, minerals, stage, base)
    items = [(*place, member) for place in places.places for member in members]
    with progress_on_stderr(quiet=options.quiet) as progress:
        found = portfolio(
            world,
            list(dict.fromkeys(place[0] for place in places.places)),
            members,
            budget_usd=money * _MUSD,
            cvar_limit_usd=None if limit is None else limit * _MUSD,
            alpha=level,
            weight=part,
            stages=() if stage is None else (stage,),
            least_days=_filled(items, least, own_least),
            most_days=_filled(items, most, own_most),
            scenarios=drawn,
            months=length,
            settings=SETTINGS if settings == "all" else {"mid": SETTINGS["mid"]},
            declared=own,
            expert=rates,
            measures=register_for(workspace),
            on=day,
            year=base,
            holdings=held,
            levels=levels,
            bits=asked[0] == "disclosure",
            seed=options.seed,
            workers=processes,
            progress=progress,
        )
    for note in (
        *(f"{one}: no trade of it in this world" for one in places.silent),
        *_notes(found, asked[0]),
    ):
        say(note, quiet=options.quiet)
    if asked[0] == "summary":
        write_data(found.summary, options, as_table=_by_row)
        return
    write_data(found.table if asked[0] == "minerals" else found.disclosure, options, as_table=as_text_table)


def _notes(found: Portfolio, table: str) -> list[str]:
    """What a reader of the table must know."""
    told = list(found.notes)
    if table == "disclosure":
        told.append(
            "bit_usd: what it saves a year to know in which half of its range a holding lies, before the "
            "budget is spent; low and high over the settings; other holdings at the middle of their ranges"
        )
    if not found.label.is_open:
        told.append(f"labelled {found.label}: purchases reveal holdings; keep it to those who may see them")
    return told


def _by_row(frame: pl.DataFrame, width: int | None) -> str:
    """Numbers of unlike units, each row with digits of its own."""
    import polars as pl

    from pactolus.cli.tables import as_text_table, digits_for, fixed

    names = ("value", "error", "low", "high")
    rows = [[row[name] for name in names] for row in frame.iter_rows(named=True)]
    told = [[fixed(value, digits_for(row)) for value in row] for row in rows]
    texts = [pl.Series(name, [row[i] for row in told]) for i, name in enumerate(names)]
    return as_text_table(frame.with_columns(texts), width)


def _budget(text: str | None) -> float:
    if text is None:
        raise OptionError("--budget: not given; how many MUSD may all stocks together be worth?")
    money = _number("--budget", text)
    if money == 0:
        raise OptionError("--budget: 0 MUSD buys nothing; give more than 0")
    return money


def _number(option: str, text: str, most: float = float("inf")) -> float:
    """A number of nought or more."""
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not (0 <= value <= most and value < float("inf")):
        reach = "of nought or more" if most == float("inf") else f"from 0 to {most:g}"
        raise OptionError(f"{option}: {text!r} is no number {reach}")
    return value


def _filled(items: Sequence[Item], common: float, own: Mapping[Item, float]) -> dict[Item, float]:
    """Days of every stock: its own, else those of all."""
    return dict.fromkeys(items, common) | dict(own)


def _bounds(text: str | None) -> tuple[dict[Item, float], dict[Item, float]]:
    """Days of single stocks from ``--bounds``: least and most; an empty cell leaves that of all.

    Raises
    ------
    DataError
        All faults of the file at once.
    """
    if text is None:
        return {}, {}
    from csv import DictReader

    from pactolus.terms.countries import entity
    from pactolus.terms.minerals import mineral

    try:
        with Path(text).open(encoding="utf-8-sig", newline="") as lines:
            table = list(DictReader(lines))
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "not UTF-8 text"
        raise DataError(f"--bounds: {text} cannot be read ({reason}); give a CSV file") from error
    head = table[0] if table else {}
    if lacking := [name for name in ("mineral", "stage", "member") if name not in head]:
        raise DataError(f"{text}: no column {', '.join(lacking)}; give mineral, stage, member and days")
    ends: tuple[dict[Item, float], dict[Item, float]] = ({}, {})
    faults = []
    seen: set[Item] = set()
    for line, row in enumerate(table, start=2):
        try:
            item = (mineral(row["mineral"] or "").id, row["stage"] or "", entity(row["member"] or "").id)
            days = [_cell(row, name) for name in ("least_days", "most_days")]
        except InputError as error:
            faults.append(f"{text}: line {line}: {error}")
            continue
        if item in seen:
            faults.append(f"{text}: line {line}: {' '.join(item)} stands twice")
        seen.add(item)
        low, high = days
        if low is not None and high is not None and high < low:
            faults.append(f"{text}: line {line}: most_days of {high:g}, below least_days of {low:g}")
        for end, value in zip(ends, days, strict=True):
            if value is not None:
                end[item] = value
    if faults:
        raise DataError("\n".join(faults))
    return ends


def _cell(row: Mapping[str, str | None], name: str) -> float | None:
    text = (row.get(name) or "").strip()
    return _number(name, text) if text else None
