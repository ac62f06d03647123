"""What runs in the process of one job: its messages go through a pipe, the last one is its end."""

from __future__ import annotations

import os
import pickle
import signal
import threading
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from pactolus.runs.executor import end_with_parent
from pactolus.runs.threads import one_thread

__all__ = ["work"]


def work(pipe: Connection, world: Path | None, kind: str, question: dict[str, Any]) -> None:
    """Run one question, and send ``progress``, then ``done`` or ``failed``.

    Ctrl-C is for the parent, which ends its jobs; without a parent there is no work.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    threading.Thread(target=end_with_parent, daemon=True).start()
    one_thread(os.environ)  # before NumPy is imported
    from pactolus.errors import PactolusError

    try:
        from pactolus.catalogue.world import open_world
        from pactolus.web.jobs.kinds import KINDS

        asked = KINDS[kind].question(**question)
        found = KINDS[kind].run(
            open_world(world), asked, lambda *step: pipe.send_bytes(pickle.dumps(("progress", step)))
        )
        end: tuple[str, Any] = ("done", found)
    except PactolusError as error:
        end = ("failed", (type(error).__name__, str(error)))
    except Exception as error:  # the end must be said whatever it is
        end = ("failed", ("PactolusError", f"this is a fault of pactolus: {type(error).__name__}: {error}"))
    pipe.send_bytes(pickle.dumps(end))
    pipe.close()
