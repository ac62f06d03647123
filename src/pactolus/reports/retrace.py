"""The way back of a printed number: select its rows, carry out its steps, and get the number again."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Final

import polars as pl

from pactolus.catalogue.origins import Figure, Term
from pactolus.catalogue.world import World
from pactolus.errors import DataError
from pactolus.indicators.agreement import kendalls_w, method_ranks
from pactolus.indicators.assess import assess
from pactolus.reports.document import Brief, Table
from pactolus.terms.countries import entity

__all__ = ["carry_out", "recompute", "select_rows", "source_rows"]

X: Final = "x"
_WHOLE: Final = frozenset({"year", "month"})
"""Columns of whole numbers in every table: compared as numbers, which is several times faster."""


def source_rows(figure: Figure, world: World, brief: Brief | None = None) -> pl.DataFrame:
    """Rows a figure was made from.

    Parameters
    ----------
    figure : Figure
        Its `table` is a table of the world, ``derived:<name>``, ``assess``, ``stress``, ``stock``, ``watch``,
        ``answer:<rows>`` and ``projects:<rows>`` (results of these engines), ``projects`` (shipped records),
        or ``brief:<id>`` (a table of the same brief).
    world : World
    brief : Brief, optional
        Needed for ``brief:<id>``.

    Returns
    -------
    DataFrame

    Raises
    ------
    DataError
        If the table is unknown here, or a row key is no column of it.
    """
    name, _, inner = figure.table.partition(":")
    if name == "brief":
        if brief is None:
            raise DataError(f"figure {figure.id}: its rows are in {figure.table}; hand over the brief too")
        return select_rows(_printed(brief, inner), figure.rows)
    if name == "derived":
        return select_rows(world.derived(inner), figure.rows)
    if name == "stress":
        from pactolus.reports import stressed

        return select_rows(stressed.ROWS[inner](world, figure.rows), figure.rows)
    if name == "stock" and inner:
        raise DataError(f"figure {figure.id}: its rows are those of pactolus stockpile {inner}; run it")
    if name == "stock":
        from pactolus.reports.stocked import stock_rows

        return select_rows(stock_rows(world, figure.rows), figure.rows)
    if name == "watch":
        from pactolus.reports.watched import watch_rows

        return select_rows(watch_rows(world, inner, figure.rows), figure.rows)
    if name == "answer":
        from pactolus.reports.answered import answer_rows

        return select_rows(answer_rows(world, inner, figure.rows), figure.rows)
    if name == "projects" and not inner:
        from pactolus.reports.recorded import project_rows as record_rows

        return select_rows(record_rows(), figure.rows)
    if name == "projects":
        from pactolus.reports.projects.rows import project_rows

        return select_rows(project_rows(world, inner, figure.rows), figure.rows)
    if name == "assess":
        return select_rows(_assessed(world, figure.rows), figure.rows)
    near = getattr(world, "near", None)
    return select_rows(near(figure.table, figure.rows) if near else world.table(figure.table), figure.rows)


def select_rows(frame: pl.DataFrame, rows: Mapping[str, str | int | float]) -> pl.DataFrame:
    """Rows of `frame` whose columns hold the values of `rows`.

    ``a|b`` stands for any of several values, ``not a|b`` for none of them.

    Raises
    ------
    DataError
        If a key is no column.
    """
    absent = [k for k in rows if k not in frame.columns]
    if absent:
        raise DataError(f"row keys {absent} are no columns; there are {', '.join(frame.columns)}")
    return frame.filter(*(_matches(k, v) for k, v in rows.items())) if rows else frame


def recompute(figure: Figure, world: World, brief: Brief | None = None) -> float:
    """The number of a figure, computed again from its rows and steps alone.

    Parameters
    ----------
    figure, world, brief
        As for `source_rows`.

    Returns
    -------
    float

    Raises
    ------
    DataError
        If a step is not understood, or the steps do not end in one number.
    """
    state = source_rows(figure, world, brief)
    for step in figure.steps:
        state = carry_out(step, state)
    if X not in state.columns or state.height != 1:
        raise DataError(
            f"figure {figure.id}: its steps {figure.steps} end in {state.height} rows, not in one number"
        )
    return float(state[X][0])


def _matches(key: str, value: str | int | float) -> pl.Expr:
    text = str(value)
    negative = text.startswith("not ")
    wanted = text.removeprefix("not ").split("|")
    whole = all(w.lstrip("-").isdigit() for w in wanted) and key in _WHOLE
    found = (
        pl.col(key).is_in([int(w) for w in wanted]) if whole else pl.col(key).cast(pl.String).is_in(wanted)
    )
    return ~found if negative else found


def _assessed(world: World, rows: Mapping[str, str | int | float]) -> pl.DataFrame:
    def listed(key: str) -> list[str]:
        return str(rows[key]).split("|")

    years = [int(y) for y in listed("year")]
    return assess(
        world, importers=listed("importer"), minerals=listed("mineral"), years=years, methods=listed("method")
    )


def _printed(brief: Brief, table_id: str) -> pl.DataFrame:
    for section in brief.sections:
        for block in section.blocks:
            if isinstance(block, Table) and block.id == table_id:
                return _as_frame(block)
    raise DataError(f"brief: no table {table_id!r} in it")


def _as_frame(table: Table) -> pl.DataFrame:
    columns: dict[str, list[str | None]] = {c.key: [] for c in table.columns}
    for row in table.rows:
        for column, cell in zip(table.columns, row, strict=True):
            text = None
            if isinstance(cell, Term):
                text = "|".join(cell.ids)
            elif isinstance(cell, Figure):
                text = cell.status if cell.value is None else repr(cell.value)
            columns[column.key].append(text)
    return pl.DataFrame(columns, schema=dict.fromkeys(columns, pl.String))


def carry_out(step: str, state: pl.DataFrame) -> pl.DataFrame:
    """One step of a figure, done on the rows before it; what it computes is column ``x``.

    Raises
    ------
    DataError
        If the step is not understood.
    """
    for pattern, action in _STEPS:
        match = pattern.fullmatch(step)
        if match:
            return action(state, *(g for g in match.groups() if g is not None))
    raise DataError(f"step {step!r} is not understood")


def _sum(state: pl.DataFrame, column: str, by: str = "") -> pl.DataFrame:
    total = pl.col(column).sum().alias(X)
    keys = [k.strip() for k in by.split(",")] if by else []
    return state.group_by(keys).agg(total).sort(keys) if keys else state.select(total)


def _count(state: pl.DataFrame, by: str = "") -> pl.DataFrame:
    count = pl.len().cast(pl.Int64).alias(X)
    return state.group_by(by).agg(count).sort(by) if by else state.select(count)


def _shares(state: pl.DataFrame) -> tuple[pl.DataFrame, list[str]]:
    """Values as shares of their group: the last key is what is shared out."""
    keys = [c for c in state.columns if c != X]
    total = pl.col(X).sum().over(keys[:-1]) if keys[:-1] else pl.col(X).sum()
    return state.with_columns((pl.col(X) / total).alias(X)), keys


def _share_of(state: pl.DataFrame, who: str) -> pl.DataFrame:
    shares, keys = _shares(state)
    part = pl.when(pl.col(keys[-1]).is_in(who.split(", "))).then(pl.col(X)).otherwise(0.0).sum().alias(X)
    return shares.group_by(keys[:-1]).agg(part).sort(keys[:-1]) if keys[:-1] else shares.select(part)


def _overlap(state: pl.DataFrame) -> pl.DataFrame:
    shares, (member, supplier) = _shares(state)
    everyone = shares[member].n_unique()
    common = shares.group_by(supplier).agg(pl.col(X).min(), pl.len().alias("n"))
    return common.filter(pl.col("n") == everyone).select(pl.col(X).sum())


def _as_members(state: pl.DataFrame, names: str) -> pl.DataFrame:
    of = {c: e.id for e in map(entity, names.split(", ")) for c in e.members}
    inside = pl.col("exporter").cast(pl.String).replace(of) == pl.col("importer")
    return state.with_columns(pl.col("importer").cast(pl.String).replace(of)).filter(~inside)


def _of_year(state: pl.DataFrame, year: str) -> float:
    return float(state.filter(pl.col("year") == int(year))[X][0])


def _change(state: pl.DataFrame, first: str, last: str) -> pl.DataFrame:
    return pl.DataFrame({X: [_of_year(state, last) / _of_year(state, first) - 1]})


def _difference(state: pl.DataFrame, first: str, last: str) -> pl.DataFrame:
    return pl.DataFrame({X: [_of_year(state, last) - _of_year(state, first)]})


def _ranked(state: pl.DataFrame) -> pl.DataFrame:
    return pl.DataFrame({X: [method_ranks(state).filter(pl.col("status") == "ok").height]})


def _concordance(ranks: pl.DataFrame) -> pl.DataFrame:
    ok = ranks.filter(pl.col("status") == "ok")
    methods = [c for c in ranks.columns if c.endswith("_rank") and c not in ("lowest_rank", "highest_rank")]
    scores = {m: dict(zip(ok["mineral"], (-r for r in ok[m]), strict=True)) for m in methods}
    return pl.DataFrame({X: [kendalls_w(scores)]})


def _of_mineral(ranks: pl.DataFrame, mineral: str, column: str) -> pl.DataFrame:
    return ranks.filter(pl.col("mineral") == mineral).select(pl.col(column).alias(X))


_STEPS: Final[list[tuple[re.Pattern[str], Callable[..., pl.DataFrame]]]] = [
    (re.compile(r"sum (\w+)(?: by ([\w, ]+))?"), _sum),
    (re.compile(r"count rows(?: by (\w+))?"), _count),
    (re.compile(r"count (\w+)"), lambda state, column: state.select(pl.col(column).n_unique().alias(X))),
    (re.compile(r"share of ([\w, ]+)"), _share_of),
    (re.compile(r"smallest"), lambda state: state.select(pl.col(X).min())),
    (re.compile(r"overlap"), _overlap),
    (re.compile(r"importers as ([\w, +]+) without trade inside each"), _as_members),
    (re.compile(r"divide by (\d+)"), lambda state, by: state.with_columns(pl.col(X) / int(by))),
    (re.compile(r"change (\d+) to (\d+)"), _change),
    (re.compile(r"difference (\d+) to (\d+)"), _difference),
    (re.compile(r"rank minerals by method"), lambda state: method_ranks(state)),
    (re.compile(r"count minerals ranked by every method"), _ranked),
    (re.compile(r"concordance"), _concordance),
    (re.compile(r"spread of (\S+)"), lambda state, mineral: _of_mineral(state, mineral, "spread")),
    (
        re.compile(r"rank of (\S+) under (\S+)"),
        lambda state, m, method: _of_mineral(state, m, f"{method}_rank"),
    ),
    (re.compile(r"take (\w+)"), lambda state, column: state.select(pl.col(column).alias(X))),
]
