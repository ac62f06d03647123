"""One reason to look at a mineral of a member: the columns of the watchlist."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, fields, replace
from datetime import date
from typing import Any, Final

import polars as pl

from pactolus.warning.watching.levels import LEVELS, RULES

__all__ = ["COLUMNS", "MISSING", "Reason", "as_table", "missing_table", "raised"]


@dataclass(frozen=True, kw_only=True)
class Reason:
    """Why a mineral of a member is on the list; what does not apply is None or empty.

    Attributes
    ----------
    rule : str
        Of `levels.RULES`.
    member : str
        ISO alpha-3 code of an importer.
    mineral : str
        Id, or what a measure covers that is no mineral (``dual-use``).
    signal : str
        ``check``, ``due``, ``notice``, ``date``, ``outlook_volume``, ``outlook_value``, or one of
        `pactolus.warning.signals.kinds.KINDS`.
    partner : str
        Issuer or partner, ``+`` between several.
    item : str
        Measure, HS code or price series.
    value, threshold : float
        In `unit`; a row without a threshold has none (an outlook is among the likeliest tenth).
    since : date
        First day of the state, or first month of the run of alerts.
    until : date
        The day that comes, or the effect that was announced; `lead_days` from the day of the list to it.
    probability, low, high, volatility_only, base_rate : float
        Of the yearly outlook of `year`. [1]
    state, why : str
        State of a measure, and the key and day of the reason why it is not plain (``planned: 2027-01-01``).
    status : str
        Data status: ``ok``, ``stale since 2026-05-31``, doubts about weights, ``shared code``.
    source, link : str
        Where it was read: reference of the register, table and edition, and a link where there is one.
    """

    rule: str
    member: str
    mineral: str
    signal: str
    partner: str = ""
    item: str = ""
    value: float | None = None
    unit: str = ""
    threshold: float | None = None
    since: date | None = None
    until: date | None = None
    lead_days: int | None = None
    year: int | None = None
    probability: float | None = None
    low: float | None = None
    high: float | None = None
    volatility_only: float | None = None
    base_rate: float | None = None
    state: str = ""
    why: str = ""
    status: str = "ok"
    source: str = ""
    link: str = ""
    next: str = ""
    then: str = ""

    @property
    def level(self) -> str:
        """Of the rule."""
        return RULES[self.rule][0]

    @property
    def key(self) -> str:
        """What makes it the same reason on another day."""
        return "|".join((self.member, self.mineral, self.signal, self.partner, self.item))


_KINDS: Final = {
    "str": pl.String,
    "float | None": pl.Float64,
    "int | None": pl.Int64,
    "date | None": pl.Date,
}
_FIELDS: Final = {field.name: _KINDS[str(field.type)] for field in fields(Reason)}
_SCHEMA: Final[dict[str, Any]] = {"level": pl.String, **_FIELDS, "text": pl.String, "key": pl.String}
#: Columns of the list: those of `Reason`, its level first, one sentence and the key last.
COLUMNS: Final = tuple(_SCHEMA)
#: Columns of what could not be judged.
MISSING: Final = ("member", "mineral", "source", "status", "why", "mend")
#: What a reader must check comes before all else of its level.
_FIRST: Final = ("check", "due", "agree", "cover", "notice", "trade", "price", "outlook", "doubt", "old")


def as_table(reasons: Iterable[Reason], members: Sequence[str], texts: dict[str, str]) -> pl.DataFrame:
    """Reasons as rows: gravest first, then by rule, mineral, reason, and member in the order asked for."""
    rows = [
        {**asdict(one), "level": one.level, "key": one.key, "text": texts[one.key]}
        for one in sorted(reasons, key=lambda one: _order(one, members))
    ]
    return pl.DataFrame([{name: row[name] for name in COLUMNS} for row in rows], schema=_SCHEMA)


def _order(one: Reason, members: Sequence[str]) -> tuple[Any, ...]:
    rule = _FIRST.index(one.rule) if one.rule in _FIRST else len(_FIRST)
    near = one.lead_days if one.lead_days is not None else 10**6
    likely = -(one.probability or 0.0)
    place = (one.partner, one.item, one.signal, one.mineral)
    return (LEVELS.index(one.level), rule, near, likely, *place, members.index(one.member))


def missing_table(rows: Iterable[tuple[str, str, str, str, str, str]]) -> pl.DataFrame:
    """What could not be judged: ``member, mineral, source, status, why, mend``."""
    return pl.DataFrame(list(rows), schema=dict.fromkeys(MISSING, pl.String), orient="row")


def raised(reasons: Sequence[Reason]) -> list[Reason]:
    """Trade that fires becomes ``agree`` where a notice or a price of the mineral fires for the member."""
    told = {(one.member, one.mineral) for one in reasons if one.rule in ("check", "due", "notice", "price")}
    return [
        replace(one, rule="agree") if one.rule == "trade" and (one.member, one.mineral) in told else one
        for one in reasons
    ]
