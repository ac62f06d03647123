"""Money of a day in US dollars: dated rates with their sources, never a rate of another time."""

from __future__ import annotations

from collections.abc import Sequence
from csv import DictReader
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Final

from pactolus.errors import InputError, near_misses
from pactolus.projects.pipeline.parts import middle_of

__all__ = ["CURRENCIES", "Rate", "read_rates", "shipped_rates", "usd"]

#: A rate serves money of days no further from it than this.
_DAYS: Final = 183
_COLUMNS: Final = ("currency", "on", "usd_per_unit", "title", "publisher", "link", "read_on", "note")
_FILE: Final = Path(__file__).parents[1] / "data" / "currency_rates.csv"

#: Codes of ISO 4217 that a project may be priced in.
CURRENCIES: Final = frozenset(
    code
    for codes in (
        "AED AOA ARS AUD BIF BOB BRL BWP CAD CDF CHF CLP CNY COP CRC CZK DKK EGP ETB EUR GBP GEL GHS GNF",
        "HKD HUF IDR ILS INR ISK JPY KES KGS KHR KRW KZT LAK LKR MAD MGA MMK MNT MRU MWK MXN MYR MZN NAD",
        "NGN NOK NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF SAR SEK SGD SLE THB TJS TND TRY",
        "TWD TZS UAH UGX USD UYU UZS VES VND XAF XOF XPF ZAR ZMW ZWL",
    )
    for code in codes.split()
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """What one unit of a currency was worth on a day. [USD]"""

    currency: str
    on: date
    usd_per_unit: float
    publisher: str
    link: str


def read_rates(file: Path) -> tuple[Rate, ...]:
    """Rates of a CSV file.

    Parameters
    ----------
    file : Path
        Columns ``currency, on, usd_per_unit, title, publisher, link, read_on`` and, if wanted, ``note``.

    Raises
    ------
    InputError
        All faults at once, with file and line.
    """
    try:
        with file.open(encoding="utf-8-sig", newline="") as stream:
            reader = DictReader(stream)
            missing = [c for c in _COLUMNS[:-1] if c not in (reader.fieldnames or ())]
            if missing:
                raise InputError(f"{file.name}:1: lacks the columns {', '.join(missing)}; add them")
            rows = [(reader.line_num, row) for row in reader]
    except OSError as error:
        raise InputError(f"{file}: {error.strerror or error}; give a file that can be read") from error
    except UnicodeDecodeError as error:
        raise InputError(f"{file}: not UTF-8 (byte {error.start}); save the file as UTF-8") from error
    faults: list[str] = []
    found = [_rate(f"{file.name}:{line}", row, faults) for line, row in rows]
    if faults:
        raise InputError.gathered(faults)
    return tuple(one for one in found if one is not None)


def _rate(place: str, row: dict[str, str], faults: list[str]) -> Rate | None:
    before = len(faults)
    currency = (row["currency"] or "").strip()
    if currency not in CURRENCIES:
        near = near_misses(currency, CURRENCIES)
        faults.append(
            f"{place}: unknown currency {currency!r}{f'; did you mean {near[0]!r}?' if near else ''}"
        )
    try:
        on = middle_of((row["on"] or "").strip())
    except ValueError:
        on = None
    if on is None:
        faults.append(f"{place}: on: found {row['on']!r}; write a day or a month (2025-05)")
    try:
        value = float(row["usd_per_unit"])
    except (TypeError, ValueError):
        value = 0.0
    if not 0.0 < value < 1e4:
        faults.append(f"{place}: usd_per_unit: found {row['usd_per_unit']!r}; write US dollars for one unit")
    if not (row["publisher"] or "").strip():
        faults.append(f"{place}: publisher is empty; a rate without a source is not used")
    if len(faults) > before or on is None:
        return None
    return Rate(
        currency=currency,
        on=on,
        usd_per_unit=value,
        publisher=row["publisher"].strip(),
        link=(row["link"] or "").strip(),
    )


@cache
def shipped_rates() -> tuple[Rate, ...]:
    """Rates that follow from sources which printed the same money in both currencies."""
    return read_rates(_FILE)


def usd(currency: str, on: date, rates: Sequence[Rate]) -> Rate | None:
    """The rate nearest to a day, within half a year; None where there is none.

    Examples
    --------
    >>> usd("USD", date(2025, 3, 1), ()).usd_per_unit
    1.0
    """
    if currency == "USD":
        return Rate(currency="USD", on=on, usd_per_unit=1.0, publisher="", link="")
    near = [one for one in rates if one.currency == currency and abs((one.on - on).days) <= _DAYS]
    return min(near, key=lambda one: (abs((one.on - on).days), one.on), default=None)
