"""``pactolus shock montecarlo``: how much a year of supply may lose, from many random years."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pactolus.cli.feedback import progress_on_stderr, say
from pactolus.cli.options import Common, Faults, chosen, opened, whole
from pactolus.cli.policy_options import OnOption, WorkspaceOption, day_of, register_for
from pactolus.cli.shared import with_common_options
from pactolus.errors import InputError, OptionError

if TYPE_CHECKING:
    from pactolus.disruption.random_years.hazards import Expert

__all__ = ["montecarlo_command"]

TABLES = ("losses", "exceedance", "contributions", "joint", "hazards")
_MOST = 1_000_000_000
_ONE: tuple[str, ...] = ("losses",)


@with_common_options()
def montecarlo_command(
    faults: Faults,
    options: Common,
    minerals: Annotated[
        str, typer.Option("--minerals", metavar="LIST", help="Minerals or groups: cobalt,battery; or all.")
    ] = "critical",
    importers: Annotated[
        str,
        typer.Option("--importers", metavar="LIST", help="Countries or coalitions; also taken together."),
    ] = "KOR,JPN",
    scenarios: Annotated[str, typer.Option("--scenarios", metavar="N", help="Years drawn.")] = "100000",
    case: Annotated[
        str,
        typer.Option("--case", metavar="LIST", help="How often suppliers fail: governance,controls,expert."),
    ] = "all",
    phi: Annotated[
        str | None,
        typer.Option("--phi", metavar="PART", help="Part of a member's risk aimed at it alone; 0.3."),
    ] = None,
    rho: Annotated[
        str | None, typer.Option("--rho", metavar="PART", help="Weight of the region, 0 to 0.95; 0.3.")
    ] = None,
    expert: Annotated[
        str | None,
        typer.Option("--expert", metavar="FILE.csv", help="Own rates: mineral, exporter, rate; also stage."),
    ] = None,
    year: Annotated[
        str | None, typer.Option("--year", metavar="YEAR", help="Of the trade; the last one if omitted.")
    ] = None,
    table: Annotated[
        str,
        typer.Option("--table", metavar="NAME", help="losses, exceedance, contributions, joint or hazards."),
    ] = "losses",
    workers: Annotated[
        str, typer.Option("--workers", metavar="N", help="Processes that draw; results do not depend on it.")
    ] = "1",
    cluster: Annotated[
        str | None,
        typer.Option("--cluster", metavar="ADDRESS", help="Draw on a dask cluster: tcp://10.0.0.1:8786."),
    ] = None,
    on: OnOption = None,
    workspace: WorkspaceOption = None,
) -> None:
    """One table of the result; what a reader must know goes to stderr."""
    asked = faults.of(lambda: chosen("--table", "table", table, TABLES), _ONE)
    if len(asked) > 1:
        faults.note(OptionError(f"--table: {', '.join(asked)}; one table at a time"))
    drawn = faults.of(lambda: whole("--scenarios", scenarios, at_least=100, at_most=_MOST), 100)
    processes = faults.of(lambda: whole("--workers", workers, at_least=1, at_most=256), 1)
    part = faults.of(lambda: _part("--phi", phi), None)
    weight = faults.of(lambda: _part("--rho", rho), None)
    base = faults.of(
        lambda: None if year is None else whole("--year", year, at_least=1900, at_most=2100), None
    )
    day = faults.of(lambda: day_of("--on", on), date.min)
    rates = faults.of(lambda: _rates(expert), None)
    world = faults.of(lambda: opened(options), None)
    faults.refuse()
    assert world is not None
    from pactolus.cli.output import write_data
    from pactolus.cli.tables import as_text_table
    from pactolus.disruption.random_years.montecarlo import montecarlo
    from pactolus.disruption.random_years.told import told_of

    with progress_on_stderr(quiet=options.quiet) as progress:
        found = montecarlo(
            world,
            minerals,
            importers,
            scenarios=drawn,
            seed=options.seed,
            case=case,
            phi=part,
            rho=weight,
            year=base,
            on=day,
            measures=register_for(workspace),
            expert=rates,
            workers=processes,
            cluster=cluster,
            progress=progress,
        )
    for note in told_of(found):
        say(note, quiet=options.quiet)
    write_data(getattr(found, asked[0]), options, as_table=as_text_table)


def _part(option: str, text: str | None) -> float | None:
    """A number from 0 to 1; none where the option is omitted."""
    if text is None:
        return None
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not 0 <= value <= 1:
        raise OptionError(f"{option}: {text!r} is no number from 0 to 1")
    return value


def _rates(file: str | None) -> Expert | None:
    """Rates of a file."""
    if file is None:
        return None
    from csv import DictReader

    from pactolus.disruption.random_years.hazards import read_expert

    path = Path(file)
    try:
        with path.open(encoding="utf-8-sig", newline="") as lines:
            return read_expert(list(DictReader(lines)), path.name)
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "not UTF-8 text"
        raise InputError(f"--expert: {file} cannot be read ({reason}); give a CSV file") from error
