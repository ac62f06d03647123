"""The form of a record of the register as people edit it (docs/decisions/0006)."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PlainSerializer, WithJsonSchema

from pactolus.policy.days import SourceDay

__all__ = ["CoverForm", "MeasureForm", "ReferenceForm", "StateForm", "ValueForm"]


def _day(value: Any) -> SourceDay:
    return value if isinstance(value, SourceDay) else SourceDay.read(value)


def _text(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    if not value.strip():
        raise ValueError("is empty; write the text or take the key out")
    return value.strip()


def _plain_date(value: Any) -> Any:
    """A day without an hour; YAML reads ``2026-11-24`` as one."""
    try:
        return date.fromisoformat(value.isoformat()[:10] if isinstance(value, date) else str(value).strip())
    except ValueError:
        raise ValueError(f"found {str(value)!r}; write a day such as 2026-11-24") from None


Day = Annotated[
    SourceDay,
    BeforeValidator(_day),
    PlainSerializer(str),
    WithJsonSchema({"type": "string"}),
]
ReadDay = Annotated[date, BeforeValidator(_plain_date)]
Text = Annotated[str, BeforeValidator(_text)]
Answer = Literal["yes", "no", "unknown"]


class _Form(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, arbitrary_types_allowed=True)


class TitleForm(_Form):
    """Our own words in the three languages."""

    en: Text
    ko: Text
    ja: Text


class CoverForm(_Form):
    """What a measure covers; several where stages or codes differ."""

    minerals: list[Text] = []
    subjects: list[Text] = []
    stages: list[Text] = []
    hs_edition: Text | None = None
    hs_codes: list[Annotated[Text, Field(pattern=r"^\d{6}$")]] = []
    broader: Answer | None = None


class StateForm(_Form):
    """One state and its first day."""

    state: Literal["announced", "proposed", "de_facto", "in_force", "suspended", "unconfirmed", "ended"]
    from_: Annotated[Day, Field(alias="from")]
    through: Day | None = None
    then: Literal["ended", "unconfirmed"] | None = None
    by: Text | None = None
    reason: Text | None = None
    reference: Annotated[int, Field(ge=1)] = 1


class ValueForm(_Form):
    """A number that people compare between members."""

    what: Annotated[Text, Field(pattern=r"^[a-z][a-z0-9_]*$")]
    value: float | tuple[float, float]
    unit: Text
    kind: Literal["law", "agreement", "target", "custom", "reported"]
    of: Text | None = None
    year: int | None = None


class ReferenceForm(_Form):
    """Where it was read: a page of a publisher, the place in it, the day."""

    title: Text
    publisher: Text
    link: Annotated[Text, Field(pattern=r"^(https?://\S+|doi:\S+)$")]
    locator: Text | None = None
    language: Annotated[Text, Field(pattern=r"^[a-z]{2,3}$")]
    read_on: ReadDay | None = None
    kind: Literal["official", "law_text", "database", "press", "analysis"]


class MeasureForm(_Form):
    """One measure."""

    id: Annotated[Text, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9.-]*$")]
    issuer: Annotated[list[Text], Field(min_length=1)]
    authority: list[Text] = []
    instrument: Text
    title: TitleForm
    covers: list[CoverForm] = []
    scope: Literal["all-minerals", "dual-use", "listed"] | None = None
    targets: Annotated[list[Text], Field(min_length=1)] = ["world"]
    entities: Annotated[int, Field(ge=1)] | None = None
    end_use: Text | None = None
    reach: Answer = "unknown"
    legal_basis: Text | None = None
    states: Annotated[list[StateForm], Field(min_length=1)]
    values: list[ValueForm] = []
    says: Text | None = None
    doubts: Text | None = None
    related: list[Text] = []
    references: Annotated[list[ReferenceForm], Field(min_length=1)]
