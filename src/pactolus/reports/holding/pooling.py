"""What holding together is worth, as ranges beside both counterfactuals; and who could pay what."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

import polars as pl

from pactolus.catalogue.origins import Claim, Figure, Term
from pactolus.reports.document import Block, Cell, Chart, Column, Section, Table
from pactolus.reports.holding.engine import MILLION, Result, setting_term, slug
from pactolus.reports.noted import notes_table
from pactolus.reports.sections.basis import Basis, Item
from pactolus.reports.sections.words import country, item_term, member_columns, phrase_term

__all__ = ["pool", "split"]

_NO_RANGE: Final = "bounds"
Frames = Mapping[str, pl.DataFrame]
Row = Mapping[str, Any]


def pool(basis: Basis, item: Item, frames: Frames, notes: Sequence[str]) -> tuple[Section, ...]:
    """Ends of the gain of every arrangement; no middle, for no one number is the gain of pooling.

    Parameters
    ----------
    basis : Basis
    item : Item
    frames : mapping of str to DataFrame
        ``range``, ``alone``, ``lots`` of `pactolus.stockpile.pooling.together.Together`.
    notes : sequence of str
        What the engine says.
    """
    rows = [row for row in frames["range"].iter_rows(named=True) if row["status"] == "ok"]
    made = Result(basis, item, "pool", ("counterfactual", "arrangement"))
    members: dict[str, Term] = {"members": Term("members", basis.members)}
    pictures = [_bars(made, own, name) for name, own in _by(rows, "counterfactual")]
    blocks: tuple[Block, ...] = (Claim(key="desk_stockpile.pool.lead", terms=members), *pictures)
    days, lots = _days(basis, item, frames["alone"]), _lots(basis, item, frames["lots"])
    slots: dict[str, Term | str] = {"item": item_term(item)}
    return (
        Section(id="pool", title="desk_stockpile.pool.title", slots=slots, blocks=blocks),
        Section(
            id="pool-ends",
            title="desk_stockpile.pool.table",
            blocks=(_ranges(made, rows), days, lots, *notes_table("pool-notes", notes)),
        ),
    )


def _by(rows: Iterable[Row], key: str) -> list[tuple[str, list[Row]]]:
    found: dict[str, list[Row]] = {}
    for row in rows:
        found.setdefault(str(row[key]), []).append(row)
    return list(found.items())


def _arrangement(row: Row) -> Term:
    """An arrangement in words; one that leaves a member out names it."""
    name, _, without = str(row["arrangement"]).partition(" without ")
    word = f"desk_stockpile.arrangement.{slug(name)}"
    if not without:
        return phrase_term(word)
    from pactolus.wording.names import country_with_mark
    from pactolus.wording.phrases import phrase

    return Term(
        "parallel",
        tuple(
            phrase(
                lang,
                "desk_stockpile.arrangement.without",
                what=phrase(lang, word),
                member=country_with_mark(without, lang),
            )
            for lang in ("en", "ko", "ja")
        ),
    )


def _bars(made: Result, rows: Sequence[Row], counterfactual: str) -> Chart:
    """Two bars an arrangement: the lowest and the highest gain over all assumptions."""
    groups = [
        {
            "label": phrase_term(f"desk_stockpile.pool.{end}"),
            "values": [made.figure(row, f"gain_{end}", "share", 1) for row in rows],
        }
        for end in ("low", "high")
    ]
    return Chart(
        id=f"pool-{slug(counterfactual)}",
        title=f"desk_stockpile.pool.beside.{slug(counterfactual)}",
        kind="bars",
        data={
            "categories": [_arrangement(row) for row in rows],
            "groups": groups,
            "measure": phrase_term("desk_stockpile.pool.measure"),
        },
        origins=made.basis.world.origins_of("trade"),
    )


def _ranges(made: Result, rows: Sequence[Row]) -> Table:
    columns = (
        Column(key="beside", label="desk_stockpile.col.beside"),
        Column(key="arrangement", label="desk_stockpile.col.arrangement"),
        Column(key="base", label="desk_stockpile.col.base", numeric=True),
        Column(key="low", label="desk_stockpile.col.gain_low", numeric=True),
        Column(key="low_at", label="desk_stockpile.col.low_at"),
        Column(key="high", label="desk_stockpile.col.gain_high", numeric=True),
        Column(key="high_at", label="desk_stockpile.col.high_at"),
        Column(key="usd_low", label="desk_stockpile.col.gain_low_usd", numeric=True),
        Column(key="usd_high", label="desk_stockpile.col.gain_high_usd", numeric=True),
        Column(key="method", label="desk_stockpile.col.method"),
    )
    cells = tuple(
        (
            phrase_term(f"desk_stockpile.counterfactual.{slug(row['counterfactual'])}"),
            _arrangement(row),
            made.figure(row, "base_usd", "million USD", 2, divide=MILLION),
            made.figure(row, "gain_low", "share", 1),
            setting_term(row["low_at"]),
            made.figure(row, "gain_high", "share", 1),
            setting_term(row["high_at"]),
            made.figure(row, "gain_low_usd", "million USD", 2, divide=MILLION),
            made.figure(row, "gain_high_usd", "million USD", 2, divide=MILLION),
            phrase_term(f"desk_stockpile.method.{row['method']}"),
        )
        for row in rows
    )
    note = Claim(key="desk_stockpile.pool.note")
    return Table(
        id="pool-range", title="desk_stockpile.pool.table", columns=columns, rows=cells, notes=(note,)
    )


def _days(basis: Basis, item: Item, alone: pl.DataFrame) -> Table:
    """Days alone, together, and by today's rule."""
    made = Result(basis, item, "pool --table alone", ("member",))
    columns = (
        Column(key="member", label="desk_stockpile.col.member"),
        Column(key="low", label="desk_stockpile.col.low_days", numeric=True),
        Column(key="target", label="desk_stockpile.col.target_days", numeric=True),
        Column(key="high", label="desk_stockpile.col.high_days", numeric=True),
        Column(key="rule", label="desk_stockpile.col.rule_days", numeric=True),
        Column(key="free", label="desk_stockpile.col.free", numeric=True),
    )
    rows = tuple(
        (
            Term("members", tuple(row["member"].split("+"))),
            made.figure(row, "low_days", "days"),
            made.figure(row, "target_days", "days"),
            made.figure(row, "high_days", "days"),
            made.figure(row, "rule_days", "days"),
            made.figure(row, "free_share", "share"),
        )
        for row in alone.iter_rows(named=True)
    )
    note = Claim(key="desk_stockpile.pool.days_note")
    return Table(id="pool-days", title="desk_stockpile.pool.days", columns=columns, rows=rows, notes=(note,))


