"""What members need of many minerals, and random paths of what they lose: the material of a portfolio.

Paths hold the events that begin within one year, and what they take for `months` months: one year's risk.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any, Final

from pactolus.errors import NoAnswerError, OptionError
from pactolus.runs.progress import Progress
from pactolus.stockpile.budget.recourse import SEGMENTS, Recourse
from pactolus.stockpile.members.needs import Need, Setting, need_of, places_of_trade
from pactolus.stockpile.stocks.continuous import Importer
from pactolus.terms.countries import entity

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from pactolus.catalogue.world import World
    from pactolus.disruption.random_years.draws import Law
    from pactolus.disruption.random_years.hazards import Expert
    from pactolus.disruption.scenarios.reach import Place
    from pactolus.policy.register import Register

    Floats = NDArray[np.float64]

__all__ = ["YEARS", "Drawn", "Item", "Question", "drawn_at", "paths_of", "question_of"]

#: Years in which the events of a path begin.
YEARS: Final = 1

Item = tuple[str, str, str]


@dataclass(frozen=True, kw_only=True)
class Question:
    """What stays the same over settings; fields as the arguments of `portfolio`."""

    world: World
    places: tuple[Place, ...]
    members: tuple[str, ...]
    measures: Register
    on: date
    year: int | None
    declared: Mapping[Item, float]
    expert: Expert | None
    sizes: Mapping[str, Law]
    lengths: Mapping[str, Law]
    scenarios: int
    months: int
    seed: int
    workers: int
    cluster: str | None
    segments: int


def question_of(
    world: World,
    minerals: str | Sequence[str],
    importers: str | Sequence[str],
    *,
    stages: Sequence[str],
    measures: Register | None,
    on: date | None,
    year: int | None,
    declared: Mapping[Item, float] | None,
    expert: Expert | None,
    scenarios: int,
    months: int,
    seed: int,
    segments: int = SEGMENTS,
    workers: int = 1,
    cluster: str | None = None,
) -> Question:
    """Check a question; arguments as `portfolio`.

    Raises
    ------
    OptionError
        All faults at once.
    NoAnswerError
        If this world has no trade in what is asked for.
    """
    from pactolus.disruption.random_years.paths import month_laws
    from pactolus.disruption.random_years.supply import size_laws
    from pactolus.policy.register import register
    from pactolus.terms.minerals import resolve_minerals

    names = importers.split(",") if isinstance(importers, str) else list(importers)
    members = tuple(entity(name.strip()).id for name in names if name.strip())
    faults = [f"importers: {one} stands twice" for one in dict.fromkeys(members) if members.count(one) > 1]
    faults += [
        f"importers: {one} is a coalition; name its members, each holds stocks of its own"
        for one in members
        if entity(one).members != (one,)
    ]
    if not members:
        faults.append("importers: none given; name countries, for example KOR,JPN")
    if months < 1:
        faults.append(f"months: {months}; give one at least")
    if faults:
        raise OptionError("\n".join(faults))
    wanted = list(resolve_minerals(minerals if isinstance(minerals, str) else list(minerals)))
    places = [one for one in places_of_trade(world, wanted, year) if not stages or one[1] in stages]
    if not places:
        raise NoAnswerError(f"{', '.join(wanted)}: no trade of it in this world; nothing to choose from")
    return Question(
        world=world,
        places=tuple(places),
        members=members,
        measures=register() if measures is None else measures,
        on=on or datetime.now(UTC).date(),
        year=year,
        declared=declared or {},
        expert=expert,
        sizes=size_laws(world),
        lengths=month_laws(),
        scenarios=scenarios,
        months=months,
        seed=seed,
        workers=workers,
        cluster=cluster,
        segments=segments,
    )


@dataclass(frozen=True, kw_only=True)
class Drawn:
    """Items at one setting, and their paths; `absent` are members without an answer, with the reason."""

    items: tuple[Item, ...]
    importers: tuple[Importer, ...]
    needs: Mapping[Place, Need]
    recourse: Recourse
    absent: tuple[tuple[Item, str], ...]
    notes: tuple[str, ...]


def drawn_at(asked: Question, setting: Setting, progress: Progress) -> Drawn:
    """Needs and paths at one setting."""
    needs, notes, absent = _needs(asked, setting)
    items = tuple((*place, member) for place, need in needs.items() for member in need.members)
    if not items:
        raise NoAnswerError("; ".join(dict.fromkeys(notes)) or "nothing to choose from")
    importers = tuple(needs[item[0], item[1]].importer(item[2]) for item in items)
    paths = paths_of(asked, setting, items, asked.seed, progress)
    recourse = Recourse(importers, paths, segments=asked.segments, years=YEARS)
    return Drawn(
        items=items,
        importers=importers,
        needs=needs,
        recourse=recourse,
        absent=tuple(absent),
        notes=tuple(notes),
    )


def _needs(asked: Question, setting: Setting) -> tuple[dict[Place, Need], list[str], list[tuple[Item, str]]]:
    needs: dict[Place, Need] = {}
    notes: list[str] = []
    absent: list[tuple[Item, str]] = []
    for place in asked.places:
        own = {m: t for (mineral, stage, m), t in asked.declared.items() if (mineral, stage) == place}
        try:
            need = need_of(
                asked.world,
                *place,
                asked.members,
                measures=asked.measures,
                on=asked.on,
                year=asked.year,
                setting=setting,
                declared=own,
                expert=asked.expert,
            )
        except NoAnswerError as error:
            notes.append(str(error))
            absent += [((*place, member), why) for member, why in error.why(asked.members).items()]
            continue
        needs[place] = need
        notes += need.notes
        absent += [((*place, member), why) for member, why in need.absent.items()]
    return needs, notes, absent


@dataclass(frozen=True)
class _Longer:
    """A law of lengths, drawn out."""

    law: Law
    factor: float

    def draw(self, random: np.random.Generator, count: int, /) -> Floats:
        """Lengths. [months]"""
        found: Floats = self.law.draw(random, count) * self.factor
        return found


def paths_of(
    asked: Question, setting: Setting, items: Sequence[Item], seed: int, progress: Progress
) -> Iterator[tuple[Floats, Any]]:
    """Blocks of paths, shape (scenarios, months, items): what is left of a loss where nobody replaces it."""
    import numpy as np

    from pactolus.disruption.random_years.paths import loss_paths

    found = loss_paths(
        asked.world,
        list(dict.fromkeys(item[0] for item in items)),
        asked.members,
        stages=list(dict.fromkeys(item[1] for item in items)),
        months=asked.months,
        onset_years=YEARS,
        scenarios=asked.scenarios,
        seed=seed,
        case=setting.case,
        phi=setting.phi,
        year=asked.year,
        on=asked.on,
        measures=asked.measures,
        expert=asked.expert if setting.case == "expert" else None,
        sizes=asked.sizes,
        lengths={kind: _Longer(law, setting.length) for kind, law in asked.lengths.items()},
        workers=asked.workers,
        cluster=asked.cluster,
        progress=progress,
    )
    places = [found.places.index((item[0], item[1])) for item in items]
    members = [found.members.index(item[2]) for item in items]
    for block in found:
        yield block.weights, np.minimum(block.lost[:, :, members, places] * setting.kept, 1.0)
