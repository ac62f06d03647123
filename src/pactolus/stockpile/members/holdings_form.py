"""The form of a file of declared holdings: a list of records. Words are checked by the reader."""

from __future__ import annotations

from typing import Any

from pactolus.workspace.forms import Day, Form, Text

__all__ = ["HoldingForm"]


class HoldingForm(Form):
    """One holding; `holding` is ``{low: 0, high: 5000}`` in tonnes, or ``0-30 days``."""

    member: Text
    mineral: Text
    stage: Text
    form: Text | None = None
    holding: Any
    label: Text | None = None
    source: Text | None = None
    on: Day | None = None
