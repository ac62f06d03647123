"""Two sources for one number: do they agree within what is tolerated, and if not, is it known why?

Nothing is corrected here. A difference beyond the tolerance is shown as it is (``differs``), unless both
numbers are their publishers' estimates, or a record in ``data/check_exceptions.csv`` says why both stand
(``accepted``).
"""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import combinations
from pathlib import Path
from typing import Final

import polars as pl

from pactolus.network.tables import CHECKS

__all__ = [
    "BOTH_ESTIMATES",
    "TOLERANCES",
    "CheckException",
    "cross_checks",
    "idle_exceptions",
    "known_exceptions",
    "production_checks",
    "share_checks",
]

#: Largest difference that agrees. Of production: relative to the larger value. Of shares: in points of 0-1.
TOLERANCES: Final = {"production-world": 0.10, "production-country": 0.25, "share-eu-study": 0.10}
#: A country is compared if either source gives it this share of the world. [1]
LEAST_SHARE: Final = 0.02
#: Shares of the EU study are averages of these years (study of 2023).
EU_YEARS: Final = (2018, 2020)
#: Exception that holds by itself: both publishers mark the figure as their own estimate.
BOTH_ESTIMATES: Final = "both-estimates"
_ORDER: Final = ("wmd", "usgs", "bgs")
_KEY: Final = ("check", "mineral", "stage", "country", "year")


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckException:
    """A difference that is known and stays: which one, why, and where it can be seen.

    ``*`` stands for any country or year.
    """

    id: str
    check: str
    mineral: str
    stage: str
    country: str
    year: str
    reason: str
    reference: str


@cache
def known_exceptions() -> tuple[CheckException, ...]:
    """The accepted exceptions, as they are edited in ``data/check_exceptions.csv``."""
    file = Path(__file__).parent / "data" / "check_exceptions.csv"
    with file.open(encoding="utf-8", newline="") as text:
        return tuple(CheckException(**row) for row in csv.DictReader(text))


def cross_checks(
    production: pl.DataFrame,
    supply_shares: pl.DataFrame | None = None,
    exceptions: Sequence[CheckException] | None = None,
) -> pl.DataFrame:
    """Every check that these tables allow.

    Parameters
    ----------
    production : DataFrame[source, raw_material, mineral, stage, country, year, quantity, unit, basis, flag]
        Quantities of several publishers, never added across them.
    supply_shares : DataFrame[mineral, stage, scope, country, share, below], optional
        Shares of the EU study, ``extraction`` or ``processing``.
    exceptions : sequence of CheckException, optional
        The known ones if omitted.

    Returns
    -------
    DataFrame[check, mineral, stage, country, year, first, second, difference, tolerance, verdict, exception]
        As `pactolus.network.tables.CHECKS`; sorted by its first five columns. [kg or 0-1]
    """
    parts = [production_checks(production)]
    if supply_shares is not None and supply_shares.height:
        parts.append(share_checks(production, supply_shares))
    compared = pl.concat(parts, how="diagonal").drop_nulls(["first", "second"])
    return _judged(compared, known_exceptions() if exceptions is None else exceptions)


def production_checks(production: pl.DataFrame) -> pl.DataFrame:
    """Production of two publishers, for the world and for every country of some weight.

    Two series are compared where mineral, stage, year, unit and basis are the same and each publisher has one
    series only; the world is the sum of the rows, a remainder (``OTHER``) included.
    """
    one = _single_series(production)
    sources = [s for s in _ORDER if s in set(one["source"].unique())]
    parts = [_compared(one, first, second) for first, second in combinations(sources, 2)]
    return pl.concat(parts) if parts else _nothing()


def _single_series(production: pl.DataFrame) -> pl.DataFrame:
    """Rows of the series that are alone for their publisher, mineral, stage and basis."""
    place = ("source", "mineral", "stage", "basis", "unit")
    rows = production.filter(pl.col("mineral").is_not_null())
    alone = rows.group_by(place).agg(pl.col("raw_material").n_unique().alias("series"))
    return rows.join(alone.filter(pl.col("series") == 1), on=place, how="semi")


def _compared(rows: pl.DataFrame, first: str, second: str) -> pl.DataFrame:
    place = ["mineral", "stage", "basis", "unit", "year"]
    sides = []
    for source, name in ((first, "first"), (second, "second")):
        side = rows.filter(pl.col("source") == source)
        told = (pl.col("flag") == "e").fill_null(value=False).alias(f"{name}_estimated")
        total = side.group_by(place).agg(pl.col("quantity").sum().alias(f"{name}_world"))
        amounts = side.select(*place, "country", pl.col("quantity").alias(name), told)
        sides.append(amounts.join(total, on=place))
    worlds = (
        sides[0]
        .select(*place, "first_world")
        .unique()
        .join(sides[1].select(*place, "second_world").unique(), on=place)
        .filter((pl.col("first_world") > 0) & (pl.col("second_world") > 0))
    )
    world = worlds.select(
        pl.lit(f"production-world:{first}-{second}").alias("check"),
        "mineral",
        "stage",
        pl.lit("WLD").alias("country"),
        "year",
        pl.col("first_world").cast(pl.Float64).alias("first"),
        pl.col("second_world").cast(pl.Float64).alias("second"),
    )
    both = (
        sides[0]
        .drop("first_world")
        .join(sides[1].drop("second_world"), on=[*place, "country"], how="inner")
        .join(worlds, on=place)
        .filter(pl.col("country") != "OTHER")
    )
    weight = pl.max_horizontal(
        pl.col("first") / pl.col("first_world"), pl.col("second") / pl.col("second_world")
    )
    country = both.filter(weight >= LEAST_SHARE).select(
        pl.lit(f"production-country:{first}-{second}").alias("check"),
        "mineral",
        "stage",
        "country",
        "year",
        pl.col("first").cast(pl.Float64),
        pl.col("second").cast(pl.Float64),
        (pl.col("first_estimated") & pl.col("second_estimated")).alias("estimates"),
    )
    larger = pl.max_horizontal("first", "second")
    return pl.concat([world, country], how="diagonal").with_columns(
        difference=((pl.col("second") - pl.col("first")) / larger).fill_nan(0.0)
    )


