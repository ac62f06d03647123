"""What no figure can be given for, why, and the best proxy: missing is not zero."""

from __future__ import annotations

from typing import Final

from pactolus.catalogue.origins import Claim, Figure, Term
from pactolus.reports.document import Block, Card, Cell, Column, Section, Table
from pactolus.reports.sections import quantities as q
from pactolus.reports.sections.basis import Basis, WorldSupply
from pactolus.reports.sections.words import country, minerals_term, phrase_term, stage_term, year_term
from pactolus.terms.hs_codes import hs_codes

__all__ = ["card", "gap_minerals", "largest_producer", "message", "named_gaps", "section"]

#: Minerals the key message on gaps names first, if they have one: the users of semiconductors ask for them.
NAMED: Final = ("gallium", "germanium", "indium", "rhenium", "magnesium", "silicon")
#: Item of permanent magnets.
MAGNETS: Final = ("rare-earths", "product")


def gap_minerals(basis: Basis) -> dict[str, str]:
    """Minerals without import data of their own for any member, with the status that says why."""
    found: dict[str, str] = {}
    with_data = {m for m, _ in basis.own_items}
    for mineral in basis.minerals:
        if mineral not in with_data:
            found[mineral] = _status(basis, mineral)
    return found


def _status(basis: Basis, mineral: str) -> str:
    """``no_trade_data`` if a code of its own exists (in this or an earlier year), else ``no_code``."""
    codings = {c.coding for c in hs_codes().values() if mineral in c.minerals}
    return "no_trade_data" if codings & {"own", "ended"} else "no_code"


def message(basis: Basis) -> Claim | None:
    """The key message on missing data."""
    gaps = gap_minerals(basis)
    if not gaps:
        return None
    named = named_gaps(basis)[: len(NAMED)]
    figures = {"count": q.count_figure(len(gaps), "brief:gaps", {})}
    terms = {"minerals": minerals_term(named), "year": year_term(basis.year)}
    proxy = largest_producer(basis, named[0])
    if proxy is None or proxy.source == "eu_2023":
        return Claim(key="brief.summary.gaps", figures=figures, terms=terms)
    return Claim(
        key="brief.summary.gaps_proxy",
        figures={**figures, "share": q.world_share(basis, proxy)},
        terms={**terms, "mineral": minerals_term(named[:1]), "country": country(proxy.first)},
    )


def card(basis: Basis) -> Card:
    """How many minerals have no import data."""
    count = len(gap_minerals(basis))
    note = Claim(
        key="brief.card.gaps_note",
        figures={
            "all": Figure(value=len(basis.minerals), unit="count", steps=("minerals of the group critical",))
        },
    )
    return Card(label="brief.card.gaps", figure=q.count_figure(count, "brief:gaps", {}), note=note)


def section(basis: Basis) -> Section:
    """Table of gaps with reason and proxy, and the codes that are missing stage by stage."""
    gaps = gap_minerals(basis)
    blocks: list[Block] = [Claim(key="brief.gaps.lead")]
    if gaps:
        blocks.append(_table(basis, gaps))
    if "germanium" in gaps:
        terms = {"mineral": minerals_term(["germanium"]), "year": Term("year", ("2006",))}
        blocks.append(Claim(key="brief.gaps.ended", terms={**terms, "code": Term("hs_code", ("811230",))}))
    partial = _partial(basis)
    magnets = [code for mineral, stage, codes in partial if (mineral, stage) == MAGNETS for code in codes]
    if magnets:
        blocks.append(Claim(key="brief.gaps.magnets", terms={"code": Term("hs_code", tuple(magnets))}))
    if partial:
        blocks += [Claim(key="brief.gaps.partial"), _partial_table(basis, partial)]
    return Section(id="gaps", title="brief.gaps.title", blocks=tuple(blocks))


def named_gaps(basis: Basis) -> list[str]:
    """Minerals with a gap, those users of semiconductors and magnets ask for first."""
    gaps = gap_minerals(basis)
    return [m for m in NAMED if m in gaps] + [m for m in gaps if m not in NAMED]


def largest_producer(basis: Basis, mineral: str) -> WorldSupply | None:
    """Largest producer at the narrowest stage; production of the year is preferred to the EU study."""
    rows = [r for (m, _), r in basis.world_supply.items() if m == mineral]
    return max(rows, key=lambda r: (r.source != "eu_2023", r.share, r.stage), default=None)


def _table(basis: Basis, gaps: dict[str, str]) -> Table:
    columns = (
        Column(key="mineral", label="brief.col.mineral"),
        Column(key="status", label="brief.col.status"),
        Column(key="codes", label="brief.col.codes"),
        Column(key="proxy_stage", label="brief.col.proxy_stage"),
        Column(key="proxy_first", label="brief.col.proxy_first"),
        Column(key="proxy_share", label="brief.col.share_of_world", numeric=True),
        Column(key="proxy_source", label="brief.col.source"),
        Column(key="proxy_second", label="brief.col.second_source", numeric=True),
    )
    rows = tuple(_cells(basis, mineral, status) for mineral, status in gaps.items())
    return Table(
        id="gaps",
        title="brief.gaps.table",
        slots={"year": year_term(basis.year)},
        columns=columns,
        rows=rows,
        notes=(Claim(key="brief.gaps.note"),),
    )


def _cells(basis: Basis, mineral: str, status: str) -> tuple[Cell, ...]:
    codes = tuple(c.code for c in hs_codes().values() if mineral in c.minerals and c.coding != "residual")
    head: list[Cell] = [
        minerals_term([mineral]),
        Term("status", (status,)),
        Term("hs_code", codes) if codes else None,
    ]
    proxy = largest_producer(basis, mineral)
    if proxy is None:
        keys: dict[str, str | int | float] = {"mineral": mineral, "year": basis.year}
        none = q.missing("no_production_data", "share", "production", keys, (), q.SHARE_DIGITS)
        return (*head, None, None, none, None, None)
    second = basis.second_opinion(proxy)
    return (
        *head,
        stage_term(proxy.stage),
        country(proxy.first),
        q.world_share(basis, proxy),
        phrase_term(f"brief.source.{proxy.source}"),
        q.world_share(basis, second) if second is not None and second.first == proxy.first else None,
    )


def _partial(basis: Basis) -> list[tuple[str, str, tuple[str, ...]]]:
    """Stages without trade data of minerals that have data at another stage: mineral, stage, codes."""
    gaps = gap_minerals(basis)
    traded = set(basis.world.scan("trade").select("hs_code").unique().collect()["hs_code"])
    found: dict[tuple[str, str], list[str]] = {}
    for mineral, stage, code, coding in basis.codes.select(
        "mineral", "stage", "hs_code", "coding"
    ).iter_rows():
        if mineral not in gaps and coding == "own" and code not in traded:
            found.setdefault((mineral, stage), []).append(code)
    return [(m, s, tuple(codes)) for (m, s), codes in found.items()]


def _partial_table(basis: Basis, partial: list[tuple[str, str, tuple[str, ...]]]) -> Table:
    columns = (
        Column(key="mineral", label="brief.col.mineral"),
        Column(key="stage", label="brief.col.stage"),
        Column(key="codes", label="brief.col.codes"),
        Column(key="status", label="brief.col.status"),
    )
    rows = tuple(
        (minerals_term([m]), stage_term(s), Term("hs_code", codes), Term("status", ("no_trade_data",)))
        for m, s, codes in partial
    )
    return Table(id="gaps-stages", title="brief.gaps.stages", columns=columns, rows=rows, appendix=True)
