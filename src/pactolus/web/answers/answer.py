"""What every answer carries: rows, what must be said beside them, and the tables they stand on."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
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
    more : mapping of str to polars.DataFrame
        Other sides of the same run, for a page that shows them together.
    """

    frame: pl.DataFrame
    notes: tuple[str, ...] = ()
    tables: tuple[str, ...] = ()
    more: Mapping[str, pl.DataFrame] = field(default_factory=dict)

    @property
    def size(self) -> int:
        """Of all its rows in memory, about. [byte]"""
        return int(sum(one.estimated_size() for one in (self.frame, *self.more.values())))


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
