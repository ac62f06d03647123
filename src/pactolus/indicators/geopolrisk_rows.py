"""Rows of the GeoPolRisk method over whole tables: the convention of geopolrisk-py 2.0.1, and our default.

They differ where the convention fills gaps: see `docs/explanation/geopolrisk.md`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import polars as pl

from pactolus.indicators.flows import Members, entity_flows, summed_flows, weight_ranges
from pactolus.indicators.geopolitical import COPPER_CF
from pactolus.indicators.governance import Z90
from pactolus.indicators.notes import joined, said
from pactolus.indicators.rounding import IN_KILOGRAMS, printed_step
from pactolus.indicators.supply_rows import ESTIMATED_LIMIT, MISSING_LIMIT, QUANTITY_LIMIT
from pactolus.terms.hs_codes import hs_codes
from pactolus.terms.minerals import Mineral

__all__ = ["GAS_KG_PER_M3", "geopolrisk_codes", "geopolrisk_rows"]

#: Mass of natural gas at 15 degrees and 1.01325 bar: 1 t of LNG gives 47.53 thousand cubic feet (ISO 6976).
GAS_KG_PER_M3: Final = 0.743
_CELL: Final = ("mineral", "importer", "year")


def geopolrisk_codes(minerals: Sequence[Mineral], *, convention: bool) -> pl.DataFrame:
    """HS92 codes that the method adds up for each mineral.

    Returns
    -------
    DataFrame[mineral, stage, hs_code, last_year]
        `stage` is the common stage of the mineral's codes, else ``mixed``. The convention uses a code to the
        end of the data; the default stops after the last year in which it holds the mineral.
    """
    known = hs_codes()
    rows = []
    for mineral in minerals:
        found = {known[c].stage for c in mineral.geopolrisk_hs if c in known}
        stage = found.pop() if len(found) == 1 else "mixed"
        for code in mineral.geopolrisk_hs:
            last = known[code].last_year if code in known and not convention else None
            rows.append((mineral.id, stage, code, last))
    schema = {"mineral": pl.String, "stage": pl.String, "hs_code": pl.String, "last_year": pl.Int64}
    return pl.DataFrame(rows, schema=schema, orient="row")


def geopolrisk_rows(
    trade: pl.DataFrame | pl.LazyFrame,
    production: pl.DataFrame | pl.LazyFrame,
    weights: pl.DataFrame,
    minerals: Sequence[Mineral],
    members: Members,
    years: Sequence[int],
    methods: Sequence[str],
    *,
    convention: bool,
    no_weight: pl.Expr | None = None,
    repairs: pl.DataFrame | pl.LazyFrame | None = None,
) -> pl.DataFrame:
    """GeoPolRisk of every mineral, importer and year, with its parts.

    Parameters
    ----------
    trade : frame[hs_code, importer, exporter, year, quantity_kg, value_usd]
    production : frame[source, raw_material, mineral, stage, country, year, quantity, unit]
        Only rows of source ``wmd`` are used.
    weights : DataFrame[country, year, governance_year, weight, error]
        `weights.published_weights` for the convention, `weights.own_weights` for the default.
    minerals, members, years : sequences
    methods : sequence of str
        ``geopolrisk``, ``geopolrisk-external`` or both.
    convention : bool
        Reproduce geopolrisk-py 2.0.1.
    no_weight : Expr, optional
        Flows whose quantity is not to be used.
    repairs : frame[hs_code, importer, exporter, year, repaired_kg, low_kg, high_kg], optional
        Weights to use instead; their ranges widen `low` and `high`.

    Returns
    -------
    DataFrame
        Columns method, mineral, stage, importer, year, value, low, high, status, note, source, raw_material,
        hhi, production_t, import_numerator_t, import_t, price_usd_per_kg, import_risk, score,
        cf_kgCueq_per_kg, weight_repaired. A row for every cell asked. [1, t, USD/kg, kg Cu-eq/kg]
    """
    codes = geopolrisk_codes(minerals, convention=convention)
    made = _production(production, minerals, years, convention)
    listed = entity_flows(trade, codes, members, years, no_weight=no_weight, repairs=repairs)
    flows = summed_flows(listed, codes)
    ranges = None if repairs is None else weight_ranges(listed, codes)
    grid = _grid(minerals, codes, members, years)
    grid = grid.join(_hhi(made), on=("mineral", "year"), how="left", maintain_order="left")
    grid = grid.join(_own(made, members), on=_CELL, how="left", maintain_order="left")
    parts = []
    for method in methods:
        used = flows if method == "geopolrisk" else flows.filter(~pl.col("inside"))
        mixed = _import_mix(used, weights, convention)
        table = grid.join(mixed, on=_CELL, how="left", maintain_order="left")
        table = _with_ranges(table, ranges, weights, method)
        parts.append(_scored(_computed(table, convention), method, convention))
    return pl.concat(parts)


def _grid(
    minerals: Sequence[Mineral], codes: pl.DataFrame, members: Members, years: Sequence[int]
) -> pl.DataFrame:
    stages = dict(codes.select("mineral", "stage").iter_rows())
    ends = {
        m.id: max(ended) if ended and None not in ended else None
        for m in minerals
        if (ended := codes.filter(pl.col("mineral") == m.id)["last_year"].to_list()) is not None
    }
    rows = [
        (
            m.id,
            stages.get(m.id, m.wmd_stage or "mixed"),
            m.geopolrisk or m.wmd or None,
            m.wmd_stage or None,
            bool(m.wmd),
            bool(m.geopolrisk_hs),
            ends[m.id],
            ", ".join(m.geopolrisk_hs),
        )
        for m in minerals
    ]
    schema = {
        "mineral": pl.String,
        "stage": pl.String,
        "raw_material": pl.String,
        "wmd_stage": pl.String,
        "has_table": pl.Boolean,
        "has_code": pl.Boolean,
        "last_year": pl.Int64,
        "codes": pl.String,
    }
    table = pl.DataFrame(rows, schema=schema, orient="row")
    importers = pl.DataFrame({"importer": list(members)}, schema={"importer": pl.String})
    calendar = pl.DataFrame({"year": list(years)}, schema={"year": pl.Int64})
    return table.join(importers, how="cross").join(calendar, how="cross")


def _production(
    production: pl.DataFrame | pl.LazyFrame,
    minerals: Sequence[Mineral],
    years: Sequence[int],
    convention: bool,
) -> pl.DataFrame:
    """Production: the amount that enters the HHI, and tonnes (of gas million m3 in the convention)."""
    rows = production.lazy().filter(
        pl.col("source") == "wmd",
        pl.col("mineral").is_in([m.id for m in minerals]),
        pl.col("year").is_in(list(years)),
    )
    kept = rows.select("mineral", "source", "raw_material", "country", "year", "quantity", "unit").collect()
    quantity, gas = pl.col("quantity"), pl.col("unit") == "m3"
    whole = (
        pl.when(gas)
        .then(quantity // 1_000_000)
        .when((pl.col("unit") == "kg") & ~pl.col("raw_material").is_in(IN_KILOGRAMS))
        .then(quantity // 1000)
        .otherwise(quantity)
    )
    if convention:  # the carrier gives French Guiana the code of Guyana
        kept = kept.with_columns(pl.col("country").replace({"GUF": "GUY"}))
    tonnes = pl.when(gas).then(quantity / 1e6 if convention else quantity * (GAS_KG_PER_M3 / 1000))
    return kept.with_columns(
        (whole if convention else quantity).alias("counted"),
        tonnes.otherwise(quantity / 1000).alias("tonnes"),
        # The convention has no range from rounding.
        (pl.lit(0.0) if convention else printed_step() ** 2 / 12).alias("variance"),
    )


def _hhi(made: pl.DataFrame) -> pl.DataFrame:
    counted = pl.col("counted").cast(pl.Float64)
    share = counted / pl.col("counted").sum()
    slope = 2 * (share - (share**2).sum()) / pl.col("counted").sum()
    return (
        made.sort("mineral", "year", "country")
        .group_by("mineral", "year", maintain_order=True)
        .agg(
            (share**2).sum().alias("hhi"),
            (slope**2 * pl.col("variance")).sum().sqrt().alias("hhi_deviation"),
            pl.col("counted").sum().alias("made"),
        )
        .filter(pl.col("made") > 0)
        .drop("made")
    )


def _own(made: pl.DataFrame, members: Members) -> pl.DataFrame:
    """Own production of each entity; a country that the publisher does not list produces none."""
    pairs = pl.DataFrame(
        [(entity, country) for entity, group in members.items() for country in group],
        schema={"importer": pl.String, "country": pl.String},
        orient="row",
    )
    return (
        made.join(pairs, on="country", how="inner")
        .sort(*_CELL, "country")
        .group_by(*_CELL, maintain_order=True)
        .agg(pl.col("tonnes").sum().alias("own_t"), pl.col("tonnes").is_null().any().alias("own_silent"))
    )


def _import_mix(flows: pl.DataFrame, weights: pl.DataFrame, convention: bool) -> pl.DataFrame:
    """Weighted and plain tonnes of every cell, and how much of them is not known."""
    tonnes = pl.col("quantity_kg") / 1000
    named = weights.rename({"country": "exporter"})
    joined_ = flows.join(named, on=("exporter", "year"), how="left", maintain_order="left").with_columns(
        gap=pl.col("weight").is_null() & ~pl.col("inside"),
        weight=pl.when("inside").then(0.0).otherwise(pl.col("weight")),
        error=pl.when("inside").then(0.0).otherwise(pl.col("error")),
    )
    gap_kg = pl.col("quantity_kg").filter("gap").sum()
    largest_gap = (
        pl.col("exporter").filter("gap").sort_by(pl.col("quantity_kg").filter("gap"), descending=True)
    )
    sums = joined_.group_by(*_CELL, maintain_order=True).agg(
        (pl.col("weight") * tonnes).sum().alias("known_n"),
        gap_kg.alias("gap_kg"),
        pl.col("quantity_kg").sum().alias("all_kg"),
        ((pl.col("error") * tonnes) ** 2).sum().sqrt().alias("deviation"),
        pl.col("value_usd").sum(),
        pl.col("unweighed_usd").sum(),
        *(
            (pl.col(c) if c in flows.columns else pl.lit(0)).sum().alias(c)
            for c in ("repaired_usd", "estimated_usd")
        ),
        largest_gap.first().alias("gap_name"),
        pl.col("governance_year").max(),
    )
    known_t = pl.col("all_kg") / 1000 if convention else (pl.col("all_kg") - pl.col("gap_kg")) / 1000
    half = 0.5 if convention else 0.0
    weighed = pl.col("value_usd") if convention else pl.col("value_usd") - pl.col("unweighed_usd")
    return sums.with_columns(
        known_t.alias("f_t"),
        (pl.col("known_n") + half * (pl.col("gap_kg") / 1000)).alias("n_t"),
        (weighed / (pl.col("all_kg") / 1000) / 1000).alias("price"),
        (pl.col("unweighed_usd") / pl.col("value_usd")).alias("unweighed"),
        (pl.col("repaired_usd") / pl.col("value_usd")).alias("repaired"),
        (pl.col("estimated_usd") / pl.col("value_usd")).alias("estimated"),
        (pl.col("gap_kg") / pl.col("all_kg")).alias("ungoverned"),
    )


def _with_ranges(
    table: pl.DataFrame, ranges: pl.DataFrame | None, weights: pl.DataFrame, method: str
) -> pl.DataFrame:
    """Add what the ranges of repaired weights mean for import risk: `fall` and `rise`, as deviations.

    One supplier's weight moved alone by d changes the risk r = N/D by (w - r) d / (D + d), exactly. Flows err
    independently, so that the changes add up as the root of their squares; a range counts as one of 90 %.
    """
    if ranges is None:
        return table.with_columns(fall=pl.lit(0.0), rise=pl.lit(0.0))
    used = ranges if method == "geopolrisk" else ranges.filter(~pl.col("inside"))
    whole_t = pl.col("f_t") + pl.col("own_t").fill_null(0.0)
    cells = table.select(*_CELL, whole_t.alias("whole_t"), (pl.col("n_t") / whole_t).alias("risk"))
    known = used.join(cells, on=_CELL, how="inner", maintain_order="left").join(
        weights.select(pl.col("country").alias("exporter"), "year", "weight"),
        on=["exporter", "year"],
        how="inner",
        maintain_order="left",
    )
    apart = pl.when("inside").then(0.0).otherwise("weight") - pl.col("risk")
    more, less = pl.col("above_kg") / 1000, pl.col("below_kg") / 1000
    if_more = apart * more / (pl.col("whole_t") + more)
    if_less = -apart * less / (pl.col("whole_t") - less)
    moved = known.group_by(_CELL, maintain_order=True).agg(
        (pl.min_horizontal(if_more, if_less).clip(upper_bound=0) ** 2).sum().sqrt().alias("fall"),
        (pl.max_horizontal(if_more, if_less).clip(lower_bound=0) ** 2).sum().sqrt().alias("rise"),
    )
    return table.join(moved, on=_CELL, how="left", maintain_order="left").with_columns(
        pl.col("fall", "rise").fill_null(0.0)
    )


def _status(convention: bool) -> pl.Expr:
    flown = pl.col("all_kg").fill_null(0) > 0
    ended = pl.col("last_year").is_not_null() & (pl.col("year") > pl.col("last_year"))
    status = (
        pl.when(~pl.col("has_table"))
        .then(pl.lit("no_production_data"))
        .when(~pl.col("has_code"))
        .then(pl.lit("no_code"))
        .when(pl.col("hhi").is_null())
        .then(pl.lit("no_production_data"))
        .when(ended | (pl.col("value_usd").fill_null(0) == 0))
        .then(pl.lit("no_trade_data"))
        .when(~flown)
        .then(pl.lit("no_trade_data" if convention else "no_quantity"))
    )
    if not convention:
        status = (
            status.when((pl.col("unweighed") > QUANTITY_LIMIT) | (pl.col("estimated") > ESTIMATED_LIMIT))
            .then(pl.lit("no_quantity"))
            .when(pl.col("ungoverned") > MISSING_LIMIT)
            .then(pl.lit("no_governance_data"))
        )
    return status.otherwise(pl.lit("ok"))


def _computed(table: pl.DataFrame, convention: bool) -> pl.DataFrame:
    """Status, parts, score and interval of every cell."""
    made, hhi = pl.col("own_t").fill_null(0.0), pl.col("hhi")
    risk = pl.col("n_t") / (pl.col("f_t") + made)
    all_t = pl.col("all_kg") / 1000
    # Flows without a quantity may weigh what the rest weighs for its value, with any country risk.
    unseen_t = pl.lit(0.0) if convention else all_t * pl.col("unweighed") / (1 - pl.col("unweighed"))
    whole = all_t + unseen_t + made
    governance = hhi * Z90 * pl.col("deviation") / whole
    rounding = risk * Z90 * pl.col("hhi_deviation")
    below = (governance**2 + rounding**2 + (hhi * pl.col("fall")) ** 2).sqrt()
    above = (governance**2 + rounding**2 + (hhi * pl.col("rise")) ** 2).sqrt()
    most = hhi * (pl.col("known_n") + pl.col("gap_kg") / 1000 + unseen_t) / whole
    return table.with_columns(
        _status(convention).alias("status"),
        made.alias("production_t"),
        risk.alias("import_risk"),
        (hhi * risk).alias("score"),
        (hhi * pl.col("known_n") / whole - below).clip(lower_bound=0.0).alias("low"),
        pl.min_horizontal(most + above, hhi + Z90 * pl.col("hhi_deviation"), 1.0).alias("high"),
    )


def _scored(table: pl.DataFrame, method: str, convention: bool) -> pl.DataFrame:
    ok = pl.col("status") == "ok"
    silent = (
        pl.when(pl.col("status").is_in(["no_trade_data"])).then(0.0)
        if convention
        else pl.when(False).then(0.0)
    )

    def part(value: pl.Expr, name: str) -> pl.Expr:
        return pl.when(ok).then(value).otherwise(silent).alias(name)

    score = pl.col("score")
    return table.select(
        pl.lit(method).alias("method"),
        "mineral",
        "stage",
        "importer",
        "year",
        pl.when(ok).then(score).alias("value"),
        pl.when(ok).then(pl.col("low")).alias("low"),
        pl.when(ok).then(pl.col("high")).alias("high"),
        "status",
        _note(convention),
        pl.when("has_table").then(pl.lit("wmd")).alias("source"),
        "raw_material",
        "hhi",
        pl.when(pl.col("hhi").is_not_null()).then(pl.col("production_t")).alias("production_t"),
        part(pl.col("n_t"), "import_numerator_t"),
        part(pl.col("f_t"), "import_t"),
        part(pl.col("price"), "price_usd_per_kg"),
        part(pl.col("import_risk"), "import_risk"),
        part(score, "score"),
        part(score * pl.col("price") / COPPER_CF, "cf_kgCueq_per_kg"),
        pl.when(ok & (not convention)).then(pl.col("repaired")).alias("weight_repaired"),
    )


def _note(convention: bool) -> pl.Expr:
    status, stage = pl.col("status"), pl.col("wmd_stage")
    ended = pl.col("last_year").is_not_null() & (pl.col("year") > pl.col("last_year"))
    silent = status.is_in(["no_code", "no_trade_data"])
    counted = status.is_in(["ok", "no_governance_data"])
    ungoverned = (100 * pl.col("ungoverned")).round(1)
    return joined(
        said("mine_stage", when=stage == "ore"),
        said("smelter_stage", when=stage == "refined"),
        said("mixed_stage", when=stage == "mixed"),
        *([said("convention")] if convention else []),
        said("no_table", when=~pl.col("has_table")),
        said("not_coded", when=status == "no_code"),
        said("ended", pl.col("codes"), pl.col("last_year"), when=ended),
        said("no_flow", when=(status == "no_trade_data") & ~ended),
        said("proxy", when=silent & pl.col("hhi").is_not_null()),
        said(
            "governance_of",
            pl.col("governance_year"),
            when=counted & (pl.col("governance_year") != pl.col("year")),
        ),
        said("ungoverned", pl.col("gap_name"), ungoverned, when=counted & (pl.col("ungoverned") >= 0.0005)),
        said(
            "unweighed",
            (100 * pl.col("unweighed")).round(1),
            when=status.is_in(["ok", "no_quantity"]) & (pl.col("unweighed") >= 0.0005),
        ),
        said(
            "repaired",
            (100 * pl.col("repaired")).round(1),
            when=status.is_in(["ok", "no_quantity"]) & (pl.col("repaired") >= 0.0005),
        ),
        said("no_own_figure", when=pl.col("own_silent").fill_null(False)),
    )
