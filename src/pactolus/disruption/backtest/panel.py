"""Trade of all codes summed once: what suppliers shipped, what importers bought, what the world traded."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pactolus.disruption.history.events import GRAM, trade_weights

if TYPE_CHECKING:
    import polars as pl

    from pactolus.catalogue.world import World

__all__ = ["Panel", "panel", "summed"]


@dataclass(frozen=True, kw_only=True)
class Panel:
    """Yearly sums by code. Tonnes are rounded to the gram, so that they repeat to the last bit.

    Attributes
    ----------
    rows : polars.DataFrame
        ``hs_code, importer, exporter, year, t, value_usd``; a weight that is not known is missing.
    exports : polars.DataFrame
        ``hs_code, exporter, year, t, value_usd, doubted_usd``: the last is the value of flows whose weight
        was repaired or is missing.
    imports : polars.DataFrame
        ``hs_code, importer, year, t``.
    world : polars.DataFrame
        ``hs_code, year, t, weighed_usd``: the last is the value of flows with a weight.
    last_year : int
        The last year of the trade table.
    """

    rows: pl.DataFrame
    exports: pl.DataFrame
    imports: pl.DataFrame
    world: pl.DataFrame
    last_year: int


def panel(world: World, *, repaired: bool = True) -> Panel:
    """The sums of a world's trade table.

    Parameters
    ----------
    world : World
    repaired : bool
        Take repaired weights where the world has them, else the published ones.
    """
    return summed(trade_weights(world, repaired=repaired))


def summed(trade: pl.LazyFrame) -> Panel:
    """The sums of any trade.

    Parameters
    ----------
    trade : polars.LazyFrame
        ``hs_code, importer, exporter, year, t, value_usd, mended``: `mended` tells repaired weights.
    """
    import polars as pl

    doubted = pl.col("t").is_null() | pl.col("mended")
    flow = ("hs_code", "year", "importer", "exporter")
    rows = trade.select(*flow, "t", "value_usd", doubted.alias("doubted")).sort(flow).collect()
    tonnes = pl.col("t").sum().round(GRAM)
    value = pl.col("value_usd")
    last = rows["year"].max()
    return Panel(
        rows=rows.drop("doubted"),
        exports=_by(rows, "exporter").agg(
            tonnes, value.sum(), value.filter(pl.col("doubted")).sum().alias("doubted_usd")
        ),
        imports=_by(rows, "importer").agg(tonnes),
        world=_by(rows).agg(tonnes, value.filter(pl.col("t").is_not_null()).sum().alias("weighed_usd")),
        last_year=last if isinstance(last, int) else 0,
    )


def _by(rows: pl.DataFrame, *more: str) -> pl.dataframe.group_by.GroupBy:
    return rows.group_by("hs_code", *more, "year", maintain_order=True)
