"""What a user knows of smelters and enters in a file: terms, shares of annual, spot and custom terms, costs.

A CSV with the columns ``member, key, low, mid, high`` and, if you like, ``source``. A row whose member is
empty or ``*`` holds for all. Keys are the terms of the margin (`KEYS`); a point is a row whose three numbers
agree.
"""

from __future__ import annotations

from collections.abc import Mapping
from csv import DictReader
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from pactolus.errors import DataError, InputError, near_misses
from pactolus.projects.base.ranges import Range
from pactolus.projects.market.copper import Charge
from pactolus.projects.market.margin import Metal, Smelting
from pactolus.projects.market.published import KINDS, smelting_terms

__all__ = ["KEYS", "Entered", "read_terms"]

_SHARES: Final = tuple(f"share_{kind}" for kind in KINDS)
_TERMS: Final = ("grade", "payable", "deduction", "recovered", "premium_usd_per_t", "acid_t_per_dmt")
_METALS: Final = tuple(
    f"{metal}_{what}"
    for metal in ("gold", "silver")
    for what in ("g_per_dmt", "payable", "recovered", "deduction_g_per_dmt", "rc_usd_per_oz")
)
KEYS: Final = (
    *_TERMS,
    "acid_usd_per_t",
    "moisture",
    "cost_usd_per_dmt",
    *_SHARES,
    "tc_custom_usd_per_dmt",
    "rc_custom_cents_per_lb",
    *_METALS,
)
#: What tells of a firm even where it is entered for all.
_OF_FIRMS: Final = ("cost_usd_per_dmt", "tc_custom_usd_per_dmt", "rc_custom_cents_per_lb", *_SHARES)


@dataclass(frozen=True, kw_only=True)
class Entered:
    """Entered figures over the published ones.

    Attributes
    ----------
    common : mapping of str to Range
        For all members.
    own : mapping of (str, str) to Range
        By member and key.
    """

    common: Mapping[str, Range] = field(default_factory=dict)
    own: Mapping[tuple[str, str], Range] = field(default_factory=dict)

    @property
    def of_firms(self) -> bool:
        """Could a figure tell of a single firm? Then countries with few firms are shown within a sum only."""
        return bool(self.own) or any(key in _OF_FIRMS for key in self.common)

    def get(self, member: str, key: str) -> Range | None:
        """The member's own figure, else the one for all, else the published one, else None."""
        for found in (self.own.get((member, key)), self.common.get(key), smelting_terms().get(key)):
            if found is not None:
                return found
        return None

    def share(self, member: str, kind: str) -> Range | None:
        """Part of the concentrate bought under one kind of terms; None: not entered."""
        return self.get(member, f"share_{kind}")

    def custom(self, member: str) -> Charge | None:
        """Entered custom terms, at their middle."""
        tc, rc = self.get(member, "tc_custom_usd_per_dmt"), self.get(member, "rc_custom_cents_per_lb")
        if tc is None:
            return None
        return Charge.by_custom(tc.mid) if rc is None else Charge(tc.mid, rc.mid)

    def smelting(
        self, member: str, copper_usd_per_t: Range, ounces: Mapping[str, float | None] | None = None
    ) -> Smelting:
        """All that the margin of a member hangs on.

        Parameters
        ----------
        member : str
        copper_usd_per_t : Range
        ounces : mapping of str to float or None, optional
            Price of ``gold`` and ``silver``. [USD/oz]

        Raises
        ------
        DataError
            If the figures are out of bounds, or gold or silver lacks what is paid for it.
        """
        given: dict[str, Any] = {key: self.get(member, key) for key in (*_TERMS, "acid_usd_per_t")}
        metals = {name: self._metal(member, name, (ounces or {}).get(name)) for name in ("gold", "silver")}
        return Smelting(
            **given,
            copper_usd_per_t=copper_usd_per_t,
            cost_usd_per_dmt=self.get(member, "cost_usd_per_dmt"),
            gold=metals["gold"],
            silver=metals["silver"],
        )

    def _metal(self, member: str, name: str, price: float | None) -> Metal | None:
        content = self.get(member, f"{name}_g_per_dmt")
        if content is None:
            return None
        paid, got = (self.get(member, f"{name}_{part}") for part in ("payable", "recovered"))
        if paid is None or got is None or price is None:
            raise DataError(
                f"{member}: {name}_g_per_dmt without {name}_payable, {name}_recovered or a price of that "
                "year; enter them, or leave it out"
            )
        rest = [self.get(member, f"{name}_{part}") for part in ("deduction_g_per_dmt", "rc_usd_per_oz")]
        deduction, rc = (0.0 if one is None else one.mid for one in rest)
        return Metal(
            content_g_per_dmt=content,
            payable=paid.mid,
            recovered=got.mid,
            price_usd_per_oz=price,
            deduction_g_per_dmt=deduction,
            rc_usd_per_oz=rc,
        )


