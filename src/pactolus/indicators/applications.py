"""Applications at stake: what the exposed minerals are used for, by the European use pattern."""

from __future__ import annotations

from collections.abc import Iterable

import polars as pl

from pactolus.terms.minerals import resolve_minerals

__all__ = ["USE_PATTERN", "applications_at_stake", "end_uses_of"]

#: Phrase key of the label every one of these figures carries: "EU use pattern, not Korean or Japanese".
USE_PATTERN = "eu_use_pattern"


def end_uses_of(end_uses: pl.DataFrame | pl.LazyFrame, minerals: str | Iterable[str] = "all") -> pl.DataFrame:
    """Share of a mineral's use in each application.

    Parameters
    ----------
    end_uses : frame[material, mineral, application, share]
        End uses of the EU study.
    minerals : str or iterable of str

    Returns
    -------
    DataFrame[mineral, material, application, share, pattern]
        Shares added up by application, largest first within a material; `pattern` is the label's phrase key,
        the same in every row. A mineral that the study does not cover has no row. [1]
    """
    wanted = resolve_minerals(minerals if isinstance(minerals, str) else list(minerals))
    rows = (
        end_uses.lazy()
        .filter(pl.col("mineral").is_in(list(wanted)), pl.col("share") > 0)
        .select("mineral", "material", "application", "share")
        .sort("mineral", "material", "application", "share")
        .collect()
    )
    place = ("mineral", "material", "application")
    return (
        rows.group_by(*place, maintain_order=True)
        .agg(pl.col("share").sum())
        .sort("mineral", "material", "share", "application", descending=[False, False, True, False])
        .with_columns(pattern=pl.lit(USE_PATTERN))
    )


def applications_at_stake(
    end_uses: pl.DataFrame | pl.LazyFrame, minerals: str | Iterable[str], *, at_least: float = 0.1
) -> pl.DataFrame:
    """Which applications hang on the minerals named, most of them first.

    Parameters
    ----------
    end_uses : frame[material, mineral, application, share]
    minerals : str or iterable of str
        The minerals at stake, e.g. the first ten of `joint_exposure` by rank.
    at_least : float
        Uses below this share of a mineral's use are left out. [1]

    Returns
    -------
    DataFrame[application, minerals, count, largest_share, pattern]
        `minerals` lists the ids by falling share, `count` their number, `largest_share` the largest share of
        any mineral's use that goes into the application. Sorted by count, then share, both falling. [1]
    """
    uses = end_uses_of(end_uses, minerals).filter(pl.col("share") >= at_least)
    each = uses.group_by("application", "mineral", maintain_order=True).agg(pl.col("share").max())
    ordered = each.sort("application", "share", "mineral", descending=[False, True, False])
    return (
        ordered.group_by("application", maintain_order=True)
        .agg(
            pl.col("mineral").alias("minerals"),
            pl.len().cast(pl.Int64).alias("count"),
            pl.col("share").max().alias("largest_share"),
        )
        .sort("count", "largest_share", "application", descending=[True, True, False])
        .with_columns(pattern=pl.lit(USE_PATTERN))
    )
