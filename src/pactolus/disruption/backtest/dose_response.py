"""How often importers lose imports, by how much of their supply was hit; and what is left of it later.

Both read the events found by the rule and, to compare with, years of large suppliers in which nothing
happened. The base is the mean of the base year and the one before it, so that a single odd year counts half.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from pactolus.errors import DataError
from pactolus.terms.hs_codes import hs_codes

if TYPE_CHECKING:
    import numpy as np
    import polars as pl
    from numpy.typing import NDArray

    from pactolus.disruption.backtest.detected import Detection

    Floats = NDArray[np.float64]

__all__ = ["CLASSES", "HORIZONS", "dose_response", "exposures", "pass_through"]

#: Upper ends of the classes of exposure: the supplier's share of an importer x the cut.
CLASSES: Final = (0.05, 0.15, 0.3, 0.5, 0.8, 1.0)
#: Least share of world trade of an importer.
LEAST: Final = 0.005
#: Years after the base year.
HORIZONS: Final = (1, 2, 3)
#: An importer that takes more than this of the supplier's exports decides the cut itself.
MOST_OF_EXPORTS: Final = 0.8
#: Cut that is assumed where nothing happened. [share]
PLACEBO_CUT: Final = 0.5


@dataclass(frozen=True, kw_only=True)
class _Slope:
    """A regression on one variable within events."""

    slope: float
    error: float
    events: int
    rows: int


def exposures(found: Detection) -> pl.DataFrame:
    """Every importer of every event and of every year to compare with.

    Parameters
    ----------
    found : Detection

    Returns
    -------
    polars.DataFrame
        ``event, kind, commodity, importer, share_of_importer, share_of_exports, cut, cut_of_others,
        change_1, change_2, change_3``: shares and cuts against the mean of two years; changes of the
        importer's total against the same, -1 = all gone, 1 = doubled or more (cut off there). A year after
        the end of the trade table, or of the code, is empty. `kind` is ``event`` or ``steady``.
    """
    import polars as pl

    cases = found.table.filter(pl.col("verdict").is_in(["event", "steady"])).select(
        "event", "hs_code", "exporter", "base_year", "commodity", kind="verdict"
    )
    sums, imports = found.panel, found.panel.imports
    pairs = imports.select("hs_code", "importer").unique()
    table = cases.join(pairs, on="hs_code").filter(pl.col("importer") != pl.col("exporter"))
    for step in (-1, 0, *HORIZONS):
        year = (pl.col("base_year") + step).alias("year")
        table = _with(table.with_columns(year), imports, ["hs_code", "importer", "year"], f"total_{step}")
        if step > 1:
            table = table.drop("year")
            continue
        table = _with(table, sums.rows, ["hs_code", "exporter", "importer", "year"], f"from_{step}")
        table = _with(table, sums.exports, ["hs_code", "exporter", "year"], f"shipped_{step}")
        table = _with(table, sums.world, ["hs_code", "year"], f"world_{step}").drop("year")
    return _ratios(table, sums.last_year)


def _with(table: pl.DataFrame, sums: pl.DataFrame, key: list[str], name: str) -> pl.DataFrame:
    """The table with a sum of that year; a year without trade is none of it."""
    import polars as pl

    known = sums.select(*key, pl.col("t").alias(name))
    return table.join(known, on=key, how="left").with_columns(pl.col(name).fill_null(0.0))


def _ratios(table: pl.DataFrame, last_year: int) -> pl.DataFrame:
    import polars as pl

    ends = {code: known.last_year for code, known in hs_codes().items() if known.last_year is not None}
    end = pl.col("hs_code").replace_strict(ends, default=last_year, return_dtype=pl.Int64)

    def base(name: str) -> pl.Expr:
        return (pl.col(f"{name}_-1") + pl.col(f"{name}_0")) / 2

    others0, others1 = base("shipped") - base("from"), pl.col("shipped_1") - pl.col("from_1")
    changes = [
        pl.when(pl.col("base_year") + step <= pl.min_horizontal(end, pl.lit(last_year)))
        .then((pl.col(f"total_{step}") / base("total") - 1).clip(-1.0, 1.0))
        .alias(f"change_{step}")
        for step in HORIZONS
    ]
    of_weight = table.filter(base("total") >= LEAST * base("world"), base("total") > 0, base("shipped") > 0)
    return of_weight.sort("kind", "event", "importer").select(
        "event",
        "kind",
        "commodity",
        "importer",
        (base("from") / base("total")).clip(0.0, 1.0).alias("share_of_importer"),
        (base("from") / base("shipped")).clip(0.0, 1.0).alias("share_of_exports"),
        (1 - pl.col("shipped_1") / base("shipped")).clip(0.0, 1.0).alias("cut"),
        pl.when(others0 > 0).then((1 - others1 / others0).clip(-1.0, 1.0)).alias("cut_of_others"),
        *changes,
    )


def dose_response(table: pl.DataFrame) -> pl.DataFrame:
    """How often an importer's total fell, by class of exposure.

    Parameters
    ----------
    table : polars.DataFrame
        `exposures`.

    Returns
    -------
    polars.DataFrame
        ``kind, above, up_to, n, fell_20, fell_50, median_change`` one year after. Exposure of an event is the
        supplier's share of the importer x the cut; of a year to compare with the share alone, as if all had
        been cut, so that the classes are filled.

    References
    ----------
    .. [1] The method of a dose-response table follows the study of decision 8.
    """
    import polars as pl

    dose = pl.when(pl.col("kind") == "event").then(pl.col("share_of_importer") * pl.col("cut"))
    kept = table.filter(pl.col("change_1").is_not_null()).with_columns(
        dose.otherwise("share_of_importer").round(9).alias("dose")
    )
    kept = kept.with_columns(
        sum(((pl.col("dose") > end).cast(pl.Int64) for end in CLASSES[:-1]), pl.lit(0)).alias("class")
    )
    change = pl.col("change_1").round(9)
    rows = kept.group_by("kind", "class").agg(
        pl.len().cast(pl.Int64).alias("n"),
        (change <= -0.2).mean().alias("fell_20"),
        (change <= -0.5).mean().alias("fell_50"),
        change.median().alias("median_change"),
    )
    ends = pl.DataFrame({"class": range(len(CLASSES)), "above": (0.0, *CLASSES[:-1]), "up_to": CLASSES})
    return (
        rows.join(ends, on="class")
        .sort("kind", "class")
        .select("kind", "above", "up_to", "n", "fell_20", "fell_50", "median_change")
    )


def pass_through(table: pl.DataFrame) -> pl.DataFrame:
    """Part of the loss implied by a supplier's share that is seen in importers' totals, 1, 2 and 3 years on.

    ``change_j = a_event - b x share_j x cut_without_j + e``: least squares within events, standard errors
    clustered by commodity. The cut of year 1, measured on the supplier's other customers, is used for all
    years; importers that take more than `MOST_OF_EXPORTS` of the supplier's exports are left out.

    Parameters
    ----------
    table : polars.DataFrame
        `exposures`.

    Returns
    -------
    polars.DataFrame
        ``cut, year, slope, standard_error, events, importers``; `cut` is ``of others``, ``of all`` (the
        importer's own loss is in it, so its demand is too) or ``none`` (a cut of one half is assumed where
        nothing happened: what the method finds in nothing).
    """
    import polars as pl

    events, steady = table.filter(pl.col("kind") == "event"), table.filter(pl.col("kind") == "steady")
    cases = {
        "of others": (events.filter(pl.col("share_of_exports") <= MOST_OF_EXPORTS), pl.col("cut_of_others")),
        "of all": (events, pl.col("cut")),
        "none": (steady, pl.lit(PLACEBO_CUT)),
    }
    rows = []
    for name, (part, cut) in cases.items():
        for year in HORIZONS:
            implied, lost = pl.col("share_of_importer") * cut, -pl.col(f"change_{year}")
            found = _within(part.select("event", "commodity", x=implied, y=lost).drop_nulls())
            rows.append((name, year, found.slope, found.error, found.events, found.rows))
    names = ["cut", "year", "slope", "standard_error", "events", "importers"]
    return pl.DataFrame(rows, schema=names, orient="row")


def _within(table: pl.DataFrame) -> _Slope:
    """Slope of y on x within events, with a standard error clustered by commodity.

    References
    ----------
    .. [1] K.-Y. Liang, S. L. Zeger, "Longitudinal data analysis using generalized linear models", Biometrika
       73 (1986), 13-22; with the factor G / (G - 1) for G clusters.
    """
    import numpy as np

    _, event = np.unique(table["event"].to_numpy(), return_inverse=True)
    _, cluster = np.unique(table["commodity"].to_numpy(), return_inverse=True)
    many = int(cluster.max()) + 1 if len(cluster) else 0
    if many < 2:
        raise DataError(f"pass_through: {many} commodities; a standard error needs two or more")

    def freed(values: Floats) -> Floats:
        means = np.bincount(event, weights=values) / np.bincount(event)
        return values - means[event]

    x, y = freed(table["x"].to_numpy()), freed(table["y"].to_numpy())
    squares = float((x**2).sum())
    slope = float((x * y).sum()) / squares
    pulls = np.bincount(cluster, weights=x * (y - slope * x))
    error = float(np.sqrt((pulls**2).sum() * many / (many - 1))) / squares
    return _Slope(slope=slope, error=error, events=int(event.max()) + 1, rows=table.height)
