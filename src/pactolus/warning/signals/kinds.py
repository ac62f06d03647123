"""Kinds of signals: formula, unit, threshold, least history. The one home of thresholds."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, Literal

from pactolus.errors import InputError, near_misses

if TYPE_CHECKING:
    import polars as pl

__all__ = [
    "BASE_MONTHS",
    "FEWEST_OF_BASE",
    "FEWEST_RETURNS",
    "KINDS",
    "NOTICE_MONTHS",
    "NOTICE_SCORES",
    "RETURN_MONTHS",
    "Direction",
    "SignalKind",
    "fires",
    "kinds_of",
    "signal_kinds",
    "thresholds_of",
]

#: The months before that a month is compared with, and how many of them must be there.
BASE_MONTHS: Final = 12
FEWEST_OF_BASE: Final = 9
#: The monthly returns before that a return is compared with, and how many of them must be there.
RETURN_MONTHS: Final = 60
FEWEST_RETURNS: Final = 24
#: A notice counts while it is announced and not in force, and so many months after it takes effect.
NOTICE_MONTHS: Final = 6
#: How much an instrument weighs; a guess of the order, not a measurement.
NOTICE_SCORES: Final[Mapping[str, float]] = MappingProxyType(
    {
        "export_ban": 1.0,
        "mining_suspension": 1.0,
        "export_quota": 0.8,
        "export_licence": 0.6,
        "technology_control": 0.6,
        "local_processing": 0.6,
        "export_tax": 0.4,
    }
)

Direction = Literal["at most", "at least", "either side", "under"]
"""When a value fires: at or below, at or above, as far from 0, below."""


@dataclass(frozen=True, kw_only=True)
class SignalKind:
    """One kind of signal.

    Attributes
    ----------
    id : str
    formula : str
        x is kg, USD / kg or the price of the month; m and MAD are the median and the median absolute
        deviation of the twelve months before.
    unit : str
    direction : str
    threshold : float or None
        In `unit`; None where each row brings its own.
    history : str
        What must be there before a value is given.
    needs : str
        Columns or tables that it is computed from.
    source : str
    """

    id: str
    formula: str
    unit: str
    direction: Direction
    threshold: float | None
    history: str
    needs: str
    source: str


_TWELVE: Final = f"{FEWEST_OF_BASE} of {BASE_MONTHS} months"
_ALL: Final = (
    SignalKind(
        id="volume_anomaly",
        formula="(x - m) / MAD",
        unit="MAD",
        direction="at most",
        threshold=-3.0,
        history=_TWELVE,
        needs="quantity_kg",
        source="robust z score (Iglewicz and Hoaglin 1993); 3 MAD are 2 sigma of a normal series",
    ),
    SignalKind(
        id="export_surge",
        formula="x / m",
        unit="ratio",
        direction="at least",
        threshold=2.0,
        history=_TWELVE,
        needs="quantity_kg",
        source="months before export controls of 2023-2024: 2 to 5 times the usual month",
    ),
    SignalKind(
        id="flow_absent",
        formula="share of the twelve months before that have trade, in a month in which the reporter reports "
        "other trade and not this flow",
        unit="share",
        direction="at least",
        threshold=FEWEST_OF_BASE / BASE_MONTHS,
        history="12 months of reports",
        needs="other flows of the same reporter",
        source="own: a flow that stops has no row, and a missing row is no zero",
    ),
    SignalKind(
        id="price_acceleration",
        formula="(r - mean) / standard deviation of the returns before, r = log(p / p of the month before)",
        unit="sigma",
        direction="at least",
        threshold=1.5,
        history=f"{FEWEST_RETURNS} of {RETURN_MONTHS} returns",
        needs="value_usd and quantity_kg, or a price",
        source="customary rule of price alarms: 1.5 to 2 sigma",
    ),
    SignalKind(
        id="price_gap",
        formula="g / m - 1, g = outside price / inside price",
        unit="share",
        direction="at least",
        threshold=0.15,
        history=_TWELVE,
        needs="a price and inside_usd_per_kg",
        source="antimony 2024-2025: outside +57 %, inside -11 %",
    ),
    SignalKind(
        id="mirror_gap",
        formula="(g - m) / MAD, g = log(kg reported by the partner / kg reported by the importer)",
        unit="MAD",
        direction="either side",
        threshold=3.0,
        history=_TWELVE,
        needs="imports and the partner's exports",
        source="mirror statistics against their own past; freight and timing cancel where they are steady",
    ),
    SignalKind(
        id="price_band",
        formula="percentile of the price in its last 180 months, 0 the dearest",
        unit="percentile",
        direction="at most",
        threshold=20.0,
        history="60 months",
        needs="a price",
        source="percentile bands (after KOMIR's published cut-offs): 20 and below is caution or scarcer",
    ),
    SignalKind(
        id="change_point",
        formula="mean after / mean before the last break of log x, where it is at most 12 months old",
        unit="ratio",
        direction="at most",
        threshold=0.5,
        history="24 months",
        needs="quantity_kg; the extra `warning`",
        source="Killick, Fearnhead and Eckley 2012 (PELT), penalty 3 log n, by ruptures",
    ),
    SignalKind(
        id="notice",
        formula="highest score of the measures announced and not yet in force, or in force for at most "
        f"{NOTICE_MONTHS} months: ban or halt 1.0, quota 0.8, licence 0.6, tax 0.4",
        unit="score",
        direction="at least",
        threshold=0.4,
        history="none",
        needs="the policy register",
        source="scores are a guess of the order",
    ),
    SignalKind(
        id="cover_days",
        formula="low end of the declared holding / use of a day",
        unit="days",
        direction="under",
        threshold=None,
        history="none",
        needs="a declared range and a use of a day",
        source="the member's own trigger",
    ),
)

KINDS: Final[Mapping[str, SignalKind]] = MappingProxyType({kind.id: kind for kind in _ALL})
"""All kinds by id."""


def signal_kinds() -> pl.DataFrame:
    """All kinds as a table.

    Returns
    -------
    DataFrame
        ``signal, formula, unit, fires, threshold, history, needs, source``; `fires` is the direction.

    Examples
    --------
    >>> signal_kinds().filter(signal="export_surge").select("unit", "fires", "threshold").row(0)
    ('ratio', 'at least', 2.0)
    """
    import polars as pl

    rows = [
        (k.id, k.formula, k.unit, k.direction, k.threshold, k.history, k.needs, k.source)
        for k in KINDS.values()
    ]
    names = ("signal", "formula", "unit", "fires", "threshold", "history", "needs", "source")
    return pl.DataFrame(rows, schema=list(names), orient="row")


def kinds_of(names: Iterable[str]) -> tuple[SignalKind, ...]:
    """The kinds of these names.

    Raises
    ------
    InputError
        All unknown names at once, with near misses.
    """
    asked = list(dict.fromkeys(names))
    faults = [_unknown(name) for name in asked if name not in KINDS]
    if faults:
        raise InputError.gathered(faults)
    return tuple(KINDS[name] for name in asked)


def thresholds_of(own: Mapping[str, float] | None = None) -> dict[str, float | None]:
    """Thresholds by kind, the user's in the place of ours.

    Raises
    ------
    InputError
        All unknown kinds and unusable thresholds at once.

    Examples
    --------
    >>> thresholds_of({"volume_anomaly": -2})["volume_anomaly"]
    -2.0
    """
    faults = []
    for name, value in (own or {}).items():
        if name not in KINDS:
            faults.append(_unknown(name))
        elif not math.isfinite(value):
            faults.append(f"threshold of {name}: {value} is no finite number")
        elif KINDS[name].direction in ("either side", "under") and value < 0:
            faults.append(f"threshold of {name}: {value:g} is negative; give 0 or more")
    if faults:
        raise InputError.gathered(faults)
    return {**{k.id: k.threshold for k in KINDS.values()}, **{k: float(v) for k, v in (own or {}).items()}}


def _unknown(name: str) -> str:
    near = near_misses(name, KINDS)
    hint = f"; did you mean {' or '.join(map(repr, near))}?" if near else ""
    return f"unknown signal {name!r}{hint}; known are {', '.join(KINDS)}"


def fires(kind: SignalKind, value: pl.Expr, threshold: pl.Expr) -> pl.Expr:
    """Whether a value fires; null where value or threshold is missing."""
    if kind.direction == "at most":
        return value <= threshold
    if kind.direction == "at least":
        return value >= threshold
    if kind.direction == "under":
        return value < threshold
    return value.abs() >= threshold
