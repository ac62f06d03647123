"""Trade of all codes summed once: what suppliers shipped, what importers bought, what the world traded."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pactolus.disruption.events import GRAM, trade_weights

if TYPE_CHECKING:
    import polars as pl

    from pactolus.catalogue.world import World

__all__ = ["Panel", "panel"]


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
    import polars as pl

    trade = trade_weights(world, repaired=repaired).select(
        "hs_code",
        "importer",
        "exporter",
        "year",
        "t",
        "value_usd",
        (pl.col("t").is_null() | pl.col("mended")).alias("doubted"),
    )
    rows = trade.sort("hs_code", "year", "importer", "exporter").collect()
    tonnes = pl.col("t").sum().round(GRAM)
    value = pl.col("value_usd")
    return Panel(
        rows=rows.drop("doubted"),
        exports=_by(rows, "exporter").agg(
            tonnes, value.sum(), value.filter(pl.col("doubted")).sum().alias("doubted_usd")
        ),
        imports=_by(rows, "importer").agg(tonnes),
        world=_by(rows).agg(tonnes, value.filter(pl.col("t").is_not_null()).sum().alias("weighed_usd")),
        last_year=rows["year"].max() if rows.height else 0,  # type: ignore[arg-type]
    )


def _by(rows: pl.DataFrame, *more: str) -> pl.dataframe.group_by.GroupBy:
    return rows.group_by("hs_code", *more, "year", maintain_order=True)
