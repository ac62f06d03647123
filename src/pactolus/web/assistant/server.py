"""The MCP server: tools listed and called, over standard input and output.

Standard output carries the protocol alone; whatever else is printed in this process goes to standard error.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING, Any, Final

import anyio
import mcp_types as types
from mcp.server.lowlevel import Server
from mcp.server.stdio import stdio_server

from pactolus import __version__
from pactolus.errors import PactolusError
from pactolus.web.assistant.tools import TOOLS, answer_of

if TYPE_CHECKING:
    from mcp.server.context import ServerRequestContext

    from pactolus.catalogue.world import World

__all__ = ["INSTRUCTIONS", "assistant_server", "called", "serve"]

INSTRUCTIONS: Final = (
    "Supply security of critical minerals, from published data only. Whenever you give a number, give its "
    "unit, its range where it has one, its id, and the publisher, edition and licence of its origins (the "
    "line that begins with 'Cite:'). A missing value is 'no data' with its status, never zero. Print the "
    "baselines beside a scenario. Where a state is unconfirmed, say so in the words given. The tool trace "
    "walks an id back to its source rows."
)
_log = logging.getLogger(__name__)


def assistant_server(world: World) -> Server[Any]:
    """A server of the tools on one world.

    Calls are answered one after another in a thread, so that the server stays awake meanwhile.
    """
    one_at_a_time = anyio.CapacityLimiter(1)

    async def list_tools(_: ServerRequestContext[Any], __: object) -> types.ListToolsResult:
        return types.ListToolsResult(tools=_listed())

    async def call_tool(
        _: ServerRequestContext[Any], asked: types.CallToolRequestParams
    ) -> types.CallToolResult:
        ask = partial(called, world, asked.name, asked.arguments or {})
        return await anyio.to_thread.run_sync(ask, limiter=one_at_a_time)

    server: Server[Any] = Server(
        "pactolus",
        version=__version__,
        title="Critical-mineral supply security",
        instructions=INSTRUCTIONS,
        on_list_tools=list_tools,
        on_call_tool=call_tool,
    )
    server.middleware.clear()  # no traces of calls are handed to anybody
    return server


def serve(world: World) -> None:
    """Serve one client over standard input and output until it hangs up."""
    anyio.run(_serve, world)


async def _serve(world: World) -> None:
    server = assistant_server(world)
    async with stdio_server() as (received, sent):
        await server.run(received, sent, server.create_initialization_options())


def _listed() -> list[types.Tool]:
    reading = types.ToolAnnotations(
        read_only_hint=True, destructive_hint=False, idempotent_hint=True, open_world_hint=False
    )
    return [
        types.Tool(
            name=one.name,
            title=one.title,
            description=one.what,
            input_schema=one.question.model_json_schema(),
            output_schema=dict(one.output),
            annotations=reading,
        )
        for one in TOOLS.values()
    ]


def called(world: World, name: str, given: Mapping[str, Any]) -> types.CallToolResult:
    """An answer, or one clear message; never a traceback."""
    try:
        found = answer_of(world, name, given)
    except PactolusError as error:
        return _refused(str(error))
    except Exception as error:
        _log.exception("%s", name)
        return _refused(f"{type(error).__name__}: this is a fault of pactolus; please report the call")
    return types.CallToolResult(
        content=[types.TextContent(type="text", text=found.text)], structured_content=dict(found.content)
    )


def _refused(message: str) -> types.CallToolResult:
    text = message.encode("utf-8", "backslashreplace").decode("utf-8")
    return types.CallToolResult(
        content=[types.TextContent(type="text", text=f"error: {text}")], is_error=True
    )
