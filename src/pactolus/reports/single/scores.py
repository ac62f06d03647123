"""Indicators of one mineral: values with intervals over the years, and how methods disagree."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import polars as pl

from pactolus.catalogue.origins import Claim, Term
from pactolus.indicators.agreement import method_ranks
from pactolus.reports.document import Cell, Chart, Column, Table
from pactolus.reports.sections import methods
from pactolus.reports.sections import quantities as q
from pactolus.reports.sections.basis import EXTERNAL, METHODS, SCORE_SPAN, Basis, Item
from pactolus.reports.sections.words import country, member_columns, minerals_term, phrase_term, year_term

__all__ = ["methods_table", "scores_over_time"]

#: Methods whose values lie between 0 and 1 and are drawn on one scale.
DRAWN: Final = ("hhi", "hhi-governance-wgi", "top3")


def scores_over_time(basis: Basis, mineral: str) -> Chart:
    """GeoPolRisk of each member and of all together, with the interval as a band."""
    years = range(basis.year - SCORE_SPAN + 1, basis.year + 1)
    x = [str(y) for y in years]

    def values(importer: str) -> list[Any]:
        return [q.score(basis, "geopolrisk", mineral, importer, y) for y in years]

    lines = [{"label": country(m), "member": m, "values": values(m)} for m in basis.members]
    lines.append({"label": phrase_term("render.together"), "values": values(basis.together)})
    tables = ("trade", "production", "governance")
    return Chart(
        id="mineral-scores",
        title="desk_mineral.scores",
        slots={"mineral": minerals_term([mineral]), "years": year_term(years[0], years[-1])},
        kind="series",
        data={
            "panels": [{"label": minerals_term([mineral]), "x": x, "lines": lines}],
            "measure": phrase_term("methods.geopolrisk.name"),
            "low": 0.0,
        },
        notes=(Claim(key="brief.changes.scores_note"),),
        origins=tuple(dict.fromkeys(o for t in tables for o in basis.world.origins_of(t))),
    )


def methods_table(basis: Basis, mineral: str, item: Item | None) -> Table:
    """A row a method: value with interval, and the rank among the minerals that every method can rank."""
    ranks = _ranks(basis, mineral)
    columns = [Column(key="method", label="desk_mineral.col.method")]
    for member in basis.members:
        columns += member_columns([member], "value", "desk_mineral.col.value_of")
        columns += member_columns([member], "rank", "desk_mineral.col.rank_of")
    rows = []
    for method in (*METHODS, EXTERNAL):
        cells: list[Cell] = [Term("method", (method,))]
        for member in basis.members:
            stage = item[1] if item is not None and not method.startswith("geopolrisk") else ""
            cells.append(q.score(basis, method, mineral, member, basis.year, stage=stage))
            cells.append(_rank(basis, ranks, member, method, mineral))
        rows.append(tuple(cells))
    return Table(
        id="mineral-methods",
        title="desk_mineral.methods",
        slots={"mineral": minerals_term([mineral]), "year": year_term(basis.year)},
        columns=tuple(columns),
        rows=tuple(rows),
        notes=(Claim(key="desk_mineral.methods_note"),),
    )


def _ranks(basis: Basis, mineral: str) -> Mapping[str, Mapping[str, Any]]:
    """Rows of ranks by member, among the minerals a brief ranks; nothing if this one is none of them."""
    wanted = list(dict.fromkeys(m for m, _ in basis.shared_items))
    scores = basis.scores.filter(
        pl.col("year") == basis.year,
        pl.col("importer").is_in(list(basis.members)),
        pl.col("mineral").is_in(wanted),
    )
    found = method_ranks(scores, METHODS).filter(pl.col("mineral") == mineral)
    return {row["importer"]: row for row in found.iter_rows(named=True)}


def _rank(
    basis: Basis, ranks: Mapping[str, Mapping[str, Any]], member: str, method: str, mineral: str
) -> Cell:
    row = ranks.get(member)
    if method not in METHODS:
        return None
    if row is None or row.get(f"{method}_rank") is None:
        status = str(row["status"]) if row is not None else "not_applicable"
        return q.missing(status, "rank", "assess", {"mineral": mineral, "importer": member}, (), 0)
    return methods.rank_figure(basis, row, method)
