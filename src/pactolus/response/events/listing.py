"""Ready events as a table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pactolus.response.events.event import ready_event, ready_event_names

if TYPE_CHECKING:
    import polars as pl

__all__ = ["event_table"]


def event_table(language: str = "en") -> pl.DataFrame:
    """Ready events, one row each.

    Parameters
    ----------
    language : str
        Of the titles.

    Returns
    -------
    polars.DataFrame
        ``event, title, reported_on, requester, members, kinds, exporters, minerals, fictitious``; several of
        one kind stand with commas between.
    """
    import polars as pl

    return pl.DataFrame(
        {
            "event": one.id,
            "title": one.titles[language],
            "reported_on": one.reported_on,
            "requester": one.requester,
            "members": ",".join(one.members),
            "kinds": ",".join(one.kinds),
            "exporters": ",".join(one.exporters),
            "minerals": ",".join(one.minerals),
            "fictitious": one.fictitious,
        }
        for one in map(ready_event, ready_event_names())
    )
