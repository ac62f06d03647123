"""What another world changes in the findings: values, statuses, first suppliers, ranks, not only rows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import polars as pl

from pactolus.catalogue.compare import Difference, compare
from pactolus.catalogue.world import World
from pactolus.errors import OptionError
from pactolus.indicators.assess import assess
from pactolus.runs.progress import Progress, silent

__all__ = ["KINDS", "Differences", "diff_worlds"]

#: Kinds of changed findings, in the order in which they are listed.
KINDS: Final = ("lost", "gained", "status", "first_supplier", "value", "rank")
_KEY: Final = ("method", "mineral", "stage", "importer", "year", "source", "raw_material")
_PLACE: Final = ("method", "mineral", "stage", "importer", "year")
#: Relative change of a value below which nothing is said.
LEAST_CHANGE: Final = 0.01
#: Change of a rank below which nothing is said.
LEAST_RANKS: Final = 3


@dataclass(frozen=True, kw_only=True)
class Differences:
    """How the findings of one world differ from those of another.

    ``findings`` has one row a changed finding: kind, method, mineral, stage, importer, year, before, after,
    change, beyond, note; ``tables`` the rows added, removed and changed of every table; ``origins`` the
    editions that differ.
    """

    before: str
    after: str
    findings: pl.DataFrame
    tables: tuple[Difference, ...]
    origins: pl.DataFrame
    compared: int
    """How many findings both worlds were asked for."""

    @property
    def table(self) -> pl.DataFrame:
        """The changed findings."""
        return self.findings


def diff_worlds(
    before: World,
    after: World,
    *,
    importers: str | Iterable[str],
    minerals: str | Iterable[str] = "critical",
    years: str | int | Iterable[int] | None = None,
    methods: str | Iterable[str] = ("geopolrisk", "hhi", "top1", "n-minus-1"),
    least_change: float = LEAST_CHANGE,
    progress: Progress = silent,
) -> Differences:
    """Ask two worlds the same questions and list the answers that differ.

    Parameters
    ----------
    before, after : World
    importers, minerals, years, methods
        As for `pactolus.indicators.assess.assess`; years that both worlds have if omitted.
    least_change : float
        Relative change below which a value counts as the same. [1]
    progress : Progress

    Returns
    -------
    Differences
        Sorted by kind (see `KINDS`), then by the size of the change. `beyond` is true where the new value
        lies outside the interval of the old one, empty where there was no interval.

    Raises
    ------
    OptionError
        If the worlds share no year of trade.
    """
    span = _common_years(before, after) if years is None else years
    asked = {"importers": importers, "minerals": minerals, "years": span, "methods": methods}
    progress("the first world", 0, 4)
    old = assess(before, **asked, detail=True)  # type: ignore[arg-type]
    progress("the second world", 1, 4)
    new = assess(after, **asked, detail=True)  # type: ignore[arg-type]
    progress("tables", 2, 4)
    shared = [t for t in before.tables if t in after.tables]
    changed = {t for t in shared if _logical(before, t) != _logical(after, t)}
    differing = [t for t in (*before.tables, *after.tables) if t not in shared or t in changed]
    tables = compare(
        {t: before.table(t) for t in differing if t in before.tables},
        {t: after.table(t) for t in differing if t in after.tables},
    )
    progress("findings", 3, 4)
    joined = _joined(old, new)
    rows = pl.concat([_changes(joined, least_change), _ranks(joined)])
    order = pl.col("kind").replace_strict(list(KINDS), list(range(len(KINDS))), return_dtype=pl.Int64)
    findings = rows.sort(order, -pl.col("change").abs().fill_null(float("inf")), *_PLACE)
    progress("done", 4, 4)
    return Differences(
        before=before.vintage,
        after=after.vintage,
        findings=findings,
        tables=tuple(tables),
        origins=_origins(before, after),
        compared=joined.height,
    )


def _common_years(before: World, after: World) -> list[int]:
    years = [
        set(w.scan("trade").select("year").unique().collect()["year"].to_list()) for w in (before, after)
    ]
    common = sorted(years[0] & years[1])
    if not common:
        raise OptionError("the worlds share no year of trade; name years with --years")
    return common[-5:]


def _logical(world: World, table: str) -> str:
    return str(world.resource(table)["logical_sha256"])


def _joined(old: pl.DataFrame, new: pl.DataFrame) -> pl.DataFrame:
    kept = ("value", "low", "high", "status", "grade", "first")
    now = new.select(*_KEY, *(pl.col(c).alias(f"{c}_after") for c in kept))
    both = old.select(*_KEY, *kept).join(now, on=_KEY, how="full", coalesce=True, nulls_equal=True)
    return both.with_columns(
        pl.col("status").fill_null("no_production_data"),
        pl.col("status_after").fill_null("no_production_data"),
    )


def _changes(joined: pl.DataFrame, least: float) -> pl.DataFrame:
    had, has = pl.col("status") == "ok", pl.col("status_after") == "ok"
    base = pl.max_horizontal(pl.col("value").abs(), pl.col("value_after").abs())
    relative = (pl.col("value_after") - pl.col("value")).abs() / base
    moved = had & has & (base > 0) & (relative > least)
    other = had & has & (pl.col("first") != pl.col("first_after"))
    outside = (pl.col("value_after") < pl.col("low")) | (pl.col("value_after") > pl.col("high"))
    status = joined.with_columns(
        kind=pl.when(had & ~has)
        .then(pl.lit("lost"))
        .when(~had & has)
        .then(pl.lit("gained"))
        .when(pl.col("status") != pl.col("status_after"))
        .then(pl.lit("status"))
        .when(moved)
        .then(pl.lit("value")),
        beyond=outside,
    )
    rows = status.filter(pl.col("kind").is_not_null()).select(
        "kind",
        *_PLACE,
        _text("value", "status").alias("before"),
        _text("value_after", "status_after").alias("after"),
        pl.when(pl.col("kind") == "value").then(pl.col("value_after") - pl.col("value")).alias("change"),
        pl.when(pl.col("kind") == "value").then(pl.col("beyond")).alias("beyond"),
    )
    first = joined.filter(other, pl.col("method").is_in(["hhi", "top1"])).unique(
        ["mineral", "stage", "importer", "year", "source"], keep="first", maintain_order=True
    )
    suppliers = first.select(
        pl.lit("first_supplier").alias("kind"),
        *_PLACE,
        pl.col("first").alias("before"),
        pl.col("first_after").alias("after"),
        pl.lit(None, pl.Float64).alias("change"),
        pl.lit(None, pl.Boolean).alias("beyond"),
    )
    return pl.concat([rows, suppliers])


def _text(value: str, status: str) -> pl.Expr:
    return pl.when(pl.col(status) == "ok").then(pl.col(value).cast(pl.String)).otherwise(pl.col(status))


def _ranks(joined: pl.DataFrame) -> pl.DataFrame:
    """Minerals whose rank among those with a value in both worlds moved by `LEAST_RANKS` or more."""
    both = joined.filter(
        (pl.col("status") == "ok") & (pl.col("status_after") == "ok") & (pl.col("importer") != "WLD")
    )
    group = ("method", "importer", "year")
    ranked = both.sort(*_KEY).with_columns(
        old=pl.col("value").rank("min", descending=True).over(group).cast(pl.Int64),
        new=pl.col("value_after").rank("min", descending=True).over(group).cast(pl.Int64),
    )
    moved = ranked.filter((pl.col("old") - pl.col("new")).abs() >= LEAST_RANKS)
    return moved.select(
        pl.lit("rank").alias("kind"),
        *_PLACE,
        pl.col("old").cast(pl.String).alias("before"),
        pl.col("new").cast(pl.String).alias("after"),
        (pl.col("new") - pl.col("old")).cast(pl.Float64).alias("change"),
        pl.lit(None, pl.Boolean).alias("beyond"),
    )


def _origins(before: World, after: World) -> pl.DataFrame:
    """Editions of each table that differ: table, before, after."""
    rows = []
    for table in dict.fromkeys((*before.tables, *after.tables)):
        old, new = (_editions(w, table) for w in (before, after))
        if old != new:
            rows.append((table, "; ".join(old) or None, "; ".join(new) or None))
    schema = dict.fromkeys(("table", "before", "after"), pl.String)
    return pl.DataFrame(rows, schema=schema, orient="row")


def _editions(world: World, table: str) -> Sequence[str]:
    if table not in world.tables:
        return []
    found = [world.origins[o] for o in world.origins_of(table)]
    return [f"{o.producer}, {o.edition} ({o.sha256[:8]})" for o in found]
