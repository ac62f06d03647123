"""Publishers' country codes as ISO 3166 alpha-3; what is no country keeps a name of its own.

Only code systems are translated here. A wrong code in one row is a correction record, see `corrections`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import polars as pl

__all__ = ["AREAS", "PUBLISHER_CODES", "to_iso3"]

#: Codes of the tables that name no single country or region.
AREAS: Final[Mapping[str, str]] = {
    "WLD": "the world, where a publisher gives a world figure of its own",
    "OTHER": "sum of countries that the publisher does not name",
    "R20": "Europe EFTA, nes (BACI 697)",
    "ZA1": "Southern African Customs Union, to 1999 (BACI 711)",
}

#: Publisher -> its alphabetic code -> ISO 3166 alpha-3.
PUBLISHER_CODES: Final[Mapping[str, Mapping[str, str]]] = {
    "baci": {"S19": "TWN"},
    "wmd": {"S19": "TWN", "R20": "XKX"},
    "world_bank": {"ADO": "AND", "KSV": "XKX", "ROM": "ROU", "TMP": "TLS", "WBG": "PSE", "ZAR": "COD"},
    "geodist": {"PAL": "PSE", "ROM": "ROU", "TMP": "TLS", "YUG": "SRB", "ZAR": "COD"},
}


def to_iso3(frame: pl.DataFrame, publisher: str, *columns: str) -> pl.DataFrame:
    """The country columns with the publisher's own codes translated; every other code is left as it is."""
    codes = PUBLISHER_CODES[publisher]
    return frame.with_columns(pl.col(c).replace(codes) for c in columns)
