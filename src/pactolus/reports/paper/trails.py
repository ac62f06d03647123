"""Trails of a response paper as its JSON holds them, and read back from it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

from pactolus.catalogue.origins import Claim, Term
from pactolus.reports.way import SourceRows, Step, Trail
from pactolus.wording.phrases import render_claim

if TYPE_CHECKING:
    from pactolus.catalogue.world import World

__all__ = ["plain", "trail_from_record", "trail_record"]


def trail_record(one: Trail) -> dict[str, Any]:
    """A trail as plain data, its steps in English too."""
    return {
        "value": one.value,
        "unit": one.unit,
        "low": one.low,
        "high": one.high,
        "note": one.note,
        "steps": [
            {
                "key": step.claim.key,
                "terms": {name: list(term.ids) for name, term in step.claim.terms.items()},
                "text": "".join(span.text for span in render_claim(step.claim, "en")),
                "before": step.before,
                "after": step.after,
                "unit": step.unit,
            }
            for step in one.steps
        ],
        "sources": [
            {
                "table": source.table,
                "count": source.count,
                "rows": plain(source.rows.to_dicts()),
                "origins": [origin.id for origin in source.origins],
            }
            for source in one.sources
        ],
    }


def trail_from_record(
    world: World, identity: str, entry: Mapping[str, Any], manifest: Mapping[str, Any]
) -> Trail:
    """The trail of a number of a response paper, as its JSON holds it.

    A plan rests on what its user gave; it is not solved again here. The label goes along.

    Parameters
    ----------
    world : World
        For the publishers of its rows.
    identity : str
    entry : mapping
        Of the number, in the list of claims.
    manifest : mapping
    """
    import polars as pl

    record = manifest["trails"][identity]
    return Trail(
        id=identity,
        title=Claim(key="trail.figure", terms={"key": Term("text", (str(entry["key"]),))}),
        value=record["value"],
        unit=record["unit"],
        status=entry["status"],
        vintage=str(manifest["vintage"]),
        low=record["low"],
        high=record["high"],
        note=record["note"],
        steps=tuple(
            Step(
                claim=Claim(
                    key=step["key"],
                    terms={name: Term("text", tuple(ids)) for name, ids in step["terms"].items()},
                ),
                before=step["before"],
                after=step["after"],
                unit=step["unit"],
            )
            for step in record["steps"]
        ),
        sources=tuple(
            SourceRows(
                table=source["table"],
                rows=pl.DataFrame(source["rows"]),
                count=source["count"],
                origins=tuple(world.origins[i] for i in source["origins"] if i in world.origins),
            )
            for source in record["sources"]
        ),
    )


def plain(value: Any) -> Any:
    """Days as text, not-a-number as missing."""
    if isinstance(value, Mapping):
        return {key: plain(one) for key, one in value.items()}
    if isinstance(value, list):
        return [plain(one) for one in value]
    if isinstance(value, date):
        return value.isoformat()
    return None if isinstance(value, float) and value != value else value
