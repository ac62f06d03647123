"""What one application holds: the world, opened once, and the last answers, so that pages need no new run."""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final, Protocol

from pactolus.catalogue.world import World, open_world
from pactolus.runs.progress import silent
from pactolus.web.answers.answer import Answer, Asked, Question, sources_of
from pactolus.web.answers.settings import Settings

if TYPE_CHECKING:
    from pactolus.reports.desk.exercise import Tables
    from pactolus.reports.desk.planned import Plans
    from pactolus.reports.sections.basis import Basis
    from pactolus.workspace.folder import Workspace

__all__ = ["Desk"]

#: Sets of members, year and day whose tables are kept.
MOST_BASES: Final = 3


class LongRuns(Protocol):
    """What a page asks of the board of long runs (`pactolus.web.jobs.board.Board`)."""

    def add(self, kind: str, question: Question) -> Any:
        """A new job, begun at once if a process is free."""

    def get(self, identity: str) -> Any:
        """One job."""

    def cancel(self, identity: str) -> Any:
        """End a job and its process."""


@dataclass
class Desk:
    """One world and its answers; safe to ask from several threads."""

    settings: Settings
    board: LongRuns | None = None
    """Where long runs are started; the application gives it."""
    _kept: OrderedDict[tuple[str, str, str], Answer] = field(default_factory=OrderedDict)
    _sources: dict[tuple[str, ...], list[dict[str, Any]]] = field(default_factory=dict)
    _bases: OrderedDict[tuple[tuple[str, ...], int | None, date], Basis] = field(default_factory=OrderedDict)
    _making: threading.Lock = field(default_factory=threading.Lock)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @cached_property
    def world(self) -> World:
        """The world of the settings.

        Raises
        ------
        WorldError
            If it cannot be opened as a whole.
        """
        return open_world(self.settings.world)

    @cached_property
    def workspace(self) -> Workspace | None:
        """The workspace in which readers save, if the desk has one.

        Raises
        ------
        InputError
            If its folder holds none.
        """
        if self.settings.workspace is None:
            return None
        from pactolus.workspace.folder import open_workspace

        return open_workspace(self.settings.workspace)

    @cached_property
    def plans(self) -> Plans:
        """Joint plans of events, solved once for all parts of a page."""
        from pactolus.reports.desk.planned import Plans

        return Plans()

    @cached_property
    def tables(self) -> Tables:
        """Exercises with their numbers, made once."""
        from pactolus.reports.desk.exercise import Tables

        return Tables()

    @cached_property
    def _gate(self) -> threading.BoundedSemaphore:
        return threading.BoundedSemaphore(max(self.settings.workers, 1))

    def ask(self, name: str, asked: Asked, question: Question) -> Answer:
        """The answer to a question, kept for the next page of it; today is part of the question."""
        key = _key(name, question)
        kept = self._known(key)
        if kept is not None:
            return kept
        with self._gate:
            found = asked.answer(self.world, question, silent)
        self._keep(key, found)
        return found

    def ran(self, kind: str, question: Question) -> Answer | None:
        """The answer of a long run that ended, if it is kept; its question names its day."""
        return self._known((f"run:{kind}", question.model_dump_json(), ""))

    def keep_run(self, kind: str, question: Question, answer: Answer) -> None:
        """Keep the answer of a long run beside those of short questions."""
        self._keep((f"run:{kind}", question.model_dump_json(), ""), answer)

    def _known(self, key: tuple[str, str, str]) -> Answer | None:
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
        return None

    def sources(self, tables: tuple[str, ...]) -> list[dict[str, Any]]:
        """Origins of tables of the world, read once."""
        if tables not in self._sources:
            self._sources[tables] = sources_of(self.world, tables)
        return self._sources[tables]

    @cached_property
    def years(self) -> tuple[int, ...]:
        """Years of the trade table, oldest first."""
        found = self.world.scan("trade").select("year").unique().collect()["year"].sort()
        return tuple(found.to_list())

    def basis(self, members: tuple[str, ...], year: int | None, day: date) -> Basis:
        """The tables a brief of some members is written from, the last few kept.

        Raises
        ------
        OptionError
            If the year is outside the trade table.
        """
        from pactolus.reports.sections.basis import make_basis

        key = (members, year, day)
        with self._making:
            if key not in self._bases:
                self._bases[key] = make_basis(self.world, members, year, day)
            self._bases.move_to_end(key)
            while len(self._bases) > MOST_BASES:
                self._bases.popitem(last=False)
            return self._bases[key]

    def _keep(self, key: tuple[str, str, str], answer: Answer) -> None:
        if answer.size > self.settings.most_cached:
            return
        with self._lock:
            self._kept[key] = answer
            while sum(kept.size for kept in self._kept.values()) > self.settings.most_cached:
                self._kept.popitem(last=False)


def _key(name: str, question: Question) -> tuple[str, str, str]:
    """What an answer is kept by; today is part of it."""
    return name, question.model_dump_json(), datetime.now(UTC).date().isoformat()
