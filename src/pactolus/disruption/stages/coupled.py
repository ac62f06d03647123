"""Stage coupling on a world: which chains its tables carry, and what a shock does along one of them.

How much of the stage before a processor needs differs by ore and plant. The middle is what the country itself
had per tonne that it made in the base year, held within low and high; countries without either take the
middle of the table `data/chain_stages.csv`.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Final, Literal

from pactolus.disruption.engines.flows import network_of
from pactolus.disruption.scenarios.reach import base_year
from pactolus.disruption.stages.chain import COLUMNS, Blow, Chained, Passing, Stage, chain
from pactolus.disruption.stages.steps import Step, chains, steps_of
from pactolus.errors import NoAnswerError, OptionError
from pactolus.network.content import contained_trade, production_content
from pactolus.terms.links import stage_links
from pactolus.terms.minerals import mineral as mineral_of

if TYPE_CHECKING:
    import numpy as np
    import polars as pl
    from numpy.typing import NDArray

    from pactolus.catalogue.world import World
    from pactolus.disruption.scenarios.scenario import Shock

    Floats = NDArray[np.float64]

__all__ = ["Strike", "coupled", "reachable"]

_KG: Final = 1000.0


@dataclass(frozen=True, kw_only=True)
class Strike:
    """What is done to the first stage of a chain.

    Attributes
    ----------
    exporter : str
    cut : tuple of float
        Least and most, perhaps with the likeliest between: part of exports (or output) lost, 0 to 1.
    months : tuple of float
        The same of the duration.
    outage : bool
        Output is cut, and with it exports in proportion; else exports alone, and what is not shipped stays.
    targets : tuple of str
        Importers that are hit; all if empty. Of no meaning for an outage.
    stages : tuple of str
        Where the chain begins; at its first stage if empty.
    """

    exporter: str
    cut: tuple[float, ...]
    months: tuple[float, ...] = (12.0, 12.0)
    outage: bool = False
    targets: tuple[str, ...] = ()
    stages: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        faults = []
        if not self.cut or list(self.cut) != sorted(self.cut) or not 0 <= self.cut[0] <= self.cut[-1] <= 1:
            faults.append(f"cut: {self.cut}; give a lower and a higher part that is lost, within 0 to 1")
        if not self.months or list(self.months) != sorted(self.months) or not self.months[0] > 0:
            faults.append(f"months: {self.months}; give a shorter and a longer duration above 0")
        if faults:
            raise OptionError("\n".join(faults))

    @classmethod
    def of(cls, shock: Shock) -> Strike:
        """From a shock of a scenario, which must name an exporter and its cut.

        Raises
        ------
        OptionError
            If it does not.
        """
        if shock.exporter is None or shock.cut is None:
            raise OptionError("shock: stages need an exporter and its cut; write cut: 0.5 or cut: [0.3, 0.6]")
        return cls(
            exporter=shock.exporter,
            cut=shock.cut,
            months=shock.lasting or (12.0, 12.0),
            outage=shock.kind == "outage",
            targets=shock.hit,
            stages=shock.stages,
        )


def reachable(world: World, year: int | None = None) -> pl.DataFrame:
    """Which steps of which chains a world can carry.

    Parameters
    ----------
    world : World
    year : int, optional
        The last of the trade table if omitted.

    Returns
    -------
    polars.DataFrame
        ``mineral, stage, from_stage, trade, production, need, status``: one row a step of every chain, and
        one a stage made of any other mineral; `status` is that of the output of the stage
        (`pactolus.disruption.stages.chain.STATUSES`), ``ok`` where the step runs, whether or not its own
        product is traded.
    """
    import polars as pl

    when = base_year(world, year)
    rows = []
    for steps in chains().values():
        before = _has_trade(world, steps[0], when)
        for earlier, step in pairwise(steps):
            rows.append(_reach(world, step, earlier.name, when, before=before))
            before = rows[-1][-1] == "ok" and _has_trade(world, step, when)
    for name in dict.fromkeys(link.mineral for link in stage_links()):
        if any(step.mineral == name for steps in chains().values() for step in steps):
            continue
        with suppress(NoAnswerError):
            start, *later = steps_of(name)
            before = _has_trade(world, start, when)
            rows += [_reach(world, step, start.name, when, before=before) for step in later]
    columns = {
        **dict.fromkeys(("mineral", "stage", "from_stage"), pl.String),
        **dict.fromkeys(("trade", "production", "need"), pl.Boolean),
        "status": pl.String,
    }
    return pl.DataFrame(rows, schema=columns, orient="row")


def _reach(
    world: World, step: Step, earlier: str, year: int, *, before: bool
) -> tuple[str, str, str, bool, bool, bool, str]:
    made, needs = bool(_output(world, step, year)), step.need is not None
    status = "ok" if needs else "no_yield_data"
    status = status if before else "no_upstream_data"
    status = status if made else "no_production_data"
    return step.mineral, step.name, earlier, _has_trade(world, step, year), made, needs, status


def coupled(
    world: World,
    mineral: str,
    strike: Strike,
    *,
    year: int | None = None,
    months: int = 12,
    path: Sequence[float] | None = None,
    stock_days: float = 0.0,
    stock_of: Literal["use", "net_imports"] = "use",
    passing: Passing = "kernel",
) -> Chained:
    """What a strike at a mineral does to the stages made of it.

    Parameters
    ----------
    world : World
    mineral : str
    strike : Strike
        `Strike.of` makes one of a scenario's shock.
    year : int, optional
        Base year; the last of the trade table if omitted.
    months : int
        How many are looked at.
    path : sequence of float, optional
        Factor of every month's exports (or output) from the start on, instead of the strike's cut over
        its months: `factor` of `pactolus.disruption.effects.profile.spread_over_months`, k >= 0.
    stock_days, stock_of
        Stocks of the stage before that every processor holds, as in `pactolus.disruption.stages.chain.Stage`.
    passing : str
        As in `pactolus.disruption.stages.chain.chain`.

    Returns
    -------
    Chained
        Low and high span the strike's range of cut and months, and the needs.

    Raises
    ------
    OptionError
        If the year lies outside the trade table, or no month is asked for.
    NoAnswerError
        If nothing is made of the mineral, or the first stage has no trade in that year.
    """
    name = mineral_of(mineral).id
    when = base_year(world, year)
    steps = steps_of(name, strike.stages)
    tables = [_tables(world, step, when) for step in steps]
    if tables[0].flows is None:
        raise NoAnswerError(f"{steps[0].name}: no trade of it in this world in {when}; nothing is passed on")
    countries = tuple(sorted({c for table in tables for c in table.countries} | {strike.exporter}))
    built = _stages(steps, tables, countries, stock_days, stock_of)
    runs = [chain(built, countries, one, passing=passing) for one in _blows(strike, countries, months, path)]
    return Chained(
        table=_spanned([run.table for run in runs]), notes=(*runs[1].notes, *_notes(steps, tables))
    )


@dataclass(frozen=True, kw_only=True)
class _Tables:
    """Trade and output of a step [t]; None where there is none. `rest`: output of unnamed countries."""

    flows: pl.DataFrame | None
    output: dict[str, float]
    rest: float
    grade: str | None

    @property
    def countries(self) -> set[str]:
        found = set(self.output)
        return found if self.flows is None else found | {*self.flows["exporter"], *self.flows["importer"]}


def _tables(world: World, step: Step, year: int) -> _Tables:
    import polars as pl

    output = _output(world, step, year)
    rest = output.pop("OTHER", 0.0)
    grade = None
    if "grades" in world.derived_tables:
        place = (pl.col("mineral") == step.mineral, pl.col("stage") == step.stage, pl.col("year") == year)
        rows = world.scan_derived("grades").filter(*place).select("grade").collect()
        grade = rows.item(0, 0) if rows.height else None
    return _Tables(flows=_flows(world, step, year), output=output, rest=rest, grade=grade)


def _has_trade(world: World, step: Step, year: int) -> bool:
    import polars as pl

    rows = world.scan("trade").filter(pl.col("hs_code").is_in(list(step.codes)), pl.col("year") == year)
    return bool(rows.head(1).collect().height)


def _flows(world: World, step: Step, year: int) -> pl.DataFrame | None:
    """exporter, importer, t on the basis of the step; flows without a weight are left out."""
    import polars as pl

    wanted = (pl.col("hs_code").is_in(list(step.codes)), pl.col("year") == year)
    key = ("hs_code", "importer", "exporter", "year")
    if "repairs" in world.derived_tables:
        mended = world.scan_derived("repairs").filter(*wanted).collect()
    else:
        texts = dict.fromkeys(key[:3], pl.String)
        numbers = dict.fromkeys(("year", "repaired_kg", "low_kg", "high_kg"), pl.Int64)
        mended = pl.DataFrame(schema={**texts, **numbers})
    rows = contained_trade(world.scan("trade").filter(*wanted), mended)
    weight = "gross_kg" if step.basis == "gross" else "contained_kg"
    found = (
        rows.filter(pl.col("mineral") == step.mineral, pl.col(weight) > 0)
        .group_by("exporter", "importer")
        .agg(pl.col(weight).sum())
        .select("exporter", "importer", (pl.col(weight) / _KG).alias("t"))
        .sort("exporter", "importer")
    )
    return found if found.height else None


def _output(world: World, step: Step, year: int) -> dict[str, float]:
    """Output by country, ``OTHER`` for the rest; countries without a figure are not in it. [t]"""
    import polars as pl

    rows = world.scan("production").filter(
        pl.col("mineral") == step.mineral, pl.col("stage") == step.stage, pl.col("year") == year
    )
    if step.series:
        picked = rows.filter(pl.col("raw_material") == step.series).collect()
        told = picked.select("country", pl.col("quantity").alias("kg"))
    else:
        told = production_content(rows).select("country", pl.col("production_kg").alias("kg"))
    return {country: kg / _KG for country, kg in told.drop_nulls().sort("country").iter_rows()}


def _stages(
    steps: Sequence[Step],
    tables: Sequence[_Tables],
    countries: Sequence[str],
    stock_days: float,
    stock_of: Literal["use", "net_imports"],
) -> list[Stage]:
    import numpy as np

    at = {country: n for n, country in enumerate(countries)}
    found: list[Stage] = []
    for step, table in zip(steps, tables, strict=True):
        made = np.array([table.output.get(country, np.nan) for country in countries])
        network = None
        if table.flows is not None:
            flows = np.zeros((len(countries), len(countries)))
            for exporter, importer, tonnes in table.flows.iter_rows():
                flows[at[exporter], at[importer]] = tonnes
            trade_only = table.grade == "C" or not table.output
            network = network_of(flows, None if trade_only else np.nan_to_num(made), tuple(countries))
        before = found[-1].network if found else None
        need: tuple[float | Floats, float | Floats, float | Floats] | None = step.need
        if step.need is not None and before is not None:
            need = (
                step.need[0],
                _own_need(before.available - before.flows.sum(axis=1), made, step.need),
                step.need[2],
            )
        found.append(
            Stage(
                name=step.name,
                network=network,
                production=made if table.output else None,
                need=need,
                stock_days=stock_days,
                stock_of=stock_of,
            )
        )
    return found


def _own_need(available: Floats, made: Floats, need: tuple[float, float, float]) -> Floats:
    """What each country had per tonne that it made, within low and high; the middle where it made none."""
    import numpy as np

    there = (made > 0) & (available > 0)
    own = np.where(there, available / np.where(there, made, 1.0), need[1])
    found: Floats = np.clip(own, need[0], need[2])
    return found


def _blows(
    strike: Strike, countries: Sequence[str], months: int, path: Sequence[float] | None
) -> tuple[Blow, Blow, Blow]:
    """Least, middle and most of what is done."""
    import numpy as np

    if months < 1:
        raise OptionError(f"months: {months}; look at one or more")
    if path is not None:
        factors = np.ones(months)
        factors[: len(path)] = np.asarray(path, dtype=float)[:months]
        lost = [np.clip(1 - factors, 0.0, 1.0)] * 3
    else:
        cuts, lengths = _three(strike.cut), _three(strike.months)
        lost = [
            cut * np.clip(length - np.arange(months), 0.0, 1.0)
            for cut, length in zip(cuts, lengths, strict=True)
        ]
    exporter = list(countries).index(strike.exporter)
    targets = np.array([not strike.targets or country in strike.targets for country in countries])
    blows = []
    for by_month in lost:
        hit, nothing = np.zeros((months, len(countries))), np.zeros((months, len(countries)))
        hit[:, exporter] = by_month
        made, held = (hit, nothing) if strike.outage else (nothing, hit)
        blows.append(Blow(outages=made, withheld=held, targets=targets))
    return blows[0], blows[1], blows[2]


def _three(ends: tuple[float, ...]) -> tuple[float, float, float]:
    """Least, middle (the likeliest where it is given) and most."""
    return ends[0], ends[1] if len(ends) == 3 else (ends[0] + ends[-1]) / 2, ends[-1]


def _spanned(tables: Sequence[pl.DataFrame]) -> pl.DataFrame:
    """Low from the least blow, high from the most, all else from the middle."""
    import polars as pl

    least, middle, most = tables
    return middle.with_columns(
        least["cut_low_t"], least["lost_low_t"], most["cut_high_t"], most["lost_high_t"]
    ).select(pl.col(*COLUMNS))


def _notes(steps: Sequence[Step], tables: Sequence[_Tables]) -> list[str]:
    notes = []
    for step, table in zip(steps, tables, strict=True):
        if table.flows is None:
            notes.append(f"{step.name}: no trade of it in this world, so no loss of importers can be given")
        elif table.grade == "C" and table.output:
            notes.append(
                f"{step.name}: grade C, so its trade stands alone; domestic output is not counted in"
            )
        if not table.output:
            notes.append(f"{step.name}: no output by country (no_production_data)")
        elif table.rest:
            part = table.rest / (table.rest + sum(table.output.values()))
            notes.append(f"{step.name}: {part:.0%} of world output is not told by country and not in this")
        if step.need is not None:
            low, mid, high = step.need
            said = f"; {step.source}" if step.source else ""
            notes.append(
                f"{step.name}: needs {low:g} to {high:g} t a tonne, mid {mid:g} ({step.status}{said})"
            )
    return notes
