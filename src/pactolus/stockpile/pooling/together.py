"""What holding together is worth: the range of the gain, by arrangement, beside both counterfactuals.

There is no one gain. It is counted against members that each hold what is best for themselves (``optimal
alone``) and against today's day rules (``day rules``), for a pool without any lag and for loans with a lag
and a cap, with and without lots that may not be passed on, over every assumption of `needs.SETTINGS`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Any, Final

from pactolus.errors import NoAnswerError, OptionError
from pactolus.runs.executor import executor
from pactolus.runs.progress import Progress, silent
from pactolus.stockpile.members.lots import StockLot, form_match, free_shares, lots_of_imports, lots_table
from pactolus.stockpile.members.needs import SETTINGS, Need, Setting, need_of
from pactolus.stockpile.pooling.chains import shared_risk
from pactolus.stockpile.pooling.coalition import RULES, PoolTerms, arrangements, at_one_value, pool_of
from pactolus.stockpile.pooling.sites import SITE_COLUMNS, distances_of, sites_of, turnover_of
from pactolus.stockpile.pooling.tables import (
    ALONE_COLUMNS,
    CASE_COLUMNS,
    RANGE_COLUMNS,
    case_rows,
    framed,
    member_rows,
    range_rows,
)
from pactolus.stockpile.rules.standing import DayTarget, day_target

if TYPE_CHECKING:
    import polars as pl

    from pactolus.catalogue.world import World
    from pactolus.disruption.random_years.hazards import Expert
    from pactolus.disruption.scenarios.reach import Place
    from pactolus.policy.register import Register

__all__ = [
    "ALONE_COLUMNS",
    "CASE_COLUMNS",
    "FEWEST_MEMBERS",
    "MOST_MEMBERS",
    "RANGE_COLUMNS",
    "Agreed",
    "Together",
    "agreed_on",
    "check_members",
    "lots_of_places",
    "needs_of",
    "pool_places",
]

FEWEST_MEMBERS: Final = 2
MOST_MEMBERS: Final = 12


@dataclass(frozen=True, kw_only=True)
class Together:
    """What a coalition gains by holding together.

    Attributes
    ----------
    range : polars.DataFrame
        `RANGE_COLUMNS`, one row a mineral, stage and arrangement. `gain` is a share of `base_usd`, the cost
        of a year of what it is compared with; low and high span all settings, and `low_at`, `high_at` name
        them; `gain` and `gain_usd` are the middle setting's, missing where there are only bounds.
    cases : polars.DataFrame
        `CASE_COLUMNS`, the same one row a setting.
    alone : polars.DataFrame
        `ALONE_COLUMNS`, one row a member, and one for the pool. Days are of `use_t`, which `denominator`
        names.
    sites : polars.DataFrame
        Where a tonne is best held; `sites.SITE_COLUMNS` behind mineral and stage.
    lots : polars.DataFrame
        `lots.LOT_COLUMNS`.
    notes : tuple of str
    """

    range: pl.DataFrame
    cases: pl.DataFrame
    alone: pl.DataFrame
    sites: pl.DataFrame
    lots: pl.DataFrame
    notes: tuple[str, ...]


def pool_places(
    world: World,
    places: Sequence[Place],
    members: Sequence[str],
    *,
    measures: Register,
    on: date,
    year: int | None = None,
    settings: Mapping[str, Setting] = SETTINGS,
    terms: PoolTerms | None = None,
    lots: Sequence[StockLot] = (),
    declared: Mapping[tuple[str, str, str], float] | None = None,
    expert: Expert | None = None,
    hs_codes: Mapping[Place, Sequence[str]] | None = None,
    workers: int = 1,
    cluster: str | None = None,
    progress: Progress = silent,
) -> Together:
    """The gain of holding together, as a range.

    Parameters
    ----------
    world : World
    places : sequence of (mineral, stage)
    members : sequence of str
        2 to 12, each once.
    measures, on, year, expert, hs_codes
        As in `need_of`; `measures` also say which lots may pass on and which day rules hold.
    settings : mapping of str to Setting
        The first is the middle.
    terms : PoolTerms, optional
        Lag, cap, members that choose no transfer, paths and seed. Its free, form and day targets are filled
        in here.
    lots : sequence of StockLot
        Of members' own; others have the mix of their imports.
    declared : mapping of (mineral, stage, member) to float, optional
        Consumption a year. [t]
    workers, cluster
        Where settings are worked out; results do not depend on it.
    progress : Progress

    Raises
    ------
    OptionError
        If members are fewer than 2, more than 12, or stand twice; or somebody chooses no transfer who is no
        member.
    NoAnswerError
        If no place has two members with trade.
    """
    agreed = terms or PoolTerms()
    check_members(members, agreed.no_transfer)
    needs: dict[Place, dict[str, Need]] = {}
    notes: list[str] = []
    for place in places:
        found = needs_of(
            world, place, members, settings, measures, on, year, declared or {}, expert, hs_codes or {}
        )
        if isinstance(found, str):
            notes.append(found)
        else:
            needs[place] = found
    own = {
        place: agreed_on(world, place, next(iter(cases.values())), measures, on, agreed, lots, hs_codes or {})
        for place, cases in needs.items()
    }
    ready = {place: cases for place, cases in needs.items() if len(_middle(cases).members) > 1}
    tasks = [(place, name) for place, cases in ready.items() for name in cases]
    if not tasks:
        raise NoAnswerError("\n".join(dict.fromkeys(notes)) or "no mineral that two of the members import")
    data = {"needs": needs, "terms": {place: found.terms for place, found in own.items()}}
    with executor(workers, cluster) as runner:
        answers = runner.each(_studied, tasks, data=data, named=_named, progress=progress)
        studied = dict(zip(tasks, answers, strict=True))
    cases = [
        row for (place, name), found in studied.items() for row in case_rows(ready[place][name], name, found)
    ]
    alone = [
        row
        for place, kept in needs.items()
        for row in member_rows(
            kept,
            {name: studied[place, name] for name in kept if place in ready},
            own[place].terms,
            own[place].targets,
        )
    ]
    sites = [
        _sites(world, _middle(kept), studied[place, next(iter(kept))], agreed.keeping)
        for place, kept in ready.items()
    ]
    notes += [note for place, kept in ready.items() for note in _notes(kept, studied, place, own[place])]
    return Together(
        range=framed(range_rows(cases), RANGE_COLUMNS),
        cases=framed(cases, CASE_COLUMNS),
        alone=framed(alone, ALONE_COLUMNS),
        sites=_joined(sites),
        lots=_joined([found.lots for found in own.values()]),
        notes=tuple(dict.fromkeys(notes)),
    )


def lots_of_places(
    world: World,
    places: Sequence[Place],
    members: Sequence[str],
    *,
    measures: Register,
    on: date,
    year: int | None = None,
    lots: Sequence[StockLot] = (),
    hs_codes: Mapping[Place, Sequence[str]] | None = None,
) -> pl.DataFrame:
    """The lots of all members and where each may go, as in `Together.lots`, without pricing anything.

    Raises
    ------
    OptionError
        As in `pool_places`.
    NoAnswerError
        If nobody imports any of it.
    """
    check_members(members)
    found, silent = [], []
    for place in places:
        setting = {"mid": SETTINGS["mid"]}
        needs = needs_of(world, place, members, setting, measures, on, year, {}, None, hs_codes or {})
        if isinstance(needs, str):
            silent.append(needs)
            continue
        own = agreed_on(world, place, _middle(needs), measures, on, PoolTerms(), lots, hs_codes or {})
        found.append(own.lots)
    if not found:
        raise NoAnswerError("\n".join(silent))
    return _joined(found)


def check_members(members: Sequence[str], no_transfer: Sequence[str] = ()) -> None:
    """Refuse what is no coalition."""
    faults = []
    if not FEWEST_MEMBERS <= len(members) <= MOST_MEMBERS:
        faults.append(f"members: {len(members)} ({', '.join(members) or 'nobody'}); give 2 to {MOST_MEMBERS}")
    faults += [
        f"members: {one} stands twice" for one in dict.fromkeys(members) if list(members).count(one) > 1
    ]
    faults += [
        f"no_transfer: {one} is not one of the members {', '.join(members)}"
        for one in no_transfer
        if one not in members
    ]
    if faults:
        raise OptionError("\n".join(faults))


def needs_of(
    world: World,
    place: Place,
    members: Sequence[str],
    settings: Mapping[str, Setting],
    measures: Register,
    on: date,
    year: int | None,
    declared: Mapping[tuple[str, str, str], float],
    expert: Expert | None,
    hs_codes: Mapping[Place, Sequence[str]],
) -> dict[str, Need] | str:
    """What members need under every setting, or why there is no answer."""
    own = {m: t for (mineral, stage, m), t in declared.items() if (mineral, stage) == place}
    try:
        return {
            name: need_of(
                world,
                *place,
                members,
                measures=measures,
                on=on,
                year=year,
                setting=setting,
                declared=own,
                expert=expert,
                hs_codes=tuple(hs_codes.get(place, ())),
            )
            for name, setting in settings.items()
        }
    except NoAnswerError as error:
        return str(error)


def _middle(cases: Mapping[str, Need]) -> Need:
    return next(iter(cases.values()))


def _named(task: tuple[Place, str]) -> str:
    return f"{task[0][0]} ({task[0][1]}), {task[1]}"


@dataclass(frozen=True, kw_only=True)
class Agreed:
    """Terms of one place, and what they were read from.

    Attributes
    ----------
    terms : PoolTerms
    lots : polars.DataFrame
        `lots.LOT_COLUMNS`.
    targets : mapping of str to DayTarget
    """

    terms: PoolTerms
    lots: pl.DataFrame
    targets: Mapping[str, DayTarget]


def agreed_on(
    world: World,
    place: Place,
    need: Need,
    measures: Register,
    on: date,
    terms: PoolTerms,
    lots: Sequence[StockLot],
    hs_codes: Mapping[Place, Sequence[str]],
) -> Agreed:
    """Which part of each stock may go to all others, and which day rules hold."""
    given = [lot for lot in lots if (lot.mineral, lot.stage) == place and lot.member in need.members]
    silent = [m for m in need.members if m not in {lot.member for lot in given}]
    held = (*given, *lots_of_imports(world, place, silent, need.year, hs_codes=hs_codes.get(place, ())))
    table = lots_table(held, need.members, measures, on)
    free, form = free_shares(table), form_match(held)
    others = {m: [other for other in need.members if other != m] for m in need.members}
    found = {m: day_target(m, need.mineral, measures, on) for m in need.members}
    targets = {m: target for m, target in found.items() if target is not None}
    own = replace(
        terms,
        free={m: min((free.get((m, o), 0.0) for o in rest), default=0.0) for m, rest in others.items()},
        form={m: min((form.get((m, o), 0.0) for o in rest), default=0.0) for m, rest in others.items()},
        no_transfer=tuple(m for m in terms.no_transfer if m in need.members),
        day_targets={m: target.days for m, target in targets.items()},
    )
    return Agreed(terms=own, lots=table, targets=targets)


def _studied(data: Mapping[str, Any], task: tuple[Place, str]) -> dict[str, Any]:
    """All arrangements of one place under one setting."""
    place, name = task
    need: Need = data["needs"][place][name]
    terms: PoolTerms = data["terms"][place]
    importers = at_one_value(need.importers, terms.keeping)
    risk = shared_risk(need.suppliers, importers)
    if not risk.suppliers:
        return {"risk": risk, "rows": [], "days": {}, "pool": None}
    pool = pool_of(importers, risk, imports=terms.imports, step_days=terms.step_days)
    days = {each.members[0]: (round(each.target_days, 6), round(each.cost_usd, 2)) for each in pool.alone}
    regimes = risk.regimes(need.members)
    away = [float(part) for part in regimes.loss_correlation[~_diagonal(len(need.members))].ravel()]
    known = [part for part in away if part == part]
    return {
        "risk": risk,
        "rows": arrangements(importers, risk, terms, pool),
        "days": days,
        "pool": pool.pool,
        "correlation": round(sum(known) / len(known), 9) if known else None,
    }


def _diagonal(n: int) -> Any:
    import numpy as np

    return np.eye(n, dtype=bool)


def _sites(world: World, need: Need, found: Mapping[str, Any], keeping: Mapping[str, float]) -> pl.DataFrame:
    """Where the joint stock of the middle setting is best held."""
    import polars as pl

    if found["pool"] is None:
        regimes, turnover = found["risk"].regimes(need.members), None
    else:
        regimes, turnover = found["pool"].regimes, turnover_of(found["pool"])
    importers = at_one_value(need.importers, keeping)
    table = sites_of(importers, regimes, distances_of(world, need.members), turnover)
    head = (pl.lit(need.mineral).alias("mineral"), pl.lit(need.stage).alias("stage"))
    return table.select(*head, *SITE_COLUMNS)


def _notes(
    needs: Mapping[str, Need],
    studied: Mapping[tuple[Place, str], Mapping[str, Any]],
    place: Place,
    agreed: Agreed,
) -> list[str]:
    """What a reader must know."""
    need = _middle(needs)
    what = f"{need.mineral} ({need.stage})"
    found = [*need.notes]
    middle = studied[place, next(iter(needs))]
    if not middle["rows"]:
        return [*found, f"{what}: no failure of a leading supplier takes a hundredth of a member's use"]
    if not any(row["counterfactual"] == RULES for row in middle["rows"]):
        found.append(
            f"{what}: fewer than two members have a published target of days; no day rules to compare"
        )
    found += [f"{t.member}: {t.days:g} days ({t.measure}): {t.note}" for t in agreed.targets.values()]
    restricted = [f"{m} {1 - part:.0%}" for m, part in agreed.terms.free.items() if part < 1 - 1e-9]
    if restricted:
        found.append(
            f"{what}: not lent without legal review (restricted or unknown for one of the others): "
            f"{', '.join(restricted)} of the stock, if it has the mix of imports or the lots given"
        )
    if any(row["method"] == "bounds" and row["arrangement"] == "pool" for row in middle["rows"]):
        found.append(f"{what}: too many members for one exact pool; the gain lies between two bounds")
    return found


def _joined(frames: Sequence[pl.DataFrame]) -> pl.DataFrame:
    import polars as pl

    return pl.concat(frames)
