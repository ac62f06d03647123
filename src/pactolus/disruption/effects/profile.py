"""The months around a measure: a surge before its date, hardly anything at it, part of the trade afterwards.

Annual figures hide this. With month 0 the first one under the measure, a profile is the factor by which an
exporter's usual month is multiplied. Its form after month 0 has three numbers:

    shape_k = first + (plateau - first) k / recovery     for k < recovery, then plateau
    before  : 1, and 1 + (front - 1) x (days of notice / 30, at most 1) in the month before month 0

Only licences have monthly data; what is known of them was fitted by `profile_fit`
(docs/explanation/monthly-profile.md). For every other kind the loss is spread evenly, and the basis says
``assumption``.
"""

from __future__ import annotations

from csv import DictReader
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from pactolus.disruption.effects.profile_fit import WINDOW, month_number
from pactolus.disruption.scenarios.scenario import KINDS
from pactolus.errors import OptionError, UnknownTermError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    import numpy as np
    import polars as pl
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

__all__ = [
    "MonthlyProfile",
    "Spread",
    "monthly_points",
    "monthly_profile",
    "press_points",
    "spread_over_months",
]

_YEAR: Final = 12
#: Days of notice from which the whole surge fits before the date.
_NOTICE: Final = 30.0
_DATA: Final = Path(__file__).parents[1] / "data"

#: Low, mid and high.
Range = tuple[float, float, float]
_WHOLE: Final[Range] = (1.0, 1.0, 1.0)
_NONE: Final[Range] = (0.0, 0.0, 0.0)


@dataclass(frozen=True, kw_only=True)
class MonthlyProfile:
    """Months around a measure of one kind.

    Attributes
    ----------
    kind : str
    months : tuple of int
        Relative to the first month under the measure.
    low, mid, high : tuple of float
        Exports as a part of those of a usual month; for an assumption those of a complete stop. 80 % range
        over partners, widened by press figures of other events.
    front, first, recovery, plateau : tuple of float
        Low, mid and high of: the month before month 0, month 0, months until trade is back at
        `plateau`, and where it settles.
    normal_front, normal_first : tuple of float
        Low, mid and high of the same two numbers where there was no measure; None for an assumption.
    basis : str
        ``fitted on N series``, or ``assumption``.
    source : str
    """

    kind: str
    months: tuple[int, ...]
    low: tuple[float, ...]
    mid: tuple[float, ...]
    high: tuple[float, ...]
    front: Range
    first: Range
    recovery: Range
    plateau: Range
    normal_front: Range | None = None
    normal_first: Range | None = None
    basis: str
    source: str


@dataclass(frozen=True, kw_only=True)
class Spread:
    """An annual cut by month.

    Attributes
    ----------
    table : polars.DataFrame
        ``duration, months, k, month, factor_low, factor, factor_high``: one row a duration (``short``,
        ``middle``, ``long``) and month; `month` is its first day, `factor` the part of a usual month's
        exports, low and high over the range of the profile.
    cuts : mapping of str to float
        Duration -> the part of twelve months' exports that is lost from the start on; less than what was
        asked where a duration is too short to lose so much.
    ahead : mapping of str to float
        Duration -> what is shipped early, before the start, in usual months (mid).
    notes : tuple of str
    """

    table: pl.DataFrame
    cuts: Mapping[str, float]
    ahead: Mapping[str, float]
    notes: tuple[str, ...] = field(default=())


@cache
def monthly_profile(kind: str) -> MonthlyProfile:
    """The profile of a kind of measure.

    Parameters
    ----------
    kind : str
        One of ``ban, quota, licence, tax, outage, closure, sanction``.

    Raises
    ------
    UnknownTermError
        If the kind is not known.

    Examples
    --------
    >>> licence = monthly_profile("licence")
    >>> licence.front[1] > 2 and licence.first[1] < 0.3
    True
    >>> monthly_profile("ban").basis
    'assumption'
    """
    if kind not in KINDS:
        raise UnknownTermError.of("kind of shock", kind, KINDS)
    rows = [row for row in _rows("monthly_profile.csv") if row["kind"] == kind]
    months = tuple(range(WINDOW[0], WINDOW[1] + 1))
    if not rows:
        stop = tuple(1.0 if k < 0 else 0.0 for k in months)
        return MonthlyProfile(
            kind=kind, months=months, low=stop, mid=stop, high=stop,
            front=_WHOLE, first=_NONE, recovery=_NONE, plateau=_NONE,
            basis="assumption",
            source="no monthly data of this kind: the loss is spread evenly, nothing is shipped early",
        )  # fmt: skip
    return _fitted(kind, months, rows)


