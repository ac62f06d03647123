"""Methods side by side: the ranks they give the same minerals, and how far they disagree."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import polars as pl

from pactolus.catalogue.origins import Claim, Figure, Term
from pactolus.indicators.agreement import method_ranks, rank_agreement
from pactolus.reports.document import Block, Cell, Column, Section, Table
from pactolus.reports.sections import quantities as q
from pactolus.reports.sections.basis import METHODS, Basis
from pactolus.reports.sections.words import country, member_columns, minerals_term, year_term

__all__ = ["rank_figure", "section"]

#: Minerals of the printed table.
SHOWN: Final = 12


def section(basis: Basis) -> Section:
    """Agreement of each member's ranks, the minerals the methods disagree on, the table of ranks."""
    minerals = list(dict.fromkeys(m for m, _ in basis.shared_items))
    scores = basis.scores.filter(
        pl.col("year") == basis.year,
        pl.col("importer").is_in(list(basis.members)),
        pl.col("mineral").is_in(minerals),
    )
    ranks = method_ranks(scores, METHODS).filter(pl.col("status") == "ok")
    agreed = {row["importer"]: row for row in rank_agreement(scores, METHODS).iter_rows(named=True)}
    blocks: list[Block] = [Claim(key="brief.methods.lead", terms={"methods": Term("method", METHODS)})]
    for member in basis.members:
        blocks += _member_claims(basis, member, agreed[member], ranks)
    table = _table(basis, ranks)
    if table.rows:
        blocks.append(table)
    return Section(
        id="methods", title="brief.methods.title", slots={"year": year_term(basis.year)}, blocks=tuple(blocks)
    )


def _member_claims(basis: Basis, member: str, agreed: Mapping[str, Any], ranks: pl.DataFrame) -> list[Claim]:
    own = ranks.filter(pl.col("importer") == member).sort("spread", "mineral", descending=[True, False])
    if agreed["status"] != "ok" or own.is_empty():
        return []
    figures = {
        "w": _w(basis, member, agreed["kendalls_w"]),
        "minerals": _count(basis, member, agreed["minerals"], "count minerals ranked by every method"),
        "left_out": _left_out(basis, int(agreed["minerals"])),
        "spread": _spread(basis, own.row(0, named=True)),
    }
    terms = {"member": country(member), "mineral": minerals_term([own["mineral"][0]])}
    return [Claim(key="brief.methods.agreement", figures=figures, terms=terms)]


def _rows(basis: Basis, importer: str) -> dict[str, str | int | float]:
    minerals = dict.fromkeys(m for m, _ in basis.shared_items)
    return {
        "method": "|".join(METHODS),
        "importer": importer,
        "mineral": "|".join(minerals),
        "year": basis.year,
    }


def _w(basis: Basis, member: str, value: float) -> Figure:
    return Figure(
        value=value,
        unit="1",
        digits=q.SCORE_DIGITS,
        table="assess",
        rows=_rows(basis, member),
        steps=("rank minerals by method", "concordance"),
        origins=_origins(basis),
    )


def _left_out(basis: Basis, ranked: int) -> Figure:
    """Critical minerals that are not ranked."""
    value = len(basis.minerals) - ranked
    return Figure(
        value=value, unit="count", steps=("critical minerals of the vocabulary", f"less {ranked} ranked")
    )


def _count(basis: Basis, member: str, value: int, step: str) -> Figure:
    return Figure(value=value, unit="count", table="assess", rows=_rows(basis, member), steps=(step,))


def _spread(basis: Basis, row: Mapping[str, Any]) -> Figure:
    return Figure(
        value=float(row["spread"]),
        unit="rank",
        digits=_rank_digits(float(row["spread"])),
        table="assess",
        rows=_rows(basis, str(row["importer"])),
        steps=("rank minerals by method", f"spread of {row['mineral']}"),
        origins=_origins(basis),
    )


def rank_figure(basis: Basis, row: Mapping[str, Any], method: str) -> Figure:
    return Figure(
        value=float(row[f"{method}_rank"]),
        unit="rank",
        digits=_rank_digits(float(row[f"{method}_rank"])),
        table="assess",
        rows=_rows(basis, str(row["importer"])),
        steps=("rank minerals by method", f"rank of {row['mineral']} under {method}"),
        origins=_origins(basis),
    )


def _rank_digits(rank: float) -> int:
    """Ties share a mean rank, which may end in a half."""
    return 0 if rank.is_integer() else 1


def _origins(basis: Basis) -> tuple[str, ...]:
    tables = ("trade", "production", "governance")
    return tuple(dict.fromkeys(o for t in tables for o in basis.world.origins_of(t)))


def _table(basis: Basis, ranks: pl.DataFrame) -> Table:
    """Ranks of the minerals every member has under every method, the widest spreads first."""
    by: dict[str, dict[str, Mapping[str, Any]]] = {}
    for row in ranks.iter_rows(named=True):
        by.setdefault(row["mineral"], {})[row["importer"]] = row
    whole = {m: rows for m, rows in by.items() if len(rows) == len(basis.members)}
    order = sorted(whole, key=lambda m: (-max(float(r["spread"]) for r in whole[m].values()), m))
    columns = [Column(key="mineral", label="brief.col.mineral")]
    for member in basis.members:
        for method in METHODS:
            columns += member_columns(
                [member], f"rank_{method}", "brief.col.rank", slots={"method": Term("method", (method,))}
            )
        columns += member_columns([member], "spread", "brief.col.spread")
    rows: list[tuple[Cell, ...]] = []
    for mineral in order[:SHOWN]:
        cells: list[Cell] = [minerals_term([mineral])]
        for member in basis.members:
            ranked = whole[mineral][member]
            cells += [*(rank_figure(basis, ranked, method) for method in METHODS), _spread(basis, ranked)]
        rows.append(tuple(cells))
    return Table(
        id="methods",
        title="brief.methods.table",
        columns=tuple(columns),
        rows=tuple(rows),
        notes=(Claim(key="brief.methods.note"),),
    )