def share_checks(production: pl.DataFrame, supply_shares: pl.DataFrame) -> pl.DataFrame:
    """Shares of world production against the EU study, for countries with a tenth of either.

    The study averages several years; World Mining Data is averaged over `EU_YEARS`. Extraction is compared
    with ore, processing with refined output.
    """
    first, last = EU_YEARS
    mined = _single_series(production).filter(
        pl.col("source") == "wmd", pl.col("year").is_between(first, last), pl.col("quantity").is_not_null()
    )
    place = ["mineral", "stage"]
    sums = mined.group_by(*place, "country").agg(pl.col("quantity").sum())
    shares = sums.with_columns(
        first=pl.col("quantity").cast(pl.Float64) / pl.col("quantity").sum().over(place)
    )
    told = (
        supply_shares.filter(
            pl.col("scope") == "global", pl.col("mineral").is_not_null(), pl.col("below").not_()
        )
        .with_columns(
            stage=pl.col("stage").replace_strict(
                {"extraction": "ore", "processing": "refined"}, default=None, return_dtype=pl.String
            )
        )
        .group_by(*place, "material", "country")
        .agg(pl.col("share").sum().alias("second"))
    )
    alone = told.group_by(place).agg(pl.col("material").n_unique().alias("n")).filter(pl.col("n") == 1)
    told = told.join(alone, on=place, how="semi").drop("material")
    both = shares.select(*place, "country", "first").join(
        told, on=[*place, "country"], how="full", coalesce=True
    )
    known = both.join(shares.select(place).unique(), on=place, how="semi").join(
        told.select(place).unique(), on=place, how="semi"
    )
    filled = known.with_columns(pl.col("first", "second").fill_null(0.0))
    weighty = filled.filter(pl.max_horizontal("first", "second") >= 0.1)
    return weighty.select(
        pl.lit("share-eu-study").alias("check"),
        *place,
        "country",
        pl.lit(last).cast(pl.Int64).alias("year"),
        "first",
        "second",
        (pl.col("second") - pl.col("first")).alias("difference"),
    )


def _judged(rows: pl.DataFrame, exceptions: Sequence[CheckException]) -> pl.DataFrame:
    rows = rows.with_columns(
        tolerance=pl.col("check")
        .str.split(":")
        .list.first()
        .replace_strict(TOLERANCES, return_dtype=pl.Float64)
    )
    if "estimates" not in rows.columns:
        rows = rows.with_columns(estimates=pl.lit(None, dtype=pl.Boolean))
    accepted: pl.Expr = pl.when(pl.col("estimates")).then(pl.lit(BOTH_ESTIMATES))
    for record in reversed(exceptions):
        accepted = pl.when(_meets(record)).then(pl.lit(record.id)).otherwise(accepted)
    beyond = pl.col("difference").abs() > pl.col("tolerance")
    return (
        rows.with_columns(exception=pl.when(beyond).then(accepted))
        .with_columns(
            verdict=pl.when(~beyond)
            .then(pl.lit("agrees"))
            .when(pl.col("exception").is_not_null())
            .then(pl.lit("accepted"))
            .otherwise(pl.lit("differs"))
        )
        .select(list(CHECKS.columns))
        .sort(*_KEY)
    )


def _meets(record: CheckException) -> pl.Expr:
    wanted = {"check": record.check, "mineral": record.mineral, "stage": record.stage}
    parts = [pl.col(name) == value for name, value in wanted.items()]
    if record.country != "*":
        parts.append(pl.col("country").is_in(record.country.split(" ")))
    if record.year != "*":
        parts.append(pl.col("year").cast(pl.String).is_in(record.year.split(" ")))
    return pl.all_horizontal(parts)


def idle_exceptions(
    checks: pl.DataFrame, exceptions: Sequence[CheckException] | None = None
) -> tuple[str, ...]:
    """Ids of accepted exceptions that meet no difference any more: the sources may have been mended."""
    records = known_exceptions() if exceptions is None else exceptions
    used = set(checks["exception"].drop_nulls())
    return tuple(r.id for r in records if r.id not in used)


def _nothing() -> pl.DataFrame:
    schema: dict[str, type[pl.DataType]] = dict.fromkeys(("check", "mineral", "stage", "country"), pl.String)
    schema["year"] = pl.Int64
    return pl.DataFrame(schema=schema | dict.fromkeys(("first", "second", "difference"), pl.Float64))
