"""Rules on the library of events: what is released month by month, what stays short, when a stock is empty.

Every named past event as it happened and every ready scenario that cuts the mineral at the stage is worked
out for the members (`pactolus.disruption`), spread over months, and put to the rule as a path of losses. The
share lost of a usual month's imports of the stage, all its codes, stands for the share of use that is
missing. An early purchase before a shock is not counted. The stock is full at the beginning, and the rule
knows nothing of what follows.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import TYPE_CHECKING, Any, Final

from pactolus.disruption.effects.monthly import by_month
from pactolus.disruption.effects.stresses import stress
from pactolus.disruption.history.events import named_events
from pactolus.disruption.scenarios.library import PAST, ready, ready_names, ready_records
from pactolus.disruption.scenarios.reach import base_year, flows_of, places
from pactolus.disruption.scenarios.scenario import Scenario, from_record
from pactolus.errors import NoAnswerError
from pactolus.stockpile.stocks.continuous import MONTHS, Importer
from pactolus.stockpile.stocks.simulate import Months, Rule, play_rule
from pactolus.terms.countries import entity
from pactolus.terms.hs_codes import hs_codes

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from pactolus.catalogue.world import World
    from pactolus.disruption.effects.stresses import Stress
    from pactolus.disruption.scenarios.reach import Place
    from pactolus.stockpile.base.regimes import Regimes

    Floats = NDArray[np.float64]

__all__ = [
    "EVENT_COLUMNS",
    "STRESS_COLUMNS",
    "EventPath",
    "StressedRule",
    "event_paths",
    "stress_rule",
    "worst_of",
]

#: Columns of the tables: by month, and by event.
STRESS_COLUMNS: Final = (
    "mineral",
    "stage",
    "member",
    "scenario",
    "rule",
    "month",
    "lost_days",
    "released_days",
    "bought_days",
    "short_low_days",
    "short_days",
    "short_high_days",
    "stock_days",
    "start",
    "denominator",
    "label",
    "status",
)
EVENT_COLUMNS: Final = (
    "mineral",
    "stage",
    "member",
    "scenario",
    "kind",
    "fictitious",
    "rule",
    "target_days",
    "lost_low_days",
    "lost_days",
    "lost_high_days",
    "released_days",
    "short_low_days",
    "short_days",
    "short_high_days",
    "uncovered_months",
    "uncovered_high_months",
    "empty_month",
    "shortage_low_usd",
    "shortage_usd",
    "shortage_high_usd",
    "start",
    "start_days",
    "bit_low_usd",
    "bit_usd",
    "bit_high_usd",
    "bit_status",
    "denominator",
    "label",
    "status",
)
#: part of a day's use at which a stock counts as empty
EMPTY: Final = 1e-3


@dataclass(frozen=True, kw_only=True)
class EventPath:
    """The monthly losses of one event.

    Attributes
    ----------
    scenario : str
    titles : mapping of str to str
        By language.
    past : bool
        A named event as it happened; else a scenario that looks ahead.
    fictitious : bool
    months : tuple of date
    loss : mapping of str to ndarray, shape (3, months)
        Member -> share of use missing at the low end, in the middle and at the high end.
    status : mapping of str to str
        Member -> ``ok`` or ``not_distinguishable``.
    """

    scenario: str
    titles: Mapping[str, str] = field(repr=False)
    past: bool
    fictitious: bool
    months: tuple[date, ...]
    loss: Mapping[str, Floats] = field(repr=False)
    status: Mapping[str, str]


def event_paths(
    world: World, place: Place, members: Sequence[str], *, seed: int = 0
) -> tuple[list[EventPath], tuple[str, ...]]:
    """Events that cut a mineral at a stage, and notes on those that could not be worked out.

    Parameters
    ----------
    world : World
    place : (mineral, stage)
    members : sequence of str
    seed : int
        Of the draws.
    """
    found, notes = [], []
    for scenario in _touching(world, place):
        asked = replace(scenario, importers=tuple(members))
        try:
            worked = stress(world, asked, seed=seed)
        except NoAnswerError as error:
            notes.append(f"{scenario.scenario}: {error}")
            continue
        path = _path(asked, place, worked, _usual(world, asked, place, worked))
        if path is not None:
            found.append(path)
    return found, tuple(notes)


def _touching(world: World, place: Place) -> Iterable[Scenario]:
    """Ready scenarios and past events of a place."""
    for name, record in ready_records().items():
        scenario = from_record(record)
        if place in places(scenario):
            yield replace(scenario, scenario=name)
    known, mapped = hs_codes(), set(ready_names())
    for one in named_events().values():
        name = PAST + one.id.lower().replace("_", "-")
        cut = {
            (m, known[code].stage) for code in one.codes if code in known for m in known[code].minerals[:1]
        }
        if name in mapped and place in cut:
            yield replace(ready(name, world), titles=one.names)


def _usual(world: World, scenario: Scenario, place: Place, worked: Stress) -> dict[str, float]:
    """What each member imports a year at the stage: an event may cut some of its codes only. [t]"""
    import polars as pl

    drawn = worked.drawn.get(place)
    flows = flows_of(world, place, (), base_year(world, scenario.year)) if drawn and drawn.codes else None
    if flows is None:  # made up for an exercise, or no trade
        here = (pl.col("mineral") == place[0], pl.col("stage") == place[1])
        return dict(worked.losses.filter(*here).select("importer", "base_t").iter_rows())
    return {
        member: float(flows.filter(pl.col("importer").is_in(list(entity(member).members)))["t"].sum())
        for member in scenario.importers
    }


def _path(scenario: Scenario, place: Place, worked: Stress, usual: Mapping[str, float]) -> EventPath | None:
    import numpy as np
    import polars as pl

    here = (pl.col("mineral") == place[0], pl.col("stage") == place[1])
    own = by_month(worked).filter(*here)
    calendar = tuple(own["month"].unique().sort().to_list())
    loss, status = {}, {}
    for member in scenario.importers:
        rows = own.filter(pl.col("importer") == member).sort("month")
        if not rows.height:
            continue
        lost = rows.select("lost_low_t", "lost_t", "lost_high_t").to_numpy().T
        loss[member] = np.clip(lost * MONTHS / usual[member], 0.0, 1.0)
        status[member] = str(rows["status"][0])
    if not loss:
        return None
    return EventPath(
        scenario=scenario.scenario,
        titles=scenario.titles,
        past=scenario.scenario.startswith(PAST),
        fictitious=scenario.fictitious,
        months=calendar,
        loss=loss,
        status=status,
    )


def worst_of(paths: Iterable[EventPath], member: str) -> EventPath | None:
    """The event that costs a member most in the middle; one lost in normal variation only if no other is."""
    own = [path for path in paths if member in path.loss and path.loss[member][1].sum() > 0]
    return max(
        own, key=lambda path: (path.status[member] == "ok", float(path.loss[member][1].sum())), default=None
    )


@dataclass(frozen=True, kw_only=True)
class StressedRule:
    """A rule on one event.

    Attributes
    ----------
    path : EventPath
    member, rule, denominator : str
    target_days : float
    days : dict of str to ndarray, shape (3, months)
        `lost`, `released`, `bought`, `short`, `stock` (at the end of the month) at the low end of the loss,
        in the middle and at the high end. [days of use]
    uncovered : ndarray of int, shape (3,)
        Months in which more stays missing than the importer would buy in.
    empty_month : date or None
        The first month of a loss at whose end nothing is left, in the middle.
    shortage_usd : ndarray, shape (3,)
        Of the whole event; the ends are those over `importers` too.
    start : str
        ``full``, or ``low``, ``mid``, ``high`` of a declared holding.
    start_days : float
        What is there when the event begins. [days of use]
    bit_usd : tuple of float, optional
        Low, middle and high of what one bit about the holding is worth; see `rule_bits`.
    bit_status : str, optional
        ``ok``, or why there is no worth; none where it stands in another row.
    """

    path: EventPath
    member: str
    rule: str
    denominator: str
    target_days: float
    days: Mapping[str, Floats] = field(repr=False)
    uncovered: NDArray[np.int64]
    empty_month: date | None
    shortage_usd: Floats
    start: str = "full"
    start_days: float = 0.0
    bit_usd: tuple[float, float, float] | None = None
    bit_status: str | None = None

    @property
    def status(self) -> str:
        """Of the loss."""
        return self.path.status[self.member]

    def month_rows(self) -> list[dict[str, Any]]:
        """`STRESS_COLUMNS` without the place."""
        head = {
            "member": self.member,
            "scenario": self.path.scenario,
            "rule": self.rule,
            "start": self.start,
            "status": self.status,
        }
        names = ("lost", "released", "bought", "stock")
        return [
            head
            | {"month": month, "denominator": self.denominator}
            | {f"{name}_days": float(self.days[name][1, t]) for name in names}
            | {
                f"short{end}_days": float(self.days["short"][number, t])
                for number, end in enumerate(("_low", "", "_high"))
            }
            for t, month in enumerate(self.path.months)
        ]

    def event_row(self) -> dict[str, Any]:
        """`EVENT_COLUMNS` without the place."""
        row: dict[str, Any] = {
            "member": self.member,
            "scenario": self.path.scenario,
            "kind": "past event" if self.path.past else "scenario",
            "fictitious": "yes" if self.path.fictitious else "no",
            "rule": self.rule,
            "target_days": self.target_days,
            "start": self.start,
            "start_days": self.start_days,
            "bit_status": self.bit_status,
            "released_days": float(self.days["released"][1].sum()),
            "uncovered_months": int(self.uncovered[1]),
            "uncovered_high_months": int(self.uncovered[2]),
            "empty_month": self.empty_month,
            "denominator": self.denominator,
            "status": self.status,
        }
        for number, end in enumerate(("_low", "", "_high")):
            row[f"lost{end}_days"] = float(self.days["lost"][number].sum())
            row[f"short{end}_days"] = float(self.days["short"][number].sum())
            row[f"shortage{end}_usd"] = float(self.shortage_usd[number])
            row[f"bit{end}_usd"] = None if self.bit_usd is None else self.bit_usd[number]
        return row


def stress_rule(
    importer: Importer,
    regimes: Regimes,
    rule: Rule,
    path: EventPath,
    *,
    importers: Sequence[Importer] = (),
    start: str = "full",
    start_days: float | None = None,
) -> StressedRule:
    """Play a rule on an event, from a full stock or from what a member says it holds.

    Parameters
    ----------
    importer : Importer
        Must have a path in the event.
    regimes : Regimes
        For percentiles and prices, see `play_rule`.
    rule : Rule
    path : EventPath
    importers : sequence of Importer, optional
        The same member under other assumptions: the range of the shortage cost spans them.
    start : str
        What the stock at the beginning is called.
    start_days : float, optional
        The stock at the beginning, its target at most; full if omitted. [days of use]
    """
    import numpy as np

    loss = path.loss[importer.member]
    begin = rule.target_days if start_days is None else min(start_days, rule.target_days)
    played = play_rule(importer, regimes, rule, loss, start_days=begin)
    lack = loss * importer.month_t
    cost = [_shortage_usd(one, played) for one in (importer, *importers)]
    empty = (played.after_t[1] <= EMPTY * importer.day_t) & (loss[1] > importer.restock_up_to)
    first = int(np.argmax(empty)) if empty.any() else None
    ends = np.array([min(one[0] for one in cost), cost[0][1], max(one[2] for one in cost)])
    return StressedRule(
        path=path,
        member=importer.member,
        rule=rule.name,
        denominator=importer.denominator,
        target_days=rule.target_days,
        days={
            name: value / importer.day_t
            for name, value in (
                ("lost", lack),
                ("released", lack - played.short_t),
                ("bought", played.purchase_t),
                ("short", played.short_t),
                ("stock", played.after_t),
            )
        },
        uncovered=(played.short_t > importer.restock_up_to * importer.month_t * (1 + 1e-9)).sum(axis=1),
        empty_month=None if first is None else path.months[first],
        shortage_usd=ends,
        start=start,
        start_days=begin,
    )


def _shortage_usd(importer: Importer, played: Months) -> Floats:
    """Cost of what stays missing at the three ends of a loss."""
    import numpy as np

    lack = importer.shortage()
    ends, cost = np.cumsum(lack.width), np.cumsum(lack.width * lack.price)
    found: Floats = np.interp(played.short_t, np.append(0.0, ends), np.append(0.0, cost)).sum(axis=1)
    return found
