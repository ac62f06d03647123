"""Events found in the trade table by a rule, without a list: large suppliers whose exports fell alone.

The rule is the study's (docs/decisions/0008). A supplier with at least `SHARE` of the world's trade in a code
loses at least `FALL` of its exports within a year, and they end at least `BELOW` under the lower of the two
years before; their value falls too, the world's price does not. The sample is larger than the named events
and dirtier: slumps of a whole commodity and breaks of the data are in it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from pactolus.disruption.backtest.panel import Panel, panel
from pactolus.disruption.backtest.scoring import Scores, scores
from pactolus.disruption.history.events import LEAST_IMPORTER, Event, Named, commodity_of, figures
from pactolus.terms.hs_codes import hs_codes

if TYPE_CHECKING:
    import polars as pl

    from pactolus.catalogue.world import World

__all__ = ["VERDICTS", "Detection", "detect", "detect_in", "detected_events", "detected_scores", "siblings"]

#: Least share of world trade in the base year.
SHARE: Final = 0.10
#: Least fall of exports from the base year to the next.
FALL: Final = 0.30
#: Least fall on the lower of the two years before the base year.
BELOW: Final = 0.15
#: Least fall of the exports' value.
VALUE: Final = 0.10
#: A world price that falls by more than this tells of a lack of demand. [log]
PRICE: Final = -0.1
#: Most of the base year's value whose weight was repaired or is missing.
REPAIRED: Final = 0.30
#: Fewest other importers with at least `LEAST_IMPORTER` of the world's trade.
IMPORTERS: Final = 8
#: Base years.
FIRST, LAST = 2001, 2023
#: Exports that changed by less than this did not change: the years to compare with.
STEADY: Final = 0.10
#: Part of the loss, importer by importer, that came back under a sibling code: the code was switched.
MOVED: Final = 0.5

#: What became of a year of a large supplier, in the order of the tests: the first that fails gives its name.
VERDICTS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "small_fall": "exports fell by less than 30 %, or rose",
        "code_ended": "the code ended before the next year; what is left are leftovers",
        "earlier_years": "not 15 % below the lower of the two years before: a peak that went away",
        "value_held": "value fell by less than 10 %: a matter of weights",
        "price_fell": "the world's price fell by more than 0.1 (log): less was wanted",
        "weights_repaired": "more than 30 % of the value has a repaired or missing weight",
        "few_importers": "fewer than 8 other importers of weight",
        "code_moved": "at least half of the lost value came back to the same importers under a sibling code",
        "event": "an event",
        "steady": "exports changed by less than 10 %, other tests passed: years to compare with",
    }
)


@dataclass(frozen=True, kw_only=True)
class Detection:
    """What the rule found, and what it left out.

    Attributes
    ----------
    events : tuple of Event
        By code, exporter and year; ids read ``CHN-284690-2010``.
    table : polars.DataFrame
        One row a large supplier's year: ``event, hs_code, exporter, base_year, commodity, share, cut,
        value_cut, price_change, repaired_share, importers, moved, verdict``; a figure that a later test would
        have needed is empty.
    panel : Panel
        The sums it was found in.
    """

    events: tuple[Event, ...]
    table: pl.DataFrame
    panel: Panel

    @property
    def counts(self) -> pl.DataFrame:
        """``verdict, cases, what``, in the order of the tests."""
        import polars as pl

        known = dict(self.table.group_by("verdict").len().iter_rows())
        rows = [(name, known.get(name, 0), what) for name, what in VERDICTS.items()]
        return pl.DataFrame(
            rows, schema={"verdict": pl.String, "cases": pl.Int64, "what": pl.String}, orient="row"
        )


def detected_events(world: World, *, repaired: bool = True) -> list[Event]:
    """Events found by the rule, with the figures of a world.

    Parameters
    ----------
    world : World
    repaired : bool
        Take repaired weights where the world has them, else the published ones.

    Returns
    -------
    list of Event
        In the form of the named ones, by code, exporter and base year; outcome is the next year.
    """
    return list(detect(world, repaired=repaired).events)


def detected_scores(world: World) -> Scores:
    """Errors of every model on the events found by the rule, size known."""
    return scores(detected_events(world))


def detect(world: World, *, repaired: bool = True) -> Detection:
    """The same with what was left out and why, for tables and for the dose-response."""
    return detect_in(panel(world, repaired=repaired))


def detect_in(sums: Panel) -> Detection:
    """The same from sums that are at hand."""
    import polars as pl

    table = _judged(sums).sort("hs_code", "exporter", "base_year")
    by_code = {str(code): part for (code,), part in sums.rows.group_by("hs_code", maintain_order=True)}
    found = []
    for name, code, exporter, year in (
        table.filter(pl.col("verdict") == "event").select("event", "hs_code", "exporter", "base_year").rows()
    ):
        event = figures(_named(name, code, exporter, year), by_code[code])
        assert event is not None, name  # it shipped a tenth of the world's trade
        found.append(event)
    return Detection(events=tuple(found), table=table, panel=sums)


def _named(name: str, code: str, exporter: str, year: int) -> Named:
    return Named(
        id=name,
        name=name,
        names=dict.fromkeys(("en", "ko", "ja"), name),
        exporter=exporter,
        codes=(code,),
        base_year=year,
        outcome_year=year + 1,
        instrument="",
        targets=(),
        confidence="",
        measure="",
        note="",
    )


def siblings(codes: Sequence[str]) -> list[tuple[str, str]]:
    """Pairs of codes between which goods may move when a code is redefined, both ways.

    Two codes are siblings if they share the heading (first four digits), or a mineral at the same stage. An
    ore and the metal made of it are not: there, goods move because of the measure.

    Examples
    --------
    >>> siblings(["250410", "250490", "260400"])
    [('250410', '250490'), ('250490', '250410')]
    """
    from itertools import permutations

    return [
        (one, other)
        for one, other in permutations(sorted(codes), 2)
        if one[:4] == other[:4] or _same_goods(one, other)
    ]


def _same_goods(one: str, other: str) -> bool:
    if one not in hs_codes() or other not in hs_codes():
        return False
    first, second = hs_codes()[one], hs_codes()[other]
    return first.stage == second.stage and bool(set(first.minerals) & set(second.minerals))


def _judged(sums: Panel) -> pl.DataFrame:
    """Every year of a large supplier with its figures and the first test that it fails."""
    import polars as pl

    found = _suppliers(sums)
    codes = found["hs_code"].unique().to_list()
    ended = {code: hs_codes()[code].last_year for code in codes if code in hs_codes()}
    ended = {code: year for code, year in ended.items() if year is not None}
    commodities = {code: commodity_of([code]) for code in codes}
    last = pl.col("hs_code").replace_strict(ended, default=None, return_dtype=pl.Int64)
    fell = pl.col("cut") >= FALL
    tests = {
        "small_fall": ~fell & (pl.col("cut").abs() > STEADY),
        "code_ended": pl.col("base_year") >= last,
        "earlier_years": fell & (pl.col("next_t") > (1 - BELOW) * pl.col("lower_t")),
        "value_held": fell & (pl.col("value_cut") < VALUE),
        "price_fell": pl.col("price_change").is_null() | (pl.col("price_change") <= PRICE),
        "weights_repaired": pl.col("repaired_share") > REPAIRED,
        "few_importers": pl.col("importers") < IMPORTERS,
    }
    verdict = pl.when(fell).then(pl.lit("event")).otherwise(pl.lit("steady"))
    for name in reversed(tests):
        verdict = pl.when(tests[name].fill_null(False)).then(pl.lit(name)).otherwise(verdict)
    found = found.with_columns(
        verdict.alias("verdict"),
        pl.col("hs_code").replace_strict(commodities, return_dtype=pl.String).alias("commodity"),
        pl.format("{}-{}-{}", "exporter", "hs_code", "base_year").alias("event"),
    )
    found = found.join(_moved(sums, found), on="event", how="left")
    switched = (pl.col("verdict") == "event") & (pl.col("moved") >= MOVED)
    found = found.with_columns(
        pl.when(switched).then(pl.lit("code_moved")).otherwise("verdict").alias("verdict")
    )
    first = ["event", "hs_code", "exporter", "base_year", "commodity", "share", "cut", "value_cut"]
    return found.select(*first, "price_change", "repaired_share", "importers", "moved", "verdict")


def _suppliers(sums: Panel) -> pl.DataFrame:
    """Suppliers with `SHARE` or more of a code's trade, with the years around it; no flow is no export."""
    import polars as pl

    world = sums.world.with_columns((pl.col("weighed_usd") / pl.col("t")).alias("price"))
    pair, code = ["hs_code", "exporter", "year"], ["hs_code", "year"]
    found = (
        sums.exports.join(world.select(*code, world_t="t", price="price"), on=code)
        .filter(
            pl.col("year").is_between(FIRST, min(LAST, sums.last_year - 1)),
            pl.col("t") >= SHARE * pl.col("world_t"),
            pl.col("t") > 0,
        )
        .join(world.select("hs_code", pl.col("year") - 1, next_price="price"), on=code, how="left")
        .join(_counted(sums), on=pair, how="left")
    )
    for step, name in ((1, "next"), (-1, "before"), (-2, "earlier")):
        year = sums.exports.select(
            "hs_code",
            "exporter",
            pl.col("year") - step,
            pl.col("t").alias(f"{name}_t"),
            pl.col("value_usd").alias(f"{name}_usd"),
        )
        found = found.join(year, on=pair, how="left")
    found = found.with_columns(pl.col("^(next|before|earlier)_(t|usd)$", "importers").fill_null(0))
    return found.with_columns(
        pl.col("year").alias("base_year"),
        (pl.col("t") / pl.col("world_t")).alias("share"),
        (1 - pl.col("next_t") / pl.col("t")).alias("cut"),
        (1 - pl.col("next_usd") / pl.col("value_usd")).alias("value_cut"),
        (pl.col("next_price") / pl.col("price")).log().alias("price_change"),
        (pl.col("doubted_usd") / pl.col("value_usd")).alias("repaired_share"),
        pl.min_horizontal("before_t", "earlier_t").alias("lower_t"),
    )


