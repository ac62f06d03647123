"""How good the data behind the brief are: grades with reasons, and where publishers disagree."""

from __future__ import annotations

from typing import Any, Final

import polars as pl

from pactolus.catalogue.origins import Claim, Figure, Term
from pactolus.catalogue.status import DataStatus
from pactolus.reports.document import Block, Cell, Column, Table
from pactolus.reports.sections.basis import Basis
from pactolus.reports.sections.words import country, items_term, phrase_term, year_term

__all__ = ["blocks"]

_FIGURES: Final = ("flow_moved", "value_altered", "reexports")


def blocks(basis: Basis) -> list[Block]:
    """Live sources, counts of grades and checks in words, the table of grades, the checks that differ."""
    world = basis.world
    live: list[Block] = [_live(status) for status in world.data_status]
    if not {"grades", "checks"} <= set(world.derived_tables):
        return [Claim(key="brief.quality.none"), *live]
    grades = world.scan_derived("grades").filter(
        pl.col("year") == basis.year, pl.col("mineral").is_in(list(basis.minerals))
    )
    checks = world.scan_derived("checks").filter(pl.col("mineral").is_in(list(basis.minerals)))
    found: list[Block] = [Claim(key="brief.quality.lead"), *live]
    graded = grades.collect().sort("mineral", "stage")
    if graded.height:
        found += [_counts(graded, basis), _grades(graded, basis)]
    compared = checks.collect().sort("check", "mineral", "stage", "country", "year")
    if compared.height:
        found += [_agreement(compared, basis), _differing(compared, _origins(basis))]
    return found


def _live(status: DataStatus) -> Claim:
    """How fresh a live source was when the world was built; a stale one says since when."""
    key = "live" if not status.stale_since else "stale" if status.newest else "absent"
    days = {"since": status.stale_since, "newest": status.newest, "checked": status.checked}
    terms = {name: Term("date", (day,)) for name, day in days.items() if day}
    wanted = {"live": ("checked", "newest"), "stale": ("since", "newest"), "absent": ("since",)}[key]
    shown = {name: terms.get(name, Term("text", ("-",))) for name in wanted}
    return Claim(key=f"brief.quality.{key}", terms={"source": Term("text", (status.title,)), **shown})


def _counts(grades: pl.DataFrame, basis: Basis) -> Claim:
    figures = {
        name: Figure(
            value=grades.filter(pl.col("grade") == name.upper()).height,
            unit="count",
            table="derived:grades",
            rows={"year": basis.year, "mineral": "|".join(basis.minerals), "grade": name.upper()},
            steps=("count rows",),
        )
        for name in ("a", "b", "c")
    }
    return Claim(key="brief.quality.grades", figures=figures, terms={"year": year_term(basis.year)})


def _grades(grades: pl.DataFrame, basis: Basis) -> Table:
    columns = (
        Column(key="item", label="brief.col.item"),
        Column(key="grade", label="brief.quality.col.grade"),
        *(Column(key=key, label=f"brief.quality.col.{key}", numeric=True) for key in _FIGURES),
        Column(key="reasons", label="brief.quality.col.reasons"),
    )
    return Table(
        id="grades",
        title="brief.quality.grades_table",
        slots={"year": year_term(basis.year)},
        columns=columns,
        rows=tuple(_graded(row, _origins(basis)) for row in grades.iter_rows(named=True)),
        notes=(Claim(key="brief.quality.grades_note"),),
        appendix=True,
    )


def _origins(basis: Basis) -> tuple[str, ...]:
    """A derived table stands on trade and production."""
    return (*basis.world.origins_of("trade"), *basis.world.origins_of("production"))


def _graded(row: dict[str, Any], origins: tuple[str, ...]) -> tuple[Cell, ...]:
    keys = {name: row[name] for name in ("mineral", "stage", "year")}
    reasons = tuple(f"grades.reason.{r}" for r in (row["reasons"] or "").split(",") if r)
    figures = [
        Figure(
            value=row[name],
            unit="share",
            digits=1,
            status="ok" if row[name] is not None else "not_applicable",
            table="derived:grades",
            rows=keys,
            steps=(f"take {name}",),
            origins=origins,
        )
        for name in _FIGURES
    ]
    return (
        items_term([(row["mineral"], row["stage"])]),
        phrase_term(f"grades.grade.{row['grade'] or 'none'}"),
        *figures,
        Term("phrase", reasons) if reasons else None,
    )


def _agreement(checks: pl.DataFrame, basis: Basis) -> Claim:
    def count(verdict: str) -> Figure:
        return Figure(
            value=checks.filter(pl.col("verdict") == verdict).height,
            unit="count",
            table="derived:checks",
            rows={"verdict": verdict, "mineral": "|".join(basis.minerals)},
            steps=("count rows",),
        )

    return Claim(key="brief.quality.checks", figures={v: count(v) for v in ("agrees", "accepted", "differs")})


def _differing(checks: pl.DataFrame, origins: tuple[str, ...]) -> Table:
    apart = checks.filter(pl.col("verdict") != "agrees").sort(
        pl.col("verdict") == "accepted", -pl.col("difference").abs(), "mineral", "country"
    )
    columns = (
        Column(key="item", label="brief.col.item"),
        Column(key="check", label="brief.quality.col.check"),
        Column(key="country", label="brief.quality.col.country"),
        Column(key="year", label="brief.quality.col.year"),
        Column(key="difference", label="brief.quality.col.difference", numeric=True),
        Column(key="verdict", label="brief.quality.col.verdict"),
    )
    return Table(
        id="checks",
        title="brief.quality.checks_table",
        columns=columns,
        rows=tuple(_checked(row, origins) for row in apart.iter_rows(named=True)),
        notes=(Claim(key="brief.quality.checks_note"),),
        appendix=True,
    )


def _checked(row: dict[str, Any], origins: tuple[str, ...]) -> tuple[Cell, ...]:
    keys = {name: row[name] for name in ("check", "mineral", "stage", "country", "year")}
    kind, _, pair = row["check"].partition(":")
    return (
        items_term([(row["mineral"], row["stage"])]),
        phrase_term(f"brief.quality.check.{kind}{'-' if pair else ''}{pair}"),
        phrase_term("trail.world") if row["country"] == "WLD" else country(row["country"]),
        year_term(row["year"]),
        Figure(
            value=row["difference"],
            unit="share",
            digits=0,
            signed=True,
            table="derived:checks",
            rows=keys,
            steps=("take difference",),
            origins=origins,
        ),
        phrase_term(f"brief.quality.verdict.{row['verdict']}"),
    )
