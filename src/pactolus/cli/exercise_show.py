"""``pactolus exercise list``, ``show`` and ``template``: what there is to play, and files to begin with."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from pactolus.cli.feedback import say
from pactolus.cli.options import Common, Faults, chosen, opened, whole
from pactolus.cli.shared import with_common_options
from pactolus.errors import OptionError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pactolus.response.exercise.board import Setting
    from pactolus.response.exercise.exercise import Exercise

__all__ = [
    "asked_exercise",
    "list_command",
    "seen_as_text",
    "setting_for",
    "show_command",
    "template_command",
]

_LANGUAGES: tuple[str, ...] = ("en", "ko", "ja")

ExerciseArgument = Annotated[
    str, typer.Argument(metavar="FILE|NAME", help="EXERCISE.yaml, or the name of an exercise that ships.")
]
LanguageOption = Annotated[str, typer.Option("--lang", metavar="en|ko|ja", help="Language of the texts.")]


def asked_exercise(text: str) -> Exercise:
    """The exercise of a file, or one that ships.

    Raises
    ------
    InputError
        If the file has faults, or no exercise has the name.
    """
    from pactolus.response.exercise.exercise import ready_exercise
    from pactolus.response.exercise.reading import read_exercise

    file = Path(text)
    return read_exercise(file) if file.suffix in (".yaml", ".yml") else ready_exercise(text)


def setting_for(exercise: Exercise, options: Common) -> tuple[Setting, str]:
    """An exercise with its numbers, and the vintage of the world; made-up tonnes open none."""
    from pactolus.response.exercise.board import exercise_setting

    if exercise.declared is not None:
        return exercise_setting(exercise), ""
    world = opened(options)
    return exercise_setting(exercise, world), world.vintage


@with_common_options()
def list_command(faults: Faults, options: Common, language: LanguageOption = "en") -> None:
    """One row an exercise."""
    lang = faults.of(lambda: chosen("--lang", "language", language, _LANGUAGES), _LANGUAGES)[0]
    faults.refuse()
    from pactolus.cli.output import write_data
    from pactolus.cli.tables import as_text_table
    from pactolus.response.exercise.exercise import exercise_table

    write_data(exercise_table(lang), options, as_table=as_text_table)


@with_common_options()
def show_command(
    faults: Faults,
    options: Common,
    exercise: ExerciseArgument,
    role: Annotated[
        str | None, typer.Option("--role", metavar="ROLE", help="Only what this role sees; all if omitted.")
    ] = None,
    month: Annotated[
        str, typer.Option("--month", metavar="N", help="At the beginning of this month, with --role.")
    ] = "1",
    decisions: Annotated[
        str | None,
        typer.Option("--decisions", metavar="FILE", help="Decisions of the months before, with --role."),
    ] = None,
    language: LanguageOption = "en",
) -> None:
    """The facilitator's sheet as text; with a role, what it sees, as text or as JSON."""
    lang = faults.of(lambda: chosen("--lang", "language", language, _LANGUAGES), _LANGUAGES)[0]
    number = faults.of(lambda: whole("--month", month, at_least=1, at_most=120), 1)
    if role is None and decisions is not None:
        faults.note(OptionError("--decisions: name the role that looks, with --role"))
    faults.refuse()
    from pactolus.cli.output import deliver

    found = asked_exercise(exercise)
    if role is None:
        deliver(_sheet(found, lang).encode("utf-8"), options.out)
        return
    found.role(role, where="--role")
    setting, _ = setting_for(found, options)
    if number > found.rounds:
        raise OptionError(f"--month: {number}; decisions are taken in months 1 to {found.rounds}")
    from pactolus.response.exercise.decisions import read_decisions
    from pactolus.response.exercise.truth import true_case
    from pactolus.response.exercise.views import seen

    own = () if decisions is None else read_decisions(Path(decisions), found, setting.situation)
    case = true_case(found, setting.situation.probability, options.seed)
    view = seen(setting, case, own, role, number - 1)
    if options.format == "json":
        deliver((json.dumps(view, ensure_ascii=False, indent=2) + "\n").encode("utf-8"), options.out)
    else:
        deliver(seen_as_text(found, view, lang).encode("utf-8"), options.out)
    _say_made_up(found)


def _say_made_up(exercise: Exercise) -> None:
    from pactolus.wording.phrases import phrase

    say(phrase("en", "exercise.made_up" if exercise.fictitious else "exercise.holdings_made_up"))


