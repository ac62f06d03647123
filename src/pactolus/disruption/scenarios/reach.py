"""What a scenario reaches: minerals at stages, their codes, and the trade under them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

from pactolus.disruption.history.events import GRAM, trade_weights
from pactolus.disruption.scenarios.scenario import Declared, Scenario, Shock
from pactolus.errors import OptionError
from pactolus.indicators.flows import basket_codes
from pactolus.terms.hs_codes import hs_codes

if TYPE_CHECKING:
    import polars as pl

    from pactolus.catalogue.world import World

__all__ = ["Place", "base_year", "codes_of", "flows_of", "places", "places_of", "traded"]

#: A mineral at a stage.
Place = tuple[str, str]


def base_year(world: World, asked: int | None) -> int:
    """The year asked for, or the last of the trade table."""
    first, last = _years(world)
    year = last if asked is None else asked
    if not first <= year <= last:
        raise OptionError(f"year: {year} lies outside the trade table, which runs from {first} to {last}")
    return year


@lru_cache(maxsize=4)
def _years(world: World) -> tuple[int, int]:
    """First and last year of the trade table."""
    import polars as pl

    found = world.scan("trade").select(
        pl.col("year").min().alias("first"), pl.col("year").max().alias("last")
    )
    first, last = found.collect().row(0)
    return int(first), int(last)


def places(scenario: Scenario) -> list[Place]:
    """Every mineral at a stage that a scenario cuts, once."""
    return list(dict.fromkeys(place for shock in scenario.shocks for place in places_of(shock)))


def places_of(shock: Shock) -> list[Place]:
    """Minerals at stages that a shock cuts, in the order of the map."""
    if shock.hs_codes:
        known = hs_codes()
        found = [(m, known[code].stage) for code in shock.hs_codes for m in known[code].minerals[:1]]
        return list(dict.fromkeys(found))
    known_places = _mapped_places(shock.minerals)
    chosen = [place for place in known_places if not shock.stages or place[1] in shock.stages]
    missing = [(m, s) for m in shock.minerals for s in shock.stages if (m, s) not in chosen]
    return [*chosen, *missing]


@lru_cache(maxsize=256)
def _mapped_places(minerals: tuple[str, ...]) -> tuple[Place, ...]:
    codes = basket_codes(minerals, shared=False)
    return tuple(codes.select("mineral", "stage").unique(maintain_order=True).rows())


@lru_cache(maxsize=256)
def _mapped_codes(mineral: str) -> tuple[tuple[str, str, int | None], ...]:
    """Stage, code and last year of every code of a mineral."""
    return tuple(basket_codes([mineral], shared=False).select("stage", "hs_code", "last_year").iter_rows())


def codes_of(place: Place, hits: Sequence[Shock], year: int) -> list[str]:
    """HS92 codes of a mineral at a stage in a year, or those that the shocks name."""
    named = [code for shock in hits for code in shock.hs_codes if hs_codes()[code].stage == place[1]]
    if named:
        return sorted(set(named))
    return [
        code
        for stage, code, last in _mapped_codes(place[0])
        if stage == place[1] and (last is None or year <= last)
    ]


def flows_of(
    world: World, place: Place, hits: Sequence[Shock], year: int, declared: Sequence[Declared] = ()
) -> pl.DataFrame | None:
    """Tonnes of every importer and exporter of the trade; declared ones stand before the world's."""
    import polars as pl

    made_up = [one for one in declared if (one.mineral, one.stage) == place]
    if made_up:
        rows = [(one.importer, one.exporter, one.tonnes) for one in made_up]
        frame = pl.DataFrame(rows, schema=("importer", "exporter", "t"), orient="row")
        return (
            frame.group_by("importer", "exporter")
            .agg(pl.col("t").sum().round(GRAM))
            .sort("importer", "exporter")
        )
    return traded(world, tuple(codes_of(place, hits, year)), year)


@lru_cache(maxsize=128)
def traded(world: World, codes: tuple[str, ...], year: int) -> pl.DataFrame | None:
    """Trade under some codes in a year, read once for every scenario that cuts it."""
    import polars as pl

    wanted = (pl.col("hs_code").is_in(codes), pl.col("year") == year)
    found = (
        trade_weights(world, repaired=True)
        .filter(*wanted)
        .group_by("importer", "exporter")
        .agg(pl.col("t").sum().round(GRAM))
        .sort("importer", "exporter")
        .collect()
    )
    return found if codes and found.height and float(found["t"].sum()) > 0 else None
