"""What the commands about dialogues share: options, meetings, and what a workspace saved of items."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Annotated

import typer

from pactolus.cli.feedback import say
from pactolus.cli.projects_options import own_workspace
from pactolus.dialogue.saved import meetings_for, saved_items, saved_on, start_of

if TYPE_CHECKING:
    from pactolus.workspace.folder import Workspace

__all__ = [
    "LANGUAGES",
    "LangOption",
    "SinceOption",
    "meetings_for",
    "own_workspace",
    "saved_items",
    "saved_on",
    "say_label",
    "start_of",
]

LANGUAGES: tuple[str, ...] = ("en", "ko", "ja")
LangOption = Annotated[str, typer.Option("--lang", metavar="en|ko|ja", help="Language of titles and verbs.")]
SinceOption = Annotated[
    str | None,
    typer.Option("--since", metavar="DATE", help="A day; that of the last meeting if omitted."),
]


def say_label(own: Workspace | None, items: Iterable[str]) -> None:
    """The label that a result inherits from the saved records in it; said even where notes are not."""
    if own is None:
        return
    from pactolus.dialogue.commitments import KIND

    shown = set(items)
    label = own.levels.strictest(own.levels.read(one.label) for one in own.store.all(KIND) if one.id in shown)
    if not label.is_open:
        say(f"label of this result: {label}", quiet=False)
