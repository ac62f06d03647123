"""Rows of the concentration methods: of world production, and of an importer's basket."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from pactolus.indicators.flows import CELL, concentration_table
from pactolus.indicators.governance import Z90
from pactolus.indicators.notes import joined, said
from pactolus.indicators.rounding import printed_step
from pactolus.indicators.weights import weighted_concentration

__all__ = [
    "ESTIMATED_LIMIT",
    "FEWEST_LISTED",
    "MISSING_LIMIT",
    "QUANTITY_LIMIT",
    "Weights",
    "basket_rows",
    "demand_rows",
    "world_concentration",
    "world_rows",
]

#: A method with governance has no value where more than this share of supply has no governance estimate.
MISSING_LIMIT = 0.05
#: A method on weight has no value where more than this share of the value has no usable quantity.
QUANTITY_LIMIT = 0.10
#: A score on weight has no value where nobody reported the weight of more than this share of the value.
ESTIMATED_LIMIT = 0.50
Weights = tuple[pl.DataFrame, pl.DataFrame]
"""Published convention and own edition, as `weights` gives them."""

_WORLD = ("mineral", "stage", "source", "raw_material", "year")
_SHARES = ("hhi", "first_share", "top3_share")
_OTHER = "OTHER"
#: USGS lists some minerals by form, one or two countries each: fewer than this are no world series.
FEWEST_LISTED = 3


def world_rows(
    production: pl.DataFrame | pl.LazyFrame,
    minerals: Sequence[str],
    years: Sequence[int],
    methods: Sequence[str],
    weights: Weights,
) -> pl.DataFrame:
    """Concentration of world production, one row a method, series and year.

    Parameters
    ----------
    production : frame[source, raw_material, mineral, stage, country, year, quantity, unit]
        ``OTHER`` is what the publisher lists as other countries: part of the total, and of any number of
        suppliers, so that it widens the range instead of counting as one.
    minerals, years, methods : sequences
    weights : tuple of DataFrame

    Returns
    -------
    DataFrame
        Columns method, mineral, stage, importer, year, value, low, high, status, note, source, raw_material,
        first, first_share, suppliers, total, value_by_weight. Only series with a figure. `total` in the
        stored unit.
    """
    found, named = world_concentration(production, minerals, years)
    sized = named.filter(pl.col("quantity") > 0).sort(*_WORLD, "country")
    found = _with_governance(found, sized, _WORLD, "country", "quantity", methods, weights)
    note = (
        said("partial", when=pl.col("partial")),
        said("no_figure", pl.col("silent"), when=pl.col("silent").is_not_null()),
        said("rest", (100 * pl.col("rest_share")).round(1), when=pl.col("rest_share") > 0),
    )
    return _as_methods(found.with_columns(importer=pl.lit("WLD")), methods, note)


def world_concentration(
    production: pl.DataFrame | pl.LazyFrame, minerals: Sequence[str], years: Sequence[int]
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Concentration of world production, one row a series and year, and the figures it was made from.

    Parameters
    ----------
    production, minerals, years
        As for `world_rows`.

    Returns
    -------
    tuple of DataFrame
        First mineral, stage, source, raw_material, year, total, suppliers, first, first_share, top3_share,
        hhi, each of the last three with ``_low``, ``_high`` and ``_by_weight`` (empty), rest_share, silent,
        partial. Shares are of the whole, what the publisher lists as other countries included. The ranges
        hold rounding (90 %) and, above, the other countries as a single supplier. `partial` marks a series
        that lists one form of a mineral in one or two countries. Then the named countries' figures. [1]
    """
    asked = production.lazy().filter(
        pl.col("mineral").is_in(list(minerals)), pl.col("year").is_in(list(years))
    )
    rows = asked.select(*_WORLD, "country", "quantity", "unit").collect()
    named = rows.filter(pl.col("country") != _OTHER)
    found = concentration_table(named, _WORLD, "country", "quantity")
    rest = (
        rows.filter(pl.col("country") == _OTHER).group_by(_WORLD).agg(pl.col("quantity").sum().alias("rest"))
    )
    found = found.join(rest, on=_WORLD, how="left", maintain_order="left")
    silent = (
        named.filter(pl.col("quantity").is_null())
        .sort(*_WORLD, "country")
        .group_by(_WORLD, maintain_order=True)
        .agg(pl.col("country").str.join(", ").alias("silent"))
    )
    found = _with_rest(found).join(silent, on=_WORLD, how="left", maintain_order="left")
    rounded = _rounding(named, found)
    found = _ranged(found.join(rounded, on=_WORLD, how="left", maintain_order="left"))
    listed = named.group_by(_WORLD).agg(pl.len().alias("listed"))
    found = found.join(listed, on=_WORLD, how="left", maintain_order="left").with_columns(
        partial=(pl.col("source") == "usgs") & (pl.col("listed") < FEWEST_LISTED)
    )
    return found, named.with_columns((printed_step() ** 2 / 12).alias("variance"))


