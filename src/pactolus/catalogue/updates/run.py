"""An update: every source is asked for what is new, each on its own; what fails keeps yesterday's file."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from pactolus.catalogue.readers.comtrade_server import KEY, Server
from pactolus.catalogue.status import DataStatus
from pactolus.catalogue.updates.download import Loader
from pactolus.catalogue.updates.files import update_file
from pactolus.catalogue.updates.job import Job
from pactolus.catalogue.updates.known import state_of, status_on
from pactolus.catalogue.updates.log import Entry, entries
from pactolus.catalogue.updates.monthly import update_months
from pactolus.catalogue.updates.sources import Source, chosen_sources, known_sources
from pactolus.catalogue.updates.store import sweep_halves
from pactolus.runs.asking import Patience
from pactolus.runs.files import require_writable_folder
from pactolus.runs.locks import only_one
from pactolus.runs.progress import Progress, silent

__all__ = ["Outcome", "update"]


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What an update did."""

    entries: tuple[Entry, ...]
    """Lines that it added to the log."""
    statuses: tuple[DataStatus, ...]
    """How fresh every source is after it."""
    requests: int
    """Requests that were sent. [1]"""
    notes: tuple[str, ...] = ()
    """What the user should know, a line each."""
    sources: tuple[str, ...] = field(default=())
    """Sources that were asked."""

    @property
    def failed(self) -> tuple[DataStatus, ...]:
        """Asked sources of which something could not be renewed."""
        return tuple(s for s in self.statuses if s.stale_since and s.source in self.sources)


def update(
    folder: Path | str,
    names: Sequence[str] = (),
    *,
    sources: Mapping[str, Source] | None = None,
    addresses: Mapping[str, str] | None = None,
    accepted: Collection[str] = (),
    key: str | None = None,
    patience: Patience | None = None,
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
    loader: Callable[[Patience], Loader] = Loader,
    progress: Progress = silent,
    told: Callable[[str], None] | None = None,
) -> Outcome:
    """Ask every source for what is new, and keep it beside what is there.

    Parameters
    ----------
    folder : path
        Update folder; made if it is not there, gone on with if it is.
    names : sequence of str
        Sources to be asked; those that are switched on if omitted.
    sources : mapping, optional
        The sources by id; `known_sources` of the folder if omitted.
    addresses : mapping, optional
        Source -> address to be asked instead.
    accepted : collection of str
        Ids of doubted findings that are taken as they are.
    key : str, optional
        Subscription key of UN Comtrade; the environment variable `KEY` if omitted.
    patience : Patience, optional
    now : callable
        The instant, UTC.
    loader : callable
        Makes the client of files.
    progress : Progress
        Hears of every question and file.
    told : callable, optional
        Hears a line on every request.

    Returns
    -------
    Outcome

    Raises
    ------
    InputError
        If ``sources.yaml`` has faults, or a name is no source; nothing is asked.
    OutputError
        If the folder cannot be written, or another update is at work in it; what is whole stays.
    """
    home = Path(folder)
    known = dict(sources) if sources is not None else known_sources(home, addresses)
    chosen = chosen_sources(known, names)
    require_writable_folder(home)
    home.mkdir(parents=True, exist_ok=True)
    manners = patience or Patience(jitter=0.5)
    with only_one(home, "update"):
        sweep_halves(home)
        client = loader(manners)
        if told is not None:
            client.told = told
        log = entries(home)
        job = Job(
            folder=home,
            log=log,
            states=state_of(log),
            accepted=frozenset(accepted),
            now=now,
            progress=progress,
        )
        before = len(log)
        requests = 0
        # Single files first: they are quick, and a long question may be stopped.
        for source in sorted(chosen, key=lambda s: s.months is not None):
            requests += _one(job, source, client, manners, key, told)
        requests += client.asked
        progress("updated", 1, 1)
    return Outcome(
        entries=tuple(job.log[before:]),
        statuses=status_on(home),
        requests=requests,
        notes=tuple(job.notes),
        sources=tuple(source.id for source in chosen),
    )


def _one(
    job: Job,
    source: Source,
    client: Loader,
    patience: Patience,
    key: str | None,
    told: Callable[[str], None] | None,
) -> int:
    """Ask one source; whatever fails is an entry of the log. Requests that the client does not count."""
    if source.months is None:
        with job.guarded(source):
            update_file(job, source, client)
        return 0
    secret = (os.environ.get(KEY, "") if key is None else key).strip()
    server = None
    with job.guarded(source):
        server = Server(source.address, secret, patience, told)
        update_months(job, source, server)
    return server.asked if server is not None else 0
