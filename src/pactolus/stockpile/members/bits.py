"""One bit about a holding, priced from a stock that was sized: alone, or as a part of a joint one.

`disclosure.bit_worth` needs a buyer, a market and the value of what is there later. All three are in a sized
stock and its importers. Members of a joint stock buy through their own markets at one marginal price,

    rise_i = kappa_i p x_i / m_i  equal for all   ->   c = p / sum_i (m_i / kappa_i),   m_i: use of a month

so that one member's c is ``kappa p / m``, the same impact that its stock was sized with.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from pactolus.stockpile.members.disclosure import Disclosed, bit_worth
from pactolus.stockpile.stocks.continuous import MONTHS, Importer, SizedStock, holding_usd
from pactolus.stockpile.stocks.filling import Buyer, Market

__all__ = ["bit_of_stock", "buyer_of", "market_of"]

#: points between two levels on which slopes are read
FINE: Final = 4


def buyer_of(importers: Sequence[Importer], stock: SizedStock, target_t: float | None = None) -> Buyer:
    """An empty store with the running cost of a sized stock.

    Parameters
    ----------
    importers : sequence of Importer
        Those who share the stock, at one price; or one.
    stock : SizedStock
        Without a discount.
    target_t : float, optional
        That of the stock if omitted. [t]

    Examples
    --------
    >>> from pactolus.stockpile.stocks.continuous import size_stock
    >>> from pactolus.stockpile.base.regimes import Supplier, supplier_regimes
    >>> one = Supplier(name="AAA", share={"KOR": 0.9}, onset_per_year=0.12)
    >>> kor = Importer(member="KOR", use_t=50_000, denominator="imports 2024", price_usd_per_t=1_500)
    >>> found = buyer_of([kor], size_stock(kor, supplier_regimes([one], ["KOR"]), step_days=30))
    >>> found.saving(0.0) > 0 > found.saving(1e9)
    True
    """
    import numpy as np

    price = importers[0].price_usd_per_t
    keeping = holding_usd(importers, financed=True) / MONTHS
    chance = stock.regimes.transition[0, 1:]
    value = chance @ stock.value_usd[1:] + chance.sum() * price * stock.stock_t
    slopes = np.maximum.accumulate(np.diff(value) / np.diff(stock.stock_t))  # convex but for rounding
    fine = np.linspace(0.0, stock.stock_t[-1], FINE * len(slopes) + 1)
    middle = (stock.stock_t[1:] + stock.stock_t[:-1]) / 2
    slopes = np.interp((fine[1:] + fine[:-1]) / 2, middle, slopes)
    return Buyer(
        member="+".join(each.member for each in importers),
        start_t=0.0,
        target_t=stock.target_t if target_t is None else target_t,
        price_usd_per_t=price,
        keeping=keeping,
        levels=fine,
        slopes=slopes + keeping,
    )


def market_of(importers: Sequence[Importer]) -> Market:
    """Where these importers buy together, each through its own suppliers at its own price impact.

    Examples
    --------
    >>> one = Importer(member="A", use_t=120, denominator="use", price_usd_per_t=3, impact=0.2)
    >>> round(market_of([one]).steep, 9) == round(0.2 * 3 / 10, 9)
    True
    """
    price = importers[0].price_usd_per_t
    if any(each.impact == 0 for each in importers):
        return Market(month_t=sum(each.month_t for each in importers), kappa=0.0, price_usd_per_t=price)
    month_t = sum(each.month_t / each.impact for each in importers)
    return Market(month_t=month_t, kappa=1.0, price_usd_per_t=price)


def bit_of_stock(
    importers: Sequence[Importer],
    stock: SizedStock,
    low_t: float,
    high_t: float,
    *,
    target_t: float | None = None,
) -> Disclosed:
    """Worth of knowing in which half of a range a stock lies, for the purchases of a year.

    Parameters
    ----------
    importers : sequence of Importer
    stock : SizedStock
        Theirs, without a discount.
    low_t, high_t : float
        Range of what is in it, all members together. [t]
    target_t : float, optional
        No more is bought than up to here; the stock's own target if omitted. [t]

    Raises
    ------
    InputError
        If the range is upside down or negative.
    """
    import numpy as np

    buyer = buyer_of(importers, stock, target_t)
    later = np.interp(buyer.levels, stock.stock_t, stock.value_usd[0])
    return bit_worth(buyer, market_of(importers), later, low_t, high_t)
