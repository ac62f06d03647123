"""If supply stops: which clocks run or would start, and what a joint plan of a ready event does."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from pactolus.catalogue.origins import Claim, Figure, Term
from pactolus.errors import NoAnswerError, OptionError
from pactolus.reports.clock_tables import Told, clock_rows_table, dues_that_run, dues_to_start
from pactolus.reports.document import Block, Cell, Column, Section, Table
from pactolus.reports.sections import quantities as q
from pactolus.reports.sections.basis import Basis
from pactolus.reports.sections.words import (
    country,
    item_term,
    items_term,
    member_columns,
    phrase_term,
    year_term,
)

if TYPE_CHECKING:
    from pactolus.reports.paper.basis import Paper, Place
    from pactolus.response.events.event import Event

__all__ = ["clock_blocks", "section"]

#: How a clock stands that somebody has to watch on the day.
_LIVE: Final = ("due_today", "running", "starts_later")
#: Columns of what is missing, and the words for each.
_WAYS: Final = (
    ("lost_t", "paper.line.nothing"),
    ("alone_short_t", "paper.line.alone"),
    ("short_t", "paper.col.together_short"),
)
_GAINS: Final = ("gain_before_musd", "compensation_musd", "gain_after_musd")
#: Tonnes from which no decimals are printed.
_WHOLE: Final = 10


def section(basis: Basis) -> Section:
    """Clocks, then the plan of one ready event that these members answer."""
    return Section(
        id="response", title="brief.response.title", blocks=(*clock_blocks(basis), *_plan_blocks(basis))
    )


# ------------------------------------------------------------------------------------------------- clocks


def clock_blocks(basis: Basis) -> list[Block]:
    """What runs, what a report on the day would start, and what is on record without a length."""
    slots = {"members": Term("members", basis.members), "day": Term("date", (basis.as_of.isoformat(),))}
    members = [one for group in basis.countries.values() for one in group]
    running = dues_that_run(_ready(), members, basis.as_of, states=_LIVE)
    found = dues_to_start(members, basis.as_of)
    standing: list[Told] = [({}, due) for due in found if due.state == "not_started"]
    unread = [due for due in found if due.state == "unconfirmed"]
    figures = {"count": q.count_figure(len(running), "brief:response-running", {})} if running else {}
    lead = "brief.response.running" if running else "brief.response.quiet"
    blocks: list[Block] = [Claim(key=lead, figures=figures, terms=slots)]
    day = {"day": slots["day"]}
    if running:
        blocks.append(clock_rows_table("response-running", "brief.response.running_table", day, running))
    if standing:
        title = "brief.response.standing_table"
        blocks.append(clock_rows_table("response-standing", title, day, standing))
    else:
        blocks.append(Claim(key="brief.response.no_clocks", terms={"members": slots["members"]}))
    if unread:
        named = _titles([due.clock.titles for due in unread])
        blocks.append(Claim(key="brief.response.unread", terms={"clocks": named}))
    return blocks


def _ready() -> list[Event]:
    from pactolus.response.events.event import ready_event, ready_event_names

    return [event for event in map(ready_event, ready_event_names()) if not event.fictitious]


def _titles(titles: Sequence[Mapping[str, str]]) -> Term:
    """Several titles as one list, in each language."""
    joined = {"en": "; ", "ko": "; ", "ja": "；"}
    return Term("parallel", tuple(sep.join(one[lang] for one in titles) for lang, sep in joined.items()))


# --------------------------------------------------------------------------------------------------- plan


def _plan_blocks(basis: Basis) -> list[Block]:
    """The plan as on the day of the report, or why there is none."""
    from pactolus.reports.answered import answered, event_of, events_of

    events = events_of(basis.members, basis.as_of)
    event = event_of(events, basis.shared_items)
    if event is None:
        day = Term("date", (basis.as_of.isoformat(),))
        terms = {"members": Term("members", basis.members), "day": day}
        return [Claim(key="brief.response.no_event", terms=terms)]
    try:
        paper = answered(basis.world, event.id)
    except (NoAnswerError, OptionError):
        return [Claim(key="brief.response.no_plan", terms={"title": _title(event)})]
    one = _Plan(basis, paper)
    return [
        one.event(),
        one.missing(),
        *one.value(),
        one.gains(),
        *one.prices(),
        *one.board(),
        one.assumed(),
    ]


def _title(event: Event) -> Term:
    return Term("parallel", tuple(event.titles[lang] for lang in ("en", "ko", "ja")))


class _Plan:
    """Blocks of one plan; members stand as in the brief."""

    def __init__(self, basis: Basis, paper: Paper) -> None:
        self.paper = paper
        self.members = tuple(m for m in basis.members if m in paper.members)
        self.together = Term("members", self.members)
        self.origins = basis.world.origins_of("trade")

    def event(self) -> Claim:
        """Which event, why this one, and as on which day."""
        return Claim(
            key="brief.response.event",
            terms={
                "title": _title(self.paper.event),
                "members": self.together,
                "items": items_term(self.paper.places),
                "day": Term("date", (self.paper.as_of.isoformat(),)),
                "year": year_term(self.paper.year),
            },
        )

    def missing(self) -> Table:
        """Tonnes over the whole event: doing nothing, each alone, together."""
        rows = {(r["mineral"], r["stage"], r["member"]): r for r in self._rows("totals")}
        cells: list[tuple[Cell, ...]] = [
            (
                item_term(place),
                phrase_term(word),
                *(self._total(place, m, rows.get((*place, m)), column) for m in self.members),
            )
            for place in self.paper.places
            for column, word in _WAYS
        ]
        return Table(
            id="response-plan",
            title="brief.response.plan_table",
            slots={"title": _title(self.paper.event)},
            columns=(
                Column(key="item", label="brief.col.item"),
                Column(key="way", label="brief.response.col.way"),
                *member_columns(self.members, "short", "brief.response.col.member"),
            ),
            rows=tuple(cells),
            notes=(Claim(key="brief.response.plan_note"),),
        )

    def _total(self, place: Place, member: str, row: Mapping[str, Any] | None, column: str) -> Figure:
        keys = {"mineral": place[0], "stage": place[1], "member": member}
        status = self.paper.loss_rows.get((*place, member), {}).get("status", "not_applicable")
        if row is None or status != "ok":
            told = "not_applicable" if status == "ok" else str(status)
            return q.missing(told, "t", "answer:totals", self._keys(keys), (f"take {column}",))
        ends = (float(row[f"{column}_low"]), float(row[f"{column}_high"]))
        digits = 0 if ends[1] >= _WHOLE else 1
        return self._figure("totals", keys, column, row[column], "t", digits, ends)

    def value(self) -> list[Block]:
        """The ends of the gain, who is needed for it, and who asks the same suppliers."""
        from pactolus.reports.answered import needed

        low, high = (
            self._figure("value", {"end": row["end"]}, "gain_musd", row["gain_musd"], "million USD", 2)
            for row in self._rows("value")
        )
        found: list[Block] = [Claim(key="brief.response.worth", figures={"low": low, "high": high})]
        whom = needed(self.paper)
        if whom:
            ordered = tuple(m for m in self.members if m in whom)
            found.append(Claim(key="paper.value.needed", terms={"members": Term("members", ordered)}))
        rows = self._rows("suppliers")
        if not rows:
            return [*found, Claim(key="paper.value.no_overlap")]
        count = Figure(
            value=len({row["supplier"] for row in rows}),
            unit="count",
            digits=0,
            table="answer:suppliers",
            rows=self._keys({}),
            steps=("count supplier",),
            origins=self.origins,
        )
        found.append(Claim(key="paper.value.overlap", figures={"count": count}))
        asked = tuple(dict.fromkeys(row["supplier"] for row in rows if row["ordered_t"] > 0))
        if asked:
            found.append(Claim(key="brief.response.ordered", terms={"suppliers": country(*asked)}))
        return found

    def gains(self) -> Table:
        """Who gains before payments, what is paid, and what is left to each."""
        each = {row["member"]: row for row in self._rows("gains")}
        rows: list[tuple[Cell, ...]] = [
            (
                phrase_term(f"paper.col.{column.removesuffix('_musd')}"),
                *(
                    self._figure(
                        "gains", {"member": m}, column, each[m][column], "million USD", 2, signed=True
                    )
                    for m in self.members
                ),
            )
            for column in _GAINS
        ]
        return Table(
            id="response-gains",
            title="brief.response.gains_table",
            columns=(
                Column(key="way", label="brief.response.col.of"),
                *member_columns(self.members, "gain", "brief.response.col.member"),
            ),
            rows=tuple(rows),
            notes=(Claim(key="paper.value.gains_note"),),
        )

    def prices(self) -> list[Block]:
        """Worth of one more tonne in the first month of shortage, and the ends of a fair price of a swap."""
        grouped: dict[Place, dict[str, Mapping[str, Any]]] = {}
        for row in self._rows("prices"):
            grouped.setdefault((row["mineral"], row["stage"]), {})[row["member"]] = row
        if not grouped:
            return []
        rows: list[tuple[Cell, ...]] = []
        for place, each in grouped.items():
            first = next(iter(each.values()))
            rows.append(
                (
                    item_term(place),
                    Term("day", (first["month"],)),
                    *(self._price(each[m], "worth") if m in each else None for m in self.members),
                    *(self._price(first, name) for name in ("fair_low", "fair_high", "price")),
                )
            )
        numbers = ("fair_low", "fair_high", "price")
        table = Table(
            id="response-prices",
            title="paper.prices.title",
            columns=(
                Column(key="item", label="brief.col.item"),
                Column(key="month", label="paper.col.month"),
                *member_columns(self.members, "worth", "paper.col.worth"),
                *(Column(key=name, label=f"paper.col.{name}", numeric=True) for name in numbers),
            ),
            rows=tuple(rows),
            notes=(Claim(key="brief.response.prices_note"), Claim(key="paper.prices.note")),
        )
        return [table]

    def _price(self, row: Mapping[str, Any], name: str) -> Figure:
        keys = {key: str(row[key]) for key in ("mineral", "stage", "member", "month")}
        column = f"{name}_usd_per_t"
        return self._figure("prices", keys, column, row[column], "USD/t", 0)

    def board(self) -> list[Block]:
        """The weightiest actions in the order of their months, with their owners."""
        from pactolus.reports.paper.words import action_term, members_term, month_term, what_term

        rows: list[tuple[Cell, ...]] = []
        for row in self._rows("actions"):
            digits = 0 if row["tonnes"] >= _WHOLE else 1
            rows.append(
                (
                    month_term(row["month"]),
                    members_term(row["owner"]),
                    action_term(row["action"]),
                    members_term(row["member"]),
                    item_term((row["mineral"], row["stage"])),
                    what_term(row["what"]),
                    members_term(row["to"]) if row["to"] else None,
                    self._figure("actions", {"row": row["row"]}, "tonnes", row["tonnes"], "t", digits),
                )
            )
        if not rows:
            return [Claim(key="paper.board.nothing")]
        columns = ("month", "owner", "action", "member", "item", "what", "to", "tonnes")
        table = Table(
            id="response-board",
            title="brief.response.board_table",
            columns=tuple(Column(key=c, label=f"paper.col.{c}", numeric=c == "tonnes") for c in columns),
            rows=tuple(rows),
            notes=(Claim(key="brief.response.board_note"),),
        )
        return [table]

    def assumed(self) -> Claim:
        """What the plan takes for granted, and the command of the whole paper."""
        command = f"pactolus respond {self.paper.event.id} --formats html,pdf"
        return Claim(key="brief.response.assumed", terms={"command": Term("text", (command,))})

    # ------------------------------------------------------------------------------------------- figures

    def _rows(self, inner: str) -> list[dict[str, Any]]:
        from pactolus.reports.answered import answer_rows

        return answer_rows(self.paper.world, inner, self._keys({})).to_dicts()

    def _keys(self, rows: Mapping[str, str | int]) -> dict[str, str | int | float]:
        return {"event": self.paper.event.id, **rows}

    def _figure(
        self,
        inner: str,
        rows: Mapping[str, str | int],
        column: str,
        value: float,
        unit: str,
        digits: int,
        ends: tuple[float, float] | None = None,
        *,
        signed: bool = False,
    ) -> Figure:
        low, high = ends or (None, None)
        return Figure(
            value=float(value),
            unit=unit,
            digits=digits,
            low=low,
            high=high,
            table=f"answer:{inner}",
            rows=self._keys(rows),
            steps=(f"take {column}",),
            origins=self.origins,
            signed=signed,
        )
