"""What moved since last year, and over five years."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

import polars as pl

from pactolus.errors import OptionError
from pactolus.indicators.flows import basket_codes, concentration_table, imports_by_supplier
from pactolus.terms.countries import entity
from pactolus.terms.minerals import resolve_minerals

__all__ = ["import_changes", "import_series"]

_CELL = ("mineral", "stage", "importer")


def import_series(
    trade: pl.DataFrame | pl.LazyFrame,
    members: Sequence[str],
    years: Iterable[int],
    *,
    minerals: str | Iterable[str] = "all",
    on: date | None = None,
) -> pl.DataFrame:
    """Imports and their concentration, year by year.

    Parameters
    ----------
    trade : frame[hs_code, importer, exporter, year, quantity_kg, value_usd]
    members : sequence of str
        Countries or coalitions (imports from outside).
    years : iterable of int
    minerals : str or iterable of str
    on : date, optional
        Day for which the members of a dated coalition are taken; the last recorded ones if omitted.

    Returns
    -------
    DataFrame
        Columns mineral, stage, importer, year, value_usd, quantity_kg, unweighed_usd, suppliers, first,
        first_share, hhi. Years without a recorded flow have no row. `quantity_kg` sums what was weighed,
        `unweighed_usd` is the value of the rest; shares are shares of value. Sorted by the first four
        columns. [USD, kg, 1]
    """
    wanted = resolve_minerals(minerals if isinstance(minerals, str) else list(minerals))
    group = {e.id: e.members for e in (entity(m, on=on) for m in members)}
    flows = imports_by_supplier(trade, basket_codes(wanted), group, sorted(set(years)))
    flows = flows.filter(~pl.col("inside"))
    by = (*_CELL, "year")
    weights = flows.group_by(*by, maintain_order=True).agg(pl.col("quantity_kg", "unweighed_usd").sum())
    found = concentration_table(flows, by, "exporter", "value_usd").rename({"total": "value_usd"})
    joined = found.join(weights, on=by, how="left", maintain_order="left")
    return joined.select(
        *by, "value_usd", "quantity_kg", "unweighed_usd", "suppliers", "first", "first_share", "hhi"
    )


def import_changes(
    trade: pl.DataFrame | pl.LazyFrame,
    members: Sequence[str],
    year: int,
    *,
    back: Sequence[int] = (1, 5),
    minerals: str | Iterable[str] = "all",
    on: date | None = None,
) -> pl.DataFrame:
    """Change of imports against earlier years.

    Parameters
    ----------
    trade, members, minerals, on
        As for `import_series`.
    year : int
        The year looked at.
    back : sequence of int
        How many years before, e.g. ``(1, 5)``.

    Returns
    -------
    DataFrame
        Columns mineral, stage, importer, year, back, year_before, status, value_usd, value_usd_before,
        value_change, first, first_before, first_share, first_share_before, first_share_change, hhi,
        hhi_before, hhi_change. One row a place, importer and step back for which at least one of the two
        years has imports. `value_change` is relative (0.1 = +10 %), the others are differences. Status
        ``no_trade_data`` and empty changes where one of the two years has no recorded flow.
        `first_share_change` compares the largest supplier of each year, whoever it is. [USD, 1]

    Raises
    ------
    OptionError
        If a step back is below 1.
    """
    if any(b < 1 for b in back):
        raise OptionError(f"import_changes: back is {list(back)}; every step goes at least one year back")
    series = import_series(trade, members, [year, *(year - b for b in back)], minerals=minerals, on=on)
    kept = ("value_usd", "first", "first_share", "hhi")
    now = series.filter(pl.col("year") == year).select(*_CELL, *kept)
    parts = []
    for step in sorted(set(back)):
        before = series.filter(pl.col("year") == year - step).select(
            *_CELL, *(pl.col(c).alias(f"{c}_before") for c in kept)
        )
        joined = now.join(before, on=_CELL, how="full", coalesce=True)
        parts.append(
            joined.with_columns(back=pl.lit(step, pl.Int64), year_before=pl.lit(year - step, pl.Int64))
        )
    both = pl.col("value_usd").is_not_null() & pl.col("value_usd_before").is_not_null()
    return (
        pl.concat(parts)
        .with_columns(
            year=pl.lit(year, pl.Int64),
            status=pl.when(both).then(pl.lit("ok")).otherwise(pl.lit("no_trade_data")),
            value_change=pl.col("value_usd") / pl.col("value_usd_before") - 1,
            first_share_change=pl.col("first_share") - pl.col("first_share_before"),
            hhi_change=pl.col("hhi") - pl.col("hhi_before"),
        )
        .select(
            *_CELL,
            "year",
            "back",
            "year_before",
            "status",
            "value_usd",
            "value_usd_before",
            "value_change",
            "first",
            "first_before",
            "first_share",
            "first_share_before",
            "first_share_change",
            "hhi",
            "hhi_before",
            "hhi_change",
        )
        .sort(*_CELL, "back")
    )
