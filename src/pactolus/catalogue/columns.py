"""What a column and a table of a world are, and the columns that several tables share."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

__all__ = [
    "AREA",
    "COUNTRY",
    "FLOW",
    "FLOW_COLUMNS",
    "MINERAL",
    "MINERAL_IF_ANY",
    "STAGE",
    "YEAR",
    "Column",
    "DType",
    "TableSpec",
    "kg",
    "share",
    "text",
    "usd",
]

DType = Literal["text", "int", "float", "bool"]
Gaps = Literal["allowed", "refused"]


@dataclass(frozen=True, kw_only=True)
class Column:
    """One column: its logical type, unit, and whether a gap is a fact or a fault."""

    dtype: DType
    unit: str = ""
    gaps: Gaps = "refused"
    at_least: float | None = None
    at_most: float | None = None
    what: str = ""
    vocabulary: Literal["", "country", "area", "mineral", "stage", "application", "hs_code"] = ""
    """Values must be ids of this vocabulary of `terms`; ``area`` is ``country`` or ``OTHER``."""


@dataclass(frozen=True, kw_only=True)
class TableSpec:
    """A tidy table: one fact a row, one variable a column, unique by its key."""

    name: str
    what: str
    key: tuple[str, ...]
    columns: Mapping[str, Column]
    order: tuple[str, ...] = field(default=())
    """Columns by which rows are stored sorted; the key where empty."""

    @property
    def stored_order(self) -> tuple[str, ...]:
        """Columns by which the stored rows are sorted."""
        return self.order or self.key


def text(what: str = "", gaps: Gaps = "refused") -> Column:
    """A text column."""
    return Column(dtype="text", what=what, gaps=gaps)


def kg(what: str, gaps: Gaps = "allowed") -> Column:
    """A weight, in whole kilograms."""
    return Column(dtype="int", unit="kg", gaps=gaps, at_least=0, what=what)


def usd(what: str = "customs value, current US dollars", gaps: Gaps = "refused") -> Column:
    """A value, in whole US dollars."""
    return Column(dtype="int", unit="USD", gaps=gaps, at_least=0, what=what)


def share(what: str, *, at_most: float | None = 1) -> Column:
    """A share or a ratio; empty where its base is missing or zero."""
    return Column(dtype="float", gaps="allowed", at_least=0, at_most=at_most, what=what)


YEAR: Final = Column(dtype="int", what="calendar year", at_least=1900, at_most=2100)
COUNTRY: Final = Column(
    dtype="text",
    what="country or region of `terms`: ISO 3166 alpha-3 (TWN for BACI code 490, 'Other Asia, nes')",
    vocabulary="country",
)
AREA: Final = Column(
    dtype="text", what="ISO 3166 alpha-3, or OTHER where the publisher adds up the rest", vocabulary="area"
)
MINERAL: Final = Column(dtype="text", what="mineral id of `terms`", vocabulary="mineral")
MINERAL_IF_ANY: Final = Column(
    dtype="text",
    gaps="allowed",
    what="mineral id of `terms`, empty where the material is none of them",
    vocabulary="mineral",
)
STAGE: Final = Column(dtype="text", what="ore, intermediate, refined, product or mixed", vocabulary="stage")
#: A flow between two countries of one code in one year.
FLOW_COLUMNS: Final[Mapping[str, Column]] = {
    "hs_code": Column(dtype="text", what="six digits of the edition HS92", vocabulary="hs_code"),
    "importer": COUNTRY,
    "exporter": COUNTRY,
    "year": YEAR,
}
#: What names a flow.
FLOW: Final = tuple(FLOW_COLUMNS)
