"""One stock for several importers of any size, beside the stocks that each would hold alone.

The pool can do whatever its members do alone: it holds the sum of their stores, buys through each of them
under their own limits and prices, and serves each of their shortages. What it adds is that any unit may
serve anyone. All stores are read on levels of one common width, on which a sum of convex functions is as
exact as its parts, so that

    cost of the pool <= sum of the costs alone

holds by construction and not only up to the width of a level, however small a member is.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Literal

from pactolus.stockpile.base.checks import Checks
from pactolus.stockpile.base.curves import Curve, Steps, month
from pactolus.stockpile.stocks.continuous import Importer, SizedStock, cut_steps, size_on, sized

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from pactolus.stockpile.base.regimes import Regimes

    Floats = NDArray[np.float64]

__all__ = ["Imports", "PooledStock", "pool_stock", "shares_of_release"]

Imports = Literal["own", "shared"]
#: levels of a pool; a member too small for them is read on wider levels, and the range of the gain says so
MOST_LEVELS: Final = 2000
#: levels of the finer solution of a member alone for one common level, and how many common ones need none
FINER: Final = 4
MANY: Final = 200


@dataclass(frozen=True)
class PooledStock:
    """A pool beside its members alone, on the same levels.

    Attributes
    ----------
    pool : SizedStock
        Its days are of the use of all members.
    alone : tuple of SizedStock
        In the order of the members.
    imports : str
        `own`: each member keeps what still reaches it; `shared`: that is shared out too.
    gain_usd : tuple of float
        A year, low and high. High: against the members alone on the pool's levels. Low: against the members
        alone on finer levels, the pool's own error left in.
    correlation : ndarray, shape (members, members)
        Of the losses.
    """

    pool: SizedStock
    alone: tuple[SizedStock, ...]
    imports: Imports
    gain_usd: tuple[float, float]
    correlation: Floats = field(repr=False)

    @property
    def alone_usd(self) -> float:
        """Sum of the costs alone. [USD/year]"""
        return sum(each.cost_usd for each in self.alone)

    @property
    def gain_share(self) -> tuple[float, float]:
        """The gain as a share of the sum of the costs alone."""
        total = self.alone_usd
        return (self.gain_usd[0] / total, self.gain_usd[1] / total) if total else (0.0, 0.0)

    @property
    def stock_change_t(self) -> float:
        """Target of the pool less the sum of the targets alone. [t]"""
        return self.pool.target_t - sum(each.target_t for each in self.alone)


def pool_stock(
    importers: Sequence[Importer],
    regimes: Regimes,
    *,
    imports: Imports = "own",
    step_days: float = 5.0,
    discount_per_year: float | None = None,
) -> PooledStock:
    """Size one stock for several importers, and each one's alone.

    Parameters
    ----------
    importers : sequence of Importer
        Two or more.
    regimes : Regimes
        Of all of them.
    imports : {"own", "shared"}
        Whether what still arrives is shared out too.
    step_days : float
        Width of a level, in days of the smallest member's use; wider where the pool would need more than
        2,000 levels.
    discount_per_year : float, optional
        See `size_stock`.

    Returns
    -------
    PooledStock

    Raises
    ------
    InputError
        All faults at once.

    Notes
    -----
    Transfers take no time and cost nothing here, so that the gain is an upper bound; `loans.lending` gives
    what a rule with a lag, a cap and loans that are paid back reaches, and the truth lies between the two.
    Shared stock is kept where keeping is cheapest.

    Examples
    --------
    >>> from pactolus.stockpile.base.regimes import Supplier, supplier_regimes
    >>> names = ["KOR", "JPN"]
    >>> one = Supplier(name="AAA", share=dict.fromkeys(names, 0.9), onset_per_year=0.12, targeted=0.3)
    >>> both = [Importer(member=n, use_t=100, denominator="use", price_usd_per_t=1.0) for n in names]
    >>> found = pool_stock(both, supplier_regimes([one], names), step_days=30)
    >>> 0 < found.gain_usd[1] < 0.3 * found.alone_usd
    True
    """
    _checked(importers, regimes, imports, step_days, discount_per_year)
    smallest = min(each.day_t for each in importers)
    room = sum(each.max_days * each.day_t for each in importers)
    step_t = max(step_days * smallest, room / MOST_LEVELS)
    spans = [max(1, -int(-each.max_days * each.day_t // step_t)) for each in importers]
    own = regimes.seen_by([each.member for each in importers])
    alone = tuple(
        size_on(each, own, step_t=step_t, levels=span + 1, discount_per_year=discount_per_year)
        for each, span in zip(importers, spans, strict=True)
    )
    fine = sum(
        found.cost_usd
        if span > MANY
        else size_on(
            each, own, step_t=step_t / FINER, levels=span * FINER + 1, discount_per_year=discount_per_year
        ).cost_usd
        for each, span, found in zip(importers, spans, alone, strict=True)
    )
    pool = sized(
        importers,
        own,
        pooled_months(importers, own, imports),
        step_t=step_t,
        levels=sum(spans) + 1,
        discount_per_year=discount_per_year,
    )
    high = sum(each.cost_usd for each in alone) - pool.cost_usd
    low = fine - pool.cost_usd
    gain = (max(0.0, min(low, high)), max(0.0, high))
    return PooledStock(pool, alone, imports, gain, own.loss_correlation)


def _checked(
    importers: Sequence[Importer],
    regimes: Regimes,
    imports: str,
    step_days: float,
    discount_per_year: float | None,
) -> None:
    """Every fault of a pool."""
    checks = Checks()
    names = [each.member for each in importers]
    if len(names) < 2 or len(set(names)) != len(names):
        checks.add(f"importers: {names} must be two or more different members")
    for each in importers:
        each.faults(checks)
        if each.member not in regimes.members:
            checks.add(
                f"importers: {each.member!r} is not one of the regimes' members {', '.join(regimes.members)}"
            )
    checks.choice("imports", imports, ("own", "shared"))
    checks.number("step_days", step_days, above=True)
    if discount_per_year is not None:
        checks.number("discount_per_year", discount_per_year, above=True, most=1.0)
    checks.done()


def pooled_months(importers: Sequence[Importer], regimes: Regimes, imports: Imports) -> list[Curve]:
    """The curve of every regime with the steps of all members on it; the same one for the same losses."""
    import numpy as np

    drawn: dict[bytes, Curve] = {}
    found = []
    for loss, price in zip(regimes.loss, regimes.price, strict=True):
        key = loss.tobytes() + price.tobytes()
        if key in drawn:
            found.append(drawn[key])
            continue
        purchase = Steps(np.zeros(0), np.zeros(0))
        for each, its_loss, its_price in zip(importers, loss, price, strict=True):
            purchase = purchase.joined(each.purchase(its_loss, its_price))
        release, begin = offered(importers, loss, imports)
        drawn[key] = month(release, purchase, begin, sum(each.month_t for each in importers))
        found.append(drawn[key])
    return found


def offered(importers: Sequence[Importer], loss: Floats, imports: Imports) -> tuple[Steps, float]:
    """Steps of release of all members, and what their shortage costs without."""
    import numpy as np

    if imports == "shared":
        every = Steps(np.zeros(0), np.zeros(0))
        for each in importers:
            every = every.joined(each.shortage())
        order = np.argsort(every.price, kind="stable")
        missing = sum(each.month_t * part for each, part in zip(importers, loss, strict=True))
        limits = [
            np.inf if each.max_release is None else each.max_release * each.month_t for each in importers
        ]
        return cut_steps(Steps(every.width[order], every.price[order]), missing, float(sum(limits)))
    release, begin = Steps(np.zeros(0), np.zeros(0)), 0.0
    for each, part in zip(importers, loss, strict=True):
        steps, cost = each.release(part)
        release, begin = release.joined(steps), begin + cost
    return release, begin


def shares_of_release(importers: Sequence[Importer], loss: Floats, released: Floats) -> Floats:
    """Who receives a release from a pool with own imports: the dearest shortage first, equal ones in
    proportion.

    Parameters
    ----------
    importers : sequence of Importer
    loss : ndarray, shape (members,)
    released : ndarray, shape (n,)
        [t]

    Returns
    -------
    ndarray, shape (n, members)
        [t]
    """
    import numpy as np

    offers = [each.release(part)[0] for each, part in zip(importers, loss, strict=True)]
    price = np.concatenate([each.price for each in offers])
    ranks, place = np.unique(-price, return_inverse=True)
    owner = np.concatenate([np.full(len(each.width), i) for i, each in enumerate(offers)])
    width = np.concatenate([each.width for each in offers])
    by_rank = np.zeros((len(ranks) + 1, len(offers)))
    np.add.at(by_rank, (place.ravel() + 1, owner), width)
    ends = np.cumsum(by_rank, axis=0)
    total = ends.sum(axis=1)
    return np.column_stack([np.interp(released, total, ends[:, i]) for i in range(len(offers))])
