"""How the numbers were made, where they come from, and what they cannot say."""

from __future__ import annotations

from pactolus.catalogue.origins import Claim, Origin, Term
from pactolus.indicators.supply_rows import ESTIMATED_LIMIT, MISSING_LIMIT, QUANTITY_LIMIT
from pactolus.reports.document import Block, Cell, Column, Section, Table
from pactolus.reports.sections import quality
from pactolus.reports.sections import quantities as q
from pactolus.reports.sections.basis import METHODS, Basis
from pactolus.terms.lists import Edition

__all__ = ["edition_claim", "section"]

_LIMITS = ("value", "weight", "year", "codes", "stages", "end_uses")


def section(basis: Basis) -> Section:
    """Methods in two sentences each, limits, editions of lists, sources, the way back of every number."""
    blocks: list[Block] = [Claim(key=f"methods.{m}.what") for m in ("overlap", *METHODS, "kendalls-w")]
    blocks += [Claim(key=f"brief.limits.{name}") for name in _LIMITS]
    shares = {"governed": MISSING_LIMIT, "weighed": QUANTITY_LIMIT, "estimated": ESTIMATED_LIMIT}
    limits = {name: q.limit_figure(limit) for name, limit in shares.items()}
    blocks.append(Claim(key="brief.limits.governance", figures=limits))
    for member in basis.members:
        edition = basis.edition(member)
        if edition is not None:
            blocks.append(edition_claim(edition))
    blocks += quality.blocks(basis)
    trace = {"vintage": Term("text", (basis.world.vintage[:16],))}
    blocks += [_sources(basis), Claim(key="brief.appendix.trace", terms=trace)]
    return Section(id="appendix", title="brief.appendix.title", blocks=tuple(blocks), role="appendix")


def edition_claim(edition: Edition) -> Claim:
    """Which edition of a national list was used."""
    return Claim(
        key="brief.appendix.edition",
        terms={
            "list": Term("list", (f"{edition.list}@{edition.edition}",)),
            "date": Term("date", (edition.edition,)),
        },
    )


def _sources(basis: Basis) -> Table:
    columns = tuple(
        Column(key=key, label=f"brief.col.{key}")
        for key in ("title", "producer", "edition", "accessed", "licence", "link", "tables")
    )
    used: dict[str, list[str]] = {}
    for table in basis.world.tables:
        for origin in basis.world.origins_of(table):
            used.setdefault(origin, []).append(table)
    origins = basis.world.origins
    # Files of one publisher that came on one day, such as months of trade, are one row.
    rows = tuple(dict.fromkeys(_source_row(origins[i], tables) for i, tables in used.items()))
    return Table(
        id="sources",
        title="brief.appendix.sources",
        columns=columns,
        rows=rows,
    )


def _source_row(origin: Origin, tables: list[str]) -> tuple[Cell, ...]:
    def text(*words: str) -> Term | None:
        return Term("text", words) if any(words) else None

    accessed = Term("date", (origin.accessed,)) if origin.accessed else None
    return (
        text(origin.title),
        text(origin.producer),
        text(origin.edition),
        accessed,
        text(origin.licence),
        text(origin.link),
        Term("text", tuple(tables)),
    )
