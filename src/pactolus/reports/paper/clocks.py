"""What is due when, by whose clock: law, agreement, target or custom."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pactolus.catalogue.origins import Claim, Term
from pactolus.reports.document import Block, Cell, Column, Section, Table
from pactolus.reports.paper.basis import Paper, way
from pactolus.reports.paper.words import day_term, words
from pactolus.reports.sections.words import phrase_term

if TYPE_CHECKING:
    from pactolus.response.clocks.dues import Due

__all__ = ["section"]

_LANGS = ("en", "ko", "ja")


def section(paper: Paper, *, zone: bool = False) -> Section:
    """What clocks are, and the table of them; with the zone of the owner's day, where that is asked for."""
    if not paper.dues:
        return Section(id="clocks", title="paper.clocks.title", blocks=(Claim(key="paper.clocks.none"),))
    passed = [due for due in paper.dues if due.state == "date_passed"]
    blocks: list[Block] = [Claim(key="paper.clocks.lead")]
    if passed:
        count = paper.count(len(passed), "clocks", {"state": "date_passed"})
        blocks.append(Claim(key="paper.clocks.passed", figures={"count": count}))
    blocks.append(_table(paper, zone=zone))
    return Section(id="clocks", title="paper.clocks.title", blocks=tuple(blocks))


def _table(paper: Paper, *, zone: bool) -> Table:
    from pactolus.response.clocks.tables import clock_table

    said = {lang: clock_table(paper.dues, language=lang).to_dicts() for lang in _LANGS}
    rows: list[tuple[Cell, ...]] = []
    for number, due in enumerate(paper.dues):
        told = {lang: table[number] for lang, table in said.items()}
        length: Cell = None
        keys: dict[str, str | int | float] = {"clock": due.clock.id, "name": due.name}
        if due.clock.length is not None:
            length = _length(paper, due, keys)
        rows.append(
            (
                words({lang: _titled(row["title"], row["name"]) for lang, row in told.items()}),
                phrase_term(f"response.clock_kind.{due.clock.kind}"),
                words({lang: row["owner_name"] for lang, row in told.items()}),
                *((Term("text", (due.clock.zone,)),) if zone else ()),
                length,
                phrase_term(f"response.clock_unit.{due.clock.unit}") if length else None,
                day_term(due.started),
                day_term(due.due),
                words({lang: row["stands"] for lang, row in told.items()}),
            )
        )
    notes = dict.fromkeys(tuple(row["note"] for row in one) for one in zip(*said.values(), strict=True))
    beside = ("zone",) if zone else ()
    columns = ("clock", "clock_kind", "owner", *beside, "length", "unit", "started", "due", "stands")
    return Table(
        id="clocks",
        title="paper.clocks.table",
        columns=tuple(Column(key=c, label=f"paper.col.{c}", numeric=c == "length") for c in columns),
        rows=tuple(rows),
        notes=(
            Claim(key="paper.clocks.note"),
            *(
                Claim(key="paper.clocks.said", terms={"text": Term("parallel", texts)})
                for texts in notes
                if all(texts)
            ),
        ),
    )


def _length(paper: Paper, due: Due, keys: dict[str, str | int | float]) -> Cell:
    value = float(due.clock.length or 0)
    first = due.clock.references[0] if due.clock.references else {}
    steps = [way("clock", None, value, "", source=first.get("title", due.clock.owner))]
    return paper.figure(int(value), "count", 0, "clocks", keys, "length", steps)


def _titled(title: str, name: str | None) -> str:
    return f"{title}: {name}" if name else title