def _lots(basis: Basis, item: Item, lots: pl.DataFrame) -> Table:
    """Which parts of a stock may be passed on, by the origin they would have."""
    made = Result(basis, item, "pool --table lots", ("member", "origin", "to"))
    columns = (
        Column(key="member", label="desk_stockpile.col.member"),
        Column(key="origin", label="desk_stockpile.col.origin"),
        Column(key="share", label="desk_stockpile.col.share", numeric=True),
        Column(key="to", label="desk_stockpile.col.to"),
        Column(key="may", label="desk_stockpile.col.transferable"),
        Column(key="why", label="desk_stockpile.col.measures"),
    )
    rows = tuple(
        (
            country(row["member"]),
            country(row["origin"]) if len(row["origin"] or "") == 3 else Term("text", (row["origin"] or "",)),
            made.figure(row, "share", "share", 1),
            country(row["to"]) if row["to"] else None,
            phrase_term(f"desk_stockpile.transferable.{row['transferable']}"),
            Term("text", (row["measures"],)) if row["measures"] else None,
        )
        for row in lots.iter_rows(named=True)
    )
    note = Claim(key="desk_stockpile.pool.lots_note")
    return Table(
        id="pool-lots",
        title="desk_stockpile.pool.lots",
        columns=columns,
        rows=rows,
        notes=(note,),
        appendix=True,
    )


