"""An exercise played line by line: the month is shown role by role, decisions are typed, the file grows."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from pactolus.cli.exercise_show import seen_as_text
from pactolus.errors import InputError
from pactolus.runs.files import write_text

if TYPE_CHECKING:
    from pactolus.response.exercise.board import Setting
    from pactolus.response.exercise.decisions import Decision

__all__ = ["ask_line", "play_at_terminal"]

_HOW = (
    "One decision a line: ROLE ACTION TONNES [of MINERAL/STAGE] [to MEMBER] [from SUPPLIER] [until MONTH]; "
    "an empty line ends the month."
)


def ask_line(prompt: str) -> str:
    """A typed line; the end of the input counts as an empty one."""
    try:
        return input(prompt)
    except EOFError:
        typer.echo("")
        return ""


def play_at_terminal(
    setting: Setting, seed: int, file: Path, ask: Callable[[str], str], tell: Callable[[str], object]
) -> tuple[Decision, ...]:
    """Ask for the decisions of each month until the event is over or all months are played.

    Parameters
    ----------
    setting : Setting
    seed : int
    file : Path
        Rewritten after each decision, so that nothing typed is lost.
    ask, tell : callable
        Take a prompt and give a line; print a text.
    """
    from pactolus.response.exercise.decisions import decisions_yaml
    from pactolus.response.exercise.truth import true_case
    from pactolus.response.exercise.views import seen

    exercise = setting.exercise
    case = true_case(exercise, setting.situation.probability, seed)
    decisions: list[Decision] = []
    tell(_HOW)
    for month in range(exercise.rounds):
        views = [seen(setting, case, decisions, role.id, month) for role in exercise.roles]
        for view in views:
            tell(seen_as_text(exercise, view, "en"))
        if views[0]["over"]:
            break
        while line := ask(f"month {month + 1}> ").strip():
            try:
                decisions.append(_taken(setting, case, decisions, line, month))
            except InputError as error:
                tell(f"not taken: {error}")
                continue
            write_text(file, decisions_yaml(exercise.id, decisions))
    return tuple(decisions)


def _taken(setting: Setting, case: int, decisions: list[Decision], line: str, month: int) -> Decision:
    """A typed decision that can be carried out beside those before it.

    Raises
    ------
    InputError
    """
    from pactolus.response.exercise.decisions import faults_of, parse_line
    from pactolus.response.exercise.state import walk

    one = parse_line(line, month + 1)
    faults = [
        f"{key}: {message}"
        for key, message in faults_of(one, setting.exercise, setting.situation, month=month + 1)
    ]
    if not faults:
        _, _, faults = walk(setting, case, [*decisions, one], months=month + 1)
    if faults:
        raise InputError.gathered(faults)
    return one
