"""How every rule shares the cost of a joint stock across what members say they hold, as a table."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Final

from pactolus.runs.executor import executor
from pactolus.runs.progress import Progress, silent
from pactolus.sharing.games import CostGame
from pactolus.stockpile.members.holdings import ENDS, HoldingRange
from pactolus.stockpile.members.needs import SETTINGS, Setting
from pactolus.stockpile.pooling.coalition import PoolTerms
from pactolus.stockpile.pooling.splitting import (
    SPLIT_COLUMNS,
    check_few,
    check_weights,
    every_coalition,
    game_of,
    rule_rows,
    split_notes,
)
from pactolus.stockpile.pooling.together import check_members
from pactolus.stockpile.starts.cases import TARGET, StartCase, start_cases
from pactolus.stockpile.starts.tables import Started, place_of, row_head, solved_values, started
from pactolus.stockpile.starts.values import StartValues
from pactolus.workspace.labels import Levels

if TYPE_CHECKING:
    from typing import Any

    from pactolus.catalogue.world import World
    from pactolus.disruption.random_years.hazards import Expert
    from pactolus.disruption.scenarios.reach import Place
    from pactolus.policy.register import Register

__all__ = ["SPLIT_START_COLUMNS", "split_from_holdings"]

_HEAD: Final = ("mineral", "stage", "members", "year")
#: Columns of `split_from_holdings`: those of a split, from a start.
SPLIT_START_COLUMNS: Final = (
    *_HEAD,
    "start",
    *SPLIT_COLUMNS[len(_HEAD) : -1],
    "share_of_cost",
    "start_t",
    "start_days",
    "denominator",
    "interest",
    "basis",
    "label",
    "status",
)


def split_from_holdings(
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
    weights: Mapping[str, float] | None = None,
    declared: Mapping[tuple[str, str, str], float] | None = None,
    expert: Expert | None = None,
    hs_codes: Mapping[Place, Sequence[str]] | None = None,
    levels: Levels | None = None,
    workers: int = 1,
    cluster: str | None = None,
    progress: Progress = silent,
) -> Started:
    """How every rule shares the cost of a joint stock, across what members say they hold.

    Parameters
    ----------
    world, places, members, measures, on, year, settings, terms, weights, declared, expert, hs_codes
        As in `games_of_stock.split_places`; 2 to 6 members.
    holdings, levels, workers, cluster, progress
        As in `pool_from_holdings`.

    Returns
    -------
    Started
        `SPLIT_START_COLUMNS`, one row a start, rule and member. A coalition brings the sum of its stocks, so
        that who brings more pays less. Amounts are present values at the middle setting. Starts are as in
        `pool_from_holdings`, and one member at an end while the others are in the middle (``KOR low``).

    Raises
    ------
    OptionError, InputError, NoAnswerError
        As in `games_of_stock.split_places` and `start_cases`.
    """
    agreed = terms or PoolTerms()
    check_members(members, agreed.no_transfer)
    check_few(members)
    check_weights(weights, members)
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
    wanted = {case.place: every_coalition(len(case.members)) for case in cases}
    with executor(workers, cluster) as runner:
        values = solved_values(runner, cases, wanted, progress, finer=False)
    for case in cases:
        own = {name: values[case.place, name] for name in case.needs}
        middle = next(iter(own.values()))
        rows += _split_rows(case, own, weights)
        grand = _game(middle, case.starts(middle.targets)["mid"])
        notes += [*case.notes(middle.targets), *split_notes(case.place, grand, weights)]
    return started(rows, SPLIT_START_COLUMNS, cases, levels, notes)


def _game(values: StartValues, days: Sequence[float]) -> CostGame:
    """What every coalition pays from the sum of its stocks."""
    some = every_coalition(len(values.members))
    return game_of(values.members, some, [values.cost(group, days) for group in some])


def _split_rows(
    case: StartCase, values: Mapping[str, StartValues], weights: Mapping[str, float] | None
) -> Iterator[dict[str, Any]]:
    middle = next(iter(values.values()))
    for start, days in _split_starts(case, middle).items():
        games = {name: _game(one, days) for name, one in values.items()}
        for row in rule_rows(case.needs, games, weights):
            total = float(next(iter(games.values())).grand)
            amount = row.get("amount_usd")
            status = row["status"]
            where = place_of(case, case.members.index(row["member"]), days)
            yield (
                row_head(case, middle)
                | row
                | where
                | {
                    "start": start,
                    "share_of_cost": None if amount is None or total <= 0 else amount / total,
                    "status": where["status"] if status == "ok" else status,
                }
            )


def _split_starts(case: StartCase, values: StartValues) -> dict[str, tuple[float, ...]]:
    """Those of a pool; and where several ranges have a width, one member at an end at a time."""
    found = case.starts(values.targets)
    ends = case.ends(values.targets)
    wide = [i for i, (low, _, high) in enumerate(ends) if low < high]
    target = found.pop(TARGET)
    if len(wide) > 1:
        for i in wide:
            for name in ("low", "high"):
                days = list(found["mid"])
                days[i] = ends[i][ENDS.index(name)]
                found[f"{case.members[i]} {name}"] = tuple(days)
    return found | {TARGET: target}
