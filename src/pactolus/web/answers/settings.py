"""What a desk may be told when it starts."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

__all__ = ["LOOPBACK", "Settings"]

#: Names of this machine in a ``Host`` header.
LOOPBACK: Final = frozenset({"127.0.0.1", "localhost", "[::1]"})


@dataclass(frozen=True, kw_only=True)
class Settings:
    """Settings of one application.

    Attributes
    ----------
    world : Path or None
        Folder of the world; the embedded one if None.
    workspace : Path or None
        Folder of the workspace in which readers save; nothing is saved if None.
    hosts : frozenset of str or None
        Names that a ``Host`` header may say, without port; any if None. Names of this machine by default, so
        that a page of another site cannot reach a desk on loopback through a name of its own.
    workers : int
        Long runs at once, a process each; the others wait.
    most_jobs : int
        Long runs that are waiting, running or kept.
    keep_seconds : float
        Age after its end at which a long run and its rows are dropped. [s]
    most_body : int
        Size of a request body. [byte]
    most_cached : int
        Size of the answers that are kept, so that the next page of one needs no new computation. [byte]
    warm: bool
        Set the first pages as soon as the desk runs, so that the first reader does not wait for them.
    """

    world: Path | None = None
    workspace: Path | None = None
    hosts: frozenset[str] | None = LOOPBACK
    workers: int = field(default_factory=lambda: os.cpu_count() or 1)
    most_jobs: int = 32
    keep_seconds: float = 3600.0
    most_body: int = 1_000_000
    most_cached: int = 64_000_000
    warm: bool = False
