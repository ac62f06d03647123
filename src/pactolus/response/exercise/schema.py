"""The form of an exercise file: values are checked where they stand; a fault names line and column."""

from __future__ import annotations

from typing import Annotated, Any, Literal, Self

from pydantic import BeforeValidator, Discriminator, Field, Tag, field_validator, model_validator

from pactolus.disruption.scenarios.schema import CountryName, MineralName, StageName
from pactolus.response.clocks.schema import Words
from pactolus.workspace.forms import Day, Form, Identity, Text

__all__ = ["ACTIONS", "SEES", "ExerciseForm"]

#: What a role may decide, and what the plan engine calls it.
ACTIONS = ("release", "keep", "lend", "swap", "order", "joint", "expedite")
#: What a role is shown beside its own stock and the injects that are sent to it.
SEES = ("stocks", "rooms", "chances", "others")
_SUM = 1e-6

Share = Annotated[float, Field(ge=0, le=1)]
Tonnes = Annotated[float, Field(ge=0)]
Positive = Annotated[float, Field(gt=0)]
Month = Annotated[int, Field(ge=1, le=120)]
DayOfMonth = Annotated[int, Field(ge=1, le=28)]
Action = Literal["release", "keep", "lend", "swap", "order", "joint", "expedite"]


def _premium(value: Any) -> Any:
    return [value] * 3 if isinstance(value, int | float) else value


Premium = Annotated[tuple[Tonnes, Tonnes, Tonnes], BeforeValidator(_premium)]


class CaseForm(Form):
    """One length of the event that is thought possible."""

    months: Month
    probability: Annotated[float, Field(gt=0, le=1)]
    name: Words | None = None


class SegmentForm(Form):
    """Users that go short together: a share of use, and the value of a missing tonne in prices."""

    name: Text
    share: Share
    value: Tonnes


class PlaceForm(Form):
    """One mineral at one stage, with tonnes of a month that a facilitator makes up."""

    mineral: MineralName
    stage: StageName
    price_usd_per_t: Positive
    use_t: Annotated[dict[CountryName, Positive], Field(min_length=1)]
    lost: Annotated[dict[CountryName, Share], Field(min_length=1)]
    bought_t: Annotated[dict[CountryName, Tonnes], Field(default_factory=dict)]
    inflow_free: Share = 1.0
    segments: tuple[SegmentForm, ...] = ()


class SupplierForm(Form):
    """Another supplier that a facilitator makes up."""

    supplier: CountryName
    mineral: MineralName
    stage: StageName
    tonnes_a_month: Tonnes
    open_to: tuple[CountryName, ...] = ()
    premium: Premium = (0.05, 0.15, 0.30)
    lag_months: Annotated[int, Field(ge=0, le=60)] = 2


class DeclaredForm(Form):
    """A situation in tonnes that a facilitator makes up, instead of an event on the trade of the world."""

    members: Annotated[tuple[CountryName, ...], Field(min_length=1)]
    start: Day
    horizon: Month
    cases: Annotated[tuple[CaseForm, ...], Field(min_length=1)]
    places: Annotated[tuple[PlaceForm, ...], Field(min_length=1)]
    suppliers: tuple[SupplierForm, ...] = ()

    @model_validator(mode="after")
    def _lengths(self) -> Self:
        total = sum(case.probability for case in self.cases)
        if abs(total - 1) > _SUM:
            raise ValueError(f"probabilities of the cases add up to {total:g}; they add up to 1")
        lengths = [case.months for case in self.cases]
        if lengths != sorted(set(lengths)):
            raise ValueError(f"cases last {lengths} months; write each length once, from short to long")
        if lengths[-1] > self.horizon:
            raise ValueError(f"a case lasts {lengths[-1]} months, the horizon is {self.horizon}; widen it")
        return self


class LotForm(Form):
    """A stock that a facilitator makes up, in tonnes or in months of the member's use."""

    member: CountryName
    mineral: MineralName
    stage: StageName
    tonnes: Tonnes | None = None
    months_of_use: Tonnes | None = None
    origin: CountryName | None = None
    form: Text = "not stated"
    grade: Text = "not stated"
    may_go: tuple[CountryName, ...] = ()

    @model_validator(mode="after")
    def _one(self) -> Self:
        if (self.tonnes is None) == (self.months_of_use is None):
            raise ValueError("give tonnes or months_of_use, one of the two")
        return self