def _fitted(kind: str, months: tuple[int, ...], rows: Sequence[Mapping[str, str]]) -> MonthlyProfile:
    """Fit of one event, its range widened by press figures of others of the kind in the same month."""
    fit = {(row["what"], row["month"]): row for row in rows if row["basis"] == "fit"}
    press = [row for row in rows if row["basis"] == "press"]

    def around(what: str, month: int | None = None, *, ends: str = "") -> Range:
        row = fit[what, "" if month is None or what != "factor" else str(month)]
        low, mid, high = (float(row[f"{ends}{end}"]) for end in ("low", "mid", "high"))
        if ends:
            return low, mid, high
        said = [float(one["mid"]) for one in press if one["month"] == str(month)]
        return min([low, *said]), mid, max([high, *said])

    by_month = [around("factor", k) for k in months]
    some = next(iter(fit.values()))
    return MonthlyProfile(
        kind=kind,
        months=months,
        low=tuple(one[0] for one in by_month),
        mid=tuple(one[1] for one in by_month),
        high=tuple(one[2] for one in by_month),
        front=around("front", -1),
        first=around("first", 0),
        recovery=around("recovery"),
        plateau=around("plateau"),
        normal_front=around("front", ends="normal_"),
        normal_first=around("first", ends="normal_"),
        basis=f"fitted on {some['series']} series",
        source=some["source"],
    )


@cache
def press_points() -> tuple[Mapping[str, Any], ...]:
    """Press figures of months around a measure, each against an earlier month of the same series.

    Returns
    -------
    tuple of mapping
        ``event, kind, material, series, month, ratio, base, source``: `month` relative to the measure,
        `base` the month that stands for a usual one. One month against one month: good for the direction,
        not for a level. Series without a month before the announcement are left out.
    """
    rows = [row for row in _rows("monthly_series.csv") if row["effective"]]
    by_series: dict[tuple[str, str], list[Mapping[str, str]]] = {}
    for row in rows:
        by_series.setdefault((row["material"], row["series"]), []).append(row)
    found = []
    for (material, series), points in by_series.items():
        usual = [p for p in points if month_number(p["period"]) < month_number(p["announced"])]
        if not usual:
            continue
        base = max(usual, key=lambda p: p["period"])
        found += [
            {
                "event": point["event"],
                "kind": point["kind"],
                "material": material,
                "series": series,
                "month": month_number(point["period"]) - month_number(point["effective"]),
                "ratio": float(point["value"]) / float(base["value"]),
                "base": base["period"],
                "source": point["source"],
            }
            for point in points
            if point["period"] > base["period"]
        ]
    return tuple(found)


def monthly_points() -> pl.DataFrame:
    """Press figures of months around measures as they were read.

    Returns
    -------
    DataFrame
        ``event, kind, announced, effective, material, series, period, value, unit, source``. [t]
    """
    import polars as pl

    return pl.DataFrame(_rows("monthly_series.csv")).with_columns(pl.col("value").cast(pl.Float64))


def _rows(name: str) -> list[dict[str, str]]:
    with (_DATA / name).open(encoding="utf-8", newline="") as lines:
        return list(DictReader(lines))


