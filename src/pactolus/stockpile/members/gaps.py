"""What is still to be bought, between what members say they hold and what they would hold alone.

    gap in [max(0, least target - most held), max(0, most target - least held)]

Both are ranges: that of the target spans the assumptions, that of the holding is what a member says. Who says
nothing has no gap: unknown is not zero.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from pactolus.stockpile.members.bits import bit_of_stock
from pactolus.stockpile.members.holdings import declared_holdings, held_days, label_of_holdings
from pactolus.stockpile.stocks.continuous import DAYS

if TYPE_CHECKING:
    import polars as pl

    from pactolus.stockpile.members.holdings import HoldingRange
    from pactolus.stockpile.members.sizing import Sizing
    from pactolus.workspace.labels import Levels

__all__ = ["GAP_COLUMNS", "gap_table"]

#: Columns of `gap_table`.
GAP_COLUMNS: Final = (
    "mineral",
    "stage",
    "member",
    "denominator",
    "held_low_days",
    "held_high_days",
    "low_days",
    "target_days",
    "high_days",
    "gap_low_days",
    "gap_days",
    "gap_high_days",
    "gap_low_t",
    "gap_t",
    "gap_high_t",
    "gap_low_usd",
    "gap_usd",
    "gap_high_usd",
    "bit_low_usd",
    "bit_usd",
    "bit_high_usd",
    "says",
    "label",
    "grade",
    "status",
)
_TEXTS: Final = ("mineral", "stage", "member", "denominator", "says", "label", "grade", "status")


def gap_table(sizing: Sizing, holdings: Sequence[HoldingRange], levels: Levels | None = None) -> pl.DataFrame:
    """Gaps of all members that were sized.

    Parameters
    ----------
    sizing : Sizing
    holdings : sequence of HoldingRange
    levels : Levels, optional
        Order of labels.

    Returns
    -------
    polars.DataFrame
        `GAP_COLUMNS`, one row a mineral, stage and member; the middle is that of both ranges. `says`: ``buy``
        or ``enough`` where that holds over both ranges, else ``open``. `bit_usd` is the worth of one bit at
        the middle setting, its ends span the settings; all buy up to the middle's target. The label of a row
        is that of what its member said. Status ``withheld`` where a member says nothing.

    Raises
    ------
    InputError
        If a member declares the same form twice.
    """
    import polars as pl

    said = declared_holdings(holdings)
    rows: list[dict[str, Any]] = []
    for one in sizing.table.iter_rows(named=True):
        forms = said.get((one["mineral"], one["stage"], one["member"]), ())
        row: dict[str, Any] = {name: one[name] for name in GAP_COLUMNS if name in one}
        if one["status"] != "ok":
            rows.append(row)
            continue
        day_t = one["use_t"] / DAYS
        held = held_days(forms, day_t)
        if held is None:
            rows.append(row | {"status": "withheld"})
            continue
        low, high = held
        gaps = {
            "low": max(0.0, one["low_days"] - high),
            "mid": max(0.0, one["target_days"] - (low + high) / 2),
            "high": max(0.0, one["high_days"] - low),
        }
        row |= {
            "held_low_days": low,
            "held_high_days": high,
            "says": "buy" if gaps["low"] > 0 else "enough" if gaps["high"] == 0 else "open",
            "label": str(label_of_holdings(forms, levels)),
        }
        for name, days in gaps.items():
            end = "" if name == "mid" else f"_{name}"
            tonnes = days * day_t
            row |= {f"gap{end}_days": days, f"gap{end}_t": tonnes}
            row[f"gap{end}_usd"] = tonnes * one["price_usd_per_t"]
        rows.append(row | _bits(sizing, one, low * day_t, high * day_t))
    kinds = dict.fromkeys(GAP_COLUMNS, pl.Float64) | dict.fromkeys(_TEXTS, pl.String)
    return pl.DataFrame([{name: row.get(name) for name in GAP_COLUMNS} for row in rows], schema=kinds)


def _bits(sizing: Sizing, row: Mapping[str, Any], low_t: float, high_t: float) -> dict[str, float]:
    """Worth of one bit at the middle, and its range over settings. [USD]"""
    cases = sizing.cases[row["mineral"], row["stage"], row["member"]]
    worth = [
        bit_of_stock([importer], stock, low_t, high_t, target_t=row["target_t"]).worth_usd
        for importer, stock in cases.values()
    ]
    return {"bit_low_usd": min(worth), "bit_usd": worth[0], "bit_high_usd": max(worth)}
