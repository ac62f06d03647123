"""Fixtures of the indicators' tests."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.indicators.tiny_world import TinyWorld, world_of


@pytest.fixture
def tiny() -> Callable[..., TinyWorld]:
    """Builder of worlds of a few typed rows."""
    return world_of
