"""What happened: the six fields of IPEF Article 12, the shocks, the durations, affected shipments."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pactolus.catalogue.origins import Claim, Term
from pactolus.reports.document import Block, Cell, Column, Section, Table
from pactolus.reports.paper.basis import Paper, way
from pactolus.reports.paper.words import day_term, month_term, said, words
from pactolus.reports.sections.words import phrase_term
from pactolus.response.plan.cargo import COUNTED

if TYPE_CHECKING:
    from pactolus.response.events.event import Shipment
    from pactolus.response.plan.cargo import Cargo

__all__ = ["section"]


def section(paper: Paper) -> Section:
    """Lead, the six fields, shocks, durations, shipments."""
    blocks: list[Block] = [_lead(paper), _fields(paper), _shocks(paper), _durations(paper)]
    if paper.event.shipments or paper.plan.situation.cargo:
        blocks.append(_shipments(paper))
    return Section(id="event", title="paper.event.title", blocks=tuple(blocks))


def _lead(paper: Paper) -> Claim:
    return Claim(
        key="paper.event.lead",
        terms={
            "title": words(paper.event.titles),
            "day": Term("date", (paper.event.reported_on.isoformat(),)),
            "requester": Term("country", (paper.event.requester,)),
            "members": Term("members", paper.members),
        },
    )


def _fields(paper: Paper) -> Table:
    told = paper.event.article_12
    rows: list[tuple[Cell, ...]] = []
    rows += [
        (phrase_term(f"paper.field.impact_{name}"), words(told.impact[name]))
        for name in ("security", "health", "economy")
        if name in told.impact
    ]
    rows.append((phrase_term("paper.field.cause"), words(told.cause)))
    for name, many in (
        ("sectors", told.sectors),
        ("measures_taken", told.measures_taken),
        ("assistance_sought", told.assistance_sought),
    ):
        rows += [(phrase_term(f"paper.field.{name}"), words(one)) for one in many]
    rows.insert(-len(told.measures_taken) - len(told.assistance_sought), _duration_row(paper))
    return Table(
        id="event-fields",
        title="paper.event.fields",
        columns=(
            Column(key="field", label="paper.col.field"),
            Column(key="told", label="paper.col.told"),
        ),
        rows=tuple(rows),
        notes=(Claim(key="paper.event.fields_note"),),
    )


def _duration_row(paper: Paper) -> tuple[Cell, ...]:
    field = phrase_term("paper.field.duration")
    told = paper.event.duration
    if told.prior:
        return (field, phrase_term("paper.event.prior"))
    ends = [case.months for case in told.cases] or list(told.months or ())
    text = "–".join(f"{end:g}" for end in (min(ends), max(ends)))
    return (field, said("paper.event.range", months=Term("text", (text,))))


def _shocks(paper: Paper) -> Table:
    rows: list[tuple[Cell, ...]] = []
    for number, shock in enumerate(paper.event.shocks, start=1):
        cut = shock.cut if isinstance(shock.cut, tuple) else None if shock.cut is None else (shock.cut,)
        middle = None if cut is None else cut[len(cut) // 2] if len(cut) != 2 else sum(cut) / 2
        named: Cell = Term("country", tuple(shock.exporters)) if shock.exporters else None
        part: Cell = None
        if cut is not None and middle is not None:
            part = paper.figure(
                float(middle),
                "share",
                0,
                "shocks",
                {"shock": number},
                "cut",
                [way("given", None, float(middle), "share")],
                low=float(cut[0]) if len(cut) > 1 else None,
                high=float(cut[-1]) if len(cut) > 1 else None,
            )
        minerals = tuple(shock.minerals) or paper.event.minerals
        rows.append(
            (
                phrase_term(f"paper.kind.{shock.kind}"),
                named,
                Term("mineral", minerals),
                part,
                day_term(shock.announced),
                day_term(shock.start),
                phrase_term(f"brief.confidence.{shock.confidence}"),
            )
        )
    columns = ("kind", "exporter", "minerals", "cut", "announced", "start", "confidence")
    return Table(
        id="event-shocks",
        title="paper.event.shocks",
        columns=tuple(Column(key=c, label=f"paper.col.{c}", numeric=c == "cut") for c in columns),
        rows=tuple(rows),
        notes=(Claim(key="paper.event.cut_note"),),
    )


def _durations(paper: Paper) -> Table:
    one = paper.plan.situation
    rows: list[tuple[Cell, ...]] = []
    for length, chance in zip(one.lengths, paper.plan.answer.probability, strict=True):
        keys: dict[str, str | int | float] = {"ends_in_month": length}
        beyond = length >= one.months
        ends: Cell = phrase_term("paper.when.horizon") if beyond else month_term(one.month(length))
        rows.append(
            (
                ends,
                paper.figure(length, "months", 0, "durations", keys, "months"),
                paper.figure(float(chance), "share", 0, "durations", keys, "probability"),
            )
        )
    return Table(
        id="event-durations",
        title="paper.event.durations",
        columns=(
            Column(key="ends", label="paper.col.ends"),
            Column(key="months", label="paper.col.months", numeric=True),
            Column(key="probability", label="paper.col.probability", numeric=True),
        ),
        rows=tuple(rows),
        notes=(Claim(key="paper.event.durations_note"),),
    )


def _shipments(paper: Paper) -> Table:
    """Shipments of the event, as news of them have it, and those that news add."""
    one = paper.plan.situation
    known = {ship.reference: ship for ship in paper.event.shipments}
    cargo = {ship.reference: ship for ship in one.cargo}
    rows: list[tuple[Cell, ...]] = []
    for reference in dict.fromkeys([*known, *cargo]):
        told, planned = known.get(reference), cargo.get(reference)
        status = planned.status if planned else told.status if told else "unknown"
        counts = planned is not None and planned.month is not None and planned.status in COUNTED[1]
        tonnes = planned.tonnes if planned else told.tonnes if told else 0.0
        mineral = one.places[planned.place][0] if planned else told.mineral if told else ""
        member = one.members[planned.member] if planned else told.member if told else ""
        form = " ".join(p for p in (told.form, told.grade) if p) if told else ""
        rows.append(
            (
                Term("text", (reference + (f" ({told.port})" if told and told.port else ""),)),
                Term("country", (member,)),
                Term("mineral", (mineral,)),
                Term("country", (told.origin,)) if told else None,
                Term("text", (form or "–",)),
                paper.figure(tonnes, "t", 1, "shipments", {"reference": reference}, "tonnes"),
                phrase_term(f"paper.status.{status}"),
                _arrival(paper, told, planned),
                phrase_term(f"paper.word.{'counted' if counts else 'not_counted'}"),
            )
        )
    columns = ("reference", "member", "mineral", "origin", "form", "tonnes", "status", "arrival", "counted")
    return Table(
        id="event-shipments",
        title="paper.event.shipments",
        columns=tuple(Column(key=c, label=f"paper.col.{c}", numeric=c == "tonnes") for c in columns),
        rows=tuple(rows),
        notes=(Claim(key="paper.event.shipments_note"),),
    )


def _arrival(paper: Paper, told: Shipment | None, planned: Cargo | None) -> Term | None:
    """The day of the event's file; where news give another month, that."""
    if planned is None or planned.month is None:
        return day_term(told.due if told else None)
    month = paper.plan.situation.month(planned.month)
    same = told is not None and told.due is not None and told.due.replace(day=1) == month
    return day_term(told.due) if told and same else month_term(month)
