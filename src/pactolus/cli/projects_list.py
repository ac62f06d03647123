"""``pactolus projects list``: records of projects, one whole, and what lies around them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from pactolus.cli.feedback import say
from pactolus.cli.options import Common, Faults, chosen, opened
from pactolus.cli.policy_options import WorkspaceOption
from pactolus.cli.projects_options import RatesOption, rates_of, records_for
from pactolus.cli.shared import with_common_options
from pactolus.errors import NoAnswerError, OptionError

if TYPE_CHECKING:
    import polars as pl

    from pactolus.projects.pipeline.parts import Project
    from pactolus.projects.pipeline.rates import Rate

__all__ = ["list_command"]

_NOBODY: tuple[str, ...] = ()
_NO_RATES: tuple[Rate, ...] = ()
_WIDEST = 100


@with_common_options()
def list_command(
    faults: Faults,
    options: Common,
    minerals: Annotated[
        str | None, typer.Option("--minerals", metavar="ID[,ID]", help="Only projects of these minerals.")
    ] = None,
    hosts: Annotated[
        str | None, typer.Option("--hosts", metavar="ISO3[,ISO3]", help="Only projects in these hosts.")
    ] = None,
    region: Annotated[
        str | None,
        typer.Option("--region", metavar="NAME", help="Part of a UN sub-region's name, such as 'Africa'."),
    ] = None,
    status: Annotated[
        str | None, typer.Option("--status", metavar="STATUS[,STATUS]", help="Only of these statuses.")
    ] = None,
    appraisable: Annotated[
        bool, typer.Option("--appraisable", help="Only those that can be appraised.")
    ] = False,
    show: Annotated[
        str | None,
        typer.Option("--show", metavar="ID", help="One record whole: every figure with day and source."),
    ] = None,
    context: Annotated[
        bool,
        typer.Option(
            "--context",
            help="Lithium deposits and facilities of --hosts, or near the project of --show: no candidates.",
        ),
    ] = False,
    rates: RatesOption = None,
    workspace: WorkspaceOption = None,
) -> None:
    """One row a record; empty is not known."""
    from pactolus.projects.base.candidates import STATUSES
    from pactolus.projects.pipeline.places import hosts_of, region_of
    from pactolus.terms.minerals import resolve_minerals

    wanted = _NOBODY if minerals is None else faults.of(lambda: resolve_minerals(minerals), _NOBODY)
    places = _NOBODY if hosts is None else faults.of(lambda: hosts_of(hosts), _NOBODY)
    area = frozenset[str]() if region is None else faults.of(lambda: region_of(region), frozenset[str]())
    states = (
        _NOBODY
        if status is None
        else faults.of(lambda: chosen("--status", "status", status, STATUSES), _NOBODY)
    )
    if context and show is None and hosts is None:
        faults.note(OptionError("--context: name --hosts, or a project with --show"))
    money = faults.of(lambda: rates_of(rates), _NO_RATES)
    faults.refuse()
    from pactolus.cli.output import write_data
    from pactolus.cli.tables import as_text_table
    from pactolus.projects.pipeline.listing import fitting, listing

    records = records_for(workspace, opened(options) if options.world else None)
    if context:
        write_data(_context(records, show, places, options), options, as_table=as_text_table)
        say(
            "context: no owner, capacity or cost, so no candidates; units of lithium inferred",
            quiet=options.quiet,
        )
        return
    if show is not None:
        _show(records, show, options, money)
        return
    kept = fitting(records, minerals=wanted, hosts=places, region=area, statuses=states)
    frame = listing(kept, rates=money)
    frame = frame.filter(frame["appraisable"] == "yes") if appraisable else frame
    if not frame.height:
        raise NoAnswerError(f"none of {len(records)} projects on record fits; absence here is no evidence")
    write_data(frame, options, as_table=_as_table)
    yes = int((frame["appraisable"] == "yes").sum())
    say(
        f"{frame.height} of {len(records)} projects on record, {yes} of them appraisable; "
        "a status is that of its day",
        quiet=options.quiet,
    )
    if frame["fictitious"].any():
        say("fictitious records are among them", quiet=False)


def _as_table(frame: pl.DataFrame, width: int | None) -> str:
    """What a reader needs; the file formats hold all columns."""
    from pactolus.cli.tables import TextColumn, digits_for, fixed, lay_out

    def number(name: str) -> list[str]:
        values = frame[name].to_list()
        return [fixed(value, 0 if abs(value or 0.0) >= 100 else digits_for([value])) for value in values]

    def text(name: str) -> list[str]:
        return ["" if value is None else str(value) for value in frame[name].to_list()]

    columns = [
        TextColumn(name="id", cells=text("id"), key=True),
        TextColumn(name="mineral", cells=text("mineral")),
        TextColumn(name="status", cells=_joined(frame, "status", "status_on")),
        TextColumn(name="capacity_t", cells=number("capacity_t"), right=True),
        TextColumn(name="capex_musd", cells=number("capex_musd"), right=True),
        TextColumn(name="start", cells=text("start")),
        TextColumn(name="KOR", cells=text("KOR")),
        TextColumn(name="JPN", cells=text("JPN")),
        TextColumn(name="appraisable", cells=text("appraisable")),
        TextColumn(name="lacks", cells=text("lacks"), footnote=True),
    ]
    return lay_out(columns, width)


def _joined(frame: pl.DataFrame, name: str, day: str) -> list[str]:
    """``dfs (2024-12-17)``; nothing where nothing is known."""
    pairs = zip(frame[name].to_list(), frame[day].to_list(), strict=True)
    return ["" if value is None else f"{value} ({on})" if on else str(value) for value, on in pairs]


def _show(records: tuple[Project, ...], identity: str, options: Common, rates: tuple[Rate, ...]) -> None:
    import json

    from pactolus.cli.output import deliver
    from pactolus.projects.pipeline.listing import as_text
    from pactolus.projects.pipeline.loading import project
    from pactolus.projects.pipeline.records import as_plain

    record = project(identity, records)
    if options.format == "json":
        text = json.dumps(as_plain(record), ensure_ascii=False, indent=2) + "\n"
    elif options.format == "csv":
        raise OptionError("--show: one record is no table; use --format json, or leave --format out")
    else:
        text = as_text(record, rates=rates, width=_screen(options))
    deliver(text.encode("utf-8"), options.out)


def _screen(options: Common) -> int:
    import shutil

    return (
        _WIDEST if options.out is not None else min(shutil.get_terminal_size((_WIDEST, 24)).columns, _WIDEST)
    )


def _context(
    records: tuple[Project, ...], show: str | None, hosts: tuple[str, ...], options: Common
) -> pl.DataFrame:
    from pactolus.projects.pipeline.context import around
    from pactolus.projects.pipeline.loading import project

    position = None
    if show is not None:
        record = project(show, records)
        position = record.position
        if position is None:
            hosts = hosts or (record.host,)
    found = around(opened(options), hosts=hosts, position=position)
    if not found.height:
        raise NoAnswerError("no lithium deposit and no facility is recorded there")
    return found
