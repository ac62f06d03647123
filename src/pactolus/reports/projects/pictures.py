"""Pictures of projects: pins on a map, and ribbons from the day of a status to the first production."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Final

from pactolus.catalogue.origins import Claim, Figure, Term
from pactolus.catalogue.readers.natural_earth import project as planar
from pactolus.catalogue.world import World
from pactolus.projects.base.candidates import Candidate
from pactolus.projects.pipeline.appraisable import candidates_of
from pactolus.projects.pipeline.parts import Project, day_of
from pactolus.projects.pipeline.start import start_of
from pactolus.reports.document import Chart
from pactolus.reports.figures import land_of
from pactolus.reports.figures.forms import Pin, Ribbon
from pactolus.reports.projects.rows import ORIGIN, side_of

__all__ = ["capacity_figure", "map_of", "name_term", "ribbons_of", "sides_of", "start_figure"]

#: States from which a first production is still ahead.
_AHEAD: Final = ("exploration", "pfs", "dfs", "construction")
_SIDES: Final = ("owner", "holder", "buyer", "role", "")


def map_of(world: World, records: Iterable[Project], members: Sequence[str]) -> Chart:
    """A chart of kind ``project_map``: every record with a position, those of all members first.

    Parameters
    ----------
    world : World
        Has the table ``land``.
    records : iterable of Project
    members : sequence of str
    """
    held = list(records)
    known = {one.id: one for one in candidates_of(held)[0]}
    pins = [_pin(one, known.get(one.id), members) for one in sorted(held, key=lambda r: _rank(r, members))]
    return Chart(
        id="projects-map",
        title="brief.projects.map",
        kind="project_map",
        data={"land": land_of(world), "members": list(members), "pins": pins},
        notes=(Claim(key="brief.projects.map_note"),),
        origins=(ORIGIN.id,),
    )


def ribbons_of(
    records: Iterable[Project], members: Sequence[str], today: date, *, most: int | None = None
) -> Chart | None:
    """A chart of kind ``ribbons``: candidates that do not produce yet, by their expected start.

    Parameters
    ----------
    records : iterable of Project
    members : sequence of str
    today : date
        The day of the line.
    most : int, optional
        Rows; those in which members have a side come first.

    Returns
    -------
    Chart or None
        None where no project is ahead of its first production.
    """
    held = {one.id: one for one in records}
    ahead = [c for c in candidates_of(held.values())[0] if c.status in _AHEAD and start_of(c)[0]]
    chosen = sorted(ahead, key=lambda c: (not sides_of(held[c.id], members), c.id))[:most]
    rows = [_ribbon(held[c.id], c, members) for c in chosen]
    rows.sort(key=lambda row: (row["start"].value or 0.0, row["begin"], str(row["label"])))
    if not rows:
        return None
    return Chart(
        id="projects-ribbons",
        title="brief.projects.ribbons",
        kind="ribbons",
        data={"members": list(members), "rows": rows, "today": today.isoformat()},
        notes=(Claim(key="brief.projects.ribbons_note"),),
        origins=(ORIGIN.id,),
    )


def name_term(project: Project) -> Term:
    """The project's own name, which has no translation."""
    return Term("text", (project.name,))


def sides_of(project: Project, members: Sequence[str]) -> dict[str, str]:
    """Side of each member that has one."""
    return {member: side for member in members if (side := side_of(project, member))}


def capacity_figure(identity: str, candidate: Candidate | None) -> Figure:
    """Tonnes of product a year of a record that can be appraised. [t]"""
    rows = {"id": identity}
    if candidate is None:
        return Figure(
            value=None,
            unit="t",
            status="no_quantity",
            table="projects:capacity",
            rows=rows,
            steps=("take capacity_t",),
        )
    return Figure(
        value=candidate.capacity_t,
        unit="t",
        table="projects:capacity",
        rows=rows,
        steps=("take capacity_t",),
        origins=(ORIGIN.id,),
    )


def start_figure(candidate: Candidate) -> Figure:
    """First year of production with its range: the source's, else by status (an assumption). [year]"""
    span, _ = start_of(candidate)
    assert span is not None
    wide = span.width > 0
    return Figure(
        value=span.mid,
        unit="year",
        digits=0,
        low=span.low if wide else None,
        high=span.high if wide else None,
        table="projects:start",
        rows={"id": candidate.id},
        steps=("take year",),
        origins=(ORIGIN.id,),
    )


def _rank(record: Project, members: Sequence[str]) -> tuple[int, int, str]:
    """Sides of all members first, then shares before purchases before other roles."""
    sides = [side_of(record, member) for member in members]
    return -sum(map(bool, sides)), min(map(_SIDES.index, sides), default=0), record.id


def _pin(record: Project, candidate: Candidate | None, members: Sequence[str]) -> Pin:
    at = record.position
    return {
        "label": name_term(record),
        "host": record.host,
        "place": None if at is None else planar(at.lon, at.lat),
        "mineral": record.minerals[0],
        "status": record.status.value if record.status else "",
        "sides": sides_of(record, members),
        "value": capacity_figure(record.id, candidate),
    }


def _ribbon(record: Project, candidate: Candidate, members: Sequence[str]) -> Ribbon:
    begin = day_of(record.status.on) if record.status else None
    return {
        "label": name_term(record),
        "mineral": record.minerals[0],
        "host": record.host,
        "status": candidate.status,
        "begin": (begin or candidate.status_on).isoformat(),
        "start": start_figure(candidate),
        "sides": sides_of(record, members),
    }
