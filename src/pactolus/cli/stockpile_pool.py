"""``pactolus stockpile pool`` and ``split``: what holding together is worth, and who pays."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from pactolus.cli.feedback import progress_on_stderr, say
from pactolus.cli.options import Common, Faults, chosen, opened
from pactolus.cli.policy_options import register_for
from pactolus.cli.shared import with_common_options
from pactolus.cli.stockpile_pool_options import PoolAsked, numbers_of, with_pool_options
from pactolus.errors import DataError, OptionError
from pactolus.stockpile.pooling.notes import POOL_NOTES, SPLIT_NOTES

if TYPE_CHECKING:
    from pactolus.stockpile.members.lots import StockLot
    from pactolus.stockpile.starts.tables import Started

__all__ = ["own_lots_of", "pool_command", "split_command"]

POOL_TABLES: tuple[str, ...] = (
    *("range", "cases", "alone", "sites", "lots", "evidence", "shares", "start", "bits"),
)
SPLIT_TABLES: tuple[str, ...] = ("split", "coalitions", "start", "bits")
#: Tables that begin from what is declared; all others are of the long run.
FROM_HOLDINGS: tuple[str, ...] = ("start", "bits")
_NOBODY: tuple[str, ...] = ()
_LOTS: tuple[StockLot, ...] = ()


@with_common_options()
@with_pool_options(most=12)
def pool_command(
    faults: Faults,
    options: Common,
    coalition: PoolAsked,
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
    table: Annotated[
        str,
        typer.Option(
            "--table",
            metavar="NAME",
            help="range, cases, alone, sites, lots, evidence (for phi), shares, start or bits (of holdings).",
        ),
    ] = "range",
) -> None:
    """One table of the result; what a reader must know goes to stderr."""
    asked = _one_of(faults, table, POOL_TABLES)
    outside = faults.of(lambda: _outside(no_transfer, coalition.members), _NOBODY)
    own_lots = faults.of(lambda: own_lots_of(lots), _LOTS)
    coalition.need_holdings(faults, asked, FROM_HOLDINGS)
    world = faults.of(lambda: opened(options), None)
    faults.refuse()
    assert world is not None
    if asked in ("evidence", "shares"):
        _evidence(coalition, asked, options)
        return
    from pactolus.stockpile.pooling.together import lots_of_places, pool_places

    places, codes = coalition.places(world, quiet=options.quiet)
    if asked == "lots":
        found_lots = lots_of_places(
            world,
            places,
            coalition.members,
            measures=register_for(coalition.workspace),
            on=coalition.day,
            year=coalition.year,
            lots=own_lots,
            hs_codes=codes,
        )
        say("lots that may not go, or are not known to, need a legal review", quiet=options.quiet)
        _write(found_lots, options)
        return
    terms = coalition.terms(options.seed, no_transfer=outside)
    question = coalition.question(codes) | {"terms": terms}
    with progress_on_stderr(quiet=options.quiet) as progress:
        if asked == "start":
            from pactolus.stockpile.starts.together import pool_from_holdings

            more: dict[str, Any] = {"lots": own_lots, "levels": coalition.levels, "progress": progress}
            started = pool_from_holdings(
                world, places, coalition.members, coalition.holdings, **question, **more
            )
        elif asked == "bits":
            started = _bits(world, places, coalition, question, progress)
        else:
            found = pool_places(
                world, places, coalition.members, lots=own_lots, progress=progress, **question
            )
    if asked in FROM_HOLDINGS:
        _deliver(started, options, _START_NOTES if asked == "start" else _BIT_NOTES)
        return
    for note in (*found.notes, *POOL_NOTES, *_idle(coalition)):
        say(note, quiet=options.quiet)
    _write(getattr(found, asked), options)


#: What tables that begin from declared stocks have to be read with.
_START_NOTES = (
    "amounts are present values (column interest, in place of the financing of stocks), supply whole at the "
    "beginning; no one gain is the gain of pooling",
    "low, mid and high move all members at once; least and most gain are over all combinations of their ends",
    "a pool has no lag and is an upper bound; loans are one rule with lag and cap, played on random paths",
)
_SPLIT_START_NOTES = (
    "amounts are present values (column interest, in place of the financing of stocks), supply whole at the "
    "beginning; a coalition brings the sum of its stocks, and who brings more pays less",
    "the pool that is shared has no lag and is an upper bound of what can be gained",
)
_BIT_NOTES = (
    "a bit says in which half of its range a holding lies; its worth is the expected cost it saves whoever "
    "plans a year's purchases, for the member's own stock or for the joint one",
)


@with_common_options()
@with_pool_options(most=6)
def split_command(
    faults: Faults,
    options: Common,
    coalition: PoolAsked,
    weights: Annotated[
        str | None,
        typer.Option(
            "--weights", metavar="LIST", help="Bargaining power, summing to 1: KOR=0.4,JPN=0.6; else equal."
        ),
    ] = None,
    table: Annotated[
        str, typer.Option("--table", metavar="NAME", help="split, coalitions, start or bits (of holdings).")
    ] = "split",
) -> None:
    """One table of the result; what a reader must know goes to stderr."""
    asked = _one_of(faults, table, SPLIT_TABLES)
    power = faults.of(lambda: _weights(weights, coalition.members), None)
    coalition.need_holdings(faults, asked, FROM_HOLDINGS)
    world = faults.of(lambda: opened(options), None)
    faults.refuse()
    assert world is not None
    from pactolus.stockpile.pooling.splitting import split_places

    places, codes = coalition.places(world, quiet=options.quiet)
    question = coalition.question(codes) | {"terms": coalition.terms(options.seed)}
    with progress_on_stderr(quiet=options.quiet) as progress:
        if asked == "start":
            from pactolus.stockpile.starts.splitting import split_from_holdings

            more: dict[str, Any] = {"weights": power, "levels": coalition.levels, "progress": progress}
            started = split_from_holdings(
                world, places, coalition.members, coalition.holdings, **question, **more
            )
        elif asked == "bits":
            started = _bits(world, places, coalition, question, progress)
        else:
            found = split_places(
                world, places, coalition.members, weights=power, progress=progress, **question
            )
    if asked in FROM_HOLDINGS:
        _deliver(started, options, _SPLIT_START_NOTES if asked == "start" else _BIT_NOTES)
        return
    for note in (*found.notes, *SPLIT_NOTES, *_idle(coalition)):
        say(note, quiet=options.quiet)
    _write(found.table if asked == "split" else found.coalitions, options)


def _one_of(faults: Faults, text: str, tables: tuple[str, ...]) -> str:
    """The one table that is asked for."""
    asked = faults.of(lambda: chosen("--table", "table", text, tables), tables[:1])
    if len(asked) > 1:
        faults.note(OptionError(f"--table: {', '.join(asked)}; one table at a time"))
    return asked[0]


def _idle(coalition: PoolAsked) -> tuple[str, ...]:
    """What is to be said where holdings are given to a table of the long run."""
    if not coalition.named_holdings:
        return ()
    return ("--holdings: this table is of the long run, whatever is held today; see --table start",)


def _evidence(coalition: PoolAsked, table: str, options: Common) -> None:
    """What the register says about phi."""
    from pactolus.stockpile.members.evidence import phi_evidence

    evidence = phi_evidence(register_for(coalition.workspace), until=coalition.day)
    say(
        "measures that took effect and are aimed at one importer or group, as the register has them; a "
        "count of records is evidence for a range of phi, not an estimate",
        quiet=options.quiet,
    )
    _write(evidence.table if table == "evidence" else evidence.shares, options)


def _bits(world: Any, places: Any, coalition: PoolAsked, question: Any, progress: Any) -> Started:
    """Worth of one bit about each member's holding."""
    from pactolus.stockpile.starts.bits import bits_of_holdings

    more: dict[str, Any] = {"levels": coalition.levels, "progress": progress}
    return bits_of_holdings(world, places, coalition.members, coalition.holdings, **question, **more)


