"""Who pays for a joint stock: what every coalition would pay, and rules that share it.

All coalitions are priced by one evaluator, on levels of one width and on one chain of regimes. Whatever two
groups do apart they can do together, so that joining never costs anything (`sharing.pooling_loss` is 0 but
for rounding), and a core is not empty for want of digits.

Rules share money. Where stocks are lent and given back and nobody pays, each member keeps what the loans
bring to it; that is a row too (``loans, nobody pays``), because a member may then gain nothing or lose.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import combinations
from typing import TYPE_CHECKING, Any, Final

from pactolus.errors import NoAnswerError, OptionError
from pactolus.runs.executor import executor
from pactolus.runs.progress import Progress, silent
from pactolus.sharing.explaining import compare, explain
from pactolus.sharing.games import CostGame, Game, ValueGame, coalition_name
from pactolus.stockpile.members.needs import SETTINGS, Need, Setting
from pactolus.stockpile.pooling.chains import SharedRisk, shared_risk
from pactolus.stockpile.pooling.coalition import PoolTerms, at_one_value, joint_stock, pool_of, step_of
from pactolus.stockpile.pooling.one_period import one_period_pool
from pactolus.stockpile.pooling.together import check_members, needs_of
from pactolus.stockpile.stocks.continuous import Importer, size_on
from pactolus.stockpile.stocks.joint import Imports
from pactolus.stockpile.stocks.loans import lending

if TYPE_CHECKING:
    import polars as pl

    from pactolus.catalogue.world import World
    from pactolus.disruption.random_years.hazards import Expert
    from pactolus.disruption.scenarios.reach import Place
    from pactolus.policy.register import Register

__all__ = [
    "COALITION_COLUMNS",
    "MOST_IN_GAME",
    "SPLIT_COLUMNS",
    "StockSplit",
    "check_few",
    "check_weights",
    "coalition_costs",
    "every_coalition",
    "game_of",
    "rule_rows",
    "split_notes",
    "split_places",
]

#: members of a game that is worked out coalition by coalition
MOST_IN_GAME: Final = 6
_HEAD: Final = ("mineral", "stage", "members", "year")
#: Columns of `StockSplit.table`.
SPLIT_COLUMNS: Final = (
    *_HEAD,
    "rule",
    "view",
    "member",
    "alone_usd",
    "amount_usd",
    "gain_usd",
    "gain_low_usd",
    "gain_high_usd",
    "low_at",
    "high_at",
    "share_of_gain",
    "core_gap_usd",
    "in_core",
    "leaves_core_at",
    "findings",
    "compensation_usd",
    "mended_usd",
    "status",
)
#: Columns of `StockSplit.coalitions`.
COALITION_COLUMNS: Final = (*_HEAD, "setting", "coalition", "size", "cost_usd", "saving_usd")
POOL: Final = "pool"
PERIOD: Final = "one period, second view"
BARTER: Final = "loans, nobody pays"


@dataclass(frozen=True, kw_only=True)
class StockSplit:
    """How the cost of a joint stock can be shared.

    Attributes
    ----------
    table : polars.DataFrame
        `SPLIT_COLUMNS`, one row a mineral, stage, rule and member. Amounts are USD a year at the middle
        setting; gains span all settings. `compensation_usd` is what a member receives (negative: pays) so
        that nobody gains by leaving. `leaves_core_at` names the settings under which a rule leaves the core.
    coalitions : polars.DataFrame
        `COALITION_COLUMNS`, what every coalition pays.
    games : mapping of ((mineral, stage), setting) to CostGame
    notes : tuple of str
    """

    table: pl.DataFrame
    coalitions: pl.DataFrame
    games: Mapping[tuple[Place, str], CostGame]
    notes: tuple[str, ...]


def coalition_costs(
    importers: Sequence[Importer],
    risk: SharedRisk,
    *,
    imports: Imports = "own",
    step_days: float = 5.0,
    workers: int = 1,
    cluster: str | None = None,
    progress: Progress = silent,
) -> CostGame:
    """What every coalition pays for its best stock, all on the same levels.

    Parameters
    ----------
    importers : sequence of Importer
        2 to 6, at one price (`coalition.at_one_value`).
    risk : SharedRisk
    imports, step_days
        As in `coalition.pool_of`.
    workers, cluster, progress
        As in `pactolus.runs`.

    Returns
    -------
    CostGame
        [USD/year]

    Raises
    ------
    OptionError
        If there are fewer than 2 or more than 6.

    Examples
    --------
    >>> from pactolus.stockpile.base.regimes import Supplier
    >>> from pactolus.stockpile.pooling.chains import shared_risk
    >>> names = ["KOR", "JPN"]
    >>> one = Supplier(name="AAA", share=dict.fromkeys(names, 0.9), onset_per_year=0.12, targeted=0.6)
    >>> both = [Importer(member=n, use_t=100, denominator="use", price_usd_per_t=1.0) for n in names]
    >>> game = coalition_costs(both, shared_risk([one], both), step_days=30)
    >>> 0 < game.savings().grand < 0.3 * game.alone.total
    True
    """
    members = [each.member for each in importers]
    check_few(members)
    coalitions = every_coalition(len(members))
    data = {"": (tuple(importers), risk, step_of(importers, step_days), imports)}
    with executor(workers, cluster) as runner:
        tasks = [("", some) for some in coalitions]
        costs = list(runner.each(_priced, tasks, data=data, named=lambda _: "coalitions", progress=progress))
    return game_of(members, coalitions, costs)


def split_places(
    world: World,
    places: Sequence[Place],
    members: Sequence[str],
    *,
    measures: Register,
    on: date,
    year: int | None = None,
    settings: Mapping[str, Setting] = SETTINGS,
    terms: PoolTerms | None = None,
    weights: Mapping[str, float] | None = None,
    declared: Mapping[tuple[str, str, str], float] | None = None,
    expert: Expert | None = None,
    hs_codes: Mapping[Place, Sequence[str]] | None = None,
    workers: int = 1,
    cluster: str | None = None,
    progress: Progress = silent,
) -> StockSplit:
    """Share the cost of a joint stock by every rule of `sharing`.

    Parameters
    ----------
    world, places, members, measures, on, year, settings, terms, declared, expert, hs_codes
        As in `together.pool_places`; 2 to 6 members.
    weights : mapping of str to float, optional
        Bargaining power of all members, summing to 1; equal if omitted.
    workers, cluster, progress
        As in `pactolus.runs`.

    Raises
    ------
    OptionError
        If members are too few, too many or repeated, or weights do not fit.
    NoAnswerError
        If no place has two members with trade and a risk that they share.
    """
    agreed = terms or PoolTerms()
    check_members(members, agreed.no_transfer)
    check_few(members)
    check_weights(weights, members)
    notes: list[str] = []
    ready: dict[Place, dict[str, Need]] = {}
    for place in places:
        found = needs_of(
            world, place, members, settings, measures, on, year, declared or {}, expert, hs_codes or {}
        )
        if isinstance(found, str):
            notes.append(found)
            continue
        need = next(iter(found.values()))
        notes += need.notes
        if len(need.members) < 2 or not _risk(need, agreed).suppliers:
            notes.append(f"{place[0]} ({place[1]}): no two members with a risk that a stock could meet")
            continue
        ready[place] = found
    if not ready:
        raise NoAnswerError("\n".join(dict.fromkeys(notes)) or "no mineral that two of the members import")
    games = _games(ready, agreed, workers, cluster, progress)
    rows, shown = [], []
    for place, needs in ready.items():
        own = {name: games[place, name] for name in needs}
        rows += rule_rows(needs, own, weights)
        rows += _one_period(next(iter(needs.values())), agreed)
        rows += _barter(next(iter(needs.values())), agreed)
        shown += [row for name, game in own.items() for row in _costs(needs[name], name, game)]
        notes += split_notes(place, next(iter(own.values())), weights)
    return StockSplit(
        table=_frame(rows, SPLIT_COLUMNS),
        coalitions=_frame(shown, COALITION_COLUMNS),
        games=games,
        notes=tuple(dict.fromkeys(notes)),
    )


def check_weights(weights: Mapping[str, float] | None, members: Sequence[str]) -> None:
    """Refuse weights that are not one positive number for each member, summing to 1."""
    if weights is None:
        return
    faults = [f"weights: none for {m}; give one for each member" for m in members if m not in weights]
    faults += [
        f"weights: {m} is not one of the members {', '.join(members)}" for m in weights if m not in members
    ]
    faults += [
        f"weights: {m} has {w:g}; give a positive number"
        for m, w in weights.items()
        if not (math.isfinite(w) and w > 0)
    ]
    total = math.fsum(weights.values())
    if not faults and abs(total - 1) > 1e-6:
        faults.append(f"weights: sum to {total:g}, not to 1")
    if faults:
        raise OptionError("\n".join(faults))


def check_few(members: Sequence[str]) -> None:
    if not 2 <= len(members) <= MOST_IN_GAME:
        raise OptionError(
            f"members: {len(members)} ({', '.join(members)}); every coalition is priced for 2 to "
            f"{MOST_IN_GAME} members, so leave some out or join them (FRA+DEU)"
        )


def every_coalition(n: int) -> list[tuple[int, ...]]:
    """Members of every coalition, the largest first, so that workers end together."""
    return [some for count in range(n, 0, -1) for some in combinations(range(n), count)]


def _priced(data: Mapping[Any, Any], task: tuple[Any, tuple[int, ...]]) -> float:
    """Cost of one coalition. [USD/year]"""
    importers, risk, step_t, imports = data[task[0]]
    some = [importers[i] for i in task[1]]
    regimes = risk.regimes([each.member for each in importers])
    if len(some) == 1:
        span = max(1, -int(-some[0].max_days * some[0].day_t // step_t))
        return size_on(some[0], regimes, step_t=step_t, levels=span + 1).cost_usd
    return joint_stock(some, regimes, step_t=step_t, imports=imports).cost_usd


def game_of(
    members: Sequence[str], coalitions: Sequence[tuple[int, ...]], costs: Sequence[float]
) -> CostGame:
    amounts = {
        frozenset(members[i] for i in some): round(cost, 2)
        for some, cost in zip(coalitions, costs, strict=True)
    }
    return CostGame(amounts, members)


def _risk(need: Need, terms: PoolTerms) -> SharedRisk:
    return shared_risk(need.suppliers, at_one_value(need.importers, terms.keeping))


def _games(
    ready: Mapping[Place, Mapping[str, Need]],
    terms: PoolTerms,
    workers: int,
    cluster: str | None,
    progress: Progress,
) -> dict[tuple[Place, str], CostGame]:
    """The game of every place and setting."""
    data, tasks = {}, []
    for place, needs in ready.items():
        for name, need in needs.items():
            importers = at_one_value(need.importers, terms.keeping)
            step_t = step_of(importers, terms.step_days)
            data[place, name] = (importers, shared_risk(need.suppliers, importers), step_t, terms.imports)
            tasks += [((place, name), some) for some in every_coalition(len(importers))]
    with executor(workers, cluster) as runner:
        answers = runner.each(_priced, tasks, data=data, named=_named, progress=progress)
        costs = dict(zip(tasks, answers, strict=True))
    found = {}
    for key, (importers, *_) in data.items():
        members = [each.member for each in importers]
        coalitions = every_coalition(len(members))
        found[key] = game_of(members, coalitions, [costs[key, some] for some in coalitions])
    return found


def _named(task: tuple[tuple[Place, str], tuple[int, ...]]) -> str:
    (place, setting), some = task
    return f"{place[0]} ({place[1]}), {setting}, {len(some)} members"


def _head(need: Need) -> dict[str, Any]:
    return {
        "mineral": need.mineral,
        "stage": need.stage,
        "members": "+".join(need.members),
        "year": need.year,
    }


def rule_rows(
    needs: Mapping[str, Need], games: Mapping[str, CostGame], weights: Mapping[str, float] | None
) -> list[dict[str, Any]]:
    """Every rule at the middle, and its gains over all settings."""
    need, game = next(iter(needs.values())), next(iter(games.values()))
    use = {each.member: each.use_t for each in need.importers}
    power = None if weights is None else {m: weights[m] for m in need.members}
    tables = {name: compare(one, consumption=use, weights=power) for name, one in games.items()}
    by_rule: dict[str, dict[str, dict[str, dict[str, Any]]]] = {}
    for name, table in tables.items():
        for row in table.iter_rows(named=True):
            by_rule.setdefault(row["rule"], {}).setdefault(name, {})[row["member"]] = row
    rows = []
    for rule, cases in by_rule.items():
        middle = next(iter(cases.values()))
        if any(row["amount"] is None for row in middle.values()):
            rows += [
                _head(need) | {"rule": rule, "view": POOL, "member": m, "status": "not_applicable"}
                for m in need.members
            ]
            continue
        own = _explained(need, rule, POOL, game, {m: row["amount"] for m, row in middle.items()})
        leaves = [
            name for name, found in cases.items() if any(row["in_core"] is False for row in found.values())
        ]
        for row in own:
            gains = {
                name: found[row["member"]]["gain"]
                for name, found in cases.items()
                if found[row["member"]]["gain"] is not None
            }
            rows.append(row | _ends(gains) | {"leaves_core_at": ", ".join(leaves) or None})
    return rows


def _ends(gains: Mapping[str, float]) -> dict[str, Any]:
    low, high = min(gains, key=lambda n: gains[n]), max(gains, key=lambda n: gains[n])
    return {"gain_low_usd": gains[low], "gain_high_usd": gains[high], "low_at": low, "high_at": high}


def _explained(
    need: Need, rule: str, view: str, game: Game, amounts: Mapping[str, float]
) -> list[dict[str, Any]]:
    """One split of one game, with what it means for each member."""
    found = explain(game, amounts)
    gained = found.gain.total
    findings = list(found.findings)
    rows = []
    for member, amount in found.split.items():
        rows.append(
            _head(need)
            | {
                "rule": rule,
                "view": view,
                "member": member,
                "alone_usd": found.alone[member],
                "amount_usd": amount,
                "gain_usd": found.gain[member],
                "share_of_gain": found.gain[member] / gained if gained > 0 else None,
                "core_gap_usd": float(found.gap),
                "in_core": found.gap.in_core,
                "findings": ", ".join(findings) or None,
                "compensation_usd": found.compensation[member],
                "mended_usd": found.mended[member],
                "status": "ok",
            }
        )
    return rows


def _one_period(need: Need, terms: PoolTerms) -> list[dict[str, Any]]:
    """The Owen point of the programme of one period."""
    importers = at_one_value(need.importers, terms.keeping)
    risk = shared_risk(need.suppliers, importers)
    months = max(risk.suppliers[0].mean_months, 1.0)
    found = one_period_pool(importers, risk.regimes(need.members), months=months)
    return _explained(need, "owen", PERIOD, found.game, found.split)


def _barter(need: Need, terms: PoolTerms) -> list[dict[str, Any]]:
    """Loans that are given back, without any payment: who gains, and what would make up to who does not.

    Only staying alone is counted as an alternative here.
    """
    importers = at_one_value(need.importers, terms.keeping)
    risk = shared_risk(need.suppliers, importers)
    stocks = pool_of(importers, risk, imports=terms.imports, step_days=terms.step_days).alone
    found = lending(
        importers,
        stocks,
        risk.regimes(need.members),
        lag_months=terms.lag_months,
        cap=terms.cap,
        paths=terms.paths,
        years=terms.years,
        seed=terms.seed,
    )
    saved = {m: round(gain, 2) for m, gain in zip(found.members, found.saving_usd.tolist(), strict=True)}
    whole = frozenset(found.members)
    total = math.fsum(saved.values())
    game = ValueGame.from_function(found.members, lambda some: total if some == whole else 0.0)
    rows = _explained(need, BARTER, "loans, simulated", game, saved)
    for row, alone, cost in zip(
        rows, found.alone_usd.round(2).tolist(), found.lending_usd.round(2).tolist(), strict=True
    ):
        gain = row["gain_usd"]
        if total <= 0:
            row |= {"compensation_usd": None, "mended_usd": None}
        else:
            row["mended_usd"] = cost - row["compensation_usd"]
        row |= {"alone_usd": alone, "amount_usd": cost, "gain_low_usd": gain, "gain_high_usd": gain}
    return rows


def _costs(need: Need, setting: str, game: CostGame) -> list[dict[str, Any]]:
    """What every coalition pays and saves."""
    saved = game.savings()
    found = []
    for number in range(1, len(game.amounts)):
        some = game.coalition(number)
        found.append(
            _head(need)
            | {
                "setting": setting,
                "coalition": coalition_name(some, game.members),
                "size": len(some),
                "cost_usd": float(game.amounts[number]),
                "saving_usd": float(saved.amounts[number]),
            }
        )
    return found


def split_notes(place: Place, game: CostGame, weights: Mapping[str, float] | None) -> list[str]:
    what = f"{place[0]} ({place[1]})"
    found = [f"{what}: consumption share is the rule of the IEA for oil, an analogy here"]
    if len(game) == 2:
        found.append(
            f"{what}: with two members Shapley value, nucleolus and Nash with equal weights are all half of "
            "the gain each; what matters is who could do without, and weights"
        )
    if game.savings().grand <= 1e-9 * game.alone.total:
        found.append(f"{what}: together they gain nothing at the middle; there is nothing to share")
    if weights is not None:
        named = ", ".join(f"{m} {w:g}" for m, w in weights.items())
        found.append(f"{what}: nash with bargaining power {named}")
    return found


def _frame(rows: Sequence[Mapping[str, Any]], columns: Sequence[str]) -> pl.DataFrame:
    import polars as pl

    kinds: dict[str, Any] = {
        name: pl.Float64
        if name.endswith("_usd") or name == "share_of_gain"
        else pl.Int64
        if name in ("year", "size")
        else pl.Boolean
        if name == "in_core"
        else pl.String
        for name in columns
    }
    return pl.DataFrame([{name: row.get(name) for name in columns} for row in rows], schema=kinds)
