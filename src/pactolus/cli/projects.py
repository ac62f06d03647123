"""``pactolus projects``: joint projects in third countries, from records to shares."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import typer

from pactolus.cli.plain import PlainCommand, PlainGroup
from pactolus.cli.projects_alternatives import alternatives_command
from pactolus.cli.projects_appraise import appraise_command
from pactolus.cli.projects_floor import floor_command
from pactolus.cli.projects_import import import_command, template_command
from pactolus.cli.projects_list import list_command
from pactolus.cli.projects_match import match_command
from pactolus.cli.projects_pareto import pareto_command
from pactolus.cli.projects_select import select_command
from pactolus.cli.projects_smelters import smelters_command

__all__ = ["projects_app"]

#: Name, command, what it is for: in the order of the work.
_COMMANDS: Final[tuple[tuple[str, Callable[..., Any], str], ...]] = (
    ("list", list_command, "Records of projects, what they lack, one whole."),
    ("template", template_command, "An empty form to fill in, with an example."),
    ("import", import_command, "Records of your own from a spreadsheet."),
    ("appraise", appraise_command, "What projects cost, earn and are worth, as ranges."),
    ("select", select_command, "Which projects, when, in what shares, alone or together."),
    ("pareto", pareto_command, "Cost, worst scenarios and largest host against each other."),
    ("alternatives", alternatives_command, "Must-have, never, negotiable, with reasons."),
    ("match", match_command, "Firms and institutions to roles of projects."),
    ("floor", floor_command, "Which projects stand under a price floor, and who pays for it."),
    ("smelters", smelters_command, "Copper smelters as an aggregate, as treatment charges fall."),
)

projects_app = typer.Typer(
    cls=PlainGroup, no_args_is_help=True, context_settings={"help_option_names": ["-h", "--help"]}
)
for _name, _command, _purpose in _COMMANDS:
    projects_app.command(_name, cls=PlainCommand, help=_purpose)(_command)
