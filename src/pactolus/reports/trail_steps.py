"""Steps of a trail: a number computed again from its rows, with every value in between."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, Final

import polars as pl

from pactolus.catalogue.origins import Figure
from pactolus.catalogue.world import World
from pactolus.indicators.flows import basket_codes, concentration_table
from pactolus.indicators.geopolrisk_rows import geopolrisk_codes
from pactolus.indicators.numbers import Number, number_ids
from pactolus.indicators.weights import own_weights, published_weights, weighted_concentration
from pactolus.reports.retrace import carry_out, source_rows
from pactolus.reports.trail_balance import netted, supply_risk
from pactolus.reports.trail_bands import percentile_band
from pactolus.reports.trail_parts import MOST_ROWS, Walked, source_of, step, with_repairs
from pactolus.reports.trail_value_added import value_added
from pactolus.reports.way import Step
from pactolus.terms.countries import entity
from pactolus.terms.minerals import mineral

__all__ = ["Walked", "walk", "walk_figure", "walks"]

_TONNE: Final = 1000.0
_ADDITIVE: Final = ("sum ", "count ", "divide by ", "importers as ")
"""Steps after which the values of several groups still add up."""


def walk(world: World, number: Number, row: Mapping[str, Any]) -> Walked:
    """Steps and sources of one row of `assess`.

    Parameters
    ----------
    world : World
    number : Number
    row : mapping
        The row, with the columns of detail.
    """
    if number.method in _CONCENTRATIONS:
        return (_production if number.importer == "WLD" else _basket)(world, number, row)
    return _FAMILIES[number.method](world, number, row)


def walks() -> frozenset[str]:
    """Methods that can be walked."""
    return _CONCENTRATIONS | frozenset(_FAMILIES)


def walk_figure(world: World, figure: Figure, assessed: pl.DataFrame | None = None) -> Walked:
    """Rows and steps of a figure of a brief, every step with the value before and after.

    The value of several groups is their sum where they add up, else none is shown.
    """
    name, _, inner = figure.table.partition(":")
    if name == "stress":
        from pactolus.reports.stressed import walk_stress

        return walk_stress(world, figure)
    if name == "stock":
        from pactolus.reports.stocked import walk_stock

        return walk_stock(world, figure)
    if name == "watch":
        from pactolus.reports.watched import walk_watch

        return walk_watch(world, figure)
    if name == "answer":
        from pactolus.reports.answered import walk_answer

        return walk_answer(world, figure)
    if name == "projects" and not inner:
        from pactolus.reports.recorded import walk_project as walk_record

        return walk_record(figure)
    if name == "projects":
        from pactolus.reports.projects.trails import walk_project

        return walk_project(world, figure)
    if name not in ("assess", "derived", *world.tables):
        return Walked()
    rows = source_rows(figure, world) if assessed is None else assessed
    state, before, steps = rows, None, []
    done: tuple[object, ...] = (figure.table, *sorted(figure.rows.items()))
    for text in figure.steps:
        done = (*done, text)
        state = _kept(world, done, partial(carry_out, text, state))
        after = _summed(state) if state.height == 1 or text.startswith(_ADDITIVE) else None
        unit = figure.unit if text == figure.steps[-1] else ""
        steps.append(step("trail.step.carried", before, after, unit, step=text))
        before = after
    if name == "assess":
        ids = number_ids(rows)
        parts = {
            f"{m} {n} {i} {y}": ids[k]
            for k, (m, n, i, y) in enumerate(rows.select("method", "mineral", "importer", "year").iter_rows())
        }
        return Walked(steps=tuple(steps), parts=dict(list(parts.items())[:MOST_ROWS]))
    return Walked(steps=tuple(steps), sources=(source_of(world, figure.table, rows),))


def _summed(state: pl.DataFrame) -> float | None:
    """The value of a state: its ``x``, or the sum of several."""
    if "x" not in state.columns or not state["x"].dtype.is_numeric():
        return None
    return float(state["x"].sum())


def _trade(world: World, number: Number, codes: pl.DataFrame) -> pl.DataFrame:
    members = list(entity(number.importer).members)
    ends = dict(codes.select("hs_code", "last_year").iter_rows())
    alive = [c for c, last in ends.items() if last is None or number.year <= last]
    near = getattr(world, "near", None) if members else None
    asked = {"hs_code": "|".join(alive), "importer": "|".join(members)}
    trade = near("trade", asked).lazy() if near else world.scan("trade")
    rows = trade.filter(pl.col("hs_code").is_in(alive), pl.col("year") == number.year)
    found = rows.filter(pl.col("importer").is_in(members)) if members else rows
    return with_repairs(world, found.collect())


def _codes(number: Number) -> pl.DataFrame:
    return basket_codes([number.mineral]).filter(pl.col("stage") == number.stage)


def _basket(world: World, number: Number, row: Mapping[str, Any]) -> Walked:
    """Concentration of imports, by value, from outside the members."""
    codes = _codes(number)
    rows = _trade(world, number, codes)
    members = list(entity(number.importer).members)
    outside = rows.filter(~pl.col("exporter").is_in(members))
    total, left = _sum(rows, "value_usd"), _sum(outside, "value_usd")
    steps = [
        step("trail.step.rows", None, total, "USD", count=rows.height, codes=_listed(codes["hs_code"])),
        *(
            [step("trail.step.outside", total, left, "USD", members=number.importer)]
            if len(members) > 1
            else []
        ),
    ]
    steps += _concentration(world, outside.rename({"exporter": "who"}), "value_usd", number, row, left)
    return Walked(steps=tuple(steps), sources=(source_of(world, "trade", rows),))


def _production(world: World, number: Number, row: Mapping[str, Any]) -> Walked:
    """Concentration of world production in one series."""
    key = (pl.col("source") == row["source"], pl.col("raw_material") == row["raw_material"])
    rows = world.scan("production").filter(*key, pl.col("year") == number.year).collect()
    unit = rows["unit"][0] if rows.height else ""
    total = _sum(rows, "quantity")
    steps = [step("trail.step.rows", None, total, unit, count=rows.height, codes=row["raw_material"] or "")]
    steps += _concentration(world, rows.rename({"country": "who"}), "quantity", number, row, total)
    return Walked(steps=tuple(steps), sources=(source_of(world, "production", rows),))


def _concentration(
    world: World, rows: pl.DataFrame, amount: str, number: Number, row: Mapping[str, Any], total: float | None
) -> list[Step]:
    """From the amounts of suppliers (column ``who``) to the value of the method.

    ``OTHER``, the publisher's remainder, is part of the total and no supplier.
    """
    named = rows.filter(pl.col("who") != "OTHER")
    sums = named.group_by("who").agg(pl.col(amount).sum()).sort("who").with_columns(all=pl.lit(1))
    found = concentration_table(sums, ["all"], "who", amount)
    if not found.height or not total:
        return []
    listed = float(found["total"][0]) / total
    hhi, first, top3 = (float(found[c][0]) * listed for c in ("hhi", "first_share", "top3_share"))
    hhi *= listed
    values = {"hhi": hhi, "hhi-10000": 10_000 * hhi, "top1": first, "top3": top3, "n-minus-1": 1 - first}
    value = values.get(number.method)
    steps = [
        step("trail.step.suppliers", None, float(found["suppliers"][0]), ""),
        step("trail.step.first", None, first, "1", first=found["first"][0]),
    ]
    if value is None:
        value = _governed(world, sums, amount, total, number)
        steps.append(step("trail.step.hhi", None, hhi, "1"))
    before = hhi if number.method in _WEIGHTED else None
    return [*steps, step(f"trail.step.{number.method}", before, value, row["unit"])]


def _governed(world: World, sums: pl.DataFrame, amount: str, total: float, number: Number) -> float | None:
    """HHI weighted by political stability, by the convention of the method."""
    published = number.method == "hhi-governance"
    table = "governance_geopolrisk" if published else "governance"
    weights = (published_weights if published else own_weights)(world.scan(table), [number.year])
    shares = sums.select(
        "all",
        "who",
        pl.lit(number.year).cast(pl.Int64).alias("year"),
        (pl.col(amount) / total).alias("share"),
        pl.lit(0.0).alias("variance"),
    )
    found = weighted_concentration(
        shares.drop_nulls("share"),
        ["all", "year"],
        "who",
        "share",
        weights,
        missing_weight=0.5 if published else None,
    )
    return float(found["weighted"][0]) if found.height else None


def _demand(world: World, number: Number, row: Mapping[str, Any]) -> Walked:
    """Exports and imports of the world, without the largest exporter."""
    codes = _codes(number)
    rows = _trade(world, number, codes)
    total = _sum(rows, "value_usd")
    first = row["first"] or ""
    left = _sum(rows.filter(pl.col("exporter") != first), "value_usd")
    wanted = _sum(rows.filter(pl.col("importer") != first), "value_usd")
    steps = (
        step("trail.step.rows", None, total, "USD", count=rows.height, codes=_listed(codes["hs_code"])),
        step("trail.step.without_exports", total, left, "USD", first=first),
        step("trail.step.without_imports", total, wanted, "USD", first=first),
        step("trail.step.n-minus-1-demand", None, left / wanted if left and wanted else None, row["unit"]),
    )
    return Walked(steps=steps, sources=(source_of(world, "trade", rows),))


def _kept(world: World, key: object, read: Callable[[], pl.DataFrame]) -> pl.DataFrame:
    """What `read` gives; read once where the numbers of a whole brief are walked together."""
    kept: dict[object, pl.DataFrame] = getattr(world, "kept", {})
    return kept[key] if key in kept else kept.setdefault(key, read())


def _mined(world: World, number: Number) -> pl.DataFrame:
    of = (pl.col("mineral") == number.mineral, pl.col("year") == number.year)
    return world.scan("production").filter(pl.col("source") == "wmd", *of).collect()


def _latest(world: World, table: str, year: int) -> pl.DataFrame:
    """Estimates of political stability of the year, or of the last year before it."""
    rows = world.scan(table).filter(pl.col("year") <= year)
    if table == "governance":
        rows = rows.filter(pl.col("dimension") == "pv")
    known = rows.collect()
    return known.filter(pl.col("year") == known["year"].max()) if known.height else known


def _geopolrisk(world: World, number: Number, row: Mapping[str, Any]) -> Walked:
    """Production, its concentration, imports, governance, score."""
    codes = geopolrisk_codes([mineral(number.mineral)], convention=bool(number.convention))
    rows = _trade(world, number, codes)
    if number.method == "geopolrisk-external":
        rows = rows.filter(~pl.col("exporter").is_in(list(entity(number.importer).members)))
    production = _kept(world, ("production", number.mineral, number.year), partial(_mined, world, number))
    governance = "governance_geopolrisk" if number.convention else "governance"
    latest = _kept(world, (governance, number.year), partial(_latest, world, governance, number.year))
    latest = latest.filter(pl.col("country").is_in(rows["exporter"].unique().to_list()))
    weighed = _sum(rows.drop_nulls("quantity_kg"), "quantity_kg")
    steps = [
        step("trail.step.production", None, _sum(production, "quantity"), "kg", count=production.height),
        step("trail.step.hhi", None, row["hhi"], "1"),
        step(
            "trail.step.weights",
            None,
            None if weighed is None else weighed / _TONNE,
            "t",
            count=rows.height,
            codes=_listed(codes["hs_code"]),
        ),
        step("trail.step.usable", None if weighed is None else weighed / _TONNE, row["import_t"], "t"),
        step("trail.step.numerator", row["import_t"], row["import_numerator_t"], "t"),
        step("trail.step.domestic", row["import_t"], _plus(row["import_t"], row["production_t"]), "t"),
        step("trail.step.import_risk", None, row["import_risk"], "1"),
        step("trail.step.geopolrisk", row["hhi"], _times(row["hhi"], row["import_risk"]), row["unit"]),
    ]
    sources = (
        source_of(world, "trade", rows),
        source_of(world, "production", production),
        source_of(world, governance, latest),
    )
    return Walked(steps=tuple(steps), sources=sources)


def _band(world: World, number: Number, row: Mapping[str, Any]) -> Walked:
    """Where the present price or unit value stands in its own history."""
    codes = _codes(number)
    return percentile_band(world, number, row, codes, lambda: _trade(world, number, codes))


def _sum(rows: pl.DataFrame, column: str) -> float | None:
    return float(rows[column].sum()) if rows.height and rows[column].count() else None


def _plus(*parts: float | None) -> float | None:
    known = [p for p in parts if p is not None]
    return sum(known) if known else None


def _times(*parts: float | None) -> float | None:
    product = 1.0
    for part in parts:
        if part is None:
            return None
        product *= part
    return product


def _listed(codes: pl.Series) -> str:
    return ", ".join(codes.unique().sort().to_list())


_WEIGHTED: Final = ("hhi-governance", "hhi-governance-wgi")
_CONCENTRATIONS: Final = frozenset(
    {"hhi", "hhi-10000", "top1", "top3", "n-minus-1", "hhi-governance", "hhi-governance-wgi"}
)
_FAMILIES: Final[Mapping[str, Callable[[World, Number, Mapping[str, Any]], Walked]]] = {
    "geopolrisk": _geopolrisk,
    "geopolrisk-external": _geopolrisk,
    "n-minus-1-demand": _demand,
    "apparent-consumption": netted,
    "net-import-reliance": netted,
    "percentile-band": _band,
    "supply-risk-eu": supply_risk,
    "value-added-exposed": value_added,
}
