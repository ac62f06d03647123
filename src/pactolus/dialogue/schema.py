"""The form of a meeting as people edit it (docs/decisions/0007)."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from pactolus.workspace.forms import Day, Form, Identity, LanguagesForm, Link, Text

__all__ = ["ItemForm", "MeetingForm", "ReadoutForm"]


class DelegateForm(Form):
    """Who spoke for a member."""

    member: Text
    name: Text
    post: Text | None = None


class ReadoutForm(Form):
    """What one side made public."""

    id: Identity
    side: Text
    title: Text
    publisher: Text
    link: Link
    locator: Text
    language: Annotated[Text, Field(pattern=r"^[a-z]{2,3}$")]
    read_on: Day
    kind: Literal["official", "press"]


class ItemForm(Form):
    """One topic or commitment; which of the two follows from the verb."""

    id: Identity
    area: Literal["policy", "stockpile", "projects", "markets", "response", "dialogue"]
    title: LanguagesForm
    verb: Text
    readout: Text
    locator: Text
    owner: Text | None = None
    due: Day | None = None
    minerals: tuple[Text, ...] = ()
    note: Text | None = None


class MeetingForm(Form):
    """One meeting."""

    id: Identity
    dialogue: Text
    number: Annotated[int, Field(ge=1)] | None = None
    title: LanguagesForm
    date: Day
    place: LanguagesForm | None = None
    members: Annotated[tuple[Text, ...], Field(min_length=2)]
    host: Text | None = None
    institutions: tuple[Text, ...] = ()
    delegates: tuple[DelegateForm, ...] = ()
    agenda: tuple[LanguagesForm, ...] = ()
    readouts: Annotated[tuple[ReadoutForm, ...], Field(min_length=1)]
    silent: tuple[Text, ...] = ()
    items: tuple[ItemForm, ...] = ()
