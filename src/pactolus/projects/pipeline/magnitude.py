"""Is a capacity of a likely size? Set against what the world makes of the mineral in a year."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Final, Literal

from pactolus.projects.pipeline.parts import Capacity, Product
from pactolus.projects.pipeline.tonnes import UNITS, tonnes_of
from pactolus.terms.content import measure_of, production_bases

if TYPE_CHECKING:
    from pactolus.catalogue.world import World

__all__ = ["Size", "WorldOutput", "judged", "world_output"]

#: Shares of the world's output from which a capacity is doubted, and refused.
DOUBTED: Final = 0.3
REFUSED: Final = 1.0
#: Where the content of a product is not known, its gross weight may exceed the world's content by this.
_LEAN: Final = 10.0
#: (mineral, stage) -> what the world made. [t of the mineral's measure, year]
WorldOutput = Mapping[tuple[str, str], tuple[float, int]]


@dataclass(frozen=True, slots=True)
class Size:
    """A capacity that is large for the world."""

    verdict: Literal["refused", "doubted"]
    message: str


def world_output(world: World | None = None) -> WorldOutput:
    """What the world made of each mineral and stage in the newest year with figures.

    The larger of the publishers' sums; where a stage has none, `judged` takes the ore.

    Parameters
    ----------
    world : World, optional
        The embedded one if omitted.
    """
    if world is None:
        return _embedded()
    return _output(world)


@cache
def _embedded() -> WorldOutput:
    from pactolus.catalogue.world import open_world

    return _output(open_world())


def _output(world: World) -> WorldOutput:
    import polars as pl

    kilograms = world.table("production").filter(pl.col("unit") == "kg")
    sums = kilograms.group_by("source", "mineral", "stage", "basis", "year").agg(pl.col("quantity").sum())
    found: dict[tuple[str, str], dict[int, dict[str, float]]] = {}
    for source, mineral, stage, basis, year, quantity in sums.iter_rows():
        known = production_bases().get((mineral, stage, basis))
        if known is not None and quantity:
            by_source = found.setdefault((mineral, stage), {}).setdefault(year, {})
            by_source[source] = by_source.get(source, 0.0) + quantity * known.mid / 1000.0
    newest = {key: max(years) for key, years in found.items()}
    return {key: (max(found[key][year].values()), year) for key, year in newest.items()}


def judged(product: Product, capacity: Capacity, output: WorldOutput) -> Size | None:
    """What is to be said of a capacity's size; None if it is of a likely one or nothing is known.

    Parameters
    ----------
    product : Product
    capacity : Capacity
    output : mapping
        Of `world_output`.
    """
    held = output.get((product.mineral, product.stage)) or output.get((product.mineral, "ore"))
    if held is None or capacity.basis in ("ore_feed", "unclear"):
        return None
    world_t, year = held
    contained = tonnes_of(product, capacity).contained_t
    gross = capacity.value * UNITS[capacity.unit]
    share = (gross / _LEAN if contained is None else contained) / world_t
    if share <= DOUBTED:
        return None
    measure = measure_of(product.mineral)
    what = (
        f"{gross:,.0f} t, of unknown content"
        if contained is None
        else f"{contained:,.0f} t of {measure} in it"
    )
    message = (
        f"found {capacity.value:g} {capacity.unit} of {product.what} ({what}); the world made "
        f"{world_t:,.0f} t of {product.mineral} in {year}"
    )
    if share > REFUSED:
        return Size("refused", f"{message}; t or kt? Write the unit of the source")
    return Size("doubted", f"{message}: {share:.0%} of it in one project; check value, unit and basis")
