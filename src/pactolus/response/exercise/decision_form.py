"""The form of a file of decisions."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from pactolus.disruption.scenarios.schema import CountryName, MineralName, StageName
from pactolus.workspace.forms import Day, Form, Identity, Text

__all__ = ["DecisionsForm"]


class DecisionForm(Form):
    """One decision; names are checked against the exercise afterwards."""

    role: Identity
    month: int
    action: Text
    tonnes: float
    mineral: MineralName | None = None
    stage: StageName | None = None
    to: CountryName | None = None
    from_: Annotated[CountryName | None, Field(alias="from")] = None
    until: int | None = None
    entered: Day | None = None
    why: str = ""


class DecisionsForm(Form):
    """All decisions of one table."""

    exercise: Identity
    decisions: tuple[DecisionForm, ...] = ()