def basket_rows(flows: pl.DataFrame, methods: Sequence[str], weights: Weights) -> pl.DataFrame:
    """Concentration of imports by supplier, by value, from outside the entity.

    Parameters
    ----------
    flows : DataFrame[mineral, stage, importer, year, exporter, inside, value_usd, quantity_kg, unweighed_usd]
        As `flows.imports_by_supplier` gives it.
    methods : sequence of str
    weights : tuple of DataFrame

    Returns
    -------
    DataFrame
        As `world_rows`, `total` in USD, with `value_by_weight`: the same method on reported gross weight,
        empty where more than 10 % of the value has no usable quantity.
    """
    outside = flows.filter(~pl.col("inside"), pl.col("value_usd") > 0)
    found = concentration_table(outside, CELL, "exporter", "value_usd").with_columns(
        source=pl.lit("trade"),
        raw_material=pl.lit(None, pl.String),
        rest_share=pl.lit(0.0),
        partial=pl.lit(False),
        **{f"{c}_{end}": pl.lit(None, pl.Float64) for c in _SHARES for end in ("low", "high")},
    )
    found = found.join(_by_weight(outside), on=CELL, how="left", maintain_order="left")
    found = _with_governance(found, outside, CELL, "exporter", "value_usd", methods, weights)
    return _as_methods(found, methods, (said("by_value"), said("no_error_model")))


def demand_rows(flows: pl.DataFrame) -> pl.DataFrame:
    """N-1 with the demand of the largest exporter taken out too, on world trade by value.

    Parameters
    ----------
    flows : DataFrame[mineral, stage, year, importer, exporter, value_usd]
        Trade of the whole world, one row a pair.

    Returns
    -------
    DataFrame
        Columns method, mineral, stage, importer, year, value, low, high, status, note, source, first,
        first_share, suppliers, total.
    """
    place = ("mineral", "stage", "year")
    exports = concentration_table(
        flows.group_by(*place, "exporter").agg(pl.col("value_usd").sum()), place, "exporter", "value_usd"
    )
    bought = flows.group_by(*place, pl.col("importer").alias("first")).agg(
        pl.col("value_usd").sum().alias("own")
    )
    table = exports.join(bought, on=[*place, "first"], how="left", maintain_order="left")
    left, wanted = pl.col("total") * (1 - pl.col("first_share")), pl.col("total") - pl.col("own").fill_null(0)
    ok = wanted > 0
    return table.select(
        pl.lit("n-minus-1-demand").alias("method"),
        "mineral",
        "stage",
        pl.lit("WLD").alias("importer"),
        "year",
        pl.when(ok).then(left / wanted).alias("value"),
        pl.lit(None, pl.Float64).alias("low"),
        pl.lit(None, pl.Float64).alias("high"),
        pl.when(ok).then(pl.lit("ok")).otherwise(pl.lit("no_trade_data")).alias("status"),
        pl.lit("world trade by customs value").alias("note"),
        pl.lit("trade").alias("source"),
        "first",
        "first_share",
        "suppliers",
        "total",
    )