class RulesForm(Form):
    """Limits, lags and prices that differ from the assumptions of the plan engine."""

    lending_share: Share | None = None
    lag_lending: Annotated[int, Field(ge=0, le=24)] | None = None
    lag_rerouting: Annotated[int, Field(ge=0, le=24)] | None = None
    lag_purchase: Annotated[int, Field(ge=0, le=24)] | None = None
    rerouting_use: Tonnes | None = None
    swap_share: Share | None = None
    money_musd_per_month: Tonnes | None = None


class HiddenForm(Form):
    """What nobody at the table knows: which case comes true, by its number, or drawn by the seed."""

    case: Literal["drawn"] | Annotated[int, Field(ge=1)] = "drawn"


class RoleForm(Form):
    """Who sits at the table."""

    id: Identity
    title: Words
    kind: Literal["member", "agency", "firm", "observer"]
    member: CountryName | None = None
    may: tuple[Action, ...] = ()
    minerals: tuple[MineralName, ...] = ()
    sees: tuple[Literal["stocks", "rooms", "chances", "others"], ...] = ("stocks",)

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if self.kind == "observer" and self.may:
            raise ValueError("an observer decides nothing; take may out, or make it a member, agency or firm")
        if self.kind != "observer" and self.member is None:
            raise ValueError(f"a {self.kind} acts for a member; write member")
        return self


class RoomForm(Form):
    """From the month of the inject on, a supplier (all if none is named) has a part of its room."""

    change: Literal["room"]
    supplier: CountryName | None = None
    factor: Annotated[float, Field(ge=0, le=10)]


class LossForm(Form):
    """From the month of the inject on, what does not arrive is a multiple of what it was, up to all use."""

    change: Literal["loss"]
    member: CountryName | None = None
    factor: Annotated[float, Field(gt=0, le=100)]


class ChancesForm(Form):
    """What is thought of the cases from the month of the inject on."""

    change: Literal["chances"]
    chances: Annotated[tuple[Share, ...], Field(min_length=1)]

    @field_validator("chances")
    @classmethod
    def _sum(cls, value: tuple[float, ...]) -> tuple[float, ...]:
        if abs(sum(value) - 1) > _SUM:
            raise ValueError(f"chances add up to {sum(value):g}; they add up to 1")
        return value


class NoTransferForm(Form):
    """From the month of the inject on, a member neither lends nor passes on."""

    change: Literal["no_transfer"]
    member: CountryName


def _kind(value: Any) -> Any:
    return value.get("change") if isinstance(value, dict) else getattr(value, "change", None)


ChangeForm = Annotated[
    Annotated[RoomForm, Tag("room")]
    | Annotated[LossForm, Tag("loss")]
    | Annotated[ChancesForm, Tag("chances")]
    | Annotated[NoTransferForm, Tag("no_transfer")],
    Discriminator(
        _kind,
        custom_error_type="change",
        custom_error_message="write change: room, loss, chances or no_transfer",
    ),
]


class InjectForm(Form):
    """News that the facilitator hands out in a month, and what it changes."""

    id: Identity
    month: Month
    day: DayOfMonth = 1
    to: tuple[Identity, ...] = ()
    title: Words
    text: Words
    asks: Words | None = None
    changes: tuple[ChangeForm, ...] = ()


class ExerciseForm(Form):
    """One exercise."""

    exercise: Identity
    title: Words
    purpose: Words
    minutes: Annotated[int, Field(ge=15, le=2880)] = 180
    event: Text | None = None
    declared: DeclaredForm | None = None
    holdings: tuple[LotForm, ...] = ()
    rules: RulesForm = RulesForm()
    hidden: HiddenForm = HiddenForm()
    rounds: Month
    deadline_day: DayOfMonth = 25
    roles: Annotated[tuple[RoleForm, ...], Field(min_length=1)]
    injects: tuple[InjectForm, ...] = ()
    debrief: tuple[Words, ...] = ()
    notes: tuple[Words, ...] = ()
    label: Text = "open"

    @model_validator(mode="after")
    def _one_world(self) -> Self:
        if (self.event is None) == (self.declared is None):
            raise ValueError("give event, or declared tonnes, one of the two")
        return self
