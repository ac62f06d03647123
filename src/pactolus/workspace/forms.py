"""Kinds of values that every edited record uses, as Pydantic checks them."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

__all__ = ["Day", "Form", "Identity", "LanguagesForm", "Link", "Text"]


def _text(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    if not value.strip():
        raise ValueError("is empty; write the text or take the key out")
    return value.strip()


def _day(value: Any) -> date:
    """A day without an hour; YAML reads ``2026-11-24`` as one."""
    try:
        return date.fromisoformat(value.isoformat()[:10] if isinstance(value, date) else str(value).strip())
    except ValueError:
        raise ValueError(f"found {str(value)!r}; write a day such as 2026-11-24") from None


Text = Annotated[str, BeforeValidator(_text)]
Day = Annotated[date, BeforeValidator(_day)]
Identity = Annotated[Text, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9.-]*$")]
Link = Annotated[Text, Field(pattern=r"^(https?://\S+|doi:\S+)$")]


class Form(BaseModel):
    """A part of a record: unknown keys are refused, values do not change."""

    model_config = ConfigDict(extra="forbid", frozen=True, arbitrary_types_allowed=True)


class LanguagesForm(Form):
    """Our own words in the three languages."""

    en: Text
    ko: Text
    ja: Text
