"""What companies and institutions of both countries are publicly known to do: context for a file of firms.

Nothing here says what a firm wants: appetite is entered by its owner, and nothing of this enters a matching.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import polars as pl

__all__ = ["CAPABILITIES_NOTE", "COMPANY_KINDS", "capabilities"]

#: What a reader of the table must know.
CAPABILITIES_NOTE: Final = (
    "what sources of that day say; roles change fast, check with the company. It says nothing of what a "
    "firm wants, and enters no matching"
)

COMPANY_KINDS: Final = ("agency", "battery", "epc", "finance", "materials", "mining", "smelter", "trading")


def capabilities() -> pl.DataFrame:
    """Public capabilities, one a row, in our words, with the page on which the main facts of a company stand.

    Returns
    -------
    DataFrame
        ``company, country, kind, capability, shows_role, source_title, publisher, link, read_on``. `kind` is
        of `COMPANY_KINDS`; `shows_role` is the role that the fact is an example of, missing where it shows
        none.
        Facts are those of the day of the source; roles change fast.

    Examples
    --------
    >>> set(capabilities()["country"])  == {"JPN", "KOR"}
    True
    """
    import polars as pl

    file = Path(__file__).parents[1] / "data" / "companies.csv"
    return pl.read_csv(file, infer_schema=False)
