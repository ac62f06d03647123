"""What lies around a project: deposits and facilities without owner, capacity or cost, so no candidates."""

from __future__ import annotations

from csv import DictReader
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from pactolus.projects.pipeline.parts import Position

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    import polars as pl

    from pactolus.catalogue.world import World

__all__ = ["around", "deposits", "deposits_origin"]

_DATA: Final = Path(__file__).parents[1] / "data"
_NUMBERS: Final = (
    "latitude",
    "longitude",
    "reserve_kt_li",
    "resource_kt_li",
    "cost_usd_per_t_li",
    "max_rate_kt_li_per_year",
)


@cache
def deposits() -> pl.DataFrame:
    """Lithium deposits of the world, with what a published supply model holds of them.

    Returns
    -------
    polars.DataFrame
        ``deposit, country, kind, latitude, longitude, status, reserve_kt_li, resource_kt_li,
        cost_usd_per_t_li, max_rate_kt_li_per_year, units``; `units` says on every row that the units are
        inferred: the source names none.
    """
    import polars as pl

    types: dict[str, Any] = dict.fromkeys(_NUMBERS, pl.Float64)
    return pl.read_csv(_DATA / "lithium_deposits.csv", schema_overrides=types)


def deposits_origin() -> Mapping[str, str]:
    """Where `deposits` is from: title, publisher, licence, link, checksum."""
    with (_DATA / "origins.csv").open(encoding="utf-8", newline="") as stream:
        return next(row for row in DictReader(stream) if row["file"] == "lithium_deposits.csv")


def around(
    world: World, *, hosts: Collection[str] = (), position: Position | None = None, within_km: float = 150.0
) -> pl.DataFrame:
    """Deposits and facilities of hosts, or near a position.

    Parameters
    ----------
    world : World
        With the table ``facilities``.
    hosts : collection of str
        ISO alpha-3; all if empty.
    position : Position, optional
        Only what lies within `within_km` of it.
    within_km : float
        Positions are approximate: it is no small number. [km]

    Returns
    -------
    polars.DataFrame
        ``source, name, country, kind, commodities, latitude, longitude, distance_km, reserve_kt_li,
        resource_kt_li, units``, the nearest first.
    """
    import polars as pl

    lithium = deposits().select(
        pl.lit("lithium deposits").alias("source"),
        pl.col("deposit").alias("name"),
        "country",
        "kind",
        pl.lit("lithium").alias("commodities"),
        "latitude",
        "longitude",
        "reserve_kt_li",
        "resource_kt_li",
        "units",
    )
    places = world.table("facilities").select(
        pl.lit("facilities").alias("source"),
        "name",
        "country",
        "kind",
        "commodities",
        "latitude",
        "longitude",
    )
    found = pl.concat([lithium, places], how="diagonal")
    if hosts:
        found = found.filter(pl.col("country").is_in(list(hosts)))
    if position is None:
        found = found.with_columns(pl.lit(None, dtype=pl.Float64).alias("distance_km")).sort(
            "source", "country", "name"
        )
    else:
        found = found.with_columns(_distance(position).alias("distance_km"))
        found = found.filter(pl.col("distance_km") <= within_km).sort("distance_km", "source", "name")
    order = ("source", "name", "country", "kind", "commodities", "latitude", "longitude", "distance_km")
    return found.select(*order, "reserve_kt_li", "resource_kt_li", "units")


def _distance(position: Position) -> pl.Expr:
    import polars as pl

    lat, lon = pl.col("latitude").radians(), pl.col("longitude").radians()
    here, there = pl.lit(position.lat).radians(), pl.lit(position.lon).radians()
    chord = ((lat - here) / 2).sin() ** 2 + here.cos() * lat.cos() * ((lon - there) / 2).sin() ** 2
    return 2 * 6371.0 * chord.clip(0.0, 1.0).sqrt().arcsin()
