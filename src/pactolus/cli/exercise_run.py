"""``pactolus exercise run``, ``score`` and ``report``."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pactolus.cli.exercise_show import ExerciseArgument, asked_exercise, setting_for
from pactolus.cli.feedback import say
from pactolus.cli.options import (
    Common,
    Faults,
    FormatOption,
    QuietOption,
    SeedOption,
    VerboseOption,
    WorldOption,
    chosen,
    common,
)
from pactolus.cli.shared import with_common_options
from pactolus.errors import InputError, OptionError

if TYPE_CHECKING:
    from pactolus.response.exercise.exercise import Exercise
    from pactolus.response.exercise.score import Score

__all__ = ["report_command", "run_command", "score_command"]

_LANGUAGES: tuple[str, ...] = ("en", "ko", "ja")

RunArgument = Annotated[str, typer.Argument(metavar="RUN", help="Folder that 'pactolus exercise run' wrote.")]


def run_command(
    exercise: ExerciseArgument,
    decisions: Annotated[
        str | None,
        typer.Option("--decisions", metavar="FILE", help="Decisions; nothing is done if omitted."),
    ] = None,
    terminal: Annotated[
        bool, typer.Option("--terminal", help="Ask for decisions line by line, month by month.")
    ] = False,
    out: Annotated[
        str | None,
        typer.Option("--out", metavar="FOLDER", help="Folder of the run; exercise-NAME-SEED if omitted."),
    ] = None,
    world: WorldOption = None,
    seed: SeedOption = "0",
    format_name: FormatOption = None,
    quiet: QuietOption = False,
    verbose: VerboseOption = False,
) -> None:
    """Play, and write what a replay needs."""
    faults = Faults()
    options = common(
        faults,
        world=world,
        seed=seed,
        format_name=format_name,
        out=out,
        quiet=quiet,
        verbose=verbose,
        folder=True,
    )
    if terminal and decisions is not None:
        faults.note(OptionError("--terminal and --decisions: use one of them"))
    faults.refuse()
    from pactolus import __version__
    from pactolus.cli.exercise_terminal import ask_line, play_at_terminal
    from pactolus.response.exercise.decisions import read_decisions
    from pactolus.response.exercise.runs import write_run
    from pactolus.response.exercise.state import play

    found = asked_exercise(exercise)
    setting, vintage = setting_for(found, options)
    folder = options.out or Path(f"exercise-{found.id}-{options.seed}")
    if terminal:
        own = play_at_terminal(setting, options.seed, folder / "decisions.yaml", ask_line, typer.echo)
    else:
        own = () if decisions is None else read_decisions(Path(decisions), found, setting.situation)
    played = play(setting, options.seed, own)
    write_run(folder, played, own, vintage=vintage, version=__version__)
    _say_made_up(found)
    say(f"written: {folder}; next: pactolus exercise score {folder}", quiet=quiet)


def _say_made_up(exercise: Exercise) -> None:
    from pactolus.wording.phrases import phrase

    say(phrase("en", "exercise.made_up" if exercise.fictitious else "exercise.holdings_made_up"))


def _scored(run: str, options: Common) -> tuple[Score, str, str, Mapping[str, float | None]]:
    """A run played again: score, vintage of its world, version, shares at the ends of the losses."""
    from pactolus.response.exercise.decisions import read_decisions
    from pactolus.response.exercise.runs import read_run
    from pactolus.response.exercise.score import score_of, shares_around
    from pactolus.response.exercise.state import play

    found = read_run(Path(run))
    setting, vintage = setting_for(found.exercise, options)
    if vintage != found.vintage:
        raise InputError(
            f"{run}: was played on world {found.vintage[:12]}, and {vintage[:12]} is open; open the same one "
            "with --world, or run it again"
        )
    own = read_decisions(found.decisions, found.exercise, setting.situation)
    played = play(setting, found.seed, own)
    return score_of(played), vintage, found.version, shares_around(played, own)


@with_common_options()
def score_command(faults: Faults, options: Common, run: RunArgument) -> None:
    """One row a path and member; the shares are notes."""
    faults.refuse()
    from pactolus.cli.output import write_data
    from pactolus.cli.tables import as_text_table

    score, _, _, shares = _scored(run, options)
    write_data(score.costs, options, as_table=as_text_table)
    share, hindsight = score.share, score.share_of_hindsight
    if share is None:
        say("no score: under the length that came true the best plan saves nothing against doing nothing")
    else:
        say(f"score: {share:.1%} of what the best plan saves against doing nothing")
    if shares:
        told = {end: "no score" if part is None else f"{part:.1%}" for end, part in shares.items()}
        say("losses at the ends of their range: " + ", ".join(f"{end} {part}" for end, part in told.items()))
    if hindsight is not None:
        say(f"with hindsight: {hindsight:.1%}; nothing comes above 100 %", quiet=options.quiet)
    for role, saved in score.by_role.items():
        say(f"decisions of {role} saved {saved:,.2f} million USD", quiet=options.quiet)
    _say_made_up(score.played.setting.exercise)


def report_command(
    run: RunArgument,
    lang: Annotated[str, typer.Option("--lang", metavar="LIST", help="Languages.")] = "en,ko,ja",
    out: Annotated[str, typer.Option("--out", metavar="FOLDER", help="Folder for the pages.")] = "out",
    world: WorldOption = None,
    quiet: QuietOption = False,
    verbose: VerboseOption = False,
) -> None:
    """One page a language."""
    faults = Faults()
    options = common(
        faults, world=world, seed="0", format_name=None, out=out, quiet=quiet, verbose=verbose, folder=True
    )
    languages = faults.of(lambda: chosen("--lang", "language", lang, _LANGUAGES), _LANGUAGES)
    faults.refuse()
    from pactolus.reports.exercise import render_exercise
    from pactolus.response.exercise.report import after_action
    from pactolus.runs.files import replace_files, writing_folder

    score, vintage, version, shares = _scored(run, options)
    after = after_action(score, vintage=vintage, version=version, shares=shares)
    names = {language: f"exercise-{after.exercise.id}.{language}.html" for language in languages}
    folder = Path(out)
    with writing_folder(folder, "exercise") as beside:
        for language, name in names.items():
            (beside / name).write_text(render_exercise(after, language), encoding="utf-8", newline="\n")
        replace_files(beside, folder, list(names.values()))
    for name in names.values():
        say(f"written: {folder / name}", quiet=quiet)
