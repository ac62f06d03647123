"""One measure of the register, whole: what it is, its states with their days, how sure, where it was read."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from pactolus.catalogue.origins import Claim, Figure, Term
from pactolus.policy.register import Measure
from pactolus.reports.desk.compared import stated, subject_term
from pactolus.reports.desk.policy import SOURCE, TABLE, instrument_term, link_title, targets_of
from pactolus.reports.document import Block, Cell, Column, Section, Table
from pactolus.reports.sections.measures import why_term
from pactolus.reports.sections.words import country, phrase_term

__all__ = ["references_of", "section"]

_BROADER: Final = {"yes": "yes", "no": "no"}


def section(measure: Measure, *, verified: bool = True) -> Section:
    """The record under its own title.

    Parameters
    ----------
    measure : Measure
    verified : bool
        False says that it never counts.
    """
    blocks: list[Block] = []
    if not verified:
        blocks.append(Claim(key="desk_policy.record.unverified"))
    blocks += [_states(measure), _facts(measure)]
    if measure.covers:
        blocks.append(_covers(measure))
    if measure.values:
        blocks.append(_values(measure))
    for key, text in (("says", measure.says), ("doubts", measure.doubts)):
        if text:
            blocks.append(Claim(key=f"desk_policy.record.{key}", terms={"text": Term("text", (text,))}))
    return Section(
        id="policy-record",
        title="desk_policy.record.title",
        slots={"title": link_title(measure)},
        blocks=tuple(blocks),
    )


def references_of(measure: Measure) -> list[dict[str, Any]]:
    """Where it was read: publisher, title, place, link, language, phrase key of the kind, day."""
    return [
        {
            "publisher": one.publisher,
            "title": one.title,
            "locator": one.locator or "",
            "link": one.link,
            "language": one.language,
            "kind": f"desk_policy.reference_kind.{one.kind}",
            "read_on": one.read_on.isoformat() if one.read_on else "",
        }
        for one in measure.references
    ]


def _states(measure: Measure) -> Table:
    rows = []
    for span in measure.spans:
        entry = measure.states[span.entry]
        said = "; ".join(part for part in (entry.by, entry.reason) if part)
        rows.append(
            (
                Term("day", (span.begin.isoformat(),)),
                Term("day", (span.end.isoformat(),)) if span.end else None,
                phrase_term(f"render.state.{span.state}"),
                why_term(span),
                Term("text", (said,)) if said else None,
                Term("text", (str(entry.reference),)),
            )
        )
    keys = ("from", "to", "state", "why", "said", "reference")
    return Table(
        id="policy-record-states",
        title="desk_policy.record.states",
        columns=tuple(Column(key=key, label=f"desk_policy.col.{key}") for key in keys),
        rows=tuple(rows),
    )


def _facts(measure: Measure) -> Table:
    rows = tuple((phrase_term(f"desk_policy.fact.{key}"), cell) for key, cell in _told(measure))
    keys = ("fact", "told")
    return Table(
        id="policy-record-facts",
        title="desk_policy.record.facts",
        columns=tuple(Column(key=key, label=f"desk_policy.col.{key}") for key in keys),
        rows=rows,
    )


def _told(measure: Measure) -> Iterator[tuple[str, Cell]]:
    yield "id", Term("text", (measure.id,))
    yield "issuer", country(*measure.issuer)
    if measure.authority:
        yield "authority", Term("institution", measure.authority)
    yield "instrument", instrument_term(measure.instrument)
    yield "targets", targets_of(measure)
    if measure.entities is not None:
        rows = {"id": measure.id, "field": "entities"}
        figure = Figure(value=measure.entities, unit="count", table=TABLE, rows=rows, origins=(SOURCE,))
        yield "entities", figure
    if measure.end_use is not None:
        yield "end_use", phrase_term(f"desk_policy.end_use.{measure.end_use}")
    yield "reach", phrase_term(f"desk_policy.answer.{measure.reach}")
    if measure.scope is not None:
        yield "scope", phrase_term(f"brief.scope.{measure.scope}")
    if measure.legal_basis:
        yield "legal_basis", Term("text", (measure.legal_basis,))
    if measure.related:
        yield "related", Term("text", measure.related)


def _covers(measure: Measure) -> Table:
    rows = []
    for cover in measure.covers:
        named = [subject_term(one) for one in (*cover.minerals, *cover.subjects)]
        edition = f"{cover.hs_edition}: " if cover.hs_edition else ""
        codes = f"{edition}{', '.join(cover.hs_codes)}" if cover.hs_codes else ""
        rows.append(
            (
                _joined(named),
                Term("stage", cover.stages) if cover.stages else None,
                Term("text", (codes,)) if codes else None,
                phrase_term(f"brief.broader.{_BROADER.get(cover.broader or '', 'unknown')}")
                if codes
                else None,
            )
        )
    keys = ("minerals", "stages", "codes", "broader")
    return Table(
        id="policy-record-covers",
        title="desk_policy.record.covers",
        columns=tuple(Column(key=key, label=f"desk_policy.col.{key}") for key in keys),
        rows=tuple(rows),
    )


def _joined(named: list[Term]) -> Cell:
    from pactolus.wording.names import join_list, name

    if not named:
        return None
    texts = tuple(join_list([name(one, lang) for one in named], lang) for lang in ("en", "ko", "ja"))
    return Term("parallel", texts)


def _values(measure: Measure) -> Table:
    rows = tuple(
        (
            phrase_term(f"desk_policy.what.{value.what}"),
            Term("text", (value.of,)) if value.of else None,
            stated(measure, value),
            Term("text", (value.unit,)),
            phrase_term(f"desk_policy.value_kind.{value.kind}"),
            Term("year", (str(value.year),)) if value.year else None,
        )
        for value in measure.values
    )
    keys = ("what", "of", "value", "unit", "value_kind", "year")
    columns = (Column(key=key, label=f"desk_policy.col.{key}", numeric=key == "value") for key in keys)
    return Table(
        id="policy-record-values",
        title="desk_policy.record.values",
        columns=tuple(columns),
        rows=rows,
    )
