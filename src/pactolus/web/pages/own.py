"""What a workspace adds to the shipped records, and what shows that it changed."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from pactolus.web.pages.scene import Scene

if TYPE_CHECKING:
    from pactolus.dialogue.meetings import Meeting
    from pactolus.policy.register import Register

__all__ = ["known_meetings", "known_register", "stamp_of"]


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
