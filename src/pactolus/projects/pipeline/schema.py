"""The form of a project as people edit it; the keys are those of `pactolus.projects.pipeline.parts`."""

from __future__ import annotations

import re
from typing import Annotated, Any, Final, Literal, get_args

from pydantic import BeforeValidator, Field, model_validator

from pactolus.projects.base.candidates import Status
from pactolus.projects.pipeline.parts import Basis, CapexKind, Confidence, GateState, day_of
from pactolus.workspace.forms import Day, Form, Identity, Link, Text

__all__ = ["KINDS", "PRINCIPLES", "ProjectForm", "SourceForm"]

PRINCIPLES: Final = ("environment", "land", "communities", "workplace", "local_benefit", "transparency")
_WHEN: Final = re.compile(r"^(unknown|\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?)$")


def _when(value: Any) -> str:
    text = value.isoformat()[:10] if hasattr(value, "isoformat") else str(value).strip()
    if not _WHEN.match(text):
        raise ValueError(f"found {text!r}; write a day, a month or a year (2025-05), or unknown")
    try:
        day_of(text)
    except ValueError:
        raise ValueError(f"found {text!r}; that is no day of the calendar") from None
    return text


def _several(value: Any) -> Any:
    """One text, or a list of texts."""
    return (value,) if isinstance(value, str) else value


When = Annotated[str, BeforeValidator(_when)]
Texts = Annotated[tuple[Text, ...], BeforeValidator(_several)]
SourceKeys = Annotated[tuple[Text, ...], BeforeValidator(_several), Field(min_length=1)]
Links = Annotated[tuple[Link, ...], BeforeValidator(_several)]
Year = Annotated[int, Field(ge=1900, le=2200)]
Amount = Annotated[float, Field(ge=0, allow_inf_nan=False)]
Number = Annotated[float, Field(allow_inf_nan=False)]
Percent = Annotated[float, Field(ge=0, le=100, allow_inf_nan=False)]
Currency = Annotated[Text, Field(pattern=r"^[A-Z]{3}$")]
Code = Literal["JORC", "NI 43-101", "S-K 1300", "SAMREC", "PERC", "KCMR", "GKZ", "not_stated"]


class FigureForm(Form):
    """What every figure carries."""

    on: When
    source: SourceKeys
    confidence: Confidence | None = None
    note: Text | None = None


class SourceForm(Form):
    """Where figures were read."""

    title: Text
    publisher: Text
    read_on: Day
    link: Links = ()
    locator: Text | None = None
    confidence: Confidence = "medium"

    @model_validator(mode="after")
    def _can_be_found(self) -> SourceForm:
        if not self.link and not self.locator:
            raise ValueError("has neither link nor locator; say where it can be read")
        return self


class PositionForm(Form):
    """A pin on a map."""

    lat: Annotated[float, Field(ge=-90, le=90)]
    lon: Annotated[float, Field(ge=-180, le=180)]
    approximate: bool


class StatusForm(FigureForm):
    """State of the project."""

    value: Status


class StartForm(FigureForm):
    """First year of production."""

    year: Year
    low: Year | None = None
    high: Year | None = None


class CapacityForm(FigureForm):
    """What is made in a year."""

    value: Number
    unit: Literal["t/y", "kt/y", "Mt/y", "kg/y"]
    basis: Basis
    of: Text | None = None
    scope: Text | None = None
    year: Year | None = None

    @model_validator(mode="after")
    def _says_of_what(self) -> CapacityForm:
        if self.basis in ("contained", "equivalent") and self.of is None:
            raise ValueError(f"basis {self.basis!r} without 'of'; say what is counted, such as Ni or REO")
        return self


class ContentForm(FigureForm):
    """How much of the product is what is named."""

    pct: Percent
    of: Text


class ProductForm(Form):
    """Something the project makes."""

    mineral: Text
    stage: Literal["ore", "intermediate", "refined", "product"]
    what: Text
    form: Text | None = None
    content: tuple[ContentForm, ...] = ()
    capacity: tuple[CapacityForm, ...] = ()


class CapexForm(FigureForm):
    """Money for building, or for what its kind says."""

    million: Amount
    currency: Currency
    kind: CapexKind
    low: Amount | None = None
    high: Amount | None = None
    usd_million: Amount | None = None
    scope: Text | None = None


class OpexForm(FigureForm):
    """Cost of a tonne of the counted product."""

    per_t: Amount
    currency: Currency
    low: Amount | None = None
    high: Amount | None = None


