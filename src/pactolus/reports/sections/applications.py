"""What the shared exposures are used for, by the European use pattern."""

from __future__ import annotations

from typing import Any, Final

import polars as pl

from pactolus.catalogue.origins import Claim, Figure, Term
from pactolus.indicators.applications import applications_at_stake, end_uses_of
from pactolus.reports.document import Block, Cell, Column, Section, Table
from pactolus.reports.sections import quantities as q
from pactolus.reports.sections import sectors
from pactolus.reports.sections.basis import Basis
from pactolus.reports.sections.gaps import gap_minerals
from pactolus.reports.sections.words import minerals_term
from pactolus.terms.minerals import groups

__all__ = ["section"]

#: Applications shown.
SHOWN: Final = 10
#: Uses of a mineral below this share are left out. [share]
AT_LEAST: Final = 0.1
#: Applications shown first.
FOCUS: Final = ("integrated-circuits", "electronics", "batteries", "magnets", "photovoltaics", "displays")
#: Minerals from which an application has a line of its own.
FEWEST: Final = 2
#: Minerals named in a line.
NAMED: Final = 6


def section(basis: Basis) -> Section:
    """Applications that hang on the minerals both are exposed to, and on those without trade data."""
    if "end_uses" not in basis.world.tables:
        return Section(
            id="applications",
            title="brief.applications.title",
            blocks=(Claim(key="brief.applications.absent"), *sectors.blocks(basis)),
        )
    minerals = _minerals(basis)
    uses = basis.world.table("end_uses")
    stake = applications_at_stake(uses, minerals, at_least=AT_LEAST)
    stake = stake.filter(pl.col("application") != "other")
    focus = stake.filter(pl.col("application").is_in(FOCUS))
    stake = pl.concat([focus, stake.filter(~pl.col("application").is_in(FOCUS))]).head(SHOWN)
    covered = set(end_uses_of(uses, minerals)["mineral"])
    left_out = _left_out(basis, covered)
    members = Term("members", basis.members)
    blocks: list[Block] = [
        *sectors.blocks(basis),
        Claim(key="brief.applications.lead", terms={"members": members}),
    ]
    if stake.height:
        blocks += _focus(basis, uses, stake)
    if left_out:
        blocks.append(Claim(key="brief.applications.left_out", terms={"minerals": minerals_term(left_out)}))
    if stake.height:
        blocks.append(_table(basis, uses, stake))
    return Section(id="applications", title="brief.applications.title", blocks=tuple(blocks))


def _minerals(basis: Basis) -> tuple[str, ...]:
    """Minerals at stake: with a first supplier in common, or without trade data; rare earths by element."""
    at_stake = [i[0] for i in basis.shared_items if basis.same_first(i)] + list(gap_minerals(basis))
    if "rare-earths" in at_stake:
        elements = groups()["rare-earths-by-element"].minerals
        at_stake += [m for m in elements if basis.listed_by_all(m)]
    return tuple(dict.fromkeys(at_stake))


def _left_out(basis: Basis, covered: set[str]) -> tuple[str, ...]:
    elements = set(groups()["rare-earths-by-element"].minerals)
    asked = [m for m in _minerals(basis) if m not in elements]
    return tuple(m for m in asked if m not in covered and not (m == "rare-earths" and covered & elements))


def _focus(basis: Basis, uses: pl.DataFrame, stake: pl.DataFrame) -> list[Claim]:
    """One line for each application of `FOCUS` that is at stake."""
    claims = []
    for row in stake.filter(pl.col("application").is_in(FOCUS)).iter_rows(named=True):
        listed = [str(m) for m in row["minerals"]]
        if len(listed) < FEWEST:
            continue
        claims.append(
            Claim(
                key="brief.applications.focus",
                figures={"share": _largest(basis, uses, row)},
                terms={
                    "application": Term("application", (row["application"],)),
                    "minerals": minerals_term(listed[:NAMED]),
                    "mineral": minerals_term(listed[:1]),
                },
            )
        )
    return claims


def _largest(basis: Basis, uses: pl.DataFrame, row: dict[str, Any]) -> Figure:
    """Share of the application in the use of the first mineral of a row."""
    found = end_uses_of(uses, [row["minerals"][0]]).filter(pl.col("application") == row["application"])
    first = found.row(0, named=True)
    return q.end_use_share(basis, first["material"], row["application"], float(first["share"]))


def _table(basis: Basis, uses: pl.DataFrame, stake: pl.DataFrame) -> Table:
    columns = (
        Column(key="application", label="brief.col.application"),
        Column(key="minerals", label="brief.col.minerals"),
        Column(key="count", label="brief.col.mineral_count", numeric=True),
        Column(key="largest", label="brief.col.largest_use", numeric=True),
        Column(key="largest_mineral", label="brief.col.largest_use_of"),
    )
    rows = tuple(_cells(basis, uses, row) for row in stake.iter_rows(named=True))
    return Table(
        id="applications",
        title="brief.applications.table",
        columns=columns,
        rows=rows,
        notes=(Claim(key="brief.applications.note", figures={"limit": q.limit_figure(AT_LEAST)}),),
    )


def _cells(basis: Basis, uses: pl.DataFrame, row: dict[str, Any]) -> tuple[Cell, ...]:
    listed = [str(m) for m in row["minerals"]]
    keys = {"application": str(row["application"]), "mineral": "|".join(listed)}
    return (
        Term("application", (row["application"],)),
        minerals_term(listed),
        q.count_figure(len(listed), "end_uses", keys, ("count mineral",)),
        _largest(basis, uses, row),
        minerals_term(listed[:1]),
    )
