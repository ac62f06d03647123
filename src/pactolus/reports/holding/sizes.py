"""Days to hold alone, with the range over every assumption; and what is known of what is held."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import polars as pl

from pactolus.catalogue.origins import Claim, Figure, Term
from pactolus.errors import NoAnswerError
from pactolus.reports import stocked
from pactolus.reports.document import Block, Cell, Column, Section, Table
from pactolus.reports.holding.engine import MILLION, Result, notes_of, setting_term
from pactolus.reports.noted import notes_table
from pactolus.reports.sections import quantities as q
from pactolus.reports.sections.basis import Basis, Item
from pactolus.reports.sections.stocks import Case, stocks_bars
from pactolus.reports.sections.words import country, item_term, phrase_term, year_term

if TYPE_CHECKING:
    from pactolus.stockpile.members.holdings import HoldingRange
    from pactolus.stockpile.members.sizing import Sizing

__all__ = ["default_item", "held", "imports_of", "sizes", "sizing_of", "slots_of"]


def default_item(basis: Basis) -> Item | None:
    """The item with the largest joint imports among those that all lists name; else of any."""
    for items in (basis.headline_items, basis.shared_items, basis.own_items):
        if items:
            return max(items, key=lambda item: (imports_of(basis, item), item))
    return None


def imports_of(basis: Basis, item: Item) -> float:
    """Imports of all members together. [USD]"""
    return sum(basis.imports_usd(item, member, basis.year) or 0 for member in basis.members)


def sizing_of(basis: Basis, item: Item) -> Sizing:
    """Every member alone over all assumptions.

    Raises
    ------
    NoAnswerError
        If no member has net imports of it.
    """
    return stocked.sized(basis.world, *item, basis.members, basis.year, basis.as_of, "all")


def sizes(basis: Basis, item: Item) -> Section:
    """Picture of the days, then what they rest on and cost."""
    slots: dict[str, Term | str] = {"item": item_term(item)}
    try:
        found = sizing_of(basis, item)
    except NoAnswerError as error:
        blocks: tuple[Block, ...] = (
            Claim(key="desk_stockpile.no_size", terms=slots_of(item)),
            *notes_of([str(error)]),
        )
        return Section(id="stock-size", title="desk_stockpile.size", slots=slots, blocks=blocks)
    rows = {row["member"]: row for row in found.table.iter_rows(named=True)}
    known = {m: row for m, row in rows.items() if row["status"] == "ok"}
    case = Case(item, rows, "all") if len(known) == len(rows) else None
    return Section(
        id="stock-size",
        title="desk_stockpile.size",
        slots=slots,
        blocks=(
            *((replace(stocks_bars(basis, [case]), notes=()),) if case else ()),
            _table(basis, item, rows),
            Claim(
                key="desk_stockpile.denominator",
                terms={"item": item_term(item), "year": year_term(basis.year)},
            ),
            Claim(key="brief.stocks.caution"),
            *notes_table("size-notes", found.notes),
        ),
    )


def slots_of(item: Item) -> dict[str, Term]:
    return {"item": item_term(item)}


def _table(basis: Basis, item: Item, rows: Mapping[str, Mapping[str, Any]]) -> Table:
    """A row a member."""
    columns = (
        Column(key="member", label="desk_stockpile.col.member"),
        Column(key="low", label="desk_stockpile.col.low_days", numeric=True),
        Column(key="low_at", label="desk_stockpile.col.low_at"),
        Column(key="target", label="desk_stockpile.col.target_days", numeric=True),
        Column(key="high", label="desk_stockpile.col.high_days", numeric=True),
        Column(key="high_at", label="desk_stockpile.col.high_at"),
        Column(key="stock", label="desk_stockpile.col.target_t", numeric=True),
        Column(key="worth", label="desk_stockpile.col.worth", numeric=True),
        Column(key="without", label="desk_stockpile.col.without", numeric=True),
        Column(key="cost", label="desk_stockpile.col.cost", numeric=True),
        Column(key="use", label="desk_stockpile.col.use", numeric=True),
        Column(key="price", label="desk_stockpile.col.price", numeric=True),
        Column(key="unrated", label="desk_stockpile.col.unrated", numeric=True),
    )
    made = [_row(basis, item, rows[m], m) for m in basis.members if m in rows]
    return Table(
        id="stock-size-rows",
        title="desk_stockpile.size_table",
        slots={"item": item_term(item), "year": year_term(basis.year)},
        columns=columns,
        rows=tuple(made),
        notes=(Claim(key="desk_stockpile.size_note"),),
    )


def _row(basis: Basis, item: Item, row: Mapping[str, Any], member: str) -> tuple[Cell, ...]:
    def of(column: str, unit: str, digits: int = 0, divide: float = 1.0) -> Figure:
        keys: dict[str, str | int | float] = {
            "mineral": item[0],
            "stage": item[1],
            "member": member,
            "year": basis.year,
            "members": " ".join(basis.members),
            "day": basis.as_of.isoformat(),
            "settings": "all",
        }
        steps = (f"take {column}", *((f"divide by {divide:.0f}",) if divide != 1 else ()))
        value = row[column]
        if value is None:
            return q.missing(str(row["status"]), unit, "stock", keys, steps, digits)
        return Figure(
            value=value / divide,
            unit=unit,
            digits=digits,
            table="stock",
            rows=keys,
            steps=steps,
            origins=basis.world.origins_of("trade"),
        )

    return (
        country(member),
        of("low_days", "days"),
        setting_term(row["low_at"]),
        of("target_days", "days"),
        of("high_days", "days"),
        setting_term(row["high_at"]),
        of("target_t", "t"),
        of("worth_usd", "million USD", 1, MILLION),
        of("without_usd", "million USD", 2, MILLION),
        of("cost_usd", "million USD", 2, MILLION),
        of("use_t", "t"),
        of("price_usd_per_t", "USD/t"),
        of("unrated_share", "share", 0),
    )


def held(basis: Basis, item: Item, declared: Sequence[HoldingRange] | None, withheld: int) -> Section:
    """What each member has made public, and what a declared range leaves to be bought.

    Parameters
    ----------
    basis : Basis
    item : Item
    declared : sequence of HoldingRange or None
        Open ones of the workspace; None where there is no workspace.
    withheld : int
        Declared holdings of this item with a label above open: counted, never shown.
    """
    blocks: list[Block] = [
        Claim(key=f"desk_stockpile.held.{_public(m)}", terms={"member": country(m)}) for m in basis.members
    ]
    own = [one for one in declared or () if (one.mineral, one.stage) == item]
    if declared is None:
        blocks.append(Claim(key="desk_stockpile.held.no_workspace"))
    elif not own:
        blocks.append(Claim(key="desk_stockpile.held.nothing", terms=slots_of(item)))
    if withheld:
        count = q.count_figure(withheld, "workspace", {"mineral": item[0], "stage": item[1]})
        blocks.append(Claim(key="desk_stockpile.held.labelled", figures={"count": count}))
    if own:
        blocks.append(_gaps(basis, item, own))
    return Section(
        id="stock-held", title="desk_stockpile.held.title", slots=dict(slots_of(item)), blocks=tuple(blocks)
    )


def _public(member: str) -> str:
    """``withheld``, ``group`` or ``silent``: what a member's government has published."""
    from pactolus.stockpile.members.holdings import published_holdings

    states = set(published_holdings().filter(pl.col("member") == member)["status"])
    return "withheld" if "withheld" in states else "group" if "published_group" in states else "silent"


