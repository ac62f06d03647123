"""Many candidates appraised alike: one table, and what to say with it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any, Final

from pactolus.errors import NoAnswerError
from pactolus.projects.appraisal.terms import Terms
from pactolus.runs.progress import Progress, silent

if TYPE_CHECKING:
    import polars as pl

    from pactolus.catalogue.world import World
    from pactolus.policy.register import Register
    from pactolus.projects.appraisal.appraise import Appraisal, Stated
    from pactolus.projects.appraisal.country_risk import CountryRisk
    from pactolus.projects.appraisal.fiscal import FiscalTable
    from pactolus.projects.appraisal.prices import Price
    from pactolus.projects.base.candidates import Candidate
    from pactolus.projects.pipeline.parts import Project
    from pactolus.projects.pipeline.rates import Rate

__all__ = ["Chosen", "Given", "Question", "appraised", "chosen_candidates", "notes_on", "security"]


@dataclass(frozen=True, kw_only=True)
class Given:
    """Tables of the user; the shipped ones where nothing is given.

    Attributes
    ----------
    prices : mapping of (mineral, stage) to Price
    risk : mapping of country to CountryRisk, or None
    fiscal : tuple of FiscalTable
        Before the shipped one.
    terms : Terms
    """

    prices: Mapping[tuple[str, str], Price] = field(default_factory=dict)
    risk: Mapping[str, CountryRisk] | None = None
    fiscal: tuple[FiscalTable, ...] = ()
    terms: Terms = field(default_factory=Terms)


@dataclass(frozen=True, kw_only=True)
class Question:
    """What one run asks of every candidate.

    Attributes
    ----------
    members : tuple of str
        Whose border price, and worth of a tonne to whom.
    on : date
        From which delays count.
    given : Given
    draws, seed : int
    floor : float or None
        Of the price. [USD/t]
    rate : float or None
        Real discount rate instead of the host's cost of equity. [1/year]
    """

    members: tuple[str, ...]
    on: date
    given: Given = field(default_factory=Given)
    draws: int = 1000
    seed: int = 0
    floor: float | None = None
    rate: float | None = None


@dataclass(frozen=True, kw_only=True)
class Chosen:
    """Candidates asked for, all records by id, and what is said of those that cannot be appraised."""

    candidates: tuple[Candidate, ...]
    records: Mapping[str, Project]
    notes: tuple[str, ...]


def chosen_candidates(
    ids: Sequence[str], known: Sequence[Project], *, rates: Sequence[Rate] | None = None
) -> Chosen:
    """Candidates of some records; of all that can be appraised if none is named.

    Raises
    ------
    UnknownTermError
        If an id is none, with near misses.
    NoAnswerError
        If none can be appraised, with what each lacks.
    """
    from pactolus.projects.pipeline.appraisable import candidates_of
    from pactolus.projects.pipeline.loading import id_of

    records = {one.id: one for one in known}
    found, reasons = candidates_of(records.values(), rates=rates)
    can = {one.id: one for one in found}
    named = [id_of(one, records, where="projects appraise") for one in ids]
    wanted = list(dict.fromkeys(named)) or list(can)
    notes = [f"{one}: {reasons[one]}" for one in wanted if one not in can]
    chosen = tuple(can[one] for one in wanted if one in can)
    if not chosen:
        raise NoAnswerError("; ".join(notes) or "no candidate")
    if not named and reasons:
        many = f"{len(reasons)} of {len(records)} records are not appraisable"
        notes.append(f"{many}; name one to see what it lacks")
    return Chosen(candidates=chosen, records=records, notes=tuple(notes))


def appraised(
    world: World, chosen: Chosen, asked: Question, detail: str = "npv", *, progress: Progress = silent
) -> tuple[pl.DataFrame, tuple[str, ...]]:
    """One table (``npv, delay, tornado, option`` or ``terms``), and what to say with it.

    Raises
    ------
    NoAnswerError
        If no candidate has a price, where the table needs one.
    """
    import polars as pl

    from pactolus.projects.appraisal import tables

    found: list[Appraisal] = []
    frames: list[pl.DataFrame] = []
    notes: list[str] = []
    for done, one in enumerate(chosen.candidates):
        progress(one.id, done, len(chosen.candidates))
        frame, made, told = _one(world, one, chosen.records.get(one.id), asked)
        frames.append(frame)
        found += [] if made is None else [made]
        notes += told
    progress("done", len(chosen.candidates), len(chosen.candidates))
    said = tuple(dict.fromkeys(notes))
    if detail == "npv":
        return pl.concat(frames), said
    if not found:
        raise NoAnswerError("; ".join(notes))
    made_of = {
        "delay": tables.delay_table,
        "tornado": tables.tornado_table,
        "option": tables.option_table,
        "terms": tables.term_table,
    }
    return made_of[detail](found), said


def _one(
    world: World, one: Candidate, record: Project | None, asked: Question
) -> tuple[pl.DataFrame, Appraisal | None, list[str]]:
    """The rows of a candidate, its appraisal (None without a price), and what to say."""
    from pactolus.projects.appraisal.appraise import appraise, unpriced
    from pactolus.projects.appraisal.prices import price_for

    terms = _local(one, asked.given)
    same: dict[str, Any] = {"draws": asked.draws, "seed": asked.seed, "rate": asked.rate}
    same["stated"] = _stated(record)
    risk = (asked.given.risk or {}).get(one.host)
    notes = [note for note in [risk.note(asked.on) if risk else None] if note]
    try:
        price = price_for(world, asked.given.prices, one, asked.members)
    except NoAnswerError as error:
        return unpriced(one, terms, "no_price", **same), None, [*notes, f"{one.id}: {error}"]
    made = appraise(one, terms, price=price, on=asked.on, floor_usd_per_t=asked.floor, **same)
    return made.table, made, [*notes, *made.notes]


def security(
    world: World, chosen: Chosen, asked: Question, measures: Register, *, progress: Progress = silent
) -> pl.DataFrame:
    """Worth of a tonne from each host, one row a place, host and member."""
    import polars as pl

    from pactolus.projects.appraisal.security import value_of_tonne

    places = dict.fromkeys((one.mineral, one.stage, one.host) for one in chosen.candidates)
    return pl.concat(
        value_of_tonne(world, *place, asked.members, measures=measures, on=asked.on, progress=progress)
        for place in places
    )


def notes_on(detail: str) -> tuple[str, ...]:
    """What a reader of a table must know."""
    return _NOTES.get(detail, ())


_NOTES: Final = {
    "security": (
        "what a tonne a year from the host spares in shortage, with the best stock; low and high: one "
        "assumption at a time",
    ),
    "npv": (
        "ranges overlap more than they differ: no order of projects is printed; what a source states has "
        "its own basis",
    ),
    "tornado": ("one term at a time at each end of its range, all else in the middle",),
}


def _local(candidate: Candidate, given: Given) -> Terms:
    """The terms of the host."""
    from pactolus.projects.appraisal.country_risk import with_country_risk
    from pactolus.projects.appraisal.fiscal import shipped_fiscal, with_fiscal

    tables = (*given.fiscal, shipped_fiscal())
    terms = with_fiscal(given.terms, candidate.host, candidate.mineral, *tables)
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
