"""How large and how long shocks of a kind were: fitted to past events, with how many stand behind them.

Sizes come from the named events of a world. An instrument with few events borrows from all of them:

    m_k = (n_k mean_k + w m) / (n_k + w)          v_k the same for the squared distance from m_k
    cut ~ Beta(a, b)   with mean m_k and variance v_k

Durations are lognormal. Most come from the policy register: days from the first day in force to the day a
measure ended or was suspended; one that still stands is censored, not short. Physical losses and licences,
whose effect ends long before the measure, come from `data/durations.csv`.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from csv import DictReader
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from statistics import NormalDist
from typing import TYPE_CHECKING, Final

from pactolus.errors import NoAnswerError, UnknownTermError
from pactolus.policy.register import register

if TYPE_CHECKING:
    from datetime import date

    import numpy as np
    import polars as pl
    from numpy.typing import NDArray

    from pactolus.disruption.history.events import Event
    from pactolus.policy.register import Measure

    Floats = NDArray[np.float64]

__all__ = [
    "BORROWED",
    "LONGEST",
    "DurationPrior",
    "Lasted",
    "SizePrior",
    "duration_prior",
    "lasted",
    "priors",
    "size_prior",
]

#: Events that "all events" count for beside those of an instrument.
BORROWED: Final = 2.0
#: Least spread of a fitted size, and of the log of a duration: a handful of events cannot tell less.
_LEAST_VARIANCE: Final = 0.1**2
_LEAST_LOG_SD: Final = 0.3
_TAILS: Final = (0.1, 0.9)
#: No case is said to last longer than this: hardly any register looks back further.
LONGEST: Final = 120.0
_DAYS_A_MONTH: Final = 365.25 / 12
_NORMAL: Final = NormalDist()
#: Kinds of shocks -> instruments of the policy register whose lengths are used.
_REGISTER: Final[Mapping[str, tuple[str, ...]]] = {
    "ban": ("export_ban",),
    "quota": ("export_quota",),
    "tax": ("export_tax",),
    "closure": ("mining_suspension",),
    "sanction": ("sanction",),
}
#: Kinds without lengths of their own -> the kind whose lengths stand in.
_STANDS_IN: Final[Mapping[str, str]] = {
    "boycott": "sanction",
    "war": "closure",
    "other": "closure",
    "route": "outage",
}
_KINDS: Final = ("ban", "quota", "licence", "tax", "outage", "closure", "sanction")


@dataclass(frozen=True, kw_only=True)
class SizePrior:
    """Part of a year's exports that is lost.

    Attributes
    ----------
    instrument : str
    events : int
        Events of the instrument.
    of_all : int
        Events of all instruments that it borrows from.
    mean, low, high : float
        Mean and 80 % interval. [share]
    alpha, beta : float
        Of the beta distribution.
    """

    instrument: str
    events: int
    of_all: int
    mean: float
    low: float
    high: float
    alpha: float
    beta: float

    def draw(self, random: np.random.Generator, count: int) -> Floats:
        """Cuts. [share]"""
        found: Floats = random.beta(self.alpha, self.beta, size=count)
        return found

    def points(self, count: int) -> Floats:
        """Equally likely cuts, from small to large. [share]"""
        import numpy as np
        from scipy.special import betaincinv

        found: Floats = betaincinv(self.alpha, self.beta, (np.arange(count) + 0.5) / count)
        return found


@dataclass(frozen=True, kw_only=True)
class DurationPrior:
    """Months that a shock of a kind lasts.

    Attributes
    ----------
    kind : str
    events, censored : int
        Past cases, and those of them that had not ended.
    median, low, high : float
        Median and 80 % interval, `LONGEST` at most. [months]
    log_mean, log_sd : float
        Of the lognormal distribution.
    stands_in : str
        The kind whose cases were taken where there are none of its own; empty otherwise.
    """

    kind: str
    events: int
    censored: int
    median: float
    low: float
    high: float
    log_mean: float
    log_sd: float
    stands_in: str = ""

    def draw(self, random: np.random.Generator, count: int) -> Floats:
        """Months, `LONGEST` at most."""
        import numpy as np

        drawn = np.exp(random.normal(self.log_mean, self.log_sd, size=count))
        found: Floats = np.minimum(drawn, LONGEST)
        return found


@dataclass(frozen=True)
class Lasted:
    """One past case: its id, how many months it lasted, and whether it had not ended."""

    id: str
    kind: str
    months: float
    censored: bool


def size_prior(instrument: str, events: Sequence[Event], *, without: str = "") -> SizePrior:
    """The size of shocks of an instrument.

    Parameters
    ----------
    instrument : str
        As the events name it, or ``feared`` for events of any kind that were feared and not confirmed; one
        without events has the size of all of them.
    events : sequence of Event
        `events_of` a world.
    without : str
        Id of an event to leave out.

    Raises
    ------
    NoAnswerError
        If there is no event at all.

    Examples
    --------
    >>> from pactolus.disruption.history.events import events_of
    >>> import pactolus as pt
    >>> ban = size_prior("ban", events_of(pt.open_world()))
    >>> ban.events, ban.low < ban.mean < ban.high
    (4, True)
    """
    others = [one for one in events if one.id != without]
    own = [one.cut for one in others if instrument in (one.instrument, one.confidence)]
    every = [one.cut for one in others]
    if not every:
        raise NoAnswerError(
            f"{instrument}: this world holds no past event to draw a size from; give the cut in the scenario"
        )
    centre = sum(every) / len(every)
    mean = (sum(own) + BORROWED * centre) / (len(own) + BORROWED)
    around = sum((cut - mean) ** 2 for cut in every) / len(every)
    spread = (sum((cut - mean) ** 2 for cut in own) + BORROWED * around) / (len(own) + BORROWED)
    spread = min(max(spread, _LEAST_VARIANCE), 0.9 * mean * (1 - mean))
    weight = mean * (1 - mean) / spread - 1
    alpha, beta = mean * weight, (1 - mean) * weight
    low, high = _beta_quantiles(alpha, beta)
    return SizePrior(
        instrument=instrument,
        events=len(own),
        of_all=len(every),
        mean=mean,
        low=low,
        high=high,
        alpha=alpha,
        beta=beta,
    )


@cache
def _beta_quantiles(alpha: float, beta: float) -> tuple[float, float]:
    """The 10 % and 90 % quantiles."""
    from scipy.special import betaincinv

    low, high = betaincinv(alpha, beta, _TAILS)
    return float(low), float(high)


@cache
def duration_prior(kind: str) -> DurationPrior:
    """The length of shocks of a kind.

    Parameters
    ----------
    kind : str
        A kind of scenario, or an instrument of the events.

    Raises
    ------
    UnknownTermError

    References
    ----------
    .. [1] A. P. Dempster, N. M. Laird, D. B. Rubin, "Maximum Likelihood from Incomplete Data via the EM
       Algorithm", Journal of the Royal Statistical Society B 39 (1977), section 4.3 (censored data).

    Examples
    --------
    >>> ban = duration_prior("ban")
    >>> ban.events > ban.censored > 0, 0 < ban.low <= ban.median <= ban.high
    (True, True)
    """
    if kind not in _KINDS and kind not in _STANDS_IN:
        raise UnknownTermError.of("kind of shock", kind, [*_KINDS, *_STANDS_IN])
    source = _STANDS_IN.get(kind, kind)
    cases = [one for one in lasted() if one.kind == source]
    log_mean, log_sd = _censored_normal([math.log(c.months) for c in cases], [c.censored for c in cases])
    low, median, high = (
        min(math.exp(log_mean + log_sd * _NORMAL.inv_cdf(p)), LONGEST) for p in (_TAILS[0], 0.5, _TAILS[1])
    )
    return DurationPrior(
        kind=kind,
        events=len(cases),
        censored=sum(c.censored for c in cases),
        median=median,
        low=low,
        high=high,
        log_mean=log_mean,
        log_sd=log_sd,
        stands_in=source if source != kind else "",
    )


def priors(events: Sequence[Event]) -> pl.DataFrame:
    """Both, one row a kind: ``kind, quantity, unit, low, mid, high, events, censored, borrowed``."""
    import polars as pl

    rows: list[tuple[object, ...]] = []
    for kind in _KINDS:
        size, length = size_prior(kind, events), duration_prior(kind)
        rows.append((kind, "cut", "share", size.low, size.mean, size.high, size.events, 0, size.of_all))
        months = (length.low, length.median, length.high)
        rows.append((kind, "duration", "month", *months, length.events, length.censored, 0))
    schema = ("kind", "quantity", "unit", "low", "mid", "high", "events", "censored", "borrowed")
    return pl.DataFrame(rows, schema=schema, orient="row")


@cache
def lasted() -> tuple[Lasted, ...]:
    """Every past case that the fits use, measures first."""
    found = [
        case
        for measure in register()
        for kind, instruments in _REGISTER.items()
        if measure.instrument in instruments and (case := _of_measure(measure, kind))
    ]
    file = Path(__file__).parents[1] / "data" / "durations.csv"
    with file.open(encoding="utf-8", newline="") as rows:
        found += [
            Lasted(row["id"], row["kind"], float(row["months"]), row["censored"] == "yes")
            for row in DictReader(rows)
            if row["status"] == "seen"
        ]
    return tuple(found)


def _of_measure(measure: Measure, kind: str) -> Lasted | None:
    """From the first day in force to the first on which it no longer was; censored where none is known."""
    begin: date | None = None
    for span in measure.spans:
        if span.state == "in_force" and begin is None:
            begin = span.begin
        if begin is not None and span.state in ("ended", "suspended"):
            months = (span.begin - begin).days / _DAYS_A_MONTH
            return Lasted(measure.id, kind, months, False) if months > 0 else None
    read = [one.read_on for one in measure.references if one.read_on]
    if begin is None or not read or max(read) <= begin:
        return None
    return Lasted(measure.id, kind, (max(read) - begin).days / _DAYS_A_MONTH, True)


def _censored_normal(values: Sequence[float], censored: Sequence[bool]) -> tuple[float, float]:
    """Mean and standard deviation where some values are only known to be larger, by EM.

    Where nothing has ended the likelihood has no top: the longest case is then taken as ended.
    """
    if all(censored):
        censored = [value < max(values) for value in values]
    mean = sum(values) / len(values)
    sd = max(math.sqrt(sum((v - mean) ** 2 for v in values) / len(values)), _LEAST_LOG_SD)
    for _ in range(500):
        first, second = [], []
        for value, beyond in zip(values, censored, strict=True):
            z = (value - mean) / sd
            hazard = _NORMAL.pdf(z) / max(1 - _NORMAL.cdf(z), 1e-12) if beyond else 0.0
            first.append(mean + sd * hazard if beyond else value)
            second.append(mean**2 + sd**2 + sd * (value + mean) * hazard if beyond else value**2)
        new_mean = sum(first) / len(first)
        new_sd = max(math.sqrt(max(sum(second) / len(second) - new_mean**2, 0.0)), _LEAST_LOG_SD)
        moved = abs(new_mean - mean) + abs(new_sd - sd)
        mean, sd = new_mean, new_sd
        if moved < 1e-10:
            break
    return mean, sd
