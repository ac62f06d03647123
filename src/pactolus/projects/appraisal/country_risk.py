"""What capital costs in a host: the risk-free rate, the market's premium, and the country's.

    CRP = default spread x (sigma equity / sigma bond),   r = rf + beta ERP + lambda CRP

Spreads and the ratio of volatilities change every half year, so they come from a dated table of the user:
``country, default_spread, ratio, as_of, source``, or ``country, premium, as_of, source``. One table can be
asked for by name, `UNDATED`: its edition is not stated by its carrier, so it is never used unasked.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

from pactolus.errors import DataError, InputError, PactolusError
from pactolus.projects.appraisal.terms import rows_of
from pactolus.projects.base.ranges import Range

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from pactolus.projects.appraisal.terms import Terms

    Amount = float | NDArray[np.float64]

__all__ = [
    "UNDATED",
    "CountryRisk",
    "cost_of_equity",
    "country_premium",
    "read_country_risk",
    "undated_table",
    "with_country_risk",
]

#: Name under which the shipped table is asked for.
UNDATED: Final = "undated"
#: A table older than this says so. [days]
STALE_DAYS: Final = 200
_DATA: Final = Path(__file__).parents[1] / "data" / "country_risk_undated.csv"


@dataclass(frozen=True, kw_only=True)
class CountryRisk:
    """The premium of one country.

    Attributes
    ----------
    country : str
        ISO alpha-3.
    premium : float
        [1/year]
    as_of : str
        ISO date or month; ``not stated``.
    source : str
    """

    country: str
    premium: float
    as_of: str
    source: str

    def note(self, on: date) -> str | None:
        """What a reader must know of its age, or nothing."""
        if self.as_of == "not stated":
            return f"{self.country}: country premium of a table whose day is not stated; unconfirmed"
        day = date.fromisoformat(self.as_of if len(self.as_of) == 10 else f"{self.as_of}-01")
        old = (on - day).days
        if old > STALE_DAYS:
            return (
                f"{self.country}: country premium as of {self.as_of}, {old} days old; such tables change "
                "every half year"
            )
        return None


def country_premium(default_spread: float, ratio: float) -> float:
    """Premium of a country's shares over those of a mature market.

    Parameters
    ----------
    default_spread : float
        Of the country's bonds over those without default. [1/year]
    ratio : float
        Volatility of its shares over that of its bonds. [1]

    References
    ----------
    .. [1] A. Damodaran, "Equity Risk Premiums (ERP): Determinants, Estimation and Implications", yearly.

    Examples
    --------
    >>> round(country_premium(0.024, 1.34), 5)
    0.03216
    """
    if not (default_spread >= 0 and ratio > 0):
        raise DataError(f"country_premium: spread {default_spread}, ratio {ratio}; 0 or more, and above 0")
    return default_spread * ratio


def cost_of_equity(
    risk_free: Amount, beta: Amount, equity_premium: Amount, exposure: Amount, premium: Amount
) -> Amount:
    """Yearly return that owners ask for.

    Parameters
    ----------
    risk_free, equity_premium, premium : float or ndarray
        All real or all nominal. [1/year]
    beta, exposure : float
        Exposure (lambda) is the part of the country's premium that the project bears.

    Examples
    --------
    >>> round(cost_of_equity(0.02, 1.0, 0.05, 1.0, 0.03216), 5)
    0.10216
    """
    return risk_free + beta * equity_premium + exposure * premium


def read_country_risk(path: Path) -> dict[str, CountryRisk]:
    """A dated table of premiums: country -> its premium.

    Raises
    ------
    InputError
        All faults at once: unknown countries, numbers that are none, no day, no source, twice the same.
    """
    from pactolus.terms.countries import country

    found: dict[str, CountryRisk] = {}
    faults: list[str] = []
    for line, row in rows_of(path, ("country", "as_of", "source")):
        where = f"{path.name}: line {line}"
        try:
            one = country(row["country"]).iso3
            if not row["source"]:
                raise DataError("no source; a premium is a fact and has one")
            date.fromisoformat(row["as_of"] if len(row["as_of"]) == 10 else f"{row['as_of']}-01")
            if one in found:
                raise DataError(f"{one} stands twice; keep one line")
            found[one] = CountryRisk(
                country=one, premium=_premium(row), as_of=row["as_of"], source=row["source"]
            )
        except (PactolusError, ValueError) as error:
            faults.append(f"{where}: {error}")
    if faults:
        raise InputError.gathered(faults)
    return found


def _premium(row: Mapping[str, str]) -> float:
    if row.get("premium"):
        value = float(row["premium"])
        if not 0 <= value < 1:
            raise DataError(f"premium {row['premium']}; a part of 1 a year, such as 0.032")
        return value
    if not (row.get("default_spread") and row.get("ratio")):
        raise DataError("neither premium nor default_spread and ratio; give one or the other")
    return country_premium(float(row["default_spread"]), float(row["ratio"]))


@cache
def undated_table() -> Mapping[str, CountryRisk]:
    """The shipped table whose edition its carrier does not state; for those who ask for it."""
    return {
        row["country"]: CountryRisk(
            country=row["country"], premium=float(row["premium"]), as_of="not stated", source=row["source"]
        )
        for _, row in rows_of(_DATA, ("country", "premium", "source"))
    }


def with_country_risk(terms: Terms, host: str, table: Mapping[str, CountryRisk] | None) -> Terms:
    """The terms with the premium of a host, where the table knows it."""
    if table is None or host not in table:
        return terms
    one = table[host]
    return terms.known(f"{one.source}; as of {one.as_of}", country_premium=Range.of(one.premium))
