"""What is asked of a Monte Carlo, checked as a whole before anything is read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any, Final

from pactolus.disruption.random_years.hazards import CASES, Expert, numbers
from pactolus.disruption.scenarios.reach import base_year
from pactolus.errors import InputError, OptionError, PactolusError, UnknownTermError

if TYPE_CHECKING:
    from pactolus.catalogue.world import World

__all__ = ["MOST_MEMBERS", "Question", "drawn_cases", "question"]

#: Members that may be asked for at once: every pair of them is counted.
MOST_MEMBERS: Final = 8
_FEWEST: Final = 100


@dataclass(frozen=True, kw_only=True)
class Question:
    """A question that was checked.

    Attributes
    ----------
    minerals, members, cases : tuple of str
    scenarios, seed : int
    phi, rho : float
    year : int
    on : date
    """

    minerals: tuple[str, ...]
    members: tuple[str, ...]
    cases: tuple[str, ...]
    scenarios: int
    seed: int
    phi: float
    rho: float
    year: int
    on: date


def question(
    world: World,
    minerals: str | Sequence[str],
    importers: str | Sequence[str],
    *,
    scenarios: int,
    seed: int,
    case: str | Sequence[str] = "all",
    phi: float | None = None,
    rho: float | None = None,
    year: int | None = None,
    on: date | None = None,
    expert: Expert | None = None,
) -> Question:
    """Check a question as a whole; arguments as `montecarlo`.

    Raises
    ------
    InputError
        All faults at once.
    """
    from pactolus.terms.minerals import resolve_minerals

    faults: list[str] = []

    def take(part: Any, empty: Any) -> Any:
        try:
            return part()
        except InputError as error:
            faults.append(str(error))
            return empty

    part, weight = _default(phi, "phi"), _default(rho, "rho")
    found = Question(
        minerals=take(
            lambda: resolve_minerals(minerals if isinstance(minerals, str) else list(minerals)), ()
        ),
        members=take(lambda: _members(importers), ()),
        cases=take(lambda: _cases(case), ()),
        scenarios=scenarios,
        seed=seed,
        phi=part,
        rho=weight,
        year=take(lambda: base_year(world, year), 0),
        on=on or datetime.now(UTC).date(),
    )
    if not 0 <= part <= 1:
        faults.append(
            f"phi: {part:g} lies outside 0 to 1; give the part of the risk that is aimed at one member"
        )
    if not 0 <= weight <= 0.95:
        faults.append(f"rho: {weight:g} lies outside 0 to 0.95; give the weight of the region")
    if scenarios < _FEWEST:
        faults.append(f"scenarios: {scenarios}; give {_FEWEST} at least, 10,000 for numbers to be used")
    if seed < 0:
        faults.append(f"seed: {seed}; give a whole number of nought or more")
    if expert and "expert" not in found.cases:
        faults.append("expert: rates are given, but the case 'expert' is not asked for; add it")
    if faults:
        raise InputError.gathered(faults)
    return found


def _default(given: float | None, name: str) -> float:
    return numbers()[name].value if given is None else float(given)


def _members(importers: str | Sequence[str]) -> tuple[str, ...]:
    """Countries asked for, coalitions one by one, in the order given."""
    from pactolus.terms.countries import entity

    words = importers.split(",") if isinstance(importers, str) else importers
    found: list[str] = []
    faults: list[str] = []
    for word in (word.strip() for word in words):
        if not word:
            continue
        try:
            one = entity(word)
        except PactolusError as error:
            faults.append(str(error))
            continue
        if one.kind == "world":
            faults.append(f"importers: {word!r} is the world; name countries, for example KOR,JPN")
        found += one.members
    members = tuple(dict.fromkeys(found))
    if not members and not faults:
        faults.append("importers: none given; name countries, for example KOR,JPN")
    if len(members) > MOST_MEMBERS:
        faults.append(f"importers: {len(members)} countries; {MOST_MEMBERS} at most can be asked for at once")
    if faults:
        raise OptionError("\n".join(faults))
    return members


def _cases(case: str | Sequence[str]) -> tuple[str, ...]:
    words = [word.strip() for word in (case.split(",") if isinstance(case, str) else case)]
    if "all" in words:
        return CASES
    wrong = [str(UnknownTermError.of("case", word, (*CASES, "all"))) for word in words if word not in CASES]
    if wrong or not words:
        raise OptionError("\n".join([*wrong, f"cases are {', '.join(CASES)}, or all"]))
    return tuple(one for one in CASES if one in words)


def drawn_cases(cases: Sequence[str], expert: Expert | None) -> dict[str, int]:
    """Case -> which of the drawn ones it is; without rates of a user `expert` is `controls`."""
    same = {} if expert else {"expert": "controls"}
    order = list(dict.fromkeys(same.get(case, case) for case in cases))
    return {case: order.index(same.get(case, case)) for case in cases}
