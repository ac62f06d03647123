"""The assistant and the brief cannot reach rows of a member: nothing that reads them is in their reach."""

from __future__ import annotations

import pytest

from tests.test_floors import house

#: What acts for a member, and what holds a server's settings.
CONFIDENTIAL = ("pactolus.workspace.acting", "pactolus.workspace.sessions", "pactolus.web.access")


def reached(graph: dict[str, set[str]], start: str) -> set[str]:
    """Modules that `start` and what is below it import, directly or not."""
    found: set[str] = set()
    waiting = [name for name in graph if name == start or name.startswith(f"{start}.")]
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting.extend(graph.get(name, ()))
    return found


def is_confidential(name: str) -> bool:
    return any(name == one or name.startswith(f"{one}.") for one in CONFIDENTIAL)


@pytest.mark.parametrize(
    "room", ["pactolus.web.assistant", "pactolus.cli.mcp", "pactolus.reports", "pactolus.cli.brief"]
)
def test_open_data_alone_is_within_reach(room: str):
    assert sorted(filter(is_confidential, reached(house(), room))) == []


def test_a_way_there_would_be_found():
    assert "pactolus.workspace.acting" in reached(house(), "pactolus.web.api.admitted")
