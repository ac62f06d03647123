"""`assess`: any method, for any importer, coalition or the world, at the stages where it has a basis."""

from __future__ import annotations

import json
from collections.abc import Iterable
from functools import reduce
from typing import Any

import polars as pl

from pactolus.catalogue.corrections import condition
from pactolus.catalogue.world import World
from pactolus.indicators.flows import basket_codes, imports_by_supplier
from pactolus.indicators.geopolrisk_rows import geopolrisk_codes, geopolrisk_rows
from pactolus.indicators.methods import METHODS
from pactolus.indicators.notes import NOTES, joined, said
from pactolus.indicators.request import Request, make_request
from pactolus.indicators.supply_rows import Weights, basket_rows, demand_rows, world_rows
from pactolus.indicators.weights import own_weights, published_weights

__all__ = ["COLUMNS", "DETAIL_COLUMNS", "assess"]

#: Columns of the result, in order.
COLUMNS: dict[str, Any] = {
    "method": pl.String,
    "mineral": pl.String,
    "stage": pl.String,
    "importer": pl.String,
    "year": pl.Int64,
    "value": pl.Float64,
    "low": pl.Float64,
    "high": pl.Float64,
    "unit": pl.String,
    "status": pl.String,
    "grade": pl.String,
    "vintage": pl.String,
    "note": pl.String,
}

#: Columns that ``detail=True`` adds, in order.
DETAIL_COLUMNS: dict[str, Any] = {
    "source": pl.String,
    "raw_material": pl.String,
    "hhi": pl.Float64,
    "production_t": pl.Float64,
    "import_numerator_t": pl.Float64,
    "import_t": pl.Float64,
    "price_usd_per_kg": pl.Float64,
    "import_risk": pl.Float64,
    "score": pl.Float64,
    "cf_kgCueq_per_kg": pl.Float64,
    "first": pl.String,
    "first_share": pl.Float64,
    "suppliers": pl.Int64,
    "total": pl.Int64,
    "value_by_weight": pl.Float64,
}

_ORDER = ("method", "mineral", "stage", "importer", "year")


def assess(
    world: World,
    *,
    importers: str | Iterable[str],
    minerals: str | Iterable[str] = "all",
    years: str | int | Iterable[int] | None = None,
    methods: str | Iterable[str] = "geopolrisk",
    stages: str | Iterable[str] | None = None,
    convention: str | None = None,
    detail: bool = False,
) -> pl.DataFrame:
    """Supply-risk indicators in one long table.

    Parameters
    ----------
    world : World
        As `pactolus.open_world` gives it.
    importers : str or iterable of str
        Countries (``KOR``), coalitions (``KOR+JPN``, ``EU27``), the world (``WLD``), or ``all`` countries.
    minerals : str or iterable of str
        Ids, names or groups, or ``all``.
    years : str, int or iterable of int, optional
        ``2018-2024``, ``[2022, 2023]``; the last year of trade if omitted.
    methods : str or iterable of str
        Ids of `pactolus.indicators.methods.METHODS`, or ``all``.
    stages : str or iterable of str, optional
        Keep only these stages.
    convention : str, optional
        ``geopolrisk-py-2.0.1`` reproduces that library with its quirks; the default keeps missing as missing.
    detail : bool
        Add `DETAIL_COLUMNS`.

    Returns
    -------
    DataFrame[method, mineral, stage, importer, year, value, low, high, unit, status, grade, vintage, note]
        A row for every cell asked, sorted by the first five columns. `value` is there if and only if `status`
        is ``ok``. `low` and `high` bound it where there is an error model, else they are empty. `grade` is
        empty until trade is balanced and graded. Methods, units and statuses: ``docs/reference/methods.md``.

    Raises
    ------
    UnknownTermError
        If an importer, mineral, method, stage or convention is unknown, with near misses.
    OptionError
        If a year lies outside the data, a coalition repeats a member, or nothing is asked.
    WorldError
        If the world lacks a table that a method needs.

    Examples
    --------
    >>> import pactolus as pt
    >>> rows = pt.assess(pt.open_world(), importers="KOR", minerals="cobalt", years=2023)  # doctest: +SKIP
    """
    trade, production = _span(world, "trade"), _span(world, "production")
    asked = make_request(
        importers=importers,
        minerals_=minerals,
        years=trade[1] if years is None else years,
        methods=methods,
        stages=stages,
        convention=convention,
        first_year=min(trade[0], production[0]),
        last_year=max(trade[1], production[1]),
        last_trade_year=trade[1],
    )
    parts = [*_geopolitical(world, asked), *_concentrations(world, asked)]
    table = pl.concat(parts, how="diagonal")
    wanted = COLUMNS | (DETAIL_COLUMNS if detail else {})
    absent = [
        pl.lit(None, dtype).alias(c)
        for c, dtype in wanted.items()
        if c not in {*table.columns, "unit", "vintage"}
    ]
    units = {m.id: m.unit for m in METHODS.values()}
    return (
        table.with_columns(
            *absent,
            unit=pl.col("method").replace_strict(units, return_dtype=pl.String),
            vintage=pl.lit(world.vintage),
        )
        .filter(*([pl.col("stage").is_in(asked.stages)] if stages is not None else []))
        .sort(*_ORDER, *(c for c in ("source", "raw_material") if c in table.columns), nulls_last=True)
        .select(pl.col(c).cast(dtype) for c, dtype in wanted.items())
    )


