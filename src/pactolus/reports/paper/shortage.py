"""What stays short, month by month, beside doing nothing and everybody alone; and what a tonne is worth."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import polars as pl

from pactolus.catalogue.origins import Claim, Figure, Term
from pactolus.reports.document import Block, Cell, Chart, Column, Section, Table
from pactolus.reports.paper.basis import Paper, way
from pactolus.reports.paper.words import month_term, said
from pactolus.reports.sections.words import item_term, phrase_term

__all__ = ["month_figure", "prices_section", "section"]

#: Printed column -> lines of the picture.
_LINES: Final = (("lost_t", "nothing"), ("alone_short_t", "alone"), ("short_t", "together"))
#: Losses below this part of the largest are not drawn: they stand in the table.
SEEN: Final = 0.03
#: Ends that are nearer to each other count as one.
SAME: Final = 1e-9
#: Months of prices that are printed.
SHOWN: Final = 6


def section(paper: Paper) -> Section:
    """Picture and table of the shortage."""
    title = "paper.shortage.title"
    if not paper.months.height:
        return Section(id="shortage", title=title, blocks=(Claim(key="paper.shortage.nothing"),))
    blocks: list[Block] = [Claim(key="paper.shortage.lead"), _chart(paper), _table(paper)]
    return Section(id="shortage", title=title, blocks=tuple(blocks))


def month_figure(paper: Paper, row: Mapping[str, Any], column: str) -> Figure:
    """What is lost or short in a month, expected over the durations, with its ends. [t]"""
    place, name = (row["mineral"], row["stage"]), row["member"]
    keys: dict[str, str | int | float] = {
        "mineral": place[0],
        "stage": place[1],
        "member": name,
        "month": f"{row['month']:%Y-%m}",
    }
    start = paper.plan.situation.start
    cargo = paper.cargo(place, name, 12 * (row["month"].year - start.year) + row["month"].month - start.month)
    steps = [
        *paper.loss_steps(place, name),
        *([way("cargo", None, cargo)] if cargo else []),
        way("expected", None, row["lost_t"]),
    ]
    if column != "lost_t":
        steps.append(way(column, row["lost_t"], row[column]))
    value = float(row[column])
    low, high = float(row[f"{column}_low"]), float(row[f"{column}_high"])
    if high - low <= SAME * high:  # the same whatever the duration
        return paper.traded(value, "t", 0, keys, column, steps)
    return paper.traded(value, "t", 0, keys, column, steps, low=low, high=high)


def _chart(paper: Paper) -> Chart:
    panels = []
    largest = float(paper.months["lost_t_high"].max())  # type: ignore[arg-type]
    for (mineral, stage, name), rows in paper.months.partition_by(
        ["mineral", "stage", "member"], as_dict=True, maintain_order=True
    ).items():
        if float(rows["lost_t_high"].max()) < SEEN * largest:  # type: ignore[arg-type]
            continue
        found = rows.sort("month").to_dicts()
        panels.append(
            {
                "label": said(
                    "paper.shortage.panel",
                    member=Term("country", (str(name),)),
                    item=item_term((str(mineral), str(stage))),
                ),
                "x": tuple(f"{row['month']:%y-%m}" for row in found),
                "lines": tuple(
                    {
                        "label": phrase_term(f"paper.line.{line}")
                        if line != "together"
                        else said("paper.line.together", member=Term("country", (str(name),))),
                        "values": [month_figure(paper, row, column) for row in found],
                        **({"member": str(name)} if line == "together" else {}),
                    }
                    for column, line in _LINES
                ),
            }
        )
    return Chart(
        id="shortage-months",
        title="paper.shortage.chart",
        kind="series",
        data={"panels": panels, "measure": phrase_term("paper.measure.short")},
        notes=(Claim(key="paper.shortage.bands"),),
        origins=paper.world.origins_of("trade"),
    )


def _table(paper: Paper) -> Table:
    rows: list[tuple[Cell, ...]] = [
        (
            item_term((row["mineral"], row["stage"])),
            Term("country", (row["member"],)),
            month_term(row["month"]),
            *(month_figure(paper, row, column) for column, _ in _LINES),
        )
        for row in paper.months.iter_rows(named=True)
    ]
    columns = ("item", "member", "month", "idle_short", "alone_short", "together_short")
    return Table(
        id="shortage",
        title="paper.shortage.table",
        columns=tuple(Column(key=c, label=f"paper.col.{c}", numeric=n > 2) for n, c in enumerate(columns)),
        rows=tuple(rows),
        notes=(Claim(key="paper.shortage.note"),),
        appendix=True,
    )


def prices_section(paper: Paper) -> Section:
    """What one more tonne is worth to each member, and between which prices a swap leaves both better off."""
    title = "paper.prices.title"
    prices = paper.plan.prices
    if not prices.height:
        return Section(id="prices", title=title, blocks=(Claim(key="paper.prices.nothing"),))
    first = sorted(prices["month"].unique())[:SHOWN]
    near = prices.filter(pl.col("month").is_in(first))
    blocks: list[Block] = [Claim(key="paper.prices.lead"), _prices(paper, near, "prices", appendix=False)]
    if near.height < prices.height:
        blocks.append(_prices(paper, prices, "prices-all", appendix=True))
    if not paper.plan.label.is_open:
        blocks.insert(1, Claim(key="paper.prices.label"))
    return Section(id="prices", title=title, blocks=tuple(blocks))


def _prices(paper: Paper, frame: pl.DataFrame, name: str, *, appendix: bool) -> Table:
    members = [m for m in paper.members if m in set(frame["member"])]
    rows: list[tuple[Cell, ...]] = []
    grouped = frame.partition_by(["mineral", "stage", "month"], as_dict=True, maintain_order=True)
    for (mineral, stage, _), part in grouped.items():
        each = {row["member"]: row for row in part.to_dicts()}
        head = next(iter(each.values()))
        place = (str(mineral), str(stage))
        rows.append(
            (
                item_term(place),
                month_term(head["month"]),
                *(_worth(paper, each[m], "worth_usd_per_t") if m in each else None for m in members),
                _worth(paper, head, "fair_low_usd_per_t"),
                _worth(paper, head, "fair_high_usd_per_t"),
                _worth(paper, head, "price_usd_per_t"),
            )
        )
    return Table(
        id=name,
        title="paper.prices.all" if appendix else "paper.prices.table",
        columns=(
            Column(key="item", label="paper.col.item"),
            Column(key="month", label="paper.col.month"),
            *(
                Column(
                    key=f"worth_{m}",
                    label="paper.col.worth",
                    slots={"member": Term("country", (m,))},
                    member=m,
                    numeric=True,
                )
                for m in members
            ),
            Column(key="low", label="paper.col.fair_low", numeric=True),
            Column(key="high", label="paper.col.fair_high", numeric=True),
            Column(key="price", label="paper.col.price", numeric=True),
        ),
        rows=tuple(rows),
        notes=(Claim(key="paper.prices.note"),),
        appendix=appendix,
    )


def _worth(paper: Paper, row: Mapping[str, Any], column: str) -> Cell:
    keys: dict[str, str | int | float] = {
        "mineral": row["mineral"],
        "stage": row["stage"],
        "month": f"{row['month']:%Y-%m}",
    }
    if column == "worth_usd_per_t":
        keys["member"] = row["member"]
    value, price = float(row[column]), float(row["price_usd_per_t"])
    steps = [way("price", None, price, "USD/t")]
    if column != "price_usd_per_t":
        steps.append(way(column.removesuffix("_usd_per_t"), None, value, "USD/t"))
    return paper.figure(
        value, "USD/t", 0, "prices", keys, column, steps, origins=paper.world.origins_of("trade")
    )
