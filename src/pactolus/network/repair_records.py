"""What people say about weights: limits of a commodity where the automatic ones are wrong, and single flows.

Both are tables with a reason and a reference in every row; a row without them is refused.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

import polars as pl

from pactolus.catalogue.columns import FLOW
from pactolus.errors import DataError

__all__ = ["LIMITS", "OVERRIDES", "checked_limits", "checked_overrides", "limits", "overrides"]

#: Columns of the limits by commodity.
LIMITS: Final = {
    "hs_code": pl.String,
    "level_factor": pl.Float64,
    "limit_factor": pl.Float64,
    "reason": pl.String,
    "reference": pl.String,
}
#: Columns of the records on single flows.
OVERRIDES: Final = {
    "id": pl.String,
    "hs_code": pl.String,
    "importer": pl.String,
    "exporter": pl.String,
    "year": pl.Int64,
    "published_kg": pl.Int64,
    "quantity_kg": pl.Int64,
    "low_kg": pl.Int64,
    "high_kg": pl.Int64,
    "reason": pl.String,
    "reference": pl.String,
}
_DATA: Final = Path(__file__).parent / "data"


def limits() -> pl.DataFrame:
    """Limits by commodity, as shipped.

    Returns
    -------
    DataFrame
        `hs_code`; `level_factor`: a unit value further off the level of the code in its year tells nothing
        about its pair; `limit_factor`: a weight is replaced where its unit value is off by more than that
        (at least 2; empty: from the spread of the code); `reason`; `reference`.
    """
    return checked_limits(pl.read_csv(_DATA / "repair_limits.csv", schema=LIMITS), "repair_limits.csv")


def overrides() -> pl.DataFrame:
    """Records on single flows, as shipped.

    Returns
    -------
    DataFrame
        `id`; the flow; `published_kg`: the figure that the record was made for (empty: none was published);
        `quantity_kg`: the weight to compute with, with `low_kg` and `high_kg`; `reason`; `reference`.
    """
    return checked_overrides(
        pl.read_csv(_DATA / "repair_overrides.csv", schema=OVERRIDES), "repair_overrides.csv"
    )


def checked_limits(frame: pl.DataFrame, where: str = "limits") -> pl.DataFrame:
    """The limits, if they keep the rules.

    Raises
    ------
    DataError
        With every fault: a column missing, a code twice, a factor below what it may be, no reason or
        reference.
    """
    frame = _typed(frame, LIMITS, where)
    rules = {
        "hs_code is empty": pl.col("hs_code").is_null(),
        "level_factor must be above 1": pl.col("level_factor").is_not_null() & ~(pl.col("level_factor") > 1),
        "limit_factor must be 2 or more": pl.col("limit_factor").is_not_null()
        & ~(pl.col("limit_factor") >= 2),
        "the code stands twice": pl.col("hs_code").is_duplicated(),
    }
    return _kept(frame, rules, where)


def checked_overrides(frame: pl.DataFrame, where: str = "overrides") -> pl.DataFrame:
    """The records, if they keep the rules.

    Raises
    ------
    DataError
        With every fault: a column missing, an id or flow twice, a weight below 1 kg or outside its range,
        no reason or reference.
    """
    frame = _typed(frame, OVERRIDES, where)
    ordered = (pl.col("low_kg") <= pl.col("quantity_kg")) & (pl.col("quantity_kg") <= pl.col("high_kg"))
    rules = {
        "id is empty": pl.col("id").is_null(),
        "the flow is not whole": pl.any_horizontal(pl.col(FLOW).is_null()),
        "low_kg, quantity_kg and high_kg must be given, 1 or more, and in that order": ~(
            ordered & (pl.col("low_kg") >= 1)
        ).fill_null(value=False),
        "the id stands twice": pl.col("id").is_duplicated(),
        "the flow stands twice": pl.struct(FLOW).is_duplicated(),
    }
    return _kept(frame, rules, where)


def _typed(frame: pl.DataFrame, columns: dict[str, type[pl.DataType]], where: str) -> pl.DataFrame:
    missing = [c for c in columns if c not in frame.columns]
    if missing:
        raise DataError(
            f"{where}: missing columns {', '.join(missing)}; there are {', '.join(frame.columns)}"
        )
    try:
        return frame.select(pl.col(c).cast(kind) for c, kind in columns.items())
    except pl.exceptions.PolarsError as error:
        raise DataError(f"{where}: {str(error).splitlines()[0]}") from error


def _kept(frame: pl.DataFrame, rules: dict[str, pl.Expr], where: str) -> pl.DataFrame:
    rules = rules | {
        f"{column} is empty": pl.col(column).fill_null("").str.strip_chars() == ""
        for column in ("reason", "reference")
    }
    numbered = frame.with_row_index("row", offset=1)
    faults = [
        f"{where}: row {row}: {fault}"
        for fault, broken in rules.items()
        for row in numbered.filter(broken)["row"]
    ]
    if faults:
        raise DataError("\n".join(faults))
    return frame
