"""CEPII GeoDist: distances between countries (``dist_cepii.csv``, semicolons, ``.`` is a gap)."""

from __future__ import annotations

from pathlib import Path

import polars as pl

__all__ = ["distances"]


def distances(file: Path) -> pl.DataFrame:
    """Distances in km: ``origin, destination, distance_km, weighted_km``.

    ``distance_km`` lies between the largest cities and is always given; ``weighted_km`` weights cities by
    population and is missing for some territories. Codes are CEPII's. The distance of a country to itself
    is left out.
    """
    raw = pl.read_csv(file, separator=";", infer_schema=False)
    return raw.filter(pl.col("iso_o") != pl.col("iso_d")).select(
        origin="iso_o",
        destination="iso_d",
        distance_km=pl.col("dist").cast(pl.Float64),
        weighted_km=pl.col("distw").replace(".", None).cast(pl.Float64),
    )
