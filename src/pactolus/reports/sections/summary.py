"""What the members depend on together, for a reader who has one minute."""

from __future__ import annotations

from collections import Counter
from typing import Final

from pactolus.catalogue.origins import Claim, Figure, Term
from pactolus.reports.document import Block, Card, Section
from pactolus.reports.sections import gaps, sectors, stages
from pactolus.reports.sections import quantities as q
from pactolus.reports.sections.basis import Basis, Item
from pactolus.reports.sections.changes import largest_shift
from pactolus.reports.sections.words import country, item_term, items_term, year_term

__all__ = ["cards", "section"]

#: Share of every member's imports from which a common supplier is a message of its own. [share]
HALF: Final = 0.5
#: Items named in a message.
NAMED: Final = 3


def section(basis: Basis) -> Section:
    """Five to seven key messages."""
    messages = [
        _same_suppliers(basis),
        _highest(basis),
        sectors.message(basis) or _largest_bill(basis),
        stages.concentration_message(basis),
        _differences(basis),
        largest_shift(basis),
        gaps.message(basis),
    ]
    blocks: tuple[Block, ...] = tuple(m for m in messages if m is not None)
    return Section(
        id="summary",
        title="brief.summary.title",
        slots={"members": _members(basis)},
        blocks=blocks,
        role="key",
    )


def cards(basis: Basis) -> tuple[Card, ...]:
    """Headline numbers of the first page."""
    bill = q.joint_value(basis, basis.own_items, basis.year)
    change = q.joint_change(basis, basis.own_items, basis.before)
    found = [
        Card(
            label="brief.card.bill",
            slots={"year": year_term(basis.year)},
            figure=bill,
            note=Claim(
                key="brief.card.bill_note",
                figures={"change": change},
                terms={"year": year_term(basis.before)},
            ),
        ),
        *_same_card(basis),
        *_largest_card(basis),
        gaps.card(basis),
    ]
    return tuple(found)


def _largest_card(basis: Basis) -> list[Card]:
    found = _largest_item(basis)
    if found is None:
        return []
    item, exporter = found
    note = Claim(key="brief.card.largest_note", terms={"item": item_term(item), "country": country(exporter)})
    return [
        Card(label="brief.card.largest", figure=q.joint_share(basis, item, exporter, basis.year), note=note)
    ]


def _same_card(basis: Basis) -> list[Card]:
    same = [i for i in basis.shared_items if basis.same_first(i)]
    if not same:
        return []
    note = Claim(
        key="brief.card.same_note",
        figures={"all": _counted(basis, len(basis.shared_items))},
        terms={"members": Term("members_all", basis.members)},
    )
    return [Card(label="brief.card.same", figure=_counted(basis, len(same), same="yes"), note=note)]


def _members(basis: Basis) -> Term:
    return Term("members", basis.members)


def _counted(basis: Basis, count: int, **also: str) -> Figure:
    rows: dict[str, str | int | float] = {"ranked": "brief.word.yes"}
    if "same" in also:
        rows["same_first"] = "brief.word.yes"
    if "first" in also:
        rows[f"first_{basis.members[0]}"] = also["first"]
        rows["same_first"] = "brief.word.yes"
    if "apart" in also:
        rows["same_first"] = "brief.word.no"
    return q.count_figure(count, "brief:items", rows)


def _same_suppliers(basis: Basis) -> Claim | None:
    firsts = Counter(f for f in (basis.same_first(i) for i in basis.shared_items) if f)
    if not firsts:
        return None
    most, count = min(firsts.items(), key=lambda pair: (-pair[1], pair[0]))
    return Claim(
        key="brief.summary.same",
        figures={
            "floor": q.floor_figure(),
            "all": _counted(basis, len(basis.shared_items)),
            "same": _counted(basis, sum(firsts.values()), same="yes"),
            "count": _counted(basis, count, first=most),
        },
        terms={
            "everyone": Term("members_all", basis.members),
            "country": country(most),
            "year": year_term(basis.year),
        },
    )


def _highest(basis: Basis) -> Claim | None:
    ranked = _by_smallest_share(basis)[:3]
    if len(ranked) < 3:
        return None
    listed = all(basis.edition(m) is not None for m in basis.members)
    figures: dict[str, Figure] = {}
    terms = {"everyone": Term("members_all", basis.members)} if listed else {}
    for number, (item, exporter) in enumerate(ranked, start=1):
        figures[f"share_{number}"] = q.smallest_share(basis, item, exporter, basis.year)
        terms[f"item_{number}"] = item_term(item)
        terms[f"country_{number}"] = country(exporter)
    key = "brief.summary.highest" if listed else "brief.summary.highest_unlisted"
    return Claim(key=key, figures=figures, terms=terms)


def _by_smallest_share(basis: Basis) -> list[tuple[Item, str]]:
    pairs = [(i, basis.same_first(i)) for i in basis.headline_items if basis.same_first(i)]
    value = {i: q.smallest_share(basis, i, e, basis.year).value or 0.0 for i, e in pairs}
    return sorted(pairs, key=lambda pair: (-value[pair[0]], pair[0]))


def _largest_bill(basis: Basis) -> Claim | None:
    found = _largest_item(basis)
    if found is None:
        return None
    item, exporter = found
    return Claim(
        key="brief.summary.largest",
        figures={
            "value": q.joint_value(basis, [item], basis.year),
            "share": q.joint_share(basis, item, exporter, basis.year),
        },
        terms={"item": item_term(item), "country": country(exporter), "year": year_term(basis.year)},
    )


def _largest_item(basis: Basis) -> tuple[Item, str] | None:
    """The item with the most money spent on one supplier that half of every member's imports come from."""
    spent: dict[tuple[Item, str], int] = {}
    for item in basis.shared_items:
        first = basis.same_first(item)
        shares = [q.supplier_share(basis, item, m, first, basis.year).value for m in basis.members]
        if first and all((share or 0.0) >= HALF for share in shares):
            found = (s for m in basis.members for s in basis.suppliers(item, m, basis.year))
            spent[item, first] = sum(s.value_usd for s in found if s.exporter == first)
    return max(sorted(spent), key=lambda pair: spent[pair], default=None)


def _differences(basis: Basis) -> Claim | None:
    apart = [i for i in basis.shared_items if not basis.same_first(i)]
    named = [i for i in apart if basis.exposure_rows[i]["overlap"] < HALF]
    named.sort(key=lambda i: (-sum(basis.imports_usd(i, m, basis.year) for m in basis.members), i))
    if not named:
        return None
    return Claim(
        key="brief.summary.apart",
        figures={"count": _counted(basis, len(apart), apart="yes")},
        terms={"items": items_term(named[:NAMED]), "members": _members(basis)},
    )
