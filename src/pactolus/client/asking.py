"""`Client`: one method a question, a frame of all its rows back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl

from pactolus.client.running import Run
from pactolus.client.wire import address, read

__all__ = ["Client", "Rows"]

_PAGE = 10_000
_TYPES: Mapping[str, Any] = {
    "String": pl.String,
    "Int64": pl.Int64,
    "Int32": pl.Int32,
    "Int16": pl.Int16,
    "Int8": pl.Int8,
    "UInt32": pl.UInt32,
    "Float64": pl.Float64,
    "Float32": pl.Float32,
    "Boolean": pl.Boolean,
    "Date": pl.Date,
}


@dataclass(frozen=True, kw_only=True)
class Rows:
    """All rows of an answer, and what belongs to them."""

    table: pl.DataFrame
    vintage: str
    version: str
    notes: tuple[str, ...]
    origins: tuple[Mapping[str, Any], ...]


class Client:
    """A desk at an address.

    Parameters
    ----------
    url : str
        As ``pactolus serve`` prints it: ``http://127.0.0.1:8321``.

    Notes
    -----
    Every question takes the parameters of its place in the API, as text, numbers or lists of them; a list
    is sent with commas. What is not given is as on the command line. Errors are those of `pactolus.errors`,
    with the same message as there.
    """

    def __init__(self, url: str) -> None:
        self.url = url.rstrip("/")

    def about(self) -> dict[str, Any]:
        """Version and vintage of what is served."""
        found: dict[str, Any] = read(address(self.url, "/api/v1/"))
        return found

    def rows(self, place: str, **question: Any) -> Rows:
        """Every row of a question, page by page.

        Parameters
        ----------
        place : str
            Below ``/api/v1/``: ``policy/in-force``.
        **question
            Its parameters.
        """
        asked = {name: _joined(value) if name != "where" else value for name, value in question.items()}
        url = address(self.url, f"/api/v1/{place}", {**asked, "limit": _PAGE})
        return self._all(url)

    def assess(self, **question: Any) -> pl.DataFrame:
        """Indicators: importers, minerals, years, methods, stages, convention, detail, as_of."""
        return self.rows("assess", **question).table

    def tables(self) -> pl.DataFrame:
        """Tables of the world."""
        return self.rows("data/tables").table

    def table(self, name: str, where: Iterable[str] = ()) -> pl.DataFrame:
        """Rows of one table that meet all conditions ``COLUMN=VALUE``."""
        return self.rows(f"data/tables/{name}", where=list(where)).table

    def trace(self, identity: str) -> dict[str, Any]:
        """The way back of one number, by the id that ``assess(detail=True)`` gives."""
        found: dict[str, Any] = read(address(self.url, f"/api/v1/trace/{identity}"))
        return found

    def measures(self, **question: Any) -> pl.DataFrame:
        """Measures with a state on a day: on, importer, mineral, issuer, family, unverified."""
        return self.rows("policy/measures", **question).table

    def in_force(self, **question: Any) -> pl.DataFrame:
        """Measures in force, suspended or unconfirmed on a day: on, importer, mineral, issuer."""
        return self.rows("policy/in-force", **question).table

    def compare(self, **question: Any) -> pl.DataFrame:
        """Members side by side: members, on, part, mineral."""
        return self.rows("policy/compare", **question).table

    def meetings(self, **question: Any) -> pl.DataFrame:
        """Meetings of the dialogues: lang."""
        return self.rows("dialogue/meetings", **question).table

    def commitments(self, **question: Any) -> pl.DataFrame:
        """Topics and commitments: on, kind, status, lang."""
        return self.rows("dialogue/commitments", **question).table

    def outlook(self, **question: Any) -> pl.DataFrame:
        """How likely imports fall or cost more next year: members, year, target, minerals, table, alerts."""
        return self.rows("watch/outlook", **question).table

    def scenarios(self) -> pl.DataFrame:
        """Ready scenarios."""
        return self.rows("scenarios").table

    def run(self, kind: str, **question: Any) -> Run:
        """Start a long run: kind ``shock``, ``stockpile-size`` or ``outlook``."""
        body = {name: value for name, value in question.items() if value is not None}
        return Run(self, read(address(self.url, "/api/v1/jobs"), method="POST", body={"kind": kind, **body}))

    def _all(self, url: str) -> Rows:
        page = read(url)
        schema = {one["name"]: _TYPES.get(one["type"], pl.String) for one in page["columns"]}
        rows, following = page["rows"], page["links"]["next"]
        while following:
            more = read(self.url + following)
            rows += more["rows"]
            following = more["links"]["next"]
        return Rows(
            table=_frame(rows, schema),
            vintage=page["vintage"],
            version=page["version"],
            notes=tuple(page["notes"]),
            origins=tuple(page["origins"]),
        )


def _joined(value: Any) -> Any:
    return ",".join(map(str, value)) if isinstance(value, list | tuple) else value


def _frame(rows: list[dict[str, Any]], schema: Mapping[str, Any]) -> pl.DataFrame:
    """Rows in the types of the desk; days come as text."""
    days = [name for name, kind in schema.items() if kind == pl.Date]
    raw = {name: pl.String if name in days else kind for name, kind in schema.items()}
    return pl.DataFrame(rows, schema=raw, orient="row").with_columns(pl.col(days).str.to_date())
