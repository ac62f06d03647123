"""Members, and minerals at stages, as they are typed in a question about stocks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pactolus.errors import NoAnswerError, OptionError

if TYPE_CHECKING:
    from pactolus.catalogue.world import World
    from pactolus.disruption.scenarios.reach import Place

__all__ = ["PlacesAsked", "members_of_text", "places_of_text"]


@dataclass(frozen=True)
class PlacesAsked:
    """Minerals at stages, and what was asked for and has no trade."""

    places: tuple[Place, ...]
    silent: tuple[str, ...]


def members_of_text(text: str) -> tuple[str, ...]:
    """Members of ``--importers``, each once."""
    from pactolus.terms.countries import entity

    names = tuple(entity(one.strip()).id for one in text.split(",") if one.strip())
    twice = [one for one in dict.fromkeys(names) if names.count(one) > 1]
    if twice or not names:
        raise OptionError(f"--importers: {', '.join(twice) or 'nobody'}; name each member once")
    return names


def places_of_text(world: World, minerals: str, stage: str | None, year: int | None) -> PlacesAsked:
    """Minerals at stages with trade, and the names of those without."""
    from pactolus.stockpile.members.needs import places_of_trade
    from pactolus.terms.minerals import resolve_minerals
    from pactolus.terms.stages import STAGES

    if stage is not None and stage not in STAGES:
        raise OptionError(f"--stage: {stage!r} is none of {', '.join(STAGES)}")
    wanted = resolve_minerals([one.strip() for one in minerals.split(",") if one.strip()])
    found = [p for p in places_of_trade(world, list(wanted), year) if stage in (None, p[1])]
    silent = tuple(m for m in wanted if m not in {place[0] for place in found})
    if not found:
        raise NoAnswerError(f"{', '.join(wanted)}: no trade of any of them in this world; nothing to size")
    return PlacesAsked(tuple(found), silent)
