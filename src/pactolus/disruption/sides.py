"""The sides of one run of a scenario: losses, and what follows from them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pactolus.errors import UnknownTermError
from pactolus.runs.progress import Progress, silent

if TYPE_CHECKING:
    import polars as pl

    from pactolus.catalogue.world import World
    from pactolus.disruption.effects.stresses import Stress
    from pactolus.disruption.scenarios.scenario import Scenario

__all__ = ["SIDES", "side_of"]

SIDES: Final = ("losses", "months", "applications", "engines", "stages", "byproducts")


def side_of(
    wanted: str, world: World, scenario: Scenario, found: Stress, *, progress: Progress = silent
) -> tuple[pl.DataFrame, tuple[str, ...]]:
    """One side of a run, and what must be said beside it.

    Parameters
    ----------
    wanted : str
        One of `SIDES`.
    world : World
    scenario : Scenario
        What was run.
    found : Stress
        What `pactolus.disruption.stress` gave for it.
    progress : callable
        Told how far the engines are.

    Raises
    ------
    UnknownTermError
        If there is no such side.
    """
    if wanted not in SIDES:
        raise UnknownTermError.of("table", wanted, SIDES, where="table")
    if wanted in ("stages", "byproducts"):
        from pactolus.disruption.history.events import events_of
        from pactolus.disruption.stages.downstream import byproducts_of, stages_of

        ask = stages_of if wanted == "stages" else byproducts_of
        table, notes = ask(world, scenario, events_of(world))
        return table, tuple(notes)
    if wanted == "months":
        from pactolus.disruption.effects.monthly import by_month

        return by_month(found), ()
    if wanted == "applications":
        from pactolus.disruption.effects.applications import at_stake

        return at_stake(world, found), ()
    if wanted == "engines":
        from pactolus.disruption.effects.side_by_side import compare

        return compare(world, found, progress=progress), ()
    return found.losses, ()
