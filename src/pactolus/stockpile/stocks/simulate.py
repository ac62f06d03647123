"""Any rule of a stock played month by month, on random and on given paths, knowing this month alone.

A month:  release y and purchase b are decided from what is seen (loss, its percentile, stock), then

    short = loss - y      cost = W(short) + price (1 + kappa b / 2) b + holding of  stock - y + b

with the same steps of `W` and of the purchase as `size_stock`, so that a rule and the optimum stand on one
scale. What is bought arrives at the end of the month; nothing is bought while more than a small loss has to
be borne. What a rule costs in the long run, exactly, is in `rule_costs`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Protocol

from pactolus.stockpile.base.checks import Checks
from pactolus.stockpile.base.pricing import purchase_steps
from pactolus.stockpile.stocks.continuous import DAYS, MONTHS, Importer
from pactolus.stockpile.stocks.loans import regime_paths

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import ArrayLike, NDArray

    from pactolus.stockpile.base.regimes import Regimes

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

__all__ = ["Months", "Rule", "Seen", "SimulatedRule", "play_rule", "simulate_rule"]

#: part of the years that is called the worst
WORST: Final = 0.05


@dataclass(frozen=True, slots=True)
class Seen:
    """What is known when a month is decided; arrays of one shape.

    Attributes
    ----------
    loss : ndarray
        Share of use that is missing.
    percentile : ndarray
        Share of months with a larger loss, in percent: 0 is the scarcest month there is.
    stock_t : ndarray
    regime : ndarray of int
        The regime, or on a given path the one whose loss is nearest.
    """

    loss: Floats
    percentile: Floats
    stock_t: Floats
    regime: Ints


class Rule(Protocol):
    """Decides a month from what is seen."""

    @property
    def name(self) -> str:
        """Its id."""

    @property
    def target_days(self) -> float:
        """Where the stock comes to rest, in days of use."""

    def levels(self, importer: Importer, step_days: float) -> Floats:
        """Stocks at which it is read, equally spaced from 0; the highest is as much as it ever holds. [t]"""

    def decide(self, importer: Importer, seen: Seen) -> tuple[Floats, Floats]:
        """Release and purchase of the month. [t]"""


@dataclass(frozen=True, slots=True)
class Months:
    """Months of a rule: quantities [t] and costs [USD], arrays of one shape.

    Attributes
    ----------
    stock_t, after_t : ndarray
        Stock at the beginning and at the end.
    release_t, purchase_t, short_t : ndarray
        `release_t` may hold what is given away; `short_t` is what is missing after the release.
    shortage_usd, purchase_usd, holding_usd : ndarray
    """

    stock_t: Floats
    release_t: Floats
    purchase_t: Floats
    short_t: Floats
    after_t: Floats
    shortage_usd: Floats
    purchase_usd: Floats
    holding_usd: Floats

    @property
    def cost_usd(self) -> Floats:
        """All three together."""
        found: Floats = self.shortage_usd + self.purchase_usd + self.holding_usd
        return found


@dataclass(frozen=True, slots=True)
class Tariff:
    """What shortage, purchase and stock of any size cost one importer."""

    short_t: Floats
    short_usd: Floats
    bought_t: Floats
    bought_usd: Floats
    keeping: float  # USD a tonne and month

    @classmethod
    def of(cls, importer: Importer) -> Tariff:
        import numpy as np

        lack = importer.shortage()
        width, price = purchase_steps(importer.max_purchase, importer.impact)
        width, price = width * importer.month_t, price * importer.price_usd_per_t
        return cls(
            short_t=np.append(0.0, np.cumsum(lack.width)),
            short_usd=np.append(0.0, np.cumsum(lack.width * lack.price)),
            bought_t=np.append(0.0, np.cumsum(width)),
            bought_usd=np.append(0.0, np.cumsum(width * price)),
            keeping=importer.holding.rate * importer.price_usd_per_t / MONTHS,
        )


def month_of(importer: Importer, tariff: Tariff, rule: Rule, seen: Seen, surge: Floats) -> Months:
    """One month of a rule, kept within what can be done. `surge` is the price as a multiple of the base."""
    import numpy as np

    out, buy = rule.decide(importer, seen)
    missing = seen.loss * importer.month_t
    most = np.inf if importer.max_release is None else importer.max_release * importer.month_t
    used = np.minimum(np.minimum(out, missing), most)
    out = np.minimum(used + np.clip(out - missing, 0.0, importer.month_t), seen.stock_t)
    used = np.minimum(used, out)
    limit = np.where(seen.loss <= importer.restock_up_to, importer.max_purchase * importer.month_t, 0.0)
    buy = np.clip(buy, 0.0, limit)
    after = seen.stock_t - out + buy
    short = missing - used
    return Months(
        stock_t=seen.stock_t,
        release_t=out,
        purchase_t=buy,
        short_t=short,
        after_t=after,
        shortage_usd=np.interp(short, tariff.short_t, tariff.short_usd),
        purchase_usd=surge * np.interp(buy, tariff.bought_t, tariff.bought_usd),
        holding_usd=tariff.keeping * after,
    )


def percentile_of(own: Regimes, loss: Floats) -> Floats:
    """Share of months in the long run with a larger loss, in percent; 0 is the scarcest."""
    import numpy as np

    order = np.argsort(own.loss[:, 0], kind="stable")
    steps, ahead = own.loss[order, 0], np.cumsum(own.stationary[order])
    place = np.searchsorted(steps, loss + 1e-12, side="right")
    found: Floats = 100 * np.clip(1 - np.append(0.0, ahead)[place], 0.0, 1.0)
    return np.where(place == len(steps), 0.0, found)


def _nearest(own: Regimes, loss: Floats) -> Ints:
    """The regime whose loss is nearest, the most frequent one of those."""
    import numpy as np

    away = np.abs(loss[..., None] - own.loss[:, 0])
    close = away <= away.min(axis=-1, keepdims=True) + 1e-9
    found: Ints = np.argmax(np.where(close, own.stationary, -1.0), axis=-1)
    return found


def checked(importer: Importer, regimes: Regimes, rule: Rule) -> Regimes:
    """The regimes as this importer sees them.

    Raises
    ------
    InputError
        All faults at once: of the importer, of who is asked for, or a stock that can never be filled.
    """
    checks = Checks()
    importer.faults(checks)
    if importer.member not in regimes.members:
        checks.add(f"importer: {importer.member!r} is not one of the members {', '.join(regimes.members)}")
    elif rule.target_days > 0 and importer.max_purchase == 0:
        checks.add(f"importer[{importer.member!r}].max_purchase: 0, so that {rule.name} can never be filled")
    elif rule.target_days > 0 and not (
        regimes.seen_by([importer.member]).loss[0, 0] <= importer.restock_up_to
    ):
        checks.add(
            f"importer[{importer.member!r}].restock_up_to: {importer.restock_up_to:g} is below the loss of "
            f"the normal regime, so that {rule.name} can never be filled"
        )
    checks.done()
    return regimes.seen_by([importer.member])


def play_rule(
    importer: Importer,
    regimes: Regimes,
    rule: Rule,
    loss: ArrayLike,
    *,
    start_days: ArrayLike | None = None,
) -> Months:
    """A rule on given losses, month by month.

    Parameters
    ----------
    importer : Importer
    regimes : Regimes
        They give the percentile of a loss, the price of a purchase at it, and, for the optimal policy, the
        regime that it looks like: the most frequent of those with the nearest loss.
    rule : Rule
    loss : array, shape (paths, months) or (months,)
        Share of use that is missing, 0 to 1.
    start_days : float or array, shape (paths,), optional
        Stock at the beginning; the rule's target if omitted.

    Returns
    -------
    Months
        Arrays of shape (paths, months).

    Raises
    ------
    InputError
        All faults at once.
    """
    import numpy as np

    own = checked(importer, regimes, rule)
    given = np.atleast_2d(np.asarray(loss, dtype=np.float64))
    checks = Checks()
    if given.ndim != 2 or not given.size:
        checks.add(f"loss: has the shape {given.shape}; give paths by months")
    elif not ((given >= 0) & (given <= 1)).all():
        path, month = np.argwhere(~((given >= 0) & (given <= 1)))[0]
        checks.add(f"loss[{path}, {month}]: {given[path, month]:g} is outside 0 to 1; give a share of use")
    start = _starts(checks, rule, start_days, len(given))
    checks.done()
    order = np.argsort(own.loss[:, 0], kind="stable")
    price = np.interp(given, own.loss[order, 0], own.price[order, 0])
    states = _nearest(own, given)
    return _played(importer, own, rule, given, price, states, start * importer.day_t)


def _starts(checks: Checks, rule: Rule, start_days: ArrayLike | None, paths: int) -> Floats:
    """Stock at the beginning of each path. [days]"""
    import numpy as np

    given: ArrayLike = rule.target_days if start_days is None else start_days
    if np.ndim(given) == 0:
        return np.full(paths, checks.number("start_days", given))
    found = np.array([checks.number("start_days", one) for one in np.asarray(given).ravel()])
    if len(found) != paths:
        checks.add(f"start_days: {len(found)} stocks for {paths} paths; give one for all, or one for each")
    return found


def _played(
    importer: Importer, own: Regimes, rule: Rule, loss: Floats, price: Floats, states: Ints, start: Floats
) -> Months:
    import numpy as np

    tariff, percentile = Tariff.of(importer), percentile_of(own, loss)
    stock = start
    found = []
    for t in range(loss.shape[1]):
        seen = Seen(loss[:, t], percentile[:, t], stock, states[:, t])
        month = month_of(importer, tariff, rule, seen, price[:, t])
        stock = month.after_t
        found.append(month)
    return Months(*(np.column_stack([getattr(month, name) for month in found]) for name in Months.__slots__))


@dataclass(frozen=True, kw_only=True)
class SimulatedRule:
    """A rule on random paths.

    Attributes
    ----------
    cost_usd, cost_error : float
        Mean of a year, and its standard error over paths.
    short_share, short_error : float
        Share of use that stays missing.
    worst_usd : float
        Mean shortage cost of the worst 5 % of years. [USD/year]
    worst_short_days : float
        Mean days of use that stay missing in the 5 % of years that lack most.
    years : int
        Years behind these numbers, all paths together.
    """

    cost_usd: float
    cost_error: float
    short_share: float
    short_error: float
    worst_usd: float
    worst_short_days: float
    years: int


def simulate_rule(
    importer: Importer,
    regimes: Regimes,
    rule: Rule,
    *,
    paths: int = 1000,
    years: int = 20,
    warm_up: int = 15,
    seed: int = 0,
) -> SimulatedRule:
    """Play a rule on random paths of regimes; nobody knows what comes.

    Parameters
    ----------
    importer, regimes, rule
    paths, years : int
    warm_up : int
        Years before those that are counted; paths begin in the normal regime with a full stock.
    seed : int
        The same seed gives the same paths to every rule.

    Raises
    ------
    InputError
        All faults at once.
    """
    import numpy as np

    from pactolus.solvers.risk_measures import cvar

    checks = Checks()
    checks.number("paths", paths, least=2, whole=True)
    checks.number("years", years, least=1, whole=True)
    checks.number("warm_up", warm_up, whole=True)
    checks.done()
    own = checked(importer, regimes, rule)
    states = regime_paths(own, paths=paths, months=MONTHS * (years + warm_up), seed=seed)
    loss, price = own.loss[states, 0], own.price[states, 0]
    start = np.full(len(loss), rule.target_days * importer.day_t)
    played = _played(importer, own, rule, loss, price, states, start)

    def by_year(months: Floats) -> Floats:
        found: Floats = months[:, MONTHS * warm_up :].reshape(paths, years, MONTHS).sum(axis=2)
        return found

    cost, short = by_year(played.cost_usd), by_year(played.short_t) / importer.use_t
    root = np.sqrt(paths)
    return SimulatedRule(
        cost_usd=float(cost.mean()),
        cost_error=float(cost.mean(axis=1).std(ddof=1) / root),
        short_share=float(short.mean()),
        short_error=float(short.mean(axis=1).std(ddof=1) / root),
        worst_usd=cvar(by_year(played.shortage_usd).ravel(), 1 - WORST),
        worst_short_days=DAYS * cvar(short.ravel(), 1 - WORST),
        years=paths * years,
    )
