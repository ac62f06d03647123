"""Named events of the past as a table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pactolus.disruption.engines.rules import LARGE
from pactolus.disruption.history.events import events_of, named_events
from pactolus.errors import NoAnswerError

if TYPE_CHECKING:
    import polars as pl

    from pactolus.catalogue.world import World

__all__ = ["named_table"]


def named_table(world: World) -> pl.DataFrame:
    """One row an event: the exporter's share, what it lost, and how large that was for the world.

    Returns
    -------
    polars.DataFrame
        ``event, name, exporter, hs92, base_year, outcome_year, instrument, share, export_cut, size, large,
        importers, measure, note``; `share`, `export_cut` and `size` are parts of one, `importers` is how many
        bought from the exporter.

    Raises
    ------
    NoAnswerError
        If the world's trade table holds none of them.
    """
    import polars as pl

    labels = named_events()
    rows = [
        {
            "event": one.id,
            "name": labels[one.id].name,
            "exporter": labels[one.id].exporter,
            "hs92": ";".join(labels[one.id].codes),
            "base_year": labels[one.id].base_year,
            "outcome_year": labels[one.id].outcome_year,
            "instrument": one.instrument,
            "share": one.share,
            "export_cut": one.cut,
            "size": one.size,
            "large": "yes" if one.size >= LARGE else "no",
            "importers": one.importers.height,
            "measure": labels[one.id].measure or None,
            "note": labels[one.id].note or None,
        }
        for one in events_of(world)
    ]
    if not rows:
        raise NoAnswerError("this world's trade table holds none of the named events")
    return pl.DataFrame(rows)
