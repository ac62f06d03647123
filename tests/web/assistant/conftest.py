"""The tools, asked in this process."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import mcp_types as types
import pytest
from jsonschema import Draft202012Validator

from pactolus.catalogue.world import World, open_world
from pactolus.web.assistant.server import called
from pactolus.web.assistant.tools import TOOLS

Ask = Callable[..., types.CallToolResult]


@pytest.fixture(scope="session")
def world() -> World:
    return open_world()


@pytest.fixture(scope="session")
def ask(world: World) -> Ask:
    """Calls one tool as the server does, and checks the answer against the schema it promises."""
    forms = {name: Draft202012Validator(one.output) for name, one in TOOLS.items()}

    def one(name: str, **arguments: Any) -> types.CallToolResult:
        answer = called(world, name, arguments)
        if not answer.is_error:
            forms[name].validate(answer.structured_content)
        return answer

    return one


@pytest.fixture(scope="session")
def rows(ask: Ask) -> Callable[..., list[dict[str, Any]]]:
    """Rows of an answer that is no error."""

    def found(name: str, **arguments: Any) -> list[dict[str, Any]]:
        answer = ask(name, **arguments)
        assert not answer.is_error, text_of(answer)
        return list(answer.structured_content["rows"])

    return found


def text_of(answer: types.CallToolResult) -> str:
    block = answer.content[0]
    assert isinstance(block, types.TextContent)
    return block.text
