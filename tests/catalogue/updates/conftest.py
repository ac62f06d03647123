"""A publisher for one test."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from .publishers import Publishers


@pytest.fixture
def publishers() -> Iterator[Publishers]:
    """Files and months behind a local address."""
    started = Publishers()
    yield started
    started.api.close()
