"""``pactolus stockpile calendar``: who buys how much in which month, together."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pactolus.cli.feedback import progress_on_stderr, say
from pactolus.cli.options import Common, Faults, chosen, opened, whole
from pactolus.cli.policy_options import OnOption, WorkspaceOption, day_of, register_for
from pactolus.cli.shared import with_common_options
from pactolus.cli.stockpile_options import (
    CodesOption,
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
    from pactolus.catalogue.world import World
    from pactolus.disruption.scenarios.scenario import Scenario
    from pactolus.stockpile.buying.scheduling import Target, Targets
    from pactolus.stockpile.members.holdings import HoldingRange

__all__ = ["calendar_command"]

TABLES: tuple[str, ...] = ("calendar", "compare", "first", "disclosure")
#: Tables that hold every case; the calendar itself is that of the middle.
_BY_CASE = ("compare", "first", "disclosure")
_NOBODY: tuple[str, ...] = ()
_NOTHING: dict[tuple[str, str, str], float] = {}


@with_common_options()
def calendar_command(
    faults: Faults,
    options: Common,
    minerals: MineralsOption = "natural-graphite,lithium,tungsten",
    importers: ImportersOption = "KOR,JPN",
    stage: StageOption = None,
    hs_codes: CodesOption = None,
    months: Annotated[
        str, typer.Option("--months", metavar="N", help="By when all stocks are full, 12 to 60.")
    ] = "36",
    world_share: Annotated[
        str,
        typer.Option("--world-share", metavar="PART", help="Most of a month's world trade that all buy."),
    ] = "0.02",
    max_rise: Annotated[
        str, typer.Option("--max-rise", metavar="PART", help="Most that purchases may raise the price.")
    ] = "0.10",
    targets: Annotated[
        str, typer.Option("--targets", metavar="size|DAYS|FILE.csv", help="Stocks to reach.")
    ] = "size",
    holdings: HoldingsOption = None,
    alone_months: Annotated[
        str,
        typer.Option("--alone-months", metavar="N", help="In which each fills alone, without coordination."),
    ] = "12",
    scenario: Annotated[
        str | None,
        typer.Option("--scenario", metavar="NAME", help="Ready scenario that holdings are to cover."),
    ] = None,
    settings: SettingsOption = "all",
    table: Annotated[
        str, typer.Option("--table", metavar="NAME", help="calendar, compare, first or disclosure.")
    ] = "calendar",
    year: YearOption = None,
    declared: DeclaredOption = None,
    expert: ExpertOption = None,
    on: OnOption = None,
    workspace: WorkspaceOption = None,
) -> None:
    """One table; every one carries its label and the notice on competition law."""
    asked = faults.of(lambda: chosen("--table", "table", table, TABLES), TABLES[:1])
    if len(asked) > 1:
        faults.note(OptionError(f"--table: {', '.join(asked)}; one table at a time"))
    members = faults.of(lambda: members_of_text(importers), _NOBODY)
    if settings not in ("all", "mid"):
        faults.note(OptionError(f"--settings: {settings!r}; all or mid"))
    horizon = faults.of(lambda: whole("--months", months, at_least=12, at_most=60), 36)
    alone = faults.of(lambda: whole("--alone-months", alone_months, at_least=1, at_most=horizon), 1)
    share = faults.of(lambda: _part("--world-share", world_share, 1.0), 1.0)
    rise = faults.of(lambda: _part("--max-rise", max_rise, 10.0), 1.0)
    base = faults.of(lambda: whole("--year", year, at_least=1900, at_most=2100) if year else None, None)
    day = faults.of(lambda: day_of("--on", on), date.min)
    own = faults.of(lambda: declared_of(declared, members), _NOTHING)
    rates = faults.of(lambda: expert_of(expert), None)
    size: Targets = "size"
    nobody: tuple[HoldingRange, ...] = ()
    wanted = faults.of(lambda: targets_of(targets), size)
    levels = faults.of(lambda: levels_of(workspace), None)
    held = faults.of(lambda: holdings_of(holdings, workspace, members, levels), nobody)
    world = faults.of(lambda: opened(options), None)
    shock = faults.of(lambda: _scenario(scenario, world), None)
    faults.refuse()
    assert world is not None
    from pactolus.cli.output import write_data
    from pactolus.cli.tables import as_text_table
    from pactolus.stockpile.buying.scheduling import CASES, calendar

    places = places_of_text(world, minerals, stage, base)
    codes = [one.strip() for one in (hs_codes or "").split(",") if one.strip()]
    if codes and len(places.places) > 1:
        raise OptionError("--hs-codes: they belong to one mineral at one stage; name it with --stage")
    every = settings == "all" and asked[0] in _BY_CASE
    with progress_on_stderr(quiet=options.quiet) as progress:
        found = calendar(
            world,
            places.places,
            members,
            measures=register_for(workspace),
            on=day,
            months=horizon,
            world_share=share,
            max_rise=rise,
            targets=wanted,
            holdings=held,
            alone_months=alone,
            cases=CASES if every else {"mid": CASES["mid"]},
            scenario=shock,
            year=base,
            declared=own,
            expert=rates,
            hs_codes=codes,
            levels=levels,
            seed=options.seed,
            progress=progress,
        )
    silent = [f"{one}: no trade of it in this world" for one in places.silent]
    for note in (*silent, *found.notes, *(found.ranges if asked[0] == "compare" else ())):
        say(note, quiet=options.quiet)
    if not found.label.is_open:
        say(
            f"labelled {found.label}: purchases reveal holdings; keep it to those who may see them",
            quiet=options.quiet,
        )
    say(
        "days are of the use that the column denominator names; a stock that is not declared starts at 0",
        quiet=options.quiet,
    )
    write_data(getattr(found, asked[0]), options, as_table=as_text_table)


def targets_of(text: str) -> Targets:
    """Targets of ``--targets``: the word, days, or a file.

    Raises
    ------
    OptionError
        If it is none of them.
    DataError
        All faults of the file at once.
    """
    if text == "size":
        return text
    if text.lower().endswith(".csv"):
        return _targets_file(text)
    try:
        days = float(text)
    except ValueError:
        days = -1.0
    if not 0 <= days <= 3650:
        raise OptionError(f"--targets: {text!r}; size, a number of days from 0 to 3650, or a CSV file")
    return days


def _targets_file(text: str) -> dict[tuple[str, str, str], Target]:
    """``mineral, stage, member`` and ``target_days`` or ``target_t`` of a file."""
    from csv import DictReader

    from pactolus.terms.countries import entity
    from pactolus.terms.minerals import mineral
    from pactolus.terms.stages import STAGES

    path = Path(text)
    try:
        with path.open(encoding="utf-8-sig", newline="") as lines:
            rows = list(DictReader(lines))
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "not UTF-8 text"
        raise DataError(f"--targets: {path.name} cannot be read ({reason}); give a CSV file") from error
    found: dict[tuple[str, str, str], Target] = {}
    faults = []
    for number, row in enumerate(rows, start=2):
        where = f"{path.name}: line {number}"
        try:
            key = (
                mineral(row.get("mineral") or "").id,
                row.get("stage") or "",
                entity(row["member"] or "").id,
            )
        except (InputError, KeyError) as error:
            faults.append(f"{where}: {error}")
            continue
        given = [(row.get(f"target_{unit}") or "", unit) for unit in ("days", "t")]
        filled = [(cell, unit) for cell, unit in given if cell.strip()]
        if key[1] not in STAGES:
            faults.append(f"{where}: stage {key[1]!r} is none of {', '.join(STAGES)}")
        elif key in found:
            faults.append(f"{where}: {' '.join(key)} stands twice")
        elif len(filled) != 1:
            faults.append(f"{where}: give one of target_days and target_t")
        else:
            try:
                found[key] = (_part(filled[0][1], filled[0][0], 1e12, least=0.0), filled[0][1])
            except OptionError:
                faults.append(f"{where}: target_{filled[0][1]} {filled[0][0]!r}; give 0 or more")
    if not rows:
        faults.append(f"{path.name}: no rows; give mineral, stage, member and target_days or target_t")
    if faults:
        raise DataError("\n".join(faults))
    return found


def _part(option: str, text: str, most: float, *, least: float | None = None) -> float:
    """A number above 0 (or from `least`) and at most `most`."""
    try:
        value = float(text)
    except ValueError:
        value = float("nan")
    if not (0 < value <= most or (least is not None and least <= value <= most)):
        raise OptionError(f"{option}: {text!r} is no number above 0 and at most {most:g}")
    return value


def _scenario(name: str | None, world: World | None) -> Scenario | None:
    """A ready scenario, or one of a file."""
    if name is None or world is None:
        return None
    from pactolus.disruption.scenarios.library import ready
    from pactolus.disruption.scenarios.scenario import read_scenario

    return read_scenario(Path(name)) if Path(name).suffix else ready(name, world)
