"""Figures of project records in a report: their rows, their sources as origins, and the way back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import polars as pl

from pactolus.catalogue.origins import Figure, Origin
from pactolus.projects.pipeline.parts import Project

__all__ = ["project_figure", "project_origins", "project_rows"]


def project_figure(record: Project, row: Mapping[str, object], column: str, unit: str) -> Figure | None:
    """A number of a row of `pactolus.projects.pipeline.listing.listing`; None where none is stated."""
    value = row[column]
    if not isinstance(value, float):
        return None
    return Figure(
        value=value,
        unit=unit,
        digits=0,
        table="projects",
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
            edition=source.locator or "",
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
    from pactolus.projects.pipeline.listing import listing
    from pactolus.projects.pipeline.loading import shipped_projects

    return listing(shipped_projects())


def _id(record: Project, key: str) -> str:
    return f"project:{record.id}:{key}"
