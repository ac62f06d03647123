"""Methods side by side: do they rank the minerals alike, and where do they not?"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from itertools import groupby

import polars as pl

from pactolus.errors import DataError
from pactolus.indicators.methods import METHODS

__all__ = ["LOWER_IS_RISKIER", "kendalls_w", "method_ranks", "rank_agreement"]

#: Methods whose small values mean high risk; all others rise with risk.
LOWER_IS_RISKIER = tuple(m.id for m in METHODS.values() if m.rises_with_risk is False)


def kendalls_w(scores: Mapping[str, Mapping[str, float]]) -> float:
    """Kendall's coefficient of concordance, corrected for ties.

    Parameters
    ----------
    scores : mapping of str to mapping of str to float
        For each method the score of each item; only their order matters. All methods score the same items.

    Returns
    -------
    float
        1 if all methods rank alike, near 0 if they are unrelated. [1]

    Raises
    ------
    DataError
        If there are fewer than two methods or items, items differ, a score is missing, or every method ties
        all items.

    References
    ----------
    .. [1] M. G. Kendall, B. Babington Smith, "The Problem of m Rankings", Annals of Mathematical Statistics
       10(3), 1939, p. 275; ties as in S. Siegel, N. J. Castellan, "Nonparametric Statistics", 1988.

    Examples
    --------
    >>> kendalls_w({"a": {"x": 1.0, "y": 2.0, "z": 3.0}, "b": {"x": 10.0, "y": 20.0, "z": 30.0}})
    1.0
    """
    items = _require_scores(scores)
    ranks = [_mean_ranks([rating[i] for i in items]) for rating in scores.values()]
    m, n = len(ranks), len(items)
    sums = [math.fsum(column) for column in zip(*ranks, strict=True)]
    middle = m * (n + 1) / 2
    spread = math.fsum((s - middle) ** 2 for s in sums)
    ties = math.fsum(_ties(r) for r in ranks)
    largest = m * m * (n**3 - n) - m * ties
    if largest <= 0:
        raise DataError("kendalls_w: every method ties all items; there is no order to compare")
    return min(1.0, 12 * spread / largest)


def method_ranks(assessed: pl.DataFrame, methods: Sequence[str] | None = None) -> pl.DataFrame:
    """Rank of every mineral under every method, and how far the ranks lie apart.

    Parameters
    ----------
    assessed : DataFrame
        Rows of `assess` (method, mineral, stage, importer, year, value, status).
    methods : sequence of str, optional
        Which to compare; all in the table if omitted.

    Returns
    -------
    DataFrame
        Columns importer, year, mineral, status; for each method <method>_value and <method>_rank;
        lowest_rank, highest_rank, spread. One row an importer, year and mineral. Rank 1 is the riskiest, ties
        share their mean rank; a mineral counts at its riskiest stage. Only minerals for which every method
        has a value are ranked; the others carry the status of the first method without one, and no rank.
        `spread` = highest_rank - lowest_rank. [rank]
    """
    chosen = list(methods) if methods is not None else sorted(assessed["method"].unique().to_list())
    sign = pl.when(pl.col("method").is_in(LOWER_IS_RISKIER)).then(-1.0).otherwise(1.0)
    place = ["importer", "year", "mineral"]
    best = (
        assessed.filter(pl.col("method").is_in(chosen))
        .with_columns(risk=pl.col("value") * sign)
        .sort(*place, "method", "risk", "stage", descending=[*[False] * 4, True, False], nulls_last=True)
        .group_by(*place, "method", maintain_order=True)
        .agg(pl.col("risk", "value", "status").first())
    )
    status = best.group_by(place, maintain_order=True).agg(
        pl.when(pl.col("value").count() == len(chosen))
        .then(pl.lit("ok"))
        .otherwise(pl.col("status").filter(pl.col("value").is_null()).first().fill_null("not_applicable"))
        .alias("status")
    )
    ranked = best.join(
        status.filter(pl.col("status") == "ok").select(place), on=place, how="semi", maintain_order="left"
    ).with_columns(rank=pl.col("risk").rank("average", descending=True).over("importer", "year", "method"))
    table = status
    for method in chosen:
        part = ranked.filter(pl.col("method") == method)
        named = part.select(
            *place, pl.col("value").alias(f"{method}_value"), pl.col("rank").alias(f"{method}_rank")
        )
        table = table.join(named, on=place, how="left", maintain_order="left")
    ranks = [f"{m}_rank" for m in chosen]
    return table.with_columns(
        pl.min_horizontal(*ranks).alias("lowest_rank"), pl.max_horizontal(*ranks).alias("highest_rank")
    ).with_columns((pl.col("highest_rank") - pl.col("lowest_rank")).alias("spread"))


def rank_agreement(assessed: pl.DataFrame, methods: Sequence[str] | None = None) -> pl.DataFrame:
    """How far the methods agree, for each importer and year.

    Parameters
    ----------
    assessed, methods
        As for `method_ranks`.

    Returns
    -------
    DataFrame[importer, year, methods, minerals, left_out, kendalls_w, status]
        `minerals` is the number ranked, `left_out` of those without a value in some method; `kendalls_w` is
        empty with status ``not_applicable`` where fewer than two methods or minerals remain, or all are tied.
        [1]
    """
    chosen = list(methods) if methods is not None else sorted(assessed["method"].unique().to_list())
    ranks = method_ranks(assessed, chosen)
    rows = []
    for (importer, year), part in ranks.group_by("importer", "year", maintain_order=True):
        ok = part.filter(pl.col("status") == "ok")
        try:
            columns = {
                m: dict(zip(ok["mineral"], (-r for r in ok[f"{m}_rank"]), strict=True)) for m in chosen
            }
            w, status = kendalls_w(columns), "ok"
        except DataError:
            w, status = None, "not_applicable"
        rows.append((importer, year, len(chosen), ok.height, part.height - ok.height, w, status))
    schema = {
        "importer": pl.String,
        "year": pl.Int64,
        "methods": pl.Int64,
        "minerals": pl.Int64,
        "left_out": pl.Int64,
        "kendalls_w": pl.Float64,
        "status": pl.String,
    }
    return pl.DataFrame(rows, schema=schema, orient="row")


def _require_scores(scores: Mapping[str, Mapping[str, float]]) -> list[str]:
    if len(scores) < 2:
        raise DataError(f"kendalls_w: {len(scores)} method(s); agreement needs at least two")
    items = sorted(next(iter(scores.values())))
    faults = []
    for method, rating in scores.items():
        odd = sorted(set(rating) ^ set(items))
        missing = sorted(i for i, s in rating.items() if s is None or math.isnan(s))
        faults += [f"kendalls_w: {method} does not score the same items; it differs in {odd}"] if odd else []
        faults += (
            [f"kendalls_w: {method} has no score for {missing}; leave the items out first"] if missing else []
        )
    if len(items) < 2 and not faults:
        faults = [f"kendalls_w: {len(items)} item(s); agreement needs at least two"]
    if faults:
        raise DataError("\n".join(faults))
    return items


def _mean_ranks(values: Sequence[float]) -> list[float]:
    order = sorted(range(len(values)), key=lambda i: values[i])
    ranks = [0.0] * len(values)
    place = 0
    for _, same in groupby(order, key=lambda i: values[i]):
        tied = list(same)
        for i in tied:
            ranks[i] = place + (len(tied) + 1) / 2
        place += len(tied)
    return ranks


def _ties(ranks: Sequence[float]) -> int:
    return sum((t**3 - t) for t in (len(list(same)) for _, same in groupby(sorted(ranks))))
