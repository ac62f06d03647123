"""How often suppliers fail: yearly rates of onset by supplier, mineral and stage, in three cases.

    governance   h = base exp(-slope w)                w: political stability (WGI) in the latest year
    controls     max(h, control rate)                  where the register has an export restriction in force
    expert       a user's rate, else as in `controls`

All three are always worked out, because political stability alone does not see export controls. A supplier
without an estimate has no rate, which is not a rate of nought. In a year an event begins with probability
``1 - exp(-h)``. Numbers and their ranges are in `data/hazards.csv`.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from csv import DictReader
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from pactolus.errors import InputError, OptionError, PactolusError, UnknownTermError
from pactolus.policy.register import instruments
from pactolus.policy.search import listed, touches
from pactolus.policy.trade import covered_codes, issuing_countries

if TYPE_CHECKING:
    from datetime import date

    import polars as pl

    from pactolus.catalogue.world import World
    from pactolus.disruption.scenarios.reach import Place
    from pactolus.policy.register import Measure, Register

__all__ = [
    "CASES",
    "COLUMNS",
    "Expert",
    "Number",
    "Restriction",
    "governance_rate",
    "hazard_rates",
    "numbers",
    "read_expert",
    "regions",
    "restrictions",
    "stability",
]

#: Cases of rates, in the order of outputs.
CASES: Final = ("governance", "controls", "expert")
#: Columns of `hazard_rates`.
COLUMNS: Final = (
    "mineral",
    "stage",
    "exporter",
    "region",
    "stability",
    "stability_year",
    *CASES,
    "measure",
    "kind",
    "status",
)
#: Family of a measure -> kind of shock whose size and length are drawn, the hardest first.
_KINDS: Final[Mapping[str, str]] = {
    "ban": "ban",
    "suspension": "closure",
    "local content": "ban",
    "quota": "quota",
    "licence": "licence",
    "tax": "tax",
}
#: Kind of shock of an event that has no measure behind it.
UNREST: Final = "outage"

Expert = Mapping[tuple[str, ...], float]
"""Rates of a user: ``(mineral, exporter)`` or ``(mineral, stage, exporter)`` -> events a year."""


@dataclass(frozen=True, kw_only=True)
class Number:
    """A number of the model: its value, its range, and where it is from."""

    name: str
    value: float
    low: float
    high: float
    unit: str
    kind: str
    source: str


@cache
def numbers() -> Mapping[str, Number]:
    """Every number of the hazard model by name."""
    found = {}
    for row in _rows("hazards.csv"):
        parts = {name: float(row[name]) for name in ("value", "low", "high")}
        texts = {name: row[name] for name in ("name", "unit", "kind", "source")}
        found[row["name"]] = Number(**parts, **texts)  # type: ignore[arg-type]
    return found


@cache
def regions() -> Mapping[str, str]:
    """Country -> its sub-region (UN M49); one that is in none is missing."""
    return {iso3: row["region"] for row in _rows("regions.csv") for iso3 in row["countries"].split(";")}


def governance_rate(stability: float) -> float:
    """Events a year of a supplier with this political stability.

    Parameters
    ----------
    stability : float
        WGI estimate, about -2.5 (weak) to 2.5 (strong).

    Examples
    --------
    >>> governance_rate(0.0)
    0.04
    >>> governance_rate(-1.0) > governance_rate(1.0)
    True
    """
    return numbers()["base_rate"].value * math.exp(-numbers()["stability_slope"].value * stability)


def stability(world: World) -> tuple[int, dict[str, float]]:
    """Latest year of the world's political stability, and the estimates that it has."""
    import polars as pl

    rows = world.scan("governance").filter(pl.col("dimension") == "pv")
    last = int(rows.select(pl.col("year").max()).collect().item())
    known = rows.filter(pl.col("year") == last, pl.col("estimate").is_not_null())
    return last, dict(known.select("country", "estimate").sort("country").collect().iter_rows())


@dataclass(frozen=True)
class Restriction:
    """A measure in force that lifts the rate of a supplier, and the kind of shock that it announces."""

    measure: str
    kind: str


def restrictions(
    measures: Register, place: Place, codes: Sequence[str], importers: Sequence[str], on: date
) -> dict[str, Restriction]:
    """Suppliers that restrict exports of a mineral at a stage to all of the importers.

    Parameters
    ----------
    measures : Register
    place : tuple of str
        Mineral and stage.
    codes : sequence of str
        HS92 codes of the place.
    importers : sequence of str
        ISO alpha-3; a measure that does not bear on all of them is not counted, nor is one that names no
        mineral, is suspended, is unconfirmed, or controls technology alone.
    on : date

    Returns
    -------
    dict of str to Restriction
        The hardest measure of each supplier.
    """
    families = list(_KINDS)
    found: dict[str, tuple[int, str, str]] = {}
    for measure, _ in listed(measures, on, states=("in_force",), minerals=[place[0]]):
        kind = instruments()[measure.instrument]
        if not kind.restricts_exports or kind.family not in families or not _covers(measure, place, codes):
            continue
        if not all(touches(measure, one, on) for one in importers):
            continue
        rank = (families.index(kind.family), measure.id, _KINDS[kind.family])
        for exporter in issuing_countries(measure):
            found[exporter] = min(rank, found.get(exporter, rank))
    return {exporter: Restriction(best[1], best[2]) for exporter, best in sorted(found.items())}


