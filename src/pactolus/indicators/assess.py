"""`assess`: any method, for any importer, coalition or the world, at the stages where it has a basis."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from typing import Any

import polars as pl

from pactolus.catalogue.world import World
from pactolus.indicators.cells import doubted_weight, not_applicable
from pactolus.indicators.concentrations import concentrations
from pactolus.indicators.derived import derived, own_risk, published_risk
from pactolus.indicators.gauges import bands, values_added
from pactolus.indicators.geopolrisk_rows import geopolrisk_codes, geopolrisk_rows
from pactolus.indicators.methods import METHODS, Family
from pactolus.indicators.netted import netted
from pactolus.indicators.numbers import number_ids
from pactolus.indicators.request import Request, make_request

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
    "id": pl.String,
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
    "weight_repaired": pl.Float64,
    "imports_contained_t": pl.Float64,
    "exports_contained_t": pl.Float64,
    "import_reliance": pl.Float64,
    "hhi_world": pl.Float64,
    "hhi_sourcing": pl.Float64,
    "eol_rir": pl.Float64,
    "band": pl.String,
    "observations": pl.Int64,
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
    as_of: date | None = None,
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
    as_of : date, optional
        The day asked: coalitions with dated membership are those of that day (the last recorded ones if
        omitted), and an input-output table older than five years before it (before today) is not used.

    Returns
    -------
    DataFrame[method, mineral, stage, importer, year, value, low, high, unit, status, grade, vintage, note]
        A row for every cell asked, sorted by the first five columns. `value` is there if and only if `status`
        is ``ok``. `low` and `high` bound it where there is an error model, else they are empty. `grade` says
        how good the balance of production and trade behind a row is; it is empty where none is used.
        Methods, units and statuses: ``docs/reference/methods.md``.

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
        as_of=as_of,
    )
    parts = []
    for family, answer in _FAMILIES.items():
        chosen = [m for m in asked.methods if METHODS[m].family == family]
        parts += answer(world, asked, chosen) if chosen else []
    table = _laid_out(pl.concat(parts, how="diagonal"), world.vintage, detail=detail)
    if detail:
        table = table.with_columns(number_ids(table, asked.convention))
    return table if stages is None else table.filter(pl.col("stage").is_in(asked.stages))


def _laid_out(table: pl.DataFrame, vintage: str, *, detail: bool) -> pl.DataFrame:
    """The promised columns in their order and type, rows sorted."""
    wanted = COLUMNS | (DETAIL_COLUMNS if detail else {})
    absent = [c for c in wanted if c not in {*table.columns, "unit", "vintage"}]
    units = {m.id: m.unit for m in METHODS.values()}
    return (
        table.with_columns(
            *(pl.lit(None, wanted[c]).alias(c) for c in absent),
            unit=pl.col("method").replace_strict(units, return_dtype=pl.String),
            vintage=pl.lit(vintage),
        )
        .sort(*_ORDER, *(c for c in ("source", "raw_material") if c in table.columns), nulls_last=True)
        .select(pl.col(c).cast(dtype) for c, dtype in wanted.items())
    )


def _span(world: World, table: str) -> tuple[int, int]:
    years = pl.col("year")
    found = world.scan(table).select(years.min().alias("first"), years.max().alias("last")).collect()
    return int(found["first"][0]), int(found["last"][0])


def _geopolitical(world: World, asked: Request, methods: Sequence[str]) -> list[pl.DataFrame]:
    parts = []
    if asked.members:
        parts.append(
            geopolrisk_rows(
                world.scan("trade"),
                world.scan("production"),
                published_risk(world, asked) if asked.convention else own_risk(world, asked),
                asked.minerals,
                asked.members,
                asked.years,
                methods,
                convention=bool(asked.convention),
                no_weight=None if asked.convention else doubted_weight(world),
                repairs=None if asked.convention else derived(world, "repairs"),
            )
        )
    if asked.world:
        stages = dict(
            geopolrisk_codes(asked.minerals, convention=True).select("mineral", "stage").iter_rows()
        )
        places = [(m.id, stages.get(m.id, m.wmd_stage or "mixed")) for m in asked.minerals]
        parts.append(not_applicable(methods, places, ["WLD"], asked, "importers_only"))
    return parts


_Answer = Callable[[World, Request, Sequence[str]], list[pl.DataFrame]]
_FAMILIES: Mapping[Family, _Answer] = {
    "geopolitical": _geopolitical,
    "concentration": concentrations,
    "netted": netted,
    "band": bands,
    "value_added": values_added,
}
