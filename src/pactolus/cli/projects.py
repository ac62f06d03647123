"""``pactolus projects``: joint projects in third countries, from records to shares."""

from __future__ import annotations

import typer

from pactolus.cli.plain import PlainCommand, PlainGroup
from pactolus.cli.projects_appraise import appraise_command

__all__ = ["projects_app"]

projects_app = typer.Typer(
    cls=PlainGroup, no_args_is_help=True, context_settings={"help_option_names": ["-h", "--help"]}
)

projects_app.command("appraise", cls=PlainCommand, help="What projects cost, earn and are worth, as ranges.")(
    appraise_command
)
