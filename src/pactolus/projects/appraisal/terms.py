"""Everything that an appraisal assumes, as ranges with their names, and where each is from.

A field that a record or a table knows better is replaced for that project (`Terms.known`), and its source
goes with it; every other one says ``assumed``. A user replaces any of them with a table `name, low, mid,
high, source`.
"""

from __future__ import annotations

from collections.abc import Mapping
from csv import DictReader
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Final

from pactolus.errors import DataError, InputError
from pactolus.projects.base.ranges import Range

__all__ = ["ASSUMED", "PUBLISHED", "Terms", "read_terms"]

ASSUMED: Final = "assumed"
_OVERRUN: Final = (
    "medians of log-normal overruns: 1.02 from the mean of 1.14 and one in 13 at 2 or more (63 projects; "
    "Bertisen and Davis, The Engineering Economist 53 (2008) 118-139, abstract); 1.28 as printed (107 "
    "projects; Bhappu, RCF, 2019, quoted by Kuestermeyer, MMSA 2019); the middle is halfway"
)
_WIDTH: Final = "spreads that go with the two medians of `overrun` (0.47 and 0.39)"
_ACCURACY: Final = "accuracy of pre-feasibility studies, Bullock 2011, quoted by AMC Consultants"
_BUILD: Final = (
    "middle: what is left of 16.9 years after 12.5 of exploration and studies and 1.8 of waiting (35 large "
    "mines; S&P Global 2020, quoted by MDO Resorting, 2024); low and high are assumed"
)
#: Field -> where its default is from; every field that is not here is assumed.
PUBLISHED: Final[Mapping[str, str]] = {
    "overrun": _OVERRUN,
    "overrun_spread": _WIDTH,
    "accuracy": _ACCURACY,
    "build_years": _BUILD,
}


@dataclass(frozen=True, kw_only=True)
class Terms:
    """Numbers that are assumed, each as low, middle and high.

    Attributes
    ----------
    opex_share : Range
        Operating cost as a part of the usual price, where a record prints no cost. [1]
    opex_error : Range
        Operating cost over that of the record. [1]
    fixed_cost : Range
        Part of the operating cost that goes on in a year in which it pauses, the price being too low. [1]
    overrun, overrun_spread : Range
        Median and log-spread of capital as built over that of a feasibility study. [1]
    accuracy : Range
        Of the estimate itself, for a project that has no feasibility study yet. [1]
    use_of_capacity : Range
        Output over the capacity of the record. [1]
    build_years, ramp_years, life_years, depreciation_years : Range
        [years]
    royalty, profit_royalty, tax : Range
        Of revenue, of profit, of taxable profit. [1]
    sustaining, closure : Range
        Of capital: every year of output; once at the end. [1/year], [1]
    risk_free, equity_premium : Range
        Real. [1/year]
    beta, exposure : Range
        Of the project to the market; of the project to the country's premium (lambda). [1]
    country_premium : Range
        [1/year]
    volatility : Range
        Of the value of the finished project. [1/sqrt(year)]
    payout : Range
        What waiting forgoes. [1/year]
    early_cost : Range
        Cost of exploration, of a pre-feasibility study and of a feasibility study with permits, each, as a
        part of capital. [1]
    source : mapping of str to str
        Field -> where it is from, if it is not `ASSUMED`.
    """

    opex_share: Range = field(default=Range(0.35, 0.55, 0.75))
    opex_error: Range = field(default=Range(0.90, 1.05, 1.30))
    fixed_cost: Range = field(default=Range(0.15, 0.30, 0.50))
    overrun: Range = field(default=Range(1.02, 1.15, 1.28))
    overrun_spread: Range = field(default=Range(0.39, 0.43, 0.47))
    accuracy: Range = field(default=Range(0.73, 1.0, 1.30))
    use_of_capacity: Range = field(default=Range(0.75, 0.90, 1.0))
    build_years: Range = field(default=Range(1.5, 2.6, 4.5))
    ramp_years: Range = field(default=Range(0.5, 1.5, 4.0))
    life_years: Range = field(default=Range(12.0, 20.0, 30.0))
    depreciation_years: Range = field(default=Range(5.0, 8.0, 15.0))
    royalty: Range = field(default=Range(0.0, 0.035, 0.08))
    profit_royalty: Range = field(default=Range(0.0, 0.0, 0.05))
    tax: Range = field(default=Range(0.20, 0.27, 0.35))
    sustaining: Range = field(default=Range(0.005, 0.015, 0.04))
    closure: Range = field(default=Range(0.02, 0.05, 0.10))
    risk_free: Range = field(default=Range(0.005, 0.015, 0.025))
    equity_premium: Range = field(default=Range(0.04, 0.05, 0.06))
    beta: Range = field(default=Range(0.8, 1.0, 1.4))
    exposure: Range = field(default=Range(0.5, 1.0, 1.0))
    country_premium: Range = field(default=Range(0.0, 0.03, 0.10))
    volatility: Range = field(default=Range(0.2, 0.3, 0.45))
    payout: Range = field(default=Range(0.02, 0.04, 0.07))
    early_cost: Range = field(default=Range(0.005, 0.015, 0.03))
    source: Mapping[str, str] = field(default_factory=lambda: dict(PUBLISHED))

    def __post_init__(self) -> None:
        faults = [
            f"terms.{name}: {found.low:g} to {found.high:g}; it lies between {least:g} and {most:g}"
            for name, (least, most) in _BOUNDS.items()
            if not least <= (found := getattr(self, name)).low <= found.high <= most
        ]
        if faults:
            raise DataError("\n".join(faults))

    @classmethod
    def names(cls) -> tuple[str, ...]:
        """Names of the ranges, in the order of outputs."""
        return tuple(one.name for one in fields(cls) if one.name != "source")

    def known(self, source: str, **ranges: Range) -> Terms:
        """The same with some ranges known from a source."""
        where = dict(self.source) | dict.fromkeys(ranges, source)
        return replace(self, source=where, **ranges)

    def source_of(self, name: str) -> str:
        """Where a range is from."""
        return self.source.get(name, ASSUMED)


