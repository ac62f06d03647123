"""The list of a day as a reader asks for it, with what it is handed from rooms that it does not know.

These are ready answers, and dates that are due of topics and commitments.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    import polars as pl

    from pactolus.catalogue.world import World
    from pactolus.policy.register import Register
    from pactolus.warning.watching.lists import Watchlist
    from pactolus.workspace.folder import Workspace

__all__ = ["answers", "due_dates", "list_of_day"]

_LANGUAGES: Final = ("en", "ko", "ja")


def list_of_day(
    world: World,
    members: str | Sequence[str],
    day: date,
    *,
    register: Register,
    minerals: str | Sequence[str] = "critical",
    own: Workspace | None = None,
    cover: pl.DataFrame | None = None,
    seed: int = 0,
) -> Watchlist:
    """The watchlist of a day with ready answers as next steps, and dates of the dialogues.

    Parameters
    ----------
    world : World
    members : str or sequence of str
        Countries or coalitions.
    day : date
        Nothing after it is known.
    register : Register
    minerals : str or sequence of str
    own : Workspace, optional
        Its meetings and what it saved of items count too.
    cover : polars.DataFrame, optional
        Days of cover, as `pactolus.stockpile.members.cover.cover_of` gives them.
    seed : int
    """
    from pactolus.terms.countries import importers_named
    from pactolus.warning.watching.lists import watchlist

    names = [members] if isinstance(members, str) else list(members)
    dates, titles = due_dates(own, importers_named(names), day)
    return watchlist(
        world,
        names,
        register=register,
        as_of=day,
        minerals=minerals,
        answers=answers(),
        dates=dates,
        date_titles=titles,
        cover=cover,
        seed=seed,
    )


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
    from pactolus.dialogue.saved import meetings_for, saved_items

    known = meetings_for(own)
    whose = {item.id: meeting.members for meeting in known for item in meeting.items}
    saved = saved_items(own, as_of, only_open=True)
    tables = {lang: commitments(known, saved, as_of, language=lang) for lang in _LANGUAGES}
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
