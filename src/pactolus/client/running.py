"""`Run`: a long run on a desk, followed, read and cancelled."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from pactolus import errors
from pactolus.client.rows import Rows, all_rows
from pactolus.client.wire import address, opened, read
from pactolus.errors import NoAnswerError, PactolusError
from pactolus.runs.progress import Progress, silent

if TYPE_CHECKING:
    import polars as pl
__all__ = ["Run"]


class Run:
    """One long run, as ``Client.run`` starts it.

    Attributes
    ----------
    record : dict
        What the desk said last: id, state, progress, error.
    """

    def __init__(self, base: str, record: dict[str, Any]) -> None:
        self._base, self.record = base, record

    @property
    def id(self) -> str:
        """Its id."""
        return str(self.record["id"])

    @property
    def state(self) -> str:
        """queued, running, done, failed, cancelled or lost, when last heard of."""
        return str(self.record["state"])

    def events(self) -> Iterator[dict[str, Any]]:
        """Its record whenever it changes, up to its end."""
        url = address(self._base, f"/api/v1/jobs/{self.id}/events")
        with opened(url) as answer:
            for line in answer:
                if line.startswith(b"data: "):
                    self.record = json.loads(line[6:])
                    yield self.record

    def wait(self, progress: Progress = silent) -> Rows:
        """Follow it to its end, and fetch its rows.

        Raises
        ------
        PactolusError
            The error it ended with; `NoAnswerError` if it was cancelled.
        """
        for record in self.events():
            step = record["progress"]
            progress(step["what"], step["done"], step["total"])
        if self.record["error"] is not None:
            kind = getattr(errors, self.record["error"]["error"], PactolusError)
            raise kind(self.record["error"]["detail"])
        if self.state != "done":
            raise NoAnswerError(f"job {self.id}: {self.state}, there are no rows")
        return all_rows(self._base, f"/api/v1/jobs/{self.id}/rows", {})

    def table(self) -> pl.DataFrame:
        """Its rows, once it is done."""
        return self.wait().table

    def cancel(self) -> None:
        """End it and its process; drop it if it has ended."""
        url = address(self._base, f"/api/v1/jobs/{self.id}")
        self.record = read(url, method="DELETE")
