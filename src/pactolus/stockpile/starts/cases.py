"""What is asked of a coalition that begins from declared stocks: members, problems, ends, label.

A member that declares nothing is not taken to hold nothing. Its stock is taken as anything from empty to what
it would best hold alone, its rows are `withheld`, and their basis says so.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, Final

from pactolus.errors import NoAnswerError
from pactolus.stockpile.members.holdings import (
    ENDS,
    HoldingRange,
    basis_of,
    declared_holdings,
    held_days,
    label_of_holdings,
)
from pactolus.stockpile.members.needs import SETTINGS, Need, Setting
from pactolus.stockpile.pooling.chains import shared_risk
from pactolus.stockpile.pooling.coalition import PoolTerms, at_one_value
from pactolus.stockpile.pooling.together import needs_of
from pactolus.stockpile.starts.values import StartProblem, interest_of
from pactolus.workspace.labels import Label, Levels

if TYPE_CHECKING:
    from pactolus.catalogue.world import World
    from pactolus.disruption.random_years.hazards import Expert
    from pactolus.disruption.scenarios.reach import Place
    from pactolus.policy.register import Register

__all__ = ["TARGET", "UNSAID", "StartCase", "Starts", "head_of", "start_cases"]

Starts = Mapping[str, tuple[float, ...]]
"""Name of a start -> days of each member."""
#: what is taken for a member that declares nothing
UNSAID: Final = "taken as anything from empty to its best stock alone"
#: the start in which each member holds what is best for it alone
TARGET: Final = "target"


@dataclass(frozen=True, kw_only=True)
class StartCase:
    """One mineral at one stage.

    Attributes
    ----------
    place : (mineral, stage)
    needs : mapping of str to Need
        By setting; the first is the middle.
    problems : mapping of str to StartProblem
    forms : mapping of str to tuple of HoldingRange
        What each member declares.
    label : Label
        Of all rows: a pool's figures show a little of every stock.
    """

    place: Place
    needs: Mapping[str, Need]
    problems: Mapping[str, StartProblem]
    forms: Mapping[str, tuple[HoldingRange, ...]]
    label: Label

    @property
    def need(self) -> Need:
        """At the middle setting."""
        return next(iter(self.needs.values()))

    @property
    def members(self) -> tuple[str, ...]:
        """Members that use it."""
        return self.need.members

    @property
    def name(self) -> str:
        """For notes."""
        return f"{self.place[0]} ({self.place[1]})"

    def held(self, member: str) -> tuple[float, float] | None:
        """Both ends of what a member declares. [days of use]"""
        return held_days(self.forms[member], self.need.importer(member).day_t)

    def basis(self, member: str) -> str:
        """What stands behind its stock."""
        return basis_of(member, self.forms[member], otherwise=UNSAID)

    @property
    def unsaid(self) -> tuple[str, ...]:
        """Members that declare nothing."""
        return tuple(m for m in self.members if not self.forms[m])

    def ends(self, targets: Sequence[float]) -> list[tuple[float, float, float]]:
        """Low, middle and high of each member; of one that declares nothing, from 0 to its target. [days]"""
        found = []
        for member, target in zip(self.members, targets, strict=True):
            low, high = self.held(member) or (0.0, target)
            found.append((low, (low + high) / 2, high))
        return found

    def starts(self, targets: Sequence[float]) -> dict[str, tuple[float, ...]]:
        """All at the low end, in the middle, at the high end; and each at its own target. [days]"""
        ends = self.ends(targets)
        names = ENDS if any(low < high for low, _, high in ends) else ("mid",)
        found = {name: tuple(own[ENDS.index(name)] for own in ends) for name in names}
        return found | {TARGET: tuple(targets)}

    def notes(self, targets: Sequence[float]) -> list[str]:
        """What a reader must know of what is not declared."""
        days = dict(zip(self.members, targets, strict=True))
        return [
            f"{self.name}: {m} declares nothing; its stock is {UNSAID}, {days[m]:.0f} days; unknown is not "
            "zero"
            for m in self.unsaid
        ]


def start_cases(
    world: World,
    places: Sequence[Place],
    members: Sequence[str],
    holdings: Sequence[HoldingRange],
    *,
    measures: Register,
    on: date,
    year: int | None = None,
    settings: Mapping[str, Setting] = SETTINGS,
    terms: PoolTerms,
    declared: Mapping[tuple[str, str, str], float] | None = None,
    expert: Expert | None = None,
    hs_codes: Mapping[Place, Sequence[str]] | None = None,
    levels: Levels | None = None,
) -> tuple[list[StartCase], list[dict[str, Any]], list[str]]:
    """Places for which somebody declares a holding; rows of what has no answer; and notes.

    Raises
    ------
    InputError
        If a member declares the same form twice, or nothing can be discounted (`interest_of`).
    NoAnswerError
        If no place has two members with trade and a risk that they share.
    """
    said = declared_holdings(holdings)
    found: list[StartCase] = []
    rows: list[dict[str, Any]] = []
    notes: list[str] = []
    for place in places:
        needs = needs_of(
            world, place, members, settings, measures, on, year, declared or {}, expert, hs_codes or {}
        )
        if isinstance(needs, str):
            notes.append(needs)
            continue
        need = next(iter(needs.values()))
        notes += need.notes
        rows += [head_of(need) | {"member": m, "status": status} for m, status in need.absent.items()]
        forms = {m: said.get((*place, m), ()) for m in need.members}
        what = f"{place[0]} ({place[1]})"
        if len(need.members) < 2 or not _risky(need, terms):
            notes.append(f"{what}: no two members with a risk that a stock could meet")
            rows += [head_of(need) | {"member": m, "status": "not_applicable"} for m in need.members]
        elif not any(forms.values()):
            notes.append(f"{what}: nobody says what is held")
            rows += [
                head_of(need)
                | {"member": m, "basis": basis_of(m, (), otherwise="no start"), "status": "withheld"}
                for m in need.members
            ]
        else:
            own = [one for ranges in forms.values() for one in ranges]
            found.append(
                StartCase(
                    place=place,
                    needs=needs,
                    problems={name: _problem(one, terms, forms) for name, one in needs.items()},
                    forms=forms,
                    label=label_of_holdings(own, levels),
                )
            )
    if not found and not rows:
        raise NoAnswerError("\n".join(dict.fromkeys(notes)) or "no mineral that two of the members import")
    return found, rows, notes


def _risky(need: Need, terms: PoolTerms) -> bool:
    return bool(shared_risk(need.suppliers, at_one_value(need.importers, terms.keeping)).suppliers)


def _problem(need: Need, terms: PoolTerms, forms: Mapping[str, tuple[HoldingRange, ...]]) -> StartProblem:
    importers = at_one_value(need.importers, terms.keeping)
    held = {each.member: held_days(forms[each.member], each.day_t) for each in need.importers}
    return StartProblem.of(
        importers,
        shared_risk(need.suppliers, importers),
        {member: ends[1] for member, ends in held.items() if ends is not None},
        interest=interest_of(need.importers),
        step_days=terms.step_days,
        imports=terms.imports,
    )


def head_of(need: Need) -> dict[str, Any]:
    """Columns that every row begins with, and its grade."""
    return {
        "mineral": need.mineral,
        "stage": need.stage,
        "members": "+".join(need.members),
        "year": need.year,
        "grade": need.grade,
    }
