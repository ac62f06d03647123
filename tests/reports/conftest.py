"""The joint brief on the embedded world, built once for the tests of its content and of its trails."""

from __future__ import annotations

from datetime import date

import pytest

from pactolus.catalogue.world import World, open_world
from pactolus.reports.brief import build_brief
from pactolus.reports.document import Brief

AS_OF = date(2026, 11, 23)


@pytest.fixture(scope="session")
def world() -> World:
    return open_world()


@pytest.fixture(scope="session")
def brief(world: World) -> Brief:
    return build_brief(world, ["KOR", "JPN"], as_of=AS_OF)
