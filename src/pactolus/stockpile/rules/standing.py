"""Today's day rules: how many days a member aims to hold, by measure, and that rule as a stock to be played.

Targets, not holdings: Japan publishes none, Korea figures for groups of metals. A member without a published
target has none here, and what compares with day rules then has no answer.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

from pactolus.stockpile.base.decision import Step, evaluate
from pactolus.stockpile.base.pricing import shortage_costs
from pactolus.stockpile.rules.day_rules import day_rule
from pactolus.stockpile.stocks.continuous import Importer, SizedStock
from pactolus.stockpile.stocks.simulate import Seen

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from pactolus.policy.register import Register
    from pactolus.stockpile.base.regimes import Regimes

    Floats = NDArray[np.float64]

__all__ = ["DayTarget", "day_target", "standing_stock"]

_FILE: Final = Path(__file__).parents[1] / "data" / "day_targets.csv"
#: width of a level of a rule's tables, in days of use
WIDTH: Final = 2.0


@dataclass(frozen=True, kw_only=True)
class DayTarget:
    """How many days a member aims to hold.

    Attributes
    ----------
    member : str
    days : float
        Of the member's use; the measure does not say by which denominator.
    measure : str
        Id in the register.
    of : str
        What the target is for, in the measure's words.
    note : str
    """

    member: str
    days: float
    measure: str
    of: str
    note: str


def day_target(member: str, mineral: str, register: Register, on: date) -> DayTarget | None:
    """The target of a member for a mineral on a day; None where there is none.

    The number is the register's own: the table only says which value of which measure is meant.

    Examples
    --------
    >>> from pactolus.policy.register import register
    >>> day_target("KOR", "natural-graphite", register(), date(2026, 1, 15)).days
    100.0
    >>> day_target("USA", "natural-graphite", register(), date(2026, 1, 15)) is None
    True
    """
    for row in _rows():
        if row["member"] != member or (row["minerals"] and mineral not in row["minerals"].split(";")):
            continue
        if row["kind"] == "none" or row["measure"] not in register:
            return None
        measure = register[row["measure"]]
        span = measure.on(on)
        if span is None or span.state != "in_force":
            return None
        for value in measure.values:
            if (
                value.what == row["what"]
                and (value.of or "") == row["of"]
                and isinstance(value.value, float | int)
            ):
                return DayTarget(
                    member=member,
                    days=float(value.value),
                    measure=measure.id,
                    of=row["of"],
                    note=row["note"],
                )
        return None
    return None


def standing_stock(importer: Importer, regimes: Regimes, days: float) -> SizedStock:
    """A day rule as a stock with its tables, so that it can be played and lent like an optimal one.

    Parameters
    ----------
    importer : Importer
    regimes : Regimes
        Of several members; only what this one feels is used.
    days : float

    Returns
    -------
    SizedStock
        `value_usd` is not worked out and holds zeros.
    """
    import numpy as np

    own = regimes.seen_by([importer.member])
    rule = day_rule(days)
    stock = rule.levels(importer, WIDTH)
    shape = (own.count, len(stock))
    seen = Seen(
        np.broadcast_to(own.loss, shape),
        np.zeros(shape),
        np.broadcast_to(stock, shape),
        np.broadcast_to(np.arange(own.count)[:, None], shape),
    )
    release, purchase = rule.decide(importer, seen)
    action = purchase - release
    place = np.clip((stock + action) / stock[1], 0.0, len(stock) - 1)
    low = np.minimum(place.astype(np.int64), len(stock) - 2)
    cost = _months(
        importer, own, release, purchase
    ) + importer.holding.rate * importer.price_usd_per_t / 12 * (stock + action)
    step = Step(cost, low, place - low, action)
    return SizedStock(
        members=(importer.member,),
        target_t=days * importer.day_t,
        target_days=days,
        denominator=importer.denominator,
        cost_usd=12 * evaluate(step, own.mix, 1.0, tolerance=1e-9)[1],
        without_usd=float(12 * own.stationary @ _months(importer, own, 0 * release, 0 * release)[:, 0]),
        stock_t=stock,
        value_usd=np.zeros(shape),
        release_t=release,
        purchase_t=purchase,
        month_usd={},
        regimes=own,
        step=step,
        day_t=importer.day_t,
        month_t=np.array([importer.month_t]),
    )


def _months(importer: Importer, own: Regimes, release: Floats, purchase: Floats) -> Floats:
    """Shortage and purchase of a month in every state. [USD]"""
    import numpy as np

    use, price = importer.month_t, importer.price_usd_per_t
    short = np.clip(own.loss - release / use, 0.0, 1.0)
    bought = purchase / use
    lost = shortage_costs(short, importer.elasticity, importer.cap)
    found: Floats = use * price * (lost + own.price * bought * (1 + importer.impact * bought / 2))
    return found


@cache
def _rows() -> tuple[dict[str, str], ...]:
    from csv import DictReader

    with _FILE.open(encoding="utf-8", newline="") as lines:
        return tuple(DictReader(lines))
