"""Why this paper, for which day, and what its words mean."""

from __future__ import annotations

from pactolus.catalogue.origins import Claim, Term
from pactolus.reports.agenda.changed import changed_measures, moved_items
from pactolus.reports.agenda.items import open_items
from pactolus.reports.agenda.pack import Pack
from pactolus.reports.document import Card, Section
from pactolus.reports.sections import quantities as q

__all__ = ["cards", "section"]


def section(pack: Pack) -> Section:
    """Purpose, day, what a proposal is, and the three expressions of a joint paper."""
    claims = [
        _next(pack),
        _last(pack),
        Claim(key="agenda.purpose.proposals"),
        Claim(key="agenda.purpose.words", terms=pack.of("day")),
        Claim(key="agenda.purpose.open"),
    ]
    return Section(id="agenda-purpose", title="agenda.purpose.title", blocks=tuple(claims))


def _next(pack: Pack) -> Claim:
    if pack.next_on is None:
        return Claim(key="agenda.purpose.next_not_stated", terms=pack.of("members", "day"))
    terms = {**pack.of("members", "day"), "next": Term("date", (pack.next_on.isoformat(),))}
    return Claim(key="agenda.purpose.next", terms=terms)


def _last(pack: Pack) -> Claim:
    meeting = pack.last_meeting
    if meeting is None:
        return Claim(key="agenda.purpose.since", terms=pack.of("since"))
    titles = tuple(meeting.titles[lang] for lang in ("en", "ko", "ja"))
    return Claim(key="agenda.purpose.last", terms={**pack.of("since"), "meeting": Term("parallel", titles)})


def cards(pack: Pack) -> tuple[Card, ...]:
    """What changed and what is open, in four numbers."""
    measures, items = changed_measures(pack), moved_items(pack)
    unconfirmed = [one for one in pack.held if one.span.state == "unconfirmed"]
    left = open_items(pack)

    def counted(number: int, table: str, **rows: str | int | float) -> object:
        return q.count_figure(number, f"brief:{table}" if number else "", rows if number else {})

    numbers = (
        ("measures", counted(len(measures), "agenda-measures-changed")),
        ("unconfirmed", counted(len(unconfirmed), "agenda-measures", state="render.state.unconfirmed")),
        ("exposures", counted(len(items), "agenda-exposures")),
        ("items", counted(len(left), "agenda-items")),
    )
    return tuple(Card(label=f"agenda.card.{name}", figure=figure) for name, figure in numbers)  # type: ignore[arg-type]
