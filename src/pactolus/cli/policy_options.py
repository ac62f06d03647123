"""What the commands about measures share: options, how they are read, and the register they ask."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from pactolus.cli.options import iso_date

if TYPE_CHECKING:
    import polars as pl

    from pactolus.policy.register import Register

__all__ = [
    "ABSENCE",
    "ImporterOption",
    "IssuerOption",
    "MineralOption",
    "OnOption",
    "WorkspaceOption",
    "country_of",
    "day_of",
    "families_of",
    "issuers_of",
    "minerals_of",
    "register_for",
    "without_links",
]

ABSENCE = "absence here is not evidence of absence"

OnOption = Annotated[
    str | None, typer.Option("--on", metavar="DATE", help="The day asked for; today if omitted.")
]
WorkspaceOption = Annotated[
    str | None,
    typer.Option(
        "--workspace",
        metavar="PATH",
        help="Workspace whose own records count too; PACTOLUS_WORKSPACE if omitted.",
    ),
]
MineralOption = Annotated[
    str | None,
    typer.Option("--mineral", metavar="ID[,ID]", help="Only these minerals; any alias is accepted."),
]
ImporterOption = Annotated[
    str | None,
    typer.Option(
        "--importer", metavar="ISO3", help="Only what bears on this importer's supply, or is its own."
    ),
]
IssuerOption = Annotated[
    str | None, typer.Option("--issuer", metavar="ID[,ID]", help="Only measures of these issuers.")
]


def register_for(workspace: str | None) -> Register:
    """The shipped register, with the records of the workspace asked for or of ``PACTOLUS_WORKSPACE``."""
    import os

    from pactolus.policy.register import register

    if workspace is None and not os.environ.get("PACTOLUS_WORKSPACE"):
        return register()
    from pathlib import Path

    from pactolus.policy.own import with_own
    from pactolus.workspace.folder import find_workspace

    found = find_workspace(None if workspace is None else Path(workspace))
    if found is None:
        return register()
    return with_own(found.files("policy"), found.folder / ".cache")


def day_of(option: str, text: str | None) -> date:
    """The day of an option; today where it is omitted."""
    return datetime.now(UTC).date() if text is None else iso_date(option, text)


def minerals_of(text: str | None) -> tuple[str, ...]:
    """Minerals of an option; none for all."""
    from pactolus.terms.minerals import resolve_minerals

    return () if text is None else resolve_minerals(text)


def country_of(text: str | None) -> str | None:
    from pactolus.terms.countries import country

    return None if text is None else country(text).iso3


def issuers_of(text: str | None) -> tuple[str, ...]:
    """Countries and coalitions of an option; every unknown one is named."""
    from pactolus.terms.words import issuers

    return () if text is None else issuers(text)


def families_of(text: str | None) -> tuple[str, ...]:
    if text is None:
        return ()
    from pactolus.cli.options import chosen
    from pactolus.policy.register import instruments

    known = dict.fromkeys(one.family for one in instruments().values())
    return chosen("--family", "family of instruments", text, known)


def without_links(frame: pl.DataFrame, width: int | None) -> str:
    """For a reader at a terminal: the link and the day of reading are left to CSV and JSON."""
    from pactolus.cli.tables import as_text_table

    wide = [name for name in ("link", "read_on", "title") if name in frame.columns]
    return as_text_table(frame.drop(wide), width)
