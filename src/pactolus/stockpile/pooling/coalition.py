"""One setting of a pool: what it costs alone, pooled, and with loans, for two to twelve members.

Up to about seven members a pool is solved as it is (`exact`): what is left open is the width of the levels.
With more, its cost lies between two numbers (`bounds`): that of two pools of half the members each, which is
one of the things that they could do together, and that of `chains.averaged`, which costs at most as much.
Rules with a lag are played on the same random paths for all (`simulated`).

Members pay different prices for what one customs code holds, because its forms and grades differ. If tonnes
were exchanged one for one, a pool would seem to gain by serving the dear with the cheap. So a tonne here is a
tonne at the mean price of the coalition, and lots change hands at equal value (`at_one_value`); what each
member pays alone does not change by that.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final

from pactolus.stockpile.base.curves import Curve, month
from pactolus.stockpile.pooling.chains import SharedRisk, averaged
from pactolus.stockpile.rules.standing import standing_stock
from pactolus.stockpile.stocks.continuous import Importer, SizedStock, size_on, sized
from pactolus.stockpile.stocks.joint import Imports, offered, pool_stock, pooled_months
from pactolus.stockpile.stocks.loans import Lending, lending

if TYPE_CHECKING:
    from pactolus.stockpile.base.regimes import Regimes

__all__ = ["ALONE", "RULES", "PoolFound", "PoolTerms", "arrangements", "at_one_value", "pool_of"]

#: Levels of a pool's store; the error that they leave is in the range.
LEVELS: Final = 240
FINER: Final = 4
#: digits of a cost [USD/year] that do not hang on how many threads a library takes, and of days
CENTS: Final = 2
#: what a gain is counted against
ALONE: Final = "optimal alone"
RULES: Final = "day rules"


@dataclass(frozen=True, kw_only=True)
class PoolTerms:
    """What was agreed, as far as a pool needs it.

    Attributes
    ----------
    lag_months : int
        That a transfer is under way.
    cap : float
        Part of its free stock that a member has to lend.
    free : mapping of str to float
        Part of each member's stock that may go to all others.
    form : mapping of str to float
        Part of each member's stock whose form all others use too.
    no_transfer : tuple of str
        Members that choose to stand outside.
    day_targets : mapping of str to float
        Days that members aim to hold today.
    imports : str
        As in `pool_stock`.
    paths, years, seed : int
    step_days : float
    keeping : mapping of str to float
        What keeping a stock costs in each member, as a multiple of the setting's; 1 if not given.
    """

    lag_months: int = 1
    cap: float = 0.5
    free: Mapping[str, float] = field(default_factory=dict)
    form: Mapping[str, float] = field(default_factory=dict)
    no_transfer: tuple[str, ...] = ()
    day_targets: Mapping[str, float] = field(default_factory=dict)
    imports: Imports = "own"
    paths: int = 500
    years: int = 20
    seed: int = 0
    step_days: float = 5.0
    keeping: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class PoolFound:
    """A pool beside its members alone.

    Attributes
    ----------
    alone : tuple of SizedStock
    alone_usd : float
        Sum of the costs alone. [USD/year]
    gain_usd : tuple of float
        Low and high. [USD/year]
    pool : SizedStock or None
        None where there are only bounds.
    method : str
        ``exact`` or ``bounds``.
    """

    alone: tuple[SizedStock, ...]
    alone_usd: float
    gain_usd: tuple[float, float]
    pool: SizedStock | None
    method: str


def at_one_value(
    importers: Sequence[Importer], keeping: Mapping[str, float] | None = None
) -> tuple[Importer, ...]:
    """The same members with tonnes at their mean price, so that lots are exchanged at equal value.

    Use is worth as much as before, and so is every cost that a member has alone; only the unit changes.

    Parameters
    ----------
    importers : sequence of Importer
    keeping : mapping of str to float, optional
        As in `PoolTerms`.

    Examples
    --------
    >>> dear = Importer(member="A", use_t=100, denominator="use", price_usd_per_t=3)
    >>> cheap = Importer(member="B", use_t=100, denominator="use", price_usd_per_t=1)
    >>> [(each.use_t, each.price_usd_per_t) for each in at_one_value([dear, cheap])]
    [(150.0, 2.0), (50.0, 2.0)]
    """
    price = sum(each.use_t * each.price_usd_per_t for each in importers) / sum(e.use_t for e in importers)
    found = []
    for each in importers:
        part = (keeping or {}).get(each.member, 1.0)
        held = each.holding
        held = replace(
            held,
            financing=held.financing * part,
            storage=held.storage * part,
            deterioration=held.deterioration * part,
            rotation_loss=held.rotation_loss * part,
        )
        found.append(
            replace(
                each, use_t=each.use_t * each.price_usd_per_t / price, price_usd_per_t=price, holding=held
            )
        )
    return tuple(found)


def step_of(importers: Sequence[Importer], step_days: float) -> float:
    """Width of the common levels. [t]"""
    room = sum(each.max_days * each.day_t for each in importers)
    return max(step_days * min(each.day_t for each in importers), room / LEVELS)


def pool_of(
    importers: Sequence[Importer], risk: SharedRisk, *, imports: Imports = "own", step_days: float = 5.0
) -> PoolFound:
    """The gain of one stock for all, exact or between bounds.

    Parameters
    ----------
    importers : sequence of Importer
        Two or more.
    risk : SharedRisk
        Of these, or of more.
    imports : {"own", "shared"}
    step_days : float
        As in `pool_stock`; wider where the pool would need more than 240 levels.
    """
    members = [each.member for each in importers]
    step_t = step_of(importers, step_days)
    if risk.regimes(members).count <= risk.most:
        days = step_t / min(each.day_t for each in importers)
        found = pool_stock(importers, risk.regimes(members), imports=imports, step_days=days)
        return PoolFound(
            alone=found.alone,
            alone_usd=found.alone_usd,
            gain_usd=found.gain_usd,
            pool=found.pool,
            method="exact",
        )
    alone = tuple(_alone(each, risk, step_t, 1) for each in importers)
    fine = sum(_alone(each, risk, step_t, FINER).cost_usd for each in importers)
    total = sum(each.cost_usd for each in alone)
    most = sum(_joint(part, risk, step_t, imports) for part in halves(importers))
    least = _least(importers, risk, step_t, imports)
    low = max(0.0, min(fine, total) - most)
    return PoolFound(
        alone=alone, alone_usd=total, gain_usd=(low, max(low, total - least)), pool=None, method="bounds"
    )


def _alone(each: Importer, risk: SharedRisk, step_t: float, finer: int) -> SizedStock:
    span = max(1, -int(-each.max_days * each.day_t // step_t))
    return size_on(each, risk.regimes([each.member]), step_t=step_t / finer, levels=span * finer + 1)


def halves(importers: Sequence[Importer]) -> list[list[Importer]]:
    """Two groups of like size: the largest use to one, the next two to the other, and so on.

    Examples
    --------
    >>> use = {"A": 4, "B": 3, "C": 2, "D": 1}
    >>> some = [Importer(member=m, use_t=t, denominator="use", price_usd_per_t=1) for m, t in use.items()]
    >>> [[each.member for each in part] for part in halves(some)]
    [['A', 'D'], ['B', 'C']]
    """
    order = sorted(importers, key=lambda each: (-each.use_t * each.price_usd_per_t, each.member))
    groups: list[list[Importer]] = [[], []]
    for number, each in enumerate(order):
        groups[(number + 1) // 2 % 2].append(each)
    return groups


def levels_of(importers: Sequence[Importer], step_t: float) -> int:
    """Levels of the joint store: the members' stores one on the other."""
    return 1 + sum(max(1, -int(-each.max_days * each.day_t // step_t)) for each in importers)


def _joint(importers: Sequence[Importer], risk: SharedRisk, step_t: float, imports: Imports) -> float:
    """Cost of one stock of some members; of one, alone; of too many, in halves. [USD/year]"""
    if len(importers) == 1:
        return _alone(importers[0], risk, step_t, 1).cost_usd
    regimes = risk.regimes([each.member for each in importers])
    if regimes.count > risk.most:
        return sum(_joint(part, risk, step_t, imports) for part in halves(importers))
    return joint_stock(importers, regimes, step_t=step_t, imports=imports).cost_usd


def joint_stock(
    importers: Sequence[Importer],
    regimes: Regimes,
    *,
    step_t: float,
    imports: Imports = "own",
    discount_per_year: float | None = None,
) -> SizedStock:
    """One stock of some members on given levels, without checks; `discount_per_year` as in `size_stock`."""
    own = regimes.seen_by([each.member for each in importers])
    months = pooled_months(importers, own, imports)
    levels = levels_of(importers, step_t)
    return sized(importers, own, months, step_t=step_t, levels=levels, discount_per_year=discount_per_year)


def _least(importers: Sequence[Importer], risk: SharedRisk, step_t: float, imports: Imports) -> float:
    """A cost that the pool cannot fall below: some members' aimed losses at their means. [USD/year]"""
    regimes, buys = averaged(risk, importers)
    spare = sum(each.month_t for each in importers)
    curves: list[Curve] = []
    for loss, price, may in zip(regimes.loss, regimes.price, buys, strict=True):
        purchase = importers[0].purchase(1.0, 1.0)  # no step
        for each, its_price, part in zip(importers, price, may, strict=True):
            some = replace(each, max_purchase=each.max_purchase * float(part))
            purchase = purchase.joined(some.purchase(0.0, float(its_price)))
        release, begin = offered(importers, loss, imports)
        curves.append(month(release, purchase, begin, spare))
    levels = levels_of(importers, step_t)
    return sized(importers, regimes, curves, step_t=step_t, levels=levels, discount_per_year=None).cost_usd


def arrangements(
    importers: Sequence[Importer], risk: SharedRisk, terms: PoolTerms, pool: PoolFound | None = None
) -> list[dict[str, Any]]:
    """Every arrangement under one setting; `pool` of `pool_of` where it is known.

    Returns
    -------
    list of dict
        ``counterfactual, arrangement, base_usd, gain_low_usd, gain_high_usd, error_usd, method`` and
        ``gains``: what each member gains (mean, standard error), where the arrangement says it. A range
        without width is a mean, with `error_usd` its standard error.
    """
    pool = pool or pool_of(importers, risk, imports=terms.imports, step_days=terms.step_days)
    regimes = risk.regimes([each.member for each in importers])
    rows = [_bracket("pool", pool.alone_usd, pool.gain_usd, pool.method)]
    if pool.method == "exact":
        quiet = max(0.0, pool.alone_usd - _quiet(importers, regimes, terms).cost_usd)
        ends = (max(0.0, quiet - (pool.gain_usd[1] - pool.gain_usd[0])), quiet)
        rows.append(_bracket("pool, buying in quiet months", pool.alone_usd, ends, "exact"))
    lent = _loans(importers, pool.alone, regimes, terms)
    rows += [_lent(ALONE, name, found) for name, found in lent.items()]
    free = lent.get("loans, free lots")
    if free is not None:
        nothing = all(terms.free.get(each.member, 0.0) == 0 for each in importers)
        low = max(0.0, float(free.saving_usd.sum()))
        high = max(low, 0.0 if nothing else pool.gain_usd[1])
        rows.append(_bracket("pool, free lots", pool.alone_usd, (low, high), "bounds"))
    for member in terms.no_transfer:
        rows += _without(member, importers, risk, terms, pool)
    rows += _under_rules(importers, regimes, terms)
    return rows


def _quiet(importers: Sequence[Importer], regimes: Regimes, terms: PoolTerms) -> SizedStock:
    """The pool that buys nothing while any member is short: nobody's imports serve another's need."""
    own = regimes.seen_by([each.member for each in importers])
    nothing = [replace(each, max_purchase=0.0) for each in importers]
    months = pooled_months(importers, own, terms.imports)
    still = pooled_months(nothing, own, terms.imports)
    limits = [each.restock_up_to for each in importers]
    curves = [
        one if all(part <= limit for part, limit in zip(loss, limits, strict=True)) else other
        for loss, one, other in zip(own.loss, months, still, strict=True)
    ]
    step_t = step_of(importers, terms.step_days)
    levels = levels_of(importers, step_t)
    return sized(importers, own, curves, step_t=step_t, levels=levels, discount_per_year=None)


def _loans(
    importers: Sequence[Importer], stocks: Sequence[SizedStock], regimes: Regimes, terms: PoolTerms
) -> dict[str, Lending]:
    """Loans as agreed; with places swapped, so that nothing travels; of like forms; of free lots only."""

    def played(lag: int, caps: Sequence[float]) -> Lending:
        return lending(
            importers,
            stocks,
            regimes,
            lag_months=lag,
            cap=caps,
            paths=terms.paths,
            years=terms.years,
            seed=terms.seed,
        )

    full = [terms.cap] * len(importers)
    found = {"loans": played(terms.lag_months, full)}
    if terms.lag_months:
        found["loans, places swapped"] = played(0, full)
    capped: dict[str, list[float]] = {}
    if terms.form:
        capped["loans, same form only"] = [terms.cap * terms.form.get(each.member, 0.0) for each in importers]
    if terms.free:
        capped["loans, free lots"] = [min(terms.cap, terms.free.get(each.member, 0.0)) for each in importers]
    for name, caps in capped.items():
        same = all(abs(cap - terms.cap) < 1e-9 for cap in caps)
        found[name] = found["loans"] if same else played(terms.lag_months, caps)
    return found


def _without(
    member: str, importers: Sequence[Importer], risk: SharedRisk, terms: PoolTerms, pool: PoolFound
) -> list[dict[str, Any]]:
    """The others together, and this member alone."""
    others = [each for each in importers if each.member != member]
    name = f"without {member}"
    if len(others) < 2:
        return [_bracket(f"pool {name}", pool.alone_usd, (0.0, 0.0), "exact")]
    part = pool_of(others, risk, imports=terms.imports, step_days=terms.step_days)
    rows = [_bracket(f"pool {name}", pool.alone_usd, part.gain_usd, part.method)]
    regimes = risk.regimes([each.member for each in others])
    lent = _loans(others, part.alone, regimes, replace(terms, form={}, free={}))["loans"]
    return [*rows, _lent(ALONE, f"loans {name}", lent, base=pool.alone_usd)]


def _under_rules(importers: Sequence[Importer], regimes: Regimes, terms: PoolTerms) -> list[dict[str, Any]]:
    """Loans between stocks that follow today's day rules; of members that have one."""
    ruled = [each for each in importers if each.member in terms.day_targets]
    if len(ruled) < 2:
        return []
    own = regimes.seen_by([each.member for each in ruled])
    stocks = [standing_stock(each, own, terms.day_targets[each.member]) for each in ruled]
    lent = _loans(ruled, stocks, own, replace(terms, form={}))
    rows = [_lent(RULES, name, found) for name, found in lent.items()]
    for member in terms.no_transfer:
        others = [each for each in ruled if each.member != member]
        base = rows[0]["base_usd"]
        if len(others) < 2:
            rows.append(_bracket(f"loans without {member}", base, (0.0, 0.0), "exact", RULES))
            continue
        part = own.seen_by([each.member for each in others])
        rest = [stock for stock in stocks if stock.members != (member,)]
        found = _loans(others, rest, part, replace(terms, form={}, free={}))["loans"]
        rows.append(_lent(RULES, f"loans without {member}", found, base=base))
    return rows


def _bracket(
    name: str, base: float, gain: tuple[float, float], method: str, counterfactual: str = ALONE
) -> dict[str, Any]:
    return {
        "counterfactual": counterfactual,
        "arrangement": name,
        "base_usd": round(base, CENTS),
        "gain_low_usd": round(gain[0], CENTS),
        "gain_high_usd": round(gain[1], CENTS),
        "error_usd": None,
        "method": method,
        "gains": {},
    }


def _lent(counterfactual: str, name: str, found: Lending, base: float | None = None) -> dict[str, Any]:
    saved = round(float(found.saving_usd.sum()), CENTS)
    return {
        "counterfactual": counterfactual,
        "arrangement": name,
        "base_usd": round(float(found.alone_usd.sum()) if base is None else base, CENTS),
        "gain_low_usd": saved,
        "gain_high_usd": saved,
        "error_usd": round(float(found.error_usd[-1]), CENTS),
        "method": "simulated",
        "gains": {
            member: (round(float(gain), CENTS), round(float(error), CENTS))
            for member, gain, error in zip(found.members, found.saving_usd, found.error_usd, strict=False)
        },
    }
