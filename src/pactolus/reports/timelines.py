"""The states of some measures over the years as a chart."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Final

from pactolus.catalogue.origins import Claim, Term
from pactolus.policy.register import Measure
from pactolus.reports.document import Chart
from pactolus.reports.figures.forms import StateSpan, TimelineRow

__all__ = ["timeline_of", "title_term"]

#: Years shown before the day asked for.
SPAN: Final = 6


def title_term(measure: Measure) -> Term:
    """Our title of a measure, in the reader's language."""
    return Term("parallel", tuple(measure.titles[lang] for lang in ("en", "ko", "ja")))


def timeline_of(measures: Sequence[Measure], today: date, *, first: int | None = None) -> Chart:
    """A chart of kind ``timeline``.

    Parameters
    ----------
    measures : sequence of Measure
        One row each, in this order.
    today : date
        The day of the line.
    first : int, optional
        First year shown; six years before `today` if omitted.

    Returns
    -------
    Chart
    """
    start = today.year - SPAN if first is None else first
    rows: list[TimelineRow] = [
        {
            "label": title_term(measure),
            "issuer": Term("country", measure.issuer),
            "spans": _spans(measure, date(start, 1, 1)),
        }
        for measure in measures
    ]
    return Chart(
        id="measures-time",
        title="brief.measures.time",
        kind="timeline",
        data={"rows": rows, "first": start, "today": today.isoformat()},
        notes=(Claim(key="brief.measures.time_note"),),
    )


def _spans(measure: Measure, first: date) -> list[StateSpan]:
    """States from the first day shown on, neighbours of one state joined; the end of a measure is no span."""
    found: list[StateSpan] = []
    for span in measure.spans:
        if span.state == "ended" or (span.end is not None and span.end < first):
            continue
        begin, end = max(span.begin, first).isoformat(), span.end.isoformat() if span.end else None
        if found and found[-1]["state"] == span.state:
            found[-1]["end"] = end
        else:
            found.append({"state": span.state, "begin": begin, "end": end})
    return found
