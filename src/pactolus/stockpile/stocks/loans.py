"""Stocks that stay at home and are lent: transport lag, obligation cap, loans that are paid back.

A joint stock with a lag needs the stock of every member and every debt in its state: with two members and a
month of lag that is three quantities beside the regime, with more it is out of reach. So the cost is
bracketed instead:

    pool without lag (exact, `joint`)  <=  best joint policy with lag  <=  this rule, or everybody alone

The rule is played on paths of regimes without any knowledge of what comes. The same paths are played without
lending, so that the difference is the rule's and not chance's.

Each month every member follows its own policy. A member with a large loss asks for what it still lacks, for
the month in which a transfer would arrive. Members without one lend up to `cap` of what they hold. A loan is
used on arrival where supply is still short, else it waits. A borrower that is whole again buys what it owes,
up to its limit of purchase, and sends it back.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Final

from pactolus.stockpile.base.checks import Checks
from pactolus.stockpile.base.pricing import shortage_costs
from pactolus.stockpile.stocks.continuous import MONTHS, Importer, SizedStock, holding_usd

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from pactolus.stockpile.base.regimes import Regimes

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

__all__ = ["Lending", "lending", "regime_paths"]

#: longest transport, in months
MOST_LAG: Final = 6


@dataclass(frozen=True)
class Lending:
    """Yearly costs with and without lending, on the same paths.

    Attributes
    ----------
    members : tuple of str
    alone_usd, lending_usd : ndarray, shape (members,)
        Mean cost. [USD/year; with a discount, USD]
    error_usd : ndarray, shape (members + 1,)
        Standard error of what lending saves each member, and all together at the end.
    lent_t, returned_t : ndarray, shape (members,)
        Lent by each member, and given back to it. [t/year]
    owed_t : ndarray, shape (members,)
        Still owed to each member at the end, mean over paths. [t]
    """

    members: tuple[str, ...]
    alone_usd: Floats
    lending_usd: Floats
    error_usd: Floats
    lent_t: Floats
    returned_t: Floats
    owed_t: Floats

    @property
    def saving_usd(self) -> Floats:
        """What lending saves each member; below 0 if it pays for the others. [USD/year]"""
        found: Floats = self.alone_usd - self.lending_usd
        return found


def regime_paths(regimes: Regimes, *, paths: int, months: int, seed: int) -> Ints:
    """Regimes month by month, all beginning in the normal one, shape (paths, months)."""
    import numpy as np

    random = np.random.default_rng(seed)
    found = np.zeros((paths, months), dtype=np.int64)
    for chain in regimes.chains:
        steps = np.cumsum(chain, axis=1)
        state = np.zeros(paths, dtype=np.int64)
        for t in range(months):
            found[:, t] = found[:, t] * len(chain) + state
            draw = random.random(paths)
            state = np.minimum((draw[:, None] > steps[state]).sum(axis=1), len(chain) - 1)
    return found


@dataclass
class _Books:
    """What is held, under way and owed while the paths are played."""

    stock: Floats  # (paths, members)
    returning: list[Floats]  # paid back, arriving in the next months, (paths, members)
    loans: list[Floats]  # lent, arriving this month and later, (paths, members)
    owed: Floats  # (paths, lender, borrower)


def lending(
    importers: Sequence[Importer],
    alone: Sequence[SizedStock],
    regimes: Regimes,
    *,
    lag_months: int = 1,
    cap: float | Sequence[float] = 0.5,
    paths: int = 2000,
    years: int = 20,
    seed: int = 0,
    start_t: Sequence[float] | None = None,
    discount_per_year: float | None = None,
) -> Lending:
    """Play stocks that are lent and paid back beside stocks that are not.

    Parameters
    ----------
    importers : sequence of Importer
        Two or more.
    alone : sequence of SizedStock
        Each one's own stock, of `size_stock`, in the same order: its rule is followed.
    regimes : Regimes
        Of all of them.
    lag_months : int
        Months that a transfer is under way, 0 to 6.
    cap : float or sequence of float
        Part of a lender's free stock (what it holds after its own release) that it has to lend, 0 to 1; one
        for all, or one for each, such as the part that is free of restrictions of transfer.
    paths, years, seed : int
    start_t : sequence of float, optional
        What each holds at first; its target if omitted. [t]
    discount_per_year : float, optional
        Rate. If given, amounts of USD are present values of all `years` instead of a mean year, financing is
        left out of holding, and `alone` are stocks of that rate.

    Returns
    -------
    Lending
        Stock left and debts are counted at the base price at the end.

    Raises
    ------
    InputError
        All faults at once.
    """
    import numpy as np

    caps = [cap] * len(importers) if isinstance(cap, (int, float)) else list(cap)
    _checked(importers, alone, regimes, lag_months, caps, paths, years, start_t, discount_per_year)
    start = np.array([each.target_t for each in alone] if start_t is None else start_t, dtype=np.float64)
    per = years if discount_per_year is None else 1
    own = regimes.seen_by([each.member for each in importers])
    states = regime_paths(own, paths=paths, months=MONTHS * years, seed=seed)
    kept = [own.seen_by([each.member]) for each in importers]
    seen = [_own_regime(own, each, states) for each in kept]
    played = partial(_played, importers, alone, own, states, seen, start=start, rate=discount_per_year)
    base, _, _, _ = played(lag=0, cap=None)
    found, lent, returned, owed = played(lag=lag_months, cap=np.array(caps))
    saved = np.column_stack([base - found, (base - found).sum(axis=1)]) / per
    return Lending(
        members=tuple(each.member for each in importers),
        alone_usd=base.mean(axis=0) / per,
        lending_usd=found.mean(axis=0) / per,
        error_usd=saved.std(axis=0, ddof=1) / np.sqrt(paths),
        lent_t=lent.mean(axis=0) / years,
        returned_t=returned.mean(axis=0) / years,
        owed_t=owed.mean(axis=0),
    )


def _checked(
    importers: Sequence[Importer],
    alone: Sequence[SizedStock],
    regimes: Regimes,
    lag: int,
    caps: Sequence[float],
    paths: int,
    years: int,
    start_t: Sequence[float] | None,
    rate: float | None,
) -> None:
    """Every fault of a lending."""
    checks = Checks()
    names = [each.member for each in importers]
    if len(names) < 2 or len(set(names)) != len(names):
        checks.add(f"importers: {names} must be two or more different members")
    if [each.members for each in alone] != [(name,) for name in names]:
        checks.add(
            f"alone: holds {[each.members for each in alone]}; give the stock of each of {names}, in order"
        )
    for each in importers:
        each.faults(checks)
        if each.member not in regimes.members:
            checks.add(f"importers: {each.member!r} is not one of the regimes' members {regimes.members}")
    checks.number("lag_months", lag, most=MOST_LAG, whole=True)
    if len(caps) != len(names):
        checks.add(f"cap: {len(caps)} numbers for {len(names)} members; give one for all, or one for each")
    for part in dict.fromkeys(caps):
        checks.number("cap", part, most=1.0, mend="give the part of a lender's free stock")
    checks.number("paths", paths, least=2, whole=True)
    checks.number("years", years, least=1, whole=True)
    if start_t is not None and len(start_t) != len(names):
        checks.add(f"start_t: {len(start_t)} stocks for {len(names)} members; give one for each")
    for held in start_t or ():
        checks.number("start_t", held)
    if rate is not None:
        checks.number("discount_per_year", rate, above=True, most=1.0)
    checks.done()


def _own_regime(own: Regimes, part: Regimes, states: Ints) -> Ints:
    """Number of the regime in the reduced chain of one member, for each regime of all."""
    import numpy as np

    axes = [own.chain_names.index(name) for name in part.chain_names]
    sizes = [len(chain) for chain in own.chains]
    each = np.unravel_index(np.arange(own.count), sizes)
    if not axes:
        return np.zeros(states.shape, dtype=np.int64)
    of = np.ravel_multi_index([each[axis] for axis in axes], [sizes[axis] for axis in axes])
    return np.asarray(of, dtype=np.int64)[states]


def _played(
    importers: Sequence[Importer],
    alone: Sequence[SizedStock],
    own: Regimes,
    states: Ints,
    seen: Sequence[Ints],
    *,
    lag: int,
    cap: Floats | None,
    start: Floats,
    rate: float | None,
) -> tuple[Floats, Floats, Floats, Floats]:
    """Cost of every path and member; what was lent, given back, and is owed at the end."""
    import numpy as np

    paths, months = states.shape
    n = len(importers)
    month_t = np.array([each.month_t for each in importers])
    price = np.array([each.price_usd_per_t for each in importers])
    keeping = np.array([holding_usd([each], financed=rate is None) for each in importers]) / MONTHS
    discount = 1.0 if rate is None else (1 + rate) ** (-1 / MONTHS)
    limit = np.array([each.max_purchase for each in importers]) * month_t
    whole_up_to = np.array([each.restock_up_to for each in importers])
    books = _Books(
        np.tile(start, (paths, 1)),
        [np.zeros((paths, n)) for _ in range(lag + 1)],
        [np.zeros((paths, n)) for _ in range(lag + 1)],
        np.zeros((paths, n, n)),
    )
    cost, lent, returned = np.zeros((paths, n)), np.zeros((paths, n)), np.zeros((paths, n))
    for t in range(months):
        now = own.loss[states[:, t]]
        missing, whole = now * month_t, now <= whole_up_to
        books.stock += books.returning.pop(0)
        books.returning.append(np.zeros((paths, n)))
        out, buy = _policies(alone, seen, t, books.stock)
        out = np.minimum(np.minimum(out, missing), books.stock)
        books.stock -= out
        if cap is not None:
            sent, got = _lend(books, np.where(whole, 0.0, missing - out), whole, cap)
            lent += sent
            books.loans[lag] += got
            back = _repay(books, np.where(whole, limit, 0.0), lag)
            returned += back.sum(axis=2)
            paid = back.sum(axis=1)
            buy = np.minimum(buy, limit - paid) + paid
            books.stock += buy - paid
            arrived = books.loans.pop(0)
            books.loans.append(np.zeros((paths, n)))
            used = np.minimum(arrived, missing - out)
            books.stock += arrived - used  # no longer needed: it waits to be paid back
            out = out + used
        else:
            books.stock += buy
        short = np.maximum(missing - out, 0.0) / month_t
        month = _month_cost(importers, short, buy, own.price[states[:, t]], month_t, price)
        cost += discount**t * (month + keeping * books.stock)
    owed = books.owed.sum(axis=2)
    left = books.stock + sum(books.returning) + sum(books.loans) + owed - books.owed.sum(axis=1)
    return cost - price * (discount**months * left - start), lent, returned, owed


def _policies(
    alone: Sequence[SizedStock], seen: Sequence[Ints], month: int, held: Floats
) -> tuple[Floats, Floats]:
    """What every member's own rule releases and buys, shape (paths, members)."""
    import numpy as np

    out, buy = [], []
    for i, (stock, regime) in enumerate(zip(alone, seen, strict=True)):
        out.append(_read(stock, stock.release_t, regime[:, month], held[:, i]))
        buy.append(_read(stock, stock.purchase_t, regime[:, month], held[:, i]))
    return np.column_stack(out), np.column_stack(buy)