_PARTS: Final = ("fixed_cost", "royalty", "profit_royalty", "tax")
_RATES: Final = (
    "sustaining",
    "closure",
    "risk_free",
    "equity_premium",
    "exposure",
    "country_premium",
    "early_cost",
)
_TIMES: Final = ("build_years", "life_years", "depreciation_years")
_BOUNDS: Final[Mapping[str, tuple[float, float]]] = {
    **dict.fromkeys(_PARTS, (0.0, 0.95)),
    **dict.fromkeys(_RATES, (0.0, 2.0)),
    **dict.fromkeys(_TIMES, (0.1, 100.0)),
    "ramp_years": (0.0, 100.0),
    **dict.fromkeys(("opex_share", "opex_error", "use_of_capacity", "beta"), (0.0, 5.0)),
    **dict.fromkeys(("overrun", "accuracy"), (0.1, 10.0)),
    "overrun_spread": (0.0, 2.0),
    "volatility": (0.01, 2.0),
    "payout": (0.001, 1.0),
}


def read_terms(path: Path, base: Terms | None = None) -> Terms:
    """Ranges of a user from a CSV ``name, low, mid, high, source``.

    Parameters
    ----------
    path : Path
    base : Terms, optional
        What stays for names that are not in the file.

    Raises
    ------
    InputError
        All faults of the file at once: names that are no term, numbers that are none or out of order, twice
        the same name, no source.
    """
    found = base or Terms()
    faults: list[str] = []
    ranges: dict[str, Range] = {}
    sources: dict[str, str] = {}
    for line, row in rows_of(path, ("name", "low", "mid", "high", "source")):
        where, name = f"{path.name}: line {line}", row["name"]
        if name not in Terms.names():
            faults.append(f"{where}: {name!r} is no term; there are {', '.join(Terms.names())}")
        elif name in ranges:
            faults.append(f"{where}: {name} stands twice; keep one line")
        elif not row["source"]:
            faults.append(
                f"{where}: {name} has no source; say where it is from, or that it is your assumption"
            )
        else:
            try:
                ranges[name] = range_of(row)
                sources[name] = row["source"]
            except (ValueError, DataError) as error:
                faults.append(f"{where}: {name}: {error}")
    if faults:
        raise InputError.gathered(faults)
    for name, one in ranges.items():
        found = found.known(f"{sources[name]} ({path.name})", **{name: one})
    return found


def range_of(row: Mapping[str, str]) -> Range:
    """Low, mid and high of a row; low and high may be empty for a point."""
    mid = float(row["mid"])
    return Range(float(row["low"] or mid), mid, float(row["high"] or mid))


def rows_of(path: Path, columns: tuple[str, ...]) -> list[tuple[int, dict[str, str]]]:
    """Lines of a user's CSV with their numbers; the columns must be there.

    Raises
    ------
    DataError
        If it cannot be read or a column is missing.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as lines:
            reader = DictReader(lines)
            lacking = [name for name in columns if name not in (reader.fieldnames or ())]
            if lacking:
                there = ", ".join(reader.fieldnames or ()) or "nothing"
                raise DataError(f"{path.name}: no column {', '.join(lacking)}; there are {there}")
            return [(reader.line_num, {k: (v or "").strip() for k, v in row.items() if k}) for row in reader]
    except (OSError, UnicodeDecodeError) as error:
        raise DataError(f"{path.name}: cannot be read as CSV ({error})") from error
