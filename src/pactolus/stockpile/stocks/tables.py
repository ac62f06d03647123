"""The rule of a stock as tables and as plain data: what to buy, what to release, when.

Words are made elsewhere, in three languages; here are the numbers that go into them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import numpy as np
    import polars as pl
    from numpy.typing import NDArray

    from pactolus.stockpile.base.regimes import Regimes
    from pactolus.stockpile.stocks.continuous import Importer, SizedStock

    Floats = NDArray[np.float64]

__all__ = ["RuleFacts", "buying_schedule", "release_table", "rule_facts", "size_range"]

#: months that a schedule may take
LONGEST: Final = 600
#: a purchase or release below this part of a day's use is none
LEAST_DAYS: Final = 1e-3


@dataclass(frozen=True, kw_only=True)
class RuleFacts:
    """What a sentence about the rule needs.

    Attributes
    ----------
    members : tuple of str
    target_days : float
    denominator : str
        What a day is a day of.
    trigger_loss : float or None
        Smallest loss (share of use of all members) at which a full stock is released; None if it never is.
    unserved_loss : float or None
        Largest loss at which a full stock is not touched; None if there is no such loss.
    worst_loss : float
        Largest loss of a single failed supplier.
    worst_name : str
        That supplier.
    worst_cover : float
        Part of that loss that a full stock makes good in the first month.
    worst_months : int
        Months until a full stock is down to a tenth if that failure lasts, `LONGEST` if never.
    fill_months : int
        Months from empty to 99 % of the target in the normal regime.
    first_purchase_days : float
        Bought in the first of these months.
    """

    members: tuple[str, ...]
    target_days: float
    denominator: str
    trigger_loss: float | None
    unserved_loss: float | None
    worst_loss: float
    worst_name: str
    worst_cover: float
    worst_months: int
    fill_months: int
    first_purchase_days: float


def losses(stock: SizedStock) -> Floats:
    """Loss of all members together in each regime, as a share of their use."""
    found: Floats = stock.regimes.loss @ stock.month_t / stock.month_t.sum()
    return found


def failed(regimes: Regimes) -> list[tuple[str, ...]]:
    """Names of the chains that are not in their first state, for each regime."""
    import numpy as np

    states = np.indices([len(chain) for chain in regimes.chains]).reshape(len(regimes.chains), -1).T
    if len(regimes.chains) == 1 and len(regimes.chains[0]) > 2:
        return [(f"{regimes.chain_names[0]} {number}",) if number else () for number in states[:, 0]]
    return [
        tuple(name for name, state in zip(regimes.chain_names, row, strict=True) if state) for row in states
    ]


def release_table(stock: SizedStock, days: Sequence[float] | None = None) -> pl.DataFrame:
    """What to do in each regime at some stocks.

    Parameters
    ----------
    stock : SizedStock
    days : sequence of float, optional
        Stocks, in days of use; quarters of the target if omitted.

    Returns
    -------
    DataFrame
        ``regime, failed, share_of_months, loss, stock_days, release_days, cover, purchase_days``: `failed`
        names who is off, `loss` is the share of all members' use that is missing, `cover` the part of it
        that is made good (missing where nothing is lost).
    """
    import numpy as np
    import polars as pl

    grid = stock.stock_t / stock.day_t
    if days is None:
        days = [part * stock.target_days for part in (0.0, 0.25, 0.5, 0.75, 1.0)]
    lost, names, weight = losses(stock), failed(stock.regimes), stock.regimes.stationary
    month_days = stock.month_t.sum() / stock.day_t
    rows = []
    for r in range(stock.regimes.count):
        for held in days:
            out = float(np.interp(held, grid, stock.release_t[r])) / stock.day_t
            buy = float(np.interp(held, grid, stock.purchase_t[r])) / stock.day_t
            missing = lost[r] * month_days
            rows.append(
                (
                    r,
                    ", ".join(names[r]),
                    float(weight[r]),
                    float(lost[r]),
                    float(held),
                    out,
                    min(out / missing, 1.0) if missing > 0 else None,
                    buy,
                )
            )
    columns = ["regime", "failed", "share_of_months", "loss", "stock_days", "release_days", "cover"]
    return pl.DataFrame(rows, schema=[*columns, "purchase_days"], orient="row")


def buying_schedule(stock: SizedStock, start_days: float = 0.0) -> pl.DataFrame:
    """Months of buying in the normal regime until the stock is at its target.

    Parameters
    ----------
    stock : SizedStock
    start_days : float
        Stock at the beginning.

    Returns
    -------
    DataFrame
        ``month, stock_days, purchase_days, purchase_t``; the stock is that before the purchase. Empty if
        there is nothing to buy.
    """
    import polars as pl

    path = _run(stock, 0, start_days * stock.day_t, lambda buy: buy > LEAST_DAYS * stock.day_t, bought=True)
    rows = [(n + 1, held / stock.day_t, buy / stock.day_t, buy) for n, (held, buy) in enumerate(path)]
    kinds = {
        "month": pl.Int64,
        "stock_days": pl.Float64,
        "purchase_days": pl.Float64,
        "purchase_t": pl.Float64,
    }
    return pl.DataFrame(rows, schema=kinds, orient="row")


def _run(
    stock: SizedStock, regime: int, start: float, goes_on: Callable[[float], bool], *, bought: bool
) -> list[tuple[float, float]]:
    """Stock and purchase (or release) of each month while one regime lasts."""
    import numpy as np

    flow = (stock.purchase_t if bought else stock.release_t)[regime]
    leads = stock.stock_t + stock.step.action[regime]
    found, here = [], start
    for _ in range(LONGEST):
        size = float(np.interp(here, stock.stock_t, flow))
        if not goes_on(size):
            break
        found.append((here, size))
        here = float(np.interp(here, stock.stock_t, leads))
    return found


def rule_facts(stock: SizedStock) -> RuleFacts:
    """The rule in a few numbers."""
    import numpy as np

    full = stock.target_t
    least = LEAST_DAYS * stock.day_t
    lost, names = losses(stock), failed(stock.regimes)
    month_t = float(stock.month_t.sum())
    at_full = np.array([np.interp(full, stock.stock_t, row) for row in stock.release_t])
    served = (at_full > least) & (lost > 0)
    untouched = (at_full <= least) & (lost > 0)
    single = [r for r, who in enumerate(names) if len(who) == 1]
    worst = max(single, key=lambda r: float(lost[r])) if single else 0
    filling = buying_schedule(stock)
    below = filling.filter(filling["stock_days"] < 0.99 * stock.target_days)
    down = _run(stock, worst, full, lambda out: out > least, bought=False)
    months = next((n for n, (held, _) in enumerate(down) if held < 0.1 * full), len(down))
    return RuleFacts(
        members=stock.members,
        target_days=stock.target_days,
        denominator=stock.denominator,
        trigger_loss=float(lost[served].min()) if served.any() else None,
        unserved_loss=float(lost[untouched].max()) if untouched.any() else None,
        worst_loss=float(lost[worst]),
        worst_name=", ".join(names[worst]),
        worst_cover=float(min(at_full[worst] / (lost[worst] * month_t), 1.0)) if lost[worst] > 0 else 0.0,
        worst_months=months,
        fill_months=below.height,
        first_purchase_days=float(filling["purchase_days"][0]) if filling.height else 0.0,
    )


def size_range(cases: Mapping[str, tuple[Importer, Regimes]], *, step_days: float = 2.0) -> pl.DataFrame:
    """One stock under several assumptions: a range instead of a point.

    Parameters
    ----------
    cases : mapping of str to (Importer, Regimes)
        Such as `low`, `mid` and `high`.
    step_days : float
        See `size_stock`.

    Returns
    -------
    DataFrame
        ``case, target_days, target_t, cost_usd, without_usd, saving_usd``, in the order given.
    """
    import polars as pl

    from pactolus.stockpile.stocks.continuous import size_stock

    rows = []
    for name, (importer, regimes) in cases.items():
        found = size_stock(importer, regimes, step_days=step_days)
        rows.append(
            (name, found.target_days, found.target_t, found.cost_usd, found.without_usd, found.saving_usd)
        )
    columns = ["case", "target_days", "target_t", "cost_usd", "without_usd", "saving_usd"]
    return pl.DataFrame(rows, schema=columns, orient="row")
