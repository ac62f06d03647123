"""How much a year of supply may lose: many random years, by mineral, stage and importer, in three cases.

    loss_j = sum over events of share_jk x size        before re-routing; at most what j imports

See docs/explanation/montecarlo.md for what is drawn and what it cannot say. Draws are in `draws`, rates in
`hazards`, what a supplier's failure takes in `supply`, counting in `tally` and `tail`, tables in `outcome`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from pactolus.disruption.random_years.draws import Law, Setting
from pactolus.disruption.random_years.hazards import Expert, numbers
from pactolus.disruption.random_years.outcome import Outcome
from pactolus.disruption.random_years.question import Question, drawn_cases, question
from pactolus.disruption.random_years.supply import (
    Plan,
    Supplies,
    Supply,
    regions_of,
    size_laws,
    sizes_of,
    supplies_of,
)
from pactolus.disruption.random_years.tally import Tally, group_of, groups_of
from pactolus.errors import NoAnswerError
from pactolus.runs.executor import executor
from pactolus.runs.progress import Progress, silent

if TYPE_CHECKING:
    from datetime import date

    import polars as pl

    from pactolus.catalogue.world import World
    from pactolus.policy.register import Register

__all__ = ["MonteCarlo", "given_by", "montecarlo", "plan_of"]


@dataclass(frozen=True, kw_only=True)
class MonteCarlo:
    """What many random years say.

    Attributes
    ----------
    losses : polars.DataFrame
        `LOSSES`: one row a mineral, stage, importer (and all together) and case. `probability` is that of any
        loss, `above_noise` of one of 15 % of imports or more; columns ending in `_se` are standard errors.
        `exact_share` is the expectation in closed form, `everybody_share` what it would be if all importers
        of the world lost the same share, `kept_low_share` to `kept_high_share` what is left of the
        expectation after re-routing in the first year. `status`: ``ok``; ``not_distinguishable``, where even
        the worst twentieth of years is lost in normal variation; ``no_governance_data``, where too much of
        imports has no rate; ``no_trade_data``, ``no_code``.
    exceedance : polars.DataFrame
        `EXCEEDANCE`: the chance of a loss of `loss_share` or more.
    contributions : polars.DataFrame
        `CONTRIBUTIONS`: part of the expected loss and of that of the worst twentieth of years, `of` each
        ``supplier`` and of each ``kind`` of event.
    joint : polars.DataFrame
        `JOINT`: one row a pair of importers and level.
    hazards : polars.DataFrame
        Rates with their sources (`hazard_rates`).
    notes : tuple of str
        What a reader must know.
    scenarios, seed : int
    phi, rho : float
    on : date
        Day of the policy register.
    year : int
        Of the trade.
    vintage : str
        Of the world.
    """

    losses: pl.DataFrame
    exceedance: pl.DataFrame
    contributions: pl.DataFrame
    joint: pl.DataFrame
    hazards: pl.DataFrame
    notes: tuple[str, ...]
    scenarios: int
    seed: int
    phi: float
    rho: float
    on: date
    year: int
    vintage: str


def montecarlo(
    world: World,
    minerals: str | Sequence[str] = "critical",
    importers: str | Sequence[str] = ("KOR", "JPN"),
    *,
    scenarios: int = 100_000,
    seed: int = 0,
    case: str | Sequence[str] = "all",
    phi: float | None = None,
    rho: float | None = None,
    year: int | None = None,
    on: date | None = None,
    measures: Register | None = None,
    expert: Expert | None = None,
    sizes: Mapping[str, Law] | None = None,
    plain: bool = False,
    workers: int = 1,
    cluster: str | None = None,
    progress: Progress = silent,
) -> MonteCarlo:
    """Draw years of supply disruptions and count what importers lose.

    Parameters
    ----------
    world : World
    minerals : str or sequence of str
        Minerals or groups, or ``all``.
    importers : str or sequence of str
        Countries or coalitions, `MOST_MEMBERS` countries at most; several are also taken together.
    scenarios : int
        Years drawn, 100 at least.
    seed : int
    case : str or sequence of str
        Of `CASES`, or ``all``: how often suppliers fail.
    phi : float, optional
        Part of each member's risk that is aimed at it alone, 0 to 1; 0.3 if omitted. It moves what members
        share, not what each risks.
    rho : float, optional
        Weight of the region in the latent variable, 0 to 0.95; 0.3 if omitted.
    year : int, optional
        Of the trade; the last one if omitted.
    on : date, optional
        Day of the policy register; today if omitted.
    measures : Register, optional
        The shipped one if omitted.
    expert : mapping, optional
        Rates of the case ``expert`` (`read_expert`); without them it equals ``controls``.
    sizes : mapping of str to Law, optional
        Kind of shock -> distribution of the part of a year's exports that is lost; ``outage`` stands in for
        kinds that are missing. Priors fitted to the world's events if omitted.
    plain : bool
        Draw without strata: for comparison.
    workers : int
        Processes.
    cluster : str, optional
        Address of a dask scheduler to work on instead.
    progress : Progress

    Returns
    -------
    MonteCarlo
        The same to the last bit for any number of workers.

    Raises
    ------
    InputError
        All faults of the question at once.
    NoAnswerError
        If the world has no trade in any of the minerals.

    Examples
    --------
    >>> import pactolus as pt
    >>> found = montecarlo(pt.open_world(), "tungsten", ["KOR", "JPN"], scenarios=500, case="controls")
    >>> found.losses["importer"].unique(maintain_order=True).to_list()
    ['KOR', 'JPN', 'KOR+JPN']
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
    given = given_by(world, asked, measures, expert)
    which = drawn_cases(asked.cases, expert)
    if not given.supplies:
        raise NoAnswerError(
            f"{', '.join(asked.minerals)}: no trade in {asked.year}, so nothing can fail; ask for others "
            "or for another year"
        )
    laws = size_laws(world) if sizes is None else sizes
    plan = plan_of(asked, given.supplies, laws, plain=plain)
    tally = Tally.empty(plan)
    for part in _counted(plan, asked.scenarios, workers, cluster, progress):
        tally.add(part)
    tables = Outcome(asked, given, plan, which, tally, _grades(world, asked.year))
    return MonteCarlo(
        losses=tables.losses(),
        exceedance=tables.exceedance(),
        contributions=tables.contributions(),
        joint=tables.joint(),
        hazards=given.hazards,
        notes=_notes(asked, given, expert),
        scenarios=asked.scenarios,
        seed=asked.seed,
        phi=asked.phi,
        rho=asked.rho,
        on=asked.on,
        year=asked.year,
        vintage=world.vintage,
    )