def _span(world: World, table: str) -> tuple[int, int]:
    years = pl.col("year")
    found = world.scan(table).select(years.min().alias("first"), years.max().alias("last")).collect()
    return int(found["first"][0]), int(found["last"][0])


def _no_weight(world: World) -> pl.Expr | None:
    """Flows whose weight is not to be used: flags of `corrections` on its column `quantity_kg`."""
    if "corrections" not in world.tables:
        return None
    flags = world.table("corrections").filter(
        pl.col("table") == "trade", pl.col("action") == "flag", pl.col("column") == "quantity_kg"
    )
    cells = [condition(json.loads(where)) for where in flags["where"]]
    return reduce(lambda a, b: a | b, cells) if cells else None


def _geopolitical(world: World, asked: Request) -> list[pl.DataFrame]:
    methods = [m for m in asked.methods if METHODS[m].geopolitical]
    if not methods:
        return []
    parts = []
    if asked.members:
        weights = _published(world, asked) if asked.convention else _own(world, asked)
        parts.append(
            geopolrisk_rows(
                world.scan("trade"),
                world.scan("production"),
                weights,
                asked.minerals,
                asked.members,
                asked.years,
                methods,
                convention=bool(asked.convention),
                no_weight=None if asked.convention else _no_weight(world),
            )
        )
    if asked.world:
        stages = dict(
            geopolrisk_codes(asked.minerals, convention=True).select("mineral", "stage").iter_rows()
        )
        places = [(m.id, stages.get(m.id, m.wmd_stage or "mixed")) for m in asked.minerals]
        parts.append(_not_applicable(methods, places, ["WLD"], asked, "importers_only"))
    return parts


def _concentrations(world: World, asked: Request) -> list[pl.DataFrame]:
    methods = [m for m in asked.methods if not METHODS[m].geopolitical]
    if not methods:
        return []
    codes = basket_codes(m.id for m in asked.minerals)
    weights = _weights(world, asked, methods)
    parts = []
    if asked.members:
        parts += _baskets(world, asked, codes, methods, weights)
    if asked.world:
        parts += _world(world, asked, codes, methods, weights)
    return parts


def _weights(world: World, asked: Request, methods: list[str]) -> Weights:
    none = pl.DataFrame()
    return (
        _published(world, asked) if "hhi-governance" in methods else none,
        _own(world, asked) if "hhi-governance-wgi" in methods else none,
    )


