"""The command ``pactolus``: its parts, and the one place where errors become messages and exit codes.

Exit codes: 0 fine, 2 bad input or usage, 3 no answer, 1 anything else; 130 after Ctrl-C. Data go to stdout,
everything else to stderr.
"""

from __future__ import annotations

import contextlib
import os
import signal
import sys
from collections.abc import Callable, Sequence
from types import FrameType
from typing import Annotated, Any

import typer

from pactolus.cli.assess import assess
from pactolus.cli.brief import brief
from pactolus.cli.data import data_app
from pactolus.cli.dialogue import dialogue_app
from pactolus.cli.exercise import exercise_app
from pactolus.cli.feedback import say
from pactolus.cli.mcp import mcp_command
from pactolus.cli.plain import PlainCommand, PlainGroup
from pactolus.cli.policy import policy_app
from pactolus.cli.projects import projects_app
from pactolus.cli.respond import respond_command
from pactolus.cli.respond_clocks import clocks_command
from pactolus.cli.respond_coordination import coordinate_command
from pactolus.cli.serve import serve_command
from pactolus.cli.shock import shock_app
from pactolus.cli.stockpile import stockpile_app
from pactolus.cli.watch import watch_app
from pactolus.cli.workspace import workspace_app
from pactolus.errors import PactolusError, near_misses
from pactolus.runs.threads import one_thread

__all__ = ["app", "run"]

_EPILOG = (
    "Try: pactolus assess --importers KOR,JPN --minerals cobalt --years 2023.  "
    "Exit codes: 0 fine, 2 bad input or usage, 3 no answer, 1 anything else."
)

_INTERRUPTED = 130

app = typer.Typer(
    name="pactolus",
    cls=PlainGroup,
    help="Critical-mineral supply security for importers that act together.",
    epilog=_EPILOG,
    add_completion=False,
    pretty_exceptions_enable=False,
    no_args_is_help=True,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command("brief", cls=PlainCommand, help="Write a joint brief: HTML, PDF and XLSX in three languages.")(
    brief
)
app.command("assess", cls=PlainCommand, help="Indicators of supply risk, one row a number.")(assess)
app.add_typer(data_app, name="data", help="What data are inside, how old, under which licence.")
app.add_typer(
    dialogue_app, name="dialogue", help="Meetings, topics and commitments, in the sources' own words."
)
app.add_typer(
    workspace_app, name="workspace", help="What you own: edited records, saved records, their history."
)
app.add_typer(policy_app, name="policy", help="Measures in force, and where members differ.")
app.add_typer(shock_app, name="shock", help="What a cut of supply does, tested on events of the past.")
app.add_typer(stockpile_app, name="stockpile", help="How much to hold, alone or together, and who pays.")
app.add_typer(
    projects_app, name="projects", help="Joint projects in third countries: which, with whom, in what shares."
)
app.command(
    "respond",
    cls=PlainCommand,
    help="An event answered together: tonnes, cost, owner and day, and its value.",
)(respond_command)
app.command(
    "coordinate", cls=PlainCommand, help="An event for any coalition: contributions, who gains, who joins."
)(coordinate_command)
app.command("clocks", cls=PlainCommand, help="Dates due of an event: law, agreement, target or custom.")(
    clocks_command
)
app.add_typer(exercise_app, name="exercise", help="An event rehearsed at a table, scored, looked back upon.")
app.command("serve", cls=PlainCommand, help="The desk on this machine: the REST API under /api/v1.")(
    serve_command
)
app.add_typer(watch_app, name="watch", help="What may go wrong next, scored on what went wrong before.")
app.command("mcp", cls=PlainCommand, help="Read-only tools on open data for an assistant (MCP).")(mcp_command)


def _version(wanted: bool) -> None:
    if wanted:
        from pactolus import __version__

        typer.echo(f"pactolus {__version__}")
        raise typer.Exit


@app.callback()
def _root(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version and leave.")
    ] = False,
) -> None:
    """Hold the options that belong to no command."""


