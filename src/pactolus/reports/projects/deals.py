"""A chosen portfolio as deals: for each project who takes what, when, on which conditions.

The choice holds offtake by product and host. A project's part of it is by its output among the chosen
projects of that product and host; parts add up to the choice again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from pactolus.errors import DataError, InputError, PactolusError
from pactolus.projects.appraisal.terms import rows_of
from pactolus.projects.base.candidates import Candidate
from pactolus.projects.pipeline.parts import Project
from pactolus.projects.selection.company_tables import Stake, stakes_of
from pactolus.projects.selection.powers import Power, powers_on

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from pactolus.projects.selection.portfolio import Portfolio

    Floats = NDArray[np.float64]

__all__ = ["Deal", "Party", "deals_of", "read_parties"]


@dataclass(frozen=True, kw_only=True)
class Party:
    """A company that the user names for a member's side.

    Attributes
    ----------
    member, company, role, source : str
    share : float
        Of the member's share. [0-1]
    """

    member: str
    company: str
    share: float
    role: str
    source: str


@dataclass(frozen=True, kw_only=True)
class Deal:
    """One chosen project.

    Attributes
    ----------
    id : str
    candidate : Candidate or None
        None for invented projects.
    record : Project or None
    product, host : str
        Of the choice.
    start : int
        Year in which money is first spent.
    part_on_offer : float
        [0-1]
    capacity_t, capital_musd : float
        Of what is on offer.
    share, money_musd, public_part : mapping of str to float
        By member: of what is on offer; what it pays in all; most that its agencies may bear of it.
    years : tuple of int
    offtake_t : mapping of str to ndarray, shape (years,)
        By member. [t/year]
    powers : mapping of str to tuple of Power
        By member: powers that count for this mineral and state on the day; empty: no record.
    parties : tuple of Party
    stakes : tuple of Stake
        Of companies whose limits were part of the choice.
    floor_usd_per_t : float or None
    """

    id: str
    candidate: Candidate | None
    record: Project | None
    product: str
    host: str
    start: int
    part_on_offer: float
    capacity_t: float
    capital_musd: float
    share: Mapping[str, float]
    money_musd: Mapping[str, float]
    public_part: Mapping[str, float]
    years: tuple[int, ...]
    offtake_t: Mapping[str, Floats]
    powers: Mapping[str, tuple[Power, ...]]
    parties: tuple[Party, ...] = ()
    stakes: tuple[Stake, ...] = ()
    floor_usd_per_t: float | None = None


def deals_of(
    portfolio: Portfolio,
    *,
    records: Mapping[str, Project],
    candidates: Mapping[str, Candidate],
    part_on_offer: float,
    on: date,
    parties: Mapping[str, Sequence[Party]] | None = None,
    floors: Mapping[str, float] | None = None,
) -> tuple[Deal, ...]:
    """Deals of a portfolio, in the order of its projects.

    Parameters
    ----------
    portfolio : Portfolio
    records, candidates : mapping
        By id; invented projects are in neither.
    part_on_offer : float
        [0-1]
    on : date
        Day on which powers count.
    parties : mapping, optional
        Project -> companies named by the user.
    floors : mapping, optional
        Project -> price floor. [USD/t]

    Raises
    ------
    DataError
        If parties or floors name a project that was not chosen.
    """
    one, start_of = portfolio.instance, portfolio.choice.start_of
    taken = np.flatnonzero(start_of >= 0).tolist()
    chosen = {one.projects[p] for p in taken}
    _refuse_strangers(chosen, parties or {}, floors or {})
    made, stakes = [], stakes_of(portfolio)
    for p in taken:
        name, cash = one.projects[p], one.cash_musd[p, start_of[p]]
        candidate = candidates.get(name)
        money = {m: float(portfolio.share[i, p] * cash.sum()) for i, m in enumerate(one.members)}
        limit = {m: float(one.public_share[i, one.class_of[p]]) for i, m in enumerate(one.members)}
        offtake = _offtake(portfolio, p, taken)
        made.append(
            Deal(
                id=name,
                candidate=candidate,
                record=records.get(name),
                product=one.products[one.product_of[p]],
                host=one.hosts[one.host_of[p]],
                start=int(one.starts[start_of[p]]),
                part_on_offer=part_on_offer,
                capacity_t=float(one.output_t[p, start_of[p]].max()),
                capital_musd=float(cash.sum()),
                share={m: float(portfolio.share[i, p]) for i, m in enumerate(one.members)},
                money_musd=money,
                public_part=limit,
                years=tuple(int(year) for year in one.years),
                offtake_t={m: offtake[i] for i, m in enumerate(one.members)},
                powers={m: _powers(m, candidate, on) for m in one.members},
                parties=tuple((parties or {}).get(name, ())),
                stakes=tuple(stake for stake in stakes if stake.project == p),
                floor_usd_per_t=(floors or {}).get(name),
            )
        )
    return tuple(made)


def _offtake(portfolio: Portfolio, p: int, taken: Sequence[int]) -> Floats:
    """Offtake of each member from one project, shape (I, T). [t/year]"""
    one, start_of = portfolio.instance, portfolio.choice.start_of
    m, h = int(one.product_of[p]), int(one.host_of[p])
    made = {q: one.output_t[q, start_of[q]] for q in taken if (one.product_of[q], one.host_of[q]) == (m, h)}
    total = np.sum(list(made.values()), axis=0)
    part = np.divide(made[p], total, out=np.zeros_like(total), where=total > 0)
    found: Floats = portfolio.supply_t[:, m, h] * part
    return found


def _powers(member: str, candidate: Candidate | None, on: date) -> tuple[Power, ...]:
    if candidate is None:
        return ()
    own = (one for one in powers_on(on) if one.member == member)
    return tuple(one for one in own if one.covers(candidate.mineral, candidate.status))


def _refuse_strangers(
    chosen: set[str], parties: Mapping[str, Sequence[Party]], floors: Mapping[str, float]
) -> None:
    strange = sorted((set(parties) | set(floors)) - chosen)
    if strange:
        raise DataError(
            f"term sheet: {', '.join(strange)} not in the portfolio; it holds {', '.join(sorted(chosen))}"
        )


def read_parties(path: Path, members: Sequence[str]) -> dict[str, list[Party]]:
    """Companies of a user: CSV ``project, member, company, share, role, source``.

    The shares of one member in one project add up to 1 at most.

    Raises
    ------
    InputError
        All faults of the file at once.
    """
    found: dict[str, list[Party]] = {}
    faults: list[str] = []
    for line, row in rows_of(path, ("project", "member", "company", "share", "role", "source")):
        try:
            found.setdefault(row["project"], []).append(_party(row, members))
        except (PactolusError, ValueError) as error:
            faults.append(f"{path.name}: line {line}: {error}")
    for project, named in found.items():
        for member in members:
            total = sum(one.share for one in named if one.member == member)
            if total > 1 + 1e-9:
                faults.append(f"{path.name}: {project}: shares of {member} make {total:g}; at most 1")
    if faults:
        raise InputError.gathered(faults)
    return found


def _party(row: Mapping[str, str], members: Sequence[str]) -> Party:
    from pactolus.terms.countries import entity

    member = entity(row["member"]).id
    if member not in members:
        raise DataError(f"{member} is no member; they are {', '.join(members)}")
    share = float(row["share"])
    if not 0 < share <= 1:
        raise DataError(f"share {row['share']}; a part of the member's share, above 0 and at most 1")
    if not row["company"] or not row["source"]:
        raise DataError("company or source is empty; say who, and who says so")
    return Party(member=member, company=row["company"], share=share, role=row["role"], source=row["source"])
