"""What every answer carries: rows, what must be said beside them, and the tables they stand on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import polars as pl
from pydantic import BaseModel, ConfigDict

if TYPE_CHECKING:
    from pactolus.catalogue.world import World
    from pactolus.runs.progress import Progress

__all__ = ["Answer", "Asked", "Question", "sources_of"]


class Question(BaseModel):
    """A question whose parameters are all known; a misspelt one is refused, not ignored."""

    model_config = ConfigDict(extra="forbid", frozen=True)


@dataclass(frozen=True, kw_only=True)
class Answer:
    """Rows and what belongs to them.

    Attributes
    ----------
    frame : polars.DataFrame
        Flat columns; null is missing.
    notes : tuple of str
        What the command line says on stderr.
    tables : tuple of str
        Tables of the world that the rows stand on; empty where each row names its own source.
    """

    frame: pl.DataFrame
    notes: tuple[str, ...] = ()
    tables: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Asked:
    """One kind of question."""

    question: type[Question]
    answer: Callable[[World, Any, Progress], Answer]
    what: str
    room: str


def sources_of(world: World, tables: tuple[str, ...]) -> list[dict[str, Any]]:
    """Publisher, edition, licence and link of every origin of `tables`, each once."""
    from pactolus.catalogue.describe import describe_origins

    stored = [name for name in tables if name in world.tables]
    if not stored:
        return []
    found = pl.concat(describe_origins(world, name) for name in stored).unique("origin", maintain_order=True)
    shown = ("origin", "producer", "title", "edition", "published", "licence", "link")
    return found.select(shown).to_dicts()