def split(basis: Basis, item: Item, frames: Frames, notes: Sequence[str]) -> tuple[Section, ...]:
    """Every rule of sharing side by side: what each member bears, and what it gains.

    Parameters
    ----------
    basis, item
    frames : mapping of str to DataFrame
        ``split`` of `pactolus.stockpile.pooling.splitting.StockSplit.table`.
    notes : sequence of str
    """
    rows = [row for row in frames["split"].iter_rows(named=True) if row["status"] == "ok"]
    made = Result(basis, item, "split", ("rule", "view", "member"))
    ends = ("gain_low", "gain_high")
    members = basis.members
    columns = (
        Column(key="rule", label="desk_stockpile.col.rule"),
        Column(key="view", label="desk_stockpile.col.view"),
        *member_columns(members, "bears", "desk_stockpile.col.bears"),
        *(one for end in ends for one in member_columns(members, end, f"desk_stockpile.col.member_{end}")),
        Column(key="core", label="desk_stockpile.col.core"),
        Column(key="leaves", label="desk_stockpile.col.leaves"),
    )
    cells = tuple(_rule_row(made, own, members, ends) for _, own in _by(rows, "rule"))
    table = Table(
        id="split",
        title="desk_stockpile.split.table",
        columns=columns,
        rows=cells,
        notes=(Claim(key="desk_stockpile.split.note"),),
    )
    slots: dict[str, Term | str] = {"item": item_term(item)}
    return (
        Section(
            id="split",
            title="desk_stockpile.split.title",
            slots=slots,
            blocks=(_shares(made, rows, members), *notes_table("split-notes", notes)),
        ),
        Section(id="split-rules", title="desk_stockpile.split.table", blocks=(table,)),
    )


def _rule_row(
    made: Result, rows: Sequence[Row], members: Sequence[str], ends: Sequence[str]
) -> tuple[Cell, ...]:
    own = {row["member"]: row for row in rows}
    first = rows[0]

    def of(member: str, column: str) -> Figure:
        nobody: Row = {"rule": first["rule"], "view": first["view"], "member": member}
        return made.figure(own.get(member, nobody), column, "million USD", 3, divide=MILLION)

    inside = [row["in_core"] for row in rows]
    leaves = "; ".join(dict.fromkeys(r["leaves_core_at"] for r in rows if r["leaves_core_at"]))
    return (
        phrase_term(f"desk_stockpile.rule.{slug(first['rule'])}"),
        phrase_term(f"desk_stockpile.view.{slug(first['view'])}"),
        *(of(m, "amount_usd") for m in members),
        *(of(m, f"{end}_usd") for end in ends for m in members),
        None if inside[0] is None else phrase_term(f"desk_stockpile.core.{'yes' if inside[0] else 'no'}"),
        _settings(leaves),
    )


def _settings(names: str) -> Term | None:
    """Several assumptions, as an engine joins them."""
    from pactolus.wording.names import join_list
    from pactolus.wording.phrases import phrase

    listed = [one.strip() for one in names.replace(";", ",").split(",") if one.strip()]
    if not listed:
        return None
    keys = [f"desk_stockpile.setting.{slug(one)}" for one in listed]
    return Term(
        "parallel", tuple(join_list([phrase(lang, k) for k in keys], lang) for lang in ("en", "ko", "ja"))
    )


def _shares(made: Result, rows: Sequence[Row], members: Sequence[str]) -> Chart:
    """Both ends of what each member gains, a bar a member, one picture an end."""
    rules = [name for name, own in _by(rows, "rule") if own[0]["view"] == "pool"]
    known = {(row["rule"], row["member"]): row for row in rows}
    groups = [
        {
            "label": country(m),
            "member": m,
            "values": [
                made.figure(known[rule, m], "gain_high_usd", "million USD", 2, divide=MILLION)
                for rule in rules
            ],
        }
        for m in members
    ]
    return Chart(
        id="split-gain",
        title="desk_stockpile.split.most",
        kind="bars",
        data={
            "categories": [phrase_term(f"desk_stockpile.rule.{slug(rule)}") for rule in rules],
            "groups": groups,
            "measure": phrase_term("desk_stockpile.split.measure"),
        },
        origins=made.basis.world.origins_of("trade"),
    )
