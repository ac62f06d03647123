"""``pactolus projects appraise``: what projects cost, earn and are worth, as ranges."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pactolus.cli.feedback import progress_on_stderr, say
from pactolus.cli.options import Common, Faults, opened, whole
from pactolus.cli.policy_options import OnOption, WorkspaceOption, day_of, register_for
from pactolus.cli.projects_options import RatesOption, own_workspace, prices_of, rates_of, risk_of
from pactolus.cli.shared import with_common_options
from pactolus.cli.stockpile_options import members_of_text
from pactolus.errors import OptionError, UnknownTermError

if TYPE_CHECKING:
    import polars as pl

    from pactolus.projects.appraising import Given

__all__ = ["appraise_command"]

DETAILS = ("npv", "delay", "tornado", "option", "terms", "security")
_NOBODY: tuple[str, ...] = ()


@with_common_options()
def appraise_command(
    faults: Faults,
    options: Common,
    projects: Annotated[
        list[str] | None,
        typer.Argument(metavar="[ID]...", help="Projects; all that can be appraised if none."),
    ] = None,
    candidates: Annotated[
        list[str] | None,
        typer.Option(
            "--candidates", metavar="FILE.yaml", help="Records of your own, before ours; repeatable."
        ),
    ] = None,
    prices: Annotated[
        str | None,
        typer.Option(
            "--prices", metavar="FILE.csv", help="Prices: mineral, stage, low, mid, high, year, source."
        ),
    ] = None,
    country_risk: Annotated[
        str | None,
        typer.Option(
            "--country-risk",
            metavar="FILE.csv|undated",
            help="Country premiums: country, premium (or default_spread, ratio), as_of, source.",
        ),
    ] = None,
    fiscal: Annotated[
        str | None,
        typer.Option(
            "--fiscal",
            metavar="FILE.csv",
            help="Royalty and tax: country, mineral, item, low, mid, high, as_of, source.",
        ),
    ] = None,
    terms: Annotated[
        str | None,
        typer.Option("--terms", metavar="FILE.csv", help="Assumptions: name, low, mid, high, source."),
    ] = None,
    floor: Annotated[
        str | None, typer.Option("--floor", metavar="USD", help="Price floor a tonne of product.")
    ] = None,
    rate: Annotated[
        str | None,
        typer.Option(
            "--rate", metavar="PERCENT", help="Real discount rate instead of the host's cost of equity."
        ),
    ] = None,
    members: Annotated[
        str,
        typer.Option("--members", metavar="LIST", help="Whose border price, and worth of a tonne to whom."),
    ] = "KOR,JPN",
    draws: Annotated[str, typer.Option("--draws", metavar="N", help="Random draws a project.")] = "1000",
    rates: RatesOption = None,
    detail: Annotated[str, typer.Option("--detail", metavar="|".join(DETAILS), help="Which table.")] = "npv",
    on: OnOption = None,
    workspace: WorkspaceOption = None,
) -> None:
    """One table; every row says what it is a range of."""
    whose = faults.of(lambda: members_of_text(members), _NOBODY)
    if detail not in DETAILS:
        faults.note(UnknownTermError.of("detail", detail, DETAILS, where="--detail"))
    count = faults.of(lambda: whole("--draws", draws, at_least=10, at_most=1_000_000), 1000)
    least = faults.of(lambda: _number("--floor", floor), None)
    percent = faults.of(lambda: _number("--rate", rate), None)
    day = faults.of(lambda: day_of("--on", on), date.min)
    given = faults.of(lambda: _given(prices, country_risk, fiscal, terms), None)
    world = faults.of(lambda: opened(options), None)
    faults.refuse()
    assert world is not None
    assert given is not None
    from pactolus.cli.output import write_data
    from pactolus.projects.appraising import Question, appraised, chosen_candidates, notes_on, security
    from pactolus.projects.pipeline.loading import with_own

    own = own_workspace(workspace)
    files = [*(Path(one) for one in candidates or []), *(own.files("projects") if own is not None else [])]
    chosen = chosen_candidates(projects or [], with_own(files, world=world), rates=rates_of(rates))
    for note in chosen.notes:
        say(note, quiet=options.quiet)
    asked = Question(
        members=whose,
        on=day,
        given=given,
        draws=count,
        seed=options.seed,
        floor=least,
        rate=None if percent is None else percent / 100,
    )
    with progress_on_stderr(quiet=options.quiet) as progress:
        if detail == "security":
            frame = security(world, chosen, asked, register_for(workspace), progress=progress)
        else:
            frame, notes = appraised(world, chosen, asked, detail, progress=progress)
            for note in notes:
                say(note, quiet=options.quiet)
    for note in notes_on(detail):
        say(note, quiet=options.quiet)
    write_data(frame, options, as_table=_as_table)


def _given(prices: str | None, risk: str | None, fiscal: str | None, terms: str | None) -> Given:
    """The files of the options, read."""
    from pactolus.projects.appraisal.fiscal import read_fiscal
    from pactolus.projects.appraisal.terms import Terms, read_terms
    from pactolus.projects.appraising import Given

    return Given(
        prices=prices_of(prices or None),
        risk=risk_of(risk or None),
        fiscal=(read_fiscal(Path(fiscal)),) if fiscal else (),
        terms=read_terms(Path(terms)) if terms else Terms(),
    )


def _number(option: str, text: str | None) -> float | None:
    if text is None:
        return None
    try:
        return float(text)
    except ValueError:
        raise OptionError(f"{option}: {text!r} is not a number") from None


def _as_table(frame: pl.DataFrame, width: int | None) -> str:
    """Rows for a terminal; numbers of one row are rounded together, since rows differ in their unit."""
    from pactolus.cli.tables import TextColumn, as_text_table, digits_for, fixed, lay_out

    ends = [name for name in ("low", "mid", "high") if name in frame.columns]
    if not ends:
        return as_text_table(frame, width)
    units = frame["unit"].to_list() if "unit" in frame.columns else [""] * frame.height
    rows = [
        [f"{v:.0f}" if unit == "year" and v is not None else fixed(v, digits_for(row)) for v in row]
        for unit, row in zip(units, frame.select(ends).rows(), strict=True)
    ]
    shown: dict[str, list[str]] = {name: [row[place] for row in rows] for place, name in enumerate(ends)}
    columns = [
        TextColumn(
            name=name,
            cells=shown[name] if name in shown else ["" if c is None else str(c) for c in frame[name]],
            right=name in ends,
            key=name in ("id", "measure"),
        )
        for name in frame.columns
    ]
    return lay_out(columns, width)
