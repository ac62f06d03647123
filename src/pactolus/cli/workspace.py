"""``pactolus workspace``: make one, look at it, check it, keep it safe."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pactolus.cli.feedback import say
from pactolus.cli.options import (
    Common,
    Faults,
)
from pactolus.cli.plain import PlainCommand, PlainGroup
from pactolus.cli.policy_options import WorkspaceOption
from pactolus.cli.shared import with_common_options
from pactolus.errors import InputError, NoAnswerError, OptionError

if TYPE_CHECKING:
    from pactolus.workspace.folder import Workspace

__all__ = ["workspace_app"]

workspace_app = typer.Typer(
    cls=PlainGroup, no_args_is_help=True, context_settings={"help_option_names": ["-h", "--help"]}
)
FolderArgument = Annotated[str, typer.Argument(metavar="FOLDER", help="New or empty.")]
DatabaseOption = Annotated[
    str | None,
    typer.Option(
        "--database",
        metavar="URL",
        help="A PostgreSQL database, without the password; a SQLite file in the folder if omitted.",
    ),
]


@workspace_app.command("init", cls=PlainCommand, help="Make a workspace in a new folder.")
@with_common_options()
def init_command(
    faults: Faults,
    options: Common,
    folder: FolderArgument,
    name: Annotated[
        str | None, typer.Option("--name", help="Shown in outputs; the folder's name if omitted.")
    ] = None,
    database: DatabaseOption = None,
) -> None:
    """Folders for edited records, and an empty database."""
    faults.refuse()
    from pactolus.workspace.folder import create_workspace

    made = create_workspace(Path(folder), name=name, database=database)
    say(
        f"workspace {made.name!r} is in {made.folder}; use it with --workspace {made.folder}",
        quiet=options.quiet,
    )


@workspace_app.command(
    "status", cls=PlainCommand, help="What a workspace holds, and the head of its audit chain."
)
@with_common_options()
def status_command(
    faults: Faults,
    options: Common,
    workspace: WorkspaceOption = None,
) -> None:
    """One row a kind of record or a folder of edited files."""
    faults.refuse()
    import polars as pl

    from pactolus.cli.output import write_data
    from pactolus.cli.tables import as_text_table
    from pactolus.workspace.folder import FOLDERS

    own = _asked(workspace)
    rows = [("edited files", room, len(own.files(room))) for room in FOLDERS]
    rows += [("saved records", kind, count) for kind, count in own.store.kinds().items()]
    frame = pl.DataFrame(
        rows, schema={"where": pl.String, "name": pl.String, "count": pl.Int64}, orient="row"
    )
    write_data(frame, options, as_table=as_text_table)
    say(f"head of the audit chain: {own.store.head()}", quiet=options.quiet)


@workspace_app.command("verify", cls=PlainCommand, help="Recompute the audit chain; name what was changed.")
@with_common_options()
def verify_command(
    faults: Faults,
    options: Common,
    head: Annotated[
        str | None,
        typer.Option("--head", metavar="HASH", help="A head noted earlier must still be in the chain."),
    ] = None,
    workspace: WorkspaceOption = None,
) -> None:
    """Exit code 2 if a row was changed, taken out, or not written by the product."""
    faults.refuse()
    own = _asked(workspace)
    broken = own.store.verify(head)
    if broken:
        raise InputError.gathered([f"{own.folder}: {len(broken)} faults; restore a backup", *broken])
    say(f"{own.folder}: the audit chain is whole, head {own.store.head()}", quiet=options.quiet)


@workspace_app.command("history", cls=PlainCommand, help="Every version of one saved record.")
@with_common_options()
def history_command(
    faults: Faults,
    options: Common,
    kind: Annotated[str, typer.Argument(metavar="KIND", help="commitment, run, ...")],
    identity: Annotated[str, typer.Argument(metavar="ID", help="Id of the record.")],
    workspace: WorkspaceOption = None,
) -> None:
    """Oldest first."""
    faults.refuse()
    import json

    import polars as pl

    from pactolus.cli.output import write_data
    from pactolus.cli.tables import as_text_table

    versions = _asked(workspace).store.history(kind, identity)
    if not versions:
        raise NoAnswerError(f"{kind}/{identity}: there is no such record in this workspace")
    rows = [
        {
            "version": one.version,
            "written_at": one.written_at,
            "author": one.author,
            "label": one.label,
            "removed": one.removed,
            "body": json.dumps(one.body, ensure_ascii=False, sort_keys=True),
        }
        for one in versions
    ]
    write_data(pl.DataFrame(rows), options, as_table=as_text_table)


@workspace_app.command("save-run", cls=PlainCommand, help="Keep the manifest of a result as evidence.")
@with_common_options()
def save_run_command(
    faults: Faults,
    options: Common,
    manifest: Annotated[str, typer.Argument(metavar="FILE", help="A .manifest.json beside results.")],
    author: Annotated[str, typer.Option("--author", metavar="NAME", help="Who saves it.")],
    label: Annotated[
        str, typer.Option("--label", metavar="LABEL", help="open, or KOR:restricted ...")
    ] = "open",
    workspace: WorkspaceOption = None,
) -> None:
    """Print the id of the run, for dialogue set --evidence."""
    faults.refuse()
    from pactolus.cli.output import deliver
    from pactolus.workspace.saved_runs import save_run

    own = _asked(workspace)
    identity, version = save_run(own.store, Path(manifest), author=author, label=str(own.levels.read(label)))
    deliver(f"{identity}\n".encode(), options.out)
    say(f"{manifest} is kept as {identity}, version {version}", quiet=options.quiet)


@workspace_app.command("backup", cls=PlainCommand, help="Write a workspace into one zip file.")
@with_common_options()
def backup_command(
    faults: Faults,
    options: Common,
    file: Annotated[str, typer.Argument(metavar="FILE", help="Not there yet.")],
    workspace: WorkspaceOption = None,
) -> None:
    """Edited files, all versions of all records, and the audit chain."""
    faults.refuse()
    from pactolus.workspace.backup import backup

    own = _asked(workspace)
    head = backup(own, Path(file))
    say(f"{own.folder} is in {file}; note the head of its chain elsewhere: {head}", quiet=options.quiet)


@workspace_app.command("restore", cls=PlainCommand, help="Make a workspace from a backup, in a new folder.")
@with_common_options()
def restore_command(
    faults: Faults,
    options: Common,
    file: Annotated[str, typer.Argument(metavar="FILE", help="A backup.")],
    folder: FolderArgument,
    database: DatabaseOption = None,
) -> None:
    """Checked before anything is written."""
    faults.refuse()
    from pactolus.workspace.backup import restore

    made = restore(Path(file), Path(folder), database=database)
    say(f"workspace {made.name!r} is in {made.folder}", quiet=options.quiet)


@workspace_app.command(
    "upgrade", cls=PlainCommand, help="Bring the database to this version; nothing is lost."
)
@with_common_options()
def upgrade_command(
    faults: Faults,
    options: Common,
    workspace: WorkspaceOption = None,
) -> None:
    """Run the migrations that are missing."""
    faults.refuse()
    from pactolus.workspace import migrate
    from pactolus.workspace.store import connect

    own = _asked(workspace)
    engine = connect(own.database)
    before = migrate.current(engine)
    migrate.upgrade(engine)
    say(f"{own.folder}: revision {before or 'none'} -> {migrate.current(engine)}", quiet=options.quiet)


@workspace_app.command(
    "grant", cls=PlainCommand, help="Let a PostgreSQL role serve readers: pactolus serve --server."
)
@with_common_options()
def grant_command(
    faults: Faults,
    options: Common,
    role: Annotated[str, typer.Argument(metavar="ROLE", help="A login role that owns nothing.")],
    workspace: WorkspaceOption = None,
) -> None:
    """It may add rows, and read what each reader may; nothing else."""
    faults.refuse()
    from pactolus.workspace import migrate
    from pactolus.workspace.serving import grant
    from pactolus.workspace.store import connect

    own = _asked(workspace)
    engine = connect(own.database)
    migrate.require_newest(engine, str(own.folder))
    grant(engine, role)
    say(f"{own.folder}: role {role} may serve readers", quiet=options.quiet)


def _asked(workspace: str | None) -> Workspace:
    from pactolus.workspace.folder import find_workspace

    found = find_workspace(None if workspace is None else Path(workspace))
    if found is None:
        raise OptionError(
            "--workspace: name a workspace, or set PACTOLUS_WORKSPACE; make one with: workspace init"
        )
    return found
