"""Tables of the smelter aggregate: margin, exposure, stress, threshold. Every row carries the notice."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from pactolus.projects.base.ranges import Range
from pactolus.projects.market.copper import Charge
from pactolus.projects.market.margin import PARTS, break_even_tc, margin_range
from pactolus.projects.market.notice import FEWEST_FIRMS, NOTICE_CHARGES
from pactolus.projects.market.published import KINDS, charge_history, firms_of
from pactolus.projects.market.smelter_stress import (
    Aggregate,
    Imports,
    charge_before,
    dry_of,
    income,
    lost,
    payable_of,
)

if TYPE_CHECKING:
    import polars as pl

__all__ = ["exposure_table", "history_table", "margin_table", "stress_table", "threshold_table"]

_MILLION: Final = 1e-6
#: Costs at which the charge that is needed is shown while nobody has entered one. [USD/dmt]
_COSTS: Final = (50.0, 100.0, 150.0, 200.0, 250.0)
_UNITS: Final = {"margin_per_payable_t": "USD/t payable Cu", "payable_t_per_dmt": "t Cu/dmt"}
_Row = dict[str, Any]


def margin_table(known: Aggregate, charges: Mapping[str, Charge]) -> pl.DataFrame:
    """Margin of a dry tonne of concentrate by its parts.

    Parameters
    ----------
    known : Aggregate
    charges : mapping of str to Charge
        By the name of the case.

    Returns
    -------
    polars.DataFrame
        A row for each case, group and part: ``low``, ``mid``, ``high`` in ``unit``. A part that nobody
        entered is null with status ``not entered``; the margin is that of the others, and says which are
        lacking.
    """
    rows: list[_Row] = []
    for name, charge in charges.items():
        for group, members in known.of_enough_firms:
            parts = _mean_margin(known, members, charge)
            lacking = [part for part in PARTS if parts[part] is None]
            status = f"without {', '.join(lacking)}" if lacking else "all parts"
            for part, value in parts.items():
                state = status if part.startswith("margin") else ("not entered" if value is None else "known")
                rows.append(
                    {
                        "case": name,
                        "members": group,
                        "year": known.year,
                        "tc_usd_per_dmt": charge.tc_usd_per_dmt,
                    }
                    | {"rc_cents_per_lb": charge.rc_cents_per_lb, "part": part}
                    | _three("", value)
                    | {"unit": _UNITS.get(part, "USD/dmt"), "status": state}
                )
    return _frame(rows)


def exposure_table(known: Aggregate, scenario: Charge, *, before: int) -> pl.DataFrame:
    """What each group imports, and the income that goes as charges fall from a year's terms to a scenario.

    Parameters
    ----------
    known : Aggregate
    scenario : Charge
    before : int
        Year whose terms hold before.

    Returns
    -------
    polars.DataFrame
        A row for each group and kind of terms. ``lost_if_all``: were all concentrate bought so; ``lost``:
        with the share that was entered, else between nothing and all, without a middle. Millions of USD a
        year.
    """
    rows: list[_Row] = []
    for group, members in known.groups:
        for kind in KINDS:
            shares = [known.entered.share(one.member, kind) for one in members]
            charges = [charge_before(known, one.member, kind, before) for one in members]
            full = lost(known, members, kind, year=before, scenario=scenario, whole=True)
            part = lost(known, members, kind, year=before, scenario=scenario)
            rows.append(
                {"members": group, "year": known.year, "terms": kind}
                | _traded(known, members)
                | {
                    "before_year": before,
                    "before": "; ".join(map(_text, charges)),
                    "scenario": _text(scenario),
                }
                | _three("lost_if_all_", full, "_musd", _MILLION)
                | _three("lost_", part, "_musd", _MILLION, middle=None not in shares)
                | {"share": _share_text(shares), "status": _exposure_status(kind, full, shares)}
            )
    return _frame(rows)


def stress_table(known: Aggregate, scenario: Charge | None, *, before: int) -> pl.DataFrame:
    """Income at published annual terms since a year, the last spot charge and a scenario, against that year.

    Parameters
    ----------
    known : Aggregate
    scenario : Charge or None
        Shown besides the published ones.
    before : int

    Returns
    -------
    polars.DataFrame
        A row for each case and group, highest charge first: income and change in millions of USD a year if
        all concentrate came at that charge; the highest cost that the margin would cover; and how that lies
        to an entered range of cost.
    """
    rows: list[_Row] = []
    for name, status, charge in _fan(scenario, since=before):
        for group, members in known.groups:
            fall = lost(known, members, "annual", year=before, scenario=charge, whole=True)
            assert fall is not None, "annual terms are published or refused"
            enough = firms_of(tuple(one.member for one in members)) >= FEWEST_FIRMS
            earned = _before_cost(known, members, charge) if enough else None
            rows.append(
                {"case": name, "source_status": status, "members": group, "year": known.year}
                | {"tc_usd_per_dmt": charge.tc_usd_per_dmt, "rc_cents_per_lb": charge.rc_cents_per_lb}
                | _three("income_", income(known, members, charge), "_musd", _MILLION)
                | {"before_year": before}
                | _three("change_", Range(0.0 - fall.high, 0.0 - fall.mid, 0.0 - fall.low), "_musd", _MILLION)
                | _three("covers_cost_of_", earned, "_usd_per_dmt")
                | {"against_cost": _position(earned, _cost(known, members))}
            )
    return _frame(rows)


def threshold_table(known: Aggregate) -> pl.DataFrame:
    """Treatment charge at which the margin is 0, by cost; the RC is a tenth of it, in cents.

    Returns
    -------
    polars.DataFrame
        A row for each group and cost: the entered range of cost, else several costs. [USD/dmt]
    """
    rows: list[_Row] = []
    for group, members in known.of_enough_firms:
        entered = _cost(known, members)
        for cost in [entered] if entered is not None else [Range.of(one) for one in _COSTS]:
            needed = _mean(
                known,
                members,
                [break_even_tc(_smelting(known, one), cost) for one in members],
            )
            rows.append(
                {"members": group, "year": known.year}
                | _three("cost_", cost, "_usd_per_dmt")
                | _three("break_even_tc_", needed, "_usd_per_dmt")
                | {"left_out": ", ".join(_left_out(known, members))}
                | {"status": "cost not known: examples" if entered is None else "entered cost"}
            )
    return _frame(rows)


def history_table() -> pl.DataFrame:
    """Published charges with their sources, and the notice."""
    import polars as pl

    return charge_history().with_columns(pl.lit(NOTICE_CHARGES).alias("notice"))


def _fan(scenario: Charge | None, *, since: int) -> list[tuple[str, str, Charge]]:
    """Annual terms of a year and those after it, the last spot charge and the scenario; highest first."""
    import polars as pl

    history, found = charge_history(), []
    last = pl.col("as_of") == history.filter(kind="spot")["as_of"].max()
    for row in history.filter(
        ((pl.col("kind") == "annual") & (pl.col("year") >= since)) | ((pl.col("kind") == "spot") & last)
    ).to_dicts():
        tc, rc = row["tc_usd_per_dmt"], row["rc_cents_per_lb"]
        when = row["as_of"] if row["kind"] == "spot" else str(row["year"])
        name = f"{row['kind']} {when} {row['region']}"
        status = row["status"] if rc is not None else f"{row['status']}; RC not printed, taken as a tenth"
        found.append((name, status, Charge.by_custom(tc) if rc is None else Charge(tc, rc)))
    if scenario is not None:
        found.append(("scenario", "entered", scenario))
    return sorted(found, key=lambda case: (-case[2].tc_usd_per_dmt, case[0]))


def _smelting(known: Aggregate, one: Imports) -> Any:
    return known.entered.smelting(one.member, known.copper_usd_per_t, known.ounces)


def _mean_margin(known: Aggregate, members: Sequence[Imports], charge: Charge) -> dict[str, Range | None]:
    """Parts of the margin of a group, weighted by dry tonnes; None where a member lacks the part."""
    each = [margin_range(charge, _smelting(known, one)) for one in members]
    found: dict[str, Range | None] = {}
    for part in each[0]:
        values = [one[part] for one in each]
        whole = [value for value in values if value is not None]
        found[part] = _mean(known, members, whole) if len(whole) == len(values) else None
    return found


def _before_cost(known: Aggregate, members: Sequence[Imports], charge: Charge) -> Range:
    """Margin without the cost: the highest cost that the aggregate could bear. [USD/dmt]"""
    from dataclasses import replace

    each = [
        margin_range(charge, replace(_smelting(known, one), cost_usd_per_dmt=None))["margin"]
        for one in members
    ]
    return _mean(known, members, [one for one in each if one is not None])


def _mean(known: Aggregate, members: Sequence[Imports], values: Sequence[Range]) -> Range:
    weights = [dry_of(known, one).mid for one in members]
    whole = sum(weights)
    return _sum([value.scaled(weight / whole) for value, weight in zip(values, weights, strict=True)])


def _sum(values: Sequence[Range]) -> Range:
    return Range(*(sum(getattr(one, end) for one in values) for end in ("low", "mid", "high")))


def _cost(known: Aggregate, members: Sequence[Imports]) -> Range | None:
    costs = [known.entered.get(one.member, "cost_usd_per_dmt") for one in members]
    whole = [cost for cost in costs if cost is not None]
    return _mean(known, members, whole) if len(whole) == len(costs) else None


def _left_out(known: Aggregate, members: Sequence[Imports]) -> list[str]:
    every = {part for one in members for part in _smelting(known, one).left_out}
    return [part for part in PARTS if part in every and part != "cost"]


def _position(earned: Range | None, cost: Range | None) -> str:
    """How the margin before cost lies to the range of the cost; never a verdict on a plant."""
    if earned is None:
        return "fewer than three firms: in the sum only"
    if cost is None:
        return "no cost entered"
    if earned.high < cost.low:
        return "below the cost range"
    return "above the cost range" if earned.low > cost.high else "within the cost range"


def _traded(known: Aggregate, members: Sequence[Imports]) -> _Row:
    refined = [one.refined_t for one in members if one.refined_t is not None]
    dry = [dry_of(known, one) for one in members]
    copper = [
        Range(d.low * y.low, d.mid * y.mid, d.high * y.high)
        for d, y in zip(dry, (payable_of(known, one.member) for one in members), strict=True)
    ]
    return (
        {"customs_weight_kt": sum(one.concentrate_t for one in members) / 1e3}
        | {"value_musd": sum(one.value_usd for one in members) * _MILLION}
        | {"flows": sum(one.flows for one in members)}
        | {"flows_without_weight": sum(one.flows_without_t for one in members)}
        | _three("dry_", _sum(dry), "_kt", 1e-3)
        | _three("payable_copper_", _sum(copper), "_kt", 1e-3)
        | {"refinery_production_kt": sum(refined) / 1e3 if len(refined) == len(members) else None}
    )


def _exposure_status(kind: str, full: Range | None, shares: Sequence[Range | None]) -> str:
    if full is None:
        return "no data: enter tc_custom_usd_per_dmt" if kind == "custom" else "no data: none published"
    return "share not entered: 0 to 1" if None in shares else "entered share"


def _share_text(shares: Sequence[Range | None]) -> str:
    """Share of a single member or of equal ones; of several, only that they were entered."""
    whole = [one for one in shares if one is not None]
    if len(whole) < len(shares):
        return "0 to 1"
    same = all(one == whole[0] for one in whole)
    return f"{whole[0].low:g} to {whole[0].high:g}" if same else "entered by member"


def _text(charge: Charge | None) -> str:
    if charge is None:
        return "no data"
    return f"{charge.tc_usd_per_dmt:g} USD/dmt and {charge.rc_cents_per_lb:g} c/lb"


def _three(
    name: str, value: Range | None, unit: str = "", factor: float = 1.0, *, middle: bool = True
) -> dict[str, float | None]:
    """Low, middle and high as three columns; null where there is no value."""
    ends = (None, None, None) if value is None else (value.low, value.mid if middle else None, value.high)
    return {
        f"{name}{end}{unit}": None if one is None else one * factor
        for end, one in zip(("low", "mid", "high"), ends, strict=True)
    }


def _frame(rows: Sequence[_Row]) -> pl.DataFrame:
    import polars as pl

    return pl.DataFrame([row | {"notice": NOTICE_CHARGES} for row in rows], infer_schema_length=None)
