"""What one more bit about each member's holding is worth, to the member alone and to a pool."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any, Final

from pactolus.runs.executor import executor
from pactolus.runs.progress import Progress, silent
from pactolus.stockpile.members.bits import bit_of_stock
from pactolus.stockpile.members.disclosure import Disclosed
from pactolus.stockpile.members.holdings import HoldingRange
from pactolus.stockpile.members.needs import SETTINGS, Setting
from pactolus.stockpile.pooling.coalition import CENTS, PoolTerms
from pactolus.stockpile.pooling.together import check_members
from pactolus.stockpile.starts.cases import StartCase, head_of, start_cases
from pactolus.stockpile.starts.tables import Started, named, started
from pactolus.stockpile.starts.together import ALONE, POOL
from pactolus.stockpile.starts.values import Group, StartProblem
from pactolus.workspace.labels import Levels

if TYPE_CHECKING:
    from pactolus.catalogue.world import World
    from pactolus.disruption.random_years.hazards import Expert
    from pactolus.disruption.scenarios.reach import Place
    from pactolus.policy.register import Register

__all__ = ["BIT_COLUMNS", "bits_of_holdings"]

#: Columns of `bits_of_holdings`.
BIT_COLUMNS: Final = (
    "mineral",
    "stage",
    "members",
    "year",
    "member",
    "arrangement",
    "low_t",
    "high_t",
    "low_days",
    "high_days",
    "denominator",
    "buy_days",
    "buy_if_lower_days",
    "buy_if_upper_days",
    "bit_low_usd",
    "bit_usd",
    "bit_high_usd",
    "low_at",
    "high_at",
    "basis",
    "label",
    "grade",
    "status",
)
Ends = tuple[tuple[float, float, float], ...]


def bits_of_holdings(
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
    declared: Mapping[tuple[str, str, str], float] | None = None,
    expert: Expert | None = None,
    hs_codes: Mapping[Place, Sequence[str]] | None = None,
    levels: Levels | None = None,
    workers: int = 1,
    cluster: str | None = None,
    progress: Progress = silent,
) -> Started:
    """Worth of knowing in which half of its range each member's holding lies, for a year's purchases.

    Parameters
    ----------
    world, places, members, holdings, measures, on, year, settings, terms, declared, expert, hs_codes, levels
        As in `start_pool.pool_from_holdings`.
    workers, cluster, progress
        As in `pactolus.runs`.

    Returns
    -------
    Started
        `BIT_COLUMNS`, two rows a member: ``alone``, whoever buys for the member's own stock, and ``pool``,
        whoever buys for the joint stock with all others in the middle of their ranges. Days of purchase are
        of the use of whom it is bought for. Costs are at the middle setting and span all. A member that
        declares nothing has status ``withheld`` and no number; a pool that is too large to be solved at once
        ``not_applicable``.

    Raises
    ------
    OptionError, InputError, NoAnswerError
        As in `start_pool.pool_from_holdings`.
    """
    agreed = terms or PoolTerms()
    check_members(members)
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
    data: dict[Any, tuple[StartProblem, Ends, tuple[int, ...]]] = {}
    tasks: list[tuple[Any, Group]] = []
    for case in cases:
        targets = _targets(case)
        ends = tuple(case.ends(targets))
        said = tuple(i for i, member in enumerate(case.members) if case.forms[member])
        notes += case.notes(targets)
        for name, problem in case.problems.items():
            data[case.place, name] = (problem, ends, said)
            groups = [(i,) for i in said] + [g for g in problem.groups(problem.everyone) if _whole(g, case)]
            tasks += [((case.place, name), group) for group in groups]
    with executor(workers, cluster) as runner:
        answers = runner.each(_bits, tasks, data=data, named=named, progress=progress)
        found = dict(zip(tasks, answers, strict=True))
    for case in cases:
        rows += _rows(case, found)
    return started(rows, BIT_COLUMNS, cases, levels, notes)


def _whole(group: Group, case: StartCase) -> bool:
    return len(group) == len(case.members)


def _targets(case: StartCase) -> list[float]:
    """Best stock alone of each member that declares nothing, at the middle; 0 for others. [days]"""
    problem = next(iter(case.problems.values()))
    return [
        0.0 if case.forms[member] else problem.stock((i,), discounted=False).target_days
        for i, member in enumerate(case.members)
    ]


def _bits(
    data: Mapping[Any, tuple[StartProblem, Ends, tuple[int, ...]]], task: tuple[Any, Group]
) -> dict[int, tuple[Disclosed, float]]:
    """Bits of the members of a group that declare something, and the use of a day of the group. [t]"""
    key, some = task
    problem, ends, said = data[key]
    own = [problem.importers[i] for i in some]
    stock = problem.stock(some, discounted=False)
    held = {i: ends[i][1] * problem.importers[i].day_t for i in some}
    found = {}
    for i in some:
        if i not in said:
            continue
        others = sum(held.values()) - held[i]
        low, high = (others + ends[i][at] * problem.importers[i].day_t for at in (0, 2))
        found[i] = (bit_of_stock(own, stock, low, high), sum(each.day_t for each in own))
    return found


def _rows(case: StartCase, found: Mapping[tuple[Any, Group], Any]) -> list[dict[str, Any]]:
    rows = []
    everyone = tuple(range(len(case.members)))
    for i, importer in enumerate(case.need.importers):
        member = importer.member
        head = head_of(case.need) | {"member": member, "label": str(case.label), "basis": case.basis(member)}
        held = case.held(member)
        if held is None:
            rows.append(head | {"status": "withheld"})
            continue
        head |= {
            "low_days": held[0],
            "high_days": held[1],
            "low_t": held[0] * importer.day_t,
            "high_t": held[1] * importer.day_t,
            "denominator": importer.denominator,
            "status": "ok",
        }
        for name, group in ((ALONE, (i,)), (POOL, everyone)):
            bits = {s: found[key][i] for s in case.needs if (key := ((case.place, s), group)) in found}
            if len(bits) < len(case.needs):
                rows.append(head | {"arrangement": name, "status": "not_applicable"})
                continue
            rows.append(head | {"arrangement": name} | _worth(bits))
    return rows


def _worth(bits: Mapping[str, tuple[Disclosed, float]]) -> dict[str, Any]:
    """A bit at the middle and over all settings."""
    middle, day_t = next(iter(bits.values()))
    worth = {name: round(bit.worth_usd, CENTS) for name, (bit, _) in bits.items()}
    low, high = min(worth, key=lambda n: worth[n]), max(worth, key=lambda n: worth[n])
    return {
        "buy_days": middle.buy_t / day_t,
        "buy_if_lower_days": middle.buy_lower_t / day_t,
        "buy_if_upper_days": middle.buy_upper_t / day_t,
        "bit_usd": next(iter(worth.values())),
        "bit_low_usd": worth[low],
        "bit_high_usd": worth[high],
        "low_at": low,
        "high_at": high,
    }
