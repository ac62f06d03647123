"""Short forms for the terms, columns and notes that sections use over and over."""

from __future__ import annotations

from collections.abc import Sequence

from pactolus.catalogue.origins import Claim, Term
from pactolus.reports.claims import terms_of
from pactolus.reports.document import Block, Chart, Column, Table
from pactolus.reports.sections.basis import Item
from pactolus.terms.countries import countries

__all__ = [
    "country",
    "footnotes",
    "item_term",
    "items_term",
    "member_columns",
    "minerals_term",
    "phrase_term",
    "stage_term",
    "year_term",
    "yes_no",
]


def country(*iso3: str) -> Term:
    """Countries or regions."""
    return Term("country", iso3)


def minerals_term(minerals: Sequence[str]) -> Term:
    """One mineral or a list."""
    return Term("mineral", tuple(minerals))


def stage_term(stage: str) -> Term:
    """A stage."""
    return Term("stage", (stage,))


def item_term(item: Item) -> Term:
    """A mineral at a stage."""
    return items_term([item])


def items_term(items: Sequence[Item]) -> Term:
    """Several minerals at their stages."""
    return Term("mineral_stage", tuple(f"{m}@{s}" for m, s in items))


def year_term(*years: int) -> Term:
    """A year, or a span of years."""
    return Term("year", ("-".join(map(str, years)),))


def phrase_term(key: str) -> Term:
    """A word of the wording."""
    return Term("phrase", (key,))


def yes_no(answer: bool) -> Term:
    """Yes or no."""
    return phrase_term("brief.word.yes" if answer else "brief.word.no")


def member_columns(
    members: Sequence[str],
    key: str,
    label: str,
    *,
    numeric: bool = True,
    slots: dict[str, Term | str] | None = None,
) -> list[Column]:
    """One column a member, named ``<key>_<member>`` and headed by the member."""
    given = slots or {}
    return [
        Column(
            key=f"{key}_{m}",
            label=label,
            slots={**given, "member": Term("country", (m,))},
            member=m,
            numeric=numeric,
        )
        for m in members
    ]


def footnotes(block: Table | Chart) -> tuple[Claim, ...]:
    """Notes that a block needs because of the countries or regions named in it (Taiwan, North Korea ...)."""
    named = {i for t in terms_of(block) if t.kind == "country" for i in t.ids} | _codes_in(block)
    known = countries()
    noted = [(c, known[c].footnote) for c in sorted(named & known.keys()) if known[c].footnote]
    return tuple(
        Claim(key="brief.note.country", terms={"country": country(c), "note": Term("footnote", (note,))})
        for c, note in noted
    )


def _codes_in(block: Block) -> set[str]:
    """Exporters of a flow map, which are bare codes."""
    if not isinstance(block, Chart) or block.kind != "flow_map":
        return set()
    return {str(flow["exporter"]) for flow in block.data["flows"]}
