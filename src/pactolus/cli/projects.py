"""``pactolus projects``: joint projects in third countries, from records to shares."""

from __future__ import annotations

import typer

from pactolus.cli.plain import PlainCommand, PlainGroup
from pactolus.cli.projects_alternatives import alternatives_command
from pactolus.cli.projects_appraise import appraise_command
from pactolus.cli.projects_import import import_command, template_command
from pactolus.cli.projects_list import list_command
from pactolus.cli.projects_pareto import pareto_command
from pactolus.cli.projects_select import select_command

__all__ = ["projects_app"]

projects_app = typer.Typer(
    cls=PlainGroup, no_args_is_help=True, context_settings={"help_option_names": ["-h", "--help"]}
)
projects_app.command("list", cls=PlainCommand, help="Records of projects, what they lack, one whole.")(
    list_command
)
projects_app.command("template", cls=PlainCommand, help="An empty form to fill in, with an example.")(
    template_command
)
projects_app.command("import", cls=PlainCommand, help="Records of your own from a spreadsheet.")(
    import_command
)
projects_app.command("appraise", cls=PlainCommand, help="What projects cost, earn and are worth, as ranges.")(
    appraise_command
)
projects_app.command(
    "select", cls=PlainCommand, help="Which projects, when, in what shares, alone or together."
)(select_command)
projects_app.command(
    "pareto", cls=PlainCommand, help="Cost, worst scenarios and largest host against each other."
)(pareto_command)
projects_app.command("alternatives", cls=PlainCommand, help="Must-have, never, negotiable, with reasons.")(
    alternatives_command
)
