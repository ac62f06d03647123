"""The price of a product: what members pay at the border, or a user's own, with scenarios around it.

    x_t = log real unit value,  x_{t+1} = m + phi (x_t - m) + s e_t        fitted to the years that the
    trade holds scenario: mean of x_t given today, less or plus 1.2816 standard deviations (10 % and 90 %)
    floor: max(p, floor)

A customs unit value is of a code, not of a grade: concentrates of different content share one. The codes
stand in the answer; where they are too broad, give a price.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal

from pactolus.disruption.events import trade_weights
from pactolus.disruption.reach import codes_of
from pactolus.errors import DataError, InputError, NoAnswerError, PactolusError
from pactolus.indicators.price_level import deflator
from pactolus.projects.appraisal.terms import range_of, rows_of
from pactolus.projects.ranges import Range
from pactolus.terms.countries import entity
from pactolus.terms.stages import STAGES

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from pactolus.catalogue.world import World

    Floats = NDArray[np.float64]

__all__ = ["SCENARIOS", "Price", "price_of", "read_prices", "unit_values", "with_floor"]

SCENARIOS: Final = ("low", "mid", "high")
_QUANTILE: Final = 1.2815515655446004
#: Years without which no scatter is fitted.
_LEAST: Final = 8
#: Last years whose mean the price comes back to.
_RECENT: Final = 15
_MOST_PHI: Final = 0.95


@dataclass(frozen=True, kw_only=True)
class Price:
    """The price of a product, in dollars of `year`.

    Attributes
    ----------
    usd_per_t : float
        Today.
    year : int
        Of the money.
    basis : str
        What it is the price of, whose, and from where.
    given : Range or None
        A user's range: the price is flat at one value a draw.
    mean_log, phi, spread : float
        Of the log of the price: where it comes back to, how much of a deviation stays after a year, and the
        standard deviation of a year's surprise. Not used where `given`.
    """

    usd_per_t: float
    year: int
    basis: str
    given: Range | None = None
    mean_log: float = 0.0
    phi: float = 0.0
    spread: float = 0.0

    @property
    def reference_usd_per_t(self) -> float:
        """What the price comes back to; of a given range, its middle. Unknown costs are a share of it."""
        from math import exp

        return self.usd_per_t if self.given is not None else exp(self.mean_log)

    def paths(self, years: int, normal: Floats, level: Floats) -> Floats:
        """Price paths.

        Parameters
        ----------
        years : int
        normal : ndarray, shape (draws, years)
            Standard normal surprises.
        level : ndarray, shape (draws,)
            Quantile of the given range.

        Returns
        -------
        ndarray, shape (draws, years)
            [USD/t]
        """
        import numpy as np

        if self.given is not None:
            return np.repeat(self.given.at(level)[:, None], years, axis=1)
        found = np.empty((len(normal), years))
        away = np.full(len(normal), np.log(self.usd_per_t) - self.mean_log)
        for year in range(years):
            found[:, year] = self.mean_log + away
            away = self.phi * away + self.spread * normal[:, year]
        path: Floats = np.exp(found)
        return path

    def scenario(self, name: Literal["low", "mid", "high"], years: int) -> Floats:
        """One path: the middle, or the 10 % or 90 % of each year, shape (years,). [USD/t]"""
        import numpy as np

        if self.given is not None:
            return np.full(years, getattr(self.given, name))
        z = {"low": -_QUANTILE, "mid": 0.0, "high": _QUANTILE}[name]
        ahead = np.arange(years, dtype=np.float64)
        stays = self.phi**ahead
        variance = self.spread**2 * (1 - stays**2) / (1 - self.phi**2)
        away = np.log(self.usd_per_t) - self.mean_log
        path: Floats = np.exp(self.mean_log + stays * away + z * np.sqrt(variance))
        return path


def with_floor(path: Floats, floor_usd_per_t: float | None) -> Floats:
    """The price that a producer with a floor receives."""
    import numpy as np

    if floor_usd_per_t is None:
        return path
    found: Floats = np.maximum(path, floor_usd_per_t)
    return found


def unit_values(
    world: World, mineral: str, stage: str, members: Sequence[str]
) -> tuple[dict[int, float], tuple[str, ...]]:
    """Value over weight of what members import from others, by year, and the codes.

    Parameters
    ----------
    world : World
    mineral, stage : str
    members : sequence of str
        Countries or coalitions; empty for all importers.

    Returns
    -------
    dict of int to float, tuple of str
        Dollars of each year per tonne; years without weights are missing.
    """
    import polars as pl

    last = int(world.scan("trade").select(pl.col("year").max()).collect().item())
    codes = codes_of((mineral, stage), (), last)
    inside = [c for one in members for c in entity(one).members]
    rows = trade_weights(world, repaired=True).filter(
        pl.col("hs_code").is_in(codes), pl.col("t").is_not_null(), pl.col("exporter") != "PRK"
    )
    if inside:
        rows = rows.filter(pl.col("importer").is_in(inside), ~pl.col("exporter").is_in(inside))
    sums = (
        rows.group_by("year")
        .agg(pl.col("t").sum().round(6), pl.col("value_usd").sum())
        .sort("year")
        .collect()
    )
    found = {year: value / t for year, t, value in sums.iter_rows() if t > 0 and value > 0}
    return found, tuple(codes)


def price_of(world: World, mineral: str, stage: str, members: Sequence[str]) -> Price:
    """The price at the border of the members, with its scatter from the years of the trade.

    Raises
    ------
    NoAnswerError
        If nobody imports it under a code of its own.
    """
    found, codes = unit_values(world, mineral, stage, members)
    whose = "+".join(members)
    if len(found) < _LEAST:
        found, codes = unit_values(world, mineral, stage, ())
        whose = "all importers"
    if not found:
        raise NoAnswerError(
            f"{mineral} ({stage}): no_trade_data: no code of its own in this world; give its price"
        )
    year = max(found)
    real = {one: value * deflator(year) / deflator(one) for one, value in found.items()}
    mean, phi, spread = _fitted(real)
    return Price(
        usd_per_t=real[year],
        year=year,
        basis=f"customs unit value, imports of {whose}, HS {', '.join(codes)}, {year}",
        mean_log=mean,
        phi=phi,
        spread=spread,
    )


def _fitted(real: Mapping[int, float]) -> tuple[float, float, float]:
    """Mean of the log, persistence and spread of a year's surprise, by least squares over year pairs."""
    import numpy as np

    years = sorted(real)
    logs = {year: float(np.log(real[year])) for year in years}
    mean = float(np.mean([logs[year] for year in years[-_RECENT:]]))
    pairs = [(logs[a] - mean, logs[a + 1] - mean) for a in years if a + 1 in logs]
    if len(years) < _LEAST or not pairs:
        raise NoAnswerError(
            f"price: {len(years)} years of unit values; {_LEAST} are needed for a scatter; give a price"
        )
    before, after = np.array(pairs).T
    phi = float(np.clip((before * after).sum() / max((before**2).sum(), 1e-12), 0.0, _MOST_PHI))
    return mean, phi, float(np.std(after - phi * before, ddof=1))