def _covers(measure: Measure, place: Place, codes: Sequence[str]) -> bool:
    """Whether a measure speaks of this trade: by its codes where it names them, else by its stages."""
    if measure.scope == "all-minerals":
        return True
    if measure.scope is not None or measure.instrument == "technology_control":
        return False
    named = {one.hs92 for one in covered_codes(measure)} - {None}
    if named:
        return bool(named & set(codes))
    stages = {stage for cover in measure.covers for stage in cover.stages}
    return not stages or place[1] in stages or place[1] == "mixed"


def hazard_rates(
    world: World,
    suppliers: Mapping[Place, Sequence[str]],
    codes: Mapping[Place, Sequence[str]],
    importers: Sequence[str],
    *,
    measures: Register,
    on: date,
    expert: Expert | None = None,
) -> pl.DataFrame:
    """Rates of every supplier of every place in the three cases.

    Parameters
    ----------
    world : World
        Its political stability, latest year.
    suppliers, codes : mapping of (mineral, stage) to sequence of str
        Exporters, and HS92 codes.
    importers : sequence of str
        For whom; see `restrictions`.
    measures : Register
    on : date
        Day of the register.
    expert : mapping, optional
        See `read_expert`.

    Returns
    -------
    polars.DataFrame
        `COLUMNS`. Rates are events a year, empty where they are not known: `status` is then
        ``no_governance_data``. `measure` and `kind` name the restriction, where there is one.
    """
    import polars as pl

    year, estimates = stability(world)
    given = expert or {}
    rows: list[dict[str, Any]] = []
    for place, exporters in suppliers.items():
        closed = restrictions(measures, place, codes[place], importers, on)
        for exporter in exporters:
            estimate = estimates.get(exporter)
            base = None if estimate is None else governance_rate(estimate)
            hit = closed.get(exporter)
            lifted = base if hit is None else max(base or 0.0, numbers()["control_rate"].value)
            own = given.get((*place, exporter), given.get((place[0], exporter), lifted))
            rows.append(
                {"mineral": place[0], "stage": place[1], "exporter": exporter}
                | {"region": regions().get(exporter), "stability": estimate, "stability_year": year}
                | {"governance": base, "controls": lifted, "expert": own}
                | {"measure": hit.measure if hit else None, "kind": hit.kind if hit else None}
                | {"status": "ok" if own is not None else "no_governance_data"}
            )
    texts = ("mineral", "stage", "exporter", "region", "measure", "kind", "status")
    schema = {c: pl.String if c in texts else pl.Float64 for c in COLUMNS} | {"stability_year": pl.Int64}
    return pl.DataFrame(rows, schema=schema)


def read_expert(
    table: pl.DataFrame | Iterable[Mapping[str, Any]], name: str = "expert"
) -> dict[tuple[str, ...], float]:
    """Rates of a user from a table ``mineral, exporter, rate`` with an optional ``stage``.

    Parameters
    ----------
    table : polars.DataFrame or iterable of mappings
    name : str
        Of the file, for messages.

    Raises
    ------
    InputError
        All faults at once: unknown minerals, stages or countries, rates that are no numbers of nought or
        more, and lines that speak of the same thing twice.

    Examples
    --------
    >>> read_expert([{"mineral": "Nickel", "exporter": "NCL", "stage": "ore", "rate": 0.2}])
    {('nickel', 'ore', 'NCL'): 0.2}
    """
    lines: Iterable[Mapping[str, Any]] = table.to_dicts() if hasattr(table, "to_dicts") else table
    found: dict[tuple[str, ...], float] = {}
    faults: list[str] = []
    for number, line in enumerate(lines, start=2):
        where = f"{name}: line {number}"
        missing = [column for column in ("mineral", "exporter", "rate") if line.get(column) in (None, "")]
        if missing:
            faults.append(f"{where}: no {', '.join(missing)}; give mineral, exporter and rate")
            continue
        try:
            key = _key(line)
            rate = _rate(line["rate"])
        except PactolusError as error:
            faults.append(f"{where}: {error}")
            continue
        if key in found:
            faults.append(f"{where}: {' '.join(key)} stands twice; keep one line")
        found[key] = rate
    if faults:
        raise InputError.gathered(faults)
    return found


def _key(line: Mapping[str, Any]) -> tuple[str, ...]:
    from pactolus.terms.countries import country
    from pactolus.terms.minerals import mineral
    from pactolus.terms.stages import STAGES

    stage = str(line.get("stage") or "").strip()
    if stage and stage not in STAGES:
        raise UnknownTermError.of("stage", stage, STAGES)
    exporter = country(str(line["exporter"]).strip()).iso3
    return (mineral(str(line["mineral"]).strip()).id, *((stage,) if stage else ()), exporter)


def _rate(value: Any) -> float:
    try:
        rate = float(value)
    except (TypeError, ValueError):
        rate = math.nan
    if not (math.isfinite(rate) and rate >= 0):
        raise OptionError(f"rate {value!r} is no number of nought or more; give events a year")
    return rate


def _rows(name: str) -> list[dict[str, str]]:
    with (Path(__file__).parents[1] / "data" / name).open(encoding="utf-8", newline="") as rows:
        return list(DictReader(rows))
