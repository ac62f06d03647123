"""Members side by side on a day: measures by instrument and mineral, lists, numbers that laws state."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any, Final

from pactolus.catalogue.origins import Claim, Figure, Term
from pactolus.policy.compare import Comparison, compare
from pactolus.policy.register import Measure, Register, subjects
from pactolus.reports.desk.policy import SOURCE, TABLE
from pactolus.reports.document import Block, Cell, Column, Section, Table
from pactolus.reports.sections.words import country, member_columns, minerals_term, phrase_term
from pactolus.terms.minerals import minerals

if TYPE_CHECKING:
    from pactolus.policy.register import Value

__all__ = ["section", "stated", "subject_term"]

_LANGS: Final = ("en", "ko", "ja")


def section(register: Register, members: Sequence[str], on: date, *, wanted: Iterable[str] = ()) -> Section:
    """Three tables of `pactolus.policy.compare.compare`, where they have rows."""
    told = compare(register, members, on, minerals=wanted)
    blocks: list[Block] = [_lead(told)]
    blocks += [table for table in (_measures(register, told), _values(register, told), _lists(told)) if table]
    return Section(
        id="policy-compare",
        title="desk_policy.compare.title",
        slots={"day": Term("date", (on.isoformat(),))},
        blocks=tuple(blocks),
    )


def _lead(told: Comparison) -> Claim:
    standing = told.measures["standing"]
    rows = {"members": "|".join(told.members), "on": told.on.isoformat()}
    everywhere = int(standing.is_in(["both", "all"]).sum())
    return Claim(
        key="desk_policy.compare.lead",
        figures={
            "count": _count(told.measures.height, rows),
            "both": _count(everywhere, {**rows, "standing": "all"}),
        },
        terms={"members": Term("members", told.members)},
    )


def _count(number: int, rows: dict[str, str]) -> Figure:
    return Figure(
        value=number, unit="count", table=TABLE, rows=rows, steps=("compare members",), origins=(SOURCE,)
    )


def _measures(register: Register, told: Comparison) -> Table | None:
    rows = [
        (
            phrase_term(f"desk_policy.family.{row['family'].replace(' ', '_')}"),
            subject_term(row["mineral"]),
            _standing(row["standing"]),
            *(_named(register, row[member]) for member in told.members),
        )
        for row in told.measures.iter_rows(named=True)
    ]
    if not rows:
        return None
    return Table(
        id="policy-compare-measures",
        title="desk_policy.compare.measures",
        columns=(
            Column(key="family", label="desk_policy.col.family"),
            Column(key="mineral", label="desk_policy.col.minerals"),
            Column(key="standing", label="desk_policy.col.standing"),
            *member_columns(told.members, "measures", "desk_policy.col.member", numeric=False),
        ),
        rows=tuple(rows),
        notes=(Claim(key="desk_policy.compare.note"),),
    )


def _standing(text: str) -> Cell:
    if text.startswith("only "):
        return country(text.removeprefix("only "))
    return phrase_term(f"desk_policy.standing.{text}")


def subject_term(identity: str) -> Term:
    """A mineral, a scope of the register, or another kind of goods."""
    if identity in minerals():
        return minerals_term([identity])
    if identity in ("all-minerals", "dual-use", "listed"):
        return phrase_term(f"brief.scope.{identity}")
    names = subjects()[identity]
    return Term("parallel", tuple(names[lang] for lang in _LANGS))


def _named(register: Register, ids: str | None) -> Cell:
    """Measures of a cell by title, with the state where it is not plainly in force."""
    if ids is None:
        return None
    parts = [one.partition(" (") for one in ids.split(";")]
    return Term(
        "parallel",
        tuple(
            "; ".join(_title(register[identity], state.rstrip(")"), lang) for identity, _, state in parts)
            for lang in _LANGS
        ),
    )


def _title(measure: Measure, state: str, lang: str) -> str:
    from pactolus.wording.phrases import phrase

    title = measure.titles[lang]
    return f"{title} ({phrase(lang, f'render.state.{state}')})" if state else title


def _lists(told: Comparison) -> Table | None:
    rows = [
        (
            minerals_term([row["mineral"]]),
            *(phrase_term(f"desk_policy.answer.{row[member]}") for member in told.members),
        )
        for row in told.lists.iter_rows(named=True)
    ]
    if not rows:
        return None
    notes = tuple(
        Claim(
            key="desk_policy.compare.edition" if edition.complete == "yes" else "desk_policy.compare.partial",
            terms={
                "member": country(member),
                "list": Term("list", (f"{edition.list}@{edition.edition}",)),
                "edition": Term("day", (edition.edition,)),
            },
        )
        for member, edition in told.editions.items()
    )
    return Table(
        id="policy-compare-lists",
        title="desk_policy.compare.lists",
        columns=(
            Column(key="mineral", label="brief.col.mineral"),
            *member_columns(told.members, "list", "brief.col.list", numeric=False),
        ),
        rows=tuple(rows),
        notes=notes,
        appendix=True,
    )


def _values(register: Register, told: Comparison) -> Table | None:
    """Numbers that measures state, beside each other where they speak of the same thing."""
    rows = [_value_row(register, told.members, row) for row in told.values.iter_rows(named=True)]
    if not rows:
        return None
    columns = [Column(key=key, label=f"desk_policy.col.{key}") for key in ("family", "what", "of", "unit")]
    for member in told.members:
        columns += member_columns([member], "number", "desk_policy.col.number")
        columns += member_columns([member], "kind", "desk_policy.col.number_kind", numeric=False)
    return Table(
        id="policy-compare-values",
        title="desk_policy.compare.values",
        columns=tuple(columns),
        rows=tuple(rows),
        notes=(Claim(key="desk_policy.compare.values_note"),),
        appendix=True,
    )


def _value_row(register: Register, members: Sequence[str], row: dict[str, Any]) -> tuple[Cell, ...]:
    cells: list[Cell] = [
        phrase_term(f"desk_policy.family.{row['family'].replace(' ', '_')}"),
        phrase_term(f"desk_policy.what.{row['what']}"),
        Term("text", (row["of"],)) if row["of"] else None,
        Term("text", (row["unit"],)),
    ]
    for member in members:
        if row[f"{member}_id"] is None:
            cells += [None, None]
            continue
        measure = register[row[f"{member}_id"].partition(" (")[0]]
        same = (row["what"], row["of"] or "", row["unit"])
        value = next(v for v in measure.values if (v.what, v.of or "", v.unit) == same)
        cells += [stated(measure, value), phrase_term(f"desk_policy.value_kind.{value.kind}")]
    return tuple(cells)


def stated(measure: Measure, value: Value) -> Cell:
    """A number of a record, in the unit of the record; a span of two is a text, for it has no middle."""
    if isinstance(value.value, tuple):
        return Term("text", (f"{value.value[0]:g}–{value.value[1]:g}",))
    rows = {"id": measure.id, "what": value.what, "unit": value.unit}
    whole = float(value.value).is_integer()
    return Figure(
        value=int(value.value) if whole else value.value,
        unit="1",
        digits=0 if whole else 1,
        table=TABLE,
        rows={**rows, "of": value.of} if value.of else rows,
        steps=(f"as {measure.references[0].publisher} states it",),
        origins=(SOURCE,),
    )
