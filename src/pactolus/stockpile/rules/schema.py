"""The form of a rule file: values are checked where they stand, so that a fault names line and column."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field, ValidationInfo, field_validator

from pactolus.disruption.scenarios.schema import MineralName
from pactolus.workspace.forms import Form, Identity

__all__ = ["RuleForm"]

Days = Annotated[float, Field(ge=0, allow_inf_nan=False)]
Share = Annotated[float, Field(ge=0, le=1)]


class RuleForm(Form):
    """A rule of a stock; keys as in `ReleaseRule`, whose defaults stand for what is left out."""

    rule: Identity
    minerals: tuple[MineralName, ...] = ()
    days: Days
    release_above: Share | None = None
    band: tuple[float, float] | None = None
    held_back_days: Days = 0.0
    emergency_above: Share | None = None
    cap_days: Days | None = None
    refill_months: Annotated[float, Field(gt=0, allow_inf_nan=False)] | None = None

    @field_validator("minerals", mode="before")
    @classmethod
    def _one(cls, value: Any) -> Any:
        return (value,) if isinstance(value, str) else value

    @field_validator("band")
    @classmethod
    def _band(cls, value: tuple[float, float] | None) -> tuple[float, float] | None:
        if value is None:
            return None
        low, high = value
        if not (0 <= low <= 100 and 0 <= high <= 100):
            raise ValueError(
                f"{low:g} to {high:g} lies outside 0 to 100; give percentiles, 0 for the scarcest month"
            )
        if low > high:
            raise ValueError(
                f"{low:g} before {high:g}: the band is upside down; the lower number comes first"
            )
        return value

    @field_validator("held_back_days")
    @classmethod
    def _held_back(cls, value: float, info: ValidationInfo) -> float:
        days = info.data.get("days")
        if days is not None and value > days:
            raise ValueError(f"{value:g} days held back of {days:g}; hold back no more than there is")
        return value
