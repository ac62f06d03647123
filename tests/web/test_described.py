"""The description of the API is asked for by pages and by errors, from several threads at once."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from pactolus.web import Settings, app, create_app


def test_it_is_made_once_whoever_asks_first(monkeypatch: pytest.MonkeyPatch):
    made: list[int] = []

    def slow(**words: Any) -> dict[str, Any]:
        made.append(1)
        time.sleep(0.05)
        return {"components": {"schemas": {}}, "paths": {}}

    desk = create_app(Settings(workers=1))
    monkeypatch.setattr(app, "get_openapi", slow)
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda _: desk.openapi(), range(8)))
    assert made == [1]
    assert all(one is found[0] for one in found)
