"""Projects brought forward: what a user believes that money and a lead time bring.

Nobody publishes by how much a mine can be hurried. So tonnes, lead time and cost are the user's assumption;
only where no tonnes are given and a record of the pipeline has a sourced capacity, a twelfth of it is taken.
Where the project stands is read from its record. A project of a country that is cut brings nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from pactolus.errors import InputError, PactolusError
from pactolus.response.events.event import Forward
from pactolus.response.plan.situation import Acceleration

if TYPE_CHECKING:
    from pactolus.projects.base.candidates import Candidate
    from pactolus.projects.pipeline.parts import Project

__all__ = ["COLUMNS", "accelerations", "read_forward"]

#: Columns of a table of projects; the first three are needed.
COLUMNS: Final = (
    *("project", "lead_months", "cost_musd", "tonnes_a_month", "mineral", "stage", "premium", "members"),
    "source",
)
_NEVER: Final = ("PRK",)
_YEAR: Final = 12


def accelerations(
    asked: Sequence[Forward],
    records: Sequence[Project] | None,
    *,
    members: Sequence[str],
    cut: Sequence[str],
) -> tuple[Mapping[tuple[str, str], tuple[Acceleration, ...]], list[str]]:
    """Projects as the programme reads them, by mineral and stage, and what has to be said.

    Parameters
    ----------
    asked : sequence of Forward
    records : sequence of Project, optional
        Of the pipeline: shipped ones if omitted.
    members : sequence of str
    cut : sequence of str
        Countries whose supply is cut.

    Raises
    ------
    InputError
        All faults at once, each with its project.
    """
    if not asked:
        return {}, []
    known = _known([one.project for one in asked], records)
    found: dict[tuple[str, str], tuple[Acceleration, ...]] = {}
    faults: list[str] = []
    notes: list[str] = []
    seen: set[str] = set()
    for one in asked:
        record, candidate = known.get(one.project.upper(), (None, None))
        before = len(faults)
        faults += _faults(one, record, candidate, members, cut)
        if one.project in seen:
            faults.append(f"project {one.project}: stands twice; give one way of bringing it forward")
        seen.add(one.project)
        if len(faults) == before:
            place, made = _made(one, record, candidate)
            found[place] = (*found.get(place, ()), made)
            notes.append(
                f"project {made.project}: brought forward by a user's assumption "
                f"({made.room_t:,.0f} t a month after {made.delay} months for {made.cost_musd:,.1f} million "
                f"USD); {made.source}"
            )
    if faults:
        raise InputError.gathered(faults)
    return found, notes


def _known(
    names: Iterable[str], records: Sequence[Project] | None
) -> dict[str, tuple[Project | None, Candidate | None]]:
    from pactolus.projects.pipeline.appraisable import candidates_of
    from pactolus.projects.pipeline.loading import shipped_projects

    wanted = {name.upper() for name in names}
    own = [one for one in (shipped_projects() if records is None else records) if one.id.upper() in wanted]
    candidates = {one.id: one for one in candidates_of(own)[0]}
    return {one.id.upper(): (one, candidates.get(one.id)) for one in own}


def _faults(
    one: Forward,
    record: Project | None,
    candidate: Candidate | None,
    members: Sequence[str],
    cut: Sequence[str],
) -> list[str]:
    where = f"project {one.project}"
    faults = [
        f"{where}: {name} is no member; there are {', '.join(members)}"
        for name in one.members
        if name not in members
    ]
    if record is not None and record.host in (*cut, *_NEVER):
        faults.append(
            f"{where}: stands in {record.host}, which is cut itself or supplies no plan; take it out"
        )
    if one.mineral and record is not None and one.mineral not in record.minerals:
        faults.append(
            f"{where}: {one.mineral} is none of its minerals, {', '.join(record.minerals)}; mend one of them"
        )
    if candidate is not None:
        return faults
    lacking = [key for key in ("mineral", "stage", "tonnes_a_month") if not getattr(one, key)]
    if lacking:
        why = "is no record of the pipeline" if record is None else "has no capacity in its record"
        faults.append(f"{where}: {why}; give {', '.join(lacking)} too")
    return faults


def _made(
    one: Forward, record: Project | None, candidate: Candidate | None
) -> tuple[tuple[str, str], Acceleration]:
    place = (one.mineral or "", one.stage or "")
    rooms = one.tonnes_a_month
    basis = "the user's figures"
    if candidate is not None:
        place = (one.mineral or candidate.mineral, one.stage or candidate.stage)
        basis = f"record {candidate.id}: {candidate.status} on {candidate.status_on}"
        if not rooms:
            rooms = (candidate.capacity_t / _YEAR,)
            basis += f", a twelfth of its capacity of {candidate.capacity_t:,.0f} t"
    elif record is not None:
        basis = f"record {record.id}, without a capacity"
    made = Acceleration(
        place=-1,
        project=one.project,
        room_t=rooms[-1],
        ramp_t=tuple(rooms[:-1]),
        delay=one.lead_months,
        cost_musd=one.cost_musd,
        premium=one.premium,
        open_to=one.members,
        source=basis + (f"; {one.source}" if one.source else ""),
    )
    return place, made


def read_forward(rows: Iterable[Mapping[str, Any]], file: str) -> tuple[Forward, ...]:
    """Projects of a table.

    Parameters
    ----------
    rows : iterable of mapping
        `COLUMNS`, as `csv.DictReader` gives them. `tonnes_a_month` may be several numbers apart by spaces:
        the first months after the lead time, the last of them stays. `members` apart by spaces; empty: all.
    file : str
        For messages.

    Raises
    ------
    InputError
        All faults at once, each with its line.

    Examples
    --------
    >>> row = {"project": "mine", "lead_months": "6", "cost_musd": "12", "tonnes_a_month": "50 100"}
    >>> read_forward([row], "own.csv")[0].tonnes_a_month
    (50.0, 100.0)
    """
    found: list[Forward] = []
    faults: list[str] = []
    for line, row in enumerate(rows, start=2):
        try:
            one = _row(row)
        except (PactolusError, ValueError, TypeError) as error:
            faults.append(f"{file}: line {line}: {error}")
            continue
        said = one.faults()
        faults += [f"{file}: line {line}: {fault}" for fault in said]
        found.append(one)
    if faults:
        raise InputError.gathered(faults)
    return tuple(found)


def _row(row: Mapping[str, Any]) -> Forward:
    from pactolus.terms.countries import entity
    from pactolus.terms.minerals import mineral

    named = row.get("mineral")
    return Forward(
        project=(row.get("project") or "").strip(),
        lead_months=int(_needed(row, "lead_months")),
        cost_musd=float(_needed(row, "cost_musd")),
        tonnes_a_month=tuple(float(part) for part in (row.get("tonnes_a_month") or "").split()),
        mineral=mineral(named).id if named else None,
        stage=row.get("stage") or None,
        premium=float(row.get("premium") or 0.0),
        members=tuple(entity(name).id for name in (row.get("members") or "").split()),
        source=(row.get("source") or "").strip(),
    )


def _needed(row: Mapping[str, Any], key: str) -> str:
    text = (row.get(key) or "").strip()
    if not text:
        raise InputError(f"{key} is missing; give a number: it is your assumption")
    return text
