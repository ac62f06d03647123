"""The trade a repair is given: checked, cut into batches of codes, and turned into arrays."""

from __future__ import annotations

import math
from typing import Final, cast

import numpy as np
import polars as pl

from pactolus.catalogue.columns import FLOW
from pactolus.errors import DataError
from pactolus.network.repair_fit import Flows

__all__ = ["as_arrays", "batches", "categories", "checked", "ordered"]

#: Rows that are repaired together, more where a single code has more.
_BATCH_ROWS: Final = 200_000
_TRADE: Final = {
    "hs_code": pl.String,
    "importer": pl.String,
    "exporter": pl.String,
    "year": pl.Int64,
    "quantity_kg": pl.Int64,
    "value_usd": pl.Int64,
}


def checked(trade: pl.DataFrame) -> pl.DataFrame:
    """The columns that a repair needs, if they keep the rules of trade.

    Raises
    ------
    DataError
        With every fault: a column missing, a gap other than in the weight, a weight below 1 kg, a negative
        value, a flow twice.
    """
    missing = [c for c in _TRADE if c not in trade.columns]
    if missing:
        raise DataError(f"repair: trade lacks {', '.join(missing)}; it has {', '.join(trade.columns)}")
    try:
        trade = trade.select(pl.col(c).cast(kind) for c, kind in _TRADE.items())
    except pl.exceptions.PolarsError as error:
        raise DataError(f"repair: trade: {str(error).splitlines()[0]}") from error
    rules = {f"{c} is empty": pl.col(c).is_null() for c in _TRADE if c != "quantity_kg"}
    rules |= {
        "quantity_kg is below 1 (a weight that was not reported is empty, not zero)": pl.col("quantity_kg")
        < 1,
        "value_usd is negative": pl.col("value_usd") < 0,
    }
    faults = []
    for fault, broken in rules.items():
        rows = trade.filter(broken)
        if rows.height:
            faults.append(
                f"repair: trade: {fault} in {rows.height} rows, the first is {rows.select(FLOW).row(0)}"
            )
    twice = trade.height - trade.select(pl.struct(FLOW).n_unique()).item()
    if twice:
        first = trade.filter(pl.struct(FLOW).is_duplicated()).sort(FLOW).select(FLOW).row(0)
        faults.append(f"repair: trade: {twice} rows repeat a flow, the first is {first}; add them up first")
    if faults:
        raise DataError("\n".join(faults))
    return trade


def batches(trade: pl.DataFrame) -> list[list[str]]:
    """Codes that are repaired together, so that memory does not grow with the table; codes do not meet."""
    found: list[list[str]] = []
    room = 0
    for code, rows in trade.group_by("hs_code").len().sort("hs_code").iter_rows():
        if rows > room:
            found.append([])
            room = max(_BATCH_ROWS, rows)
        found[-1].append(code)
        room -= rows
    return found


def ordered(trade: pl.DataFrame) -> pl.DataFrame:
    """Rows by year, code, exporter, importer, names as ordered categories."""
    codes = pl.Enum(trade["hs_code"].unique().sort())
    countries = pl.Enum(pl.concat([trade["importer"], trade["exporter"]]).unique().sort())
    return trade.with_columns(
        pl.col("hs_code").cast(codes), pl.col("importer", "exporter").cast(countries)
    ).sort("year", "hs_code", "exporter", "importer")


def categories(names: pl.Series) -> pl.Series:
    """All names of an ordered column, in order."""
    return cast("pl.Enum", names.dtype).categories


def as_arrays(flows: pl.DataFrame) -> Flows:
    """Ordered rows as arrays."""
    countries = len(categories(flows["exporter"])) or 1
    code = flows["hs_code"].to_physical().cast(pl.Int64).to_numpy()
    by_exporter = code * countries + flows["exporter"].to_physical().cast(pl.Int64).to_numpy()
    by_pair = by_exporter * countries + flows["importer"].to_physical().cast(pl.Int64).to_numpy()
    exporters, exporter = np.unique(by_exporter, return_inverse=True)
    pairs, pair = np.unique(by_pair, return_inverse=True)
    dollars = flows["value_usd"].cast(pl.Float64).to_numpy()
    world = (
        flows.select(pl.col("value_usd").sum().over("hs_code", "year"))
        .cast(pl.Float64)
        .to_series()
        .to_numpy()
    )
    kilograms = flows["quantity_kg"].cast(pl.Float64).fill_null(math.nan).to_numpy()
    return Flows(
        year=flows["year"].to_numpy(),
        code=code,
        exporter=exporter.astype(np.int64),
        pair=pair.astype(np.int64),
        exporter_of_pair=np.searchsorted(exporters, pairs // countries).astype(np.int64),
        code_of_exporter=exporters // countries,
        value=np.log(np.where(dollars > 0, dollars, math.nan)),
        weight=np.log(kilograms),
        share=dollars / np.maximum(world, 1),
        codes=len(categories(flows["hs_code"])),
    )
