"""What the watchlist is handed from rooms that it does not know: ready answers, and dates that are due."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from pactolus.cli.dialogue_options import LANGUAGES, meetings_for, saved_items

if TYPE_CHECKING:
    import polars as pl

    from pactolus.workspace.folder import Workspace

__all__ = ["answers", "due_dates"]


def answers() -> pl.DataFrame:
    """Ready responses, then ready scenarios, fictitious ones last: ``command, name, mineral, exporter``."""
    import polars as pl

    from pactolus.disruption.scenarios.library import ready_records
    from pactolus.response.events.event import ready_event, ready_event_names

    rows: list[tuple[str, str, str, str]] = []
    for name in ready_event_names():
        for shock in ready_event(name).shocks:
            rows += [("respond", name, m, e) for m in shock.minerals for e in shock.exporters or ("",)]
    records = sorted(ready_records().items(), key=lambda one: bool(one[1].get("fictitious")))
    for name, record in records:
        rows += [("shock run", name, *place) for place in _places(record)]
    schema = dict.fromkeys(("command", "name", "mineral", "exporter"), pl.String)
    return pl.DataFrame(list(dict.fromkeys(rows)), schema=schema, orient="row")


def _places(record: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for shock in record["shocks"]:
        exporters = shock.get("exporters") or shock.get("exporter") or ""
        for exporter in [exporters] if isinstance(exporters, str) else exporters:
            for mineral in dict.fromkeys(shock.get("minerals") or _held(shock["hs_codes"])):
                yield mineral, exporter


def _held(codes: Sequence[str]) -> Iterator[str]:
    from pactolus.terms.hs_codes import hs_code

    return (mineral for code in codes for mineral in hs_code(code).minerals)


def due_dates(
    own: Workspace | None, members: Sequence[str], as_of: date
) -> tuple[pl.DataFrame, dict[str, dict[str, str]]]:
    """Dates due of open topics and commitments, and their titles by language; saved ones only if open.

    Returns
    -------
    DataFrame
        ``day, member, id, source, next``.
    dict
        Id -> title by language.
    """
    import polars as pl

    from pactolus.dialogue.commitments import commitments

    known = meetings_for(own)
    whose = {item.id: meeting.members for meeting in known for item in meeting.items}
    saved = saved_items(own, as_of, only_open=True)
    tables = {lang: commitments(known, saved, as_of, language=lang) for lang in LANGUAGES}
    rows = [
        (row["due"], member, row["id"], row["source"], "pactolus dialogue commitments")
        for row in tables["en"].iter_rows(named=True)
        if isinstance(row["due"], date) and row["status"] not in ("done", "dropped")
        for member in members
        if member in whose[row["id"]]
    ]
    texts = ("member", "id", "source", "next")
    schema = {"day": pl.Date, **dict.fromkeys(texts, pl.String)}
    titles: dict[str, dict[str, str]] = {}
    for lang, table in tables.items():
        for name, title in table.select("id", "title").iter_rows():
            titles.setdefault(name, {})[lang] = title
    return pl.DataFrame(rows, schema=schema, orient="row"), titles
