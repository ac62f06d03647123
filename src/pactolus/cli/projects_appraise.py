"""``pactolus projects appraise``: what projects cost, earn and are worth, as ranges."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from pactolus.cli.feedback import progress_on_stderr, say
from pactolus.cli.options import Common, Faults, opened, whole
from pactolus.cli.policy_options import OnOption, WorkspaceOption, day_of, register_for
from pactolus.cli.projects_options import RatesOption, own_workspace, prices_of, rates_of, risk_of
from pactolus.cli.shared import with_common_options
from pactolus.cli.stockpile_options import members_of_text
from pactolus.errors import NoAnswerError, OptionError, UnknownTermError

if TYPE_CHECKING:
    import polars as pl

    from pactolus.catalogue.world import World
    from pactolus.projects.appraisal.appraise import Appraisal, Stated
    from pactolus.projects.appraisal.country_risk import CountryRisk
    from pactolus.projects.appraisal.fiscal import FiscalTable
    from pactolus.projects.appraisal.prices import Price
    from pactolus.projects.appraisal.terms import Terms
    from pactolus.projects.base.candidates import Candidate
    from pactolus.projects.pipeline.parts import Project

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

    chosen, records = _chosen(
        projects or [], [Path(one) for one in candidates or []], workspace, rates, world, options
    )
    asked = _Asked(
        world, whose, given, count, options.seed, least, None if percent is None else percent / 100, day
    )
    with progress_on_stderr(quiet=options.quiet) as progress:
        if detail == "security":
            frame = _security(chosen, asked, workspace, progress)
        else:
            frame, notes = _appraised(chosen, records, asked, detail, progress)
            for note in dict.fromkeys(notes):
                say(note, quiet=options.quiet)
    for note in _notes(detail):
        say(note, quiet=options.quiet)
    write_data(frame, options, as_table=_as_table)


@dataclass(frozen=True)
class _Given:
    """Tables of the user."""

    prices: Mapping[tuple[str, str], Price]
    risk: Mapping[str, CountryRisk] | None
    fiscal: tuple[FiscalTable, ...]
    terms: Terms


@dataclass(frozen=True)
class _Asked:
    """What one run asks of every candidate."""

    world: World
    members: tuple[str, ...]
    given: _Given
    draws: int
    seed: int
    floor: float | None
    rate: float | None
    on: date


def _given(prices: str | None, risk: str | None, fiscal: str | None, terms: str | None) -> _Given:
    """The files of the options, read."""
    from pactolus.projects.appraisal.fiscal import read_fiscal, shipped_fiscal
    from pactolus.projects.appraisal.terms import Terms, read_terms

    return _Given(
        prices=prices_of(prices or None),
        risk=risk_of(risk or None),
        fiscal=((read_fiscal(Path(fiscal)),) if fiscal else ()) + (shipped_fiscal(),),
        terms=read_terms(Path(terms)) if terms else Terms(),
    )


def _number(option: str, text: str | None) -> float | None:
    if text is None:
        return None
    try:
        return float(text)
    except ValueError:
        raise OptionError(f"{option}: {text!r} is not a number") from None


def _chosen(
    ids: Sequence[str],
    files: Sequence[Path],
    workspace: str | None,
    rates: str | None,
    world: World,
    options: Common,
) -> tuple[list[Candidate], Mapping[str, Project]]:
    """Candidates asked for, and all records by id; what cannot be appraised is said."""
    from pactolus.projects.pipeline.appraisable import candidates_of
    from pactolus.projects.pipeline.loading import id_of, with_own

    own = own_workspace(workspace)
    files = [*files, *(own.files("projects") if own is not None else [])]
    records = {one.id: one for one in with_own(files, world=world)}
    found, reasons = candidates_of(records.values(), rates=rates_of(rates))
    known = {one.id: one for one in found}
    ids = [id_of(one, records, where="projects appraise") for one in ids]
    wanted = list(dict.fromkeys(ids)) or list(known)
    lacking = [one for one in wanted if one not in known]
    for one in lacking:
        say(f"{one}: {reasons[one]}", quiet=options.quiet)
    if not ids and reasons:
        many = f"{len(reasons)} of {len(records)} records are not appraisable"
        say(f"{many}; name one to see what it lacks", quiet=options.quiet)
    if not (chosen := [known[one] for one in wanted if one in known]):
        raise NoAnswerError("; ".join(f"{one}: {reasons[one]}" for one in lacking) or "no candidate")
    return chosen, records


def _local(candidate: Candidate, given: _Given) -> Terms:
    """The terms of the host."""
    from pactolus.projects.appraisal.country_risk import with_country_risk
    from pactolus.projects.appraisal.fiscal import with_fiscal

    terms = with_fiscal(given.terms, candidate.host, candidate.mineral, *given.fiscal)
    return with_country_risk(terms, candidate.host, given.risk)


def _stated(record: Project | None) -> tuple[Stated, ...]:
    """What the record's sources say of its worth, each with its basis."""
    from pactolus.projects.appraisal.appraise import Stated

    found = []
    for one in getattr(record, "economics", ()):
        rate = f"NPV{one.discount_pct:g}" if one.discount_pct is not None else "discount rate not stated"
        other = "" if one.currency in (None, "USD") else f"{one.currency} {one.npv_million:,g} million"
        parts = (other, f"{one.tax.replace('_', ' ')} tax" if one.tax != "not_stated" else "tax not stated")
        basis = "; ".join(p for p in (*parts, rate, one.study, one.basis, str(one.on)) if p)
        in_usd = one.npv_million if one.currency == "USD" else None
        irr = None if one.irr_pct is None else one.irr_pct / 100
        found.append(Stated(npv_musd=in_usd, irr=irr, basis=basis))
    return tuple(found)


