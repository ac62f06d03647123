"""What the commands about records of projects share: options, and the records that they ask."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from pactolus.catalogue.world import World
    from pactolus.projects.appraisal.country_risk import CountryRisk
    from pactolus.projects.appraisal.prices import Price
    from pactolus.projects.pipeline.parts import Project
    from pactolus.projects.pipeline.rates import Rate
    from pactolus.workspace.folder import Workspace

__all__ = [
    "RatesOption",
    "own_workspace",
    "prices_of",
    "rates_of",
    "records_for",
    "risk_of",
]

RatesOption = Annotated[
    str | None,
    typer.Option("--rates", metavar="FILE", help="CSV of your own dated currency rates, with their sources."),
]


def own_workspace(asked: str | None) -> Workspace | None:
    """The workspace asked for or of ``PACTOLUS_WORKSPACE``; None without one."""
    import os

    if asked is None and not os.environ.get("PACTOLUS_WORKSPACE"):
        return None
    from pactolus.workspace.folder import find_workspace

    return find_workspace(None if asked is None else Path(asked))


def records_for(workspace: str | None, world: World | None = None) -> tuple[Project, ...]:
    """The shipped records, with those of a workspace before them."""
    from pactolus.projects.pipeline.loading import shipped_projects, with_own

    own = own_workspace(workspace)
    return shipped_projects() if own is None else with_own(own.files("projects"), world=world)


def rates_of(file: str | None) -> tuple[Rate, ...]:
    """The shipped rates, and those of a user's file."""
    from pactolus.projects.pipeline.rates import read_rates, shipped_rates

    return shipped_rates() if file is None else (*read_rates(Path(file)), *shipped_rates())


def prices_of(file: str | None) -> dict[tuple[str, str], Price]:
    """The user's prices; none without a file."""
    from pactolus.projects.appraisal.prices import read_prices

    return {} if file is None else read_prices(Path(file))


def risk_of(text: str | None) -> Mapping[str, CountryRisk] | None:
    """Country premiums of a file, or the shipped ones without a day where ``undated`` says so."""
    from pactolus.projects.appraisal.country_risk import UNDATED, read_country_risk, undated_table

    if text is None:
        return None
    return undated_table() if text == UNDATED else read_country_risk(Path(text))
