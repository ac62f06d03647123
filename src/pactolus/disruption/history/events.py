"""Events of supply rebuilt from a world: what the exporter lost, what importers had before and after.

The list (`data/events.csv`) holds labels and codes; every figure is taken from the trade table.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from csv import DictReader
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

from pactolus.disruption.engines.rules import burden_of
from pactolus.terms.coalitions import coalitions, members_of
from pactolus.terms.hs_codes import hs_codes

if TYPE_CHECKING:
    import polars as pl

    from pactolus.catalogue.world import World

__all__ = [
    "GRAM",
    "LEAST_IMPORTER",
    "Event",
    "Named",
    "commodity_of",
    "events_of",
    "figures",
    "named_events",
    "trade_weights",
]

#: Digits of tonnes: sums of parallel workers differ in their last bits, and rounding keeps answers the same.
GRAM: Final = 6
#: Importers with less of world trade than this are left out. [share]
LEAST_IMPORTER: Final = 0.002
#: An importer whose unit value moved this much more than the world's is a fault of weights, not an outcome.
_OUTLIER: Final = 3.0


@dataclass(frozen=True, kw_only=True)
class Named:
    """A named or detected event: labels only."""

    id: str
    name: str
    names: Mapping[str, str]
    """By language."""
    exporter: str
    codes: tuple[str, ...]
    base_year: int
    outcome_year: int
    instrument: str
    targets: tuple[str, ...]
    confidence: str
    measure: str
    note: str


@dataclass(frozen=True, kw_only=True)
class Event:
    """An event with its figures.

    Attributes
    ----------
    id : str
    share : float
        The exporter's part of world trade before; of the targets' imports where only some were targeted.
    cut : float
        Part of its exports (to the targets) that was lost.
    world_share : float
        What it shipped (to the targets) as a part of all trade.
    others_share : float or None
        What all other exporters shipped as a part of all trade; the rest if it is not known.
    importers : polars.DataFrame
        ``importer, from0_t, from1_t, tot0_t, tot1_t, val0_kusd, uv_outlier, before_t``; outcomes may be
        empty. `before_t` is the total as long before the base year as the outcome is after it.
    instrument, confidence : str
        Empty where they are not known.
    world0_t, world1_t : float or None
    commodity : str
        First mineral of its codes: events of one commodity are not independent. Empty where it is not known.
    """

    id: str
    share: float
    cut: float
    world_share: float
    importers: pl.DataFrame
    instrument: str = ""
    confidence: str = ""
    world0_t: float | None = None
    world1_t: float | None = None
    commodity: str = ""
    others_share: float | None = None

    @property
    def size(self) -> float:
        """The loss as a part of world trade."""
        return self.world_share * self.cut

    @property
    def burden(self) -> float:
        """The loss as a part of what all other exporters shipped."""
        others = 1 - self.world_share if self.others_share is None else self.others_share
        return burden_of(self.size, others)


@cache
def named_events() -> Mapping[str, Named]:
    """The named events, by id."""
    file = Path(__file__).parents[1] / "data" / "events.csv"
    with file.open(encoding="utf-8", newline="") as rows:
        found = [
            Named(
                id=row["event"],
                name=row["name"],
                names={"en": row["name"], "ko": row["name_ko"], "ja": row["name_ja"]},
                exporter=row["exporter"],
                codes=tuple(row["hs92"].split(";")),
                base_year=int(row["base_year"]),
                outcome_year=int(row["outcome_year"]),
                instrument=row["instrument"],
                targets=tuple(t for t in row["targets"].split(";") if t),
                confidence=row["confidence"],
                measure=row["measure"],
                note=row["note"],
            )
            for row in DictReader(rows)
        ]
    return {one.id: one for one in found}


def events_of(world: World, wanted: Iterable[str] | None = None, *, repaired: bool = True) -> list[Event]:
    """Named events with the figures of a world.

    Parameters
    ----------
    world : World
    wanted : iterable of str, optional
        Ids; all that the trade table covers if omitted.
    repaired : bool
        Take repaired weights where the world has them, else the published ones.

    Returns
    -------
    list of Event
        In the order of the list; an event without exports in its base year is left out.
    """
    import polars as pl

    trade = trade_weights(world, repaired=repaired)
    chosen = named_events().values() if wanted is None else [named_events()[one] for one in wanted]
    found = []
    for one in chosen:
        rows = trade.filter(pl.col("hs_code").is_in(list(one.codes)), pl.col("year").is_in(_years(one)))
        found.append(figures(one, rows.collect()))
    return [event for event in found if event is not None]


def trade_weights(world: World, *, repaired: bool) -> pl.LazyFrame:
    """Trade with ``t``: tonnes, repaired where asked and known; a missing weight stays missing.

    ``mended`` tells which weights were repaired.
    """
    import polars as pl

    trade = world.scan("trade")
    weight, mended = pl.col("quantity_kg"), pl.lit(False)
    if repaired and "repairs" in world.derived_tables:
        key = ["hs_code", "importer", "exporter", "year"]
        repairs = world.scan_derived("repairs").select(*key, "repaired_kg", "reason")
        trade = trade.join(repairs, on=key, how="left")
        mended = pl.col("reason").is_not_null()
        weight = pl.when(mended).then("repaired_kg").otherwise("quantity_kg")
    return trade.with_columns((weight / 1000).alias("t"), mended.alias("mended"))


def commodity_of(codes: Iterable[str]) -> str:
    """The first mineral of the first code; the code itself where the vocabulary does not hold it.

    Examples
    --------
    >>> commodity_of(["284690", "280530"]), commodity_of(["999999"])
    ('rare-earths', '999999')
    """
    first = next(iter(codes))
    return hs_codes()[first].minerals[0] if first in hs_codes() else first


def _years(one: Named) -> tuple[int, int, int]:
    """As long before the base year as the outcome is after it; the base year; that of the outcome."""
    return (2 * one.base_year - one.outcome_year, one.base_year, one.outcome_year)


def figures(one: Named, rows: pl.DataFrame) -> Event | None:
    """The event with the figures of trade in its codes.

    Parameters
    ----------
    one : Named
        Its labels.
    rows : polars.DataFrame
        ``hs_code, importer, exporter, year, t, value_usd`` of its codes; other years are not read.

    Returns
    -------
    Event or None
        None where the exporter shipped nothing (to the targets) in the base year.
    """
    import polars as pl

    years = _years(one)
    rows = rows.filter(pl.col("year").is_in(years)).sort("year", "importer", "exporter", "hs_code")
    world = round(float(rows.filter(pl.col("year") == one.base_year)["t"].sum()), GRAM)
    apart = pl.col("exporter") != one.exporter
    others = round(float(rows.filter(pl.col("year") == one.base_year, apart)["t"].sum()), GRAM)
    targets = [c for name in one.targets for c in (members_of(name) if name in coalitions() else (name,))]
    if targets:
        rows = rows.filter(pl.col("importer").is_in(targets))
    earlier = (
        rows.filter(pl.col("year") == years[0])
        .group_by("importer", maintain_order=True)
        .agg(pl.col("t").sum().round(GRAM).alias("before_t"))
    )
    sums = _sums(rows, one, 0).join(_sums(rows, one, 1), on="importer", how="full", coalesce=True)
    sums = sums.join(earlier, on="importer", how="left").sort("importer")
    before, after = float(sums["tot0_t"].sum()), float(sums["tot1_t"].sum())
    shipped0, shipped1 = float(sums["from0_t"].sum()), float(sums["from1_t"].sum())
    value0, value1 = float(sums["val0_kusd"].sum()), float(sums["val1_kusd"].sum())
    if not before or not shipped0:
        return None
    world_uv = (value1 / after) / (value0 / before) if after and value0 else None
    importers = (
        sums.filter(pl.col("importer") != one.exporter, pl.col("tot0_t") >= LEAST_IMPORTER * before)
        .with_columns(pl.col("from1_t", "tot1_t", "val1_kusd").fill_null(0.0))
        .with_columns(_outlier(world_uv))
        .select("importer", "from0_t", "from1_t", "tot0_t", "tot1_t", "val0_kusd", "uv_outlier", "before_t")
        .sort("importer")
    )
    return Event(
        id=one.id,
        share=shipped0 / before,
        world_share=shipped0 / world,
        cut=min(max(1 - shipped1 / shipped0, 0.0), 1.0),
        importers=importers,
        instrument=one.instrument,
        confidence=one.confidence,
        world0_t=before,
        world1_t=after,
        commodity=commodity_of(one.codes),
        others_share=others / world,
    )


def _sums(rows: pl.DataFrame, one: Named, which: int) -> pl.DataFrame:
    """Tonnes and value of each importer in the base (0) or outcome (1) year."""
    import polars as pl

    year = (one.base_year, one.outcome_year)[which]
    supplied = pl.when(pl.col("exporter") == one.exporter).then("t")
    return (
        rows.filter(pl.col("year") == year)
        .group_by("importer", maintain_order=True)
        .agg(
            pl.col("t").sum().round(GRAM).alias(f"tot{which}_t"),
            supplied.sum().round(GRAM).alias(f"from{which}_t"),
            (pl.col("value_usd").sum() / 1000).round(GRAM).alias(f"val{which}_kusd"),
        )
        .sort("importer")
    )


def _outlier(world_uv: float | None) -> pl.Expr:
    """Importers whose unit value moved `_OUTLIER` times more or less than the world's."""
    import polars as pl

    if world_uv is None:
        return pl.lit(0).alias("uv_outlier")
    moved = (pl.col("val1_kusd") / pl.col("tot1_t")) / (pl.col("val0_kusd") / pl.col("tot0_t")) / world_uv
    out = (moved > _OUTLIER) | (moved < 1 / _OUTLIER)
    there = (pl.col("tot1_t") > 0) & (pl.col("val1_kusd") > 0) & (pl.col("val0_kusd") > 0)
    return (there & out).cast(pl.Int64).alias("uv_outlier")
