"""A scenario on a world: tonnes lost by importer, beside the baselines, with 80 % intervals and prices.

    lost_j = keep(sum size) x sum_i c_i (f_ij + s_i M_j) / 2       (decision 8, summed over the shocks)

A draw takes a cut (from the range of the file, times the months of the year; or a past cut of the kind) and a
gap of a past event (`intervals`), so an interval holds both "how large" and "how wrong".
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from csv import DictReader
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from pactolus.disruption.announced import cuts_known
from pactolus.disruption.events import events_of
from pactolus.disruption.intervals import CLASSES, FLOOR, NOISE, gaps
from pactolus.disruption.price import price_response
from pactolus.disruption.reach import Place, base_year, flows_of, places, places_of
from pactolus.disruption.rules import LARGE, MIX, kept
from pactolus.disruption.scenario import KINDS, Scenario, Shock
from pactolus.errors import NoAnswerError

if TYPE_CHECKING:
    import numpy as np
    import polars as pl
    from numpy.typing import NDArray

    from pactolus.catalogue.world import World

    Floats = NDArray[np.float64]

__all__ = ["COLUMNS", "Stress", "elasticities", "stress"]

#: Columns of `Stress.losses`.
COLUMNS: Final = (
    "scenario",
    "mineral",
    "stage",
    "importer",
    "year",
    "base_t",
    "bought_t",
    "cut",
    "size",
    "lost_t",
    "lost_low_t",
    "lost_high_t",
    "lost_share",
    "uniform_t",
    "proportional_t",
    "price_low",
    "price_mid",
    "price_high",
    "rank",
    "grade",
    "status",
)
_DRAWS: Final = 4_000
_TAILS: Final = (0.1, 0.9)
_MONTHS: Final = 12.0


@dataclass(frozen=True, kw_only=True)
class Stress:
    """What a scenario costs.

    Attributes
    ----------
    losses : polars.DataFrame
        `COLUMNS`, one row a mineral, stage and importer, and one for all importers together. `status` is
        ``ok``, ``not_distinguishable`` (exposure x cut below 0.15: lost in normal variation) or
        ``no_trade_data``. `rank` orders importers by lost share where the shock is large, else it is empty.
    notes : tuple of str
        What a reader must know.
    """

    losses: pl.DataFrame
    notes: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class _Draws:
    """Where draws come from: past events, their gaps by class of exposure, and the seed."""

    events: Sequence[Any]
    pool: Sequence[Floats]
    seed: int


@cache
def elasticities(mineral: str) -> Mapping[str, tuple[float, float, float]]:
    """Low, mid and high elasticity of demand and supply of a mineral; a general band where none is listed."""
    file = Path(__file__).parent / "data" / "elasticities.csv"
    found: dict[str, tuple[float, float, float]] = {}
    with file.open(encoding="utf-8", newline="") as rows:
        for row in DictReader(rows):
            if row["mineral"] in ("", mineral):
                found[row["which"]] = (float(row["low"]), float(row["mid"]), float(row["high"]))
    return found


def stress(world: World, scenario: Scenario, *, seed: int = 0) -> Stress:
    """Work out a scenario.

    Parameters
    ----------
    world : World
    scenario : Scenario
    seed : int
        Of the draws.

    Raises
    ------
    OptionError
        If the year lies outside the trade table.
    NoAnswerError
        If the trade table holds none of the trade that is cut.
    """
    import polars as pl

    year = base_year(world, scenario.year)
    events, pool = _past(world)
    notes: list[str] = []
    parts = []
    for place in places(scenario):
        hits = [shock for shock in scenario.shocks if place in places_of(shock)]
        flows = flows_of(world, place, hits, year)
        if flows is None:
            notes.append(f"{place[0]} ({place[1]}): no trade of it in this world, so nothing can be said")
            parts.append(_nothing(scenario, place, year))
            continue
        draws = _Draws(events=events, pool=pool, seed=seed)
        parts.append(_one(scenario, place, year, flows, hits, draws, _grade(world, place, year)))
    losses = pl.concat(parts)
    if not losses.filter(pl.col("status") != "no_trade_data").height:
        raise NoAnswerError("; ".join(notes) or "the trade table holds none of the trade that is cut")
    return Stress(losses=losses, notes=(*notes, *_notes(scenario, events), *_limits(losses)))


def _grade(world: World, place: Place, year: int) -> str | None:
    import polars as pl

    if "grades" not in world.derived_tables:
        return None
    rows = world.scan_derived("grades").filter(
        pl.col("mineral") == place[0], pl.col("stage") == place[1], pl.col("year") == year
    )
    found = rows.select("grade").collect()
    return str(found.item(0, 0)) if found.height else None


@lru_cache(maxsize=4)
def _past(world: World) -> tuple[Sequence[Any], Sequence[Floats]]:
    """Events of a world, and their gaps by class of exposure, the same on every machine."""
    import numpy as np

    events = events_of(world)
    table = gaps(events)
    kind = np.searchsorted(CLASSES, table["exposure"].to_numpy(), side="right")
    values = table["gap"].to_numpy()
    return events, [values[kind == number] for number in range(len(CLASSES))]


def _cuts(shock: Shock, events: Sequence[Any], random: np.random.Generator) -> Floats:
    """Draws of the part of a year's exports that is lost."""
    import numpy as np

    if shock.cut is None:
        known, _ = cuts_known(events, KINDS[shock.kind], without="")
        drawn: Floats = random.choice(np.array(known), size=_DRAWS)
        return drawn
    months = np.minimum(random.uniform(*shock.months, size=_DRAWS), _MONTHS) / _MONTHS
    found: Floats = random.uniform(*shock.cut, size=_DRAWS) * months
    return found


