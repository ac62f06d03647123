"""The form of EVENT.yaml: values are checked where they stand, so that a fault names line and column.

Shocks are those of a scenario file (`pactolus.disruption.scenarios.schema`); how long they last stands under
`duration`. What hangs on other files or on other keys is checked in `checks`.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal, Self

from pydantic import BeforeValidator, Discriminator, Field, Tag, field_validator, model_validator

from pactolus.disruption.scenarios.schema import (
    CountryName,
    DeclaredForm,
    MineralName,
    ShockForm,
    Spread,
    StageName,
)
from pactolus.response.clocks.schema import ClockForm, HappenedForm, MetForm, OwnDayForm, Words
from pactolus.workspace.forms import Day, Form, Identity, Link, Text

__all__ = ["EventForm"]

Share = Annotated[float, Field(ge=0, le=1)]
#: Where a shipment stands.
Status = Literal["afloat", "loaded", "held", "waiting_licence", "cancelled", "arrived", "unknown"]
Months = Annotated[int, Field(ge=0, le=120)]
_SUM = 1e-6
_NO_DURATION = (
    "is missing; write the months expected as months: [low, high], scenarios with months and probability, or "
    "prior for the lengths of past shocks of the kind"
)


def _shape(value: Any) -> str:
    return "by_member" if isinstance(value, dict) else "number"


#: One share for all members, or a share by member.
Shares = Annotated[
    Annotated[Share, Tag("number")] | Annotated[dict[CountryName, Share], Tag("by_member")],
    Discriminator(_shape),
]


class CaseForm(Form):
    """One length with its probability."""

    months: Annotated[float, Field(gt=0, le=120)]
    probability: Annotated[float, Field(gt=0, le=1)]
    name: Text | None = None


class DurationForm(Form):
    """How long it is expected to last: one of the three."""

    months: Spread | None = None
    scenarios: tuple[CaseForm, ...] = ()
    prior: bool = False
    without: tuple[Text, ...] = ()

    @field_validator("months")
    @classmethod
    def _positive(cls, value: tuple[float, ...] | None) -> tuple[float, ...] | None:
        if value is not None and not 0 < value[0] <= value[-1] <= 120:
            raise ValueError(f"{value[0]:g} to {value[-1]:g} months; give lengths above 0 and up to 120")
        return value

    @model_validator(mode="after")
    def _one(self) -> Self:
        given = [key for key in ("months", "scenarios", "prior") if getattr(self, key)]
        if len(given) != 1:
            raise ValueError(
                f"gives {' and '.join(given) or 'no length'}; give one of months, scenarios, prior"
            )
        total = sum(case.probability for case in self.scenarios)
        if self.scenarios and abs(total - 1) > _SUM:
            raise ValueError(f"probabilities of the scenarios add up to {total:g}; they add up to 1")
        lengths = [case.months for case in self.scenarios]
        twice = [one for one in lengths if lengths.count(one) > 1]
        if twice:
            raise ValueError(f"two scenarios last {twice[0]:g} months; make one of them")
        if self.without and not self.prior:
            raise ValueError("without belongs to prior: it names past cases that the prior leaves out")
        return self


def _duration(value: Any) -> Any:
    if value is None:
        raise ValueError(_NO_DURATION)
    return {"prior": True} if value == "prior" else value


class ImpactForm(Form):
    """Impact, or expected impact, on the requester; at least one of the three."""

    security: Words | None = None
    health: Words | None = None
    economy: Words | None = None

    @model_validator(mode="after")
    def _any(self) -> Self:
        if not (self.security or self.health or self.economy):
            raise ValueError("names no impact; write security, health or economy")
        return self


class Article12Form(Form):
    """What a requester tells under article 12 of the IPEF Supply Chain Agreement; `duration` is the sixth."""

    impact: ImpactForm
    cause: Words
    sectors: Annotated[tuple[Words, ...], Field(min_length=1)]
    measures_taken: tuple[Words, ...]
    assistance_sought: tuple[Words, ...]


class ShipmentForm(Form):
    """A shipment that the event holds up, or may hold up."""

    reference: Text
    member: CountryName
    mineral: MineralName
    stage: StageName | None = None
    form: Text | None = None
    grade: Text | None = None
    origin: CountryName
    tonnes: Annotated[float, Field(gt=0)]
    port: Text | None = None
    due: Day | None = None
    status: Status = "unknown"
    note: Text | None = None


class HoldingsForm(Form):
    """Where declared holdings stand, and which members declare none."""

    file: Text | None = None
    undeclared: tuple[CountryName, ...] = ()


class LagsForm(Form):
    """Months from a decision to the arrival."""

    lending: Months = 1
    rerouting: Months = 2
    purchase: Months = 2


class LimitsForm(Form):
    """What the members agree to, or set for themselves."""

    money_musd_per_month: Annotated[float, Field(ge=0)] | None = None
    lending_share: Shares | None = None
    rerouting_share: Shares | None = None
    lags_months: LagsForm = LagsForm()
    no_transfer: tuple[CountryName, ...] = ()


class AlternativeForm(Form):
    """A supplier that a user names, beside those that the trade table shows."""

    supplier: CountryName
    member: CountryName | None = None
    mineral: MineralName
    stage: StageName
    tonnes_a_month: Annotated[float, Field(gt=0)]
    premium: Spread
    lag_months: Months
    source: Text

    @field_validator("premium")
    @classmethod
    def _share(cls, value: tuple[float, ...]) -> tuple[float, ...]:
        if value[0] < 0 or value[-1] > 10:
            raise ValueError(f"{value[0]:g} to {value[-1]:g}; give a part of the price, 0.2 for 20 %")
        return value


class ForwardForm(Form):
    """A project that could be brought forward: a user's assumption, on a record or without one."""

    project: Text
    lead_months: Annotated[int, Field(ge=1, le=120)]
    cost_musd: Annotated[float, Field(ge=0)]
    tonnes_a_month: tuple[Annotated[float, Field(ge=0)], ...] = ()
    mineral: MineralName | None = None
    stage: StageName | None = None
    premium: Annotated[float, Field(ge=0, le=10)] = 0.0
    members: tuple[CountryName, ...] = ()
    source: Text

    @field_validator("tonnes_a_month", mode="before")
    @classmethod
    def _many(cls, value: Any) -> Any:
        return [value] if isinstance(value, int | float) and not isinstance(value, bool) else value


