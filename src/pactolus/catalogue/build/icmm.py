"""ICMM Global Mining Dataset: sheet ``External`` of the workbook."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import polars as pl

from pactolus.catalogue.build.workbook import sheet
from pactolus.errors import DataError

__all__ = ["facilities"]

_NAMES: Final = {
    "ICMMID": "facility",
    "Mine Name": "name",
    "Asset Type": "kind",
    "Country": "country_name",
    "Latitude": "latitude",
    "Longitude": "longitude",
    "Confidence Factor": "confidence",
    "Primary Commodity": "primary",
    "Secondary Commodity": "secondary",
    "Other Commodities": "other",
}
_COAL: Final = ("coal", "thermal coal", "metallurgical coal")


def facilities(file: Path) -> pl.DataFrame:
    """Facilities whose first commodity is not coal.

    Returns
    -------
    polars.DataFrame
        ``facility, name, kind, country_name, latitude, longitude, commodities, confidence``;
        ``commodities`` and ``kind`` are lists with semicolons, blanks removed. A typographic minus sign
        in a coordinate is read as a minus.
    """
    raw = sheet(file, "External")
    raw = raw.rename({c: c.strip() for c in raw.columns})
    missing = [c for c in _NAMES if c not in raw.columns]
    if missing:
        raise DataError(
            f"{file}: sheet 'External': {', '.join(missing)} is missing; found {', '.join(raw.columns)}"
        )
    rows = raw.select(pl.col(old).str.strip_chars().alias(new) for old, new in _NAMES.items())
    return rows.filter(~pl.col("primary").is_in(_COAL)).select(
        "facility",
        "name",
        _list(pl.col("kind").str.to_lowercase()).alias("kind"),
        "country_name",
        pl.col("latitude", "longitude").str.replace("−", "-").cast(pl.Float64),
        _list(pl.concat_str("primary", "secondary", "other", separator=";", ignore_nulls=True)).alias(
            "commodities"
        ),
        "confidence",
    )


def _list(column: pl.Expr) -> pl.Expr:
    return column.str.replace_all(r"\s*;\s*", "; ").str.strip_chars(" ;")
