"""Long runs of a page: a part stands on a job of the board; it is started, followed, and its rows are kept.

A part names its `Run`. Until the run has ended the part shows what its `build` makes without it (an
empty content, or a quick form), and below it a button, then the progress with a way to end it. The progress
asks for itself while the job runs; the answer is kept by the desk, also after the board has dropped the job.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pactolus.web.answers.answer import Answer, Question
from pactolus.web.answers.desk import Desk
from pactolus.web.jobs.board import ENDS, Board, Job
from pactolus.web.jobs.kinds import KINDS

if TYPE_CHECKING:
    from pactolus.web.pages.scene import Scene

__all__ = ["Run", "Runs", "Told", "answer_of"]


@dataclass(frozen=True, kw_only=True)
class Run:
    """What a part stands on.

    Attributes
    ----------
    kind : str
        Of `pactolus.web.jobs.kinds.KINDS`.
    ask : callable
        The question of the job, from what the page is asked.
    seconds : (int, int)
        How long it takes on one processor, at least and at most; said beside the button. [s]
    """

    kind: str
    ask: Callable[[Scene], Question]
    seconds: tuple[int, int]


def answer_of(scene: Scene, run: Run) -> Answer | None:
    """The rows of a run that has ended; None before."""
    return scene.desk.ran(run.kind, run.ask(scene))


@dataclass(frozen=True, kw_only=True)
class Told:
    """What the page says of a run: its state (``none`` before it was started), and how far it is. [%]"""

    state: str
    seconds: tuple[int, int]
    what: str = ""
    percent: int = 0
    error: str = ""


@dataclass
class Runs:
    """Runs of all pages of a desk, on its board."""

    desk: Desk
    board: Board
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def job(self, scene: Scene, run: Run) -> Job | None:
        """The newest job of this question; the rows of one that is done are kept from here on."""
        asked = run.ask(scene)
        said = asked.model_dump(mode="json")
        found = [one for one in self.board.all() if one.kind == run.kind and one.question == said]
        if not found:
            return None
        if found[-1].answer is not None and self.desk.ran(run.kind, asked) is None:
            self.desk.keep_run(run.kind, asked, found[-1].answer)
        return found[-1]

    def start(self, scene: Scene, run: Run) -> Job:
        """Start it, unless it waits or runs already.

        Raises
        ------
        Full
            If as many jobs are kept as may be.
        PactolusError
            If the question cannot be asked.
        """
        asked = run.ask(scene)
        KINDS[run.kind].check(self.desk.world, asked)
        with self._lock:
            known = self.job(scene, run)
            if known is not None and known.state not in ENDS:
                return known
            return self.board.add(run.kind, asked)

    def stop(self, scene: Scene, run: Run) -> None:
        """End it, if it waits or runs."""
        known = self.job(scene, run)
        if known is not None and known.state not in ENDS:
            self.board.cancel(known.id)

    def told(self, scene: Scene, run: Run) -> Told | None:
        """How far it is; None once its rows are kept."""
        job = self.job(scene, run)
        if answer_of(scene, run) is not None:
            return None
        if job is None:
            return Told(state="none", seconds=run.seconds)
        percent = round(100 * job.done / job.total) if job.total else 0
        why = "" if job.error is None else job.error[1]
        return Told(state=job.state, seconds=run.seconds, what=job.what, percent=percent, error=why)
