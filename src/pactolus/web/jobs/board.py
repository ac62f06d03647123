"""All jobs of one application: who waits, who runs, how each ended."""

from __future__ import annotations

import pickle
import secrets
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from multiprocessing import get_context
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnProcess
from typing import Any, Final

from pactolus.errors import NoAnswerError, OptionError, UnknownTermError
from pactolus.web.answers.answer import Answer, Question
from pactolus.web.answers.settings import Settings
from pactolus.web.jobs.worker import work

__all__ = ["ENDS", "Board", "Full", "Job"]

#: States that a job does not leave.
ENDS: Final = frozenset({"done", "failed", "cancelled", "lost"})
_GRACE: Final = 5.0


class Full(OptionError):
    """As many long runs are kept as may be."""


@dataclass
class Job:
    """One long run."""

    id: str
    kind: str
    question: dict[str, Any]
    state: str = "queued"
    what: str = ""
    done: int = 0
    total: int = 0
    made_at: str = field(default_factory=lambda: _now())
    ended_at: str | None = None
    error: tuple[str, str] | None = None
    answer: Answer | None = None
    process: SpawnProcess | None = None
    ended: float = 0.0
    reader: str = "local"

    def record(self) -> dict[str, Any]:
        """What a reader is told."""
        error = None if self.error is None else {"error": self.error[0], "detail": self.error[1]}
        return {
            "id": self.id,
            "kind": self.kind,
            "state": self.state,
            "progress": {"what": self.what, "done": self.done, "total": self.total},
            "made_at": self.made_at,
            "ended_at": self.ended_at,
            "rows": None if self.answer is None else self.answer.frame.height,
            "error": error,
            "question": self.question,
            "links": {name: f"/api/v1/jobs/{self.id}{end}" for name, end in _LINKS.items()},
        }


_LINKS: Final = {"self": "", "rows": "/rows", "events": "/events"}


class Board:
    """Jobs in memory, started in order, at most `Settings.workers` at once."""

    def __init__(self, settings: Settings, clock: Callable[[], float] = time.monotonic) -> None:
        self.settings, self.clock = settings, clock
        self.closed = False
        self._jobs: dict[str, Job] = {}
        self._lock = threading.RLock()

    def add(self, kind: str, question: Question, reader: str = "local") -> Job:
        """A new job of a reader, begun at once if a process is free.

        Raises
        ------
        Full
            If as many are kept as may be.
        """
        with self._lock:
            self._drop_old()
            if len(self._jobs) >= self.settings.most_jobs:
                raise Full(
                    f"jobs: {len(self._jobs)} are waiting, running or kept, and that is the limit; cancel or "
                    "delete one, or wait until old ones are dropped"
                )
            job = Job(secrets.token_hex(8), kind, question.model_dump(mode="json"), reader=reader)
            self._jobs[job.id] = job
            self._begin_next()
            return job

    def all(self) -> list[Job]:
        """Every job that is kept, the oldest first."""
        with self._lock:
            self._drop_old()
            return list(self._jobs.values())

    @property
    def stamp(self) -> str:
        """What changes when a run is added, begins, ends or is dropped."""
        with self._lock:
            return " ".join(f"{job.id}={job.state}" for job in self._jobs.values())

    def get(self, identity: str) -> Job:
        """One job.

        Raises
        ------
        UnknownTermError
            If there is none, or it was dropped.
        """
        with self._lock:
            self._drop_old()
            if identity not in self._jobs:
                kept = f"{self.settings.keep_seconds:,.0f} s"
                raise UnknownTermError(
                    f"job {identity!r}: there is none; rows are dropped {kept} after the end"
                )
            return self._jobs[identity]

    def answer(self, identity: str) -> Answer:
        """Rows of a job that is done.

        Raises
        ------
        NoAnswerError
            If it is not done, with its state and why.
        """
        job = self.get(identity)
        if job.answer is not None:
            return job.answer
        why = f": {job.error[1]}" if job.error else ""
        raise NoAnswerError(f"job {identity}: {job.state}, there are no rows{why}")

    def cancel(self, identity: str) -> Job:
        """End a job and its process; one that has ended stays as it is."""
        with self._lock:
            job = self.get(identity)
            if job.state in ENDS:
                return job
            self._end(job, "cancelled")
            process = job.process
        if process is not None:
            process.terminate()
            process.join(_GRACE)
            if process.is_alive():
                process.kill()
                process.join(_GRACE)
        return job

    def close(self) -> None:
        """End everything."""
        self.closed = True
        for job in self.all():
            if job.state not in ENDS:
                self.cancel(job.id)

    def _begin_next(self) -> None:
        running = sum(job.state == "running" for job in self._jobs.values())
        for job in self._jobs.values():
            if running >= max(self.settings.workers, 1) or self.closed:
                return
            if job.state == "queued":
                self._begin(job)
                running += 1

    def _begin(self, job: Job) -> None:
        context = get_context("spawn")
        reader, writer = context.Pipe(duplex=False)
        words = (writer, self.settings.world, job.kind, job.question)
        job.process = context.Process(target=work, args=words, daemon=True)
        job.state = "running"
        job.process.start()
        writer.close()
        threading.Thread(target=self._listen, args=(job, reader), daemon=True).start()

    def _listen(self, job: Job, reader: Connection) -> None:
        """Hear a process until it has said its end, or is gone without one."""
        with reader:
            while job.state == "running":
                try:
                    said, content = pickle.loads(reader.recv_bytes())
                except (EOFError, OSError):
                    self._lost(job)
                    break
                with self._lock:
                    self._note(job, said, content)
        if job.process is not None:
            job.process.join()
        with self._lock:
            self._begin_next()

    def _note(self, job: Job, said: str, content: Any) -> None:
        if job.state != "running":
            return
        if said == "progress":
            job.what, job.done, job.total = content
        elif said == "done":
            job.answer = content
            self._end(job, "done")
        else:
            job.error = content
            self._end(job, "failed")

    def _lost(self, job: Job) -> None:
        if job.process is not None:
            job.process.join(_GRACE)
        with self._lock:
            if job.state != "running":
                return
            code = None if job.process is None else job.process.exitcode
            why = f"its process was ended from outside (exit code {code}), perhaps for want of memory"
            job.error = ("WorkerError", f"{why}; ask again")
            self._end(job, "lost")

    def _end(self, job: Job, state: str) -> None:
        job.ended, job.ended_at = self.clock(), _now()
        job.state = state  # last: who reads the state of an end reads all of it

    def _drop_old(self) -> None:
        age = self.clock() - self.settings.keep_seconds
        old = [job.id for job in self._jobs.values() if job.state in ENDS and job.ended <= age]
        for identity in old:
            del self._jobs[identity]

    def delete(self, identity: str) -> Job:
        """Cancel a job that has not ended, or drop one that has."""
        job = self.get(identity)
        if job.state not in ENDS:
            return self.cancel(identity)
        with self._lock:
            self._jobs.pop(identity, None)
        return job


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
