"""`Client`: one method a question, a frame of all its rows back."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from pactolus.client.rows import Rows, all_rows
from pactolus.client.running import Run
from pactolus.client.wire import address, read

if TYPE_CHECKING:
    import polars as pl

__all__ = ["Client"]


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
        return all_rows(self.url, f"/api/v1/{place}", asked)

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

    def policy_changes(self, since: object, **question: Any) -> pl.DataFrame:
        """Changes of measures after a day: until, importer, mineral."""
        return self.rows("policy/changes", since=since, **question).table

    def covered_trade(self, measures: object, **question: Any) -> pl.DataFrame:
        """Trade under the codes of measures, an upper bound: importers, year."""
        return self.rows("policy/trade", measures=measures, **question).table

    def transferable(self, mineral: str, to: str, **question: Any) -> pl.DataFrame:
        """Whether a lot may pass to a receiver: origin, stage, on."""
        return self.rows("policy/transferable", mineral=mineral, to=to, **question).table

    def timeline(self, **question: Any) -> pl.DataFrame:
        """Every state of measures: measures, on, importer, mineral, issuer."""
        return self.rows("policy/timeline", **question).table

    def meetings(self, **question: Any) -> pl.DataFrame:
        """Meetings of the dialogues: lang."""
        return self.rows("dialogue/meetings", **question).table

    def commitments(self, **question: Any) -> pl.DataFrame:
        """Topics and commitments: on, kind, status, lang."""
        return self.rows("dialogue/commitments", **question).table

    def dialogue_changes(self, **question: Any) -> pl.DataFrame:
        """What moved between two days: since, until, kinds, members, lang."""
        return self.rows("dialogue/changes", **question).table

    def projects(self, **question: Any) -> pl.DataFrame:
        """Records of projects: minerals, hosts, region, status, appraisable."""
        return self.rows("projects/list", **question).table

    def capabilities(self) -> pl.DataFrame:
        """What companies and institutions are publicly known to do."""
        return self.rows("projects/capabilities").table

    def watchlist(self, **question: Any) -> pl.DataFrame:
        """What to look at on a day: members, as_of, since, minerals, level, table, lang."""
        return self.rows("watch/list", **question).table

    def outlook(self, **question: Any) -> pl.DataFrame:
        """How likely imports fall or cost more next year: members, year, target, minerals, table, alerts."""
        return self.rows("watch/outlook", **question).table

    def events(self, **question: Any) -> pl.DataFrame:
        """Ready events: lang."""
        return self.rows("events", **question).table

    def clocks(self, event: str, **question: Any) -> pl.DataFrame:
        """What of a ready event is due when: as_of, lang."""
        return self.rows("respond/clocks", event=event, **question).table

    def exercises(self, **question: Any) -> pl.DataFrame:
        """Ready exercises: lang."""
        return self.rows("exercises", **question).table

    def past_events(self) -> pl.DataFrame:
        """Named events of the past, with their figures from the world."""
        return self.rows("shock/events").table

    def priors(self) -> pl.DataFrame:
        """How large and how long shocks of each kind were."""
        return self.rows("shock/priors").table

    def scenarios(self) -> pl.DataFrame:
        """Ready scenarios."""
        return self.rows("scenarios").table

    def run(self, kind: str, **question: Any) -> Run:
        """Start a long run of a kind: ``shock``, ``stockpile-pool``, ``projects-pareto`` and so on."""
        body = {name: value for name, value in question.items() if value is not None}
        return Run(
            self.url, read(address(self.url, "/api/v1/jobs"), method="POST", body={"kind": kind, **body})
        )


def _joined(value: Any) -> Any:
    return ",".join(map(str, value)) if isinstance(value, list | tuple) else value
