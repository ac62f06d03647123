"""What the rounding of published production leaves open: half a unit of the last printed digit."""

from __future__ import annotations

import math
from typing import Final

import polars as pl

from pactolus.errors import DataError
from pactolus.indicators.concentration import shares
from pactolus.indicators.governance import Z90
from pactolus.indicators.supply import Supply, amounts_of

__all__ = ["IN_KILOGRAMS", "hhi_rounding", "printed_step"]

#: Printed in kilograms by World Mining Data; its other tables of mass are printed in tonnes.
IN_KILOGRAMS: Final = ("Gold", "Palladium", "Platinum", "Rhenium", "Rhodium", "Silver")


def printed_step() -> pl.Expr:
    """One unit of the last printed digit of each figure of the table ``production``, in its base unit.

    World Mining Data prints whole tonnes (kilograms for precious metals and rhenium, carats, million cubic
    metres). Other publishers round to a few significant digits, so that the last digit that is not zero
    counts: 150,000 t is good to 10,000 t.

    Returns
    -------
    Expr
        Over the columns source, raw_material, unit, quantity; 0 where the figure is zero or missing.
    """
    unit = pl.col("unit")
    printed = (
        pl.when(unit == "m3")
        .then(1_000_000)
        .when((unit == "kg") & ~pl.col("raw_material").is_in(IN_KILOGRAMS))
        .then(1000)
        .otherwise(1)
    )
    zeros = pl.col("quantity").cast(pl.String).str.extract("(0*)$").str.len_bytes()
    last_digit = pl.lit(10.0).pow(zeros)
    step = pl.when(pl.col("source") == "wmd").then(printed.cast(pl.Float64)).otherwise(last_digit)
    return pl.when(pl.col("quantity") > 0).then(step).otherwise(0.0)


def hhi_rounding(supply_t: Supply, step_t: Supply, *, z: float = Z90) -> float:
    """Half width of the interval of `hhi` that rounding alone leaves.

    Parameters
    ----------
    supply_t : mapping or iterable of float, shape (n_suppliers,)
        Supply of each country, >= 0. [t, or any one unit]
    step_t : mapping or iterable of float, shape (n_suppliers,)
        One unit of the last printed digit of each figure. [same unit]
    z : float
        Half width in standard deviations.

    Returns
    -------
    float
        z x 2/Q x sqrt(sum of (s - HHI)² step² / 12): errors are independent and even over one step. [1]

    Raises
    ------
    DataError
        If a quantity is missing or negative, the total is zero, or a step is missing.

    Examples
    --------
    >>> round(hhi_rounding([300.0, 100.0], [10.0, 10.0]), 6)
    0.009385
    """
    share = shares(supply_t)
    steps = amounts_of(step_t)
    if len(steps) != len(share) or any(s is None or s < 0 for s in steps):
        raise DataError(
            f"hhi_rounding: step_t is {steps}; give one step >= 0 for each of {len(share)} suppliers"
        )
    total = math.fsum(a for a in amounts_of(supply_t) if a is not None)
    index = math.fsum(s * s for s in share)
    spread = math.fsum((s - index) ** 2 * (d or 0.0) ** 2 / 12 for s, d in zip(share, steps, strict=True))
    return z * 2 / total * math.sqrt(spread)