def _with_rest(found: pl.DataFrame) -> pl.DataFrame:
    """Shares of the whole, and the range that the unnamed rest leaves open."""
    rest = pl.col("rest").fill_null(0)
    listed, other = pl.col("total") / (pl.col("total") + rest), rest / (pl.col("total") + rest)
    scaled = found.with_columns(
        pl.when(rest > 0).then(other).otherwise(0.0).alias("rest_share"),
        pl.when(rest > 0)
        .then(pl.col("first_share") * listed)
        .otherwise(pl.col("first_share"))
        .alias("first_share"),
        pl.when(rest > 0)
        .then(pl.col("top3_share") * listed)
        .otherwise(pl.col("top3_share"))
        .alias("top3_share"),
        pl.when(rest > 0).then(pl.col("hhi") * listed**2).otherwise(pl.col("hhi")).alias("hhi"),
        (pl.col("total") + rest).alias("total"),
    )
    one, some = pl.col("rest_share"), pl.col("rest_share") > 0
    return scaled.with_columns(
        pl.when(some).then(pl.col("hhi") + one**2).otherwise("hhi").alias("hhi_high"),
        pl.max_horizontal("first_share", one).alias("first_share_high"),
        pl.min_horizontal(pl.col("top3_share") + one, 1.0).alias("top3_share_high"),
        *(pl.lit(None, pl.Float64).alias(f"{c}_by_weight") for c in _SHARES),
    )


def _rounding(named: pl.DataFrame, found: pl.DataFrame) -> pl.DataFrame:
    """Half widths of 90 % that the rounding of published figures leaves for the index and the top shares."""
    sized = named.filter(pl.col("quantity") > 0).with_columns((printed_step() ** 2 / 12).alias("variance"))
    ordered = sized.join(found.select(*_WORLD, "total"), on=_WORLD, how="inner").sort(
        *_WORLD, "quantity", "country", descending=[False] * len(_WORLD) + [True, False]
    )
    share, variance = pl.col("quantity") / pl.col("total"), pl.col("variance")
    index, every = (share**2).sum(), variance.sum()

    def top(k: int) -> pl.Expr:
        held, inside = share.head(k).sum(), variance.head(k).sum()
        return ((1 - held) ** 2 * inside + held**2 * (every - inside)).clip(0).sqrt()

    scale = Z90 / pl.col("total").first()
    return ordered.group_by(_WORLD, maintain_order=True).agg(
        (2 * ((share - index) ** 2 * variance).sum().sqrt() * scale).alias("hhi_half"),
        (top(1) * scale).alias("first_share_half"),
        (top(3) * scale).alias("top3_share_half"),
    )


def _ranged(found: pl.DataFrame) -> pl.DataFrame:
    """The range of each share: rounding below and above, the unnamed rest above."""
    return found.with_columns(
        *((pl.col(c) - pl.col(f"{c}_half")).clip(0.0, 1.0).alias(f"{c}_low") for c in _SHARES),
        *((pl.col(f"{c}_high") + pl.col(f"{c}_half")).clip(0.0, 1.0).alias(f"{c}_high") for c in _SHARES),
    )


def _by_weight(outside: pl.DataFrame) -> pl.DataFrame:
    weighed = concentration_table(outside, CELL, "exporter", "quantity_kg")
    gaps = outside.group_by(*CELL, maintain_order=True).agg(
        (pl.col("unweighed_usd").sum() / pl.col("value_usd").sum()).alias("gap")
    )
    kept = weighed.join(
        gaps.filter(pl.col("gap") <= QUANTITY_LIMIT), on=CELL, how="semi", maintain_order="left"
    )
    return kept.select(
        *CELL, *(pl.col(c).alias(f"{c}_by_weight") for c in ("hhi", "first_share", "top3_share"))
    )


