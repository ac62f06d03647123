"""The form of a record of the register as people edit it (docs/decisions/0006)."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, PlainSerializer, WithJsonSchema

from pactolus.policy.days import SourceDay
from pactolus.workspace.forms import Day, Form, Identity, LanguagesForm, Link, Text

__all__ = ["CoverForm", "MeasureForm", "ReferenceForm", "StateForm", "ValueForm"]


def _source_day(value: Any) -> SourceDay:
    return value if isinstance(value, SourceDay) else SourceDay.read(value)


FlexibleDay = Annotated[
    SourceDay,
    BeforeValidator(_source_day),
    PlainSerializer(str),
    WithJsonSchema({"type": "string"}),
]
Answer = Literal["yes", "no", "unknown"]


class CoverForm(Form):
    """What a measure covers; several where stages or codes differ."""

    minerals: tuple[Text, ...] = ()
    subjects: tuple[Text, ...] = ()
    stages: tuple[Text, ...] = ()
    hs_edition: Text | None = None
    hs_codes: tuple[Annotated[Text, Field(pattern=r"^\d{6}$")], ...] = ()
    broader: Answer | None = None


class StateForm(Form):
    """One state and its first day."""

    state: Literal["announced", "proposed", "de_facto", "in_force", "suspended", "unconfirmed", "ended"]
    from_: Annotated[FlexibleDay, Field(alias="from")]
    through: FlexibleDay | None = None
    then: Literal["ended", "unconfirmed"] | None = None
    by: Text | None = None
    reason: Text | None = None
    reference: Annotated[int, Field(ge=1)] = 1


class ValueForm(Form):
    """A number that people compare between members."""

    what: Annotated[Text, Field(pattern=r"^[a-z][a-z0-9_]*$")]
    value: float | tuple[float, float]
    unit: Text
    kind: Literal["law", "agreement", "target", "custom", "reported"]
    of: Text | None = None
    year: int | None = None


class ReferenceForm(Form):
    """Where it was read: a page of a publisher, the place in it, the day."""

    title: Text
    publisher: Text
    link: Link
    locator: Text | None = None
    language: Annotated[Text, Field(pattern=r"^[a-z]{2,3}$")]
    read_on: Day | None = None
    kind: Literal["official", "law_text", "database", "press", "analysis"]


class MeasureForm(Form):
    """One measure."""

    id: Identity
    issuer: Annotated[tuple[Text, ...], Field(min_length=1)]
    authority: tuple[Text, ...] = ()
    instrument: Text
    title: LanguagesForm
    covers: tuple[CoverForm, ...] = ()
    scope: Literal["all-minerals", "dual-use", "listed"] | None = None
    targets: Annotated[tuple[Text, ...], Field(min_length=1)] = ("world",)
    entities: Annotated[int, Field(ge=1)] | None = None
    end_use: Text | None = None
    reach: Answer = "unknown"
    legal_basis: Text | None = None
    states: Annotated[tuple[StateForm, ...], Field(min_length=1)]
    values: tuple[ValueForm, ...] = ()
    says: Text | None = None
    doubts: Text | None = None
    related: tuple[Text, ...] = ()
    references: Annotated[tuple[ReferenceForm, ...], Field(min_length=1)]
