"""A plan brought up to date: past months stand as executed, the rest is solved again from the last basis.

Only bounds and costs change, so that the run is warm: columns of past months are held at what was executed,
durations that have gone by lose their probability. Facts beat estimates: what was executed may lie above an
observed maximum. It may not lie above what was declared, agreed or logged; that is refused at its place.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Any, Final

from pactolus.errors import InputError
from pactolus.response.following.facts import Executed, Facts
from pactolus.response.following.news import carried, end_of, with_news
from pactolus.response.plan.columns import Column, Row
from pactolus.response.plan.plan import ResponsePlan, plan_of
from pactolus.response.plan.solving import Solver, Terms
from pactolus.response.plan.tables import NAMES

if TYPE_CHECKING:
    import numpy as np
    import polars as pl
    from numpy.typing import NDArray

    from pactolus.response.plan.blocks import Block
    from pactolus.response.plan.programme import Programme
    from pactolus.response.plan.situation import Situation

    Floats = NDArray[np.float64]

__all__ = ["CHANGE_COLUMNS", "Updated", "changes_of", "update"]

#: Columns of `Updated.changes`.
CHANGE_COLUMNS: Final = (
    *("mineral", "stage", "member", "month", "when", "action", "what", "to", "before_t", "now_t", "change"),
)
_KINDS: Final = {name: kind for kind, name in NAMES.items()}
#: Kinds that people execute; what is short or returned follows.
_DONE: Final = ("release", "lend", "exchange", "swap", "order", "joint", "expedite", "project", "deliver")
_YEAR: Final = 12
_SAME: Final = 1e-6


@dataclass(frozen=True, kw_only=True, eq=False)
class Updated:
    """A plan after new facts.

    Attributes
    ----------
    plan : ResponsePlan
    changes : polars.DataFrame
        `CHANGE_COLUMNS`: actions that differ from the plan before; `change` is ``executed``, ``executed
        otherwise``, ``not done``, ``new``, ``dropped``, ``more`` or ``less``.
    executed : tuple of Executed
        All that stands, earlier facts among it.
    """

    plan: ResponsePlan
    changes: pl.DataFrame
    executed: tuple[Executed, ...]


def update(
    plan: ResponsePlan, facts: Facts, *, earlier: Sequence[Facts] = (), robust: bool = True
) -> Updated:
    """Solve the rest of a plan again after new facts.

    The plan's solver is used and holds the new state afterwards, unless cargo or durations are new: then the
    situation is built anew (`pactolus.response.following.news`). An end outside of the fan, or a fan that has
    gone by, extends it; the notes say so.

    Parameters
    ----------
    plan : ResponsePlan
        As it was before any facts.
    facts : Facts
        The newest.
    earlier : sequence of Facts
        Those of the log, oldest first.
    robust : bool
        As in `plan_of`.

    Raises
    ------
    InputError
        All contradictions at once, each at its place: actions nobody could execute, more than was declared,
        against a choice not to transfer or an earlier entry, in months to come or after the end, or past
        actions about which nothing is said.
    """
    old, one = plan, plan.situation
    faults: list[str] = []
    rows = _joined([*earlier, facts], faults)
    now = (facts.on.year - one.start.year) * _YEAR + facts.on.month - one.start.month
    if not 0 <= now <= one.months:
        faults.append(f"{facts.place('on')}: {facts.on} lies outside the plan, which begins on {one.start}")
    if earlier and facts.on < earlier[-1].on:
        faults.append(
            f"{facts.place('on')}: {facts.on} lies before the newest entry of the log, {earlier[-1].on}"
        )
    if faults:
        raise InputError.gathered(faults)
    after = with_news(one, [*earlier, facts], now, faults)
    if faults:
        raise InputError.gathered(faults)
    planned = _planned(plan, now)
    if after is not one:
        before, plan = plan.solver, replace(plan, situation=after, solver=Solver(after))
        planned = carried(planned, before, plan.solver, faults)
    terms = _terms(plan, [*earlier, facts], faults)
    done = _done(plan, rows, now, faults, facts.ended)
    said = frozenset(done)
    done = _unsaid(plan, planned, done, facts, now, faults)
    if not faults:
        _of_bought(plan, done, said, facts, now, faults)
        _within_declared(plan, done, terms, facts, rows, faults)
        _content_for_content(plan, done, facts, faults)
    if faults:
        raise InputError.gathered(faults)
    plan.solver.reweigh(_still_possible(after, facts, now))
    new = plan_of(
        after,
        as_of=facts.on,
        no_transfer=plan.answer.terms.no_transfer,
        robust=robust,
        solver=plan.solver,
        terms=terms,
        month=now,
        done=done,
    )
    return Updated(plan=new, changes=changes_of(old, new, now), executed=tuple(rows))


def _joined(every: Sequence[Facts], faults: list[str]) -> list[Executed]:
    """All that was executed; an action that stands twice must be the same."""
    found: dict[tuple[Any, ...], Executed] = {}
    for facts in every:
        for row in facts.executed:
            before = found.get(row.key)
            if before is not None and before.tonnes != row.tonnes:
                faults.append(
                    f"{row.where}: {row.tonnes:g} t, yet {before.where} says {before.tonnes:g} t of the "
                    "same action; "
                    "what was executed stands: take it out here"
                )
            found.setdefault(row.key, row)
    return list(found.values())


def _still_possible(one: Situation, facts: Facts, now: int) -> Floats:
    """Probabilities of the durations, given what is known."""
    import numpy as np

    lengths = np.array(one.lengths)
    if facts.ended is not None:
        certain: Floats = (lengths == end_of(one, facts)).astype(np.float64)
        return certain
    chance = np.where((lengths > now) | (lengths >= one.months), one.probability, 0.0)
    found: Floats = chance / chance.sum()
    return found


def _terms(plan: ResponsePlan, every: Sequence[Facts], faults: list[str]) -> Terms:
    one = plan.situation
    left: dict[tuple[int, int], float] = {}
    declared = {(lot.place, lot.member) for lot in one.held}
    for facts in every:
        for (member, mineral, stage), part in facts.stocks.items():
            place, i = (mineral, stage), one.members.index(member) if member in one.members else -1
            k = one.places.index(place) if place in one.places else -1
            if (k, i) not in declared:
                faults.append(
                    f"{facts.place('stocks')}: {member} declares no stock of {mineral} ({stage}) in this "
                    "event; a part of "
                    "nothing declared is not known"
                )
            left[k, i] = part
    return replace(plan.answer.terms, stock=left)


# ------------------------------------------------------------------------------------------- facts to columns


def _done(
    plan: ResponsePlan, rows: Sequence[Executed], now: int, faults: list[str], ended: date | None = None
) -> dict[Column, float]:
    """Columns and what was executed of each. [units]"""
    found: dict[Column, float] = {}
    for row in rows:
        column = _column(plan, row, now, faults, ended)
        if column is not None:
            programme = _programme(plan, column.place)
            found[column] = found.get(column, 0.0) + row.tonnes / _unit(programme, column)
    return found


def _unit(programme: Programme, column: Column) -> float:
    """Tonnes of a unit of a column; a project is begun as a whole or in part."""
    if column.kind == "project":
        return 1.0
    block = programme.block(column.place)
    of_lots = column.kind in ("release", "lend", "exchange")
    return block.unit_t / (block.content(column.member, column.item) if of_lots else 1.0)


def _programme(plan: ResponsePlan, place: int) -> Programme:
    return next(p for p in plan.solver.programmes if any(b.place == place for b in p.blocks))


def _column(
    plan: ResponsePlan, row: Executed, now: int, faults: list[str], ended: date | None = None
) -> Column | None:
    """The column of a statement, or None where `faults` grew."""
    one = plan.situation
    month = (row.month.year - one.start.year) * _YEAR + row.month.month - one.start.month
    place = (row.mineral, row.stage)
    before = len(faults)
    if place not in one.places:
        faults.append(f"{row.where}: {row.mineral} ({row.stage}) is no part of this plan")
    faults += [
        f"{row.where}: {name} is no member; there are {', '.join(one.members)}"
        for name in (row.member, row.to)
        if name is not None and name not in one.members and row.action != "project acceleration"
    ]
    if not 0 <= month < now:
        faults.append(
            f"{row.where}: month {row.month} is not one of those that have passed, {one.start} to before "
            f"{one.month(now)}"
        )
    if ended is not None and row.month >= ended:
        faults.append(
            f"{row.where}: month {row.month} lies after the end, {ended}; nothing of the plan is done then: "
            "take it out, or mend ended"
        )
    if (row.to is None) == (row.action in ("loan", "swap of grades", "swap of places")):
        faults.append(
            f"{row.where}: a {row.action} {'names who gets it: write to' if row.to is None else 'has no to'}"
        )
    if len(faults) > before:
        return None
    k = one.places.index(place)
    programme, block = _programme(plan, k), _programme(plan, k).block(k)
    kind = _KINDS[row.action]
    i = -1 if kind == "project" else one.members.index(row.member)
    j = -1 if row.to is None else one.members.index(row.to)
    longest = max(range(len(one.lengths)), key=one.lengths.__getitem__)
    node = programme.tree.at(longest, month)
    if row.to and row.member in (*one.assumed.no_transfer, *plan.answer.terms.no_transfer):
        faults.append(
            f"{row.where}: {row.member} chose to pass nothing on, yet {row.tonnes:g} t went to {row.to}"
        )
        return None
    for item in _items(plan, block, kind, i, row):
        column = Column(kind, k, i, node, item, j)
        if column in programme.column_at:
            return column
    faults.append(
        f"{row.where}: {row.member}: {row.action} of {row.what or 'any lot or supplier'} in "
        f"{row.month:%Y-%m} is no action "
        "of this plan; see its table of actions, or add the supplier, lot or project to the event"
    )
    return None


def _items(plan: ResponsePlan, block: Block, kind: str, i: int, row: Executed) -> list[int]:
    """Classes of lots, groups of suppliers or projects that a statement may mean."""
    if kind in ("release", "lend", "exchange"):
        classes = [
            c
            for c, lots in enumerate(block.classes.get(i, ()))
            if row.what is None or any((lot.origin or "unknown origin") == row.what for lot in lots)
        ]
        if kind != "release":
            return [c for c in classes if row.to in block.classes[i][c][0].may_go]
        bought = row.what in (None, "bought or borrowed")
        return [*classes, *([block.bought(i)] if bought and i in block.classes else [])]
    if kind in ("order", "joint", "expedite"):
        return [
            g
            for g, group in enumerate(block.groups)
            if row.what is None or any(source.supplier == row.what for source in group.sources)
        ]
    if kind in ("project", "deliver"):
        return [n for n, one in enumerate(plan.situation.projects) if row.what in (None, one.project)]
    return [0]


def _planned(plan: ResponsePlan, now: int) -> dict[Column, float]:
    """What was planned for months that have passed. [units]"""
    found = {}
    for part in plan.answer.parts:
        nodes = part.programme.tree.nodes
        for kind in _DONE:
            for number in part.programme.by_kind.get(kind, ()):
                column = part.programme.builder.columns[number]
                if not nodes[column.node].rest and nodes[column.node].month < now:
                    found[column] = float(part.x[number]) if part.x[number] > _SAME else 0.0
    return found


def _unsaid(
    plan: ResponsePlan,
    planned: Mapping[Column, float],
    done: Mapping[Column, float],
    facts: Facts,
    now: int,
    faults: list[str],
) -> dict[Column, float]:
    """Past columns about which nothing is said: as planned, none, or a fault; silence is not zero."""
    found = dict(done)
    silent: dict[str, int] = {}
    for programme in plan.solver.programmes:
        nodes = programme.tree.nodes
        for column in (programme.builder.columns[n] for k in _DONE for n in programme.by_kind.get(k, ())):
            node = nodes[column.node]
            if node.rest or node.month >= now or column in found:
                continue
            if planned.get(column, 0.0) > 0 and facts.rest is None:
                label = f"{plan.situation.month(node.month):%Y-%m}"
                silent[label] = silent.get(label, 0) + 1
            found[column] = planned.get(column, 0.0) if facts.rest == "as_planned" else 0.0
    if silent:
        told = ", ".join(f"{count} in {month}" for month, count in sorted(silent.items()))
        faults.append(
            f"{facts.place('executed')}: nothing is said about planned actions of past months ({told}); "
            "name each with its "
            "tonnes, 0 where nothing moved, or write rest: as_planned, or rest: none"
        )
    return found


def _of_bought(
    plan: ResponsePlan,
    done: dict[Column, float],
    said: frozenset[Column],
    facts: Facts,
    now: int,
    faults: list[str],
) -> None:
    """Nobody uses more of what was bought or borrowed than had arrived: planned uses are cut, told ones "
    "refused."""
    for programme in plan.solver.programmes:
        tree, matrix = programme.tree, programme.program.matrix.tocsr()
        longest = max(range(len(tree.nodes)), key=lambda n: (not tree.nodes[n].rest, tree.nodes[n].month))
        path = sorted(n for n in tree.above(longest) if tree.nodes[n].month < now)
        for block in programme.blocks:
            for i in block.users:
                there = 0.0
                for node in path:
                    row = programme.row_at.get(Row("stock", block.place, i, node, block.bought(i)))
                    use = Column("release", block.place, i, node, block.bought(i))
                    if row is None:
                        continue
                    start, end = matrix.indptr[row], matrix.indptr[row + 1]
                    for number, part in zip(matrix.indices[start:end], matrix.data[start:end], strict=True):
                        column = programme.builder.columns[number]
                        there += part * done.get(column, 0.0) if column != use else 0.0
                    taken = done.get(use, 0.0)
                    if taken > there + _SAME and use in said:
                        faults.append(
                            f"{facts.place('executed')}: {plan.situation.members[i]} used "
                            f"{taken * block.unit_t:,.1f} t of what "
                            "was bought or borrowed by "
                            f"{plan.situation.month(tree.nodes[node].month):%Y-%m}, and "
                            f"{there * block.unit_t:,.1f} t had arrived; name the deliveries too"
                        )
                    elif use in done:
                        done[use] = max(0.0, min(taken, there))
                    there = max(0.0, there - done.get(use, 0.0))


