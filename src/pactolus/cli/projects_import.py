"""``pactolus projects template`` and ``import``: records of your own from a spreadsheet."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pactolus.cli.feedback import say
from pactolus.cli.options import Common, Faults, opened
from pactolus.cli.policy_options import WorkspaceOption
from pactolus.cli.projects_options import RatesOption, own_workspace, rates_of
from pactolus.cli.shared import with_common_options
from pactolus.errors import OptionError

if TYPE_CHECKING:
    from pactolus.projects.pipeline.importing import Change
    from pactolus.projects.pipeline.rates import Rate

__all__ = ["import_command", "template_command"]

_SHOWN = 12
_NO_RATES: tuple[Rate, ...] = ()


@with_common_options(world=False)
def template_command(faults: Faults, options: Common) -> None:
    """Write the file that --out names, .xlsx or .csv."""
    if options.out is None:
        faults.note(OptionError("--out: name the file to write, such as projects.xlsx"))
    elif options.out.suffix.casefold() not in (".xlsx", ".csv"):
        faults.note(OptionError(f"--out: {options.out} ends in neither .xlsx nor .csv"))
    elif options.out.exists():
        faults.note(OptionError(f"--out: {options.out} is there; give another name"))
    faults.refuse()
    from pactolus.cli.output import deliver
    from pactolus.projects.pipeline.flat import flat_template
    from pactolus.projects.pipeline.sheets_out import template

    assert options.out is not None
    flat = options.out.suffix.casefold() == ".csv"
    deliver(flat_template().encode("utf-8") if flat else template(), options.out)
    say(f"{options.out}: fill it in; the example in it is fictitious and never imported", quiet=options.quiet)


@with_common_options()
def import_command(
    faults: Faults,
    options: Common,
    file: Annotated[str, typer.Argument(metavar="FILE", help="As the template is: .xlsx or .csv.")],
    write: Annotated[
        bool, typer.Option("--write", help="Write the records; without it the import is only shown.")
    ] = False,
    replace: Annotated[
        bool, typer.Option("--replace", help="Write over records that are there and differ.")
    ] = False,
    rates: RatesOption = None,
    workspace: WorkspaceOption = None,
) -> None:
    """Show what an import would do, and do it with --write: whole, or not at all."""
    money = faults.of(lambda: rates_of(rates), _NO_RATES)
    faults.refuse()
    own = own_workspace(workspace)
    if own is None:
        raise OptionError(
            "--workspace: name the workspace to import into; make one with: pactolus workspace init DIR"
        )
    from pactolus.cli.output import deliver
    from pactolus.projects.pipeline.importing import changes_of, read_spreadsheet, write_records
    from pactolus.projects.pipeline.loading import read_projects, shipped_projects

    world = opened(options) if options.world else None
    held = read_projects(own.files("projects"), world=world)
    read = read_spreadsheet(Path(file), known=[*held, *shipped_projects()], world=world, rates=money)
    changes = changes_of(read.records, held)
    for line in (*(f"left out: {one}" for one in read.left_out), *(f"doubt: {one}" for one in read.doubts)):
        say(line, quiet=False)
    shipped = {one.id for one in shipped_projects()}
    lines = [line for one in changes for line in _lines(one, shipped)]
    if write:
        heading = f"Imported from {Path(file).name} by: pactolus projects import"
        written = write_records(changes, own.folder / "projects", held, heading=heading, replace=replace)
        lines.append(f"{len(written)} written into {own.folder / 'projects'}")
    else:
        lines.append("preview: nothing was written; add --write" + _over(changes))
    deliver(("\n".join(lines) + "\n").encode("utf-8"), options.out)


def _over(changes: tuple[Change, ...]) -> str:
    return " --replace" if any(one.state == "changed" for one in changes) else ""


def _lines(change: Change, shipped: set[str]) -> list[str]:
    record = change.record
    beside = " (stands before the shipped record of that id)" if record.id in shipped else ""
    made_up = " (fictitious)" if record.fictitious else ""
    shown = [
        f"    {path}: {_value(before)} -> {_value(after)}"
        for path, before, after in change.differences[:_SHOWN]
    ]
    more = len(change.differences) - _SHOWN
    shown += [f"    and {more} more values"] if more > 0 else []
    return [f"{change.state:<8}{record.id}  {record.name}{made_up}{beside}", *shown]


def _value(value: str | None) -> str:
    return "nothing" if value is None else value