def read_terms(path: Path) -> Entered:
    """Entered figures of a file.

    Parameters
    ----------
    path : Path
        CSV: ``member, key, low, mid, high``.

    Returns
    -------
    Entered

    Raises
    ------
    DataError
        All faults of the file at once, with line, value and mend.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as lines:
            rows = list(DictReader(lines))
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "not UTF-8 text"
        raise DataError(f"{path.name}: cannot be read ({reason}); give a CSV file") from error
    faults: list[str] = []
    found: dict[tuple[str, str], Range] = {}
    for number, row in enumerate(rows, start=2):
        try:
            member, key, known = _row(row)
            if (member, key) in found:
                raise DataError(f"{member or '*'} {key} stands twice")
            found[member, key] = known
        except InputError as error:
            faults.append(f"{path.name}: line {number}: {error}")
    faults += [] if rows else [f"{path.name}: no rows; give member, key, low, mid and high"]
    entered = Entered(
        common={key: known for (member, key), known in found.items() if not member},
        own={(member, key): known for (member, key), known in found.items() if member},
    )
    members = sorted({member for member, _ in found} - {""}) or ["*"]
    faults += [f"{path.name}: {fault}" for member in members for fault in _shares(entered, member)]
    if faults:
        raise DataError("\n".join(faults))
    return entered


def _row(row: Mapping[str, str | None]) -> tuple[str, str, Range]:
    from pactolus.terms.countries import entity

    name, key = (row.get("member") or "").strip(), (row.get("key") or "").strip()
    if key not in KEYS:
        near = near_misses(key, KEYS)
        hint = f"; did you mean {' or '.join(near)}?" if near else f"; known are {', '.join(KEYS)}"
        raise DataError(f"unknown key {key!r}{hint}")
    numbers = []
    for column in ("low", "mid", "high"):
        try:
            numbers.append(float(row.get(column) or ""))
        except ValueError:
            raise DataError(f"{key}: {column} {row.get(column)!r} is no number") from None
    known = Range(*numbers)
    if key.startswith("share_") and not 0.0 <= known.low <= known.high <= 1.0:
        raise DataError(f"{key}: {known.low:g} to {known.high:g}; a part of the concentrate from 0 to 1")
    if key == "moisture" and not 0.0 <= known.low <= known.high <= 0.3:
        raise DataError(f"moisture: {known.low:g} to {known.high:g}; a part of the weight from 0 to 0.3")
    if key in ("grade", "payable", "recovered") and known.high > 1.0:
        raise DataError(f"{key}: {known.high:g} is over 100 %; write a part, 27 % is 0.27")
    if key == "cost_usd_per_dmt" and known.low < 0.0:
        raise DataError(f"{key}: {known.low:g}; give USD per dry tonne, 0 or more")
    return ("" if name in ("", "*") else entity(name).id), key, known


def _shares(entered: Entered, member: str) -> list[str]:
    """Can the parts of annual, spot and custom terms add up to the whole?"""
    parts = [entered.share(member, kind) for kind in KINDS]
    least = sum(part.low for part in parts if part is not None)
    most = sum(1.0 if part is None else part.high for part in parts)
    if least <= 1.0 + 1e-9 and most >= 1.0 - 1e-9:
        return []
    return [f"{member}: shares of annual, spot and custom terms make {least:g} to {most:g}; they must make 1"]
