"""``pactolus projects smelters``: copper smelters as an aggregate, as treatment charges fall."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from pactolus.cli.feedback import say
from pactolus.cli.options import Common, Faults, chosen, items, opened, whole
from pactolus.cli.shared import with_common_options
from pactolus.errors import OptionError

if TYPE_CHECKING:
    import polars as pl

    from pactolus.projects.market.copper import Charge
    from pactolus.projects.market.smelter_stress import Aggregate

__all__ = ["smelters_command"]

TABLES: tuple[str, ...] = ("stress", "exposure", "margin", "threshold", "history")
_NOBODY: tuple[str, ...] = ()


@with_common_options()
def smelters_command(
    faults: Faults,
    options: Common,
    members: Annotated[
        str, typer.Option("--members", metavar="LIST", help="Countries, and their sum: KOR,JPN.")
    ] = "KOR,JPN",
    tc: Annotated[
        str | None,
        typer.Option("--tc", metavar="USD", help="Treatment charge of the scenario, USD/dmt; 0 if omitted."),
    ] = None,
    rc: Annotated[
        str | None,
        typer.Option(
            "--rc", metavar="CENTS", help="Refining charge, US cents per lb; a tenth of the TC if omitted."
        ),
    ] = None,
    year: Annotated[
        str | None,
        typer.Option("--year", metavar="YEAR", help="Of the trade and prices; the last one if omitted."),
    ] = None,
    before: Annotated[
        str | None,
        typer.Option(
            "--from", metavar="YEAR", help="Whose terms hold before the fall; that of --year if omitted."
        ),
    ] = None,
    terms: Annotated[
        str | None,
        typer.Option(
            "--terms", metavar="FILE.csv", help="Own figures: member, key, low, mid, high; member * is all."
        ),
    ] = None,
    table: Annotated[
        str,
        typer.Option("--table", metavar="NAME", help="stress, exposure, margin, threshold or history."),
    ] = "stress",
) -> None:
    """Industry aggregates only: no firm, and a notice on competition law in every row."""
    asked = faults.of(lambda: chosen("--table", "table", table, TABLES), TABLES[:1])
    if len(asked) > 1:
        faults.note(OptionError(f"--table: {', '.join(asked)}; one table at a time"))
    names = faults.of(lambda: members_of_text(members), _NOBODY)
    when = faults.of(lambda: whole("--year", year, at_least=1900, at_most=2100) if year else None, None)
    start = faults.of(lambda: whole("--from", before, at_least=1900, at_most=2100) if before else None, None)
    scenario = faults.of(lambda: charge_of(tc, rc), None)
    own = faults.of(lambda: _entered(terms), None)
    world = faults.of(lambda: opened(options), None)
    faults.refuse()
    assert world is not None
    from pactolus.cli.output import write_data
    from pactolus.cli.tables import as_text_table
    from pactolus.projects.market.notice import NOTICE_CHARGES
    from pactolus.projects.market.smelter_stress import aggregate
    from pactolus.projects.market.smelter_tables import history_table

    if asked[0] == "history":
        found = history_table()
    else:
        known = aggregate(world, names, year=when, entered=own)
        found = _table(asked[0], known, scenario, start)
        for note in _notes(known):
            say(note, quiet=options.quiet)
    say(NOTICE_CHARGES, quiet=options.quiet)
    write_data(found, options, as_table=_stress_text if asked[0] == "stress" else as_text_table)


def _stress_text(frame: pl.DataFrame, width: int | None) -> str:
    """Ranges in one cell each; the file formats hold every number apart."""
    from pactolus.cli.tables import TextColumn, lay_out, paragraph

    def text(name: str, of: pl.DataFrame = frame) -> list[str]:
        return ["" if value is None else str(value) for value in of[name].to_list()]

    columns = [
        TextColumn(name="case", cells=text("case"), key=True),
        TextColumn(name="members", cells=text("members"), key=True),
        TextColumn(name="TC USD/dmt", cells=text("tc_usd_per_dmt"), right=True, main=True),
        TextColumn(name="RC c/lb", cells=text("rc_cents_per_lb"), right=True, main=True),
        TextColumn(name="income MUSD", cells=_span(frame, "income_{}_musd"), right=True, main=True),
        TextColumn(name="change MUSD", cells=_span(frame, "change_{}_musd"), right=True, main=True),
        TextColumn(
            name="covers cost of USD/dmt", cells=_span(frame, "covers_cost_of_{}_usd_per_dmt"), right=True
        ),
        TextColumn(name="against cost", cells=text("against_cost")),
        TextColumn(name="source", cells=text("source_status")),
    ]
    return lay_out(columns, width) + "\n".join(["", *paragraph(frame["notice"][0], width, ""), ""])


def _span(frame: pl.DataFrame, name: str) -> list[str]:
    """``128 (120 to 155)`` of three columns; nothing where there is none."""
    three = zip(*(frame[name.format(part)].to_list() for part in ("mid", "low", "high")), strict=True)
    return ["" if mid is None else f"{mid:,.0f} ({low:,.0f} to {high:,.0f})" for mid, low, high in three]


def _table(name: str, known: Aggregate, scenario: Charge | None, start: int | None) -> pl.DataFrame:
    from pactolus.projects.market.copper import Charge
    from pactolus.projects.market.published import annual_charge
    from pactolus.projects.market.smelter_tables import (
        exposure_table,
        margin_table,
        stress_table,
        threshold_table,
    )

    before = known.year if start is None else start
    fallen = Charge(0.0, 0.0) if scenario is None else scenario
    if name == "exposure":
        return exposure_table(known, fallen, before=before)
    if name == "margin":
        return margin_table(known, {f"annual {before}": annual_charge(before), "scenario": fallen})
    if name == "threshold":
        return threshold_table(known)
    return stress_table(known, scenario, before=before)


def _notes(known: Aggregate) -> list[str]:
    """What a reader must know of these figures."""
    notes = [
        "imports of HS 2603.00 at customs weight, dry or wet; what smelters earn from mines that they own in "
        "part is not in it",
        "terms that nobody entered are published ones of other years and markets, or assumptions: see "
        "docs/explanation/copper-charges.md",
    ]
    together = len(known.groups) == 1 and len(known.imports) > 1
    if together:
        notes.insert(
            0,
            "entered costs, shares or terms: members are shown together only, for in one of them fewer than "
            "three firms smelt copper",
        )
    return notes


def members_of_text(text: str) -> tuple[str, ...]:
    """Countries of ``--members``, each once."""
    from pactolus.terms.countries import entity

    return tuple(dict.fromkeys(entity(one).id for one in items("--members", text)))


def charge_of(tc: str | None, rc: str | None) -> Charge | None:
    """Charge of ``--tc`` and ``--rc``; None if neither is given.

    Raises
    ------
    OptionError
        If one is no number, or an RC stands alone.
    DataError
        If one has the size of another unit.
    """
    from pactolus.projects.market.copper import Charge

    if tc is None and rc is None:
        return None
    if tc is None:
        raise OptionError("--rc: it needs a --tc beside it")
    treatment = _number("--tc", tc)
    return Charge.by_custom(treatment) if rc is None else Charge(treatment, _number("--rc", rc))


def _number(option: str, text: str) -> float:
    from math import isfinite

    try:
        value = float(text)
    except ValueError:
        value = float("nan")
    if not isfinite(value):
        raise OptionError(f"{option}: {text!r} is no number")
    return value


def _entered(text: str | None) -> Any:
    from pactolus.projects.market.entered import read_terms

    return None if text is None else read_terms(Path(text))
