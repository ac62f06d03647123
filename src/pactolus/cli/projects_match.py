"""``pactolus projects match``: firms and institutions to roles of projects."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pactolus.cli.feedback import say
from pactolus.cli.options import Common, Faults, chosen, whole
from pactolus.cli.policy_options import WorkspaceOption
from pactolus.cli.shared import with_common_options
from pactolus.cli.stockpile_options import levels_of
from pactolus.errors import OptionError

if TYPE_CHECKING:
    from pactolus.projects.matching.bundles import BundleLimits
    from pactolus.projects.matching.guard import View
    from pactolus.projects.matching.reading import Line, Slot
    from pactolus.projects.matching.study import MatchStudy
    from pactolus.workspace.labels import Levels

__all__ = ["match_command"]

TABLES: tuple[str, ...] = ("summary", "matching", "prices", "blocking", "projects", "capabilities")
_METHODS: tuple[str, ...] = ("transfers", "stable", "bundle", "all")
_NO_LINES: tuple[Line, ...] = ()
_NO_SLOTS: tuple[Slot, ...] = ()


@with_common_options(world=False)
def match_command(
    faults: Faults,
    options: Common,
    firms: Annotated[
        str | None, typer.Option("--firms", metavar="FILE.csv", help="What firms would do, as they say.")
    ] = None,
    slots: Annotated[
        str | None, typer.Option("--slots", metavar="FILE.csv", help="Roles of projects that are open.")
    ] = None,
    method: Annotated[
        str,
        typer.Option(
            "--method",
            metavar="|".join(_METHODS),
            help="With payments; without; whole projects; or each beside the others.",
        ),
    ] = "all",
    table: Annotated[
        str,
        typer.Option("--table", metavar="NAME", help=f"{', '.join(TABLES[:-1])} or {TABLES[-1]}."),
    ] = "summary",
    as_firm: Annotated[
        str | None, typer.Option("--as", metavar="FIRM", help="For one firm: its own rows, and sums.")
    ] = None,
    secretariat: Annotated[
        str | None,
        typer.Option("--secretariat", metavar="WHO", help="All rows, for those named here in words."),
    ] = None,
    equity_cap: Annotated[
        str, typer.Option("--equity-cap", metavar="PART", help="Most of a project's equity for one firm.")
    ] = "0.49",
    country_cap: Annotated[
        str | None,
        typer.Option("--country-cap", metavar="PART", help="Most of it for the firms of one country."),
    ] = None,
    members: Annotated[
        str,
        typer.Option("--members", metavar="LIST", help="Each has a firm in every bundle; none: nobody must."),
    ] = "KOR,JPN",
    must: Annotated[
        list[str] | None,
        typer.Option("--must", metavar="PROJECT", help="A bundle that has to go ahead; may be repeated."),
    ] = None,
    not_both: Annotated[
        list[str] | None,
        typer.Option("--not-both", metavar="ROLE,ROLE", help="Roles that no firm holds together."),
    ] = None,
    nodes: Annotated[
        str, typer.Option("--nodes", metavar="N", help="Budget of the search for bundles.")
    ] = "20000",
    example: Annotated[
        str | None,
        typer.Option("--example", metavar="FOLDER", help="Write made-up files to start from, and leave."),
    ] = None,
    workspace: WorkspaceOption = None,
) -> None:
    """One table, cut to what its reader may see, with its label and the notice on competition law."""
    if example is not None:
        faults.refuse()
        _example(example, options)
        return
    asked = faults.of(lambda: chosen("--table", "table", table, TABLES), TABLES[:1])
    if len(asked) > 1:
        faults.note(OptionError(f"--table: {', '.join(asked)}; one table at a time"))
    if asked[0] == "capabilities":
        faults.refuse()
        _capabilities(options)
        return
    methods = faults.of(lambda: chosen("--method", "method", method, _METHODS), TABLES[:0])
    if must and secretariat is None:
        faults.note(OptionError("--must: what keeps a project back names firms; it needs --secretariat WHO"))
    budget = faults.of(lambda: whole("--nodes", nodes, at_least=1, at_most=10_000_000), 1)
    limits = faults.of(lambda: _limits(equity_cap, country_cap, members, must or [], not_both or []), None)
    levels = faults.of(lambda: levels_of(workspace), None)
    lines = faults.of(lambda: _lines(firms, levels), _NO_LINES)
    open_slots = faults.of(lambda: _slots(slots, levels), _NO_SLOTS)
    faults.refuse()
    from pactolus.projects.matching.guard import view_of
    from pactolus.projects.matching.study import match_firms, methods_of

    view = view_of(as_firm, secretariat, {one.firm for one in lines})
    study = match_firms(
        lines,
        open_slots,
        methods=methods_of(methods),
        limits=limits,
        levels=levels,
        nodes=budget,
    )
    _write(study, asked[0], view, options)


def _write(study: MatchStudy, table: str, view: View[str], options: Common) -> None:
    from pactolus.cli.output import write_data
    from pactolus.cli.tables import as_text_table
    from pactolus.projects.matching.tables import match_notes, match_table

    frame = match_table(study, table, view)
    for note in match_notes(study, view):
        say(note, quiet=options.quiet)
    write_data(frame, options, as_table=as_text_table)


def _example(folder: str, options: Common) -> None:
    from pactolus.projects.matching.example import write_example

    for file in write_example(Path(folder)):
        say(f"written: {file}", quiet=options.quiet)


def _capabilities(options: Common) -> None:
    from pactolus.cli.output import write_data
    from pactolus.cli.tables import as_text_table
    from pactolus.projects.matching.companies import CAPABILITIES_NOTE, capabilities

    say(CAPABILITIES_NOTE, quiet=options.quiet)
    write_data(capabilities(), options, as_table=as_text_table)


def _lines(file: str | None, levels: Levels | None) -> tuple[Line, ...]:
    from pactolus.projects.matching.reading import read_firms

    if file is None:
        raise OptionError("--firms: no file; --example FOLDER writes a made-up pair to start from")
    return read_firms(Path(file), levels)


def _slots(file: str | None, levels: Levels | None) -> tuple[Slot, ...]:
    from pactolus.projects.matching.reading import read_slots

    if file is None:
        raise OptionError("--slots: no file; --example FOLDER writes a made-up pair to start from")
    return read_slots(Path(file), levels)


def _limits(
    equity_cap: str, country_cap: str | None, members: str, must: list[str], not_both: list[str]
) -> BundleLimits:
    """Limits of the options.

    Raises
    ------
    OptionError
        All faults at once.
    """
    from pactolus.projects.matching.bundles import BundleLimits
    from pactolus.projects.matching.reading import ROLES

    faults = Faults()
    pairs: list[tuple[str, str]] = []
    for text in not_both:
        pair = faults.of(partial(chosen, "--not-both", "role", text, ROLES), TABLES[:0])
        if len(pair) == 2:
            pairs.append((pair[0], pair[1]))
        elif pair:
            faults.note(OptionError(f"--not-both: {text!r}; two roles, with a comma between"))
    names = [] if members == "none" else [one.strip() for one in members.split(",") if one.strip()]
    found = BundleLimits(
        equity_cap=faults.of(lambda: _part("--equity-cap", equity_cap), 1.0),
        country_cap=faults.of(
            lambda: None if country_cap is None else _part("--country-cap", country_cap), None
        ),
        members=tuple(dict.fromkeys(faults.of(partial(_member, one), "") for one in names)),
        not_both=tuple(pairs),
        must=tuple(dict.fromkeys(must)),
    )
    faults.refuse()
    return found


def _member(text: str) -> str:
    from pactolus.terms.countries import country

    return country(text).iso3


def _part(option: str, text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not 0 < value <= 1:
        raise OptionError(f"{option}: {text!r}; give a part, more than 0 and at most 1")
    return value
