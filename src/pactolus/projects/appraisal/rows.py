"""Rows of an appraisal: measure, range, unit, status and what it is a range of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from pactolus.projects.base.ranges import Range

if TYPE_CHECKING:
    import polars as pl
    from numpy.typing import NDArray

    from pactolus.projects.base.candidates import Candidate

    Floats = NDArray[np.float64]

__all__ = ["APPRAISAL_COLUMNS", "DRAWS", "Rows", "Stated", "spread"]

#: Columns of `Appraisal.table`.
APPRAISAL_COLUMNS: Final = ("id", "measure", "low", "mid", "high", "unit", "status", "basis")
#: What most rows are a range of.
DRAWS: Final = "10 %, 50 %, 90 % of draws"
_QUANTILES: Final = (0.1, 0.5, 0.9)


@dataclass(frozen=True, kw_only=True)
class Stated:
    """What the source of a record says of its worth.

    Attributes
    ----------
    npv_musd, irr : float or None
        As printed. [million USD], [1/year]
    basis : str
        Tax, discount rate, prices and year, as the source gives them.
    """

    npv_musd: float | None
    irr: float | None
    basis: str


def spread(values: Floats) -> Any:
    """10 %, 50 % and 90 % of the values that are there; None if there are none."""
    known = values[np.isfinite(values)]
    if not len(known):
        return None
    return Range(*(float(one) for one in np.quantile(known, _QUANTILES)))


class Rows:
    """Rows of one candidate."""

    def __init__(self, candidate: Candidate, money: str) -> None:
        self.candidate, self.money = candidate, money
        self.rows: list[dict[str, Any]] = []

    def add(
        self, measure: str, value: Range | None, unit: str, basis: str, status: str | None = None
    ) -> None:
        ends = {} if value is None else {"low": value.low, "mid": value.mid, "high": value.high}
        said = status or ("ok" if value is not None else "none")
        head = {"id": self.candidate.id, "measure": measure}
        self.rows.append(head | {"unit": unit, "status": said, "basis": basis} | ends)

    def break_even(self, margin: Range | None, price: Range | None) -> None:
        unit = f"{self.money}/t"
        known = self.candidate.opex_usd_per_t is not None
        opex = "record" if known else "share of the price, assumed"
        self.add("margin_to_recover_capital", margin, unit, f"{DRAWS}; before operating cost and royalty")
        self.add("break_even_price", price, unit, f"{DRAWS}; operating cost: {opex}")

    def stated(self, stated: Sequence[Stated]) -> None:
        """What the source says, each with its basis."""
        for one in stated:
            for name, value, unit in (
                ("npv_stated", one.npv_musd, "million USD"),
                ("irr_stated", one.irr, "1/year"),
            ):
                there = None if value is None else Range.of(value)
                self.add(name, there, unit, f"source: {one.basis}", None if there else "not_stated")

    @property
    def frame(self) -> pl.DataFrame:
        import polars as pl

        kinds = {n: pl.Float64 if n in ("low", "mid", "high") else pl.String for n in APPRAISAL_COLUMNS}
        return pl.DataFrame([{n: row.get(n) for n in APPRAISAL_COLUMNS} for row in self.rows], schema=kinds)
