"""What every answer is made of: rows as plain values, origins to cite, and a short text."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, Final

from pactolus import __version__
from pactolus.catalogue.origins import Origin
from pactolus.catalogue.status import stale_notes
from pactolus.errors import NoAnswerError
from pactolus.terms.countries import countries, footnote
from pactolus.terms.statuses import status_meaning

if TYPE_CHECKING:
    import polars as pl

    from pactolus.catalogue.world import World

__all__ = [
    "VINTAGE_LENGTH",
    "Answer",
    "answered",
    "origin_record",
    "page",
    "plain_rows",
    "printed",
    "sources_line",
]

#: Characters of the vintage in an id and in a text.
VINTAGE_LENGTH: Final = 12
_LINES: Final = 12


@dataclass(frozen=True, kw_only=True)
class Answer:
    """A text for a reader, and the same content for a program."""

    text: str
    content: Mapping[str, Any]


def plain_rows(frame: pl.DataFrame) -> list[dict[str, Any]]:
    """Rows as JSON knows them: full float64 precision, missing as None, days as text."""
    import polars.selectors as cs

    rows = frame.with_columns(cs.float().fill_nan(None)).to_dicts()
    return [{k: v.isoformat() if isinstance(v, date) else v for k, v in row.items()} for row in rows]


def page(frame: pl.DataFrame, limit: int, offset: int) -> pl.DataFrame:
    """The rows asked for.

    Raises
    ------
    NoAnswerError
        If `offset` lies behind the last row.
    """
    if offset and offset >= frame.height:
        raise NoAnswerError(
            f"offset: {offset} lies behind the last of {frame.height} rows; give a smaller one"
        )
    return frame.slice(offset, limit)


def origin_record(origin: Origin) -> dict[str, str]:
    """What a citation needs."""
    return {
        "publisher": origin.producer,
        "title": origin.title,
        "edition": origin.edition,
        "licence": origin.licence,
        "link": origin.link,
        "accessed": origin.accessed,
    }


def sources_line(origins: Mapping[str, Mapping[str, str]], vintage: str) -> str:
    """The line to cite."""
    named = "; ".join(
        f"{one['publisher']}, {one['title']}, {one['edition']} (licence: {one['licence']})"
        for one in origins.values()
    )
    made = f"pactolus {__version__}, world {vintage[:VINTAGE_LENGTH]}"
    return (
        f"Cite: {named}; computed with {made}." if named else f"Cite: {made}; no source rows stand behind it."
    )


def printed(value: float | None, unit: str = "", status: str = "ok") -> str:
    """A number for a reader, with six digits; a missing one is never a number."""
    if value is None:
        return f"no data ({status})"
    number = f"{value:,.0f}" if abs(value) >= 100_000 else f"{value:,.6g}"
    return f"{number} {unit}" if unit not in ("", "1") else number


def answered(
    world: World,
    *,
    head: str,
    lines: Sequence[str],
    rows: Sequence[Mapping[str, Any]],
    total: int,
    offset: int,
    origins: Mapping[str, Mapping[str, str]],
    notes: Iterable[str] = (),
    narrower: str = "",
    **more: Any,
) -> Answer:
    """One page of rows with everything that is needed to read and to cite them.

    Parameters
    ----------
    world : World
    head : str
        First line of the text.
    lines : sequence of str
        One a row, for the text; the first twelve are printed.
    rows : sequence of mapping
    total, offset : int
        Rows that there are, and how many come before these.
    origins : mapping
        Id -> record (`origin_record`).
    notes : iterable of str
    narrower : str
        How to ask for fewer rows.
    **more
        Further keys of the content.
    """
    told = [*notes, *_footnotes(rows), *stale_notes(world.data_status)]
    if len(rows) < total:
        told.append(f"rows {offset + 1} to {offset + len(rows)} of {total}: {narrower}")
    states = dict.fromkeys(str(row["status"]) for row in rows if row.get("status"))
    content = {
        "rows": list(rows),
        "total": total,
        "offset": offset,
        "notes": told,
        "statuses": {one: status_meaning(one, "en") for one in states},
        "origins": dict(origins),
        "vintage": world.vintage,
        "version": __version__,
        **more,
    }
    left = [f"... and {len(lines) - _LINES} rows more in the structured part"] if len(lines) > _LINES else []
    text = [head, *lines[:_LINES], *left, *(f"Note: {note}" for note in told)]
    return Answer(text="\n".join([*text, sources_line(origins, world.vintage)]), content=content)


def _footnotes(rows: Iterable[Mapping[str, Any]]) -> list[str]:
    """Notes that are printed wherever an importer is named that has one."""
    named = dict.fromkeys(part for row in rows for part in str(row.get("importer") or "").split("+"))
    keys = dict.fromkeys(countries()[name].footnote for name in named if name in countries())
    return [footnote(key, "en") for key in keys if key]
