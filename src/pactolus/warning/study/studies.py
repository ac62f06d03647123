"""The event study: boards of signals, events, labels, and the tables that say how good the signals were."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Final

import numpy as np
import polars as pl

from pactolus.errors import NoAnswerError, OptionError
from pactolus.policy.register import register
from pactolus.runs.manifest import as_of_today
from pactolus.terms.countries import importers_named
from pactolus.terms.hs_codes import codes_of
from pactolus.terms.minerals import resolve_minerals
from pactolus.warning.signals.series import MonthlySeries
from pactolus.warning.signals.sources import from_prices, from_world
from pactolus.warning.study.baselines import ALWAYS_OFF, with_baselines
from pactolus.warning.study.boards import Board, counted_as, flow_board, mineral_board
from pactolus.warning.study.events import control_events, fall_events, onsets, placed, shock_events
from pactolus.warning.study.labels import HORIZONS, aftermath, labels, low_months
from pactolus.warning.study.leads import WINDOW, by_event, chance_of, false_alerts, first_alerts
from pactolus.warning.study.scores import DRAWS, cases_of, gap_rows, score_rows

if TYPE_CHECKING:
    from pactolus.catalogue.world import World

__all__ = ["Study", "event_study", "study_board"]

_TABLES: Final = ("events", "scores", "gaps", "leads", "false_alerts")


@dataclass(frozen=True, kw_only=True)
class Study:
    """Tables of an event study; each has a column `board`.

    Attributes
    ----------
    events : DataFrame
        ``board, event, kind, signal, status, series, warned, lead_months, lead_days, own_notice_days``: one
        row an event and signal; the last is from the event's own announcement to its effect, empty without.
    scores : DataFrame
        ``board, horizon, signal, events, event_series, quiet, base_rate, average_precision, pod, far, nsr``.
    gaps : DataFrame
        ``board, horizon, signal, against, events, gap, low, high, verdict``: average precision less that of a
        baseline, 95 % interval by drawing events.
    leads : DataFrame
        ``board, signal, events, warned, in_time, median_lead_months, median_lead_days, chance``: events with
        values before them, those with an alert before the onset, those whose alert could be known before it,
        medians over the warned ones, and the share of quiet twelve months with an alert.
    false_alerts : DataFrame
        ``board, signal, minerals, mineral_years, spells, false_spells, false_per_mineral_year``.
    boards : tuple of Board
    struck : mapping of DataFrame
        By board: ``event, kind, row, month, day, announced``.
    notes : tuple of str
    """

    events: pl.DataFrame
    scores: pl.DataFrame
    gaps: pl.DataFrame
    leads: pl.DataFrame
    false_alerts: pl.DataFrame
    boards: tuple[Board, ...]
    struck: Mapping[str, pl.DataFrame]
    notes: tuple[str, ...] = ()


def event_study(
    world: World | None,
    members: str | Sequence[str] = ("KOR", "JPN"),
    *,
    series: MonthlySeries | None = None,
    events: pl.DataFrame | None = None,
    minerals: str | Sequence[str] = "critical",
    horizons: Sequence[int] = HORIZONS,
    since: int = 2010,
    until: int = 2025,
    as_of: date | None = None,
    thresholds: Mapping[str, float] | None = None,
    seed: int = 0,
    draws: int = DRAWS,
) -> Study:
    """Which signals would have fired before the events of some years, with which lead.

    Parameters
    ----------
    world : World or None
        Its ``prices_monthly`` and, where there is one, ``trade_reported``.
    members : str or sequence of str
        Importers: countries or coalitions.
    series : MonthlySeries, optional
        Monthly trade in the place of that of the world, as of `read_series`.
    events : DataFrame, optional
        Shocks as of `shock_events` or `event_rows`, beside the controls of the register; the named ones whose
        day is known if omitted.
    minerals : str or sequence of str
    horizons : sequence of int
        [months]
    since, until : int
        Years.
    as_of : date, optional
        Nothing after it is known; today if omitted.
    thresholds : mapping, optional
        As for `score`.
    seed, draws : int
        Of the intervals.

    Returns
    -------
    Study

    Raises
    ------
    OptionError
        If the years or a horizon make no sense.
    NoAnswerError
        If there is no month of any signal.
    """
    if since > until:
        raise OptionError(f"since {since}, until {until}: give years in order")
    day = as_of or as_of_today()
    first, last = date(since, 1, 1), min(date(until, 12, 1), _last_month(day))
    named = importers_named(members)
    wanted = sorted({counted_as(one) for one in resolve_minerals(minerals)})
    controls = control_events(register(), named, first=first, last=last)
    shocks = shock_events() if events is None else events
    known = pl.concat([controls.table, shocks.filter(pl.col("day").is_between(first, date(until, 12, 31)))])
    boards = _boards(world, named, series, wanted, first, last, day, thresholds)
    if not boards:
        raise NoAnswerError("no month of any signal: give a world with prices_monthly, or monthly trade")
    parts = [study_board(board, known, horizons, seed=seed, draws=draws) for board in boards]
    notes = (*(note for board in boards for note in board.notes), *_said(controls.left_out))
    return Study(
        **{name: pl.concat([part[name] for part in parts]) for name in _TABLES},
        boards=tuple(boards),
        struck={board.name: part["struck"] for board, part in zip(boards, parts, strict=True)},
        notes=notes,
    )


def _last_month(day: date) -> date:
    """The last month that is over on a day."""
    number = 12 * day.year + day.month - 2
    return date(number // 12, number % 12 + 1, 1)


def _said(left_out: Sequence[str]) -> tuple[str, ...]:
    return (f"controls that are no event here, {len(left_out)}: {'; '.join(left_out)}",) if left_out else ()


def _boards(
    world: World | None,
    members: Sequence[str],
    series: MonthlySeries | None,
    minerals: Sequence[str],
    first: date,
    last: date,
    as_of: date,
    thresholds: Mapping[str, float] | None,
) -> list[Board]:
    """The boards for which there are months."""
    found = []
    if world is not None and "prices_monthly" in world.tables:
        prices = world.scan("prices_monthly")
        of_series = dict(prices.select("series", "mineral").unique().collect().iter_rows())
        quoted = from_prices(prices, sorted(set(of_series.values())), as_of=as_of)
        priced = {name: counted_as(mineral) for name, mineral in of_series.items()}
        found.append(
            mineral_board(
                register(),
                quoted,
                priced,
                members,
                {*minerals, *priced.values()},
                first=first,
                last=last,
                thresholds=thresholds,
            )
        )
    flows = series
    if flows is None and world is not None and "trade_reported" in world.tables:
        codes = sorted({code for mineral in minerals for code in codes_of(mineral, own=False)})
        flows = from_world(world.scan("trade_reported"), members, codes, as_of=as_of)
    if flows is not None and flows.table.height:
        board = flow_board(
            _of_members(flows, members), register(), first=first, last=last, thresholds=thresholds
        )
        found += [board] if board.months and board.series.height else []
    return [with_baselines(board) for board in found]


def _of_members(flows: MonthlySeries, members: Sequence[str]) -> MonthlySeries:
    """The flows to the members; rows without a reporter are imports of the one member there is."""
    table = flows.table
    if (table["reporter"] == "").any():
        if len(members) != 1:
            raise OptionError(
                f"monthly series: rows without a reporter, and members {', '.join(members)}; name "
                "one member, or give columns reporter and flow"
            )
        blank = pl.col("reporter") == ""
        table = table.with_columns(reporter=pl.when(blank).then(pl.lit(members[0])).otherwise("reporter"))
    importer = pl.when(pl.col("flow") == "export").then("partner").otherwise("reporter")
    return replace(flows, table=table.filter(importer.is_in(list(members)) & (pl.col("flow") != "price")))


def study_board(
    board: Board,
    events: pl.DataFrame,
    horizons: Sequence[int] = HORIZONS,
    *,
    seed: int = 0,
    draws: int = DRAWS,
) -> dict[str, pl.DataFrame]:
    """All tables of one board.

    Parameters
    ----------
    board : Board
        With its baselines.
    events : DataFrame
        As in `events.EVENT_COLUMNS`.
    horizons : sequence of int
    seed, draws : int

    Returns
    -------
    dict of DataFrame
        As in `Study`, and ``struck``.
    """
    named = onsets(events, board)
    fallen, known = fall_events(board, named)
    struck = pl.concat([named, fallen]).sort("month", "event", "row")
    onset = placed(struck, board)
    low = None if board.kg is None else low_months(board.kg)[:, -board.months :]
    apart = aftermath(onset, low)
    signals = list(board.score)
    real = [name for name in signals if name != ALWAYS_OFF]
    rows: list[dict[str, object]] = []
    gaps: list[dict[str, object]] = []
    for horizon in horizons:
        cases = cases_of(struck, labels(onset, known, horizon), apart, horizon)
        rows += score_rows(board, cases, signals, horizon)
        gaps += gap_rows(board, cases, real, horizon, seed=seed, draws=draws)
    alerts = first_alerts(board, struck, real)
    own = (pl.col("day") - pl.col("announced")).dt.total_days().max().alias("own_notice_days")
    found = by_event(alerts).join(struck.group_by("event").agg(own), on="event", how="left")
    return {
        "events": _with_board(found, board),
        "scores": pl.DataFrame(rows, infer_schema_length=None),
        "gaps": pl.DataFrame(gaps, infer_schema_length=None, schema_overrides=_GAPS),
        "leads": _with_board(_leads(board, struck, found, real), board),
        "false_alerts": _with_board(false_alerts(board, struck, real), board),
        "struck": struck,
    }


_GAPS: Final = {"events": pl.Int64, "gap": pl.Float64, "low": pl.Float64, "high": pl.Float64}


def _with_board(frame: pl.DataFrame, board: Board) -> pl.DataFrame:
    return frame.select(pl.lit(board.name).alias("board"), pl.all())


def _leads(board: Board, struck: pl.DataFrame, found: pl.DataFrame, signals: Sequence[str]) -> pl.DataFrame:
    """Medians over events, beside how often a quiet year has an alert."""
    rows = []
    for signal in signals:
        own = found.filter(signal=signal).filter(pl.col("status") != "history_short")
        warned = own.filter(status="alert")
        in_time = int((warned["lead_days"] > 0).sum())
        count, hit = chance_of(board, struck, signal, window=WINDOW)
        months, days = (_median(warned[name]) for name in ("lead_months", "lead_days"))
        rows.append(
            (signal, own.height, warned.height, in_time, months, days, count, hit / count if count else None)
        )
    names = (
        "signal",
        "events",
        "warned",
        "in_time",
        "median_lead_months",
        "median_lead_days",
        "quiet",
        "chance",
    )
    kinds = (pl.String, pl.Int64, pl.Int64, pl.Int64, pl.Float64, pl.Float64, pl.Int64, pl.Float64)
    return pl.DataFrame(rows, schema=dict(zip(names, kinds, strict=True)), orient="row")


def _median(values: pl.Series) -> float | None:
    known = values.drop_nulls().to_numpy()
    return float(np.median(known)) if known.size else None