def _one(
    scenario: Scenario,
    place: Place,
    year: int,
    flows: pl.DataFrame,
    hits: Sequence[Shock],
    draws: _Draws,
    grade: str | None,
) -> pl.DataFrame:
    import numpy as np
    import polars as pl

    random = np.random.default_rng([draws.seed, *place[0].encode(), *place[1].encode()])
    table = flows.pivot(on="exporter", index="importer", values="t").fill_null(0.0)
    names = table["importer"].to_list()
    total = table.drop("importer").sum_horizontal().to_numpy()
    world_t = float(total.sum())
    customers, everybody = np.zeros((_DRAWS, len(names))), np.zeros((_DRAWS, len(names)))
    size, bought_all, cut_mid = np.zeros(_DRAWS), np.zeros(len(names)), 0.0
    for shock in hits:
        if shock.exporter not in table.columns:
            continue
        hit = np.array([not shock.targets or name in shock.targets for name in names])
        bought = np.where(hit, table[shock.exporter].to_numpy(), 0.0)
        cuts = _cuts(shock, draws.events, random)
        reach = float(total[hit].sum())
        share = bought.sum() / reach if reach else 0.0
        customers += cuts[:, None] * bought
        everybody += cuts[:, None] * share * np.where(hit, total, 0.0)
        size += cuts * bought.sum() / world_t
        bought_all += bought
        cut_mid = max(cut_mid, float(np.median(cuts)))
    keep = np.array([kept(one) for one in size])
    lost = np.minimum(keep[:, None] * (MIX * customers + (1 - MIX) * everybody), total)
    together = ("+".join(scenario.importers),) if len(scenario.importers) > 1 else ()
    tonnes = _Tonnes(
        names=names, total=total, bought=bought_all, lost=lost, everybody=everybody, customers=customers
    )
    rows: list[dict[str, Any]] = [
        {"scenario": scenario.scenario, "mineral": place[0], "stage": place[1], "year": year}
        | _row(entity, tonnes, draws.pool, random)
        for entity in (*scenario.importers, *together)
    ]
    middle = float(np.median(size))
    prices = _prices(place[0], size)
    for row in rows:
        row |= {"cut": cut_mid, "size": middle, "grade": grade, **prices}
    if middle >= LARGE:
        single = [r for r in rows if "+" not in r["importer"] and r["lost_share"] is not None]
        for rank, row in enumerate(sorted(single, key=lambda r: -r["lost_share"]), start=1):
            row["rank"] = rank
    return pl.DataFrame([{name: row.get(name) for name in COLUMNS} for row in rows], schema=_schema())


@dataclass(frozen=True, kw_only=True)
class _Tonnes:
    """Tonnes of every importer; those lost also by draw."""

    names: Sequence[str]
    total: Floats
    bought: Floats
    lost: Floats
    everybody: Floats
    customers: Floats


