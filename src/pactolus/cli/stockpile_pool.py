"""``pactolus stockpile pool`` and ``split``: what holding together is worth, and who pays."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from pactolus.cli.feedback import progress_on_stderr, say
from pactolus.cli.options import Common, Faults, chosen, opened, whole
from pactolus.cli.policy_options import OnOption, WorkspaceOption, day_of, register_for
from pactolus.cli.shared import with_common_options
from pactolus.cli.stockpile_options import (
    CodesOption,
    DeclaredOption,
    ExpertOption,
    ImportersOption,
    MineralsOption,
    SettingsOption,
    StageOption,
    YearOption,
    declared_of,
    expert_of,
    members_of_text,
    places_of_text,
)
from pactolus.errors import DataError, InputError, OptionError

if TYPE_CHECKING:
    from pactolus.catalogue.world import World
    from pactolus.disruption.scenarios.reach import Place
    from pactolus.stockpile.lots import StockLot
    from pactolus.stockpile.needs import Setting

__all__ = ["pool_command", "split_command"]

POOL_TABLES: tuple[str, ...] = ("range", "cases", "alone", "sites", "lots", "evidence", "shares")
SPLIT_TABLES: tuple[str, ...] = ("split", "coalitions")
_NOBODY: tuple[str, ...] = ()
_NOTHING: dict[tuple[str, str, str], float] = {}
_LOTS: tuple[StockLot, ...] = ()
_EQUAL: dict[str, float] = {}

LagOption = Annotated[
    str, typer.Option("--lag", metavar="MONTHS", help="Months that a transfer is under way, 0 to 6.")
]
CapOption = Annotated[
    str, typer.Option("--cap", metavar="PART", help="Part of its free stock that a member has to lend.")
]
KeepingOption = Annotated[
    str | None,
    typer.Option(
        "--keeping",
        metavar="LIST",
        help="What keeping costs in a member, as a multiple of the assumption: JPN=1.2.",
    ),
]
PathsOption = Annotated[
    str, typer.Option("--paths", metavar="N", help="Random paths of 20 years that loans are played on.")
]
StepOption = Annotated[
    str,
    typer.Option(
        "--step-days", metavar="DAYS", help="Width of a level, in days of the smallest member's use."
    ),
]
WorkersOption = Annotated[
    str, typer.Option("--workers", metavar="N", help="Processes; results do not depend on it.")
]
ClusterOption = Annotated[
    str | None,
    typer.Option("--cluster", metavar="ADDRESS", help="Work on a dask cluster: tcp://10.0.0.1:8786."),
]


@with_common_options()
def pool_command(
    faults: Faults,
    options: Common,
    minerals: MineralsOption = "natural-graphite",
    importers: ImportersOption = "KOR,JPN",
    stage: StageOption = None,
    hs_codes: CodesOption = None,
    lag: LagOption = "1",
    cap: CapOption = "0.5",
    no_transfer: Annotated[
        str | None,
        typer.Option("--no-transfer", metavar="LIST", help="Members that choose to stand outside: KOR."),
    ] = None,
    lots: Annotated[
        str | None,
        typer.Option(
            "--lots",
            metavar="FILE.csv",
            help="Own lots: mineral, stage, member, origin, form, grade, share of the stock.",
        ),
    ] = None,
    keeping: KeepingOption = None,
    table: Annotated[
        str,
        typer.Option(
            "--table", metavar="NAME", help="range, cases, alone, sites, lots, evidence (for phi) or shares."
        ),
    ] = "range",
    settings: SettingsOption = "all",
    year: YearOption = None,
    declared: DeclaredOption = None,
    expert: ExpertOption = None,
    paths: PathsOption = "500",
    step_days: StepOption = "5",
    workers: WorkersOption = "1",
    cluster: ClusterOption = None,
    on: OnOption = None,
    workspace: WorkspaceOption = None,
) -> None:
    """One table of the result; what a reader must know goes to stderr."""
    asked = faults.of(lambda: chosen("--table", "table", table, POOL_TABLES), POOL_TABLES[:1])
    if len(asked) > 1:
        faults.note(OptionError(f"--table: {', '.join(asked)}; one table at a time"))
    members = faults.of(lambda: _coalition(importers, 12), _NOBODY)
    outside = faults.of(lambda: _outside(no_transfer, members), _NOBODY)
    months = faults.of(lambda: whole("--lag", lag, at_least=0, at_most=6), 1)
    part = faults.of(lambda: _part("--cap", cap), 0.5)
    own_lots = faults.of(lambda: _lots(lots), _LOTS)
    kept = faults.of(lambda: _numbers("--keeping", keeping, members), _EQUAL)
    asked_of = _Asked.read(faults, members, settings, year, declared, expert, paths, step_days, workers, on)
    world = faults.of(lambda: opened(options), None)
    faults.refuse()
    assert world is not None
    from pactolus.cli.output import write_data
    from pactolus.cli.tables import as_text_table

    if asked[0] in ("evidence", "shares"):
        from pactolus.stockpile.evidence import phi_evidence

        evidence = phi_evidence(register_for(workspace), until=asked_of.day)
        say(
            "measures that took effect and are aimed at one importer or group, as the register has them; a "
            "count of records is evidence for a range of phi, not an estimate",
            quiet=options.quiet,
        )
        shown = evidence.table if asked[0] == "evidence" else evidence.shares
        write_data(shown, options, as_table=as_text_table)
        return
    from pactolus.stockpile.coalition import PoolTerms
    from pactolus.stockpile.together import lots_of_places, pool_places

    places, codes = _places(world, minerals, stage, hs_codes, asked_of, quiet=options.quiet)
    if asked[0] == "lots":
        shown = lots_of_places(
            world,
            places,
            members,
            measures=register_for(workspace),
            on=asked_of.day,
            year=asked_of.year,
            lots=own_lots,
            hs_codes=codes,
        )
        say("lots that may not go, or are not known to, need a legal review", quiet=options.quiet)
        write_data(shown, options, as_table=as_text_table)
        return
    terms = PoolTerms(
        lag_months=months,
        cap=part,
        no_transfer=outside,
        keeping=kept,
        paths=asked_of.paths,
        step_days=asked_of.step_days,
        seed=options.seed,
    )
    with progress_on_stderr(quiet=options.quiet) as progress:
        found = pool_places(
            world,
            places,
            members,
            measures=register_for(workspace),
            on=asked_of.day,
            year=asked_of.year,
            settings=asked_of.settings,
            terms=terms,
            lots=own_lots,
            declared=asked_of.declared,
            expert=asked_of.expert,
            hs_codes=codes,
            workers=asked_of.workers,
            cluster=cluster,
            progress=progress,
        )
    for note in (*found.notes, *_POOL_NOTES):
        say(note, quiet=options.quiet)
    write_data(getattr(found, asked[0]), options, as_table=as_text_table)


#: What every table of a pool has to be read with.
_POOL_NOTES = (
    "gains are shares of a year's cost of what they are compared with; no one of them is the gain of pooling",
    "a pool has no lag and is an upper bound; loans are one rule, played on random paths; the best that can "
    "be agreed lies between",
    "release timing and swap prices reveal stocks: what is made from declared holdings carries their label",
)


@with_common_options()
def split_command(
    faults: Faults,
    options: Common,
    minerals: MineralsOption = "natural-graphite",
    importers: ImportersOption = "KOR,JPN",
    stage: StageOption = None,
    hs_codes: CodesOption = None,
    weights: Annotated[
        str | None,
        typer.Option(
            "--weights", metavar="LIST", help="Bargaining power, summing to 1: KOR=0.4,JPN=0.6; else equal."
        ),
    ] = None,
    lag: LagOption = "1",
    cap: CapOption = "0.5",
    keeping: KeepingOption = None,
    table: Annotated[str, typer.Option("--table", metavar="NAME", help="split or coalitions.")] = "split",
    settings: SettingsOption = "all",
    year: YearOption = None,
    declared: DeclaredOption = None,
    expert: ExpertOption = None,
    paths: PathsOption = "500",
    step_days: StepOption = "5",
    workers: WorkersOption = "1",
    cluster: ClusterOption = None,
    on: OnOption = None,
    workspace: WorkspaceOption = None,
) -> None:
    """One table of the result; what a reader must know goes to stderr."""
    asked = faults.of(lambda: chosen("--table", "table", table, SPLIT_TABLES), SPLIT_TABLES[:1])
    if len(asked) > 1:
        faults.note(OptionError(f"--table: {', '.join(asked)}; one table at a time"))
    members = faults.of(lambda: _coalition(importers, 6), _NOBODY)
    power = faults.of(lambda: _weights(weights, members), None)
    months = faults.of(lambda: whole("--lag", lag, at_least=0, at_most=6), 1)
    part = faults.of(lambda: _part("--cap", cap), 0.5)
    kept = faults.of(lambda: _numbers("--keeping", keeping, members), _EQUAL)
    asked_of = _Asked.read(faults, members, settings, year, declared, expert, paths, step_days, workers, on)
    world = faults.of(lambda: opened(options), None)
    faults.refuse()
    assert world is not None
    from pactolus.cli.output import write_data
    from pactolus.cli.tables import as_text_table
    from pactolus.stockpile.coalition import PoolTerms
    from pactolus.stockpile.games_of_stock import split_places

    places, codes = _places(world, minerals, stage, hs_codes, asked_of, quiet=options.quiet)
    terms = PoolTerms(
        lag_months=months,
        cap=part,
        keeping=kept,
        paths=asked_of.paths,
        step_days=asked_of.step_days,
        seed=options.seed,
    )
    with progress_on_stderr(quiet=options.quiet) as progress:
        found = split_places(
            world,
            places,
            members,
            measures=register_for(workspace),
            on=asked_of.day,
            year=asked_of.year,
            settings=asked_of.settings,
            terms=terms,
            weights=power,
            declared=asked_of.declared,
            expert=asked_of.expert,
            hs_codes=codes,
            workers=asked_of.workers,
            cluster=cluster,
            progress=progress,
        )
    for note in (*found.notes, *_SPLIT_NOTES):
        say(note, quiet=options.quiet)
    write_data(found.table if asked[0] == "split" else found.coalitions, options, as_table=as_text_table)


#: What every split has to be read with.
_SPLIT_NOTES = (
    "amounts are USD a year at the middle; gains span the settings; a positive compensation is received",
    "the pool that is shared has no lag and is an upper bound of what can be gained",
)


@dataclass(frozen=True, kw_only=True)
class _Asked:
    """What both commands are asked in one way."""

    settings: Mapping[str, Setting]
    year: int | None
    declared: Mapping[tuple[str, str, str], float]
    expert: Any
    paths: int
    step_days: float
    workers: int
    day: date

    @classmethod
    def read(
        cls,
        faults: Faults,
        members: Sequence[str],
        settings: str,
        year: str | None,
        declared: str | None,
        expert: str | None,
        paths: str,
        step_days: str,
        workers: str,
        on: str | None,
    ) -> _Asked:
        """The options as values; faults are noted."""
        if settings not in ("all", "mid"):
            faults.note(OptionError(f"--settings: {settings!r}; all or mid"))
        base = faults.of(lambda: whole("--year", year, at_least=1900, at_most=2100) if year else None, None)
        own = faults.of(lambda: declared_of(declared, members), _NOTHING)
        rates = faults.of(lambda: expert_of(expert), None)
        drawn = faults.of(lambda: whole("--paths", paths, at_least=2, at_most=1_000_000), 2)
        width = faults.of(lambda: _width(step_days), 5.0)
        processes = faults.of(lambda: whole("--workers", workers, at_least=1, at_most=256), 1)
        day = faults.of(lambda: day_of("--on", on), date.min)
        chosen_settings: Mapping[str, Setting] = {}
        if not faults:
            from pactolus.stockpile.needs import SETTINGS

            chosen_settings = SETTINGS if settings == "all" else {"mid": SETTINGS["mid"]}
        return cls(
            settings=chosen_settings,
            year=base,
            declared=own,
            expert=rates,
            paths=drawn,
            step_days=width,
            workers=processes,
            day=day,
        )


def _places(
    world: World, minerals: str, stage: str | None, hs_codes: str | None, asked: _Asked, *, quiet: bool
) -> tuple[tuple[Place, ...], dict[Place, tuple[str, ...]]]:
    """Minerals at stages, and the codes of the one that has some."""
    places = places_of_text(world, minerals, stage, asked.year)
    codes = tuple(one.strip() for one in (hs_codes or "").split(",") if one.strip())
    if codes and len(places.places) > 1:
        raise OptionError("--hs-codes: they belong to one mineral at one stage; name it with --stage")
    for one in places.silent:
        say(f"{one}: no trade of it in this world", quiet=quiet)
    return places.places, {places.places[0]: codes} if codes else {}


def _coalition(text: str, most: int) -> tuple[str, ...]:
    """Members of ``--importers``: two or more."""
    members = members_of_text(text)
    if not 2 <= len(members) <= most:
        raise OptionError(
            f"--importers: {len(members)} ({', '.join(members)}); give 2 to {most} members, each for itself"
        )
    return members


def _outside(text: str | None, members: Sequence[str]) -> tuple[str, ...]:
    """Members of ``--no-transfer``."""
    if text is None:
        return ()
    from pactolus.terms.countries import entity

    names = tuple(dict.fromkeys(entity(one.strip()).id for one in text.split(",") if one.strip()))
    strange = [one for one in names if one not in members]
    if strange and members:
        raise OptionError(
            f"--no-transfer: {', '.join(strange)} is not one of --importers ({', '.join(members)})"
        )
    return names


def _part(option: str, text: str) -> float:
    """A number from 0 to 1."""
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not 0 <= value <= 1:
        raise OptionError(f"{option}: {text!r} is no number from 0 to 1")
    return value


def _width(text: str) -> float:
    """Days of ``--step-days``."""
    try:
        value = float(text)
    except ValueError:
        value = 0.0
    if not 0 < value <= 180:
        raise OptionError(f"--step-days: {text!r} is no number above 0, at most 180")
    return value


def _numbers(option: str, text: str | None, members: Sequence[str]) -> dict[str, float]:
    """``KOR=0.4,JPN=0.6``: a positive number for each member that is named, all faults at once."""
    if text is None:
        return {}
    from pactolus.terms.countries import entity

    faults: list[str] = []
    found: dict[str, float] = {}
    for one in (part.strip() for part in text.split(",") if part.strip()):
        name, _, number = one.partition("=")
        try:
            member = entity(name.strip()).id
            value = float(number)
        except (InputError, ValueError):
            faults.append(
                f"{option}: {one!r}; write MEMBER=NUMBER, such as {members[0] if members else 'KOR'}=0.5"
            )
            continue
        if members and member not in members:
            faults.append(f"{option}: {member} is not one of --importers ({', '.join(members)})")
        elif member in found:
            faults.append(f"{option}: {member} stands twice")
        elif not 0 < value < float("inf"):
            faults.append(f"{option}: {member}={number}; give a positive number")
        found[member] = value
    if faults:
        raise OptionError("\n".join(faults))
    return found


def _weights(text: str | None, members: Sequence[str]) -> dict[str, float] | None:
    """Bargaining power of ``--weights``: one number for each member, summing to 1."""
    if text is None:
        return None
    found = _numbers("--weights", text, members)
    lacking = [one for one in members if one not in found]
    if lacking:
        raise OptionError(f"--weights: none for {', '.join(lacking)}; give one for each member")
    total = sum(found.values())
    if abs(total - 1) > 1e-6:
        raise OptionError(f"--weights: {text} sums to {total:g}, not to 1")
    return found


def _lots(text: str | None) -> tuple[StockLot, ...]:
    """Lots of ``--lots``."""
    if text is None:
        return ()
    from csv import DictReader

    from pactolus.stockpile.lots import read_lots

    path = Path(text)
    needed = ("mineral", "stage", "member", "origin", "form", "grade", "share")
    try:
        with path.open(encoding="utf-8-sig", newline="") as lines:
            rows = DictReader(lines)
            lacking = [name for name in needed if name not in (rows.fieldnames or ())]
            if lacking:
                raise DataError(
                    f"{path.name}: no column {', '.join(lacking)}; there must be {', '.join(needed)}"
                )
            return read_lots(list(rows), path.name)
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "not UTF-8 text"
        raise DataError(f"--lots: {text} cannot be read ({reason}); give a CSV file") from error
