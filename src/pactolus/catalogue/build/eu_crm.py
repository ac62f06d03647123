"""Study on the critical raw materials for the EU 2023: tables of its annexes, as transcribed in CSV (cp1252).

Shares are printed in per cent, ``<0.1%`` below a bound, ``>0%`` above it, ``-`` for not assessed; stage E is
extraction and P processing. Names differ from table to table (``Barytes``, ``Baryte``) and are kept.
"""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Final

import polars as pl

from pactolus.errors import DataError

__all__ = ["criticality", "end_uses", "supply_shares"]

_STAGES: Final = {"E": "extraction", "P": "processing"}
_SHARE: Final = r"^[<>]?\s*\d+(?:\.\d+)?\s*%?$"


def _read(file: Path, columns: tuple[str, ...]) -> pl.DataFrame:
    raw = pl.read_csv(file.read_bytes().decode("cp1252").encode(), infer_schema=False)
    missing = [c for c in columns if c not in raw.columns]
    if missing:
        raise DataError(f"{file}: column {', '.join(missing)} is missing; found {', '.join(raw.columns)}")
    return raw.select(pl.col(c).str.replace_all(r"\s+", " ").str.strip_chars() for c in columns)


def _shares(texts: pl.Series) -> pl.Series:
    """Per cent in text as a fraction, exact in decimals; ``<`` gives the bound, ``>`` no number.

    A lone ``6`` is six per cent, as its neighbours are.
    """
    numbers = [None if t.startswith(">") else float(Decimal(t.strip("<% ")) / 100) for t in texts]
    return pl.Series("share", numbers, dtype=pl.Float64)


def criticality(file: Path) -> pl.DataFrame:
    """Supply risk and economic importance: ``material, year, supply_risk, economic_importance``."""
    raw = _read(file, ("Material", "Year", "SR", "EI"))
    return raw.select(
        material="Material",
        year=pl.col("Year").cast(pl.Int64),
        supply_risk=pl.col("SR").replace("-", None).cast(pl.Float64),
        economic_importance=pl.col("EI").replace("-", None).cast(pl.Float64),
    )


def supply_shares(file: Path, scope: str) -> pl.DataFrame:
    """``material, stage, scope, country_name, share, below``; `scope` is ``global`` or ``EU``."""
    raw = _read(file, ("Material", "Stage", "Country", "Share"))
    odd = raw.filter(~pl.col("Share").str.contains(_SHARE) | ~pl.col("Stage").is_in(list(_STAGES)))
    if odd.height:
        raise DataError(f"{file}: cannot read the share or stage of {odd.head(5).rows()}")
    return raw.select(
        material="Material",
        stage=pl.col("Stage").replace_strict(_STAGES),
        scope=pl.lit(scope),
        country_name="Country",
        share=_shares(raw["Share"]),
        below=pl.col("Share").str.starts_with("<"),
    )


def end_uses(file: Path) -> pl.DataFrame:
    """End uses: ``row, material, application_text, share, nace2``; ``row`` counts records from the header."""
    raw = _read(file, ("Material", "Application", "Share", "NACE sector")).with_row_index("row", offset=2)
    odd = raw.filter(~pl.col("Share").fill_null("").str.contains(_SHARE))
    if odd.height:
        raise DataError(f"{file}: cannot read the share of {odd.head(5).rows()}")
    return raw.select(
        row=pl.col("row").cast(pl.Int64),
        material="Material",
        application_text="Application",
        share=_shares(raw["Share"]),
        nace2=pl.col("NACE sector").str.extract(r"^([A-Z]\d{2})", 1),
    )
