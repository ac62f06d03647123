"""What a copper smelter keeps of a tonne of concentrate, term by term, and where it keeps nothing.

Per dmt of concentrate, with grade g, payable copper y (`copper`), recovered part r and copper price P:

    free metal       (r g - y) P                 negative where less is recovered than is paid for
    acid             t_acid P_acid
    premium          r g m                       m over the exchange price
    precious         sum over gold and silver of (r_i g_i - y_i) P_i + y_i RC_i, in troy ounces
    margin           TC + RC + free metal + acid + precious + premium - cost

Of price participation, penalties, freight and interest nothing is counted.

References
----------
.. [1] Boliden, "Copper smelter revenue stream", capital markets day, 4 November 2008: gross profit is made
   of charges for copper, charges for other metals, free metals, by-product credits and metal premiums.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from itertools import product
from typing import Any, Final

import numpy as np

from pactolus.errors import DataError
from pactolus.projects.base.ranges import Range
from pactolus.projects.market.copper import (
    LB_PER_T,
    Charge,
    payable_grade,
    usd_per_t_of_cents_per_lb,
)

__all__ = ["PARTS", "Metal", "Smelting", "break_even_tc", "margin", "margin_range"]

OZ_PER_G: Final = 1.0 / 31.1034768
#: Terms of the margin, in the order of the formula; `cost` counts against it.
PARTS: Final = ("tc", "rc", "free_metal", "acid", "precious", "premium", "cost")


@dataclass(frozen=True, slots=True, kw_only=True)
class Metal:
    """Gold or silver in the concentrate, and what is paid for it.

    Attributes
    ----------
    content_g_per_dmt : Range
        [g/dmt]
    payable, recovered : float
        Parts of the content.
    deduction_g_per_dmt : float
        Least deduction. [g/dmt]
    price_usd_per_oz, rc_usd_per_oz : float
        Per troy ounce. [USD/oz]
    """

    content_g_per_dmt: Range
    payable: float
    recovered: float
    price_usd_per_oz: float
    deduction_g_per_dmt: float = 0.0
    rc_usd_per_oz: float = 0.0

    def credit(self, content: Any) -> Any:
        """Free metal and refining charge. [USD/dmt]"""
        paid = payable_grade(content, self.payable, self.deduction_g_per_dmt)
        free = (self.recovered * content - paid) * self.price_usd_per_oz
        return (free + paid * self.rc_usd_per_oz) * OZ_PER_G


@dataclass(frozen=True, slots=True, kw_only=True)
class Smelting:
    """All that the margin hangs on besides the charge; each a range.

    Attributes
    ----------
    grade, payable, recovered : Range
        Copper in the concentrate; part of it that is paid; part of it that is recovered. [0-1]
    deduction : Range
        Least deduction; 1 unit is 0.01.
    copper_usd_per_t : Range
    premium_usd_per_t : Range or None
        Over the exchange price, of refined copper.
    acid_t_per_dmt, acid_usd_per_t : Range or None
        Sulphuric acid made of a dmt, and its net price, which may be negative.
    gold, silver : Metal or None
    cost_usd_per_dmt : Range or None
        Of smelting and refining; None: not known.
        What is None is not in the margin, and is said not to be.

    Raises
    ------
    DataError
        All faults at once.
    """

    grade: Range
    payable: Range
    recovered: Range
    deduction: Range
    copper_usd_per_t: Range
    premium_usd_per_t: Range | None = None
    acid_t_per_dmt: Range | None = None
    acid_usd_per_t: Range | None = None
    gold: Metal | None = None
    silver: Metal | None = None
    cost_usd_per_dmt: Range | None = None

    def __post_init__(self) -> None:
        faults = []
        for name in ("grade", "payable", "recovered"):
            known: Range = getattr(self, name)
            if not 0.0 < known.low <= known.high <= 1.0:
                faults.append(
                    f"{name} {known.low:g} to {known.high:g}; a part above 0 and at most 1, 27 % is 0.27"
                )
        if not 0.0 <= self.deduction.low <= self.deduction.high <= 0.1:
            faults.append(f"deduction {self.deduction.high:g}; 1 unit is 0.01, at most 0.1")
        if self.deduction.high >= self.grade.low:
            faults.append(
                f"grade {self.grade.low:g}; the deduction {self.deduction.high:g} leaves nothing to pay"
            )
        if self.copper_usd_per_t.low < 100.0:
            faults.append(
                f"copper price {self.copper_usd_per_t.low:g}; give USD/t, such as 9000, not cents per lb"
            )
        if (self.acid_t_per_dmt is None) != (self.acid_usd_per_t is None):
            faults.append("acid: give both the tonnes of a dmt and the price, or neither")
        if faults:
            raise DataError("\n".join(f"smelting: {fault}" for fault in faults))

    @property
    def left_out(self) -> tuple[str, ...]:
        """Terms of the margin that nobody has entered."""
        absent = {
            "acid": self.acid_usd_per_t is None,
            "precious": self.gold is None and self.silver is None,
            "premium": self.premium_usd_per_t is None,
            "cost": self.cost_usd_per_dmt is None,
        }
        return tuple(name for name, lacking in absent.items() if lacking)


def margin(charge: Charge, known: Smelting, at: dict[str, Any] | None = None) -> dict[str, Any]:
    """Terms of the margin at one point, or at many points at once.

    Parameters
    ----------
    charge : Charge
    known : Smelting
    at : dict of str to float or ndarray, optional
        Values of its ranges (``gold`` and ``silver``: grams per dmt); the middles if omitted.

    Returns
    -------
    dict
        `PARTS`, ``margin`` (of the terms that are known), ``payable_t_per_dmt``. [USD/dmt]; a term that is
        not known is None.
    """
    x = at or {name: known_range.mid for name, known_range in _ranges(known).items()}
    paid = payable_grade(x["grade"], x["payable"], x["deduction"])
    got = x["recovered"] * x["grade"]
    found: dict[str, Any] = {
        "tc": charge.tc_usd_per_dmt + 0.0 * paid,
        "rc": usd_per_t_of_cents_per_lb(charge.rc_cents_per_lb) * paid,
        "free_metal": (got - paid) * x["copper_usd_per_t"],
        "acid": x["acid_t_per_dmt"] * x["acid_usd_per_t"] if "acid_usd_per_t" in x else None,
        "precious": _precious(known, x),
        "premium": got * x["premium_usd_per_t"] if "premium_usd_per_t" in x else None,
        "cost": x.get("cost_usd_per_dmt"),
    }
    earned = sum(found[name] for name in PARTS if name != "cost" and found[name] is not None)
    found["margin"] = earned - (0.0 if found["cost"] is None else found["cost"])
    found["payable_t_per_dmt"] = paid
    return found


def _precious(known: Smelting, x: dict[str, Any]) -> Any:
    parts = [
        metal.credit(x[name]) for name in ("gold", "silver") if (metal := getattr(known, name)) is not None
    ]
    return sum(parts) if parts else None


def _ranges(known: Smelting) -> dict[str, Range]:
    """Every range of `known` that is there, precious metals by their content."""
    found: dict[str, Range] = {}
    for field in fields(known):
        value = getattr(known, field.name)
        if isinstance(value, Range):
            found[field.name] = value
        elif isinstance(value, Metal):
            found[field.name] = value.content_g_per_dmt
    return found


def _corners(known: Smelting) -> dict[str, Any]:
    """Points among which every term has its least and its largest value.

    Each term is linear in each range for itself, but for the grade, where the minimum deduction takes over
    at ``u / (1 - a)``, and the content of a precious metal likewise: those points are added.
    """
    grids = {name: {one.low, one.high} for name, one in _ranges(known).items()}
    for a, u in product(grids["payable"], grids["deduction"]):
        if a < 1.0 and known.grade.low < u / (1.0 - a) < known.grade.high:
            grids["grade"].add(u / (1.0 - a))
    for name in ("gold", "silver"):
        metal: Metal | None = getattr(known, name)
        if metal is None:
            continue
        inside = metal.content_g_per_dmt
        kinks = [metal.deduction_g_per_dmt]
        if metal.payable < 1.0:
            kinks.append(metal.deduction_g_per_dmt / (1.0 - metal.payable))
        grids[name] |= {kink for kink in kinks if inside.low < kink < inside.high}
    mesh = np.array(list(product(*(sorted(grid) for grid in grids.values()))))
    return dict(zip(grids, mesh.T, strict=True))


def margin_range(charge: Charge, known: Smelting) -> dict[str, Range | None]:
    """Terms of the margin as ranges: exact bounds over all ranges at once.

    Parameters
    ----------
    charge : Charge
    known : Smelting

    Returns
    -------
    dict of str to Range or None
        As of `margin`, with ``margin_per_payable_t`` besides. [USD/dmt, USD/t of payable copper]
    """
    middle, edges = margin(charge, known), margin(charge, known, _corners(known))
    for found in (middle, edges):
        with np.errstate(divide="ignore"):
            found["margin_per_payable_t"] = found["margin"] / found["payable_t_per_dmt"]
    return {name: _spread(middle[name], edges[name]) for name in middle}


def _spread(middle: Any, edges: Any) -> Range | None:
    if middle is None:
        return None
    low, high = float(np.min(edges)), float(np.max(edges))
    return Range(low, min(max(float(middle), low), high), high)


def break_even_tc(known: Smelting, cost_usd_per_dmt: Range) -> Range:
    """Treatment charge at which the margin is 0, with the RC that belongs to it by custom (10:1).

    From ``TC (1 + 2.20462 y) + other terms = cost``.

    Parameters
    ----------
    known : Smelting
        Its own cost is not looked at.
    cost_usd_per_dmt : Range
        [USD/dmt]

    Returns
    -------
    Range
        [USD/dmt]
    """
    at_cost = replace(known, cost_usd_per_dmt=cost_usd_per_dmt)
    zero = Charge(0.0, 0.0)
    needed = [
        -found["margin"] / (1.0 + LB_PER_T / 1000.0 * found["payable_t_per_dmt"])
        for found in (margin(zero, at_cost), margin(zero, at_cost, _corners(at_cost)))
    ]
    spread = _spread(*needed)
    assert spread is not None
    return spread