def _within_declared(
    plan: ResponsePlan,
    done: Mapping[Column, float],
    terms: Terms,
    facts: Facts,
    rows: Sequence[Executed],
    faults: list[str],
) -> None:
    """What left a stock against what was declared, and loans against what was agreed."""
    one = plan.situation
    out: dict[tuple[int, int, int], float] = {}
    lent: dict[tuple[int, int], float] = {}
    for column, units in done.items():
        block = _programme(plan, column.place).block(column.place)
        if column.kind in ("release", "lend", "exchange") and column.item < block.bought(column.member):
            key = (column.place, column.member, column.item)
            out[key] = out.get(key, 0.0) + units * block.unit_t
        if column.kind == "lend":
            lent[key[:2]] = lent.get(key[:2], 0.0) + units * block.unit_t
    for (k, i, c), tonnes in out.items():
        block = _programme(plan, k).block(k)
        lots, tonnes = block.classes[i][c], tonnes / block.content(i, c)
        there = terms.stock.get((k, i), 1.0) * sum(lot.tonnes[2] for lot in lots)
        if tonnes > there * (1 + _SAME):
            origins = ", ".join(lot.origin or "unknown origin" for lot in lots)
            faults.append(
                f"{_where(one, rows, facts, k, i)}: {one.members[i]} moved {tonnes:,.1f} t of "
                f"{one.name(k)} from {origins} and "
                f"declared {there:,.1f} t at most; mend the tonnes, or stocks: of_declared"
            )
    for (k, i), tonnes in lent.items():
        held = sum(lot.of_use(2) for lot in one.held if (lot.place, lot.member) == (k, i))
        most = one.assumed.lends(one.members[i]) * held
        if tonnes > most * (1 + _SAME):
            faults.append(
                f"{_where(one, rows, facts, k, i)}: {one.members[i]} lent {tonnes:,.1f} t of "
                f"{one.name(k)}; the limit "
                f"lending_share allows {most:,.1f} t; mend the tonnes, or the limit in the event"
            )


