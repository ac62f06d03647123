"""Every page, in the order of the navigation."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from pactolus.web.pages.contents import (
    data,
    dialogue,
    exercise,
    mineral,
    overview,
    policy,
    projects,
    response,
    scenario,
    stockpile,
)
from pactolus.web.pages.kinds import PageKind

__all__ = ["PAGES"]

PAGES: Final[Mapping[str, PageKind]] = {
    page.id: page
    for page in (
        overview.PAGE,
        mineral.PAGE,
        scenario.PAGE,
        stockpile.PAGE,
        projects.PAGE,
        response.PAGE,
        exercise.PAGE,
        policy.PAGE,
        dialogue.PAGE,
        data.PAGE,
    )
}
