"""A ready event answered together, for a report: planned once, used by its figures and trails."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

import polars as pl

from pactolus.catalogue.origins import Figure
from pactolus.catalogue.world import World
from pactolus.disruption.effects.stresses import stress
from pactolus.errors import DataError
from pactolus.policy.register import register
from pactolus.reports.clock_tables import RECORDS, shipped_of
from pactolus.reports.paper.basis import Paper, way
from pactolus.reports.paper.board import lasting
from pactolus.reports.paper.value import asked_by_many, ordered_first
from pactolus.reports.trail_parts import Walked
from pactolus.reports.way import SourceRows, Step

if TYPE_CHECKING:
    from pactolus.response.events.event import Event

__all__ = ["answer_rows", "answered", "event_of", "events_of", "needed", "walk_answer"]

Rows = Mapping[str, str | int | float]
_PLACE: Final = ["mineral", "stage", "member"]
#: Actions that are printed.
SHOWN: Final = 8
#: Actions worth less than this part of the largest are left to the response paper.
LEAST: Final = 0.01
_AMOUNTS: Final = ("lost_t", "alone_short_t", "short_t")


def events_of(members: Collection[str], day: date) -> list[Event]:
    """Ready events that only members of a report answer, reported by the day, the newest first.

    Events on made-up tonnes are left out, and those with a declared stock: a report shows none.
    """
    from pactolus.response.events.event import ready_event, ready_event_names

    found = [
        event
        for event in map(ready_event, ready_event_names())
        if set(event.members) <= set(members) and event.reported_on <= day
        if not event.fictitious and not event.holdings
    ]
    return sorted(found, key=lambda one: (one.reported_on, one.id), reverse=True)


def event_of(events: Sequence[Event], items: Sequence[tuple[str, str]]) -> Event | None:
    """The event that cuts what stands first in a list of minerals at stages; the newest of equals.

    Parameters
    ----------
    events : sequence of Event
    items : sequence of (mineral, stage)
        Most exposed first.
    """

    def rank(event: Event) -> int:
        places = (number for number, (mineral, _) in enumerate(items) if mineral in event.minerals)
        return next(places, len(items))

    return min(events, key=rank, default=None)


def answered(world: World, event: str) -> Paper:
    """The plan of a ready event as on the day of its report.

    Raises
    ------
    NoAnswerError
        If the world holds no trade or price of what is cut.
    OptionError
        If it has no trade of the year of the event.
    """
    return _answered(getattr(world, "_world", world), event)


@lru_cache(maxsize=8)
def _answered(world: World, name: str) -> Paper:
    from pactolus.response.events.event import as_scenario, ready_event
    from pactolus.response.plan.real import respond

    event = ready_event(name)
    losses = stress(world, as_scenario(event, months=12.0))
    plan = respond(world, event, register(), robust=False, losses=losses)
    return Paper(world=world, event=event, plan=plan, stress=losses, dues=(), as_of=event.reported_on)


@lru_cache(maxsize=8)
def needed(paper: Paper) -> tuple[str, ...]:
    """Members without whom the gain of the planned case is gone; none where there is no gain."""
    from pactolus.response.coordination.pricing import price_coalitions

    return price_coalitions(paper.plan.situation, paper.plan.answer.terms).needed


# -------------------------------------------------------------------------------------------------- rows


def answer_rows(world: World, inner: str, rows: Rows) -> pl.DataFrame:
    """Rows that figures of an answer are taken from.

    Parameters
    ----------
    world : World
    inner : str
        ``totals``, ``actions``, ``gains``, ``prices``, ``value``, ``suppliers`` of an event, or ``clocks``.
    rows : mapping
        Of the figure, with its ``event``.
    """
    if inner == "clocks":
        found = [(one.id, one.length, one.kind, one.owner, one.unit) for one in shipped_of().values()]
        return pl.DataFrame(found, schema=["clock", "length", "kind", "owner", "unit"], orient="row")
    if inner not in _FRAMES:
        raise DataError(f"answer:{inner}: no such rows; there are {', '.join((*_FRAMES, 'clocks'))}")
    paper = answered(world, str(rows["event"]))
    return _frame(paper, inner).with_columns(event=pl.lit(paper.event.id))


@lru_cache(maxsize=32)
def _frame(paper: Paper, inner: str) -> pl.DataFrame:
    made: pl.DataFrame = _FRAMES[inner](paper)
    return made


def _totals(paper: Paper) -> pl.DataFrame:
    """Lost, and short alone and together, over all months: expected over the durations, with its ends. [t]"""
    shown = paper.plan.shortage.filter(pl.col("probability") > 0)
    months = shown.group_by([*_PLACE, "month", "ends", "probability"], maintain_order=True).agg(
        pl.col("lost_t").first(), pl.col("alone_short_t").sum(), pl.col("short_t").sum()
    )
    durations = months.group_by([*_PLACE, "ends", "probability"], maintain_order=True).agg(
        pl.col(_AMOUNTS).sum()
    )
    every = int((paper.plan.answer.probability > 0).sum())
    return durations.group_by(_PLACE, maintain_order=True).agg(
        *((pl.col(a) * pl.col("probability")).sum() for a in _AMOUNTS),
        *(pl.when(pl.len() < every).then(0.0).otherwise(pl.col(a).min()).alias(f"{a}_low") for a in _AMOUNTS),
        *(pl.col(a).max().alias(f"{a}_high") for a in _AMOUNTS),
    )


def _actions(paper: Paper) -> pl.DataFrame:
    """The weightiest actions as long as the event lasts, each in its first month.

    What a member uses of purchases that have arrived is no action here.
    """
    once = ["owner", "action", *_PLACE, "to"]
    found = lasting(paper).filter(
        (pl.col("action") != "release") | (pl.col("what") != "bought or borrowed"),
        pl.col("tonnes").is_not_null(),
    )
    ordered = ["month", "rank", "row"]
    first = found.sort(ordered).unique(once, keep="first", maintain_order=True)
    weighty = first.filter(pl.col("value_musd") >= LEAST * pl.col("value_musd").max())
    return weighty.sort("value_musd", descending=True, maintain_order=True).head(SHOWN).sort(ordered)


def _prices(paper: Paper) -> pl.DataFrame:
    """Worth of one more tonne to each member in the first month of shortage of each mineral and stage."""
    prices = paper.plan.prices
    first = prices.filter(pl.col("month") == pl.col("month").min().over("mineral", "stage"))
    return first.with_columns(day=pl.col("month"), month=pl.col("month").dt.to_string("%Y-%m"))


def _value(paper: Paper) -> pl.DataFrame:
    """The cases in which acting together is worth least and most. [million USD]"""
    ordered = paper.plan.value.sort("gain_musd", maintain_order=True)
    return pl.concat([ordered.head(1), ordered.tail(1)]).with_columns(end=pl.Series(["low", "high"]))


def _suppliers(paper: Paper) -> pl.DataFrame:
    """Suppliers to which two or more members may turn: room, and what all order in the first month. [t]"""
    found = [
        (*paper.places[one.place], one.supplier, one.room_t, ordered_first(paper, one.place, one.supplier))
        for one, _ in asked_by_many(paper)
    ]
    text = dict.fromkeys(("mineral", "stage", "supplier"), pl.String)
    return pl.DataFrame(found, schema={**text, "room_t": pl.Float64, "ordered_t": pl.Float64}, orient="row")


_FRAMES: Final[Mapping[str, Any]] = {
    "totals": _totals,
    "actions": _actions,
    "gains": lambda paper: paper.plan.alone,
    "prices": _prices,
    "value": _value,
    "suppliers": _suppliers,
}

# -------------------------------------------------------------------------------------------------- trails


def walk_answer(world: World, figure: Figure) -> Walked:
    """From the imports of the year, or the source of a clock, to the number that is printed."""
    _, _, inner = figure.table.partition(":")
    if inner == "clocks":
        return _walk_clock(str(figure.rows["clock"]))
    paper = answered(world, str(figure.rows["event"]))
    keys = [pl.col(key).cast(pl.String) == str(value) for key, value in figure.rows.items()]
    rows = answer_rows(world, inner, figure.rows).filter(*keys)
    if inner == "suppliers":
        count = float(rows["supplier"].n_unique())
        return Walked(steps=(way("counted", None, count, "", what=inner),), sources=_trade(paper))
    row = rows.row(0, named=True)
    if inner in ("gains", "value"):
        chain = _CASE if inner == "value" else _MEMBER[figure.steps[-1].removeprefix("take ")]
        return Walked(steps=_money(row, chain), sources=_trade(paper))
    sources = paper.sources((row["mineral"], row["stage"]), row["member"])
    return Walked(steps=tuple(_STEPS[inner](paper, row, figure)), sources=sources)


def _walk_clock(name: str) -> Walked:
    clock = shipped_of()[name]
    length = float(clock.length or 0)
    texts = [{key: str(value) for key, value in one.items()} for one in clock.references]
    rows = pl.DataFrame(texts) if texts else pl.DataFrame({"title": [clock.says.get("en", name)]})
    source = SourceRows(table="clocks", rows=rows, count=rows.height, origins=(RECORDS,))
    return Walked(
        steps=(way("clock", None, length, "", source=texts[0].get("title", name) if texts else name),),
        sources=(source,),
    )


def _trade(paper: Paper) -> tuple[SourceRows, ...]:
    """Trade of all members in all that is cut."""
    return tuple(one for place in paper.places for m in paper.members for one in paper.sources(place, m))


_CASE: Final = ("idle_musd", "alone_musd", "together_musd", "gain_musd")
_BEFORE: Final = ("alone_musd", "together_musd", "gain_before_musd")
#: Printed column of a member's gain -> columns on the way to it.
_MEMBER: Final[Mapping[str, tuple[str, ...]]] = {
    "gain_before_musd": _BEFORE,
    "compensation_musd": (*_BEFORE, "compensation_musd"),
    "gain_after_musd": (*_BEFORE, "compensation_musd", "gain_after_musd"),
}


def _money(row: Mapping[str, Any], columns: Sequence[str]) -> tuple[Step, ...]:
    before, found = None, []
    for name in columns:
        found.append(way(name, before, float(row[name]), "million USD"))
        before = float(row[name])
    return tuple(found)


def _total_steps(paper: Paper, row: Mapping[str, Any], figure: Figure) -> list[Step]:
    found = paper.loss_steps((row["mineral"], row["stage"]), row["member"])
    found.append(way("lost_total", found[-1].after if found else None, row["lost_t"]))
    column = figure.steps[-1].removeprefix("take ")
    if column != "lost_t":
        found.append(way(column, row["lost_t"], row[column]))
    return found


def _action_steps(paper: Paper, row: Mapping[str, Any], figure: Figure) -> list[Step]:
    lost = paper.loss_steps((row["mineral"], row["stage"]), row["member"])
    return [*lost, way("decided", lost[-1].after if lost else None, float(row["tonnes"]))]


def _price_steps(paper: Paper, row: Mapping[str, Any], figure: Figure) -> list[Step]:
    price = float(row["price_usd_per_t"])
    column = figure.steps[-1].removeprefix("take ")
    steps = [way("price", None, price, "USD/t")]
    if column != "price_usd_per_t":
        steps.append(way(column.removesuffix("_usd_per_t"), price, float(row[column]), "USD/t"))
    return steps


_STEPS: Final[Mapping[str, Any]] = {
    "totals": _total_steps,
    "actions": _action_steps,
    "prices": _price_steps,
}
