"""Monthly paths of lost imports for engines that decide month by month, streamed in blocks.

The events are those of `montecarlo` (same seeds, same draws), with a moment of the year and a length:

    start = 12 (year + u)                      months
    d     = max(length, 12 c)                  a shock that takes c of a year lasts 12 c months at least
    cut   = 12 c / min(d, 12)                  part of a month's exports, from start to start + d

so that the twelve months from the start lose c of a year. A supplier that is already cut for a member is not
cut again meanwhile. A path holds what is lost in each month and nothing of what is to come; nothing is
re-routed, neither to other suppliers nor between members.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from pactolus.disruption.random_years.draws import (
    MOMENTS,
    Events,
    Law,
    chunk_sizes,
    draw_chunk,
    events_at,
    stratified,
)
from pactolus.disruption.random_years.hazards import Expert
from pactolus.disruption.random_years.montecarlo import given_by, plan_of
from pactolus.disruption.random_years.question import question
from pactolus.disruption.random_years.supply import KINDS, LEADING, Plan, Supply, size_laws
from pactolus.disruption.random_years.tally import cuts_of
from pactolus.errors import NoAnswerError, OptionError
from pactolus.runs.executor import executor
from pactolus.runs.progress import Progress, silent

if TYPE_CHECKING:
    from datetime import date

    import numpy as np
    from numpy.typing import NDArray

    from pactolus.catalogue.world import World
    from pactolus.disruption.scenarios.reach import Place
    from pactolus.policy.register import Register

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

__all__ = ["Block", "LossPaths", "loss_paths", "month_laws"]

_YEAR: Final = 12
#: Rounding left by the sums of a path.
_NOUGHT: Final = 1e-9


@dataclass(frozen=True, kw_only=True)
class Block:
    """Some scenarios.

    Attributes
    ----------
    weights : ndarray of float, shape (scenario,)
        With mean 1 over all blocks.
    lost : ndarray of float32, shape (scenario, month, member, place)
        Part of a usual month's imports that is lost, 0 to 1.
    """

    weights: Floats
    lost: NDArray[np.float32]


@dataclass(frozen=True, kw_only=True)
class LossPaths:
    """Paths to be read block by block; every reading draws them anew and gives the same.

    Attributes
    ----------
    members : tuple of str
    places : tuple of (mineral, stage)
    base_t : ndarray, shape (member, place)
        Imports of a year. [t]
    unrated : ndarray, shape (member, place)
        Part of imports behind suppliers without a rate: nothing of it is ever lost in these paths.
    months, scenarios : int
    """

    members: tuple[str, ...]
    places: tuple[Place, ...]
    base_t: Floats
    unrated: Floats
    months: int
    scenarios: int
    _order: _Order
    _where: tuple[int, str | None]
    _progress: Progress

    def __iter__(self) -> Iterator[Block]:
        """Blocks in a fixed order."""
        tasks = list(enumerate(chunk_sizes(self.scenarios)))
        with executor(*self._where) as runner:
            yield from runner.each(
                _block,
                tasks,
                data=self._order,
                named=lambda task: f"{task[1]:,} paths",
                progress=self._progress,
            )


def month_laws() -> dict[str, Law]:
    """Lengths of each kind of shock, in months: the priors fitted to past cases."""
    from pactolus.disruption.history.priors import duration_prior

    return {kind: duration_prior(kind) for kind in KINDS}


def loss_paths(
    world: World,
    minerals: str | Sequence[str],
    importers: str | Sequence[str] = ("KOR", "JPN"),
    *,
    stages: Sequence[str] = (),
    months: int = 36,
    onset_years: int | None = None,
    scenarios: int = 10_000,
    seed: int = 0,
    case: str = "controls",
    phi: float | None = None,
    rho: float | None = None,
    year: int | None = None,
    on: date | None = None,
    measures: Register | None = None,
    expert: Expert | None = None,
    sizes: Mapping[str, Law] | None = None,
    lengths: Mapping[str, Law] | None = None,
    plain: bool = False,
    workers: int = 1,
    cluster: str | None = None,
    progress: Progress = silent,
) -> LossPaths:
    """Paths of lost imports of some minerals and members.

    Parameters
    ----------
    stages : sequence of str
        Only these; all with trade if none is named.
    months : int
        Length of a path.
    onset_years : int, optional
        Years in which events may begin; all of the path if omitted.
    case : str
        One of the cases of rates.
    lengths : mapping of str to Law, optional
        Kind of shock -> months; ``outage`` stands in for kinds that are missing. Priors if omitted.
    plain : bool
        All weights 1, and in the first year the very events of a plain `montecarlo`. Else leading suppliers
        of the first year are drawn in strata.
    world, minerals, importers, scenarios, seed, phi, rho, year, on, measures, expert, sizes
        As for `montecarlo`.
    workers, cluster, progress
        As for `montecarlo`.

    Raises
    ------
    InputError
        All faults of the question at once.
    NoAnswerError
        If the world has no trade in what is asked for.

    Examples
    --------
    >>> import pactolus as pt
    >>> paths = loss_paths(pt.open_world(), "tungsten", stages=["product"], months=24, scenarios=200)
    >>> [block.lost.shape for block in paths]
    [(200, 24, 2, 1)]
    """
    asked = question(
        world,
        minerals,
        importers,
        scenarios=scenarios,
        seed=seed,
        case=case,
        phi=phi,
        rho=rho,
        year=year,
        on=on,
        expert=expert,
    )
    if len(asked.cases) != 1:
        raise OptionError(f"case: {', '.join(asked.cases)}; paths are of one case")
    years = -(-months // _YEAR) if onset_years is None else onset_years
    if months < 1 or years < 1:
        raise OptionError(f"months: {months}, onset_years: {years}; give one at least")
    given = given_by(world, asked, measures, expert)
    chosen = [one for one in given.supplies if not stages or one.stage in stages]
    if not chosen:
        raise NoAnswerError(f"{', '.join(asked.minerals)}: no trade in {asked.year} at the stages asked for")
    laws = size_laws(world) if sizes is None else sizes
    plan = plan_of(asked, chosen, laws, months=month_laws() if lengths is None else lengths)
    return LossPaths(
        members=asked.members,
        places=tuple(one.place for one in chosen),
        base_t=_column([one.base_t for one in chosen]),
        unrated=_column([one.unrated[0] for one in chosen]),
        months=months,
        scenarios=asked.scenarios,
        _order=_Order(plan, months, years, () if plain else _leading(chosen)),
        _where=(workers, cluster),
        _progress=progress,
    )


def _column(parts: Sequence[Floats]) -> Floats:
    import numpy as np

    return np.stack(parts, axis=1)


@dataclass(frozen=True)
class _Order:
    """What a worker needs."""

    plan: Plan
    months: int
    years: int
    leading: tuple[int, ...]


def _leading(supplies: Sequence[Supply]) -> tuple[int, ...]:
    """Countries on which the strata rest: those that lead most, over all places."""
    reach: dict[int, float] = {}
    for supply in supplies:
        for country in supply.leading:
            reach[country] = reach.get(country, 0.0) + float(supply.shares[:, country].max())
    return tuple(sorted(reach, key=lambda country: (-reach[country], country))[:LEADING])


def _block(order: _Order, task: tuple[int, int]) -> Block:
    """Draw one block."""
    import numpy as np

    plan, (number, scenarios) = order.plan, task
    highest = np.max([one.highest for one in plan.supplies], axis=0)
    weights = np.ones(scenarios)
    drawn: list[Events] = []
    for year in range(order.years):
        chunk = draw_chunk(plan.setting, number, scenarios, year)
        events = events_at(plan.setting, chunk, highest)
        if year == 0 and order.leading:
            strata, led = stratified(plan.setting, chunk, highest, order.leading)
            others = ~np.isin(events.country, order.leading)
            events, weights = events.where(others).and_(led), strata.weights
        drawn.append(events)
    members = len(plan.setting.members)
    lost = np.empty((scenarios, order.months, members, len(plan.supplies)), dtype=np.float32)
    for place, supply in enumerate(plan.supplies):
        lost[:, :, :, place] = _path(order, supply, drawn, scenarios)
    return Block(weights=weights, lost=lost)


def _path(order: _Order, supply: Supply, drawn: Sequence[Events], scenarios: int) -> Floats:
    """Losses of one place, shape (scenario, month, member)."""
    import numpy as np

    plan = order.plan
    free_from = np.full((len(supply.shares), scenarios, supply.shares.shape[1]), -1.0, dtype=np.float32)
    found = np.zeros((len(supply.shares), scenarios, order.months + 1))
    for year, events in enumerate(drawn):
        own = events.where(events.z < supply.thresholds[0][events.country])
        cuts, bands = cuts_of(plan, supply, own)
        length = plan.months[supply.kinds[bands, own.country], own.length]
        length = np.maximum(length, _YEAR * cuts)
        start = _YEAR * (year + (own.moment + 0.5) / MOMENTS)
        monthly = _YEAR * cuts / np.minimum(np.maximum(length, 1e-12), _YEAR)
        for member in range(len(supply.shares)):
            aimed = (own.slot == 0) | (own.slot == member + 1)
            busy = free_from[member][own.scenario, own.country]
            which = np.flatnonzero(aimed & (busy <= start))
            at = (own.scenario[which], own.country[which])
            free_from[member][at] = start[which] + length[which]
            parts = supply.shares[member, own.country[which]] * monthly[which]
            _ramp(found[member], at[0], start[which], length[which], parts)
    lost = np.cumsum(found, axis=2)[:, :, : order.months].transpose(1, 2, 0)
    lost[lost < _NOUGHT] = 0.0
    answer: Floats = np.minimum(lost, 1.0)
    return answer


def _ramp(changes: Any, scenario: Ints, start: Floats, length: Floats, parts: Floats) -> None:
    """Add events to the monthly changes of loss: months in part count in part.

    An event from ``i + f`` to ``j + g`` adds ``1 - f`` of its loss in month i and f in month i + 1, and takes
    as much away at j; what lies beyond the path is kept in one last month that nobody reads.
    """
    import numpy as np

    scenarios, width = changes.shape
    for time, sign in ((start, 1.0), (start + length, -1.0)):
        month = np.floor(time)
        later = time - month
        for shift, share in ((0, 1 - later), (1, later)):
            column = np.minimum(month + shift, width - 1).astype(np.int64)
            added = np.bincount(scenario * width + column, sign * share * parts, minlength=scenarios * width)
            changes += added.reshape(scenarios, width)
