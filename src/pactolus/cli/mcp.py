"""``pactolus mcp``: our numbers for an assistant, over standard input and output."""

from __future__ import annotations

import os
import signal
import sys
from types import FrameType

from pactolus.cli.feedback import say
from pactolus.cli.options import Common, Faults, source_of
from pactolus.cli.shared import with_common_options
from pactolus.errors import MissingExtraError, OptionError

__all__ = ["mcp_command"]

_STOPPED = 130


@with_common_options()
def mcp_command(faults: Faults, options: Common) -> None:
    """Serve one client until it hangs up; Ctrl-C ends at once, for nothing is ever written."""
    if options.out is not None:
        faults.note(OptionError("--out: the protocol goes to standard output; leave it away"))
    if options.seed:
        faults.note(OptionError("--seed: the ids of losses here stand for the seed 0; leave it away"))
    world = source_of(faults, options)
    try:
        from pactolus.web.assistant.server import serve
    except ModuleNotFoundError as error:
        raise MissingExtraError.of("mcp", "pactolus mcp") from error
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _stop)
    if sys.stdin is not None and sys.stdin.isatty():
        say("MCP on standard input; a client starts this command. Ctrl-C ends it", quiet=options.quiet)
    try:
        serve(world)
    except* (BrokenPipeError, ConnectionResetError):  # the client is gone: the end, not a fault
        os._exit(0)


def _stop(_number: int, _frame: FrameType | None) -> None:
    """A thread that waits for input cannot be woken, so the process ends here."""
    say("stopped; nothing was left half-written")
    os._exit(_STOPPED)
