"""Who gains, without whom there is no agreement, and what a joining member changes, as tables."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

from pactolus.errors import OptionError
from pactolus.response.coordination.pricing import Priced
from pactolus.sharing.bargaining import nash_split

if TYPE_CHECKING:
    import polars as pl

__all__ = ["GAIN_COLUMNS", "JOIN_COLUMNS", "coalition_table", "gain_table", "joining_table"]

#: Columns of `gain_table`.
GAIN_COLUMNS: Final = (
    *("member", "alone_musd", "together_musd", "gain_before_musd", "compensation_musd", "gain_after_musd"),
    *("gain_without_musd", "no_agreement_without"),
)
#: Columns of `joining_table`.
JOIN_COLUMNS: Final = (
    *("member", "role", "before_musd", "after_musd", "change_musd", "least_compensation_musd"),
    "gain_after_musd",
)


def coalition_table(priced: Priced) -> pl.DataFrame:
    """One row a coalition: its members, cost, gain over its members alone, largest first."""
    import polars as pl

    rows = [
        {
            "coalition": "+".join(m for m in priced.members if m in chosen),
            "members": len(chosen),
            "cost_musd": cost,
            "gain_musd": priced.gain(chosen),
        }
        for chosen, cost in priced.cost_musd.items()
    ]
    return pl.DataFrame(rows).sort("members", "gain_musd", "coalition", descending=[True, True, False])


def gain_table(priced: Priced) -> pl.DataFrame:
    """Each member: alone, together, its gain before and after payments that share the gain equally.

    `gain_without_musd` is what the others still gain if it stays away; `no_agreement_without` says whether
    that is nothing.
    """
    import polars as pl

    everyone = frozenset(priced.members)
    alone = {m: priced.cost_musd[frozenset([m])] for m in priced.members}
    joint = priced.by_member[everyone]
    total = min(priced.cost_musd[everyone], sum(alone.values()))
    split = nash_split(-total, {m: -cost for m, cost in alone.items()})
    rows: list[dict[str, Any]] = []
    for name in priced.members:
        before, after = alone[name] - joint[name], split[name] + alone[name]
        rows.append(
            {
                "member": name,
                "alone_musd": alone[name],
                "together_musd": joint[name],
                "gain_before_musd": before,
                "compensation_musd": after - before,
                "gain_after_musd": after,
                "gain_without_musd": priced.without(name),
                "no_agreement_without": name in priced.needed,
            }
        )
    return pl.DataFrame(rows, schema=_schema(GAIN_COLUMNS))


def joining_table(priced: Priced, joining: Sequence[str]) -> pl.DataFrame:
    """Before: the others together, those who join each alone. After: all together.

    Parameters
    ----------
    priced : Priced
        Of all of them.
    joining : sequence of str

    Returns
    -------
    DataFrame
        `JOIN_COLUMNS`, one row a member and one for all. `gain_after_musd` shares what joining is worth
        equally; nobody is then worse off than before.

    Raises
    ------
    OptionError
        If nobody joins, nobody is there to be joined, or that coalition is not priced.
    """
    import polars as pl

    old = frozenset(priced.members) - set(joining)
    if not joining or not old:
        raise OptionError("joining: name who joins with --with, and leave members to be joined")
    if old not in priced.cost_musd:
        raise OptionError("joining: the coalition before is not priced; price it with joining=...")
    everyone = frozenset(priced.members)
    before = {**{m: priced.cost_musd[frozenset([m])] for m in joining}, **priced.by_member[old]}
    after = priced.by_member[everyone]
    apart = sum(before.values())
    total = min(priced.cost_musd[everyone], apart)
    split = nash_split(-total, {m: -before[m] for m in priced.members})
    rows = [
        {
            "member": name,
            "role": "joins" if name in joining else "member",
            "before_musd": before[name],
            "after_musd": after[name],
            "change_musd": after[name] - before[name],
            "least_compensation_musd": max(0.0, after[name] - before[name]),
            "gain_after_musd": split[name] + before[name],
        }
        for name in priced.members
    ]
    rows.append(
        {
            "member": "+".join(priced.members),
            "role": "all",
            "before_musd": apart,
            "after_musd": priced.cost_musd[everyone],
            "change_musd": priced.cost_musd[everyone] - apart,
            "least_compensation_musd": 0.0,
            "gain_after_musd": apart - total,
        }
    )
    return pl.DataFrame(rows, schema=_schema(JOIN_COLUMNS))


def _schema(columns: Sequence[str]) -> dict[str, Any]:
    import polars as pl

    return {
        name: pl.String
        if name in ("member", "role")
        else pl.Boolean
        if name.startswith("no_")
        else pl.Float64
        for name in columns
    }
