"""The form of FACTS.yaml: values are checked where they stand."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from pactolus.disruption.scenarios.schema import CountryName, MineralName, StageName
from pactolus.response.events.schema import Status
from pactolus.workspace.forms import Day, Form, Identity, Text

__all__ = ["FactsForm"]

Action = Literal[
    "release",
    "loan",
    "swap of grades",
    "swap of places",
    "re-routing",
    "joint purchase",
    "expedited re-routing",
    "project acceleration",
    "delivery of a project",
]


class ExecutedForm(Form):
    """What one member did in one month."""

    month: Day
    member: CountryName
    action: Action
    mineral: MineralName
    stage: StageName
    tonnes: Annotated[float, Field(ge=0)]
    what: Text | None = None
    to: CountryName | None = None


class StockForm(Form):
    """What was really there of a declared stock."""

    member: CountryName
    mineral: MineralName
    stage: StageName
    of_declared: Annotated[float, Field(ge=0, le=10)]


class ShipmentFactForm(Form):
    """News of a shipment: of one that the plan knows what changed, of a new one all of it."""

    reference: Text
    member: CountryName | None = None
    mineral: MineralName | None = None
    stage: StageName | None = None
    origin: CountryName | None = None
    tonnes: Annotated[float, Field(gt=0)] | None = None
    due: Day | None = None
    status: Status | None = None


class FactsForm(Form):
    """New facts."""

    event: Identity
    on: Day
    executed: tuple[ExecutedForm, ...] = ()
    rest: Literal["as_planned", "none"] | None = None
    ended: Day | None = None
    stocks: tuple[StockForm, ...] = ()
    shipments: tuple[ShipmentFactForm, ...] = ()
    note: Text | None = None
