"""Editions of the Harmonized System: which HS92 code each newer code of our minerals goes to.

The trade table stays in HS92. A newer code goes to exactly one HS92 code, as in the conversion tables of UN
Statistics that CEPII follows; where it holds parts of several, that is a loss, and the record says so.
Edited in `data/hs_concordance.csv` and `data/hs_code_changes.csv`.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import Final

from pactolus.errors import UnknownTermError
from pactolus.terms.hs_codes import hs_codes
from pactolus.terms.loading import compiled

__all__ = [
    "EDITIONS",
    "HsChange",
    "HsConversion",
    "codes_for",
    "conversions",
    "edition_id",
    "hs_changes",
    "to_hs92",
]

#: Edition -> first year in which customs could use it.
EDITIONS: Final[Mapping[str, int]] = MappingProxyType(
    {"HS92": 1992, "HS96": 1996, "HS02": 2002, "HS07": 2007, "HS12": 2012, "HS17": 2017, "HS22": 2022}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class HsConversion:
    """A code of a newer edition and the HS92 code that it goes to.

    `relation` is ``equal`` (same content), ``part_of`` (several newer codes together make the HS92 code),
    ``wider`` (the newer code holds the HS92 code and more) or ``split`` (it holds parts of several HS92
    codes; `hs92` is where the conversion puts it). `note` begins with ``unconfirmed`` where the target or the
    content was not found in a table; `reference` says where the record is from.
    """

    edition: str
    code: str
    hs92: str
    relation: str
    note: str
    reference: str
    source: str

    @property
    def whole(self) -> bool:
        """Does the newer code hold nothing but its HS92 code?"""
        return self.relation in ("equal", "part_of")


@dataclass(frozen=True, slots=True, kw_only=True)
class HsChange:
    """What became of an HS92 code with an edition.

    `change` is ``ended`` (it has no code of its own any more), ``divided``, ``wider``, ``narrower``, or
    ``beside`` (a neighbouring code that is not in the map). `newer` are the codes of that edition that tell
    the story.
    """

    hs92: str
    edition: str
    change: str
    newer: tuple[str, ...]
    note: str
    reference: str
    source: str


def edition_id(name: str) -> str:
    """The edition under the name that we use.

    Parameters
    ----------
    name : str
        ``HS17``, ``HS2017``, ``HS 2017``, ``2017``, or ``H5`` as UN Comtrade writes it.

    Raises
    ------
    UnknownTermError
        If there is no such edition.

    Examples
    --------
    >>> [edition_id(name) for name in ("HS2022", "H0", "hs 96")]
    ['HS22', 'HS92', 'HS96']
    """
    plain = re.sub(r"[\s_-]+", "", name).upper()
    if plain in EDITIONS:
        return plain
    for number, (edition, year) in enumerate(EDITIONS.items()):
        if plain in (f"HS{year}", str(year), f"H{number}"):
            return edition
    raise UnknownTermError.of("edition of the Harmonized System", name, EDITIONS)


@cache
def conversions(edition: str) -> Mapping[str, HsConversion]:
    """Codes of an edition with the HS92 code of each, in rising order; for ``HS92`` every code is itself.

    Raises
    ------
    UnknownTermError
        If there is no such edition.
    """
    wanted = edition_id(edition)
    if wanted == "HS92":
        same = "an HS92 code is itself"
        found = [
            HsConversion(
                edition="HS92",
                code=code,
                hs92=code,
                relation="equal",
                note="",
                reference=same,
                source=held.source,
            )
            for code, held in hs_codes().items()
        ]
    else:
        records = compiled("hs_concordance")["records"]
        found = [HsConversion(**record) for record in records if record["edition"] == wanted]
    return MappingProxyType({record.code: record for record in sorted(found, key=lambda r: r.code)})


def to_hs92(edition: str) -> Mapping[str, str]:
    """Code of an edition -> HS92 code, for the codes of our minerals.

    Raises
    ------
    UnknownTermError
        If there is no such edition.

    Examples
    --------
    >>> to_hs92("HS22")["811261"]
    '810710'
    """
    return MappingProxyType({code: record.hs92 for code, record in conversions(edition).items()})


def codes_for(edition: str, hs92_codes: Collection[str]) -> tuple[str, ...]:
    """Codes of an edition that go to any of some HS92 codes, in rising order.

    Raises
    ------
    UnknownTermError
        If there is no such edition.

    Examples
    --------
    >>> codes_for("HS17", ["810510", "811230"])
    ('810520', '810530')
    """
    wanted = frozenset(hs92_codes)
    return tuple(code for code, record in conversions(edition).items() if record.hs92 in wanted)


@cache
def hs_changes() -> tuple[HsChange, ...]:
    """What became of our codes from edition to edition."""
    return tuple(
        HsChange(**{**record, "newer": tuple(record["newer"])})
        for record in compiled("hs_concordance")["changes"]
    )