def _with_governance(
    found: pl.DataFrame,
    sized: pl.DataFrame,
    by: Sequence[str],
    supplier: str,
    amount: str,
    methods: Sequence[str],
    weights: Weights,
) -> pl.DataFrame:
    """Add the columns of the two weighted methods, as far as asked."""
    asked = [(m, w, gap) for m, w, gap in zip(_WEIGHTED, weights, (0.5, None), strict=True) if m in methods]
    if not asked:
        return found
    spread = pl.col("variance") if "variance" in sized.columns else pl.lit(0.0)
    shares = sized.join(found.select(*by, "total"), on=by, how="inner", maintain_order="left").select(
        *by,
        supplier,
        (pl.col(amount) / pl.col("total")).alias("share"),
        (spread / pl.col("total").cast(pl.Float64) ** 2).alias("variance"),
    )
    for method, table, gap in asked:
        part = weighted_concentration(shares, by, supplier, "share", table, missing_weight=gap)
        named = part.rename({c: f"{method} {c}" for c in part.columns if c not in by})
        found = found.join(named, on=by, how="left", maintain_order="left")
    return found


_WEIGHTED = ("hhi-governance", "hhi-governance-wgi")


def _as_methods(found: pl.DataFrame, methods: Sequence[str], note: tuple[pl.Expr, ...]) -> pl.DataFrame:
    """One row a method from one row a group."""
    extra = ["source", "raw_material", "first", "first_share", "suppliers", "total"]
    parts = []
    for method in methods:
        if method == "n-minus-1-demand":
            continue
        value, low, high, weight, status, words = _formula(method)
        status = pl.when("partial").then(pl.lit("not_applicable")).otherwise(status)
        parts.append(
            found.select(
                pl.lit(method).alias("method"),
                *CELL,
                pl.when(status == "ok").then(value).alias("value"),
                pl.when(status == "ok").then(low).alias("low"),
                pl.when(status == "ok").then(high).alias("high"),
                status.alias("status"),
                joined(*note, *words),
                *extra,
                pl.when(status == "ok").then(weight).alias("value_by_weight"),
            )
        )
    return pl.concat(parts)


def _formula(method: str) -> tuple[pl.Expr, pl.Expr, pl.Expr, pl.Expr, pl.Expr, tuple[pl.Expr, ...]]:
    """Value, low, high, reading by weight, status and notes of a method, over the columns of a group."""
    ok = pl.lit("ok")
    if method in _WEIGHTED:
        return _weighted_formula(method)
    source = {"top1": "first_share", "n-minus-1": "first_share", "top3": "top3_share"}.get(method, "hhi")
    value, weight = pl.col(source), pl.col(f"{source}_by_weight")
    low, high = pl.col(f"{source}_low"), pl.col(f"{source}_high")
    if method == "hhi-10000":
        return 10_000 * value, 10_000 * low, 10_000 * high, 10_000 * weight, ok, ()
    if method == "n-minus-1":
        return 1 - value, 1 - high, 1 - low, 1 - weight, ok, ()
    return value, low, high, weight, ok, ()


def _weighted_formula(
    method: str,
) -> tuple[pl.Expr, pl.Expr, pl.Expr, pl.Expr, pl.Expr, tuple[pl.Expr, ...]]:
    part = {
        c: pl.col(f"{method} {c}")
        for c in ("weighted", "weighted_low", "weighted_high", "uncovered", "names")
    }
    year = pl.col(f"{method} governance_year")
    rest = pl.col("rest_share")
    none = year.is_null()
    own = method == "hhi-governance-wgi"
    if own:
        none |= part["uncovered"] > MISSING_LIMIT
    status = pl.when(none).then(pl.lit("no_governance_data")).otherwise(pl.lit("ok"))
    share = (100 * part["uncovered"]).round(1)
    words = (
        said("governance_of", year, when=year != pl.col("year")),
        said("ungoverned" if own else "half", part["names"], share, when=part["uncovered"] > 0),
    )
    high = part["weighted_high"] + rest**2
    return (
        part["weighted"],
        part["weighted_low"],
        high,
        pl.lit(None, pl.Float64),
        status,
        words,
    )