def _counted(sums: Panel) -> pl.DataFrame:
    """How many importers of weight there are beside the exporter itself."""
    import polars as pl

    code = ["hs_code", "year"]
    of_weight = sums.imports.join(sums.world.select(*code, world_t="t"), on=code).filter(
        pl.col("t") >= LEAST_IMPORTER * pl.col("world_t")
    )
    own = of_weight.select("hs_code", "year", exporter="importer", itself=1)
    return (
        sums.exports.select("hs_code", "exporter", "year")
        .join(of_weight.group_by(code).len("all"), on=code)
        .join(own, on=["hs_code", "exporter", "year"], how="left")
        .select(
            "hs_code",
            "exporter",
            "year",
            (pl.col("all").cast(pl.Int64) - pl.col("itself").fill_null(0)).alias("importers"),
        )
    )


def _moved(sums: Panel, found: pl.DataFrame) -> pl.DataFrame:
    """Part of the value that events lost, which the same importers bought more of under sibling codes."""
    import polars as pl

    key = ["event", "importer"]
    events = found.filter(pl.col("verdict") == "event").select("event", "hs_code", "exporter", "base_year")
    pairs = pl.DataFrame(
        siblings(sums.world["hs_code"].unique().to_list()),
        schema={"hs_code": pl.String, "sibling": pl.String},
        orient="row",
    )
    own = events.with_columns(sibling="hs_code")
    other = events.join(pairs, on="hs_code")

    def gained(codes: pl.DataFrame, name: str) -> pl.DataFrame:
        flows = codes.join(
            sums.rows.select("exporter", "importer", "year", "value_usd", sibling="hs_code"),
            on=["exporter", "sibling"],
        )
        after = pl.col("year") == pl.col("base_year") + 1
        change = pl.when(after).then("value_usd").otherwise(-pl.col("value_usd")).sum().alias(name)
        return (
            flows.filter(after | (pl.col("year") == pl.col("base_year")))
            .group_by(key, maintain_order=True)
            .agg(change)
        )

    both = gained(own, "own").join(gained(other, "other"), on=key, how="left").fill_null(0)
    lost, back = (-pl.col("own")).clip(lower_bound=0), pl.col("other").clip(lower_bound=0)
    return (
        both.with_columns(lost.alias("lost"), pl.min_horizontal(lost, back).alias("back"))
        .group_by("event", maintain_order=True)
        .agg((pl.col("back").sum() / pl.col("lost").sum()).alias("moved"))
    )
