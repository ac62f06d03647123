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

    from pactolus.web.access.server import Server

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
    server: Annotated[
        str | None,
        typer.Option("--server", metavar="FILE", help="Login, members, database: a YAML file of a server."),
    ] = None,
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
    if server is not None and allow_others:
        faults.note(OptionError("--allow-others: is for a desk without login; leave it out beside --server"))
    if host not in LOOPBACK and not allow_others and server is None:
        faults.note(
            OptionError(
                f"--host: {host} can be reached by other machines, and there is no login; leave it away, or "
                "add --allow-others if everybody there may read and start runs"
            )
        )
    if server is not None and workspace is not None:
        faults.note(
            OptionError("--workspace: is read by everybody; a server has its records in its database")
        )
    own = None if server is not None else faults.of(lambda: own_workspace(workspace), None)
    faults.refuse()
    found = None if server is None else _server(Path(server))
    app = _application(
        None if world is None else Path(world),
        None if own is None else own.folder,
        at_once,
        found,
        open_to_all=allow_others,
    )
    with _listening(host, number) as place:
        _run(app, place, host, found, quiet=quiet, verbose=verbose)


def _server(file: Path) -> Server:
    """Settings, database and provider of a server; a lacking extra is named.

    Raises
    ------
    MissingExtraError
    InputError
        As `pactolus.web.access.server.open_server`.
    """
    extra = "web"
    try:
        import uvicorn  # noqa: F401

        extra = "workspace"
        import pactolus.workspace.records  # noqa: F401

        extra = "server"
        import prometheus_client  # noqa: F401

        from pactolus.web.access.server import open_server
    except ModuleNotFoundError as error:
        if (error.name or "").split(".")[0] == "pactolus":
            raise
        raise MissingExtraError.of(extra, "pactolus serve --server") from error
    return open_server(file)


def _application(
    world: Path | None,
    workspace: Path | None,
    workers: int | None,
    server: Server | None,
    *,
    open_to_all: bool,
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
    hosts = usual.hosts if server is None or usual.hosts is None else usual.hosts | {server.file.host}
    return create_app(
        Settings(
            world=world,
            workspace=workspace,
            warm=True,
            hosts=None if open_to_all else hosts,
            workers=usual.workers if workers is None else workers,
        ),
        server,
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


def _run(
    app: FastAPI, place: socket.socket, host: str, server: Server | None, *, quiet: bool, verbose: bool
) -> None:
    """Answer until Ctrl-C; long runs are ended then."""
    import uvicorn

    port = place.getsockname()[1]
    shown = f"[{host}]" if ":" in host else host
    config = uvicorn.Config(
        app,
        log_level="info" if verbose else "error",
        access_log=verbose and server is None,  # a log of addresses would hold codes of logins
        server_header=False,
        proxy_headers=server is None or bool(server.file.proxies),
        forwarded_allow_ips=None if server is None else list(server.file.proxies),
        timeout_graceful_shutdown=_GRACE,
    )
    outside = "" if server is None else f", as {server.file.address}"
    say(f"pactolus serves http://{shown}:{port}/{outside} (Ctrl-C ends it)", quiet=quiet)
    try:
        uvicorn.Server(config).run(sockets=[place])
    except KeyboardInterrupt:
        say("stopped", quiet=quiet)
