"""What a reader with one minute must know."""

from __future__ import annotations

from typing import Final

import polars as pl

from pactolus.catalogue.origins import Claim, Term
from pactolus.reports.document import Block, Card, Section
from pactolus.reports.paper.basis import Paper, way
from pactolus.reports.paper.exposed import loss_of_month
from pactolus.reports.paper.shortage import month_figure
from pactolus.reports.paper.value import ends_of, total
from pactolus.reports.paper.words import month_term, words
from pactolus.reports.sections.words import item_term, phrase_term

__all__ = ["cards", "section"]

#: Share of the durations, by probability, from which a first-month action counts as right in most.
MOSTLY: Final = 0.8


def cards(paper: Paper) -> tuple[Card, ...]:
    """Doing nothing, alone, together, and what acting together is worth."""
    return tuple(
        Card(label=f"paper.card.{name}", figure=total(paper, f"{name}_musd"), note=_range(paper, name))
        for name in ("idle", "alone", "together", "gain")
    )


def _range(paper: Paper, name: str) -> Claim:
    """Smallest and largest over all cases."""
    key = "paper.card.gain_note" if name == "gain" else "paper.card.range"
    return Claim(key=key, figures=ends_of(paper, f"{name}_musd"))


def section(paper: Paper) -> Section:
    """Six messages or fewer."""
    messages = [
        _losses(paper),
        _length(paper),
        _first(paper),
        _worth(paper),
        _left(paper),
        _next(paper),
    ]
    blocks: tuple[Block, ...] = tuple(one for one in messages if one is not None)
    members = {"members": Term("members", paper.members)}
    return Section(id="summary", title="paper.summary.title", slots=members, blocks=blocks, role="key")


def _losses(paper: Paper) -> Claim | None:
    """The mineral at a stage at which most value is lost, and each member's part."""
    one = paper.plan.situation
    bills = (one.loss_t.max(axis=(2, 3)) * one.price_usd_per_t[:, None]).sum(axis=1)
    k = int(bills.argmax())
    place = paper.places[k]
    worst = int(one.loss_t[k].max(axis=(1, 2)).argmax())
    name = paper.members[worst]
    lost = loss_of_month(paper, place, name)
    share = loss_of_month(paper, place, name, share=True)
    if lost is None or share is None or not lost.value:
        return None
    first = next(
        (t for t in range(one.months) if one.loss_t[k, :, t].any()),
        0,
    )
    terms = {
        "member": Term("country", (name,)),
        "item": item_term(place),
        "month": month_term(one.month(first)) or Term("day", ("",)),
    }
    return Claim(key="paper.summary.losses", figures={"lost": lost, "share": share}, terms=terms)


def _length(paper: Paper) -> Claim:
    one = paper.plan.situation
    chance = paper.plan.answer.probability
    mean = float((chance * one.lengths).sum())
    figure = paper.figure(
        mean,
        "months",
        1,
        "durations",
        {},
        "mean",
        [way("mean_length", None, mean, "months")],
        low=float(one.lengths[0]),
        high=float(one.lengths[-1]),
    )
    return Claim(key="paper.summary.length", figures={"months": figure})


def _first(paper: Paper) -> Claim | None:
    rows = paper.plan.actions.filter(pl.col("right_in").is_not_null())
    if not rows.height:
        return None
    sure = rows.filter(pl.col("right_in") >= MOSTLY - 1e-9).height
    figures = {
        "count": paper.count(rows.height, "actions", {"first": "yes"}),
        "sure": paper.count(sure, "actions", {"first": "yes", "right_in": f"{MOSTLY:g} or more"}),
        "mostly": paper.figure(MOSTLY, "share", 0, "limits", {"name": "mostly"}, "value"),
    }
    return Claim(key="paper.summary.first", figures=figures)


def _worth(paper: Paper) -> Claim:
    return Claim(key="paper.summary.worth", figures=ends_of(paper, "gain_musd"))


def _left(paper: Paper) -> Claim | None:
    """The month and member with the largest shortage that is left."""
    rows = paper.months.filter(pl.col("short_t") > 0).sort("short_t", descending=True)
    if not rows.height:
        return Claim(key="paper.summary.nothing_left")
    row = rows.row(0, named=True)
    terms = {
        "member": Term("country", (row["member"],)),
        "item": item_term((row["mineral"], row["stage"])),
        "month": month_term(row["month"]) or Term("day", ("",)),
    }
    figures = {"short": month_figure(paper, row, "short_t"), "lost": month_figure(paper, row, "lost_t")}
    return Claim(key="paper.summary.left", figures=figures, terms=terms)


def _next(paper: Paper) -> Claim | None:
    """The next date due."""
    running = [due for due in paper.dues if due.state in ("running", "due_today") and due.due is not None]
    if not running:
        return None
    due = min(running, key=lambda one: one.due or one.as_of)
    terms = {
        "clock": words(due.clock.titles),
        "day": Term("date", ((due.due or due.as_of).isoformat(),)),
        "kind": phrase_term(f"response.clock_kind.{due.clock.kind}"),
    }
    return Claim(key="paper.summary.next", terms=terms)