def _published(world: World, asked: Request) -> pl.DataFrame:
    return published_weights(world.scan("governance_geopolrisk"), asked.years)


def _own(world: World, asked: Request) -> pl.DataFrame:
    return own_weights(world.scan("governance"), asked.years)


def _baskets(
    world: World, asked: Request, codes: pl.DataFrame, methods: list[str], weights: Weights
) -> list[pl.DataFrame]:
    places = _places(asked, codes)
    apply = [m for m in methods if METHODS[m].importer]
    parts = []
    if apply:
        flows = imports_by_supplier(
            world.scan("trade"), codes, asked.members, asked.years, no_weight=_no_weight(world)
        )
        found = basket_rows(flows, apply, weights)
        notes = _code_notes(codes)
        found = found.join(notes, on=("mineral", "stage"), how="left", maintain_order="left").with_columns(
            joined(pl.col("note"), pl.col("code_note"))
        )
        parts += [found.drop("code_note"), _empty_baskets(world, asked, codes, places, found, apply)]
    only_world = [m for m in methods if not METHODS[m].importer]
    if only_world:
        parts.append(_not_applicable(only_world, places, list(asked.members), asked, "world_only"))
    return parts


def _world(
    world: World, asked: Request, codes: pl.DataFrame, methods: list[str], weights: Weights
) -> list[pl.DataFrame]:
    apply = [m for m in methods if m != "n-minus-1-demand"]
    parts = []
    if apply:
        found = world_rows(
            world.scan("production"), [m.id for m in asked.minerals], asked.years, apply, weights
        )
        parts += [found, _empty_world(asked, found, apply)]
    if "n-minus-1-demand" in methods:
        parts += _demand(world, asked, codes)
    return parts


def _demand(world: World, asked: Request, codes: pl.DataFrame) -> list[pl.DataFrame]:
    trade = world.scan("trade").filter(
        pl.col("hs_code").is_in(codes["hs_code"].unique().to_list()), pl.col("year").is_in(list(asked.years))
    )
    pairs = (
        trade.join(codes.lazy(), on="hs_code", how="inner")
        .filter(pl.col("last_year").is_null() | (pl.col("year") <= pl.col("last_year")))
        .group_by("mineral", "stage", "year", "importer", "exporter")
        .agg(pl.col("value_usd").sum())
        .collect()
    )
    found = demand_rows(pairs)
    cells = _cells(_places(asked, codes), ["WLD"], asked).join(
        found, on=("mineral", "stage", "year"), how="anti"
    )
    return [found, _reasoned(world, asked, cells, codes, ["n-minus-1-demand"])]


def _places(asked: Request, codes: pl.DataFrame) -> list[tuple[str, str]]:
    """Mineral and stage of every row: the stages with a code, else the stage of the production table."""
    coded = codes.select("mineral", "stage").unique().sort("mineral", "stage").rows()
    have = {m for m, _ in coded}
    return [*coded, *((m.id, m.wmd_stage or "mixed") for m in asked.minerals if m.id not in have)]


def _cells(places: list[tuple[str, str]], importers: list[str], asked: Request) -> pl.DataFrame:
    table = pl.DataFrame(places, schema={"mineral": pl.String, "stage": pl.String}, orient="row")
    who = pl.DataFrame({"importer": importers}, schema={"importer": pl.String})
    when = pl.DataFrame({"year": list(asked.years)}, schema={"year": pl.Int64})
    return table.join(who, how="cross").join(when, how="cross")


def _not_applicable(
    methods: list[str], places: list[tuple[str, str]], importers: list[str], asked: Request, why: str
) -> pl.DataFrame:
    cells = _cells(places, importers, asked)
    every = cells.join(pl.DataFrame({"method": methods}), how="cross")
    return every.with_columns(status=pl.lit("not_applicable"), note=pl.lit(NOTES[why]))


