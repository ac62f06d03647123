"""Ready scenarios: forward-looking ones from files, and every named event as it happened."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from pactolus.disruption.events import events_of, named_events
from pactolus.disruption.scenario import Scenario, Shock, read_scenario
from pactolus.errors import NoAnswerError, UnknownTermError
from pactolus.terms.hs_codes import hs_codes

if TYPE_CHECKING:
    from pactolus.catalogue.world import World
    from pactolus.disruption.events import Event, Named

__all__ = ["PAST", "ready", "ready_files", "ready_names"]

#: Begins the name of an event as it happened.
PAST = "event-"


def ready_files() -> dict[str, Path]:
    """Files of forward-looking scenarios by name."""
    folder = Path(__file__).parent / "data" / "scenarios"
    return {file.stem: file for file in sorted(folder.glob("*.yaml"))}


def ready_names() -> list[str]:
    """Every ready scenario: forward-looking ones, then named events whose codes the mineral map knows."""
    return [*ready_files(), *(_name(one) for one in _mapped())]


def ready(name: str, world: World) -> Scenario:
    """A ready scenario.

    Parameters
    ----------
    name : str
        One of `ready_names`.
    world : World
        Where the size of an event as it happened is taken from.

    Raises
    ------
    UnknownTermError
    NoAnswerError
        If the world's trade table does not hold the event.
    """
    files = ready_files()
    if name in files:
        return read_scenario(files[name])
    for one in _mapped():
        if _name(one) == name:
            found = events_of(world, [one.id])
            if not found:
                raise NoAnswerError(f"{name}: this world's trade table does not hold the event")
            return _as_it_happened(one, found[0])
    raise UnknownTermError.of("ready scenario", name, ready_names())


def _name(one: Named) -> str:
    return PAST + one.id.lower().replace("_", "-")


def _mapped() -> Iterator[Named]:
    known = hs_codes()
    return (one for one in named_events().values() if set(one.codes) <= set(known))


def _as_it_happened(one: Named, event: Event) -> Scenario:
    """The measured cut as a given: no forecast."""
    kind = one.instrument if one.instrument in ("ban", "quota", "licence", "tax", "closure") else "outage"
    aimed = {"targets": one.targets} if one.targets else {}
    shock = Shock.model_validate(
        {
            "kind": kind,
            "exporter": one.exporter,
            "hs_codes": one.codes,
            "cut": round(event.cut, 4),
            "months": 12,
            "start": date(one.base_year + 1, 1, 1),
            "note": one.note or None,
            **aimed,
        }
    )
    return Scenario(
        scenario=_name(one),
        title=f"{one.name}, as it happened: the size that was measured is given",
        year=one.base_year,
        source=f"named event {one.id}" + (f", measure {one.measure}" if one.measure else ""),
        shocks=(shock,),
    )