def _deliver(started: Started, options: Common, notes: Sequence[str]) -> None:
    """A table that begins from declared stocks, with its label."""
    for note in (*started.notes, *notes):
        say(note, quiet=options.quiet)
    if not started.label.is_open:
        say(
            f"labelled {started.label}: gains and shares reveal holdings; keep it to those who may see them",
            quiet=options.quiet,
        )
    _write(started.table, options)


def _write(frame: Any, options: Common) -> None:
    from pactolus.cli.output import write_data
    from pactolus.cli.tables import as_text_table

    write_data(frame, options, as_table=as_text_table)


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


def _weights(text: str | None, members: Sequence[str]) -> dict[str, float] | None:
    """Bargaining power of ``--weights``: one number for each member, summing to 1."""
    if text is None:
        return None
    found = numbers_of("--weights", text, members)
    lacking = [one for one in members if one not in found]
    if lacking:
        raise OptionError(f"--weights: none for {', '.join(lacking)}; give one for each member")
    total = sum(found.values())
    if abs(total - 1) > 1e-6:
        raise OptionError(f"--weights: {text} sums to {total:g}, not to 1")
    return found


def own_lots_of(text: str | None) -> tuple[StockLot, ...]:
    """Lots of ``--lots``."""
    if text is None:
        return ()
    from csv import DictReader

    from pactolus.stockpile.members.lots import read_lots

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
