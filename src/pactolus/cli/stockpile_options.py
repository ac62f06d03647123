"""What commands of ``pactolus stockpile`` share: minerals at stages, members, own consumption and rates."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from pactolus.errors import DataError, InputError
from pactolus.stockpile.members.asked import PlacesAsked, members_of_text, places_of_text

if TYPE_CHECKING:
    from pactolus.disruption.random_years.hazards import Expert
    from pactolus.stockpile.members.holdings import HoldingRange
    from pactolus.workspace.labels import Levels

__all__ = [
    "CodesOption",
    "DeclaredOption",
    "ExpertOption",
    "HoldingsOption",
    "ImportersOption",
    "MineralsOption",
    "PlacesAsked",
    "SettingsOption",
    "StageOption",
    "YearOption",
    "declared_of",
    "expert_of",
    "holdings_of",
    "levels_of",
    "members_of_text",
    "places_of_text",
]

HoldingsOption = Annotated[
    str | None,
    typer.Option(
        "--holdings", metavar="FILE", help="Declared ranges (YAML or CSV); those of the workspace if omitted."
    ),
]
MineralsOption = Annotated[
    str, typer.Option("--minerals", metavar="LIST", help="Minerals or groups: cobalt,battery; or all.")
]
ImportersOption = Annotated[
    str, typer.Option("--importers", metavar="LIST", help="Members, each for itself: KOR,JPN.")
]
StageOption = Annotated[
    str | None, typer.Option("--stage", metavar="NAME", help="One stage; all with trade if omitted.")
]
YearOption = Annotated[
    str | None, typer.Option("--year", metavar="YEAR", help="Of the trade; the last one if omitted.")
]
ExpertOption = Annotated[
    str | None,
    typer.Option(
        "--expert", metavar="FILE.csv", help="Own rates of failure: mineral, exporter, rate; stage."
    ),
]
CodesOption = Annotated[
    str | None,
    typer.Option("--hs-codes", metavar="LIST", help="Only these HS92 codes, for one mineral at one stage."),
]
DeclaredOption = Annotated[
    str | None,
    typer.Option(
        "--declared", metavar="FILE.csv", help="Own consumption a year: mineral, stage, member, use_t."
    ),
]
SettingsOption = Annotated[
    str,
    typer.Option("--settings", metavar="all|mid", help="Range over all assumptions, or the middle alone."),
]


def expert_of(text: str | None) -> Expert | None:
    """Rates of ``--expert``."""
    if text is None:
        return None
    from pactolus.disruption.random_years.hazards import read_expert

    return read_expert(_table(text), text)


def declared_of(text: str | None, members: Sequence[str]) -> dict[tuple[str, str, str], float]:
    """Consumption of ``--declared``: (mineral, stage, member) -> t a year.

    Raises
    ------
    DataError
        All faults of the file at once.
    """
    if text is None:
        return {}
    from pactolus.terms.countries import entity
    from pactolus.terms.minerals import mineral
    from pactolus.terms.stages import STAGES

    table = _table(text)
    lacking = [name for name in ("mineral", "stage", "member", "use_t") if name not in table.columns]
    if lacking:
        raise DataError(f"{text}: no column {', '.join(lacking)}; there are {', '.join(table.columns)}")
    found: dict[tuple[str, str, str], float] = {}
    faults = []
    for line, row in enumerate(table.iter_rows(named=True), start=2):
        try:
            place = (mineral(row["mineral"] or "").id, row["stage"], entity(row["member"] or "").id)
            tonnes = float(row["use_t"] or "")
        except (InputError, ValueError) as error:
            faults.append(f"{text}: line {line}: {error}")
            continue
        if place[1] not in STAGES:
            faults.append(f"{text}: line {line}: stage {place[1]!r} is none of {', '.join(STAGES)}")
        elif not tonnes > 0:
            faults.append(f"{text}: line {line}: use_t {row['use_t']}; give tonnes a year, more than 0")
        elif place in found:
            faults.append(f"{text}: line {line}: {' '.join(place)} stands twice")
        elif place[2] in members:
            found[place] = tonnes
    if faults:
        raise DataError("\n".join(faults))
    return found


def _table(text: str) -> Any:
    import polars as pl

    try:
        return pl.read_csv(Path(text), infer_schema=False)
    except (OSError, pl.exceptions.PolarsError) as error:
        raise DataError(f"{text}: cannot be read as CSV ({str(error).splitlines()[0]})") from error


def levels_of(workspace: str | None) -> Levels | None:
    """Levels of the workspace that is asked for."""
    if workspace is None and not os.environ.get("PACTOLUS_WORKSPACE"):
        return None
    from pactolus.workspace.folder import find_workspace

    found = find_workspace(None if workspace is None else Path(workspace))
    return None if found is None else found.levels


def holdings_of(
    text: str | None, workspace: str | None, members: Sequence[str], levels: Levels | None
) -> tuple[HoldingRange, ...]:
    """Declared holdings of the file, else of the workspace, of the members asked for."""
    from pactolus.stockpile.members.holdings import read_holdings

    files = [Path(text)] if text is not None else []
    if text is None and (workspace is not None or os.environ.get("PACTOLUS_WORKSPACE")):
        from pactolus.workspace.folder import find_workspace

        found = find_workspace(None if workspace is None else Path(workspace))
        files = found.files("holdings") if found is not None else []
    return tuple(one for file in files for one in read_holdings(file, levels) if one.member in members)
