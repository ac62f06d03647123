"""What acting together is worth, case by case; who gains, what is paid; who asks the same suppliers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from pactolus.catalogue.origins import Claim, Figure, Term
from pactolus.reports.document import Block, Cell, Column, Section, Table
from pactolus.reports.paper.basis import Paper, way
from pactolus.reports.paper.words import case_term
from pactolus.reports.sections.words import item_term
from pactolus.response.coordination.pricing import EVERY, Priced, price_coalitions

if TYPE_CHECKING:
    from pactolus.response.plan.situation import Source

__all__ = ["asked_by_many", "ends_of", "ordered_first", "section", "total"]

_UNIT: Final = "million USD"
#: Members up to whom all coalitions are priced for a paper, which is to be quick.
MOST: Final = 5
#: Suppliers that are printed.
SHOWN: Final = 8


def section(paper: Paper) -> Section:
    """Cases, gains and compensation, no agreement without, overlapping demand."""
    blocks: list[Block] = [Claim(key="paper.value.lead"), _cases(paper), _gains(paper)]
    if 1 < len(paper.members) <= min(MOST, EVERY):
        blocks += _agreement(paper, price_coalitions(paper.plan.situation, paper.plan.answer.terms))
    blocks += _overlap(paper)
    return Section(id="value", title="paper.value.title", blocks=tuple(blocks))


def _cases(paper: Paper) -> Table:
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (
            case_term(row["case"]),
            case_term(row["counterfactual"]),
            *(_money(paper, row, number, f"{c}_musd") for c in ("idle", "alone", "together", "gain")),
        )
        for number, row in enumerate(paper.plan.value.iter_rows(named=True))
    )
    columns = ("case", "counterfactual", "idle", "alone", "together", "gain")
    return Table(
        id="value",
        title="paper.value.table",
        columns=tuple(Column(key=c, label=f"paper.col.{c}", numeric=n > 1) for n, c in enumerate(columns)),
        rows=rows,
        notes=(Claim(key="paper.value.note"), Claim(key="paper.value.cases_note")),
    )


def _money(paper: Paper, row: Mapping[str, Any], number: int, column: str) -> Figure:
    value = float(row[column])
    chain = ["idle_musd", "alone_musd", "together_musd", "gain_musd"]
    steps, before = [], None
    for name in chain[: chain.index(column) + 1]:
        steps.append(way(name, before, float(row[name]), _UNIT))
        before = float(row[name])
    digits = 2 if column == "gain_musd" else 1
    keys: dict[str, str | int | float] = {"row": number, "case": row["case"]}
    return paper.figure(
        value, _UNIT, digits, "value", keys, column, steps, origins=paper.world.origins_of("trade")
    )


def ends_of(paper: Paper, column: str) -> dict[str, Figure]:
    """Smallest and largest over all cases, as ``low`` and ``high``."""
    values = paper.plan.value[column]
    found = {}
    for name, value in (("low", float(values.min())), ("high", float(values.max()))):  # type: ignore[arg-type]
        steps = [way("cases", None, value, _UNIT)]
        digits = 2 if column == "gain_musd" else 1
        found[name] = paper.figure(value, _UNIT, digits, "value", {"row": name}, column, steps)
    return found


def total(paper: Paper, column: str) -> Figure:
    """The planned case."""
    return _money(paper, paper.plan.value.row(0, named=True), 0, column)


def _gains(paper: Paper) -> Table:
    names = ("alone_musd", "together_musd", "gain_before_musd", "compensation_musd", "gain_after_musd")
    rows: list[tuple[Cell, ...]] = []
    for row in paper.plan.alone.iter_rows(named=True):
        cells: list[Cell] = [Term("country", (row["member"],))]
        for name in names:
            steps = [way("alone_musd", None, row["alone_musd"], _UNIT)]
            if name != "alone_musd":
                steps.append(way("together_musd", row["alone_musd"], row["together_musd"], _UNIT))
            if name not in names[:2]:
                steps.append(way(name, None, row[name], _UNIT))
            cells.append(
                paper.figure(
                    float(row[name]),
                    _UNIT,
                    2,
                    "gains",
                    {"member": row["member"]},
                    name,
                    steps,
                    signed=name not in names[:2],
                )
            )
        rows.append(tuple(cells))
    columns = ("member", "alone", "together", "gain_before", "compensation", "gain_after")
    return Table(
        id="gains",
        title="paper.value.gains",
        columns=tuple(Column(key=c, label=f"paper.col.{c}", numeric=n > 0) for n, c in enumerate(columns)),
        rows=tuple(rows),
        notes=(Claim(key="paper.value.gains_note"),),
    )


def _agreement(paper: Paper, priced: Priced) -> list[Block]:
    needed = priced.needed
    if priced.grand <= 0:
        return [Claim(key="paper.value.no_gain")]
    if not needed:
        return [Claim(key="paper.value.nobody_needed")]
    return [Claim(key="paper.value.needed", terms={"members": Term("country", needed)})]


def asked_by_many(paper: Paper) -> list[tuple[Source, tuple[str, ...]]]:
    """Suppliers to which two or more members may turn, with those members; the largest room first."""
    one = paper.plan.situation
    found = []
    for source in sorted(one.sources, key=lambda s: (s.place, -s.room_t)):
        open_to = (m for i, m in enumerate(one.members) if m in source.open_to and one.uses(source.place, i))
        asking = tuple(open_to)
        if len(asking) > 1:
            found.append((source, asking))
    return found


def _overlap(paper: Paper) -> list[Block]:
    """Suppliers to which two or more members may turn, and the room there."""
    rows: list[tuple[Cell, ...]] = []
    for source, asking in asked_by_many(paper):
        place = paper.places[source.place]
        keys: dict[str, str | int | float] = {
            "mineral": place[0],
            "stage": place[1],
            "supplier": source.supplier,
        }
        ordered = ordered_first(paper, source.place, source.supplier)
        rows.append(
            (
                item_term(place),
                Term("country", (source.supplier,)),
                Term("country", asking),
                paper.figure(
                    source.room_t, "t", 0, "suppliers", keys, "room_t", [way("room", None, source.room_t)]
                ),
                paper.figure(
                    ordered, "t", 0, "suppliers", keys, "ordered_t", [way("ordered", None, ordered)]
                ),
            )
        )
    if not rows:
        return [Claim(key="paper.value.no_overlap")]
    largest = sorted(rows, key=_by_room)[:SHOWN]
    columns = ("item", "supplier", "asking", "room", "ordered")
    heads = tuple(Column(key=c, label=f"paper.col.{c}", numeric=n > 2) for n, c in enumerate(columns))
    found: list[Block] = [
        Claim(key="paper.value.overlap", figures={"count": paper.count(len(rows), "suppliers", {})}),
        Table(
            id="overlap",
            title="paper.value.overlap_table",
            columns=heads,
            rows=tuple(largest),
            notes=(Claim(key="paper.value.overlap_note"),),
        ),
    ]
    if len(rows) > len(largest):
        title = "paper.value.overlap_all"
        found.append(Table(id="overlap-all", title=title, columns=heads, rows=tuple(rows), appendix=True))
    return found


def _by_room(row: tuple[Cell, ...]) -> float:
    """Ordered first, then by room, the largest first."""
    room, ordered = row[3], row[4]
    assert isinstance(room, Figure)
    assert isinstance(ordered, Figure)
    return -float(ordered.value or 0) * 1e6 - float(room.value or 0)


def ordered_first(paper: Paper, place: int, supplier: str) -> float:
    """What all members order of a supplier in the first month. [t]"""
    kinds = ("order", "joint", "expedite")
    return sum(
        move.tonnes
        for move in paper.plan.moves
        if move.place == place and move.kind in kinds and move.what == supplier and move.month == 0
    )