def _read(stock: SizedStock, table: Floats, regime: Ints, held: Floats) -> Floats:
    """A policy at stocks between its levels."""
    import numpy as np

    width = stock.stock_t[1]
    place = np.clip(held / width, 0.0, len(stock.stock_t) - 1)
    low = np.minimum(place.astype(np.int64), len(stock.stock_t) - 2)
    part = place - low
    found: Floats = (1 - part) * table[regime, low] + part * table[regime, low + 1]
    return found


def _lend(books: _Books, asked: Floats, whole: NDArray[np.bool_], cap: Floats) -> tuple[Floats, Floats]:
    """Deal what lenders have to offer among those who ask, each in proportion; enter it in the books."""
    import numpy as np

    offer = np.where(whole, cap * books.stock, 0.0)
    can, want = offer.sum(axis=1, keepdims=True), asked.sum(axis=1, keepdims=True)
    moved = np.minimum(can, want)
    sent = offer * np.divide(moved, can, out=np.zeros_like(can), where=can > 0)
    got = asked * np.divide(moved, want, out=np.zeros_like(want), where=want > 0)
    books.stock -= sent
    share = np.divide(got, moved, out=np.zeros_like(got), where=moved > 0)
    books.owed += sent[:, :, None] * share[:, None, :]
    return sent, got


def _repay(books: _Books, most: Floats, lag: int) -> Floats:
    """Give back what is owed, up to what each borrower can buy; shape (paths, lender, borrower)."""
    import numpy as np

    debt = books.owed.sum(axis=1)
    part = np.divide(np.minimum(debt, most), debt, out=np.zeros_like(debt), where=debt > 0)
    back: Floats = books.owed * part[:, None, :]
    books.owed -= back
    arrives = back.sum(axis=2)
    if lag == 0:
        books.stock += arrives
    else:
        books.returning[lag - 1] += arrives
    return back


def _month_cost(
    importers: Sequence[Importer], short: Floats, buy: Floats, surge: Floats, month_t: Floats, price: Floats
) -> Floats:
    """Shortage and purchase of a month, by path and member. [USD]"""
    import numpy as np

    lost = np.column_stack(
        [
            shortage_costs(np.minimum(short[:, i], 1.0), each.elasticity, each.cap)
            for i, each in enumerate(importers)
        ]
    )
    b = buy / month_t
    impact = np.array([each.impact for each in importers])
    found: Floats = month_t * price * (lost + surge * b * (1 + impact * b / 2))
    return found
