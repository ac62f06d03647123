"""Countries that ship what others made: the share of exports that imports of the same stage could cover."""

from __future__ import annotations

from typing import Final

import polars as pl

from pactolus.catalogue.origins import Claim

__all__ = ["HUBS", "LARGE_EXPORTER", "MOST_ABOVE_SUPPLY", "REEXPORTER_SHARE", "hub_claim", "with_reexports"]

#: A country is named as a hub only with at least this share of the world's exports.
LARGE_EXPORTER: Final = 0.01
#: Exports above production + imports by more than this cannot be explained by rounding or stocks.
MOST_ABOVE_SUPPLY: Final = 0.10
#: From this share of exports covered by imports on, a country without much output of its own is a hub.
REEXPORTER_SHARE: Final = 0.50

#: What may stand out about a country's exports; words in `wording/<language>/grades.yaml`.
HUBS: Final = ("exports_above_supply", "exports_without_supply", "reexporter")


def with_reexports(countries: pl.DataFrame) -> pl.DataFrame:
    """The re-export share of each country, and what stands out about its exports.

    Imports and exports of one stage are compared within a year; goods stored over the turn of a year, and
    goods worked on without changing the code, count as re-exports.

    Parameters
    ----------
    countries : DataFrame[mineral, stage, country, year, production_kg, imports_kg, exports_kg]
        Production may be missing: it is not known then, and no country is said to export more than it has.

    Returns
    -------
    DataFrame
        The rows with reexport_share (min(imports, exports) / exports, empty without exports) and hub:
        ``exports_above_supply`` (exports exceed production + imports by more than 10 %),
        ``exports_without_supply`` (the same where no output is recorded at all) or ``reexporter`` (imports
        cover half of exports or more, output does not); empty for a country below 1 % of world exports. [1]
    """
    exports, imports = pl.col("exports_kg"), pl.col("imports_kg").fill_null(0)
    made = pl.col("production_kg")
    share = pl.when(exports > 0).then(pl.min_horizontal(imports, exports) / exports)
    world = exports.sum().over("mineral", "stage", "year")
    recorded = made.is_not_null().any().over("mineral", "stage", "year")
    large = (exports > 0) & (exports >= LARGE_EXPORTER * world)
    above = exports > (1 + MOST_ABOVE_SUPPLY) * (made.fill_null(0) + imports)
    covered = share >= REEXPORTER_SHARE
    hub = (
        pl.when(~large)
        .then(None)
        .when(recorded & above & (made.fill_null(0) == 0))
        .then(pl.lit("exports_without_supply"))
        .when(recorded & above)
        .then(pl.lit("exports_above_supply"))
        .when(covered & (made.fill_null(0) < REEXPORTER_SHARE * exports))
        .then(pl.lit("reexporter"))
    )
    return countries.with_columns(reexport_share=share, hub=hub)


def hub_claim(hub: str) -> Claim:
    """What stands out about a country's exports, as a phrase to be worded in the reader's language."""
    return Claim(key=f"grades.hub.{hub}")
