"""A plan as tables: actions, shortage, prices, value, robustness, each member alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, Final

from pactolus.response.plan.blocks import ORDERS
from pactolus.response.plan.columns import Column, Row
from pactolus.response.plan.solving import NOTHING

if TYPE_CHECKING:
    import polars as pl

    from pactolus.response.plan.allotting import Move
    from pactolus.response.plan.situation import Situation
    from pactolus.response.plan.solving import Answer

__all__ = [
    "ACTION_COLUMNS",
    "PRICE_COLUMNS",
    "ROBUST_COLUMNS",
    "SHORTAGE_COLUMNS",
    "actions_table",
    "prices_table",
    "robust_table",
    "shortage_table",
]

#: Columns of the tables.
ACTION_COLUMNS: Final = (
    *(
        "mineral",
        "stage",
        "member",
        "month",
        "when",
        "action",
        "what",
        "form",
        "grade",
        "transferable",
        "why",
        "to",
    ),
    *("tonnes", "cost_musd", "value_musd", "owner", "due", "arrives", "right_in", "content_t"),
)
SHORTAGE_COLUMNS: Final = (
    *(
        "mineral",
        "stage",
        "member",
        "month",
        "ends",
        "probability",
        "segment",
        "lost_t",
        "short_t",
        "alone_short_t",
    ),
)
PRICE_COLUMNS: Final = (
    *("mineral", "stage", "member", "month", "worth_usd_per_t", "fair_low_usd_per_t", "fair_high_usd_per_t"),
    "price_usd_per_t",
)
ROBUST_COLUMNS: Final = ("mineral", "stage", "member", "action", "what", "to", "tonnes", "right_in")
#: Kinds of columns -> what an action is called.
NAMES: Final[Mapping[str, str]] = {
    "release": "release",
    "lend": "loan",
    "exchange": "swap of grades",
    "swap": "swap of places",
    "return": "return of a loan",
    "order": "re-routing",
    "joint": "joint purchase",
    "expedite": "expedited re-routing",
    "project": "project acceleration",
    "deliver": "delivery of a project",
    "short": "demand priority",
    "step": "diplomatic step",
}


def actions_table(
    situation: Situation, answer: Answer, moves: Sequence[Move], right: Mapping[Column, float], as_of: date
) -> pl.DataFrame:
    """One row a member, month, action and lot or supplier.

    Parameters
    ----------
    situation : Situation
    answer : Answer
    moves : sequence of Move
        ``content_t`` is what their tonnes stand for in use; of a swap of grades both ways are equal in it.
    right : mapping
        Of `share_right`; only the first month has it.
    as_of : date
        A first month that has begun is due from this day on.
    """
    rows = [
        _action(situation, answer, move, right)
        for move in moves
        if move.kind != "short" or situation.segments.get(move.place)
    ]
    rows += [_step(situation, step) for step in situation.steps]
    rows.sort(key=lambda row: (row["mineral"] or "", row["stage"] or "", row["month"] or as_of, row["rank"]))
    return _frame(rows, ACTION_COLUMNS, dates=("month", "due", "arrives"))


def _action(
    situation: Situation, answer: Answer, move: Move, right: Mapping[Column, float]
) -> dict[str, Any]:
    part = next(p for p in answer.parts if any(b.place == move.place for b in p.programme.blocks))
    programme, names = part.programme, situation.members
    column, block = programme.builder.columns[move.column], programme.block(move.place)
    unit = 1.0 if move.kind == "project" else block.unit_t
    stands_for = move.tonnes * move.content
    cost = float(programme.costs[:, move.column].sum()) * stands_for / unit
    together = "+".join(names[i] for i in block.users)
    lag = block.groups[column.item].sources[0].lag if move.kind in ORDERS else 0
    lag = situation.projects[column.item].delay if move.kind == "project" else _lag(situation, move, lag)
    if move.kind == "project":
        together = "+".join(names[i] for i in block.users if situation.projects[column.item].serves(names[i]))
    owner = together if move.kind in ("joint", "project") else names[move.member]
    if move.kind == "return":
        owner = names[move.partner]
    month = situation.month(move.month)
    return {
        "mineral": situation.places[move.place][0],
        "stage": situation.places[move.place][1],
        "member": together if move.member < 0 else owner if move.kind == "return" else names[move.member],
        "month": month,
        "when": _when(situation, answer, move.node),
        "action": NAMES[move.kind],
        "what": move.what,
        "form": move.form or None,
        "grade": move.grade or None,
        "transferable": move.transferable or None,
        "why": move.why or None,
        "to": names[move.member]
        if move.kind == "return"
        else names[move.partner]
        if move.partner >= 0
        else None,
        "tonnes": None if move.kind == "project" else move.tonnes,
        "cost_musd": cost,
        "value_musd": None if move.kind == "project" else stands_for / block.unit_t * block.price,
        "owner": owner,
        "due": _end_of(month),
        "arrives": None if move.kind in ("release", "short") else situation.month(move.month + lag),
        "right_in": right.get(column),
        "content_t": None if move.kind == "project" else stands_for,
        "rank": (list(NAMES).index(move.kind), names.index(names[max(move.member, 0)])),
    }


def _lag(situation: Situation, move: Move, lag: int) -> int:
    assumed = situation.assumed
    return {
        "lend": assumed.lag_lending,
        "exchange": assumed.lag_lending,
        "return": assumed.lag_lending,
        "joint": max(lag, assumed.lag_purchase),
        "order": lag,
        "expedite": lag - assumed.expedite_months,
    }.get(move.kind, 0)


def _step(situation: Situation, step: Any) -> dict[str, Any]:
    return {
        **dict.fromkeys(ACTION_COLUMNS),
        "member": step.owner,
        "action": NAMES["step"],
        "what": step.title,
        "owner": step.owner,
        "due": step.due,
        "month": None if step.due is None else step.due.replace(day=1),
        "when": "no effect stated"
        if step.probability is None
        else f"ends it by month {step.ends_by}: {step.probability:.0%} (a user's figure)",
        "rank": (99, 0),
    }


def _when(situation: Situation, answer: Answer, node: int) -> str:
    """The state of knowledge in which an action is taken."""
    own = answer.parts[0].programme.tree.nodes[node]
    ends = [situation.lengths[s] for s in own.scenarios]
    if max(ends) > own.month or (not own.rest and own.month == 0):
        return "as long as it lasts"
    if ends[0] >= situation.months:
        return "at the horizon"
    return f"ended before {situation.month(ends[0])}"


def _end_of(month: date) -> date:
    following = (month.replace(day=28) + timedelta(days=4)).replace(day=1)
    return following - timedelta(days=1)


def shortage_table(situation: Situation, answer: Answer, alone: Answer) -> pl.DataFrame:
    """What is lost and missing, by duration, month, member and segment; beside it what is missing alone."""
    short, without = _short(answer), _short(alone)
    tree = answer.parts[0].programme.tree
    rows = []
    for part in answer.parts:
        for block in part.programme.blocks:
            for s, length in enumerate(situation.lengths):
                for month in range(situation.months):
                    lost = situation.loss_t[block.place, :, month, s]
                    if not lost.any():
                        continue
                    node = tree.at(s, month)
                    for i in block.users:
                        for k, segment in enumerate(block.segments):
                            key = Column("short", block.place, i, node, k)
                            rows.append(
                                {
                                    "mineral": situation.places[block.place][0],
                                    "stage": situation.places[block.place][1],
                                    "member": situation.members[i],
                                    "month": situation.month(month),
                                    "ends": None if length >= situation.months else situation.month(length),
                                    "probability": float(answer.probability[s]),
                                    "segment": segment.name,
                                    "lost_t": float(lost[i]),
                                    "short_t": short.get(key, 0.0),
                                    "alone_short_t": without.get(key, 0.0),
                                }
                            )
    return _frame(rows, SHORTAGE_COLUMNS, dates=("month", "ends"))


def _short(answer: Answer) -> dict[Column, float]:
    found = {}
    for part in answer.parts:
        for number in part.programme.by_kind.get("short", ()):
            column = part.programme.builder.columns[number]
            tonnes = float(part.x[number]) * part.programme.block(column.place).unit_t
            found[column] = tonnes if part.x[number] > NOTHING else 0.0
    return found


def prices_table(situation: Situation, answer: Answer) -> pl.DataFrame:
    """What one more tonne is worth to each member in each month while the event lasts: dual prices.

    A swap or loan at a price between those of its two members leaves both better off: ``fair_low`` and
    ``fair_high`` are the ends over the members of the month.
    """
    rows = []
    longest = max(range(len(situation.lengths)), key=situation.lengths.__getitem__)
    for part in answer.parts:
        programme = part.programme
        chance = programme.tree.probability(answer.probability)
        for block in programme.blocks:
            for month in range(situation.months):
                node = programme.tree.at(longest, month)
                worth = {}
                for i in block.users:
                    row = programme.row_at.get(Row("balance", block.place, i, node))
                    if row is not None and chance[node] > 0 and not programme.tree.nodes[node].rest:
                        worth[i] = float(part.duals[row]) / chance[node] / block.unit_t * 1e6
                for i, price in worth.items():
                    rows.append(
                        {
                            "mineral": situation.places[block.place][0],
                            "stage": situation.places[block.place][1],
                            "member": situation.members[i],
                            "month": situation.month(month),
                            "worth_usd_per_t": price,
                            "fair_low_usd_per_t": min(worth.values()),
                            "fair_high_usd_per_t": max(worth.values()),
                            "price_usd_per_t": float(situation.price_usd_per_t[block.place]),
                        }
                    )
    return _frame(rows, PRICE_COLUMNS, dates=("month",))


def robust_table(actions: pl.DataFrame) -> pl.DataFrame:
    """First-month actions with the share of durations, by probability, in which each stays right."""
    import polars as pl

    return actions.filter(pl.col("right_in").is_not_null()).select(ROBUST_COLUMNS)


def _frame(rows: Sequence[Mapping[str, Any]], columns: Sequence[str], dates: Sequence[str]) -> pl.DataFrame:
    import polars as pl

    numbers = ("tonnes", "probability", "right_in")
    schema: dict[str, Any] = {
        name: pl.Date
        if name in dates
        else pl.Float64
        if name in numbers or name.endswith(("_t", "_musd"))
        else pl.String
        for name in columns
    }
    return pl.DataFrame([{name: row.get(name) for name in columns} for row in rows], schema=schema)
