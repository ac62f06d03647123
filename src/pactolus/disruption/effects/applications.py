"""What hangs on a loss: the applications that the lost minerals go into, by the European pattern of use.

    at stake_a = share of the mineral's use in a x share of imports that is lost

No figure of production or value is behind it, and the pattern is European, not Korean or Japanese.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pactolus.indicators.applications import USE_PATTERN, end_uses_of

if TYPE_CHECKING:
    import polars as pl

    from pactolus.catalogue.world import World
    from pactolus.disruption.effects.stresses import Stress

__all__ = ["APPLICATION_COLUMNS", "at_stake"]

#: Columns of `at_stake`.
APPLICATION_COLUMNS: Final = (
    "scenario",
    "mineral",
    "stage",
    "importer",
    "application",
    "use_share",
    "lost_share",
    "at_stake_low",
    "at_stake",
    "at_stake_high",
    "pattern",
    "status",
)


def at_stake(world: World, found: Stress) -> pl.DataFrame:
    """Applications by importer, the largest share at stake first.

    Parameters
    ----------
    world : World
    found : Stress

    Returns
    -------
    polars.DataFrame
        `APPLICATION_COLUMNS`; a mineral that the study of uses does not cover has one row an importer with
        the status ``no_use_data``; losses that are not distinguishable keep that status. The range is that of
        the loss, cut at nothing. [share]
    """
    import polars as pl

    uses = (
        end_uses_of(world.scan("end_uses"), found.losses["mineral"].unique().to_list())
        .group_by("mineral", "application", maintain_order=True)
        .agg(pl.col("share").mean().alias("use_share"))
    )
    low, high = (pl.col(f"lost_{end}_t").clip(lower_bound=0) / pl.col("base_t") for end in ("low", "high"))
    losses = found.losses.filter(pl.col("base_t").is_not_null())
    joined = losses.join(uses, on="mineral", how="left", maintain_order="left")
    return (
        joined.with_columns(
            (pl.col("use_share") * low).alias("at_stake_low"),
            (pl.col("use_share") * pl.col("lost_share")).alias("at_stake"),
            (pl.col("use_share") * high).alias("at_stake_high"),
            pl.when(pl.col("application").is_null())
            .then(pl.lit("no_use_data"))
            .otherwise("status")
            .alias("status"),
            pl.when(pl.col("application").is_not_null()).then(pl.lit(USE_PATTERN)).alias("pattern"),
        )
        .sort(
            "mineral", "stage", "importer", "at_stake", "application", descending=[False] * 3 + [True, False]
        )
        .select(APPLICATION_COLUMNS)
    )
