"""``pactolus serve``: the desk on this machine."""

from __future__ import annotations

import errno
import socket
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from pactolus.cli.feedback import say
from pactolus.cli.options import Faults, QuietOption, VerboseOption, WorldOption
from pactolus.cli.policy_options import WorkspaceOption
from pactolus.cli.respond_clocks import own_workspace
from pactolus.errors import MissingExtraError, OptionError
from pactolus.terms.words import whole

if TYPE_CHECKING:
    from fastapi import FastAPI

__all__ = ["serve_command"]

#: Addresses that only this machine reaches.
LOOPBACK: Final = ("127.0.0.1", "localhost", "::1")
PORT: Final = "8321"
_GRACE: Final = 3


def serve_command(
    host: Annotated[
        str, typer.Option("--host", metavar="ADDRESS", help="Where it listens; loopback unless others may.")
    ] = LOOPBACK[0],
    port: Annotated[str, typer.Option("--port", metavar="N", help="0 takes a free one.")] = PORT,
    workers: Annotated[
        str | None,
        typer.Option("--workers", metavar="N", help="Long runs at once; one a processor if omitted."),
    ] = None,
    allow_others: Annotated[
        bool,
        typer.Option("--allow-others", help="Listen to other machines too: anybody on the net, no login."),
    ] = False,
    world: WorldOption = None,
    workspace: WorkspaceOption = None,
    quiet: QuietOption = False,
    verbose: VerboseOption = False,
) -> None:
    """Serve the desk until Ctrl-C: pages under /, the REST API under /api/v1."""
    faults = Faults()
    if quiet and verbose:
        faults.note(OptionError("--quiet and --verbose: use one of them"))
    number = faults.of(lambda: whole("--port", port, at_least=0, at_most=65_535), 0)
    at_once = None
    if workers is not None:
        at_once = faults.of(lambda: whole("--workers", workers, at_least=1, at_most=1_000), 1)
    if host not in LOOPBACK and not allow_others:
        faults.note(
            OptionError(
                f"--host: {host} can be reached by other machines, and there is no login; leave it away, or "
                "add --allow-others if everybody there may read and start runs"
            )
        )
    own = faults.of(lambda: own_workspace(workspace), None)
    faults.refuse()
    app = _application(
        None if world is None else Path(world),
        None if own is None else own.folder,
        at_once,
        open_to_all=allow_others,
    )
    with _listening(host, number) as place:
        _run(app, place, host, quiet=quiet, verbose=verbose)


def _application(
    world: Path | None, workspace: Path | None, workers: int | None, *, open_to_all: bool
) -> FastAPI:
    """The application; a lacking extra is named.

    Raises
    ------
    MissingExtraError
    """
    try:
        import uvicorn  # noqa: F401  (asked for before anything is opened)

        from pactolus.web import Settings, create_app
    except ModuleNotFoundError as error:
        if (error.name or "").split(".")[0] == "pactolus":
            raise
        raise MissingExtraError.of("web", "pactolus serve") from error
    usual = Settings()
    return create_app(
        Settings(
            world=world,
            workspace=workspace,
            warm=True,
            hosts=None if open_to_all else usual.hosts,
            workers=usual.workers if workers is None else workers,
        )
    )


def _listening(host: str, port: int) -> socket.socket:
    """A socket that listens.

    Raises
    ------
    OptionError
        If the port is in use, or the address is none of this machine.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    place = socket.socket(family, socket.SOCK_STREAM)
    try:
        place.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        place.bind((host, port))
        place.listen(128)
    except OSError as error:
        place.close()
        if error.errno == errno.EADDRINUSE:
            mend = "stop the program that uses it, or choose another with --port (0 takes a free one)"
            raise OptionError(f"--port: {port} of {host} is in use; {mend}") from error
        what = "--port" if error.errno == errno.EACCES else "--host"
        given = port if what == "--port" else host
        raise OptionError(f"{what}: {given} cannot be listened on ({error.strerror or error})") from error
    return place


def _run(app: FastAPI, place: socket.socket, host: str, *, quiet: bool, verbose: bool) -> None:
    """Answer until Ctrl-C; long runs are ended then."""
    import uvicorn

    port = place.getsockname()[1]
    shown = f"[{host}]" if ":" in host else host
    config = uvicorn.Config(
        app,
        log_level="info" if verbose else "error",
        access_log=verbose,
        server_header=False,
        timeout_graceful_shutdown=_GRACE,
    )
    say(f"pactolus serves http://{shown}:{port}/ (Ctrl-C ends it)", quiet=quiet)
    try:
        uvicorn.Server(config).run(sockets=[place])
    except KeyboardInterrupt:
        say("stopped", quiet=quiet)
