"""``pactolus exercise``: an event rehearsed at a table, scored, and looked back upon."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import typer

from pactolus.cli.exercise_run import report_command, run_command, score_command
from pactolus.cli.exercise_show import list_command, show_command, template_command
from pactolus.cli.plain import PlainCommand, PlainGroup

__all__ = ["exercise_app"]

#: Name, command, what it is for: in the order of the work.
_COMMANDS: Final[tuple[tuple[str, Callable[..., Any], str], ...]] = (
    ("list", list_command, "Exercises that ship."),
    ("show", show_command, "The facilitator's sheet, or what a role sees in a month."),
    ("template", template_command, "A file to begin with: an exercise, or decisions."),
    ("run", run_command, "Play decisions from a file, or line by line at a terminal."),
    ("score", score_command, "What a run came to, beside the best plan and doing nothing."),
    ("report", report_command, "The after-action report of a run, in three languages."),
)

exercise_app = typer.Typer(
    cls=PlainGroup, no_args_is_help=True, context_settings={"help_option_names": ["-h", "--help"]}
)
for _name, _command, _purpose in _COMMANDS:
    exercise_app.command(_name, cls=PlainCommand, help=_purpose)(_command)
