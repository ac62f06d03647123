"""How good signals were, one event counted once, beside baselines, with intervals that draw events.

A case is a stretch of `horizon` months of one series: the months that an onset makes positive, or months
that are all negative and lie in no event's aftermath. The score of a case is the highest of its months. An
event that strikes n series has n cases of weight 1 / n; a quiet case weighs 1.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from pactolus.warning.scoring.contingency import Contingency
from pactolus.warning.scoring.ranking import Ranked
from pactolus.warning.signals.windows import Floats
from pactolus.warning.study.baselines import BASELINES
from pactolus.warning.study.boards import Board
from pactolus.warning.study.labels import NEGATIVE, Labels

__all__ = ["DRAWS", "FEWEST_EVENTS", "Cases", "cases_of", "gap_of", "gap_rows", "score_rows", "verdict"]

#: Fewer events than these give no interval.
FEWEST_EVENTS: Final = 10
DRAWS: Final = 400

Bools = NDArray[np.bool_]
Ints = NDArray[np.int64]


@dataclass(frozen=True, kw_only=True)
class Cases:
    """Cases of one horizon; arrays of one length.

    Attributes
    ----------
    row, start, stop : array of int
        Series, and months from `start` up to `stop`, not included.
    event : array of int
        Number of the event; -1 of a quiet case.
    weight : array
        1 / number of the event's series; 1 of a quiet case.
    names : tuple of str
        Of the events.
    """

    row: Ints
    start: Ints
    stop: Ints
    event: Ints
    weight: Floats
    names: tuple[str, ...]

    def highest(self, cells: Floats) -> Floats:
        """Highest value in the months of each case; NaN where there is none."""
        if not self.row.size:
            return np.empty(0)
        length = int((self.stop - self.start).max())
        months = self.start[:, None] + np.arange(length)
        inside = months < self.stop[:, None]
        part = cells[self.row[:, None], np.where(inside, months, self.start[:, None])]
        found = np.where(np.isfinite(part), part, -np.inf).max(axis=1)
        return np.where(np.isneginf(found), np.nan, found)


def cases_of(struck: pl.DataFrame, labelled: Labels, apart: Bools, horizon: int) -> Cases:
    """Stretches before onsets, and quiet ones.

    Parameters
    ----------
    struck : DataFrame
        ``event, row, month`` of every onset.
    labelled : array of int8, shape (series, months)
        As of `labels`, for this horizon.
    apart : array of bool
        Months in an event's aftermath: no quiet case holds one.
    horizon : int
        [months]
    """
    names = struck["event"].unique(maintain_order=True).to_list()
    pairs = (
        struck.select("event", "row", "month").unique(maintain_order=True).filter(pl.col("month") > 0).rows()
    )
    counts: dict[str, int] = {}
    for event, _, _ in pairs:
        counts[event] = counts.get(event, 0) + 1
    rows = [
        (row, max(0, month - horizon), month, names.index(event), 1 / counts[event])
        for event, row, month in pairs
    ]
    quiet = (labelled == NEGATIVE) & ~apart
    for row in range(labelled.shape[0]):
        rows += [(row, start, start + horizon, -1, 1.0) for start in _stretches(quiet[row], horizon)]
    columns = list(zip(*rows, strict=True)) if rows else [()] * 5
    row_, start_, stop_, event_ = (np.array(one, np.int64) for one in columns[:4])
    return Cases(
        row=row_,
        start=start_,
        stop=stop_,
        event=event_,
        weight=np.array(columns[4], float),
        names=tuple(names),
    )


def _stretches(quiet: Bools, length: int) -> list[int]:
    """First months of stretches that are quiet throughout, one after the other."""
    found, start = [], 0
    while start + length <= quiet.size:
        loud = np.flatnonzero(~quiet[start : start + length])
        if loud.size:
            start += int(loud[-1]) + 1
            continue
        found.append(start)
        start += length
    return found


def score_rows(board: Board, cases: Cases, signals: Iterable[str], horizon: int) -> list[dict[str, object]]:
    """Scores of signals on the cases for which each has a value.

    Returns
    -------
    list of dict
        ``board, horizon, signal, events, event_series, quiet, base_rate, average_precision, pod, far, nsr``;
        scores whose denominator is empty are None. `events` is the number of events with a value.
    """
    return [_score_row(board, cases, signal, horizon) for signal in signals]


def _score_row(board: Board, cases: Cases, signal: str, horizon: int) -> dict[str, object]:
    score = cases.highest(board.score[signal])
    alert = cases.highest(board.alert[signal]) == 1
    there = np.isfinite(score)
    weight = _reweighted(cases, there)
    of_event = cases.event >= 0
    hits, events = float(weight[of_event & alert].sum()), float(weight[of_event].sum())
    quiet = there & ~of_event
    table = Contingency(
        hits=hits,
        misses=max(0.0, events - hits),
        false_alarms=float((quiet & alert).sum()),
        quiet=float((quiet & ~alert).sum()),
    )
    ap = (
        Ranked(of_event[there], score[there]).average_precision(weight[there])
        if there.any()
        else float("nan")
    )
    total = events + float(quiet.sum())
    return {
        "board": board.name,
        "horizon": horizon,
        "signal": signal,
        "events": len(np.unique(cases.event[there & of_event])),
        "event_series": int((there & of_event).sum()),
        "quiet": int(quiet.sum()),
        "base_rate": events / total if total else None,
        "average_precision": None if np.isnan(ap) else ap,
        "pod": table.pod,
        "far": table.far,
        "nsr": table.noise_to_signal,
    }


def _reweighted(cases: Cases, there: Bools) -> Floats:
    """Weights of the cases that are there, so that each event that is there weighs 1."""
    weight = np.where(there, cases.weight, 0.0)
    known = there & (cases.event >= 0)
    total = np.bincount(cases.event[known], weight[known], minlength=max(1, len(cases.names)))
    weight[known] /= total[cases.event[known]]
    return weight


def gap_of(
    cases: Cases, ours: Floats, other: Floats, *, seed: int = 0, draws: int = DRAWS
) -> tuple[float, float, float, int] | None:
    """Average precision of one score less that of another, with a 95 % interval that draws events.

    Both are scored on the cases for which both have a value. Events are drawn whole, with all their series,
    and quiet cases apart from them.

    Parameters
    ----------
    cases : Cases
    ours, other : array
        Score of each case, as of `Cases.highest`.
    seed, draws : int

    Returns
    -------
    tuple or None
        Gap, low, high, number of events; None with fewer than ten events or without a quiet case.
    """
    there = np.isfinite(ours) & np.isfinite(other)
    weight = _reweighted(cases, there)[there]
    event = cases.event[there]
    numbers = np.unique(event[event >= 0])
    quiet = event < 0
    if numbers.size < FEWEST_EVENTS or not quiet.any():
        return None
    ranked = [Ranked(event >= 0, score[there]) for score in (ours, other)]
    generator = np.random.default_rng(seed)
    drawn = []
    for _ in range(draws):
        times = np.zeros(len(cases.names))
        np.add.at(times, generator.choice(numbers, numbers.size), 1.0)
        counts = np.ones(event.size)
        counts[~quiet] = times[event[~quiet]]
        counts[quiet] = np.bincount(
            generator.integers(0, int(quiet.sum()), int(quiet.sum())), minlength=int(quiet.sum())
        )
        of_draw = weight * counts
        drawn.append(ranked[0].average_precision(of_draw) - ranked[1].average_precision(of_draw))
    low, high = np.nanquantile(drawn, [0.025, 0.975])
    gap = ranked[0].average_precision(weight) - ranked[1].average_precision(weight)
    return gap, float(low), float(high), int(numbers.size)


def gap_rows(
    board: Board, cases: Cases, signals: Sequence[str], horizon: int, *, seed: int = 0, draws: int = DRAWS
) -> list[dict[str, object]]:
    """Every signal against every baseline, as `gap_of` and `verdict` give it."""
    rows: list[dict[str, object]] = []
    score = {name: cases.highest(board.score[name]) for name in {*signals, *BASELINES} & set(board.score)}
    for signal in signals:
        for against in BASELINES:
            if against == signal or against not in board.score:
                continue
            gap = gap_of(cases, score[signal], score[against], seed=seed, draws=draws)
            low, high = (None, None) if gap is None else gap[1:3]
            rows.append(
                {
                    "board": board.name,
                    "horizon": horizon,
                    "signal": signal,
                    "against": against,
                    "events": None if gap is None else gap[3],
                    "gap": None if gap is None else gap[0],
                    "low": low,
                    "high": high,
                    "verdict": verdict(gap),
                }
            )
    return rows


def verdict(gap: tuple[float, float, float, int] | None) -> str:
    """``better`` or ``worse`` only where the interval excludes zero.

    Examples
    --------
    >>> verdict((0.1, 0.02, 0.2, 9)), verdict((0.1, -0.01, 0.2, 9)), verdict(None)
    ('better', 'not separated', 'too few events')
    """
    if gap is None:
        return "too few events"
    if gap[1] <= 0 <= gap[2]:
        return "not separated"
    return "better" if gap[1] > 0 else "worse"
