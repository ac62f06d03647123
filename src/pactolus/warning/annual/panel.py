"""Trade as arrays by code, importer and year: what every feature and outcome is made of."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt
import polars as pl

from pactolus.errors import DataError, NoAnswerError
from pactolus.indicators.weights import own_weights
from pactolus.warning.annual.windows import earlier

if TYPE_CHECKING:
    from pactolus.catalogue.world import World

__all__ = ["LEAST_SHARE", "LEAST_USD", "Panel", "panel_of", "panel_of_world", "trade_rows"]

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

#: An importer is judged from this share of the world's tonnage on. [1]
LEAST_SHARE: Final = 0.002
#: And from these imports on. [USD]
LEAST_USD: Final = 1e6
_KEY: Final = ("hs_code", "importer", "exporter", "year")
_ARRAYS: Final = (
    *("tonnes", "value", "weighed_value", "repaired_share", "hhi", "top_share", "suppliers", "instability"),
)
_NOTHING: Final = "this world's trade table has no row, so nothing can be said of next year"
#: Codes whose flows are in memory at once; sums are by code, so the panel is the same in less memory.
_AT_ONCE: Final = 12
_COLUMNS: Final = (*_KEY, "kg", "value_usd", "repaired", "weight")


@dataclass(frozen=True, kw_only=True)
class Panel:
    """Imports by code, importer and year, arrays (codes, importers, years); a gap is not a number."""

    codes: tuple[str, ...]
    importers: tuple[str, ...]
    years: tuple[int, ...]
    tonnes: Floats
    """Weight to compute with: repaired where it was repaired. [t]"""
    value: Floats
    """Customs value. [USD]"""
    weighed_value: Floats
    """Value of the flows whose weight is known. [USD]"""
    repaired_share: Floats
    """Share of value whose weight was repaired or estimated. [1]"""
    hhi: Floats
    top_share: Floats
    suppliers: Floats
    """Number of suppliers."""
    instability: Floats
    """Country risk of suppliers weighted by value, of those that have an estimate, 0-1."""

    @cached_property
    def unit_value(self) -> Floats:
        """Value over weight, of the flows whose weight is known. [USD/t]"""
        return self.weighed_value / self.tonnes

    @cached_property
    def world_tonnes(self) -> Floats:
        """All importers together, shape (codes, 1, years). [t]"""
        return _sum(self.tonnes)

    @cached_property
    def world_value(self) -> Floats:
        """All importers together, shape (codes, 1, years). [USD]"""
        return _sum(self.value)

    @cached_property
    def world_unit_value(self) -> Floats:
        """Of all importers together, shape (codes, 1, years). [USD/t]"""
        return _sum(self.weighed_value) / self.world_tonnes

    @cached_property
    def large(self) -> Bools:
        """Is the importer large enough to be judged?"""
        return (self.tonnes >= LEAST_SHARE * self.world_tonnes) & (self.value >= LEAST_USD)

    @cached_property
    def judged(self) -> Bools:
        """Large enough, and with a weight in the year before."""
        return self.large & ~np.isnan(earlier(self.tonnes))


def trade_rows(world: World, codes: Sequence[str] | None = None) -> pl.DataFrame:
    """Trade with the weight to compute with, whether it was repaired, and the risk of the exporter.

    Parameters
    ----------
    world : World
        With ``trade`` and ``governance``; its derived ``repairs`` are used where they are there.
    codes : sequence of str, optional
        Only flows of these codes; all if omitted.

    Returns
    -------
    DataFrame[hs_code, importer, exporter, year, kg, value_usd, repaired, weight]
        ``kg`` is empty where no weight is known, ``weight`` where no estimate of governance is.
    """
    wanted = pl.lit(True) if codes is None else pl.col("hs_code").is_in(list(codes))
    trade = world.scan("trade").filter(wanted).select(*_KEY, "quantity_kg", "value_usd")
    kg, repaired = pl.col("quantity_kg"), pl.lit(False)
    if "repairs" in world.derived_tables:
        repairs = world.scan_derived("repairs").filter(wanted).select(*_KEY, "repaired_kg", "reason")
        trade = trade.join(repairs, on=list(_KEY), how="left")
        repaired = pl.col("reason").is_not_null()
        kg = pl.when(repaired).then("repaired_kg").otherwise("quantity_kg")
    rows = trade.with_columns(kg=kg, repaired=repaired).collect()
    risk = own_weights(world.scan("governance"), rows["year"].unique().to_list())
    risk = risk.select("year", "weight", exporter="country")
    return rows.join(risk, on=["exporter", "year"], how="left").select(_COLUMNS)


def panel_of_world(world: World) -> Panel:
    """The panel of a world's trade.

    Raises
    ------
    NoAnswerError
        If the world holds no trade.
    """
    codes = world.scan("trade").select(pl.col("hs_code").unique().sort()).collect()["hs_code"].to_list()
    parts = []
    for first in range(0, len(codes), _AT_ONCE):
        rows = trade_rows(world, codes[first : first + _AT_ONCE]).filter(pl.col("value_usd") > 0)
        if rows.height:
            parts.append(panel_of(rows))
    if not parts:
        raise NoAnswerError(_NOTHING)
    return _joined(parts)


def _joined(parts: Sequence[Panel]) -> Panel:
    """Panels of different codes as one."""
    codes = tuple(code for part in parts for code in part.codes)
    importers = tuple(sorted({one for part in parts for one in part.importers}))
    years = tuple(range(min(p.years[0] for p in parts), max(p.years[-1] for p in parts) + 1))
    at = {name: place for place, name in enumerate(importers)}
    arrays: dict[str, Floats] = {}
    for name in _ARRAYS:
        whole, first = np.full((len(codes), len(importers), len(years)), np.nan), 0
        for part in parts:
            rows = np.arange(first, first + len(part.codes))
            columns = np.array([at[one] for one in part.importers])
            spans = np.array(part.years) - years[0]
            whole[np.ix_(rows, columns, spans)] = getattr(part, name)
            first += len(part.codes)
        arrays[name] = whole
    return Panel(codes=codes, importers=importers, years=years, **arrays)


def panel_of(rows: pl.DataFrame) -> Panel:
    """The panel of rows as `trade_rows` gives them.

    Parameters
    ----------
    rows : DataFrame[hs_code, importer, exporter, year, kg, value_usd, repaired, weight]
        One row a flow, in any order.

    Raises
    ------
    DataError
        If a column is missing.
    NoAnswerError
        If there is no row.
    """
    missing = [name for name in _COLUMNS if name not in rows.columns]
    if missing:
        raise DataError(f"panel_of: the rows lack {', '.join(missing)}; take them from trade_rows")
    rows = rows.filter(pl.col("value_usd") > 0).sort("hs_code", "importer", "year", "exporter")
    if not rows.height:
        raise NoAnswerError(_NOTHING)
    codes, importers = (tuple(rows[name].unique().sort()) for name in ("hs_code", "importer"))
    years = tuple(range(_whole(rows["year"].min()), _whole(rows["year"].max()) + 1))
    shape = (len(codes), len(importers), len(years))
    place = np.ravel_multi_index(
        (_places(rows["hs_code"], codes), _places(rows["importer"], importers), _year_places(rows, years)),
        shape,
    )
    return Panel(codes=codes, importers=importers, years=years, **_arrays(rows, place, shape))


def _arrays(rows: pl.DataFrame, place: npt.NDArray[np.int64], shape: tuple[int, ...]) -> dict[str, Floats]:
    size = int(np.prod(shape))

    def total(amount: Floats) -> Floats:
        return np.asarray(np.bincount(place, weights=amount, minlength=size).reshape(shape), dtype=np.float64)

    usd = rows["value_usd"].cast(pl.Float64).to_numpy()
    kg = rows["kg"].cast(pl.Float64).fill_null(0.0).to_numpy()
    risk = rows["weight"].cast(pl.Float64).to_numpy()
    known = np.isfinite(risk)
    largest = np.zeros(size)
    np.maximum.at(largest, place, usd)
    value = _gap_if_none(total(usd))
    return {
        "tonnes": _gap_if_none(total(kg) / 1000),
        "value": value,
        "weighed_value": _gap_if_none(total(np.where(kg > 0, usd, 0.0))),
        "repaired_share": total(np.where(rows["repaired"].to_numpy(), usd, 0.0)) / value,
        "hhi": total(usd**2) / value**2,
        "top_share": largest.reshape(shape) / value,
        "suppliers": _gap_if_none(total(np.ones_like(usd))),
        "instability": total(np.where(known, usd * np.nan_to_num(risk), 0.0))
        / _gap_if_none(total(np.where(known, usd, 0.0))),
    }


def _places(names: pl.Series, known: Iterable[str]) -> npt.NDArray[np.int64]:
    return names.cast(pl.Enum(list(known))).to_physical().cast(pl.Int64).to_numpy()


def _year_places(rows: pl.DataFrame, years: tuple[int, ...]) -> npt.NDArray[np.int64]:
    return (rows["year"].cast(pl.Int64) - years[0]).to_numpy()


def _whole(value: object) -> int:
    return int(str(value))


def _gap_if_none(values: Floats) -> Floats:
    """Sums without a row, or of nothing, are gaps."""
    return np.where(values > 0, values, np.nan)


def _sum(values: Floats) -> Floats:
    """Over the importers; a gap where none has a value."""
    return _gap_if_none(np.nansum(values, axis=1, keepdims=True))