class FactForm(Form):
    """One thing the event rests on, in our own words, with where it was read."""

    says: Words
    title: Text
    link: Link
    locator: Text | None = None
    read_on: Day


class EventShockForm(ShockForm):
    """A shock as in a scenario file, without its length."""

    @model_validator(mode="after")
    def _no_length(self) -> Self:
        for key in ("months", "end"):
            if getattr(self, key) is not None:
                raise ValueError(
                    f"{key} does not belong to a shock of an event; the length stands in duration"
                )
        return self


class EventForm(Form):
    """One event."""

    event: Identity
    title: Words
    reported_on: Day
    requester: CountryName
    members: Annotated[tuple[CountryName, ...], Field(min_length=1)]
    shocks: Annotated[tuple[EventShockForm, ...], Field(min_length=1)]
    duration: Annotated[DurationForm | None, BeforeValidator(_duration), Field(validate_default=True)] = None
    article_12: Article12Form
    shipments: tuple[ShipmentForm, ...] = ()
    holdings: HoldingsForm = HoldingsForm()
    limits: LimitsForm = LimitsForm()
    alternatives: tuple[AlternativeForm, ...] = ()
    projects: tuple[ForwardForm, ...] = ()
    happened: tuple[HappenedForm, ...] = ()
    met: tuple[MetForm, ...] = ()
    clocks: tuple[ClockForm, ...] = ()
    calendar_days: tuple[OwnDayForm, ...] = ()
    as_if_in_force: tuple[Identity, ...] = ()
    year: int | None = None
    fictitious: bool = False
    declared: tuple[DeclaredForm, ...] = ()
    label: Text | None = None
    facts: tuple[FactForm, ...] = ()
    assumed: tuple[Words, ...] = ()
