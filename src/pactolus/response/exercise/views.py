"""What a role sees in a month, and nothing else: not the hidden case, no news to come, no stock of others.

A view depends on the hidden case only through what has shown itself: as long as the event runs, it is the
same for every case that is still possible.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pactolus.response.exercise.state import walk
from pactolus.response.exercise.truth import known_situation

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pactolus.response.exercise.board import Setting
    from pactolus.response.exercise.decisions import Decision
    from pactolus.response.exercise.path import Path

__all__ = ["chances_in", "seen", "stocks_at"]


def seen(setting: Setting, case: int, decisions: Sequence[Decision], role: str, month: int) -> dict[str, Any]:
    """What a role sees at the beginning of a month, before decisions of that month.

    Parameters
    ----------
    setting : Setting
    case : int
        That comes true; it shows only in whether the event is over.
    decisions : sequence of Decision
        Of the months before.
    role : str
    month : int
        From 0.

    Returns
    -------
    dict
        Plain data: ``month, begins, deadline, over, injects, members, suppliers, chances, may``.
    """
    exercise, one = setting.exercise, setting.situation
    who = exercise.role(role)
    before = [decision for decision in decisions if decision.month - 1 < month]
    path, _, _ = walk(setting, case, before, months=month)
    over = month >= setting.tree.nodes[setting.way(case)[-1]].month
    shown = [i for i, name in enumerate(one.members) if name == who.member or "others" in who.sees]
    found: dict[str, Any] = {
        "role": role,
        "month": month + 1,
        "begins": one.month(month).isoformat(),
        "deadline": exercise.deadline(month, one.start).isoformat(),
        "over": over,
        "may": list(who.may),
        "injects": [inject.id for at in range(month + 1) for inject in exercise.news(at, role)],
        "members": [_member(setting, path, i, month, over, "stocks" in who.sees) for i in shown],
    }
    if "rooms" in who.sees:
        found["suppliers"] = _rooms(setting, month, who.member)
    if "chances" in who.sees and not over:
        found["chances"] = chances_in(setting, month)
    return found


def _member(
    setting: Setting, path: Path, member: int, month: int, over: bool, stocks: bool
) -> dict[str, Any]:
    """Use, present loss and, where the role sees them, stocks of a member."""
    one = setting.situation
    known = known_situation(one, dict(setting.changes), month)
    running = [s for s, length in enumerate(one.lengths) if length > month]
    places = []
    for k in range(len(one.places)):
        if not one.uses(k, member):
            continue
        lost = 0.0 if over or not running else float(known.loss_t[k, member, month, running].max())
        row: dict[str, Any] = {
            "mineral": one.places[k][0],
            "stage": one.places[k][1],
            "use_t": float(one.use_t[k, member]),
            "lost_t": lost,
            "missing_before_t": float(path.missing_t[k, member, :month].sum()),
        }
        if stocks:
            held, bought = stocks_at(setting, path, month)[k][member]
            row |= {"declared_t": held, "bought_t": bought}
            row["declares"] = (k, member) not in one.undeclared
            row["arriving"] = [
                {"month": at + 1, "tonnes": tonnes}
                for place, receiver, at, tonnes in (path.under_way(month - 1) if month else [])
                if (place, receiver) == (k, member)
            ]
        places.append(row)
    return {"member": one.members[member], "places": places}


def stocks_at(setting: Setting, path: Path, month: int) -> list[list[tuple[float, float]]]:
    """Declared and bought stock at the beginning of a month (from 0), by place and member. [t]"""
    one = setting.situation
    if month:
        now = path.stock_t(month - 1)
        return [[(float(pair[0]), float(pair[1])) for pair in row] for row in now]
    found = [[(0.0, 0.0) for _ in one.members] for _ in one.places]
    for lot in one.held:
        held, _ = found[lot.place][lot.member]
        found[lot.place][lot.member] = (held + lot.tonnes[1], 0.0)
    return found


def _rooms(setting: Setting, month: int, member: str | None) -> list[dict[str, Any]]:
    """Other suppliers that are open to a member, with what they can add in a month, as is known."""
    board = setting.board(month)
    return [
        {
            "supplier": source.supplier,
            "mineral": setting.situation.places[source.place][0],
            "stage": setting.situation.places[source.place][1],
            "room_t": source.room_t * board.supplier_part(source.supplier, month),
            "open_to": list(source.open_to),
            "lag_months": source.lag,
            "premium": list(source.premium),
        }
        for source in setting.situation.sources
        if member is None or member in source.open_to
    ]


def chances_in(setting: Setting, month: int) -> list[dict[str, float]]:
    """Lengths that are still possible while the event runs, with what is thought of them now."""
    known = known_situation(setting.situation, dict(setting.changes), month)
    left = [
        (length, float(chance))
        for length, chance in zip(known.lengths, known.probability, strict=True)
        if length > month
    ]
    total = sum(chance for _, chance in left) or 1.0
    return [{"months": length, "probability": chance / total} for length, chance in left]
