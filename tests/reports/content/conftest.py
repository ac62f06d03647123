"""The joint brief with its members in the other order."""

from __future__ import annotations

from datetime import date

import pytest

from pactolus.catalogue.world import World
from pactolus.reports.brief import build_brief
from pactolus.reports.document import Brief


@pytest.fixture(scope="session")
def brief_turned(world: World, brief: Brief) -> Brief:
    return build_brief(world, ["JPN", "KOR"], as_of=date.fromisoformat(brief.as_of))
