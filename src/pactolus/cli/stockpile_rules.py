"""``pactolus stockpile rules``: rules of thumb, release conditions agreed beforehand, and past events."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pactolus.cli.feedback import progress_on_stderr, say
from pactolus.cli.options import Common, Faults, opened, whole
from pactolus.cli.policy_options import OnOption, WorkspaceOption, day_of, register_for
from pactolus.cli.shared import with_common_options
from pactolus.cli.stockpile_options import (
    DeclaredOption,
    ExpertOption,
    HoldingsOption,
    ImportersOption,
    MineralsOption,
    SettingsOption,
    StageOption,
    YearOption,
    declared_of,
    expert_of,
    holdings_of,
    levels_of,
    members_of_text,
    places_of_text,
)
from pactolus.errors import InputError, OptionError, UnknownTermError

if TYPE_CHECKING:
    from pactolus.stockpile.members.holdings import HoldingRange
    from pactolus.stockpile.rules.day_rules import ReleaseRule
    from pactolus.stockpile.rules.places import RuleStudy

__all__ = ["rules_command"]

TABLES = ("compare", "triggers", "stress", "events")
_LANGUAGES = ("en", "ko", "ja")
_NOBODY: tuple[str, ...] = ()
_NOTHING: dict[tuple[str, str, str], float] = {}
_UNSAID: tuple[HoldingRange, ...] = ()


@with_common_options()
def rules_command(
    faults: Faults,
    options: Common,
    minerals: MineralsOption = "natural-graphite",
    importers: ImportersOption = "KOR,JPN",
    stage: StageOption = None,
    year: YearOption = None,
    settings: SettingsOption = "all",
    rule: Annotated[
        str | None, typer.Option("--rule", metavar="FILE.yaml", help="A rule of your own, compared too.")
    ] = None,
    within: Annotated[
        str,
        typer.Option("--within", metavar="PERCENT", help="What agreed conditions may cost above optimal."),
    ] = "5",
    table: Annotated[
        str,
        typer.Option(
            "--table",
            metavar="|".join(TABLES),
            help="Costs and protection; the search for conditions; events by month, or in sum.",
        ),
    ] = "compare",
    text: Annotated[
        str | None,
        typer.Option("--text", metavar="en|ko|ja", help="The rule on one page instead, for one mineral."),
    ] = None,
    declared: DeclaredOption = None,
    holdings: HoldingsOption = None,
    expert: ExpertOption = None,
    on: OnOption = None,
    workspace: WorkspaceOption = None,
) -> None:
    """One table, or one page; days name what they are days of."""
    members = faults.of(lambda: members_of_text(importers), _NOBODY)
    if settings not in ("all", "mid"):
        faults.note(OptionError(f"--settings: {settings!r}; all or mid"))
    if table not in TABLES:
        faults.note(UnknownTermError.of("table", table, TABLES, where="--table"))
    if text is not None and text not in _LANGUAGES:
        faults.note(OptionError(f"--text: {text!r}; en, ko or ja"))
    part = faults.of(lambda: _percent("--within", within), 0.05)
    base = faults.of(lambda: whole("--year", year, at_least=1900, at_most=2100) if year else None, None)
    day = faults.of(lambda: day_of("--on", on), date.min)
    own = faults.of(lambda: _rule_of(rule), None)
    use = faults.of(lambda: declared_of(declared, members), _NOTHING)
    rates = faults.of(lambda: expert_of(expert), None)
    levels = faults.of(lambda: levels_of(workspace), None)
    held = faults.of(lambda: holdings_of(holdings, workspace, members, levels), _UNSAID)
    world = faults.of(lambda: opened(options), None)
    faults.refuse()
    assert world is not None
    from pactolus.cli.output import deliver, write_data
    from pactolus.cli.tables import as_text_table
    from pactolus.stockpile.members.needs import SETTINGS
    from pactolus.stockpile.rules.day_rules import DAY_RULES
    from pactolus.stockpile.rules.places import study_rules
    from pactolus.stockpile.rules.text import text_of_rule

    asked = places_of_text(world, minerals, stage, base)
    if text is not None and len(asked.places) > 1:
        several = ", ".join(f"{name} ({where})" for name, where in asked.places)
        raise OptionError(f"--text: {several}; a page holds one mineral at one stage")
    if text is not None:
        _meant(own, asked.places[0][0])
    with progress_on_stderr(quiet=options.quiet) as progress:
        found = study_rules(
            world,
            asked.places,
            members,
            measures=register_for(workspace),
            on=day,
            rules=(*DAY_RULES, *((own,) if own else ())),
            within=part,
            year=base,
            settings=SETTINGS if settings == "all" else {"mid": SETTINGS["mid"]},
            declared=use,
            expert=rates,
            holdings=held,
            levels=levels,
            seed=options.seed,
            progress=progress,
        )
    for note in (*(f"{one}: no trade of it in this world" for one in asked.silent), *found.notes):
        say(note, quiet=options.quiet)
    if text is not None:
        page = text_of_rule(found, asked.places[0], text, on=day, rule=own)
        deliver(page.encode("utf-8"), options.out)
        return
    frame = getattr(found, table)
    for note in _notes(found, table):
        say(note, quiet=options.quiet)
    write_data(frame, options, as_table=as_text_table)


def _percent(option: str, text: str) -> float:
    """A percentage as a part."""
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not 0 <= value <= 1000:
        raise OptionError(f"{option}: {text!r}; give a percentage, 0 or more")
    return value / 100


def _rule_of(file: str | None) -> ReleaseRule | None:
    """The rule of ``--rule``, under a name of its own."""
    if file is None:
        return None
    from pactolus.stockpile.rules.day_rules import DAY_RULES, NO_STOCK, read_rule

    found = read_rule(Path(file))
    taken = (*(one.name for one in DAY_RULES), NO_STOCK.name, "trigger", "optimal")
    if found.name in taken:
        raise InputError(f"{Path(file).name}: rule: {found.name!r} is a name of ours; give it another")
    return found


def _meant(rule: ReleaseRule | None, mineral: str) -> None:
    """Refuse a page of a rule that is meant for other minerals."""
    if rule is not None and rule.minerals and mineral not in rule.minerals:
        raise OptionError(f"--rule: {rule.name} is meant for {', '.join(rule.minerals)}, not for {mineral}")


def _notes(found: RuleStudy, table: str) -> tuple[str, ...]:
    """What a reader of the table must know."""
    common: tuple[str, ...] = (
        "days are of the use that the column denominator names; costs a year, each mineral for itself",
        "release timing reveals stocks: these figures count as derived",
    )
    if not found.label.is_open:
        common = (
            *common,
            f"labelled {found.label}: releases reveal holdings; keep it to those who may see them",
        )
    if table == "compare":
        return (
            *common,
            "low and high: one assumption at a time; above_optimal: beside the optimum under the same one",
            "days-90 is the rule of the IEA for oil: an analogy; days-60 to days-180 Japan's range, days-100 "
            "Korea's target; holdings are not known",
        )
    if table == "triggers":
        lacking = [
            f"{mineral} ({stage}): {name}: no simple rule within {own.within:.0%}; the cheapest is shown"
            for (mineral, stage), members in found.places.items()
            for name, own in members.items()
            if not isinstance(own, str) and not own.search.within
        ]
        return (*common, *lacking)
    told = {
        name
        for members in found.places.values()
        for name, own in members.items()
        if not isinstance(own, str) and own.held is not None
    }
    return (
        *common,
        "events begin with a full stock, or with what a member says it holds, at most what the rule keeps",
        *(f"{name}: holding declared; rows low, mid and high of its range" for name in sorted(told)),
        "the rule does not know how long an event lasts; low and high are the "
        "ends of the loss, for costs over all settings too",
        "the optimal policy sees failed suppliers; on an event it acts as in the regime of the nearest loss",
    )