def _row(entity: str, tonnes: _Tonnes, pool: Sequence[Floats], random: np.random.Generator) -> dict[str, Any]:
    """One importer, or several together."""
    import numpy as np

    row: dict[str, Any] = {"importer": entity}
    which = [tonnes.names.index(one) for one in entity.split("+") if one in tonnes.names]
    base = float(tonnes.total[which].sum()) if which else 0.0
    if base <= 0:
        return row | {"status": "no_trade_data"}
    exposure = tonnes.customers[:, which].sum(axis=1) / base
    kind = int(np.searchsorted(CLASSES, float(np.median(exposure)), side="right"))
    middle = tonnes.lost[:, which].sum(axis=1)
    drawn = random.choice(pool[kind], size=_DRAWS)
    after = (base - middle + FLOOR * base) * np.exp(drawn) - FLOOR * base
    low, high = np.quantile(base - after, _TAILS)
    return row | {
        "base_t": base,
        "bought_t": float(tonnes.bought[which].sum()),
        "lost_t": float(np.median(middle)),
        "lost_low_t": float(low),
        "lost_high_t": float(high),
        "lost_share": float(np.median(middle)) / base,
        "uniform_t": float(np.median(tonnes.everybody[:, which].sum(axis=1))),
        "proportional_t": float(np.median(tonnes.customers[:, which].sum(axis=1))),
        "status": "ok" if float(np.median(exposure)) >= NOISE else "not_distinguishable",
    }


def _prices(mineral: str, size: Floats) -> dict[str, float]:
    """World price after the loss, as a ratio: elastic, middle and inelastic market."""
    import numpy as np

    band = elasticities(mineral)
    cut = min(max(float(np.median(size)), 0.0), 0.999)
    found = [price_response(cut, band["demand"][n], band["supply"][n]).price_ratio for n in (2, 1, 0)]
    return dict(zip(("price_low", "price_mid", "price_high"), found, strict=True))


def _nothing(scenario: Scenario, place: Place, year: int) -> pl.DataFrame:
    import polars as pl

    rows = [
        {"scenario": scenario.scenario, "mineral": place[0], "stage": place[1], "importer": one, "year": year}
        | {"status": "no_trade_data"}
        for one in scenario.importers
    ]
    return pl.DataFrame([{name: row.get(name) for name in COLUMNS} for row in rows], schema=_schema())


def _schema() -> dict[str, Any]:
    import polars as pl

    texts = ("scenario", "mineral", "stage", "importer", "grade", "status")
    whole = ("year", "rank")
    return {c: pl.String if c in texts else pl.Int64 if c in whole else pl.Float64 for c in COLUMNS}


def _notes(scenario: Scenario, events: Sequence[Any]) -> list[str]:
    found = []
    for shock in scenario.shocks:
        if shock.cut is None:
            known, own = cuts_known(events, KINDS[shock.kind], without="")
            whose = f"of the kind {shock.kind}" if own else "of all kinds, because too few are of this kind"
            found.append(f"{shock.exporter}: the cut is drawn from {len(known)} past events {whose}")
        if shock.confidence == "feared":
            found.append(
                f"{shock.exporter}: feared, not confirmed; treating a fear as a ban did harm in the past"
            )
    if scenario.fictitious:
        found.append("the tonnes of this scenario are fictitious")
    found.append("annual tonnes, gross weight; stocks, contracts and grades are not known to these data")
    return found


def _limits(losses: pl.DataFrame) -> list[str]:
    """What the rows themselves cannot carry."""
    import polars as pl

    found = []
    weak = losses.filter(pl.col("grade") == "C").select("mineral", "stage").unique(maintain_order=True)
    found += [f"{m} ({s}): grade C, so from trade alone; nothing is balanced" for m, s in weak.iter_rows()]
    lost = losses.filter(pl.col("status") == "not_distinguishable")
    if lost.height:
        found.append(
            f"{lost.height} of {losses.height} rows: exposure x cut below {NOISE:g}, "
            "not distinguishable from normal variation"
        )
    if losses["lost_low_t"].fill_null(0.0).lt(0.0).any():
        found.append(
            "a negative lost_low_t: in one of ten past cases of its kind imports were higher than before"
        )
    return found