def _sheet(one: Exercise, lang: str) -> str:
    """What a facilitator reads: roles, news and what they change; not which case comes true."""
    from pactolus.wording.phrases import phrase

    lines = [
        one.titles[lang],
        phrase(lang, "exercise.made_up" if one.fictitious else "exercise.holdings_made_up"),
    ]
    lines += [
        one.purpose[lang],
        f"{one.minutes} min, {one.rounds} months, deadline: day {one.deadline_day}",
        "",
    ]
    lines += [f"{role.id}: {role.titles[lang]} [{', '.join(role.may) or '-'}]" for role in one.roles]
    for inject in one.injects:
        to = ", ".join(inject.to) or "all"
        lines += ["", f"month {inject.month}, day {inject.day}, to {to}: {inject.titles[lang]}"]
        lines.append(f"  {inject.texts[lang]}")
        lines += [f"  ? {inject.asks[lang]}"] if inject.asks else []
        for change in inject.changes:
            said = {
                "supplier": change.supplier,
                "member": change.member,
                "chances": list(change.chances) or None,
            }
            if change.change in ("room", "loss"):
                said["factor"] = f"{change.factor:g}"
            parts = " ".join(f"{key} {value}" for key, value in said.items() if value is not None)
            lines.append(f"  -> {change.change} {parts}")
    lines += ["", *(f"- {words[lang]}" for words in (*one.debrief, *one.notes))]
    return "\n".join(lines) + "\n"


def seen_as_text(exercise: Exercise, view: dict[str, Any], lang: str) -> str:
    """A view for a reader at a terminal."""
    from pactolus.wording.phrases import phrase

    lines = [
        phrase(lang, "exercise.made_up" if exercise.fictitious else "exercise.holdings_made_up"),
        f"{exercise.role(view['role']).titles[lang]}: month {view['month']}, decide by {view['deadline']}"
        + (" (the event is over)" if view["over"] else ""),
    ]
    by_id = {one.id: one for one in exercise.injects}
    for id in view["injects"]:
        one = by_id[id]
        lines.append(f"* {one.month}/{one.day}: {one.titles[lang]}. {one.texts[lang]}")
        lines += [f"  ? {one.asks[lang]}"] if one.asks and one.month == view["month"] else []
    for member in view["members"]:
        lines += [_place(member["member"], row) for row in member["places"]]
    lines += [
        f"  supplier {row['supplier']} {row['mineral']} ({row['stage']}): {row['room_t']:,.1f} t a month, "
        f"{row['lag_months']} months, premium {row['premium'][0]:.0%} to {row['premium'][-1]:.0%}"
        for row in _largest(view.get("suppliers", ()))
    ]
    if "chances" in view:
        parts = [f"{part['months']} months {part['probability']:.0%}" for part in view["chances"]]
        lines.append(f"  it may last {', '.join(parts)}")
    lines.append(f"  may: {', '.join(view['may']) or 'nothing'}")
    return "\n".join(lines) + "\n"


def _largest(rows: Sequence[dict[str, Any]], most: int = 12) -> list[dict[str, Any]]:
    return sorted(rows, key=lambda row: (-row["room_t"], row["supplier"]))[:most]


def _place(member: str, row: dict[str, Any]) -> str:
    text = (
        f"  {member} {row['mineral']} ({row['stage']}): uses {row['use_t']:,.1f} t a month, "
        f"{row['lost_t']:,.1f} t do not arrive, missing so far {row['missing_before_t']:,.1f} t"
    )
    if "declared_t" in row:
        stock = f"{row['declared_t']:,.1f} t" if row["declares"] else "not declared"
        text += f"; stock {stock}, bought {row['bought_t']:,.1f} t"
        text += "".join(f", {part['tonnes']:,.1f} t in month {part['month']}" for part in row["arriving"])
    return text


@with_common_options()
def template_command(
    faults: Faults,
    options: Common,
    exercise: Annotated[
        str | None,
        typer.Argument(
            metavar="[FILE|NAME]", help="Decisions for this exercise; an exercise of your own if omitted."
        ),
    ] = None,
) -> None:
    """Write it to stdout, or to --out."""
    faults.refuse()
    from pactolus.cli.output import deliver
    from pactolus.response.exercise.templates import EXERCISE, decisions_template

    text = EXERCISE if exercise is None else decisions_template(asked_exercise(exercise))
    deliver(text.encode("utf-8"), options.out)
