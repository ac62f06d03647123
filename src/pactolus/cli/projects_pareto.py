"""``pactolus projects pareto``: cost, the worst scenarios and the largest host against each other."""

from __future__ import annotations

from typing import Annotated

import typer

from pactolus.cli.feedback import progress_on_stderr, say
from pactolus.cli.options import Common, Faults, whole
from pactolus.cli.projects_choice import Asked, instance_for
from pactolus.cli.projects_choice_options import with_choice_options
from pactolus.cli.shared import with_common_options
from pactolus.errors import OptionError

__all__ = ["pareto_command"]


@with_common_options()
@with_choice_options(without=("cap_host",), gap="0.01", nodes="200")
def pareto_command(
    faults: Faults,
    options: Common,
    asked: Asked,
    caps: Annotated[
        str, typer.Option("--cap-host", metavar="LIST", help="Most of all money for one host; 1 is no cap.")
    ] = "1,0.5,0.35",
    steps: Annotated[
        str, typer.Option("--steps", metavar="N", help="Levels of the worst scenarios for each cap.")
    ] = "3",
) -> None:
    """A row a point."""
    nothing: tuple[float, ...] = ()
    levels = faults.of(lambda: _caps(caps), nothing)
    number = faults.of(lambda: whole("--steps", steps, at_least=1, at_most=100), 1)
    faults.refuse()
    from pactolus.cli.output import write_data
    from pactolus.cli.tables import as_text_table
    from pactolus.projects.selection.pareto import pareto

    with progress_on_stderr(quiet=options.quiet) as progress:
        made = instance_for(asked, options, progress)
        for note in made.notes:
            say(note, quiet=options.quiet)
        found = pareto(made, asked.limits, host_caps=levels, risk_steps=number, **asked.budget)
    write_data(found.table, options, as_table=as_text_table)


def _caps(text: str) -> tuple[float, ...]:
    try:
        found = tuple(float(one) for one in text.split(",") if one.strip())
    except ValueError:
        found = ()
    if not found or not all(0 < one <= 1 for one in found):
        raise OptionError(f"--cap-host: {text!r}; parts of all money, above 0 to 1, such as 1,0.5")
    return found