def _gaps(basis: Basis, item: Item, own: Sequence[HoldingRange]) -> Table:
    from pactolus.stockpile.members.gaps import gap_table

    made = Result(basis, item, "size --table gap", ("member",))
    columns = (
        Column(key="member", label="desk_stockpile.col.member"),
        Column(key="held_low", label="desk_stockpile.col.held_low", numeric=True),
        Column(key="held_high", label="desk_stockpile.col.held_high", numeric=True),
        Column(key="gap_low", label="desk_stockpile.col.gap_low", numeric=True),
        Column(key="gap_high", label="desk_stockpile.col.gap_high", numeric=True),
        Column(key="usd_low", label="desk_stockpile.col.gap_low_usd", numeric=True),
        Column(key="usd_high", label="desk_stockpile.col.gap_high_usd", numeric=True),
        Column(key="says", label="desk_stockpile.col.says"),
    )
    rows = tuple(
        (
            country(row["member"]),
            made.figure(row, "held_low_days", "days"),
            made.figure(row, "held_high_days", "days"),
            made.figure(row, "gap_low_days", "days"),
            made.figure(row, "gap_high_days", "days"),
            made.figure(row, "gap_low_usd", "million USD", 1, divide=MILLION),
            made.figure(row, "gap_high_usd", "million USD", 1, divide=MILLION),
            None if row["says"] is None else phrase_term(f"desk_stockpile.says.{row['says']}"),
        )
        for row in gap_table(sizing_of(basis, item), own).iter_rows(named=True)
    )
    return Table(
        id="stock-gap",
        title="desk_stockpile.held.gap",
        slots=dict(slots_of(item)),
        columns=columns,
        rows=rows,
        notes=(Claim(key="desk_stockpile.held.gap_note"),),
    )
