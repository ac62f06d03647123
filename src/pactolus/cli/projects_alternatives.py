"""``pactolus projects alternatives``: what must be in, what never is, what is open, with reasons."""

from __future__ import annotations

from typing import Annotated

import typer

from pactolus.cli.feedback import progress_on_stderr, say
from pactolus.cli.options import Common, Faults, whole
from pactolus.cli.projects_choice import Asked, instance_for, need_secretariat
from pactolus.cli.projects_choice_options import with_choice_options
from pactolus.cli.shared import with_common_options
from pactolus.errors import OptionError

__all__ = ["alternatives_command"]


@with_common_options()
@with_choice_options()
def alternatives_command(
    faults: Faults,
    options: Common,
    asked: Asked,
    slack: Annotated[
        str, typer.Option("--slack", metavar="LIST", help="Parts of the gain that may be given up.")
    ] = "0.02,0.05,0.1",
    count: Annotated[str, typer.Option("--count", metavar="N", help="Alternatives to look for.")] = "20",
) -> None:
    """A row a project and slack: verdict, evidence, price of a change, limit, substitute."""
    need_secretariat(faults, asked, "projects alternatives")
    nothing: tuple[float, ...] = ()
    slacks = faults.of(lambda: _slacks(slack), nothing)
    number = faults.of(lambda: whole("--count", count, at_least=1, at_most=10_000), 1)
    faults.refuse()
    from pactolus.cli.output import write_data
    from pactolus.cli.tables import as_text_table
    from pactolus.projects.selection.alternatives import alternatives
    from pactolus.projects.selection.portfolio import select

    with progress_on_stderr(quiet=options.quiet) as progress:
        made = instance_for(asked, options, progress)
        for note in made.notes:
            say(note, quiet=options.quiet)
        best = select(made, asked.limits, **asked.budget)
        found = alternatives(best.choice, slacks=slacks, count=number)
    say(f"{len(found.start_of) - 1} alternatives found", quiet=options.quiet)
    write_data(found.table, options, as_table=as_text_table)


def _slacks(text: str) -> tuple[float, ...]:
    try:
        found = tuple(float(one) for one in text.split(",") if one.strip())
    except ValueError:
        found = ()
    if not found or not all(0 < one <= 1 for one in found):
        raise OptionError(f"--slack: {text!r}; parts of the gain, above 0 to 1, such as 0.02,0.05")
    return found