class EconomicsForm(FigureForm):
    """What a study states."""

    study: Text | None = None
    code: Code | None = None
    npv_million: Number | None = None
    currency: Currency | None = None
    irr_pct: Number | None = None
    discount_pct: Percent | None = None
    tax: Literal["before", "after", "not_stated"] = "not_stated"
    basis: Text | None = None


class LifeForm(FigureForm):
    """How long it works."""

    years: Annotated[float, Field(gt=0, le=500)]


class OreForm(FigureForm):
    """A reserve or a resource."""

    code: Code
    category: Text | None = None
    million_t: Amount | None = None
    grade_pct: Percent | None = None
    of: Text | None = None
    contained_t: Amount | None = None


class OwnerForm(FigureForm):
    """Who owns how much."""

    holder: Text
    country: Texts = ()
    share_pct: Percent | None = None
    of: Text | None = None
    until: When | None = None


class OfftakerForm(FigureForm):
    """Who buys."""

    buyer: Text
    country: Texts = ()
    what: Text | None = None
    tonnes_y: Amount | None = None
    share_pct: Percent | None = None
    total_t: Amount | None = None
    first_year: Year | None = None
    last_year: Year | None = None
    years: Amount | None = None
    binding: Literal["yes", "no", "unknown"] = "unknown"


class FinancingForm(FigureForm):
    """Who pays, and how."""

    who: Text
    kind: Literal["equity", "loan", "guarantee", "grant", "prepayment", "letter", "package", "other"]
    million: Amount | None = None
    currency: Currency | None = None


class PrincipleForm(FigureForm):
    """One principle of the gate."""

    principle: Literal["environment", "land", "communities", "workplace", "local_benefit", "transparency"]
    state: GateState
    evidence: Text | None = None

    @model_validator(mode="after")
    def _has_evidence(self) -> PrincipleForm:
        if self.state != "unknown" and self.evidence is None:
            raise ValueError(f"state {self.state!r} without evidence; say what shows it, or write unknown")
        return self


class ProgrammeForm(FigureForm):
    """A programme that named the project."""

    name: Text


class RoleForm(FigureForm):
    """What a member's side does."""

    member: Text
    what: Text


class EventForm(FigureForm):
    """Something that happened."""

    kind: Literal[
        "decision", "start", "stop", "investment", "sale", "exit", "loss", "accident", "delay", "claim",
        "measure", "cost", "other",
    ]  # fmt: skip
    what: Text
    million: Amount | None = None
    currency: Currency | None = None


#: Closed lists of columns that the parts leave open: sheet and column -> what may stand there.
KINDS: Final = {
    "financing.kind": ("equity", "loan", "guarantee", "grant", "prepayment", "letter", "package", "other"),
    "gate.principle": PRINCIPLES,
    "economics.code": get_args(Code),
    "reserves.code": get_args(Code),
    "resources.code": get_args(Code),
    "history.kind": (
        "decision", "start", "stop", "investment", "sale", "exit", "loss", "accident", "delay", "claim",
        "measure", "cost", "other",
    ),
}  # fmt: skip


class ProjectForm(Form):
    """One project."""

    id: Identity
    name: Text
    host: Text
    minerals: Annotated[tuple[Text, ...], Field(min_length=1)]
    sources: Annotated[dict[Identity, SourceForm], Field(min_length=1)]
    also_known_as: tuple[Text, ...] = ()
    position: PositionForm | None = None
    status: StatusForm | None = None
    start: StartForm | None = None
    products: tuple[ProductForm, ...] = ()
    capex: tuple[CapexForm, ...] = ()
    opex: tuple[OpexForm, ...] = ()
    economics: tuple[EconomicsForm, ...] = ()
    life: tuple[LifeForm, ...] = ()
    reserves: tuple[OreForm, ...] = ()
    resources: tuple[OreForm, ...] = ()
    owners: tuple[OwnerForm, ...] = ()
    offtakers: tuple[OfftakerForm, ...] = ()
    financing: tuple[FinancingForm, ...] = ()
    gate: tuple[PrincipleForm, ...] = ()
    programmes: tuple[ProgrammeForm, ...] = ()
    roles: tuple[RoleForm, ...] = ()
    history: tuple[EventForm, ...] = ()
    remarks: Text | None = None
    doubts: Text | None = None
    fictitious: bool = False
