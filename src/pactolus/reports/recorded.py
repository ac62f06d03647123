"""Figures of project records in a report: their rows, their sources as origins, and the way back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import polars as pl

from pactolus.catalogue.origins import Figure, Origin
from pactolus.projects.pipeline.listing import listing
from pactolus.projects.pipeline.loading import project, shipped_projects
from pactolus.projects.pipeline.parts import Project
from pactolus.reports.trail_parts import Walked, step
from pactolus.reports.way import SourceRows

__all__ = ["project_figure", "project_origins", "project_rows", "walk_project"]


def project_figure(record: Project, row: Mapping[str, object], column: str, unit: str) -> Figure | None:
    """A number of a row of `pactolus.projects.pipeline.listing.listing`; None where none is stated.

    A record of a workspace, which nobody else has, cannot be asked again: its table is ``workspace``.
    """
    value = row[column]
    if not isinstance(value, float):
        return None
    return Figure(
        value=value,
        unit=unit,
        digits=0,
        table="projects" if record in shipped_projects() else "workspace",
        rows={"id": record.id},
        steps=(f"take {column}",),
        origins=tuple(_id(record, key) for key in record.sources),
    )


def project_origins(records: Iterable[Project]) -> dict[str, Origin]:
    """The sources of records as origins of a report."""
    return {
        _id(record, key): Origin(
            id=_id(record, key),
            producer=source.publisher,
            title=source.title,
            edition=source.locator or "as read",
            published="not stated in the record",
            accessed=source.read_on,
            licence="facts in our own words; the text is the publisher's",
            link=" ".join(source.link),
        )
        for record in records
        for key, source in record.sources.items()
    }


def project_rows() -> pl.DataFrame:
    """The shipped records, one row each."""
    return listing(shipped_projects())


def walk_project(figure: Figure) -> Walked:
    """From a shipped record to the number that is printed."""
    record = project(str(figure.rows["id"]))
    column = figure.steps[-1].removeprefix("take ")
    shown = project_rows().filter(pl.col("id") == record.id).select("id", "status", "status_on", column)
    source = SourceRows(
        table="projects", rows=shown, count=1, origins=tuple(project_origins([record]).values())
    )
    carried = step("trail.step.carried", None, float(shown[column][0]), figure.unit, step=figure.steps[-1])
    return Walked(steps=(carried,), sources=(source,))


def _id(record: Project, key: str) -> str:
    return f"project:{record.id}:{key}"