def _content_for_content(
    plan: ResponsePlan, done: Mapping[Column, float], facts: Facts, faults: list[str]
) -> None:
    """A swap of grades has two ways, in the same month and with the same content."""
    ways: dict[tuple[int, int, int, int], float] = {}
    for column, units in done.items():
        if column.kind == "exchange":
            pair = (min(column.member, column.partner), max(column.member, column.partner))
            key = (column.place, *pair, column.node)
            ways[key] = ways.get(key, 0.0) + (units if column.member == pair[0] else -units)
    one = plan.situation
    for (k, i, j, node), units in ways.items():
        if abs(units) > _SAME:
            programme = _programme(plan, k)
            month = one.month(programme.tree.nodes[node].month)
            more, less = (i, j) if units > 0 else (j, i)
            tonnes = abs(units) * programme.block(k).unit_t
            faults.append(
                f"{facts.place('executed')}: {one.members[more]} gave {tonnes:,.1f} t of content more than "
                f"{one.members[less]} in {month:%Y-%m}; a swap of grades is content for content: name both "
                "ways, or write the rest as a loan"
            )


def _where(one: Any, rows: Sequence[Executed], facts: Facts, k: int, i: int) -> str:
    """The last statement about a stock."""
    own = [
        row.where
        for row in rows
        if (row.mineral, row.stage) == one.places[k] and row.member == one.members[i]
    ]
    return own[-1] if own else facts.place("executed")