def given_by(world: World, asked: Question, measures: Register | None, expert: Expert | None) -> Supplies:
    """What the world says of a question: shares, thresholds of the cases that differ, and rates."""
    from pactolus.policy.register import register

    which = drawn_cases(asked.cases, expert)
    first = {number: case for case, number in reversed(which.items())}
    return supplies_of(
        world,
        asked.minerals,
        asked.members,
        asked.year,
        cases=[first[number] for number in range(len(first))],
        measures=register() if measures is None else measures,
        on=asked.on,
        expert=expert,
    )


def plan_of(
    asked: Question,
    supplies: Sequence[Supply],
    sizes: Mapping[str, Law],
    *,
    months: Mapping[str, Law] | None = None,
    plain: bool = False,
) -> Plan:
    """What workers need; `plain` takes the strata away."""
    import numpy as np

    setting = Setting(
        seed=asked.seed, members=asked.members, region=regions_of(), rho=asked.rho, phi=asked.phi
    )
    return Plan(
        setting=setting,
        supplies=tuple(replace(one, leading=()) for one in supplies) if plain else tuple(supplies),
        sizes=sizes_of(sizes, asked.seed),
        months=np.zeros((0, 0)) if months is None else sizes_of(months, asked.seed),
    )


def _counted(
    plan: Plan, scenarios: int, workers: int, cluster: str | None, progress: Progress
) -> Iterator[Tally]:
    """Tallies of all tasks, in their order."""
    tasks = groups_of(scenarios)
    with executor(workers, cluster) as runner:
        yield from runner.each(group_of, tasks, data=plan, named=_named, progress=progress)


def _named(task: tuple[tuple[int, int], ...]) -> str:
    return f"{sum(length for _, length in task):,} years drawn"


def _grades(world: World, year: int) -> dict[tuple[str, str], str]:
    import polars as pl

    if "grades" not in world.derived_tables:
        return {}
    rows = world.scan_derived("grades").filter(pl.col("year") == year).select("mineral", "stage", "grade")
    return {(mineral, stage): grade for mineral, stage, grade in rows.collect().iter_rows()}


def _notes(asked: Question, given: Supplies, expert: Expert | None) -> tuple[str, ...]:
    import polars as pl

    known = numbers()
    phi, rho, kept = known["phi"], known["rho"], known["kept_share"]
    found = [
        f"{asked.scenarios:,} years, seed {asked.seed}; columns ending in _se are errors of sampling only",
        f"phi {asked.phi:g} (assumption, range {phi.low:g} to {phi.high:g}): part of each member's risk that "
        "is aimed at it alone",
        f"rho {asked.rho:g} (assumption, range {rho.low:g} to {rho.high:g}): weight of the region",
        "rates are assumptions, sizes are fitted to few events: compare the cases, and see the table hazards",
        f"losses are before re-routing: in past events {kept.low:g} to {kept.high:g} of such a loss was left "
        "in the first year",
    ]
    if not expert and "expert" in asked.cases:
        found.append("expert equals controls: no rates were given")
    closed = given.hazards.filter(pl.col("measure").is_not_null())["measure"].unique().sort().to_list()
    if closed and set(asked.cases) & {"controls", "expert"}:
        found.append(f"export restrictions in force on {asked.on} lift rates: {', '.join(closed)}")
    without = given.hazards.filter(pl.col("status") != "ok")["exporter"].unique().sort().to_list()
    if without:
        found.append(
            f"no rate, so not drawn: {', '.join(without)}; their part of imports is in unrated_share"
        )
    return tuple(found)
