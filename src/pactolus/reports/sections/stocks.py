"""What a stock would be worth: days to hold alone, by mineral, with the range over what nobody knows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from pactolus.catalogue.origins import Claim, Figure, Term
from pactolus.errors import NoAnswerError
from pactolus.reports import stocked
from pactolus.reports.document import Block, Cell, Chart, Column, Section, Table
from pactolus.reports.sections import quantities as q
from pactolus.reports.sections.basis import Basis, Item
from pactolus.reports.sections.words import country, item_term, member_columns, phrase_term, year_term

__all__ = ["Case", "days_alone", "section", "stock_case", "stock_cases", "stocks_bars", "stocks_table"]

#: Minerals at stages that are sized.
SHOWN: Final = 6


@dataclass(frozen=True, eq=False)
class Case:
    """One mineral at one stage: a row of the sizing for each member."""

    item: Item
    rows: Mapping[str, Mapping[str, Any]]
    settings: str = "range"
    """As in `stocked.sized`."""


def section(basis: Basis) -> Section:
    """Lead, picture and table of the items whose first supplier both share."""
    cases = stock_cases(basis)
    if not cases:
        return Section(id="stocks", title="brief.stocks.title", blocks=(Claim(key="brief.stocks.absent"),))
    blocks: list[Block] = [
        Claim(
            key="brief.stocks.lead",
            figures={"count": q.count_figure(len(cases), "brief:stocks", {})},
            terms={"members": Term("members", basis.members), "year": year_term(basis.year)},
        ),
        Claim(key="brief.stocks.caution"),
        stocks_bars(basis, cases),
        stocks_table(basis, cases),
    ]
    return Section(
        id="stocks",
        title="brief.stocks.title",
        blocks=tuple(blocks),
    )


def stock_cases(basis: Basis) -> list[Case]:
    found: list[Case] = []
    for item in basis.shared_items:
        if len(found) == SHOWN:
            break
        if not basis.same_first(item):
            continue
        case = stock_case(basis, item)
        if case is not None:
            found.append(case)
    return found


def stock_case(basis: Basis, item: Item) -> Case | None:
    """The sizing of one item, or None where a member has no answer."""
    try:
        sized = stocked.sized(basis.world, *item, basis.members, basis.year, basis.as_of)
    except NoAnswerError:
        return None
    rows = {row["member"]: row for row in sized.table.iter_rows(named=True)}
    return Case(item, rows) if all(row["status"] == "ok" for row in rows.values()) else None


def _figure(basis: Basis, case: Case, member: str, column: str, unit: str, digits: int) -> Figure:
    row = case.rows[member]
    rows: dict[str, str | int | float] = {
        "mineral": case.item[0],
        "stage": case.item[1],
        "member": member,
        "year": basis.year,
        "members": " ".join(basis.members),
        "day": basis.as_of.isoformat(),
        **({} if case.settings == "range" else {"settings": case.settings}),
    }
    days = column == "target_days"
    steps = ("take target_days",) if days else ("take worth_usd", "divide by 1000000")
    return Figure(
        value=row[column] if days else row[column] / 1_000_000,
        unit=unit,
        digits=digits,
        low=row["low_days"] if days else None,
        high=row["high_days"] if days else None,
        table="stock",
        rows=rows,
        steps=steps,
        origins=basis.world.origins_of("trade"),
    )


def days_alone(basis: Basis, case: Case, member: str) -> Figure:
    return _figure(basis, case, member, "target_days", "days", 0)


def stocks_bars(basis: Basis, cases: Sequence[Case]) -> Chart:
    groups = [
        {"label": country(m), "member": m, "values": [days_alone(basis, one, m) for one in cases]}
        for m in basis.members
    ]
    return Chart(
        id="stocks-bars",
        title="brief.stocks.bars",
        slots={"year": year_term(basis.year)},
        kind="bars",
        data={
            "categories": [item_term(one.item) for one in cases],
            "groups": groups,
            "measure": phrase_term("brief.measure.days_held"),
        },
        notes=(Claim(key="brief.stocks.range"),),
        origins=basis.world.origins_of("trade"),
    )


def stocks_table(basis: Basis, cases: Sequence[Case]) -> Table:
    columns = (
        Column(key="item", label="brief.col.item"),
        *member_columns(basis.members, "days", "brief.col.days"),
        *member_columns(basis.members, "worth", "brief.col.worth"),
    )
    rows: list[tuple[Cell, ...]] = [
        (
            item_term(one.item),
            *(days_alone(basis, one, m) for m in basis.members),
            *(_figure(basis, one, m, "worth_usd", "million USD", 1) for m in basis.members),
        )
        for one in cases
    ]
    return Table(
        id="stocks",
        title="brief.stocks.table",
        slots={"year": year_term(basis.year)},
        columns=columns,
        rows=tuple(rows),
        notes=(Claim(key="brief.stocks.note"),),
    )
