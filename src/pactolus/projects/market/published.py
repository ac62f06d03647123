"""Published treatment charges, terms of smelting, and how many firms smelt copper in a country.

Every row stands beside its publisher, link and the day on which it was read. A charge that could not be read
at a source is not in the table. No row names a firm.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

from pactolus.errors import DataError
from pactolus.projects.base.ranges import Range
from pactolus.projects.market.copper import Charge

if TYPE_CHECKING:
    import polars as pl

__all__ = ["KINDS", "annual_charge", "charge_history", "firms_of", "smelting_terms", "spot_charge"]

#: Terms under which concentrate is bought, kept apart.
KINDS: Final = ("annual", "spot", "custom")
_DATA: Final = Path(__file__).parents[1] / "data"


@cache
def _table(name: str) -> pl.DataFrame:
    import polars as pl

    return pl.read_csv(_DATA / name, infer_schema_length=None)


def charge_history() -> pl.DataFrame:
    """Published charges: annual and half-year terms, and spot on a day.

    Returns
    -------
    polars.DataFrame
        ``year, period, kind, region, tc_usd_per_dmt, rc_cents_per_lb, as_of, status, publisher, link,
        read_on, note``. An RC that the source does not print is null.

    Examples
    --------
    >>> charge_history().filter(kind="annual", region="china", year=2024)["tc_usd_per_dmt"].to_list()
    [80.0]
    """
    return _table("treatment_charges.csv")


def annual_charge(year: int, region: str | None = None) -> Charge:
    """Annual terms of a year.

    Parameters
    ----------
    year : int
    region : str, optional
        ``china``, ``japan``; if omitted, or without terms of its own that year, the first published ones.

    Returns
    -------
    Charge

    Raises
    ------
    DataError
        If no annual terms of that year are in the table.
    """
    found = charge_history().filter(kind="annual", year=year).to_dicts()
    if not found:
        years = charge_history().filter(kind="annual")["year"].unique().sort().to_list()
        raise DataError(f"annual charge: none of {year}; there are those of {years[0]} to {years[-1]}")
    own = [row for row in found if region in row["region"].split(";")]
    row = (own or found)[0]
    return Charge(row["tc_usd_per_dmt"], row["rc_cents_per_lb"])


def spot_charge(year: int) -> Charge | None:
    """The last published spot charge of a year, its RC by custom where it is not printed; None if none."""
    found = charge_history().filter(kind="spot", year=year).sort("as_of").to_dicts()
    if not found:
        return None
    tc, rc = found[-1]["tc_usd_per_dmt"], found[-1]["rc_cents_per_lb"]
    return Charge.by_custom(tc) if rc is None else Charge(tc, rc)


def smelting_terms() -> dict[str, Range]:
    """Terms that stand in for those of an aggregate until somebody enters them.

    Returns
    -------
    dict of str to Range
        ``grade, payable, deduction, recovered, acid_t_per_dmt, acid_usd_per_t, moisture``; what each
        rests on is in the table (``status``, ``note``).
    """
    return {r["key"]: Range(r["low"], r["mid"], r["high"]) for r in _table("smelting_terms.csv").to_dicts()}


def firms_of(members: tuple[str, ...]) -> int:
    """Firms that are known to smelt copper there, together; a country without a row counts as none.

    Examples
    --------
    >>> firms_of(("KOR",)), firms_of(("KOR", "JPN"))
    (2, 5)
    """
    known = {row["member"]: row["firms"] for row in _table("smelter_firms.csv").to_dicts()}
    return sum(known.get(member, 0) for member in members)
