"""What acting together gains from what members say they hold today, as a table."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any, Final

from pactolus.runs.executor import executor
from pactolus.runs.progress import Progress, silent
from pactolus.stockpile.members.holdings import ENDS, HoldingRange
from pactolus.stockpile.members.lots import StockLot
from pactolus.stockpile.members.needs import SETTINGS, Setting
from pactolus.stockpile.pooling.coalition import CENTS, PoolTerms
from pactolus.stockpile.pooling.together import agreed_on, check_members
from pactolus.stockpile.starts.cases import StartCase, start_cases
from pactolus.stockpile.starts.tables import (
    Started,
    joint_place,
    named,
    place_of,
    row_head,
    solved_values,
    started,
)
from pactolus.stockpile.starts.values import Group, StartProblem, StartValues
from pactolus.stockpile.stocks.loans import Lending, lending
from pactolus.workspace.labels import Levels

if TYPE_CHECKING:
    from pactolus.catalogue.world import World
    from pactolus.disruption.random_years.hazards import Expert
    from pactolus.disruption.scenarios.reach import Place
    from pactolus.policy.register import Register

    Solved = Mapping[tuple[Place, str], StartValues]

__all__ = ["ALONE", "POOL", "START_COLUMNS", "pool_from_holdings"]

_HEAD: Final = ("mineral", "stage", "members", "year")
#: Columns of `pool_from_holdings`.
START_COLUMNS: Final = (
    *_HEAD,
    "arrangement",
    "member",
    "start",
    "ends",
    "start_t",
    "start_days",
    "target_days",
    "denominator",
    "cost_usd",
    "alone_usd",
    "transition_usd",
    "gain_low_usd",
    "gain_usd",
    "gain_high_usd",
    "gain_low",
    "gain",
    "gain_high",
    "low_at",
    "high_at",
    "error_usd",
    "interest",
    "years",
    "method",
    "basis",
    "label",
    "grade",
    "status",
)
ALONE: Final = "alone"
POOL: Final = "pool"
LEAST, MOST = "least gain", "most gain"


def pool_from_holdings(
    world: World,
    places: Sequence[Place],
    members: Sequence[str],
    holdings: Sequence[HoldingRange],
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
    levels: Levels | None = None,
    workers: int = 1,
    cluster: str | None = None,
    progress: Progress = silent,
) -> Started:
    """What acting together gains from what members say they hold today, at today's money.

    Parameters
    ----------
    world, places, members, measures, on, year, settings, terms, lots, declared, expert, hs_codes
        As in `together.pool_places`.
    holdings : sequence of HoldingRange
    levels : Levels, optional
        Order of labels.
    workers, cluster, progress
        As in `pactolus.runs`.

    Returns
    -------
    Started
        `START_COLUMNS`. `arrangement` is ``alone`` (a row a member), ``pool``, ``pool without ...`` or one of
        the loans (a row a member and one for all). `start` is ``low``, ``mid``, ``high`` (all members at that
        end), ``target`` (each at its best stock alone) or, for pools, ``least gain`` and ``most gain`` of all
        combinations, which `ends` names. Costs are present values at the middle setting; gains span all
        settings. `transition_usd` is what beginning there costs more than beginning at the own target. Loans
        are of `years` years.

    Raises
    ------
    OptionError, InputError, NoAnswerError
        As in `together.pool_places` and `start_cases`.
    """
    agreed = terms or PoolTerms()
    check_members(members, agreed.no_transfer)
    cases, rows, notes = start_cases(
        world,
        places,
        members,
        holdings,
        measures=measures,
        on=on,
        year=year,
        settings=settings,
        terms=agreed,
        declared=declared,
        expert=expert,
        hs_codes=hs_codes,
        levels=levels,
    )
    pools = {case.place: _pools(case, agreed.no_transfer) for case in cases}
    wanted = {place: [g for groups in own.values() for g in groups] for place, own in pools.items()}
    with executor(workers, cluster) as runner:
        values = solved_values(runner, cases, wanted, progress, finer=True)
        own_terms = {
            case.place: agreed_on(
                world, case.place, case.need, measures, on, agreed, lots, hs_codes or {}
            ).terms
            for case in cases
        }
        lent = _lent(runner, cases, values, own_terms, progress)
    for case in cases:
        own = {name: values[case.place, name] for name in case.needs}
        middle = next(iter(own.values()))
        rows += _alone_rows(case, middle)
        for name, groups in pools[case.place].items():
            rows += _pool_rows(case, own, name, groups)
        rows += _loan_rows(case, middle, lent, own_terms[case.place].years)
        notes += [*case.notes(middle.targets), *_legal(case, own_terms[case.place])]
    return started(rows, START_COLUMNS, cases, levels, notes)


def _pools(case: StartCase, outside: Sequence[str]) -> dict[str, tuple[Group, ...]]:
    """Everyone as one pool, and the others where a member chooses no transfer."""
    problem = next(iter(case.problems.values()))
    found = {POOL: problem.groups(problem.everyone)}
    for member in outside:
        rest = tuple(i for i, name in enumerate(case.members) if name != member)
        if len(rest) < len(case.members):
            found[f"{POOL} without {member}"] = problem.groups(rest)
    return found


def _lent(
    runner: Any,
    cases: Sequence[StartCase],
    values: Solved,
    terms: Mapping[Place, PoolTerms],
    progress: Progress,
) -> dict[tuple[Place, str, str], Lending]:
    """Loans at the middle setting from every start, by place, arrangement and start."""
    data, tasks = {}, []
    for case in cases:
        name, problem = next(iter(case.problems.items()))
        own = terms[case.place]
        data[case.place, name] = (problem, own)
        starts = case.starts(values[case.place, name].targets)
        tasks += [
            ((case.place, name), arrangement, some, caps, start, days)
            for arrangement, (some, caps) in _loans(case, own).items()
            for start, days in starts.items()
        ]
    answers = runner.each(_played, tasks, data=data, named=named, progress=progress)
    return {(task[0][0], task[1], task[4]): found for task, found in zip(tasks, answers, strict=True)}


def _loans(case: StartCase, terms: PoolTerms) -> dict[str, tuple[Group, tuple[float, ...]]]:
    """Who lends up to which part: as agreed, of free lots only, and without those who stand outside."""
    everyone = tuple(range(len(case.members)))
    free = tuple(min(terms.cap, terms.free.get(m, 0.0)) for m in case.members)
    found = {"loans": (everyone, (terms.cap,) * len(everyone)), "loans, free lots": (everyone, free)}
    for member in terms.no_transfer:
        rest = tuple(i for i in everyone if case.members[i] != member)
        if len(rest) > 1:
            found[f"loans without {member}"] = (rest, (terms.cap,) * len(rest))
    return found


def _played(data: Mapping[Any, tuple[StartProblem, PoolTerms]], task: tuple[Any, ...]) -> Lending:
    """One loan rule from one start."""
    key, _, some, caps, _, days = task
    problem, terms = data[key]
    own = [problem.importers[i] for i in some]
    return lending(
        own,
        [problem.stock((i,)) for i in some],
        problem.risk.regimes([each.member for each in own]),
        lag_months=terms.lag_months,
        cap=caps,
        paths=terms.paths,
        years=terms.years,
        seed=terms.seed,
        start_t=[days[i] * problem.importers[i].day_t for i in some],
        discount_per_year=problem.interest,
    )


def _alone_rows(case: StartCase, values: StartValues) -> Iterator[dict[str, Any]]:
    for start, days in case.starts(values.targets).items():
        cost = values.alone(days)
        for i in range(len(case.members)):
            yield (
                row_head(case, values)
                | place_of(case, i, days)
                | {
                    "arrangement": ALONE,
                    "start": start,
                    "target_days": values.targets[i],
                    "cost_usd": round(cost[i], CENTS),
                    "alone_usd": round(cost[i], CENTS),
                    "transition_usd": round(values.transition((i,), days), CENTS),
                    "method": "exact",
                }
            )


def _pool_rows(
    case: StartCase, values: Mapping[str, StartValues], name: str, groups: Sequence[Group]
) -> Iterator[dict[str, Any]]:
    middle = next(iter(values.values()))
    some = sorted(i for group in groups for i in group)
    ends, whole = case.ends(middle.targets), len(groups) == 1
    starts: dict[str, tuple[tuple[float, ...], str | None]] = {
        start: (days, None) for start, days in case.starts(middle.targets).items()
    }
    if len(starts) > 2:
        for start, where in zip((LEAST, MOST), middle.extremes(groups, ends), strict=True):
            days = tuple(own[at] for own, at in zip(ends, where, strict=True))
            at_ends = ", ".join(f"{case.members[i]} {ENDS[where[i]]}" for i in some)
            starts[start] = (days, at_ends)
    for start, (days, told) in starts.items():
        joint = middle.together(groups, days)
        yield (
            row_head(case, middle)
            | joint_place(case, some, days)
            | {
                "arrangement": name,
                "start": start,
                "ends": told,
                "target_days": middle.pool_targets[groups[0]] if whole else None,
                "transition_usd": round(middle.transition(groups[0], days), CENTS) if whole else None,
                "cost_usd": round(joint, CENTS),
                "alone_usd": round(sum(middle.alone(days)[i] for i in some), CENTS),
                "method": "exact" if whole else "bounds",
            }
            | _gains(values, groups, some, days)
        )


def _gains(
    values: Mapping[str, StartValues], groups: Sequence[Group], some: Sequence[int], days: Sequence[float]
) -> dict[str, Any]:
    """The gain of a pool over all settings; where only a low end is known, that alone."""
    low, high, share_low, share_high = {}, {}, {}, {}
    for name, one in values.items():
        found = one.gain(groups, days)
        base = sum(one.alone(days)[i] for i in some)
        low[name], share_low[name] = found[0], found[0] / base
        if found[1] is not None:
            high[name], share_high[name] = found[1], found[1] / base
    least = min(share_low, key=lambda name: share_low[name])
    row: dict[str, Any] = {
        "gain_low_usd": round(min(low.values()), CENTS),
        "gain_low": share_low[least],
        "low_at": least,
    }
    if high:
        first = next(iter(values))
        most = max(share_high, key=lambda name: share_high[name])
        row |= {
            "gain_usd": round((low[first] + high[first]) / 2, CENTS),
            "gain_high_usd": round(max(high.values()), CENTS),
            "gain": (share_low[first] + share_high[first]) / 2,
            "gain_high": share_high[most],
            "high_at": most,
        }
    return row


def _loan_rows(
    case: StartCase, values: StartValues, lent: Mapping[tuple[Place, str, str], Lending], years: int
) -> Iterator[dict[str, Any]]:
    starts = case.starts(values.targets)
    for (place, name, start), found in lent.items():
        if place != case.place:
            continue
        some = [case.members.index(m) for m in found.members]
        own = [place_of(case, i, starts[start]) for i in some]
        saved = [*found.saving_usd.tolist(), float(found.saving_usd.sum())]
        alone = [*found.alone_usd.tolist(), float(found.alone_usd.sum())]
        for at, (where, gain) in enumerate(
            zip((*own, joint_place(case, some, starts[start])), saved, strict=True)
        ):
            yield (
                row_head(case, values)
                | where
                | {
                    "arrangement": name,
                    "start": start,
                    "cost_usd": round(alone[at] - gain, CENTS),
                    "alone_usd": round(alone[at], CENTS),
                    "gain_usd": round(gain, CENTS),
                    "gain": gain / alone[at] if alone[at] > 0 else None,
                    "error_usd": round(float(found.error_usd[at]), CENTS),
                    "years": years,
                    "method": "simulated",
                }
            )


def _legal(case: StartCase, terms: PoolTerms) -> list[str]:
    restricted = [f"{m} {1 - part:.0%}" for m, part in terms.free.items() if part < 1 - 1e-9]
    if not restricted:
        return []
    return [
        f"{case.name}: not lent without legal review (restricted or unknown for one of the others): "
        f"{', '.join(restricted)} of the stock, if it has the mix of imports or the lots given"
    ]