# ------------------------------------------------------------------------------------------------- what
# changed


def changes_of(before: ResponsePlan, after: ResponsePlan, now: int) -> pl.DataFrame:
    """Actions that differ between two plans, by month; past months as executed.

    Parameters
    ----------
    before, after : ResponsePlan
    now : int
        First month that is still open.
    """
    import polars as pl

    key = ["mineral", "stage", "member", "month", "when", "action", "what", "to"]
    sides = [
        one.actions.filter(pl.col("tonnes").is_not_null()).group_by(key).agg(pl.col("tonnes").sum())
        for one in (before, after)
    ]
    joined = sides[0].join(sides[1], on=key, how="full", coalesce=True, nulls_equal=True, suffix="_now")
    start = after.situation.month(now)
    was, new = pl.col("tonnes").fill_null(0.0), pl.col("tonnes_now").fill_null(0.0)
    same = (was - new).abs() <= _SAME * pl.max_horizontal(was, new)
    past = (pl.col("month") < start) & (pl.col("when") == "as long as it lasts")
    said = (
        pl.when(past & same)
        .then(pl.lit("executed"))
        .when(past & (new == 0))
        .then(pl.lit("not done"))
        .when(past)
        .then(pl.lit("executed otherwise"))
        .when(same)
        .then(None)
        .when(was == 0)
        .then(pl.lit("new"))
        .when(new == 0)
        .then(pl.lit("dropped"))
        .when(new > was)
        .then(pl.lit("more"))
        .otherwise(pl.lit("less"))
    )
    return (
        joined.with_columns(said.alias("change"), was.alias("before_t"), new.alias("now_t"))
        .filter(pl.col("change").is_not_null())
        .select(CHANGE_COLUMNS)
        .sort("mineral", "stage", "month", "member", "action", "what", "to", "when", nulls_last=True)
    )