def run(argv: Sequence[str] | None = None) -> int:
    """Run one command line, and return its exit code.

    Parameters
    ----------
    argv : sequence of str, optional
        Arguments after the program's name; those of this process if omitted.

    Returns
    -------
    int
        0 fine, 2 bad input or usage, 3 no answer, 1 anything else, 130 after Ctrl-C.
    """
    args = list(sys.argv[1:] if argv is None else argv)
    verbose = "--verbose" in args
    one_thread(os.environ)
    _speak_utf8()
    _listen(verbose)
    with _Terminated():
        return _guarded(lambda: app(args, prog_name="pactolus", standalone_mode=False), verbose=verbose)


def _guarded(command: Callable[[], Any], *, verbose: bool) -> int:
    try:
        code = int(command() or 0)
        if sys.stdout is not None:
            sys.stdout.flush()
    except PactolusError as error:
        say(_error_lines(str(error)))
        return error.exit_code
    except typer.TyperException as error:
        if error.format_message():  # empty where the help was all there is to say
            say(f"error: {_usage_message(error)}")
        return 2
    except (KeyboardInterrupt, typer.Abort):
        code = _INTERRUPTED
    except BrokenPipeError:
        _forget_stdout()
        return 0
    except OSError as error:
        say(f"error: {error.filename or 'stdout'}: {error.strerror or error}")
        _forget_stdout()
        return 1
    except Exception as error:
        if verbose:
            import traceback

            traceback.print_exc()
        say(f"error: {type(error).__name__}: {error}")
        if not verbose:
            say("this is a fault of pactolus; run again with --verbose to see where, and report it")
        return 1
    if code == _INTERRUPTED:  # Typer's own answer to Ctrl-C too
        say("stopped; nothing was left half-written")
    return code


def _error_lines(message: str) -> str:
    lines = message.splitlines() or ["no message"]
    if len(lines) == 1:
        return f"error: {lines[0]}"
    return "\n".join(["error:", *(f"  {line}" for line in lines)])


def _usage_message(error: typer.TyperException) -> str:
    """Say what cannot be used, with near misses, and where to read on."""
    message = error.format_message()
    option = getattr(error, "option_name", None)
    near = near_misses(option, getattr(error, "possibilities", None) or (), most=2) if option else []
    if near:
        message = f"{error.message}; did you mean {' or '.join(near)}?"
    context = getattr(error, "ctx", None)
    where = context.command_path if context is not None else "pactolus"
    return f"{message.rstrip('.')}\nsee: {where} --help"


def _speak_utf8() -> None:
    """Write UTF-8 whatever the locale says: names are Korean and Japanese too."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(encoding="utf-8", errors="backslashreplace")


def _listen(verbose: bool) -> None:
    """Show what the library logs; without ``--verbose`` only its warnings."""
    if not verbose:
        return
    import logging

    logger = logging.getLogger("pactolus")
    logger.setLevel(logging.DEBUG)
    if not logger.handlers:
        handler = logging.StreamHandler()
        handler.setFormatter(logging.Formatter("%(name)s: %(message)s"))
        logger.addHandler(handler)


def _forget_stdout() -> None:
    """Nobody reads on (``| head``, a full disk): send what is still buffered nowhere, and leave quietly."""
    with contextlib.suppress(OSError, ValueError, AttributeError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())


class _Terminated:
    """Let SIGTERM end the work as Ctrl-C does, so that half a set of files is swept away."""

    def __enter__(self) -> None:
        self._before: Any = None
        try:
            self._before = signal.signal(signal.SIGTERM, self._stop)
        except ValueError:  # not the main thread: the caller listens to signals
            self._before = None

    def __exit__(self, *_: object) -> None:
        if self._before is not None:
            signal.signal(signal.SIGTERM, self._before)

    @staticmethod
    def _stop(_number: int, _frame: FrameType | None) -> None:
        raise KeyboardInterrupt
