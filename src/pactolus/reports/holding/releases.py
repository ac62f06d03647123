"""When to release, and when to buy: rules with what they cost and protect, and a joint buying calendar."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import polars as pl

from pactolus.catalogue.origins import Claim, Figure, Term
from pactolus.reports.document import Block, Cell, Chart, Column, Section, Table
from pactolus.reports.holding.engine import MILLION, Result, slug
from pactolus.reports.noted import notes_table
from pactolus.reports.sections.basis import Basis, Item
from pactolus.reports.sections.words import country, item_term, phrase_term

__all__ = ["calendar", "rules"]

Frames = Mapping[str, pl.DataFrame]
Row = Mapping[str, Any]
#: Cases of a calendar that are not its own plan, in the order of the engine.
_PLANS: Final = ("calendar", "alone_even", "together_even", "alone_best", "together_best")


def rules(
    basis: Basis, item: Item, frames: Frames, notes: Sequence[str], *, whole: bool
) -> tuple[Section, ...]:
    """Costs of every rule beside the optimum, and the conditions that were found.

    Parameters
    ----------
    basis, item
    frames : mapping of str to DataFrame
        ``compare`` and ``triggers`` of `pactolus.stockpile.rules.places.RuleStudy`.
    notes : sequence of str
    whole : bool
        Whether low and high span all assumptions; without, the middle alone is shown.
    """
    rows = [row for row in frames["compare"].iter_rows(named=True) if row["status"] == "ok"]
    made = Result(basis, item, "rules", ("member", "rule"))
    slots: dict[str, Term | str] = {"item": item_term(item)}
    left: tuple[Block, ...] = (
        _cost_bars(made, rows, whole=whole),
        _conditions(basis, item, frames["triggers"]),
        Claim(key="desk_stockpile.rules.reveals"),
        *notes_table("rules-notes", notes),
    )
    table = _compared(made, rows, whole=whole)
    return (
        Section(id="rules", title="desk_stockpile.rules.title", slots=slots, blocks=left),
        Section(id="rules-table", title=table.title, blocks=(table,)),
    )


def _rule(name: str) -> Term:
    """A rule in words: ``days-90`` is a number of days, the others have a phrase."""
    if not name.startswith("days-"):
        return phrase_term(f"desk_stockpile.release.{slug(name)}")
    from pactolus.wording.phrases import phrase

    days = name.removeprefix("days-")
    return Term(
        "parallel",
        tuple(phrase(lang, "desk_stockpile.release.days", days=days) for lang in ("en", "ko", "ja")),
    )


def _cost_bars(made: Result, rows: Sequence[Row], *, whole: bool) -> Chart:
    names = list(dict.fromkeys(row["rule"] for row in rows))
    known = {(row["member"], row["rule"]): row for row in rows}
    ends = ("cost_low_usd", "cost_high_usd") if whole else None
    groups = [
        {
            "label": country(m),
            "member": m,
            "values": [
                made.figure(known.get((m, n), {}), "cost_usd", "million USD", 2, ends=ends, divide=MILLION)
                for n in names
            ],
        }
        for m in made.basis.members
    ]
    return Chart(
        id="rules-cost",
        title="desk_stockpile.rules.cost",
        kind="bars",
        data={
            "categories": [_rule(n) for n in names],
            "groups": groups,
            "measure": phrase_term("desk_stockpile.rules.measure"),
        },
        notes=(Claim(key="desk_stockpile.rules.whiskers"),) if whole else (),
        origins=made.basis.world.origins_of("trade"),
    )


def _compared(made: Result, rows: Sequence[Row], *, whole: bool) -> Table:
    ends = ("above_optimal_low", "above_optimal_high") if whole else ("above_optimal",)
    columns = (
        Column(key="member", label="desk_stockpile.col.member"),
        Column(key="rule", label="desk_stockpile.col.release"),
        Column(key="target", label="desk_stockpile.col.keeps", numeric=True),
        *(Column(key=end, label=f"desk_stockpile.col.{end}", numeric=True) for end in ends),
        Column(key="short", label="desk_stockpile.col.short_days", numeric=True),
        Column(key="worst", label="desk_stockpile.col.worst_days", numeric=True),
        Column(key="months", label="desk_stockpile.col.uncovered", numeric=True),
    )
    cells: tuple[tuple[Cell, ...], ...] = tuple(
        (
            country(row["member"]),
            _rule(row["rule"]),
            made.figure(row, "target_days", "days"),
            *(made.figure(row, end, "share", 0) for end in ends),
            made.figure(row, "short_days", "days", 1),
            made.figure(row, "worst_year_short_days", "days"),
            made.figure(row, "uncovered_months", "months"),
        )
        for row in rows
    )
    return Table(
        id="rules",
        title="desk_stockpile.rules.table",
        columns=columns,
        rows=cells,
        notes=(Claim(key="desk_stockpile.rules.note"), Claim(key="desk_stockpile.rules.names")),
    )


def _conditions(basis: Basis, item: Item, triggers: pl.DataFrame) -> Table:
    """The release condition that was chosen for each member."""
    made = Result(basis, item, "rules --table triggers", ("member", "conditions"))
    chosen = triggers.filter(pl.col("chosen") == "yes")
    columns = (
        Column(key="member", label="desk_stockpile.col.member"),
        Column(key="keeps", label="desk_stockpile.col.keeps", numeric=True),
        Column(key="above", label="desk_stockpile.col.release_above", numeric=True),
        Column(key="low", label="desk_stockpile.col.band_low", numeric=True),
        Column(key="high", label="desk_stockpile.col.band_high", numeric=True),
        Column(key="cap", label="desk_stockpile.col.cap_days", numeric=True),
        Column(key="back", label="desk_stockpile.col.held_back", numeric=True),
        Column(key="refill", label="desk_stockpile.col.refill", numeric=True),
        Column(key="gap", label="desk_stockpile.col.above_optimal", numeric=True),
    )
    cells = tuple(
        (
            country(row["member"]),
            made.figure(row, "target_days", "days"),
            made.figure(row, "release_above", "share"),
            made.figure(row, "band_low", "1"),
            made.figure(row, "band_high", "1"),
            made.figure(row, "cap_days", "days"),
            made.figure(row, "held_back_days", "days"),
            made.figure(row, "refill_months", "months"),
            made.figure(row, "gap_share", "share", 1),
        )
        for row in chosen.iter_rows(named=True)
    )
    note = Claim(key="desk_stockpile.rules.conditions_note")
    return Table(
        id="conditions", title="desk_stockpile.rules.conditions", columns=columns, rows=cells, notes=(note,)
    )


def calendar(
    basis: Basis, item: Item, frames: Frames, notes: Sequence[str], *, whole: bool
) -> tuple[Section, ...]:
    """Stock and purchases by month, the plan beside buying alone, and the notice on competition law.

    Parameters
    ----------
    basis, item
    frames : mapping of str to DataFrame
        ``calendar`` and ``compare`` of `pactolus.stockpile.buying.lines.BuyingCalendar`.
    notes : sequence of str
    whole : bool
        Whether all cases are there; only then plans are compared, as ranges.
    """
    rows = [row for row in frames["calendar"].iter_rows(named=True) if row["status"] == "ok"]
    made = Result(basis, item, "calendar", ("month", "member"))
    slots: dict[str, Term | str] = {"item": item_term(item)}
    notice = Claim(key="desk_stockpile.calendar.notice")
    if not rows:
        none: tuple[Block, ...] = (notice, *notes_table("calendar-notes", notes))
        return (Section(id="calendar", title="desk_stockpile.calendar.title", slots=slots, blocks=none),)
    bought = _lines(made, rows, "purchase_t", "t")
    plans = (_plans(basis, item, frames["compare"]),) if whole else ()
    return (
        Section(
            id="calendar",
            title="desk_stockpile.calendar.title",
            slots=slots,
            blocks=(
                notice,
                _lines(made, rows, "stock_days", "days"),
                Claim(key="desk_stockpile.calendar.start"),
                *notes_table("calendar-notes", notes),
            ),
        ),
        Section(id="calendar-buys", title=bought.title, blocks=(bought, *plans, _months(made, rows))),
    )


def _lines(made: Result, rows: Sequence[Row], column: str, unit: str) -> Chart:
    months = sorted({int(row["month"]) for row in rows})
    known = {(row["member"], row["month"]): row for row in rows}
    lines = [
        {
            "label": country(m),
            "member": m,
            "values": [
                made.figure(known.get((m, n), {"month": n, "member": m}), column, unit) for n in months
            ],
        }
        for m in made.basis.members
    ]
    name = slug(column)
    return Chart(
        id=f"calendar-{name.replace('_', '-')}",
        title=f"desk_stockpile.calendar.{name}",
        kind="series",
        data={
            "panels": [{"label": item_term(made.item), "x": [str(n) for n in months], "lines": lines}],
            "measure": phrase_term(f"desk_stockpile.calendar.{name}"),
        },
        origins=made.basis.world.origins_of("trade"),
    )


def _plans(basis: Basis, item: Item, compared: pl.DataFrame) -> Table:
    """All members together under each plan: lowest and highest over the cases."""
    made = Result(basis, item, "calendar --table compare", ("plan", "member"))
    everybody = compared.filter(pl.col("member") == "+".join(basis.members), pl.col("status") == "ok")
    spread = {
        f"{column}_{end}": getattr(pl.col(column), how)()
        for column in ("spend_usd", "peak_rise", "cost_usd", "months")
        for end, how in (("low", "min"), ("high", "max"))
    }
    found = everybody.group_by("plan", "member", maintain_order=True).agg(**spread)
    columns = (
        Column(key="plan", label="desk_stockpile.col.plan"),
        *(
            Column(key=f"{column}_{end}", label=f"desk_stockpile.col.{column}_{end}", numeric=True)
            for column in ("spend", "peak", "cost", "months")
            for end in ("low", "high")
        ),
    )

    def pair(row: Row, column: str, unit: str, digits: int, divide: float = 1.0) -> tuple[Figure, ...]:
        return tuple(
            made.figure(row, f"{column}_{end}", unit, digits, divide=divide) for end in ("low", "high")
        )

    cells: list[tuple[Cell, ...]] = [
        (
            phrase_term(f"desk_stockpile.plan.{row['plan']}"),
            *pair(row, "spend_usd", "million USD", 2, MILLION),
            *pair(row, "peak_rise", "share", 1),
            *pair(row, "cost_usd", "million USD", 2, MILLION),
            *pair(row, "months", "months", 0),
        )
        for row in found.iter_rows(named=True)
    ]
    note = Claim(key="desk_stockpile.calendar.plans_note")
    return Table(
        id="plans", title="desk_stockpile.calendar.plans", columns=columns, rows=tuple(cells), notes=(note,)
    )


def _months(made: Result, rows: Sequence[Row]) -> Table:
    columns = (
        Column(key="month", label="desk_stockpile.col.month"),
        Column(key="member", label="desk_stockpile.col.member"),
        Column(key="stock", label="desk_stockpile.col.stock_days", numeric=True),
        Column(key="buy", label="desk_stockpile.col.buy_t", numeric=True),
        Column(key="joint", label="desk_stockpile.col.joint_t", numeric=True),
        Column(key="world", label="desk_stockpile.col.world_share", numeric=True),
        Column(key="rise", label="desk_stockpile.col.rise", numeric=True),
        Column(key="spend", label="desk_stockpile.col.spend", numeric=True),
    )
    cells = tuple(
        (
            Term("text", (str(row["month"]),)),
            country(row["member"]),
            made.figure(row, "stock_days", "days", 1),
            made.figure(row, "purchase_t", "t"),
            made.figure(row, "joint_t", "t"),
            made.figure(row, "world_share", "share", 1),
            made.figure(row, "price_rise", "share", 1),
            made.figure(row, "spend_usd", "million USD", 2, divide=MILLION),
        )
        for row in rows
    )
    return Table(
        id="calendar",
        title="desk_stockpile.calendar.table",
        columns=columns,
        rows=cells,
        notes=(Claim(key="desk_stockpile.calendar.notice"),),
        appendix=True,
    )
