"""Where a tonne of a joint stock is best held: cheapest to keep, and nearest to those who will need it.

    keeping_s  = holding rate x price of member s                    [USD per t and year]
    way_s      = sum over members of (part of need_m) x distance(s, m)    [km], nothing within a member
    turnover   = release of the pool a year / its target             [1/year]

One site beats another if it is cheaper and nearer. Where keeping and way disagree, the answer hangs on the
price of transport, for which there is no data here: the price at which it turns is given instead.
Distances are between the most populous cities of countries, over the earth's surface and not by sea (CEPII
GeoDist). Rent, taxes, seismic risk and politics are not in it.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from pactolus.stockpile.base.decision import Step, evaluate
from pactolus.stockpile.stocks.continuous import Importer, SizedStock
from pactolus.terms.countries import entity

if TYPE_CHECKING:
    import polars as pl

    from pactolus.catalogue.world import World
    from pactolus.stockpile.base.regimes import Regimes

__all__ = ["SITE_COLUMNS", "distances_of", "sites_of", "turnover_of"]

#: Columns of `sites_of`.
SITE_COLUMNS: Final = (
    "site",
    "keeping_usd_per_t_year",
    "way_km",
    "turnover_per_year",
    "cheapest",
    "nearest",
    "turns_at_usd_per_t_1000km",
    "status",
)
MONTHS: Final = 12


def distances_of(world: World, members: Sequence[str]) -> dict[tuple[str, str], float | None]:
    """Distance between members [km]; of coalitions, between their nearest countries; None where not known."""
    import polars as pl

    inside = {member: list(entity(member).members) for member in members}
    every = sorted({one for names in inside.values() for one in names})
    table = (
        world.scan("distances")
        .filter(pl.col("origin").is_in(every), pl.col("destination").is_in(every))
        .select("origin", "destination", "distance_km")
        .collect()
    )
    known = {(origin, to): float(km) for origin, to, km in table.iter_rows() if km is not None}
    found: dict[tuple[str, str], float | None] = {}
    for one in members:
        for other in members:
            pairs = [known[a, b] for a in inside[one] for b in inside[other] if (a, b) in known]
            found[one, other] = 0.0 if one == other else min(pairs, default=None)
    return found


def turnover_of(pool: SizedStock) -> float | None:
    """Release of a year in the long run, as a part of the target; None without a stock."""
    if pool.target_t <= 0:
        return None
    out = Step(pool.release_t, pool.step.low, pool.step.part, pool.step.action)
    yearly = MONTHS * evaluate(out, pool.regimes.mix, 1.0, tolerance=1e-9)[1]
    return round(yearly / pool.target_t, 6)


def sites_of(
    importers: Sequence[Importer],
    regimes: Regimes,
    distances: Mapping[tuple[str, str], float | None],
    turnover: float | None,
) -> pl.DataFrame:
    """Every member as a site of the joint stock.

    Parameters
    ----------
    importers : sequence of Importer
    regimes : Regimes
        Of all of them; need is what they lack on the mean of all months.
    distances : mapping of (site, member) to km
    turnover : float or None
        Of `turnover_of`.

    Returns
    -------
    polars.DataFrame
        `SITE_COLUMNS`. ``turns_at`` is the price of transport above which this site is better than the
        cheapest one (missing for that one, and where no price would do); assumption: a tonne travels once,
        when it is released.
    """
    import polars as pl

    own = regimes.seen_by([each.member for each in importers])
    need = own.stationary @ own.loss
    weight = [float(part) * each.use_t for part, each in zip(need, importers, strict=True)]
    total = math.fsum(weight)
    rows: list[dict[str, Any]] = []
    for site in importers:
        legs = [distances.get((site.member, each.member)) for each in importers]
        way = (
            None
            if total == 0 or any(leg is None for leg in legs)
            else math.fsum(
                part / total * leg for part, leg in zip(weight, legs, strict=True) if leg is not None
            )
        )
        rows.append(
            {
                "site": site.member,
                "keeping_usd_per_t_year": site.holding.rate * site.price_usd_per_t,
                "way_km": way,
                "turnover_per_year": turnover,
                "status": "no_use_data" if way is None else "ok",
            }
        )
    cheapest = min(rows, key=lambda row: (row["keeping_usd_per_t_year"], row["way_km"] or 0.0, row["site"]))
    ways = [row["way_km"] for row in rows if row["way_km"] is not None]
    for row in rows:
        row["cheapest"] = row is cheapest
        row["nearest"] = row["way_km"] is not None and row["way_km"] <= min(ways)
        row["turns_at_usd_per_t_1000km"] = _turns(row, cheapest, turnover)
    schema: dict[str, Any] = dict.fromkeys(SITE_COLUMNS, pl.Float64)
    schema |= {"site": pl.String, "status": pl.String, "cheapest": pl.Boolean, "nearest": pl.Boolean}
    return pl.DataFrame([{name: row.get(name) for name in SITE_COLUMNS} for row in rows], schema=schema)


def _turns(row: Mapping[str, Any], cheapest: Mapping[str, Any], turnover: float | None) -> float | None:
    """Price of transport from which the dearer but nearer site is better."""
    if turnover is None or turnover <= 0 or row["way_km"] is None or cheapest["way_km"] is None:
        return None
    nearer = cheapest["way_km"] - row["way_km"]
    dearer = row["keeping_usd_per_t_year"] - cheapest["keeping_usd_per_t_year"]
    return float(1000 * dearer / (turnover * nearer)) if nearer > 0 else None
