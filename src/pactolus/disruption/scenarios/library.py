"""Ready scenarios: forward-looking ones from files, and every named event as it happened."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pactolus.disruption.history.events import events_of, named_events
from pactolus.disruption.scenarios.scenario import Scenario, Shock, from_record
from pactolus.errors import NoAnswerError, PactolusError, UnknownTermError
from pactolus.terms.coalitions import coalitions, members_of
from pactolus.terms.hs_codes import hs_codes

if TYPE_CHECKING:
    import polars as pl

    from pactolus.catalogue.world import World
    from pactolus.disruption.history.events import Event, Named

__all__ = ["PAST", "ready", "ready_names", "ready_records", "ready_table"]

#: Begins the name of an event as it happened.
PAST = "event-"
_MEASURED = {
    "en": ", as it happened: the size that was measured is given",
    "ko": ", 실제 규모: 측정된 값을 그대로 적용",
    "ja": "、実際の規模：計測された値をそのまま用いる",
}


@cache
def ready_records() -> Mapping[str, Mapping[str, Any]]:
    """Forward-looking scenarios in the compiled form, by name."""
    file = Path(__file__).parents[1] / "compiled" / "scenarios.json"
    try:
        found: Mapping[str, Mapping[str, Any]] = json.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise PactolusError(f"{file}: not compiled; run 'make compile' in the source tree") from None
    return found


def ready_names() -> list[str]:
    """Every ready scenario: forward-looking ones, then named events whose codes the mineral map knows."""
    return [*ready_records(), *(_name(one) for one in _mapped())]


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
    if name in ready_records():
        return from_record(ready_records()[name])
    for one in _mapped():
        if _name(one) == name:
            found = events_of(world, [one.id])
            if not found:
                raise NoAnswerError(f"{name}: this world's trade table does not hold the event")
            return _as_it_happened(one, found[0])
    raise UnknownTermError.of("ready scenario", name, ready_names())


def ready_table(world: World) -> pl.DataFrame:
    """One row a ready scenario: title, kinds of shock, exporters, confidence, and whether it is made up."""
    import polars as pl

    rows = []
    for name in ready_names():
        found = ready(name, world)
        rows.append(
            {
                "scenario": name,
                "title": found.title,
                "kinds": ";".join(dict.fromkeys(shock.kind for shock in found.shocks)),
                "exporters": ";".join(
                    dict.fromkeys(one for shock in found.shocks for one in shock.exporters)
                ),
                "confidence": ";".join(dict.fromkeys(shock.confidence for shock in found.shocks)),
                "fictitious": "yes" if found.fictitious else "no",
                "year": found.year,
            }
        )
    return pl.DataFrame(rows, infer_schema_length=None)


def _name(one: Named) -> str:
    return PAST + one.id.lower().replace("_", "-")


def _mapped() -> Iterator[Named]:
    known = hs_codes()
    return (one for one in named_events().values() if set(one.codes) <= set(known))


def _as_it_happened(one: Named, event: Event) -> Scenario:
    """The measured cut as a given: no forecast."""
    kind = one.instrument if one.instrument in ("ban", "quota", "licence", "tax", "closure") else "outage"
    targets = [c for name in one.targets for c in (members_of(name) if name in coalitions() else (name,))]
    shock = Shock(
        kind=kind,
        exporter=one.exporter,
        hs_codes=one.codes,
        cut=(round(event.cut, 4),) * 2,
        months=(12.0, 12.0),
        start=date(one.base_year + 1, 1, 1),
        targets=tuple(targets),
        note=one.note or None,
    )
    return Scenario(
        scenario=_name(one),
        titles={lang: f"{name}{_MEASURED[lang]}" for lang, name in one.names.items()},
        year=one.base_year,
        source=f"named event {one.id}" + (f", measure {one.measure}" if one.measure else ""),
        shocks=(shock,),
    )
