"""What a workspace adds to the shipped records, and what shows that it changed."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from pactolus.errors import OptionError
from pactolus.web.pages.scene import Scene

if TYPE_CHECKING:
    from pactolus.dialogue.meetings import Meeting
    from pactolus.policy.register import Register
    from pactolus.projects.pipeline.parts import Project
    from pactolus.response.clocks.clock import Clock
    from pactolus.response.events.event import Event
    from pactolus.workspace.folder import Workspace

__all__ = [
    "known_clocks",
    "known_meetings",
    "known_projects",
    "known_register",
    "open_events",
    "stamp_of",
    "store_of",
]


def known_register(scene: Scene) -> Register:
    """The shipped register, with the records of the desk's workspace."""
    from pactolus.policy.own import with_own
    from pactolus.policy.register import register

    own = scene.desk.workspace
    return register() if own is None else with_own(own.files("policy"), own.folder / ".cache")


def known_meetings(scene: Scene) -> tuple[Meeting, ...]:
    """The shipped meetings, with those of the desk's workspace."""
    from pactolus.dialogue.meetings import meetings, with_own

    own = scene.desk.workspace
    return meetings() if own is None else with_own(own.files("dialogue"))


def stamp_of(scene: Scene, rooms: tuple[str, ...], kinds: tuple[str, ...] = ()) -> str:
    """What changes when an edited file of `rooms` or a saved record of `kinds` does; else empty."""
    own = scene.desk.workspace
    if own is None:
        return ""
    told = []
    for room in rooms:
        for file in own.files(room):
            seen = file.stat()
            told.append(f"{file}:{seen.st_mtime_ns}:{seen.st_size}")
    for kind in kinds:
        told += [f"{kind}:{one.id}:{one.version}" for one in own.store.all(kind)]
    return hashlib.sha256("\n".join(told).encode()).hexdigest()[:16]


def known_projects(scene: Scene) -> tuple[Project, ...]:
    """The shipped projects, with those of the desk's workspace."""
    from pactolus.projects.pipeline.loading import shipped_projects, with_own

    own = scene.desk.workspace
    return shipped_projects() if own is None else with_own(own.files("projects"), world=scene.world)


def known_clocks(scene: Scene) -> tuple[Clock, ...]:
    """Clocks of the desk's workspace, beside the shipped ones."""
    from pactolus.response.clocks.reading import read_clocks

    own = scene.desk.workspace
    return () if own is None else read_clocks(own.files("clocks"))


def open_events(scene: Scene) -> list[Event]:
    """Events of the desk's workspace with a label of open that are not made up."""
    from pactolus.response.events.reading import read_event

    own = scene.desk.workspace
    found = [] if own is None else [read_event(file, own.levels) for file in own.files("events")]
    return [one for one in found if own and one.label(own.levels).is_open and not one.fictitious]


def store_of(scene: Scene, what: str) -> Workspace:
    """The workspace to save into.

    Raises
    ------
    OptionError
        If the desk has none, with the commands that give it one.
    """
    own = scene.desk.workspace
    if own is None:
        raise OptionError(
            f"{what}: this desk has no workspace to save into; make one with 'pactolus workspace init DIR' "
            "and start the desk with 'pactolus serve --workspace DIR'"
        )
    return own
