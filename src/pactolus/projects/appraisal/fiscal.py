"""Royalty and tax of a host, where a source prints them; what is not known stays a range, never 0.

The shipped table holds corporate tax rates for many hosts, and royalty rates for lithium in a few: a royalty
is not carried over to another mineral. A user's table ``country, mineral, item, low, mid, high, as_of,
source`` stands before it; `item` is ``royalty``, ``profit_royalty`` or ``tax``, an empty `mineral` means
all.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

from pactolus.errors import DataError, InputError, PactolusError
from pactolus.projects.appraisal.terms import range_of, rows_of
from pactolus.projects.base.ranges import Range

if TYPE_CHECKING:
    from pactolus.projects.appraisal.terms import Terms

__all__ = ["FiscalTable", "read_fiscal", "shipped_fiscal", "with_fiscal"]

ITEMS: Final = ("royalty", "profit_royalty", "tax")
_DATA: Final = Path(__file__).parents[1] / "data" / "fiscal.csv"
_COLUMNS: Final = ("country", "mineral", "item", "low", "mid", "high", "as_of", "source")

FiscalTable = Mapping[tuple[str, str, str], tuple[Range, str]]
"""(country, mineral or empty, item) -> rate and source."""


def read_fiscal(path: Path) -> FiscalTable:
    """A table of royalties and taxes.

    Raises
    ------
    InputError
        All faults at once.
    """
    from pactolus.terms.countries import country
    from pactolus.terms.minerals import mineral

    found: dict[tuple[str, str, str], tuple[Range, str]] = {}
    faults: list[str] = []
    for line, row in rows_of(path, _COLUMNS):
        try:
            of = mineral(row["mineral"]).id if row["mineral"] else ""
            key = (country(row["country"]).iso3, of, row["item"])
            if row["item"] not in ITEMS:
                raise DataError(f"item {row['item']!r} is none of {', '.join(ITEMS)}")
            if not row["source"]:
                raise DataError("no source; a rate is a fact and has one")
            if key in found:
                raise DataError(f"{' '.join(key)} stands twice; keep one line")
            rate = range_of(row)
            if not 0 <= rate.low <= rate.high < 1:
                raise DataError(f"{rate.low:g} to {rate.high:g}; a part of the whole, 0 to below 1")
            found[key] = (rate, f"{row['source']}; as of {row['as_of'] or 'not stated'}")
        except (PactolusError, ValueError) as error:
            faults.append(f"{path.name}: line {line}: {error}")
    if faults:
        raise InputError.gathered(faults)
    return found


@cache
def shipped_fiscal() -> FiscalTable:
    """Rates that come with the product."""
    return read_fiscal(_DATA)


def with_fiscal(terms: Terms, host: str, mineral: str, *tables: FiscalTable) -> Terms:
    """The terms with what the tables know of a host and a mineral; the first table that knows it counts.

    A host that takes its royalty of the profit takes none of the revenue here, and the other way round.
    """
    for item in ITEMS:
        hit = next(
            (t[key] for t in tables for key in ((host, mineral, item), (host, "", item)) if key in t), None
        )
        if hit is None:
            continue
        terms = terms.known(hit[1], **{item: hit[0]})
        other = {"royalty": "profit_royalty", "profit_royalty": "royalty"}.get(item)
        if other and not any((host, of, other) in t for t in tables for of in (mineral, "")):
            terms = terms.known(f"none beside {item.replace('_', ' ')}: {hit[1]}", **{other: Range.of(0.0)})
    return terms
