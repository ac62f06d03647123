"""Who does what by when: the plan by owner, and the first month with how often each action stays right."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final

import polars as pl

from pactolus.catalogue.origins import Claim, Term
from pactolus.reports.document import Block, Cell, Column, Section, Table
from pactolus.reports.paper.basis import Paper, way
from pactolus.reports.paper.words import action_term, day_term, members_term, month_term, what_term
from pactolus.reports.sections.words import item_term, stage_term

__all__ = ["first_section", "lasting", "section"]

#: Months of the board that are printed; all of them stand in the workbook.
SHOWN: Final = 4


def lasting(paper: Paper) -> pl.DataFrame:
    """Actions while the event lasts, by owner and month; diplomatic steps with them."""
    actions = paper.plan.actions
    found = actions.with_row_index("row").filter(
        (pl.col("when") == "as long as it lasts") | (pl.col("action") == "diplomatic step")
    )
    order = {name: n for n, name in enumerate(paper.members)}
    rank = found["owner"].replace_strict(order, default=len(order), return_dtype=pl.Int64)
    return found.with_columns(rank=rank).sort("rank", "owner", "month", "row", nulls_last=True)


def section(paper: Paper) -> Section:
    """The board for the first months, and every action of every state of knowledge."""
    found = lasting(paper)
    if not paper.plan.actions.height:
        return Section(id="board", title="paper.board.title", blocks=(Claim(key="paper.board.nothing"),))
    last = paper.plan.situation.month(min(SHOWN, paper.plan.situation.months) - 1)
    near = found.filter(pl.col("month").is_null() | (pl.col("month") <= last))
    blocks: list[Block] = [
        Claim(
            key="paper.board.lead",
            figures={
                "shown": paper.count(near.height, "actions", {"until": last.isoformat()}),
                "all": paper.count(paper.plan.actions.height, "actions", {}),
            },
            terms={"month": month_term(last) or Term("day", ("",))},
        ),
        _table(paper, near, "board", appendix=False),
        *_grades(paper, found),
        _table(paper, paper.plan.actions.with_row_index("row"), "board-all", appendix=True),
    ]
    return Section(id="board", title="paper.board.title", blocks=tuple(blocks))


def _table(paper: Paper, frame: pl.DataFrame, name: str, *, appendix: bool) -> Table:
    columns = ["owner", "member", "month", "action", "item", "what", "to", "tonnes", "cost", "due"]
    if appendix:
        columns += ["when", "form", "arrives"]
    rows = [_row(paper, row, appendix=appendix) for row in frame.iter_rows(named=True)]
    return Table(
        id=name,
        title="paper.board.all" if appendix else "paper.board.table",
        columns=tuple(
            Column(key=c, label=f"paper.col.{c}", numeric=c in ("tonnes", "cost")) for c in columns
        ),
        rows=tuple(rows),
        notes=(Claim(key="paper.board.note"),),
        appendix=appendix,
    )


def _grades(paper: Paper, found: pl.DataFrame) -> list[Block]:
    """Both ways of every swap of grades, with the content by which they are equal."""
    frame = found.filter(pl.col("action") == "swap of grades").sort("month", "row")
    rows: list[tuple[Cell, ...]] = []
    for row in frame.iter_rows(named=True):
        keys: dict[str, str | int | float] = {"action": int(row["row"])}
        content = float(row["content_t"])
        digits = 0 if content >= 10 else 1
        steps = [way("decided", None, float(row["tonnes"])), way("content", None, content)]
        rows.append(
            (
                month_term(row["month"]),
                _item(paper, row["mineral"], row["stage"]),
                members_term(row["member"]),
                members_term(row["to"]),
                what_term(row["what"]),
                _form(row) or Term("text", ("–",)),
                _tonnes(paper, row, keys),
                paper.figure(content, "t", digits, "actions", keys, "content_t", steps),
            )
        )
    columns = ("month", "item", "member", "to", "what", "form", "tonnes", "content")
    table = Table(
        id="grades",
        title="paper.board.grades",
        columns=tuple(
            Column(key=c, label=f"paper.col.{c}", numeric=c in ("tonnes", "content")) for c in columns
        ),
        rows=tuple(rows),
        notes=(Claim(key="paper.board.grades_note"),),
    )
    return [table] if rows else []


def _form(row: Mapping[str, Any]) -> Term | None:
    named = " ".join(part for part in (row["form"], row["grade"]) if part and part != "not stated")
    return Term("text", (named,)) if named else None


def _row(paper: Paper, row: Mapping[str, Any], *, appendix: bool) -> tuple[Cell, ...]:
    keys: dict[str, str | int | float] = {"action": int(row["row"])}
    cells: list[Cell] = [
        members_term(row["owner"]) if row["owner"] else None,
        members_term(row["member"]) if row["member"] else None,
        month_term(row["month"]),
        action_term(row["action"]),
        _item(paper, row["mineral"], row["stage"]) if row["mineral"] else None,
        what_term(row["what"]),
        members_term(row["to"]) if row["to"] else None,
        _tonnes(paper, row, keys),
        _cost(paper, row, keys),
        day_term(row["due"]),
    ]
    if appendix:
        cells += [
            what_term(row["when"]),
            _form(row),
            month_term(row["arrives"]),
        ]
    return tuple(cells)


def _item(paper: Paper, mineral: str, stage: str) -> Term:
    """The stage alone where all is about one mineral: columns are narrow."""
    one = len({m for m, _ in paper.places}) == 1
    return stage_term(stage) if one else item_term((mineral, stage))


def _decided(paper: Paper, row: Mapping[str, Any]) -> list[Any]:
    """What the action answers, then the decision."""
    place = (row["mineral"], row["stage"])
    lost = paper.months.filter(
        pl.col("mineral") == place[0], pl.col("stage") == place[1], pl.col("month") == row["month"]
    )
    total = float(lost["lost_t"].sum()) if lost.height else None
    return [way("lost_all", None, total)] if total is not None else []


def _tonnes(paper: Paper, row: Mapping[str, Any], keys: Mapping[str, str | int | float]) -> Cell:
    if row["tonnes"] is None:
        return None
    value = float(row["tonnes"])
    digits = 0 if value >= 10 else 1
    steps = [*_decided(paper, row), way("decided", None, value)]
    return paper.figure(value, "t", digits, "actions", keys, "tonnes", steps)


def _cost(paper: Paper, row: Mapping[str, Any], keys: Mapping[str, str | int | float]) -> Cell:
    if row["cost_musd"] is None:
        return None
    value = float(row["cost_musd"])
    steps = [
        *([] if row["tonnes"] is None else [way("decided", None, float(row["tonnes"]))]),
        way("cost", None, value, "million USD"),
    ]
    return paper.figure(value, "million USD", 2, "actions", keys, "cost_musd", steps)


def first_section(paper: Paper) -> Section:
    """Actions of the first month and the share of the durations in which each stays right."""
    rows = paper.plan.actions.with_row_index("row").filter(pl.col("right_in").is_not_null())
    title = "paper.first.title"
    if not rows.height:
        return Section(id="first", title=title, blocks=(Claim(key="paper.first.nothing"),))
    month: date = paper.plan.situation.start
    blocks: list[Block] = [
        Claim(key="paper.first.lead", terms={"month": month_term(month) or Term("day", ("",))}),
        _first_table(paper, rows.to_dicts()),
    ]
    return Section(id="first", title=title, blocks=tuple(blocks))


def _first_table(paper: Paper, rows: Sequence[Mapping[str, Any]]) -> Table:
    cells: list[tuple[Cell, ...]] = []
    for row in rows:
        keys: dict[str, str | int | float] = {"action": int(row["row"])}
        right = paper.figure(
            float(row["right_in"]),
            "share",
            0,
            "actions",
            keys,
            "right_in",
            [way("right", None, float(row["right_in"]), "share")],
        )
        cells.append(
            (
                members_term(row["member"]),
                action_term(row["action"]),
                _item(paper, row["mineral"], row["stage"]),
                what_term(row["what"]),
                members_term(row["to"]) if row["to"] else None,
                _tonnes(paper, row, keys),
                right,
                month_term(row["arrives"]),
            )
        )
    columns = ("member", "action", "item", "what", "to", "tonnes", "right_in", "arrives")
    return Table(
        id="first",
        title="paper.first.table",
        columns=tuple(
            Column(key=c, label=f"paper.col.{c}", numeric=c in ("tonnes", "right_in")) for c in columns
        ),
        rows=tuple(cells),
        notes=(Claim(key="paper.first.note"),),
    )
