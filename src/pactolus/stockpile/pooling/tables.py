"""Tables of `together`: the range of each arrangement, its cases, and every member."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from pactolus.stockpile.members.needs import Need
from pactolus.stockpile.pooling.chains import SharedRisk
from pactolus.stockpile.pooling.coalition import ALONE, RULES, PoolTerms
from pactolus.stockpile.rules.standing import DayTarget

if TYPE_CHECKING:
    import polars as pl

__all__ = [
    "ALONE_COLUMNS",
    "CASE_COLUMNS",
    "RANGE_COLUMNS",
    "case_rows",
    "framed",
    "member_rows",
    "range_rows",
]

_HEAD: Final = ("mineral", "stage", "members", "year")
#: Columns of `Together.range`.
RANGE_COLUMNS: Final = (
    *_HEAD,
    "counterfactual",
    "arrangement",
    "base_usd",
    "gain_low_usd",
    "gain_usd",
    "gain_high_usd",
    "gain_low",
    "gain",
    "gain_high",
    "low_at",
    "high_at",
    "error_usd",
    "method",
    "targeted",
    "grade",
    "status",
)
#: Columns of `Together.cases`.
CASE_COLUMNS: Final = (
    *_HEAD,
    "setting",
    "counterfactual",
    "arrangement",
    "base_usd",
    "gain_low_usd",
    "gain_high_usd",
    "gain_low",
    "gain_high",
    "error_usd",
    "correlation",
    "method",
    "targeted",
    "status",
)
#: Columns of `Together.alone`.
ALONE_COLUMNS: Final = (
    "mineral",
    "stage",
    "member",
    "year",
    "use_t",
    "denominator",
    "low_days",
    "target_days",
    "high_days",
    "low_at",
    "high_at",
    "cost_usd",
    "loans_gain_usd",
    "loans_error_usd",
    "rule_days",
    "rule_measure",
    "rule_loans_gain_usd",
    "rule_loans_error_usd",
    "free_share",
    "form_share",
    "left_out_share",
    "grade",
    "status",
)
_TEXTS: Final = (
    *("mineral", "stage", "members", "member", "setting", "counterfactual", "arrangement", "low_at"),
    *("high_at", "method", "targeted", "grade", "status", "denominator", "rule_measure"),
)


def _head(need: Need) -> dict[str, Any]:
    return {
        "mineral": need.mineral,
        "stage": need.stage,
        "members": "+".join(need.members),
        "year": need.year,
        "grade": need.grade,
    }


def case_rows(need: Need, setting: str, found: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Rows of one place and setting."""
    risk: SharedRisk = found["risk"]
    head = _head(need) | {"setting": setting, "targeted": ", ".join(risk.targeted), "status": "ok"}
    if not found["rows"]:
        return [head | {"counterfactual": ALONE, "arrangement": "pool", "status": "not_applicable"}]
    rows = []
    for row in found["rows"]:
        base = row["base_usd"]
        shares = {
            f"gain_{end}": row[f"gain_{end}_usd"] / base if base > 0 else None for end in ("low", "high")
        }
        rows.append(head | row | shares | {"correlation": found["correlation"]})
    if not any(row["counterfactual"] == RULES for row in rows):
        rows.append(head | {"counterfactual": RULES, "arrangement": "loans", "status": "not_applicable"})
    return rows


def range_rows(cases: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The range over settings, arrangement by arrangement."""
    groups: dict[tuple[Any, ...], list[Mapping[str, Any]]] = {}
    for row in cases:
        key = tuple(row[name] for name in ("mineral", "stage", "counterfactual", "arrangement"))
        groups.setdefault(key, []).append(row)
    found = []
    for rows in groups.values():
        middle = dict(rows[0])
        valued = [row for row in rows if row.get("gain_low") is not None]
        if middle["status"] == "ok" and valued and middle.get("gain_low") is not None:
            low = min(valued, key=lambda row: row["gain_low"])
            high = max(valued, key=lambda row: row["gain_high"])
            point = middle["method"] != "bounds"  # the middle of two far bounds says nothing
            ends = (middle["gain_low_usd"] + middle["gain_high_usd"]) / 2 if point else None
            middle |= {
                "gain_low_usd": min(row["gain_low_usd"] for row in valued),
                "gain_usd": ends,
                "gain_high_usd": max(row["gain_high_usd"] for row in valued),
                "gain_low": low["gain_low"],
                "gain": None if ends is None else ends / middle["base_usd"],
                "gain_high": high["gain_high"],
                "low_at": low["setting"],
                "high_at": high["setting"],
            }
        found.append(middle)
    return found


def member_rows(
    needs: Mapping[str, Need],
    studied: Mapping[str, Mapping[str, Any]],
    terms: PoolTerms,
    targets: Mapping[str, DayTarget],
) -> list[dict[str, Any]]:
    """Every member, and the pool."""
    need = next(iter(needs.values()))
    rows = [_head(need) | {"member": m, "status": status} for m, status in need.absent.items()]
    ready = {name: found for name, found in studied.items() if found["days"]}
    if not ready:
        return rows + [_head(need) | {"member": m, "status": "not_applicable"} for m in need.members]
    middle = next(iter(ready.values()))
    gains = {(row["counterfactual"], row["arrangement"]): row["gains"] for row in middle["rows"]}
    for each in need.importers:
        days = {name: found["days"][each.member][0] for name, found in ready.items()}
        target = targets.get(each.member)
        loans = gains.get((ALONE, "loans"), {}).get(each.member, (None, None))
        ruled = gains.get((RULES, "loans"), {}).get(each.member, (None, None))
        rows.append(
            _head(need)
            | _days(days)
            | {
                "member": each.member,
                "use_t": each.use_t,
                "denominator": each.denominator,
                "cost_usd": middle["days"][each.member][1],
                "loans_gain_usd": loans[0],
                "loans_error_usd": loans[1],
                "rule_days": target.days if target else None,
                "rule_measure": target.measure if target else None,
                "rule_loans_gain_usd": ruled[0],
                "rule_loans_error_usd": ruled[1],
                "free_share": terms.free.get(each.member),
                "form_share": terms.form.get(each.member),
                "left_out_share": middle["risk"].left_out[each.member],
                "status": "ok",
            }
        )
    pools = {name: found["pool"] for name, found in ready.items() if found["pool"] is not None}
    if len(pools) == len(ready):
        one = pools[next(iter(ready))]
        rows.append(
            _head(need)
            | _days({name: round(pool.target_days, 6) for name, pool in pools.items()})
            | {
                "member": "+".join(need.members),
                "use_t": sum(each.use_t for each in need.importers),
                "denominator": one.denominator,
                "cost_usd": round(one.cost_usd, 2),
                "status": "ok",
            }
        )
    return rows


def _days(days: Mapping[str, float]) -> dict[str, Any]:
    """The range of a number of days over settings."""
    low, high = min(days, key=lambda n: days[n]), max(days, key=lambda n: days[n])
    return {
        "low_days": days[low],
        "target_days": next(iter(days.values())),
        "high_days": days[high],
        "low_at": low,
        "high_at": high,
    }


def framed(rows: Sequence[Mapping[str, Any]], columns: Sequence[str]) -> pl.DataFrame:
    import polars as pl

    kinds: dict[str, Any] = {
        name: pl.String if name in _TEXTS else pl.Int64 if name == "year" else pl.Float64 for name in columns
    }
    return pl.DataFrame([{name: row.get(name) for name in columns} for row in rows], schema=kinds)