def _appraised(
    chosen: Sequence[Candidate], records: Mapping[str, Project], asked: _Asked, detail: str, progress: Any
) -> tuple[pl.DataFrame, list[str]]:
    """The table, and what to say with it."""
    import polars as pl

    from pactolus.projects.appraisal import tables
    from pactolus.projects.appraisal.appraise import appraise, unpriced
    from pactolus.projects.appraisal.prices import price_for

    found: list[Appraisal] = []
    frames: list[pl.DataFrame] = []
    notes: list[str] = []
    for done, one in enumerate(chosen):
        progress(one.id, done, len(chosen))
        terms, stated = _local(one, asked.given), _stated(records.get(one.id))
        same = {"draws": asked.draws, "seed": asked.seed, "rate": asked.rate, "stated": stated}
        risk = (asked.given.risk or {}).get(one.host)
        notes += [note for note in [risk.note(asked.on) if risk else None] if note]
        try:
            price = price_for(asked.world, asked.given.prices, one, asked.members)
        except NoAnswerError as error:
            notes.append(f"{one.id}: {error}")
            frames.append(unpriced(one, terms, "no_price", **same))  # type: ignore[arg-type]
            continue
        found.append(appraise(one, terms, price=price, on=asked.on, floor_usd_per_t=asked.floor, **same))  # type: ignore[arg-type]
        notes += found[-1].notes
        frames.append(found[-1].table)
    progress("done", len(chosen), len(chosen))
    if detail == "npv":
        return pl.concat(frames), notes
    if not found:
        raise NoAnswerError("; ".join(notes))
    made = {
        "delay": tables.delay_table,
        "tornado": tables.tornado_table,
        "option": tables.option_table,
        "terms": tables.term_table,
    }
    return made[detail](found), notes


def _security(
    chosen: Sequence[Candidate], asked: _Asked, workspace: str | None, progress: Any
) -> pl.DataFrame:
    """Worth of a tonne from each host, one row a place, host and member."""
    import polars as pl

    from pactolus.projects.appraisal.security import value_of_tonne

    places = dict.fromkeys((one.mineral, one.stage, one.host) for one in chosen)
    measures = register_for(workspace)
    return pl.concat(
        value_of_tonne(asked.world, *place, asked.members, measures=measures, on=asked.on, progress=progress)
        for place in places
    )


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


def _notes(detail: str) -> tuple[str, ...]:
    """What a reader of the table must know."""
    if detail == "security":
        return (
            "what a tonne a year from the host spares in shortage, with the best stock; low and high: one "
            "assumption at a time",
        )
    if detail == "npv":
        return (
            "ranges overlap more than they differ: no order of projects is printed; what a source states has "
            "its own basis",
        )
    if detail == "tornado":
        return ("one term at a time at each end of its range, all else in the middle",)
    return ()
