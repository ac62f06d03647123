"""The price of a product: what members pay at the border, or a user's own, with scenarios around it.

    x_t = log real unit value,  x_{t+1} = m + phi (x_t - m) + s e_t        fitted to the years that the
    trade holds scenario: mean of x_t given today, less or plus 1.2816 standard deviations (10 % and 90 %)
    floor: max(p, floor)

A customs unit value is of a code, not of a grade: concentrates of different content share one. The codes
stand in the answer; where they are too broad, give a price.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from math import exp, fsum, log
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal

from pactolus.disruption.history.events import trade_weights
from pactolus.disruption.scenarios.reach import codes_of
from pactolus.errors import DataError, InputError, NoAnswerError, PactolusError
from pactolus.indicators.price_level import deflator
from pactolus.projects.appraisal.terms import range_of, rows_of
from pactolus.projects.base.ranges import Range
from pactolus.terms.countries import entity
from pactolus.terms.stages import STAGES

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from pactolus.catalogue.world import World
    from pactolus.projects.base.candidates import Candidate

    Floats = NDArray[np.float64]

__all__ = [
    "PAYABLE",
    "SCENARIOS",
    "Price",
    "price_for",
    "price_of",
    "price_of_product",
    "read_prices",
    "unit_values",
    "with_floor",
]

SCENARIOS: Final = ("low", "mid", "high")
_QUANTILE: Final = 1.2815515655446004
#: Years without which no scatter is fitted.
_LEAST: Final = 8
#: Last years whose mean the price comes back to.
_RECENT: Final = 15
_MOST_PHI: Final = 0.95
#: First year of quoted prices that counts, as in the trade.
_FIRST_YEAR: Final = 1995
#: Unit value over the worth of the metal between which a code fits a product.
_FIT: Final = (0.4, 1.7)
#: Part of the metal's worth that is paid for a concentrate or an intermediate; assumed.
PAYABLE: Final = Range(0.65, 0.80, 0.95)


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
    level : Range
        Factor that is not known and stays for the whole life, such as the part of a metal that is paid.
    """

    usd_per_t: float
    year: int
    basis: str
    given: Range | None = None
    mean_log: float = 0.0
    phi: float = 0.0
    spread: float = 0.0
    level: Range = field(default=Range(1.0, 1.0, 1.0))

    @property
    def reference_usd_per_t(self) -> float:
        """What the price comes back to; of a given range, its middle. Unknown costs are a share of it."""
        return self.usd_per_t if self.given is not None else exp(self.mean_log)

    def paths(self, years: int, normal: Floats, level: Floats) -> Floats:
        """Price paths.

        Parameters
        ----------
        years : int
        normal : ndarray, shape (draws, years)
            Standard normal surprises.
        level : ndarray, shape (draws,)
            Quantile of the given range, or of `level`.

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
        path: Floats = np.exp(found) * self.level.at(level)[:, None]
        return path

    def scenario(self, name: Literal["low", "mid", "high"], years: int) -> Floats:
        """One path: the middle, or the 10 % or 90 % of each year at that end of the level, shape (years,)."""
        import numpy as np

        if self.given is not None:
            return np.full(years, getattr(self.given, name))
        z = {"low": -_QUANTILE, "mid": 0.0, "high": _QUANTILE}[name]
        ahead = np.arange(years, dtype=np.float64)
        stays = self.phi**ahead
        variance = self.spread**2 * (1 - stays**2) / (1 - self.phi**2)
        away = np.log(self.usd_per_t) - self.mean_log
        level = getattr(self.level, name)
        path: Floats = level * np.exp(self.mean_log + stays * away + z * np.sqrt(variance))
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
    found, codes = _unit_values(world, mineral, stage, tuple(members))
    return dict(found), codes


@lru_cache(maxsize=512)
def _unit_values(
    world: World, mineral: str, stage: str, members: tuple[str, ...]
) -> tuple[dict[int, float], tuple[str, ...]]:
    import polars as pl

    codes = codes_of((mineral, stage), (), _last_year(world))
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


@lru_cache(maxsize=8)
def _last_year(world: World) -> int:
    import polars as pl

    return int(world.scan("trade").select(pl.col("year").max()).collect().item())


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


def price_for(
    world: World, own: Mapping[tuple[str, str], Price], candidate: Candidate, members: Sequence[str]
) -> Price:
    """The user's price of the project, else of its mineral and stage, else that of the world.

    Raises
    ------
    NoAnswerError
        If there is none of them.
    """
    for key in ((candidate.id, ""), (candidate.mineral, candidate.stage)):
        if key in own:
            return own[key]
    return price_of_product(world, candidate, members)


def price_of_product(world: World, candidate: Candidate, members: Sequence[str]) -> Price:
    """The price of a candidate's product: at the border, checked against the metal in it.

    Where the metal is quoted and the record says how much of it the product holds, the unit value of the
    code must lie between 40 % and 170 % of the metal's worth. If it does not, or there is no code, the
    product is of another grade than the code, and its price is the metal's worth times what is paid of it
    (`PAYABLE`).

    Raises
    ------
    NoAnswerError
        If there is neither.
    """
    try:
        border: Price | None = price_of(world, candidate.mineral, candidate.stage, members)
    except NoAnswerError:
        border = None
    held = (candidate.contained_t or 0.0) / candidate.capacity_t
    metal = _metal_price(world, candidate.mineral) if 0 < held <= 1 else None
    if metal is None:
        return border or price_of(world, candidate.mineral, candidate.stage, members)
    worth = held * metal.usd_per_t
    if border is not None and _FIT[0] * worth <= border.usd_per_t <= _FIT[1] * worth:
        return border
    other = "no code of its own"
    if border is not None:
        other = f"{border.basis}: {border.usd_per_t:,.0f} USD/t does not fit this grade"
    paid = PAYABLE if candidate.stage in ("ore", "intermediate", "mixed") else Range.of(1.0)
    part = held * paid.mid
    return replace(
        metal,
        usd_per_t=part * metal.usd_per_t,
        mean_log=metal.mean_log + log(part),
        level=Range(paid.low / paid.mid, 1.0, paid.high / paid.mid),
        basis=f"{metal.basis}, {held:.3g} of the product, {paid.mid:.0%} of it paid (assumed); {other}",
    )


@lru_cache(maxsize=128)
def _metal_price(world: World, mineral: str) -> Price | None:
    """Quoted price of a metal in USD per tonne, yearly means; None where the world quotes none by weight."""
    import polars as pl

    rows = (
        world.scan("prices_monthly")
        .filter(pl.col("mineral") == mineral, pl.col("unit") == "$/mt")
        .group_by("series", "year")
        .agg(pl.col("price"), pl.len().alias("months"))
        .filter(pl.col("months") == 12, pl.col("year") >= _FIRST_YEAR)
        .sort("series", "year")
        .collect()
    )
    if not rows.height:
        return None
    series = rows["series"][0]
    of_year = rows.filter(pl.col("series") == series).select("year", "price").iter_rows()
    # summed exactly: the last digit of a mean must not hang on the number of threads
    found = {int(year): fsum(months) / len(months) for year, months in of_year}
    year = max(found)
    real = {one: value * deflator(year) / deflator(one) for one, value in found.items()}
    mean, phi, spread = _fitted(real)
    basis = f"Pink Sheet {series}, mean of {year}"
    return Price(usd_per_t=real[year], year=year, basis=basis, mean_log=mean, phi=phi, spread=spread)


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