def _empty_baskets(
    world: World,
    asked: Request,
    codes: pl.DataFrame,
    places: list[tuple[str, str]],
    found: pl.DataFrame,
    methods: list[str],
) -> pl.DataFrame:
    cells = _cells(places, list(asked.members), asked)
    have = found.select("mineral", "stage", "importer", "year").unique()
    return _reasoned(world, asked, cells.join(have, on=have.columns, how="anti"), codes, methods)


def _reasoned(
    world: World, asked: Request, cells: pl.DataFrame, codes: pl.DataFrame, methods: list[str]
) -> pl.DataFrame:
    """Cells without trade, with the reason: no code, a code this world lacks, one that ended, or no flow."""
    trade = world.scan("trade").filter(pl.col("hs_code").is_in(codes["hs_code"].unique().to_list()))
    have = trade.select(pl.col("hs_code").unique()).collect()["hs_code"].to_list() if cells.height else []
    known = codes.group_by("mineral", "stage", maintain_order=True).agg(
        pl.col("hs_code").is_in(have).any().alias("in_world"),
        pl.col("hs_code").str.join(", ").alias("codes"),
        pl.when(pl.col("last_year").is_null().any())
        .then(None)
        .otherwise(pl.col("last_year").max())
        .alias("end"),
    )
    table = cells.join(known, on=("mineral", "stage"), how="left", maintain_order="left")
    tables = _with_production(world, table["mineral"].unique().to_list())
    ended = pl.col("end").is_not_null() & (pl.col("year") > pl.col("end"))
    coded, inside = pl.col("codes").is_not_null(), pl.col("in_world").fill_null(False)
    later = pl.col("year") > asked.last_trade_year
    status = pl.when(coded & inside).then(pl.lit("no_trade_data")).otherwise(pl.lit("no_code"))
    note = joined(
        said("not_coded", when=~coded),
        said("not_in_world", pl.col("codes"), when=coded & ~inside),
        said("ended", pl.col("codes"), pl.col("end"), when=inside & ended),
        said("trade_ends", pl.lit(asked.last_trade_year), when=later & inside & ~ended),
        said("no_flow", when=~later & inside & ~ended),
        said("proxy", when=pl.col("mineral").is_in(tables)),
    )
    every = table.with_columns(status.alias("status"), note, source=pl.lit("trade")).drop(
        "in_world", "codes", "end"
    )
    return every.join(pl.DataFrame({"method": methods}, schema={"method": pl.String}), how="cross")


def _with_production(world: World, minerals: list[str]) -> list[str]:
    rows = world.scan("production").filter(pl.col("mineral").is_in(minerals))
    return rows.select(pl.col("mineral").unique()).collect()["mineral"].to_list()


def _code_notes(codes: pl.DataFrame) -> pl.DataFrame:
    shared = pl.col("hs_code").filter(pl.col("coding") == "shared").str.join(", ")
    return (
        codes.group_by("mineral", "stage", maintain_order=True)
        .agg(shared.alias("shared"))
        .select(
            "mineral",
            "stage",
            joined(
                said("shared", pl.col("shared"), when=pl.col("shared") != ""),
                said("spans", when=(pl.col("stage") == "mixed") & (pl.col("shared") == "")),
            ).alias("code_note"),
        )
    )


def _empty_world(asked: Request, found: pl.DataFrame, methods: list[str]) -> pl.DataFrame:
    """Minerals without a production figure in a year."""
    cells = _cells([(m.id, m.wmd_stage or "mixed") for m in asked.minerals], ["WLD"], asked)
    have = found.select("mineral", "year").unique()
    every = cells.join(have, on=have.columns, how="anti").join(
        pl.DataFrame({"method": methods}, schema={"method": pl.String}), how="cross"
    )
    return every.with_columns(status=pl.lit("no_production_data"), note=pl.lit(NOTES["no_production"]))