def read_prices(path: Path) -> dict[tuple[str, str], Price]:
    """A user's prices: CSV ``mineral, stage, low, mid, high, year, source``, in dollars of that year per
    tonne.

    `mineral` may be the id of a project, with an empty `stage`, for that project alone.

    Raises
    ------
    InputError
        All faults at once.
    """
    from pactolus.terms.minerals import mineral

    found: dict[tuple[str, str], Price] = {}
    faults: list[str] = []
    for line, row in rows_of(path, ("mineral", "stage", "low", "mid", "high", "year", "source")):
        try:
            key = (mineral(row["mineral"]).id, row["stage"]) if row["stage"] else (row["mineral"], "")
            if row["stage"] and row["stage"] not in STAGES:
                raise DataError(f"stage {row['stage']!r} is none of {', '.join(STAGES)}")
            if key in found:
                raise DataError(f"{' '.join(key)} stands twice; keep one line")
            value, year = range_of(row), int(row["year"])
            if not value.low > 0:
                raise DataError(f"price {value.low:g}; give USD per tonne, above 0")
            if not row["source"]:
                raise DataError("no source; say where the price is from, or that it is yours")
            found[key] = Price(
                usd_per_t=value.mid, year=year, basis=f"{row['source']} ({path.name})", given=value
            )
        except (PactolusError, ValueError) as error:
            faults.append(f"{path.name}: line {line}: {error}")
    if faults:
        raise InputError.gathered(faults)
    return found