def spread_over_months(
    kind: str, annual_cut: float, announced: date | None, start: date, months: tuple[float, float]
) -> Spread:
    """Turn an annual cut into a path by month.

    The year is the twelve months from the start on: over them, exports come to ``1 - annual_cut`` of usual
    ones. The shape of the profile is deepened or flattened to that end; where every month that it lowers is
    already at nothing, the other months of the duration are lowered evenly. What is shipped early comes
    before the year and on top of it. After the duration trade is as usual; beyond twelve months it stays
    where month 11 was.

    Parameters
    ----------
    kind : str
    annual_cut : float
        Part of twelve months' exports that is lost, 0 to 1.
    announced : date or None
        Nothing is shipped early where the day is not known.
    start : date
        Month k runs from k months after this day.
    months : tuple of float
        Shortest and longest duration; the middle is half-way.

    Raises
    ------
    OptionError
        All faults at once.

    Examples
    --------
    >>> from datetime import date
    >>> path = spread_over_months("ban", 0.25, None, date(2027, 1, 1), (6.0, 6.0))
    >>> path.table.filter(path.table["duration"] == "short")["factor"].to_list()[:9]
    [1.0, 1.0, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 1.0]
    """
    import polars as pl

    _refuse(annual_cut, announced, start, months)
    profile = monthly_profile(kind)
    durations = {"short": months[0], "middle": sum(months) / 2, "long": months[1]}
    rows: list[dict[str, Any]] = []
    cuts, ahead, notes = {}, {}, []
    for name, length in durations.items():
        cases = [_path(profile, case, annual_cut, announced, start, length) for case in (0, 1, 2)]
        cuts[name] = 1 - sum(cases[1][k] for k in range(_YEAR)) / _YEAR
        ahead[name] = cases[1][-1] - 1
        for k, factor in cases[1].items():
            ends = [case[k] for case in cases]
            rows.append(
                {"duration": name, "months": length, "k": k, "month": _shifted(start, k)}
                | {"factor_low": min(ends), "factor": factor, "factor_high": max(ends)}
            )
        if cuts[name] < annual_cut - 1e-9:
            notes.append(
                f"{length:g} months cannot lose {annual_cut:g} of a year: all is lost while the measure "
                f"lasts, which is {cuts[name]:.3g}"
            )
    return Spread(
        table=pl.DataFrame(rows),
        cuts=cuts,
        ahead=ahead,
        notes=(f"{kind}: {profile.basis}; {profile.source}", *dict.fromkeys(notes)),
    )


def _refuse(annual_cut: float, announced: date | None, start: date, months: tuple[float, float]) -> None:
    faults = []
    if not 0 <= annual_cut <= 1:
        faults.append(f"annual_cut: {annual_cut:g} lies outside 0 to 1; give the part of a year that is lost")
    if not 0 < months[0] <= months[1]:
        faults.append(f"months: {months[0]:g} to {months[1]:g}; give a shorter and a longer duration above 0")
    if announced is not None and announced > start:
        faults.append(f"announced: {announced} is after the start {start}; give the day of the announcement")
    if faults:
        raise OptionError("\n".join(faults))


def _path(
    profile: MonthlyProfile, case: int, annual_cut: float, announced: date | None, start: date, length: float
) -> dict[int, float]:
    """Factor of every month; case 0 is the deep shape, 2 the shallow one."""
    import numpy as np

    last = max(_YEAR, int(np.ceil(length)))
    k = np.arange(last, dtype=float)
    under = np.clip(length - k, 0.0, 1.0)
    first, plateau = profile.first[case], profile.plateau[case]
    slow = profile.recovery[2 - case]
    back = np.minimum(1.0, k / slow) if slow > 0 else np.ones(last)
    dips = np.clip(1 - (first + (plateau - first) * back), 0.0, 1.0)
    year = slice(0, _YEAR)
    lost = np.zeros(last)
    lost[year] = _filled(dips[year], under[year], annual_cut * _YEAR)
    lost[_YEAR:] = lost[_YEAR - 1]
    factors = 1 - lost * under
    early = 0.0
    if announced is not None and annual_cut > 0:
        usual = float(dips[year] @ under[year]) / _YEAR
        known = min((start - announced).days / _NOTICE, 1.0)
        early = (profile.front[case] - 1) * known * (min(annual_cut / usual, 1.0) if usual else 1.0)
    return {-2: 1.0, -1: 1 + early, **{int(n): float(f) for n, f in zip(k, factors, strict=True)}}


def _filled(dips: Floats, under: Floats, target: float) -> Floats:
    """Losses by month, in proportion to the dips, at most 1, that add up to the target over the months under.

    Months without a dip are used evenly once all others are lost whole.
    """
    import numpy as np

    lost = np.zeros(len(dips))
    for free in ((dips > 0) & (under > 0), (dips <= 0) & (under > 0)):
        shape = np.where(dips > 0, dips, 1.0)
        while free.any() and float(lost @ under) < target:
            scale = (target - float((lost * under)[~free].sum())) / float((shape * under)[free].sum())
            lost[free] = np.minimum(scale * shape[free], 1.0)
            if scale * shape[free].max() <= 1:
                break
            free = free & (lost < 1)
    return lost


def _shifted(day: date, months: int) -> date:
    """The same day some months later, or the last one of a shorter month."""
    from calendar import monthrange
    from datetime import date as day_of

    year, month = divmod(day.year * _YEAR + day.month - 1 + months, _YEAR)
    return day_of(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
